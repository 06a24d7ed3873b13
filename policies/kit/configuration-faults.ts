import type { Policies } from "@pulumi/policy";
import { z } from "zod";
import type { Fault } from "../../infra/model/errors";
import { schemaFaults } from "../../infra/model/faults";
import { EVERY, levelsOf, REASON } from "./configured";
import { noPolicy } from "./no-policy";
import { quote } from "./text";

type Policy = Policies[number];
type Schema = Parameters<typeof z.fromJSONSchema>[0];

const LEVEL = "enforcementLevel";

/** All that is wrong with the file that is given as --policy-pack-config. */
export function configurationFaults(text: string, policies: Policies): Fault[] {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        return [{ path: "(the whole)", reason: `not JSON: ${(error as Error).message}` }];
    }
    const whole = z.record(z.string(), z.unknown()).safeParse(value);
    if (!whole.success) return schemaFaults(z.record(z.string(), z.unknown()), whole.error.issues, value);
    return Object.entries(whole.data).flatMap(([name, said]) => entryFaults(name, said, policies));
}

function entryFaults(name: string, said: unknown, policies: Policies): Fault[] {
    const policy = policies.find((one) => one.name === name);
    if (policy === undefined && name !== EVERY) return [{ path: quote(name), reason: noPolicy(name, policies) }];
    const levels = levelsOf(policy);
    if (typeof said !== "string" && (typeof said !== "object" || said === null))
        return [{ path: name, reason: `got ${String(said)}; a level or a map of settings is expected` }];
    const schema = typeof said === "string" ? z.enum(levels) : settingsSchema(policy, levels);
    const parsed = schema.safeParse(said);
    if (parsed.success) return [];
    return schemaFaults(schema, parsed.error.issues, said).map(({ path, reason }) => ({
        path: path === "(the whole)" ? name : `${name}.${path}`,
        reason,
    }));
}

/** The same schema by which the engine judges the settings, with what every policy takes. */
function settingsSchema(policy: Policy | undefined, levels: readonly string[]): z.ZodType {
    const common = { [LEVEL]: { type: "string", enum: [...levels] }, [REASON]: { type: "string" } };
    const { properties = {}, required = [] } = policy?.configSchema ?? {};
    return z.fromJSONSchema({
        type: "object",
        properties: { ...properties, ...common },
        required,
        additionalProperties: false,
    } as Schema);
}
