#!/bin/bash
# thaw: what `freeze` with the same IN_ID holds ends now. It may be asked again, and answers the same.
# Answers: thawed (it was frozen until it was asked to thaw), held (the drive's lock lasted until then), windowMs (what writers waited).
# shellcheck source=../../infra/guest/lib.sh disable=SC2154,SC2034

verb_thaw() {
    local until=$((EPOCHSECONDS + 20))
    REPORT='{"thawed":false,"held":false,"windowMs":0}' # after a reboot, or when another one has begun: nothing of it is left
    contents "$IN_HOME/id"
    [[ $REPLY == "$IN_ID" ]] || return 0
    printf 'thaw %s\n' "$IN_ID" 1<>"$IN_HOME/ask" # opened so, it waits for no reader
    # Killed, the guard says nothing, and what ends the freeze in its place says it.
    until [[ -e $IN_HOME/result ]] || ((EPOCHSECONDS > until)); do sleep 0.05; done
    contents "$IN_HOME/result"
    [[ -n $REPLY ]] || { echo "thaw: neither the guard nor what watches it has answered" >&2 && false; }
    REPORT=$REPLY
}
