/* core/case/erasure_trace.c - see erasure_trace.h. */
#include "core/case/erasure_trace.h"

#include <string.h>

#include "core/aid/interest_mark.h"
#include "core/record/reach.h"

static const char LIST_TYPE[] = "saved_view";

void erasure_traces_begin(struct erasure_traces *traces)
{
    *traces = (struct erasure_traces){0};
    called_init(&traces->parties, (struct id){{0}});
}

void erasure_traces_release(struct erasure_traces *traces)
{
    called_release(&traces->parties);
}

enum status erasure_traces_check(struct store *store, const struct called *called, const char *reason, const char *officer, struct errmsg *err)
{
    bool named, gone = false;
    enum status status = called_look(store, called, reason, false, &named, &gone, err);
    if (status == STATUS_OK && gone)
        return errmsg_set(err, STATUS_INVALID, "理由在各台机器上长期留着，里面不能有被清除的人的姓名、号码，请改写");
    if (status == STATUS_OK)
        status = called_look(store, called, officer, false, &named, &gone, err);
    return status == STATUS_OK && gone ? errmsg_set(err, STATUS_INVALID, "批准人在各台机器上长期留着，里面不能有被清除的人的姓名、号码，请改写") : status;
}

/* The first of them behind this one that names somebody; deleted ones, too. */
static enum status next_list(struct store *store, const struct called *called, int64_t *after, struct id *id, bool *found, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT n,id FROM saved_view WHERE n>?1 AND w_log<>0 ORDER BY n");
    enum status status;
    stmt_int(stmt, 1, *after);
    *found = false;
    while (stmt_row(stmt, &status, err)) {
        *after = stmt_column_int(stmt, 0);
        *id = stmt_column_id(stmt, 1);
        status = called_look_record(store, called, catalogue_find(LIST_TYPE), *id, CALLED_HEAD, found, err);
        if (status != STATUS_OK || *found) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status erase_lists(struct erasure_traces *traces, struct store *store, const struct actor *actor, const struct called *called, const char *reason, const char *officer, struct errmsg *err)
{
    struct id id;
    bool found = false;
    int64_t after = -1;
    enum status status = next_list(store, called, &after, &id, &found, err);
    while (status == STATUS_OK && found) {
        status = reach_erase(store, actor, catalogue_find(LIST_TYPE), id, reason, officer, err);
        traces->lists += status == STATUS_OK;
        if (status == STATUS_OK)
            status = next_list(store, called, &after, &id, &found, err);
    }
    return status;
}

enum status erasure_traces_of(struct erasure_traces *traces, struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const char *reason, const char *officer, struct errmsg *err)
{
    struct called called;
    bool of_case = strcmp(type->name, "case") == 0 || strcmp(type->name, "party") == 0;
    enum status status = called_read(store, type, id, CALLED_HEAD, &called, err);
    if (status == STATUS_OK && strcmp(type->name, LIST_TYPE) != 0)
        status = erase_lists(traces, store, actor, &called, reason, officer, err);
    if (status == STATUS_OK && of_case)
        status = called_add(&traces->parties, &called);
    called_release(&called);
    return status;
}

enum status erasure_traces_end(struct erasure_traces *traces, struct store *store, const struct actor *actor, const char *reason, const char *officer, struct errmsg *err)
{
    return interest_mark_erase(store, actor, &traces->parties, reason, officer, &traces->marks, err);
}
