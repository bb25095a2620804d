#!/bin/sh
# tests/bench/table.sh - the figures of bench.json as a table: what, figure with its spread, the limit or peer of the same run, the ratio to it, the goal (goals.tsv), and whether it is met.
#
#   table.sh BENCH_JSON GOALS_TSV
# Of a figure that was measured several times the last line counts. Figures without a goal stand there, too, with an empty last column. Last a line that counts: goals met, goals missed.
set -eu
awk -F'\t' '
function field(line, key) {
    if (!match(line, "\"" key "\":\"?[^,\"}]*")) return ""
    line = substr(line, RSTART, RLENGTH)
    sub(/^"[^"]*":"?/, "", line)
    return line
}
function fits(pattern, name,    star, tail) {
    star = index(pattern, "*")
    if (!star) return pattern == name
    tail = substr(pattern, star + 1)
    return length(name) >= length(pattern) - 1 && substr(name, 1, star - 1) == substr(pattern, 1, star - 1) && substr(name, length(name) - length(tail) + 1) == tail
}
# 1 met, 0 missed, -1: the line does not have what the goal speaks of
function holds(line, goal,    part, value, limit, key) {
    key = goal
    sub(/[<>]=.*/, "", key)
    value = field(line, key)
    limit = goal
    sub(/^[a-z0-9_]*[<>]=/, "", limit)
    if (value == "") return -1
    return index(goal, "<=") ? value + 0 <= limit + 0 : value + 0 >= limit + 0
}
function all(line, goals,    list, n, k, h, worst) {
    n = split(goals, list, "&")
    worst = 1
    for (k = 1; k <= n; k++) {
        h = holds(line, list[k])
        if (h < worst) worst = h
    }
    return worst
}
function show(name, line,    goal, verdict, i, k, n, h, best, parts, spread) {
    for (i = 1; i <= goals && goal == ""; i++)
        if (fits(pattern[i], name)) {
            n = split(wanted[i], parts, "|")
            best = -1
            for (k = 1; k <= n; k++) {
                h = all(line, parts[k])
                if (h > best) best = h
            }
            if (best < 0) break
            goal = wanted[i]
            verdict = best ? "met" : "MISSED"
            if (best) met++
            else missed++
        }
    spread = field(line, "min") == "" ? "" : field(line, "min") ".." field(line, "max")
    printf "%-34s %10s %23s  %-10s %10s %7s  %-32s %s\n", name, field(line, "median"), spread, field(line, "unit"), field(line, "limit"), field(line, "ratio"), goal, verdict
}
FNR == NR { if ($0 !~ /^#/ && NF >= 2) { pattern[++goals] = $1; wanted[goals] = $2 } next }
FNR == 1 { printf "%-34s %10s %23s  %-10s %10s %7s  %-32s %s\n", "figure", "median", "min..max", "unit", "limit", "ratio", "goal", "" }
/^\{/ { name = field($0, "name"); if (!(name in last)) order[++figures] = name; last[name] = $0 }
END {
    for (f = 1; f <= figures; f++) show(order[f], last[order[f]])
    printf "\n%d goals met, %d missed\n", met, missed
}
' "$2" "$1"
