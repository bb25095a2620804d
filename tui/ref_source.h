/* tui/ref_source.h - records as the choices of a code field: which firm, which group of cases. A reference is stored as an id; people see and type a number, initials or a name.
 *
 * The newest REF_CHOICES_MAX records of the type that the actor sees, numbered from 1 in their order; read once, so numbers stay while the form is open. */
#ifndef TUI_REF_SOURCE_H
#define TUI_REF_SOURCE_H

#include "core/record/records.h"
#include "tui/code_source.h"

enum { REF_CHOICES_MAX = 200 };

struct ref_source;

/* Which records may be chosen; NULL: all. */
typedef bool (*ref_accept)(const struct record *record);
/* keep: one more record, whatever its place and kind (what the field holds); zero: none. Errors: storage, STATUS_NOMEM; *out is NULL then. */
enum status ref_source_load(struct ref_source **out, struct store *store, const struct actor *actor, const struct code_book *codes, const struct record_type *type,
                            ref_accept accept, struct id keep, struct errmsg *err);
void ref_source_free(struct ref_source *source); /* NULL is allowed */
/* For form_set_source and the picker; borrows source. */
struct code_source ref_source_codes(const struct ref_source *source);
/* The record behind a choice's code, and the other way; false and NULL: no such choice. */
bool ref_source_id(const struct ref_source *source, const char *code, struct id *id);
const char *ref_source_code(const struct ref_source *source, struct id id);

#endif /* TUI_REF_SOURCE_H */
