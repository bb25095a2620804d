/* core/record/machine.c - see machine.h. Meta names: role, practice, station_no, incarnation, org, machine_name, area, own_log. */
#include "core/record/machine.h"

#include <stdio.h>
#include <string.h>

#include "core/record/changelog.h"

enum status machine_create(struct store *store, const struct machine *machine, struct errmsg *err)
{
    struct log_id id = {.station = machine->station_no};
    memcpy(id.incarnation, machine->incarnation, INCARNATION_BYTES);
    struct log_info log;
    enum status status = changelog_log(store, &id, true, &log, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "role_center", machine->center, err);
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

static void meta_text(struct store *store, const char *name, char *out, size_t out_bytes)
{
    struct buf text;
    buf_init(&text, out_bytes - 1);
    (void)store_meta_blob(store, name, &text);
    snprintf(out, out_bytes, "%s", buf_cstr(&text));
    buf_release(&text);
}

enum status machine_load(struct store *store, struct machine *out, struct errmsg *err)
{
    *out = (struct machine){0};
    struct buf incarnation;
    buf_init(&incarnation, INCARNATION_BYTES);
    bool there = store_meta_blob(store, "incarnation", &incarnation);
    if (there && incarnation.len == INCARNATION_BYTES)
        memcpy(out->incarnation, incarnation.data, INCARNATION_BYTES);
    buf_release(&incarnation);
    if (!there)
        return errmsg_set(err, STATUS_NOT_FOUND, "这台机器还没有登记为县中心或工作站");
    out->center = store_meta_int(store, "role_center", 0) != 0;
    out->practice = store_meta_int(store, "practice", 0) != 0;
    out->station_no = (uint32_t)store_meta_int(store, "station_no", 0);
    out->org = store_meta_int(store, "org", 0);
    meta_text(store, "machine_name", out->name, sizeof out->name);
    meta_text(store, "area", out->area, sizeof out->area);
    return STATUS_OK;
}

struct actor machine_owner(const struct machine *machine, const char *user, int64_t now_ms)
{
    struct actor actor = {.role = ROLE_ADMIN, .owner = true, .center = machine->center, .all_scopes = machine->center, .org = machine->org, .now_ms = now_ms};
    snprintf(actor.name, sizeof actor.name, "%s", user);
    return actor;
}
