import * as assert from "node:assert/strict";
import type { SlotConfig } from "../../infra/model/config";
import { judged, look } from "./choice";
import { machineFaults, volumesOf } from "./machine";
import { AMD64, ARM64, FakePlaces, subnetOf } from "./machine.testing";

const WISH = { zone: "us-east-1a", carries: { slots: 2, spare: 1 } };
const faults = async (instanceType: string, more: object = {}, places = new FakePlaces()): Promise<string[]> => {
    const found = await machineFaults(places.ec2, { instanceType, imageId: AMD64.id, ...WISH, ...more });
    return found.map(({ path, reason }) => `${path}: ${reason}`);
};

describe("the machine of a drive, judged before anything is made", () => {
    it("passes what EC2 would start and the drive can work with", async () => {
        assert.deepEqual(await faults("m7i.large"), []);
        assert.deepEqual(await faults("t3.nano", { carries: { slots: 25, spare: 1 } }), []);
        assert.deepEqual(await faults("m7g.large", { imageId: ARM64.id }), []);
        assert.deepEqual(await faults("d3.8xlarge", { carries: { slots: 2, spare: 0 } }), []);
    });

    it("names both architectures, and the image that would fit", async () => {
        const [only, ...more] = await faults("m7g.large");
        assert.deepEqual(more, []);
        assert.match(
            only!,
            /^server\.imageId: image ami-0aaaaaaa .* is x86_64, a m7g\.large is arm64; .* ami-0bbbbbbb/,
        );
        assert.match(
            (await faults("m7i.large", { imageId: ARM64.id }))[0]!,
            /is arm64, a m7i\.large is x86_64; .* ami-0aaaaaaa/,
        );
        const poor = new FakePlaces();
        poor.images = [AMD64];
        assert.match((await faults("m7g.large", {}, poor))[0]!, /a m7g\.large is arm64$/);
    });

    it("refuses Xen, bare metal and Macs, with the reason", async () => {
        assert.match(
            (await faults("t2.micro"))[0]!,
            /^server\.instanceType: got 't2\.micro'; it runs under Xen, .* no serial/,
        );
        assert.match((await faults("m4.large"))[0]!, /Nitro/);
        assert.match((await faults("m5.metal"))[0]!, /bare metal takes many minutes/);
        const mac = await faults("mac2.metal");
        assert.match(mac.join("\n"), /bare metal/);
        assert.match(mac.join("\n"), /is x86_64, a mac2\.metal is arm64_mac$/);
    });

    it("counts slots, the root volume and one in flight", async () => {
        const four = { carries: { slots: 4, spare: 1 } };
        assert.match(
            (await faults("d3.8xlarge", four))[0]!,
            /it has 3 attachments, 6 are needed \(4 of slots, one for the root/,
        );
        assert.match(
            (await faults("t3.nano", { carries: { slots: 26, spare: 1 } }))[0]!,
            /has 27 attachments, 28 are needed/,
        );
    });

    it("names the zones that have the type, and says when it or the image is not there at all", async () => {
        assert.match(
            (await faults("m7i.large", { zone: "us-east-1e" }))[0]!,
            /in us-east-1e; it does in us-east-1a, us-east-1b$/,
        );
        assert.match((await faults("m9.tiny"))[0]!, /got 'm9\.tiny'; EC2 has no such instance type/);
        assert.match(
            (await faults("m7i.large", { imageId: "ami-0ccccccc" }))[0]!,
            /^server\.imageId: got 'ami-0ccccccc'/,
        );
    });

    it("says everything at once, and looks at the type once", async () => {
        const places = new FakePlaces();
        places.offered = ["us-east-1b"];
        const found = await faults("mac2.metal", { carries: { slots: 20, spare: 1 } }, places);
        assert.equal(found.length, 4, found.join("\n"));
        assert.deepEqual(places.asked, ["mac2.metal"]);
    });

    it("leaves malformed values to the schema", async () => {
        for (const type of ["", "m7i", "m7i.", "M7i.large", "x y.z"]) assert.deepEqual(await faults(type), [], type);
        assert.deepEqual(await faults("m7i.large", { imageId: "ami-1" }), []);
    });
});

describe("what init chooses", () => {
    const wish = { instanceType: "m7i.large", slots: { ba: {} } };

    it("a default subnet whose zone has the type, though EC2 lists another first", async () => {
        assert.equal((await look(new FakePlaces().ec2, wish)).subnet?.zone, "us-east-1a");
        const nowhere = new FakePlaces();
        nowhere.offered = ["us-east-1f"];
        const found = await look(nowhere.ec2, wish);
        const [fault] = await judged(nowhere.ec2, wish, found);
        assert.match(fault!.reason, /offers no m7i\.large in us-east-1e; it does in us-east-1f/);
    });

    it("the zone or the subnet that was given, even where the type is not", async () => {
        const { ec2 } = new FakePlaces();
        const given = { ...wish, zone: "us-east-1e" };
        const found = await look(ec2, given);
        assert.equal(found.subnet?.zone, "us-east-1e");
        assert.match((await judged(ec2, given, found))[0]!.reason, /it does in us-east-1a/);
        const subnet = subnetOf("us-east-1e").id;
        assert.equal((await look(ec2, { ...wish, subnet })).subnet?.id, subnet);
    });

    it("an image of the type's architecture", async () => {
        const { ec2 } = new FakePlaces();
        for (const [type, image] of [
            ["m7i.large", AMD64],
            ["t4g.medium", ARM64],
            ["t2.micro", AMD64],
        ] as const)
            assert.equal((await look(ec2, { ...wish, instanceType: type })).imageId, image.id, type);
        const own = { ...wish, image: ARM64.id };
        assert.match((await judged(ec2, own, await look(ec2, own)))[0]!.reason, /is arm64, a m7i\.large is x86_64/);
    });

    it("none where there is none, and says of what", async () => {
        const poor = new FakePlaces();
        poor.images = [AMD64];
        const { noImage } = await look(poor.ec2, { ...wish, instanceType: "t4g.medium" });
        assert.equal(noImage?.code, "ImageNotFound");
        assert.match(noImage.message, /\(a t4g\.medium is arm64\)$/);
    });

    it("with one look at the type", async () => {
        const places = new FakePlaces();
        await judged(places.ec2, wish, await look(places.ec2, wish));
        assert.deepEqual(places.asked, ["m7i.large"]);
    });
});

describe("volumes that are on the server at once", () => {
    const slot = (more: Partial<SlotConfig>): SlotConfig => ({ sizeGiB: 8, type: "gp3", state: "member", ...more });
    it("counts members and what leaves; a copy takes the place of what it copies", () => {
        assert.equal(volumesOf({ ba: slot({}), bb: slot({ state: "leaving" }), bc: slot({ takes: ["bb"] }) }), 3);
        assert.equal(volumesOf({ ba: slot({}), bb: slot({ state: "released" }) }), 1);
        assert.equal(volumesOf({ ba: slot({}), bb: slot({ copies: "ba" }) }), 1);
        assert.equal(
            volumesOf({ ba: slot({ state: "copying" }), bb: slot({ copies: "ba", from: "snap-00000000" }) }),
            1,
        );
    });
});
