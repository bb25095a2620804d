#!/bin/bash
# tests/hub_trouble_test.sh - what goes wrong with a province's database, on a real server: connections ended, the server away, another password, no connection left, a standby, read-only by default, the disk full. Each time a
# county is refused in words that make it come again, the hub's log says what it is, nothing is lost or there twice, and all goes on by itself when it is mended; nobody restarts the hub or the county's service.
# SKIP where there is no PostgreSQL server or the program was built without libpq. Usage: hub_trouble_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
source_dir=$(cd "$(dirname "$0")/.." && pwd) || exit 99
. "$(dirname "$0")/processes.sh"
. "$source_dir/tests/hub_processes.sh"

small= # a small disk, where one may be mounted
unmount_and_stop() {
    for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
    wait 2>/dev/null
    "$source_dir/tests/postgres.sh" crash "$server" # what is mounted must not be in use
    [ -z "$small" ] || umount "$small"
    "$source_dir/tests/postgres.sh" stop "$server"
    cleanup
}
trap unmount_and_stop EXIT

# ---- the hub's own role, with a password ----
admin=$url
sql "CREATE ROLE guarded LOGIN PASSWORD 'geheim1'" >/dev/null
sql "GRANT CREATE, CONNECT ON DATABASE postgres TO guarded" >/dev/null
password() { echo "*:*:*:guarded:$1" >pgpass && chmod 600 pgpass; }
password geheim1
export PGPASSFILE=$work/pgpass
if [ "$(id -u)" = 0 ] && mkdir -p "$server/small" && mount -t tmpfs -o size=32m none "$server/small" 2>/dev/null; then
    small=$server/small
    mkdir "$small/space" && chmod 700 "$small/space" && { ! id postgres >/dev/null 2>&1 || chown -R postgres "$small"; }
    sql "CREATE TABLESPACE small LOCATION '$small/space'" >/dev/null
    sql "GRANT CREATE ON TABLESPACE small TO guarded" >/dev/null
    sql "ALTER ROLE guarded SET default_tablespace='small'" >/dev/null
fi
url="postgresql://guarded@/postgres?host=$server"
hub 1 127.0.0.1:0
url=$admin
hub_url="postgresql://guarded@/postgres?host=$server"
for n in 1 2; do
    expect 0 "$d" enrol new --store "$hub_url" --data hub1 --org 32010$n --name "县$n" --json
    expect 0 "$d" enrol "$(value code)" --center "$(cat hub1.port)" --data county$n --name "机$n"
done
"$d" station --data county2 >>county2.out 2>>county2.log & # goes on by itself, whatever happens
pids="$pids $!"

written=0
write() { # a change at each county
    written=$((written + 1))
    for n in 1 2; do expect 0 "$a" add consultation name=王芳 "content=第 $written 条" --data county$n; done
}
pending() { "$d" status --json --data "$1" >out 2>err && number pending; }
nothing_pends() { [ "$(pending "$1")" = 0 ]; }
once() { "$d" once --data county1 >out 2>err </dev/null; }
told() { grep -c "error hub: .*$1" hub1.log; } # WORDS: how often the hub's log says so to whoever looks after it
is_told() { [ "$(told "$1")" -gt 0 ]; }
refused() { # WORDS [TIMES]: in the hub's log, once a minute, however often a county is refused
    local began=$SECONDS round
    write
    for ((round = 0; round < ${2-1}; round++)); do
        expect 1 "$d" once --data county1
        says '上级中心的数据库现在不能用' err
        lacks "停用\|密钥" err
        [ "$(pending county1)" -gt 0 ] || fail "acknowledged, and not there"
    done
    is_told "$1" || fail "the hub's log does not say '$1'"
    [ "$(told "$1")" -le $(((SECONDS - began) / 60 + 1)) ] || fail "'$1' is told $(told "$1") times"
    lacks '王芳\|geheim' hub1.log
}
mended() { # all is there, once
    until_true once
    nothing_pends county1 || fail "something is left"
    "$s" ask county2 >/dev/null # as somebody who presses "sync now"
    until_true nothing_pends county2
    [ "$(sql "SELECT count(*) FROM change")" = $((2 * written)) ] || fail "$(sql 'SELECT county,count(*) FROM change GROUP BY 1') instead of $written each"
    [ "$(sql "SELECT count(*) FROM county WHERE order_head<>$written")" = 0 ] || fail "an order has gaps"
}
drop_connections() { sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename='guarded'" >/dev/null; }
write
mended

# ---- connections ended: done again, nobody hears of it ----
drop_connections
write
once || fail "refused: $(cat err)"
mended

# ---- the server away ----
"$source_dir/tests/postgres.sh" crash "$server"
refused '连不上数据库'
"$source_dir/tests/postgres.sh" again "$server"
mended
says '现在又能用了' hub1.log

# ---- another password ----
sql "ALTER ROLE guarded PASSWORD 'geheim2'" >/dev/null
drop_connections
refused '不接受这个用户或密码' 4
password geheim2
mended

# ---- no connection left ----
sql "ALTER ROLE guarded CONNECTION LIMIT 0" >/dev/null
drop_connections
refused '连接数已满'
sql "ALTER ROLE guarded CONNECTION LIMIT -1" >/dev/null
mended

# ---- read-only by default: the hub says for each of its transactions what it is ----
sql "ALTER ROLE guarded SET default_transaction_read_only=on" >/dev/null
drop_connections
write
mended
sql "ALTER ROLE guarded RESET default_transaction_read_only" >/dev/null

# ---- a standby in its place, then the primary again ----
"$source_dir/tests/postgres.sh" crash "$server"
"$source_dir/tests/postgres.sh" standby "$server"
refused '备机'
"$source_dir/tests/postgres.sh" promote "$server"
mended

# ---- the disk full ----
if [ -n "$small" ]; then
    dd if=/dev/zero of="$small/filler" bs=64k >/dev/null 2>&1
    written=$((written + 1)) # more than fits into what the tables have left
    { echo name,content; for i in $(seq 1 400); do echo "王芳,$(printf '满%.0s' $(seq 1 300)) $i"; done; } >rows.csv
    for n in 1 2; do expect 0 "$a" import consultation rows.csv --data county$n; done
    expect 1 "$d" once --data county1
    says '上级中心的数据库现在不能用' err
    is_told '磁盘已满' || fail "the hub's log does not say that the disk is full"
    rm "$small/filler"
    until_true once
    until_true nothing_pends county2
    written=$((written + 399))
    mended
    disk="the disk full"
else
    disk="(not the full disk: nothing may be mounted here)"
fi
for n in 1 2; do expect 0 "$a" verify --data county$n; done
[ "$(sql "SELECT count(*) FROM (SELECT county,log,seq FROM change GROUP BY 1,2,3 HAVING count(*)>1) x")" = 0 ] || fail "something is there twice"
halt hub1
echo "hub in trouble: connections ended, server away, password, no connection left, read-only, standby, $disk: refused, told, $written changes of each county once"
