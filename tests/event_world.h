/* tests/event_world.h - records of outreach work made in one line, for the tests of events, stock and campaigns. */
#ifndef TESTS_EVENT_WORLD_H
#define TESTS_EVENT_WORLD_H

#include "tests/fixture.h"

#define NO_ID ((struct id){{0}})

/* Set "field=value;field=value" as a person types it; the value @ stands for `that`'s id. Fails the test on any error. */
void event_fill(struct node *node, struct record *record, struct id that, const char *fields);
/* A new record with these fields, saved as an action would (any state may be set); returns its id. */
struct id event_add(struct node *node, const char *type, struct id that, const char *fields);

#endif /* TESTS_EVENT_WORLD_H */
