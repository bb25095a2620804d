/* tui/cli_bulk.c - one change to all records that a condition picks (core/register/bulk.h): set TYPE --where, do delete TYPE --where, undo-bulk, bulks; all cases that it picks handed over
 * (core/register/hand_bulk.h): do transfer|share|unshare case --where. */
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/register/hand_bulk.h"
#include "tui/cli.h"

enum { ROWS_DEFAULT = 20, LIST_DEFAULT = 20, ID_SHORT = 8, VALUE_MAX_BYTES = 1 << 20 };

/* Rows of the answer; what was refused is told whole, what changes up to limit. */
struct telling {
    struct cli *cli;
    const struct bulk *bulk; /* NULL: an undo */
    size_t limit, told;
};

static const char *outcome_name(enum bulk_outcome outcome)
{
    static const char *const NAMES[] = {[BULK_CHANGED] = "changed", [BULK_SAME] = "same", [BULK_REFUSED] = "refused"};
    return NAMES[outcome];
}

static void put_title(struct cli *cli, const struct bulk_row *row)
{
    buf_clear(&cli->scratch);
    if (row->record)
        record_show_title(row->record, cli->codes, &cli->scratch);
}

/* The value a field had, for people. */
static void put_before(struct cli *cli, const struct bulk_row *row, const struct field_def *field, struct buf *out)
{
    struct record record;

    record_init(&record, row->record->type);
    if (record_set(&record, field, row->before[catalogue_field_index(row->record->type, field)]) == STATUS_OK)
        record_show(&record, field, cli->codes, out);
    record_release(&record);
}

static void tell_text(struct telling *telling, const struct bulk_row *row)
{
    struct cli *cli = telling->cli;
    char id[ID_TEXT_BYTES];

    id_format(row->id, id);
    put_title(cli, row);
    if (row->outcome == BULK_REFUSED) {
        cli_note(cli, "%.*s %s: %s", ID_SHORT, id, buf_cstr(&cli->scratch), row->reason);
        return;
    }
    if (row->outcome == BULK_SAME || (telling->limit > 0 && telling->told++ >= telling->limit))
        return;
    buf_printf(&cli->text, "%.*s\t%s", ID_SHORT, id, buf_cstr(&cli->scratch));
    for (size_t i = 0; telling->bulk && i < telling->bulk->n; i++) {
        const struct field_def *field = telling->bulk->sets[i].field;

        buf_printf(&cli->text, "\t%s: ", _(field->label));
        put_before(cli, row, field, &cli->text);
        buf_puts(&cli->text, " -> ");
        record_show(row->record, field, cli->codes, &cli->text);
    }
    buf_putc(&cli->text, '\n');
}

static void tell_json(struct telling *telling, const struct bulk_row *row)
{
    struct cli *cli = telling->cli;

    put_title(cli, row);
    json_object(&cli->json);
    cli_json_id(cli, "id", row->id);
    json_key(&cli->json, "title");
    json_string(&cli->json, buf_cstr(&cli->scratch));
    json_key(&cli->json, "outcome");
    json_string(&cli->json, outcome_name(row->outcome));
    if (row->outcome == BULK_REFUSED) {
        json_key(&cli->json, "reason");
        json_string(&cli->json, row->reason);
    }
    json_object_end(&cli->json);
}

static void tell(void *context, const struct bulk_row *row)
{
    struct telling *telling = context;

    if (telling->cli->json_output)
        tell_json(telling, row);
    else
        tell_text(telling, row);
}

static void begin_rows(struct cli *cli)
{
    if (!cli->json_output)
        return;
    json_object(&cli->json);
    json_key(&cli->json, "rows");
    json_array(&cli->json);
}

static void put_number(struct cli *cli, const char *key, int64_t number)
{
    json_key(&cli->json, key);
    json_int(&cli->json, number);
}

static void end_rows(struct cli *cli, const struct bulk_result *result, int64_t no)
{
    json_array_end(&cli->json);
    put_number(cli, "changed", (int64_t)result->changed);
    put_number(cli, "same", (int64_t)result->same);
    put_number(cli, "refused", (int64_t)result->refused);
    put_number(cli, "bulk", no);
    json_object_end(&cli->json);
}

/* All refused is a failure, some a part done. The answer stands either way. */
static enum status outcome(struct cli *cli, const struct bulk_result *result, struct errmsg *err)
{
    if (result->refused == 0)
        return STATUS_OK;
    cli->answered = true;
    return errmsg_set(err, result->changed > 0 ? STATUS_PARTIAL : STATUS_INVALID, "有 %zu 条没有改，原因见上", result->refused);
}

/* ---- set, delete ---- */

struct assignments {
    char names[BULK_FIELDS_MAX][CLI_FIELD_BYTES];
    char ids[BULK_FIELDS_MAX][ID_TEXT_BYTES]; /* of references typed short */
};

static enum status read_assignment(struct cli *cli, struct bulk *bulk, struct assignments *into, const char *text, struct errmsg *err)
{
    const char *value;

    if (bulk->n == BULK_FIELDS_MAX)
        return errmsg_set(err, STATUS_TOO_LARGE, "一次最多改 %d 个字段", BULK_FIELDS_MAX);
    char *name = into->names[bulk->n];
    enum status status = cli_split_assignment(text, name, &value, err);
    if (status)
        return status;
    const struct field_def *field = catalogue_field(bulk->type, name);
    return bulk_set(bulk, name, field ? cli_reference(cli, field, value, into->ids[bulk->n]) : value, err);
}

static void put_summary(struct cli *cli, const struct bulk_result *result, bool trial)
{
    if (trial)
        cli_note(cli, "试算: 会改 %zu 条，%zu 条本来就是这样，%zu 条不能改；没有动任何记录", result->changed, result->same, result->refused);
    else if (result->changed > 0)
        cli_note(cli, "已改 %zu 条，%zu 条本来就是这样，%zu 条没有改；整批撤回: aidpost undo-bulk %lld", result->changed, result->same, result->refused, (long long)result->no);
    else
        cli_note(cli, "没有改动，%zu 条本来就是这样，%zu 条不能改", result->same, result->refused);
}

static enum status run_picked(struct cli *cli, const struct bulk *bulk, const struct filter *filter, struct errmsg *err)
{
    struct telling telling = {.cli = cli, .bulk = bulk};
    struct bulk_result result;
    bool trial = option_value(&cli->options, "dry-run") != NULL;
    struct id *ids;
    size_t n;
    int64_t limit;
    enum status status = cli_number(cli, "limit", ROWS_DEFAULT, &limit, err);

    if (!status)
        status = bulk_pick(cli->store, &cli->actor, filter, &ids, &n, err);
    if (status)
        return status;
    telling.limit = (size_t)limit;
    begin_rows(cli);
    status = bulk_run(cli->store, &cli->actor, cli->codes, cli->system->random, bulk, ids, n, trial, tell, &telling, &result, err);
    free(ids);
    if (status) {
        buf_clear(&cli->text); /* nothing of it happened */
        return status;
    }
    if (cli->json_output)
        end_rows(cli, &result, result.no);
    put_summary(cli, &result, trial);
    return outcome(cli, &result, err);
}

/* Arguments: TYPE at `first`, assignments behind it unless the records are deleted. */
enum status cli_bulk(struct cli *cli, bool deletes, size_t first, struct errmsg *err)
{
    struct bulk bulk = {.deletes = deletes};
    struct assignments assignments;
    struct filter filter;
    enum status status = cli_type(cli_argument(cli, first), &bulk.type, err);

    for (size_t i = first + 1; !status && i < cli_arguments(cli); i++)
        status = deletes ? errmsg_set(err, STATUS_USAGE, "删除不带字段") : read_assignment(cli, &bulk, &assignments, cli_argument(cli, i), err);
    if (!status && !deletes && bulk.n == 0)
        status = errmsg_set(err, STATUS_USAGE, "还要写改成什么: 字段=值");
    if (!status)
        status = filter_parse_on(&filter, bulk.type, cli->codes, cli_today(cli), option_value(&cli->options, "where"), err);
    if (status)
        return status;
    status = filter.n_terms == 0 ? errmsg_set(err, STATUS_USAGE, "--where 不能空着: 全部记录一起改要写明条件，如 日期>=1900-01-01") : run_picked(cli, &bulk, &filter, err);
    filter_release(&filter);
    return status;
}

/* ---- handing over ---- */

static enum status hand_picked(struct cli *cli, const struct hand_bulk *bulk, const struct filter *filter, struct errmsg *err)
{
    struct telling telling = {.cli = cli};
    struct bulk_result result;
    bool trial = option_value(&cli->options, "dry-run") != NULL;
    struct id *ids;
    size_t n;
    int64_t limit;
    enum status status = cli_number(cli, "limit", ROWS_DEFAULT, &limit, err);

    if (!status)
        status = bulk_pick(cli->store, &cli->actor, filter, &ids, &n, err);
    if (status)
        return status;
    telling.limit = (size_t)limit;
    begin_rows(cli);
    status = hand_bulk_run(cli->store, &cli->actor, cli->codes, cli->system->random, bulk, ids, n, trial, tell, &telling, &result, err);
    free(ids);
    if (status) {
        buf_clear(&cli->text);
        return status;
    }
    if (cli->json_output)
        end_rows(cli, &result, 0);
    const char *label = _(case_action_label(cli->codes, bulk->action));
    if (trial)
        cli_note(cli, "%s试算: 会办 %zu 件，%zu 件本来就是这样，%zu 件不能办；没有动任何案件", label, result.changed, result.same, result.refused);
    else
        cli_note(cli, "%s: 已办 %zu 件，%zu 件本来就是这样，%zu 件没有办", label, result.changed, result.same, result.refused);
    if (!trial && result.changed > 0 && strcmp(bulk->action->name, "transfer") == 0)
        cli_note(cli, "%s", _("各站在下次同步时看到；转错的再转回去: aidpost do transfer ID target=原来的站"));
    return outcome(cli, &result, err);
}

enum status cli_hand_bulk(struct cli *cli, const struct case_action *action, struct errmsg *err)
{
    struct hand_bulk bulk = {.action = action};
    char names[HAND_FIELDS_MAX][CLI_FIELD_BYTES];
    const struct record_type *type;
    struct filter filter;
    enum status status = cli_type(cli_argument(cli, 1), &type, err);

    if (!status && strcmp(type->name, "case") != 0)
        status = errmsg_set(err, STATUS_USAGE, "成批%s的是案件: aidpost do %s case --where 条件 target=单位", _(case_action_label(cli->codes, action)), action->name);
    for (size_t i = 2; !status && i < cli_arguments(cli); i++) {
        if (bulk.n == HAND_FIELDS_MAX)
            return errmsg_set(err, STATUS_TOO_LARGE, "一次最多写 %d 个字段", HAND_FIELDS_MAX);
        bulk.sets[bulk.n].field = names[bulk.n];
        status = cli_split_assignment(cli_argument(cli, i), names[bulk.n], &bulk.sets[bulk.n].text, err);
        bulk.n++;
    }
    if (!status)
        status = filter_parse_on(&filter, type, cli->codes, cli_today(cli), option_value(&cli->options, "where"), err);
    if (status)
        return status;
    status = filter.n_terms == 0 ? errmsg_set(err, STATUS_USAGE, "--where 不能空着: 全部案件一起办要写明条件，如 收件日期>=1900-01-01") : hand_picked(cli, &bulk, &filter, err);
    filter_release(&filter);
    return status;
}

/* ---- taking back ---- */

enum status cli_undo_bulk(struct cli *cli, struct errmsg *err)
{
    struct telling telling = {.cli = cli};
    struct bulk_result result;
    const char *text = cli_argument(cli, 0);
    char *end = NULL;
    int64_t no = text ? strtoll(text, &end, 10) : 0;
    enum status status = STATUS_OK;

    if (text && (*end != '\0' || no <= 0))
        return errmsg_set(err, STATUS_USAGE, "批量修改的号是数字（aidpost bulks 列出），不是 %.40s", text);
    if (!text)
        status = bulk_last(cli->store, &cli->actor, NULL, &no, err);
    if (!status && no == 0)
        status = errmsg_set(err, STATUS_NOT_FOUND, "没有可以撤回的批量修改");
    if (status)
        return status;
    begin_rows(cli);
    status = bulk_undo(cli->store, &cli->actor, no, tell, &telling, &result, err);
    if (status) {
        buf_clear(&cli->text);
        return status;
    }
    if (cli->json_output)
        end_rows(cli, &result, no);
    cli_note(cli, "第 %lld 号批量修改: 撤回 %zu 条，%zu 条没有撤回", (long long)no, result.changed, result.refused);
    return outcome(cli, &result, err);
}

static bool put_note(void *context, const struct bulk_note *note)
{
    struct cli *cli = context;
    char at[32];

    cli_time(note->at_ms, at);
    if (!cli->json_output) {
        buf_printf(&cli->text, "%lld\t%s\t%s\t%s\t%s\t%zu%s\n", (long long)note->no, at, note->user, _(note->type->label), note->words, note->records, note->undone_ms ? _("\t已撤回") : "");
        return true;
    }
    json_object(&cli->json);
    put_number(cli, "bulk", note->no);
    json_key(&cli->json, "at");
    json_string(&cli->json, at);
    json_key(&cli->json, "user");
    json_string(&cli->json, note->user);
    json_key(&cli->json, "type");
    json_string(&cli->json, note->type->name);
    json_key(&cli->json, "what");
    json_string(&cli->json, note->words);
    put_number(cli, "records", (int64_t)note->records);
    json_key(&cli->json, "undone");
    json_bool(&cli->json, note->undone_ms != 0);
    json_object_end(&cli->json);
    return true;
}

enum status cli_bulks(struct cli *cli, struct errmsg *err)
{
    int64_t limit;
    enum status status = cli_number(cli, "limit", LIST_DEFAULT, &limit, err);

    if (status)
        return status;
    begin_rows(cli);
    status = bulk_list(cli->store, limit == 0 ? SIZE_MAX >> 1 : (size_t)limit, put_note, cli, err);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return status;
}
