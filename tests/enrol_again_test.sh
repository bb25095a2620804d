#!/bin/bash
# tests/enrol_again_test.sh - a machine that lost its key or was installed anew is enrolled again as the same station; an alarm is settled with who and why. Real processes.
# Usage: enrol_again_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

export AIDPOST_TRACE=info

code_for() { # OPTION VALUE
    expect 0 "$d" enrol new "$1" "$2" --json --data center
    code=$(value code)
}
enrol() { expect 0 "$d" enrol "$code" --center "$address" --data "$1" --name "laptop $1"; } # FOLDER
once() { expect 0 "$d" once --json --center "$address" --data "$1"; }
note() { expect 0 "$s" note "$1" "$2"; }
machines() { "$d" stations --json --data center | grep -o '"station_no"' | wc -l; }
same() { # FOLDER..: holds what the center holds, and everything is in order
    for each in "$@"; do
        once "$each"
        once "$each"
        [ "$("$s" count "$each")" = "$("$s" count center)" ] || fail "$each has $("$s" count "$each") of $("$s" count center)"
        expect 0 "$a" verify --data "$each"
    done
    expect 0 "$a" verify --data center
}

expect 0 "$s" center center 3
start_center
code_for --org z2
enrol a
note a 'the first'
once a
code_for --org z2
enrol b
note b 'of the other'
once b

# --- what is asked for must make sense
expect 2 "$d" enrol new --data center
expect 2 "$d" enrol new --org z2 --station 1 --data center
expect 1 "$d" enrol new --station 9 --data center
says '没有这个站' err
expect 1 "$d" enrol new --station z2 --data center # two machines
says '请用站号指明' err

# --- installed anew: nothing is left of it but what the center has
expect 0 "$d" enrol new --station 1 --data center
says '原来的密钥就作废' err
code_for --station 1
says '"station_no":1' out
mv a lost
note lost 'written after, on the machine that was given up'
enrol a
says '站点 1 号' out
[ "$(machines)" = 2 ] || fail "$(machines) stations"
same a
"$s" has a 'the first' || fail "its own did not come back"
note a 'after it was installed anew'
same a b
expect 0 "$d" stations --json --data center
lacks '"rekeyed":null,"alarm":null,"settled":null},{' out
says '"alarm":null' out
expect 1 "$d" once --center "$address" --data lost # the old key is nobody's
says '不认识这台机器的密钥' err
expect 1 "$d" enrol "$code" --center "$address" --data c # used
says '登记码不对、已用过或已过期' err

# --- the key is lost, the store is there, with something that was not sent
note a 'not sent when the key was lost'
rm a/identity.pem
code_for --station 1
enrol a
says '站点 1 号' out
same a b
"$s" has center 'not sent when the key was lost' || fail "lost"

# --- the code of one station does not make another one of a machine that is still in use; of a revoked one it does
rm b/identity.pem
code_for --station 1
expect 1 "$d" enrol "$code" --center "$address" --data b
says '登记码是给站点 1 号的，这台机器是站点 2 号' err
code_for --station 2
enrol b
same a b
expect 0 "$d" revoke 2 --data center
expect 1 "$d" enrol new --station 2 --data center
says '停用的站号不再使用' err

# --- two machines with one key: told, looked into, settled; it is told again only if both go on
cp -a a clone
once clone
once a
once clone
once a
expect 0 "$d" stations --data center
says '查清后 aidpostd settle 1 --reason' out
expect 2 "$d" settle 1 --data center
expect 1 "$d" settle 1 --reason '好' --data center
says '至少 4 个字' err
expect 0 "$d" settle 1 --reason '维修时复制过一份，那份已经删除' --json --data center
says '"settled":"两台机器共用一把密钥' out
says "\"by\":\"$(id -un)\"" out
expect 1 "$d" settle 1 --reason '维修时复制过一份，那份已经删除' --data center
says '没有要处理的' err
mv clone put.away
once a
once a
expect 0 "$d" stations --json --data center
says '"alarm":null,"settled":{"at":"' out
says '"branches_unseen":0' out
says '"why":"维修时复制过一份，那份已经删除"' out
mv put.away clone
once clone
once a
once clone
once a
expect 0 "$d" stations --json --data center
lacks '"station_no":1,.*"alarm":null,.*"station_no":2' out

# --- and enrolling one of them again ends it: the other is locked out
rm a/identity.pem
code_for --station 1
enrol a
expect 0 "$d" stations --data center
lacks '注意' out
says '已查清：.*重新登记，原来的密钥作废' out
expect 1 "$d" once --center "$address" --data clone
same a

# --- the center's machine died, a backup has no key: it does not make another one unasked, which would lock every station out; when the old one is really gone, codes bring the stations back with all they have
kill -TERM "$center_pid"
wait "$center_pid" || fail "exit $? after SIGTERM"
note a 'while the center had no key'
mv center/identity.pem center.key
expect 1 "$d" center --listen 127.0.0.1:0 --data center
says '1 台登记过的机器只认那一把' err
says '--new-key' err
expect 1 "$d" enrol new --station 1 --data center
says 'enrol new --station' err
[ ! -e center/identity.pem ] || fail "a key was made unasked"
expect 0 "$d" enrol new --station 1 --new-key --json --data center
code=$(value code)
start_center
expect 1 "$d" once --center "$address" --data a
says '重新登记' err
enrol a
says '站点 1 号' out
same a
"$s" has center 'while the center had no key' || fail "lost"
expect 1 "$d" enrol "$code" --center "$address" --data a # known, and by this key
says '已经登记过' err
mv a/identity.pem a.key
expect 1 "$d" once --center "$address" --data a
says 'enrol new --station 1' err
mv a.key a/identity.pem
same a

# --- the center is put back to before machines were enrolled: they are enrolled once more
put_back() {
    stop_center
    rm -rf center
    cp -a before center
    start_center
}
synced() { # FOLDER TEXT: it is at the center, and all is in order there and here
    once "$1"
    once "$1"
    "$s" has center "$2" || fail "the center lacks: $2"
    expect 0 "$a" verify --data "$1"
    expect 0 "$a" verify --data center
}
reached() { # TEXT NUMBER FOLDER..: its telephone, and nobody is asked about it; no change stands twice
    text=$1
    number=$2
    shift 2
    for each in "$@"; do
        "$s" reached "$each" "$text" "$number" || fail "$each: another telephone of: $text"
        [ "$("$s" conflicts "$each")" = 0 ] || fail "$each asks about $("$s" conflicts "$each")"
        [ "$("$s" again "$each")" = 0 ] || fail "$each has $("$s" again "$each") changes twice"
    done
}
stop_center
cp -a center before
start_center
code_for --org z2
enrol c
says '站点 3 号' out
code_for --org z3
enrol e
says '站点 4 号' out
note c 'by the third, before'
once c
once a # it has that, too
note e 'by the fourth, before'
once e
put_back
expect 1 "$d" once --center "$address" --data e
code_for --org z3
enrol e
says '站点 4 号' out # its number, though the one before is free, too
note e 'by the fourth, since'
synced e 'by the fourth, before'
synced e 'by the fourth, since'
once a # of the third nobody knows here any more
"$s" has center 'by the third, before' || fail "what the third wrote waits for it"
code_for --org z2
enrol c
says '站点 3 号' out
note c 'by the third, since'
synced c 'by the third, since'
synced a 'by the third, before'
[ "$("$s" count a)" = "$("$s" count c)" ] || fail "a has $("$s" count a), c $("$s" count c)"
expect 0 "$s" phone c 'by the third, since' 111
once c
once a
reached 'by the third, since' 111 center a c
expect 0 "$s" phone a 'by the third, since' 222 # it goes on in what it knows from the third

# its number went to another office's machine, and its log is there
put_back
once a
code_for --org z3
enrol f
says '站点 3 号' out
note f 'by the one with the number'
synced f 'by the one with the number'
code_for --org z2
enrol c
lacks '站点 3 号' out
note c 'by the third, under another number'
synced c 'by the third, under another number'
synced c 'by the third, since'
synced a 'by the third, before'
once f
"$s" has f 'by the third, before' && fail "the other office has it"
[ "$("$s" count a)" = "$("$s" count c)" ] || fail "a has $("$s" count a), c $("$s" count c)"
reached 'by the third, since' 222 center a c
stop_center
echo "enrol_again_test: all well"
