import type { Cloud } from "./cloud";

/** Somebody deletes a volume behind the drive's back, and its data goes with it: no fault of the drive. */
export function lose(cloud: Cloud, id: string): void {
    const disk = cloud.disks.get(id)!;
    const machine = cloud.machines.get(disk.attachedTo ?? "");
    if (machine !== undefined) Object.assign(machine, { mounted: false, exported: false, active: false });
    cloud.disks.delete(id);
    if (disk.content !== "member") return;
    cloud.lost.push(disk.pv);
    cloud.extents.length = 0;
    if (cloud.members.length > 0) return;
    cloud.lost.length = 0; // nothing is left that would tell of it
    cloud.hasVolume = false;
}
