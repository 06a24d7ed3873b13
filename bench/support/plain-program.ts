import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { REPOSITORY } from "../../tools/setup/key";

/** The least program that uses the same two plugins: one volume and one remote command. Started as ours is. */
const PROGRAM = `
import { Volume } from "@pulumi/aws/ebs/volume";
import { Command } from "@pulumi/command/remote/command";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const volume = new Volume("plain", { availabilityZone: "us-east-1a", size: 1, type: "gp3" });
new Command("plain", {
    connection: {
        host: "127.0.0.1",
        port: config.requireNumber("port"),
        user: "admin",
        privateKey: config.requireSecret("operatorKey"),
        hostKey: config.require("hostKey"),
    },
    create: "true",
    triggers: [volume.id],
});
`;

const PROJECT = `name: plain
main: index.ts
runtime:
  name: nodejs
  options:
    typescript: false
    nodeargs: "-r ts-node/register/transpile-only"
`;

export async function writePlainProgram(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "Pulumi.yaml"), PROJECT);
    await writeFile(join(folder, "index.ts"), PROGRAM);
    await writeFile(join(folder, "package.json"), "{}\n");
    await symlink(join(REPOSITORY, "tsconfig.json"), join(folder, "tsconfig.json"));
    await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
}
