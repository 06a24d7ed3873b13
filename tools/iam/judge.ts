import type { ActionData, AwsData } from "./aws-data";
import { listed } from "./aws-data";
import { arnLike, operator } from "./operators";
import type { Policy, Statement } from "./policy";
import { allows } from "./policy";

/** What IAM may know of a request: condition keys and their values. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** One resource that a call names. */
export interface Named {
    readonly type: string;
    readonly arn: string;
    /** Its tags (aws:ResourceTag/…), tags asked for it (aws:RequestTag/…, aws:TagKeys), where and what it is. */
    readonly context: Context;
}

/** One thing that IAM is asked: an action, and all resources that the call names. Each of them must be allowed by itself. */
export interface Question {
    readonly action: string;
    readonly named: readonly Named[];
    readonly context: Context;
}

/**
 * `listed`: of a resource IAM knows what AWS's reference lists for the action and the resource's type, and nothing else: what is
 * allowed so is allowed. `generous`: it knows all that the call says, on every resource of it: what is denied so is denied,
 * also where the reference leaves out a key.
 */
export type Knowledge = "listed" | "generous";

/** What is denied; none: the call is allowed. */
export function denied(policy: Policy, question: Question, knowledge: Knowledge, aws: AwsData): string[] {
    const { action, named, context } = question;
    const data = aws.action(action);
    complete(data, question);
    if (data.resources.length === 0) {
        const known = knownOf(context, knowledge === "listed" ? data.keys : undefined);
        return allowedOn(policy, action, "*", known, data.keys, aws) ? [] : [`${action} on *`];
    }
    const asked = Object.entries(Object.assign({}, ...named.map((one) => one.context)) as Context).filter(([key]) =>
        /^aws:(RequestTag|TagKeys)/i.test(key),
    );
    return named
        .filter((one) => {
            const offered = new Set([...data.keys, ...data.resources.find(({ type }) => type === one.type)!.keys]);
            const all = { ...context, ...(knowledge === "generous" && Object.fromEntries(asked)), ...one.context };
            const known = knownOf(all, knowledge === "listed" ? offered : undefined);
            return !allowedOn(policy, action, one.arn, known, offered, aws);
        })
        .map(({ arn }) => `${action} on ${arn}`);
}

/** A question that names less than AWS judges, or what it does not judge, would prove nothing. */
function complete(data: ActionData, { action, named }: Question): void {
    for (const { type } of named) {
        if (!data.resources.some((of) => of.type === type)) throw new Error(`${action} is not judged on ${type}`);
    }
    for (const { type, required } of data.resources) {
        if (required && !named.some((one) => one.type === type)) throw new Error(`${action} names no ${type}`);
    }
}

type Known = ReadonlyMap<string, readonly string[]>;

function knownOf(context: Context, offered: ReadonlySet<string> | undefined): Known {
    const entries = Object.entries(context).filter(([key]) => offered?.has(listed(key)) !== false);
    return new Map(
        entries.map(([key, value]) => [key.toLowerCase(), typeof value === "string" ? [value] : [...value]]),
    );
}

function allowedOn(
    policy: Policy,
    action: string,
    arn: string,
    known: Known,
    offered: ReadonlySet<string>,
    aws: AwsData,
): boolean {
    return policy.statements.some(
        (statement) =>
            allows(statement, action) &&
            statement.resources.some((entry) => entry === "*" || (arn !== "*" && arnLike(arn, entry))) &&
            conditionsHold(statement, known, offered, aws),
    );
}

function conditionsHold(
    { sid, conditions }: Statement,
    known: Known,
    offered: ReadonlySet<string>,
    aws: AwsData,
): boolean {
    return conditions.every(({ operator: name, key, values }) => {
        const { holds, holdsWithout } = operator(name, key, aws.keyType(key));
        // It would always hold, and look like a condition.
        if (holdsWithout && !offered.has(listed(key))) throw new Error(`${sid}: AWS never tells ${key} here`);
        return holds(known.get(key.toLowerCase()) ?? [], values);
    });
}
