#!/bin/sh
# trace: requirement rows (T01…, P01…, N01…) → the tests whose titles name them.
# SPDX-License-Identifier: Apache-2.0
set -u
grep -rhoE '^\| (T|P|N)[0-9]{2} ' docs/features.md 2>/dev/null | tr -d '| ' | sort -u | while read -r row; do
    tests=$(grep -rliE "(^|[^A-Z0-9])$row([^0-9]|\$)" src/*/*_test.c tests tools --include='*.c' --include='*.mjs' 2>/dev/null | sort | tr '\n' ' ')
    printf '%s  %s\n' "$row" "${tests:-NO TEST}"
done
