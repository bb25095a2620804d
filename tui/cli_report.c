/* tui/cli_report.c - aidpost report: which kind of report, what it takes, the help, the analyst's views. See cli_report.h. */
#include "tui/cli_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/language.h"
#include "core/record/filter.h"
#include "core/record/peer.h"
#include "core/record/row.h"
#include "core/report/report_period.h"
#include "core/report/sql_views.h"

#define FORM_OPTIONS "period year-start org text pdf xlsx csv draft columns"

enum { VIEWS_MAX_BYTES = 1 << 24, NAMES_BYTES = 320, STATIONS_MAX_BYTES = 1 << 18, FOLD_LEAST = 500 };

/* ---- members of JSON ---------------------------------------------------------------------------------------------- */

void cli_report_text_member(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

void cli_report_int_member(struct cli *cli, const char *key, int64_t number)
{
    json_key(&cli->json, key);
    json_int(&cli->json, number);
}

void cli_report_bool_member(struct cli *cli, const char *key, bool value)
{
    json_key(&cli->json, key);
    json_bool(&cli->json, value);
}

void cli_report_day_member(struct cli *cli, const char *key, int32_t day)
{
    char text[DAY_TEXT_BYTES];

    day_format(day, text);
    cli_report_text_member(cli, key, text);
}

void cli_report_period_members(struct cli *cli, const struct period *period)
{
    cli_report_day_member(cli, "from", period->from);
    cli_report_day_member(cli, "to", period->to);
}

void cli_report_amount(struct buf *out, int64_t value, bool money)
{
    struct report_cell cell = {.kind = money ? REPORT_MONEY : REPORT_INT, .number = value};

    report_cell_text(&cell, out);
}

const char *cli_report_unit(const struct cli *cli, const char *unit, bool money)
{
    return money && cli->json_output ? "分" : unit;
}

/* ---- views -------------------------------------------------------------------------------------------------------- */

static enum status show_views(struct reporting *reporting, struct errmsg *err)
{
    struct cli *cli = reporting->cli;
    const char *path = cli_argument(cli, 1);
    bool sensitive = option_value(&cli->options, "sensitive") != NULL;
    struct buf sql;
    enum status status;

    if (sensitive && !(cli->actor.center && cli->actor.owner))
        return errmsg_set(err, STATUS_FORBIDDEN, "--sensitive 只给县中心数据的所有者（不用 --as）");
    buf_init(&sql, VIEWS_MAX_BYTES);
    sql_views(cli->codes, reporting->rules, sensitive, &sql);
    status = sql.status ? errmsg_set(err, sql.status, "视图太大") : STATUS_OK;
    if (!status && path)
        status = file_write(path, sql.data, sql.len, 0600, err);
    if (!status && cli->json_output) {
        json_object(&cli->json);
        cli_report_text_member(cli, path ? "file" : "sql", path ? path : buf_cstr(&sql));
        json_object_end(&cli->json);
    } else if (!status && path) {
        cli_note(cli, "已写 %s；打开: sqlite3 -readonly %s -init %s", path, store_path(cli->store), path);
    } else if (!status) {
        buf_append(&cli->text, sql.data, sql.len);
    }
    buf_release(&sql);
    return status;
}

/* ---- one reading -------------------------------------------------------------------------------------------------- */

struct stations {
    struct cli *cli;
    struct buf *text;
};

static bool put_station(void *context, const struct peer *peer)
{
    struct stations *stations = context;
    char at[TIME_TEXT_BYTES], full[2 * MACHINE_NAME_MAX_BYTES];

    if (peer->revoked || !row_in_scope(&stations->cli->actor, peer->org))
        return true;
    day_format_time(peer->last_contact_ms, DAY_OFFICE_OFFSET_MIN, at);
    at[sizeof("YYYY-MM-DD HH:MM") - 1] = '\0';
    if (stations->text) {
        peer_full(peer, full, sizeof(full));
        buf_printf(stations->text, "%s%s %s", stations->text->len ? _("；") : "", full, peer->last_contact_ms ? at : _("还没有同步过"));
        return true;
    }
    json_object(&stations->cli->json);
    cli_report_text_member(stations->cli, "name", peer_label(peer));
    cli_report_text_member(stations->cli, "last_contact", peer->last_contact_ms ? at : NULL);
    cli_report_text_member(stations->cli, "machine", peer->named ? peer->name : NULL);
    json_object_end(&stations->cli->json);
    return true;
}

enum status cli_report_stations_member(struct reporting *reporting, struct errmsg *err)
{
    struct stations stations = {.cli = reporting->cli};
    enum status status;

    json_key(&reporting->cli->json, "stations");
    json_array(&reporting->cli->json);
    status = peer_list(reporting->cli->store, put_station, &stations, err);
    json_array_end(&reporting->cli->json);
    return status;
}

static bool take_display(void *context, const struct record *account, const struct list_key *key)
{
    struct reporting *reporting = context;

    (void)key;
    if (*record_text(account, "display"))
        snprintf(reporting->worker, sizeof(reporting->worker), "%s", record_text(account, "display"));
    return false;
}

/* By the account's display name; the Unix user as he is called. */
static enum status find_worker(struct reporting *reporting, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("user");
    struct filter filter = {.type = type, .n_terms = 1};
    struct list_query query = {.type = type, .filter = &filter, .limit = 1};

    snprintf(reporting->worker, sizeof(reporting->worker), "%s", reporting->cli->actor.name);
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "name"), .op = FILTER_EQ, .value = value_string(reporting->cli->account)};
    return *reporting->cli->account ? records_list(reporting->cli->store, &reporting->cli->actor, &query, take_display, reporting, err) : STATUS_OK;
}

/* The office that hands it in: the machine's. Practice says so on paper as on screens. */
static enum status find_office(struct reporting *reporting, struct errmsg *err)
{
    struct stations stations = {.cli = reporting->cli, .text = &reporting->stations};
    size_t used = (size_t)snprintf(reporting->office, sizeof(reporting->office), "%s", reporting->cli->machine.practice ? "【练习】" : "");
    enum status status;

    org_name(reporting->cli->store, reporting->org == TALLY_ORG_ALL ? reporting->cli->machine.org : reporting->org, reporting->office + used, sizeof(reporting->office) - used);
    status = peer_list(reporting->cli->store, put_station, &stations, err);
    return status ? status : find_worker(reporting, err);
}

struct report_head cli_report_head(struct reporting *reporting, bool draft)
{
    return (struct report_head){.office = reporting->office,
                                .leader = rules_text(reporting->rules, "report_leader", reporting->today),
                                .worker = reporting->worker,
                                .printed_on = reporting->today,
                                .draft = draft,
                                .stations = buf_cstr(&reporting->stations)};
}

static enum status find_org(struct reporting *reporting, struct errmsg *err)
{
    const char *name = option_value(&reporting->cli->options, "org");
    enum status status;

    reporting->org = TALLY_ORG_ALL;
    if (!name)
        return STATUS_OK;
    status = org_find(reporting->cli->store, name, &reporting->org, reporting->org_name, sizeof(reporting->org_name), err);
    if (status)
        return errmsg_wrap(err, status == STATUS_NOT_FOUND ? STATUS_USAGE : status, "--org");
    if (!row_in_scope(&reporting->cli->actor, reporting->org))
        return errmsg_set(err, STATUS_FORBIDDEN, "只能看本单位的报表，%s的看不到", reporting->org_name);
    return STATUS_OK;
}

static enum status open_reporting(struct reporting *reporting, struct cli *cli, bool reads, struct errmsg *err)
{
    enum status status;

    *reporting = (struct reporting){.cli = cli, .today = day_of_ms(cli->actor.now_ms, DAY_OFFICE_OFFSET_MIN)};
    buf_init(&reporting->stations, STATIONS_MAX_BYTES);
    status = rules_load(&reporting->rules, cli->store, &cli->actor, err);
    if (!status)
        status = form_book_new(&reporting->book, err);
    if (!status)
        status = find_org(reporting, err);
    if (!status)
        status = find_office(reporting, err);
    if (!status && reads)
        status = tally_open(&reporting->tally, cli->store, &cli->actor, cli->codes, err);
    reporting->desk = (struct form_desk){.store = cli->store, .actor = &cli->actor, .codes = cli->codes, .book = reporting->book, .tally = reporting->tally};
    return status;
}

static void close_reporting(struct reporting *reporting)
{
    tally_close(reporting->tally);
    form_book_free(reporting->book);
    rules_free(reporting->rules);
    buf_release(&reporting->stations);
}

/* ---- what is asked for -------------------------------------------------------------------------------------------- */

/* What is wrong with how the command was written is told as such. */
static enum status as_usage(enum status status)
{
    return status == STATUS_MALFORMED || status == STATUS_RANGE ? STATUS_USAGE : status;
}

enum status cli_report_period(struct reporting *reporting, const char *rule, struct period *out, struct errmsg *err)
{
    const char *text = option_value(&reporting->cli->options, "period"), *given = option_value(&reporting->cli->options, "year-start");
    struct year_start start;
    enum status status;

    if (!text)
        return errmsg_set(err, STATUS_USAGE, "写明期间，如 --period 2026H1（2026 2026H1 2026Q3 2026-03，或起日..止日）");
    if (!given) {
        status = report_period_find(reporting->rules, rule, text, reporting->today, out, err);
        return status && status != STATUS_INVALID ? errmsg_wrap(err, as_usage(status), "--period") : status;
    }
    status = year_start_parse(given, &start, err);
    if (status)
        return errmsg_wrap(err, as_usage(status), "--year-start");
    status = period_parse(text, start, out, err);
    return status ? errmsg_wrap(err, as_usage(status), "--period") : STATUS_OK;
}

/* Every report's name, for messages. */
static void put_names(const struct form_book *book, char *out, size_t out_bytes)
{
    size_t used = (size_t)snprintf(out, out_bytes, "summary");

    for (size_t i = 0; i < form_book_count(book) && used < out_bytes; i++)
        used += (size_t)snprintf(out + used, out_bytes - used, " %s", form_book_at(book, i)->name);
}

enum status cli_report_form(struct reporting *reporting, const char *name, const struct ministry_form **form, struct errmsg *err)
{
    char names[NAMES_BYTES];

    *form = name ? form_book_find(reporting->book, name) : NULL;
    if (*form)
        return STATUS_OK;
    put_names(reporting->book, names, sizeof(names));
    return name ? errmsg_set(err, STATUS_USAGE, "没有报表 %.40s，有: %s", name, names) : errmsg_set(err, STATUS_USAGE, "写明哪张报表: %s", names);
}

bool cli_report_is_summary(const char *name)
{
    return name && (strcmp(name, "summary") == 0 || strcmp(name, "总结") == 0);
}

enum status cli_report_report(struct reporting *reporting, const char *name, const struct ministry_form **form, struct errmsg *err)
{
    *form = NULL;
    return cli_report_is_summary(name) ? STATUS_OK : cli_report_form(reporting, name, form, err);
}

enum status cli_report_assigned(const struct cli *cli, size_t n, const char *name, const char **text, struct errmsg *err)
{
    size_t len = strlen(name);

    *text = NULL;
    for (; cli_argument(cli, n); n++) {
        if (strncmp(cli_argument(cli, n), name, len) != 0 || cli_argument(cli, n)[len] != '=')
            return errmsg_set(err, STATUS_USAGE, "这里只能写 %s=..，不能写 %.60s", name, cli_argument(cli, n));
        *text = cli_argument(cli, n) + len + 1;
    }
    return STATUS_OK;
}

/* ---- the verb ----------------------------------------------------------------------------------------------------- */

static const struct kind {
    const char *name;    /* the first argument; names of forms are found in the book */
    const char *usage;   /* what stands behind it */
    const char *options; /* it takes */
    int min, max;        /* arguments behind the name */
    bool reads;          /* counts: a tally is open. What writes opens its own */
    enum status (*run)(struct reporting *reporting, struct errmsg *err);
    const char *help;
} kinds[] = {
    {"summary", "--period P", "period year-start text pdf xlsx csv draft columns", 0, 0, true, cli_report_show_summary, "工作总结：R1 至 R23、宣传周和文字；--text 一篇，--pdf 成文"},
    {"monthly", "--period 2026-03", FORM_OPTIONS, 0, 0, true, cli_report_show_form, "月报"},
    {"quarterly", "--period 2026Q1", FORM_OPTIONS, 0, 0, true, cli_report_show_form, "咨询季报"},
    {"form1..form13", "--period 2026H1", FORM_OPTIONS, 0, 0, true, cli_report_show_form, "半年报、年报的十三张表"},
    {"all", "--period P --xlsx FILE", "period year-start xlsx draft", 0, 0, true, cli_report_show_all, "全部报表、总结、图和乡镇月份表，一个电子表格"},
    {"cells", "", "", 0, 0, false, cli_report_show_cells, "全部栏目：名称、单位、数从哪里来"},
    {"rows", "CELL --period P", "period year-start org limit", 1, 1, true, cli_report_show_rows, "一个数是哪些记录，如 rows R1、rows F6.2、rows M2、rows Q1"},
    {"late", "CELL --period P", "period year-start org limit", 1, 1, true, cli_report_show_late, "存档以后补报、调整的记录"},
    {"compare", "REPORT --period P", "period year-start org", 1, 1, true, cli_report_show_compare, "本期、上年同期（当时上报的、现在知道的）"},
    {"chart", "NAME --period P", "period year-start org columns", 0, 1, true, cli_report_show_chart, "条形图；不写 NAME 列出有哪些"},
    {"heat", "cases|consultations --period P", "period year-start columns", 1, 1, true, cli_report_show_heat, "各镇街各月的件数、人次"},
    {"day", "--period P", "period year-start all", 0, 0, true, cli_report_show_day, "上报前要做的事，一项一项"},
    {"explain", "REPORT CHECK --period P text=理由 [--org ORG]", "period year-start org", 3, 3, false, cli_report_show_explain, "说明一项校验为什么没有通过"},
    {"freeze", "REPORT --period P [basis=..]", "period year-start", 1, 2, false, cli_report_show_freeze, "上报时存档"},
    {"snapshots", "[--period P]", "period year-start limit", 0, 0, false, cli_report_show_snapshots, "有哪些存档"},
    {"snapshot", "ID", "columns", 1, 1, true, cli_report_show_snapshot, "一份存档"},
    {"views", "[FILE] [--sensitive]", "sensitive", 0, 1, false, show_views, "供 sqlite3 分析用的视图（SQL）"},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

void cli_report_words(struct buf *out)
{
    struct form_book *book;

    for (size_t i = 0; i < KINDS; i++)
        if (strchr(kinds[i].name, '.') == NULL)
            buf_printf(out, "%s%s", out->len > 0 ? " " : "", kinds[i].name);
    if (form_book_new(&book, NULL) != STATUS_OK)
        return;
    for (int i = 1;; i++) {
        char name[16];

        snprintf(name, sizeof name, "form%d", i);
        if (form_book_find(book, name) == NULL)
            break;
        buf_printf(out, " %s", name);
    }
    form_book_free(book);
}

static bool is_form_name(const char *name)
{
    struct form_book *book;
    bool is = false;

    if (form_book_new(&book, NULL) == STATUS_OK) {
        is = form_book_find(book, name) != NULL;
        form_book_free(book);
    }
    return is;
}

static const struct kind *find_kind(const char *name)
{
    const struct kind *forms = NULL;

    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
        if (kinds[i].run == cli_report_show_form)
            forms = &kinds[i];
    }
    return cli_report_is_summary(name) ? &kinds[0] : is_form_name(name) ? forms : NULL;
}

void cli_report_help(struct buf *out)
{
    for (size_t i = 0; i < KINDS; i++)
        buf_printf(out, "  aidpost report %s %s\n      %s\n", kinds[i].name, kinds[i].usage, _(kinds[i].help));
    buf_puts(out, _("\n期间: 2026 2026H1 2026Q3 2026-03 或 2026-01-01..2026-03-31；年度从哪天起按规则 period_summary period_monthly period_quarterly period_forms，--year-start 另给\n"
                  "校验没有通过又没有说明的，不写文件；--draft 写成草稿\n\n"));
}

static enum status check_kind(const struct cli *cli, const struct kind *kind, struct errmsg *err)
{
    static const char *const all[] = {"period", "year-start", "text", "pdf", "xlsx", "csv", "draft", "columns", "org", "limit", "all", "sensitive"};
    size_t behind = cli_arguments(cli) - 1;

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (option_value(&cli->options, all[i]) && !option_listed(kind->options, all[i]))
            return errmsg_set(err, STATUS_USAGE, "report %s 不能用 --%s", kind->name, all[i]);
    if (behind < (size_t)kind->min || behind > (size_t)kind->max)
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost report %s %s", kind->name, kind->usage);
    return STATUS_OK;
}

static enum status unknown_kind(const char *name, struct errmsg *err)
{
    char names[NAMES_BYTES] = "";

    for (size_t i = 0; i < KINDS; i++) {
        size_t used = strlen(names);

        snprintf(names + used, sizeof(names) - used, " %s", kinds[i].name);
    }
    return errmsg_set(err, STATUS_USAGE, "没有报表 %.40s，有:%s", name, names);
}

enum status cli_report(struct cli *cli, struct errmsg *err)
{
    const struct kind *kind = find_kind(cli_argument(cli, 0));
    struct reporting reporting;
    enum status status;

    if (!kind)
        return unknown_kind(cli_argument(cli, 0), err);
    status = check_kind(cli, kind, err);
    if (status)
        return status;
    if (kind->reads || kind->run == show_views)
        (void)tally_fold_if(cli->store, cli->codes, kind->run == show_views ? 1 : FOLD_LEAST, NULL); /* reports are right without it, the next ones quicker with it */
    status = open_reporting(&reporting, cli, kind->reads, err);
    if (!status)
        status = kind->run(&reporting, err);
    close_reporting(&reporting);
    return status;
}
