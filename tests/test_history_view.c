/* tests/test_history_view.c - the history of a record: newest first, to its end by the keys, and one that is longer than is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/account.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

enum { MANY = 1500 }; /* changes of a title line and a field each: more lines than are kept */

struct desk {
    struct world world;
    struct node *node;
    struct app_context context;
    struct screen screen;
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    world_open(&desk->world, 1, NULL);
    desk->node = &desk->world.stations[0];
    desk->context = screen_context(desk->node);
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, 24, 80);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    screen_close(&desk->screen);
    world_close(&desk->world);
    free(desk);
    return 0;
}

/* A consultation whose telephone was written `n` times, the last time 13800000000 + n - 1. */
static void show(struct desk *desk, int n)
{
    struct id id = node_consult(desk->node, "王建国", "欠薪");
    for (int i = 0; i < n; i++) {
        char phone[16];
        snprintf(phone, sizeof phone, "138%08d", i);
        node_set(desk->node, "consultation", id, "phone", phone);
    }
    assert_int_equal(app_open(&desk->screen.app, &view_history, &(struct view_argument){.type = "consultation", .id = id}), STATUS_OK);
    screen_wait(&desk->screen, 1);
}

static void test_newest_first_and_the_keys_go_to_the_end(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    show(desk, 40);
    screen_expect(screen, 0, "41 次修改");
    screen_expect(screen, 3, "13800000039");
    screen_keys(screen, "End");
    screen_expect_any(screen, "建立");
    screen_expect_none(screen, "更早的");
    screen_keys(screen, "Home");
    screen_expect(screen, 3, "13800000039");
}

/* What was done last is what people ask for: the oldest gives way, and is counted. */
static void test_a_history_longer_than_is_kept_loses_its_oldest_changes(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    show(desk, MANY);
    screen_expect(screen, 0, "1501 次修改");
    screen_expect(screen, 3, "13800001499");
    screen_keys(screen, "End");
    screen_expect_any(screen, "更早的");
}

/* An account by its person's name, a reference by the title of its record. */
static void test_people_and_references_are_called_by_name(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct errmsg err = {{0}};
    struct node *center = &desk->world.center;
    screen_close(screen);
    if (account_add(center->store, &center->actor, center->codes, center->random, "liumin", "刘敏", "clerk", NULL, "mima-123456", strlen("mima-123456"), &err) != STATUS_OK)
        fail_msg("%s", err.text);
    snprintf(center->actor.name, sizeof center->actor.name, "liumin");
    struct id event = node_make(center, "event", "title=送法进村", "date=2026-10-01", NULL);
    struct id id = node_make(center, "consultation", "content=欠薪", node_ref("event", event), NULL);
    desk->context = screen_context(center);
    screen_open_at(screen, &desk->context, &view_history, &(struct view_argument){.type = "consultation", .id = id}, 24, 80);
    screen_expect(screen, 2, "刘敏  县中心  建立");
    screen_expect_any(screen, "    活动: 送法进村");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_newest_first_and_the_keys_go_to_the_end, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_people_and_references_are_called_by_name, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_history_longer_than_is_kept_loses_its_oldest_changes, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
