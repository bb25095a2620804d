/* tests/test_tariff.c - the cell of the tariff for a case: by form and stage, by form, by stage, or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/tariff.h"
#include "core/base/day.h"
#include "tests/fixture.h"

static const struct {
    const char *type, *stage, *form;
    int64_t fen;
} CASES[] = {
    {"01", "02", "01", 90000},   /* 侦查 */
    {"01", "03", "01", 130000},  /* 审查起诉 */
    {"01", "04", "01", 180000},  /* 审判 */
    {"01", "05", "01", 180000},
    {"01", "12", "01", 180000},
    {"01", "04", "02", 180000},  /* 被害人代理: by stage */
    {"01", "04", "03", 160000},  /* 附带民事: the form counts more than the stage */
    {"01", "", "03", 160000},
    {"01", "14", "01", 130000},  /* 执行及其他 */
    {"01", "02", "", 90000},     /* no form yet */
    {"01", "", "01", TARIFF_NONE}, /* which stage? a person must say */
    {"01", "", "", TARIFF_NONE},
    {"02", "04", "05", 200000},  /* 民事诉讼 */
    {"02", "", "05", 200000},
    {"02", "14", "05", 130000},  /* 执行 */
    {"02", "07", "07", 160000},  /* 劳动仲裁 */
    {"02", "07", "", 160000},
    {"02", "08", "08", 130000},  /* 其他非诉 */
    {"02", "01", "08", 130000},
    {"02", "", "08", TARIFF_NONE},
    {"03", "04", "06", 200000},  /* 行政诉讼 */
    {"03", "14", "06", 130000},
    {"03", "11", "09", 130000},  /* 国家赔偿 */
    {"03", "10", "08", 130000},  /* 复议 */
    {"", "04", "05", TARIFF_NONE},
    {"99", "04", "05", TARIFF_NONE},
};

static void fill(struct record *kase, const char *type, const char *stage, const char *form)
{
    record_init(kase, catalogue_find("case"));
    record_set_text(kase, "case_type", type);
    record_set_text(kase, "stage", stage);
    record_set_text(kase, "aid_form", form);
}

static void test_cells(void **state)
{
    struct world world;
    struct rules *rules;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    int32_t old, new;

    (void)state;
    world_open(&world, 0, NULL);
    assert_int_equal(rules_load(&rules, center->store, &center->actor, &err), STATUS_OK);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct record kase;
        fill(&kase, CASES[i].type, CASES[i].stage, CASES[i].form);
        if (rules_tariff(rules, &kase, 0) != CASES[i].fen)
            fail_msg("type %s stage %s form %s: %lld", CASES[i].type, CASES[i].stage, CASES[i].form, (long long)rules_tariff(rules, &kase, 0));
        record_release(&kase);
    }
    rules_free(rules);
    /* The county's own sum counts from its day on. */
    day_from_ymd(2026, 6, 30, &old);
    day_from_ymd(2026, 7, 1, &new);
    assert_int_equal(rule_set(center->store, &center->actor, center->codes, center->random, "tariff_02_f05", "2400元", new, "某财法〔2026〕1号", &err), STATUS_OK);
    assert_int_equal(rules_load(&rules, center->store, &center->actor, &err), STATUS_OK);
    struct record kase;
    fill(&kase, "02", "04", "05");
    assert_string_equal(tariff_cell(rules, &kase)->name, "tariff_02_f05");
    assert_int_equal(rules_tariff(rules, &kase, old), 200000);
    assert_int_equal(rules_tariff(rules, &kase, new), 240000);
    record_release(&kase);
    rules_free(rules);
    world_close(&world);
}

/* Every combination of type and stage that has a form of its own kind finds a cell. */
static void test_every_stage_is_paid(void **state)
{
    struct world world;
    struct rules *rules;
    (void)state;
    world_open(&world, 0, NULL);
    assert_int_equal(rules_load(&rules, world.center.store, &world.center.actor, NULL), STATUS_OK);
    for (size_t t = 0; t < code_book_count(world.codes, "case_type"); t++) {
        for (size_t s = 0; s < code_book_count(world.codes, "stage"); s++) {
            for (size_t f = 0; f < code_book_count(world.codes, "aid_form"); f++) {
                struct record kase;
                fill(&kase, code_book_at(world.codes, "case_type", t)->code, code_book_at(world.codes, "stage", s)->code, code_book_at(world.codes, "aid_form", f)->code);
                assert_true(rules_tariff(rules, &kase, 0) >= 90000);
                record_release(&kase);
            }
        }
    }
    rules_free(rules);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_every_stage_is_paid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
