import type { VolumeType } from "./volume-types";

/** What EC2 accepts for one volume type. A dimension that cannot be set has no range. */
export interface TypeLimits {
    readonly sizeGiB: Range;
    readonly iops?: Range & { readonly perGiB: number; readonly default?: number };
    /** MiB/s. */
    readonly throughput?: Range & { readonly perIops: number; readonly default: number };
}

export interface Range {
    readonly min: number;
    readonly max: number;
}

/**
 * Data, not logic: EBS moves its limits (gp3 went from 16 to 64 TiB in 2025-09 and broke tools that had it in code).
 * A drive overrides what has moved since by `limits` in its configuration.
 */
export const LIMITS_AS_OF = {
    date: "2026-10-01",
    source: "EC2 user guide, Amazon EBS volume types; kubernetes-sigs/aws-ebs-csi-driver pkg/cloud/cloud.go",
} as const;

const TIB = 1024;

export const LIMITS: Readonly<Record<VolumeType, TypeLimits>> = {
    gp3: {
        sizeGiB: { min: 1, max: 64 * TIB },
        iops: { min: 3_000, max: 80_000, perGiB: 500, default: 3_000 },
        throughput: { min: 125, max: 2_000, perIops: 0.25, default: 125 },
    },
    gp2: { sizeGiB: { min: 1, max: 16 * TIB } },
    io2: { sizeGiB: { min: 4, max: 64 * TIB }, iops: { min: 100, max: 256_000, perGiB: 1_000 } },
    io1: { sizeGiB: { min: 4, max: 16 * TIB }, iops: { min: 100, max: 64_000, perGiB: 50 } },
    st1: { sizeGiB: { min: 125, max: 16 * TIB } },
    sc1: { sizeGiB: { min: 125, max: 16 * TIB } },
};

/** Volumes of one drive; one more while a slot is leaving (requirement S15). */
export const MAX_MEMBERS = 20;

/** Modifications of one volume in a rolling day, one at a time (EC2 API reference, ModifyVolume; since 2026-01-15). */
export const MODIFICATIONS_PER_DAY = 4;

/** Partial replacements for what EC2 has changed since LIMITS_AS_OF. */
export interface LimitOverride {
    readonly maxSizeGiB?: number | undefined;
    readonly maxIops?: number | undefined;
    readonly maxIopsPerGiB?: number | undefined;
    readonly maxThroughput?: number | undefined;
    readonly maxThroughputPerIops?: number | undefined;
}
export type LimitOverrides = { readonly [T in VolumeType]?: LimitOverride | undefined };

export function limitsOf(type: VolumeType, overrides: LimitOverrides = {}): TypeLimits {
    const { sizeGiB, iops, throughput } = LIMITS[type];
    const other = overrides[type] ?? {};
    return {
        sizeGiB: { ...sizeGiB, max: other.maxSizeGiB ?? sizeGiB.max },
        ...(iops && {
            iops: { ...iops, max: other.maxIops ?? iops.max, perGiB: other.maxIopsPerGiB ?? iops.perGiB },
        }),
        ...(throughput && {
            throughput: {
                ...throughput,
                max: other.maxThroughput ?? throughput.max,
                perIops: other.maxThroughputPerIops ?? throughput.perIops,
            },
        }),
    };
}

/** A volume as it is asked for: what the limits judge. */
export interface VolumeShape {
    readonly sizeGiB: number;
    readonly type: VolumeType;
    readonly iops?: number | undefined;
    readonly throughput?: number | undefined;
}

/** IOPS and throughput in effect: what was asked for, else the type's default (undefined: derived from the size). */
export function performanceOf(shape: VolumeShape): { iops?: number; throughput?: number } {
    const { iops, throughput } = LIMITS[shape.type];
    const wantedIops = iops && (shape.iops ?? iops.default);
    const wantedThroughput = throughput && (shape.throughput ?? throughput.default);
    return {
        ...(wantedIops !== undefined && { iops: wantedIops }),
        ...(wantedThroughput !== undefined && { throughput: wantedThroughput }),
    };
}

/** Every reason EC2 would refuse this volume: the field, and what is legal. */
export function volumeFaults(
    shape: VolumeShape,
    overrides?: LimitOverrides,
): { field: keyof VolumeShape; reason: string }[] {
    const limits = limitsOf(shape.type, overrides);
    const found: { field: keyof VolumeShape; reason: string }[] = [];
    const fault = (field: keyof VolumeShape, reason: string) => found.push({ field, reason });
    const { sizeGiB, iops, throughput } = limits;
    if (shape.sizeGiB < sizeGiB.min || shape.sizeGiB > sizeGiB.max) {
        fault("sizeGiB", `got ${shape.sizeGiB}; a ${shape.type} volume holds ${sizeGiB.min} to ${sizeGiB.max} GiB`);
    }
    const effective = performanceOf(shape);
    if (!iops) {
        if (shape.iops !== undefined)
            fault("iops", `got ${shape.iops}; ${shape.type} has no IOPS to set (gp3, io1 and io2 do)`);
    } else if (effective.iops === undefined) {
        fault("iops", `missing; ${shape.type} needs IOPS, ${iops.min} to ${iops.max}`);
    } else if (effective.iops < iops.min || effective.iops > iops.max) {
        fault("iops", `got ${effective.iops}; ${shape.type} takes ${iops.min} to ${iops.max}`);
    } else if (
        shape.iops !== undefined &&
        shape.iops > (iops.default ?? 0) &&
        shape.iops > iops.perGiB * shape.sizeGiB
    ) {
        // The default comes with any size: 3,000 IOPS on a gp3 of 1 GiB are legal.
        const most = Math.max(iops.perGiB * shape.sizeGiB, iops.default ?? 0);
        fault(
            "iops",
            `got ${shape.iops}; ${shape.type} takes at most ${iops.perGiB} per GiB, so ${most} at ${shape.sizeGiB} GiB`,
        );
    }
    if (!throughput) {
        if (shape.throughput !== undefined)
            fault("throughput", `got ${shape.throughput}; only gp3 has a throughput to set`);
    } else if (shape.throughput !== undefined) {
        if (shape.throughput < throughput.min || shape.throughput > throughput.max) {
            fault(
                "throughput",
                `got ${shape.throughput}; ${shape.type} takes ${throughput.min} to ${throughput.max} MiB/s`,
            );
        } else if (effective.iops !== undefined && shape.throughput > throughput.perIops * effective.iops) {
            const most = Math.floor(throughput.perIops * effective.iops);
            fault(
                "throughput",
                `got ${shape.throughput}; at most ${throughput.perIops} MiB/s per IOPS, so ${most} at ${effective.iops} IOPS`,
            );
        }
    }
    return found;
}
