/* core/record/returned_unseen.c - what the center wrote in a record that went to other hands in what was lost (returned.h, returned_first_unseen): its new org did not see that where it stands here. */
#include "core/record/returned.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/branch.h"
#include "core/record/catalogue.h"
#include "core/record/order.h"
#include "core/record/reach_impl.h"
#include "core/record/returned_entry.h"

struct marks {
    uint8_t (*marks)[RETURNED_MARK_BYTES]; /* owned */
    size_t n;
};

static int compare_marks(const void *a, const void *b)
{
    return memcmp(a, b, RETURNED_MARK_BYTES);
}

/* Of all changes of a batch, sorted. */
static enum status collect_marks(const void *entries, size_t len, uint64_t count, struct returned_entry *entry, struct marks *out)
{
    struct reader reader;
    size_t room = 0;
    reader_init(&reader, entries, len);
    for (uint64_t i = 0; i < count; i++) {
        if (returned_entry_read(&reader, entry) != STATUS_OK)
            return STATUS_MALFORMED;
        if (out->n == room) {
            room = room == 0 ? 64 : room * 2;
            void *grown = realloc(out->marks, room * sizeof *out->marks);
            if (grown == NULL)
                return STATUS_NOMEM;
            out->marks = grown;
        }
        returned_mark_of(entry->header.data, entry->header.len, out->marks[out->n++]);
    }
    if (out->n > 0)
        qsort(out->marks, out->n, sizeof *out->marks, compare_marks);
    return STATUS_OK;
}

/* Of one record: the first change above `common` and of an earlier era that is neither on the path nor among the marks. *number: the least so far. */
static enum status first_unseen_of(struct store *store, const struct returned_entry *entry, const struct log_path *path, const struct marks *marks, uint64_t common, uint64_t *number, struct errmsg *err)
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
        if (bsearch(mark, marks->marks, marks->n, sizeof *marks->marks, compare_marks) == NULL)
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
        status = returned_entry_read(&reader, &entry);
        if (status == STATUS_OK && brings(&entry, peer->org))
            status = first_unseen_of(store, &entry, &path, &marks, common, number, err);
    }
    buf_release(&entry.header);
    free(marks.marks);
    return status;
}
