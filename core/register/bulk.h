/* core/register/bulk.h - one change to many records of a type: what would come out told row by row, done in one transaction, taken back as a whole.
 *
 * Each record passes what a form's save passes (record_prepare, records_save), in a savepoint of its own: one that is refused stays as it was, is named with its
 * reason, and does not stop the others. A trial run does the very same and rolls it back, so that what it counts is exact.
 * What a bulk change did is noted beside the records (tables bulk and bulk_row: local to the machine, never synchronised, no content: names of fields only), so that
 * bulk_undo can take it back: every record whose last change still is this one. For the other machines both are changes like any others. */
#ifndef CORE_REGISTER_BULK_H
#define CORE_REGISTER_BULK_H

#include "core/record/filter.h"
#include "core/record/records.h"

enum { BULK_MAX = 10000 /* records in one transaction */, BULK_FIELDS_MAX = 16 };

/* What is to be done: fields to set, or to delete the records. */
struct bulk {
    const struct record_type *type;
    bool deletes;
    struct {
        const struct field_def *field;
        const char *text; /* as record_parse takes it; borrowed; "" empties the field */
    } sets[BULK_FIELDS_MAX];
    size_t n;
};

/* Add "field=text": by English name or label. A field that was added before gets the other text. Errors: STATUS_INVALID (no such field), STATUS_TOO_LARGE. */
enum status bulk_set(struct bulk *bulk, const char *field, const char *text, struct errmsg *err);

/* The records a filter picks, newest first; free(*ids). Errors: STATUS_TOO_LARGE (more than BULK_MAX; the message says how many), storage; *ids is NULL then. */
enum status bulk_pick(struct store *store, const struct actor *actor, const struct filter *filter, struct id **ids, size_t *n, struct errmsg *err);

enum bulk_outcome { BULK_CHANGED, BULK_SAME, BULK_REFUSED };
struct bulk_row { /* borrowed during the call */
    struct id id;
    enum bulk_outcome outcome;
    const struct record *record; /* as it is, or is after the change; NULL: not there any more */
    const struct value *before;  /* its values before, as many as fields; NULL unless BULK_CHANGED */
    const char *reason;          /* BULK_REFUSED: why; else "" */
};
typedef void (*bulk_told)(void *context, const struct bulk_row *row);

struct bulk_result {
    size_t changed, same, refused;
    int64_t no; /* of what was done, for bulk_undo; 0: nothing, or a trial */
};

/* Do it to these records, or with trial only find out. told may be NULL. Own transaction (none may be open).
 * Errors: records_may_write's, storage: nothing was changed. Records that were refused are no error. O(n saves). */
enum status bulk_run(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct bulk *bulk, const struct id *ids, size_t n, bool trial,
                     bulk_told told, void *context, struct bulk_result *result, struct errmsg *err);

/* Whether it is one record that was refused, which is told and left alone; what else fails ends everything. */
bool bulk_is_refusal(enum status status);

/* Records that were saved one by one (an import) as one change that bulk_undo takes back: its number first, then each record as it now stands. In the caller's transaction.
 * words: what was done, without values. Errors: storage. */
enum status bulk_note_begin(struct store *store, const struct actor *actor, const struct record_type *type, const char *words, int64_t *no, struct errmsg *err);
enum status bulk_note_add(struct store *store, int64_t no, const struct record_type *type, struct id id, struct errmsg *err);

/* What was done before, for lists. */
struct bulk_note {
    int64_t no, at_ms, undone_ms; /* undone_ms 0: it stands */
    const struct record_type *type;
    const char *user, *words; /* what was done, in words without values: "类别、村居"; borrowed */
    size_t records;
};
typedef bool (*bulk_note_row)(void *context, const struct bulk_note *note);
/* Newest first. */
enum status bulk_list(struct store *store, size_t limit, bulk_note_row row, void *context, struct errmsg *err);
/* The actor's own newest one that still stands, of a type or (NULL) of any; *no is 0 if there is none. */
enum status bulk_last(struct store *store, const struct actor *actor, const struct record_type *type, int64_t *no, struct errmsg *err);

/* Whether no was done and not taken back; *own: by the actor. Errors: storage; both false then, which says nothing. */
enum status bulk_stands(struct store *store, const struct actor *actor, int64_t no, bool *stands, bool *own, struct errmsg *err);

/* Take it back: only who did it. Records that were changed since keep that and are told as refused. Own transaction.
 * Errors: STATUS_NOT_FOUND (no such number, or taken back already), STATUS_FORBIDDEN, storage: nothing was changed. */
enum status bulk_undo(struct store *store, const struct actor *actor, int64_t no, bulk_told told, void *context, struct bulk_result *result, struct errmsg *err);

#endif /* CORE_REGISTER_BULK_H */
