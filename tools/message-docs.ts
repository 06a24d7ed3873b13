import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messagePage } from "./message-docs/page";
import { REPOSITORY } from "./setup/key";

/** Writes docs/messages.md from the registry of messages; with --check it only says whether that is still to be done. */
const FILE = join(REPOSITORY, "docs/messages.md");
const page = messagePage();
if (!process.argv.includes("--check")) writeFileSync(FILE, page);
else if (readFileSync(FILE, "utf8") !== page) {
    process.stderr.write(
        "DocsStale: docs/messages.md is older than automation/io/messages.ts: npm run docs:messages\n",
    );
    process.exitCode = 1;
}
