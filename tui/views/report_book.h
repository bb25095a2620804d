/* tui/views/report_book.h - one spreadsheet of a period's charts and heat tables, with the summary's figures where there are. */
#ifndef TUI_VIEWS_REPORT_BOOK_H
#define TUI_VIEWS_REPORT_BOOK_H

#include "tui/views/report_desk.h"

/* Counts with the desk, between no other begin and end. summary: NULL or of the period. Heat tables are left out of periods longer than a year. Errors: report_xlsx's, storage. */
enum status report_book_write(struct view *view, struct report_desk *desk, const struct summary *summary, const struct period *period, bool draft, const char *path, struct errmsg *err);

#endif /* TUI_VIEWS_REPORT_BOOK_H */
