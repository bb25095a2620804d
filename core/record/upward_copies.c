/* core/record/upward_copies.c - what other copies of this upward store told the hub: see upward_gather.h (COPIES) and upward_gather_impl.h.
 *
 * Such changes came down from the hub, in logs that are not on the own path. Each is looked at once, by local number. What it told that the own log does not come to by itself is told by the own log, too:
 *   a row that the center holds as erased by law    erased here and at the hub, its headers told once more (upward_erase.c)
 *   an erasure that the center lost                 the same; nothing of the row goes up again
 *   an inner change that the center does not have, or a row without one (told anew) that stands otherwise    the row as it stands, or as gone
 * An inner change that the center has is told by the own log as well: before the copies parted, or behind the cursor. */
#include <stdlib.h>
#include <string.h>

#include "core/record/replica.h"
#include "core/record/upward_gather_impl.h"

struct heard {
    struct id id;
    uint64_t type_no; /* 0 where it does not matter */
    bool erased;      /* by law; else the row is told anew */
};

struct batch {
    struct heard list[UPWARD_BATCH_CHANGES];
    size_t n;
    int64_t upto; /* looked at so far */
    bool more;
};

static void note(struct batch *batch, struct heard heard)
{
    for (size_t i = 0; i < batch->n; i++)
        if (id_equal(batch->list[i].id, heard.id) && batch->list[i].erased == heard.erased)
            return;
    batch->list[batch->n++] = heard;
}

/* Whether the center has the change that the outer one carries, byte for byte. */
static enum status center_has(struct upward_gathering *gather, const struct upward_change *inner, bool *has)
{
    struct stmt *stmt = store_prepare(gather->center, "SELECT 1 FROM change c JOIN log l ON l.no=c.log WHERE l.station=?1 AND l.incarnation=?2 AND c.seq=?3 AND c.header=?4");
    enum status status;
    stmt_int(stmt, 1, inner->log.station);
    stmt_blob(stmt, 2, inner->log.incarnation, INCARNATION_BYTES);
    stmt_int(stmt, 3, (int64_t)inner->change.seq);
    stmt_blob(stmt, 4, inner->header.data, inner->header.len);
    *has = stmt_row(stmt, &status, gather->err);
    if (*has)
        stmt_reset(stmt);
    return status;
}

/* Whether the row stands as it was told; of one that took several changes, as the first of them told it. Two copies of one county say the same, so neither answers the other's answer. */
static enum status stands_so(struct upward_gathering *gather, const struct upward_standing *row, const void *body, size_t len, bool *so)
{
    size_t taken;
    buf_clear(&gather->body);
    enum status status = upward_encode(NULL, row, &gather->body, &taken);
    *so = status == STATUS_OK && gather->body.len == len && memcmp(gather->body.data, body, len) == 0;
    return status == STATUS_NOMEM ? status : STATUS_OK;
}

static enum status hear_put(struct upward_gathering *gather, const struct upward_change *inner, const void *body, size_t len, struct batch *batch)
{
    struct upward_standing row;
    enum upward_row_here here;
    struct stmt *hold;
    bool known = false;
    enum status status = upward_read_row(gather, inner->type_no, inner->id, &row, &here, &hold);
    if (status == STATUS_OK && here != UPWARD_IS_ERASED && here != UPWARD_IS_UNKNOWN && inner->has_change)
        status = center_has(gather, inner, &known);
    else if (status == STATUS_OK && (here == UPWARD_IS_UNKNOWN || inner->row_is == UPWARD_ROW_MORE))
        known = here != UPWARD_IS_ERASED;
    else if (status == STATUS_OK && here != UPWARD_IS_ERASED)
        status = stands_so(gather, &row, body, len, &known);
    upward_let_go(&hold);
    if (status == STATUS_OK && !known)
        note(batch, (struct heard){inner->id, inner->type_no, here == UPWARD_IS_ERASED});
    return status;
}

static enum status hear(struct upward_gathering *gather, const struct change *outer, const void *body, size_t len, struct upward_change *inner, struct batch *batch)
{
    if (outer->op == CHANGE_ERASE)
        note(batch, (struct heard){outer->id, 0, true});
    enum status status = outer->op == CHANGE_PUT && body != NULL ? upward_decode(outer, body, len, inner, NULL) : STATUS_INVALID;
    if (status == STATUS_NOMEM) /* passed over, it would not be looked at again */
        return status;
    if (status != STATUS_OK || !id_equal(inner->id, outer->id))
        return STATUS_OK; /* without its content, of a newer program, or under the alias of an erased row */
    return hear_put(gather, inner, body, len, batch);
}

/* The next changes that this store holds of others. The own ones between them are passed over, but not more of them in one call than it has time for. */
static enum status listen(struct upward_gathering *gather, const struct log_path *own, int64_t after, struct batch *batch)
{
    struct stmt *stmt = store_prepare(gather->upward, "SELECT lsn,log,seq,header,body FROM change WHERE lsn>?1 AND type=?2 ORDER BY lsn");
    struct upward_change inner;
    enum status status;
    size_t looked = 0;
    batch->n = 0;
    batch->more = false;
    batch->upto = after;
    upward_init(&inner);
    stmt_int(stmt, 1, after);
    stmt_int(stmt, 2, UPWARD_CHANGE_TYPE);
    while (stmt_row(stmt, &status, gather->err)) {
        struct change outer;
        size_t header_len, len;
        batch->more = batch->n == UPWARD_BATCH_CHANGES || looked++ == UPWARD_LOOK_CHANGES;
        if (batch->more) {
            stmt_reset(stmt);
            break;
        }
        if (!branch_path_holds(own, stmt_column_int(stmt, 1), (uint64_t)stmt_column_int(stmt, 2))) {
            const uint8_t *header = stmt_column_blob(stmt, 3, &header_len), *body = stmt_column_blob(stmt, 4, &len);
            if (change_decode_header(header, header_len, &outer) == STATUS_OK)
                status = hear(gather, &outer, body, len, &inner, batch);
        }
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
        batch->upto = stmt_column_int(stmt, 0);
    }
    upward_release(&inner);
    return status;
}

enum status upward_answer_copies(struct upward_gathering *gather)
{
    struct batch *batch = malloc(sizeof *batch);
    struct log_path own;
    enum status status = batch != NULL ? replica_own_path(gather->upward, &own, gather->err) : STATUS_NOMEM;
    if (status == STATUS_OK)
        status = listen(gather, &own, store_meta_int(gather->upward, "upward_copies", 0), batch);
    for (size_t i = 0; i < (batch != NULL ? batch->n : 0) && status == STATUS_OK; i++)
        status = batch->list[i].erased ? upward_erase_heard(gather, &own, batch->list[i].id) : upward_row_anew(gather, batch->list[i].type_no, batch->list[i].id);
    if (status == STATUS_OK)
        status = store_meta_set_int(gather->upward, "upward_copies", batch->upto, gather->err);
    gather->out->more |= status == STATUS_OK && batch->more;
    free(batch);
    return status;
}

enum status upward_heard_copies(struct store *upward, bool *heard, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(upward, "SELECT log,seq FROM change WHERE lsn>?1 AND type=?2");
    struct log_path own;
    size_t looked = 0;
    enum status status = replica_own_path(upward, &own, err);
    *heard = false;
    if (status != STATUS_OK)
        return status;
    stmt_int(stmt, 1, store_meta_int(upward, "upward_copies", 0));
    stmt_int(stmt, 2, UPWARD_CHANGE_TYPE);
    while (!*heard && stmt_row(stmt, &status, err))
        *heard = looked++ == UPWARD_LOOK_CHANGES || !branch_path_holds(&own, stmt_column_int(stmt, 0), (uint64_t)stmt_column_int(stmt, 1));
    if (*heard)
        stmt_reset(stmt);
    return status;
}
