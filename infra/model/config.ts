import { VOLUME_TYPES } from "./volume-types";
import { z } from "zod";
import { Autogrow } from "./autogrow";
import { Backup } from "./backup";
import { crossFaults, type CheckContext } from "./checks";
import { InvalidInput } from "./errors";
import { schemaFaults } from "./faults";
import { GROUP_UUID } from "./names";
import { zoneFault } from "./zones";

const id = (prefix: string) =>
    z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `an id such as ${prefix}-0123456789abcdef0`);
const count = (min: number, unit: string) => z.int(`a whole number of ${unit}`).min(min, `at least ${min} ${unit}`);

const slotName = z.string().regex(/^[b-d][a-z]$/, "a slot's name, such as bb");

/** Linux's own bounds; 0 is root. */
const userId = z.int("a whole number").min(1, "at least 1: 0 is root").max(4_294_967_294, "at most 4294967294");

/** `pulumi config set` keeps a fraction as text, which the driver's own edits go through too. */
const fraction = (unit: string) =>
    z.preprocess(
        (value) => (typeof value === "string" && /^\d+\.\d+$/.test(value) ? Number(value) : value),
        z.number(unit).positive(unit),
    );

/** `pulumi config set --path` makes a number of digits, and the driver's own edits go through it too. */
const account = z.preprocess(
    (value) => (typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value),
    z.string().regex(/^\d{12}$/, "the 12 digits of an AWS account"),
);

/** A place for one volume. Its name is its identity for ever and the suffix of its device name. */
export const SlotConfig = z.strictObject({
    /** Size in GiB. Growing is online; shrinking is refused. */
    sizeGiB: count(1, "GiB"),
    type: z.enum(VOLUME_TYPES).default("gp3"),
    /** Provisioned I/O operations a second (gp3, io1, io2). Changing it is online. */
    iops: count(1, "IOPS").optional(),
    /** Throughput in MiB/s (gp3). Changing it is online. */
    throughput: count(1, "MiB/s").optional(),
    /**
     * A slot's life: coming (it has no volume before there is room for one: a consolidation's later ones); member; leaving (pvmove runs)
     * or copying (its volume is detached, and a copy takes its place); released (nothing needs the volume any more), then absent.
     * Set by the driver.
     */
    state: z.enum(["coming", "member", "leaving", "copying", "released"]).default("member"),
    /** Beside `released`: its volume was made for a move that never began, and is on no server. */
    unattached: z.literal(true, "true, or nothing").optional(),
    /**
     * Slots whose data this one takes over: until they are gone it is not full, as every other member is. Written beside `leaving`.
     * On a slot that leaves itself: whose data can be on it at most (a move that is undone).
     */
    takes: z.array(slotName).optional(),
    /** The slot whose volume this one's is a copy of, until that slot is gone. Without `from` there is no volume yet. */
    copies: slotName.optional(),
    /** Hours for which the volume is kept once the slot is gone: detached, tagged, and deleted by `elastic-drive gc`. */
    keepHours: count(1, "hours").max(8_760, "at most 8760 hours, a year").optional(),
    /**
     * When its volume was modified in the last 24 hours, but for the last time, which EC2 shows. Written by the driver: EC2 takes
     * four modifications in 24 hours.
     */
    modified: z.array(z.iso.datetime("a time such as 2026-11-25T10:00:00.000Z")).optional(),
    /** Snapshot the volume is made from; it then joins by pvresize, never by pvcreate. */
    from: id("snap").optional(),
    /** The volume that `from` is a snapshot of (invariant 10). */
    fromVolume: id("vol").optional(),
});

const UploadUser = z.strictObject({
    /** OpenSSH public keys, one an entry. */
    publicKeys: z.array(z.string("a public key as text")).min(1, "at least one public key"),
});

/** What EC2 has moved since `infra/model/limits.ts` was written. */
const LimitOverride = z.strictObject({
    maxSizeGiB: count(1, "GiB").optional(),
    maxIops: count(1, "IOPS").optional(),
    maxIopsPerGiB: count(1, "IOPS").optional(),
    maxThroughput: count(1, "MiB/s").optional(),
    maxThroughputPerIops: fraction("MiB/s per IOPS").optional(),
});

/** The whole desired state of one drive: `elastic-drive:drive` in the stack's configuration. */
export const DriveConfig = z.strictObject({
    name: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,30}$/, "lower-case letters, digits and dashes, a letter first, at most 31"),
    /** Counts every change the driver makes; the stack outputs it, so an old checkout is recognised. */
    revision: count(0, "changes").default(0),
    /** The AWS account it is in; no other one is looked at or changed. Written by `init`, or by the next `elastic-drive up`. */
    account: account.optional(),
    /**
     * On everything of the drive in EC2 (`elastic-drive:nonce`), so that what only bears its name is told from it. Never changed.
     * Written by `init`, or by the next `elastic-drive up`.
     */
    nonce: z
        .string()
        .regex(/^[0-9a-f]{16}$/, "16 hexadecimal digits")
        .optional(),
    zone: z.string().superRefine((name, { addIssue }) => {
        const message = zoneFault(name);
        if (message !== undefined) addIssue({ code: "custom", message });
    }),
    /** UUID of the volume group, once the driver has seen it: what was made is never made again. Written by the driver. */
    made: z.string().regex(GROUP_UUID, "the UUID of a volume group, as LVM writes it").optional(),
    network: z.strictObject({
        subnetId: id("subnet"),
        /** The subnet's VPC; without it every `up` asks EC2 for it. */
        vpcId: id("vpc").optional(),
        /** CIDRs that may reach ssh (operator and uploads); at least one, since the driver makes and mounts the drive by ssh. */
        sshFrom: z.array(z.string()).default([]),
        publicAddress: z.boolean("true or false").default(false),
    }),
    server: z.strictObject({
        instanceType: z.string().regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, "an instance type such as m7i.large"),
        imageId: id("ami"),
    }),
    slots: z.record(
        z
            .string()
            .regex(
                /^[b-d][a-z]$/,
                "a slot is named by two letters, 'ba' to 'dz' (its device is /dev/xvdba to /dev/xvddz)",
            ),
        SlotConfig,
    ),
    share: z
        .strictObject({
            /** CIDRs or single addresses of the web servers. */
            clients: z.array(z.string()).default([]),
            /** Seconds; nfsd's lease and grace. */
            leaseSeconds: count(10, "seconds").max(90, "at most 90 seconds").default(20),
            /** Security groups that may reach 2049, besides `clients`. */
            securityGroups: z.array(id("sg")).default([]),
        })
        .prefault({}),
    uploads: z
        .strictObject({
            /** Owner of every uploaded file; the web servers' own uid and gid. */
            uid: userId.default(33),
            gid: userId.default(33),
            users: z
                .record(
                    z
                        .string()
                        .regex(
                            /^[a-z][a-z0-9_-]{0,30}$/,
                            "a user name: lower-case letters, digits, - and _, a letter first, at most 31",
                        ),
                    UploadUser,
                )
                .default({}),
        })
        .prefault({}),
    limits: z.partialRecord(z.enum(VOLUME_TYPES), LimitOverride).optional(),
    autogrow: Autogrow.optional(),
    /** Without it the drive has no backup of its own, and `status` says so. */
    backup: Backup.optional(),
});
export type DriveConfig = z.infer<typeof DriveConfig>;
export type SlotConfig = z.infer<typeof SlotConfig>;

/**
 * Parses and checks the desired state; all faults at once. Throws InvalidInput.
 * The stack's region is checked against the zone when it is given.
 */
export function parseDriveConfig(value: unknown, context: CheckContext = {}): DriveConfig {
    const parsed = DriveConfig.safeParse(value);
    const faults = [
        ...(parsed.success ? [] : schemaFaults(DriveConfig, parsed.error.issues, value)),
        ...crossFaults(value, context),
    ];
    if (faults.length > 0) throw new InvalidInput("elastic-drive:drive", faults);
    return parsed.data as DriveConfig;
}
