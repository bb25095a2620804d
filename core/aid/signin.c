/* core/aid/signin.c - see signin.h. */
#include "core/aid/signin.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/aid/lockout.h"
#include "core/aid/password.h"
#include "core/base/day.h"
#include "core/base/hash.h"
#include "core/record/filter.h"

static const char REFUSED[] = "账号或密码不对，或者账号已停用；连错 5 次要等 15 分钟再试";

/* ---- the rows ------------------------------------------------------------------------------------------------------ */

static enum status fill(struct record *row, const char *user, enum signin_event event, const char *via, int64_t now_ms)
{
    char code[8], time[TIME_TEXT_BYTES];
    snprintf(code, sizeof code, "%02d", (int)event);
    day_format_time(now_ms, DAY_OFFICE_OFFSET_MIN, time);
    enum status status = record_set_text(row, "name", user);
    if (status == STATUS_OK)
        status = record_set_text(row, "result", code);
    if (status == STATUS_OK)
        status = record_set_text(row, "time", time + DAY_TEXT_BYTES);
    return status == STATUS_OK ? record_set_text(row, "via", via) : status;
}

static enum status write_row(const struct signin_door *door, const char *user, enum signin_event event, int64_t now_ms)
{
    struct actor writer = {.name = SIGNIN_WRITER, .role = ROLE_ADMIN, .acting = true, .org = door->machine->org, .now_ms = now_ms};
    struct record row;
    record_init(&row, catalogue_find("signin"));
    enum status status = records_begin(door->store, &writer, &row, door->codes, NULL);
    if (status == STATUS_OK)
        status = fill(&row, user, event, door->via, now_ms);
    if (status == STATUS_OK)
        status = records_save(door->store, &writer, door->codes, door->random, &row, NULL);
    record_release(&row);
    return status;
}

static enum status write_counters(struct store *store, const char *user, enum signin_event event, int64_t now_ms)
{
    if (event == SIGNIN_IN || event == SIGNIN_SCREEN_UNLOCKED)
        return lockout_clear(store, user, now_ms, NULL);
    return event == SIGNIN_WRONG || event == SIGNIN_DISABLED ? lockout_count(store, user, now_ms, NULL) : STATUS_OK;
}

/* Counters and row belong together; false: neither was kept. */
static bool note(const struct signin_door *door, const char *user, enum signin_event event, int64_t now_ms)
{
    bool own = !store_in_transaction(door->store);
    if (own && store_begin(door->store, "signin", NULL) != STATUS_OK)
        return false;
    enum status status = write_counters(door->store, user, event, now_ms);
    if (status == STATUS_OK)
        status = write_row(door, event == SIGNIN_UNKNOWN ? SIGNIN_NOBODY : user, event, now_ms);
    if (!own)
        return status == STATUS_OK;
    if (status == STATUS_OK)
        return store_commit(door->store, NULL) == STATUS_OK;
    store_rollback(door->store);
    return false;
}

bool signin_note(const struct signin_door *door, const char *user, enum signin_event event, int64_t now_ms)
{
    assert(event == SIGNIN_LEFT || event == SIGNIN_SCREEN_LOCKED);
    return note(door, user, event, now_ms);
}

/* ---- how old the password is --------------------------------------------------------------------------------------- */

static bool opens(const struct machine *machine, const struct password_rules *rules, int32_t left)
{
    return left > 0 || (!machine->center && left > -rules->grace_days);
}

static void tell_age(const struct machine *machine, const struct password_rules *rules, int32_t left, struct signin_result *out)
{
    out->old = left <= 0;
    out->warn = left <= rules->warn_days;
    out->days_left = left > 0 || machine->center ? left : left + rules->grace_days;
}

/* ---- coming in ----------------------------------------------------------------------------------------------------- */

/* What a try comes to; always one password hash. `as` when the door opens. */
static enum signin_event judge(const struct signin_door *door, const struct record *account, const char *user, const char *password, size_t len, int64_t now_ms, enum signin_event as)
{
    const struct machine *machine = door->machine;
    bool matches = password_is(account, password, len);
    bool here = machine->center || record_get(account, catalogue_field(account->type, "org")).number == machine->org;
    if (!here || actor_role_parse(record_text(account, "role")) == ROLE_COUNT)
        return SIGNIN_UNKNOWN;
    if (lockout_is(door->store, user, now_ms))
        return SIGNIN_LOCKED_OUT;
    if (record_get(account, catalogue_field(account->type, "disabled")).number == 1)
        return SIGNIN_DISABLED;
    return matches ? as : SIGNIN_WRONG;
}

static enum status refuse_old(const struct machine *machine, int64_t now_ms, struct errmsg *err)
{
    char today[DAY_TEXT_BYTES];
    day_format(day_of_ms(now_ms, DAY_OFFICE_OFFSET_MIN), today);
    if (machine->center)
        return errmsg_set(err, STATUS_AUTH, "密码已过期，要先改密码才能继续");
    return errmsg_set(err, STATUS_AUTH, "密码过期太久。本机日期 %s 不对的先校准；对的到县中心改密码，再同步", today);
}

static enum status find(const struct signin_door *door, const char *user, const char *password, size_t len, int64_t now_ms, struct record *account, struct signin_result *out,
                        struct errmsg *err)
{
    enum status status = account_find(door->store, user, account, err);
    if (status != STATUS_NOT_FOUND)
        return status;
    char wasted[PASSWORD_HASH_BYTES];
    (void)hash_password(password, len, wasted);
    out->unrecorded = !note(door, user, SIGNIN_UNKNOWN, now_ms);
    return errmsg_set(err, STATUS_AUTH, "%s", REFUSED);
}

enum status signin_enter(const struct signin_door *door, const char *user, const char *password, size_t len, enum signin_event as, int64_t now_ms, struct signin_result *out,
                         struct errmsg *err)
{
    assert(as == SIGNIN_IN || as == SIGNIN_SCREEN_UNLOCKED);
    struct record account;
    *out = (struct signin_result){0};
    enum status status = find(door, user, password, len, now_ms, &account, out, err);
    if (status != STATUS_OK)
        return status;
    struct password_rules rules = password_rules_load(door->store, now_ms);
    int32_t left = password_days_left(&account, &rules, now_ms);
    enum signin_event event = judge(door, &account, user, password, len, now_ms, as);
    bool right = event == as;
    if (right) {
        out->actor = account_actor(door->machine, &account, now_ms);
        event = opens(door->machine, &rules, left) ? as : SIGNIN_EXPIRED;
    }
    record_release(&account);
    out->unrecorded = !note(door, user, event, now_ms);
    if (!right)
        return errmsg_set(err, STATUS_AUTH, "%s", REFUSED);
    if (event == SIGNIN_EXPIRED) {
        out->must_change = door->machine->center;
        return refuse_old(door->machine, now_ms, err);
    }
    tell_age(door->machine, &rules, left, out);
    return STATUS_OK;
}

enum status signin_change_password(const struct signin_door *door, const char *user, const char *present, size_t present_len, const char *fresh, size_t fresh_len, int64_t now_ms,
                                   struct errmsg *err)
{
    struct record account;
    struct signin_result result;
    if (!door->machine->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "密码在县中心改：请到县中心或打电话请管理员改，本机下次同步后用新密码");
    enum status status = find(door, user, present, present_len, now_ms, &account, &result, err);
    if (status != STATUS_OK)
        return status;
    enum signin_event event = judge(door, &account, user, present, present_len, now_ms, SIGNIN_IN);
    struct actor actor = account_actor(door->machine, &account, now_ms);
    record_release(&account);
    if (event == SIGNIN_IN)
        return account_set_password(door->store, &actor, door->codes, door->random, user, fresh, fresh_len, err);
    (void)note(door, user, event, now_ms);
    return errmsg_set(err, STATUS_AUTH, "现在的密码不对；连错 5 次要等 15 分钟再试");
}

bool signin_still_good(struct store *store, const struct machine *machine, const struct actor *actor)
{
    struct record account;
    enum status status = account_find(store, actor->name, &account, NULL);
    if (status != STATUS_OK)
        return status != STATUS_NOT_FOUND;
    struct actor now = account_actor(machine, &account, actor->now_ms);
    bool disabled = record_get(&account, catalogue_field(account.type, "disabled")).number == 1;
    record_release(&account);
    return !disabled && now.role == actor->role && now.org == actor->org;
}

/* ---- looking at accounts ------------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *label;
} states[] = {
    [ACCOUNT_ACTIVE] = {"active", "可用"},
    [ACCOUNT_DISABLED] = {"disabled", "已停用"},
    [ACCOUNT_LOCKED] = {"locked", "锁住"},
    [ACCOUNT_EXPIRED] = {"expired", "密码过期"},
};

const char *account_state_name(enum account_state state)
{
    return states[state].name;
}

const char *account_state_label(enum account_state state)
{
    return states[state].label;
}

enum account_state signin_account_state(struct store *store, const struct machine *machine, const struct password_rules *rules, const struct record *account, int64_t now_ms)
{
    if (record_get(account, catalogue_field(account->type, "disabled")).number == 1)
        return ACCOUNT_DISABLED;
    if (lockout_is(store, record_text(account, "name"), now_ms))
        return ACCOUNT_LOCKED;
    return opens(machine, rules, password_days_left(account, rules, now_ms)) ? ACCOUNT_ACTIVE : ACCOUNT_EXPIRED;
}

static bool take_last(void *context, const struct record *row, const struct list_key *key)
{
    char *out = context, day[DAY_TEXT_BYTES];
    const char *result = record_text(row, "result");
    (void)key;
    if (strcmp(result, "01") != 0 && strcmp(result, "07") != 0)
        return true;
    day_format((int32_t)record_get(row, catalogue_field(row->type, "date")).number, day);
    snprintf(out, SIGNIN_TIME_TEXT_BYTES, "%s %.8s", day, record_text(row, "time"));
    return false;
}

enum status signin_last(struct store *store, const struct actor *actor, const char *user, char out[SIGNIN_TIME_TEXT_BYTES], struct errmsg *err)
{
    const struct record_type *type = catalogue_find("signin");
    struct filter filter = {.type = type, .n_terms = 1};
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "name"), .op = FILTER_EQ, .value = value_string(user)};
    /* Ordered by the name that all have: the index then gives them newest first. */
    struct list_query query = {.type = type, .filter = &filter, .order = catalogue_field(type, "name")};
    out[0] = '\0';
    return records_list(store, actor, &query, take_last, out, err);
}
