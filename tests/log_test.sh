#!/bin/bash
# tests/log_test.sh - a service's log in a file: lines go there and not to stderr, a file that was renamed or removed is begun anew without a signal, no line is lost or said twice; a path that cannot be written is
# refused at the start. Real processes. Usage: log_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

export AIDPOST_TRACE=info
expect 0 "$s" center center 4
expect 1 "$d" stations --log nowhere/center.log --data center
says '不能写 nowhere/center.log' err
"$d" center --listen 127.0.0.1:0 --port-file port --log center.file --data center >center.out 2>center.stderr &
center_pid=$!
until_true test -s port
address=$(cat port)
ended() { cat center.file* 2>/dev/null | grep -c "连接 $1 .*：完成"; }
told() { [ "$(ended "$1")" = 1 ]; }

expect 0 "$d" enrol new --org z2 --data center
expect 0 "$d" enrol "$(cat out)" --center "$address" --data s1 --name "laptop 1"
until_true told 1
mv center.file center.file.1
expect 0 "$d" once --data s1
until_true told 2
[ -f center.file ] || fail "no new file"
lacks '连接 2 ' center.file.1
says '连接 1 .*：完成' center.file.1
lacks '连接 1 ' center.file
[ "$(stat -c %a center.file)" = 600 ] || fail "mode $(stat -c %a center.file)"
rm center.file
expect 0 "$d" once --data s1
until_true told 3
kill -TERM "$center_pid"
wait "$center_pid" || fail "exit $? after SIGTERM"
center_pid=
says 'center: 已停止' center.file
[ ! -s center.stderr ] || fail "on stderr: $(cat center.stderr)"
exit 0
