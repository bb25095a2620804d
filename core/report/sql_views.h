/* core/report/sql_views.h - SQL with which an analyst reads the store in the sqlite3 shell, opened read-only: `aidpost report views FILE`, then `sqlite3 -readonly aidpost.db -init FILE`.
 *
 * TEMP views and tables only: nothing of them is stored, and the store's guards let no other program write. Made from the catalogue:
 *   v_TYPE  one view per record type: id (32 hexadecimal digits), org_no and org_name (whose row it is; 0: everybody's), then the type's fields by their names: days as text YYYY-MM-DD, money in yuan (a number, two
 *           decimals), codes as they are, followed by NAME_name in words, references as the other record's id. Living rows only; sealed rows and rows that share a seal are left out for everybody (core/record/privacy.h),
 *           as are values that lists mask (safe contact, places of the forces), fields marked FIELD_SENSITIVE, and secrets. The sensitive option brings the marked fields back; seals, masks and secrets stay.
 *   codes   set_name, code, name: shipped and the county's.
 *   v_tally figure, month, org_no, org_name, value: the counts every report is made of (core/report/tally.h), as they were last folded; figure is the word of core/report/count.h. v_tally_waiting tells how many
 *           changed rows they do not know yet (reports add those by themselves).
 * Pure text: no personal data in it, so it may lie about. */
#ifndef CORE_REPORT_SQL_VIEWS_H
#define CORE_REPORT_SQL_VIEWS_H

#include "core/aid/rule.h"
#include "core/record/code_book.h"

/* Appends. rules: whose secret values stay out. Failures are in out->status. O(catalogue + codes). */
void sql_views(const struct code_book *codes, const struct rules *rules, bool sensitive, struct buf *out);
/* Whether the field is a column of the views. */
bool sql_views_shows(const struct field_def *field, bool sensitive);

#endif /* CORE_REPORT_SQL_VIEWS_H */
