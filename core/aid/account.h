/* core/aid/account.h - who may work on this machine: accounts (records of type user), passwords, the actor that results. */
#ifndef CORE_AID_ACCOUNT_H
#define CORE_AID_ACCOUNT_H

#include "core/record/machine.h"
#include "core/record/records.h"

enum { PASSWORD_MIN_CHARS = 8, PASSWORD_MAX_BYTES = 256 };

/* Log in by name and password. Errors: STATUS_AUTH (unknown, disabled or wrong: the same words for all three). */
enum status account_login(struct store *store, const struct machine *machine, const char *user, const char *password, size_t len, int64_t now_ms, struct actor *out, struct errmsg *err);
/* Center only. org_code may be NULL: the center's org. Errors: STATUS_EXISTS, STATUS_INVALID (password too short or simple; unknown role), STATUS_FORBIDDEN. */
enum status account_add(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, const char *display_name,
                        const char *role, const char *org_code, const char *password, size_t len, struct errmsg *err);
enum status account_set_password(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, const char *password,
                                 size_t len, struct errmsg *err);
enum status account_disable(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, struct errmsg *err);

#endif /* CORE_AID_ACCOUNT_H */
