import { unknownCheckingProxy, type PolicyResource, type ReportViolation } from "@pulumi/policy";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { TYPE } from "./types";
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
export function fake(type: string, name: string, props: object = {}, options: Options = {}): PolicyResource {
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
        propertyDependencies: Object.fromEntries(from),
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
    const reporter =
        (urn: string | undefined): ReportViolation =>
        (said: string | { message: string; urn?: string }, at?: string) => {
            if (typeof said === "string") found.push({ message: said, urn: at ?? urn, level: "violation" });
            else found.push({ message: said.message, urn: said.urn ?? urn, level: "note" });
        };
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

/** A stack in which everything is wrong for somebody, but nothing of a type that `types` names. */
export function strangers(types: readonly string[]): PolicyResource[] {
    const others = [
        "aws:s3/bucketV2:BucketV2",
        "kubernetes:core/v1:Pod",
        "a:b:c",
        "pulumi:providers:aws",
        ...Object.values(TYPE),
    ];
    const props = {
        size: 0,
        type: "gp9",
        encrypted: false,
        multiAttachEnabled: true,
        ebsBlockDevices: [{ deviceName: "/dev/sdb" }],
        ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
        delete: "rm -rf /",
        tags: NOT_KNOWN,
    };
    return others.filter((type) => !types.includes(type)).map((type, index) => fake(type, `stranger-${index}`, props));
}

/** A volume attached to a server, paired as a preview pairs them: the ids are not known, the dependencies are. */
export function attach(
    name: string,
    volume: PolicyResource,
    server: PolicyResource,
    options: Options = {},
): PolicyResource {
    return fake(
        TYPE.attachment,
        name,
        { volumeId: NOT_KNOWN, instanceId: NOT_KNOWN, deviceName: "/dev/xvdba" },
        { ...options, from: { volumeId: volume, instanceId: server } },
    );
}

export interface DriveVolumeProps {
    readonly sizeGiB?: number;
    readonly state?: string;
    readonly takes?: string;
    /** It is there already, so EC2's own values are known. */
    readonly exists?: boolean;
    readonly props?: Readonly<Record<string, unknown>>;
    readonly protect?: boolean;
}

/** A volume of the drive `content`, known by its tags. */
export function slot(name: string, given: DriveVolumeProps = {}): PolicyResource {
    const tags = {
        "elastic-drive:drive": "content",
        "elastic-drive:slot": name,
        Name: `content-${name}`,
        ...(given.state !== undefined && { "elastic-drive:state": given.state }),
        ...(given.takes !== undefined && { "elastic-drive:takes": given.takes }),
    };
    const arn = given.exists === true ? `arn:aws:ec2:us-east-1::volume/vol-${name}` : NOT_KNOWN;
    const props = { availabilityZone: "us-east-1a", size: given.sizeGiB ?? 8, type: "gp3", arn, tags, ...given.props };
    return fake(TYPE.volume, `content-${name}`, props, { protect: given.protect ?? true });
}
