/* core/record/returned_lineage.h - where the logs began whose changes are handed back. Inside returned.c and returned_station.c only.
 *
 * What a station hands back of other machines is held for its owner, who tells where his log began (branch.h) and then sends it himself. But the log may be of a copy that is no more: put back since, or replaced. Of
 * such a log nobody greets, and a center that lost it never met it. So whoever has changes of it tells beside them what the center once told him of its beginning (LOG, replica.h); with that the center knows the log
 * like any other, and what is held of it is taken in when that machine has sent all it has (returned_settle). If the copy comes after all, it finds its log begun where it began it.
 *
 * BYTES. One log after the other, a parent before what was begun from it: u32 station, 8 bytes incarnation, u32 station and 8 bytes incarnation of the parent, u64 base_seq. Without a parent: zeros; told only by who has the
 * log's first change, for otherwise its beginning may just be unknown to him. Logs of the center's are not told: where those go says returned_log.h. */
#ifndef CORE_RECORD_RETURNED_LINEAGE_H
#define CORE_RECORD_RETURNED_LINEAGE_H

#include "core/record/changelog.h"

enum { RETURNED_LOGS_MAX = 32, RETURNED_LOG_BYTES = 2 * (4 + INCARNATION_BYTES) + 8 };

struct returned_logs {
    uint8_t bytes[RETURNED_LOGS_MAX * RETURNED_LOG_BYTES];
    size_t len;
};

/* Station: add where this log and those it was begun from began, each once. *fits false: there is no room for them beside what is there, and nothing was added. Errors: storage. O(the path). */
enum status returned_logs_add(struct store *store, int64_t log, struct returned_logs *logs, bool *fits, struct errmsg *err);
/* Center: whether these bytes can be such a list. */
bool returned_logs_valid(const struct returned_logs *logs);
/* Center, in a transaction: a change with number seq of this log was handed back. A log that is not known here is declared where it was told to have begun, if what it was begun from is known or was told too; else nothing
 * happens. Only from logs of the same station or of one of the same org (a machine enrolled anew). Errors: storage. */
enum status returned_logs_declare(struct store *store, const struct returned_logs *logs, const struct log_id *id, uint64_t seq, struct errmsg *err);

#endif /* CORE_RECORD_RETURNED_LINEAGE_H */
