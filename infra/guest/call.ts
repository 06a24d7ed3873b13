import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GUEST } from "../model/names";

/** What a call says to the server; strings reach bash as they are, whatever they hold. */
export type GuestInput = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;

export interface GuestCall {
    /** The same for every verb, so that sudo's log stays short. */
    readonly command: string;
    readonly stdin: string;
}

/** The folder of the verbs that the Pulumi program and the driver share. */
export const GUEST_SCRIPTS = __dirname;

export const GUEST_COMMAND = `sudo -n bash -c 'eval "$(cat)"' elastic-drive`;

/**
 * The text of the one call that may begin a volume group and format: what makes the drive. Every later call has GUEST_COMMAND, which
 * never may. `made`: the UUID of the group that was made already; then this call may not either (decision 0023).
 */
export const makingCommand = (made: string | undefined): string =>
    `${GUEST_COMMAND} ${made === undefined ? "make" : `made ${made}`}`;

/**
 * Makes one call of one or more verbs: lib.sh, the verbs' scripts, the input. `leaseSeconds: 20` becomes IN_LEASE_SECONDS.
 * `folder`: where verbs that are not of infra/guest have their scripts.
 */
export function guestCall(verbs: readonly string[], input: GuestInput, folder: string = __dirname): GuestCall {
    const scripts = verbs.map((verb) => join(folder, `${verb}.sh`));
    return { command: GUEST_COMMAND, stdin: guestProgram(scripts, input, `run ${verbs.join(" ")}`) };
}

/** lib.sh, the scripts and the input as one program that ends in `last`. */
export function guestProgram(scripts: readonly string[], input: GuestInput, last: string): string {
    const lines = [
        // One function around all: what was cut off on the way here is a syntax error or does nothing, never half a run.
        "elastic_drive() {",
        ...Object.entries(GUEST).map(([name, value]) => `${name}=${quote(value)}`),
        // What stands behind the command line: `make`, `made <group>`, or nothing (`makingCommand`).
        'ASKED="$*"',
        ...[join(__dirname, "lib.sh"), ...scripts].map(script),
        ...Object.entries(input).map(([name, value]) => `${variableName(name)}=${bashWord(value)}`),
        last,
        "}",
        'elastic_drive "$@"',
    ];
    return `${lines.join("\n")}\n`;
}

/**
 * A script without its comments: they are for who reads the file, not for the wire and the state. What a heredoc holds is no comment.
 * Line ends are the server's, whatever they are in this checkout: what is sent must not depend on who cloned.
 */
export function script(path: string): string {
    let until: string | undefined;
    return readFileSync(path, "utf8")
        .split(/\r?\n/)
        .filter((line) => {
            if (until !== undefined) {
                if (line.trim() === until) until = undefined;
                return true;
            }
            if (line.trim() === "" || /^\s*#/.test(line)) return false;
            until = /(?<!<)<<-?\s*(["']?)([A-Za-z_]\w*)\1/.exec(line)?.[2];
            return true;
        })
        .join("\n");
}

const variableName = (name: string): string => `IN_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

function bashWord(value: GuestInput[string]): string {
    if (Array.isArray(value)) return `(${value.map(quote).join(" ")})`;
    if (typeof value === "boolean") return value ? "yes" : "no";
    return quote(value as string | number);
}

function quote(value: string | number): string {
    const text = String(value);
    if (text.includes("\0")) throw new RangeError("a value for the server cannot hold a NUL character");
    return `'${text.replaceAll("'", `'\\''`)}'`;
}
