import type { GuestState } from "./guest-state";

interface Told {
    readonly sizeBytes: string;
    readonly tags: string;
    readonly blank: readonly { readonly serial: string; readonly bytes: string }[];
    readonly more: object;
}

/** What `observe` says of a server whose disks are the members, and those that hold nothing. */
export function fakeReport(state: GuestState, { sizeBytes: size, tags, blank, more }: Told): unknown {
    const { members, mounted, clients } = state;
    const all = [...members, ...blank].map(({ serial, bytes }, at) => ({
        path: `/dev/vd${"bcdefgh"[at]}`,
        serial,
        bytes: String(bytes),
    }));
    const disks = all.slice(0, members.length);
    const freeBytes = String(Number(size) - state.content);
    const group = {
        vg: [
            {
                ...{
                    vg_name: "elastic_drive",
                    vg_uuid: state.group,
                    vg_tags: tags,
                    vg_size: size,
                    vg_free: "0",
                },
                ...{ vg_extent_size: "4194304", vg_missing_pv_count: "0" },
            },
        ],
        pv: disks.map(({ path, bytes }, at) => ({
            ...{
                // By the link of the name that the volume was attached under, as on EC2.
                pv_name: `/dev/xvdb${"abcdefg"[at]}`,
                pv_major: "254",
                pv_minor: String(16 * (at + 1)),
                pv_uuid: path,
                pv_size: bytes,
                pv_used: String(members[at]!.used),
                dev_size: bytes,
            },
            pv_tags: members[at]!.leaving ? "elastic-drive:leaving" : "",
            ...{ pv_missing: "", pv_pe_count: "1", pv_pe_alloc_count: "1" },
        })),
        lv: [
            {
                lv_name: "content",
                lv_size: size,
                lv_active: mounted ? "active" : "",
                move_pv_uuid: "",
                copy_percent: "",
            },
        ],
        pvseg: [],
    };
    return {
        bootId: "fake",
        uptimeSeconds: 60,
        disks: all,
        devices: Object.fromEntries(all.map(({ path }, at) => [`254:${16 * (at + 1)}`, path])),
        lvm: { report: members.length === 0 ? [] : [group] },
        units: !("move" in more) ? "" : "Id=elastic-drive-move.service\nActiveState=active",
        mount: mounted ? { point: "/var/content", source: "content", sizeBytes: size, freeBytes } : null,
        exports: clients.map((client) => `/var/content ${client}(rw,mountpoint)`),
        nfsdThreads: clients.length > 0 ? 8 : 0,
        clients: [],
        lease: state.lease,
        ...more,
    };
}
