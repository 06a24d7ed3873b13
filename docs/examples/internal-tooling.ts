/**
 * Internal tooling on the library: grows a drive to a size if that costs no more than it may, and writes what happens as
 * lines of JSON. SIGTERM stops it at the next safe point; the same command goes on.
 *
 *     npm install ./elastic-drive-<version>.tgz typescript      # npm pack in a clone makes the first
 *     npx tsc --target es2022 --module nodenext --types node internal-tooling.ts
 *     node internal-tooling.js FOLDER STACK SIZE_GIB DOLLARS_A_MONTH
 */
import { Drive, DriveError, type GrowthPlan } from "elastic-drive";

async function main([projectDir, stack, size, most]: readonly string[]): Promise<void> {
    if (projectDir === undefined || stack === undefined || size === undefined || most === undefined) {
        throw new DriveError("Usage", "FOLDER STACK SIZE_GIB DOLLARS_A_MONTH are needed");
    }
    const stop = new AbortController();
    process.once("SIGTERM", () => stop.abort());
    // Says yes to what it is asked, but for questions that want a word typed: those lose data.
    const drive = new Drive({ projectDir, stack, answer: ({ expected }) => expected === undefined });

    const before = await drive.status();
    if (before.slots.reduce((sum, { sizeGiB }) => sum + (sizeGiB ?? 0), 0) >= Number(size)) {
        return say("nothing-to-do", { drive: before.drive });
    }
    const plan = await drive.plan({ to: Number(size) });
    const monthly = priceOf(plan);
    if (monthly === undefined || monthly > Number(most)) return say("too-dear", { monthly, most: Number(most) });

    // An operation is its result, and what it says on the way.
    const run = drive.grow({ to: plan.targetGiB }, { signal: stop.signal });
    for await (const { code, text } of run) say(code, { text });
    const { steps, seconds } = await run;
    say("grown", { to: plan.targetGiB, steps, seconds: Math.round(seconds) });
}

/** US$ a month of the way that the planner chooses; undefined where there is none. */
function priceOf({ ways, chosen }: GrowthPlan): number | undefined {
    const way = ways.find(({ how }) => how === chosen);
    return way !== undefined && "after" in way ? way.after.monthly : undefined;
}

function say(what: string, data: object): void {
    console.log(JSON.stringify({ time: new Date().toISOString(), what, ...data }));
}

main(process.argv.slice(2)).catch((error: unknown) => {
    say(
        "failed",
        error instanceof DriveError ? { code: error.code, hint: error.details.hint } : { error: String(error) },
    );
    process.exitCode = 1;
});
