import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { destroyData } from "./kit/declared";
import { drivesOf, driveNameOf } from "./kit/drives";
import { checkStackOf } from "./kit/policy";
import type { StackView } from "./kit/stack";
import { quote } from "./kit/text";
import { TYPE } from "./kit/types";
import { UNKNOWN } from "./kit/unknown";

interface Part {
    readonly what: string;
    readonly drive: string;
    readonly resource: Pick<PolicyResource, "name" | "urn" | "opts">;
}

/**
 * With one of these unprotected the engine gets half way before it stops: it deletes the attachment of a live disk before
 * it sees that the volume is protected.
 */
export const driveProtected: StackValidationPolicy = {
    name: "drive-protected",
    description: "Server, address, volumes and attachments of a drive are all protected.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps:
        "Give each of them the option protect: true. Exceptions are a slot that the driver has released (state: released), and a " +
        "drive that is to be destroyed on purpose (`elastic-drive:destroyData: <its name>` in the stack's configuration).",
    url: "https://www.pulumi.com/docs/iac/concepts/options/protect/",
    validateStack: checkStackOf([TYPE.volume, TYPE.instance, TYPE.networkInterface, TYPE.eip], (stack, report) => {
        const condemned = destroyData();
        for (const { what, drive, resource } of [...volumesOf(stack), ...attachmentsOf(stack), ...hostsOf(stack)]) {
            if (resource.opts.protect || drive === condemned) continue;
            report(`${what} ${quote(resource.name)} of drive ${quote(drive)} is not protected`, resource.urn);
        }
    }),
};

function releasedVolumes(stack: StackView): Set<string> {
    const released = drivesOf(stack).flatMap(({ volumes }) => volumes.filter(({ state }) => state === "released"));
    return new Set(released.map(({ volume }) => volume.urn));
}

function* volumesOf(stack: StackView): Iterable<Part> {
    for (const { name, volumes } of drivesOf(stack)) {
        for (const { volume, state } of volumes) {
            if (state !== "released") yield { what: "volume", drive: name, resource: volume };
        }
    }
}

function* attachmentsOf(stack: StackView): Iterable<Part> {
    const released = releasedVolumes(stack);
    for (const { attachment, volume, server } of stack.attached) {
        const paired = volume !== UNKNOWN && volume !== undefined ? volume : undefined;
        if (paired !== undefined && released.has(paired.urn)) continue;
        const host = server !== UNKNOWN && server !== undefined ? server : undefined;
        const drive = (paired && driveNameOf(paired)) ?? (host && driveNameOf(host)) ?? driveNameOf(attachment);
        if (drive !== undefined) yield { what: "attachment", drive, resource: attachment };
    }
}

function* hostsOf(stack: StackView): Iterable<Part> {
    const kinds = [
        ["server", TYPE.instance],
        ["network interface", TYPE.networkInterface],
        ["public address", TYPE.eip],
    ] as const;
    for (const [what, type] of kinds) {
        for (const resource of stack.ofType(type)) {
            const drive = driveNameOf(resource);
            if (drive !== undefined) yield { what, drive, resource };
        }
    }
}
