#!/bin/sh
# pg: a private PostgreSQL for tests, in a folder of its own, on the loopback address and a free port. No system service is touched.
# SPDX-License-Identifier: Apache-2.0
#
#   pg.sh start DIR [setting=value ...]   makes DIR/data if need be, starts, prints a postgresql:// URL
#   pg.sh stop DIR                        stops at once and removes DIR/data and DIR/run
#   pg.sh kill DIR                        stops as a crash would; `start` recovers
#   pg.sh halt DIR                        stops in order and keeps the data
#
# The cluster speaks UTF-8 in the locale C and trusts who reaches it: a socket in DIR/run and 127.0.0.1. fsync is off unless a setting
# says otherwise: what is tested is the program, not the disk. As root, everything runs as the user postgres.
set -eu
verb=${1:?start, stop, kill or halt}
dir=${2:?a folder}
shift 2
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "pg.sh: no PostgreSQL server is installed (make deps-test)" >&2; exit 1; }

as_pg() {
    if [ "$(id -u)" = 0 ]; then (cd / && exec setpriv --reuid postgres --regid postgres --clear-groups "$@"); else "$@"; fi
}
running() { as_pg "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; }

case $verb in
start)
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    if [ ! -e "$dir/data/PG_VERSION" ]; then
        mkdir -p "$dir/data" "$dir/run"
        if [ "$(id -u)" = 0 ]; then
            chown postgres: "$dir/data" "$dir/run"
            # the folders above must let that user through, or the test's folder is of no use to it
            as_pg test -x "$dir" || chmod a+x "$dir"
        fi
        as_pg "$bin/initdb" --no-sync -D "$dir/data" -U luoshi -A trust -E UTF8 --locale=C >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
    fi
    options="-c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir/run -c fsync=off -c timezone=UTC -c logging_collector=off"
    settings=
    for s in "$@"; do settings="$settings -c $s"; done
    # a port that is free now may be taken by the time the server wants it: then another one
    for _ in 1 2 3 4 5 6 7 8; do
        port=$(node -e 'const s = require("net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
        # the server must not hold the caller's pipes open
        if as_pg "$bin/pg_ctl" -D "$dir/data" -s -w -t 60 -o "$options -c port=$port$settings" start >>"$dir/server.log" 2>&1 </dev/null; then
            echo "$port" >"$dir/port"
            # a folder that was started before has its database
            as_pg "$bin/psql" -qAt -h "$dir/run" -p "$port" -U luoshi -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'luoshi'" | grep -q 1 ||
                as_pg "$bin/createdb" -h "$dir/run" -p "$port" -U luoshi luoshi
            echo "postgresql://luoshi@127.0.0.1:$port/luoshi"
            exit 0
        fi
        running && break
    done
    tail -20 "$dir/server.log" >&2
    exit 1
    ;;
stop)
    running && as_pg "$bin/pg_ctl" -D "$dir/data" -s -w -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$dir/data" "$dir/run" "$dir/port" "$dir/server.log" "$dir/initdb.log"
    ;;
kill) as_pg "$bin/pg_ctl" -D "$dir/data" -s -w -m immediate stop ;;
halt) as_pg "$bin/pg_ctl" -D "$dir/data" -s -w -m fast stop ;;
*) echo "pg.sh: start, stop, kill or halt" >&2; exit 2 ;;
esac
