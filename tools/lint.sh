#!/bin/sh
# lint: house rules that a script can check. Prints each breach with its place; fails on any.
# SPDX-License-Identifier: Apache-2.0
set -u
B=${1:-build}
bad=0
say() { echo "$1"; bad=1; }

for f in $(git ls-files 'src/*.c' 'src/*.h' 'tools/*.c' 'tools/*.h' 'tests/*.c'); do
    [ -e "$f" ] || continue
    n=$(wc -l <"$f")
    [ "$n" -le 800 ] || say "$f: $n lines (at most 800)"
    head -40 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' || say "$f: no SPDX line"
    # a function body runs from a line "{" to a line "}", both at the margin
    awk -v f="$f" '/^\{/{s=NR} /^\}/{if(s && NR-s-1>50) {print f ":" s ": function of " NR-s-1 " lines (at most 50)"; e=1} s=0} END{exit e}' "$f" || bad=1
done
for f in $(git ls-files 'src/*.c'); do
    [ -e "$f" ] || continue
    [ "$f" = src/base/arena.c ] && continue
    grep -nE '(^|[^a-z_])(malloc|calloc|realloc|free) ?\(' "$f" | grep -vE '_free|//|\* ' | sed "s|^|$f:|" | grep . && bad=1
done
grep -rnE 'TODO|FIXME|XXX' $(git ls-files 'src/*' 'tools/*.c' 'tests/*') 2>/dev/null | grep -v 'XXXXXX' | grep -v 'tools/lint.sh' && bad=1
# no word of persons being ranked, tracked or restricted may become a column or a route (T40, T42, T43, T61, T84)
grep -nEi '(score|rank|points|checkin|check_in|watch_?list|blacklist|online_time|login_count|latitude_of_person)' src/store/migrations/*.sql && bad=1
# every message has a translation
if [ -x "$B/tools/mktpl" ] && command -v xgettext >/dev/null 2>&1; then
    "$B/tools/mktpl" --pot $(git ls-files 'src/*.view') $(git ls-files 'src/*.html' | grep -v patterns.html) >"$B/templates.pot" || bad=1
    xgettext --from-code=UTF-8 -L C -k -kTR:1 -kTR_NOOP:1 -kTERM:1 -ktr:2 -ktr_plural:2,3 -ktr_format:3 -ktr_format_plural:3,4 \
        -kreq_tr:2 -kfault:3 -kfault_max:3 -krespond_error:3 -o "$B/code.pot" $(git ls-files 'src/*.c' 'src/*.h' | grep -v _test.c) 2>/dev/null
    "$B/tools/mkpo" --out "$B/gen" --check "$B/templates.pot" --check "$B/code.pot" $(git ls-files 'locale/zh_CN/*.po') >"$B/untranslated" 2>&1 || { cat "$B/untranslated"; bad=1; }
fi
[ $bad = 0 ] && echo "lint: fine"
exit $bad
