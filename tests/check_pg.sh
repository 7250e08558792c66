#!/bin/sh
# check_pg: runs its first argument with the URL of a private PostgreSQL and the other arguments; the server is gone afterwards.
# SPDX-License-Identifier: Apache-2.0
set -eu
here=$(dirname "$0")
program=$1
shift
dir=$(mktemp -d "${TMPDIR:-/tmp}/luoshi-pg-XXXXXX")
trap '"$here/lib/pg.sh" stop "$dir"; rmdir "$dir"' EXIT
trap 'exit 1' INT TERM
url=$("$here/lib/pg.sh" start "$dir")
"$program" "$url" "$@"
