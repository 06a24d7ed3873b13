import { DriveError } from "../../infra/model/errors";
import { LEASE_SECONDS, leaseHeld, timeOf, whose, type Lease } from "../guest/lease";
import type { Guest } from "../guest/port";
import type { Clock, NamedWait } from "../io/wait";
import type { GuestView, LeaseView } from "../model/observed";

/** Two renewals may fail before it ends by itself. */
const RENEW_MS = (LEASE_SECONDS * 1000) / 3;

export interface KeeperParts {
    readonly lease: Lease;
    readonly clock: Clock;
    /** Another driver's lease is waited for; else it is an error that names its holder. */
    readonly wait?: boolean | undefined;
    /** Whoever waits may stop at any time. */
    readonly until: NamedWait;
    look(): Promise<GuestView | undefined>;
}

/** Longer than any move may take. */
const OTHERS_END_MS = 30 * 24 * 3_600_000;

/**
 * Holds the lease for as long as something is changed (design §3.7): it is taken before the first step, and renewed beside each that takes
 * its time. Where no server answers there is none to hold: the stack's lock is what keeps two engines apart.
 */
export class LeaseKeeper {
    /** Who answered last; nobody is dialled for a renewal, which could close another's connection. */
    private guest: Guest | undefined;
    private loss: DriveError | undefined;

    constructor(private readonly parts: KeeperParts) {}

    answers(guest: Guest): void {
        this.guest = guest;
    }

    /**
     * From here on it is ours; true: another driver was waited for, and the world is another. The first try may meet one that is to be
     * taken over, or has just ended: the next takes it. Throws LeaseHeld, LeaseLost.
     */
    async take(work: string, guest: Guest): Promise<boolean> {
        const { lease } = this.parts;
        this.answers(guest); // also where another world of the operation took it: this one renews it and gives it back
        if (lease.isHeld) return false;
        lease.want(work);
        for (;;) {
            const other = await this.hold(guest);
            if (lease.isHeld) return false;
            if (other !== undefined) return this.ends(other);
        }
    }

    /** Whether another driver was waited for. Throws LeaseHeld where that was not chosen. */
    async othersEnd(guest: GuestView | undefined): Promise<boolean> {
        const other = this.parts.lease.against(guest);
        return other !== undefined && this.ends(other);
    }

    private async ends(other: LeaseView): Promise<true> {
        if (this.parts.wait !== true) throw leaseHeld(other);
        const what = `the end of ${other.operation}, since ${timeOf(other.since)}, by ${whose(other)}`;
        await this.parts.until(what, OTHERS_END_MS, 10_000, async () => {
            const next = this.parts.lease.against(await this.parts.look());
            return next === undefined ? { ready: undefined } : { seen: next.operation };
        });
        return true;
    }

    /** Another's living lease; undefined: it is ours, or may be taken over by the next try. */
    private async hold(guest: Guest): Promise<LeaseView | undefined> {
        const { lease } = this.parts;
        const order = lease.order();
        if (order === undefined) return undefined;
        if (await guest.hold(order)) {
            lease.isOurs();
            return undefined;
        }
        return lease.against(await guest.observe());
    }

    /** Throws what `work` throws; LeaseLost instead where another driver took over meanwhile, since that is the reason. */
    async beside<T>(work: () => Promise<T>): Promise<T> {
        const over = new AbortController();
        const renewing = this.renew(over.signal);
        try {
            return await work();
        } finally {
            over.abort();
            await renewing;
            this.throwIfLost();
        }
    }

    /** For what waits without changing anything: it ends at once. */
    throwIfLost(): void {
        if (this.loss !== undefined) throw this.loss;
    }

    private async renew(over: AbortSignal): Promise<void> {
        for (;;) {
            try {
                await this.parts.clock.sleep(RENEW_MS, over);
            } catch {
                return;
            }
            if (this.guest === undefined || !this.parts.lease.isHeld) continue;
            try {
                await this.hold(this.guest);
            } catch (error) {
                // A server that is away keeps no lease: the next look takes it, or meets who has come.
                if (error instanceof DriveError && error.code === "LeaseLost") this.loss = error;
            }
        }
    }

    /** At the end of an operation, whether or not it ended well. */
    release(): Promise<void> {
        const { guest } = this;
        return this.parts.lease.release(async (order) => guest?.release(order));
    }
}
