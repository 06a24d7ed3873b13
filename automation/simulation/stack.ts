import type { DriveConfig, SlotConfig } from "../../infra/model/config";
import { slotsThatAre } from "../../infra/model/slots";
import { DriveError } from "../../infra/model/errors";
import { canonical } from "../model/same";
import type { Machine } from "./things";
import { Cloud, Harmless, Killed } from "./cloud";

export interface SimUp {
    readonly refresh: boolean;
    readonly adopt: Readonly<Record<string, string>>;
    readonly redo: boolean;
}

/**
 * The engine's side: what it recorded, and what one `up` does in which order (design §3, "How the engine behaves").
 * A kill between an effect and its record is what leaks; half-known creations are counted, as the real state does.
 */
export class SimStack {
    readonly volumes = new Map<string, { id: string; protected: boolean; asked?: string }>();
    readonly attachments = new Set<string>();
    serverId: string | undefined;
    groupCommand: string | undefined;
    shareCommand: string | undefined;
    desired: DriveConfig | undefined;
    /** When the last `up` that ended began. */
    began: string | undefined;
    pending = 0;
    /** Its provider and the drive's interface are in the state from the first `up` on. */
    private isBegun = false;

    constructor(private readonly cloud: Cloud) {}

    up(desired: DriveConfig, { refresh, adopt, redo }: SimUp): void {
        const began = this.cloud.births.time();
        this.isBegun = true;
        if (refresh) this.refresh();
        const attached = slotsThatAre(desired.slots, "attached");
        if ([...this.attachments].some((slot) => desired.slots[slot] !== undefined && !attached.includes(slot)))
            throw new Harmless("the engine was asked to delete a protected attachment");
        const declared = slotsThatAre(desired.slots, "volume", "attached");
        for (const slot of declared) this.volume(slot, desired, adopt[slot]);
        const server = this.server(desired);
        for (const slot of attached) this.attach(slot, server);
        this.commands(desired, server, redo);
        for (const slot of declared) {
            const { state, keepHours } = desired.slots[slot]!;
            if (state === "released" && keepHours !== undefined)
                this.cloud.effect(() => (this.cloud.disks.get(this.volumes.get(slot)!.id)!.keepHours = keepHours));
        }
        this.cloud.fuse();
        this.began = began;
        this.desired = desired; // the outputs are there when the program has ended: the engine deletes afterwards
        for (const slot of [...this.volumes.keys()]) if (desired.slots[slot] === undefined) this.drop(slot);
    }

    ids(): string[] {
        return [
            ...(this.isBegun ? [Cloud.INTERFACE] : []),
            ...[...this.volumes.values()].map(({ id }) => id),
            ...(this.serverId === undefined ? [] : [this.serverId]),
        ];
    }

    private refresh(): void {
        for (const known of this.volumes.values()) delete known.asked;
        const machine = this.cloud.machines.get(this.serverId ?? "");
        if (machine === undefined || machine.state === "terminated") this.serverId = undefined;
        for (const [slot, { id }] of this.volumes) if (!this.cloud.disks.has(id)) this.volumes.delete(slot);
        for (const slot of this.attachments) {
            const disk = this.cloud.disks.get(this.volumes.get(slot)?.id ?? "");
            if (disk === undefined || disk.attachedTo === undefined || disk.attachedTo !== this.serverId)
                this.attachments.delete(slot);
        }
    }

    private create<T extends { readonly id: string }>(make: () => T, record: (made: T) => void): T {
        this.pending++;
        const made = this.answered(() => this.cloud.effect(make));
        record(made);
        this.pending--;
        return made;
    }

    /** A provider that reports a failure leaves nothing half known, whatever it has made. */
    private answered<T>(call: () => T): T {
        try {
            return call();
        } catch (error) {
            if (!(error instanceof Killed)) this.pending--;
            throw error;
        }
    }

    private volume(slot: string, desired: DriveConfig, adopted: string | undefined): void {
        const wanted = desired.slots[slot]!;
        const { zone, nonce } = desired;
        const known = this.volumes.get(slot);
        if (known === undefined && adopted !== undefined) {
            this.volumes.set(slot, { id: adopted, protected: true });
            return this.volume(slot, desired, undefined);
        }
        if (known === undefined) {
            this.create(
                () =>
                    Object.assign(this.cloud.createVolume(slot, zone, wanted.sizeGiB, wanted.type, wanted.from), {
                        nonce,
                    }),
                (disk) => this.volumes.set(slot, { id: disk.id, protected: wanted.state !== "released" }),
            );
            return;
        }
        const disk = this.cloud.disks.get(known.id)!;
        if (disk.nonce !== nonce) this.cloud.effect(() => (disk.nonce = nonce));
        if (wanted.state === "released" && disk.content === "member" && !this.cloud.isReplaced(disk))
            throw new Harmless(`lifted the protection of ${disk.id}, which is a member`); // the server refuses it, later in this up
        known.protected = wanted.state !== "released"; // on record at once, whatever becomes of this up
        if (disk.sizeGiB !== wanted.sizeGiB || disk.type !== wanted.type) {
            // After a failure the state has what was asked for: nothing more is, and the failed modification is looked at again.
            if (known.asked === shapeOf(wanted))
                throw new Harmless(`looked for a modification of ${known.id} that had failed`);
            this.cloud.effect(() => this.cloud.modifyVolume(known.id, wanted.sizeGiB, wanted.type));
            if (disk.failed === true) {
                known.asked = shapeOf(wanted);
                throw new DriveError("ModificationFailed", `EC2 has given up the modification of ${known.id}`);
            }
        }
    }

    private server(desired: DriveConfig): Machine {
        const { imageId, instanceType } = desired.server;
        if (this.serverId === undefined) {
            const made = this.create(
                () => Object.assign(this.cloud.runServer(imageId, instanceType), { nonce: desired.nonce }),
                (machine) => (this.serverId = machine.id),
            );
            this.cloud.effect(() => (made.state = "running"));
        }
        const machine = this.cloud.machines.get(this.serverId!)!;
        if (machine.state === "pending") machine.state = "running"; // the provider waits
        if (machine.nonce !== desired.nonce) this.cloud.effect(() => (machine.nonce = desired.nonce));
        return machine;
    }

    private attach(slot: string, server: Machine): void {
        if (this.attachments.has(slot)) return;
        const { id } = this.volumes.get(slot)!;
        this.cloud.effect(() => this.cloud.attach(id, server.id));
        this.attachments.add(slot);
    }

    /** Each finds its work done or does it; a group with a missing member takes nothing. */
    private commands(desired: DriveConfig, server: Machine, redo: boolean): void {
        const slots = slotsThatAre(desired.slots, "attached")
            .map((slot) => [slot, desired.slots[slot]!] as const)
            .filter(([, { state }]) => state !== "released");
        const group = canonical([server.id, slots, slots.map(([slot]) => this.volumes.get(slot)!.id)]);
        if (redo || this.groupCommand !== group) {
            // Only the command's creation may make a drive; running it again is told that it may not.
            this.group(Object.fromEntries(slots), server, this.groupCommand === undefined && !redo);
            this.groupCommand = group;
        }
        const share = canonical([server.id, desired.share]);
        if (redo || this.shareCommand !== share) {
            if (server.state !== "running" || !server.mounted) throw new DriveError("NotMounted", "nothing to export");
            this.cloud.effect(() => {
                server.units.share = desired.share.clients.length > 0;
                server.exported = server.units.share;
            });
            this.shareCommand = share;
        }
    }

    /** join, extend, mount, as the scripts do it. */
    private group(slots: DriveConfig["slots"], server: Machine, mayMake: boolean): void {
        const { cloud } = this;
        if (server.state !== "running") throw new DriveError("GuestFailed", "the server does not answer");
        if (cloud.members.length === 0 && !mayMake) throw new DriveError("DriveGone", "there is no group");
        if (cloud.lost.length > 0 || cloud.members.some((id) => cloud.disks.get(id)?.attachedTo !== server.id))
            throw new DriveError("VolumeMissing", "a member is missing");
        const disks = Object.entries(slots).map(([slot, { state, copies }]) => ({
            disk: cloud.disks.get(this.volumes.get(slot)!.id)!,
            state,
            copies,
        }));
        if (cloud.members.some((id) => !disks.some(({ disk }) => disk.id === id)))
            throw new DriveError("SlotStillInUse", "a member of the group is of no slot");
        // What is written below is permitted by this, so it comes first.
        cloud.effect(() => (server.records = new Map(disks.map(({ disk }) => [disk.id, disk.pv]))));
        for (const { disk } of disks.filter(({ disk, copies }) => copies !== undefined && !disk.placed)) {
            if (!cloud.aside) throw new DriveError("CopyStale", "the drive was mounted after the copy was taken");
            cloud.effect(() => (disk.placed = true));
        }
        for (const { disk, state } of disks) {
            if (state === "member" && disk.content === "blank" && disk.from !== undefined)
                throw new DriveError("SnapshotWithoutDrive", "what came from a snapshot is no physical volume");
            if (state === "member" && disk.content === "blank") cloud.effect(() => cloud.initialize(disk.id));
            if (state === "member" && disk.content === "orphan") cloud.effect(() => cloud.join(disk.id));
            if (state === "leaving" && disk.content === "member" && !disk.leaving)
                cloud.effect(() => (disk.leaving = true));
        }
        if (!disks.some(({ state }) => state === "leaving")) {
            if (disks.some(({ disk }) => disk.leaving))
                throw new DriveError("SlotLeaving", "a member of the group is tagged as leaving");
            if (!cloud.hasVolume && !mayMake) throw new DriveError("DriveGone", "the group has no volume");
            if (!cloud.hasVolume) cloud.effect(() => cloud.format());
            cloud.effect(() => cloud.extend());
        }
        cloud.effect(() => (cloud.aside = false));
        const wrong = cloud.disksOf(server);
        if (wrong !== undefined) throw new DriveError("DisksRefused", wrong.seen);
        cloud.effect(() => cloud.mount(server));
    }

    private drop(slot: string): void {
        const { id, protected: held } = this.volumes.get(slot)!;
        if (held) throw new Harmless(`the engine was asked to delete the protected volume of slot ${slot}`);
        this.cloud.effect(() => this.cloud.detach(id));
        this.attachments.delete(slot);
        if (this.cloud.disks.get(id)?.keepHours === undefined) this.cloud.effect(() => this.cloud.deleteVolume(id));
        this.volumes.delete(slot);
    }
}

const shapeOf = ({ sizeGiB, type }: SlotConfig): string => `${sizeGiB} ${type}`;
