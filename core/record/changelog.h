/* core/record/changelog.h - the append-only log of changes, all machines' that are known here.
 *
 * Tables: log(no, station, incarnation, head_seq, head_hash, have_seq, ordered_seq, parent, base_seq..) and change(lsn, log, seq, rseq, scope, prev, at, header, body, hash):
 * lsn is the local arrival order (at the center equal to rseq), prev the lsn of the row's change before (history is a linked list, no index needed),
 * hash the chain hash at the change. Header and body are kept as the exact bytes that were hashed.
 *
 * head_seq and head_hash in the own log's row may be older than the log: a save would write a page of 4 kB for them alone, and its change says both. Whoever reads them by the calls here, or by CHANGELOG_HEAD, gets
 * what is true; changelog_settle() writes them down, so that what the center has acknowledged stays counted whatever happens to its rows, and before another log becomes the own one. */
#ifndef CORE_RECORD_CHANGELOG_H
#define CORE_RECORD_CHANGELOG_H

#include "core/record/change.h"
#include "core/record/machine.h"

struct log_info {
    int64_t no;
    struct log_id id;
    uint64_t head_seq;
    struct hash head_hash;
    uint64_t have_seq, ordered_seq;
    int64_t parent;     /* log it was begun from (branch.h); 0: none */
    uint64_t base_seq;  /* ..where that one had so many changes */
    uint64_t safe_seq;  /* changes of it that a proven backup of the center holds */
    bool partial;       /* others handed back what they had of it: there may be gaps */
};

/* Find or make the log's row. Inside a transaction when it must be made. */
enum status changelog_log(struct store *store, const struct log_id *id, bool create, struct log_info *out, struct errmsg *err);
enum status changelog_log_by_no(struct store *store, int64_t no, struct log_info *out, struct errmsg *err);
/* This machine's own log. */
enum status changelog_own(struct store *store, struct log_info *out, struct errmsg *err);
/* Append one own change: gives it seq, chain, lsn (and rseq at the center), stores it and applies it. change->seq and body_hash are filled in.
 * Inside a transaction. Errors: STATUS_INVALID when applying quarantines it (a local change must be applicable); the caller rolls back. */
enum status changelog_append_own(struct store *store, bool center, struct change *change, const void *body, size_t body_len, int64_t *lsn, struct errmsg *err);

/* The pieces of an append, for replica.c, which takes in many changes at a time. All inside the caller's transaction. */
enum change_state { CHANGE_STATE_APPLIED, CHANGE_STATE_QUARANTINED, CHANGE_STATE_UNKNOWN_TYPE };
struct change_insert {
    int64_t lsn, log, prev /* 0: none */;
    uint64_t order; /* its place (fold); 0: none yet */
    uint64_t given; /* number it was delivered with, where that is another one; else 0 */
    uint64_t taken; /* number the center has it under, where that is another one than given; else 0 (order.h) */
    const struct change *change;
    const void *header, *body;
    size_t header_len, body_len; /* body NULL: its content is gone */
    struct hash hash;
    enum change_state state;
    const char *reason; /* when quarantined */
};
enum status changelog_insert(struct store *store, const struct change_insert *row, struct errmsg *err);
/* The last lsn; 0: none. */
enum status changelog_head(struct store *store, int64_t *lsn, struct errmsg *err);
/* The next one; at a center the next order number of its era (order.h; meta era). */
enum status changelog_next(struct store *store, int64_t *lsn, struct errmsg *err);
enum status changelog_set_head(struct store *store, const struct log_info *log, struct errmsg *err);
/* The own log's head into its row. In the caller's transaction. */
enum status changelog_settle(struct store *store, struct errmsg *err);
/* SQL: head_seq of a row of table log, which nothing else in the statement may be called by. */
#define CHANGELOG_HEAD "max(head_seq,CASE WHEN no=(SELECT value FROM meta WHERE name='own_log') THEN coalesce((SELECT max(seq) FROM change WHERE log=no),0) ELSE 0 END)"
struct change_row {
    int64_t lsn, log;
    uint64_t seq, order; /* order: its place (fold), 0: none yet */
    uint64_t given;      /* number it was delivered with */
    uint64_t taken;      /* number the center has it under (order.h) */
    const uint8_t *header, *body; /* borrowed until the next row; body NULL: erased */
    size_t header_len, body_len;
    int64_t prev;
    int state; /* enum change_state */
};
typedef bool (*changelog_row)(void *context, const struct change_row *row);
/* All changes in local order. */
enum status changelog_each(struct store *store, changelog_row row, void *context, struct errmsg *err);
enum status changelog_get(struct store *store, int64_t lsn, changelog_row row, void *context, struct errmsg *err);

#endif /* CORE_RECORD_CHANGELOG_H */
