/* tui/id_set.h - a set of record numbers: what is marked in a list. A sorted array: O(log n) to ask, O(n) to add one. */
#ifndef TUI_ID_SET_H
#define TUI_ID_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/id.h"
#include "core/base/status.h"

struct id_set {
    struct id *ids; /* owned, ascending */
    size_t n, room;
};

/* An empty set is {0}. */
void id_set_release(struct id_set *set);
void id_set_clear(struct id_set *set);
bool id_set_has(const struct id_set *set, struct id id);
/* In or out, the other way from before. Errors: STATUS_NOMEM; unchanged. */
enum status id_set_toggle(struct id_set *set, struct id id);
/* All of them, whatever was in it. Errors: STATUS_NOMEM; unchanged. O(n log n). */
enum status id_set_fill(struct id_set *set, const struct id *ids, size_t n);

#endif /* TUI_ID_SET_H */
