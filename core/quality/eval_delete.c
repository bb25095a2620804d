/* core/quality/eval_delete.c - a sheet and what was scored in it go together, and come back together. See eval.h.
 *
 * Items are written before the sheet, each with CHANGE_FLAG_MORE, so that all arrive elsewhere at once. Nothing else deletes an item: what is gone of a sheet went with it. */
#include <stdlib.h>
#include <string.h>

#include "core/quality/eval.h"

enum { ITEMS_FIRST = 32 };

struct items {
    struct id *ids; /* owned */
    size_t n, room;
};

static enum status add_item(struct items *items, struct id id)
{
    if (items->n == items->room) {
        size_t room = items->room > 0 ? items->room * 2 : ITEMS_FIRST;
        struct id *ids = realloc(items->ids, room * sizeof *ids);
        if (ids == NULL)
            return STATUS_NOMEM;
        items->ids = ids;
        items->room = room;
    }
    items->ids[items->n++] = id;
    return STATUS_OK;
}

/* The sheet's items, the deleted ones or the others. Nobody sees them here: rights are the sheet's. */
static enum status read_items(struct store *store, struct id eval, bool gone, struct items *items, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT id FROM eval_item WHERE eval=?1 AND gone=?2 ORDER BY item_no, id");
    char text[ID_TEXT_BYTES];
    enum status status;
    id_format(eval, text);
    stmt_string(stmt, 1, text);
    stmt_int(stmt, 2, gone);
    while (stmt_row(stmt, &status, err)) {
        enum status added = add_item(items, stmt_column_id(stmt, 0));
        if (added != STATUS_OK) {
            stmt_reset(stmt);
            return errmsg_set(err, added, "%s", status_text(added));
        }
    }
    return status;
}

typedef enum status (*write_record)(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err);

/* The items of the sheet by one of records_delete and records_undo, then the sheet. */
static enum status write_all(struct store *store, const struct actor *actor, struct id eval, const struct items *items, write_record item, write_record sheet, struct errmsg *err)
{
    bool own;
    struct actor acting = *actor;
    acting.acting = acting.more = true;
    enum status status = store_join(store, "eval", &own, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < items->n; i++)
        status = item(store, &acting, catalogue_find("eval_item"), items->ids[i], err);
    if (status == STATUS_OK)
        status = sheet(store, actor, catalogue_find("eval"), eval, err);
    return store_leave(store, own, status, err);
}

enum status eval_delete(struct store *store, const struct actor *actor, struct id eval, struct errmsg *err)
{
    struct items items = {.ids = NULL};
    enum status status = records_may_write(actor, catalogue_find("eval"), err);
    if (status == STATUS_OK)
        status = read_items(store, eval, false, &items, err);
    if (status == STATUS_OK)
        status = write_all(store, actor, eval, &items, records_delete, records_delete, err);
    free(items.ids);
    return status;
}

static bool count_change(void *context, const struct history_entry *entry)
{
    (void)entry;
    return ++*(int *)context < 2;
}

/* Whether the sheet is deleted, and whether taking back its last change deletes it: its first change is its last. */
static enum status look_at(struct store *store, const struct actor *actor, struct id eval, bool *gone, bool *is_first, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT gone FROM eval WHERE id=?1");
    enum status status;
    int changes = 0;
    *gone = *is_first = false;
    stmt_id(stmt, 1, eval);
    if (!stmt_row(stmt, &status, err))
        return status;
    *gone = stmt_column_int(stmt, 0) != 0;
    stmt_reset(stmt);
    if (!*gone)
        status = records_history(store, actor, catalogue_find("eval"), eval, count_change, &changes, err);
    *is_first = changes == 1;
    return status;
}

enum status eval_undo(struct store *store, const struct actor *actor, struct id eval, struct errmsg *err)
{
    struct items items = {.ids = NULL};
    bool gone, is_first;
    enum status status = records_may_write(actor, catalogue_find("eval"), err);
    if (status == STATUS_OK)
        status = look_at(store, actor, eval, &gone, &is_first, err);
    if (status == STATUS_OK && (gone || is_first))
        status = read_items(store, eval, gone, &items, err);
    if (status == STATUS_OK)
        status = write_all(store, actor, eval, &items, gone ? records_undo : records_delete, records_undo, err);
    free(items.ids);
    return status;
}
