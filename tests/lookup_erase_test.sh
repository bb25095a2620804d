#!/bin/bash
# tests/lookup_erase_test.sh - a record is erased by law that two other stations had looked up: with real processes, of the question and the answer nothing about the person is left in any file of the center or of who asked, neither where it
# comes by the line nor where it comes by stick; who asked and why stays. Usage: lookup_erase_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

enrol() { # ORG FOLDER
    expect 0 "$d" enrol new --org "$1" --json --data center
    expect 0 "$d" enrol "$(value code)" --center "$address" --data "$2" --name "$2" --json
    expect 0 "$d" once --data "$2"
}
asked() { # FOLDER: the person, by the next session
    expect 1 "$a" lookup 鼗鼬 --reason 核对鼗鼬来过没有 --wait 0 --data "$1"
    expect 1 "$a" lookup 320124198001015114 --reason 核对是否重复来访 --wait 0 --data "$1"
    expect 0 "$d" once --data "$1"
    expect 0 "$a" lookups --json --data "$1"
    says '鼗鼬.*"date":"2026-03-04"' out
}
gone() { # FOLDER: searched are all its files
    local text
    for text in 鼗鼬 320124198001015114 '2026-03-04	'; do
        ! grep -rqa -- "$text" "$1" || fail "$text is left in $(grep -rla -- "$text" "$1")"
    done
    expect 0 "$a" lookups --json --data "$1"
    lacks 鼗鼬 out
    lacks 320124198001015114 out
    says '"reason":"核对是否重复来访"' out
}
waiting() { # N: machines that have not confirmed
    expect 0 "$a" erasures --json --data center
    [ "$(grep -o '"waiting":\[[^]]*\]' out | head -1 | grep -o '"[^",:]*"' | grep -vc waiting)" = "$1" ] || { cat out; fail "not $1 waiting"; }
}

expect 0 "$s" center center 4
start_center
enrol z2 holder
enrol z3 line
enrol z4 stick
expect 0 "$a" add consultation name=鼗鼬 date=2026-03-04 id_no=320124198001015114 content=来过一次 --json --data holder
id=$(value id)
expect 0 "$d" once --data holder
asked line
asked stick
expect 0 "$a" erase "$id" --reason 本人要求删除 --data center
waiting 3
gone center

# --- by the line
expect 0 "$d" once --data line
gone line
waiting 2

# --- by stick, when it has no network any more
expect 0 "$s" consult stick 1
mkdir usb
expect 0 "$d" bundle export usb/stick.aidb --data stick
expect 0 "$d" bundle import usb/stick.aidb --json --data center
expect 0 "$d" bundle import usb/stick.aidb.return --json --data stick
gone stick
expect 0 "$s" consult stick 1
expect 0 "$d" bundle export usb/again.aidb --data stick
expect 0 "$d" bundle import usb/again.aidb --json --data center
waiting 1
expect 0 "$d" once --data holder
waiting 0
gone center
echo "erased by law: nothing of it is left where it was asked about"
