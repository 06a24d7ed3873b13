import { Ec2Error, invalidValue, missingParameter } from "./errors";
import type { VolumeShape, VolumeType } from "./state";

interface TypeRule {
    readonly size: readonly [number, number];
    /** Provisioned operations a second: allowed range and ratio to the size. */
    readonly iops?: {
        readonly least: number;
        readonly most: number;
        readonly perGiB: number;
        readonly default?: number;
    };
    readonly throughput?: { readonly least: number; readonly most: number; readonly perIops: number };
    /** What EC2 shows when nothing can be provisioned. */
    readonly shownIops?: (size: number) => number;
}

/**
 * EBS's limits as of autumn 2026. On purpose not the table of infra/model: a lab that shared the drive's own table
 * would agree with it where both are wrong.
 */
const RULES: Readonly<Record<VolumeType, TypeRule>> = {
    gp3: {
        size: [1, 65_536],
        iops: { least: 3_000, most: 80_000, perGiB: 500, default: 3_000 },
        throughput: { least: 125, most: 2_000, perIops: 0.25 },
    },
    gp2: { size: [1, 16_384], shownIops: (size) => Math.min(16_000, Math.max(100, 3 * size)) },
    io2: { size: [4, 65_536], iops: { least: 100, most: 256_000, perGiB: 1_000 } },
    io1: { size: [4, 16_384], iops: { least: 100, most: 64_000, perGiB: 50 } },
    st1: { size: [125, 16_384] },
    sc1: { size: [125, 16_384] },
    standard: { size: [1, 1_024] },
};
export const VOLUME_TYPES = Object.keys(RULES) as VolumeType[];

/** What a volume of that wish is; refuses what EBS refuses, in its order: size, iops, ratio, throughput. */
export function legalShape(wish: {
    size: number;
    type: VolumeType;
    iops?: number | undefined;
    throughput?: number | undefined;
}): VolumeShape {
    const { size, type } = wish;
    const rule = RULES[type];
    const [least, most] = rule.size;
    if (size < least) {
        throw invalidValue(`Volume of ${size}GiB is too small for volume type ${type}; minimum is ${least}GiB.`);
    }
    if (size > most) {
        throw invalidValue(`Volume of ${size}GiB is too large for volume type ${type}; maximum is ${most}GiB.`);
    }
    const iops = legalIops(size, type, rule, wish.iops);
    const throughput = legalThroughput(type, rule, iops, wish.throughput);
    return { size, type, ...(iops === undefined ? {} : { iops }), ...(throughput === undefined ? {} : { throughput }) };
}

function legalIops(size: number, type: VolumeType, rule: TypeRule, wish: number | undefined): number | undefined {
    const range = rule.iops;
    if (range === undefined) {
        if (wish !== undefined) {
            throw new Ec2Error(
                "InvalidParameterCombination",
                `The parameter iops is not supported for ${type} volumes.`,
            );
        }
        return rule.shownIops?.(size);
    }
    const iops = wish ?? range.default;
    if (iops === undefined) {
        throw missingParameter(`iops for volume type ${type}`);
    }
    if (iops < range.least) {
        throw invalidValue(`Volume iops of ${iops} is too low; minimum is ${range.least}.`);
    }
    if (iops > range.most) {
        throw invalidValue(`Volume iops of ${iops} is too high; maximum is ${range.most}.`);
    }
    // The baseline of gp3 is given at any size; only what is bought on top is bound to it.
    if (iops > (range.default ?? 0) && iops > size * range.perGiB) {
        const ratio = (iops / size).toFixed(6);
        throw invalidValue(
            `Iops to volume size ratio of ${ratio} is too high; maximum is ${range.perGiB.toFixed(6)} for volume type ${type}.`,
        );
    }
    return iops;
}

function legalThroughput(
    type: VolumeType,
    rule: TypeRule,
    iops: number | undefined,
    wish: number | undefined,
): number | undefined {
    const range = rule.throughput;
    if (range === undefined) {
        if (wish !== undefined) {
            throw new Ec2Error(
                "InvalidParameterCombination",
                `The parameter throughput is not supported for ${type} volumes.`,
            );
        }
        return undefined;
    }
    const throughput = wish ?? range.least;
    if (throughput < range.least) {
        throw invalidValue(`Throughput of ${throughput} MiB/s is too low; minimum is ${range.least} MiB/s.`);
    }
    if (throughput > range.most) {
        throw invalidValue(`Throughput of ${throughput} MiB/s is too high; maximum is ${range.most} MiB/s.`);
    }
    if (iops !== undefined && throughput > iops * range.perIops) {
        const ratio = (throughput / iops).toFixed(6);
        throw invalidValue(
            `Throughput (MiBps) to iops ratio of ${ratio} is too high; maximum is ${range.perIops.toFixed(6)} MiBps per iops.`,
        );
    }
    return throughput;
}

/** What ModifyVolume makes of a volume: what is not named stays, unless the new type cannot have it. */
export function modifiedShape(
    old: VolumeShape,
    wish: {
        size?: number | undefined;
        type?: VolumeType | undefined;
        iops?: number | undefined;
        throughput?: number | undefined;
    },
): VolumeShape {
    const type = wish.type ?? old.type;
    const size = wish.size ?? old.size;
    if (size < old.size) {
        throw invalidValue("New size cannot be smaller than existing size");
    }
    if (old.type === "standard" || type === "standard") {
        throw new Ec2Error("InvalidParameterValue", "Volumes of type standard cannot be modified");
    }
    const sameType = type === old.type;
    const kept = RULES[type].iops === undefined ? undefined : keptIops(old, type, sameType);
    return legalShape({
        size,
        type,
        iops: wish.iops ?? kept,
        throughput: wish.throughput ?? (sameType && RULES[type].throughput !== undefined ? old.throughput : undefined),
    });
}

/** A change of type without iops keeps the old figure where the new type wants one, else takes its default. */
function keptIops(old: VolumeShape, type: VolumeType, sameType: boolean): number | undefined {
    if (sameType) {
        return old.iops;
    }
    return type === "gp3" ? undefined : old.iops;
}
