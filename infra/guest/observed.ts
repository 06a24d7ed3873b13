import { z } from "zod";
import { CONTENT_LV, CONTENT_LV_NEW, STATE_LV, VOLUME_GROUP } from "../model/names";

const bytes = z.string().regex(/^\d+$/).transform(BigInt);
const count = z.string().regex(/^\d+$/).transform(Number);
const tags = z.string().transform((text) => (text === "" ? [] : text.split(",")));

/** An orphan physical volume's entry has neither group nor logical volumes. */
const rows = <T extends z.ZodType>(row: T) => z.array(row).default([]);

/** `lvm fullreport`: one entry a group, and one for physical volumes outside any. */
const LvmReport = z.object({
    report: z.array(
        z.object({
            vg: rows(
                z.object({
                    vg_name: z.string(),
                    vg_uuid: z.string(),
                    vg_tags: tags,
                    vg_size: bytes,
                    vg_free: bytes,
                    vg_extent_size: bytes,
                    vg_missing_pv_count: count,
                }),
            ),
            pv: rows(
                z.object({
                    pv_name: z.string(),
                    pv_major: z.string(),
                    pv_minor: z.string(),
                    pv_uuid: z.string(),
                    pv_size: bytes,
                    pv_used: bytes,
                    dev_size: bytes,
                    pv_tags: tags,
                    pv_missing: z.string(),
                    pv_pe_count: count,
                    pv_pe_alloc_count: count,
                }),
            ),
            lv: rows(
                z.object({
                    lv_name: z.string(),
                    lv_size: bytes,
                    lv_active: z.string(),
                    move_pv_uuid: z.string(),
                    copy_percent: z.string(),
                }),
            ),
            pvseg: rows(z.object({ pv_uuid: z.string(), pvseg_start: count, pvseg_size: count, lv_name: z.string() })),
        }),
    ),
});

const Disk = z.object({ path: z.string(), serial: z.string(), bytes });

/** `systemctl show` in blocks of `Key=value`. */
const units = z.string().transform((text) =>
    text
        .split("\n\n")
        .map((block) =>
            Object.fromEntries(
                block.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
            ),
        )
        .filter((unit): unit is Record<string, string> & { Id: string } => unit["Id"] !== undefined)
        .map((unit) => ({
            id: unit.Id,
            active: unit["ActiveState"] ?? "",
            sub: unit["SubState"] ?? "",
            result: unit["Result"] ?? "",
        })),
);

/** `/path client(options)` a line, as nfsd has it. */
const exported = z.string().transform((line) => {
    const [, path = "", client = "", options = ""] = /^(\S+)\s+([^\s(]+)\(([^)]*)\)/.exec(line) ?? [];
    return { path, client, options: options.split(",") };
});

/** /proc/fs/nfsd/clients/<id>/info. */
export const nfsClient = z.string().transform((text) => ({
    address: /^address: "?(?:\[?)([^"\]]*?)\]?(?::\d+)?"?$/m.exec(text)?.[1] ?? "",
    name: /^name: "?(.*?)"?$/m.exec(text)?.[1] ?? "",
    status: /^status: (\S+)/m.exec(text)?.[1] ?? "",
    secondsSinceRenew: Number(/^seconds from last renew: (\d+)/m.exec(text)?.[1] ?? Number.NaN),
}));

/** What the job that moves data says of itself (automation/guest/verbs/job.sh); before its first range it says nothing. */
const Move = z.object({
    progress: z
        .object({
            from: z.string(),
            to: z.array(z.string()),
            wholeBytes: bytes,
            bytesPerSecond: z.number(),
            state: z.enum(["moving", "resting", "paused", "moved"]),
        })
        .nullable(),
    /** MiB/s; empty: as fast as it goes. */
    pace: z.string(),
});

/** Why nothing is mounted, by disks.py; null when something is, or on a server that has no list yet. */
const DisksCheck = z.object({
    state: z.enum(["right", "refused", "waiting"]),
    code: z.string(),
    seen: z.string(),
    expected: z.string(),
    hint: z.string(),
    /** Serials of disks that do not belong there. */
    wrong: z.array(z.string()),
});

/** What the driver's verb `lease` keeps (automation/guest/verbs/lease.sh); what cannot be read is nobody's, as that verb has it. */
const Lease = z.object({
    id: z.string(),
    holder: z.string(),
    pid: z.number(),
    machine: z.string().optional(),
    operation: z.string(),
    since: z.string(),
    /** Seconds of the server's uptime. */
    expires: z.number(),
});
const lease = z.string().transform((text) => Lease.safeParse(parsed(text)).data);

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

export const ObserveResult = z
    .object({
        bootId: z.string(),
        uptimeSeconds: z.number(),
        disks: z.array(Disk),
        /** The kernel's names by device number. */
        devices: z.record(z.string(), z.string()),
        lvm: LvmReport,
        units,
        mount: z.object({ point: z.string(), source: z.string(), sizeBytes: bytes, freeBytes: bytes }).nullable(),
        exports: z.array(exported),
        nfsdThreads: z.number(),
        clients: z.array(nfsClient),
        lease,
        move: Move.optional(),
        disksCheck: DisksCheck.nullish(),
    })
    .transform(({ lvm, devices, ...rest }) => ({ ...rest, group: groupOf(lvm, rest.disks, devices) }));
export type ObserveResult = z.infer<typeof ObserveResult>;

/**
 * The drive's group as LVM has it, its members known by serial; undefined when there is none. LVM may name a disk by a link, so its
 * path is the kernel's, by device number; what has none any more is missing.
 */
function groupOf(
    lvm: z.infer<typeof LvmReport>,
    disks: readonly z.infer<typeof Disk>[],
    devices: Readonly<Record<string, string>>,
) {
    const report = lvm.report.find(({ vg }) => vg[0]?.vg_name === VOLUME_GROUP);
    const vg = report?.vg[0];
    if (report === undefined || vg === undefined) return undefined;
    const pathOf = ({ pv_major, pv_minor }: (typeof report.pv)[number]) => devices[`${pv_major}:${pv_minor}`];
    const plain = (name: string) => name.replace(/^\[|\]$/g, "");
    return {
        uuid: vg.vg_uuid,
        tags: vg.vg_tags,
        sizeBytes: vg.vg_size,
        freeBytes: vg.vg_free,
        extentBytes: vg.vg_extent_size,
        missing: vg.vg_missing_pv_count,
        members: report.pv.map((pv) => ({
            path: pathOf(pv) ?? pv.pv_name,
            serial: disks.find((disk) => disk.path === pathOf(pv))?.serial,
            uuid: pv.pv_uuid,
            sizeBytes: pv.pv_size,
            usedBytes: pv.pv_used,
            diskBytes: pv.dev_size,
            tags: pv.pv_tags,
            missing: pv.pv_missing !== "" || pathOf(pv) === undefined,
            extents: pv.pv_pe_count,
            usedExtents: pv.pv_pe_alloc_count,
            segments: report.pvseg
                .filter((segment) => segment.pv_uuid === pv.pv_uuid)
                .map((segment) => ({
                    start: segment.pvseg_start,
                    extents: segment.pvseg_size,
                    volume: plain(segment.lv_name),
                })),
        })),
        volumes: report.lv.map((lv) => ({
            name: plain(lv.lv_name),
            sizeBytes: lv.lv_size,
            active: lv.lv_active === "active",
            /** The UUID of the physical volume that it empties. */
            movesFrom: lv.move_pv_uuid === "" ? undefined : lv.move_pv_uuid,
            percent: lv.copy_percent === "" ? undefined : Number(lv.copy_percent),
        })),
        /** The drive's volume is formatted and committed. */
        formatted: report.lv.some((lv) => lv.lv_name === CONTENT_LV),
        /** A format that was never committed. */
        halfMade: report.lv.some((lv) => lv.lv_name === CONTENT_LV_NEW || lv.lv_name === `${STATE_LV}_new`),
    };
}
