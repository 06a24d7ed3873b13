import type { ResourceValidationPolicy } from "@pulumi/policy";
import { check } from "./kit/policy";
import { count, quote } from "./kit/text";
import { TYPE } from "./kit/types";
import { ask, elements, known, notYet, UNKNOWN } from "./kit/unknown";

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
    validateResource: check(TYPE.instance, (server, report) => {
        const devices = ask(() => server.props.ebsBlockDevices);
        if (devices === UNKNOWN)
            return notYet(report, NAME, `ebsBlockDevices of instance ${quote(server.name)}`, server.urn);
        const names = elements(devices).map((device) =>
            device === UNKNOWN ? undefined : known(() => device?.deviceName),
        );
        if (names.length === 0) return;
        const shown = names.map((name) => (name === undefined ? "one not known yet" : quote(name))).join(", ");
        report(`instance ${quote(server.name)} has ${count(names.length, "data volume")} written into it: ${shown}`);
    }),
};
