import type { PolicyResource } from "@pulumi/policy";
import type { StackView } from "./stack";
import { TYPE, type Seen } from "./types";
import { elements, known, UNKNOWN } from "./unknown";

/** A data volume, or a server with all that is attached to it. */
type Target = Pick<PolicyResource, "type" | "urn" | "props">;
type Plan = (target: Target) => boolean;

/** Every plan of a stack that makes snapshots, as a question: whether it selects this resource. */
export const backupPlansOf = (stack: StackView): readonly Plan[] => [
    ...stack.ofType(TYPE.snapshotPolicy).flatMap((policy) => snapshots(policy) ?? []),
    ...stack.ofType(TYPE.backupSelection).map(selection),
];

/** The one type of resource that a policy of the Data Lifecycle Manager looks at, and the tags, any of which is enough. */
function snapshots({ props }: Seen<typeof TYPE.snapshotPolicy>): Plan | undefined {
    if (known(() => props.state) === "DISABLED") return undefined;
    const all = known(() => props.defaultPolicy);
    if (all === "VOLUME" || all === "INSTANCE") return ({ type }) => type === KINDS[all];
    if (known(() => props.policyDetails?.policyType) === "EVENT_BASED_POLICY") return undefined;
    const [said] = elements(known(() => props.policyDetails?.resourceTypes));
    const kind = said === "INSTANCE" ? KINDS.INSTANCE : KINDS.VOLUME;
    const wanted = fields(known(() => props.policyDetails?.targetTags));
    return (target) =>
        target.type === kind && Object.entries(wanted).some(([key, value]) => tag(target, key) === value);
}

const KINDS = { VOLUME: TYPE.volume, INSTANCE: TYPE.instance } as const;

/** AWS Backup: any of the tags, or one of the resources that meets all conditions; never what is left out. */
function selection(plan: Seen<typeof TYPE.backupSelection>): Plan {
    const { props } = plan;
    const tags = elements(known(() => props.selectionTags)).map(pair);
    const named = dependsOn(plan, "resources");
    const left = dependsOn(plan, "notResources");
    const arns = elements(known(() => props.resources)).filter((arn) => typeof arn === "string");
    const conditions = elements(known(() => props.conditions)).flatMap((one) =>
        one === UNKNOWN
            ? []
            : (["stringEquals", "stringLikes"] as const).flatMap((kind) =>
                  elements(known(() => one?.[kind])).map(pair),
              ),
    );
    const everything = arns.length === 0 && named.size === 0 && conditions.length > 0;
    return (target) => {
        if (left.has(target.urn)) return false;
        if (tags.some(({ key, value }) => tag(target, key) === value)) return true;
        const own = known(() => target.props["arn"] as unknown);
        const selected =
            everything || named.has(target.urn) || arns.some((arn) => arn === own || ALL[target.type]?.test(arn));
        return (
            selected &&
            conditions.every(({ key, value }) => like(value, tag(target, key.replace(/^aws:ResourceTag\//, ""))))
        );
    };
}

const ALL: Readonly<Record<string, RegExp>> = {
    [TYPE.volume]: /^(\*|arn:[^:]*:ec2:\*?[^:]*:\*?[^:]*:volume\/\*)$/,
    [TYPE.instance]: /^(\*|arn:[^:]*:ec2:\*?[^:]*:\*?[^:]*:instance\/\*)$/,
};

const dependsOn = ({ propertyDependencies }: Pick<PolicyResource, "propertyDependencies">, property: string) =>
    new Set((propertyDependencies[property] ?? []).map(({ urn }) => urn));

/** What is not known names nothing. */
function pair(given: { key?: unknown; value?: unknown } | typeof UNKNOWN | null): { key: string; value: string } {
    const text = (question: () => unknown) => {
        const value = given === UNKNOWN ? undefined : known(question);
        return typeof value === "string" ? value : "\0";
    };
    return {
        key: text(() => (given as { key?: unknown } | null)?.key),
        value: text(() => (given as { value?: unknown } | null)?.value),
    };
}

const tag = ({ props }: Target, key: string): unknown => known(() => fields(props["tags"])[key]);

const like = (pattern: string, value: unknown): boolean =>
    typeof value === "string" &&
    new RegExp(
        `^${pattern
            .split("*")
            .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
            .join(".*")}$`,
        "s",
    ).test(value);

/** The values that are known, of a map; of anything else none. */
function fields(value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null) return {};
    const map = value as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
        Object.keys(map).flatMap((key) => {
            const one = known(() => map[key]);
            return one === undefined ? [] : [[key, one] as const];
        }),
    );
}
