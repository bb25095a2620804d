/* tests/desk.c - see desk.h. */
#include "tests/desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/draft.h"
#include "tui/views/undo_save.h"

struct actor desk_person(const struct node *node, const char *name, enum actor_role role)
{
    struct actor actor = node_person(node, name, role);
    actor.now_ms = DESK_TODAY_MS;
    return actor;
}

int desk_open(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 1, NULL);
    const struct node *center = &desk->world.center;
    desk->station = desk_person(&desk->world.stations[0], "李收", ROLE_STATION);
    desk->clerk = desk_person(center, "王初", ROLE_CLERK);
    desk->reviewer = desk_person(center, "赵审", ROLE_REVIEWER);
    desk->director = desk_person(center, "钱批", ROLE_DIRECTOR);
    desk->archivist = desk_person(center, "周档", ROLE_ARCHIVIST);
    *state = desk;
    return 0;
}

int desk_close(void **state)
{
    struct desk *desk = *state;
    world_close(&desk->world);
    free(desk);
    return 0;
}

static char cell_at(const struct screen *screen, int row, int col)
{
    uint32_t code = canvas_cell(&screen->canvas, row, col)->code;
    return code < 128 ? (char)code : '*';
}

/* The cursor stands on the marker of a list, or inside the brackets of a field; where there is no marker at all, anywhere. */
static bool cursor_on_focus(const struct screen *screen)
{
    int row = screen->canvas.cursor_row, left = screen->canvas.cursor_col, right = left;
    bool marker = false;
    if (cell_at(screen, row, 0) == '>' && left == 0)
        return true;
    for (int r = 1; r < screen->canvas.rows - 2; r++)
        marker |= cell_at(screen, r, 0) == '>';
    while (left > 0 && cell_at(screen, row, left) != '[')
        left--;
    while (right < screen->canvas.cols - 1 && cell_at(screen, row, right) != ']')
        right++;
    return !marker || (cell_at(screen, row, left) == '[' && cell_at(screen, row, right) == ']');
}

void desk_keys(struct desk *desk, const char *names)
{
    screen_keys_checked(&desk->screen, names);
    if (app_top(&desk->screen.app) != NULL && desk->screen.app.overlay == APP_NO_OVERLAY && !cursor_on_focus(&desk->screen))
        screen_expect_any(&desk->screen, "(the cursor is not on the focus)");
}

void desk_sit_down_at(struct desk *desk, struct node *node, struct actor *actor, int rows, int cols)
{
    desk->context = screen_context(node);
    desk->context.actor = actor;
    desk->context.undo = view_undo_last_save;
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, rows, cols);
}

void desk_sit_down(struct desk *desk, struct node *node, struct actor *actor)
{
    desk_sit_down_at(desk, node, actor, 24, 80);
}

void desk_get_up(struct desk *desk)
{
    screen_close(&desk->screen);
}

void desk_expect(struct desk *desk, const char *text)
{
    screen_expect_any(&desk->screen, text);
}

void desk_go_to(struct desk *desk, uint32_t label, const char *focus)
{
    for (int i = 0; i < 40 && strcmp(app_top(&desk->screen.app)->class->name, "home") != 0; i++) {
        if (canvas_cell(&desk->screen.canvas, desk->screen.canvas.cursor_row, 1)->code == label)
            break;
        desk_keys(desk, "Enter");
    }
    desk_expect(desk, focus);
}

void desk_name_org(struct node *center, int64_t number, const char *name)
{
    struct errmsg err = {{0}};
    struct record org;
    record_init(&org, catalogue_find("org"));
    assert_int_equal(record_set_int(&org, "number", number), STATUS_OK);
    assert_int_equal(record_set_text(&org, "name", name), STATUS_OK);
    assert_int_equal(record_set_text(&org, "kind", "station"), STATUS_OK);
    assert_int_equal(records_save(center->store, &center->actor, center->codes, center->random, &org, &err), STATUS_OK);
    record_release(&org);
}

struct id desk_drafted(struct desk *desk, const char *name, const char *more)
{
    struct id id = {{0}};
    char field[128];
    snprintf(field, sizeof field, "name=%s", name);
    case_does(&desk->world.stations[0], &desk->station, "draft", &id, field, "cause=追索劳动报酬纠纷", "matter=M5", "id_no=32012419870312274X", more);
    return id;
}

struct id desk_received(struct desk *desk, const char *name, const char *on)
{
    struct id id = desk_drafted(desk, name, "stage=04");
    char field[64];
    snprintf(field, sizeof field, "received_on=%s", on);
    case_does(&desk->world.stations[0], &desk->station, "receive", &id, field, "items=身份证复印件");
    world_sync(&desk->world, 0);
    return id;
}

static bool count_draft(void *context, const struct draft_info *info)
{
    (void)info;
    ++*(int *)context;
    return true;
}

int desk_drafts_of(const struct node *node, const struct actor *actor)
{
    int n = 0;
    assert_int_equal(draft_list(node->store, actor, count_draft, &n, NULL), STATUS_OK);
    return n;
}

bool desk_take_id(void *context, const struct record *record, const struct list_key *key)
{
    (void)key;
    *(struct id *)context = record->id;
    return false;
}
