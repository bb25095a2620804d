#!/bin/bash
# tests/font_test.sh - no font that has Chinese characters, or none at all: papers say what to install, nothing is half written, what is there stays; text and tables work; with the font the same command does it.
# Usage: font_test.sh [BUILD FOLDER].
if [ -z "${BASH_VERSION-}" ]; then
    command -v bash >/dev/null || exit 77
    exec bash "$0" "$@"
fi
. "$(dirname "$0")/processes.sh"

"$a" doctor --json --data none >out 2>err
grep -q '"name":"font"' out || exit 77 # built without PDF
grep -q '"name":"font","state":"ok"' out || exit 77 # this machine has none to take away

expect 0 "$a" init center --name 测试中心 --area 320117 --data center
expect 0 "$a" do draft new --json name=王建国 id_no=32012419870312274X phone=15400012345 cause=追索劳动报酬纠纷 matter=M5 stage=04 household=3 income=1000元 --data center
case=$(value id)

# Only the fonts of ./fonts: none; then one that has Latin letters, where the machine has it.
mkdir fonts
cat >fonts.conf <<EOF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$work/fonts</dir><cachedir>$work/cache</cachedir></fontconfig>
EOF
without() {
    local code=$1
    shift
    expect "$code" env FONTCONFIG_FILE="$work/fonts.conf" "$a" --data center "$@"
}
latin=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf

echo 'the one of last month' >month.pdf
for font in none latin; do
    [ $font = none ] || { [ -f $latin ] || continue; cp $latin fonts/; }
    without 1 document 1 "$case" --pdf paper.pdf
    says '没有装能印“.*”(U+[0-9A-F]*)的字体；请安装.*fonts-noto-cjk' err
    without 1 report monthly --period 2026-03 --draft --pdf month.pdf
    says '请安装.*fonts-noto-cjk' err
    [ "$(cat month.pdf)" = 'the one of last month' ] || fail "an older paper was touched"
    [ -z "$(find . -name 'paper*' -o -name '*.tmp' -o -name '*.part')" ] || fail "something half written: $(ls)"
    without 1 doctor
    says '请安装 fonts-noto-cjk' out
    without 0 document 1 "$case" --text
    says '登记单位：测试中心' out
    without 0 report monthly --period 2026-03 --draft --csv month.csv
    rm month.csv
done
expect 0 "$a" document 1 "$case" --pdf paper.pdf --data center
[ "$(head -c 5 paper.pdf)" = %PDF- ] || fail "no paper"
exit 0
