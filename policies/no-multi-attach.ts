import type { ReportViolation, StackValidationPolicy } from "@pulumi/policy";
import { checkStackOf } from "./kit/policy";
import type { Attached, StackView } from "./kit/stack";
import { count, list, quote } from "./kit/text";
import { TYPE, type Seen } from "./kit/types";
import { ask, known, notYet, UNKNOWN } from "./kit/unknown";

const NAME = "no-multi-attach";

/** XFS, ext4 and LVM know one machine: a second one that mounts the same volume destroys what the first has written. */
export const noMultiAttach: StackValidationPolicy = {
    name: NAME,
    description: "A volume is attached to one instance only, and cannot be attached to more.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps:
        "Leave multiAttachEnabled off and attach the volume once. To let several servers use the files, export them (NFS) from one.",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volumes-multi.html",
    validateStack: checkStackOf([TYPE.volume, TYPE.attachment], (stack, report) => {
        for (const volume of stack.ofType(TYPE.volume)) {
            const multi = ask(() => volume.props.multiAttachEnabled);
            if (multi === UNKNOWN)
                notYet(report, NAME, `multiAttachEnabled of volume ${quote(volume.name)}`, volume.urn);
            else if (multi === true) report(`volume ${quote(volume.name)} has multiAttachEnabled: true`, volume.urn);
        }
        attachedTwice(stack, report);
    }),
};

function attachedTwice(stack: StackView, report: ReportViolation): void {
    const byVolume = new Map<Seen<typeof TYPE.volume> | string, Attached[]>();
    for (const pair of stack.attached) {
        if (pair.volume === UNKNOWN) {
            notYet(report, NAME, `the volume of attachment ${quote(pair.attachment.name)}`, pair.attachment.urn);
            continue;
        }
        // A volume of another stack is known by the id in plain text.
        const volume = pair.volume ?? known(() => pair.attachment.props.volumeId);
        if (volume === undefined) continue;
        const sisters = byVolume.get(volume) ?? [];
        if (sisters.length === 0) byVolume.set(volume, sisters);
        sisters.push(pair);
    }
    for (const [volume, pairs] of byVolume) {
        if (pairs.length < 2) continue;
        const attachments = pairs.map(({ attachment }) => attachment).sort((a, b) => (a.name < b.name ? -1 : 1));
        const [what, urn] = typeof volume === "string" ? [volume, attachments.at(-1)?.urn] : [volume.name, volume.urn];
        const names = list(attachments.map(({ name }) => name));
        report(
            `volume ${quote(what)} is attached ${count(pairs.length, "time")} (${names}): one attachment is allowed`,
            urn,
        );
    }
}
