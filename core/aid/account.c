/* core/aid/account.c - see account.h.
 *
 * Accounts are records of type user; the center owns them, a station holds its own org's only. Failed logins are counted on this machine, in table meta:
 * "login_failed:NAME" and "login_failed_at:NAME" (ms). After MAX_FAILURES within LOCK_MS the right password is refused too, until LOCK_MS have passed since
 * the last counted failure. The words are the same for every reason, and an unknown name costs a password hash like a known one. */
#include "core/aid/account.h"

#include <stdio.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/utf8.h"
#include "core/record/filter.h"
#include "core/record/peer.h"

enum { MAX_FAILURES = 5, LOCK_MS = 15 * 60 * 1000, CLASSES_NEEDED = 3, META_NAME_BYTES = 128, USER_NAME_MAX_CHARS = 20 };

static const char REFUSED[] = "账号或密码不对，或者账号已停用；连错 5 次要等 15 分钟再试";

struct found {
    struct record *record;
    bool any;
    enum status status;
};

static bool take_user(void *context, const struct record *record, const struct list_key *key)
{
    struct found *found = context;
    (void)key;
    found->status = record_copy(found->record, record);
    found->any = found->status == STATUS_OK;
    return false;
}

/* The account of that name, whatever its org. Errors: STATUS_NOT_FOUND; *out needs no release then. */
static enum status find_user(struct store *store, const struct actor *actor, const char *name, struct record *out, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("user");
    struct filter filter = {.type = type, .n_terms = 1};
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "name"), .op = FILTER_EQ, .value = value_string(name)};
    struct actor everywhere = *actor;
    everywhere.all_scopes = true;
    struct list_query query = {.type = type, .filter = &filter, .limit = 1};
    struct found found = {.record = out};
    enum status status = records_list(store, &everywhere, &query, take_user, &found, err);
    if (status == STATUS_OK)
        status = found.status;
    if (status == STATUS_OK && !found.any)
        return STATUS_NOT_FOUND;
    return status;
}

static void failure_names(const char *user, char count[META_NAME_BYTES], char at[META_NAME_BYTES])
{
    snprintf(count, META_NAME_BYTES, "login_failed:%.64s", user);
    snprintf(at, META_NAME_BYTES, "login_failed_at:%.64s", user);
}

/* A clock set back must not lock anybody for years: only a last failure within LOCK_MS before now counts. */
static bool recent(int64_t at_ms, int64_t now_ms)
{
    return at_ms <= now_ms && now_ms - at_ms < LOCK_MS;
}

static bool is_locked(struct store *store, const char *user, int64_t now_ms)
{
    char count[META_NAME_BYTES], at[META_NAME_BYTES];
    failure_names(user, count, at);
    return store_meta_int(store, count, 0) >= MAX_FAILURES && recent(store_meta_int(store, at, INT64_MIN / 2), now_ms);
}

/* Best effort: a full disk must not keep the right person out. */
static void remember(struct store *store, const char *user, int64_t failures, int64_t now_ms)
{
    char count[META_NAME_BYTES], at[META_NAME_BYTES];
    failure_names(user, count, at);
    if (store_meta_int(store, count, 0) == 0 && failures == 0)
        return;
    bool own = !store_in_transaction(store);
    if (own && store_begin(store, "login", NULL) != STATUS_OK)
        return;
    enum status status = store_meta_set_int(store, count, failures, NULL);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, at, now_ms, NULL);
    if (own && status == STATUS_OK)
        (void)store_commit(store, NULL);
    else if (own)
        store_rollback(store);
}

static void count_failure(struct store *store, const char *user, int64_t now_ms)
{
    char count[META_NAME_BYTES], at[META_NAME_BYTES];
    failure_names(user, count, at);
    int64_t failures = recent(store_meta_int(store, at, INT64_MIN / 2), now_ms) ? store_meta_int(store, count, 0) : 0;
    remember(store, user, failures + 1, now_ms);
}

/* At the center, station workers and volunteers see and write what their org may; the others act for the county. */
static struct actor actor_of(const struct machine *machine, const struct record *user, enum actor_role role, int64_t now_ms)
{
    bool county = machine->center && role != ROLE_STATION && role != ROLE_VOLUNTEER;
    struct actor actor = {.role = role, .center = county, .all_scopes = county, .now_ms = now_ms};
    snprintf(actor.name, sizeof actor.name, "%s", record_text(user, "name"));
    actor.org = record_get(user, catalogue_field(user->type, "org")).number;
    return actor;
}

static bool may_log_in(const struct machine *machine, const struct record *user, const char *password, size_t len)
{
    const char *stored = record_text(user, "password");
    bool matches = stored[0] != '\0' && len <= PASSWORD_MAX_BYTES && hash_password_matches(stored, password, len);
    bool disabled = record_get(user, catalogue_field(user->type, "disabled")).number == 1;
    bool here = machine->center || record_get(user, catalogue_field(user->type, "org")).number == machine->org;
    return matches && !disabled && here && actor_role_parse(record_text(user, "role")) != ROLE_COUNT;
}

enum status account_login(struct store *store, const struct machine *machine, const char *user, const char *password, size_t len, int64_t now_ms, struct actor *out,
                          struct errmsg *err)
{
    struct actor owner = machine_owner(machine, user, now_ms);
    struct record record;
    enum status status = find_user(store, &owner, user, &record, err);
    if (status == STATUS_NOT_FOUND) {
        char wasted[PASSWORD_HASH_BYTES];
        (void)hash_password(password, len, wasted);
        return errmsg_set(err, STATUS_AUTH, "%s", REFUSED);
    }
    if (status != STATUS_OK)
        return status;
    bool fine = may_log_in(machine, &record, password, len) && !is_locked(store, user, now_ms);
    if (fine) {
        *out = actor_of(machine, &record, actor_role_parse(record_text(&record, "role")), now_ms);
        remember(store, user, 0, now_ms);
    } else if (!is_locked(store, user, now_ms)) {
        count_failure(store, user, now_ms);
    }
    record_release(&record);
    return fine ? STATUS_OK : errmsg_set(err, STATUS_AUTH, "%s", REFUSED);
}

/* Length, and three of: lower case, upper case, digits, others (Chinese counts there). */
static enum status check_password(const char *user, const char *password, size_t len, struct errmsg *err)
{
    if (!utf8_valid(password, len) || memchr(password, '\0', len) != NULL)
        return errmsg_set(err, STATUS_INVALID, "密码不是有效的文字");
    if (len > PASSWORD_MAX_BYTES)
        return errmsg_set(err, STATUS_INVALID, "密码太长，最多 %d 个字节", PASSWORD_MAX_BYTES);
    size_t chars = utf8_count(password, len);
    if (chars < PASSWORD_MIN_CHARS)
        return errmsg_set(err, STATUS_INVALID, "密码至少 %d 个字符，现有 %zu 个", PASSWORD_MIN_CHARS, chars);
    bool lower = false, upper = false, digit = false, other = false;
    for (size_t i = 0; i < len; i++) {
        char c = password[i];
        bool is_lower = c >= 'a' && c <= 'z', is_upper = c >= 'A' && c <= 'Z', is_digit = c >= '0' && c <= '9';
        lower |= is_lower;
        upper |= is_upper;
        digit |= is_digit;
        other |= !is_lower && !is_upper && !is_digit;
    }
    if (lower + upper + digit + other < CLASSES_NEEDED)
        return errmsg_set(err, STATUS_INVALID, "密码太简单：小写字母、大写字母、数字、其他字符中至少要有三种");
    if (strlen(user) >= 4 && memmem(password, len, user, strlen(user)) != NULL)
        return errmsg_set(err, STATUS_INVALID, "密码里不能有账号名");
    return STATUS_OK;
}

static enum status check_center(struct store *store, struct errmsg *err)
{
    struct machine machine;
    enum status status = machine_load(store, &machine, err);
    if (status == STATUS_OK && !machine.center)
        return errmsg_set(err, STATUS_FORBIDDEN, "账号归县中心管理：请在中心的机器上办理，下次同步后生效");
    return status;
}

static enum status check_admin(struct store *store, const struct actor *actor, struct errmsg *err)
{
    enum status status = check_center(store, err);
    if (status == STATUS_OK && (!actor->center || actor->role != ROLE_ADMIN))
        return errmsg_set(err, STATUS_FORBIDDEN, "只有县中心的管理员可以增减账号");
    return status;
}

static enum status check_name(const char *name, struct errmsg *err)
{
    size_t len = strlen(name);
    if (!utf8_valid(name, len) || len == 0 || len >= ACTOR_NAME_MAX_BYTES || utf8_count(name, len) > USER_NAME_MAX_CHARS)
        return errmsg_set(err, STATUS_INVALID, "账号应为 1 至 %d 个字", USER_NAME_MAX_CHARS);
    for (size_t i = 0; i < len; i++) {
        bool bad = (unsigned char)name[i] <= ' ' || name[i] == 0x7F || strchr("/\\:'\"", name[i]) != NULL;
        if (bad)
            return errmsg_set(err, STATUS_INVALID, "账号里不能有空格、引号、冒号和斜线");
    }
    return STATUS_OK;
}

static enum status set_password(struct record *record, const char *password, size_t len)
{
    char hash[PASSWORD_HASH_BYTES];
    enum status status = hash_password(password, len, hash);
    if (status == STATUS_OK)
        status = record_set_text(record, "password", hash);
    hash_wipe(hash, sizeof hash);
    return status;
}

static enum status check_free(struct store *store, const struct actor *actor, const char *name, struct errmsg *err)
{
    struct record taken;
    enum status status = find_user(store, actor, name, &taken, err);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    record_release(&taken);
    return errmsg_set(err, STATUS_EXISTS, "已有账号 %s；账号全县唯一，请换一个", name);
}

/* A parsed field, its name before the reason. */
static enum status parse(struct record *record, const struct code_book *codes, const char *name, const char *text, struct errmsg *err)
{
    const struct field_def *field = catalogue_field(record->type, name);
    enum status status = record_parse(record, field, codes, text, strlen(text), err);
    return status == STATUS_OK ? status : errmsg_wrap(err, status, "字段 %s", field->label);
}

static enum status fill_user(struct record *record, const struct code_book *codes, const char *user, const char *display_name, const char *role, int64_t org,
                             const char *password, size_t len, struct errmsg *err)
{
    enum status status = parse(record, codes, "name", user, err);
    if (status == STATUS_OK)
        status = parse(record, codes, "display", display_name, err);
    if (status == STATUS_OK)
        status = record_set_text(record, "role", role);
    if (status == STATUS_OK)
        status = record_set_int(record, "org", org);
    if (status == STATUS_OK)
        status = set_password(record, password, len);
    record->scope = org;
    return status;
}

static enum status find_org(struct store *store, const struct actor *actor, const char *code, int64_t *number, struct errmsg *err)
{
    char name[MACHINE_NAME_MAX_BYTES];
    *number = actor->org;
    if (code == NULL)
        return STATUS_OK;
    enum status status = org_find(store, code, number, name, sizeof name, NULL);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(err, STATUS_INVALID, "没有这个机构: %s；用 aidpost list org 查看", code);
    return status;
}

/* Everything that can be wrong before the password is hashed. */
static enum status check_new(struct store *store, const struct actor *actor, const char *user, const char *role, const char *password, size_t len,
                             struct errmsg *err)
{
    enum status status = check_admin(store, actor, err);
    if (status == STATUS_OK)
        status = check_name(user, err);
    if (status == STATUS_OK && actor_role_parse(role) == ROLE_COUNT)
        status = errmsg_set(err, STATUS_INVALID, "没有角色 %s；可用 station volunteer clerk reviewer director bureau archivist admin auditor", role);
    if (status == STATUS_OK)
        status = check_password(user, password, len, err);
    return status;
}

/* Two administrators at once: the name is looked up inside the writing transaction. */
static enum status save_new(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record,
                            struct errmsg *err)
{
    bool own = !store_in_transaction(store);
    enum status status = own ? store_begin(store, "account", err) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    status = check_free(store, actor, record_text(record, "name"), err);
    if (status == STATUS_OK)
        status = records_save(store, actor, codes, random, record, err);
    if (own && status == STATUS_OK)
        status = store_commit(store, err);
    else if (own)
        store_rollback(store);
    return status;
}

enum status account_add(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user,
                        const char *display_name, const char *role, const char *org_code, const char *password, size_t len, struct errmsg *err)
{
    struct record record;
    int64_t org = 0;
    enum status status = check_new(store, actor, user, role, password, len, err);
    if (status == STATUS_OK)
        status = find_org(store, actor, org_code, &org, err);
    if (status == STATUS_OK)
        status = check_free(store, actor, user, err);
    if (status != STATUS_OK)
        return status;
    record_init(&record, catalogue_find("user"));
    status = records_begin(store, actor, &record, codes, err);
    if (status == STATUS_OK)
        status = fill_user(&record, codes, user, display_name, role, org, password, len, err);
    if (status == STATUS_OK)
        status = save_new(store, actor, codes, random, &record, err);
    record_release(&record);
    return status;
}

/* The account for a change, as loaded. Errors: STATUS_NOT_FOUND with a message. */
static enum status load_user(struct store *store, const struct actor *actor, const char *user, struct record *out, struct errmsg *err)
{
    struct record row;
    enum status status = find_user(store, actor, user, &row, err);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(err, status, "没有账号 %s", user);
    if (status != STATUS_OK)
        return status;
    struct actor everywhere = *actor;
    everywhere.all_scopes = true;
    status = records_get(store, &everywhere, row.type, row.id, out, err);
    record_release(&row);
    return status;
}

enum status account_set_password(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user,
                                 const char *password, size_t len, struct errmsg *err)
{
    struct record record;
    enum status status = check_center(store, err);
    bool admin = actor->center && actor->role == ROLE_ADMIN;
    if (status == STATUS_OK && !admin && strcmp(actor->name, user) != 0)
        status = errmsg_set(err, STATUS_FORBIDDEN, "只能改自己的密码；别人的密码由县中心的管理员改");
    if (status == STATUS_OK)
        status = check_password(user, password, len, err);
    if (status == STATUS_OK)
        status = load_user(store, actor, user, &record, err);
    if (status != STATUS_OK)
        return status;
    /* One's own password is the one center field everybody may write. */
    struct actor writer = *actor;
    writer.center = writer.all_scopes = true;
    writer.role = ROLE_ADMIN;
    status = set_password(&record, password, len);
    if (status == STATUS_OK)
        status = records_save(store, &writer, codes, random, &record, err);
    if (status == STATUS_OK)
        remember(store, user, 0, actor->now_ms);
    record_release(&record);
    return status;
}

enum status account_disable(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user,
                            struct errmsg *err)
{
    struct record record;
    enum status status = check_admin(store, actor, err);
    if (status == STATUS_OK && strcmp(actor->name, user) == 0)
        status = errmsg_set(err, STATUS_INVALID, "不能停用自己的账号");
    if (status == STATUS_OK)
        status = load_user(store, actor, user, &record, err);
    if (status != STATUS_OK)
        return status;
    status = record_set_int(&record, "disabled", 1);
    if (status == STATUS_OK)
        status = records_save(store, actor, codes, random, &record, err);
    record_release(&record);
    return status;
}
