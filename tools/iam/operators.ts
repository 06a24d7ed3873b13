/** IAM's condition operators, as far as the policies here use them; any other is refused. */

type Values = readonly string[];

interface Operator {
    /** Types of keys (as AWS lists them) that it compares; none: any. */
    readonly of?: readonly string[];
    /** True when it holds for a request that says nothing of the key. */
    readonly holdsWithout: boolean;
    /** `have` is empty when the request says nothing of the key. */
    readonly holds: (have: Values, want: Values) => boolean;
}

/** `*` is any text, `?` any one character; both cases differ. */
export function like(text: string, pattern: string): boolean {
    const source = pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*/g, ".*")
        .replace(/\?/g, ".");
    return new RegExp(`^${source}$`, "s").test(text);
}

/** Part by part: no wildcard reaches over a colon, but for those of the last part. */
export function arnLike(arn: string, pattern: string): boolean {
    const parts = (text: string): string[] => {
        const all = text.split(":");
        return [...all.slice(0, 5), all.slice(5).join(":")];
    };
    const wanted = parts(pattern);
    return parts(arn).every((part, i) => like(part, wanted[i]!));
}

const one =
    (same: (have: string, want: string) => boolean) =>
    (have: Values, want: Values): boolean =>
        have.some((value) => want.some((wanted) => same(value, wanted)));

const equals = (have: string, want: string): boolean => have === want;
const LISTS = ["ArrayOfString"];

const OPERATORS: Readonly<Record<string, Operator>> = {
    StringEquals: { of: ["String"], holdsWithout: false, holds: one(equals) },
    StringLike: { of: ["String"], holdsWithout: false, holds: one(like) },
    StringEqualsIfExists: {
        of: ["String"],
        holdsWithout: true,
        holds: (have, want) => have.length === 0 || one(equals)(have, want),
    },
    StringLikeIfExists: {
        of: ["String"],
        holdsWithout: true,
        holds: (have, want) => have.length === 0 || one(like)(have, want),
    },
    Bool: { of: ["Bool"], holdsWithout: false, holds: one(equals) },
    ArnLike: { of: ["ARN"], holdsWithout: false, holds: one(arnLike) },
    Null: { holdsWithout: true, holds: (have, want) => (have.length === 0) === (want[0] === "true") },
    // Of many values; also true of none, which is what makes them dangerous alone (IAM user guide, "Set operators").
    "ForAllValues:StringLike": {
        of: LISTS,
        holdsWithout: true,
        holds: (have, want) => have.every((value) => one(like)([value], want)),
    },
    "ForAllValues:StringNotEquals": {
        of: LISTS,
        holdsWithout: true,
        holds: (have, want) => have.every((value) => !want.includes(value)),
    },
};

/** Throws on an operator that is not known here, and on a key that it does not compare. */
export function operator(name: string, key: string, keyType: string): Operator {
    const found = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
    if (found === undefined) throw new Error(`the operator ${name} is not known here`);
    if (found.of !== undefined && !found.of.includes(keyType))
        throw new Error(`${name} does not compare ${key}, which is of type ${keyType}`);
    return found;
}
