import * as assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { utils } from "ssh2";
import { pulumi } from "../kit/preview";
import { engineEnvironment, REPOSITORY, workFolder } from "./support";

export const STACK = "test";

/** Our own program in a folder of its own, with nothing real behind the plugins. */
export interface OurDrive {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    /** Writes the stack's configuration. */
    configure(drive: object, extra?: Readonly<Record<string, unknown>>): void;
}

export async function ourDrive(): Promise<OurDrive> {
    const cwd = workFolder();
    for (const name of ["infra", "tools"]) symlinkSync(path.join(REPOSITORY, name), path.join(cwd, name));
    copyFileSync(path.join(REPOSITORY, "Pulumi.yaml"), path.join(cwd, "Pulumi.yaml"));
    mkdirSync(path.join(cwd, "stacks"));
    const env = engineEnvironment(cwd);
    const made = await pulumi(["stack", "init", STACK], { cwd, env });
    assert.equal(made.exitCode, 0, made.output);
    const settings = path.join(cwd, "stacks", `Pulumi.${STACK}.yaml`);
    const salt = readFileSync(settings, "utf8");
    const [operator, host] = [privateKey(), privateKey()];
    const keys = { "elastic-drive:operatorKey": operator, "elastic-drive:hostKey": host };
    return {
        cwd,
        env,
        configure: (drive, extra = {}) => {
            // JSON is YAML.
            const config = { "aws:region": "us-east-1", ...keys, "elastic-drive:drive": drive, ...extra };
            writeFileSync(settings, `${salt}config: ${JSON.stringify(config)}\n`);
        },
    };
}

/** A drive's whole configuration, as `init` would write it. */
export const driveOf = (slots: Readonly<Record<string, object>>, more: object = {}): object => ({
    name: "content",
    zone: "us-east-1a",
    network: {
        subnetId: "subnet-0123456789abcdef0",
        vpcId: "vpc-0123456789abcdef0",
        sshFrom: ["203.0.113.0/24"],
        publicAddress: true,
    },
    server: { instanceType: "m7i.large", imageId: "ami-0123456789abcdef0" },
    slots,
    share: { clients: ["10.0.0.0/16"] },
    ...more,
});

/** ssh2 1.x drops the first byte of a key when it is zero: one pair in 256 is of no use. */
function privateKey(): string {
    for (;;) {
        const pair = utils.generateKeyPairSync("ed25519");
        if (![pair.private, pair.public].some((key) => utils.parseKey(key) instanceof Error)) return pair.private;
    }
}
