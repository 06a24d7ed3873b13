#!/bin/bash
# let-go: an empty disk leaves the group and is no physical volume any more; the disk itself stays attached, blank.
# IN_MORE yes: another disk follows at once, and its move is paced as this one was.
# Answers: reduced, removed (whether there was anything to do).
# shellcheck source=../../infra/guest/lib.sh disable=SC2154,SC2034

verb_let-go() {
    local disk used pace='' reduced=false removed=false
    LOCK_WAIT=600 lock drive
    read_disks
    read_pvs
    group_whole
    ((${COUNT_OF[$IN_SOURCE]-0} == 1)) ||
        refuse DiskNotIdentified "${COUNT_OF[$IN_SOURCE]-0} disks answer to serial $IN_SOURCE" "exactly one" "elastic-drive status"
    disk=${DISK_OF[$IN_SOURCE]}
    if [[ ${PV_GROUP[$disk]-} == "$GROUP" ]]; then
        is_leaving "$disk" || refuse SlotNotLeaving "$disk (serial $IN_SOURCE) is not tagged $LEAVING" "a disk that leaves" "elastic-drive up"
        unfinished_move
        [[ -z $REPLY ]] || refuse MoveUnfinished "a move ($REPLY) is in progress" "no move" "elastic-drive up finishes it"
        used=$(pvs --noheadings --nosuffix --units b -o pv_used "$disk")
        ((used == 0)) || refuse SlotStillInUse "$used bytes of the drive are on $disk" "none" "elastic-drive up moves them first"
        contents "$MOVE_HOME/pace"
        [[ $IN_MORE != yes ]] || pace=$REPLY
        end_job
        [[ -z $pace ]] || put "$MOVE_HOME/pace" 644 job <<<"$pace"
        still_serial "$disk" "$IN_SOURCE"
        vgreduce -q "$GROUP" "$disk" >&2
        reduced=true
        pvs_changed
        read_pvs
    fi
    # Only what has just left the group, or was cut off between the two: an orphan with the slot's own identity.
    if [[ -n ${PV_UUID[$disk]-} && ${PV_GROUP[$disk]} == '' && ($reduced == true || ${PV_UUID[$disk]} == "$IN_PV_UUID") ]]; then
        still_serial "$disk" "$IN_SOURCE"
        pvremove -q "$disk" >&2
        removed=true
    fi
    REPORT="{\"reduced\":$reduced,\"removed\":$removed}"
}
