/**
 * Internal tooling on the library: keeps an eye on a drive and grows one slot when it is nearly full.
 *
 *     node -r ts-node/register/transpile-only docs/examples/internal-tooling.ts PROJECT STACK SLOT LIMIT_GIB
 *
 * Run it from cron: every run looks anew, and one that was killed is made up for by the next.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Drive, DriveError, RecordingHost, type Status } from "../../automation";

/** Grow at this share, and by a quarter: EC2 lets a volume be modified four times in 24 hours. */
const FULL = 0.85;
const FACTOR = 1.25;

async function main([projectDir, stack, slot, limit]: readonly string[]): Promise<void> {
    if (projectDir === undefined || stack === undefined || slot === undefined || limit === undefined) {
        throw new DriveError("Usage", "PROJECT STACK SLOT LIMIT_GIB are needed");
    }
    // Says yes to what it is asked, but for questions that want a word typed: those lose data.
    const host = new RecordingHost((question) => question.expected === undefined);
    const drive = new Drive({ projectDir, stack, host });

    const status = await drive.status();
    const wanted = nextSize(status, slot, Number(limit));
    if (wanted === undefined) {
        console.log(`${status.drive}: nothing to do`);
        return;
    }
    // An absolute target: said twice it is still the same.
    const path = `elastic-drive:drive.slots.${slot}.sizeGiB`;
    await promisify(execFile)("pulumi", ["config", "set", "--path", path, String(wanted), "--stack", stack], {
        cwd: projectDir,
    });
    const { steps, seconds } = await drive.up();
    console.log(`${status.drive}: slot ${slot} grown to ${wanted} GiB, ${steps} steps in ${seconds.toFixed(0)} s`);
}

/** The size the slot should have; undefined while there is room, or nothing may be done. */
function nextSize({ usedBytes, sizeBytes, slots }: Status, slot: string, limitGiB: number): number | undefined {
    const size = slots.find((candidate) => candidate.slot === slot)?.sizeGiB;
    if (usedBytes === undefined || sizeBytes === undefined || size === undefined) return undefined;
    if (usedBytes / sizeBytes < FULL || size >= limitGiB) return undefined;
    return Math.min(Math.ceil(size * FACTOR), limitGiB);
}

main(process.argv.slice(2)).catch((error: unknown) => {
    const hint = error instanceof DriveError ? error.details.hint : undefined;
    console.error(`${String(error)}${hint === undefined ? "" : `\n  next: ${hint}`}`);
    process.exitCode = 1;
});
