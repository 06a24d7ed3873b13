import type { StackValidationPolicy } from "@pulumi/policy";
import { driveNameOf } from "./kit/drives";
import { checkStack } from "./kit/policy";
import { quote } from "./kit/text";
import { TYPE } from "./kit/types";

export const volumeProtected: StackValidationPolicy = {
    name: "volume-protected",
    description: "Every data volume is protected against deletion.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps:
        "Give the resource the option protect: true. To delete it on purpose, lift the protection in one `up` and remove it in the " +
        "next. Volumes of a drive are judged by `drive-protected`.",
    url: "https://www.pulumi.com/docs/iac/concepts/options/protect/",
    validateStack: checkStack(TYPE.volume, (stack, report) => {
        for (const volume of stack.ofType(TYPE.volume)) {
            if (volume.opts.protect || driveNameOf(volume) !== undefined) continue;
            report(
                `volume ${quote(volume.name)} is not protected: removing it from the program deletes its data`,
                volume.urn,
            );
        }
    }),
};
