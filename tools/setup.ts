import { delimiter, join } from "node:path";
import { ensureEngine } from "./setup/engine";
import { endWith } from "./setup/failure";
import { cacheFolder } from "./setup/key";
import { withLock } from "./setup/lock";
import { ensurePackages } from "./setup/packages";
import { allOf, sayAs, seconds, step, type Say } from "./setup/steps";

/**
 * Everything that the demo and the tests need: Debian packages, engine, the lab's image and moto. Each part is skipped
 * when it is there, made beside and renamed, and locked against a second set-up; so it may be cut off at any moment
 * and simply be run again.
 */
export async function setUp(): Promise<void> {
    const started = Date.now();
    const cacheDir = cacheFolder();
    sayAs("set-up")(`into ${cacheDir}`);
    await step("packages", (say) => ensurePackages(cacheDir, say));
    /** Two set-ups at once do not both make the same part. */
    const one = (part: string, say: Say, work: () => Promise<unknown>): Promise<unknown> =>
        withLock(join(cacheDir, `${part}.lock`), () => say("another set-up is at it: waiting for it"), work);
    let path: readonly string[] = [];
    await allOf([
        step("engine", async (say) => (path = await ensureEngine(cacheDir, say))),
        // Loaded here, not above: the lab's code is not needed to say what is wrong with the packages.
        step("image", async (say) => {
            const { ensureImage } = await import("../lab/image");
            await one("image", say, () => ensureImage(cacheDir, say));
        }),
        step("moto", async (say) => {
            const { ensureMoto } = await import("../lab/ec2/moto");
            await one("moto", say, () => ensureMoto(cacheDir, say));
        }),
    ]);
    sayAs("set-up")(`ready, ${seconds(started)}`);
    process.env["PATH"] = [...path, process.env["PATH"] ?? ""].join(delimiter);
}

if (require.main === module) setUp().catch(endWith);
