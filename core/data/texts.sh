#!/bin/sh
# core/data/texts.sh - the program's Chinese texts as a .pot on stdout, for the catalogues of other languages (core/base/language.h).
#
#   core/data/texts.sh SOURCE_DIR
#
# xgettext reads the sources. Nearly every Chinese literal in them is for people, so all are taken, marked or not; but of the files in `marked_only` (wording of official
# papers, what people may type, made-up people) only texts in _(), N_() and the functions that translate by themselves. Names in the shipped tables are taken, too.
# Texts without Chinese are left out.
set -eu
LC_ALL=C.UTF-8 # xgettext reads characters; awk below reads bytes
export LC_ALL

cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

marked_only='
    core/case/practice_case.c core/record/pinyin.c core/record/id_card_area.c
    core/outreach/campaign_text.c core/outreach/quick_line.c
    core/paper/ core/register/practice_year.c core/aid/practice.c core/aid/law.c
    core/report/chart core/report/count_word.c core/report/report_xlsx core/report/summary_ core/report/told_number.c core/report/sql_views.c'

takes_marked_only() {
    for prefix in $marked_only; do
        case $1 in "$prefix"*) return 0 ;; esac
    done
    return 1
}

# The names in a table: its column of that number, each once.
table_texts() {
    LC_ALL=C awk -F '\t' -v column="$2" -v file="$1" '
        $column ~ /[\200-\377]/ && !seen[$column]++ {
            text = $column
            gsub(/\\/, "\\\\", text)
            gsub(/"/, "\\\"", text)
            printf "#: %s\nmsgid \"%s\"\nmsgstr \"\"\n\n", file, text
        }' "$1"
}

for file in $(find core sync tui -name '*.[ch]' | sort); do
    if takes_marked_only "$file"; then
        echo "$file" >&3
    else
        echo "$file"
    fi
done >"$work/all.files" 3>"$work/marked.files"

options='--from-code=UTF-8 --language=C --add-location=file --sort-by-file --no-wrap'
xgettext $options --extract-all -f "$work/all.files" -o "$work/all.pot" 2>"$work/warnings"
xgettext $options --keyword --keyword=_ --keyword=N_ --keyword=errmsg_set:3 --keyword=errmsg_wrap:3 --keyword=cli_note:2 \
    --keyword=app_say:2 --keyword=app_fail:2 -f "$work/marked.files" -o "$work/marked.pot" 2>>"$work/warnings"
{
    table_texts core/data/codes.tsv 3
    table_texts core/data/eval_standards.tsv 5
    table_texts core/data/eval_standards.tsv 7
    table_texts core/data/favourites.tsv 3
    table_texts core/data/ledgers.tsv 3
    table_texts core/data/ledgers.tsv 4
    table_texts core/data/rules.tsv 2
    table_texts core/data/rules.tsv 9
} >"$work/tables.pot"

# Each with a header that names the encoding, and without what has no Chinese in it (also the row that --extract-all makes of every "").
for part in all marked tables; do
    {
        printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        LC_ALL=C awk 'BEGIN { RS = ""; ORS = "\n\n" } /[\200-\377]/' "$work/$part.pot"
    } | msguniq --use-first --no-wrap -o "$work/$part" 2>>"$work/warnings"
done
msgcat --use-first --no-wrap --sort-by-file --add-location=file "$work/all" "$work/marked" "$work/tables" 2>>"$work/warnings"
