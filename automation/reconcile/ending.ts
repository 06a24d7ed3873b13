import type { DriveConfig } from "../../infra/model/config";
import { knownServer, type Observed } from "../model/observed";
import { nextSteps } from "./next-steps";

/**
 * Slots that the driver has taken out of the configuration, and whose volumes the `up` of that, a move's last one, has not yet
 * been seen to take away. Pure.
 */
export function slotsGoing(desired: DriveConfig, { stack }: Observed): string[] {
    const released = Object.entries(stack.desired?.slots ?? {}).filter(([, { state }]) => state === "released");
    const known = [...released.map(([slot]) => slot), ...Object.keys(stack.volumes)];
    return [...new Set(known)].filter((slot) => desired.slots[slot] === undefined).sort();
}

/**
 * The server that was to leave is gone, and what takes its place is not there or not at work yet: what is left of a rehost, and of
 * a server lost. Pure.
 */
export function isServerComing(desired: DriveConfig, observed: Observed): boolean {
    const server = knownServer(observed);
    if (server === undefined) return observed.stack.desired !== undefined;
    const hasLeft = observed.ec2.servers.some(({ leaving, state }) => leaving && state === "terminated");
    if (server.leaving || !hasLeft) return false;
    const plan = nextSteps(desired, observed);
    return "steps" in plan && plan.steps.length > 0;
}
