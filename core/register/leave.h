/* core/register/leave.h - a worker goes: what is still open in that person's name, given to others one change at a time, and the paper that both sign.
 *
 * What counts as open is a table (leave.c): of each type the field that names the person and when such a record is still to be worked on. A person is known by account and by name, since some fields keep the one and
 * some the other; whoever takes over is written as the field has it. What the person gave away before, here or on another machine, and nobody has finished stands in the list, too, with who has it now: the histories
 * of open records tell, so that the paper is whole whenever it is printed. Drafts are on this machine only and go over as a whole. A case's handler is assigned by the center with its reasons: such a case is listed with the
 * action that is needed and not given here. Whoever may write in the scope may give; the account itself is the center's (core/aid/account.h).
 *
 * A record may have been moved to another org meanwhile (core/record/reach.h) and still name the person. It is that org's to work on now: the list says where it is, and it is not given here. Nor is anything given to
 * somebody who would not see it. */
#ifndef CORE_REGISTER_LEAVE_H
#define CORE_REGISTER_LEAVE_H

#include "core/aid/calendar.h"
#include "core/record/peer.h"
#include "core/record/records.h"
#include "core/record/retire.h"

enum { LEAVE_NAME_BYTES = ACTOR_NAME_MAX_BYTES, LEAVE_TITLE_BYTES = 160, LEAVE_PERIOD_BYTES = 64, LEAVE_ORG_BYTES = 64, LEAVE_MAX = 5000 };

/* Who: either may be "", not both. */
struct leave_person {
    char user[LEAVE_NAME_BYTES], display[LEAVE_NAME_BYTES];
    bool disabled; /* the account is */
    int64_t org;   /* the account's; 0: no account */
};

/* By account, or by the name of somebody who has none (then user is ""). Errors: STATUS_INVALID (two accounts have that name: give the account), storage. */
enum status leave_person_find(struct store *store, const struct actor *actor, const char *text, struct leave_person *out, struct errmsg *err);

enum leave_way {
    LEAVE_GIVE,   /* the field gets the other's name */
    LEAVE_DRAFT,  /* the draft becomes the other's; needs an account */
    LEAVE_ASSIGN, /* the center assigns a new handler: do change-handler */
    LEAVE_ELSEWHERE /* the record belongs to another org than the person: that org's to give */
};

struct leave_item {
    enum leave_way way;
    const struct record_type *type;
    const struct field_def *field; /* that names the person; NULL: a draft */
    struct id id;                  /* of the record, or of the draft */
    int32_t due;                   /* the soonest of its periods, or its own day; DEADLINE_NO_DAY: none */
    char title[LEAVE_TITLE_BYTES]; /* as lists show it; of a sealed record only that it is one */
    char period[LEAVE_PERIOD_BYTES]; /* "D01 审查决定"; "": none */
    char given[LEAVE_NAME_BYTES];  /* who has it now; "": still the person's */
    int32_t given_on;              /* the day it went; DEADLINE_NO_DAY: not kept (drafts) */
    char org[LEAVE_ORG_BYTES];     /* LEAVE_ELSEWHERE: the name of the org whose it is; else "" */
};

struct leave_list {
    struct leave_item *items; /* owned; what ends first, first */
    size_t n, cap;
};

/* Errors: STATUS_TOO_LARGE (over LEAVE_MAX), STATUS_FORBIDDEN (somebody who may not write), storage; *out needs no release then. O(rows of the types in the table + histories of those that
 * are open). */
enum status leave_list_read(struct store *store, const struct actor *actor, const struct code_book *codes, const struct leave_person *who, int32_t today, struct leave_list *out, struct errmsg *err);
void leave_list_release(struct leave_list *list);
/* How many of them can be given here and are not yet. */
size_t leave_list_open(const struct leave_list *list);
/* How many somebody else has. */
size_t leave_list_given(const struct leave_list *list);
/* How many are another org's and nobody else's yet. */
size_t leave_list_elsewhere(const struct leave_list *list);

/* Give one to somebody: one change, in a transaction of its own; item->given says so then. Errors: STATUS_INVALID (LEAVE_ASSIGN, LEAVE_ELSEWHERE; a draft to somebody without an account; to the same person),
 * STATUS_STALE (somebody else has it; it was moved to another org), STATUS_FORBIDDEN (who gets it would not see it), records_save's, storage; nothing changed. */
enum status leave_give(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct leave_person *from, struct leave_item *item,
                       const struct leave_person *to, struct errmsg *err);

/* The paper (markup of core/paper): who, what is open and what was given to whom, lines for three to sign. laptop: the machine that is given back, as the center knows it; NULL: none. machine: how this one stands, for a
 * station; NULL at the center. */
void leave_paper(const struct leave_person *who, const struct leave_list *list, const struct machine *here, const struct retirement *machine, const struct peer *laptop, int32_t today, struct buf *out);

#endif /* CORE_REGISTER_LEAVE_H */
