/** One registry of everything the library says: text for people, data for machines, a code that never changes. */
export type Level = "info" | "progress" | "warn" | "result" | "error";

export interface Message<D = unknown> {
    readonly code: string;
    readonly level: Level;
    readonly text: string;
    readonly data: D;
}

export interface Maker<D> {
    readonly code: string;
    readonly level: Level;
    /** What it means, for the documentation. */
    readonly about: string;
    (text: string, data: D): Message<D>;
}

function define<D>(code: string, level: Level, about: string): Maker<D> {
    return Object.assign((text: string, data: D): Message<D> => ({ code, level, text, data }), { code, level, about });
}

export const MSG = {
    PLANNED: define<{ steps: readonly unknown[] }>("DRIVE_I1001", "info", "What is going to be done, in this order"),
    NOTHING_TO_DO: define<{ seconds: number }>("DRIVE_I1002", "result", "The world is as desired"),
    CHANGES: define<{ changes: unknown }>("DRIVE_I1003", "info", "What the engine would change"),
    EFFECT: define<Record<string, unknown>>(
        "DRIVE_I1004",
        "info",
        "What a change of volumes means: price before and after, time, downtime, chance of loss, speed",
    ),
    STEP_STARTED: define<{ step: unknown; number: number }>("DRIVE_I2000", "info", "A step begins"),
    STEP_DONE: define<{ step: unknown; seconds: number }>("DRIVE_I2001", "info", "A step is done"),
    RESOURCE: define<{ operation: string; type: string; name: string; seconds?: number }>(
        "DRIVE_I2002",
        "progress",
        "The engine has changed one resource",
    ),
    ENGINE_SAYS: define<{ severity: string }>(
        "DRIVE_W2003",
        "warn",
        "A diagnostic of the engine or of a guest command",
    ),
    POLICY_REMARK: define<{ policy: string; level: string; resource: string; message: string }>(
        "DRIVE_I2005",
        "info",
        "What a policy remarks on the change, without stopping it",
    ),
    DONE: define<{ steps: number; seconds: number }>("DRIVE_I2004", "result", "An operation has ended well"),
    LOCK_CANCELLED: define<{ pid: number }>(
        "DRIVE_I2010",
        "info",
        "The lock of a dead process of this host was taken away",
    ),
    WAITING: define<{ what: string; seen: string }>("DRIVE_I2011", "progress", "Waiting, with what was last seen"),
    NO_LOG: define<Record<string, unknown>>(
        "DRIVE_W2019",
        "warn",
        "The log for people cannot be written; nothing depends on it",
    ),
    MOVING: define<{ slot: string } & Record<string, unknown>>(
        "DRIVE_I2013",
        "progress",
        "Data is moving off a slot: how far, how fast",
    ),
    MOVE_LEFT: define<{ slot: string; state: "moving" | "paused" }>(
        "DRIVE_W2014",
        "warn",
        "The operation was stopped on request; the move that it watched goes on on the server, or rests there",
    ),
    COPY_LEFT: define<{ slot: string; to: string; isAway?: boolean | undefined }>(
        "DRIVE_W2018",
        "warn",
        "The operation was stopped on request in the middle of a copy; whether the drive is away, and what brings it back",
    ),
    WHEREABOUTS: define<{ slot: string; slots: Record<string, number> }>(
        "DRIVE_I2017",
        "info",
        "Where the data of a move is that is cancelled (bytes by slot), and what becomes of it",
    ),
    DOWNTIME: define<{ seconds: number }>("DRIVE_I2016", "result", "How long the drive was away for its clients"),
    TAKEN_BACK: define<{ code?: string | undefined }>(
        "DRIVE_W2015",
        "warn",
        "A copy failed before anything was written to it: the drive comes back as it was",
    ),
    LEAKED: define<{ kind: string; id: string }>(
        "DRIVE_W2012",
        "warn",
        "Something tagged as this drive's is not in the stack's state",
    ),
    STATUS: define<unknown>("DRIVE_I3000", "result", "The drive's status"),
    STACK_WRITTEN: define<{ stack: string; file: string }>("DRIVE_I3001", "result", "A stack was initialised"),
    PULLED: define<{ from: number | undefined; to: number }>(
        "DRIVE_I3002",
        "result",
        "The configuration was refreshed from the backend",
    ),
    DESTROYED: define<{ drive: string }>("DRIVE_I3003", "result", "The drive and its data are gone"),
    OPERATOR_POLICY: define<{ policy: unknown }>(
        "DRIVE_I3011",
        "result",
        "The IAM policy that the operator of one drive needs",
    ),
    LOG_ENTRY: define<unknown>("DRIVE_I3004", "result", "One line of the log"),
    COLLECTED: define<{ deleted: readonly string[]; sets: readonly string[] }>(
        "DRIVE_I3010",
        "result",
        "Kept volumes and backup sets that were due are deleted",
    ),
    GROWTH_PLAN: define<unknown>("DRIVE_I3006", "result", "Every way to a larger drive, and the one that is chosen"),
    PACE: define<{ mibPerSecond: number | undefined }>("DRIVE_I3007", "result", "How fast data may move from now on"),
    AUTOGROWN: define<{
        outcome: string;
        reason?: string | undefined;
        fillPercent?: number | undefined;
        fromGiB: number;
        toGiB: number;
    }>("DRIVE_I3008", "result", "What autogrow has seen and done: nothing to do, or grown"),
    AUTOGROW_LOOK: define<{
        outcome: string;
        reason?: string | undefined;
        fillPercent?: number | undefined;
        fromGiB: number;
        toGiB: number;
    }>("DRIVE_W3009", "warn", "Autogrow wants somebody to look: the drive is nearly full, or its growth is held back"),
    SETS: define<{ sets: readonly unknown[]; check: { exit: number; text: string } }>(
        "DRIVE_I3012",
        "result",
        "The drive's backup sets, with their members and why each is kept",
    ),
    BACKUP: define<{ outcome: string; set?: string | undefined; consistency?: string | undefined }>(
        "DRIVE_I3013",
        "result",
        "A backup set was taken, or none is due",
    ),
    BACKUP_LOOK: define<{ outcome: string; set?: string | undefined; consistency?: string | undefined }>(
        "DRIVE_W3014",
        "warn",
        "No backup set could be taken for now, or a weaker one than required",
    ),
    NOTE: define<Record<string, unknown>>("DRIVE_I3005", "info", "A remark"),
    FAILED: define<{ code: string; hint?: string | undefined; faults?: readonly { path: string; reason: string }[] }>(
        "DRIVE_E9000",
        "error",
        "The operation failed, was refused or was declined",
    ),
} as const;
