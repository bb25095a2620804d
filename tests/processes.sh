# tests/processes.sh - what the tests with real processes have in common: a folder to work in that goes away at the end, waiting for conditions, commands with their exit codes. For bash;
# a test sources it first: . "$(dirname "$0")/processes.sh". $1: the build folder. AIDPOST_KEEP=1 leaves the stores and logs behind.
set -u

build=${1:-${AIDPOST_BUILDDIR:-.}}
build=$(cd "$build" && pwd) || exit 99
a=$build/aidpost
d=$build/aidpostd
s=$build/tests/daemon_store
work=$(mktemp -d "${TMPDIR:-/tmp}/$(basename "$0" .sh).XXXXXX") || exit 99
cd "$work" || exit 99
center_pid= station_pid= every_pid= quick_pid= # what runs in the background
unset AIDPOST_DATA

cleanup() {
    for pid in $center_pid $station_pid $every_pid $quick_pid; do kill -9 "$pid" 2>/dev/null; done
    wait 2>/dev/null
    cd /
    [ -n "${AIDPOST_KEEP-}" ] || rm -rf "$work"
}
trap cleanup EXIT

fail() {
    local i log
    echo "FAIL: $*"
    for ((i = 0; i < ${#BASH_LINENO[@]} - 1; i++)); do echo "  line ${BASH_LINENO[i]}"; done
    for log in "$work"/*.log; do
        [ ! -f "$log" ] || { echo "--- $log"; tail -15 "$log"; }
    done
    exit 1
}

until_true() { # COMMAND...: up to 60 s
    local n=0
    until "$@"; do
        n=$((n + 1))
        [ $n -lt 600 ] || fail "never came true: $*"
        sleep 0.1
    done
}

# expect CODE COMMAND...: output in out and err.
expect() {
    local want=$1 got
    shift
    "$@" >out 2>err </dev/null
    got=$?
    [ $got = "$want" ] || { cat out err; fail "exit $got instead of $want: $*"; }
}

says() { grep -q -- "$1" "$2" || { cat "$2"; fail "no '$1' in $2"; }; }
lacks() { ! grep -q -- "$1" "$2" || { cat "$2"; fail "'$1' in $2"; }; }
value() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" out; }   # of a text member of the JSON in out
number() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" out; }

# The center of ./center on ADDRESS (any free port): center_pid, address.
start_center() {
    rm -f port
    "$d" center --listen "${1-127.0.0.1:0}" --port-file port --data center >>center.out 2>>center.log &
    center_pid=$!
    until_true test -s port
    address=$(cat port)
}

# FOLDER CLOCK: programs in ./FOLDER that run on a machine whose clock is off by the seconds in ./CLOCK and where ./disk is a disk that is full while ./disk/full is there (tests/false_machine.c).
false_programs() {
    local program
    mkdir -p disk "$1"
    for program in aidpost aidpostd; do
        cat >"$1/$program" <<EOF
#!/bin/sh
ASAN_OPTIONS="\${ASAN_OPTIONS-}:verify_asan_link_order=0" LD_PRELOAD='$build/tests/false_machine.so' FALSE_CLOCK='$work/$2' FALSE_FULL='$work/disk/full' exec '$build/$program' "\$@"
EOF
        chmod +x "$1/$program"
    done
    [ -f "$build/tests/false_machine.so" ] || fail "no tests/false_machine.so: make check builds it"
}

# From here on the programs run on such a machine.
false_machine() {
    false_programs false clock
    a=$work/false/aidpost
    d=$work/false/aidpostd
}

stop_center() {
    kill -TERM "$center_pid"
    wait "$center_pid" || fail "exit $? after SIGTERM"
    center_pid=
}
