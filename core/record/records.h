/* core/record/records.h - the one place all reads and writes of records pass: scope, authority, change log, conflict state.
 *
 * A save computes the fields that differ from what was loaded, checks authority (side, scope, role) and catalogue rules, and writes
 * row, change and local projections in one transaction. If somebody saved one of the same fields since the record was loaded, it
 * fails with STATUS_STALE and nothing changes; other fields merge silently.
 * Cost: a save is O(changed fields); get O(log n); a list page O(page) by key, never by offset. */
#ifndef CORE_RECORD_RECORDS_H
#define CORE_RECORD_RECORDS_H

#include "core/record/actor.h"
#include "core/record/machine.h"
#include "core/record/record.h"
#include "core/record/store.h"

struct filter;

/* Begin a new record with the catalogue's defaults (today, user, station), the actor's scope and the current `seen`. Errors: STATUS_NOMEM. */
enum status records_begin(struct store *store, const struct actor *actor, struct record *record, const struct code_book *codes, struct errmsg *err);

/* Whether the actor may save rows of the type by hand at all: side, role, and no type that only actions write. Errors: STATUS_FORBIDDEN with the reason (err may be NULL). */
enum status records_may_write(const struct actor *actor, const struct record_type *type, struct errmsg *err);

/* Insert (version 0; zero id: one is made, else the one chosen before) or update. Opens its own transaction unless one is open. On success the record's id, version, seen
 * and loaded values are current. A save without a changed field does nothing.
 * Errors: STATUS_INVALID (message names the field), STATUS_FORBIDDEN, STATUS_STALE, STATUS_NOT_FOUND, STATUS_BUSY, STATUS_FULL, STATUS_IO; nothing was written. */
enum status records_save(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record,
                         struct errmsg *err);
/* The same, and within the same transaction delete the draft it came from (core/record/draft.h); draft may be a zero id. */
enum status records_save_draft(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random,
                               struct record *record, struct id draft, struct errmsg *err);
/* Mark deleted (a change like any other; the history keeps everything). Same errors. */
enum status records_delete(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err);
/* Undo the actor's last change of this record by a new change that restores the values before it.
 * Errors: STATUS_NOT_FOUND (also: what it held before is not kept), STATUS_STALE (the last change is somebody else's), STATUS_FORBIDDEN (an action's, a move, erased by law; it changed no value: what took a deletion back), storage. */
enum status records_undo(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err);
/* The same of a record whose last change is a resolve change: by who may settle it (records_may_settle), though he may not write such records otherwise. */
enum status records_undo_settlement(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err);

/* Whether the actor may decide a conflict of this field (NULL: of a deletion). Errors: STATUS_FORBIDDEN, with who may. */
enum status records_may_settle(const struct actor *actor, const struct record_type *type, const struct field_def *field, struct errmsg *err);
/* Write one cell as a resolve change, which closes its conflicts (core/record/conflict.h is the public face). field NULL: the row's existence. */
enum status records_resolve(struct store *store, const struct actor *actor, const struct record *row, const struct field_def *field, struct value value, struct errmsg *err);
/* Errors: STATUS_NOT_FOUND (also when out of scope: existence is not revealed). On error *out needs no release. */
enum status records_get(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct record *out, struct errmsg *err);
/* The same, and one that was deleted and has its content still (out->deleted): what left or was erased is not found. For who erases by law; nobody else shows what was deleted. */
enum status records_get_deleted_too(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct record *out, struct errmsg *err);
/* Find the type of an id by looking through the visible types. */
enum status records_get_any(struct store *store, const struct actor *actor, struct id id, struct record *out, struct errmsg *err);
/* An id from its text: 32 hex digits, or a unique prefix of at least 6. type may be NULL (any). Errors: STATUS_MALFORMED, STATUS_NOT_FOUND, STATUS_INVALID (ambiguous). */
enum status records_resolve_id(struct store *store, const struct actor *actor, const char *text, const struct record_type **type, struct id *id, struct errmsg *err);
/* The same, also of records that a list does not show: a beginning that fits one of those and one that is there is ambiguous. */
enum records_named { RECORDS_THERE, RECORDS_DELETED_TOO, RECORDS_ERASED_TOO };
enum status records_resolve_named(struct store *store, const struct actor *actor, const char *text, enum records_named named, const struct record_type **type, struct id *id, struct errmsg *err);

struct list_key {       /* where a page ends: value of the sort field and the row number */
    bool set;
    struct value value; /* texts borrowed from the row; copy before the next step (list_key_copy) */
    int64_t row;
    char text[128];     /* storage for a copied text value */
};

/* How far a page got whose rows were looked at up to list_query.look. */
struct list_look {
    bool unfinished;    /* neither is the page full nor the list at its end: there may be more behind `at` */
    struct list_key at; /* all rows up to it were looked at: `after` of the query that goes on */
    size_t rows;        /* looked at this time */
};

struct list_query {
    const struct record_type *type;
    const struct filter *filter;    /* or NULL */
    const struct field_def *order;  /* NULL: the type's order field */
    bool ascending;                 /* default: newest first */
    struct list_key after;          /* page begins behind this key (towards the end); unset: from the start */
    bool backwards;                 /* page that ends before `after` instead; rows still come in list order reversed */
    size_t limit;                   /* rows; 0 = no limit */
    const struct field_def *const *fields; /* what is read of each row, beside the order and what decides who may see it; other fields look empty. NULL: all */
    size_t n_fields;
    bool deleted;                   /* the deleted ones that have their content still instead: to find what is to be erased by law. No index narrows them */
    bool conflicts;                 /* tell of each row how many conflicts are open on it: one more look at an index for every row given. Else it looks like none */
    /* With a filter that no index narrows, about so many rows are looked at and no more, where the order has an index; 0: until the page is full. Then looked tells how far it got. */
    size_t look;
    struct list_look *looked;
};

/* Called with each row in order; the record is borrowed. Return false to stop. */
typedef bool (*records_row)(void *context, const struct record *record, const struct list_key *key);
enum status records_list(struct store *store, const struct actor *actor, const struct list_query *query, records_row row, void *context, struct errmsg *err);
enum status records_count(struct store *store, const struct actor *actor, const struct record_type *type, const struct filter *filter, int64_t *count,
                          struct errmsg *err);
/* The same without sealed rows that the actor may not see: as many as records_list gives. */
enum status records_count_listed(struct store *store, const struct actor *actor, const struct record_type *type, const struct filter *filter, int64_t *count,
                                 struct errmsg *err);
/* Rows the actor sees, counted up to `most`: for figures that only say how many about. */
enum status records_count_up_to(struct store *store, const struct actor *actor, const struct record_type *type, int64_t most, int64_t *count, struct errmsg *err);
/* Whether another record of its type, not deleted and in scope, holds the same values in these fields (by name, at most FILTER_TERMS_MAX - 1). Errors: storage. O(what the narrowest indexed field picks). */
enum status records_has_same(struct store *store, const struct actor *actor, const struct record *record, const char *const *fields, size_t n_fields, bool *has, struct errmsg *err);
void list_key_copy(struct list_key *to, const struct list_key *from);

/* One change of a record's history, oldest first. */
struct history_entry {
    struct log_id origin;
    uint64_t seq;
    int64_t order;      /* the center's order number; 0 while pending at a station */
    int64_t at_ms;      /* the writer's clock: for display only */
    const char *user;
    const char *station; /* the office of the machine if known, else its number.. */
    const char *machine; /* ..and what the machine is called (machine_name.h); NULL: not known here */
    const char *op;     /* change_op_name(): "put" "delete" "resolve" "move" "share" "erase" */
    const struct record *fields; /* only the fields this change wrote; see written[] */
    bool written[FIELD_MAX_COUNT];
    bool quarantined;
    bool flagged; /* at the center: somebody should look at it, or has (core/record/flagged.h) */
    const char *flag; /* ..why: the words for people; NULL */
    bool erased;  /* its content is not there any more: erased by law, or of a record that left this org */
    int64_t org;  /* move: the new owner; share: the org.. */
    bool shared;  /* ..with which it is shared from here on */
    const char *reason, *officer; /* erase; else NULL */
};
typedef bool (*records_history_row)(void *context, const struct history_entry *entry);
/* O(changes of this record). */
enum status records_history(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, records_history_row row, void *context,
                            struct errmsg *err);

#endif /* CORE_RECORD_RECORDS_H */
