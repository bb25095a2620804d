/* tui/cli_import.c - aidpost import. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/prepare.h"
#include "core/base/file.h"
#include "core/record/import.h"
#include "core/record/peer.h"
#include "core/record/search.h"
#include "core/report/tally.h"
#include "tui/cli.h"

enum { IMPORT_MAX_BYTES = 1 << 30, REFUSED_SHOWN = 20, IGNORED_MAX = TABLE_COLUMNS_MAX, ORG_NAME_BYTES = 256 };

struct refusal {
    uint64_t line;
    const char *field; /* a field's name from the catalogue, or NULL */
    char *reason;      /* owned */
};

struct import_context {
    struct cli *cli;
    struct refusal *refusals; /* owned */
    size_t n_refusals, room;
    char *ignored[IGNORED_MAX]; /* owned */
    size_t n_ignored;
    bool nomem;
};

static void note_refused(void *context, uint64_t line, const char *field, const char *reason)
{
    struct import_context *import = context;

    if (import->n_refusals == import->room) {
        size_t room = import->room ? import->room * 2 : 64;
        struct refusal *more = realloc(import->refusals, room * sizeof(*more));

        if (!more) {
            import->nomem = true;
            return;
        }
        import->refusals = more;
        import->room = room;
    }
    import->refusals[import->n_refusals] = (struct refusal){.line = line, .field = field, .reason = strdup(reason)};
    import->nomem = import->nomem || !import->refusals[import->n_refusals].reason;
    import->n_refusals++;
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
    return ferror(cli->system->in) ? errmsg_set(err, STATUS_IO, "不能读标准输入: %s", strerror(errno)) : STATUS_OK;
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
    json_array(json);
    for (size_t i = 0; i < import->n_refusals; i++) {
        json_object(json);
        json_key(json, "line");
        json_int(json, (int64_t)import->refusals[i].line);
        json_key(json, "field");
        json_string(json, import->refusals[i].field);
        json_key(json, "reason");
        json_string(json, import->refusals[i].reason);
        json_object_end(json);
    }
    json_array_end(json);
    json_key(json, "ignored");
    json_array(json);
    for (size_t i = 0; i < import->n_ignored; i++)
        json_string(json, import->ignored[i]);
    json_array_end(json);
    json_object_end(json);
}

static void put_text(struct cli *cli, const struct import_context *import, const struct record_type *type, const struct import_result *result)
{
    buf_printf(&cli->text, _("读入 %llu 行，新增%s %llu 条，未收 %zu 行\n"), (unsigned long long)result->read, _(type->label), (unsigned long long)result->added, import->n_refusals);
    for (size_t i = 0; i < import->n_refusals; i++)
        buf_printf(&cli->text, _("  第 %llu 行%s%s: %s\n"), (unsigned long long)import->refusals[i].line, import->refusals[i].field ? " " : "",
                   import->refusals[i].field ? import->refusals[i].field : "", import->refusals[i].reason);
    if (import->n_ignored) {
        buf_puts(&cli->text, _("没有用到的列:"));
        for (size_t i = 0; i < import->n_ignored; i++)
            buf_printf(&cli->text, " %s", import->ignored[i]);
        buf_putc(&cli->text, '\n');
    }
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

enum status cli_import(struct cli *cli, struct errmsg *err)
{
    const char *path = cli_argument(cli, 1);
    struct import_context *import = calloc(1, sizeof(*import));
    const char *org = option_value(&cli->options, "org");
    char org_name[ORG_NAME_BYTES];
    struct import_result result = {0};
    struct import_options options = {.format = table_format_of(path),
                                     .map = option_value(&cli->options, "map"),
                                     .event = option_value(&cli->options, "event"),
                                     .group = option_value(&cli->options, "group"),
                                     .refused = note_refused,
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
        status = read_input(cli, path, &data, err);
    if (!status) {
        if (record_is_prepared(options.type))
            options.prepare = record_prepare;
        status = import_table(cli->store, &cli->actor, cli->codes, cli->system->random, data.data ? (const void *)data.data : "", data.len, &options, &result, err);
        if (result.resumed)
            cli_note(cli, "接着上次中断的导入：前 %llu 行上次已收入", (unsigned long long)result.resumed);
        if (result.read > 0 && cli->json_output)
            put_json(cli, import, &result);
        else if (result.read > 0 || !status)
            put_text(cli, import, options.type, &result);
        if (!status && result.read == 0 && cli->json_output)
            put_json(cli, import, &result);
        status = outcome(import, &result, status, err);
        if (result.added > 0) {
            /* The records are in; an index that lags is caught up by the next search. */
            (void)search_catch_up(cli->store, cli->codes, 0, NULL, NULL);
            (void)tally_fold(cli->store, cli->codes, NULL);
            store_checkpoint(cli->store);
        }
    }
    for (size_t i = 0; i < import->n_refusals; i++)
        free(import->refusals[i].reason);
    for (size_t i = 0; i < import->n_ignored; i++)
        free(import->ignored[i]);
    free(import->refusals);
    free(import);
    buf_wipe(&data);
    return status;
}
