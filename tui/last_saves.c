/* tui/last_saves.c - see last_saves.h. */
#include "tui/last_saves.h"

#include <assert.h>
#include <string.h>

void last_saves_drop(struct last_saves *saves, const struct last_save *save)
{
    size_t at = (size_t)(save - saves->saves);
    assert(at < saves->n);
    record_release(&saves->saves[at].record);
    memmove(&saves->saves[at], &saves->saves[at + 1], (saves->n - at - 1) * sizeof saves->saves[0]);
    saves->n--;
}

void last_saves_add(struct last_saves *saves, const struct record *typed, enum last_save_kind kind)
{
    struct record copy;
    if (record_copy(&copy, typed) != STATUS_OK)
        return;
    if (saves->n == LAST_SAVES_MAX)
        last_saves_drop(saves, &saves->saves[0]);
    saves->saves[saves->n++] = (struct last_save){.record = copy, .kind = kind};
}

void last_saves_forget(struct last_saves *saves, struct id id)
{
    for (size_t i = 0; i < saves->n; i++) {
        struct last_save *save = &saves->saves[i];
        if (!id_equal(save->record.id, id) || save->kind == SAVE_GONE)
            continue;
        const struct record_type *type = save->record.type;
        record_release(&save->record);
        record_init(&save->record, type);
        save->record.id = id;
        save->kind = SAVE_GONE;
    }
}

static bool is_of_what_is_here(const struct last_save *save)
{
    return save->kind != SAVE_DELETED && save->kind != SAVE_GONE;
}

const struct last_save *last_saves_newest(const struct last_saves *saves, const struct record_type *type)
{
    for (size_t i = saves->n; i > 0; i--)
        if (type == NULL || (saves->saves[i - 1].record.type == type && is_of_what_is_here(&saves->saves[i - 1])))
            return &saves->saves[i - 1];
    return NULL;
}

const struct last_save *last_saves_of(const struct last_saves *saves, struct id id)
{
    for (size_t i = saves->n; i > 0; i--)
        if (id_equal(saves->saves[i - 1].record.id, id) && is_of_what_is_here(&saves->saves[i - 1]))
            return &saves->saves[i - 1];
    return NULL;
}

void last_saves_clear(struct last_saves *saves)
{
    while (saves->n > 0)
        last_saves_drop(saves, &saves->saves[saves->n - 1]);
}
