#!/bin/bash
# tests/bundle_test.sh - a laptop without a network, hand-over by file: real processes, real keys, files in a folder that stands for the stick.
# Usage: bundle_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

export AIDPOST_TRACE=info

count_of() { "$s" count "$1" 2>/dev/null; }
count_is() { [ "$(count_of "$1")" = "$2" ]; }
answer_confirms() { # the town's newest answer for the laptop
    "$d" bundle returns stick --data town >/dev/null 2>&1 &&
        "$d" bundle import "stick/return-$laptop_check.aidb" --data laptop >/dev/null 2>&1 && [ "$(state_of laptop 5)" = 0 ]
}
state_of() { "$s" state "$1" | cut -d' ' -f"$2"; } # 1 head 2 have 3 ordered 4 order 5 pending

enrol() { # ORG FOLDER
    expect 0 "$d" enrol new --org "$1" --json --data center
    code=$(sed -n 's/.*"code":"\([^"]*\)".*/\1/p' out)
    expect 0 "$d" enrol "$code" --center "$address" --data "$2" --name "$2" --json
    check=$(sed -n 's/.*"check":"\([^"]*\)".*/\1/p' out)
}

# --- the center, a town station and two laptops of the same org; from here on the laptops have no network
expect 0 "$s" center center 3
start_center
enrol z2 town
enrol z2 laptop
laptop_check=$check
enrol z2 lost
mkdir stick

# --- usage
expect 2 "$d" bundle --data laptop
expect 2 "$d" bundle export --data laptop
expect 2 "$d" bundle export stick/x --all --from 3 --data laptop
expect 2 "$d" bundle export stick/x --from abc --data laptop
expect 1 "$d" bundle export stick/x --data center
expect 1 "$d" bundle import stick/none --data center
says '没有文件' err
expect 0 "$d" bundle export stick/x --data laptop
says '没有要交的' out
test ! -e stick/x || fail "a file although there was nothing"
expect 0 "$d" bundle export stick/x --json --data laptop
says '"file":null' out

# --- sixty consultations; a document of that name is not overwritten
expect 0 "$s" consult laptop 60
echo 'minutes of a meeting' >stick/minutes
expect 1 "$d" bundle export stick/minutes --data laptop
says '没有覆盖' err
says 'minutes' stick/minutes
expect 1 "$d" bundle export nowhere/x --data laptop
expect 0 "$d" bundle export stick/laptop.aidb --json --data laptop
says '"changes":60,"first":1,"last":60' out
[ "$(stat -c %a stick/laptop.aidb)" = 600 ] || fail "others may read it"
[ "$(ls stick | wc -l)" = 2 ] || fail "something else was left on the stick"
[ "$(state_of laptop 2)" = 0 ] || fail "a file that was only written counts as arrived"
grep -q '老板' stick/laptop.aidb && fail "readable"

# --- where it is on its way, and that reading it in here is no handing over
expect 0 "$d" status --data laptop
says '还没有回执：第 1 到 60 条，20.*，stick/laptop.aidb' out
expect 0 "$d" status --json --data laptop
says '"stick_files":\[{"file":"stick/laptop.aidb","at":"20[^"]*","first":1,"last":60,"confirmed":false}\]' out
expect 1 "$d" bundle import stick/laptop.aidb --data laptop
says '本机自己在 20.* 写的文件（第 1 到 60 条）' err
expect 0 "$d" status --json --data laptop
says '"relays_waiting":0' out

# --- the town carries it on; a bad stick is told at once
cp stick/laptop.aidb stick/bad.aidb
byte=$(od -An -tu1 -j700 -N1 stick/bad.aidb) # it is another one than before, whatever it was
printf "\\$(printf %03o $(((byte + 1) % 256)))" | dd of=stick/bad.aidb bs=1 seek=700 conv=notrunc 2>/dev/null
expect 1 "$d" bundle import stick/bad.aidb --data town
says '损坏' err
expect 1 "$d" bundle import stick/minutes --data town
says '不是本程序' err
expect 0 "$d" bundle import stick/laptop.aidb --data town
says '下次联网同步时转交' out
expect 0 "$d" bundle import stick/laptop.aidb --json --data town
says '"repeated":true' out
expect 0 "$d" status --json --data town
says '"relays_waiting":1' out
[ "$(count_of town)" = 0 ] || fail "the town could read it"
expect 0 "$d" once --json --data town
[ "$(count_of center)" = 60 ] || fail "center has $(count_of center)"
expect 0 "$d" once --json --data town
[ "$(count_of town)" = 60 ] || fail "town has $(count_of town)"
expect 0 "$d" bundle relays --data town
says '已转交' out
says '新的 60 条' out
expect 0 "$d" status --data town
says '待带回的回执 1 个' out

# --- and the answer goes back by stick
expect 1 "$d" bundle returns nowhere --data town
says '没有文件夹 nowhere' err
expect 0 "$d" bundle returns stick --data town
says "return-$laptop_check.aidb" out
expect 1 "$d" bundle returns nowhere --data town # also when there is nothing to write
expect 1 "$d" bundle import "stick/return-$laptop_check.aidb" --data lost
says '不是给本机的' err
expect 0 "$d" status --json --data laptop
says '"last_contact":null,"last_stick":null' out
"$a" doctor --data laptop >out 2>err
says '还没有与县中心同步成功过' out
expect 0 "$d" bundle import "stick/return-$laptop_check.aidb" --data laptop
says '第 1 到 60 条' out
expect 0 "$d" status --json --data laptop # who has no network has contact all the same
says '"last_contact":"20[0-9: -]*","last_stick":"20' out
expect 0 "$d" status --data laptop
says 'U 盘收到县中心的回执 20' out
lacks '还没有回执' out
"$a" doctor --data laptop >out 2>err
says '0 天前与县中心同步过' out
[ "$(state_of laptop 5)" = 0 ] || fail "pending $(state_of laptop 5)"
[ "$(count_of laptop)" = 60 ] || fail "laptop has $(count_of laptop)"
expect 0 "$d" bundle export stick/x --data laptop
says '没有要交的' out

# --- straight to the center, whose service runs meanwhile: what it decided comes back with the return file
expect 0 "$s" consult laptop 5
expect 0 "$s" share center 2 'from the center'
expect 0 "$d" bundle export stick/laptop.aidb --data laptop
expect 0 "$d" bundle import stick/laptop.aidb --json --data center
says '"received":5,"conflicts":0,"quarantined":0,"repeated":0,"gap":null,"return":"stick/laptop.aidb.return"' out
expect 0 "$d" bundle import stick/laptop.aidb --no-return --json --data center
says '"received":0' out
says '"repeated":5,"gap":null,"return":null' out
expect 0 "$d" bundle import stick/laptop.aidb --data center # its own five get no more than their places
says '其中有中心的 1 条' out
expect 0 "$d" bundle import stick/laptop.aidb.return --json --data laptop
says '"sent":5' out
[ "$(count_of laptop)" = 66 ] || fail "laptop has $(count_of laptop)"
expect 1 "$d" bundle import stick/laptop.aidb.return --data center
says '不是给本机的' err

# --- a later file without the earlier: named, nothing kept
expect 0 "$s" consult laptop 4
expect 0 "$d" bundle export stick/late.aidb --from 68 --data laptop
expect 1 "$d" bundle import stick/late.aidb --json --data center
says '先要第 66 到 67 条.*bundle export --from 66' err
says '"error":"gap","message":' out
says '"gap":{"first":66,"last":67}' out
test ! -e stick/late.aidb.return || fail "an answer to what was not taken"
[ "$(count_of center)" = 66 ] || fail "center has $(count_of center)"
expect 0 "$d" bundle export stick/all.aidb --all --data laptop
expect 0 "$d" bundle import stick/all.aidb --json --data center
says '"received":4' out

# --- no room for the answer: the data is taken, and the person told
expect 0 "$s" consult laptop 1
expect 0 "$d" bundle export stick/full.aidb --data laptop
mkdir stick/aidpost.tmp
expect 3 "$d" bundle import stick/full.aidb --json --data center
says '回执没有写成：不能写' err
says '"error":"[a-z]*","message":"不能写' out
says '"received":1' out
says '"return":null' out
rmdir stick/aidpost.tmp

# --- what else may lie on a stick: nobody waits for the other end of a pipe
mkfifo stick/pipe.aidb
ln -s /dev/zero stick/zero.aidb
for odd in pipe zero; do
    expect 1 timeout 60 "$d" bundle import stick/$odd.aidb --data center
    says '不是文件，是文件夹或设备' err
    expect 1 timeout 60 "$d" bundle export stick/$odd.aidb --data laptop --all
    says '没有覆盖' err
done
ln -s circle.aidb stick/circle.aidb
expect 1 "$d" bundle import stick/circle.aidb --data center
says '链接绕成了圈' err
rm stick/pipe.aidb stick/zero.aidb stick/circle.aidb
long=stick/$(printf 'a%.0s' {1..250}).x # room for the file's name and not for its answer's
expect 0 "$d" bundle export "$long" --all --data laptop
expect 3 "$d" bundle import "$long" --data center
says '文件名太长' err
says '再导入一次，就有回执' err
rm "$long"

# --- a name that a person or another system made; what it would do to a terminal it does not
odd=$'stick/张 三\n\e[31m的.aidb'
cp stick/all.aidb "$odd"
expect 0 "$d" bundle import "$odd" --data center
says '?\[31m的.aidb.return' out
expect 0 "$d" bundle import "$odd" --json --data center
says '张 三.n.u001b' out
rm "$odd" "$odd.return"

# --- many at once, to one name and from one file: each is whole, none is told that it failed; what was left of one that was killed is gone
echo half >stick/aidpost.tmp
several() { # COMMAND...
    local pids= pid
    for pid in 1 2 3 4 5 6 7 8; do
        "$@" >several.$pid 2>&1 </dev/null &
        pids="$pids $!"
    done
    for pid in $pids; do
        wait "$pid" || { cat several.?; fail "one of several failed: $*"; }
    done
}
several "$d" bundle export stick/several.aidb --all --data laptop
several "$d" bundle import stick/several.aidb --data center
expect 0 "$d" bundle import stick/several.aidb.return --data laptop
[ ! -e stick/aidpost.tmp ] || fail "half a file was left"

# --- the laptop gets a line after all: what files brought already is not taken twice
expect 0 "$d" once --json --data laptop
[ "$(state_of laptop 5)" = 0 ] || fail "pending $(state_of laptop 5)"
expect 0 "$d" once --data town
for store in laptop town center; do
    [ "$(count_of $store)" = 71 ] || fail "$store has $(count_of $store)"
done

# --- a town that stays connected hands a file on at once, and has the answer
expect 0 "$s" consult laptop 2
expect 0 "$d" bundle export stick/live.aidb --data laptop
"$d" station --data town >station.out 2>station.log &
station_pid=$!
until_true grep -q '：接通' station.log
expect 0 "$d" bundle import stick/live.aidb --data town
until_true count_is town 73
until_true answer_confirms
kill -TERM "$station_pid"
wait "$station_pid" || fail "exit $? after SIGTERM"
station_pid=

# --- a machine that was revoked
expect 0 "$s" consult lost 3
expect 0 "$d" bundle export stick/lost.aidb --data lost
expect 0 "$d" revoke 3 --data center
expect 1 "$d" bundle import stick/lost.aidb --data center
says '站点 3 号' err
says '停用' err
expect 0 "$d" bundle import stick/lost.aidb --data town
expect 0 "$d" once --data town
expect 0 "$d" bundle relays --json --data town
says '"state":"refused"' out
says '停用' out
id=$(sed -n 's/.*"id":"\([0-9a-f]*\)","state":"refused".*/\1/p' out)
expect 0 "$d" bundle forget "${id:0:12}" --data town
expect 1 "$d" bundle forget "${id:0:12}" --data town
[ "$(count_of center)" = 73 ] || fail "a revoked machine wrote"

# --- a copy of a machine, and the same file of it again and again, also after somebody looked into it: told once, and what it needs where no answer can be written
cp -a laptop copy
expect 0 "$s" consult laptop 1
expect 0 "$d" bundle export stick/laptop.aidb --data laptop
expect 0 "$d" bundle import stick/laptop.aidb --data center
expect 0 "$s" consult copy 2
expect 0 "$d" bundle export stick/copy.aidb --data copy
mkdir stick/aidpost.tmp
expect 1 "$d" bundle import stick/copy.aidb --data center
says '回执没有写成：不能写' err
says '能写的盘' err
rmdir stick/aidpost.tmp
expect 1 "$d" bundle import stick/copy.aidb --no-return --data center
expect 0 "$d" bundle import stick/copy.aidb --data center
says '是一份副本' out
expect 0 "$d" stations --json --data center
says '"station_no":2.*"branches":1,"branched":' out
expect 0 "$d" settle 2 --reason 'the laptop was copied' --data center
expect 0 "$d" bundle import stick/copy.aidb --data center
expect 0 "$d" stations --json --data center
lacks '"branches_unseen":[1-9]' out
expect 0 "$d" bundle import stick/copy.aidb.return --data copy
expect 0 "$d" bundle export stick/copy.aidb --data copy
expect 0 "$d" bundle import stick/copy.aidb --data center
says '收下 2 条' out

# --- all of a stick in one go: a bad file does not stop the others, what is for others is no failure, and each is told
rm -rf all && mkdir -p all/十月
expect 0 "$s" consult laptop 1
expect 0 "$d" bundle export all/laptop-1.aidb --data laptop
expect 0 "$s" consult laptop 1
expect 0 "$d" bundle export all/十月/laptop-2.aidb --from "$(state_of laptop 1)" --data laptop # goes on from the first
touch -d '2020-01-01' all/十月/laptop-2.aidb                                                  # and is older by the stick's clock
expect 0 "$s" consult copy 1
expect 0 "$d" bundle export all/copy.aidb --data copy
head -c 300 all/copy.aidb >all/cut.aidb
cp stick/copy.aidb.return all/other.return
had=$(count_of center)
expect 3 "$d" bundle import all --json --data center
says '"file":"all/十月/laptop-2.aidb","state":"imported","error":null,"message":null,"result":{"sent"' out
says '"file":"all/cut.aidb","state":"failed","error":"corrupt","message":"[^"]*不完整' out
says '"file":"all/other.return","state":"ignored"' out
says '"imported":3,"ignored":1,"failed":1,"whole":true}$' out
says '1 个文件没有收下，别的都收下了' err
[ "$(count_of center)" = $((had + 3)) ] || fail "center has $(count_of center), had $had"
for name in laptop-1.aidb 十月/laptop-2.aidb copy.aidb; do test -f "all/$name.return" || fail "no answer to $name"; done
expect 3 "$d" bundle import all --data center # again: no harm, and what was written there since is passed over
says '^8 个文件：收下 3 个，没有收下 1 个，不用在本机导入的 4 个$' out
says '^cut.aidb: .*不完整' out
says '^copy.aidb: 站点 2 号.*收下 0 条，早已有的' out
says '^十月/laptop-2.aidb: 站点' out # two folders may have files of one name
expect 0 "$d" bundle import all/laptop-1.aidb all/copy.aidb --data center
says '^2 个文件：收下 2 个，没有收下 0 个' out
expect 1 "$d" bundle import all/cut.aidb all/none.aidb --json --data center
says '"imported":0,"ignored":0,"failed":2' out
says '2 个文件一个也没有收下；cut.aidb: ' err
rm all/cut.aidb all/copy.aidb all/copy.aidb.return all/other.return # a copy's answers are refused at the other one, as ever
expect 0 "$d" bundle import all --json --data laptop # its answers; its own files are told and passed over
says '"imported":2,"ignored":2,"failed":0' out
[ "$(state_of laptop 5)" = 0 ] || fail "pending $(state_of laptop 5)"
mkdir all/empty
expect 1 "$d" bundle import all/empty --data center
says '没有交接文件' err
expect 1 "$d" bundle import all/nowhere --data center
says '没有文件' err

# --- every file that is on its way is told of, not three
for i in 1 2 3 4 5; do expect 0 "$s" consult laptop 1 && expect 0 "$d" bundle export all/way-$i.aidb --data laptop; done
expect 0 "$d" status --data laptop
[ "$(grep -c '还没有回执' out)" = 5 ] || fail "$(cat out)"

# --- a stick that is plugged in and not mounted (a made-up /sys and /run)
mkdir -p root/sys/block/sdz/sdz1 root/run/udev/data root/proc/self
echo 1 >root/sys/block/sdz/removable
echo 8:65 >root/sys/block/sdz/sdz1/dev
echo 15728640 >root/sys/block/sdz/sdz1/size
printf 'E:ID_FS_LABEL=KINGSTON\nE:ID_FS_TYPE=vfat\n' >root/run/udev/data/b8:65
: >root/proc/self/mountinfo
for store in laptop center; do
    AIDPOST_ROOT=$work/root expect 0 "$d" status --data $store
    says 'U 盘 KINGSTON（/dev/sdz1，7680 MB）插着，还没有挂载.*/dev/sdz1' out
    AIDPOST_ROOT=$work/root expect 0 "$d" status --json --data $store
    says '"unmounted":\[{"device":"sdz1","name":"KINGSTON","bytes":8053063680,"command":"[^"]*mount [^"]*/dev/sdz1' out
    AIDPOST_ROOT=$work/root expect 1 "$d" bundle import stick/nothing.aidb --data $store
    says '没有文件' err
    says 'KINGSTON.*还没有挂载' err
done
expect 0 "$d" status --json --data center
says '"unmounted":\[\]' out

# --- practice of its own: nothing goes out, nothing comes in, and it does not become a station
expect 0 "$build/aidpost" practice --headless --data practice
expect 1 "$d" bundle export stick/practice.aidb --data practice
says '练习用的数据，不与县中心往来' err
expect 1 "$d" bundle import stick/all.aidb --data practice
says '练习用的数据，不与县中心往来' err
expect 1 "$d" once --data practice
says '练习用的数据' err
expect 1 "$d" enrol AAAA --center 127.0.0.1:9 --data practice
says '练习用的数据，不能登记为工作站' err
test ! -e stick/practice.aidb || fail "practice was written"

stop_center
for store in laptop town lost center; do expect 0 "$s" verify $store; done
echo "bundle_test: all well"
