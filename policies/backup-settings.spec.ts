import * as assert from "node:assert/strict";
import { Backup } from "../infra/model/backup";
import { backupSettings } from "./backup-settings";
import { fake, judge, NOT_KNOWN, slot, strangers } from "./kit/testing";
import { STACK, TYPE } from "./kit/types";

const desired = (backup: unknown, name = "content") => fake(STACK, "stack", { desired: { name, backup } });
const found = (backup: unknown, config: object = {}) => judge(backupSettings, [slot("ba"), desired(backup)], config);
const none = { all: "none", daily: "none", weekly: "none", monthly: "none" };

describe("policy backup-settings", () => {
    it("passes the defaults, and a drive without backup, which is another policy's to judge", () => {
        assert.deepEqual(found(Backup.parse({})), []);
        assert.deepEqual(found(undefined), []);
        assert.deepEqual(found({ everyHours: 24, keep: { ...none, daily: "7d" }, warnAfterHours: 72 }), []);
    });

    it("refuses sets that are too seldom, gone too soon or missed too late, at the stack", () => {
        const seldom = {
            everyHours: 48,
            keep: { ...none, all: "2d", daily: "6d" },
            freeze: "prefer",
            warnAfterHours: 200,
        };
        const stack = [slot("ba"), desired(seldom)];
        assert.deepEqual(
            judge(backupSettings, stack).map(({ message, urn, level }) => [message, urn, level]),
            [
                "drive 'content' takes a backup set every 48 h: so much work is lost with a volume, and 24 h are allowed",
                "drive 'content' keeps its backup sets for 144 h: what is found missing later is lost, and 168 h are wanted",
                "drive 'content' warns of missing backup sets after 200 h, and 72 h are allowed",
            ].map((message) => [message, stack[1]?.urn, "violation"]),
        );
        assert.equal(found({ keep: none }).length, 1);
    });

    it("only remarks on a drive that is never frozen", () => {
        assert.deepEqual(
            found(Backup.parse({ freeze: "never" })).map(({ level, message }) => [level, message]),
            [
                [
                    "note",
                    "drive 'content' is never frozen for a backup set: what was written in the last half minute and never synced can be missing in it",
                ],
            ],
        );
    });

    it("takes other bounds from its settings", () => {
        const weekly = Backup.parse({ everyHours: 168, warnAfterHours: 200, keep: { ...none, all: "8w" } });
        assert.deepEqual(found(weekly, { maxEveryHours: 168, maxWarnAfterHours: 200 }), []);
        assert.equal(found(Backup.parse({}), { maxEveryHours: 6, minKeepDays: 400, maxWarnAfterHours: 8 }).length, 3);
    });

    it("leaves other types, and outputs of programs that have no such drive, alone", () => {
        const bad = { everyHours: 999, keep: none, warnAfterHours: 9_999 };
        assert.deepEqual(judge(backupSettings, strangers([TYPE.volume])), []);
        assert.deepEqual(judge(backupSettings, [slot("ba"), desired(bad, "another")]), []);
        assert.deepEqual(judge(backupSettings, [fake(TYPE.volume, "data", {}), desired(bad)]), []);
        for (const odd of [null, 7, "daily", [], { keep: 7 }, { keep: null }, { everyHours: "999", keep: { all: 7 } }])
            assert.deepEqual(found(odd), [], JSON.stringify(odd));
    });

    it("says when a preview does not know the settings, and none of them is judged then", () => {
        for (const backup of [NOT_KNOWN, { everyHours: 999, freeze: NOT_KNOWN }, { everyHours: 999, keep: NOT_KNOWN }])
            assert.deepEqual(
                found(backup).map(({ level, message }) => [level, message]),
                [
                    [
                        "note",
                        "not judged: backup of drive 'content' is not known in this preview; it is judged when it is known",
                    ],
                ],
            );
        assert.deepEqual(judge(backupSettings, [slot("ba"), fake(STACK, "stack", { desired: NOT_KNOWN })]), []);
    });
});
