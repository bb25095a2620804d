/* core/record/draft.h - what a person was typing: stored at every field left and 2 s after the last key, local to the machine, not in the change log.
 * Deleted only in the transaction that saves its record (records_save_draft) or when the person discards it.
 *
 * A draft may have several parts: records that are filled in together and stored by one action (an action on a case: the step that will record it, the case, the payment).
 * They are one row, so that a crash leaves all of them or none. The first part gives the row its type and record. */
#ifndef CORE_RECORD_DRAFT_H
#define CORE_RECORD_DRAFT_H

#include "core/record/reach.h"
#include "core/record/records.h"

struct draft_info {
    struct id id;
    const struct record_type *type;
    struct id record;    /* zero: of a new record */
    const char *user;    /* borrowed */
    const char *title;
    int64_t updated_ms;
};

/* Store the record's changed values as draft `*draft` (a zero id gets one). One UPSERT, own transaction. Errors: STATUS_BUSY, STATUS_FULL, STATUS_IO, STATUS_NOT_FOUND (it, or what it was begun on, was erased by law: nothing is stored). */
enum status draft_save(struct store *store, const struct actor *actor, struct random_source random, const struct record *record, struct id *draft, struct errmsg *err);
/* The stored record state over the current row (or a new record); of a record that left this machine only what was typed (record.version 0, not to be saved: STATUS_NOT_FOUND). Errors: STATUS_NOT_FOUND, STATUS_MALFORMED, STATUS_NOMEM. */
enum status draft_load(struct store *store, const struct actor *actor, struct id draft, struct record *out, struct errmsg *err);
enum { DRAFT_PARTS_MAX = 128 };

/* The same for n parts (1..DRAFT_PARTS_MAX). title: as lists show it; NULL: the first part's. */
enum status draft_save_parts(struct store *store, const struct actor *actor, struct random_source random, const struct record *const *parts, size_t n, const char *title,
                             struct id *draft, struct errmsg *err);
/* Lay the draft over the caller's records, by type, the second part of a type over the second record of that type: values get what was typed, loaded what it was typed over. Fields not in the draft, and records that no part of it belongs to, stay.
 * Errors: STATUS_NOT_FOUND, STATUS_INVALID (the first part is of another type), STATUS_MALFORMED, STATUS_NOMEM; parts may be half laid over then. */
enum status draft_load_parts(struct store *store, const struct actor *actor, struct id draft, struct record *const *parts, size_t n, struct errmsg *err);
/* Own transaction unless one is open. */
enum status draft_delete(struct store *store, const struct actor *actor, struct id draft, struct errmsg *err);
/* The record left this machine (core/record/reach.h), in the open transaction: what was typed in it, or in an action that was begun on it, stays its writer's, who can read it and drops it when he likes; what it was typed
 * over, and the title, were the record's and go. What is stored behind that goes without them, too. O(drafts here). */
enum status draft_record_left(struct store *store, struct id record, struct errmsg *err);
/* Why a record is not here: it left this machine, and what was typed in it may be kept; or it was erased by law, and nothing is stored of what is typed in it. REACH_NO_CHANGE: it is here, or never was. By key. Errors: storage;
 * *why REACH_NO_CHANGE then, which says nothing. */
enum status draft_absence(struct store *store, const struct record_type *type, struct id record, enum reach_absence *why, struct errmsg *err);
/* Whether it is the draft of an action (its first part a step) on a record that left: it cannot be gone on with, only read. *type, *on: that record, if so. A draft that is not the actor's or that nobody can read is not.
 * Errors: storage, STATUS_NOMEM. */
enum status draft_began_on_left(struct store *store, const struct actor *actor, struct id draft, bool *began, const struct record_type **type, struct id *on, struct errmsg *err);
/* What was typed, a part after the other, over nothing. part is borrowed. Errors: STATUS_NOT_FOUND, STATUS_MALFORMED, STATUS_NOMEM. */
typedef void (*draft_part)(void *context, const struct record *part);
enum status draft_each_typed(struct store *store, const struct actor *actor, struct id draft, draft_part part, void *context, struct errmsg *err);
typedef bool (*draft_row)(void *context, const struct draft_info *info);
/* The actor's own drafts, newest first. */
enum status draft_list(struct store *store, const struct actor *actor, draft_row row, void *context, struct errmsg *err);
/* Somebody else's, by account or Unix user, or with user NULL everybody's, newest first: for who takes over (core/register/leave.h asks whether the actor may) and before a machine is wiped. */
enum status draft_list_of(struct store *store, const char *user, draft_row row, void *context, struct errmsg *err);
/* The draft becomes another person's, as it is; whose it was is kept as long as it is there. Own transaction unless one is open. Errors: STATUS_NOT_FOUND (it is not `from`'s), storage. */
enum status draft_give(struct store *store, struct id draft, const char *from, const char *to, struct errmsg *err);
/* Those that were given away by this person and that nobody has finished or dropped; info.user has it now. */
enum status draft_list_given(struct store *store, const char *from, draft_row row, void *context, struct errmsg *err);

#endif /* CORE_RECORD_DRAFT_H */
