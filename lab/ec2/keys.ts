import { DriveError } from "../../infra/model/errors";

/** Keys of KMS as EC2 meets them; the lab has no KMS, so one that it never heard of can be used. */
export class Keys {
    private readonly bad = new Map<string, string>();

    /** What a snapshot of a volume under the key says when it has failed; undefined: the key can be used. */
    refusal(key: string | undefined): string | undefined {
        return key === undefined ? undefined : this.bad.get(key);
    }

    list(): Readonly<Record<string, string>> {
        return Object.fromEntries(this.bad);
    }

    /** `vanished`: deleted or disabled; `denied`: its policy lets EC2 not use it; `usable`: as it was. Throws with all that is wrong. */
    set({ key, state, ...rest }: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
        const wrong: string[] = Object.keys(rest).map((name) => `'${name}' is not known`);
        if (typeof key !== "string" || key === "") {
            wrong.push(`key '${String(key)}': expected a key's ARN, as the volume has it`);
        }
        if (typeof state !== "string" || !Object.hasOwn(MESSAGES, state)) {
            wrong.push(`state '${String(state)}': expected one of ${Object.keys(MESSAGES).join(", ")}`);
        }
        if (wrong.length > 0) {
            throw new DriveError("InvalidSetting", wrong.join("; "));
        }
        const message = MESSAGES[state as keyof typeof MESSAGES];
        if (message === undefined) {
            this.bad.delete(key as string);
        } else {
            this.bad.set(key as string, message);
        }
        return this.list();
    }
}

/** EC2 says the same of both (guide: Copy a snapshot): from outside a key that is gone and one that is denied look alike. */
const NOT_ACCESSIBLE = "Given key ID is not accessible";
const MESSAGES = { usable: undefined, vanished: NOT_ACCESSIBLE, denied: NOT_ACCESSIBLE } as const;
