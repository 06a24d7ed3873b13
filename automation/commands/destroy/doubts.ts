import type { DriveConfig } from "../../../infra/model/config";
import { driveUnknown } from "../../reconcile/leftovers";
import { keptVolumes } from "../../workflows/keep/plan";
import { type Observed, type VolumeView, isKnown, leakedVolumes } from "../../model/observed";
import { refusals } from "../../reconcile/refusals";
import type { Refusal } from "../../model/refusal";

/**
 * What an `up` could not do is no matter, since nothing is made any more; only whose data it is must be beyond doubt. `isBegun`: a
 * destroy that was killed has emptied the stack's state.
 */
export function doubts(desired: DriveConfig, observed: Observed, isBegun = false): Refusal[] {
    const identity = ["StaleCheckout", "NameChanged", "IdentityChanged"];
    return [
        ...refusals(desired, observed).filter(({ code }) => identity.includes(code)),
        ...(isBegun ? [] : driveUnknown(observed)),
        ...elsewhere(observed),
    ];
}

const elsewhere = (observed: Observed): Refusal[] =>
    observed.ec2.volumes.flatMap(({ id, slot, attachedTo }) =>
        slot === "" || attachedTo === undefined || isKnown(observed, attachedTo)
            ? []
            : [
                  {
                      code: isKnown(observed, id) ? "VolumeElsewhere" : "DriveElsewhere",
                      message: `volume ${id} of slot ${slot} is attached to ${attachedTo}, which is not this drive's server`,
                      hint: "find out what uses it, and detach it there; destroy deletes nothing that another server uses",
                  },
              ],
    );

/** What there is of a drive: in EC2, or only in the stack's state. */
export interface Remains {
    /** One text a volume and server, and a part where there is neither; for the question. */
    readonly texts: readonly string[];
    readonly volumes: readonly string[];
    readonly isNothing: boolean;
}

export function remains(observed: Observed): Remains {
    const { stack, ec2 } = observed;
    const known = Object.entries(stack.volumes).map(([slot, id]) => {
        const volume = ec2.volumes.find((one) => one.id === id);
        if (volume === undefined) return `${slot} ${id} (gone already)`;
        return `${slot} ${text(volume)}${volume.kept === undefined ? "" : ", which is kept for elastic-drive gc"}`;
    });
    const leaked = leakedVolumes(observed);
    const volumes = [...known, ...leaked.map((one) => `${one.slot} ${text(one)}, which an interrupted up left`)];
    const servers = ec2.servers.filter(({ state }) => state !== "terminated").map(({ id }) => `server ${id}`);
    const snapshots = ec2.snapshots.map(({ id }) => `snapshot ${id} of a copy`);
    const parts = ec2.parts.filter(({ kind }) => kind !== "rule").map(({ kind, id }) => `${kind} ${id}`);
    const others = [...servers, ...snapshots, ...parts];
    return {
        texts: [...volumes, ...servers, ...snapshots, ...(volumes.length + servers.length === 0 ? parts : [])],
        volumes: [...Object.values(stack.volumes), ...leaked.map(({ id }) => id)],
        isNothing: volumes.length + others.length + stack.ids.length === 0,
    };
}

const text = ({ id, sizeGiB }: VolumeView): string => `${id} (${sizeGiB} GiB)`;

/** Tagged as the drive's, in no state, and not asked for when the name was typed: left, and named. */
export const strangeVolumes = (observed: Observed, asked: readonly string[]): VolumeView[] =>
    leakedVolumes(observed).filter(({ id }) => !asked.includes(id));

/** `vol-1, vol-2`, which wait for `gc`; empty: none. */
export const keptIds = (observed: Observed): string =>
    keptVolumes(observed)
        .map(({ id }) => id)
        .join(", ");
