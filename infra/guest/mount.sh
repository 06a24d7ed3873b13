#!/bin/bash
# mount: the drive and its state volume are mounted, and will be after each boot as soon as their group is whole.
# No boot waits for them: the volume's own appearance starts the mount, and the mount starts what was put behind it.
# Answers: mountPoint, source, sizeBytes, freeBytes, started (units).
# shellcheck source=lib.sh disable=SC2154

verb_mount() {
    lock drive
    read_pvs
    group_whole
    STARTED=()
    mount_unit content xfs noatime,nosuid,nodev,nofail "$MOUNT_POINT" "$MOUNT_UNIT"
    mount_unit state ext4 noatime,nosuid,nodev,nofail "$STATE_POINT" "$STATE_UNIT"
    reload_units
    end_aside
    activate
    start state "$STATE_POINT" "$STATE_UNIT"
    start content "$MOUNT_POINT" "$MOUNT_UNIT"
    no_rights "$STATE_POINT"
    no_rights "$MOUNT_POINT"
    # Also after a call that was killed between lvextend and here; it does nothing when there is nothing to grow.
    local grown
    grown=$(xfs_growfs -d "$MOUNT_POINT" 2>&1) || { echo "$grown" >&2 && false; }
    [[ $grown != *'blocks changed'* ]] || echo "mount: ${grown##*$'\n'}" >&2
    local block blocks free
    read -r block blocks free < <(stat -f -c '%S %b %f' "$MOUNT_POINT")
    json_list "${STARTED[@]}"
    REPORT="{\"mountPoint\":\"$MOUNT_POINT\",\"source\":\"/dev/$GROUP/content\",\"sizeBytes\":\"$((block * blocks))\""
    REPORT+=",\"freeBytes\":\"$((block * free))\",\"started\":$REPLY}"
}

# mount_unit VOLUME TYPE OPTIONS POINT UNIT
mount_unit() {
    if [[ ! -f $UNITS/$5 ]] && ! mounted "$4"; then empty_point "$4"; fi
    put "$UNITS/$5" 644 reload <<UNIT
[Unit]
Description=elastic-drive: $1

[Mount]
What=/dev/$GROUP/$1
Where=$4
Type=$2
Options=$3
UNIT
    link "$UNITS/$5" "$UNITS/dev-$GROUP-$1.device.wants/$5"
}

# Before anything is mounted: from here on a copy that was taken before is no longer the drive.
end_aside() {
    local tag
    local -a tags
    IFS=, read -ra tags <<<"$GROUP_TAGS"
    for tag in "${tags[@]}"; do
        [[ $tag == "$ASIDE="* ]] || continue
        echo "mount: the group was put aside: taken back" >&2
        vgchange -q --deltag "$tag" --setautoactivation y "$GROUP" >&2
        pvs_changed
    done
}

activate() {
    [[ -b /dev/$GROUP/content && -b /dev/$GROUP/state ]] && return
    echo "mount: the group is not active: vgchange -ay" >&2
    vgchange -q -ay "$GROUP" >&2
    # A rename that was killed half-way is in LVM's records, not yet in the kernel.
    [[ -b /dev/$GROUP/content && -b /dev/$GROUP/state ]] || vgchange -q --refresh "$GROUP" >&2
    udevadm settle --timeout=30
}

# start VOLUME POINT UNIT
start() {
    if mounted "$2"; then
        [[ $REPLY == "/dev/mapper/$GROUP-$1" ]] ||
            refuse MountPointTaken "$REPLY is mounted at $2" "/dev/mapper/$GROUP-$1" "unmount it first"
        return 0
    fi
    systemctl start "$3"
    mounted "$2" || { echo "mount: $3 was started and nothing is mounted at $2" >&2 && false; }
    STARTED+=("$3")
}
