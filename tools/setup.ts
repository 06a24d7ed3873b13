import { delimiter } from "node:path";
import { ensureEngine } from "./setup/engine";
import { cacheFolder } from "./setup/key";
import { ensurePackages } from "./setup/packages";
import { allOf, sayAs, seconds, step } from "./setup/steps";
import { endWith } from "./setup/failure";

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
    let path: readonly string[] = [];
    await allOf([
        step("engine", async (say) => (path = await ensureEngine(cacheDir, say))),
        step("image", async (say) => {
            // Loaded here, not above: the lab's code is not needed to say what is wrong with the packages.
            const { ensureImage } = await import("../lab/image/ensure");
            await ensureImage(cacheDir, say);
        }),
        step("moto", async (say) => {
            const { ensureMoto } = await import("../lab/ec2/moto");
            await ensureMoto(cacheDir, say);
        }),
    ]);
    sayAs("set-up")(`ready, ${seconds(started)}`);
    process.env["PATH"] = [...path, process.env["PATH"] ?? ""].join(delimiter);
}

if (require.main === module) setUp().catch(endWith);
