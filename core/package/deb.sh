#!/bin/sh
# core/package/deb.sh VERSION TREE OUT LINKED - make a Debian package of what `make install DESTDIR=TREE` put there; LINKED: core/package/linked.c as a program. Called by `make deb`; needs dpkg-deb and dpkg-shlibdeps (dpkg-dev).
#
# Nothing of a person is ever in a package: removing or purging it leaves /var/lib/aidpost, /var/backups/aidpost and /etc/aidpost as they are.
set -eu
version=$1 tree=$2 out=$3 linked=$4
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
arch=$(dpkg --print-architecture)

# The libraries that the programs were linked with or load when they need them, as packages. dpkg-shlibdeps wants a source package's folder.
mkdir -p "$work/debian"
printf 'Source: aidpost\n\nPackage: aidpost\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O "$tree/usr/bin/aidpost" "$tree/usr/bin/aidpostd" "$linked" | sed -n 's/^shlibs:Depends=//p')

mkdir -p "$tree/DEBIAN"
cat >"$tree/DEBIAN/control" <<EOF
Package: aidpost
Version: $version
Architecture: $arch
Maintainer: aidpost <aidpost@localhost>
Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f 1)
Depends: $depends, adduser | systemd
Recommends: fonts-noto-cjk, ncurses-term
Suggests: openssh-server, libpq5
Section: misc
Priority: optional
Description: offline record keeping for county legal aid (法援站)
 Form-and-list screens for town and village legal aid stations, records in SQLite,
 change logs synchronised to the county center whenever there is a connection, or
 by USB stick when there never is.
EOF
for script in postinst prerm postrm; do
    install -m 0755 "$here/deb.$script" "$tree/DEBIAN/$script"
done
(cd "$tree" && find etc -type f 2>/dev/null | sed 's,^,/,') >"$tree/DEBIAN/conffiles"
[ -s "$tree/DEBIAN/conffiles" ] || rm "$tree/DEBIAN/conffiles"
dpkg-deb --root-owner-group --build "$tree" "$out" >/dev/null
echo "$out"
