/* core/record/returned_lineage.h - where the logs began whose changes are handed back. Inside returned.c, returned_station.c and replica_station.c only.
 *
 * What a station hands back of other machines is held for its owner, who tells where his log began (branch.h) and then sends it himself. But the log may be of a copy that is no more: put back since, or replaced. Of
 * such a log nobody greets, and a center that lost it never met it. So whoever has changes of it tells beside them what the center once told him of its beginning (LOG, replica.h); with that the center knows the log
 * like any other, and what is held of it is taken in when that machine has sent all it has (returned_settle). If the copy comes after all, it finds its log begun where it began it.
 *
 * BYTES. One log after the other, a parent before what was begun from it: u32 station, 8 bytes incarnation, u32 station and 8 bytes incarnation of the parent, u64 base_seq. Without a parent: zeros. Logs of
 * the center's are not told: where those go says returned_log.h.
 *
 * WITHOUT A PARENT, OR UNKNOWN. A log that stands here without a parent may have begun at 0, or nobody told where it began: it was put aside here (replica_station.c), or mended from a center that told less
 * (scope_repair.c). Told as one without a parent that has one it would come whole once more, with all it was begun from, if the copy that wrote it comes after all. So it is told only by who has the log's
 * first change, or who was told changes of it, or of one begun from it, in the center's order: with those stand the beginnings of all logs of the path that have a parent (LOG), and what has none there has
 * none. The center had that from the machine that began it. Log.lineage says so. (A record that changed hands may bring a change of a copy's log and not the first one; then nobody but the center, put back to
 * before it met that copy, ever heard more of it.) */
#ifndef CORE_RECORD_RETURNED_LINEAGE_H
#define CORE_RECORD_RETURNED_LINEAGE_H

#include "core/record/changelog.h"

enum { RETURNED_LOGS_MAX = 32, RETURNED_LOG_BYTES = 2 * (4 + INCARNATION_BYTES) + 8 };

struct returned_logs {
    uint8_t bytes[RETURNED_LOGS_MAX * RETURNED_LOG_BYTES];
    size_t len;
};

/* Station, in a transaction: a change of this log came in the center's order, and with it its lineage. Errors: storage. */
enum status returned_lineage_told(struct store *store, int64_t log, struct errmsg *err);
/* Station: add where this log and those it was begun from began, each once. *fits false: there is no room for them beside what is there, and nothing was added. Errors: storage. O(the path). */
enum status returned_logs_add(struct store *store, int64_t log, struct returned_logs *logs, bool *fits, struct errmsg *err);
/* Center: whether these bytes can be such a list. */
bool returned_logs_valid(const struct returned_logs *logs);
/* Center, in a transaction: a change with number seq of this log was handed back. A log that is not known here is declared where it was told to have begun, if what it was begun from is known or was told too; else nothing
 * happens. Only from logs of the same station or of one of the same org (a machine enrolled anew). Errors: storage. */
enum status returned_logs_declare(struct store *store, const struct returned_logs *logs, const struct log_id *id, uint64_t seq, struct errmsg *err);

#endif /* CORE_RECORD_RETURNED_LINEAGE_H */
