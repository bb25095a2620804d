/* tests/test_eval_standard.c - the shipped lists sum up; the county's editions lie over them from their day; what is used is closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/quality/eval_standard.h"
#include "tests/fixture.h"
#include "tests/must.h"

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static int32_t day(const char *text)
{
    int32_t out = 0;
    assert_int_equal(day_parse(text, strlen(text), &out), STATUS_OK);
    return out;
}

static struct eval_standard *load(const char *code, int edition, const char *on)
{
    struct eval_standard *standard = NULL;
    must_do(eval_standard_load(&standard, world.center.store, &world.center.actor, world.codes, code, edition, day(on), &err));
    return standard;
}

static void set_field(struct record *record, const char *field, const char *text)
{
    struct errmsg said = {{0}};
    if (record_parse(record, catalogue_field(record->type, field), world.codes, text, strlen(text), &said) != STATUS_OK)
        fail_msg("%s=%s: %s", field, text, said.text);
}

/* A row as `add` saves it; the status, and the message in *said. */
static enum status add_row(const char *standard, int edition, int number, int max, const char *from, struct id *id, struct errmsg *said)
{
    struct node *center = &world.center;
    struct record row;
    record_init(&row, catalogue_find("eval_standard"));
    must_do(records_begin(center->store, &center->actor, &row, world.codes, &err));
    set_field(&row, "standard", standard);
    must_do(record_set_int(&row, "edition", edition));
    must_do(record_set_int(&row, "item_no", number));
    must_do(record_set_int(&row, "max_score", max));
    set_field(&row, "item", "项目");
    set_field(&row, "from_day", from);
    enum status status = record_prepare(center->store, &center->actor, world.codes, center->random, &row, said);
    if (status == STATUS_OK)
        status = records_save(center->store, &center->actor, world.codes, center->random, &row, said);
    if (id != NULL)
        *id = row.id;
    record_release(&row);
    return status;
}

static void must_add(const char *standard, int edition, int number, int max, const char *from)
{
    struct errmsg said = {{0}};
    enum status status = add_row(standard, edition, number, max, from, NULL, &said);
    if (status != STATUS_OK)
        fail_msg("%s %d %d: %s", standard, edition, number, said.text);
}

static void must_refuse(const char *standard, int edition, int number, int max, enum status expected, const char *words)
{
    struct errmsg said = {{0}};
    assert_int_equal(add_row(standard, edition, number, max, "2026-03-01", NULL, &said), expected);
    if (strstr(said.text, words) == NULL)
        fail_msg("\"%s\" does not say %s", said.text, words);
}

static void test_shipped_lists_sum_up(void **state)
{
    static const struct {
        const char *code;
        size_t items;
        int sum;
    } lists[] = {{"civil100", 15, 100}, {"criminal100", 15, 100}, {"level5", 5, 25}};
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct eval_standard *standard = load(lists[i].code, 0, "1990-01-01");
        assert_int_equal(standard->edition, 1);
        assert_int_equal(standard->n_items, lists[i].items);
        assert_int_equal(eval_standard_sum(standard), lists[i].sum);
        assert_int_equal(standard->five_point, i == 2);
        must_do(eval_standard_check(standard, world.codes, &err));
        for (size_t k = 0; k < standard->n_items; k++) {
            assert_int_equal(standard->items[k].number, k + 1);
            assert_true(standard->items[k].part[0] != '\0' && standard->items[k].item[0] != '\0' && standard->items[k].help[0] != '\0');
        }
        assert_ptr_equal(eval_standard_item(standard, 2), &standard->items[1]);
        assert_null(eval_standard_item(standard, 16));
        eval_standard_free(standard);
    }
}

static void test_an_edition_counts_from_its_day_and_only_when_it_sums_up(void **state)
{
    struct errmsg said = {{0}};
    (void)state;
    must_add("civil100", 2, 2, 60, "2026-03-01");
    must_add("civil100", 2, 1, 30, "2026-02-01");
    struct eval_standard *standard = load("civil100", 0, "2026-02-28"); /* its last item comes on 1 March */
    assert_int_equal(standard->edition, 1);
    eval_standard_free(standard);
    standard = load("civil100", 0, "2026-03-01");
    assert_int_equal(standard->edition, 2);
    assert_int_equal(standard->items[0].number, 1);
    assert_int_equal(eval_standard_check(standard, world.codes, &said), STATUS_INVALID);
    assert_string_equal(said.text, "民事行政案件百分制第 2 版各项满分合计 90，应为 100；补齐或改好以后再用");
    eval_standard_free(standard);
    must_add("civil100", 2, 3, 10, "2026-03-01");
    standard = load("civil100", 0, "2026-03-01");
    must_do(eval_standard_check(standard, world.codes, &err));
    eval_standard_free(standard);
    standard = load("civil100", 1, "2026-03-01");
    assert_int_equal(standard->n_items, 15);
    eval_standard_free(standard);
    standard = NULL;
    assert_int_equal(eval_standard_load(&standard, world.center.store, &world.center.actor, world.codes, "civil100", 3, day("2026-03-01"), &said), STATUS_NOT_FOUND);
    assert_null(standard);
}

static void test_what_may_not_be_entered(void **state)
{
    (void)state;
    must_refuse("civil100", 1, 16, 5, STATUS_INVALID, "程序自带");
    must_add("criminal100", 2, 1, 50, "2026-03-01");
    must_refuse("criminal100", 2, 1, 50, STATUS_EXISTS, "第 1 项");
    must_refuse("level5", 2, 1, 6, STATUS_INVALID, "最多 5 分");
    must_add("level5", 2, 1, 5, "2026-03-01");
}

static void test_a_used_edition_is_closed(void **state)
{
    struct node *center = &world.center;
    struct errmsg said = {{0}};
    struct record eval, row;
    struct actor acting = center->actor;
    struct id id;
    (void)state;
    assert_int_equal(add_row("level5", 3, 1, 5, "2026-03-01", &id, &said), STATUS_OK);
    record_init(&eval, catalogue_find("eval"));
    must_do(records_begin(center->store, &center->actor, &eval, world.codes, &err));
    set_field(&eval, "case_id", "00000000000000000000000000000001");
    set_field(&eval, "standard", "level5");
    must_do(record_set_int(&eval, "edition", 3));
    acting.acting = true;
    must_do(records_save(center->store, &acting, world.codes, center->random, &eval, &err));
    record_release(&eval);
    must_refuse("level5", 3, 2, 5, STATUS_INVALID, "已经用来评估过");
    /* Nor moved to another edition. */
    must_do(records_get(center->store, &center->actor, catalogue_find("eval_standard"), id, &row, &err));
    must_do(record_set_int(&row, "edition", 4));
    assert_int_equal(record_prepare(center->store, &center->actor, world.codes, center->random, &row, &said), STATUS_INVALID);
    record_release(&row);
    must_add("level5", 4, 1, 5, "2026-03-01");
}

struct listing {
    char text[400];
};

static bool note(void *context, const struct eval_standard *standard, bool current)
{
    struct listing *listing = context;
    size_t used = strlen(listing->text);
    snprintf(listing->text + used, sizeof listing->text - used, "%s %d%s; ", standard->code, standard->edition, current ? "*" : "");
    return true;
}

static void test_all_editions_are_listed(void **state)
{
    struct listing listing = {""};
    (void)state;
    must_add("civil100", 2, 1, 100, "2026-03-01");
    must_do(eval_standard_list(world.center.store, &world.center.actor, world.codes, day("2026-02-01"), note, &listing, &err));
    assert_string_equal(listing.text, "civil100 1*; civil100 2; criminal100 1*; level5 1*; ");
    listing.text[0] = '\0';
    must_do(eval_standard_list(world.center.store, &world.center.actor, world.codes, day("2026-03-01"), note, &listing, &err));
    assert_string_equal(listing.text, "civil100 1; civil100 2*; criminal100 1*; level5 1*; ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_shipped_lists_sum_up, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_an_edition_counts_from_its_day_and_only_when_it_sums_up, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_what_may_not_be_entered, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_used_edition_is_closed, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_all_editions_are_listed, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
