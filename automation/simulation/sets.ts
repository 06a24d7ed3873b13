import { DriveError } from "../../infra/model/errors";
import { TAG } from "../../infra/model/names";
import type { Ec2, MadeSet, SetCall, SetSnapshot } from "../ec2/port";
import { InvariantBroken, type Cloud } from "./cloud";

/** What a call of createSet meets: refused for now; or its reply is lost, before the work or after it. */
export type Mishap = "busy" | "lost-before" | "lost-after";

type Ports = Pick<Ec2, "createSet" | "setSnapshots" | "tagSnapshots" | "attachedVolumes" | "deleteSnapshot">;

/**
 * EC2's backup sets in the simulated world: whole sets of one instant. Each change passes the cloud's fuse, so that a run is killed before or
 * after it, and a call that fails there has lost its reply; a look may be old.
 */
export class SimSets implements Ports {
    private now: readonly SetSnapshot[] = [];
    /** The newest first; the last one is what was there at the beginning. */
    private readonly past: (readonly SetSnapshot[])[] = [[]];
    /** So many changes old is the answer of the next look; then the one after it. */
    readonly lags: number[] = [];
    /** What the next calls of createSet meet. */
    readonly mishaps: Mishap[] = [];

    constructor(private readonly cloud: Cloud) {}

    /** As it is, whatever a look would show. */
    get all(): readonly SetSnapshot[] {
        return this.now;
    }

    createSet(order: SetCall): Promise<MadeSet> {
        return this.asked(() => {
            const mishap = this.mishaps.shift();
            if (mishap === "busy")
                throw new DriveError("SnapshotsBusy", "EC2 takes no snapshot of it now", { retryable: true });
            if (mishap === "lost-before") throw unknown();
            const made = this.certain(() => this.cloud.effect(() => this.make(order)));
            if (mishap === "lost-after") throw unknown();
            return made;
        });
    }

    private make({ serverId, exclude, description, tags }: SetCall): MadeSet {
        const attached = this.attachedTo(serverId);
        const stranger = exclude.find((id) => !attached.includes(id));
        if (stranger !== undefined) throw new DriveError("Ec2Refused", `${stranger} is no data volume of ${serverId}`);
        if (TAG.copy in tags) throw new InvariantBroken("a set with the tag of a copy, which older drivers delete");
        if (description.length > 255) throw new DriveError("Ec2Refused", "the description is too long");
        const chosen = attached.filter((id) => !exclude.includes(id));
        if (chosen.length === 0) throw new DriveError("Ec2Refused", `no volume of ${serverId} is left`);
        const startedAt = this.cloud.births.time();
        const members = chosen.map((volumeId) => ({ snapshotId: this.cloud.births.id("snap"), volumeId }));
        for (const { snapshotId, volumeId } of members) this.cloud.contents.copyAll(volumeId, snapshotId);
        this.change([
            ...this.now,
            ...members.map(({ snapshotId, volumeId }) => ({
                ...{ id: snapshotId, volumeId, state: "pending", progress: 0, startedAt, encrypted: true },
                ...{ sizeGiB: this.cloud.disks.get(volumeId)!.sizeGiB, tags },
            })),
        ]);
        return { startedAt, members };
    }

    setSnapshots(drive: string): Promise<readonly SetSnapshot[]> {
        const lag = Math.min(this.lags.shift() ?? 0, this.past.length);
        const shown = lag === 0 ? this.now : this.past[lag - 1]!;
        return Promise.resolve(shown.filter(({ tags }) => tags[TAG.drive] === drive && tags[TAG.set] !== undefined));
    }

    tagSnapshots(ids: readonly string[], tags: Readonly<Record<string, string>>): Promise<void> {
        return this.asked(() =>
            this.cloud.effect(() => {
                const gone = ids.find((id) => !this.now.some((one) => one.id === id));
                if (gone !== undefined) throw new DriveError("Ec2Refused", `InvalidSnapshot.NotFound: ${gone}`);
                this.change(
                    this.now.map((one) => (ids.includes(one.id) ? { ...one, tags: { ...one.tags, ...tags } } : one)),
                );
            }),
        );
    }

    /** Gone already is done already. */
    deleteSnapshot(id: string): Promise<void> {
        return this.asked(() =>
            this.cloud.effect(() => {
                this.change(this.now.filter((one) => one.id !== id));
                this.cloud.contents.erase(id);
            }),
        );
    }

    attachedVolumes(serverId: string): Promise<readonly string[]> {
        return this.asked(() => this.attachedTo(serverId));
    }

    /** What is pending is completed. */
    complete(): void {
        const done = { state: "completed", progress: 100 };
        this.change(this.now.map((one) => (one.state === "pending" ? { ...one, ...done } : one)));
    }

    /** One member fails, and EC2 shows all of that instant as failed. */
    fail(id: string, message: string): void {
        const { startedAt } = this.now.find((one) => one.id === id)!;
        this.change(
            this.now.map((one) => ({
                ...one,
                ...(one.startedAt === startedAt && { state: "error", progress: 0 }),
                ...(one.id === id && { message }),
            })),
        );
    }

    private attachedTo(serverId: string): string[] {
        const machine = this.cloud.machines.get(serverId);
        if (machine === undefined || machine.state === "terminated")
            throw new DriveError("ServerNotSeen", `EC2 shows no server ${serverId}`, { retryable: true });
        const disks = [...this.cloud.disks.values()].filter(({ attachedTo }) => attachedTo === serverId);
        return disks.map(({ id }) => id).sort();
    }

    private change(next: readonly SetSnapshot[]): void {
        this.past.unshift(this.now);
        this.now = next;
    }

    /** The weather's failed call is EC2's silence: here nobody knows then whether a set was made. */
    private certain<T>(work: () => T): T {
        try {
            return work();
        } catch (error) {
            if (error instanceof DriveError && error.code === "Ec2Unwell") throw unknown();
            throw error;
        }
    }

    private asked<T>(work: () => T): Promise<T> {
        try {
            return Promise.resolve(work());
        } catch (error) {
            return Promise.reject(error);
        }
    }
}

const unknown = (): DriveError =>
    new DriveError("SetUnknown", "EC2 did not say whether CreateSnapshots made a set", { retryable: true });
