/* tests/test_store_log.c - a store's log with another process at work on it: how long it gets, what is copied, that an erasure leaves nothing in it, and that SQLite's "WAL-reset bug" (core/record/store_log.h) loses nothing.
 *
 * The other process does what it is told by a pipe. This one's file is watched: at two steps of a checkpoint, before its lock and when it has seen how long the log is, the other one is told to do something; so what takes a
 * rare moment otherwise comes each time, without anybody waiting for a clock. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/base/file.h"
#include "core/record/store_impl.h"
#include "core/record/store_log.h"
#include "tests/fixture.h"
#include "tests/must.h"

enum { PAGES = 40, BLOB_BYTES = 6000, COMMIT_PAGES = 8, FRAME_BYTES = 4096 + 24, CHECKPOINT_LOCK = 1, NAMES_MAX = 1024 };

/* What the other process is told to do. */
enum order { OTHER_OPENS, OTHER_COMMITS, OTHER_BEGINS, OTHER_WRITES_AND_COMMITS, OTHER_COPIES, OTHER_READS, OTHER_READS_NO_MORE, OTHER_CLOSES };

struct told {
    enum order order;
    unsigned number;
};

struct bed {
    char folder[64];
    struct store *store;
    pid_t other;
    int to, from; /* pipes */
    bool small[NAMES_MAX]; /* what was confirmed, here or there: a blob, or a number */
    unsigned n;
};

/* What happens at a step of a checkpoint that the store's own connection makes. */
static struct {
    sqlite3_vfs vfs;
    sqlite3_io_methods methods;
    const sqlite3_io_methods *real;
    sqlite3_file *file;
    struct bed *bed;
    void (*at_lock)(struct bed *bed), (*at_look)(struct bed *bed);
    int looks; /* which one it is, from 1 */
    bool locked;
} watch;

/* ---- the other process ---- */

/* One transaction: a blob under a new name, or, as small as can be, a number. */
static enum status write_one(struct store *store, unsigned number, bool small, struct errmsg *err)
{
    static uint8_t blob[BLOB_BYTES];
    char name[32];

    snprintf(name, sizeof name, "test %u", number);
    memset(blob, (int)(number % 251), sizeof blob);
    return small ? store_meta_set_int(store, name, number, err) : store_meta_set_blob(store, name, blob, sizeof blob, err);
}

static bool obey(struct store **store, const char *folder, struct told told)
{
    struct errmsg err;
    bool begins = told.order == OTHER_BEGINS || told.order == OTHER_COMMITS, ends = told.order == OTHER_WRITES_AND_COMMITS || told.order == OTHER_COMMITS;

    if (told.order == OTHER_OPENS)
        return store_open(store, folder, STORE_OPEN_EXISTING, &err) == STATUS_OK;
    if (told.order == OTHER_COPIES)
        store_checkpoint(*store);
    if (told.order == OTHER_READS)
        return store_begin_read(*store, &err) == STATUS_OK && store_meta_int(*store, "test 0", -1) != -2;
    if (told.order == OTHER_READS_NO_MORE)
        store_end_read(*store);
    if (begins && store_begin(*store, "other", &err) != STATUS_OK)
        return false;
    if (ends && (write_one(*store, told.number, true, &err) != STATUS_OK || store_commit(*store, &err) != STATUS_OK))
        return false;
    if (told.order == OTHER_CLOSES)
        store_close(*store);
    return true;
}

static void be_other(const char *folder, int from, int to)
{
    struct store *store = NULL;
    struct told told;

    while (read(from, &told, sizeof told) == sizeof told) {
        if (!obey(&store, folder, told) || write(to, "", 1) != 1)
            _exit(1);
        if (told.order == OTHER_CLOSES)
            _exit(0);
    }
    _exit(1);
}

/* What it wrote is confirmed when this returns. */
static void tell(struct bed *bed, enum order order)
{
    struct told told = {.order = order, .number = bed->n};
    char done;

    assert_int_equal(write(bed->to, &told, sizeof told), sizeof told);
    assert_int_equal(read(bed->from, &done, 1), 1);
    if (order == OTHER_COMMITS || order == OTHER_WRITES_AND_COMMITS)
        bed->small[bed->n++] = true;
}

static void other_commits(struct bed *bed)
{
    tell(bed, OTHER_COMMITS);
}

static void other_commits_and_copies(struct bed *bed)
{
    tell(bed, OTHER_COMMITS);
    tell(bed, OTHER_COPIES);
}

static void other_writes_and_commits(struct bed *bed)
{
    tell(bed, OTHER_WRITES_AND_COMMITS);
}

/* ---- the watched file ---- */

static void now(void (**what)(struct bed *bed))
{
    void (*once)(struct bed *bed) = *what;

    *what = NULL;
    if (once != NULL)
        once(watch.bed);
}

static int lock_watched(sqlite3_file *file, int offset, int n, int flags)
{
    if (file == watch.file && offset == CHECKPOINT_LOCK && flags == (SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE)) {
        now(&watch.at_lock);
        watch.locked = true;
    }
    if (file == watch.file && offset == CHECKPOINT_LOCK && flags == (SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE))
        watch.locked = false;
    return watch.real->xShmLock(file, offset, n, flags);
}

/* SQLite lets go of mapped pages here, when it has seen that the log's index is another than before. */
static int unfetch_watched(sqlite3_file *file, sqlite3_int64 at, void *page)
{
    if (file == watch.file && watch.locked && --watch.looks == 0)
        now(&watch.at_look);
    return watch.real->xUnfetch(file, at, page);
}

static int open_watched(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    int code = sqlite3_vfs_find("unix")->xOpen(vfs, name, file, flags, out_flags);

    if (code != SQLITE_OK || !(flags & SQLITE_OPEN_MAIN_DB))
        return code;
    watch.real = file->pMethods;
    watch.methods = *watch.real;
    watch.methods.xShmLock = lock_watched;
    watch.methods.xUnfetch = unfetch_watched;
    file->pMethods = &watch.methods;
    return code;
}

static void when_checkpointing(struct bed *bed, void (*at_lock)(struct bed *bed), void (*at_look)(struct bed *bed), int look)
{
    watch.bed = bed;
    assert_int_equal(sqlite3_file_control(bed->store->db, "main", SQLITE_FCNTL_FILE_POINTER, &watch.file), SQLITE_OK);
    watch.at_lock = at_lock;
    watch.at_look = at_look;
    watch.looks = look;
}

/* ---- the bed ---- */

static int make_bed(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);
    struct errmsg err;
    int to[2], from[2];

    snprintf(bed->folder, sizeof bed->folder, "/tmp/aidpost-test-XXXXXX");
    assert_non_null(mkdtemp(bed->folder));
    assert_int_equal(pipe(to), 0);
    assert_int_equal(pipe(from), 0);
    bed->other = fork(); /* before anything of SQLite is open */
    assert_true(bed->other >= 0);
    if (bed->other == 0) {
        close(to[1]);
        close(from[0]);
        be_other(bed->folder, to[0], from[1]);
    }
    close(to[0]);
    close(from[1]);
    bed->to = to[1];
    bed->from = from[0];
    memset(&watch, 0, sizeof watch);
    watch.vfs = *sqlite3_vfs_find("unix");
    watch.vfs.zName = "watched";
    watch.vfs.pNext = NULL;
    watch.vfs.xOpen = open_watched;
    assert_int_equal(sqlite3_vfs_register(&watch.vfs, 1), SQLITE_OK);
    must(store_open(&bed->store, bed->folder, STORE_CREATE, &err), &err);
    must(store_empty_log(bed->store, &err), &err);
    tell(bed, OTHER_OPENS);
    *state = bed;
    return 0;
}

static bool file_is_there(const struct bed *bed, const char *name)
{
    struct stat st;
    char path[128];

    snprintf(path, sizeof path, "%s/%s", bed->folder, name);
    return stat(path, &st) == 0;
}

static void close_both(struct bed *bed)
{
    int ended = -1;

    if (bed->store == NULL)
        return;
    watch.file = NULL;
    store_close(bed->store);
    bed->store = NULL;
    tell(bed, OTHER_CLOSES);
    assert_int_equal(waitpid(bed->other, &ended, 0), bed->other);
    assert_int_equal(ended, 0);
    close(bed->to);
    close(bed->from);
    assert_false(file_is_there(bed, "aidpost.db-wal"));
}

static int drop_bed(void **state)
{
    struct bed *bed = *state;
    char command[128];
    int failed;

    close_both(bed);
    assert_int_equal(sqlite3_vfs_unregister(&watch.vfs), SQLITE_OK);
    assert_int_equal(sqlite3_vfs_register(sqlite3_vfs_find("unix"), 1), SQLITE_OK);
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

static void commit(struct bed *bed)
{
    struct errmsg err;
    unsigned number = bed->n++; /* the other one may write while this commits */

    assert_true(number < NAMES_MAX);
    must(store_begin(bed->store, "test", &err), &err);
    must(write_one(bed->store, number, false, &err), &err);
    must(store_commit(bed->store, &err), &err);
    bed->small[number] = false;
}

static void commit_many(struct bed *bed, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        commit(bed);
}

static bool is_there(struct store *store, unsigned number, bool small)
{
    struct buf blob;
    char name[32];
    bool there;

    snprintf(name, sizeof name, "test %u", number);
    if (small)
        return store_meta_int(store, name, -1) == (int64_t)number;
    buf_init(&blob, BLOB_BYTES);
    there = store_meta_blob(store, name, &blob) && blob.len == BLOB_BYTES && blob.data[BLOB_BYTES - 1] == number % 251;
    buf_release(&blob);
    return there;
}

static void assert_all_in(const struct bed *bed)
{
    struct store *store;
    struct errmsg err;
    struct buf problems;
    unsigned lost = 0;
    size_t problem_bytes;

    must(store_open(&store, bed->folder, STORE_READ_ONLY, &err), &err);
    buf_init(&problems, 65536);
    must(store_integrity(store, &problems, &err), &err);
    problem_bytes = problems.len;
    buf_release(&problems);
    for (unsigned i = 0; i < bed->n; i++)
        lost += !is_there(store, i, bed->small[i]);
    store_close(store);
    if (lost > 0 || problem_bytes > 0)
        fail_msg("confirmed and lost: %u of %u; the file is %s", lost, bed->n, problem_bytes > 0 ? "corrupt" : "whole");
}

/* While the log is there, and when the last one who had the store open has taken it away. */
static void assert_nothing_lost(struct bed *bed)
{
    watch.file = NULL;
    assert_all_in(bed);
    close_both(bed);
    assert_all_in(bed);
}

/* ---- how long the log gets ---- */

static unsigned open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    unsigned n = 0;

    assert_non_null(folder);
    while (readdir(folder) != NULL)
        n++;
    closedir(folder);
    return n;
}

static void test_the_log_stays_short_and_nothing_stays_open(void **state)
{
    struct bed *bed = *state;
    unsigned open_before = 0;

    bed->store->log_pages = PAGES;
    for (unsigned i = 0; i < 300; i++) {
        commit(bed);
        if (i % 10 == 0)
            tell(bed, OTHER_COMMITS);
        assert_in_range(log_pages(bed), 1, PAGES + 2 * COMMIT_PAGES);
        if (i == 2 * PAGES)
            open_before = open_files();
    }
    assert_int_equal(open_files(), open_before);
    assert_nothing_lost(bed);
}

static void test_a_log_that_the_other_reads_grows_until_it_is_done(void **state)
{
    struct bed *bed = *state;
    int64_t grown;

    bed->store->log_pages = PAGES;
    commit(bed);
    tell(bed, OTHER_READS);
    while (log_pages(bed) < 4 * PAGES)
        commit(bed);
    tell(bed, OTHER_READS_NO_MORE);
    commit_many(bed, 2);
    grown = log_pages(bed);
    commit_many(bed, 60);
    assert_int_equal(log_pages(bed), grown);
    assert_nothing_lost(bed);
}

/* No file to be had for the holder: nothing is copied, and nothing else happens. */
static void test_what_cannot_be_held_is_not_copied(void **state)
{
    struct bed *bed = *state;
    struct rlimit before, now;
    int free_fd = dup(0);

    bed->store->log_pages = PAGES;
    assert_true(free_fd >= 0);
    close(free_fd);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    now = before;
    now.rlim_cur = (rlim_t)free_fd;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
    while (log_pages(bed) < 3 * PAGES && bed->n < NAMES_MAX / 2)
        commit(bed);
    assert_int_equal(store_empty_log(bed->store, NULL), STATUS_IO);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_true(log_pages(bed) >= 3 * PAGES);
    commit(bed);
    int64_t grown = log_pages(bed);
    commit_many(bed, 10);
    assert_int_equal(log_pages(bed), grown);
    assert_nothing_lost(bed);
}

/* ---- SQLite's "WAL-reset bug" ---- */

/* The whole log is copied when this process comes to copy it; the other one commits, and would begin it anew, between the two looks. */
static void test_the_log_is_not_begun_anew_under_a_checkpoint(void **state)
{
    struct bed *bed = *state;

    commit_many(bed, 6);
    other_commits_and_copies(bed);
    when_checkpointing(bed, NULL, other_commits, 1);
    store_checkpoint(bed->store);
    assert_null(watch.at_look);
    for (int i = 0; i < 3; i++)
        tell(bed, OTHER_COMMITS);
    assert_nothing_lost(bed);
}

/* The same after a commit, where the other one was quicker to copy what this one had just committed. */
static void test_the_log_is_not_begun_anew_under_the_checkpoint_of_a_commit(void **state)
{
    struct bed *bed = *state;

    bed->store->log_pages = PAGES;
    when_checkpointing(bed, other_commits_and_copies, other_commits, 1);
    while (watch.at_look != NULL && bed->n < NAMES_MAX / 2)
        commit(bed);
    assert_null(watch.at_lock);
    assert_null(watch.at_look);
    for (int i = 0; i < 3; i++)
        tell(bed, OTHER_COMMITS);
    assert_nothing_lost(bed);
}

/* The other one is just writing when the log is to be emptied, so SQLite makes a passive checkpoint of it. In the first step of store_empty_log, and in the second. */
static void log_is_to_be_emptied_while_the_other_writes(struct bed *bed, int look)
{
    commit_many(bed, 6);
    other_commits_and_copies(bed);
    tell(bed, OTHER_BEGINS);
    store_set_patient(bed->store, false);
    when_checkpointing(bed, NULL, other_writes_and_commits, look);
    assert_int_equal(store_empty_log(bed->store, NULL), STATUS_BUSY);
    assert_null(watch.at_look);
    for (int i = 0; i < 3; i++)
        tell(bed, OTHER_COMMITS);
    assert_nothing_lost(bed);
}

static void test_the_log_is_not_begun_anew_where_it_is_copied_to_be_emptied(void **state)
{
    log_is_to_be_emptied_while_the_other_writes(*state, 1);
}

static void test_the_log_is_not_begun_anew_where_it_is_emptied(void **state)
{
    log_is_to_be_emptied_while_the_other_writes(*state, 2);
}

/* ---- erasures ---- */

static int times_in(const struct bed *bed, const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", bed->folder, name);
    return test_file_holds(path, text);
}

/* A patient store tries again after the other one was in its way; then nothing is left. */
static void test_an_erasure_leaves_nothing_though_the_other_wrote(void **state)
{
    static const char SECRET[] = "what a person told the station's worker";
    struct bed *bed = *state;
    struct errmsg err;

    must(store_begin(bed->store, "test", &err), &err);
    must(store_meta_set_blob(bed->store, "secret", SECRET, sizeof SECRET, &err), &err);
    must(store_commit(bed->store, &err), &err);
    commit_many(bed, 3);
    must(store_begin(bed->store, "test", &err), &err);
    must(store_meta_remove(bed->store, "secret", &err), &err);
    must(store_commit(bed->store, &err), &err);
    assert_int_not_equal(times_in(bed, "aidpost.db-wal", SECRET), 0);
    tell(bed, OTHER_COMMITS);
    tell(bed, OTHER_BEGINS);
    when_checkpointing(bed, NULL, other_writes_and_commits, 2);
    must(store_empty_log(bed->store, &err), &err);
    assert_null(watch.at_look);
    assert_int_equal(log_pages(bed), 0);
    assert_int_equal(times_in(bed, "aidpost.db", SECRET), 0);
    tell(bed, OTHER_COMMITS);
    assert_nothing_lost(bed);
}

static void test_a_log_that_the_other_reads_is_not_emptied(void **state)
{
    struct bed *bed = *state;
    struct errmsg err;

    commit_many(bed, 2);
    tell(bed, OTHER_READS);
    commit(bed);
    store_set_patient(bed->store, false);
    assert_int_equal(store_empty_log(bed->store, NULL), STATUS_BUSY);
    assert_true(log_pages(bed) > 0);
    tell(bed, OTHER_READS_NO_MORE);
    must(store_empty_log(bed->store, &err), &err);
    assert_int_equal(log_pages(bed), 0);
    assert_nothing_lost(bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_log_stays_short_and_nothing_stays_open, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_a_log_that_the_other_reads_grows_until_it_is_done, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_held_is_not_copied, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_the_log_is_not_begun_anew_under_a_checkpoint, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_the_log_is_not_begun_anew_under_the_checkpoint_of_a_commit, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_the_log_is_not_begun_anew_where_it_is_copied_to_be_emptied, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_the_log_is_not_begun_anew_where_it_is_emptied, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_an_erasure_leaves_nothing_though_the_other_wrote, make_bed, drop_bed),
        cmocka_unit_test_setup_teardown(test_a_log_that_the_other_reads_is_not_emptied, make_bed, drop_bed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
