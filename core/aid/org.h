/* core/aid/org.h - organisations: the center numbers them, and every row of the county belongs to one of these numbers. */
#ifndef CORE_AID_ORG_H
#define CORE_AID_ORG_H

#include "core/record/records.h"

enum { ORG_NUMBER_CENTER = 1 };

/* The number the next org gets: one more than the greatest ever given (deleted ones count). Inside a transaction. */
enum status org_next_number(struct store *store, int64_t *number, struct errmsg *err);
/* Before it is saved: a new org gets its number, which is what its rows, accounts and machines know it by, so it never changes; a branch whose protected groups are empty gets those of the body it is at (org_protected),
 * when it is new or kind, host or name were changed. What cases are handed over by, codes are given out for and accounts are made for is a code or the name of an office: no two that are there have the same code, nor two
 * offices that are open the same name, and no org a code that is another's name.
 * Errors: STATUS_FORBIDDEN (not the center), STATUS_EXISTS (the code or the office's name is taken), STATUS_INVALID (no code; another number). */
enum status org_prepare(struct store *store, const struct actor *actor, struct record *org, struct errmsg *err);
/* Before it is deleted: what is anybody's stays with him. Errors: STATUS_FORBIDDEN (the center itself; it has records, accounts or machines: an org that is no more is closed); storage. O(types), each by key. */
enum status org_may_delete(struct store *store, const struct record *org, struct errmsg *err);
/* A code or a name that no org has any more, but one had: what was written down then must not be taken for a body elsewhere. *found; name: what it is called now, "" where it was deleted. O(orgs and their changes).
 * Errors: storage, STATUS_NOMEM. */
enum status org_find_former(struct store *store, const struct actor *actor, const char *code_or_name, bool *found, char *name, size_t name_bytes, struct errmsg *err);
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
