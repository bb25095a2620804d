#!/bin/bash
# tests/clock_test.sh - clocks that are wrong: a station at 1970, one that jumps back a year, one that jumps under a running service, a center at 1970, a month without a network. Records are taken and the person is
# warned; order, conflicts and healing do not suffer; sync works; periods run by the day that it is. Real processes with the clock of tests/false_machine.c; the screens: tests/test_bad_machine.c.
# Usage: clock_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

day=86400
to_1970() { echo $((5 * 3600 - $(date +%s))) >clock; }
shifted() { echo $(($1 * day)) >clock; } # DAYS
right() { rm -f clock; }
added() { # FOLDER FIELD=VALUE..: id
    local folder=$1
    shift
    expect 0 "$a" add consultation --json --data "$folder" "$@"
    id=$(value id)
    [ ${#id} = 32 ] || fail "no id"
}
sync() { expect 0 "$d" once --data "$1"; }
holds() { # FOLDER ID TEXT
    expect 0 "$a" get "$2" --json --data "$1"
    says "$3" out
}

expect 0 "$s" center center 4
start_center
export AIDPOST_TRACE=info
true_d=$d
false_machine

# --- enrolled, and at work, at 1970: two machines of one station, the first with an empty battery
to_1970
for each in 1 2; do
    expect 0 "$true_d" enrol new --org z2 --data center
    expect 0 "$d" enrol "$(cat out)" --center "$address" --data s$each --name "laptop $each"
    right
done
added s2 content=钟是对的那台写的 phone=15400000001
first=$id
sync s2
sync s1
to_1970
added s1 content=钟是一九七〇年的那台写的
says '注意: 本机的钟是 1970-01-0' err
holds s1 "$id" '"date":"1970-01-0' # what nobody typed is by the clock: that is why one is warned
added s1 content=日期写明了 date=2026-03-02
holds s1 "$id" '"date":"2026-03-02"'
dated=$id
expect 1 "$a" doctor --json --data s1
says '"name":"clock","state":"problem","text":"时钟是 1970-01-0' out

# --- who writes later in the order wins, though his clock is 56 years behind
expect 0 "$a" set "$first" phone=15400000002 --data s1
sync s1
says_skew() { expect 0 "$d" "$1" --json --data "$2"; grep -q '"skew_s":-\?[0-9]\{9,\}' out || fail "no word of the clock: $(cat out)"; }
says_skew stations center
expect 0 "$d" stations --data center
says '时钟慢 5[6-9] 年' out # and not in millions of minutes
says_skew status s1
expect 0 "$d" status --data s1
says '时钟慢 5[6-9] 年，请校对本机时间' out
right
sync s2
holds s2 "$first" '"phone":"15400000002"'
says '"conflicts":\[\]' out
holds s2 "$dated" '日期写明了'

# --- apart: both values are there, whatever the clocks say
to_1970
expect 0 "$a" set "$first" phone=15400000003 --data s1
right
expect 0 "$a" set "$first" phone=15400000004 --data s2
sync s2
to_1970
sync s1
right
sync s2
for each in s1 s2 center; do
    holds $each "$first" 15400000003
    holds $each "$first" 15400000004
done

# --- back a year between two changes, and on while the service runs
added s2 content=今年的话
expect 0 "$a" set "$id" content=今年又改的话 --data s2
shifted -365
expect 0 "$a" set "$id" content=去年的钟改的话 --data s2
says '注意: 本机的钟' err
sync s2
holds center "$id" '"content":"去年的钟改的话"'
right
sync s2
"$d" station --every 1s --data s2 >>station.log 2>&1 &
station_pid=$!
added s2 content=服务开着，钟还对
until_true "$s" has center 服务开着，钟还对
to_1970
added s2 content=服务开着，钟跳了
until_true "$s" has center 服务开着，钟跳了
shifted 3650
added s2 content=服务开着，钟快了十年
until_true "$s" has center 服务开着，钟快了十年
kill -TERM "$station_pid"
wait "$station_pid" || fail "exit $? after SIGTERM"
station_pid=
added s2 content=快了十年，还没有送出
right
added s2 content=又校对了
says '注意: 本机的钟慢了或曾快过' err # the newest change was made ten years ahead: said, not decided
sync s2
added s2 content=与中心比过了
lacks '注意' err # the center's clock decides it
shifted 3
sync s2
added s2 content=快了三天
says '注意: 本机的钟比县中心快 3 天' err
sync s2
right
added s2 content=对了，还没有再比过
lacks '注意' err # what the center's clock showed then counts, not what the own one did
sync s2
added s2 content=又对了
lacks '注意' err

# --- a disk that was put back at 1970 is found out and healed
to_1970
cp -r s1 old
added s1 content=副本里没有的一条
lost=$id
sync s1
rm -r s1
mv old s1
added s1 content=恢复以后写的一条
after=$id
sync s1
sync s1
for each in s1 center; do
    holds $each "$lost" 副本里没有的一条
    holds $each "$after" 恢复以后写的一条
done

# --- the center itself at 1970: new codes are good, order goes on, stations come and go
stop_center
start_center "$address" # the false one
added s1 content=中心的钟也错了
sync s1
right
sync s2
to_1970
holds center "$id" 中心的钟也错了
expect 0 "$d" enrol new --org z3 --data center
expect 0 "$d" enrol "$(cat out)" --center "$address" --data s3 --name "laptop 3"
added center content=中心自己写的一条
says '注意: 本机的钟是 1970' err
expect 1 "$a" doctor --json --data center
says '"name":"clock","state":"problem"' out
stop_center
right
start_center "$address"

# --- a month without a network: records go on, periods warn, one sync brings all across
sync s1
expect 0 "$a" do draft new --json name=王建国 id_no=32012419870312274X phone=15400012345 cause=追索劳动报酬纠纷 matter=M5 stage=04 household=3 income=1000元 --data s1
case=$(value id)
expect 0 "$a" do receive "$case" items=身份证复印件 --data s1
stop_center
expect 1 "$d" once --data s1 # there is none
for ((i = 1; i <= 31; i++)); do
    shifted "$i"
    added s1 content="没有网络的第${i}天"
    lacks '注意' err
done
"$a" doctor --data s1 >out 2>err
"$a" doctor --data center >both 2>&1
tail -1 both | grep -q '见上' || { cat both; fail "\"see above\" stands above"; }
says '31 天没有与县中心联系' out
expect 0 "$a" todo --data s1
says '超 .*D01' out
expect 0 "$d" status --json --data s1
[ "$(number pending)" -ge 33 ] || fail "$(number pending) wait"
start_center "$address"
sync s1
expect 0 "$d" status --json --data s1
[ "$(number pending)" = 0 ] || fail "something still waits"
for ((i = 1; i <= 31; i++)); do "$s" has center "没有网络的第${i}天" || fail "day $i is not at the center"; done
holds center "$case" 王建国
stop_center
for each in center s1 s2 s3; do expect 0 "$a" verify --data $each; done
exit 0
