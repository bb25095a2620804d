/* core/data/data_lines.h - lines of a shipped table found by what one of their cells holds: searched from end to end, or by a hash made once.
 *
 * The table lies in the program and is never copied: a line is a pointer to where it begins, its cells end with a tab or the line feed. Of several lines with the same cell the last one is found.
 * Cost: O(file) a search; with the index O(file) once and O(1) a search. */
#ifndef CORE_DATA_DATA_LINES_H
#define CORE_DATA_DATA_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"
#include "core/data/data.h"

struct data_cell {
    const char *text; /* into the file; not terminated */
    size_t len;
};

struct data_lines {
    const struct data_file *file;
    size_t column;   /* which cell is searched, from 0 */
    uint32_t *slots; /* owned; where lines begin + 1, 0 free; NULL: no index */
    size_t n_slots;  /* a power of two */
};

/* Nothing is allocated. The file must exist (assert). */
void data_lines_open(struct data_lines *lines, const char *file_name, size_t column);
/* Make the index. Errors: STATUS_NOMEM; the lines can be searched all the same. */
enum status data_lines_index(struct data_lines *lines);
void data_lines_release(struct data_lines *lines);
/* The last line whose cell is the key; NULL: none (an empty key: none). */
const char *data_lines_find(const struct data_lines *lines, const char *key, size_t len);
/* A cell of a line; an empty one past its last. */
struct data_cell data_line_cell(const char *line, size_t column);

#endif /* CORE_DATA_DATA_LINES_H */
