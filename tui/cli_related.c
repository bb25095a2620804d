/* tui/cli_related.c - aidpost related: what a record refers to, and what refers to it. */
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/related.h"
#include "tui/cli.h"

static const char *title(struct cli *cli, const struct record *record)
{
    buf_clear(&cli->scratch);
    record_show_title(record, cli->codes, &cli->scratch);
    return buf_cstr(&cli->scratch);
}

static void put_pair(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

static bool put_target(void *context, const struct field_def *field, const struct record *target)
{
    struct cli *cli = context;
    char id[ID_TEXT_BYTES];

    if (cli->json_output) {
        json_object(&cli->json);
        put_pair(&cli->json, "field", field->name);
        put_pair(&cli->json, "type", target->type->name);
        cli_json_id(cli, "id", target->id);
        put_pair(&cli->json, "title", title(cli, target));
        json_object_end(&cli->json);
        return true;
    }
    id_format(target->id, id);
    buf_printf(&cli->text, "-> %s\t%s\t%.12s\n", _(field->label), title(cli, target), id);
    return true;
}

static bool put_count(void *context, const struct record_type *type, const struct field_def *field, int64_t count, int32_t newest)
{
    struct cli *cli = context;
    char day[DAY_TEXT_BYTES] = "";

    if (count == 0)
        return true;
    if (newest != RELATED_NO_DAY)
        day_format(newest, day);
    if (cli->json_output) {
        json_object(&cli->json);
        put_pair(&cli->json, "type", type->name);
        put_pair(&cli->json, "field", field->name);
        json_key(&cli->json, "count");
        json_int(&cli->json, count);
        put_pair(&cli->json, "newest", day[0] ? day : NULL);
        json_object_end(&cli->json);
        return true;
    }
    buf_printf(&cli->text, _("%s（%s）\t%lld 条%s%s\n"), _(type->label), _(field->label), (long long)count, day[0] ? _("\t最近 ") : "", day);
    return true;
}

enum status cli_related(struct cli *cli, struct errmsg *err)
{
    struct record record;
    enum status status = cli_load(cli, 0, &record, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        put_pair(&cli->json, "type", record.type->name);
        cli_json_id(cli, "id", record.id);
        json_key(&cli->json, "refers");
        json_array(&cli->json);
    }
    status = related_targets(cli->store, &cli->actor, &record, put_target, cli, err);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_key(&cli->json, "related");
        json_array(&cli->json);
    }
    if (!status)
        status = related_count(cli->store, &cli->actor, record.type, record.id, put_count, cli, err);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    } else if (!status && cli->text.len == 0) {
        buf_puts(&cli->text, _("没有相关的记录\n"));
    }
    record_release(&record);
    return status;
}
