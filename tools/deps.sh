#!/bin/sh
# deps: install what is missing, in one apt-get call, then the npm packages from the lock file.
# SPDX-License-Identifier: Apache-2.0
# usage: deps.sh build|test|bench
set -eu
build="gcc libc6-dev make pkg-config ca-certificates libsqlite3-dev libsodium-dev libjansson-dev libicu-dev libxml2-dev
 libzip-dev libxlsxwriter-dev libqrencode-dev libinih-dev libssl-dev zlib1g-dev libbrotli-dev libpq-dev libcmark-gfm-dev libcmark-gfm-extensions-dev node-llhttp gettext"
test="clang libclang-rt-14-dev clang-format clang-tidy cppcheck libcmocka-dev chromium fonts-noto-cjk postgresql haproxy pgbouncer"
bench="linux-perf postgresql"
have() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'; }
wanted=$build
case ${1:-build} in
test) wanted="$build $test" ;;
bench) wanted="$build $bench" ;;
esac
missing=
for p in $wanted; do have "$p" || missing="$missing $p"; done
command -v node >/dev/null 2>&1 || missing="$missing nodejs"
command -v npm >/dev/null 2>&1 || missing="$missing npm"
if [ -n "$missing" ]; then
    root=
    [ "$(id -u)" = 0 ] || root=sudo
    echo "installing:$missing"
    $root apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing
fi
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --no-audit --no-fund --loglevel=error
    touch node_modules/.package-lock.json
fi
