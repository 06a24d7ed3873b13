import { appendFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { Command, CommanderError } from "commander";
import { DriveError, InvalidInput } from "../../infra/model/errors";
import { policiesFile } from "../../infra/model/names";
import { checkConfigurationFile } from "../../policies/kit/configuration-file";
import { preview } from "../../policies/kit/preview";
import { environmentFor } from "./environment";
import { markdownOf } from "./markdown";
import { readPrices } from "../../automation/io/prices";
import { changedFiles, stacksOf } from "./repository";
import type { PriceOverride } from "../../infra/model/price-list";
import { faulty, summarize, type StackSummary } from "./summary";
import { touchedStacks } from "./touched";

interface Flags {
    readonly stack: readonly string[];
    readonly base?: string;
    readonly project: string;
    readonly markdown?: string;
    readonly prices?: string;
    readonly json?: true;
}

const PROJECT = path.resolve(__dirname, "../..");
const many = (value: string, before: readonly string[]): string[] => [...before, value];

const program = new Command("preview:pr")
    .description(
        "Previews stacks with the policy pack and says what would change, in the drive's words. Changes nothing.",
    )
    .option("--stack <name>", "a stack to preview; again for more", many, [])
    .option("--base <ref>", "preview the stacks that the changes since this commit touch")
    .option("--project <folder>", "folder of Pulumi.yaml", PROJECT)
    .option("--markdown <file>", "append the summary to this file as well, such as $GITHUB_STEP_SUMMARY")
    .option("--prices <file>", "JSON with prices of another region or of a contract")
    .option("--json", "print the summary as JSON")
    .addHelpText(
        "after",
        "\nExamples:\n  npm run preview:pr -- --stack lab\n  npm run preview:pr -- --base origin/main --json",
    )
    .exitOverride();

/** Exit codes: 0 all may go, 1 a stack is refused, cannot be or failed, 2 the call is wrong. */
async function main(args: readonly string[]): Promise<number> {
    const flags = program.parse(args, { from: "user" }).opts<Flags>();
    const prices = flags.prices === undefined ? undefined : readPrices(flags.prices);
    const summaries: StackSummary[] = [];
    for (const stack of await chosen(flags)) summaries.push(await summary(flags.project, stack, prices));
    const markdown = markdownOf(summaries);
    if (flags.markdown !== undefined) await appendFile(flags.markdown, markdown);
    process.stdout.write(flags.json ? `${JSON.stringify({ stacks: summaries }, undefined, 2)}\n` : markdown);
    return summaries.every(({ verdict }) => verdict === "fine" || verdict === "risky") ? 0 : 1;
}

async function chosen({ stack, base, project }: Flags): Promise<readonly string[]> {
    if (stack.length > 0) return stack;
    if (base !== undefined) return touchedStacks(await changedFiles(project, base), stacksOf(project));
    if (stacksOf(project).length === 0) return [];
    const faults = [{ path: "--stack", reason: "missing; name a stack, or a base with --base" }];
    throw new InvalidInput("preview:pr", faults, `stacks here: ${stacksOf(project).join(", ") || "none"}`);
}

async function summary(project: string, stack: string, prices: PriceOverride | undefined): Promise<StackSummary> {
    const file = policiesFile(stack);
    const packConfig = existsSync(path.join(project, file)) ? path.join(project, file) : undefined;
    try {
        if (packConfig !== undefined) checkConfigurationFile(project, file);
    } catch (error) {
        // One stack's file; the other stacks are previewed all the same.
        if (error instanceof InvalidInput) return faulty(stack, error);
        throw error;
    }
    const previewed = await preview({ cwd: project, stack, packConfig, env: await environmentFor(stack) });
    return summarize(stack, previewed, prices);
}

main(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
        process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : 1;
        if (error instanceof CommanderError) return;
        if (!(error instanceof DriveError)) throw error;
        if (error instanceof InvalidInput) process.exitCode = 2;
        const hint = error.details.hint === undefined ? "" : `\n  ${error.details.hint}`;
        process.stderr.write(`${error.name}: ${error.message}${hint}\n`);
    },
);
