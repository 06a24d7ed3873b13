import type { ReportViolation } from "@pulumi/policy";
import { quote } from "./text";
import { isOf, TYPE } from "./types";
import { ask, elements, known, notYet, UNKNOWN, type Unknown } from "./unknown";

/** What a volume can be written into; each becomes an instance, or many. */
export const HOLDERS = [TYPE.instance, TYPE.spotRequest, TYPE.launchTemplate, TYPE.launchConfiguration] as const;

const WORDS: Readonly<Record<string, string>> = {
    [TYPE.instance]: "instance",
    [TYPE.spotRequest]: "spot request",
    [TYPE.launchTemplate]: "launch template",
    [TYPE.launchConfiguration]: "launch configuration",
};

/** What images call their root volume; in a template nothing else tells it from data. */
const ROOTS = ["/dev/sda1", "/dev/xvda"];

type Field = "deleteOnTermination" | "encrypted" | "volumeType" | "volumeSize" | "iops" | "throughput" | "snapshotId";

/** A volume that is written into something else, and no resource of its own. */
export interface Device {
    /** Such as `volume '/dev/sdf' of instance 'web'`. */
    readonly what: string;
    readonly name: string | undefined;
    readonly isRoot: boolean;
    /** UNKNOWN when this preview does not know it, undefined when it is not said. */
    get(field: Field): unknown;
}
interface Holder {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    readonly props: object;
}

export const holderName = ({ type, name }: Pick<Holder, "type" | "name">): string =>
    `${WORDS[type] ?? type} ${quote(name)}`;

/** Makes one instance, not a template of many. */
export const isOne = ({ type }: Pick<Holder, "type">): boolean => type === TYPE.instance || type === TYPE.spotRequest;

/** The volumes written into a resource; a list that is not known is said by a remark of the policy. */
export function devicesOf(holder: Holder, report: ReportViolation, policy: string): Device[] {
    const key = isOf(holder, TYPE.launchTemplate) ? "blockDeviceMappings" : "ebsBlockDevices";
    const props = holder.props as Readonly<Record<string, unknown>>;
    const list = ask(() => props[key] as unknown[] | undefined);
    if (list === UNKNOWN) notYet(report, policy, `${key} of ${holderName(holder)}`, holder.urn);
    const found = elements(list).flatMap((item, index) => device(holder, item as Item, index) ?? []);
    const root = ask(() => props["rootBlockDevice"] as Disk);
    if (root === undefined || root === null) return found;
    return [...found, { ...reader(root), name: undefined, isRoot: true, what: `root volume of ${holderName(holder)}` }];
}

type Disk = Readonly<Partial<Record<Field, unknown>>> | Unknown | null | undefined;
type Item = Readonly<{ deviceName?: unknown; ebs?: unknown }> | Unknown | null;

/** Undefined for what a template names and what is no EBS volume. */
function device(holder: Holder, item: Item, index: number): Device | undefined {
    const given = item === UNKNOWN ? undefined : known(() => item?.deviceName);
    const name = typeof given === "string" ? given : undefined;
    const inTemplate = isOf(holder, TYPE.launchTemplate);
    const disk = item === UNKNOWN || !inTemplate ? (item as Disk) : ask(() => item?.ebs as Disk);
    if (inTemplate && (disk === undefined || disk === null)) return undefined;
    const shown = name === undefined ? `number ${index + 1}` : quote(name);
    const isRoot = inTemplate && name !== undefined && ROOTS.includes(name);
    return { ...reader(disk), name, isRoot, what: `volume ${shown} of ${holderName(holder)}` };
}

const reader = (disk: Disk): Pick<Device, "get"> => ({
    get: (field) => (disk === UNKNOWN ? UNKNOWN : ask(() => disk?.[field])),
});

/** Yes or no; templates write it as text. */
export function flag(device: Device, field: "deleteOnTermination" | "encrypted"): boolean | Unknown | undefined {
    const value = device.get(field);
    if (value === UNKNOWN || value === undefined || value === null || value === "")
        return value === UNKNOWN ? UNKNOWN : undefined;
    return String(value) === "true";
}
