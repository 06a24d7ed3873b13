import * as assert from "node:assert/strict";
import { backupDeclared } from "./backup-declared";
import { attach, fake, judge, NOT_KNOWN, slot, strangers } from "./kit/testing";
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
        const declared = fake(STACK, "stack", { desired: { name: "content", backup: { everyHours: 24 } } });
        assert.deepEqual(judge(backupDeclared, [slot("ba"), declared]), []);
    });

    it("passes the volumes of a server that a plan selects, and what a default policy or conditions select", () => {
        const server = fake(TYPE.instance, "web", { tags: { Backup: "daily" } });
        const data = volume("data");
        const stack = [server, data, attach("data", data, server)];
        const policy = (props: object) => fake(TYPE.snapshotPolicy, "daily", props);
        const selection = (props: object) => fake(TYPE.backupSelection, "all", props);
        const ofServers = { policyDetails: { resourceTypes: ["INSTANCE"], targetTags: { Backup: "daily" } } };
        for (const plan of [
            policy(ofServers),
            policy({ defaultPolicy: "VOLUME" }),
            policy({ defaultPolicy: "INSTANCE" }),
            selection({ resources: ["arn:aws:ec2:*:*:instance/*"] }),
            selection({ conditions: [{ stringLikes: [{ key: "aws:ResourceTag/Backup", value: "d*" }] }] }),
        ])
            assert.deepEqual(judge(backupDeclared, [...stack, plan]), [], JSON.stringify(plan.props));
    });

    it("remarks on volumes that a plan only seems to select", () => {
        const data = volume("data", { Backup: "daily" });
        const tagged = { targetTags: { Backup: "daily" } };
        const selection = (props: object, from = {}) => fake(TYPE.backupSelection, "all", props, { from });
        for (const plan of [
            fake(TYPE.snapshotPolicy, "daily", { state: "DISABLED", policyDetails: tagged }),
            fake(TYPE.snapshotPolicy, "daily", { policyDetails: { ...tagged, resourceTypes: ["INSTANCE"] } }),
            fake(TYPE.snapshotPolicy, "daily", { policyDetails: { ...tagged, policyType: "EVENT_BASED_POLICY" } }),
            selection({ resources: ["*"], notResources: NOT_KNOWN }, { notResources: data }),
            selection({
                resources: ["*"],
                conditions: [{ stringEquals: [{ key: "aws:ResourceTag/Team", value: "a" }] }],
            }),
            selection({ selectionTags: [{ type: "STRINGEQUALS", key: NOT_KNOWN, value: NOT_KNOWN }] }),
        ])
            assert.deepEqual(
                judge(backupDeclared, [data, plan]).map(({ message }) => message),
                ["one data volume has no backup plan: 'data'"],
                JSON.stringify(plan.name),
            );
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
