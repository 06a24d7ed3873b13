import type { ResourceValidationPolicy } from "@pulumi/policy";
import { holderName } from "./kit/devices";
import { checkAny, remedyAny } from "./kit/policy";
import { quote } from "./kit/text";
import { TYPE } from "./kit/types";
import { ask, notYet, UNKNOWN } from "./kit/unknown";

const NAME = "imdsv2-required";
const SERVERS = [TYPE.instance, TYPE.spotRequest] as const;

/** A drive's host key comes by user data, which the metadata service hands out: only a session token may open it. */
export const imdsv2Required: ResourceValidationPolicy = {
    name: NAME,
    description: "An instance gives its metadata only to holders of a session token (IMDSv2).",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps:
        'Set metadataOptions: { httpTokens: "required" } (an online change), or httpEndpoint: "disabled". With the level ' +
        "`remediate` the pack sets it itself. An instance with a launch template and no options of its own takes the template's, " +
        "which `imdsv2-launch-template` judges.",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    validateResource: checkAny(SERVERS, (server, report) => {
        const state = tokens(server.props);
        if (state === "closed") return;
        if (state === UNKNOWN) return notYet(report, NAME, `metadataOptions of ${holderName(server)}`, server.urn);
        report(`${holderName(server)} ${state}, so its metadata opens without a session token`);
    }),
    remediateResource: remedyAny(SERVERS, (server) => {
        const state = tokens(server.props);
        if (state === "closed" || state === UNKNOWN) return undefined;
        const others = (server.props as { metadataOptions?: object }).metadataOptions ?? {};
        return Object.assign(server.props, { metadataOptions: { ...others, httpTokens: "required" } });
    }),
};

type Options = { httpTokens?: string; httpEndpoint?: string } | undefined;

function tokens(props: { readonly metadataOptions?: unknown; readonly launchTemplate?: unknown }) {
    const options = ask(() => props.metadataOptions as Options);
    if (options === UNKNOWN) return UNKNOWN;
    const template = ask(() => props.launchTemplate);
    if (options === undefined && template !== undefined) return "closed" as const;
    // A part that is not known cannot hide one that is.
    const endpoint = ask(() => options?.httpEndpoint);
    const required = ask(() => options?.httpTokens);
    if (endpoint === "disabled" || required === "required") return "closed" as const;
    if (endpoint === UNKNOWN || required === UNKNOWN) return UNKNOWN;
    return required === undefined ? "does not say httpTokens" : `has httpTokens: ${quote(required)}`;
}
