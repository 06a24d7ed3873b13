import { unknownCheckingProxy, type PolicyResource, type ReportViolation } from "@pulumi/policy";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

/** The runtime's own sentinel: reading it throws as it does in a preview. */
export const NOT_KNOWN = unknownValue as unknown as undefined;

export interface Options {
    readonly protect?: boolean;
    readonly parent?: PolicyResource;
    /** Which resources a property's value came from. */
    readonly from?: Readonly<Record<string, PolicyResource | readonly PolicyResource[]>>;
    readonly dependsOn?: readonly PolicyResource[];
}

/** A resource as the pack's server hands it to a policy. `type` is any token: policies must leave others alone. */
export function fake(
    type: string,
    name: string,
    props: Record<string, unknown> = {},
    options: Options = {},
): PolicyResource {
    const from = Object.entries(options.from ?? {}).map(([key, value]) => [key, [value].flat()] as const);
    const chain = options.parent ? `${options.parent.urn.split("::")[2] ?? ""}$${type}` : type;
    return {
        type,
        name,
        urn: `urn:pulumi:test::stack::${chain}::${name}`,
        props: unknownCheckingProxy(props) as Record<string, unknown>,
        opts: {
            protect: options.protect ?? false,
            ignoreChanges: [],
            aliases: [],
            customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
            additionalSecretOutputs: [],
            ...(options.parent && { parent: options.parent.urn }),
        },
        ...(options.parent && { parent: options.parent }),
        dependencies: [...from.flatMap(([, value]) => value), ...(options.dependsOn ?? [])] as PolicyResource[],
        propertyDependencies: Object.fromEntries(from) as Record<string, PolicyResource[]>,
        isType: (resourceClass) => (resourceClass as { __pulumiType?: string }).__pulumiType === type,
        asType: () => undefined,
    };
}

export interface Violation {
    readonly message: string;
    readonly urn: string | undefined;
    readonly level: "violation" | "note";
}

/** Runs one policy over resources; every one is offered, whatever its type, as if the server had no fast check. */
export function judge(
    policy: ResourceValidationPolicy | StackValidationPolicy,
    resources: readonly PolicyResource[],
    config: object = {},
): Violation[] {
    const found: Violation[] = [];
    const reporter = (urn: string | undefined): ReportViolation =>
        ((said: string | { message: string; urn?: string }, at?: string) => {
            if (typeof said === "string") found.push({ message: said, urn: at ?? urn, level: "violation" });
            else found.push({ message: said.message, urn: said.urn ?? urn, level: "note" });
        }) as ReportViolation;
    const common = {
        stackTags: new Map<string, string>(),
        getConfig: <T extends object>() => config as T,
        notApplicable: (): never => {
            throw new Error("a policy of this pack does not give up on a resource");
        },
    };
    if ("validateStack" in policy) {
        void policy.validateStack({ ...common, resources: [...resources] }, reporter(undefined));
        return found;
    }
    for (const resource of resources) {
        for (const validation of [policy.validateResource ?? []].flat()) {
            const { type, name, urn, props, opts, isType, asType } = resource;
            void validation({ ...common, type, name, urn, props, opts, isType, asType } as never, reporter(urn));
        }
    }
    return found;
}

/** What a remediation makes of a resource's properties; undefined when it leaves them. */
export function remediate(policy: ResourceValidationPolicy, resource: PolicyResource, config: object = {}): unknown {
    const { type, name, urn, props, opts } = resource;
    return policy.remediateResource?.({ type, name, urn, props, opts, getConfig: () => config } as never);
}

/** Only what was refused, without the remarks. */
export const refused = (found: readonly Violation[]): string[] =>
    found.filter(({ level }) => level === "violation").map(({ message }) => message);
