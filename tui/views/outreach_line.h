/* tui/views/outreach_line.h - the line that is typed at an event: the text, what it is read as, and what stands below it before it is saved. */
#ifndef TUI_VIEWS_OUTREACH_LINE_H
#define TUI_VIEWS_OUTREACH_LINE_H

#include "core/outreach/quick_line.h"
#include "tui/canvas.h"
#include "tui/edit_field.h"
#include "tui/views/consult_visitor.h"
#include "tui/views/outreach_place.h"

enum { LINE_ROWS = 3 /* the line, what it says, the text or a warning */ };

struct outreach_line {
    struct edit_field edit;
    struct quick_line parsed;
    enum status status; /* of the parse */
    struct errmsg err;
    struct visitors visitors; /* who the name may be */
    char last_category[QUICK_CODE_BYTES];
};

void outreach_line_init(struct outreach_line *line);
void outreach_line_release(struct outreach_line *line);
bool outreach_line_is_empty(const struct outreach_line *line);
/* Put a text there as if nothing had been typed before. */
void outreach_line_set(struct outreach_line *line, const struct view *view, const struct outreach_place *place, const char *text);
/* Read it again after a key. */
void outreach_line_read(struct outreach_line *line, const struct view *view, const struct outreach_place *place);
/* The category chosen from the table takes the place of what was typed of it. */
void outreach_line_take_category(struct outreach_line *line, const struct view *view, const struct outreach_place *place, const char *code);
/* What was typed of the category, folded; for the filter of the table. */
void outreach_line_head(const struct outreach_line *line, struct buf *out);
/* The line as typed, appended. */
void outreach_line_text(const struct outreach_line *line, struct buf *out);
/* The file of who is named in the line with a telephone that is known, as the text of its id; "" for none. */
void outreach_line_person(const struct outreach_line *line, const struct view *view, char out[ID_TEXT_BYTES]);
/* LINE_ROWS rows from `row` on. What is not typed stands in brackets. focused puts the cursor there. */
void outreach_line_draw(struct outreach_line *line, const struct view *view, const struct outreach_place *place, struct canvas *canvas, int row, bool focused);
/* What may be typed next. */
void outreach_line_hint(const struct outreach_line *line, const struct view *view, const struct outreach_place *place, size_t columns, struct buf *out);

#endif /* TUI_VIEWS_OUTREACH_LINE_H */
