/* tests/test_presence.c - who edits what: two sessions on one store see each other, leases end, nothing of it leaves the machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/presence.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

static const struct id RECORD = {{1}}, OTHER_RECORD = {{2}}, MINE = {{3}}, THEIRS = {{4}};

static void expect_others(struct store *store, struct actor *actor, struct id session, struct id record, const char *names)
{
    struct buf out;
    buf_init(&out, 1000);
    assert_int_equal(presence_others(store, actor, session, record, &out, NULL), STATUS_OK);
    assert_string_equal(buf_cstr(&out), names);
    buf_release(&out);
}

static void leases_are_kept_seen_and_end(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *node = &world.stations[0];
    struct actor me = node->actor, her = node->actor;
    strcpy(me.name, "刘敏");
    strcpy(her.name, "何平");
    me.now_ms = her.now_ms = 1000000;
    assert_int_equal(presence_keep(node->store, &me, MINE, RECORD, NULL), STATUS_OK);
    expect_others(node->store, &me, MINE, RECORD, "");
    expect_others(node->store, &her, THEIRS, RECORD, "刘敏");
    expect_others(node->store, &her, THEIRS, OTHER_RECORD, "");
    assert_int_equal(presence_keep(node->store, &her, THEIRS, RECORD, NULL), STATUS_OK);
    expect_others(node->store, &me, MINE, RECORD, "何平");
    her.now_ms += PRESENCE_LEASE_MS; /* she goes on, my session died */
    assert_int_equal(presence_keep(node->store, &her, THEIRS, RECORD, NULL), STATUS_OK);
    expect_others(node->store, &her, THEIRS, RECORD, "");
    me.now_ms = her.now_ms;
    expect_others(node->store, &me, MINE, RECORD, "何平");
    assert_int_equal(presence_leave(node->store, THEIRS, NULL), STATUS_OK);
    expect_others(node->store, &me, MINE, RECORD, "");
    her.now_ms += 100 * PRESENCE_LEASE_MS; /* a clock ran ahead.. */
    assert_int_equal(presence_keep(node->store, &her, THEIRS, RECORD, NULL), STATUS_OK);
    assert_int_equal(presence_keep(node->store, &me, MINE, RECORD, NULL), STATUS_OK); /* ..and was set right */
    expect_others(node->store, &me, MINE, RECORD, "");
    node_verify(node);
    world_close(&world);
}

/* Eight at one record: called as they are called, not by their accounts, and no more of them than a title has room for. */
static void many_are_two_and_a_number(void **state)
{
    static const char *const NAMES[] = {"丁一", "何平", "刘敏", "孙丽娟", "欧阳建国", "王秀兰", "赵卫东", "陈静芳"}; /* as they sort */
    static const char *const SEEN[] = {"", "丁一", "丁一、何平", "丁一、何平、刘敏", "丁一、何平 等 4 人", "丁一、何平 等 5 人", "丁一、何平 等 6 人", "丁一、何平 等 7 人"};
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *node = &world.stations[0];
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        struct actor actor = node->actor;
        struct id session = {{9, (uint8_t)i}};
        snprintf(actor.name, sizeof actor.name, "w%zu", i);
        snprintf(actor.display, sizeof actor.display, "%s", NAMES[i]);
        assert_int_equal(presence_keep(node->store, &actor, session, RECORD, NULL), STATUS_OK);
        expect_others(node->store, &actor, session, RECORD, SEEN[i]);
    }
    assert_int_equal(presence_end(node->store, (struct id){{9, 0}}, NULL), STATUS_OK);
    expect_others(node->store, &node->actor, (struct id){{9, 7}}, RECORD, "何平、刘敏 等 6 人");
    world_close(&world);
}

struct desk {
    struct actor actor;
    struct app_context context;
    struct screen screen;
};

static void sit_down(struct desk *desk, struct node *node, const char *name)
{
    desk->actor = node->actor;
    strcpy(desk->actor.name, name);
    desk->context = screen_context(node);
    desk->context.actor = &desk->actor;
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, 24, 80);
}

static void two_people_in_one_record_are_told(void **state)
{
    struct world world;
    struct desk one, two;
    (void)state;
    world_open(&world, 1, NULL);
    node_consult(&world.stations[0], "张文芳", "欠薪");
    sit_down(&one, &world.stations[0], "刘敏");
    sit_down(&two, &world.stations[0], "何平");
    screen_keys(&one.screen, "16 Enter Enter");
    screen_expect(&one.screen, 0, "张文芳");
    screen_wait(&one.screen, 1100);
    screen_keys(&two.screen, "16 Enter Enter");
    screen_wait(&two.screen, 1100);
    screen_expect(&two.screen, 0, "刘敏 正在编辑");
    screen_wait(&one.screen, 1100);
    screen_expect(&one.screen, 0, "何平 正在编辑");
    screen_keys(&one.screen, "F10 F5"); /* another record at once: nobody is in that one */
    screen_expect_none(&one.screen, "正在编辑");
    screen_keys(&one.screen, "F10 Enter");
    screen_wait(&one.screen, 1100);
    screen_expect(&one.screen, 0, "何平 正在编辑");
    screen_keys(&two.screen, "F10");
    screen_wait(&two.screen, 1100);
    screen_expect_none(&two.screen, "正在编辑");
    screen_wait(&one.screen, 1100);
    screen_expect_none(&one.screen, "正在编辑");
    screen_close(&one.screen);
    screen_close(&two.screen);
    world_sync(&world, 0);
    node_verify(&world.stations[0]);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leases_are_kept_seen_and_end),
        cmocka_unit_test(many_are_two_and_a_number),
        cmocka_unit_test(two_people_in_one_record_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
