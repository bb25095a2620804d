/* core/base/money.h - sums of money in fen: how people write them, how they are shown, and in words for papers and for a second look (大写). */
#ifndef CORE_BASE_MONEY_H
#define CORE_BASE_MONEY_H

#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/status.h"

/* What a number without a unit, a point or a sign of currency is: machines write fen, people yuan. */
enum money_plain { MONEY_FEN, MONEY_YUAN };

/* 1200元  1,200.50  ¥1200  1.2万  1万2  3千5百元  12元5角3分; full-width characters count as their twins, blanks and commas as nothing, - before it is negative.
 * A number with a point is yuan. Errors: STATUS_MALFORMED, STATUS_RANGE (less than a fen), STATUS_TOO_LARGE (more than 16 digits of fen); *fen is unchanged, but for a sum that is too
 * large, where it is INT64_MAX or INT64_MIN. */
enum status money_parse(const char *text, size_t len, enum money_plain plain, int64_t *fen);
/* "1200.00元". Appends to out. */
void money_format(int64_t fen, struct buf *out);
/* The same in the language of the process. */
void money_show(int64_t fen, struct buf *out);
/* 壹仟贰佰元整, 壹角伍分, 负... as in the rules for payment papers (支付结算办法). Appends to out; sums of a billion yuan and more (1e12 元) give nothing. */
void money_words(int64_t fen, struct buf *out);

#endif /* CORE_BASE_MONEY_H */
