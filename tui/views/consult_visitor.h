/* tui/views/consult_visitor.h - who may be standing there: people found by what is typed into the name field.
 *
 * Consultations and person records found by name, initials or phone tail are put together by name and phone: one row per person. */
#ifndef TUI_VIEWS_CONSULT_VISITOR_H
#define TUI_VIEWS_CONSULT_VISITOR_H

#include "core/record/records.h"
#include "tui/app.h"

enum { VISITORS_MAX = 5, VISITOR_HITS = 40, VISITOR_NEW = 9 };

struct visitor {
    const struct record_type *type; /* of the newest record */
    struct id id;
    char name[96];
    char phone[32];
    char category[48]; /* of the newest consultation, "" for none */
    int32_t day;       /* of the newest consultation; 0: none */
    unsigned times;    /* consultations */
};

struct visitors {
    struct visitor people[VISITORS_MAX];
    size_t n;
    bool dismissed; /* the worker said: a new visitor */
    bool asked; /* Enter was pressed on a number that several people have: a digit now means one of them, not more of the number */
};

/* Look up; fewer than two characters find nobody. Errors leave nobody. */
void visitors_find(struct visitors *visitors, const struct view *view, const char *typed);
/* What stands behind the name field: "来过 3 次，最近 09-12 劳动纠纷  1沿用资料  2新来访", or the numbered people. Behind digits Enter comes first: they may be more of the number. */
void visitors_text(const struct visitors *visitors, const char *typed, int64_t now_ms, struct buf *out);
/* The person that a digit means; NULL for none. *dismiss: the digit says new visitor. */
const struct visitor *visitors_choose(const struct visitors *visitors, int digit, bool *dismiss);

#endif /* TUI_VIEWS_CONSULT_VISITOR_H */
