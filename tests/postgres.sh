#!/bin/bash
# tests/postgres.sh - a PostgreSQL server of one test's own: a cluster in a temporary folder, reached through a Unix socket in it, on no port.
#
#   postgres.sh start [SETTING=VALUE..]   makes and starts one; prints its folder, then its URL (database postgres, user postgres, no password)
#   postgres.sh stop FOLDER               stops it and removes the folder
#   postgres.sh crash FOLDER              kills it as a power cut would; the data stay
#   postgres.sh again FOLDER              starts it once more on its data
#   postgres.sh standby FOLDER            starts it as a standby: it only reads, until..
#   postgres.sh promote FOLDER            ..it is made a primary again
#
# initdb refuses root: as root everything runs as the system's user postgres. The server goes away by itself when the process that started it is gone (AIDPOST_WATCH=PID names another one).
# Exit code 77: there is no PostgreSQL here, the test is to be skipped (Debian: apt-get install postgresql-15).
set -u

bin=
for folder in ${AIDPOST_PGBIN-} $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr) $(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)"); do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
        bin=$folder
        break
    fi
done
[ -n "$bin" ] || { echo "postgres.sh: no PostgreSQL server on this machine (Debian: postgresql-15)" >&2; exit 77; }

as_server() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    elif id postgres >/dev/null 2>&1; then
        (cd / && runuser -u postgres -- "$@")
    else
        echo "postgres.sh: root may not run a server, and there is no user postgres" >&2
        exit 77
    fi
}

# pg_ctl waits until it answers.
run_server() {
    as_server "$bin/pg_ctl" -s -w -t 60 -D "$1/data" -l "$1/log" -o "-c listen_addresses= -k $1 ${2-}" start >/dev/null 2>&1 </dev/null || {
        tail -20 "$1/log" >&2
        echo "postgres.sh: the server did not start" >&2
        exit 1
    }
}

stop_server() {
    as_server "$bin/pg_ctl" -s -D "$1/data" -m immediate stop >/dev/null 2>&1 </dev/null
}

case "${1-}" in
start)
    shift
    settings=
    for setting in "$@"; do settings="$settings -c $setting"; done
    folder=$(mktemp -d "${TMPDIR:-/tmp}/aidpost-postgres.XXXXXX") || exit 1
    [ "$(id -u)" -ne 0 ] || ! id postgres >/dev/null 2>&1 || chown postgres "$folder"
    as_server "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder.made" 2>&1 </dev/null || {
        code=$?
        cat "$folder.made" >&2
        rm -rf "$folder" "$folder.made"
        [ $code -ne 77 ] || exit 77
        echo "postgres.sh: initdb failed" >&2
        exit 1
    }
    rm -f "$folder.made"
    # One role has to show a password.
    as_server sed -i '1i local all guarded scram-sha-256' "$folder/data/pg_hba.conf"
    # A process that is killed loses nothing that the system was given: the tests need no fsync.
    echo "$settings" >"$folder/settings"
    run_server "$folder" "-c fsync=off -c max_connections=40 -c shared_buffers=64MB$settings"
    (
        exec >/dev/null 2>&1 </dev/null
        while kill -0 "${AIDPOST_WATCH:-$PPID}" && [ -d "$folder" ]; do sleep 1; done
        stop_server "$folder"
        rm -rf "$folder"
    ) &
    echo "$folder"
    echo "postgresql://postgres@/postgres?host=$folder"
    ;;
again)
    run_server "$2" "-c fsync=off -c max_connections=40 -c shared_buffers=64MB$(cat "$2/settings")"
    ;;
standby)
    as_server touch "$2/data/standby.signal"
    run_server "$2" "-c fsync=off -c max_connections=40 -c shared_buffers=64MB$(cat "$2/settings")"
    ;;
promote)
    as_server "$bin/pg_ctl" -s -w -t 60 -D "$2/data" promote >/dev/null 2>&1 </dev/null || { echo "postgres.sh: not promoted" >&2; exit 1; }
    ;;
crash)
    stop_server "$2"
    ;;
stop)
    stop_server "$2"
    rm -rf "$2"
    ;;
*)
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2
    exit 2
    ;;
esac
