/* tui/views/stations.c - the center's side of sync: every machine it knows, what it sent and has not fetched yet, what somebody must see to; codes for machines, revoking, settling alarms.
 *
 * Codes and revoking are the sync program's (sync_child.h): keys are its business. What it said stands above the message line until the next such act. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/record/alarm.h"
#include "core/record/clock.h"
#include "core/record/conflict.h"
#include "core/record/kept_look.h"
#include "core/record/machine_name.h"
#include "core/record/returned.h"
#include "core/record/sync_state.h"
#include "core/record/upward_look.h"
#include "tui/office_source.h"
#include "tui/views/common.h"
#include "tui/views/sync_child.h"
#include "tui/views/views.h"

enum { PEERS_MAX = 1200, LINE_BYTES = 512, SAID_BYTES = 1024, LIST_ROW = 3, FOOT_ROWS = 5, FOOT_SAID_ROWS = 8, SKEW_SHOWN_S = 120, ORG_MAX_CHARS = 40 };
enum { KEPT_COLUMN = 58, KEPT_COLUMNS = 6, WIDE_COLUMNS = 72 }; /* how old backups are: a column where any are kept and there is room */

/* Where the columns stand; have 0: left out, a narrow screen keeps what there is to do. */
struct places {
    int unit_columns, contact, have, behind, note;
};

enum { COMMAND_STATIONS_CONFLICTS = COMMAND_VIEW, COMMAND_STATIONS_STICK, COMMAND_STATIONS_ENROL, COMMAND_STATIONS_AGAIN, COMMAND_STATIONS_REVOKE, COMMAND_STATIONS_SETTLE, COMMAND_STATIONS_RENAME };
enum { ASK_ORG = 1, ASK_NEW_NAME, ASK_AGAIN, ASK_REVOKE, ASK_WHY, ASK_NAME };

static const struct command COMMANDS[] = {
    {COMMAND_STATIONS_CONFLICTS, "stations-conflicts", "看两边都改过的记录"},
    {COMMAND_STATIONS_STICK, "stations-stick", "用 U 盘交接：收下没有网络的机器的文件，写回执"},
    {COMMAND_STATIONS_ENROL, "stations-enrol", "给一台新机器发一次性登记码"},
    {COMMAND_STATIONS_AGAIN, "stations-again", "选中的站换了机器、重装或丢了密钥：发登记码，仍做这个站；一用原来的密钥就作废"},
    {COMMAND_STATIONS_REVOKE, "stations-revoke", "停用选中的机器：它再也连不上，站号不再使用"},
    {COMMAND_STATIONS_SETTLE, "stations-settle", "选中的站的告警、恢复或副本已经查清：记下是谁、怎么回事"},
    {COMMAND_STATIONS_RENAME, "stations-rename", "给选中的机器改名：各机下次同步后看到新的名称"},
    {COMMAND_NONE, NULL, NULL},
};

struct stations_view {
    struct peer *peers;      /* owned.. */
    struct sync_lack *lacks; /* ..and what each lacks; owned */
    size_t n_peers, first, selected;
    int64_t conflicts, missed; /* missed: stations that have not come since the center was restored */
    uint64_t era;
    struct sync_waiting waiting;
    struct upward_look upward; /* how the county stands with its hub */
    struct kept_look kept;     /* stations' backups that lie here; owned */
    struct office_source *offices; /* while one is chosen for a new machine; owned.. */
    char org[ORG_MAX_CHARS * 4 + 1]; /* ..and the one that was, while it is asked for the machine's name */
    char said[SAID_BYTES];
    bool said_error;
};

/* ---- reading ---- */

static bool add_peer(void *context, const struct peer *peer)
{
    struct stations_view *state = context;
    state->peers[state->n_peers++] = *peer;
    return state->n_peers < PEERS_MAX;
}

static enum status read_state(struct view *view, struct errmsg *err)
{
    struct stations_view *state = view->state;
    struct app_context *context = view_context(view);
    state->n_peers = 0;
    enum status status = peer_list(context->store, add_peer, state, err);
    for (size_t i = 0; i < state->n_peers && status == STATUS_OK; i++)
        status = sync_lack_read(context->store, &state->peers[i], &state->lacks[i], err);
    if (status == STATUS_OK)
        status = conflict_count(context->store, context->actor, &state->conflicts, err);
    if (status == STATUS_OK)
        status = sync_waiting_read(context->store, &state->waiting, err);
    if (status == STATUS_OK)
        status = restored_waiting(context->store, &state->missed, err);
    if (status == STATUS_OK)
        status = upward_look(context->store, &state->upward, err);
    kept_look_release(&state->kept);
    if (status == STATUS_OK)
        status = kept_look_read(context->store, app_now_ms(view->app), &state->kept, err);
    state->era = (uint64_t)store_meta_int(context->store, "era", 0);
    if (state->selected >= state->n_peers)
        state->selected = state->n_peers > 0 ? state->n_peers - 1 : 0;
    return status;
}

static void stations_close(struct view *view)
{
    struct stations_view *state = view->state;
    free(state->peers);
    free(state->lacks);
    office_source_free(state->offices);
    kept_look_release(&state->kept);
}

static enum status stations_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct stations_view *state = view->state;
    (void)argument;
    state->peers = calloc(PEERS_MAX, sizeof *state->peers);
    state->lacks = calloc(PEERS_MAX, sizeof *state->lacks);
    enum status status = state->peers == NULL || state->lacks == NULL ? errmsg_set(err, STATUS_NOMEM, "内存不足") : read_state(view, err);
    if (status != STATUS_OK)
        stations_close(view);
    return status;
}

static void stations_refresh(struct view *view)
{
    struct errmsg err = {{0}};
    enum status status = read_state(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* ---- drawing ---- */

/* What a station's row says behind the figures: the most urgent first. */
static void note_text(const struct stations_view *state, const struct peer *peer, const struct sync_lack *lack, struct buf *out)
{
    int64_t seconds = (peer->skew_ms < 0 ? -peer->skew_ms : peer->skew_ms) / 1000;
    if (peer->alarm[0] != '\0')
        buf_puts(out, _("要处理  "));
    else if (peer->branches > peer->branches_seen)
        buf_puts(out, _("有过副本  "));
    if (peer->last_contact_ms != 0 && peer->met_era < state->era)
        buf_puts(out, _("没来过  "));
    if (lack->returned > 0)
        buf_printf(out, _("等它重发 %" PRId64 "  "), lack->returned);
    if (lack->quarantined > 0)
        buf_printf(out, _("搁置 %" PRId64 "  "), lack->quarantined);
    if (peer->last_contact_ms != 0 && seconds >= SKEW_SHOWN_S) {
        buf_puts(out, _("钟"));
        clock_skew_words(peer->skew_ms, out);
    }
    if (out->len == 0 && peer->last_contact_ms != 0)
        buf_puts(out, _("正常"));
}

static bool shows_kept(const struct stations_view *state, const struct canvas *canvas)
{
    return state->kept.n > 0 && canvas->cols >= WIDE_COLUMNS;
}

static void draw_kept(const struct stations_view *state, struct canvas *canvas, int row, const struct peer *peer)
{
    const struct kept_age *age = kept_look_of(&state->kept, peer->station_no);
    char text[LINE_BYTES];
    if (age == NULL)
        return;
    snprintf(text, sizeof text, _("%" PRId64 "天%s"), age->days, age->overdue ? "!" : "");
    canvas_puts(canvas, row, KEPT_COLUMN, KEPT_COLUMNS, age->overdue ? STYLE_ERROR : STYLE_NORMAL, text);
}

static struct places places_of(const struct stations_view *state, const struct canvas *canvas)
{
    if (canvas->cols < WIDE_COLUMNS)
        return (struct places){.unit_columns = 15, .contact = 24, .behind = 36, .note = 45};
    return (struct places){.unit_columns = 22, .contact = 31, .have = 42, .behind = 49, .note = shows_kept(state, canvas) ? KEPT_COLUMN + KEPT_COLUMNS : KEPT_COLUMN};
}

static void draw_heads(const struct stations_view *state, struct canvas *canvas)
{
    const char *heads = canvas->cols < WIDE_COLUMNS   ? _("  站号  机器            最近联系      待发   情况")
                        : shows_kept(state, canvas) ? _("  站号  机器                   最近联系      已收  待发   备份  情况")
                                                    : _("  站号  机器                   最近联系      已收  待发   情况");
    canvas_puts(canvas, LIST_ROW - 1, 0, canvas->cols, STYLE_DIM, heads);
}

static void draw_peer(const struct view *view, struct canvas *canvas, int row, size_t i)
{
    const struct stations_view *state = view->state;
    struct places at = places_of(state, canvas);
    const struct peer *peer = &state->peers[i];
    const struct sync_lack *lack = &state->lacks[i];
    char moment[MOMENT_TEXT_BYTES];
    struct buf note;
    snprintf(moment, sizeof moment, "%s", _("没有联系过"));
    if (peer->last_contact_ms > 0)
        moment_text(peer->last_contact_ms, app_now_ms(view->app), moment);
    buf_init(&note, LINE_BYTES);
    if (!peer->revoked)
        note_text(state, peer, lack, &note);
    canvas_printf(canvas, row, 0, 7, STYLE_NORMAL, "%c %4u", i == state->selected ? '>' : ' ', peer->station_no);
    canvas_puts(canvas, row, 8, at.unit_columns, peer->revoked ? STYLE_DIM : STYLE_NORMAL, peer_called(peer));
    canvas_puts(canvas, row, at.contact, 11, STYLE_NORMAL, peer->revoked ? _("已停用") : moment);
    if (at.have > 0)
        canvas_printf(canvas, row, at.have, 7, STYLE_NORMAL, "%7" PRIu64, peer->have_seq);
    if (!peer->revoked)
        canvas_printf(canvas, row, at.behind, 7, STYLE_NORMAL, "%6" PRId64 "%s", lack->behind, lack->behind == SYNC_BEHIND_MAX ? "+" : "");
    if (shows_kept(state, canvas))
        draw_kept(state, canvas, row, peer);
    canvas_puts(canvas, row, at.note, canvas->cols - at.note - 1, peer->alarm[0] != '\0' ? STYLE_ERROR : STYLE_NORMAL, buf_cstr(&note));
    buf_release(&note);
}

/* Of the selected station: which machine, and what there is to tell in a sentence: what is open, else who settled the last one. */
static void draw_selected(struct view *view, struct canvas *canvas, int row, int end)
{
    struct stations_view *state = view->state;
    const struct peer *peer = &state->peers[state->selected];
    char open[ALARM_TEXT_BYTES], moment[MOMENT_TEXT_BYTES], since[MOMENT_TEXT_BYTES];
    struct alarm settled;
    struct buf line;
    buf_init(&line, LINE_BYTES * 2);
    const struct kept_age *age = kept_look_of(&state->kept, peer->station_no);
    alarm_open_text(peer, open);
    buf_printf(&line, _("站点 %u 号  %s"), peer->station_no, peer->name);
    if (peer->named) /* the row says the name */
        buf_printf(&line, "  %s", peer->org_name);
    int64_t skew_s = (peer->skew_ms < 0 ? -peer->skew_ms : peer->skew_ms) / 1000;
    if (peer->last_contact_ms != 0 && skew_s < SKEW_SHOWN_S) /* a larger one stands in the row */
        buf_printf(&line, _("  钟差 %" PRId64 " 秒"), skew_s);
    if (peer->safe_seq > 0)
        buf_printf(&line, _("  已备份到第 %" PRIu64 " 条"), peer->safe_seq);
    else
        buf_puts(&line, _("  县中心还没有做过备份"));
    if (age != NULL) {
        moment_text(age->made_ms, app_now_ms(view->app), since);
        buf_printf(&line, _("  送来备份 %s"), since);
    }
    if (peer->last_contact_ms == 0 && !peer->revoked && peer->enrolled_ms > 0) {
        moment_text(peer->enrolled_ms, app_now_ms(view->app), since);
        buf_printf(&line, _("  %s 登记；没做完、另登记了站号的，按 6 停用它"), since);
    }
    if (peer->rekeyed_ms != 0) {
        moment_text(peer->rekeyed_ms, app_now_ms(view->app), since);
        buf_printf(&line, _("  %s 重新登记"), since);
    }
    row += canvas_paragraph(canvas, row, 1, end - row < 2 ? end - row : 2, canvas->cols - 2, STYLE_DIM, buf_cstr(&line));
    buf_clear(&line);
    if (open[0] != '\0') {
        row += canvas_paragraph(canvas, row, 1, end - row, canvas->cols - 2, peer->alarm[0] != '\0' ? STYLE_ERROR : STYLE_NORMAL, open);
    } else if (alarm_last(view_context(view)->store, peer->station_no, &settled, NULL) == STATUS_OK) {
        moment_text(settled.settled_ms, app_now_ms(view->app), moment);
        buf_printf(&line, _("%s 由 %s 查清：%s"), moment, settled.by, settled.why);
        canvas_paragraph(canvas, row, 1, end - row, canvas->cols - 2, STYLE_DIM, buf_cstr(&line));
    }
    buf_release(&line);
}

static void draw_waiting(const struct stations_view *state, struct canvas *canvas)
{
    const struct sync_waiting *waiting = &state->waiting;
    struct buf line;
    buf_init(&line, LINE_BYTES);
    buf_printf(&line, _("搁置 %" PRId64 " 条  待复核 %" PRId64 " 条"), waiting->quarantined, waiting->flagged);
    if (waiting->returned > 0)
        buf_printf(&line, _("  恢复后等各站重发 %" PRId64 " 条"), waiting->returned);
    if (waiting->alarms > 0)
        buf_printf(&line, _("  要处理的站 %" PRId64 " 个"), waiting->alarms);
    if (state->kept.overdue > 0)
        buf_printf(&line, _("  %" PRId64 " 天没有送来备份的站 %zu 个"), state->kept.remind_days, state->kept.overdue);
    canvas_puts(canvas, canvas->rows - 3, 1, canvas->cols - 2, STYLE_DIM, buf_cstr(&line));
    buf_release(&line);
}

/* Above the list, where the county tells a hub and nothing more urgent stands there. */
static void draw_upward(struct view *view, struct canvas *canvas)
{
    struct stations_view *state = view->state;
    struct buf line;
    buf_init(&line, LINE_BYTES * 4);
    bool overdue = upward_look_text(&state->upward, view_context(view)->actor->now_ms, &line);
    canvas_puts(canvas, 1, 1, canvas->cols - 2, overdue ? STYLE_ERROR : STYLE_DIM, buf_cstr(&line));
    buf_release(&line);
}

static void stations_draw(struct view *view, struct canvas *canvas)
{
    struct stations_view *state = view->state;
    int foot = canvas->rows - 2 - (state->said[0] != '\0' ? FOOT_SAID_ROWS : FOOT_ROWS); /* nothing of a code and what to do with it is cut */
    size_t room = (size_t)(foot - LIST_ROW);
    if (state->selected < state->first)
        state->first = state->selected;
    if (state->selected >= state->first + room)
        state->first = state->selected - room + 1;
    if (state->missed > 0)
        canvas_printf(canvas, 1, 1, canvas->cols - 2, STYLE_ERROR, _("县中心从备份恢复过：等 %" PRId64 " 个站来，把丢失的交回；到齐之前先不要作决定、发文号"), state->missed);
    else if (state->upward.kept)
        draw_upward(view, canvas);
    draw_heads(state, canvas);
    for (size_t i = 0; i < room && state->first + i < state->n_peers; i++)
        draw_peer(view, canvas, LIST_ROW + (int)i, state->first + i);
    if (state->n_peers == 0)
        canvas_puts(canvas, LIST_ROW, 2, -1, STYLE_DIM, _("还没有登记的工作站；按 4 给新机器发登记码"));
    if (state->said[0] != '\0')
        canvas_paragraph(canvas, foot, 1, canvas->rows - 3 - foot, canvas->cols - 2, state->said_error ? STYLE_ERROR : STYLE_BOLD, state->said);
    else if (state->n_peers > 0)
        draw_selected(view, canvas, foot, canvas->rows - 3);
    draw_waiting(state, canvas);
    canvas_set_cursor(canvas, LIST_ROW + (int)(state->selected - state->first), 0);
}

static void stations_title(struct view *view, struct buf *left, struct buf *right)
{
    struct stations_view *state = view->state;
    buf_printf(left, _("同步    登记的机器 %zu 台"), state->n_peers);
    if (state->conflicts > 0)
        buf_printf(right, _("冲突 %" PRId64), state->conflicts);
}

/* ---- what can be done ---- */

static bool may_act(struct view *view)
{
    if (actor_is_one_of(view_context(view)->actor, 1U << ROLE_ADMIN | 1U << ROLE_DIRECTOR))
        return true;
    app_fail(view->app, "登记、改名、停用和告警由中心负责人或管理员处理");
    return false;
}

/* The selected machine; NULL, told: there is none. */
static const struct peer *chosen(struct view *view)
{
    struct stations_view *state = view->state;
    if (state->n_peers > 0)
        return &state->peers[state->selected];
    app_fail(view->app, "还没有登记的机器");
    return NULL;
}

static void say(struct stations_view *state, bool error, const char *text)
{
    size_t len = utf8_cut(text, strlen(text), sizeof state->said - 1);
    memcpy(state->said, text, len);
    state->said[len] = '\0';
    state->said_error = error;
}

/* Run it and show what it said; with a code in front of all. */
static void run(struct view *view, const char *const words[], size_t n, bool gives_code)
{
    struct stations_view *state = view->state;
    struct buf out, messages, text;
    int code = 0;
    buf_init(&out, LINE_BYTES * 8);
    buf_init(&messages, LINE_BYTES * 8);
    buf_init(&text, LINE_BYTES * 16);
    if (sync_child_run(view, words, n, &out, &messages, &code)) {
        if (code == 0 && gives_code)
            buf_printf(&text, _("登记码  %s在那台机器上打开 aidpost，选 2 工作站，填登记码和本中心的地址；或者用命令 aidpostd enrol 登记码 --center 地址:端口\n%s"), buf_cstr(&out), buf_cstr(&messages));
        else
            buf_puts(&text, buf_cstr(code == 0 ? &out : &messages));
        say(state, code != 0, buf_cstr(&text));
    }
    buf_release(&out);
    buf_release(&messages);
    buf_release(&text);
    stations_refresh(view);
}

static void run_for_station(struct view *view, const char *const *before, size_t n, bool gives_code)
{
    const struct peer *peer = chosen(view);
    const char *words[SYNC_CHILD_WORDS_MAX];
    char number[16];
    if (peer == NULL)
        return;
    snprintf(number, sizeof number, "%u", peer->station_no);
    for (size_t i = 0; i < n; i++)
        words[i] = before[i];
    words[n] = number;
    run(view, words, n + 1, gives_code);
}

static void settle(struct view *view, const char *why)
{
    struct app_context *context = view_context(view);
    struct stations_view *state = view->state;
    const struct peer *peer = chosen(view);
    struct errmsg err = {{0}};
    if (peer == NULL)
        return;
    enum status status = alarm_settle(context->store, peer->station_no, context->actor->name, why, app_now_ms(view->app), &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    state->said[0] = '\0';
    app_say(view->app, "已记下");
    stations_refresh(view);
}

static void ask_settle(struct view *view)
{
    const struct peer *peer = chosen(view);
    char open[ALARM_TEXT_BYTES];
    if (peer == NULL)
        return;
    alarm_open_text(peer, open);
    if (open[0] == '\0')
        app_fail(view->app, "站点 %u 号没有要处理的", peer->station_no);
    else
        app_ask_line(view->app, ASK_WHY, "查到了什么、怎么处理的", ALARM_WHY_BYTES / 4, 0, "");
}

/* One of the county's offices, by number, initials or a part of its name; typed in full where none has a name yet. */
static void ask_org(struct view *view)
{
    struct stations_view *state = view->state;
    struct errmsg err = {{0}};
    office_source_free(state->offices);
    enum status status = office_source_load(&state->offices, view_context(view)->store, OFFICES_TO_MOVE, (struct id){{0}}, ORG_NUMBER_CENTER, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    struct code_source codes = office_source_codes(state->offices);
    if (codes.count(codes.context, codes.set) == 0)
        app_ask_line(view->app, ASK_ORG, "新机器属于哪个单位（代号或名称）", ORG_MAX_CHARS, 0, "");
    else
        app_pick(view->app, ASK_ORG, codes, _("新机器属于哪个单位"), "");
}

static void ask_new_name(struct view *view, const char *chosen)
{
    struct stations_view *state = view->state;
    const char *name = office_source_name(state->offices, chosen);
    copy_text(state->org, sizeof state->org, name != NULL ? name : chosen);
    app_ask_line(view->app, ASK_NEW_NAME, "新机器叫什么，如 团结村2号机（空着就由中心取）", MACHINE_CALLED_CHARS, 0, "");
}

static void enrol(struct view *view, const char *name)
{
    struct stations_view *state = view->state;
    const char *const words[] = {"enrol", "new", "--org", state->org, "--name", name};
    run(view, words, name[0] != '\0' ? 6 : 4, true);
}

static void ask_rename(struct view *view)
{
    const struct peer *peer = chosen(view);
    char text[PROMPT_TEXT_BYTES];
    if (peer == NULL)
        return;
    snprintf(text, sizeof text, _("站点 %u 号改叫什么"), peer->station_no);
    app_ask_line(view->app, ASK_NAME, text, MACHINE_CALLED_CHARS, 0, peer->named ? peer->name : "");
}

static void rename_machine(struct view *view, const char *name)
{
    struct app_context *context = view_context(view);
    struct stations_view *state = view->state;
    const struct peer *peer = chosen(view);
    struct actor actor = *context->actor;
    struct errmsg err = {{0}};
    if (peer == NULL)
        return;
    actor.now_ms = app_now_ms(view->app);
    enum status status = machine_name_change(context->store, &actor, peer->station_no, name, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    state->said[0] = '\0';
    app_say(view->app, "已改名，各机下次同步后看到");
    stations_refresh(view);
}

/* tag: ASK_AGAIN or ASK_REVOKE. */
static void ask_station(struct view *view, int tag)
{
    bool revoke = tag == ASK_REVOKE;
    const struct peer *peer = chosen(view);
    char text[PROMPT_TEXT_BYTES];
    const char *const answers[] = {revoke ? _("停用") : _("发"), _("不")};
    if (peer == NULL)
        return;
    if (peer->revoked) {
        app_fail(view->app, "站点 %u 号已停用", peer->station_no);
        return;
    }
    if (revoke)
        snprintf(text, sizeof text, _("停用站点 %u 号（%s）？不能恢复"), peer->station_no, peer->name);
    else
        snprintf(text, sizeof text, _("站点 %u 号（%s）换了机器或丢了密钥，发登记码？"), peer->station_no, peer->name);
    app_ask(view->app, tag, text, answers, 2, 0);
}

static void stations_answer(struct view *view, const struct view_answer *answer)
{
    static const char *const again[] = {"enrol", "new", "--station"}, *const revoke[] = {"revoke"};
    if (answer->cancelled)
        return;
    if (answer->tag == ASK_ORG && answer->text[0] != '\0') {
        ask_new_name(view, answer->text);
    } else if (answer->tag == ASK_NEW_NAME) {
        enrol(view, answer->text);
    } else if (answer->tag == ASK_NAME) {
        rename_machine(view, answer->text);
    } else if (answer->tag == ASK_AGAIN && answer->chosen == 1) {
        run_for_station(view, again, 3, true);
    } else if (answer->tag == ASK_REVOKE && answer->chosen == 1) {
        run_for_station(view, revoke, 1, false);
    } else if (answer->tag == ASK_WHY) {
        settle(view, answer->text);
    }
}

static bool stations_key(struct view *view, struct key key)
{
    struct stations_view *state = view->state;
    size_t before = state->selected;
    if (key.kind != K_DOWN && key.kind != K_UP)
        return false;
    state->selected = key.kind == K_DOWN ? state->selected + (state->selected + 1 < state->n_peers) : state->selected - (state->selected > 0);
    if (state->selected == before)
        app_beep(view->app);
    else
        state->said[0] = '\0';
    app_touch(view->app);
    return true;
}

static bool stations_command(struct view *view, int command)
{
    switch (command) {
    case COMMAND_STATIONS_CONFLICTS:
        app_open(view->app, &view_conflicts, NULL);
        return true;
    case COMMAND_STATIONS_STICK:
        app_open(view->app, &view_stick, NULL);
        return true;
    case COMMAND_STATIONS_ENROL:
        if (may_act(view))
            ask_org(view);
        return true;
    case COMMAND_STATIONS_AGAIN:
        if (may_act(view))
            ask_station(view, ASK_AGAIN);
        return true;
    case COMMAND_STATIONS_REVOKE:
        if (may_act(view))
            ask_station(view, ASK_REVOKE);
        return true;
    case COMMAND_STATIONS_SETTLE:
        if (may_act(view))
            ask_settle(view);
        return true;
    case COMMAND_STATIONS_RENAME:
        if (may_act(view))
            ask_rename(view);
        return true;
    case COMMAND_REFRESH:
        stations_refresh(view);
        return false; /* the app repaints, too */
    default:
        return false;
    }
}

static const struct keymap *stations_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"2", COMMAND_STATIONS_CONFLICTS, "看冲突", 0}, {"3", COMMAND_STATIONS_STICK, "U盘", 0}, {"4", COMMAND_STATIONS_ENROL, "新机器", 0}, {"5", COMMAND_STATIONS_AGAIN, "重新登记", 0},
        {"6", COMMAND_STATIONS_REVOKE, P_("key", "停用"), 0}, {"7", COMMAND_STATIONS_SETTLE, "查清", 0}, {"8", COMMAND_STATIONS_RENAME, "改名", 0}, {"F5", COMMAND_REFRESH, "刷新", 0},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class *view_sync_of(const struct app_context *context)
{
    return context->machine->center ? &view_stations : &view_sync;
}

const struct view_class view_stations = {
    .name = "stations",
    .state_bytes = sizeof(struct stations_view),
    .help = "每台登记的机器一行，写着它的名称；冲突、历史、日志里也这样叫它。8 改名: 名称不要与别的机器、机构相同，不要写当事人。\n"
            "已收: 县中心有它的多少条修改；待发: 它还没有取走的。时钟只供参考，先后由县中心排定。\n"
            "搁置: 不能套用的修改，内容留着，原因见待办。等它重发: 县中心从备份恢复后，别的站交回来的，等原来的站自己再发。\n"
            "没来过: 县中心从备份恢复以后，这个站还没有来过，恢复时丢失的可能只有它有；没有网络的站用 U 盘来（3），导入后把回执带回去，再带一次。\n"
            "要处理、有过副本: 从旧备份恢复或有了副本，程序已自动接上；查清是怎么回事，按 7 记下。\n"
            "备份: 这个站送来保管的最新一份（aidpost backup --to-center）是几天前收到的；带 ! 的太久没有来新的，看那台机器的夜间备份在不在做。\n"
            "换了机器、重装、丢了密钥的站按 5，仍做原来的站；机器丢了按 6 停用。",
    .open = stations_open,
    .close = stations_close,
    .key = stations_key,
    .command = stations_command,
    .draw = stations_draw,
    .title = stations_title,
    .keymap = stations_keymap,
    .answer = stations_answer,
    .refresh = stations_refresh,
};
