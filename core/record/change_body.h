/* core/record/change_body.h - a change's body, parsed once: fields found in the catalogue, values checked against their kinds. */
#ifndef CORE_RECORD_CHANGE_BODY_H
#define CORE_RECORD_CHANGE_BODY_H

#include "core/record/catalogue.h"
#include "core/record/change.h"

/* A body names each field once; more than twice what a type may have is not a record. */
enum { CHANGE_FIELDS_MAX = 2 * FIELD_MAX_COUNT, CHANGE_FIELD_EXISTENCE = 0 };

struct change_field {
    uint16_t no;                   /* CHANGE_FIELD_EXISTENCE, a field of the catalogue, or of a newer program's */
    const struct field_def *def;   /* NULL for the existence cell and unknown fields */
    struct value value;            /* borrowed from the body */
    const uint8_t *item;           /* the value's exact bytes, borrowed */
    size_t item_len;
};

struct change_body {
    size_t count;
    struct change_field fields[CHANGE_FIELDS_MAX]; /* ascending by no */
};

/* Returns NULL, or why the body cannot be applied: a sentence for people, static. *out is undefined then. O(body). */
const char *change_body_parse(const struct record_type *type, enum change_op op, const void *bytes, size_t len, struct change_body *out);
/* What a station may not write (四统一): the center's types and fields. NULL: nothing against it. */
const char *change_body_forbidden(const struct record_type *type, const struct change_body *body);
/* The same for one field whose value before is known (catalogue_station_moves). concurrent: its author had not seen that value. */
const char *change_body_move_forbidden(const struct record_type *type, const struct change_field *field, struct value before, bool concurrent);

#endif /* CORE_RECORD_CHANGE_BODY_H */
