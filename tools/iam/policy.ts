import type { ActionResource, AwsData } from "./aws-data";
import { listed } from "./aws-data";
import { arnLike, like, operator } from "./operators";

export interface Condition {
    readonly operator: string;
    readonly key: string;
    readonly values: readonly string[];
}

export interface Statement {
    readonly sid: string;
    readonly actions: readonly string[];
    readonly resources: readonly string[];
    readonly conditions: readonly Condition[];
}

/** An IAM policy that was understood whole. */
export interface Policy {
    readonly statements: readonly Statement[];
}

const list = (value: unknown, what: string): readonly string[] => {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const text of values) {
        if (typeof text !== "string") throw new Error(`${what}: expected text, got ${JSON.stringify(text)}`);
        if (text.includes("${")) throw new Error(`${what}: ${text} is not filled`);
    }
    if (values.length === 0) throw new Error(`${what}: nothing in it`);
    return values as string[];
};

const members = (value: unknown, known: readonly string[], what: string): Record<string, unknown> => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${what} is no object`);
    const odd = Object.keys(value).filter((key) => !known.includes(key));
    if (odd.length > 0) throw new Error(`${what}: ${odd.join(", ")} is not known here`);
    return value as Record<string, unknown>;
};

/** Throws on whatever is not known: an element, an action, a condition key, an operator, a wildcard among the actions. */
export function parsePolicy(document: unknown, aws: AwsData): Policy {
    const { Version, Statement } = members(document, ["Version", "Statement"], "policy");
    if (Version !== "2012-10-17") throw new Error(`Version: ${String(Version)}`);
    if (!Array.isArray(Statement)) throw new Error("Statement is no list");
    return { statements: Statement.map((statement) => parseStatement(statement, aws)) };
}

function parseStatement(document: unknown, aws: AwsData): Statement {
    const known = ["Sid", "Effect", "Action", "Resource", "Condition"];
    const { Sid, Effect, Action, Resource, Condition = {} } = members(document, known, "statement");
    const sid = String(Sid);
    if (!/^[A-Za-z0-9]+$/.test(sid)) throw new Error(`Sid: ${sid}`);
    if (Effect !== "Allow") throw new Error(`${sid}: Effect ${String(Effect)} is not known here`);
    const actions = list(Action, sid);
    for (const action of actions) aws.action(action);
    const conditions: Condition[] = [];
    for (const [name, keys] of Object.entries(members(Condition, Object.keys(Object(Condition)), sid))) {
        for (const [key, value] of Object.entries(members(keys, Object.keys(Object(keys)), sid))) {
            operator(name, key, aws.keyType(key));
            conditions.push({ operator: name, key, values: list(value, `${sid}: ${key}`) });
        }
    }
    return { sid, actions, resources: list(Resource, sid), conditions };
}

/** Whether a Resource entry can name a resource of a type at all. */
function names(entry: string, format: string): boolean {
    if (entry === "*") return true;
    const example = format.replace(/\$\{\w+\}/g, "x");
    const [, , , , account, id] = entry.split(":");
    const blurred = [
        "arn",
        "*",
        "*",
        "*",
        account === "" || account === "*" ? account : "?*",
        `${id!.split("/")[0]!}/*`,
    ].join(":");
    return arnLike(example, blurred);
}

/** Parts of a policy that can never allow anything, by AWS's own lists: an action, or a resource, with such conditions. */
export function deadParts({ statements }: Policy, aws: AwsData): string[] {
    return statements.flatMap(({ sid, actions, resources, conditions }) => {
        const keys = conditions.map(({ key }) => listed(key));
        const lives = (action: string, entry: string): boolean => {
            const data = aws.action(action);
            if (data.resources.length === 0) return entry === "*" && keys.every((key) => data.keys.has(key));
            const service = action.split(":")[0]!;
            const fits = (of: ActionResource): boolean =>
                names(entry, aws.arnFormat(service, of.type)) &&
                keys.every((key) => of.keys.has(key) || data.keys.has(key));
            return data.resources.some(fits);
        };
        return [
            ...actions.filter((action) => !resources.some((entry) => lives(action, entry))),
            ...resources.filter((entry) => !actions.some((action) => lives(action, entry))),
        ].map((part) => `${sid}: ${part}`);
    });
}

/** IAM counts every character but white space; inside of quotes it is counted here too. */
export const size = (document: unknown): number => JSON.stringify(document).length;

export const allows = ({ actions }: Statement, action: string): boolean =>
    actions.some((pattern) => like(action.toLowerCase(), pattern.toLowerCase()));
