import { UnknownValueError, type ReportViolation } from "@pulumi/policy";

/** A value that this preview does not know yet. */
export const UNKNOWN = Symbol("not known in this preview");
export type Unknown = typeof UNKNOWN;

/**
 * Asks for a value that a preview may not know. An unknown that escapes a policy ends it for all resources and turns even
 * a mandatory rule into a note (@pulumi/policy, server.ts), so every look at a property goes through here.
 */
export function ask<T>(question: () => T): T | Unknown {
    try {
        return question();
    } catch (error) {
        if (error instanceof UnknownValueError) return UNKNOWN;
        throw error;
    }
}

/** The same, where "not known" and "not set" are the same thing to the rule. */
export function known<T>(question: () => T): T | undefined {
    const answer = ask(question);
    return answer === UNKNOWN ? undefined : answer;
}

/** A list's elements one by one: walking it in the usual way would throw at the first one that is not known. */
export function elements<T>(list: readonly T[] | Unknown | undefined): (T | Unknown)[] {
    if (!Array.isArray(list)) return [];
    return Array.from({ length: list.length }, (_, index) => ask(() => (list as readonly T[])[index] as T));
}

/** A remark that stops nothing, from a policy of any level. */
export function remark(report: ReportViolation, policy: string, message: string, urn: string): void {
    // The object form carries a level of its own (@pulumi/policy 1.21, makeReportViolationFun); its types name only text.
    const withLevel = report as unknown as (note: object) => void;
    withLevel({ name: policy, message, urn, enforcementLevel: "advisory" });
}

/** Says what could not be judged, so that a rule never falls silent without a word. */
export function notYet(report: ReportViolation, policy: string, what: string, urn: string): void {
    remark(report, policy, `not judged: ${what} is not known in this preview; it is judged when it is known`, urn);
}
