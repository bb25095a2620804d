/* tui/office_source.h - the offices of the county as the choices of a field that holds a name: who a case is handed to, who helps with it. People see and type the org's number, initials or a part of the
 * name; what is stored is the name. An office whose machines are all revoked is marked: nobody there gets the case until another machine is enrolled. */
#ifndef TUI_OFFICE_SOURCE_H
#define TUI_OFFICE_SOURCE_H

#include "core/record/store.h"
#include "tui/code_source.h"

struct office_source;

enum office_choice {
    OFFICES_TO_MOVE,    /* all but the record's own */
    OFFICES_TO_SHARE,   /* the same without those that it is shared with */
    OFFICES_TO_UNSHARE, /* those that it is shared with, closed ones, too */
};

/* The offices as they are now, for a record of the scope `own`. store is borrowed for the call. Errors: storage, STATUS_NOMEM; *out is NULL then. O(orgs). */
enum status office_source_load(struct office_source **out, struct store *store, enum office_choice choice, struct id record, int64_t own, struct errmsg *err);
void office_source_free(struct office_source *source); /* NULL is allowed */
/* For form_set_source and the picker; borrows source. */
struct code_source office_source_codes(const struct office_source *source);
/* The name behind a choice's code, and the other way; NULL: no such choice. Borrowed. */
const char *office_source_name(const struct office_source *source, const char *code);
const char *office_source_code(const struct office_source *source, const char *name);

#endif /* TUI_OFFICE_SOURCE_H */
