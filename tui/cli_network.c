/* tui/cli_network.c - aidpost network, aidpost duty: where the county's people are, who is on duty, which days nobody is. */
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/outreach/duty.h"
#include "core/outreach/network.h"
#include "tui/cli.h"

enum { WEEK = 7 };

static int32_t today_of(const struct cli *cli)
{
    return day_of_ms(cli->actor.now_ms, DAY_OFFICE_OFFSET_MIN);
}

static void put_text(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

static void put_count(struct cli *cli, const char *key, int64_t number, bool known)
{
    json_key(&cli->json, key);
    if (known)
        json_int(&cli->json, number);
    else
        json_null(&cli->json);
}

static void put_day(struct cli *cli, const char *key, int32_t day)
{
    char text[DAY_TEXT_BYTES];

    day_format(day, text);
    put_text(cli, key, text);
}

static void put_flag(struct cli *cli, const char *key, bool value)
{
    json_key(&cli->json, key);
    json_bool(&cli->json, value);
}

/* ---- network ---- */

/* The names of a comma-separated list of codes, "、" between, in scratch. */
static const char *names_of(struct cli *cli, const char *set, const char *codes)
{
    buf_clear(&cli->scratch);
    for (const char *at = codes; *at;) {
        char code[16];
        size_t len = strcspn(at, ",");

        snprintf(code, sizeof(code), "%.*s", (int)len, at);
        buf_printf(&cli->scratch, "%s%s", cli->scratch.len ? _("、") : "", _(code_book_name(cli->codes, set, code)));
        at += len + (at[len] == ',');
    }
    return buf_cstr(&cli->scratch);
}

static const char *place_name(struct cli *cli, const char *set, const char *code)
{
    return *code ? _(code_book_name(cli->codes, set, code)) : "";
}

static void put_org(struct cli *cli, const struct network_org *org)
{
    const struct field_def *full_time = catalogue_field(org->org->type, "full_time");

    json_object(&cli->json);
    cli_json_id(cli, "id", org->org->id);
    put_count(cli, "number", record_get(org->org, catalogue_field(org->org->type, "number")).number, true);
    put_text(cli, "code", record_text(org->org, "code"));
    put_text(cli, "name", record_text(org->org, "name"));
    put_text(cli, "kind", record_text(org->org, "kind"));
    put_text(cli, "protected", org->protected);
    put_text(cli, "town", org->town);
    put_text(cli, "village", org->village);
    put_text(cli, "contact", record_text(org->org, "contact"));
    put_text(cli, "phone", record_text(org->org, "phone"));
    put_flag(cli, "has_full_time", record_get(org->org, full_time).number != 0);
    put_count(cli, "staff", org->staff, org->known);
    put_count(cli, "leaders", org->leaders, org->known);
    put_count(cli, "full_time", org->full_time, org->known);
    put_count(cli, "part_time", org->part_time, org->known);
    put_count(cli, "contacts", org->contacts, org->known);
    json_key(&cli->json, "on_duty");
    if (org->known)
        json_string(&cli->json, org->on_duty);
    else
        json_null(&cli->json);
    json_object_end(&cli->json);
}

static void put_org_line(struct cli *cli, const struct network_org *org)
{
    struct buf *out = &cli->text;
    const char *contact = record_text(org->org, "contact"), *kind = record_text(org->org, "kind");

    buf_printf(out, "%s\t%s", _(code_book_name(cli->codes, "org_kind", kind)), record_text(org->org, "name"));
    if (*org->protected)
        buf_printf(out, _("\t维护: %s"), names_of(cli, "protected_group", org->protected));
    if (strcmp(kind, "point") == 0)
        buf_printf(out, _("\t%s %s\t联络员: %s"), place_name(cli, "town", org->town), place_name(cli, "village", org->village), *contact ? contact : "-");
    buf_printf(out, "\t%s", record_text(org->org, "phone"));
    if (org->known) {
        bool full_time = org->full_time > 0 || record_get(org->org, catalogue_field(org->org->type, "full_time")).number != 0;

        buf_printf(out, _("\t%lld 人（专职 %lld）%s\t今天值班: %s"), (long long)org->staff, (long long)org->full_time, full_time ? _(" 有专门人员") : "", *org->on_duty ? org->on_duty : "-");
    }
    buf_puts(out, "\n");
}

static bool org_row(void *context, const struct network_org *org)
{
    struct cli *cli = context;

    if (cli->json_output)
        put_org(cli, org);
    else
        put_org_line(cli, org);
    return true;
}

enum status cli_network(struct cli *cli, struct errmsg *err)
{
    enum status status;

    if (cli->json_output) {
        json_object(&cli->json);
        put_day(cli, "day", today_of(cli));
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    status = network_list(cli->store, &cli->actor, today_of(cli), org_row, cli, err);
    if (!status && cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return status;
}

/* ---- duty ---- */

struct duty_sheet {
    struct cli *cli;
    int64_t gaps;
};

static const char *field_text(struct cli *cli, const struct record *record, const char *field)
{
    buf_clear(&cli->scratch);
    record_show(record, catalogue_field(record->type, field), cli->codes, &cli->scratch);
    return buf_cstr(&cli->scratch);
}

static void put_shift(struct cli *cli, const struct record *shift)
{
    static const char *const fields[] = {"name", "shift", "place", "result", "substitute", "note"};

    json_object(&cli->json);
    cli_json_id(cli, "id", shift->id);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        put_text(cli, fields[i], record_text(shift, fields[i]));
    put_text(cli, "present", duty_present(shift));
    put_count(cli, "org", shift->scope, true);
    json_object_end(&cli->json);
}

static void put_duty_day(struct cli *cli, const struct duty_day *day)
{
    json_object(&cli->json);
    put_day(cli, "date", day->day);
    put_flag(cli, "workday", day->workday);
    put_flag(cli, "gap", day->gap);
    json_key(&cli->json, "shifts");
    json_array(&cli->json);
    for (size_t i = 0; i < day->n; i++)
        put_shift(cli, &day->shifts[i]);
    json_array_end(&cli->json);
    json_object_end(&cli->json);
}

static void put_duty_line(struct cli *cli, const struct duty_day *day)
{
    static const char *const names[WEEK] = {"日", "一", "二", "三", "四", "五", "六"};
    char text[DAY_TEXT_BYTES];

    day_format(day->day, text);
    buf_printf(&cli->text, _("%s 周%s\t"), text, _(names[day_weekday(day->day)]));
    for (size_t i = 0; i < day->n; i++) {
        const struct record *shift = &day->shifts[i];
        const char *substitute = record_text(shift, "substitute");

        buf_printf(&cli->text, "%s%s", i ? _("，") : "", field_text(cli, shift, "shift"));
        buf_printf(&cli->text, " %s", record_text(shift, "name"));
        if (*substitute)
            buf_printf(&cli->text, _("（%s替）"), substitute);
        else if (!*duty_present(shift))
            buf_printf(&cli->text, _("（%s）"), field_text(cli, shift, "result"));
        buf_printf(&cli->text, " %s", field_text(cli, shift, "place"));
    }
    buf_printf(&cli->text, "%s\n", day->gap ? day->n ? _("\t没有人") : _("没有人") : day->n ? "" : _("休息"));
}

static bool duty_line(void *context, const struct duty_day *day)
{
    struct duty_sheet *sheet = context;

    sheet->gaps += day->gap;
    if (sheet->cli->json_output)
        put_duty_day(sheet->cli, day);
    else
        put_duty_line(sheet->cli, day);
    return true;
}

/* --from today, --to six days later, unless given. */
static enum status span(struct cli *cli, int32_t *from, int32_t *to, struct errmsg *err)
{
    const char *first = option_value(&cli->options, "from"), *last = option_value(&cli->options, "to");

    *from = today_of(cli);
    if (first && day_parse(first, strlen(first), from))
        return errmsg_set(err, STATUS_USAGE, "--from 应是日期，如 2026-03-05");
    *to = *from + WEEK - 1;
    if (last && day_parse(last, strlen(last), to))
        return errmsg_set(err, STATUS_USAGE, "--to 应是日期，如 2026-03-11");
    if (*to < *from || *to - *from >= DUTY_DAYS_MAX)
        return errmsg_set(err, STATUS_USAGE, "--to 不能在 --from 之前，一次最多 %d 天", DUTY_DAYS_MAX);
    return STATUS_OK;
}

enum status cli_duty(struct cli *cli, struct errmsg *err)
{
    struct duty_sheet sheet = {.cli = cli};
    struct calendar *calendar = NULL;
    int32_t from, to;
    enum status status = span(cli, &from, &to, err);

    if (!status)
        status = calendar_load(&calendar, cli->store, &cli->actor, err);
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        put_day(cli, "from", from);
        put_day(cli, "to", to);
        json_key(&cli->json, "days");
        json_array(&cli->json);
    }
    status = duty_roster(cli->store, &cli->actor, calendar, from, to, duty_line, &sheet, err);
    calendar_free(calendar);
    if (!status && cli->json_output) {
        json_array_end(&cli->json);
        put_count(cli, "gaps", sheet.gaps, true);
        json_object_end(&cli->json);
    } else if (!status) {
        buf_printf(&cli->text, _("没有人值班的工作日 %lld 天\n"), (long long)sheet.gaps);
    }
    return status;
}
