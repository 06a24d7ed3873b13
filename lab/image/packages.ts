/**
 * What a machine of the lab has: a stock Debian cloud server and what the drive's `ready` installs on one, since lab machines
 * reach no package registry.
 */
export const PACKAGES: readonly string[] = [
    // A machine that boots, has a network and is configured by user data.
    ...[
        "linux-image-cloud-amd64",
        "systemd-sysv",
        "udev",
        "dbus",
        "init",
        "kmod",
        "netbase",
        "ifupdown",
        "iproute2",
        "iputils-ping",
    ],
    ...[
        "cloud-init",
        "openssh-server",
        "openssh-client",
        "sudo",
        "ca-certificates",
        "procps",
        "util-linux-extra",
        "less",
    ],
    // The drive and its clients.
    ...["lvm2", "xfsprogs", "e2fsprogs", "nfs-kernel-server", "nfs-common", "acl", "jq", "python3-minimal", "sqlite3"],
    // The lab: asks the guest whether a disk is in use.
    "qemu-guest-agent",
    // Making the kernel and initrd of the image out of the packages above.
    ...["busybox-static", "zstd", "xz-utils", "cpio"],
];

export const SUITE = "trixie";
/** Made once at this size and sparse, so that a root volume of the usual size needs no growing at boot. */
export const ROOT_SIZE = "8G";
