/* core/base/completion.h - what the shell offers when a person presses Tab, from the tables that --help reads. */
#ifndef CORE_BASE_COMPLETION_H
#define CORE_BASE_COMPLETION_H

#include "core/base/manual.h"

/* What is offered where a command's first argument, or the value of an option, is written as `argument` ("TYPE"), or behind the command of that name ("do"). */
struct completion_words {
    const char *argument; /* NULL ends the table */
    const char *words;    /* divided by blanks */
};

/* Append a bash completion script: commands (of two words, too), each command's options and those of all (common: names; NULL: every option of the table everywhere), what the words table gives, and what the tables of
 * commands and options spell out ("list|set NAME", "zh|en"); else files, as for the values of all other options that take one. */
void completion_bash(struct buf *out, const char *program, const struct manual_verb *verbs, size_t n, const struct option_def *table, const char *common,
                     const struct completion_words *words);

#endif /* CORE_BASE_COMPLETION_H */
