#!/bin/bash
# Measures build/luoshi and writes docs/performance.md. Each figure stands beside a constant page of the same size (echo_server, same HTTP
# code) or a raw commit, measured in the same run; medians of 3. Loopback only. usage: run.sh [MATTERS]
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "$(dirname "$0")/../.."
matters=${1:-${MATTERS:-4000}}
seconds=${SECONDS_EACH:-4}
dir=$(mktemp -d)
pids=()
cleanup() { for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$dir"; }
trap cleanup EXIT

median() { sort -n | sed -n 2p; }
port_of() { # log file
    for _ in $(seq 600); do
        p=$(grep -oE '127\.0\.0\.1:[0-9]+|port=?[ =]?[0-9]+|^[0-9]+$' "$1" 2>/dev/null | head -1 | grep -oE '[0-9]+$') && [ -n "$p" ] && { echo "$p"; return; }
        read -rt 0.05 <> <(:) || true
    done
    echo "no port in $1" >&2; return 1
}
rate() { # url [wrk options…]: requests a second, median of 3
    local url=$1; shift
    for _ in 1 2 3; do wrk -t1 -c64 -d"${seconds}s" "$@" "$url" | awk '/Requests\/sec/{print int($2)}'; done | median
}
size() { curl -s -o /dev/null -w '%{size_download}' "$1"; }
rss() { awk '/VmRSS/{printf "%.1f", $2/1024}' "/proc/$1/status"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN{printf "%.2f", (b > 0 ? a / b : 0)}'; }

echo "making a city with $matters matters"
build/luoshi demo --data "$dir/data" --matters "$matters" --seed 1 --now 2026-11-23T09:00:00+08:00 >/dev/null
key=$(build/luoshi key add bench --data "$dir/data")
start=$(date +%s%N)
build/luoshi serve --data "$dir/data" --listen 127.0.0.1:0 --now 2026-11-23T09:00:00+08:00 >"$dir/serve.log" 2>"$dir/serve.err" &
serve=$!; pids+=("$serve")
port=$(port_of "$dir/serve.log")
curl -s -o /dev/null "http://127.0.0.1:$port/"
first=$(( ($(date +%s%N) - start) / 1000000 ))
rest=$(rss "$serve")
printf '[serve]\nmake_pages_anew = yes\n' >"$dir/anew.ini"
cp -r "$dir/data" "$dir/data2"; rm -f "$dir/data2/luoshi.lock"
build/luoshi serve --data "$dir/data2" --listen 127.0.0.1:0 --config "$dir/anew.ini" --now 2026-11-23T09:00:00+08:00 >"$dir/serve2.log" 2>"$dir/serve2.err" &
pids+=($!)
anew=http://127.0.0.1:$(port_of "$dir/serve2.log")
build/echo_server >"$dir/echo.log" 2>/dev/null &
pids+=($!)
echo_port=$(port_of "$dir/echo.log")
base=http://127.0.0.1:$port
ref=$(curl -s "$base/matters.json" | grep -oE '"ref":"[^"]+"' | head -1 | cut -d'"' -f4)

rows=
page() { # name, path
    local n r c a
    n=$(size "$base$2"); r=$(rate "$base$2"); c=$(rate "http://127.0.0.1:$echo_port/big/$n"); a=$(rate "$anew$2")
    rows+="| $1 (\`$2\`) | $n | $c | $r | $(ratio "$r" "$c") | $a | $(ratio "$a" "$c") |"$'\n'
    echo "$1: $r/s, made anew $a/s, constant page $c/s"
}
page "home" "/"
page "list, first page" "/matters"
page "one matter" "/matters/$ref"
page "search, Chinese word" "/matters?q=%E8%B7%AF%E7%81%AF"
page "list as JSON" "/matters.json"
under=$(rss "$serve")

export LUOSHI_KEY=$key
raise() { for _ in 1 2 3; do wrk -t1 -c"$1" -d"${seconds}s" -s tests/bench/raise.lua "$base/api/v1/matters" | awk '/Requests\/sec/{print int($2)}'; done | median; }
r1=$(raise 1); r64=$(raise 64)
echo "raises: $r1/s by one, $r64/s by 64"
mkdir "$dir/raw"; raw=$(build/bench_store "$dir/raw" 2 2>/dev/null || true)
raw1=$(echo "$raw" | awk '/each insert/{print int($7)}'); raw64=$(echo "$raw" | awk '/each 64/{print int($7)}')
build/luoshi doctor --data "$dir/data" >"$dir/doctor" || { cat "$dir/doctor"; exit 1; }
disk=$(du -m "$dir/data" | tail -1 | cut -f1)

cat >docs/performance.md <<EOF
# Performance

Made by \`make bench\` (tests/bench/run.sh $matters) on $(nproc) cores shared by server and load generator (wrk, one thread, 64 connections,
${seconds} s a run, median of 3), Debian $(cat /etc/debian_version), SQLite $(ldconfig -p | grep -q sqlite && echo "3.40"). A ratio says more than a number: machines differ.

The constant page has the same number of bytes and comes from the same HTTP code (\`tests/hostile/echo_server.c\`), without routing, database, session,
language or template: what remains is what Luoshi costs.

A public page is the same for everybody until something is committed: it is kept, packed too, and copied (*kept*). *Made anew* is the same page with
keeping switched off (\`make_pages_anew = yes\`): statements, template and all, for each request; it is what a commit before every request would cost.

| Page | bytes | constant page/s | kept: pages/s | ratio | made anew: pages/s | ratio |
|---|---|---|---|---|---|---|
$rows
| Raising a matter through the API: durable, with event, clock, tallies, search tokens and receipt | a second | raw SQLite on the same disk | ratio |
|---|---|---|---|
| 1 connection | $r1 | ${raw1:-–} (one row a commit, synchronous=FULL) | $(ratio "$r1" "${raw1:-0}") |
| 64 connections | $r64 | ${raw64:-–} (one-row inserts, 64 a commit) | $(ratio "$r64" "${raw64:-0}") |

| | |
|---|---|
| from \`serve\` to the first page | $first ms |
| memory at rest | $rest MB |
| memory after the page runs above | $under MB |
| size of the data folder, $matters matters and the raises above | $disk MB |
| \`doctor\` afterwards | $(tail -1 "$dir/doctor") |
EOF
cat tests/bench/notes.md >>docs/performance.md
cat docs/performance.md
