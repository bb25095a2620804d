/* tests/test_help_view.c - the help: of the field the cursor is in with its article of the law, of the screen, and the index of all screens, searched in names, words and keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fixture.h"
#include "tests/screen_routes.h"
#include "tui/views/help_text.h"
#include "tui/views/views.h"

struct seat {
    char master[PRACTICE_PATH_BYTES];
    struct practice_desk desk;
    struct screen screen;
};

static struct seat seat;

static int sit_down(void **state)
{
    (void)state;
    practice_master_make(seat.master);
    practice_desk_open(&seat.desk, seat.master, PRACTICE_STATION);
    screen_open_at(&seat.screen, &seat.desk.context, &view_home, NULL, 24, 80);
    return 0;
}

static int stand_up(void **state)
{
    (void)state;
    screen_close(&seat.screen);
    practice_desk_close(&seat.desk);
    test_folder_remove(seat.master);
    return 0;
}

static void test_the_focused_field_comes_first_with_its_article(void **state)
{
    struct screen *screen = &seat.screen;
    (void)state;
    screen_keys(screen, "13 Enter Enter F2 Enter F1"); /* the first thing to be done with the newest case: ask for what is missing */
    screen_expect(screen, 0, "帮助: 通知补正");
    screen_expect(screen, 3, "这一项: 材料清单");
    screen_expect_any(screen, "法律援助法第四十三条  法律援助机构应当自收到法律援助申请之日起七日内进行审查");
    screen_keys(screen, "F10 收 入 证 明 Enter F1");
    screen_expect(screen, 3, "这一项: 日期");
    screen_expect_any(screen, "也可写 今天、明天");
    screen_expect_none(screen, "这一项: 材料清单");
}

static void test_a_code_field_tells_its_codes(void **state)
{
    struct screen *screen = &seat.screen;
    (void)state;
    screen_keys(screen, "11 Enter 张 Enter F1");
    screen_expect(screen, 3, "这一项: 性别");
    screen_expect_any(screen, "可以是 1 男  2 女");
    screen_keys(screen, "F10");
    screen_expect(screen, 3, ">性别 ["); /* where one was */
}

static void test_the_index_is_searched_in_words_and_keys(void **state)
{
    struct screen *screen = &seat.screen;
    (void)state;
    screen_keys(screen, "F1 F4");
    screen_expect(screen, 0, "全部帮助");
    screen_expect_any(screen, "首页和录入  首页");
    screen_keys(screen, "zxsl"); /* 咨询速录 */
    screen_expect_any(screen, "咨询速录");
    screen_expect_none(screen, "草稿  ");
    screen_keys(screen, "Backspace Backspace Backspace Backspace 导 出");
    screen_expect_any(screen, "一本台账");
    screen_expect_none(screen, "咨询速录");
    screen_keys(screen, "Down Enter");
    screen_expect(screen, 0, "帮助: 一本台账");
    screen_expect_any(screen, "F6          换一种排序");
    screen_keys(screen, "F10 F10 F10");
    screen_expect_any(screen, "待办");
}

/* What goes on in the next row stands below the words, not below the key. */
static void test_a_long_line_of_a_key_is_indented(void **state)
{
    struct screen *screen = &seat.screen;
    (void)state;
    screen_resize(screen, 20, 60);
    screen_keys(screen, "15 Enter 3 F1 导 入");
    screen_expect_any(screen, "2           导入选中的文件");
    screen_expect_any(screen, "             回执，或替别的机器");
    screen_resize(screen, 24, 80);
}

static void test_nothing_found_says_what_to_do(void **state)
{
    (void)state;
    screen_keys(&seat.screen, "18 Enter xyzzy");
    screen_expect_any(&seat.screen, "没有这样的屏幕；按退格少打几个字");
    screen_keys(&seat.screen, "Enter"); /* nothing to open */
    screen_expect(&seat.screen, 0, "全部帮助");
}

static void test_every_screen_is_in_the_index(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCREEN_ROUTES_COUNT; i++)
        if (help_topic_find(SCREEN_ROUTES[i].class->name) == NULL)
            fail_msg("%s is not in the help's index", SCREEN_ROUTES[i].class->name);
    for (size_t i = 0; i < help_topics(); i++)
        assert_ptr_equal(help_topic_find(help_topic_at(i)->class->name), help_topic_at(i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_focused_field_comes_first_with_its_article, sit_down, stand_up),
        cmocka_unit_test_setup_teardown(test_a_code_field_tells_its_codes, sit_down, stand_up),
        cmocka_unit_test_setup_teardown(test_the_index_is_searched_in_words_and_keys, sit_down, stand_up),
        cmocka_unit_test_setup_teardown(test_a_long_line_of_a_key_is_indented, sit_down, stand_up),
        cmocka_unit_test_setup_teardown(test_nothing_found_says_what_to_do, sit_down, stand_up),
        cmocka_unit_test(test_every_screen_is_in_the_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
