/* tests/write_sql.c - see write_sql.h. */
#include "tests/write_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/must.h"

void write_sql(struct store *store, const char *sql)
{
    struct errmsg err = {{0}};

    must(store_begin(store, "test", &err), &err);
    if (store_exec(store, sql, &err) != STATUS_OK)
        fail_msg("%s: %s", sql, err.text);
    must(store_commit(store, &err), &err);
}
