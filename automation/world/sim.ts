import type { DriveConfig } from "../../infra/model/config";
import type { Change, GuestView, Observed, ServerView, VolumeView } from "../observed";
import type { Ports } from "../ports";
import { same } from "../same";
import type { Step } from "../steps";
import type { Machine } from "./cloud";
import { Cloud, InvariantBroken } from "./cloud";
import { SimStack } from "./stack";

const GIB = 1024 ** 3;

/** A whole world for specs: the same two calls as the real one, the same steps, no time and no machine. */
export class SimWorld implements Ports {
    readonly cloud = new Cloud();
    readonly stack = new SimStack(this.cloud);
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
            slot: disk.slot,
            zone: disk.zone,
            sizeGiB: disk.sizeGiB,
            type: disk.type,
            state: disk.attachedTo === undefined ? "available" : "in-use",
            attachedTo: disk.attachedTo,
            attachment: disk.attachedTo === undefined ? undefined : "attached",
            modification: disk.modifying ? { state: "optimizing", progress: 50 } : undefined,
        }));
        const servers = [...cloud.machines.values()]
            .filter(({ state }) => state !== "terminated")
            .map((machine): ServerView => ({ ...machine }));
        return {
            ec2: { volumes, servers, parts: [] },
            stack: {
                revision: stack.desired?.revision,
                desired: stack.desired,
                serverId: stack.serverId,
                volumes: Object.fromEntries([...stack.volumes].map(([slot, { id }]) => [slot, id])),
                ids: stack.ids(),
                pending: stack.pending,
            },
            guest: this.guest(cloud.machines.get(stack.serverId ?? "")),
            changes: preview ? changes : undefined,
        };
    }

    private guest(machine: Machine | undefined): GuestView | undefined {
        if (machine?.state !== "running") return undefined;
        const here = [...this.cloud.disks.values()].filter(
            (disk) => disk.attachedTo === machine.id && disk.content === "member",
        );
        const missing = this.cloud.content.filter((id) => !here.some((disk) => disk.id === id));
        const unused = here.filter((disk) => !this.cloud.content.includes(disk.id));
        return {
            reachable: true,
            members: here.map((disk) => ({
                volumeId: disk.id,
                sizeBytes: disk.sizeGiB * GIB,
                usedBytes: this.cloud.content.includes(disk.id) ? disk.sizeGiB * GIB : 0,
                leaving: false,
            })),
            missing,
            freeBytes: unused.reduce((sum, disk) => sum + disk.sizeGiB * GIB, 0),
            mounted: machine.mounted,
            sizeBytes: this.cloud.content.reduce((sum, id) => sum + this.cloud.disks.get(id)!.sizeGiB * GIB, 0),
            usedBytes: 0,
            exports: machine.exported ? this.desired.share.clients : [],
            clients: [],
            uptimeSeconds: 1,
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

    private perform(step: Step): void {
        const { cloud, stack } = this;
        switch (step.kind) {
            case "up":
                return stack.up(this.desired, step);
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
                cloud.effect(() => Object.assign(this.machine(step.serverId), { exported: false }));
                cloud.effect(() => Object.assign(this.machine(step.serverId), { mounted: false }));
                return;
            case "stopServer":
                if (this.machine(step.serverId).mounted)
                    throw new InvariantBroken("stopped a server with a mounted drive");
                cloud.effect(() => (this.machine(step.serverId).state = "stopped"));
                return;
            case "terminateServer":
                if (this.machine(step.serverId).state !== "stopped")
                    throw new InvariantBroken("terminated a live server");
                cloud.effect(() => cloud.terminate(step.serverId));
                return;
            case "waitVolume":
            case "waitGuest":
                return;
        }
    }

    /** Fstab and nfsd's unit bring mount and exports back, if every member is there (S8). */
    private boot(machine: Machine): void {
        const whole =
            this.cloud.content.length > 0 &&
            this.cloud.content.every((id) => this.cloud.disks.get(id)?.attachedTo === machine.id);
        Object.assign(machine, {
            state: "running",
            mounted: whole,
            exported: whole && this.desired.share.clients.length > 0,
        });
    }

    private settle(machine: Machine): void {
        if (machine.state === "pending") machine.state = "running";
        if (machine.state === "stopping") machine.state = "stopped";
        if (machine.state === "shutting-down") this.cloud.terminate(machine.id);
    }

    private machine(id: string): Machine {
        return this.cloud.machines.get(id)!;
    }
}
