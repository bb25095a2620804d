/* tests/test_sync_view.c - the sync screen: at a station what waits, what ran last, the transfer that runs and what was mended; at the center every station with what it lacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/alarm.h"
#include "core/record/kept.h"
#include "core/record/returned.h"
#include "core/record/sync_state.h"
#include "tests/fixture.h"
#include "tests/must.h"
#include "tests/screen.h"
#include "tests/write_sql.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 2, NULL);
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

static void sit_down(struct desk *desk, struct node *node, int rows, int cols)
{
    desk->context = screen_context(node);
    screen_open(&desk->screen, &desk->context, view_sync_of(&desk->context), &view_help, rows, cols);
}

static void test_a_station_sees_what_ran_and_what_runs(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    const int64_t begun_ms = INT64_C(1792717910000); /* the screen's clock, ten seconds before */
    node_consult(station, "张文芳", "工资没有发");
    struct sync_attempt attempt = {.at_ms = begun_ms - 3600000, .ok = true, .sent = 41, .received = 17, .conflicts = 1, .bytes_out = 12000, .bytes_in = 3000, .duration_ms = 6000, .healed = "核对发现本机与县中心不一致，已修复：补上 2 条，更正 0 条，去掉 0 条"};
    assert_int_equal(sync_attempt_note(station->store, &attempt, NULL), STATUS_OK);
    sit_down(desk, station, 24, 80);
    screen_expect(&desk->screen, 2, "发 41  收 17  冲突 1   14 KB  6 秒");
    screen_expect(&desk->screen, 3, "待发       1 条");
    screen_expect(&desk->screen, 8, "已修复：补上 2 条");
    screen_expect_any(&desk->screen, "有修复");
    assert_int_equal(sync_progress_note(station->store, &(struct sync_progress){.begun_ms = desk->screen.now_ms - 10000, .at_ms = desk->screen.now_ms, .done = 50, .total = 200}, NULL), STATUS_OK);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 1000);
    screen_expect(&desk->screen, 8, "正在同步   [#######.......................] 25%  还要 30 秒");
}

/* Why it failed is said to its end, which is what to do, in the smallest window too. */
static void test_why_it_failed_is_told_whole(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    const int64_t now_ms = INT64_C(1792717910000);
    struct sync_attempt good = {.at_ms = now_ms - 3600000, .ok = true, .sent = 41, .received = 17, .bytes_out = 12000, .bytes_in = 3000, .duration_ms = 6000};
    struct sync_attempt bad = {.at_ms = now_ms, .next_ms = now_ms + 900000, .reason = "192.168.100.15:17474: 对方没有在监听（中心的同步程序没有运行，或者地址、端口不对）"};
    assert_int_equal(sync_attempt_note(station->store, &good, NULL), STATUS_OK);
    assert_int_equal(sync_attempt_note(station->store, &bad, NULL), STATUS_OK);
    sit_down(desk, station, 24, 80);
    screen_expect(&desk->screen, 2, "发 41  收 17  冲突 0   14 KB  6 秒");
    screen_expect(&desk->screen, 5, "下次自动   09:26");
    screen_expect(&desk->screen, 6, "最近失败   192.168.100.15:17474: 对方没有在监听");
    screen_expect(&desk->screen, 7, "端口不对）");
    screen_resize(&desk->screen, 20, 60);
    screen_expect(&desk->screen, 7, "端口不对）");
    screen_expect(&desk->screen, 2, "发 41  收 17  冲突 0");
    screen_expect(&desk->screen, 14, ".."); /* of the record, which is short */
}

/* The note is the center's clock minus ours: what a person is told is how his own stands. */
static void test_which_way_the_own_clock_is_off(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct sync_attempt attempt = {.at_ms = INT64_C(1792717910000), .ok = true, .skew_ms = -3 * INT64_C(86400000)};
    assert_int_equal(sync_attempt_note(station->store, &attempt, NULL), STATUS_OK);
    sit_down(desk, station, 24, 80);
    screen_expect(&desk->screen, 5, "时钟       本机比县中心快 3 天，请校对本机时间");
    attempt.skew_ms = 600000;
    assert_int_equal(sync_attempt_note(station->store, &attempt, NULL), STATUS_OK);
    screen_keys(&desk->screen, "F5");
    screen_expect(&desk->screen, 5, "时钟       本机比县中心慢 10 分钟，请校对本机时间");
    attempt.skew_ms = 3000;
    assert_int_equal(sync_attempt_note(station->store, &attempt, NULL), STATUS_OK);
    screen_keys(&desk->screen, "F5");
    screen_expect(&desk->screen, 5, "时钟       与县中心相差 3 秒");
}

/* A machine that its center does not let in any more must not promise that all will be sent by itself. */
static void test_home_says_why_nothing_is_sent(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct sync_attempt bad = {.at_ms = INT64_C(1792717910000), .reason = "中心拒绝：这台机器已被中心停用"};
    node_consult(station, "张文芳", "工资没有发");
    desk->context = screen_context(station);
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, 24, 80);
    screen_expect_any(&desk->screen, "断网照常录入，1 条待发，联上县中心自动送出");
    assert_int_equal(sync_attempt_note(station->store, &bad, NULL), STATUS_OK);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
    screen_expect_any(&desk->screen, "1 条待发；最近没有送出: 中心拒绝：这台机器已被中心停用");
}

/* The last backup that arrived there, and why a newer one did not. */
static void test_a_station_sees_which_backup_the_center_has(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    static const char why[] = "县中心替各站保管备份的地方已满";
    assert_int_equal(store_begin(station->store, "test", NULL), STATUS_OK);
    assert_int_equal(center_address_set(station->store, "10.0.0.1:7474", (struct hash){{1}}, NULL), STATUS_OK);
    assert_int_equal(store_commit(station->store, NULL), STATUS_OK);
    sit_down(desk, station, 24, 140);
    screen_expect_none(&desk->screen, "备份");
    assert_int_equal(store_begin(station->store, "test", NULL), STATUS_OK);
    assert_int_equal(store_meta_set_int(station->store, "center_backup_made_ms", INT64_C(1792717910000) - 86400000, NULL), STATUS_OK);
    assert_int_equal(store_meta_set_blob(station->store, "carry_refused", why, strlen(why), NULL), STATUS_OK);
    assert_int_equal(store_commit(station->store, NULL), STATUS_OK);
    screen_keys(&desk->screen, "F5");
    screen_expect(&desk->screen, 4, "备份没有收下: 县中心替各站保管备份的地方已满   有本机 ");
    screen_resize(&desk->screen, 24, 80);
    screen_expect(&desk->screen, 4, "备份没有收下: 县中心替各站保管备份的地方已满");
}

static void test_the_center_sees_every_station(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct peer peer;
    assert_int_equal(peer_find(center->store, 1, &peer, NULL), STATUS_OK);
    peer.last_contact_ms = INT64_C(1792717910000);
    peer.skew_ms = 600 * 1000;
    assert_int_equal(peer_note(center->store, &peer, NULL), STATUS_OK);
    sit_down(desk, center, 24, 80);
    screen_expect(&desk->screen, 2, "待发   情况");
    screen_expect(&desk->screen, 3, "站2");
    screen_expect(&desk->screen, 3, "0     3   钟快 10 分");
    screen_expect(&desk->screen, 4, "没有联系过");
    screen_expect_any(&desk->screen, "待复核 0 条");
    assert_int_equal(peer_set_alarm(center->store, 1, PEER_ALARM_TWINS, NULL), STATUS_OK);
    screen_keys(&desk->screen, "F5");
    screen_expect(&desk->screen, 3, "要处理");
    screen_expect(&desk->screen, 18, "两台机器共用一把密钥");
    screen_expect_any(&desk->screen, "要处理的站 1 个");
}

/* A station's newest backup that lies beside the center's store, from the days before `now_ms`. */
static void keep(struct node *center, uint32_t station_no, int64_t now_ms, int64_t days)
{
    struct sealed file = {.made_ms = now_ms - days * 86400000, .total = 4, .id = hash_of("1234", 4)};
    uint64_t held;
    bool done;
    assert_int_equal(kept_take(center->store, station_no, &file, 0, "1234", 4, file.made_ms, &held, &done, NULL), STATUS_OK);
    assert_true(done);
}

static void test_the_center_sees_how_old_backups_are(void **state)
{
    struct desk *desk = *state;
    char folder[] = "test_sync_view.XXXXXX", command[64];
    world_close(&desk->world);
    assert_non_null(mkdtemp(folder));
    world_open(&desk->world, 2, folder);
    struct node *center = &desk->world.center;
    sit_down(desk, center, 24, 80);
    screen_expect_none(&desk->screen, "备份  情况"); /* nobody sends any: no column */
    keep(center, 1, desk->screen.now_ms, 3);
    keep(center, 2, desk->screen.now_ms, 9);
    screen_keys(&desk->screen, "F5");
    screen_expect(&desk->screen, 2, "待发   备份  情况");
    screen_expect(&desk->screen, 3, "3   3天");
    screen_expect(&desk->screen, 4, "3   9天!");
    screen_expect(&desk->screen, 17, "送来备份 10-20 ");
    screen_expect_any(&desk->screen, "7 天没有送来备份的站 1 个");
    screen_keys(&desk->screen, "Down");
    screen_expect(&desk->screen, 17, "送来备份 10-14 ");
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

static void test_an_alarm_is_settled_with_a_reason(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct alarm settled;
    struct peer peer;
    assert_int_equal(peer_set_alarm(center->store, 1, PEER_ALARM_TWINS, NULL), STATUS_OK);
    sit_down(desk, center, 24, 80);
    screen_keys(&desk->screen, "Down 7"); /* station 2 has none */
    screen_expect_any(&desk->screen, "没有要处理的");
    screen_keys(&desk->screen, "Up 7");
    screen_keys(&desk->screen, "好");
    screen_keys(&desk->screen, "Enter");
    screen_expect_any(&desk->screen, "至少 4 个字");
    screen_expect(&desk->screen, 3, "要处理");
    screen_keys(&desk->screen, "7");
    screen_keys(&desk->screen, "维修时复制的那份已删");
    screen_keys(&desk->screen, "Enter");
    screen_expect_none(&desk->screen, "要处理");
    screen_expect_any(&desk->screen, "查清：维修时复制的那份已删");
    assert_int_equal(peer_find(center->store, 1, &peer, NULL), STATUS_OK);
    assert_string_equal(peer.alarm, "");
    assert_int_equal(alarm_last(center->store, 1, &settled, NULL), STATUS_OK);
    assert_string_equal(settled.by, center->actor.name);
    assert_string_equal(settled.why, "维修时复制的那份已删");
    assert_string_equal(settled.text, PEER_ALARM_TWINS);
}

/* A copy that was found and mended is told until somebody looked after it. */
static void test_a_copy_is_told_until_it_is_settled(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    write_sql(center->store, "UPDATE peer SET branches=2, branched_ms=1000 WHERE station_no=2");
    sit_down(desk, center, 24, 80);
    screen_expect(&desk->screen, 4, "有过副本");
    screen_keys(&desk->screen, "Down");
    screen_expect_any(&desk->screen, "有过副本 2 次，已自动接上");
    screen_keys(&desk->screen, "7");
    screen_keys(&desk->screen, "换硬盘时恢复过");
    screen_keys(&desk->screen, "Enter");
    screen_expect_none(&desk->screen, "有过副本");
    assert_int_equal(alarm_settle(center->store, 2, "x", "再查一次看看", 1, NULL), STATUS_NOT_FOUND);
}

static void test_who_may_not_is_told(void **state)
{
    static const char *const keys[] = {"4", "5", "6", "7"};
    struct desk *desk = *state;
    desk->world.center.actor.role = ROLE_CLERK;
    desk->world.center.actor.owner = false;
    sit_down(desk, &desk->world.center, 24, 80);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        screen_keys(&desk->screen, keys[i]);
        screen_expect_any(&desk->screen, "由中心负责人或管理员处理");
    }
}

/* What a restore waits for stands on the first screen and on this one, with what to do. */
static void test_a_restored_center_waits_in_words(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct errmsg err = {{0}};
    must(store_begin(center->store, "test", &err), &err);
    must(store_exec(center->store, "UPDATE peer SET last_contact_ms=1000", &err), &err);
    must(order_begin_era(center->store, 0, center->random, &err), &err);
    must(store_commit(center->store, &err), &err);
    sit_down(desk, center, 24, 80);
    screen_expect(&desk->screen, 1, "等 2 个站来，把丢失的交回；到齐之前先不要作决定、发文号");
    screen_expect(&desk->screen, 3, "没来过");
    screen_close(&desk->screen);
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, 24, 80);
    screen_expect_any(&desk->screen, "县中心恢复过，还有 2 个站没有来过：到齐前不要作决定、发文号");
}

/* A county that tells a hub sees how that stands; nobody else hears of it. */
static void test_a_county_sees_its_hub(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct errmsg err = {{0}};
    sit_down(desk, center, 24, 80);
    screen_expect_none(&desk->screen, "上报");
    screen_close(&desk->screen);
    must(store_begin(center->store, "test", &err), &err);
    must(store_meta_set_blob(center->store, "upward_folder", "/no/such/folder", 15, &err), &err);
    must(store_commit(center->store, &err), &err);
    screen_open(&desk->screen, &desk->context, &view_stations, &view_help, 24, 80);
    screen_expect(&desk->screen, 1, "上报目录 /no/such/folder 读不出来");
}

static void test_a_restored_station_waits_in_words(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct errmsg err = {{0}};
    must(store_begin(station->store, "test", &err), &err);
    must(sync_restored_note(station->store, &err), &err);
    must(store_commit(station->store, &err), &err);
    sit_down(desk, station, 24, 80);
    screen_expect(&desk->screen, 1, "本机是恢复来的：请先和县中心同步一次，缺的会取回，不要重录");
    screen_close(&desk->screen);
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, 24, 80);
    screen_expect_any(&desk->screen, "本机是恢复来的：请先和县中心同步一次，缺的会取回，不要重录");
    must(sync_restored_met(station->store, &err), &err);
    must(store_begin(station->store, "test", &err), &err);
    must(returned_rewind(station->store, 0, 0, &(uint64_t){0}, &err), &err);
    must(store_meta_set_int(station->store, "return_to", 5, &err), &err);
    must(store_commit(station->store, &err), &err);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 1000);
    screen_expect_any(&desk->screen, "要本机交回它丢失的：请同步，没有网络用 U 盘导出");
}

static void test_it_fits_the_smallest_screen(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.stations[0], 20, 60);
    screen_expect_any(&desk->screen, "3 U 盘交接");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_station_sees_what_ran_and_what_runs, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_why_it_failed_is_told_whole, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_which_way_the_own_clock_is_off, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_home_says_why_nothing_is_sent, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_station_sees_which_backup_the_center_has, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_center_sees_every_station, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_center_sees_how_old_backups_are, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_an_alarm_is_settled_with_a_reason, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_copy_is_told_until_it_is_settled, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_who_may_not_is_told, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_restored_center_waits_in_words, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_county_sees_its_hub, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_restored_station_waits_in_words, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_it_fits_the_smallest_screen, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
