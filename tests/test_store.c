/* tests/test_store.c - files that are not ours, newer, broken or guarded; transactions; statements. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/machine.h"
#include "core/record/schema.h"
#include "core/record/store.h"

static int make_folder(void **state)
{
    char *folder = strdup("/tmp/aidpost-test-XXXXXX");
    *state = mkdtemp(folder);
    return *state == NULL;
}

static int drop_folder(void **state)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    int failed = system(command);
    free(*state);
    return failed;
}

static void write_db(const char *folder, const void *data, size_t len)
{
    char path[256];
    assert_int_equal(file_join(path, sizeof path, folder, "aidpost.db"), STATUS_OK);
    assert_int_equal(file_write(path, data, len, 0600, NULL), STATUS_OK);
}

static void test_create_open_and_modes(void **state)
{
    struct store *store;
    struct errmsg err = {{0}};
    struct stat info;
    char path[256];
    assert_int_equal(store_open(&store, *state, STORE_OPEN_EXISTING, &err), STATUS_NOT_FOUND);
    assert_int_equal(store_open(&store, *state, STORE_CREATE, &err), STATUS_OK);
    store_close(store);
    assert_int_equal(store_open(&store, *state, STORE_CREATE, &err), STATUS_EXISTS);
    assert_null(store);
    file_join(path, sizeof path, *state, "aidpost.db");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(store_open(&store, *state, STORE_OPEN_EXISTING, &err), STATUS_OK);
    store_close(store);
}

/* As another user, who must be told why. */
static enum status open_as_another(const char *folder)
{
    pid_t child = fork();
    int ended;
    assert_true(child >= 0);
    if (child == 0) {
        struct store *store;
        struct errmsg err = {{0}};
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(STATUS_COUNT);
        enum status status = store_open(&store, folder, STORE_OPEN_EXISTING, &err);
        _exit(strstr(err.text, "没有权限") != NULL ? (int)status : STATUS_COUNT);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended));
    return (enum status)WEXITSTATUS(ended);
}

/* "No data here, make them anew" is the wrong advice to somebody who may not look. */
static void test_data_out_of_reach_are_not_called_missing(void **state)
{
    struct store *store;
    struct errmsg err = {{0}};
    char path[256];
    bool root = geteuid() == 0;
    assert_int_equal(store_open(&store, *state, STORE_CREATE, &err), STATUS_OK);
    store_close(store);
    file_join(path, sizeof path, *state, "aidpost.db");
    assert_int_equal(chmod(*state, root ? 0700 : 0), 0);
    assert_int_equal(open_as_another(*state), STATUS_FORBIDDEN);
    assert_int_equal(chmod(*state, 0755), 0);
    assert_int_equal(chmod(path, root ? 0600 : 0), 0);
    assert_int_equal(open_as_another(*state), STATUS_FORBIDDEN);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(store_open(&store, *state, STORE_OPEN_EXISTING, &err), STATUS_OK);
    store_close(store);
}

static void test_a_foreign_file_is_refused_and_left_alone(void **state)
{
    struct store *store;
    struct errmsg err = {{0}};
    char text[4096];
    memset(text, 'x', sizeof text);
    write_db(*state, text, sizeof text);
    assert_int_equal(store_open(&store, *state, STORE_OPEN_EXISTING, &err), STATUS_FOREIGN);
    char command[512];
    snprintf(command, sizeof command, "rm -f '%s'/aidpost.db", (char *)*state);
    assert_int_equal(system(command), 0);
    assert_int_equal(store_open(&store, *state, STORE_CREATE, &err), STATUS_OK);
    assert_int_equal(store_exec(store, "PRAGMA application_id=7", &err), STATUS_OK);
    store_close(store);
    assert_int_equal(store_open(&store, *state, STORE_OPEN_EXISTING, &err), STATUS_FOREIGN);
    assert_non_null(strstr(err.text, "aidpost.db"));
}

static void test_a_newer_store_is_refused(void **state)
{
    struct store *store;
    struct errmsg err = {{0}};
    assert_int_equal(store_open(&store, *state, STORE_CREATE, &err), STATUS_OK);
    assert_int_equal(store_exec(store, "PRAGMA user_version=999", &err), STATUS_OK);
    store_close(store);
    assert_int_equal(store_open(&store, *state, STORE_OPEN_EXISTING, &err), STATUS_VERSION);
}

static int64_t one_int(struct store *store, const char *sql)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    int64_t value = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return value;
}

/* Of a program before version 2, which had the index by scope everywhere: the store is brought up to date, and that program opens it no more. */
static void test_an_older_store_is_brought_up_to_date(void **state)
{
    for (int center = 0; center < 2; center++) {
        struct store *store;
        struct errmsg err = {{0}};
        char path[256];
        snprintf(path, sizeof path, "%s/%s", (const char *)*state, center ? "center" : "station");
        struct machine machine = {.center = center, .station_no = center ? 0 : 1, .org = 1, .name = "test", .area = "320117"};
        assert_int_equal(store_open(&store, path, STORE_CREATE, &err), STATUS_OK);
        assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
        assert_int_equal(machine_create(store, &machine, &err), STATUS_OK);
        assert_int_equal(store_exec(store, "CREATE INDEX IF NOT EXISTS change_scope ON change(scope); DROP INDEX consultation_event; CREATE INDEX consultation_event ON consultation(event);"
                                           "PRAGMA user_version=1; UPDATE meta SET value=1 WHERE name='catalogue_shape'", &err), STATUS_OK);
        if (center) /* it has many */
            assert_int_equal(store_exec(store, "INSERT INTO consultation(n,id,scope,head,w_log,w_seq) VALUES(200000,zeroblob(16),1,1,1,1)", &err), STATUS_OK);
        assert_int_equal(store_commit(store, &err), STATUS_OK);
        store_close(store);
        assert_int_equal(store_open(&store, path, STORE_OPEN_EXISTING, &err), STATUS_OK);
        assert_int_equal(one_int(store, "PRAGMA user_version"), SCHEMA_STORE_VERSION);
        assert_int_equal(one_int(store, "SELECT count(*) FROM sqlite_master WHERE name='change_scope'"), 0);
        assert_int_equal(one_int(store, "SELECT count(*) FROM meta WHERE name='delivered'"), center);
        assert_int_equal(one_int(store, "SELECT sql LIKE '%WHERE \"event\" IS NOT NULL' FROM sqlite_master WHERE name='consultation_event'"), !center);
        assert_int_equal(one_int(store, "SELECT sql LIKE '%WHERE \"volunteer\" IS NOT NULL' FROM sqlite_master WHERE name='consultation_volunteer'"), 1);
        assert_int_equal(one_int(store, "SELECT count(*) FROM sqlite_master WHERE name='consultation_date' AND sql NOT LIKE '%WHERE%'"), 1);
        struct stmt *plan = store_prepare(store, "EXPLAIN QUERY PLAN SELECT n FROM consultation WHERE event=lower(hex(?1)) AND gone=0");
        enum status status;
        assert_true(stmt_row(plan, &status, NULL));
        assert_non_null(strstr(stmt_column_text(plan, 3, NULL), "USING INDEX consultation_event (event=?)"));
        stmt_reset(plan);
        store_close(store);
    }
}

static void test_a_broken_file_never_crashes(void **state)
{
    struct store *store;
    struct errmsg err = {{0}};
    char path[256];
    assert_int_equal(store_open(&store, *state, STORE_CREATE, &err), STATUS_OK);
    store_close(store);
    file_join(path, sizeof path, *state, "aidpost.db");
    struct buf whole;
    buf_init(&whole, 1 << 24);
    assert_int_equal(file_read(path, &whole, &err), STATUS_OK);
    for (size_t page = 1; page < whole.len / 4096; page += 7) {
        struct buf broken;
        buf_init(&broken, 1 << 24);
        buf_append(&broken, whole.data, whole.len);
        memset(broken.data + page * 4096, 0xA5, 4096);
        write_db(*state, broken.data, broken.len);
        enum status status = store_open(&store, *state, STORE_OPEN_EXISTING, &err);
        if (status == STATUS_OK) {
            struct buf problems;
            buf_init(&problems, 65536);
            status = store_integrity(store, &problems, &err);
            assert_true(status != STATUS_OK || problems.len > 0);
            buf_release(&problems);
            store_close(store);
        }
        buf_release(&broken);
    }
    buf_release(&whole);
}

static void test_writes_from_outside_fail(void **state)
{
    struct store *store;
    struct errmsg err = {{0}};
    assert_int_equal(store_open(&store, *state, STORE_CREATE, &err), STATUS_OK);
    static const char *const WRITES[] = {"INSERT INTO meta(name,value) VALUES('x',1)", "DELETE FROM meta", "UPDATE log SET head_seq=9",
                                         "INSERT INTO consultation(id,scope,head,w_log,w_seq) VALUES(zeroblob(16),0,1,1,1)"};
    assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
    assert_int_equal(store_exec(store, "INSERT INTO log(no,station,incarnation) VALUES(5,5,zeroblob(8))", &err), STATUS_OK);
    assert_int_equal(store_commit(store, &err), STATUS_OK);
    for (size_t i = 0; i < sizeof WRITES / sizeof WRITES[0]; i++)
        assert_int_not_equal(store_exec(store, WRITES[i], &err), STATUS_OK); /* outside store_begin, as another program would */
    for (size_t i = 0; i < sizeof WRITES / sizeof WRITES[0]; i++)
        assert_int_equal(stmt_run(store_prepare(store, WRITES[i]), &err), STATUS_FORBIDDEN); /* nor we ourselves */
    assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
    for (size_t i = 0; i < sizeof WRITES / sizeof WRITES[0]; i++)
        assert_int_equal(stmt_run(store_prepare(store, WRITES[i]), &err), STATUS_OK);
    store_rollback(store);
    for (size_t i = 0; i < sizeof WRITES / sizeof WRITES[0]; i++)
        assert_int_equal(stmt_run(store_prepare(store, WRITES[i]), &err), STATUS_FORBIDDEN);
    store_close(store);
}

/* A guard's call of a function in a statement makes SQLite copy every page before it is written. */
static void test_guards_cost_no_statement_journal(void **state)
{
    static const char *const WRITES[] = {"EXPLAIN INSERT OR FAIL INTO consultation(id,scope,head,w_log,w_seq) VALUES(?1,2,3,4,5)",
                                         "EXPLAIN INSERT OR FAIL INTO change(lsn,log,seq,scope,type,id,header,hash) VALUES(1,1,1,1,1,?1,'','')", "EXPLAIN UPDATE log SET head_seq=?1 WHERE no=1",
                                         "EXPLAIN UPDATE OR FAIL consultation SET head=?1,name=?2 WHERE n=1"};
    struct store *store;
    enum status status;
    (void)state;
    assert_int_equal(store_open(&store, ":memory:", STORE_CREATE, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof WRITES / sizeof WRITES[0]; i++) {
        struct stmt *stmt = store_prepare(store, WRITES[i]);
        size_t programs = 0;
        while (stmt_row(stmt, &status, NULL)) {
            const char *operation = stmt_column_text(stmt, 1, NULL);
            programs += strcmp(operation, "Program") == 0;
            if (strstr(operation, "Func") != NULL)
                fail_msg("%s: %s", WRITES[i], operation);
        }
        assert_int_equal(status, STATUS_OK);
        assert_true(programs > 0); /* the guard is there all the same */
    }
    store_close(store);
}

static void test_rollback_and_data_version(void **state)
{
    struct store *one, *two;
    struct errmsg err = {{0}};
    assert_int_equal(store_open(&one, *state, STORE_CREATE, &err), STATUS_OK);
    assert_int_equal(store_open(&two, *state, STORE_OPEN_EXISTING, &err), STATUS_OK);
    uint64_t before = store_data_version(two);
    assert_int_equal(store_begin(one, "test", &err), STATUS_OK);
    assert_int_equal(store_meta_set_int(one, "n", 1, &err), STATUS_OK);
    store_rollback(one);
    assert_int_equal(store_meta_int(one, "n", -1), -1);
    assert_true(store_data_version(two) == before);
    assert_int_equal(store_begin(one, "test", &err), STATUS_OK);
    assert_int_equal(store_meta_set_int(one, "n", 2, &err), STATUS_OK);
    assert_int_equal(store_commit(one, &err), STATUS_OK);
    assert_true(store_data_version(two) != before);
    assert_int_equal(store_meta_int(two, "n", -1), 2);
    store_close(one);
    store_close(two);
}

/* What joins the caller's transaction neither ends it nor takes it back; what began its own does, and leaves nothing of a failure. */
static void test_a_part_joins_its_callers_transaction(void **state)
{
    struct store *store;
    struct errmsg err = {{0}};
    bool own, inner;
    (void)state;
    assert_int_equal(store_open(&store, ":memory:", STORE_CREATE, &err), STATUS_OK);
    assert_int_equal(store_join(store, "outer", &own, &err), STATUS_OK);
    assert_true(own);
    assert_int_equal(store_join(store, "inner", &inner, &err), STATUS_OK);
    assert_false(inner);
    assert_int_equal(store_meta_set_int(store, "a", 1, &err), STATUS_OK);
    assert_int_equal(store_leave(store, inner, STATUS_INVALID, &err), STATUS_INVALID);
    assert_true(store_in_transaction(store));
    assert_int_equal(store_leave(store, own, STATUS_OK, &err), STATUS_OK);
    assert_false(store_in_transaction(store));
    assert_int_equal(store_meta_int(store, "a", 0), 1);
    assert_int_equal(store_join(store, "outer", &own, &err), STATUS_OK);
    assert_int_equal(store_meta_set_int(store, "a", 2, &err), STATUS_OK);
    assert_int_equal(store_leave(store, own, STATUS_INVALID, &err), STATUS_INVALID);
    assert_false(store_in_transaction(store));
    assert_int_equal(store_meta_int(store, "a", 0), 1);
    store_close(store);
}

/* Another process that writes one transaction behind the other, each long enough that SQLite's own waiting would ask ten times a second only, as an import does; until it is killed. */
static void write_on_and_on(const char *folder)
{
    struct store *store;
    if (store_open(&store, folder, STORE_OPEN_EXISTING, NULL) != STATUS_OK)
        _exit(1);
    for (int64_t turn = 1;; turn++) {
        if (store_begin(store, "test", NULL) != STATUS_OK)
            _exit(1);
        for (int i = 0; i < 40000; i++)
            (void)store_meta_set_int(store, "work", i, NULL);
        if (store_meta_set_int(store, "turn", turn, NULL) != STATUS_OK || store_commit(store, NULL) != STATUS_OK)
            _exit(1);
        store_give_way(store);
    }
}

/* A worker's save beside an import comes between two of its transactions, not after dozens, and not after the wait is over. How many go by depends on who gets the processor, so the bound is wide: one or two
 * go by in all; with SQLite's own waiting, or without the way that is given, it is more than the bound or a busy error. */
static void test_a_save_comes_between_two_transactions_of_long_work(void **state)
{
    enum { SAVES = 6, TURNS_MAX = 5 * SAVES };
    struct store *store;
    struct errmsg err = {{0}};
    int64_t turns = 0;
    int ended;
    assert_int_equal(store_open(&store, *state, STORE_CREATE, &err), STATUS_OK);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        write_on_and_on(*state);
    while (store_meta_int(store, "turn", 0) == 0)
        assert_int_equal(waitpid(child, &ended, WNOHANG), 0);
    for (int i = 0; i < SAVES; i++) {
        int64_t before = store_meta_int(store, "turn", 0);
        assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
        turns += store_meta_int(store, "turn", 0) - before;
        assert_int_equal(store_meta_set_int(store, "saved", i, &err), STATUS_OK);
        assert_int_equal(store_commit(store, &err), STATUS_OK);
    }
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &ended, 0), child);
    if (turns > TURNS_MAX)
        fail_msg("%d saves waited for %lld transactions of another", SAVES, (long long)turns);
    store_close(store);
}

/* Eight processes write at once: nobody sees a busy error, every write is there. */
static void test_eight_writers(void **state)
{
    struct store *store;
    struct errmsg err = {{0}};
    enum { WRITERS = 8, EACH = 20 };
    assert_int_equal(store_open(&store, *state, STORE_CREATE, &err), STATUS_OK);
    store_close(store);
    for (int w = 0; w < WRITERS; w++) {
        if (fork() != 0)
            continue;
        int failed = store_open(&store, *state, STORE_OPEN_EXISTING, NULL) != STATUS_OK;
        for (int i = 0; i < EACH && !failed; i++) {
            failed = store_begin(store, "writer", NULL) != STATUS_OK;
            failed = failed || store_meta_set_int(store, "sum", store_meta_int(store, "sum", 0) + 1, NULL) != STATUS_OK;
            failed = failed || store_commit(store, NULL) != STATUS_OK;
        }
        store_close(store);
        _exit(failed);
    }
    for (int w = 0; w < WRITERS; w++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(store_open(&store, *state, STORE_OPEN_EXISTING, &err), STATUS_OK);
    assert_int_equal(store_meta_int(store, "sum", 0), WRITERS * EACH);
    store_close(store);
}

static void test_a_statement_in_use_is_not_handed_out_again(void **state)
{
    struct store *store;
    enum status status;
    (void)state;
    assert_int_equal(store_open(&store, ":memory:", STORE_CREATE, NULL), STATUS_OK);
    struct stmt *outer = store_prepare(store, "SELECT value FROM (SELECT 1 AS value UNION SELECT 2 UNION SELECT 3)");
    int rows = 0;
    while (stmt_row(outer, &status, NULL)) {
        struct stmt *inner = store_prepare(store, "SELECT value FROM (SELECT 1 AS value UNION SELECT 2 UNION SELECT 3)");
        assert_ptr_not_equal(inner, outer);
        assert_true(stmt_row(inner, &status, NULL));
        stmt_reset(inner);
        rows++;
    }
    assert_int_equal(rows, 3);
    struct stmt *bad = store_prepare(store, "SELECT nonsense FROM nowhere");
    assert_false(stmt_row(bad, &status, NULL));
    assert_int_not_equal(status, STATUS_OK);
    store_close(store);
}

/* A literal is known by its address; where a text was composed another one may stand by now. */
static void test_a_text_composed_in_place_of_another_is_another_statement(void **state)
{
    struct store *store;
    char sql[32];
    (void)state;
    assert_int_equal(store_open(&store, ":memory:", STORE_CREATE, NULL), STATUS_OK);
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 3; i++) {
            enum status status;
            snprintf(sql, sizeof sql, "SELECT %d", i);
            struct stmt *stmt = store_prepare(store, sql);
            assert_true(stmt_row(stmt, &status, NULL));
            assert_int_equal(stmt_column_int(stmt, 0), i);
            stmt_reset(stmt);
        }
    store_close(store);
}

/* A state taken as bytes comes back, in the same store and in others, under statements that are prepared already. */
static void test_images_bring_a_state_back(void **state)
{
    struct store *file, *store;
    struct errmsg err = {{0}};
    struct buf first, second;
    buf_init(&first, 64 * 1024 * 1024);
    buf_init(&second, 64 * 1024 * 1024);
    assert_int_equal(store_open(&file, *state, STORE_CREATE, &err), STATUS_OK); /* in WAL mode */
    assert_int_equal(store_begin(file, "test", &err), STATUS_OK);
    assert_int_equal(store_meta_set_int(file, "n", 1, &err), STATUS_OK);
    assert_int_equal(store_commit(file, &err), STATUS_OK);
    assert_int_equal(store_image(file, &first, &err), STATUS_OK);
    store_close(file);
    assert_int_equal(store_open_image(&store, first.data, first.len, &err), STATUS_OK);
    assert_int_equal(store_meta_int(store, "n", 0), 1);
    char blob[20000]; /* more pages than the first image has */
    memset(blob, 7, sizeof blob);
    for (int64_t n = 2; n < 20; n++) {
        assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
        assert_int_equal(store_meta_set_int(store, "n", n, &err), STATUS_OK);
        assert_int_equal(store_meta_set_blob(store, n % 2 == 0 ? "a" : "b", blob, sizeof blob, &err), STATUS_OK);
        assert_int_equal(store_commit(store, &err), STATUS_OK);
    }
    assert_int_equal(store_image(store, &second, &err), STATUS_OK);
    assert_true(second.len > first.len);
    for (int turn = 0; turn < 3; turn++) {
        struct buf problems, b;
        buf_init(&problems, 4096);
        buf_init(&b, sizeof blob);
        assert_int_equal(store_set_image(store, first.data, first.len, &err), STATUS_OK);
        assert_int_equal(store_meta_int(store, "n", 0), 1);
        assert_false(store_meta_blob(store, "b", &b));
        assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
        assert_int_equal(store_meta_set_int(store, "n", 100, &err), STATUS_OK);
        assert_int_equal(store_commit(store, &err), STATUS_OK);
        assert_int_equal(store_integrity(store, &problems, &err), STATUS_OK);
        assert_int_equal(problems.len, 0);
        assert_int_equal(store_set_image(store, second.data, second.len, &err), STATUS_OK);
        assert_int_equal(store_meta_int(store, "n", 0), 19);
        assert_true(store_meta_blob(store, "b", &b) && b.len == sizeof blob);
        buf_release(&b);
        buf_release(&problems);
    }
    struct stmt *open = store_prepare(store, "SELECT name FROM meta");
    enum status status;
    assert_true(stmt_row(open, &status, &err));
    assert_int_equal(store_set_image(store, first.data, first.len, &err), STATUS_BUSY);
    stmt_reset(open);
    store_close(store);
    buf_release(&first);
    buf_release(&second);
}

/* A list's head says how many there are: of wide rows, only what the index holds is read. */
static void test_counting_rows_reads_no_rows(void **state)
{
    static const char *const COUNTS[] = {"EXPLAIN QUERY PLAN SELECT count(*) FROM consultation WHERE gone=0", "EXPLAIN QUERY PLAN SELECT count(*) FROM \"case\" WHERE gone=0 AND scope=3"};
    struct store *store;
    (void)state;
    assert_int_equal(store_open(&store, ":memory:", STORE_CREATE, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++) {
        struct stmt *stmt = store_prepare(store, COUNTS[i]);
        enum status status;
        assert_true(stmt_row(stmt, &status, NULL));
        if (strstr(stmt_column_text(stmt, 3, NULL), "COVERING INDEX") == NULL)
            fail_msg("%s", stmt_column_text(stmt, 3, NULL));
        stmt_reset(stmt);
    }
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_create_open_and_modes, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(test_data_out_of_reach_are_not_called_missing, make_folder, drop_folder),
        cmocka_unit_test(test_counting_rows_reads_no_rows),
        cmocka_unit_test_setup_teardown(test_a_foreign_file_is_refused_and_left_alone, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(test_a_newer_store_is_refused, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(test_an_older_store_is_brought_up_to_date, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(test_a_broken_file_never_crashes, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(test_writes_from_outside_fail, make_folder, drop_folder),
        cmocka_unit_test(test_guards_cost_no_statement_journal),
        cmocka_unit_test_setup_teardown(test_rollback_and_data_version, make_folder, drop_folder),
        cmocka_unit_test(test_a_part_joins_its_callers_transaction),
        cmocka_unit_test_setup_teardown(test_eight_writers, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(test_a_save_comes_between_two_transactions_of_long_work, make_folder, drop_folder),
        cmocka_unit_test(test_a_statement_in_use_is_not_handed_out_again),
        cmocka_unit_test(test_a_text_composed_in_place_of_another_is_another_statement),
        cmocka_unit_test_setup_teardown(test_images_bring_a_state_back, make_folder, drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
