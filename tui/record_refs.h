/* tui/record_refs.h - the references of a form made from the catalogue: each such field offers the records it may point at (ref_source.h), by their titles. */
#ifndef TUI_RECORD_REFS_H
#define TUI_RECORD_REFS_H

#include "tui/form.h"
#include "tui/ref_source.h"

struct record_refs {
    struct form *form;                            /* borrowed */
    struct ref_source *sources[FIELD_MAX_COUNT];  /* by field of the form; owned; NULL for other kinds */
};

/* Give every FIELD_REF of the form its source, holding what the record holds. form, store, actor and codes are borrowed until record_refs_close.
 * Errors: ref_source_begin's; closing is still needed. */
enum status record_refs_open(struct record_refs *refs, struct form *form, const struct record *record, struct store *store, const struct actor *actor, const struct code_book *codes,
                             struct errmsg *err);
/* The record holds other references now: know their names, too. Call it before record_form_load. */
enum status record_refs_keep(struct record_refs *refs, const struct record *record, struct errmsg *err);
/* Read the choices of the focused field, once: call it whenever the focus may have moved. */
enum status record_refs_enter(struct record_refs *refs, struct errmsg *err);
/* What the record refers to by its n-th reference, from 0; a zero id: nothing is shown of it. False: no more. */
bool record_refs_at(const struct record_refs *refs, const struct record *record, size_t n, const struct record_type **type, struct id *id);
/* A record is not here any more: no field shows its name (ref_source_hide). */
void record_refs_hide(struct record_refs *refs, struct id id);
void record_refs_close(struct record_refs *refs);

#endif /* TUI_RECORD_REFS_H */
