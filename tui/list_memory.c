/* tui/list_memory.c - see list_memory.h. A row's key is its place + 1. */
#include "tui/list_memory.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 32 };

void list_memory_init(struct list_memory *memory)
{
    *memory = (struct list_memory){.rows = NULL};
}

void list_memory_clear(struct list_memory *memory)
{
    for (size_t i = 0; i < memory->n; i++)
        free(memory->rows[i].texts);
    memory->n = 0;
}

void list_memory_release(struct list_memory *memory)
{
    list_memory_clear(memory);
    free(memory->rows);
    *memory = (struct list_memory){.rows = NULL};
}

static enum status grow(struct list_memory *memory)
{
    size_t cap = memory->cap == 0 ? FIRST_CAPACITY : memory->cap * 2;
    struct list_row *rows = realloc(memory->rows, cap * sizeof *rows);
    if (rows == NULL)
        return STATUS_NOMEM;
    memory->rows = rows;
    memory->cap = cap;
    return STATUS_OK;
}

enum status list_memory_add(struct list_memory *memory, const struct list_row *row, size_t n_cells)
{
    size_t bytes = 1;
    if (memory->n == memory->cap && grow(memory) != STATUS_OK)
        return STATUS_NOMEM;
    for (size_t i = 0; i < n_cells; i++)
        bytes += row->cells[i] != NULL ? strlen(row->cells[i]) + 1 : 0;
    char *at = malloc(bytes);
    if (at == NULL)
        return STATUS_NOMEM;
    struct list_row *to = &memory->rows[memory->n++];
    *to = (struct list_row){.id = row->id, .tag = row->tag, .style = row->style, .texts = at};
    for (size_t i = 0; i < n_cells; i++) {
        if (row->cells[i] == NULL)
            continue;
        to->cells[i] = at;
        at = stpcpy(at, row->cells[i]) + 1;
    }
    return STATUS_OK;
}

void list_memory_drop(struct list_memory *memory, struct id id)
{
    size_t kept = 0;
    for (size_t i = 0; i < memory->n; i++) {
        if (id_equal(memory->rows[i].id, id))
            free(memory->rows[i].texts);
        else
            memory->rows[kept++] = memory->rows[i];
    }
    memory->n = kept;
}

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct list_memory *memory = context;
    bool keyed = key != NULL && key->set, back = way == LIST_BEFORE;
    size_t at = keyed ? (size_t)key->row - 1 : back ? memory->n : 0;
    (void)err;
    if (at > memory->n)
        at = memory->n; /* rows went away */
    if (keyed && way == LIST_AFTER)
        at++;
    for (size_t taken = 0; taken < max && (back ? at > 0 : at < memory->n); taken++) {
        size_t index = back ? --at : at++;
        struct list_row row = memory->rows[index];
        row.key = (struct list_key){.set = true, .value = value_null(), .row = (int64_t)index + 1};
        if (!list_page_add(page, &row))
            break;
    }
    return STATUS_OK;
}

struct list_source list_memory_source(struct list_memory *memory)
{
    return (struct list_source){.context = memory, .fetch = fetch};
}
