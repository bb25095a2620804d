/* tests/test_form_book.c - the Ministry's forms as a table: all columns are there, under the names people use, and every source leads somewhere. */
#include "core/aid/form_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/code_book.h"
#include "core/report/form_live.h"
#include "core/report/form_plan.h"

static struct form_book *book;

static int set_up(void **state)
{
    (void)state;
    assert_int_equal(form_book_new(&book, NULL), STATUS_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    form_book_free(book);
    return 0;
}

static const struct form_column *column(const char *cell)
{
    const struct form_column *found = form_book_cell(book, cell, NULL);

    if (found == NULL)
        fail_msg("no cell %s", cell);
    return found;
}

/* The numbers of columns of the official set. */
static void test_every_form_has_its_columns(void **state)
{
    static const struct {
        const char *name;
        size_t columns;
    } expected[] = {
        {"monthly", 24}, {"quarterly", 54}, {"form1", 29}, {"form2", 20}, {"form3", 11}, {"form4", 23}, {"form5", 46}, {"form6", 47}, {"form7", 34},
        {"form8", 13},   {"form9", 13},     {"form10", 27}, {"form11", 28}, {"form12", 27}, {"form13", 11},
    };

    (void)state;
    assert_int_equal(form_book_count(book), sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < form_book_count(book); i++) {
        const struct ministry_form *form = form_book_at(book, i);
        assert_string_equal(form->name, expected[i].name);
        assert_int_equal(form->n_columns, expected[i].columns);
        for (size_t c = 0; c < form->n_columns; c++) {
            assert_int_equal(form->columns[c].no, c + 1);
            assert_true(form->columns[c].heading[0] != '\0' && form->columns[c].unit[0] != '\0');
            for (size_t other = 0; other < c; other++)
                assert_string_not_equal(form->columns[c].key, form->columns[other].key);
        }
    }
}

static void test_forms_by_name(void **state)
{
    static const struct {
        const char *name, *form;
    } names[] = {
        {"monthly", "monthly"}, {"Monthly", "monthly"}, {"月报", "monthly"}, {"季报", "quarterly"}, {"form6", "form6"}, {"6", "form6"}, {"F6", "form6"},
        {"表六", "form6"},      {"年报表十一", "form11"}, {"半年报表十", "form10"}, {"法律援助统计报表十（已结案件中各类人员办理情况）", "form10"}, {"13", "form13"},
    };
    static const char *const none[] = {"", "form", "form0", "form14", "14", "表十四", "年报", "F", "M", "summary"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct ministry_form *form = form_book_find(book, names[i].name);
        if (form == NULL)
            fail_msg("no form %s", names[i].name);
        assert_string_equal(form->name, names[i].form);
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_null(form_book_find(book, none[i]));
}

static void test_cells_by_name(void **state)
{
    static const struct {
        const char *text, *cell;
    } cells[] = {
        {"F6.2", "F6.2"}, {"f6.2", "F6.2"}, {"form6.2", "F6.2"}, {"6.2", "F6.2"}, {"F6.47", "F6.47"}, {"F1.2", "F1.2"}, {"F11.2", "F11.2"}, {"form11.2", "F11.2"},
        {"M2", "M2"}, {"m24", "M24"}, {"monthly2", "M2"}, {"monthly.2", "M2"}, {"Q54", "Q54"}, {"q1", "Q1"},
    };
    static const char *const none[] = {"", "F6", "F6.", "F6.0", "F6.48", "F6.2x", "F14.1", "form62", "62", "M0", "M25", "Q55", "M2 ", "R1", "F6.99999999999"};
    char name[FORM_CELL_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        const struct ministry_form *form;
        const struct form_column *found = form_book_cell(book, cells[i].text, &form);
        if (found == NULL)
            fail_msg("no cell %s", cells[i].text);
        form_cell_name(form, found, name);
        assert_string_equal(name, cells[i].cell);
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        if (form_book_cell(book, none[i], NULL) != NULL)
            fail_msg("a cell called '%s'", none[i]);
}

static void test_what_columns_are(void **state)
{
    (void)state;
    assert_int_equal(column("F6.2")->kind, FORM_COUNT);
    assert_string_equal(column("F6.2")->argument, "approved.civil");
    assert_string_equal(column("F6.47")->heading, "未结案件");
    assert_int_equal(column("F3.2")->kind, FORM_SUM);
    assert_int_equal(column("F8.1")->kind, FORM_CELL);
    assert_int_equal(column("F12.1")->kind, FORM_LIVE);
    assert_int_equal(column("F1.12")->kind, FORM_HAND_LAST);
    assert_int_equal(column("F3.3")->kind, FORM_HAND_SUM);
    assert_true(column("F1.12")->by_hand && column("F3.3")->by_hand && !column("F3.2")->by_hand);
    assert_true(column("F3.3")->money && column("F4.6")->money && column("F5.45")->money && column("F6.46")->money && column("M14")->money && column("F8.3")->money);
    assert_false(column("F6.47")->money || column("F1.12")->money);
}

/* Without it a cell of the form would stop every report. */
static void test_every_source_leads_somewhere(void **state)
{
    size_t live = 0;

    (void)state;
    for (size_t i = 0; i < form_book_count(book); i++) {
        const struct ministry_form *form = form_book_at(book, i);
        for (size_t c = 0; c < form->n_columns; c++) {
            struct form_plan plan;
            struct errmsg err = {{0}};
            if (form_plan_make(book, form, &form->columns[c], &plan, &err) != STATUS_OK)
                fail_msg("%s%zu: %s", form->prefix, c + 1, err.text);
            assert_int_equal(plan.n_terms + plan.n_lives == 0, form->columns[c].by_hand || strcmp(form->name, "form3") == 0 || strcmp(form->columns[c].source, "sum 3+9") == 0);
            live += form->columns[c].kind == FORM_LIVE;
        }
    }
    assert_int_equal(live, 8 + 15 + 10 + 27 + 10);
    assert_int_equal(form_live_find("honour"), -1);
    assert_int_equal(form_live_find("honour.unit"), -1);
    assert_int_equal(form_live_find("honours.unit_high"), -1);
    assert_int_not_equal(form_live_find("station.host_01"), form_live_find("station.manned_01"));
}

static void test_a_sum_brings_the_entries_of_its_parts(void **state)
{
    struct form_plan plan;
    const struct ministry_form *form;
    const struct form_column *total = form_book_cell(book, "F4.1", &form);

    (void)state;
    assert_int_equal(form_plan_make(book, form, total, &plan, NULL), STATUS_OK);
    /* F4.1 = 2+3+4+23, 4 = 5+16+18+..+22 (17 is part of 16), 5 = 6+..+10 */
    assert_int_equal(plan.n_entries, 1 + 4 + 7 + 5);
    assert_int_equal(plan.n_lives, 5);
    assert_int_equal(plan.n_terms, 0);
    assert_ptr_equal(plan.entries[0].column, total);
    for (size_t i = 0; i < plan.n_entries; i++)
        assert_int_not_equal(plan.entries[i].column->no, 17);
}

static void test_the_countys_topics_are_named(void **state)
{
    struct code_book *codes;
    char heading[FORM_HEADING_BYTES];

    (void)state;
    assert_int_equal(code_book_new(&codes, "320117"), STATUS_OK);
    form_column_heading(column("Q50"), codes, heading);
    assert_string_equal(heading, "本地典型咨询类型/民事类/（本地典型类型2）");
    assert_int_equal(code_book_put(codes, "consult_topic", "222", "土地承包", "", false), STATUS_OK);
    form_column_heading(column("Q50"), codes, heading);
    assert_string_equal(heading, "本地典型咨询类型/民事类/土地承包");
    form_column_heading(column("Q49"), codes, heading);
    assert_string_equal(heading, "本地典型咨询类型/民事类/（本地典型类型1）");
    form_column_heading(column("Q19"), codes, heading);
    assert_string_equal(heading, "咨询类型/故意杀人");
    form_column_heading(column("Q50"), NULL, heading);
    assert_string_equal(heading, "本地典型咨询类型/民事类/（本地典型类型2）");
    code_book_free(codes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_form_has_its_columns),
        cmocka_unit_test(test_forms_by_name),
        cmocka_unit_test(test_cells_by_name),
        cmocka_unit_test(test_what_columns_are),
        cmocka_unit_test(test_every_source_leads_somewhere),
        cmocka_unit_test(test_a_sum_brings_the_entries_of_its_parts),
        cmocka_unit_test(test_the_countys_topics_are_named),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
