#!/bin/bash
# tests/metrics_test.sh - what the center's and a station's service tell a monitoring system, over their sockets; sockets that are in the way; readers that never speak or never end. Real processes.
. "$(dirname "$0")/processes.sh"

r=$build/tests/read_socket
# ask SOCKET [REQUEST]: the answer in out
ask() { "$r" "$1" "${2-GET /metrics HTTP/1.0}" >out 2>err || fail "no answer from $1: $(cat err)"; }
metric() { sed -n "s/^$1 //p" out; }

cat >orgs.tsv <<EOF
code	name	kind	area
S1	永阳工作站	station	320117001
EOF
expect 0 "$a" init center --name 测试中心 --area 320117 --orgs orgs.tsv --data center
"$d" center --data center --listen 127.0.0.1:0 --port-file port >center.log 2>&1 &
center_pid=$!
until_true [ -s port ]
address=127.0.0.1:$(sed 's/.*://' port)
[ "$(stat -c %a center/metrics.sock)" = 700 ] || [ "$(stat -c %a center/metrics.sock)" = 600 ] || fail "others may read: $(stat -c %a center/metrics.sock)"
ask center/metrics.sock
says '^HTTP/1.0 200' out
says '^aidpost_build_info{version="' out
[ "$(metric aidpost_connections)" = 0 ] || fail "connections: $(metric aidpost_connections)"
[ "$(metric 'aidpost_stations{state="enrolled"}')" = 0 ] || fail "stations"
[ "$(metric aidpost_scrape_errors)" = 0 ] || fail "something could not be read"

expect 0 "$d" enrol new --org S1 --data center --json
code=$(value code)
expect 0 "$d" enrol "$code" --center "$address" --data station
expect 0 "$a" add consultation name=张文芳 content=工资没有发 --data station
expect 0 "$d" once --data station
ask center/metrics.sock
[ "$(metric 'aidpost_stations{state="enrolled"}')" = 1 ] || fail "the station is not counted"
[ "$(metric 'aidpost_station_have_seq{station="1"}')" = 1 ] || fail "its change is not counted"
[ "$(metric 'aidpost_sessions_total{result="done"}')" -ge 2 ] || fail "sessions are not counted"
[ "$(metric aidpost_changes_received_total)" = 1 ] || fail "changes are not counted"
lacks '张\|永阳\|工资' out

# A station's own; a counter moves with what it tells.
"$d" station --data station >station.log 2>&1 &
station_pid=$!
until_true [ -S station/metrics.sock ]
ask station/metrics.sock
[ "$(metric aidpost_log_seq)" = 1 ] || fail "the station's log"
lacks 'aidpost_stations{' out

# Readers that say nothing, that say too much, and one that closes at once: the next one is answered all the same.
"$r" center/metrics.sock '' >/dev/null 2>&1
head -c 100000 /dev/zero | tr '\0' x >much
"$r" center/metrics.sock "$(cat much)" >/dev/null 2>&1
ask center/metrics.sock 'GET / HTTP/1.1'
says '^# TYPE aidpost_sessions_total counter' out

# A second service on the same folder is refused, with the name of the first, and does not take the socket away; one that was killed leaves a file that the next replaces; another file stays.
kill -9 $center_pid
wait $center_pid 2>/dev/null
[ -S center/metrics.sock ] || fail "it should still lie there"
rm port
"$d" center --data center --listen "$address" --port-file port >center.log 2>&1 &
center_pid=$!
until_true [ -s port ]
ask center/metrics.sock
expect 1 timeout 20 "$d" center --data center --listen 127.0.0.1:0 --port-file port2
says "^aidpostd: center .*进程 $center_pid aidpostd" err
[ ! -e port2 ] || fail "two services on one store"
ask center/metrics.sock
kill $center_pid
wait $center_pid
center_pid=
[ ! -e center/metrics.sock ] || fail "it was not tidied away"
echo mine >center/metrics.sock
"$d" center --data center --listen 127.0.0.1:0 --port-file port3 >center.log 2>&1 &
center_pid=$!
until_true [ -s port3 ]
says '没有运行指标' center.log
says mine center/metrics.sock
echo "metrics: told by center and station"
