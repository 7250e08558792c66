#!/bin/sh
# Runs every unit test program and prints their summaries, then one line "N passed, N failed".
# SPDX-License-Identifier: Apache-2.0
set -u
dir=$1
passed=0 failed=0 bad=
for t in $(find "$dir" -type f -name '*_test' | sort); do
    log=$t.log
    "$t" >"$log" 2>&1
    rc=$?
    ok=$(grep -c '^\[       OK \]' "$log")
    no=$(grep -c '^\[  FAILED  \] .*[^:]$' "$log")
    passed=$((passed + ok))
    grep -h '^skip:' "$log"
    if [ $rc -ne 0 ]; then
        n=$rc; [ "$n" -gt 100 ] && n=1
        failed=$((failed + n)); bad="$bad $t"
        echo "── $t (exit $rc)"; grep -v -E '^\[( RUN|       OK)' "$log" | tail -40
    fi
done
echo "unit: $passed passed, $failed failed"
[ -z "$bad" ]
