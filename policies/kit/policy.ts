import type {
    ReportViolation,
    ResourceRemediation,
    ResourceValidation,
    ResourceValidationArgs,
    StackValidation,
} from "@pulumi/policy";
import { StackView } from "./stack";
import type { Judged, Token } from "./types";

/**
 * A check of one resource type. The token on the function lets the pack's server skip all others without unpacking them
 * (@pulumi/policy, server.ts "fast check"); the check itself does not rely on it.
 */
export function check<T extends Token>(
    token: T,
    judge: (resource: Judged<T>, report: ReportViolation) => void,
): ResourceValidation {
    const validation: ResourceValidation = (args, report) => {
        if (args.type === token) judge(args, report);
    };
    return Object.assign(validation, { __pulumiType: token });
}

/** A remedy for one resource type: returns the changed properties, or undefined when nothing is to be changed. */
export function remedy<T extends Token>(
    token: T,
    mend: (resource: Judged<T>) => Record<string, unknown> | undefined,
): ResourceRemediation {
    const remediation: ResourceRemediation = (args) => (args.type === token ? mend(args) : undefined);
    return Object.assign(remediation, { __pulumiType: token });
}

/** The same for several types. */
export function remedyAny(
    tokens: readonly Token[],
    mend: (resource: Parameters<ResourceRemediation>[0]) => Record<string, unknown> | undefined,
): ResourceRemediation {
    const wanted = new Set<string>(tokens);
    return (args) => (wanted.has(args.type) ? mend(args) : undefined);
}

/** A check of a whole stack that has at least one resource of this type; other stacks cost nothing. */
export function checkStack(
    token: Token,
    judge: (stack: StackView, report: ReportViolation, args: { getConfig<T extends object>(): T }) => void,
): StackValidation {
    const validation: StackValidation = (args, report) => {
        if (args.resources.some((resource) => resource.type === token))
            judge(new StackView(args.resources), report, args);
    };
    return Object.assign(validation, { __pulumiType: token });
}

/** A check of resources of several types, where the server can skip nothing. */
export function checkAny(
    tokens: readonly Token[],
    judge: (resource: ResourceValidationArgs, report: ReportViolation) => void,
): ResourceValidation {
    const wanted = new Set<string>(tokens);
    return (args, report) => {
        if (wanted.has(args.type)) judge(args, report);
    };
}

/** The same where no single type is always there. */
export function checkStackOf(
    tokens: readonly Token[],
    judge: (stack: StackView, report: ReportViolation) => void,
): StackValidation {
    const wanted = new Set<string>(tokens);
    return (args, report) => {
        if (args.resources.some((resource) => wanted.has(resource.type))) judge(new StackView(args.resources), report);
    };
}

/** A policy's settings: what the configuration says over the defaults, which the schema states as well. */
export function settings<T extends object>(args: { getConfig<C extends object>(): C }, defaults: T): T {
    return { ...defaults, ...args.getConfig<Partial<T>>() };
}
