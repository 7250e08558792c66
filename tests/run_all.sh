#!/bin/bash
# Everything `make test` runs, in order, each part with its time; ends with one line "N passed, N failed".
# SPDX-License-Identifier: Apache-2.0
set -u
cd "$(dirname "$0")/.."
passed=0 failed=0 bad=()
began=$(date +%s)
part() { # name, command...: counts what its runner says
    local name=$1 from log rc p f
    shift
    from=$(date +%s)
    log=$(mktemp)
    echo "── $name"
    "$@" 2>&1 | tee "$log"
    rc=${PIPESTATUS[0]}
    p=$(grep -aoE '^(ℹ|#) pass [0-9]+' "$log" | awk '{s+=$3} END{print s+0}')
    f=$(grep -aoE '^(ℹ|#) fail [0-9]+' "$log" | awk '{s+=$3} END{print s+0}')
    p=$((p + $(grep -aoE '^[a-z]+: [0-9]+ passed' "$log" | awk '{s+=$2} END{print s+0}')))
    f=$((f + $(grep -aoE '[0-9]+ failed$' "$log" | awk '{s+=$1} END{print s+0}')))
    [ "$rc" -ne 0 ] && [ "$f" -eq 0 ] && f=1
    [ "$rc" -eq 0 ] && [ "$p" -eq 0 ] && p=1
    passed=$((passed + p)) failed=$((failed + f))
    [ "$rc" -ne 0 ] && bad+=("$name")
    echo "── $name: $p passed, $f failed, $(($(date +%s) - from)) s"
    rm -f "$log"
}
node_tests() { node --test --test-concurrency=2 --test-reporter=spec "$@"; }

export CI=${CI:-true}
part build make --no-print-directory all echo
part layers make --no-print-directory layers
part lint make --no-print-directory lint
part unit make --no-print-directory unit
part explain make --no-print-directory explain
part check-pg make --no-print-directory check-pg
part same-pg make --no-print-directory same-pg
part tools node_tests tools/*.test.mjs
part scenario node_tests tests/scenario/*.test.mjs tests/hostile/*.test.mjs
# A file that starts a PostgreSQL of its own has asked both engines already.
part scenario-pg tests/lib/on_pg.sh node --test --test-concurrency=2 --test-reporter=spec $(grep -L lib/postgres.mjs tests/scenario/*.test.mjs)
part ha node_tests tests/ha/*.test.mjs
part browser node_tests tests/browser/*.test.mjs
part fault make --no-print-directory fault FAULT=short
part sanitizers make --no-print-directory asan
part fuzz make --no-print-directory fuzz SECONDS="${FUZZ_SECONDS:-20}"
echo "total time: $(($(date +%s) - began)) s"
[ ${#bad[@]} -gt 0 ] && printf 'failed part: %s\n' "${bad[@]}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
