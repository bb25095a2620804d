/* tests/test_ministry_form.c - the Ministry's forms by hand figures: what a few records give, entries by hand, which orgs have a row, whose rows are sealed or out of scope. The period is 2026H1 of the Ministry's year:
 * 2025-12-01 to 2026-05-31. That every cell is what its rows add up to: test_form_rows.c. */
#include "core/report/ministry_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fixture.h"
#include "tests/paper_case.h"

static struct world world;
static struct node *center;
static struct form_book *book;
static struct errmsg err;
static struct period half;
static struct id orgs[9]; /* by number */

#define FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct id put(int64_t org, const char *type, const char *const *fields)
{
    struct record record = paper_record(center, org, type, fields);
    struct id id = record.id;

    record_release(&record);
    return id;
}

static struct period period_of(const char *text)
{
    struct period period;

    if (period_parse(text, (struct year_start){12, 1}, &period, &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.text);
    return period;
}

/* As the center's owner, unless told otherwise. */
static struct form_desk open_desk(const struct actor *actor)
{
    struct form_desk desk = {.store = center->store, .actor = actor != NULL ? actor : &center->actor, .codes = center->codes, .book = book};

    if (tally_open(&desk.tally, desk.store, desk.actor, desk.codes, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    return desk;
}

static void put_org(int64_t number, const char *kind, const char *more)
{
    char fields[3][40];

    snprintf(fields[0], sizeof fields[0], "number=%d", (int)number);
    snprintf(fields[1], sizeof fields[1], "code=o%d", (int)number);
    snprintf(fields[2], sizeof fields[2], "name=机构%d", (int)number);
    orgs[number] = put(1, "org", FIELDS(fields[0], fields[1], fields[2], kind, more));
}

/* What the first test expects: one of each. */
static void put_cases(void)
{
    struct id lawyer = put(0, "handler", FIELDS("name=律师", "kind=02"));

    put(1, "case", FIELDS("name=甲", "case_type=02", "state=S8", "received_on=2025-12-01", "decided_on=2025-12-05", "decision=01", "source=41", "sex=2", "born=1960-01-01", "categories=04,05", "stat_matter=C2",
                          "aid_form=07", "closed_on=2026-03-01", "outcome=07", "recovered=5000元", "wages_recovered=3000元", node_ref("handler_ref", lawyer)));
    put(2, "case", FIELDS("name=乙", "case_type=02", "state=S8", "received_on=2026-05-31", "decided_on=2026-05-31", "decision=01", "source=41", "sex=1", "born=2015-01-01", "stat_matter=A3", "categories=05",
                          "aid_form=05"));
    put(2, "case", FIELDS("name=丙", "case_type=02", "state=X4", "received_on=2026-01-01", "decided_on=2026-01-05", "decision=02", "refuse_reason=02", "source=41"));
    put(2, "case", FIELDS("name=丁", "case_type=02", "state=S8", "received_on=2025-11-20", "decided_on=2025-11-30", "decision=01", "stat_matter=Z1", "aid_form=05", "closed_on=2025-12-01", "outcome=05",
                          "recovered=100元")); /* approved before, closed within */
    put(3, "case", FIELDS("name=戊", "case_type=01", "state=S8", "received_on=2026-02-01", "decided_on=2026-02-02", "decision=01", "source=11", "stage=04", "notice_ground=01", "sex=2", "born=2010-01-01"));
    put(3, "case", FIELDS("name=己", "case_type=03", "state=S8", "received_on=2026-02-01", "decided_on=2026-02-02", "decision=01", "source=41", "stat_matter=D1", "categories=05", "aid_form=06"));
    put(2, "consultation", FIELDS("date=2026-03-31", "topic=问", "persons=3", "matters=2", "channel=03", "handling=02", "stat_topic=209", "sex=2"));
}

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 0, NULL);
    center = &world.center;
    put_org(2, "kind=station", "host=01");
    put_org(3, "kind=branch", "host=04");
    put_org(4, "kind=station", "closed=是");
    put_org(5, "kind=station", "opened_on=2026-06-01");
    put_org(6, "kind=firm", "host=01");
    put_org(7, "kind=bureau", "host=01");
    put_org(8, "kind=point", "opened_on=2026-05-31");
    put_cases();
    assert_int_equal(form_book_new(&book, &err), STATUS_OK);
    half = period_of("2026H1");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    form_book_free(book);
    world_close(&world);
    return 0;
}

static int64_t cell_of(const struct form_desk *desk, const char *cell, const struct period *period, int64_t org)
{
    const struct ministry_form *form;
    const struct form_column *column = form_book_cell(book, cell, &form);
    int64_t value;

    if (column == NULL || form_cell(desk, form, column, period, org, &value, &err) != STATUS_OK)
        fail_msg("%s: %s", cell, err.text);
    return value;
}

struct expected {
    const char *cell;
    int64_t org, value; /* org 0: total */
};

static void are(const struct period *period, const struct expected *expected, size_t n)
{
    struct form_desk desk = open_desk(NULL);

    for (size_t i = 0; i < n; i++) {
        int64_t value = cell_of(&desk, expected[i].cell, period, expected[i].org);
        if (value != expected[i].value)
            fail_msg("%s of %lld: %lld, not %lld", expected[i].cell, (long long)expected[i].org, (long long)value, (long long)expected[i].value);
    }
    tally_close(desk.tally);
}

static struct form_sheet sheet_of(const struct form_desk *desk, const char *form, const struct period *period)
{
    struct form_sheet sheet;

    if (form_compute(desk, form_book_find(book, form), period, &sheet, &err) != STATUS_OK)
        fail_msg("%s: %s", form, err.text);
    return sheet;
}

static const struct form_row *row_of(const struct form_sheet *sheet, int64_t org)
{
    for (size_t r = 0; r < sheet->n_rows; r++)
        if (sheet->rows[r].org == org)
            return &sheet->rows[r];
    return NULL;
}

/* ---- what records give ---- */

static void test_cells_by_hand(void **state)
{
    static const struct expected expected[] = {
        {"F6.1", 0, 3}, {"F6.1", 1, 1}, {"F6.1", 2, 2}, {"F6.2", 0, 2}, {"F6.3", 0, 1}, {"F6.4", 0, 1}, {"F6.5", 0, 1}, {"F6.9", 0, 1}, {"F6.10", 0, 1}, {"F6.11", 0, 0}, {"F6.20", 0, 0},
        {"F6.21", 0, 1}, {"F6.23", 0, 1}, {"F6.22", 0, 0}, {"F6.25", 0, 1}, {"F6.27", 0, 1}, {"F6.28", 0, 2}, {"F6.29", 1, 1}, {"F6.30", 2, 1}, {"F6.33", 0, 2}, {"F6.36", 0, 1}, {"F6.39", 0, 1},
        {"F6.42", 0, 1}, {"F6.44", 0, 1}, {"F6.45", 0, 510000}, {"F6.45", 2, 10000}, {"F6.46", 0, 300000}, {"F6.47", 0, 1},
        {"F5.1", 0, 1}, {"F5.5", 0, 1}, {"F5.8", 0, 1}, {"F5.13", 3, 1}, {"F5.29", 0, 0}, {"F5.30", 0, 0}, {"F5.36", 0, 1}, {"F5.46", 0, 1},
        {"F7.1", 0, 1}, {"F7.2", 0, 1}, {"F7.7", 0, 1}, {"F7.8", 0, 1}, {"F7.12", 0, 0}, {"F7.20", 0, 1}, {"F7.34", 0, 1},
        {"F8.1", 0, 4}, {"F8.2", 0, 2}, {"F8.3", 0, 510000}, {"F8.4", 0, 3}, {"F8.5", 0, 1}, {"F8.8", 0, 3}, {"F9.1", 0, 4}, {"F9.3", 0, 2}, {"F9.8", 0, 3},
        {"F10.9", 0, 1}, {"F10.12", 0, 1}, {"F10.6", 0, 0}, {"F11.1", 0, 3}, {"F11.12", 0, 3}, {"F11.13", 2, 3}, {"F11.15", 0, 2}, {"F11.22", 0, 2}, {"F11.25", 0, 2},
        {"F12.1", 0, 2}, {"F12.2", 2, 1}, {"F12.8", 3, 1}, {"F12.9", 3, 0}, {"F1.4", 1, 1},
    };
    static const struct expected of_march[] = {{"M1", 0, 3}, {"M2", 0, 0}, {"M14", 0, 500000}};
    static const struct expected of_february[] = {{"M1", 0, 0}, {"M2", 0, 2}, {"M4", 3, 1}, {"M7", 0, 1}, {"M9", 0, 1}, {"M15", 0, 2}, {"M16", 0, 1}, {"M19", 0, 1}, {"M20", 0, 1}};
    static const struct expected of_spring[] = {{"Q1", 0, 3}, {"Q2", 0, 3}, {"Q3", 2, 3}, {"Q8", 0, 3}, {"Q28", 0, 3}, {"Q37", 0, 3}, {"Q18", 0, 0}};
    struct period march = period_of("2026-03"), february = period_of("2026-02"), spring = period_of("2026Q2");

    (void)state;
    are(&half, expected, sizeof expected / sizeof expected[0]);
    are(&march, of_march, sizeof of_march / sizeof of_march[0]);
    are(&february, of_february, sizeof of_february / sizeof of_february[0]);
    are(&spring, of_spring, sizeof of_spring / sizeof of_spring[0]);
}

/* The center, stations, branches and points that were open at the end, and whoever has a figure; the total behind them. */
static void test_which_orgs_have_a_row(void **state)
{
    static const int64_t expected[] = {1, 2, 3, 8, 0}, with_closed[] = {1, 2, 3, 4, 7, 8, 0};
    struct form_desk desk = open_desk(NULL);
    struct form_sheet sheet = sheet_of(&desk, "form6", &half);

    (void)state;
    assert_int_equal(sheet.n_rows, sizeof expected / sizeof expected[0]);
    for (size_t r = 0; r < sheet.n_rows; r++)
        assert_int_equal(sheet.rows[r].org, expected[r]);
    assert_string_equal(sheet.rows[0].name, "站1"); /* the fixture's center */
    assert_string_equal(sheet.rows[1].name, "机构2");
    assert_string_equal(sheet.rows[4].name, "合计");
    form_sheet_release(&sheet);
    tally_close(desk.tally);

    struct id closed = put(4, "consultation", FIELDS("date=2026-03-31", "topic=问")), bureau = put(7, "consultation", FIELDS("date=2026-03-31", "topic=问"));
    desk = open_desk(NULL);
    sheet = sheet_of(&desk, "11", &half);
    assert_int_equal(sheet.n_rows, sizeof with_closed / sizeof with_closed[0]);
    for (size_t r = 0; r < sheet.n_rows; r++)
        assert_int_equal(sheet.rows[r].org, with_closed[r]);
    assert_string_equal(sheet.rows[4].name, "机构7");
    assert_int_equal(sheet.rows[6].values[0], 5);
    form_sheet_release(&sheet);
    tally_close(desk.tally);
    assert_int_equal(records_delete(center->store, &center->actor, catalogue_find("consultation"), closed, &err), STATUS_OK);
    assert_int_equal(records_delete(center->store, &center->actor, catalogue_find("consultation"), bureau, &err), STATUS_OK);
}

/* ---- entries by hand ---- */

static void entry(const char *cell, const char *date, const char *value, int64_t org)
{
    char texts[2][40];

    snprintf(texts[0], sizeof texts[0], "cell=%s", cell);
    snprintf(texts[1], sizeof texts[1], "date=%s", date);
    put(1, "stat_entry", FIELDS(texts[0], texts[1], value, "basis=手填", org > 0 ? node_ref("org", orgs[org]) : "worker=某"));
}

static void test_adjustments_are_added_and_brought_along(void **state)
{
    struct form_desk desk = open_desk(NULL);
    int64_t before = cell_of(&desk, "F6.2", &half, 0), sum_before = cell_of(&desk, "F8.1", &half, 0), station_before = cell_of(&desk, "F8.1", &half, 2);

    (void)state;
    tally_close(desk.tally);
    entry("F6.2", "2025-12-01", "amount=2", 0);
    entry("F6.2", "2026-05-31", "amount=-1", 2);
    entry("F6.2", "2025-11-30", "amount=50", 0); /* another period's */
    entry("F6.2", "2026-06-01", "amount=50", 0);
    entry("F8.1", "2026-01-01", "amount=4", 0);
    desk = open_desk(NULL);
    struct form_sheet six = sheet_of(&desk, "6", &half), eight = sheet_of(&desk, "8", &half);
    const struct form_row *total = row_of(&six, 0), *own = row_of(&six, 1), *station = row_of(&six, 2), *sum = row_of(&eight, 0);
    assert_int_equal(total->values[1], before + 1);
    assert_int_equal(total->adjusted[1], 1);
    assert_int_equal(own->adjusted[1], 2);
    assert_int_equal(station->adjusted[1], -1);
    assert_int_equal(total->adjusted[2], 0);
    assert_int_equal(sum->values[0], sum_before + 1 + 4);
    assert_int_equal(sum->adjusted[0], 5);
    assert_int_equal(row_of(&eight, 2)->values[0], station_before - 1);
    assert_int_equal(cell_of(&desk, "F8.1", &half, 2), station_before - 1);
    form_sheet_release(&six);
    form_sheet_release(&eight);
    tally_close(desk.tally);
}

static void test_a_state_of_affairs_is_the_latest_of_each_org(void **state)
{
    struct period before = period_of("2025H1"), year = period_of("2026");

    (void)state;
    entry("F1.12", "2025-06-01", "amount=100", 0);
    entry("F1.12", "2026-05-31", "amount=320", 0);
    entry("F1.12", "2026-06-01", "amount=400", 0);
    entry("F1.12", "2025-12-31", "amount=20", 2);
    entry("F1.12", "2026-01-31", "amount=0", 3);
    struct form_desk desk = open_desk(NULL);
    struct form_sheet sheet = sheet_of(&desk, "form1", &half);
    assert_int_equal(row_of(&sheet, 1)->values[11], 320);
    assert_int_equal(row_of(&sheet, 2)->values[11], 20);
    assert_int_equal(row_of(&sheet, 0)->values[11], 340);
    assert_int_equal(row_of(&sheet, 0)->adjusted[11], 0);
    assert_false(row_of(&sheet, 1)->missing[11] || row_of(&sheet, 2)->missing[11] || row_of(&sheet, 0)->missing[11]);
    assert_false(row_of(&sheet, 3)->missing[11]); /* none is a number as well */
    assert_true(row_of(&sheet, 8)->missing[11]);
    assert_true(row_of(&sheet, 0)->missing[12]); /* nobody entered it */
    assert_false(row_of(&sheet, 0)->missing[3]); /* counted */
    form_sheet_release(&sheet);
    assert_int_equal(cell_of(&desk, "F1.12", &year, 0), 420);
    assert_int_equal(cell_of(&desk, "F1.12", &before, 0), 0);
    sheet = sheet_of(&desk, "form1", &before);
    assert_true(row_of(&sheet, 0)->missing[11]);
    form_sheet_release(&sheet);
    tally_close(desk.tally);
}

static void test_expenses_of_the_period_add_up(void **state)
{
    static const struct expected expected[] = {
        {"F3.7", 0, 11950000}, {"F3.7", 1, 11950000}, {"F3.9", 0, 500000}, {"F3.8", 0, 1000000}, {"F3.6", 0, 12950000}, {"F3.2", 0, 12950000}, {"F3.1", 0, 13050000},
        {"F4.16", 0, 30000}, {"F4.17", 0, 20000}, {"F4.4", 0, 30000}, {"F4.1", 0, 30000},
    };

    (void)state;
    entry("F3.7", "2025-12-01", "money=120000元", 0);
    entry("F3.7", "2026-05-31", "money=-500元", 0);
    entry("F3.7", "2026-06-01", "money=9元", 0);
    entry("F3.8", "2026-01-01", "money=10000元", 0);
    entry("F3.9", "2026-01-01", "money=5000元", 0); /* part of what was handed down */
    entry("F3.10", "2026-01-01", "money=1000元", 2);
    entry("F4.16", "2026-01-01", "money=300元", 0);
    entry("F4.17", "2026-01-01", "money=200元", 0); /* part of the subsidy for consultations */
    are(&half, expected, sizeof expected / sizeof expected[0]);
}

/* ---- the rows behind a cell ---- */

enum { ROWS_MAX = 32 };
struct gathered {
    struct tally_row rows[ROWS_MAX];
    size_t n, stop_at; /* 0: do not */
};

static bool gather(void *context, const struct tally_row *row)
{
    struct gathered *gathered = context;

    assert_true(gathered->n < ROWS_MAX);
    gathered->rows[gathered->n++] = *row;
    return gathered->n != gathered->stop_at;
}

static void rows_of(const struct form_desk *desk, const char *cell, int64_t org, struct gathered *out)
{
    const struct ministry_form *form;
    const struct form_column *column = form_book_cell(book, cell, &form);

    out->n = 0;
    if (form_rows(desk, form, column, &half, org, gather, out, &err) != STATUS_OK)
        fail_msg("%s: %s", cell, err.text);
}

static void test_entries_are_rows_too(void **state)
{
    struct form_desk desk = open_desk(NULL);
    struct gathered rows = {.stop_at = 0};

    (void)state;
    rows_of(&desk, "F1.12", TALLY_ORG_ALL, &rows); /* entered by the tests above: the latest of three orgs */
    assert_int_equal(rows.n, 3);
    for (size_t i = 0; i < rows.n; i++)
        assert_string_equal(rows.rows[i].type->name, "stat_entry");
    rows_of(&desk, "F1.12", 2, &rows);
    assert_int_equal(rows.n, 1);
    assert_int_equal(rows.rows[0].amount, 20);
    rows_of(&desk, "F6.2", TALLY_ORG_ALL, &rows);
    assert_int_equal(rows.n, 2 + 2);
    assert_string_equal(rows.rows[0].type->name, "case");
    assert_string_equal(rows.rows[3].type->name, "stat_entry");
    assert_int_equal(rows.rows[3].amount, -1);
    rows.stop_at = 1;
    rows_of(&desk, "F6.2", TALLY_ORG_ALL, &rows);
    assert_int_equal(rows.n, 1);
    rows_of(&desk, "F12.1", TALLY_ORG_ALL, &rows);
    assert_int_equal(rows.n, 1);
    rows_of(&desk, "F3.1", TALLY_ORG_ALL, &rows);
    assert_int_equal(rows.n, 1);
    rows.stop_at = 3; /* the first of the entries */
    rows_of(&desk, "F6.2", TALLY_ORG_ALL, &rows);
    assert_int_equal(rows.n, 3);
    tally_close(desk.tally);
}

/* Counted, but not told which it is: of a sealed case, and of what names it. */
static void test_sealed_rows_are_counted_without_a_name(void **state)
{
    struct actor clerk = center->actor;
    struct gathered rows = {.stop_at = 0};
    struct id handler = put(0, "handler", FIELDS("name=律师二", "kind=02"));
    struct id kase = put(2, "case", FIELDS("name=某", "case_type=01", "state=S8", "received_on=2026-04-01", "decided_on=2026-04-02", "decision=01", "source=12", "sealed=是"));

    (void)state;
    put(2, "payment", FIELDS("amount=700元", "paid_on=2026-04-30", node_ref("case_id", kase), node_ref("handler_ref", handler)));
    clerk.owner = false;
    clerk.role = ROLE_CLERK;
    struct form_desk desk = open_desk(&clerk);
    assert_int_equal(cell_of(&desk, "F5.14", &half, 0), 1);
    rows_of(&desk, "F5.14", TALLY_ORG_ALL, &rows);
    assert_int_equal(rows.n, 1);
    assert_true(rows.rows[0].sealed && id_is_zero(rows.rows[0].id));
    assert_int_equal(cell_of(&desk, "F4.11", &half, 0), 70000);
    rows_of(&desk, "F4.11", 2, &rows);
    assert_int_equal(rows.n, 1);
    assert_true(rows.rows[0].sealed && id_is_zero(rows.rows[0].id));
    assert_int_equal(rows.rows[0].amount, 70000);
    tally_close(desk.tally);
    desk = open_desk(NULL); /* the owner may */
    rows_of(&desk, "F5.14", TALLY_ORG_ALL, &rows);
    assert_true(id_equal(rows.rows[0].id, kase) && !rows.rows[0].sealed);
    rows_of(&desk, "F4.11", TALLY_ORG_ALL, &rows);
    assert_false(rows.rows[0].sealed || id_is_zero(rows.rows[0].id));
    tally_close(desk.tally);
}

static void test_a_station_sees_its_own_row(void **state)
{
    struct actor station = center->actor;

    (void)state;
    station.owner = station.center = station.all_scopes = false;
    station.role = ROLE_STATION;
    station.org = 2;
    struct form_desk desk = open_desk(&station);
    struct form_sheet sheet = sheet_of(&desk, "form6", &half);
    assert_int_equal(sheet.n_rows, 2);
    assert_int_equal(sheet.rows[0].org, 2);
    assert_int_equal(sheet.rows[0].values[0], 2);
    assert_int_equal(sheet.rows[1].values[0], 2);
    assert_int_equal(sheet.rows[1].adjusted[1], 0); /* the center's entries are the center's */
    form_sheet_release(&sheet);
    sheet = sheet_of(&desk, "form12", &half);
    assert_int_equal(sheet.rows[1].values[0], 1);
    form_sheet_release(&sheet);
    assert_int_equal(cell_of(&desk, "F6.1", &half, 1), 0);
    assert_int_equal(cell_of(&desk, "F6.1", &half, 0), 2);
    tally_close(desk.tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_by_hand),
        cmocka_unit_test(test_which_orgs_have_a_row),
        cmocka_unit_test(test_adjustments_are_added_and_brought_along),
        cmocka_unit_test(test_a_state_of_affairs_is_the_latest_of_each_org),
        cmocka_unit_test(test_expenses_of_the_period_add_up),
        cmocka_unit_test(test_entries_are_rows_too),
        cmocka_unit_test(test_sealed_rows_are_counted_without_a_name),
        cmocka_unit_test(test_a_station_sees_its_own_row),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
