/* core/record/branch.h - a machine begins a new log where its old one is still shared with others (restored, rolled back, forked, cloned), and the path of logs that leads there.
 *
 * A new log has a parent and a base: `base_seq` changes of the parent's path come before it. Numbers and chain run on over the base, since neither header nor chain names the log; so the tail of a
 * forked log goes on in the new one byte for byte, and along a path the numbers 1.. head are contiguous. What others have of the parent beyond the base is not on the path: it is somebody else's.
 *
 * LINEAGE. For apply.h's rule "same log": X of log L was written by a machine that knew change C of log M if C lies on the path of L, that is M = L and C came before X in it, or M is an ancestor and C's number is not above the base
 * through which the path leaves M. Other machines learn a log's parent from the center's LOG entries (core/record/replica.h). */
#ifndef CORE_RECORD_BRANCH_H
#define CORE_RECORD_BRANCH_H

#include "core/record/changelog.h"

enum { BRANCH_PATH_MAX = 64 }; /* of which a greeting tells the newest PATH_MAX_LOGS */

/* One log of a path, newest first; its own changes are those above base_seq, up to the base of the log before it in the path. */
struct path_log {
    struct log_id id;
    uint64_t base_seq;
    int64_t no; /* log number here; 0: not known here */
};

struct log_path {
    struct path_log logs[BRANCH_PATH_MAX];
    size_t n; /* deeper ancestors are left out */
};

/* The path of a log known here, its own entry first. Errors: STATUS_NOT_FOUND. */
enum status branch_path(struct store *store, int64_t log, struct log_path *out, struct errmsg *err);
/* Look up `no` of each log of a path that somebody told. Errors: storage. */
enum status branch_path_known(struct store *store, struct log_path *path, struct errmsg *err);
/* The entry of the path that holds number seq; NULL: 0, or below what the path tells. */
const struct path_log *branch_at(const struct log_path *path, uint64_t seq);
/* The last number that is on the path of this log, an entry of it: where the next newer one begins (INT64_MAX for the newest). */
uint64_t branch_end(const struct log_path *path, const struct path_log *log);
/* Whether change (log, seq) lies on the path. */
bool branch_path_holds(const struct log_path *path, int64_t log, uint64_t seq);
/* Chain value at seq along a path with known logs (0: zeros). Errors: STATUS_NOT_FOUND. */
enum status branch_hash_at(struct store *store, const struct log_path *path, uint64_t seq, struct hash *out, struct errmsg *err);
/* Whether change (log, seq) lies on the path that ends in `tip`. Cheap when both are one log. Errors: storage. */
enum status branch_on_path(struct store *store, int64_t tip, int64_t log, uint64_t seq, bool *on, struct errmsg *err);
/* Find or make the log of another machine, and note where it began; a parent that is known already stays (a log begins once). parent 0: none. Head and chain stay as they are: who keeps the log whole sets
 * them to the base. In the caller's transaction. */
enum status branch_declare(struct store *store, const struct log_id *id, int64_t parent, uint64_t base_seq, struct log_info *out, struct errmsg *err);
/* Station: the same as the center tells it. Where a log of the center's begins is what it says now: one that was put back gives its own log another name (order_begin_era), and what was begun behind that begins there. */
enum status branch_declare_anew(struct store *store, const struct log_id *id, int64_t parent, uint64_t base_seq, struct log_info *out, struct errmsg *err);
/* The log begins there. In the caller's transaction. */
enum status branch_begin_at(struct store *store, struct log_info *log, int64_t parent, uint64_t base_seq, struct errmsg *err);
/* Declare the logs of a path that somebody told and that are not known here (no is 0; it is filled in). */
enum status branch_declare_path(struct store *store, struct log_path *path, struct errmsg *err);
/* Center: it was put back, so what stations present as leases (sync/protocol.h) may be younger than what is known here; each gets a new one. In the caller's transaction. */
enum status branch_forget_leases(struct store *store, struct errmsg *err);
/* Begin a new own log with this id at base_seq <= head_seq of the own log. Its changes above base_seq go on in the new log, and who wrote a cell, a base value or a conflict's loser says so. meta own_log and
 * incarnation (and station number, when the id has another one) are the new log's. base_seq 0: everything moves and the new log has no parent. The parent is the log that holds base_seq: a log left with nothing of
 * its own is passed over. At a center the logs that were begun behind what moves begin in the new one. In the caller's transaction. O(moved changes). Errors: STATUS_EXISTS, STATUS_TOO_LARGE (the base lies deeper than BRANCH_PATH_MAX logs). */
enum status changelog_branch(struct store *store, const struct log_id *fresh, uint64_t base_seq, struct log_info *out, struct errmsg *err);

#endif /* CORE_RECORD_BRANCH_H */
