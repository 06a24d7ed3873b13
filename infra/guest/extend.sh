#!/bin/bash
# extend: the physical volumes fill their disks, the logical volumes are there, and the drive's takes all that is free.
# Formats once: a volume is made under another name and formatted; the rename is the commit. What has not been renamed
# was never mounted and is made again.
# The file system grows in `mount`, which follows in the same call: a growth that was cut off between is finished there.
# Answers: held (a slot is leaving, nothing was extended), resized (disks), formatted (volumes), extended, group (its UUID).
# shellcheck source=lib.sh disable=SC2154,SC2004

verb_extend() {
    lock drive
    wake_volumes
    read_pvs
    group_whole
    if [[ $IN_HOLD == yes ]]; then
        REPORT="{\"held\":true,\"resized\":[],\"formatted\":[],\"extended\":false,\"group\":\"${GROUP_UUIDS// /}\"}"
        return
    fi
    nothing_leaves
    no_move
    RESIZED=() FORMATTED=()
    resize_disks
    read_pvs
    ensure_volume state -L 128m
    ensure_volume content -l 100%FREE
    local extended=false
    if ((FREE_EXTENTS > 0)); then
        echo "extend: extents are free: lvextend" >&2
        lvextend -q -l +100%FREE "$GROUP/content" >&2
        extended=true
    fi
    json_list "${RESIZED[@]}"
    REPORT="{\"held\":false,\"resized\":$REPLY"
    json_list "${FORMATTED[@]}"
    REPORT+=",\"formatted\":$REPLY,\"extended\":$extended,\"group\":\"${GROUP_UUIDS// /}\"}"
}

# made_once: what was a drive once is never made anew (invariant 15). Only the call that makes it says `make`: the engine sends that text
# when the command is not yet in its state, and another one ever after. Asked by `join`, in the same call. Call group_whole first.
made_once() {
    local made=${ASKED#made}
    if group_exists; then
        [[ $ASKED != made\ * || $GROUP_UUIDS == "$made " ]] ||
            refuse GroupNotOurs "group $GROUP has the uuid$GROUP_UUIDS" "the group that was made,$made" \
                "these disks hold another drive's data: detach them, or use this drive's own volumes"
    else
        may_make || gone "no group $GROUP on the volumes ${IN_VOLUMES[*]}" "the group that was made$made"
    fi
}
may_make() { [[ $ASKED == make ]]; }

# gone SEEN EXPECTED
gone() {
    refuse DriveGone "$1" "$2" "this drive was made before, and nothing is formatted a second time. Look first whether it is another \
account or region, and for the drive's volumes (aws ec2 describe-volumes), their snapshots and the Recycle Bin. docs/guide.md, 'A volume \
is lost', says how to restore"
}

# Whatever the configuration says: what LVM is about to let go must not get new extents.
nothing_leaves() {
    local disk
    for disk in "${!PV_TAGS[@]}"; do
        [[ ${PV_GROUP[$disk]} == "$GROUP" ]] || continue
        is_leaving "$disk" || continue
        refuse SlotLeaving "$disk (serial ${SERIAL_AT[$disk]-unknown}) is tagged $LEAVING" "no slot that leaves" \
            "this checkout may be old: elastic-drive pull; or let the move end: elastic-drive up"
    done
}

# A call that was killed inside LVM can leave a volume suspended: then all that touches it hangs.
wake_volumes() {
    local dm name suspended
    for dm in /sys/block/dm-*/dm; do
        read -r name 2>/dev/null <"$dm/name" || continue # there is none, or it went just now
        read -r suspended 2>/dev/null <"$dm/suspended" || continue
        [[ $name == "$GROUP"-* && $suspended == 1 ]] || continue
        echo "extend: $name was left suspended: resume and refresh" >&2
        dmsetup resume "$name" >&2
        vgchange -q --refresh "$GROUP" >&2
    done
}

resize_disks() {
    local disk serial usable
    [[ ${#DISK_OF[@]} -gt 0 ]] || read_disks
    for disk in "${!PV_UUID[@]}"; do
        [[ ${PV_GROUP[$disk]} == "$GROUP" ]] || continue
        serial=${SERIAL_AT[$disk]-}
        [[ -n $serial ]] ||
            refuse DiskNotIdentified "$disk, a member of $GROUP, answers without a serial" "a volume's serial" "elastic-drive status"
        usable=$(((${BYTES_OF[$serial]} - ${PV_START[$disk]}) / EXTENT_BYTES * EXTENT_BYTES))
        ((usable > ${PV_BYTES[$disk]})) || continue
        echo "extend: $disk has grown: pvresize" >&2
        pvresize -q "$disk" >&2
        RESIZED+=("$disk")
        pvs_changed
    done
}

no_move() {
    local name
    for name in "${!VOLUMES[@]}"; do
        [[ $name != pvmove* ]] || refuse MoveUnfinished "a move ($name) is in progress" "no move" "elastic-drive up finishes it"
    done
}

# ensure_volume NAME SIZE…
ensure_volume() {
    local name=$1 new=${1}_new
    shift
    if [[ -n ${VOLUMES[$new]-} ]]; then
        echo "extend: $new was left half made: removed" >&2
        lvremove -q -y "$GROUP/$new" >&2
        pvs_changed
    fi
    [[ -z ${VOLUMES[$name]-} ]] || return 0
    may_make || gone "group $GROUP has no volume $name" "the volume that was made"
    lvcreate -q -y -W y -Z y -n "$new" "$@" "$GROUP" >&2
    format_"$name" "/dev/$GROUP/$new"
    lvrename -q "$GROUP" "$new" "$name" >&2
    FORMATTED+=("$name")
    pvs_changed
    read_pvs
}

format_state() { mkfs.ext4 -q -F -L elastic-state "$1" >&2; }

# The owner of the root folder comes with the format, so there is no moment when the web servers find it closed to them.
format_content() {
    local root=/run/elastic-drive.root
    printf '/dev/null\n0 0\nd-g775 %s %s\n$\n' "$IN_OWNER_UID" "$IN_OWNER_GID" >"$root"
    mkfs.xfs -q -f -K -p "$root" "$1" >&2
}
