/* tests/must.c - see must.h. */
#include "tests/must.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

void must_at(enum status status, const struct errmsg *err, const char *call, const char *file, int line)
{
    if (status == STATUS_OK)
        return;
    print_error("%s: %s: %s\n", call, status_name(status), errmsg_text(err, status));
    _fail(file, line);
}
