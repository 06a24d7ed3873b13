import type { DriveConfig } from "../../infra/model/config";
import type { Fault } from "../../infra/model/errors";
import { DriveError } from "../../infra/model/errors";
import type { Architecture, Ec2, Image, InstanceType } from "../ec2/port";

/** What a server is to be, and what it is to carry. */
export interface Machine {
    readonly instanceType: string;
    /** Undefined: not chosen yet, or none was found. */
    readonly imageId: string | undefined;
    readonly zone: string | undefined;
    readonly carries: Load;
}

/** Attachments: one a slot, one for the root volume, and those that are kept free. */
export interface Load {
    readonly slots: number;
    readonly spare: number;
}

type Machines = Pick<Ec2, "image" | "instanceType" | "zonesOffering" | "debianImages">;

const TYPE = "server.instanceType";
const IMAGE = "server.imageId";

export const isTypeName = (type: string): boolean => /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(type);
const isImageId = (id: string): boolean => /^ami-[0-9a-f]{8,17}$/.test(id);

/** What EC2 has of a type and an image. */
export interface MachineFacts {
    readonly type: InstanceType | undefined;
    readonly zones: readonly string[];
    readonly image: Image | undefined;
}

export async function machineFacts(ec2: Machines, type: string, imageId: string | undefined): Promise<MachineFacts> {
    const [found, zones, image] = await Promise.all([
        isTypeName(type) ? ec2.instanceType(type) : undefined,
        isTypeName(type) ? ec2.zonesOffering(type) : [],
        imageId !== undefined && isImageId(imageId) ? ec2.image(imageId) : undefined,
    ]);
    return { type: found, zones, image };
}

/** Everything that speaks against such a server, all at once. Malformed values are the schema's to refuse. */
export async function machineFaults(ec2: Machines, machine: Machine, facts?: MachineFacts): Promise<Fault[]> {
    const { imageId, instanceType } = machine;
    const { type, zones, image } = facts ?? (await machineFacts(ec2, instanceType, imageId));
    const isLost = image === undefined && imageId !== undefined && isImageId(imageId);
    const lost = `got '${imageId}'; EC2 has no such image in this region, or not for this account`;
    return [
        ...(isTypeName(instanceType) ? typeFaults(machine, type, zones) : []),
        ...(isLost ? [{ path: IMAGE, reason: lost }] : []),
        ...(type === undefined || image === undefined ? [] : await architectureFaults(ec2, type, image)),
    ];
}

/** Pure. */
function typeFaults(machine: Machine, type: InstanceType | undefined, zones: readonly string[]): Fault[] {
    const { instanceType, zone } = machine;
    const fault = (reason: string): Fault => ({ path: TYPE, reason });
    if (type === undefined) return [fault(`got '${instanceType}'; EC2 has no such instance type in this region`)];
    const found: Fault[] = [];
    if (type.kind === "xen") {
        const why =
            "it runs under Xen, where a volume's disk has no serial, and the drive touches no disk that it cannot tell by its serial";
        found.push(fault(`got '${instanceType}'; ${why}: a Nitro type is needed, such as t3.micro or m7i.large`));
    }
    if (type.kind === "metal") {
        const why =
            "bare metal takes many minutes to start and to stop, in which clients wait, and carries no more of EBS than the family's largest size";
        found.push(fault(`got '${instanceType}'; ${why}: choose that one`));
    }
    if (zone !== undefined && !zones.includes(zone)) {
        const where = zones.length === 0 ? "nor anywhere else in this region" : `it does in ${zones.join(", ")}`;
        found.push(fault(`EC2 offers no ${instanceType} in ${zone}; ${where}`));
    }
    return [...found, ...roomFaults(machine, type)];
}

/** Pure. Whether all its volumes find a place on the server. */
export function roomFaults({ instanceType, carries }: Machine, { attachments }: InstanceType): Fault[] {
    const needed = carries.slots + 1 + carries.spare;
    if (attachments === undefined || needed <= attachments) return [];
    const parts = [`${carries.slots} of slots`, "one for the root volume"];
    if (carries.spare > 0) parts.push("one for a volume that replaces another");
    const has = `it has ${attachments} attachments, ${needed} are needed (${parts.join(", ")})`;
    return [{ path: TYPE, reason: `got '${instanceType}'; ${has}` }];
}

async function architectureFaults(ec2: Machines, type: InstanceType, image: Image): Promise<Fault[]> {
    if (type.architectures.includes(image.architecture)) return [];
    const right = architectureOf(type);
    const [newest] = right === undefined ? [] : await ec2.debianImages(right).catch(none);
    const instead = newest === undefined ? "" : `; Debian's newest for ${right} is ${newest.id} (${newest.name})`;
    const is = `image ${image.id} (${image.name}) is ${image.architecture}`;
    return [{ path: IMAGE, reason: `${is}, a ${type.name} is ${type.architectures.join(" or ")}${instead}` }];
}

/** That there is none to name is no fault of its own. */
function none(error: unknown): Image[] {
    if (error instanceof DriveError && error.code === "ImageNotFound") return [];
    throw error;
}

/** The one to choose an image for; undefined: Debian has none for such a type (a Mac). */
export const architectureOf = ({ architectures }: InstanceType): Architecture | undefined =>
    (["x86_64", "arm64"] as const).find((one) => architectures.includes(one));

/** The volumes that are on the server at once: a copy comes on it after what it copies has left. */
export function volumesOf(slots: DriveConfig["slots"]): number {
    const on = Object.values(slots).filter(({ state, copies }) => {
        const isCopy = copies !== undefined && slots[copies] !== undefined && slots[copies].state === "member";
        return !isCopy && (state === "member" || state === "leaving");
    });
    return on.length;
}
