#!/bin/bash
# Runs every unit test program and prints their summaries, then one line "N passed, N failed". Those that open a database run a second time on
# PostgreSQL: on the server that LUOSHI_TEST_DB names, else on a private one that ends with this script (tests/lib/pg.sh).
# SPDX-License-Identifier: Apache-2.0
# usage: run_unit.sh FOLDER [sqlite|postgresql]
set -u
dir=$1 only=${2:-both}
passed=0 failed=0 bad=
run() { # program, suffix of its log
    local t=$1 log=$1.log$2 rc ok n
    "$t" >"$log" 2>&1
    rc=$?
    ok=$(grep -c '^\[       OK \]' "$log")
    passed=$((passed + ok))
    grep -h '^skip:' "$log"
    [ $rc -eq 0 ] && return
    n=$rc; [ "$n" -gt 100 ] && n=1
    failed=$((failed + n)); bad="$bad $t$2"
    echo "── $t$2 (exit $rc)"; grep -v -E '^\[( RUN|       OK)' "$log" | tail -40
}
server=${LUOSHI_TEST_DB:-} own=
unset LUOSHI_TEST_DB
all=$(find "$dir" -type f -name '*_test' | sort)
if [ "$only" != postgresql ]; then
    for t in $all; do run "$t" ""; done
fi
if [ "$only" != sqlite ]; then
    if [ -z "$server" ]; then
        own=$(mktemp -d)
        trap 'tests/lib/pg.sh stop "$own"; rm -rf "$own"' EXIT
        server=$(tests/lib/pg.sh start "$own") || exit 1
    fi
    export LUOSHI_TEST_DB=$server
    for t in $all; do
        source=src/${t#"$dir"/}.c
        [ "${t#"$dir"/}" = demo/demo_test ] && continue # a city for each of its tests takes minutes there, and each scenario makes one
        grep -qE '(server|small|people|matter|campaign)_world\.h' "$source" && run "$t" .pg
    done
fi
echo "unit: $passed passed, $failed failed"
[ -z "$bad" ]
