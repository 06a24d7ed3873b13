import type { DriveConfig } from "../../../infra/model/config";
import { DriveError } from "../../../infra/model/errors";
import { formatBytes } from "../../../infra/model/units";
import type { Guest, MoveOrder, VolumeIds } from "../../guest/port";
import type { IoHost } from "../../io/host";
import { MSG } from "../../io/messages";
import type { Lease } from "../../guest/lease";
import { type MoveView, type Observed, type ReachableGuest, knownServer } from "../../model/observed";
import { leavingSlot, release } from "./plan";
import { LookAgain } from "../../model/look-again";
import type { Step } from "../../model/steps";
import { type Clock, Interrupted, orStopped, throwIfAborted } from "../../io/wait";

export interface RetiringParts {
    readonly host: IoHost;
    readonly clock: Clock;
    readonly signal?: AbortSignal | undefined;
    /** What becomes of a running job when the signal stops the watching. */
    readonly onAbort?: "leave" | "pause" | undefined;
    readonly lease: Lease;
    open(): Promise<Guest>;
    /** EC2 and the stack. The server is not asked: it may be silent, and its own questions are put by `open`. */
    look(): Promise<Observed>;
}

/** A look costs the server a second of its time, so it is asked seldom while there is long to go. */
const LOOK_MS = { least: 2_000, most: 30_000 };

/** A job that fails is started again by systemd, and then so often by us; what it says then is the error. */
const STARTS = 3;

interface Said {
    /** What was told last. */
    text: string;
    starts: number;
    /** The job was seen at work, or started. */
    isRunning: boolean;
}

type Move = Extract<Step, { kind: "move" }>;

/** The steps of a slot's way out: on the server, by its own job, watched from here. */
export class Retiring {
    constructor(private readonly parts: RetiringParts) {}

    /** Returns when nothing of the drive is on the slot's volume. The job outlives this process, and goes on after a reboot. */
    async move(desired: DriveConfig, step: Move): Promise<void> {
        const order = { ...step, drive: desired, volumes: await this.volumes() };
        const said = { text: "", starts: 0, isRunning: false };
        try {
            await this.watch(order, said);
        } catch (error) {
            if (!(error instanceof Interrupted)) throw error;
            throw unwatched(step.slot, said.isRunning && (await this.leave(step.slot)));
        }
    }

    private async watch(order: MoveOrder, said: Said): Promise<void> {
        const { clock, signal, open, lease } = this.parts;
        lease.want(`${lease.operation === "up" ? "replace" : lease.operation} ${order.slot} by ${order.to.join(", ")}`);
        const server = new Line(open, signal);
        try {
            for (let pause: number | undefined = 0; pause !== undefined;) {
                await clock.sleep(pause, signal);
                throwIfAborted(signal);
                const guest = await server.ask((there) => there.observe(lease.order()));
                pause =
                    guest === undefined
                        ? await this.whileSilent(server.why, said)
                        : await this.onward(order, guest, server, said);
            }
        } finally {
            server.close();
        }
    }

    /** The watching is over, and the job is not: it is told to rest, or left to go on, and the caller hears which. True where it rests. */
    private async leave(slot: string): Promise<boolean> {
        const { host, onAbort = "leave" } = this.parts;
        const paused = onAbort === "pause" && (await this.pauses());
        const text = paused
            ? `the move of slot ${slot} rests once its range has ended: elastic-drive resume lets it go on, elastic-drive cancel ends it`
            : `the move of slot ${slot} goes on on the server: elastic-drive status shows it, elastic-drive pause lets it rest, elastic-drive cancel ends it`;
        host.emit(MSG.MOVE_LEFT(text, { slot, state: paused ? "paused" : "moving" }));
        return paused;
    }

    /** False where the server cannot be told. */
    private pauses(): Promise<boolean> {
        return this.inside((guest) => guest.pace(0)).then(
            () => true,
            () => false,
        );
    }

    /** How long until the next look; undefined when it is over. */
    private async onward(
        order: MoveOrder,
        guest: ReachableGuest,
        server: Line,
        said: Said,
    ): Promise<number | undefined> {
        const { slot, volumes } = order;
        if (this.parts.lease.against(guest) !== undefined) throw new LookAgain();
        if (!guest.mounted) throw new LookAgain(); // an `up` has to come first
        const member = guest.members.find(({ volumeId }) => volumeId === volumes[slot]);
        if (member === undefined || member.usedBytes === 0) return undefined;
        if (!member.leaving) throw new LookAgain(); // somebody let it stay, while this driver slept
        if (!isAtWork(guest.move)) {
            if (said.starts >= STARTS) throw failed(slot);
            const begun = await server.ask((there) => there.move(order));
            if (begun?.started !== false) said.starts++; // else it runs, and has not come to say anything yet
            said.isRunning = true;
            return LOOK_MS.least;
        }
        said.isRunning = true;
        const text = progressText(guest.move);
        if (text !== said.text) this.parts.host.emit(MSG.MOVING(`   slot ${slot}: ${text}`, { slot, ...guest.move }));
        said.text = text;
        return pauseFor(guest.move);
    }

    /** It reboots, or the network is away: the job goes on by itself. A server that is gone has to be replaced first. */
    private async whileSilent(seen: string, said: Said): Promise<number> {
        if (knownServer(await this.parts.look())?.state !== "running") throw new LookAgain();
        const what = "the server to answer";
        const text = `waiting for ${what}: ${seen}`;
        if (text !== said.text) this.parts.host.emit(MSG.WAITING(text, { what, seen }));
        said.text = text;
        return LOOK_MS.least * 2;
    }

    async letGo(desired: DriveConfig, slot: string): Promise<void> {
        const volumes = await this.volumes();
        const more = leavingSlot(release(desired, slot)) !== undefined;
        await this.inside((server) => server.letGo({ drive: desired, volumes, slot, more }));
    }

    /** `aside`: the slot whose volume is to be copied. */
    async quiesce(desired: DriveConfig, aside: string | undefined): Promise<void> {
        const volumes = aside === undefined ? {} : await this.volumes();
        const order = aside === undefined ? undefined : { drive: desired, volumes, slot: aside };
        await this.inside((server) => server.quiesce(order));
    }

    async stay(desired: DriveConfig, slot: string): Promise<void> {
        const volumes = await this.volumes();
        await this.inside((server) => server.stay(desired, volumes, slot));
    }

    async inside<T>(work: (guest: Guest) => Promise<T>): Promise<T> {
        const guest = await this.parts.open();
        try {
            return await work(guest);
        } finally {
            guest.close();
        }
    }

    private async volumes(): Promise<VolumeIds> {
        return (await this.parts.look()).stack.volumes;
    }
}

/** One connection for many questions: a handshake costs more than what is asked. */
class Line {
    /** It did not answer last time, because. */
    why = "";
    private guest: Guest | undefined;
    private closed = false;

    constructor(
        private readonly open: () => Promise<Guest>,
        private readonly signal: AbortSignal | undefined,
    ) {}

    /** Undefined when the server does not answer; the next question dials anew. */
    async ask<T>(question: (guest: Guest) => Promise<T>): Promise<T | undefined> {
        try {
            this.guest ??= await orStopped(this.dial(), this.signal);
            return await orStopped(question(this.guest), this.signal);
        } catch (error) {
            this.hangUp();
            if (!(error instanceof DriveError) || error.details.retryable !== true) throw error;
            this.why = error.message;
            return undefined;
        }
    }

    close(): void {
        this.closed = true;
        this.hangUp();
    }

    /** A dial that was not waited for ends by itself. */
    private async dial(): Promise<Guest> {
        const guest = await this.open();
        if (this.closed) guest.close();
        return guest;
    }

    private hangUp(): void {
        this.guest?.close();
        this.guest = undefined;
    }
}

const isAtWork = (move: MoveView | undefined): move is MoveView =>
    move !== undefined && move.state !== "failed" && move.state !== "not running" && move.state !== "moved";

/** Often towards the end, so that nothing waits for the next look; seldom before. */
function pauseFor(move: MoveView): number {
    const left = secondsLeft(move);
    if (left === undefined) return LOOK_MS.least * 2;
    return Math.min(LOOK_MS.most, Math.max(LOOK_MS.least, (left * 1000) / 10));
}

/** Undefined while nothing is known of the rate, or the move rests. */
export function secondsLeft({ leftBytes, bytesPerSecond, pace }: MoveView): number | undefined {
    const rate = pace === undefined ? bytesPerSecond : Math.min(bytesPerSecond, pace * 1024 ** 2);
    return rate > 0 ? leftBytes / rate : undefined;
}

/** `61 %, 48 MiB/s, 4 min left` */
export function progressText(move: MoveView): string {
    const done = move.wholeBytes === 0 ? 0 : 1 - move.leftBytes / move.wholeBytes;
    const seconds = secondsLeft(move);
    const limit = move.pace === undefined || move.pace === 0 ? [] : [`at most ${move.pace} MiB/s`];
    return [
        `${Math.floor(Math.max(0, done) * 100)} %`,
        ...(move.state === "paused" ? ["paused"] : []),
        ...(move.bytesPerSecond > 0 ? [`${formatBytes(BigInt(Math.round(move.bytesPerSecond)))}/s`] : []),
        ...limit,
        ...(seconds === undefined ? [] : [`${timeText(seconds)} left`]),
    ].join(", ");
}

function timeText(seconds: number): string {
    if (seconds < 90) return `${Math.ceil(seconds)} s`;
    return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}

function unwatched(slot: string, rests: boolean): Interrupted {
    return new Interrupted(
        `stopped watching on request: the data of slot ${slot} ${rests ? "rests" : "goes on moving"} on the server`,
        "elastic-drive up looks on again; pause lets it rest, cancel ends it",
    );
}

function failed(slot: string): DriveError {
    return new DriveError("MoveFailed", `the job that moves the data of slot ${slot} failed ${STARTS} times`, {
        hint: "on the server: journalctl -u elastic-drive-move; nothing is lost, elastic-drive up goes on, elastic-drive cancel ends it",
        retryable: true,
    });
}
