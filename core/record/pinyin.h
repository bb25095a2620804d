/* core/record/pinyin.h - pinyin initials of Chinese text, every reading of polyphones and surnames. Table: core/data/pinyin.tsv. */
#ifndef CORE_RECORD_PINYIN_H
#define CORE_RECORD_PINYIN_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/status.h"

enum { PINYIN_READINGS_MAX = 8, PINYIN_COMBINATIONS_MAX = 32 };

/* The distinct initials of one character, most common first, lower case; returns how many (0 if it has none). O(log n). */
size_t pinyin_initials_of(uint32_t code, char out[PINYIN_READINGS_MAX]);
/* All initials strings of a text ("张曾" -> "zc" "zz"), separated by one blank, at most PINYIN_COMBINATIONS_MAX, most common first.
 * ASCII letters and digits stand for themselves in lower case, everything else without a reading is skipped. Appends to out. */
void pinyin_initials(const char *text, size_t len, struct buf *out);

/* The same for many texts at a time: characters looked up once are remembered. NULL from _new: no memory; a memo may be NULL, then nothing is remembered. */
struct pinyin_memo;
struct pinyin_memo *pinyin_memo_new(void);
void pinyin_memo_free(struct pinyin_memo *memo);
void pinyin_initials_memo(struct pinyin_memo *memo, const char *text, size_t len, struct buf *out);

#endif /* CORE_RECORD_PINYIN_H */
