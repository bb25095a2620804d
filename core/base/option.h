/* core/base/option.h - command-line options from one table: parser, --help text and, later, man pages read the same
 * rows. GNU style: --name VALUE, --name=VALUE, short -x; "--" ends options; options may stand after arguments;
 * a minus before digits only is a negative number, an argument. */
#ifndef CORE_BASE_OPTION_H
#define CORE_BASE_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/status.h"

struct option_def {
    const char *name;     /* without "--"; NULL ends the table */
    char letter;          /* 0: none */
    const char *argument; /* placeholder ("DIR"); NULL: a switch */
    const char *help;     /* one line */
};

enum { OPTION_ARGUMENTS_MAX = 1024 };

struct option_set {
    const struct option_def *table; /* borrowed */
    const char **values;            /* owned: one per table row; NULL: absent, "" for a switch given */
    const char **arguments;         /* owned array of borrowed strings: what is not an option */
    size_t n_arguments;
};

/* argv[0] is the program or verb and is skipped; of a repeated option the last counts. Also -xVALUE and -xyz for
 * switches. Errors: STATUS_USAGE with a message naming the option; STATUS_NOMEM. On error needs no release. */
enum status option_parse(struct option_set *set, const struct option_def *table, int argc, char *const argv[],
                         struct errmsg *err);
void option_release(struct option_set *set);
/* The value of an option, NULL if it was not given. The name must be in the table (assert). */
const char *option_value(const struct option_set *set, const char *name);
void option_help(const struct option_def *table, struct buf *out);
/* Whether a list of names divided by blanks ("data json") has this one. */
bool option_listed(const char *names, const char *name);

#endif /* CORE_BASE_OPTION_H */
