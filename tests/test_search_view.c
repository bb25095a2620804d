/* tests/test_search_view.c - the search box: everything in one place, scopes and order by one key, a row opened by its number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/utf8.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 1, NULL);
    struct node *node = &desk->world.stations[0];
    struct id named = node_consult(node, "王平", "摩托车被撞"), inside = node_consult(node, "李敏", "邻居王平欠薪");
    node_set(node, "consultation", named, "phone", "13900000045");
    node_set(node, "consultation", inside, "phone", "13900001202");
    node_make(node, "person", "name=王平安", NULL);
    desk->context = screen_context(node);
    screen_open(&desk->screen, &desk->context, &view_search, &view_help, 24, 80);
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

static void counts_time_and_order(void **state)
{
    struct screen *screen = &((struct desk *)*state)->screen;
    screen_expect_any(screen, "打字即找");
    screen_keys(screen, "王平");
    screen_expect(screen, 1, "查找 [王平");
    screen_expect(screen, 1, "3 条   0.00 秒   新的在前");
    screen_expect(screen, 22, "空格=并且  -词=不要");
    screen_keys(screen, "F6");
    screen_expect(screen, 1, "相关的在前");
    screen_expect(screen, 3, "王平");
    screen_expect(screen, 3, "咨询");
    screen_expect(screen, 4, "王平安");
    screen_keys(screen, "Space - 平 安");
    screen_expect(screen, 1, "2 条");
    screen_expect_none(screen, "人员");
    screen_keys(screen, "Esc");
    screen_expect_any(screen, "打字即找");
}

static void scopes_by_a_digit(void **state)
{
    struct screen *screen = &((struct desk *)*state)->screen;
    screen_keys(screen, "王平 F4");
    screen_expect_any(screen, "4 人员");
    screen_keys(screen, "4");
    screen_expect(screen, 0, "范围: 人员");
    screen_expect(screen, 1, "1 条");
    screen_keys(screen, "F4 7 Ctrl-U 法律援助 Space 经济困难");
    screen_expect(screen, 0, "范围: 法条");
    screen_expect_any(screen, "法律援助法 第");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "法条");
    screen_expect_any(screen, "经济困难");
    screen_keys(screen, "F10 F4 1 Ctrl-U 仲裁时效");
    screen_expect(screen, 0, "范围: 全部");
    screen_expect_any(screen, "劳动争议调解仲裁法"); /* among everything, too */
}

static void a_row_is_opened_by_its_number_and_a_tail_is_sought(void **state)
{
    struct screen *screen = &((struct desk *)*state)->screen;
    screen_keys(screen, "王平 F6 Space 2");
    screen_expect(screen, 4, "> 2 ");
    screen_expect(screen, 1, "3 条"); /* the number is not sought */
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "人员  王平安");
    screen_keys(screen, "F10 Ctrl-U 0 4 5");
    screen_expect(screen, 1, "1 条");
    screen_expect(screen, 3, "王平");
    screen_keys(screen, "Ctrl-U 1 2 0 2");
    screen_expect(screen, 1, "1 条");
    screen_expect(screen, 3, "李敏");
    screen_keys(screen, "Ctrl-U １ ２ ０ ２"); /* the input method is on */
    screen_expect(screen, 3, "李敏");
    screen_keys(screen, "Ctrl-U - 王");
    screen_expect_none(screen, "王平");
}

/* What was typed at once is looked for once, a page of it for the picture; the rest, and the law behind it, while no key waits. */
static void a_page_comes_first(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    for (int i = 0; i < 60; i++)
        node_consult(&desk->world.stations[0], "赵六", "拖欠劳动报酬");
    for (const char *c = "劳动"; *c != '\0';) {
        uint32_t code = 0;
        c += utf8_decode(c, strlen(c), &code);
        app_key(&screen->app, key_char(code), screen->now_ms);
    }
    app_draw(&screen->app, &screen->canvas);
    screen_expect(screen, 1, "19+ 条");
    screen_expect(screen, 3, "赵六");
    screen_wait(screen, 1);
    screen_expect(screen, 22, "列出 65 条"); /* with five articles of the law */
    screen_keys(screen, "End");
    screen_expect_any(screen, "法条");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(counts_time_and_order, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(scopes_by_a_digit, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_row_is_opened_by_its_number_and_a_tail_is_sought, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_page_comes_first, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
