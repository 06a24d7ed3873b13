import type { DriveConfig, SlotConfig } from "../../infra/model/config";
import { slotTags } from "../../infra/model/tags";
import { placeOf } from "../../infra/model/slots";
import { differenceFrom, isKnown, knownServer, leakedVolumes, type Observed, type VolumeView } from "../model/observed";
import type { Refusal } from "../model/refusal";

const LOOK =
    "first: are account, region and --stack the right ones, and is this the newest checkout (elastic-drive pull)? Then bring the stack's state back: pulumi stack history and the backend's own versions, pulumi stack import";

/**
 * A stack that knows of nothing, beside a drive that is there: its state was lost, or it is not that drive's. An `up` would make a second
 * drive of that name, a destroy would say that there is nothing.
 */
export function driveUnknown({ ec2, stack }: Observed): Refusal[] {
    if (stack.ids.length > 0) return [];
    const own = [
        ...ec2.volumes.filter(({ kept }) => kept === undefined),
        ...ec2.servers.filter(({ state }) => state !== "terminated"),
        ...ec2.parts,
    ].map(({ id }) => id);
    const others = (ec2.strange ?? []).filter(({ kind, kept }) => kept !== true && ["volume", "server"].includes(kind));
    return [
        ...(own.length === 0
            ? []
            : [
                  {
                      code: "StateLost",
                      message: `${list(own)} bear this drive's name and nonce, and the stack's state knows of nothing`,
                      hint: `${LOOK}; nothing was touched`,
                  },
              ]),
        ...(others.length === 0
            ? []
            : [
                  {
                      code: "DriveNotOurs",
                      message: `${list(others.map(({ id }) => id))} bear this drive's name, and this stack did not make them: ${others[0]!.why}`,
                      hint: `${LOOK}; for another drive choose another name; nothing was touched`,
                  },
              ]),
    ];
}

/** Tagged volumes of ours that the state does not know: one blank leftover is adopted, what may be someone's drive is not touched. */
export function leaks(observed: Observed): Refusal[] {
    const homeless = leakedVolumes(observed).filter((volume) => observed.stack.volumes[volume.slot] === undefined);
    const used = homeless.filter((volume) => volume.attachedTo !== undefined && !isKnown(observed, volume.attachedTo));
    const doubled = homeless.filter((volume, at) => homeless.some((other, i) => i < at && other.slot === volume.slot));
    return [
        ...used.map((volume) => ({
            code: "DriveElsewhere",
            message: `volume ${volume.id} is tagged as slot ${volume.slot} of this drive and in use on ${volume.attachedTo}, but this stack does not know it`,
            hint: "another stack has a drive of this name, or this stack's state was lost: use another name, or restore the state",
        })),
        ...doubled.map((volume) => ({
            code: "AmbiguousVolume",
            message: `more than one volume is tagged as slot ${volume.slot}, and the stack knows none of them (${volume.id} is one)`,
            hint: "look which one is blank, and delete it or take its elastic-drive tags away",
        })),
    ];
}

/**
 * What stands where an `up` would make something, and cannot be shown to be the drive's: it may be a leftover, or somebody's restore.
 * What bears another drive's nonce is neither, and in nobody's way.
 */
export function unproven(desired: DriveConfig, observed: Observed): Refusal[] {
    const { stack, ec2 } = observed;
    const isWanted = (slot: string): boolean =>
        desired.slots[slot] !== undefined &&
        placeOf(desired.slots, slot) !== "nothing" &&
        stack.volumes[slot] === undefined;
    const addresses = new Set([
        ...stack.ids,
        ...ec2.parts.filter(({ kind }) => kind === "address").map(({ id }) => id),
    ]);
    return (ec2.strange ?? []).flatMap(({ kind, id, why, nonce, slot = "", holds = [] }): Refusal[] => {
        if (nonce !== undefined && nonce !== desired.nonce) return [];
        if (kind === "volume" && isWanted(slot)) {
            return [
                {
                    code: "VolumeUnproven",
                    message: `volume ${id} is tagged as slot ${slot}, which has no volume yet, and is not taken for it: ${why}`,
                    hint: "look what is on it; then take its elastic-drive tags away, or delete it, and up makes the slot's own. Nothing was touched",
                },
            ];
        }
        if (kind === "server" && knownServer(observed) === undefined && holds.some((one) => addresses.has(one))) {
            return [
                {
                    code: "ServerUnproven",
                    message: `server ${id} is on the drive's network interface, the stack does not know it, and it is not terminated: ${why}`,
                    hint: "look what it is; terminate it by hand if nobody needs it, and up makes the drive's own",
                },
            ];
        }
        return [];
    });
}

/**
 * The engine of today takes in a volume that differs, and then changes it; an older one refuses. So all that it would compare is
 * compared here, before any `up`.
 */
export function leftovers(desired: DriveConfig, observed: Observed): Refusal[] {
    return leakedVolumes(observed).flatMap((volume) => {
        const wanted = desired.slots[volume.slot];
        if (wanted === undefined || observed.stack.volumes[volume.slot] !== undefined) return [];
        const differences = differencesOf(volume, wanted, desired);
        if (differences.length === 0) return [];
        return [
            {
                code: "LeftoverDiffers",
                message: `an interrupted up left volume ${volume.id} for slot ${volume.slot}, and it is not as slots.${volume.slot} wants it: ${differences.join(", ")}`,
                hint: `make slots.${volume.slot} as the volume is, up, and change it then; or delete the volume, which is blank`,
            },
        ];
    });
}

/** `sizeGiB is 8, not 9` */
function differencesOf(volume: VolumeView, wanted: SlotConfig, desired: DriveConfig): string[] {
    const found: string[] = [];
    const compare = (what: string, is: unknown, should: unknown): void => {
        if (is !== should) found.push(`${what} is ${text(is)}, not ${text(should)}`);
    };
    const shape = differenceFrom(wanted, volume);
    if (shape !== undefined) compare(shape, volume[shape], wanted[shape] ?? "the type's own");
    compare("snapshot", volume.snapshotId, wanted.from);
    compare("zone", volume.zone, desired.zone);
    if (volume.encrypted !== undefined) compare("encrypted", volume.encrypted, true);
    if (volume.tags === undefined) return found;
    const tags = Object.fromEntries(Object.entries(volume.tags).filter(([key]) => !key.startsWith("aws:")));
    const should = slotTags(desired, volume.slot);
    for (const key of new Set([...Object.keys(tags), ...Object.keys(should)]))
        compare(`tag ${key}`, tags[key], should[key]);
    return found;
}

const text = (value: unknown): string => (value === undefined ? "none" : String(value));

const list = (ids: readonly string[]): string =>
    ids.length > 4 ? `${ids.slice(0, 4).join(", ")} and ${ids.length - 4} more` : ids.join(", ");
