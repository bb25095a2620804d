/* tui/cli_todo.c - aidpost todo: every period that runs, soonest first, and how many drafts, conflicts, quarantined and flagged changes wait. */
#include <string.h>

#include "core/aid/deadline.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/conflict.h"
#include "core/record/draft.h"
#include "core/record/flagged.h"
#include "core/record/passage.h"
#include "core/record/replica.h"
#include "tui/cli.h"

struct todo {
    struct cli *cli;
    struct rules *rules;
    struct calendar *calendar;
    int64_t drafts, conflicts, quarantined, flagged;
    struct passage_counts moved;
    bool assumed; /* a year without its list of holidays came up */
};

static bool count_draft(void *context, const struct draft_info *info)
{
    int64_t *count = context;

    (void)info;
    ++*count;
    return true;
}

static bool count_quarantined(void *context, int64_t lsn, const struct log_id *log, uint64_t seq, const char *reason)
{
    int64_t *count = context;

    (void)lsn, (void)log, (void)seq, (void)reason;
    ++*count;
    return true;
}

static enum status count_waiting(struct todo *todo, struct errmsg *err)
{
    struct cli *cli = todo->cli;
    enum status status = draft_list(cli->store, &cli->actor, count_draft, &todo->drafts, err);

    if (!status)
        status = conflict_count(cli->store, &cli->actor, &todo->conflicts, err);
    if (!status)
        status = replica_quarantine_list(cli->store, count_quarantined, &todo->quarantined, err);
    if (!status)
        status = flagged_count(cli->store, &cli->actor, &todo->flagged, err);
    if (!status)
        status = passage_count(cli->store, &cli->actor, &todo->moved, err);
    return status;
}

/* A field's text for people, in scratch; "" if the type has no such field. A sealed person's name stays away from lists (刑事诉讼法第二百八十六条). */
static const char *words(struct cli *cli, const struct record *record, const char *name)
{
    const struct field_def *field = catalogue_field(record->type, name), *sealed = catalogue_field(record->type, "sealed");

    buf_clear(&cli->scratch);
    if (sealed && record_get(record, sealed).number != 0 && strcmp(name, "name") == 0)
        return _("（封存）");
    if (field)
        record_show(record, field, cli->codes, &cli->scratch);
    return buf_cstr(&cli->scratch);
}

/* Whom it is about; of what a meeting decided: what is to be done. */
static const char *name_field(const struct todo_item *item)
{
    return catalogue_field(item->type, "name") ? "name" : "content";
}

/* What it is about: the cause of a case, the category of a letter, the matter of a complaint. */
static const char *subject_field(const struct todo_item *item)
{
    return catalogue_field(item->type, "cause") ? "cause" : catalogue_field(item->type, "category") ? "category" : "matter";
}

static void put_line(struct todo *todo, const struct todo_item *item)
{
    const struct deadline *deadline = &item->deadline;
    struct buf *out = &todo->cli->text;
    char due[DAY_TEXT_BYTES], id[ID_TEXT_BYTES];

    day_format(deadline->due, due);
    id_format(item->id, id);
    buf_printf(out, _("%s %d 天\t%s\t%s %s\t"), deadline->days_left < 0 ? _("超") : _("剩"), deadline->days_left < 0 ? -(int)deadline->days_left : (int)deadline->days_left, due, deadline->code,
               _(deadline_label(todo->rules, deadline->code)));
    buf_printf(out, "%s", words(todo->cli, item->record, name_field(item)));
    buf_printf(out, " %s\t", words(todo->cli, item->record, subject_field(item)));
    buf_printf(out, "%s", strcmp(item->type->name, "case") == 0 ? words(todo->cli, item->record, "state") : _(item->type->label));
    buf_printf(out, "%s%s\t%.12s\n", deadline->paused ? _("（中止）") : "", deadline->informational ? _("（权利期限）") : "", id);
}

static void put_day(struct json_writer *json, const char *key, int32_t day)
{
    char text[DAY_TEXT_BYTES];

    json_key(json, key);
    day_format(day, text);
    json_string(json, day == DEADLINE_NO_DAY ? NULL : text);
}

static void put_flag(struct json_writer *json, const char *key, bool value)
{
    json_key(json, key);
    json_bool(json, value);
}

static void put_words(struct todo *todo, const struct todo_item *item, const char *key, const char *field)
{
    json_key(&todo->cli->json, key);
    json_string(&todo->cli->json, words(todo->cli, item->record, field));
}

static void put_object(struct todo *todo, const struct todo_item *item)
{
    const struct deadline *deadline = &item->deadline;
    struct json_writer *json = &todo->cli->json;
    const struct field_def *state = catalogue_field(item->type, "state");

    json_object(json);
    cli_json_id(todo->cli, "id", item->id);
    json_key(json, "type");
    json_string(json, item->type->name);
    json_key(json, "deadline");
    json_string(json, deadline->code);
    json_key(json, "label");
    json_string(json, deadline_label(todo->rules, deadline->code));
    put_day(json, "from", deadline->from);
    put_day(json, "due", deadline->due);
    json_key(json, "days_left");
    json_int(json, deadline->days_left);
    put_words(todo, item, "name", name_field(item));
    put_words(todo, item, "cause", subject_field(item));
    json_key(json, "state");
    json_string(json, state ? record_text(item->record, "state") : "");
    put_flag(json, "paused", deadline->paused);
    put_flag(json, "informational", deadline->informational);
    put_flag(json, "holidays_known", !deadline->assumed);
    json_object_end(json);
}

static bool put_item(void *context, const struct todo_item *item)
{
    struct todo *todo = context;

    todo->assumed |= item->deadline.assumed;
    if (todo->cli->json_output)
        put_object(todo, item);
    else
        put_line(todo, item);
    return true;
}

static void put_number(struct json_writer *json, const char *key, int64_t number)
{
    json_key(json, key);
    json_int(json, number);
}

static enum status put_all(struct todo *todo, size_t limit, bool informational, struct errmsg *err)
{
    struct cli *cli = todo->cli;
    int32_t today = day_of_ms(cli->actor.now_ms, DAY_OFFICE_OFFSET_MIN);
    enum status status;

    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    status = deadline_todo(cli->store, &cli->actor, todo->rules, todo->calendar, today, informational, limit, put_item, todo, err);
    if (status)
        return status;
    if (!cli->json_output) {
        buf_printf(&cli->text, _("草稿 %lld  分歧 %lld  隔离的变更 %lld  待复核的变更 %lld\n"), (long long)todo->drafts, (long long)todo->conflicts,
                   (long long)todo->quarantined, (long long)todo->flagged);
        if (todo->moved.left + todo->moved.came > 0)
            buf_printf(&cli->text, _("县中心移送走 %lld 件，移送来或请协办 %lld 件，还没有看（aidpost moved）\n"), (long long)todo->moved.left, (long long)todo->moved.came);
        if (todo->assumed)
            cli_note(cli, "有的期限落在还没有录入放假安排的年份，只按周六周日和元旦、劳动节、国庆节休息计算");
        return STATUS_OK;
    }
    json_array_end(&cli->json);
    put_number(&cli->json, "drafts", todo->drafts);
    put_number(&cli->json, "conflicts", todo->conflicts);
    put_number(&cli->json, "quarantined", todo->quarantined);
    put_number(&cli->json, "flagged", todo->flagged);
    put_number(&cli->json, "moved_away", todo->moved.left);
    put_number(&cli->json, "moved_here", todo->moved.came);
    json_object_end(&cli->json);
    return STATUS_OK;
}

enum status cli_todo(struct cli *cli, struct errmsg *err)
{
    struct todo todo = {.cli = cli};
    int64_t limit;
    enum status status = cli_number(cli, "limit", 0, &limit, err);

    if (!status)
        status = count_waiting(&todo, err);
    if (!status)
        status = rules_load(&todo.rules, cli->store, &cli->actor, err);
    if (!status)
        status = calendar_load(&todo.calendar, cli->store, &cli->actor, err);
    if (!status)
        status = put_all(&todo, (size_t)limit, cli->json_output || option_value(&cli->options, "all"), err); /* JSON marks them: the reader chooses */
    calendar_free(todo.calendar);
    rules_free(todo.rules);
    return status;
}
