/* core/base/manual.h - manual pages from the tables that --help reads, so that a page can't say what the program does not do.
 *
 * The pages are written in man(7) macros, UTF-8. A text may be in any language of the program; control lines can't arise from it: a dot or an apostrophe at the start of a
 * line, backslashes and hyphens are written as roff wants them. Pure: everything is appended to a buf, whose status tells of memory and size. */
#ifndef CORE_BASE_MANUAL_H
#define CORE_BASE_MANUAL_H

#include "core/base/bytes.h"
#include "core/base/option.h"

/* A command of a program, as its table has it. */
struct manual_verb {
    const char *name, *arguments, *help;
    const char *options; /* its own, names divided by blanks; NULL: the program tells all its options in one place */
};

/* The title line and NAME: "aidpost", 1, "0.1.0", "one line about it". */
void manual_begin(struct buf *out, const char *name, int section, const char *version, const char *summary);
void manual_section(struct buf *out, const char *title);
void manual_subsection(struct buf *out, const char *title);
/* Each line of the text is a paragraph. */
void manual_text(struct buf *out, const char *text);
/* "term arguments" in bold and plain, then the text indented. arguments and text may be "". */
void manual_item(struct buf *out, const char *term, const char *arguments, const char *text);
/* Options as items; names: which (divided by blanks), NULL: all of the table. */
void manual_options(struct buf *out, const struct option_def *table, const char *names);
/* Commands as items, each with its own options behind its text. */
void manual_verbs(struct buf *out, const struct manual_verb *verbs, size_t n, const struct option_def *table);

#endif /* CORE_BASE_MANUAL_H */
