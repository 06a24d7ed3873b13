import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { policyPage } from "./policy-docs/page";
import { REPOSITORY } from "./setup/key";

/** Writes docs/policies.md from the policies themselves; with --check it only says whether that is still to be done. */
const FILE = join(REPOSITORY, "docs/policies.md");
const page = policyPage();
if (!process.argv.includes("--check")) writeFileSync(FILE, page);
else if (readFileSync(FILE, "utf8") !== page) {
    process.stderr.write("DocsStale: docs/policies.md is older than the policies: npm run docs:policies\n");
    process.exitCode = 1;
}
