/* core/record/schema.h - the SQL schema: fixed tables, one table per record type from the catalogue, guard triggers, migrations.
 *
 * user_version counts incompatible steps (SCHEMA_STORE_VERSION): what an older program must not open. 2: the own log's row may be behind its log (changelog.h). 3: a
 * center's index of what goes to which scope and its sums may be behind its log (delivery.h). Columns, tables and indexes that a newer catalogue adds are made at open without a step,
 * since adding is always safe: an older program ignores them and keeps their values in `extra`. */
#ifndef CORE_RECORD_SCHEMA_H
#define CORE_RECORD_SCHEMA_H

#include <stdbool.h>

#include "core/base/status.h"
#include "core/record/catalogue.h"

struct store;
struct buf;

enum { SCHEMA_STORE_VERSION = 3 };

/* Create or bring up to date. Errors: as store_exec; nothing changed. */
enum status schema_prepare(struct store *store, bool create, struct errmsg *err);
/* What only a center needs: changes are asked for by scope to hand them out (delivery.h). Once the machine's role is known (meta role_center). In the caller's
 * transaction. Errors: as store_exec. */
enum status schema_prepare_role(struct store *store, struct errmsg *err);
/* "CREATE TABLE .." of a record type under another table name: for benchmarks that compare with a bare insert. Appends to out. */
void schema_type_table(const struct record_type *type, const char *table, struct buf *out);

/* "CREATE INDEX .." TABLE_FIELD of a field that has FIELD_INDEX, likewise. */
void schema_field_index(const struct field_def *field, const char *table, struct buf *out);

/* Composed SQL per type, built once per store. All bind and return columns in catalogue order.
 * SELECT: 0 n, 1 id, 2 scope, 3 head, 4 w_log, 5 w_seq, 6 cells, 7 gone, 8 extra, 9.. fields. */
enum { ROW_N, ROW_ID, ROW_SCOPE, ROW_HEAD, ROW_W_LOG, ROW_W_SEQ, ROW_CELLS, ROW_GONE, ROW_EXTRA, ROW_FIELDS };
const char *schema_row_by_id(struct store *store, const struct record_type *type);  /* ?1 = id */
const char *schema_row_columns(struct store *store, const struct record_type *type); /* "n,id,..." without SELECT */
const char *schema_field_columns(struct store *store, const struct record_type *type); /* ,"a","b",..: the fields alone. Where there is no memory for it: what is no SQL */
void schema_own_columns(struct buf *out); /* "n,id,..": the columns before ROW_FIELDS */
const char *schema_insert(struct store *store, const struct record_type *type);     /* parameters = columns from id on: ?1 id, ?2 scope .. */

#endif /* CORE_RECORD_SCHEMA_H */
