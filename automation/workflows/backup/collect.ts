import { isMarked, type Verdict } from "./retention";

/** One thing to be done to snapshots of one set. */
export type CollectStep =
    /** The tag `expiring`, on all of these: from the first one on the set is offered to nobody. */
    | { readonly kind: "mark"; readonly set: string; readonly snapshots: readonly string[] }
    | { readonly kind: "delete"; readonly set: string; readonly snapshots: readonly string[] };

/**
 * What is to be done for what has expired, as far as this look allows; an empty list: nothing is left. A set is marked whole in one
 * look, and deleted only by a later one that shows every mark: killed anywhere in between, no part of it was ever offered. Who
 * restores writes `in-use` first and looks for `expiring` then, this one writes `expiring` first and looks for `in-use`
 * then: one of the two sees the other. So look again after each list, until it is empty.
 */
export function collectSteps(verdicts: readonly Verdict[]): CollectStep[] {
    const going = verdicts.filter(({ fate }) => fate === "expired").map(({ set }) => set);
    const isReady = going.map(({ snapshots }) => snapshots.every(isMarked));
    return [
        ...going
            .filter((_, at) => isReady[at])
            .map(({ id, snapshots }) => ({
                kind: "delete" as const,
                set: id,
                snapshots: snapshots.map((one) => one.id),
            })),
        ...going
            .filter((_, at) => !isReady[at])
            .map(({ id, snapshots }) => ({
                kind: "mark" as const,
                set: id,
                snapshots: snapshots.filter((one) => !isMarked(one)).map((one) => one.id),
            })),
    ];
}
