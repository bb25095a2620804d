#!/bin/bash
# tests/upgrade_test.sh - stores of earlier programs (tests/data/stores) opened by this one: brought up to date, verified, worked on, backed up and restored, and synchronised with each other; and a store of a
# later program refused with a reason, untouched. Real processes.
source=${AIDPOST_SRCDIR:-$(cd "$(dirname "$0")/.." && pwd)}
. "$(dirname "$0")/processes.sh"

command -v xz >/dev/null 2>&1 || { echo "no xz"; exit 77; }
stores=$source/tests/data/stores
head -c 48 /dev/urandom >key

holds() { # FOLDER TYPE COUNT
    expect 0 "$a" count "$2" --data "$1" --json
    [ "$(number count)" = "$3" ] || fail "$1 has $(number count) of $2, not $3"
}
opened=0
for file in "$stores"/*.db.xz; do
    name=$(basename "$file" .db.xz)
    mkdir -m 700 "$name"
    xz -dc "$file" >"$name/aidpost.db"
    chmod 600 "$name/aidpost.db"
    expect 0 "$a" verify --data "$name" --json
    says '"ok":true' out
    case $name in # what that program wrote: what it said it had
    1-2026-11-24-*) holds "$name" consultation 12; holds "$name" case 1; holds "$name" event 1; holds "$name" org 15 ;;
    1-2026-11-26-* | 1-2026-11-27-* | 2-2026-11-27-*) holds "$name" consultation 12; holds "$name" case 5; holds "$name" event 6; holds "$name" volunteer 4; holds "$name" org 15 ;;
    *) fail "$name: nothing is known of it" ;;
    esac
    # The search index, reports and histories of old rows work, and new rows stand beside them.
    expect 0 "$a" search 劳动 --data "$name" --json
    says '"total":[1-9]\|"hits":\[{' out
    expect 0 "$a" list consultation --limit 1 --data "$name" --json
    id=$(value id)
    expect 0 "$a" history "$id" --data "$name"
    expect 0 "$a" report monthly --period 2026-11 --data "$name"
    expect 0 "$a" set "$id" "content=升级以后改的" --data "$name"
    expect 0 "$a" add consultation name=张文芳 content=升级以后新增 --data "$name"
    holds "$name" consultation 13
    expect 0 "$a" verify --data "$name"
    expect 0 "$a" backup "$name.backup" --key-file key --data "$name"
    expect 0 "$a" restore "$name.backup" --key-file key --data "$name-restored"
    holds "$name-restored" consultation 13
    expect 0 "$a" verify --data "$name-restored"
    opened=$((opened + 1))
done
[ $opened -ge 8 ] || fail "only $opened stores"

# An old station meets its old center again, both with this program. The keys are new: fixtures have none.
for age in 1-2026-11-24 1-2026-11-26 1-2026-11-27 2-2026-11-27; do
    rm -f port
    "$d" center --data "$age-center" --listen 127.0.0.1:0 --port-file port --new-key >"$age-center.log" 2>&1 &
    center_pid=$!
    until_true [ -s port ]
    expect 0 "$d" enrol new --station 1 --data "$age-center" --json
    code=$(value code)
    expect 0 "$d" enrol "$code" --center "127.0.0.1:$(sed 's/.*://' port)" --data "$age-station"
    expect 0 "$d" once --data "$age-station"
    holds "$age-center" consultation 14
    expect 0 "$d" once --data "$age-station"
    expect 0 "$a" verify --data "$age-station"
    kill $center_pid
    wait $center_pid 2>/dev/null
    center_pid=
    expect 0 "$a" verify --data "$age-center"
done

# A later program's store: nothing is done to it, and the reason says what to do.
cp -r 1-2026-11-26-station later
"$build/tests/daemon_store" version later 99 || fail "the version cannot be set"
before=$(md5sum later/aidpost.db)
expect 1 "$a" list consultation --data later
says '请先升级程序' err
expect 1 "$d" status --data later
says '请先升级程序' err
[ "$before" = "$(md5sum later/aidpost.db)" ] || fail "it was changed"
echo "$opened stores of earlier programs opened, verified, worked on, restored, synchronised"
