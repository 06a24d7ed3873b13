import { DriveError } from "../../infra/model/errors";
import type { Run } from "./spawn";
import { EngineFailure, runEngine } from "./spawn";

/** The oldest engine everything was run with (design §6). */
export const MINIMUM_ENGINE = "3.170.0";

const HINT = `install Pulumi ${MINIMUM_ENGINE} or later, or let 'npm run demo' build it and take its folder into PATH (elastic-drive lab env)`;

/** The engine's version, or a coded error: missing, unreadable, too old. */
export async function engineVersion(run: Run): Promise<string> {
    let stdout: string;
    try {
        ({ stdout } = await runEngine(["version"], run));
    } catch (error) {
        if (error instanceof EngineFailure && error.code === 127) {
            throw new DriveError("EngineMissing", `no 'pulumi' on PATH; expected version ${MINIMUM_ENGINE} or later`, {
                hint: HINT,
            });
        }
        throw error;
    }
    return checkVersion(stdout);
}

export function checkVersion(printed: string): string {
    const found = /^v?(\d+)\.(\d+)\.(\d+)/.exec(printed.trim());
    if (found === null) {
        throw new DriveError(
            "EngineUnknown",
            `'pulumi version' says '${printed.trim().slice(0, 80)}', expected a version`,
            { hint: HINT },
        );
    }
    const [seen, wanted] = [found.slice(1).map(Number), MINIMUM_ENGINE.split(".").map(Number)];
    const at = wanted.findIndex((part, i) => part !== seen[i]);
    if (at >= 0 && seen[at]! < wanted[at]!) {
        throw new DriveError("EngineTooOld", `the engine is ${found[0]}, expected ${MINIMUM_ENGINE} or later`, {
            hint: HINT,
        });
    }
    return found[0].replace(/^v/, "");
}
