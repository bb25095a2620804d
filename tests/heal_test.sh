#!/bin/bash
# tests/heal_test.sh - stations restored, copied, without their key, with real processes and files: each heals at its next contact and nothing is lost. Waits for conditions, never for time.
# Usage: heal_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

export AIDPOST_TRACE=info

stop() { # PID, gently
    kill -TERM "$1"
    wait "$1" || fail "exit $? after SIGTERM"
}

enrol() { # ORG FOLDER
    expect 0 "$d" enrol new --org "$1" --json --data center
    code=$(sed -n 's/.*"code":"\([^"]*\)".*/\1/p' out)
    expect 0 "$d" enrol "$code" --center "$address" --data "$2" --name "laptop $2"
}

once() { expect 0 "$d" once --json --center "$address" --data "$1"; }
heals() { once "$1"; [ -n "$(value healed)" ] || { cat out; fail "nothing was healed"; }; }
quiet() { once "$1"; [ -z "$(value healed)" ] || { cat out; fail "healed again"; }; }
note() { expect 0 "$s" note "$1" "$2"; texts="$texts|$2"; }

# Same number on all sides, everything written is at the center, nothing is wrong anywhere, and no conflict but the real ones.
all_well() { # CONFLICTS FOLDER...
    local conflicts=$1 folder text n
    shift
    for folder in "$@"; do
        quiet "$folder"
    done
    n=$("$s" count center)
    for folder in "$@"; do
        quiet "$folder" # what came meanwhile from the others
        [ "$("$s" count "$folder")" = "$n" ] || fail "$folder has $("$s" count "$folder") of $n"
        expect 0 "$a" verify --data "$folder"
        [ "$("$s" state "$folder" | cut -d' ' -f5)" = 0 ] || fail "$folder: something was not sent"
    done
    expect 0 "$a" verify --data center
    local IFS='|'
    for text in $texts; do
        [ -z "$text" ] || "$s" has center "$text" || fail "lost: $text"
    done
    unset IFS
    [ "$("$s" conflicts center)" = "$conflicts" ] || fail "$("$s" conflicts center) conflicts instead of $conflicts"
}

expect 0 "$s" center center 3
start_center
enrol z2 a
texts=
note a first
note a second
once a
all_well 0 a

# --- its folder put back as a whole, with more written on the copy: the other's text is not lost, one field waits for a person
cp -a a old
note a 'after the copy'
expect 0 "$s" phone a first 13900000001
once a
mv a lost
mv old a
note a 'on the old copy'
expect 0 "$s" phone a first 13900000002
heals a
[ "$(number sent)" = 2 ] || fail "sent $(number sent)"
[ "$("$s" conflicts a)" = 1 ] || fail "the station has $("$s" conflicts a) conflicts"
all_well 1 a
expect 0 "$d" stations --json --data center
says '"branches":1' out
says '"alarm":null' out

# --- put back with nothing written since: all comes down again
cp -a a old
note a 'before it goes back'
once a
rm -rf a
mv old a
heals a
"$s" has a 'before it goes back' || fail "not fetched"
all_well 1 a

# --- only the store put back, in its place: noticed at the opening
expect 0 "$s" verify a
cp a/aidpost.db kept.db
note a 'lost by the disk'
once a
rm -f a/aidpost.db*
cp kept.db a/aidpost.db
expect 0 "$d" status --data a
says '较早的一份' err
says '本机是恢复来的：请先和县中心同步一次' out
note a 'behind the guard'
once a
"$s" has a 'lost by the disk' || fail "not fetched"
expect 0 "$d" status --json --data a
says '"restored_waiting":false,"center_asks":false' out
all_well 1 a

# --- a clone with the same key, used in turn, at first without a word written
cp -a a clone
quiet clone
quiet a
heals clone
quiet a
expect 0 "$d" stations --json --data center
says '两台机器共用一把密钥' out
note a 'on the first'
note clone 'on the clone'
once clone
once a
note clone 'on the clone again'
note a 'on the first again'
all_well 1 a clone

# --- taken away for that, and both enrolled anew: each goes on as itself, with what it had not sent
note a 'not sent by the first'
note clone 'not sent by the clone'
expect 0 "$d" revoke 1 --data center
expect 1 "$d" once --center "$address" --data a
enrol z2 a
says '站点 2 号' out
enrol z2 clone
says '站点 3 号' out
expect 0 "$d" stations --json --data center
lacks '共用一把密钥' out
all_well 1 a clone

# --- restored from a backup (which holds no key), with something in it that was not sent then; enrolled anew
note a 'sent after the backup'
dd if=/dev/urandom of=backup.key bs=64 count=1 status=none
expect 0 "$a" backup a.backup --key-file backup.key --data a
once a
note a 'never seen again' && texts=${texts%|never seen again}
expect 0 "$a" restore a.backup --key-file backup.key --data fresh
expect 1 "$d" once --center "$address" --data fresh
note fresh 'before it had a key'
expect 0 "$d" revoke 2 --data center
enrol z2 fresh
says '站点 4 号' out
all_well 1 fresh clone

# --- with its key beside it
once fresh
expect 0 "$a" backup b.backup --key-file backup.key --data fresh
note fresh 'after the second backup'
once fresh
expect 0 "$a" restore b.backup --key-file backup.key --data back
cp fresh/identity.pem back/
rm -rf fresh
note back 'on the restored one'
once back
"$s" has back 'after the second backup' || fail "not fetched"
all_well 1 back clone

# --- enrolled once more by mistake, with another org's code, at another county: refused, nothing changed
expect 0 "$d" enrol new --org z2 --json --data center
code=$(sed -n 's/.*"code":"\([^"]*\)".*/\1/p' out)
expect 1 "$d" enrol "$code" --center "$address" --data back
says '已经登记过' err
mv back/identity.pem key.kept
expect 0 "$d" enrol new --org z3 --json --data center
code=$(sed -n 's/.*"code":"\([^"]*\)".*/\1/p' out)
expect 1 "$d" enrol "$code" --center "$address" --data back
says '另一个单位' err
stop "$center_pid"
expect 0 "$s" center other 3
mv center real
mv other center
start_center
expect 0 "$d" enrol new --org z2 --json --data center
code=$(sed -n 's/.*"code":"\([^"]*\)".*/\1/p' out)
expect 1 "$d" enrol "$code" --center "$address" --data back
says '另一个县中心' err
stop "$center_pid"
mv center other
mv real center
start_center
mv key.kept back/identity.pem
all_well 1 back clone

stop "$center_pid"
center_pid=
echo "heal_test: all well"
