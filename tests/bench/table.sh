#!/bin/sh
# tests/bench/table.sh - the figures of bench.json as a table: what, figure with its spread, the limit or peer of the same run, the ratio to it, the goal (goals.tsv), and whether it is met.
#
#   table.sh BENCH_JSON GOALS_TSV
# Figures without a goal stand there, too, with an empty last column. Last a line that counts: goals met, goals missed.
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
FNR == NR { if ($0 !~ /^#/ && NF >= 2) { pattern[++goals] = $1; wanted[goals] = $2 } next }
FNR == 1 { printf "%-34s %10s %23s  %-10s %10s %7s  %-32s %s\n", "figure", "median", "min..max", "unit", "limit", "ratio", "goal", "" }
/^\{/ {
    name = field($0, "name")
    goal = verdict = ""
    for (i = 1; i <= goals; i++)
        if (fits(pattern[i], name)) {
            n = split(wanted[i], parts, "|")
            best = -1
            for (k = 1; k <= n; k++) {
                h = all($0, parts[k])
                if (h > best) best = h
            }
            if (best >= 0) { goal = wanted[i]; verdict = best ? "met" : "MISSED"; if (best) met++; else missed++ }
            break
        }
    spread = field($0, "min") == "" ? "" : field($0, "min") ".." field($0, "max")
    printf "%-34s %10s %23s  %-10s %10s %7s  %-32s %s\n", name, field($0, "median"), spread, field($0, "unit"), field($0, "limit"), field($0, "ratio"), goal, verdict
}
END { printf "\n%d goals met, %d missed\n", met, missed }
' "$2" "$1"
