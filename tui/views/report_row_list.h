/* tui/views/report_row_list.h - the rows behind a figure as a list: day, type, title, what each adds; or what each added when a report was frozen and adds now. Rows are kept by place, titles are read for those in sight. */
#ifndef TUI_VIEWS_REPORT_ROW_LIST_H
#define TUI_VIEWS_REPORT_ROW_LIST_H

#include "core/report/snapshot.h"
#include "tui/list.h"
#include "tui/views/common.h"

enum { REPORT_ROWS_MAX = 100000 };

struct report_row {
    const struct record_type *type;
    struct id id;
    int32_t day;
    int64_t then, now; /* then: of late rows */
    bool sealed;
};

struct report_row_list {
    struct view *view;
    bool money, late;
    struct report_row *rows; /* owned; the first REPORT_ROWS_MAX */
    size_t n, room;
    int64_t n_all, sum;      /* of all; late: the difference */
    enum status status;
    struct list list;
    int cols;
};

/* view stays where it is. Release in any case behind this. */
void report_row_list_init(struct report_row_list *rows, struct view *view, bool money, bool late);
void report_row_list_release(struct report_row_list *rows);
/* Before reading anew. */
void report_row_list_clear(struct report_row_list *rows);
/* A tally_row_fn and a snapshot_late_row with the list as their context. Look at status when all came. */
bool report_row_list_take(void *rows, const struct tally_row *row);
bool report_row_list_take_late(void *rows, const struct snapshot_late *late);
/* Draws into rows of the canvas from `row` on. empty: said when there are none. */
void report_row_list_draw(struct report_row_list *rows, struct canvas *canvas, int row, int height, const char *empty);
/* Moves, or opens the record. False: not for the list. */
bool report_row_list_key(struct report_row_list *rows, struct key key);

#endif /* TUI_VIEWS_REPORT_ROW_LIST_H */
