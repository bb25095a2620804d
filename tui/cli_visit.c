/* tui/cli_visit.c - aidpost visits: whom there is still to visit, in route order; how far it has come; what people said. aidpost complaints: what is open, form 13. */
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/quality/complaint.h"
#include "core/quality/visit.h"
#include "core/record/filter.h"
#include "tui/cli.h"

enum { ID_SHORT = 12, YEAR_MIN = 1900, YEAR_MAX = 2199, WHERE_BYTES = 80, RATE_BYTES = 48 };

static enum status year_option(struct cli *cli, int otherwise, int *year, struct errmsg *err)
{
    int64_t number;
    enum status status = cli_number(cli, "year", otherwise, &number, err);

    if (!status && number != otherwise && (number < YEAR_MIN || number > YEAR_MAX))
        return errmsg_set(err, STATUS_USAGE, "--year 应是四位年份，如 2025");
    *year = (int)number;
    return status;
}

/* --town by code or name; NULL: all. */
static enum status town_option(struct cli *cli, const char **town, struct errmsg *err)
{
    const char *text = option_value(&cli->options, "town");
    const struct code *code = text ? code_book_find(cli->codes, "town", text) : NULL;

    *town = NULL;
    if (!text)
        return STATUS_OK;
    if (!code)
        code = code_book_by_name(cli->codes, "town", text);
    if (!code)
        return errmsg_set(err, STATUS_USAGE, "没有 %.60s 这个镇街；aidpost fields case 里 town 的代码表是本县的镇街", text);
    *town = code->code;
    return STATUS_OK;
}

static void put_string(struct cli *cli, const char *key, const char *text)
{
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

static void put_int(struct cli *cli, const char *key, int64_t number)
{
    json_key(&cli->json, key);
    json_int(&cli->json, number);
}

static void put_day(struct cli *cli, const char *key, int32_t day, bool known)
{
    char text[DAY_TEXT_BYTES];

    day_format(day, text);
    put_string(cli, key, known ? text : NULL);
}

static const char *place_name(struct cli *cli, const char *set, const char *code)
{
    return code[0] ? _(code_book_name(cli->codes, set, code)) : "";
}

static void open_rows(struct cli *cli, int year)
{
    if (!cli->json_output)
        return;
    json_object(&cli->json);
    put_int(cli, "year", year);
    json_key(&cli->json, "rows");
    json_array(&cli->json);
}

static void close_rows(struct cli *cli)
{
    if (!cli->json_output)
        return;
    json_array_end(&cli->json);
    json_object_end(&cli->json);
}

/* ---- the worklist ------------------------------------------------------------------------------------------------- */

struct lister {
    struct cli *cli;
    char place[200]; /* the heading printed last */
    size_t n, limit; /* limit 0: all */
    bool more;
};

static void todo_object(struct cli *cli, const struct visit_todo *todo)
{
    json_object(&cli->json);
    cli_json_id(cli, "case", todo->kase);
    put_string(cli, "name", todo->name);
    put_string(cli, "contact", todo->contact);
    json_key(&cli->json, "safe_contact");
    json_bool(&cli->json, todo->careful);
    put_string(cli, "town", todo->town);
    put_string(cli, "village", todo->village);
    put_string(cli, "address", todo->address);
    put_string(cli, "cause", todo->cause);
    put_string(cli, "handler", todo->handler);
    put_day(cli, "closed_on", todo->closed_on, true);
    put_int(cli, "tries", todo->tries);
    put_day(cli, "last_on", todo->last_on, todo->tries > 0);
    put_string(cli, "last_outcome", todo->last_outcome);
    json_object_end(&cli->json);
}

static void todo_line(struct lister *lister, const struct visit_todo *todo)
{
    struct cli *cli = lister->cli;
    char place[sizeof(lister->place)], id[ID_TEXT_BYTES], day[DAY_TEXT_BYTES];
    const char *village = todo->careful ? _("（见安全联系方式）") : todo->village[0] ? place_name(cli, "village", todo->village) : _("（村居不详）");

    snprintf(place, sizeof(place), "%s %s", todo->town[0] ? place_name(cli, "town", todo->town) : _("（镇街不详）"), village);
    if (strcmp(place, lister->place) != 0) {
        buf_printf(&cli->text, "%s\n", place);
        snprintf(lister->place, sizeof(lister->place), "%s", place);
    }
    day_format(todo->closed_on, day);
    id_format(todo->kase, id);
    buf_printf(&cli->text, _("  %s\t%s%s\t%s\t%s\t承办 %s\t结案 %s"), todo->name, todo->careful ? _("只能这样联系: ") : "", todo->contact, todo->address,
               _(code_book_name(cli->codes, "cause", todo->cause)), todo->handler, day);
    if (todo->tries > 0) {
        day_format(todo->last_on, day);
        buf_printf(&cli->text, "\t%s %s", day, _(code_book_name(cli->codes, "visit_outcome", todo->last_outcome)));
    }
    buf_printf(&cli->text, "\t%.*s\n", ID_SHORT, id);
}

static bool put_todo(void *context, const struct visit_todo *todo)
{
    struct lister *lister = context;

    if (lister->limit > 0 && lister->n == lister->limit) {
        lister->more = true;
        return false;
    }
    lister->n++;
    if (lister->cli->json_output)
        todo_object(lister->cli, todo);
    else
        todo_line(lister, todo);
    return true;
}

static enum status put_worklist(struct cli *cli, int year, const char *town, struct errmsg *err)
{
    struct lister lister = {.cli = cli};
    int64_t limit;
    enum status status = cli_number(cli, "limit", 0, &limit, err);

    if (status)
        return status;
    lister.limit = (size_t)limit;
    open_rows(cli, year);
    status = visit_worklist(cli->store, &cli->actor, cli->codes, year, town, put_todo, &lister, err);
    if (status)
        return status;
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_key(&cli->json, "more");
        json_bool(&cli->json, lister.more);
        json_object_end(&cli->json);
    } else {
        cli_note(cli, "%d 年结案的民事案件，待回访 %zu 件%s", year, lister.n, lister.more ? _("，后面还有") : "");
    }
    return STATUS_OK;
}

/* ---- progress ----------------------------------------------------------------------------------------------------- */

/* "92.31%" from hundredths of a per cent; "-" when there is nothing to divide by. */
static const char *rate_text(int64_t rate, char out[RATE_BYTES])
{
    if (rate < 0)
        return "-";
    snprintf(out, RATE_BYTES, "%lld.%02lld%%", (long long)(rate / 100), (long long)(rate % 100));
    return out;
}

static int64_t share(int64_t part, int64_t all)
{
    return all > 0 ? (part * 20000 + all) / (2 * all) : -1;
}

static void put_rate(struct cli *cli, const char *key, int64_t rate)
{
    json_key(&cli->json, key);
    if (rate < 0)
        json_string(&cli->json, NULL);
    else
        json_int(&cli->json, rate);
}

static void frame_members(struct cli *cli, const struct visit_frame *frame)
{
    char code[2] = "0";

    put_int(cli, "frame", frame->frame);
    put_int(cli, "visited", frame->visited);
    put_int(cli, "unreachable", frame->unreachable);
    put_int(cli, "left", frame->left);
    put_int(cli, "again", frame->again);
    put_rate(cli, "visited_rate", share(frame->visited, frame->frame));
    put_rate(cli, "satisfaction_rate", visit_rate(&frame->satisfaction, VISIT_OVERALL));
    json_key(&cli->json, "outcomes");
    json_object(&cli->json);
    for (int i = 1; i < VISIT_OUTCOMES; i++) {
        code[0] = (char)('1' + i);
        put_int(cli, code, frame->by_outcome[i]);
    }
    json_object_end(&cli->json);
}

static void frame_line(struct cli *cli, const char *place, const struct visit_frame *frame)
{
    char visited[RATE_BYTES], satisfied[RATE_BYTES];

    buf_printf(&cli->text, _("%s\t应访 %lld\t已访 %lld (%s)\t未访到 %lld\t待访 %lld\t满意率 %s\n"), place, (long long)frame->frame, (long long)frame->visited,
               rate_text(share(frame->visited, frame->frame), visited), (long long)frame->unreachable, (long long)frame->left,
               rate_text(visit_rate(&frame->satisfaction, VISIT_OVERALL), satisfied));
}

static void add_frame(struct visit_frame *sum, const struct visit_frame *frame)
{
    sum->frame += frame->frame;
    sum->visited += frame->visited;
    sum->unreachable += frame->unreachable;
    sum->left += frame->left;
    sum->again += frame->again;
    for (size_t i = 0; i < VISIT_OUTCOMES; i++)
        sum->by_outcome[i] += frame->by_outcome[i];
    sum->satisfaction.answered[VISIT_OVERALL] += frame->satisfaction.answered[VISIT_OVERALL];
    for (size_t i = 0; i < 3; i++)
        sum->satisfaction.given[VISIT_OVERALL][i] += frame->satisfaction.given[VISIT_OVERALL][i];
}

struct progress {
    struct cli *cli;
    struct visit_frame sum;
};

static bool put_place(void *context, const struct visit_progress *place)
{
    struct progress *progress = context;
    struct cli *cli = progress->cli;
    bool village = place->village != NULL;
    const char *code = village ? place->village : place->town;
    const char *name = code[0] ? place_name(cli, village ? "village" : "town", code) : village ? _("（村居不详）") : _("（镇街不详）");

    add_frame(&progress->sum, place->frame);
    if (!cli->json_output) {
        frame_line(cli, name, place->frame);
        return true;
    }
    json_object(&cli->json);
    put_string(cli, village ? "village" : "town", code);
    put_string(cli, "name", code[0] ? name : "");
    frame_members(cli, place->frame);
    json_object_end(&cli->json);
    return true;
}

static void put_outcomes(struct cli *cli, const struct visit_frame *frame)
{
    char code[2] = "0";
    bool any = false;

    for (int i = 1; i < VISIT_OUTCOMES; i++) {
        code[0] = (char)('1' + i);
        if (frame->by_outcome[i] == 0)
            continue;
        buf_printf(&cli->text, "%s%s %lld", any ? "  " : _("未访到的: "), _(code_book_name(cli->codes, "visit_outcome", code)), (long long)frame->by_outcome[i]);
        any = true;
    }
    if (any)
        buf_puts(&cli->text, "\n");
}

static enum status put_progress(struct cli *cli, int year, const char *town, struct errmsg *err)
{
    struct progress progress = {.cli = cli};
    enum status status;

    open_rows(cli, year);
    status = visit_progress(cli->store, &cli->actor, year, town, put_place, &progress, err);
    if (status)
        return status;
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_key(&cli->json, "total");
        json_object(&cli->json);
        frame_members(cli, &progress.sum);
        json_object_end(&cli->json);
        json_object_end(&cli->json);
    } else {
        frame_line(cli, _("合计"), &progress.sum);
        put_outcomes(cli, &progress.sum);
    }
    return STATUS_OK;
}

/* ---- satisfaction ------------------------------------------------------------------------------------------------- */

static void satisfaction_object(struct cli *cli, int year, const struct visit_satisfaction *sum)
{
    json_object(&cli->json);
    put_int(cli, "year", year);
    put_int(cli, "visited", sum->visited);
    put_int(cli, "unreachable", sum->unreachable);
    put_int(cli, "money_taken", sum->money_taken);
    put_rate(cli, "rate", visit_rate(sum, VISIT_OVERALL));
    json_key(&cli->json, "questions");
    json_array(&cli->json);
    for (size_t i = 0; i < VISIT_QUESTIONS; i++) {
        json_object(&cli->json);
        put_string(cli, "question", visit_questions[i]);
        put_int(cli, "answered", sum->answered[i]);
        put_int(cli, "satisfied", sum->given[i][0]);
        put_int(cli, "mostly", sum->given[i][1]);
        put_int(cli, "dissatisfied", sum->given[i][2]);
        put_rate(cli, "rate", visit_rate(sum, i));
        json_object_end(&cli->json);
    }
    json_array_end(&cli->json);
    json_object_end(&cli->json);
}

static enum status put_satisfaction(struct cli *cli, int year, const char *town, struct errmsg *err)
{
    const struct visit_query query = {.year = year, .town = town};
    const struct record_type *type = catalogue_find("return_visit");
    struct visit_satisfaction sum;
    char rate[RATE_BYTES];
    enum status status = visit_satisfaction(cli->store, &cli->actor, &query, &sum, NULL, NULL, err);

    if (status)
        return status;
    if (cli->json_output) {
        satisfaction_object(cli, year, &sum);
        return STATUS_OK;
    }
    buf_printf(&cli->text, _("%d 年结案的民事案件: 已访 %lld 件，未访到 %lld 件(不计入满意率)\n"), year, (long long)sum.visited, (long long)sum.unreachable);
    for (size_t i = 0; i < VISIT_QUESTIONS; i++)
        buf_printf(&cli->text, _("%s\t回答 %lld\t满意 %lld\t基本满意 %lld\t不满意 %lld\t满意率 %s\n"), _(catalogue_field(type, visit_questions[i])->label), (long long)sum.answered[i],
                   (long long)sum.given[i][0], (long long)sum.given[i][1], (long long)sum.given[i][2], rate_text(visit_rate(&sum, i), rate));
    buf_printf(&cli->text, _("反映收受财物 %lld 件\n"), (long long)sum.money_taken);
    return STATUS_OK;
}

enum status cli_visits(struct cli *cli, struct errmsg *err)
{
    bool progress = option_value(&cli->options, "progress") != NULL, satisfaction = option_value(&cli->options, "satisfaction") != NULL;
    const char *town;
    int year;
    enum status status = year_option(cli, visit_year(cli_today(cli)), &year, err);

    if (!status)
        status = town_option(cli, &town, err);
    if (status)
        return status;
    if (progress && satisfaction)
        return errmsg_set(err, STATUS_USAGE, "--progress 和 --satisfaction 一次看一样");
    if (progress)
        return put_progress(cli, year, town, err);
    return satisfaction ? put_satisfaction(cli, year, town, err) : put_worklist(cli, year, town, err);
}

/* ---- complaints --------------------------------------------------------------------------------------------------- */

struct complaints {
    struct cli *cli;
    struct rules *rules;
    struct calendar *calendar;
    size_t n;
};

/* A field's text for people, in scratch. */
static const char *words(struct cli *cli, const struct record *record, const char *field)
{
    buf_clear(&cli->scratch);
    record_show(record, catalogue_field(record->type, field), cli->codes, &cli->scratch);
    return buf_cstr(&cli->scratch);
}

static void complaint_object(struct cli *cli, const struct record *record, const struct deadline *deadline)
{
    static const char *const fields[] = {"date", "state", "name", "channel", "matter", "against_kind", "against", "accepted_on", "resolved_on", "finding", "appeal"};

    json_object(&cli->json);
    cli_json_id(cli, "id", record->id);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        const struct field_def *field = catalogue_field(record->type, fields[i]);
        struct value value = record_get(record, field);

        buf_clear(&cli->scratch);
        record_format_raw(field, value, &cli->scratch);
        put_string(cli, fields[i], value.kind == VALUE_NULL ? NULL : buf_cstr(&cli->scratch));
    }
    put_string(cli, "deadline", deadline ? deadline->code : NULL);
    put_day(cli, "due", deadline ? deadline->due : 0, deadline != NULL);
    if (deadline)
        put_int(cli, "days_left", deadline->days_left);
    json_object_end(&cli->json);
}

static void complaint_line(struct cli *cli, const struct record *record, const struct deadline *deadline)
{
    char id[ID_TEXT_BYTES], due[DAY_TEXT_BYTES];

    id_format(record->id, id);
    buf_printf(&cli->text, "%s\t", words(cli, record, "date"));
    buf_printf(&cli->text, "%s\t", words(cli, record, "state"));
    buf_printf(&cli->text, "%s\t", words(cli, record, "matter"));
    buf_printf(&cli->text, "%s", words(cli, record, "against_kind"));
    buf_printf(&cli->text, " %s\t", words(cli, record, "against"));
    if (deadline) {
        int days = (int)deadline->days_left;

        day_format(deadline->due, due);
        buf_printf(&cli->text, _("%s %s %s %d 天\t"), deadline->code, due, days < 0 ? _("超") : _("剩"), days < 0 ? -days : days);
    } else {
        buf_printf(&cli->text, "%s\t", words(cli, record, "finding"));
    }
    buf_printf(&cli->text, "%.*s\n", ID_SHORT, id);
}

static bool put_complaint(void *context, const struct record *record, const struct list_key *key)
{
    struct complaints *complaints = context;
    struct deadline deadline;
    bool runs = complaint_deadline(complaints->rules, complaints->calendar, record, cli_today(complaints->cli), &deadline);

    (void)key;
    complaints->n++;
    if (complaints->cli->json_output)
        complaint_object(complaints->cli, record, runs ? &deadline : NULL);
    else
        complaint_line(complaints->cli, record, runs ? &deadline : NULL);
    return true;
}

static enum status list_where(struct complaints *complaints, const char *where, struct errmsg *err)
{
    struct cli *cli = complaints->cli;
    struct filter filter;
    struct list_query query = {.type = catalogue_find("complaint"), .filter = &filter, .ascending = true};
    enum status status = filter_parse_on(&filter, query.type, cli->codes, cli_today(cli), where, err);

    if (status)
        return status;
    status = records_list(cli->store, &cli->actor, &query, put_complaint, complaints, err);
    filter_release(&filter);
    return status;
}

/* Of one year by the day of receipt; year 0: what is still open, whenever it came. */
static enum status put_complaints(struct cli *cli, int year, struct errmsg *err)
{
    struct complaints complaints = {.cli = cli};
    char where[WHERE_BYTES];
    enum status status = rules_load(&complaints.rules, cli->store, &cli->actor, err);

    if (!status)
        status = calendar_load(&complaints.calendar, cli->store, &cli->actor, err);
    open_rows(cli, year);
    snprintf(where, sizeof(where), "date>=%d-01-01 and date<=%d-12-31", year, year);
    if (!status)
        status = list_where(&complaints, year ? where : "state=K1", err);
    if (!status && !year)
        status = list_where(&complaints, "state=K2", err);
    calendar_free(complaints.calendar);
    rules_free(complaints.rules);
    if (status)
        return status;
    close_rows(cli);
    if (!cli->json_output)
        cli_note(cli, year ? "%zu 件" : "没有办结的投诉 %zu 件", complaints.n);
    return STATUS_OK;
}

static enum status put_form13(struct cli *cli, int year, struct errmsg *err)
{
    struct complaint_query query = {.org = 0};
    struct complaint_counts counts;
    enum status status = day_from_ymd(year, 1, 1, &query.from);

    if (!status)
        status = day_from_ymd(year, 12, 31, &query.to);
    if (!status)
        status = complaint_count(cli->store, &cli->actor, &query, &counts, NULL, NULL, err);
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        put_int(cli, "year", year);
        json_key(&cli->json, "columns");
        json_array(&cli->json);
    }
    for (size_t i = 0; i < COMPLAINT_COLUMNS; i++) {
        if (!cli->json_output) {
            buf_printf(&cli->text, "%zu\t%s\t%lld\n", i + 1, complaint_column_label(i), (long long)complaint_column(&counts, i));
            continue;
        }
        json_object(&cli->json);
        put_string(cli, "label", complaint_column_label(i));
        put_int(cli, "count", complaint_column(&counts, i));
        json_object_end(&cli->json);
    }
    close_rows(cli);
    return STATUS_OK;
}

enum status cli_complaints(struct cli *cli, struct errmsg *err)
{
    int year, month, dom;
    bool form = option_value(&cli->options, "form13") != NULL;
    enum status status;

    day_to_ymd(cli_today(cli), &year, &month, &dom);
    status = year_option(cli, form ? year : 0, &year, err);
    if (status)
        return status;
    return form ? put_form13(cli, year, err) : put_complaints(cli, year, err);
}
