import type { ReportViolation, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { devicesOf, flag, HOLDERS } from "./kit/devices";
import { checkAny, remedy } from "./kit/policy";
import { quote } from "./kit/text";
import { isOf, TYPE } from "./kit/types";
import { ask, notYet, UNKNOWN } from "./kit/unknown";

const NAME = "volume-encrypted";

export const volumeEncrypted: ResourceValidationPolicy = {
    name: NAME,
    description: "Every data volume is encrypted.",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps:
        "Set encrypted: true. On a volume that exists this replaces it: make a new encrypted one (from a snapshot, or by moving " +
        "the slot's data). With the level `remediate` the pack sets it on every aws.ebs.Volume itself. Devices written into an " +
        "instance or a launch template are judged, root volumes are not.",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    validateResource: checkAny([TYPE.volume, ...HOLDERS], (resource, report) => {
        if (isOf(resource, TYPE.volume)) {
            const encrypted = ask(() => resource.props.encrypted);
            return judge(`volume ${quote(resource.name)}`, encrypted, resource, report);
        }
        for (const device of devicesOf(resource, report, NAME))
            if (!device.isRoot) judge(device.what, flag(device, "encrypted"), resource, report);
    }),
    remediateResource: remedy(TYPE.volume, (volume) => {
        const encrypted = ask(() => volume.props.encrypted);
        if (encrypted === UNKNOWN || encrypted === true) return undefined;
        return Object.assign(volume.props, { encrypted: true });
    }),
};

function judge(
    what: string,
    encrypted: unknown,
    { urn }: Pick<ResourceValidationArgs, "urn">,
    report: ReportViolation,
): void {
    if (encrypted === UNKNOWN) return notYet(report, NAME, `encryption of ${what}`, urn);
    if (encrypted === true) return;
    const said = encrypted === undefined ? "does not say encrypted: true" : `has encrypted: ${String(encrypted)}`;
    report(`${what} ${said}`);
}
