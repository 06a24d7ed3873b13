import * as assert from "node:assert/strict";
import { ObserveResult } from "./observed";
import { parseAnswer } from "./results";

const [FIRST, SECOND] = ["FTSSXl-U8yk-urXK-WK8T-p1ia-rKM1-JB68G4", "cbv8zW-0mcd-pL0i-CIWm-Y2k5-nRxf-4bJ3Qa"];

/** As a server answered: two disks, which LVM names by udev's links; the second one is being moved to the first. */
const pv = (change: Record<string, string>) => ({
    pv_name: "/dev/xvdbb",
    pv_major: "254",
    pv_minor: "32",
    pv_uuid: FIRST,
    pv_size: "4290772992",
    pv_used: "4290772992",
    dev_size: "4294967296",
    pv_tags: "",
    pv_missing: "",
    pv_pe_count: "1023",
    pv_pe_alloc_count: "1023",
    ...change,
});
const lv = (lv_name: string, move_pv_uuid = "", copy_percent = "") => ({
    lv_name,
    lv_size: "134217728",
    lv_active: "active",
    move_pv_uuid,
    copy_percent,
});
const SECOND_PV = pv({ pv_name: "/dev/xvdba", pv_minor: "48", pv_uuid: SECOND, pv_tags: "elastic-drive:leaving" });
const answer = {
    bootId: "aac12cd0-66f3-476d-b4fe-fe498f6a06d7",
    uptimeSeconds: 394.98,
    disks: [
        { path: "/dev/vdc", serial: "vol00000000000000001", bytes: "4294967296" },
        { path: "/dev/vdd", serial: "vol00000000000000002", bytes: "4294967296" },
    ],
    devices: { "254:0": "/dev/vda", "254:1": "/dev/vda1", "254:32": "/dev/vdc", "254:48": "/dev/vdd" },
    lvm: {
        report: [
            {
                vg: [
                    {
                        vg_name: "elastic_drive",
                        vg_uuid: "Vdm8md-fTtw-Zzpk-kkDW-GFl0-6nc0-JmXcrW",
                        vg_tags: "elastic-drive:drive=content",
                        vg_size: "8581545984",
                        vg_free: "0",
                        vg_extent_size: "4194304",
                        vg_missing_pv_count: "0",
                    },
                ],
                pv: [pv({}), SECOND_PV],
                lv: [lv("content"), lv("state"), lv("[pvmove0]", SECOND, "61.25")],
                pvseg: [{ pv_uuid: SECOND, pvseg_start: "0", pvseg_size: "1023", lv_name: "[pvmove0]" }],
            },
        ],
        log: [],
    },
    units: "Result=success\nId=var-content.mount\nActiveState=active\nSubState=mounted\n\nResult=success\nId=nfs-server.service\nActiveState=inactive\nSubState=dead",
    mount: {
        point: "/var/content",
        source: "/dev/mapper/elastic_drive-content",
        sizeBytes: "8380219392",
        freeBytes: "8185851904",
    },
    exports: [
        "/var/content\t10.0.1.0/24(rw,sync,root_squash,no_subtree_check,fsid=484dd74d-16d2-8d51-a4ab-8ad9dc92fb94,mountpoint)",
    ],
    nfsdThreads: 16,
    clients: [
        'clientid: 0x16c\naddress: "10.0.1.21:799"\nstatus: confirmed\nseconds from last renew: 3\nname: "Linux NFSv4.2 web-1"\nminor version: 2',
    ],
    lease: "",
};
const read = (change: object = {}) =>
    parseAnswer(ObserveResult, "observe", { code: 0, stdout: JSON.stringify({ ...answer, ...change }), stderr: "" });

describe("what a server is seen to hold", () => {
    it("knows the group's members by the serials of their disks", () => {
        const { group } = read();
        assert.deepEqual(
            group?.members.map(({ path, serial, tags, segments }) => ({ path, serial, tags, segments })),
            [
                { path: "/dev/vdc", serial: "vol00000000000000001", tags: [], segments: [] },
                {
                    path: "/dev/vdd",
                    serial: "vol00000000000000002",
                    tags: ["elastic-drive:leaving"],
                    segments: [{ start: 0, extents: 1023, volume: "pvmove0" }],
                },
            ],
        );
        assert.equal(group.members[0]?.sizeBytes, 4_290_772_992n);
    });

    it("goes by device number where a link that LVM prints leads to another disk by now, or is a disk's own name", () => {
        const [report] = answer.lvm.report;
        const stale = { ...report, pv: [pv({ pv_name: "/dev/vdd" }), { ...SECOND_PV, pv_name: "/dev/vdc" }] };
        assert.deepEqual(
            read({ lvm: { report: [stale] } }).group?.members.map(({ path, serial }) => [path, serial]),
            [
                ["/dev/vdc", "vol00000000000000001"],
                ["/dev/vdd", "vol00000000000000002"],
            ],
        );
    });

    it("takes for missing what LVM calls unknown and what went since it looked, each with its own segments", () => {
        const [report] = answer.lvm.report;
        const unknown = { pv_name: "[unknown]", pv_major: "-1", pv_minor: "-1" };
        const gone = pv({ pv_uuid: "gone", pv_minor: "80" });
        const members = read({
            lvm: {
                report: [
                    { ...report, pv: [pv({ ...unknown, pv_missing: "missing" }), { ...SECOND_PV, ...unknown }, gone] },
                ],
            },
        }).group?.members;
        assert.deepEqual(
            members?.map(({ missing, serial, uuid, segments }) => [missing, serial, uuid, segments.length]),
            [
                [true, undefined, FIRST, 0],
                [true, undefined, SECOND, 1],
                [true, undefined, "gone", 0],
            ],
        );
    });

    it("sees a move and how far it is", () => {
        assert.deepEqual(
            read().group?.volumes.find(({ name }) => name === "pvmove0"),
            {
                name: "pvmove0",
                sizeBytes: 134_217_728n,
                active: true,
                movesFrom: SECOND,
                percent: 61.25,
            },
        );
    });

    it("reads what the job of a move says of itself, also before its first range", () => {
        const progress = {
            from: "vol2",
            to: ["vol1"],
            wholeBytes: "4290772992",
            bytesPerSecond: 1048576,
            state: "resting",
        };
        assert.equal(read().move, undefined);
        assert.deepEqual(read({ move: { progress: null, pace: "" } }).move, { progress: null, pace: "" });
        assert.equal(read({ move: { progress, pace: "8" } }).move?.progress?.wholeBytes, 4_290_772_992n);
    });

    it("reads exports, clients and units", () => {
        const seen = read();
        assert.deepEqual(
            seen.exports.map(({ path, client }) => [path, client]),
            [["/var/content", "10.0.1.0/24"]],
        );
        assert.deepEqual(seen.clients, [
            { address: "10.0.1.21", name: "Linux NFSv4.2 web-1", status: "confirmed", secondsSinceRenew: 3 },
        ]);
        assert.deepEqual(
            seen.units.map(({ id, active }) => [id, active]),
            [
                ["var-content.mount", "active"],
                ["nfs-server.service", "inactive"],
            ],
        );
    });

    it("sees a server without any group", () => {
        const seen = read({ lvm: { report: [] }, mount: null, exports: [], clients: [] });
        assert.equal(seen.group, undefined);
        assert.equal(seen.mount, null);
    });

    it("reads an orphan physical volume, which no group and no logical volume is told of with", () => {
        const orphan = { pv: [pv({ pv_name: "/dev/vde", pv_minor: "64", pv_used: "0" })], pvseg: [] };
        const seen = read({ lvm: { report: [...answer.lvm.report, orphan], log: [] } });
        assert.deepEqual(
            seen.group?.members.map(({ path }) => path),
            ["/dev/vdc", "/dev/vdd"],
        );
    });

    it("tells a committed volume from a half-made one", () => {
        const [report] = answer.lvm.report;
        const half = read({ lvm: { report: [{ ...report, lv: [lv("state"), lv("content_new")] }] } });
        assert.deepEqual([half.group?.formatted, half.group?.halfMade], [false, true]);
        assert.deepEqual([read().group?.formatted, read().group?.halfMade], [true, false]);
    });
});
