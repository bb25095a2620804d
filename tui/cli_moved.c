/* tui/cli_moved.c - aidpost moved: what the center gave to this station and took from it (core/record/passage.h); moved read: seen. */
#include <string.h>

#include "core/base/language.h"
#include "core/record/passage.h"
#include "tui/cli.h"

static bool put(void *context, const struct passage *passage)
{
    struct cli *cli = context;
    char at[32];

    cli_time(passage->at_ms, at);
    if (!cli->json_output) {
        buf_puts(&cli->text, passage->read ? "  " : "* ");
        passage_text(passage, &cli->text);
        buf_putc(&cli->text, '\n');
        return true;
    }
    json_object(&cli->json);
    cli_json_id(cli, "id", passage->id);
    json_key(&cli->json, "type");
    json_string(&cli->json, passage->type->name);
    json_key(&cli->json, "number");
    json_string(&cli->json, passage->number);
    json_key(&cli->json, "way");
    json_string(&cli->json, passage_way_name(passage->way));
    json_key(&cli->json, "org_name");
    json_string(&cli->json, passage->org_name);
    json_key(&cli->json, "at");
    json_string(&cli->json, at);
    json_key(&cli->json, "read");
    json_bool(&cli->json, passage->read);
    json_object_end(&cli->json);
    return true;
}

static enum status mark_read(struct cli *cli, struct errmsg *err)
{
    struct passage_counts counts;
    enum status status = passage_count(cli->store, &cli->actor, &counts, err);

    if (!status)
        status = passage_mark_read(cli->store, &cli->actor, err);
    if (status)
        return status;
    if (!cli->json_output) {
        cli_note(cli, "记下看过 %lld 件", (long long)(counts.left + counts.came));
        return STATUS_OK;
    }
    json_object(&cli->json);
    json_key(&cli->json, "read");
    json_int(&cli->json, counts.left + counts.came);
    json_object_end(&cli->json);
    return STATUS_OK;
}

enum status cli_moved(struct cli *cli, struct errmsg *err)
{
    const char *verb = cli_argument(cli, 0);

    if (verb != NULL && strcmp(verb, "read") == 0)
        return mark_read(cli, err);
    if (verb != NULL)
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost moved，aidpost moved read");
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    enum status status = passage_list(cli->store, &cli->actor, false, put, cli, err);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return status;
}
