/* core/record/machine.c - see machine.h. Meta names: role_center, practice, station_no, incarnation, org, machine_name (the office, as it was called when this store was made), area, own_log. */
#include "core/record/machine.h"

#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/record/changelog.h"
#include "core/record/schema.h"

enum status machine_create(struct store *store, const struct machine *machine, struct errmsg *err)
{
    struct log_id id = {.station = machine->station_no};
    memcpy(id.incarnation, machine->incarnation, INCARNATION_BYTES);
    struct log_info log;
    enum status status = changelog_log(store, &id, true, &log, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "role_center", machine->center, err);
    if (status == STATUS_OK)
        status = schema_prepare_role(store, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "practice", machine->practice, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "station_no", machine->station_no, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "org", machine->org, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "own_log", log.no, err);
    if (status == STATUS_OK)
        status = store_meta_set_blob(store, "incarnation", machine->incarnation, INCARNATION_BYTES, err);
    if (status == STATUS_OK)
        status = store_meta_set_blob(store, "machine_name", machine->name, strlen(machine->name), err);
    if (status == STATUS_OK)
        status = store_meta_set_blob(store, "area", machine->area, strlen(machine->area), err);
    return status;
}

static void take_text(struct stmt *stmt, int column, char *out, size_t out_bytes)
{
    size_t len;
    const char *text = stmt_column_text(stmt, column, &len);
    snprintf(out, out_bytes, "%.*s", (int)utf8_cut(text, len, out_bytes - 1), text);
}

#define META(name) "(SELECT value FROM meta WHERE name='" name "')"

/* What the office is called now, where the center has renamed it since this machine was enrolled: screens, and the records and papers made here, say that. */
#define ORG_NAME "(SELECT name FROM org WHERE number=" META("org") " AND gone=0)"

/* One statement for all: asked before and after nearly everything. */
enum status machine_load(struct store *store, struct machine *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT " META("incarnation") "," META("role_center") "," META("practice") "," META("station_no") "," META("org") "," "coalesce(" ORG_NAME "," META("machine_name") ")," META("area"));
    enum status status;
    size_t len;
    *out = (struct machine){0};
    if (!stmt_row(stmt, &status, err))
        return status;
    bool there = !stmt_column_is_null(stmt, 0);
    const uint8_t *incarnation = stmt_column_blob(stmt, 0, &len);
    if (len == INCARNATION_BYTES)
        memcpy(out->incarnation, incarnation, len);
    out->center = stmt_column_int(stmt, 1) != 0;
    out->practice = stmt_column_int(stmt, 2) != 0;
    out->station_no = (uint32_t)stmt_column_int(stmt, 3);
    out->org = stmt_column_int(stmt, 4);
    take_text(stmt, 5, out->name, sizeof out->name);
    take_text(stmt, 6, out->area, sizeof out->area);
    stmt_reset(stmt);
    if (!there)
        *out = (struct machine){0};
    return there ? STATUS_OK : errmsg_set(err, STATUS_NOT_FOUND, "这台机器还没有登记为县中心或工作站");
}

struct actor machine_owner(const struct machine *machine, const char *user, int64_t now_ms)
{
    struct actor actor = {.role = ROLE_ADMIN, .owner = true, .center = machine->center, .all_scopes = machine->center, .org = machine->org, .now_ms = now_ms};
    snprintf(actor.name, sizeof actor.name, "%s", user);
    return actor;
}
