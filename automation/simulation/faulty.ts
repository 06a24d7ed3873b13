import { DriveError } from "../../infra/model/errors";
import type { Ec2View, GuestView, Observed, ServerView, StackView, VolumeView } from "../model/observed";
import type { Look, Ports } from "../reconcile/ports";
import type { Step } from "../model/steps";
import { InvariantBroken, Killed, Harmless } from "./cloud";
import type { SimWorld } from "./sim";
import { MOST_LAG, type Weather } from "./weather";

/**
 * A simulated world whose answers can be old, slow or missing. A call that fails before its effect was throttled or met an
 * ill EC2; one that fails after it lost its reply.
 */
export class FaultyWorld implements Ports {
    private readonly past: Observed[] = [];
    /** By what is in motion: so many looks until it is over. */
    private readonly inMotion = new Map<string, number>();
    private before: Ec2View = { volumes: [], servers: [], parts: [], snapshots: [] };
    private looks = 0;
    private shownInMotion = false;
    /** The last look had an old answer in it. */
    private isMisled = false;

    constructor(
        readonly world: SimWorld,
        private weather: Weather,
    ) {}

    /** Another run in another weather; what is remembered of the world stays. */
    turn(weather: Weather): void {
        Object.assign(this, { weather, looks: 0 });
    }

    /** For the cloud: called before and after each effect. */
    fuse(): () => void {
        const left = [...this.weather.faults];
        let points = 0;
        return () => {
            this.remember();
            const [next] = left;
            if (next === undefined || points++ < next.after) return;
            left.shift();
            points = 0;
            if (next.kind === "killed") throw new Killed("killed");
            throw unwell("Ec2Unwell", "EC2 did not answer");
        };
    }

    observe(look: Look): Promise<Observed> {
        this.remember();
        const lag = this.weather.lags[this.looks++] ?? { ec2: 0, stack: 0, guest: 0 };
        const { ec2, guest } = this.slowly({ ec2: this.ago(lag.ec2).ec2, guest: this.ago(lag.guest).guest });
        this.isMisled = lag.ec2 + lag.stack + lag.guest > 0;
        const { changes } = this.world.view(look.preview);
        return Promise.resolve({ ec2, guest, stack: this.stack(lag.stack), changes });
    }

    async apply(step: Step): Promise<void> {
        const waits = step.kind.startsWith("wait") || step.kind === "forgetPending";
        if (this.shownInMotion && !waits) throw new InvariantBroken(`${step.kind} while something is in motion`);
        if (step.kind === "waitVolume") this.inMotion.set(step.volumeId, 0);
        if (step.kind === "waitServer") this.inMotion.set(step.serverId, 0);
        try {
            await this.world.apply(step);
        } catch (thrown) {
            const error = this.isMisled && thrown instanceof Harmless ? unwell("Ec2Refused", thrown.message) : thrown;
            if (step.kind === "up" && !(error instanceof Killed)) this.settled();
            throw error;
        }
        if (step.kind === "forgetPending") this.settled();
    }

    /** What a failed or interrupted `up` may have made is shown before anything else is decided (ports.ts). */
    private settled(): void {
        const { ec2 } = this.world.view(false);
        for (const [at, past] of this.past.entries()) this.past[at] = { ...past, ec2 };
    }

    private remember(): void {
        this.past.unshift(this.world.view(false));
        this.past.length = Math.min(this.past.length, MOST_LAG + 1);
    }

    private ago(lag: number): Observed {
        return this.past[Math.min(lag, this.past.length - 1)]!;
    }

    /** A backend answers with what was written last; only another driver's work can overtake a reader, and a killed one's is not overtaken. */
    private stack(lag: number): StackView {
        return { ...this.ago(lag).stack, pending: this.world.stack.pending };
    }

    /** What was not there at the last look is not over yet. */
    private slowly({ ec2, guest }: { ec2: Ec2View; guest: GuestView | undefined }) {
        const volumes = ec2.volumes.map((volume) => this.slowVolume(volume));
        const servers = ec2.servers.map((server) => this.slowServer(server));
        this.before = ec2;
        this.shownInMotion =
            servers.some(({ state }) => state === "pending") ||
            volumes.some(({ state, attachment }) => state === "creating" || attachment?.endsWith("ing") === true);
        const booting = servers.some(({ state }) => state === "pending");
        return { ec2: { ...ec2, volumes, servers }, guest: booting ? undefined : guest };
    }

    private slowVolume(volume: VolumeView): VolumeView {
        const before = this.before.volumes.find(({ id }) => id === volume.id);
        const changed = before === undefined || before.attachedTo !== volume.attachedTo;
        if (!this.isMoving(volume.id, changed)) return volume;
        if (volume.attachedTo !== undefined) return { ...volume, attachment: "attaching" };
        return before?.attachedTo === undefined
            ? { ...volume, state: "creating" }
            : { ...volume, state: "in-use", attachedTo: before.attachedTo, attachment: "detaching" };
    }

    private slowServer(server: ServerView): ServerView {
        const before = this.before.servers.find(({ id }) => id === server.id);
        const begun = server.state === "running" && before?.state !== "running";
        return this.isMoving(server.id, begun) ? { ...server, state: "pending" } : server;
    }

    private isMoving(id: string, begun: boolean): boolean {
        const left = begun ? this.weather.slow : (this.inMotion.get(id) ?? 0);
        this.inMotion.set(id, Math.max(0, left - 1));
        return left > 0;
    }
}

const unwell = (code: string, seen: string): DriveError => new DriveError(code, seen, { retryable: true });
