/* core/record/old_number.c - see old_number.h. */
#include "core/record/old_number.h"

#include <assert.h>

#include "core/record/catalogue.h"
#include "core/record/reach_impl.h"

enum { NOBODYS = 2 }; /* of log.partial */

enum status old_number_note(struct store *store, int64_t log, struct errmsg *err)
{
    assert(store_in_transaction(store));
    struct stmt *stmt = store_prepare(store, "UPDATE log SET partial=?2 WHERE no=?1 AND partial<>?2");
    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, NOBODYS);
    return stmt_run(stmt, err);
}

/* Handed back in part, and its number is nobody's, or was when that happened. */
static enum status is_left(struct store *store, int64_t log, bool *left, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM log l WHERE l.no=?1 AND l.partial<>0 AND (l.partial=?2 OR EXISTS(SELECT 1 FROM peer p WHERE p.station_no=l.station AND p.revoked<>0))");
    enum status status;
    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, NOBODYS);
    *left = stmt_row(stmt, &status, err);
    if (*left)
        stmt_reset(stmt);
    return status;
}

/* Could a machine of this office have written in it? */
static enum status had_its_first(struct store *store, int64_t log, int64_t org, bool *had, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT type,id,scope FROM change WHERE log=?1 ORDER BY seq LIMIT 1");
    enum status status;
    stmt_int(stmt, 1, log);
    *had = false;
    if (!stmt_row(stmt, &status, err))
        return status;
    const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 0));
    struct id id = stmt_column_id(stmt, 1);
    *had = stmt_column_int(stmt, 2) == org;
    stmt_reset(stmt);
    return *had || type == NULL ? STATUS_OK : reach_ever_had(store, type, id, org, had, err);
}

enum status old_number_goes_on(struct store *store, const struct peer *peer, const struct path_log *log, bool *goes_on, struct errmsg *err)
{
    bool left = false;
    *goes_on = log->id.station == peer->station_no;
    if (*goes_on || log->no == 0)
        return STATUS_OK;
    enum status status = is_left(store, log->no, &left, err);
    return status == STATUS_OK && left ? had_its_first(store, log->no, peer->org, goes_on, err) : status;
}

enum status old_number_last(struct store *store, const struct peer *peer, const struct path_log *log, uint64_t *last, struct hash *hash, struct errmsg *err)
{
    bool goes_on = false;
    *last = 0;
    *hash = (struct hash){{0}};
    enum status status = log->id.station == peer->station_no ? STATUS_OK : old_number_goes_on(store, peer, log, &goes_on, err);
    if (status != STATUS_OK || !goes_on)
        return status;
    struct stmt *stmt = store_prepare(store, "SELECT seq,header FROM change WHERE log=?1 ORDER BY seq DESC LIMIT 1");
    stmt_int(stmt, 1, log->no);
    if (stmt_row(stmt, &status, err)) {
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &len);
        *last = (uint64_t)stmt_column_int(stmt, 0);
        *hash = hash_of(header, len);
        stmt_reset(stmt);
    }
    return status;
}
