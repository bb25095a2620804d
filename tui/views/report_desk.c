/* tui/views/report_desk.c - see report_desk.h. */
#include "tui/views/report_desk.h"

#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/filter.h"
#include "core/report/report_period.h"

enum { FOLD_LEAST = 500 /* changes: below that counting them on the way is quicker than writing */ };

enum status report_desk_open(struct report_desk *desk, const struct view *view, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    *desk = (struct report_desk){.desk = {.store = context->store, .actor = context->actor, .codes = context->codes}};
    enum status status = rules_load(&desk->rules, context->store, context->actor, err);
    if (status != STATUS_OK)
        return status;
    status = form_book_new(&desk->book, err);
    if (status != STATUS_OK)
        rules_free(desk->rules);
    desk->desk.book = desk->book;
    return status;
}

void report_desk_close(struct report_desk *desk)
{
    form_book_free(desk->book);
    rules_free(desk->rules);
}

enum status report_desk_refresh(struct report_desk *desk, struct errmsg *err)
{
    struct rules *fresh;
    enum status status = rules_load(&fresh, desk->desk.store, desk->desk.actor, err);
    if (status != STATUS_OK)
        return status;
    rules_free(desk->rules);
    desk->rules = fresh;
    return STATUS_OK;
}

enum status report_desk_begin(struct report_desk *desk, struct errmsg *err)
{
    (void)tally_fold_if(desk->desk.store, desk->desk.codes, FOLD_LEAST, NULL); /* reports are right without it, the next ones quicker with it */
    return tally_open(&desk->desk.tally, desk->desk.store, desk->desk.actor, desk->desk.codes, err);
}

void report_desk_end(struct report_desk *desk)
{
    tally_close(desk->desk.tally);
    desk->desk.tally = NULL;
}

/* ---- periods ---- */

enum status report_desk_period(const struct report_desk *desk, const char *rule, const char *name, struct period *out, struct errmsg *err)
{
    return report_period_find(desk->rules, rule, name, day_of_ms(desk->desk.actor->now_ms, DAY_OFFICE_OFFSET_MIN), out, err);
}

static bool note_record(void *context, const struct record *record, const struct list_key *key)
{
    (void)record, (void)key;
    *(bool *)context = true;
    return false;
}

enum status report_desk_has_records(const struct report_desk *desk, const struct period *period, bool *has, struct errmsg *err)
{
    static const struct {
        const char *type, *day;
    } looked[] = {{"case", "received_on"}, {"consultation", "date"}, {"event", "date"}};
    enum status status = STATUS_OK;
    *has = false;
    for (size_t i = 0; status == STATUS_OK && !*has && i < sizeof looked / sizeof looked[0]; i++) {
        const struct record_type *type = catalogue_find(looked[i].type);
        const struct field_def *day = catalogue_field(type, looked[i].day);
        struct filter filter = {.type = type, .n_terms = 2};
        filter.terms[0] = (struct filter_term){.field = day, .op = FILTER_GE, .value = value_int(period->from)};
        filter.terms[1] = (struct filter_term){.field = day, .op = FILTER_LE, .value = value_int(period->to)};
        struct list_query query = {.type = type, .filter = &filter, .limit = 1};
        status = records_list(desk->desk.store, desk->desk.actor, &query, note_record, has, err);
    }
    return status;
}

/* ---- words ---- */

void report_period_words(const struct period *period, char out[PERIOD_LABEL_BYTES])
{
    period_show(period, out);
    size_t end = strcspn(out, "(");
    while (end > 0 && out[end - 1] == ' ')
        end--;
    out[end] = '\0';
}

void report_days_words(const struct period *period, char out[REPORT_DAYS_BYTES])
{
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES];
    day_format(period->from, from);
    day_format(period->to, to);
    snprintf(out, REPORT_DAYS_BYTES, _("%s 至 %s"), from, to);
}

/* What stands in brackets in the title is what a form is about; of the others the title is. */
void report_short_title(const struct ministry_form *form, char out[REPORT_TITLE_BYTES])
{
    const char *open = language_is_foreign() ? " (" : CHINESE("（"), *shut = language_is_foreign() ? ")" : CHINESE("）"), *title = _(form->title);
    const char *from = strstr(title, open), *to = from != NULL ? strstr(from, shut) : NULL;
    if (form->usual != PERIOD_HALF)
        snprintf(out, REPORT_TITLE_BYTES, "%.*s", from != NULL ? (int)(from - title) : REPORT_TITLE_BYTES - 1, title);
    else if (to != NULL)
        snprintf(out, REPORT_TITLE_BYTES, "%.*s", (int)(to - from) - (int)strlen(open), from + strlen(open));
    else
        snprintf(out, REPORT_TITLE_BYTES, "%s", title);
}

void report_number(int64_t value, bool money, char out[REPORT_NUMBER_BYTES])
{
    if (money)
        report_wan(value, out);
    else
        snprintf(out, REPORT_NUMBER_BYTES, "%lld", (long long)value);
}

/* ---- where a column comes from ---- */

struct word {
    const char *name, *words;
};

/* The words of one in a table; "" for a name it does not have. `len` bytes of the name count. */
static const char *words_of(const struct word *words, size_t n, const char *name, size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(words[i].name) == len && memcmp(words[i].name, name, len) == 0)
            return words[i].words;
    return "";
}

#define WORDS_OF(table, name, len) words_of(table, sizeof(table) / sizeof((table)[0]), name, len)

/* What is counted: words with a place for the type of case, and the day it counts on. */
static const struct {
    const char *name, *before, *noun, *behind;
} measures[] = {
    {"received", "收到的", "案件申请", "，按收件日期"},          {"approved", "批准的", "案件", "，按决定日期"},
    {"refused", "不批准的", "案件", "，按决定日期"},             {"ended", "已结的", "案件", "，按结案日期"},
    {"open", "期末批准而没有结的", "案件", ""},                  {"people", "批准的", "案件的受援人和共同申请人", "，按决定日期"},
    {"recovered", "已结", "案件挽回的损失", "，按结案日期"},     {"wages", "已结", "案件为农民工讨回的工资", "，按结案日期"},
    {"persons", "", "咨询人次", "，按咨询日期"},                 {"visitors", "", "来访的咨询人次", "，按咨询日期"},
    {"matters", "", "咨询件数", "，按咨询日期"},
};
static const struct word types[] = {{"criminal", "刑事"}, {"civil", "民事"}, {"administrative", "行政"}};
static const struct word dimensions[] = {
    {"group", "按人群分"},   {"source", "按来源分"},        {"stage", "按阶段分"},      {"ground", "按通知情形分"},  {"party", "按法律地位分"},   {"matter", "按统计事项分"},
    {"migrant", "农民工的，按统计事项分"},                  {"track", "诉讼、非诉讼"},  {"outcome", "按结案方式分"}, {"reason", "按理由分"},      {"handler", "按承办人的类别分"},
    {"class", "按案件类别分"}, {"retrial", "申诉的"},       {"consult", "由咨询转来的"}, {"channel", "按咨询方式分"}, {"topic", "按统计事项分"},   {"kind", "按咨询类型分"},
    {"handling", "按处理方式分"},
};

/* "approved.civil.group:women", or several of them: the first tells. */
static void count_words(const char *expression, struct buf *out)
{
    size_t len = strcspn(expression, " "), at = strcspn(expression, ". ");
    size_t measure = 0;
    while (measure + 1 < sizeof measures / sizeof measures[0] && (strlen(measures[measure].name) != at || strncmp(measures[measure].name, expression, at) != 0))
        measure++;
    const char *type = "", *dimension = "";
    while (at < len && expression[at] == '.') {
        const char *word = expression + ++at;
        size_t word_len = strcspn(word, ".: ");
        if (*WORDS_OF(types, word, word_len) != '\0')
            type = WORDS_OF(types, word, word_len);
        else
            dimension = WORDS_OF(dimensions, word, word_len);
        at += word_len;
    }
    buf_printf(out, "%s%s%s%s%s%s", measures[measure].before, type, measures[measure].noun, measures[measure].behind, *dimension != '\0' ? _("；") : "", dimension);
}

static const struct word families[] = {
    {"org", "机构登记，期末的"},       {"station", "工作站登记，期末的"}, {"staff", "工作人员登记，期末在岗的"}, {"volunteer", "志愿者名册，期末的"}, {"honour", "荣誉表彰登记，期内的"},
    {"media", "媒体报道登记，期内的"}, {"training", "培训，期内的"},      {"complaint", "投诉登记，期内的"},     {"payment", "补贴发放表，期内的"},
};

void report_source_words(const struct form_column *column, struct buf *out)
{
    switch (column->kind) {
    case FORM_COUNT:
        count_words(column->argument, out);
        break;
    case FORM_SUM:
        buf_printf(out, _("本表第 %s 栏"), column->argument);
        break;
    case FORM_CELL:
        buf_printf(out, _("别的表的 %s"), column->argument);
        break;
    case FORM_LIVE:
        buf_puts(out, WORDS_OF(families, column->argument, strcspn(column->argument, ".")));
        break;
    case FORM_HAND_LAST:
        buf_puts(out, _("手填，期末以前最近一次"));
        break;
    case FORM_HAND_SUM:
        buf_puts(out, _("手填，期内各次相加"));
        break;
    }
}
