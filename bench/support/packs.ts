import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { PACK } from "../../policies/kit/preview";
import { cacheFolder, REPOSITORY } from "../../tools/setup/key";

const run = promisify(execFile);

/** awsguard as it is published; it is old and large, so it is no dependency of the project. */
const AWSGUARD = "0.3.1";

export interface Pack {
    readonly name: string;
    readonly folder: string;
    /** A file of levels and settings. */
    readonly config?: string;
}

/** A pack without any policy: what an engine with a pack costs at least. */
export function emptyPack(folder: string): Pack {
    write(folder, 'new (require("@pulumi/policy").PolicyPack)("empty", { policies: [] });');
    symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"));
    return { name: "empty", folder };
}

export function ours(folder: string): Pack {
    mkdirSync(folder, { recursive: true });
    const config = path.join(folder, "policies.json");
    // The stack has many customers, and is to be judged without a refusal.
    writeFileSync(config, JSON.stringify({ "volumes-per-customer": { customerTag: "Customer" } }));
    return { name: "ours", folder: PACK, config };
}

/** Installed into the cache at the first bench. */
export async function awsguard(say: (text: string) => void): Promise<Pack> {
    const folder = path.join(cacheFolder(), "awsguard", AWSGUARD);
    if (!existsSync(folder)) {
        say(`installing @pulumi/awsguard ${AWSGUARD} into ${folder}, for the bench alone`);
        const beside = `${folder}.new`;
        rmSync(beside, { recursive: true, force: true });
        write(beside, 'const { AwsGuard } = require("@pulumi/awsguard"); new AwsGuard({ all: "advisory" });');
        await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", `@pulumi/awsguard@${AWSGUARD}`], {
            cwd: beside,
        });
        renameSync(beside, folder);
    }
    return { name: "awsguard", folder };
}

function write(folder: string, program: string): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
    writeFileSync(
        path.join(folder, "package.json"),
        JSON.stringify({ name: "pack", version: "0.0.1", main: "index.js" }),
    );
    writeFileSync(path.join(folder, "index.js"), `${program}\n`);
}
