import * as assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { editForNow } from "./config";

const PEOPLES = "# why bb is large\nnet: &net [ '10.0.0.0/16' ]\nagain: *net\nsince: 2026-01-01   # unquoted\n";

describe("settings that are changed for now", () => {
    let folder: string;
    let file: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "drive-settings-"));
        file = join(folder, "Pulumi.lab.yaml");
        writeFileSync(file, PEOPLES);
        chmodSync(file, 0o640);
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const changed = () =>
        editForNow(file, { region: "us-east-1" }, (args) => appendFile(args.at(-1)!, "region: us-east-1\n"));

    it("come back byte for byte, with the file's mode, and nothing lies about", async () => {
        const undo = await changed();
        assert.notEqual(readFileSync(file, "utf8"), PEOPLES);
        assert.equal(await undo(), true);
        assert.equal(readFileSync(file, "utf8"), PEOPLES);
        assert.equal(statSync(file).mode & 0o777, 0o640);
        assert.deepEqual(readdirSync(folder), ["Pulumi.lab.yaml"]);
    });

    it("stay where somebody else has written meanwhile", async () => {
        const undo = await changed();
        writeFileSync(file, "another: 1\n");
        assert.equal(await undo(), false);
        assert.equal(readFileSync(file, "utf8"), "another: 1\n");
    });
});
