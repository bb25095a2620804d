/* tests/test_stumble_space.c - what takes away for good, and what makes room, with each statement, each allocation and each call on a file of it failing in turn: the space of what was erased by law, the log, the content of
 * records that left, the index. tests/trial.h says what must hold; and who is told that nothing is left can rely on that.
 *
 * The stores are files, for in memory there is no place that outlives anything. What SQLite does as a whole (VACUUM, a checkpoint) fails here, too: such calls are taken at the linker (Makefile.am). */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/base/file.h"
#include "core/record/catalogue.h"
#include "core/record/left_body.h"
#include "core/record/printout.h"
#include "core/record/reach.h"
#include "core/record/search.h"
#include "core/record/store.h"
#include "tests/fixture.h"
#include "tests/must.h"
#include "tests/trial.h"

enum { LOG_MAX_BYTES = 1 << 26 };

/* Whether who comes next waits for another writer. */
static bool is_patient(struct store *store)
{
    bool patient = store_set_patient(store, true);
    (void)store_set_patient(store, patient);
    return patient;
}

/* Nothing else has these words; the index keeps them as pairs of characters. */
static const char WORDS[] = "鹇鹮鹛", PAIR[] = "鹇鹮";

/* ---- what SQLite does as a whole ---- */

int __real_sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *context, char **message);
int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *context, char **message);
int __real_sqlite3_wal_checkpoint_v2(sqlite3 *db, const char *database, int how, int *pages, int *copied);
int __wrap_sqlite3_wal_checkpoint_v2(sqlite3 *db, const char *database, int how, int *pages, int *copied);

int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *context, char **message)
{
    int code = strcmp(sql, "ROLLBACK") == 0 ? SQLITE_OK : stumble_statement(sql);

    return code != SQLITE_OK ? code : __real_sqlite3_exec(db, sql, row, context, message);
}

int __wrap_sqlite3_wal_checkpoint_v2(sqlite3 *db, const char *database, int how, int *pages, int *copied)
{
    int code = stumble_statement("checkpoint");

    return code != SQLITE_OK ? code : __real_sqlite3_wal_checkpoint_v2(db, database, how, pages, copied);
}

/* ---- a center in a folder ---- */

struct scene {
    struct world world;
    char folder[32], copy[64], paper[PATH_MAX];
    struct node *center;
};

static const struct record_type *consultation(void)
{
    return catalogue_find("consultation");
}

static void open_scene(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    snprintf(scene->folder, sizeof scene->folder, "test_stumble.XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    world_open(&scene->world, 1, scene->folder);
    scene->center = &scene->world.center;
    snprintf(scene->copy, sizeof scene->copy, "%s/0/backup.1.tmp", scene->folder);
    must_do(printout_path(scene->center->store, "list.txt", scene->paper, &err));
}

static void close_scene(struct scene *scene)
{
    node_verify(scene->center);
    world_close(&scene->world);
    test_folder_remove(scene->folder);
}

/* ---- erased by law ---- */

/* A record that the index knows, and which a list on paper and the copy of a killed backup tell of. */
static void something_was_erased(void *context)
{
    struct scene *scene = context;
    struct node *center = scene->center;
    struct id id = node_consult(center, "某", WORDS);

    must_do(search_catch_up(center->store, center->codes, 0, NULL, &err));
    must_do(file_write(scene->paper, WORDS, sizeof WORDS, 0600, &err));
    must_do(file_write(scene->copy, WORDS, sizeof WORDS, 0600, &err));
    must_do(reach_erase(center->store, &center->actor, consultation(), id, "本人要求", "主任", &err));
    assert_true(reach_unfinished(center->store));
    assert_true(machine_files_hold(scene->folder, 0, PAIR) > 0);
}

static void state_of_space(void *context, struct buf *out)
{
    struct scene *scene = context;

    buf_printf(out, "unfinished %d, words %d, papers %d, copies %d, patience %d\n", reach_unfinished(scene->center->store), machine_files_hold(scene->folder, 0, PAIR), file_exists(scene->paper), file_exists(scene->copy),
               is_patient(scene->center->store));
}

/* What was not done is known not to be. */
static void expect_known(struct scene *scene, enum status status, bool done)
{
    bool on = stumble_pause();

    if (status != STATUS_OK) {
        assert_false(done);
        assert_true(reach_unfinished(scene->center->store));
    }
    assert_false(store_in_transaction(scene->center->store));
    stumble_go_on(on);
}

static enum status finish(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    bool done = false;
    enum status status = reach_finish(scene->center->store, &done, err);

    expect_known(scene, status, done);
    if (status == STATUS_OK)
        buf_printf(out, "%d\n", done);
    return status;
}

static enum status finish_in_a_moment(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    enum status status = reach_finish_if_free(scene->center->store, REACH_SHORT_BYTES, err);

    (void)out;
    expect_known(scene, status, false);
    bool on = stumble_pause();
    assert_true(is_patient(scene->center->store));
    stumble_go_on(on);
    return status;
}

/* How many words there are grows with each try that leaves them. */
static void state_of_large_file(void *context, struct buf *out)
{
    struct scene *scene = context;

    buf_printf(out, "unfinished %d, words %d\n", reach_unfinished(scene->center->store), machine_files_hold(scene->folder, 0, PAIR) > 0);
}

/* A large file is not written anew in passing, neither because its size could not be read. */
static enum status leave_a_large_file(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    enum status status = reach_finish_if_free(scene->center->store, 1, err);

    (void)out;
    expect_known(scene, status, false);
    bool on = stumble_pause();
    assert_true(reach_unfinished(scene->center->store));
    assert_true(machine_files_hold(scene->folder, 0, PAIR) > 0);
    stumble_go_on(on);
    return status;
}

static void test_what_was_erased(void **state)
{
    struct scene scene;
    struct buf is;

    (void)state;
    open_scene(&scene);
    trial_play(&(struct trial){.name = "the space is overwritten", .act = finish, .context = &scene, .begin = something_was_erased, .state = state_of_space, .in_parts = true});
    trial_play(&(struct trial){.name = "it is overwritten in a moment", .act = finish_in_a_moment, .context = &scene, .begin = something_was_erased, .state = state_of_space, .in_parts = true, .stride = 3});
    trial_play(&(struct trial){.name = "a large file is left for a quiet time", .act = leave_a_large_file, .context = &scene, .begin = something_was_erased, .state = state_of_large_file, .in_parts = true});
    something_was_erased(&scene);
    must_do(reach_finish(scene.center->store, NULL, &err));
    buf_init(&is, 200);
    state_of_space(&scene, &is);
    assert_string_equal(buf_cstr(&is), "unfinished 0, words 0, papers 0, copies 0, patience 1\n");
    buf_release(&is);
    close_scene(&scene);
}

/* ---- the log ---- */

static void something_was_written(void *context)
{
    (void)node_consult(((struct scene *)context)->center, "某", "问");
}

static void state_of_log(void *context, struct buf *out)
{
    struct scene *scene = context;
    char path[PATH_MAX];
    struct buf bytes;

    snprintf(path, sizeof path, "%s-wal", store_path(scene->center->store));
    buf_init(&bytes, LOG_MAX_BYTES);
    must_do(file_read(path, &bytes, &err));
    buf_printf(out, "%zu bytes in the log, patience %d\n", bytes.len, is_patient(scene->center->store));
    buf_release(&bytes);
}

static enum status empty_log(void *context, struct buf *out, struct errmsg *err)
{
    (void)out;
    return store_empty_log(((struct scene *)context)->center->store, err);
}

static void test_the_log(void **state)
{
    struct scene scene;
    struct buf is;

    (void)state;
    open_scene(&scene);
    trial_play(&(struct trial){.name = "the log is emptied", .act = empty_log, .context = &scene, .begin = something_was_written, .state = state_of_log, .in_parts = true});
    something_was_written(&scene);
    must_do(store_empty_log(scene.center->store, &err));
    buf_init(&is, 200);
    state_of_log(&scene, &is);
    assert_string_equal(buf_cstr(&is), "0 bytes in the log, patience 1\n");
    buf_release(&is);
    close_scene(&scene);
}

/* ---- content of records that left ---- */

static enum status clear_left(void *context, struct buf *out, struct errmsg *err)
{
    struct store *store = ((struct scene *)context)->world.stations[0].store;
    bool more = true;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && more) {
        status = store_begin(store, "test", err);
        if (status == STATUS_OK)
            status = store_leave(store, true, left_body_clear(store, &more, err), err);
    }
    if (status == STATUS_OK)
        buf_printf(out, "%d\n", more);
    return status;
}

/* A station that kept more than one piece of its own and of others', all of which is in a backup; and what is not. */
static void test_what_left(void **state)
{
    struct scene scene = {.copy = ""};
    struct errmsg err = {{0}};

    (void)state;
    world_open(&scene.world, 1, NULL);
    struct node *station = &scene.world.stations[0];
    (void)node_consult(station, "张文芳", "工资没有发");
    (void)world_sync(&scene.world, 0);
    must(store_begin(station->store, "test", &err), &err);
    must(store_exec(station->store,
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<300) INSERT INTO left_body(lsn,seq,body,number) SELECT -i,i,x'61',NULL FROM n UNION ALL SELECT -1000-i,0,x'62',i FROM n;"
                    "UPDATE log SET safe_seq=290,have_seq=290 WHERE no=(SELECT value FROM meta WHERE name='own_log'); INSERT OR REPLACE INTO meta(name,value) VALUES('safe_order',280),('rcur',285)",
                    &err),
         &err);
    must(store_commit(station->store, &err), &err);
    trial_play(&(struct trial){.name = "what left is let go", .act = clear_left, .context = &scene, .nodes = {station}, .in_parts = true});
    must(clear_left(&scene, &(struct buf){0}, &err), &err);
    assert_int_equal(node_number(station, "SELECT count(*) FROM left_body WHERE seq>0"), 10);
    assert_int_equal(node_number(station, "SELECT count(*) FROM left_body WHERE seq=0"), 20);
    world_close(&scene.world);
}

/* ---- the index ---- */

static void state_of_index(void *context, struct buf *out)
{
    struct node *center = ((struct scene *)context)->center;

    buf_printf(out, "%lld in the index, %lld to come, patience %d\n", (long long)node_number(center, "SELECT count(*) FROM search_doc"), (long long)node_number(center, "SELECT count(*) FROM search_todo"),
               is_patient(center->store));
    buf_printf(out, "%d %d\n", node_found(center, WORDS), node_found(center, "工资"));
}

/* Whatever failed, who searches then finds all. */
static void expect_found(struct scene *scene, enum status status)
{
    bool on = stumble_pause();

    assert_false(store_in_transaction(scene->center->store));
    if (status != STATUS_OK) {
        assert_int_equal(node_found(scene->center, WORDS), 1);
        assert_int_equal(node_found(scene->center, "工资"), 1);
    }
    stumble_go_on(on);
}

static enum status rebuild(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    enum status status = search_rebuild(scene->center->store, scene->center->codes, err);

    (void)out;
    expect_found(scene, status);
    return status;
}

/* As between two key strokes: it waits for nobody, and whoever comes after it waits as before. */
static enum status catch_up(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    int64_t left = -1;
    enum status status = search_catch_up(scene->center->store, scene->center->codes, 100, &left, err);
    bool on = stumble_pause();

    assert_true(is_patient(scene->center->store));
    stumble_go_on(on);
    expect_found(scene, status);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)left);
    return status;
}

static void nothing_is_indexed(void *context)
{
    struct node *center = ((struct scene *)context)->center;

    must_do(store_begin(center->store, "test", &err));
    must_do(store_exec(center->store, "INSERT INTO search_text(search_text) VALUES('delete-all'); DELETE FROM search_doc; DELETE FROM search_todo", &err));
    must_do(store_meta_set_int(center->store, "search_lsn", 0, &err));
    must_do(store_commit(center->store, &err));
}

static void test_the_index(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene);
    (void)node_consult(scene.center, "某", WORDS);
    (void)node_consult(scene.center, "张文芳", "工资没有发");
    assert_int_equal(node_found(scene.center, WORDS), 1);
    trial_play(&(struct trial){.name = "the index is made anew", .act = rebuild, .context = &scene, .state = state_of_index, .in_parts = true, .stride = 5});
    trial_play(&(struct trial){.name = "the index catches up", .act = catch_up, .context = &scene, .begin = nothing_is_indexed, .state = state_of_index, .in_parts = true, .stride = 5});
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_erased),
        cmocka_unit_test(test_the_log),
        cmocka_unit_test(test_what_left),
        cmocka_unit_test(test_the_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
