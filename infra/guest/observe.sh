#!/bin/bash
# observe: what is there, in one call, changing nothing and waiting for no lock.
# LVM's and lsblk's own JSON is passed on as it is; call.ts knows its shape.
# shellcheck source=lib.sh disable=SC2154

verb_observe() {
    local boot uptime disks lvm units text
    read -r boot </proc/sys/kernel/random/boot_id
    read -r uptime _ </proc/uptime
    # LVM first: a disk that comes meanwhile is one that LVM did not see, never a member without a serial.
    lvm='{"report":[]}'
    [[ -z $(type -P lvm) ]] || lvm=$(lvm_report)
    read_disks
    disks=
    for text in "${!SERIAL_AT[@]}"; do
        json "$text"
        disks+=",{\"path\":$REPLY"
        json "${SERIAL_AT[$text]}"
        disks+=",\"serial\":$REPLY,\"bytes\":\"${BYTES_OF[${SERIAL_AT[$text]}]}\"}"
    done
    devices_report
    REPORT="{\"bootId\":\"$boot\",\"uptimeSeconds\":$uptime,\"disks\":[${disks#,}],\"devices\":$REPLY,\"lvm\":$lvm"
    units=$(systemctl show -p Id,ActiveState,SubState,Result,ExecMainStatus "$MOUNT_UNIT" nfs-server.service elastic-drive-uploads.service 'elastic-drive-*')
    json "$units"
    REPORT+=",\"units\":$REPLY"
    mount_report
    disks_report
    exports_report
    clients_report
    contents "$LEASE"
    json "$REPLY"
    REPORT+=",\"lease\":$REPLY"
    move_report
    REPORT+="}"
}

# The job that moves data off a disk, as it reports itself.
move_report() {
    local progress
    [[ -r $MOVE_HOME/job ]] || return 0
    contents "$MOVE_HOME/progress"
    progress=$REPLY
    contents "$MOVE_HOME/pace"
    REPORT+=",\"move\":{\"progress\":${progress:-null},\"pace\":\"$REPLY\"}"
}

# The kernel's names by device number: LVM's own names may be links' (see kernel_name).
devices_report() {
    local sys number list=
    for sys in "$SYS"/class/block/*; do
        read -r number 2>/dev/null <"$sys/dev" || continue # gone again
        json "/dev/${sys##*/}"
        list+=",\"$number\":$REPLY"
    done
    REPLY="{${list#,}}"
}

lvm_report() {
    lvm fullreport -a --reportformat json --units b --nosuffix --configreport vg -o vg_name,vg_uuid,vg_tags,vg_size,vg_free,vg_extent_size,vg_missing_pv_count \
        --configreport pv -o pv_name,pv_major,pv_minor,pv_uuid,pv_size,pv_used,dev_size,pv_tags,pv_missing,pv_pe_count,pv_pe_alloc_count \
        --configreport lv -o lv_name,lv_size,lv_active,move_pv_uuid,copy_percent \
        --configreport pvseg -o pv_uuid,pvseg_start,pvseg_size,lv_name --configreport seg -o lv_name,segtype
}

# The file system, and whether what is mounted is the drive.
mount_report() {
    local block blocks free at=null
    if mounted "$MOUNT_POINT"; then
        json "$REPLY"
        read -r block blocks free < <(stat -f -c '%S %b %f' "$MOUNT_POINT") || block=0 blocks=0 free=0
        at="{\"point\":\"$MOUNT_POINT\",\"source\":$REPLY,\"sizeBytes\":\"$((block * blocks))\",\"freeBytes\":\"$((block * free))\"}"
    fi
    REPORT+=",\"mount\":$at"
}

# Why nothing is mounted, as the unit sees it now: what it said at boot may no longer be so.
disks_report() {
    local text=''
    if [[ -r $DISKS_LIST && -r $DISKS_PROGRAM ]] && ! mounted "$MOUNT_POINT"; then
        text=$(python3 -IS "$DISKS_PROGRAM" look "$DISKS_LIST" 2>/dev/null) || true # its answer says it
    fi
    REPORT+=",\"disksCheck\":${text:-null}"
}

# What nfsd lets in now: its own table, not what was asked for.
exports_report() {
    local line threads=0
    local -a lines=()
    while read -r line; do lines+=("$line"); done 2>/dev/null </var/lib/nfs/etab || true # there may be none
    json_list "${lines[@]}"
    read -r threads 2>/dev/null <"$NFSD/threads" || threads=0
    REPORT+=",\"exports\":$REPLY,\"nfsdThreads\":$threads"
}

clients_report() {
    local file
    local -a texts=()
    for file in "$NFSD"/clients/*/info; do
        contents "$file"
        [[ -z $REPLY ]] || texts+=("$REPLY")
    done
    json_list "${texts[@]}"
    REPORT+=",\"clients\":$REPLY"
}
