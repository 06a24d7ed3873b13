import * as assert from "node:assert/strict";
import { touchedStacks } from "./touched";

const STACKS = ["b", "a", "c"];

describe("stacks that a request touches", () => {
    it("are those whose settings or policy levels change", () => {
        assert.deepEqual(touchedStacks(["stacks/Pulumi.b.yaml", "stacks/policies.c.json", "README.md"], STACKS), [
            "b",
            "c",
        ]);
        assert.deepEqual(touchedStacks(["stacks/Pulumi.gone.yaml"], STACKS), []);
    });

    it("are all of them when the program, the pack or the packages change", () => {
        for (const file of ["infra/index.ts", "policies/same-zone.ts", "package-lock.json", "Pulumi.yaml"]) {
            assert.deepEqual(touchedStacks([file], STACKS), ["a", "b", "c"], file);
        }
    });

    it("are none when only tests, documents or the lab change", () => {
        assert.deepEqual(
            touchedStacks(
                [
                    "infra/model/config.spec.ts",
                    "automation/x.long.ts",
                    "docs/guide.md",
                    "lab/index.ts",
                    "policies/scenarios/x/index.ts",
                ],
                STACKS,
            ),
            [],
        );
    });
});
