import { DriveError } from "../../infra/model/errors";
import { MODIFICATIONS_PER_DAY } from "../../infra/model/limits";
import type { ServerState } from "../observed";
import { Contents } from "./contents";

/** A rule of design §3 was broken: the one thing a simulated run must never see. */
export class InvariantBroken extends Error {}

/** EC2, the engine or the server refuses it by itself, or a shutdown unmounts by itself: a fault of whoever asked, unless he was shown an old answer. */
export class Harmless extends InvariantBroken {}

/** The moment at which a simulated world stands still. */
export const NOW = Date.UTC(2026, 9, 1);

/** A process killed at this very point. */
export class Killed extends Error {}

export interface Disk {
    readonly id: string;
    readonly slot: string;
    readonly zone: string;
    sizeGiB: number;
    type: string;
    attachedTo?: string | undefined;
    modifying: boolean;
    /** All of one day: in a simulated world no time passes. */
    readonly modifiedAt: string[];
    /** What is on it: nothing, an orphan PV of ours, or a member of the group. */
    content: "blank" | "orphan" | "member";
    /** Its physical volume is tagged as leaving. */
    leaving: boolean;
}

export interface Machine {
    readonly id: string;
    readonly imageId: string;
    readonly instanceType: string;
    state: ServerState;
    leaving: boolean;
    mounted: boolean;
    exported: boolean;
}

/**
 * EC2, LVM and XFS as far as the planner can tell them apart. Every effect passes `effect`, which may kill the run
 * before or after it, and every rule that a real disk would enforce by losing data is enforced by throwing.
 */
export class Cloud {
    readonly disks = new Map<string, Disk>();
    readonly machines = new Map<string, Machine>();
    /** The content LV: the volume that each of its extents (of 1 GiB) lies on; empty until it is formatted and renamed. */
    readonly extents: string[] = [];
    formats = 0;
    readonly contents = new Contents();
    private counter = 0;

    /** Set by a test: called before and after every effect. */
    fuse: () => void = () => undefined;

    /** Volumes that hold data. */
    get content(): string[] {
        return [...new Set(this.extents)];
    }

    get members(): string[] {
        return [...this.disks.values()].filter(({ content }) => content === "member").map(({ id }) => id);
    }

    usedOn(id: string): number {
        return this.extents.filter((on) => on === id).length;
    }

    effect<T>(change: () => T): T {
        this.fuse();
        const result = change();
        if ([...this.machines.values()].some(({ mounted }) => mounted)) this.contents.writeNext(this.extents);
        this.check();
        this.fuse();
        return result;
    }

    createVolume(slot: string, zone: string, sizeGiB: number, type: string): Disk {
        const disk: Disk = {
            ...{ id: this.id("vol"), slot, zone, sizeGiB, type },
            ...{ modifying: false, modifiedAt: [], content: "blank", leaving: false },
        };
        this.disks.set(disk.id, disk);
        return disk;
    }

    /** Gone already is done already, as for the provider. */
    deleteVolume(id: string): void {
        const disk = this.disks.get(id);
        if (disk === undefined) return;
        if (disk.content === "member") throw new InvariantBroken(`deleted ${id}, which is a member`);
        if (disk.attachedTo !== undefined) throw new Harmless(`deleted ${id} while it is attached`);
        this.disks.delete(id);
        this.contents.erase(id);
    }

    modifyVolume(id: string, sizeGiB: number, type: string): void {
        const disk = this.disks.get(id)!;
        if (disk.modifying) throw new Harmless(`modified ${id} while its last modification runs`);
        if (sizeGiB < disk.sizeGiB) throw new Harmless(`shrank ${id}`);
        // What a hand takes out of the configuration the driver cannot know: EC2 itself says so then.
        if (disk.modifiedAt.length >= MODIFICATIONS_PER_DAY)
            throw new DriveError("ModificationsSpent", `EC2 modifies ${id} no more today`);
        disk.modifiedAt.push(new Date(NOW + disk.modifiedAt.length).toISOString());
        Object.assign(disk, { sizeGiB, type, modifying: true });
    }

    runServer(imageId: string, instanceType: string): Machine {
        const machine: Machine = {
            id: this.id("i"),
            imageId,
            instanceType,
            state: "pending",
            leaving: false,
            mounted: false,
            exported: false,
        };
        this.machines.set(machine.id, machine);
        return machine;
    }

    /** The plug: what is on the disks stays, what was mounted is not any more. */
    terminate(id: string): void {
        const machine = this.machines.get(id)!;
        Object.assign(machine, { state: "terminated", mounted: false, exported: false });
        for (const disk of this.disks.values()) if (disk.attachedTo === id) disk.attachedTo = undefined;
    }

    attach(diskId: string, machineId: string): void {
        const disk = this.disks.get(diskId)!;
        if (disk.attachedTo !== undefined && disk.attachedTo !== machineId)
            throw new Harmless(`attached ${diskId} to a second server`);
        if (this.machines.get(machineId)?.state !== "running")
            throw new Harmless(`attached ${diskId} to a server that does not run`);
        disk.attachedTo = machineId;
    }

    detach(diskId: string): void {
        const disk = this.disks.get(diskId);
        if (disk === undefined) return;
        const machine = this.machines.get(disk.attachedTo ?? "");
        if (disk.content === "member" && machine?.mounted === true)
            throw new InvariantBroken(`detached ${diskId} under a mounted drive`);
        disk.attachedTo = undefined;
    }

    initialize(diskId: string): void {
        const disk = this.disks.get(diskId)!;
        if (disk.content !== "blank") throw new InvariantBroken(`pvcreate on ${diskId}, which is not blank`);
        disk.content = "orphan";
        this.contents.erase(diskId);
    }

    join(diskId: string): void {
        this.disks.get(diskId)!.content = "member";
    }

    format(): void {
        if (this.extents.length > 0) throw new InvariantBroken("formatted a drive that holds data");
        this.formats++;
    }

    /** lvextend over all that is free. */
    extend(): void {
        const members = this.members.map((id) => this.disks.get(id)!);
        if (members.some(({ leaving }) => leaving)) throw new InvariantBroken("extended while a slot is leaving");
        for (const { id, sizeGiB } of members)
            for (let used = this.usedOn(id); used < sizeGiB; used++) {
                this.extents.push(id);
                this.contents.write(this.extents.length - 1, id);
            }
    }

    /** One range of pvmove: a checkpoint. */
    moveRange(from: string, to: readonly string[], count: number): void {
        if (!this.disks.get(from)!.leaving) throw new Harmless(`moved data off ${from}, which is not leaving`);
        for (let moved = 0; moved < count; moved++) {
            const extent = this.extents.indexOf(from);
            if (extent < 0) return;
            const target = to.find((id) => this.usedOn(id) < this.disks.get(id)!.sizeGiB);
            if (target === undefined) throw new InvariantBroken(`no room for what is on ${from}`);
            if (this.disks.get(target)!.content !== "member" || this.disks.get(target)!.leaving)
                throw new InvariantBroken(`moved data to ${target}, which does not stay`);
            this.contents.copy(extent, from, target);
            this.extents[extent] = target;
        }
    }

    reduce(diskId: string): void {
        if (this.usedOn(diskId) > 0) throw new InvariantBroken(`vgreduce of ${diskId}, which holds data`);
        Object.assign(this.disks.get(diskId)!, { content: "orphan", leaving: false });
    }

    wipe(diskId: string): void {
        const disk = this.disks.get(diskId)!;
        if (disk.content === "member") throw new InvariantBroken(`pvremove of ${diskId}, which is a member`);
        disk.content = "blank";
        this.contents.erase(diskId);
    }

    /** Every extent's data is where the drive reads it. Dear: asked at the end of a run. */
    verify(): void {
        const lost = this.contents.lost(this.extents);
        if (lost.length > 0)
            throw new InvariantBroken(`the data of extents ${lost.join(", ")} is not where it belongs`);
    }

    private check(): void {
        for (const machine of this.machines.values()) {
            if (machine.exported && !machine.mounted) throw new InvariantBroken("exported an unmounted drive");
            if (machine.mounted && this.members.some((id) => this.disks.get(id)?.attachedTo !== machine.id)) {
                throw new InvariantBroken("mounted an incomplete group");
            }
        }
        for (const id of this.content)
            if (this.disks.get(id)?.content !== "member") throw new InvariantBroken(`data on ${id} is lost`);
    }

    private id(prefix: string): string {
        return `${prefix}-${String(++this.counter).padStart(8, "0")}`;
    }
}
