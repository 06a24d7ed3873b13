import type { ResourceValidationPolicy } from "@pulumi/policy";
import { devicesOf, holderName } from "./kit/devices";
import { checkAny } from "./kit/policy";
import { count, quote } from "./kit/text";
import { TYPE } from "./kit/types";

const NAME = "data-not-inline";

/** A volume inside the instance cannot be protected, tagged, grown or moved by itself, and goes when the instance goes. */
export const dataNotInline: ResourceValidationPolicy = {
    name: NAME,
    description: "Data volumes are resources of their own, not devices written into an instance.",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps:
        "Declare each data volume as aws.ebs.Volume and attach it with aws.ec2.VolumeAttachment; leave only the root volume in the " +
        "instance. A device that exists can be imported as a volume.",
    url: "https://www.pulumi.com/registry/packages/aws/api-docs/ec2/instance/#ebs-ephemeral-and-root-block-devices",
    validateResource: checkAny([TYPE.instance, TYPE.spotRequest], (server, report) => {
        const data = devicesOf(server, report, NAME).filter(({ isRoot }) => !isRoot);
        if (data.length === 0) return;
        const shown = data.map(({ name }) => (name === undefined ? "one not known yet" : quote(name))).join(", ");
        report(`${holderName(server)} has ${count(data.length, "data volume")} written into it: ${shown}`);
    }),
};
