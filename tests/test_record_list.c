/* tests/test_record_list.c - a page whose rows are looked at in pieces holds what one query gives, in its order, both ways, whatever the condition, empty days and equal days included; and no piece looks at more rows
 * than it was allowed to. Pages that are not looked at in pieces come to the same, and one deep in a list costs what the first one costs. Only the fields that were asked for are read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/filter.h"
#include "tests/fixture.h"
#include "tests/steps.h"
#include "tests/write_sql.h"

enum { ROWS = 6000, NAMED_MAX = 4000 };

static struct world world;

static const struct record_type *consultation(void)
{
    return catalogue_find("consultation");
}

/* One row in eleven has no day, a hundred stand on each other day; categories 01 (a fifth) and 02, and 07 on 50 rows. */
static int open_world(void **state)
{
    char sql[640];
    (void)state;
    steps_watch(1);
    world_open(&world, 1, NULL);
    struct node *node = &world.stations[0];
    snprintf(sql, sizeof sql,
             "INSERT INTO consultation(id,scope,head,w_log,w_seq,date,name,category,content,gone) WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM c WHERE i<%d) "
             "SELECT randomblob(16),%lld,1,1,1,CASE WHEN i%%11=0 THEN NULL ELSE 20000+(i*7919)%%60 END,'人'||i,CASE WHEN i%%120=0 THEN '07' WHEN i%%5=0 THEN '01' ELSE '02' END,'借款'||(i%%97),i%%13=5 FROM c",
             ROWS, (long long)node->actor.org);
    write_sql(node->store, sql);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

struct rows {
    int64_t row[NAMED_MAX];
    size_t n;
    struct list_key last;
};

static bool add(void *context, const struct record *record, const struct list_key *key)
{
    struct rows *rows = context;
    (void)record;
    assert_true(rows->n < NAMED_MAX);
    rows->row[rows->n++] = key->row;
    list_key_copy(&rows->last, key);
    return true;
}

static void list(const struct list_query *query, struct rows *rows)
{
    struct errmsg err = {{0}};
    struct node *node = &world.stations[0];
    if (records_list(node->store, &node->actor, query, add, rows, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

/* The whole of what the filter picks, in pages of so many rows, each looked at in pieces. */
static void expect_same(const struct filter *filter, const struct rows *whole, size_t look, size_t page, bool ascending, bool backwards)
{
    static struct rows pieces;
    struct list_look looked = {.unfinished = look > 0};
    struct list_query query = {.type = consultation(), .filter = filter, .ascending = ascending, .backwards = backwards, .limit = page, .look = look, .looked = look > 0 ? &looked : NULL};
    pieces.n = 0;
    for (size_t turns = 0;; turns++) {
        size_t before = pieces.n;
        assert_true(turns < 10 * ROWS);
        list(&query, &pieces);
        assert_true(look == 0 || looked.rows <= look);
        assert_true(pieces.n - before <= page);
        if (!looked.unfinished && pieces.n - before < page)
            break;
        if (looked.unfinished)
            assert_true(pieces.n - before <= look);
        list_key_copy(&query.after, looked.unfinished ? &looked.at : &pieces.last);
    }
    assert_int_equal(pieces.n, whole->n);
    assert_memory_equal(pieces.row, whole->row, whole->n * sizeof whole->row[0]);
}

static void test_pieces_come_to_the_whole(void **state)
{
    static const char *const conditions[] = {"content~款7", "content~款96", "name~人59", "date>=2024-11-01 and content~款1", "date<=2024-11-01 and content~款1", "date>2024-10-20 and date<2024-11-10 and name~人1",
                                             "date=2024-11-05 and content~款", "date= and name~人4", "category=01 and name~人5", "category=07", "category in (01, 07) and content!~款1"};
    static const size_t looks[] = {1, 7, 100, 2000, 100000, 0}, pages[] = {1, 18, 500};
    (void)state;
    for (size_t c = 0; c < sizeof conditions / sizeof conditions[0]; c++) {
        struct filter filter;
        struct errmsg err = {{0}};
        assert_int_equal(filter_parse(&filter, consultation(), world.stations[0].codes, conditions[c], &err), STATUS_OK);
        for (int way = 0; way < 4; way++) {
            static struct rows whole;
            struct list_query query = {.type = consultation(), .filter = &filter, .ascending = way & 1, .backwards = way & 2, .limit = NAMED_MAX};
            whole.n = 0;
            list(&query, &whole);
            assert_true(whole.n > 0);
            for (size_t l = c == 0 ? 0 : 2; l < sizeof looks / sizeof looks[0]; l++)
                for (size_t p = l < 2 ? 1 : 0; p < sizeof pages / sizeof pages[0]; p++)
                    expect_same(&filter, &whole, looks[l], pages[p], way & 1, way & 2);
        }
        filter_release(&filter);
    }
}

/* Steps of a page behind the key that a list of that many rows ends with. */
static uint64_t steps_behind(size_t rows, bool ascending, const char *order, const char *where)
{
    static struct rows before, page;
    struct filter filter;
    struct list_query query = {.type = consultation(), .order = catalogue_field(consultation(), order), .ascending = ascending, .limit = rows};
    if (where != NULL) {
        assert_int_equal(filter_parse(&filter, consultation(), world.stations[0].codes, where, NULL), STATUS_OK);
        query.filter = &filter;
    }
    before.n = page.n = 0;
    if (rows > 0) {
        list(&query, &before);
        list_key_copy(&query.after, &before.last);
    }
    query.limit = 20;
    uint64_t before_it = steps_taken();
    list(&query, &page);
    assert_int_equal(page.n, 20);
    if (where != NULL)
        filter_release(&filter);
    return steps_taken() - before_it;
}

static void test_a_page_deep_in_a_list_costs_no_more(void **state)
{
    static const struct {
        const char *order, *where;
    } lists[] = {{"date", NULL}, {"date", "date>=2024-10-10 and date<=2024-12-01"}, {"category", NULL}}; /* thousands have one category */
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (int ascending = 0; ascending < 2; ascending++) {
            uint64_t first = steps_behind(0, ascending, lists[i].order, lists[i].where), deep = steps_behind(3000, ascending, lists[i].order, lists[i].where);
            if (deep > first + first / 2)
                fail_msg("by %s, %d: %llu steps, the first page %llu", lists[i].order, ascending, (unsigned long long)deep, (unsigned long long)first);
        }
}

static bool has_asked_fields(void *context, const struct record *record, const struct list_key *key)
{
    size_t *n = context;
    assert_int_not_equal(record_text(record, "name")[0], '\0');
    assert_int_equal(record_text(record, "content")[0], '\0');
    assert_int_equal(record_text(record, "category")[0], '\0');
    assert_true(key->value.kind == VALUE_NULL || key->value.number >= 20000); /* the order is read unasked */
    ++*n;
    return true;
}

static void test_only_the_fields_asked_for_are_read(void **state)
{
    const struct field_def *const fields[] = {catalogue_field(consultation(), "name")};
    struct list_query query = {.type = consultation(), .limit = 20, .fields = fields, .n_fields = 1};
    struct errmsg err = {{0}};
    size_t n = 0;
    (void)state;
    assert_int_equal(records_list(world.stations[0].store, &world.stations[0].actor, &query, has_asked_fields, &n, &err), STATUS_OK);
    assert_int_equal(n, 20);
}

/* Rows without a reference do not stand in its index. */
static void test_an_order_by_a_reference_has_all_rows(void **state)
{
    static struct rows by_date, by_event;
    struct filter filter;
    struct list_look looked;
    struct errmsg err = {{0}};
    (void)state;
    by_date.n = by_event.n = 0;
    assert_int_equal(filter_parse(&filter, consultation(), world.stations[0].codes, "category=07", &err), STATUS_OK);
    struct list_query query = {.type = consultation(), .filter = &filter, .limit = NAMED_MAX};
    list(&query, &by_date);
    query.order = catalogue_field(consultation(), "event");
    query.look = 7;
    query.looked = &looked;
    list(&query, &by_event);
    assert_false(looked.unfinished);
    assert_true(by_date.n > 0);
    assert_int_equal(by_event.n, by_date.n);
    filter_release(&filter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_come_to_the_whole),
        cmocka_unit_test(test_a_page_deep_in_a_list_costs_no_more),
        cmocka_unit_test(test_only_the_fields_asked_for_are_read),
        cmocka_unit_test(test_an_order_by_a_reference_has_all_rows),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
