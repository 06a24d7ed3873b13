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
 * and simply be run again. Without `machines` the image is left out: for what needs EC2's API alone.
 * Afterwards `pulumi` on this process's PATH is the engine that was found or built.
 */
export async function setUp({ machines }: { readonly machines: boolean } = { machines: true }): Promise<void> {
    const started = Date.now();
    const cacheDir = cacheFolder();
    sayAs("set-up")(`into ${cacheDir}`);
    await step("packages", (say) => ensurePackages(cacheDir, say));
    // The lab's code is loaded here, not above: it is not needed to say what is wrong with the packages.
    const image = async (say: Say): Promise<unknown> => (await import("../lab/image")).ensureImage(cacheDir, say);
    const moto = async (say: Say): Promise<unknown> => (await import("../lab/ec2/moto")).ensureMoto(cacheDir, say);
    let path: readonly string[] = [];
    await allOf([
        step("engine", async (say) => (path = await ensureEngine(cacheDir, say))),
        ...(machines ? [part("image", cacheDir, image)] : []),
        part("moto", cacheDir, moto),
    ]);
    sayAs("set-up")(`ready, ${seconds(started)}`);
    process.env["PATH"] = [...path, process.env["PATH"] ?? ""].join(delimiter);
}

/** One at a time: two set-ups at once do not both make the same part. */
const part = (name: string, cacheDir: string, make: (say: Say) => Promise<unknown>): Promise<unknown> =>
    step(name, (say) =>
        withLock(
            join(cacheDir, `${name}.lock`),
            () => say("another set-up is at it: waiting for it"),
            () => make(say),
        ),
    );

if (require.main === module) setUp().catch(endWith);
