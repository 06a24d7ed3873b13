import type { Disk, Machine } from "./things";

type All = readonly ReadonlyMap<string, Disk | Machine>[];

/** Things that are not the drive's, whatever their tags say: nothing may change them. */
export class Foreign {
    private readonly were = new Map<string, string>();

    plant(thing: Disk | Machine): void {
        this.were.set(thing.id, JSON.stringify(thing));
    }

    get ids(): string[] {
        return [...this.were.keys()];
    }

    has(id: string): boolean {
        return this.were.has(id);
    }

    forget(): void {
        this.were.clear();
    }

    /** Those that are not as they were. */
    changed(all: All): string[] {
        const now = (id: string): string | undefined =>
            JSON.stringify(all.map((things) => things.get(id)).find((thing) => thing !== undefined));
        return [...this.were].flatMap(([id, was]) => (now(id) === was ? [] : [id]));
    }
}
