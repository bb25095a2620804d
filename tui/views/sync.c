/* tui/views/sync.c - where a station's records stand: what waits and what the last attempts came to. The center's screen is stations.c.
 *
 * This program never touches the network: it reads what the sync program wrote down (core/record/peer.h) and leaves a request for it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/carry.h"
#include "core/record/clock.h"
#include "core/record/conflict.h"
#include "core/record/machine_name.h"
#include "core/record/replica.h"
#include "core/record/sync_state.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { ATTEMPTS = 6, ATTEMPTS_READ = 50, LINE_BYTES = 200, BAR_COLUMNS = 30, WAITING_ROW = 3, CLOCK_ROW = 5, FAILED_ROW = 6, FAILED_ROWS = 2, PROGRESS_ROW = 8, MENU_ROW = 9, RECORD_ROW = 13, NEXT_COLUMNS = 24, WIDE_COLUMNS = 72 };

enum { COMMAND_SYNC_NOW = COMMAND_VIEW, COMMAND_SYNC_CONFLICTS, COMMAND_SYNC_STICK };

/* What a station's rows do, top to bottom. */
enum { ROW_NOW, ROW_CONFLICTS, ROW_STICK, N_ROWS };

static const struct command COMMANDS[] = {
    {COMMAND_SYNC_NOW, "sync-now", "请同步程序现在就和县中心同步"},
    {COMMAND_SYNC_CONFLICTS, "sync-conflicts", "看两边都改过的记录"},
    {COMMAND_SYNC_STICK, "sync-stick", "用 U 盘交接：导出、导入、回执"},
    {COMMAND_NONE, NULL, NULL},
};

struct sync_view {
    struct replica_state replica;
    struct sync_attempt attempts[ATTEMPTS];
    size_t n_attempts;
    char address[LINE_BYTES];
    bool has_address;
    int64_t conflicts;
    struct sync_waiting waiting;
    struct carry_state carry;
    struct sync_progress progress;
    struct sync_notice notice;
    bool running; /* a transfer, as progress says */
    struct sync_attempt last_ok, healed; /* at_ms 0: none */
    size_t selected; /* station: ROW_NOW.. */
    char called[MACHINE_CALLED_BYTES]; /* this machine; "": no name is known */
};

static bool add_attempt(void *context, const struct sync_attempt *attempt)
{
    struct sync_view *state = context;
    if (state->n_attempts < ATTEMPTS)
        state->attempts[state->n_attempts++] = *attempt;
    if (attempt->ok && state->last_ok.at_ms == 0)
        state->last_ok = *attempt;
    if (attempt->healed[0] != '\0' && state->healed.at_ms == 0)
        state->healed = *attempt;
    return true;
}

static enum status read_state(struct view *view, struct errmsg *err)
{
    struct sync_view *state = view->state;
    struct app_context *context = view_context(view);
    struct hash pin;
    state->n_attempts = 0;
    enum status status = replica_state(context->store, &state->replica, err);
    if (status == STATUS_OK)
        status = conflict_count(context->store, context->actor, &state->conflicts, err);
    if (status == STATUS_OK)
        status = sync_waiting_read(context->store, &state->waiting, err);
    if (status == STATUS_OK)
        status = carry_state_read(context->store, &state->carry, err);
    if (status == STATUS_OK)
        status = sync_notice_read(context->store, &state->notice, err);
    if (status == STATUS_OK)
        status = machine_name_find(context->store, context->machine->station_no, state->called, err);
    state->last_ok.at_ms = state->healed.at_ms = 0;
    if (status == STATUS_OK)
        status = sync_attempt_list(context->store, ATTEMPTS_READ, add_attempt, state, err);
    state->running = sync_progress_get(context->store, app_now_ms(view->app), &state->progress);
    state->has_address = center_address_get(context->store, state->address, sizeof state->address, &pin, NULL) == STATUS_OK;
    return status;
}

static enum status sync_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    (void)argument;
    return read_state(view, err);
}

static void sync_refresh(struct view *view)
{
    struct errmsg err = {{0}};
    enum status status = read_state(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* ---- drawing ---- */

/* Noted is the center's clock minus ours; told is how ours stands. */
static void skew_text(int64_t noted_ms, char out[LINE_BYTES])
{
    int64_t seconds = (noted_ms < 0 ? -noted_ms : noted_ms) / 1000;
    struct buf words;
    if (seconds < 120) {
        snprintf(out, LINE_BYTES, _("与县中心相差 %" PRId64 " 秒"), seconds);
        return;
    }
    buf_init(&words, LINE_BYTES);
    clock_skew_words(-noted_ms, &words);
    snprintf(out, LINE_BYTES, _("本机比县中心%s，请校对本机时间"), buf_cstr(&words));
    buf_release(&words);
}

/* "12 KB" */
static void size_text(uint64_t bytes, char out[LINE_BYTES])
{
    if (bytes < 10 * 1024)
        snprintf(out, LINE_BYTES, _("%" PRIu64 " 字节"), bytes);
    else if (bytes < 10 * 1024 * 1024)
        snprintf(out, LINE_BYTES, "%" PRIu64 " KB", bytes / 1024);
    else
        snprintf(out, LINE_BYTES, "%" PRIu64 " MB", bytes / 1024 / 1024);
}

static void spent_text(int64_t ms, char out[LINE_BYTES])
{
    if (ms < 1000)
        snprintf(out, LINE_BYTES, _("%" PRId64 " 毫秒"), ms);
    else
        snprintf(out, LINE_BYTES, _("%" PRId64 " 秒"), ms / 1000);
}

/* What a restore waits for, on the row above all. */
static void draw_notice(const struct sync_view *state, struct canvas *canvas)
{
    struct buf line;
    buf_init(&line, LINE_BYTES);
    for (size_t i = 0; i < NOTICE_TEXTS && line.len == 0; i++)
        (void)sync_notice_text(&state->notice, i, &line);
    canvas_puts(canvas, 1, 1, canvas->cols - 2, STYLE_ERROR, buf_cstr(&line));
    buf_release(&line);
}

static void draw_success(const struct view *view, struct canvas *canvas)
{
    const struct sync_view *state = view->state;
    const struct sync_attempt *last = &state->last_ok;
    char moment[MOMENT_TEXT_BYTES], skew[LINE_BYTES], size[LINE_BYTES], spent[LINE_BYTES];
    if (last->at_ms == 0) {
        canvas_puts(canvas, 2, 1, canvas->cols - 2, STYLE_NORMAL, _("上次成功   还没有同步过"));
        return;
    }
    moment_text(last->at_ms, app_now_ms(view->app), moment);
    size_text(last->bytes_out + last->bytes_in, size);
    spent_text(last->duration_ms, spent);
    if (canvas->cols < WIDE_COLUMNS) /* how much and how long stands below */
        canvas_printf(canvas, 2, 1, canvas->cols - 2, STYLE_NORMAL, "上次成功   %s   发 %" PRIu64 "  收 %" PRIu64 "  冲突 %" PRIu64, moment, last->sent, last->received, last->conflicts);
    else
        canvas_printf(canvas, 2, 1, canvas->cols - 2, STYLE_NORMAL, "上次成功   %s   发 %" PRIu64 "  收 %" PRIu64 "  冲突 %" PRIu64 "   %s  %s", moment, last->sent, last->received, last->conflicts, size,
                      spent);
    skew_text(last->skew_ms, skew);
    canvas_printf(canvas, CLOCK_ROW, 1, canvas->cols - 2, STYLE_NORMAL, "时钟       %s", skew);
}

/* What waits, in one line: only what there is. */
static void draw_waiting(const struct sync_view *state, struct canvas *canvas)
{
    const struct sync_waiting *waiting = &state->waiting;
    struct buf line;
    buf_init(&line, LINE_BYTES * 2);
    buf_printf(&line, _("待发       %" PRId64 " 条"), waiting->pending);
    if (waiting->quarantined > 0)
        buf_printf(&line, _("   搁置 %" PRId64 " 条"), waiting->quarantined);
    if (waiting->relays > 0)
        buf_printf(&line, _("   代转的文件 %" PRId64 " 个"), waiting->relays);
    if (waiting->lookups > 0)
        buf_printf(&line, _("   等答复的查问 %" PRId64 " 个"), waiting->lookups);
    canvas_puts(canvas, WAITING_ROW, 1, canvas->cols - 2, STYLE_NORMAL, buf_cstr(&line));
    buf_release(&line);
}

/* The transfer that runs; else what was mended last. */
static void draw_running(const struct view *view, struct canvas *canvas)
{
    const struct sync_view *state = view->state;
    char bar[BAR_COLUMNS + 1], moment[MOMENT_TEXT_BYTES];
    unsigned percent = sync_progress_percent(&state->progress);
    struct buf left;
    if (!state->running) {
        if (state->healed.at_ms == 0)
            return;
        moment_text(state->healed.at_ms, app_now_ms(view->app), moment);
        canvas_printf(canvas, PROGRESS_ROW, 1, canvas->cols - 2, STYLE_BOLD, "%s %s", moment, state->healed.healed);
        return;
    }
    for (unsigned i = 0; i < BAR_COLUMNS; i++)
        bar[i] = i < percent * BAR_COLUMNS / 100 ? '#' : '.';
    bar[BAR_COLUMNS] = '\0';
    buf_init(&left, LINE_BYTES);
    sync_progress_left_text(&state->progress, &left);
    canvas_printf(canvas, PROGRESS_ROW, 1, canvas->cols - 2, STYLE_BOLD, "正在同步   [%s] %u%%  %s", bar, percent, buf_cstr(&left));
    buf_release(&left);
}

/* Where it is, and which backup of this machine it has: that one survives the laptop. */
static void draw_center(const struct view *view, struct canvas *canvas)
{
    const struct sync_view *state = view->state;
    const struct carry_state *carry = &state->carry;
    char made[MOMENT_TEXT_BYTES];
    struct buf line;
    buf_init(&line, LINE_BYTES * 4);
    buf_printf(&line, _("县中心     %s"), state->has_address ? state->address : _("还不知道地址，请先用登记码登记: aidpostd enrol"));
    if (carry->refused[0] != '\0') /* before the rest, which may find no room */
        buf_printf(&line, _("   备份没有收下: %s"), carry->refused);
    if (carry->center_made_ms != 0) {
        moment_text(carry->center_made_ms, app_now_ms(view->app), made);
        buf_printf(&line, _("   有本机 %s 的备份"), made);
    }
    if (carry->waiting > 0)
        buf_printf(&line, _("   备份在送 %d%%"), (int)(carry->handed_bytes * 100 / carry->waiting_bytes));
    canvas_paragraph(canvas, 4, 1, 1, canvas->cols - 2, carry->refused[0] != '\0' ? STYLE_ERROR : STYLE_NORMAL, buf_cstr(&line));
    buf_release(&line);
}

static void draw_next(const struct view *view, const struct sync_view *state, struct canvas *canvas)
{
    char next[CLOCK_TEXT_BYTES], failed[LINE_BYTES * 4];
    const struct sync_attempt *last = state->n_attempts > 0 ? &state->attempts[0] : NULL;
    if (machine_is_alone(view_context(view)->store, view_context(view)->machine)) {
        canvas_puts(canvas, 3, 1, canvas->cols - 2, STYLE_NORMAL, _("这里是练习用的数据，不与县中心往来，没有要发的"));
        return;
    }
    draw_waiting(state, canvas);
    draw_center(view, canvas);
    if (last == NULL || last->ok || state->running) /* it is over */
        return;
    snprintf(failed, sizeof failed, _("最近失败   %s"), last->reason);
    canvas_paragraph(canvas, FAILED_ROW, 1, FAILED_ROWS, canvas->cols - 2, STYLE_ERROR, failed); /* what to do stands at its end */
    if (last->next_ms > app_now_ms(view->app)) {
        minute_text(last->next_ms, next);
        snprintf(failed, sizeof failed, _("下次自动   %s"), next);
        canvas_put_right(canvas, CLOCK_ROW, canvas->cols - 1 - NEXT_COLUMNS, NEXT_COLUMNS, STYLE_NORMAL, failed);
    }
}

/* What came through before it failed is there. */
static void draw_failed(struct canvas *canvas, int row, const char *moment, const struct sync_attempt *attempt)
{
    char line[LINE_BYTES * 4];
    if (attempt->sent + attempt->received > 0)
        snprintf(line, sizeof line, _("%s  失败  发 %" PRIu64 "  收 %" PRIu64 "  %s"), moment, attempt->sent, attempt->received, attempt->reason);
    else
        snprintf(line, sizeof line, _("%s  失败  %s"), moment, attempt->reason);
    canvas_paragraph(canvas, row, 3, 1, canvas->cols - 4, STYLE_NORMAL, line);
}

static void draw_attempts(const struct view *view, struct canvas *canvas)
{
    const struct sync_view *state = view->state;
    canvas_puts(canvas, RECORD_ROW, 1, -1, STYLE_DIM, _("记录"));
    for (size_t i = 0; i < state->n_attempts; i++) {
        const struct sync_attempt *attempt = &state->attempts[i];
        char moment[MOMENT_TEXT_BYTES], size[LINE_BYTES], spent[LINE_BYTES];
        moment_text(attempt->at_ms, app_now_ms(view->app), moment);
        int row = RECORD_ROW + 1 + (int)i;
        if (row >= canvas->rows - 2)
            break;
        size_text(attempt->bytes_out + attempt->bytes_in, size);
        spent_text(attempt->duration_ms, spent);
        if (attempt->ok)
            canvas_printf(canvas, row, 3, canvas->cols - 4, STYLE_NORMAL, "%s  成功  发 %" PRIu64 "  收 %" PRIu64 "  %s  %s%s", moment, attempt->sent, attempt->received, size, spent,
                          attempt->healed[0] != '\0' ? _("  有修复") : "");
        else
            draw_failed(canvas, row, moment, attempt);
    }
}

static void sync_draw(struct view *view, struct canvas *canvas)
{
    struct sync_view *state = view->state;
    draw_notice(state, canvas);
    draw_success(view, canvas);
    draw_next(view, state, canvas);
    draw_running(view, canvas);
    canvas_printf(canvas, MENU_ROW, 0, -1, STYLE_NORMAL, "%c1 现在重试", state->selected == ROW_NOW ? '>' : ' ');
    canvas_printf(canvas, MENU_ROW + 1, 0, -1, STYLE_NORMAL, "%c2 看冲突 (%" PRId64 ")", state->selected == ROW_CONFLICTS ? '>' : ' ', state->conflicts);
    canvas_printf(canvas, MENU_ROW + 2, 0, -1, STYLE_NORMAL, "%c3 U 盘交接", state->selected == ROW_STICK ? '>' : ' ');
    draw_attempts(view, canvas);
    canvas_set_cursor(canvas, MENU_ROW + (int)state->selected, 0);
}


static void sync_title(struct view *view, struct buf *left, struct buf *right)
{
    struct sync_view *state = view->state;
    if (state->called[0] != '\0')
        buf_printf(left, _("同步  本机 %s  断网照常录入，数据已存本机"), state->called);
    else
        buf_puts(left, _("同步    断网照常录入，数据已存本机"));
    if (state->conflicts > 0)
        buf_printf(right, _("冲突 %" PRId64), state->conflicts);
}

/* ---- keys ---- */

static void ask_now(struct view *view)
{
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    enum status status = sync_request_post(context->store, app_now_ms(view->app), &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    else
        app_say(view->app, "已请同步程序马上重试；如果长时间没有动静，请看 aidpostd station 是否在运行");
}

static bool sync_key(struct view *view, struct key key)
{
    struct sync_view *state = view->state;
    if (key.kind == K_DOWN || key.kind == K_UP) {
        state->selected = key.kind == K_DOWN ? state->selected + (state->selected + 1 < N_ROWS) : state->selected - (state->selected > 0);
        app_touch(view->app);
        return true;
    }
    if (key.kind == K_ENTER) {
        if (state->selected == ROW_NOW)
            ask_now(view);
        else
            app_open(view->app, state->selected == ROW_STICK ? &view_stick : &view_conflicts, NULL);
        return true;
    }
    return false;
}

static bool sync_command(struct view *view, int command)
{
    switch (command) {
    case COMMAND_SYNC_NOW:
        ask_now(view);
        return true;
    case COMMAND_SYNC_CONFLICTS:
        app_open(view->app, &view_conflicts, NULL);
        return true;
    case COMMAND_SYNC_STICK:
        app_open(view->app, &view_stick, NULL);
        return true;
    case COMMAND_REFRESH:
        sync_refresh(view);
        return false; /* the app repaints, too */
    default:
        return false;
    }
}

static const struct keymap *sync_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"1", COMMAND_SYNC_NOW, "现在重试", 0},  {"2", COMMAND_SYNC_CONFLICTS, "看冲突", 0},   {"3", COMMAND_SYNC_STICK, "U盘", 0}, {"F5", COMMAND_REFRESH, "刷新", 0},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_sync = {
    .name = "sync",
    .state_bytes = sizeof(struct sync_view),
    .help = "没有网络也照常录入，每条保存后就在本机硬盘上；同步程序有网就自动发给县中心。\n"
            "没有网络的机器用 U 盘交接（3）。\n"
            "待发: 县中心还没有的修改。时钟只供参考，先后由县中心排定。\n"
            "搁置: 不能套用的修改，内容留着，原因见待办。\n"
            "县中心: 送去保管的备份（aidpost backup --to-center）是哪一份，送了多少；县中心打不开它。\n"
            "修复: 两边核对不一致、从旧备份恢复、有了副本时，程序自己接上，这里说明做了什么。",
    .open = sync_open,
    .key = sync_key,
    .command = sync_command,
    .draw = sync_draw,
    .title = sync_title,
    .keymap = sync_keymap,
    .refresh = sync_refresh,
};
