#!/bin/bash
# tests/full_disk_test.sh - a disk that is full while a worker saves, while an import runs, while the center takes in, while a station fetches, while a backup, an export, a paper and a stick are written: nothing is
# lost and nothing half written, the message says what to do, and work goes on when there is room again. Real processes on the disk of tests/false_machine.c; the screen's half: tests/test_full_disk.c.
# Usage: full_disk_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"
false_machine

words='磁盘已满.*请清出空间后再试'
full() { touch disk/full; }
room() { rm -f disk/full; }
counted() { # FOLDER NUMBER
    expect 0 "$a" count consultation --json --data "$1"
    [ "$(number count)" = "$2" ] || { cat out; fail "not $2 consultations in $1"; }
}
whole() { expect 0 "$a" verify --data "$1"; }
head -c 64 /dev/urandom >secret.key
center=disk/center
ln -s $center center # where start_center looks

# --- a worker saves: refused, said, nothing of it there; the store cannot even be opened for writing on a disk that is full to the last byte, and that is said as well
expect 0 "$s" center $center 4
expect 0 "$a" add consultation content=以前的一条咨询 --data $center
full
expect 1 "$a" add consultation content=满了时的一条咨询 --data $center
says "$words" err
expect 1 "$a" add consultation content=满了时的一条咨询 --json --data $center
says '"error":"full"' out
expect 1 "$a" doctor --json --data $center
says '"name":"free-space","state":"problem"' out
room
counted $center 1
expect 0 "$a" add consultation content=又有空间了 --data $center
counted $center 2
whole $center

# --- an import: what was not taken is taken when the same file comes again, nothing twice
for ((i = 0; i < 300; i++)); do echo "{\"content\":\"第$i件事：单位拖欠工资，要求支付\",\"name\":\"张文$i\"}"; done >in.jsonl
full
expect 1 "$a" import consultation in.jsonl --data $center
says "$words" err
room
counted $center 2
expect 0 "$a" import consultation in.jsonl --json --data $center
says '"read":300,"added":300' out
counted $center 302

# --- backup, with the store on the full disk and with only the backup there: no half file, the older one stays, what was not proven counts as no backup
cp -r $center elsewhere
expect 0 "$a" backup disk/old.bak --key-file secret.key --data $center
cp disk/old.bak old.bak
full
expect 1 "$a" backup disk/new.bak --key-file secret.key --data $center
says "$words" err
expect 1 "$a" backup disk/new.bak --key-file secret.key --data elsewhere
says "不能写.*$words" err
"$a" doctor --data elsewhere >out 2>err
says '还没有备份过' out
room
[ "$(ls disk | tr '\n' ' ')" = 'center old.bak ' ] || fail "the backup left something: $(ls disk)"
cmp disk/old.bak old.bak || fail "the old backup was touched"
expect 0 "$a" backup disk/new.bak --key-file secret.key --data elsewhere
expect 0 "$a" restore disk/new.bak --key-file secret.key --data again
counted again 302
rm -r disk/*.bak again

# --- a restore that finds no room leaves no store that looks whole, and no folder; a center that is made, neither
full
expect 1 "$a" restore old.bak --key-file secret.key --data disk/again
says "$words" err
expect 1 "$a" init center --name 某县 --area 320117 --data disk/fresh
says "$words" err
[ "$(ls disk | tr '\n' ' ')" = 'center full ' ] || fail "something half made: $(ls disk)"
room
expect 1 "$a" count consultation --data disk/again
expect 0 "$a" restore old.bak --key-file secret.key --data disk/again
counted disk/again 302
rm -r disk/again

# --- exports and papers: the store is on another disk, the file is not
cp -r $center elsewhere
full
for file in csv jsonl xlsx; do
    expect 1 "$a" export consultation disk/练习list.$file --data elsewhere
    grep -q "没有编入 .xlsx" err || says "不能写.*$words" err
done
expect 1 "$a" report monthly --period 2026-03 --draft --csv disk/练习month.csv --data elsewhere
says "不能写.*$words" err
"$a" doctor --json >out 2>err
if grep -q '"name":"font","state":"ok"' out; then
    expect 1 "$a" report monthly --period 2026-03 --draft --pdf disk/练习month.pdf --data elsewhere
    says "$words" err
fi
[ "$(ls disk | tr '\n' ' ')" = 'center full ' ] || fail "something half written: $(ls disk)"
room
expect 0 "$a" export consultation disk/练习list.csv --data elsewhere
[ "$(wc -l <disk/练习list.csv)" = 303 ] || fail "the list is not whole"
expect 0 "$a" report monthly --period 2026-03 --draft --csv disk/练习month.csv --data elsewhere
rm disk/*.csv

# --- the center takes in: the station is told, keeps all it has, the center lives on and takes the same later
export AIDPOST_TRACE=info
start_center
for each in 1 2; do
    expect 0 "$d" enrol new --org z$((each + 1)) --data $center
    expect 0 "$d" enrol "$(cat out)" --center "$address" --data s$each --name "laptop $each"
done
expect 0 "$s" consult s1 40
full
expect 1 "$d" once --data s1
expect 0 "$d" status --json --data s1
[ "$(number pending)" = 40 ] || fail "the station gave something away"
says '请在数据文件夹所在的磁盘腾出空间' center.log
expect 1 "$a" add consultation content=中心开着时满了 --data $center # opened already: the log of the store is what cannot grow
says "$words" err
expect 1 "$a" backup new.bak --key-file secret.key --data $center # its copy is made beside the store
says "$words" err
[ ! -e new.bak ] || fail "a backup of nothing"
kill -0 "$center_pid" || fail "the center has gone"
room
expect 0 "$d" once --json --data s1
expect 0 "$d" status --json --data s1
[ "$(number pending)" = 0 ] || fail "something still waits"
[ "$("$s" count $center)" = 342 ] || fail "$("$s" count $center) at the center"
whole s1

# --- a station fetches
mv s1 disk/s1
for text in 一 二 三; do expect 0 "$s" share $center 2 "县里分来的第${text}件事"; done
full
expect 1 "$d" once --data disk/s1
says "$words" err
room
expect 0 "$d" once --data disk/s1
for text in 一 二 三; do expect 0 "$s" has disk/s1 "县里分来的第${text}件事"; done

# --- a stick is full
expect 0 "$s" consult s2 5
full
expect 1 "$d" bundle export disk/laptop.aidb --data s2
says "$words" err
room
[ ! -e disk/laptop.aidb ] || fail "half a bundle"
expect 0 "$d" bundle export disk/laptop.aidb --data s2
expect 0 "$d" bundle import disk/laptop.aidb --data $center
[ "$("$s" count $center)" = 350 ] || fail "$("$s" count $center) at the center"

stop_center
whole $center
whole disk/s1
exit 0
