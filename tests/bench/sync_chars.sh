#!/bin/sh
# tests/bench/sync_chars.sh OUT - make the table of characters of sync/columns_text.c from this project's own texts: most frequent first, then the rest of GB 2312.
# Kept to tell where core/data/sync_chars.txt comes from. A table that was ever shipped never changes: the machines at both ends must have the same.
set -eu
data=${AIDPOST_SRCDIR:-.}/core/data
out=$1
export LC_ALL=C.UTF-8
texts() {
    for i in 1 2 3 4; do cat "$data/practice_texts.txt"; done
    zstd -dc "$data/laws.zst"
    for i in 1 2; do cat "$data/codes.tsv" "$data/templates.txt" "$data/summary_templates.txt" "$data/causes.tsv" "$data/rules.tsv" "$data/eval_standards.tsv"; done
    for i in 1 2 3 4 5 6 7 8; do cut -f 1 "$data/given_names.tsv"; done
    cut -f 1 "$data/surnames.tsv"
}
# Each character once; those of no text behind the others. Only characters of three bytes: the reader counts on it.
{
    texts | grep -o '[^ -~]' | LC_ALL=C sort | uniq -c | LC_ALL=C sort -k 1,1nr -k 2,2 | awk '{ print $2 }'
    cut -f 4 "$data/divisions.tsv" | grep -o '[^ -~]'
    LC_ALL=C awk 'BEGIN { for (row = 176; row <= 247; row++) for (cell = 161; cell <= 254; cell++) printf "%c%c\n", row, cell }' | iconv -c -f GB2312 -t UTF-8
} | LC_ALL=C awk 'length($0) == 3 && !seen[$0]++ && n < 8032 { printf "%s", $0; n++ } END { print "" }' >"$out"
