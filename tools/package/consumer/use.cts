/** The same package from CommonJS. */
import { Drive, type AutogrowResult, type Operation } from "elastic-drive";

const run: Operation<AutogrowResult> = new Drive({ projectDir: process.cwd(), stack: process.argv[2] ?? "" }).autogrow({
    maxGiB: 100,
    maxMonthly: 100,
    dryRun: true,
});
run.then(
    ({ outcome, fromGiB }) => process.stdout.write(JSON.stringify({ outcome, fromGiB })),
    (error: unknown) => {
        process.stderr.write(String(error));
        process.exitCode = 1;
    },
);
