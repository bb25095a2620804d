/* core/record/called.h - what the people in a record are called by: names, document numbers, telephone numbers, as the row has them and as any of its changes ever had them (a name that was put right was asked about, too).
 *
 * Whoever erases a record by law looks with it for the words that others wrote beside the records: core/record/lookup_erase.h. A name that another consultation, case or person's file bears is theirs as well. */
#ifndef CORE_RECORD_CALLED_H
#define CORE_RECORD_CALLED_H

#include "core/base/bytes.h"
#include "core/record/records.h"

struct called {
    struct id id;     /* of the record */
    struct buf names; /* called.c */
};

/* head: the last change of the record. Release it in any case. Errors: storage, STATUS_NOMEM. O(changes of the record). */
enum status called_read(struct store *store, const struct record_type *type, struct id id, int64_t head, struct called *out, struct errmsg *err);
void called_release(struct called *called);
/* Whether the text is (or, not whole, holds) one of them; *gone: one that nobody else bears. Errors: storage; both are false then. A look by index for each; for a telephone number, which has no index with consultations,
 * through them. */
enum status called_look(struct store *store, const struct called *called, const char *text, bool whole, bool *named, bool *gone, struct errmsg *err);

#endif /* CORE_RECORD_CALLED_H */
