import * as assert from "node:assert/strict";
import { mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Previewed } from "../kit/preview";

export const FOLDER = __dirname;
export const REPOSITORY = path.resolve(__dirname, "../..");

/** What a scenario expects; each line is policy, resource name, and text that the message has. */
export interface Expected {
    readonly refused?: readonly [string, string, string][];
    readonly remarks?: readonly [string, string, string][];
    readonly remediated?: readonly [string, string][];
    /** Inputs that the resource is made with, by name. */
    readonly inputs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    /** The engine itself refuses, and says this. */
    readonly output?: readonly string[];
}

const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
const sorted = <T>(lines: readonly T[]): T[] =>
    [...lines].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** A folder outside the repository for copies of the programs, since the engine writes stacks' settings beside them. */
export function workFolder(): string {
    const folder = mkdtempSync(path.join(tmpdir(), "elastic-drive-scenarios-"));
    for (const name of ["node_modules", "tsconfig.json", "package.json"]) {
        symlinkSync(path.join(REPOSITORY, name), path.join(folder, name));
    }
    return folder;
}

/** The engine with a state of its own, and stand-ins that make nothing for plugins. */
export const engineEnvironment = (folder: string): Record<string, string> => ({
    PATH: [path.join(FOLDER, "stand-in"), process.env["PATH"] ?? ""].join(path.delimiter),
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "scenario",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
});

export function holdAgainst(found: Previewed, expected: Expected): void {
    for (const text of expected.output ?? [])
        assert.ok(found.output.includes(text), `'${text}' is not in:\n${found.output}`);
    if (expected.output !== undefined) return assert.notEqual(found.exitCode, 0);
    for (const [level, lines] of [
        ["mandatory", expected.refused ?? []],
        ["advisory", expected.remarks ?? []],
    ] as const) {
        const seen = sorted(
            found.reported
                .filter((one) => one.level === level)
                .map(({ policy, urn, message }) => [policy, nameOf(urn), message] as const),
        );
        assert.deepEqual(
            seen.map(([policy, on]) => [policy, on]),
            sorted(lines).map(([policy, on]) => [policy, on]),
            `${level}:\n${found.output}`,
        );
        // By policy and resource there may be several: each text must be said by one of them.
        for (const [policy, on, text] of lines) {
            const said = seen.filter((one) => one[0] === policy && one[1] === on).map((one) => one[2]);
            assert.ok(
                said.some((message) => message.includes(text)),
                `${policy} on ${on}: '${text}' is not in ${JSON.stringify(said)}`,
            );
        }
    }
    for (const { policy, level, fix = "" } of found.reported)
        if (level === "mandatory") assert.match(fix, /^[A-Z]/, `${policy} says how to fix it`);
    assert.deepEqual(
        sorted(found.remediated.map(({ policy, urn }) => [policy, nameOf(urn)])),
        sorted(expected.remediated ?? []),
        found.output,
    );
    for (const [name, inputs] of Object.entries(expected.inputs ?? {})) {
        const made = found.steps.find(({ urn }) => nameOf(urn) === name)?.new?.inputs ?? {};
        assert.deepEqual(Object.fromEntries(Object.keys(inputs).map((key) => [key, made[key]])), inputs);
    }
    const refusals = (expected.refused ?? []).length > 0;
    assert.equal(found.exitCode === 0, !refusals, found.output);
}
