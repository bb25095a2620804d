/* core/outreach/campaign_text.c - see campaign_text.h: one clause after the other. */
#include "core/outreach/campaign_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/outreach/figure.h"
#include "core/record/code_book.h"

enum { CODE_BYTES = 40, CATEGORIES_MAX_BYTES = 4096 };

struct telling {
    const struct code_book *codes;
    bool rounded;
    struct buf *out;
    struct buf categories; /* "婚姻家庭 300 人次、.." */
    size_t n_categories;
};

static void put_number(const struct telling *telling, int64_t number, struct buf *out)
{
    char text[FIGURE_ROUNDED_BYTES];

    if (telling->rounded)
        figure_round(number, text);
    else
        snprintf(text, sizeof text, "%" PRId64, number);
    buf_puts(out, text);
}

/* The names of a comma-separated list, each between `before` and `after`, joined by `between`. */
static void put_names(const struct telling *telling, const char *set, const char *list, const char *before, const char *after, const char *between)
{
    char code[CODE_BYTES];

    for (const char *at = list; *at != '\0';) {
        size_t len = strcspn(at, ",");
        snprintf(code, sizeof code, "%.*s", (int)len, at);
        buf_printf(telling->out, "%s%s%s%s", at == list ? "" : between, before, code_book_name(telling->codes, set, code), after);
        at += len + (at[len] == ',');
    }
}

void campaign_title(const struct record *campaign, struct buf *out)
{
    struct value ordinal = record_get(campaign, catalogue_field(campaign->type, "ordinal"));

    const char *name = record_text(campaign, "name");

    if (ordinal.kind == VALUE_INT && strncmp(name, "第", strlen("第")) != 0) /* 第二个法律援助宣传周 says it already */
        buf_printf(out, "第%" PRId64 "届", ordinal.number);
    buf_puts(out, name);
}

static void put_day(const struct record *campaign, const char *field, bool with_year, struct buf *out)
{
    struct value value = record_get(campaign, catalogue_field(campaign->type, field));
    int year, month, dom;

    if (value.kind != VALUE_INT)
        return;
    day_to_ymd((int32_t)value.number, &year, &month, &dom);
    if (with_year)
        buf_printf(out, "%d年", year);
    buf_printf(out, "%d月%d日", month, dom);
}

static int year_of(const struct record *campaign, const char *field)
{
    struct value value = record_get(campaign, catalogue_field(campaign->type, field));
    int year = 0, month, dom;

    if (value.kind == VALUE_INT)
        day_to_ymd((int32_t)value.number, &year, &month, &dom);
    return year;
}

static void put_beginning(const struct telling *telling, const struct record *campaign)
{
    const char *theme = record_text(campaign, "theme");

    put_day(campaign, "date", true, telling->out);
    buf_puts(telling->out, "至");
    put_day(campaign, "end_date", year_of(campaign, "date") != year_of(campaign, "end_date"), telling->out);
    buf_puts(telling->out, "开展");
    campaign_title(campaign, telling->out);
    if (*theme != '\0')
        buf_printf(telling->out, "，主题为“%s”", theme);
    buf_puts(telling->out, "。");
}

static void put_where(const struct telling *telling, const struct campaign_totals *totals)
{
    struct buf *out = telling->out;

    if (totals->bodies[0] != '\0') {
        put_names(telling, "partner_body", totals->bodies, "", "", "、");
        buf_puts(out, "参加。");
    }
    if (totals->events == 0) {
        buf_puts(out, "还没有登记活动。");
        return;
    }
    buf_printf(out, "共办活动 %" PRId64 " 场", totals->events);
    if (totals->towns > 0) {
        buf_printf(out, "，走进 %" PRId64 " 个镇街（", totals->towns);
        put_names(telling, "town", totals->town_codes, "", "", "、");
        buf_puts(out, "）");
    }
    if (totals->barracks > 0)
        buf_printf(out, "%s驻军单位 %" PRId64 " 场", totals->towns > 0 ? "和" : "，走进", totals->barracks);
    buf_puts(out, "。");
    if (totals->laws[0] != '\0') {
        buf_puts(out, "宣传");
        put_names(telling, "publicity_law", totals->laws, "《", "》", "");
        buf_puts(out, "。");
    }
}

static bool note_category(void *context, const char *category, int64_t persons, int64_t matters)
{
    struct telling *telling = context;

    (void)matters;
    if (*category == '\0')
        return true;
    buf_printf(&telling->categories, "%s%s ", telling->n_categories++ > 0 ? "、" : "", code_book_name(telling->codes, "category", category));
    put_number(telling, persons, &telling->categories);
    return true;
}

static void put_clause(const struct telling *telling, size_t *clauses, const char *what, int64_t number, bool exact, const char *unit)
{
    if (number == 0)
        return;
    buf_printf(telling->out, "%s%s ", (*clauses)++ > 0 ? "，" : "", what);
    if (exact)
        buf_printf(telling->out, "%" PRId64, number);
    else
        put_number(telling, number, telling->out);
    buf_printf(telling->out, "%s%s", !exact && telling->rounded && number >= 10 ? "" : " ", unit); /* 1200余人次, 1233 人次 */
}

static void put_results(struct telling *telling, const struct event_totals *sum)
{
    size_t clauses = 0;

    put_clause(telling, &clauses, "解答咨询", sum->consulted, false, "人次");
    if (clauses > 0 && telling->n_categories > 0)
        buf_printf(telling->out, "（其中%s）", buf_cstr(&telling->categories));
    put_clause(telling, &clauses, "发放宣传资料", sum->handouts, false, "份");
    put_clause(telling, &clauses, "发放宣传品", sum->gifts, false, "件");
    put_clause(telling, &clauses, "展出展板", sum->boards, true, "块");
    put_clause(telling, &clauses, "悬挂横幅", sum->banners, true, "条");
    put_clause(telling, &clauses, "现场受理法律援助申请", sum->accepted, true, "件");
    put_clause(telling, &clauses, "参加服务的志愿者", sum->volunteers, true, "人");
    put_clause(telling, &clauses, "媒体报道", sum->media, true, "条");
    if (clauses > 0)
        buf_puts(telling->out, "。");
}

enum status campaign_text(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *campaign, bool rounded, struct buf *out, struct errmsg *err)
{
    struct telling telling = {.codes = codes, .rounded = rounded, .out = out};
    struct campaign_totals totals;
    struct id none = {{0}};
    enum status status = campaign_totals(store, actor, codes, campaign, &totals, err);

    if (status != STATUS_OK)
        return status;
    buf_init(&telling.categories, CATEGORIES_MAX_BYTES);
    status = event_categories(store, actor, none, campaign->id, note_category, &telling, err);
    if (status == STATUS_OK) {
        put_beginning(&telling, campaign);
        put_where(&telling, &totals);
        put_results(&telling, &totals.sum);
    }
    buf_release(&telling.categories);
    return status;
}
