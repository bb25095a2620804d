/* core/record/upward_gather.c - see upward_gather.h. */
#include "core/record/upward_gather.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/language.h"
#include "core/record/changelog.h"
#include "core/record/machine.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"
#include "core/record/schema.h"
#include "core/record/upward.h"

enum { MARK_BYTES = 24, MARK_HASH_BYTES = 8, CELLS_FIRST = 128 };

static const char AUTHOR[] = "upward";

/* One call. */
struct gather {
    struct store *center, *upward;
    int64_t org, now_ms;
    int64_t cursor; /* as it will be */
    struct buf body;
    struct upward_cell *cells; /* owned; of the row being told */
    size_t n_cells, room;
    struct upward_gathered *out;
    struct errmsg *err;
};

/* A change of the center's order that belongs to the batch. */
struct item {
    int64_t lsn, log;
    uint64_t seq, type_no;
    struct id id;
};

/* ---- the cursor and its marks ---- */

struct mark {
    uint64_t order, own;
    uint8_t hash[MARK_HASH_BYTES];
};

struct marks {
    struct mark list[UPWARD_MARKS_MAX + 1];
    size_t n;
};

static void marks_load(struct store *upward, struct marks *marks)
{
    struct buf blob;
    struct reader reader;
    buf_init(&blob, UPWARD_MARKS_MAX * MARK_BYTES);
    marks->n = 0;
    (void)store_meta_blob(upward, "upward_marks", &blob);
    reader_init(&reader, blob.data, blob.len);
    while (reader_left(&reader) >= MARK_BYTES && marks->n < UPWARD_MARKS_MAX) {
        struct mark *mark = &marks->list[marks->n++];
        mark->order = reader_u64(&reader);
        mark->own = reader_u64(&reader);
        memcpy(mark->hash, reader_take(&reader, MARK_HASH_BYTES), MARK_HASH_BYTES);
    }
    buf_release(&blob);
}

static enum status marks_save(struct store *upward, const struct marks *marks, struct errmsg *err)
{
    struct buf blob;
    buf_init(&blob, UPWARD_MARKS_MAX * MARK_BYTES);
    for (size_t i = 0; i < marks->n; i++) {
        buf_put_u64(&blob, marks->list[i].order);
        buf_put_u64(&blob, marks->list[i].own);
        buf_append(&blob, marks->list[i].hash, MARK_HASH_BYTES);
    }
    enum status status = blob.status == STATUS_OK ? store_meta_set_blob(upward, "upward_marks", blob.data, blob.len, err) : blob.status;
    buf_release(&blob);
    return status;
}

/* One goes whose neighbours, seen from the newest, lie within a factor of two: some 80 marks reach back over any history, and going back costs at most as much again as what was lost. */
static void marks_add(struct marks *marks, struct mark fresh)
{
    marks->list[marks->n++] = fresh;
    for (size_t i = 1; i + 1 < marks->n;) {
        uint64_t older = fresh.order - marks->list[i - 1].order, newer = fresh.order - marks->list[i + 1].order;
        if (older / 2 > newer || i + 2 >= marks->n) {
            i++;
            continue;
        }
        memmove(&marks->list[i], &marks->list[i + 1], (marks->n - i - 1) * sizeof marks->list[0]);
        marks->n--;
    }
    while (marks->n > UPWARD_MARKS_MAX) {
        memmove(&marks->list[0], &marks->list[1], (marks->n - 1) * sizeof marks->list[0]);
        marks->n--;
    }
}

/* The chain value of the center's change with this number; *there false: it has none. */
static enum status hash_at(struct store *center, uint64_t lsn, struct hash *out, bool *there, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(center, "SELECT hash FROM change WHERE lsn=?1");
    enum status status;
    size_t len;
    stmt_int(stmt, 1, (int64_t)lsn);
    *there = stmt_row(stmt, &status, err);
    if (!*there)
        return status;
    const uint8_t *hash = stmt_column_blob(stmt, 0, &len);
    *there = len == HASH_BYTES;
    if (*there)
        memcpy(out->bytes, hash, HASH_BYTES);
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status first_lsn(struct store *center, int64_t *lsn, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(center, "SELECT min(lsn) FROM change");
    enum status status;
    *lsn = 0;
    if (stmt_row(stmt, &status, err)) {
        *lsn = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

/* ---- does it fit ---- */

static enum status origin_of(struct store *center, struct hash *out, bool *there, struct errmsg *err)
{
    int64_t lsn = 0;
    enum status status = first_lsn(center, &lsn, err);
    *there = false;
    return status == STATUS_OK && lsn != 0 ? hash_at(center, (uint64_t)lsn, out, there, err) : status;
}

static enum status check_origin(struct store *center, struct store *upward, struct errmsg *err)
{
    struct hash origin;
    struct buf known;
    bool there = false;
    enum status status = origin_of(center, &origin, &there, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&known, HASH_BYTES);
    if (store_meta_blob(upward, "upward_origin", &known) && (!there || known.len != HASH_BYTES || memcmp(known.data, origin.bytes, HASH_BYTES) != 0))
        status = errmsg_set(err, STATUS_FOREIGN, "上报目录里收的是另一个县中心的变更：请核对 --center；换了县中心的，另建上报目录并重新登记");
    buf_release(&known);
    return status;
}

enum status upward_fits(struct store *center, struct store *upward, struct errmsg *err)
{
    struct machine county, own;
    enum status status = machine_load(center, &county, err);
    if (status == STATUS_OK)
        status = machine_load(upward, &own, err);
    if (status != STATUS_OK)
        return status;
    if (!county.center)
        return errmsg_set(err, STATUS_FORBIDDEN, "--center 指的是工作站 %s 的数据，上报只从县中心的数据里取", county.name);
    if (own.center)
        return errmsg_set(err, STATUS_FORBIDDEN, "--data 指的是一个中心的数据，不是上报目录；上报目录用上级发的登记码建立：aidpostd enrol 登记码 --center 主机:端口 --data 目录");
    if (county.practice != own.practice)
        return errmsg_set(err, STATUS_FORBIDDEN, "练习数据和真实数据不能混在一起：县中心是%s，上报目录是%s", county.practice ? _("练习的") : _("真实的"), own.practice ? _("练习的") : _("真实的"));
    return check_origin(center, upward, err);
}

/* ---- appending ---- */

static enum status append(struct gather *gather, struct id id, enum change_op op, bool more, const struct buf *body)
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

/* inner or row may be NULL, as for upward_encode. */
static enum status tell(struct gather *gather, struct id id, const struct upward_source *inner, const struct upward_standing *row, bool more)
{
    size_t taken, all = row != NULL ? row->n_cells : 0;
    buf_clear(&gather->body);
    enum status status = upward_encode(inner, row, &gather->body, &taken);
    if (status == STATUS_OK)
        status = append(gather, id, CHANGE_PUT, more || taken < all, &gather->body);
    while (status == STATUS_OK && taken < all) {
        size_t from = taken;
        buf_clear(&gather->body);
        status = upward_encode_more(row, from, &gather->body, &taken);
        assert(status != STATUS_OK || taken > from);
        if (status == STATUS_OK)
            status = append(gather, id, CHANGE_PUT, more || taken < all, &gather->body);
    }
    return status;
}

/* ---- a row of the center as it stands ---- */

static enum status add_cell(struct gather *gather, uint64_t field, struct value value)
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

static enum status read_cells(struct gather *gather, const struct record_type *type, struct stmt *row)
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

enum row_here { ROW_UNKNOWN, ROW_ABSENT, ROW_ERASED, ROW_HERE };

/* The row, borrowed from *hold as long as that stands (NULL: nothing to reset). ROW_UNKNOWN: a type of a newer program. */
static enum status read_row(struct gather *gather, uint64_t type_no, struct id id, struct upward_standing *row, enum row_here *here, struct stmt **hold)
{
    const struct record_type *type = catalogue_by_no(type_no);
    enum status status = STATUS_OK;
    *row = (struct upward_standing){.type_no = type_no, .gone = true};
    *hold = NULL;
    *here = ROW_UNKNOWN;
    if (type == NULL)
        return STATUS_OK;
    struct stmt *stmt = store_prepare(gather->center, schema_row_by_id(gather->center, type));
    stmt_id(stmt, 1, id);
    *here = ROW_ABSENT;
    if (!stmt_row(stmt, &status, gather->err))
        return status;
    *hold = stmt;
    row->org = stmt_column_int(stmt, ROW_SCOPE);
    bool nobody = stmt_column_int(stmt, ROW_W_LOG) == 0;
    *here = nobody && stmt_column_int(stmt, ROW_W_SEQ) == REACH_ERASED ? ROW_ERASED : ROW_HERE;
    row->gone = nobody || stmt_column_int(stmt, ROW_GONE) != 0;
    if (row->gone)
        return STATUS_OK; /* what a deleted row held nobody counts; it is told whole again if it comes back */
    status = read_cells(gather, type, stmt);
    row->cells = gather->cells;
    row->n_cells = gather->n_cells;
    return status;
}

static void release(struct stmt **hold)
{
    if (*hold != NULL)
        stmt_reset(*hold);
    *hold = NULL;
}

/* ---- one change of the center ---- */

struct one {
    struct gather *gather;
    bool last_of_row, more; /* tells the row; the next of the batch belongs to the same transaction */
    bool header_only;       /* of an erased row, told once more */
    enum status status;
};

static enum status told_as_erased(struct gather *gather, struct id id, bool *erased)
{
    struct reach_place place;
    enum status status = reach_place_of(gather->upward, catalogue_by_no(UPWARD_CHANGE_TYPE), id, &place, gather->err);
    *erased = status == STATUS_OK && place.why == REACH_ERASED;
    return status;
}

static enum status beginning_of(struct gather *gather, const struct log_info *log, struct upward_source *source)
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
static enum status tell_source(struct one *one, struct upward_source *source)
{
    struct gather *gather = one->gather;
    struct upward_standing row;
    enum row_here here = ROW_UNKNOWN;
    struct stmt *hold = NULL;
    bool erased = false;
    enum status status = read_row(gather, source->change->type_no, source->change->id, &row, &here, &hold);
    if (status == STATUS_OK)
        status = told_as_erased(gather, source->change->id, &erased);
    erased |= here == ROW_ERASED;
    if (erased && !reach_is_op(source->change->op))
        source->body = NULL, source->body_len = 0;
    source->alias = erased;
    bool with_row = one->last_of_row && !one->header_only && !erased && here == ROW_HERE;
    if (status == STATUS_OK)
        status = tell(gather, erased ? upward_alias(source->change->id) : source->change->id, source, with_row ? &row : NULL, one->more);
    release(&hold);
    return status;
}

static bool take_change(void *context, const struct change_row *row)
{
    struct one *one = context;
    struct gather *gather = one->gather;
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

static enum status tell_lsn(struct one *one, int64_t lsn)
{
    one->status = STATUS_OK;
    enum status status = changelog_get(one->gather->center, lsn, take_change, one, one->gather->err);
    return status == STATUS_OK ? one->status : status;
}

/* ---- erasure by law ---- */

struct told {
    struct log_id log;
    uint64_t seq;
};

struct told_list {
    struct told *list; /* owned */
    size_t n, room;
    enum status status;
};

static bool note_told(struct told_list *told, const struct change *outer, const void *body, size_t len)
{
    struct upward_change inner;
    upward_init(&inner);
    if (upward_decode(outer, body, len, &inner, NULL) == STATUS_OK && inner.has_change) {
        if (told->n == told->room) {
            size_t room = told->room == 0 ? 16 : 2 * told->room;
            void *grown = realloc(told->list, room * sizeof told->list[0]);
            told->status = grown == NULL ? STATUS_NOMEM : STATUS_OK;
            if (grown != NULL)
                told->list = grown, told->room = room;
        }
        if (told->status == STATUS_OK)
            told->list[told->n++] = (struct told){inner.log, inner.change.seq};
    }
    upward_release(&inner);
    return told->status == STATUS_OK;
}

/* What was told of the row so far, newest first. */
static enum status list_told(struct gather *gather, const struct reach_place *place, struct told_list *told)
{
    struct stmt *stmt = store_prepare(gather->upward, REACH_ROW_LIST "SELECT c.header,c.body FROM list JOIN change c ON c.lsn=list.lsn WHERE c.body IS NOT NULL");
    enum status status;
    stmt_int(stmt, 1, place->head);
    while (stmt_row(stmt, &status, gather->err)) {
        struct change outer;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *body = stmt_column_blob(stmt, 1, &len);
        if (change_decode_header(header, header_len, &outer) == STATUS_OK && outer.op == CHANGE_PUT && !note_told(told, &outer, body, len)) {
            stmt_reset(stmt);
            return told->status;
        }
    }
    return status;
}

static enum status lsn_of(struct gather *gather, const struct told *told, int64_t *lsn)
{
    struct stmt *stmt = store_prepare(gather->center, "SELECT c.lsn FROM change c JOIN log l ON l.no=c.log WHERE l.station=?1 AND l.incarnation=?2 AND c.seq=?3");
    enum status status;
    *lsn = 0;
    stmt_int(stmt, 1, told->log.station);
    stmt_blob(stmt, 2, told->log.incarnation, INCARNATION_BYTES);
    stmt_int(stmt, 3, (int64_t)told->seq);
    if (stmt_row(stmt, &status, gather->err)) {
        *lsn = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

/* The inner erasure's own body: { 1: reason, 2: officer } is an outer one's, too. */
struct reason {
    struct buf body;
    bool applied;
};

static bool take_reason(void *context, const struct change_row *row)
{
    struct reason *reason = context;
    struct reach_body body;
    struct change change;
    reason->applied = row->state == CHANGE_STATE_APPLIED && row->body != NULL && change_decode_header(row->header, row->header_len, &change) == STATUS_OK && change.op == CHANGE_ERASE &&
                      reach_body_parse(CHANGE_ERASE, row->body, row->body_len, &body) == NULL;
    if (reason->applied)
        buf_append(&reason->body, row->body, row->body_len);
    return false;
}

/* Before the erasure itself is told: what was told of the row goes, here and at the hub, and its headers are told once more. */
static enum status erase_told(struct gather *gather, const struct item *item)
{
    struct reason reason = {.applied = false};
    struct told_list told = {.n = 0};
    struct reach_place place;
    buf_init(&reason.body, CHANGE_BODY_MAX_BYTES);
    enum status status = reach_place_of(gather->upward, catalogue_by_no(UPWARD_CHANGE_TYPE), item->id, &place, gather->err);
    if (status == STATUS_OK && place.there && place.why != REACH_ERASED)
        status = changelog_get(gather->center, item->lsn, take_reason, &reason, gather->err);
    if (status == STATUS_OK && reason.applied) {
        status = list_told(gather, &place, &told);
        if (status == STATUS_OK)
            status = append(gather, item->id, CHANGE_ERASE, false, &reason.body);
        gather->out->erased++;
    }
    struct one one = {.gather = gather, .header_only = true};
    for (size_t i = told.n; i-- > 0 && status == STATUS_OK;) {
        int64_t lsn;
        status = lsn_of(gather, &told.list[i], &lsn);
        if (status == STATUS_OK && lsn != 0)
            status = tell_lsn(&one, lsn);
    }
    free(told.list);
    buf_release(&reason.body);
    return status;
}

/* ---- a batch ---- */

static enum status read_batch(struct gather *gather, struct item items[UPWARD_BATCH_CHANGES], size_t *n)
{
    struct stmt *stmt = store_prepare(gather->center, "SELECT lsn,log,seq,type,id,length(body) FROM change WHERE lsn>?1 ORDER BY lsn LIMIT ?2");
    enum status status;
    int64_t bytes = 0;
    *n = 0;
    stmt_int(stmt, 1, gather->cursor);
    stmt_int(stmt, 2, UPWARD_BATCH_CHANGES + 1);
    while (stmt_row(stmt, &status, gather->err)) {
        gather->out->more = *n == UPWARD_BATCH_CHANGES || bytes > UPWARD_BATCH_BYTES;
        if (gather->out->more) {
            stmt_reset(stmt);
            break;
        }
        items[*n] = (struct item){stmt_column_int(stmt, 0), stmt_column_int(stmt, 1), (uint64_t)stmt_column_int(stmt, 2), (uint64_t)stmt_column_int(stmt, 3), stmt_column_id(stmt, 4)};
        bytes += stmt_column_int(stmt, 5);
        ++*n;
    }
    return status;
}

/* Flags of the change, without its body. */
static bool is_same_transaction(struct gather *gather, const struct item *item, const struct item *next)
{
    struct stmt *stmt = store_prepare(gather->center, "SELECT header FROM change WHERE lsn=?1");
    struct change change;
    enum status status;
    size_t len;
    bool more = false;
    if (next->log != item->log || next->seq != item->seq + 1)
        return false;
    stmt_int(stmt, 1, item->lsn);
    if (stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);
        more = change_decode_header(header, len, &change) == STATUS_OK && (change.flags & CHANGE_FLAG_MORE);
        stmt_reset(stmt);
    }
    return more;
}

static bool comes_again(const struct item *items, size_t n, size_t i)
{
    for (size_t j = i + 1; j < n; j++)
        if (id_equal(items[j].id, items[i].id) && items[j].type_no == items[i].type_no)
            return true;
    return false;
}

static enum status tell_batch(struct gather *gather)
{
    static const size_t BYTES = UPWARD_BATCH_CHANGES * sizeof(struct item);
    struct item *items = malloc(BYTES);
    size_t n;
    if (items == NULL)
        return STATUS_NOMEM;
    enum status status = read_batch(gather, items, &n);
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        struct one one = {.gather = gather, .last_of_row = !comes_again(items, n, i), .more = i + 1 < n && is_same_transaction(gather, &items[i], &items[i + 1])};
        status = erase_told(gather, &items[i]);
        if (status == STATUS_OK)
            status = tell_lsn(&one, items[i].lsn);
        gather->cursor = items[i].lsn;
        gather->out->changes++;
    }
    free(items);
    return status;
}

/* ---- telling rows anew ---- */

static enum status row_anew(struct gather *gather, uint64_t type_no, struct id id)
{
    struct upward_standing row;
    enum row_here here;
    struct stmt *hold;
    bool erased = false;
    enum status status = told_as_erased(gather, id, &erased);
    if (status != STATUS_OK || erased)
        return status;
    status = read_row(gather, type_no, id, &row, &here, &hold);
    if (status == STATUS_OK && here != ROW_UNKNOWN) {
        status = tell(gather, id, NULL, &row, false);
        gather->out->anew++;
    }
    release(&hold);
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
static enum status list_rows(struct gather *gather, int64_t after, int64_t to, struct told_row rows[UPWARD_BATCH_CHANGES], size_t *n, int64_t *upto)
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
        if (change_decode_header(header, header_len, &outer) != STATUS_OK || upward_decode(&outer, body, len, &inner, NULL) != STATUS_OK || !id_equal(outer.id, inner.id))
            continue; /* an erasure, or under the alias of an erased row */
        if (!is_listed(rows, *n, inner.id))
            rows[(*n)++] = (struct told_row){inner.id, inner.type_no};
    }
    upward_release(&inner);
    return status;
}

static enum status tell_anew(struct gather *gather, int64_t after, int64_t to)
{
    struct told_row *rows = malloc(UPWARD_BATCH_CHANGES * sizeof *rows);
    int64_t upto;
    size_t n;
    if (rows == NULL)
        return STATUS_NOMEM;
    enum status status = list_rows(gather, after, to, rows, &n, &upto);
    for (size_t i = 0; i < n && status == STATUS_OK; i++)
        status = row_anew(gather, rows[i].type_no, rows[i].id);
    free(rows);
    if (status == STATUS_OK)
        status = store_meta_set_int(gather->upward, "upward_anew", upto, gather->err);
    gather->out->more = true; /* the center's order is looked at next */
    return status;
}

/* ---- the call ---- */

/* The cursor, or where the center still is what it was. */
static enum status find_cursor(struct gather *gather, struct marks *marks)
{
    int64_t anew = store_meta_int(gather->upward, "upward_anew", 0), anew_to = store_meta_int(gather->upward, "upward_anew_to", 0), own = 0;
    bool holds = false;
    marks_load(gather->upward, marks);
    gather->cursor = store_meta_int(gather->upward, "upward_order", 0);
    uint64_t was = (uint64_t)gather->cursor;
    while (marks->n > 0 && !holds) {
        const struct mark *newest = &marks->list[marks->n - 1];
        struct hash hash;
        enum status status = hash_at(gather->center, newest->order, &hash, &holds, gather->err);
        if (status != STATUS_OK)
            return status;
        holds = holds && memcmp(hash.bytes, newest->hash, MARK_HASH_BYTES) == 0;
        if (!holds)
            marks->n--;
    }
    uint64_t found = marks->n > 0 ? marks->list[marks->n - 1].order : 0, from = marks->n > 0 ? marks->list[marks->n - 1].own : 0;
    if (found == was)
        return STATUS_OK;
    gather->out->rewound = true;
    gather->cursor = (int64_t)found;
    enum status status = changelog_head(gather->upward, &own, gather->err);
    if (anew < anew_to && anew < (int64_t)from)
        from = (uint64_t)anew;
    if (status == STATUS_OK)
        status = store_meta_set_int(gather->upward, "upward_anew", (int64_t)from, gather->err);
    if (status == STATUS_OK)
        status = store_meta_set_int(gather->upward, "upward_anew_to", own, gather->err);
    if (status == STATUS_OK)
        status = store_meta_set_int(gather->upward, "upward_order", gather->cursor, gather->err);
    return status == STATUS_OK ? marks_save(gather->upward, marks, gather->err) : status;
}

/* Where it is now, with its mark. */
static enum status keep_cursor(struct gather *gather, struct marks *marks)
{
    struct hash hash, origin;
    bool there = false;
    int64_t own = 0;
    enum status status = hash_at(gather->center, (uint64_t)gather->cursor, &hash, &there, gather->err);
    if (status == STATUS_OK)
        status = changelog_head(gather->upward, &own, gather->err);
    if (status != STATUS_OK || !there)
        return status;
    struct mark fresh = {.order = (uint64_t)gather->cursor, .own = (uint64_t)own};
    memcpy(fresh.hash, hash.bytes, MARK_HASH_BYTES);
    marks_add(marks, fresh);
    status = marks_save(gather->upward, marks, gather->err);
    if (status == STATUS_OK)
        status = store_meta_set_int(gather->upward, "upward_order", gather->cursor, gather->err);
    if (status == STATUS_OK)
        status = store_meta_set_int(gather->upward, "upward_told_ms", gather->now_ms, gather->err);
    if (status == STATUS_OK)
        status = origin_of(gather->center, &origin, &there, gather->err);
    return status == STATUS_OK && there ? store_meta_set_blob(gather->upward, "upward_origin", origin.bytes, HASH_BYTES, gather->err) : status;
}

static enum status gather_batch(struct gather *gather)
{
    struct marks marks;
    enum status status = find_cursor(gather, &marks);
    if (status != STATUS_OK)
        return status;
    int64_t anew = store_meta_int(gather->upward, "upward_anew", 0), anew_to = store_meta_int(gather->upward, "upward_anew_to", 0), before = gather->cursor;
    if (anew < anew_to)
        return tell_anew(gather, anew, anew_to);
    status = tell_batch(gather);
    return status == STATUS_OK && gather->cursor != before ? keep_cursor(gather, &marks) : status;
}

/* Nothing is written when nothing is new, so that a store at rest stays at rest. */
static enum status has_work(struct store *center, struct store *upward, bool *has, struct errmsg *err)
{
    struct marks marks;
    struct hash hash;
    int64_t head = 0;
    bool there = true;
    uint64_t cursor = (uint64_t)store_meta_int(upward, "upward_order", 0);
    marks_load(upward, &marks);
    enum status status = changelog_head(center, &head, err);
    if (status == STATUS_OK && marks.n > 0)
        status = hash_at(center, cursor, &hash, &there, err);
    *has = (uint64_t)head != cursor || !there || (marks.n > 0 && memcmp(hash.bytes, marks.list[marks.n - 1].hash, MARK_HASH_BYTES) != 0) ||
           store_meta_int(upward, "upward_anew", 0) < store_meta_int(upward, "upward_anew_to", 0);
    return status;
}

static enum status gather_reading(struct gather *gather)
{
    bool has = false;
    enum status status = upward_fits(gather->center, gather->upward, gather->err);
    if (status == STATUS_OK)
        status = has_work(gather->center, gather->upward, &has, gather->err);
    if (status != STATUS_OK || !has)
        return status;
    gather->org = store_meta_int(gather->upward, "org", 0);
    status = store_begin(gather->upward, "upward", gather->err);
    if (status != STATUS_OK)
        return status;
    status = gather_batch(gather);
    if (status == STATUS_OK)
        return store_commit(gather->upward, gather->err);
    store_rollback(gather->upward);
    return status;
}

enum status upward_gather(struct store *center, struct store *upward, int64_t now_ms, struct upward_gathered *out, struct errmsg *err)
{
    struct upward_gathered added = *out;
    struct gather gather = {.center = center, .upward = upward, .now_ms = now_ms, .out = &added, .err = err};
    added.more = false;
    enum status status = store_begin_read(center, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&gather.body, CHANGE_BODY_MAX_BYTES);
    status = gather_reading(&gather);
    store_end_read(center);
    free(gather.cells);
    buf_wipe(&gather.body);
    if (status == STATUS_OK)
        *out = added;
    return status;
}

enum status upward_state(struct store *center, struct store *upward, int64_t most, struct upward_state *out, struct errmsg *err)
{
    enum status status = STATUS_OK;
    *out = (struct upward_state){.order = (uint64_t)store_meta_int(upward, "upward_order", 0), .told_ms = store_meta_int(upward, "upward_told_ms", 0), .waiting = -1};
    if (center == NULL)
        return STATUS_OK;
    struct stmt *stmt = store_prepare(center, "SELECT count(*) FROM (SELECT 1 FROM change WHERE lsn>?1 LIMIT ?2)");
    stmt_int(stmt, 1, (int64_t)out->order);
    stmt_int(stmt, 2, most);
    if (stmt_row(stmt, &status, err)) {
        out->waiting = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}
