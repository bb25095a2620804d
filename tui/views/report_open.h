/* tui/views/report_open.h - what the screens of the summary, the charts and the report day share: the period they begin with, and the way from a figure to the rows behind it. */
#ifndef TUI_VIEWS_REPORT_OPEN_H
#define TUI_VIEWS_REPORT_OPEN_H

#include "core/report/chart.h"
#include "tui/views/report_period.h"

/* The name of the period a screen begins with: the argument's text, else the half that ended last by the rule's year. */
void report_last_half(const struct report_desk *desk, const char *rule, int32_t today, const char *text, char name[PERIOD_NAME_BYTES]);
/* The rows behind a bar of a chart, and a cell of a heat table: row of a town or of the total, month or (behind the last) the months' sum. */
void report_open_bar(struct view *view, const struct chart *chart, size_t bar);
void report_open_heat(struct view *view, const struct heat *heat, size_t row, size_t month);

#endif /* TUI_VIEWS_REPORT_OPEN_H */
