#!/bin/bash
# tests/carry_test.sh - a station's encrypted backup goes to the center over the sync line, is kept there sealed, and brings the station back when its laptop is gone. Interrupted in the middle, with no room, by the station
# that stays connected. Real processes; waits for conditions. Usage: carry_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

head -c 64 /dev/urandom >a.key
head -c 64 /dev/urandom >b.key
expect 0 "$s" center center 3
start_center
enrol() { # FOLDER ORG
    expect 0 "$d" enrol new --org "$2" --data center
    expect 0 "$d" enrol "$(cat out)" --center "$address" --data "$1" --name "laptop $1"
}
enrol a z2
enrol b z3
once() { expect 0 "$d" once --json --center "$address" --data "$1"; }
status() { expect 0 "$d" status --json --data "$1"; }
backups() { expect 0 "$d" backups --json --data center; }
kept() { find center/kept/"$1" -name '*.backup' 2>/dev/null | wc -l; }
parts() { find center/kept -name '*.part' | wc -l; }

# --- what is not possible says so
expect 2 "$a" backup --key-file a.key --data a
says '备份到哪里' err
expect 2 "$a" backup --to-center --newest 3 --key-file a.key --data a
expect 1 "$a" backup --to-center --key-file a.key --data center
says '这里就是县中心' err
expect 0 "$d" backups --data center
says '没有站点的备份' out
expect 1 "$d" backups --data a
says '只能在县中心的机器上做' err
expect 2 "$d" backups --get 1 --data center
says '--to' err
expect 1 "$d" backups --get 1 --to none --data center
says '没有站点 1 号' err
[ ! -e none ] || fail "a file of nothing"

# --- queued, sent behind the changes, kept; nothing of it lies open, nothing is left at the station
expect 0 "$s" consult a 1500
once a
expect 0 "$a" backup --to-center --key-file a.key --json --data a
says '"file":null' out
says '"to_center":true' out
[ -z "$(ls a/backup.* 2>/dev/null)" ] || fail "something beside the store"
status a
says '"backups_waiting":1' out
says '"center_backup_made":null' out
expect 0 "$s" consult a 2
once a
[ "$(number sent)" = 2 ] || fail "the changes did not go"
status a
says '"backups_waiting":0' out
lacks '"center_backup_made":null' out
[ "$(kept 0001)" = 1 ] && [ "$(parts)" = 0 ] || fail "not kept"
[ -z "$(find a/carry -type f)" ] || fail "still at the station"
[ "$(stat -c %a center/kept center/kept/0001 center/kept/0001/*)" = "$(printf '700\n700\n600')" ] || fail "others can read it"
once a # and that was that
[ "$(number bytes_out)" -lt 4000 ] || fail "$(number bytes_out) bytes for nothing"
expect 0 "$d" status --data a
says '县中心有本机' out
expect 0 "$d" backups --data center
says '站点 1 号' out
says '共 1 份' out

# --- how old it is, wherever somebody looks; a station whose backups stopped coming is told of
metric() { "$build/tests/read_socket" center/metrics.sock 'GET /metrics HTTP/1.0' | sed -n "s/^$1 //p"; }
expect 0 "$d" stations --json --data center
says '"backup_days":0,"backup_overdue":false' out
says '"station_no":2.*"backup_made":null,"backup_kept":null,"backup_days":null,"backup_overdue":false' out
says '"backups_kept":1,"backups_overdue":0' out
expect 0 "$d" stations --data center
says '1 .*它的备份 0 天前送到' out
lacks '没有送来新的' out
[ "$(metric aidpost_station_backups_overdue)" = 0 ] || fail "overdue at once"
[ "$(metric 'aidpost_station_backup_timestamp_seconds{station="1"}')" -gt 1700000000 ] || fail "no row of station 1"
[ -z "$(metric 'aidpost_station_backup_timestamp_seconds{station="2"}')" ] || fail "a row of a station that keeps none"
"$a" doctor --json --data center >out 2>err
says '"name":"station-backups","state":"ok"' out
file=$(ls center/kept/0001/*.backup)
ago=$(($(date +%s) - 9 * 86400))
mv "$file" "center/kept/0001/${ago}000-$(basename "$file" | cut -d- -f2-)"
expect 0 "$d" status --json --data center
says '"backup_days":9,"backup_overdue":true' out
says '"backups_kept":1,"backups_overdue":1' out
expect 0 "$d" stations --data center
says '它的备份 9 天前送到（过期）' out
says '在这里保管备份的 1 个站里，有 1 个 7 天以上没有送来新的' out
[ "$(metric aidpost_station_backups_overdue)" = 1 ] || fail "not overdue"
[ "$(metric 'aidpost_station_backup_timestamp_seconds{station="1"}')" = "$ago" ] || fail "another time"
"$a" doctor --json --data center >out 2>err
says '"name":"station-backups","state":"attention","text":"[^"]*站点 1 号 [^"]* 9 天' out
says 'aidpostd backups' out

# --- a copy in a folder as well, and only the newest two stay at the center
mkdir shelf
for n in 1 2 3; do
    expect 0 "$s" consult a 1
    expect 0 "$a" backup "shelf/$n.backup" --to-center --key-file a.key --data a
    once a
done
[ "$(kept 0001)" = 2 ] || fail "$(kept 0001) kept"
expect 0 "$d" backups --get 1 --to got --data center
cmp got shelf/3.backup || fail "not the newest one"
expect 0 "$d" backups --get z2 --to got2 --which 2 --data center
cmp got2 shelf/2.backup || fail "not the one before"
expect 1 "$d" backups --get 1 --to got3 --which 3 --data center
expect 1 "$d" backups --get 1 --to got --data center
says '已存在' err

# --- kill -9 of either side in the middle; it goes on where it was and costs little again
interrupt() { # who is killed: station|center
    local tries
    for tries in 1 2 3 4 5; do
        expect 0 "$s" consult a 1
        rm -f cut.backup
        expect 0 "$a" backup cut.backup --to-center --key-file a.key --data a
        "$d" once --json --center "$address" --data a >once.out 2>once.err &
        station_pid=$!
        while kill -0 $station_pid 2>/dev/null; do
            for part in center/kept/0001/*.part; do [ ! -s "$part" ] || break 2; done
        done
        if [ "$1" = station ]; then
            kill -9 $station_pid 2>/dev/null
        else
            kill -9 "$center_pid"
            wait "$center_pid" 2>/dev/null
            center_pid=
            start_center "$address"
        fi
        wait $station_pid 2>/dev/null
        station_pid=
        until_true settled
        [ "$(parts)" = 1 ] && return
    done
    fail "never in the middle"
}
settled() { # a piece that was on its way has arrived or not
    local before after
    before=$(find center/kept -type f -size +0 -printf '%f %s\n' | sort)
    after=$(find center/kept -type f -size +0 -printf '%f %s\n' | sort)
    [ "$before" = "$after" ]
}
for who in station center; do
    interrupt $who
    [ "$(parts)" = 1 ] || fail "no part"
    backups
    says '"whole":false' out
    size=$(stat -c %s cut.backup) held=$(stat -c %s center/kept/0001/*.part)
    [ "$held" -gt 0 ] && [ "$held" -lt "$size" ] || fail "$held of $size"
    once a
    [ "$(number bytes_out)" -lt $((size - held + 140000)) ] || fail "$(number bytes_out) bytes for $((size - held))"
    [ "$(parts)" = 0 ] && [ "$(kept 0001)" = 2 ] || fail "not whole after the $who was killed"
    rm -f got
    expect 0 "$d" backups --get 1 --to got --data center
    cmp got cut.backup || fail "another file after the $who was killed"
done

# --- a station that stays connected sends it by itself
"$d" station --center "$address" --data b >station.out 2>station.log &
station_pid=$!
until_true test -s station.log -o -e b/metrics.sock
expect 0 "$s" consult b 3
expect 0 "$a" backup --to-center --key-file b.key --data b
b_kept() { [ "$(kept 0002)" = 1 ]; }
until_true b_kept
kill -TERM $station_pid
wait $station_pid
station_pid=

# --- no room: refused in words, the changes go on, nothing is held; its own older one makes room before that
expect 0 "$a" rule set center_backups_mb 1 --data center
expect 0 "$s" consult b 1
expect 0 "$a" backup --to-center --key-file b.key --data b
once b
[ "$(number sent)" = 1 ] || fail "a full shelf held up the changes"
status b
says '"backups_waiting":0' out
says '"backup_refused":"县中心替各站保管备份的地方已满' out
[ "$(kept 0002)" = 1 ] && [ "$(parts)" = 0 ] || fail "held beyond the limit"
expect 0 "$d" status --data b
says '县中心没有收下上一份备份' out
expect 0 "$a" rule set center_backups_mb "" --data center
expect 0 "$a" backup --to-center --key-file b.key --data b
once b
status b
says '"backup_refused":null' out
[ "$(kept 0002)" = 2 ] || fail "not taken when there was room again"

# --- the laptop is gone: another machine gets the backup, is enrolled as the same station, and has all of it
expect 0 "$s" consult a 4
rm -f last
expect 0 "$a" backup last --to-center --key-file a.key --data a
once a
have=$("$s" count a)
rm -rf a last shelf
expect 0 "$d" backups --get 1 --to stick --json --data center
says '"station_no":1' out
expect 1 "$a" restore stick --key-file b.key --data new
says '口令或密钥不对' err
expect 0 "$a" restore stick --key-file a.key --data new
expect 0 "$d" enrol new --station 1 --data center
expect 0 "$d" enrol "$(cat out)" --center "$address" --data new
expect 0 "$s" consult new 2
once new
once new
[ "$("$s" count new)" = $((have + 2)) ] || fail "$("$s" count new) instead of $((have + 2))"
expect 0 "$s" verify new
expect 0 "$s" verify center
expect 0 "$a" backup --to-center --key-file a.key --data new
once new
[ "$(kept 0001)" = 2 ] || fail "the new laptop's backup is not kept"

# --- a damaged one is not given out as if it were whole
newest=$(ls center/kept/0001/*.backup | sort | tail -1)
printf x | dd of="$newest" bs=1 seek=5000 conv=notrunc 2>/dev/null
expect 1 "$d" backups --get 1 --to broken --data center
says '已损坏' err
[ ! -e broken ] || fail "a damaged file was left"

expect 0 "$d" backups --remove 2 --data center
[ "$(kept 0002)" = 0 ] || fail "not removed"
# --- given back: what waits goes, too
expect 0 "$a" backup --to-center --key-file b.key --data b
expect 0 "$d" retire --wipe --lose --data b
[ -z "$(find b -name '*.backup')" ] || fail "a backup is left on the machine"
stop_center
exit 0
