/* core/case/case_flow.c - see case_flow.h: the engine. The table is case_flow_table.c; what single actions do: case_actions.c and the files it names.
 *
 * ORDER OF A COMMIT, in one transaction: needed fields, then the action's own rules and fields, the case when it is new, rows beside it, papers (the decision's number comes from
 * its paper), the case, the step. The step is last and always there, so the changes before it carry CHANGE_FLAG_MORE and travel together. */
#include "core/case/case_flow.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/case/case_impl.h"
#include "core/outreach/event.h"
#include "core/paper/document.h"
#include "core/record/code_book.h"

enum { FIELD_NAME_BYTES = 64 };

/* ---- the table ---- */

size_t case_action_count(void)
{
    return n_case_actions;
}

const struct case_action *case_action_at(size_t index)
{
    assert(index < n_case_actions);
    return &case_actions[index];
}

const struct case_action *case_action_find(const char *name)
{
    for (size_t i = 0; i < n_case_actions; i++)
        if (strcmp(case_actions[i].name, name) == 0)
            return &case_actions[i];
    return NULL;
}

const char *case_action_label(const struct code_book *codes, const struct case_action *action)
{
    return code_book_name(codes, "case_action", action->name);
}

/* ---- may this person do this now ---- */

static enum status check_state(const struct case_action *action, const struct code_book *codes, const struct record *kase, struct errmsg *err)
{
    const char *state = kase != NULL ? record_text(kase, "state") : "";
    char wanted[256] = "";
    size_t used = 0;
    if (kase != NULL && (action->flags & ACTION_CLOSED) && strcmp(state, "S8") == 0 && case_empty(kase, "closed_on"))
        return errmsg_set(err, STATUS_INVALID, "案件还没有结案，%s(%s) 在结案之后办理", _(case_action_label(codes, action)), action->name);
    if (kase == NULL ? case_list_has(action->from, "") : case_list_has(action->from, state))
        return STATUS_OK;
    for (const char *at = action->from; *at != '\0';) {
        char code[8];
        size_t len = strcspn(at, ",");
        snprintf(code, sizeof code, "%.*s", (int)(len < sizeof code ? len : sizeof code - 1), at);
        if (code[0] != '\0' && used < sizeof wanted)
            used += (size_t)snprintf(wanted + used, sizeof wanted - used, "%s%s", used > 0 ? _("、") : "", _(code_book_name(codes, "case_state", code)));
        at += len + (at[len] == ',');
    }
    const char *label = _(case_action_label(codes, action));
    if (kase == NULL)
        return errmsg_set(err, STATUS_INVALID, "%s 要对着一件案件办理", label);
    return errmsg_set(err, STATUS_INVALID, "案件现在是 %s(%s)，%s(%s) 要在 %s 时办理", _(code_book_name(codes, "case_state", state)), state, label, action->name, wanted);
}

enum status case_action_allowed(const struct case_action *action, const struct actor *actor, const struct code_book *codes, const struct rules *rules, const struct record *kase,
                                struct errmsg *err)
{
    const char *label = case_action_label(codes, action);
    unsigned roles = action->roles;
    char names[200];
    if (!actor_may_write(actor))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 只能查看，不能办理", actor->name);
    if (!(action->flags & ACTION_STATION) && !actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s(%s) 只能由县中心办理", label, action->name);
    if ((action->flags & ACTION_DELEGATED) && rules != NULL && rules_int(rules, "urgent_delegate", day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN)) != 0)
        roles |= 1u << ROLE_CLERK | 1u << ROLE_REVIEWER;
    if (!actor_is_one_of(actor, roles)) {
        actor_role_labels(roles, names, sizeof names);
        return errmsg_set(err, STATUS_FORBIDDEN, "%s(%s) 由%s办理，%s 的角色是 %s", label, action->name, names, actor->name, actor_role_label(actor->role));
    }
    return check_state(action, codes, kase, err);
}

/* ---- fields of an action ---- */

static bool is_visit(const struct case_move *move)
{
    return strcmp(move->action->name, "visit") == 0;
}

/* A visit is asked for in its own words: its outcome is not the case's. */
static struct record *owner_of_field(struct case_move *move, const char *name, const struct field_def **def)
{
    struct record *const usual[] = {&move->kase, &move->step, &move->beside}, *const of_visit[] = {&move->beside, &move->step, &move->kase};
    struct record *const *records = is_visit(move) ? of_visit : usual;
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        *def = catalogue_field(records[i]->type, name);
        bool machine = *def != NULL && ((*def)->flags & FIELD_MACHINE) && records[i] == &move->kase && strcmp(name, "objected_on") != 0 && strcmp(name, "supplement_due") != 0;
        if (*def != NULL && !machine)
            return records[i];
    }
    return NULL;
}

struct record *case_move_field_at(struct case_move *move, size_t index, const struct field_def **def, bool *needed)
{
    const char *lists[] = {move->action->needs, move->action->takes};
    for (size_t list = 0; list < 2; list++) {
        for (const char *at = lists[list]; *at != '\0';) {
            char name[FIELD_NAME_BYTES];
            size_t len = strcspn(at, ",");
            snprintf(name, sizeof name, "%.*s", (int)len, at);
            at += len + (at[len] == ',');
            if (list == 1 && case_list_has(move->action->needs, name))
                continue; /* said twice: needed */
            if (index-- > 0)
                continue;
            *needed = list == 0;
            struct record *record = owner_of_field(move, name, def);
            assert(record != NULL); /* test_case_flow looks up every name of the table */
            return record;
        }
    }
    return NULL;
}

static struct record *field_called(struct case_move *move, const char *name, const struct field_def **def)
{
    bool needed;
    struct record *record;
    for (size_t i = 0; (record = case_move_field_at(move, i, def, &needed)) != NULL; i++)
        if (strcmp((*def)->name, name) == 0 || strcmp((*def)->label, name) == 0)
            return record;
    *def = NULL;
    return NULL;
}

struct record *case_move_field(struct case_move *move, const char *name, const struct field_def **def)
{
    struct record *record = field_called(move, name, def);
    for (size_t i = 0; i < n_case_field_aliases && record == NULL; i++) {
        const struct case_field_alias *alias = &case_field_aliases[i];
        if (strcmp(alias->word, name) == 0 && (alias->actions[0] == '\0' || case_list_has(alias->actions, move->action->name)))
            record = field_called(move, alias->field, def);
    }
    return record;
}

static enum status no_such_field(struct case_move *move, const char *field, struct errmsg *err)
{
    char names[360] = "";
    size_t used = 0;
    const struct field_def *def;
    bool needed;
    for (size_t i = 0; case_move_field_at(move, i, &def, &needed) != NULL && used + 40 < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, " %s%s", def->name, needed ? "*" : "");
    return errmsg_set(err, STATUS_USAGE, "%s 没有字段 %.60s，有(*必填):%s", move->action->name, field, names);
}

enum status case_move_set(struct case_move *move, const struct code_book *codes, const char *field, const char *text, size_t len, struct errmsg *err)
{
    const struct field_def *def;
    struct record *record = case_move_field(move, field, &def);
    if (record == NULL)
        return no_such_field(move, field, err);
    enum status status = record_parse(record, def, codes, text, len, err);
    return status == STATUS_OK ? status : errmsg_wrap(err, status, "字段 %s(%s)", _(def->label), def->name);
}

/* ---- begin ---- */

/* Applied for at an outreach event: everybody there applies for himself (case_source 41; another is chosen where it is a criminal case). */
static enum status start_outside(struct record *kase)
{
    enum status status = record_set_text(kase, "apply_channel", "04"); /* 外展现场 */
    return status == STATUS_OK ? record_set_text(kase, "source", "41") : status;
}

/* A new case at an event of somebody who was not written down before. Where a barracks is stays unwritten. */
static enum status start_at_event(struct case_move *move, const struct record *event)
{
    static const char *const same[] = {"town", "village"};
    char id[ID_TEXT_BYTES];
    id_format(event->id, id);
    enum status status = record_set_text(&move->kase, "event", id);
    for (size_t i = 0; status == STATUS_OK && i < sizeof same / sizeof same[0] && !event_is_barracks(event); i++)
        status = record_set(&move->kase, catalogue_field(move->kase.type, same[i]), record_get(event, catalogue_field(event->type, same[i])));
    move->source = event->id;
    return status == STATUS_OK ? start_outside(&move->kase) : status;
}

/* A new case from what a consultation or a person's file already says. */
static enum status start_from(struct case_move *move, const struct record *source)
{
    static const char *const same[] = {"name", "sex", "born", "ethnic", "phone", "id_kind", "id_no", "town", "village", "categories", "safe_contact", "sealed", "event"};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof same / sizeof same[0]; i++) {
        const struct field_def *from = catalogue_field(source->type, same[i]), *to = catalogue_field(move->kase.type, same[i]);
        if (from != NULL && to != NULL && record_get(source, from).kind != VALUE_NULL)
            status = record_set(&move->kase, to, record_get(source, from));
    }
    char id[ID_TEXT_BYTES];
    id_format(source->id, id);
    bool consultation = strcmp(source->type->name, "consultation") == 0;
    if (status == STATUS_OK)
        status = record_set_text(&move->kase, consultation ? "consultation" : "applicant", id);
    if (status == STATUS_OK && consultation && record_text(source, "person")[0] != '\0')
        status = record_set_text(&move->kase, "applicant", record_text(source, "person"));
    if (status == STATUS_OK && consultation)
        status = record_set_text(&move->kase, "narrative", record_text(source, "content"));
    if (status == STATUS_OK && consultation && strcmp(record_text(source, "channel"), "06") == 0)
        status = start_outside(&move->kase);
    move->source = source->id;
    return status;
}

/* The next stage of a case: who and what it is about, none of what was done. */
static enum status start_next_stage(struct case_move *move, const struct record *before)
{
    static const char *const same[] = {"applicant", "name", "sex", "born", "ethnic", "phone", "id_kind", "id_no", "town", "village", "safe_contact", "categories", "sealed", "agent",
                                       "agent_kind", "case_type", "matter", "cause", "stat_matter", "opponent", "narrative", "exempt_32", "waived_42", "household", "income",
                                       "soldier_priority", "case_group"};
    enum status status = STATUS_OK;
    char id[ID_TEXT_BYTES];
    for (size_t i = 0; status == STATUS_OK && i < sizeof same / sizeof same[0]; i++)
        status = record_set(&move->kase, catalogue_field(before->type, same[i]), record_get(before, catalogue_field(before->type, same[i])));
    id_format(before->id, id);
    if (status == STATUS_OK)
        status = record_set_text(&move->kase, "prev_case", id);
    move->kase.scope = before->scope;
    move->source = before->id;
    return status;
}

static enum status load_linked(struct store *store, const struct actor *actor, const struct code_book *codes, struct id id, struct case_move *move, struct errmsg *err)
{
    struct record before;
    enum status status = records_get(store, actor, catalogue_find("case"), id, &before, err);
    if (status != STATUS_OK)
        return status;
    status = case_action_allowed(move->action, actor, codes, move->rules, &before, err);
    if (status == STATUS_OK)
        status = records_begin(store, actor, &move->kase, codes, err);
    if (status == STATUS_OK)
        status = start_next_stage(move, &before);
    record_release(&before);
    return status;
}

/* Whether the action makes a case, and there is none of it yet: then its state was looked at when it began. */
static bool is_unborn(const struct case_move *move)
{
    return id_is_zero(move->kase.id) && (move->action->flags & ACTION_LINKED);
}

/* The case of that id, or a new one from the consultation, person or event of that id, or a new empty one. */
static enum status load(struct store *store, const struct actor *actor, const struct code_book *codes, struct id id, struct case_move *move, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("case");
    bool makes = (move->action->flags & ACTION_NEW) != 0;
    record_init(&move->kase, type);
    if (move->action->flags & ACTION_LINKED)
        return load_linked(store, actor, codes, id, move, err);
    if (!id_is_zero(id)) {
        enum status status = records_get(store, actor, type, id, &move->kase, makes ? NULL : err);
        if (status != STATUS_NOT_FOUND || !makes)
            return status;
        record_init(&move->kase, type);
    }
    if (!makes)
        return errmsg_set(err, STATUS_INVALID, "%s 要对着一件案件办理", _(case_action_label(codes, move->action)));
    enum status status = records_begin(store, actor, &move->kase, codes, err);
    if (status == STATUS_OK)
        status = org_offer_category(store, actor, &move->kase, err);
    if (status != STATUS_OK || id_is_zero(id))
        return status;
    struct record source;
    status = records_get_any(store, actor, id, &source, err);
    if (status != STATUS_OK)
        return status;
    if (strcmp(source.type->name, "consultation") == 0 || strcmp(source.type->name, "person") == 0)
        status = start_from(move, &source);
    else if (strcmp(source.type->name, "event") == 0)
        status = start_at_event(move, &source);
    else
        status = errmsg_set(err, STATUS_INVALID, "申请从咨询、人员档案、活动或案件办起，这是一条%s", _(source.type->label));
    if (status == STATUS_NOMEM)
        errmsg_set(err, status, "%s", status_text(status));
    record_release(&source);
    return status;
}

static enum status begin_step(struct store *store, const struct actor *actor, const struct code_book *codes, struct case_move *move, struct errmsg *err)
{
    enum status status = records_begin(store, actor, &move->step, codes, err);
    if (status == STATUS_OK && (is_visit(move) || strcmp(move->action->name, "pay") == 0))
        status = records_begin(store, actor, &move->beside, codes, err);
    if (status == STATUS_OK)
        status = record_set_text(&move->step, "action", move->action->name);
    if (status == STATUS_OK && !id_is_zero(move->kase.id))
        status = record_set_text(&move->step, "from_state", record_text(&move->kase, "state"));
    if (status == STATUS_OK && actor->owner)
        status = record_set_int(&move->step, "as_owner", 1);
    return status;
}

static bool see_step(void *context, const struct record *step)
{
    (void)step;
    *(bool *)context = false;
    return false;
}

enum status case_move_begin(struct store *store, const struct actor *actor, const struct code_book *codes, const struct case_action *action, struct id id,
                            struct case_move *move, struct errmsg *err)
{
    *move = (struct case_move){.action = action, .today = day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN)};
    record_init(&move->kase, catalogue_find("case"));
    record_init(&move->step, catalogue_find("step"));
    record_init(&move->beside, catalogue_find(is_visit(move) ? "return_visit" : "payment"));
    enum status status = rules_load(&move->rules, store, actor, err);
    if (status == STATUS_OK)
        status = calendar_load(&move->calendar, store, actor, err);
    if (status == STATUS_OK)
        status = load(store, actor, codes, id, move, err);
    if (status == STATUS_OK && !is_unborn(move))
        status = case_action_allowed(action, actor, codes, move->rules, id_is_zero(move->kase.id) ? NULL : &move->kase, err);
    if (status == STATUS_OK)
        status = begin_step(store, actor, codes, move, err);
    move->imported = !id_is_zero(move->kase.id);
    if (status == STATUS_OK && move->imported && case_is(&move->kase, "state", "S1"))
        status = case_steps(store, actor, move->kase.id, see_step, &move->imported, err);
    if (status == STATUS_OK)
        status = case_action_defaults(move, err);
    if (status != STATUS_OK)
        case_move_release(move);
    return status;
}

void case_move_release(struct case_move *move)
{
    record_release(&move->kase);
    record_release(&move->step);
    record_release(&move->beside);
    if (move->rules != NULL)
        rules_free(move->rules);
    if (move->calendar != NULL)
        calendar_free(move->calendar);
    move->rules = NULL;
    move->calendar = NULL;
}

/* ---- commit ---- */

static enum status check_needs(struct case_move *move, const struct code_book *codes, struct errmsg *err)
{
    const struct field_def *def;
    const struct record *record;
    bool needed;
    for (size_t i = 0; (record = case_move_field_at(move, i, &def, &needed)) != NULL; i++)
        if (needed && record_get(record, def).kind == VALUE_NULL)
            return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): %s要填这一项", _(def->label), def->name, _(case_action_label(codes, move->action)));
    return STATUS_OK;
}

/* What happens to a received case happens after it was received. */
static enum status check_after_receipt(const struct case_move *move, struct errmsg *err)
{
    int32_t received, day;
    bool before = id_is_zero(move->kase.id) || case_is(&move->kase, "state", "S1");
    if (before || !case_day(&move->kase, "received_on", &received) || !case_day(&move->step, "date", &day) || day >= received)
        return STATUS_OK;
    return case_wrong(err, &move->step, "date", _("在收件日期之前"));
}

/* Days of what is done now: not after today by this machine's clock. */
static enum status check_days(struct case_move *move, struct errmsg *err)
{
    static const char *const later[] = {"supplement_due", "limitation_on", "due"};
    const struct field_def *def;
    const struct record *record;
    bool needed;
    for (size_t i = 0; (record = case_move_field_at(move, i, &def, &needed)) != NULL; i++) {
        bool may_be_later = false;
        for (size_t j = 0; j < sizeof later / sizeof later[0]; j++)
            may_be_later |= strcmp(later[j], def->name) == 0;
        struct value value = record_get(record, def);
        if (def->kind == FIELD_DAY && !may_be_later && value.kind == VALUE_INT && value.number > move->today)
            return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): 在今天之后；请核对日期，或先校准这台机器的时钟", _(def->label), def->name);
    }
    return check_after_receipt(move, err);
}

static enum status issue_papers(struct case_work *work)
{
    struct case_move *move = work->move;
    for (const char *at = work->forms; *at != '\0' && move->n_documents < MOVE_DOCUMENTS_MAX;) {
        char form[8], number[64];
        size_t len = strcspn(at, ",");
        snprintf(form, sizeof form, "%.*s", (int)(len < sizeof form ? len : sizeof form - 1), at);
        at += len + (at[len] == ',');
        struct document_source source = {.kase = &move->kase, .step = &move->step, .record = work->about, .today = move->today};
        enum status status = document_issue(work->store, &work->acting, work->codes, work->random, move->rules, form, &source, &move->documents[move->n_documents], number, work->err);
        if (status != STATUS_OK)
            return errmsg_wrap(work->err, status, "文书 %s", _(code_book_name(work->codes, "doc_form", form)));
        move->n_documents++;
        if (strcmp(form, "09") == 0 || strcmp(form, "10") == 0)
            status = record_set_text(&move->kase, "decision_no", number);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status save_case(struct case_work *work)
{
    return records_save(work->store, &work->acting, work->codes, work->random, &work->move->kase, work->err);
}

static enum status save_step(struct case_work *work)
{
    struct record *step = &work->move->step;
    struct actor last = work->acting;
    char id[ID_TEXT_BYTES];
    id_format(work->move->kase.id, id);
    last.more = false;
    step->scope = work->move->kase.scope;
    enum status status = record_set_text(step, "case_id", id);
    if (status == STATUS_OK)
        status = record_set_text(step, "to_state", record_text(&work->move->kase, "state"));
    return status != STATUS_OK ? status : records_save(work->store, &last, work->codes, work->random, step, work->err);
}

static enum status commit_inside(struct case_work *work)
{
    struct case_move *move = work->move;
    enum status status = STATUS_OK;
    if (!is_unborn(move))
        status = case_action_allowed(move->action, work->actor, work->codes, move->rules, id_is_zero(move->kase.id) ? NULL : &move->kase, work->err);
    if (status == STATUS_OK)
        status = check_needs(move, work->codes, work->err);
    if (status == STATUS_OK)
        status = check_days(move, work->err);
    if (status == STATUS_OK && move->action->to[0] != '\0')
        status = record_set_text(&move->kase, "state", move->action->to);
    if (status == STATUS_OK)
        status = case_action_apply(work);
    if (status == STATUS_OK && id_is_zero(move->kase.id))
        status = save_case(work);
    if (status == STATUS_OK)
        status = case_action_write(work);
    if (status == STATUS_OK)
        status = issue_papers(work);
    if (status == STATUS_OK)
        status = save_case(work);
    if (status == STATUS_OK)
        status = save_step(work);
    return status == STATUS_OK ? case_hand_over(work) : status;
}

/* A number or a text that was made without the names of codes is not kept. */
static enum status commit_whole(struct case_work *work)
{
    uint64_t unread = code_book_unread(work->codes);
    enum status status = commit_inside(work);
    return status == STATUS_OK && code_book_unread(work->codes) != unread ? errmsg_set(work->err, STATUS_NOMEM, "内存不足") : status;
}

/* What the person typed is kept on failure, as it was before the action's own changes. */
struct kept {
    struct record kase, step, beside;
};

static enum status keep(const struct case_move *move, struct kept *kept)
{
    if (record_copy(&kept->kase, &move->kase) != STATUS_OK)
        return STATUS_NOMEM;
    if (record_copy(&kept->step, &move->step) != STATUS_OK)
        goto err_after_case;
    if (record_copy(&kept->beside, &move->beside) != STATUS_OK)
        goto err_after_step;
    return STATUS_OK;
err_after_step:
    record_release(&kept->step);
err_after_case:
    record_release(&kept->kase);
    return STATUS_NOMEM;
}

static void drop(struct kept *kept)
{
    record_release(&kept->kase);
    record_release(&kept->step);
    record_release(&kept->beside);
}

static void put_back(struct case_move *move, struct kept *kept)
{
    struct kept changed = {move->kase, move->step, move->beside};
    move->kase = kept->kase;
    move->step = kept->step;
    move->beside = kept->beside;
    *kept = changed;
    move->n_documents = 0;
}

enum status case_move_commit(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct case_move *move,
                             struct errmsg *err)
{
    struct case_work work = {.store = store, .actor = actor, .acting = *actor, .codes = codes, .random = random, .move = move, .forms = move->action->documents, .err = err};
    struct kept kept;
    bool own;
    work.acting.acting = work.acting.more = true;
    enum status status = keep(move, &kept);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    status = store_join(store, "case", &own, err);
    if (status == STATUS_OK)
        status = store_leave(store, own, commit_whole(&work), err);
    if (status != STATUS_OK)
        put_back(move, &kept);
    drop(&kept);
    return status;
}
