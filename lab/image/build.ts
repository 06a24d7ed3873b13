import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { run } from "../machines/run";
import { asRoot, hostAptOptions, hostMirror } from "./host";
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
    const options = [
        ...(await hostAptOptions()),
        'Acquire::Languages "none";',
        'APT::Install-Recommends "false";',
        'Acquire::Retries "3";',
    ];
    const unwanted = ["man", "doc", "locale", "info"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
    await run("mmdebstrap", [
        ...[
            "--variant=minbase",
            "--format=tar",
            `--mode=${asRoot().length === 0 ? "root" : "unshare"}`,
            `--keyring=${KEYRING}`,
        ],
        ...options.map((option) => `--aptopt=${option}`),
        ...unwanted,
        `--include=${PACKAGES.join(",")}`,
        SUITE,
        tar,
        `deb ${mirror.debian} ${SUITE} main`,
        `deb ${mirror.debian} ${SUITE}-updates main`,
        `deb ${mirror.security} ${SUITE}-security main`,
    ]).catch((cause: Error) => {
        throw new DriveError(
            "ImageDownloadFailed",
            `the packages of the lab's machines could not be had from ${mirror.debian}: ${cause.message}`,
            {
                hint: "check that 'apt-get update' works on this host (it uses the same mirror), then run the same command again",
                retryable: true,
                cause,
            },
        );
    });
}

async function inRootNamespace(script: string, args: readonly string[]): Promise<void> {
    const [program, ...rest] = [...asRoot(), "sh", "-euc", script, "image", ...args] as [string, ...string[]];
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
