#!/bin/bash
# tests/leave_test.sh - a worker and a laptop leave: what is open is listed and given to others, each a change in the history; the account is disabled only then; the paper; a machine is wiped only when the center
# has all of it, or when somebody said twice that what is only there may go; revoked at the center it comes in no more. Usage: leave_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

printf 'Geheim-2026\n' >password
own() { "$a" --data center "$@"; }
open() { number open; }

# --- at the center: accounts of a station, a case, a shift, a promise to answer, a matter of a meeting
expect 0 "$s" center center 4
for name in chen li; do expect 0 own user add $name --role station --org z2 --display "${name}某" --password-file password; done
start_center
expect 0 "$d" enrol new --org z2 --data center
expect 0 "$d" enrol "$(cat out)" --center "$address" --data s1 --name "laptop 1"
expect 0 "$d" once --data s1
as() { # USER VERB.. at the station
    local user=$1
    shift
    "$a" --as "$user" --password-file password --data s1 "$@"
}
expect 0 as chen do draft new --json name=王建国 id_no=32012419870312274X phone=15400012345 cause=追索劳动报酬纠纷 matter=M5 stage=04 household=3 income=1000元
case=$(value id)
expect 0 as chen do receive "$case" items=身份证复印件
expect 0 as chen add consultation content=工资 handling=另行答复 worker=chen某
expect 0 as chen add consultation content=已经答复的 handling=另行答复 answer=答复了 worker=chen某
expect 0 as chen add duty_shift date=2099-03-02 name=chen某
expect 0 as chen add duty_shift date=2020-03-02 name=chen某
expect 0 as li add duty_shift date=2099-03-03 name=li某

# --- the list: what is open, what ends first first; nobody else's, nothing that is over
expect 0 "$a" leave chen --json --data s1
[ "$(open)" = 3 ] || fail "$(open) open: $(cat out)"
says '"type":"case".*"period":"D01' out
lacks 2020-03-02 out
lacks 2099-03-03 out
expect 0 "$a" leave chen某 --data s1
says '王建国' out
says 'chen某 名下未办结 3 件' out
expect 1 "$a" leave chen --disable --data s1
says '名下还有 3 件没有交出去' err

# --- one by one, then the rest; in the history, by whom; refused with the reason
expect 2 "$a" leave chen "${case:0:8}" --data s1
expect 2 "$a" leave chen ffffffff --give li --data s1
says '没有编号以 ffffffff 开头的' err
expect 0 as li leave chen "${case:0:8}" --give li
says 'li某' out
expect 0 "$a" history "$case" --data s1
tail -2 out >last
says 'li.*put' last
says '受理人: li某' last
expect 3 "$a" leave chen --give chen --data s1
says '不能交给本人' err
if "$a" doctor --json --data s1 2>/dev/null | grep -q '"name":"font","state":"ok"'; then
    expect 0 "$a" leave chen --give li --pdf paper.pdf --text --data s1
    [ "$(head -c 5 paper.pdf)" = %PDF- ] || fail "no paper"
else
    expect 0 "$a" leave chen --give li --text --data s1
fi
says '工作交接单' out
says '移交人：chen某（账号 chen，还没有停用）。名下未办结 3 件，已交出 3 件' out
says '本机（1 号机 laptop 1）：最近一次同步 20' out
says '监交人' out
expect 0 "$a" leave chen --json --data s1
[ "$(open)" = 0 ] || fail "$(open) open"
expect 0 "$a" leave li --json --data s1
[ "$(open)" = 4 ] || fail "$(open) of li"

# --- the account is the center's; a volunteer's account may not look into other people's work
expect 1 "$a" leave chen --disable --data s1
says '账号归县中心管理' err
expect 0 own user add vol --role volunteer --org z2 --display 志愿 --password-file password
expect 0 "$d" once --data s1
expect 1 as vol leave li
says '交接由工作人员办理' err
expect 0 own leave chen --disable --machine 1
says '账号 chen 已停用' out
says '1 号机（laptop 1）: 最近同步 20' out
expect 0 "$d" once --data s1
expect 1 as chen count case

# --- the laptop: what is only there is named, and nothing is gone before it is not
cp -r s1 s2
expect 0 "$a" add consultation name=张文芳 content=还没有同步的 --data s1
expect 1 "$d" retire --data s1
says '没有送到县中心的 [1-9]' out
says '咨询.*张文芳' out
says '还有只在本机上的内容' err
"$d" retire --data s1 >both 2>&1
[ "$(tail -1 both)" = "$(cat err)" ] || fail "the reason stands before what it points at"
expect 1 "$d" retire --wipe --data s1
[ -f s1/aidpost.db ] || fail "wiped although something was only there"
expect 2 "$d" retire --lose --data s1
expect 1 "$d" retire --json --data s1
says '"kind":"change","type":"咨询","title":"[^"]*张文芳' out
expect 1 "$d" retire --data center
expect 0 "$d" once --data s1
expect 0 "$d" retire --data s1
says '都在县中心了' out
"$d" station --center "$address" --data s1 --metrics off >station.out 2>station.log & # it stands still on the store, and is in the way
station_pid=$!
until_true test -s station.log
expect 1 "$d" retire --wipe --data s1
says "还有程序开着这份数据（进程 $station_pid aidpostd" err
says '没有送到县中心的 0 条' out
[ -f s1/aidpost.db ] && [ -s s1/identity.pem ] || fail "wiped under a service"
kill -TERM $station_pid
wait $station_pid
station_pid=
cp s1/identity.pem key
ln s1/identity.pem link
expect 0 "$d" retire --wipe --data s1
says 'aidpostd revoke 1' out
[ -z "$(ls s1)" ] || fail "left: $(ls s1)"
[ "$(tr -d '\0' <link | wc -c)" = 0 ] || fail "the key was not written over"
expect 0 "$s" has center 还没有同步的
expect 0 "$d" revoke 1 --data center
expect 1 "$d" once --data s2 # a copy that somebody kept
says '这台机器已被中心停用' err
expect 1 "$d" retire --data s1

# --- somebody said twice that it may go
rm -r s2
expect 0 "$d" enrol new --org z2 --data center
expect 0 "$d" enrol "$(cat out)" --center "$address" --data s2 --name "laptop 2"
expect 0 "$a" add consultation content=不要了的 --data s2
expect 1 "$d" retire --wipe --data s2
expect 0 "$d" retire --wipe --lose --data s2
says '不要了的\|咨询' out
[ ! -e s2/aidpost.db ] || fail "still there"
stop_center
exit 0
