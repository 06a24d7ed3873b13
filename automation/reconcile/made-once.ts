import type { DriveConfig } from "../../infra/model/config";
import { slotsThatAre } from "../../infra/model/slots";
import { type Observed, knownServer, knownVolume, leakedVolumes } from "../model/observed";
import type { Refusal } from "../model/refusal";

/** Where a volume may be that is not seen, before anything is done about it. */
export const lookFirst = (drive: string): string =>
    `look first whether this is another account or region (aws sts get-caller-identity), and for the drive's volumes ` +
    `(aws ec2 describe-volumes --filters Name=tag:elastic-drive:drive,Values=${drive}), their snapshots and the Recycle Bin; ` +
    `docs/guide.md, "A volume is lost", says how to restore`;

/** The group that was made, by its UUID: as the driver noted it, or as the last `up` left it. */
const madeGroup = (desired: DriveConfig, { stack }: Observed): string | undefined => desired.made ?? stack.group;

/**
 * What was a drive once is never made anew (invariant 15): neither where its disks answer and hold no group, nor where nothing of it
 * is left at all. The server refuses the first by itself; here it is said before anything is made.
 */
export function gone(desired: DriveConfig, observed: Observed): Refusal[] {
    const made = madeGroup(desired, observed);
    return [...another(made, desired, observed), ...blank(made, desired, observed), ...stateLost(desired, observed)];
}

function another(made: string | undefined, { name }: DriveConfig, { guest }: Observed): Refusal[] {
    if (guest?.reachable !== true || made === undefined || guest.group === undefined || guest.group === made) return [];
    return [
        {
            code: "GroupNotOurs",
            message: `the server has volume group ${guest.group}, and the drive that was made is ${made}`,
            hint: `these disks hold another drive's data; ${lookFirst(name)}`,
        },
    ];
}

/** Every disk of the drive answers, and LVM finds no group on them. */
function blank(made: string | undefined, desired: DriveConfig, observed: Observed): Refusal[] {
    const { guest, stack } = observed;
    if (guest?.reachable !== true || guest.group !== undefined || guest.present === undefined) return [];
    if (made === undefined && stack.desired === undefined) return []; // an `up` that has not made it yet
    const server = knownServer(observed);
    const slots = slotsThatAre(desired.slots, "attached").filter((slot) => stack.volumes[slot] !== undefined);
    const there = slots.filter((slot) => {
        const volume = knownVolume(observed, slot);
        return volume?.attachedTo === server?.id && guest.present!.includes(stack.volumes[slot]!);
    });
    if (there.length === 0 || there.length < slots.length) return [];
    const which = there.map((slot) => `${stack.volumes[slot]} (slot ${slot})`).join(", ");
    return [
        {
            code: "DriveGone",
            message: `the drive was made${made === undefined ? "" : ` as volume group ${made}`}, and there is no group on ${which}: nothing was written to them`,
            hint: lookFirst(desired.name),
        },
    ];
}

/** The configuration knows a drive that was made, the stack nothing at all. Volumes that are still there are adopted; if not all are, none is made. */
function stateLost(desired: DriveConfig, observed: Observed): Refusal[] {
    const { stack } = observed;
    if (desired.made === undefined || Object.keys(stack.volumes).length > 0) return [];
    const left = leakedVolumes(observed).map(({ slot }) => slot);
    const lost = slotsThatAre(desired.slots, "volume", "attached").filter((slot) => !left.includes(slot));
    if (lost.length === 0) return [];
    return [
        {
            code: "DriveGone",
            message: `the drive was made as volume group ${desired.made}, and neither this stack nor EC2 knows a volume of slot ${lost.join(", ")}`,
            hint: `${lookFirst(desired.name)}; if another stack's configuration was copied: pulumi config rm --path elastic-drive:drive.made`,
        },
    ];
}
