/* tui/ref_source.h - records as the choices of a code field: which firm, which volunteer, which case. A reference is stored as an id; people see and type a number, initials, a name, or
 * anything the search finds the record by (telephone, case number).
 *
 * The newest REF_CHOICES_MAX records of the type that the actor sees, numbered from 1 in their order; numbers stay while the form is open. Older ones join the list, at its end, when what is
 * typed finds them. One that is not here any more, or not to be seen, is not offered from the next time data change (refresh; app_left.c). A form with many references reads a list only when its field is entered (begin, then fill). */
#ifndef TUI_REF_SOURCE_H
#define TUI_REF_SOURCE_H

#include "core/record/records.h"
#include "tui/code_source.h"

enum { REF_CHOICES_MAX = 200, REF_FOUND_MAX = 200 };

struct ref_source;

/* Which records may be chosen; NULL: all. */
typedef bool (*ref_accept)(const struct record *record);
/* A source with only the record the field holds (keep; zero: none). store, actor and codes are borrowed for its life. Errors: storage, STATUS_NOMEM; *out is NULL then. */
enum status ref_source_begin(struct ref_source **out, struct store *store, const struct actor *actor, const struct code_book *codes, const struct record_type *type, ref_accept accept,
                             struct id keep, struct errmsg *err);
/* One more record, whatever its place and kind; another station's, or a deleted one, is left out. Errors: the same; what was there stays. */
enum status ref_source_keep(struct ref_source *source, struct id keep, struct errmsg *err);
/* The list, once. Errors: the same. */
enum status ref_source_fill(struct ref_source *source, struct errmsg *err);
/* All of it at once; what the field holds last. */
enum status ref_source_load(struct ref_source **out, struct store *store, const struct actor *actor, const struct code_book *codes, const struct record_type *type,
                            ref_accept accept, struct id keep, struct errmsg *err);
/* A record is not here any more: as a choice it has no name then and is not found by one, the reference stays what it is. source NULL, no such choice: nothing. */
void ref_source_hide(struct ref_source *source, struct id id);
/* Whether it is a choice that has its name. */
bool ref_source_shows(const struct ref_source *source, struct id id);
void ref_source_free(struct ref_source *source); /* NULL is allowed */
/* For form_set_source and the picker; borrows source. */
struct code_source ref_source_codes(const struct ref_source *source);
/* The record behind a choice's code, and the other way; false and NULL: no such choice. */
bool ref_source_id(const struct ref_source *source, const char *code, struct id *id);
const char *ref_source_code(const struct ref_source *source, struct id id);

#endif /* TUI_REF_SOURCE_H */
