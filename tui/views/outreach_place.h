/* tui/views/outreach_place.h - the event that an outreach screen works at: its record, what this laptop keeps in mind for it, how it is named in titles. */
#ifndef TUI_VIEWS_OUTREACH_PLACE_H
#define TUI_VIEWS_OUTREACH_PLACE_H

#include "core/outreach/event.h"
#include "core/outreach/outreach_desk.h"
#include "tui/view.h"

struct outreach_place {
    struct record event; /* owned */
    struct outreach_desk desk;
    bool barracks; /* places and units stay unwritten here */
};

/* Load it for entry. Errors: STATUS_FORBIDDEN (the account only reads), STATUS_INVALID (the event is closed), records_get's; *place needs no release then. */
enum status outreach_place_open(struct outreach_place *place, struct view *view, struct id event, struct errmsg *err);
void outreach_place_close(struct outreach_place *place);
/* Read it again. False: it is gone or closed; *place is as before. */
bool outreach_place_refresh(struct outreach_place *place, struct view *view);
/* "送法进军营 10-23 驻军单位（代号一）": name, day, where; appended. */
void outreach_place_text(const struct outreach_place *place, const struct view *view, struct buf *out);
/* The same for an event that is not worked at. */
void outreach_event_text(const struct record *event, const struct view *view, struct buf *out);
/* Where an event is, or was: the unit's code name, the village, town or place; "" when nothing was said. Appends. */
void outreach_where_text(const struct record *event, const struct code_book *codes, struct buf *out);

#endif /* TUI_VIEWS_OUTREACH_PLACE_H */
