import { existsSync } from "node:fs";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { asRoot } from "./root";
import { run, runToTheEnd } from "./run";
import { twice, type Say } from "./steps";

/** What the lab and the tests need from Debian (or Ubuntu). */
const PACKAGES = [
    "qemu-system-x86",
    "qemu-utils",
    "mmdebstrap",
    "debian-archive-keyring",
    "vde2",
    "genisoimage",
    "e2fsprogs",
    "util-linux",
    "openssh-client",
    "python3-venv",
    "zstd",
    "shellcheck",
    "iproute2",
    "ca-certificates",
] as const;

/** Installs what is missing of the packages; asks no package source when nothing is. */
export async function ensurePackages(cacheDir: string, say: Say): Promise<void> {
    const missing = await notInstalled(PACKAGES);
    if (missing.length > 0) await install(missing, cacheDir, say);
}

/** Those of the names that dpkg does not list as installed. */
export async function notInstalled(names: readonly string[]): Promise<string[]> {
    if (!existsSync("/usr/bin/dpkg-query")) {
        throw new DriveError("NotDebian", "there is no dpkg-query here, so this is neither Debian nor Ubuntu", {
            hint: "run the lab on Debian 12, Debian 13 or Ubuntu 24.04, for instance in a container of that image",
        });
    }
    // A name that dpkg has never heard of ends dpkg-query with 1; the others are listed all the same.
    const query = 'dpkg-query -W -f "\\${Package} \\${db:Status-Status}\\n" "$@" 2>/dev/null || true';
    const listed = (await run("sh", ["-c", query, "sh", ...names])).split("\n");
    return names.filter((name) => !listed.includes(`${name} installed`));
}

export async function install(names: readonly string[], cacheDir: string, say: Say): Promise<void> {
    const installing = ["install", "--no-install-recommends", ...names];
    const prefix = await asRoot(["apt-get", ...installing].join(" "));
    const aptGet = async (...words: string[]): Promise<void> => {
        const log = join(cacheDir, "logs", `apt-get-${words[0]}.log`);
        const byHand = ["apt-get", ...words].join(" ");
        // Waits for another apt that is at work.
        const [command, ...args] = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-q"] as const;
        await runToTheEnd(log, command, [...args, "-o", "DPkg::Lock::Timeout=600", ...words], {
            hint: `run '${byHand}' as root and see what it says (log: ${log}); then run the same command again`,
        });
    };
    say("apt-get update");
    await twice(say, () => aptGet("update"));
    say(`apt-get install ${names.join(" ")}`);
    await twice(say, () => aptGet(...installing));
}
