# shellcheck shell=sh disable=SC2154 # $plugin is set by who sources this
# Sourced by the two launchers; $plugin names the folder. A plugin starts at every `pulumi up`, so it runs as JavaScript
# compiled once for each state of the sources and kept beside the packages it needs.
here=$(dirname "$(readlink -f "$0")")
CDPATH="" # an exported one would print where it leads
folder=$(cd "$here/../.." && pwd -P)
root=$(cd "$folder/../.." && pwd -P)
sources=$(cd "$folder" && cat build.ts protocol/*.ts aws/*.ts command/*.ts | sha256sum | cut -c1-16)
built="$root/node_modules/.cache/elastic-drive/plugins/$sources"
if [ ! -d "$built" ]; then
    TS_NODE_PROJECT="$root/tsconfig.json" node -r "$root/node_modules/ts-node/register/transpile-only" "$folder/build.ts" "$built" >&2 || exit 1
fi
NODE_NO_WARNINGS=1 exec node "$built/$plugin/main.js" "$@"
