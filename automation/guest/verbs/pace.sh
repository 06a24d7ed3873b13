#!/bin/bash
# pace: how fast the running move may go, from its next range on. IN_PACE in MiB/s; 0: it rests; empty: as fast as it can; back: as before
# it rested. Answers: pace.
# shellcheck source=../../infra/guest/lib.sh disable=SC2154,SC2034

verb_pace() {
    [[ -e $MOVE_HOME/job ]] || refuse NoMove "no data is being moved on this server" "a move" "elastic-drive status shows what goes on"
    local pace=$IN_PACE now
    contents "$MOVE_HOME/pace"
    now=$REPLY
    if [[ $pace == back ]]; then
        pace=$now
        if [[ $now == 0 ]]; then
            contents "$MOVE_HOME/rested"
            pace=$REPLY
        fi
    elif [[ $pace == 0 && $now != 0 ]]; then
        told rested "$now"
    fi
    told pace "$pace"
    REPORT="{\"pace\":\"$pace\"}"
}

# What was told holds after a power cut too.
told() {
    printf '%s\n' "$2" >"$MOVE_HOME/$1.new"
    sync "$MOVE_HOME/$1.new"
    mv -T "$MOVE_HOME/$1.new" "$MOVE_HOME/$1"
    sync "$MOVE_HOME"
}
