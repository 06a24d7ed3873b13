import type { Observed } from "../model/observed";
import type { RealWorld } from "../world/real-world";
import type { Session } from "../world/session";

/**
 * `work` with the lease held from before its first change until its end, however it ends. It is given what to work on: `first`, or a new
 * look where another driver was waited for. Throws LeaseHeld.
 */
export async function withLease<T>(
    session: Session,
    world: RealWorld,
    operation: string,
    first: Observed,
    work: (first: Observed) => Promise<T>,
): Promise<T> {
    session.lease.operation = operation;
    try {
        return await work(await world.held(operation, first));
    } finally {
        await world.release();
    }
}
