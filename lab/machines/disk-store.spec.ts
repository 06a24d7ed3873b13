import { strict as assert } from "node:assert";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiskStore } from "./disk-store";
import { Layout } from "./layout";
import { run } from "./run";

const VOL = "vol-0123456789abcdef0";
const COPY = "vol-0fedcba9876543210";
const SNAP = "snap-0123456789abcdef0";

/** These specs use real qcow2 files: qemu-io writes and reads patterns. */
describe("DiskStore", () => {
    let folder: string;
    let layout: Layout;
    let store: DiskStore;

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "disk-spec-"));
        layout = new Layout(folder);
        store = new DiskStore(layout);
        await store.open();
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    const io = async (volumeId: string, command: string): Promise<string> =>
        run("qemu-io", ["-f", "qcow2", "-c", command, (await store.fileOf(volumeId)).file]);
    const write = (volumeId: string, pattern: number) => io(volumeId, `write -P ${pattern} 0 64k`);
    const holds = async (volumeId: string, pattern: number): Promise<boolean> =>
        !(await io(volumeId, `read -P ${pattern} 0 64k`)).includes("verification failed");
    const snapshot = async (volumeId: string, snapshotId: string): Promise<void> =>
        store.keepSnapshot(snapshotId, (await store.addLayer(volumeId)).frozen);
    const virtualSize = async (volumeId: string): Promise<number> => {
        const info = await run("qemu-img", ["info", "--output=json", (await store.fileOf(volumeId)).file]);
        return (JSON.parse(info) as { "virtual-size": number })["virtual-size"] / 2 ** 30;
    };

    it("makes a blank disk of the given size, once", async () => {
        await store.create(VOL, 3);
        await write(VOL, 7);
        await store.create(VOL, 3);
        assert.equal(await virtualSize(VOL), 3);
        assert.ok(await holds(VOL, 7), "made a second time it would be blank");
    });

    it("keeps in a snapshot what was there, whatever is written later", async () => {
        await store.create(VOL, 1);
        await write(VOL, 1);
        await snapshot(VOL, SNAP);
        await write(VOL, 2);
        await store.create(COPY, 2, SNAP);
        assert.ok(await holds(COPY, 1));
        assert.ok(await holds(VOL, 2));
        assert.equal(await virtualSize(COPY), 2);
    });

    it("keeps copies of one snapshot apart", async () => {
        await store.create(VOL, 1);
        await write(VOL, 1);
        await snapshot(VOL, SNAP);
        await store.create(COPY, 1, SNAP);
        await write(COPY, 9);
        assert.ok(await holds(VOL, 1));
    });

    it("keeps a snapshot's layers when its volume is deleted, and removes them with the last that needs them", async () => {
        await store.create(VOL, 1);
        await write(VOL, 5);
        await snapshot(VOL, SNAP);
        await store.delete(VOL);
        await store.create(COPY, 1, SNAP);
        await store.deleteSnapshot(SNAP);
        assert.ok(await holds(COPY, 5));
        await store.delete(COPY);
        assert.deepEqual(await readdir(layout.layers()), []);
    });

    it("grows a disk and remembers it", async () => {
        await store.create(VOL, 1);
        await store.resize(VOL, 4);
        assert.equal(await virtualSize(VOL), 4);
        assert.equal((await store.chainOf(VOL)).sizeGiB, 4);
        await snapshot(VOL, SNAP);
        assert.equal(await virtualSize(VOL), 4, "the new layer has the new size");
    });

    it("refuses a disk smaller than its snapshot", async () => {
        await store.create(VOL, 2);
        await snapshot(VOL, SNAP);
        await assert.rejects(store.create(COPY, 1, SNAP), {
            name: "DiskTooSmall",
            message: /1 GiB for a snapshot of 2 GiB/,
        });
    });

    it("takes a layer back when the machine refused to switch to it", async () => {
        await store.create(VOL, 1);
        await write(VOL, 3);
        const { frozen, top } = await store.addLayer(VOL);
        await store.dropLayer(VOL, frozen);
        assert.ok(await holds(VOL, 3));
        assert.ok(!(await readdir(layout.layers())).includes(`${top.layer}.qcow2`));
    });

    it("removes at the start what a crash left half made", async () => {
        await store.create(VOL, 1);
        await run("qemu-img", ["create", "-q", "-f", "qcow2", layout.layer("vol0orphan.0"), "1G"]);
        await new DiskStore(layout).open();
        assert.deepEqual(await readdir(layout.layers()), ["vol0123456789abcdef0.0.qcow2"]);
    });

    it("makes many disks at once without losing one to the sweep of another's deletion", async () => {
        const ids = Array.from({ length: 6 }, (_, n) => `vol-${String(n).padStart(17, "0")}`);
        await store.create(VOL, 1);
        await Promise.all([...ids.map((id) => store.create(id, 1)), store.delete(VOL)]);
        assert.equal((await readdir(layout.layers())).length, ids.length);
    });

    it("names the volume whose disk is missing", async () => {
        await assert.rejects(store.fileOf(VOL), { name: "DiskMissing", message: /vol-0123456789abcdef0/ });
    });
});
