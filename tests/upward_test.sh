#!/bin/bash
# tests/upward_test.sh - three tiers with real processes: stations, two county centers, and a center above them (an ordinary one stands in for the hub; tests/hub_county_test.sh has PostgreSQL). Rows and report
# figures at the top are the county's and the stations' own, whatever happened: a gatherer killed with -9 in the middle of the work, a county center restored from a backup, a record erased by law.
# Waits for conditions, never for time. Usage: upward_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"
r=$build/tests/county_rows
pids=
stop_all() {
    for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
    cleanup
}
trap stop_all EXIT

# serve FOLDER: a center in the background; its pid in pid_FOLDER, its address in FOLDER.port.
serve() {
    rm -f "$1.port"
    "$d" center --listen 127.0.0.1:0 --port-file "$1.port" --data "$1" >>"$1.out" 2>>"$1.log" &
    eval "pid_$1=$!"
    pids="$pids $!"
    until_true test -s "$1.port"
}
halt() { # NAME: the process of pid_NAME, gently
    local pid
    eval "pid=\$pid_$1"
    kill -TERM "$pid"
    wait "$pid" || fail "$1: exit $? after SIGTERM"
}
once() { expect 0 "$d" once --json --center "$(cat "$2.port")" --data "$1"; } # STATION COUNTY
enrol() { # CENTER ORG FOLDER
    expect 0 "$d" enrol new --org "$2" --json --data "$1"
    expect 0 "$d" enrol "$(value code)" --center "$(cat "$1.port")" --data "$3" --name "机 $3"
}
tell() { expect 0 "$d" upward --once --json --center "county$1" --data "up$1"; } # COUNTY
gather() { # the service for a county in the background
    "$d" upward --center "county$1" --data "up$1" >>"up$1.out" 2>>"up$1.log" &
    eval "pid_up$1=$!"
    pids="$pids $!"
}
consult() { expect 0 "$a" add consultation "date=$2" "name=$3" "content=$4" "${@:5}" --data "$1"; } # STATION DAY NAME CONTENT
period_now=$(date -u -d '+8 hours' +%Y-%m)
day_now=$period_now-01

# The rows at the top are the county's, byte for byte, and every change of its log is there.
rows_equal() { # COUNTY
    "$r" rows "county$1" >below || fail "rows"
    "$r" told hub $(($1 + 1)) >above || fail "told"
    [ -s below ] || fail "nothing in county$1"
    cmp -s below above || { diff below above | head -20; fail "county$1: the top has other rows"; }
    "$r" headers hub $(($1 + 1)) "county$1" >headers || fail "a change of county$1 was not told"
}
# cells_of_json: the cells in out, sorted, a line each.
cells_of_json() { sed -n 's/.*"cells":{\([^}]*\)}.*/\1/p' out | tr ',' '\n' | LC_ALL=C sort; }
told_cells() { "$r" cells hub "$1" | grep "^$2 $3 $4 " | sed 's/.*{\(.*\)}/\1/' | tr ',' '\n' | LC_ALL=C sort; } # ORG REPORT PERIOD ROW
cells_equal() { # COUNTY; what differs stands in below and above, and in $which
    local report period
    for report in summary:2026H1 summary:2026 monthly:2026-03 "monthly:$period_now" quarterly:2026Q1 form1:2026H1 form6:2026H1 form8:2026 form11:2026H1 form13:2026H1; do
        period=${report#*:} report=${report%:*}
        which="county$1 $report $period"
        "$a" report "$report" --period "$period" --json --data "county$1" >out 2>err || return 1
        cells_of_json >below
        told_cells $(($1 + 1)) "$report" "$period" 0 >above
        [ -s below ] && cmp -s below above || return 1
    done
}
must_cells_equal() { # COUNTY
    cells_equal "$1" || { diff below above; cat err; fail "$which: other figures at the top"; }
}
# A station's own report is its row at the county and at the top.
station_equal() { # COUNTY STATION ORG
    expect 0 "$a" report monthly --period 2026-03 --json --data "$2"
    cells_of_json >below
    told_cells $(($1 + 1)) monthly 2026-03 "$3" >above
    grep -q '"M1":[1-9]' below || fail "station $2 has no consultations in 2026-03"
    cmp -s below above || { diff below above; fail "station $2: other figures at the top"; }
}
equal() {
    for n in 1 2; do
        rows_equal $n
        must_cells_equal $n
    done
    station_equal 1 s1a 2
    station_equal 2 s2b 3
}

# ---- three tiers ----
expect 0 "$s" center hub 2
serve hub
for n in 1 2; do
    expect 0 "$s" center county$n 2
    serve county$n
    enrol hub z$((n + 1)) up$n
    for each in a b; do
        org=2
        [ $each = a ] || org=3
        enrol county$n z$org s$n$each
        once s$n$each county$n
    done
done

# ---- what is refused, and what to do about it ----
expect 2 "$d" upward --data up1
says '--center' err
expect 1 "$d" upward --once --center county1 --data county1
says '同一个目录' err
expect 1 "$d" upward --once --center s1a --data up1
says '只从县中心' err
expect 1 "$d" upward --once --center county1 --data county2
says '登记码' err
expect 1 "$d" upward --once --center county1 --data nowhere
expect 1 "$d" upward --once --center nowhere --data up1
expect 1 "$d" upward status --data county1
expect 2 "$d" upward --every never --center county1 --data up1
expect 2 "$a" list county_change --data hub
"$a" types --data hub >out
lacks county_ out

# ---- the first time ----
for n in 1 2; do
    for each in a b; do
        consult s$n$each 2026-03-0$n 张三 "第 $n 县的咨询 $each" channel=03 persons=2
        consult s$n$each 2026-03-20 李四 "欠薪 $each"
        consult s$n$each "$day_now" 王五 "本月的 $each"
        once s$n$each county$n
    done
    expect 0 "$a" add honour date=2026-02-03 title=先进 name=中心 level=2 --data county$n
    expect 0 "$a" add training date=2026-01-05 title=培训 persons=30 --data county$n
done
tell 1
[ "$(number changes)" -gt 10 ] && [ "$(number figures)" -gt 20 ] && [ "$(number sent)" -gt 30 ] || fail "told too little: $(cat out)"
tell 2
equal
tell 1
[ "$(number changes)" = 0 ] && [ "$(number figures)" = 0 ] && [ "$(number sent)" = 0 ] || fail "nothing was new: $(cat out)"
expect 1 "$d" upward --once --center county2 --data up1
says '另一个县中心' err

# ---- edits, conflicts, hand-overs ----
id_of() { expect 0 "$a" list consultation --where "content=$2" --json --data "$1"; sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' out | head -1; }
id=$(id_of s1a '欠薪 a')
[ -n "$id" ] || fail "no id"
expect 0 "$a" set "$id" phone=13900000001 --data s1a
expect 0 "$a" set "$id" phone=13900000002 date=2026-04-01 --data county1
once s1a county1
expect 0 "$a" resolve "$id" phone --keep shown --data county1
expect 0 "$a" share "$id" --org z3 --data county1
consult s1b 2026-03-21 赵六 "补的"
once s1b county1
tell 1
equal

# ---- as a service; killed with -9 again and again while people work ----
gather 1
gather 2
for round in 1 2 3 4 5 6; do
    for n in 1 2; do
        for each in a b; do
            consult s$n$each 2026-03-1$round 某人 "第 $round 轮 $n $each"
            once s$n$each county$n
        done
    done
    eval "killed=\$pid_up$((round % 2 + 1))"
    { kill -9 "$killed" && wait "$killed"; } 2>/dev/null
    gather $((round % 2 + 1))
done
# Rows, and the figures of every report: a pass over them goes by steps, and may be under way.
all_told() { # COUNTY
    "$d" upward status --json --data "up$1" >out 2>err && [ "$(number waiting)" = 0 ] && [ "$(number pending)" = 0 ] && "$r" rows "county$1" >below && "$r" told hub $(($1 + 1)) >above && cmp -s below above && cells_equal "$1"
}
for n in 1 2; do until_true all_told $n; done
halt up1
halt up2
equal
expect 0 "$a" verify --data hub
expect 0 "$a" verify --data up1
expect 0 "$d" upward status --data up1
says '都报上去了' out
expect 0 "$d" upward status --json --center county1 --data up1
says '"last_reason":null' out
"$a" doctor --json --data county1 >out
says '"name":"upward","state":"ok"' out
says '都报上去了' out
expect 0 "$d" stations --data hub
says '机 up1' out

# ---- the hub is away: what is gathered stays, and goes when it is back ----
halt hub
consult s1a 2026-03-22 某人 "中断时的"
once s1a county1
expect 1 "$d" upward --once --center county1 --data up1
expect 0 "$d" upward status --json --data up1
[ "$(number pending)" -gt 0 ] && [ "$(number waiting)" = 0 ] || fail "not gathered: $(cat out)"
expect 0 "$d" upward status --data up1
says '待报' out
address=$(cat hub.port)
rm -f hub.port
"$d" center --listen "$address" --port-file hub.port --data hub >>hub.out 2>>hub.log &
pid_hub=$!
pids="$pids $!"
until_true test -s hub.port
tell 1
equal

# ---- erased by law in the county: gone at the top ----
consult s2b 2026-03-23 秘密某 "绝对不能留下的事"
once s2b county2
tell 2
"$r" says hub '绝对不能留下的事' || fail "not told"
id=$(id_of county2 '绝对不能留下的事')
expect 0 "$a" erase "$id" --reason 本人要求删除 --data county2
tell 2
[ "$(number erased)" = 1 ] || fail "nothing was erased: $(cat out)"
! "$r" says hub '绝对不能留下的事' || fail "a change at the top still says it"
! "$r" says up2 '绝对不能留下的事' || fail "a change in the upward store still says it"
once s2b county2
tell 2
equal
halt hub
expect 0 "$a" erasures --data hub # and has the space overwritten
! grep -q '绝对不能留下的事' hub/aidpost.db* || fail "the top's file still says it"
"$d" center --listen "$address" --port-file hub.port --data hub >>hub.out 2>>hub.log &
pid_hub=$!
pids="$pids $!"
until_true "$d" upward --once --center county2 --data up2 >/dev/null 2>&1

# ---- a county center restored from a backup: what it lost is not at the top either, until its stations bring it ----
head -c 64 /dev/urandom >secret.key
expect 0 "$a" backup county1.bak --key-file secret.key --data county1
expect 0 "$a" add honour date=2026-02-20 title=备份以后的 name=中心 level=1 --data county1
consult s1a 2026-03-24 某人 "备份以后站上的"
once s1a county1
tell 1
equal
halt county1
rm -f county1/aidpost.db*
expect 0 "$a" restore county1.bak --key-file secret.key --data county1
tell 1
says '"rewound":true' out
rows_equal 1
must_cells_equal 1
serve county1
for each in a b a b; do once s1$each county1; done
"$r" rows county1 >below
grep -q '备份以后站上的' below || fail "the station did not bring it back"
tell 1
equal
for each in hub county1 county2 up1 up2 s1a; do expect 0 "$a" verify --data $each; done
echo "three tiers: rows, figures and $(cat headers) changes of county2 alone are the same at the top"
