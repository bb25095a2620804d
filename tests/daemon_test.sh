#!/bin/bash
# tests/daemon_test.sh - aidpostd end to end: real processes on loopback, free ports, waits for conditions, never for time.
# Usage: daemon_test.sh [BUILD FOLDER].
# A socket from the shell (/dev/tcp) and failing lines' numbers: bash only.
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"
trap "" PIPE # a peer that hangs up on our garbage is what the test wants, not its end

export AIDPOST_TRACE=info

count_is() { [ "$("$s" count "$1" 2>/dev/null)" = "$2" ]; }
pending_is() { [ "$("$s" state "$1" 2>/dev/null | cut -d' ' -f5)" = "$2" ]; }
has_more_than() { [ "$("$s" count center)" -gt "$1" ] || ! kill -0 $writer 2>/dev/null; }
log_has() { grep -q -- "$1" "$2"; }

start_center() { # ADDRESS
    rm -f port
    "$d" center --listen "$1" --port-file port --data center >>center.out 2>>center.log &
    center_pid=$!
    until_true test -s port
    address=$(cat port)
}

start_station() { # FOLDER
    "$d" station --center "$address" --data "$1" >>station.out 2>>station.log &
    station_pid=$!
}

stop() { # PID, gently
    kill -TERM "$1"
    wait "$1" || fail "exit $? after SIGTERM"
}

enrol() { # ORG FOLDER
    expect 0 "$d" enrol new --org "$1" --json --data center
    code=$(sed -n 's/.*"code":"\([^"]*\)".*/\1/p' out)
    expect 0 "$d" enrol "$code" --center "$address" --data "$2" --name "laptop $2"
}

# --- usage
expect 2 "$d"
expect 2 "$d" nonsense
expect 2 "$d" --nonsense
expect 2 "$d" revoke --data center
expect 1 "$d" status --data nowhere
expect 1 "$d" bundle export file --data nowhere
expect 0 "$d" --version
says 'OpenSSL' out
says '协议 7' out
expect 0 "$d" --help
says 'enrol' out

# --- a center; another one that wants the same port
expect 0 "$s" center center 3
expect 0 "$s" center other 1
start_center 127.0.0.1:0
grep -q "^listening on 127.0.0.1:" center.out || fail "not announced"
[ ! -d /proc/$center_pid/task ] || [ "$(ls /proc/$center_pid/task | wc -l)" = 2 ] || fail "no thread that copies the store's log, or more than that one before anybody came"
expect 1 "$d" center --listen "$address" --data other
says '占用' err
expect 1 "$d" station --data center
expect 2 "$d" center --data center

# --- enrolment: a mistyped code, a code of another center, a good one, the same again
expect 1 "$d" enrol 00000-00000-00000-00001 --center "$address" --data a
says '登记码' err
expect 2 "$d" enrol 00000-00000-00000-00000
for name in '' $'two\nlines' $'\033[31mred' $'\xff' "$(printf '长%.0s' {1..60})"; do # it stands in the lists of the center
    expect 2 "$d" enrol 00000-00000-00000-00001 --center "$address" --name "$name" --data a
    says '--name: 机器的名称' err
    expect 2 "$a" init center --name "$name" --area 320117 --data a
    says '--name 应是' err
done
for name in 7 ' a' "$(printf '长%.0s' {1..31})"; do # what the center would pass over: the machine would be called otherwise, and nobody told
    expect 2 "$d" enrol 00000-00000-00000-00001 --center "$address" --name "$name" --data a
    says '--name: 机器的名称' err
    expect 2 "$d" enrol new --org z2 --name "$name" --data center
    says '--name: 机器的名称' err
done
expect 2 "$a" count consultation --data '' # not the machine's own data instead
says '--data 不能为空' err
expect 0 "$d" enrol new --org z2 --data other
expect 1 "$d" enrol "$(cat out)" --center "$address" --data a
says '密钥不符' err
expect 1 "$d" enrol new --org nonsense --data center
test ! -e a || fail "an enrolment that failed left $(ls a)"
enrol z2 a
expect 1 "$d" enrol "$code" --center "$address" --data a
says '已经登记过' err
expect 1 "$d" enrol "$code" --center "$address" --data b
test ! -e b || fail "an enrolment with a used code left $(ls b)"
enrol 第3站 b
test "$(stat -c %a a/identity.pem)" = 600 || fail "key can be read by others"
expect 0 "$d" stations --json --data center
says '"org":"z2"' out

# --- one session, then nothing to do, then an answer from the center; the other station sees none of it
expect 0 "$s" consult a 20
expect 0 "$d" once --json --data a
[ "$(number sent)" = 20 ] || fail "sent $(number sent)"
count_is center 20 || fail "center has $("$s" count center)"
expect 0 "$d" once --json --data a
[ "$(number sent)" = 0 ] && [ "$(number received)" = 0 ] || fail "something to do"
bytes=$(($(number bytes_out) + $(number bytes_in)))
[ $bytes -le 1600 ] || fail "nothing to do costs $bytes bytes"
[ "$(number round_trips)" -le 3 ] || fail "$(number round_trips) round trips"
echo "nothing to do: $bytes bytes, $(number round_trips) round trips"
expect 0 "$s" share center 2 'from the center'
expect 0 "$d" once --json --data a
[ "$(number received)" = 1 ] || fail "received $(number received)"
expect 0 "$d" once --json --data b
count_is b 0 || fail "a station holds what is not its own"
count_is a 21 || fail "station has $("$s" count a)"
expect 0 "$d" status --json --data a
says '"pending":0' out
says '"org":"z2"' out

# --- garbage on the port: closed, one line in the log, the center lives
exec 3<>"/dev/tcp/${address%:*}/${address##*:}"
printf 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' >&3
until_true log_has '断开，peer' center.log
exec 3>&- 3<&-
[ "$(grep -c '断开，peer' center.log)" = 1 ] || fail "more than one line"
exec 3<>"/dev/tcp/${address%:*}/${address##*:}" # and a silent one, which stays while the others work

# --- stays connected: new changes go at once, the center's come by themselves
start_station a
until_true log_has '：接通' station.log
expect 0 "$s" consult a 5
until_true count_is center 26
expect 0 "$s" share center 2 'while connected'
until_true count_is a 27
until_true pending_is a 0

# --- one session every so often: new changes go at once, what the center has comes when a person asks
"$d" station --every 2h --data b >every.out 2>every.log &
every_pid=$!
until_true log_has '：完成，' every.log
expect 0 "$s" consult b 2
until_true count_is center 29
expect 0 "$s" share center 3 'fetched on demand'
expect 0 "$s" ask b
until_true count_is b 3
stop "$every_pid"
every_pid=

# --- another machine of the same org: what one writes, the other gets
enrol z2 c
expect 0 "$d" once --data c
count_is c 27 || fail "second machine has $("$s" count c)"
expect 0 "$s" consult c 1
expect 0 "$d" once --data c
until_true count_is a 28

# --- what machines are called: their office knows it, nobody else; a new name reaches whoever knows the old one
expect 0 "$d" status --json --data c
says '"name":"laptop c"' out
expect 0 "$d" rename 'laptop c' 团结村2号机 --json --data center
says '"before":"laptop c","name":"团结村2号机"' out
expect 1 "$d" rename 1 团结村2号机 --data center
says '是站点 3 号的名称' err
expect 1 "$d" rename 1 7 --data center
says '只有数字' err
is_called() { "$a" list machine --json --data "$1" | grep -q "\"name\":\"$2\""; }
until_true is_called a 团结村2号机
expect 0 "$a" list machine --json --data b
says '"name":"laptop b"' out
if grep -q '团结村\|laptop [ac]' out; then fail "another office's machine is known at b"; fi
expect 0 "$a" list consultation --limit 1 --json --data a
expect 0 "$a" history "$(value id)" --json --data a
says '"station":"[^"]*","machine":"团结村2号机"' out
expect 0 "$d" stations --data center
says '团结村2号机' out

# --- a record shared with another org: what either writes comes to the other that is connected, without anybody touching the center; so does what a third machine carried to it
answer_is() { "$a" get "$id" --json --data "$1" 2>/dev/null | grep -q "\"answer\":\"$2\""; }
expect 0 "$a" add consultation name=周某 content=两个站一起办 --json --data a
id=$(value id)
until_true "$a" get "$id" --data center
expect 0 "$a" share "$id" --org z3 --data center
expect 0 "$d" once --data b
expect 0 "$a" set "$id" answer=从协办的站来 --data b
expect 0 "$d" once --data b
until_true answer_is a 从协办的站来
"$d" station --center "$address" --data b >every.out 2>every.log &
every_pid=$!
until_true log_has '：接通' every.log
expect 0 "$a" set "$id" answer=从本来的站来 --data a
until_true answer_is b 从本来的站来
expect 0 "$a" do draft new name=周某 cause=劳动合同纠纷 case_type=民事 --json --data a
case=$(value id)
until_true "$a" get "$case" --data center
expect 0 "$a" share "$case" --org z3 --data center
until_true "$a" get "$case" --data b
expect 0 "$a" add party case_id="$case" role=01 name=某公司 --json --data a
party=$(value id)
until_true "$a" get "$party" --data b
expect 0 "$a" add party case_id="$case" role=01 name=某人 --json --data b
party=$(value id)
until_true "$a" get "$party" --data a
expect 0 "$d" once --data c
expect 0 "$a" set "$id" answer=U盘带来的 --data c
expect 0 "$d" bundle export c.aidb --data c
expect 0 "$d" bundle import c.aidb --data b
until_true answer_is center U盘带来的
until_true answer_is a U盘带来的
stop "$every_pid"
every_pid=

# --- kill -9 in the middle, of each in turn; what was saved arrives, once
"$s" consult a 1500 >saved 2>consult.log &
writer=$!
for round in 1 2 3; do
    before=$("$s" count center)
    until_true has_more_than "$before"
    kill -9 "$center_pid"
    wait "$center_pid" 2>/dev/null
    start_center "$address"
    before=$("$s" count center)
    until_true has_more_than "$before"
    kill -9 "$station_pid"
    wait "$station_pid" 2>/dev/null
    start_station a
done
wait $writer || fail "the writer failed"
[ "$(tail -1 saved)" = 1500 ] || fail "not all were saved"
until_true pending_is a 0
until_true count_is center 1532
count_is a 1529 || fail "station has $("$s" count a)"
expect 0 "$s" verify a
expect 0 "$s" verify center

# --- the center goes away and comes back; the station finds it
stop "$center_pid"
expect 0 "$s" consult a 1
start_center "$address"
until_true count_is center 1533

# --- revoked: dropped at once, and refused from then on
expect 0 "$d" revoke 1 --data center
until_true log_has '停用' station.log
expect 0 "$s" consult a 1
expect 1 "$d" once --data a
count_is center 1533 || fail "a revoked station wrote"
expect 0 "$d" once --data b
log_has '站点 1（[^）]*）：会话中止，forbidden' center.log || { cat center.log; fail "the log does not say which machine was refused"; }
lacks '不认识的机器：会话中止，forbidden' center.log
expect 1 "$d" revoke 1 --data center

stop "$station_pid"
stop "$center_pid"
station_pid= center_pid=
exec 3>&- 3<&-

# --- services asked for JSON say one object, when they begin
"$d" center --listen 127.0.0.1:0 --json --data center >json.out 2>json.log &
center_pid=$!
until_true grep -q '^{"listening":"127.0.0.1:[0-9]*"}$' json.out
address=$(sed 's/.*:"//; s/"}//' json.out)
"$d" station --json --data b --center "$address" >station.out 2>station.log &
station_pid=$!
until_true grep -qF "{\"center\":\"$address\"}" station.out
# An exchange made just before it is stopped is noted, and being stopped is no warning.
until_true pending_is b 0
until_true log_has '：接通' station.log
expect 0 "$s" consult b 1
until_true pending_is b 0
stop "$station_pid"
log_has 'info.*cancelled' station.log || fail "not said that it was stopped"
lacks 'warn.*cancelled' station.log
expect 0 "$d" status --json --data b
says '"last_attempt":{[^}]*"ok":true,[^}]*"sent":1,' out
stop "$center_pid"
station_pid= center_pid=
[ "$(cat json.out station.out | wc -l)" = 2 ] || fail "more than one object each: $(cat json.out station.out)"
for store in a b c center; do expect 0 "$s" verify $store; done
echo "daemon_test: all well"
