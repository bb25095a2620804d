/* core/case/case_flow.h - the life of a case as a state machine: who may do what in which state, what it needs, what it produces. Research domain.md 3.3.
 *
 * The table is data (case_flow_table.c); screens, command line, help and tests read it. An action checks role, side, state and needed fields, then writes, in one
 * transaction, the case row, one row of type `step`, and the papers. The center's order decides between two actions made apart: `state` is a hold field, so the later
 * one becomes a conflict that a person settles.
 * Rights are enforced here and in records.c, which refuses plain writes to action fields; for changes that come over the wire by catalogue_station_moves. */
#ifndef CORE_CASE_CASE_FLOW_H
#define CORE_CASE_CASE_FLOW_H

#include "core/aid/calendar.h"

enum case_action_flag {
    ACTION_STATION = 1,  /* may be made on a station's machine */
    ACTION_NEW = 2,      /* makes a case; may start from a consultation, a person or a case in S1 */
    ACTION_LINKED = 8,   /* makes a case that follows on this one: the next stage, filed under a number of its own (domain.md 3.3 c) */
    ACTION_CLOSED = 16,  /* in S8 once the case has its closing day */
    ACTION_DELEGATED = 4 /* roles beyond `roles` when rule urgent_delegate is on */
};

struct case_action {
    const char *name;      /* "receive"; a code of set case_action */
    const char *from;      /* states, comma-separated: "S1,S3"; "" : there is no case yet */
    const char *to;        /* the new state; "" : stays; computed ones name the usual one */
    unsigned roles;        /* bits 1 << enum actor_role */
    unsigned flags;        /* enum case_action_flag */
    const char *needs;     /* fields that must be filled, comma-separated: of the row beside (visit), the case, the step, the row beside (pay) */
    const char *takes;     /* further fields it asks for */
    const char *documents; /* forms it gives out: "09" or "11,13" */
    const char *deadlines; /* "starts D01", "pauses D01", .. for people */
    const char *basis;     /* article */
    const char *help;      /* one line */
};

size_t case_action_count(void);
const struct case_action *case_action_at(size_t index);
/* By English name or Chinese label of the code book; NULL. */
const struct case_action *case_action_find(const char *name);
const char *case_action_label(const struct code_book *codes, const struct case_action *action);
/* Whether the actor may do it to this case now: role, side, state. kase NULL: there is none yet; rules NULL: no delegation. Errors: STATUS_FORBIDDEN, STATUS_INVALID with the reason in words. */
enum status case_action_allowed(const struct case_action *action, const struct actor *actor, const struct code_book *codes, const struct rules *rules, const struct record *kase,
                                struct errmsg *err);

enum { MOVE_DOCUMENTS_MAX = 8 };

/* One action on its way: what is known of the case, what the person fills in, what came out. */
struct case_move {
    const struct case_action *action;
    struct record kase;    /* the case, as loaded; edits go here */
    struct record step;    /* the row that will record it */
    struct record beside;  /* the row that the action makes beside case and step: pay: of the pay sheet; visit: the return visit */
    struct id source;      /* ACTION_NEW, ACTION_LINKED: the consultation, person or case it starts from; zero */
    struct rules *rules;
    struct calendar *calendar;
    int32_t today;
    bool imported; /* the case came by import or a plain save, not by draft or another action: its day of receipt was typed */
    struct id documents[MOVE_DOCUMENTS_MAX];
    size_t n_documents;
};

/* Load the case (or what a new one starts from), check that the action is allowed, fill defaults (today, what stands in the case). id may be zero for ACTION_NEW.
 * Errors: STATUS_NOT_FOUND, STATUS_FORBIDDEN, STATUS_INVALID; *move needs no release then. */
enum status case_move_begin(struct store *store, const struct actor *actor, const struct code_book *codes, const struct case_action *action, struct id id,
                            struct case_move *move, struct errmsg *err);
/* One field as typed, by name or label. Errors: STATUS_USAGE (the action has no such field: the message lists those it has), else record_parse's, naming the field. */
enum status case_move_set(struct case_move *move, const struct code_book *codes, const char *field, const char *text, size_t len, struct errmsg *err);
/* The field of that name or label among needs and takes, else of which it is another word (case_field_aliases), and the record it belongs to; NULL if the action has no such field. */
struct record *case_move_field(struct case_move *move, const char *name, const struct field_def **def);
/* The fields of an action in order: index 0.. until NULL; needed tells whether it must be filled. */
struct record *case_move_field_at(struct case_move *move, size_t index, const struct field_def **def, bool *needed);
/* Do it. Own transaction unless one is open. On success kase, step and documents are as stored.
 * Errors: STATUS_INVALID (a needed field is empty, or a rule is broken: the message names it), STATUS_FORBIDDEN (same person in two reviews, ..), STATUS_STALE, storage; nothing changed. */
enum status case_move_commit(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct case_move *move,
                             struct errmsg *err);
/* Before a case is saved by hand (prepare.h): the name of another office of the county on it would look as if it had gone there. Errors: STATUS_INVALID; storage. */
enum status case_prepare(struct store *store, const struct actor *actor, struct record *kase, struct errmsg *err);
void case_move_release(struct case_move *move);

/* The steps of a case, oldest first; borrowed during the call. */
typedef bool (*case_step_row)(void *context, const struct record *step);
enum status case_steps(struct store *store, const struct actor *actor, struct id kase, case_step_row row, void *context, struct errmsg *err);
/* Rows of a type whose case_id is this case (materials, parties, documents, payments), in the type's order, oldest first. */
enum status case_children(struct store *store, const struct actor *actor, const char *type, struct id kase, case_step_row row, void *context, struct errmsg *err);

#endif /* CORE_CASE_CASE_FLOW_H */
