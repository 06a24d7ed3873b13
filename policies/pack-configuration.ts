import type { Policies, ReportViolation, ResourceValidation, ResourceValidationPolicy } from "@pulumi/policy";
import { configured, EVERY, JUDGE, levelsOf, REASON, type Configured, type Level } from "./kit/configured";
import { noPolicy } from "./kit/no-policy";
import { quote } from "./kit/text";
import { STACK } from "./kit/types";
import { remark } from "./kit/unknown";

/** Judges the configuration of all other policies. The engine itself refuses values of the wrong type before that. */
export function packConfiguration(rules: Policies): ResourceValidationPolicy {
    const validation: ResourceValidation = (args, report) => {
        if (args.type === STACK) judgeConfiguration(rules, configured(), args.urn, report);
    };
    return {
        name: JUDGE,
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
    const every = configuration.get(EVERY);
    for (const [name, { level, settings }] of configuration) {
        const rule = known.get(name);
        if (rule === undefined && name !== JUDGE && name !== EVERY) {
            report(noPolicy(name, rules), urn);
            continue;
        }
        const names = [...Object.keys(rule?.configSchema?.properties ?? {}), REASON];
        for (const key of Object.keys(settings).filter((one) => !names.includes(one)))
            report(`policy ${quote(name)} has no setting ${quote(key)}: it has ${names.map(quote).join(", ")}`, urn);
        const levels = levelsOf(rule);
        // The SDK would take it for mandatory without a word, and nothing would be mended.
        if (level !== every?.level && !levels.includes(level))
            report(`policy ${quote(name)} cannot be ${quote(level)}: it can be ${levels.join(", ")}`, urn);
        const lowered = STRICTNESS[level] < STRICTNESS[rule?.enforcementLevel ?? "mandatory"];
        // What every policy has from `all` is said once.
        const own = name === EVERY || level !== every?.level || settings[REASON] !== undefined;
        if (lowered && own) remark(report, JUDGE, `${loweredTo(name, level)}${because(settings[REASON])}`, urn);
    }
}

const STRICTNESS: Readonly<Record<Level, number>> = { disabled: 0, advisory: 1, mandatory: 2, remediate: 2 };

function loweredTo(name: string, level: Level): string {
    const which = name === EVERY ? "every policy that is not named" : `policy ${quote(name)}`;
    return `${which} is ${level === "disabled" ? "switched off" : level} here`;
}

const because = (reason: unknown): string =>
    typeof reason === "string" && reason.trim() !== "" ? `: ${quote(reason)}` : " without a reason";
