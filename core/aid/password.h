/* core/aid/password.h - what a password must be, how it is kept in an account, and how old it may grow.
 *
 * 等保二级 8.1.4.1 a: complexity and change in time. Kept as Argon2id texts only; the last ones too, so that they are not used again. */
#ifndef CORE_AID_PASSWORD_H
#define CORE_AID_PASSWORD_H

#include "core/record/records.h"

enum { PASSWORD_MIN_CHARS = 8, PASSWORD_MAX_BYTES = 256, PASSWORDS_REMEMBERED = 5 };

/* Days, 0..9999. */
struct password_rules {
    int32_t max_days;   /* then it must be changed; 0: never */
    int32_t warn_days;  /* so many days before, the person is told */
    int32_t grace_days; /* away from the center it still opens for so many days more: an offline station must not lock its people out */
};

/* The county's rules in force on that day: password_days, password_warn_days, password_grace_days. */
struct password_rules password_rules_load(struct store *store, int64_t now_ms);

/* Length, and three of lower case, upper case, digits, others (Chinese counts there); not with the account's name in it.
 * Errors: STATUS_INVALID with the reason. */
enum status password_check(const char *user, const char *password, size_t len, struct errmsg *err);
/* Whether this is the account's password; an empty stored one matches nothing. Always costs one Argon2id hash. */
bool password_is(const struct record *account, const char *password, size_t len);
/* Put a checked password into the account (type user, not saved): hash, day, and the present one among the old ones. Costs up to PASSWORDS_REMEMBERED + 1 hashes.
 * Errors: STATUS_INVALID (one of the last PASSWORDS_REMEMBERED), STATUS_NOMEM. */
enum status password_put(struct record *account, const char *password, size_t len, int64_t now_ms, struct errmsg *err);
/* Days until it must be changed, INT32_MAX if never; 0 and less: it must. An account without a day counts as due today. */
int32_t password_days_left(const struct record *account, const struct password_rules *rules, int64_t now_ms);

#endif /* CORE_AID_PASSWORD_H */
