import * as assert from "node:assert/strict";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { POLICIES } from "../all";
import { volumeEncrypted } from "../volume-encrypted";
import { volumeProtected } from "../volume-protected";
import { HOW } from "./saying-how";
import { fake, judge, NOT_KNOWN } from "./testing";
import { TYPE } from "./types";

const packed = (name: string) =>
    POLICIES.find((policy) => policy.name === name) as ResourceValidationPolicy | StackValidationPolicy;
const bare = fake(TYPE.volume, "data", {});

describe("a policy in the pack", () => {
    for (const policy of [volumeEncrypted, volumeProtected]) {
        it(`${policy.name} says after a refusal how to fix it`, () => {
            const [said] = judge(policy, [bare]);
            assert.deepEqual(judge(packed(policy.name), [bare]), [
                { ...said, message: `${said?.message ?? ""}\n${HOW}${policy.remediationSteps ?? ""}` },
            ]);
        });
    }

    it("says nothing more in a remark", () => {
        const unknown = fake(TYPE.volume, "data", { encrypted: NOT_KNOWN });
        assert.deepEqual(judge(packed("volume-encrypted"), [unknown]), judge(volumeEncrypted, [unknown]));
    });

    it("keeps the type by which the pack's server skips others", () => {
        const { validateStack } = packed("volume-protected") as StackValidationPolicy;
        assert.equal((validateStack as { __pulumiType?: string }).__pulumiType, TYPE.volume);
    });
});
