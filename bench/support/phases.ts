import { DriveError } from "../../infra/model/errors";
import type { Step, Update } from "./update";

export interface Phase {
    readonly name: string;
    readonly seconds: number;
}

/** Where a creation's time goes, one phase after the other; together they are the whole. */
export function phasesOfCreation(update: Update): Phase[] {
    const { group, verbs } = groupOf(update);
    return spans(update, [
        ["engine and program", Math.min(...update.steps.map(({ from }) => from))],
        ["EC2, until the server runs", endOf(update, "aws:ec2/instance:Instance")],
        ["EC2, attachments", group.from],
        ["boot and ssh handshake", group.to - sum(verbs)],
        ...verbSpans(group, verbs),
        ["guest, share and uploads at once", endOf(update, "command:remote:Command")],
        ["engine's end", update.seconds],
    ]);
}

/** The same for an update that adds a slot. */
export function phasesOfGrowth(update: Update): Phase[] {
    const { group, verbs } = groupOf(update);
    return spans(update, [
        ["engine and program", Math.min(...update.steps.map(({ from }) => from))],
        ["EC2, create", endOf(update, "aws:ebs/volume:Volume")],
        ["EC2, attach", group.from],
        ["ssh handshake", group.to - sum(verbs)],
        ...verbSpans(group, verbs),
        ["engine's end", update.seconds],
    ]);
}

/** The remote command that goes from disks to a mounted drive, and what its verbs say that they took, in seconds. */
function groupOf({ steps }: Update): { group: Step; verbs: Phase[] } {
    const group = steps.find(({ name }) => name.endsWith("-volume-group"));
    if (group === undefined) throw new DriveError("BenchFailed", "the update ran no command for the volume group");
    const { milliseconds } = JSON.parse(String(group.outputs["stdout"])) as { milliseconds: Record<string, number> };
    const verbs = Object.entries(milliseconds).map(([name, ms]) => ({ name, seconds: ms / 1_000 }));
    return { group, verbs };
}

function verbSpans(group: Step, verbs: readonly Phase[]): [string, number][] {
    return verbs.map(({ name }, i) => [`guest, ${name}`, group.to - sum(verbs.slice(i + 1))]);
}

const sum = (phases: readonly Phase[]): number => phases.reduce((total, { seconds }) => total + seconds, 0);

/** When the last resource of the type was done. */
const endOf = ({ steps }: Update, type: string): number =>
    Math.max(...steps.filter((step) => step.type === type).map(({ to }) => to));

/** From the ends of the phases to their lengths. */
function spans({ seconds }: Update, ends: readonly (readonly [name: string, end: number])[]): Phase[] {
    const phases = ends.map(([name, end], i) => ({ name, seconds: end - (ends[i - 1]?.[1] ?? 0) }));
    const odd = phases.find((phase) => !(phase.seconds >= 0 && phase.seconds <= seconds));
    if (odd !== undefined) throw new DriveError("BenchFailed", `phase '${odd.name}' took ${odd.seconds} s`);
    return phases;
}
