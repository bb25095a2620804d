/* tui/app.c - see app.h. What is painted around the views is in app_draw.c. */
#include "tui/app.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/utf8.h"

enum { LAW_TEXT_MAX_BYTES = 1 << 18 };

void app_init(struct app *app, struct app_context *context)
{
    memset(app, 0, sizeof *app);
    app->context = context;
    app->rows = 24;
    app->cols = 80;
    app->dirty = true;
}

/* What has the keys: the cover, else the top of the stack. */
static struct view *top(const struct app *app)
{
    if (app->cover != NULL)
        return app->cover;
    return app->n_views > 0 ? app->views[app->n_views - 1] : NULL;
}

static void close_overlay(struct app *app)
{
    if (app->overlay == APP_PROMPT)
        prompt_release(&app->prompt);
    else if (app->overlay == APP_PICKER)
        picker_release(&app->picker);
    app->overlay = APP_NO_OVERLAY;
    app->dirty = true;
}

static void free_view(struct view *view)
{
    if (view->class->close != NULL)
        view->class->close(view);
    free(view->state);
    free(view);
}

static void idle_view(struct view *view)
{
    if (view != NULL && view->class->idle != NULL)
        view->class->idle(view);
}

static void refresh_top(struct app *app)
{
    struct view *view = top(app);
    if (view != NULL && !app_let_go(app, view) && view->class->refresh != NULL)
        view->class->refresh(view);
    app->dirty = true;
}

/* Take away the views that asked to be closed. Returns whether there were any. */
static bool remove_closed(struct app *app)
{
    size_t n = 0;
    for (size_t i = 0; i < app->n_views; i++) {
        struct view *view = app->views[i];
        if (!app->closing[i]) {
            app->views[n++] = view;
            continue;
        }
        app->closing[i] = false;
        if (app->overlay != APP_NO_OVERLAY && app->asker == view)
            close_overlay(app);
        free_view(view);
    }
    bool changed = n != app->n_views;
    app->n_views = n;
    return changed;
}

static bool remove_cover(struct app *app)
{
    if (!app->uncover)
        return false;
    free_view(app->cover);
    app->cover = NULL;
    app->uncover = false;
    return true;
}

/* Remove what asked to be closed, once no callback runs any more. What comes on top reads its data again, and may find that there is nothing left to show. */
static void reap(struct app *app)
{
    struct view *was = top(app);
    if (app->calls > 0)
        return;
    bool changed = remove_closed(app), uncovered = remove_cover(app);
    if (app->reopen) {
        app->reopen = false;
        app_open(app, app->first, &app->first_argument);
    }
    if (app->n_views == 0 && app->cover == NULL)
        app->quit = true;
    if (!changed && !uncovered)
        return;
    app->dirty = true;
    if (top(app) != was) {
        app->calls++;
        refresh_top(app);
        app->calls--;
        reap(app);
    }
}

static void enter(struct app *app)
{
    app->calls++;
}

/* Whatever a callback did, there may be work behind it. */
static void leave(struct app *app)
{
    app->calls--;
    app->works = true;
    reap(app);
}

void app_store_drafts(struct app *app)
{
    enter(app);
    for (size_t i = 0; i < app->n_views; i++)
        idle_view(app->views[i]);
    app->idle_due = false;
    leave(app);
}

void app_release(struct app *app)
{
    app_store_drafts(app);
    app->quit = true;
    app_presence_leave(app);
    close_overlay(app);
    app->calls++; /* nothing a closing view asks for is done any more */
    if (app->cover != NULL)
        free_view(app->cover);
    app->cover = NULL;
    while (app->n_views > 0)
        free_view(app->views[--app->n_views]);
    app->calls--;
    last_saves_clear(&app->saves);
}

int64_t app_now_ms(const struct app *app)
{
    return app->context->now_ms != NULL ? app->context->now_ms(app->context->clock) : app->now_ms;
}

static void set_time(struct app *app, int64_t now_ms)
{
    app->now_ms = now_ms;
    if (app->context->actor != NULL)
        app->context->actor->now_ms = app_now_ms(app);
}

enum status app_open(struct app *app, const struct view_class *view_class, const struct view_argument *argument)
{
    static const struct view_argument nothing;
    struct errmsg err = {{0}};
    if (app->n_views == APP_MAX_VIEWS) {
        app_fail(app, "打开的屏幕太多，请先按 F10 返回");
        return STATUS_TOO_LARGE;
    }
    struct view *view = calloc(1, sizeof *view);
    void *state = calloc(1, view_class->state_bytes > 0 ? view_class->state_bytes : 1);
    enum status status = view != NULL && state != NULL ? STATUS_OK : STATUS_NOMEM;
    enter(app);
    if (status == STATUS_OK) {
        *view = (struct view){.class = view_class, .app = app, .state = state};
        idle_view(top(app)); /* what it holds is safe before something covers it */
        status = view_class->open(view, argument != NULL ? argument : &nothing, &err);
    }
    if (status == STATUS_OK) {
        app->views[app->n_views++] = view;
        app->dirty = true;
    } else {
        free(state);
        free(view);
        app_fail(app, "%s", errmsg_text(&err, status));
    }
    leave(app);
    return status;
}

/* The top view that is not on its way out already. */
static size_t top_index(const struct app *app)
{
    size_t i = app->n_views;
    while (i > 0 && app->closing[i - 1])
        i--;
    return i;
}

bool app_is_open_on_top(const struct app *app, const struct view *view)
{
    size_t i = top_index(app);
    return app->cover == NULL && i == app->n_views && i > 0 && app->views[i - 1] == view;
}

void app_drop_question(struct app *app, const struct view *asker)
{
    if (app->overlay != APP_NO_OVERLAY && app->asker == asker)
        close_overlay(app);
}

void app_close(struct app *app)
{
    size_t i = top_index(app);
    if (i > 0)
        app->closing[i - 1] = true;
    reap(app);
}

void app_back(struct app *app)
{
    size_t i = top_index(app);
    if (i == 0)
        return;
    struct view *view = app->views[i - 1];
    enter(app);
    bool may = view->class->leave == NULL || view->class->leave(view);
    if (may && i == 1 && app->require_signin && app->context->account[0] != '\0')
        app_sign_out(app);
    else if (may)
        app->closing[i - 1] = true;
    leave(app);
}

/* ---- signing in ---- */

static void cover(struct app *app, enum app_signin why, const char *account)
{
    struct errmsg err = {{0}};
    struct view_argument argument = {.text = account, .number = why};
    if (app->n_views > 0)
        app_store_drafts(app);
    struct view *view = calloc(1, sizeof *view);
    void *state = calloc(1, app->signin->state_bytes);
    enum status status = view != NULL && state != NULL ? STATUS_OK : STATUS_NOMEM;
    enter(app);
    if (status == STATUS_OK) {
        *view = (struct view){.class = app->signin, .app = app, .state = state};
        status = app->signin->open(view, &argument, &err);
    }
    if (status == STATUS_OK) {
        app->cover = view;
    } else { /* nobody may see what should be covered */
        free(state);
        free(view);
        app->quit = true;
    }
    app->message[0] = '\0';
    app->esc_until_ms = 0;
    app->dirty = true;
    leave(app);
}

enum status app_begin(struct app *app, const struct view_class *first, const struct view_argument *argument, const char *ask_account)
{
    app->first = first;
    app->last_key_ms = app_now_ms(app);
    if (argument != NULL)
        app->first_argument = *argument;
    if (ask_account == NULL || app->signin == NULL)
        return app_open(app, first, argument);
    cover(app, APP_SIGNIN_FIRST, ask_account);
    return app->cover != NULL ? STATUS_OK : STATUS_NOMEM;
}

static void forget_held(struct app *app)
{
    memset(app->held, 0, sizeof app->held);
    app->n_held = 0;
}

void app_lock(struct app *app)
{
    if (app->signin == NULL || app->cover != NULL || app->context->account[0] == '\0') {
        app_beep(app);
        return;
    }
    forget_held(app); /* not for whoever comes next */
    cover(app, APP_SIGNIN_LOCKED, app->context->account);
}

static void close_all(struct app *app)
{
    for (size_t i = 0; i < app->n_views; i++)
        app->closing[i] = true;
}

void app_sign_out(struct app *app)
{
    char account[ACTOR_NAME_MAX_BYTES];
    memcpy(account, app->context->account, sizeof account);
    cover(app, APP_SIGNIN_LEFT, account);
    app->context->account[0] = '\0';
    last_saves_clear(&app->saves);
    close_all(app);
    reap(app);
}

void app_signed_in(struct app *app, const struct actor *actor, int64_t lock_after_ms)
{
    struct app_context *context = app->context;
    struct actor *was = context->actor;
    bool same = app->n_views > 0 && strcmp(context->account, actor->name) == 0 && was->role == actor->role && was->org == actor->org && was->center == actor->center;
    assert(app->cover != NULL);
    snprintf(context->account, sizeof context->account, "%s", actor->name);
    *context->actor = *actor;
    app->lock_after_ms = lock_after_ms;
    app->last_key_ms = app->now_ms;
    app->uncover = true;
    if (!same) {
        last_saves_clear(&app->saves);
        close_all(app);
        app->reopen = true;
    }
    reap(app);
}

/* Too long without a key? A clock that was set back starts the wait again. */
static bool lock_is_due(struct app *app, int64_t now_ms)
{
    if (now_ms < app->last_key_ms)
        app->last_key_ms = now_ms;
    return app->lock_after_ms > 0 && app->cover == NULL && app->context->account[0] != '\0' && now_ms - app->last_key_ms >= app->lock_after_ms;
}

enum app_overlay app_overlay_shown(const struct app *app)
{
    return app->cover == NULL ? app->overlay : APP_NO_OVERLAY;
}

void app_quit(struct app *app)
{
    app->quit = true;
}

static void set_message(struct app *app, bool error, const char *format, va_list args)
{
    int len = vsnprintf(app->message, sizeof app->message, _(format), args);
    size_t n = len < 0 ? 0 : (size_t)len < sizeof app->message ? (size_t)len : sizeof app->message - 1;
    app->message[utf8_valid_prefix(app->message, n)] = '\0';
    for (char *c = app->message; *c != '\0'; c++) {
        if (*c == '\n')
            *c = ' ';
    }
    app->message_is_error = error;
    app->dirty = true;
}

void app_say(struct app *app, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_message(app, false, format, args);
    va_end(args);
}

void app_fail(struct app *app, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_message(app, true, format, args);
    va_end(args);
    app_beep(app);
}

void app_beep(struct app *app)
{
    app->beep = true;
}

void app_touch(struct app *app)
{
    app->dirty = true;
}

static void open_question(struct app *app, enum app_overlay overlay, int tag)
{
    assert(app->overlay == APP_NO_OVERLAY && app->n_views > 0);
    app->overlay = overlay;
    app->tag = tag;
    app->asker = app->views[app->n_views - 1];
    app->dirty = true;
}

void app_ask(struct app *app, int tag, const char *text, const char *const *answers, size_t n, size_t otherwise)
{
    open_question(app, APP_PROMPT, tag);
    prompt_choice(&app->prompt, text, answers, n, otherwise);
}

void app_ask_line(struct app *app, int tag, const char *text, size_t max_chars, unsigned edit_flags, const char *initial)
{
    open_question(app, APP_PROMPT, tag);
    prompt_line(&app->prompt, text, max_chars, edit_flags, initial);
}

void app_pick(struct app *app, int tag, struct code_source source, const char *title, const char *filter)
{
    open_question(app, APP_PICKER, tag);
    picker_init(&app->picker, source, title, filter);
}

/* Close the question first, so that the answer may ask the next one. */
static void give_answer(struct app *app, bool cancelled)
{
    struct view_answer answer = {.tag = app->tag, .cancelled = cancelled, .text = ""};
    struct view *asker = app->asker;
    struct buf text;
    buf_init(&text, EDIT_MAX_CHARS * 4);
    if (!cancelled && app->overlay == APP_PICKER) {
        answer.code = picker_choice(&app->picker);
        answer.text = answer.code != NULL ? answer.code->code : "";
    } else if (!cancelled && app->prompt.n_answers > 0) {
        answer.chosen = app->prompt.chosen;
    } else if (!cancelled) {
        edit_text(&app->prompt.edit, &text);
        answer.text = buf_cstr(&text);
    }
    close_overlay(app);
    if (asker->class->answer != NULL)
        asker->class->answer(asker, &answer);
    buf_wipe(&text);
}

static void overlay_key(struct app *app, struct key key)
{
    app->dirty = true;
    if (app->overlay == APP_PROMPT) {
        enum prompt_result result = prompt_key(&app->prompt, key);
        if (result == PROMPT_DONE || result == PROMPT_CANCELLED)
            give_answer(app, result == PROMPT_CANCELLED);
        else if (result != PROMPT_MOVED)
            app_beep(app);
        return;
    }
    enum picker_result result = picker_key(&app->picker, key);
    if (result == PICKER_CHOSEN || result == PICKER_CANCELLED)
        give_answer(app, result == PICKER_CANCELLED);
    else if (result != PICKER_MOVED)
        app_beep(app);
}

static void open_help(struct app *app, struct view *view)
{
    if (app->help == NULL || view->class == app->help || view == app->cover) {
        app_beep(app);
        return;
    }
    app_open(app, app->help, &(struct view_argument){.text = view->class->name});
}

static void open_law(struct app *app, struct view *view)
{
    struct buf text;
    if (app->law == NULL || view->class == app->law || view == app->cover) {
        app_beep(app);
        return;
    }
    buf_init(&text, LAW_TEXT_MAX_BYTES);
    if (view->class->cite != NULL)
        view->class->cite(view, &text);
    app_open(app, app->law, &(struct view_argument){.text = buf_cstr(&text)});
    buf_wipe(&text);
}

/* Back from the cover leaves the program: what lies under it stays unseen. */
static void go_back(struct app *app)
{
    if (app->cover != NULL)
        app_quit(app);
    else
        app_back(app);
}

/* With the time: pressed again, it shows that it was done again. */
static void say_refreshed(struct app *app)
{
    char time[TIME_TEXT_BYTES];
    day_format_time(app_now_ms(app), DAY_OFFICE_OFFSET_MIN, time);
    if (app->message[0] == '\0')
        app_say(app, "已重读 %s", time + DAY_TEXT_BYTES);
}

static bool common_command(struct app *app, struct view *view, int command)
{
    switch (command) {
    case COMMAND_HELP:
        open_help(app, view);
        return true;
    case COMMAND_LAW:
        open_law(app, view);
        return true;
    case COMMAND_BACK:
        go_back(app);
        return true;
    case COMMAND_LOCK:
        app_lock(app);
        return true;
    case COMMAND_UNDO:
        if (app->context->undo == NULL || app->cover != NULL)
            return false;
        app->context->undo(app);
        return true;
    case COMMAND_QUIT:
        app_quit(app);
        return true;
    case COMMAND_REFRESH:
        app->repaint = true;
        refresh_top(app);
        return true;
    default:
        return false;
    }
}

/* Keys that mean the same everywhere even where a view's keymap does not name them. */
static int common_key(struct key key)
{
    if (key.modifiers == 0 && key.kind == K_F1)
        return COMMAND_HELP;
    if (key.modifiers == 0 && key.kind == K_F9)
        return COMMAND_LAW;
    if (key.modifiers == 0 && (key.kind == K_ESC || key.kind == K_F10))
        return COMMAND_BACK;
    if (key_equal(key, key_ctrl('q')))
        return COMMAND_LOCK;
    if (key_equal(key, key_ctrl('z')))
        return COMMAND_UNDO;
    return key_equal(key, key_ctrl('l')) ? COMMAND_REFRESH : COMMAND_NONE;
}

/* What the key line names never leaves a person with a beep alone; at an edge, where keys that move beep, there is nothing to tell. */
static void say_refused(struct app *app, struct view *view, struct key key)
{
    const struct binding *named = keymap_named(view->class->keymap(view), key);
    if (named != NULL && key.kind != K_PAGE_DOWN && key.kind != K_PAGE_UP)
        app_say(app, "%s %s: 这里现在用不上", _(named->key), _(named->label));
}

static void give_key(struct app *app, struct view *view, struct key key)
{
    if (view->class->key != NULL && view->class->key(view, key))
        return;
    int command = keymap_find(view->class->keymap(view), key);
    if (command == COMMAND_NONE)
        command = common_key(key);
    if (command != COMMAND_NONE && view->class->command != NULL && view->class->command(view, command))
        return;
    if (!common_command(app, view, command))
        app_beep(app);
    else if (command == COMMAND_REFRESH && keymap_named(view->class->keymap(view), key) != NULL)
        say_refreshed(app);
}

static void view_key(struct app *app, struct view *view, struct key key)
{
    bool beeped = app->beep;
    app->beep = false;
    app->dirty = true;
    give_key(app, view, key);
    if (app->beep && app->message[0] == '\0' && app->overlay == APP_NO_OVERLAY && app_top(app) == view)
        say_refused(app, view, key);
    app->beep = app->beep || beeped;
}

/* The tour stands below the screens as far as they keep their least size. */
static int tour_rows(const struct app *app, int rows)
{
    int spare = rows - APP_MIN_ROWS;
    return !app->tour.running || spare <= 0 ? 0 : spare < TOUR_ROWS ? spare : TOUR_ROWS;
}

enum status app_start_tour(struct app *app)
{
    struct errmsg err = {{0}};
    enum status status = tour_start(&app->tour, app, &err);
    if (status != STATUS_OK)
        app_fail(app, "%s", errmsg_text(&err, status));
    app->dirty = true;
    return status;
}

/* After whatever happened: has a step of the tour been done? */
static void look_around(struct app *app)
{
    if (app->tour.running && app->cover == NULL && tour_look(&app->tour, app))
        app->dirty = true;
}

static bool too_small(const struct app *app)
{
    return app->rows < APP_MIN_ROWS || app->cols < APP_MIN_COLS;
}

/* The size of a window overtakes keys that were typed before it, since the two come by different ways: for APP_SMALL_MS keys are for the window as it was. */
static bool waits_for_room(struct app *app, struct key key)
{
    if (app->small_since_ms == 0)
        app->small_since_ms = app->now_ms;
    if (key.kind == K_PASTE || app->n_held == APP_HELD_KEYS || app->now_ms - app->small_since_ms >= APP_SMALL_MS)
        return false;
    app->held[app->n_held++] = key;
    return true;
}

static void dispatch(struct app *app, struct key key)
{
    struct view *view = top(app);
    if (view == NULL || app->quit)
        return;
    enter(app);
    if (too_small(app)) {
        if (waits_for_room(app, key))
            app->dirty = true;
        else if (key.kind == K_F10)
            go_back(app);
        else
            app_beep(app);
    } else if (app->tour.running && key_equal(key, key_ctrl('x'))) {
        tour_end(&app->tour);
        app_say(app, _("导览结束了；F1 帮助里按 F6 再走一遍"));
    } else if (app_overlay_shown(app) != APP_NO_OVERLAY && key_equal(key, key_ctrl('q'))) {
        app_lock(app); /* the question waits under the cover */
    } else if (app_overlay_shown(app) != APP_NO_OVERLAY) {
        overlay_key(app, key);
    } else {
        view_key(app, view, key);
    }
    leave(app);
    look_around(app);
}

/* Esc waits for a digit. Returns false when the key is used up; may turn a digit into an F key. */
static bool esc_key(struct app *app, struct key *key, int64_t now_ms)
{
    bool plain_esc = key->kind == K_ESC && key->modifiers == 0, waiting = app->esc_until_ms != 0;
    int digit = key_digit(*key);
    if (!waiting && !plain_esc)
        return true;
    app->dirty = true;
    app->esc_until_ms = 0;
    if (!waiting) {
        app->esc_until_ms = now_ms + APP_ESC_MS;
        return false;
    }
    if (digit >= 0) {
        *key = key_named((enum key_kind)((int)K_F1 + (digit == 0 ? 9 : digit - 1)), 0);
        return true;
    }
    if (!plain_esc)
        dispatch(app, key_named(K_ESC, 0));
    return true;
}

void app_key(struct app *app, struct key key, int64_t now_ms)
{
    set_time(app, now_ms);
    if (key.kind == K_NONE)
        return;
    if (app->message[0] != '\0') {
        app->message[0] = '\0';
        app->dirty = true;
    }
    if (key.kind == K_BAD) {
        app_beep(app);
        return;
    }
    if (lock_is_due(app, now_ms)) {
        app_lock(app);
        return;
    }
    app->last_key_ms = now_ms;
    app->idle_due = true;
    if (esc_key(app, &key, now_ms))
        dispatch(app, key);
    if (key.kind == K_PASTE && key.repaired)
        app_fail(app, "粘贴的有些字认不出(多半是 GBK 编码)，成了 ?；Ctrl-Z 不要它");
}

void app_tick(struct app *app, int64_t now_ms)
{
    set_time(app, now_ms);
    if (too_small(app) && app->small_since_ms == 0)
        app->small_since_ms = now_ms;
    if (lock_is_due(app, now_ms))
        app_lock(app);
    if (app->esc_until_ms != 0 && now_ms >= app->esc_until_ms) {
        app->esc_until_ms = 0;
        app->dirty = true;
        dispatch(app, key_named(K_ESC, 0));
    }
    enter(app);
    struct view *view = top(app);
    if (app->idle_due && now_ms - app->last_key_ms >= APP_IDLE_MS) {
        app->idle_due = false;
        idle_view(view);
        app_touch(app); /* 草稿已保存 stands in the title */
    }
    if (view != NULL && view->class->tick != NULL)
        view->class->tick(view, now_ms);
    leave(app);
    app_presence_update(app);
    look_around(app);
}

bool app_has_work(const struct app *app)
{
    return app->works && !app->quit;
}

void app_work(struct app *app, int64_t now_ms)
{
    set_time(app, now_ms);
    enter(app);
    struct view *view = top(app);
    bool more = view != NULL && view->class->work != NULL && view->class->work(view);
    leave(app);
    app->works = more || top(app) != view;
}

int64_t app_deadline(const struct app *app)
{
    int64_t deadline = app->esc_until_ms != 0 ? app->esc_until_ms : INT64_MAX;
    int64_t idle = app->idle_due ? app->last_key_ms + APP_IDLE_MS : INT64_MAX;
    return idle < deadline ? idle : deadline;
}

void app_data_changed(struct app *app)
{
    const struct app_context *context = app->context;
    if (app->cover == NULL && context->account[0] != '\0' && context->may_stay != NULL && !context->may_stay(context))
        app_lock(app);
    enter(app);
    refresh_top(app);
    leave(app);
}

void app_resize(struct app *app, int rows, int cols)
{
    app->rows = rows - tour_rows(app, rows);
    app->cols = cols;
    app->dirty = true;
    if (too_small(app))
        return;
    app->small_since_ms = 0;
    for (size_t i = 0; i < app->n_held; i++)
        dispatch(app, app->held[i]);
    forget_held(app);
}

bool app_dirty(const struct app *app)
{
    return app->dirty;
}

bool app_take_beep(struct app *app)
{
    bool beep = app->beep;
    app->beep = false;
    return beep;
}

bool app_take_repaint(struct app *app)
{
    bool repaint = app->repaint;
    app->repaint = false;
    return repaint;
}

bool app_done(const struct app *app)
{
    return app->quit;
}

const struct view *app_top(const struct app *app)
{
    return top(app);
}

const struct view *app_below(const struct app *app)
{
    return app->n_views > 1 ? app->views[app->n_views - 2] : NULL;
}
