import { elements, ask, UNKNOWN } from "./unknown";
import type { Opening } from "./network";
import { isOf, TYPE } from "./types";

/** The parts of a rule that this preview does not know are UNKNOWN. */
export function openingsOf(resource: { readonly type: string; readonly props: object }): Opening[] {
    if (isOf(resource, TYPE.ingressRule)) {
        const { props } = resource;
        return [
            {
                protocol: ask(() => props.ipProtocol),
                fromPort: ask(() => props.fromPort),
                toPort: ask(() => props.toPort),
                networks: [ask(() => props.cidrIpv4), ask(() => props.cidrIpv6)],
                lists: [ask(() => props.prefixListId)],
            },
        ];
    }
    if (isOf(resource, TYPE.securityGroupRule)) {
        const { props } = resource;
        if (ask(() => props.type) === "egress") return [];
        return [inlineRule(props)];
    }
    if (isOf(resource, TYPE.securityGroup) || isOf(resource, TYPE.defaultSecurityGroup)) {
        const { props } = resource;
        const rules: (InlineRule | typeof UNKNOWN)[] = elements<InlineRule>(ask(() => props.ingress));
        return rules.map((rule) => (rule === UNKNOWN ? NOTHING_KNOWN : inlineRule(rule)));
    }
    return [];
}

const NOTHING_KNOWN: Opening = {
    protocol: UNKNOWN,
    fromPort: UNKNOWN,
    toPort: UNKNOWN,
    networks: [UNKNOWN],
    lists: [],
};

interface InlineRule {
    readonly protocol?: unknown;
    readonly fromPort?: unknown;
    readonly toPort?: unknown;
    readonly cidrBlocks?: readonly string[] | undefined;
    readonly ipv6CidrBlocks?: readonly string[] | undefined;
    readonly prefixListIds?: readonly string[] | undefined;
}

const inlineRule = (rule: InlineRule | null): Opening => ({
    protocol: ask(() => rule?.protocol),
    fromPort: ask(() => rule?.fromPort),
    toPort: ask(() => rule?.toPort),
    networks: [...networks(() => rule?.cidrBlocks), ...networks(() => rule?.ipv6CidrBlocks)],
    lists: networks(() => rule?.prefixListIds),
});

/** A list that is not known as a whole counts as one network that is not known. */
function networks(question: () => readonly string[] | undefined): unknown[] {
    const list = ask(question);
    return list === UNKNOWN ? [UNKNOWN] : elements(list);
}
