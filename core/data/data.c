#include "core/data/data.h"

#include <string.h>

/* Defined in embed.S; ends with a row whose name is NULL. */
extern const struct data_file data_files[];

const struct data_file *data_find(const char *name)
{
    for (const struct data_file *file = data_files; file->name != NULL; file++) {
        if (strcmp(file->name, name) == 0)
            return file;
    }
    return NULL;
}

const struct data_file *data_at(size_t index)
{
    const struct data_file *file = data_files;

    while (file->name != NULL && index > 0) {
        file++;
        index--;
    }
    return file->name != NULL ? file : NULL;
}
