/** A failure the operator can act on. `code` is stable and PascalCase; `hint` says what to do next. */
export class DriveError extends Error {
    constructor(
        readonly code: string,
        message: string,
        readonly details: { hint?: string; retryable?: boolean; cause?: unknown } = {},
    ) {
        super(message, { cause: details.cause });
        this.name = code;
    }
}

/** One fault of an input: where it is (`slots.bb.sizeGiB`) and what is wrong, with the value seen. */
export interface Fault {
    readonly path: string;
    readonly reason: string;
}

/** All faults of one input at once; the command line exits 2 on it. */
export class InvalidInput extends DriveError {
    constructor(
        what: string,
        readonly faults: readonly Fault[],
        hint?: string,
    ) {
        super(
            "InvalidInput",
            `${what}: ${faults.map((f) => `${f.path}: ${f.reason}`).join("; ")}`,
            hint === undefined ? {} : { hint },
        );
    }
}

/** The operator answered no: exit non-zero, print one line, no stack. */
export class Declined extends DriveError {
    constructor(what: string) {
        super("Declined", `${what}: declined, nothing was changed`);
    }
}
