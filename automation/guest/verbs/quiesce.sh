#!/bin/bash
# quiesce: before a planned replacement or the end of the drive. Exports and uploads end, both file systems are unmounted,
# the group is deactivated: no disk of ours is used when it returns. A reboot, or `mount` and `share`, brings all of it back.
# A move rests at the end of its range; on the next server the driver starts it again.
# IN_ASIDE, the serial of a disk that is to be copied: the group is also put aside, so that neither a reboot nor a disk that is attached
# again mounts it. `mount` alone takes that back.
# Answers: stopped (units), deactivated.
# shellcheck source=../../infra/guest/lib.sh disable=SC2154,SC2034

verb_quiesce() {
    lock services
    LOCK_WAIT=600 lock drive # a range of a move takes a minute
    systemctl stop "$MOVE_UNIT" 2>/dev/null || true # there may be none
    local deactivated=false
    # nfsd and the upload door are bound to the mount: they end first, and upload sessions with them.
    leave "$MOUNT_POINT" "$MOUNT_UNIT"
    leave "$STATE_POINT" "$STATE_UNIT"
    systemctl stop "$DISKS_UNIT" 2>/dev/null || true # it may be waiting to look again; an older server has none
    read_pvs
    if group_exists; then
        vgchange -q -an "$GROUP" >&2
        deactivated=true
    fi
    [[ -z ${IN_ASIDE-} ]] || put_aside
    json_list "$MOUNT_UNIT" "$STATE_UNIT"
    REPORT="{\"stopped\":$REPLY,\"deactivated\":$deactivated}"
}

put_aside() {
    group_whole
    [[ ,$GROUP_TAGS, != *",$ASIDE=$IN_ASIDE/"* ]] || return 0
    # In one change with the tag; where it is off already LVM takes the option for a mistake (exit code 5).
    local -a by_event=()
    [[ $GROUP_BY_EVENT != enabled ]] || by_event=(--setautoactivation n)
    vgchange -q --addtag "$ASIDE=$IN_ASIDE/$EPOCHSECONDS" "${by_event[@]}" "$GROUP" >&2
}

# leave POINT UNIT
leave() {
    mounted "$1" || return 0
    systemctl stop "$2" || true # what counts is whether it is still mounted
    ! mounted "$1" ||
        refuse DriveBusy "$1 is still mounted: something on the server uses it" "nothing but exports and uploads on it" \
            "end what has files open there (fuser -vm $1), then run it again"
}
