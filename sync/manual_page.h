/* sync/manual_page.h - aidpostd(8), around the tables of commands and options that program.c has. */
#ifndef SYNC_MANUAL_PAGE_H
#define SYNC_MANUAL_PAGE_H

#include "core/base/manual.h"

void manual_page_put(struct buf *out, const struct manual_verb *verbs, size_t n, const struct option_def *options);

#endif /* SYNC_MANUAL_PAGE_H */
