/* tui/cli_import.c - aidpost import. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/case/prepare.h"
#include "core/outreach/event.h"
#include "core/base/file.h"
#include "core/record/import.h"
#include "core/record/peer.h"
#include "core/record/search.h"
#include "core/register/bulk.h"
#include "core/report/practice_file.h"
#include "core/report/tally.h"
#include "tui/cli.h"

enum { IMPORT_MAX_BYTES = 1 << 30, REMARK_MAX_BYTES = 4096, IGNORED_MAX = TABLE_COLUMNS_MAX, ORG_NAME_BYTES = 256 };

/* What is said of a line: why it was refused, or what to look at. */
struct line_note {
    uint64_t line;
    const char *field; /* a field's name from the catalogue, or NULL */
    char *text;        /* owned */
};

struct line_notes {
    struct line_note *rows; /* owned */
    size_t n, room;
};

struct import_context {
    struct cli *cli;
    struct line_notes refusals, remarks;
    char *ignored[IGNORED_MAX]; /* owned */
    size_t n_ignored;
    struct {
        char *column; /* owned */
        const struct field_def *field;
    } understood[IGNORED_MAX];
    size_t n_understood;
    int64_t bulk; /* what undo-bulk takes back; 0: nothing was added yet */
    bool nomem;
};

static void note_line(struct import_context *import, struct line_notes *notes, uint64_t line, const char *field, const char *text)
{
    if (notes->n == notes->room) {
        size_t room = notes->room ? notes->room * 2 : 64;
        struct line_note *more = realloc(notes->rows, room * sizeof(*more));

        if (!more) {
            import->nomem = true;
            return;
        }
        notes->rows = more;
        notes->room = room;
    }
    notes->rows[notes->n] = (struct line_note){.line = line, .field = field, .text = strdup(text)};
    import->nomem = import->nomem || !notes->rows[notes->n].text;
    notes->n++;
}

static void note_refused(void *context, uint64_t line, const char *field, const char *reason)
{
    struct import_context *import = context;

    note_line(import, &import->refusals, line, field, reason);
}

/* So that the whole file can be taken back at once, and what a form would have said of the record. */
static enum status note_added(void *context, struct store *store, const struct actor *actor, uint64_t line, const struct record *record, struct errmsg *err)
{
    struct import_context *import = context;
    enum status status = STATUS_OK;
    struct buf remark;

    if (import->bulk == 0)
        status = bulk_note_begin(store, actor, record->type, _("导入"), &import->bulk, err);
    if (!status)
        status = bulk_note_add(store, import->bulk, record->type, record->id, err);
    if (status)
        return status;
    buf_init(&remark, REMARK_MAX_BYTES);
    if (!record_remark(store, actor, record, &remark, NULL) && remark.len > 0)
        note_line(import, &import->remarks, line, NULL, buf_cstr(&remark));
    buf_release(&remark);
    return STATUS_OK;
}

/* A list from an event, brought in days later: its consultations are of the event's day, place and channel, whether the option or the row names it. */
static enum status begin_row(void *context, struct store *store, const struct actor *actor, struct record *row, struct errmsg *err)
{
    const struct import_context *import = context;

    return event_offer(store, actor, cli_today(import->cli), row, err);
}

/* What was taken in before the import was interrupted may have been taken back since; another's change is not ours to add to. */
static enum status still_stands(void *context, struct store *store, bool *stands, struct errmsg *err)
{
    struct import_context *import = context;
    bool own;
    enum status status = bulk_stands(store, &import->cli->actor, import->bulk, stands, &own, err);

    if (!status && !own)
        import->bulk = 0;
    return status;
}

static void note_understood(void *context, const char *column, const struct field_def *field)
{
    struct import_context *import = context;

    if (import->n_understood < IGNORED_MAX) {
        import->understood[import->n_understood].column = strdup(column);
        import->understood[import->n_understood++].field = field;
    }
}

static void note_ignored(void *context, const char *column)
{
    struct import_context *import = context;

    if (import->n_ignored < IGNORED_MAX)
        import->ignored[import->n_ignored++] = strdup(column);
}

static bool note_progress(void *context, size_t done, size_t all, uint64_t read)
{
    struct import_context *import = context;

    cli_progress(import->cli, "导入", done, all, read);
    return true;
}

static enum status read_input(struct cli *cli, const char *path, struct buf *data, struct errmsg *err)
{
    size_t n;

    if (strcmp(path, "-") != 0)
        return file_read(path, data, err);
    do {
        uint8_t *room = buf_extend(data, 1 << 16);

        if (!room)
            return errmsg_set(err, data->status, "标准输入过长");
        n = fread(room, 1, 1 << 16, cli->system->in);
        data->len -= (1 << 16) - n;
    } while (n > 0);
    return ferror(cli->system->in) ? errmsg_set(err, STATUS_IO, "不能读标准输入: %s", file_reason(errno)) : STATUS_OK;
}

static void put_json_lines(struct json_writer *json, const struct line_notes *notes, const char *key)
{
    json_array(json);
    for (size_t i = 0; i < notes->n; i++) {
        json_object(json);
        json_key(json, "line");
        json_int(json, (int64_t)notes->rows[i].line);
        json_key(json, "field");
        json_string(json, notes->rows[i].field);
        json_key(json, key);
        json_string(json, notes->rows[i].text);
        json_object_end(json);
    }
    json_array_end(json);
}

static void put_json(struct cli *cli, const struct import_context *import, const struct import_result *result)
{
    struct json_writer *json = &cli->json;

    json_object(json);
    json_key(json, "read");
    json_int(json, (int64_t)result->read);
    json_key(json, "added");
    json_int(json, (int64_t)result->added);
    json_key(json, "refused");
    put_json_lines(json, &import->refusals, "reason");
    json_key(json, "ignored");
    json_array(json);
    for (size_t i = 0; i < import->n_ignored; i++)
        json_string(json, import->ignored[i]);
    json_array_end(json);
    json_key(json, "understood");
    json_object(json);
    for (size_t i = 0; i < import->n_understood; i++) {
        json_key(json, import->understood[i].column);
        json_string(json, import->understood[i].field->name);
    }
    json_object_end(json);
    json_key(json, "remarks");
    put_json_lines(json, &import->remarks, "text");
    json_key(json, "bulk");
    json_int(json, import->bulk);
    json_object_end(json);
}

/* A field by its label and its name: the one stands on forms, the other in --map. */
static void put_text_lines(struct cli *cli, const struct record_type *type, const struct line_notes *notes)
{
    for (size_t i = 0; i < notes->n; i++) {
        const char *name = notes->rows[i].field;
        const struct field_def *field = name != NULL ? catalogue_field(type, name) : NULL;

        if (field != NULL)
            buf_printf(&cli->text, _("  第 %llu 行 %s(%s): %s\n"), (unsigned long long)notes->rows[i].line, _(field->label), name, notes->rows[i].text);
        else
            buf_printf(&cli->text, _("  第 %llu 行%s%s: %s\n"), (unsigned long long)notes->rows[i].line, name != NULL ? " " : "", name != NULL ? name : "",
                       notes->rows[i].text);
    }
}

/* The columns first: one that was not understood is the reason of all that is refused below it. */
static void put_text(struct cli *cli, const struct import_context *import, const struct record_type *type, const struct import_result *result)
{
    if (import->n_ignored) {
        buf_puts(&cli->text, _("没有用到的列（要用的写 --map 列名=字段）:"));
        for (size_t i = 0; i < import->n_ignored; i++)
            buf_printf(&cli->text, " %s", import->ignored[i]);
        buf_putc(&cli->text, '\n');
    }
    for (size_t i = 0; i < import->n_understood; i++)
        buf_printf(&cli->text, _("列 %s 当作 %s(%s)\n"), import->understood[i].column, _(import->understood[i].field->label), import->understood[i].field->name);
    buf_printf(&cli->text, _("读入 %llu 行，新增%s %llu 条，未收 %zu 行\n"), (unsigned long long)result->read, _(type->label), (unsigned long long)result->added, import->refusals.n);
    put_text_lines(cli, type, &import->refusals);
    if (import->remarks.n)
        buf_printf(&cli->text, _("已收、请核对的 %zu 行:\n"), import->remarks.n);
    put_text_lines(cli, type, &import->remarks);
}

/* What to do when it was not to be. */
static void note_way_back(const struct import_context *import, const struct import_result *result)
{
    char at[TIME_TEXT_BYTES];

    if (import->bulk == 0)
        return;
    if (result->plain_sum != NULL)
        cli_note(import->cli, "注意: %s 里只写整数的按分计，1200 就是 12.00元；写的是元的请写成 1200元 或 1200.00", _(result->plain_sum->label));
    if (result->done_before_ms != 0) {
        day_format_time(result->done_before_ms, DAY_OFFICE_OFFSET_MIN, at);
        cli_note(import->cli, "注意: 同一个文件 %s 已经导入过，这些记录现在各有两份", at);
    }
    cli_note(import->cli, "整批撤回: aidpost undo-bulk %lld", (long long)import->bulk);
}

static void release_lines(struct line_notes *notes)
{
    for (size_t i = 0; i < notes->n; i++)
        free(notes->rows[i].text);
    free(notes->rows);
}

/* The status of the whole: what was added stays, whatever stopped the rest. */
static enum status outcome(struct import_context *import, const struct import_result *result, enum status status, struct errmsg *err)
{
    if (import->nomem)
        return errmsg_set(err, STATUS_NOMEM, "内存不足，结果不完整");
    if (status && result->added > 0) {
        struct errmsg reason = *err;

        return errmsg_set(err, STATUS_PARTIAL, "只做了一部分（%.300s）；再次导入同一个文件会接着做", errmsg_text(&reason, status));
    }
    if (status)
        return status;
    if (result->refused == 0)
        return STATUS_OK;
    import->cli->answered = true;
    if (result->added == 0)
        return errmsg_set(err, STATUS_INVALID, "没有一行可以收入");
    return errmsg_set(err, STATUS_PARTIAL, "有 %llu 行未收入，原因见结果", (unsigned long long)result->refused);
}

static enum status take_in(struct import_context *import, struct import_options *options, const struct buf *data, struct errmsg *err)
{
    struct cli *cli = import->cli;
    struct import_result result = {0};
    const void *bytes = data->data ? (const void *)data->data : "";

    if (strcmp(cli_argument(cli, 1), "-") == 0)
        options->format = table_format_guess(bytes, data->len);
    if (record_is_prepared(options->type))
        options->prepare = record_prepare;
    enum status status = import_table(cli->store, &cli->actor, cli->codes, cli->system->random, bytes, data->len, options, &result, err);
    if (result.resumed)
        cli_note(cli, "接着上次中断的导入：前 %llu 行上次已收入", (unsigned long long)result.resumed);
    if ((result.read > 0 || !status) && cli->json_output)
        put_json(cli, import, &result);
    else if (result.read > 0 || !status)
        put_text(cli, import, options->type, &result);
    status = outcome(import, &result, status, err);
    if (result.added > 0) {
        /* The records are in; an index that lags is caught up by the next search. */
        (void)search_catch_up(cli->store, cli->codes, 0, NULL, NULL);
        (void)tally_fold(cli->store, cli->codes, NULL);
        store_checkpoint(cli->store);
        note_way_back(import, &result);
    }
    return status;
}

enum status cli_import(struct cli *cli, struct errmsg *err)
{
    const char *path = cli_argument(cli, 1);
    struct import_context *import = calloc(1, sizeof(*import));
    const char *org = option_value(&cli->options, "org");
    char org_name[ORG_NAME_BYTES];
    struct import_options options = {.format = table_format_of(path),
                                     .file = strcmp(path, "-") != 0 ? path : _("标准输入"),
                                     .map = option_value(&cli->options, "map"),
                                     .event = option_value(&cli->options, "event"),
                                     .group = option_value(&cli->options, "group"),
                                     .refused = note_refused,
                                     .added = note_added,
                                     .begin = begin_row,
                                     .mark = &import->bulk,
                                     .stands = still_stands,
                                     .understood = note_understood,
                                     .ignored = note_ignored,
                                     .progress = note_progress,
                                     .context = import};
    struct buf data;
    enum status status;

    if (!import)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    import->cli = cli;
    if (org) {
        status = org_find(cli->store, org, &options.org, org_name, sizeof(org_name), err);
        if (status) {
            free(import);
            return errmsg_wrap(err, STATUS_USAGE, "--org");
        }
        options.org_name = org_name;
    }
    buf_init(&data, IMPORT_MAX_BYTES);
    status = cli_type(cli_argument(cli, 0), &options.type, err);
    if (!status && options.format == TABLE_UNKNOWN)
        status = errmsg_set(err, STATUS_USAGE, "文件名应以 .csv .tsv 或 .jsonl 结尾，标准输入写 -");
    if (!status)
        status = practice_file_may_read(cli->store, path, err);
    if (!status)
        status = read_input(cli, path, &data, err);
    if (!status)
        status = take_in(import, &options, &data, err);
    release_lines(&import->refusals);
    release_lines(&import->remarks);
    for (size_t i = 0; i < import->n_ignored; i++)
        free(import->ignored[i]);
    for (size_t i = 0; i < import->n_understood; i++)
        free(import->understood[i].column);
    free(import);
    buf_wipe(&data);
    return status;
}
