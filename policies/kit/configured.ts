import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";

export type Level = "advisory" | "mandatory" | "disabled" | "remediate";
export interface Configured {
    readonly level: Level;
    readonly settings: Readonly<Record<string, unknown>>;
}

/** The policy that judges this configuration. */
export const JUDGE = "pack-configuration";
/** Every policy takes it: why its level was changed for this stack. */
export const REASON = "reason";
/** The engine's own name for "every policy that is not named". */
export const EVERY = "all";

/** EnforcementLevel of the engine's analyzer protocol. */
const LEVELS: readonly Level[] = ["advisory", "mandatory", "disabled", "remediate"];

/** The levels that a policy can have; `undefined` stands for every policy. */
export function levelsOf(policy: object | undefined): readonly Level[] {
    const mends = policy === undefined || "remediateResource" in policy;
    return ["mandatory", "advisory", "disabled", ...(mends ? (["remediate"] as const) : [])];
}

let received: ReadonlyMap<string, Configured> = new Map();

/** What the engine configured, by policy, names that no policy has among them. */
export const configured = (): ReadonlyMap<string, Configured> => received;

interface Request {
    getPolicyconfigMap(): { entries(): Iterable<[string, PolicyConfig]>; del(name: string): void };
}
interface PolicyConfig {
    getEnforcementlevel(): number;
    getProperties(): { toJavaScript(): Record<string, unknown> } | undefined;
}

/** Reads the request and hands it on. A name that no policy has would otherwise vanish: the SDK looks up only its own. */
export function remember(request: Request): void {
    const found = [...request.getPolicyconfigMap().entries()].map(([name, config]) => {
        const level = LEVELS[config.getEnforcementlevel()] ?? "mandatory";
        return [name, { level, settings: config.getProperties()?.toJavaScript() ?? {} }] as const;
    });
    received = new Map(found);
    // A level for every policy must not silence the one that says so.
    if (received.has(EVERY)) request.getPolicyconfigMap().del(JUDGE);
}

interface Method {
    requestDeserialize(bytes: Buffer): Request;
}
const { configure } = AnalyzerService as unknown as { configure: Method };
const deserialize = configure.requestDeserialize.bind(configure);
configure.requestDeserialize = (bytes) => {
    const request = deserialize(bytes);
    remember(request);
    return request;
};
