import * as assert from "node:assert/strict";
import type { DriveConfig } from "../../infra/model/config";
import type { Observed, PartView, ReachableGuest, VolumeView } from "../model/observed";
import { nextSteps } from "./next-steps";
import { desired, ec2, inside, kinds, server, settled, slots, volume, without } from "./testing";

const marked = (part: PartView): PartView => ({ ...part, part: part.kind, nonce: desired.nonce });

describe("nextSteps", () => {
    it("has nothing to do where the world is as desired", () => {
        assert.deepEqual(kinds(desired, settled), []);
    });
    it("brings up what does not exist yet, in one up", () => {
        const nothing: Observed = {
            ec2: { volumes: [], servers: [], parts: [], snapshots: [] },
            stack: { volumes: {}, ids: [], pending: 0 },
            guest: undefined,
            changes: undefined,
        };
        assert.deepEqual(kinds(desired, nothing), ["up"]);
    });
    it("believes the engine where it sees changes, though the configuration is the one that was applied", () => {
        const changes = [{ operation: "update", type: "command", name: "content-share" }];
        assert.deepEqual(kinds(desired, { ...settled, changes }), ["up"]);
    });
    it("refreshes when the server is gone, dead or dying", () => {
        const gone = nextSteps(desired, { ...ec2({ servers: [] }), guest: undefined });
        assert.deepEqual(gone, { steps: [{ kind: "up", refresh: true, adopt: {}, redo: false }] });
        assert.deepEqual(kinds(desired, server({ state: "shutting-down" })), ["waitServer", "up"]);
    });
    it("refreshes when a volume of the state is no longer attached", () => {
        const detached = volume("bb", { attachedTo: undefined, attachment: undefined, state: "available" });
        const plan = nextSteps(desired, ec2({ volumes: [volume("ba"), detached] }));
        assert.deepEqual(plan, { steps: [{ kind: "up", refresh: true, adopt: {}, redo: false }] });
    });
    it("starts a stopped server", () => {
        assert.deepEqual(kinds(desired, { ...server({ state: "stopped" }), guest: undefined }), ["startServer"]);
    });
    it("replaces a server marked as leaving: quiet first, then stopped, then terminated, then a new one", () => {
        assert.deepEqual(kinds(desired, server({ leaving: true })), ["quiesce", "stopServer", "terminateServer", "up"]);
        assert.deepEqual(kinds(desired, { ...server({ leaving: true, state: "stopped" }), guest: undefined }), [
            "terminateServer",
            "up",
        ]);
    });
    it("adopts a leaked volume of a slot that has none, once the half-known creation is forgotten", () => {
        const wanted = slots({ bc: { sizeGiB: 8 } });
        const leaked = volume("bc", {
            id: "vol-leak",
            state: "available",
            attachedTo: undefined,
            attachment: undefined,
        });
        const observed = ec2({ volumes: [...settled.ec2.volumes, leaked] });
        const plan = nextSteps(wanted, { ...observed, stack: { ...observed.stack, pending: 1 } });
        assert.deepEqual(plan, {
            steps: [{ kind: "forgetPending" }, { kind: "up", refresh: false, adopt: { bc: "vol-leak" }, redo: false }],
        });
    });
    it("refuses a leaked volume that is not as its slot: it could only be shrunk, or the import would fail", () => {
        const leaked = volume("bc", { state: "available", attachedTo: undefined, attachment: undefined });
        const observed = ec2({ volumes: [...settled.ec2.volumes, leaked] });
        for (const bc of [{ sizeGiB: 4 }, { sizeGiB: 16 }, { sizeGiB: 8, type: "gp2" }])
            assert.deepEqual(kinds(slots({ bc }), observed), ["refused LeftoverDiffers"]);
    });
    it("sweeps leaked parts that nothing uses, and no others", () => {
        const parts = [
            marked({ kind: "address", id: "eni-1", used: true }),
            marked({ kind: "address", id: "eni-2", used: false }),
            marked({ kind: "door", id: "sg-2", used: true }),
            marked({ kind: "rule", id: "sgr-2", used: false }),
            { ...marked({ kind: "rule", id: "sgr-3", used: false }), nonce: "f000000000000000" },
            { ...marked({ kind: "rule", id: "sgr-4", used: false }), nonce: undefined },
            { ...marked({ kind: "address", id: "eni-5", used: false }), part: "bastion" },
        ];
        assert.deepEqual(nextSteps(desired, ec2({ parts })), {
            steps: [
                { kind: "sweep", what: "address", id: "eni-2" },
                { kind: "sweep", what: "rule", id: "sgr-2" },
            ],
        });
    });
    it("sweeps a leaked public address from the drive's own interface, and from no other", () => {
        const address = (usedBy: string): Observed =>
            ec2({ parts: [marked({ kind: "public-address", id: "eipalloc-1", used: true, usedBy })] });
        assert.deepEqual(kinds(desired, address("eni-1")), ["sweep"]);
        assert.deepEqual(kinds(desired, address("eni-9")), []);
    });
    it("never sweeps a server that has a data volume", () => {
        const other = {
            id: "i-2",
            state: "running",
            imageId: "ami-00000001",
            instanceType: "m7i.large",
            leaving: false,
            ...{ part: "server", nonce: desired.nonce, interfaceIds: ["eni-1"] },
        } as const;
        const servers = [...settled.ec2.servers, other];
        assert.deepEqual(kinds(desired, ec2({ servers })), ["sweep"]);
        const data = volume("bc", { id: "vol-bc", attachedTo: "i-2" });
        assert.deepEqual(kinds(desired, ec2({ servers, volumes: [...settled.ec2.volumes, data] })), [
            "refused DriveElsewhere",
        ]);
        const second = volume("bb", { id: "vol-second", attachedTo: "i-2" });
        assert.deepEqual(kinds(desired, ec2({ servers, volumes: [...settled.ec2.volumes, second] })), []);
    });
    it("waits for a running modification before the next one of that volume, and only then", () => {
        const busy = ec2({
            volumes: [volume("ba", { modification: { state: "optimizing", progress: 7 } }), volume("bb")],
        });
        assert.deepEqual(kinds(slots({ ba: { sizeGiB: 16 } }), busy), ["waitModification", "up"]);
        assert.deepEqual(kinds(slots({ bb: { sizeGiB: 16 } }), busy), ["up"]);
        assert.deepEqual(kinds(desired, busy), []);
    });
    it("runs the guest commands again where the server shows less than was applied", () => {
        const redo = { steps: [{ kind: "up", refresh: false, adopt: {}, redo: true }] };
        assert.deepEqual(nextSteps(desired, inside({ mounted: false })), redo);
        assert.deepEqual(nextSteps(desired, inside({ exports: [] })), redo);
        const { members } = settled.guest as ReachableGuest;
        assert.deepEqual(nextSteps(desired, inside({ members: members.slice(0, 1) })), redo);
        assert.deepEqual(nextSteps(desired, inside({ freeBytes: 8 * 1024 ** 3 })), redo);
    });
    it("says done only after the server was asked", () => {
        assert.deepEqual(kinds(desired, { ...settled, guest: { reachable: false, why: "timed out" } }), ["waitGuest"]);
    });

    const refused: [string, string, DriveConfig, Observed][] = [
        ["an old checkout", "StaleCheckout", { ...desired, revision: 2 }, settled],
        [
            "a network that was taken away",
            "AccessComesBack",
            { ...desired, share: { ...desired.share, clients: ["10.0.1.22"] } },
            { ...settled, stack: { ...settled.stack, removed: ["share.clients 10.0.1.22/32"] } },
        ],
        ["a slot that vanished while it holds data", "SlotHoldsData", without("bb"), settled],
        ["a shrink", "ShrinkRefused", slots({ ba: { sizeGiB: 4 } }), settled],
        ["another zone", "ZoneChanged", { ...desired, zone: "us-east-1b" }, settled],
        ["another name", "NameChanged", { ...desired, name: "other" }, settled],
        [
            "another subnet",
            "SubnetChanged",
            { ...desired, network: { ...desired.network, subnetId: "subnet-00000002" } },
            settled,
        ],
        [
            "another image",
            "RehostNeeded",
            { ...desired, server: { ...desired.server, imageId: "ami-00000002" } },
            settled,
        ],
        [
            "another instance type",
            "RehostNeeded",
            { ...desired, server: { ...desired.server, instanceType: "m7i.xlarge" } },
            settled,
        ],
        ["released before LVM has let go", "SlotHoldsData", slots({ bb: { sizeGiB: 8, state: "released" } }), settled],
        [
            "released while the server cannot be asked",
            "SlotHoldsData",
            slots({ bb: { sizeGiB: 8, state: "released" } }),
            { ...settled, guest: undefined },
        ],
        [
            "released while a new server has no disk yet",
            "SlotHoldsData",
            slots({ bb: { sizeGiB: 8, state: "released" } }),
            inside({ members: [], mounted: false }),
        ],
        ["another origin of a volume", "LineageChanged", slots({ bb: { sizeGiB: 8, from: "snap-00000001" } }), settled],
        ["a volume that is gone", "VolumeLost", desired, ec2({ volumes: [volume("ba")] })],
        [
            "a volume on a foreign server",
            "VolumeElsewhere",
            desired,
            ec2({ volumes: [volume("ba"), volume("bb", { attachedTo: "i-9" })] }),
        ],
        ["a group with a missing PV", "GroupIncomplete", desired, inside({ missing: ["uuid"] })],
        [
            "a slot that leaves before it ever joined",
            "SlotNeverJoined",
            slots({ bc: { sizeGiB: 8, state: "released" } }),
            settled,
        ],
    ];
    for (const [what, code, wanted, observed] of refused) {
        it(`refuses ${what}`, () => {
            const found = kinds(wanted, observed);
            assert.ok(found.includes(`refused ${code}`), found.join());
        });
    }
    it("refuses two homeless volumes of one slot: which one holds data cannot be told", () => {
        const leak = (id: string): VolumeView => volume("bc", { id, state: "available", attachedTo: undefined });
        const observed = ec2({ volumes: [...settled.ec2.volumes, leak("vol-x"), leak("vol-y")] });
        assert.deepEqual(kinds(slots({ bc: { sizeGiB: 8 } }), observed), ["refused AmbiguousVolume"]);
    });
    it("lists all that speaks against a request at once", () => {
        const wanted = { ...without("bb"), server: { ...desired.server, imageId: "ami-00000002" }, zone: "us-east-1b" };
        assert.deepEqual([...new Set(kinds(wanted, settled))].sort(), [
            "refused RehostNeeded",
            "refused SlotHoldsData",
            "refused ZoneChanged",
        ]);
    });
});
