/* core/data/data.c - finds a table in the list that embed.S makes. */
#include "core/data/data.h"

#include <string.h>

/* One row per file, laid out as struct data_file; the last has name NULL. */
extern const struct data_file data_files[];

const struct data_file *data_find(const char *name)
{
    for (const struct data_file *file = data_files; file->name != NULL; file++)
        if (strcmp(file->name, name) == 0)
            return file;
    return NULL;
}
