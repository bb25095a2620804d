/* core/register/act.h - what is done with records that are not cases: a volunteer is appointed, a complaint accepted, an event closed.
 *
 * The same idea as core/case/case_flow.h, smaller: a table of acts (act_table.c) says for which type, from which states, by which roles, on which side, what must be filled in; a hook in
 * the type's own module does what goes beyond setting fields and moving on. One act writes one transaction whose changes travel together. `state` is a field of the type; types
 * without one (event) have from and to "", and their hook says what is allowed.
 * Screens, command line (`aidpost do ACT ID field=value`, `aidpost actions TYPE`), help and tests read the table. What stations may do to a state is said a second time in
 * catalogue_types.c (station_rules), where the center judges changes from the wire; test_act.c holds the two together. */
#ifndef CORE_REGISTER_ACT_H
#define CORE_REGISTER_ACT_H

#include "core/aid/calendar.h"

enum act_flag {
    ACT_STATION = 1 /* may be made on a station's machine */
};

struct act_move;

struct act {
    const char *type;      /* record type name */
    const char *name;      /* "appoint": lower case, unique within the type */
    const char *label;     /* 聘任 */
    const char *from;      /* states, comma-separated; "": any, or the type has none */
    const char *to;        /* the new state; "": stays */
    unsigned roles;        /* bits 1 << enum actor_role; the Unix owner stands in for every role */
    unsigned flags;        /* enum act_flag */
    const char *needs;     /* fields of the record that must be filled, comma-separated */
    const char *takes;     /* further fields it asks for */
    const char *fills;     /* days of needs and takes that start from today when empty, comma-separated; they must not lie after today */
    const char *documents; /* forms it gives out: "43" */
    const char *deadlines; /* "starts D16", for people */
    const char *basis;     /* article */
    const char *help;      /* one line */
    /* Inside the transaction, after the fields were checked and the new state was set, before the record is saved; may set further fields of the record (the state too), save other records
     * and issue papers (their ids go to move->documents) with `acting`, whose `more` is set. What is written beside needs a change of the record itself, which comes last.
     * NULL: nothing more to do. Errors: any, with a message; everything is rolled back. */
    enum status (*hook)(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err);
    /* When it begins: what a person may change and `fills` cannot say, such as the end of a term. NULL: nothing. */
    enum status (*offer)(struct act_move *move, struct errmsg *err);
    /* For types without a state: whether the record is as the act needs it. NULL: yes. Errors: STATUS_INVALID with the reason in words. */
    enum status (*fits)(const struct record *record, struct errmsg *err);
};

size_t act_count(void);
const struct act *act_at(size_t index);
/* By name or label within a type; NULL. */
const struct act *act_find(const struct record_type *type, const char *name);
/* Whether the actor may do it to this record now: role, side, state. Errors: STATUS_FORBIDDEN, STATUS_INVALID with the reason in words. */
enum status act_allowed(const struct act *act, const struct actor *actor, const struct code_book *codes, const struct record *record, struct errmsg *err);

enum { ACT_DOCUMENTS_MAX = 4 };

struct act_move {
    const struct act *act;
    struct record record; /* as loaded; edits go here */
    struct rules *rules;
    struct calendar *calendar;
    int32_t today;
    struct id documents[ACT_DOCUMENTS_MAX];
    size_t n_documents;
    struct buf said; /* a sentence for the person, after commit: totals of a closed event, the number of a letter; "" */
};

/* Load the record, check that the act is allowed, fill defaults. Errors: STATUS_NOT_FOUND, STATUS_FORBIDDEN, STATUS_INVALID; *move needs no release then. */
enum status act_begin(struct store *store, const struct actor *actor, const struct code_book *codes, const struct act *act, struct id id, struct act_move *move, struct errmsg *err);
/* One field as typed, by name or label. Errors: STATUS_USAGE (the act has no such field: the message lists those it has), else record_parse's, naming the field. */
enum status act_set(struct act_move *move, const struct code_book *codes, const char *field, const char *text, size_t len, struct errmsg *err);
/* The fields of the act in order: index 0.. until NULL; needed tells whether it must be filled. */
const struct field_def *act_field_at(const struct act *act, size_t index, bool *needed);
/* Do it. Own transaction unless one is open. On success the record and documents are as stored.
 * Errors: STATUS_INVALID (a needed field is empty, or a rule is broken: the message names it), STATUS_FORBIDDEN, STATUS_STALE, storage; nothing changed. */
enum status act_commit(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err);
void act_release(struct act_move *move);

#endif /* CORE_REGISTER_ACT_H */
