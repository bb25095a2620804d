/* core/report/reference.h - what a field that points at another record says in a list: the other record, read once for many rows.
 *
 * Lists show a case's name, a firm's name, a volunteer's telephone instead of 32 digits. The last records read are kept, so a list of ten thousand rows of forty handlers reads forty
 * records. A sealed record stays sealed (core/record/privacy.h), one outside the actor's scope is not there. */
#ifndef CORE_REPORT_REFERENCE_H
#define CORE_REPORT_REFERENCE_H

#include "core/report/cell.h"
#include "core/record/records.h"

struct references;

enum reference_state { REFERENCE_NONE /* the field is empty */, REFERENCE_HERE, REFERENCE_SEALED, REFERENCE_ABSENT /* deleted, or not of this machine */ };

/* Everything borrowed. Errors: STATUS_NOMEM. */
enum status references_new(struct references **out, struct store *store, const struct actor *actor, const struct code_book *codes, struct errmsg *err);
void references_free(struct references *references);
/* The record that the field points at; *out is borrowed until the next call. Errors: storage. */
enum status reference_find(struct references *references, const struct record *record, const struct field_def *field, enum reference_state *state, const struct record **out, struct errmsg *err);
/* The cell of a field of the record that `through` points at: "（封存）" for a sealed one. field NULL: what the record is called. The text is borrowed from scratch. */
enum status reference_cell(struct references *references, const struct record *record, const struct field_def *through, const struct field_def *field, struct report_cell *cell,
                           struct buf *scratch, struct errmsg *err);
/* Whether the record hangs on a case or a person that is sealed for the actor: then it is in no list either (刑事诉讼法第二百八十六条). A type with a seal of its own goes by that. */
enum status reference_hides(struct references *references, const struct record *record, bool *hides, struct errmsg *err);

#endif /* CORE_REPORT_REFERENCE_H */
