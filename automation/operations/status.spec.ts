import * as assert from "node:assert/strict";
import { parseDriveConfig } from "../../infra/model/config";
import type { Observed } from "../observed";
import { summarize } from "./status";
import { duration, renderStatus } from "./status-screen";

const desired = parseDriveConfig({
    name: "content",
    revision: 1,
    zone: "us-east-1a",
    network: { subnetId: "subnet-00000001" },
    server: { instanceType: "m7i.large", imageId: "ami-00000001" },
    slots: { ba: { sizeGiB: 8 }, bb: { sizeGiB: 8 } },
    share: { clients: ["10.0.0.0/16"] },
});
const volume = (id: string, slot: string, attachedTo: string | undefined) => ({
    ...{ id, slot, zone: "us-east-1a", sizeGiB: 8, type: "gp3", iops: 3000, throughput: 125, attachedTo },
    ...{
        state: attachedTo === undefined ? "available" : "in-use",
        attachment: attachedTo === undefined ? undefined : "attached",
    },
});
const observed: Observed = {
    ec2: {
        volumes: [
            volume("vol-0a1b2c3d4e5f60718", "ba", "i-0f3c9d00000000000"),
            volume("vol-0d4e5f00000000000", "bb", undefined),
        ],
        servers: [
            {
                id: "i-0f3c9d00000000000",
                state: "running",
                imageId: "ami-00000001",
                instanceType: "m7i.large",
                leaving: false,
            },
        ],
        parts: [],
        snapshots: [],
    },
    stack: {
        ...{ revision: 1, desired, serverId: "i-0f3c9d00000000000", sshHost: "10.0.1.10", pending: 0 },
        volumes: { ba: "vol-0a1b2c3d4e5f60718", bb: "vol-0d4e5f00000000000" },
        ids: ["vol-0a1b2c3d4e5f60718", "vol-0d4e5f00000000000", "i-0f3c9d00000000000"],
    },
    guest: {
        ...{
            reachable: true,
            members: [],
            missing: ["JIGxUb-uuid"],
            freeBytes: 0,
            mounted: false,
            sizeBytes: 0,
            usedBytes: 0,
        },
        ...{ exports: [], clients: [], uptimeSeconds: 1_036_800, inFlightBytes: 0 },
    },
    changes: undefined,
};

describe("status", () => {
    it("says why the drive is not mounted, and what to do", () => {
        const { now, next } = summarize("s", desired, observed, undefined);
        assert.match(
            now.join(),
            /drive not mounted because slot bb \(vol-0d4e5f00000000000\) is not attached and PV JIGxUb-uuid missing/,
        );
        assert.deepEqual(next, ["elastic-drive up: pulumi up (after a refresh)"]);
    });
    it("names volumes that the stack does not know", () => {
        const leak = volume("vol-0eeee000000000000", "bb", undefined);
        const { leaked } = summarize(
            "s",
            desired,
            { ...observed, ec2: { ...observed.ec2, volumes: [...observed.ec2.volumes, leak] } },
            undefined,
        );
        assert.deepEqual(
            leaked.map(({ id }) => id),
            ["vol-0eeee000000000000"],
        );
        assert.match(leaked[0]!.note, /the slot has another/);
    });
    it("fits one screen of 100 columns, with twenty slots too", () => {
        const letters = "abcdefghijklmnopqrst".split("");
        const many = {
            ...desired,
            slots: Object.fromEntries(letters.map((letter) => [`b${letter}`, desired.slots["ba"]!])),
        };
        const screen = renderStatus(summarize("s", many, observed, "SHA256:9f3c9f3c9f3c9f3c9f3c9f3c"));
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
        const [head] = renderStatus(summarize("s", desired, { ...observed, guest }, undefined)).split("\n");
        assert.equal(head, "content   us-east-1a   12.4 of 16.0 GiB used (78 %)  ████████████████░░░░");
    });
    it("tells durations shortly", () => {
        assert.deepEqual([59, 61, 3_700, 1_036_800].map(duration), ["59 s", "1 min", "1 h", "12 d"]);
    });
});
