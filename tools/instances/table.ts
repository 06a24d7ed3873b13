/** What the table keeps of one type that DescribeInstanceTypes describes. */
export interface Described {
    readonly BareMetal?: boolean;
    readonly Hypervisor?: string;
    readonly ProcessorInfo?: { readonly SupportedArchitectures?: readonly string[] };
    readonly EbsInfo?: {
        readonly AttachmentLimitType?: string;
        readonly MaximumEbsAttachments?: number;
        readonly EbsOptimizedInfo?: Bandwidth;
        readonly EbsCards?: readonly Bandwidth[];
    };
}
interface Bandwidth {
    readonly BaselineThroughputInMBps?: number;
    readonly MaximumThroughputInMBps?: number;
}

/**
 * Types whose limit DescribeInstanceTypes calls shared, while EC2 counts volumes alone (source: kubernetes-sigs/aws-ebs-csi-driver
 * pkg/cloud/limits/volume_limits.go, "the API incorrectly returns shared"; the EC2 user guide, Amazon EBS volume limits, lists
 * I7i, I7ie and the families of generation 8 as dedicated).
 */
const DEDICATED = new Set(
    (
        "c8a.metal-48xl c8gb.metal-24xl c8gn.metal-24xl i7i.metal-24xl i7i.metal-48xl i7ie.metal-24xl i7ie.metal-48xl " +
        "i8ge.metal-24xl i8ge.metal-48xl m8a.metal-48xl r8a.metal-48xl r8gb.metal-24xl r8gn.metal-24xl x8i.metal-48xl x8i.metal-96xl"
    ).split(" "),
);

/** What the table says about itself. */
export const COLUMNS = "kind (nitro, xen, metal), architectures, attachments, their limit, baseline MB/s, maximum MB/s";

/** One line a type, sorted: a change of EC2's is one line of a review. */
export function tableOf(
    described: Readonly<Record<string, Described>>,
    { version, date }: { readonly version: string; readonly date: string },
): string {
    const types = Object.keys(described).sort((a, b) => (a < b ? -1 : 1));
    const rows = types.map((type) => [type, rowOf(type, described[type]!)] as const);
    const table = {
        source: `EC2 DescribeInstanceTypes, as kept by moto ${version}; kubernetes-sigs/aws-ebs-csi-driver pkg/cloud/limits`,
        date,
        columns: COLUMNS,
        types: Object.fromEntries(rows),
    };
    return `${JSON.stringify(table, undefined, 2)}\n`;
}

function rowOf(type: string, { BareMetal, Hypervisor, ProcessorInfo, EbsInfo }: Described): string {
    const kind = BareMetal === true ? "metal" : Hypervisor;
    const architectures = ProcessorInfo?.SupportedArchitectures?.join(",");
    const attachments = EbsInfo?.MaximumEbsAttachments;
    if (kind === undefined || architectures === undefined || attachments === undefined)
        throw new Error(`${type}: no kind, no architecture or no attachments: the data has another shape`);
    // Under Xen a network card is no NVMe device: nothing shares the volumes' places, whatever the answer calls the limit.
    const dedicated = EbsInfo?.AttachmentLimitType === "dedicated" || DEDICATED.has(type) || kind === "xen";
    // Where there are several EBS cards, a volume that names none is on the first: all of a drive's.
    const bandwidth = EbsInfo?.EbsCards?.[0] ?? EbsInfo?.EbsOptimizedInfo;
    const words = [
        kind,
        architectures,
        attachments,
        dedicated ? "dedicated" : "shared",
        rate(bandwidth?.BaselineThroughputInMBps),
        rate(bandwidth?.MaximumThroughputInMBps),
    ];
    return words.join(" ");
}

/** `-`: EC2 states none. */
const rate = (mbps: number | undefined): string => (mbps === undefined ? "-" : String(Math.round(mbps * 1e4) / 1e4));
