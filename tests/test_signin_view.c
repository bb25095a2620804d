/* tests/test_signin_view.c - signing in on the screen, the lock after a while without a key, another person over a lock, a new password. A fake clock throughout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/account.h"
#include "core/aid/signin.h"
#include "core/record/draft.h"
#include "core/record/settings.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

enum { MINUTE_MS = 60000 };
static const int64_t DAY_MS = INT64_C(86400000), START_MS = INT64_C(1792717920000); /* as tests/screen.c begins: 2026-10-23 */
static const char REFUSED[] = "账号或密码不对，或者账号已停用；连错 5 次要等 15 分钟再试";

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
    struct node *node;
};

/* Accounts a and b of the first station, 主任 at the center; passwords Word-0001, Word-0002, Word-0003; made three days ago. */
static int open_desk(void **state)
{
    static const char *const accounts[][4] = {{"aa", "station", "站2", "Word-0001"}, {"bb", "volunteer", "站2", "Word-0002"}, {"zr", "director", NULL, "Word-0003"}};
    struct desk *desk = calloc(1, sizeof *desk);
    struct node *center = &desk->world.center;
    world_open(&desk->world, 2, NULL);
    center->actor.now_ms = START_MS - 3 * DAY_MS;
    for (size_t i = 0; i < 3; i++) {
        struct errmsg err = {{0}};
        if (account_add(center->store, &center->actor, center->codes, center->random, accounts[i][0], accounts[i][0], accounts[i][1], accounts[i][2], accounts[i][3],
                        strlen(accounts[i][3]), &err) != STATUS_OK)
            fail_msg("%s", err.text);
    }
    world_sync(&desk->world, 0);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    world_close(&desk->world);
    free(desk);
    return 0;
}

static void sit_down(struct desk *desk, struct node *node, const char *ask_account)
{
    node->actor = (struct actor){.role = ROLE_AUDITOR, .org = -1};
    desk->node = node;
    desk->context = screen_context(node);
    desk->context.may_stay = view_signin_may_stay;
    screen_open_signin(&desk->screen, &desk->context, &view_home, &view_help, &view_signin, ask_account);
}

static void stand_up(struct desk *desk)
{
    screen_close(&desk->screen);
    desk->node->actor = machine_owner(&desk->node->machine, "owner", START_MS);
}

static bool put_row(void *context, const struct record *row, const struct list_key *key)
{
    struct buf *out = context;
    (void)key;
    buf_printf(out, "%s %s;", record_text(row, "name"), record_text(row, "result"));
    return true;
}

static void rows_are(struct node *node, const char *expected)
{
    const struct record_type *type = catalogue_find("signin");
    struct actor reader = machine_owner(&node->machine, "owner", START_MS);
    struct list_query query = {.type = type, .ascending = true};
    struct buf out;
    buf_init(&out, 4096);
    assert_int_equal(records_list(node->store, &reader, &query, put_row, &out, NULL), STATUS_OK);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static bool count_draft(void *context, const struct draft_info *info)
{
    (void)info;
    ++*(int *)context;
    return true;
}

static int drafts_of(struct node *node, const char *user)
{
    struct actor actor = {.org = node->machine.org};
    int n = 0;
    snprintf(actor.name, sizeof actor.name, "%s", user);
    assert_int_equal(draft_list(node->store, &actor, count_draft, &n, NULL), STATUS_OK);
    return n;
}

static void test_nothing_before_the_password(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    sit_down(desk, station, "");
    screen_expect(screen, 0, "登录  站2");
    screen_expect(screen, 4, "   >账号 [______________________________]");
    screen_expect(screen, 6, "    密码 [______________________________]");
    screen_expect(screen, 23, "F10退出程序");
    screen_expect_none(screen, "待办");
    screen_keys(screen, "aa Enter Word-0002");
    screen_expect(screen, 6, "[*********____");
    screen_keys(screen, "Enter");
    screen_expect(screen, 22, REFUSED);
    screen_expect(screen, 6, "[______"); /* wiped */
    screen_keys(screen, "Up Ctrl-U Word-0001 Enter aa Enter"); /* the fields mixed up: no such account */
    screen_expect(screen, 22, REFUSED);
    screen_expect_none(screen, "待办");
    screen_keys(screen, "F3 F5 F9 Ctrl-Z Ctrl-S Ctrl-Q");
    screen_expect(screen, 0, "登录  站2");
    screen_keys(screen, "F1");
    screen_expect(screen, 22, "忘了密码请县中心的管理员另设");
    screen_keys(screen, "Up Ctrl-U ａａ Enter Word-0001 Enter"); /* typed with an input method on */
    screen_expect_any(screen, "待办");
    screen_expect(screen, 0, "  aa  10-23");
    assert_int_equal(station->actor.role, ROLE_STATION);
    assert_string_equal(desk->context.account, "aa");
    rows_are(station, "aa 02;- 08;aa 01;");
    /* Who works stands on screens that do not say it themselves. */
    screen_keys(screen, "14 Enter");
    screen_expect(screen, 0, "  aa");
    stand_up(desk);
}

static void test_there_is_no_way_past(void **state)
{
    static const char *const ways[] = {"F10", "Esc", "Esc 0", "aa Enter Esc"};
    struct desk *desk = *state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        sit_down(desk, &desk->world.stations[0], "");
        screen_keys(&desk->screen, ways[i]);
        assert_true(app_done(&desk->screen.app));
        assert_string_equal(desk->context.account, "");
        stand_up(desk);
    }
    rows_are(&desk->world.stations[0], "");
}

static void sign_in(struct desk *desk, const char *keys)
{
    screen_keys(&desk->screen, keys);
    screen_expect_any(&desk->screen, "待办");
}

static void test_the_lock_keeps_what_was_typed(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    sit_down(desk, station, "");
    sign_in(desk, "aa Enter Word-0001 Enter");
    screen_keys(screen, "11 Enter 张文芳 Enter 2 1390000");
    screen_wait(screen, 14 * MINUTE_MS + 59 * 1000);
    screen_expect_any(screen, "张文芳");
    screen_keys(screen, "1"); /* a key starts the wait again */
    screen_wait(screen, 14 * MINUTE_MS + 59 * 1000);
    screen_expect_any(screen, "张文芳");
    screen_wait(screen, 2000);
    screen_expect(screen, 0, "已锁屏  站2");
    screen_expect_none(screen, "张文芳");
    screen_expect_none(screen, "13900001");
    screen_expect(screen, 4, "账号 [aa_");
    screen_expect(screen, 6, "   >密码 [_");
    screen_expect_any(screen, "写到一半的都在");
    assert_int_equal(drafts_of(station, "aa"), 1);
    screen_keys(screen, "王 Enter F2 F8 F5"); /* does not reach what lies under it */
    screen_expect_none(screen, "张文芳");
    screen_keys(screen, "Ctrl-U Word-0001 Enter");
    screen_expect_any(screen, "[张文芳");
    screen_expect_any(screen, "[13900001");
    screen_keys(screen, "7");
    screen_expect_any(screen, "[139000017");
    rows_are(station, "aa 01;aa 06;aa 02;aa 07;");
    stand_up(desk);
}

/* A laptop was asleep for an hour: the first key comes before any tick. */
static void test_a_key_after_a_long_sleep_is_not_let_through(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    sit_down(desk, &desk->world.stations[0], "");
    sign_in(desk, "aa Enter Word-0001 Enter");
    screen->now_ms += 60 * MINUTE_MS;
    screen_keys(screen, "F5");
    screen_expect(screen, 0, "已锁屏");
    screen_keys(screen, "Word-0001 Enter");
    screen_expect_any(screen, "待办"); /* not the quick entry that F5 would have opened */
    /* A clock that is set back does not lock, and the wait begins again. */
    screen->now_ms -= 3 * 60 * MINUTE_MS;
    screen_wait(screen, 14 * MINUTE_MS);
    screen_expect_any(screen, "待办");
    screen_wait(screen, 2 * MINUTE_MS);
    screen_expect(screen, 0, "已锁屏");
    stand_up(desk);
}

static void test_another_person_over_a_lock(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    sit_down(desk, station, "");
    sign_in(desk, "aa Enter Word-0001 Enter");
    screen_keys(screen, "11 Enter 张文芳 Enter 2 1390000 Ctrl-Q"); /* in the middle of a field */
    screen_expect(screen, 0, "已锁屏");
    sign_in(desk, "Up Ctrl-U bb Enter Word-0002 Enter");
    screen_expect_none(screen, "未写完");
    assert_string_equal(station->actor.name, "bb");
    assert_int_equal(station->actor.role, ROLE_VOLUNTEER);
    assert_int_equal(drafts_of(station, "aa"), 1);
    screen_keys(screen, "F10"); /* signs out */
    screen_expect(screen, 0, "登录  站2");
    screen_expect_any(screen, "已退出");
    screen_expect(screen, 4, "账号 [___");
    assert_false(app_done(&screen->app));
    assert_string_equal(desk->context.account, "");
    sign_in(desk, "aa Enter Word-0001 Enter");
    screen_expect_any(screen, "咨询 未写完");
    screen_keys(screen, "1 Enter");
    screen_expect_any(screen, "[张文芳");
    screen_expect_any(screen, "[1390000_");
    rows_are(station, "aa 01;aa 06;bb 01;aa 05;bb 05;aa 01;");
    stand_up(desk);
}

static void test_an_open_question_waits_under_the_lock(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    sit_down(desk, &desk->world.stations[0], "");
    sign_in(desk, "aa Enter Word-0001 Enter");
    screen_keys(screen, "11 Enter 张文芳 Enter F4");
    screen_expect_any(screen, "翻页"); /* the code picker's keys */
    screen_keys(screen, "Ctrl-Q");
    screen_expect(screen, 0, "已锁屏");
    screen_expect(screen, 23, "F10退出程序");
    screen_expect_none(screen, "翻页");
    screen_keys(screen, "Word-0001 Enter");
    screen_expect_any(screen, "翻页");
    screen_keys(screen, "Esc Esc");
    screen_expect_any(screen, "[张文芳");
    stand_up(desk);
}

/* Rights that changed meanwhile hold at once: the screens of before are not given back. */
static void test_new_rights_close_the_old_screens(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center, *station = &desk->world.stations[0];
    struct actor owner = machine_owner(&center->machine, "owner", START_MS);
    sit_down(desk, station, "");
    sign_in(desk, "aa Enter Word-0001 Enter");
    screen_keys(screen, "11 Enter 张文芳 Enter Ctrl-Q");
    assert_int_equal(account_change(center->store, &owner, center->codes, center->random, "aa", "role", "volunteer", NULL), STATUS_OK);
    world_sync(&desk->world, 0);
    sign_in(desk, "Word-0001 Enter");
    assert_int_equal(station->actor.role, ROLE_VOLUNTEER);
    screen_keys(screen, "Ctrl-Q");
    assert_int_equal(account_disable(center->store, &owner, center->codes, center->random, "aa", NULL), STATUS_OK);
    world_sync(&desk->world, 0);
    screen_keys(screen, "Word-0001 Enter");
    screen_expect(screen, 0, "已锁屏");
    screen_expect(screen, 22, REFUSED);
    stand_up(desk);
}

/* Disabled at the center: with the next sync the screen is locked, and stays so. */
static void test_a_disabled_account_is_locked_by_the_next_sync(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center, *station = &desk->world.stations[0];
    struct actor owner = machine_owner(&center->machine, "owner", START_MS);
    sit_down(desk, station, "");
    sign_in(desk, "aa Enter Word-0001 Enter");
    screen_keys(screen, "11 Enter 张文芳 Enter 2 1390000");
    app_data_changed(&screen->app); /* somebody else's record came */
    screen_keys(screen, "1");
    screen_expect_any(screen, "[13900001_");
    assert_int_equal(account_disable(center->store, &owner, center->codes, center->random, "aa", NULL), STATUS_OK);
    world_sync(&desk->world, 0);
    app_data_changed(&screen->app);
    screen_wait(screen, 1000);
    screen_expect(screen, 0, "已锁屏");
    screen_keys(screen, "Word-0001 Enter");
    screen_expect(screen, 22, REFUSED);
    assert_int_equal(drafts_of(station, "aa"), 1);
    stand_up(desk);
}

static void test_leaving_a_locked_screen_loses_nothing(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    sit_down(desk, station, "aa");
    screen_expect(screen, 4, "账号 [aa_");
    sign_in(desk, "Word-0001 Enter");
    screen_keys(screen, "11 Enter 张文芳 Enter Ctrl-Q F10");
    assert_true(app_done(&screen->app));
    assert_string_equal(desk->context.account, "aa"); /* main.c notes the leaving */
    stand_up(desk);
    assert_int_equal(drafts_of(station, "aa"), 1);
}

static int64_t setting_of(struct store *store, const char *name)
{
    int64_t number;
    assert_int_equal(settings_int(store, name, &number, NULL), STATUS_OK);
    return number;
}

static void test_the_setting_and_the_owner(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    struct actor owner = machine_owner(&station->machine, "owner", START_MS);
    assert_int_equal(setting_of(station->store, "require_signin"), 0);
    assert_int_equal(settings_set(station->store, &owner, settings_find("require_signin"), "是", NULL), STATUS_OK);
    assert_int_equal(setting_of(station->store, "require_signin"), 1);
    assert_int_equal(settings_set(station->store, &owner, settings_find("session_idle_min"), "2", NULL), STATUS_OK);
    sit_down(desk, station, "");
    sign_in(desk, "aa Enter Word-0001 Enter");
    screen_wait(screen, 2 * MINUTE_MS + 1000);
    screen_expect(screen, 0, "已锁屏");
    stand_up(desk);
    /* The owner without an account is never locked, and F10 leaves. */
    desk->context.account[0] = '\0';
    screen_open(screen, &desk->context, &view_home, &view_help, 24, 80);
    screen_keys(screen, "Ctrl-Q");
    screen_wait(screen, 60 * MINUTE_MS);
    screen_expect_any(screen, "待办");
    screen_keys(screen, "F10");
    assert_true(app_done(&screen->app));
    stand_up(desk);
}

static void test_an_old_password_is_changed_at_the_center(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    sit_down(desk, center, "");
    screen->now_ms += 87 * DAY_MS; /* 90 days old */
    screen_keys(screen, "zr Enter wrong Enter");
    screen_expect(screen, 22, REFUSED);
    screen_keys(screen, "Word-0003 Enter");
    screen_expect(screen, 22, "密码已过期，要先改密码才能继续");
    screen_expect(screen, 0, "改密码");
    screen_expect_none(screen, "待办");
    screen_keys(screen, "Word-0003 Enter Word-0003 Enter");
    screen_expect(screen, 22, "最近 5 个密码不能再用");
    screen_keys(screen, "Word-0004 Enter Word-0005 Enter");
    screen_expect(screen, 22, "两遍打的不一样");
    sign_in(desk, "Word-0004 Enter Word-0004 Enter");
    rows_are(center, "zr 02;zr 09;zr 01;");
    stand_up(desk);
}

static void test_the_last_days_of_a_password_are_told(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    sit_down(desk, &desk->world.stations[0], "");
    screen->now_ms += 80 * DAY_MS;
    sign_in(desk, "aa Enter Word-0001 Enter");
    screen_expect(screen, 22, "密码再过 7 天到期；请到县中心改密码");
    screen_keys(screen, "F10");
    screen->now_ms += 8 * DAY_MS;
    sign_in(desk, "aa Enter Word-0001 Enter");
    screen_expect(screen, 22, "密码已过期，再过 29 天就不能登录；请到县中心改密码");
    stand_up(desk);
}

static void test_ones_own_password(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    sit_down(desk, center, "");
    sign_in(desk, "zr Enter Word-0003 Enter");
    assert_int_equal(app_open(&screen->app, &view_password, NULL), STATUS_OK);
    screen_keys(screen, "wrong Enter Word-0004 Enter Word-0004 F2");
    screen_expect(screen, 22, "现在的密码不对");
    screen_keys(screen, "Word-0003 Enter Word-0004 Enter Word-0005 Enter");
    screen_expect(screen, 22, "两遍打的不一样");
    screen_keys(screen, "Word-0004 Enter Word-0004 Enter");
    screen_expect(screen, 22, "密码已改");
    screen_expect_any(screen, "待办");
    stand_up(desk);
    sit_down(desk, center, "");
    screen_keys(screen, "zr Enter Word-0003 Enter");
    screen_expect(screen, 22, REFUSED);
    sign_in(desk, "Word-0004 Enter");
    stand_up(desk);
    sit_down(desk, &desk->world.stations[0], "");
    sign_in(desk, "aa Enter Word-0001 Enter");
    assert_int_equal(app_open(&screen->app, &view_password, NULL), STATUS_FORBIDDEN);
    assert_string_equal(screen->app.message, "密码在县中心改：请到县中心或打电话请管理员改，本机下次同步后用新密码");
    stand_up(desk);
}

static void test_a_machine_without_accounts_says_so(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.stations[1], "");
    screen_expect_any(&desk->screen, "本机还没有账号");
    screen_expect_any(&desk->screen, "aidpost rule set require_signin 0");
    stand_up(desk);
}

static void test_the_center_reviews_what_was_flagged(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center, *station = &desk->world.stations[0];
    struct actor owner = machine_owner(&center->machine, "owner", START_MS);
    snprintf(station->actor.name, sizeof station->actor.name, "aa");
    node_consult(station, "张文芳", "停用之后写的");
    assert_int_equal(account_disable(center->store, &owner, center->codes, center->random, "aa", NULL), STATUS_OK);
    world_sync(&desk->world, 0);
    sit_down(desk, center, "");
    sign_in(desk, "zr Enter Word-0003 Enter");
    screen_expect(screen, 3, "复核  有 1 条变更要人看一遍");
    screen_keys(screen, "1 Enter");
    screen_expect(screen, 0, "复核  等人看一遍的变更");
    screen_expect(screen, 3, "> 1 咨询");
    screen_expect(screen, 3, "aa");
    screen_expect(screen, 3, "站2");
    screen_expect(screen, 3, "01-01 08:00");
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "(已停用账号所写)");
    screen_keys(screen, "F10 F2");
    screen_expect(screen, 22, "已复核这条记录的 1 次修改");
    screen_expect_any(screen, "没有待复核的");
    screen_keys(screen, "F10");
    screen_expect_none(screen, "复核");
    stand_up(desk);
}

#define at_desk(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        at_desk(test_nothing_before_the_password),
        at_desk(test_there_is_no_way_past),
        at_desk(test_the_lock_keeps_what_was_typed),
        at_desk(test_a_key_after_a_long_sleep_is_not_let_through),
        at_desk(test_another_person_over_a_lock),
        at_desk(test_an_open_question_waits_under_the_lock),
        at_desk(test_new_rights_close_the_old_screens),
        at_desk(test_a_disabled_account_is_locked_by_the_next_sync),
        at_desk(test_leaving_a_locked_screen_loses_nothing),
        at_desk(test_the_setting_and_the_owner),
        at_desk(test_an_old_password_is_changed_at_the_center),
        at_desk(test_the_last_days_of_a_password_are_told),
        at_desk(test_ones_own_password),
        at_desk(test_a_machine_without_accounts_says_so),
        at_desk(test_the_center_reviews_what_was_flagged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
