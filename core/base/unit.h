/* core/base/unit.h - the word behind a number. Chinese has one for all numbers; other languages have another one behind 1.
 *
 * Units are stored and compared as they are in Chinese ("件"); here they become words of the screen. */
#ifndef CORE_BASE_UNIT_H
#define CORE_BASE_UNIT_H

#include <stdint.h>

/* The unit behind n in the language of the process: "件" in Chinese, "case" behind 1 and -1, "cases" behind others in English. A unit without a word of its own for one, as of money: its
 * translation. Static or the unit itself. */
const char *unit_words(const char *unit, int64_t n);

#endif /* CORE_BASE_UNIT_H */
