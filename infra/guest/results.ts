import { z } from "zod";
import { DriveError } from "../model/errors";

/** Byte counts come as text: a drive has more than a JSON number holds safely. */
const bytes = z.string().regex(/^\d+$/).transform(BigInt);
const strings = z.array(z.string());

const Ready = z.object({ bootSeconds: z.number(), cloudInitErrors: z.string(), installed: strings });
const Join = z.object({ joined: strings, members: strings });
const Extend = z.object({
    held: z.boolean(),
    resized: strings,
    formatted: strings,
    extended: z.boolean(),
    /** The volume group's UUID; programs before 0.2 did not say it. */
    group: z.string().optional(),
});
const Mount = z.object({
    mountPoint: z.string(),
    source: z.string(),
    sizeBytes: bytes,
    freeBytes: bytes,
    started: strings,
});

export const VolumeGroupResult = z.object({ ready: Ready, join: Join, extend: Extend, mount: Mount });
export const ShareResult = z.object({ clients: strings, serving: z.number(), restarted: z.boolean() });
export const UploadsResult = z.object({ users: strings, added: strings, removed: strings, open: z.boolean() });

const Refusal = z.object({ code: z.string(), seen: z.string(), expected: z.string(), hint: z.string() });

/** What a call gave back: its exit code and streams. */
export interface GuestOutcome {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** Reads a call's answer; a refusal or a failure becomes a DriveError. `what` names the call in it. */
export function parseAnswer<T>(schema: z.ZodType<T>, what: string, outcome: GuestOutcome): T {
    if (outcome.code === 3) throw refused(what, outcome);
    if (outcome.code !== 0) {
        throw new DriveError(
            "GuestFailed",
            `${what} on the server ended with ${outcome.code}: ${lastLines(outcome.stderr)}`,
            {
                hint: "it can be run again: elastic-drive up",
            },
        );
    }
    const parsed = schema.safeParse(json(outcome.stdout));
    if (parsed.success) return parsed.data;
    throw new DriveError(
        "GuestUnreadable",
        `${what} on the server answered ${preview(outcome.stdout)}; ${z.prettifyError(parsed.error)}`,
        {
            hint: "the scripts on the way and this checkout differ in version, or something else writes to the login's output",
        },
    );
}

function refused(what: string, outcome: GuestOutcome): DriveError {
    const parsed = Refusal.safeParse(json(outcome.stdout));
    if (!parsed.success)
        return new DriveError("GuestRefused", `${what} was refused on the server: ${lastLines(outcome.stderr)}`);
    const { code, seen, expected, hint } = parsed.data;
    return new DriveError(code, `${what} was refused on the server: ${seen}; expected ${expected}`, {
        hint,
        retryable: code === "ServerBusy",
    });
}

function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

const preview = (text: string): string => (text.trim() === "" ? "nothing" : `'${text.trim().slice(0, 120)}'`);
const lastLines = (text: string): string => text.trim().split("\n").slice(-5).join(" | ") || "it said nothing";
