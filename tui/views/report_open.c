/* tui/views/report_open.c - see report_open.h. */
#include "tui/views/report_open.h"

void report_last_half(const struct report_desk *desk, const char *rule, int32_t today, const char *text, char name[PERIOD_NAME_BYTES])
{
    struct year_start start = {1, 1}; /* a rule that cannot be read says so when the period is read */
    struct period now, last;
    (void)year_start_parse(rules_text(desk->rules, rule, today), &start, NULL);
    if (text != NULL)
        copy_text(name, PERIOD_NAME_BYTES, text);
    else if (period_of_day(PERIOD_HALF, start, today, &now, NULL) == STATUS_OK && period_next(&now, true, &last, NULL) == STATUS_OK)
        copy_text(name, PERIOD_NAME_BYTES, last.name);
}
