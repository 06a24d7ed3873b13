import { mkdir, readdir, rm } from "node:fs/promises";
import { z } from "zod";
import { DriveError } from "../../infra/model/errors";
import { serialOf } from "../../infra/model/names";
import type { DiskFile } from "./command-line";
import { readJson, writeJson } from "./json-file";
import type { Layout } from "./layout";
import { run } from "./run";
import { Turns } from "./turns";

/** A disk or snapshot: its layers, the newest first, each backed by the next, and its size. */
const Chain = z.object({ layers: z.array(z.string()).min(1), sizeGiB: z.number().int().positive() });
export type Chain = z.infer<typeof Chain>;

/**
 * The lab's disks: qcow2 layers in one folder. A volume writes to its newest layer alone; a snapshot freezes that layer by
 * putting a new one on top. Who owns a layer: nobody. It lives while some volume or snapshot names it in its chain,
 * and `sweep` removes the rest. So deleting is removing one small JSON file, whatever was built on it.
 */
export class DiskStore {
    /** A sweep must not meet a layer that is made but not yet named. */
    private readonly turns = new Turns();

    constructor(private readonly layout: Layout) {}

    async open(): Promise<void> {
        for (const folder of [this.layout.layers(), this.layout.volumes(), this.layout.snapshots()]) {
            await mkdir(folder, { recursive: true });
        }
        await this.sweep();
    }

    async chainOf(volumeId: string): Promise<Chain> {
        const chain = await readJson(this.layout.volume(volumeId), Chain);
        if (!chain)
            throw new DriveError("DiskMissing", `no disk of volume '${volumeId}' in '${this.layout.volumes()}'`);
        return chain;
    }

    async fileOf(volumeId: string): Promise<DiskFile> {
        const layer = newest(await this.chainOf(volumeId));
        return { volumeId, layer, file: this.layout.layer(layer) };
    }

    async has(volumeId: string): Promise<boolean> {
        return (await readJson(this.layout.volume(volumeId), Chain)) !== undefined;
    }

    /** Blank, or with a snapshot's content. */
    create(volumeId: string, sizeGiB: number, fromSnapshotId?: string): Promise<void> {
        return this.turns.take(async () => {
            if (await this.has(volumeId)) return;
            const source = fromSnapshotId === undefined ? undefined : await this.snapshotChain(fromSnapshotId);
            if (source && source.sizeGiB > sizeGiB) {
                throw new DriveError(
                    "DiskTooSmall",
                    `volume '${volumeId}': ${sizeGiB} GiB for a snapshot of ${source.sizeGiB} GiB`,
                );
            }
            const layer = layerName(volumeId, 0);
            await this.makeLayer(layer, sizeGiB, source && `${newest(source)}.qcow2`);
            await writeJson(this.layout.volume(volumeId), { layers: [layer, ...(source?.layers ?? [])], sizeGiB });
        });
    }

    /** A root disk over a base image, which stays in the cache. False when it was there. */
    createRoot(volumeId: string, sizeGiB: number, base: string): Promise<boolean> {
        return this.turns.take(async () => {
            if (await this.has(volumeId)) return false;
            const layer = layerName(volumeId, 0);
            await this.makeLayer(layer, sizeGiB, base);
            await writeJson(this.layout.volume(volumeId), { layers: [layer], sizeGiB });
            return true;
        });
    }

    delete(volumeId: string): Promise<void> {
        return this.turns.take(async () => {
            await rm(this.layout.volume(volumeId), { force: true });
            await this.sweep();
        });
    }

    /** Of a disk that no machine has open. */
    async resize(volumeId: string, sizeGiB: number): Promise<void> {
        await run("qemu-img", ["resize", "-q", (await this.fileOf(volumeId)).file, `${sizeGiB}G`]);
        await this.resized(volumeId, sizeGiB);
    }

    /** Notes the size of a disk that a machine has resized. */
    resized(volumeId: string, sizeGiB: number): Promise<void> {
        return this.turns.take(async () => {
            const chain = await this.chainOf(volumeId);
            await writeJson(this.layout.volume(volumeId), { ...chain, sizeGiB });
        });
    }

    /**
     * Puts an empty layer on top of a disk and names it in the chain. While nothing writes to it this changes nothing that can be
     * read, so a crash before the machine switches over is harmless. Returns what lies below, which is what a snapshot keeps.
     */
    addLayer(volumeId: string): Promise<{ readonly frozen: Chain; readonly top: DiskFile }> {
        return this.turns.take(async () => {
            const frozen = await this.chainOf(volumeId);
            const layer = layerName(volumeId, ordinal(newest(frozen)) + 1);
            await this.makeLayer(layer, frozen.sizeGiB, `${newest(frozen)}.qcow2`);
            await writeJson(this.layout.volume(volumeId), { ...frozen, layers: [layer, ...frozen.layers] });
            return { frozen, top: { volumeId, layer, file: this.layout.layer(layer) } };
        });
    }

    /** Takes back `addLayer` when the machine has refused to switch over. */
    dropLayer(volumeId: string, frozen: Chain): Promise<void> {
        return this.turns.take(async () => {
            await writeJson(this.layout.volume(volumeId), frozen);
            await this.sweep();
        });
    }

    keepSnapshot(snapshotId: string, frozen: Chain): Promise<void> {
        return this.turns.take(async () => {
            await writeJson(this.layout.snapshot(snapshotId), frozen);
        });
    }

    async hasSnapshot(snapshotId: string): Promise<boolean> {
        return (await readJson(this.layout.snapshot(snapshotId), Chain)) !== undefined;
    }

    deleteSnapshot(snapshotId: string): Promise<void> {
        return this.turns.take(async () => {
            await rm(this.layout.snapshot(snapshotId), { force: true });
            await this.sweep();
        });
    }

    private async snapshotChain(snapshotId: string): Promise<Chain> {
        const chain = await readJson(this.layout.snapshot(snapshotId), Chain);
        if (!chain)
            throw new DriveError("SnapshotMissing", `no snapshot '${snapshotId}' in '${this.layout.snapshots()}'`);
        return chain;
    }

    private async makeLayer(layer: string, sizeGiB: number, backing?: string): Promise<void> {
        // -u: the layer below is not opened, since a running machine may hold it; its size is known.
        const below = backing === undefined ? [] : ["-u", "-b", backing, "-F", "qcow2"];
        await run("qemu-img", ["create", "-q", "-f", "qcow2", ...below, this.layout.layer(layer), `${sizeGiB}G`]);
    }

    /** Removes layers that no chain names. */
    private async sweep(): Promise<void> {
        const named = new Set<string>();
        for (const [folder, path] of [
            [this.layout.volumes(), this.layout.volume],
            [this.layout.snapshots(), this.layout.snapshot],
        ] as const) {
            for (const id of await idsIn(folder)) {
                for (const layer of (await readJson(path(id), Chain))?.layers ?? []) named.add(`${layer}.qcow2`);
            }
        }
        for (const file of await readdir(this.layout.layers())) {
            if (!named.has(file)) await rm(this.layout.layer(file.replace(/\.qcow2$/, "")), { force: true });
        }
    }
}

const newest = (chain: Chain): string => chain.layers[0] as string;
/** QEMU's node names have at most 31 characters: 20 of the serial leave room for all the snapshots one can take. */
const layerName = (volumeId: string, n: number): string => `${serialOf(volumeId)}.${n}`;
const ordinal = (layer: string): number => Number(layer.slice(layer.lastIndexOf(".") + 1));

async function idsIn(folder: string): Promise<string[]> {
    return (await readdir(folder)).filter((name) => name.endsWith(".json")).map((name) => name.replace(/\.json$/, ""));
}
