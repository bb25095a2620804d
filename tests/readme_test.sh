#!/bin/sh
# tests/readme_test.sh - what README says of the sources is so: each function of the tour along one consultation is defined in the file named beside it, and each file that README names is there.
# Usage: readme_test.sh; sources below AIDPOST_SRCDIR.
set -u
cd "${AIDPOST_SRCDIR:-$(dirname "$0")/..}" || exit 99
failed=0
complain() { echo "README.md: $*"; failed=$((failed + 1)); }

# Rows of the tour: | what | `f`, `g` | file, file |; the n-th function is in the n-th file, or in the last one.
rows=$(awk -F'|' '/^### One consultation, from the key/ {on = 1; next} /^### / {on = 0} on && /^\|/ && $3 ~ /`/ {print $3 "|" $4}' README.md)
count=0
while IFS='|' read -r functions files; do
    set -- $(echo "$files" | tr ',' ' ')
    for name in $(echo "$functions" | tr -d '`,'); do
        count=$((count + 1))
        # a definition: the name at the beginning of a line behind its type, no semicolon at its end
        grep -q "^[a-z].*[ *]$name(.*[^;]\$" "$1" 2>/dev/null || complain "$name is not defined in $1"
        [ $# -lt 2 ] || shift
    done
done <<EOF
$rows
EOF
[ $count -ge 15 ] || complain "the tour has $count functions only"

for path in $(grep -o '\b\(core\|sync\|tui\|tests\)/[a-z_0-9/]*\.\(c\|h\|sh\|tsv\|txt\|po\)\b' README.md | sort -u); do
    [ -e "$path" ] || complain "there is no $path"
done
[ $failed = 0 ]
