/* core/aid/org.h - organisations: the center numbers them, and every row of the county belongs to one of these numbers. */
#ifndef CORE_AID_ORG_H
#define CORE_AID_ORG_H

#include "core/record/records.h"

enum { ORG_NUMBER_CENTER = 1 };

/* The number the next org gets: one more than the greatest ever given (deleted ones count). Inside a transaction. */
enum status org_next_number(struct store *store, int64_t *number, struct errmsg *err);
/* Before it is saved: a new org gets its number; a branch whose protected groups are empty gets those of the body it is at (org_protected), when it is new or kind, host or name were changed.
 * Errors: STATUS_FORBIDDEN (not the center), STATUS_EXISTS (the code is taken), STATUS_INVALID (no code). */
enum status org_prepare(struct store *store, const struct actor *actor, struct record *org, struct errmsg *err);
/* Whose rights a branch protects: its field `protected`, else by its host, else by its name (妇联 妇女, 老龄委 老年人, 总工会 职工, 团县委 青少年, 人武部 军人军属, 残联 残疾人): codes of set
 * protected_group, comma-separated. "" for other orgs. Borrowed. */
const char *org_protected(const struct record *org);
/* A record begun at a branch: categories of people start from the branch's group, where one is meant: 残疾人 is 01, 军人军属 is 07 (it is mostly the family that comes; a soldier is
 * changed to 06). 职工 is no category, 青少年 may be of age, and 妇女 and 老年人 follow from sex and age. For new consultations and cases; other types and filled fields are left alone.
 * Errors: storage, STATUS_NOMEM. */
enum status org_offer_category(struct store *store, const struct actor *actor, struct record *record, struct errmsg *err);
/* The name of an org by its number, for people; its number in words if there is no such org. out_bytes >= 32. */
void org_name(struct store *store, int64_t number, char *out, size_t out_bytes);

#endif /* CORE_AID_ORG_H */
