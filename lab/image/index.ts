import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { chooseAccelerator } from "../machines/accelerator";
import type { Image } from "../machines/image-files";
import { ensureSavedState } from "../machines/saved-state";
import { buildImage, removeFolder } from "./build";
import { PACKAGES, ROOT_SIZE, SUITE } from "./packages";

export { cacheFolder } from "../../tools/setup/key";

/**
 * The image of the lab's machines, made when it is not there: about two minutes. Kept under a hash of what goes into it, built
 * beside and renamed, so that an interrupted build is made again and a finished one never changes.
 */
export async function ensureImage(cache: string, say: (line: string) => void): Promise<Image> {
    const images = join(cache, "image");
    const folder = join(images, await inputsHash());
    if (!(await exists(join(folder, "root.qcow2")))) {
        await mkdir(images, { recursive: true });
        const beside = `${folder}.${process.pid}.new`;
        await clearHalfMade(images);
        await mkdir(beside);
        say("image: building the lab's machine image (once, about two minutes)");
        try {
            await buildImage(beside, say);
            await rename(beside, folder);
        } catch (error) {
            await removeFolder(beside);
            // Somebody else may have been faster.
            if (!(await exists(join(folder, "root.qcow2")))) throw error;
        }
    }
    const image = {
        root: join(folder, "root.qcow2"),
        vmlinuz: join(folder, "vmlinuz"),
        initrd: join(folder, "initrd"),
    };
    // Where the processor is real a boot takes seconds, and a state saved on one processor may not suit another.
    if ((await chooseAccelerator(image, cache)) === "kvm") return image;
    return { ...image, saved: await ensureSavedState(image, say) };
}

/** Of everything that decides what is in the image, but for the versions Debian has today. */
export async function inputsHash(): Promise<string> {
    const hash = createHash("sha256").update(JSON.stringify([SUITE, ROOT_SIZE, PACKAGES]));
    const files = await readdir(join(__dirname, "files"), { recursive: true, withFileTypes: true });
    const copied = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const made = ["build.ts", "customize.sh", "initrd-init.sh", "masked-units.txt"].map((name) =>
        join(__dirname, name),
    );
    for (const path of [...made, ...copied].sort()) hash.update(await readFile(path));
    return hash.digest("hex").slice(0, 16);
}

/** Leftovers of builds whose process is gone. */
async function clearHalfMade(images: string): Promise<void> {
    for (const name of await readdir(images)) {
        const pid = /\.(\d+)\.new$/.exec(name)?.[1];
        if (pid !== undefined && !(await exists(`/proc/${pid}`))) await removeFolder(join(images, name));
    }
}

async function exists(path: string): Promise<boolean> {
    return access(path).then(
        () => true,
        () => false,
    );
}
