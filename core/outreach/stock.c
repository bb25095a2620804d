/* core/outreach/stock.c - see stock.h: one grouped statement over the two tables. */
#include "core/outreach/stock.h"

#include <stdio.h>
#include <string.h>

#include "core/outreach/event_set.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 2048, ITEM_BYTES = 40 };

static const char KIND_COUNTED[] = "6"; /* 盘点: the difference found */

/* 4 调出, 5 报损. */
static const char TOTALS_SQL[] = "SELECT scope,item,sum(moved),sum(given) FROM ("
                                 "SELECT id,scope,item,CASE WHEN kind IN ('4','5') THEN -quantity ELSE quantity END AS moved,0 AS given FROM stock_move WHERE gone=0 "
                                 "UNION ALL SELECT id,scope,item,0,quantity FROM event_material WHERE gone=0) WHERE item IS NOT NULL";

static struct stock_line line_of(const struct code_book *codes, int64_t low, int64_t org, const char *item, int64_t moved, int64_t given)
{
    unsigned part = event_part_of_item(codes, item);
    struct stock_line line = {.org = org, .item = item, .moved = moved, .given = given, .returns = part == EVENT_BOARDS || part == EVENT_BANNERS};

    line.on_hand = moved - (line.returns ? 0 : given);
    line.state = line.on_hand < 0 ? STOCK_SHORT : !line.returns && line.on_hand < low ? STOCK_LOW : STOCK_ENOUGH;
    return line;
}

enum status stock_list(struct store *store, const struct actor *actor, const struct code_book *codes, const struct rules *rules, int64_t org, int32_t today, stock_row row, void *context,
                       struct errmsg *err)
{
    int64_t low = rules_int(rules, "stock_low", today);
    struct buf sql;
    int index = 1;
    enum status status;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, TOTALS_SQL);
    row_scope_sql(actor, &sql, &index);
    if (org >= 0)
        buf_printf(&sql, " AND scope=?%d", index);
    buf_puts(&sql, " GROUP BY scope,item ORDER BY scope,item");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 1;
    row_scope_bind(actor, stmt, &index);
    if (org >= 0)
        stmt_int(stmt, index, org);
    while (stmt_row(stmt, &status, err)) {
        char item[ITEM_BYTES];
        snprintf(item, sizeof item, "%s", stmt_column_text(stmt, 1, NULL));
        struct stock_line line = line_of(codes, low, stmt_column_int(stmt, 0), item, stmt_column_int(stmt, 2), stmt_column_int(stmt, 3));
        if (!row(context, &line)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

const char *stock_state_name(enum stock_state state)
{
    static const char *const names[] = {[STOCK_ENOUGH] = "enough", [STOCK_LOW] = "low", [STOCK_SHORT] = "short"};

    return names[state];
}

/* ---- before saving ---- */

static int64_t quantity_of(const struct record *record)
{
    struct value value = record_get(record, catalogue_field(record->type, "quantity"));

    return value.kind == VALUE_INT ? value.number : 0;
}

enum status stock_move_prepare(const struct record *move, struct errmsg *err)
{
    bool counted = strcmp(record_text(move, "kind"), KIND_COUNTED) == 0;
    int64_t quantity = quantity_of(move);

    if (counted && quantity == 0)
        return errmsg_set(err, STATUS_INVALID, "字段 数量(quantity): 盘点写多出(正数)或缺少(负数)多少；相符的不必登记");
    if (!counted && quantity <= 0)
        return errmsg_set(err, STATUS_INVALID, "字段 数量(quantity): 应大于 0；调出、报损也写正数，只有盘点的差数可以是负数");
    return STATUS_OK;
}

enum status event_material_prepare(struct store *store, const struct actor *actor, struct record *material, struct errmsg *err)
{
    const char *text = record_text(material, "event");
    struct record event;
    struct id id;

    if (quantity_of(material) <= 0)
        return errmsg_set(err, STATUS_INVALID, "字段 数量(quantity): 应大于 0；登记错了的请删除");
    if (!id_is_zero(material->id) || id_parse(text, strlen(text), &id) != STATUS_OK)
        return STATUS_OK;
    enum status status = records_get(store, actor, catalogue_find("event"), id, &event, err);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(err, STATUS_INVALID, "字段 活动(event): 没有这次活动，或者不是本单位的");
    if (status != STATUS_OK)
        return status;
    material->scope = event.scope;
    record_release(&event);
    return STATUS_OK;
}
