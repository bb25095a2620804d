/* tests/test_store_nomem.c - SQLite itself gets no memory, at each of its allocations in turn: whatever it calls that, it is STATUS_NOMEM in our words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include <cmocka.h>

#include "core/record/store.h"
#include "tests/fixture.h"
#include "tests/must.h"

enum { TRIES_MAX = 20000 };

static struct {
    sqlite3_mem_methods own; /* SQLite's */
    uint64_t count, at;      /* 0: none fails */
    bool for_good;
} memory;

static bool falls(void)
{
    memory.count++;
    return memory.at != 0 && (memory.count == memory.at || (memory.for_good && memory.count > memory.at));
}

static void *get(int bytes)
{
    return falls() ? NULL : memory.own.xMalloc(bytes);
}

static void *get_again(void *old, int bytes)
{
    return falls() ? NULL : memory.own.xRealloc(old, bytes);
}

static enum status write_rows(struct store *store, struct errmsg *err)
{
    enum status status = store_begin(store, "test", err);

    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < 8 && status == STATUS_OK; i++) {
        struct stmt *stmt = store_prepare(store, "INSERT OR REPLACE INTO meta(name,value) VALUES(?1,zeroblob(3000))");
        char name[32];

        snprintf(name, sizeof name, "test_%d", i);
        stmt_text(stmt, 1, name, strlen(name));
        status = stmt_run(stmt, err);
    }
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

static enum status read_rows(struct store *store, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT name, length(value) AS n, group_concat(name||name) OVER (ORDER BY name DESC) FROM meta WHERE name LIKE 'test%' ORDER BY value, name");
    enum status status;

    while (stmt_row(stmt, &status, err))
        (void)stmt_column_text(stmt, 2, NULL);
    return status;
}

static enum status play(const char *folder, struct errmsg *err)
{
    struct store *store;
    enum status status = store_open(&store, folder, STORE_OPEN_EXISTING, err);

    if (status != STATUS_OK)
        return status;
    status = write_rows(store, err);
    if (status == STATUS_OK)
        status = read_rows(store, err);
    store_close(store);
    return status;
}

static void play_all(const char *folder, bool for_good)
{
    struct errmsg err = {{0}};
    uint64_t failed = 0;

    memory.for_good = for_good;
    for (uint64_t at = 1; at < TRIES_MAX; at += at < 300 ? 1 : 7) {
        memory.count = 0;
        memory.at = at;
        errmsg_clear(&err);
        enum status status = play(folder, &err);
        memory.at = 0;
        const char *words = strstr(err.text, status_text(STATUS_NOMEM));
        if (status != STATUS_OK && (status != STATUS_NOMEM || words == NULL || strcmp(words, status_text(STATUS_NOMEM)) != 0))
            fail_msg("allocation %llu: %s: %s", (unsigned long long)at, status_name(status), err.text);
        failed += status != STATUS_OK;
        if (memory.count < at)
            break;
    }
    print_message("%s: %llu of %llu tries failed\n", for_good ? "for good" : "once", (unsigned long long)failed, (unsigned long long)memory.count);
    assert_true(failed > 10);
}

static void test_sqlite_without_memory(void **state)
{
    char folder[] = "test_store_nomem.XXXXXX";
    struct errmsg err = {{0}};
    struct world world;

    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    world_close(&world);
    char path[64];
    snprintf(path, sizeof path, "%s/1", folder);
    must(play(path, &err), &err);
    play_all(path, false);
    play_all(path, true);
    must(play(path, &err), &err);
    test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sqlite_without_memory)};
    sqlite3_mem_methods ours;

    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory.own) != SQLITE_OK)
        return 99;
    ours = memory.own;
    ours.xMalloc = get;
    ours.xRealloc = get_again;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK || sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) != SQLITE_OK)
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
