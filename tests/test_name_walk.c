/* tests/test_name_walk.c - lists by name in pinyin order: all rows once, each page behind the one before, both ways and from any key, whatever begins alike, is equal, is rare or lacks a name; with a
 * condition, in pieces or not; and a page deep in a long list costs what the first one costs. */
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

enum { ROWS_MAX = 40000, STEPS_COUNTED = 100 };

static struct world world;

static const struct record_type *person(void)
{
    return catalogue_find("person");
}

static int open_world(void **state)
{
    (void)state;
    steps_watch(STEPS_COUNTED);
    world_open(&world, 1, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static struct node *station(void)
{
    return &world.stations[0];
}

/* Rows of a SELECT of names, one in thirteen deleted. */
static void insert(const char *names)
{
    char sql[2048];
    snprintf(sql, sizeof sql, "INSERT INTO person(id,scope,head,w_log,w_seq,name,employer,sex,gone) SELECT randomblob(16),%lld,1,1,1,name,'厂'||(i%%97),CASE i%%3 WHEN 0 THEN '1' ELSE '2' END,i%%13=5 FROM (%s)",
             (long long)station()->actor.org, names);
    write_sql(station()->store, sql);
}

static int clear(void **state)
{
    (void)state;
    write_sql(station()->store, "DELETE FROM person");
    return 0;
}

#define TEXT_OF(n) #n
#define SERIES(n) "WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM c WHERE i<" TEXT_OF(n) ") "
#define PICK(texts, at) "substr('" texts "', 1+(" at ")%length('" texts "'), 1)"
#define GIVEN "小晓文明国建丽华芳秀英军强伟敏静洁磊涛勇艳杰娟超霞平刚桂兰玲红玉凤乐曾单区解朝长𫖯𬭎㐂㐄"

/* Few beginnings with many names and many with few; more than a batch of equal ones, and of one that goes on in others; surnames that are read otherwise, in names of two, three and five characters. */
#define CROWD(n) SERIES(n) "SELECT i, " PICK("王王王王王王王王李李李张张单单曾区任解仇查乐尉万赵钱孙周吴郑冯陈卫", "i*7919") "||" PICK(GIVEN, "i*31") "||CASE WHEN i%4=0 THEN '' ELSE " PICK(GIVEN, "i/7*13") " END AS name FROM c"
#define FIRSTS(n) {SERIES(n) "SELECT i, char(20000+i*57) || '明' AS name FROM c", SERIES(n) "SELECT i, char(13312+i*23) || char(131072+i*91) AS name FROM c", SERIES(n) "SELECT i, char(131072+i*91) AS name FROM c"}
static const char *const MANY_FIRSTS[] = FIRSTS(300), *const SOME_FIRSTS[] = FIRSTS(40);
static void insert_all_sorts(const char *crowd, const char *const firsts[3])
{
    insert(crowd);
    insert(SERIES(1500) "SELECT i, '王小' AS name FROM c");
    insert(SERIES(1300) "SELECT i, '王小' || " PICK(GIVEN, "i") "||" PICK(GIVEN, "i/40") " AS name FROM c");
    insert(SERIES(700) "SELECT i, '任' || " PICK(GIVEN, "i") "||" PICK(GIVEN, "i/40") "||" PICK(GIVEN, "i/3") "||'公司' AS name FROM c");
    insert(SERIES(700) "SELECT i, NULL AS name FROM c");
    for (size_t i = 0; i < 3; i++)
        insert(firsts[i]);
    insert(SERIES(40) "SELECT i, CASE i%10 WHEN 0 THEN 'Anna' WHEN 1 THEN 'anna' WHEN 2 THEN '3号' WHEN 3 THEN '〇' WHEN 4 THEN '〇一' WHEN 5 THEN '・' WHEN 6 THEN '王' WHEN 7 THEN '王Li' WHEN 8 THEN '買·買' ELSE char(40960+i) END AS name FROM c");
    insert("SELECT 1 AS i, '尉迟恭' AS name UNION ALL SELECT 2, '令狐冲' UNION ALL SELECT 3, '长孙无忌' UNION ALL SELECT 4, '' UNION ALL SELECT 6, char(55295) UNION ALL SELECT 7, char(57344) UNION ALL SELECT 8, char(1114111)");
}

struct rows {
    int64_t row[ROWS_MAX];
    char (*names)[32]; /* or NULL */
    size_t n;
    struct list_key last;
};

static bool add(void *context, const struct record *record, const struct list_key *key)
{
    struct rows *rows = context;
    (void)record;
    assert_true(rows->n < ROWS_MAX);
    if (rows->names != NULL)
        snprintf(rows->names[rows->n], sizeof rows->names[0], "%.*s", (int)key->value.len, key->value.kind == VALUE_TEXT ? key->value.text : "");
    rows->row[rows->n++] = key->row;
    list_key_copy(&rows->last, key);
    return true;
}

static void list(const struct list_query *query, struct rows *rows)
{
    struct errmsg err = {{0}};
    if (records_list(station()->store, &station()->actor, query, add, rows, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

/* What the order says, sorted in one go. */
static void sorted(const char *where, bool ascending, struct rows *rows)
{
    char sql[512];
    const char *way = ascending ? "ASC" : "DESC";
    enum status status;
    snprintf(sql, sizeof sql, "SELECT n FROM person NOT INDEXED WHERE gone=0 AND %s ORDER BY name COLLATE pinyin %s, n %s", where, way, way);
    struct stmt *stmt = store_prepare(station()->store, sql);
    for (rows->n = 0; stmt_row(stmt, &status, NULL); rows->n++)
        rows->row[rows->n] = stmt_column_int(stmt, 0);
    assert_int_equal(status, STATUS_OK);
}

static void expect_equal(const struct rows *found, const struct rows *expected, const char *what, size_t page)
{
    for (size_t i = 0; i < found->n && i < expected->n; i++)
        if (found->row[i] != expected->row[i])
            fail_msg("%s, pages of %zu: row %zu is %lld, not %lld", what, page, i, (long long)found->row[i], (long long)expected->row[i]);
    assert_int_equal(found->n, expected->n);
    assert_true(expected->n > 0);
}

/* The whole list in pages of so many rows, each behind the last key; looked at in pieces of so many (0: not). expected: downwards, and upwards. */
static void expect_pages(const char *where, const struct rows expected[2], size_t page, size_t look, bool ascending, bool backwards)
{
    static struct rows pages;
    struct filter filter;
    struct errmsg err = {{0}};
    struct list_look looked = {.unfinished = false};
    assert_int_equal(filter_parse(&filter, person(), station()->codes, where, &err), STATUS_OK);
    struct list_query query = {.type = person(), .filter = *where == '\0' ? NULL : &filter, .ascending = ascending, .backwards = backwards, .limit = page, .look = look, .looked = look > 0 ? &looked : NULL};
    pages.n = 0;
    for (size_t turns = 0;; turns++) {
        size_t before = pages.n;
        assert_true(turns < 2 * ROWS_MAX);
        list(&query, &pages);
        assert_true(look == 0 || looked.rows <= look);
        if (page == 0 || (!looked.unfinished && pages.n - before < page))
            break;
        list_key_copy(&query.after, looked.unfinished ? &looked.at : &pages.last);
    }
    filter_release(&filter);
    expect_equal(&pages, &expected[ascending != backwards], where, page);
}

static struct rows both_ways[2];

static void sort_both_ways(const char *where)
{
    for (int ascending = 0; ascending < 2; ascending++)
        sorted(where, ascending, &both_ways[ascending]);
}

static void test_every_row_once_both_ways(void **state)
{
    static const size_t pages[] = {0, 997, 53};
    (void)state;
    insert_all_sorts(CROWD(9000), MANY_FIRSTS);
    sort_both_ways("1");
    for (size_t i = 0; i < 3; i++)
        for (int way = 0; way < 4; way++)
            expect_pages("", both_ways, pages[i], 0, way & 1, way & 2);
}

static void test_with_a_condition(void **state)
{
    static const struct {
        const char *where, *sql;
    } conditions[] = {{"employer~厂7", "instr(employer,'厂7')>0"}, {"sex=1", "sex='1'"}, {"employer=厂3", "employer='厂3'"}, {"name~小", "instr(name,'小')>0"}, {"name=王小", "name='王小'"}, {"name>=王", "name>='王'"}, {"name=", "coalesce(name,'')=''"}};
    static const size_t looks[] = {0, 100, 2000};
    (void)state;
    insert_all_sorts(CROWD(9000), SOME_FIRSTS); /* each page looks through all first characters, and each of these lists is gone through twelve times */
    for (size_t c = 0; c < sizeof conditions / sizeof conditions[0]; c++) {
        sort_both_ways(conditions[c].sql);
        for (size_t l = 0; l < 3; l++)
            for (int way = 0; way < 4; way++)
                expect_pages(conditions[c].where, both_ways, 97, looks[l], way & 1, way & 2);
    }
}

/* Where no row stands, in the middle of what begins alike, at the ends. */
static void test_from_any_key(void **state)
{
    static const char *const keys[] = {"王小", "王小明", "王", "区", "任", "任明", "任小小小公司", "Zoe", "丁", "\xF0\xAF\xA8\x9D", "", "单于", "尉迟", "㐂", "王小明明明"};
    static struct rows page, expected;
    (void)state;
    insert_all_sorts(CROWD(9000), MANY_FIRSTS);
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
        for (int way = 0; way < 2; way++)
            for (int64_t row = 0; row < 20000; row += 9999) {
                char where[256];
                const char *beyond = way ? ">" : "<";
                snprintf(where, sizeof where, "(name COLLATE pinyin %s '%s' OR name='%s' AND n%s%lld%s)", beyond, keys[k], keys[k], beyond, (long long)row, way ? "" : " OR name IS NULL");
                struct list_query query = {.type = person(), .ascending = way, .limit = 200, .after = {.set = true, .row = row, .value = value_string(keys[k])}};
                sorted(where, way, &expected);
                page.n = 0;
                list(&query, &page);
                if (expected.n > 200)
                    expected.n = 200;
                if (expected.n > 0 || page.n > 0)
                    expect_equal(&page, &expected, keys[k], 200);
            }
}

static void test_order_that_a_reader_expects(void **state)
{
    static char names[ROWS_MAX][32];
    static struct rows rows = {.names = names};
    static const char *const expected[] = {"2号楼", "Anna", "安明", "陈东", "丁一", "李刚", "李明", "李明", "欧阳娜", "区志明", "仇英", "单明", "万里", "王芳", "解晓东", "尉迟恭", "曾国", "查良", "张三", "邹明", "㐂"};
    (void)state;
    insert("SELECT 1 AS i,'㐂' AS name UNION ALL SELECT 2,'王芳' UNION ALL SELECT 3,'丁一' UNION ALL SELECT 4,'万里' UNION ALL SELECT 6,'查良' UNION ALL SELECT 7,'曾国' UNION ALL SELECT 8,'单明' UNION ALL SELECT 9,'仇英' "
           "UNION ALL SELECT 10,'区志明' UNION ALL SELECT 11,'欧阳娜' UNION ALL SELECT 12,'李明' UNION ALL SELECT 13,'李刚' UNION ALL SELECT 14,'李明' UNION ALL SELECT 15,'解晓东' UNION ALL SELECT 16,'尉迟恭' UNION ALL SELECT 17,'Anna' "
           "UNION ALL SELECT 19,'2号楼' UNION ALL SELECT 20,'邹明' UNION ALL SELECT 21,'张三' UNION ALL SELECT 22,'陈东' UNION ALL SELECT 23,'安明'");
    struct list_query query = {.type = person(), .ascending = true};
    rows.n = 0;
    list(&query, &rows);
    assert_int_equal(rows.n, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < rows.n; i++)
        assert_string_equal(names[i], expected[i]);
    assert_true(rows.row[6] < rows.row[7]); /* of equal names the earlier row */
    query.filter = &(struct filter){.type = person(), .n_terms = 1, .terms = {{.field = catalogue_field(person(), "sex"), .op = FILTER_NE, .value = value_string("9")}}};
    query.look = 100; /* and the narrow way: sorted where the condition picks few */
    struct list_look looked;
    query.looked = &looked;
    query.limit = 100;
    rows.n = 0;
    list(&query, &rows);
    for (size_t i = 0; i < rows.n; i++)
        assert_string_equal(names[i], expected[i]);
}

/* Without an index (consultations) and by other fields of text. */
static void test_fields_without_an_index(void **state)
{
    static char names[ROWS_MAX][32];
    static struct rows rows = {.names = names};
    static const char *const expected[] = {"丁一", "万一", "王一", "曾一", "张一"};
    const struct record_type *type = catalogue_find("consultation");
    (void)state;
    for (size_t i = 0; i < 5; i++)
        (void)node_consult(station(), expected[(i * 2 + 3) % 5], "咨询");
    struct list_query query = {.type = type, .order = catalogue_field(type, "name"), .ascending = true};
    for (size_t page = 0; page < 3; page++) {
        query.limit = page;
        query.after.set = false;
        rows.n = 0;
        for (size_t before = SIZE_MAX; before != rows.n;) {
            before = rows.n;
            list(&query, &rows);
            list_key_copy(&query.after, &rows.last);
            if (page == 0)
                break;
        }
        assert_int_equal(rows.n, 5);
        for (size_t i = 0; i < 5; i++)
            assert_string_equal(names[i], expected[i]);
    }
}

static uint64_t steps_behind(const char *name, bool ascending)
{
    static struct rows page;
    struct list_query query = {.type = person(), .ascending = ascending, .limit = 20, .after = {.set = name != NULL}};
    if (name != NULL)
        query.after.value = value_string(name);
    page.n = 0;
    uint64_t before = steps_taken();
    list(&query, &page);
    assert_int_equal(page.n, 20);
    return steps_taken() - before;
}

/* Beginning anywhere costs about the same, and no more in a list twelve times as long. */
static void test_a_page_deep_in_a_list_costs_no_more(void **state)
{
    static const char *const places[] = {NULL, "李", "王小", "王明", "王小明", "张晓国", "吴文"};
    uint64_t least = UINT64_MAX, most = 0;
    (void)state;
    insert(SERIES(39000) "SELECT i, " PICK("王王王王王王王王李李李张张单单曾区任解仇查乐尉万赵钱孙周吴郑冯陈卫", "i*7919") "||" PICK(GIVEN, "i*31") "||" PICK(GIVEN, "i/41") " AS name FROM c");
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        for (int way = 0; way < 2; way++) {
            uint64_t here = steps_behind(places[i], way);
            least = here < least ? here : least;
            most = here > most ? here : most;
        }
    printf("steps of a page: %llu to %llu\n", (unsigned long long)least, (unsigned long long)most);
    assert_true(most < 40000); /* to sort all rows takes more than a million */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_every_row_once_both_ways, clear),  cmocka_unit_test_teardown(test_with_a_condition, clear), cmocka_unit_test_teardown(test_from_any_key, clear),
        cmocka_unit_test_teardown(test_order_that_a_reader_expects, clear), cmocka_unit_test(test_fields_without_an_index),
        cmocka_unit_test_teardown(test_a_page_deep_in_a_list_costs_no_more, clear),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
