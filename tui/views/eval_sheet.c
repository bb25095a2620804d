/* tui/views/eval_sheet.c - a case file is judged: the sheet of one round, item by item, total and grade moving as one types (core/quality/eval.h).
 *
 * Scores are digits; a score that needs a reason asks for it at once. What is typed is a draft until it is saved (eval_form.h); opening the case's sheet again goes on with it. */
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/draft.h"
#include "core/record/search.h"
#include "tui/record_form.h"
#include "tui/views/case_text.h"
#include "tui/views/eval_form.h"
#include "tui/views/views.h"

enum { PICK_STANDARD = 1, ASK_RESTART, ASK_DISCARD, HEAD_ROW = 2, WIDE_COLUMNS = 76, HELP_ROWS = 2, HELP_ROWS_NARROW = 3, LINE_BYTES = 512, INDEX_BATCH = 50 };

enum { COMMAND_ROUNDS = COMMAND_VIEW, COMMAND_DISCARD };

static const struct command COMMANDS[] = {{COMMAND_CODES, "standard", "换一种评估表"}, {COMMAND_ROUNDS, "rounds", "以前评过的各轮: 分数、理由、评语"}, {COMMAND_DISCARD, "discard", "这份评分不要了，草稿也丢掉"}, {COMMAND_NONE, NULL, NULL}};

struct eval_sheet_view {
    struct eval_form form;
    struct record kase;
    struct rules *rules;
    bool resumed;
    char standard[EVAL_CODE_BYTES]; /* the one asked about */
};

/* ---- opening ---- */

static int32_t day_in(const struct record *record, const char *field)
{
    struct value day = record_get(record, catalogue_field(record->type, field));
    return day.kind == VALUE_INT ? (int32_t)day.number : 0;
}

static enum status begin(struct view *view, struct id kase, const char *round, const char *standard, int32_t day, struct errmsg *err)
{
    struct eval_sheet_view *state = view->state;
    struct app_context *context = view_context(view);
    struct eval_sheet sheet;
    enum status status = eval_begin(context->store, context->actor, context->codes, kase, round, standard, day, &sheet, err);
    return status == STATUS_OK ? eval_form_open(&state->form, view, &sheet, err) : status;
}

static enum status go_on(struct view *view, struct id draft, struct errmsg *err)
{
    struct eval_sheet_view *state = view->state;
    struct record head;
    struct id kase;
    enum status status = eval_form_draft_head(view, draft, &head, err);
    if (status != STATUS_OK)
        return status;
    const char *id = record_text(&head, "case_id");
    status = id_parse(id, strlen(id), &kase);
    if (status == STATUS_OK)
        status = begin(view, kase, record_text(&head, "round"), record_text(&head, "standard"), day_in(&head, "date"), err);
    record_release(&head);
    if (status != STATUS_OK)
        return status;
    state->resumed = true;
    status = eval_form_load_draft(&state->form, draft, err);
    if (status != STATUS_OK)
        eval_form_close(&state->form);
    return status;
}

static enum status open_form(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct id draft = argument->id;
    if (argument->number == VIEW_DRAFT || eval_form_find_draft(view, argument->id, &draft))
        return go_on(view, draft, err);
    return begin(view, argument->id, argument->text, NULL, today_of(view), err);
}

static enum status sheet_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct eval_sheet_view *state = view->state;
    struct app_context *context = view_context(view);
    struct id kase;
    enum status status = rules_load(&state->rules, context->store, context->actor, err);
    if (status != STATUS_OK)
        return status;
    status = open_form(view, argument, err);
    if (status == STATUS_OK) {
        const char *id = record_text(&state->form.sheet.eval, "case_id");
        status = id_parse(id, strlen(id), &kase);
        if (status == STATUS_OK)
            status = records_get(context->store, context->actor, catalogue_find("case"), kase, &state->kase, err);
        if (status != STATUS_OK)
            eval_form_close(&state->form);
    }
    if (status != STATUS_OK)
        rules_free(state->rules);
    return status;
}

static void sheet_close(struct view *view)
{
    struct eval_sheet_view *state = view->state;
    eval_form_close(&state->form);
    record_release(&state->kase);
    rules_free(state->rules);
}

static void store_draft(struct view *view)
{
    struct eval_sheet_view *state = view->state;
    state->form.dirty |= state->form.form.changed && id_is_zero(state->form.draft);
    eval_form_store_draft(&state->form);
}

static bool sheet_leave(struct view *view)
{
    struct eval_sheet_view *state = view->state;
    store_draft(view);
    if (!id_is_zero(state->form.draft))
        app_say(view->app, "没保存的评分已留作草稿，首页可以继续");
    return true;
}

/* ---- another standard, or nothing ---- */

static void restart(struct view *view)
{
    struct eval_sheet_view *state = view->state;
    struct app_context *context = view_context(view);
    struct eval_form *form = &state->form;
    struct errmsg err = {{0}};
    struct eval_sheet sheet;
    struct record said;
    struct id draft = form->draft;
    if (record_copy(&said, &form->sheet.eval) != STATUS_OK)
        return;
    record_form_store_lenient(&form->form, &said, context->codes);
    enum status status = eval_begin(context->store, context->actor, context->codes, state->kase.id, record_text(&said, "round"), state->standard, day_in(&said, "date"), &sheet, &err);
    if (status == STATUS_OK) {
        (void)record_set_text(&sheet.eval, "reviewers", record_text(&said, "reviewers"));
        eval_form_close(form);
        status = eval_form_open(form, view, &sheet, &err);
        form->draft = draft;
        form->dirty = !id_is_zero(draft);
        if (status != STATUS_OK)
            app_close(view->app);
    }
    record_release(&said);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void take_standard(struct view *view, const char *code)
{
    static const char *const ANSWERS[] = {"换", "不换"};
    struct eval_sheet_view *state = view->state;
    int sum;
    copy_text(state->standard, sizeof state->standard, code);
    if (strcmp(code, state->form.sheet.standard->code) == 0)
        return;
    if (eval_form_scored(&state->form, &sum) > 0)
        app_ask(view->app, ASK_RESTART, "换评估表，已经打的分和评语不要了？", ANSWERS, 2, 0);
    else
        restart(view);
}

static void discard(struct view *view)
{
    struct eval_sheet_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    enum status status = id_is_zero(state->form.draft) ? STATUS_OK : draft_delete(context->store, context->actor, state->form.draft, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    state->form.dirty = false;
    app_close(view->app);
    app_say(view->app, "没有保存这份评分");
}

/* ---- saving ---- */

/* The evaluation and the end of its draft in one transaction. When that fails, the sheet in memory is as it was. */
static enum status write_sheet(struct view *view, struct errmsg *err)
{
    struct eval_sheet_view *state = view->state;
    struct app_context *context = view_context(view);
    struct eval_sheet *sheet = &state->form.sheet;
    struct record before;
    enum status status = record_copy(&before, &sheet->eval);
    if (status != STATUS_OK)
        return status;
    status = store_begin(context->store, "eval", err);
    if (status == STATUS_OK) {
        status = eval_save(context->store, context->actor, context->codes, context->random, state->rules, sheet, err);
        if (status == STATUS_OK && !id_is_zero(state->form.draft))
            status = draft_delete(context->store, context->actor, state->form.draft, err);
        if (status == STATUS_OK)
            status = store_commit(context->store, err);
        else
            store_rollback(context->store);
    }
    record_release(status == STATUS_OK ? &before : &sheet->eval);
    if (status != STATUS_OK)
        sheet->eval = before;
    return status;
}

static void say_saved(struct view *view)
{
    struct eval_sheet_view *state = view->state;
    const struct record *eval = &state->form.sheet.eval;
    const struct code_book *codes = view_context(view)->codes;
    const char *name = record_text(eval, "name");
    app_say(view->app, "已保存: %s%s%s  总分 %lld %s", name, name[0] != '\0' ? "  " : "", _(code_book_name(codes, "eval_round", record_text(eval, "round"))),
            (long long)record_get(eval, catalogue_field(eval->type, "total")).number, _(code_book_name(codes, "grade", record_text(eval, "grade"))));
}

static void save(struct view *view)
{
    struct eval_sheet_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    int sum;
    if (!form_settle(&state->form.form)) {
        app_fail(view->app, "%s", state->form.form.message.text);
        return;
    }
    enum status status = eval_form_store(&state->form, &err);
    if (status == STATUS_OK && eval_form_scored(&state->form, &sum) == 0) /* a sheet entered whole has no form here */
        status = errmsg_set(&err, STATUS_INVALID, "第 %d 项 %s: 没有打分", state->form.sheet.standard->items[0].number, _(state->form.sheet.standard->items[0].item));
    if (status == STATUS_OK)
        status = write_sheet(view, &err);
    if (status != STATUS_OK) {
        eval_form_focus_named(&state->form, err.text);
        say_refusal(view, errmsg_text(&err, status));
        return;
    }
    search_catch_up(context->store, context->codes, INDEX_BATCH, NULL, NULL);
    state->form.dirty = state->form.form.changed = false;
    state->form.draft = (struct id){{0}};
    app_close(view->app);
    say_saved(view);
}

/* ---- keys ---- */

static bool sheet_key(struct view *view, struct key key)
{
    struct eval_sheet_view *state = view->state;
    enum form_result result = eval_form_key(&state->form, key);
    if (result == FORM_COMPLETE)
        app_say(view->app, "填完了，F2 保存");
    return result != FORM_IGNORED;
}

static bool sheet_command(struct view *view, int command)
{
    static const char *const ANSWERS[] = {"不要了", "留着"};
    struct eval_sheet_view *state = view->state;
    struct app_context *context = view_context(view);
    switch (command) {
    case COMMAND_SAVE:
        save(view);
        return true;
    case COMMAND_CODES:
        app_pick(view->app, PICK_STANDARD, code_source_of_book(context->codes, "eval_standard"), "评估表", "");
        return true;
    case COMMAND_ROUNDS:
        app_open(view->app, &view_eval_rounds, &(struct view_argument){.type = "case", .id = state->kase.id});
        return true;
    case COMMAND_DISCARD:
        app_ask(view->app, ASK_DISCARD, "这份评分不要了？", ANSWERS, 2, 0);
        return true;
    default:
        return false;
    }
}

static void sheet_answer(struct view *view, const struct view_answer *answer)
{
    if (answer->cancelled)
        return;
    if (answer->tag == PICK_STANDARD)
        take_standard(view, answer->text);
    else if (answer->tag == ASK_RESTART && answer->chosen == 1)
        restart(view);
    else if (answer->tag == ASK_DISCARD && answer->chosen == 1)
        discard(view);
}

/* ---- drawing ---- */

static void sheet_title(struct view *view, struct buf *left, struct buf *right)
{
    struct eval_sheet_view *state = view->state;
    const struct eval_sheet *sheet = &state->form.sheet;
    const struct code_book *codes = view_context(view)->codes;
    int sum, total = eval_sheet_total(sheet);
    size_t scored = eval_form_scored(&state->form, &sum);
    buf_printf(left, "%s  %s  ", _(code_book_name(codes, "eval_round", record_text(&sheet->eval, "round"))), record_text(&state->kase, "name"));
    record_field_text(&state->kase, "cause", codes, left);
    if (total != EVAL_NO_SCORE)
        buf_printf(right, _("  总分 %d %s"), total, _(code_book_name(codes, "grade", eval_grade(state->rules, sheet->standard->five_point, total, day_in(&sheet->eval, "date")))));
    else
        buf_printf(right, _("  已打 %zu/%zu 项  %d 分"), scored, sheet->standard->n_items, sum);
}

/* Returns the row below. */
static int draw_head(struct view *view, struct canvas *canvas)
{
    struct eval_sheet_view *state = view->state;
    const struct eval_sheet *sheet = &state->form.sheet;
    char day[DAY_TEXT_BYTES] = "", closed[SHORT_DAY_BYTES] = "";
    int32_t end = day_in(&state->kase, "closed_on") != 0 ? day_in(&state->kase, "closed_on") : day_in(&state->kase, "terminated_on");
    struct buf about, sheet_words;
    int row = HEAD_ROW;
    buf_init(&about, LINE_BYTES);
    buf_init(&sheet_words, LINE_BYTES);
    if (end != 0)
        short_day_text(end, app_now_ms(view->app), closed);
    day_format(day_in(&sheet->eval, "date"), day);
    buf_printf(&about, _("承办 %s  结案 %s"), record_text(&state->kase, "handler"), closed);
    buf_printf(&sheet_words, _("%s 第 %d 版  %s"), _(code_book_name(view_context(view)->codes, "eval_standard", sheet->standard->code)), sheet->standard->edition, day);
    canvas_rule(canvas, 1);
    int col = 1 + canvas_puts(canvas, row, 1, -1, STYLE_NORMAL, buf_cstr(&about)) + 2;
    if (canvas->cols < WIDE_COLUMNS) {
        row++;
        col = 1;
    }
    canvas_puts(canvas, row, col, canvas->cols - 1 - col, STYLE_NORMAL, buf_cstr(&sheet_words));
    buf_release(&about);
    buf_release(&sheet_words);
    return row + 1;
}

struct drawing {
    struct canvas *canvas;
    int row, end;
};

static bool draw_help_line(void *context, const char *text)
{
    struct drawing *drawing = context;
    canvas_puts(drawing->canvas, drawing->row++, 1, drawing->canvas->cols - 2, STYLE_DIM, text);
    return drawing->row < drawing->end;
}

/* What the focused item is about stands below the form: too long for the message line. */
static void sheet_draw(struct view *view, struct canvas *canvas)
{
    struct eval_sheet_view *state = view->state;
    const struct eval_item_def *item;
    int head = canvas->cols < WIDE_COLUMNS ? HEAD_ROW + 2 : HEAD_ROW + 1, help = canvas->cols < WIDE_COLUMNS ? HELP_ROWS_NARROW : HELP_ROWS, end = canvas->rows - 2;
    eval_form_draw(&state->form, canvas, head, end - help - head);
    (void)draw_head(view, canvas);
    (void)eval_form_part(&state->form, state->form.form.focus, &item);
    struct drawing drawing = {canvas, end - help, end};
    if (item != NULL && item->help[0] != '\0')
        case_wrap(_(item->help), canvas->cols - 2, draw_help_line, &drawing);
}

static void sheet_hint(struct view *view, size_t columns, struct buf *out)
{
    struct eval_sheet_view *state = view->state;
    const struct eval_item_def *item;
    (void)columns;
    switch (eval_form_part(&state->form, state->form.form.focus, &item)) {
    case EVAL_REVIEWERS:
        buf_puts(out, _(catalogue_field(state->form.sheet.eval.type, "reviewers")->help));
        break;
    case EVAL_SCORE:
        buf_printf(out, _("第 %d 项 %s: %d 到 %d 分，= 是满分"), item->number, _(item->item), state->form.sheet.standard->five_point ? 1 : 0, item->max);
        break;
    case EVAL_REASON:
        buf_printf(out, _("第 %d 项 %s: 写明扣分理由；Up 回去改分"), item->number, _(item->item));
        break;
    case EVAL_COMMENT:
        buf_puts(out, state->resumed ? _("评语可以空着；接着写的是以前留下的草稿") : _("评语可以空着，F2 保存"));
        break;
    }
}

static void sheet_cite(struct view *view, struct buf *out)
{
    struct eval_sheet_view *state = view->state;
    const struct eval_item_def *item;
    (void)eval_form_part(&state->form, state->form.form.focus, &item);
    buf_printf(out, _("法律援助法第五十七条、法律援助法第五十九条 %s"), item != NULL ? _(item->help) : "");
}

static const struct keymap *sheet_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"=", COMMAND_NONE, "满分", BINDING_HINT},
        {"F2", COMMAND_SAVE, "保存", 0},                 {"F4", COMMAND_CODES, "换表", 0},
        {"F7", COMMAND_ROUNDS, "以前各轮", 0},           {"Ctrl-D", COMMAND_DISCARD, "不要了", 0},
        {"F9", COMMAND_LAW, "法条", 0},                  {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},     {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

static bool sheet_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct eval_sheet_view *state = view->state;
    *type = state->kase.type;
    *id = state->kase.id;
    return n == 0;
}

const struct view_class view_eval_sheet = {
    .name = "eval-sheet",
    .state_bytes = sizeof(struct eval_sheet_view),
    .help = "一轮评估逐项打分: 打数字，打满了自动到下一项，“=”是满分；低于满分的（五级评估低于 3 分的）马上问扣分理由。\n"
            "右上角的总分和等次跟着变；百分制的等次由规则的优秀、良好、合格分数线定。F2 保存，没打完的自动成草稿。\n"
            "承办人不能评自己的案件，复评要换人。评错了的删除旧的一份重新评，或者由下一轮评估改正；以最后一轮为准。",
    .open = sheet_open,
    .close = sheet_close,
    .leave = sheet_leave,
    .key = sheet_key,
    .command = sheet_command,
    .draw = sheet_draw,
    .title = sheet_title,
    .keymap = sheet_keymap,
    .hint = sheet_hint,
    .cite = sheet_cite,
    .answer = sheet_answer,
    .shows = sheet_shows,
    .idle = store_draft,
};
