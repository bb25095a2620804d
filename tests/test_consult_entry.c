/* tests/test_consult_entry.c - quick entry as it is used all day: the keys a standard consultation takes, counted as research does (a character of a name is two keys of an input method). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/utf8.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/consult_entry.h"
#include "tui/views/undo_save.h"
#include "tui/views/views.h"

enum { NEW_KEYS_MAX = 31, RETURNING_KEYS_MAX = 15, HANZI_KEYS = 2 };

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
    unsigned keys;
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 1, NULL);
    struct node *node = &desk->world.stations[0];
    desk->context = screen_context(node);
    desk->context.undo = view_undo_last_save;
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, 24, 80);
    screen_keys(&desk->screen, "11 Enter");
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

static unsigned keys_of(const char *word)
{
    struct key key;
    unsigned keys = 0;
    if (key_parse(word, &key) == STATUS_OK && key.kind != K_CHAR)
        return 1;
    for (size_t at = 0, len = strlen(word); at < len;) {
        uint32_t code = 0;
        at += utf8_decode(word + at, len - at, &code);
        keys += code >= 0x80 ? HANZI_KEYS : 1;
    }
    return keys;
}

/* Press and count. */
static void press(struct desk *desk, const char *names)
{
    char *copy = strdup(names), *save = NULL;
    assert_non_null(copy);
    for (char *word = strtok_r(copy, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
        desk->keys += keys_of(word);
    free(copy);
    screen_keys(&desk->screen, names);
}

static void expect_saved(struct desk *desk, const char *name, unsigned most)
{
    screen_expect_any(&desk->screen, "已保存");
    screen_expect_any(&desk->screen, name);
    if (desk->keys > most)
        fail_msg("%s took %u keys, at most %u", name, desk->keys, most);
    print_message("%s: %u keys\n", name, desk->keys);
    desk->keys = 0;
}

struct newest {
    struct record record;
    bool found;
};

static bool take(void *context, const struct record *record, const struct list_key *key)
{
    struct newest *newest = context;
    (void)key;
    newest->found = record_copy(&newest->record, record) == STATUS_OK;
    return false;
}

static void expect_newest(struct desk *desk, const char *const *fields)
{
    struct newest newest = {.found = false};
    struct list_query query = {.type = catalogue_find("consultation"), .limit = 1};
    assert_int_equal(records_list(desk->context.store, desk->context.actor, &query, take, &newest, NULL), STATUS_OK);
    assert_true(newest.found);
    for (; fields[0] != NULL; fields += 2)
        if (fields[1][0] == '\0' ? record_text(&newest.record, fields[0])[0] != '\0' : strstr(record_text(&newest.record, fields[0]), fields[1]) == NULL)
            fail_msg("%s is %s, not %s", fields[0], record_text(&newest.record, fields[0]), fields[1]);
    record_release(&newest.record);
}

/* Name, sex, telephone, category, two phrases, how it was handled: the count model of the design. */
static void test_a_new_visitor_takes_31_keys_at_most(void **state)
{
    static const char *const fields[] = {"name", "张文芳", "sex", "2", "phone", "13900000001", "category", "02", "answer", "申请劳动争议仲裁的时效为一年", "answer", "保留考勤", "handling", "01", NULL};
    struct desk *desk = *state;
    press(desk, "张文芳 Enter 2 13900000001 Enter Enter 02 Enter 1+2 Enter Enter 1 F2");
    expect_saved(desk, "张文芳", NEW_KEYS_MAX);
    expect_newest(desk, fields);
}

static void test_a_returning_visitor_takes_15_keys_at_most(void **state)
{
    static const char *const fields[] = {"name", "张文芳", "sex", "2", "phone", "13900000001", "category", "03", "answer", "成年子女有赡养父母的义务", "handling", "01", NULL};
    struct desk *desk = *state;
    press(desk, "张文芳 Enter 2 13900000001 Enter Enter 02 Enter 1+2 Enter Enter 1 F2");
    desk->keys = 0;
    press(desk, "zwf 1 03 Enter 8+5 Enter Enter 1 F2");
    expect_saved(desk, "张文芳", RETURNING_KEYS_MAX);
    expect_newest(desk, fields);
}

/* A name has as much room here as in the record. */
static void test_a_long_name_is_taken_whole(void **state)
{
    enum { PARTS = 12 };
    static const char PART[] = "阿不都热西提·";
    char name[PARTS * sizeof PART] = "", keys[sizeof name + 64];
    const char *const fields[] = {"name", name, NULL};
    struct desk *desk = *state;
    for (int i = 0; i < PARTS; i++)
        strcat(name, PART);
    strcat(name, "买买");
    assert_true(utf8_count(name, strlen(name)) > 80 && utf8_count(name, strlen(name)) <= catalogue_max_chars(catalogue_field(catalogue_find("consultation"), "name")));
    snprintf(keys, sizeof keys, "%s Enter 1 Enter Enter 02 F2", name);
    press(desk, keys);
    expect_newest(desk, fields);
    const struct form_def *worker = &entry_session_defs[ENTRY_SESSION_FIELDS - 1]; /* whose name stands in each record, too */
    assert_string_equal(worker->name, "worker");
    assert_int_equal(worker->max_chars, catalogue_max_chars(catalogue_field(catalogue_find("consultation"), "worker")));
}

/* Everybody of one village asks about the same: F8 takes over what is not one person's own. */
static void test_repeating_takes_fewer_keys_still(void **state)
{
    static const char *const fields[] = {"name", "李国", "sex", "1", "phone", "", "category", "02", "answer", "申请劳动争议仲裁的时效为一年", NULL};
    struct desk *desk = *state;
    press(desk, "张文芳 Enter 1 13900000001 Enter Enter 02 Enter 1+2 Enter Enter 1 F2");
    desk->keys = 0;
    press(desk, "李国 F8 F2");
    expect_saved(desk, "李国", 2 * HANZI_KEYS + 2);
    expect_newest(desk, fields);
}

/* The next one at the window comes from elsewhere; only a place that was written into the session is carried. */
static void test_where_one_lives_is_not_where_the_next_does(void **state)
{
    static const char *const first[] = {"name", "张文芳", "town", "320117101", "village", "320117101002", NULL};
    static const char *const second[] = {"name", "李国", "town", "", "village", "", NULL};
    static const char *const third[] = {"name", "赵秀兰", "town", "320117101", "village", "320117101005", NULL};
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    screen_keys(screen, "张文芳 Enter 2 Enter 320117101002 02 F2");
    expect_newest(desk, first);
    screen_expect(screen, 3, "村居 [____________]");
    screen_keys(screen, "F10 11 Enter"); /* nor when the screen is opened again */
    screen_expect(screen, 3, "村居 [____________]");
    screen_keys(screen, "李国 Enter 1 Enter Enter 02 F2");
    expect_newest(desk, second);
    screen_keys(screen, "F4 Down Down Down 320117101005 F2");
    screen_expect(screen, 3, "[320117101005]");
    screen_keys(screen, "赵秀兰 Enter 2 Enter Enter 02 F2");
    expect_newest(desk, third);
    screen_expect(screen, 3, "[320117101005]");
}

/* What somebody else took down today is neither carried on nor repeated: his name would stand in it. Who may not save one is told before he types. */
static void test_nobody_else_stands_in_it(void **state)
{
    static const char *const fields[] = {"name", "李国", "worker", "陈静", NULL};
    struct desk *desk = *state;
    struct actor *actor = &desk->world.stations[0].actor, before = *actor;
    screen_keys(&desk->screen, "张文芳 Enter 2 Enter Enter 02 F2 F10");
    *actor = node_person(&desk->world.stations[0], "chenjing", ROLE_STATION);
    snprintf(actor->display, sizeof actor->display, "陈静");
    screen_keys(&desk->screen, "11 Enter");
    screen_expect(&desk->screen, 0, "来访 陈静");
    screen_expect_none(&desk->screen, "张文芳");
    screen_keys(&desk->screen, "李国 Enter 1 Enter Enter 02 F2");
    expect_newest(desk, fields);
    snprintf(actor->display, sizeof actor->display, "陈'静");
    screen_keys(&desk->screen, "F10 11 Enter");
    screen_expect(&desk->screen, 0, "来访 陈'静");
    screen_expect_none(&desk->screen, "李国");
    actor->role = ROLE_BUREAU;
    screen_keys(&desk->screen, "F10 11 Enter");
    screen_expect_any(&desk->screen, "chenjing 的角色(司法局)不能登记和修改咨询");
    assert_ptr_equal(app_top(&desk->screen.app)->class, &view_home);
    *actor = before;
}

/* Digits in the name field may be more of the number: Enter ends it, then a digit means one of several people. */
static void test_a_telephone_tail_finds_one_or_asks(void **state)
{
    static const char *const fields[] = {"name", "王大力", "phone", "13812345678", "category", "02", NULL};
    static const char *const other[] = {"name", "李国", "phone", "13900005678", "category", "03", NULL};
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    node_make(&desk->world.stations[0], "consultation", "date=2026-10-20", "name=王大力", "phone=+86 138-1234-5678", "category=劳动纠纷", "content=欠薪", NULL);
    screen_keys(screen, "F10 11 Enter 5678");
    screen_expect(screen, 2, "王大力 来过 1 次");
    screen_expect(screen, 2, "Enter沿用资料");
    screen_keys(screen, "Enter");
    screen_expect(screen, 3, "[13812345678_");
    screen_expect(screen, 4, ">类别 [______]"); /* none was passed over */
    screen_keys(screen, "02 F2");
    expect_newest(desk, fields);
    node_make(&desk->world.stations[0], "consultation", "date=2026-10-21", "name=李国", "phone=13900005678", "category=婚姻家庭", "content=离婚", NULL);
    screen_keys(screen, "F10 11 Enter 5678");
    screen_expect(screen, 2, "Enter选人:");
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "有几个人符合，请按数字选一人");
    screen_expect(screen, 2, ">姓名 [5678_");
    screen_expect(screen, 2, "2李国 5678");
    screen_keys(screen, "2");
    screen_expect(screen, 2, " 姓名 [李国_");
    screen_expect(screen, 4, ">类别 [______]");
    screen_keys(screen, "03 F2");
    expect_newest(desk, other);
}

/* The answer of the consultation most like this one is one key away, and a choice among several. */
static void test_the_answer_of_a_similar_one_is_taken(void **state)
{
    static const char *const fields[] = {"name", "李国", "answer", "保留工资条。", "handling", "01", NULL};
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    node_make(&desk->world.stations[0], "consultation", "date=2026-10-20", "name=王建国", "category=劳动纠纷", "content=工地拖欠工资三个月没发", "answer=保留工资条。", "handling=当场答复", NULL);
    node_make(&desk->world.stations[0], "consultation", "date=2026-10-21", "name=赵秀兰", "category=劳动纠纷", "content=上班摔伤不认工伤", "answer=申请工伤认定。", NULL);
    screen_keys(screen, "李国 Enter 1 Enter Enter");
    screen_keys(screen, "Ctrl-T");
    screen_expect_any(screen, "没有像这一条的");
    screen_keys(screen, "02 老板拖欠工资三个月 Enter");
    screen_expect(screen, 7, "像 10-20 王建国: 保留工资条。");
    screen_expect(screen, 7, "Ctrl-T 照用");
    screen_keys(screen, "Ctrl-T");
    screen_expect_any(screen, ">1       10-20 工地拖欠工资三个月没发: 保留工资条。");
    screen_expect_any(screen, " 2       10-21 上班摔伤不认工伤: 申请工伤认定。");
    screen_keys(screen, "Down Enter");
    screen_expect(screen, 8, "[申请工伤认定。");
    screen_keys(screen, "Ctrl-T 1 Enter"); /* the other one after all */
    screen_expect(screen, 8, "[保留工资条。");
    screen_expect(screen, 11, "]当场答复");
    screen_keys(screen, "F2");
    expect_newest(desk, fields);
    screen_expect_none(screen, "Ctrl-T 照用");
}

/* A reader types faster than anybody: whatever field it types into, and whatever it types between the parts, the card goes where it belongs. */
static void test_a_card_reader_fills_the_form(void **state)
{
    static const char *const fields[] = {"name", "张文芳", "sex", "2", "id_no", "32012419870312274X", "phone", "13900000001", "category", "02", NULL};
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    screen_keys(screen, "Enter Enter 13900000001");
    screen_wait(screen, 200);
    screen_keys(screen, "张文芳 Tab 女 Tab 汉 Tab 19870312 Tab 江苏省南京市溧水区永阳街道2号 Tab 32012419870312274X Enter");
    screen_expect_any(screen, "读到证件 320124********274X 张文芳");
    screen_expect(screen, 2, "[张文芳");
    screen_expect(screen, 3, "[2]女");
    screen_expect(screen, 3, "电话 [13900000001"); /* as it was */
    screen_expect(screen, 4, "类别 [______]");
    screen_keys(screen, "Up Up Up");
    screen_wait(screen, 200);
    screen_keys(screen, "Tab 02 欠薪 Enter F2");
    screen_expect_any(screen, "已保存");
    expect_newest(desk, fields);
}

/* The number alone, into the name; what was typed by hand before stays. */
static void test_a_scanner_types_the_number_alone(void **state)
{
    static const char *const fields[] = {"name", "李国", "sex", "2", "id_no", "32012419870312274X", NULL};
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    screen_keys(screen, "李国");
    screen_wait(screen, 200);
    screen_keys(screen, "32012419870312274X Enter");
    screen_expect_any(screen, "读到证件");
    screen_expect(screen, 2, "[李国____");
    screen_expect(screen, 3, "[2]女");
    screen_keys(screen, "F10 1 Enter"); /* the number is in the draft, too */
    screen_wait(screen, 200);
    screen_keys(screen, "Tab 02 欠薪 Enter F2");
    expect_newest(desk, fields);
}

/* Somebody who types the number slowly has typed a number. */
static void test_slow_digits_are_keys(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    for (const char *c = "32012419870312274X"; *c != '\0'; c++) {
        char key[2] = {*c, '\0'};
        screen_wait(screen, 120);
        screen_keys(screen, key);
    }
    screen_wait(screen, 120);
    screen_keys(screen, "Enter");
    screen_expect_none(screen, "读到证件");
    screen_expect(screen, 2, "[3201241987031227]"); /* a name now, for somebody to look at */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_new_visitor_takes_31_keys_at_most, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_returning_visitor_takes_15_keys_at_most, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_long_name_is_taken_whole, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_repeating_takes_fewer_keys_still, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_where_one_lives_is_not_where_the_next_does, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_telephone_tail_finds_one_or_asks, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_answer_of_a_similar_one_is_taken, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_card_reader_fills_the_form, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_scanner_types_the_number_alone, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_nobody_else_stands_in_it, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_slow_digits_are_keys, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
