/* core/case/practice_case.h - the practice county's cases on their way: received at the stations, reviewed, decided, assigned and closed at the center, each a different step far,
 * so that every screen has something to show. Only for a practice store. */
#ifndef CORE_CASE_PRACTICE_CASE_H
#define CORE_CASE_PRACTICE_CASE_H

#include "core/record/records.h"

/* Station: receive the drafts, all but every fourth; one waits for a supplement. *moved counts steps. Errors: those of case_move_commit; what was done stays. */
enum status practice_receive_cases(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, int64_t *moved, struct errmsg *err);
/* Center: a roster of handlers if there is none, then each received case as far as its turn says. Same errors. */
enum status practice_handle_cases(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, int64_t *moved, struct errmsg *err);

#endif /* CORE_CASE_PRACTICE_CASE_H */
