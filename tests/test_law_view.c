/* tests/test_law_view.c - F9 on a form's field shows the articles its help or text cites; the box finds others; long articles scroll. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

static struct world world;
static struct app_context context;
static struct screen screen;

static int sit_down(void **state)
{
    struct node *node = &world.center;
    (void)state;
    world_open(&world, 1, NULL);
    context = screen_context(node);
    screen_open(&screen, &context, &view_home, &view_help, 24, 80);
    screen.app.law = &view_law;
    return 0;
}

static int get_up(void **state)
{
    (void)state;
    screen_close(&screen);
    world_close(&world);
    return 0;
}

static void from_the_home_screen(void **state)
{
    (void)state;
    screen_keys(&screen, "19 Enter");
    screen_expect(&screen, 0, "法条");
    screen_expect_any(&screen, "打法律名和条号");
    screen_keys(&screen, "法援法43");
    screen_expect(&screen, 0, "第 1 / 1 条");
    screen_expect(&screen, 1, " 查 [法援法43__");
    screen_expect(&screen, 2, ">法律援助法 第四十三条  法律援助机构应当自收到法律援助申请之日起七日内");
    screen_expect(&screen, 4, " 法律援助法 第四十三条    第四章　程序和实施");
    screen_expect(&screen, 5, " 　　法律援助机构应当自收到法律援助申请之日起七日内进行审查，");
    screen_expect_cursor(&screen, 1, 13);
    screen_keys(&screen, "Ctrl-U 没有这样的话");
    screen_expect_any(&screen, "没有这样的条文");
    screen_keys(&screen, "F10");
    screen_expect_any(&screen, "待办");
}

/* The form of an action cites its article; the case form's field 收件日期 art. 43. */
static void from_a_field(void **state)
{
    (void)state;
    screen_keys(&screen, "12 Enter F9");
    screen_expect(&screen, 0, "法条");
    screen_expect_any(&screen, ">法律援助法 第四十一条");
    screen_keys(&screen, "F10 张文芳 Enter F2 F4");
    for (int i = 0; i < 80; i++) {
        screen_keys(&screen, "F9");
        bool there = screen.app.n_views == 4; /* home, case, its form, law */
        assert_true(there);
        struct buf text;
        buf_init(&text, 100000);
        canvas_text(&screen.canvas, &text);
        bool found = strstr(buf_cstr(&text), ">法律援助法 第四十三条") != NULL;
        buf_release(&text);
        if (found)
            break;
        screen_keys(&screen, "F10 Enter");
    }
    screen_expect(&screen, 1, " 查 [法律援助法第四十三条");
    screen_expect_any(&screen, ">法律援助法 第四十三条");
    screen_keys(&screen, "F10");
    screen_expect_any(&screen, "收件日期");
}

/* What is typed in a field counts before its help. */
static void from_what_is_typed(void **state)
{
    (void)state;
    screen_keys(&screen, "11 Enter Enter Enter Enter Enter Enter 依据劳动争议调解仲裁法第二十七条，应在一年内申请。 F9");
    screen_expect(&screen, 2, ">劳动争议调解仲裁法 第二十七条");
    screen_expect_any(&screen, "申请仲裁的时效期间为一年");
    screen_keys(&screen, "F10");
    screen_expect_any(&screen, "应在一年内申请");
}

static void neighbours(void **state)
{
    (void)state;
    screen_keys(&screen, "19 Enter 法援法43 Enter");
    screen_expect(&screen, 0, "第 43 / 71 条");
    screen_keys(&screen, "Down");
    screen_expect(&screen, 0, "第 44 / 71 条");
    screen_expect_any(&screen, ">法律援助法 第四十四条");
    screen_keys(&screen, "Up Up");
    screen_expect_any(&screen, ">法律援助法 第四十二条");
    screen_keys(&screen, "Enter");
    screen_expect(&screen, 0, "第 1 / 1 条");
    screen_expect_any(&screen, ">法律援助法 第四十三条");
}

static void a_long_article_scrolls(void **state)
{
    (void)state;
    screen_keys(&screen, "F9 民诉法 Space 第八十五条");
    screen_keys(&screen, "Ctrl-U 刑法第三百四十七条");
    screen_expect_any(&screen, "PgDn 翻看");
    screen_expect_any(&screen, "走私、贩卖、运输、制造毒品");
    screen_expect_none(&screen, "对多次走私、贩卖");
    screen_keys(&screen, "PgDn");
    screen_expect_any(&screen, "对多次走私、贩卖");
    screen_keys(&screen, "PgUp");
    screen_expect_none(&screen, "对多次走私、贩卖");
    /* A key that means the law means nothing on the law itself. */
    screen_keys(&screen, "F9");
    assert_int_equal(screen.app.n_views, 2);
}

static void the_smallest_window(void **state)
{
    (void)state;
    assert_int_equal(canvas_resize(&screen.canvas, 20, 60), STATUS_OK);
    app_resize(&screen.app, 20, 60);
    screen_keys(&screen, "F9 法律援助法");
    screen_expect(&screen, 0, "第 1 / 71 条");
    screen_expect(&screen, 2, ">法律援助法 第一条");
    screen_keys(&screen, "Down Down Down Down Down Down Down");
    screen_expect_any(&screen, ">法律援助法 第八条");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(from_the_home_screen, sit_down, get_up), cmocka_unit_test_setup_teardown(from_a_field, sit_down, get_up),
        cmocka_unit_test_setup_teardown(from_what_is_typed, sit_down, get_up),   cmocka_unit_test_setup_teardown(neighbours, sit_down, get_up),
        cmocka_unit_test_setup_teardown(a_long_article_scrolls, sit_down, get_up), cmocka_unit_test_setup_teardown(the_smallest_window, sit_down, get_up),
    };
    return cmocka_run_group_tests_name("law view", tests, NULL, NULL);
}
