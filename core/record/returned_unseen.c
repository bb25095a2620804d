/* core/record/returned_unseen.c - what the center wrote in a record that went to other hands in what was lost (returned.h, returned_first_unseen): its new org did not see that where it stands here.
 *
 * What the machine hands back of the record came with the hand-over if it stands before it in the batch, which is in the order of delivery. What stands behind it came later. Of one center that makes no difference, but the
 * station may have met another state of it meanwhile: put back behind everybody's back, gone on to a number at which both agreed by chance, and the record given to the org once more, with what was written in it there. Then
 * who wrote in the record behind the first hand-over did not know that, although its number is below all he had seen. So of a hand-over that was lost only what stands before it counts as known. A change that came with the
 * first hand-over and once more with the other stands behind the first, too: at worst a person is asked. */
#include "core/record/returned.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/branch.h"
#include "core/record/catalogue.h"
#include "core/record/order.h"
#include "core/record/reach_impl.h"
#include "core/record/returned_entry.h"

struct marks {
    struct batch_mark {
        uint8_t mark[RETURNED_MARK_BYTES];
        uint64_t index; /* in the batch */
    } *marks; /* owned */
    size_t n;
};

static int compare_marks(const void *a, const void *b)
{
    const struct batch_mark *x = a, *y = b;
    int by_mark = memcmp(x->mark, y->mark, RETURNED_MARK_BYTES);
    return by_mark != 0 ? by_mark : (x->index > y->index) - (x->index < y->index);
}

/* Of all changes of a batch, sorted. */
static enum status collect_marks(const void *entries, size_t len, uint64_t count, struct returned_entry *entry, struct marks *out)
{
    struct reader reader;
    size_t room = 0;
    reader_init(&reader, entries, len);
    for (uint64_t i = 0; i < count; i++) {
        enum status status = returned_entry_read(&reader, entry);
        if (status != STATUS_OK)
            return status == STATUS_NOMEM ? status : STATUS_MALFORMED;
        if (out->n == room) {
            room = room == 0 ? 64 : room * 2;
            void *grown = realloc(out->marks, room * sizeof *out->marks);
            if (grown == NULL)
                return STATUS_NOMEM;
            out->marks = grown;
        }
        out->marks[out->n].index = i;
        returned_mark_of(entry->header.data, entry->header.len, out->marks[out->n++].mark);
    }
    if (out->n > 0)
        qsort(out->marks, out->n, sizeof *out->marks, compare_marks);
    return STATUS_OK;
}

/* Whether it stands in the batch, and not behind that index. */
static bool stands_before(const struct marks *marks, const uint8_t mark[RETURNED_MARK_BYTES], uint64_t index)
{
    size_t low = 0, high = marks->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(marks->marks[middle].mark, mark, RETURNED_MARK_BYTES) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < marks->n && memcmp(marks->marks[low].mark, mark, RETURNED_MARK_BYTES) == 0 && marks->marks[low].index <= index;
}

/* Of the record of a hand-over: the first change above `common` and of an earlier era that is neither on the path nor stands in the batch up to the index, which is the hand-over's when that was lost. *number: the least so far. */
static enum status first_unseen_of(struct store *store, const struct returned_entry *entry, uint64_t index, const struct log_path *path, const struct marks *marks, uint64_t common, uint64_t *number,
                                   struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no(entry->change.type_no);
    struct reach_place place = {0};
    enum status status = type == NULL ? STATUS_OK : reach_place_of(store, type, entry->change.id, &place, err);
    if (status != STATUS_OK || !place.there)
        return status;
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.lsn,c.log,c.seq,c.header FROM list JOIN change c ON c.lsn=list.lsn WHERE c.state<>1 AND c.lsn>?2 AND c.lsn<=?3");
    stmt_int(stmt, 1, place.head);
    stmt_int(stmt, 2, (int64_t)common);
    stmt_int(stmt, 3, (int64_t)order_era_start((uint64_t)store_meta_int(store, "era", 0)));
    while (stmt_row(stmt, &status, err)) {
        uint64_t lsn = (uint64_t)stmt_column_int(stmt, 0);
        uint8_t mark[RETURNED_MARK_BYTES];
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 3, &len);
        if ((*number != 0 && lsn >= *number) || branch_path_holds(path, stmt_column_int(stmt, 1), (uint64_t)stmt_column_int(stmt, 2)))
            continue;
        returned_mark_of(header, len, mark);
        if (!stands_before(marks, mark, index))
            *number = lsn;
    }
    return status;
}

/* A move or a share that brings the org a record. */
static bool brings(const struct returned_entry *entry, int64_t org)
{
    struct reach_body body;
    if (entry->change.op == CHANGE_MOVE)
        return entry->change.scope == org;
    return entry->change.op == CHANGE_SHARE && entry->body != NULL && reach_body_parse(CHANGE_SHARE, entry->body, entry->body_len, &body) == NULL && body.org == org && body.on;
}

/* Whether it is here under the number that the entry tells as its place: never lost. */
static enum status stands_here(struct store *store, const struct returned_entry *entry, bool *stands, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM change WHERE lsn=?1 AND header=?2");
    enum status status;
    stmt_int(stmt, 1, (int64_t)entry->fold);
    stmt_blob(stmt, 2, entry->header.data, entry->header.len);
    *stands = stmt_row(stmt, &status, err);
    if (*stands)
        stmt_reset(stmt);
    return status;
}

enum status returned_first_unseen(struct store *store, const struct peer *peer, const struct log_id *log, const void *entries, size_t len, uint64_t count, uint64_t common, uint64_t *number, struct errmsg *err)
{
    struct marks marks = {.n = 0};
    struct log_path path;
    struct reader reader;
    struct returned_entry entry;
    *number = 0;
    enum status status = replica_path(store, log, &path, err);
    if (status == STATUS_NOT_FOUND)
        status = STATUS_OK;
    buf_init(&entry.header, CHANGE_HEADER_MAX_BYTES);
    if (status == STATUS_OK)
        status = collect_marks(entries, len, count, &entry, &marks);
    if (status == STATUS_MALFORMED)
        status = errmsg_set(err, STATUS_MALFORMED, "交回的变更格式不正确");
    reader_init(&reader, entries, len);
    for (uint64_t i = 0; i < count && status == STATUS_OK; i++) {
        bool stands = false;
        status = returned_entry_read(&reader, &entry);
        if (status != STATUS_OK || !brings(&entry, peer->org))
            continue;
        status = stands_here(store, &entry, &stands, err);
        if (status == STATUS_OK)
            status = first_unseen_of(store, &entry, stands ? UINT64_MAX : i, &path, &marks, common, number, err);
    }
    buf_release(&entry.header);
    free(marks.marks);
    return status;
}
