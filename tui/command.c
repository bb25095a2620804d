/* tui/command.c - see command.h. */
#include "tui/command.h"

#include <stddef.h>

static const struct command common[] = {
#define COMMAND_ROW(id, name, help) {COMMAND_##id, name, help},
    COMMAND_LIST(COMMAND_ROW)
#undef COMMAND_ROW
        {COMMAND_NONE, NULL, NULL},
};

static const struct command *find(const struct command *table, int id)
{
    for (; table != NULL && table->id != COMMAND_NONE; table++) {
        if (table->id == id)
            return table;
    }
    return NULL;
}

const struct command *command_find(const struct command *extra, int id)
{
    const struct command *row = find(extra, id);
    return row != NULL ? row : find(common, id);
}
