/* sync/columns.h - a batch of entries laid out by columns, so that what is alike stands together before it is packed: many times less than row by row.
 *
 * Entries (core/record/replica.h) are CBOR arrays, one behind the other, whose byte strings hold a change's header prefix, a change's body, or anything else. Nothing here knows what the items mean; an
 * entry of any shape, also one of a newer program, comes back byte for byte (hashes depend on it). What does not parse as deterministic CBOR is not laid out at all (the caller sends it as rows).
 *
 * LAYOUT  (numbers: base 128, low groups first, bit 7: more follow)
 *   count of entries
 *   count of shapes, then each: length, tokens. A shape is an entry without its values: what stands where (columns_impl.h). The same shape stands here once.
 *   per entry the number of its shape (left out if there is one shape)
 *   per column, in the order in which the shapes, read in turn, first name it: its sizes. NUMBER: of its bytes. FIXED: of its bytes. STRING: way, then of its lengths, its content and its picks
 *   the columns' bytes, in this order: all NUMBERs, all STRINGs' lengths, all picks, all FIXEDs, contents of STRINGs that are mostly ASCII, contents of the others
 *   NUMBER column: differences to the value before (zigzag), the first to 0. FIXED: bytes of a length that the shape tells (ids, hashes: random, kept apart). STRING: lengths beside content; where few values
 *   come again and again (codes, names), each value once and a byte a pick.
 * A column is a place: item i of an entry of n items; item i of a header prefix; field f of a body of type t.
 *
 * The reader is for hostile input: work and memory follow the bytes given and raw_len, and there is no recursion. Not thread-safe. */
#ifndef SYNC_COLUMNS_H
#define SYNC_COLUMNS_H

#include <stddef.h>

#include "core/base/bytes.h"

/* Where a packer had better begin anew, because what follows is of another kind: offsets into the layout, ascending. */
enum { COLUMNS_CUTS_MAX = 5 };

struct columns_cuts {
    size_t at[COLUMNS_CUTS_MAX];
    size_t n;
};

/* A layout is never larger than its entries by more than this: what a receiver has to allow for. */
enum { COLUMNS_SLACK_BYTES = 4096 };

struct columns; /* tables that are used again */

/* Errors: STATUS_NOMEM. */
enum status columns_new(struct columns **out);
void columns_free(struct columns *columns);
/* Append the layout of the entries. Errors: STATUS_UNSUPPORTED (not entries, or nothing would be gained: send them as they are), STATUS_TOO_LARGE, STATUS_NOMEM. On error out is unchanged. */
enum status columns_lay(struct columns *columns, const void *entries, size_t len, struct buf *out, struct columns_cuts *cuts);
/* Append the entries of a layout: exactly raw_len bytes. Errors: STATUS_MALFORMED, STATUS_TOO_LARGE, STATUS_NOMEM. On error out is unchanged. */
enum status columns_read(struct columns *columns, const void *layout, size_t len, size_t raw_len, struct buf *out);

#endif /* SYNC_COLUMNS_H */
