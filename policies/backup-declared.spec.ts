import * as assert from "node:assert/strict";
import { backupDeclared } from "./backup-declared";
import { fake, judge, NOT_KNOWN, slot, strangers } from "./kit/testing";
import { STACK, TYPE } from "./kit/types";

const volume = (name: string, tags?: unknown) => fake(TYPE.volume, name, { tags });
const dlm = (targetTags: unknown) => fake(TYPE.snapshotPolicy, "daily", { policyDetails: { targetTags } });

describe("policy backup-declared", () => {
    it("passes volumes that a plan selects by tag, by name or all at once", () => {
        const data = volume("data", { Backup: "daily", Name: "data" });
        assert.deepEqual(judge(backupDeclared, [data, dlm({ Backup: "daily" })]), []);
        const selection = (props: object, from = {}) => fake(TYPE.backupSelection, "all", props, { from });
        assert.deepEqual(
            judge(backupDeclared, [
                data,
                selection({ selectionTags: [{ type: "STRINGEQUALS", key: "Backup", value: "daily" }] }),
            ]),
            [],
        );
        assert.deepEqual(judge(backupDeclared, [data, selection({ resources: NOT_KNOWN }, { resources: data })]), []);
        assert.deepEqual(judge(backupDeclared, [data, selection({ resources: ["arn:aws:ec2:*:*:volume/*"] })]), []);
        const declared = fake(STACK, "stack", { desired: { name: "content", backup: { daily: true } } });
        assert.deepEqual(judge(backupDeclared, [slot("ba"), declared]), []);
    });

    it("remarks once a drive, and once for the rest", () => {
        const stack = [
            volume("b"),
            volume("a", { Backup: "weekly" }),
            slot("ba"),
            slot("bb"),
            dlm({ Backup: "daily" }),
        ];
        assert.deepEqual(
            judge(backupDeclared, stack).map(({ message, urn }) => [message, urn]),
            [
                ["2 data volumes have no backup plan: 'a', 'b'", stack[1]?.urn],
                ["2 data volumes of drive 'content' have no backup plan: 'content-ba', 'content-bb'", stack[2]?.urn],
            ],
        );
    });

    it("does not list thousands", () => {
        const many = Array.from({ length: 3_000 }, (_, i) => volume(`v${String(i).padStart(4, "0")}`));
        assert.deepEqual(
            judge(backupDeclared, many).map(({ message }) => message),
            ["3000 data volumes have no backup plan: 'v0000', 'v0001', 'v0002', 'v0003', 'v0004' and 2995 more"],
        );
    });

    it("leaves other types alone", () => {
        assert.deepEqual(judge(backupDeclared, strangers([TYPE.volume])), []);
    });

    it("takes what a preview does not know for no plan, and judges the others", () => {
        const stack = [
            volume("a", NOT_KNOWN),
            volume("b", { Backup: "daily" }),
            dlm({ Backup: "daily" }),
            dlm(NOT_KNOWN),
        ];
        assert.deepEqual(
            judge(backupDeclared, stack).map(({ message }) => message),
            ["one data volume has no backup plan: 'a'"],
        );
    });
});
