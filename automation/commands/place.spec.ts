import * as assert from "node:assert/strict";
import type { DriveConfig } from "../../infra/model/config";
import { InvalidInput } from "../../infra/model/errors";
import type { Observed } from "../model/observed";
import { desired, ec2, server, settled, slots } from "../reconcile/testing";
import { AMD64, FakePlaces } from "./machine.testing";
import { refuseWrongMachine, refuseWrongPlace } from "./place";

/** The drive on the fake's image, as it is or with another type. */
const on = (instanceType: string, of: DriveConfig = desired): DriveConfig => ({
    ...of,
    server: { imageId: AMD64.id, instanceType },
});
const live = (instanceType: string, more: object = {}): Observed =>
    server({ instanceType, imageId: AMD64.id, ...more });

describe("when the machine is judged", () => {
    let places: FakePlaces;
    beforeEach(() => (places = new FakePlaces()));
    const faults = async (work: Promise<void>): Promise<string[]> => {
        try {
            await work;
            return [];
        } catch (error) {
            assert.ok(error instanceof InvalidInput, String(error));
            return error.faults.map(({ reason }) => reason);
        }
    };
    const up = (wanted: DriveConfig, observed: Observed): Promise<string[]> =>
        faults(refuseWrongPlace(places.ec2, wanted, observed));
    const rehost = (wanted: DriveConfig, observed: Observed): Promise<string[]> =>
        faults(refuseWrongMachine(places.ec2, wanted, observed));

    it("a drive that is as it should be asks nothing", async () => {
        assert.deepEqual(await up(on("m7i.large"), live("m7i.large")), []);
        assert.deepEqual(places.asked, []);
    });

    it("a new drive: with its place, and with room for one in flight", async () => {
        const nothing = { ...settled, stack: { ...settled.stack, ids: [], volumes: {}, serverId: undefined } };
        const found = await up(on("d3.8xlarge"), { ...nothing, ec2: { ...settled.ec2, servers: [], volumes: [] } });
        assert.match(found.join("\n"), /no such subnet[\s\S]*3 attachments, 4 are needed/);
    });

    it("a server that is gone: what is to take its place, by what it needs now", async () => {
        assert.match((await up(on("t2.micro"), ec2({ servers: [] })))[0]!, /Xen/);
        assert.deepEqual(
            await up(on("d3.8xlarge"), ec2({ servers: [] })),
            [],
            "two slots and the root: it had them before",
        );
    });

    it("another type or image than the server has", async () => {
        assert.match((await up(on("t4g.medium"), live("m7i.large")))[0]!, /is x86_64, a t4g\.medium is arm64/);
        assert.match(
            (await up(on("m7i.large"), live("m7i.large", { imageId: "ami-0ccccccc" })))[0] ?? "passed",
            /passed/,
        );
    });

    it("a slot that is to come: only the room of the server that is there", async () => {
        const three = slots({ bc: { sizeGiB: 8 } });
        assert.match((await up(on("d3.8xlarge", three), live("d3.8xlarge")))[0]!, /has 3 attachments, 4 are needed/);
        assert.deepEqual(await up(on("m5.metal", three), live("m5.metal")), [], "it works there, whatever it is");
    });

    it("an old checkout: nothing, since it is refused as that", async () => {
        assert.deepEqual(await up({ ...on("t2.micro"), revision: 1 }, live("m7i.large")), []);
    });

    it("a rehost: always; room for one in flight only on another type, so that a full server can be made anew", async () => {
        assert.deepEqual(await rehost(on("m7i.large"), live("m7i.large")), []);
        assert.deepEqual(await rehost(on("d3.8xlarge"), live("d3.8xlarge")), []);
        assert.match((await rehost(on("d3.8xlarge"), live("m7i.large")))[0]!, /4 are needed/);
        places.images = [];
        assert.match((await rehost(on("m7i.large"), live("m7i.large")))[0]!, /no such image/);
    });
});
