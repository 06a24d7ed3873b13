#!/bin/bash
# disks: which disks are the drive's is recorded on the root disk, and a unit that both mounts require mounts nothing else (labels.py,
# disks.py). Not a verb: `join` writes the list before it writes what the list permits, `mount` asks before it mounts.
# shellcheck source=lib.sh disable=SC2154,SC2004

# Serial and physical volume of each slot's disk. One that leaves stays on the list: what LVM no longer names is no fault.
record_disks() {
    local i disk uuid list=''
    for i in "${!IN_SLOTS[@]}"; do
        [[ ${IN_STATES[i]} != released ]] || continue
        disk=${DISK_OF[${IN_SERIALS[i]}]-none} uuid=${IN_PV_UUIDS[i]}
        # A copy carries the identity of the volume that it was made of, also once it was let go half-way.
        if [[ ${PV_GROUP[$disk]-} == "$GROUP" || (-n ${IN_FROM[i]} && -n ${PV_UUID[$disk]-} && ${PV_GROUP[$disk]} == '') ]]; then
            uuid=${PV_UUID[$disk]}
        fi
        list+="${IN_SERIALS[i]} $uuid"$'\n'
    done
    put "$DISKS_LIST" 644 disks <<<"${list%$'\n'}"
    settled disks
}

put_disks_program() {
    put "$DISKS_PROGRAM" 644 disks <<<"$IN_DISKS"
    settled disks
}

# check_disks look|alone: refuses as the program does.
check_disks() {
    local answer code=0
    answer=$(python3 -IS "$DISKS_PROGRAM" "$1" "$DISKS_LIST") || code=$?
    ((code != 0)) || return 0
    [[ $answer == '{'* ]] || { echo "disks: $1 ended with $code" >&2 && false; }
    printf '%s\n' "$answer"
    trap - ERR
    exit 3
}

# Not ordered behind the services of a boot: the drive is there as early as its disks are. What is missing may come, what is too much may
# go: it looks again by itself. Nothing of it is left running, so that each mount looks anew.
disks_unit() {
    put "$UNITS/$DISKS_UNIT" 644 reload <<UNIT
[Unit]
Description=elastic-drive: the right disks
DefaultDependencies=no
After=systemd-remount-fs.service systemd-udevd.service
Conflicts=shutdown.target
Before=shutdown.target
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=/usr/bin/python3 -IS $DISKS_PROGRAM activate $DISKS_LIST
ExecStartPost=/usr/bin/systemctl --no-block start $STATE_POINT $MOUNT_POINT
StandardOutput=null
StandardError=journal+console
TimeoutStartSec=600
Restart=on-failure
RestartSec=1
RestartSteps=6
RestartMaxDelaySec=20
UNIT
    link "$UNITS/$DISKS_UNIT" "$UNITS/multi-user.target.wants/$DISKS_UNIT"
}
