/* tests/test_checkpointer.c - the thread that copies a store's log: how long the log gets, who waits for whom, what is told, and that nothing is lost.
 *
 * The thread's files are watched: it can be held in the midst of a checkpoint until the test has come to where it wants to be, and its disk can be full while the owner's is not. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/base/file.h"
#include "core/record/checkpointer.h"
#include "tests/fixture.h"
#include "tests/must.h"

enum { PAGES = 40, MOST = PAGES * CHECKPOINTER_MOST_TIMES, BLOB_BYTES = 6000, COMMIT_PAGES = 8, FRAME_BYTES = 4096 + 24, CHECKPOINT_LOCK = 1 };

/* Where the thread stops, and until when. */
enum hold { HOLD_NOWHERE, HOLD_UNTIL_WAITED, HOLD_UNTIL_STOPPING };

struct bed {
    char folder[64];
    struct store *store;
    struct checkpointer *checkpointer;
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_io_methods methods;
    const sqlite3_io_methods *real;
    struct checkpointer *checkpointer;
    atomic_int hold;
    atomic_bool held, full, free;                        /* free: whatever it is held for, it goes on */
    atomic_bool stops, at_lock, past_lock, at_look, past_look; /* steps of a checkpoint: before its lock, and when it has looked how long the log is */
} disk;

/* ---- the thread's files ---- */

static void wait_until(atomic_bool *flag)
{
    while (!atomic_load(flag) && !atomic_load(&disk.free))
        sched_yield();
}

static bool goes_on(void)
{
    struct checkpointer_state state = checkpointer_look(disk.checkpointer);

    return atomic_load(&disk.free) || (atomic_load(&disk.hold) == HOLD_UNTIL_WAITED ? state.waiting > 0 : state.stopping);
}

static int write_watched(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    if (atomic_load(&disk.full))
        return SQLITE_FULL;
    if (atomic_load(&disk.hold) != HOLD_NOWHERE) {
        atomic_store(&disk.held, true);
        while (!goes_on())
            sched_yield();
        atomic_store(&disk.hold, HOLD_NOWHERE);
    }
    return disk.real->xWrite(file, data, len, at);
}

static int lock_watched(sqlite3_file *file, int offset, int n, int flags)
{
    if (atomic_load(&disk.stops) && offset == CHECKPOINT_LOCK && flags == (SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE)) {
        atomic_store(&disk.at_lock, true);
        wait_until(&disk.past_lock);
    }
    return disk.real->xShmLock(file, offset, n, flags);
}

/* SQLite lets go of mapped pages here, when it has seen that the log's index is another than before. */
static int unfetch_watched(sqlite3_file *file, sqlite3_int64 at, void *page)
{
    if (atomic_load(&disk.stops) && atomic_load(&disk.at_lock)) {
        atomic_store(&disk.at_look, true);
        wait_until(&disk.past_look);
    }
    return disk.real->xUnfetch(file, at, page);
}

static int open_watched(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    int code = sqlite3_vfs_find("unix")->xOpen(vfs, name, file, flags, out_flags);

    if (code != SQLITE_OK || !(flags & SQLITE_OPEN_MAIN_DB))
        return code;
    disk.real = file->pMethods;
    disk.methods = *disk.real;
    disk.methods.xWrite = write_watched;
    disk.methods.xShmLock = lock_watched;
    disk.methods.xUnfetch = unfetch_watched;
    file->pMethods = &disk.methods;
    return code;
}

/* ---- the bed ---- */

static int make_bed(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);
    sqlite3_vfs *real = sqlite3_vfs_find("unix");
    struct errmsg err;

    snprintf(bed->folder, sizeof bed->folder, "/tmp/aidpost-test-XXXXXX");
    assert_non_null(mkdtemp(bed->folder));
    must(store_open(&bed->store, bed->folder, STORE_CREATE, &err), &err);
    must(store_empty_log(bed->store, &err), &err);
    memset(&disk, 0, sizeof disk);
    disk.vfs = *real;
    disk.vfs.zName = "watched";
    disk.vfs.pNext = NULL;
    disk.vfs.xOpen = open_watched;
    assert_int_equal(sqlite3_vfs_register(&disk.vfs, 1), SQLITE_OK);
    must(checkpointer_start(&bed->checkpointer, bed->store, PAGES, &err), &err);
    assert_int_equal(sqlite3_vfs_unregister(&disk.vfs), SQLITE_OK);
    assert_int_equal(sqlite3_vfs_register(real, 1), SQLITE_OK);
    disk.checkpointer = bed->checkpointer;
    *state = bed;
    return 0;
}

static int drop_bed(void **state)
{
    struct bed *bed = *state;
    char command[128];
    int failed;

    atomic_store(&disk.free, true);
    checkpointer_stop(bed->checkpointer);
    store_close(bed->store);
    snprintf(command, sizeof command, "rm -rf '%s'", bed->folder);
    failed = system(command);
    free(bed);
    return failed;
}

static int64_t log_pages(const struct bed *bed)
{
    struct stat st;
    char path[128];

    snprintf(path, sizeof path, "%s/aidpost.db-wal", bed->folder);
    return stat(path, &st) == 0 ? ((int64_t)st.st_size + FRAME_BYTES - 1) / FRAME_BYTES : 0;
}

/* One transaction: a blob under a new name, or, as small as can be, a number. */
static void commit(struct bed *bed, unsigned number, bool small)
{
    static uint8_t blob[BLOB_BYTES];
    struct errmsg err;
    char name[32];

    snprintf(name, sizeof name, "test %u", number);
    memset(blob, (int)(number % 251), sizeof blob);
    must(store_begin(bed->store, "test", &err), &err);
    must(small ? store_meta_set_int(bed->store, name, number, &err) : store_meta_set_blob(bed->store, name, blob, sizeof blob, &err), &err);
    must(store_commit(bed->store, &err), &err);
}

/* As another program would find them. */
static void assert_all_there(const struct bed *bed, unsigned n, unsigned n_small)
{
    struct store *store;
    struct errmsg err;
    struct buf problems;

    must(store_open(&store, bed->folder, STORE_READ_ONLY, &err), &err);
    buf_init(&problems, 65536);
    must(store_integrity(store, &problems, &err), &err);
    assert_int_equal(problems.len, 0);
    buf_release(&problems);
    for (unsigned i = 0; i < n + n_small; i++) {
        struct buf blob;
        char name[32];

        snprintf(name, sizeof name, "test %u", i);
        buf_init(&blob, BLOB_BYTES);
        assert_true(i < n ? store_meta_blob(store, name, &blob) && blob.len == BLOB_BYTES && blob.data[BLOB_BYTES - 1] == i % 251 : store_meta_int(store, name, -1) == (int64_t)i);
        buf_release(&blob);
    }
    store_close(store);
}

static void wait_idle(const struct bed *bed)
{
    while (!checkpointer_look(bed->checkpointer).idle)
        sched_yield();
}

/* Commits until the thread has begun, and is held in the midst of it. */
static void commit_until_held(struct bed *bed, enum hold hold, unsigned *n)
{
    atomic_store(&disk.hold, (int)hold);
    while (checkpointer_look(bed->checkpointer).idle && *n < 2 * PAGES)
        commit(bed, (*n)++, false);
    while (!atomic_load(&disk.held) && !checkpointer_look(bed->checkpointer).idle)
        sched_yield();
    assert_true(atomic_load(&disk.held));
}

/* ---- how long the log gets ---- */

static void test_the_log_stays_short(void **state)
{
    struct bed *bed = *state;

    for (unsigned i = 0; i < 600; i++) {
        commit(bed, i, false);
        assert_in_range(log_pages(bed), 1, MOST + COMMIT_PAGES);
    }
    wait_idle(bed);
    assert_true(checkpointer_look(bed->checkpointer).passes > 0);
    assert_int_equal(checkpointer_failure(bed->checkpointer, NULL), STATUS_OK);
    assert_all_there(bed, 600, 0);
}

/* What was committed while the thread worked is copied by the owner, and soon: the log is begun anew long before it has 4 x the pages. */
static void test_the_owner_copies_what_the_thread_left(void **state)
{
    struct bed *bed = *state;
    unsigned n = 0;
    int64_t grown;

    commit_until_held(bed, HOLD_UNTIL_WAITED, &n);
    commit(bed, n++, false);
    atomic_store(&disk.free, true);
    wait_idle(bed);
    commit(bed, n++, false);
    grown = log_pages(bed);
    assert_true(grown < MOST);
    assert_int_equal(checkpointer_look(bed->checkpointer).passes, 1);
    assert_int_equal(checkpointer_look(bed->checkpointer).own, 1);
    for (int i = 0; i < 3; i++)
        commit(bed, n++, false);
    assert_int_equal(log_pages(bed), grown);
    assert_all_there(bed, n, 0);
}

static void test_the_owner_goes_on_while_the_thread_works_and_waits_for_a_slow_disk(void **state)
{
    struct bed *bed = *state;
    unsigned n = 0;

    atomic_store(&disk.hold, HOLD_UNTIL_WAITED);
    while (log_pages(bed) < MOST - COMMIT_PAGES) {
        commit(bed, n++, false);
        assert_int_equal(checkpointer_look(bed->checkpointer).passes, 0);
        assert_int_equal(checkpointer_look(bed->checkpointer).own, 0);
    }
    while (n < 4 * MOST && checkpointer_look(bed->checkpointer).own == 0)
        commit(bed, n++, false);
    assert_true(atomic_load(&disk.held));
    assert_int_equal(checkpointer_look(bed->checkpointer).passes, 1);
    assert_in_range(log_pages(bed), MOST, MOST + COMMIT_PAGES);
    commit(bed, n++, false); /* from the start of the log */
    assert_in_range(log_pages(bed), MOST, MOST + COMMIT_PAGES);
    assert_all_there(bed, n, 0);
}

/* A backup, say. */
static void test_a_log_that_somebody_reads_grows_until_he_is_done(void **state)
{
    struct bed *bed = *state;
    struct store *reader;
    struct errmsg err;
    unsigned n = 0;
    int64_t grown;

    must(store_open(&reader, bed->folder, STORE_READ_ONLY, &err), &err);
    must(store_begin_read(reader, &err), &err);
    assert_int_equal(store_meta_int(reader, "test 0", -1), -1);
    while (log_pages(bed) < 3 * MOST)
        commit(bed, n++, false);
    assert_in_range(checkpointer_look(bed->checkpointer).own, 1, 3 * CHECKPOINTER_MOST_TIMES); /* not at each commit */
    assert_int_equal(store_meta_int(reader, "test 0", -1), -1);
    store_end_read(reader);
    store_close(reader);
    for (int i = 0; i < PAGES; i++) {
        wait_idle(bed);
        commit(bed, n++, false);
    }
    grown = log_pages(bed);
    for (int i = 0; i < 2 * MOST; i++)
        commit(bed, n++, false);
    assert_int_equal(log_pages(bed), grown);
    assert_all_there(bed, n, 0);
}

/* ---- who waits for whom ---- */

static int times_in(const struct bed *bed, const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", bed->folder, name);
    return test_file_holds(path, text);
}

/* Before this, the erasure was put off to another time, since the log was just being looked after. */
static void test_an_erasure_waits_for_the_thread_and_leaves_nothing(void **state)
{
    static const char SECRET[] = "what a person told the station's worker";
    struct bed *bed = *state;
    struct errmsg err;
    unsigned n = 0;

    must(store_begin(bed->store, "test", &err), &err);
    must(store_meta_set_blob(bed->store, "secret", SECRET, sizeof SECRET, &err), &err);
    must(store_commit(bed->store, &err), &err);
    assert_int_not_equal(times_in(bed, "aidpost.db-wal", SECRET), 0);
    commit_until_held(bed, HOLD_UNTIL_WAITED, &n);
    must(store_begin(bed->store, "test", &err), &err);
    must(store_meta_remove(bed->store, "secret", &err), &err);
    must(store_commit(bed->store, &err), &err);
    must(store_empty_log(bed->store, &err), &err);
    assert_int_equal(log_pages(bed), 0);
    assert_int_equal(times_in(bed, "aidpost.db", SECRET), 0);
    assert_all_there(bed, n, 0);
}

static void test_stopping_waits_for_the_thread(void **state)
{
    struct bed *bed = *state;
    struct errmsg err;
    unsigned n = 0;

    commit_until_held(bed, HOLD_UNTIL_STOPPING, &n);
    checkpointer_stop(bed->checkpointer);
    bed->checkpointer = NULL;
    assert_true(log_pages(bed) > 0);
    store_close(bed->store);
    assert_int_equal(log_pages(bed), 0); /* the last connection was closed, and took the log away */
    assert_all_there(bed, n, 0);
    must(store_open(&bed->store, bed->folder, STORE_OPEN_EXISTING, &err), &err);
}

/* ---- what is told, and what is lost ---- */

static void test_a_thread_that_fails_is_told_and_nothing_else_happens(void **state)
{
    struct bed *bed = *state;
    struct errmsg err = {{0}};
    unsigned n = 0;

    atomic_store(&disk.full, true);
    for (; n < 300; n++) {
        commit(bed, n, false);
        assert_in_range(log_pages(bed), 1, MOST + COMMIT_PAGES);
        wait_idle(bed);
    }
    assert_int_equal(checkpointer_failure(bed->checkpointer, &err), STATUS_FULL);
    assert_true(err.text[0] != '\0');
    assert_all_there(bed, n, 0);
    atomic_store(&disk.full, false);
    for (; n < 600; n++) {
        commit(bed, n, false);
        wait_idle(bed);
    }
    assert_int_equal(checkpointer_failure(bed->checkpointer, &err), STATUS_OK);
    assert_all_there(bed, n, 0);
}

/* SQLite's "WAL-reset bug": another program has copied the whole log when the thread comes to look, and the owner commits between its looking at the log's length and its looking at what is copied. */
static void test_the_log_is_not_begun_anew_under_the_thread(void **state)
{
    struct bed *bed = *state;
    struct store *other;
    struct errmsg err;
    unsigned n = 0, n_small = 0;

    must(store_open(&other, bed->folder, STORE_OPEN_EXISTING, &err), &err);
    atomic_store(&disk.stops, true);
    while (checkpointer_look(bed->checkpointer).idle && n < 2 * PAGES)
        commit(bed, n++, false);
    while (!atomic_load(&disk.at_lock) && !checkpointer_look(bed->checkpointer).idle)
        sched_yield();
    assert_true(atomic_load(&disk.at_lock));
    store_checkpoint(other);
    atomic_store(&disk.past_lock, true);
    while (!atomic_load(&disk.at_look) && !checkpointer_look(bed->checkpointer).idle)
        sched_yield();
    assert_true(atomic_load(&disk.at_look));
    commit(bed, n + n_small++, true);
    atomic_store(&disk.past_look, true);
    wait_idle(bed);
    atomic_store(&disk.stops, false);
    while (n_small < 5)
        commit(bed, n + n_small++, true);
    assert_all_there(bed, n, n_small);
    store_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_log_stays_short, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_the_owner_copies_what_the_thread_left, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_the_owner_goes_on_while_the_thread_works_and_waits_for_a_slow_disk, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_a_log_that_somebody_reads_grows_until_he_is_done, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_an_erasure_waits_for_the_thread_and_leaves_nothing, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_stopping_waits_for_the_thread, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_a_thread_that_fails_is_told_and_nothing_else_happens, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_the_log_is_not_begun_anew_under_the_thread, make_bed, drop_bed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
