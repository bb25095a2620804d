/* core/record/flagged.h - changes that the center took in and applied, but that a person there should look at: written by an account that the center had disabled
 * before they arrived (the station was offline and did not know), or to a record that had changed hands or was erased (reach.h); and changes whose content is not here: the center, put back, lost it before the
 * record's new machines got it, and who had it before keeps it only until the newest backup has it (left_body.h): so an older one was put back, or there was none.
 *
 * Table flagged(lsn, reason, reviewed_by, reviewed_ms): the center's own like quarantine, guarded, never in the change log. Nothing is taken off it but the last kind when the content comes: a reviewed
 * change stays flagged in its record's history. Names that are no account here (the Unix owner of a station) are not flagged. */
#ifndef CORE_RECORD_FLAGGED_H
#define CORE_RECORD_FLAGGED_H

#include "core/record/actor.h"
#include "core/record/catalogue.h"
#include "core/record/machine.h"
#include "core/record/store.h"

enum { FLAG_NAMES_MAX = 8 };

/* Judges users for the length of one ingest: each distinct name is looked up once (of more than FLAG_NAMES_MAX the oldest is forgotten). Start with zeros. */
struct flag_judge {
    struct {
        char user[ACTOR_NAME_MAX_BYTES];
        bool disabled;
    } known[FLAG_NAMES_MAX];
    size_t n, next;
};

/* *reason gets the words for people (static) or NULL. */
enum status flag_judge_user(struct store *store, struct flag_judge *judge, const char *user, const char **reason, struct errmsg *err);
/* Inside a transaction. lsn: of a change that was applied. One that is flagged already is for this reason too, and to be looked at again; for the same reason: nothing. */
enum status flagged_add(struct store *store, int64_t lsn, const char *reason, struct errmsg *err);
/* Inside a transaction. lsn: of a change of which only the header is here, and nobody erased it; what flag stands for. It goes by itself when the content comes (flagged_filled) before anybody has looked at it. */
extern const char FLAGGED_EMPTY[];
enum status flagged_filled(struct store *store, int64_t lsn, struct errmsg *err);

struct flagged {
    int64_t lsn;
    const struct record_type *type; /* NULL: of a newer program */
    struct id id;
    int64_t at_ms;          /* the writer's clock */
    const char *user;       /* borrowed during the call, as all texts here */
    const char *station;    /* the office of the machine if known, else its number.. */
    const char *machine;    /* ..and what the machine is called (machine_name.h); NULL: not known here */
    const char *reason;
    const char *reviewed_by; /* NULL: not yet */
    int64_t reviewed_ms;
};
typedef bool (*flagged_row)(void *context, const struct flagged *flagged);

/* The actor's scope, oldest first; all: those reviewed, too. */
enum status flagged_list(struct store *store, const struct actor *actor, bool all, flagged_row row, void *context, struct errmsg *err);
/* Those not reviewed yet. */
enum status flagged_count(struct store *store, const struct actor *actor, int64_t *count, struct errmsg *err);
/* Whether a change is flagged, reviewed or not; and why. */
bool flagged_reason(struct store *store, int64_t lsn, char *out, size_t out_bytes);
bool flagged_may_review(const struct actor *actor);
/* The center's clerks and directors have looked at every open flag of this record. Own transaction unless one is open.
 * Errors: STATUS_FORBIDDEN, STATUS_NOT_FOUND (no open flag of it in the actor's scope). */
enum status flagged_review(struct store *store, const struct actor *actor, struct id id, int64_t *count, struct errmsg *err);

#endif /* CORE_RECORD_FLAGGED_H */
