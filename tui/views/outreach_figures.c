/* tui/views/outreach_figures.c - outreach work in numbers: of a period with its campaigns, or of one campaign; every number opens the rows it counts (core/outreach/figure.h).
 *
 * A number that is the sum of several parts unfolds under itself, one line per part; a part, or a number of one part, opens its list, or its one record. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/unit.h"
#include "core/outreach/campaign_text.h"
#include "core/outreach/figure.h"
#include "core/record/filter_text.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { CELLS = 4, LIST_ROW = 2, FIRST = 64, LABEL_BYTES = 256, NAME_BYTES = 24, NUMBER_BYTES = 32, WORDS_BYTES = 1024, ASK_PERIOD = 1, YEAR_MIN = 1990, YEAR_MAX = 2190 };
enum { COMMAND_STOCK = COMMAND_VIEW, COMMAND_TEXT, COMMAND_RECORD };

enum span { SPAN_MONTH = 1, SPAN_QUARTER, SPAN_HALF, SPAN_YEAR, SPAN_LAST_YEAR };

enum line_kind { LINE_HEADING, LINE_FIGURE, LINE_PART, LINE_CAMPAIGN };

struct line {
    enum line_kind kind;
    char name[NAME_BYTES], code[NAME_BYTES]; /* of the figure */
    char label[LABEL_BYTES];
    char unit[NAME_BYTES];
    int64_t value;
    size_t n_parts;
    struct figure_part part; /* LINE_PART; of a figure of one part, that one */
    struct id id;            /* LINE_CAMPAIGN */
};

struct figures_view {
    bool of_campaign;
    struct record campaign;
    enum span span;
    struct event_choice choice;
    char open_name[NAME_BYTES], open_code[NAME_BYTES]; /* the figure that is unfolded */
    char last[NAME_BYTES];                             /* name of the figure before, while reading */
    struct line *lines;                                /* owned */
    size_t n, room;
    enum status status;
    struct list_memory memory;
    struct list list;
};

static const struct list_column columns[CELLS] = {{"项目", 0, false}, {"数", 9, true}, {"单位", 4, false}, {"文字里写作", 10, false}};

static const struct command COMMANDS[] = {{COMMAND_STOCK, "stock", "宣传材料的库存"},
                                          {COMMAND_TEXT, "text", "这次宣传周写成一段文字"},
                                          {COMMAND_RECORD, "record", "打开这条记录本身，可以改"},
                                          {COMMAND_NONE, NULL, NULL}};

/* ---- periods ---- */

static int months_of(enum span span)
{
    return span == SPAN_MONTH ? 1 : span == SPAN_QUARTER ? 3 : span == SPAN_HALF ? 6 : 12;
}

/* The period of this kind that holds the day. */
static void set_period(struct figures_view *state, enum span span, int32_t day)
{
    int year, month, dom, months = months_of(span);
    int32_t from, next;
    day_to_ymd(day, &year, &month, &dom);
    year -= span == SPAN_LAST_YEAR;
    month = (month - 1) / months * months + 1;
    if (span == SPAN_LAST_YEAR)
        month = 1;
    if (day_from_ymd(year, month, 1, &from) != STATUS_OK || day_from_ymd(year + (month + months > 12), (month + months - 1) % 12 + 1, 1, &next) != STATUS_OK)
        return;
    state->span = span == SPAN_LAST_YEAR ? SPAN_YEAR : span;
    state->choice = event_choice_period(from, next - 1);
}

static void period_text(const struct figures_view *state, struct buf *out)
{
    static const char *const halves[] = {"上半年", "下半年"};
    int year, month, dom;
    day_to_ymd(state->choice.from, &year, &month, &dom);
    buf_printf(out, _("%d年"), year);
    if (state->span == SPAN_MONTH)
        buf_printf(out, _("%d月"), month);
    else if (state->span == SPAN_QUARTER)
        buf_printf(out, _("第%d季度"), (month - 1) / 3 + 1);
    else if (state->span == SPAN_HALF)
        buf_puts(out, _(halves[month > 6]));
}

/* ---- lines ---- */

static struct line *new_line(struct figures_view *state, enum line_kind kind)
{
    if (state->n == state->room) {
        size_t room = state->room > 0 ? state->room * 2 : FIRST;
        struct line *lines = realloc(state->lines, room * sizeof *lines);
        if (lines == NULL) {
            state->status = STATUS_NOMEM;
            return NULL;
        }
        state->lines = lines;
        state->room = room;
    }
    struct line *line = &state->lines[state->n++];
    *line = (struct line){.kind = kind};
    return line;
}

/* 件 of what is given away are things, not cases. */
static const char *unit_of(const struct figure *figure)
{
    bool given = strcmp(figure->name, "gifts") == 0 || strcmp(figure->name, "token") == 0;
    return given ? P_("of things", "件") : figure->unit;
}

/* Tables by codes get a heading. */
static const char *heading_of(const char *name)
{
    static const struct {
        const char *name, *heading;
    } headings[] = {{"kind", "按类别"},     {"town", "到过的镇街"}, {"body", "参加部门"}, {"law", "宣传法规"}, {"category", "咨询类别"},
                    {"media", "媒体"},      {"honour", "荣誉"},     {"token", "锦旗和感谢信"}};
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        if (strcmp(headings[i].name, name) == 0)
            return headings[i].heading;
    return NULL;
}

/* What a part counts: "咨询  活动=送法进军营", or the one record's title. */
static void part_words(struct view *view, const struct figure_part *part, char out[LABEL_BYTES])
{
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find(part->type);
    struct filter filter;
    struct buf words;
    buf_init(&words, WORDS_BYTES * 4);
    buf_printf(&words, "    %s  ", _(type->label));
    if (filter_parse(&filter, type, context->codes, part->where, NULL) == STATUS_OK) {
        struct record record;
        struct id id;
        if (filter.n_terms == 1 && filter.terms[0].pseudo == FILTER_ID && id_parse(part->where + strlen("id="), strlen(part->where) - strlen("id="), &id) == STATUS_OK &&
            records_get(context->store, context->actor, type, id, &record, NULL) == STATUS_OK) {
            record_show_title(&record, context->codes, &words);
            record_release(&record);
        } else {
            filter_describe(&filter, context->store, context->actor, context->codes, &words);
        }
        filter_release(&filter);
    }
    copy_text(out, LABEL_BYTES, buf_cstr(&words));
    buf_wipe(&words);
}

static bool is_open(const struct figures_view *state, const struct figure *figure)
{
    return figure->n_parts > 1 && strcmp(state->open_name, figure->name) == 0 && strcmp(state->open_code, figure->code) == 0;
}

static bool add_figure(void *context, const struct figure *figure)
{
    struct view *view = context;
    struct figures_view *state = view->state;
    const char *heading = figure->code[0] != '\0' || strcmp(figure->name, "category") == 0 ? heading_of(figure->name) : NULL;
    struct line *line;
    if (heading != NULL && strcmp(state->last, figure->name) != 0 && (line = new_line(state, LINE_HEADING)) != NULL)
        copy_text(line->label, LABEL_BYTES, heading);
    copy_text(state->last, sizeof state->last, figure->name);
    line = new_line(state, LINE_FIGURE);
    if (line == NULL)
        return false;
    copy_text(line->name, NAME_BYTES, figure->name);
    copy_text(line->code, NAME_BYTES, figure->code);
    snprintf(line->label, LABEL_BYTES, "%s%s%s", heading != NULL ? "  " : "", _(figure->label), figure->n_parts > 1 && !is_open(state, figure) ? " +" : "");
    copy_text(line->unit, NAME_BYTES, unit_of(figure));
    line->value = figure->value;
    line->n_parts = figure->n_parts;
    if (figure->n_parts == 1)
        line->part = figure->parts[0];
    for (size_t i = 0; is_open(state, figure) && i < figure->n_parts && (line = new_line(state, LINE_PART)) != NULL; i++) {
        line->part = figure->parts[i];
        line->value = figure->parts[i].value;
        copy_text(line->unit, NAME_BYTES, unit_of(figure));
        part_words(view, &figure->parts[i], line->label);
    }
    return state->status == STATUS_OK;
}

static bool add_campaign(void *context, const struct record *campaign, const struct list_key *key)
{
    struct view *view = context;
    struct figures_view *state = view->state;
    char from[SHORT_DAY_BYTES], to[SHORT_DAY_BYTES] = "";
    struct buf words;
    (void)key;
    if (state->last[0] != '\0') { /* the first one */
        struct line *heading = new_line(state, LINE_HEADING);
        if (heading != NULL)
            copy_text(heading->label, LABEL_BYTES, _("宣传周（Enter 看它的数）"));
        state->last[0] = '\0';
    }
    struct line *line = new_line(state, LINE_CAMPAIGN);
    if (line == NULL)
        return false;
    line->id = campaign->id;
    short_day_text(record_day(campaign), app_now_ms(view->app), from);
    struct value end = record_get(campaign, catalogue_field(campaign->type, "end_date"));
    if (end.kind == VALUE_INT)
        short_day_text((int32_t)end.number, app_now_ms(view->app), to);
    buf_init(&words, WORDS_BYTES);
    buf_puts(&words, "  ");
    campaign_title(campaign, &words);
    buf_printf(&words, _("  %s 至 %s"), from, to);
    copy_text(line->label, LABEL_BYTES, buf_cstr(&words));
    buf_release(&words);
    return true;
}

/* Campaigns that touch the period. */
static enum status read_campaigns(struct view *view, struct errmsg *err)
{
    struct figures_view *state = view->state;
    struct app_context *context = view_context(view);
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES], where[80];
    struct filter filter;
    struct list_query query = {.type = catalogue_find("campaign"), .filter = &filter, .ascending = true};
    day_format(state->choice.from, from);
    day_format(state->choice.to, to);
    snprintf(where, sizeof where, "date<=%s and end_date>=%s", to, from);
    enum status status = filter_parse(&filter, query.type, context->codes, where, err);
    if (status != STATUS_OK)
        return status;
    copy_text(state->last, sizeof state->last, "campaign");
    status = records_list(context->store, context->actor, &query, add_campaign, view, err);
    filter_release(&filter);
    return status;
}

/* ---- reading ---- */

static bool is_rounded(const struct line *line)
{
    return strcmp(line->unit, "人次") == 0 || strcmp(line->unit, "份") == 0;
}

/* A row stays the same when lines come before it: told apart by what it counts. */
static struct id row_id(const struct line *line, size_t index)
{
    struct id id = {{(uint8_t)(line->kind + 1)}};
    if (line->kind == LINE_CAMPAIGN)
        return line->id;
    if (line->kind == LINE_FIGURE) {
        memcpy(id.bytes + 1, line->name, strnlen(line->name, 9));
        memcpy(id.bytes + 10, line->code, strnlen(line->code, sizeof id.bytes - 10));
    } else {
        id.bytes[1] = (uint8_t)index;
        id.bytes[2] = (uint8_t)(index >> 8);
    }
    return id;
}

static enum status show_line(struct figures_view *state, size_t index)
{
    const struct line *line = &state->lines[index];
    bool counts = line->kind == LINE_FIGURE || line->kind == LINE_PART;
    char number[NUMBER_BYTES] = "", rounded[FIGURE_ROUNDED_BYTES] = "";
    if (counts)
        snprintf(number, sizeof number, "%lld", (long long)line->value);
    if (line->kind == LINE_FIGURE && is_rounded(line))
        figure_round(line->value, rounded);
    struct list_row row = {.id = row_id(line, index), .tag = (uint32_t)index, .cells = {_(line->label), number, unit_words(line->unit, line->value), strcmp(rounded, number) != 0 ? rounded : ""},
                           .style = line->kind == LINE_HEADING || (counts && line->value == 0) ? STYLE_DIM : STYLE_NORMAL};
    return list_memory_add(&state->memory, &row, CELLS);
}

static enum status read_figures(struct view *view, struct errmsg *err)
{
    struct figures_view *state = view->state;
    struct app_context *context = view_context(view);
    state->n = 0;
    state->last[0] = '\0';
    state->status = STATUS_OK;
    list_memory_clear(&state->memory);
    enum status status = figures_each(context->store, context->actor, context->codes, &state->choice, add_figure, view, err);
    if (status == STATUS_OK && !state->of_campaign)
        status = read_campaigns(view, err);
    if (status == STATUS_OK)
        status = state->status;
    for (size_t i = 0; status == STATUS_OK && i < state->n; i++)
        status = show_line(state, i);
    return status;
}

static void figures_close(struct view *view)
{
    struct figures_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
    free(state->lines);
    if (state->of_campaign)
        record_release(&state->campaign);
}

static enum status figures_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct figures_view *state = view->state;
    struct app_context *context = view_context(view);
    bool of_campaign = !id_is_zero(argument->id);
    enum status status = of_campaign ? records_get(context->store, context->actor, catalogue_find("campaign"), argument->id, &state->campaign, err) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    state->of_campaign = of_campaign;
    if (of_campaign)
        state->choice = event_choice_campaign(argument->id);
    else
        set_period(state, SPAN_YEAR, today_of(view));
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    status = list_set_height(&state->list, (size_t)(view->app->rows > 12 ? view->app->rows - 8 : 10), err);
    if (status == STATUS_OK)
        status = read_figures(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK)
        figures_close(view);
    return status;
}

static void read_again(struct view *view, bool from_start)
{
    struct figures_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_figures(view, &err);
    if (status == STATUS_OK)
        status = from_start ? list_reset(&state->list, &err) : list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

static void figures_refresh(struct view *view)
{
    struct figures_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record fresh;
    if (state->of_campaign) {
        if (records_get(context->store, context->actor, state->campaign.type, state->campaign.id, &fresh, NULL) != STATUS_OK) {
            app_close(view->app); /* deleted */
            return;
        }
        record_release(&state->campaign);
        state->campaign = fresh;
    }
    read_again(view, false);
}

/* ---- keys ---- */

static const struct line *selected(const struct figures_view *state)
{
    const struct list_row *row = list_selected(&state->list);
    return row != NULL ? &state->lines[row->tag] : NULL;
}

static void open_part(struct view *view, const struct figure_part *part)
{
    const struct record_type *type = catalogue_find(part->type);
    struct id id;
    const char *text = part->where + strlen("id=");
    if (strncmp(part->where, "id=", strlen("id=")) == 0 && id_parse(text, strlen(text), &id) == STATUS_OK)
        view_open_record(view->app, type, id);
    else
        app_open(view->app, &view_record_list, &(struct view_argument){.type = type->name, .where = part->where});
}

/* Unfold the parts of a figure, or fold them again. */
static void unfold(struct view *view, const struct line *line)
{
    struct figures_view *state = view->state;
    bool open = strcmp(state->open_name, line->name) == 0 && strcmp(state->open_code, line->code) == 0;
    copy_text(state->open_name, NAME_BYTES, open ? "" : line->name);
    copy_text(state->open_code, NAME_BYTES, open ? "" : line->code);
    read_again(view, false);
}

static void open_selected(struct view *view)
{
    const struct line *line = selected(view->state);
    if (line == NULL || line->kind == LINE_HEADING)
        app_beep(view->app);
    else if (line->kind == LINE_CAMPAIGN)
        app_open(view->app, &view_figures, &(struct view_argument){.id = line->id});
    else if (line->kind == LINE_PART || line->n_parts == 1)
        open_part(view, &line->part);
    else if (line->n_parts > 1)
        unfold(view, line);
    else
        app_say(view->app, "这里是 0，没有可看的");
}

static void step_period(struct view *view, int step)
{
    struct figures_view *state = view->state;
    int year, month, dom, months = months_of(state->span);
    int32_t day;
    day_to_ymd(state->choice.from, &year, &month, &dom);
    month += step * months;
    if (month < 1 || month > 12) {
        year += step;
        month += month < 1 ? 12 : -12;
    }
    if (year < YEAR_MIN || year > YEAR_MAX || day_from_ymd(year, month, 1, &day) != STATUS_OK) {
        app_beep(view->app);
        return;
    }
    set_period(state, state->span, day);
    read_again(view, true);
}

static bool figures_key(struct view *view, struct key key)
{
    struct figures_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_selected(view);
    return result != LIST_IGNORED;
}

static bool period_command(struct view *view, int command)
{
    static const char *const SPANS[] = {"本月", "本季", "本半年", "今年", "去年"};
    switch (command) {
    case COMMAND_CODES:
        app_ask(view->app, ASK_PERIOD, "哪一段时间", SPANS, 5, 4);
        return true;
    case COMMAND_PREVIOUS:
    case COMMAND_NEXT:
        step_period(view, command == COMMAND_NEXT ? 1 : -1);
        return true;
    case COMMAND_STOCK:
        app_open(view->app, &view_stock, NULL);
        return true;
    default:
        return false;
    }
}

static bool figures_command(struct view *view, int command)
{
    struct figures_view *state = view->state;
    if (!state->of_campaign)
        return period_command(view, command);
    if (command == COMMAND_RECORD)
        view_open_record(view->app, state->campaign.type, state->campaign.id);
    else if (command == COMMAND_TEXT)
        app_open(view->app, &view_campaign_text, &(struct view_argument){.id = state->campaign.id});
    else
        return false;
    return true;
}

static void figures_answer(struct view *view, const struct view_answer *answer)
{
    if (answer->cancelled || answer->tag != ASK_PERIOD)
        return;
    set_period(view->state, (enum span)answer->chosen, today_of(view));
    read_again(view, true);
}

/* ---- drawing ---- */

static void figures_title(struct view *view, struct buf *left, struct buf *right)
{
    struct figures_view *state = view->state;
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES];
    if (state->of_campaign) {
        buf_puts(left, _("宣传周   "));
        campaign_title(&state->campaign, left);
        return;
    }
    buf_puts(left, _("宣传   "));
    period_text(state, left);
    day_format(state->choice.from, from);
    day_format(state->choice.to, to);
    buf_printf(right, _("  %s 至 %s"), from, to);
}

/* What the campaign's record says beside the numbers. */
static int draw_head(const struct view *view, struct canvas *canvas, int row)
{
    const struct figures_view *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    char from[NAME_BYTES], to[NAME_BYTES], theme[LABEL_BYTES], basis[LABEL_BYTES];
    if (!state->of_campaign)
        return row;
    record_field_copy(&state->campaign, "date", codes, from, sizeof from);
    record_field_copy(&state->campaign, "end_date", codes, to, sizeof to);
    record_field_copy(&state->campaign, "theme", codes, theme, sizeof theme);
    record_field_copy(&state->campaign, "basis", codes, basis, sizeof basis);
    canvas_printf(canvas, row, 1, canvas->cols - 2, STYLE_NORMAL, "%s 至 %s   %s%s", from, to, theme[0] != '\0' ? _("主题: ") : "", theme);
    if (basis[0] == '\0')
        return row + 1;
    canvas_printf(canvas, row + 1, 1, canvas->cols - 2, STYLE_NORMAL, "依据: %s", basis);
    return row + 2;
}

static void figures_draw(struct view *view, struct canvas *canvas)
{
    struct figures_view *state = view->state;
    canvas_rule(canvas, 1);
    int top = draw_head(view, canvas, LIST_ROW), rows = canvas->rows - 2 - top;
    list_show(view, &state->list, canvas, top, rows, "", true);
}

static void figures_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    const struct line *line = selected(view->state);
    (void)columns_wide;
    if (line == NULL || line->kind == LINE_HEADING)
        return;
    if (line->kind == LINE_CAMPAIGN)
        buf_puts(out, _("Enter 看这次宣传周的数"));
    else if (line->n_parts > 1)
        buf_printf(out, _("由 %zu 部分加起来；Enter 展开或者收起"), line->n_parts);
    else if (line->value != 0)
        buf_puts(out, _("Enter 列出这个数算的每一条"));
}

static const struct keymap *figures_keymap(struct view *view)
{
    static const struct binding period_bindings[] = {
        {"Enter", COMMAND_OPEN, "看明细", BINDING_HINT}, {"F4", COMMAND_CODES, "期间", 0},       {"左右", COMMAND_NONE, "换期", BINDING_HINT},
        {"Left", COMMAND_PREVIOUS, "上一期", BINDING_HIDDEN}, {"Right", COMMAND_NEXT, "下一期", BINDING_HIDDEN}, {"F6", COMMAND_STOCK, "库存", 0},       {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},     {NULL, 0, NULL, 0},
    };
    static const struct binding campaign_bindings[] = {
        {"Enter", COMMAND_OPEN, "看明细", BINDING_HINT}, {"F4", COMMAND_TEXT, "写成文字", 0},          {"F6", COMMAND_RECORD, "打开记录", 0},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},      {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap period_map = {.bindings = period_bindings, .commands = COMMANDS}, campaign_map = {.bindings = campaign_bindings, .commands = COMMANDS};
    return ((const struct figures_view *)view->state)->of_campaign ? &campaign_map : &period_map;
}

const struct view_class view_figures = {
    .name = "figures",
    .state_bytes = sizeof(struct figures_view),
    .help = "宣传工作的数字。每个数后面都有记录: Enter 列出来；带 + 的由几部分加起来，Enter 先展开。逐条登记过的按登记算，没有登记的按活动里填的数算。\n"
            "活动按开始那天归期间；“宣传场次”不含联席会、培训、聘书颁发和单纯的媒体报道；一场活动兼有几类的，合计只算一场。\n"
            "“文字里写作”是总结里的写法: 1234 写作 1200余。F4 换期间，左右键前后一期；最下面是这段时间的宣传周。",
    .open = figures_open,
    .close = figures_close,
    .key = figures_key,
    .command = figures_command,
    .draw = figures_draw,
    .title = figures_title,
    .keymap = figures_keymap,
    .hint = figures_hint,
    .answer = figures_answer,
    .refresh = figures_refresh,
};
