/**
 * Internal tooling on the library: keeps an eye on a drive and grows it when it is nearly full.
 *
 *     node -r ts-node/register/transpile-only docs/examples/internal-tooling.ts PROJECT STACK LIMIT_GIB
 *
 * Run it from cron: every run looks anew, and one that was killed is made up for by the next.
 */
import { Drive, DriveError, RecordingHost, type Status } from "../../automation";

/** Grow at this share, and by a quarter: EC2 lets a volume be modified four times in 24 hours. */
const FULL = 0.85;
const FACTOR = 1.25;

async function main([projectDir, stack, limit]: readonly string[]): Promise<void> {
    if (projectDir === undefined || stack === undefined || limit === undefined) {
        throw new DriveError("Usage", "PROJECT STACK LIMIT_GIB are needed");
    }
    // Says yes to what it is asked, but for questions that want a word typed: those lose data.
    const host = new RecordingHost((question) => question.expected === undefined);
    const drive = new Drive({ projectDir, stack, host });

    const status = await drive.status();
    const to = nextSize(status, Number(limit));
    if (to === undefined) {
        console.log(`${status.drive}: nothing to do`);
        return;
    }
    // The planner chooses the way; the target is absolute, so that said twice it is still the same.
    const { steps, seconds } = await drive.grow({ to });
    console.log(`${status.drive}: grown to ${to} GiB, ${steps} steps in ${seconds.toFixed(0)} s`);
}

/** GiB the drive should have; undefined while there is room, or nothing may be done. */
function nextSize({ usedBytes, sizeBytes, slots }: Status, limitGiB: number): number | undefined {
    const size = slots.reduce((sum, slot) => sum + (slot.sizeGiB ?? 0), 0);
    if (usedBytes === undefined || sizeBytes === undefined || sizeBytes === 0) return undefined;
    if (usedBytes / sizeBytes < FULL || size >= limitGiB) return undefined;
    return Math.min(Math.ceil(size * FACTOR), limitGiB);
}

main(process.argv.slice(2)).catch((error: unknown) => {
    const hint = error instanceof DriveError ? error.details.hint : undefined;
    console.error(`${String(error)}${hint === undefined ? "" : `\n  next: ${hint}`}`);
    process.exitCode = 1;
});
