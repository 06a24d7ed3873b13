import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";

export type Level = "advisory" | "mandatory" | "disabled" | "remediate";
export interface Configured {
    readonly level: Level;
    readonly settings: Readonly<Record<string, unknown>>;
}

/** EnforcementLevel of the engine's analyzer protocol. */
const LEVELS: readonly Level[] = ["advisory", "mandatory", "disabled", "remediate"];

let received: ReadonlyMap<string, Configured> = new Map();

/** What the engine configured, by policy, names that no policy has among them. */
export const configured = (): ReadonlyMap<string, Configured> => received;

interface Request {
    getPolicyconfigMap(): { entries(): Iterable<[string, PolicyConfig]> };
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
