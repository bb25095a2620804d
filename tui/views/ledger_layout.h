/* tui/views/ledger_layout.h - what a ledger's screen offers and how wide it is: periods of the calendar, columns. Pure. */
#ifndef TUI_VIEWS_LEDGER_LAYOUT_H
#define TUI_VIEWS_LEDGER_LAYOUT_H

#include "core/report/ledger.h"

/* In the order of the question. */
enum ledger_period { PERIOD_MONTH = 1, PERIOD_QUARTER, PERIOD_HALF, PERIOD_YEAR, PERIOD_LAST_YEAR, PERIOD_ALL, PERIOD_DAYS };

/* First and last day of the period that today lies in; PERIOD_ALL, PERIOD_DAYS: both LEDGER_NO_DAY. */
void ledger_period_days(enum ledger_period period, int32_t today, int32_t *from, int32_t *to);
/* Screen columns for a column of the ledger: by what it holds, at least its heading. */
int ledger_column_width(const struct code_book *codes, const struct ledger_list *rows, size_t index);

#endif /* TUI_VIEWS_LEDGER_LAYOUT_H */
