import type { Line, VolumeSeen } from "./types";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { formatGib } from "../../infra/model/units";
import type { Step } from "../../policies/kit/preview";
import { TYPE } from "../../policies/kit/types";
import { nameOf, volumeOf } from "./drive-view";
import { keptFor } from "./slots";

/**
 * Estimates for EC2 as it is in general, to plan by and not to rely on: a stop and a start of an instance, and the boot of
 * a new one with the guest's own steps after it.
 */
const STOP_AND_START = [1, 4] as const;
const NEW_SERVER = [3, 8] as const;

const CHANGES = new Set(["create", "update", "delete", "replace", "import", "discard"]);

/** What a change does, in the drive's words; undefined for what changes nothing that a reader asks about. */
export function lineOf(step: Step, released: ReadonlySet<string>): Line | undefined {
    // Options alone are no change to the engine.
    if (step.op === "same" && step.type === TYPE.volume) return liftedLine(step, released);
    if (!CHANGES.has(step.op)) return undefined;
    switch (step.type) {
        case TYPE.volume:
            return volumeLine(step, released);
        case TYPE.attachment:
            return attachmentLine(step, released);
        case TYPE.instance:
            return serverLine(step);
        case TYPE.remoteCommand:
            return commandLine(step);
        case TYPE.networkInterface:
        case TYPE.eip:
            return addressLine(step);
        default:
            return /^pulumi:|^elastic-drive:/.test(step.type) ? undefined : otherLine(step);
    }
}

function otherLine(step: Step): Line {
    const name = nameOf(step.urn);
    const text = `${VERB[step.op]} ${step.type.split(":").at(-1) ?? ""} ${name}`;
    const isBackup = SNAPSHOT.test(step.type) && ENDS.has(step.op) && step.old?.retainOnDelete !== true;
    return { text, how: "online", ...(isBackup && { loss: `snapshot ${name} is deleted, and what it keeps with it` }) };
}

const SNAPSHOT = /^aws:ebs\/snapshot(Copy|Import)?:/;

/** After which what was there is not there any more. */
const ENDS = new Set(["delete", "replace"]);

/** The policies judge what is there after a change, so the delete script of a command that goes is told here. */
function commandLine(step: Step): Line {
    const name = nameOf(step.urn);
    const text = `remote command ${name} ${RUNS[step.op] ?? "runs again"}`;
    const script = step.old?.inputs["delete"] ?? "";
    if (script === "" || !ENDS.has(step.op) || step.old?.retainOnDelete === true) return { text, how: "online" };
    return { text, how: "downtime", loss: `remote command ${name} has a delete script, which runs on its server` };
}

const VERB: Readonly<Record<string, string>> = {
    create: "new:",
    update: "changes:",
    delete: "goes:",
    replace: "is made anew:",
    import: "is adopted:",
    discard: "is forgotten:",
};

const RUNS: Readonly<Record<string, string>> = {
    create: "runs",
    delete: "goes",
    import: "is adopted",
    discard: "goes",
};

const shown = ({ shape, isSizeKnown }: VolumeSeen): string =>
    [
        isSizeKnown ? formatGib(shape.sizeGiB) : "(size not known yet)",
        shape.type,
        ...(shape.iops === undefined ? [] : [`${shape.iops} IOPS`]),
        ...(shape.throughput === undefined ? [] : [`${shape.throughput} MiB/s`]),
    ].join(" ");
const called = (volume: VolumeSeen): string =>
    volume.slot === undefined ? `volume ${volume.name}` : `slot ${volume.slot} (${volume.name})`;

function liftedLine(step: Step, released: ReadonlySet<string>): Line | undefined {
    const [before, after] = [volumeOf(step.urn, step.old), volumeOf(step.urn, step.new)];
    if (before?.protect !== true || after?.protect !== false || released.has(step.urn)) return undefined;
    const loss = `the protection of ${called(before)} is lifted: the next change may delete it`;
    return { text: `${called(before)} loses its protection`, how: "online", loss, isLifted: true };
}

export function vanishedLine(volume: VolumeSeen): Line {
    const slot = volume.slot ?? "";
    return {
        text: `${called(volume)} is no longer in the configuration: ${shown(volume)}`,
        how: "downtime",
        loss: `${called(volume)} would be detached and deleted with all that is on it: its data was not moved (elastic-drive replace ${slot} moves it)`,
    };
}

function volumeLine(step: Step, released: ReadonlySet<string>): Line | undefined {
    const before = volumeOf(step.urn, step.old);
    const after = volumeOf(step.urn, step.new, before);
    if (step.op === "create" && after) return { text: `${called(after)} joins: ${shown(after)}`, how: "online" };
    if (step.op === "import" && after)
        return { text: `${called(after)} is adopted as it is: ${shown(after)}`, how: "online" };
    if (before === undefined) return undefined;
    if (step.op === "delete" || step.op === "discard") {
        const text = `${called(before)} leaves: ${shown(before)}`;
        const kept = before.isKept ? `; the volume itself is ${keptFor(before.keepHours)}` : "";
        if (released.has(step.urn)) return { text: `${text}, its data was moved before${kept}`, how: "online" };
        const loss = `${called(before)} is deleted with all that is on it`;
        return { text: `${text}${kept}`, how: "downtime", ...(!before.isKept && { loss }) };
    }
    if (after === undefined) return undefined;
    if (step.op === "replace") {
        const why = step.replaces.length > 0 ? ` since ${step.replaces.join(", ")} cannot be changed in place` : "";
        return {
            text: `${called(before)} is replaced by an empty volume${why}`,
            how: "downtime",
            loss: `${called(before)} is deleted with all that is on it, and an empty one takes its place`,
        };
    }
    const lifted = before.protect && !after.protect && !released.has(step.urn);
    const loss = [
        ...(after.shape.sizeGiB < before.shape.sizeGiB
            ? [`${called(before)} would shrink: EBS cannot, and a copy would cut its data off`]
            : []),
        ...(lifted ? [`the protection of ${called(before)} is lifted: the next change may delete it`] : []),
    ].join("; ");
    const same = shown(before) === shown(after);
    if (same && loss === "") return { text: `${called(before)}: tags or options change`, how: "online" };
    const text = same
        ? `${called(before)} loses its protection`
        : `${called(before)} changes in place: ${shown(before)} → ${shown(after)}`;
    const impossible = `${called(after)} cannot shrink from ${before.shape.sizeGiB} to ${after.shape.sizeGiB} GiB: EBS makes no volume smaller`;
    const shrinks = after.shape.sizeGiB < before.shape.sizeGiB;
    return { text, how: "online", ...(loss !== "" && { loss }), ...(shrinks && { impossible }) };
}

function attachmentLine(step: Step, released: ReadonlySet<string>): Line | undefined {
    const name = nameOf(step.urn);
    if (step.op === "create") return { text: `attachment ${name} is made`, how: "online" };
    if (step.op === "update" || step.op === "import") return undefined;
    if (released.has(step.urn)) return { text: `attachment ${name} goes`, how: "online" };
    return {
        text: `attachment ${name} ${step.op === "replace" ? "is made anew" : "goes"}`,
        how: "downtime",
        minutes: STOP_AND_START,
        loss: `attachment ${name} is taken from a running server: what was not written yet is lost`,
    };
}

function serverLine(step: Step): Line | undefined {
    const name = nameOf(step.urn);
    if (step.op === "create") return { text: `server ${name} is made`, how: "online" };
    if (step.op === "import") return { text: `server ${name} is adopted`, how: "online" };
    if (step.op !== "update") {
        const why = step.replaces.length > 0 ? ` since ${step.replaces.join(", ")} cannot be changed in place` : "";
        const loss = `server ${name} is taken away under its mounted file system: use elastic-drive rehost`;
        return {
            text: `server ${name} ${step.op === "replace" ? `is replaced${why}` : "goes"}`,
            how: "downtime",
            minutes: NEW_SERVER,
            loss,
        };
    }
    const [before, after] = [step.old?.inputs["instanceType"], step.new?.inputs["instanceType"]];
    if (before === after) return { text: `server ${name} changes in place`, how: "online" };
    return {
        text: `server ${name} stops and starts: ${String(before)} → ${after === unknownValue ? "a type not known yet" : String(after)}`,
        how: "downtime",
        minutes: STOP_AND_START,
    };
}

function addressLine(step: Step): Line | undefined {
    const name = nameOf(step.urn);
    if (step.op === "create" || step.op === "import") return { text: `address ${name} is made`, how: "online" };
    if (step.op === "update") return { text: `address ${name} changes in place`, how: "online" };
    return { text: `address ${name} changes: web servers must mount anew`, how: "downtime", minutes: NEW_SERVER };
}
