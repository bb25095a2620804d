/* tests/steps.c - see steps.h. */
#include "tests/steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sqlite3.h>

/* SQLite tells an extension nothing but the database. */
static struct {
    int every;
    uint64_t taken;
} state;

static int count(void *context)
{
    (void)context;
    state.taken += (uint64_t)state.every;
    return 0;
}

static int watch(sqlite3 *db, char **error, const struct sqlite3_api_routines *routines)
{
    (void)error, (void)routines;
    sqlite3_progress_handler(db, state.every, count, NULL);
    return SQLITE_OK;
}

void steps_watch(int every)
{
    assert_int_equal(sqlite3_auto_extension((void (*)(void))watch), SQLITE_OK);
    state.every = every;
}

void steps_watch_end(void)
{
    sqlite3_cancel_auto_extension((void (*)(void))watch);
}

uint64_t steps_taken(void)
{
    return state.taken;
}
