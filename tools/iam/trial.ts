import type { OperatorPolicy, PolicyStatement } from "../../automation";
import type { AwsData } from "./aws-data";
import type { Knowledge } from "./judge";
import { denied } from "./judge";
import type { Policy } from "./policy";
import { parsePolicy } from "./policy";
import type { Deed } from "./world";

export const listOf = (part: string | readonly string[]): readonly string[] =>
    typeof part === "string" ? [part] : part;

/** What policies allow and deny, and what of them does nothing. */
export class Trial {
    private readonly understood = new WeakMap<OperatorPolicy, Policy>();

    constructor(private readonly aws: AwsData) {}

    private refused(policy: OperatorPolicy, { questions }: Deed, knowledge: Knowledge): string[] {
        const parsed = this.understood.get(policy) ?? parsePolicy(policy, this.aws);
        this.understood.set(policy, parsed);
        return questions.flatMap((question) => denied(parsed, question, knowledge, this.aws));
    }

    private passes(policy: OperatorPolicy, deed: Deed): boolean {
        return (["listed", "generous"] as const).some(
            (knowledge) => this.refused(policy, deed, knowledge).length === 0,
        );
    }

    /** Calls that it denies, with what. */
    missing(policy: OperatorPolicy, allowed: readonly Deed[]): string[] {
        return allowed.flatMap((deed) =>
            this.refused(policy, deed, "listed").map((what) => `${deed.sentence}: ${what}`),
        );
    }

    /** Attacks that it lets through, whatever IAM may know. */
    open(policy: OperatorPolicy, attacks: readonly Deed[]): string[] {
        return attacks.filter((deed) => this.passes(policy, deed)).map(({ sentence }) => sentence);
    }

    /** Attacks that would fail even with the actions allowed on everything: they prove nothing. */
    hollow(attacks: readonly Deed[]): string[] {
        const free = ({ questions }: Deed): OperatorPolicy => ({
            Version: "2012-10-17",
            Statement: [{ Sid: "All", Effect: "Allow", Action: questions.map(({ action }) => action), Resource: "*" }],
        });
        return attacks
            .filter((deed) => this.refused(free(deed), deed, "listed").length > 0)
            .map(({ sentence }) => sentence);
    }

    /** Actions and resources without which every call is allowed all the same. */
    idleParts(policy: OperatorPolicy, allowed: readonly Deed[]): string[] {
        return policy.Statement.flatMap((statement) =>
            (["Action", "Resource"] as const).flatMap((part) =>
                listOf(statement[part])
                    .filter((one) => {
                        const less = without(policy, statement, { part, one });
                        return touched(allowed, statement).every(
                            (deed) => this.refused(less, deed, "listed").length === 0,
                        );
                    })
                    .map((one) => `${statement.Sid}: ${one}`),
            ),
        );
    }

    /** Conditions without which every attack is denied all the same, by each of the policies. */
    idleConditions(
        ...tried: readonly { readonly policy: OperatorPolicy; readonly attacks: readonly Deed[] }[]
    ): string[] {
        return tried[0]!.policy.Statement.flatMap((statement) =>
            Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
                Object.keys(keys)
                    .filter((key) =>
                        tried.every(({ policy, attacks }) => {
                            const wider = without(policy, statement, { operator, key });
                            return !touched(attacks, statement).some((deed) => this.passes(wider, deed));
                        }),
                    )
                    .map((key) => `${statement.Sid}: ${operator} ${key}`),
            ),
        );
    }
}

/** What a change of the statement can concern at all. */
const touched = (deeds: readonly Deed[], { Action }: PolicyStatement): Deed[] =>
    deeds.filter(({ questions }) => questions.some(({ action }) => listOf(Action).includes(action)));

type Change =
    | { readonly part: "Action" | "Resource"; readonly one: string }
    | { readonly operator: string; readonly key: string };

/** The policy with one thing taken out of one statement; a statement that nothing is left of goes. */
function without(policy: OperatorPolicy, { Sid }: PolicyStatement, change: Change): OperatorPolicy {
    const changed = (statement: PolicyStatement): PolicyStatement[] => {
        if (statement.Sid !== Sid) return [statement];
        if ("part" in change) {
            const rest = listOf(statement[change.part]).filter((one) => one !== change.one);
            return rest.length === 0 ? [] : [{ ...statement, [change.part]: rest }];
        }
        const { [change.key]: _, ...rest } = statement.Condition![change.operator]!;
        return [{ ...statement, Condition: { ...statement.Condition, [change.operator]: rest } }];
    };
    return { ...policy, Statement: policy.Statement.flatMap(changed) };
}
