#!/bin/bash
# mount: the drive and its state volume are mounted, and will be after each boot as soon as their group is whole, on the recorded disks.
# No boot waits for them: the unit that looks at the disks activates the group and starts the mount, and the mount what was put behind it.
# Answers: mountPoint, source, sizeBytes, freeBytes, started (units).
# shellcheck source=lib.sh disable=SC2154

verb_mount() {
    lock drive
    read_pvs
    group_whole
    STARTED=()
    mounted "$STATE_POINT" || STARTED+=("$STATE_UNIT")
    mounted "$MOUNT_POINT" || STARTED+=("$MOUNT_UNIT")
    disks_unit
    mount_unit content xfs noatime,nosuid,nodev,nofail "$MOUNT_POINT" "$MOUNT_UNIT"
    mount_unit state ext4 noatime,nosuid,nodev,nofail "$STATE_POINT" "$STATE_UNIT"
    move_unit
    reload_units
    by_the_unit
    end_aside
    right_disks
    is_drive state "$STATE_POINT"
    is_drive content "$MOUNT_POINT"
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
Requires=$DISKS_UNIT
After=$DISKS_UNIT

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
        vgchange -q --deltag "$tag" "$GROUP" >&2
        pvs_changed
    done
}

# An event activates a group on whatever disk comes first. From here on the unit does it, which is there by now, and on any server.
by_the_unit() {
    [[ $GROUP_BY_EVENT == enabled ]] || return 0
    vgchange -q --setautoactivation n "$GROUP" >&2
    pvs_changed
}

# The same look as at boot, by the same unit: the mounts require it, and both in one start require it once.
right_disks() {
    if mounted "$MOUNT_POINT" && mounted "$STATE_POINT"; then
        check_disks look
    elif ! systemctl start "$STATE_UNIT" "$MOUNT_UNIT"; then
        check_disks look
        echo "mount: $DISKS_UNIT or a mount failed: journalctl -u $DISKS_UNIT -u $STATE_UNIT -u $MOUNT_UNIT" >&2 && false
    fi
}

# is_drive VOLUME POINT
is_drive() {
    mounted "$2" || { echo "mount: nothing is mounted at $2" >&2 && false; }
    [[ $REPLY == "/dev/mapper/$GROUP-$1" ]] ||
        refuse MountPointTaken "$REPLY is mounted at $2" "/dev/mapper/$GROUP-$1" "unmount it first"
}
