/* tests/test_tour.c - the practice tour, walked by keys: it goes on only when a step has really been done, is never in the way, and does not run over real data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fixture.h"
#include "tests/practice_desk.h"
#include "tests/screen.h"
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

static void press(const char *names)
{
    screen_keys(&seat.screen, names);
}

static void expect_line(const char *text)
{
    screen_expect(&seat.screen, seat.screen.canvas.rows - 2, text);
}

static void test_from_the_help_to_the_first_saved_record_and_back_to_it(void **state)
{
    struct screen *screen = &seat.screen;
    (void)state;
    press("F1 F6");
    expect_line("导览 1/10  看完按 F10 回来");
    press("F10");
    expect_line("导览 1/10  打 11，再按 Enter");
    screen_expect(screen, 21, "F10退出"); /* the keys of the screen stand above */
    press("11 Enter");
    expect_line("导览 2/10  姓名");
    press("Enter"); /* nothing typed: nothing done */
    expect_line("导览 2/10  姓名");
    press("Up 王 小 明 Enter");
    expect_line("导览 3/10  性别");
    press("1 Enter Enter");
    expect_line("导览 4/10  类别");
    press("ldjf");
    screen_expect(screen, 20, "劳动纠纷"); /* the choices are not covered */
    press("Enter");
    expect_line("导览 5/10  内容");
    press("工 资 没 发 Enter");
    expect_line("导览 6/10  答复");
    press("11 Enter Enter");
    expect_line("导览 7/10  按 F2 存好");
    press("F2");
    expect_line("导览 8/10  存好了");
    press("F10");
    expect_line("导览 9/10  找刚才那条: 在首页按 F3");
    press("F3 wxm");
    expect_line("导览 9/10  找刚才那条: 按 F3");
    press("Enter");
    expect_line("导览 10/10  就是它");
    screen_expect_any(screen, "王小明");
    press("F10 F10");
    screen_expect(screen, 22, "导览走完了，用了 0 分");
    screen_expect(screen, 23, "F10退出"); /* its rows are the screen's again */
    assert_false(screen->app.tour.running);
}

static void test_who_wanders_off_is_told_the_way_back(void **state)
{
    (void)state;
    assert_int_equal(app_start_tour(&seat.screen.app), STATUS_OK);
    press("13 Enter");
    expect_line("导览 1/10  按 F10 回到首页");
    press("F10 11 Enter F10");
    expect_line("导览 2/10  先回到咨询速录");
    press("11 Enter");
    expect_line("导览 2/10  姓名");
}

static void test_it_can_be_left_at_any_time(void **state)
{
    struct screen *screen = &seat.screen;
    (void)state;
    assert_int_equal(app_start_tour(&screen->app), STATUS_OK);
    press("11 Enter 王 Ctrl-X");
    screen_expect_none(screen, "导览 ");
    screen_expect(screen, 22, "导览结束了");
    screen_expect(screen, 2, ">姓名 [王"); /* nothing is lost */
    press("F1 F6 F10");
    expect_line("导览 2/10");
}

static void test_in_the_least_window_it_speaks_on_the_message_line(void **state)
{
    struct screen *screen = &seat.screen;
    (void)state;
    assert_int_equal(app_start_tour(&screen->app), STATUS_OK);
    screen_resize(screen, APP_MIN_ROWS, APP_MIN_COLS);
    screen_expect(screen, APP_MIN_ROWS - 2, "导览 1/10  打 11");
    screen_expect(screen, APP_MIN_ROWS - 1, "F10退出");
}

static void test_real_data_is_out_of_its_reach(void **state)
{
    (void)state;
    seat.desk.machine.practice = false;
    press("F1 F6");
    screen_expect(&seat.screen, 22, "导览只在练习的数据里走");
    assert_false(seat.screen.app.tour.running);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_from_the_help_to_the_first_saved_record_and_back_to_it, sit_down, stand_up),
        cmocka_unit_test_setup_teardown(test_who_wanders_off_is_told_the_way_back, sit_down, stand_up),
        cmocka_unit_test_setup_teardown(test_it_can_be_left_at_any_time, sit_down, stand_up),
        cmocka_unit_test_setup_teardown(test_in_the_least_window_it_speaks_on_the_message_line, sit_down, stand_up),
        cmocka_unit_test_setup_teardown(test_real_data_is_out_of_its_reach, sit_down, stand_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
