#!/bin/sh
# pg: a private PostgreSQL for tests, on the loopback address and a free port. No system service is touched.
# SPDX-License-Identifier: Apache-2.0
#
#   pg.sh start DIR [setting=value ...]   makes a cluster in DIR if there is none, starts it, prints a postgresql:// URL
#   pg.sh stop DIR                        stops at once and removes what start made
#   pg.sh kill DIR                        stops as a crash would; `start` recovers
#   pg.sh halt DIR                        stops in order and keeps the data
#
# The cluster speaks UTF-8 in the locale C and trusts who reaches it: 127.0.0.1 and a socket in DIR/run. fsync is off unless a setting
# says otherwise: what is tested is the program, not the disk. As root, everything runs as the user postgres; where that user cannot reach
# DIR, the cluster stands in a folder of its own that DIR/place names.
set -eu
verb=${1:?start, stop, kill or halt}
dir=${2:?a folder}
shift 2
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "pg.sh: no PostgreSQL server is installed (make deps-test)" >&2; exit 1; }

as_pg() {
    if [ "$(id -u)" = 0 ]; then (cd / && exec setpriv --reuid postgres --regid postgres --clear-groups "$@"); else "$@"; fi
}
control() { as_pg "$bin/pg_ctl" -D "$place/data" -s -w "$@"; }
query() { as_pg "$bin/psql" -qAt -h 127.0.0.1 -p "$port" -U luoshi -d postgres -c "$1"; }

if [ "$verb" = start ]; then mkdir -p "$dir"; fi
[ -d "$dir" ] || exit 0
dir=$(cd "$dir" && pwd)
place=$dir
[ ! -e "$dir/place" ] || place=$(cat "$dir/place")

make_cluster() {
    if ! as_pg test -x "$dir"; then
        place=$(mktemp -d /tmp/luoshi-pg-XXXXXX)
        chmod 755 "$place"
        echo "$place" >"$dir/place"
    fi
    mkdir -p "$place/data" "$place/run"
    [ "$(id -u)" != 0 ] || chown postgres: "$place/data" "$place/run"
    as_pg "$bin/initdb" --no-sync -D "$place/data" -U luoshi -A trust -E UTF8 --locale=C >"$place/initdb.log" 2>&1 || {
        cat "$place/initdb.log" >&2
        exit 1
    }
}

case $verb in
start)
    [ -e "$place/data/PG_VERSION" ] || make_cluster
    socket=$place/run
    [ ${#socket} -le 80 ] || socket= # longer than the system allows
    options="-c listen_addresses=127.0.0.1 -c unix_socket_directories=$socket -c fsync=off -c timezone=UTC"
    settings=
    for s in "$@"; do settings="$settings -c $s"; done
    # a port that is free now may be taken by the time the server wants it: then another one
    for _ in 1 2 3 4 5 6 7 8; do
        port=$(node -e 'const s = require("net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
        # the server must not hold the caller's pipes open
        if control -t 60 -o "$options -c port=$port$settings" start >>"$place/server.log" 2>&1 </dev/null; then
            case "$settings " in *" port="*) port=$(sed -n 4p "$place/data/postmaster.pid") ;; esac
            # a standby and a cluster that was started before have it already
            [ "$(query "SELECT count(*) FROM pg_database WHERE datname = 'luoshi'")" = 1 ] || query "CREATE DATABASE luoshi"
            echo "$port" >"$dir/port"
            echo "postgresql://luoshi@127.0.0.1:$port/luoshi"
            exit 0
        fi
        control status >/dev/null 2>&1 && break
    done
    tail -20 "$place/server.log" >&2
    exit 1
    ;;
stop)
    control -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$place/data" "$place/run" "$place/server.log" "$place/initdb.log"
    [ "$place" = "$dir" ] || rmdir "$place"
    rm -f "$dir/place" "$dir/port"
    ;;
kill) control -m immediate stop ;;
halt) control -m fast stop ;;
*) echo "pg.sh: start, stop, kill or halt" >&2; exit 2 ;;
esac
