/* core/record/returned_log.h - into which log a change goes that was handed back. Inside returned.c only.
 *
 * "The same log" is what tells that one change knew another (branch.h), so a log must not come to hold changes of two that went different ways: a center that is put back goes on with its log, nobody notices, and
 * when it is put back again stations hold both continuations under one name. Numbers that collide give that away, but they need not collide. So a station tells with each change which one came before it on its log's
 * path, as far as it saw: BEFORE. All that this org was to see of the author's log was there then. Stations of several orgs bring one log in pieces that only what everybody sees holds together: the first of them may have had a log begun that is behind what the next one brings. So
 * what comes AHEAD counts first: a later change of the same log that the station tells of and that is here already; what stood before it belongs into the log of lost changes that it is in.
 * The change goes there if BEFORE is on its path and nothing of it that the station should have seen stands between; else, on the same terms, into its own log if that is known here; else into the log in which BEFORE is,
 * if that is one of lost changes; else a new log is begun behind BEFORE, named after the change.
 * A change that is here already, and is followed in the batch's log by one in a log of lost changes, was before that one too, whoever of its org saw it later: that log begins behind it.
 * BEFORE may be here only later: the history of a record that left the station and came back is handed back with the number of that move. If it stands behind the change in the same batch, what came before it counts in its place (returned.c).
 * Logs begun so are told to everybody like others (LOG entries), so all have the same lineage: one that this center never met is not taken on its name alone, for others may know where it began. */
#ifndef CORE_RECORD_RETURNED_LOG_H
#define CORE_RECORD_RETURNED_LOG_H

#include "core/record/changelog.h"

enum { RETURNED_MARK_BYTES = 8 }; /* of a header's hash */

struct returned_before {
    bool told; /* an old station tells nothing: then only numbers that collide count */
    uint64_t seq; /* 0: it saw none */
    uint8_t mark[RETURNED_MARK_BYTES];
};

/* Station: what came before number seq of this log, delivered with `number` and stored as lsn: all that was delivered or stored earlier. Errors: storage. O(log of the log's size), as a rule. */
enum status returned_log_before(struct store *store, int64_t log, uint64_t seq, uint64_t number, int64_t lsn, struct returned_before *out, struct errmsg *err);
/* Which change it is, as BEFORE and AHEAD tell it. */
void returned_mark_of(const void *header, size_t len, uint8_t mark[RETURNED_MARK_BYTES]);
/* Center, in a transaction: the log, which is made when it must be. ahead: seq 0: none is known to be here. org: of the station that told it. Errors: storage. */
enum status returned_log_find(struct store *store, const struct log_id *id, const struct change *change, const void *header, size_t header_len, const struct returned_before *before,
                              const struct returned_before *ahead, int64_t org, struct log_info *out, struct errmsg *err);
/* Center, in a transaction: a change that is here already, in this log, comes from a station that saw more of what was before it than who brought it first: a log of lost changes begins behind that. Errors: storage. */
enum status returned_log_came_before(struct store *store, int64_t log, const struct returned_before *before, struct errmsg *err);
/* Center, in a transaction: `known` is here already, in this log, and AHEAD (seq 0: none is known to be here) came later in its log: if that is in a log of lost changes, that begins behind `known`. Errors: storage. */
enum status returned_log_goes_ahead(struct store *store, int64_t log, const struct returned_before *known, const struct returned_before *ahead, struct errmsg *err);

#endif /* CORE_RECORD_RETURNED_LOG_H */
