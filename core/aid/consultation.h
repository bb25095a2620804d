/* core/aid/consultation.h - saving a consultation that was typed in a hurry: what quick entry and outreach have in common. */
#ifndef CORE_AID_CONSULTATION_H
#define CORE_AID_CONSULTATION_H

#include "core/record/records.h"

/* Fill what follows from other fields (a consultation needs words of what it was about: the category's name is enough), check it, save it, and delete the draft it came from (zero: none),
 * in one transaction. *bad (may be NULL) gets the field that was refused, or NULL. Errors: record_check's and records_save's; nothing was written. */
enum status consultation_save(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record, struct id draft,
                              const struct field_def **bad, struct errmsg *err);

/* What a person should look at: a day that lies ahead. It is no reason to refuse: a clock that is slow would refuse every right day. Appends a sentence, or nothing. */
void consultation_remark(const struct actor *actor, const struct record *record, struct buf *out);

#endif /* CORE_AID_CONSULTATION_H */
