#!/bin/bash
# tests/outreach_test.sh - a barracks event on a laptop without a network, on the command line: sixty lines and a power cut among them, a tally of 200, two applications, materials, hours,
# closing; handed over by a file that the town station carries on to the center; the same totals on all three machines. Real processes; the folder `stick` stands for the stick.
# Usage: outreach_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

# as USER VERB...: at the laptop, where the account signs in with its password.
as() {
    local user=$1
    shift
    "$a" --as "$user" --password-file "$work/password" --data laptop --json "$@"
}

count() { "$a" count "$1" --where "$2" --data "$3" --json | grep -o '[0-9]\+'; } # TYPE WHERE FOLDER
has_lines() { [ "$(count consultation "event=$event" laptop)" = "$1" ]; }
verified() {
    for folder in laptop town center; do
        expect 0 "$a" verify --data $folder --json
        says '"ok":true' out
    done
}

# The event's own figures with the rows they count, and what the rows add up to, must be the laptop's on every machine.
same_totals() {
    local folder figures persons
    for folder in laptop town center; do
        expect 0 "$a" event "$event" --data $folder --json
        figures=$(cat out)
        persons=$("$a" list consultation --where "event=$event" --limit 0 --data $folder --json | grep -o '"persons":[0-9]*' | cut -d: -f2 | awk '{ n += $1 } END { print n }')
        [ $folder != laptop ] || first=$figures
        [ "$figures" = "$first" ] || { echo "$first"; echo "$figures"; fail "$folder has other figures"; }
        [ "$persons" = 280 ] || fail "$folder: $persons people"
        [ "$(count consultation "event=$event and tally!=1" $folder)" = 60 ] || fail "$folder: lines"
        [ "$(count case "event=$event and state=S2" $folder)" = 2 ] || fail "$folder: applications"
    done
}

# ---- a center; a town station with two machines, of which the laptop has no network from here on

printf 'code\tname\tkind\tarea\nS1\t永阳街道法律援助工作站\tstation\t320117001\nS5\t白马镇法律援助工作站\tstation\t320117101\nB5\t人武部法律援助分部\tbranch\t320117\n' >orgs.tsv
printf 'Geheim-2026\n' >password
expect 0 "$a" init center --name 某县法律援助中心 --area 320117 --orgs orgs.tsv --data center
"$d" center --listen 127.0.0.1:0 --port-file port --data center >center.out 2>center.log &
center_pid=$!
until_true test -s port
expect 0 "$a" user add worker --role station --org S5 --display 李收 --password-file password --data center
expect 0 "$a" user add helper --role volunteer --org S5 --display 陈平 --password-file password --data center
for folder in town laptop; do
    expect 0 "$d" enrol new --org S5 --json --data center
    code=$(value code)
    expect 0 "$d" enrol "$code" --center "$(cat port)" --data $folder --name $folder
done
expect 0 "$a" add volunteer name=陈平 source=1 --data town --json
volunteer=$(value id)
for folder in town laptop; do expect 0 "$d" once --data $folder --json; done
mkdir stick

# ---- sixty lines by the volunteer; the power goes while he types the twenty-sixth

today=$(TZ=Asia/Shanghai date +%F)
expect 0 as helper add event title=送法进军营 kind=05 place_kind=03 unit=01 bodies=01 "date=$today"
event=$(value id)
for ((i = 1; i <= 60; i++)); do
    case $((i % 6)) in
    0) echo "hyjt2 *5" ;;
    1) echo "281" ;;
    2) echo "１４２　０２" ;;
    3) echo "zqzw1 张文芳；借给同乡的钱要不回来，有微信记录" ;;
    4) echo "=3" ;;
    5) echo "jt1 +js；车被追尾，对方保险拖着不赔" ;;
    esac
done >lines
mkfifo pipe
"$a" --as helper --password-file password --data laptop quick "$event" <pipe >quick.out 2>&1 &
quick_pid=$!
exec 7>pipe
head -25 lines >&7
printf '142 王' >&7
until_true has_lines 25
kill -9 $quick_pid
exec 7>&-
wait $quick_pid 2>/dev/null
quick_pid=
has_lines 25 || fail "$(count consultation "event=$event" laptop) lines after the power cut"
tail -n +26 lines >rest
as helper quick "$event" <rest >out 2>err || { cat out err; fail "the rest of the lines"; }
says '"saved":35' out
expect 1 as helper quick "$event" '281；73041部队的房子'
says 番号 out
expect 1 as helper quick "$event" '991'
has_lines 60 || fail "not sixty lines"

# ---- a crowd

for category in 28 01 14 04 03; do
    for ((i = 0; i < 4; i++)); do expect 0 as helper tally "$event" $category; done
    expect 0 as helper tally "$event" $category 37
    expect 0 as helper tally "$event" $category -1
done
says '"count":40' out
says '"consulted":300' out
expect 0 as helper tally "$event" 03 -20
expect 1 as helper tally "$event" 03 -21

# ---- two applications: a volunteer's part ends before the receipt

expect 0 as helper list consultation --where "event=$event and name=张文芳" --limit 1
consultation=$(sed -n 's/.*"rows":\[{"id":"\([0-9a-f]*\)".*/\1/p' out)
expect 0 as helper do draft "$consultation" cause=民间借贷纠纷
case1=$(value id)
expect 1 as helper do receive "$case1" items=身份证复印件
says '由工作站人员、中心受理员办理' err
expect 0 as worker do receive "$case1" items=身份证复印件
expect 0 as worker do draft "$event" name=赵兵 cause=追索劳动报酬纠纷
expect 0 as worker do receive "$(sed -n 's/^{"id":"\([0-9a-f]*\)".*/\1/p' out)" items=工资欠条

# ---- materials, hours, closing

expect 0 as helper add event_material "event=$event" item=01 quantity=300
expect 0 as helper add service_hours "event=$event" "volunteer=$volunteer" hours=6
expect 0 as helper do close "$event" persons=120 photos=15
says '解答咨询 280 人次' out
says '现场受理 2 件' out
expect 1 as helper quick "$event" 281
says 已经收场 err
expect 1 as helper do close "$event"

# ---- by file to the town, by network from there to the center; and again, and straight to the center: nothing doubles

expect 0 "$d" bundle export stick/laptop.aidb --data laptop
expect 0 "$d" bundle import stick/laptop.aidb --data town
expect 0 "$d" once --data town --json
says '"quarantined":0' out
same_totals
expect 0 "$d" bundle import stick/laptop.aidb --data town
expect 0 "$d" once --data town --json
expect 0 "$d" bundle import stick/laptop.aidb --no-return --json --data center
says '"conflicts":0,"quarantined":0' out
says '"received":0' out
same_totals
expect 0 "$a" list case --where "event=$event and received_on=$today" --data center --json
says '赵兵' out
says '张文芳' out

# ---- the answer goes back by file; later the laptop has a network after all

expect 0 "$d" bundle returns stick --data town
expect 0 "$d" bundle import stick/return-*.aidb --data laptop
says '新确认' out
expect 0 "$d" bundle export stick/more.aidb --data laptop
says '没有要交的' out
expect 0 "$d" once --data laptop --json
says '"sent":0' out
same_totals
verified
echo "outreach_test: 60 lines, 200 counted, 2 applications; the same at laptop, town and center"
