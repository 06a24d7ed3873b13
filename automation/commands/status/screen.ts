import { fold } from "../../io/terminal";
import type { SlotStatus, Status } from "./types";

const WIDTH = 100;
const GIB = 1024 ** 3;

/** Percent in use at which growth is due where the configuration does not say. */
const FULL = 85;

/** One screen of 100 columns (design §7). */
export function renderStatus(status: Status): string {
    const { server, share } = status;
    const lines = [
        headline(status),
        row("server", [
            server.id ?? "-",
            server.type,
            server.uptimeSeconds === undefined ? server.state : `up ${duration(server.uptimeSeconds)}`,
            server.address ?? "no address yet",
            ...(server.hostKey === undefined ? [] : [`host key ${server.hostKey.slice(0, 17)}…`]),
        ]),
        columns(["slot", "volume", "size", "type", "on it", "state"]),
        ...status.slots.map(slotLine),
        row("share", [
            share.exported.length > 0
                ? `${share.exported.join(", ")} rw`
                : `nothing exported${share.configured.length > 0 ? ` (configured: ${share.configured.join(", ")})` : ""}`,
            share.clients.length === 0
                ? "no clients"
                : `${share.clients.length} ${share.clients.length === 1 ? "client" : "clients"}: ${share.clients.join(", ")}`,
        ]),
        row("backup", [status.backup]),
        ...status.kept.map(({ note }) => row("kept", [note])),
        ...status.leaked.map((thing) => row("leaked", [`${thing.kind} ${thing.id}`, thing.note])),
        ...(status.now.length === 0
            ? [row("now", ["nothing is going on"])]
            : status.now.map((line) => row("now", [line]))),
        ...(status.next.length === 0
            ? [row("next", ["nothing to do"])]
            : status.next.map((line) => row("next", [line]))),
    ];
    return lines.flatMap((line) => fold(line, WIDTH)).join("\n");
}

function headline({ drive, zone, usedBytes, sizeBytes, mounted, growAt }: Status): string {
    if (usedBytes === undefined || sizeBytes === undefined || sizeBytes === 0) {
        return [drive, zone, mounted === false ? "NOT MOUNTED" : "fill level unknown"].join("   ");
    }
    const share = usedBytes / sizeBytes;
    const bar = "█".repeat(Math.min(20, Math.round(share * 20))).padEnd(20, "░");
    const next = growAt === undefined ? "elastic-drive plan --to …" : "elastic-drive autogrow";
    const advice = share * 100 >= (growAt ?? FULL) ? `   full: ${next}` : "";
    return `${drive}   ${zone}   ${gib(usedBytes)} of ${gib(sizeBytes)} GiB used (${Math.round(share * 100)} %)  ${bar}${advice}`;
}

function slotLine(slot: SlotStatus): string {
    return columns([
        slot.slot,
        slot.volume ?? "-",
        slot.sizeGiB === undefined ? "-" : `${slot.sizeGiB} GiB`,
        slot.type,
        slot.onItBytes === undefined ? "-" : `${gib(slot.onItBytes)} GiB`,
        slot.state,
    ]);
}

const WIDTHS = [6, 24, 10, 16, 11];
const columns = (cells: readonly string[]): string =>
    cells
        .map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0))
        .join("")
        .trimEnd();
const row = (label: string, cells: readonly string[]): string => `${label.padEnd(10)}${cells.join("   ")}`;
const gib = (bytes: number): string => (bytes / GIB).toFixed(1);

export function duration(seconds: number): string {
    if (seconds >= 86_400) return `${Math.floor(seconds / 86_400)} d`;
    if (seconds >= 3_600) return `${Math.floor(seconds / 3_600)} h`;
    return seconds >= 60 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds)} s`;
}
