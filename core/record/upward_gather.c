/* core/record/upward_gather.c - see upward_gather.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/machine.h"
#include "core/record/upward_gather_impl.h"

enum { MARK_BYTES = 24, MARK_HASH_BYTES = 8 };

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
    bool noted;
    status = store_meta_read_blob(upward, "upward_origin", &known, &noted, err);
    if (status == STATUS_OK && noted && (!there || known.len != HASH_BYTES || memcmp(known.data, origin.bytes, HASH_BYTES) != 0))
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

/* ---- a batch ---- */

static enum status read_batch(struct upward_gathering *gather, struct upward_item items[UPWARD_BATCH_CHANGES], size_t *n)
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
        items[*n] = (struct upward_item){stmt_column_int(stmt, 0), stmt_column_int(stmt, 1), (uint64_t)stmt_column_int(stmt, 2), (uint64_t)stmt_column_int(stmt, 3), stmt_column_id(stmt, 4)};
        bytes += stmt_column_int(stmt, 5);
        ++*n;
    }
    return status;
}

/* Flags of the change, without its body. What the center does not answer its transaction, which only reads, does not keep: it must be said here. */
static enum status is_same_transaction(struct upward_gathering *gather, const struct upward_item *item, const struct upward_item *next, bool *more)
{
    struct stmt *stmt = store_prepare(gather->center, "SELECT header FROM change WHERE lsn=?1");
    struct change change;
    enum status status;
    size_t len;
    *more = false;
    if (next->log != item->log || next->seq != item->seq + 1)
        return STATUS_OK;
    stmt_int(stmt, 1, item->lsn);
    if (stmt_row(stmt, &status, gather->err)) {
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);
        *more = change_decode_header(header, len, &change) == STATUS_OK && (change.flags & CHANGE_FLAG_MORE);
        stmt_reset(stmt);
    }
    return status;
}

static bool comes_again(const struct upward_item *items, size_t n, size_t i)
{
    for (size_t j = i + 1; j < n; j++)
        if (id_equal(items[j].id, items[i].id) && items[j].type_no == items[i].type_no)
            return true;
    return false;
}

static enum status tell_batch(struct upward_gathering *gather)
{
    static const size_t BYTES = UPWARD_BATCH_CHANGES * sizeof(struct upward_item);
    struct upward_item *items = malloc(BYTES);
    size_t n;
    if (items == NULL)
        return STATUS_NOMEM;
    enum status status = read_batch(gather, items, &n);
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        struct upward_one one = {.gather = gather, .last_of_row = !comes_again(items, n, i)};
        if (i + 1 < n)
            status = is_same_transaction(gather, &items[i], &items[i + 1], &one.more);
        if (status == STATUS_OK)
            status = upward_erase_told(gather, &items[i]);
        if (status == STATUS_OK)
            status = upward_tell_change(&one, items[i].lsn);
        gather->cursor = items[i].lsn;
        gather->out->changes++;
    }
    free(items);
    return status;
}

/* ---- the call ---- */

/* The cursor, or where the center still is what it was. */
static enum status find_cursor(struct upward_gathering *gather, struct marks *marks)
{
    int64_t own = 0;
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
    if (status == STATUS_OK)
        status = store_meta_set_int(gather->upward, "upward_anew", (int64_t)from, gather->err);
    if (status == STATUS_OK)
        status = store_meta_set_int(gather->upward, "upward_anew_to", own, gather->err);
    if (status == STATUS_OK)
        status = store_meta_set_int(gather->upward, "upward_order", gather->cursor, gather->err);
    return status == STATUS_OK ? marks_save(gather->upward, marks, gather->err) : status;
}

/* Where it is now, with its mark. */
static enum status keep_cursor(struct upward_gathering *gather, struct marks *marks)
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

static enum status gather_batch(struct upward_gathering *gather)
{
    struct marks marks;
    enum status status = find_cursor(gather, &marks);
    if (status != STATUS_OK)
        return status;
    int64_t anew = store_meta_int(gather->upward, "upward_anew", 0), anew_to = store_meta_int(gather->upward, "upward_anew_to", 0), before = gather->cursor;
    if (anew < anew_to)
        return upward_tell_anew(gather, anew, anew_to);
    status = tell_batch(gather);
    if (status == STATUS_OK && !gather->out->more)
        status = upward_answer_copies(gather);
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
    return status == STATUS_OK && !*has ? upward_heard_copies(upward, has, err) : status;
}

static enum status gather_reading(struct upward_gathering *gather)
{
    bool has = false;
    enum status status = upward_fits(gather->center, gather->upward, gather->err);
    if (status == STATUS_OK)
        status = has_work(gather->center, gather->upward, &has, gather->err);
    if (status != STATUS_OK || !has)
        return status;
    status = store_begin(gather->upward, "upward", gather->err);
    if (status != STATUS_OK)
        return status;
    gather->org = store_meta_int(gather->upward, "org", 0); /* here, and not before: read as 0 it would make what is told everybody's, and now it is not committed */
    status = gather_batch(gather);
    if (status == STATUS_OK)
        return store_commit(gather->upward, gather->err);
    store_rollback(gather->upward);
    return status;
}

enum status upward_gather(struct store *center, struct store *upward, int64_t now_ms, struct upward_gathered *out, struct errmsg *err)
{
    struct upward_gathered added = *out;
    struct upward_gathering gather = {.center = center, .upward = upward, .now_ms = now_ms, .out = &added, .err = err};
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
    int64_t order = 0;
    *out = (struct upward_state){.waiting = -1};
    enum status status = store_meta_read_int(upward, "upward_order", &order, err);
    if (status == STATUS_OK)
        status = store_meta_read_int(upward, "upward_told_ms", &out->told_ms, err);
    out->order = (uint64_t)order;
    if (status != STATUS_OK || center == NULL)
        return status;
    struct stmt *stmt = store_prepare(center, "SELECT count(*) FROM (SELECT 1 FROM change WHERE lsn>?1 LIMIT ?2)");
    stmt_int(stmt, 1, (int64_t)out->order);
    stmt_int(stmt, 2, most);
    if (stmt_row(stmt, &status, err)) {
        out->waiting = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}
