/* core/record/called_table.h - which fields say what somebody is called by (called.h): the table that called.c follows.
 *
 * Every field of the catalogue that holds a name, a document number or a telephone number has a line here, but for those that are filled with the worker who writes (field_def.initial); tests/test_called.c goes over the
 * catalogue, so a field that is added later fails until somebody has decided:
 *   SUBJECT   whom the record is about, or who tells in it: when it is erased by law, words of others that name him go. Not: who handled it, the judge, who handed a paper in or signed for it (often 本人, or a body): they are
 *             in other records, too, and their names in a condition or as the officer say nothing of the person.
 *   BEARER    while such a record is there, the name is (also) its own: what names it stays. Each has an index, or few rows; consultations have none for a telephone number.
 *   LIST      may hold several names (name_list.h): each is a name. */
#ifndef CORE_RECORD_CALLED_TABLE_H
#define CORE_RECORD_CALLED_TABLE_H

#include "core/record/called.h"

enum { CALLED_NOBODY = 0, CALLED_SUBJECT = 1, CALLED_BEARER = 2, CALLED_LIST = 4 };

struct called_field {
    const char *type, *field;
    enum called_kind kind;
    unsigned is;
};

extern const struct called_field called_fields[];
extern const size_t called_n_fields;

/* NULL: none of these. */
const struct called_field *called_field(const char *type, const char *field);
/* Whether the text stands where a name is due and is none: 本人, 不详. */
bool called_is_no_name(const char *text, size_t len);

#endif /* CORE_RECORD_CALLED_TABLE_H */
