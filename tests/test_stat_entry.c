/* tests/test_stat_entry.c - figures entered by hand, as a form, an import or the command line saves them: which cells there are, money or number, reasons, one row a day. */
#include "core/aid/stat_entry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/prepare.h"
#include "core/report/summary.h"
#include "tests/fixture.h"

static struct world world;
static struct node *center;
static struct errmsg err;
static char center_org[ID_TEXT_BYTES], station_org[ID_TEXT_BYTES], firm_org[ID_TEXT_BYTES];

#define FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Save a record as `aidpost add` does. */
static enum status add(const char *type, struct id *id, const char *const *fields)
{
    struct record record;
    enum status status = STATUS_OK;

    record_init(&record, catalogue_find(type));
    errmsg_clear(&err);
    assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
    assert_int_equal(records_begin(center->store, &center->actor, &record, center->codes, &err), STATUS_OK);
    for (; *fields != NULL && status == STATUS_OK; fields++) {
        const char *equals = strchr(*fields, '=');
        char name[40];
        snprintf(name, sizeof name, "%.*s", (int)(equals - *fields), *fields);
        status = record_parse(&record, catalogue_field(record.type, name), center->codes, equals + 1, strlen(equals + 1), &err);
    }
    if (status == STATUS_OK)
        status = record_prepare(center->store, &center->actor, center->codes, center->random, &record, &err);
    if (status == STATUS_OK)
        status = records_save(center->store, &center->actor, center->codes, center->random, &record, &err);
    if (status == STATUS_OK)
        assert_int_equal(store_commit(center->store, &err), STATUS_OK);
    else
        store_rollback(center->store);
    if (id != NULL)
        *id = record.id;
    record_release(&record);
    return status;
}

static void added(const char *type, struct id *id, const char *const *fields)
{
    if (add(type, id, fields) != STATUS_OK)
        fail_msg("%s: %s", fields[0], err.text);
}

/* Refused, with each of the words in the message. */
static void refused(const char *type, const char *const *fields, const char *const *words)
{
    assert_int_equal(add(type, NULL, fields), STATUS_INVALID);
    for (; *words != NULL; words++)
        if (strstr(err.text, *words) == NULL)
            fail_msg("'%s' is not in: %s", *words, err.text);
}

static void field_is(const char *type, struct id id, const char *field, const char *expected)
{
    char *text = node_get(center, type, id, field);

    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static int64_t money_of(struct id id)
{
    struct record record;
    const struct record_type *type = catalogue_find("stat_entry");

    assert_int_equal(records_get(center->store, &center->actor, type, id, &record, &err), STATUS_OK);
    struct value value = record_get(&record, catalogue_field(type, "money"));
    record_release(&record);
    assert_int_equal(value.kind, VALUE_INT);
    return value.number;
}

static void find_org(int64_t number, char out[ID_TEXT_BYTES])
{
    struct stmt *stmt = store_prepare(center->store, "SELECT id FROM org WHERE number=?1");
    enum status status;

    stmt_int(stmt, 1, number);
    assert_true(stmt_row(stmt, &status, &err));
    id_format(stmt_column_id(stmt, 0), out);
    stmt_reset(stmt);
}

static int set_up(void **state)
{
    struct id id;

    (void)state;
    world_open(&world, 1, NULL);
    center = &world.center;
    find_org(1, center_org);
    find_org(2, station_org);
    added("org", &id, FIELDS("code=suo", "name=某律师事务所", "kind=firm"));
    id_format(id, firm_org);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void test_a_cell_gets_its_one_spelling(void **state)
{
    struct id id;

    (void)state;
    added("stat_entry", &id, FIELDS("cell=form1.12", "date=2026-01-01", "amount=320"));
    field_is("stat_entry", id, "cell", "F1.12");
    added("stat_entry", &id, FIELDS("cell=r8", "date=2026-01-01", "amount=50", "basis=漏登一场活动"));
    field_is("stat_entry", id, "cell", "R8");
    added("stat_entry", &id, FIELDS("cell=m2", "date=2026-01-01", "amount=-1", "basis=重复登记一件"));
    field_is("stat_entry", id, "cell", "M2");
}

static void test_an_unknown_cell_is_answered_with_those_there_are(void **state)
{
    (void)state;
    refused("stat_entry", FIELDS("cell=F6.48", "amount=1"), FIELDS("字段 栏目(cell)", "没有“F6.48”", "表六有 F6.1 至 F6.47", "aidpost report cells"));
    refused("stat_entry", FIELDS("cell=M25", "amount=1"), FIELDS("月报有 M1 至 M24"));
    refused("stat_entry", FIELDS("cell=F14.1", "amount=1"), FIELDS("没有“F14.1”", "M1-24", "Q1-54", "F1.1-29", "F13.1-11", "R1-23", "aidpost report cells"));
    refused("stat_entry", FIELDS("cell=面积", "amount=1"), FIELDS("没有“面积”", "F1.1-29"));
    refused("stat_entry", FIELDS("cell=R24", "amount=1"), FIELDS("没有“R24”", "R1-23"));
    refused("stat_entry", FIELDS("cell=R2", "amount=1", "basis=x"), FIELDS("没有“R2”", "R2 除外"));
}

static void test_money_cells_take_money(void **state)
{
    struct id id;

    (void)state;
    added("stat_entry", &id, FIELDS("cell=F3.7", "date=2026-01-05", "money=120000元"));
    assert_int_equal(money_of(id), 12000000);
    added("stat_entry", &id, FIELDS("cell=F3.7", "date=2026-01-05", "money=-500元", "basis=退回")); /* expenses of one day add up */
    assert_int_equal(money_of(id), -50000);
    refused("stat_entry", FIELDS("cell=F3.7", "amount=12"), FIELDS("字段 数值(amount)", "F3.7 是金额栏"));
    refused("stat_entry", FIELDS("cell=F3.7", "money=1元", "amount=12"), FIELDS("字段 数值(amount)"));
    refused("stat_entry", FIELDS("cell=F1.12", "money=1元"), FIELDS("字段 金额(money)", "F1.12 是数值栏"));
    added("stat_entry", &id, FIELDS("cell=R22", "money=800元", "basis=漏填"));
    refused("stat_entry", FIELDS("cell=R21", "money=800元", "basis=漏填"), FIELDS("字段 金额(money)"));
}

static void test_an_adjustment_has_a_reason(void **state)
{
    (void)state;
    refused("stat_entry", FIELDS("cell=F6.2", "amount=1"), FIELDS("字段 依据(basis)", "F6.2", "理由"));
    refused("stat_entry", FIELDS("cell=F3.1", "money=1元"), FIELDS("字段 依据(basis)"));
    added("stat_entry", NULL, FIELDS("cell=F6.2", "amount=1", "basis=上期漏报"));
}

static void test_a_state_of_affairs_stands_once_a_day_and_org(void **state)
{
    char org[64];

    (void)state;
    added("stat_entry", NULL, FIELDS("cell=F1.13", "date=2026-02-01", "amount=1"));
    refused("stat_entry", FIELDS("cell=f1.13", "date=2026-02-01", "amount=2"), FIELDS("字段 栏目(cell)", "F1.13", "已经填过"));
    snprintf(org, sizeof org, "org=%s", center_org);
    refused("stat_entry", FIELDS("cell=F1.13", "date=2026-02-01", "amount=2", org), FIELDS("已经填过")); /* the center is who is meant when nobody is */
    added("stat_entry", NULL, FIELDS("cell=F1.13", "date=2026-02-02", "amount=2"));
    snprintf(org, sizeof org, "org=%s", station_org);
    added("stat_entry", NULL, FIELDS("cell=F1.13", "date=2026-02-01", "amount=1", org));
    refused("stat_entry", FIELDS("cell=F1.14", "date=2026-02-01", "amount=-1"), FIELDS("字段 数值(amount)", "不能是负数"));
}

static void test_the_org_has_a_row_in_the_forms(void **state)
{
    char org[64];
    struct id id;

    (void)state;
    snprintf(org, sizeof org, "org=%s", firm_org);
    refused("stat_entry", FIELDS("cell=F6.2", "amount=1", "basis=x", org), FIELDS("字段 单位(org)", "某律师事务所", "没有一行"));
    snprintf(org, sizeof org, "org=%s", center_org);
    added("stat_entry", &id, FIELDS("cell=F6.3", "amount=1", "basis=x", org));
    field_is("stat_entry", id, "org", "");
}

static void test_a_baseline_is_of_one_period_and_org(void **state)
{
    char org[64];
    struct id id;

    (void)state;
    added("stat_baseline", &id, FIELDS("cell=f6.2", "period=2024年上半年", "amount=87"));
    field_is("stat_baseline", id, "cell", "F6.2");
    field_is("stat_baseline", id, "period", "2024H1");
    refused("stat_baseline", FIELDS("cell=F6.2", "period=2024h1", "amount=88"), FIELDS("字段 栏目(cell)", "F6.2", "已经填过"));
    snprintf(org, sizeof org, "org=%s", center_org);
    added("stat_baseline", &id, FIELDS("cell=F6.2", "period=2024H1", "amount=40", org)); /* the center's row is not the county's total */
    field_is("stat_baseline", id, "org", center_org);
    added("stat_baseline", NULL, FIELDS("cell=F6.2", "period=2024H2", "amount=90"));
    added("stat_baseline", &id, FIELDS("cell=R22", "period=2024-7", "money=90元"));
    field_is("stat_baseline", id, "period", "2024-07");
    refused("stat_baseline", FIELDS("cell=R22", "period=2024", "amount=90"), FIELDS("字段 数值(amount)", "R22 是金额栏"));
    refused("stat_baseline", FIELDS("cell=F6.99", "period=2024", "amount=90"), FIELDS("表六有 F6.1 至 F6.47"));
    snprintf(org, sizeof org, "org=%s", firm_org);
    refused("stat_baseline", FIELDS("cell=F6.2", "period=2024", "amount=40", org), FIELDS("字段 单位(org)"));
    assert_int_equal(add("stat_baseline", NULL, FIELDS("cell=F6.2", "period=去年", "amount=40")), STATUS_INVALID);
    assert_non_null(strstr(err.text, "字段 期间(period)"));
}

/* Saved again unchanged but for its value: it does not stand in its own way. */
static void test_a_row_can_be_changed(void **state)
{
    struct record record;
    struct id id;
    const struct record_type *type = catalogue_find("stat_entry");

    (void)state;
    added("stat_entry", &id, FIELDS("cell=F1.15", "date=2026-02-01", "amount=1"));
    assert_int_equal(records_get(center->store, &center->actor, type, id, &record, &err), STATUS_OK);
    assert_int_equal(record_set_int(&record, "amount", 2), STATUS_OK);
    assert_int_equal(record_prepare(center->store, &center->actor, center->codes, center->random, &record, &err), STATUS_OK);
    record_release(&record);
}

/* The summary's table stands above this module: what it has and what may be entered for it must not part. R2 is a difference, R17T a frame. */
static void test_the_summarys_cells_can_be_entered(void **state)
{
    struct form_book *book;
    size_t n = 0;

    (void)state;
    assert_int_equal(form_book_new(&book, &err), STATUS_OK);
    for (const struct summary_cell *cell; (cell = summary_cell_at(n)) != NULL; n++) {
        struct stat_cell found;
        bool enters = strcmp(cell->name, "R2") != 0 && strcmp(cell->name, "R17T") != 0;
        if ((stat_cell_find(book, cell->name, &found, &err) == STATUS_OK) != enters)
            fail_msg("%s: %s", cell->name, err.text);
        if (enters)
            assert_int_equal(found.money, cell->money);
    }
    assert_int_equal(n, 24);
    form_book_free(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cell_gets_its_one_spelling),
        cmocka_unit_test(test_an_unknown_cell_is_answered_with_those_there_are),
        cmocka_unit_test(test_money_cells_take_money),
        cmocka_unit_test(test_an_adjustment_has_a_reason),
        cmocka_unit_test(test_a_state_of_affairs_stands_once_a_day_and_org),
        cmocka_unit_test(test_the_org_has_a_row_in_the_forms),
        cmocka_unit_test(test_a_baseline_is_of_one_period_and_org),
        cmocka_unit_test(test_a_row_can_be_changed),
        cmocka_unit_test(test_the_summarys_cells_can_be_entered),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
