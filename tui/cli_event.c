/* tui/cli_event.c - outreach work on the command line: event, campaign, outreach (figures with the --where of their rows), tally, stock. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/outreach/campaign_text.h"
#include "core/outreach/figure.h"
#include "core/outreach/outreach_totals.h"
#include "core/outreach/stock.h"
#include "core/record/peer.h"
#include "core/record/privacy.h"
#include "tui/cli.h"

/* ---- figures ------------------------------------------------------------------------------------------------------- */

struct figure_list {
    struct cli *cli;
    bool rounded;
    struct errmsg *err;
    enum status status;
};

static void put_key_text(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

static void put_key_int(struct cli *cli, const char *key, int64_t number)
{
    json_key(&cli->json, key);
    json_int(&cli->json, number);
}

/* People and leaflets are told in round numbers; sessions, cases and the like always exactly. */
static bool is_rounded(const struct figure *figure)
{
    return strcmp(figure->unit, "人次") == 0 || strcmp(figure->unit, "份") == 0;
}

static void put_figure_json(struct cli *cli, const struct figure *figure)
{
    char rounded[FIGURE_ROUNDED_BYTES];

    json_object(&cli->json);
    put_key_text(cli, "name", figure->name);
    if (*figure->code)
        put_key_text(cli, "code", figure->code);
    put_key_text(cli, "label", figure->label);
    put_key_text(cli, "unit", figure->unit);
    put_key_int(cli, "value", figure->value);
    if (is_rounded(figure)) {
        figure_round(figure->value, rounded);
        put_key_text(cli, "rounded", rounded);
    }
    json_key(&cli->json, "rows");
    json_array(&cli->json);
    for (size_t i = 0; i < figure->n_parts; i++) {
        json_object(&cli->json);
        put_key_text(cli, "type", figure->parts[i].type);
        put_key_text(cli, "where", figure->parts[i].where);
        put_key_int(cli, "value", figure->parts[i].value);
        json_object_end(&cli->json);
    }
    json_array_end(&cli->json);
    json_object_end(&cli->json);
}

/* "咨询人次  1234 人次  list consultation --where '..'"; further parts on lines of their own. */
static void put_figure_line(const struct figure_list *list, const struct figure *figure)
{
    struct buf *out = &list->cli->text;
    char rounded[FIGURE_ROUNDED_BYTES];

    if (figure->value == 0 && figure->n_parts == 0)
        return;
    figure_round(figure->value, rounded);
    buf_printf(out, "%s%s\t", *figure->code ? "  " : "", _(figure->label));
    if (list->rounded && is_rounded(figure))
        buf_printf(out, "%s %s", rounded, _(figure->unit));
    else
        buf_printf(out, "%" PRId64 " %s", figure->value, _(figure->unit));
    for (size_t i = 0; i < figure->n_parts; i++) {
        buf_puts(out, i ? "\n\t" : "");
        if (figure->n_parts > 1)
            buf_printf(out, "\t%" PRId64, figure->parts[i].value);
        buf_printf(out, "\t%s --where \"%s\"", figure->parts[i].type, figure->parts[i].where);
    }
    buf_putc(out, '\n');
}

static bool put_figure(void *context, const struct figure *figure)
{
    struct figure_list *list = context;

    if (list->cli->json_output)
        put_figure_json(list->cli, figure);
    else
        put_figure_line(list, figure);
    list->status = cli_flush(list->cli, list->err);
    return list->status == STATUS_OK;
}

/* Into an open JSON object as "figures", or as lines. */
static enum status put_figures(struct cli *cli, const struct event_choice *choice, struct errmsg *err)
{
    struct figure_list list = {.cli = cli, .rounded = option_value(&cli->options, "round") != NULL, .err = err};

    if (cli->json_output) {
        json_key(&cli->json, "figures");
        json_array(&cli->json);
    }
    enum status status = figures_each(cli->store, &cli->actor, cli->codes, choice, put_figure, &list, err);
    if (cli->json_output)
        json_array_end(&cli->json);
    return status ? status : list.status;
}

/* ---- event --------------------------------------------------------------------------------------------------------- */

static enum status load_typed(struct cli *cli, size_t n, const char *type, struct record *record, struct errmsg *err)
{
    enum status status = cli_load(cli, n, record, err);

    if (status || strcmp(record->type->name, type) == 0)
        return status;
    status = errmsg_set(err, STATUS_USAGE, "这是一条%s，不是%s", _(record->type->label), _(catalogue_find(type)->label));
    record_release(record);
    return status;
}

/* What names it, as lists show it: places of barracks stay out. */
static void put_head(struct cli *cli, const struct record *record, const char *const *fields)
{
    char id[ID_TEXT_BYTES];

    id_format(record->id, id);
    if (cli->json_output) {
        json_object(&cli->json);
        cli_json_id(cli, "id", record->id);
    }
    for (; *fields; fields++) {
        const struct field_def *field = catalogue_field(record->type, *fields);
        struct value value = privacy_masks(record, field) ? value_null() : record_get(record, field);

        buf_clear(&cli->scratch);
        if (cli->json_output && value.kind == VALUE_INT && field->kind == FIELD_INT) {
            put_key_int(cli, *fields, value.number);
        } else if (cli->json_output) {
            record_format_raw(field, value, &cli->scratch);
            put_key_text(cli, *fields, value.kind == VALUE_NULL ? NULL : buf_cstr(&cli->scratch));
        } else if (value.kind != VALUE_NULL) {
            privacy_show(record, field, cli->codes, &cli->scratch);
            buf_printf(&cli->text, "%s\t%s\n", _(field->label), buf_cstr(&cli->scratch));
        }
    }
    if (!cli->json_output)
        buf_printf(&cli->text, _("编号\t%s\n"), id);
}

enum status cli_event(struct cli *cli, struct errmsg *err)
{
    static const char *const fields[] = {"title", "date", "end_date", "kind", "also", "place", "town", "unit", "campaign", "bodies", "laws", "closed_on", NULL};
    struct record event;
    enum status status = load_typed(cli, 0, "event", &event, err);

    if (status)
        return status;
    struct event_choice choice = event_choice_one(event.id);
    put_head(cli, &event, fields);
    status = put_figures(cli, &choice, err);
    if (cli->json_output)
        json_object_end(&cli->json);
    record_release(&event);
    return status;
}

/* ---- campaign ------------------------------------------------------------------------------------------------------ */

struct latest {
    int32_t today;
    struct id id;
    bool found, begun;
};

/* Newest first: the newest that has begun, else the one that begins soonest. */
static bool note_campaign(void *context, const struct record *campaign, const struct list_key *key)
{
    struct latest *latest = context;
    struct value date = record_get(campaign, catalogue_field(campaign->type, "date"));

    (void)key;
    latest->id = campaign->id;
    latest->found = true;
    latest->begun = date.kind == VALUE_INT && date.number <= latest->today;
    return !latest->begun;
}

static enum status load_latest(struct cli *cli, struct record *campaign, struct errmsg *err)
{
    struct list_query query = {.type = catalogue_find("campaign")};
    struct latest latest = {.today = day_of_ms(cli->actor.now_ms, DAY_OFFICE_OFFSET_MIN)};
    enum status status = records_list(cli->store, &cli->actor, &query, note_campaign, &latest, err);

    if (status)
        return status;
    if (!latest.found)
        return errmsg_set(err, STATUS_NOT_FOUND, "还没有登记宣传周；县中心用 aidpost add campaign name=.. date=.. end_date=.. 登记");
    return records_get(cli->store, &cli->actor, query.type, latest.id, campaign, err);
}

static enum status put_paragraph(struct cli *cli, const struct record *campaign, struct errmsg *err)
{
    struct buf text;
    enum status status;

    buf_init(&text, 1 << 16);
    status = campaign_text(cli->store, &cli->actor, cli->codes, campaign, option_value(&cli->options, "round") != NULL, &text, err);
    if (!status && cli->json_output)
        put_key_text(cli, "text", buf_cstr(&text));
    else if (!status)
        buf_printf(&cli->text, "%s\n", buf_cstr(&text));
    buf_release(&text);
    return status;
}

enum status cli_campaign(struct cli *cli, struct errmsg *err)
{
    static const char *const fields[] = {"name", "ordinal", "date", "end_date", "theme", "basis", NULL};
    const char *which = cli_argument(cli, 0);
    bool text_only = option_value(&cli->options, "text") != NULL && !cli->json_output;
    struct record campaign;
    enum status status = !which || strcmp(which, "latest") == 0 ? load_latest(cli, &campaign, err) : load_typed(cli, 0, "campaign", &campaign, err);

    if (status)
        return status;
    struct event_choice choice = event_choice_campaign(campaign.id);
    if (!text_only)
        put_head(cli, &campaign, fields);
    if (text_only || cli->json_output)
        status = put_paragraph(cli, &campaign, err);
    if (!status && !text_only)
        status = put_figures(cli, &choice, err);
    if (cli->json_output)
        json_object_end(&cli->json);
    record_release(&campaign);
    return status;
}

/* ---- outreach of a period ------------------------------------------------------------------------------------------ */

static enum status day_option(struct cli *cli, const char *name, int32_t otherwise, int32_t *day, struct errmsg *err)
{
    const char *text = option_value(&cli->options, name);

    *day = otherwise;
    if (text && day_parse(text, strlen(text), day))
        return errmsg_set(err, STATUS_USAGE, "--%s 应是日期，如 2026-03-05", name);
    return STATUS_OK;
}

/* The year given or the present one, from its first day to its last, or what --from and --to say of it. */
static enum status read_period(struct cli *cli, int32_t *from, int32_t *to, struct errmsg *err)
{
    int year, month, dom;
    int32_t first, last;
    int64_t given;

    day_to_ymd(day_of_ms(cli->actor.now_ms, DAY_OFFICE_OFFSET_MIN), &year, &month, &dom);
    enum status status = cli_number(cli, "year", year, &given, err);
    if (!status && (given < 1900 || given > 2199 || day_from_ymd((int)given, 1, 1, &first) || day_from_ymd((int)given, 12, 31, &last)))
        return errmsg_set(err, STATUS_USAGE, "--year 应是年份，如 2026");
    if (!status)
        status = day_option(cli, "from", first, from, err);
    if (!status)
        status = day_option(cli, "to", last, to, err);
    if (!status && *to < *from)
        return errmsg_set(err, STATUS_USAGE, "期间的末日早于首日");
    return status;
}

enum status cli_outreach(struct cli *cli, struct errmsg *err)
{
    char first[DAY_TEXT_BYTES], last[DAY_TEXT_BYTES];
    int32_t from, to;
    enum status status = read_period(cli, &from, &to, err);

    if (status)
        return status;
    struct event_choice choice = event_choice_period(from, to);
    day_format(from, first);
    day_format(to, last);
    if (cli->json_output) {
        json_object(&cli->json);
        put_key_text(cli, "from", first);
        put_key_text(cli, "to", last);
    } else {
        buf_printf(&cli->text, _("%s 至 %s\n"), first, last);
    }
    status = put_figures(cli, &choice, err);
    if (cli->json_output)
        json_object_end(&cli->json);
    return status;
}

/* ---- tally --------------------------------------------------------------------------------------------------------- */

static enum status find_category(struct cli *cli, const char *text, const struct code **category, struct errmsg *err)
{
    *category = code_book_find(cli->codes, "category", text);
    if (!*category)
        *category = code_book_by_name(cli->codes, "category", text);
    return *category ? STATUS_OK : errmsg_set(err, STATUS_USAGE, "没有这个咨询类别: %.40s；用代码或名称，如 01 或 婚姻家庭", text);
}

static enum status read_step(const char *text, int64_t *step, struct errmsg *err)
{
    char *end;

    *step = 1;
    if (!text)
        return STATUS_OK;
    *step = strtoll(text, &end, 10);
    if (*end || end == text || *step == 0 || *step < -9999 || *step > 9999)
        return errmsg_set(err, STATUS_USAGE, "增减的人数应是整数，如 1、5 或 -1");
    return STATUS_OK;
}

enum status cli_tally(struct cli *cli, struct errmsg *err)
{
    const struct code *category;
    struct event_totals totals;
    struct record event;
    int64_t step, count;
    enum status status = find_category(cli, cli_argument(cli, 1), &category, err);

    if (!status)
        status = read_step(cli_argument(cli, 2), &step, err);
    if (!status)
        status = load_typed(cli, 0, "event", &event, err);
    if (status)
        return status;
    status = event_tally(cli->store, &cli->actor, cli->codes, cli->system->random, &event, category->code, step, &count, err);
    if (!status)
        status = event_totals(cli->store, &cli->actor, cli->codes, &event, &totals, err);
    if (!status && cli->json_output) {
        json_object(&cli->json);
        cli_json_id(cli, "event", event.id);
        put_key_text(cli, "category", category->code);
        put_key_int(cli, "count", count);
        put_key_int(cli, "consulted", totals.consulted);
        json_object_end(&cli->json);
    } else if (!status) {
        buf_printf(&cli->text, _("%s\t%" PRId64 " 人次\t全场 %" PRId64 " 人次\n"), category->name, count, totals.consulted);
    }
    record_release(&event);
    return status;
}

/* ---- stock --------------------------------------------------------------------------------------------------------- */

enum { ORG_NAME_BYTES = 192 };

static void put_stock_json(struct cli *cli, const struct stock_line *line, const char *org)
{
    static const char *const types[] = {"stock_move", "event_material"};
    char where[80];

    json_object(&cli->json);
    put_key_int(cli, "org", line->org);
    put_key_text(cli, "org_name", org);
    put_key_text(cli, "item", line->item);
    put_key_text(cli, "name", code_book_name(cli->codes, "publicity_item", line->item));
    put_key_int(cli, "moved", line->moved);
    put_key_int(cli, "given", line->given);
    json_key(&cli->json, "returns");
    json_bool(&cli->json, line->returns);
    put_key_int(cli, "on_hand", line->on_hand);
    put_key_text(cli, "state", stock_state_name(line->state));
    json_key(&cli->json, "rows");
    json_array(&cli->json);
    snprintf(where, sizeof(where), "scope=%" PRId64 " and item=%s", line->org, line->item);
    for (size_t i = 0; i < 2; i++) {
        json_object(&cli->json);
        put_key_text(cli, "type", types[i]);
        put_key_text(cli, "where", where);
        json_object_end(&cli->json);
    }
    json_array_end(&cli->json);
    json_object_end(&cli->json);
}

static bool put_stock(void *context, const struct stock_line *line)
{
    static const char *const marks[] = {[STOCK_ENOUGH] = "", [STOCK_LOW] = "\t! 不足", [STOCK_SHORT] = "\t! 账上缺，漏记入库"};
    struct cli *cli = context;
    char org[ORG_NAME_BYTES];

    org_name(cli->store, line->org, org, sizeof(org));
    if (cli->json_output)
        put_stock_json(cli, line, org);
    else
        buf_printf(&cli->text, _("%s\t%s\t现有 %" PRId64 "\t收发 %" PRId64 "\t%s %" PRId64 "%s\n"), org, _(code_book_name(cli->codes, "publicity_item", line->item)), line->on_hand, line->moved,
                   line->returns ? _("活动用过") : _("活动发出"), line->given, _(marks[line->state]));
    return true;
}

enum status cli_stock(struct cli *cli, struct errmsg *err)
{
    const char *name = option_value(&cli->options, "org");
    char found[ORG_NAME_BYTES];
    struct rules *rules = NULL;
    int64_t org = -1;
    enum status status = name ? org_find(cli->store, name, &org, found, sizeof(found), err) : STATUS_OK;

    if (!status)
        status = rules_load(&rules, cli->store, &cli->actor, err);
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    status = stock_list(cli->store, &cli->actor, cli->codes, rules, org, day_of_ms(cli->actor.now_ms, DAY_OFFICE_OFFSET_MIN), put_stock, cli, err);
    rules_free(rules);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return status;
}
