#!/bin/bash
# join: every member's disk becomes a physical volume of the drive's group.
# A disk is written only when exactly one answers to the volume's serial, its size fits, and it is blank or an orphan
# physical volume of ours. All checks of all slots come before the first write of a disk; only a copy is accepted (a tag) before them.
# Answers: joined (slots), members (slots in the group).
# shellcheck source=lib.sh disable=SC2034,SC2153,SC2154,SC2004

verb_join() {
    lock drive
    wait_for_disks
    put_disks_program
    check_disks alone
    read_pvs
    group_whole
    made_once
    group_members
    record_disks
    take_place
    local i disk
    local -a blank=() joining=() disks=()
    for i in "${!IN_SLOTS[@]}"; do
        [[ ${IN_STATES[i]} == member ]] || continue
        disk=${DISK_OF[${IN_SERIALS[i]}]}
        if [[ -z ${PV_UUID[$disk]-} ]]; then
            [[ -z ${IN_FROM[i]} ]] ||
                refuse SnapshotWithoutDrive "slot ${IN_SLOTS[i]}: the copy of ${IN_FROM[i]} is no physical volume" \
                    "a copy of one of the drive's volumes" "choose a snapshot of a volume that was part of the drive"
            require_blank "$i" "$disk"
            blank+=("$i") joining+=("$i")
        elif [[ ${PV_GROUP[$disk]} == '' && ${PV_UUID[$disk]} == "${IN_PV_UUIDS[i]}" ]]; then
            joining+=("$i") # a crash came between pvcreate and vgextend
        elif [[ ${PV_GROUP[$disk]} != "$GROUP" ]]; then
            refuse DiskNotOurs "slot ${IN_SLOTS[i]}: $disk (${IN_VOLUMES[i]}) is a physical volume of '${PV_GROUP[$disk]}', uuid ${PV_UUID[$disk]}" \
                "a blank disk or one of this drive" "this volume holds someone else's data: use another"
        fi
    done
    for i in "${blank[@]}"; do
        disk=${DISK_OF[${IN_SERIALS[i]}]}
        still_serial "$disk" "${IN_SERIALS[i]}"
        echo "join: $disk (${IN_VOLUMES[i]}) is blank: pvcreate" >&2
        pvcreate -q --uuid "${IN_PV_UUIDS[i]}" --norestorefile "$disk" >&2
    done
    for i in "${joining[@]}"; do
        disk=${DISK_OF[${IN_SERIALS[i]}]}
        still_serial "$disk" "${IN_SERIALS[i]}"
        disks+=("$disk")
    done
    if ((${#disks[@]} > 0)); then
        # The tag comes with the group in one write: there is never a group of ours without it.
        if group_exists; then
            vgextend -q "$GROUP" "${disks[@]}" >&2
            joined
        else
            vgcreate -q --setautoactivation n --addtag "elastic-drive:drive=$IN_DRIVE" "$GROUP" "${disks[@]}" >&2
            pvs_changed
        fi
    fi
    tag_leaving
    report_join "${joining[@]}"
}

# What another look would show: LVM has done it, under our lock. Left to `extend`: an orphan's disk may have grown since.
joined() {
    local i disk
    for i in "${joining[@]}"; do
        disk=${DISK_OF[${IN_SERIALS[i]}]}
        [[ -n ${PV_UUID[$disk]-} ]] || PV_BYTES[$disk]=${IN_BYTES[i]} PV_START[$disk]=0
        PV_UUID[$disk]=${IN_PV_UUIDS[i]} PV_GROUP[$disk]=$GROUP PV_TAGS[$disk]=''
        FREE_EXTENTS=$((FREE_EXTENTS + 1)) # at least
    done
}

# Attached is not yet plugged in, and a larger size takes a moment to be seen.
wait_for_disks() {
    local i waited=0 state
    while :; do
        read_disks
        state=there
        for i in "${!IN_SLOTS[@]}"; do
            [[ ${IN_STATES[i]} != released ]] || continue
            ((${COUNT_OF[${IN_SERIALS[i]}]-0} > 0 && ${BYTES_OF[${IN_SERIALS[i]}]-0} >= IN_BYTES[i])) || state=waiting
        done
        [[ $state == waiting ]] || break
        ((waited < ${DISK_WAIT:-60} * 4)) || break
        waited=$((waited + 1))
        sleep 0.25
    done
    for i in "${!IN_SLOTS[@]}"; do
        [[ ${IN_STATES[i]} == member ]] || continue
        ((${COUNT_OF[${IN_SERIALS[i]}]-0} == 1)) ||
            refuse DiskNotIdentified "slot ${IN_SLOTS[i]}: ${COUNT_OF[${IN_SERIALS[i]}]-0} disks answer to serial ${IN_SERIALS[i]} (there are: ${!COUNT_OF[*]})" \
                "exactly one" "attach ${IN_VOLUMES[i]} to this server"
        ((${BYTES_OF[${IN_SERIALS[i]}]} >= ${IN_BYTES[i]})) ||
            refuse DiskTooSmall "slot ${IN_SLOTS[i]}: the disk of ${IN_VOLUMES[i]} has ${BYTES_OF[${IN_SERIALS[i]}]} bytes" \
                "${IN_BYTES[i]}" "wait until the modification of the volume is at 'optimizing', then try again"
    done
}

# Every member of the group is a slot's disk, with the identity it was given.
group_members() {
    local disk i at
    for disk in "${!PV_UUID[@]}"; do
        [[ ${PV_GROUP[$disk]} == "$GROUP" ]] || continue
        at=
        for i in "${!IN_SLOTS[@]}"; do
            [[ ${SERIAL_AT[$disk]-} != "${IN_SERIALS[i]}" ]] || at=$i
        done
        [[ -n $at ]] ||
            refuse SlotStillInUse "$disk (serial '${SERIAL_AT[$disk]-}') is a member of $GROUP and of no slot" "only the slots' volumes" \
                "put the slot back into the configuration: its volume still holds data"
        [[ ${IN_STATES[at]} != released ]] ||
            refuse SlotStillInUse "slot ${IN_SLOTS[at]} is 'released' and its volume is still a member of $GROUP" "a volume LVM has let go" \
                "set the slot back to 'leaving': elastic-drive up moves its data first"
        [[ -n ${IN_FROM[at]} || ${PV_UUID[$disk]} == "${IN_PV_UUIDS[at]}" ]] ||
            refuse GroupNotOurs "slot ${IN_SLOTS[at]}: $disk has the uuid ${PV_UUID[$disk]}" "${IN_PV_UUIDS[at]}, as made from ${IN_VOLUMES[at]}" \
                "this group was not made by this drive: detach its disks"
    done
}

# A copy takes its disk's place only if nothing was written since it was taken: the group is still put aside for it. `mount` ends that,
# so a copy that was in its place once says so itself.
take_place() {
    local i disk
    for i in "${!IN_SLOTS[@]}"; do
        [[ -n ${IN_COPY_OF[i]} ]] || continue
        disk=${DISK_OF[${IN_SERIALS[i]}]}
        [[ ${PV_GROUP[$disk]-} == "$GROUP" && ,${PV_TAGS[$disk]}, != *",$LIVES_ON=${IN_SERIALS[i]},"* ]] || continue
        [[ ,$GROUP_TAGS, == *",$ASIDE=${IN_COPY_OF[i]}/"* ]] ||
            refuse CopyStale "slot ${IN_SLOTS[i]}: the drive was mounted after ${IN_VOLUMES[i]} was copied" \
                "a copy of the drive as it is" \
                "stop the server, detach and delete ${IN_VOLUMES[i]}, pulumi refresh, then elastic-drive cancel: the old volume is as it was"
        still_serial "$disk" "${IN_SERIALS[i]}"
        pvchange -q --addtag "$LIVES_ON=${IN_SERIALS[i]}" "$disk" >&2
        pvs_changed
        read_pvs
    done
}

# only_zeros DISK BYTES: the first MiB, the last and 16 between, read from the disk itself; a new volume of EBS reads zeros. What has no
# signature can be a database or an encrypted disk all the same. Fails with the place in REPLY.
only_zeros() {
    local i at
    for ((i = 0; i < 18; i++)); do
        at=$((i * ($2 / 1048576 - 1) / 17))
        timeout 60 dd if="$1" bs=1M skip="$at" count=1 iflag=direct,fullblock status=none 2>/dev/null |
            cmp -s -n 1048576 - /dev/zero && continue
        ((i > 0)) || ! half_labelled "$1" || continue
        REPLY="something other than zeros at $at MiB, or it cannot be read there"
        return 1
    done
}

# half_labelled DISK: all that the first MiB holds is the head of LVM's metadata, which pvcreate writes before its label: the power went between.
half_labelled() {
    local first=/run/elastic-drive.first
    timeout 60 dd if="$1" of="$first" bs=1M count=1 iflag=direct,fullblock status=none 2>/dev/null || return 1
    cmp -s -n 4096 "$first" /dev/zero && cmp -s -i 4608:0 -n $((1048576 - 4608)) "$first" /dev/zero &&
        [[ $(tail -c +4101 "$first" | head -c 16 | tr -d '\0') == ' LVM2 x[5A%r0N*>' ]]
}

# require_blank INDEX DISK: no signature, no partition, nobody on it, zeros, and exactly as large as the new volume.
require_blank() {
    local sys=/sys/block/${2#/dev/} found='' signatures code=0 holder
    for holder in "$sys"/holders/* "$sys/${sys##*/}"*; do
        [[ ! -e $holder ]] || found+=" ${holder##*/}"
    done
    blkid -p "$2" >/dev/null || code=$?
    ((code == 2)) || found+=" blkid:$(blkid -p -o value -s TYPE -s PTTYPE "$2" | tr '\n' ' ' || true)($code)"
    signatures=$(wipefs --noheadings --output OFFSET,TYPE "$2")
    [[ -z $signatures ]] || found+=" $(tr -s ' \n' ' ' <<<"$signatures")"
    [[ -n $found ]] || only_zeros "$2" "${BYTES_OF[${IN_SERIALS[$1]}]}" || found=" $REPLY"
    [[ -z $found ]] ||
        refuse DiskNotBlank "slot ${IN_SLOTS[$1]}: $2 (${IN_VOLUMES[$1]}) holds something:$found" "a blank disk" \
            "it was not touched; if the data is of no use, delete the volume and let the drive make a new one"
    ((${BYTES_OF[${IN_SERIALS[$1]}]} == ${IN_BYTES[$1]})) ||
        refuse DiskSizeDiffers "slot ${IN_SLOTS[$1]}: $2 has ${BYTES_OF[${IN_SERIALS[$1]}]} bytes" "${IN_BYTES[$1]}" "this is not the volume that was made for the slot"
}

# The tag is set here and taken off only by the driver's own call: a stale checkout cannot let a leaving slot be extended.
tag_leaving() {
    local i disk
    for i in "${!IN_SLOTS[@]}"; do
        disk=${DISK_OF[${IN_SERIALS[i]}]-}
        [[ ${IN_STATES[i]} == leaving && ${PV_GROUP[${disk:-none}]-} == "$GROUP" ]] || continue
        ! is_leaving "$disk" || continue
        pvchange -q --addtag "$LEAVING" "$disk" >&2
        pvs_changed
    done
}

report_join() {
    local i
    local -a new=() all=()
    for i in "$@"; do new+=("${IN_SLOTS[i]}"); done
    for i in "${!IN_SLOTS[@]}"; do [[ ${IN_STATES[i]} != member ]] || all+=("${IN_SLOTS[i]}"); done
    json_list "${new[@]}"
    REPORT="{\"joined\":$REPLY"
    json_list "${all[@]}"
    REPORT+=",\"members\":$REPLY}"
}
