/* core/record/flagged.c - see flagged.h. */
#include "core/record/flagged.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/record/change.h"
#include "core/record/machine_name.h"

static const char DISABLED[] = "已停用账号所写", BETWEEN[] = "；"; /* reasons of one change */

/* ---- judging -------------------------------------------------------------------------------------------------------- */

/* A name that was given twice is disabled when none of its accounts may work. */
static enum status look_up(struct store *store, const char *user, bool *disabled, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT min(gone OR coalesce(disabled,0)) FROM user WHERE name=?1");
    enum status status;
    stmt_string(stmt, 1, user);
    *disabled = false;
    if (stmt_row(stmt, &status, err)) {
        *disabled = stmt_column_int(stmt, 0) != 0;
        stmt_reset(stmt);
    }
    return status;
}

enum status flag_judge_user(struct store *store, struct flag_judge *judge, const char *user, const char **reason, struct errmsg *err)
{
    size_t i = 0;
    while (i < judge->n && strcmp(judge->known[i].user, user) != 0)
        i++;
    *reason = NULL;
    if (i == judge->n) {
        i = judge->next;
        bool disabled;
        enum status status = look_up(store, user, &disabled, err);
        if (status != STATUS_OK)
            return status;
        snprintf(judge->known[i].user, sizeof judge->known[i].user, "%s", user);
        judge->known[i].disabled = disabled;
        judge->next = (i + 1) % FLAG_NAMES_MAX;
        judge->n += judge->n < FLAG_NAMES_MAX;
    }
    if (judge->known[i].disabled)
        *reason = DISABLED;
    return STATUS_OK;
}

const char FLAGGED_EMPTY[] = "内容不在县中心：记录移走后写它的机器清除了内容，县中心恢复备份时丢了它；别的机器若还有，来同步时补上";

enum status flagged_filled(struct store *store, int64_t lsn, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE flagged SET reason=replace(replace(reason,?2||?3,''),?3||?2,'') WHERE lsn=?1 AND reason<>?2 AND reviewed_ms IS NULL");
    assert(store_in_transaction(store));
    stmt_int(stmt, 1, lsn);
    stmt_string(stmt, 2, FLAGGED_EMPTY);
    stmt_string(stmt, 3, BETWEEN);
    enum status status = stmt_run(stmt, err);
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, "DELETE FROM flagged WHERE lsn=?1 AND reason=?2 AND reviewed_ms IS NULL");
    stmt_int(stmt, 1, lsn);
    stmt_string(stmt, 2, FLAGGED_EMPTY);
    return stmt_run(stmt, err);
}

enum status flagged_add(struct store *store, int64_t lsn, const char *reason, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT INTO flagged(lsn, reason) VALUES(?1, ?2) ON CONFLICT(lsn) DO UPDATE SET reason=reason||?3||?2, reviewed_by=NULL, reviewed_ms=NULL WHERE instr(reason,?2)=0");
    assert(store_in_transaction(store));
    stmt_int(stmt, 1, lsn);
    stmt_string(stmt, 2, reason);
    stmt_string(stmt, 3, BETWEEN);
    return stmt_run(stmt, err);
}

/* ---- looking -------------------------------------------------------------------------------------------------------- */

#define FLAGGED_FROM "FROM flagged f JOIN change c ON c.lsn=f.lsn WHERE (?1 OR c.scope IN (0, ?2)) "

static void bind_scope(struct stmt *stmt, const struct actor *actor)
{
    stmt_int(stmt, 1, actor->all_scopes);
    stmt_int(stmt, 2, actor->org);
}

static bool give(struct store *store, struct stmt *stmt, flagged_row row, void *context)
{
    char station[MACHINE_NAME_MAX_BYTES], machine[MACHINE_CALLED_BYTES];
    struct change change;
    size_t len;
    const uint8_t *header = stmt_column_blob(stmt, 1, &len);
    if (change_decode_header(header, len, &change) != STATUS_OK)
        return true;
    station_label(store, (uint32_t)stmt_column_int(stmt, 2), station, sizeof station);
    machine_name_of(store, (uint32_t)stmt_column_int(stmt, 2), machine);
    struct flagged flagged = {.lsn = stmt_column_int(stmt, 0), .type = catalogue_by_no(change.type_no), .id = change.id, .at_ms = change.at_ms, .user = change.user,
                              .station = station, .machine = machine[0] != '\0' ? machine : NULL, .reason = stmt_column_text(stmt, 3, NULL), .reviewed_ms = stmt_column_int(stmt, 5)};
    if (!stmt_column_is_null(stmt, 5))
        flagged.reviewed_by = stmt_column_text(stmt, 4, NULL);
    return row(context, &flagged);
}

static enum status list_rows(struct store *store, const struct actor *actor, bool all, flagged_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT f.lsn, c.header, (SELECT station FROM log WHERE no=c.log), f.reason, f.reviewed_by, f.reviewed_ms " FLAGGED_FROM
                                             "AND (?3 OR f.reviewed_ms IS NULL) ORDER BY f.lsn");
    enum status status;
    bind_scope(stmt, actor);
    stmt_int(stmt, 3, all);
    while (stmt_row(stmt, &status, err)) {
        if (!give(store, stmt, row, context)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

enum status flagged_list(struct store *store, const struct actor *actor, bool all, flagged_row row, void *context, struct errmsg *err)
{
    enum status status = store_begin_read(store, err); /* a machine whose name could not be read is not one without a name */

    return status == STATUS_OK ? store_end_read_sure(store, list_rows(store, actor, all, row, context, err), err) : status;
}

enum status flagged_count(struct store *store, const struct actor *actor, int64_t *count, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT count(*) " FLAGGED_FROM "AND f.reviewed_ms IS NULL");
    enum status status;
    bind_scope(stmt, actor);
    *count = 0;
    if (stmt_row(stmt, &status, err)) {
        *count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

bool flagged_reason(struct store *store, int64_t lsn, char *out, size_t out_bytes)
{
    struct stmt *stmt = store_prepare(store, "SELECT reason FROM flagged WHERE lsn=?1");
    enum status status;
    stmt_int(stmt, 1, lsn);
    out[0] = '\0';
    bool there = stmt_row(stmt, &status, NULL);
    if (there) {
        const char *reason = stmt_column_text(stmt, 0, NULL);
        snprintf(out, out_bytes, "%.*s", (int)utf8_cut(reason, strlen(reason), out_bytes - 1), reason);
        stmt_reset(stmt);
    }
    return there;
}

/* ---- reviewing ------------------------------------------------------------------------------------------------------ */

static enum status mark(struct store *store, const struct actor *actor, struct id id, int64_t *count, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE flagged SET reviewed_by=?3, reviewed_ms=?4 WHERE lsn IN (SELECT f.lsn " FLAGGED_FROM
                                             "AND f.reviewed_ms IS NULL AND c.id=?5)");
    bind_scope(stmt, actor);
    stmt_string(stmt, 3, actor->name);
    stmt_int(stmt, 4, actor->now_ms);
    stmt_id(stmt, 5, id);
    enum status status = stmt_run(stmt, err);
    *count = status == STATUS_OK ? store_changes(store) : 0;
    if (status == STATUS_OK && *count == 0)
        status = errmsg_set(err, STATUS_NOT_FOUND, "这条记录没有待复核的变更");
    return status;
}

bool flagged_may_review(const struct actor *actor)
{
    return actor->center && actor_is_one_of(actor, 1u << ROLE_CLERK | 1u << ROLE_DIRECTOR);
}

enum status flagged_review(struct store *store, const struct actor *actor, struct id id, int64_t *count, struct errmsg *err)
{
    bool own;
    *count = 0;
    if (!flagged_may_review(actor))
        return errmsg_set(err, STATUS_FORBIDDEN, "由县中心的受理人员或负责人复核");
    enum status status = store_join(store, "review", &own, err);
    if (status == STATUS_OK)
        status = mark(store, actor, id, count, err);
    return store_leave(store, own, status, err);
}
