#!/bin/bash
# tests/stick_heal_test.sh - a center is put back to an earlier state, and what it lost comes again from machines that never have a network: by files alone, in each way the files can go. Real processes.
# Usage: stick_heal_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

export AIDPOST_TRACE=info
head -c 64 /dev/urandom >secret.key

count() { "$s" count "$1"; }
remember() { for each in "$@"; do "$s" texts "$each" || fail "texts of $each"; done | sort -u >>remembered; }

bring() { # FOLDER: its file to the center; out tells what the center did
    rm -f "stick/$1" "stick/$1.return"
    expect 0 "$d" bundle export "stick/$1" --ask --data "$1"
    expect 0 "$d" bundle import "stick/$1" --data center
    cp out brought
}
fetch() { # FOLDER: the answer back; out tells what the machine did
    expect 0 "$d" bundle import "stick/$1.return" --data "$1"
}
there_and_back() { bring "$1" && fetch "$1"; }

# Two laptops of two orgs, enrolled by a line that they never see again.
begin() { # RECORDS
    rm -rf center a b stick backup.bak older remembered
    mkdir stick
    expect 0 "$s" center center 3
    start_center
    local org=2
    for each in a b; do
        expect 0 "$d" enrol new --org z$org --data center
        expect 0 "$d" enrol "$(cat out)" --center "$address" --data $each --name "laptop $each"
        org=$((org + 1))
    done
    stop_center
    for each in a b; do
        expect 0 "$s" consult $each "$1"
        there_and_back $each
    done
    expect 0 "$s" share center 2 'decision one'
    for each in a b; do there_and_back $each; done
}

# What the backup will not know: theirs, and the center's own, which only they have then.
work_on() { # RECORDS
    for each in a b; do expect 0 "$s" consult $each "$1"; done
    expect 0 "$s" share center 2 'decision two'
    expect 0 "$s" share center 3 'decision three'
    expect 0 "$s" amend center 2 'amended at the center'
    expect 0 "$s" org center 9
    for each in a b; do there_and_back $each; there_and_back $each; done
    expect 0 "$s" amend a 2 'amended at the station'
    for each in a b; do
        expect 0 "$s" consult $each 3 # written and not handed over
        remember $each
    done
}

# Every saved change is at the center and where it belongs; nothing is left to do.
all_well() {
    for each in a b a b; do there_and_back $each; done
    remember a b
    "$s" texts center | sort -u >have
    sort -u remembered >wanted
    [ -z "$(comm -23 wanted have)" ] || fail "$(comm -23 wanted have | wc -l) of $(wc -l <wanted) saved changes are not at the center"
    for each in center a b; do expect 0 "$s" verify $each; done
    [ "$(count center)" = $(($(count a) + $(count b))) ] || fail "center $(count center), stations $(count a) $(count b)"
    expect 0 "$s" twice center
    [ "$(cat out)" = 0 ] || fail "$(cat out) numbers given twice"
    expect 0 "$d" stations --json --data center
    says '"waiting_since_restore":0' out
    lacks '"returned_waiting":[1-9]' out
    for each in a b; do
        expect 0 "$d" bundle export stick/none --json --data $each
        says '"file":null' out
    done
}

# The center asks, the machine comes again, and that was that.
heals() { # FOLDER
    bring "$1"
    says '县中心的数据恢复过：已请站点' brought
    says "请把回执 stick/$1.return 带回那台机器导入，它会重新导出" brought
    fetch "$1"
    says '把它缺的都交回' out
    cp "stick/$1.return" "stick/$1.rewind"
    says '请重新导出' out
    expect 0 "$d" status --data "$1"
    says '要本机交回它丢失的：请同步，没有网络用 U 盘导出' out
    expect 0 "$d" bundle export "stick/$1.again" --data "$1"
    says '由本机交回的' out
    expect 0 "$d" bundle import "stick/$1.again" --data center
    says '它交回了县中心恢复时丢失的' out
    expect 0 "$d" bundle import "stick/$1.again.return" --data "$1"
    says '县中心恢复时丢失的，本机已交回' out
    expect 0 "$d" status --json --data "$1"
    says '"center_asks":false' out
}

# --- put back by a backup: the center knows it
begin 5
expect 0 "$a" backup backup.bak --key-file secret.key --data center
work_on 7
rm -f center/aidpost.db*
expect 0 "$a" restore backup.bak --key-file secret.key --data center
expect 0 "$d" stations --json --data center
says '"waiting_since_restore":2' out
expect 0 "$d" bundle export stick/b --data b
expect 1 "$d" bundle import stick/b --no-return --data center
says '请再导入一次并写回执' err
heals b
heals a
all_well
echo "restored from a backup: $(wc -l <wanted) saved changes, all there"

# --- what was read before is read again, in any order: nothing comes of it
expect 0 "$d" bundle import stick/b --data center
expect 0 "$d" bundle import stick/b.return --data b
expect 0 "$d" bundle import stick/b.rewind --data b
says '答复较早的一个文件的，没有采用' out
expect 0 "$d" bundle export stick/none --json --data b
says '"file":null' out
expect 0 "$d" bundle import stick/b.again.return --data b
expect 0 "$d" bundle import stick/a.again --data center
all_well
echo "answers read again: nothing changed"

# --- put back by a copy of its folder: nobody knows, and the same numbers are given again
begin 5
cp -a center older
work_on 7
rm -rf center
cp -a older center
expect 0 "$s" share center 2 'decision five'
expect 0 "$s" amend center 3 'amended again'
heals a
heals b
all_well
echo "rolled back behind its back: $(wc -l <wanted) saved changes, all there"

# --- so much was lost that a file does not tell where both parted: it takes one way more
begin 5
cp -a center older
work_on 700
rm -rf center
cp -a older center
for each in a b; do
    bring $each
    says '要逐段核对' brought
    fetch $each
    says '请重新导出' out
    heals $each
done
all_well
echo "a long stretch: $(wc -l <wanted) saved changes, all there"

# --- the files carried by a town station that has a line
begin 5
start_center
expect 0 "$d" enrol new --org z2 --data center
expect 0 "$d" enrol "$(cat out)" --center "$address" --data town --name town
stop_center
expect 0 "$a" backup backup.bak --key-file secret.key --data center
work_on 7
rm -f center/aidpost.db*
expect 0 "$a" restore backup.bak --key-file secret.key --data center
start_center
carry() {
    rm -rf stick/a stick/answers && mkdir stick/answers
    expect 0 "$d" bundle export stick/a --ask --data a
    expect 0 "$d" bundle import stick/a --data town
    expect 0 "$d" once --json --center "$address" --data town
    expect 0 "$d" once --json --center "$address" --data town
    expect 0 "$d" bundle relays --data town
    cp out relays
    expect 0 "$d" bundle returns stick/answers --data town
    expect 0 "$d" bundle import stick/answers/*.aidb --data a
}
carry
says '县中心的数据恢复过' relays
says '请重新导出' out
carry
says '本机已交回' out
stop_center
heals b
start_center
expect 0 "$d" once --json --center "$address" --data town # it saw nothing of what was lost
stop_center
all_well
echo "carried by another station: $(wc -l <wanted) saved changes, all there"
