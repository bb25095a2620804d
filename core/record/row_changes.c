/* core/record/row_changes.c - see row_changes.h. */
#include "core/record/row_changes.h"

#include <stdlib.h>

static enum status append(struct row_changes *changes, size_t *room, int64_t lsn)
{
    if (changes->count == *room) {
        size_t more = *room == 0 ? 16 : *room * 2;
        int64_t *grown = realloc(changes->lsns, more * sizeof *grown);
        if (grown == NULL)
            return STATUS_NOMEM;
        changes->lsns = grown;
        *room = more;
    }
    changes->lsns[changes->count++] = lsn;
    return STATUS_OK;
}

enum status row_changes(struct store *store, int64_t head, int64_t upto, enum row_changes_which which, struct row_changes *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "WITH RECURSIVE list(lsn) AS (SELECT ?1 UNION SELECT c.prev FROM list JOIN change c ON c.lsn=list.lsn WHERE c.prev IS NOT NULL) "
                                             "SELECT c.lsn FROM list JOIN change c ON c.lsn=list.lsn WHERE (?2=0 OR c.lsn<=?2) AND "
                                             "(?3=0 OR c.body IS NOT NULL AND c.state<>2 AND (c.state=0 OR c.rseq IS NULL)) ORDER BY c.rseq IS NULL, c.rseq, c.lsn");
    enum status status;
    size_t room = 0;
    *out = (struct row_changes){0};
    stmt_int(stmt, 1, head);
    stmt_int(stmt, 2, upto);
    stmt_int(stmt, 3, which == ROW_CHANGES_APPLIED);
    while (stmt_row(stmt, &status, err)) {
        status = append(out, &room, stmt_column_int(stmt, 0));
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

void row_changes_release(struct row_changes *changes)
{
    free(changes->lsns);
    *changes = (struct row_changes){0};
}
