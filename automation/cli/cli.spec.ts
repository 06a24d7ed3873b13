import * as assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import type { InitFlags } from "./flags";
import { initInput } from "./flags";
import { labCall } from "./lab";
import { program } from "./program";

const flags: InitFlags = { name: "content", instanceType: "m7i.large", slots: "ba=8" };

describe("the flags of init", () => {
    it("become what init takes; what is no number stays text for the schema to name", () => {
        const input = initInput({
            ...flags,
            slots: "ba=8,bb=500:st1,bc=many",
            clients: ["10.0.0.0/16,10.1.0.5", "10.2.0.0/16"],
            uid: "33",
        });
        assert.deepEqual(input.slots, {
            ba: { sizeGiB: 8 },
            bb: { sizeGiB: 500, type: "st1" },
            bc: { sizeGiB: "many" },
        });
        assert.deepEqual(input.clients, ["10.0.0.0/16", "10.1.0.5", "10.2.0.0/16"]);
        assert.equal(input.uid, 33);
    });
    it("take an account's public key itself, or its file, also one at home", () => {
        const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== film@studio";
        const { uploadUsers, faults } = initInput({ ...flags, uploadUser: [`film=${key}`, "sound=~/a key.pub"] });
        assert.deepEqual([uploadUsers, faults], [{ film: [key], sound: [join(homedir(), "a key.pub")] }, []]);
    });
    it("hand on their own faults, to be said with those of the schema", () => {
        const { faults } = initInput({ ...flags, slots: "ba,bb=8,bb=9", uploadUser: ["designers"] });
        assert.deepEqual(
            faults?.map(({ path }) => path),
            ["--slots", "slots.bb", "--upload-user"],
        );
    });
});

const root = program({ signal: new AbortController().signal, json: false, yes: false, exit: () => undefined });

describe("the lab's own command line", () => {
    const called = (line: string): string | undefined => labCall(line.split(" "), root.options)?.join(" ");
    it("is what stands behind lab, with what the lab too knows of the options before it", () => {
        assert.deepEqual(
            ["lab", "lab status --json", "--stack a lab start", "--stack=a -y --cwd . lab stop --wipe"].map(called),
            ["", "status --json", "start", "stop --wipe"],
        );
        assert.equal(called("--json lab status"), "status --json");
        assert.equal(called("--debug lab ssh server lsblk --json"), "ssh --debug server lsblk --json");
        assert.equal(called("--debug lab fault list"), "fault list --debug");
    });
    it("has the lab's own help", () => {
        assert.deepEqual(
            [called("help lab"), called("help lab start"), called("lab help")],
            ["--help", "start --help", "help"],
        );
    });
    it("is no other command's", () => {
        for (const line of ["status", "--stack lab status", "replace lab", "--nonsense lab status", "help", "-s"])
            assert.equal(called(line), undefined, line);
    });
});

describe("help", () => {
    for (const command of [root, ...root.commands]) {
        it(`of ${command.name()} fits 100 columns, with examples`, () => {
            let text = "";
            command.configureOutput({ writeOut: (part) => (text += part) });
            command.outputHelp();
            if (command.name() !== "lab") assert.match(text, /\nExamples:\n/); // the lab's are its own program's
            for (const line of text.split("\n")) assert.ok(line.length <= 100, line);
            const inits = text.replaceAll(/\\\n/g, " ").match(/^ *elastic-drive init .*$/gm) ?? [];
            assert.ok(command.name() !== "init" || inits.length > 0);
            for (const line of inits) assert.match(line, /--ssh-from \d/, "without it no up would end");
        });
    }
});
