#!/bin/bash
# move: the job that empties a disk is there and runs, and will run again after each boot until the disk is empty.
# Refuses what cannot end well before anything is changed. A job that runs already as asked is left alone.
# Answers: started (whether it did not run yet).
# shellcheck source=../../infra/guest/lib.sh disable=SC2154,SC2034

verb_move() {
    local started=false
    mounted "$MOUNT_POINT" || refuse NotMounted "nothing is mounted at $MOUNT_POINT" "the drive" "elastic-drive up mounts it"
    put "$MOVE_HOME/job" 700 job <<<"$IN_JOB"
    if is_due job || ! systemctl -q is-active "$MOVE_UNIT"; then
        bash "$MOVE_HOME/job" check
        put "$UNITS/$MOVE_UNIT" 644 reload <<UNIT
[Unit]
Description=elastic-drive: data moves off a volume
BindsTo=$MOUNT_UNIT
After=$MOUNT_UNIT
StartLimitIntervalSec=600
StartLimitBurst=3

[Service]
Type=exec
ExecStart=/bin/bash $MOVE_HOME/job
Restart=on-failure
RestartSec=10
RestartPreventExitStatus=3
UNIT
        link "$UNITS/$MOVE_UNIT" "$UNITS/$MOUNT_UNIT.wants/$MOVE_UNIT"
        reload_units
        systemctl -q reset-failed "$MOVE_UNIT" || true # nothing of it may have failed yet
        systemctl restart "$MOVE_UNIT"
        settled job
        started=true
    fi
    REPORT="{\"started\":$started}"
}
