/* core/record/practice_sign.c - see practice_sign.h. */
#include "core/record/practice_sign.h"

#include <string.h>

#include "core/record/machine.h"

enum status practice_sign_asked(struct store *store, bool *practice, struct errmsg *err)
{
    struct machine machine;
    enum status status = machine_load(store, &machine, err);

    *practice = status == STATUS_OK && machine.practice;
    if (status != STATUS_NOT_FOUND)
        return status;
    errmsg_clear(err);
    return STATUS_OK;
}

void practice_sign_paper(struct buf *marked)
{
    static const char wide[] = "[landscape]\n", line[] = "## " PRACTICE_SIGN_PAPER "\n";
    size_t len = marked->len, at = len >= sizeof wide - 1 && memcmp(marked->data, wide, sizeof wide - 1) == 0 ? sizeof wide - 1 : 0;

    if (buf_extend(marked, sizeof line - 1) == NULL)
        return; /* marked->status says so */
    memmove(marked->data + at + sizeof line - 1, marked->data + at, len - at);
    memcpy(marked->data + at, line, sizeof line - 1);
}
