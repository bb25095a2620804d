/* core/data/data_lines.c - see data_lines.h. Open addressing, at most half full; the hash is FNV-1a, for the keys are short and come from the program itself or one case at a time. */
#include "core/data/data_lines.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 16 };

struct data_cell data_line_cell(const char *line, size_t column)
{
    for (; column > 0; column--) {
        line += strcspn(line, "\t\n");
        if (*line != '\t')
            return (struct data_cell){line, 0};
        line++;
    }
    return (struct data_cell){line, strcspn(line, "\t\n")};
}

static bool is_key(const struct data_lines *lines, const char *line, const char *key, size_t len)
{
    struct data_cell cell = data_line_cell(line, lines->column);
    return cell.len == len && memcmp(cell.text, key, len) == 0;
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end != NULL ? end + 1 : line + strlen(line);
}

static uint32_t hash_key(const char *key, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)key[i]) * 16777619u;
    return hash;
}

void data_lines_open(struct data_lines *lines, const char *file_name, size_t column)
{
    *lines = (struct data_lines){.file = data_find(file_name), .column = column};
    assert(lines->file != NULL);
}

/* Where the key is, or would be. */
static uint32_t *slot_of(const struct data_lines *lines, const char *key, size_t len)
{
    size_t at = hash_key(key, len) & (lines->n_slots - 1);
    while (lines->slots[at] != 0 && !is_key(lines, lines->file->text + lines->slots[at] - 1, key, len))
        at = (at + 1) & (lines->n_slots - 1);
    return &lines->slots[at];
}

enum status data_lines_index(struct data_lines *lines)
{
    size_t n = 0, n_slots = SLOTS_MIN;

    for (const char *line = lines->file->text; *line != '\0'; line = next_line(line))
        n++;
    while (n_slots < 2 * n)
        n_slots *= 2;
    uint32_t *slots = calloc(n_slots, sizeof slots[0]);
    if (slots == NULL)
        return STATUS_NOMEM;
    lines->slots = slots;
    lines->n_slots = n_slots;
    for (const char *line = lines->file->text; *line != '\0'; line = next_line(line)) {
        struct data_cell key = data_line_cell(line, lines->column);
        *slot_of(lines, key.text, key.len) = (uint32_t)(line - lines->file->text) + 1;
    }
    return STATUS_OK;
}

void data_lines_release(struct data_lines *lines)
{
    free(lines->slots);
    *lines = (struct data_lines){.file = lines->file, .column = lines->column};
}

const char *data_lines_find(const struct data_lines *lines, const char *key, size_t len)
{
    const char *found = NULL;

    if (len == 0)
        return NULL;
    if (lines->slots != NULL) {
        uint32_t slot = *slot_of(lines, key, len);
        return slot == 0 ? NULL : lines->file->text + slot - 1;
    }
    /* Most of the file is passed over by memmem; what it finds may stand in another cell, or inside one. */
    const char *text = lines->file->text, *end = text + lines->file->len;
    for (const char *at = text; (at = memmem(at, (size_t)(end - at), key, len)) != NULL; at += len) {
        const char *line = at;
        if (at[len] != '\t' && at[len] != '\n')
            continue;
        while (line > text && line[-1] != '\n')
            line--;
        if (is_key(lines, line, key, len))
            found = line;
    }
    return found;
}
