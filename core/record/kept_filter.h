/* core/record/kept_filter.h - conditions that a person keeps on the digits 1 to 9 of a type's list, to have them back with one key. Each person's own, local to the machine, in no log. */
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

#endif /* CORE_RECORD_KEPT_FILTER_H */
