/* tests/test_stat_matter.c - what a case counts as in forms 6 and 7, by cause, matter, ground and kind of recipient; every code the map names exists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/stat_matter.h"
#include "core/data/data.h"
#include "core/record/code_book.h"

static struct code_book *codes;

static int open_book(void **state)
{
    (void)state;
    return code_book_new(&codes, NULL) == STATUS_OK ? 0 : -1;
}

static int close_book(void **state)
{
    (void)state;
    code_book_free(codes);
    return 0;
}

/* field, value pairs. */
static void check(const char *expected, const char *type, const char *field, const char *value, const char *field2, const char *value2)
{
    struct record kase;
    record_init(&kase, catalogue_find("case"));
    assert_int_equal(record_set_text(&kase, "case_type", type), STATUS_OK);
    if (field != NULL)
        assert_int_equal(record_set_text(&kase, field, value), STATUS_OK);
    if (field2 != NULL)
        assert_int_equal(record_set_text(&kase, field2, value2), STATUS_OK);
    const char *got = stat_matter_of(codes, &kase);
    if (strcmp(got, expected) != 0)
        fail_msg("%s %s %s: %s, not %s", type, field == NULL ? "" : field, value == NULL ? "" : value, got, expected);
    record_release(&kase);
}

static void civil_causes(void **state)
{
    static const struct {
        const char *cause, *matter, *migrants;
    } CAUSES[] = {
        {"M14", "B1", "B1"},     /* 离婚纠纷, by its chapter */
        {"M22.1", "B2", "B2"},   /* 抚养费, by its parent */
        {"M24", "B2", "B2"},     /* 赡养 */
        {"M29", "B1", "B1"},     /* 法定继承 */
        {"M481", "B3", "B3"},    /* 人身安全保护令 */
        {"M205.5", "C1", "C2"},  /* 追索劳动报酬 */
        {"M144", "C1", "C2"},    /* 劳务合同 */
        {"M205.1", "E1", "E1"},  /* 确认劳动关系 */
        {"M206.2", "A2", "A3"},  /* 工伤保险待遇 */
        {"M206.1", "A1", "A1"},  /* 养老保险待遇 */
        {"M406", "D1", "D2"},    /* 提供劳务者受害 */
        {"M411", "F1", "F1"},    /* 机动车交通事故 */
        {"M413.2", "G1", "G1"},  /* 医疗产品责任 */
        {"M410", "H1", "H1"},    /* 产品责任 */
        {"M1", "I1", "I1"},      /* 生命权、身体权、健康权 */
        {"M408", "I1", "I1"},    /* 教育机构责任 */
        {"M423", "J1", "J1"},    /* 见义勇为人受害 */
        {"M108.3", "Z1", "Z1"},  /* 民间借贷 */
        {"M500", "Z1", "Z1"},    /* no row of its chapter: its letter's */
        {"MC02", "B1", "B1"},    /* a chapter as cause */
        {"L14", "B1", "B1"},     /* 2020: by the name in 2025's list */
        {"L186.5", "C1", "C2"},  /* 追索劳动报酬 */
        {"L187.2", "A2", "A3"},  /* 工伤保险待遇 */
        {"L374", "F1", "F1"},    /* 机动车交通事故 */
        {"L376.1", "G1", "G1"},  /* 侵害患者知情同意权: no such name now, so by its parent */
        {"L369", "Z1", "Z1"},    /* 网络侵权 */
        {"L244", "Z1", "Z1"},    /* 船舶共有 */
        {"M9999", "Z1", "Z1"},   /* unknown */
    };
    (void)state;
    for (size_t i = 0; i < sizeof CAUSES / sizeof CAUSES[0]; i++) {
        check(CAUSES[i].matter, "02", "cause", CAUSES[i].cause, NULL, NULL);
        check(CAUSES[i].migrants, "02", "cause", CAUSES[i].cause, "categories", "04,05,17");
    }
    /* 15 contains 5, but is no migrant worker. */
    check("C1", "02", "cause", "M205.5", "categories", "04,15");
}

static void administrative_causes(void **state)
{
    (void)state;
    check("R3", "03", "cause", "Z69", NULL, NULL);  /* 工伤保险资格 */
    check("R2", "03", "cause", "Z75", NULL, NULL);  /* 养老金 */
    check("R4", "03", "cause", "Z80", NULL, NULL);  /* 低保金 */
    check("R5", "03", "cause", "Z74", NULL, NULL);  /* 抚恤金 */
    check("R1", "03", "cause", "ZA20", NULL, NULL); /* 行政赔偿 */
    check("R9", "03", "cause", "Z3", NULL, NULL);   /* 罚款 */
    check("R6", "03", "cause", "Z69", "stage", "13");
    /* A civil cause says nothing about an administrative case. */
    check("R9", "03", "cause", "M14", NULL, NULL);
    /* Nor does a crime about either. */
    check("R9", "03", "cause", "X177", NULL, NULL);
    check("Z1", "02", "cause", "X177", NULL, NULL);
    check("B2", "02", "cause", "X177", "matter", "M4");
}

static void what_else_decides(void **state)
{
    (void)state;
    check("", "01", "cause", "X177", NULL, NULL);
    check("", "01", NULL, NULL, NULL, NULL);
    check("K1", "02", "cause", "M14", "stage", "13");
    check("B1", "02", "cause", "M14", "stage", "04");
    check("J1", "02", "cause", "M1", "exempt_32", "02");
    check("B3", "02", "cause", "M14", "exempt_32", "04");
    check("F1", "02", "stat_matter", "F1", "cause", "M14");
    check("Z1", "02", NULL, NULL, NULL, NULL);
    check("B2", "02", "matter", "M4", NULL, NULL);
    check("C2", "02", "matter", "M5", "categories", "05");
    check("A1", "02", "matter", "M2", NULL, NULL);
    check("R2", "03", "matter", "M2", NULL, NULL);
    check("R1", "03", "matter", "M1", NULL, NULL);
    check("R9", "03", NULL, NULL, NULL, NULL);
}

static void categories(void **state)
{
    char out[CAUSE_CATEGORIES_BYTES];
    (void)state;
    cause_categories(NULL, "M22.1", out);
    assert_string_equal(out, "01,17");
    cause_categories(codes, "L186.5", out);
    assert_string_equal(out, "02,14");
    cause_categories(NULL, "L186.5", out);
    assert_string_equal(out, "02,14");
    cause_categories(NULL, "X177", out);
    assert_string_equal(out, "05");
    cause_categories(NULL, "", out);
    assert_string_equal(out, "");
    cause_categories(NULL, "Q1", out);
    assert_string_equal(out, "");
}

/* What the index finds is what the search from end to end finds. */
static void check_both(const struct stat_matter_map *map, const struct stat_matter_facts *facts)
{
    struct record kase;
    record_init(&kase, catalogue_find("case"));
    assert_int_equal(record_set_text(&kase, "case_type", facts->case_type), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "cause", facts->cause), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "matter", facts->matter), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "stage", facts->stage), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "exempt_32", facts->exempt_32), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "stat_matter", facts->stat_matter), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "categories", facts->migrant ? "04,05" : "04,15"), STATUS_OK);
    const char *one = stat_matter_of(codes, &kase), *other = stat_matter_find(map, facts);
    if (strcmp(one, other) != 0)
        fail_msg("%s %s %s %s %s %d: %s, indexed %s", facts->case_type, facts->cause, facts->matter, facts->stage, facts->exempt_32, facts->migrant, one, other);
    record_release(&kase);
}

static void the_index_agrees_on_every_cause(void **state)
{
    struct stat_matter_map *map;
    (void)state;
    assert_int_equal(stat_matter_map_new(&map, codes), STATUS_OK);
    assert_true(code_book_count(codes, "cause") > 2600);
    for (size_t i = 0; i < code_book_count(codes, "cause"); i++) {
        const char *cause = code_book_at(codes, "cause", i)->code;
        for (int migrant = 0; migrant < 2; migrant++)
            check_both(map, &(struct stat_matter_facts){.case_type = cause[0] == 'Z' ? "03" : "02", .cause = cause, .matter = "", .stage = "", .exempt_32 = "", .stat_matter = "", .migrant = migrant != 0});
    }
    stat_matter_map_free(map);
}

static void the_index_agrees_on_every_combination(void **state)
{
    static const char *const CAUSES[] = {"", "M205.5", "L186.5", "Z69", "X177", "M9999"}, *const STAGES[] = {"", "04", "13"}, *const EXEMPT[] = {"", "01", "02", "04"}, *const TYPED[] = {"", "F1"};
    struct stat_matter_map *map;
    (void)state;
    assert_int_equal(stat_matter_map_new(&map, codes), STATUS_OK);
    for (size_t t = 0; t < 3; t++)
        for (size_t c = 0; c < 6; c++)
            for (size_t m = 0; m <= code_book_count(codes, "matter"); m++)
                for (size_t i = 0; i < 3 * 4 * 2 * 2; i++)
                    check_both(map, &(struct stat_matter_facts){.case_type = code_book_at(codes, "case_type", t)->code, .cause = CAUSES[c],
                                                                .matter = m == 0 ? "" : code_book_at(codes, "matter", m - 1)->code, .stage = STAGES[i % 3], .exempt_32 = EXEMPT[i / 3 % 4],
                                                                .stat_matter = TYPED[i / 12 % 2], .migrant = i / 24 != 0});
    stat_matter_map_free(map);
}

/* A cause that the county adds counts as what it put it under, also with an index made before. */
static void a_county_s_own_cause(void **state)
{
    struct code_book *book;
    struct stat_matter_map *map;
    struct stat_matter_facts facts = {.case_type = "02", .cause = "M9001", .matter = "", .stage = "", .exempt_32 = "", .stat_matter = "", .migrant = true};
    (void)state;
    assert_int_equal(code_book_new(&book, NULL), STATUS_OK);
    assert_int_equal(stat_matter_map_new(&map, book), STATUS_OK);
    assert_string_equal(stat_matter_find(map, &facts), "Z1");
    assert_int_equal(code_book_put(book, "cause", "M9001", "讨薪", "M205.5", false), STATUS_OK);
    assert_string_equal(stat_matter_find(map, &facts), "C2");
    facts.migrant = false;
    assert_string_equal(stat_matter_find(map, &facts), "C1");
    stat_matter_map_free(map);
    code_book_free(book);
}

static void check_code(const char *set, const char *code, size_t len)
{
    char text[64];
    snprintf(text, sizeof text, "%.*s", (int)len, code);
    if (code_book_find(codes, set, text) == NULL)
        fail_msg("no %s %s", set, text);
}

/* Each row names a cause (or a letter) and codes that are there. */
static void the_map_is_sound(void **state)
{
    (void)state;
    for (const char *line = data_find("stat_matters.tsv")->text; *line != '\0'; line = strchr(line, '\n') + 1) {
        const char *cell = line;
        size_t len = strcspn(cell, "\t");
        if (len > 1)
            check_code("cause", cell, len);
        for (int i = 0; i < 2; i++) {
            cell += len + 1;
            len = strcspn(cell, "\t");
            if (len > 0)
                check_code("stat_matter", cell, len);
        }
        cell += len + 1;
        while (*cell != '\n') {
            len = strcspn(cell, ",\n");
            check_code("category", cell, len);
            cell += len + (cell[len] == ',');
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(civil_causes), cmocka_unit_test(administrative_causes), cmocka_unit_test(what_else_decides), cmocka_unit_test(categories), cmocka_unit_test(the_map_is_sound),
        cmocka_unit_test(the_index_agrees_on_every_cause), cmocka_unit_test(the_index_agrees_on_every_combination), cmocka_unit_test(a_county_s_own_cause),
    };
    return cmocka_run_group_tests_name("stat matter", tests, open_book, close_book);
}
