#!/bin/sh
# tests/bench/cut_line.sh - what a cut costs: a first sync of 3,000 consultations over a line of 64 kbit/s and 300 ms each way (slow_link.c) that breaks once and is taken up again. Called by run.sh; prints JSON lines.
#
#   cut_line.sh FOLDER      CUT_AT   bytes after which it breaks, a sync each (default: seven of them)
#
# cut_line_again     bytes that had come behind the last answer when the line broke: of a chunk that was not whole, and is carried again (what came while the last one was written to the disk is not counted: some hundred bytes)
# cut_line_dearer    what both connections carried, TLS and all, less what one that was not cut carried and less a connection with nothing to do: the same, and what the rest packs worse because what went before is forgotten
#                    (sync/history.h)
set -eu
build=${AIDPOST_BUILDDIR:-.}
work=$1/cut
aidpost=$build/aidpost aidpostd=$build/aidpostd
link= center=
tidy() {
    [ -z "$link" ] || kill "$link" 2>/dev/null || :
    [ -z "$center" ] || kill "$center" 2>/dev/null || :
    rm -rf "$work"
}
trap tidy EXIT
trap 'exit 1' INT TERM
rm -rf "$work"
mkdir -p "$work"

# port FILE PID: once it stands there
port() {
    until [ -s "$1" ]; do kill -0 "$2"; done
    sed 's/.*://' "$1"
}
enrol() { # FOLDER PORT
    rm -rf "$1"
    code=$("$aidpostd" enrol new --org S1 --data "$work/center" --json 2>/dev/null | sed 's/.*"code":"\([^"]*\)".*/\1/')
    "$aidpostd" enrol "$code" --center "127.0.0.1:$2" --data "$1" >/dev/null 2>&1
}
# over_link COMMAND..: the bytes that came down over the link, and those before the last answer; it breaks behind that many ($cut_at; 0: it does not)
over_link() {
    echo "$cut_at" >"$work/cut_at"
    rm -f "$work/carried"
    "$@" >/dev/null 2>&1 || :
    until [ -s "$work/carried" ]; do kill -0 "$link"; done
    sed 's/^[0-9]* //' "$work/carried"
}
once() { # FOLDER [CUT]
    cut_at=${2:-0}
    over_link "$aidpostd" once --data "$1"
}
fresh() { # a station with nothing
    cut_at=0
    over_link enrol "$work/new" "$far" >/dev/null
}
figure() {
    sort -n | awk -v name="$1" '{ v[NR] = $1 } END { if (NR) printf "{\"name\":\"%s\",\"unit\":\"B\",\"median\":%s,\"min\":%s,\"max\":%s,\"n\":%d}\n", name, v[int((NR + 1) / 2)], v[1], v[NR], NR }'
}

printf 'code\tname\tkind\tarea\nS1\t测试站\tstation\t320117001\n' >"$work/orgs.tsv"
"$aidpost" init center --name 测试中心 --area 320117 --orgs "$work/orgs.tsv" --data "$work/center" --json >/dev/null
"$aidpostd" center --data "$work/center" --listen 127.0.0.1:0 --port-file "$work/port" >/dev/null 2>&1 &
center=$!
near=$(port "$work/port" $center)
"$build/tests/bench/slow_link" "127.0.0.1:$near" 300 64 "$work/carried" "$work/cut_at" >"$work/link" &
link=$!
far=$(port "$work/link" $link)
enrol "$work/beside" "$near"
"$build/tests/bench/consultations" 100000 3000 >"$work/import.jsonl"
"$aidpost" import consultation "$work/import.jsonl" --data "$work/beside" --json >/dev/null 2>&1
"$aidpostd" once --data "$work/beside" >/dev/null 2>&1
fresh
whole=$(once "$work/new" | sed 's/ .*//')
nothing=$(once "$work/new" | sed 's/ .*//')
for at in ${CUT_AT:-20000 60000 95000 130000 165000 200000 240000}; do
    fresh
    once "$work/new" "$at" >"$work/cut"
    read -r cut kept <"$work/cut"
    rest=$(once "$work/new" | sed 's/ .*//')
    echo "cut line: after $cut bytes, $kept of them answered, then $rest; uncut $whole, nothing to do $nothing" >&2
    echo $((cut - kept)) >>"$work/again"
    echo $((cut + rest - whole - nothing)) >>"$work/dearer"
done
figure cut_line_again <"$work/again"
figure cut_line_dearer <"$work/dearer"
