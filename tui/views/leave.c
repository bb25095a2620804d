/* tui/views/leave.c - a worker goes: what is open in that person's name, one line each, given to others here; the paper; the account. See core/register/leave.h.
 *
 * What was given, here or anywhere, stays in the list with the name of who took it until it is done, so that the paper shows it. At the center the paper may name the machine that is given back; at a station it tells
 * how this one stands. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/aid/account.h"
#include "core/aid/deadline.h"
#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/language.h"
#include "core/paper/paper.h"
#include "core/register/leave.h"
#include "core/report/export_note.h"
#include "core/record/printout.h"
#include "tui/list.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { N_COLUMNS = 5, LIST_ROW = 2, NAME_CHARS = 30, PAPER_MAX_BYTES = 1 << 22, PDF_MAX_BYTES = 1 << 26, TEXT_COLUMNS = 80, STATION_CHARS = 20 };
enum { COMMAND_GIVE_ALL = COMMAND_VIEW, COMMAND_PERSON, COMMAND_DISABLE };
enum { ASK_PERSON = 1, ASK_GIVE, ASK_GIVE_ALL, ASK_DISABLE, ASK_LAPTOP };

static const struct command COMMANDS[] = {
    {COMMAND_GIVE_ALL, "leave-give-all", "还没有交出去的都交给一个人"},
    {COMMAND_PERSON, "leave-person", "换一个人：谁要离开"},
    {COMMAND_DISABLE, "leave-disable", "停用账号：名下都交出去以后，由县中心的管理员办"},
    {COMMAND_NONE, NULL, NULL},
};

struct leave_view {
    struct leave_person who;
    struct leave_list all;
    size_t asked; /* the item that a question is about */
    struct list list;
};

static const struct list_column columns[N_COLUMNS] = {
    {.label = "到期", .columns = 10}, {.label = "期限", .columns = 14}, {.label = "类别", .columns = 8}, {.label = "事项", .columns = 0}, {.label = "接收人", .columns = 10},
};

/* ---- reading -------------------------------------------------------------------------------------------------------- */

static bool give_row(void *context, struct list_page *page, size_t index)
{
    const struct leave_item *item = &((const struct leave_view *)context)->all.items[index];
    struct list_row row = {.id = item->id, .tag = (uint32_t)index, .key = {.set = true, .value = value_null(), .row = (int64_t)index + 1}};
    char day[DAY_TEXT_BYTES] = "";
    if (item->due != DEADLINE_NO_DAY)
        day_format(item->due, day);
    row.cells[0] = day;
    row.cells[1] = item->period;
    row.cells[2] = item->way == LEAVE_DRAFT ? _("草稿") : _(item->type->label);
    row.cells[3] = item->title;
    row.cells[4] = item->given[0] != '\0' ? item->given : item->way == LEAVE_ASSIGN ? _("由中心指派") : item->org;
    return list_page_add(page, &row);
}

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct leave_view *state = ((struct view *)context)->state;
    (void)err;
    list_page_walk(page, way, key, max, state->all.n, give_row, state);
    return STATUS_OK;
}

static bool has_person(const struct leave_view *state)
{
    return state->who.user[0] != '\0' || state->who.display[0] != '\0';
}

static const char *name_of(const struct leave_person *person)
{
    return person->display[0] != '\0' ? person->display : person->user;
}

/* Forget what was read, and read what the person has now. On an error the list is empty. */
static enum status read_person(struct view *view, const char *text, struct errmsg *err)
{
    struct leave_view *state = view->state;
    struct app_context *context = view_context(view);
    struct leave_person who;
    enum status status = leave_person_find(context->store, context->actor, text, &who, err);
    if (status != STATUS_OK)
        return status;
    leave_list_release(&state->all);
    state->who = who;
    status = leave_list_read(context->store, context->actor, context->codes, &who, today_of(view), &state->all, err);
    enum status drawn = list_reset(&state->list, status == STATUS_OK ? err : NULL);
    return status == STATUS_OK ? drawn : status;
}

static void leave_close(struct view *view)
{
    struct leave_view *state = view->state;
    list_release(&state->list);
    leave_list_release(&state->all);
}

static void ask_person(struct view *view)
{
    app_ask_line(view->app, ASK_PERSON, "谁要离开（姓名或账号）", NAME_CHARS, 0, "");
}

static enum status leave_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct leave_view *state = view->state;
    list_init(&state->list, (struct list_source){.context = view, .fetch = fetch}, columns, N_COLUMNS, LIST_USUAL);
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK && argument != NULL && argument->text != NULL)
        status = read_person(view, argument->text, err);
    if (status != STATUS_OK)
        leave_close(view);
    return status;
}

/* ---- giving --------------------------------------------------------------------------------------------------------- */

static const struct list_row *selected(struct leave_view *state)
{
    const struct list_row *row = list_selected(&state->list);
    return row != NULL && row->tag < state->all.n ? row : NULL;
}

static void ask_give(struct view *view)
{
    struct leave_view *state = view->state;
    const struct list_row *row = selected(state);
    if (row == NULL) {
        app_beep(view->app);
        return;
    }
    state->asked = row->tag;
    if (state->all.items[row->tag].given[0] != '\0')
        app_fail(view->app, "这一件已经交给 %s", state->all.items[row->tag].given);
    else if (state->all.items[row->tag].way == LEAVE_ASSIGN)
        app_fail(view->app, "承办人由中心另行指派：Enter 打开案件，F2 更换承办人");
    else if (state->all.items[row->tag].way == LEAVE_ELSEWHERE)
        app_fail(view->app, "这一件已移交 %s，由那里另行安排", state->all.items[row->tag].org);
    else
        app_ask_line(view->app, ASK_GIVE, "这一件交给谁（姓名或账号）", NAME_CHARS, 0, "");
}

/* One, or all that nobody has yet: each is a change of its own; what is refused stays and is told. */
static void give(struct view *view, const char *text, bool all)
{
    struct leave_view *state = view->state;
    struct app_context *context = view_context(view);
    struct leave_person to;
    struct errmsg err = {{0}}, why = {{0}};
    size_t n = 0, refused = 0;
    enum status status = leave_person_find(context->store, context->actor, text, &to, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    for (size_t i = 0; i < state->all.n; i++) {
        struct leave_item *item = &state->all.items[i];
        if ((!all && i != state->asked) || item->way == LEAVE_ASSIGN || item->way == LEAVE_ELSEWHERE || item->given[0] != '\0')
            continue;
        if (leave_give(context->store, context->actor, context->codes, context->random, &state->who, item, &to, &why) == STATUS_OK)
            n++;
        else if (refused++ == 0)
            err = why;
    }
    (void)list_reset(&state->list, NULL);
    if (refused > 0)
        app_fail(view->app, "交出 %zu 件，%zu 件没有交出去: %s", n, refused, err.text);
    else
        app_say(view->app, "%zu 件交给了 %s", n, name_of(&to));
}

static size_t left(const struct leave_view *state)
{
    return leave_list_open(&state->all);
}

static void ask_disable(struct view *view)
{
    static const char *const ANSWERS[] = {"停用", "先不"};
    struct leave_view *state = view->state;
    char question[PROMPT_TEXT_BYTES];
    if (state->who.user[0] == '\0') {
        app_fail(view->app, "%s 没有账号", has_person(state) ? state->who.display : "");
    } else if (left(state) > 0) {
        app_fail(view->app, "名下还有 %zu 件没有交出去：F6 全部交给一个人", left(state));
    } else {
        snprintf(question, sizeof question, _("停用账号 %s？各站下次同步后生效"), state->who.user);
        app_ask(view->app, ASK_DISABLE, question, ANSWERS, 2, 0);
    }
}

static void disable(struct view *view)
{
    struct leave_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    enum status status = account_disable(context->store, context->actor, context->codes, context->random, state->who.user, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    state->who.disabled = true;
    app_say(view->app, "账号 %s 已停用", state->who.user);
}

/* ---- the paper ------------------------------------------------------------------------------------------------------ */

/* laptop NULL: none is given back, or this is a station, whose own machine it tells of. */
static enum status write_paper(struct view *view, const struct peer *laptop, char path[PATH_MAX], struct errmsg *err)
{
    struct leave_view *state = view->state;
    struct app_context *context = view_context(view);
    struct buf marked, out;
    struct retirement machine;
    bool pdf = paper_has_pdf(), center = context->machine->center;
    enum status status = center ? STATUS_OK : retire_look(context->store, &machine, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&marked, PAPER_MAX_BYTES);
    buf_init(&out, PDF_MAX_BYTES);
    leave_paper(&state->who, &state->all, context->machine, center ? NULL : &machine, laptop, today_of(view), &marked);
    status = pdf ? paper_pdf(buf_cstr(&marked), marked.len, "工作交接单", today_of(view), &out, err) : paper_text(buf_cstr(&marked), marked.len, TEXT_COLUMNS, &out, err);
    if (status == STATUS_OK)
        status = export_note(context->store, context->actor, "leave", state->all.n, pdf ? ".pdf" : ".txt", NULL, err);
    if (status == STATUS_OK)
        status = printout_path(view_context(view)->store, pdf ? "handover.pdf" : "handover.txt", path, err);
    if (status == STATUS_OK)
        status = file_write(path, out.data, out.len, 0600, err);
    buf_wipe(&out);
    buf_wipe(&marked);
    return status;
}

static void print_paper(struct view *view, const struct peer *laptop)
{
    struct errmsg err = {{0}};
    char path[PATH_MAX];
    enum status status = write_paper(view, laptop, path, &err);
    if (status == STATUS_OK)
        app_say(view->app, "已写 %s", path);
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* Read anew first: what others gave meanwhile belongs on it. */
static void ask_paper(struct view *view)
{
    struct leave_view *state = view->state;
    struct errmsg err = {{0}};
    char name[LEAVE_NAME_BYTES];
    if (!has_person(state)) {
        ask_person(view);
        return;
    }
    snprintf(name, sizeof name, "%s", state->who.user[0] != '\0' ? state->who.user : state->who.display);
    enum status status = read_person(view, name, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    else if (view_context(view)->machine->center)
        app_ask_line(view->app, ASK_LAPTOP, "一起交回的电脑是几号机（没有就直接 Enter）", STATION_CHARS, 0, "");
    else
        print_paper(view, NULL);
}

static void print_with_laptop(struct view *view, const char *text)
{
    struct peer laptop;
    struct errmsg err = {{0}};
    if (text[strspn(text, " ")] == '\0') {
        print_paper(view, NULL);
        return;
    }
    enum status status = peer_resolve(view_context(view)->store, text, &laptop, &err);
    if (status == STATUS_OK)
        print_paper(view, &laptop);
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- keys ----------------------------------------------------------------------------------------------------------- */

static void leave_answer(struct view *view, const struct view_answer *answer)
{
    struct errmsg err = {{0}};
    if (answer->cancelled)
        return;
    if (answer->tag == ASK_LAPTOP) {
        print_with_laptop(view, answer->text);
        return;
    }
    if (answer->tag != ASK_DISABLE && answer->text[strspn(answer->text, " ")] == '\0')
        return;
    if (answer->tag == ASK_PERSON) {
        enum status status = read_person(view, answer->text, &err);
        if (status != STATUS_OK)
            app_fail(view->app, "%s", errmsg_text(&err, status));
    } else if (answer->tag == ASK_GIVE || answer->tag == ASK_GIVE_ALL) {
        give(view, answer->text, answer->tag == ASK_GIVE_ALL);
    } else if (answer->tag == ASK_DISABLE && answer->chosen == 1) {
        disable(view);
    }
}

static void open_selected(struct view *view)
{
    struct leave_view *state = view->state;
    const struct list_row *row = selected(state);
    if (row != NULL && state->all.items[row->tag].way == LEAVE_DRAFT)
        app_fail(view->app, "别人的草稿不打开；交给谁，谁在首页的待办里接着写");
    else if (row != NULL)
        view_open_record(view->app, state->all.items[row->tag].type, row->id);
}

static bool leave_key(struct view *view, struct key key)
{
    struct leave_view *state = view->state;
    if (!has_person(state) && key.kind == K_ENTER) {
        ask_person(view);
        return true;
    }
    switch (list_key_told(view, &state->list, key)) {
    case LIST_IGNORED:
        return false;
    case LIST_OPEN:
        open_selected(view);
        break;
    default:
        break;
    }
    return true;
}

static bool leave_command(struct view *view, int command)
{
    switch (command) {
    case COMMAND_SAVE:
        ask_give(view);
        return true;
    case COMMAND_GIVE_ALL:
        if (left(view->state) > 0)
            app_ask_line(view->app, ASK_GIVE_ALL, "没有交出去的都交给谁（姓名或账号）", NAME_CHARS, 0, "");
        else
            app_fail(view->app, "没有要交出去的了");
        return true;
    case COMMAND_PERSON:
        ask_person(view);
        return true;
    case COMMAND_PRINT:
        ask_paper(view);
        return true;
    case COMMAND_DISABLE:
        ask_disable(view);
        return true;
    default:
        return false;
    }
}

/* ---- drawing -------------------------------------------------------------------------------------------------------- */

static void leave_title(struct view *view, struct buf *left_text, struct buf *right)
{
    struct leave_view *state = view->state;
    buf_printf(left_text, _("交接  %s"), name_of(&state->who));
    if (state->who.user[0] != '\0')
        buf_printf(left_text, state->who.disabled ? _("  账号 %s（已停用）") : _("  账号 %s"), state->who.user);
    if (has_person(state))
        buf_printf(right, _("%zu 件，没有交出去 %zu 件"), state->all.n, left(state));
    if (leave_list_elsewhere(&state->all) > 0)
        buf_printf(right, _("，已移交 %zu 件"), leave_list_elsewhere(&state->all));
}

static void leave_draw(struct view *view, struct canvas *canvas)
{
    struct leave_view *state = view->state;
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, canvas->rows - 2 - LIST_ROW, has_person(state) ? _("名下没有未办结的") : _("按 Enter，写谁要离开"), true);
}

static const struct keymap *leave_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT},   {"F2", COMMAND_SAVE, "交出", 0},       {"F6", COMMAND_GIVE_ALL, "全部交", 0}, {"F8", COMMAND_PRINT, "交接单", 0}, {"F7", COMMAND_DISABLE, "停用账号", 0},
        {"F5", COMMAND_PERSON, "换人", 0},               {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

/* Drafts are told by their titles, which go with what they are of: they are read again with the rest. */
static bool leave_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct leave_view *state = view->state;
    const struct leave_item *item = n < state->all.n ? &state->all.items[n] : NULL;
    *type = item != NULL ? item->type : NULL;
    *id = item != NULL && item->way != LEAVE_DRAFT && item->way != LEAVE_ELSEWHERE ? item->id : (struct id){{0}};
    return item != NULL;
}

static bool leave_left(struct view *view, const struct record_type *type, struct id id)
{
    struct leave_view *state = view->state;
    struct errmsg err = {{0}};
    struct app_context *context = view_context(view);
    leave_list_release(&state->all);
    (void)leave_list_read(context->store, context->actor, context->codes, &state->who, today_of(view), &state->all, &err); /* else the list is empty */
    (void)list_reset(&state->list, &err);
    (void)type;
    (void)id;
    return true;
}

const struct view_class view_leave = {
    .name = "leave",
    .state_bytes = sizeof(struct leave_view),
    .help = "有人离开（调走、退休、志愿者服务到期）时，名下还没有办完的都列在这里：受理的案件、登记的投诉、答应另行答复的咨询、以后的活动和值班、会议上定的事、本机上的草稿，先到期的在前。\n"
            "F2 把一件交给别人，F6 把剩下的都交给一个人，每件是一次修改，历史里看得到，可以撤回。承办人由中心另行指派（案件里的更换承办人），不在这里交。已经移交其他单位的，接收人一栏写着在哪个单位，由那里另行安排，也不在这里交。\n"
            "交出去的，不论在哪台机器、用屏幕还是命令交的，没办完以前都留在表里，写着现在在谁那里。\n"
            "F8 打交接单，三方签字；工作站上也写本机还有什么没有送到县中心，县中心可以写上一起交回的电脑。都交出去以后，县中心的管理员 F7 停用账号。电脑交回以前，在那台电脑上 aidpostd retire: 没有送到中心的，先同步才能清除。",
    .open = leave_open,
    .close = leave_close,
    .key = leave_key,
    .command = leave_command,
    .draw = leave_draw,
    .title = leave_title,
    .keymap = leave_keymap,
    .answer = leave_answer,
    .shows = leave_shows,
    .left = leave_left,
};
