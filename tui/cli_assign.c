/* tui/cli_assign.c - aidpost candidates, aidpost fairness: who may have a case and why, and how the work was shared out. */
#include <stdlib.h>
#include <string.h>

#include "core/aid/assignment.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "tui/cli.h"

enum { ID_SHORT = 8, WHOLE_YEAR = 12 };

static int32_t today_of(struct cli *cli)
{
    return day_of_ms(cli->system->now_ms(cli->system->clock), DAY_OFFICE_OFFSET_MIN);
}

static void put_rows(struct cli *cli)
{
    json_key(&cli->json, "rows");
    json_array(&cli->json);
}

static void put_count(struct cli *cli, const char *key, int64_t number)
{
    json_key(&cli->json, key);
    json_int(&cli->json, number);
}

static void put_day(struct cli *cli, const char *key, int32_t day)
{
    char text[DAY_TEXT_BYTES];

    json_key(&cli->json, key);
    if (day == INT32_MIN) {
        json_null(&cli->json);
        return;
    }
    day_format(day, text);
    json_string(&cli->json, text);
}

static const char *day_text(int32_t day, char out[DAY_TEXT_BYTES])
{
    if (day == INT32_MIN)
        return "-";
    day_format(day, out);
    return out;
}

/* ---- candidates ---- */

static bool candidate_line(void *context, const struct candidate *candidate)
{
    struct cli *cli = context;
    char id[ID_TEXT_BYTES], last[DAY_TEXT_BYTES];

    if (!cli->json_output) {
        id_format(candidate->id, id);
        buf_printf(&cli->text, "%.*s\t%s\t%s\t%lld\t%lld\t%s\t%s\n", ID_SHORT, id, record_text(candidate->handler, "name"), candidate->eligible ? _("可以") : _("不可"),
                   (long long)candidate->open_cases, (long long)candidate->this_year, day_text(candidate->last_assigned, last), candidate->reason);
        return true;
    }
    json_object(&cli->json);
    cli_json_id(cli, "id", candidate->id);
    json_key(&cli->json, "name");
    json_string(&cli->json, record_text(candidate->handler, "name"));
    json_key(&cli->json, "eligible");
    json_bool(&cli->json, candidate->eligible);
    json_key(&cli->json, "reason");
    json_string(&cli->json, candidate->reason);
    put_count(cli, "open_cases", candidate->open_cases);
    put_count(cli, "this_year", candidate->this_year);
    put_day(cli, "last_assigned", candidate->last_assigned);
    json_object_end(&cli->json);
    return true;
}

static enum status load_case(struct cli *cli, struct record *kase, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("case");
    struct id id;
    enum status status = records_resolve_id(cli->store, &cli->actor, cli_argument(cli, 0), &type, &id, err);

    return status ? status : records_get(cli->store, &cli->actor, type, id, kase, err);
}

enum status cli_candidates(struct cli *cli, struct errmsg *err)
{
    struct rules *rules = NULL;
    struct record kase;
    enum status status = load_case(cli, &kase, err);

    if (status)
        return status;
    status = rules_load(&rules, cli->store, &cli->actor, err);
    if (!status && cli->json_output) {
        json_object(&cli->json);
        put_rows(cli);
    } else if (!status) {
        buf_puts(&cli->text, _("编号\t姓名\t\t在办\t本年\t上次指派\t理由\n"));
    }
    if (!status)
        status = assignment_candidates(cli->store, &cli->actor, rules, &kase, option_value(&cli->options, "wish"), today_of(cli), candidate_line, cli, err);
    if (!status && cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    rules_free(rules);
    record_release(&kase);
    return status;
}

/* ---- fairness ---- */

/* The first day of a month counted on from January of the year; day_from_ymd's errors. */
static enum status month_start(int year, int months, int32_t *day)
{
    return day_from_ymd(year + months / WHOLE_YEAR, months % WHOLE_YEAR + 1, 1, day);
}

static enum status months(int year, int first, int count, int32_t *from, int32_t *to)
{
    enum status status = month_start(year, first, from);

    if (!status)
        status = month_start(year, first + count, to);
    *to -= 1;
    return status;
}

/* 2026, 2026H1, 2026Q3, 2026-05, 2026-01-01..2026-06-30. */
static enum status parse_period(const char *text, int32_t *from, int32_t *to)
{
    const char *dots = strstr(text, "..");
    char *end;

    if (dots) {
        enum status status = day_parse(text, (size_t)(dots - text), from);
        if (!status)
            status = day_parse(dots + 2, strlen(dots + 2), to);
        return status ? status : *from <= *to ? STATUS_OK : STATUS_RANGE;
    }
    long year = strtol(text, &end, 10);
    long part = *end ? strtol(end + 1, NULL, 10) : 0;
    size_t rest = strlen(end);
    if (end - text != 4)
        return STATUS_MALFORMED;
    if (rest == 0)
        return months((int)year, 0, WHOLE_YEAR, from, to);
    if (rest == 2 && *end == 'H' && (part == 1 || part == 2))
        return months((int)year, (int)(part - 1) * 6, 6, from, to);
    if (rest == 2 && *end == 'Q' && part >= 1 && part <= 4)
        return months((int)year, (int)(part - 1) * 3, 3, from, to);
    if (rest == 3 && *end == '-' && part >= 1 && part <= WHOLE_YEAR)
        return months((int)year, (int)part - 1, 1, from, to);
    return STATUS_MALFORMED;
}

static bool fairness_line(void *context, const struct fairness *row)
{
    struct cli *cli = context;
    char last[DAY_TEXT_BYTES];

    if (!cli->json_output) {
        buf_printf(&cli->text, "%s\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld.%02lld\t%s\n", record_text(row->handler, "name"), (long long)row->assigned, (long long)row->open,
                   (long long)row->closed, (long long)row->by_wish, (long long)row->overdue, (long long)row->subsidy_fen / 100, (long long)row->subsidy_fen % 100,
                   day_text(row->last_assigned, last));
        return true;
    }
    json_object(&cli->json);
    cli_json_id(cli, "id", row->handler->id);
    json_key(&cli->json, "name");
    json_string(&cli->json, record_text(row->handler, "name"));
    put_count(cli, "assigned", row->assigned);
    put_count(cli, "open", row->open);
    put_count(cli, "closed", row->closed);
    put_count(cli, "by_wish", row->by_wish);
    put_count(cli, "overdue", row->overdue);
    put_count(cli, "subsidy", row->subsidy_fen);
    put_day(cli, "last_assigned", row->last_assigned);
    json_object_end(&cli->json);
    return true;
}

static void begin_sheet(struct cli *cli, int32_t from, int32_t to)
{
    char first[DAY_TEXT_BYTES], last[DAY_TEXT_BYTES];

    if (!cli->json_output) {
        buf_printf(&cli->text, _("%s 至 %s\n承办人\t指派\t在办\t已结\t点名\t超期\t补贴(元)\t上次指派\n"), day_text(from, first), day_text(to, last));
        return;
    }
    json_object(&cli->json);
    put_day(cli, "from", from);
    put_day(cli, "to", to);
    put_rows(cli);
}

enum status cli_fairness(struct cli *cli, struct errmsg *err)
{
    const char *period = option_value(&cli->options, "period");
    struct rules *rules = NULL;
    int32_t from, to, today = today_of(cli);

    if (!period || parse_period(period, &from, &to))
        return errmsg_set(err, STATUS_USAGE, "--period 应是 2026、2026H1、2026Q3、2026-05 或 2026-01-01..2026-06-30");
    if (from > today)
        return errmsg_set(err, STATUS_USAGE, "--period %s 还没有开始", period);
    if (to > today)
        to = today;
    enum status status = rules_load(&rules, cli->store, &cli->actor, err);
    if (status)
        return status;
    begin_sheet(cli, from, to);
    status = assignment_fairness(cli->store, &cli->actor, rules, from, to, fairness_line, cli, err);
    if (!status && cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    rules_free(rules);
    return status;
}
