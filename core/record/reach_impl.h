/* core/record/reach_impl.h - between reach*.c and those that take changes in: apply.c, changelog.c, replica.c, row_rebuild.c, verify.c. */
#ifndef CORE_RECORD_REACH_IMPL_H
#define CORE_RECORD_REACH_IMPL_H

#include "core/record/apply.h"
#include "core/record/changelog.h"
#include "core/record/reach.h"

/* The lsns of a row's changes, from its head (?1) backwards: core/record/changelog.h. */
#define REACH_ROW_LIST "WITH RECURSIVE list(lsn) AS (SELECT ?1 UNION SELECT c.prev FROM list JOIN change c ON c.lsn=list.lsn WHERE c.prev IS NOT NULL) "

/* meta erase_pending: what is left to do (reach_erase.c). */
enum reach_pending { PENDING_NONE, PENDING_ALL, PENDING_LOG, PENDING_PAPERS };

/* The fixed columns of a row of a type table. */
struct reach_place {
    bool there;
    int64_t n, scope, head;
    bool absent; /* w_log 0 */
    enum reach_absence why;
};
enum status reach_place_of(struct store *store, const struct record_type *type, struct id id, struct reach_place *out, struct errmsg *err);

/* Station: whether the row is in this org's hands: everybody's, its own, or shared with it. */
enum status reach_is_here(struct store *store, const struct record_type *type, struct id id, bool *here, struct errmsg *err);

struct reach_body {
    int64_t org; /* REACH_OLD_SCOPE, REACH_SHARE_ORG */
    bool on;
    const char *reason, *officer; /* borrowed, not NUL-terminated */
    size_t reason_len, officer_len;
};
/* NULL, or why it cannot be applied: static words. */
const char *reach_body_parse(enum change_op op, const void *bytes, size_t len, struct reach_body *out);
bool reach_is_op(enum change_op op);

/* ---- apply.c ---- */
/* MOVE, SHARE, ERASE to the row, and nothing beyond: who must hear of it is reach_note's, whether the row stays here reach_settle's. */
enum status reach_apply(struct store *store, const struct record_type *type, const struct change *change, const void *body, size_t len, const struct apply_origin *origin, struct apply_outcome *outcome,
                        struct errmsg *err);
/* A change that does not touch the row's content: it joins the list of the row's changes. No row: an empty place is made for it. */
enum status reach_link(struct store *store, const struct record_type *type, const struct change *change, const struct apply_origin *origin, int64_t *prev, struct errmsg *err);
/* In whose hands a row is, found from its changes one by one in the order of their places. A hand-over that stands before the row's first change holds for it all the same: whoever wrote it knew the row. */
struct reach_hands {
    int64_t owner; /* REACH_ONLY: nothing said so far */
    bool moved, born;
};
/* True: a move or a share. */
bool reach_hands_add(struct reach_hands *hands, const struct change *change);
/* Owner and shares as all the row's changes say, in whatever order they came (row_rebuild.h). Shares that no change speaks of stay. */
enum status reach_settle_hands(struct store *store, const struct record_type *type, struct id id, struct errmsg *err);
/* A new row of the own log in somebody else's scope: it hangs on a record shared with this org. */
enum status reach_share_own(struct store *store, const struct record_type *type, struct id id, int64_t scope, int64_t log, struct errmsg *err);

/* Bodies of the row's list from this head on that hold content go, and what is kept of them elsewhere (left_body.h); who changed hands and why it was erased stays. */
enum status reach_drop_content(struct store *store, int64_t head, struct errmsg *err);

/* ---- reach_refused.c: all in the caller's transaction, errors: storage ---- */

/* Whether the change of this log (0: none of a log) is about a record that was erased by law: of that row, of one that is a part of it (reach_parent_field) or of the same person by what its body says, or of one that was refused
 * and went with such a record. */
enum status reach_is_about_erased(struct store *store, const struct change *change, int64_t log, const void *body, size_t len, bool *about, struct errmsg *err);
/* A refused change of this log and row lost its content as one about an erased record: what comes of it later will, too. */
enum status reach_note_refused(struct store *store, int64_t log, struct id id, struct errmsg *err);
/* The record is erased: refused changes that are about it lose their content, in the log and where they still stand at their writer's. O(refused changes that are here). */
enum status reach_drop_refused(struct store *store, struct id id, struct errmsg *err);
/* Station: the change was refused just now: the same for it, if it is about an erased record. */
enum status reach_forget_refused(struct store *store, int64_t lsn, struct errmsg *err);

/* ---- whoever takes changes in, in its transaction ---- */
/* Station: after a batch, for each row with an outcome.reach: the row leaves if this org does not have it any more, or is made from its changes if it came (back). Erased: late bodies go. */
enum status reach_settle(struct store *store, const struct record_type *type, struct id id, struct errmsg *err);
/* Center: after a change was inserted: who gets it. reached (or NULL): the orgs that the row is shared with are added. */
enum status reach_note(struct store *store, const struct record_type *type, const struct change *change, int64_t lsn, const void *body, size_t len, struct reach_orgs *reached, struct errmsg *err);
/* Center: the same for a move or a share that the center had lost, after row_rebuild if that was due: its place may lie before others', or it may name another owner than the center knew by then. Who has it gets all of it again, with this
 * lsn's number (its machines may have dropped it when this hand-over came to them the first time); who has not gets what tells it so and nothing else: by their places the last hand-over that takes it from the org, if none gives it to the org behind that; else the last of all, which may name another owner. */
enum status reach_note_late(struct store *store, const struct record_type *type, struct id id, int64_t lsn, struct errmsg *err);
/* The change names the org as one that has or had its row: by its scope, or as a move or a share. body NULL: unknown. */
bool reach_names(const struct change *change, const void *body, size_t len, int64_t org);
/* Center: some change of the row names the org. */
enum status reach_ever_had(struct store *store, const struct record_type *type, struct id id, int64_t org, bool *had, struct errmsg *err);
/* Center: its own writer, of an org that does not have the row any more, still hears of its place. */
enum status reach_note_writer(struct store *store, int64_t org, struct id id, int64_t lsn, struct errmsg *err);
/* Center: after a new row was inserted: if the case it hangs on has another owner by now, or is shared, the row follows; by changes of the center's own log, in this user's name. written_at: the new row's place
 * (0: written now). *moved: it was written by somebody who did not know that the case had moved. reached (or NULL): orgs that get the row by this are added. */
enum status reach_follow(struct store *store, const struct record_type *type, struct id id, const struct change *because, uint64_t written_at, bool *moved, struct reach_orgs *reached,
                         struct errmsg *err);
/* Center, from_station: may a machine of this org write this change, which is to be at this place? *reason NULL: yes, and *flag (or NULL) says what a person should know. Static words.
 * *absent: it looked, and there is neither the row nor an emptied place of it. */
enum status reach_admit(struct store *store, int64_t org, const struct change *change, uint64_t written_at, const void *body, size_t len, bool *absent, const char **reason, const char **flag,
                        struct errmsg *err);
/* Did the org have the row by what its machine had seen when it wrote the change that is at this place (order.h; 0: it has none)? A hand-over that came to it before the center lost it has another number since: when nobody can tell any more, it had. */
enum status reach_had(struct store *store, const struct record_type *type, struct id id, int64_t org, uint64_t seen, uint64_t written_at, bool *had, struct errmsg *err);

/* Fields NULL, gone, w_log 0; conflicts, base values, drafts and the search entry go. */
enum status reach_empty(struct store *store, const struct record_type *type, struct id id, enum reach_absence why, struct errmsg *err);
/* Whether some change of the row still has a body with content. */
enum status reach_has_content(struct store *store, const struct record_type *type, struct id id, bool *has, struct errmsg *err);

#endif /* CORE_RECORD_REACH_IMPL_H */
