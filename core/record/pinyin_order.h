/* core/record/pinyin_order.h - the order in which Chinese readers look for names: by pinyin, character by character. Table: core/data/pinyin_order.tsv.
 *
 * Each character has a weight: ASCII and other letters and signs first, by code point; then characters by reading, tone, and how often they are surnames or are used at all; then characters without a
 * known reading, by code point. A text of at most three characters may be a person's name: its first character then counts as the surname is read (曾 zeng, 单 shan), and so do compound surnames (尉迟 yu)
 * in texts of any length. Texts are compared weight by weight, the shorter first; only equal texts are equal.
 * No stored thing holds a weight, and no index is in this order, so the table may change with the program. */
#ifndef CORE_RECORD_PINYIN_ORDER_H
#define CORE_RECORD_PINYIN_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pinyin_order;

/* The table made searchable: 60 KB, some 0.3 ms; 150 KB more once a character of the second or third plane is met. NULL: no memory. */
struct pinyin_order *pinyin_order_new(void);
void pinyin_order_free(struct pinyin_order *order);

/* < 0, 0, > 0. Texts are UTF-8; bytes that are none count by themselves. order NULL (there was no memory): as bytes; nothing that is stored depends on it. O(characters). */
int pinyin_order_compare(struct pinyin_order *order, const char *a, size_t a_len, const char *b, size_t b_len);
int pinyin_order_strings(struct pinyin_order *order, const char *a, const char *b);

/* What walks an index of texts along this order (core/record/name_walk.h) needs. Weights are > 0. */

/* The first weights of a text, packed so that texts of other numbers stand as these do; of equal numbers nothing is known. */
uint64_t pinyin_order_head(struct pinyin_order *order, const char *text, size_t len);
/* Of the text's first character in its place; 0: the text is empty. */
uint32_t pinyin_order_first(struct pinyin_order *order, const char *text, size_t len);
/* Of a character anywhere else. O(1). */
uint32_t pinyin_order_weight(struct pinyin_order *order, uint32_t code);

/* All weights that a character can have as the first, beginning with its own elsewhere; how many. */
enum { PINYIN_WEIGHTS_MAX = 4 };
size_t pinyin_order_weights(struct pinyin_order *order, uint32_t code, uint32_t out[PINYIN_WEIGHTS_MAX]);

/* Weights low..high-1 are those of the table, one character each; below it are all characters before U+3400 that the table lacks, by code point. */
void pinyin_order_table(struct pinyin_order *order, uint32_t *low, uint32_t *high);
/* Where a weight of the table stands in it; then the entry that stands there. */
size_t pinyin_order_at(struct pinyin_order *order, uint32_t weight);
/* Its character; *surname: a weight that only first characters have. */
uint32_t pinyin_order_char(struct pinyin_order *order, size_t at, bool *surname);
/* Where the next entry stands, or the one before it; only where there is one. */
size_t pinyin_order_next(struct pinyin_order *order, size_t at);
size_t pinyin_order_before(struct pinyin_order *order, size_t at);

#endif /* CORE_RECORD_PINYIN_ORDER_H */
