// A line for each of a project's drives, in plain JavaScript: node report.mjs FOLDER STACK…
import { Drive } from "elastic-drive";

const [projectDir = ".", ...stacks] = process.argv.slice(2);
for (const stack of stacks) {
    const { drive, usedBytes, sizeBytes, now } = await new Drive({ projectDir, stack }).status();
    const fill = usedBytes === undefined || !sizeBytes ? "not known" : `${Math.round((100 * usedBytes) / sizeBytes)} %`;
    console.log(`${drive}: ${fill} in use; ${now.join("; ") || "nothing is going on"}`);
}
