/* core/record/practice_sign.h - the sign of practice: made-up people look like real ones, so whatever is printed or written from practice data says 练习 where a reader looks first. Of real data nothing is changed. */
#ifndef CORE_RECORD_PRACTICE_SIGN_H
#define CORE_RECORD_PRACTICE_SIGN_H

#include <stdbool.h>

#include "core/record/store.h"

/* Before a title. */
#define PRACTICE_SIGN "【练习】"
/* Of a paper, and the name of the column that says so in a table. */
#define PRACTICE_SIGN_PAPER PRACTICE_SIGN "练习数据，不是正式文书"
#define PRACTICE_SIGN_COLUMN PRACTICE_SIGN "练习数据"

/* Whether the store is one to practise in; one that nobody's machine is yet is none. Errors: storage. */
enum status practice_sign_asked(struct store *store, bool *practice, struct errmsg *err);
/* The first line of a filled paper (core/paper/template.h), behind [landscape], which has to be the first. */
void practice_sign_paper(struct buf *marked);

#endif /* CORE_RECORD_PRACTICE_SIGN_H */
