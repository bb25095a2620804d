/* core/record/row.h - between a row of a type table and struct record; scope as SQL. Shared by records.c, record_list.c, conflict.c, draft.c. */
#ifndef CORE_RECORD_ROW_H
#define CORE_RECORD_ROW_H

#include "core/record/records.h"

/* Fill a record from a statement that stands on a row with schema_row_columns. record is init'ed here. Errors: STATUS_NOMEM; needs no release then. */
enum status row_read(struct stmt *stmt, const struct record_type *type, struct record *record);
/* " AND (scope IN (0,?n) OR ..shared with it)" for actors with one scope, "" for those who see all; binds from *index on. The statement has one table with columns scope and id. */
void row_scope_sql(const struct actor *actor, struct buf *sql, int *index);
void row_scope_bind(const struct actor *actor, struct stmt *stmt, int *index);
/* Its own or everyone's; a row that is shared with its org is in sight too: reach_sees (reach.h). */
bool row_in_scope(const struct actor *actor, int64_t scope);
/* Last center order number this machine has applied (center: given). */
enum status row_seen(struct store *store, int64_t *seen, struct errmsg *err);
/* Cells of a row that have open conflicts. */
enum status row_conflicts(struct store *store, struct id id, unsigned *count, struct errmsg *err);

#endif /* CORE_RECORD_ROW_H */
