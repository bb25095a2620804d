/* core/outreach/stock.h - publicity material on the shelves: what came in, what went out, what events gave away.
 *
 * On hand, per org and item: moves (入库 调入 退回 盘点 add, 调出 报损 subtract; 盘点 may be negative) minus what events of the org gave out (event_material). Items that are shown and
 * taken home again, boards (块) and banners (条), do not leave the shelf with an event: they leave by a move. Deleted rows do not count.
 * A station that has not been told of its stock can hand out all the same: the figure goes below zero and is marked; nothing is refused. */
#ifndef CORE_OUTREACH_STOCK_H
#define CORE_OUTREACH_STOCK_H

#include "core/aid/rule.h"

enum stock_state {
    STOCK_ENOUGH,
    STOCK_LOW,  /* fewer than rule stock_low; items that are used up only */
    STOCK_SHORT /* below zero: moves are missing */
};

struct stock_line {
    int64_t org;
    const char *item; /* code of set publicity_item; borrowed for the call */
    int64_t moved;    /* sum of the moves */
    int64_t given;    /* by events; of boards and banners as well, for information */
    int64_t on_hand;
    bool returns;     /* boards, banners */
    enum stock_state state;
};

typedef bool (*stock_row)(void *context, const struct stock_line *line);
/* Every org and item there are rows of and the actor may see, by org and item. org -1: all. The rule is that of `today`. Errors: storage. Cost: O(moves + handouts). */
enum status stock_list(struct store *store, const struct actor *actor, const struct code_book *codes, const struct rules *rules, int64_t org, int32_t today, stock_row row, void *context,
                       struct errmsg *err);
/* "enough" "low" "short". */
const char *stock_state_name(enum stock_state state);

/* Before a stock_move or event_material is saved by hand: quantities are positive (of 盘点 not zero); what an event gave out belongs to the event's org.
 * Errors: STATUS_INVALID naming the field; storage. */
enum status stock_move_prepare(const struct record *move, struct errmsg *err);
enum status event_material_prepare(struct store *store, const struct actor *actor, struct record *material, struct errmsg *err);

#endif /* CORE_OUTREACH_STOCK_H */
