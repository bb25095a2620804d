/* core/aid/eligibility.h - is this matter within the scope of aid, is the means test passed, what need not even be asked. 法律援助法 24-34, 42; domain.md 2.3.
 *
 * Pure: a case, the rules and a day in; answers with their articles out. The form asks only what exemptions leave open. */
#ifndef CORE_AID_ELIGIBILITY_H
#define CORE_AID_ELIGIBILITY_H

#include "core/aid/rule.h"

enum { ELIGIBILITY_TEXT_BYTES = 300 };

struct eligibility {
    const char *scope;  /* code of review_result: 01 02; "" unknown yet */
    const char *means;  /* 01 符合, 02 不符合, 03 免予核查 (42), 04 不受限制 (25, 28, 32), "" not known yet: income is missing */
    const char *waiver; /* code of waived_42 that holds, typed or following from the categories (then means is 03); "" none */
    bool asks_income;   /* whether the means form is to be filled at all */
    bool priority;      /* soldiers and their families */
    bool needs_guardian; /* under 18: a legal representative applies, unless he is the violator (40) */
    bool must_report;   /* a minor's abuse: 强制报告 (未成年人保护法第十一条) */
    bool urgent;        /* fewer than urgent_days to the limitation */
    int64_t standard_fen; /* the standard in force on the day of receipt */
    int age;            /* on the day of receipt; -1 unknown */
    char scope_text[ELIGIBILITY_TEXT_BYTES]; /* with the article */
    char means_text[ELIGIBILITY_TEXT_BYTES];
};

void eligibility_of(const struct rules *rules, const struct record *kase, int32_t today, struct eligibility *out);
/* Categories that follow from sex, birth day and ethnic group on a day, joined with those typed: 女性/妇女 17, 未成年人 18, 老年人 19, 少数民族 20 (codes of person_category).
 * Sorted, comma-separated. Appends to out. */
void eligibility_categories(const struct record *kase, int32_t day, struct buf *out);

#endif /* CORE_AID_ELIGIBILITY_H */
