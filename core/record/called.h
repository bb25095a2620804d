/* core/record/called.h - what the people in a record are called by: names, document numbers, telephone numbers, as the row has them and as any of its changes ever had them (a name that was put right was asked about, too).
 *
 * Whoever erases a record by law looks with it for the words that others wrote beside the records: questions to the center (lookup_erase.h), conditions that he keeps on a list (kept_filter.h), lists under a name
 * (saved_view). Which fields call somebody so, and which records' names mean somebody else: called_table.h. A name that another record bears is that one's as well, alone, as one of several in a field, or as a part of a longer
 * name that stands in the same place of the text (李明 in 李明明). */
#ifndef CORE_RECORD_CALLED_H
#define CORE_RECORD_CALLED_H

#include "core/base/bytes.h"
#include "core/record/records.h"

enum called_kind { CALLED_NAME, CALLED_ID_NO, CALLED_PHONE };
enum { CALLED_HEAD = 0 }; /* head: as the row says */

struct called {
    struct id id;           /* of the record; zero: of several */
    const struct id *going; /* records that are going as well: what they bear is nobody else's. Borrowed; NULL: none */
    size_t n_going;
    struct buf names; /* called.c */
};

/* head: the last change of the record that counts. Release it in any case. Errors: storage, STATUS_NOMEM. O(changes of the record). */
enum status called_read(struct store *store, const struct record_type *type, struct id id, int64_t head, struct called *out, struct errmsg *err);
void called_init(struct called *called, struct id id); /* none yet */
void called_release(struct called *called);
/* One by one, from *at 0 on; NULL: no more. Borrowed. */
const char *called_next(const struct called *called, size_t *at, enum called_kind *kind);
/* Errors: STATUS_NOMEM. */
enum status called_add(struct called *into, const struct called *from);
/* Whether the text is (or, not whole, holds) one of them; *gone: one that nobody else bears. Errors: storage; both are false then. A look by index for each, and where it stands alone in no field through the fields that
 * hold several names; for a telephone number, which has no index with consultations, through them. */
enum status called_look(struct store *store, const struct called *called, const char *text, bool whole, bool *named, bool *gone, struct errmsg *err);
/* The same for words that pick records (filter.h), whole names and numbers in whatever form they were typed, and parts of them that ~ looks for (four digits, two characters). A part has no index: O(records of people)
 * where one is there at all. */
enum status called_look_condition(struct store *store, const struct called *called, const char *text, bool *gone, struct errmsg *err);
/* ..in the texts of a record, as they are and as they ever were; head: its last change. */
enum status called_look_record(struct store *store, const struct called *called, const struct record_type *type, struct id id, int64_t head, bool *gone, struct errmsg *err);

#endif /* CORE_RECORD_CALLED_H */
