/* tests/test_form_rows.c - over some hundred varied records: every cell of every form, for every org and in total, is what the rows behind it add up to, what the cell alone gives, and, where it counts cases and
 * consultations, what counting each record anew gives; totals are sums of their rows, and forms fit together. */
#include "core/report/ministry_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/direct_count.h"
#include "tests/form_world.h"

static struct world world;
static struct form_book *book;
static struct tally *tally;
static struct form_desk desk;
static struct direct_count direct;
static struct errmsg err;

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 0, NULL);
    form_world_fill(&world.center, 7, 300, 200);
    assert_int_equal(form_book_new(&book, &err), STATUS_OK);
    direct_count_load(&direct, world.center.store, world.codes);
    assert_int_equal(tally_open(&tally, world.center.store, &world.center.actor, world.codes, &err), STATUS_OK);
    desk = (struct form_desk){.store = world.center.store, .actor = &world.center.actor, .codes = world.codes, .book = book, .tally = tally};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tally_close(tally);
    direct_count_release(&direct);
    form_book_free(book);
    world_close(&world);
    return 0;
}

static struct period period_of(const char *text)
{
    struct period period;

    if (period_parse(text, (struct year_start){12, 1}, &period, &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.text);
    return period;
}

static struct form_sheet compute(const char *form, const struct period *period)
{
    struct form_sheet sheet;

    if (form_compute(&desk, form_book_find(book, form), period, &sheet, &err) != STATUS_OK)
        fail_msg("%s: %s", form, err.text);
    return sheet;
}

struct adding {
    int64_t sum;
    size_t rows;
};

static bool add_row(void *context, const struct tally_row *row)
{
    struct adding *adding = context;

    assert_non_null(row->type);
    assert_true(row->n > 0 && row->sealed == id_is_zero(row->id));
    adding->sum += row->amount;
    adding->rows++;
    return true;
}

/* What is behind one cell, three ways. */
static void check_cell(const struct form_sheet *sheet, const struct form_row *row, size_t c, size_t *with_rows)
{
    const struct form_column *column = &sheet->form->columns[c];
    int64_t org = row->org == 0 ? TALLY_ORG_ALL : row->org, value;
    struct adding adding = {0};

    assert_int_equal(form_cell(&desk, sheet->form, column, &sheet->period, org, &value, &err), STATUS_OK);
    assert_int_equal(form_rows(&desk, sheet->form, column, &sheet->period, org, add_row, &adding, &err), STATUS_OK);
    if (value != row->values[c] || adding.sum != row->values[c])
        fail_msg("%s%d %s %s: sheet %lld, cell %lld, rows %lld", sheet->form->prefix, column->no, sheet->period.name, row->name, (long long)row->values[c], (long long)value, (long long)adding.sum);
    *with_rows += adding.rows > 0;
    if (column->kind != FORM_COUNT)
        return;
    struct count_term terms[COUNT_TERMS_MAX];
    size_t n;
    assert_int_equal(count_parse(column->argument, terms, &n, &err), STATUS_OK);
    int64_t anew = direct_count_sum(&direct, desk.actor, terms, n, sheet->period.from, sheet->period.to, org) + row->adjusted[c];
    if (anew != row->values[c])
        fail_msg("%s%d %s %s: %lld, counted anew %lld", sheet->form->prefix, column->no, sheet->period.name, row->name, (long long)row->values[c], (long long)anew);
}

static void check_sheet(const struct form_sheet *sheet, size_t *with_rows)
{
    const struct form_row *total = &sheet->rows[sheet->n_rows - 1];

    assert_true(sheet->n_rows >= 2);
    assert_int_equal(total->org, 0);
    for (size_t c = 0; c < sheet->form->n_columns; c++) {
        int64_t sum = 0;
        for (size_t r = 0; r + 1 < sheet->n_rows; r++) {
            assert_true(sheet->rows[r].org > 0 && (r == 0 || sheet->rows[r].org > sheet->rows[r - 1].org));
            sum += sheet->rows[r].values[c];
            if ((r + c) % 3 == 0)
                check_cell(sheet, &sheet->rows[r], c, with_rows);
        }
        assert_int_equal(total->values[c], sum);
        check_cell(sheet, total, c, with_rows);
    }
}

/* Whole half months, and days that cut them. */
static void test_every_cell_is_what_its_rows_add_up_to(void **state)
{
    static const char *const periods[] = {"2026H1", "2025-12-09..2026-04-11"};
    size_t with_rows = 0;

    (void)state;
    for (size_t p = 0; p < sizeof periods / sizeof periods[0]; p++) {
        struct period period = period_of(periods[p]);
        for (size_t i = 0; i < form_book_count(book); i++) {
            struct form_sheet sheet = compute(form_book_at(book, i)->name, &period);
            check_sheet(&sheet, &with_rows);
            form_sheet_release(&sheet);
        }
    }
    assert_true(with_rows > 2 * 407); /* not a comparison of noughts */
}

/* Most columns have something to count, so that a mistake shows. */
static void test_few_cells_are_empty(void **state)
{
    struct period period = period_of("2026H1");
    size_t empty = 0;

    (void)state;
    for (size_t i = 0; i < form_book_count(book); i++) {
        struct form_sheet sheet = compute(form_book_at(book, i)->name, &period);
        for (size_t c = 0; c < sheet.form->n_columns; c++)
            empty += sheet.rows[sheet.n_rows - 1].values[c] == 0;
        form_sheet_release(&sheet);
    }
    assert_true(empty < 80);
}

static const struct form_row *row_of(const struct form_sheet *sheet, int64_t org)
{
    for (size_t r = 0; r < sheet->n_rows; r++)
        if (sheet->rows[r].org == org)
            return &sheet->rows[r];
    return NULL;
}

/* Without what was entered by hand: of a sum that is its own and its parts'. */
static int64_t counted(const struct form_sheet *sheet, int64_t org, int no)
{
    const struct form_row *row = row_of(sheet, org);

    return row == NULL ? 0 : row->values[no - 1] - row->adjusted[no - 1];
}

static void test_forms_fit_together(void **state)
{
    struct period period = period_of("2026H1");
    struct form_sheet two = compute("form2", &period), five = compute("form5", &period), six = compute("form6", &period), seven = compute("form7", &period), eight = compute("form8", &period),
                      ten = compute("form10", &period), thirteen = compute("form13", &period);

    (void)state;
    for (int64_t org = 0; org <= FORM_WORLD_ORGS; org++) { /* 0: the total */
        assert_int_equal(counted(&eight, org, 1), counted(&five, org, 1) + counted(&six, org, 2) + counted(&seven, org, 2));
        assert_int_equal(counted(&eight, org, 3), counted(&five, org, 45) + counted(&six, org, 45) + counted(&seven, org, 33));
        assert_int_equal(counted(&eight, org, 4), counted(&five, org, 46) + counted(&six, org, 47) + counted(&seven, org, 34));
        assert_int_equal(counted(&two, org, 2), counted(&two, org, 4) + counted(&two, org, 10));
        assert_int_equal(counted(&ten, org, 17), counted(&ten, org, 13) + counted(&ten, org, 14) + counted(&ten, org, 15) + counted(&ten, org, 16));
        assert_int_equal(counted(&thirteen, org, 11), counted(&thirteen, org, 9) + counted(&thirteen, org, 10));
    }
    assert_true(counted(&eight, 0, 1) > 50 && counted(&eight, 0, 3) > 0 && counted(&eight, 0, 4) > 0);
    form_sheet_release(&two);
    form_sheet_release(&five);
    form_sheet_release(&six);
    form_sheet_release(&seven);
    form_sheet_release(&eight);
    form_sheet_release(&ten);
    form_sheet_release(&thirteen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cell_is_what_its_rows_add_up_to),
        cmocka_unit_test(test_few_cells_are_empty),
        cmocka_unit_test(test_forms_fit_together),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
