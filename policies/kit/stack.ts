import type { PolicyResource } from "@pulumi/policy";
import { isOf, TYPE, type Seen, type Token } from "./types";
import { known, UNKNOWN, type Unknown } from "./unknown";

/** A volume on a server. `undefined`: not of this stack; UNKNOWN: this preview does not say which. */
export interface Attached {
    readonly attachment: Seen<typeof TYPE.attachment>;
    readonly volume: Seen<typeof TYPE.volume> | Unknown | undefined;
    readonly server: Seen<typeof TYPE.instance> | Unknown | undefined;
}

/** One pass over a stack's resources, and the questions that policies ask of it. */
export class StackView {
    private readonly byType = new Map<string, PolicyResource[]>();
    private ids: Map<string, PolicyResource> | undefined;
    private attachedOnce: readonly Attached[] | undefined;

    constructor(readonly resources: readonly PolicyResource[]) {
        for (const resource of resources) {
            const sisters = this.byType.get(resource.type);
            if (sisters) sisters.push(resource);
            else this.byType.set(resource.type, [resource]);
        }
    }

    ofType<T extends Token>(token: T): readonly Seen<T>[] {
        return this.byType.get(token) ?? [];
    }

    ofTypeName(type: string): readonly PolicyResource[] {
        return this.byType.get(type) ?? [];
    }

    get attached(): readonly Attached[] {
        return (this.attachedOnce ??= this.ofType(TYPE.attachment).map((attachment) => ({
            attachment,
            volume: this.target(attachment, "volumeId", TYPE.volume),
            server: this.target(attachment, "instanceId", TYPE.instance),
        })));
    }

    /**
     * The resource that a property names: by the dependency the engine recorded, which a preview has too, else by an id
     * written in plain text. Several candidates and no known id: UNKNOWN.
     */
    target<T extends Token>(from: Pick<PolicyResource, "props" | "propertyDependencies">, property: string, token: T) {
        const candidates = (from.propertyDependencies[property] ?? []).filter((resource) => resource.type === token);
        if (candidates.length === 1) return candidates[0] as unknown as Seen<T>;
        const id = known(() => from.props[property] as unknown);
        const byId = typeof id === "string" ? this.byId(id) : undefined;
        if (byId !== undefined && isOf(byId, token)) return byId;
        return candidates.length > 1 ? UNKNOWN : undefined;
    }

    private byId(id: string): PolicyResource | undefined {
        if (this.ids === undefined) {
            this.ids = new Map();
            for (const resource of this.resources) {
                const own = known(() => resource.props["id"] as unknown);
                if (typeof own === "string" && own !== "") this.ids.set(own, resource);
            }
        }
        return this.ids.get(id);
    }
}

/** Those attachments that a rule can pair with a server of this stack, by server. */
export function byServer(stack: StackView): Map<Seen<typeof TYPE.instance>, Attached[]> {
    const servers = new Map<Seen<typeof TYPE.instance>, Attached[]>();
    for (const pair of stack.attached) {
        if (pair.server === undefined || pair.server === UNKNOWN) continue;
        const sisters = servers.get(pair.server);
        if (sisters) sisters.push(pair);
        else servers.set(pair.server, [pair]);
    }
    return servers;
}
