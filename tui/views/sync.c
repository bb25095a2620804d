/* tui/views/sync.c - where the records stand: at a station, what waits and what the last attempts came to; at the center, every machine it knows.
 *
 * This program never touches the network: it reads what the sync program wrote down (core/record/peer.h) and leaves a request for it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/conflict.h"
#include "core/record/peer.h"
#include "core/record/replica.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { ATTEMPTS = 6, PEERS_MAX = 200, LINE_BYTES = 160 };

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
    struct peer *peers; /* owned; the center's machines */
    size_t n_peers, first;
    char address[LINE_BYTES];
    bool has_address;
    int64_t conflicts;
    size_t selected; /* station: ROW_NOW.. */
};

static bool add_attempt(void *context, const struct sync_attempt *attempt)
{
    struct sync_view *state = context;
    state->attempts[state->n_attempts++] = *attempt;
    return state->n_attempts < ATTEMPTS;
}

static bool add_peer(void *context, const struct peer *peer)
{
    struct sync_view *state = context;
    state->peers[state->n_peers++] = *peer;
    return state->n_peers < PEERS_MAX;
}

static enum status read_state(struct view *view, struct errmsg *err)
{
    struct sync_view *state = view->state;
    struct app_context *context = view_context(view);
    struct hash pin;
    state->n_attempts = state->n_peers = 0;
    enum status status = replica_state(context->store, &state->replica, err);
    if (status == STATUS_OK)
        status = conflict_count(context->store, context->actor, &state->conflicts, err);
    if (status == STATUS_OK && context->machine->center)
        return peer_list(context->store, add_peer, state, err);
    if (status == STATUS_OK)
        status = sync_attempt_list(context->store, ATTEMPTS, add_attempt, state, err);
    state->has_address = center_address_get(context->store, state->address, sizeof state->address, &pin, NULL) == STATUS_OK;
    return status;
}

static enum status sync_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct sync_view *state = view->state;
    (void)argument;
    state->peers = calloc(PEERS_MAX, sizeof *state->peers);
    if (state->peers == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    enum status status = read_state(view, err);
    if (status != STATUS_OK)
        free(state->peers);
    return status;
}

static void sync_close(struct view *view)
{
    struct sync_view *state = view->state;
    free(state->peers);
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

static const struct sync_attempt *last_success(const struct sync_view *state)
{
    for (size_t i = 0; i < state->n_attempts; i++)
        if (state->attempts[i].ok)
            return &state->attempts[i];
    return NULL;
}

static void skew_text(int64_t skew_ms, char out[LINE_BYTES])
{
    int64_t seconds = (skew_ms < 0 ? -skew_ms : skew_ms) / 1000;
    if (seconds < 120)
        snprintf(out, LINE_BYTES, "相差 %" PRId64 " 秒", seconds);
    else
        snprintf(out, LINE_BYTES, "%s %" PRId64 " 分钟，请校对本机时间", skew_ms < 0 ? "慢" : "快", seconds / 60);
}

static void draw_success(const struct sync_view *state, struct canvas *canvas)
{
    const struct sync_attempt *last = last_success(state);
    char moment[MOMENT_TEXT_BYTES], skew[LINE_BYTES];
    if (last == NULL) {
        canvas_puts(canvas, 2, 1, canvas->cols - 2, STYLE_NORMAL, "上次成功   还没有同步过");
        return;
    }
    moment_text(last->at_ms, moment);
    canvas_printf(canvas, 2, 1, canvas->cols - 2, STYLE_NORMAL, "上次成功   %s   发 %" PRIu64 "  收 %" PRIu64 "  冲突 %" PRIu64 "   %" PRId64 " 毫秒", moment, last->sent, last->received,
                  last->conflicts, last->duration_ms);
    skew_text(last->skew_ms, skew);
    canvas_printf(canvas, 5, 1, canvas->cols - 2, STYLE_NORMAL, "时钟       与县中心%s", skew);
}

static void draw_next(const struct view *view, const struct sync_view *state, struct canvas *canvas)
{
    char next[CLOCK_TEXT_BYTES];
    const struct sync_attempt *last = state->n_attempts > 0 ? &state->attempts[0] : NULL;
    if (machine_is_alone(view_context(view)->store, view_context(view)->machine)) {
        canvas_puts(canvas, 3, 1, canvas->cols - 2, STYLE_NORMAL, "这里是练习用的数据，不与县中心往来，没有要发的");
        return;
    }
    canvas_printf(canvas, 3, 1, canvas->cols - 2, STYLE_NORMAL, "待发       %" PRId64 " 条", state->replica.pending);
    canvas_printf(canvas, 4, 1, canvas->cols - 2, STYLE_NORMAL, "县中心     %s", state->has_address ? state->address : "还不知道地址，请先用登记码登记: aidpostd enrol");
    if (last == NULL || last->ok)
        return;
    canvas_printf(canvas, 6, 1, canvas->cols - 2, STYLE_ERROR, "最近失败   %s", last->reason);
    if (last->next_ms > app_now_ms(view->app)) {
        minute_text(last->next_ms, next);
        canvas_printf(canvas, 7, 1, canvas->cols - 2, STYLE_NORMAL, "下次自动   %s", next);
    }
}

static void draw_attempts(const struct sync_view *state, struct canvas *canvas)
{
    canvas_puts(canvas, 13, 1, -1, STYLE_DIM, "记录");
    for (size_t i = 0; i < state->n_attempts; i++) {
        const struct sync_attempt *attempt = &state->attempts[i];
        char moment[MOMENT_TEXT_BYTES];
        moment_text(attempt->at_ms, moment);
        if (attempt->ok)
            canvas_printf(canvas, 14 + (int)i, 3, canvas->cols - 4, STYLE_NORMAL, "%s  成功  发 %" PRIu64 "  收 %" PRIu64, moment, attempt->sent, attempt->received);
        else
            canvas_printf(canvas, 14 + (int)i, 3, canvas->cols - 4, STYLE_NORMAL, "%s  失败  %s", moment, attempt->reason);
    }
}

static void draw_station(struct view *view, struct canvas *canvas)
{
    struct sync_view *state = view->state;
    draw_success(state, canvas);
    draw_next(view, state, canvas);
    canvas_printf(canvas, 9, 0, -1, STYLE_NORMAL, "%c1 现在重试", state->selected == ROW_NOW ? '>' : ' ');
    canvas_printf(canvas, 10, 0, -1, STYLE_NORMAL, "%c2 看冲突 (%" PRId64 ")", state->selected == ROW_CONFLICTS ? '>' : ' ', state->conflicts);
    canvas_printf(canvas, 11, 0, -1, STYLE_NORMAL, "%c3 U 盘交接", state->selected == ROW_STICK ? '>' : ' ');
    draw_attempts(state, canvas);
    canvas_set_cursor(canvas, 9 + (int)state->selected, 0);
}

static void draw_center(struct view *view, struct canvas *canvas)
{
    struct sync_view *state = view->state;
    int rows = canvas->rows - 6;
    canvas_puts(canvas, 2, 0, canvas->cols, STYLE_DIM, "  站号  单位                        最近联系      已收  时钟");
    for (int i = 0; i < rows && state->first + (size_t)i < state->n_peers; i++) {
        const struct peer *peer = &state->peers[state->first + (size_t)i];
        char moment[MOMENT_TEXT_BYTES] = "没有联系过", skew[LINE_BYTES] = "";
        if (peer->last_contact_ms > 0) {
            moment_text(peer->last_contact_ms, moment);
            skew_text(peer->skew_ms, skew);
        }
        int row = 3 + i;
        canvas_printf(canvas, row, 0, 7, STYLE_NORMAL, "%c %4u", i == 0 ? '>' : ' ', peer->station_no);
        canvas_puts(canvas, row, 8, 27, peer->revoked ? STYLE_DIM : STYLE_NORMAL, peer->org_name[0] != '\0' ? peer->org_name : peer->name);
        canvas_puts(canvas, row, 36, 13, STYLE_NORMAL, peer->revoked ? "已停用" : moment);
        canvas_printf(canvas, row, 49, 7, STYLE_NORMAL, "%6" PRIu64, peer->have_seq);
        canvas_puts(canvas, row, 58, canvas->cols - 59, STYLE_NORMAL, skew);
    }
    if (state->n_peers == 0)
        canvas_puts(canvas, 3, 2, -1, STYLE_DIM, "还没有登记的工作站；发登记码: aidpostd enrol new --org 单位代号");
    canvas_set_cursor(canvas, 3, 0);
}

static void sync_draw(struct view *view, struct canvas *canvas)
{
    if (view_context(view)->machine->center)
        draw_center(view, canvas);
    else
        draw_station(view, canvas);
}

static void sync_title(struct view *view, struct buf *left, struct buf *right)
{
    struct sync_view *state = view->state;
    if (view_context(view)->machine->center)
        buf_printf(left, "同步    登记的机器 %zu 台", state->n_peers);
    else
        buf_puts(left, "同步    断网照常录入，数据已存本机");
    if (state->conflicts > 0)
        buf_printf(right, "冲突 %" PRId64, state->conflicts);
}

/* ---- keys ---- */

static void ask_now(struct view *view)
{
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    if (context->machine->center) {
        app_say(view->app, "由各工作站来连县中心，这里不用重试");
        return;
    }
    enum status status = sync_request_post(context->store, app_now_ms(view->app), &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    else
        app_say(view->app, "已请同步程序马上重试；如果长时间没有动静，请看 aidpostd station 是否在运行");
}

static bool sync_key(struct view *view, struct key key)
{
    struct sync_view *state = view->state;
    bool center = view_context(view)->machine->center;
    if (key.kind == K_DOWN || key.kind == K_UP) {
        bool down = key.kind == K_DOWN;
        if (center)
            state->first = down ? state->first + (state->first + 1 < state->n_peers) : state->first - (state->first > 0);
        else
            state->selected = down ? state->selected + (state->selected + 1 < N_ROWS) : state->selected - (state->selected > 0);
        app_touch(view->app);
        return true;
    }
    if (key.kind == K_ENTER && !center) {
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
            "待发: 县中心还没有的修改。时钟只供参考，先后由县中心排定。",
    .open = sync_open,
    .close = sync_close,
    .key = sync_key,
    .command = sync_command,
    .draw = sync_draw,
    .title = sync_title,
    .keymap = sync_keymap,
    .refresh = sync_refresh,
};
