/* core/report/report_period.c - see report_period.h. */
#include "core/report/report_period.h"

#include "core/base/language.h"

enum status report_period_find(const struct rules *rules, const char *rule, const char *text, int32_t today, struct period *out, struct errmsg *err)
{
    struct year_start start;
    struct period period;
    enum status status = year_start_parse(rules_text(rules, rule, today), &start, err);

    if (status != STATUS_OK)
        return errmsg_wrap(err, STATUS_INVALID, _("规则 %s"), rule); /* the county's rule is wrong, not what was typed */
    status = period_parse(text, start, &period, err);
    if (status == STATUS_OK && year_start_parse(rules_text(rules, rule, period.to), &start, NULL) == STATUS_OK)
        status = period_parse(text, start, &period, err);
    if (status == STATUS_OK)
        *out = period;
    return status;
}
