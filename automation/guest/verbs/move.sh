#!/bin/bash
# move: the job that empties a disk is there and runs, and will run again after each boot until the disk is empty.
# Refuses what cannot end well before anything is changed. A job that runs already as asked is left alone.
# Answers: started (whether it did not run yet).
# shellcheck source=../../infra/guest/lib.sh disable=SC2154,SC2034

verb_move() {
    local started=false asked=${IN_JOB%$'\n'}
    mounted "$MOUNT_POINT" || refuse NotMounted "nothing is mounted at $MOUNT_POINT" "the drive" "elastic-drive up mounts it"
    contents "$MOVE_HOME/job"
    if [[ $REPLY != "$asked" ]] || is_due job || ! systemctl -q is-active "$MOVE_UNIT"; then
        # Before the job is there: from then on a reboot runs it, whatever becomes of this call.
        bash -s check <<<"$asked"
        move_unit
        reload_units
        put "$MOVE_HOME/job" 700 job <<<"$asked"
        systemctl -q reset-failed "$MOVE_UNIT" || true # nothing of it may have failed yet
        systemctl restart "$MOVE_UNIT"
        settled job
        started=true
    fi
    REPORT="{\"started\":$started}"
}
