import type { Hardware } from "../hardware";
import { ACTIONS } from "./actions";
import { advance, nextMoment } from "./advance";
import type { Call } from "./call";
import type { Clock } from "./clock";
import type { Delays } from "./delays";
import { Ec2Error } from "./errors";
import { letDisksGo, work } from "./hands";
import type { Job, Memory, Settle } from "./hands";
import type { InstanceTypes } from "./instance-types";
import { Keys } from "./keys";
import type { Limits } from "./limits";
import type { Params } from "./params";
import type { LabState } from "./state";
import type { Store } from "./store";
import type { Xml } from "./xml";

export interface LabParts {
    readonly store: Store;
    readonly hardware: Hardware;
    readonly types: InstanceTypes;
    readonly clock: Clock;
    readonly delays: Delays;
    readonly limits: Limits;
    readonly log: (line: string) => void;
}

/** Work that failed or found no end is tried again after this. */
const RETRY = 1_000;

/** A fault that the work itself meets: an attachment takes longer, by milliseconds; a modification or a snapshot fails, this one after as many. */
export interface Met {
    readonly slowBy?: number;
    readonly failsAfter?: number;
}

/** The account: one state, one writer, and the hands that make hardware follow it. */
export class Lab {
    delays: Delays;
    readonly limits: Limits;
    readonly keys = new Keys();
    private saved = "";
    private queue: Promise<unknown> = Promise.resolve();
    /** The state before the last change, for answers that lag behind. */
    private older: LabState | undefined;
    private readonly working = new Set<string>();
    private readonly lastFailure = new Map<string, string>();
    private readonly notBefore = new Map<string, number>();
    private readonly memory: Memory = { toPower: new Set(), told: new Map() };
    private cancelTimer: () => void = () => undefined;
    private closing = false;

    private constructor(
        private readonly parts: LabParts,
        private current: LabState,
    ) {
        this.delays = parts.delays;
        this.limits = { ...parts.limits };
    }

    /** Reads the state, powers on what ran when the last lab ended, and goes on with what was in flight. */
    static async open(parts: LabParts): Promise<Lab> {
        const lab = new Lab(parts, await parts.store.load());
        await lab.update((draft) => {
            for (const instance of Object.values(draft.instances)) {
                letDisksGo(draft, instance.id);
                if (instance.state === "pending") {
                    // The machine went with the last daemon, however far it had come.
                    instance.handsDone = false;
                }
                if (instance.state === "running") {
                    lab.memory.toPower.add(instance.id);
                    delete instance.rebooting;
                }
            }
        });
        parts.hardware.onOff((instanceId) => lab.wentOff(instanceId));
        return lab;
    }

    get state(): LabState {
        return this.current;
    }

    /** Does one action. The answer exists only after the state is safe on disk. */
    run(action: string, params: Params, met: Met = {}): Promise<Xml> {
        return this.alone(async () => {
            const now = this.parts.clock.now();
            const draft = structuredClone(this.current);
            advance(draft, now, this.delays);
            const body = await this.perform(action, params, draft, now, met);
            await this.commit(draft);
            return body;
        });
    }

    /** As `run`, from a state that is over: what a describe may answer while EC2 is not yet consistent. */
    runStale(action: string, params: Params): Promise<Xml> {
        const old = structuredClone(this.older ?? this.current);
        return this.perform(action, params, old, this.parts.clock.now(), {});
    }

    /** As if every modification had been so many milliseconds earlier: tests do not wait a day for EC2's four. */
    ageModifications(ms: number): Promise<void> {
        return this.update((draft) => {
            for (const volume of Object.values(draft.volumes))
                volume.modifications = volume.modifications.map(({ startTime, ...rest }) => {
                    return { ...rest, startTime: startTime - ms };
                });
        });
    }

    /** Resolves when nothing is queued and the hands rest (what waits for time or a guest does not count). */
    async idle(): Promise<void> {
        do {
            await this.queue.catch(() => undefined);
            await new Promise((resolve) => setImmediate(resolve));
        } while (this.working.size > 0);
    }

    /** Stops following; machines are ended by whoever owns the hardware. */
    async close(): Promise<void> {
        this.closing = true;
        this.cancelTimer();
        await this.idle();
    }

    private async perform(action: string, params: Params, draft: LabState, now: number, met: Met): Promise<Xml> {
        const handler = ACTIONS[action];
        if (handler === undefined) {
            throw new Ec2Error("InvalidAction", `The action ${action} is not valid for this web service.`);
        }
        params.ignore("Action", "Version", "ClientToken");
        const dryRun = params.bool("DryRun") ?? false;
        const effects: (() => Promise<void>)[] = [];
        const delays = { ...this.delays, attaching: this.delays.attaching + (met.slowBy ?? 0) };
        const { hardware, types } = this.parts;
        const beforeCommit: Call["beforeCommit"] = (effect) => effects.push(effect);
        const body = await handler({
            action,
            params,
            draft,
            now,
            delays,
            fails: met.failsAfter,
            keys: this.keys,
            limits: this.limits,
            hardware,
            types,
            beforeCommit,
        });
        const unknown = params.unread()[0];
        if (unknown !== undefined) {
            throw new Ec2Error("UnknownParameter", `The parameter ${unknown} is not recognized`);
        }
        if (dryRun) {
            throw new Ec2Error("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
        }
        for (const effect of effects) {
            await effect();
        }
        return body;
    }

    private alone<T>(task: () => Promise<T>): Promise<T> {
        const turn = this.queue.then(task, task);
        this.queue = turn.then(
            () => this.follow(),
            () => this.follow(),
        );
        return turn;
    }

    private update(change: Settle): Promise<void> {
        return this.alone(async () => {
            const now = this.parts.clock.now();
            const draft = structuredClone(this.current);
            advance(draft, now, this.delays);
            change(draft, now);
            advance(draft, now, this.delays);
            await this.commit(draft);
        });
    }

    private async commit(draft: LabState): Promise<void> {
        const text = JSON.stringify(draft);
        if (text === this.saved) {
            return;
        }
        try {
            await this.parts.store.save(text);
        } catch (error) {
            const { code, message } = error as NodeJS.ErrnoException;
            this.parts.log(`state not written: ${message}`);
            const full = code === "ENOSPC" || code === "EDQUOT";
            const what = full ? "the disk under the lab is full: free some space and try again" : message;
            throw new Ec2Error(
                "InternalError",
                `the lab could not write its state, nothing was changed (${what})`,
                500,
            );
        }
        this.older = this.current;
        this.saved = text;
        this.current = draft;
    }

    /** Sets the hands to work on what the state asks for, and wakes up again when time moves something on. */
    private follow(): void {
        if (this.closing) {
            return;
        }
        const now = this.parts.clock.now();
        let wake = nextMoment(this.current, now);
        for (const job of work(this.current, this.parts.hardware, this.memory)) {
            const start = this.notBefore.get(job.name) ?? 0;
            if (start > now) {
                wake = Math.min(wake ?? start, start);
            } else if (!this.working.has(job.key)) {
                this.working.add(job.key);
                void this.doWork(job);
            }
        }
        this.cancelTimer();
        if (wake !== undefined) {
            this.cancelTimer = this.parts.clock.at(
                wake,
                () => void this.update(() => undefined).catch(() => undefined),
            );
        }
    }

    private async doWork(job: Job): Promise<void> {
        const { clock, log } = this.parts;
        let settle: Settle | undefined;
        try {
            settle = await job.run();
        } catch (error) {
            const { message } = error as Error;
            // What is tried again every second is said once.
            if (this.lastFailure.get(job.name) !== message) {
                log(`${job.name} failed: ${message}`);
            }
            this.lastFailure.set(job.name, message);
            settle = job.failed?.(error as Error);
        }
        // Set before the state is looked at again: what found no end must not turn in a circle.
        this.notBefore.set(job.name, clock.now() + RETRY);
        this.working.delete(job.key);
        try {
            await this.update(settle ?? (() => undefined));
        } catch (error) {
            log(`${job.name} was done but not noted: ${(error as Error).message}`);
        }
        if (!work(this.current, this.parts.hardware, this.memory).some((each) => each.name === job.name)) {
            this.notBefore.delete(job.name);
            this.lastFailure.delete(job.name);
        }
    }

    /** A machine went off by itself: EC2 stops or terminates the instance, as it was told to. */
    private wentOff(instanceId: string): void {
        if (this.closing) {
            return;
        }
        const change: Settle = (draft, now) => {
            const instance = draft.instances[instanceId];
            if (instance?.state !== "running" && !(instance?.state === "pending" && instance.handsDone)) {
                return;
            }
            const reason = {
                code: "Client.InstanceInitiatedShutdown",
                message: "Client.InstanceInitiatedShutdown: Instance initiated shutdown",
            };
            const state = instance.shutdownBehavior === "terminate" ? "shutting-down" : "stopping";
            Object.assign(instance, { state, stateReason: reason, dueAt: now, handsDone: true });
            letDisksGo(draft, instanceId);
        };
        this.update(change).catch((error: Error) =>
            this.parts.log(`${instanceId} went off, not noted: ${error.message}`),
        );
    }
}
