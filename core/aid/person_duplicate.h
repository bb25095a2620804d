/* core/aid/person_duplicate.h - what counts as evidence that two files are one person's: shared by person_duplicates and person_duplicate_pairs (person.h). */
#ifndef CORE_AID_PERSON_DUPLICATE_H
#define CORE_AID_PERSON_DUPLICATE_H

#include "core/aid/person.h"

enum { PERSON_CARD_CHARS = 18, PERSON_CARD_DIGITS = 17 };

/* Whether there is evidence, and the strongest. */
bool person_alike(const struct record *a, const struct record *b, enum duplicate_reason *reason);
/* The part of a document number that says who it is, by its kind (code of id_kind): bytes from its beginning, 0 if there is none. */
size_t person_number_core(const char *kind, const char *number);
/* Whether that is a resident identity number. */
bool person_number_is_card(const char *kind, const char *number);

#endif /* CORE_AID_PERSON_DUPLICATE_H */
