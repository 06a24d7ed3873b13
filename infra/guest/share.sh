#!/bin/bash
# share: the drive is exported by NFSv4 to the clients listed, and to nobody else.
# nfsd hangs on the drive's mount: it starts when that comes and stops before it goes.
# Answers: clients, serving (threads), restarted.
# shellcheck source=lib.sh disable=SC2154,SC2034

NFS_UNIT=nfs-server.service

verb_share() {
    lock services
    # Not while a freeze or a move changes what lies below: exports wait for neither.
    mounted "$MOUNT_POINT" || refuse NotMounted "nothing is mounted at $MOUNT_POINT" "the drive" "elastic-drive up mounts it first"
    mounted "$STATE_POINT" || refuse NotMounted "nothing is mounted at $STATE_POINT" "the state volume" "elastic-drive up mounts it first"
    mkdir -p "$STATE_POINT/nfsdcld"
    local restarted=false threads=0
    nfs_conf
    nfs_units
    exports
    reload_units
    if ((${#IN_CLIENTS[@]} == 0)); then
        systemctl stop "$NFS_UNIT"
        REPORT='{"clients":[],"serving":0,"restarted":false}'
        return
    fi
    read_threads
    if is_due nfsd && ((threads > 0)); then
        systemctl restart "$NFS_UNIT"
        restarted=true
    elif [[ $threads == 0 ]]; then
        systemctl reset-failed "$NFS_UNIT" 2>/dev/null || true
        systemctl start "$NFS_UNIT"
    fi
    settled nfsd
    # Also when nothing was written: the call before may have been killed between the file and here.
    exportfs -ra >&2
    read_threads
    ((threads > 0)) || { echo "share: $NFS_UNIT was started and nfsd has no threads" >&2 && false; }
    json_list "${IN_CLIENTS[@]}"
    REPORT="{\"clients\":$REPLY,\"serving\":$threads,\"restarted\":$restarted}"
}

read_threads() {
    threads=0
    read -r threads 2>/dev/null <"$NFSD/threads" || threads=0
}

# Same scope and same records on whatever server: that is what lets clients reclaim their locks (RFC 8881 8.4.2.1).
nfs_conf() {
    older_clients
    put /etc/nfs.conf.d/elastic-drive.conf 644 nfsd <<CONF
[nfsd]
vers3=n
vers4=y
vers4.0=${OLDER[0]}
vers4.1=${OLDER[1]}
vers4.2=y
scope=$IN_SCOPE
grace-time=$IN_LEASE_SECONDS
lease-time=$IN_LEASE_SECONDS
[nfsdcld]
storagedir=$STATE_POINT/nfsdcld
CONF
}

# 4.2 alone, but for a minor version that somebody speaks just now: he would be cut off in the middle of his work.
older_clients() {
    local file REPLY
    OLDER=(n n n)
    for file in "$NFSD"/clients/*/info; do
        contents "$file"
        [[ ! $REPLY =~ minor\ version:\ ([01]) ]] || OLDER[BASH_REMATCH[1]]=y
    done
}

nfs_units() {
    local unit
    local -a unwanted=()
    put "$UNITS/$NFS_UNIT.d/elastic-drive.conf" 644 reload <<UNIT
[Unit]
BindsTo=$MOUNT_UNIT $STATE_UNIT
After=$MOUNT_UNIT $STATE_UNIT
UNIT
    put "$UNITS/nfsdcld.service.d/elastic-drive.conf" 644 reload <<UNIT
[Unit]
BindsTo=$STATE_UNIT
After=$STATE_UNIT
UNIT
    # Version 4 alone needs no port mapper and no lock daemon of version 3.
    for unit in rpcbind.socket rpcbind.service rpc-statd.service rpc-statd-notify.service; do
        [[ $UNITS/$unit -ef /dev/null ]] && continue
        unwanted+=("$unit")
    done
    # Stopped first, then masked by hand: each `systemctl mask` would load all units anew, and once is enough below.
    if ((${#unwanted[@]} > 0)); then systemctl stop "${unwanted[@]}"; fi
    for unit in "${unwanted[@]}"; do link /dev/null "$UNITS/$unit"; done
    for unit in "$NFS_UNIT" nfsdcld.service; do
        [[ ! $UNITS/$unit -ef /dev/null ]] || drop "$UNITS/$unit"
    done
    # The mount starts nfsd, not the boot: without the drive nobody waits for it.
    drop "$UNITS/multi-user.target.wants/$NFS_UNIT"
    if ((${#IN_CLIENTS[@]} > 0)); then
        link "/usr/lib/systemd/system/$NFS_UNIT" "$UNITS/$MOUNT_UNIT.wants/$NFS_UNIT"
    else
        drop "$UNITS/$MOUNT_UNIT.wants/$NFS_UNIT"
    fi
}

# `insecure`: clients mount with noresvport, so that a new connection after an outage is never kept out by a port still in use.
# `mountpoint`: were the drive gone, the empty folder below would not be exported in its place.
exports() {
    local client text=
    for client in "${IN_CLIENTS[@]}"; do
        text+="$MOUNT_POINT $client(rw,sync,insecure,root_squash,no_subtree_check,mountpoint,fsid=$IN_FSID)"$'\n'
    done
    put /etc/exports.d/elastic-drive.exports 644 exports <<<"${text%$'\n'}"
}
