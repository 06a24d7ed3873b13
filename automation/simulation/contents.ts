/**
 * What lies on each disk, extent by extent and in its latest version: the drive's own data is told from the right amount of
 * anything. People write all the time, so a copy that is not the live one is soon an old one.
 */
export class Contents {
    private readonly disks = new Map<string, Map<number, number>>();
    private readonly versions: number[] = [];
    private turn = 0;

    write(extent: number, disk: string): void {
        const version = (this.versions[extent] ?? 0) + 1;
        this.versions[extent] = version;
        this.on(disk).set(extent, version);
    }

    /** Somebody writes somewhere, one extent after the other. */
    writeNext(extents: readonly string[]): void {
        if (extents.length === 0) return;
        const extent = this.turn++ % extents.length;
        this.write(extent, extents[extent]!);
    }

    copy(extent: number, from: string, to: string): void {
        const version = this.on(from).get(extent);
        if (version !== undefined) this.on(to).set(extent, version);
    }

    /** As it lies there now: a snapshot, or the volume made of one. */
    copyAll(from: string, to: string): void {
        this.disks.set(to, new Map(this.on(from)));
    }

    erase(disk: string): void {
        this.disks.delete(disk);
    }

    /** Extents whose latest version is not on the disk that the drive reads them from. */
    lost(extents: readonly string[]): number[] {
        return [...extents.keys()].filter((extent) => this.on(extents[extent]!).get(extent) !== this.versions[extent]);
    }

    private on(disk: string): Map<number, number> {
        const held = this.disks.get(disk) ?? new Map<number, number>();
        this.disks.set(disk, held);
        return held;
    }
}
