/* core/data/data.h - the tables that ship inside the programs (embed.S): no file is needed at run time. Sources and licences: core/data/SOURCES. */
#ifndef CORE_DATA_DATA_H
#define CORE_DATA_DATA_H

#include <stddef.h>

struct data_file {
    const char *name; /* "codes.tsv" */
    const char *text; /* UTF-8, line feeds, not NUL-terminated */
    size_t len;
};

/* The file of that name; NULL if there is none. The content is constant and lives as long as the program. */
const struct data_file *data_find(const char *name);

#endif /* CORE_DATA_DATA_H */
