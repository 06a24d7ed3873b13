#!/bin/bash
# move-unit: the unit that runs the job of a move. Not a verb: `mount` puts it with the other units, `move` wherever no `mount` of this
# version has been. It stays, and without a job it does nothing: a move that begins or ends loads no units anew, which is what takes longest.
# shellcheck source=lib.sh disable=SC2154

# From here on a job that is there runs at each mount, so at each boot.
move_unit() {
    # A job without the link: a version that linked the unit last and unlinked it first never let it loose, or had ended it.
    [[ -L $UNITS/$MOUNT_UNIT.wants/$MOVE_UNIT ]] || rm -f "$MOVE_HOME/job"
    put "$UNITS/$MOVE_UNIT" 644 reload <<UNIT
[Unit]
Description=elastic-drive: data moves off a volume
ConditionPathExists=$MOVE_HOME/job
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
}

# end_job: the move ends and does not come back. Under `lock drive`, so that no range of it is under way.
end_job() {
    local REPLY
    systemctl stop "$MOVE_UNIT" 2>/dev/null || true # there may be none
    contents "$UNITS/$MOVE_UNIT"
    if [[ $REPLY != *ConditionPathExists=* ]]; then # an older version's: it would fail at each boot without its job
        drop "$UNITS/$MOUNT_UNIT.wants/$MOVE_UNIT"
        drop "$UNITS/$MOVE_UNIT"
        reload_units
    fi
    rm -rf "$MOVE_HOME"
    sync "${MOVE_HOME%/*}" # a power cut brings no job back
}
