/* tui/views/visit_voices.c - the visits behind one number of visit_answers.c; Enter opens the visit, F6 its case.
 *
 * What is listed follows from the argument's type: "visited", "unreachable", "money_taken", "outcome=3", "attitude=1" (0: not answered). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/visit_text.h"
#include "tui/views/views.h"

enum { LIST_ROW = 2, CELLS = 5, NAME_BYTES = 128 };
enum { COMMAND_CASE = COMMAND_VIEW };

struct voices {
    char what[VISIT_WHAT_BYTES];
    int year;
    bool one_town;
    char town[VISIT_TOWN_BYTES];
    int question, value; /* question -1: none; value of outcome or answer */
    enum status status;
    struct list_memory memory;
    struct list list;
};

static const struct list_column columns[CELLS] = {{"日期", 10, false}, {"受援人", 0, false}, {"结果", 12, false}, {"总体评价", 8, false}, {"回访人", 10, false}};

static const struct command COMMANDS[] = {{COMMAND_CASE, "case", "打开回访的那件案件"}, {COMMAND_NONE, NULL, NULL}};

/* ---- reading ---- */

static bool counts(const struct voices *state, const struct visit_voice *voice)
{
    bool reached = voice->outcome == VISIT_OUTCOME_REACHED;
    if (strcmp(state->what, "visited") == 0)
        return reached;
    if (strcmp(state->what, "unreachable") == 0)
        return !reached;
    if (strcmp(state->what, "money_taken") == 0)
        return reached && voice->money_taken;
    return state->question < 0 ? voice->outcome == state->value : reached && voice->answers[state->question] == state->value;
}

static bool add_voice(void *context, const struct visit_voice *voice)
{
    struct view *view = context;
    struct voices *state = view->state;
    struct app_context *app = view_context(view);
    struct record visit;
    char day[DAY_TEXT_BYTES], name[NAME_BYTES], outcome[NAME_BYTES], overall[NAME_BYTES], visitor[NAME_BYTES];
    if (!counts(state, voice))
        return true;
    state->status = records_get(app->store, app->actor, catalogue_find("return_visit"), voice->visit, &visit, NULL);
    if (state->status != STATUS_OK)
        return false;
    day_format(voice->date, day);
    record_field_copy(&visit, "name", app->codes, name, sizeof name);
    record_field_copy(&visit, "outcome", app->codes, outcome, sizeof outcome);
    record_field_copy(&visit, "overall", app->codes, overall, sizeof overall);
    record_field_copy(&visit, "visitor", app->codes, visitor, sizeof visitor);
    record_release(&visit);
    struct list_row row = {.id = voice->visit, .cells = {day, name[0] != '\0' ? name : _("（不显示姓名）"), outcome, overall, visitor}};
    state->status = list_memory_add(&state->memory, &row, CELLS);
    return state->status == STATUS_OK;
}

static enum status read_voices(struct view *view, struct errmsg *err)
{
    struct voices *state = view->state;
    struct app_context *context = view_context(view);
    struct visit_query query = {.year = state->year, .town = state->one_town ? state->town : NULL};
    struct visit_satisfaction sum;
    state->status = STATUS_OK;
    list_memory_clear(&state->memory);
    enum status status = visit_satisfaction(context->store, context->actor, &query, &sum, add_voice, view, err);
    return status == STATUS_OK ? state->status : status;
}

static void take_what(struct voices *state, const char *what)
{
    const char *equals = strchr(what, '=');
    copy_text(state->what, sizeof state->what, what);
    state->question = -1;
    state->value = equals != NULL ? atoi(equals + 1) : 0;
    for (int q = 0; equals != NULL && q < VISIT_QUESTIONS; q++)
        if (strncmp(what, visit_questions[q], (size_t)(equals - what)) == 0)
            state->question = q;
}

static void voices_close(struct view *view)
{
    struct voices *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
}

static enum status voices_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct voices *state = view->state;
    state->year = (int)argument->number;
    state->one_town = argument->text != NULL;
    copy_text(state->town, sizeof state->town, argument->text != NULL ? argument->text : "");
    take_what(state, argument->type);
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = read_voices(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK)
        voices_close(view);
    return status;
}

static void voices_refresh(struct view *view)
{
    struct voices *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_voices(view, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* ---- keys ---- */

static void open_case(struct view *view)
{
    struct voices *state = view->state;
    struct app_context *context = view_context(view);
    const struct list_row *row = list_selected(&state->list);
    struct record visit;
    struct id id = {{0}};
    if (row == NULL || records_get(context->store, context->actor, catalogue_find("return_visit"), row->id, &visit, NULL) != STATUS_OK) {
        app_beep(view->app);
        return;
    }
    const char *text = record_text(&visit, "case_id");
    enum status status = id_parse(text, strlen(text), &id);
    record_release(&visit);
    if (status == STATUS_OK)
        app_open(view->app, &view_case, &(struct view_argument){.type = "case", .id = id});
    else
        app_beep(view->app);
}

static bool voices_key(struct view *view, struct key key)
{
    struct voices *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        view_open_record(view->app, catalogue_find("return_visit"), list_selected(&state->list)->id);
    return result != LIST_IGNORED;
}

static bool voices_command(struct view *view, int command)
{
    if (command != COMMAND_CASE)
        return false;
    open_case(view);
    return true;
}

/* ---- drawing ---- */

static void put_what(const struct view *view, struct buf *out)
{
    const struct voices *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    const struct record_type *type = catalogue_find("return_visit");
    char code[12];
    snprintf(code, sizeof code, "%d", state->value);
    if (state->question >= 0)
        buf_printf(out, "%s %s", _(catalogue_field(type, visit_questions[state->question])->label), state->value == 0 ? _("没有回答") : _(code_book_name(codes, "satisfaction", code)));
    else if (strcmp(state->what, "visited") == 0)
        buf_puts(out, _("访到的"));
    else if (strcmp(state->what, "unreachable") == 0)
        buf_puts(out, _("未访到的"));
    else if (strcmp(state->what, "money_taken") == 0)
        buf_puts(out, _("收受财物"));
    else
        buf_puts(out, _(code_book_name(codes, "visit_outcome", code)));
}

static void voices_title(struct view *view, struct buf *left, struct buf *right)
{
    struct voices *state = view->state;
    put_what(view, left);
    buf_printf(left, _("   %s   %zu 件"), visit_town_text(view_context(view)->codes, state->one_town ? state->town : NULL), state->memory.n);
    buf_printf(right, _("  %d 年结案"), state->year);
}

static void voices_draw(struct view *view, struct canvas *canvas)
{
    struct voices *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("没有这样的答复；F10 回到答复表，换一个数看"), true);
}

static const struct keymap *voices_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开回访", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT},  {"F6", COMMAND_CASE, "案件", 0},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},        {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_visit_voices = {
    .name = "visit-voices",
    .state_bytes = sizeof(struct voices),
    .help = "一个数后面的每一次回访，一件案件一行。Enter 打开那次回访，F6 打开那件案件。",
    .open = voices_open,
    .close = voices_close,
    .key = voices_key,
    .command = voices_command,
    .draw = voices_draw,
    .title = voices_title,
    .keymap = voices_keymap,
    .refresh = voices_refresh,
};
