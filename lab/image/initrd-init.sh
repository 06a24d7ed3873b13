#!/bin/busybox sh
# shellcheck shell=dash
# The whole initrd: load the one missing driver, find the root disk by its serial (lab.root=…), go there.
b=/bin/busybox
$b mount -t devtmpfs dev /dev
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b insmod /virtio_blk.ko
for word in $($b cat /proc/cmdline); do
    case $word in lab.root=*) serial=${word#lab.root=} ;; esac
done
if [ "$serial" = probe ]; then # the lab only asks whether machines run at all with this accelerator
    echo "lab: alive"
    $b poweroff -f
fi
tries=0
while :; do
    for disk in /sys/block/vd*; do
        [ "$($b cat "$disk/serial" 2>/dev/null)" = "$serial" ] && found=/dev/${disk##*/}
    done
    [ -n "$found" ] && break
    tries=$((tries + 1))
    if [ $tries -gt 100 ]; then
        echo "lab: no disk with serial '$serial', seen: $($b cat /sys/block/vd*/serial)"
        $b poweroff -f
    fi
    $b usleep 100000
done
$b mount -t ext4 -o rw,noatime "$found" /root || { echo "lab: $found does not mount"; $b poweroff -f; }
$b mount --move /dev /root/dev
$b umount /proc /sys
exec $b switch_root /root /sbin/init
