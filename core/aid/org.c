/* core/aid/org.c - see org.h. */
#include "core/aid/org.h"

#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/record/peer.h"

enum status org_next_number(struct store *store, int64_t *number, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT coalesce(max(number), 0) FROM org");
    enum status status;

    *number = ORG_NUMBER_CENTER;
    if (stmt_row(stmt, &status, err))
        *number = stmt_column_int(stmt, 0) + 1;
    stmt_reset(stmt);
    return status;
}

enum status org_prepare(struct store *store, const struct actor *actor, struct record *org, struct errmsg *err)
{
    const char *code = record_text(org, "code");
    char name[MACHINE_NAME_MAX_BYTES];
    int64_t number;
    enum status status;

    if (!actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "机构由县中心登记");
    if (*code == 0)
        return errmsg_set(err, STATUS_INVALID, "机构要有代码");
    status = org_find(store, code, &number, name, sizeof(name), NULL);
    if (status == STATUS_OK)
        return errmsg_set(err, STATUS_EXISTS, "代码 %s 已由 %s 使用", code, name);
    if (status != STATUS_NOT_FOUND)
        return errmsg_set(err, status, "%s", status_text(status));
    status = org_next_number(store, &number, err);
    if (status)
        return status;
    return record_set_int(org, "number", number);
}

void org_name(struct store *store, int64_t number, char *out, size_t out_bytes)
{
    struct stmt *stmt = store_prepare(store, "SELECT name FROM org WHERE number=?1 AND gone=0");
    enum status status;
    stmt_int(stmt, 1, number);
    snprintf(out, out_bytes, "机构 %lld", (long long)number);
    if (!stmt_row(stmt, &status, NULL))
        return;
    size_t len;
    const char *name = stmt_column_text(stmt, 0, &len);
    if (len > 0) {
        len = utf8_cut(name, len, len < out_bytes ? len : out_bytes - 1);
        memcpy(out, name, len);
        out[len] = '\0';
    }
    stmt_reset(stmt);
}
