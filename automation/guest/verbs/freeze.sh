#!/bin/bash
# freeze: the drive is held for a backup set, and frozen when it answers, if IN_FREEZE yes; `thaw` with the same IN_ID ends it, or
# the limit does (IN_LIMIT_SECONDS). A unit of its own does it (IN_GUARD, IN_PROGRAM), which outlives this call and its connection.
# Answers: frozen, why (it is not), freezeMs, drive, group, members, clients.
# shellcheck source=../../infra/guest/lib.sh disable=SC2154,SC2034

verb_freeze() {
    # Before there is a unit: one that requires the mount would wait for it.
    mounted "$MOUNT_POINT" || refuse NotMounted "nothing is mounted at $MOUNT_POINT" "the drive" "elastic-drive up mounts it"
    LOCK_WAIT=5 lock freeze
    no_other
    rm -rf "$IN_HOME"
    mkdir -p "${IN_HOME%/*}"
    mkdir -m 700 "$IN_HOME"
    mkfifo -m 600 "$IN_HOME/ask"
    printf '%s\n' "$IN_ID" >"$IN_HOME/id"
    printf '%s\n' "$IN_FREEZE" >"$IN_HOME/wish"
    printf '%s\n' "$IN_LIMIT_SECONDS" >"$IN_HOME/limit"
    printf '%s\n' "$IN_SWITCH" >"$IN_HOME/switch"
    printf '%s\n' "$IN_GUARD" >"$IN_HOME/guard.sh"
    printf '%s\n' "$IN_PROGRAM" >"$IN_HOME/guard.py"
    # A shutdown, or whoever unmounts the drive, ends these units first, and they thaw.
    printf '%s\n' "After=$MOUNT_UNIT" "Requisite=$MOUNT_UNIT" KillMode=mixed TimeoutStopSec=30 OOMScoreAdjust=-1000 >"$IN_HOME/settings"
    start_guard || guard_failed
    contents "$IN_HOME/answer"
    REPORT=$REPLY
}

# Also one that only waits for a disk: until it has let go the drive is not another one's.
no_other() {
    local tries states
    for ((tries = 0; tries < 25; tries++)); do # the last one's switch ends a moment after it
        states=$(systemctl show -P ActiveState "$IN_UNIT" "$IN_SWITCH")
        states=${states//inactive/}
        [[ $states == *active* || $states == *ing* ]] || return 0
        sleep 0.2
    done
    refuse ServerBusy "another backup holds the drive" "none" "wait for it to end, then try again"
}

# Returns when the guard is ready, or has ended.
start_guard() {
    local setting
    local -a with=()
    while read -r setting; do with+=(-p "$setting"); done <"$IN_HOME/settings"
    systemd-run -q --collect --unit="$IN_UNIT" --service-type=notify "${with[@]}" -p TimeoutStartSec=1000 -p RuntimeMaxSec=300 \
        -p "StandardOutput=append:$IN_HOME/said" -p "StandardError=append:$IN_HOME/log" \
        -p "ExecStopPost=/usr/bin/python3 -IS $IN_HOME/guard.py release $IN_HOME $MOUNT_POINT" /bin/bash "$IN_HOME/guard.sh"
}

guard_failed() {
    contents "$IN_HOME/log"
    printf '%s\n' "$REPLY" >&2
    contents "$IN_HOME/said"
    if [[ $REPLY == '{"code":'* ]]; then # what it refused
        printf '%s\n' "$REPLY"
        trap - ERR
        exit 3
    fi
    echo "freeze: the guard ended before it answered" >&2 && false
}
