/* core/record/county_codes.h - the codes of a store: the shipped sets, the county's own towns, and over them the records of type `code`. */
#ifndef CORE_RECORD_COUNTY_CODES_H
#define CORE_RECORD_COUNTY_CODES_H

#include "core/record/code_book.h"
#include "core/record/machine.h"

/* The area is the setting of that name, else the machine's. Free with code_book_free. O(sets), and the codes of those that the county changed. Errors: storage, STATUS_NOMEM; then *out is NULL. */
enum status county_codes_load(struct code_book **out, struct store *store, const struct machine *machine, struct errmsg *err);

#endif /* CORE_RECORD_COUNTY_CODES_H */
