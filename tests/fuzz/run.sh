#!/bin/bash
# Replays the kept inputs, then runs each fuzzer for a while, two at a time. A finding is kept in build/fuzz/NAME-*.
# The gate starts from the same seed each time, so that it says the same of the same code; FUZZ_SEED=0 takes a new one for a long run.
# SPDX-License-Identifier: Apache-2.0
set -u
seconds=${1:-20}
one() {
    local bin=$1 seconds=$2 name
    name=$(basename "$bin")
    mkdir -p "build/fuzz/corpus/$name" "tests/fuzz/regression/$name" 2>/dev/null
    local log=build/fuzz/$name.log
    "$bin" -seed="${FUZZ_SEED:-1}" -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=2048 -detect_leaks=0 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/$name-" "build/fuzz/corpus/$name" "tests/fuzz/regression/$name" >"$log" 2>&1
    local rc=$?
    rmdir "tests/fuzz/regression/$name" 2>/dev/null
    if [ $rc -eq 0 ]; then
        echo "$name: fine, $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs"
    else
        echo "$name: FOUND something (exit $rc)"; tail -30 "$log"
    fi
    return $rc
}
export -f one
ls build/fuzz/fuzz_* | grep -vE '\.log$|-' | xargs -P 2 -I{} bash -c 'one "$@"' _ {} "$seconds" | tee build/fuzz/summary
good=$(grep -c ': fine' build/fuzz/summary); found=$(grep -c ': FOUND' build/fuzz/summary)
echo "fuzz: $good passed, $found failed"
[ "$found" -eq 0 ]
