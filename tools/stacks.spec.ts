import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { parseDriveConfig } from "../infra/model/config";
import { policiesFile } from "../infra/model/names";
import { checkConfigurationFile } from "../policies/kit/configuration-file";
import { stacksOf } from "./preview-pr/repository";
import { REPOSITORY } from "./setup/key";

const read = (name: string): string => readFileSync(join(REPOSITORY, "stacks", name), "utf8");

describe("the examples in stacks", () => {
    it("are a stack whose drive has no fault, in a region that its zone is of", () => {
        const { config } = load(read("Pulumi.example.yaml")) as { config: Record<string, unknown> };
        const region = config["aws:region"] as string;
        const drive = parseDriveConfig(config["elastic-drive:drive"], { region });
        assert.deepEqual(Object.keys(drive.slots), ["ba", "bb"]);
        assert.throws(() => parseDriveConfig(config["elastic-drive:drive"], { region: "eu-west-1" }), /zone/);
    });

    it("are a file of levels and settings that the pack takes", () => {
        checkConfigurationFile(REPOSITORY, policiesFile("example"));
        assert.ok(Object.keys(JSON.parse(read("policies.example.json")) as object).length > 0);
    });

    it("are no stack of anybody's", () => {
        assert.deepEqual(
            stacksOf(REPOSITORY).filter((name) => name === "example"),
            [],
        );
    });

    it("lie beside what users write: git takes a stack's settings, but for those of a lab", () => {
        const ignored = (name: string): boolean => {
            try {
                execFileSync("git", ["check-ignore", "-q", `stacks/${name}`], { cwd: REPOSITORY });
                return true;
            } catch {
                return false;
            }
        };
        assert.deepEqual(["Pulumi.content.yaml", "policies.content.json"].map(ignored), [false, false]);
        assert.deepEqual(["Pulumi.lab.yaml", ".edit-1.yaml"].map(ignored), [true, true]);
        for (const name of readdirSync(join(REPOSITORY, "stacks")).filter((file) => file.includes("example")))
            assert.equal(ignored(name), false, name);
    });
});
