#!/bin/sh
# tests/install_test.sh - what `make install` puts where, that it speaks of this program, and that `make uninstall` takes away just that.
set -u
build=${AIDPOST_BUILDDIR:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    echo "install_test: $*" >&2
    exit 1
}
# The build's own prefix; sysconfdir is where the machine's SSH server would look.
MAKEFLAGS= make -C "$build" install DESTDIR="$work/tree" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "make install failed"; }
prefix=$(sed -n 's/^prefix = //p' "$build/Makefile")
tree=$work/tree$prefix

for file in bin/aidpost bin/aidpostd share/man/man1/aidpost.1 share/man/man5/aidpost-data.5 share/man/man8/aidpostd.8 share/man/zh_CN/man1/aidpost.1 share/man/zh_CN/man5/aidpost-data.5 \
    share/man/zh_CN/man8/aidpostd.8 share/bash-completion/completions/aidpost share/bash-completion/completions/aidpostd lib/systemd/system/aidpost-center.service \
    lib/systemd/system/aidpost-hub.service lib/systemd/system/aidpost-station.service lib/systemd/system/aidpost-upward.service lib/systemd/system/aidpost-backup.service lib/systemd/system/aidpost-backup.timer lib/sysusers.d/aidpost.conf lib/tmpfiles.d/aidpost.conf; do
    [ -s "$tree/$file" ] || fail "$file is not there"
done
sshd=$(find "$work/tree" -path '*/ssh/sshd_config.d/aidpost.conf')
[ -s "$sshd" ] || fail "no sshd drop-in"
[ -s "$(find "$work/tree" -path '*/logrotate.d/aidpost')" ] || fail "no logrotate snippet"

# Nothing was left to be filled in, and what is started is what was installed.
! grep -rn '@[a-z]*@' "$tree/lib" "$sshd" || fail "a template's word is left"
for unit in center station backup; do
    grep -q "^ExecStart=$prefix/bin/aidpost" "$tree/lib/systemd/system/aidpost-$unit.service" || fail "aidpost-$unit starts something else"
    grep -q '^NoNewPrivileges=yes' "$tree/lib/systemd/system/aidpost-$unit.service" || fail "aidpost-$unit is not in its sandbox"
done
grep -q "ForceCommand $prefix/bin/aidpost " "$sshd" || fail "the SSH command is another"

# What only papers and spreadsheets need is loaded when it is called: the program starts without it.
! LD_TRACE_LOADED_OBJECTS=1 "$tree/bin/aidpost" | grep -E 'pango|cairo|xlsxwriter|libX11' || fail "aidpost is linked with what prints"

# Every command of --help stands in its page, and Tab knows it.
"$build/aidpost" --lang zh --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | sort -u | while read -r verb; do
    page=$(echo "$verb" | sed 's/-/\\-/g')
    grep -qF "\\fB$page\\fR" "$tree/share/man/zh_CN/man1/aidpost.1" || fail "$verb is not in aidpost(1)"
    grep -q "[\" ]$verb[\" ]" "$tree/share/bash-completion/completions/aidpost" || fail "$verb is not completed"
done || exit 1
for type in $("$build/aidpost" types --json | grep -o '"name":"[a-z_]*"' | sed 's/.*:"\(.*\)"/\1/'); do
    grep -q "^.SH \"$type " "$tree/share/man/zh_CN/man5/aidpost-data.5" || fail "$type is not in aidpost-data(5)"
done
if command -v groff >/dev/null 2>&1 && command -v preconv >/dev/null 2>&1; then
    for page in man1/aidpost.1 man5/aidpost-data.5 man8/aidpostd.8; do
        preconv -e UTF-8 "$tree/share/man/zh_CN/$page" | groff -man -Tutf8 -ww -z 2>"$work/warnings" || fail "$page: groff failed"
        [ ! -s "$work/warnings" ] || { head -n 5 "$work/warnings" >&2; fail "$page: groff warns"; }
    done
fi
if [ -x /usr/sbin/sshd ]; then
    ssh-keygen -q -t ed25519 -N '' -f "$work/key" </dev/null && printf 'HostKey %s/key\nInclude %s\n' "$work" "$sshd" >"$work/sshd_config"
    /usr/sbin/sshd -t -f "$work/sshd_config" || fail "sshd does not take the drop-in"
fi

# Uninstall: the program goes, data stay.
mkdir -p "$work/tree/var/lib/aidpost" && echo records >"$work/tree/var/lib/aidpost/aidpost.db"
MAKEFLAGS= make -C "$build" uninstall DESTDIR="$work/tree" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "make uninstall failed"; }
left=$(find "$work/tree" -type f)
[ "$left" = "$work/tree/var/lib/aidpost/aidpost.db" ] || fail "left behind: $left"
