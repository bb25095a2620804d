#!/bin/bash
# tests/installed.sh PACKAGE.deb [ROOT] - the package on a bare Debian, as a county would use it. Not in make check: needs root, debootstrap, tmux, a Debian mirror, and some minutes. `make deb` first.
#
# In a debootstrapped Debian (ROOT: one that is there already, used as it is): install; a center and a station, enrolled over loopback; a worker signs in through a real sshd with the installed
# drop-in, takes a consultation on the screens, the installed unit's command syncs it; a shell, another command, a file transfer and a forwarding are refused; everything is stopped and
# started again; the backup unit's command, wipe, restore, sync; the package is purged. After each step center and station hold the same, and nothing is lost.
set -u
package=$(realpath "$1") given=${2:-}
work=$(mktemp -d /tmp/aidpost-installed.XXXXXX)
root=${given:-$work/root}
port=$((20000 + RANDOM % 20000)) ssh_port=$((20000 + RANDOM % 20000))
terminal="tmux -L aidpost-installed-$$"
pids=

cleanup() {
    $terminal kill-server 2>/dev/null
    for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
    wait 2>/dev/null
    umount "$root/proc" "$root/dev/pts" 2>/dev/null
    [ -n "${AIDPOST_KEEP-}" ] || rm -rf "$work"
}
trap cleanup EXIT
fail() {
    echo "FAIL: $*" >&2
    $terminal capture-pane -p 2>/dev/null
    tail -n 5 "$work"/*.log 2>/dev/null
    exit 1
}
until_true() { # COMMAND..: up to 60 s
    local n=0
    until "$@" 2>/dev/null; do
        n=$((n + 1))
        [ $n -lt 600 ] || fail "never came true: $*"
        sleep 0.1
    done
}
inside() { chroot "$root" env PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root "$@"; }
as_aidpost() { inside runuser -u aidpost -- "$@"; }
step() { echo "== $*"; }
on_screen() { $terminal capture-pane -p | grep -q -- "$1"; }
shows() { until_true on_screen "$1"; }
keys() { $terminal send-keys "$@"; }
count() { as_aidpost aidpost count consultation --data "$1" --json | sed -n 's/.*"count":\([0-9]*\).*/\1/p'; }
# The command of an installed unit, with its settings' defaults.
unit_command() { sed -n 's/^ExecStart=//p' "$root/usr/lib/systemd/system/$1" | sed "s/\${AIDPOST_LISTEN}/127.0.0.1:$port/; s/ \$AIDPOST_ARGUMENTS//; s/ \$AIDPOST_MORE//; s,\${AIDPOST_BACKUPS},/var/backups/aidpost,; s/\${AIDPOST_NEWEST}/14/"; }

step "a bare Debian"
[ -n "$given" ] || debootstrap --variant=minbase bookworm "$root" >"$work/debootstrap.log" 2>&1 || fail debootstrap
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc" || fail "no proc"
mountpoint -q "$root/dev/pts" || mount --bind /dev/pts "$root/dev/pts" || fail "no terminals"
cp "$package" "$root/aidpost.deb"
inside apt-get -qq update >"$work/apt.log" 2>&1
inside env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install /aidpost.deb openssh-server openssh-client >>"$work/apt.log" 2>&1 || fail "the package does not install"
rm "$root/aidpost.deb"
[ "$(inside stat -c '%U %a' /var/lib/aidpost)" = "aidpost 700" ] || fail "the data folder is not aidpost's alone"
[ "$(inside stat -c '%U %a' /var/log/aidpost)" = "aidpost 750" ] || fail "there is no folder for logs"
inside aidpost --version >/dev/null || fail "it does not start"

# The center lives in a folder of its own here, the station in the one the units name.
start_center() {
    # The unit's command, but for the folder.
    as_aidpost $(unit_command aidpost-center.service | sed 's,/var/lib/aidpost,/var/lib/aidpost-center,') >>"$work/center.log" 2>&1 &
    pids="$pids $!"
    until_true eval "ss -ltn 2>/dev/null | grep -q :$port || grep -q 'listening' '$work/center.log'"
}
start_station() {
    as_aidpost $(unit_command aidpost-station.service) >>"$work/station.log" 2>&1 &
    pids="$pids $!"
}
start_sshd() {
    mkdir -p "$root/run/sshd"
    inside /usr/sbin/sshd -D -e -p "$ssh_port" -o ListenAddress=127.0.0.1 >>"$work/sshd.log" 2>&1 &
    pids="$pids $!"
    until_true grep -q "Server listening" "$work/sshd.log"
}
stop_all() {
    for pid in $pids; do pkill -TERM -P "$pid" 2>/dev/null; kill -TERM "$pid" 2>/dev/null; done
    wait $pids 2>/dev/null
    pids=
    : >"$work/center.log"
    : >"$work/sshd.log"
}

step "a center, a station enrolled with a code, an account for the worker"
inside install -d -m 700 -o aidpost -g aidpost /var/lib/aidpost-center
printf 'code\tname\tkind\tarea\nS1\t测试工作站\tstation\t320117001\n' >"$root/orgs.tsv"
as_aidpost aidpost init center --name 测试中心 --area 320117 --orgs /orgs.tsv --data /var/lib/aidpost-center >/dev/null || fail "no center"
printf 'a-good-password-7\n' >"$root/secret"
chmod 644 "$root/secret"
as_aidpost aidpost user add liumin --role station --org S1 --display 刘敏 --password-file /secret --data /var/lib/aidpost-center >"$work/user.log" 2>&1 || fail "no account"
start_center
code=$(as_aidpost aidpostd enrol new --org S1 --data /var/lib/aidpost-center --json 2>/dev/null | sed 's/.*"code":"\([^"]*\)".*/\1/')
as_aidpost aidpostd enrol "$code" --center "127.0.0.1:$port" --data /var/lib/aidpost >"$work/enrol.log" 2>&1 || fail "not enrolled"
as_aidpost aidpostd once --data /var/lib/aidpost >"$work/once.log" 2>&1 || fail "no first sync"
as_aidpost aidpost rule set require_signin 1 --data /var/lib/aidpost >/dev/null || fail "signing in is not required"

step "the worker comes in over SSH: the screens, nothing else"
inside ssh-keygen -q -t ed25519 -N '' -f /root/worker </dev/null
inside install -m 640 -o root -g aidpost /root/worker.pub /etc/aidpost/authorized_keys
start_sshd
start_station
ssh_line="ssh -q -i /root/worker -p $ssh_port -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes"
answer=$(inside $ssh_line aidpost@127.0.0.1 'id; echo leaked' </dev/null 2>&1)
case $answer in *uid=* | *leaked*) fail "a command ran: $answer" ;; esac
inside sftp -q -b /dev/null -i /root/worker -P "$ssh_port" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null aidpost@127.0.0.1 >/dev/null 2>&1 && fail "a file transfer was let in"
inside timeout 5 $ssh_line -N -o ExitOnForwardFailure=yes -R 9:127.0.0.1:9 aidpost@127.0.0.1 </dev/null >/dev/null 2>&1
[ $? -ne 124 ] || fail "a forwarding stands"
$terminal -f /dev/null new-session -d -x 80 -y 24 "chroot '$root' env TERM=xterm-256color HOME=/root $ssh_line -tt aidpost@127.0.0.1" || fail "no tmux"
shows 密码
keys liumin Enter
keys a-good-password-7 Enter
shows 待办
keys 11 Enter
shows 咨询速录
keys -l '张文芳'
keys Enter
keys 2
shows 女
keys Enter Enter
keys 1 3
shows '13____\]'
keys -l '拖欠工资三个月'
keys F2
until_true eval '[ "$(count /var/lib/aidpost)" = 1 ]'
until_true eval '[ "$(count /var/lib/aidpost-center)" = 1 ]'
echo "   one consultation, typed over SSH, at the center"

step "everything ends and comes back"
stop_all
$terminal kill-server 2>/dev/null
start_center
start_sshd
start_station
as_aidpost aidpost add consultation content=重启以后 name=李强 category=劳动纠纷 --data /var/lib/aidpost >/dev/null || as_aidpost aidpost add consultation content=重启以后 name=李强 --data /var/lib/aidpost >/dev/null || fail "nothing can be added"
until_true eval '[ "$(count /var/lib/aidpost-center)" = 2 ]'

step "backup by the unit's command, wipe, restore, enrol anew, sync"
head -c 48 /dev/urandom >"$root/etc/aidpost/backup.key"
inside chgrp aidpost /etc/aidpost/backup.key
inside chmod 640 /etc/aidpost/backup.key
as_aidpost $(unit_command aidpost-backup.service) >"$work/backup.log" 2>&1 || fail "no backup"
as_aidpost aidpost add consultation content=备份以后 name=王建国 --data /var/lib/aidpost >/dev/null || fail "nothing can be added"
until_true eval '[ "$(count /var/lib/aidpost-center)" = 3 ]'
stop_all
start_center
find "$root/var/lib/aidpost" -mindepth 1 -delete
file=$(cd "$root" && ls var/backups/aidpost/*.backup)
as_aidpost aidpost restore "/$file" --key-file /etc/aidpost/backup.key --data /var/lib/aidpost >"$work/restore.log" 2>&1 || fail "not restored"
[ "$(count /var/lib/aidpost)" = 2 ] || fail "the backup holds something else"
code=$(as_aidpost aidpostd enrol new --org S1 --data /var/lib/aidpost-center --json 2>/dev/null | sed 's/.*"code":"\([^"]*\)".*/\1/')
as_aidpost aidpostd enrol "$code" --center "127.0.0.1:$port" --data /var/lib/aidpost >"$work/enrol.log" 2>&1 || fail "not enrolled anew"
as_aidpost aidpostd once --data /var/lib/aidpost >"$work/once.log" 2>&1 || fail "no sync after the restore"
[ "$(count /var/lib/aidpost)" = 3 ] || fail "what came after the backup did not come back"
as_aidpost aidpost verify --data /var/lib/aidpost >"$work/verify.log" 2>&1 || fail "the station does not verify"
as_aidpost aidpost verify --data /var/lib/aidpost-center >"$work/verify.log" 2>&1 || fail "the center does not verify"

step "the package goes, the records stay"
stop_all
inside dpkg --purge aidpost >"$work/purge.log" 2>&1 || fail "it does not go"
[ -s "$root/var/lib/aidpost/aidpost.db" ] && [ -s "$root/$file" ] && [ -s "$root/etc/aidpost/backup.key" ] || fail "it took records along"
[ ! -e "$root/usr/bin/aidpost" ] || fail "it is still there"
echo "all of it held"
