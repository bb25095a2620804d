/* tui/cli_pace.c - aidpost mine: the caller's own numbers (core/record/pace.h), nobody else's. */
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/pace.h"
#include "tui/cli.h"

struct span {
    const char *name, *label;
    int32_t from, to; /* before today */
};

static const struct span spans[] = {{"today", "今天", 0, 0}, {"yesterday", "昨天", 1, 1}, {"week", "近 7 天", 6, 0}, {"month", "近 30 天", 29, 0}};

static void put_number(struct json_writer *json, const char *key, int64_t number)
{
    json_key(json, key);
    json_int(json, number);
}

static void put_span(struct cli *cli, const struct span *span, const struct pace *pace)
{
    struct json_writer *json = &cli->json;

    if (!cli->json_output) {
        fprintf(cli->system->out, _("%-8s  %lld 条"), _(span->label), (long long)pace->records);
        if (pace->records > 0)
            fprintf(cli->system->out, _("  每条 %lld 秒  %lld 键（中位数）"), (long long)((pace->median_ms + 500) / 1000), (long long)pace->median_keys);
        fputc('\n', cli->system->out);
        return;
    }
    json_key(json, span->name);
    json_object(json);
    put_number(json, "records", pace->records);
    put_number(json, "median_ms", pace->median_ms);
    put_number(json, "median_keys", pace->median_keys);
    json_object_end(json);
}

enum status cli_pace(struct cli *cli, struct errmsg *err)
{
    const char *name = cli_argument(cli, 0);
    const struct record_type *type = name ? catalogue_find(name) : NULL;
    int32_t today = day_of_ms(cli->actor.now_ms, DAY_OFFICE_OFFSET_MIN);
    enum status status = STATUS_OK;

    if (name && !type)
        return errmsg_set(err, STATUS_USAGE, "没有这类记录: %s", name);
    if (cli->json_output)
        json_object(&cli->json);
    for (size_t i = 0; !status && i < sizeof(spans) / sizeof(spans[0]); i++) {
        struct pace pace;

        status = pace_read(cli->store, &cli->actor, type, today - spans[i].from, today - spans[i].to, &pace, err);
        if (!status)
            put_span(cli, &spans[i], &pace);
    }
    if (cli->json_output)
        json_object_end(&cli->json);
    return status;
}
