/* core/aid/person.h - people: possible duplicates, merging and taking apart again, the file behind a name. Research domain.md 7.3, 7.5.
 *
 * Identity is the record's own id; documents, names and phones are only evidence. A merge writes the chosen values into the surviving file, marks the other `merged_into`
 * and keeps what both held in a `merge` row, so that it can be taken apart; nothing is deleted, and rows that point to the merged file still find it (person_follow). */
#ifndef CORE_AID_PERSON_H
#define CORE_AID_PERSON_H

#include "core/record/records.h"

enum duplicate_reason { DUPLICATE_ID_NO, DUPLICATE_NAME_BORN, DUPLICATE_NAME_PHONE, DUPLICATE_ID_ONE_OFF, DUPLICATE_REASONS };
const char *duplicate_reason_text(enum duplicate_reason reason); /* "证件号码相同" */

struct duplicate {
    const struct record *a, *b; /* borrowed; b is the other person */
    enum duplicate_reason reason;
};
typedef bool (*duplicate_row)(void *context, const struct duplicate *duplicate);
/* Who may be the same as this person (also one not saved yet), in the actor's scope, strongest evidence first. Names are compared without interpunct, blanks and variant
 * characters. O(log n) by index, one-digit-off by up to 18*10 look-ups. */
enum status person_duplicates(struct store *store, const struct actor *actor, const struct record *person, duplicate_row row, void *context, struct errmsg *err);
/* All pairs of the county not merged and not set aside, for the center's list. O(n log n) with one pass per kind of evidence. limit 0: all. */
enum status person_duplicate_pairs(struct store *store, const struct actor *actor, size_t limit, duplicate_row row, void *context, struct errmsg *err);
/* Center's desk. take[i]: take field i from the loser. merge id in *merge. Errors: STATUS_FORBIDDEN, STATUS_INVALID (same person, already merged), STATUS_NOT_FOUND. */
enum status person_merge(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct id survivor, struct id loser,
                         const bool take[FIELD_MAX_COUNT], const char *reason, struct id *merge, struct errmsg *err);
/* Take apart: the survivor's fields get back what they held unless somebody changed them since (those stay and are named in err with STATUS_PARTIAL). By merge row, or by the loser's id. */
enum status person_unmerge(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct id merge_or_loser, struct errmsg *err);
/* The merges in force that this file survived, newest first; the record is borrowed. */
typedef bool (*merge_row)(void *context, const struct record *merge);
enum status person_merges(struct store *store, const struct actor *actor, struct id survivor, merge_row row, void *context, struct errmsg *err);
/* Center's desk: the two are not the same person, so they are not shown as a pair again (a merge may still be made later). Errors: as person_merge. */
enum status person_set_aside(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct id a, struct id b,
                             const char *reason, struct errmsg *err);
/* The file a merged one ended in; itself if not merged. Bounded: a ring of merges ends after 8 steps with STATUS_CORRUPT.
 * Where the surviving file is out of the actor's sight, the last one that he can see. */
enum status person_follow(struct store *store, const struct actor *actor, struct id person, struct id *out, struct errmsg *err);
/* Find the applicant's file by document number and name among those that the case's org holds, else make one from the case's fields; sets case.applicant unless it is set
 * (the caller saves the case). Inside a transaction. */
enum status person_for_case(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *kase, struct errmsg *err);
/* A case that has been sealed seals its applicant's file, unless another case of the person is open to all. Inside a transaction. */
enum status person_seal_with_case(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct record *kase,
                                  struct errmsg *err);
/* A name as it is compared: no interpuncts, no blanks, variants unified, lower case. Appends to out; what is no text has none. Errors: STATUS_NOMEM; out->status, too, where it does not fit. */
enum status person_name_key(const char *name, size_t len, struct buf *out);

#endif /* CORE_AID_PERSON_H */
