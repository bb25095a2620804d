/* core/aid/rule_document.h - the county's rules and documents, edition by edition (research domain.md row 25). The numbers they set are core/aid/rule.h's. */
#ifndef CORE_AID_RULE_DOCUMENT_H
#define CORE_AID_RULE_DOCUMENT_H

#include "core/record/records.h"

/* Before it is saved by hand. An edition that replaces another gets the next number (a new record's first edition counts as not filled in), and ends the other one on the day it takes
 * effect itself, in the same transaction: record must be saved next.
 * Errors: STATUS_INVALID naming the field (no such edition, replaced by another already, itself, an older edition or day), records_save's. */
enum status rule_document_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *document,
                                  struct errmsg *err);

#endif /* CORE_AID_RULE_DOCUMENT_H */
