import { existsSync } from "node:fs";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { policiesFile } from "../../infra/model/names";
import { HOME } from "./package-root";

/** One word of a policy about one resource. */
export interface Judgement {
    readonly policy: string;
    readonly level: string;
    readonly resource: string;
    readonly message: string;
}

export interface PackOptions {
    readonly policyPacks?: string[];
    readonly policyPackConfigs?: string[];
}

/** The project's pack, else the package's own, and the stack's levels and settings of it, if there are any. */
export async function packOptions(projectDir: string, stack: string): Promise<PackOptions> {
    const own = join(projectDir, "policies");
    const pack = existsSync(join(own, "PulumiPolicy.yaml")) ? own : join(HOME, "policies");
    const file = policiesFile(stack);
    if (!existsSync(join(projectDir, file))) return { policyPacks: [pack] };
    // Late: it brings all policies along, and most stacks have no such file.
    const { checkConfigurationFile } = await import("../../policies/kit/configuration-file");
    checkConfigurationFile(projectDir, file);
    return { policyPacks: [pack], policyPackConfigs: [join(projectDir, file)] };
}

/** What stopped the engine, if it was a policy: each by its name, the resource and what it said. */
export function violated(judged: readonly Judgement[], cause: unknown): DriveError | undefined {
    const refusals = judged.filter(({ level }) => level === "mandatory");
    if (refusals.length === 0) return undefined;
    const said = refusals.map(({ policy, resource, message }) => `${policy}: ${message} (${resource})`);
    return new DriveError(
        "PolicyViolated",
        `${refusals.length === 1 ? "a policy forbids" : "policies forbid"} it: ${said.join("; ")}`,
        { hint: "docs/policies.md says of each policy how to fix it, and how to lower it with a reason", cause },
    );
}
