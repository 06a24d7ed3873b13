import type { DriveConfig } from "../../infra/model/config";
import { slotsThatAre } from "../../infra/model/slots";
import { copyUnderWay } from "../workflows/copy/plan";
import { Copying } from "../workflows/copy/apply";
import { Ec2Waits } from "./ec2-waits";
import { DriveError } from "../../infra/model/errors";
import type { Ec2 } from "../ec2/port";
import type { Engine } from "../engine/engine";
import type { Guest, GuestOpener } from "../guest/port";
import { LateView } from "./late-view";
import { LeaseKeeper } from "./lease-keeper";
import type { Lease } from "../guest/lease";
import type { IoHost } from "../io/host";
import { MSG } from "../io/messages";
import type { Change, GuestView, Observed, StackView } from "../model/observed";
import { knownServer } from "../model/observed";
import { ours, ownTags } from "../reconcile/ours";
import { nextSteps } from "../reconcile/next-steps";
import type { Look, Ports } from "../reconcile/ports";
import { Retiring } from "../workflows/move/watch";
import type { Step } from "../model/steps";
import type { Clock, Probe } from "../io/wait";
import { until } from "../io/wait";

export interface RealParts {
    readonly engine: Engine;
    readonly ec2: Ec2;
    readonly openGuest: GuestOpener;
    /** What the provider puts on everything, and counts as no tag of the thing's own. */
    readonly defaultTags?: Readonly<Record<string, string>>;
    readonly host: IoHost;
    readonly clock: Clock;
    readonly lease: Lease;
    readonly signal?: AbortSignal | undefined;
    readonly onAbort?: "leave" | "pause" | undefined;
    /** Another driver's lease is waited for; else it is an error that names its holder. */
    readonly wait?: boolean | undefined;
}

/** EC2, the engine and the server behind the two calls of the loop. */
export class RealWorld implements Ports {
    private readonly retiring: Retiring;
    private readonly late: LateView;
    private readonly copying: Copying;
    private readonly ec2Waits: Ec2Waits;
    private readonly keeper: LeaseKeeper;
    /** EC2's time at the last look. */
    private readAt: number | undefined;

    constructor(
        private desired: DriveConfig,
        private readonly parts: RealParts,
    ) {
        this.late = new LateView({ ...parts, look: () => this.glance() });
        const open = async (): Promise<Guest> => this.guestOf(await this.outside());
        this.retiring = new Retiring({ ...parts, open, look: () => this.outside() });
        const wait = this.wait.bind(this);
        const look = async (): Promise<GuestView | undefined> => (await this.withInside(await this.outside())).guest;
        this.keeper = new LeaseKeeper({ ...parts, until: wait, look });
        const inside = async (): Promise<GuestView> => this.asked(await this.outside(), true);
        this.copying = new Copying({ ec2: parts.ec2, wait, inside });
        this.ec2Waits = new Ec2Waits(desired.name, parts.ec2, wait);
    }

    async observe(look: Look): Promise<Observed> {
        const observed = await this.looked(look);
        if (look.tolerant === true || look.beside === true) return observed;
        return (await this.othersEnd(observed)) ? this.observe(look) : observed;
    }

    /** Whether another driver was waited for; where that was not chosen, an error that names it. */
    async othersEnd(observed?: Observed): Promise<boolean> {
        return this.keeper.othersEnd((observed ?? (await this.withInside(await this.outside()))).guest);
    }

    /** Few looks, side by side: EC2 with the stack's state, then the server with the engine's preview. */
    private async looked(look: Look): Promise<Observed> {
        if (look.preview) this.parts.engine.warm();
        const outside = await this.outside();
        const [guest, changes] = await Promise.all([
            this.seen(outside, look.tolerant === true),
            look.preview ? this.preview(outside) : undefined,
        ]);
        return { ...outside, guest, changes };
    }

    /**
     * From here on the lease is ours, where a server answers. Returns what is to be worked on: what was seen before, or a new look where
     * another driver was waited for.
     */
    async held(work: string, first: Observed): Promise<Observed> {
        if (first.guest?.reachable !== true) {
            this.parts.lease.want(work); // the first look that reaches one takes it
            return first;
        }
        const waited = await this.keeper.take(work, await this.guestOf(first));
        return waited ? this.observe({ preview: false }) : first;
    }

    /** Gives the lease back; at the end of every operation that asked for it. */
    release(): Promise<void> {
        return this.keeper.release();
    }

    /** One question to the server, outside the loop. */
    inside<T>(question: (guest: Guest) => Promise<T>): Promise<T> {
        return this.retiring.inside(question);
    }

    /** EC2 and the stack, without a question to the server. */
    outside(): Promise<Observed> {
        return this.late.whole();
    }

    private async glance(): Promise<Observed> {
        const { engine, ec2 } = this.parts;
        const [stack, view] = await Promise.all([engine.state(), ec2.view(this.desired.name, { parts: true })]);
        this.readAt = view.readAt;
        return ours(this.desired, {
            ec2: ownTags(view, this.parts.defaultTags),
            stack,
            guest: undefined,
            changes: undefined,
        });
    }

    private async withInside(observed: Observed): Promise<Observed> {
        return { ...observed, guest: await this.seen(observed) };
    }

    private async seen(observed: Observed, tolerant = false): Promise<GuestView | undefined> {
        return knownServer(observed)?.state === "running" ? this.asked(observed, tolerant) : undefined;
    }

    private async asked(observed: Observed, tolerant: boolean): Promise<GuestView> {
        try {
            const guest = await this.guestOf(observed);
            const seen = await guest.observe(this.parts.lease.order());
            this.keeper.answers(guest);
            return seen;
        } catch (error) {
            if (!(error instanceof DriveError) || !(tolerant || error.details.retryable === true)) throw error;
            return { reachable: false, why: error.message };
        }
    }

    /** Undefined when the plan refuses already (then nothing is asked), or when a server has to leave first. */
    private async preview(outside: Observed): Promise<readonly Change[] | undefined> {
        if (copyUnderWay(this.desired)?.stage === "copying") return undefined; // the driver detaches what the engine must not
        const plan = nextSteps(this.desired, { ...outside, changes: [] });
        if ("refused" in plan || plan.steps.some((step) => step.kind === "terminateServer")) return undefined;
        const up = plan.steps.find((step) => step.kind === "up");
        const options = up === undefined ? {} : { refresh: up.refresh, adopt: up.adopt };
        // Starting the policy pack takes as long as the preview itself: not where nothing is going to change.
        const changes = await this.parts.engine.preview({ ...options, policies: up !== undefined });
        return changes.length > 0 && up === undefined
            ? this.parts.engine.preview({ ...options, policies: true })
            : changes;
    }

    private guestOf(observed: Observed): Promise<Guest> {
        return this.parts.openGuest(this.hostOf(observed), observed.stack.serverId);
    }

    private hostOf(observed: Observed): string {
        const host = observed.stack.sshHost ?? knownServer(observed)?.privateIp;
        if (host !== undefined) return host;
        throw new DriveError("NoServer", "the drive has no server yet", { hint: "elastic-drive up makes one" });
    }

    /** A move renews the lease by its own looks. */
    apply(step: Step): Promise<void> {
        return step.kind === "move" ? this.done(step) : this.keeper.beside(() => this.done(step));
    }

    private async done(step: Step): Promise<void> {
        const { engine, ec2 } = this.parts;
        switch (step.kind) {
            case "up":
                return this.up(step);
            case "forgetPending":
                await this.late.leftovers((await engine.state()).pending); // once forgotten, only EC2 tells of them
                return engine.settle();
            case "sweep":
                return this.sweep(step.what, step.id);
            case "startServer":
                await ec2.startServer(step.serverId);
                return this.ec2Waits.server(step.serverId, ["running"]);
            case "stopServer":
                await ec2.stopServer(step.serverId);
                return this.ec2Waits.server(step.serverId, ["stopped"]);
            case "terminateServer":
                await ec2.terminateServer(step.serverId);
                return this.ec2Waits.server(step.serverId, ["terminated"]);
            case "quiesce":
                return this.retiring.quiesce(this.desired, step.aside);
            case "snapshot":
                return this.copying.snapshot(this.desired, step);
            case "waitSnapshot":
                return this.copying.completed(this.desired, step);
            case "deleteSnapshot":
                return this.copying.delete(this.desired.name, step.snapshotId);
            case "keep":
                return ec2.keep(step.volumeId, step.hours);
            case "detach":
                return this.copying.detach(this.desired.name, step);
            case "move":
                return this.retiring.move(this.desired, step);
            case "letGo":
                return this.retiring.letGo(this.desired, step.slot);
            case "stay":
                return this.retiring.stay(this.desired, step.slot);
            case "configure":
                await engine.editConfig({ drive: step.desired });
                this.desired = step.desired;
                return;
            case "waitServer":
                return this.ec2Waits.server(step.serverId, ["running", "stopped", "terminated"]);
            case "waitVolume":
                return this.ec2Waits.volume(step.volumeId);
            case "waitModification":
                return this.ec2Waits.modification(step.volumeId);
            case "waitGuest":
                return this.guestAnswers();
        }
    }

    /** What a failed one has made is adopted by the next one, which may follow at once: EC2 shows it by then. */
    private async up(options: Extract<Step, { kind: "up" }>): Promise<void> {
        const { engine, signal } = this.parts;
        try {
            await engine.up({ ...options, began: this.readAt });
        } catch (error) {
            const done = error instanceof DriveError && ["PolicyViolated", "LookAgain"].includes(error.code);
            if (!done && signal?.aborted !== true) await this.late.leftovers(this.unmade(await engine.state()));
            throw error;
        }
    }

    /** How many volumes and servers are wanted that the state does not know. */
    private unmade({ serverId, volumes }: StackView): number {
        const declared = slotsThatAre(this.desired.slots, "volume", "attached");
        const slots = declared.filter((slot) => volumes[slot] === undefined);
        return slots.length + (serverId === undefined ? 1 : 0);
    }

    /** What another `up` is just creating looks like a leak: it is over first, and then its state is asked once more. */
    private async sweep(kind: Extract<Step, { kind: "sweep" }>["what"], id: string): Promise<void> {
        await this.parts.engine.settle();
        if ((await this.parts.engine.state()).ids.includes(id)) return;
        this.parts.host.emit(
            MSG.LEAKED(`${kind} ${id} is tagged as this drive's, unused, and not in the stack: it is deleted`, {
                kind,
                id,
            }),
        );
        if (kind !== "server") return this.parts.ec2.deletePart({ kind, id });
        await this.parts.ec2.terminateServer(id);
        await this.ec2Waits.server(id, ["terminated"]);
    }

    private guestAnswers(): Promise<void> {
        return this.wait("the server to answer over ssh", 600_000, 3_000, async () => {
            const { guest } = await this.withInside(await this.outside());
            return guest?.reachable === false ? { seen: guest.why } : { ready: undefined };
        });
    }

    private wait(what: string, deadlineMs: number, everyMs: number, probe: Probe): Promise<void> {
        const { clock, host, signal } = this.parts;
        const onSeen = (seen: string): void => host.emit(MSG.WAITING(`waiting for ${what}: ${seen}`, { what, seen }));
        return until(
            { what, hint: "elastic-drive status; the same command goes on", deadlineMs, everyMs, onSeen, signal },
            clock,
            () => {
                this.keeper.throwIfLost();
                return probe();
            },
        );
    }
}
