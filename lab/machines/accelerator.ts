import { spawn } from "node:child_process";
import { access, constants, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Image } from "./image-files";
import { readJson, writeJson } from "./json-file";

const PROBE_LIMIT_MS = 20_000;
const Answer = z.object({ accelerator: z.enum(["kvm", "tcg"]) });

/**
 * "kvm" when a tiny guest really runs with it, else "tcg". /dev/kvm may exist and still hang a guest for ever (nested hosts),
 * so it is tried once with a time limit and the answer kept in the cache.
 */
export async function chooseAccelerator(image: Image, cache: string): Promise<"kvm" | "tcg"> {
    try {
        await access("/dev/kvm", constants.R_OK | constants.W_OK);
    } catch {
        return "tcg";
    }
    const kept = join(cache, "accelerator.json");
    const known = await readJson(kept, Answer);
    if (known) return known.accelerator;
    const accelerator = (await guestRuns(image)) ? "kvm" : "tcg";
    await mkdir(cache, { recursive: true });
    await writeJson(kept, { accelerator });
    return accelerator;
}

/** Boots the lab's kernel into its initrd, which says one line and turns itself off when asked for the disk `probe`. */
function guestRuns(image: Image): Promise<boolean> {
    const args = [
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-machine",
        "pc",
        "-accel",
        "kvm",
        "-cpu",
        "host",
        "-m",
        "256",
    ];
    const kernel = ["-kernel", image.vmlinuz, "-initrd", image.initrd, "-append", "lab.root=probe console=ttyS0 quiet"];
    const guest = spawn(
        "setpriv",
        ["--pdeathsig", "KILL", "--", "qemu-system-x86_64", ...args, ...kernel, "-serial", "stdio"],
        {
            stdio: ["ignore", "pipe", "ignore"],
        },
    );
    return new Promise((resolve) => {
        let said = "";
        const end = (alive: boolean): void => {
            clearTimeout(timer);
            guest.kill("SIGKILL");
            resolve(alive);
        };
        const timer = setTimeout(() => end(false), PROBE_LIMIT_MS);
        guest.once("error", () => end(false));
        guest.once("exit", () => end(said.includes("lab: alive")));
        guest.stdout.on("data", (chunk) => (said += String(chunk)));
    });
}
