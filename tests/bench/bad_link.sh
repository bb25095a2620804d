#!/bin/sh
# tests/bench/bad_link.sh - sync over 64 kbit/s with 300 ms each way and 5 % loss: two network namespaces, the kernel's own TCP (bad_link.c). Called by run.sh; prints JSON lines.
#
#   BAD_ROUNDS   sessions with nothing to do and with a day's work (default 20)    BAD_FIRST   first syncs of 3,000 consultations (default 3)
#   BAD_TRACE    a file that gets a line a packet (bad_link.c)
# Needs root and /dev/net/tun; without, it says so and prints nothing else. Cut: the first sync is killed half way once and goes on; what it sends again is what was unacknowledged.
set -eu
build=${AIDPOST_BUILDDIR:-.}
work=$1
rounds=${BAD_ROUNDS:-20} first=${BAD_FIRST:-3}
near=aidpost$$a far=aidpost$$b link= center=
aidpost=$build/aidpost aidpostd=$build/aidpostd
if [ "$(id -u)" != 0 ] || [ ! -e /dev/net/tun ] || ! ip netns add "$near" 2>/dev/null; then
    echo "bad link: skipped (needs root, ip netns and /dev/net/tun)" >&2
    exit 0
fi
tidy() {
    [ -z "$center" ] || kill "$center" 2>/dev/null || :
    [ -z "$link" ] || kill "$link" 2>/dev/null || :
    ip netns del "$near" 2>/dev/null || :
    ip netns del "$far" 2>/dev/null || :
    rm -rf "$work/bad"
}
trap tidy EXIT
trap 'exit 1' INT TERM
ip netns add "$far"
rm -rf "$work/bad"
mkdir -p "$work/bad"

number() {
    sed -n 's/.*"'"$1"'":\([0-9.]*\).*/\1/p'
}
# quantiles NAME UNIT: p50, p95, least, greatest of standard input
quantiles() {
    sort -n | awk -v name="$1" -v unit="$2" '{ v[NR] = $1 } END { if (NR) printf "{\"name\":\"%s\",\"unit\":\"%s\",\"median\":%s,\"min\":%s,\"max\":%s,\"p95\":%s,\"n\":%d}\n", name, unit, v[int((NR + 1) / 2)], v[1], v[NR], v[int((NR * 95 + 99) / 100)], NR }'
}
there() {
    ip netns exec "$near" "$@"
}
# One session: milliseconds to FILE_ms, bytes on the line with IP headers to FILE_bytes
session() {
    kill -USR1 "$link"
    rm -f "$work/bad/stats"
    sleep 0.3
    rm -f "$work/bad/stats"
    begun=$(date +%s%N)
    there "$aidpostd" once --data "$1" --json >"$work/bad/last.json" 2>>"$work/bad/errors" || return 1
    ended=$(date +%s%N)
    echo $(((ended - begun) / 1000000)) >>"$work/bad/$2_ms"
    sleep 1
    kill -USR1 "$link"
    until [ -s "$work/bad/stats" ]; do sleep 0.05; done
    awk -v up="$(number up <"$work/bad/stats")" -v down="$(number down <"$work/bad/stats")" 'BEGIN { print up + down }' >>"$work/bad/$2_bytes"
    number bytes_out <"$work/bad/last.json" >>"$work/bad/$2_out"
    number bytes_in <"$work/bad/last.json" >>"$work/bad/$2_in"
}
enrol() {
    code=$("$aidpostd" enrol new --org S1 --data "$work/bad/center" --json 2>/dev/null | sed 's/.*"code":"\([^"]*\)".*/\1/')
    there "$aidpostd" enrol "$code" --center 10.77.0.2:7474 --data "$1" >/dev/null 2>&1
}

"$build/tests/bench/bad_link" "$near" 10.77.0.1 "$far" 10.77.0.2 64000 300 5 "$work/bad/stats" ${BAD_TRACE:+"$BAD_TRACE"} >"$work/bad/ready" &
link=$!
until [ -s "$work/bad/ready" ]; do kill -0 "$link"; done
printf 'code\tname\tkind\tarea\nS1\t测试站\tstation\t320117001\n' >"$work/bad/orgs.tsv"
"$aidpost" init center --name 测试中心 --area 320117 --orgs "$work/bad/orgs.tsv" --data "$work/bad/center" --json >/dev/null
ip netns exec "$far" "$aidpostd" center --data "$work/bad/center" --listen 10.77.0.2:7474 --port-file "$work/bad/port" >"$work/bad/center.log" 2>&1 &
center=$!
until [ -s "$work/bad/port" ]; do kill -0 "$center"; done
enrol "$work/bad/station"
session "$work/bad/station" first_contact || :

i=0
while [ "$i" -lt "$rounds" ]; do
    session "$work/bad/station" nothing || :
    "$build/tests/bench/consultations" $((i * 50)) 50 >"$work/bad/day.jsonl"
    "$aidpost" import consultation "$work/bad/day.jsonl" --data "$work/bad/station" --json >/dev/null 2>&1
    "$aidpost" list consultation --limit 20 --data "$work/bad/station" --json | tr '{' '\n' | sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' |
        while read -r id; do "$aidpost" set "$id" "phone=1540000000$((i % 10))" --data "$work/bad/station" --json >/dev/null; done
    session "$work/bad/station" day || :
    i=$((i + 1))
done
quantiles bad_link_nothing_ms ms <"$work/bad/nothing_ms"
quantiles bad_link_nothing_bytes B <"$work/bad/nothing_bytes"
quantiles bad_link_day_ms ms <"$work/bad/day_ms"
quantiles bad_link_day_bytes B <"$work/bad/day_bytes"

# 3,000 at the center, from a machine beside it
code=$("$aidpostd" enrol new --org S1 --data "$work/bad/center" --json 2>/dev/null | sed 's/.*"code":"\([^"]*\)".*/\1/')
ip netns exec "$far" "$aidpostd" enrol "$code" --center 10.77.0.2:7474 --data "$work/bad/beside" >/dev/null 2>&1
have=$((rounds * 50))
"$build/tests/bench/consultations" 100000 $((3000 - have)) >"$work/bad/import.jsonl"
"$aidpost" import consultation "$work/bad/import.jsonl" --data "$work/bad/beside" --json >/dev/null 2>&1
ip netns exec "$far" "$aidpostd" once --data "$work/bad/beside" >/dev/null 2>&1
i=0
while [ "$i" -lt "$first" ]; do
    rm -rf "$work/bad/new"
    enrol "$work/bad/new"
    session "$work/bad/new" first || :
    i=$((i + 1))
done
[ ! -s "$work/bad/first_ms" ] || quantiles bad_link_first_sync_3000_ms ms <"$work/bad/first_ms"
[ ! -s "$work/bad/first_bytes" ] || quantiles bad_link_first_sync_3000_bytes B <"$work/bad/first_bytes"

# Killed half way: what both runs took in, less what one took
if [ -s "$work/bad/first_in" ]; then
    rm -rf "$work/bad/new"
    enrol "$work/bad/new"
    there timeout -s KILL 20 "$aidpostd" once --data "$work/bad/new" >/dev/null 2>&1 || :
    got=$("$aidpost" count consultation --data "$work/bad/new" --json | sed -n 's/.*"count":\([0-9]*\).*/\1/p')
    session "$work/bad/new" rest || :
    echo "bad link: cut after 20 s with ${got:-?} of 3000; the rest took $(cat "$work/bad/rest_in" 2>/dev/null) bytes in, all of it $(tail -n 1 "$work/bad/first_in")" >&2
fi
[ ! -s "$work/bad/errors" ] || sort "$work/bad/errors" | uniq -c >&2
