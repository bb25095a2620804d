#!/bin/sh
# tests/coverage.sh - what the tests reached of the record engine and of sync: a table per file, and what no test reached.
#
#   coverage.sh [FOLDER..]     in the folder of a build with --enable-coverage, after its tests; the folders: sync core/record
#
# Counted are lines, branches (each way of one) and of these the error branches: those of a line that asks for a status, for NULL or for what failed. A line that asserts has no branches here: its other way is
# a broken promise. coverage/FOLDER/FILE.gcov has each file with its counts; coverage/missed.txt the lines that were not reached ("line") and the reached ones of which some way was not taken ("branch", "error").
set -eu
[ $# -gt 0 ] || set -- sync core/record
rm -rf coverage
for folder in "$@"; do
    mkdir -p "coverage/$folder"
    for data in "$folder"/*.gcda; do
        [ -f "$data" ] || { echo "coverage.sh: $folder: nothing was counted (configure --enable-coverage, run the tests)" >&2; exit 1; }
        gcov -b -c "$data" >/dev/null || exit 1
    done
    # Headers and files of other folders come along.
    for file in *.gcov; do
        if head -1 "$file" | grep -q "Source:.*$folder/[^/]*\.c$"; then mv "$file" "coverage/$folder/"; else rm -f "$file"; fi
    done
done
LC_ALL=C awk '
function part(n, of) { return of ? sprintf("%6d %6.1f", of, 100 * n / of) : "     -      -" }
function close_line() {
    if (ways && !asserts) {
        branches[name] += ways; taken[name] += ways_taken
        if (is_error) { errors[name] += ways; errors_taken[name] += ways_taken }
        if (reached && ways_taken < ways) print name ":" number ": " (is_error ? "error" : "branch") ": " text >"coverage/missed.txt"
    }
    ways = ways_taken = 0
}
FNR == 1 {
    close_line()
    name = FILENAME; sub(/^coverage\//, "", name); sub(/\.gcov$/, "", name)
    names[++files] = name
}
/^(branch|call|function|unconditional) / {
    if ($1 == "branch") { ways++; if ($3 == "taken" && $4 > 0) ways_taken++ }
    next
}
match($0, /^ *[^:]*: *[0-9]+:/) {
    close_line()
    text = substr($0, RLENGTH + 1)
    split(substr($0, 1, RLENGTH), head, ":")
    number = head[2] + 0
    count = head[1]; gsub(/[ *]/, "", count)
    reached = count != "-" && count !~ /^[#=]/
    asserts = text ~ /assert\(/
    is_error = text ~ /STATUS_|status|NULL|errmsg|== 0 &&|failed|!store_|!buf_|!stmt_|< 0/
    sub(/^ +/, "", text)
    if (count != "-" && number > 0) {
        lines[name]++
        if (reached) lines_reached[name]++
        else print name ":" number ": line: " text >"coverage/missed.txt"
    }
}
END {
    close_line()
    printf "%-36s %6s %6s  %6s %6s  %6s %6s\n", "file", "lines", "%", "ways", "%", "errors", "%"
    for (i = 1; i <= files; i++) {
        n = names[i]
        printf "%-36s %s  %s  %s\n", n, part(lines_reached[n], lines[n]), part(taken[n], branches[n]), part(errors_taken[n], errors[n])
        folder = n; sub(/\/[^\/]*$/, "", folder)
        if (!(folder in seen)) { seen[folder] = 1; folders[++k] = folder }
        for (t = 0; t < 2; t++) {
            where = t ? "total" : folder
            l[where] += lines[n]; lr[where] += lines_reached[n]; b[where] += branches[n]; bt[where] += taken[n]; e[where] += errors[n]; et[where] += errors_taken[n]
        }
    }
    folders[++k] = "total"
    for (i = 1; i <= k; i++) { n = folders[i]; printf "%-36s %s  %s  %s\n", n, part(lr[n], l[n]), part(bt[n], b[n]), part(et[n], e[n]) }
}' $(find coverage -name '*.gcov' | LC_ALL=C sort)
