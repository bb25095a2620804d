#!/bin/sh
# tests/bench/run.sh - `make bench`: every figure of the project in one table, and as JSON lines in bench.json.
#
# Runs the built programs as real processes on a scratch folder (AIDPOST_BENCH_DIR, default ./bench.tmp: a real disk, not a memory file system),
# and the bench programs beside it. A figure is a median of ROUNDS runs (default 5) with its spread, and where there is a limit a ratio to
# that limit measured in the same run. Last comes the table (table.sh), with the goals (goals.tsv) and whether they are met. Nothing here passes or fails: it tells.
#
#   run.sh [SECTION..]   core reports upward find sync push sticks flood hub packing line screens; none: all of them. `make bench BENCH_ARGS='core flood'`
#
#   ROUNDS   runs of a figure (5)      PART   one of so many parts of all sizes (1): PART=100 ROUNDS=1 shows in minutes that everything runs; its figures mean nothing
#            (the screens look for words that only a large store has: at PART above 5 they may say that nothing was painted)
#   SUSTAINED   changes taken in to see whether that stays quick (1,000,000; 3,000,000 take 8 GB)      KEEP=1   what bench.json has of other sections stays
set -eu
build=${AIDPOST_BUILDDIR:-.}
source=${AIDPOST_SRCDIR:-..}
rounds=${ROUNDS:-5}
part=${PART:-1}
work=${AIDPOST_BENCH_DIR:-$build/bench.tmp}
out=$build/bench.json
aidpost=$build/aidpost aidpostd=$build/aidpostd
few=$((rounds < 3 ? rounds : 3)) # rounds of what takes a minute
center=
mkdir -p "$work"
[ "${KEEP:-0}" = 1 ] || : >"$out"

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

# rates NAME: the same of lines "CHANGES MS BARE_RATE BYTES_A_ROW", a round each: changes a second, beside bare inserts of the very rows in the same round; ratio 1: as fast, 0.5: half as fast
rates() {
    awk '{ rate = $1 * 1000 / $2; print rate / $3, rate, $3, $4 }' | sort -n |
        awk -v name="$1" '{ ratio[NR] = $1; rate[NR] = $2; bare[NR] = $3; bytes = $4; if (NR == 1 || $2 < least) least = $2; if ($2 > most) most = $2 }
            END { m = int((NR + 1) / 2); if (NR) printf "{\"name\":\"%s\",\"unit\":\"changes/s\",\"median\":%.0f,\"min\":%.0f,\"max\":%.0f,\"limit\":%.0f,\"ratio\":%.3f,\"ratio_min\":%.3f,\"ratio_max\":%.3f,\"value_bytes\":%d}\n",
                name, rate[m], least, most, bare[m], ratio[m], ratio[1], ratio[NR], bytes }' | tee -a "$out"
}

# bare STORE BATCH: "BARE_RATE BYTES_A_ROW" of the consultations that the store holds, BATCH a transaction
bare() {
    "$build/tests/bench/bare_rows" "$1" consultation "$2" "$work" >"$work/bare.json"
    rm -rf "$work/bare_rows.store"
    echo "$(number rows_per_s <"$work/bare.json") $(number value_bytes <"$work/bare.json")"
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

core() {
    echo "== saving and taking in, beside bare SQLite inserts of the same rows"
    "$build/tests/bench/bench_core" "$work" "$rounds" all "$part" "${SUSTAINED:-1000000}" | tee -a "$out"
    rm -rf "$work"/*.store
}

reports() {
    echo "== reports over 1,000,000 records, beside counting them"
    mkdir -p "$work/report"
    "$build/tests/bench/bench_report" "$work/report" "$rounds" "$(of 850000)" "$(of 150000)" | tee -a "$out"
    rm -rf "$work/report"
}

upward() {
    echo "== a county of 100,000 records that tells its hub: gathering its changes, beside writing them; the first pass over all figures"
    "$build/tests/bench/bench_upward" "$work" "$(of 85000)" "$(of 15000)" | tee -a "$out"
    rm -rf "$work"/*.store
}

find_names() {
    echo "== one among 200,000 persons by two characters, beside reading all names"
    "$build/tests/bench/bench_find" "$work" "$(of 200000)" | tee -a "$out"
    rm -rf "$work"/*.store
}

small_sync() {
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
        bulk_ms=$(number ms <"$work/bulk.json")
        once >"$work/idle.json"
        awk -v a="$(number bytes_out <"$work/idle.json")" -v b="$(number bytes_in <"$work/idle.json")" 'BEGIN { print a + b }' >>"$work/idle_bytes"
        number round_trips <"$work/idle.json" >>"$work/idle_turns"
        echo "$bulk $bulk_ms $(bare "$work/center" 100)" >>"$work/bulk_rates"
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
    figure bulk_bytes_a_consultation B <"$work/bulk_bytes"
    rates bulk_rate_30000 <"$work/bulk_rates"
    figure nothing_to_do_bytes B <"$work/idle_bytes"
    figure nothing_to_do_round_trips 1 <"$work/idle_turns"
    figure day_50_new_20_edits_bytes B <"$work/day_bytes"
    figure day_round_trips 1 <"$work/day_turns"
}

push() {
    echo "== a first push of 100,000, from dialling to the last acknowledgement, beside bare inserts of the rows that came (100 a transaction)"
    n=$(of 100000)
    consultations 100000 "$n" >"$work/import.jsonl"
    i=0
    while [ $i -lt "$few" ]; do
        start_center
        "$aidpost" import consultation "$work/import.jsonl" --data "$work/station" --json >/dev/null 2>&1
        once >"$work/bulk.json"
        stop
        awk -v bytes="$(number bytes_out <"$work/bulk.json")" -v n="$(number sent <"$work/bulk.json")" 'BEGIN { print bytes / n }' >>"$work/push_bytes"
        echo "$n $(number ms <"$work/bulk.json") $(bare "$work/center" 100)" >>"$work/push_rates"
        i=$((i + 1))
    done
    rm -rf "$work/import.jsonl" "$work/center" "$work/station"
    figure bulk_100000_bytes_a_change B <"$work/push_bytes"
    rates bulk_rate_100000 <"$work/push_rates"
}

sticks() {
    echo "== 10,000 changes by stick: sealed to the center, taken in there with the answer written"
    i=0
    consultations 0 "$(of 10000)" >"$work/import.jsonl"
    while [ $i -lt "$rounds" ]; do
        start_center
        "$aidpost" import consultation "$work/import.jsonl" --data "$work/station" --json >/dev/null 2>&1
        rm -rf "$work/bundle" "$work/bundle.return"
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
}

# flood NAME N EACH ORGS ROUNDS: N stations at once; the center's time and memory; and its rate beside bare inserts of the very rows that came, in the same round, two stations' each a transaction
flood() {
    i=0
    while [ $i -lt "$5" ]; do
        rm -rf "$work/flood" "$work/flood.port"
        "$build/tests/bench/flood" setup "$work/flood" "$2" "$4"
        "$aidpostd" center --data "$work/flood" --listen 127.0.0.1:0 --port-file "$work/flood.port" --new-key >/dev/null 2>&1 &
        center=$!
        until [ -s "$work/flood.port" ]; do kill -0 "$center"; done
        "$build/tests/bench/flood" run "$work/flood" "127.0.0.1:$(sed 's/.*://' "$work/flood.port")" "$2" "$3" "$center" "$4" >"$work/flood.json" || :
        stop
        number failed <"$work/flood.json" >>"$work/$1_failed"
        number ms <"$work/flood.json" >>"$work/$1_ms"
        number center_cpu_ms <"$work/flood.json" >>"$work/$1_center_cpu"
        number machines_cpu_ms <"$work/flood.json" >>"$work/$1_machines_cpu"
        number center_rss_kb_after <"$work/flood.json" | awk '{ print $1 / 1024 }' >>"$work/$1_center_rss"
        awk -v after="$(number center_rss_kb_after <"$work/flood.json")" -v before="$(number center_rss_kb_before <"$work/flood.json")" -v n="$2" 'BEGIN { print (after - before) / n }' >>"$work/$1_connection"
        [ "$3" = 0 ] || echo "$(($2 * $3)) $(number ms <"$work/flood.json") $(bare "$work/flood" $((2 * $3)))" >>"$work/$1_rates"
        i=$((i + 1))
    done
    rm -rf "$work/flood"
    figure "$1_failed" 1 <"$work/$1_failed"
    figure "$1" ms <"$work/$1_ms"
    [ "$3" = 0 ] || rates "$1_rate" <"$work/$1_rates"
    figure "$1_center_cpu" ms <"$work/$1_center_cpu"
    figure "$1_machines_cpu" ms <"$work/$1_machines_cpu"
    figure "$1_center_rss" MiB <"$work/$1_center_rss"
    figure "$1_rss_a_connection" KiB <"$work/$1_connection"
}

floods() {
    echo "== many stations at once"
    flood stations_1000_each_70 "$(of 1000)" 70 "$(of 1000)" "$few"
    flood stations_5000_idle "$(of 5000)" 0 "$(of 50)" 1
}

hub() {
    [ -x "$build/tests/bench/bench_hub" ] || return 0
    echo "== a hub taking counties' changes in, beside COPY of the very rows into the same tables of the same PostgreSQL"
    AIDPOST_SRCDIR=$source "$build/tests/bench/bench_hub" "$rounds" | tee -a "$out"
}

packing() {
    echo "== packing"
    consultations 0 20000 >"$work/lines.jsonl"
    "$build/tests/bench/bench_pack" "$work/lines.jsonl" | tee -a "$out"
    rm -f "$work/lines.jsonl"
}

line() {
    echo "== a bad line: 64 kbit/s, 300 ms each way, 5 % loss"
    [ "$part" = 1 ] || export BAD_ROUNDS="$(of 20)" BAD_FIRST="$(of 3)"
    AIDPOST_BUILDDIR=$build "$source/tests/bench/bad_link.sh" "$work" | tee -a "$out"
    AIDPOST_BUILDDIR=$build "$source/tests/bench/cut_line.sh" "$work" | tee -a "$out"
}

screens() {
    echo "== screens on 1,000,000 records, beside a bare ncursesw list over the same file"
    AIDPOST_BUILDDIR=$build "$build/tests/bench/bench_screen" "$work/screen" "$rounds" "$(of 1000000)" | tee -a "$out"
    echo "== backup and restore of the same records, beside a plain copy of the file"
    AIDPOST_BUILDDIR=$build "$source/tests/bench/backup.sh" "$work" "$(of 1000000)" "$few" "$work/screen" | tee -a "$out"
    rm -rf "$work/screen"
}

begun=$(date +%s)
for section in ${*:-core reports upward find sync push sticks flood hub packing line screens}; do
    case $section in
    core | reports | upward | push | sticks | hub | packing | line | screens) $section ;;
    find) find_names ;;
    sync) small_sync ;;
    flood) floods ;;
    *)
        echo "no section $section: core reports upward find sync push sticks flood hub packing line screens" >&2
        exit 2
        ;;
    esac
done
echo
"$source/tests/bench/table.sh" "$out" "$source/tests/bench/goals.tsv"
echo "$(($(date +%s) - begun)) seconds"
