import type { ResourceValidationPolicy } from "@pulumi/policy";
import { devicesOf, flag, HOLDERS, isOne } from "./kit/devices";
import { checkAny } from "./kit/policy";
import { TYPE } from "./kit/types";
import { notYet, UNKNOWN } from "./kit/unknown";

const NAME = "data-kept-on-termination";

export const dataKeptOnTermination: ResourceValidationPolicy = {
    name: NAME,
    description: "No data volume is deleted when its instance is terminated.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps:
        "Set deleteOnTermination: false on every data device (it is true where nothing is said), or better, declare the volume as a " +
        "resource of its own. The root volume may go with the instance: it holds no data. In a launch template /dev/sda1 and /dev/xvda count as root.",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/preserving-volumes-on-termination.html",
    validateResource: checkAny(HOLDERS, (holder, report) => {
        for (const device of devicesOf(holder, report, NAME)) {
            if (device.isRoot) continue;
            const deleted = flag(device, "deleteOnTermination");
            if (deleted === UNKNOWN) notYet(report, NAME, `deleteOnTermination of ${device.what}`, holder.urn);
            if (deleted === UNKNOWN || deleted === false) continue;
            const unsaid = holder.type === TYPE.launchTemplate ? "is not said" : "is not said, so it is true";
            const why = deleted === undefined ? unsaid : "is true";
            const whose = isOne(holder) ? "the instance" : "its instances";
            report(`${device.what} is deleted with ${whose}: deleteOnTermination ${why}`);
        }
    }),
};
