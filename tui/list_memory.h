/* tui/list_memory.h - rows kept in memory as the source of a list: for what is few, or must be put in an order that no index has. */
#ifndef TUI_LIST_MEMORY_H
#define TUI_LIST_MEMORY_H

#include "tui/list.h"

struct list_memory {
    struct list_row *rows; /* owned, texts too */
    size_t n, cap;
};

void list_memory_init(struct list_memory *memory);
void list_memory_release(struct list_memory *memory);
void list_memory_clear(struct list_memory *memory);
/* Add one row, copied with its first n_cells texts; its key is its place. Errors: STATUS_NOMEM; unchanged. */
enum status list_memory_add(struct list_memory *memory, const struct list_row *row, size_t n_cells);
/* The rows of that id go. */
void list_memory_drop(struct list_memory *memory, struct id id);
/* Pages over the rows as they are; reload the list after changing them. Borrows memory. */
struct list_source list_memory_source(struct list_memory *memory);

#endif /* TUI_LIST_MEMORY_H */
