/* tests/stumble.c - see stumble.h. */
#include "tests/stumble.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static struct {
    struct stumble how;
    bool on;
    uint64_t count, fired;
    char *failed;
} state;

int __real_sqlite3_step(sqlite3_stmt *stmt);
int __wrap_sqlite3_step(sqlite3_stmt *stmt);
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t n, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t n, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);
char *__wrap_strdup(const char *text);

static bool falls(bool memory)
{
    if (!state.on || state.how.memory != memory)
        return false;
    state.count++;
    if (state.count != state.how.at && !(state.how.for_good && state.how.at > 0 && state.count > state.how.at))
        return false;
    state.fired++;
    return true;
}

/* SQLite takes back without writing: that never fails. What has no text is SQLite's own, by which it reads the schema: it asks the statement afterwards how it ended, which knows of no failure, and would go on with
 * the tables it has read so far. */
static bool is_spared(sqlite3_stmt *stmt)
{
    const char *sql = sqlite3_sql(stmt);

    return sql == NULL || strcmp(sql, "ROLLBACK") == 0;
}

int __wrap_sqlite3_step(sqlite3_stmt *stmt)
{
    /* Most steps are taken while nothing is to fail: those ask for nothing more. */
    if (!state.on || state.how.memory || is_spared(stmt) || !falls(false))
        return __real_sqlite3_step(stmt);
    if (state.failed == NULL)
        state.failed = __real_strdup(sqlite3_sql(stmt));
    return state.how.code;
}

void *__wrap_malloc(size_t bytes)
{
    return falls(true) ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t n, size_t bytes)
{
    return falls(true) ? NULL : __real_calloc(n, bytes);
}

void *__wrap_realloc(void *old, size_t bytes)
{
    return falls(true) ? NULL : __real_realloc(old, bytes);
}

char *__wrap_strdup(const char *text)
{
    return falls(true) ? NULL : __real_strdup(text);
}

void stumble_begin(struct stumble how)
{
    state.how = how;
    state.on = true;
    state.count = state.fired = 0;
    free(state.failed);
    state.failed = NULL;
}

uint64_t stumble_end(void)
{
    state.on = false;
    return state.fired;
}

const char *stumble_failed(void)
{
    return state.failed != NULL ? state.failed : "";
}

bool stumble_pause(void)
{
    bool on = state.on;

    state.on = false;
    return on;
}

void stumble_go_on(bool on)
{
    state.on = on;
}
