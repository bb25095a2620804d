/* core/case/prepare.h - what a record of reference data must pass before it is saved by hand, beyond the catalogue's rules: forms, imports, `add` and `set` all come here. */
#ifndef CORE_CASE_PREPARE_H
#define CORE_CASE_PREPARE_H

#include "core/record/records.h"

/* A new org gets its number, a rule's value its one spelling, a template is checked; records of other types pass. Inside the transaction that saves it.
 * Errors: those of org_prepare, rule_prepare, template_check. */
enum status record_prepare(struct store *store, const struct actor *actor, struct record *record, struct errmsg *err);

/* Whether records of the type have anything to pass. */
bool record_is_prepared(const struct record_type *type);

#endif /* CORE_CASE_PREPARE_H */
