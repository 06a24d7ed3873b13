#!/bin/bash
# The move itself: data leaves one disk of the group for others, range by range, each a checkpoint, until the disk is empty.
# `move` puts it on the server with lib.sh in front, and a unit runs it. It remembers nothing that matters: killed anywhere, or
# after a reboot, it goes on from what LVM says. `job check` only asks whether it may.
# shellcheck source=../../infra/guest/lib.sh disable=SC2154,SC2034

# A call of pvmove and the look before it cost a second or two in which nothing moves: a range takes many times that, and less
# than the minute that other calls wait for the lock. Slowed down, ranges are shorter.
RANGE_SECONDS=40
PACED_SECONDS=10
FIRST_EXTENTS=64
LEAST_EXTENTS=16

job() {
    local check=${1-}
    EXTENTS=$FIRST_EXTENTS RATE=0 MOVED_BYTES=0 BEGAN=0
    while :; do
        LOCK_WAIT=600 lock drive
        ends
        finish_interrupted
        next_range
        if [[ $check == check ]]; then
            enough_room
            return
        fi
        [[ -n $RANGE ]] || break
        report moving
        if too_soon; then
            unlock drive
            rest # and then look again: it may have taken long
            continue
        fi
        move_range
        unlock drive
        sleep 0.2 # who waits for the lock gets it
    done
    report moved
}

# From where to where, by serial, asked anew for each range.
ends() {
    local serial
    read_disks
    pvs_changed
    read_pvs
    group_whole
    TO=()
    for serial in "${IN_TO[@]}"; do
        member_disk "$serial"
        ! is_leaving "$REPLY" || refuse SlotLeaving "$REPLY (serial $serial) is leaving too" "a disk that stays" "elastic-drive up"
        TO+=("$REPLY")
    done
    member_disk "$IN_SOURCE"
    SOURCE=$REPLY
    is_leaving "$SOURCE" ||
        refuse SlotNotLeaving "$SOURCE (serial $IN_SOURCE) is not tagged $LEAVING" "a disk that leaves" "elastic-drive up"
}

# After a reboot the kernel mirrors on by itself. LVM's poll daemon finishes it, if the activation could start one; this does in any case.
finish_interrupted() {
    [[ " ${!VOLUMES[*]}" == *' pvmove'* ]] || return 0
    unfinished_move
    echo "job: $REPLY was interrupted: it is finished" >&2
    vgchange -q -ay "$GROUP" >&2
    pvmove -q -i 1 >&2 || true # what counts is whether it is over
    unfinished_move
    [[ -z $REPLY ]] || { echo "job: $REPLY is still there" >&2 && false; }
    pvs_changed
    read_pvs
}

# RANGE: the first extents that are used, at most EXTENTS of them; empty when none is. LEFT: all that are used.
next_range() {
    local start size volume
    RANGE='' LEFT=0 COUNT=0
    while read -r start size volume; do
        [[ -n $volume ]] || continue
        LEFT=$((LEFT + size))
        [[ -z $RANGE ]] || continue
        COUNT=$((size < EXTENTS ? size : EXTENTS))
        RANGE=$start-$((start + COUNT - 1))
    done <<<"${PV_SEGMENTS[$SOURCE]}"
}

enough_room() {
    local free=0 disk size volume
    for disk in "${TO[@]}"; do
        while read -r _ size volume; do
            [[ -n $volume ]] || free=$((free + ${size:-0}))
        done <<<"${PV_SEGMENTS[$disk]}"
    done
    ((free >= LEFT)) ||
        refuse NoRoomToMove "$SOURCE holds $LEFT extents, and ${TO[*]} have room for $free" "room for all of them" \
            "elastic-drive cancel, then replace the slot by a larger one"
}

move_range() {
    local seconds took
    since_boot
    BEGAN=$UPTIME
    still_serial "$SOURCE" "$IN_SOURCE"
    # -i 0: woken by the kernel when it is done. Any other interval looks at all disks anew each time, and ends late.
    pvmove -q -i 0 "$SOURCE:$RANGE" "${TO[@]}" >&2
    since_boot
    took=$((UPTIME - BEGAN))
    MOVED_BYTES=$((COUNT * EXTENT_BYTES))
    RATE=$((MOVED_BYTES * 100 / (took > 0 ? took : 1)))
    read_pace
    seconds=$RANGE_SECONDS
    [[ -z $PACE ]] || seconds=$PACED_SECONDS
    EXTENTS=$((RATE * seconds / EXTENT_BYTES))
    ((EXTENTS >= LEAST_EXTENTS)) || EXTENTS=$LEAST_EXTENTS
}

# UPTIME: hundredths of a second since the boot. The clock may be set back meanwhile, and then one range would be the rest of the disk.
since_boot() {
    read -r UPTIME _ </proc/uptime
    UPTIME=$((10#${UPTIME/./}))
}

# PACE in MiB/s; empty: as fast as it goes; 0: not at all.
read_pace() {
    local REPLY
    contents "$MOVE_HOME/pace"
    PACE=$REPLY
}

# Whether what was moved last is more than the pace allows by now.
too_soon() {
    read_pace
    [[ -n $PACE ]] || return 1
    ((PACE > 0)) || return 0
    since_boot
    ((MOVED_BYTES * 100 / (PACE * 1024 * 1024) > UPTIME - BEGAN))
}

rest() {
    local state told=''
    while too_soon; do
        state=resting
        ((PACE > 0)) || state=paused
        [[ $state == "$told" ]] || state_is "$state"
        told=$state
        sleep 1
    done
}

# What `observe` shows: the whole is what there was to move at first, also after a reboot.
report() {
    local serial bytes=0 left=$((LEFT * EXTENT_BYTES))
    read -r serial bytes 2>/dev/null <"$MOVE_HOME/whole" || true # none at first, or empty after a power cut
    if [[ ${serial-} != "$IN_SOURCE" ]] || ((bytes < left)); then
        bytes=$left
        echo "$IN_SOURCE $bytes" >"$MOVE_HOME/whole"
    fi
    json_list "${IN_TO[@]}"
    PROGRESS="\"from\":\"$IN_SOURCE\",\"to\":$REPLY,\"wholeBytes\":\"$bytes\",\"bytesPerSecond\":$RATE"
    state_is "$1"
}
state_is() {
    printf '{%s,"state":"%s"}\n' "$PROGRESS" "$1" >"$MOVE_HOME/progress.new"
    mv -T "$MOVE_HOME/progress.new" "$MOVE_HOME/progress"
}
