/* core/base/json.h - JSON: a writer that cannot produce bad JSON, and a bounded pull reader (RFC 8259).
 *
 * The writer keeps the comma and nesting state; text is escaped, invalid UTF-8 becomes U+FFFD. The reader gives one
 * token at a time over memory the caller owns; depth at most JSON_DEPTH_MAX; strings are decoded into a caller's buffer
 * (unpaired surrogate escapes are malformed). Numbers are kept as text, so nothing is lost. */
#ifndef CORE_BASE_JSON_H
#define CORE_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum { JSON_DEPTH_MAX = 16 };

struct json_writer {
    struct buf *out; /* borrowed */
    unsigned depth;
    bool comma[JSON_DEPTH_MAX];     /* an element was already written at this depth */
    bool in_object[JSON_DEPTH_MAX]; /* what is open at this depth */
    bool after_key;
    bool done; /* the one value at the top was begun */
};

/* One value per json_begin. A value without its key, a key outside an object, a wrong end or more than JSON_DEPTH_MAX
 * levels are broken promises (assert). Running out of room is seen in out->status. */
void json_begin(struct json_writer *json, struct buf *out);
void json_object(struct json_writer *json);
void json_object_end(struct json_writer *json);
void json_array(struct json_writer *json);
void json_array_end(struct json_writer *json);
void json_key(struct json_writer *json, const char *key);
void json_text(struct json_writer *json, const char *text, size_t len);
void json_string(struct json_writer *json, const char *text); /* NULL writes null */
void json_int(struct json_writer *json, int64_t v);
void json_bool(struct json_writer *json, bool v);
void json_null(struct json_writer *json);

enum json_token {
    JSON_END,
    JSON_OBJECT,
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
    JSON_KEY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
    JSON_BAD
};

struct json_reader {
    const char *at, *begin, *end; /* borrowed */
    unsigned depth;
    uint8_t stack[JSON_DEPTH_MAX]; /* state per depth */
    bool done;                     /* the one value at the top was begun */
    struct buf *text;              /* borrowed: the decoded text of the last KEY, STRING or NUMBER */
    const char *problem;           /* after JSON_BAD: what was wrong, in words for people (static) */
};

/* A byte order mark before the value is passed over. Repeated keys are the caller's matter. */
void json_reader_init(struct json_reader *json, const char *data, size_t len, struct buf *text);
/* The next token; JSON_END after one complete value and only white space, JSON_BAD on bad input (and ever after). */
enum json_token json_next(struct json_reader *json);
/* Step over the value that begins at token (as returned by json_next); after a JSON_KEY, over its value. False on bad
 * input. */
bool json_skip(struct json_reader *json, enum json_token token);

#endif /* CORE_BASE_JSON_H */
