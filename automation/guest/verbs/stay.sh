#!/bin/bash
# stay: a slot that was leaving stays. The job ends after its range, a move that was cut off is undone, the tag is taken off;
# what has been moved already is where it was moved to, and safe there.
# Answers: stayed (whether the tag was there).
# shellcheck source=../../infra/guest/lib.sh disable=SC2154,SC2034

verb_stay() {
    local disk stayed=false
    LOCK_WAIT=600 lock drive
    end_job
    read_disks
    read_pvs
    group_whole
    unfinished_move
    if [[ -n $REPLY ]]; then
        echo "stay: $REPLY was interrupted: it is undone" >&2
        pvmove -q --abort >&2
    fi
    member_disk "$IN_SOURCE"
    disk=$REPLY
    if is_leaving "$disk"; then
        still_serial "$disk" "$IN_SOURCE"
        pvchange -q --deltag "$LEAVING" "$disk" >&2
        stayed=true
    fi
    REPORT="{\"stayed\":$stayed}"
}
