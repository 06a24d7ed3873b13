import type { Policies, ReportViolation, ResourceValidation, ResourceValidationPolicy } from "@pulumi/policy";
import { configured, type Configured, type Level } from "./kit/configured";
import { quote } from "./kit/text";
import { STACK } from "./kit/types";
import { remark } from "./kit/unknown";

const NAME = "pack-configuration";
/** Every policy takes it: why its level was changed for this stack. */
export const REASON = "reason";

/** Judges the configuration of all other policies. The engine itself refuses values of the wrong type before that. */
export function packConfiguration(rules: Policies): ResourceValidationPolicy {
    const validation: ResourceValidation = (args, report) => {
        if (args.type === STACK) judgeConfiguration(rules, configured(), args.urn, report);
    };
    return {
        name: NAME,
        description: "The pack's configuration names policies and settings that exist, and says why one is lowered.",
        enforcementLevel: "mandatory",
        severity: "medium",
        remediationSteps:
            "Correct the name in the file given as --policy-pack-config (docs/policies.md lists all). To lower a policy write " +
            '{ "enforcementLevel": "disabled", "reason": "why this stack may do without" }.',
        validateResource: Object.assign(validation, { __pulumiType: STACK }),
    };
}

export function judgeConfiguration(
    rules: Policies,
    configuration: ReadonlyMap<string, Configured>,
    urn: string,
    report: ReportViolation,
): void {
    const known = new Map(rules.map((rule) => [rule.name, rule]));
    for (const [name, { level, settings }] of configuration) {
        const rule = known.get(name);
        if (rule === undefined) {
            if (name !== NAME) report(`there is no policy ${quote(name)}${near(name, [...known.keys()])}`, urn);
            continue;
        }
        const names = [...Object.keys(rule.configSchema?.properties ?? {}), REASON];
        for (const key of Object.keys(settings)) {
            if (!names.includes(key)) {
                report(
                    `policy ${quote(name)} has no setting ${quote(key)}: it has ${names.map(quote).join(", ")}`,
                    urn,
                );
            }
        }
        if (STRICTNESS[level] >= STRICTNESS[rule.enforcementLevel ?? "advisory"]) continue;
        const reason = settings[REASON];
        const why = typeof reason === "string" && reason.trim() !== "" ? `: ${quote(reason)}` : " without a reason";
        remark(
            report,
            NAME,
            `policy ${quote(name)} is ${level === "disabled" ? "switched off" : level} here${why}`,
            urn,
        );
    }
}

const STRICTNESS: Readonly<Record<Level, number>> = { disabled: 0, advisory: 1, mandatory: 2, remediate: 2 };

/** The known name with the most letters in common, if it is close. */
function near(name: string, names: readonly string[]): string {
    const words = name.toLowerCase().split(/[^a-z0-9]+/);
    const shared = (other: string) => other.split("-").filter((word) => words.includes(word)).length;
    const best = [...names].sort((a, b) => shared(b) - shared(a))[0];
    return best !== undefined && shared(best) > 0
        ? `; did you mean ${quote(best)}?`
        : `; there are ${names.join(", ")}`;
}
