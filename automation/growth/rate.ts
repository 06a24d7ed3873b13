import type { VolumeShape } from "../../infra/model/limits";
import { serverCopyThroughput, volumeThroughput } from "../../infra/model/throughput";

/** How long it takes to copy so much, and what that is counted from. */
export interface CopyTime {
    readonly gib: number;
    readonly seconds: number;
    /** The mean over all of it. */
    readonly mibPerSecond: number;
    /** given: by --rate; stated: by EC2's figures. */
    readonly source: "given" | "stated";
    /** What is slowest on the way: a volume of the old or the new kind, or the server. */
    readonly limitedBy: string;
}

/** From volume to volume of one server (`server`), or from a volume into its snapshot (none). */
export function copyTime(
    from: readonly VolumeShape[],
    to: VolumeShape,
    { server, given }: { readonly server?: string | undefined; readonly given?: number | undefined },
): CopyTime {
    const gib = from.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
    if (given !== undefined)
        return { gib, seconds: (gib * 1024) / given, mibPerSecond: given, source: "given", limitedBy: "--rate" };
    const parts = from.map((shape) => ({ mib: shape.sizeGiB * 1024, ...slowest(shape, to, server) }));
    const seconds = parts.reduce((sum, { mib, rate }) => sum + mib / rate, 0);
    const longest = parts.reduce((most, part) => (part.mib / part.rate > most.mib / most.rate ? part : most));
    return { gib, seconds, mibPerSecond: (gib * 1024) / seconds, source: "stated", limitedBy: longest.what };
}

function slowest(from: VolumeShape, to: VolumeShape, server?: string): { rate: number; what: string } {
    const bound = server === undefined ? undefined : serverCopyThroughput(server);
    return [
        { rate: volumeThroughput(from), what: `the old ${from.type}` },
        { rate: volumeThroughput(to), what: `the new ${to.type}` },
        ...(bound === undefined ? [] : [{ rate: bound, what: `half the EBS baseline of ${server}` }]),
    ].reduce((least, one) => (one.rate < least.rate ? one : least));
}
