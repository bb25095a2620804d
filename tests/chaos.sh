#!/bin/bash
# tests/chaos.sh - a bad week in ten minutes, with real processes: eight stations and a center over slow lines that break, everything killed with -9 at random while people write, the center's people into the
# stations' records, too; then one station is put back to an old copy of its folder, another is cloned, and at last the center is put back. In the end everything that was ever confirmed to a person must be at the
# center, every record must say what was confirmed last, and each station must have the very rows that the center has for it.
#
#   chaos.sh [BUILD FOLDER] [SECONDS] [STATIONS] [SEED]     defaults: ., 600, 8, 1; eight stations at least:
#
#   2   has no line: what it has goes by stick, and every fourth answer is lost     5, 8   have clocks that are years off, and jump     6   is revoked half way, and later enrolled as another
#   7   runs the program in the folder CHAOS_OLD, an older one that was built there, until the end, when it is updated     3, 4   are put back and cloned
#
# Not in make check: it takes its time (`make chaos`). What happened is printed as it goes; the last line says how it came out. AIDPOST_KEEP=1 keeps the stores.
# A line is tests/bench/slow_link: 64 kbit/s, 300 ms each way; killing it breaks the connection in the middle of anything.
if [ -z "${BASH_VERSION-}" ]; then
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"
seconds=${2:-600}
stations=${3:-8}
RANDOM=${4:-1}
link=$build/tests/bench/slow_link
r=$build/tests/county_rows
stick_no=2 revoked_no=6 old_no=7 false_nos="5 8"
year_s=31557600
export AIDPOST_TRACE=warn
for each in "$link" "$r" "$s" "$build/tests/false_machine.so"; do [ -f "$each" ] || fail "no $each: make chaos builds it"; done
[ "$stations" -ge 8 ] || fail "eight stations at least"

# The programs of each machine
declare -A person service
for ((i = 1; i <= stations; i++)); do person[$i]=$a service[$i]=$d; done
for i in $false_nos; do
    false_programs "false$i" "clock$i"
    person[$i]=$work/false$i/aidpost service[$i]=$work/false$i/aidpostd
done
echo $((-9 * year_s)) >clock5
echo $((9 * year_s)) >clock8
if [ -n "${CHAOS_OLD-}" ]; then
    person[$old_no]=$CHAOS_OLD/aidpost service[$old_no]=$CHAOS_OLD/aidpostd
fi

declare -A running # what runs: name -> pid
kills=0 breaks=0

cleanup() {
    touch stop
    for pid in "${running[@]}"; do kill -9 "$pid" 2>/dev/null; done
    wait 2>/dev/null
    cd /
    [ -n "${AIDPOST_KEEP-}" ] || rm -rf "$work"
}

say() { printf '%4ds %s\n' $((SECONDS - began)) "$*"; }

start() { # NAME COMMAND..
    local name=$1
    shift
    "$@" >>"$name.log" 2>&1 &
    running[$name]=$!
}

stop_hard() { # NAME
    [ -n "${running[$1]-}" ] || return 0
    kill -STOP "${running[$1]}" 2>/dev/null
    pkill -9 -P "${running[$1]}" 2>/dev/null # a line's connections are its children, and what somebody does with a stick
    kill -9 "${running[$1]}" 2>/dev/null
    wait "${running[$1]}" 2>/dev/null
    unset "running[$1]"
}

start_center() {
    start center "$d" center --listen "127.0.0.1:$port" --port-file port --data center
}

start_line() { # I
    : >"line$1.log"
    start "line$1" "$link" "127.0.0.1:$port" 300 64
    until_true grep -q listening "line$1.log"
    sed -n 's/.*listening on //p' "line$1.log" >"line$1.at"
}

start_station() { # I
    if [ "$1" = $stick_no ]; then
        carrier "$1" >>stick.log 2>&1 &
        running[station$1]=$!
    else
        start "station$1" "${service[$1]}" station --center "$(cat "line$1.at")" --every 3s --data "st$1"
    fi
}

carrier() { # I: somebody with a stick between the station and the center, again and again
    while [ ! -e stop ]; do
        rm -f stick/*
        if "${service[$1]}" bundle export stick/file --data "$work/st$1" && [ -e stick/file ] && "$d" bundle import stick/file --data "$work/center" && [ $((RANDOM % 4)) != 0 ]; then
            "${service[$1]}" bundle import stick/file.return --data "$work/st$1"
        fi
        sleep 0.$((RANDOM % 9))
    done
}

# --- people: what was confirmed to them goes to said.I, the content a record has now to content.I
writer() { # I: until the file stop (or pause.I) is there
    local i=$1 n=0 text id
    while [ ! -e stop ]; do
        if [ -e "pause.$i" ]; then
            touch "paused.$i"
            sleep 0.1
            continue
        fi
        rm -f "paused.$i"
        n=$((n + 1))
        text="T$i-$run-$n-"
        if [ $((RANDOM % 10)) -lt 7 ] || [ ! -s "content.$i" ]; then
            id=$("${person[$i]}" add consultation "content=$text" --data "$work/st$i" --json 2>/dev/null | sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p')
            [ -z "$id" ] || { echo "$text" >>"said.$i"; echo "$id $n" >>"content.$i"; }
        else
            id=$(shuf -n 1 --random-source=<(yes "$n") "content.$i" | cut -d' ' -f1)
            if [ $((RANDOM % 3)) = 0 ]; then
                "${person[$i]}" set "$id" "name=$text" --data "$work/st$i" >/dev/null 2>&1 && echo "$text" >>"said.$i"
            else
                "${person[$i]}" set "$id" "content=$text" --data "$work/st$i" >/dev/null 2>&1 && { echo "$text" >>"said.$i"; echo "$id $n" >>"content.$i"; }
            fi
        fi
        sleep 0.$((RANDOM % 5))
    done
}

clerk() { # at the center: other names into the stations' records, so that people disagree
    local n=0 id
    while [ ! -e stop ]; do
        n=$((n + 1))
        id=$(cat content.* 2>/dev/null | tail -40 | shuf -n 1 | cut -d' ' -f1)
        [ -z "$id" ] || [ -e pause.center ] || { "$a" set "$id" "name=T0-$run-$n-" --data "$work/center" >/dev/null 2>&1 && echo "T0-$run-$n-" >>said.0; }
        [ ! -e pause.center ] || touch paused.center
        [ -e pause.center ] || rm -f paused.center
        sleep 0.$((RANDOM % 9))
    done
}

# What people do at the machine of that folder ends at once, whatever it was
people_killed() { # FOLDER
    pkill -9 -f "/aidpostd? .*--data $work/$1( |\$)" 2>/dev/null
}

pause() { # I: nobody writes there, nothing runs there
    touch "pause.$1"
    until_true test -e "paused.$1"
    stop_hard "station$1"
}

go_on() { # I
    rm -f "pause.$1"
    start_station "$1"
}

# --- the county
began=$SECONDS
mkdir stick
{
    printf 'code\tname\tkind\tarea\n'
    for ((i = 1; i <= stations; i++)); do printf 'z%d\t第%d站\tstation\t3201170%02d\n' $i $i $i; done
} >orgs.tsv
expect 0 "$a" init center --name 县中心 --area 320117 --orgs orgs.tsv --data center --json
port=0
start_center
until_true test -s port
port=$(sed 's/.*://' port)
for ((i = 1; i <= stations; i++)); do
    expect 0 "$d" enrol new --org z$i --json --data center
    code=$(value code)
    expect 0 "$d" enrol "$code" --center "127.0.0.1:$port" --data "st$i"
    start_line $i
    start_station $i
done
run=a
for ((i = 1; i <= stations; i++)); do
    writer $i &
    running[writer$i]=$!
done
clerk &
running[clerk]=$!
say "$stations stations write"

# --- killing
while [ $((SECONDS - began)) -lt "$seconds" ]; do
    victim=$((RANDOM % stations + 1))
    case $((RANDOM % 10)) in
    0)
        stop_hard center
        start_center
        kills=$((kills + 1))
        ;;
    1 | 2 | 3)
        stop_hard "line$victim"
        start_line $victim
        stop_hard "station$victim"
        [ -e "pause.$victim" ] || start_station $victim
        breaks=$((breaks + 1))
        ;;
    4)
        people_killed "st$victim" && kills=$((kills + 1))
        [ $((RANDOM % 4)) != 0 ] || people_killed center && kills=$((kills + 1))
        [ ! -e "clock$victim" ] || echo $(((RANDOM % 20 - 10) * year_s)) >"clock$victim"
        ;;
    *)
        stop_hard "station$victim"
        start_station $victim
        kills=$((kills + 1))
        ;;
    esac
    elapsed=$((SECONDS - began))
    if [ ! -e old3 ] && [ $elapsed -ge $((seconds / 3)) ]; then
        pause 3
        cp -a st3 old3
        go_on 3
        say "station 3 was copied"
    fi
    if [ ! -e oldcenter ] && [ $elapsed -ge $((seconds * 2 / 3)) ]; then
        touch pause.center
        until_true test -e paused.center
        stop_hard "station$stick_no"
        stop_hard center
        cp -a center oldcenter
        start_center
        start_station $stick_no
        rm -f pause.center
        say "the center was copied"
    fi
    if [ ! -e unheard ] && [ $elapsed -ge $((seconds / 2)) ]; then
        until_true "$d" revoke $revoked_no --data center >/dev/null 2>&1
        until_true grep -q 停用 "station$revoked_no.log"
        wc -l <"said.$revoked_no" >unheard
        say "station $revoked_no was revoked and told"
    fi
    sleep 0.$((RANDOM % 9))
done
touch stop
for ((i = 1; i <= stations; i++)); do wait "${running[writer$i]}"; unset "running[writer$i]"; done
wait "${running[clerk]}"
unset 'running[clerk]'
say "killed $kills, broke $breaks lines; $(cat said.* | wc -l) texts confirmed"

# --- what everybody does until all is quiet: every station comes until it has nothing to send and nothing to take
once() { # FOLDER
    if [ "$1" = "st$stick_no" ]; then
        rm -f stick/*
        { "$d" bundle export stick/file --ask --data "$1" && "$d" bundle import stick/file --data center && "$d" bundle import stick/file.return --data "$1"; } >once.json 2>once.err
    else
        "${service[${1//[a-z]/}]}" once --center "127.0.0.1:$port" --data "$1" --json >once.json 2>once.err
    fi
}

come_to_rest() { # FOLDER..
    local folder round
    for round in 1 2 3; do
        for folder in "$@"; do
            once "$folder" || { cat once.err; fail "$folder: once failed"; }
            ! grep -q '"healed":"[^"]' once.json || say "$folder: $(sed -n 's/.*"healed":"\([^"]*\)".*/\1/p' once.json)"
        done
    done
}

texts_at_center() { # which, sorted, a line each
    rm -rf look && cp -a center look
    "$a" count consultation --data look >/dev/null 2>&1
    cat look/aidpost.db look/aidpost.db-wal 2>/dev/null | grep -ao 'T[0-9a-z]*-[a-z]-[0-9]*-' | sort -u
}

all_said_is_at_center() {
    texts_at_center >there
    sort -u said.* >said
    comm -23 said there >lost
    [ ! -s lost ] || { head -5 lost; fail "$(wc -l <lost) confirmed texts are not at the center"; }
}

# What a record's content was last, by whoever was told so, is what it says at the center; what was written when its writer was killed may have come, too, but nothing older.
all_say_the_last() {
    "$r" rows center | sed -n 's/^[0-9]* \([0-9a-f]*\) .* 11=T[0-9]*-a-\([0-9]*\)-.*/\1 \2/p' | sort >says
    sort content.* | awk '$2 > last[$1] { last[$1] = $2 } END { for (id in last) print id, last[id] }' | sort >last
    join -a 1 last says | awk 'NF < 3 || $3 < $2' >older
    [ ! -s older ] || { head -5 older; fail "$(wc -l <older) records do not say what was confirmed last"; }
}

rows_of() { # FOLDER: the consultations, whatever program it is from
    rm -rf look && cp -a "$1" look
    "$a" count consultation --data look >/dev/null 2>&1
    "$r" rows look | grep '11=T'
}

all_agree() { # FOLDER..
    local folder scope
    rows_of center >rows.center
    for folder in center "$@"; do
        "$a" verify --data "$folder" >verify.out 2>&1 || { head -5 verify.out; fail "$folder does not verify"; }
        rows_of "$folder" >rows
        scope=$(awk 'NR == 1 { print $3 }' rows)
        [ "$folder" = center ] || awk -v scope="$scope" '$3 == scope' rows.center | cmp -s - rows || {
            awk -v scope="$scope" '$3 == scope' rows.center | diff - rows | head -6
            fail "$folder has other rows than the center"
        }
    done
    [ "$("$s" twice center)" = 0 ] || fail "numbers of the order given twice"
}

all_well() { # FOLDER..
    all_said_is_at_center
    all_say_the_last
    all_agree "$@"
}

enrol_again() { # the machine of the revoked station, as another one
    expect 0 "$d" enrol new --org z$revoked_no --json --data center
    code=$(value code)
    expect 0 "$d" enrol "$code" --center "127.0.0.1:$port" --data "st$revoked_no"
}

for ((i = 1; i <= stations; i++)); do stop_hard "station$i"; stop_hard "line$i"; done
all=$(for ((i = 1; i <= stations; i++)); do echo "st$i"; done)
texts_at_center >there
tail -n +$(($(cat unheard) + 1)) "said.$revoked_no" | sort -u | comm -12 - there >heard
[ ! -s heard ] || { head -5 heard; fail "the revoked station wrote at the center"; }
expect 1 "$d" once --center "127.0.0.1:$port" --data "st$revoked_no"
enrol_again
come_to_rest $all
all_well $all
say "at rest: everything confirmed is at the center, all machines verify"

# --- a station is put back, and people write there before it comes
write_some() { # FOLDER NAME COUNT
    local n
    for ((n = 1; n <= $3; n++)); do
        "${person[${1//[a-z]/}]}" add consultation "content=T$2-$run-$n-" --data "$1" >/dev/null 2>&1 || fail "$1: add"
        echo "T$2-$run-$n-" >>"said.$2"
    done
}
run=b
rm -rf st3 && mv old3 st3
write_some st3 3 5
come_to_rest $all
all_well $all
say "station 3 was put back to a copy of the first third and healed"

# --- a station is cloned, and both go on
run=c
cp -a st4 clone4
write_some st4 4 3
come_to_rest st4
write_some clone4 4x 4
write_some st4 4 2
come_to_rest clone4 st4 clone4
run=d
write_some st4 4 2
write_some clone4 4x 2
all="$all clone4"
come_to_rest $all
all_well $all
say "station 4 was cloned, both healed"

# --- the center is put back to two thirds, works on, and everybody comes
run=e
stop_hard center
rm -rf center && mv oldcenter center
for n in 1 2 3; do
    "$a" add consultation "content=Tc-e-$n-" --data center >/dev/null 2>&1 || fail "center: add"
    echo "Tc-e-$n-" >>said.c
done
start_center
until_true "$d" once --center "127.0.0.1:$port" --data st5 --json >/dev/null 2>&1
write_some st1 1 3
write_some st8 8 3
write_some st$stick_no $stick_no 3
! once st$revoked_no || fail "the center put back knows the station that was enrolled after the copy"
enrol_again
come_to_rest $all
come_to_rest $all
all_well $all
say "the center was put back to a copy of the second third and filled again"

# --- the machine with the old program is updated
run=f
person[$old_no]=$a service[$old_no]=$d
write_some st$old_no $old_no 3
come_to_rest st$old_no
all_well $all
[ -z "${CHAOS_OLD-}" ] || say "station $old_no ran $("$CHAOS_OLD/aidpostd" --version | head -1) and was updated"
echo "chaos: $(sort -u said.* | wc -l) texts confirmed, none lost; $kills kills, $breaks broken lines, $(wc -w <<<"$all") machines, $("$s" conflicts center) conflicts, $(grep -c 中心的 stick.log) files of answers made"
