import * as assert from "node:assert/strict";
import { InitializationFailed } from "../protocol/plugin";
import { attachmentId, volumeAttachment } from "./attachment";
import { Harness, ZONE } from "./harness.testing";
import { instance } from "./instance";
import { volume } from "./volume";

const IMAGE = "ami-0e1a57d0000deb13a";
const SUBNET = "subnet-0e1a57d000000000a";

describe("aws plugin: volumes and attachments", () => {
    let harness: Harness;
    const inputs = {
        availabilityZone: ZONE,
        size: 8,
        type: "gp3",
        encrypted: true,
        tags: { "elastic-drive:slot": "ba" },
    };

    beforeEach(async () => (harness = await Harness.open()));
    afterEach(() => harness.lab.close());

    const calls = async (): Promise<Record<string, number>> => {
        const response = await fetch(`${harness.lab.url}/_lab/calls`);
        return (await response.json()) as Record<string, number>;
    };

    it("makes one, waits until it is available, and sees no difference afterwards", async () => {
        const made = await harness.make(volume, inputs);
        assert.match(made.id, /^vol-/);
        assert.deepEqual(
            [made.state["iops"], made.state["throughput"], made.state["tagsAll"]],
            [3000, 125, inputs.tags],
        );
        assert.deepEqual(harness.paths(volume, made, inputs), []);
    });

    it("replaces for zone, encryption and snapshot, updates for all else", async () => {
        const made = await harness.make(volume, inputs);
        const news = {
            ...inputs,
            availabilityZone: "us-east-1b",
            encrypted: false,
            snapshotId: "snap-1",
            size: 9,
            iops: 4000,
            throughput: 200,
        };
        assert.deepEqual(harness.paths(volume, made, news), [
            "availabilityZone!",
            "encrypted!",
            "iops",
            "size",
            "snapshotId!",
            "throughput",
        ]);
    });

    it("changes size, IOPS and throughput in one call, and calls nothing for tags alone or for no change", async () => {
        const made = await harness.make(volume, inputs);
        await fetch(`${harness.lab.url}/_lab/calls`, { method: "DELETE" });
        const tagged = await harness.change(volume, made, { ...inputs, tags: { a: "b" } });
        assert.deepEqual(tagged["tags"], { a: "b" });
        await harness.change(volume, { ...made, state: tagged }, { ...inputs, tags: { a: "b" }, finalSnapshot: true });
        assert.equal((await calls())["ModifyVolume"], undefined);
        const grown = await harness.change(
            volume,
            { ...made, state: tagged },
            { ...inputs, size: 12, iops: 4000, throughput: 250 },
        );
        assert.deepEqual([grown["size"], grown["iops"], grown["throughput"]], [12, 4000, 250]);
        assert.equal((await calls())["ModifyVolume"], 1);
    });

    it("keeps the wanted values when an update is refused, as the real plugin does", async () => {
        const made = await harness.make(volume, inputs);
        await assert.rejects(harness.change(volume, made, { ...inputs, size: 4 }), (error: unknown) => {
            assert.ok(error instanceof InitializationFailed);
            assert.match(
                error.message,
                /^modifying EBS Volume \(vol-\w+\): operation error EC2: ModifyVolume, .*api error InvalidParameterValue/,
            );
            assert.equal(error.state["size"], 4);
            return true;
        });
    });

    it("keeps what was made when the wait for it fails", async () => {
        harness.lab.faults.add({ action: "DescribeVolumes", kind: "error", count: 100 });
        const making = harness.impatient().make(volume, inputs);
        await assert.rejects(
            making,
            (error: unknown) => error instanceof InitializationFailed && error.id.startsWith("vol-"),
        );
    });

    it("takes one that is gone for gone", async () => {
        const made = await harness.make(volume, inputs);
        const resource = harness.resource(volume);
        await resource.delete(made.id, made.state, harness.context);
        assert.equal(await resource.read(made.id, made.state, made.inputs, harness.context), undefined);
        await resource.delete(made.id, made.state, harness.context);
    });

    it("attaches, reads back, detaches and waits for it; a second attach of the same finds it done", async () => {
        const server = await harness.make(instance, { ami: IMAGE, instanceType: "m7i.large", subnetId: SUBNET });
        const disk = await harness.make(volume, inputs);
        const place = { deviceName: "/dev/xvdba", instanceId: server.id, volumeId: disk.id };
        const made = await harness.make(volumeAttachment, place);
        assert.equal(made.id, attachmentId(place));
        await harness.make(volumeAttachment, place);
        assert.equal((await calls())["AttachVolume"], 1);
        assert.deepEqual(
            harness.paths(volumeAttachment, made, { ...place, deviceName: "/dev/xvdbb", skipDestroy: true }),
            ["deviceName!", "skipDestroy"],
        );
        const resource = harness.resource(volumeAttachment);
        const imported = await resource.read(`/dev/xvdba:${disk.id}:${server.id}`, {}, {}, harness.context);
        assert.deepEqual([imported?.id, imported?.inputs], [made.id, { ...place, region: "us-east-1" }]);
        await resource.delete(made.id, { ...made.state, skipDestroy: true }, harness.context);
        assert.notEqual(await resource.read(made.id, made.state, made.inputs, harness.context), undefined);
        await resource.delete(made.id, made.state, harness.context);
        assert.equal(await resource.read(made.id, made.state, made.inputs, harness.context), undefined);
    });

    for (const [what, more, reason] of [
        ["io2 without iops", { type: "io2" }, /'iops' must be set when 'type' is 'io2'/],
        ["iops with gp2", { type: "gp2", iops: 300 }, /'iops' must not be set when 'type' is 'gp2'/],
        ["throughput with io1", { type: "io1", iops: 300, throughput: 200 }, /'throughput' must not be set/],
        ["neither size nor snapshot", { size: undefined }, /one of `size,snapshotId` must be specified/],
        [
            "another region than the provider's",
            { region: "eu-west-1" },
            /region: is 'eu-west-1', the lab's provider is in us-east-1/,
        ],
        ["a property it does not know", { outpostArn: "x" }, /does not know 'outpostArn'/],
    ] as const) {
        it(`refuses ${what} before it calls anything`, async () => {
            await assert.rejects(harness.make(volume, { ...inputs, ...more }), reason);
            assert.deepEqual(await calls(), {});
        });
    }
});
