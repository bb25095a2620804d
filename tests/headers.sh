#!/bin/sh
# tests/headers.sh - each header compiles alone, and a second time after itself.
# AIDPOST_CC is the compiler with the build's flags; headers are found below AIDPOST_SRCDIR.
set -u
cd "${AIDPOST_SRCDIR:-.}" || exit 99
cc=${AIDPOST_CC:-gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -I.}
count=0
failed=0
for header in $(find core sync tui tests -name '*.h' 2>/dev/null | LC_ALL=C sort); do
    count=$((count + 1))
    # eval: the flags are quoted for a shell, as make hands them over. -I.: their own -I is relative to the build.
    printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
        eval "$cc -I. -Werror -fsyntax-only -x c -" || {
        echo "$header: does not stand alone" >&2
        failed=$((failed + 1))
    }
done
echo "$count headers, $failed failed"
[ "$count" -gt 0 ] && [ "$failed" -eq 0 ]
