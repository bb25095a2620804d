/* tui/views/same_person.h - while a person is being written down: is this number, or this name with this telephone or birth day, known already? */
#ifndef TUI_VIEWS_SAME_PERSON_H
#define TUI_VIEWS_SAME_PERSON_H

#include "core/record/records.h"
#include "tui/app.h"

enum { SAME_PERSON_BYTES = 240 };

struct same_person {
    struct id id;                 /* zero: nobody */
    char text[SAME_PERSON_BYTES]; /* "可能是同一人：王秀兰 1980-01-01 139.. 永阳站 证件号码相同"; "" for nobody */
};

/* Whether a field of that name says who somebody is: look again when it was left. */
bool same_person_asks(const char *field);
/* The strongest match for a person, case or consultation as typed so far; the file that it belongs to already is not counted. By index: a few milliseconds. */
void same_person_find(const struct view *view, const struct record *typed, struct same_person *out);
/* One line about a file: name, birth day, telephone, org. Cut at a character. */
void same_person_line(const struct view *view, const struct record *person, char *out, size_t out_bytes);

#endif /* TUI_VIEWS_SAME_PERSON_H */
