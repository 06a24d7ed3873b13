import type { ResourceValidationPolicy } from "@pulumi/policy";
import { check, remedy } from "./kit/policy";
import { quote } from "./kit/text";
import { TYPE } from "./kit/types";
import { ask, notYet, UNKNOWN } from "./kit/unknown";

const NAME = "volume-encrypted";

export const volumeEncrypted: ResourceValidationPolicy = {
    name: NAME,
    description: "Every data volume is encrypted.",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps:
        "Set encrypted: true. On a volume that exists this replaces it: make a new encrypted one (from a snapshot, or by moving " +
        "the slot's data). With the level `remediate` the pack sets it on every volume itself.",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    validateResource: check(TYPE.volume, (volume, report) => {
        const encrypted = ask(() => volume.props.encrypted);
        if (encrypted === UNKNOWN)
            return notYet(report, NAME, `encryption of volume ${quote(volume.name)}`, volume.urn);
        if (encrypted === true) return;
        const said = encrypted === undefined ? "does not say encrypted: true" : `has encrypted: ${String(encrypted)}`;
        report(`volume ${quote(volume.name)} ${said}`);
    }),
    remediateResource: remedy(TYPE.volume, (volume) => {
        const encrypted = ask(() => volume.props.encrypted);
        if (encrypted === UNKNOWN || encrypted === true) return undefined;
        return Object.assign(volume.props, { encrypted: true });
    }),
};
