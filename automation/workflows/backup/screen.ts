import { formatGib } from "../../../infra/model/units";
import { fold } from "../../io/terminal";
import { states } from "./due";
import type { Verdict } from "./retention";
import { groupOf, type BackupSet } from "./sets";
import { ageText, counted } from "./words";

const WIDTH = 100;
const SETS = [22, 7, 11, 7, 9, 9, 0];
const MEMBERS = [5, 23, 22, 39, 0];
const LABEL = 10;

/** `elastic-drive backups`: a set a line, the newest first, with why it stays; 100 columns. */
export function renderSets(verdicts: readonly Verdict[]): string {
    if (verdicts.length === 0) return "no sets";
    const sets = verdicts.map(({ set }) => set);
    const going = verdicts.filter(({ fate }) => fate === "expired").length;
    return [
        columns(["set", "age", "state", "mark", "size", "members", "kept because"], SETS),
        ...verdicts.flatMap(setLines),
        `${counted(sets.length, "set")}: ${states(sets)}${going === 0 ? "" : `; ${going} to go (elastic-drive gc)`}`,
    ].join("\n");
}

function setLines(verdict: Verdict): string[] {
    const { set } = verdict;
    const cells = [set.id, age(set), set.state, set.mark, size(set), countText(set)];
    return hanging(columns(cells, SETS, false), whyText(verdict));
}

/** `elastic-drive backups SET`: all that its members' tags say. */
export function renderSet(verdict: Verdict): string {
    const { set } = verdict;
    const taken = [set.startedAt?.replace(/\.\d+Z$/, "Z") ?? "nobody knows when", `${age(set)} ago`];
    const lines = [
        ["set", `${set.id}   drive ${set.drive}   stack ${set.stack ?? "-"}`],
        ["taken", `${taken.join("   ")}   by ${set.by ?? "-"}`],
        ["state", [set.state, set.mark, ...(set.reason === undefined ? [] : [set.reason])].join("   ")],
        ["verified", set.verifiedAt ?? "not yet"],
        ["group", `${groupOf(set) ?? (set.groups.join(" and ") || "-")}   epoch ${set.epoch ?? "-"}`],
        ["size", `${size(set)} in ${countText(set)} members`],
        [verdict.fate === "kept" ? "kept" : "to go", verdict.reasons.join("; ")],
    ] as const;
    return [
        ...lines.flatMap(([label, text]) => hanging(label.padEnd(LABEL), text)),
        columns(["slot", "snapshot", "volume", "physical volume", "state"], MEMBERS),
        ...membersOf(set).map(({ slot, pvUuid, volumeId, snapshot, state }) =>
            columns([slot ?? "-", snapshot ?? "-", volumeId, pvUuid ?? "-", state], MEMBERS),
        ),
    ].join("\n");
}

/** One set for programs; the JSON of `backups` is a list of these. */
export function setJson({ set, fate, reasons }: Verdict): Record<string, unknown> {
    return {
        set: set.id,
        drive: set.drive,
        stack: set.stack ?? null,
        group: groupOf(set) ?? null,
        epoch: set.epoch ?? null,
        by: set.by ?? null,
        takenAt: set.startedAt ?? null,
        ageSeconds: set.ageSeconds ?? null,
        state: set.state,
        reason: set.reason ?? null,
        consistency: set.mark,
        verifiedAt: set.verifiedAt ?? null,
        inUseBy: set.inUseBy ?? null,
        sizeGiB: sizeGiB(set),
        expectedMembers: set.expected ?? null,
        members: membersOf(set),
        fate,
        reasons,
    };
}

interface MemberLine {
    readonly slot: string | null;
    readonly snapshot: string | null;
    readonly volumeId: string;
    readonly pvUuid: string | null;
    readonly sizeGiB: number;
    readonly type: string | null;
    readonly iops: number | null;
    readonly throughput: number | null;
    readonly state: string;
    readonly progress: number | null;
}

/** What is there, and what the map names and is not. */
function membersOf({ snapshots, map }: BackupSet): MemberLine[] {
    const found = snapshots.map((snapshot): MemberLine => {
        const member = map.find(({ volumeId }) => volumeId === snapshot.volumeId);
        return {
            slot: member?.slot ?? null,
            snapshot: snapshot.id,
            volumeId: snapshot.volumeId,
            pvUuid: member?.pvUuid ?? null,
            sizeGiB: snapshot.sizeGiB,
            type: member?.type ?? null,
            iops: member?.iops ?? null,
            throughput: member?.throughput ?? null,
            state: snapshot.state,
            progress: snapshot.progress,
        };
    });
    const missing = map
        .filter(({ volumeId }) => !snapshots.some((snapshot) => snapshot.volumeId === volumeId))
        .map((member): MemberLine => ({
            slot: member.slot,
            snapshot: null,
            volumeId: member.volumeId,
            pvUuid: member.pvUuid,
            sizeGiB: member.sizeGiB,
            type: member.type,
            iops: member.iops ?? null,
            throughput: member.throughput ?? null,
            state: "missing",
            progress: null,
        }));
    const order = (line: MemberLine): string => `${line.slot ?? "~"} ${line.snapshot ?? ""}`;
    return [...found, ...missing].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

const sizeGiB = ({ snapshots }: BackupSet): number => snapshots.reduce((sum, one) => sum + one.sizeGiB, 0);
const size = (set: BackupSet): string => formatGib(sizeGiB(set));
const countText = ({ snapshots, expected }: BackupSet): string => `${snapshots.length} of ${expected ?? "?"}`;

/** A set of the future, by a clock that is wrong somewhere, is no age old. */
function age({ ageSeconds }: BackupSet): string {
    if (ageSeconds === undefined) return "-";
    return ageSeconds < 0 ? `-${ageText(-ageSeconds)}` : ageText(ageSeconds);
}

/** What is wrong with it comes first; a reason that says it again does not. */
function whyText({ set, fate, reasons }: Verdict): string {
    const shown = reasons.filter((reason) => set.reason === undefined || !reason.includes(set.reason));
    const told =
        shown.length < reasons.length ? reasons : [...(set.reason === undefined ? [] : [set.reason]), ...reasons];
    return `${fate === "expired" ? "to go: " : ""}${told.join("; ")}`;
}

function columns(cells: readonly string[], widths: readonly number[], trimmed = true): string {
    const line = cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("");
    return trimmed ? line.trimEnd() : line;
}

/** Continuation lines stand under the text, not under the label. */
function hanging(label: string, text: string): string[] {
    return fold(text, WIDTH - label.length).map((part, at) =>
        at === 0 ? label + part : `${" ".repeat(label.length)}${part.trimStart()}`,
    );
}
