/* core/record/guard.h - notices at the first opening that a store was put back to an earlier state behind our back.
 *
 * A random word stands in the store (meta guard) and, with the one before it, in <folder>/guard beside the machine's key; backups hold neither file. It is drawn anew at most once a day and after each sync that
 * moved something: first the file (both words, fsynced), then the store, then the file forgets the one before. A store whose word is neither of the file's is a copy of an earlier state: before anything is written a station begins a new log at its
 * head (branch.h), a center a new era (returned.h). A missing file counts the same; a store without a word gets one.
 * This only makes detection earlier, before numbers are used twice; the proof is the comparison at the next contact (sync/protocol.h, HEALING). */
#ifndef CORE_RECORD_GUARD_H
#define CORE_RECORD_GUARD_H

#include "core/record/store.h"

/* For people, when a store was found to be an earlier one. */
#define GUARD_RESTORED_TEXT "数据文件是较早的一份（从备份恢复或被替换过）：今后的变更另记日志，不会重用已用过的序号，缺的下次同步时取回"

enum { GUARD_BYTES = 16 };

/* Look, and mend. *restored: a new log or era was begun. Opens its own transaction when there is something to write. Errors: STATUS_IO, storage. In-memory stores are passed over. */
enum status guard_check(struct store *store, const char *folder, struct random_source random, bool *restored, struct errmsg *err);
/* Draw a new word if the present one is older than a day, or always with `now`. */
enum status guard_turn(struct store *store, const char *folder, struct random_source random, int64_t wall_ms, bool now, struct errmsg *err);

#endif /* CORE_RECORD_GUARD_H */
