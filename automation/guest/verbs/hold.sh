#!/bin/bash
# hold: what the unit of a freeze runs, with lib.sh and observe.sh in front. It takes the drive's lock, refuses what is no set's source, writes
# down what the drive lies on, and becomes the guard (guard.py), which goes on with the lock: nothing changes in between.
# shellcheck source=../../infra/guest/lib.sh disable=SC2154,SC2034

hold() {
    LOCK_WAIT=600 lock drive # a range of a move takes a minute
    is_the_drive
    read_disks
    read_pvs
    is_whole
    facts
    exec python3 -IS "$IN_HOME/guard.py" guard "$IN_HOME" "$MOUNT_POINT"
}

is_the_drive() {
    mounted "$MOUNT_POINT" || refuse NotMounted "nothing is mounted at $MOUNT_POINT" "the drive" "elastic-drive up mounts it"
    [[ $REPLY == "/dev/mapper/$GROUP-content" ]] ||
        refuse MountPointTaken "$REPLY is mounted at $MOUNT_POINT" "/dev/mapper/$GROUP-content" "unmount it first"
}

# Whose drive it is the group says itself: the caller compares.
is_whole() {
    local tag
    local -a tags
    IFS=, read -ra tags <<<"$GROUP_TAGS"
    IN_DRIVE='' IN_SLOTS=()
    for tag in "${tags[@]}"; do
        case $tag in
            elastic-drive:drive=*) IN_DRIVE=${tag#*=} ;;
            "$ASIDE="*) refuse OperationUnderWay "the drive is put aside for a copy" "a drive in use" "elastic-drive up goes on with the copy" ;;
        esac
    done
    group_whole
    group_exists || refuse GroupNotOurs "no group $GROUP" "the drive's" "elastic-drive status"
    [[ " ${!VOLUMES[*]}" != *' pvmove'* ]] ||
        refuse MoveUnfinished "a move was cut off in the middle of a range" "no move, or one between two ranges" "elastic-drive up finishes it"
}

facts() {
    local disk serial members='' REPORT=''
    for disk in "${!PV_GROUP[@]}"; do
        [[ ${PV_GROUP[$disk]} == "$GROUP" ]] || continue
        serial=${SERIAL_AT[$disk]-}
        [[ -n $serial && ${COUNT_OF[$serial]} == 1 ]] ||
            refuse DiskNotIdentified "$disk holds a part of the drive and has the serial '$serial'" "a serial of its own" "elastic-drive status"
        json "$serial"
        members+=",{\"serial\":$REPLY,\"pvUuid\":\"${PV_UUID[$disk]}\",\"bytes\":\"${BYTES_OF[$serial]}\"}"
    done
    clients_report # into REPORT
    json "$IN_DRIVE"
    printf '{"drive":%s,"group":"%s","members":[%s]%s}\n' "$REPLY" "${GROUP_UUIDS//[[:space:]]/}" "${members#,}" "$REPORT" >"$IN_HOME/facts"
}
