#!/bin/sh
# tests/bench/run.sh - `make bench`: every figure of the project in one table, and as JSON lines in bench.json.
#
# Runs the built programs as real processes on a scratch folder (AIDPOST_BENCH_DIR, default ./bench.tmp: a real disk, not a memory file system),
# and the bench programs beside it. A figure is a median of ROUNDS runs (default 5) with its spread, and where there is a limit a ratio to
# that limit measured in the same run. Nothing here passes or fails: it tells.
#
#   ROUNDS   runs of a figure (5)      PART   one of so many parts of all sizes (1): PART=100 ROUNDS=1 shows in minutes that everything runs; its figures mean nothing
#            (the screens look for words that only a large store has: at PART above 5 they may say that nothing was painted)
set -eu
build=${AIDPOST_BUILDDIR:-.}
source=${AIDPOST_SRCDIR:-..}
rounds=${ROUNDS:-5}
part=${PART:-1}
work=${AIDPOST_BENCH_DIR:-$build/bench.tmp}
out=$build/bench.json
aidpost=$build/aidpost aidpostd=$build/aidpostd
center=
mkdir -p "$work"
: >"$out"

stop() {
    [ -z "$center" ] || kill "$center" 2>/dev/null || :
    center=
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# number FIELD <json: the number behind "FIELD":
number() {
    sed -n 's/.*"'"$1"'":\([0-9.]*\).*/\1/p'
}

# figure NAME UNIT: median, least and greatest of the numbers on standard input, as a JSON line
figure() {
    sort -n | awk -v name="$1" -v unit="$2" '{ v[NR] = $1 } END { if (NR) printf "{\"name\":\"%s\",\"unit\":\"%s\",\"median\":%s,\"min\":%s,\"max\":%s}\n", name, unit, v[int((NR + 1) / 2)], v[1], v[NR] }' |
        tee -a "$out"
}

now_ms() {
    date +%s%N | sed 's/......$//'
}

# consultations FIRST COUNT: JSON lines of 600 bytes of values each; the same numbers give the same lines
consultations() {
    "$build/tests/bench/consultations" "$1" "$2"
}

# of COUNT: the part of it that is asked for, at least one
of() {
    echo $((($1 + part - 1) / part))
}

# flood NAME N EACH ORGS: N stations at once; the center's time and memory; and its rate beside the bare inserts of the same rows that bench_core measured above (ratio 1: as fast, 0.5: half as fast)
flood() {
    rm -rf "$work/flood" "$work/flood.port"
    "$build/tests/bench/flood" setup "$work/flood" "$2" "$4"
    "$aidpostd" center --data "$work/flood" --listen 127.0.0.1:0 --port-file "$work/flood.port" >/dev/null 2>&1 &
    center=$!
    until [ -s "$work/flood.port" ]; do kill -0 "$center"; done
    "$build/tests/bench/flood" run "$work/flood" "127.0.0.1:$(sed 's/.*://' "$work/flood.port")" "$2" "$3" "$center" "$4" >"$work/flood.json" || :
    stop
    rm -rf "$work/flood"
    number failed <"$work/flood.json" | figure "$1_failed" 1
    number ms <"$work/flood.json" | figure "$1" ms
    number center_cpu_ms <"$work/flood.json" | figure "$1_center_cpu" ms
    number machines_cpu_ms <"$work/flood.json" | figure "$1_machines_cpu" ms
    [ "$3" = 0 ] || awk -v name="$1_rate" -v n="$(($2 * $3))" -v ms="$(number ms <"$work/flood.json")" -v bare="$(grep '"name":"ingest_n"' "$out" | number limit)" \
        'BEGIN { rate = n * 1000 / ms; printf "{\"name\":\"%s\",\"unit\":\"changes/s\",\"median\":%.0f,\"limit\":%s,\"ratio\":%.3f}\n", name, rate, bare, rate / bare }' | tee -a "$out"
    number center_rss_kb_after <"$work/flood.json" | awk '{ print $1 / 1024 }' | figure "$1_center_rss" MiB
    awk -v after="$(number center_rss_kb_after <"$work/flood.json")" -v before="$(number center_rss_kb_before <"$work/flood.json")" -v n="$2" \
        'BEGIN { print (after - before) / n }' | figure "$1_rss_a_connection" KiB
}

start_center() {
    rm -rf "$work/center" "$work/station" "$work/port"
    printf 'code\tname\tkind\tarea\nS1\t测试站\tstation\t320117001\n' >"$work/orgs.tsv"
    "$aidpost" init center --name 测试中心 --area 320117 --orgs "$work/orgs.tsv" --data "$work/center" --json >/dev/null
    "$aidpostd" center --data "$work/center" --listen 127.0.0.1:0 --port-file "$work/port" >/dev/null 2>&1 &
    center=$!
    until [ -s "$work/port" ]; do kill -0 "$center"; done
    address=127.0.0.1:$(sed 's/.*://' "$work/port")
    code=$("$aidpostd" enrol new --org S1 --data "$work/center" --json 2>/dev/null | sed 's/.*"code":"\([^"]*\)".*/\1/')
    "$aidpostd" enrol "$code" --center "$address" --data "$work/station" >/dev/null 2>&1
}

once() {
    "$aidpostd" once --data "$work/station" --json 2>/dev/null
}

echo "== saving and taking in, beside bare SQLite inserts of the same rows"
"$build/tests/bench/bench_core" "$work" "$rounds" all "$part" | tee -a "$out"

echo "== reports over 1,000,000 records, beside counting them"
"$build/tests/bench/bench_report" "$work/report" "$rounds" "$(of 850000)" "$(of 150000)" | tee -a "$out"
rm -rf "$work/report"

echo "== import, sync on loopback: bytes inside TLS frames and all"
bulk=$(of 30000)
consultations 0 "$bulk" >"$work/import.jsonl"
i=0
while [ $i -lt "$rounds" ]; do
    start_center
    before=$(now_ms)
    "$aidpost" import consultation "$work/import.jsonl" --data "$work/station" --json >/dev/null 2>&1
    after=$(now_ms)
    echo $((after - before)) >>"$work/import_ms"
    once >"$work/bulk.json"
    awk -v bytes="$(number bytes_out <"$work/bulk.json")" -v n="$bulk" 'BEGIN { print bytes / n }' >>"$work/bulk_bytes"
    number ms <"$work/bulk.json" >>"$work/bulk_ms"
    once >"$work/idle.json"
    awk -v a="$(number bytes_out <"$work/idle.json")" -v b="$(number bytes_in <"$work/idle.json")" 'BEGIN { print a + b }' >>"$work/idle_bytes"
    number round_trips <"$work/idle.json" >>"$work/idle_turns"
    consultations 30000 50 >"$work/day.jsonl"
    "$aidpost" import consultation "$work/day.jsonl" --data "$work/station" --json >/dev/null 2>&1
    "$aidpost" list consultation --limit 20 --data "$work/station" --json | tr '{' '\n' | sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' |
        while read -r id; do "$aidpost" set "$id" "phone=13900000001" --data "$work/station" --json >/dev/null; done
    once >"$work/day.json"
    awk -v a="$(number bytes_out <"$work/day.json")" -v b="$(number bytes_in <"$work/day.json")" 'BEGIN { print a + b }' >>"$work/day_bytes"
    number round_trips <"$work/day.json" >>"$work/day_turns"
    stop
    i=$((i + 1))
done
figure import_30000 ms <"$work/import_ms"
figure bulk_sync_30000 ms <"$work/bulk_ms"
figure bulk_bytes_a_consultation B <"$work/bulk_bytes"
figure nothing_to_do_bytes B <"$work/idle_bytes"
figure nothing_to_do_round_trips 1 <"$work/idle_turns"
figure day_50_new_20_edits_bytes B <"$work/day_bytes"
figure day_round_trips 1 <"$work/day_turns"

echo "== a first push of 100,000"
start_center
consultations 100000 "$(of 100000)" >"$work/import.jsonl"
"$aidpost" import consultation "$work/import.jsonl" --data "$work/station" --json >/dev/null 2>&1
once >"$work/bulk.json"
stop
rm -f "$work/import.jsonl"
number ms <"$work/bulk.json" | figure bulk_sync_100000 ms
awk -v bytes="$(number bytes_out <"$work/bulk.json")" -v n="$(number sent <"$work/bulk.json")" 'BEGIN { print bytes / n }' | figure bulk_100000_bytes_a_change B

echo "== 10,000 changes by stick: sealed to the center, taken in there with the answer written"
i=0
consultations 0 "$(of 10000)" >"$work/import.jsonl"
while [ $i -lt "$rounds" ]; do
    start_center
    "$aidpost" import consultation "$work/import.jsonl" --data "$work/station" --json >/dev/null 2>&1
    rm -rf "$work/bundle"*
    before=$(now_ms)
    "$aidpostd" bundle export "$work/bundle" --all --data "$work/station" --json >/dev/null
    after=$(now_ms)
    echo $((after - before)) >>"$work/export_ms"
    stop
    before=$(now_ms)
    "$aidpostd" bundle import "$work/bundle" --data "$work/center" --json >/dev/null
    after=$(now_ms)
    echo $((after - before)) >>"$work/bundle_import_ms"
    wc -c <"$work/bundle" >>"$work/bundle_bytes"
    i=$((i + 1))
done
rm -f "$work/import.jsonl"
figure bundle_export_10000 ms <"$work/export_ms"
figure bundle_import_10000 ms <"$work/bundle_import_ms"
figure bundle_bytes B <"$work/bundle_bytes"

echo "== many stations at once"
flood stations_1000_each_70 "$(of 1000)" 70 "$(of 1000)"
flood stations_5000_idle "$(of 5000)" 0 "$(of 50)"

if [ -x "$build/tests/bench/bench_hub" ]; then
    echo "== a hub taking counties' changes in, beside COPY of the very rows into the same tables of the same PostgreSQL"
    AIDPOST_SRCDIR=$source "$build/tests/bench/bench_hub" "$rounds" | tee -a "$out"
fi

echo "== packing"
"$build/tests/bench/consultations" 0 20000 >"$work/lines.jsonl"
"$build/tests/bench/bench_pack" "$work/lines.jsonl" | tee -a "$out"

echo "== a bad line: 64 kbit/s, 300 ms each way, 5 % loss"
[ "$part" = 1 ] || export BAD_ROUNDS="$(of 20)" BAD_FIRST="$(of 3)"
AIDPOST_BUILDDIR=$build "$source/tests/bench/bad_link.sh" "$work" | tee -a "$out"

echo "== backup and restore of 1,000,000 records, beside a plain copy of the file"
AIDPOST_BUILDDIR=$build "$source/tests/bench/backup.sh" "$work" | tee -a "$out"

echo "== screens on 1,000,000 records, beside a bare ncursesw list over the same file"
AIDPOST_BUILDDIR=$build "$build/tests/bench/bench_screen" "$work/screen" "$rounds" "$(of 1000000)" | tee -a "$out"

echo "== a backup of the same 1,000,000 records, read back and checked, and a restore from it"
head -c 64 /dev/urandom >"$work/key"
before=$(now_ms)
"$aidpost" backup "$work/bench.backup" --key-file "$work/key" --data "$work/screen" --json >/dev/null
after=$(now_ms)
echo $((after - before)) | figure backup_1000000 ms
rm -rf "$work/screen"
before=$(now_ms)
"$aidpost" restore "$work/bench.backup" --key-file "$work/key" --data "$work/restored" --json >/dev/null
after=$(now_ms)
echo $((after - before)) | figure restore_1000000 ms
rm -rf "$work/restored" "$work/bench.backup"

echo
echo "figure                              median          min          max   unit       of its limit"
awk '{
    split("name unit median min max ratio", keys, " ")
    for (k = 1; k <= 6; k++) {
        f[k] = ""
        if (match($0, "\"" keys[k] "\":\"?[^,\"}]*")) { f[k] = substr($0, RSTART, RLENGTH); sub(/^"[^"]*":"?/, "", f[k]) }
    }
    printf "%-32s %10s %12s %12s   %-10s %s\n", f[1], f[3], f[4], f[5], f[2], f[6]
}' "$out"
