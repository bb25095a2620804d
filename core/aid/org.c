/* core/aid/org.c - see org.h. */
#include "core/aid/org.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/peer.h"

enum status org_next_number(struct store *store, int64_t *number, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT coalesce(max(number), 0) FROM org");
    enum status status;

    *number = ORG_NUMBER_CENTER;
    if (stmt_row(stmt, &status, err))
        *number = stmt_column_int(stmt, 0) + 1;
    stmt_reset(stmt);
    return status;
}

/* ---- whom a branch protects ---- */

/* By host (code of set org_host) or a word of the name; category: what people who come there are (code of set person_category), "" where nothing follows. */
static const struct branch_group {
    const char *group, *host, *words[4], *category;
} branch_groups[] = {
    {"01", "04", {"妇联", "妇女"}, ""},
    {"02", "05", {"老龄", "老年"}, ""},
    {"03", "02", {"工会", "职工"}, ""},
    {"04", "03", {"团县委", "团区委", "共青团", "青少年"}, ""},
    {"05", "12", {"人武部", "武装部", "军人", "军属"}, "07"},
    {"06", "06", {"残联", "残疾人"}, "01"},
};

enum { BRANCH_GROUPS = sizeof(branch_groups) / sizeof(branch_groups[0]), BRANCH_WORDS = sizeof(branch_groups[0].words) / sizeof(branch_groups[0].words[0]) };

static bool is_branch(const struct record *org)
{
    return strcmp(record_text(org, "kind"), "branch") == 0;
}

static bool named_after(const struct branch_group *group, const char *name)
{
    for (size_t i = 0; i < BRANCH_WORDS && group->words[i] != NULL; i++)
        if (strstr(name, group->words[i]) != NULL)
            return true;
    return false;
}

const char *org_protected(const struct record *org)
{
    const char *given = record_text(org, "protected"), *host = record_text(org, "host"), *name = record_text(org, "name");

    if (!is_branch(org) || *given != 0)
        return is_branch(org) ? given : "";
    for (size_t i = 0; i < BRANCH_GROUPS; i++)
        if (strcmp(host, branch_groups[i].host) == 0)
            return branch_groups[i].group;
    for (size_t i = 0; i < BRANCH_GROUPS; i++)
        if (named_after(&branch_groups[i], name))
            return branch_groups[i].group;
    return "";
}

/* The actor's own org; *found false: not entered here. */
static enum status own_org(struct store *store, const struct actor *actor, struct record *org, bool *found, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT id FROM org WHERE number=?1 AND gone=0 ORDER BY n LIMIT 1");
    enum status status;

    stmt_int(stmt, 1, actor->org);
    *found = stmt_row(stmt, &status, err);
    if (!*found)
        return status;
    struct id id = stmt_column_id(stmt, 0);
    stmt_reset(stmt);
    return records_get(store, actor, catalogue_find("org"), id, org, err);
}

enum status org_offer_category(struct store *store, const struct actor *actor, struct record *record, struct errmsg *err)
{
    bool takes = strcmp(record->type->name, "consultation") == 0 || strcmp(record->type->name, "case") == 0, found;
    struct record org;
    enum status status;

    if (!takes || !id_is_zero(record->id) || record_text(record, "categories")[0] != 0)
        return STATUS_OK;
    status = own_org(store, actor, &org, &found, err);
    if (status != STATUS_OK || !found)
        return status;
    const char *protected = org_protected(&org); /* of several groups no one is meant */
    for (size_t i = 0; status == STATUS_OK && i < BRANCH_GROUPS; i++)
        if (strcmp(protected, branch_groups[i].group) == 0 && branch_groups[i].category[0] != 0)
            status = record_set_text(record, "categories", branch_groups[i].category);
    record_release(&org);
    return status == STATUS_NOMEM ? errmsg_set(err, status, "%s", status_text(status)) : status;
}

/* ---- before it is saved ---- */

static bool field_changed(const struct record *record, const char *field)
{
    size_t i = catalogue_field_index(record->type, catalogue_field(record->type, field));

    return !value_equal(record->values[i], record->loaded[i]);
}

static enum status fill_protected(struct record *org)
{
    bool moved = id_is_zero(org->id) || field_changed(org, "kind") || field_changed(org, "host") || field_changed(org, "name");
    const char *group = org_protected(org);

    if (!moved || *group == 0 || record_text(org, "protected")[0] != 0)
        return STATUS_OK;
    return record_set_text(org, "protected", group);
}

/* An org that is there, another one, that goes by this text; names count of open offices only, since firms and courts elsewhere may be called alike. *name: of the one found, "" none. */
static enum status find_namesake(struct store *store, struct id id, const char *text, bool office, char *name, size_t name_bytes, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT name FROM org WHERE gone=0 AND id<>?1 AND (code=?2 OR name=?2 AND (?3=0 OR " ORG_IS_OFFICE ")) ORDER BY n LIMIT 1");
    enum status status;

    *name = '\0';
    stmt_id(stmt, 1, id);
    stmt_string(stmt, 2, text);
    stmt_int(stmt, 3, office);
    if (stmt_row(stmt, &status, err)) {
        snprintf(name, name_bytes, "%s", stmt_column_text(stmt, 0, NULL));
        stmt_reset(stmt);
    }
    return status;
}

/* As ORG_IS_OFFICE has it (peer.h). */
static bool is_open_office(const struct record *org)
{
    static const char *const kinds[] = {"center", "station", "branch", "point"};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(record_text(org, "kind"), kinds[i]) == 0)
            return record_get(org, catalogue_field(org->type, "closed")).number == 0;
    return false;
}

static enum status check_code(struct store *store, const struct record *org, struct errmsg *err)
{
    const char *code = record_text(org, "code");
    char name[MACHINE_NAME_MAX_BYTES];
    bool is_new = id_is_zero(org->id);

    if (!is_new && !field_changed(org, "code"))
        return STATUS_OK;
    if (*code == 0)
        return errmsg_set(err, STATUS_INVALID, "机构要有代码");
    enum status status = find_namesake(store, org->id, code, false, name, sizeof name, err);
    return status == STATUS_OK && *name != '\0' ? errmsg_set(err, STATUS_EXISTS, "代码 %s 已由 %s 使用", code, name) : status;
}

static enum status check_name(struct store *store, const struct record *org, struct errmsg *err)
{
    char name[MACHINE_NAME_MAX_BYTES];

    if (!is_open_office(org) || (!id_is_zero(org->id) && !field_changed(org, "name") && !field_changed(org, "kind") && !field_changed(org, "closed")))
        return STATUS_OK;
    enum status status = find_namesake(store, org->id, record_text(org, "name"), true, name, sizeof name, err);
    return status == STATUS_OK && *name != '\0' ? errmsg_set(err, STATUS_EXISTS, "已经有叫 %s 的单位：移送、协办和发登记码按名称认单位，请写得有区别", record_text(org, "name")) : status;
}

static enum status number_org(struct store *store, struct record *org, struct errmsg *err)
{
    int64_t number;

    if (!id_is_zero(org->id))
        return field_changed(org, "number") ? errmsg_set(err, STATUS_INVALID, "机构号由中心统一编号，给出后不再更改：它的记录、账号和电脑都按这个号") : STATUS_OK;
    enum status status = org_next_number(store, &number, err);
    return status == STATUS_OK ? record_set_int(org, "number", number) : status;
}

enum status org_prepare(struct store *store, const struct actor *actor, struct record *org, struct errmsg *err)
{
    enum status status = actor->center ? STATUS_OK : errmsg_set(err, STATUS_FORBIDDEN, "机构由县中心登记");

    if (status == STATUS_OK)
        status = check_code(store, org, err);
    if (status == STATUS_OK)
        status = check_name(store, org, err);
    if (status == STATUS_OK)
        status = number_org(store, org, err);
    return status == STATUS_OK ? fill_protected(org) : status;
}

/* ---- before it is deleted ---- */

/* A row of the type that is of this org, by the index over the rows that are there. */
static enum status has_rows(struct store *store, const struct record_type *type, int64_t number, bool *has, struct errmsg *err)
{
    char sql[128];
    enum status status;

    snprintf(sql, sizeof sql, "SELECT 1 FROM \"%s\" WHERE scope=?1 AND gone=0 LIMIT 1", type->name);
    struct stmt *stmt = store_prepare(store, sql);
    stmt_int(stmt, 1, number);
    *has = stmt_row(stmt, &status, err);
    if (*has)
        stmt_reset(stmt);
    return status;
}

static enum status has_machine(struct store *store, int64_t number, bool *has, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM peer WHERE org=?1 LIMIT 1");
    enum status status;

    stmt_int(stmt, 1, number);
    *has = stmt_row(stmt, &status, err);
    if (*has)
        stmt_reset(stmt);
    return status;
}

enum status org_may_delete(struct store *store, const struct record *org, struct errmsg *err)
{
    int64_t number = record_get(org, catalogue_field(org->type, "number")).number;
    const char *name = record_text(org, "name");
    bool has = false;
    enum status status = STATUS_OK;

    if (number == ORG_NUMBER_CENTER)
        return errmsg_set(err, STATUS_FORBIDDEN, "县中心自己不能删除");
    for (size_t i = 0; status == STATUS_OK && i < catalogue_count(); i++) {
        status = has_rows(store, catalogue_at(i), number, &has, err);
        if (status == STATUS_OK && has)
            return errmsg_set(err, STATUS_FORBIDDEN, "%s 名下有记录（%s），不能删除；不办了请写 已停办=是，记录照常留着", name, _(catalogue_at(i)->label));
    }
    if (status == STATUS_OK)
        status = has_machine(store, number, &has, err);
    return status == STATUS_OK && has ? errmsg_set(err, STATUS_FORBIDDEN, "%s 有登记过的电脑，不能删除；不办了请写 已停办=是", name) : status;
}

/* ---- what it was called ---- */

struct former {
    const char *text;
    bool found;
};

static bool was_called(void *context, const struct history_entry *entry)
{
    struct former *former = context;

    former->found = strcmp(record_text(entry->fields, "name"), former->text) == 0 || strcmp(record_text(entry->fields, "code"), former->text) == 0;
    return !former->found;
}

enum status org_find_former(struct store *store, const struct actor *actor, const char *code_or_name, bool *found, char *name, size_t name_bytes, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT id,name,gone FROM org ORDER BY gone,n");
    struct former former = {.text = code_or_name};
    enum status status;

    while (!former.found && stmt_row(stmt, &status, err)) {
        snprintf(name, name_bytes, "%s", stmt_column_int(stmt, 2) == 0 ? stmt_column_text(stmt, 1, NULL) : "");
        status = records_history(store, actor, catalogue_find("org"), stmt_column_id(stmt, 0), was_called, &former, err);
        if (status != STATUS_OK)
            break;
    }
    stmt_reset(stmt);
    *found = former.found;
    return status;
}

void org_name(struct store *store, int64_t number, char *out, size_t out_bytes)
{
    struct stmt *stmt = store_prepare(store, "SELECT name FROM org WHERE number=?1 AND gone=0");
    enum status status;
    stmt_int(stmt, 1, number);
    snprintf(out, out_bytes, _("机构 %lld"), (long long)number);
    if (!stmt_row(stmt, &status, NULL))
        return;
    size_t len;
    const char *name = stmt_column_text(stmt, 0, &len);
    if (len > 0) {
        len = utf8_cut(name, len, len < out_bytes ? len : out_bytes - 1);
        memcpy(out, name, len);
        out[len] = '\0';
    }
    stmt_reset(stmt);
}
