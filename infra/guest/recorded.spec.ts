import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestProgram } from "./call";
import { volumeGroupCall } from "./calls";
import { pvUuid } from "./identity";
import { parseDriveConfig } from "../model/config";

const SCRIPTS = ["disks", "join"].map((name) => join(__dirname, `${name}.sh`));
const [A, B, C] = ["vol-0a", "vol-0b", "vol-0c"];
const serial = (volume: string): string => volume.replace("-", "");

/** Slots, by volume: state, whether it came from a snapshot, and what LVM says of its disk: group and physical volume. */
interface Slot {
    readonly volume: string;
    readonly state?: string;
    readonly from?: string;
    readonly group?: string;
    readonly pv?: string;
}

describe("the list of the drive's disks", () => {
    let folder = "";
    before(() => (folder = mkdtempSync(join(tmpdir(), "recorded-"))));
    after(() => rmSync(folder, { recursive: true }));

    /** What `join` writes; LVM's commands only say that they were called, and the list as it is then. */
    function join_(slots: readonly Slot[], ...last: readonly string[]): { list: string[]; said: string } {
        const list = join(folder, "disks");
        rmSync(list, { force: true });
        const input = {
            drive: "content",
            slots: slots.map(({ volume }) => volume),
            states: slots.map(({ state = "member" }) => state),
            volumes: slots.map(({ volume }) => volume),
            serials: slots.map(({ volume }) => serial(volume)),
            pvUuids: slots.map(({ volume }) => pvUuid(volume)),
            bytes: slots.map(() => "8"),
            from: slots.map(({ from = "" }) => from),
            copyOf: slots.map(() => ""),
        };
        const facts = slots.flatMap(({ volume, group, pv }) => [
            `COUNT_OF[${serial(volume)}]=1 DISK_OF[${serial(volume)}]=/dev/${volume} BYTES_OF[${serial(volume)}]=8 SERIAL_AT[/dev/${volume}]=${serial(volume)}`,
            ...(pv === undefined
                ? []
                : [
                      `PV_UUID[/dev/${volume}]=${pv} PV_GROUP[/dev/${volume}]='${group ?? ""}' PV_TAGS[/dev/${volume}]=''`,
                  ]),
        ]);
        const script = [
            `DISKS_LIST='${list}' GROUP_UUIDS=' g '; due() { :; }; settled() { :; }; lock() { :; }`,
            "wait_for_disks() { :; }; read_pvs() { :; }; group_whole() { :; }; made_once() { :; }; still_serial() { :; }; require_blank() { :; }",
            "put_disks_program() { :; }; check_disks() { :; }",
            ...facts,
            `for write in pvcreate vgcreate vgextend pvchange; do eval "$write() { echo $write \\$(wc -l <'${list}'); }"; done`,
            "verb_join 2>&1",
            ...last,
        ];
        const { stdout, stderr } = spawnSync("bash", ["-c", 'eval "$(cat)"'], {
            input: guestProgram(SCRIPTS, input, script.join("\n")),
            encoding: "utf8",
        });
        assert.equal(stderr, "");
        return { list: existsSync(list) ? readFileSync(list, "utf8").trim().split("\n") : [], said: stdout };
    }
    const member = (volume: string): Slot => ({ volume, group: "elastic_drive", pv: pvUuid(volume) });

    it("has each slot's disk with the identity it has, or is about to get", () => {
        const { list, said } = join_([member(A), { volume: B }]);
        assert.deepEqual(list, [`${serial(A)} ${pvUuid(A)}`, `${serial(B)} ${pvUuid(B)}`]);
        assert.match(said, /pvcreate 2\nvgextend 2/, "it is whole before the first write");
    });
    it("has a copy with the identity of the volume that it was made of, also once it was let go half-way", () => {
        const copy = { volume: B, from: "snap-1", group: "elastic_drive", pv: "PV-original" };
        assert.deepEqual(join_([member(A), copy]).list[1], `${serial(B)} PV-original`);
        assert.deepEqual(
            join_([member(A), { ...copy, state: "leaving", group: "" }]).list[1],
            `${serial(B)} PV-original`,
        );
    });
    it("keeps a slot that leaves until it is released", () => {
        assert.equal(join_([member(A), { ...member(B), state: "leaving" }]).list.length, 2);
        assert.deepEqual(join_([member(A), { volume: C, state: "released" }]).list, [`${serial(A)} ${pvUuid(A)}`]);
    });
    it("stays as it was where a check of join refuses", () => {
        const { list, said } = join_([member(A), { volume: B, state: "released", group: "elastic_drive", pv: "PV-b" }]);
        assert.deepEqual(list, []);
        assert.match(said, /"code":"SlotStillInUse"/);
    });

    it("is checked by the program that the call brings along", () => {
        const drive = parseDriveConfig({
            ...{ name: "content", revision: 1, zone: "us-east-1a", slots: { ba: { sizeGiB: 8 } } },
            network: { subnetId: "subnet-00000001", sshFrom: ["203.0.113.0/24"] },
            server: { instanceType: "m7i.large", imageId: "ami-00000001" },
        });
        const { stdin } = volumeGroupCall(drive, { ba: A }, { server: "i-1", attachments: [] });
        for (const part of ["def label_of(", "def judge(", "sys.exit(main(", "verb_join()", "check_disks alone"])
            assert.ok(stdin.includes(part), part);
    });
});
