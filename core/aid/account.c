/* core/aid/account.c - see account.h.
 *
 * Rows of type user are written by these functions only (the catalogue marks the type as made by actions): an undo would bring back an old password, a plain
 * edit could make anybody an administrator. */
#include "core/aid/account.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/aid/lockout.h"
#include "core/aid/org.h"
#include "core/aid/password.h"
#include "core/aid/signin.h"
#include "core/base/utf8.h"
#include "core/record/filter.h"
#include "core/record/peer.h"

enum { USER_NAME_MAX_CHARS = 20, ORG_KIND_BYTES = 32 };

/* Names that say "anybody"; digits behind them do not help. A county with one clerk may call the account by the office. Root is the machine's owner: in the
 * history nobody could tell the two apart. */
static const char *const nobody[] = {
    "root", "guest", "public", "share", "shared", "default", "anonymous", "everyone", "anybody", SIGNIN_WRITER, "公用", "公共", "共用", "访客", "大家", "任何人",
};

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

enum status account_find(struct store *store, const char *user, struct record *out, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("user");
    struct filter filter = {.type = type, .n_terms = 1};
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "name"), .op = FILTER_EQ, .value = value_string(user)};
    struct actor everywhere = {.role = ROLE_ADMIN, .all_scopes = true};
    struct list_query query = {.type = type, .filter = &filter, .limit = 1};
    struct found found = {.record = out};
    enum status status = records_list(store, &everywhere, &query, take_user, &found, err);
    if (status == STATUS_OK)
        status = found.status;
    if (status == STATUS_OK && !found.any)
        return STATUS_NOT_FOUND;
    return status;
}

struct actor account_actor(const struct machine *machine, const struct record *account, int64_t now_ms)
{
    enum actor_role role = actor_role_parse(record_text(account, "role"));
    bool county = machine->center && role != ROLE_STATION && role != ROLE_VOLUNTEER;
    struct actor actor = {.role = role, .center = county, .all_scopes = county, .now_ms = now_ms};
    snprintf(actor.name, sizeof actor.name, "%s", record_text(account, "name"));
    const char *display = record_text(account, "display");
    snprintf(actor.display, sizeof actor.display, "%.*s", (int)utf8_cut(display, strlen(display), sizeof actor.display - 1), display);
    actor.org = record_get(account, catalogue_field(account->type, "org")).number;
    return actor;
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

static bool is_nobody(const char *name)
{
    size_t len = strlen(name);
    while (len > 0 && name[len - 1] >= '0' && name[len - 1] <= '9')
        len--;
    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++)
        if (strlen(nobody[i]) == len && strncasecmp(nobody[i], name, len) == 0)
            return true;
    return false;
}

/* One person, one account: none that is an office's or anybody's. */
static enum status check_person(struct store *store, const char *name, struct errmsg *err)
{
    char org[MACHINE_NAME_MAX_BYTES];
    int64_t number;
    if (is_nobody(name))
        return errmsg_set(err, STATUS_INVALID, "账号 %s 不指哪一个人；一人一个账号，请用姓名或工号", name);
    enum status status = org_find(store, name, &number, org, sizeof org, NULL);
    if (status == STATUS_OK)
        return errmsg_set(err, STATUS_INVALID, "%s 是机构 %s 的代号；一人一个账号，不设公用的", name, org);
    return status == STATUS_NOT_FOUND ? STATUS_OK : errmsg_set(err, status, "%s", status_text(status));
}

static enum status check_name(const char *name, struct errmsg *err)
{
    size_t len = strlen(name);
    if (!utf8_valid(name, len) || len == 0 || len >= ACTOR_NAME_MAX_BYTES || utf8_count(name, len) > USER_NAME_MAX_CHARS)
        return errmsg_set(err, STATUS_INVALID, "账号应为 1 至 %d 个字", USER_NAME_MAX_CHARS);
    if (name[0] == '-')
        return errmsg_set(err, STATUS_INVALID, "账号不能以 - 开头");
    for (size_t i = 0; i < len; i++) {
        bool bad = (unsigned char)name[i] <= ' ' || name[i] == 0x7F || strchr("/\\:'\"", name[i]) != NULL;
        if (bad)
            return errmsg_set(err, STATUS_INVALID, "账号里不能有空格、引号、冒号和斜线");
    }
    return STATUS_OK;
}

/* The account is written by this action, which has checked who asks: an auditor may change their own password, and nothing else. */
static enum status save(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record, struct errmsg *err)
{
    struct actor acting = *actor;
    acting.acting = acting.center = acting.all_scopes = true;
    acting.role = ROLE_ADMIN;
    return records_save(store, &acting, codes, random, record, err);
}

static enum status check_free(struct store *store, const char *name, struct errmsg *err)
{
    struct record taken;
    enum status status = account_find(store, name, &taken, err);
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
                             const char *password, size_t len, int64_t now_ms, struct errmsg *err)
{
    enum status status = parse(record, codes, "name", user, err);
    if (status == STATUS_OK)
        status = parse(record, codes, "display", display_name, err);
    if (status == STATUS_OK)
        status = record_set_text(record, "role", role);
    if (status == STATUS_OK)
        status = record_set_int(record, "org", org);
    if (status == STATUS_OK)
        status = password_put(record, password, len, now_ms, err);
    record->scope = org;
    return status;
}

/* Where an account is. */
struct office {
    int64_t number;
    char name[MACHINE_NAME_MAX_BYTES], kind[ORG_KIND_BYTES]; /* "": it is no more */
    bool closed;
};

static enum status load_office(struct store *store, int64_t number, struct office *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT name,kind,closed FROM org WHERE number=?1 AND gone=0");
    enum status status;
    *out = (struct office){.number = number};
    stmt_int(stmt, 1, number);
    if (!stmt_row(stmt, &status, err))
        return status;
    snprintf(out->name, sizeof out->name, "%s", stmt_column_text(stmt, 0, NULL));
    snprintf(out->kind, sizeof out->kind, "%s", stmt_column_text(stmt, 1, NULL));
    out->closed = stmt_column_int(stmt, 2) == 1;
    stmt_reset(stmt);
    return STATUS_OK;
}

/* code NULL: the actor's own. */
static enum status find_office(struct store *store, const struct actor *actor, const char *code, struct office *out, struct errmsg *err)
{
    char name[MACHINE_NAME_MAX_BYTES];
    int64_t number = actor->org;
    enum status status = code == NULL ? STATUS_OK : org_find(store, code, &number, name, sizeof name, err);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(err, STATUS_INVALID, "没有这个机构: %s；用 aidpost list org 查看", code);
    if (status == STATUS_OK)
        status = load_office(store, number, out, err);
    return status == STATUS_OK && code != NULL && out->closed ? errmsg_set(err, STATUS_INVALID, "%s 已停办，不再开账号", out->name) : status;
}

/* Least privilege: the county's roles sit at the center or the bureau; elsewhere people are station workers and volunteers. */
static enum status check_role(const char *role, const struct office *office, struct errmsg *err)
{
    enum actor_role parsed = actor_role_parse(role);
    if (parsed == ROLE_COUNT)
        return errmsg_set(err, STATUS_INVALID, "没有角色 %s；可用 station volunteer clerk reviewer director bureau archivist admin auditor", role);
    if (parsed == ROLE_STATION || parsed == ROLE_VOLUNTEER || office->number == ORG_NUMBER_CENTER || strcmp(office->kind, "center") == 0 || strcmp(office->kind, "bureau") == 0)
        return STATUS_OK;
    return errmsg_set(err, STATUS_INVALID, "角色 %s 只给县中心和司法局的人；站点用 station 或 volunteer", role);
}

/* Everything that can be wrong before the password is hashed. */
static enum status check_new(struct store *store, const struct actor *actor, const char *user, const char *password, size_t len, struct errmsg *err)
{
    enum status status = check_admin(store, actor, err);
    if (status == STATUS_OK)
        status = check_name(user, err);
    if (status == STATUS_OK)
        status = check_person(store, user, err);
    if (status == STATUS_OK)
        status = password_check(user, password, len, err);
    return status;
}

/* Two administrators at once: the name is looked up inside the writing transaction. */
static enum status save_new(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record,
                            struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "account", &own, err);
    if (status != STATUS_OK)
        return status;
    status = check_free(store, record_text(record, "name"), err);
    if (status == STATUS_OK)
        status = save(store, actor, codes, random, record, err);
    return store_leave(store, own, status, err);
}

enum status account_add(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user,
                        const char *display_name, const char *role, const char *org_code, const char *password, size_t len, struct errmsg *err)
{
    struct record record;
    struct office office;
    enum status status = check_new(store, actor, user, password, len, err);
    if (status == STATUS_OK)
        status = find_office(store, actor, org_code, &office, err);
    if (status == STATUS_OK)
        status = check_role(role, &office, err);
    if (status == STATUS_OK)
        status = check_free(store, user, err);
    if (status != STATUS_OK)
        return status;
    record_init(&record, catalogue_find("user"));
    status = records_begin(store, actor, &record, codes, err);
    if (status == STATUS_OK)
        status = fill_user(&record, codes, user, display_name, role, office.number, password, len, actor->now_ms, err);
    if (status == STATUS_OK)
        status = save_new(store, actor, codes, random, &record, err);
    record_release(&record);
    return status;
}

/* The account for a change, as loaded. Errors: STATUS_NOT_FOUND with a message. */
static enum status load_user(struct store *store, const char *user, struct record *out, struct errmsg *err)
{
    struct record row;
    enum status status = account_find(store, user, &row, err);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(err, status, "没有账号 %s", user);
    if (status != STATUS_OK)
        return status;
    struct actor everywhere = {.role = ROLE_ADMIN, .all_scopes = true};
    status = records_get(store, &everywhere, row.type, row.id, out, err);
    record_release(&row);
    return status;
}

static enum status save_password(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *account,
                                 struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "password", &own, err);
    if (status != STATUS_OK)
        return status;
    status = save(store, actor, codes, random, account, err);
    if (status == STATUS_OK)
        status = lockout_clear(store, record_text(account, "name"), actor->now_ms, err);
    return store_leave(store, own, status, err);
}

enum status account_set_password(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user,
                                 const char *password, size_t len, struct errmsg *err)
{
    struct record account;
    enum status status = check_center(store, err);
    bool admin = actor->center && actor->role == ROLE_ADMIN;
    if (status == STATUS_OK && !admin && strcmp(actor->name, user) != 0)
        status = errmsg_set(err, STATUS_FORBIDDEN, "只能改自己的密码；别人的密码由县中心的管理员改");
    if (status == STATUS_OK)
        status = password_check(user, password, len, err);
    if (status == STATUS_OK)
        status = load_user(store, user, &account, err);
    if (status != STATUS_OK)
        return status;
    status = password_put(&account, password, len, actor->now_ms, err);
    if (status == STATUS_OK)
        status = save_password(store, actor, codes, random, &account, err);
    record_release(&account);
    return status;
}

static enum status set_disabled(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, bool disabled,
                                struct errmsg *err)
{
    struct record account;
    enum status status = load_user(store, user, &account, err);
    if (status != STATUS_OK)
        return status;
    status = record_set_int(&account, "disabled", disabled);
    if (status == STATUS_OK)
        status = save(store, actor, codes, random, &account, err);
    record_release(&account);
    return status;
}

enum status account_disable(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, struct errmsg *err)
{
    enum status status = check_admin(store, actor, err);
    if (status == STATUS_OK && strcmp(actor->name, user) == 0)
        status = errmsg_set(err, STATUS_INVALID, "不能停用自己的账号");
    return status == STATUS_OK ? set_disabled(store, actor, codes, random, user, true, err) : status;
}

enum status account_enable(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, struct errmsg *err)
{
    enum status status = check_admin(store, actor, err);
    return status == STATUS_OK ? set_disabled(store, actor, codes, random, user, false, err) : status;
}

static enum status change_field(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *account, const char *field, const char *text,
                                struct errmsg *err)
{
    if (strcmp(field, "display") == 0 || strcmp(field, "phone") == 0)
        return parse(account, codes, field, text, err);
    if (strcmp(field, "role") != 0)
        return errmsg_set(err, STATUS_INVALID, "只能改 display phone role；密码用 user passwd，换单位请停用后另开账号");
    if (strcmp(actor->name, record_text(account, "name")) == 0)
        return errmsg_set(err, STATUS_INVALID, "不能改自己的角色");
    struct office office;
    enum status status = load_office(store, record_get(account, catalogue_field(account->type, "org")).number, &office, err);
    if (status == STATUS_OK)
        status = check_role(text, &office, err);
    return status == STATUS_OK ? record_set_text(account, "role", text) : status;
}

enum status account_change(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *user, const char *field,
                           const char *text, struct errmsg *err)
{
    struct record account;
    enum status status = check_admin(store, actor, err);
    if (status == STATUS_OK)
        status = load_user(store, user, &account, err);
    if (status != STATUS_OK)
        return status;
    status = change_field(store, actor, codes, &account, field, text, err);
    if (status == STATUS_OK)
        status = save(store, actor, codes, random, &account, err);
    record_release(&account);
    return status;
}
