/* tui/cli_assess.c - aidpost assess: the year's ranking, one sheet with every point explained, the rows behind a figure, the scheme; `assess fix` freezes it. */
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/quality/assess.h"
#include "core/record/privacy.h"
#include "tui/cli.h"

enum { ID_SHORT = 8, POINT = 100 };

static void put_text(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

static void put_number(struct cli *cli, const char *key, int64_t number)
{
    json_key(&cli->json, key);
    json_int(&cli->json, number);
}

static void put_flag(struct cli *cli, const char *key, bool flag)
{
    json_key(&cli->json, key);
    json_bool(&cli->json, flag);
}

static void put_points(struct cli *cli, int64_t points)
{
    int64_t size = points < 0 ? -points : points;
    buf_printf(&cli->text, "%s%lld.%02lld", points < 0 ? "-" : "", (long long)(size / POINT), (long long)(size % POINT));
}

/* ---- what is asked ------------------------------------------------------------------------------------------------- */

/* One question; what the desk borrows is owned here. */
struct asked {
    struct cli *cli;
    struct assess_desk desk;
    struct rules *rules;
    struct calendar *calendar;
    const char *kind;
    struct assess_subject subject;
    bool one; /* about one subject */
    const char *note;
};

static void asked_release(struct asked *asked)
{
    calendar_free(asked->calendar);
    rules_free(asked->rules);
}

static enum status open_desk(struct asked *asked, struct errmsg *err)
{
    struct cli *cli = asked->cli;
    struct assess_desk *desk = &asked->desk;
    int year, month, dom;
    int64_t given;
    enum status status = rules_load(&asked->rules, cli->store, &cli->actor, err);

    if (!status)
        status = calendar_load(&asked->calendar, cli->store, &cli->actor, err);
    *desk = (struct assess_desk){.store = cli->store, .actor = &cli->actor, .codes = cli->codes, .rules = asked->rules, .calendar = asked->calendar};
    desk->today = day_of_ms(cli->system->now_ms(cli->system->clock), DAY_OFFICE_OFFSET_MIN);
    day_to_ymd(desk->today, &year, &month, &dom);
    if (!status)
        status = cli_number(cli, "year", year, &given, err);
    if (!status)
        status = assess_desk_year(desk, given > INT32_MAX ? INT32_MAX : (int)given, err);
    return status == STATUS_RANGE ? errmsg_wrap(err, STATUS_USAGE, "--year") : status;
}

/* KIND [SUBJECT] [note=..] from argument `first` on. */
static enum status read_arguments(struct asked *asked, size_t first, bool with_note, struct errmsg *err)
{
    struct cli *cli = asked->cli;
    const char *kind = cli_argument(cli, first);
    const struct code *code = kind ? code_book_find(cli->codes, "assess_kind", kind) : NULL;
    enum status status = STATUS_OK;

    if (kind && !code)
        code = code_book_by_name(cli->codes, "assess_kind", kind);
    if (!code || assess_kind_bit(code->code) == 0)
        return errmsg_set(err, STATUS_USAGE, "考核对象是 handler firm station volunteer 之一，不是 %.40s", kind ? kind : _("空的"));
    asked->kind = code->code;
    for (size_t i = first + 1; !status && i < cli_arguments(cli); i++) {
        const char *argument = cli_argument(cli, i);
        if (with_note && strncmp(argument, "note=", 5) == 0)
            asked->note = argument + 5;
        else if (asked->one)
            status = errmsg_set(err, STATUS_USAGE, "多出来的参数 %.60s", argument);
        else
            status = assess_find(&asked->desk, asked->kind, argument, &asked->subject, err);
        asked->one |= strncmp(argument, "note=", 5) != 0;
    }
    return status;
}

/* ---- a sheet ------------------------------------------------------------------------------------------------------- */

static void put_item(struct cli *cli, const struct assess_item *item)
{
    if (!cli->json_output) {
        buf_puts(&cli->text, "  ");
        put_points(cli, item->points);
        buf_printf(&cli->text, "\t%s\n", item->reason);
        return;
    }
    json_object(&cli->json);
    put_text(cli, "metric", item->line.metric->code);
    put_flag(cli, "measured", item->measured);
    put_number(cli, "value", item->value);
    put_number(cli, "base", item->base);
    put_number(cli, "target", item->line.target);
    put_number(cli, "weight", item->line.weight);
    put_number(cli, "points", item->points);
    put_text(cli, "reason", item->reason);
    json_object_end(&cli->json);
}

static void put_year(struct asked *asked)
{
    struct cli *cli = asked->cli;
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES];

    day_format(asked->desk.from, from);
    day_format(asked->desk.to, to);
    put_text(cli, "kind", asked->kind);
    put_number(cli, "year", asked->desk.year);
    put_text(cli, "from", from);
    put_text(cli, "to", to);
}

/* A station holds its own rows only: a handler's other cases are not among them. */
static void note_partial(struct cli *cli)
{
    if (!cli->actor.center)
        cli_note(cli, "本机只有本站的记录，得分和名次只供参考，以县中心的考核为准");
}

static enum status show_sheet(struct asked *asked, struct errmsg *err)
{
    struct cli *cli = asked->cli;
    struct assess_sheet sheet;
    enum status status = assess_compute(&asked->desk, &asked->subject, &sheet, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        put_year(asked);
        cli_json_id(cli, "subject", sheet.subject.id);
        put_text(cli, "name", sheet.subject.name);
        put_number(cli, "total", sheet.total);
        put_text(cli, "grade", sheet.grade);
        json_key(&cli->json, "items");
        json_array(&cli->json);
    } else {
        buf_printf(&cli->text, _("%s\t%s\t%d 年度考核\t总分 "), sheet.subject.name, _(code_book_name(cli->codes, "assess_kind", asked->kind)), sheet.year);
        put_points(cli, sheet.total);
        buf_printf(&cli->text, " %s\n", _(code_book_name(cli->codes, "grade", sheet.grade)));
    }
    for (size_t i = 0; i < sheet.n; i++)
        put_item(cli, &sheet.items[i]);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    note_partial(cli);
    return STATUS_OK;
}

/* ---- the ranking --------------------------------------------------------------------------------------------------- */

static void put_ranked(struct cli *cli, const struct assess_sheet *sheet)
{
    char id[ID_TEXT_BYTES];

    if (!cli->json_output) {
        id_format(sheet->subject.id, id);
        buf_printf(&cli->text, "%lld\t%.*s\t%s\t", (long long)sheet->rank, ID_SHORT, id, sheet->subject.name);
        put_points(cli, sheet->total);
        buf_printf(&cli->text, "\t%s\n", _(code_book_name(cli->codes, "grade", sheet->grade)));
        return;
    }
    json_object(&cli->json);
    put_number(cli, "rank", sheet->rank);
    cli_json_id(cli, "id", sheet->subject.id);
    put_text(cli, "name", sheet->subject.name);
    put_number(cli, "total", sheet->total);
    put_text(cli, "grade", sheet->grade);
    json_object_end(&cli->json);
}

static enum status show_ranking(struct asked *asked, struct errmsg *err)
{
    struct cli *cli = asked->cli;
    struct assess_sheet *sheets;
    size_t n;
    enum status status = assess_all(&asked->desk, asked->kind, &sheets, &n, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        put_year(asked);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    for (size_t i = 0; i < n; i++)
        put_ranked(cli, &sheets[i]);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    } else if (n == 0) {
        cli_note(cli, "没有考核对象");
    }
    free(sheets);
    note_partial(cli);
    return STATUS_OK;
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

/* The title of a row in cli->scratch; what may not be seen by name says so. */
static const char *title_of(struct cli *cli, const struct assess_row *row)
{
    struct record record;

    buf_clear(&cli->scratch);
    if (records_get(cli->store, &cli->actor, row->type, row->id, &record, NULL)) {
        buf_puts(&cli->scratch, _("（封存）"));
        return buf_cstr(&cli->scratch);
    }
    record_show_title(&record, cli->codes, &cli->scratch);
    record_release(&record);
    return buf_cstr(&cli->scratch);
}

static bool put_row(void *context, const struct assess_row *row)
{
    struct cli *cli = context;
    const char *title = title_of(cli, row);
    char id[ID_TEXT_BYTES];

    if (!cli->json_output) {
        id_format(row->id, id);
        buf_printf(&cli->text, "%s\t%.*s\t%s\t%s\t%s\n", row->counted ? _("计入") : row->in_base ? _("未达") : _("不计"), ID_SHORT, id, _(row->type->label), title, row->why);
        return true;
    }
    json_object(&cli->json);
    put_text(cli, "type", row->type->name);
    cli_json_id(cli, "id", row->id);
    put_text(cli, "title", title);
    put_flag(cli, "counted", row->counted);
    put_flag(cli, "in_base", row->in_base);
    put_text(cli, "why", row->why);
    json_object_end(&cli->json);
    return true;
}

static enum status show_rows(struct asked *asked, const char *metric, struct errmsg *err)
{
    struct cli *cli = asked->cli;
    const struct code *code = code_book_find(cli->codes, "assess_metric", metric);

    if (!asked->one)
        return errmsg_set(err, STATUS_USAGE, "--rows 要写明是谁的: aidpost assess %s 姓名 --rows %s", asked->kind, metric);
    if (!code)
        code = code_book_by_name(cli->codes, "assess_metric", metric);
    if (!code)
        return errmsg_set(err, STATUS_USAGE, "没有指标 %.40s；aidpost assess standards %s 列出全部", metric, asked->kind);
    if (cli->json_output) {
        json_object(&cli->json);
        put_year(asked);
        put_text(cli, "metric", code->code);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    enum status status = assess_rows(&asked->desk, &asked->subject, code->code, put_row, cli, err);
    if (!status && cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return status;
}

/* ---- the scheme ---------------------------------------------------------------------------------------------------- */

static void put_line(struct cli *cli, const struct assess_line *line)
{
    const char *name = _(code_book_name(cli->codes, "assess_metric", line->metric->code));

    if (!cli->json_output) {
        buf_printf(&cli->text, "%s\t%s\t%d\t", line->metric->code, name, line->weight);
        if (line->metric->shape != ASSESS_EACH)
            buf_printf(&cli->text, _("目标 %lld%s"), (long long)line->target, line->metric->shape == ASSESS_COUNT ? "" : "%");
        else if (line->cap != ASSESS_NO_CAP)
            buf_printf(&cli->text, _("最多 %d 分"), line->cap);
        if (line->from_year)
            buf_printf(&cli->text, _("\t本县 %d 年起\n"), line->from_year);
        else
            buf_puts(&cli->text, _("\t程序自带\n"));
        return;
    }
    json_object(&cli->json);
    put_text(cli, "metric", line->metric->code);
    put_text(cli, "name", name);
    put_number(cli, "weight", line->weight);
    put_number(cli, "target", line->target);
    json_key(&cli->json, "cap");
    if (line->cap != ASSESS_NO_CAP)
        json_int(&cli->json, line->cap);
    else
        json_null(&cli->json);
    put_number(cli, "from_year", line->from_year);
    json_object_end(&cli->json);
}

static enum status show_scheme(struct asked *asked, struct errmsg *err)
{
    struct cli *cli = asked->cli;
    struct assess_scheme scheme;
    struct errmsg problem;
    enum status status = assess_scheme_load(&scheme, cli->store, &cli->actor, asked->kind, asked->desk.year, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        put_year(asked);
        put_number(cli, "sum", assess_scheme_sum(&scheme));
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    for (size_t i = 0; i < scheme.n; i++)
        put_line(cli, &scheme.lines[i]);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    errmsg_clear(&problem);
    if (assess_scheme_check(&scheme, cli->codes, asked->desk.year, &problem))
        cli_note(cli, "%s", problem.text);
    return STATUS_OK;
}

/* ---- fixing -------------------------------------------------------------------------------------------------------- */

static enum status fix(struct asked *asked, struct errmsg *err)
{
    struct cli *cli = asked->cli;
    size_t fixed;
    enum status status = assess_fix(&asked->desk, cli->system->random, asked->kind, asked->one ? &asked->subject : NULL, asked->note, &fixed, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        put_number(cli, "fixed", (int64_t)fixed);
        json_object_end(&cli->json);
    } else {
        buf_printf(&cli->text, _("核定了 %zu 份 %d 年度考核（list assessment 查看）\n"), fixed, asked->desk.year);
    }
    return STATUS_OK;
}

static enum status answer(struct asked *asked, struct errmsg *err)
{
    struct cli *cli = asked->cli;
    const char *what = cli_argument(cli, 0), *rows = option_value(&cli->options, "rows");
    bool fixes = strcmp(what, "fix") == 0, scheme = strcmp(what, "standards") == 0;
    enum status status = read_arguments(asked, fixes || scheme ? 1 : 0, fixes, err);

    if (status)
        return status;
    if (rows && (fixes || scheme))
        return errmsg_set(err, STATUS_USAGE, "assess %s 不能用 --rows", what);
    if (fixes)
        return fix(asked, err);
    if (scheme)
        return show_scheme(asked, err);
    if (rows)
        return show_rows(asked, rows, err);
    return asked->one ? show_sheet(asked, err) : show_ranking(asked, err);
}

enum status cli_assess(struct cli *cli, struct errmsg *err)
{
    struct asked asked = {.cli = cli};
    enum status status = open_desk(&asked, err);

    if (!status)
        status = answer(&asked, err);
    asked_release(&asked);
    return status;
}
