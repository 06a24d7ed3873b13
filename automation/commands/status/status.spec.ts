import * as assert from "node:assert/strict";
import { consolidated } from "../../workflows/move/edits";
import { freeNames } from "../../model/slots";
import type { Observed, ReachableGuest } from "../../model/observed";
import { desired, settled, slots, volume as volumeOf } from "../../reconcile/testing";
import { summarize } from "./status";
import { duration, renderStatus } from "./screen";

const SERVER = "i-0f3c9d00000000000";
const volume = (id: string, slot: string, attachedTo: string | undefined) =>
    volumeOf(slot, {
        ...{ id, attachedTo, iops: 3000, throughput: 125 },
        ...(attachedTo === undefined && { state: "available", attachment: undefined }),
    });
const observed: Observed = {
    ec2: {
        ...settled.ec2,
        volumes: [volume("vol-0a1b2c3d4e5f60718", "ba", SERVER), volume("vol-0d4e5f00000000000", "bb", undefined)],
        servers: [{ ...settled.ec2.servers[0]!, id: SERVER }],
    },
    stack: {
        ...{ ...settled.stack, serverId: SERVER, sshHost: "10.0.1.10" },
        volumes: { ba: "vol-0a1b2c3d4e5f60718", bb: "vol-0d4e5f00000000000" },
        ids: ["vol-0a1b2c3d4e5f60718", "vol-0d4e5f00000000000", SERVER],
    },
    guest: {
        ...(settled.guest as ReachableGuest),
        ...{ members: [], missing: ["JIGxUb-uuid"], mounted: false, sizeBytes: 0, usedBytes: 0, exports: [] },
        uptimeSeconds: 1_036_800,
    },
    changes: undefined,
};

const backup = "newest 3 h (frozen, 4 of 4), none verified, next in 21 h, 61 sets";

describe("status", () => {
    it("says why the drive is not mounted, and what to do", () => {
        const { now, next } = summarize("s", desired, observed, undefined);
        assert.match(
            now.join(),
            /drive not mounted because slot bb \(vol-0d4e5f00000000000\) is not attached and PV JIGxUb-uuid missing/,
        );
        assert.deepEqual(next, ["elastic-drive up: pulumi up (after a refresh)"]);
    });
    it("names volumes that the stack does not know, and what becomes of each", () => {
        const { bb: id, ...others } = observed.stack.volumes;
        const leaks = ["ba", "bb", "bc"].map((slot) => volume(`vol-0eeee0000000000${slot}`, slot, undefined));
        const { leaked } = summarize(
            "s",
            desired,
            {
                ...observed,
                ec2: { ...observed.ec2, volumes: [observed.ec2.volumes[0]!, ...leaks] },
                stack: {
                    ...observed.stack,
                    volumes: others,
                    ids: observed.stack.ids.filter((known) => known !== id),
                },
            },
            undefined,
        );
        assert.deepEqual(
            leaked.map((leak) => [leak.id, leak.note.slice(leak.note.indexOf(": ") + 2)]),
            [
                [leaks[0]!.id, "the slot has another; look, then delete it"],
                [leaks[1]!.id, "the next up adopts it"],
                [leaks[2]!.id, "there is no such slot; look, then delete it"],
            ],
        );
    });
    it("says of a slot that is leaving how to end it, and of one that has let go only how to go on", () => {
        const now = (state: string): string => {
            const wanted = slots({ bb: { sizeGiB: 8, state }, bc: { sizeGiB: 8, takes: ["bb"] } });
            return summarize("s", wanted, { ...observed, guest: undefined }, undefined).now.join();
        };
        assert.equal(now("leaving"), "slot bb is leaving: elastic-drive up watches it, elastic-drive cancel ends it");
        assert.equal(now("released"), "slot bb is released: elastic-drive up goes on");
    });
    it("says of a long way in one line what comes next and how much is left; programs have the steps", () => {
        const names = freeNames({}).slice(0, 20);
        const volumes = names.map((slot) => volumeOf(slot));
        const members = volumes.map(({ id }) => ({
            volumeId: id,
            sizeBytes: 2 ** 33,
            usedBytes: 2 ** 33,
            leaving: false,
        }));
        const full = { ...desired, slots: Object.fromEntries(names.map((name) => [name, desired.slots["ba"]!])) };
        const wanted = { ...full, slots: consolidated(full, { into: 2 }) };
        const world: Observed = {
            ...settled,
            ec2: { ...settled.ec2, volumes },
            stack: {
                ...settled.stack,
                desired: full,
                volumes: Object.fromEntries(volumes.map(({ slot, id }) => [slot, id])),
                ids: [...volumes.map(({ id }) => id), "i-1"],
            },
            guest: { ...(settled.guest as ReachableGuest), members },
        };
        const found = summarize("s", wanted, world, undefined);
        assert.deepEqual(found.next, [
            "elastic-drive up: pulumi up, then 120 more steps; 20 slots with 160 GiB have still to go",
        ]);
        assert.equal(found.steps.length, 121);
        assert.deepEqual(found.now, ["slot ba is leaving: elastic-drive up watches it, elastic-drive cancel ends it"]);
        assert.ok(renderStatus({ ...found, backup }).split("\n").length <= 40);
    });
    it("fits one screen of 100 columns, with twenty slots too", () => {
        const letters = "abcdefghijklmnopqrst".split("");
        const many = {
            ...desired,
            slots: Object.fromEntries(letters.map((letter) => [`b${letter}`, desired.slots["ba"]!])),
        };
        const screen = renderStatus({ ...summarize("s", many, observed, "SHA256:9f3c9f3c9f3c9f3c9f3c9f3c"), backup });
        for (const line of screen.split("\n")) assert.ok(line.length <= 100, line);
        assert.ok(screen.split("\n").length <= 40);
    });
    it("shows how full a mounted drive is", () => {
        const guest = {
            ...observed.guest!,
            mounted: true,
            missing: [],
            sizeBytes: 16 * 1024 ** 3,
            usedBytes: 12.4 * 1024 ** 3,
        } as Observed["guest"];
        const [head] = renderStatus({ ...summarize("s", desired, { ...observed, guest }, undefined), backup }).split(
            "\n",
        );
        assert.equal(head, "content   us-east-1a   12.4 of 16.0 GiB used (78 %)  ████████████████░░░░");
    });
    it("tells durations shortly", () => {
        assert.deepEqual([59, 61, 3_700, 1_036_800].map(duration), ["59 s", "1 min", "1 h", "12 d"]);
    });
});
