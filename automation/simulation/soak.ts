import { relative } from "node:path";
import * as fc from "fast-check";

/** For mocha: a soak lasts as long as it lasts. */
export const PATIENCE_MS = process.env["ELASTIC_DRIVE_RUNS"] === undefined ? 120_000 : 0;

/** `npm run soak` asks for more runs than `npm test`; what fails names the command that runs exactly that again. */
export async function soaked<T>(file: string, runs: number, property: fc.IAsyncPropertyWithHooks<T>): Promise<void> {
    const { ELASTIC_DRIVE_RUNS: count, ELASTIC_DRIVE_SEED: seed, ELASTIC_DRIVE_PATH: path } = process.env;
    const details = await fc.check(property, {
        numRuns: count === undefined ? runs : Number(count),
        ...(seed === undefined ? {} : { seed: Number(seed) }),
        ...(path === undefined ? {} : { path }),
    });
    if (!details.failed) return;
    const again = `ELASTIC_DRIVE_SEED=${details.seed} ELASTIC_DRIVE_PATH=${details.counterexamplePath} npx mocha ${relative(process.cwd(), file)}`;
    throw new Error(`once more: ${again}\n${fc.defaultReportMessage(details)}`, { cause: details.errorInstance });
}
