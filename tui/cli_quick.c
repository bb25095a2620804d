/* tui/cli_quick.c - aidpost quick: consultations of an event as typed lines (core/outreach/quick_line.h), from the command line or standard input; what the screen of outreach mode does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/outreach/outreach_desk.h"
#include "core/record/search.h"
#include "tui/cli.h"

enum { LINE_MAX_BYTES = 4096, INDEX_BATCH = 50 };

struct quick {
    struct cli *cli;
    struct record event;
    struct outreach_desk desk;
    char last_category[DESK_CODE_BYTES];
    size_t n, saved;
};

static void put_saved(struct quick *quick, const struct record *record)
{
    struct cli *cli = quick->cli;
    char id[ID_TEXT_BYTES];

    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "line");
        json_int(&cli->json, (int64_t)quick->n);
        cli_json_id(cli, "id", record->id);
        json_object_end(&cli->json);
        return;
    }
    id_format(record->id, id);
    buf_printf(&cli->text, "%.12s\t", id);
    record_show_title(record, cli->codes, &cli->text);
    buf_putc(&cli->text, '\n');
}

static void put_refused(struct quick *quick, const char *reason)
{
    struct cli *cli = quick->cli;

    if (!cli->json_output) {
        cli_note(cli, "第 %zu 行没有收入: %s", quick->n, reason);
        return;
    }
    json_object(&cli->json);
    json_key(&cli->json, "line");
    json_int(&cli->json, (int64_t)quick->n);
    json_key(&cli->json, "reason");
    json_string(&cli->json, reason);
    json_object_end(&cli->json);
}

/* Each line is its own commit: the ones before a wrong one stay. */
static void take_line(struct quick *quick, const char *text, size_t len)
{
    struct cli *cli = quick->cli;
    struct outreach_line_typed typed = {.text = text, .len = len, .last_category = quick->last_category, .person = ""};
    struct record record;
    struct errmsg err = {{0}};
    enum status status = outreach_save_line(cli->store, &cli->actor, cli->codes, cli->system->random, &quick->event, &quick->desk, &typed, &record, &err);

    quick->n++;
    if (status) {
        put_refused(quick, errmsg_text(&err, status));
        return;
    }
    quick->saved++;
    snprintf(quick->last_category, sizeof quick->last_category, "%s", record_text(&record, "category"));
    put_saved(quick, &record);
    record_release(&record);
}

static enum status take_input(struct quick *quick, struct errmsg *err)
{
    char line[LINE_MAX_BYTES];

    while (fgets(line, sizeof line, quick->cli->system->in)) {
        size_t len = strlen(line);

        if (len + 1 == sizeof line && line[len - 1] != '\n')
            return errmsg_set(err, quick->saved > 0 ? STATUS_PARTIAL : STATUS_TOO_LARGE, "第 %zu 行太长", quick->n + 1);
        len = strcspn(line, "\r\n");
        line[len] = '\0';
        if (len > 0)
            take_line(quick, line, len);
    }
    return ferror(quick->cli->system->in) ? errmsg_set(err, STATUS_IO, "不能读标准输入") : STATUS_OK;
}

static enum status take_all(struct quick *quick, struct errmsg *err)
{
    struct cli *cli = quick->cli;
    enum status status = STATUS_OK;

    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    for (size_t i = 1; i < cli_arguments(cli); i++)
        take_line(quick, cli_argument(cli, i), strlen(cli_argument(cli, i)));
    if (cli_arguments(cli) == 1)
        status = take_input(quick, err);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_key(&cli->json, "saved");
        json_int(&cli->json, (int64_t)quick->saved);
        json_object_end(&cli->json);
    }
    search_catch_up(cli->store, cli->codes, INDEX_BATCH, NULL, NULL);
    if (!status && quick->saved < quick->n) {
        cli->answered = true;
        return errmsg_set(err, quick->saved > 0 ? STATUS_PARTIAL : STATUS_INVALID, "%zu 行里 %zu 行没有收入", quick->n, quick->n - quick->saved);
    }
    return status;
}

enum status cli_quick(struct cli *cli, struct errmsg *err)
{
    struct quick quick = {.cli = cli};
    enum status status = cli_load(cli, 0, &quick.event, err);

    if (status)
        return status;
    if (strcmp(quick.event.type->name, "event") != 0)
        status = errmsg_set(err, STATUS_INVALID, "要写活动的编号，这是一条%s", _(quick.event.type->label));
    else if (record_get(&quick.event, catalogue_field(quick.event.type, "closed_on")).kind != VALUE_NULL)
        status = errmsg_set(err, STATUS_INVALID, "这场活动已经收场");
    if (!status)
        status = outreach_desk_load(cli->store, quick.event.id, &quick.desk, err);
    if (!status)
        status = take_all(&quick, err);
    record_release(&quick.event);
    return status;
}
