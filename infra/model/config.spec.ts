import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseDriveConfig } from "./config";
import { VOLUME_TYPES } from "./volume-types";
import { InvalidInput } from "./errors";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBq8dT0u3sHk1mCkM4l2W0sTqk3o8mH1eJ8a7W3F9k2p designer";

const drive = (change: Record<string, unknown> = {}) => ({
    name: "content",
    zone: "us-east-1a",
    network: { subnetId: "subnet-0a1b2c3d", sshFrom: ["203.0.113.0/24"] },
    server: { instanceType: "m7i.large", imageId: "ami-0a1b2c3d" },
    slots: { ba: { sizeGiB: 8 } },
    ...change,
});

/** `path: reason` of every fault. */
function faultsOf(value: unknown, region?: string): string[] {
    try {
        parseDriveConfig(value, { region });
        return [];
    } catch (error) {
        assert.ok(error instanceof InvalidInput, String(error));
        return error.faults.map((fault) => `${fault.path}: ${fault.reason}`);
    }
}

const slots = (count: number, state = "member") =>
    Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
            `${"bc"[Math.floor(i / 26)]!}${String.fromCharCode(97 + (i % 26))}`,
            { sizeGiB: 1, state },
        ]),
    );

describe("drive configuration", () => {
    it("fills in the defaults of the classic recipe", () => {
        const parsed = parseDriveConfig(drive(), { region: "us-east-1" });
        assert.deepEqual(parsed.slots, { ba: { sizeGiB: 8, type: "gp3", state: "member" } });
        assert.deepEqual(parsed.share, { clients: [], leaseSeconds: 20, securityGroups: [] });
        assert.deepEqual(parsed.uploads, { uid: 33, gid: 33, users: {} });
        assert.equal(parsed.revision, 0);
    });

    it("wants a network that ssh may come from: without it no up would ever end", () => {
        const closed = /^network\.sshFrom: empty; the driver and who uploads come by ssh.*--ssh-from/;
        for (const network of [{ subnetId: "subnet-0a1b2c3d" }, { subnetId: "subnet-0a1b2c3d", sshFrom: [] }]) {
            const found = faultsOf(drive({ network }));
            assert.equal(found.length, 1);
            assert.match(found[0]!, closed);
        }
        assert.ok(!faultsOf(drive({ network: "subnet-0a1b2c3d" })).some((fault) => closed.test(fault)));
    });

    it("lists every fault at once, with the value seen and what is legal", () => {
        const found = faultsOf(
            drive({
                zone: "eu-west-1a",
                sharre: {},
                slots: { ba: { sizeGiB: "eight" }, aa: { sizeGiB: 8 }, bb: { sizeGiB: 70_000 }, bc: { size: 4 } },
                share: { clients: ["0.0.0.0/0", "web-1"] },
                uploads: { users: { designer: { publicKeys: [] }, editor: { publicKeys: ["ssh-ed25519 AAAA"] } } },
            }),
            "us-east-1",
        );
        assert.deepEqual(found, [
            "slots.ba.sizeGiB: got 'eight'; a whole number of GiB",
            "slots.aa: got 'aa'; a slot is named by two letters, 'ba' to 'dz' (its device is /dev/xvdba to /dev/xvddz)",
            "slots.bc.sizeGiB: missing; a whole number of GiB",
            "slots.bc.size: unknown key 'size'; did you mean 'sizeGiB'?",
            "uploads.users.designer.publicKeys: got an empty list; at least one public key",
            "sharre: unknown key 'sharre'; did you mean 'share'?",
            "zone: got 'eu-west-1a'; the stack's region is 'us-east-1' (aws:region), so us-east-1a or a sister zone",
            "slots.bb.sizeGiB: got 70000; a gp3 volume holds 1 to 65536 GiB",
            "share.clients.0: got '0.0.0.0/0': open to the whole world; name the networks that may come in",
            "share.clients.1: got 'web-1': not a network; write one such as 10.0.0.0/16 or an address such as 10.0.1.7",
            "uploads.users.editor.publicKeys.0: got 'ssh-ed25519 AAAA': the key is damaged or cut short, copy it again",
        ]);
    });

    for (const [size, reason] of [
        [0, "got 0; at least 1 GiB"],
        [-4, "got -4; at least 1 GiB"],
        [1.5, "got 1.5; a whole number of GiB"],
        ["8", "got '8'; a whole number of GiB"],
        [null, "got null; a whole number of GiB"],
        [1e300, "got 1e+300; a whole number of GiB"],
    ] as const) {
        it(`refuses the size ${JSON.stringify(size)}`, () => {
            assert.deepEqual(faultsOf(drive({ slots: { ba: { sizeGiB: size } } })), [`slots.ba.sizeGiB: ${reason}`]);
        });
    }

    it("takes 20 members and one that is leaving, not 21 and not two that leave", () => {
        assert.deepEqual(faultsOf(drive({ slots: slots(20) })), []);
        assert.deepEqual(faultsOf(drive({ slots: { ...slots(20), dz: { sizeGiB: 1, state: "leaving" } } })), []);
        assert.deepEqual(faultsOf(drive({ slots: { ...slots(20), dz: { sizeGiB: 1, copies: "ba" } } })), []);
        assert.deepEqual(faultsOf(drive({ slots: { ...slots(21), dz: { sizeGiB: 1, copies: "ba" } } })), [
            "slots: 21 members; a drive has at most 20 (and one more while a slot is leaving)",
        ]);
        assert.deepEqual(faultsOf(drive({ slots: slots(21) })), [
            "slots: 21 members; a drive has at most 20 (and one more while a slot is leaving)",
        ]);
        assert.deepEqual(
            faultsOf(
                drive({
                    slots: {
                        ...slots(1),
                        ...{ da: { sizeGiB: 1, state: "leaving" }, db: { sizeGiB: 1, state: "leaving" } },
                    },
                }),
            ),
            ["slots: da and db are leaving; one at a time"],
        );
    });

    it("wants a slot that stays", () => {
        const reason = "slots: no member; a drive has at least one slot that stays";
        assert.deepEqual(faultsOf(drive({ slots: {} })), [reason]);
        assert.deepEqual(faultsOf(drive({ slots: slots(1, "leaving") })), [reason]);
    });

    it("wants addresses beside security groups, and user names that are not the server's own", () => {
        assert.match(
            faultsOf(drive({ share: { securityGroups: ["sg-0a1b2c3d"] } }))[0]!,
            /^share.clients: empty beside securityGroups/,
        );
        assert.deepEqual(faultsOf(drive({ uploads: { users: { root: { publicKeys: [KEY] } } } })), [
            "uploads.users.root: got 'root'; on the server this is an account or group of Debian's base system, choose another name",
        ]);
    });

    it("takes a limit that EC2 has raised since", () => {
        const large = { slots: { ba: { sizeGiB: 100_000 } } };
        assert.equal(faultsOf(drive(large)).length, 1);
        assert.deepEqual(faultsOf(drive({ ...large, limits: { gp3: { maxSizeGiB: 131_072 } } })), []);
    });

    it("takes a volume that was never attached only on its way out", () => {
        const of = (state: string): number =>
            faultsOf(drive({ slots: { ba: { sizeGiB: 8 }, bb: { sizeGiB: 8, state, unattached: true } } })).length;
        assert.deepEqual(["released", "member", "leaving"].map(of), [0, 1, 1]);
    });
    it("takes a copy at each of its stages, and nothing between them", () => {
        const made = { from: "snap-0a1b2c3d", fromVolume: "vol-0a1b2c3d" };
        const faults = (of: object, copy: object, more: object = {}): number => {
            const slots = {
                ba: { sizeGiB: 8, ...of },
                bb: { sizeGiB: 9, copies: "ba", ...copy },
                bc: { sizeGiB: 1 },
                ...more,
            };
            return faultsOf(drive({ slots })).length;
        };
        const legal = [faults({}, {}), faults({ state: "copying" }, {}), faults({ state: "copying" }, made)];
        assert.deepEqual([...legal, faults({ state: "released" }, made)], [0, 0, 0, 0]);
        assert.ok(faults({}, made) > 0, "a member beside its copy");
        assert.ok(faults({ state: "released" }, {}) > 0, "released before it was copied");
        assert.ok(faults({ state: "copying" }, { copies: undefined }) > 0, "copying without a copy");
        assert.ok(faults({ state: "leaving" }, {}) > 0, "leaving and copied");
        assert.ok(faults({}, { copies: "dz" }) > 0, "a copy of no slot");
        assert.ok(faults({}, {}, { bd: { sizeGiB: 9, copies: "bc" } }) > 0, "two at a time");
        assert.ok(faults({ sizeGiB: 10 }, {}) > 0, "a copy that is smaller");
    });

    it("answers any value at all with a configuration or with faults, never with a crash", () => {
        fc.assert(
            fc.property(
                fc.oneof(
                    fc.anything(),
                    fc.record({
                        slots: fc.anything(),
                        share: fc.anything(),
                        uploads: fc.anything(),
                        limits: fc.anything(),
                        network: fc.anything(),
                        zone: fc.anything(),
                    }),
                ),
                (value) => {
                    assert.notDeepEqual(faultsOf(value, "us-east-1"), []);
                },
            ),
        );
    });

    it("takes a fraction as text too, as the engine's own edits leave it", () => {
        const limits = { gp3: { maxThroughputPerIops: "0.5" } };
        const parsed = parseDriveConfig(drive({ limits }));
        assert.deepEqual(parsed.limits, { gp3: { maxThroughputPerIops: 0.5 } });
        assert.deepEqual(faultsOf(drive({ limits: { gp3: { maxThroughputPerIops: "much" } } })), [
            "limits.gp3.maxThroughputPerIops: got 'much'; MiB/s per IOPS",
        ]);
    });

    it("lets growth by itself be set with both ceilings only, and levels in their order", () => {
        const autogrow = { maxGiB: 100, maxMonthly: 50 };
        assert.deepEqual(parseDriveConfig(drive({ autogrow })).autogrow, {
            warnAt: 75,
            growAt: 85,
            growTo: 70,
            ...autogrow,
        });
        assert.deepEqual(
            faultsOf(drive({ autogrow: { growAt: 70, maxMonthly: 1.5, most: 3 } })).map((fault) => fault.split(":")[0]),
            ["autogrow.maxGiB", "autogrow.maxMonthly", "autogrow.most", "autogrow.warnAt", "autogrow.growTo"],
        );
    });

    it("takes backup sets with the defaults of a drive that is backed up once a day", () => {
        assert.equal(parseDriveConfig(drive()).backup, undefined);
        assert.deepEqual(parseDriveConfig(drive({ backup: {} })).backup, {
            everyHours: 24,
            keep: { all: "2d", daily: "14d", weekly: "8w", monthly: "12m" },
            freeze: "prefer",
            warnAfterHours: 30,
        });
        const wrong = {
            everyHour: 6,
            everyHours: 48,
            freeze: "always",
            keep: { all: "2 days", daily: "12h", hourly: "1d" },
        };
        assert.deepEqual(faultsOf(drive({ backup: wrong })), [
            "backup.keep.all: got '2 days'; an age such as 36h, 2d, 8w, 12m (months of 31 days) or 1y, or none",
            "backup.keep.hourly: unknown key 'hourly'; known are all, daily, weekly, monthly",
            "backup.freeze: got 'always'; one of prefer, required, never",
            "backup.everyHour: unknown key 'everyHour'; did you mean 'everyHours'?",
            "backup.warnAfterHours: got 30; more than everyHours, which is 48",
            "backup.keep.daily: got '12h'; at least one period, 1 d, or none",
        ]);
    });

    it("says which account it is in, as text or as the number that the engine makes of it, and what its things bear", () => {
        const nonce = "a123456789abcdef";
        for (const account of ["123456789012", 123_456_789_012])
            assert.equal(parseDriveConfig(drive({ account, nonce })).account, "123456789012");
        assert.equal(parseDriveConfig(drive({ account: "012345678901" })).account, "012345678901");
        assert.deepEqual(faultsOf(drive({ account: 12, nonce: "A123" })), [
            "account: got 12; the 12 digits of an AWS account",
            "nonce: got 'A123'; 16 hexadecimal digits",
        ]);
    });

    it("is the same when parsed again", () => {
        const legal = fc.dictionary(
            fc.stringMatching(/^[b-d][a-z]$/),
            fc.record({
                sizeGiB: fc.integer({ min: 125, max: 16_384 }),
                type: fc.constantFrom(...VOLUME_TYPES.filter((type) => !type.startsWith("io"))),
            }),
            { minKeys: 1, maxKeys: 20 },
        );
        fc.assert(
            fc.property(legal, (generated) => {
                const once = parseDriveConfig(drive({ slots: generated }));
                assert.deepEqual(parseDriveConfig(once), once);
            }),
        );
    });
});
