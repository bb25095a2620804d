#!/bin/sh
# tests/bench/train_dictionary.sh OUT NUMBER - make a compression dictionary (sync/compress.h) from a practice county made for it; needs the built programs and tests/bench/train_dictionary.
# Everything in it is made up or this project's own (core/data/SOURCES). A dictionary that was shipped is never made again: a new one gets the next number.
set -eu
build=${AIDPOST_BUILDDIR:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$build/aidpost" demo --headless --stations 8 --records 600 --data "$work/county" >/dev/null
"$build/tests/bench/train_dictionary" "$1" "$2" 32768 "$work/county/center" "$work/county"/station*
