/* tui/views/home.c - the first screen: what waits to be done, today's number, and every place to go by its number.
 *
 * Rows of the to-do list are 1..10, places 11 and up, in a grid as wide as the screen: a number and Enter goes there, wherever the marker stands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/width.h"
#include "core/record/passage.h"
#include "core/record/conflict.h"
#include "core/record/draft.h"
#include "core/record/filter.h"
#include "core/record/flagged.h"
#include "core/record/peer.h"
#include "core/record/replica.h"
#include "core/record/sync_state.h"
#include "tui/field_grid.h"
#include "tui/views/due.h"
#include "tui/views/views.h"

enum { HOME_WORK_MAX = 10, HOME_WORK_ROW = 3, HOME_DUE_MIN = 4, HOME_OTHERS = 7 + NOTICE_TEXTS /* conflicts, quarantine, review, clock, alarm, drafted applications, what came and left, notices */, HOME_TEXT_BYTES = 256, HOME_FIRST_PLACE = 11, HOME_TYPED_MAX = 2, HOME_SCANNED_MAX = 18, HOME_SCANNED_MIN = 15, HOME_ASK_DISCARD = 1, HOME_PLACE_COLUMNS = 13, HOME_NUMBER_COLUMNS = 4, HOME_COUNT_COLUMN = 47, HOME_COUNT_NARROW = 30 };
enum { COMMAND_DISCARD = COMMAND_VIEW };

static const struct command COMMANDS[] = {{COMMAND_DISCARD, "discard", "选中的草稿不要了"}, {COMMAND_NONE, NULL, NULL}};

enum work_kind { WORK_DRAFT, WORK_DRAFTS, WORK_CONFLICT, WORK_QUARANTINE, WORK_FLAGGED, WORK_ALARM, WORK_DUE, WORK_RECEIVE, WORK_PASSAGE};

struct work {
    enum work_kind kind;
    struct id id, record;
    const struct record_type *type;
    bool presses; /* a period that ends today, tomorrow, or is over */
    char text[HOME_TEXT_BYTES];
};

struct home {
    struct work work[HOME_WORK_MAX];
    size_t n, n_drafts, selected;
    struct id discarding; /* the draft that a question is about */
    struct work due[HOME_WORK_MAX]; /* the periods that end first */
    size_t n_due;
    struct work others[HOME_OTHERS];
    size_t n_others;
    size_t room; /* rows that fit: what is read */
    int rows, cols; /* of the screen it was read for */
    bool more;   /* periods that found no row */
    bool alone; /* practice on its own: nothing is ever sent */
    int64_t today, pending, conflicts, quarantined, flagged;
    struct sync_attempt latest; /* at a station; at_ms 0: none yet */
    char typed[HOME_TYPED_MAX + 1];
    char scanned[HOME_SCANNED_MAX + 1]; /* all digits since the last other key: a scanner types an identity number here, which is no number of a place */
};

/* ---- places ---- */

static const struct place {
    const char *label;
    const struct view_class *view;
    struct view_argument argument;
} places[] = {
    {"咨询速录", &view_consult_entry, {.type = NULL}},
    {"新申请", &view_case_action, {.type = "draft"}},
    {"案件", &view_record_list, {.type = "case"}},
    {"查人", &view_record_list, {.type = "person"}},
    {"同步", &view_sync, {.type = NULL}},
    {"咨询列表", &view_record_list, {.type = "consultation"}},
    {"冲突", &view_conflicts, {.type = NULL}},
    {"帮助", &view_help_index, {.text = NULL}},
    {"法条", &view_law, {.text = NULL}},
    {"规则", &view_rules, {.text = NULL}},
    {"期限", &view_todo, {.text = NULL}},
    {"改密码", &view_password, {.text = NULL}},
    {"收件箱", &view_inbox, {.type = NULL}},
    {"查重", &view_duplicates, {.text = NULL}},
    {"登记簿", &view_registers, {.type = NULL}},
    {"台账", &view_ledgers, {.type = NULL}},
    {"外展", &view_outreach, {.type = NULL}},
    {"回访", &view_visits, {.type = NULL}},
    {"宣传统计", &view_figures, {.type = NULL}},
    {"质量", &view_quality, {.type = NULL}},
    {"报表", &view_reports, {.type = NULL}},
    {"我的数字", &view_pace, {.type = NULL}},
    {"交接", &view_leave, {.text = NULL}},
};

enum { HOME_PLACES = sizeof places / sizeof places[0] };

/* The place of a number, NULL if there is none here: the inbox and quality are the center's. Numbers are the same everywhere. */
static const struct place *place_of(const struct view *view, unsigned long number)
{
    if (number < HOME_FIRST_PLACE || number >= HOME_FIRST_PLACE + HOME_PLACES)
        return NULL;
    const struct place *place = &places[number - HOME_FIRST_PLACE];
    bool of_center = place->view == &view_inbox || place->view == &view_quality;
    return of_center && !view_context(view)->machine->center ? NULL : place;
}

/* The number that opens a screen. */
static size_t place_number(const struct view_class *class)
{
    size_t i = 0;
    while (i < HOME_PLACES && places[i].view != class)
        i++;
    return i + HOME_FIRST_PLACE;
}

/* ---- what waits ---- */

/* Drafts come first, but leave rows for what else may wait: all but one. */
static bool add_draft(void *context, const struct draft_info *info)
{
    struct home *home = context;
    size_t kept = home->n_others + (home->n_due < HOME_DUE_MIN ? home->n_due : HOME_DUE_MIN);
    home->n_drafts++;
    if (info->type == NULL || (home->n > 0 && home->n + kept >= home->room))
        return true;
    struct work *work = &home->work[home->n++];
    char at[CLOCK_TEXT_BYTES], title[96];
    *work = (struct work){.kind = WORK_DRAFT, .id = info->id, .record = info->record, .type = info->type};
    minute_text(info->updated_ms, at);
    copy_text(title, sizeof title, info->title != NULL ? info->title : "");
    snprintf(work->text, sizeof work->text, _("草稿  %s 未写完  %s 已自动保存  %s"), _(info->type->label), at, title);
    return true;
}

/* Drafts that found no row: the last row is all of them that have none. */
static void sum_up_drafts(struct home *home)
{
    if (home->n == 0 || home->n >= home->n_drafts)
        return;
    struct work *last = &home->work[home->n - 1];
    *last = (struct work){.kind = WORK_DRAFTS};
    snprintf(last->text, sizeof last->text, home->n == 1 ? _("草稿  %zu 份没写完，Enter 看全部") : _("草稿  还有 %zu 份没写完，Enter 看全部"), home->n_drafts - (home->n - 1));
}

static struct work *add_other(struct home *home, enum work_kind kind)
{
    struct work *work = &home->others[home->n_others++];
    *work = (struct work){.kind = kind};
    return work;
}

struct collecting {
    struct view *view;
    const struct due_clock *clock;
};

static bool add_due(void *context, const struct todo_item *item)
{
    struct collecting *collecting = context;
    struct home *home = collecting->view->state;
    if (home->n_due == home->room) {
        home->more = true;
        return false;
    }
    struct work *work = &home->due[home->n_due++];
    *work = (struct work){.kind = WORK_DUE, .id = item->id, .type = item->type, .presses = due_presses(&item->deadline)};
    due_line(collecting->view, collecting->clock, item, work->text);
    return true;
}

static enum status read_due(struct view *view, const struct due_clock *clock, struct errmsg *err)
{
    struct home *home = view->state;
    struct app_context *context = view_context(view);
    struct collecting collecting = {.view = view, .clock = clock};
    home->n_due = 0;
    home->more = false;
    return deadline_todo(context->store, context->actor, clock->rules, clock->calendar, today_of(view), false, home->room + 1, add_due, &collecting, err);
}

/* ---- the alarm of a station that was long away: seven days run from the receipt there (法律援助法第四十三条) ---- */

struct waiting {
    int64_t count;
    int32_t first; /* received on */
};

static bool first_waiting(void *context, const struct record *kase, const struct list_key *key)
{
    struct waiting *waiting = context;
    (void)key;
    waiting->first = (int32_t)record_get(kase, catalogue_field(kase->type, "received_on")).number;
    return false;
}

/* Applications received here and not yet decided. */
static enum status read_waiting(struct view *view, struct waiting *waiting, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find("case");
    struct filter filter = {.type = type, .n_terms = 1};
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "state"), .op = FILTER_EQ, .value = value_string("S2")};
    struct list_query query = {.type = type, .filter = &filter, .ascending = true, .limit = 1};
    enum status status = records_count(context->store, context->actor, type, &filter, &waiting->count, err);
    if (status == STATUS_OK && waiting->count > 0)
        status = records_list(context->store, context->actor, &query, first_waiting, waiting, err);
    return status;
}

static enum status add_alarm(struct view *view, const struct due_clock *clock, struct errmsg *err)
{
    struct home *home = view->state;
    struct app_context *context = view_context(view);
    struct waiting waiting = {0, 0};
    int64_t at_ms = 0;
    if (context->machine->center || home->pending == 0)
        return STATUS_OK;
    enum status status = last_sync(view, &at_ms, err);
    if (status == STATUS_OK)
        status = read_waiting(view, &waiting, err);
    if (status != STATUS_OK || waiting.count == 0)
        return status;
    int32_t today = today_of(view), since = at_ms > 0 ? day_of_ms(at_ms, DAY_OFFICE_OFFSET_MIN) : waiting.first;
    if (today - since >= rules_int(clock->rules, "receipt_alarm_days", today))
        snprintf(add_other(home, WORK_ALARM)->text, HOME_TEXT_BYTES, _("同步  %d 天没有联上县中心，%lld 件申请已收件，审查期限在走"), (int)(today - since), (long long)waiting.count);
    return STATUS_OK;
}

static bool count_quarantined(void *context, int64_t lsn, const struct log_id *log, uint64_t seq, const char *reason)
{
    (void)lsn, (void)log, (void)seq, (void)reason;
    ++*(int64_t *)context;
    return true;
}

static void read_today(struct view *view, struct home *home)
{
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find("consultation");
    struct filter filter;
    char day[DAY_TEXT_BYTES], text[64];
    day_format(today_of(view), day);
    snprintf(text, sizeof text, "date=%s", day);
    if (filter_parse(&filter, type, context->codes, text, NULL) != STATUS_OK)
        return;
    records_count(context->store, context->actor, type, &filter, &home->today, NULL);
    filter_release(&filter);
}

static bool take_latest(void *context, const struct sync_attempt *attempt)
{
    *(struct sync_attempt *)context = *attempt;
    return false;
}

static enum status read_counts(struct view *view, struct errmsg *err)
{
    struct home *home = view->state;
    struct app_context *context = view_context(view);
    struct replica_state replica;
    home->conflicts = home->quarantined = home->flagged = 0;
    home->alone = machine_is_alone(context->store, context->machine);
    enum status status = conflict_count(context->store, context->actor, &home->conflicts, err);
    if (status == STATUS_OK)
        status = replica_quarantine_list(context->store, count_quarantined, &home->quarantined, err);
    if (status == STATUS_OK && flagged_may_review(context->actor))
        status = flagged_count(context->store, context->actor, &home->flagged, err);
    if (status == STATUS_OK)
        status = replica_state(context->store, &replica, err);
    if (status == STATUS_OK)
        home->pending = home->alone ? 0 : replica.pending;
    home->latest = (struct sync_attempt){.ok = true};
    if (status == STATUS_OK && home->pending > 0)
        status = sync_attempt_list(context->store, 1, take_latest, &home->latest, err);
    return status;
}

/* What a restore waits for comes before everything else. */
static enum status add_notices(struct view *view, struct errmsg *err)
{
    struct home *home = view->state;
    struct sync_notice notice;
    struct buf text;
    enum status status = sync_notice_read(view_context(view)->store, &notice, err);
    buf_init(&text, HOME_TEXT_BYTES);
    for (size_t i = 0; i < NOTICE_TEXTS && status == STATUS_OK; i++) {
        buf_clear(&text);
        if (sync_notice_text(&notice, i, &text))
            snprintf(add_other(home, WORK_ALARM)->text, HOME_TEXT_BYTES, _("同步  %s"), buf_cstr(&text));
    }
    buf_release(&text);
    return status;
}

/* Applications that somebody drafted, a volunteer who may not receive them: whoever may sees them until they are. */
static enum status add_drafted(struct view *view, struct errmsg *err)
{
    struct home *home = view->state;
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find("case");
    struct filter filter = {.type = type, .n_terms = 1};
    int64_t count = 0;
    if (context->actor->role == ROLE_VOLUNTEER || !actor_may_write(context->actor) || context->machine->center)
        return STATUS_OK;
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "state"), .op = FILTER_EQ, .value = value_string("S1")};
    enum status status = records_count(context->store, context->actor, type, &filter, &count, err);
    if (status == STATUS_OK && count > 0)
        snprintf(add_other(home, WORK_RECEIVE)->text, HOME_TEXT_BYTES, _("收件  %lld 件申请起草好了，等收件"), (long long)count);
    return status;
}

/* Cases that the center gave to this station or took from it, until this person has read it. */
static enum status add_passages(struct view *view, struct errmsg *err)
{
    struct home *home = view->state;
    struct app_context *context = view_context(view);
    struct passage_counts counts;
    struct buf text;
    enum status status = context->machine->center ? STATUS_OK : passage_count(context->store, context->actor, &counts, err);
    if (context->machine->center || status != STATUS_OK || counts.left + counts.came == 0)
        return status;
    buf_init(&text, HOME_TEXT_BYTES);
    if (counts.left + counts.came == 1)
        passage_text(&counts.newest, &text);
    else if (counts.left > 0 && counts.came > 0)
        buf_printf(&text, _("%lld 件由县中心移送走，%lld 件移送来或请协办，看一看"), (long long)counts.left, (long long)counts.came);
    else
        buf_printf(&text, counts.left > 0 ? _("%lld 件由县中心移送到别的站，看一看") : _("%lld 件由县中心移送到本站，看一看"), (long long)(counts.left + counts.came));
    snprintf(add_other(home, WORK_PASSAGE)->text, HOME_TEXT_BYTES, _("移交  %s"), buf_cstr(&text));
    buf_release(&text);
    return status;
}

/* What the machines disagree about, what could not be applied, and the alarm. */
static enum status read_others(struct view *view, const struct due_clock *due, struct errmsg *err)
{
    struct home *home = view->state;
    home->n_others = 0;
    enum status status = read_counts(view, err);
    if (status == STATUS_OK)
        status = add_notices(view, err);
    struct buf clock;
    buf_init(&clock, HOME_TEXT_BYTES);
    if (clock_is_wrong(view, &clock))
        snprintf(add_other(home, WORK_ALARM)->text, HOME_TEXT_BYTES, _("时钟  %s"), buf_cstr(&clock));
    buf_release(&clock);
    if (home->conflicts > 0)
        snprintf(add_other(home, WORK_CONFLICT)->text, HOME_TEXT_BYTES, _("冲突  %lld 处两边都改过，请定一个"), (long long)home->conflicts);
    if (home->quarantined > 0)
        snprintf(add_other(home, WORK_QUARANTINE)->text, HOME_TEXT_BYTES, _("隔离  %lld 条变更不能应用，请告诉县中心"), (long long)home->quarantined);
    if (home->flagged > 0)
        snprintf(add_other(home, WORK_FLAGGED)->text, HOME_TEXT_BYTES, _("复核  有 %lld 条变更要人看一遍"), (long long)home->flagged);
    if (status == STATUS_OK)
        status = add_passages(view, err);
    if (status == STATUS_OK)
        status = add_drafted(view, err);
    return status == STATUS_OK ? add_alarm(view, due, err) : status;
}

static void append_rows(struct home *home, const struct work *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (home->n < home->room)
            home->work[home->n++] = rows[i];
        else
            home->more = true;
    }
}

/* Drafts, the others, then periods, as far as rows go. */
static enum status read_rows(struct view *view, const struct due_clock *clock, struct errmsg *err)
{
    struct home *home = view->state;
    struct app_context *context = view_context(view);
    home->n = home->n_drafts = 0;
    enum status status = read_due(view, clock, err);
    if (status == STATUS_OK)
        status = read_others(view, clock, err);
    if (status == STATUS_OK)
        status = draft_list(context->store, context->actor, add_draft, home, err);
    sum_up_drafts(home);
    append_rows(home, home->others, home->n_others);
    append_rows(home, home->due, home->n_due);
    return status;
}

/* Places stand in a grid, as many to a row as the screen is wide. */
static int place_columns(void)
{
    int columns = HOME_PLACE_COLUMNS;
    for (size_t i = 0; i < HOME_PLACES; i++) {
        int label = (int)width_text(_(places[i].label), strlen(_(places[i].label))) + HOME_NUMBER_COLUMNS;
        columns = label > columns ? label : columns;
    }
    return columns;
}

static int places_in_row(int cols)
{
    return (cols - 1) / place_columns();
}

static int place_rows(const struct view *view, int cols)
{
    int here = 0;
    for (size_t i = 0; i < HOME_PLACES; i++)
        here += place_of(view, i + HOME_FIRST_PLACE) != NULL;
    return (here + places_in_row(cols) - 1) / places_in_row(cols);
}

/* The rule over the places; below them the number, two rows, message and keys. */
static int menu_row(const struct view *view, int rows, int cols)
{
    return rows - 6 - place_rows(view, cols);
}

/* A row that was chosen stays so, whatever comes in above it: Enter opens what the person looked at. */
static void select_again(struct home *home, const struct work *chosen)
{
    for (size_t i = 0; i < home->n; i++) {
        const struct work *work = &home->work[i];
        if (work->kind != chosen->kind || work->type != chosen->type || !id_equal(work->id, chosen->id))
            continue;
        home->selected = i;
        if (work->kind != WORK_DUE || strcmp(work->text, chosen->text) == 0) /* a case may have several periods */
            return;
    }
}

static void read_work(struct view *view)
{
    struct home *home = view->state;
    struct work chosen = home->work[home->selected];
    bool chose = home->n > 0 && home->selected > 0;
    struct due_clock clock;
    struct errmsg err = {{0}};
    int rows = menu_row(view, view->app->rows >= APP_MIN_ROWS ? view->app->rows : APP_MIN_ROWS, view->app->cols >= APP_MIN_COLS ? view->app->cols : APP_MIN_COLS) - HOME_WORK_ROW;
    home->room = rows < HOME_WORK_MAX ? (size_t)rows : HOME_WORK_MAX;
    home->rows = view->app->rows;
    home->cols = view->app->cols;
    enum status status = due_open(view, &clock, &err);
    if (status == STATUS_OK) {
        status = read_rows(view, &clock, &err);
        due_close(&clock);
    }
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    read_today(view, home);
    if (chose)
        select_again(home, &chosen);
    if (home->selected >= home->n)
        home->selected = home->n > 0 ? home->n - 1 : 0;
}

static enum status home_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    (void)argument, (void)err;
    read_work(view);
    return STATUS_OK;
}

/* ---- going there ---- */

static void open_work(struct view *view, size_t index)
{
    struct home *home = view->state;
    struct work work = home->work[index];
    home->selected = index;
    if (work.kind == WORK_DRAFT)
        view_open_draft(view->app, work.type, work.id, work.record);
    else if (work.kind == WORK_DRAFTS)
        app_open(view->app, &view_drafts, NULL);
    else if (work.kind == WORK_DUE)
        view_open_record(view->app, work.type, work.id);
    else if (work.kind == WORK_RECEIVE)
        app_open(view->app, &view_record_list, &(struct view_argument){.type = "case", .where = "state=S1"});
    else if (work.kind == WORK_PASSAGE)
        app_open(view->app, &view_passages, NULL);
    else
        app_open(view->app, work.kind == WORK_CONFLICT ? &view_conflicts : work.kind == WORK_FLAGGED ? &view_flagged : view_sync_of(view_context(view)), NULL);
}

static void open_number(struct view *view)
{
    struct home *home = view->state;
    unsigned long number = strtoul(home->typed, NULL, 10);
    home->typed[0] = home->scanned[0] = '\0';
    const struct place *place = place_of(view, number);
    if (place != NULL) {
        app_open(view->app, place->view == &view_sync ? view_sync_of(view_context(view)) : place->view, &place->argument);
    } else if (number >= 1 && number <= home->n) {
        open_work(view, number - 1);
    } else {
        app_fail(view->app, "没有编号 %lu", number);
    }
}

/* Digits, and the X that ends some identity numbers. True: the key is a part of such a number, and of nothing else here. */
static bool scanned_key(struct home *home, struct key key)
{
    size_t len = strlen(home->scanned);
    int digit = key_digit(key);
    uint32_t code = key_command_code(key);
    bool check = len == HOME_SCANNED_MAX - 1 && (code == 'X' || code == 'x');
    if (digit < 0 && !check) {
        if (key.kind != K_ENTER)
            home->scanned[0] = '\0';
        return false;
    }
    if (len < HOME_SCANNED_MAX) {
        home->scanned[len] = check ? 'X' : (char)('0' + digit);
        home->scanned[len + 1] = '\0';
    }
    return check || len >= HOME_TYPED_MAX;
}

/* Whose number was scanned. */
static void find_scanned(struct view *view)
{
    struct home *home = view->state;
    char number[HOME_SCANNED_MAX + 1];
    snprintf(number, sizeof number, "%s", home->scanned);
    home->scanned[0] = home->typed[0] = '\0';
    app_open(view->app, &view_search, &(struct view_argument){.text = number});
}

static bool number_key(struct view *view, struct key key)
{
    struct home *home = view->state;
    size_t len = strlen(home->typed);
    int digit = key_digit(key);
    if (scanned_key(home, key)) {
        if (strlen(home->scanned) < HOME_SCANNED_MIN)
            app_beep(view->app); /* one digit too many for a number of a place */
        return true;
    }
    if (digit >= 0 && len < HOME_TYPED_MAX) {
        home->typed[len] = (char)('0' + digit);
        home->typed[len + 1] = '\0';
        return true;
    }
    if (digit >= 0) {
        app_beep(view->app);
        return true;
    }
    if (len > 0 && key.kind == K_BACKSPACE) {
        home->typed[len - 1] = '\0';
        return true;
    }
    return false;
}

static bool home_key(struct view *view, struct key key)
{
    struct home *home = view->state;
    if (number_key(view, key))
        return true;
    if (key.modifiers != 0)
        return false;
    switch (key.kind) {
    case K_UP:
    case K_DOWN:
        home->typed[0] = '\0';
        if (key.kind == K_UP ? home->selected > 0 : home->selected + 1 < home->n)
            home->selected = key.kind == K_UP ? home->selected - 1 : home->selected + 1;
        else
            app_beep(view->app);
        return true;
    case K_ENTER:
        if (strlen(home->scanned) >= HOME_SCANNED_MIN)
            find_scanned(view);
        else if (home->typed[0] != '\0')
            open_number(view);
        else if (home->n > 0)
            open_work(view, home->selected);
        else
            app_fail(view->app, "没有待办。打编号再按 Enter，如 11 咨询速录");
        return true;
    case K_ESC: /* Back would end the program here: only F10 does */
        home->typed[0] = '\0';
        return true;
    default:
        return false;
    }
}

/* A draft whose record or case has moved on could never be finished: a person may throw it away. */
static void ask_discard(struct view *view)
{
    static const char *const ANSWERS[] = {"不要了", "留着"};
    struct home *home = view->state;
    bool draft = home->n > 0 && home->work[home->selected].kind == WORK_DRAFT;
    home->discarding = draft ? home->work[home->selected].id : (struct id){{0}};
    if (draft)
        app_ask(view->app, HOME_ASK_DISCARD, "选中的草稿不要了？没有保存的内容就没有了", ANSWERS, 2, 0);
    else
        app_say(view->app, "选中一条草稿，再按 Ctrl-D");
}

static void home_answer(struct view *view, const struct view_answer *answer)
{
    struct home *home = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    if (answer->cancelled || answer->tag != HOME_ASK_DISCARD || answer->chosen != 1)
        return;
    enum status status = draft_delete(context->store, context->actor, home->discarding, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    read_work(view);
}

static bool home_command(struct view *view, int command)
{
    switch (command) {
    case COMMAND_DISCARD:
        ask_discard(view);
        return true;
    case COMMAND_SEARCH:
        app_open(view->app, &view_search, NULL);
        return true;
    case COMMAND_NEW:
        app_open(view->app, &view_consult_entry, NULL);
        return true;
    default:
        return false;
    }
}

/* ---- drawing ---- */

static void home_title(struct view *view, struct buf *left, struct buf *right)
{
    static const char *const weekdays[] = {"日", "一", "二", "三", "四", "五", "六"};
    struct home *home = view->state;
    struct app_context *context = view_context(view);
    int64_t now = app_now_ms(view->app);
    char day[SHORT_DAY_BYTES], at[CLOCK_TEXT_BYTES];
    short_day_text(today_of(view), now, day);
    minute_text(now, at);
    if (strstr(context->machine->name, CHINESE("法律援助")) == NULL) /* most names say it themselves, and there is no room for it twice */
        buf_printf(left, "%s  ", context->machine->center ? _("法律援助中心") : _("法律援助工作站"));
    buf_puts(left, context->machine->name);
    buf_printf(right, _("  %s  %s 周%s %s"), actor_called(context->actor), day, _(weekdays[day_weekday(today_of(view))]), at);
    if (!context->machine->center && !home->alone)
        buf_printf(right, _("  待发 %lld 条"), (long long)home->pending);
}

static void draw_places(const struct view *view, struct canvas *canvas, int row)
{
    int columns = place_columns(), in_row = places_in_row(canvas->cols), n = 0;
    canvas_rule(canvas, row++);
    for (size_t i = 0; i < HOME_PLACES; i++) {
        if (place_of(view, i + HOME_FIRST_PLACE) == NULL)
            continue;
        canvas_printf(canvas, row + n / in_row, 1 + n % in_row * columns, columns - 1, STYLE_NORMAL, "%zu %s", i + HOME_FIRST_PLACE, _(places[i].label));
        n++;
    }
}

static void home_draw(struct view *view, struct canvas *canvas)
{
    struct home *home = view->state;
    int menu = menu_row(view, canvas->rows, canvas->cols), number = menu + 1 + place_rows(view, canvas->cols);
    if (home->rows != view->app->rows || home->cols != view->app->cols)
        read_work(view);
    canvas_rule(canvas, 1);
    canvas_printf(canvas, 2, 1, 20, STYLE_BOLD, "待办 %zu%s", home->n, home->more ? "+" : "");
    int count = canvas->cols < GRID_WIDE ? HOME_COUNT_NARROW : HOME_COUNT_COLUMN;
    canvas_printf(canvas, 2, count, canvas->cols - 1 - count, STYLE_NORMAL, "今日已录 %lld     草稿 %zu", (long long)home->today, home->n_drafts);
    for (size_t i = 0; i < home->n && HOME_WORK_ROW + (int)i < menu; i++) {
        bool selected = i == home->selected && home->typed[0] == '\0';
        char line[HOME_TEXT_BYTES + 24];
        snprintf(line, sizeof line, "%s%2zu %s", selected ? ">" : " ", i + 1, home->work[i].text);
        canvas_paragraph(canvas, HOME_WORK_ROW + (int)i, 0, 1, canvas->cols, home->work[i].presses ? STYLE_OVERDUE : STYLE_NORMAL, line); /* what is cut ends in ".." */
    }
    if (home->n == 0)
        canvas_puts(canvas, HOME_WORK_ROW, 1, canvas->cols - 2, STYLE_NORMAL, _("没有待办。F5 录咨询；别的打下面的编号，再按 Enter"));
    draw_places(view, canvas, menu);
    int end = 1 + canvas_printf(canvas, number, 1, -1, STYLE_NORMAL, "编号 [%s%s]", home->typed, &"__"[strlen(home->typed)]);
    if (home->typed[0] != '\0' || home->n == 0)
        canvas_set_cursor(canvas, number, end - 1 - HOME_TYPED_MAX + (int)strlen(home->typed));
    else
        canvas_set_cursor(canvas, HOME_WORK_ROW + (int)home->selected, 0);
}

static void home_hint(struct view *view, size_t columns, struct buf *out)
{
    struct home *home = view->state;
    (void)columns;
    unsigned long number = strtoul(home->typed, NULL, 10);
    if (place_of(view, number) != NULL)
        buf_printf(out, _("Enter 到 %s"), _(place_of(view, number)->label));
    else if (home->pending > 0 && !view_context(view)->machine->center)
        buf_printf(out, home->latest.ok ? _("断网照常录入，%lld 条待发，联上县中心自动送出") : _("断网照常录入，%lld 条待发；最近没有送出: %s"), (long long)home->pending, home->latest.reason); /* revoked, say: it never will be */
    else if (home->more)
        buf_printf(out, _("待办里只列最先到期的，全部在 %zu 期限"), place_number(&view_todo));
}

static const struct keymap *home_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT},
        {"F3", COMMAND_SEARCH, "查找", 0},             {"F5", COMMAND_NEW, "咨询速录", 0},
        {"Ctrl-D", COMMAND_DISCARD, "丢草稿", 0},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},    {"F10", COMMAND_BACK, P_("key", "退出"), BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

static void home_tick(struct view *view, int64_t now_ms)
{
    /* The clock in the title shows minutes. */
    if (now_ms % 60000 < 1000)
        app_touch(view->app);
}

const struct view_class view_home = {
    .name = "home",
    .state_bytes = sizeof(struct home),
    .help = "打编号再按 Enter: 1 到 10 是待办，11 起是各个屏幕。断网、断线不丢字: 没写完的自动成草稿，列在待办里。\n"
            "草稿、冲突之后是各件的法定期限，先到期的在前: 剩几天、超几天、哪个期限（D01 审查决定等）；Enter 打开那一件。全部期限和长短见“期限”“规则”。",
    .open = home_open,
    .key = home_key,
    .command = home_command,
    .draw = home_draw,
    .title = home_title,
    .keymap = home_keymap,
    .hint = home_hint,
    .answer = home_answer,
    .refresh = read_work,
    .tick = home_tick,
};
