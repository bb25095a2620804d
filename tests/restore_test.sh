#!/bin/bash
# tests/restore_test.sh - a center is put back to an earlier state, by a backup or by a copy of its folder, after work that only the stations still have: everything comes back. Real processes, waits for
# conditions, never for time. Usage: restore_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

export AIDPOST_TRACE=info
head -c 64 /dev/urandom >secret.key

once() { # FOLDER: heals by itself
    expect 0 "$d" once --json --center "$address" --data "$1"
}

count() { "$s" count "$1"; }

# Everything that some machine ever saved, by hash; one line each.
remember() { for each in "$@"; do "$s" texts "$each" || fail "texts of $each"; done | sort -u >>remembered; }

# A center, three stations, reference data and records of every station that all of them have seen.
begin() {
    rm -rf center a b c backup.bak older remembered
    expect 0 "$s" center center 3
    start_center
    local org=2
    for each in a b c; do
        expect 0 "$d" enrol new --org z$org --data center
        expect 0 "$d" enrol "$(cat out)" --center "$address" --data $each --name "laptop $each"
        expect 0 "$s" consult $each 5
        once $each
        org=$((org + 1))
    done
    expect 0 "$s" share center 2 'decision one'
    expect 0 "$s" share center 3 'decision two'
    for each in a b c; do once $each; done
}

# More work on all sides, synced; decisions of the center among it.
work_on() {
    for each in a b c; do expect 0 "$s" consult $each 7; done
    expect 0 "$s" amend center 2 'amended at the center'
    expect 0 "$s" share center 2 'decision three'
    expect 0 "$s" share center 3 'decision four'
    expect 0 "$s" org center 9
    for each in a b c; do once $each; done
    expect 0 "$s" amend a 2 'amended at the station'
    for each in a b c; do once $each; done
    remember a b c
    for each in a b c; do # written and not sent
        expect 0 "$s" consult $each 3
        remember $each
    done
}

# All come again, in this order; then everything is everywhere where it belongs.
all_come() {
    for each in "$@" "$@"; do once "$each"; done
    remember a b c
    "$s" texts center | sort -u >have
    sort -u remembered >wanted
    [ -z "$(comm -23 wanted have)" ] || fail "$(comm -23 wanted have | wc -l) of $(wc -l <wanted) saved changes are not at the center"
    for each in center a b c; do expect 0 "$s" verify $each; done
    [ "$(count center)" = $(($(count a) + $(count b) + $(count c))) ] || fail "center $(count center), stations $(count a) $(count b) $(count c)"
    expect 0 "$s" twice center
    [ "$(cat out)" = 0 ] || fail "$(cat out) numbers given twice"
    expect 0 "$d" stations --json --data center
    says '"waiting_since_restore":0' out
    lacks '"returned_waiting":[1-9]' out
    for each in a b c; do # and that was that
        once $each
        [ "$(number sent)" = 0 ] && [ "$(number received)" = 0 ] || fail "$each: something to do"
        says '"healed":null' out
    done
}

# --- put back by a backup: the center knows it and begins a new era
begin
expect 0 "$a" backup backup.bak --key-file secret.key --data center
expect 0 "$d" stations --json --data center
says '"safe":5' out
once a
expect 0 "$d" status --json --data a
says '"safe":5' out
work_on
stop_center
rm -f center/aidpost.db*
expect 0 "$a" restore backup.bak --key-file secret.key --data center
expect 0 "$d" stations --json --data center
says '"waiting_since_restore":3' out
expect 0 "$d" stations --data center
says '还有 3 个站没有来过' out
start_center
all_come b a c
stop_center
echo "restored from a backup: $(wc -l <wanted) saved changes, all there"

# --- put back by a copy of the whole folder, key and guard among it: nobody knows, and the same numbers are given again
begin
stop_center
cp -a center older
start_center
work_on
stop_center
rm -rf center
cp -a older center
start_center
expect 0 "$s" share center 2 'decision five'
expect 0 "$s" share center 4 'decision six'
expect 0 "$s" amend center 3 'amended again'
expect 0 "$s" consult c 2
once c
expect 0 "$s" share center 4 'decision seven'
remember center c
all_come a c b
stop_center
echo "rolled back behind its back: $(wc -l <wanted) saved changes, all there"

# --- twice the same old copy, and a station that comes in between
stop_all() { [ -z "$center_pid" ] || stop_center; }
rm -rf center
cp -a older center
start_center
expect 0 "$s" share center 3 'decision eight'
once b
remember b
stop_center
rm -rf center
cp -a older center
start_center
expect 0 "$s" share center 3 'decision nine'
once a
all_come c b a
stop_all
echo "and once more: $(wc -l <wanted) saved changes, all there"

# --- a backup that was killed left whole plain copies beside the store: none outlives the next backup, an erasure by law, the machine's end; nor does what it had begun of its file
leave_copies() { # FOLDER
    mkdir "$1/backup.4000002.check"
    cp "$1/aidpost.db" "$1/backup.4000001.tmp"
    cp "$1/aidpost.db" "$1/backup.4000002.check/aidpost.db"
}
gone() { [ -z "$(find "$1" -name 'backup.*')" ] || fail "left: $(find "$1" -name 'backup.*')"; }
start_center
leave_copies center
mkdir nights
echo cut >nights/practice-aidpost-0000-20200101-000000.backup.part
expect 0 "$a" backup nights --newest 2 --key-file secret.key --data center
gone center
[ "$(ls nights | wc -l)" = 1 ] || fail "left: $(ls nights)"
expect 0 "$a" add consultation content=要依法清除的内容 --json --data a
id=$(value id)
once a
leave_copies a
expect 0 "$a" erase "$id" --reason 本人申请依法清除 --data center
once a
gone a
! grep -rq 要依法清除的内容 a || fail "$(grep -rl 要依法清除的内容 a) tells what was erased"
once b
leave_copies b
expect 0 "$d" retire --wipe --data b
gone b
stop_center
