#!/bin/bash
# tests/hub_test.sh - a province's hub with real processes: two of them on one PostgreSQL, three counties that send at the same time, one hub process killed with -9 in the middle and the database restarted under the other:
# nothing that was acknowledged is lost, nothing is there twice. SKIP where there is no PostgreSQL server or the program was built without libpq.
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
source_dir=$(cd "$(dirname "$0")/.." && pwd) || exit 99
. "$(dirname "$0")/processes.sh"

"$d" --version | grep -q libpq || { echo "hub_test: built without libpq"; exit 77; }
AIDPOST_WATCH=$$ "$source_dir/tests/postgres.sh" start >server || { code=$?; [ $code = 77 ] && exit 77; fail "no server"; }
{ read -r server; read -r url; } <server
stop_server() { "$source_dir/tests/postgres.sh" stop "$server"; cleanup; }
trap stop_server EXIT
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
sql() { "${bin:+$bin/}psql" -qAtX "$url" -c "SET search_path TO aidpost" -c "$1"; }

# hub N [ADDRESS]: process N of the hub in the background; pid in hub_N, its port in port_N.
hub() {
    rm -f "port_$1"
    "$d" center --store "$url" --data "hub$1" --listen "127.0.0.1:${2-0}" --port-file "port_$1" --name 测试省中心 >>"hub$1.out" 2>>"hub$1.log" &
    eval "hub_$1=$!"
    until_true [ -s "port_$1" ]
}
port() { sed 's/.*://' "port_$1"; }

# ---- the first start makes the tables; a wrong one says what to do ----
expect 1 "$d" stations --store "$url"
says 'center --store' err
expect 2 "$d" once --store "$url" --data nowhere
expect 1 "$d" center --store "postgresql:///postgres?host=$work/nowhere" --listen 127.0.0.1:0 --data hub1
says '连不上数据库' err
expect 2 "$d" stations --store 'mysql://x/y'
hub 1
center_pid=$hub_1
mkdir -p hub2 && cp -p hub1/identity.pem hub2/ || fail "no key"
hub 2
station_pid=$hub_2
expect 0 "$d" stations --store "$url" --json
[ "$(cat out)" = '{"stations":[]}' ] || fail "a new hub has counties"

# ---- counties are let in ----
expect 2 "$d" enrol new --store "$url" --data hub1
expect 1 "$d" enrol new --store "$url" --data elsewhere --org X
says 'identity.pem' err
for n in 1 2 3; do
    expect 0 "$d" enrol new --store "$url" --data hub1 --org 32010$n --name "县$n" --json
    code=$(value code)
    # either process lets it in
    expect 0 "$d" enrol "$code" --center "127.0.0.1:$(port $((n % 2 + 1)))" --data county$n --name "机$n"
    says "县$n" out
done
expect 1 "$d" enrol "$code" --center "127.0.0.1:$(port 1)" --data again
expect 1 "$d" enrol new --store "$url" --data hub1 --org 320101
says '--station 1' err
expect 0 "$d" stations --store "$url"
says '320102' out
says '从未' out

# ---- at the same time, through both; one killed, the database restarted ----
rounds=15
each=40
want=$((rounds * each))
i=1
{ echo name,content; while [ $i -le $each ]; do echo "张$i,工资没有发 $i"; i=$((i + 1)); done; } >rows.csv
send() { # COUNTY: until the hub has everything, whatever happens to the hub; the other process when one is away
    local n=$1 tries=0 which round
    which=$((n % 2 + 1))
    for ((round = 0; round < rounds; round++)); do
        sed "2,\$s/\$/ $n.$round/" ../rows.csv >rows.csv
        expect 0 "$a" import consultation rows.csv --data "../county$n"
        until "$d" once --data "../county$n" --center "$(cat "../at_$which")" >once.out 2>once.err </dev/null; do
            tries=$((tries + 1))
            which=$((which % 2 + 1))
            [ $tries -lt 200 ] || { cat once.err; exit 1; }
            sleep 0.1
        done
    done
}
cp port_1 at_1
cp port_2 at_2
sent_more_than() { [ "$(sql 'SELECT count(*) FROM change')" -gt "$1" ]; }
for n in 1 2 3; do
    mkdir -p in$n
    (trap - EXIT; cd in$n && send $n) >send$n.log 2>&1 &
    eval "send_$n=$!"
done
until_true sent_more_than $((2 * each))
kill -9 "$hub_1"
wait "$hub_1" 2>/dev/null
"$source_dir/tests/postgres.sh" crash "$server"
"$source_dir/tests/postgres.sh" again "$server"
hub 1 "$(sed 's/.*://' at_1)"
center_pid=$hub_1
sent_more_than $((3 * want - each)) && fail "all was over before anything was killed"
for n in 1 2 3; do
    eval "wait \$send_$n" || fail "county $n: $(cat send$n.log)"
done
for n in 1 2 3; do
    expect 0 "$d" once --data county$n --center "127.0.0.1:$(port 2)"
    expect 0 "$d" status --data county$n --json
    [ "$(number pending)" = 0 ] || fail "county $n still has $(number pending)"
    expect 0 "$a" verify --data county$n
done
[ "$(sql "SELECT count(*) FROM change")" = $((3 * want)) ] || fail "$(sql 'SELECT county,count(*) FROM change GROUP BY 1') changes"
[ "$(sql "SELECT count(*) FROM county c WHERE order_head<>$want OR $want<>(SELECT max(ord) FROM change x WHERE x.county=c.no)")" = 0 ] || fail "an order has gaps"
[ "$(sql "SELECT count(*) FROM (SELECT county,log,seq FROM change GROUP BY 1,2,3 HAVING count(*)>1) x")" = 0 ] || fail "something is there twice"

# ---- revoked at once, at every process; enrolled again as the same one ----
expect 0 "$d" revoke 320102 --store "$url"
expect 1 "$d" revoke 320102 --store "$url"
expect 1 "$d" once --data county2 --center "127.0.0.1:$(port 1)"
says '停用' err
expect 1 "$d" once --data county2 --center "127.0.0.1:$(port 2)"
expect 1 "$d" enrol new --store "$url" --data hub1 --station 320102
expect 0 "$d" enrol new --store "$url" --data hub1 --station 县3
rm county3/identity.pem
expect 0 "$d" enrol "$(cat out)" --center "127.0.0.1:$(port 2)" --data county3
expect 0 "$a" add consultation name=王芳 content=又一条 --data county3
expect 0 "$d" once --data county3 --center "127.0.0.1:$(port 1)"
[ "$(sql "SELECT count(*) FROM change WHERE county=3")" = $((want + 1)) ] || fail "after enrolling again: $(sql 'SELECT count(*) FROM change WHERE county=3')"

# ---- who may read a view may still do so when the views are made anew; the log is not his ----
sql "CREATE ROLE statistics" >/dev/null
sql "GRANT USAGE ON SCHEMA aidpost TO statistics; GRANT SELECT ON aidpost.province_cell TO statistics" >/dev/null
sql "UPDATE hub SET views=NULL" >/dev/null
kill -TERM "$hub_2"
wait "$hub_2" || fail "exit $? after SIGTERM"
hub 2
station_pid=$hub_2
[ "$(sql "SELECT has_table_privilege('statistics','aidpost.province_cell','select')::text||has_table_privilege('statistics','aidpost.change','select')::text||(SELECT views IS NOT NULL FROM hub)::text")" = truefalsetrue ] ||
    fail "rights on views"

# ---- a database of a newer program is left alone ----
sql "UPDATE hub SET version=99" >/dev/null
expect 1 "$d" center --store "$url" --listen 127.0.0.1:0 --data hub2
says '更新的程序' err
sql "UPDATE hub SET version=1" >/dev/null

# ---- no personal data in the logs ----
lacks '张1\|工资' hub1.log
lacks '张1\|工资' hub2.log
for pid in "$hub_1" "$hub_2"; do
    kill -TERM "$pid"
    wait "$pid" || fail "exit $? after SIGTERM"
done
center_pid= station_pid=
echo "hub: two processes, three counties, one killed, the database restarted: $((3 * want)) changes once each"
