/* core/record/value.h - one field value: nothing, a whole number, or text.
 *
 * Days are whole numbers (core/base/day.h), money is fen, yes/no is 0 or 1, codes and references are text (the code; 32 hex digits).
 * A value borrows its text; struct record owns copies. Encoded in a change body as deterministic CBOR null, integer or text. */
#ifndef CORE_RECORD_VALUE_H
#define CORE_RECORD_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum value_kind { VALUE_NULL, VALUE_INT, VALUE_TEXT };

struct value {
    enum value_kind kind;
    int64_t number;   /* VALUE_INT */
    const char *text; /* VALUE_TEXT: borrowed UTF-8, NUL-terminated only where the owner says so */
    size_t len;       /* bytes of text */
};

static inline struct value value_null(void)
{
    return (struct value){.kind = VALUE_NULL};
}
static inline struct value value_int(int64_t number)
{
    return (struct value){.kind = VALUE_INT, .number = number};
}
struct value value_text(const char *text, size_t len);
struct value value_string(const char *text); /* NUL-terminated */

bool value_equal(struct value a, struct value b);
void value_encode(struct value value, struct buf *out);
/* Borrowed from the reader's input. Anything but null, integer, text makes the reader malformed. */
struct value value_decode(struct reader *reader);

#endif /* CORE_RECORD_VALUE_H */
