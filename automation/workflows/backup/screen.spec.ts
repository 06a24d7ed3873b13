import * as assert from "node:assert/strict";
import { Backup } from "../../../infra/model/backup";
import { judgeSets } from "./retention";
import { renderSet, renderSets, setJson } from "./screen";
import { setsOf } from "./sets";
import { DAY, FROZEN, GROUP, HOUR, NONCE, tagged, taken } from "./testing";

const NOW = Date.UTC(2026, 10, 27, 12);
const { keep } = Backup.parse({});
const verdicts = judgeSets(
    setsOf(
        "content",
        [
            ...taken(NOW - HOUR / 2, { state: "pending" }),
            ...tagged(taken(NOW - 3 * HOUR, { members: 4 }), FROZEN),
            ...taken(NOW - 2 * DAY).slice(1),
            ...taken(NOW - 500 * DAY),
            ...taken(NOW + HOUR),
        ],
        NOW,
    ),
    { keep, nonce: NONCE, now: NOW },
);

describe("the screen of sets", () => {
    it("has a set a line, the newest first, why it stays, and what goes", () => {
        assert.equal(
            renderSets(verdicts),
            [
                "set                   age    state      mark   size     members  kept because",
                "20261127T130000Z-0000 -1 h   good       crash  16 GiB   2 of 2   its time is in the future",
                "20261127T113000Z-0000 30 min pending    crash  16 GiB   2 of 2   0 of 2 members are completed, the",
                "                                                                 slowest is at 40 %; younger than",
                "                                                                 1 h",
                "20261127T090000Z-0000 3 h    good       frozen 32 GiB   4 of 4   within 2d of the newest; daily",
                "                                                                 2026-11-27; weekly 2026-W48;",
                "                                                                 monthly 2026-11; newest good of",
                "                                                                 its group",
                "20261125T120000Z-0000 2 d    incomplete crash  8 GiB    1 of 2   no whole set (1 of 2 members are",
                "                                                                 missing: ba",
                "                                                                 (vol-00000000000000001)): a part",
                "                                                                 stays for 372 d",
                "20250715T120000Z-0000 500 d  good       crash  16 GiB   2 of 2   to go: no level of backup.keep",
                "                                                                 holds it",
                "5 sets: 3 good, 1 pending, 1 incomplete; 1 to go (elastic-drive gc)",
            ].join("\n"),
        );
    });

    it("shows one set with its members, those that are missing among them", () => {
        assert.equal(
            renderSet(verdicts[3]!),
            [
                "set       20261125T120000Z-0000   drive content   stack prod",
                "taken     2026-11-25T12:00:00Z   2 d ago   by timer-1",
                "state     incomplete   crash   1 of 2 members are missing: ba (vol-00000000000000001)",
                "verified  not yet",
                "group     aaaaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa   epoch -",
                "size      8 GiB in 1 of 2 members",
                "kept      no whole set (1 of 2 members are missing: ba (vol-00000000000000001)): a part stays for",
                "          372 d",
                "slot snapshot               volume                physical volume                        state",
                "ba   -                      vol-00000000000000001 FTSSXl-U8yk-urXK-WK8T-p1ia-rKM1-JB68G4 missing",
                "bb   snap-4afc6df820224dd36 vol-00000000000000002 kXU2AN-ncOo-M2yG-WJee-2NQT-jJtB-WA6A7S completed",
            ].join("\n"),
        );
    });

    it("is never wider than 100 columns, with 20 members and the longest words", () => {
        const many = taken(NOW - 3 * DAY, { members: 20, by: "b".repeat(250), stack: "organization/project/stack" });
        const wide = judgeSets(setsOf("content", many.slice(1), NOW), { keep, now: NOW });
        for (const line of `${renderSets(wide)}\n${renderSet(wide[0]!)}`.split("\n"))
            assert.ok(line.length <= 100 && line === line.trimEnd(), line);
        assert.equal(renderSets([]), "no sets");
    });

    it("is a list of sets for programs", () => {
        const shape = { sizeGiB: 8, type: "gp3", iops: 3_000, throughput: 125 };
        const missing = "1 of 2 members are missing: ba (vol-00000000000000001)";
        assert.deepEqual(JSON.parse(JSON.stringify(verdicts.map(setJson)[3])), {
            set: "20261125T120000Z-0000",
            drive: "content",
            stack: "prod",
            group: GROUP,
            epoch: null,
            by: "timer-1",
            takenAt: "2026-11-25T12:00:00.000Z",
            ageSeconds: 172_800,
            state: "incomplete",
            reason: missing,
            consistency: "crash",
            verifiedAt: null,
            inUseBy: null,
            sizeGiB: 8,
            expectedMembers: 2,
            members: [
                {
                    ...{ slot: "ba", snapshot: null, volumeId: "vol-00000000000000001" },
                    ...{ pvUuid: "FTSSXl-U8yk-urXK-WK8T-p1ia-rKM1-JB68G4", ...shape, state: "missing", progress: null },
                },
                {
                    ...{ slot: "bb", snapshot: "snap-4afc6df820224dd36", volumeId: "vol-00000000000000002" },
                    ...{
                        pvUuid: "kXU2AN-ncOo-M2yG-WJee-2NQT-jJtB-WA6A7S",
                        ...shape,
                        state: "completed",
                        progress: 100,
                    },
                },
            ],
            fate: "kept",
            reasons: [`no whole set (${missing}): a part stays for 372 d`],
        });
    });
});
