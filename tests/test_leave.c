/* tests/test_leave.c - core/register/leave.h and its screen: what counts as open, whose it is, giving it to others, what is refused. The command line, accounts and machines: leave_test.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/aid/deadline.h"
#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/record/draft.h"
#include "core/record/reach.h"
#include "core/register/leave.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

enum { TODAY = 20750 /* 2026-10-24 */ };

struct desk {
    struct world world;
    struct node *node;
    struct leave_person who, to;
    struct leave_list list;
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);

    world_open(&desk->world, 2, NULL);
    desk->node = &desk->world.center; /* who may write everything */
    strcpy(desk->who.user, "chen");
    strcpy(desk->who.display, "陈静");
    strcpy(desk->to.display, "李四");
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;

    leave_list_release(&desk->list);
    node_verify(desk->node);
    world_close(&desk->world);
    free(desk);
    return 0;
}

static void read_list(struct desk *desk)
{
    struct errmsg err = {{0}};

    leave_list_release(&desk->list);
    if (leave_list_read(desk->node->store, &desk->node->actor, desk->node->codes, &desk->who, TODAY, &desk->list, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static struct leave_item *find(const struct desk *desk, struct id id)
{
    for (size_t i = 0; i < desk->list.n; i++)
        if (id_equal(desk->list.items[i].id, id))
            return &desk->list.items[i];
    return NULL;
}

static enum status give(struct desk *desk, struct leave_item *item, struct errmsg *err)
{
    return leave_give(desk->node->store, &desk->node->actor, desk->node->codes, desk->node->random, &desk->who, item, &desk->to, err);
}

static void expect_field(struct desk *desk, const char *type, struct id id, const char *field, const char *text)
{
    char *got = node_get(desk->node, type, id, field);

    assert_string_equal(got, text);
    free(got);
}

static void what_is_over_or_another_ones_is_not_listed(void **state)
{
    struct desk *desk = *state;
    struct id open = node_make(desk->node, "case", "name=王建国", "case_type=民事", "received_on=2026-10-20", "state=S2", "worker=陈静", NULL);
    struct id filed = node_make(desk->node, "case", "name=甲", "case_type=民事", "received_on=2025-10-20", "state=S12", "worker=陈静", NULL);
    struct id hers = node_make(desk->node, "case", "name=乙", "case_type=民事", "received_on=2026-10-20", "state=S2", "worker=李四", NULL);
    struct id handled = node_make(desk->node, "case", "name=丙", "case_type=民事", "received_on=2026-10-01", "state=S8", "worker=李四", "handler=陈静", NULL);
    struct id by_account = node_make(desk->node, "complaint", "date=2026-10-20", "state=K1", "matter=收取财物", "worker=chen", NULL);
    struct id past = node_make(desk->node, "duty_shift", "date=2026-10-23", "name=陈静", NULL);
    struct id to_come = node_make(desk->node, "duty_shift", "date=2026-10-24", "name=陈静", NULL);

    read_list(desk);
    assert_int_equal(desk->list.n, 4);
    assert_int_equal(leave_list_open(&desk->list), 3);
    assert_null(find(desk, filed));
    assert_null(find(desk, hers));
    assert_null(find(desk, past));
    assert_int_equal(find(desk, handled)->way, LEAVE_ASSIGN);
    assert_int_equal(find(desk, by_account)->way, LEAVE_GIVE);
    assert_int_equal(find(desk, to_come)->due, TODAY);
    assert_non_null(strstr(find(desk, open)->period, "D01"));
    for (size_t i = 1; i < desk->list.n; i++) /* what ends first, first; what has no day behind */
        assert_true(desk->list.items[i].due == DEADLINE_NO_DAY || (desk->list.items[i - 1].due != DEADLINE_NO_DAY && desk->list.items[i - 1].due <= desk->list.items[i].due));
}

static void each_is_written_as_its_field_has_it(void **state)
{
    struct desk *desk = *state;
    struct id kase = node_make(desk->node, "case", "name=王建国", "case_type=民事", "received_on=2026-10-20", "state=S2", "worker=陈静", NULL);
    struct id handled = node_make(desk->node, "case", "name=丙", "case_type=民事", "received_on=2026-10-01", "state=S8", "worker=李四", "handler=陈静", NULL);
    struct id complaint = node_make(desk->node, "complaint", "date=2026-10-20", "state=K1", "matter=收取财物", "worker=chen", NULL);
    struct errmsg err = {{0}};
    char more[4];

    strcpy(desk->to.user, "li");
    read_list(desk);
    assert_int_equal(give(desk, find(desk, kase), &err), STATUS_OK);
    node_last_changes(desk->node, 1, more);
    assert_string_equal(more, "."); /* a change of its own */
    assert_int_equal(give(desk, find(desk, complaint), &err), STATUS_OK);
    expect_field(desk, "case", kase, "worker", "李四");
    expect_field(desk, "complaint", complaint, "worker", "li");
    assert_int_equal(give(desk, find(desk, handled), &err), STATUS_INVALID);
    expect_field(desk, "case", handled, "handler", "陈静");
    assert_int_equal(give(desk, find(desk, kase), &err), STATUS_STALE); /* it is given already */
    struct id another = node_make(desk->node, "case", "name=丁", "case_type=民事", "received_on=2026-10-20", "state=S2", "worker=陈静", NULL);
    read_list(desk);
    node_set(desk->node, "case", another, "worker", "王五");
    assert_int_equal(give(desk, find(desk, another), &err), STATUS_STALE); /* somebody was quicker */
    struct id shift = node_make(desk->node, "duty_shift", "date=2026-11-01", "name=陈静", NULL);
    desk->to.disabled = true;
    read_list(desk);
    assert_int_equal(give(desk, find(desk, shift), &err), STATUS_INVALID);
    desk->to = desk->who;
    assert_int_equal(give(desk, find(desk, shift), &err), STATUS_INVALID);
}

static bool note_draft(void *context, const struct draft_info *info)
{
    *(struct id *)context = info->id;
    return true;
}

static void a_draft_goes_over_as_a_whole_to_an_account(void **state)
{
    struct desk *desk = *state;
    struct actor chen = desk->node->actor;
    struct errmsg err = {{0}};
    struct record record;
    struct id draft = {{0}}, found = {{0}};

    strcpy(chen.name, "chen");
    record_init(&record, catalogue_find("consultation"));
    assert_int_equal(records_begin(desk->node->store, &chen, &record, desk->node->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "content", "写了一半"), STATUS_OK);
    assert_int_equal(draft_save(desk->node->store, &chen, desk->node->random, &record, &draft, &err), STATUS_OK);
    record_release(&record);
    read_list(desk);
    assert_int_equal(desk->list.n, 1);
    assert_int_equal(desk->list.items[0].way, LEAVE_DRAFT);
    assert_int_equal(give(desk, &desk->list.items[0], &err), STATUS_INVALID); /* 李四 has no account */
    strcpy(desk->to.user, "li");
    assert_int_equal(give(desk, &desk->list.items[0], &err), STATUS_OK);
    assert_int_equal(draft_list_of(desk->node->store, "li", note_draft, &found, &err), STATUS_OK);
    assert_true(id_equal(found, draft));
    desk->list.items[0].given[0] = '\0';
    assert_int_equal(give(desk, &desk->list.items[0], &err), STATUS_NOT_FOUND);

    /* It stands in the list as given, also when it went on to a third, until it is finished; what was kept of it goes with the next that is given. */
    read_list(desk);
    assert_int_equal(desk->list.n, 1);
    assert_string_equal(desk->list.items[0].given, "li");
    assert_int_equal(leave_list_open(&desk->list), 0);
    assert_int_equal(draft_give(desk->node->store, draft, "li", "wang", &err), STATUS_OK);
    read_list(desk);
    assert_string_equal(desk->list.items[0].given, "wang");
    strcpy(chen.name, "wang");
    assert_int_equal(draft_delete(desk->node->store, &chen, draft, &err), STATUS_OK);
    read_list(desk);
    assert_int_equal(desk->list.n, 0);
}

/* Whoever gave it, wherever: the histories tell. */
static void what_was_given_before_stays_until_it_is_done(void **state)
{
    struct desk *desk = *state;
    struct id kase = node_make(desk->node, "case", "name=王建国", "case_type=民事", "received_on=2026-10-20", "state=S2", "worker=陈静", NULL);
    struct id by_hand = node_make(desk->node, "case", "name=乙", "case_type=民事", "received_on=2026-10-20", "state=S2", "worker=chen", NULL);
    struct id handled = node_make(desk->node, "case", "name=丙", "case_type=民事", "received_on=2026-10-01", "state=S8", "worker=李四", "handler=陈静", NULL);
    struct id promised = node_make(desk->node, "consultation", "date=2026-10-20", "content=工资", "handling=06", "worker=陈静", NULL);
    struct id shift = node_make(desk->node, "duty_shift", "date=2026-11-01", "name=陈静", NULL);
    struct id past = node_make(desk->node, "duty_shift", "date=2026-10-01", "name=陈静", NULL);
    struct id never = node_make(desk->node, "case", "name=甲", "case_type=民事", "received_on=2026-10-20", "state=S2", "worker=李四", NULL);
    struct errmsg err = {{0}};
    struct buf paper;

    read_list(desk);
    assert_int_equal(give(desk, find(desk, kase), &err), STATUS_OK);
    node_set(desk->node, "case", by_hand, "worker", "李四");
    node_set(desk->node, "case", by_hand, "worker", "王五");
    node_set(desk->node, "case", handled, "handler", "张律师");
    node_set(desk->node, "consultation", promised, "worker", "李四");
    node_set(desk->node, "duty_shift", past, "name", "李四");
    read_list(desk);
    assert_int_equal(desk->list.n, 5);
    assert_int_equal(leave_list_open(&desk->list), 1);
    assert_int_equal(leave_list_given(&desk->list), 4);
    assert_string_equal(find(desk, kase)->given, "李四");
    assert_string_equal(find(desk, by_hand)->given, "王五"); /* who has it now */
    assert_string_equal(find(desk, handled)->given, "张律师");
    assert_string_equal(find(desk, promised)->given, "李四");
    assert_string_equal(find(desk, shift)->given, "");
    assert_null(find(desk, past));
    assert_null(find(desk, never));
    assert_int_equal(find(desk, kase)->given_on, day_of_ms(desk->node->actor.now_ms, DAY_OFFICE_OFFSET_MIN));
    assert_non_null(strstr(find(desk, kase)->period, "D01"));

    buf_init(&paper, 1 << 16);
    leave_paper(&desk->who, &desk->list, &desk->node->machine, &(struct retirement){.pending = 3, .drafts = 2, .relays = 1}, NULL, TODAY, &paper);
    assert_non_null(strstr(buf_cstr(&paper), "名下未办结 5 件，已交出 4 件，尚未交出 1 件"));
    assert_non_null(strstr(buf_cstr(&paper), "王五 20"));
    assert_non_null(strstr(buf_cstr(&paper), "没有送到县中心的变更 3 条；本机上的草稿 2 份，替别的机器转交、还没有交到的文件 1 个"));
    buf_release(&paper);

    node_set(desk->node, "case", kase, "worker", "陈静"); /* given back */
    read_list(desk);
    assert_string_equal(find(desk, kase)->given, "");
    assert_int_equal(give(desk, find(desk, shift), &err), STATUS_OK);
    read_list(desk);
    assert_string_equal(find(desk, shift)->given, "李四");
    node_set(desk->node, "duty_shift", shift, "result", "到场");
    read_list(desk);
    assert_null(find(desk, shift));
}

static struct id of_station_2(struct desk *desk, const char *name)
{
    struct id id = node_make(desk->node, "case", name, "case_type=民事", "received_on=2026-10-20", "state=S2", "worker=陈静", NULL);
    struct errmsg err = {{0}};

    assert_int_equal(reach_move(desk->node->store, &desk->node->actor, catalogue_find("case"), id, 2, NULL, &err), STATUS_OK);
    return id;
}

/* It still names the person, but is another station's to work on; nor does anything go to somebody who could not see it. */
static void what_was_moved_to_another_org_is_not_given(void **state)
{
    struct desk *desk = *state;
    const struct record_type *cases = catalogue_find("case");
    struct id kept = of_station_2(desk, "name=王建国");
    struct id moved = of_station_2(desk, "name=乙");
    struct errmsg err = {{0}};
    struct buf paper;

    desk->who.org = 2;
    strcpy(desk->to.user, "li");
    desk->to.org = 2;
    read_list(desk);
    struct leave_item old = *find(desk, moved);
    assert_int_equal(old.way, LEAVE_GIVE);
    assert_int_equal(reach_move(desk->node->store, &desk->node->actor, cases, moved, 3, NULL, &err), STATUS_OK);
    assert_int_equal(give(desk, &old, &err), STATUS_STALE); /* the list was read before */
    assert_non_null(strstr(err.text, "站3"));
    read_list(desk);
    assert_int_equal(find(desk, moved)->way, LEAVE_ELSEWHERE);
    assert_string_equal(find(desk, moved)->org, "站3");
    assert_int_equal(leave_list_open(&desk->list), 1);
    assert_int_equal(leave_list_elsewhere(&desk->list), 1);
    assert_int_equal(give(desk, find(desk, moved), &err), STATUS_INVALID);
    expect_field(desk, "case", moved, "worker", "陈静");
    buf_init(&paper, 1 << 16);
    leave_paper(&desk->who, &desk->list, &desk->node->machine, NULL, NULL, TODAY, &paper);
    assert_non_null(strstr(buf_cstr(&paper), "名下未办结 2 件，已交出 0 件，尚未交出 1 件，另有 1 件已移交其他单位。"));
    assert_non_null(strstr(buf_cstr(&paper), "已移交 站3"));
    buf_release(&paper);

    desk->to.org = 3; /* of another station, who would not see it.. */
    assert_int_equal(give(desk, find(desk, kept), &err), STATUS_FORBIDDEN);
    expect_field(desk, "case", kept, "worker", "陈静");
    assert_int_equal(reach_share(desk->node->store, &desk->node->actor, cases, kept, 3, true, NULL, &err), STATUS_OK); /* ..but for what is shared with it */
    if (give(desk, find(desk, kept), &err) != STATUS_OK)
        fail_msg("%s", err.text);
    expect_field(desk, "case", kept, "worker", "李四");

    desk->who.org = ORG_NUMBER_CENTER; /* the center's own people see all */
    read_list(desk);
    assert_int_equal(find(desk, moved)->way, LEAVE_GIVE);
    desk->to.org = ORG_NUMBER_CENTER;
    assert_int_equal(give(desk, find(desk, moved), &err), STATUS_OK);
}

static void volunteers_and_readers_see_nothing_of_it(void **state)
{
    struct desk *desk = *state;
    struct errmsg err = {{0}};

    for (size_t i = 0; i < 2; i++) {
        struct actor actor = desk->node->actor;

        actor.role = i == 0 ? ROLE_VOLUNTEER : ROLE_AUDITOR;
        assert_int_equal(leave_list_read(desk->node->store, &actor, desk->node->codes, &desk->who, TODAY, &desk->list, &err), STATUS_FORBIDDEN);
    }
}

static void the_screen_gives_one_and_the_rest(void **state)
{
    struct desk *desk = *state;
    struct app_context context = {.store = desk->node->store, .actor = &desk->node->actor, .machine = &desk->node->machine, .codes = desk->node->codes, .random = desk->node->random, .home = "/nonexistent"};
    struct id kase = node_make(desk->node, "case", "name=王建国", "case_type=民事", "received_on=2026-10-20", "state=S2", "worker=陈静", NULL);
    struct id shift = node_make(desk->node, "duty_shift", "date=2026-11-01", "name=陈静", NULL);
    struct screen screen;

    screen_open(&screen, &context, &view_home, &view_help, 24, 80);
    screen_keys(&screen, "33 Enter");
    screen_expect_any(&screen, "按 Enter，写谁要离开");
    screen_keys(&screen, "Enter");
    screen_expect_any(&screen, "谁要离开（姓名或账号）");
    screen_keys(&screen, "陈静 Enter");
    screen_expect(&screen, 0, "交接  陈静");
    screen_expect(&screen, 0, "2 件，没有交出去 2 件");
    screen_keys(&screen, "F7");
    screen_expect_any(&screen, "陈静 没有账号");
    screen_keys(&screen, "F2 李四 Enter"); /* the first one: the case's period ends first */
    screen_expect_any(&screen, "1 件交给了 李四");
    expect_field(desk, "case", kase, "worker", "李四");
    expect_field(desk, "duty_shift", shift, "name", "陈静");
    screen_keys(&screen, "F2");
    screen_expect_any(&screen, "这一件已经交给 李四");
    screen_keys(&screen, "F6 王五 Enter");
    screen_expect(&screen, 0, "没有交出去 0 件");
    expect_field(desk, "duty_shift", shift, "name", "王五");
    expect_field(desk, "case", kase, "worker", "李四");
    screen_expect_any(&screen, "王五");
    screen_keys(&screen, "F6");
    screen_expect_any(&screen, "没有要交出去的了");
    screen_keys(&screen, "F8"); /* at the center: the machine that is given back */
    screen_expect_any(&screen, "一起交回的电脑是几号机");
    screen_keys(&screen, "99 Enter");
    screen_expect_any(&screen, "99");
    screen_close(&screen);

    /* Opened anew it knows what was given. */
    screen_open(&screen, &context, &view_home, &view_help, 24, 80);
    screen_keys(&screen, "33 Enter");
    screen_keys(&screen, "Enter");
    screen_keys(&screen, "陈静 Enter");
    screen_expect(&screen, 0, "2 件，没有交出去 0 件");
    screen_expect(&screen, 3, "李四");
    screen_expect(&screen, 4, "王五");
    screen_close(&screen);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_DESK(what_is_over_or_another_ones_is_not_listed), AT_DESK(each_is_written_as_its_field_has_it), AT_DESK(a_draft_goes_over_as_a_whole_to_an_account),
        AT_DESK(what_was_given_before_stays_until_it_is_done), AT_DESK(what_was_moved_to_another_org_is_not_given),
        AT_DESK(volunteers_and_readers_see_nothing_of_it),   AT_DESK(the_screen_gives_one_and_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
