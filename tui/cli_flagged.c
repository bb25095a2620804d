/* tui/cli_flagged.c - what disabled accounts wrote offline: list it, and say that somebody has looked at it. */
#include <string.h>

#include "core/base/language.h"
#include "core/record/flagged.h"
#include "tui/cli.h"

static void put_nullable(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

static bool flagged_row_json(struct cli *cli, const struct flagged *flagged, const char *at)
{
    char reviewed[32];

    json_object(&cli->json);
    cli_json_id(cli, "id", flagged->id);
    put_nullable(cli, "type", flagged->type ? flagged->type->name : NULL);
    put_nullable(cli, "user", flagged->user);
    put_nullable(cli, "at", at);
    put_nullable(cli, "reason", flagged->reason);
    put_nullable(cli, "station", flagged->station);
    cli_time(flagged->reviewed_ms, reviewed);
    put_nullable(cli, "reviewed_by", flagged->reviewed_by);
    put_nullable(cli, "reviewed_at", flagged->reviewed_by ? reviewed : NULL);
    put_nullable(cli, "machine", flagged->machine);
    json_object_end(&cli->json);
    return true;
}

static bool flagged_row_put(void *context, const struct flagged *flagged)
{
    struct cli *cli = context;
    char at[32], id[ID_TEXT_BYTES];

    cli_time(flagged->at_ms, at);
    if (cli->json_output)
        return flagged_row_json(cli, flagged, at);
    id_format(flagged->id, id);
    buf_printf(&cli->text, "%.8s\t%s\t%s\t%s\t%s\t%s", id, flagged->type ? _(flagged->type->label) : "?", flagged->user, flagged->machine ? flagged->machine : flagged->station, at, flagged->reason);
    if (flagged->reviewed_by)
        buf_printf(&cli->text, _("\t%s 已复核"), flagged->reviewed_by);
    buf_putc(&cli->text, '\n');
    return true;
}

static enum status flagged_put(struct cli *cli, struct errmsg *err)
{
    enum status status;

    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    status = flagged_list(cli->store, &cli->actor, option_value(&cli->options, "all") != NULL, flagged_row_put, cli, err);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return status;
}

/* All named records or none. */
static enum status review_all(struct cli *cli, int64_t *count, struct errmsg *err)
{
    enum status status = STATUS_OK;

    for (size_t i = 1; !status && i < cli_arguments(cli); i++) {
        const struct record_type *type = NULL;
        struct id id;
        int64_t n;

        status = records_resolve_id(cli->store, &cli->actor, cli_argument(cli, i), &type, &id, err);
        if (!status)
            status = flagged_review(cli->store, &cli->actor, id, &n, err);
        *count += status ? 0 : n;
    }
    return status;
}

static enum status review(struct cli *cli, struct errmsg *err)
{
    int64_t count = 0;
    enum status status = store_begin(cli->store, "review", err);

    if (status)
        return status;
    status = review_all(cli, &count, err);
    if (status) {
        store_rollback(cli->store);
        return status;
    }
    status = store_commit(cli->store, err);
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "reviewed");
        json_int(&cli->json, count);
        json_object_end(&cli->json);
    } else {
        cli_note(cli, "已复核 %lld 条变更", (long long)count);
    }
    return STATUS_OK;
}

enum status cli_flagged(struct cli *cli, struct errmsg *err)
{
    const char *action = cli_argument(cli, 0);

    if (!action)
        return flagged_put(cli, err);
    if (strcmp(action, "review") != 0 || !cli_argument(cli, 1))
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost flagged [--all]，aidpost flagged review ID..");
    return review(cli, err);
}
