import type { DriveConfig } from "../../infra/model/config";
import { knownServer, type Observed } from "../model/observed";
import { stepsOrThrow } from "../reconcile/loop";
import { same } from "../model/same";
import { describe, type Step } from "../model/steps";
import { unfinished } from "../model/slots";

/**
 * Whether something else is to be done on the drive before it may grow by itself: a growth that a driver began and did not end
 * (`growth`), which may simply go on, or anything else (`busy`, in words), which is for people. Pure. Throws what `up` would be
 * refused with.
 */
export function underWay(
    desired: DriveConfig,
    observed: Observed,
): { readonly busy: string } | { readonly growth: true } | undefined {
    const { stack } = observed;
    if (stack.desired === undefined) return { busy: "the drive was never brought up whole: elastic-drive up" };
    const going = unfinished(desired.slots);
    if (going !== undefined) return { busy: `${going}: another operation has not ended` };
    const server = knownServer(observed);
    if (server?.leaving === true) return { busy: `server ${server.id} is being replaced` };
    const isPending = isOther(stack.desired, desired);
    stepsOrThrow(desired, observed); // what is refused is refused, whatever is due
    const steps = stepsOrThrow(isPending ? desired : stack.desired, observed);
    // A server that does not answer is no work of somebody's: what it means is said where the fill level is asked for.
    const due = steps.filter(({ kind }) => kind !== "waitGuest");
    const wasGrowing = isPending && isBegun(stack.desired, desired);
    if (wasGrowing && due.every((step) => belongsToGrowth(step, desired))) return { growth: true };
    if (isPending && !wasGrowing) return { busy: pending(desired.revision > stack.desired.revision) };
    return due.length === 0
        ? undefined
        : { busy: `other work is due: elastic-drive up: ${due.map(describe).join(", ")}` };
}

const pending = (isBegun: boolean): string =>
    isBegun
        ? "another operation was begun and has not ended: elastic-drive up goes on with it"
        : "the configuration has changes that were never brought up: elastic-drive up";

/** What autogrow reads itself is not part of the drive; the count of changes is no change, nor is a note of when EC2 made one. */
function essence({ autogrow: _autogrow, revision: _revision, made: _made, slots, ...drive }: DriveConfig): Essence {
    const bare = Object.entries(slots).map(([name, { modified: _modified, ...slot }]) => [name, slot]);
    return { ...drive, slots: Object.fromEntries(bare) as DriveConfig["slots"] };
}
type Essence = Omit<DriveConfig, "autogrow" | "revision" | "made">;

const isOther = (one: DriveConfig, other: DriveConfig): boolean => !same(essence(one), essence(other));

/** A driver writes a new revision, perhaps a note, and then makes it so; what a person has edited keeps the old one until `up`. */
function isBegun(old: DriveConfig, next: DriveConfig): boolean {
    const { slots: was, ...before } = essence(old);
    const { slots: is, ...after } = essence(next);
    if (next.revision <= old.revision || !same(before, after)) return false;
    const kept = Object.entries(was).every(
        ([slot, config]) =>
            is[slot] !== undefined &&
            is[slot].sizeGiB >= config.sizeGiB &&
            same({ ...is[slot], sizeGiB: 0 }, { ...config, sizeGiB: 0 }),
    );
    const added = Object.entries(is).filter(([slot]) => was[slot] === undefined);
    return (
        kept &&
        added.every(([, { state, takes, from }]) => state === "member" && takes === undefined && from === undefined)
    );
}

function belongsToGrowth(step: Step, desired: DriveConfig): boolean {
    if (step.kind === "up") return !step.refresh;
    if (step.kind === "configure") return !isOther(step.desired, desired);
    return step.kind === "waitModification" || step.kind === "waitVolume" || step.kind === "forgetPending";
}
