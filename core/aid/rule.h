/* core/aid/rule.h - what the county may set: lengths of periods, standards, habits. Shipped in core/data/rules.tsv, overlaid by records of type `rule`, each from its day on.
 *
 * One table for everything that research domain.md marks as knowledge or proposal: no second place may know such a number. A rule applies by the day of the
 * event it governs: an application received before a new standard is judged by the old one.
 * Names: D01..D19 (terms), means_standard, supplement_days, separate_review, assign_load_max, number words, tariff cells (tariff_01_02 ..) and so on;
 * `aidpost rule list` shows them all. Loading reads the county's rows once; a struct rules is a snapshot, not thread-safe, cheap (a few hundred rows).
 * Lookups O(log n) by name. */
#ifndef CORE_AID_RULE_H
#define CORE_AID_RULE_H

#include "core/record/records.h"

enum rule_kind {
    RULE_INT,   /* min..max */
    RULE_BOOL,
    RULE_MONEY, /* fen; typed as 2490元 */
    RULE_TERM,  /* "7日" "5工作日" "24小时" "3年" "6月"; also "7 day" "5 workday" "24 hour" "3 year" "6 month" */
    RULE_TEXT
};

enum term_unit { TERM_DAY, TERM_WORKDAY, TERM_HOUR, TERM_MONTH, TERM_YEAR };

struct rule_term {
    int64_t n; /* 0..9999 */
    enum term_unit unit;
};

/* A rule as shipped. Static. */
struct rule_def {
    const char *name, *label;
    enum rule_kind kind;
    const char *initial; /* as typed */
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
/* The value in force on a day, as typed; its basis. Names must exist (assert). Borrowed from rules. */
const char *rules_text(const struct rules *rules, const char *name, int32_t day);
const char *rules_basis(const struct rules *rules, const char *name, int32_t day);
int64_t rules_int(const struct rules *rules, const char *name, int32_t day); /* RULE_INT, RULE_BOOL, RULE_MONEY */
struct rule_term rules_term(const struct rules *rules, const char *name, int32_t day);
/* Errors: STATUS_MALFORMED, STATUS_RANGE with the reason. */
enum status rule_parse_term(const char *text, struct rule_term *out, struct errmsg *err);
/* Center's director or administrator: a new value from a day on (a record of type rule; one of the same name and day is changed). value "" returns to the shipped one.
 * Errors: STATUS_NOT_FOUND (no such rule), STATUS_FORBIDDEN, STATUS_MALFORMED, STATUS_RANGE; unchanged. The caller loads the rules anew. */
enum status rule_set(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *name, const char *value,
                     int32_t from_day, const char *basis, struct errmsg *err);

#endif /* CORE_AID_RULE_H */
