/* core/record/extra.h - fields of a record that this program does not know: a newer one wrote them. Kept in the row's column extra as one CBOR map { field no: value }, keys ascending, byte for byte
 * as they came; they follow the same rule as any field (apply.h), so that machines agree about them too. */
#ifndef CORE_RECORD_EXTRA_H
#define CORE_RECORD_EXTRA_H

#include "core/record/catalogue.h"
#include "core/record/value.h"

/* Null if it is not there. Borrowed until the map changes. */
struct value extra_get(const struct buf *extra, uint64_t field);
/* Put the value in the place of what is there. The value must not be borrowed from the same map. Errors: STATUS_CORRUPT (not such a map), STATUS_TOO_LARGE, STATUS_NOMEM; the map is then as it was. */
enum status extra_put(struct buf *extra, uint64_t field, struct value value);
/* Whether one of the fields in these bytes is the type's: an older program put it there. What is no such map has none. */
bool extra_has_of(const void *extra, size_t len, const struct record_type *type);

#endif /* CORE_RECORD_EXTRA_H */
