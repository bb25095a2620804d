/* tui/views/due.h - periods of the law on the screens: what counts them, and how one is written. Shared by home, lists and the list of all. */
#ifndef TUI_VIEWS_DUE_H
#define TUI_VIEWS_DUE_H

#include "core/aid/deadline.h"
#include "tui/views/common.h"

enum { DUE_LEFT_BYTES = 32, DUE_CELL_BYTES = 48, DUE_LINE_BYTES = 256, DUE_CELL_COLUMNS = 12, DUE_LEFT_COLUMNS = 9 };
/* The columns of due_line; it begins at column 4 of 80. In other languages labels and subjects take more, and of a wide screen as much more as DUE_MORE_COLUMNS each. Name and subject share what the
 * state leaves them, never less than DUE_WHAT_LEAST. */
enum { DUE_BEGINS = 4, DUE_CODE_COLUMNS = 5, DUE_LABEL_COLUMNS = 12, DUE_NAME_COLUMNS = 8, DUE_SUBJECT_COLUMNS = 23, DUE_SUBJECT_LEAST = 8, DUE_WHAT_LEAST = 15, DUE_FOREIGN_LABEL_COLUMNS = 16, DUE_MORE_COLUMNS = 12 };

/* Rules and calendar as they are now. */
struct due_clock {
    struct rules *rules;
    struct calendar *calendar;
};

/* Errors: storage; *clock needs no close then. */
enum status due_open(struct view *view, struct due_clock *clock, struct errmsg *err);
void due_close(struct due_clock *clock); /* also of a zeroed one */

/* "剩 2 天", "今天止", "超 3 天". */
void due_left_text(const struct deadline *deadline, char out[DUE_LEFT_BYTES]);
/* For a list's column: "剩2天 D01", "今天 D01", "超3天 D01"; "中止 D01" while it stands still; "" if no duty runs. kase must be of the store. */
void due_case_cell(struct view *view, const struct due_clock *clock, const struct record *kase, char out[DUE_CELL_BYTES]);
/* For the to-do list: "剩 2 天   D01 审查决定  张文芳 劳动争议  已收件". A sealed person's name is not shown (刑事诉讼法第二百八十六条). */
void due_line(struct view *view, const struct due_clock *clock, const struct todo_item *item, char out[DUE_LINE_BYTES]);
/* Over, or the last day but one. */
bool due_presses(const struct deadline *deadline);

#endif /* TUI_VIEWS_DUE_H */
