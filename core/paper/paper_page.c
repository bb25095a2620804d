/* core/paper/paper_page.c - the list of items, and where pages end: what belongs together stays together, a row too high for a page is cut between its lines.
 * See paper_layout.h. */
#include "core/paper/paper_layout.h"

#include <stdlib.h>
#include <string.h>

enum { ITEMS_MAX = 20000 };

double paper_greater(double a, double b)
{
    return a > b ? a : b;
}

double paper_lesser(double a, double b)
{
    return a < b ? a : b;
}

void paper_fail(struct paper_layout *layout, enum status status)
{
    if (layout->status == STATUS_OK)
        layout->status = status;
}

struct paper_item *paper_add_item(struct paper_layout *layout, enum paper_item_kind kind, double height)
{
    if (layout->n_items == layout->cap) {
        size_t cap = layout->cap > 0 ? layout->cap * 2 : 64;
        struct paper_item *items = layout->n_items < ITEMS_MAX ? realloc(layout->items, cap * sizeof(*items)) : NULL;

        if (items == NULL) {
            paper_fail(layout, layout->n_items < ITEMS_MAX ? STATUS_NOMEM : errmsg_set(layout->err, STATUS_TOO_LARGE, "文书太长，印不下"));
            return NULL;
        }
        layout->items = items;
        layout->cap = cap;
    }
    layout->items[layout->n_items] = (struct paper_item){.kind = kind, .height = height};
    return &layout->items[layout->n_items++];
}

void paper_release_items(struct paper_layout *layout)
{
    for (size_t i = 0; i < layout->n_items; i++) {
        for (size_t k = 0; k < layout->items[i].n_cells; k++)
            free(layout->items[i].cells[k].lines);
        free(layout->items[i].cells);
    }
    free(layout->items);
    layout->items = NULL;
    layout->n_items = layout->cap = 0;
}

static double text_height(const struct paper_layout *layout)
{
    return layout->page_height - (layout->style->top + layout->style->bottom) * PAPER_PT_PER_MM;
}

/* Height of an item and all that must stay with it. */
static double kept_height(const struct paper_layout *layout, size_t index)
{
    double height = layout->items[index].height;

    while (layout->items[index].keep && index + 1 < layout->n_items)
        height += layout->items[++index].height;
    return height;
}

/* A row that fits on no page, or would leave more than a third of one empty, is cut between its lines. */
static bool is_cut(const struct paper_layout *layout, const struct paper_item *item, double left)
{
    double page = text_height(layout);

    return item->kind == ITEM_ROW && item->height > left && (item->height > page || left > page / 3) && left > 6 * layout->style->table;
}

/* Cut a row so that its first part is at most `left` high; what remains becomes the next item. False: there is nothing to cut. */
static bool cut_row(struct paper_layout *layout, size_t index, double left)
{
    struct paper_item *rest, *item;
    struct paper_box *cells;

    if (paper_add_item(layout, ITEM_ROW, 0) == NULL)
        return false;
    memmove(&layout->items[index + 2], &layout->items[index + 1], (layout->n_items - index - 2) * sizeof(*layout->items));
    item = &layout->items[index];
    rest = &layout->items[index + 1];
    *rest = (struct paper_item){.kind = ITEM_ROW, .keep = item->keep};
    cells = calloc(item->n_cells, sizeof(*cells));
    if (cells == NULL) {
        paper_fail(layout, STATUS_NOMEM);
        return false;
    }
    rest->cells = cells;
    rest->n_cells = item->n_cells;
    item->keep = false;
    item->height = left;
    for (size_t i = 0; i < item->n_cells; i++) {
        struct paper_box *from = &item->cells[i], *to = &cells[i];
        double height = 2 * PAPER_PAD_Y;
        size_t n = 0;

        *to = (struct paper_box){.x = from->x, .width = from->width, .rows = from->rows, .height = 2 * PAPER_PAD_Y, .centred = from->centred};
        while (n < from->n_lines && height + from->lines[n].height <= left)
            height += from->lines[n++].height;
        if (n < from->n_lines) {
            to->n_lines = from->n_lines - n;
            to->lines = calloc(to->n_lines, sizeof(*to->lines));
            if (to->lines == NULL) {
                to->n_lines = 0;
                paper_fail(layout, STATUS_NOMEM);
                return false;
            }
            memcpy(to->lines, from->lines + n, to->n_lines * sizeof(*to->lines));
            from->centred = to->centred = false;
        }
        for (size_t k = 0; k < to->n_lines; k++)
            to->height += to->lines[k].height;
        from->n_lines = n;
        from->height = height;
        rest->height = paper_greater(rest->height, to->height);
    }
    return true;
}

/* Where pages begin: index of the first item of each. Returns how many pages; cuts rows where needed. */
size_t paper_cut_pages(struct paper_layout *layout, size_t starts[PAPER_PAGES_MAX])
{
    double page = text_height(layout), used = 0;
    size_t n = 1;

    starts[0] = 0;
    for (size_t i = 0; i < layout->n_items && layout->status == STATUS_OK; i++) {
        double need = kept_height(layout, i);
        bool cut = false;

        if (used + need > page + 0.01 && is_cut(layout, &layout->items[i], page - used))
            cut = cut_row(layout, i, page - used);
        if (layout->status == STATUS_OK && !cut && ((used > 0 && used + need > page + 0.01 && (need <= page || used + layout->items[i].height > page)) || layout->items[i].kind == ITEM_PAGE)) {
            if (n == PAPER_PAGES_MAX) {
                paper_fail(layout, errmsg_set(layout->err, STATUS_TOO_LARGE, "文书超过 %d 页", PAPER_PAGES_MAX));
                return n;
            }
            starts[n++] = i;
            used = 0;
            if (is_cut(layout, &layout->items[i], page))
                (void)cut_row(layout, i, page);
        }
        /* Room before the first line of a further page is dropped. */
        if (n == 1 || used > 0 || layout->items[i].kind != ITEM_SPACE)
            used += layout->items[i].height;
    }
    return n;
}
