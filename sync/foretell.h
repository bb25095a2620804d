/* sync/foretell.h - bytes packed by foretelling each of their bits from what went before: a first sync of three thousand records takes an eighth less than as a zstd stream of the same pieces (compress.h, STREAMS), for 1 us a byte on
 * both sides. For lines that take longer than that to carry a byte, and they are what a history is for (history.h).
 *
 * HOW. Each bit gets a chance, and an arithmetic coder writes it in as many bits as that chance is surprising. The chance comes from six opinions: how often the bit was 0 and 1 behind the same bits of this byte (0), of this and
 * the byte before (1), behind the same one, two and three characters (2..4: a byte, or two of those that columns_text.c makes of a Chinese character), and what stood where the last four bytes stood before (5, the match). An opinion is
 * a pair of counts up to 15, and a table that learns what such a pair means. They are weighed by two sets of weights, of this part and these bits, and of how many contexts are known and how long the match is; the weights learn
 * from each bit. All of it is integers: the same bytes make the same state on every machine.
 *
 * PIECE    u8 PIECE_MARK, + 1 if the stream ends with it    numbers (base 128, low groups first): how many parts, then the length of each    bits
 *   Parts are bytes of different kinds (columns.h, cuts), each with tables and weights of its own. No piece unpacks to more than RATIO_MOST times its bytes, so that work follows what was sent. Of the coder's last four bytes as few are
 *   written as tell the end, with zeros read behind them: a piece has one way to be written. Nothing here notices damage (nearly
 *   all bytes are the bits of something): that is the carrier's, and what comes out is looked at like all that a peer says.
 * The first byte tells a piece of such a stream from one of zstd, which begins with 28. What this file computes is part of the format: test_foretell.c holds the bytes. Another way of computing gets another PIECE_MARK and another
 * number in HELLO.model and WELCOME.model.
 *
 * Memory: FORETELL_BYTES, wiped when it is freed. Not thread-safe. */
#ifndef SYNC_FORETELL_H
#define SYNC_FORETELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum {
    FORETELL_MODEL = 1,              /* HELLO.model, WELCOME.model */
    FORETELL_MARK = 0x10,
    FORETELL_PARTS_MAX = 8,
    FORETELL_RATIO_MOST = 32,
    FORETELL_BYTES = 3400 * 1024
};

/* One direction of one stream: the sender's packs, the receiver's unpacks. */
struct foretell;

/* Errors: STATUS_NOMEM. */
enum status foretell_new(struct foretell **out);
void foretell_free(struct foretell *foretell);
/* Append the next piece; cuts: ascending offsets where another part begins. Errors: STATUS_TOO_LARGE (out->max, or it packs to less than a part in RATIO_MOST), STATUS_NOMEM: nothing was appended, and the stream is of no more use. O(len). */
enum status foretell_pack(struct foretell *foretell, const void *raw, size_t len, const size_t *cuts, size_t n_cuts, bool last, struct buf *out);
/* Whether a piece is of such a stream. */
bool foretell_is_piece(const void *packed, size_t len);
/* Append what the next piece holds, at most `most` bytes; *ended: it was the last. Errors: STATUS_MALFORMED (also: more than `most`, more than RATIO_MOST allows, bytes behind the end), STATUS_NOMEM: out is unchanged, and the stream is
 * of no more use. Work and memory follow `len`. */
enum status foretell_unpack(struct foretell *foretell, const void *packed, size_t len, size_t most, struct buf *out, bool *ended);

#endif /* SYNC_FORETELL_H */
