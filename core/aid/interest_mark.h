/* core/aid/interest_mark.h - blinded names of parties (records interest_mark): asked by interest_check at stations, published by interest_mark (interest.h). */
#ifndef CORE_AID_INTEREST_MARK_H
#define CORE_AID_INTEREST_MARK_H

#include "core/aid/interest_party.h"
#include "core/aid/rule.h"
#include "core/record/called.h"

enum { INTEREST_MARK_TEXT_BYTES = 11 }; /* 40 bits as hexadecimal digits */

/* The mark of a name (by its key) or a document number. Errors: STATUS_INVALID (nothing to mark), STATUS_NOMEM. Costs about 10 ms. */
enum status interest_mark_name(const char *salt, const char *name, char out[INTEREST_MARK_TEXT_BYTES]);
enum status interest_mark_number(const char *salt, const char *id_no, char out[INTEREST_MARK_TEXT_BYTES]);
/* Whether the county knows this party on the other side of some case. False without a salt. */
enum status interest_mark_known(struct store *store, const struct actor *actor, const struct rules *rules, const struct interest_party *party, bool *known, struct errmsg *err);
/* Center, in the transaction that has just erased cases or parties, who were called so: each mark of theirs goes, on every machine, for which no case that is left has anybody on that side. A mark is a blinded name, yet whoever
 * has the county's key, as each station has, can ask it for one. A key that was changed since: marks made with the former cannot be told from others', nor can anybody ask them. *rows: marks that went.
 * Errors: storage, STATUS_NOMEM. Costs about 10 ms for each name and number, where marks were ever published. */
enum status interest_mark_erase(struct store *store, const struct actor *actor, const struct called *called, const char *reason, const char *officer, int64_t *rows, struct errmsg *err);

#endif /* CORE_AID_INTEREST_MARK_H */
