/* core/aid/interest_mark.h - blinded names of parties (records interest_mark): asked by interest_check at stations, published by interest_mark (interest.h). */
#ifndef CORE_AID_INTEREST_MARK_H
#define CORE_AID_INTEREST_MARK_H

#include "core/aid/interest_party.h"
#include "core/aid/rule.h"

enum { INTEREST_MARK_TEXT_BYTES = 11 }; /* 40 bits as hexadecimal digits */

/* The mark of a name (by its key) or a document number. Errors: STATUS_INVALID (nothing to mark), STATUS_NOMEM. Costs about 10 ms. */
enum status interest_mark_name(const char *salt, const char *name, char out[INTEREST_MARK_TEXT_BYTES]);
enum status interest_mark_number(const char *salt, const char *id_no, char out[INTEREST_MARK_TEXT_BYTES]);
/* Whether the county knows this party on the other side of some case. False without a salt. */
enum status interest_mark_known(struct store *store, const struct actor *actor, const struct rules *rules, const struct interest_party *party, bool *known, struct errmsg *err);

#endif /* CORE_AID_INTEREST_MARK_H */
