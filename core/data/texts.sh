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
    core/aid/account.c core/aid/law.c core/aid/org.c core/aid/practice.c core/aid/rule_value.c
    core/base/day_phrase.c core/base/day_span.c core/base/day.c core/base/json.c core/base/manual.c core/base/money.c core/base/period.c core/base/utf8.c
    core/case/case_handling.c core/case/case_review.c core/case/case_visit.c core/case/material_line.c core/case/member_line.c core/case/practice_case.c core/case/roster_word.c
    core/outreach/campaign_text.c core/outreach/quick_line.c
    core/paper/
    core/quality/assess_fix.c core/quality/route.c core/quality/visit.c
    core/record/called_table.c core/record/code_book.c core/record/id_card_area.c core/record/id_reader.c core/record/lookup.c core/record/pinyin.c core/record/record_parse.c core/record/replica.c core/record/replica_center.c core/record/replica_station.c
    core/record/search_index.c core/record/table_reader.c core/record/table_writer.c
    core/register/leave_paper.c core/register/practice_year.c
    core/report/chart.c core/report/chart_parts.c core/report/count_word.c core/report/ledger_file.c core/report/report_file.c core/report/report_markup.c core/report/report_text.c
    core/report/report_words.c core/report/report_xlsx core/report/snapshot.c core/report/spreadsheet core/report/sql_views.c core/report/summary.c core/report/summary_facts.c core/report/summary_t core/report/summary_w
    core/report/told_number.c
    tui/cli_demo.c tui/cli_practice.c tui/run.c tui/terminal.c'

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

# What is marked as staying Chinese is gone in the copy that is read.
find core sync tui -name '*.[ch]' | sort >"$work/list"
mkdir "$work/source"
tar cf - -T "$work/list" | tar xf - -C "$work/source"
(cd "$work/source" && xargs sed -i 's/CHINESE("\(\\.\|[^"\\]\)*")/0/g' <"$work/list")

for file in $(cat "$work/list"); do
    if takes_marked_only "$file"; then
        echo "$file" >&3
    else
        echo "$file"
    fi
done >"$work/all.files" 3>"$work/marked.files"

options="--directory=$work/source --from-code=UTF-8 --language=C --add-location=file --sort-by-file --no-wrap"
roles='--keyword --keyword=P_:1c,2'
xgettext $options --extract-all -f "$work/all.files" -o "$work/all.pot" 2>"$work/warnings"
xgettext $options $roles -f "$work/all.files" -o "$work/roles.pot" 2>>"$work/warnings"
xgettext $options $roles --keyword=_ --keyword=N_ --keyword=errmsg_set:3 --keyword=errmsg_wrap:3 --keyword=cli_note:2 \
    --keyword=app_say:2 --keyword=app_fail:2 -f "$work/marked.files" -o "$work/marked.pot" 2>>"$work/warnings"
{
    table_texts core/data/codes.tsv 3
    table_texts core/data/eval_standards.tsv 4
    table_texts core/data/eval_standards.tsv 5
    table_texts core/data/eval_standards.tsv 7
    table_texts core/data/favourites.tsv 3
    table_texts core/data/ledgers.tsv 3
    table_texts core/data/ledgers.tsv 4
    table_texts core/data/rules.tsv 2
    table_texts core/data/rules.tsv 9
} >"$work/tables.pot"

# Each with a header that names the encoding, and without what has no Chinese in it (also the row that --extract-all makes of every "").
for part in all roles marked tables; do
    {
        printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        LC_ALL=C awk 'BEGIN { RS = ""; ORS = "\n\n" } /[\200-\377]/' "$work/$part.pot"
    } | msguniq --use-first --no-wrap -o "$work/$part" 2>>"$work/warnings"
done
msgcat --use-first --no-wrap --sort-by-file --add-location=file "$work/all" "$work/roles" "$work/marked" "$work/tables" 2>>"$work/warnings"
