/* core/quality/route.h - addresses in the order in which somebody walks by them.
 *
 * People write 前进村3组12号, 三组 12 号, ３组１２号 for the same door. Numbers in any of these spellings compare as numbers, the words between them as texts; the names of
 * the town and the village before them, which one writer gives and the next leaves out, do not count. */
#ifndef CORE_QUALITY_ROUTE_H
#define CORE_QUALITY_ROUTE_H

#include "core/record/code_book.h"

/* The address behind the names of its town and village (codes; "" unknown): part of address, borrowed. */
const char *route_within(const struct code_book *codes, const char *town, const char *village, const char *address);
/* Which of two addresses comes first: < 0, 0, > 0. An empty one comes last. O(length); nothing allocated. */
int route_compare(const char *a, const char *b);

#endif /* CORE_QUALITY_ROUTE_H */
