#!/bin/bash
# Turns a fresh Debian root folder ($1) into the lab's machine image; writes vmlinuz and initrd to $2. Run as root (of a
# namespace). Everything here makes the boot of an emulated machine shorter or keeps it like a stock cloud server; nothing
# here knows the drive: what the drive needs in a server is configured by infra/guest, as on AWS.
set -euo pipefail
export LC_ALL=C
root=$1
out=$2
here=$(dirname "$0")

in_root() { chroot "$root" "$@"; }

# --- kernel: unpacked once here instead of at each boot (QEMU starts an ELF kernel by its PVH entry) ---------------
release=$(basename "$(echo "$root"/lib/modules/*)")
packed=$root/boot/vmlinuz-$release
# A zstd stream lies somewhere inside the bzImage; zstd complains about what follows it, so the result is judged alone.
is_elf() { [ "$(head -c4 "$1" | tail -c3)" = ELF ]; }
while read -r offset; do
    tail -c "+$((offset + 1))" "$packed" | in_root zstd -dcq > "$out/vmlinuz" 2>/dev/null || true
    if is_elf "$out/vmlinuz"; then break; fi
done < <(grep -obUaP '\x28\xb5\x2f\xfd' "$packed" | sed 's/:.*//')
is_elf "$out/vmlinuz" || { echo "$packed did not unpack to an ELF kernel: has its compression changed?" >&2; exit 1; }

# --- initrd: ext4 and virtio-pci are built into this kernel, only virtio_blk is a module ----------------------------
find "$root/lib/modules/$release" -name '*.ko.xz' -print0 | xargs -0 -r -P2 -n64 xz -dq
in_root depmod "$release" 2>/dev/null # it complains that /proc is not mounted
stage=$root/tmp/initrd
mkdir -p "$stage"/{bin,dev,proc,sys,root}
cp "$root/usr/bin/busybox" "$stage/bin/busybox"
cp "$root/lib/modules/$release/kernel/drivers/block/virtio_blk.ko" "$stage/virtio_blk.ko"
cp "$here/initrd-init.sh" "$stage/init"
chmod 755 "$stage/init"
in_root sh -c 'cd /tmp/initrd && find . | cpio --quiet -o -H newc' > "$out/initrd"
rm -rf "$stage" "${root:?}"/boot/{initrd.img,vmlinuz,System.map}-* "$root"/{vmlinuz,initrd.img}{,.old}

# --- identity: made at first boot, never shipped --------------------------------------------------------------------
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname" "$root/var/lib/dbus/machine-id" "$root/var/lib/systemd/random-seed"
echo uninitialized > "$root/etc/machine-id"
mkdir -p "$root/var/lib/cloud/seed/nocloud"

# --- settings -------------------------------------------------------------------------------------------------------
cp -r --preserve=mode "$here/files/." "$root"
grep -v '^#' "$here/masked-units.txt" | tr ' ' '\n' | while read -r unit; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
mkdir -p "$root/etc/systemd/system-generators" "$root/etc/systemd/system/cloud-init.target.wants"
for name in ssh gpt-auto tpm2 hibernate-resume run debug system-update rc-local sysv getty; do
    ln -sf /dev/null "$root/etc/systemd/system-generators/systemd-$name-generator"
done
ln -sf /etc/systemd/system/lab-freeze.service "$root/etc/systemd/system/cloud-init.target.wants/lab-freeze.service"
in_root systemctl --quiet set-default multi-user.target

# --- weight ---------------------------------------------------------------------------------------------------------
# Without it cloud-init does not judge user data by its schema (half of its start-up time); it is judged on AWS.
rm -rf "$root"/usr/lib/python3/dist-packages/{jsonschema,rpds,referencing}
# Rules for devices that no lab machine has. 60-input-id, 70-power-switch and 71-seat stay: they give logind the power button.
(cd "$root/usr/lib/udev/rules.d" && rm -f 60-{autosuspend,drm,evdev,fido-id,infiniband,persistent-alsa,persistent-input}.rules \
    60-persistent-{hidraw,storage-tape,storage-mtd,v4l}.rules 60-{sensor,serial,cdrom_id}.rules 64-btrfs.rules \
    70-{camera,joystick,memory,mouse,touchpad}.rules 7{3-seat-late,5-net-description,5-probe_mtd,8-sound-card}.rules 90-iocost.rules)
# No message of the day, no mail, no SELinux: each is a second of a login here.
sed -i -E '/pam_(motd|mail|selinux|keyinit)\.so/d' "$root/etc/pam.d/sshd"
rm -rf "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale,info}/*
