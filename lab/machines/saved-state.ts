import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { qemuArguments, type CommandLine } from "./command-line";
import { boardOf, IMAGE_SIZE_GIB, type Image } from "./image-files";
import { Layout } from "./layout";
import { Machine } from "./machine";
import { run } from "./run";
import { until } from "./wait";

/** What the image's lab-freeze.service writes to the console when everything before cloud-init's first stage is done. */
const READY = "lab: ready to be saved";
const BOOT_LIMIT_MS = 400_000;

type Saved = NonNullable<Image["saved"]>;

/**
 * Boots a machine without cards, seed or volumes up to the point where it would learn who it is, and saves it. New machines go
 * on from there, which spares each of them most of a boot. Kept beside the image, under a hash of what QEMU must find unchanged.
 */
export async function ensureSavedState(image: Image, say: (line: string) => void): Promise<Saved> {
    const version = (await run("qemu-system-x86_64", ["--version"])).split("\n")[0] ?? "";
    // Without the folder's name, so that the cache can be moved; the kernel itself belongs to the image beside.
    const board = boardOf({ root: "", vmlinuz: "", initrd: "" }, "tcg");
    const shape = qemuArguments(bareLine(board, "", new Layout("/")));
    const hash = createHash("sha256")
        .update(JSON.stringify([version, shape]))
        .digest("hex")
        .slice(0, 16);
    const folder = join(dirname(image.root), `saved-${hash}`);
    const saved = { root: join(folder, "root.qcow2"), memory: join(folder, "memory") };
    if (await exists(saved.memory)) return saved;
    const started = Date.now();
    const beside = `${folder}.${process.pid}.new`;
    await clearHalfMade(dirname(folder));
    await mkdir(beside);
    try {
        await makeSavedState(image, beside);
        await rename(beside, folder);
    } catch (error) {
        await rm(beside, { recursive: true, force: true });
        if (!(await exists(saved.memory))) throw error;
    }
    say(
        `image: one machine booted and saved, for all others to go on from: ${((Date.now() - started) / 1000).toFixed(0)} s`,
    );
    return saved;
}

async function makeSavedState(image: Image, folder: string): Promise<void> {
    const work = await mkdtemp(join(tmpdir(), "lab-save-"));
    try {
        const layout = new Layout(work);
        const root = join(folder, "root.qcow2");
        // Relative, so that the cache can be moved.
        await run("qemu-img", [
            "create",
            "-q",
            "-f",
            "qcow2",
            "-u",
            "-b",
            "../root.qcow2",
            "-F",
            "qcow2",
            root,
            `${IMAGE_SIZE_GIB}G`,
        ]);
        const line = bareLine(boardOf(image, "tcg"), root, layout);
        await mkdir(layout.machine(line.instanceId), { recursive: true });
        await mkdir(layout.sockets(), { recursive: true });
        const machine = await Machine.start(line, layout);
        try {
            await untilReady(line, machine);
            await machine.save(join(folder, "memory"));
        } finally {
            await machine.pullPlug();
        }
    } finally {
        await rm(work, { recursive: true, force: true });
    }
}

async function untilReady(line: CommandLine, machine: Machine): Promise<void> {
    let end: string | undefined;
    void machine.ended.then((how) => (end = how));
    await until(
        {
            what: "a machine to boot for being saved",
            hint: "is the host very busy? run the same command again",
            deadlineMs: BOOT_LIMIT_MS,
            everyMs: 500,
        },
        async () => {
            if (end !== undefined) throw new DriveError("SaveFailed", `the machine to be saved ended with ${end}`);
            const console = await readFile(line.console, "utf8").catch(() => "");
            return console.includes(READY) ? { ready: true } : { seen: console.trim().split("\n").at(-1) ?? "" };
        },
    );
}

/** A machine with nothing of its own. */
function bareLine(board: CommandLine["board"], rootFile: string, layout: Layout): CommandLine {
    const instanceId = "i-00000000000000000";
    return {
        instanceId,
        board,
        beginning: { kind: "save" },
        root: { volumeId: "vol-00000000000000000", layer: "root", file: rootFile },
        disks: [],
        seed: "",
        mac: "",
        doorMac: "",
        switch: "",
        qmp: layout.qmp(instanceId),
        agent: layout.agent(instanceId),
        console: layout.console(instanceId),
    };
}

/** Leftovers of savers that were killed. */
async function clearHalfMade(folder: string): Promise<void> {
    for (const name of await readdir(folder)) {
        const pid = /^saved-.*\.(\d+)\.new$/.exec(name)?.[1];
        if (pid !== undefined && !(await exists(`/proc/${pid}`)))
            await rm(join(folder, name), { recursive: true, force: true });
    }
}

function exists(path: string): Promise<boolean> {
    return access(path).then(
        () => true,
        () => false,
    );
}
