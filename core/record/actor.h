/* core/record/actor.h - who acts: every read and write of records takes one, and scope and authority are decided from it. */
#ifndef CORE_RECORD_ACTOR_H
#define CORE_RECORD_ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum actor_role {
    ROLE_STATION,   /* STN: town station or branch worker */
    ROLE_VOLUNTEER, /* VOL */
    ROLE_CLERK,     /* CLK: center, first review */
    ROLE_REVIEWER,  /* REV */
    ROLE_DIRECTOR,  /* DIR */
    ROLE_BUREAU,    /* BUR: objections, complaints */
    ROLE_ARCHIVIST, /* ARC */
    ROLE_ADMIN,     /* ADM */
    ROLE_AUDITOR,   /* AUD: reads only */
    ROLE_COUNT
};

enum { ACTOR_NAME_MAX_BYTES = 64 };

struct actor {
    char name[ACTOR_NAME_MAX_BYTES]; /* account name, or the Unix user; goes into every change */
    char display[ACTOR_NAME_MAX_BYTES]; /* the person's name as his account has it, for people to read; "": name */
    enum actor_role role;
    bool center;       /* acts on the center's store: may write center fields */
    bool all_scopes;   /* sees every org's rows (center) */
    int64_t org;       /* own org number: scope of new records; rows with scope org or 0 are visible */
    bool owner;        /* the Unix owner of the store, without an account: set-up, emergencies, one-man offices; recorded as such */
    bool acting; /* inside an action that has checked its own rights (core/case, core/paper, core/aid) */
    bool more;   /* another change of the same transaction follows: the two travel together (CHANGE_FLAG_MORE) */
    int64_t now_ms;    /* wall clock, set by the caller before each action; for display only */
};

const char *actor_role_name(enum actor_role role); /* "station" "clerk" ... */
/* What people call the actor: the person's name, else the account. Borrowed. */
const char *actor_called(const struct actor *actor);
/* Returns ROLE_COUNT for an unknown name. */
enum actor_role actor_role_parse(const char *name);
/* The role for people: "中心受理员". */
const char *actor_role_label(enum actor_role role);
/* The roles of a mask of bits 1 << enum actor_role for people: "中心受理员、中心负责人". Cut where out ends. */
void actor_role_labels(unsigned roles, char *out, size_t out_bytes);
/* Whether the role is in a mask of bits 1 << enum actor_role; the owner stands in for every role. */
bool actor_is_one_of(const struct actor *actor, unsigned roles);
/* Whether the actor may write anything at all. */
bool actor_may_write(const struct actor *actor);

#endif /* CORE_RECORD_ACTOR_H */
