/* core/record/upward_tell.c - one change of the center and the row as it stands, appended to the upward store: see upward_gather_impl.h, upward.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/language.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"
#include "core/record/schema.h"
#include "core/record/upward_gather_impl.h"

enum { CELLS_FIRST = 128 };

static const char AUTHOR[] = "upward";

/* ---- appending ---- */

enum status upward_append(struct upward_gathering *gather, struct id id, enum change_op op, bool more, const struct buf *body)
{
    struct change change = {.at_ms = gather->now_ms, .type_no = UPWARD_CHANGE_TYPE, .id = id, .op = op, .scope = gather->org, .flags = more ? CHANGE_FLAG_MORE : 0};
    int64_t lsn, seen;
    memcpy(change.user, AUTHOR, sizeof AUTHOR);
    enum status status = body->status != STATUS_OK ? body->status : row_seen(gather->upward, &seen, gather->err);
    if (status != STATUS_OK)
        return status;
    change.seen = (uint64_t)seen;
    gather->out->appended++;
    return changelog_append_own(gather->upward, false, &change, body->data, body->len, &lsn, gather->err);
}

enum status upward_tell(struct upward_gathering *gather, struct id id, const struct upward_source *inner, const struct upward_standing *row, bool more)
{
    size_t taken, all = row != NULL ? row->n_cells : 0;
    buf_clear(&gather->body);
    enum status status = upward_encode(inner, row, &gather->body, &taken);
    if (status == STATUS_OK)
        status = upward_append(gather, id, CHANGE_PUT, more || taken < all, &gather->body);
    while (status == STATUS_OK && taken < all) {
        size_t from = taken;
        buf_clear(&gather->body);
        status = upward_encode_more(row, from, &gather->body, &taken);
        assert(status != STATUS_OK || taken > from);
        if (status == STATUS_OK)
            status = upward_append(gather, id, CHANGE_PUT, more || taken < all, &gather->body);
    }
    return status;
}

/* ---- a row of the center as it stands ---- */

static enum status add_cell(struct upward_gathering *gather, uint64_t field, struct value value)
{
    if (value.kind == VALUE_NULL || field > UPWARD_FIELD_MAX)
        return STATUS_OK;
    if (gather->n_cells == gather->room) {
        size_t room = gather->room == 0 ? CELLS_FIRST : 2 * gather->room;
        void *grown = realloc(gather->cells, room * sizeof gather->cells[0]);
        if (grown == NULL)
            return STATUS_NOMEM;
        gather->cells = grown;
        gather->room = room;
    }
    gather->cells[gather->n_cells++] = (struct upward_cell){(uint16_t)field, value};
    return STATUS_OK;
}

static int by_field(const void *a, const void *b)
{
    const struct upward_cell *left = a, *right = b;
    return left->field < right->field ? -1 : left->field > right->field;
}

static enum status read_cells(struct upward_gathering *gather, const struct record_type *type, struct stmt *row)
{
    enum status status = STATUS_OK;
    struct reader reader;
    size_t len;
    gather->n_cells = 0;
    for (size_t i = 0; i < type->n_fields && status == STATUS_OK; i++)
        if (!stmt_column_is_null(row, ROW_FIELDS + (int)i))
            status = add_cell(gather, type->fields[i].no, stmt_column_value(row, ROW_FIELDS + (int)i));
    const uint8_t *extra = stmt_column_blob(row, ROW_EXTRA, &len);
    reader_init(&reader, extra, len);
    for (uint64_t left = len > 0 ? cbor_map(&reader) : 0; left > 0 && status == STATUS_OK && reader.status == STATUS_OK; left--) {
        uint64_t field = cbor_uint(&reader);
        status = add_cell(gather, field, value_decode(&reader));
    }
    if (gather->n_cells > 0)
        qsort(gather->cells, gather->n_cells, sizeof gather->cells[0], by_field);
    return status;
}

enum status upward_read_row(struct upward_gathering *gather, uint64_t type_no, struct id id, struct upward_standing *row, enum upward_row_here *here, struct stmt **hold)
{
    const struct record_type *type = catalogue_by_no(type_no);
    enum status status = STATUS_OK;
    *row = (struct upward_standing){.type_no = type_no, .gone = true};
    *hold = NULL;
    *here = UPWARD_IS_UNKNOWN;
    if (type == NULL)
        return STATUS_OK;
    struct stmt *stmt = store_prepare_lasting(gather->center, schema_row_by_id(gather->center, type));
    stmt_id(stmt, 1, id);
    *here = UPWARD_IS_ABSENT;
    if (!stmt_row(stmt, &status, gather->err))
        return status;
    *hold = stmt;
    row->org = stmt_column_int(stmt, ROW_SCOPE);
    bool nobody = stmt_column_int(stmt, ROW_W_LOG) == 0;
    *here = nobody && stmt_column_int(stmt, ROW_W_SEQ) == REACH_ERASED ? UPWARD_IS_ERASED : UPWARD_IS_HERE;
    row->gone = stmt_column_int(stmt, ROW_GONE) != 0;
    if (row->gone)
        return STATUS_OK; /* what a deleted row held nobody counts; it is told whole again if it comes back */
    status = read_cells(gather, type, stmt);
    row->cells = gather->cells;
    row->n_cells = gather->n_cells;
    return status;
}

void upward_let_go(struct stmt **hold)
{
    if (*hold != NULL)
        stmt_reset(*hold);
    *hold = NULL;
}

/* ---- one change of the center ---- */

enum status upward_told_as_erased(struct upward_gathering *gather, struct id id, bool *erased)
{
    struct reach_place place;
    enum status status = reach_place_of(gather->upward, catalogue_by_no(UPWARD_CHANGE_TYPE), id, &place, gather->err);
    *erased = status == STATUS_OK && place.why == REACH_ERASED;
    return status;
}

static enum status beginning_of(struct upward_gathering *gather, const struct log_info *log, struct upward_source *source)
{
    struct log_info parent;
    if (log->parent == 0 || source->change->seq != log->base_seq + 1)
        return STATUS_OK;
    enum status status = changelog_log_by_no(gather->center, log->parent, &parent, gather->err);
    if (status != STATUS_OK)
        return status;
    source->has_parent = true;
    source->parent = parent.id;
    source->base_seq = log->base_seq;
    return STATUS_OK;
}

/* Under its own id with the row; of an erased row under the alias and without what it said, except who erased it and why. */
static enum status tell_source(struct upward_one *one, struct upward_source *source)
{
    struct upward_gathering *gather = one->gather;
    struct upward_standing row;
    enum upward_row_here here = UPWARD_IS_UNKNOWN;
    struct stmt *hold = NULL;
    bool erased = false;
    enum status status = upward_read_row(gather, source->change->type_no, source->change->id, &row, &here, &hold);
    if (status == STATUS_OK)
        status = upward_told_as_erased(gather, source->change->id, &erased);
    erased |= here == UPWARD_IS_ERASED;
    if (erased && !reach_is_op(source->change->op))
        source->body = NULL, source->body_len = 0;
    source->alias = erased;
    bool with_row = one->last_of_row && !one->header_only && !erased && here == UPWARD_IS_HERE;
    if (status == STATUS_OK)
        status = upward_tell(gather, erased ? upward_alias(source->change->id) : source->change->id, source, with_row ? &row : NULL, one->more);
    upward_let_go(&hold);
    return status;
}

static bool take_change(void *context, const struct change_row *row)
{
    struct upward_one *one = context;
    struct upward_gathering *gather = one->gather;
    struct log_info log;
    struct change change;
    if (change_decode_header(row->header, row->header_len, &change) != STATUS_OK) {
        one->status = errmsg_set(gather->err, STATUS_CORRUPT, "县中心的变更 %lld 的记录头读不出来，请运行 aidpost verify", (long long)row->lsn);
        return false;
    }
    struct upward_source source = {.place = row->order, .state = (enum change_state)row->state, .change = &change, .header = row->header, .header_len = row->header_len, .body = row->body,
                                   .body_len = row->body_len};
    one->status = changelog_log_by_no(gather->center, row->log, &log, gather->err);
    source.log = log.id;
    if (one->status == STATUS_OK)
        one->status = beginning_of(gather, &log, &source);
    if (one->status == STATUS_OK)
        one->status = tell_source(one, &source);
    return false;
}

enum status upward_tell_change(struct upward_one *one, int64_t lsn)
{
    one->status = STATUS_OK;
    enum status status = changelog_get(one->gather->center, lsn, take_change, one, one->gather->err);
    return status == STATUS_OK ? one->status : status;
}
