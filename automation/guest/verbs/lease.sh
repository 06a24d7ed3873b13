#!/bin/bash
# lease: who may work on the drive for the time of a move. IN_WISH hold: it is taken or renewed, unless another one's lasts;
# release: ours ends. IN_LEASE is its text (JSON without its end), IN_ID whose it is, IN_OVER another's that may be taken over.
# It ends by itself IN_SECONDS after the last call, by the server's own clock; a reboot ends it too.
# Answers: held (whether it is ours now). `observe` in the same call shows whose it is.
# shellcheck source=../../infra/guest/lib.sh disable=SC2154,SC2034

verb_lease() {
    local now text='' id='' expires=0 held=false
    lock lease
    read -r now _ </proc/uptime
    now=${now%.*}
    contents "$LEASE"
    text=$REPLY
    [[ ! $text =~ \"id\":\"([^\"]*)\" ]] || id=${BASH_REMATCH[1]}
    [[ ! $text =~ \"expires\":([0-9]+)\}$ ]] || expires=${BASH_REMATCH[1]}
    if [[ $IN_WISH == release ]]; then
        [[ $id != "$IN_ID" ]] || rm -f "$LEASE"
    elif ((expires <= now)) || [[ $id == "$IN_ID" || (-n $IN_OVER && $id == "$IN_OVER") ]]; then
        mkdir -p "${LEASE%/*}"
        printf '%s,"expires":%s}\n' "${IN_LEASE%\}}" $((now + IN_SECONDS)) >"$LEASE.new"
        mv -T "$LEASE.new" "$LEASE"
        held=true
    fi
    unlock lease # what follows in the call only looks
    REPORT="{\"held\":$held}"
}
