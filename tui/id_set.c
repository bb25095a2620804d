/* tui/id_set.c - see id_set.h. */
#include "tui/id_set.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 };

void id_set_release(struct id_set *set)
{
    free(set->ids);
    *set = (struct id_set){0};
}

void id_set_clear(struct id_set *set)
{
    set->n = 0;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

/* Where it is, or belongs. */
static size_t place_of(const struct id_set *set, struct id id)
{
    size_t low = 0, high = set->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&set->ids[middle], &id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool id_set_has(const struct id_set *set, struct id id)
{
    size_t at = place_of(set, id);
    return at < set->n && id_equal(set->ids[at], id);
}

static enum status make_room(struct id_set *set, size_t n)
{
    size_t room = set->room > 0 ? set->room : FIRST_ROOM;
    while (room < n)
        room *= 2;
    if (room == set->room)
        return STATUS_OK;
    struct id *ids = realloc(set->ids, room * sizeof *ids);
    if (ids == NULL)
        return STATUS_NOMEM;
    set->ids = ids;
    set->room = room;
    return STATUS_OK;
}

enum status id_set_toggle(struct id_set *set, struct id id)
{
    size_t at = place_of(set, id);
    if (at < set->n && id_equal(set->ids[at], id)) {
        memmove(&set->ids[at], &set->ids[at + 1], (set->n - at - 1) * sizeof set->ids[0]);
        set->n--;
        return STATUS_OK;
    }
    if (make_room(set, set->n + 1) != STATUS_OK)
        return STATUS_NOMEM;
    memmove(&set->ids[at + 1], &set->ids[at], (set->n - at) * sizeof set->ids[0]);
    set->ids[at] = id;
    set->n++;
    return STATUS_OK;
}

enum status id_set_fill(struct id_set *set, const struct id *ids, size_t n)
{
    if (make_room(set, n + 1) != STATUS_OK)
        return STATUS_NOMEM;
    if (n > 0)
        memcpy(set->ids, ids, n * sizeof set->ids[0]);
    qsort(set->ids, n, sizeof set->ids[0], compare);
    set->n = n;
    return STATUS_OK;
}
