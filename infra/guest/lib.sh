#!/bin/bash
# Shared by all verbs: call.ts puts this in front of them. It only reads; nothing here changes the server by itself.
# Input comes as variables IN_…, quoted by call.ts. A verb is a function `verb_<name>`; it leaves its answer in REPORT (JSON).
# Names that TypeScript knows too (GROUP, MOUNT_POINT, units, tags: GUEST in infra/model/names.ts) come by call.ts as variables.
# shellcheck disable=SC2034,SC2154 # what is set here is used by the verbs
set -Eeuo pipefail
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LVM_SUPPRESS_FD_WARNINGS=1 DEBIAN_FRONTEND=noninteractive
umask 022
exec </dev/null
trap 'echo "elastic-drive: failed ($?) at: $BASH_COMMAND" >&2' ERR

UNITS=/etc/systemd/system
# Where the kernel tells of disks, mounts and nfsd; specs have their own.
SYS=/sys MOUNTS=/proc/self/mountinfo NFSD=/proc/fs/nfsd
REPORT=

# json TEXT: sets REPLY to the JSON string.
json() {
    REPLY=${1//\\/\\\\}
    REPLY=${REPLY//\"/\\\"}
    REPLY=${REPLY//$'\n'/\\n}
    REPLY=${REPLY//$'\t'/\\t}
    REPLY="\"${REPLY//[[:cntrl:]]/ }\""
}

# json_list TEXT…: sets REPLY to a JSON array of strings.
json_list() {
    local item list=
    for item in "$@"; do
        json "$item"
        list+=,$REPLY
    done
    REPLY="[${list#,}]"
}

# refuse CODE SEEN EXPECTED HINT: nothing more is done; exit 3. Never from a subshell.
refuse() {
    local code seen expected
    json "$1" && code=$REPLY
    json "$2" && seen=$REPLY
    json "$3" && expected=$REPLY
    json "$4"
    printf '{"code":%s,"seen":%s,"expected":%s,"hint":%s}\n' "$code" "$seen" "$expected" "$REPLY"
    echo "elastic-drive: refused: $2; expected: $3; $4 ($1)" >&2
    trap - ERR
    exit 3
}

# run VERB…: one verb answers its report, several answer { "<verb>": report, …, "milliseconds": { "<verb>": taken, … } }.
run() {
    local verb all='' taken='' began
    for verb in "$@"; do
        REPORT='{}'
        began=${EPOCHREALTIME/./}
        "verb_$verb"
        all+="\"$verb\":$REPORT,"
        taken+=",\"$verb\":$(((${EPOCHREALTIME/./} - began) / 1000))"
    done
    if (($# == 1)); then printf '%s\n' "$REPORT"; else printf '{%s"milliseconds":{%s}}\n' "$all" "${taken#,}"; fi
}

# lock NAME: one holder on the server, until `unlock` or until this call ends. LVM's own children do not inherit it.
# `drive` guards freeze, move, extend and all that changes the group; `services` guards share and uploads.
declare -A LOCKS=()
lock() {
    # A move may hold the drive for long, and the caller is to know; the services are held by the other half of an `up` alone.
    local file=/run/elastic-drive.lock wait=${LOCK_WAIT:-60}
    [[ $1 == drive ]] || file=/run/elastic-drive-$1.lock wait=${LOCK_WAIT:-600}
    [[ -z ${LOCKS[$1]-} ]] || return 0
    local fd
    exec {fd}>>"$file"
    flock -w "$wait" "$fd" ||
        refuse ServerBusy "another call has held $file for $wait s" "the lock" "wait for the move or backup to end, then try again"
    LOCKS[$1]=$fd
}
unlock() {
    local fd=${LOCKS[$1]}
    exec {fd}>&-
    unset "LOCKS[$1]"
}

# Every disk by the serial it answers with now. Read from the kernel: links and udev's records can be stale.
declare -A DISK_OF=() BYTES_OF=() COUNT_OF=() SERIAL_AT=()
read_disks() {
    DISK_OF=() BYTES_OF=() COUNT_OF=() SERIAL_AT=()
    local sys serial sectors
    for sys in "$SYS"/block/*; do
        case ${sys##*/} in dm-* | loop* | ram* | zram* | sr* | fd* | nbd* | md*) continue ;; esac
        disk_serial "$sys"
        serial=$REPLY
        [[ -n $serial ]] || continue
        read -r sectors 2>/dev/null <"$sys/size" || continue # pulled out just now
        COUNT_OF[$serial]=$((${COUNT_OF[$serial]-0} + 1))
        DISK_OF[$serial]=/dev/${sys##*/}
        BYTES_OF[$serial]=$((sectors * 512))
        SERIAL_AT[/dev/${sys##*/}]=$serial
    done
}

# kernel_name MAJOR MINOR: sets REPLY to /dev/NAME, or to nothing when there is no such device. LVM prefers a link's name to the
# kernel's (on EC2 udev links /dev/xvdba to nvme1n1), and may hold one that has gone or leads elsewhere by now; numbers do not lie.
kernel_name() {
    local line
    REPLY=
    while read -r line; do
        [[ $line != DEVNAME=* ]] || REPLY=/dev/${line#DEVNAME=}
    done 2>/dev/null <"$SYS/dev/block/$1:$2/uevent" || true
}

# disk_serial /sys/block/NAME: virtio keeps it at the disk, NVMe at its controller (padded with blanks).
disk_serial() {
    local hidden=0
    REPLY=
    [[ ! -r $1/hidden ]] || read -r hidden <"$1/hidden" || true
    [[ $hidden != 1 ]] || return 0 # a path of a multipath NVMe: the disk itself is listed too
    if [[ -r $1/serial ]]; then
        read -r REPLY <"$1/serial" || true
    elif [[ -r $1/device/serial ]]; then
        read -r REPLY <"$1/device/serial" || true
    fi
}

# still_serial DISK SERIAL: asked right before each write.
still_serial() {
    local REPLY # the caller's own often holds the disk
    disk_serial "$SYS/block/${1#/dev/}"
    [[ $REPLY == "$2" ]] ||
        refuse DiskChanged "$1 now answers to serial '$REPLY'" "serial '$2'" "run it again; nothing was written to it"
}

# What LVM knows of disks and logical volumes: one call, since each scans all disks anew. A line a segment: what is asked of a
# disk comes as often as it has segments, and a logical volume wherever it lies. Cached until `pvs_changed`.
declare -A PV_UUID=() PV_GROUP=() PV_TAGS=() PV_BYTES=() PV_START=() PV_SEGMENTS=() VOLUMES=()
read_pvs() {
    [[ -z ${PVS_READ-} ]] || return 0
    local name major minor uuid vg vg_uuid vg_tags tags bytes start missing extent free at size volume by_event lines REPLY
    PV_UUID=() PV_GROUP=() PV_TAGS=() PV_BYTES=() PV_START=() PV_SEGMENTS=() VOLUMES=()
    GROUP_UUIDS=' ' GROUP_TAGS='' GROUP_BY_EVENT='' MISSING_PVS='' EXTENT_BYTES=4194304 FREE_EXTENTS=0
    lines=$(pvs --segments --noheadings --nosuffix --units b --separator '|' \
        -o pv_major,pv_minor,pv_uuid,vg_name,vg_uuid,vg_tags,pv_tags,pv_size,pe_start,pv_missing,vg_extent_size,vg_free_count,pvseg_start,pvseg_size,lv_name,vg_autoactivation)
    while IFS='|' read -r major minor uuid vg vg_uuid vg_tags tags bytes start missing extent free at size volume by_event; do
        [[ -n $uuid ]] || continue
        kernel_name "${major//[[:space:]]/}" "${minor//[[:space:]]/}"
        name=$REPLY
        [[ -n $name ]] || missing=missing # '[unknown]' to LVM, or it went since LVM looked
        volume=${volume//[][[:space:]]/} # in brackets: not for users, as a move's own
        if [[ $vg == "$GROUP" ]]; then
            [[ $GROUP_UUIDS == *" $vg_uuid "* ]] || GROUP_UUIDS+="$vg_uuid "
            GROUP_TAGS=$vg_tags GROUP_BY_EVENT=$by_event EXTENT_BYTES=$extent FREE_EXTENTS=$free
            [[ -z $volume ]] || VOLUMES[$volume]=1
            [[ -z $missing || $MISSING_PVS == *" $uuid"* ]] || MISSING_PVS+=" $uuid"
        fi
        [[ -z $missing ]] || continue
        PV_SEGMENTS[$name]+="$at $size $volume"$'\n' # a free one has no volume
        PV_UUID[$name]=$uuid PV_GROUP[$name]=$vg PV_TAGS[$name]=$tags PV_BYTES[$name]=$bytes PV_START[$name]=$start
    done <<<"$lines"
    PVS_READ=1
}
pvs_changed() { PVS_READ=; }

# group_whole: refuses what is not this drive's, whole group. Call read_pvs first.
group_whole() {
    local -a uuids
    read -ra uuids <<<"$GROUP_UUIDS"
    ((${#uuids[@]} <= 1)) ||
        refuse GroupAmbiguous "${#uuids[@]} groups named $GROUP" "one" "detach the disks that do not belong to this drive"
    [[ -z $MISSING_PVS ]] ||
        refuse VolumeMissing "group $GROUP misses$(missing_names)" "all its volumes" "attach the missing volume again; until then nothing is joined, extended or mounted"
    ((${#uuids[@]} == 0)) || [[ ,$GROUP_TAGS, == *",elastic-drive:drive=$IN_DRIVE,"* ]] ||
        refuse GroupNotOurs "a group $GROUP with the tags '$GROUP_TAGS'" "the tag elastic-drive:drive=$IN_DRIVE" \
            "these disks hold another drive's data: detach them, or use this drive's own volumes"
}
group_exists() { [[ $GROUP_UUIDS != ' ' ]]; }

missing_names() {
    local uuid i
    for uuid in $MISSING_PVS; do
        for i in "${!IN_SLOTS[@]}"; do
            [[ ${IN_PV_UUIDS[i]} != "$uuid" ]] || uuid="slot ${IN_SLOTS[i]} (${IN_VOLUMES[i]})"
        done
        printf ' %s' "$uuid"
    done
}

# member_disk SERIAL: sets REPLY to the one disk that answers to it and is a member of the group. Call read_disks and read_pvs first.
member_disk() {
    ((${COUNT_OF[$1]-0} == 1)) ||
        refuse DiskNotIdentified "${COUNT_OF[$1]-0} disks answer to serial $1 (there are: ${!COUNT_OF[*]})" "exactly one" \
            "elastic-drive status shows which volumes are attached"
    REPLY=${DISK_OF[$1]}
    [[ ${PV_GROUP[$REPLY]-} == "$GROUP" ]] ||
        refuse SlotNotMember "$REPLY (serial $1) is no member of $GROUP" "a member" "elastic-drive up makes it one"
}
is_leaving() { [[ ,${PV_TAGS[$1]}, == *",$LEAVING,"* ]]; }

# unfinished_move: sets REPLY to the name of a move that was cut off, or to nothing.
unfinished_move() {
    REPLY=$(lvs -a --noheadings -o lv_name -S 'lv_name=~pvmove' "$GROUP")
    REPLY=${REPLY//[[:space:]]/}
}

# contents FILE: sets REPLY to what it holds, or to nothing where it is gone. It can go between a test and the reading, and a
# `$(<file)` that finds none ends bash, whatever stands behind it.
contents() {
    REPLY=
    IFS= read -r -d '' REPLY 2>/dev/null <"$1" || true # to the end: there is no NUL
    while [[ $REPLY == *$'\n' ]]; do REPLY=${REPLY%$'\n'}; done
}

# mounted PATH: sets REPLY to the source and MOUNT_FLAGS to the mount's own flags, or fails.
mounted() {
    local point rest line
    while read -r _ _ _ _ point line; do
        [[ $point == "$1" ]] || continue
        rest=${line##* - }
        read -r _ REPLY _ <<<"$rest"
        MOUNT_FLAGS=${line%% *}
        return 0
    done <"$MOUNTS"
    return 1
}

# no_rights PATH: setuid programs and devices on what is mounted there count for nothing, whoever put them there. A mount that an older
# version made gets this while it is used: a bind remount changes the flags of this one mount, and asks the file system nothing.
no_rights() {
    local REPLY
    mounted "$1" || return 0
    ! has_no_rights || return 0
    echo "$1 gets nosuid,nodev" >&2
    mount -o "remount,bind,$MOUNT_FLAGS,nosuid,nodev" "$1"
    mounted "$1"
    has_no_rights || { echo "$1 was mounted again with nosuid,nodev and is '$MOUNT_FLAGS'" >&2 && false; }
}
has_no_rights() { [[ ,$MOUNT_FLAGS, == *,nosuid,* && ,$MOUNT_FLAGS, == *,nodev,* ]]; }

# What is due after a change stays due when the call is killed in between; a reboot settles all of it.
due() { : >"/run/elastic-drive.$1.due"; }
is_due() { [[ -e /run/elastic-drive.$1.due ]]; }
settled() { rm -f "/run/elastic-drive.$1.due"; }

reload_units() {
    is_due reload || return 0
    systemctl daemon-reload
    settled reload
}

# put FILE MODE WHAT: writes stdin whole or not at all, and for good: ext4 can show a file empty after a power cut that was
# renamed and never synced. When it differs, WHAT is due.
put() {
    local text
    IFS= read -r -d '' text || true # to the end: there is no NUL
    text=${text%$'\n'}
    [[ ! -f $1 || $(<"$1") != "$text" ]] || return 0
    due "$3"
    mkdir -p "${1%/*}"
    printf '%s\n' "$text" >"$1.new"
    chmod "$2" "$1.new"
    sync "$1.new"
    mv -T "$1.new" "$1"
    sync "${1%/*}"
}

# link TARGET LINK: of units.
link() {
    [[ ! (-L $2 && $2 -ef $1) ]] || return 0
    due reload
    mkdir -p "${2%/*}"
    ln -sfT "$1" "$2"
    sync "${2%/*}"
}

# drop LINK: of units.
drop() {
    [[ -e $1 || -L $1 ]] || return 0
    due reload
    rm -f "$1"
}

# empty_point PATH: a folder to mount on; nothing can be written below it while nothing is mounted there.
# Call it before the unit exists that mounts there by itself: the flag must never land on the drive's own root.
empty_point() {
    mkdir -p "$1"
    [[ -z $(ls -A "$1") ]] ||
        refuse MountPointNotEmpty "$1 holds files and nothing is mounted there" "an empty folder" "move these files elsewhere first"
    chattr +i "$1"
}

