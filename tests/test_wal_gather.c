/* tests/test_wal_gather.c - a commit's writes to the log, gathered: how many calls reach the file, that others see what is committed, and each of these calls failing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/record/store_impl.h"
#include "core/record/wal_gather.h"
#include "tests/fixture.h"
#include "tests/must.h"
#include "tests/write_sql.h"

#define BLOB_TEXT "3000" /* bytes: a row has its page for itself */

enum { ROWS = 60, FRAME_BYTES = 24 + 4096, CALLS_MAX = 100 };

struct bed {
    char folder[64];
    struct store *store;
    sqlite3 *other;
};

/* The log's file of bed->store, from below. */
static struct {
    sqlite3_io_methods methods;
    const sqlite3_io_methods *real;
    sqlite3_file *file;
    int writes, syncs, calls;
    int fail_at, code; /* the call, from 1, that answers this; 0: none */
} watch;

static int next_call(void)
{
    return ++watch.calls == watch.fail_at ? watch.code : SQLITE_OK;
}

static int write_watched(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    int code = next_call();

    watch.writes++;
    return code == SQLITE_OK ? watch.real->xWrite(file, data, len, at) : code;
}

static int sync_watched(sqlite3_file *file, int flags)
{
    int code = next_call();

    watch.syncs++;
    return code == SQLITE_OK ? watch.real->xSync(file, flags) : code;
}

static void watch_log(struct store *store)
{
    memset(&watch, 0, sizeof watch);
    assert_int_equal(sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &watch.file), SQLITE_OK);
    watch.real = watch.file->pMethods;
    watch.methods = *watch.real;
    watch.methods.xWrite = write_watched;
    watch.methods.xSync = sync_watched;
    watch.file->pMethods = &watch.methods;
}

static void watch_from(int fail_at, int code)
{
    watch.writes = watch.syncs = watch.calls = 0;
    watch.fail_at = fail_at;
    watch.code = code;
}

/* ---- the bed ---- */

static int make_bed(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);
    struct errmsg err;

    snprintf(bed->folder, sizeof bed->folder, "/tmp/aidpost-test-XXXXXX");
    assert_non_null(mkdtemp(bed->folder));
    must(store_open(&bed->store, bed->folder, STORE_CREATE, &err), &err);
    must(store_exec(bed->store, "CREATE TABLE words(n INTEGER PRIMARY KEY, word BLOB NOT NULL)", &err), &err);
    must(store_empty_log(bed->store, &err), &err);
    assert_int_equal(sqlite3_open_v2(store_path(bed->store), &bed->other, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    watch_log(bed->store);
    *state = bed;
    return 0;
}

static int drop_bed(void **state)
{
    struct bed *bed = *state;

    watch.file->pMethods = watch.real;
    sqlite3_close(bed->other);
    store_close(bed->store);
    test_folder_remove(bed->folder);
    free(bed);
    return 0;
}

static void write_rows(struct store *store, int from, int n)
{
    struct errmsg err;
    char sql[160];

    snprintf(sql, sizeof sql, "WITH RECURSIVE c(n) AS (VALUES(%d) UNION ALL SELECT n+1 FROM c WHERE n<%d) INSERT INTO words SELECT n,randomblob(" BLOB_TEXT ") FROM c", from, from + n - 1);
    must(store_exec(store, sql, &err), &err);
}

static int number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;
    int n;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    n = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return n;
}

static void assert_whole(sqlite3 *db, int rows)
{
    assert_int_equal(number(db, "SELECT count(*) FROM words WHERE length(word)=" BLOB_TEXT), rows);
    assert_int_equal(number(db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check='ok'"), 1);
}

/* A copy of the files without the index of the log: who opens it finds the log's frames by their checksums. */
static void assert_recovered(const struct store *store, int rows)
{
    char copy[64] = "/tmp/aidpost-test-XXXXXX", text[2300];
    sqlite3 *db;

    assert_non_null(mkdtemp(copy));
    snprintf(text, sizeof text, "cp '%s' '%s-wal' %s/", store_path(store), store_path(store), copy);
    assert_int_equal(system(text), 0);
    snprintf(text, sizeof text, "%s%s", copy, strrchr(store_path(store), '/'));
    assert_int_equal(sqlite3_open_v2(text, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_whole(db, rows);
    sqlite3_close(db);
    test_folder_remove(copy);
}

/* ---- the tests ---- */

static void test_a_commit_goes_out_in_large_pieces(void **state)
{
    struct bed *bed = *state;
    struct errmsg err;

    must(store_begin(bed->store, "test", &err), &err);
    write_rows(bed->store, 1, ROWS);
    watch_from(0, SQLITE_OK);
    must(store_commit(bed->store, &err), &err);
    /* A row fills its page: ROWS frames and a few more. One sync, or two where the log begins. */
    assert_in_range(watch.writes, ROWS * FRAME_BYTES / WAL_GATHER_BYTES, ROWS * FRAME_BYTES / WAL_GATHER_BYTES + 4);
    assert_in_range(watch.syncs, 1, 2);
    assert_ptr_equal(watch.file->pMethods, &watch.methods);
    assert_whole(bed->other, ROWS);
    must(store_begin(bed->store, "test", &err), &err);
    write_rows(bed->store, ROWS + 1, 1);
    watch_from(0, SQLITE_OK);
    must(store_commit(bed->store, &err), &err);
    assert_int_equal(watch.writes, 1);
    assert_int_equal(watch.syncs, 1);
    assert_whole(bed->other, ROWS + 1);
}

/* The file has what the commit says it has, for who opens it with no help of the index that is shared. */
static void test_what_is_committed_is_found_by_who_recovers(void **state)
{
    struct bed *bed = *state;
    struct errmsg err;

    must(store_begin(bed->store, "test", &err), &err);
    write_rows(bed->store, 1, ROWS);
    must(store_commit(bed->store, &err), &err);
    assert_recovered(bed->store, ROWS);
}

/* Each call to the file fails once: the commit says so, nothing of it is there, and the next one is done. */
static void fail_each(struct bed *bed, int code, enum status expected)
{
    struct errmsg err;
    int at = 1, rows = 0;

    for (;; at++) {
        assert_in_range(at, 1, CALLS_MAX);
        must(store_begin(bed->store, "test", &err), &err);
        write_rows(bed->store, rows + 1, ROWS);
        watch_from(at, code);
        enum status status = store_commit(bed->store, &err);
        if (watch.calls < at) {
            must(status, &err);
            break;
        }
        assert_int_equal(status, expected);
        assert_int_equal(watch.calls, at); /* after it the file is not written any more */
        watch_from(0, SQLITE_OK);
        assert_whole(bed->store->db, rows);
        assert_whole(bed->other, rows);
        must(store_begin(bed->store, "test", &err), &err);
        write_rows(bed->store, ++rows, 1);
        must(store_commit(bed->store, &err), &err);
        assert_whole(bed->other, rows);
    }
    assert_true(at > ROWS * FRAME_BYTES / WAL_GATHER_BYTES); /* all pieces and the sync have failed */
    assert_whole(bed->other, rows + ROWS);
}

static void test_each_call_fails_with_a_full_disk(void **state)
{
    fail_each(*state, SQLITE_FULL, STATUS_FULL);
}

static void test_each_call_fails_with_an_error(void **state)
{
    fail_each(*state, SQLITE_IOERR_WRITE, STATUS_IO);
}

/* Pages for which the cache had no room go to the file at once. Their transaction is taken back, and another connection writes where they stood: nothing of them comes after it. */
static void test_pages_before_a_commit_are_not_kept(void **state)
{
    struct bed *bed = *state;
    struct errmsg err;

    must(store_exec(bed->store, "PRAGMA cache_size=10", &err), &err);
    must(store_begin(bed->store, "test", &err), &err);
    watch_from(0, SQLITE_OK);
    write_rows(bed->store, 1, ROWS);
    assert_true(watch.writes > ROWS); /* head and page of most of them */
    store_rollback(bed->store);
    assert_int_equal(sqlite3_exec(bed->other, "WITH RECURSIVE c(n) AS (VALUES(1) UNION ALL SELECT n+1 FROM c WHERE n<20) INSERT INTO words SELECT n,randomblob(" BLOB_TEXT ") FROM c", NULL, NULL, NULL), SQLITE_OK);
    must(store_begin(bed->store, "test", &err), &err);
    write_rows(bed->store, 21, ROWS);
    must(store_commit(bed->store, &err), &err);
    assert_whole(bed->other, 20 + ROWS);
    assert_whole(bed->store->db, 20 + ROWS);
}

/* Pages that went out before the commit and were changed again are written where they stand, and the heads behind them are read and written anew: pieces that do not follow one another. */
static void test_pages_are_written_where_they_stand(void **state)
{
    struct bed *bed = *state;
    struct errmsg err;

    must(store_exec(bed->store, "PRAGMA cache_size=10", &err), &err);
    for (int turn = 0; turn < 3; turn++) {
        must(store_begin(bed->store, "test", &err), &err);
        write_rows(bed->store, 1 + turn * ROWS, ROWS);
        must(store_exec(bed->store, "UPDATE words SET word=zeroblob(" BLOB_TEXT ") WHERE n%20=7", &err), &err);
        watch_from(0, SQLITE_OK);
        must(store_commit(bed->store, &err), &err);
        assert_true(watch.writes > 3);
        assert_whole(bed->other, (turn + 1) * ROWS);
        assert_recovered(bed->store, (turn + 1) * ROWS);
    }
}

/* What failed to be written is not forgotten until the end, whoever asked for it. */
static void test_a_failure_lasts_until_the_end(void **state)
{
    struct bed *bed = *state;
    struct store *store = bed->store;
    uint8_t head[24] = {0};

    for (int next = 0; next < 2; next++) {
        wal_gather_begin(&store->gather, store->db);
        assert_ptr_equal(watch.file->pMethods, &store->gather.methods);
        watch_from(1, SQLITE_FULL);
        assert_int_equal(watch.file->pMethods->xWrite(watch.file, head, sizeof head, FRAME_BYTES), SQLITE_OK);
        assert_int_equal(watch.file->pMethods->xRead(watch.file, head, sizeof head, 0), SQLITE_FULL);
        if (next == 0)
            assert_int_equal(watch.file->pMethods->xSync(watch.file, SQLITE_SYNC_FULL), SQLITE_FULL);
        else
            assert_int_equal(watch.file->pMethods->xWrite(watch.file, head, sizeof head, FRAME_BYTES), SQLITE_FULL);
        assert_int_equal(watch.calls, 1);
        wal_gather_end(&store->gather, false);
        assert_ptr_equal(watch.file->pMethods, &watch.methods);
    }
}

/* Nothing was changed: SQLite writes nothing, and what comes next is not taken for a part of it. */
static void test_an_empty_commit_leaves_the_file_its_methods(void **state)
{
    struct bed *bed = *state;
    struct errmsg err;

    must(store_begin(bed->store, "test", &err), &err);
    watch_from(0, SQLITE_OK);
    must(store_commit(bed->store, &err), &err);
    assert_int_equal(watch.calls, 0);
    assert_ptr_equal(watch.file->pMethods, &watch.methods);
    assert_null(bed->store->gather.real);
}

/* A store without a log keeps SQLite's own writes. */
static void test_a_store_in_memory_gathers_nothing(void **state)
{
    struct store *store;
    struct errmsg err;

    (void)state;
    must(store_open(&store, ":memory:", STORE_CREATE, &err), &err);
    assert_false(store->in_wal);
    write_sql(store, "CREATE TABLE words(n INTEGER PRIMARY KEY)");
    assert_null(store->gather.bytes);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_commit_goes_out_in_large_pieces, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_what_is_committed_is_found_by_who_recovers, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_each_call_fails_with_a_full_disk, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_each_call_fails_with_an_error, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_pages_before_a_commit_are_not_kept, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_pages_are_written_where_they_stand, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_a_failure_lasts_until_the_end, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_an_empty_commit_leaves_the_file_its_methods, make_bed, drop_bed),
        cmocka_unit_test(test_a_store_in_memory_gathers_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
