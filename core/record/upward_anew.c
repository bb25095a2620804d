/* core/record/upward_anew.c - rows told anew, as they stand: see upward_gather_impl.h. */
#include <stdlib.h>

#include "core/record/upward_gather_impl.h"

enum status upward_row_anew(struct upward_gathering *gather, uint64_t type_no, struct id id)
{
    struct upward_standing row;
    enum upward_row_here here;
    struct stmt *hold;
    bool erased = false;
    enum status status = upward_told_as_erased(gather, id, &erased);
    if (status != STATUS_OK || erased)
        return status;
    status = upward_read_row(gather, type_no, id, &row, &here, &hold);
    if (status == STATUS_OK && here != UPWARD_IS_UNKNOWN) {
        status = upward_tell(gather, id, NULL, &row, false);
        gather->out->anew++;
    }
    upward_let_go(&hold);
    return status;
}

struct told_row {
    struct id id;
    uint64_t type_no;
};

static bool is_listed(const struct told_row *rows, size_t n, struct id id)
{
    for (size_t i = 0; i < n; i++)
        if (id_equal(rows[i].id, id))
            return true;
    return false;
}

/* Rows that the next own changes of the stretch told; *upto: how far that reaches. */
static enum status list_rows(struct upward_gathering *gather, int64_t after, int64_t to, struct told_row rows[UPWARD_BATCH_CHANGES], size_t *n, int64_t *upto)
{
    struct stmt *stmt = store_prepare(gather->upward, "SELECT lsn,header,body FROM change WHERE lsn>?1 AND lsn<=?2 AND type=?3 AND body IS NOT NULL ORDER BY lsn LIMIT ?4");
    struct upward_change inner;
    enum status status;
    size_t seen = 0;
    *n = 0;
    *upto = to;
    upward_init(&inner);
    stmt_int(stmt, 1, after);
    stmt_int(stmt, 2, to);
    stmt_int(stmt, 3, UPWARD_CHANGE_TYPE);
    stmt_int(stmt, 4, UPWARD_BATCH_CHANGES);
    while (stmt_row(stmt, &status, gather->err)) {
        struct change outer;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &header_len), *body = stmt_column_blob(stmt, 2, &len);
        if (++seen == UPWARD_BATCH_CHANGES)
            *upto = stmt_column_int(stmt, 0);
        enum status read = change_decode_header(header, header_len, &outer);
        if (read == STATUS_OK)
            read = upward_decode(&outer, body, len, &inner, NULL);
        if (read == STATUS_NOMEM) { /* passed over, its row would not be told anew */
            status = read;
            stmt_reset(stmt);
            break;
        }
        if (read != STATUS_OK || !id_equal(outer.id, inner.id))
            continue; /* an erasure, or under the alias of an erased row */
        if (!is_listed(rows, *n, inner.id))
            rows[(*n)++] = (struct told_row){inner.id, inner.type_no};
    }
    upward_release(&inner);
    return status;
}

enum status upward_tell_anew(struct upward_gathering *gather, int64_t after, int64_t to)
{
    struct told_row *rows = malloc(UPWARD_BATCH_CHANGES * sizeof *rows);
    int64_t upto;
    size_t n;
    if (rows == NULL)
        return STATUS_NOMEM;
    enum status status = list_rows(gather, after, to, rows, &n, &upto);
    for (size_t i = 0; i < n && status == STATUS_OK; i++)
        status = upward_row_anew(gather, rows[i].type_no, rows[i].id);
    free(rows);
    if (status == STATUS_OK)
        status = store_meta_set_int(gather->upward, "upward_anew", upto, gather->err);
    gather->out->more = true; /* the center's order is looked at next */
    return status;
}
