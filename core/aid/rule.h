/* core/aid/rule.h - what the county may set: lengths of periods, standards, habits. Shipped in core/data/rules.tsv, overlaid by records of type `rule`, each from its day on.
 *
 * One table for everything that research domain.md marks as knowledge or proposal: no second place may know such a number. A rule applies by the day of the
 * event it governs: an application received before a new standard is judged by the old one.
 * Names: D01..D18 (terms; D10_2 D18_2 the second period of the same step), D19_01..D19_08 (limitation, by code of set limitation), means_standard, urgent_days,
 * separate_review, assign_load_max, number_pattern, tariff cells (core/aid/tariff.h) and so on; `aidpost rule list` shows them all.
 * Loading reads the county's rows once; a struct rules is a snapshot, not thread-safe, cheap (a few hundred rows). Lookups O(log n) by name.
 *
 * Of rows of one name the one with the latest from_day not after the day counts (of two with the same day the greater id, so that every machine agrees). The value
 * RULE_SHIPPED returns to what was shipped. A row whose value does not parse, or whose name this program does not know, counts as absent; rules_ignored tells how many. */
#ifndef CORE_AID_RULE_H
#define CORE_AID_RULE_H

#include "core/record/records.h"

enum rule_kind {
    RULE_INT,   /* min..max */
    RULE_BOOL,
    RULE_MONEY, /* fen; typed as 2490元 (as everywhere a plain integer is fen) */
    RULE_TERM,  /* "7日" "5工作日" "24小时" "3年" "6月"; also "7 day" "5 workday" "24 hour" "3 year" "6 month" */
    RULE_TEXT,
    RULE_SECRET, /* a text that lists and screens do not show */
    RULE_KINDS
};

#define RULE_SHIPPED "默认"
#define RULE_NO_DAY INT32_MIN /* since ever: the shipped value */

enum term_unit { TERM_DAY, TERM_WORKDAY, TERM_HOUR, TERM_MONTH, TERM_YEAR };

struct rule_term {
    int64_t n; /* 0..9999 */
    enum term_unit unit;
};

/* A rule as shipped. Borrowed from the rules it was found in. */
struct rule_def {
    const char *name, *label;
    enum rule_kind kind;
    const char *initial; /* as typed, in the one spelling values are kept in: "7日" "1" "2490元" */
    int64_t min, max;    /* numbers, fen, a term's n, characters of a text */
    const char *basis;   /* article: "法律援助法第四十三条"; the law at hand (core/aid/law.h) can find it */
    const char *mark;    /* "source" "knowledge" "proposal": how sure the research was */
    const char *help;
};

struct rules;

/* Shipped rules and the county's. Errors: storage, STATUS_NOMEM. */
enum status rules_load(struct rules **out, struct store *store, const struct actor *actor, struct errmsg *err);
void rules_free(struct rules *rules);
size_t rules_count(const struct rules *rules);
const struct rule_def *rules_at(const struct rules *rules, size_t index);
const struct rule_def *rules_find(const struct rules *rules, const char *name); /* by name or label; NULL */
const char *rule_kind_name(enum rule_kind kind); /* "int" "bool" "money" "term" "text" "secret" */
/* The value in force on a day, in its one spelling; its basis (the county's, else the shipped one). Names must exist (assert). Borrowed from rules. */
const char *rules_text(const struct rules *rules, const char *name, int32_t day);
const char *rules_basis(const struct rules *rules, const char *name, int32_t day);
int64_t rules_int(const struct rules *rules, const char *name, int32_t day); /* RULE_INT, RULE_BOOL, RULE_MONEY */
struct rule_term rules_term(const struct rules *rules, const char *name, int32_t day);
/* The day from which that value is in force; RULE_NO_DAY: the shipped one. */
int32_t rules_from(const struct rules *rules, const char *name, int32_t day);
/* The county's rows of a rule, oldest first: index 0.. until false. */
struct rule_version {
    int32_t from;
    const char *value, *basis; /* borrowed; value of a return to the shipped one: that one */
};
bool rules_version(const struct rules *rules, const char *name, size_t index, struct rule_version *out);
size_t rules_ignored(const struct rules *rules);
/* Errors: STATUS_MALFORMED, STATUS_RANGE with the reason. */
enum status rule_parse_term(const char *text, struct rule_term *out, struct errmsg *err);
/* "7日" "5工作日" "24小时" "6月" "3年". */
enum { RULE_TERM_BYTES = 32 };
void rule_format_term(struct rule_term term, char out[RULE_TERM_BYTES]);
const char *rule_unit_name(enum term_unit unit); /* "day" "workday" "hour" "month" "year" */
/* A value as a person types it against its rule; on success its one spelling is appended to out and *number (RULE_INT BOOL MONEY) or *term is set (either may be NULL).
 * Errors: STATUS_MALFORMED, STATUS_RANGE, STATUS_TOO_LARGE with the reason; STATUS_NOMEM. */
enum status rule_parse_value(const struct rule_def *def, const char *text, struct buf *out, int64_t *number, struct rule_term *term, struct errmsg *err);
/* A record of type rule as it would be saved: the name exists and the value fits it; the value gets its one spelling. For forms, imports, `add`, `set`.
 * Errors: STATUS_NOT_FOUND (no such rule), rule_parse_value's; unchanged. */
enum status rule_prepare(struct store *store, const struct actor *actor, struct record *rule, struct errmsg *err);
/* Center's director or administrator: a new value from a day on (a record of type rule; one of the same name and day is changed). value "" returns to the shipped one.
 * basis NULL or "": as shipped. Errors: STATUS_NOT_FOUND (no such rule), STATUS_FORBIDDEN, STATUS_MALFORMED, STATUS_RANGE; unchanged. The caller loads the rules anew. */
enum status rule_set(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *name, const char *value,
                     int32_t from_day, const char *basis, struct errmsg *err);

#endif /* CORE_AID_RULE_H */
