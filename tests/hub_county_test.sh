#!/bin/bash
# tests/hub_county_test.sh - a province with real processes: 24 stations of three county centers, the counties telling a hub of two processes on one PostgreSQL. A hub process is killed with -9 and a county's gatherer, too,
# while people work; in the end every tier has the same rows, counts and report figures. SKIP where there is no PostgreSQL server or the program was built without libpq. Usage: hub_county_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
source_dir=$(cd "$(dirname "$0")/.." && pwd) || exit 99
. "$(dirname "$0")/processes.sh"
. "$source_dir/tests/hub_processes.sh"
counties="1 2 3" stations="1 2 3 4 5 6 7 8"

# ---- who there is ----
hub 1 127.0.0.1:0
mkdir -p hub2 && cp -p hub1/identity.pem hub2/ || fail "no key"
hub 2 127.0.0.1:0
for n in $counties; do
    expect 0 "$s" center county$n 8
    serve county$n 127.0.0.1:0 --data county$n
    expect 0 "$d" enrol new --store "$url" --data hub1 --org 32010$n --name "县$n" --json
    expect 0 "$d" enrol "$(value code)" --center "$(cat "hub$((n % 2 + 1)).port")" --data up$n --name "县$n 上报"
    for i in $stations; do
        expect 0 "$d" enrol new --org z$((i + 1)) --json --data county$n
        expect 0 "$d" enrol "$(value code)" --center "$(cat county$n.port)" --data s$n$i --name "机 $n$i"
    done
    gather $n
done

# ---- a week's work: every station takes down consultations and syncs; processes die meanwhile ----
work() { # COUNTY ROUND
    local i k
    for i in $stations; do
        {
            echo date,name,content,channel,persons
            for k in 1 2 3 4 5; do echo "2026-0$((k + 1))-1$2,某人$k,第$2轮 $1$i 咨询$k,0$((k % 3 + 1)),$k"; done
        } >rows$1.csv
        "$a" import consultation rows$1.csv --data s$1$i >work$1.out 2>work$1.err || return 1
        "$d" once --center "$(cat county$1.port)" --data s$1$i >work$1.out 2>work$1.err || return 1
    done
    "$a" add honour date=2026-03-0$2 title="先进$2" name=中心 level=2 --data county$1 >work$1.out 2>work$1.err
}
hub1_address=$(cat hub1.port)
for round in 1 2 3; do
    work_pids=
    for n in $counties; do
        work "$n" $round &
        work_pids="$work_pids $!"
    done
    if [ $round = 2 ]; then # what is acknowledged is in the database
        killed hub1
        killed up2
        gather 2
        hub 1 "$hub1_address"
    fi
    n=1
    for pid in $work_pids; do
        wait "$pid" || fail "county $n, round $round: $(cat work$n.err)"
        n=$((n + 1))
    done
done

# A case changes hands: at the top it is the other station's, too.
expect 0 "$a" do draft new name=周小兰 cause=相邻关系纠纷 --json --data s11
case=$(sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' out | head -1)
expect 0 "$a" do receive "$case" --data s11
expect 0 "$d" once --center "$(cat county1.port)" --data s11
expect 0 "$a" do transfer "$case" target=z3 reason=事由发生地在那里 --data county1

# ---- every tier the same ----
for n in $counties; do until_true figures_there $n; done
want=$((8 * 3 * 5))
for n in $counties; do
    "$r" rows county$n >below
    rows_at_hub $n >above
    [ -s below ] || fail "county$n has no rows"
    same "county$n: other rows at the hub"
    sum=0
    for i in $stations; do sum=$((sum + $("$s" count s$n$i))); done
    [ "$sum" = $want ] && [ "$("$s" count county$n)" = $want ] && [ "$(sql "SELECT count(*) FROM county_row WHERE county=$n AND type_no=4 AND NOT gone")" = $want ] ||
        fail "county$n: stations $sum, county $("$s" count county$n), wanted $want"
    for report in $reports; do
        expect 0 "$a" report "${report%:*}" --period "${report#*:}" --json --data county$n
        cells_of_json >below
        cells_at_hub $n "${report%:*}" "${report#*:}" 0 >above
        [ -s below ] || fail "no cells in $report"
        same "county$n $report: other figures at the hub"
    done
    for i in 1 8; do # a station's own report is its row
        expect 0 "$d" once --center "$(cat county$n.port)" --data s$n$i
        expect 0 "$a" report monthly --period 2026-03 --json --data s$n$i
        cells_of_json >below
        cells_at_hub $n monthly 2026-03 $((i + 1)) >above
        grep -q '"M1":[1-9]' below || fail "station $n$i has no figures"
        same "station $n$i: other figures at the hub"
    done
    expect 0 "$a" verify --data up$n
done
[ "$(sql "SELECT scope FROM county_row WHERE county=1 AND encode(id,'hex')='$case'")" = 3 ] || fail "the case did not change hands at the hub"
# The province's total is the sum of the counties'.
total=0
for n in $counties; do
    expect 0 "$a" report quarterly --period 2026Q1 --json --data county$n
    total=$((total + $(cells_of_json | sed -n 's/"Q1"://p')))
done
[ "$total" -gt 0 ] && [ "$(sql "SELECT value FROM province_cell WHERE report='quarterly' AND period='2026Q1' AND cell='Q1'")" = "$total" ] || fail "the province's total is not $total"
[ "$(sql "SELECT count(*) FROM (SELECT county,inner_log,inner_seq FROM change WHERE inner_log IS NOT NULL GROUP BY 1,2,3 HAVING count(*)>1) x")" = 0 ] || fail "an inner change is there twice"

# ---- erased by law in a county: gone in the database ----
expect 0 "$a" list consultation --where 'content=第1轮 11 咨询1' --json --data county1
id=$(sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' out | head -1)
[ "$(sql "SELECT count(*) FROM change WHERE position(convert_to('第1轮 11 咨询1','UTF8') IN body)>0")" -gt 0 ] || fail "not told"
expect 0 "$a" erase "$id" --reason 本人要求删除 --data county1
gone() { [ "$(sql "SELECT (SELECT count(*) FROM change WHERE position(convert_to('第1轮 11 咨询1','UTF8') IN body)>0)+(SELECT count(*) FROM county_row WHERE cells::text LIKE '%第1轮 11 咨询1%')")" = 0 ]; }
until_true gone
until_true figures_there 1
"$r" rows county1 >below
rows_at_hub 1 >above
same "county1: other rows after the erasure"

for name in up1 up2 up3 hub1 hub2 county1; do halt $name; done
lacks '咨询\|某人' hub1.log
echo "province: 24 stations, 3 counties, 2 hub processes, one killed: $((3 * want)) consultations, rows and figures equal on every tier"
