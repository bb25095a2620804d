/* tui/views/rules.c - the county's rules: what is in force today, what was shipped, how sure that is; at the center Enter sets one from a day on.
 *
 * Every number of the law or of habit stands here (core/aid/rule.h), so this is also the page where a county checks what the program assumes. */
#include <stdio.h>
#include <string.h>

#include "core/aid/rule.h"
#include "core/base/day.h"
#include "core/base/day_phrase.h"
#include "core/base/language.h"
#include "core/base/width.h"
#include "tui/list.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { ASK_VALUE = 1, ASK_FROM, ASK_BASIS };
enum { LIST_ROW = 1, NOTE_ROWS = 4, VALUE_CHARS = 200, VALUE_BYTES = VALUE_CHARS * 4 + 1, DAY_CHARS = 12, QUESTION_BYTES = 160, NOTE_BYTES = 1024 };

struct rules_view {
    struct rules *rules;
    struct list list;
    size_t index;            /* the rule being set */
    char value[VALUE_BYTES]; /* as answered */
    int32_t from;
};

/* ---- rows ---- */

static const struct list_column columns[] = {{"规则", 0, false}, {"现行", 14, false}, {"出厂", 10, false}, {"生效日期", 10, false}, {"来源", 6, false}};

enum { COLUMNS = sizeof columns / sizeof columns[0] };

static const char *mark_text(const char *mark)
{
    return strcmp(mark, "source") == 0 ? _("有出处") : strcmp(mark, "knowledge") == 0 ? _("待核实") : _("建议");
}

static const char *shown(const struct rule_def *def, const char *value)
{
    return *value == '\0' ? _("（空）") : def->kind == RULE_SECRET ? "***" : value;
}

/* 是 and 否 for people, terms with their unit in the language of the screen; the rest stands as it is kept. `out` is where it is written if need be. */
static const char *spoken(const struct rule_def *def, const char *value, char out[RULE_TERM_BYTES])
{
    static const char *const many[] = {P_("many", "日"), P_("many", "工作日"), P_("many", "小时"), P_("many", "月"), P_("many", "年")};
    static const char *const one[] = {P_("one", "日"), P_("one", "工作日"), P_("one", "小时"), P_("one", "月"), P_("one", "年")};
    struct rule_term term;
    if (def->kind == RULE_BOOL)
        return strcmp(value, "1") == 0 ? _("是") : _("否");
    if (def->kind != RULE_TERM || rule_parse_term(value, &term, NULL) != STATUS_OK)
        return shown(def, value);
    snprintf(out, RULE_TERM_BYTES, "%lld%s", (long long)term.n, _(term.n == 1 ? one[term.unit] : many[term.unit]));
    return out;
}

static bool add_rule(void *view, struct list_page *page, size_t index)
{
    struct rules_view *state = ((struct view *)view)->state;
    const struct rule_def *def = rules_at(state->rules, index);
    int32_t today = today_of(view), from = rules_from(state->rules, def->name, today);
    char day[DAY_TEXT_BYTES] = "", now[RULE_TERM_BYTES], initial[RULE_TERM_BYTES];
    if (from != RULE_NO_DAY)
        day_format(from, day);
    struct list_row row = {.key = {.set = true, .value = value_null(), .row = (int64_t)index + 1}, .tag = (uint32_t)index};
    row.id.bytes[0] = (uint8_t)index;
    row.id.bytes[1] = (uint8_t)(index >> 8);
    row.id.bytes[2] = 1;
    row.cells[0] = _(def->label);
    row.cells[1] = spoken(def, rules_text(state->rules, def->name, today), now);
    row.cells[2] = spoken(def, def->initial, initial);
    row.cells[3] = day;
    row.cells[4] = mark_text(def->mark);
    if (from != RULE_NO_DAY)
        row.style = STYLE_BOLD;
    return list_page_add(page, &row);
}

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct view *view = context;
    struct rules_view *state = view->state;
    (void)err;
    list_page_walk(page, way, key, max, rules_count(state->rules), add_rule, view);
    return STATUS_OK;
}

static enum status load(struct view *view, struct errmsg *err)
{
    struct rules_view *state = view->state;
    struct app_context *context = view_context(view);
    struct rules *rules;
    enum status status = rules_load(&rules, context->store, context->actor, err);
    if (status != STATUS_OK)
        return status;
    rules_free(state->rules);
    state->rules = rules;
    return STATUS_OK;
}

static enum status rules_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct rules_view *state = view->state;
    (void)argument;
    enum status status = load(view, err);
    if (status != STATUS_OK)
        return status;
    list_init(&state->list, (struct list_source){.context = view, .fetch = fetch}, columns, COLUMNS, LIST_USUAL);
    status = list_set_height(&state->list, (size_t)(view->app->rows > 12 ? view->app->rows - 8 : 10), err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        list_release(&state->list);
        rules_free(state->rules);
    }
    return status;
}

static void rules_close(struct view *view)
{
    struct rules_view *state = view->state;
    list_release(&state->list);
    rules_free(state->rules);
}

static void rules_refresh(struct view *view)
{
    struct rules_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = load(view, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static const struct rule_def *selected(struct rules_view *state)
{
    const struct list_row *row = list_selected(&state->list);
    return row != NULL ? rules_at(state->rules, row->tag) : NULL;
}

/* ---- setting one: value, then day, then basis ---- */

static bool may_set(struct view *view)
{
    const struct actor *actor = view_context(view)->actor;
    return actor->center && (actor->role == ROLE_ADMIN || actor->role == ROLE_DIRECTOR);
}

static void ask_value(struct view *view)
{
    struct rules_view *state = view->state;
    const struct rule_def *def = selected(state);
    char question[QUESTION_BYTES];
    if (def == NULL) {
        app_beep(view->app);
    } else if (!may_set(view)) {
        app_fail(view->app, "规则全县统一，由县中心的管理员或负责人设定；同步后各站生效");
    } else if (def->kind == RULE_SECRET) {
        app_fail(view->app, "%s由程序生成，不在这里改", _(def->label));
    } else {
        char term[RULE_TERM_BYTES];
        state->index = list_selected(&state->list)->tag;
        snprintf(question, sizeof question, _("%s（空着: 恢复出厂的 %s）"), _(def->label), spoken(def, def->initial, term));
        app_ask_line(view->app, ASK_VALUE, question, VALUE_CHARS, 0, spoken(def, rules_text(state->rules, def->name, today_of(view)), term));
    }
}

static void take_value(struct view *view, const char *text)
{
    struct rules_view *state = view->state;
    const struct rule_def *def = rules_at(state->rules, state->index);
    struct errmsg err = {{0}};
    struct buf spelling;
    char day[DAY_TEXT_BYTES];
    buf_init(&spelling, VALUE_BYTES);
    enum status status = *text != '\0' ? rule_parse_value(def, text, &spelling, NULL, NULL, &err) : STATUS_OK;
    copy_text(state->value, sizeof state->value, buf_cstr(&spelling));
    buf_release(&spelling);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    day_format(today_of(view), day);
    app_ask_line(view->app, ASK_FROM, "从哪一天起的事情按它办", DAY_CHARS, 0, day);
}

static void take_from(struct view *view, const char *text)
{
    struct rules_view *state = view->state;
    if (day_phrase_parse(text, strlen(text), today_of(view), &state->from) != STATUS_OK)
        app_fail(view->app, "不是日期: %s；写成 2026-07-01，或 明天、7.1、下周一", text);
    else
        app_ask_line(view->app, ASK_BASIS, "依据（文件、文号，可空）", VALUE_CHARS, 0, "");
}

static void take_basis(struct view *view, const char *text)
{
    struct rules_view *state = view->state;
    struct app_context *context = view_context(view);
    const struct rule_def *def = rules_at(state->rules, state->index);
    struct errmsg err = {{0}};
    char label[64], day[DAY_TEXT_BYTES];
    copy_text(label, sizeof label, _(def->label));
    enum status status = rule_set(context->store, context->actor, context->codes, context->random, def->name, state->value, state->from, text, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    rules_refresh(view);
    day_format(state->from, day);
    app_say(view->app, "已设定: %s 起 %s 为 %s", day, label, state->value[0] != '\0' ? state->value : _("出厂的值"));
}

static void rules_answer(struct view *view, const struct view_answer *answer)
{
    if (answer->cancelled)
        return;
    if (answer->tag == ASK_VALUE)
        take_value(view, answer->text);
    else if (answer->tag == ASK_FROM)
        take_from(view, answer->text);
    else
        take_basis(view, answer->text);
}

/* ---- keys and drawing ---- */

static bool rules_key(struct view *view, struct key key)
{
    struct rules_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        ask_value(view);
    return result != LIST_IGNORED;
}

/* What the selected rule is for: its help over two lines, basis, and what will change. */
static void draw_note(struct rules_view *state, struct canvas *canvas, int row, int32_t today)
{
    const struct rule_def *def = selected(state);
    struct rule_version version;
    char text[NOTE_BYTES], day[DAY_TEXT_BYTES], term[RULE_TERM_BYTES];
    if (def == NULL)
        return;
    snprintf(text, sizeof text, "%s  %s", def->name, _(def->help));
    canvas_paragraph(canvas, row, 1, 2, canvas->cols - 2, STYLE_NORMAL, text);
    size_t len = (size_t)snprintf(text, sizeof text, _("依据: %s"), _(rules_basis(state->rules, def->name, today)));
    for (size_t i = 0; len < sizeof text && rules_version(state->rules, def->name, i, &version); i++) {
        if (version.from <= today)
            continue;
        day_format(version.from, day);
        len += (size_t)snprintf(text + len, sizeof text - len, _("  %s 起 %s"), day, spoken(def, version.value, term));
    }
    canvas_puts(canvas, row + 2, 1, canvas->cols - 2, STYLE_DIM, text);
}

static void rules_draw(struct view *view, struct canvas *canvas)
{
    struct rules_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW - NOTE_ROWS;
    list_show(view, &state->list, canvas, LIST_ROW, rows, "", true);
    canvas_rule(canvas, LIST_ROW + rows);
    draw_note(state, canvas, LIST_ROW + rows + 1, today_of(view));
}

static void rules_title(struct view *view, struct buf *left, struct buf *right)
{
    struct rules_view *state = view->state;
    buf_printf(left, _("规则   %zu 项"), rules_count(state->rules));
    if (rules_ignored(state->rules) > 0)
        buf_printf(right, _("  %zu 条记录读不懂，未采用"), rules_ignored(state->rules));
}

static void rules_cite(struct view *view, struct buf *out)
{
    struct rules_view *state = view->state;
    const struct rule_def *def = selected(state);
    if (def != NULL)
        buf_puts(out, _(rules_basis(state->rules, def->name, today_of(view))));
}

static const struct keymap *rules_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "设定", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},   {NULL, 0, NULL, 0},
    };
    static const struct binding bindings_read[] = {
        {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings}, map_read = {.bindings = bindings_read};
    return may_set(view) ? &map : &map_read;
}

const struct view_class view_rules = {
    .name = "rules",
    .state_bytes = sizeof(struct rules_view),
    .help = "本县的期限、标准和办法。“现行”是今天起作用的值，“生效日期”空着的是出厂的值；“来源”: 有出处的照法规原文，待核实和建议的请县里核对后再用。\n"
            "县中心的管理员和负责人按 Enter 设定，要写从哪一天起；以前的事情仍按以前的值办。期限写 7日、5工作日、24小时、6月、3年，金额写 2490元。",
    .open = rules_open,
    .close = rules_close,
    .key = rules_key,
    .draw = rules_draw,
    .title = rules_title,
    .keymap = rules_keymap,
    .cite = rules_cite,
    .answer = rules_answer,
    .refresh = rules_refresh,
};
