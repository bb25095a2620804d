/* core/base/completion.h - what the shell offers when a person presses Tab, from the tables that --help reads. */
#ifndef CORE_BASE_COMPLETION_H
#define CORE_BASE_COMPLETION_H

#include "core/base/manual.h"

/* Words that stand for an argument of a command: after a command whose arguments begin with `argument`, `words` are offered. */
struct completion_words {
    const char *argument; /* "TYPE"; NULL ends the table */
    const char *words;    /* divided by blanks */
};

/* Append a bash completion script: commands (of two words, too), each command's options and those of all (common: names; NULL: every option of the table everywhere), the given words, else files. */
void completion_bash(struct buf *out, const char *program, const struct manual_verb *verbs, size_t n, const struct option_def *table, const char *common,
                     const struct completion_words *words);

#endif /* CORE_BASE_COMPLETION_H */
