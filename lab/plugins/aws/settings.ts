import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Failure } from "../protocol/plugin";
import { isObject, isUnknown, type Props, type Value } from "../protocol/values";

/** What the provider was configured with. */
export interface Settings {
    readonly region: string;
    readonly endpoint: string;
    readonly stsEndpoint: string;
    readonly accessKey: string | undefined;
    readonly secretKey: string | undefined;
    readonly token: string | undefined;
    readonly profile: string | undefined;
    readonly maxAttempts: number;
    readonly defaultTags: Readonly<Record<string, string>>;
    /** Empty: any account. */
    readonly allowedAccountIds: readonly string[];
}

const KNOWN = new Set([
    ...["region", "endpoints", "accessKey", "secretKey", "token", "profile", "maxRetries", "defaultTags", "retryMode"],
    ...[
        "allowedAccountIds",
        "skipCredentialsValidation",
        "skipMetadataApiCheck",
        "skipRegionValidation",
        "skipRequestingAccountId",
        "version",
    ],
]);
const SERVICES = new Set(["ec2", "sts"]);

/** Nested values of a provider's configuration travel as JSON text. */
function parsed(value: Value): Value {
    if (typeof value !== "string" || !/^(\[|\{|true$|false$|null$|-?\d+$)/.test(value)) {
        return value;
    }
    try {
        return JSON.parse(value) as Value;
    } catch {
        return value;
    }
}

const isLoopback = (host: string): boolean =>
    host === "localhost" || host === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);

/** An endpoint on this very machine, or the reason why not: the stand-in must never reach a real account. */
function endpointFault(endpoint: string): string | undefined {
    let url: URL;
    try {
        url = new URL(endpoint);
    } catch {
        return `endpoint '${endpoint}' is not a URL`;
    }
    return isLoopback(url.hostname)
        ? undefined
        : `endpoint '${endpoint}' is not on this machine: the lab's stand-in of the aws plugin talks to 127.0.0.0/8, ::1 and localhost ` +
              "only; install the real plugin for a real account (pulumi plugin install resource aws)";
}

function endpointsOf(config: Props): Record<string, string> {
    const endpoints: Record<string, string> = {};
    for (const item of (parsed(config["endpoints"]) ?? []) as Value[]) {
        for (const [service, url] of Object.entries(isObject(item) ? item : {})) {
            if (typeof url === "string") {
                endpoints[service] = url;
            }
        }
    }
    return endpoints;
}

const environment = (...names: string[]): string | undefined =>
    names.map((name) => process.env[name]).find((value) => value !== undefined && value !== "");

const text = (value: Value): string | undefined =>
    typeof value === "string" && value !== "" && !isUnknown(value) ? value : undefined;

/** Numbers too: the engine makes them of what `config set --path` was given. */
function accounts(value: Value): string[] {
    if (value === undefined || value === null) {
        return [];
    }
    if (!Array.isArray(value)) {
        throw new Error(`allowedAccountIds is to be a list of account ids, got ${JSON.stringify(value)}`);
    }
    return value.map(String);
}

export function settingsFaults(config: Props): Failure[] {
    const found: Failure[] = [];
    for (const key of Object.keys(config).filter((name) => !KNOWN.has(name))) {
        found.push({
            property: key,
            reason: `the lab's stand-in of the aws plugin does not know the setting '${key}'`,
        });
    }
    for (const [service, endpoint] of Object.entries(endpointsOf(config))) {
        const fault = SERVICES.has(service)
            ? endpointFault(endpoint)
            : `only ${[...SERVICES].join(" and ")} have endpoints here`;
        if (fault !== undefined && !isUnknown(endpoint)) {
            found.push({ property: `endpoints.${service}`, reason: fault });
        }
    }
    return found;
}

/** Throws with the reason when it may not, or cannot, talk to anything. */
export function settingsOf(config: Props): Settings {
    const endpoints = endpointsOf(config);
    const endpoint = endpoints["ec2"] ?? environment("AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL");
    if (endpoint === undefined) {
        throw new Error(
            "no endpoint: the lab's stand-in of the aws plugin only talks to the lab; set AWS_ENDPOINT_URL (elastic-drive lab env) " +
                "or the provider's endpoints, or install the real plugin",
        );
    }
    const stsEndpoint = endpoints["sts"] ?? environment("AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL") ?? endpoint;
    const fault = endpointFault(endpoint) ?? endpointFault(stsEndpoint);
    if (fault !== undefined) {
        throw new Error(fault);
    }
    const region = text(config["region"]) ?? environment("AWS_REGION", "AWS_DEFAULT_REGION");
    if (region === undefined) {
        throw new Error("no region: set aws:region (pulumi config set aws:region us-east-1) or AWS_REGION");
    }
    const accessKey = text(config["accessKey"]);
    const profile = text(config["profile"]) ?? environment("AWS_PROFILE");
    const files = [environment("AWS_SHARED_CREDENTIALS_FILE"), join(homedir(), ".aws", "credentials")];
    const found =
        accessKey ??
        profile ??
        environment("AWS_ACCESS_KEY_ID") ??
        files.find((file) => file !== undefined && existsSync(file));
    if (found === undefined) {
        throw new Error(
            "no valid credential sources found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (the lab takes any)",
        );
    }
    const tags = parsed(config["defaultTags"]);
    const maxRetries = parsed(config["maxRetries"]);
    return {
        region,
        endpoint,
        stsEndpoint,
        accessKey,
        secretKey: text(config["secretKey"]),
        token: text(config["token"]),
        profile,
        // 25 as the real provider has it.
        maxAttempts: typeof maxRetries === "number" ? maxRetries : Number(environment("AWS_MAX_ATTEMPTS") ?? 25),
        allowedAccountIds: accounts(parsed(config["allowedAccountIds"])),
        defaultTags: isObject(tags) && isObject(tags["tags"]) ? (tags["tags"] as Record<string, string>) : {},
    };
}
