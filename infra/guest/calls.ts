import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DriveConfig } from "../model/config";
import { serialOf } from "../model/names";
import { slotsThatAre } from "../model/slots";
import { gibToBytes } from "../model/units";
import { GUEST_COMMAND, GUEST_SCRIPTS, guestCall, guestProgram, type GuestCall } from "./call";
import { exportFsid, nfsScope, pvUuid } from "./identity";

/** The slots' part of an input: what join, and everything that asks whether the group is whole, needs. */
export function slotsInput(drive: DriveConfig, volumeIds: Readonly<Record<string, string>>) {
    const slots = slotsThatAre(drive.slots, "attached").map((name) => ({
        name,
        slot: drive.slots[name]!,
        volumeId: volumeIds[name]!,
    }));
    return {
        drive: drive.name,
        slots: slots.map(({ name }) => name),
        states: slots.map(({ slot }) => slot.state),
        volumes: slots.map(({ volumeId }) => volumeId),
        serials: slots.map(({ volumeId }) => serialOf(volumeId)),
        pvUuids: slots.map(({ volumeId }) => pvUuid(volumeId)),
        bytes: slots.map(({ slot }) => gibToBytes(slot.sizeGiB).toString()),
        from: slots.map(({ slot }) => slot.from ?? ""),
        // Whose place a copy takes; said until that volume is gone.
        copyOf: slots.map(({ slot }) =>
            slot.copies === undefined || slot.fromVolume === undefined ? "" : serialOf(slot.fromVolume),
        ),
    };
}

/** Where the call runs: no verb reads it, and it makes the call another one on a new server (decision 0023). */
export interface Place {
    readonly server: string;
    readonly attachments: readonly string[];
}

/** From blank disks to a mounted drive, and from a grown disk to a grown drive: one call, one ssh session. */
export function volumeGroupCall(
    drive: DriveConfig,
    volumeIds: Readonly<Record<string, string>>,
    place: Place,
): GuestCall {
    const verbs = ["ready", "join", "extend", "mount"];
    const scripts = ["disks", "move-unit", ...verbs].map((name) => join(GUEST_SCRIPTS, `${name}.sh`));
    const input = {
        ...slotsInput(drive, volumeIds),
        ...place,
        hold: Object.values(drive.slots).some((slot) => slot.state === "leaving"),
        ownerUid: drive.uploads.uid,
        ownerGid: drive.uploads.gid,
        disks: disksProgram(),
    };
    return { command: GUEST_COMMAND, stdin: guestProgram(scripts, input, `run ${verbs.join(" ")}`) };
}

/** What the server runs at each boot, so it goes there whole: one file, for Python's isolated mode imports nothing of its own folder. */
export function disksProgram(): string {
    return ["labels.py", "disks.py"]
        .map((name) => readFileSync(join(GUEST_SCRIPTS, name), "utf8").trim())
        .join("\n\n\n");
}

export function shareCall(drive: DriveConfig): GuestCall {
    return guestCall(["share"], {
        clients: [...drive.share.clients].sort(),
        leaseSeconds: drive.share.leaseSeconds,
        fsid: exportFsid(drive.name),
        scope: nfsScope(drive.name),
    });
}

export function uploadsCall(drive: DriveConfig): GuestCall {
    const users = Object.entries(drive.uploads.users).sort(([a], [b]) => (a < b ? -1 : 1));
    return guestCall(["uploads"], {
        ownerUid: drive.uploads.uid,
        ownerGid: drive.uploads.gid,
        users: users.map(([name]) => name),
        keys: users.map(([, user]) => user.publicKeys.map((key) => key.trim()).join("\n")),
    });
}

export const observeCall = (): GuestCall => guestCall(["observe"], {});
