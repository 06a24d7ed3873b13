import type { Policies, ReportViolation } from "@pulumi/policy";

type Policy = Policies[number];

/** How a line begins that tells the way out; who reads messages may take it off again. */
export const HOW = "How to fix: ";

/**
 * A terminal shows a policy's description and what it says of a resource; the remediation steps go to the service only.
 * Whoever is refused wants them there and then, so each refusal has them on a line of its own.
 */
export function sayingHow(policy: Policy): Policy {
    const { remediationSteps } = policy;
    if (remediationSteps === undefined) return policy;
    const telling =
        (report: ReportViolation): ReportViolation =>
        (said: string | object, urn?: string) =>
            // A remark has no way out: it is no fault.
            report(typeof said === "string" ? `${said}\n${HOW}${remediationSteps}` : (said as never), urn);
    if ("validateStack" in policy) {
        const { validateStack } = policy;
        return {
            ...policy,
            validateStack: like(validateStack, (args, report) => validateStack(args, telling(report))),
        };
    }
    const { validateResource } = policy;
    if (typeof validateResource !== "function") return policy;
    return {
        ...policy,
        validateResource: like(validateResource, (args, report) => validateResource(args, telling(report))),
    };
}

/** With the original's token, by which the pack's server skips other types. */
const like = <F extends object>(original: F, wrapped: F): F => Object.assign(wrapped, { ...original });
