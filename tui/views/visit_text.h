/* tui/views/visit_text.h - how the screens of return visits say things: rates, places, doors. */
#ifndef TUI_VIEWS_VISIT_TEXT_H
#define TUI_VIEWS_VISIT_TEXT_H

#include "core/quality/visit.h"
#include "tui/views/common.h"

enum { VISIT_RATE_BYTES = 32, VISIT_TOWN_BYTES = 16, VISIT_PLACE_BYTES = 256, VISIT_LINE_BYTES = 320, VISIT_WHAT_BYTES = 32 };

/* "92.31%" from hundredths of a per cent, "-" for less than 0. */
void visit_rate_text(int64_t rate, char out[VISIT_RATE_BYTES]);
/* part of all, in hundredths of a per cent, rounded half up; -1 when all is 0. */
int64_t visit_share(int64_t part, int64_t all);
/* The town's name; "（镇街不详）" for "". NULL: "全部镇街". Borrowed from the book or static. */
const char *visit_town_text(const struct code_book *codes, const char *town);
/* "城郊村 2组8号"; with_town: "永阳街道 城郊村 2组8号". Of people who must be reached with care only what the core gives: the town. */
void visit_place_text(const struct code_book *codes, const struct visit_todo *todo, bool with_town, char out[VISIT_PLACE_BYTES]);
/* "去过2次 外出务工"; "" before the first visit. */
void visit_tries_text(const struct code_book *codes, const struct visit_todo *todo, char out[VISIT_PLACE_BYTES]);

/* The worklist as a paper, appended as markup (core/paper/markup.h): a heading per village, one row per household. *rows: how many there are. Errors: visit_worklist's. */
enum status visit_paper(struct store *store, const struct actor *actor, const struct code_book *codes, int year, const char *town, struct buf *out, uint64_t *rows, struct errmsg *err);

#endif /* TUI_VIEWS_VISIT_TEXT_H */
