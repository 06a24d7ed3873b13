import { randomUUID } from "node:crypto";
import { DriveError } from "../../infra/model/errors";
import { isAlive } from "../io/process";
import { thisMachine, whoWorks } from "../io/this-machine";
import type { GuestView, LeaseView } from "../model/observed";

/** Three of the longest pauses between two looks at a move: a killed driver's lease ends by itself. */
export const LEASE_SECONDS = 90;

/** What the server is asked to do with it. */
export interface LeaseOrder {
    readonly wish: "hold" | "release";
    readonly lease: Omit<LeaseView, "secondsLeft">;
    readonly seconds: number;
    /** Another's that may be taken over; empty: none. */
    readonly over: string;
}

/** Who works: one process of one machine. */
export interface Worker {
    readonly id: string;
    readonly holder: string;
    readonly pid: number;
    /** The same for two processes only if either can see whether the other is alive; undefined: that cannot be told. */
    readonly machine?: string | undefined;
}

/**
 * One writer for as long as something is changed (design §3.7). It is taken before the first step, renewed by the looks that are made
 * anyway and beside long steps, given back at the end of the operation, and ends by itself when its holder is killed.
 */
export class Lease {
    /** What the loop is at, for people. */
    operation = "up";
    /** Takes over whatever lease there is; who held it ends with LeaseLost. */
    overrules = false;
    private work: string | undefined;
    private since = "";
    private over = "";
    private held = false;

    constructor(
        private readonly me: Worker = thisWorker(),
        private readonly alive: (pid: number) => boolean = isAlive,
    ) {}

    /** As far as the last look showed. */
    get isHeld(): boolean {
        return this.held;
    }

    /** The server said so. */
    isOurs(): void {
        this.held = true;
    }

    /** From the next look on it is held. */
    want(work: string): void {
        if (this.work === undefined) this.since = new Date().toISOString();
        this.work = work;
    }

    /** What goes with the next look; undefined: nothing. */
    order(wish: LeaseOrder["wish"] = "hold"): LeaseOrder | undefined {
        if (this.work === undefined) return undefined;
        const lease = { ...this.me, operation: this.work, since: this.since };
        return { wish, lease, seconds: LEASE_SECONDS, over: this.over };
    }

    /** The lease that keeps this driver from working, if one does. Throws when ours was taken over. */
    against(guest: GuestView | undefined): LeaseView | undefined {
        if (guest?.reachable !== true) return undefined;
        const { lease } = guest;
        if (lease === undefined || lease.secondsLeft <= 0) return undefined;
        if (lease.id === this.me.id) {
            this.held = true;
            return undefined;
        }
        if (this.held) {
            this.held = false;
            throw lost(lease);
        }
        if (!this.overrules && !this.isDead(lease)) return lease;
        this.over = lease.id;
        return undefined;
    }

    /** At the end of an operation; what does not arrive ends by itself. */
    async release(send: (order: LeaseOrder) => Promise<unknown>): Promise<void> {
        const order = this.held ? this.order("release") : undefined;
        this.held = false;
        this.work = undefined;
        if (order !== undefined) await send(order).catch(() => undefined);
    }

    /** Only what can be proved: a process of this very machine that is no more. */
    private isDead({ machine, pid }: LeaseView): boolean {
        return machine !== undefined && machine === this.me.machine && !this.alive(pid);
    }
}

export function leaseHeld(lease: LeaseView): DriveError {
    return new DriveError(
        "LeaseHeld",
        `${lease.operation} is under way since ${timeOf(lease.since)}, by ${whose(lease)}`,
        {
            hint: "elastic-drive status shows it; --wait waits for its end; elastic-drive cancel ends a move or a copy",
            retryable: true,
        },
    );
}

export const whose = ({ holder, pid }: LeaseView): string => `${holder} (pid ${pid})`;

/** `12:04`, with the day when it is not today's. */
export function timeOf(since: string): string {
    const at = new Date(since);
    if (Number.isNaN(at.getTime())) return since;
    const today = at.toDateString() === new Date().toDateString();
    const time = at.toTimeString().slice(0, 5);
    return today ? time : `${at.toLocaleDateString("sv-SE")} ${time}`;
}

function lost(lease: LeaseView): DriveError {
    return new DriveError(
        "LeaseLost",
        `${whose(lease)} has taken over: ${lease.operation}; nothing of it is undone here`,
        {
            hint: "elastic-drive status shows what goes on now; elastic-drive pull brings its configuration",
        },
    );
}

function thisWorker(): Worker {
    return { id: randomUUID(), holder: whoWorks(), pid: process.pid, machine: thisMachine() };
}
