import { randomUUID } from "node:crypto";
import { DriveError } from "../../infra/model/errors";

export const FAULT_KINDS = [
    "throttle",
    "error",
    "lost-before",
    "lost-after",
    "stale",
    "slow",
    "stuck",
    "fails",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault on demand: the next `count` calls of an action (`*` = any) meet it. */
export interface Fault {
    readonly id: string;
    readonly action: string;
    readonly kind: FaultKind;
    /** Calls that still meet it. */
    count: number;
    /** Calls that pass before the first one does. */
    skip: number;
    /** For `slow`: how much longer an attachment takes; for `fails` of a snapshot: when it ends in `error`. */
    readonly seconds: number;
}

/** Which kinds make sense for which actions. */
const ONLY: Partial<Record<FaultKind, RegExp>> = {
    stale: /^(Describe\w+|\*)$/,
    slow: /^AttachVolume$/,
    stuck: /^AttachVolume$/,
    fails: /^(ModifyVolume|CreateSnapshots?)$/,
};

export class Faults {
    private readonly faults: Fault[] = [];

    /** Checks and adds one; throws with all that is wrong in one sentence. */
    add(wish: Readonly<Record<string, unknown>>): Fault {
        const { action, kind, count = 1, skip = 0, seconds = 30 } = wish;
        const wrong: string[] = [];
        if (typeof action !== "string" || !/^(\*|[A-Z]\w+)$/.test(action)) {
            wrong.push(`action '${String(action)}': expected an EC2 action or *`);
        }
        if (!FAULT_KINDS.includes(kind as FaultKind)) {
            wrong.push(`kind '${String(kind)}': expected one of ${FAULT_KINDS.join(", ")}`);
        } else if (ONLY[kind as FaultKind]?.test(String(action)) === false) {
            wrong.push(`kind '${String(kind)}' does not fit action '${String(action)}'`);
        }
        for (const [name, value, least] of [
            ["count", count, 1],
            ["skip", skip, 0],
            ["seconds", seconds, 0],
        ] as const) {
            if (!Number.isInteger(value) || (value as number) < least) {
                wrong.push(`${name} '${String(value)}': expected a whole number from ${least} on`);
            }
        }
        if (wrong.length > 0) {
            throw new DriveError("InvalidFault", wrong.join("; "));
        }
        const fault: Fault = {
            id: randomUUID().slice(0, 8),
            action: action as string,
            kind: kind as FaultKind,
            count: count as number,
            skip: skip as number,
            seconds: seconds as number,
        };
        this.faults.push(fault);
        return fault;
    }

    list(): readonly Fault[] {
        return this.faults;
    }

    clear(): void {
        this.faults.length = 0;
    }

    /** The fault that this call meets, if any; it is used up by it. */
    take(action: string): Fault | undefined {
        const matching = this.faults.filter((fault) => {
            const fits = fault.action === action || fault.action === "*";
            return fits && (fault.kind !== "stale" || action.startsWith("Describe"));
        });
        for (const fault of matching) {
            if (fault.skip > 0) {
                fault.skip--;
                continue;
            }
            fault.count--;
            if (fault.count <= 0) {
                this.faults.splice(this.faults.indexOf(fault), 1);
            }
            return fault;
        }
        return undefined;
    }
}
