/* core/aid/account.h - accounts: records of type user, their passwords and the actor that results. Who comes in through them: core/aid/signin.h.
 *
 * 等保二级 (GB/T 22239-2019 8.1.4.1, 8.1.4.2): one person one account, no shared or default ones; passwords of 8 characters and three classes, changed in time, the
 * last ones not used again; least privilege: away from the center only the station's and volunteers' roles.
 * Accounts are the center's; they reach the machines of their org by sync and work there offline. */
#ifndef CORE_AID_ACCOUNT_H
#define CORE_AID_ACCOUNT_H

#include "core/aid/password.h"
#include "core/record/machine.h"
#include "core/record/records.h"

/* The account of that name, whatever its org. Errors: STATUS_NOT_FOUND (no message); *out needs no release on error. */
enum status account_find(struct store *store, const char *user, struct record *out, struct errmsg *err);
/* The actor who works by this account on this machine. At the center, roles station and volunteer act for their own org only (no center fields, no other scopes). */
struct actor account_actor(const struct machine *machine, const struct record *account, int64_t now_ms);

/* Center's administrators only. org_code may be NULL: the actor's org. The password needs 8 characters and three of lower case, upper case, digits, others.
 * Names that stand for nobody in person (root, guest, shared, an org's own name) are refused; roles other than station and volunteer belong to the center or the bureau.
 * Errors: STATUS_EXISTS, STATUS_INVALID (password too short or simple; unknown role or org; bad name), STATUS_FORBIDDEN. */
enum status account_add(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, const char *display_name,
                        const char *role, const char *org_code, const char *password, size_t len, struct errmsg *err);
/* At the center only: an administrator for anybody, everybody for themself. The last PASSWORDS_REMEMBERED are refused.
 * Errors: STATUS_FORBIDDEN, STATUS_NOT_FOUND, STATUS_INVALID. */
enum status account_set_password(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, const char *password,
                                 size_t len, struct errmsg *err);
/* Administrators at the center; never oneself. Stations learn it with the next sync. Errors: STATUS_FORBIDDEN, STATUS_NOT_FOUND, STATUS_INVALID. */
enum status account_disable(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, struct errmsg *err);
/* Back again, with the old password. Administrators at the center. The same errors. */
enum status account_enable(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, struct errmsg *err);
/* Change display, role or phone, as typed; not one's own role. A person who goes to another org gets a new account there.
 * Errors: STATUS_FORBIDDEN, STATUS_NOT_FOUND, STATUS_INVALID (other fields, bad values). */
enum status account_change(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, const char *field,
                           const char *text, struct errmsg *err);

#endif /* CORE_AID_ACCOUNT_H */
