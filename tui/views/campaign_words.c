/* tui/views/campaign_words.c - a campaign told in one paragraph (core/outreach/campaign_text.h), with round or exact numbers; F8 writes it into a file for the summary. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/language.h"
#include "core/outreach/campaign_text.h"
#include "core/record/practice_sign.h"
#include "core/record/printout.h"
#include "tui/views/common.h"
#include "tui/views/views.h"
#include "tui/views/wrapped.h"

enum { TEXT_MAX_BYTES = 1 << 16, FIRST_ROW = 2 };

struct campaign_words {
    struct record campaign;
    bool exact;
    struct buf text;
    struct wrapped wrapped;
};

static enum status tell(struct view *view, struct errmsg *err)
{
    struct campaign_words *state = view->state;
    struct app_context *context = view_context(view);
    buf_clear(&state->text);
    if (context->machine != NULL && context->machine->practice)
        buf_puts(&state->text, PRACTICE_SIGN);
    return campaign_text(context->store, context->actor, context->codes, &state->campaign, !state->exact, &state->text, err);
}

static enum status words_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct campaign_words *state = view->state;
    struct app_context *context = view_context(view);
    enum status status = records_get(context->store, context->actor, catalogue_find("campaign"), argument->id, &state->campaign, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&state->text, TEXT_MAX_BYTES);
    status = tell(view, err);
    if (status != STATUS_OK) {
        buf_release(&state->text);
        record_release(&state->campaign);
    }
    return status;
}

static void words_close(struct view *view)
{
    struct campaign_words *state = view->state;
    buf_release(&state->text);
    record_release(&state->campaign);
}

static void words_refresh(struct view *view)
{
    struct errmsg err = {{0}};
    enum status status = tell(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

static void write_text(struct view *view)
{
    struct campaign_words *state = view->state;
    struct errmsg err = {{0}};
    char path[PATH_MAX], name[64], id[ID_TEXT_BYTES];
    id_format(state->campaign.id, id);
    snprintf(name, sizeof name, "campaign-%.8s.txt", id);
    buf_putc(&state->text, '\n');
    enum status status = state->text.status;
    if (status == STATUS_OK)
        status = printout_path(view_context(view)->store, name, path, &err);
    if (status == STATUS_OK)
        status = file_write(path, state->text.data, state->text.len, 0600, &err);
    if (status == STATUS_OK)
        app_say(view->app, "已写 %s", path);
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
    words_refresh(view);
}

static bool words_key(struct view *view, struct key key)
{
    return wrapped_key(view, &((struct campaign_words *)view->state)->wrapped, key);
}

static bool words_command(struct view *view, int command)
{
    struct campaign_words *state = view->state;
    if (command == COMMAND_CODES) {
        state->exact = !state->exact;
        words_refresh(view);
        return true;
    }
    if (command != COMMAND_PRINT)
        return false;
    write_text(view);
    return true;
}

static void words_draw(struct view *view, struct canvas *canvas)
{
    struct campaign_words *state = view->state;
    canvas_rule(canvas, 1);
    wrapped_draw(&state->wrapped, canvas, FIRST_ROW, buf_cstr(&state->text));
    canvas_set_cursor(canvas, FIRST_ROW, 0);
}

static void words_title(struct view *view, struct buf *left, struct buf *right)
{
    struct campaign_words *state = view->state;
    campaign_title(&state->campaign, left);
    buf_puts(right, state->exact ? _("  准确的数") : _("  概数"));
}

static const struct keymap *words_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"F4", COMMAND_CODES, "概数/准数", 0},       {"F8", COMMAND_PRINT, "写成文件", 0}, {"上下", COMMAND_NONE, "翻看", BINDING_HINT},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

static bool words_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct campaign_words *state = view->state;
    *type = state->campaign.type;
    *id = state->campaign.id;
    return n == 0;
}

const struct view_class view_campaign_text = {
    .name = "campaign-text",
    .state_bytes = sizeof(struct campaign_words),
    .help = "一次宣传周写成一段话，给总结和报告用: 时间、参加部门、走到哪里、宣传什么、咨询和发放多少。没有数的句子不出现。\n"
            "F4 在概数(1200余人次)和准数之间换；场次和受理的件数总是准的。军营只说几场，不说在哪里。F8 写成文件，可以拷进别的文稿。",
    .open = words_open,
    .close = words_close,
    .key = words_key,
    .command = words_command,
    .draw = words_draw,
    .title = words_title,
    .keymap = words_keymap,
    .refresh = words_refresh,
    .shows = words_shows,
};
