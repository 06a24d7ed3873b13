#!/bin/bash
# pace: how fast the running move may go, from its next range on. IN_PACE in MiB/s; 0: it rests; empty: as fast as it can.
# Answers: pace.
# shellcheck source=../../infra/guest/lib.sh disable=SC2154,SC2034

verb_pace() {
    [[ -e $MOVE_HOME/job ]] || refuse NoMove "no data is being moved on this server" "a move" "elastic-drive status shows what goes on"
    printf '%s\n' "$IN_PACE" >"$MOVE_HOME/pace.new"
    sync "$MOVE_HOME/pace.new" # what was told holds after a power cut too
    mv -T "$MOVE_HOME/pace.new" "$MOVE_HOME/pace"
    sync "$MOVE_HOME"
    REPORT="{\"pace\":\"$IN_PACE\"}"
}
