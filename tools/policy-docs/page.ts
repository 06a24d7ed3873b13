import type { Policies, PolicyConfigSchema } from "@pulumi/policy";
import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import { FAILURE_RATES_AS_OF } from "../../infra/model/durability";
import { INSTANCES_AS_OF } from "../../infra/model/instances";
import { LIMITS, LIMITS_AS_OF } from "../../infra/model/limits";
import { PRICES_AS_OF } from "../../infra/model/prices";
import { POLICIES } from "../../policies/all";
import { EXAMPLE, INTRODUCTION, OTHER_PACKS, PULL_REQUESTS, SWITCHING_OFF } from "./prose";

type Policy = Policies[number];

/** docs/policies.md: everything in it that a policy says itself is read from the policy. */
export function policyPage(): string {
    return `${[
        "# The policies",
        "<!-- written by `npm run docs:policies` from policies/*.ts: change those -->",
        INTRODUCTION,
        overview(),
        "## Each policy",
        ...POLICIES.map(section),
        "## Where the limits are from",
        sources(),
        "## Switching one off",
        SWITCHING_OFF,
        EXAMPLE,
        "## Beside other packs",
        OTHER_PACKS,
        "## On pull requests",
        PULL_REQUESTS,
    ].join("\n\n")}\n`;
}

const mends = (policy: Policy): boolean => "remediateResource" in policy;

function overview(): string {
    const rows = POLICIES.map((policy) => {
        const level = `${policy.enforcementLevel ?? "advisory"}${mends(policy) ? ", remediate" : ""}`;
        return `| [${policy.name}](#${policy.name}) | ${level} | ${policy.severity ?? ""} | ${policy.description} |`;
    });
    return ["| policy | level | severity | what it asks |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function section(policy: Policy): string {
    const facts = [
        `**Level**: ${policy.enforcementLevel ?? "advisory"}. **Severity**: ${policy.severity ?? ""}. **Looks at**: ${
            "validateStack" in policy
                ? "the whole stack, after everything in it is known"
                : "one resource at a time, before it is made"
        }.`,
        `**How to fix**: ${policy.remediationSteps ?? ""}`,
        ...(mends(policy)
            ? ["**As a remediation**: set its level to `remediate`, and the pack changes the resource itself."]
            : []),
        ...(policy.url === undefined ? [] : [`**Background**: <${policy.url}>`]),
    ];
    const parts = [
        `### ${policy.name}`,
        policy.description,
        facts.map((fact) => `- ${fact}`).join("\n"),
        settingsOf(policy.configSchema),
    ];
    return parts.filter((part) => part !== "").join("\n\n");
}

function settingsOf(schema: PolicyConfigSchema | undefined): string {
    if (schema === undefined) return "";
    const rows = Object.entries(schema.properties).map(
        ([name, one]) =>
            `| \`${name}\` | ${kindOf(one)} | \`${JSON.stringify(one.default)}\` | ${one.description ?? ""} |`,
    );
    return ["| setting | kind | default | meaning |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function kindOf(schema: PolicyConfigJSONSchema): string {
    const bounds = [
        schema.minimum === undefined ? "" : ` from ${schema.minimum}`,
        schema.exclusiveMinimum === undefined ? "" : ` above ${schema.exclusiveMinimum}`,
        schema.maximum === undefined ? "" : ` to ${schema.maximum}`,
    ].join("");
    const inner = innerOf(schema);
    return `${String(schema.type)}${bounds}${inner === undefined ? "" : ` of { ${inner} }`}`;
}

/** The names inside an object of objects, so that an override can be written without reading the code. */
function innerOf({ properties, additionalProperties }: PolicyConfigJSONSchema): string | undefined {
    const one = properties === undefined ? additionalProperties : Object.values(properties)[0];
    if (typeof one !== "object" || one.properties === undefined) return undefined;
    const keys = properties === undefined ? "name" : Object.keys(properties).join(", ");
    return `${keys}: { ${Object.keys(one.properties).join(", ")} }`;
}

function sources(): string {
    const table = [
        "| type | GiB | IOPS | IOPS per GiB | MiB/s | MiB/s per IOPS |",
        "| --- | --- | --- | --- | --- | --- |",
        ...Object.entries(LIMITS).map(([type, { sizeGiB, iops, throughput }]) => {
            const range = (of: { min: number; max: number } | undefined) =>
                of === undefined ? "" : `${of.min} to ${of.max}`;
            return `| ${type} | ${range(sizeGiB)} | ${range(iops)} | ${iops?.perGiB ?? ""} | ${range(throughput)} | ${throughput?.perIops ?? ""} |`;
        }),
    ].join("\n");
    const list = [
        ["Volume types", LIMITS_AS_OF],
        ["Instance types (attachments, EBS bandwidth)", INSTANCES_AS_OF],
        ["Failures a year", FAILURE_RATES_AS_OF],
        ["Prices (pull requests)", PRICES_AS_OF],
    ] as const;
    const lines = list.map(([what, { date, source }]) => `- ${what}: ${date}; ${source}.`).join("\n");
    return `All of them are dated data under \`infra/model\`. Limits of volume and instance types are overridden in their policies' settings, prices by \`--prices\`.\n\n${lines}\n\n${table}`;
}
