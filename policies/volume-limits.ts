import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";
import { LIMITS, LIMITS_AS_OF, limitsOf, volumeFaults, type LimitOverrides } from "../infra/model/limits";
import type { VolumeType } from "../infra/model/volume-types";
import { limitOverrides } from "./kit/declared";
import { devicesOf, HOLDERS, type Device } from "./kit/devices";
import { checkAny, settings } from "./kit/policy";
import { quote } from "./kit/text";
import { isOf, TYPE, type Judged } from "./kit/types";
import { ask, notYet, UNKNOWN } from "./kit/unknown";

const NAME = "volume-limits";
const DEFAULTS = { limits: {} as LimitOverrides };

const whole: PolicyConfigJSONSchema = { type: "integer", minimum: 1 };
const override: PolicyConfigJSONSchema = {
    type: "object",
    properties: {
        maxSizeGiB: whole,
        maxIops: whole,
        maxIopsPerGiB: whole,
        maxThroughput: whole,
        maxThroughputPerIops: { type: "number", exclusiveMinimum: 0 },
    },
    additionalProperties: false,
};

interface Asked {
    readonly what: string;
    readonly type: unknown;
    readonly size: unknown;
    readonly iops: unknown;
    readonly throughput: unknown;
    /** From a snapshot, whose size it takes when it names none. */
    readonly copied: boolean;
}

/** What EC2 makes of a volume without a type. */
const TYPE_WITHOUT_A_TYPE = "gp2";

export const volumeLimits: ResourceValidationPolicy = {
    name: NAME,
    description: "A volume has a size, IOPS and a throughput that its type can have.",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps:
        "Choose values inside the type's limits, or another type. If AWS has raised a limit since, override it in this policy's " +
        "settings, or in `limits` of the drive's configuration.",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html",
    configSchema: {
        properties: {
            limits: {
                type: "object",
                description: `Limits that have moved since ${LIMITS_AS_OF.date}, by volume type.`,
                properties: Object.fromEntries(Object.keys(LIMITS).map((type) => [type, override])),
                additionalProperties: false,
                default: DEFAULTS.limits,
            },
        },
    },
    validateResource: checkAny([TYPE.volume, ...HOLDERS], (resource, report) => {
        const config = settings(resource, DEFAULTS);
        if (isOf(resource, TYPE.volume)) return judge(ofVolume(resource), config, resource.urn, report);
        for (const device of devicesOf(resource, report, NAME)) {
            // Without a type it is as the image says.
            if (device.get("volumeType") !== undefined) judge(ofDevice(device), config, resource.urn, report);
        }
    }),
};

const ofVolume = ({ name, props }: Judged<typeof TYPE.volume>): Asked => ({
    what: `volume ${quote(name)}`,
    type: ask(() => props.type),
    size: ask(() => props.size),
    iops: ask(() => props.iops),
    throughput: ask(() => props.throughput),
    copied: ask(() => props.snapshotId) !== undefined,
});

const ofDevice = (device: Device): Asked => ({
    what: device.what,
    type: device.get("volumeType"),
    size: device.get("volumeSize"),
    iops: device.get("iops"),
    throughput: device.get("throughput"),
    copied: device.isRoot || device.get("snapshotId") !== undefined,
});

function judge(asked: Asked, config: typeof DEFAULTS, urn: string, report: ReportViolation): void {
    const later = (what: string) => notYet(report, NAME, `${what} of ${asked.what}`, urn);
    const type = asked.type ?? TYPE_WITHOUT_A_TYPE;
    if (type === UNKNOWN) return later("the type");
    // Magnetic volumes are not for drives, and EC2 alone knows what it still gives.
    if (type === "standard") return;
    if (typeof type !== "string" || !Object.hasOwn(LIMITS, type)) {
        return report(`${asked.what} has the type ${shown(type)}: known are ${Object.keys(LIMITS).join(", ")}`, urn);
    }
    if (asked.size === undefined && !asked.copied) {
        return report(`${asked.what} has neither a size nor a snapshot to take it from`, urn);
    }
    if (asked.size === UNKNOWN) later("the size");
    const overrides = { ...limitOverrides(), ...config.limits };
    // A size that is not known here can break no ratio.
    const open = asked.size === undefined || asked.size === UNKNOWN;
    const size = open ? limitsOf(type as VolumeType, overrides).sizeGiB.max : asked.size;
    if (!Number.isInteger(size)) {
        return report(`${asked.what} has the size ${shown(size)}: EBS has whole GiB`, urn);
    }
    const shape = {
        type: type as VolumeType,
        sizeGiB: size as number,
        iops: set(asked.iops),
        throughput: set(asked.throughput),
    };
    for (const { field, reason } of volumeFaults(shape, overrides)) {
        // What is not known cannot be missing: EC2 alone will tell.
        const unknown = (field === "iops" || field === "throughput") && asked[field] === UNKNOWN;
        if (!unknown) report(`${asked.what}: ${WORDS[field]} ${reason} (limits of ${LIMITS_AS_OF.date})`, urn);
    }
    if (asked.iops === UNKNOWN) later("the IOPS");
    if (asked.throughput === UNKNOWN) later("the throughput");
}

const WORDS = { sizeGiB: "size in GiB", iops: "IOPS", throughput: "throughput", type: "type" } as const;

const shown = (value: unknown): string =>
    typeof value === "string" ? quote(value) : typeof value === "number" ? String(value) : "of another kind";

/** The provider writes zero for what is not set. */
const set = (value: unknown): number | undefined => (typeof value === "number" && value !== 0 ? value : undefined);
