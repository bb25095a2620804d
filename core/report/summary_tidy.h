/* core/report/summary_tidy.h - punctuation of a text that was filled from clauses, some of which were left out. Pure.
 *
 * In paragraphs only (rows of tables, titles, marks of the markup stay as they are): a clause's comma at the start of a sentence goes; of two marks that meet the stronger stays; nothing stands between a bracket and the
 * mark that would separate it; empty brackets and paragraphs of nothing but blanks and marks vanish. So clauses of a template may all begin with a comma. */
#ifndef CORE_REPORT_SUMMARY_TIDY_H
#define CORE_REPORT_SUMMARY_TIDY_H

#include "core/base/bytes.h"

/* Appends to out. */
void summary_tidy(const char *text, size_t len, struct buf *out);
/* Blanks between a digit and a Chinese character go: as offices write numbers. Appends. */
void summary_tighten(const char *text, size_t len, struct buf *out);

#endif /* CORE_REPORT_SUMMARY_TIDY_H */
