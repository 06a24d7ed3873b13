/** Sizes cross borders in several units; they are converted here only. */
declare const gib: unique symbol;
export type GiB = number & { readonly [gib]: true };

export const BYTES_PER_GIB = 1n << 30n;
export const GIB_PER_TIB = 1024;

export const gibToBytes = (size: number): bigint => BigInt(size) * BYTES_PER_GIB;

/** For people: `8 GiB`, `1.5 TiB`, `312 MiB`. */
export function formatBytes(bytes: bigint): string {
    const names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
    let scale = 0;
    let value = Number(bytes);
    while (Math.abs(value) >= 1024 && scale < names.length - 1) {
        value /= 1024;
        scale++;
    }
    return `${Number(value.toFixed(value < 10 ? 1 : 0))} ${names[scale]!}`;
}

export const formatGib = (size: number): string => formatBytes(gibToBytes(size));

const FACTORS: Readonly<Record<string, number>> = { "": 1, g: 1, gib: 1, gb: 1, t: 1024, tib: 1024, tb: 1024 };

/** `40`, `40GiB`, `1.5 TiB` to whole GiB; undefined for what is no size. */
export function parseGib(text: string): GiB | undefined {
    const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
    if (!match) return undefined;
    const factor = FACTORS[match[2]!.toLowerCase()];
    if (factor === undefined) return undefined;
    const size = Number(match[1]) * factor;
    return Number.isSafeInteger(size) && size > 0 ? (size as GiB) : undefined;
}
