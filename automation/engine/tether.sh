#!/bin/sh
# Runs a command so that nothing of it outlives the driver. This script leads a session of its own; fd 3 is a pipe
# the driver holds. When that closes (the driver was killed, or asks for an end), the engine gets SIGTERM and ends
# after the call it is in; after GRACE seconds everything is killed. Plugins have process groups of their own, but
# this session: what is left of it when the engine has ended is killed too.
trap '' PIPE # the driver that read our output may be gone: a broken pipe must not kill an engine in mid-call
exec 4<&0
# Noted before it can take a lock: whoever finds a lock of that number here knows whose it was (notes.ts).
note=${ELASTIC_DRIVE_NOTE:-}
sh -c '[ -z "$0" ] || printf %s "$ELASTIC_DRIVE_NOTED" >"$0$$"; exec "$@"' "$note" "$@" <&4 3<&- 4<&- &
engine=$!
exec 4<&- >/dev/null 2>&1

others() {
    if command -v pgrep >/dev/null; then
        for pid in $(pgrep -s "$$"); do
            [ "$pid" = "$$" ] || [ "$pid" = "$engine" ] || kill -KILL "$pid" 2>/dev/null
        done
    fi
}

(
    read -r _ <&3
    kill -TERM "$engine" 2>/dev/null
    sleep "${ELASTIC_DRIVE_GRACE:-45}"
    kill -KILL "$engine" 2>/dev/null
) &
exec 3<&-

wait "$engine"
code=$?
# What a signal ended may have left its lock; 255 is the engine's own failure.
[ -z "$note" ] || { [ "$code" -gt 128 ] && [ "$code" -ne 255 ]; } || rm -f "$note$engine"
others
exit "$code"
