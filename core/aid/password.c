/* core/aid/password.c - see password.h. */
#include "core/aid/password.h"

#include <string.h>

#include "core/aid/rule.h"
#include "core/base/day.h"
#include "core/base/hash.h"
#include "core/base/utf8.h"

/* What holds when the rules cannot be read: a damaged store must not lock everybody out, nor let old passwords live for ever. */
enum { SHIPPED_DAYS = 90, SHIPPED_WARN_DAYS = 14, SHIPPED_GRACE_DAYS = 30 };
enum { CLASSES_NEEDED = 3, HISTORY_MAX_BYTES = PASSWORDS_REMEMBERED * PASSWORD_HASH_BYTES };

struct password_rules password_rules_load(struct store *store, int64_t now_ms)
{
    struct password_rules out = {.max_days = SHIPPED_DAYS, .warn_days = SHIPPED_WARN_DAYS, .grace_days = SHIPPED_GRACE_DAYS};
    struct actor reader = {.role = ROLE_ADMIN, .all_scopes = true};
    int32_t today = day_of_ms(now_ms, DAY_OFFICE_OFFSET_MIN);
    struct rules *rules;
    if (rules_load(&rules, store, &reader, NULL) != STATUS_OK)
        return out;
    out.max_days = (int32_t)rules_int(rules, "password_days", today);
    out.warn_days = (int32_t)rules_int(rules, "password_warn_days", today);
    out.grace_days = (int32_t)rules_int(rules, "password_grace_days", today);
    rules_free(rules);
    return out;
}

static int classes(const char *password, size_t len)
{
    bool lower = false, upper = false, digit = false, other = false;
    for (size_t i = 0; i < len; i++) {
        char c = password[i];
        bool is_lower = c >= 'a' && c <= 'z', is_upper = c >= 'A' && c <= 'Z', is_digit = c >= '0' && c <= '9';
        lower |= is_lower;
        upper |= is_upper;
        digit |= is_digit;
        other |= !is_lower && !is_upper && !is_digit;
    }
    return lower + upper + digit + other;
}

enum status password_check(const char *user, const char *password, size_t len, struct errmsg *err)
{
    if (!utf8_valid(password, len) || memchr(password, '\0', len) != NULL)
        return errmsg_set(err, STATUS_INVALID, "密码不是有效的文字");
    if (len > PASSWORD_MAX_BYTES)
        return errmsg_set(err, STATUS_INVALID, "密码太长，最多 %d 个字节", PASSWORD_MAX_BYTES);
    size_t chars = utf8_count(password, len);
    if (chars < PASSWORD_MIN_CHARS)
        return errmsg_set(err, STATUS_INVALID, "密码至少 %d 个字符，现有 %zu 个", PASSWORD_MIN_CHARS, chars);
    if (classes(password, len) < CLASSES_NEEDED)
        return errmsg_set(err, STATUS_INVALID, "密码太简单：小写字母、大写字母、数字、其他字符中至少要有三种");
    if (strlen(user) >= 4 && memmem(password, len, user, strlen(user)) != NULL)
        return errmsg_set(err, STATUS_INVALID, "密码里不能有账号名");
    return STATUS_OK;
}

bool password_is(const struct record *account, const char *password, size_t len)
{
    const char *stored = record_text(account, "password");
    if (stored[0] == '\0' || len > PASSWORD_MAX_BYTES) {
        char wasted[PASSWORD_HASH_BYTES];
        (void)hash_password(password, len > PASSWORD_MAX_BYTES ? PASSWORD_MAX_BYTES : len, wasted);
        return false;
    }
    return hash_password_matches(stored, password, len);
}

/* The old ones stand newest first, one a line, the present one not among them. */
static bool used_before(const char *history, const char *password, size_t len)
{
    char one[PASSWORD_HASH_BYTES];
    for (const char *at = history; *at != '\0';) {
        size_t n = strcspn(at, "\n");
        if (n < sizeof one) {
            memcpy(one, at, n);
            one[n] = '\0';
            if (hash_password_matches(one, password, len))
                return true;
        }
        at += n + (at[n] == '\n');
    }
    return false;
}

static enum status remember_present(struct record *account)
{
    const char *present = record_text(account, "password"), *history = record_text(account, "password_history");
    size_t keep = 0;
    if (present[0] == '\0')
        return STATUS_OK;
    for (int i = 0; i < PASSWORDS_REMEMBERED - 2 && history[keep] != '\0'; i++)
        keep += strcspn(history + keep, "\n") + (strchr(history + keep, '\n') != NULL);
    struct buf text;
    buf_init(&text, HISTORY_MAX_BYTES);
    buf_printf(&text, "%s\n", present);
    buf_append(&text, history, keep);
    enum status status = text.status != STATUS_OK ? text.status : record_set_text(account, "password_history", buf_cstr(&text));
    buf_wipe(&text);
    return status;
}

enum status password_put(struct record *account, const char *password, size_t len, int64_t now_ms, struct errmsg *err)
{
    char hash[PASSWORD_HASH_BYTES];
    if ((record_text(account, "password")[0] != '\0' && password_is(account, password, len)) || used_before(record_text(account, "password_history"), password, len))
        return errmsg_set(err, STATUS_INVALID, "最近 %d 个密码不能再用，请换一个", PASSWORDS_REMEMBERED);
    enum status status = hash_password(password, len, hash);
    if (status == STATUS_OK)
        status = remember_present(account);
    if (status == STATUS_OK)
        status = record_set_text(account, "password", hash);
    if (status == STATUS_OK)
        status = record_set_int(account, "password_on", day_of_ms(now_ms, DAY_OFFICE_OFFSET_MIN));
    hash_wipe(hash, sizeof hash);
    return status;
}

int32_t password_days_left(const struct record *account, const struct password_rules *rules, int64_t now_ms)
{
    struct value on = record_get(account, catalogue_field(account->type, "password_on"));
    if (rules->max_days == 0)
        return INT32_MAX;
    return on.kind == VALUE_INT ? (int32_t)on.number + rules->max_days - day_of_ms(now_ms, DAY_OFFICE_OFFSET_MIN) : 0;
}
