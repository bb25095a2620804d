#!/bin/bash
# tests/document_test.sh - papers on the command line: what a case has been given is shown as it was given, others as they would be now; PDF; issuing; service; voiding;
# a county's own wording. Usage: document_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

own() { "$a" --data center "$@"; }
as() { # USER VERB...
    local user=$1
    shift
    "$a" --as "$user" --password-file "$work/password" --data center "$@"
}

today=$(TZ=Asia/Shanghai date +%F)
year=${today%%-*}

# ---- a center with a bureau, its accounts, one case that was granted

printf 'code\tname\tkind\tarea\nF1\t某某律师事务所\tfirm\t320117\nSFJ\t溧水区司法局\tbureau\t320117\n' >orgs.tsv
printf 'Geheim-2026\n' >password
expect 0 "$a" init center --name 溧水区法律援助中心 --area 320117 --orgs orgs.tsv --data center
for role in clerk reviewer director auditor; do
    expect 0 own user add $role --role $role --org center --display "${role}某" --password-file password
done
expect 0 as clerk do draft new --json name=阿依古丽·买买提 id_no=32012419850307996X phone=15400012345 cause=追索劳动报酬纠纷 matter=M5 stage=04 household=3 income=1000元
id=$(sed -n 's/^{"id":"\([0-9a-f]*\)".*/\1/p' out)
expect 0 as clerk do receive "$id" items=身份证复印件
expect 0 as clerk do pre-review "$id" means_result=01 scope_result=01 opinion=符合条件
expect 0 as reviewer do examine "$id" opinion=同意

# ---- before the decision: a preview with a blank number, and no way to issue it by hand

expect 0 own document 9 "$id"
says "援决字〔$year〕第　　号" out
says '　　你于.*就追索劳动报酬纠纷一案提出的法律援助申请收悉' out
says '溧水区司法局' out
expect 1 as clerk document issue 9 "$id"
says '还没有给予援助的决定' err
expect 0 as director do approve "$id" opinion=同意

# ---- after it: the paper as issued, by number or title, as text, JSON and PDF

expect 0 own document 09 "$id"
says "援决字〔$year〕第1号" out
expect 0 own document 给予法律援助决定书 "$id" --json
says '"form":"09","title":"给予法律援助决定书"' out
says "\"number\":\"[^\"]*援决字〔$year〕第1号\"" out
paper=$(value id)
[ ${#paper} = 32 ] || fail "no id of the paper"
expect 0 own document "$paper"
says '给予法律援助决定书' out
expect 1 own document 10 "$paper"
says '不是不予法律援助决定书' err
expect 2 own document "$id"
expect 1 own document 33 "$id"
expect 1 own document 通知书 "$id"
says '不止一种文书' err
if ! own document 9 "$id" --pdf x 2>&1 | grep -q '没有编入 PDF'; then
    expect 0 own document 9 "$id" --pdf paper.pdf
    [ "$(head -c 5 paper.pdf)" = '%PDF-' ] || fail "no PDF"
    [ "$(stat -c %a paper.pdf)" = 600 ] || fail "others can read the PDF"
    [ ! -s out ] || fail "text beside the PDF that nobody asked for"
    if command -v pdftotext >/dev/null; then
        pdftotext paper.pdf - | tr -d ' \n' >text
        says '阿依古丽·买买提' text
    fi
    # what draws it is loaded only now; where it is not whole, the rest works and the message names it
    library=$(sed -n 's/^PANGOCAIRO_LIBRARY = //p' "$build/Makefile")
    mkdir broken && echo 'no library' >"broken/$library"
    LD_LIBRARY_PATH=$PWD/broken expect 1 own document 9 "$id" --pdf none.pdf
    says "写不成 PDF，可以用文字输出: .*$library" err
    [ ! -e none.pdf ] || fail "half a PDF is left"
    LD_LIBRARY_PATH=$PWD/broken expect 0 own document 9 "$id" --text
    rm -r broken
fi
library=$(sed -n 's/^XLSXWRITER_LIBRARY = //p' "$build/Makefile")
if [ -n "$library" ]; then
    mkdir broken && echo 'no library' >"broken/$library"
    LD_LIBRARY_PATH=$PWD/broken expect 1 own export case none.xlsx
    says "写不成 .xlsx，可以用 .csv: .*$library" err
    ls none.xlsx* >/dev/null 2>&1 && fail "half a spreadsheet is left"
    LD_LIBRARY_PATH=$PWD/broken expect 0 own export case some.csv
    rm -r broken some.csv
fi

# ---- numbers go on; what is not numbered is filled anew

expect 0 as clerk document issue 6 "$id" --json
says "\"number\":\"[^\"]*援补字〔$year〕第1号\"" out
expect 0 as clerk document issue 6 "$id" --json
says "\"number\":\"[^\"]*援补字〔$year〕第2号\"" out
second=$(value id)
expect 1 as auditor document issue 6 "$id"
expect 0 own document list
says '援决' out
expect 0 own document slots
says 'objection_term' out

# ---- service and voiding

expect 1 as clerk do serve "$paper" service=留置送达 served_on="$today" service_note=拒收
says '见证人' err
expect 2 as clerk do serve "$paper" text=x
expect 0 as clerk do serve "$paper" service=直接送达 served_on="$today" receiver=阿依古丽·买买提
expect 0 own document 22 "$paper"
says '\[x\]直接送达' out
says "援决字〔$year〕第1号" out
expect 1 as clerk do void "$second" reason=打印错误
expect 1 as director do void "$second"
says '作废理由' err
expect 0 as director do void "$second" reason=打印错误
expect 0 own document "$second"
says '已作废' out
expect 0 own document 6 "$id" --json
says "第1号" out
expect 0 as clerk document issue 6 "$id" --json
says "第3号" out

# ---- the county's own wording: checked when it is saved; what was issued stays

expect 1 own add template form=09 title=给予法律援助决定书 word=援决 'text=# 决定书
{nmae}'
says '第 2 行: 没有名为 nmae 的空格' err
expect 0 own add template form=09 title=给予法律援助决定书 word=援决 'text=# 本县决定书
{name}'
expect 0 own document wording 9
says '本县决定书' out
expect 0 own document wording 10
says '{refuse_reason}' out
expect 0 own document "$paper"
lacks '本县决定书' out
expect 0 own document 9 "$id"
lacks '本县决定书' out
expect 0 own verify

echo "documents: ok"
