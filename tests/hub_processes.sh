# tests/hub_processes.sh - what tests of a province have in common: a PostgreSQL of their own, hub processes, county centers, gatherers, and what stands on each tier in the same words. For bash; a test sources it behind
# processes.sh, whose rules hold. Exits 77 where there is no PostgreSQL server or the program was built without libpq. pids: whatever runs in the background, ended with the test. Numbers of counties are 1.. at the hub.
r=$build/tests/county_rows
pids= server=

"$d" --version | grep -q libpq || { echo "$(basename "$0"): built without libpq"; exit 77; }
AIDPOST_WATCH=$$ "$source_dir/tests/postgres.sh" start >server || { code=$?; [ $code = 77 ] && exit 77; fail "no server"; }
{ read -r server; read -r url; } <server
stop_all() {
    for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
    "$source_dir/tests/postgres.sh" stop "$server"
    cleanup
}
trap stop_all EXIT
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
bin=${bin:+$bin/}
sql() { "${bin}psql" -qAtX "$url" -c "SET search_path TO aidpost" -c "$1" || fail "$1"; }

# serve NAME ADDRESS ARGUMENT..: a center in the background; its pid in pid_NAME, its address in NAME.port.
serve() {
    local name=$1 listen=$2
    shift 2
    rm -f "$name.port"
    "$d" center --listen "$listen" --port-file "$name.port" "$@" >>"$name.out" 2>>"$name.log" &
    eval "pid_$name=$!"
    pids="$pids $!"
    until_true test -s "$name.port"
}
hub() { serve "hub$1" "$2" --store "$url" --data "hub$1" --name 测试省中心 --practice; } # NUMBER ADDRESS. The stores of these tests are practice stores
gather() { # COUNTY: its gatherer in the background
    "$d" upward --center "county$1" --data "up$1" >>"up$1.out" 2>>"up$1.log" &
    eval "pid_up$1=$!"
    pids="$pids $!"
}
killed() { # NAME: at once, in the middle of whatever it does
    local pid
    eval "pid=\$pid_$1"
    { kill -9 "$pid" && wait "$pid"; } 2>/dev/null
}
halt() { # NAME: gently
    local pid
    eval "pid=\$pid_$1"
    kill -TERM "$pid"
    wait "$pid" || fail "$1: exit $? after SIGTERM"
}

told_all() { "$d" upward status --json --data "up$1" >out 2>err && [ "$(number waiting)" = 0 ] && [ "$(number pending)" = 0 ]; }
# The hub's rows of a county, in the words of county_rows.
rows_at_hub() {
    sql "SELECT type_no||' '||encode(id,'hex')||' '||scope||coalesce((SELECT ' '||string_agg(key||'='||replace(value,E'\n',' '),' ' ORDER BY key::int) FROM jsonb_each_text(cells)),'') FROM county_row
         WHERE county=$1 AND NOT gone ORDER BY id"
}
cells_of_json() { sed -n 's/.*"cells":{\([^}]*\)}.*/\1/p' out | tr ',' '\n' | LC_ALL=C sort; }
cells_at_hub() { sql "SELECT '\"'||cell||'\":'||coalesce(value::text,'null') FROM report_cell WHERE county=$1 AND report='$2' AND period='$3' AND org=$4" | LC_ALL=C sort; } # COUNTY REPORT PERIOD ORG
same() { cmp -s below above || { diff below above | head; fail "$*"; }; }
reports="summary:2026H1 summary:2026 monthly:2026-03 monthly:2026-04 quarterly:2026Q1 form1:2026H1 form11:2026H1 form13:2026"
report_is_there() { # COUNTY REPORT:PERIOD
    expect 0 "$a" report "${2%:*}" --period "${2#*:}" --json --data "county$1" && cells_of_json >below && cells_at_hub "$1" "${2%:*}" "${2#*:}" 0 >above && cmp -s below above
}
figures_there() { # COUNTY: the last pass over the county's figures has come up; a pass may begin between two of the last rows
    local report
    told_all "$1" || return 1
    for report in $reports; do report_is_there "$1" "$report" || return 1; done
}
# A county's rows, its changes (each counts once at the hub) and its figures are the hub's.
county_is_at_hub() { # COUNTY
    "$r" rows "county$1" >below && [ -s below ] || fail "county$1 has no rows"
    rows_at_hub "$1" >above
    same "county$1: other rows at the hub"
    "$r" changes "county$1" | LC_ALL=C sort >below
    sql "SELECT inner_log||' '||inner_seq FROM change WHERE county=$1 AND inner_log IS NOT NULL" | LC_ALL=C sort >above
    [ -z "$(LC_ALL=C comm -23 below above)" ] || fail "county$1: changes that the hub was not told: $(LC_ALL=C comm -23 below above | head)"
    [ -z "$(uniq -d above)" ] || fail "county$1: a change counts twice at the hub"
    for report in $reports; do
        report_is_there "$1" "$report" || { diff below above; fail "county$1 $report: other figures at the hub"; }
        [ -s below ] || fail "no cells in $report"
    done
}
