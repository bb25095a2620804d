/* tests/screen_routes.h - the way to every screen of the program on the practice desk, as a table: what tests and the pictures of README walk along. */
#ifndef TESTS_SCREEN_ROUTES_H
#define TESTS_SCREEN_ROUTES_H

#include "tests/practice_desk.h"
#include "tests/screen.h"

struct screen_route {
    const char *name;               /* of the golden; stable */
    const char *symbol;             /* "view_home": as tui/views/views.h declares the class */
    const struct view_class *class; /* what is on top at the end */
    const struct view_class *first; /* where it begins; NULL: home */
    struct view_argument argument;  /* of the first view; id: see find */
    const char *find_type, *find_where; /* the argument's id is the first record of this type that meets the condition; NULL: zero */
    const char *keys;                   /* from there; NULL: none */
    enum practice_seat seat;
};

extern const struct screen_route SCREEN_ROUTES[];
extern const size_t SCREEN_ROUTES_COUNT;

/* Fails the test if there is none of the name. */
const struct screen_route *screen_route_find(const char *name);
/* Open the desk on a copy of the master store and go there. Fails the test unless the class is on top. screen_close() and practice_desk_close() end it. */
void screen_route_go(const struct screen_route *route, const char *master, int rows, int cols, struct practice_desk *desk, struct screen *screen);

#endif /* TESTS_SCREEN_ROUTES_H */
