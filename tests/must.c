/* tests/must.c - see must.h. */
#include "tests/must.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

void must(enum status status, const struct errmsg *err)
{
    if (status != STATUS_OK)
        fail_msg("%s: %s", status_name(status), errmsg_text(err, status));
}
