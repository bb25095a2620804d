/* core/report/report_period.h - which days a period has that somebody names for a report: in one place, since every figure depends on it. */
#ifndef CORE_REPORT_REPORT_PERIOD_H
#define CORE_REPORT_REPORT_PERIOD_H

#include "core/aid/rule.h"
#include "core/base/period.h"

/* An old report keeps its own days: the rule (period_monthly, ..) counts that was in force at the end of the period, which is found by today's. Errors: as year_start_parse (err names the rule) and period_parse;
 * *out is unchanged. */
enum status report_period_find(const struct rules *rules, const char *rule, const char *text, int32_t today, struct period *out, struct errmsg *err);

#endif /* CORE_REPORT_REPORT_PERIOD_H */
