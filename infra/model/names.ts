/** Names that a person who knows the classic recipe expects, and those that must never change. */

/** LVM volume group of every drive. */
export const VOLUME_GROUP = "elastic_drive";
/** As LVM writes it. */
export const GROUP_UUID = /^[A-Za-z0-9]{6}(-[A-Za-z0-9]{4}){5}-[A-Za-z0-9]{6}$/;
/** The logical volume that holds the files. */
export const CONTENT_LV = "content";
/** Its name until it is formatted; the rename is the commit (design §3.2). */
export const CONTENT_LV_NEW = "content_new";
/** The small logical volume with nfsd's client records. */
export const STATE_LV = "state";
/** Where the server mounts the drive. */
export const MOUNT_POINT = "/var/content";
/** Where web servers mount it. */
export const CLIENT_MOUNT_POINT = "/var/content_server";

/** A volume, a physical volume or a server that is on its way out: a tag in EC2 and in LVM. */
const LEAVING = "elastic-drive:leaving";

/** Names inside the server: variables of these names in every script that is sent there (infra/guest/call.ts). */
export const GUEST = {
    GROUP: VOLUME_GROUP,
    MOUNT_POINT,
    MOUNT_UNIT: "var-content.mount",
    STATE_POINT: "/var/lib/elastic-drive/state",
    STATE_UNIT: "var-lib-elastic\\x2ddrive-state.mount",
    LEAVING,
    /** On the group, with a disk's serial and the second since when: it was put aside so that this disk is copied. */
    ASIDE: "elastic-drive:aside",
    /** On a copied physical volume: the serial of the disk it lives on now. */
    LIVES_ON: "elastic-drive:lives-on",
    MOVE_UNIT: "elastic-drive-move.service",
    /** What looks at the disks before each mount: its unit, its program, and the list that `join` writes. */
    DISKS_UNIT: "elastic-drive-disks.service",
    DISKS_PROGRAM: "/var/lib/elastic-drive/disks.py",
    DISKS_LIST: "/var/lib/elastic-drive/disks",
    MOVE_HOME: "/var/lib/elastic-drive/move",
    LEASE: "/run/elastic-drive/lease.json",
} as const;

/** Tag keys; set in the call that creates (design §3.9). */
export const TAG = {
    drive: "elastic-drive:drive",
    slot: "elastic-drive:slot",
    part: "elastic-drive:part",
    /** The drive's own, which its stack knows: a name alone proves nothing. */
    nonce: "elastic-drive:nonce",
    /** Lineage of a volume: the snapshot it was made from, and the volume that one is of (design §3.10). */
    from: "elastic-drive:from",
    fromVolume: "elastic-drive:from-volume",
    /** On a volume that is to be kept when its slot goes, and from when on it is: hours, and until when (ISO 8601, UTC). */
    keepHours: "elastic-drive:keep-hours",
    keptUntil: "elastic-drive:kept-until",
    /** On a snapshot that is taken to copy a volume: `ahead` (the drive was in use) or `final`. */
    copy: "elastic-drive:copy",
    /** On a server whose planned replacement has begun, so that any checkout sees it and goes on. */
    leaving: LEAVING,
    /** On every member of a backup set, the same on all of them, written in the call that takes it: which set, of how many. */
    set: "elastic-drive:set",
    members: "elastic-drive:members",
    /** UUID of the volume group; the restore it descends from, if any; the Pulumi stack; who took it. */
    group: "elastic-drive:group",
    epoch: "elastic-drive:epoch",
    stack: "elastic-drive:stack",
    by: "elastic-drive:by",
    /** With a number behind it, from 1: slot, volume, physical volume and shape of all members. */
    map: "elastic-drive:map.",
    /** Written later: what our own thaw proved, when a drill has read it (ISO 8601), who restores it, and that it is going (since when). */
    consistency: "elastic-drive:consistency",
    verified: "elastic-drive:verified",
    inUse: "elastic-drive:in-use",
    expiring: "elastic-drive:expiring",
} as const;

/** What `elastic-drive:part` says on what is not a slot's volume. */
export type Part = "server" | "address" | "door" | "rule" | "public-address";

/** The attachment's device name of a slot: a label, never used to find a disk (facts §1). */
export const deviceName = (slot: string): string => `/dev/xvd${slot}`;

/** The serial a disk answers with inside the server: the volume id without its dash. */
export const serialOf = (volumeId: string): string => volumeId.replace("-", "");

/** Levels and settings of the policy pack for one stack, in the project's folder; not every stack has any. */
export const policiesFile = (stack: string): string => `stacks/policies.${stack.split("/").at(-1) ?? stack}.json`;

/** Configuration keys of the Pulumi project. */
export const CONFIG = {
    drive: "elastic-drive:drive",
    operatorKey: "elastic-drive:operatorKey",
    hostKey: "elastic-drive:hostKey",
    destroyData: "elastic-drive:destroyData",
    allowedAccounts: "aws:allowedAccountIds",
    defaultTags: "aws:defaultTags",
} as const;
