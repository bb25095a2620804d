#!/bin/bash
# tests/chaos.sh - a bad week in ten minutes, with real processes: eight stations and a center over slow lines that break, everything killed with -9 at random while people write; then one station is put back
# to an old copy of its folder, another is cloned, and at last the center is put back too. In the end everything that was ever confirmed to a person must be at the center, and all machines must agree.
#
#   chaos.sh [BUILD FOLDER] [SECONDS] [STATIONS] [SEED]     defaults: ., 600, 8, 1
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
export AIDPOST_TRACE=warn
[ -x "$link" ] || fail "no $link: make tests/bench/slow_link"

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
    pkill -9 -P "${running[$1]}" 2>/dev/null # a line's connections are its children
    kill -9 "${running[$1]}" 2>/dev/null
    wait "${running[$1]}" 2>/dev/null
    unset "running[$1]"
}

start_center() {
    start center "$d" center --listen "127.0.0.1:$port" --port-file port --data center
}

start_line() { # I
    rm -f "line$1.log"
    start "line$1" "$link" "127.0.0.1:$port" 300 64
    until_true grep -q listening "line$1.log"
    sed -n 's/.*listening on //p' "line$1.log" >"line$1.at"
}

start_station() { # I
    start "station$1" "$d" station --center "$(cat "line$1.at")" --every 3s --data "st$1"
}

# --- people: what was confirmed to them goes to said.I
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
        if [ $((RANDOM % 10)) -lt 7 ] || [ ! -s "ids.$i" ]; then
            id=$("$a" add consultation "content=$text" --data "st$i" --json 2>/dev/null | sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p')
            [ -z "$id" ] || { echo "$text" >>"said.$i"; echo "$id" >>"ids.$i"; }
        else
            id=$(shuf -n 1 --random-source=<(yes "$n") "ids.$i")
            "$a" set "$id" "content=$text" --data "st$i" >/dev/null 2>&1 && echo "$text" >>"said.$i"
        fi
        sleep 0.$((RANDOM % 5))
    done
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
        pkill -9 -f "^$a .*--data st$victim" 2>/dev/null && kills=$((kills + 1))
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
        stop_hard center
        cp -a center oldcenter
        start_center
        say "the center was copied"
    fi
    sleep 0.$((RANDOM % 9))
done
touch stop
for ((i = 1; i <= stations; i++)); do wait "${running[writer$i]}"; unset "running[writer$i]"; done
say "killed $kills, broke $breaks lines; $(cat said.* | wc -l) texts confirmed"

# --- what everybody does until all is quiet: every station comes until it has nothing to send and nothing to take
pending() { "$d" status --json --data "$1" 2>/dev/null | sed -n 's/.*"pending":\([0-9]*\).*/\1/p'; }

come_to_rest() { # FOLDER..
    local folder round
    for round in 1 2 3; do
        for folder in "$@"; do
            "$d" once --center "127.0.0.1:$port" --data "$folder" --json >once.json 2>once.err || { cat once.err; fail "$folder: once failed"; }
            ! grep -q '"healed":"[^"]' once.json || say "$folder: $(sed -n 's/.*"healed":"\([^"]*\)".*/\1/p' once.json)"
        done
    done
}

all_said_is_at_center() {
    local lost=0 text
    rm -rf look && cp -a center look
    "$a" count consultation --data look >/dev/null 2>&1
    cat look/aidpost.db look/aidpost.db-wal 2>/dev/null | grep -ao 'T[0-9a-z]*-[a-z]-[0-9]*-' | sort -u >there
    sort -u said.* >said
    comm -23 said there >lost
    [ ! -s lost ] || { head -5 lost; fail "$(wc -l <lost) confirmed texts are not at the center"; }
}

all_agree() { # FOLDER..
    local folder
    for folder in center "$@"; do
        "$a" verify --data "$folder" >verify.out 2>&1 || { head -5 verify.out; fail "$folder does not verify"; }
    done
}

for ((i = 1; i <= stations; i++)); do stop_hard "station$i"; stop_hard "line$i"; done
all=$(for ((i = 1; i <= stations; i++)); do echo "st$i"; done)
come_to_rest $all
all_said_is_at_center
all_agree $all
say "at rest: everything confirmed is at the center, all machines verify"

# --- a station is put back, and people write there before it comes
write_some() { # FOLDER NAME COUNT
    local n
    for ((n = 1; n <= $3; n++)); do
        "$a" add consultation "content=T$2-$run-$n-" --data "$1" >/dev/null 2>&1 || fail "$1: add"
        echo "T$2-$run-$n-" >>"said.$2"
    done
}
run=b
rm -rf st3 && mv old3 st3
write_some st3 3 5
come_to_rest $all
all_said_is_at_center
all_agree $all
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
all_said_is_at_center
all_agree $all
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
write_some st8 8 3 2>/dev/null
come_to_rest $all
come_to_rest $all
all_said_is_at_center
all_agree $all
say "the center was put back to a copy of the second third and filled again"
conflicts=$("$a" todo --data center 2>/dev/null | grep -c 分歧)
echo "chaos: $(sort -u said.* | wc -l) texts confirmed, none lost; $kills kills, $breaks broken lines, $(ls -d st* clone4 | wc -l) stations, $conflicts lines of conflicts"
