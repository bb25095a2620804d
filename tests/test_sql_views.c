/* tests/test_sql_views.c - the analyst's views over a made-up store: every type has one, values say what lists say, and what lists do not show is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/report/sql_views.h"
#include "core/report/tally.h"
#include "tests/fixture.h"

enum { SQL_MAX_BYTES = 1 << 22 };

static struct world world;

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static char *make_sql(bool sensitive)
{
    struct errmsg err = {{0}};
    struct rules *rules;
    struct buf out;
    assert_int_equal(rules_load(&rules, world.center.store, &world.center.actor, &err), STATUS_OK);
    buf_init(&out, SQL_MAX_BYTES);
    sql_views(world.codes, rules, sensitive, &out);
    rules_free(rules);
    assert_int_equal(out.status, STATUS_OK);
    char *text = strdup(buf_cstr(&out));
    buf_release(&out);
    return text;
}

static void load(bool sensitive)
{
    struct errmsg err = {{0}};
    char *text = make_sql(sensitive);
    if (store_exec(world.center.store, text, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    free(text);
}

/* Every cell of every row: "a|b\nc|d\n"; null: "-". */
static void expect(const char *sql, const char *expected)
{
    struct errmsg err = {{0}};
    enum status status;
    struct buf out;
    struct stmt *stmt = store_prepare(world.center.store, sql);
    buf_init(&out, SQL_MAX_BYTES);
    while (stmt_row(stmt, &status, &err)) {
        size_t columns = 1 + (strstr(sql, ", ") != NULL);
        for (const char *at = strstr(sql, ", "); at != NULL && (at = strstr(at + 1, ", ")) != NULL && at < strstr(sql, " FROM ");)
            columns++;
        for (size_t i = 0; i < columns; i++)
            buf_printf(&out, "%s%s", i ? "|" : "", stmt_column_is_null(stmt, (int)i) ? "-" : stmt_column_text(stmt, (int)i, NULL));
        buf_putc(&out, '\n');
    }
    if (status != STATUS_OK)
        fail_msg("%s: %s", sql, err.text);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static void fails(const char *sql)
{
    struct errmsg err = {{0}};
    enum status status;
    struct stmt *stmt = store_prepare(world.center.store, sql);
    assert_false(stmt_row(stmt, &status, &err));
    assert_int_not_equal(status, STATUS_OK);
}

static void test_every_type(void **state)
{
    (void)state;
    for (int sensitive = 0; sensitive < 2; sensitive++) {
        load(sensitive);
        for (size_t t = 0; t < catalogue_count(); t++) {
            const struct record_type *type = catalogue_at(t);
            char sql[256];
            if (type->flags & TYPE_INNER) { /* between programs only */
                snprintf(sql, sizeof sql, "SELECT count(*) FROM sqlite_temp_master WHERE name='v_%s'", type->name);
                expect(sql, "0\n");
                continue;
            }
            snprintf(sql, sizeof sql, "SELECT count(*) FROM pragma_table_info('v_%s') GROUP BY lower(name) HAVING count(*)>1", type->name);
            expect(sql, ""); /* no column twice */
            for (size_t f = 0; f < type->n_fields; f++) {
                snprintf(sql, sizeof sql, "SELECT count(*) FROM pragma_table_info('v_%s') WHERE name='%s'", type->name, type->fields[f].name);
                expect(sql, sql_views_shows(&type->fields[f], sensitive) ? "1\n" : "0\n");
            }
            snprintf(sql, sizeof sql, "SELECT * FROM \"v_%s\" LIMIT 1", type->name); /* every column can be read */
            struct stmt *stmt = store_prepare(world.center.store, sql);
            enum status status;
            struct errmsg err = {{0}};
            (void)stmt_row(stmt, &status, &err);
            if (status != STATUS_OK)
                fail_msg("%s: %s", type->name, err.text);
            stmt_reset(stmt);
        }
        tear_down(NULL);
        set_up(NULL);
    }
}

static void test_what_is_shown_is_as_marked(void **state)
{
    const struct record_type *type = catalogue_find("case");
    (void)state;
    assert_false(sql_views_shows(catalogue_field(type, "id_no"), false));
    assert_true(sql_views_shows(catalogue_field(type, "id_no"), true));
    assert_true(sql_views_shows(catalogue_field(type, "name"), false));
    assert_false(sql_views_shows(catalogue_field(catalogue_find("user"), "password"), true));
}

static void test_values(void **state)
{
    (void)state;
    struct id id = node_make(&world.center, "case", "name=张文芳", "case_type=民事", "received_on=2026-03-05", "born=1950-12-31", "recovered=12345.6元", "categories=03,05", "source=41", NULL);
    char sql[256], expected[256], hex[ID_TEXT_BYTES];
    load(false);
    id_format(id, hex);
    snprintf(expected, sizeof expected, "%s|1|站1\n", hex);
    expect("SELECT id, org_no, org_name FROM v_case", expected);
    expect("SELECT received_on, born, decided_on FROM v_case", "2026-03-05|1950-12-31|-\n");
    expect("SELECT recovered, wages_recovered FROM v_case WHERE recovered > 12000", "12345.6|-\n"); /* a number, not a text */
    expect("SELECT recovered FROM v_case WHERE recovered > 13000", "");
    expect("SELECT case_type, case_type_name, source_name, outcome_name FROM v_case", "02|民事|直接申请（民事、行政）|-\n");
    snprintf(sql, sizeof sql, "SELECT applicant, name FROM v_case WHERE id='%s'", hex);
    expect(sql, "-|张文芳\n");
    expect("SELECT name FROM codes WHERE set_name='sex' AND code='2'", "女\n");
    expect("SELECT org_name FROM v_org WHERE number=2", "全县\n");
}

static void test_several_codes(void **state)
{
    (void)state;
    node_make(&world.center, "event", "title=社区宣传", "date=2026-03-05", "kind=03", "also=01,10", NULL);
    load(false);
    expect("SELECT also, also_name, kind_name FROM v_event", "01,10|宣传周、现场受理|送法进社区\n");
}

static void test_sensitive(void **state)
{
    (void)state;
    node_make(&world.center, "consultation", "date=2026-03-05", "name=李", "phone=13912345678", "content=工资", "categories=05", NULL);
    load(false);
    fails("SELECT phone FROM v_consultation");
    fails("SELECT categories_name FROM v_consultation");
    tear_down(NULL);
    set_up(NULL);
    node_make(&world.center, "consultation", "date=2026-03-05", "name=李", "phone=13912345678", "content=工资", "categories=05", NULL);
    load(true);
    expect("SELECT phone, content, categories_name FROM v_consultation", "13912345678|工资|农民工\n");
}

static void test_not_there(void **state)
{
    struct errmsg err = {{0}};
    (void)state;
    struct id gone = node_make(&world.center, "case", "name=已删", "case_type=民事", "received_on=2026-03-05", NULL);
    struct id sealed = node_make(&world.center, "case", "name=封存的", "case_type=刑事", "received_on=2026-03-05", "sealed=是", NULL);
    struct id open = node_make(&world.center, "case", "name=公开的", "case_type=刑事", "received_on=2026-03-06", NULL);
    node_make(&world.center, "material", "name=欠条", node_ref("case_id", sealed), NULL);
    node_make(&world.center, "material", "name=判决", node_ref("case_id", open), NULL);
    assert_int_equal(records_delete(world.center.store, &world.center.actor, catalogue_find("case"), gone, &err), STATUS_OK);
    load(true); /* not for the owner either */
    expect("SELECT name FROM v_case", "公开的\n");
    expect("SELECT name FROM v_material", "判决\n");
}

static void test_masked(void **state)
{
    (void)state;
    node_make(&world.center, "person", "name=王", "phone=13912345678", "village=320117001001", "safe_contact=只发短信", NULL);
    node_make(&world.center, "person", "name=赵", "phone=13912345679", NULL);
    node_make(&world.center, "event", "title=送法进军营", "date=2026-03-05", "kind=05", "place=某营房", NULL);
    node_make(&world.center, "event", "title=社区", "date=2026-03-06", "kind=03", "also=05", "place=某营房", NULL);
    node_make(&world.center, "event", "title=广场", "date=2026-03-07", "kind=02", "place=县城", NULL);
    node_make(&world.center, "document", "form=09", "name=王", "text=住在某处", "issued_on=2026-03-05", NULL);
    load(true);
    expect("SELECT name, phone, village FROM v_person ORDER BY name DESC", "赵|13912345679|-\n王|-|-\n");
    expect("SELECT title, place FROM v_event ORDER BY date", "送法进军营|-\n社区|-\n广场|县城\n");
    expect("SELECT name, text FROM v_document", "王|-\n");
}

static void test_secret_rules(void **state)
{
    (void)state;
    node_make(&world.center, "rule", "name=interest_salt", "value=0123456789abcdef", "from_day=2026-01-01", NULL);
    node_make(&world.center, "rule", "name=D02", "value=10日", "from_day=2026-01-01", NULL);
    load(true);
    expect("SELECT name, value FROM v_rule ORDER BY name", "D02|10日\ninterest_salt|-\n");
}

/* Every count, by its word and month; money in yuan. */
static void test_tally(void **state)
{
    struct errmsg err = {{0}};
    struct node *node = &world.center;
    size_t n = 0;
    (void)state;
    struct id id = node_make(node, "case", "name=张", "case_type=民事", "received_on=2026-03-05", "decided_on=2026-03-25", "decision=01", "cause=追索劳动报酬纠纷", "source=41", "town=永阳街道", "closed_on=2026-04-21", "outcome=01",
              "recovered=12.34元", "sex=2", NULL);
    node_make(node, "consultation", "date=2026-03-05", "content=工资", "category=劳动纠纷", "persons=3", "town=永阳街道", NULL);
    node_make(node, "consultation", "date=2026-03-25", "content=工资", "category=劳动纠纷", "persons=2", "town=永阳街道", NULL);
    load(false);
    expect("SELECT waiting FROM v_tally_waiting", "3\n");
    expect("SELECT count(*) FROM v_tally", "0\n");
    assert_int_equal(tally_fold(node->store, node->codes, &err), STATUS_OK);
    expect("SELECT waiting FROM v_tally_waiting", "0\n");
    expect("SELECT figure, month, org_no, org_name, value FROM v_tally WHERE figure='persons.town:320117001'", "persons.town:320117001|2026-03|1|站1|5\n");
    expect("SELECT month, value FROM v_tally WHERE figure='recovered.civil'", "2026-04|12.34\n");
    expect("SELECT month, value FROM v_tally WHERE figure='approved.civil.matter:C1'", "2026-03|1\n");
    expect("SELECT count(*) FROM v_tally WHERE figure LIKE '?%'", "0\n");
    for (size_t i = 0;; i++) {
        char sql[200], word[COUNT_WORD_BYTES];
        snprintf(sql, sizeof sql, "SELECT metric FROM tally GROUP BY metric LIMIT 1 OFFSET %zu", i);
        struct stmt *stmt = store_prepare(node->store, sql);
        enum status status;
        if (!stmt_row(stmt, &status, &err))
            break;
        count_word(stmt_column_int(stmt, 0), word);
        stmt_reset(stmt);
        snprintf(sql, sizeof sql, "SELECT count(*)>0 FROM v_tally WHERE figure='%s'", word);
        expect(sql, "1\n");
        n++;
    }
    assert_true(n > 10);
    node_set(node, "case", id, "town", "东屏街道");
    expect("SELECT waiting FROM v_tally_waiting", "1\n");
}

/* A county's own names of codes are texts like any other. */
static void test_quotes(void **state)
{
    (void)state;
    assert_int_equal(code_book_put(world.codes, "category", "X1", "it's; DROP--", "", false), STATUS_OK);
    load(false);
    expect("SELECT name FROM codes WHERE set_name='category' AND code='X1'", "it's; DROP--\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_type, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_shown_is_as_marked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_several_codes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sensitive, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_masked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_secret_rules, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tally, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_quotes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
