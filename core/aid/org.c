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

static enum status number_org(struct store *store, const struct actor *actor, struct record *org, struct errmsg *err)
{
    const char *code = record_text(org, "code");
    char name[MACHINE_NAME_MAX_BYTES];
    int64_t number;
    enum status status;

    if (!actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "机构由县中心登记");
    if (*code == 0)
        return errmsg_set(err, STATUS_INVALID, "机构要有代码");
    status = org_find(store, code, &number, name, sizeof(name), NULL);
    if (status == STATUS_OK)
        return errmsg_set(err, STATUS_EXISTS, "代码 %s 已由 %s 使用", code, name);
    if (status != STATUS_NOT_FOUND)
        return errmsg_set(err, status, "%s", status_text(status));
    status = org_next_number(store, &number, err);
    if (status)
        return status;
    return record_set_int(org, "number", number);
}

enum status org_prepare(struct store *store, const struct actor *actor, struct record *org, struct errmsg *err)
{
    enum status status = id_is_zero(org->id) ? number_org(store, actor, org, err) : STATUS_OK;

    return status == STATUS_OK ? fill_protected(org) : status;
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
