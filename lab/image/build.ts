import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { run } from "../machines/run";
import { hostAptOptions, hostMirror, rootWay } from "./host";
import { MIRROR_VARIABLE, sourceLines } from "./mirror";
import { PACKAGES, ROOT_SIZE, SUITE } from "./packages";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Makes root.qcow2, vmlinuz and initrd in an empty folder. Needs the network for the first step only. */
export async function buildImage(folder: string, say: (line: string) => void): Promise<void> {
    const tar = join(folder, "root.tar");
    const root = join(folder, "root");
    const raw = join(folder, "root.raw");
    await step(say, "Debian packages of the machines", () => bootstrap(tar));
    await step(say, "kernel, initrd and settings for a short boot", () =>
        inRootNamespace(`mkdir "$1" && tar -xf "$2" -C "$1" --exclude='./dev/*' && "$3" "$1" "$4"`, [
            root,
            tar,
            join(__dirname, "customize.sh"),
            folder,
        ]),
    );
    await step(say, "root disk", async () => {
        await inRootNamespace(
            `truncate -s ${ROOT_SIZE} "$2" && mkfs.ext4 -q -L lab-root -m 0 -E lazy_itable_init=0,lazy_journal_init=0 -d "$1" "$2"`,
            [root, raw],
        );
        await run("qemu-img", ["convert", "-O", "qcow2", raw, join(folder, "root.qcow2")]);
    });
    await inRootNamespace('rm -rf "$1" "$2" "$3"', [root, tar, raw]);
}

async function bootstrap(tar: string): Promise<void> {
    const mirror = await hostMirror();
    const root = await rootWay();
    const options = [
        ...(await hostAptOptions()),
        'Acquire::Languages "none";',
        'APT::Install-Recommends "false";',
        'Acquire::Retries "3";',
    ];
    const unwanted = ["man", "doc", "locale", "info"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
    // It makes namespaces by itself; sudo it has to be given.
    const [program = "", ...before] = [...(root.mode === "root" ? root.prefix : []), "mmdebstrap"];
    await run(program, [
        ...before,
        ...["--variant=minbase", "--format=tar", `--mode=${root.mode}`, `--keyring=${KEYRING}`],
        ...options.map((option) => `--aptopt=${option}`),
        ...unwanted,
        `--include=${PACKAGES.join(",")}`,
        SUITE,
        tar,
        ...sourceLines(mirror, SUITE),
    ]).catch((cause: Error) => {
        throw new DriveError(
            "ImageDownloadFailed",
            `the packages of the lab's machines could not be had from ${mirror?.debian ?? "mmdebstrap's own mirror"}: ${cause.message}`,
            {
                hint:
                    "check that 'apt-get update' works on this host (a Debian's own mirror is used), or name one by " +
                    `${MIRROR_VARIABLE}; then run the same command again`,
                retryable: true,
                cause,
            },
        );
    });
}

async function inRootNamespace(script: string, args: readonly string[]): Promise<void> {
    const { prefix } = await rootWay();
    const [program, ...rest] = [...prefix, "sh", "-euc", script, "image", ...args] as [string, ...string[]];
    await run(program, rest);
}

async function step(say: (line: string) => void, what: string, work: () => Promise<void>): Promise<void> {
    const started = Date.now();
    await work();
    say(`image: ${what}: ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

/** Removes a half-made image folder, whoever its files belong to. */
export async function removeFolder(folder: string): Promise<void> {
    await inRootNamespace('rm -rf "$1"', [folder]).catch(() => rm(folder, { recursive: true, force: true }));
}
