/* core/case/prepare.h - what a record must pass, and what it brings along, before it is saved by hand, beyond the catalogue's rules: forms, imports, `add` and `set` all come here;
 * what goes with it when it is deleted. */
#ifndef CORE_CASE_PREPARE_H
#define CORE_CASE_PREPARE_H

#include "core/record/records.h"

/* A new org gets its number, a rule's value its one spelling, a template is checked, a visit's case is looked up, a visit that tells of money taken opens a complaint, ..; records of
 * other types pass. Inside the transaction that saves it; what it writes beside the record travels with it (CHANGE_FLAG_MORE: the record itself must be saved next).
 * Errors: those of the type's own prepare function (org_prepare, rule_prepare, template_check, visit_prepare, ..); the caller rolls back. */
enum status record_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record, struct errmsg *err);
/* record_prepare and records_save_draft as one, in a transaction of its own unless one is open. draft may be a zero id. Errors: those of both; nothing was written then, but the record
 * holds what the preparing put into it: who goes on with it keeps a copy. */
enum status record_save_prepared(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record, struct id draft,
                                 struct errmsg *err);

/* What a person should look at about a record just saved by hand: somebody on the roster twice, a consultation's day that lies ahead. Appends a sentence, or nothing. Errors: storage. */
enum status record_remark(struct store *store, const struct actor *actor, const struct record *record, struct buf *out, struct errmsg *err);

/* records_delete and records_undo by hand, with what belongs to the record: the items of an evaluation. Own transaction unless one is open. Errors: those functions'. */
enum status record_delete(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err);
enum status record_undo(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err);

/* Whether records of the type have anything to pass beside their references. */
bool record_is_prepared(const struct record_type *type);

#endif /* CORE_CASE_PREPARE_H */
