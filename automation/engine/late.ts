import { join } from "node:path";

const FILE = join(__dirname, "late-modules.js");

/** What node takes from NODE_OPTIONS in the engine's children, besides what the caller has there already: see late-modules.js. */
export function lateModules(env: NodeJS.ProcessEnv): { NODE_OPTIONS: string } {
    const quoted = `"${FILE.replace(/["\\]/g, "\\$&")}"`;
    return { NODE_OPTIONS: `${env["NODE_OPTIONS"] ?? ""} --require ${quoted}`.trim() };
}
