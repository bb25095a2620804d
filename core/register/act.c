/* core/register/act.c - see act.h: the engine. The table is act_table.c; what single acts do stands in the module of their record type.
 *
 * ORDER OF A COMMIT, in one transaction: the record is still in the state it was loaded in, the act is allowed, needed fields, days, the new state, the hook with what it writes beside
 * (CHANGE_FLAG_MORE), the record last. */
#include "core/register/act.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/changelog.h"
#include "core/record/code_book.h"
#include "core/register/act_table.h"

enum { FIELD_NAME_BYTES = 64, SAID_MAX_BYTES = 4096 };

/* ---- the table ---- */

size_t act_count(void)
{
    return n_acts;
}

const struct act *act_at(size_t index)
{
    assert(index < n_acts);
    return &acts[index];
}

const struct act *act_find(const struct record_type *type, const char *name)
{
    for (size_t i = 0; i < n_acts; i++)
        if (strcmp(acts[i].type, type->name) == 0 && (strcmp(acts[i].name, name) == 0 || strcmp(acts[i].label, name) == 0))
            return &acts[i];
    return NULL;
}

/* The next word of a comma-separated list; false at its end. */
static bool next_word(const char **at, char word[FIELD_NAME_BYTES])
{
    size_t len = strcspn(*at, ",");
    if (**at == '\0')
        return false;
    assert(len < FIELD_NAME_BYTES);
    snprintf(word, FIELD_NAME_BYTES, "%.*s", (int)len, *at);
    *at += len + ((*at)[len] == ',');
    return true;
}

static bool list_has(const char *list, const char *wanted)
{
    char word[FIELD_NAME_BYTES];
    while (next_word(&list, word))
        if (strcmp(word, wanted) == 0)
            return true;
    return false;
}

/* ---- may this person do this now ---- */

static enum status check_state(const struct act *act, const struct code_book *codes, const struct record *record, struct errmsg *err)
{
    char wanted[256] = "", word[FIELD_NAME_BYTES];
    size_t used = 0;
    if (act->from[0] == '\0')
        return STATUS_OK;
    const struct field_def *field = catalogue_field(record->type, "state");
    assert(field != NULL);
    const char *state = record_text(record, "state");
    if (list_has(act->from, state))
        return STATUS_OK;
    for (const char *at = act->from; next_word(&at, word) && used < sizeof wanted;)
        used += (size_t)snprintf(wanted + used, sizeof wanted - used, "%s%s", used > 0 ? _("、") : "", _(code_book_name(codes, field->codes, word)));
    return errmsg_set(err, STATUS_INVALID, "%s现在是 %s(%s)，%s(%s) 要在 %s 时办理", _(record->type->label), _(code_book_name(codes, field->codes, state)), state, _(act->label), act->name, wanted);
}

enum status act_allowed(const struct act *act, const struct actor *actor, const struct code_book *codes, const struct record *record, struct errmsg *err)
{
    char names[200];
    if (strcmp(record->type->name, act->type) != 0)
        return errmsg_set(err, STATUS_INVALID, "%s(%s) 是%s的办理动作，这是一条%s", _(act->label), act->name, _(catalogue_find(act->type)->label), _(record->type->label));
    if (!actor_may_write(actor))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 只能查看，不能办理", actor->name);
    if (!(act->flags & ACT_STATION) && !actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s(%s) 只能由县中心办理", _(act->label), act->name);
    if (!actor_is_one_of(actor, act->roles)) {
        actor_role_labels(act->roles, names, sizeof names);
        return errmsg_set(err, STATUS_FORBIDDEN, "%s(%s) 由%s办理，%s 的角色是 %s", _(act->label), act->name, names, actor->name, actor_role_label(actor->role));
    }
    if (act->fits != NULL && act->fits(record, err) != STATUS_OK)
        return STATUS_INVALID;
    return check_state(act, codes, record, err);
}

/* ---- fields of an act ---- */

const struct field_def *act_field_at(const struct act *act, size_t index, bool *needed)
{
    const char *const lists[] = {act->needs, act->takes};
    for (size_t list = 0; list < 2; list++) {
        char word[FIELD_NAME_BYTES];
        for (const char *at = lists[list]; next_word(&at, word);) {
            if (list == 1 && list_has(act->needs, word))
                continue; /* said twice: needed */
            if (index-- > 0)
                continue;
            *needed = list == 0;
            const struct field_def *def = catalogue_field(catalogue_find(act->type), word);
            assert(def != NULL); /* test_act looks up every name of the table */
            return def;
        }
    }
    return NULL;
}

static enum status no_such_field(const struct act *act, const char *field, struct errmsg *err)
{
    char names[360] = "";
    size_t used = 0;
    const struct field_def *def;
    bool needed;
    for (size_t i = 0; (def = act_field_at(act, i, &needed)) != NULL && used + 80 < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, " %s%s", def->name, needed ? "*" : "");
    return errmsg_set(err, STATUS_USAGE, "%s 没有字段 %.60s，%s%s", act->name, field, used > 0 ? _("有(*必填):") : _("它不带字段"), names);
}

enum status act_set(struct act_move *move, const struct code_book *codes, const char *field, const char *text, size_t len, struct errmsg *err)
{
    const struct field_def *def;
    bool needed;
    for (size_t i = 0; (def = act_field_at(move->act, i, &needed)) != NULL; i++) {
        if (strcmp(def->name, field) != 0 && strcmp(def->label, field) != 0)
            continue;
        enum status status = record_parse(&move->record, def, codes, text, len, err);
        return status == STATUS_OK ? status : errmsg_wrap(err, status, "字段 %s(%s)", _(def->label), def->name);
    }
    return no_such_field(move->act, field, err);
}

/* ---- begin ---- */

static enum status fill_days(struct act_move *move)
{
    char word[FIELD_NAME_BYTES];
    enum status status = STATUS_OK;
    for (const char *at = move->act->fills; status == STATUS_OK && next_word(&at, word);)
        if (record_get(&move->record, catalogue_field(move->record.type, word)).kind == VALUE_NULL)
            status = record_set_int(&move->record, word, move->today);
    return status;
}

enum status act_begin(struct store *store, const struct actor *actor, const struct code_book *codes, const struct act *act, struct id id, struct act_move *move, struct errmsg *err)
{
    *move = (struct act_move){.act = act, .today = day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN)};
    record_init(&move->record, catalogue_find(act->type));
    buf_init(&move->said, SAID_MAX_BYTES);
    enum status status = records_get(store, actor, move->record.type, id, &move->record, err);
    if (status != STATUS_OK) {
        record_init(&move->record, catalogue_find(act->type));
        return status;
    }
    status = act_allowed(act, actor, codes, &move->record, err);
    if (status == STATUS_OK)
        status = rules_load(&move->rules, store, actor, err);
    if (status == STATUS_OK)
        status = calendar_load(&move->calendar, store, actor, err);
    if (status == STATUS_OK && (status = fill_days(move)) != STATUS_OK)
        errmsg_set(err, status, "%s", status_text(status));
    if (status == STATUS_OK && act->offer != NULL)
        status = act->offer(move, err);
    if (status != STATUS_OK)
        act_release(move);
    return status;
}

void act_release(struct act_move *move)
{
    record_release(&move->record);
    buf_release(&move->said);
    if (move->rules != NULL)
        rules_free(move->rules);
    if (move->calendar != NULL)
        calendar_free(move->calendar);
    move->rules = NULL;
    move->calendar = NULL;
}

/* ---- commit ---- */

static enum status check_needs(const struct act_move *move, struct errmsg *err)
{
    const struct field_def *def;
    bool needed;
    for (size_t i = 0; (def = act_field_at(move->act, i, &needed)) != NULL; i++)
        if (needed && record_get(&move->record, def).kind == VALUE_NULL)
            return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): %s要填这一项", _(def->label), def->name, _(move->act->label));
    return STATUS_OK;
}

/* Days of what is done now: not after today by this machine's clock. */
static enum status check_days(const struct act_move *move, struct errmsg *err)
{
    char word[FIELD_NAME_BYTES];
    for (const char *at = move->act->fills; next_word(&at, word);) {
        const struct field_def *def = catalogue_field(move->record.type, word);
        struct value value = record_get(&move->record, def);
        if (value.kind == VALUE_INT && value.number > move->today)
            return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): 在今天之后；请核对日期，或先校准这台机器的时钟", _(def->label), def->name);
    }
    return STATUS_OK;
}

/* An act that stays in its state would not notice that another one has moved the record on since it was loaded: only fields are compared when it is saved. */
static enum status check_fresh(struct store *store, const struct actor *actor, const struct act_move *move, struct errmsg *err)
{
    const struct field_def *field = catalogue_field(move->record.type, "state");
    struct record now;
    if (field == NULL)
        return STATUS_OK;
    enum status status = records_get(store, actor, move->record.type, move->record.id, &now, err);
    if (status != STATUS_OK)
        return status;
    if (strcmp(record_text(&now, "state"), record_text(&move->record, "state")) != 0)
        status = errmsg_set(err, STATUS_STALE, "%s刚才已由别人办理，状态变了；请重新打开再办", _(move->record.type->label));
    record_release(&now);
    return status;
}

static enum status commit_inside(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err)
{
    struct actor acting = *actor;
    int64_t before, after;
    enum status status = check_fresh(store, actor, move, err);
    if (status == STATUS_OK)
        status = act_allowed(move->act, actor, codes, &move->record, err);
    if (status == STATUS_OK)
        status = check_needs(move, err);
    if (status == STATUS_OK)
        status = check_days(move, err);
    if (status == STATUS_OK && move->act->to[0] != '\0')
        status = record_set_text(&move->record, "state", move->act->to);
    if (status == STATUS_OK)
        status = changelog_head(store, &before, err);
    acting.acting = acting.more = true;
    if (status == STATUS_OK && move->act->hook != NULL)
        status = move->act->hook(store, &acting, codes, random, move, err);
    if (status == STATUS_OK)
        status = changelog_head(store, &after, err);
    if (status != STATUS_OK)
        return status;
    assert(after == before || record_changed(&move->record)); /* else nothing would follow what was written with `more` */
    acting.more = actor->more;
    return records_save(store, &acting, codes, random, &move->record, err);
}

enum status act_commit(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err)
{
    struct record typed; /* what the person typed is kept on failure, as it was before the act's own changes */
    bool own;
    enum status status = record_copy(&typed, &move->record);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    buf_clear(&move->said);
    move->n_documents = 0;
    status = store_join(store, "act", &own, err);
    if (status == STATUS_OK)
        status = store_leave(store, own, commit_inside(store, actor, codes, random, move, err), err);
    if (status != STATUS_OK) {
        struct record changed = move->record;
        move->record = typed;
        typed = changed;
        move->n_documents = 0;
        buf_clear(&move->said);
    }
    record_release(&typed);
    return status;
}
