import type { ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";
import { isWorld, protocolName, reached, type Opening } from "./kit/network";
import { openingsOf } from "./kit/openings";
import { checkAny, settings } from "./kit/policy";
import { quote } from "./kit/text";
import { TYPE } from "./kit/types";
import { ask, notYet, remark, UNKNOWN } from "./kit/unknown";

const NAME = "not-open-to-the-world";
const DEFAULTS = { widestV4: 8, widestV6: 16 };
const GUARDED = [TYPE.securityGroup, TYPE.defaultSecurityGroup, TYPE.securityGroupRule, TYPE.ingressRule] as const;

export const notOpenToTheWorld: ResourceValidationPolicy = {
    name: NAME,
    description: "NFS, SSH and FTP are not open to the world.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps:
        "Name the networks or security groups that may come in. A range of ports that contains 2049, 22, 20, 21 or 990 counts, and so " +
        "does protocol -1; a network wider than the settings allow counts as the world, since two halves are a whole.",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    configSchema: {
        properties: {
            widestV4: {
                type: "integer",
                minimum: 1,
                maximum: 32,
                default: DEFAULTS.widestV4,
                description:
                    "The shortest IPv4 prefix that is a network of somebody's own; anything wider is the world.",
            },
            widestV6: {
                type: "integer",
                minimum: 1,
                maximum: 128,
                default: DEFAULTS.widestV6,
                description: "The same for IPv6.",
            },
        },
    },
    // On the inputs of a resource: the outputs of a new group do not say yet that it has no rules.
    validateResource: checkAny(GUARDED, (resource, report) => {
        const config = settings(resource, DEFAULTS);
        if (ask(() => (resource.props as { ingress?: unknown }).ingress) === UNKNOWN) {
            notYet(report, NAME, `ingress of ${quote(resource.name)}`, resource.urn);
        }
        for (const opening of openingsOf(resource)) judge(opening, resource, config, report);
    }),
};

function judge(
    opening: Opening,
    resource: { readonly name: string; readonly urn: string },
    config: typeof DEFAULTS,
    report: ReportViolation,
): void {
    const parts = [opening.protocol, opening.fromPort, opening.toPort];
    const everyPort = protocolName(parts[0]) === "all";
    remarkLists(opening, resource, report);
    for (const network of opening.networks) {
        if (network !== UNKNOWN && typeof network !== "string") continue;
        const wide = network === UNKNOWN || isWorld(network, config.widestV4, config.widestV6);
        if (!wide) continue;
        // What is not known may be anything, but only what could matter is worth a remark.
        if (parts.includes(UNKNOWN) && !everyPort) {
            notYet(report, NAME, `the protocol or port of ${quote(resource.name)}`, resource.urn);
            continue;
        }
        const services = reached(opening);
        if (services.length === 0) continue;
        if (network === UNKNOWN) {
            notYet(report, NAME, `the network that ${quote(resource.name)} lets in`, resource.urn);
            continue;
        }
        const names = services.map(({ name, ports }) => `${name} (${ports.join(", ")})`).join(", ");
        report(`${quote(resource.name)} opens ${names} to ${quote(network)} by ${ports(opening)}`, resource.urn);
    }
}

/** What a prefix list holds is not in the rule, and may change without it. */
function remarkLists(
    opening: Opening,
    { name, urn }: { readonly name: string; readonly urn: string },
    report: ReportViolation,
): void {
    if ([opening.protocol, opening.fromPort, opening.toPort].includes(UNKNOWN) || reached(opening).length === 0) return;
    for (const list of opening.lists) {
        if (list !== UNKNOWN && typeof list !== "string") continue;
        const what = list === UNKNOWN ? "of this stack" : quote(list);
        const message = `not judged: ${quote(name)} lets in prefix list ${what}, whose networks are not in the rule; see that none is the world`;
        remark(report, NAME, message, urn);
    }
}

function ports({ protocol, fromPort, toPort }: Opening): string {
    const name = protocolName(protocol);
    if (name === "all") return "protocol -1 (everything)";
    if (fromPort === undefined || toPort === undefined) return `${name}, every port`;
    return fromPort === toPort
        ? `${name} port ${String(fromPort)}`
        : `${name} ports ${String(fromPort)} to ${String(toPort)}`;
}
