#!/bin/bash
# Turns a fresh Debian root folder ($1) into the lab's machine image; writes vmlinuz and initrd to $2. Run as root (of a namespace).
# Everything here makes the boot of an emulated machine shorter or keeps it like a stock cloud server; nothing here
# knows the drive: what the drive needs inside a server is installed and configured by infra/guest, as on AWS.
set -euo pipefail
export LC_ALL=C
root=$1
out=$2

in_root() { chroot "$root" "$@"; }

# --- kernel: unpacked once here instead of at each boot (QEMU starts an ELF kernel by its PVH entry) ---------------
release=$(basename "$(echo "$root"/lib/modules/*)")
packed=$root/boot/vmlinuz-$release
# A zstd stream lies somewhere inside the bzImage; zstd complains about what follows it, so the result is judged alone.
is_elf() { [ "$(head -c4 "$1" | tail -c3)" = ELF ]; }
for offset in $(grep -obUaP '\x28\xb5\x2f\xfd' "$packed" | sed 's/:.*//'); do
    tail -c "+$((offset + 1))" "$packed" | in_root zstd -dcq > "$out/vmlinuz" 2>/dev/null || true
    if is_elf "$out/vmlinuz"; then break; fi
done
is_elf "$out/vmlinuz" || { echo "$packed did not unpack to an ELF kernel: has its compression changed?" >&2; exit 1; }

# --- initrd: ext4 and virtio-pci are built into this kernel, only virtio_blk is a module ----------------------------
find "$root/lib/modules/$release" -name '*.ko.xz' -print0 | xargs -0 -r -P2 -n64 xz -dq
in_root depmod "$release"
stage=$root/tmp/initrd
mkdir -p "$stage"/{bin,dev,proc,sys,root}
cp "$root/usr/bin/busybox" "$stage/bin/busybox"
cp "$root/lib/modules/$release/kernel/drivers/block/virtio_blk.ko" "$stage/virtio_blk.ko"
cp "$(dirname "$0")/initrd-init.sh" "$stage/init"
chmod 755 "$stage/init"
in_root sh -c 'cd /tmp/initrd && find . | cpio --quiet -o -H newc' > "$out/initrd"
rm -rf "$stage" "${root:?}"/boot/{initrd.img,vmlinuz,System.map}-* "$root"/{vmlinuz,initrd.img}{,.old}

# --- identity: made at first boot, never shipped --------------------------------------------------------------------
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname" "$root/var/lib/dbus/machine-id"
echo uninitialized > "$root/etc/machine-id"

cat > "$root/etc/fstab" <<'FSTAB'
LABEL=lab-root / ext4 rw,noatime,errors=remount-ro 0 0
FSTAB
cat > "$root/etc/hosts" <<'HOSTS'
127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
HOSTS

# --- cloud-init: one datasource, the modules that EC2 user data of a server uses ------------------------------------
cat > "$root/etc/cloud/cloud.cfg.d/90-lab.cfg" <<'CLOUD'
datasource_list: [NoCloud]
ssh_genkeytypes: [ed25519]
manage_etc_hosts: false
system_info:
  default_user: {name: admin, gecos: Debian, lock_passwd: true, groups: [adm, sudo],
                 sudo: ["ALL=(ALL) NOPASSWD:ALL"], shell: /bin/bash}
cloud_init_modules: [bootcmd, write_files, resizefs, set_hostname, update_etc_hosts, users_groups, ssh]
cloud_config_modules: [runcmd]
cloud_final_modules: [write_files_deferred, scripts_per_boot, scripts_per_instance, scripts_user, final_message]
CLOUD
printf 'policy: enabled\n' > "$root/etc/cloud/ds-identify.cfg"

# --- the VPC's router: what is private is reached through the first card, whatever the subnet -----------------------
cat > "$root/etc/network/if-up.d/vpc-router" <<'ROUTER'
#!/bin/sh
[ "$IFACE" = eth0 ] || exit 0
for net in 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16; do ip route replace "$net" dev eth0 scope link metric 1000; done
ROUTER
chmod 755 "$root/etc/network/if-up.d/vpc-router"

# --- services: nothing is exported or served before it is asked for; nothing runs by the clock ----------------------
quiet=(apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer
    xfs_scrub_all.timer man-db.timer systemd-timesyncd.service systemd-pstore.service getty@tty1.service getty.target
    serial-getty@ttyS0.service cloud-init-hotplugd.socket cloud-init-hotplugd.service sshd-keygen.service
    systemd-binfmt.service proc-sys-fs-binfmt_misc.automount systemd-tpm2-setup.service systemd-tpm2-setup-early.service
    systemd-pcrphase.service systemd-pcrphase-sysinit.service systemd-pcrmachine.service systemd-hwdb-update.service
    systemd-journal-catalog-update.service systemd-update-done.service ldconfig.service systemd-firstboot.service
    systemd-networkd-wait-online.service rpcbind.service rpcbind.socket nfs-server.service nfsdcld.service
    nfs-blkmap.service networking-wait-online.service systemd-rfkill.service systemd-rfkill.socket)
for unit in "${quiet[@]}"; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
mkdir -p "$root/etc/systemd/journald.conf.d"
printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\n' > "$root/etc/systemd/journald.conf.d/lab.conf"
in_root systemctl --quiet set-default multi-user.target

rm -rf "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale,info}/*
