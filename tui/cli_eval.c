/* tui/cli_eval.c - aidpost eval: judge a case file item by item, show what was judged, the lists of items, what still waits. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/quality/eval.h"
#include "tui/cli.h"

enum { ID_SHORT = 8, NUMBER_MAX_DIGITS = 4 };

static int32_t today_of(struct cli *cli)
{
    return day_of_ms(cli->system->now_ms(cli->system->clock), DAY_OFFICE_OFFSET_MIN);
}

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

static void begin_rows(struct cli *cli)
{
    json_key(&cli->json, "rows");
    json_array(&cli->json);
}

static void end_rows(struct cli *cli)
{
    json_array_end(&cli->json);
    json_object_end(&cli->json);
}

/* A field as people read it, in cli->scratch. */
static const char *words(struct cli *cli, const struct record *record, const char *field)
{
    buf_clear(&cli->scratch);
    record_show(record, catalogue_field(record->type, field), cli->codes, &cli->scratch);
    return buf_cstr(&cli->scratch);
}

static int64_t number_of(const struct record *record, const char *field)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    return value.kind == VALUE_INT ? value.number : 0;
}

static enum status find_case(struct cli *cli, struct id *id, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("case");
    enum status status = records_resolve_id(cli->store, &cli->actor, cli_argument(cli, 0), &type, id, err);
    return status ? errmsg_wrap(err, status, "%.40s", cli_argument(cli, 0)) : STATUS_OK;
}

/* ---- eval standards ------------------------------------------------------------------------------------------------ */

struct standards {
    struct cli *cli;
    const char *only; /* code; NULL: all */
    size_t shown;
};

static void put_item_def(struct cli *cli, const struct eval_item_def *item)
{
    if (!cli->json_output) {
        buf_printf(&cli->text, "  %d\t%s\t%s\t%d\t%s\n", item->number, _(item->part), _(item->item), item->max, _(item->help));
        return;
    }
    json_object(&cli->json);
    put_number(cli, "item_no", item->number);
    put_text(cli, "part", item->part);
    put_text(cli, "item", item->item);
    put_number(cli, "max_score", item->max);
    put_text(cli, "help", item->help);
    json_object_end(&cli->json);
}

static void put_standard_head(struct cli *cli, const struct eval_standard *standard, bool current)
{
    const char *name = _(code_book_name(cli->codes, "eval_standard", standard->code));
    char from[DAY_TEXT_BYTES] = "";

    if (standard->from_day != EVAL_NO_DAY)
        day_format(standard->from_day, from);
    if (!cli->json_output) {
        buf_printf(&cli->text, _("%s\t%s\t第 %d 版\t%s%s\t%zu 项 合计 %d 分%s\n"), standard->code, name, standard->edition, *from ? from : _("程序自带"), *from ? _(" 起") : "",
                   standard->n_items, eval_standard_sum(standard), current ? _("\t现用") : "");
        return;
    }
    json_object(&cli->json);
    put_text(cli, "standard", standard->code);
    put_text(cli, "name", name);
    put_number(cli, "edition", standard->edition);
    put_text(cli, "from", *from ? from : NULL);
    json_key(&cli->json, "current");
    json_bool(&cli->json, current);
    put_number(cli, "sum", eval_standard_sum(standard));
    json_key(&cli->json, "items");
    json_array(&cli->json);
}

static bool put_standard(void *context, const struct eval_standard *standard, bool current)
{
    struct standards *standards = context;
    struct cli *cli = standards->cli;
    struct errmsg problem;

    if (standards->only && strcmp(standards->only, standard->code) != 0)
        return true;
    standards->shown++;
    put_standard_head(cli, standard, current);
    for (size_t i = 0; i < standard->n_items; i++)
        put_item_def(cli, &standard->items[i]);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    errmsg_clear(&problem);
    if (eval_standard_check(standard, cli->codes, &problem))
        cli_note(cli, "%s", problem.text);
    return true;
}

static enum status show_standards(struct cli *cli, struct errmsg *err)
{
    const char *name = cli_argument(cli, 1);
    const struct code *code = name ? code_book_find(cli->codes, "eval_standard", name) : NULL;
    struct standards standards = {.cli = cli};

    if (name && !code)
        code = code_book_by_name(cli->codes, "eval_standard", name);
    if (name && !code)
        return errmsg_set(err, STATUS_USAGE, "没有评估表 %s；aidpost eval standards 列出全部", name);
    standards.only = code ? code->code : NULL;
    if (cli->json_output) {
        json_object(&cli->json);
        begin_rows(cli);
    }
    enum status status = eval_standard_list(cli->store, &cli->actor, cli->codes, today_of(cli), put_standard, &standards, err);
    if (!status && cli->json_output)
        end_rows(cli);
    else if (!status && standards.shown == 0)
        cli_note(cli, "还没有登记评估项目");
    return status;
}

/* ---- eval due ------------------------------------------------------------------------------------------------------ */

struct due {
    struct cli *cli;
    int64_t count;
};

static bool put_due(void *context, const struct record *kase, int32_t closed)
{
    struct due *due = context;
    struct cli *cli = due->cli;
    char id[ID_TEXT_BYTES], day[DAY_TEXT_BYTES];

    due->count++;
    day_format(closed, day);
    if (!cli->json_output) {
        id_format(kase->id, id);
        buf_printf(&cli->text, "%.*s\t%s\t%s\t%s\t", ID_SHORT, id, day, record_text(kase, "handler"), record_text(kase, "name"));
        buf_printf(&cli->text, "%s\t", words(cli, kase, "cause"));
        buf_printf(&cli->text, "%s\n", words(cli, kase, "state"));
        return true;
    }
    json_object(&cli->json);
    cli_json_id(cli, "id", kase->id);
    put_text(cli, "closed_on", day);
    put_text(cli, "handler", record_text(kase, "handler"));
    put_text(cli, "name", record_text(kase, "name"));
    put_text(cli, "state", record_text(kase, "state"));
    json_object_end(&cli->json);
    return true;
}

/* --year, else this year and the last. */
static enum status due_period(struct cli *cli, int32_t *from, int32_t *to, struct errmsg *err)
{
    int64_t first, last;
    int year, month, dom;
    enum status status = cli_number(cli, "year", 0, &first, err);

    if (status)
        return status;
    last = first;
    if (!option_value(&cli->options, "year")) {
        day_to_ymd(today_of(cli), &year, &month, &dom);
        first = year - 1;
        last = year;
    }
    if (first > INT32_MAX || day_from_ymd((int)first, 1, 1, from) || day_from_ymd((int)last, 12, 31, to))
        return errmsg_set(err, STATUS_USAGE, "--year 应是四位年份，如 2026");
    return STATUS_OK;
}

static enum status show_due(struct cli *cli, struct errmsg *err)
{
    struct due due = {.cli = cli};
    int32_t from, to;
    enum status status = due_period(cli, &from, &to, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        begin_rows(cli);
    }
    status = eval_due(cli->store, &cli->actor, from, to, put_due, &due, err);
    if (status)
        return status;
    if (cli->json_output)
        end_rows(cli);
    else
        cli_note(cli, "%lld 件结案后还没有评估", (long long)due.count);
    return STATUS_OK;
}

/* ---- eval second --------------------------------------------------------------------------------------------------- */

static bool put_second(void *context, const struct record *eval)
{
    struct due *due = context;
    struct cli *cli = due->cli;
    const char *kase = record_text(eval, "case_id");

    due->count++;
    if (!cli->json_output) {
        buf_printf(&cli->text, "%.*s\t%s\t", ID_SHORT, kase, words(cli, eval, "date"));
        buf_printf(&cli->text, _("%s\t%s\t总分 %lld "), record_text(eval, "handler"), record_text(eval, "name"), (long long)number_of(eval, "total"));
        buf_printf(&cli->text, _("%s\t评估人 %s\n"), words(cli, eval, "grade"), record_text(eval, "reviewers"));
        return true;
    }
    json_object(&cli->json);
    put_text(cli, "id", kase);
    put_text(cli, "date", words(cli, eval, "date"));
    put_text(cli, "handler", record_text(eval, "handler"));
    put_text(cli, "name", record_text(eval, "name"));
    put_number(cli, "total", number_of(eval, "total"));
    put_text(cli, "grade", record_text(eval, "grade"));
    put_text(cli, "reviewers", record_text(eval, "reviewers"));
    json_object_end(&cli->json);
    return true;
}

/* First rounds that may get a second one: by the day of the first. */
static enum status show_second(struct cli *cli, struct errmsg *err)
{
    struct due due = {.cli = cli};
    int32_t from, to;
    enum status status = due_period(cli, &from, &to, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        begin_rows(cli);
    }
    status = eval_second_due(cli->store, &cli->actor, from, to, put_second, &due, err);
    if (status)
        return status;
    if (cli->json_output)
        end_rows(cli);
    else
        cli_note(cli, "%lld 件只做过初评，可以换人复评", (long long)due.count);
    return STATUS_OK;
}

/* ---- eval CASE ----------------------------------------------------------------------------------------------------- */

struct sheets {
    struct cli *cli;
    struct id counts; /* the evaluation that counts */
    struct errmsg *err;
    enum status status;
    size_t shown;
};

static bool put_item(void *context, const struct record *item)
{
    struct cli *cli = context;

    if (!cli->json_output) {
        buf_printf(&cli->text, "  %lld\t%s\t%lld/%lld\t%s\n", (long long)number_of(item, "item_no"), record_text(item, "item"), (long long)number_of(item, "score"),
                   (long long)number_of(item, "max_score"), record_text(item, "reason"));
        return true;
    }
    json_object(&cli->json);
    put_number(cli, "item_no", number_of(item, "item_no"));
    put_text(cli, "item", record_text(item, "item"));
    put_number(cli, "max_score", number_of(item, "max_score"));
    put_number(cli, "score", number_of(item, "score"));
    put_text(cli, "reason", record_text(item, "reason"));
    json_object_end(&cli->json);
    return true;
}

static void put_sheet_head(struct cli *cli, const struct record *eval, bool counts)
{
    static const char *const fields[] = {"date", "standard", "reviewers", "handler", "grade", "comment"};

    if (!cli->json_output) {
        buf_printf(&cli->text, "%s\t", words(cli, eval, "round"));
        buf_printf(&cli->text, "%s\t", words(cli, eval, "date"));
        buf_printf(&cli->text, _("%s 第 %lld 版\t"), words(cli, eval, "standard"), (long long)number_of(eval, "edition"));
        buf_printf(&cli->text, _("总分 %lld %s\t"), (long long)number_of(eval, "total"), words(cli, eval, "grade"));
        buf_printf(&cli->text, _("评估人 %s%s\n"), words(cli, eval, "reviewers"), counts ? _("\t以此为准") : "");
        if (*record_text(eval, "comment"))
            buf_printf(&cli->text, _("  评语: %s\n"), record_text(eval, "comment"));
        return;
    }
    json_object(&cli->json);
    cli_json_id(cli, "id", eval->id);
    put_text(cli, "round", record_text(eval, "round"));
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        buf_clear(&cli->scratch);
        record_format_raw(catalogue_field(eval->type, fields[i]), record_get(eval, catalogue_field(eval->type, fields[i])), &cli->scratch);
        put_text(cli, fields[i], buf_cstr(&cli->scratch));
    }
    put_number(cli, "edition", number_of(eval, "edition"));
    put_number(cli, "total", number_of(eval, "total"));
    json_key(&cli->json, "counts");
    json_bool(&cli->json, counts);
    json_key(&cli->json, "items");
    json_array(&cli->json);
}

static bool put_sheet(void *context, const struct record *eval)
{
    struct sheets *sheets = context;
    struct cli *cli = sheets->cli;

    sheets->shown++;
    put_sheet_head(cli, eval, id_equal(eval->id, sheets->counts));
    sheets->status = eval_items(cli->store, &cli->actor, eval->id, put_item, cli, sheets->err);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return sheets->status == STATUS_OK;
}

static enum status show_case(struct cli *cli, struct errmsg *err)
{
    struct sheets sheets = {.cli = cli, .err = err};
    struct record last;
    struct id id;
    bool found = false;
    enum status status = find_case(cli, &id, err);

    if (!status)
        status = eval_of_case(cli->store, &cli->actor, id, &last, &found, err);
    if (status)
        return status;
    if (found) {
        sheets.counts = last.id;
        record_release(&last);
    }
    if (cli->json_output) {
        json_object(&cli->json);
        cli_json_id(cli, "case", id);
        begin_rows(cli);
    }
    status = eval_list(cli->store, &cli->actor, id, put_sheet, &sheets, err);
    if (!status)
        status = sheets.status;
    if (!status && cli->json_output)
        end_rows(cli);
    else if (!status && sheets.shown == 0)
        cli_note(cli, "这件案子还没有评估过");
    return status;
}

/* ---- eval CASE field=value 1=10 2=8:reason -------------------------------------------------------------------------- */

static bool is_item(const char *assignment)
{
    size_t digits = strspn(assignment, "0123456789");
    return digits > 0 && assignment[digits] == '=';
}

/* "2=8" "2=8:理由" "2=8：理由" */
static enum status score_item(struct eval_sheet *sheet, const char *assignment, struct errmsg *err)
{
    static const char colon[] = "：";
    size_t digits = strspn(assignment, "0123456789");
    const char *value = assignment + digits + 1, *rest = value + strspn(value, "0123456789"), *reason = NULL;

    if (*rest == ':')
        reason = rest + 1;
    else if (strncmp(rest, colon, sizeof(colon) - 1) == 0)
        reason = rest + sizeof(colon) - 1;
    if (rest == value || rest - value > NUMBER_MAX_DIGITS || digits > NUMBER_MAX_DIGITS || (*rest && !reason))
        return errmsg_set(err, STATUS_USAGE, "第 %.*s 项: 应写成 %.*s=得分 或 %.*s=得分:理由，不是 %.60s", (int)digits, assignment, (int)digits, assignment, (int)digits, assignment,
                          assignment);
    return eval_score(sheet, (int)strtol(assignment, NULL, 10), (int)strtol(value, NULL, 10), reason, err);
}

static enum status score_all(struct cli *cli, struct eval_sheet *sheet, bool *any, struct errmsg *err)
{
    enum status status = STATUS_OK;

    *any = false;
    for (size_t i = 1; !status && i < cli_arguments(cli); i++) {
        if (!is_item(cli_argument(cli, i)))
            continue;
        *any = true;
        status = score_item(sheet, cli_argument(cli, i), err);
    }
    return status;
}

/* What is said of the sheet as a whole, in a record of its own: round, standard and day are needed before the sheet begins. */
static enum status read_words(struct cli *cli, struct record *said, struct errmsg *err)
{
    static const char allowed[] = " round standard reviewers date comment total ";
    enum status status = STATUS_OK;

    for (size_t i = 1; !status && i < cli_arguments(cli); i++) {
        const char *assignment = cli_argument(cli, i);
        char name[64];
        if (is_item(assignment))
            continue;
        snprintf(name, sizeof(name), "%.*s", (int)strcspn(assignment, "="), assignment);
        const struct field_def *field = strchr(assignment, '=') ? catalogue_field(said->type, name) : NULL;
        snprintf(name, sizeof(name), " %s ", field ? field->name : "?");
        if (!field || !strstr(allowed, name))
            return errmsg_set(err, STATUS_USAGE, "eval 可以写 round standard reviewers date comment total 和 项号=得分:理由，没有 %.60s", assignment);
        status = cli_assign(cli, said, assignment, err);
    }
    return status;
}

static enum status carry_over(struct eval_sheet *sheet, const struct record *said, bool scored, struct errmsg *err)
{
    static const char *const fields[] = {"reviewers", "comment", "total"};
    enum status status = STATUS_OK;

    for (size_t i = 0; !status && i < sizeof(fields) / sizeof(fields[0]); i++) {
        const struct field_def *field = catalogue_field(said->type, fields[i]);
        struct value value = record_get(said, field);
        if (value.kind == VALUE_NULL)
            continue;
        if (scored && strcmp(fields[i], "total") == 0)
            return errmsg_set(err, STATUS_USAGE, "总分由各项合计，逐项打分时不用写");
        status = record_set(&sheet->eval, field, value);
    }
    return status;
}

static void put_saved(struct cli *cli, const struct record *eval)
{
    char id[ID_TEXT_BYTES];

    if (!cli->json_output) {
        id_format(eval->id, id);
        buf_printf(&cli->text, "%s\t%s\t", id, words(cli, eval, "round"));
        buf_printf(&cli->text, _("总分 %lld %s\n"), (long long)number_of(eval, "total"), words(cli, eval, "grade"));
        return;
    }
    json_object(&cli->json);
    cli_json_id(cli, "id", eval->id);
    put_text(cli, "round", record_text(eval, "round"));
    put_number(cli, "total", number_of(eval, "total"));
    put_text(cli, "grade", record_text(eval, "grade"));
    json_object_end(&cli->json);
}

static const char *given(const struct record *said, const char *field)
{
    const char *text = record_text(said, field);
    return *text ? text : NULL;
}

static enum status write_sheet(struct cli *cli, struct eval_sheet *sheet, const struct record *said, struct errmsg *err)
{
    struct rules *rules = NULL;
    bool scored;
    enum status status = score_all(cli, sheet, &scored, err);

    if (!status)
        status = carry_over(sheet, said, scored, err);
    if (!status)
        status = rules_load(&rules, cli->store, &cli->actor, err);
    if (!status)
        status = eval_save(cli->store, &cli->actor, cli->codes, cli->system->random, rules, sheet, err);
    if (!status)
        put_saved(cli, &sheet->eval);
    rules_free(rules);
    return status;
}

static enum status evaluate(struct cli *cli, struct errmsg *err)
{
    struct record said;
    struct eval_sheet sheet;
    struct id id;
    enum status status = find_case(cli, &id, err);

    if (status)
        return status;
    record_init(&said, catalogue_find("eval"));
    status = read_words(cli, &said, err);
    if (!status) {
        int64_t day = number_of(&said, "date");
        status = eval_begin(cli->store, &cli->actor, cli->codes, id, given(&said, "round"), given(&said, "standard"), day ? (int32_t)day : today_of(cli), &sheet, err);
    }
    if (!status) {
        status = write_sheet(cli, &sheet, &said, err);
        eval_release(&sheet);
    }
    record_release(&said);
    return status;
}

enum status cli_eval(struct cli *cli, struct errmsg *err)
{
    const char *what = cli_argument(cli, 0);

    if (strcmp(what, "standards") == 0 && cli_arguments(cli) <= 2)
        return show_standards(cli, err);
    if (strcmp(what, "due") == 0 && cli_arguments(cli) == 1)
        return show_due(cli, err);
    if (strcmp(what, "second") == 0 && cli_arguments(cli) == 1)
        return show_second(cli, err);
    return cli_arguments(cli) == 1 ? show_case(cli, err) : evaluate(cli, err);
}
