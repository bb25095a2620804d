#!/bin/bash
# tests/status_test.sh - what an operator can see: a center and three stations, what each sent, what waits, when they met, how far the center's backup reaches, what the log says. Real processes.
# Usage: status_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

export AIDPOST_TRACE=info
head -c 64 /dev/urandom >secret.key

station_of() { # NUMBER: its object in stations --json, in out
    expect 0 "$d" stations --json --data center
    grep -o "{\"station_no\":$1,.*" out | sed 's/},{"station_no".*//' >one && mv one out
}
is() { [ "$(number "$1")" = "$2" ] || { cat out; fail "$1 is $(number "$1") instead of $2"; }; } # KEY NUMBER
one_object() { [ "$(wc -l <out)" = 1 ] || fail "not one line: $(cat out)"; says "^{\"error\":\"$1\",\"message\":\"..*\"}\$" out; } # NAME OF THE ERROR
status_of() { expect 0 "$d" status --json --data "$1"; }

expect 0 "$s" center center 4
start_center
for each in 1 2 3; do
    expect 0 "$d" enrol new --org z$((each + 1)) --data center
    expect 0 "$d" enrol "$(cat out)" --center "$address" --data s$each --name "laptop $each"
    says "session: 站点 $each（z$((each + 1))，laptop $each）已登记" center.log
done

# --- before anybody met: what waits on both sides
expect 0 "$s" consult s1 5
expect 0 "$s" consult s2 4
expect 0 "$s" share center 2 'from the center'
status_of s1
is head 5
is have 0
is pending 5
says '"last_contact":null' out
says '"last_attempt":null' out
expect 0 "$d" status --data s1
says '待发 5 条' out
says '最近成功 从未' out
station_of 1
is have 0
says '"last_contact":null' out
[ "$(number behind)" -gt 0 ] || fail "nothing waits for station 1"
behind=$(number behind)
expect 0 "$d" stations --data center
says "1  z2 .*最近联系 从未  待发 $behind" out

# --- two of three come: each has its own watermark, the third still waits
for each in 1 2; do expect 0 "$d" once --json --data s$each; done
station_of 1
is have 5
is behind 0
says '"last_contact":"20' out
order=$(number order)
station_of 2
is have 4
station_of 3
is have 0
says '"last_contact":null' out
[ "$(number behind)" -gt 0 ] || fail "nothing waits for station 3"
status_of s1
is have 5
is pending 0
is order "$order"
is received "$behind"
says '"ok":true,"reason":null,"sent":5' out
says '"skew_s":0' out
says '连接 [0-9]* 127.0.0.1:[0-9]*：接通，站点 1' center.log
says "完成，发出 $((behind + 5)) 收到 5 分歧 0 隔离 0，线上发 [1-9]" center.log

# --- how far a proven backup of the center reaches, on both sides
is safe 0
expect 0 "$a" backup b.bak --key-file secret.key --data center
station_of 1
is safe 5
expect 0 "$d" once --data s1
status_of s1
is safe 5

# --- a conflict and something new: counted where it stands
expect 0 "$s" consult s1 2
status_of s1
is pending 2
expect 0 "$d" stations --json --data center
says '"conflicts":0,"quarantined":0,"flagged":0,"returned_waiting":0,"alarms":0,"waiting_since_restore":0' out

# --- a machine that was taken away: said at the center's log with what to do, and at the machine
expect 0 "$d" revoke 2 --data center
expect 1 "$d" once --data s2
says '停用' err
says '如果不对，请重新登记' center.log
station_of 2
says '"revoked":true' out
expect 0 "$d" status --data s2
says '最近一次失败：.*停用；如果不对，请重新登记' out # what to do, too: the screens show the same

# --- no center: why, and when it is tried again
kill -TERM "$center_pid"
wait "$center_pid" || fail "exit $? after SIGTERM"
center_pid=
says 'center: 已停止' center.log
expect 1 "$d" once --data s1
expect 1 "$d" once --json --data s1
one_object '[a-z_]*'
expect 2 "$d" once --json --every 5m --data s1
says 'once 不能用选项 --every' err
one_object usage
expect 2 "$d" once --json --nonsense
one_object usage
expect 1 "$d" stations --json --data s1
says '^{"error":"forbidden","message":"stations ' out
! "$d" status --data s1 >/dev/full 2>err || fail "a full disk is no failure"
says '不能写标准输出' err
"$d" enrol new --org z2 --data center >/dev/full 2>err
[ $? = 3 ] || fail "what was done is not told as a failure that changed nothing"
says '要做的已经做了' err
status_of s1
says '"last_attempt":{"at":"20[^}]*"ok":false,"reason":"[^"]' out
says '"last_success":{"at":"20[^}]*"ok":true' out
"$d" station --data s1 >station.out 2>station.log &
station_pid=$!
next_known() { "$d" status --json --data s1 | grep -q '"next_attempt":"20'; }
until_true next_known
expect 0 "$d" status --data s1
says '最近一次失败：.*；下次 20' out

# --- and goes on by itself
start_center "$address"
sent_all() { "$d" status --json --data s1 | grep -q '"pending":0'; }
until_true sent_all
station_of 1
is have 7
kill -TERM "$station_pid"
wait "$station_pid" || fail "exit $? after SIGTERM"
station_pid=
says 'station: 已停止' station.log
kill -TERM "$center_pid"
wait "$center_pid" || fail "exit $? after SIGTERM"
center_pid=
echo "status_test: all well"
