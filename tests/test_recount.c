/* tests/test_recount.c - the journal of what counted rows held before: left once, by whatever writes, and made anew when its columns are others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/record/recount.h"
#include "tests/fixture.h"
#include "tests/write_sql.h"

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

static int64_t ask(struct store *store, const char *sql)
{
    struct errmsg err = {{0}};
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    int64_t value = -1;
    if (stmt_row(stmt, &status, &err)) {
        value = stmt_column_is_null(stmt, 0) ? INT64_MIN : stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    if (status != STATUS_OK)
        fail_msg("%s: %s", sql, errmsg_text(&err, status));
    return value;
}

static char *ask_text(struct store *store, const char *sql)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    if (!stmt_row(stmt, &status, NULL))
        return NULL;
    char *text = strdup(stmt_column_text(stmt, 0, NULL));
    stmt_reset(stmt);
    return text;
}

/* Everything there is has been counted, by the rules 7. */
static void count_all(struct store *store)
{
    assert_int_equal(store_begin(store, "test", NULL), STATUS_OK);
    assert_int_equal(recount_start(store, 7, NULL), STATUS_OK);
    for (size_t i = 0; i < catalogue_count(); i++) {
        const struct record_type *type = catalogue_at(i);
        char sql[128];
        snprintf(sql, sizeof sql, "SELECT coalesce(max(n),0) FROM \"%s\"", type->name);
        if (recount_has(type))
            assert_int_equal(recount_set_mark(store, type, ask(store, sql), NULL), STATUS_OK);
    }
    assert_int_equal(store_commit(store, NULL), STATUS_OK);
}

static int64_t pending(struct store *store, int64_t most)
{
    int64_t count = -1;
    assert_int_equal(recount_pending(store, most, &count, NULL), STATUS_OK);
    return count;
}

static void test_which_types(void **state)
{
    static const char *const COUNTED[] = {"consultation", "case", "party", "handler", "case_group"};
    size_t found = 0;
    (void)state;
    for (size_t i = 0; i < catalogue_count(); i++) {
        bool counted = false;
        char sql[128];
        for (size_t k = 0; k < 5; k++)
            counted = counted || strcmp(COUNTED[k], catalogue_at(i)->name) == 0;
        assert_int_equal(recount_has(catalogue_at(i)), counted);
        snprintf(sql, sizeof sql, "SELECT count(*) FROM sqlite_master WHERE name='recount_%s'", catalogue_at(i)->name);
        assert_int_equal(ask(world.center.store, sql), counted);
        found += counted;
    }
    assert_int_equal(found, 5);
}

static void test_new_rows_lie_above_the_mark(void **state)
{
    struct node *center = &world.center;
    const struct record_type *type = catalogue_find("consultation");
    (void)state;
    assert_int_equal(recount_stamp(center->store), 0);
    assert_int_equal(recount_mark(center->store, type), 0);
    struct id id = node_consult(center, "张三", "问");
    node_set(center, "consultation", id, "sex", "女"); /* nothing was counted: nothing to remember */
    assert_int_equal(pending(center->store, 100), 1);
    count_all(center->store);
    assert_int_equal(recount_stamp(center->store), 7);
    assert_int_equal(recount_mark(center->store, type), 1);
    assert_int_equal(pending(center->store, 100), 0);
    id = node_consult(center, "李四", "问");
    node_consult(center, "王五", "问");
    node_set(center, "consultation", id, "sex", "女"); /* new since: still not counted */
    assert_int_equal(ask(center->store, "SELECT count(*) FROM recount_consultation"), 0);
    assert_int_equal(pending(center->store, 100), 2);
    assert_int_equal(pending(center->store, 1), 1);
}

static void test_first_write_leaves_what_was_there(void **state)
{
    struct node *center = &world.center;
    (void)state;
    struct id id = node_consult(center, "张三", "问");
    node_set(center, "consultation", id, "sex", "男");
    count_all(center->store);
    node_set(center, "consultation", id, "answer", "答");
    node_set(center, "consultation", id, "name", "张三丰");
    assert_int_equal(pending(center->store, 100), 0); /* figures do not read these */
    node_set(center, "consultation", id, "sex", "女");
    assert_int_equal(pending(center->store, 100), 1);
    node_set(center, "consultation", id, "sex", "");
    node_set(center, "consultation", id, "persons", "3");
    assert_int_equal(ask(center->store, "SELECT count(*) FROM recount_consultation"), 1);
    char *sex = ask_text(center->store, "SELECT sex||'/'||persons||'/'||scope||'/'||gone||'/'||(id=(SELECT id FROM consultation)) FROM recount_consultation");
    assert_string_equal(sex, "1/1/1/0/1");
    free(sex);
    write_sql(center->store, "UPDATE consultation SET gone=1");
    assert_int_equal(ask(center->store, "SELECT gone FROM recount_consultation"), 0); /* as before the first write */
    assert_int_equal(store_begin(center->store, "test", NULL), STATUS_OK);
    assert_int_equal(recount_clear(center->store, NULL), STATUS_OK);
    assert_int_equal(store_commit(center->store, NULL), STATUS_OK);
    assert_int_equal(pending(center->store, 100), 0);
    write_sql(center->store, "UPDATE consultation SET sex='1'");
    assert_int_equal(ask(center->store, "SELECT gone FROM recount_consultation"), 1);
}

static void test_deletion(void **state)
{
    struct node *center = &world.center;
    struct errmsg err = {{0}};
    (void)state;
    struct id a = node_consult(center, "张三", "问");
    node_consult(center, "李四", "问");
    count_all(center->store);
    assert_int_equal(records_delete(center->store, &center->actor, catalogue_find("consultation"), a, &err), STATUS_OK);
    assert_int_equal(ask(center->store, "SELECT gone FROM recount_consultation WHERE n=1"), 0);
    write_sql(center->store, "DELETE FROM consultation WHERE n=2"); /* by no path of ours */
    assert_int_equal(ask(center->store, "SELECT count(*) FROM recount_consultation"), 2);
    node_consult(center, "王五", "问"); /* takes the number of the row that was taken out: it is new all the same */
    assert_int_equal(ask(center->store, "SELECT max(n) FROM consultation"), 2);
    assert_int_equal(pending(center->store, 100), 2);
}

static void test_whoever_writes(void **state)
{
    struct node *center = &world.center, *station = &world.stations[0];
    (void)state;
    struct id id = node_consult(station, "张三", "问");
    world_sync(&world, 0);
    count_all(center->store);
    count_all(station->store);
    node_set(station, "consultation", id, "persons", "4");
    assert_int_equal(ask(station->store, "SELECT persons FROM recount_consultation"), 1);
    assert_int_equal(pending(center->store, 100), 0);
    world_sync(&world, 0);
    assert_int_equal(ask(center->store, "SELECT persons FROM recount_consultation"), 1);
    assert_int_equal(ask(center->store, "SELECT persons FROM consultation"), 4);
    node_verify(center);
    node_verify(station);
}

static void test_journal_of_other_columns_is_made_anew(void **state)
{
    struct node *center;
    struct errmsg err = {{0}};
    char folder[] = "/tmp/aidpost-recount-XXXXXX", command[128], path[64];
    (void)state;
    world_close(&world);
    assert_non_null(mkdtemp(folder));
    world_open(&world, 0, folder);
    center = &world.center;
    snprintf(path, sizeof path, "%s/0", folder);
    struct id id = node_consult(center, "张三", "问");
    count_all(center->store);
    /* As an older program made it: another column, no trigger for this one. */
    write_sql(center->store, "DROP TRIGGER recount_consultation_fields; DROP TRIGGER recount_consultation_row; DROP TRIGGER recount_consultation_delete; DROP TABLE recount_consultation;"
                             "CREATE TABLE recount_consultation(n INTEGER PRIMARY KEY, id BLOB, scope INTEGER, gone INTEGER, name TEXT);"
                             "CREATE TRIGGER recount_consultation_fields AFTER UPDATE OF name ON consultation BEGIN SELECT 1; END;"
                             "UPDATE meta SET value=1 WHERE name='catalogue_shape'");
    store_close(center->store);
    assert_int_equal(store_open(&center->store, path, STORE_OPEN_EXISTING, &err), STATUS_OK);
    assert_int_equal(recount_stamp(center->store), 0);
    assert_int_equal(recount_mark(center->store, catalogue_find("consultation")), 0);
    assert_int_equal(ask(center->store, "SELECT count(*) FROM meta WHERE name LIKE 'counted%'"), 0); /* figures are joint: no type counts as counted */
    count_all(center->store);
    node_set(center, "consultation", id, "persons", "2");
    assert_int_equal(ask(center->store, "SELECT persons FROM recount_consultation"), 1);
    /* The same columns: what was counted stays counted. */
    write_sql(center->store, "UPDATE meta SET value=1 WHERE name='catalogue_shape'");
    store_close(center->store);
    assert_int_equal(store_open(&center->store, path, STORE_OPEN_EXISTING, &err), STATUS_OK);
    assert_int_equal(recount_stamp(center->store), 7);
    assert_int_equal(pending(center->store, 100), 1);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

/* What could fail half way would need a statement journal: a copy of every page that an update touches (schema.c). 19: a broken constraint; 2: it takes back the statement. */
static void test_update_needs_no_statement_journal(void **state)
{
    static const char *const UPDATES[] = {"EXPLAIN UPDATE OR FAIL consultation SET head=?1,cells=?2,gone=?3,extra=?4,\"persons\"=?6 WHERE n=?5",
                                          "EXPLAIN UPDATE OR FAIL \"case\" SET cells=?2,gone=?3,extra=?4,\"decision\"=?6,\"note\"=?7 WHERE n=?5"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct stmt *stmt = store_prepare(world.center.store, UPDATES[i]);
        enum status status;
        size_t fires = 0;
        while (stmt_row(stmt, &status, NULL)) {
            const char *opcode = stmt_column_text(stmt, 1, NULL);
            fires += strcmp(opcode, "Program") == 0;
            if (strncmp(opcode, "Halt", 4) == 0 && (stmt_column_int(stmt, 2) & 0xff) == 19)
                assert_int_not_equal(stmt_column_int(stmt, 3), 2);
        }
        assert_int_equal(status, STATUS_OK);
        assert_int_equal(fires, 3); /* the guard, the fields, the row */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_which_types, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_new_rows_lie_above_the_mark, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_first_write_leaves_what_was_there, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_deletion, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_whoever_writes, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_journal_of_other_columns_is_made_anew, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_update_needs_no_statement_journal, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
