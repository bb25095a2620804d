#!/bin/bash
# tests/drill_test.sh - the restore drill of README, as it stands there: the newest backup of a center restores, verifies and counts; with a file that was cut, or another key, it stops at the restore and says why.
# Usage: drill_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

source=${AIDPOST_SRCDIR:-$(dirname "$0")/..}
case $source in /*) ;; *) source=$OLDPWD/$source ;; esac
head -c 64 /dev/urandom >backup.key
head -c 64 /dev/urandom >other.key

# The lines between the marker's fences, with our own first line.
awk '/^<!-- drill -->/ {there = 1} there && /^```/ {fences++; next} there && fences == 1 && !/^store=/ {print} fences == 2 {exit}' "$source/README.md" >lines
[ "$(grep -c '^aidpost ' lines)" -ge 3 ] || fail "no drill in README"
drill() { # KEY
    printf 'set -eu\nstore=center key=%s backups=backups\naidpost() { "%s" "$@"; }\n' "$1" "$a" >drill.sh
    sed 's,/aidpost-\*,/practice-aidpost-*,' lines >>drill.sh # this center is one of practice, and its files say so
    TMPDIR=$work bash drill.sh >out 2>err
}

mkdir backups
expect 0 "$s" center center 4
expect 0 "$a" backup backups --key-file backup.key --data center # older, with less in it
expect 0 "$s" consult center 7
older=$(date -r backups/* +%s)
later() { [ "$(date +%s)" -gt "$older" ]; } # names and times tell seconds
until_true later
expect 0 "$a" backup backups --key-file backup.key --data center
[ "$(ls backups | wc -l)" = 2 ] || fail "not two backups"
sed -i 's/count case/count consultation/' lines
drill backup.key || { cat out err; fail "the drill failed"; }
says '核对无误' out
[ "$(tail -1 out)" = 7 ] || { cat out; fail "not the newest one"; }
[ -z "$(ls -d tmp.* 2>/dev/null)" ] || fail "the drill left something"
! drill other.key || fail "another key will do"
says '口令或密钥不对' err
newest=$(ls -t backups/* | head -1)
truncate -s -1000 "$newest"
! drill backup.key || fail "a cut backup will do"
says '不完整\|损坏' err
lacks '核对无误' out
exit 0
