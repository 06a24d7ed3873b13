import { DriveError } from "../../infra/model/errors";
import { MODIFICATIONS_PER_DAY } from "../../infra/model/limits";
import type { DisksView, SnapshotStage } from "../model/observed";
import { Contents } from "./contents";
import { Foreign } from "./foreign";
import { disksAtBoot } from "./right-disks";
import { Births, latest, newMachine, type Disk, type Machine, type Snapshot } from "./things";

/** A rule of design §3 was broken: the one thing a simulated run must never see. */
export class InvariantBroken extends Error {}

/** EC2, the engine or the server refuses it by itself, or a shutdown unmounts by itself: a fault of whoever asked, unless he was shown an old answer. */
export class Harmless extends InvariantBroken {}

/** The moment at which a simulated world stands still. */
export const NOW = Date.UTC(2026, 9, 1);

/** A process killed at this very point. */
export class Killed extends Error {}

/**
 * EC2, LVM and XFS as far as the planner can tell them apart. Every effect passes `effect`, which may kill the run
 * before or after it, and every rule that a real disk would enforce by losing data is enforced by throwing.
 */
export class Cloud {
    readonly disks = new Map<string, Disk>();
    readonly machines = new Map<string, Machine>();
    readonly snapshots = new Map<string, Snapshot>();
    /** The group is put aside for a copy: nothing is mounted by itself. */
    aside = false;
    /** The content LV: the physical volume that each of its extents (of 1 GiB) lies on; empty until it is formatted and renamed. */
    readonly extents: string[] = [];
    formats = 0;
    hasVolume = false; // the content LV: formatted, and renamed
    private everExported = false; // what clients had once is never made anew
    /** Physical volumes of the group whose disk is gone for good. */
    readonly lost: string[] = [];
    readonly foreign = new Foreign();
    static readonly INTERFACE = "eni-1"; // the drive's own, on which its server starts
    readonly contents = new Contents();
    readonly births = new Births(NOW);

    /** Set by a test: called before and after every effect. */
    fuse: () => void = () => undefined;

    /** Physical volumes that hold data. */
    get content(): string[] {
        return [...new Set(this.extents)];
    }

    /** One disk for each physical volume of the group: the one that is attached, if any. */
    get members(): string[] {
        const all = this.carriers();
        return [...new Set(all.map(({ pv }) => pv))].map((pv) => {
            const disks = all.filter((disk) => disk.pv === pv);
            return (disks.find(({ attachedTo }) => attachedTo !== undefined) ?? latest(disks)).id;
        });
    }

    /** The disk that the drive reads each extent from. */
    private places(): string[] {
        const diskOf = new Map(this.members.map((id) => [this.disks.get(id)!.pv, id]));
        return this.extents.map((pv) => diskOf.get(pv)!);
    }

    /** What is only kept is no part of the group any more, whatever is on it. */
    private carriers(): Disk[] {
        return [...this.disks.values()].filter(
            ({ id, content, keepHours }) => content === "member" && keepHours === undefined && !this.foreign.has(id),
        );
    }

    usedOn(id: string): number {
        const { pv } = this.disks.get(id)!;
        return this.extents.filter((on) => on === pv).length;
    }

    isWholeOn(machineId: string): boolean {
        return this.extents.length > 0 && this.members.every((id) => this.disks.get(id)!.attachedTo === machineId);
    }

    effect<T>(change: () => T): T {
        this.fuse();
        const result = change();
        if ([...this.machines.values()].some(({ mounted }) => mounted)) this.contents.writeNext(this.places());
        this.check();
        this.fuse();
        return result;
    }

    createVolume(slot: string, zone: string, sizeGiB: number, type: string, from?: string): Disk {
        const id = this.births.id("vol");
        const blank = { content: "blank", leaving: false, pv: id, written: 0 } as const;
        const disk: Disk = {
            ...{ id, slot, zone, sizeGiB, type, modifying: false, modifiedAt: [], placed: false, isKept: false },
            createdAt: this.births.time(),
            ...(from === undefined ? blank : this.copied(from)),
        };
        this.disks.set(disk.id, disk);
        if (from !== undefined) this.contents.copyAll(from, id);
        return disk;
    }

    private copied(id: string): Pick<Disk, "content" | "leaving" | "pv" | "written" | "from"> {
        const snapshot = this.snapshots.get(id);
        if (snapshot?.completed !== true) throw new InvariantBroken(`copied ${id}, which is no completed snapshot`);
        const { content, leaving, pv, written } = snapshot.of;
        return { content, leaving, pv, written, from: { snapshot: id, volume: snapshot.of.id } };
    }

    snapshot(diskId: string, stage: SnapshotStage, nonce?: string): void {
        const disk = this.disks.get(diskId)!;
        if (stage === "final" && disk.attachedTo !== undefined)
            throw new InvariantBroken(`took the final snapshot of ${diskId}, which is attached`);
        const id = this.births.id("snap");
        this.snapshots.set(id, { id, stage, of: { ...disk }, nonce, completed: false });
        this.contents.copyAll(diskId, id);
    }

    /** Gone already is done already, as for the provider. */
    deleteVolume(id: string): void {
        const disk = this.disks.get(id);
        if (disk === undefined) return;
        if (disk.content === "member" && !this.isReplaced(disk))
            throw new InvariantBroken(`deleted ${id}, which is a member`);
        if (disk.attachedTo !== undefined) throw new Harmless(`deleted ${id} while it is attached`);
        this.disks.delete(id);
        this.contents.erase(id);
    }

    /** A copy of it with all that is on it is there. */
    isReplaced(disk: Disk): boolean {
        return this.others(disk).some(({ written }) => written >= disk.written);
    }

    /** Other disks that carry the same physical volume. */
    private others({ id, pv }: Disk): Disk[] {
        return this.carriers().filter((disk) => disk.pv === pv && disk.id !== id);
    }

    modifyVolume(id: string, sizeGiB: number, type: string): void {
        const disk = this.disks.get(id)!;
        if (disk.modifying) throw new Harmless(`modified ${id} while its last modification runs`);
        if (sizeGiB < disk.sizeGiB) throw new Harmless(`shrank ${id}`);
        // What a hand takes out of the configuration the driver cannot know: EC2 itself says so then.
        if (disk.modifiedAt.length >= MODIFICATIONS_PER_DAY)
            throw new DriveError("ModificationsSpent", `EC2 modifies ${id} no more today`);
        disk.modifiedAt.push(new Date(NOW + disk.modifiedAt.length).toISOString());
        if (disk.fails === true) Object.assign(disk, { fails: false, failed: true });
        else Object.assign(disk, { sizeGiB, type, modifying: true, failed: false });
    }

    runServer(imageId: string, instanceType: string): Machine {
        const id = this.births.id("i");
        const machine = newMachine({
            id,
            imageId,
            instanceType,
            createdAt: this.births.time(),
            interfaceIds: [Cloud.INTERFACE],
        });
        this.machines.set(id, machine);
        return machine;
    }

    /** The plug: what is on the disks stays, what was mounted is not any more. */
    terminate(id: string): void {
        const machine = this.machines.get(id)!;
        Object.assign(machine, { state: "terminated", mounted: false, exported: false, active: false });
        for (const disk of this.disks.values()) if (disk.attachedTo === id) disk.attachedTo = undefined;
    }

    attach(diskId: string, machineId: string): void {
        const disk = this.disks.get(diskId)!;
        if (disk.attachedTo !== undefined && disk.attachedTo !== machineId)
            throw new Harmless(`attached ${diskId} to a second server`);
        if (this.machines.get(machineId)?.state !== "running")
            throw new Harmless(`attached ${diskId} to a server that does not run`);
        if (disk.content === "member" && this.others(disk).some(({ attachedTo }) => attachedTo !== undefined))
            throw new InvariantBroken(`attached ${diskId} beside another disk of the same physical volume`);
        disk.attachedTo = machineId;
        this.wake(this.machines.get(machineId)!);
    }

    /** A group that becomes whole is activated by itself, and what hangs on it starts (S8). */
    wake(machine: Machine): void {
        if (machine.units.mount && !this.aside && this.isWholeOn(machine.id) && this.disksOf(machine) === undefined)
            this.mount(machine);
    }

    /** What is wrong with a server's disks, as it sees them. */
    disksOf(machine: Machine): DisksView | undefined {
        return disksAtBoot(machine, [...this.disks.values()], [...new Set(this.carriers().map(({ pv }) => pv))]);
    }

    /** Clients write from here on. */
    mount(machine: Machine): void {
        if (machine.mounted) return;
        for (const disk of this.carriers().filter(({ attachedTo }) => attachedTo === machine.id)) {
            if (this.others(disk).some(({ written }) => written > disk.written))
                throw new InvariantBroken(
                    `mounted ${disk.id}, which is older than another disk of the same physical volume`,
                );
            disk.written++;
        }
        Object.assign(machine, { mounted: true, active: true, exported: machine.units.share });
        machine.units.mount = true;
    }

    detach(diskId: string): void {
        const disk = this.disks.get(diskId);
        if (disk === undefined) return;
        const machine = this.machines.get(disk.attachedTo ?? "");
        if (disk.content === "member" && machine?.active === true)
            throw new InvariantBroken(`detached ${diskId} under a drive that is in use`);
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
        if (this.everExported) throw new InvariantBroken("made a drive a second time");
        this.formats++;
        this.hasVolume = true;
    }

    /** lvextend over all that is free. */
    extend(): void {
        const members = this.members.map((id) => this.disks.get(id)!);
        if (members.some(({ leaving }) => leaving)) throw new InvariantBroken("extended while a slot is leaving");
        const before = this.extents.length;
        for (const { id, sizeGiB, pv } of members)
            for (let used = this.usedOn(id); used < sizeGiB; used++) {
                this.extents.push(pv);
                this.contents.write(this.extents.length - 1, id);
            }
        // LVM's metadata is newer on every member then: a disk that was taken off before is the older one, mounted or not.
        if (this.extents.length > before) for (const disk of members) disk.written++;
    }

    /** One range of pvmove: a checkpoint. */
    moveRange(from: string, to: readonly string[], count: number): void {
        if (!this.disks.get(from)!.leaving) throw new Harmless(`moved data off ${from}, which is not leaving`);
        for (let moved = 0; moved < count; moved++) {
            const extent = this.extents.indexOf(this.disks.get(from)!.pv);
            if (extent < 0) return;
            const target = to.find((id) => this.usedOn(id) < this.disks.get(id)!.sizeGiB);
            if (target === undefined) throw new InvariantBroken(`no room for what is on ${from}`);
            if (this.disks.get(target)!.content !== "member" || this.disks.get(target)!.leaving)
                throw new InvariantBroken(`moved data to ${target}, which does not stay`);
            this.contents.copy(extent, from, target);
            this.extents[extent] = this.disks.get(target)!.pv;
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
        const lost = this.contents.lost(this.places());
        if (lost.length > 0)
            throw new InvariantBroken(`the data of extents ${lost.join(", ")} is not where it belongs`);
    }

    private check(): void {
        for (const id of this.foreign.changed([this.disks, this.machines]))
            throw new InvariantBroken(`${id}, which is not the drive's, was changed or deleted`);
        for (const machine of this.machines.values()) {
            if (machine.exported) this.everExported = true;
            if (machine.exported && !machine.mounted) throw new InvariantBroken("exported an unmounted drive");
            if (machine.mounted && this.members.some((id) => this.disks.get(id)?.attachedTo !== machine.id)) {
                throw new InvariantBroken("mounted an incomplete group");
            }
        }
        const there = new Set(this.carriers().map(({ pv }) => pv));
        for (const pv of this.content) if (!there.has(pv)) throw new InvariantBroken(`data on ${pv} is lost`);
    }
}
