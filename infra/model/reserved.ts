/**
 * Names and numbers that the server has already, as data with its sources: an upload account that took one would fail half-way, with
 * server and volumes there, or would be somebody whom Debian lets do more than reading the drive.
 */
export const RESERVED_AS_OF = {
    date: "2026-11-27",
    source: "Debian 13: base-passwd 3.6.7 (passwd.master, group.master), systemd 257 and udev (sysusers.d), the packages of Debian's cloud images",
} as const;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** base-passwd's groups by number: the same on every Debian, and what each may do is written into its system. */
const BASE_GROUPS: Readonly<Record<string, number>> = {
    ...{ root: 0, daemon: 1, bin: 2, sys: 3, adm: 4, tty: 5, disk: 6, lp: 7, mail: 8, news: 9, uucp: 10, man: 12 },
    ...{ proxy: 13, kmem: 15, dialout: 20, fax: 21, voice: 22, cdrom: 24, floppy: 25, tape: 26, sudo: 27, audio: 29 },
    ...{ dip: 30, "www-data": 33, backup: 34, operator: 37, list: 38, irc: 39, src: 40, shadow: 42, utmp: 43 },
    ...{ video: 44, sasl: 45, plugdev: 46, staff: 50, games: 60, users: 100, nogroup: 65_534 },
};

/** base-passwd's accounts by number. */
const BASE_USERS: Readonly<Record<string, number>> = {
    ...{ root: 0, daemon: 1, bin: 2, sys: 3, sync: 4, games: 5, man: 6, lp: 7, mail: 8, news: 9, uucp: 10, proxy: 13 },
    ...{ "www-data": 33, backup: 34, list: 38, irc: 39, _apt: 42, nobody: 65_534 },
};

const NAMES: ReadonlyMap<string, string> = new Map(
    (
        [
            [[...Object.keys(BASE_USERS), ...Object.keys(BASE_GROUPS)], "an account or group of Debian's base system"],
            [
                words(`systemd-journal systemd-network systemd-timesync systemd-resolve systemd-coredump
                    input sgx clock kvm render netdev`),
                "an account or group of systemd or udev",
            ],
            [
                words("messagebus sshd statd dhcpcd polkitd uuidd tcpdump crontab ssl-cert unattended-upgrades"),
                "an account or group of a package of the server's image",
            ],
            [words("admin debian"), "the operator's account"],
            [words("elastic-drive-uploads elastic-drive-files"), "a group that the drive makes for its uploads"],
        ] as const
    ).flatMap(([names, whose]) => names.map((name) => [name, whose] as const)),
);

/** Whose name it is on the server, or undefined when it is free. */
export const nameTakenBy = (name: string): string | undefined => NAMES.get(name);

const nameOf = (all: Readonly<Record<string, number>>, id: number): string | undefined =>
    Object.keys(all).find((name) => all[name] === id);

/** The web servers' own on Debian, and a group that grants nothing (and is the usual one of NAS boxes). */
const FREE_USERS = [33];
const FREE_GROUPS = [33, 100];

/** The first account of a Debian image: `admin`, who has sudo. */
export const OPERATOR_ID = 1000;

/** Why files may not belong to this uid or gid, or undefined. 0 and what is no number are the schema's to refuse. */
export function ownerFault(kind: "uid" | "gid", id: number): string | undefined {
    const [all, free] = kind === "uid" ? [BASE_USERS, FREE_USERS] : [BASE_GROUPS, FREE_GROUPS];
    const name = nameOf(all, id);
    if (id === 65_535) return `got ${id}; Linux keeps it for "none", choose the web servers' own`;
    if (id === 0 || name === undefined || free.includes(id)) return undefined;
    const whose = id === 65_534 ? "whoever NFS does not trust" : `'${name}', which Debian's own system uses`;
    return `got ${id}; on the server this is ${whose}: the web servers' own, such as 33 (www-data)`;
}
