/* tests/test_filter.c - filter expressions: what they mean to the database, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/filter.h"
#include "tests/fixture.h"

static struct id ids[4];

static void add(struct node *node, size_t i, const char *name, const char *topic, const char *date, const char *sex, const char *persons)
{
    ids[i] = node_consult(node, name, topic);
    node_set(node, "consultation", ids[i], "topic", topic);
    node_set(node, "consultation", ids[i], "date", date);
    if (*sex != '\0')
        node_set(node, "consultation", ids[i], "sex", sex);
    node_set(node, "consultation", ids[i], "persons", persons);
}

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    world_open(world, 0, NULL);
    add(&world->center, 0, "张三", "借款纠纷", "2026-03-01", "男", "1");
    add(&world->center, 1, "李四", "离婚 and 抚养", "2026-03-15", "女", "2");
    add(&world->center, 2, "王五", "it's ABC", "2026-04-01", "", "3");
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

static void expect_of(struct world *world, const char *type_name, const char *text, int64_t count)
{
    const struct record_type *type = catalogue_find(type_name);
    struct node *node = &world->center;
    struct errmsg err = {{0}};
    struct filter filter;
    int64_t counted = -1;

    if (filter_parse(&filter, type, node->codes, text, &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.text);
    if (records_count(node->store, &node->actor, type, &filter, &counted, &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.text);
    if (counted != count)
        fail_msg("%s: %lld instead of %lld", text, (long long)counted, (long long)count);
    filter_release(&filter);
}

static void expect(struct world *world, const char *text, int64_t count)
{
    expect_of(world, "consultation", text, count);
}

static void refuse(struct world *world, const char *text, enum status status, const char *part)
{
    struct errmsg err = {{0}};
    struct filter filter;
    enum status got = filter_parse(&filter, catalogue_find("consultation"), world->center.codes, text, &err);
    if (got != status || strstr(err.text, part) == NULL)
        fail_msg("%s: %s: %s", text, status_name(got), err.text);
}

static void test_comparisons(void **state)
{
    struct world *world = *state;
    expect(world, "", 3);
    expect(world, "name=张三", 1);
    expect(world, "姓名 = 张三", 1);
    expect(world, "name!=张三", 2);
    expect(world, "date>=2026-03-15", 2);
    expect(world, "date>2026-03-15", 1);
    expect(world, "date<=2026年3月15日", 2);
    expect(world, "date<2026-03-01", 0);
    expect(world, "persons>1 and persons<3", 1);
    expect(world, "persons = 3", 1);
}

/* Counted from 2026-04-03. */
static void expect_on(struct world *world, const char *text, int64_t count)
{
    const struct record_type *type = catalogue_find("consultation");
    struct errmsg err = {{0}};
    struct filter filter;
    int32_t today;
    int64_t counted = -1;
    assert_int_equal(day_from_ymd(2026, 4, 3, &today), STATUS_OK);
    if (filter_parse_on(&filter, type, world->center.codes, today, text, &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(records_count(world->center.store, &world->center.actor, type, &filter, &counted, &err), STATUS_OK);
    if (counted != count)
        fail_msg("%s: %lld instead of %lld", text, (long long)counted, (long long)count);
    filter_release(&filter);
}

static void test_days_as_people_say_them(void **state)
{
    struct world *world = *state;
    struct errmsg err = {{0}};
    struct filter filter;
    expect_on(world, "date=本月", 1);
    expect_on(world, "日期=上月", 2);
    expect_on(world, "日期=上月 and name=李四", 1);
    expect_on(world, "日期=最近7天", 1);
    expect_on(world, "日期=今年", 3);
    expect_on(world, "日期=今天", 0);
    expect_on(world, "日期=前天", 1);
    expect_on(world, "日期!=前天", 2);
    expect_on(world, "日期>=上月", 3);
    expect_on(world, "日期>上月", 1);
    expect_on(world, "日期<=上月", 2);
    expect_on(world, "日期<上月", 0);
    expect_on(world, "日期=2026-03-15", 1);
    expect_on(world, "topic~本月", 0); /* a text is a text */
    assert_int_equal(filter_parse_on(&filter, catalogue_find("consultation"), world->center.codes, 20546, "日期!=本月", &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "日期"));
    assert_int_equal(filter_parse_on(&filter, catalogue_find("consultation"), world->center.codes, 20546, "日期~本月", &err), STATUS_INVALID);
    refuse(world, "日期=本月", STATUS_MALFORMED, "日期"); /* without a today */
    struct buf many;
    buf_init(&many, 4000);
    for (int i = 0; i < FILTER_TERMS_MAX - 1; i++)
        buf_puts(&many, "日期>=2026-01-01 and ");
    buf_puts(&many, "日期=本月"); /* two terms */
    assert_int_equal(filter_parse_on(&filter, catalogue_find("consultation"), world->center.codes, 20546, buf_cstr(&many), &err), STATUS_TOO_LARGE);
    buf_release(&many);
}

static void test_codes(void **state)
{
    struct world *world = *state;
    expect(world, "sex=男", 1);
    expect(world, "sex=2", 1);
    expect(world, "sex~女", 1);
    expect(world, "sex!=男", 2);
    refuse(world, "sex=火星", STATUS_INVALID, "sex");
    refuse(world, "sex~火星", STATUS_INVALID, "火星");
}

static void test_texts_and_quotes(void **state)
{
    struct world *world = *state;
    expect(world, "topic~纠纷", 1);
    expect(world, "topic~abc", 1);
    expect(world, "topic='it''s ABC'", 1);
    expect(world, "topic='离婚 and 抚养'", 1);
    expect(world, "topic='离婚 and 抚养' and name=李四", 1);
    expect(world, "topic='离婚 and 抚养' AND name=张三", 0);
    expect(world, "topic~'%'", 0);
    expect(world, "topic~'x'' and name=x'", 0);
}

/* Who is looked for is found however his name and numbers are typed. */
static void test_names_and_numbers_in_one_form(void **state)
{
    static const char *const FINDS[] = {"name=阿不都•热西提", "name=' 阿不都 ・ 热西提 '", "name~•热", "id_no=11010519491231002x", "id_no=１１０１０５ 19491231 002Ｘ", "id_no~002x", "id_no in (x,11010519491231002x)",
                                        "phone='+86 139-1234-5678'", "phone=１３９１２３４５６７８", "phone~'5678'", "phone~'1234 5678'"};
    struct world *world = *state;
    struct id id = node_consult(&world->center, "来客", "来访");
    node_set(&world->center, "consultation", id, "name", "阿不都・热西提");
    node_set(&world->center, "consultation", id, "id_no", "11010519491231002X");
    node_set(&world->center, "consultation", id, "phone", "13912345678");
    for (size_t i = 0; i < sizeof FINDS / sizeof FINDS[0]; i++)
        expect(world, FINDS[i], 1);
    expect(world, "id_no=11010519491231002Y", 0);
    expect(world, "phone=x", 0);
}

static void test_empty_values(void **state)
{
    struct world *world = *state;
    expect(world, "phone=", 3);
    expect(world, "phone=''", 3);
    expect(world, "phone!=", 0);
    expect(world, "name!=", 3);
    refuse(world, "phone>", STATUS_INVALID, "phone");
}

static void test_pseudo_fields(void **state)
{
    struct world *world = *state;
    char hex[ID_TEXT_BYTES], text[64] = "id=";
    id_format(ids[1], hex);
    strcat(text, hex);
    expect(world, text, 1);
    text[2] = '~';
    expect(world, text, 1);
    text[3 + 12] = '\0';
    expect(world, text, 1);
    expect(world, "scope=1", 3);
    expect(world, "org!=1", 0);
    refuse(world, "id=12", STATUS_INVALID, "id");
    refuse(world, "id>12", STATUS_INVALID, "id");
    refuse(world, "scope=abc", STATUS_INVALID, "scope");
}

static void add_case(struct world *world, const char *received, const char *cause)
{
    struct node *node = &world->center;
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("case"));
    assert_int_equal(record_set_text(&record, "name", "王五"), STATUS_OK);
    assert_int_equal(record_set_text(&record, "case_type", "02"), STATUS_OK);
    assert_int_equal(record_parse(&record, catalogue_field(record.type, "received_on"), node->codes, received, strlen(received), &err), STATUS_OK);
    assert_int_equal(record_parse(&record, catalogue_field(record.type, "cause"), node->codes, cause, strlen(cause), &err), STATUS_OK);
    assert_int_equal(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), STATUS_OK);
    record_release(&record);
}

/* A name means every version of the list, a code only itself; codes out of use can be looked for. */
static void test_versions_of_a_code(void **state)
{
    struct world *world = *state;
    add_case(world, "2025-06-01", "离婚纠纷");
    add_case(world, "2026-06-01", "离婚纠纷");
    add_case(world, "2026-06-01", "赡养纠纷");
    add_case(world, "2026-06-01", "赡养纠纷");
    add_case(world, "2026-06-01", "");
    expect_of(world, "case", "cause=离婚纠纷", 2);
    expect_of(world, "case", "案由=离婚纠纷 and received_on>=2026-01-01", 1);
    expect_of(world, "case", "cause=L14", 1);
    expect_of(world, "case", "cause=M14", 1);
    expect_of(world, "case", "cause!=离婚纠纷", 3); /* 赡养 twice and the one without */
    expect_of(world, "case", "cause!=M14", 4);
    expect_of(world, "case", "cause~离婚", 2);
    expect_of(world, "case", "cause=", 1);
    expect_of(world, "case", "case_type=民事", 5);
    expect_of(world, "case", "cause in (离婚纠纷)", 2);
    expect_of(world, "case", "cause in (M14, 赡养纠纷)", 3);
    expect_of(world, "case", "case_type=０２", 5);
}

static void test_one_of_several(void **state)
{
    struct world *world = *state;
    char hex[ID_TEXT_BYTES], text[128];
    expect(world, "name in (张三)", 1);
    expect(world, "name in (张三, 李四,赵六)", 2);
    expect(world, "姓名 IN('王五' , '李四') and persons>2", 1);
    expect(world, "topic in ('离婚 and 抚养', 'it''s ABC', 'a,b)')", 2);
    expect(world, "sex in (男, 2)", 2); /* the third has none */
    expect(world, "sex in (9)", 0);
    expect(world, "date in (2026-03-01, 2026年4月1日)", 2);
    expect(world, "persons in (1,3) and date>=2026-01-01", 2);
    expect(world, "event.kind in (01, 02)", 0);
    expect(world, "用时(分钟) in (5)", 0);
    expect(world, "用时(分钟)=", 3);
    expect(world, "scope in (1, 2)", 3);
    expect(world, "org in (2)", 0);
    id_format(ids[1], hex);
    snprintf(text, sizeof text, "id in (%s)", hex);
    expect(world, text, 1);
    node_set(&world->center, "consultation", ids[0], "categories", "05,17");
    node_set(&world->center, "consultation", ids[1], "categories", "06");
    expect(world, "categories in (农民工, 军人)", 2);
    expect(world, "categories in (妇女, 17)", 1);
    expect(world, "categories in (07)", 0);
    node_set(&world->center, "consultation", ids[0], "categories", "");
    node_set(&world->center, "consultation", ids[1], "categories", "");
    refuse(world, "name in 张三", STATUS_MALFORMED, "比较符");
    refuse(world, "name in (", STATUS_MALFORMED, "右括号");
    refuse(world, "name in (a b", STATUS_MALFORMED, "右括号");
    refuse(world, "name in ('a' b)", STATUS_MALFORMED, "右括号");
    refuse(world, "name in (a) name=b", STATUS_MALFORMED, "and");
    refuse(world, "name in ()", STATUS_INVALID, "空值");
    refuse(world, "name in (a,,b)", STATUS_INVALID, "空值");
    refuse(world, "sex in (男, 火星)", STATUS_INVALID, "火星");
    refuse(world, "date in (明天)", STATUS_MALFORMED, "date");
    refuse(world, "id in (12)", STATUS_INVALID, "id");
    refuse(world, "persons in (1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,"
                  "56,57,58,59,60,61,62,63,64,65)",
           STATUS_TOO_LARGE, "64");
}

static void test_refused(void **state)
{
    struct world *world = *state;
    refuse(world, "nosuch=1", STATUS_INVALID, "nosuch");
    refuse(world, "name", STATUS_MALFORMED, "name");
    refuse(world, "=1", STATUS_MALFORMED, "=1");
    refuse(world, "name='abc", STATUS_MALFORMED, "引号");
    refuse(world, "name==张三", STATUS_MALFORMED, "等号");
    refuse(world, "name=张三 or name=李四", STATUS_MALFORMED, "in (值, 值)");
    refuse(world, "name=张三 || name=李四", STATUS_MALFORMED, "in (值, 值)");
    refuse(world, "persons>=2 && name=张三", STATUS_MALFORMED, "in (值, 值)");
    expect(world, "name=trick or treat", 0);
    expect(world, "name='a or b=c'", 0);
    expect(world, "content~order=1", 0);
    refuse(world, "name='abc' topic=1", STATUS_MALFORMED, "and");
    refuse(world, "name=a and", STATUS_MALFORMED, "and");
    refuse(world, "name=a and and", STATUS_MALFORMED, "and");
    refuse(world, "date=明天", STATUS_MALFORMED, "date");
    refuse(world, "date~2026", STATUS_INVALID, "date");
    refuse(world, "persons=many", STATUS_MALFORMED, "persons");
    refuse(world, "name=\x01", STATUS_MALFORMED, "name");
    refuse(world, "name=a and name=a and name=a and name=a and name=a and name=a and name=a and name=a and name=a and "
                  "name=a and name=a and name=a and name=a and name=a and name=a and name=a and name=a",
           STATUS_TOO_LARGE, "16");
}

/* REF.FIELD: rows whose event is so. */
static void test_fields_of_the_record_pointed_at(void **state)
{
    struct world *world = *state;
    struct node *node = &world->center;
    char text[ID_TEXT_BYTES], where[80];
    struct record event;
    struct errmsg err = {{0}};
    struct filter filter;

    record_init(&event, catalogue_find("event"));
    assert_int_equal(records_begin(node->store, &node->actor, &event, node->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&event, "title", "广场宣传"), STATUS_OK);
    assert_int_equal(record_set_text(&event, "also", "03,05"), STATUS_OK);
    event.scope = 5;
    assert_int_equal(records_save(node->store, &node->actor, node->codes, node->random, &event, &err), STATUS_OK);
    id_format(event.id, text);
    node_set(node, "consultation", ids[0], "event", text);
    node_set(node, "consultation", ids[1], "event", text);
    expect(world, "event.title=广场宣传", 2);
    expect(world, "活动.名称~广场", 2);
    expect(world, "event.date>=2026-01-01 and event.date<=2026-01-01 and name=张三", 1);
    expect(world, "event.also~05", 2);
    expect(world, "event.also!~05", 0);
    expect(world, "event.also!~04", 2);
    expect(world, "event.campaign=", 2);
    expect(world, "topic!~纠纷", 2);
    snprintf(where, sizeof where, "event.id=%s", text);
    expect(world, where, 2);
    assert_int_equal(filter_parse(&filter, catalogue_find("consultation"), node->codes, "event.nothing=1", &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "活动没有字段“nothing”"));
    assert_int_equal(filter_parse(&filter, catalogue_find("consultation"), node->codes, "name.title=1", &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "不指向别的记录"));
    /* Somebody of another scope, shown the row, is told nothing of an event that is not his. */
    struct actor actor = node->actor;
    int64_t count;
    actor.all_scopes = false;
    assert_int_equal(filter_parse(&filter, catalogue_find("consultation"), node->codes, "event.title=广场宣传", &err), STATUS_OK);
    assert_int_equal(records_count(node->store, &actor, catalogue_find("consultation"), &filter, &count, &err), STATUS_OK);
    assert_int_equal(count, 0);
    filter_release(&filter);
    assert_int_equal(records_delete(node->store, &node->actor, event.type, event.id, &err), STATUS_OK);
    expect(world, "event.title=广场宣传", 0);
    record_release(&event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fields_of_the_record_pointed_at, open_world, close_world),
        cmocka_unit_test(test_comparisons),  cmocka_unit_test(test_days_as_people_say_them), cmocka_unit_test(test_codes),         cmocka_unit_test(test_texts_and_quotes),
        cmocka_unit_test(test_empty_values), cmocka_unit_test_setup_teardown(test_names_and_numbers_in_one_form, open_world, close_world), cmocka_unit_test(test_pseudo_fields), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_versions_of_a_code), cmocka_unit_test(test_one_of_several),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
