/* core/aid/org.h - organisations: the center numbers them, and every row of the county belongs to one of these numbers. */
#ifndef CORE_AID_ORG_H
#define CORE_AID_ORG_H

#include "core/record/records.h"

enum { ORG_NUMBER_CENTER = 1 };

/* The number the next org gets: one more than the greatest ever given (deleted ones count). Inside a transaction. */
enum status org_next_number(struct store *store, int64_t *number, struct errmsg *err);
/* Give a new org record its number. Errors: STATUS_FORBIDDEN (not the center), STATUS_EXISTS (the code is taken), STATUS_INVALID (no code). */
enum status org_prepare(struct store *store, const struct actor *actor, struct record *org, struct errmsg *err);
/* The name of an org by its number, for people; its number in words if there is no such org. out_bytes >= 32. */
void org_name(struct store *store, int64_t number, char *out, size_t out_bytes);

#endif /* CORE_AID_ORG_H */
