import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation/localWorkspace.js";
import { Stack } from "@pulumi/pulumi/automation/stack.js";
import { answerUnread } from "./unread";

describe("what the automation API asks and nobody reads", function () {
    this.timeout(60_000);

    it("is answered without the engine, so that each of its operations is one process", async () => {
        const folder = mkdtempSync(join(tmpdir(), "unread-"));
        try {
            writeFileSync(join(folder, "Pulumi.yaml"), "name: unread\nruntime: nodejs\n");
            const asked: string[] = [];
            const pulumiCommand = {
                command: "pulumi",
                version: { toString: () => "3.248.0" },
                run: async (args: string[]) => {
                    const answer = answerUnread(args);
                    if (answer === undefined) asked.push(args[0]!);
                    return { stdout: answer ?? "", stderr: "", code: 0 };
                },
            };
            const workspace = await LocalWorkspace.create({ workDir: folder, pulumiCommand: pulumiCommand as never });
            const stack = await Stack.select("unread", workspace);
            await stack.up();
            await stack.refresh();
            await stack.destroy();
            assert.deepEqual(asked, ["up", "refresh", "destroy"]);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("is nothing that the driver itself reads", () => {
        for (const args of [["stack", "export"], ["stack", "init"], ["stack", "rm"], ["config"], ["up"], ["stack"]])
            assert.equal(answerUnread(args), undefined, args.join(" "));
    });
});
