#!/bin/bash
# tests/init_test.sh - a center is made whole or not at all, and who fails to make one takes away nothing that he did not make. Usage: init_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

init() { "$a" init center --name 某县法律援助中心 --area 320117 --data "$@"; }
whole() { # FOLDER
    expect 0 "$a" count org --json --data "$1"
    says '"count":1' out
    [ ! -e "$1/init.tmp" ] || fail "something is left beside the store: $(ls -R "$1")"
}

# --- what fails leaves nothing, and what was there
printf 'code\tname\tkind\tarea\nS1\t白马站\t月球站\t320117101\n' >orgs.tsv
expect 1 init made --orgs orgs.tsv
[ ! -e made ] || fail "half a center is left: $(ls -R made)"
mkdir made
expect 1 init made --orgs orgs.tsv
[ -d made ] && [ -z "$(ls made)" ] || fail "the folder was somebody's"
expect 0 init made
whole made
expect 1 init made
says '已有数据，没有改动' err
whole made

# --- a store that cannot be looked at is not a half one of ours
mkdir looped
ln -s aidpost.db looped/aidpost.db
expect 1 init looped
[ -L looped/aidpost.db ] || fail "it is gone"

# --- one that was killed is none
mkdir -p killed/init.tmp
head -c 4096 made/aidpost.db >killed/init.tmp/aidpost.db
expect 0 init killed
whole killed

# --- of two at once one makes it, and the other does not take it away again
mkdir both
expect 1 flock both "$a" init center --name 某县法律援助中心 --area 320117 --data both
says '正由另一个程序（进程 .*）建立数据' err
[ -z "$(ls both)" ] || fail "something was made: $(ls both)"
for n in 1 2 3; do
    rm -rf both
    init both >one 2>&1 &
    first=$!
    made=0
    init both >two 2>&1 && made=1
    wait $first && made=$((made + 1))
    [ $made = 1 ] || fail "$made of two made it: $(cat one two)"
    whole both
done
echo "a center is made whole, or nothing is"
