import { instanceLimits } from "./instances";
import { performanceOf, type VolumeShape } from "./limits";
import { GIB_PER_TIB } from "./units";

// Rates as of 2026-10-01, from the EC2 user guide, Amazon EBS volume types; INSTANCES_AS_OF for the servers.

/**
 * MiB/s that EC2 states for one volume over hours: what is provisioned, or the baseline where a type bursts. gp2 and io1 do so
 * many operations of 256 KiB as they have IOPS (io1 above 32,000 of 16 KiB); st1 and sc1 go by their size.
 */
export function volumeThroughput(shape: VolumeShape): number {
    const { iops = 0, throughput = 0 } = performanceOf(shape);
    const tib = shape.sizeGiB / GIB_PER_TIB;
    switch (shape.type) {
        case "gp3":
            return throughput;
        case "gp2":
            return Math.min(250, Math.max(128, 0.75 * shape.sizeGiB));
        case "io2":
            return Math.min(4_000, 0.256 * iops);
        case "io1":
            return Math.min(1_000, Math.max(Math.min(500, iops / 4), iops / 64));
        case "st1":
            return Math.min(500, 40 * tib);
        case "sc1":
            return Math.min(250, 12 * tib);
    }
}

/**
 * Operations a second that EC2 states for one volume over hours: what is provisioned, else the baseline; st1 and sc1 count theirs
 * by the MiB.
 */
export function volumeIops(shape: VolumeShape): number {
    if (shape.type === "gp2") return Math.min(16_000, Math.max(100, 3 * shape.sizeGiB));
    return performanceOf(shape).iops ?? volumeThroughput(shape);
}

/**
 * MiB/s that data moves at between two volumes of one server: it is read and written through the same bandwidth, so half of the
 * server's baseline is there for it. Undefined for an instance type of which no table has it.
 */
export function serverCopyThroughput(instanceType: string): number | undefined {
    const mbps = instanceLimits(instanceType)?.baselineMBps;
    return mbps === undefined ? undefined : (mbps * 1e6) / 2 ** 20 / 2;
}
