/* tests/test_called.c - what people are called by: the table against the catalogue, several names in one field, and which words in a text mean somebody and nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/called_table.h"
#include "core/record/name_list.h"
#include "tests/fixture.h"

static struct world world;

#define CENTER (&world.center)

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 0, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* ---- the table ---- */

static bool is_workers(const struct field_def *field)
{
    return field->initial != NULL && (strcmp(field->initial, "user") == 0 || strcmp(field->initial, "display") == 0);
}

static size_t lines_of(const struct record_type *type, const struct field_def *field)
{
    size_t n = 0;
    for (size_t i = 0; i < called_n_fields; i++)
        n += strcmp(called_fields[i].type, type->name) == 0 && strcmp(called_fields[i].field, field->name) == 0;
    return n;
}

static void every_name_and_number_is_decided(void **state)
{
    (void)state;
    static const enum field_kind KINDS[] = {[CALLED_NAME] = FIELD_NAME, [CALLED_ID_NO] = FIELD_ID_NO, [CALLED_PHONE] = FIELD_PHONE};
    size_t decided = 0;
    for (size_t t = 0; t < catalogue_count(); t++) {
        const struct record_type *type = catalogue_at(t);
        for (size_t f = 0; f < type->n_fields; f++) {
            const struct field_def *field = &type->fields[f];
            bool due = (field->kind == FIELD_NAME || field->kind == FIELD_ID_NO || field->kind == FIELD_PHONE) && !is_workers(field);
            const struct called_field *line = called_field(type->name, field->name);
            if (lines_of(type, field) != due)
                fail_msg("%s.%s: core/record/called_table.c does not say (once) whether it calls somebody so", type->name, field->name);
            decided += due;
            if (line != NULL)
                assert_int_equal(KINDS[line->kind], field->kind);
        }
    }
    assert_int_equal(decided, called_n_fields); /* none of a field that is no more */
}

static bool take_none(void *context, struct id id, const char *text, size_t len)
{
    (void)context;
    (void)id;
    (void)text;
    (void)len;
    return true;
}

/* ---- several in one field ---- */

static void a_list_is_divided(void **state)
{
    (void)state;
    static const struct {
        const char *text, *names;
    } LISTS[] = {{"张三、李四", "张三|李四|"}, {"张三，李四,王五；赵六;钱七", "张三|李四|王五|赵六|钱七|"}, {" Tom Smith 、　李四　", "Tom Smith|李四|"}, {"、；", ""}, {"", ""}, {"张三", "张三|"}, {"\xE5\xBC、李四", "\xE5\xBC|李四|"}};
    for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++) {
        struct name_list list = {LISTS[i].text, strlen(LISTS[i].text)};
        char all[200] = "";
        const char *name;
        size_t len;
        while (name_list_next(&list, &name, &len))
            snprintf(all + strlen(all), sizeof all - strlen(all), "%.*s|", (int)len, name);
        assert_string_equal(all, LISTS[i].names);
    }
    for (size_t i = 0; i < called_n_fields; i++) /* each that means somebody else has its index */
        if ((called_fields[i].is & (CALLED_BEARER | CALLED_LIST)) == (CALLED_BEARER | CALLED_LIST))
            assert_int_equal(name_list_rows(CENTER->store, called_fields[i].type, called_fields[i].field, take_none, NULL, NULL), STATUS_OK);
}

/* ---- what a text means ---- */

static bool means(const struct called *called, const char *text)
{
    bool named, look, condition;
    assert_int_equal(called_look(CENTER->store, called, text, false, &named, &look, NULL), STATUS_OK);
    assert_int_equal(called_look_condition(CENTER->store, called, text, &condition, NULL), STATUS_OK);
    assert_int_equal(look, condition);
    return look;
}

static void read_called(const char *type, struct id id, struct called *out)
{
    assert_int_equal(called_read(CENTER->store, catalogue_find(type), id, CALLED_HEAD, out, NULL), STATUS_OK);
}

/* Who handed it in, the judge, the bureau that got a paper: in others' records, too. */
static void who_only_had_to_do_with_it_is_not_the_person(void **state)
{
    (void)state;
    struct id kase = node_make(CENTER, "case", "name=李梅", "handler=吴敏", "narrative=欠薪", NULL);
    struct id ids[] = {node_make(CENTER, "material", "name=身份证", "giver=本人", node_ref("case_id", kase), NULL), node_make(CENTER, "document", "form=09", "name=县司法局", "receiver=何平", node_ref("case_id", kase), NULL),
                       node_make(CENTER, "complaint", "matter=1", "against=高法官", "content=态度不好", node_ref("case_id", kase), NULL), kase};
    const char *const TYPES[] = {"material", "document", "complaint", "case"}, *const OTHERS[] = {"本人要求", "县司法局周局长", "name=何平", "承办法官=高法官", "handler=吴敏"};
    for (size_t i = 0; i < 4; i++) {
        struct called called;
        read_called(TYPES[i], ids[i], &called);
        for (size_t k = 0; k < sizeof OTHERS / sizeof OTHERS[0]; k++)
            if (means(&called, OTHERS[k]))
                fail_msg("%s: %s", TYPES[i], OTHERS[k]);
        assert_int_equal(means(&called, "name=李梅"), i == 3);
        called_release(&called);
    }
}

static void no_name_is_nobodys(void **state)
{
    (void)state;
    struct called called;
    struct id id = node_make(CENTER, "case", "name=李梅", "agent=本人", "agent_kind=01", "opponent=王建国、不详", "narrative=欠薪", NULL);
    read_called("case", id, &called);
    assert_false(means(&called, "本人要求"));
    assert_false(means(&called, "去向不详"));
    assert_true(means(&called, "opponent=王建国"));
    called_release(&called);
}

/* 李明 stands in 李明明, who is somebody else. */
static void a_part_of_another_name_is_not_the_name(void **state)
{
    (void)state;
    struct called called;
    struct id id = node_make(CENTER, "person", "name=李明", NULL);
    (void)node_make(CENTER, "handler", "name=李明明", "kind=02", NULL);
    (void)node_make(CENTER, "case", "name=王建国", "opponent=赵敏、大李明", "narrative=欠薪", NULL);
    read_called("person", id, &called);
    assert_false(means(&called, "handler=李明明"));
    assert_false(means(&called, "李明明的案件"));
    assert_false(means(&called, "局长李明明"));
    assert_false(means(&called, "opponent=大李明")); /* in a list */
    assert_true(means(&called, "李明的案件"));
    assert_true(means(&called, "李明明和李明"));
    assert_true(means(&called, "李明、李明明"));
    assert_true(means(&called, "李明亮")); /* nobody is called so */
    called_release(&called);
}

static void who_is_one_of_several_means_others_too(void **state)
{
    (void)state;
    struct called called;
    struct id id = node_make(CENTER, "case", "name=李梅", "opponent=谢建国、冯志强", "narrative=欠薪", NULL), other = node_make(CENTER, "case", "name=何平", "opponent=雷霄;冯志强", "narrative=欠薪", NULL);
    read_called("case", id, &called);
    assert_true(means(&called, "opponent=谢建国"));
    assert_false(means(&called, "opponent=冯志强"));
    called.going = &other; /* it goes as well */
    called.n_going = 1;
    assert_true(means(&called, "opponent=冯志强"));
    called_release(&called);
}

int main(void)
{
#define with_world(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_and_number_is_decided),
        with_world(a_list_is_divided),
        with_world(who_only_had_to_do_with_it_is_not_the_person),
        with_world(no_name_is_nobodys),
        with_world(a_part_of_another_name_is_not_the_name),
        with_world(who_is_one_of_several_means_others_too),
    };
    return cmocka_run_group_tests_name("called", tests, NULL, NULL);
}
