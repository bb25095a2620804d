/* core/record/pace.c - see pace.h. */
#include "core/record/pace.h"

#include "core/base/day.h"

void pace_key(struct pace_meter *meter, int64_t now_ms)
{
    int64_t gap = meter->last_ms != 0 ? now_ms - meter->last_ms : 0;
    meter->keys++;
    if (gap > 0)
        meter->active_ms += gap < PACE_ACTIVE_GAP_MS ? gap : PACE_ACTIVE_GAP_MS;
    meter->last_ms = now_ms;
}

/* User by user, each found in the index behind the one before: the table itself is of three months of everybody's saves, and this comes with each. */
#define USERS "WITH RECURSIVE known(name) AS (SELECT min(user) FROM pace UNION ALL SELECT (SELECT min(user) FROM pace WHERE user>known.name) FROM known WHERE known.name IS NOT NULL) "

static enum status write_pace(struct store *store, const struct actor *actor, const struct record_type *type, const struct pace_meter *meter, struct errmsg *err)
{
    int32_t today = day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN);
    struct stmt *stmt = store_prepare(store, "INSERT INTO pace(user,type,day,ms,keys) VALUES(?1,?2,?3,?4,?5)");
    stmt_string(stmt, 1, actor->name);
    stmt_int(stmt, 2, type->no);
    stmt_int(stmt, 3, today);
    stmt_int(stmt, 4, meter->active_ms);
    stmt_int(stmt, 5, meter->keys);
    enum status status = stmt_run(stmt, err);
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, USERS "DELETE FROM pace WHERE rowid IN (SELECT p.rowid FROM known CROSS JOIN pace p ON p.user=known.name AND p.day<?1)");
    stmt_int(stmt, 1, today - PACE_DAYS_KEPT);
    return stmt_run(stmt, err);
}

enum status pace_add(struct store *store, const struct actor *actor, const struct record_type *type, const struct pace_meter *meter, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "pace", &own, err);
    if (status != STATUS_OK)
        return status;
    status = write_pace(store, actor, type, meter, err);
    return store_leave(store, own, status, err);
}

static void bind(struct stmt *stmt, const struct actor *actor, const struct record_type *type, int32_t from, int32_t to)
{
    stmt_string(stmt, 1, actor->name);
    stmt_int(stmt, 2, type != NULL ? type->no : -1);
    stmt_int(stmt, 3, from);
    stmt_int(stmt, 4, to);
}

#define PICKED " FROM pace WHERE user=?1 AND (?2<0 OR type=?2) AND day BETWEEN ?3 AND ?4"

static enum status read_int(struct stmt *stmt, int64_t *out, struct errmsg *err)
{
    enum status status;
    *out = 0;
    if (!stmt_row(stmt, &status, err))
        return status;
    *out = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status pace_read(struct store *store, const struct actor *actor, const struct record_type *type, int32_t from, int32_t to, struct pace *out, struct errmsg *err)
{
    static const char *const medians[2] = {"SELECT ms" PICKED " ORDER BY ms LIMIT 1 OFFSET ?5", "SELECT keys" PICKED " ORDER BY keys LIMIT 1 OFFSET ?5"};
    struct stmt *stmt = store_prepare(store, "SELECT count(*)" PICKED);
    *out = (struct pace){.records = 0};
    bind(stmt, actor, type, from, to);
    enum status status = read_int(stmt, &out->records, err);
    int64_t *const values[2] = {&out->median_ms, &out->median_keys};
    for (size_t i = 0; status == STATUS_OK && out->records > 0 && i < 2; i++) {
        stmt = store_prepare(store, medians[i]);
        bind(stmt, actor, type, from, to);
        stmt_int(stmt, 5, (out->records - 1) / 2);
        status = read_int(stmt, values[i], err);
    }
    return status;
}
