/* tui/views/password.c - a person's own new password, at the center. At a station the words where to do it: accounts are the center's (四统一). */
#include <string.h>

#include "core/aid/signin.h"
#include "core/base/language.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { FORM_ROW = 2, FORM_COL = 1, LABEL_COLUMNS = 12, BOX_COLUMNS = 30, TEXT_ROW = 6, TEXT_ROWS = 3, SECRET_BYTES = 4 * PASSWORD_MAX_BYTES };
enum { PRESENT, FRESH, AGAIN };

static const struct form_def defs[] = {
    {.name = "present", .label = "现在的密码", .kind = FORM_TEXT, .label_columns = LABEL_COLUMNS, .row = 0, .columns = BOX_COLUMNS, .max_chars = PASSWORD_MAX_BYTES, .flags = FORM_NO_REPEAT | FORM_SECRET},
    {.name = "fresh", .label = "新密码", .kind = FORM_TEXT, .label_columns = LABEL_COLUMNS, .row = 1, .columns = BOX_COLUMNS, .max_chars = PASSWORD_MAX_BYTES, .flags = FORM_NO_REPEAT | FORM_SECRET},
    {.name = "again", .label = "再打一遍", .kind = FORM_TEXT, .label_columns = LABEL_COLUMNS, .row = 2, .columns = BOX_COLUMNS, .max_chars = PASSWORD_MAX_BYTES, .flags = FORM_NO_REPEAT | FORM_SECRET},
};

static enum status password_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    const struct app_context *context = view->app->context;
    (void)argument;
    if (context->account[0] == '\0')
        return errmsg_set(err, STATUS_FORBIDDEN, "现在没有用账号登录（%s 是本机的用户），没有密码可改", context->actor->name);
    if (!context->machine->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "密码在县中心改：请到县中心或打电话请管理员改，本机下次同步后用新密码");
    enum status status = form_init_table(view->state, defs, sizeof defs / sizeof defs[0], (struct form_hooks){0});
    return status == STATUS_OK ? status : errmsg_set(err, status, "%s", status_text(status));
}

static void password_close(struct view *view)
{
    form_release(view->state);
}

static void take(struct view *view, size_t field, struct buf *out)
{
    buf_init(out, SECRET_BYTES);
    form_text(view->state, field, out);
}

static void change(struct view *view, const struct buf *present, const struct buf *fresh)
{
    const struct app_context *context = view->app->context;
    struct signin_door door = {.store = context->store, .machine = context->machine, .codes = context->codes, .random = context->random, .via = SIGNIN_SCREEN};
    struct errmsg err = {{0}};
    enum status status =
        signin_change_password(&door, context->account, buf_cstr(present), present->len, buf_cstr(fresh), fresh->len, app_now_ms(view->app), &err);
    form_clear(view->state);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    app_close(view->app);
    app_say(view->app, "密码已改，下次登录用新的");
}

static void save(struct view *view)
{
    struct buf present, fresh, again;
    take(view, PRESENT, &present);
    take(view, FRESH, &fresh);
    take(view, AGAIN, &again);
    if (fresh.len == again.len && strcmp(buf_cstr(&fresh), buf_cstr(&again)) == 0) {
        change(view, &present, &fresh);
    } else {
        form_set(view->state, FRESH, "", 0);
        form_set(view->state, AGAIN, "", 0);
        form_focus(view->state, FRESH);
        app_fail(view->app, "两遍打的不一样，请重打");
    }
    buf_wipe(&present);
    buf_wipe(&fresh);
    buf_wipe(&again);
}

static bool password_key(struct view *view, struct key key)
{
    enum form_result result = form_key_told(view, view->state, key);
    if (result == FORM_COMPLETE)
        save(view);
    return result != FORM_IGNORED;
}

static bool password_command(struct view *view, int command)
{
    if (command == COMMAND_SAVE)
        save(view);
    return command == COMMAND_SAVE;
}

static void password_draw(struct view *view, struct canvas *canvas)
{
    canvas_rule(canvas, 1);
    canvas_paragraph(canvas, TEXT_ROW, FORM_COL, TEXT_ROWS, canvas->cols - FORM_COL - 1, STYLE_NORMAL, _("至少 8 个字符，小写、大写、数字、其他字符中要有三种，最近 5 个不能再用。"));
    form_draw(view->state, canvas, FORM_ROW, FORM_COL, true);
}

static void password_title(struct view *view, struct buf *left, struct buf *right)
{
    (void)right;
    buf_printf(left, _("改密码  %s"), view->app->context->account);
}

static const struct keymap *password_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "改", 0},           {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},     {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_password = {
    .name = "password",
    .state_bytes = sizeof(struct form),
    .help = "改自己的密码。别人的密码由县中心的管理员用 aidpost user passwd 改。",
    .open = password_open,
    .close = password_close,
    .key = password_key,
    .command = password_command,
    .draw = password_draw,
    .title = password_title,
    .keymap = password_keymap,
};
