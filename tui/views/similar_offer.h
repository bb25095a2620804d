/* tui/views/similar_offer.h - earlier records like the one being written (core/aid/similar.h), offered as templates: one line beside the form, and a list to choose from. */
#ifndef TUI_VIEWS_SIMILAR_OFFER_H
#define TUI_VIEWS_SIMILAR_OFFER_H

#include "core/aid/similar.h"
#include "tui/views/common.h"

enum { SIMILAR_NAME_BYTES = 400 };

struct similar_offer {
    const struct similar_fields *fields;
    struct similar found[SIMILAR_MAX]; /* owned */
    size_t n;
    struct code choices[SIMILAR_MAX];
    char names[SIMILAR_MAX][SIMILAR_NAME_BYTES];
};

/* Look anew; nothing is offered for a record without category and words. Errors leave nothing. */
void similar_offer_find(struct similar_offer *offer, const struct view *view, const struct similar_fields *fields, const struct record *typed);
void similar_offer_release(struct similar_offer *offer);
/* "像 10-22 张文芳: 保留考勤和工资条.." cut to columns; nothing when nothing is offered. Appends to out. */
void similar_offer_text(const struct similar_offer *offer, const struct view *view, int columns, struct buf *out);
/* Ask which one (app_pick with this tag). False: there is none. The offer must stay until the answer. */
bool similar_offer_ask(struct similar_offer *offer, struct view *view, int tag);
/* The record behind a choice; NULL. */
const struct record *similar_offer_chosen(const struct similar_offer *offer, const char *code);

#endif /* TUI_VIEWS_SIMILAR_OFFER_H */
