/* tui/views/signin.c - the cover: account and password, at the start, when the screen is locked, and after somebody signed out.
 *
 * The words of a refusal are the same for every reason. Who gives the right password of an account whose password is too old sets a new one here (at the
 * center). Esc and F10 leave the program; there is no other way past. Every try, lock and leaving is a row of type signin (core/aid/signin.h). */
#include <stdio.h>
#include <string.h>

#include "core/aid/signin.h"
#include "core/base/hash.h"
#include "core/base/language.h"
#include "core/record/settings.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { FORM_ROW = 4, FORM_COL = 4, BOX_COLUMNS = 30, LABEL_COLUMNS = 8, TEXT_ROW = 10, SECRET_BYTES = 4 * PASSWORD_MAX_BYTES, MINUTE_MS = 60000 };
enum { NAME, PASSWORD };
enum { FRESH, AGAIN };

struct signin_view {
    enum app_signin why;
    char account[ACTOR_NAME_MAX_BYTES]; /* as the argument gave it */
    struct form form;                   /* account and password */
    struct form change;                 /* a new password, twice */
    bool changing;
    bool nobody; /* there is no account on this machine yet */
};

static const struct form_def signin_defs[] = {
    {.name = "account", .label = "账号", .kind = FORM_TEXT, .row = 0, .columns = BOX_COLUMNS, .max_chars = 20, .flags = FORM_NO_REPEAT | FORM_FOLD},
    {.name = "password", .label = "密码", .kind = FORM_TEXT, .row = 2, .columns = BOX_COLUMNS, .max_chars = PASSWORD_MAX_BYTES, .flags = FORM_NO_REPEAT | FORM_SECRET},
};
static const struct form_def change_defs[] = {
    {.name = "fresh", .label = "新密码", .kind = FORM_TEXT, .label_columns = LABEL_COLUMNS, .row = 0, .columns = BOX_COLUMNS, .max_chars = PASSWORD_MAX_BYTES, .flags = FORM_NO_REPEAT | FORM_SECRET},
    {.name = "again", .label = "再打一遍", .kind = FORM_TEXT, .label_columns = LABEL_COLUMNS, .row = 2, .columns = BOX_COLUMNS, .max_chars = PASSWORD_MAX_BYTES, .flags = FORM_NO_REPEAT | FORM_SECRET},
};

static struct signin_door door_of(const struct view *view)
{
    const struct app_context *context = view->app->context;
    return (struct signin_door){.store = context->store, .machine = context->machine, .codes = context->codes, .random = context->random, .via = SIGNIN_SCREEN};
}

/* ---- opening -------------------------------------------------------------------------------------------------------- */

static void note_why(struct view *view)
{
    struct signin_view *state = view->state;
    struct signin_door door = door_of(view);
    if (state->why == APP_SIGNIN_LOCKED)
        (void)signin_note(&door, state->account, SIGNIN_SCREEN_LOCKED, app_now_ms(view->app));
    else if (state->why == APP_SIGNIN_LEFT)
        (void)signin_note(&door, state->account, SIGNIN_LEFT, app_now_ms(view->app));
}

static bool no_accounts(const struct view *view)
{
    struct actor reader = {.role = ROLE_ADMIN, .all_scopes = true};
    int64_t count = 0;
    return records_count(view->app->context->store, &reader, catalogue_find("user"), NULL, &count, NULL) == STATUS_OK && count == 0;
}

static enum status signin_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct signin_view *state = view->state;
    state->why = (enum app_signin)argument->number;
    copy_text(state->account, sizeof state->account, argument->text != NULL ? argument->text : "");
    enum status status = form_init_table(&state->form, signin_defs, sizeof signin_defs / sizeof signin_defs[0], (struct form_hooks){0});
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    status = form_init_table(&state->change, change_defs, sizeof change_defs / sizeof change_defs[0], (struct form_hooks){0});
    if (status != STATUS_OK) {
        form_release(&state->form);
        return errmsg_set(err, status, "%s", status_text(status));
    }
    if (state->why != APP_SIGNIN_LEFT && state->account[0] != '\0') {
        form_set(&state->form, NAME, state->account, strlen(state->account));
        form_focus(&state->form, PASSWORD);
    }
    state->nobody = no_accounts(view);
    note_why(view);
    return STATUS_OK;
}

static void signin_close(struct view *view)
{
    struct signin_view *state = view->state;
    form_release(&state->form);
    form_release(&state->change);
}

/* ---- coming in ------------------------------------------------------------------------------------------------------ */

static void tell(struct view *view, const struct signin_result *result)
{
    if (result->unrecorded)
        app_fail(view->app, "这次登录没有记下：数据文件写不进去，请看磁盘是否已满");
    else if (result->warn && result->old)
        app_fail(view->app, "密码已过期，再过 %d 天就不能登录；请到县中心改密码，再同步一次", result->days_left);
    else if (result->warn)
        app_say(view->app, "密码再过 %d 天到期；请%s改密码", result->days_left, view->app->context->machine->center ? "" : _("到县中心"));
}

/* Somebody else comes in over a lock: the one before has left. */
static void note_change_of_person(struct view *view, const char *account)
{
    struct signin_view *state = view->state;
    struct signin_door door = door_of(view);
    if (state->why == APP_SIGNIN_LOCKED && strcmp(state->account, account) != 0)
        (void)signin_note(&door, state->account, SIGNIN_LEFT, app_now_ms(view->app));
}

static void come_in(struct view *view, const char *account, const struct buf *password)
{
    struct signin_view *state = view->state;
    struct signin_door door = door_of(view);
    struct signin_result result;
    struct errmsg err = {{0}};
    bool unlock = state->why == APP_SIGNIN_LOCKED && strcmp(state->account, account) == 0;
    enum status status =
        signin_enter(&door, account, buf_cstr(password), password->len, unlock ? SIGNIN_SCREEN_UNLOCKED : SIGNIN_IN, app_now_ms(view->app), &result, &err);
    if (status == STATUS_OK) {
        note_change_of_person(view, account);
        int64_t idle_min;
        (void)settings_int(door.store, "session_idle_min", &idle_min, NULL); /* else the default: it is locked in any case */
        app_signed_in(view->app, &result.actor, idle_min * MINUTE_MS);
        tell(view, &result);
        return;
    }
    app_fail(view->app, "%s", errmsg_text(&err, status));
    if (result.must_change) {
        state->changing = true; /* the present password stays in its field until the new one is there */
        form_clear(&state->change);
        return;
    }
    form_set(&state->form, PASSWORD, "", 0);
    form_focus(&state->form, PASSWORD);
}

static void take(const struct form *form, size_t field, struct buf *out)
{
    buf_init(out, SECRET_BYTES);
    form_text(form, field, out);
}

static void try_to_come_in(struct view *view)
{
    struct signin_view *state = view->state;
    struct buf account, password;
    take(&state->form, NAME, &account);
    take(&state->form, PASSWORD, &password);
    if (account.len == 0)
        form_focus(&state->form, NAME);
    else if (password.len == 0)
        form_focus(&state->form, PASSWORD); /* Enter pressed once more is no try */
    else
        come_in(view, buf_cstr(&account), &password);
    buf_release(&account);
    buf_wipe(&password);
}

/* ---- a new password instead of one that is too old --------------------------------------------------------------------- */

static void change_password(struct view *view, const struct buf *fresh)
{
    struct signin_view *state = view->state;
    struct signin_door door = door_of(view);
    struct errmsg err = {{0}};
    struct buf account, present;
    take(&state->form, NAME, &account);
    take(&state->form, PASSWORD, &present);
    enum status status =
        signin_change_password(&door, buf_cstr(&account), buf_cstr(&present), present.len, buf_cstr(fresh), fresh->len, app_now_ms(view->app), &err);
    buf_wipe(&present);
    form_clear(&state->change);
    if (status == STATUS_OK) {
        state->changing = false;
        come_in(view, buf_cstr(&account), fresh);
    } else {
        app_fail(view->app, "%s", errmsg_text(&err, status));
    }
    buf_release(&account);
}

static void try_to_change(struct view *view)
{
    struct signin_view *state = view->state;
    struct buf fresh, again;
    take(&state->change, FRESH, &fresh);
    take(&state->change, AGAIN, &again);
    bool same = fresh.len == again.len && strcmp(buf_cstr(&fresh), buf_cstr(&again)) == 0;
    if (same)
        change_password(view, &fresh);
    else {
        form_clear(&state->change);
        app_fail(view->app, "两遍打的不一样，请重打");
    }
    buf_wipe(&fresh);
    buf_wipe(&again);
}

bool view_signin_may_stay(const struct app_context *context)
{
    return signin_still_good(context->store, context->machine, context->actor);
}

/* ---- keys and drawing --------------------------------------------------------------------------------------------------- */

static bool signin_key(struct view *view, struct key key)
{
    struct signin_view *state = view->state;
    enum form_result result = form_key_told(view, state->changing ? &state->change : &state->form, key);
    if (result == FORM_COMPLETE && state->changing)
        try_to_change(view);
    else if (result == FORM_COMPLETE)
        try_to_come_in(view);
    return result != FORM_IGNORED;
}

static bool signin_command(struct view *view, int command)
{
    if (command != COMMAND_HELP)
        return false;
    app_say(view->app, "忘了密码请县中心的管理员另设；连错 5 次要等 15 分钟");
    return true;
}

static void put_text(const struct signin_view *state, struct canvas *canvas)
{
    static const char *const first[] = {"用自己的账号登录，不要借用别人的。", NULL};
    static const char *const left[] = {"已退出。用自己的账号登录。", NULL};
    static const char *const locked[] = {"屏幕已锁，写到一半的都在：本人登录后接着写。", "别人也可以登录；本人没写完的已存为草稿，下次登录时列在待办里。", NULL};
    static const char *const change[] = {"密码已过期，先换一个：", "至少 8 个字符，小写、大写、数字、其他字符中要有三种，最近 5 个不能再用。", NULL};
    static const char *const nobody[] = {"本机还没有账号。账号由县中心增加：aidpost user add，同步后就能登录。", "不用账号：aidpost rule set require_signin 0", NULL};
    const char *const *lines = state->changing ? change : state->nobody ? nobody : state->why == APP_SIGNIN_LOCKED ? locked : state->why == APP_SIGNIN_LEFT ? left : first;
    for (int row = TEXT_ROW; *lines != NULL && row < canvas->rows - 2; lines++)
        row += canvas_paragraph(canvas, row, FORM_COL, canvas->rows - 2 - row, canvas->cols - FORM_COL - 1, STYLE_NORMAL, _(*lines));
}

static void signin_draw(struct view *view, struct canvas *canvas)
{
    struct signin_view *state = view->state;
    canvas_rule(canvas, 1);
    put_text(state, canvas);
    form_draw(state->changing ? &state->change : &state->form, canvas, FORM_ROW, FORM_COL, true);
}

static void signin_title(struct view *view, struct buf *left, struct buf *right)
{
    struct signin_view *state = view->state;
    char day[SHORT_DAY_BYTES], at[CLOCK_TEXT_BYTES];
    int64_t now = app_now_ms(view->app);
    short_day_text(today_of(view), now, day);
    minute_text(now, at);
    buf_printf(left, "%s  %s", state->changing ? _("改密码") : state->why == APP_SIGNIN_LOCKED ? _("已锁屏") : _("登录"), view->app->context->machine->name);
    buf_printf(right, "%s %s", day, at);
}

static const struct keymap *signin_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_NONE, "下一项、登录", BINDING_HINT},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "退出程序", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

static void signin_tick(struct view *view, int64_t now_ms)
{
    if (now_ms % MINUTE_MS < 1000)
        app_touch(view->app);
}

const struct view_class view_signin = {
    .name = "signin",
    .state_bytes = sizeof(struct signin_view),
    .open = signin_open,
    .close = signin_close,
    .key = signin_key,
    .command = signin_command,
    .draw = signin_draw,
    .title = signin_title,
    .keymap = signin_keymap,
    .tick = signin_tick,
};
