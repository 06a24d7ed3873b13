import type { ResourceValidationPolicy } from "@pulumi/policy";
import { holderName } from "./kit/devices";
import { checkAny } from "./kit/policy";
import { quote } from "./kit/text";
import { TYPE } from "./kit/types";
import { ask, notYet, UNKNOWN } from "./kit/unknown";

const NAME = "imdsv2-launch-template";

interface Options {
    readonly metadataOptions?: { readonly httpTokens?: string; readonly httpEndpoint?: string } | null;
}

export const imdsv2LaunchTemplate: ResourceValidationPolicy = {
    name: NAME,
    description:
        "A launch template makes instances that give their metadata only to holders of a session token (IMDSv2).",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps:
        'Set metadataOptions: { httpTokens: "required" } in the template (or launch configuration), or httpEndpoint: "disabled".',
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    validateResource: checkAny([TYPE.launchTemplate, TYPE.launchConfiguration], (template, report) => {
        const options = ask(() => (template.props as Options).metadataOptions);
        const what = holderName(template);
        if (options === UNKNOWN) return notYet(report, NAME, `metadataOptions of ${what}`, template.urn);
        const endpoint = ask(() => options?.httpEndpoint);
        const tokens = ask(() => options?.httpTokens);
        if (endpoint === "disabled" || tokens === "required") return;
        if (endpoint === UNKNOWN || tokens === UNKNOWN)
            return notYet(report, NAME, `metadataOptions of ${what}`, template.urn);
        report(`${what} ${tokens === undefined ? "does not say httpTokens" : `has httpTokens: ${quote(tokens)}`}`);
    }),
};
