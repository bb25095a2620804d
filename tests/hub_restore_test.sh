#!/bin/bash
# tests/hub_restore_test.sh - a province's database is put back to an older dump while its counties go on, with real processes: whatever a county has stands at the hub again, rows, changes and figures; what was erased by law
# stays erased; nobody hears more than happened. One county's gatherer runs all the time, one lost its upward folder since the dump, one was enrolled after it. Then the other way round: a county's center, its upward folder
# and both are put back from backups. SKIP where there is no PostgreSQL server or the program was built without libpq. Usage: hub_restore_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
source_dir=$(cd "$(dirname "$0")/.." && pwd) || exit 99
. "$(dirname "$0")/processes.sh"
. "$source_dir/tests/hub_processes.sh"

tell() { expect 0 "$d" upward --once --json --center "county$1" --data "up$1"; } # COUNTY
consult() { expect 0 "$a" add consultation "date=$2" "name=$3" "content=$4" --data "$1"; } # STORE DAY NAME CONTENT
id_of() { expect 0 "$a" list consultation --where "content=$2" --json --data "$1"; sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' out | head -1; } # STORE CONTENT
at_hub() { [ "$(sql "SELECT (SELECT count(*) FROM change WHERE position(convert_to('$1','UTF8') IN body)>0)+(SELECT count(*) FROM county_row WHERE cells::text LIKE '%$1%')")" != 0 ]; } # TEXT
county() { # NUMBER: a center with one station, let in at the hub
    expect 0 "$s" center "county$1" 2
    serve "county$1" 127.0.0.1:0 --data "county$1"
    expect 0 "$d" enrol new --org z2 --json --data "county$1"
    expect 0 "$d" enrol "$(value code)" --center "$(cat "county$1.port")" --data "s$1" --name "机 $1"
    enrol_up "$1" --org "32010$1" --name "县$1"
}
enrol_up() { # COUNTY ARGUMENT..: its upward folder, new or again
    local n=$1
    shift
    expect 0 "$d" enrol new --store "$url" --data hub1 "$@" --json
    expect 0 "$d" enrol "$(value code)" --center "$(cat hub1.port)" --data "up$n" --name "县$n 上报"
}
work() { # COUNTY ROUND: at its station, at its center
    consult "s$1" "2026-03-0$2" 某人 "第$2轮的咨询"
    expect 0 "$d" once --center "$(cat "county$1.port")" --data "s$1"
    expect 0 "$a" add honour "date=2026-02-0$2" "title=先进$2" name=中心 level=2 --data "county$1"
}
quiet() { # COUNTY: nothing is left to say, and both sides hold the same
    tell "$1"
    tell "$1"
    [ "$(number sent)" = 0 ] && [ "$(number received)" = 0 ] || fail "county$1: something still moves: $(cat out)"
    lacks '核对' "err"
}
orders_are_whole() { # within an era without a gap; each chain link from the one before is test_hub_store's and the simulator's
    [ "$(sql "SELECT count(*) FROM (SELECT county,log,seq-row_number() OVER (PARTITION BY county,log ORDER BY seq)-(SELECT base_seq FROM log l WHERE l.county=c.county AND l.no=c.log) AS off FROM change c) x WHERE off<>0")" = 0 ] ||
        fail "a log has a gap"
}

# ---- who there is, and a first week ----
hub 1 127.0.0.1:0
mkdir -p hub2 && cp -p hub1/identity.pem hub2/ || fail "no key"
hub 2 127.0.0.1:0
county 1
county 2
for n in 1 2; do
    work $n 1
    consult s$n 2026-03-20 秘密某 "不能留下的事$n"
    expect 0 "$d" once --center "$(cat county$n.port)" --data s$n
    tell $n
    county_is_at_hub $n
done
gather 1

# ---- the dump; and what is acknowledged after it ----
"${bin}pg_dump" -Fc -n aidpost -f dump "$url" || fail "pg_dump"
for n in 1 2; do
    work $n 2
    at_hub "不能留下的事$n" || fail "not told"
    expect 0 "$a" erase "$(id_of county$n "不能留下的事$n")" --reason 本人要求删除 --data county$n
done
tell 2
until_true figures_there 1
for n in 1 2; do at_hub "不能留下的事$n" && fail "a hub keeps what was erased"; done
# the second county's upward folder is lost, and made anew
mv up2 up2.lost
enrol_up 2 --station 320102
tell 2
tell 2
county_is_at_hub 2
# a third county comes
county 3
work 3 1
tell 3
county_is_at_hub 3
expect 0 "$d" revoke 320101 --store "$url"
expect 0 "$d" stations --store "$url"
says '已停用' out

# ---- the database is put back while the first county goes on ----
address1=$(cat hub1.port) address2=$(cat hub2.port)
halt hub1
halt hub2
work 1 3
sql "DROP SCHEMA aidpost CASCADE" >/dev/null 2>&1
"${bin}pg_restore" -d "$url" dump || fail "pg_restore"
at_hub "不能留下的事1" && at_hub "不能留下的事2" || fail "the dump is not older than the erasures"
hub 1 "$address1"
hub 2 "$address2"
work 2 3
work 1 4
until_true figures_there 1
county_is_at_hub 1
at_hub "不能留下的事1" && fail "county1: erased by law, and back with the dump"
says '320101）：数据库比答复过这个县的旧' hub1.log
# a key that the database does not know any more: refused in words that say what to do, at both ends
expect 1 "$d" upward --once --center county2 --data up2
says '登记' err
expect 1 "$d" upward --once --center county3 --data up3
enrol_up 2 --station 320102
enrol_up 3 --org 320103 --name 县3
for n in 2 3; do
    tell $n
    tell $n
    county_is_at_hub $n
    quiet $n
done
at_hub "不能留下的事2" && fail "county2: erased by law, and back with the dump"
orders_are_whole
halt up1
quiet 1

# ---- a county center restored from its backup: what it lost is not at the hub either, until its station brings it ----
head -c 64 /dev/urandom >secret.key
expect 0 "$a" backup county1.bak --key-file secret.key --data county1
work 1 5
tell 1
county_is_at_hub 1
halt county1
rm -f county1/aidpost.db*
expect 0 "$a" restore county1.bak --key-file secret.key --data county1
tell 1
says '"rewound":true' out
county_is_at_hub 1
"$r" rows county1 >below
lacks '第5轮' below
again() { serve "county$1" 127.0.0.1:0 --data "county$1"; } # COUNTY
bring() { # COUNTY: its station, until the center has heard it and all is told
    for each in 1 2; do expect 0 "$d" once --center "$(cat "county$1.port")" --data "s$1"; done
    "$r" rows "county$1" >below
    says "$2" below
    tell "$1"
    tell "$1"
    county_is_at_hub "$1"
    quiet "$1"
}
again 1
bring 1 第5轮

# ---- an upward folder put back from a copy ----
cp -rp up2 up2.old
work 2 4
tell 2
rm -rf up2
mv up2.old up2
work 2 5
tell 2
tell 2
county_is_at_hub 2
quiet 2

# ---- center and upward folder put back together, as with the whole machine: nobody there knows of what was told since ----
consult s3 2026-03-21 秘密某 "不能留下的事3"
expect 0 "$d" once --center "$(cat county3.port)" --data s3
tell 3
halt county3
cp -rp county3 county3.old
cp -rp up3 up3.old
again 3
work 3 2
expect 0 "$a" erase "$(id_of county3 "不能留下的事3")" --reason 本人要求删除 --data county3
expect 0 "$a" set "$(id_of county3 "第1轮的咨询")" phone=13900000003 --data county3
tell 3
county_is_at_hub 3
at_hub 13900000003 || fail "not told"
halt county3
rm -rf county3 up3
mv county3.old county3
mv up3.old up3
tell 3
tell 3
"$r" rows county3 | grep -v 不能留下的事 >below # the old copy has it: it does not go up again
rows_at_hub 3 >above
same "county3: other rows at the hub than in what was put back"
at_hub "不能留下的事3" && fail "erased by law, and back with the machine"
again 3
expect 0 "$a" erase "$(id_of county3 "不能留下的事3")" --reason 本人要求删除 --data county3
bring 3 第2轮
for each in county1 county2 county3 up1 up2 up3 s1 s2 s3; do expect 0 "$a" verify --data $each; done
orders_are_whole

for each in hub1 hub2 county1 county2 county3; do halt $each; done
echo "hub restored: three counties' rows, changes and figures are there again; what was erased is gone"
