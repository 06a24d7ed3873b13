#!/bin/bash
# ready: the first boot is over and every program is there.
# Answers: bootSeconds (waited for cloud-init), installed (packages), cloudInitErrors.
# shellcheck source=lib.sh disable=SC2154

verb_ready() {
    local waited=0 errors='' result
    # Only a server whose user data ran has the drive's host key; cloud-init says so by this file, on every boot.
    while [[ -d /var/lib/cloud && ! -f /run/cloud-init/result.json ]]; do
        ((waited < 900)) ||
            refuse NotBooted "cloud-init still runs after $waited s" "the end of the first boot" "look at /var/log/cloud-init.log"
        sleep 1
        waited=$((waited + 1))
    done
    if [[ -f /run/cloud-init/result.json ]]; then
        result=$(</run/cloud-init/result.json)
        [[ $result =~ \"errors\":\ \[\] ]] || errors=${result//$'\n'/ }
    fi
    settings
    packages
    json "$errors"
    REPORT="{\"bootSeconds\":$waited,\"cloudInitErrors\":$REPLY"
    json_list "${INSTALLED[@]}"
    REPORT+=",\"installed\":$REPLY}"
}

# An EBS stall longer than the NVMe driver's patience (30 s) would shut XFS down: let it wait.
settings() {
    local file
    put /etc/modprobe.d/elastic-drive.conf 644 boot <<<'options nvme_core io_timeout=4294967295'
    for file in /sys/module/nvme_core/parameters/io_timeout /sys/block/nvme*/queue/io_timeout; do
        contents "$file"
        [[ -w $file && -n $REPLY && $REPLY -lt 4294967295 ]] || continue
        # A kernel that refuses the number keeps its own; the file above holds from the next boot on.
        echo 4294967295 >"$file" || echo "ready: $file stays at $REPLY" >&2
    done
    # nfsd waits for `share`: only then are its records and exports on the drive.
    if [[ ! -f /etc/nfs.conf.d/elastic-drive.conf && ! -L $UNITS/nfs-server.service ]]; then
        systemctl stop nfs-server.service nfsdcld.service || (($? == 5)) # not installed yet
        # By hand, the one that is asked for last: `systemctl mask` would load all units anew, as `mount` does in the same call.
        link /dev/null "$UNITS/nfsdcld.service"
        link /dev/null "$UNITS/nfs-server.service"
    fi
}

packages() {
    local pair
    local -a want=()
    INSTALLED=()
    for pair in lvm:lvm2 mkfs.xfs:xfsprogs mkfs.ext4:e2fsprogs chattr:e2fsprogs exportfs:nfs-kernel-server \
        nfsdcld:nfs-kernel-server blkid:util-linux wipefs:util-linux pkill:procps python3:python3; do
        type -P "${pair%%:*}" >/dev/null || want+=("${pair##*:}") # no subshell: ten of them cost an emulated server a fifth of a second
    done
    ((${#want[@]} > 0)) || return 0
    echo "ready: installing ${want[*]}" >&2
    apt-get -qq -o DPkg::Lock::Timeout=300 update >&2
    apt-get -qq -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "${want[@]}" >&2
    INSTALLED=("${want[@]}")
}
