#!/bin/sh
# tests/bench/backup.sh - a backup and a restore of a whole store, beside the plain copy of its file in the same round (cp, then fsync): one JSON line a figure.
#
#   backup.sh FOLDER [RECORDS [ROUNDS [STORE]]]      AIDPOST_BUILDDIR: the build
#
# The store: RECORDS (1,000,000) consultations of 600 bytes of values, imported, so that it has its change log, its indexes and its search index; or STORE, which has them already. A backup is a consistent copy, encrypted, read back and
# proven by rebuilding; a restore decrypts, checks and puts in place. `ratio` is the time divided by that of the copy, store_bytes_a_record what a consultation takes up: row, indexes, search index and change.
set -eu
build=${AIDPOST_BUILDDIR:-.}
work=$1/backup records=${2:-1000000} rounds=${3:-3} store=${4:-}
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
now_ms() { date +%s%N | sed 's/......$//'; }
timed() { # NAME COMMAND..: its milliseconds, a line in NAME
    name=$1
    shift
    before=$(now_ms)
    "$@" >/dev/null 2>&1
    after=$(now_ms)
    echo $((after - before)) >>"$work/$name"
}
copy() { cp "$store/aidpost.db" "$work/copy" && sync "$work/copy"; } # sync FILE: fsync
middle() { sort -n "$work/$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[1], v[NR] }'; }
figure() { # NAME: beside the copy
    { middle "$1"; middle copy_ms; } | awk -v name="$1_$records" 'NR == 1 { m = $1; least = $2; most = $3 } NR == 2 { printf "{\"name\":\"%s\",\"unit\":\"ms\",\"median\":%d,\"min\":%d,\"max\":%d,\"limit\":%d,\"ratio\":%.2f}\n", name, m, least, most, $1, m / $1 }'
}

fill() {
    printf 'code\tname\tkind\tarea\nS1\t测试站\tstation\t320117001\n' >"$work/orgs.tsv"
    "$build/aidpost" init center --name 测试中心 --area 320117 --orgs "$work/orgs.tsv" --data "$store" --json >/dev/null
    "$build/tests/bench/consultations" 0 "$records" | "$build/aidpost" import consultation - --data "$store" --json >/dev/null
}

head -c 48 /dev/urandom >"$work/key"
if [ -z "$store" ]; then
    store=$work/store
    fill
fi
i=0
while [ $i -lt "$rounds" ]; do
    rm -rf "$work/copy" "$work/file.backup" "$work/again"
    timed copy_ms copy
    timed backup_ms "$build/aidpost" backup "$work/file.backup" --key-file "$work/key" --data "$store"
    timed restore_ms "$build/aidpost" restore "$work/file.backup" --key-file "$work/key" --data "$work/again"
    i=$((i + 1))
done
figure backup_ms | sed 's/_ms_/_/'
figure restore_ms | sed 's/_ms_/_/'
bytes=$(stat -c %s "$store/aidpost.db")
awk -v records="$records" -v bytes="$bytes" -v file="$(stat -c %s "$work/file.backup")" 'BEGIN {
    printf "{\"name\":\"store_bytes_a_record\",\"unit\":\"B\",\"median\":%.0f}\n", bytes / records
    printf "{\"name\":\"backup_bytes_a_record\",\"unit\":\"B\",\"median\":%.0f,\"limit\":%.0f,\"ratio\":%.3f}\n", file / records, bytes / records, file / bytes }'
