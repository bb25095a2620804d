/* core/case/erasure.h - erasing a record by law (个人信息保护法第四十七条): who may, what must be kept, and what goes with it. The erasing itself: core/record/reach.h.
 *
 * KEPT. Where a law sets a period, the content is stored until it has run, and is not erased (第四十七条第二款). So with a case file: papers that were issued under a number belong to the file, the file is archived,
 * and what is archived is kept for its retention (档案法; 01 永久, 02 三十年, 03 十年, from the day of archiving) and then destroyed by appraisal. A case is erased when none of its papers has a number (a draft, an
 * application withdrawn or taken by mistake), or when its retention has run out. What hangs on a case, and the file of its applicant, is kept as long as the case is. A paid subsidy is an accounting record and is
 * kept with the case, too. What goes along, what stays and why, by type: core/case/erasure_table.h. A part of what is kept is kept, too (a member of the household of an applicant whose case is kept). A person's files that were merged are one person's: with_children those that were merged into this one go along, or nothing does where one of them is kept; the rows of the merges, which tell what
 * both files held, go with either in any case. Everything else - consultations, persons without a case that is kept, volunteers' and outreach records - may be erased.
 *
 * DELETED BEFORE. What somebody deleted is hidden, not gone: its content stands in its row and in every log. So it is erased like what is there, by the same people, with what hangs on it, deleted or not; and a case,
 * its papers and its applicant's file are kept by law as if nobody had deleted them: a retention is not come round by deleting first. */
#ifndef CORE_CASE_ERASURE_H
#define CORE_CASE_ERASURE_H

#include "core/record/records.h"

/* Errors: STATUS_FORBIDDEN (not the center's administrator; must be kept, the message says until when), STATUS_NOT_FOUND (never there, or emptied; not: deleted). */
enum status erasure_allowed(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err);
/* Whether it says why: content that can never be had back does not go for a letter. Errors: STATUS_INVALID. */
enum status erasure_reason(const char *reason, struct errmsg *err);
struct erasure_done {
    int64_t rows; /* erased */
    int64_t kept; /* about the same person, but parts of what is kept by law: they stay */
    /* Words of others that named the person (core/case/erasure_trace.h); not foretold. */
    int64_t lists, marks; /* erased, everywhere */
    int64_t filters;      /* conditions that somebody kept on this machine */
};
/* What erasure_write would do, for the question before it. Errors: as erasure_allowed; STATUS_NOMEM, STATUS_TOO_LARGE. */
enum status erasure_foretell(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, bool with_children, struct erasure_done *out, struct errmsg *err);
/* Whether erasure_write would take these words, asked where they are typed; officer "": not typed yet. Errors: STATUS_INVALID (as erasure_reason; reason or officer names the person), storage, STATUS_NOMEM, STATUS_TOO_LARGE.
 * O(changes of all that would go). */
enum status erasure_words(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const char *reason, const char *officer, bool with_children, struct errmsg *err);
/* The record, and with_children what hangs on it, in one transaction; then the space is overwritten, now, or where that takes long when aidpostd has nothing else to do (reach.h). done: or NULL.
 * Errors: as all above and as reach_erase; STATUS_INVALID (reason or officer names the person); STATUS_TOO_LARGE (more files were merged into a person's than are followed). On error nothing is erased. */
enum status erasure_write(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const char *reason, const char *officer, bool with_children,
                          struct erasure_done *done, struct errmsg *err);

#endif /* CORE_CASE_ERASURE_H */
