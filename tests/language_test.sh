#!/bin/sh
# tests/language_test.sh - the English catalogue is complete: each text of the source and of the shipped tables has a translation that is not in doubt ("fuzzy"), takes the
# same values (printf directives), and has no Chinese in it but what is quoted as an example of what to type. "make update-po" brings new texts in.
set -u
cd "${AIDPOST_SRCDIR:-.}" || exit 99
for tool in xgettext msgcmp msgfmt msgattrib; do
    command -v $tool >/dev/null || exit 77
done
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
failed=0

core/data/texts.sh . >"$work/texts.pot" || exit 99
LC_ALL=C.UTF-8 msgcmp core/data/en.po "$work/texts.pot" 2>"$work/missing" || {
    cat "$work/missing"
    echo "texts without English: make update-po, then fill them in (core/base/language.h tells the rules)"
    failed=1
}
LC_ALL=C.UTF-8 msgfmt -c -o /dev/null core/data/en.po || failed=1
[ -z "$(msgattrib --only-fuzzy core/data/en.po)" ] || {
    echo "English that nobody has looked at (fuzzy):"
    msgattrib --only-fuzzy core/data/en.po
    failed=1
}

# Chinese in English: input that has to be Chinese, written as an example, and names of papers. One such line may stand for another language's translator to see why.
LC_ALL=C.UTF-8 msgattrib --no-wrap --no-location --translated core/data/en.po |
    LC_ALL=C awk '/^msgstr/ && /[\343-\351][\200-\277][\200-\277]/' >"$work/chinese"
allowed='民法典|民诉法|法援法|工作日|[0-9.d]元|[0-9.]万|昨天|今天|明天|8日|7日|20人|1200余|120余|援决|村居|〔|湖南|王小明|永阳街道|法律援助法|上级评估|春节|送法进军营|维权先进|宣传周|实施办法|居民身份证复印件|divided by 、|divide by 、|字段 |万%s|练习|军字|是 \(yes\)|申请人\]|承办人\(handler\)'
LC_ALL=C.UTF-8 grep -Ev "$allowed" "$work/chinese" >"$work/unexpected" && {
    echo "Chinese in an English text:"
    cat "$work/unexpected"
    failed=1
}
# One kind of quotation marks in Chinese texts, “like these”, in pairs: no corner marks, no typewriter's, nothing quoted inside. (As bytes: E2 80 9C, E2 80 9D.)
LC_ALL=C awk '
    BEGIN { RS = ""; open = "\342\200\234"; shut = "\342\200\235" }
    {
        text = $0
        sub(/\nmsgstr .*/, "", text)
        sub(/^(#[^\n]*\n)*/, "", text)
        if (text !~ /[\343-\351][\200-\277][\200-\277]/)
            next
        rest = text
        for (depth = 0; match(rest, open "|" shut); rest = substr(rest, RSTART + RLENGTH)) {
            depth += substr(rest, RSTART, RLENGTH) == open ? 1 : -1
            if (depth < 0 || depth > 1)
                break
        }
        # 「 」 『 』 ‘ ’ ＂, and \"
        if (depth != 0 || text ~ /\343\200[\214-\217]|\342\200[\230\231]|\357\274\202|\\"/)
            print text "\n"
    }' "$work/texts.pot" >"$work/quoted"
[ -s "$work/quoted" ] && {
    echo "quotation marks in Chinese texts are “ and ”, in pairs:"
    cat "$work/quoted"
    failed=1
}

echo "$(grep -c '^msgid ' core/data/en.po) texts, $([ $failed -eq 0 ] && echo complete || echo incomplete)"
exit $failed
