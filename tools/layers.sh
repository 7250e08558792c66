#!/bin/sh
# layers: rooms include only what stands before them (docs/architecture.md). Fails the build on the first wrong #include.
# SPDX-License-Identifier: Apache-2.0
set -u
order="base store ledger people matter project campaign field forum survey bulletin insight exchange jobs demo command"
bad=0
rank() { n=0; for r in $order; do n=$((n + 1)); [ "$r" = "$1" ] && { echo $n; return; }; done; echo 0; }
for f in src/*/*.c src/*/*.h; do
    room=${f#src/}; room=${room%%/*}; mine=$(rank "$room")
    for inc in $(sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$f" | sort -u); do
        [ "$inc" = gen ] && continue
        [ "$inc" = "$room" ] && continue
        if [ "$inc" = web ]; then
            case "$f" in *_pages.c|*_pages.h|*/pages.h|src/exchange/*|src/command/*|*_test.c) continue ;; esac
            echo "$f includes web/"; bad=1; continue
        fi
        if [ "$room" = web ]; then
            case "$inc" in base|store|ledger|people) continue ;; esac
            echo "$f (web) includes $inc/"; bad=1; continue
        fi
        theirs=$(rank "$inc")
        [ "$theirs" = 0 ] && { echo "$f includes unknown room $inc/"; bad=1; continue; }
        [ "$theirs" -le "$mine" ] || { echo "$f includes $inc/, which comes later"; bad=1; }
    done
done
# one source file names each library (llhttp, OpenSSL: web/http*; sodium: base/secret.c; ICU: base/locale.c; …)
only() { for f in $(grep -lE "#include <$1" src/*/*.c src/*/*.h 2>/dev/null); do case " $2 " in *" $f "*) ;; *) echo "$f names <$1>, which belongs to $2"; bad=1 ;; esac; done; }
only 'sqlite3' "src/store/sqlite.c src/store/sqlite_stmt.c src/store/sqlite_inside.h src/store/fault_world.c"
only 'libpq' "src/store/postgres.c src/store/postgres_stmt.c src/store/postgres_wire.c src/store/postgres_inside.h src/store/server_world.c"
only 'cmark-gfm' "src/web/markdown.c"
only 'sodium' "src/base/secret.c"
only 'unicode/' "src/base/locale.c src/base/locale_words.c"
[ $bad = 0 ] && echo "layers: fine"
exit $bad
