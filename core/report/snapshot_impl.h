/* core/report/snapshot_impl.h - what the files of snapshot.h share: the JSON that a snapshot keeps its figures in. */
#ifndef CORE_REPORT_SNAPSHOT_IMPL_H
#define CORE_REPORT_SNAPSHOT_IMPL_H

#include "core/report/snapshot.h"

enum { SNAPSHOT_VERSION = 1, SNAPSHOT_JSON_BYTES = 1 << 18, SNAPSHOT_CELLS_MAX = 64 };

/* FIGURES
 *   of a form: {"v":1,"year":"12-01","columns":[1,2,..],"rows":[[org,"name",[values],[adjusted],[missing]],..]}
 *     columns: printed numbers; values in their order, zeros at the end left out; adjusted: pairs of index and amount; missing: indexes. The last row is the total, org 0.
 *   of a summary: {"v":1,"year":"01-01","cells":[["R1",value,adjusted],..]}
 * year: where the statistical year began. Money in fen. Compact, since a record holds 20000 characters. */
void snapshot_figures_write(const struct snapshot_parts *parts, struct buf *out);
/* Reads into out->sheet or out->cells, has, period.start; out->report says which form. On error what was read is in *out and must be released. Errors: STATUS_CORRUPT (malformed, out of bounds, a form that does
 * not exist), STATUS_VERSION, STATUS_NOMEM. O(len). */
enum status snapshot_figures_read(const char *text, size_t len, const struct form_book *book, struct snapshot *out, struct errmsg *err);

#endif /* CORE_REPORT_SNAPSHOT_IMPL_H */
