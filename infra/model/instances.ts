import * as table from "./instance-types.json";

/** What an instance type is, and what it can carry of EBS: how many attachments, and how fast. */
export interface InstanceLimits {
    /** `xen`: volumes are no NVMe disks and have no serial; `metal`: no hypervisor at all. */
    readonly kind: "nitro" | "xen" | "metal";
    /** As EC2 names them: x86_64, arm64, i386, arm64_mac, x86_64_mac. */
    readonly architectures: readonly string[];
    /**
     * Attachments of volumes, the root volume among them (EC2: MaximumEbsAttachments). The instance's own disks and its first network
     * interface are taken off already: a c5d.24xlarge has 28 places, one card and four disks, so 23.
     */
    readonly attachments: number;
    /** `shared`: every network interface after the first takes one of them as well. */
    readonly limit: "shared" | "dedicated";
    /** MB/s that hold for ever, and for a burst of 30 minutes a day; undefined: EC2 states none. */
    readonly baselineMBps: number | undefined;
    readonly maximumMBps: number | undefined;
}

/**
 * Data, not logic: EC2 adds types every month. Written by `npm run data:instances`; a policy pack's configuration overrides or adds by
 * type name.
 */
export const INSTANCES_AS_OF = { date: table.date, source: table.source } as const;

const TYPES: Readonly<Record<string, string>> = table.types;

/** Nitro types that are in no table: the smallest limit that EC2 gives to most of them. */
export const UNLISTED_ATTACHMENTS = 27;

/** What every type has, the one with the most disks of its own (d3.8xlarge) too: so much is sure of a type that is in no table. */
export const LEAST_ATTACHMENTS = 3;

/** Limits of `m7i.large`, or undefined for a type that is not in the table. */
export function instanceLimits(type: string): InstanceLimits | undefined {
    const row = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
    if (row === undefined) return undefined;
    const [kind, architectures, attachments, limit, baseline, maximum] = row.split(" ");
    return {
        kind: kind as InstanceLimits["kind"],
        architectures: architectures!.split(","),
        attachments: Number(attachments),
        limit: limit as InstanceLimits["limit"],
        baselineMBps: rate(baseline),
        maximumMBps: rate(maximum),
    };
}

/** Every type of the table. */
export const instanceTypes = (): string[] => Object.keys(TYPES);

const rate = (text: string | undefined): number | undefined => (text === "-" ? undefined : Number(text));
