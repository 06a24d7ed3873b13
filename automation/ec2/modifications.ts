import type { Volume, VolumeModification } from "@aws-sdk/client-ec2";
import { MODIFICATIONS_PER_DAY } from "../../infra/model/limits";
import { TAG } from "../../infra/model/names";
import type { VolumeView } from "../observed";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * When a volume was modified in the last 24 hours, as far as can be known: EC2 shows the last modification only
 * (DescribeVolumesModifications), so before the next one the driver notes it in a tag of the volume.
 */
function modifiedAt(volume: Volume, last: VolumeModification | undefined, now: number): Date[] {
    const noted = (volume.Tags?.find(({ Key }) => Key === TAG.modified)?.Value ?? "").split(" ").map(Date.parse);
    const times = [...noted, last?.StartTime?.getTime() ?? Number.NaN].filter((time) => now - time < DAY_MS);
    return [...new Set(times)].sort((a, b) => a - b).map((time) => new Date(time));
}

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

/** What EC2 still takes of it, at the most. */
export function budgetOf(
    volume: Volume,
    last: VolumeModification | undefined,
    now: number,
): Pick<VolumeView, "modificationsLeft" | "nextModificationAt"> {
    const times = modifiedAt(volume, last, now);
    const modificationsLeft = Math.max(0, MODIFICATIONS_PER_DAY - times.length);
    const oldest = times.at(-MODIFICATIONS_PER_DAY);
    return {
        modificationsLeft,
        nextModificationAt:
            modificationsLeft > 0 || oldest === undefined
                ? undefined
                : new Date(oldest.getTime() + DAY_MS).toISOString(),
    };
}

/** The tag's next value; undefined: what can be known is noted already. */
export function noteOf(volume: Volume, last: VolumeModification | undefined, now: number): string | undefined {
    const noted = volume.Tags?.find(({ Key }) => Key === TAG.modified)?.Value ?? "";
    const start = last?.StartTime;
    if (start === undefined || now - start.getTime() >= DAY_MS) return undefined;
    if (noted.split(" ").includes(start.toISOString())) return undefined;
    return modifiedAt(volume, last, now)
        .map((time) => time.toISOString())
        .join(" ");
}
