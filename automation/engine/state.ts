import { removedOf } from "../../infra/model/access";
import { DriveConfig } from "../../infra/model/config";
import type { StackView } from "../model/observed";

interface Resource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly custom?: boolean;
    readonly protect?: boolean;
    readonly outputs?: Record<string, unknown>;
}
interface Deployment {
    readonly resources?: readonly Resource[];
    readonly pending_operations?: readonly unknown[];
}

/** Of a whole drive: volume group, share, uploads. */
const COMMANDS = 3;

/** What a deployment (`pulumi stack export`) says, secrets left out. Unknown or half-written values count as absent. */
export function readDeployment(deployment: unknown): StackView {
    const { resources = [], pending_operations: pending = [] } = (deployment ?? {}) as Deployment;
    const outputs = resources.find((resource) => resource.type === "pulumi:pulumi:Stack")?.outputs ?? {};
    const desired = DriveConfig.safeParse(outputs["desired"]);
    const text = (key: string): string | undefined => (typeof outputs[key] === "string" ? outputs[key] : undefined);
    const revision = outputs["revision"];
    return {
        revision: typeof revision === "number" ? revision : desired.data?.revision,
        // The program's outputs are there also after an `up` whose last command failed: only with all commands was it whole.
        desired: commandUrns(deployment).length < COMMANDS ? undefined : desired.data,
        began: text("began"),
        serverId: resources.find((resource) => resource.type === "aws:ec2/instance:Instance")?.id,
        // The outputs wait for the group's UUID, so for the first `up` that ends: before, the address tells it.
        sshHost: text("sshHost") ?? publicAddress(resources),
        hostKey: text("hostKey"),
        group: text("group"),
        removed: removedOf(outputs["removed"]),
        volumes: Object.fromEntries(resources.flatMap(slotVolume)),
        unprotected: resources.flatMap((resource) =>
            resource.protect === true ? [] : slotVolume(resource).map(([slot]) => slot),
        ),
        ids: resources.flatMap((resource) =>
            resource.custom === true && resource.id !== undefined ? [resource.id] : [],
        ),
        pending: pending.length,
    };
}

function publicAddress(resources: readonly Resource[]): string | undefined {
    const address = resources.find(({ type }) => type === "aws:ec2/eip:Eip")?.outputs?.["publicIp"];
    return typeof address === "string" ? address : undefined;
}

/** Names are the contract: a volume of slot ba is `<drive>-ba`. */
function slotVolume(resource: Resource): [string, string][] {
    const slot = /::[^:]+-([b-d][a-z])$/.exec(resource.urn)?.[1];
    if (resource.type !== "aws:ebs/volume:Volume" || slot === undefined || resource.id === undefined) return [];
    return [[slot, resource.id]];
}

/** Urns of the remote commands: the ones that are run again to repair. */
export function commandUrns(deployment: unknown): string[] {
    const { resources = [] } = (deployment ?? {}) as Deployment;
    return resources.filter((resource) => resource.type === "command:remote:Command").map((resource) => resource.urn);
}

/** Urn of the stack itself: a refresh of it alone asks no provider; undefined before the first `up`. */
export function rootUrn(deployment: unknown): string | undefined {
    const { resources = [] } = (deployment ?? {}) as Deployment;
    return resources.find((resource) => resource.type === "pulumi:pulumi:Stack")?.urn;
}
