import { z } from "zod";
import { InvalidInput } from "./errors";

export const VOLUME_TYPES = ["gp3", "gp2", "io2", "io1", "st1", "sc1"] as const;

/** A place for one volume. Its name is its identity for ever and the suffix of its device name. */
const Slot = z.strictObject({
    /** Size in GiB. Growing is online; shrinking is refused. */
    sizeGiB: z.number().int().positive(),
    type: z.enum(VOLUME_TYPES).default("gp3"),
    /** Provisioned I/O operations a second (gp3, io1, io2). Changing it is online. */
    iops: z.number().int().positive().optional(),
    /** Throughput in MiB/s (gp3). Changing it is online. */
    throughput: z.number().int().positive().optional(),
    /** A slot's life: member, leaving (pvmove runs), released (LVM has let go), then absent. Set by the driver. */
    state: z.enum(["member", "leaving", "released"]).default("member"),
    /** Snapshot the volume is made from; it then joins by pvresize, never by pvcreate. */
    from: z.string().regex(/^snap-[0-9a-f]{8,17}$/).optional(),
});

const UploadUser = z.strictObject({ publicKeys: z.array(z.string()).min(1) });

/** The whole desired state of one drive: `elastic-drive:drive` in the stack's configuration. */
export const DriveConfig = z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
    /** Counts every change the driver makes; the stack outputs it, so an old checkout is recognised. */
    revision: z.number().int().nonnegative().default(0),
    zone: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/),
    network: z.strictObject({
        subnetId: z.string().regex(/^subnet-[0-9a-f]{8,17}$/),
        /** CIDRs that may reach ssh (operator and uploads). */
        sshFrom: z.array(z.string()).default([]),
        publicAddress: z.boolean().default(false),
    }),
    server: z.strictObject({
        instanceType: z.string(),
        imageId: z.string().regex(/^ami-[0-9a-f]{8,17}$/),
    }),
    slots: z.record(z.string().regex(/^[b-d][a-z]$/), Slot),
    share: z
        .strictObject({
            /** CIDRs or single addresses of the web servers. */
            clients: z.array(z.string()).default([]),
            /** Seconds; nfsd's lease and grace. */
            leaseSeconds: z.number().int().min(10).max(90).default(20),
            /** Security groups that may reach 2049, besides `clients`. */
            securityGroups: z.array(z.string().regex(/^sg-[0-9a-f]{8,17}$/)).default([]),
        })
        .prefault({}),
    uploads: z
        .strictObject({
            /** Owner of every uploaded file; the web servers' own uid and gid. */
            uid: z.number().int().min(1).default(33),
            gid: z.number().int().min(1).default(33),
            users: z.record(z.string().regex(/^[a-z][a-z0-9_-]{0,30}$/), UploadUser).default({}),
        })
        .prefault({}),
});
export type DriveConfig = z.infer<typeof DriveConfig>;
export type SlotConfig = z.infer<typeof Slot>;

/** Parses and checks the desired state; all faults at once. Throws InvalidInput. */
export function parseDriveConfig(value: unknown): DriveConfig {
    const parsed = DriveConfig.safeParse(value);
    if (!parsed.success) {
        throw new InvalidInput(
            "elastic-drive:drive",
            parsed.error.issues.map((issue) => ({ path: issue.path.join("."), reason: issue.message })),
        );
    }
    return parsed.data;
}
