#!/bin/bash
# Runs a command with a private PostgreSQL that ends with it: tests/lib/luoshi.mjs then makes each installation on that server.
# SPDX-License-Identifier: Apache-2.0
# usage: on_pg.sh COMMAND...
set -u
cd "$(dirname "$0")/../.."
own=$(mktemp -d)
trap 'tests/lib/pg.sh stop "$own"; rm -rf "$own"' EXIT
LUOSHI_TEST_DB=$(tests/lib/pg.sh start "$own" max_connections=300 full_page_writes=off synchronous_commit=off) || exit 1
export LUOSHI_TEST_DB LUOSHI_ENGINE=pg
"$@"
