import type { Volume, VolumeModification } from "@aws-sdk/client-ec2";
import type { VolumeView } from "../model/observed";

/**
 * What the volume is. DescribeVolumes may lag: where it shows what was before a modification that another call shows as carried
 * out, that modification's target holds.
 */
export function shapeOf(
    { Size, VolumeType, Iops, Throughput }: Volume,
    last: VolumeModification | undefined,
): Pick<VolumeView, "sizeGiB" | "type" | "iops" | "throughput"> {
    const isDone = last?.ModificationState === "optimizing" || last?.ModificationState === "completed";
    const isOld =
        isDone && last.OriginalSize === Size && last.OriginalVolumeType === VolumeType && last.OriginalIops === Iops;
    return isOld && last.OriginalThroughput === Throughput
        ? {
              sizeGiB: last.TargetSize ?? Size ?? 0,
              type: last.TargetVolumeType ?? VolumeType ?? "",
              iops: last.TargetIops ?? Iops,
              throughput: last.TargetThroughput,
          }
        : { sizeGiB: Size ?? 0, type: VolumeType ?? "", iops: Iops, throughput: Throughput };
}

/** EC2 takes so many values of all filters of a request. */
const FILTER_VALUES = 200;

/** The volumes' ids, as many at a time as a filter takes. */
export function inFilters(volumes: readonly Volume[]): string[][] {
    const ids = volumes.map(({ VolumeId }) => VolumeId!);
    return ids.flatMap((_, at) => (at % FILTER_VALUES === 0 ? [ids.slice(at, at + FILTER_VALUES)] : []));
}
