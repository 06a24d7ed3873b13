import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import type { FreezeOrder, Held } from "../guest/port";
import type { Change, GuestView, Observed, ServerView, SnapshotView, VolumeView } from "../model/observed";
import { ours } from "../reconcile/ours";
import type { Ports } from "../reconcile/ports";
import { LookAgain } from "../model/look-again";
import { same } from "../model/same";
import type { Step } from "../model/steps";
import type { Disk, Machine, Snapshot } from "./things";
import { Cloud, Harmless, InvariantBroken, NOW } from "./cloud";
import { SimLock } from "./lock";
import { SimStack } from "./stack";

/** One a GiB, and a little less: a physical volume keeps something to itself. */
const EXTENT = 1024 ** 3 - 4 * 1024 ** 2;

/** Extents to a checkpoint. */
const RANGE = 3;

/** Steps whose verbs take the drive's lock, or that end the server which has it. */
const CHANGES_GROUP: ReadonlySet<Step["kind"]> = new Set<Step["kind"]>([
    ...(["up", "move", "letGo", "stay", "quiesce", "sweep", "stopServer", "terminateServer"] as const),
]);

/** A whole world for specs: the same two calls as the real one, the same steps, no time and no machine. */
export class SimWorld implements Ports {
    readonly cloud = new Cloud();
    readonly stack = new SimStack(this.cloud);
    readonly lock = new SimLock(this.cloud);
    desired: DriveConfig;

    constructor(desired: DriveConfig) {
        this.desired = desired;
    }

    observe(look: { readonly preview: boolean }): Promise<Observed> {
        return Promise.resolve(this.view(look.preview));
    }

    view(preview: boolean): Observed {
        const { cloud, stack } = this;
        const changes: Change[] = same(stack.desired, this.desired)
            ? []
            : [{ operation: "update", type: "stack", name: "content" }];
        const volumes = [...cloud.disks.values()].map((disk): VolumeView => ({
            id: disk.id,
            slot: disk.keepHours === undefined ? disk.slot : "",
            kept: keptOf(disk),
            zone: disk.zone,
            sizeGiB: disk.sizeGiB,
            type: disk.type,
            state: disk.attachedTo === undefined ? "available" : "in-use",
            attachedTo: disk.attachedTo,
            attachment: disk.attachedTo === undefined ? undefined : "attached",
            modifiedAt: disk.modifiedAt.at(-1),
            snapshotId: disk.from?.snapshot,
            fromSnapshot: disk.restored === true ? undefined : disk.from?.snapshot,
            ...{ nonce: disk.nonce, createdAt: disk.createdAt },
            fromVolume: disk.from?.volume,
            failed: disk.failed === true ? "Internal error" : undefined,
            modification: disk.modifying ? { state: "optimizing", progress: 50 } : undefined,
        }));
        const servers = [...cloud.machines.values()]
            .filter(({ state }) => state !== "terminated")
            .map((machine): ServerView => ({ ...machine }));
        return ours(this.desired, {
            ec2: {
                ...{ volumes, servers, parts: [], readAt: NOW },
                snapshots: [...cloud.snapshots.values()].map(snapshotView),
            },
            stack: {
                revision: stack.desired?.revision,
                desired: stack.desired,
                began: stack.began,
                serverId: stack.serverId,
                volumes: Object.fromEntries([...stack.volumes].map(([slot, { id }]) => [slot, id])),
                unprotected: [...stack.volumes].flatMap(([slot, { protected: held }]) => (held ? [] : [slot])),
                ids: stack.ids(),
                pending: stack.pending,
            },
            guest: this.guest(cloud.machines.get(stack.serverId ?? "")),
            changes: preview ? changes : undefined,
        });
    }

    private guest(machine: Machine | undefined): GuestView | undefined {
        if (machine?.state !== "running") return undefined;
        const { cloud } = this;
        const group = cloud.members.map((id) => cloud.disks.get(id)!);
        const here = group.filter((disk) => disk.attachedTo === machine.id);
        const members = here.map(({ id, sizeGiB, leaving }) => {
            return { volumeId: id, sizeBytes: sizeGiB * EXTENT, usedBytes: cloud.usedOn(id) * EXTENT, leaving };
        });
        return {
            reachable: true,
            members,
            group: here.length > 0 ? "the one" : undefined,
            present: [...cloud.disks.values()].filter((disk) => disk.attachedTo === machine.id).map(({ id }) => id),
            missing: [...group.filter((disk) => !here.includes(disk)).map(({ id }) => id), ...cloud.lost],
            freeBytes: members.reduce((sum, { sizeBytes, usedBytes }) => sum + sizeBytes - usedBytes, 0),
            mounted: machine.mounted,
            sizeBytes: cloud.extents.length * EXTENT,
            usedBytes: 0,
            exports: machine.exported ? this.desired.share.clients : [],
            clients: [],
            uptimeSeconds: 1,
            inFlightBytes: 0,
            asideSince: cloud.aside ? 1 : undefined,
            active: machine.active,
            disks: machine.mounted ? undefined : cloud.disksOf(machine),
        };
    }

    apply(step: Step): Promise<void> {
        try {
            this.perform(step);
            return Promise.resolve();
        } catch (error) {
            return Promise.reject(error);
        }
    }

    /** What the guest of the drive's server answers. */
    freeze(order: FreezeOrder): Promise<Held> {
        try {
            const machine = this.cloud.machines.get(this.stack.serverId ?? "");
            return Promise.resolve(this.lock.hold(machine, order, this.desired.name));
        } catch (error) {
            return Promise.reject(error);
        }
    }

    private perform(step: Step): void {
        const { cloud, stack } = this;
        if (CHANGES_GROUP.has(step.kind)) this.lock.wait();
        switch (step.kind) {
            case "up":
                return stack.up(this.desired, step);
            case "move":
                return this.move(this.diskOf(step.slot), step.to);
            case "letGo":
                return this.letGo(this.diskOf(step.slot));
            case "stay":
                cloud.effect(() => (this.diskOf(step.slot).leaving = false));
                return;
            case "configure":
                cloud.effect(() => (this.desired = step.desired));
                return;
            case "forgetPending":
                stack.pending = 0;
                return;
            case "sweep":
                if (step.what === "server") cloud.effect(() => cloud.terminate(step.id));
                return;
            case "waitModification":
                cloud.disks.get(step.volumeId)!.modifying = false;
                return;
            case "waitServer":
                this.settle(this.machine(step.serverId));
                return;
            case "startServer":
                cloud.effect(() => this.boot(this.machine(step.serverId)));
                return;
            case "quiesce":
                return this.quiesce(this.machine(step.serverId), step.aside !== undefined);
            case "snapshot":
                cloud.effect(() => cloud.snapshot(step.volumeId, step.stage, this.desired.nonce));
                return;
            case "waitSnapshot":
                for (const [id, one] of cloud.snapshots)
                    if (one.of.id === step.volumeId && one.stage === step.stage)
                        cloud.snapshots.set(id, { ...one, completed: true });
                return;
            case "deleteSnapshot":
                cloud.effect(() => cloud.snapshots.delete(step.snapshotId));
                return;
            case "keep":
                cloud.effect(() => (cloud.disks.get(step.volumeId)!.isKept = true));
                return;
            case "detach":
                if (this.usesIt(step.serverId)) throw new LookAgain(); // the step asks the server itself
                cloud.effect(() => cloud.detach(step.volumeId));
                return;
            case "stopServer":
                if (this.machine(step.serverId).mounted) throw new Harmless("stopped a server with a mounted drive");
                cloud.effect(() => Object.assign(this.machine(step.serverId), { state: "stopped", active: false }));
                return;
            case "terminateServer":
                if (!["stopped", "terminated"].includes(this.machine(step.serverId).state))
                    throw new InvariantBroken("terminated a live server");
                cloud.effect(() => cloud.terminate(step.serverId));
                return;
            case "waitVolume":
            case "waitGuest":
                return;
        }
    }

    private usesIt(serverId: string): boolean {
        const machine = this.cloud.machines.get(serverId);
        if (machine?.state !== "running") return false;
        return !this.cloud.aside || machine.mounted || machine.active || machine.exported;
    }

    private quiesce(machine: Machine, aside: boolean): void {
        const { cloud } = this;
        cloud.effect(() => (machine.exported = false));
        cloud.effect(() => (machine.mounted = false));
        cloud.effect(() => (machine.active = false));
        if (!aside) return;
        if (!cloud.isWholeOn(machine.id)) throw new DriveError("VolumeMissing", "a member of the group is missing");
        cloud.effect(() => (cloud.aside = true));
    }

    private move(from: Disk, to: readonly string[]): void {
        const targets = to.map((slot) => this.diskOf(slot).id);
        while (this.cloud.usedOn(from.id) > 0) this.cloud.effect(() => this.cloud.moveRange(from.id, targets, RANGE));
    }

    private letGo(disk: Disk): void {
        if (disk.content === "member") this.cloud.effect(() => this.cloud.reduce(disk.id));
        if (disk.content === "orphan") this.cloud.effect(() => this.cloud.wipe(disk.id));
    }

    private diskOf(slot: string): Disk {
        return this.cloud.disks.get(this.stack.volumes.get(slot)!.id)!;
    }

    /** Fstab and nfsd's unit bring mount and exports back, if every member is there (S8). */
    private boot(machine: Machine): void {
        machine.state = "running";
        this.cloud.wake(machine);
    }

    private settle(machine: Machine): void {
        if (machine.state === "pending") machine.state = "running";
        if (machine.state === "stopping") Object.assign(machine, { state: "stopped", active: false });
        if (machine.state === "shutting-down") this.cloud.terminate(machine.id);
    }

    private machine(id: string): Machine {
        return this.cloud.machines.get(id)!;
    }
}

const snapshotView = ({ id, stage, of, nonce, completed }: Snapshot): SnapshotView => ({
    ...{ id, stage, nonce, volumeId: of.id },
    ...{ state: completed ? "completed" : "pending", progress: completed ? 100 : 0 },
});

const keptOf = ({ slot, keepHours: hours, isKept }: Disk): VolumeView["kept"] =>
    hours === undefined ? undefined : { slot, hours, until: isKept ? "2026-11-27T09:12:00.000Z" : undefined };
