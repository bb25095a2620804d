/* core/record/filter_text.h - a filter in words for people, and as the beginning of a new record. */
#ifndef CORE_RECORD_FILTER_TEXT_H
#define CORE_RECORD_FILTER_TEXT_H

#include "core/record/filter.h"
#include "core/record/records.h"

/* "活动=送法进军营 且 日期>=2026-10-01": labels, names of codes, titles of the records that references name (a record the actor does not see: the first digits of its id). Appends to out. */
void filter_describe(const struct filter *filter, struct store *store, const struct actor *actor, const struct code_book *codes, struct buf *out);
/* What a record must have to pass the filter's equal terms is put into the record, where a person might have typed it: not what actions, the program or the other side fill.
 * Errors: STATUS_NOMEM. */
enum status filter_prefill(const struct filter *filter, const struct actor *actor, struct record *record);

#endif /* CORE_RECORD_FILTER_TEXT_H */
