/* core/aid/account.h - who may work on this machine: accounts (records of type user), passwords, the actor that results. */
#ifndef CORE_AID_ACCOUNT_H
#define CORE_AID_ACCOUNT_H

#include "core/record/machine.h"
#include "core/record/records.h"

enum { PASSWORD_MIN_CHARS = 8, PASSWORD_MAX_BYTES = 256 };

/* Log in by name and password. On a station only accounts of its own org. After 5 failures within 15 minutes of each other the account waits 15 minutes.
 * At the center, roles station and volunteer act for their own org only (no center fields, no other scopes).
 * Errors: STATUS_AUTH (unknown, disabled, locked or wrong: the same words for all). */
enum status account_login(struct store *store, const struct machine *machine, const char *user, const char *password, size_t len, int64_t now_ms, struct actor *out, struct errmsg *err);
/* Center's administrators only. org_code may be NULL: the actor's org. The password needs 8 characters and three of lower case, upper case, digits, others.
 * Errors: STATUS_EXISTS, STATUS_INVALID (password too short or simple; unknown role or org; bad name), STATUS_FORBIDDEN. */
enum status account_add(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, const char *display_name,
                        const char *role, const char *org_code, const char *password, size_t len, struct errmsg *err);
/* At the center only: an administrator for anybody, everybody for themself. Errors: STATUS_FORBIDDEN, STATUS_NOT_FOUND, STATUS_INVALID. */
enum status account_set_password(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, const char *password,
                                 size_t len, struct errmsg *err);
/* Administrators at the center; never oneself. Stations learn it with the next sync. Errors: STATUS_FORBIDDEN, STATUS_NOT_FOUND, STATUS_INVALID. */
enum status account_disable(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, struct errmsg *err);

#endif /* CORE_AID_ACCOUNT_H */
