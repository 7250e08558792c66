#!/bin/sh
# same_pg: a demo city in a file, a copy of it on a private PostgreSQL, and every reading statement asked on both (tools/same_pg.c).
# SPDX-License-Identifier: Apache-2.0
# usage: same_pg.sh BUILD [FILE.sql to pass over]...
set -eu
here=$(dirname "$0")
build=$1
shift
dir=$(mktemp -d "${TMPDIR:-/tmp}/luoshi-same-XXXXXX")
trap '"$here/lib/pg.sh" stop "$dir"; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
url=$("$here/lib/pg.sh" start "$dir")
"$build/luoshi" demo --data "$dir/city" --now 2026-11-23T09:00:00+08:00 --matters "${MATTERS:-1500}" >/dev/null
"$build/luoshi" copy --from "$dir/city" --to "$url" --quiet >/dev/null
"$build/same_pg" "$dir/city/luoshi.db" "$url" "$@"
