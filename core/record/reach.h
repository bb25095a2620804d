/* core/record/reach.h - records that change hands: moved to another org with all that hangs on them, shared with one, erased by law.
 *
 * Three more kinds of change (change.h: CHANGE_MOVE, CHANGE_SHARE, CHANGE_ERASE), written at the center only; a station's are quarantined (but an erasure of what a county told a hub: core/record/upward.h).
 *   MOVE    header.scope = the new org; body { 1: old org }. The row's scope becomes the new one. At the center every change of the row is from now on of the new scope; the old org hears of the move itself
 *           (table reach), takes the row out, and with it the bodies of all its changes that have a place in the order (what no backup of the center holds yet stays aside, where nobody reads it, until one does: left_body.h); a pending edit is still sent, is accepted when its author could not know, and flagged
 *           "记录已移交". The new org gets, with the move's number as `given`, the row's whole history at its old places (fold), then the move.
 *   SHARE   header.scope = the owner's; body { 1: org, 2: 1 begin | 0 end }. The org gets the history like a move's receiver and every later change (reach); it may write what a station may. End: as a move's leaver.
 *   ERASE   header.scope = the row's; body { 1: reason text, 2: officer text }. Every machine that hears of it empties the row for good, drops the bodies of all its changes (headers and chain stay), its
 *           conflicts, base values, drafts (those that refer to the row too) and search entries, what it was told of it when it asked (lookup_erase.h), conditions kept on lists that name the
 *           person (kept_filter.h), changes of it that were refused, and then has the space overwritten (secure_delete,
 *           full-text rebuild, checkpoint). A change of the row that comes later is taken without its body; a new part of it is taken and flagged.
 * A record type says what goes along: rows whose case_id (or, for a person, the person of a relation, the merged file of a merge) names it. The applicant's own file, and those it was merged into, go along when no
 * other record that the old org has names them; else they are shared with the new one, so that there is one file of a person and both stations see it. An org that a case leaves, by a move or the end of a share,
 * keeps no share of the applicant's file either, unless something else there names it.
 *
 * WHO GETS A CHANGE (center). Column change.scope is the org that gets it with its own number, or REACH_ONLY: then only table reach(scope, given, lsn, stub) says who gets it and with which number. A record's
 * changes before a hand-over are REACH_ONLY ever after; reach.given of a history is the number of the MOVE or SHARE that brought it. stub 1: only the machine that wrote it hears of its place in the order, and
 * keeps no body. So a scope's changes are change.scope = scope and reach.scope = scope AND stub = 0, and no change is in both.
 *
 * ROWS THAT ARE NOT HERE ANY MORE keep their place n in the table (recount.h), empty and gone, with w_log 0; w_seq says why: enum reach_absence. Nothing is applied to a row that left or was erased; changes of
 * it are only linked. At a station change.scope REACH_ONLY marks the changes of a row that left: header only, not counted to what it holds (scope_sum.h); they may come back with their bodies.
 * A CENTER THAT WAS PUT BACK gets hand-overs back like anything else (returned.h). By their places in the order, not by when they came, the row's changes say whose it is, also a hand-over that stands before the
 * row's first change; then who gets what is said anew. What an old org had its machines still have when a center loses it before the new
 * one's machines got it (left_body.h). Of what an older backup than the newest lacks, and of a center that never had one, only the header comes back, flagged.
 * Which org a change's author had the row from is read off the row's own changes (order_was_seen), so every machine comes to the same. */
#ifndef CORE_RECORD_REACH_H
#define CORE_RECORD_REACH_H

#include "core/record/records.h"

enum { REACH_OLD_SCOPE = 1, REACH_SHARE_ORG = 1, REACH_SHARE_ON = 2, REACH_ERASE_REASON = 1, REACH_ERASE_OFFICER = 2 };
enum { REACH_ONLY = -1, REACH_TEXT_MAX_CHARS = 200 };
enum reach_absence { REACH_NO_CHANGE = 0, REACH_LEFT = 1, REACH_ERASED = 2 };

/* ---- writing: at the center, in the open transaction or in one of their own ---- */

/* The record and what hangs on it change hands. *rows (or NULL): how many rows did. Errors: STATUS_FORBIDDEN (not the center; role), STATUS_NOT_FOUND (record, org), STATUS_INVALID (it is there already; a type
 * that everyone has; erased). */
enum status reach_move(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, int64_t to, int64_t *rows, struct errmsg *err);
/* The record and what hangs on it, and what will hang on it, are also seen and worked on by an org; or not any more. Errors: as reach_move. */
enum status reach_share(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, int64_t org, bool on, int64_t *rows, struct errmsg *err);
/* One row and its whole content, for good. Who may and what must be kept is the caller's to say (core/case/erasure.h). reason and officer: 1 to REACH_TEXT_MAX_CHARS characters.
 * Once the transaction is over call reach_finish. Errors: STATUS_FORBIDDEN, STATUS_NOT_FOUND, STATUS_INVALID, STATUS_EXISTS (erased before). */
enum status reach_erase(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const char *reason, const char *officer, struct errmsg *err);
/* The field by which rows of a type hang on a record, and of which type that is; NULL: they hang on none. */
const struct field_def *reach_parent_field(const struct record_type *child, const struct record_type **parent);

/* ---- reading ---- */

/* Whether the actor sees a row of this scope: by scope, or because it is shared with his org. Errors: storage; *sees false then. */
enum status reach_sees(struct store *store, const struct actor *actor, struct id id, int64_t scope, bool *sees, struct errmsg *err);
/* Orgs a record is shared with, ascending. */
typedef bool (*reach_org)(void *context, int64_t org);
enum status reach_shared_with(struct store *store, struct id id, reach_org row, void *context, struct errmsg *err);
/* Whether it is shared with that one; by key. Errors: storage; *shared false then. */
enum status reach_find_share(struct store *store, struct id id, int64_t org, bool *shared, struct errmsg *err);
/* The same for who asks in a transaction, which is not committed where this could not be read (store_failure). */
bool reach_is_shared(struct store *store, struct id id, int64_t org);

struct reach_erasure {
    const struct record_type *type; /* NULL: of a newer program */
    struct id id;
    int64_t order, at_ms;
    const char *user, *reason, *officer; /* borrowed during the call */
};
typedef bool (*reach_erasure_row)(void *context, const struct reach_erasure *erasure);
/* All erasures this machine has heard of, newest first. */
enum status reach_erasures(struct store *store, reach_erasure_row row, void *context, struct errmsg *err);
/* Center: machines that hold or held the record or were told of it when they asked (lookup_erase.h), and whether they have confirmed the erasure; those revoked apart. */
enum reach_confirmation {
    REACH_WAITING,
    REACH_CONFIRMED,
    REACH_TOO_OLD /* it has heard, but its program does not know how to take back what it was told when it asked; it does so once it has a newer one, and is confirmed when that was here */
};
typedef bool (*reach_machine)(void *context, uint32_t station_no, const char *name, enum reach_confirmation confirmation);
enum status reach_erasure_machines(struct store *store, int64_t order, reach_machine row, void *context, struct errmsg *err);

/* Orgs that something goes to: each once; `many`: there are more than it has room for, so anybody may be meant. */
enum { REACH_ORGS_MAX = 8 };
struct reach_orgs {
    int64_t orgs[REACH_ORGS_MAX];
    size_t n;
    bool many;
};
void reach_orgs_add(struct reach_orgs *orgs, int64_t org);
bool reach_orgs_may_have(const struct reach_orgs *orgs, int64_t org);
/* Center: added are the orgs that changes behind the number `after` go to, and those of stations through which an answer is on its way back (relay.h). Errors: storage; *orgs may then have some of them.
 * O(changes behind it, answers on their way). */
enum status reach_orgs_since(struct store *store, int64_t after, struct reach_orgs *orgs, struct errmsg *err);

/* ---- the space of what was erased ---- */

/* Overwrite it: full-text index, free pages, write-ahead log. Outside any transaction; what cannot be done now (somebody reads or writes) is left for the next call: store_open makes one. Nothing to do: one
 * look at table meta. *done (or NULL): nothing is left. Errors: storage. */
enum status reach_finish(struct store *store, bool *done, struct errmsg *err);

/* Station, when a program opens a store that another one had: what that one, older, left where it does not look when it heard of an erasure (left_body.h, passage.h) goes. In the caller's transaction. O(what is there).
 * Errors: storage. */
enum status reach_erase_catch_up(struct store *store, struct errmsg *err);

/* reach_finish without waiting for others, and only if it is done in a moment, that is when the file has at most short_bytes (REACH_SHORT_BYTES; 0: never); for those who have something else to do. Writing the file anew
 * takes some 4 s of processor time for 300,000 consultations (630 MB, no one writes meanwhile); aidpostd does that when nothing moved for a while (sync/service.c), `aidpost erase` at once. */
enum { REACH_SHORT_BYTES = 64 * 1024 * 1024 };
enum status reach_finish_if_free(struct store *store, int64_t short_bytes, struct errmsg *err);
/* Something is left to overwrite. One look at table meta. */
bool reach_unfinished(struct store *store);

#endif /* CORE_RECORD_REACH_H */
