import type { Changes, Failure } from "../protocol/plugin";
import { hasUnknown, isObject, isUnknown, type Props, same, type Value } from "../protocol/values";

type Kind = "string" | "number" | "boolean" | "strings" | "list" | "map" | "connection" | "proxy";

const COMMON: Record<string, Kind> = {
    create: "string",
    update: "string",
    delete: "string",
    triggers: "list",
    environment: "map",
    stdin: "string",
    logging: "string",
    addPreviousOutputInEnv: "boolean",
};
export const REMOTE: Record<string, Kind> = { ...COMMON, connection: "connection" };
export const LOCAL: Record<string, Kind> = { ...COMMON, dir: "string", interpreter: "strings" };

const PROXY: Record<string, Kind> = {
    host: "string",
    port: "number",
    user: "string",
    password: "string",
    privateKey: "string",
    privateKeyPassword: "string",
    hostKey: "string",
    agentSocketPath: "string",
    dialErrorLimit: "number",
    perDialTimeout: "number",
};
const CONNECTION: Record<string, Kind> = { ...PROXY, proxy: "proxy" };
const CONNECTION_DEFAULTS = { user: "root", port: 22, dialErrorLimit: 10, perDialTimeout: 15 };
const LOGGING = ["stdout", "stderr", "stdoutAndStderr", "none"];

function fits(kind: Kind, value: Value): boolean {
    switch (kind) {
        case "list":
            return Array.isArray(value);
        case "strings":
            return Array.isArray(value) && value.every((item) => typeof item === "string");
        case "map":
        case "connection":
        case "proxy":
            return isObject(value);
        default:
            return typeof value === kind;
    }
}

function faults(known: Record<string, Kind>, value: Props, prefix: string): Failure[] {
    const found: Failure[] = [];
    for (const [key, item] of Object.entries(value)) {
        const property = `${prefix}${key}`;
        const kind = known[key];
        if (kind === undefined) {
            const reason = `the lab's stand-in of the command plugin does not know '${property}'`;
            found.push({ property, reason: `${reason}; it knows ${Object.keys(known).join(", ")}` });
        } else if (!isUnknown(item) && !fits(kind, item)) {
            found.push({ property, reason: `is ${JSON.stringify(typeof item)}, expected a ${kind}` });
        } else if ((kind === "connection" || kind === "proxy") && isObject(item)) {
            found.push(...faults(kind === "proxy" ? PROXY : CONNECTION, item, `${property}.`));
            if (item["host"] === undefined) {
                found.push({ property: `${property}.host`, reason: "missing required property" });
            }
        }
    }
    return found;
}

function withDefaults(connection: Value): Value {
    if (!isObject(connection)) {
        return connection;
    }
    const { proxy, ...rest } = connection;
    const filled = { ...CONNECTION_DEFAULTS, ...rest };
    return proxy === undefined ? filled : { ...filled, proxy: withDefaults(proxy) };
}

/** What the real plugin's Check does: defaults into the inputs, unknown properties refused. */
export function check(known: Record<string, Kind>, news: Props): { inputs: Props; failures: Failure[] } {
    const failures = faults(known, news, "");
    const inputs: Props = { addPreviousOutputInEnv: true, ...news };
    if (known["connection"] !== undefined) {
        if (news["connection"] === undefined) {
            failures.push({ property: "connection", reason: "missing required property" });
        } else {
            inputs["connection"] = withDefaults(news["connection"]);
        }
    }
    const logging = news["logging"];
    if (typeof logging === "string" && !isUnknown(logging) && !LOGGING.includes(logging)) {
        failures.push({ property: "logging", reason: `is '${logging}', expected one of ${LOGGING.join(", ")}` });
    }
    return { inputs, failures };
}

function compare(path: string, before: Value, after: Value, changes: Changes): void {
    // Adding or removing all triggers replaces; single ones do by the SDK's replaceOnChanges: ["triggers[*]"].
    const replace = path === "triggers";
    if (before === undefined) {
        changes.set(path, { change: "add", replace });
    } else if (after === undefined) {
        changes.set(path, { change: "delete", replace });
    } else if (Array.isArray(before) && Array.isArray(after)) {
        for (let index = 0; index < Math.max(before.length, after.length); index++) {
            step(`${path}[${index}]`, before[index], after[index], changes);
        }
    } else if (isObject(before) && isObject(after)) {
        for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
            step(/^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`, before[key], after[key], changes);
        }
    } else {
        changes.set(path, { change: "update", replace: false });
    }
}

function step(path: string, before: Value, after: Value, changes: Changes): void {
    if (hasUnknown(after) || !same(before, after)) {
        compare(path, before, after, changes);
    }
}

/** Differences between the inputs kept in the state and the new ones, by property path. */
export function diff(known: Record<string, Kind>, state: Props, news: Props, ignore: readonly string[]): Changes {
    const changes: Changes = new Map();
    for (const key of Object.keys(known).filter((name) => !ignore.includes(name))) {
        step(key, state[key], news[key], changes);
    }
    return changes;
}
