/* tests/desk.h - a center and a station with a person for each part of a case, who sit down at their own screens. The day is 2026-10-23, a Friday. */
#ifndef TESTS_DESK_H
#define TESTS_DESK_H

#include "tests/case_act.h"
#include "tests/screen.h"
#include "tui/views/views.h"

#define DESK_TODAY_MS (INT64_C(1792717920) * 1000)

/* 李收 (station), 王初 (clerk), 赵审 (reviewer), 钱批 (director), 周档 (archivist). */
struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
    struct actor station, clerk, reviewer, director, archivist;
};

/* For cmocka: *state is the desk. */
int desk_open(void **state);
int desk_close(void **state);
/* Somebody of that role at a node, on that day. */
struct actor desk_person(const struct node *node, const char *name, enum actor_role role);

/* ---- at the screen ---- */

/* The person's home is open, 24x80 or of that size; up again before the next one sits down. */
void desk_sit_down(struct desk *desk, struct node *node, struct actor *actor);
void desk_sit_down_at(struct desk *desk, struct node *node, struct actor *actor, int rows, int cols);
void desk_get_up(struct desk *desk);
/* screen_keys_checked(), and the cursor stands on what has the focus. */
void desk_keys(struct desk *desk, const char *names);
void desk_expect(struct desk *desk, const char *text);
/* Enter until the field whose label begins with that character has the focus. */
void desk_go_to(struct desk *desk, uint32_t label, const char *focus);

/* ---- cases made without screens, by the station's person ---- */

/* An office of the county that a case may go to. */
void desk_name_org(struct node *center, int64_t number, const char *name);
/* An application of that name, with one more "field=value". */
struct id desk_drafted(struct desk *desk, const char *name, const char *more);
/* Received on that day, and synced to the center. */
struct id desk_received(struct desk *desk, const char *name, const char *on);
int desk_drafts_of(const struct node *node, const struct actor *actor);
/* For records_list: the first row's id goes to *context, a struct id, and the list ends. */
bool desk_take_id(void *context, const struct record *record, const struct list_key *key);

#endif /* TESTS_DESK_H */
