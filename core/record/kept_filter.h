/* core/record/kept_filter.h - conditions that a person keeps on the digits 1 to 9 of a type's list, to have them back with one key. Each person's own, local to the machine, in no log.
 * One that names a person (姓名=…, 电话~…) is a word about him as a record is: when his record is erased by law, it goes on each machine that hears of it, whoever kept it and of whichever type (core/record/called.h). An older
 * program hears of the erasure and leaves it. */
#ifndef CORE_RECORD_KEPT_FILTER_H
#define CORE_RECORD_KEPT_FILTER_H

#include "core/record/actor.h"
#include "core/record/catalogue.h"
#include "core/record/store.h"

enum { KEPT_FILTER_FIRST = 1, KEPT_FILTER_LAST = 9 };

/* Keep this text (core/record/filter.h) on the digit; "" frees it. Own transaction. Errors: storage; unchanged. */
enum status kept_filter_set(struct store *store, const struct actor *actor, const struct record_type *type, int digit, const char *text, struct errmsg *err);
/* The text on the digit, appended; nothing if it is free. Errors: storage. */
enum status kept_filter_get(struct store *store, const struct actor *actor, const struct record_type *type, int digit, struct buf *out, struct errmsg *err);
/* All of them by their digits, "1 类别=劳动纠纷  3 性别=女", appended; nothing if there are none. Errors: storage. */
enum status kept_filter_list(struct store *store, const struct actor *actor, const struct record_type *type, struct buf *out, struct errmsg *err);
/* The record is about to be emptied by an erasure; head: the last change of it that is in the log. In its transaction. Errors: storage, STATUS_NOMEM. O(1) where nothing is kept, else as called_read and, for each condition, called_look_condition. */
enum status kept_filter_erase(struct store *store, const struct record_type *type, struct id id, int64_t head, struct errmsg *err);

#endif /* CORE_RECORD_KEPT_FILTER_H */
