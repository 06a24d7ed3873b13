import type { ObserveResult } from "../../infra/guest/observed";
import { GUEST } from "../../infra/model/names";
import type { DisksView, LeaseView, MoveView, ReachableGuest } from "../model/observed";

/** What the planner needs of the server's report; volumes are known by serial and by nothing else. */
export function readReport(report: ObserveResult): ReachableGuest {
    const { group, mount, lease } = report;
    const present = (group?.members ?? []).filter((member) => !member.missing);
    return {
        reachable: true,
        group: group?.uuid,
        present: report.disks.map(({ serial }) => volumeIdOf(serial)),
        // What answers without a serial is no volume of ours; its path says at least which it is.
        members: present.map(({ serial = "", path, sizeBytes, usedBytes, tags }) => ({
            volumeId: serial === "" ? path : volumeIdOf(serial),
            sizeBytes: Number(sizeBytes),
            usedBytes: Number(usedBytes),
            leaving: tags.includes(GUEST.LEAVING),
        })),
        missing: (group?.members ?? []).filter((member) => member.missing).map((member) => member.uuid),
        freeBytes: Number(group?.freeBytes ?? 0n),
        mounted: mount !== null,
        sizeBytes: Number(mount?.sizeBytes ?? 0n),
        usedBytes: mount === null ? 0 : Number(mount.sizeBytes - mount.freeBytes),
        exports: report.nfsdThreads > 0 ? [...new Set(report.exports.map(({ client }) => client))] : [],
        clients: report.clients.filter(({ status }) => status !== "unconfirmed").map(({ address }) => address),
        uptimeSeconds: report.uptimeSeconds,
        inFlightBytes: (group?.volumes ?? [])
            .filter(({ movesFrom }) => movesFrom !== undefined)
            .reduce((sum, { sizeBytes }) => sum + Number(sizeBytes), 0),
        asideSince: asideSince(group?.tags ?? []),
        active: (group?.volumes ?? []).some(({ active }) => active),
        move: moveOf(report),
        disks: disksOf(report),
        lease: lease === undefined ? undefined : leaseOf(lease, report.uptimeSeconds),
    };
}

function disksOf({ disksCheck }: ObserveResult): DisksView | undefined {
    if (disksCheck === undefined || disksCheck === null || disksCheck.state === "right") return undefined;
    const { state, seen, expected, hint, wrong } = disksCheck;
    return { refused: state === "refused", seen, expected, hint, wrong: wrong.map(volumeIdOf) };
}

function leaseOf({ expires, ...lease }: NonNullable<ObserveResult["lease"]>, uptimeSeconds: number): LeaseView {
    return { ...lease, secondsLeft: Math.ceil(expires - uptimeSeconds) };
}

const ASIDE = new RegExp(`^${GUEST.ASIDE}=[^/]+/(\\d+)$`);

function asideSince(tags: readonly string[]): number | undefined {
    const seconds = tags.map((tag) => ASIDE.exec(tag)?.[1]).find((found) => found !== undefined);
    return seconds === undefined ? undefined : Number(seconds);
}

export const volumeIdOf = (serial: string): string => serial.replace(/^vol-?/, "vol-");

function moveOf({ move, group, units }: ObserveResult): MoveView | undefined {
    if (move === undefined || move.progress === null) return undefined;
    const { from, to, wholeBytes, bytesPerSecond, state } = move.progress;
    const source = group?.members.find(({ serial }) => serial === from);
    // What the range under way has mirrored counts as moved, though it is on both sides until its checkpoint.
    const range = group?.volumes.find(({ movesFrom }) => movesFrom !== undefined && movesFrom === source?.uuid);
    const mirrored = Number(range?.sizeBytes ?? 0n) * ((range?.percent ?? 0) / 100);
    const unit = units.find(({ id }) => id === GUEST.MOVE_UNIT)?.active;
    const alive = unit === "active" || unit === "activating";
    return {
        fromVolume: volumeIdOf(from),
        toVolumes: to.map(volumeIdOf),
        wholeBytes: Number(wholeBytes),
        leftBytes: Math.max(0, Number(source?.usedBytes ?? 0n) - mirrored),
        bytesPerSecond,
        pace: move.pace === "" ? undefined : Number(move.pace),
        state: alive || state === "moved" ? state : unit === "failed" ? "failed" : "not running",
    };
}
