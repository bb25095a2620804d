/* tui/views/outreach_tally.c - counting a crowd: a digit is a category, each press is one person, on the disk before the number on the screen changes (core/outreach/event.h, event_tally).
 *
 * '-' and a digit takes one back, '+', a number and Enter, then a digit adds so many; Ctrl-Z takes back the last press, whatever it was. What the keys mean stays for this event and
 * laptop (core/outreach/outreach_desk.h); F4 changes one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/filter.h"
#include "tui/views/common.h"
#include "tui/views/outreach_place.h"
#include "tui/views/views.h"

enum { HEAD_ROW = 2, FIRST_ROW = 3, TOTAL_ROW = FIRST_ROW + DESK_KEYS + 2, NUMBER_COL = 30, NUMBER_COLUMNS = 8, UNDO_MAX = 200, STEP_DIGITS = 4, PICK_CATEGORY = 1, ID_WHERE_BYTES = 96 };

enum mode {
    MODE_COUNT,  /* a digit counts */
    MODE_LESS,   /* the next digit takes one back */
    MODE_NUMBER, /* digits are a number */
    MODE_MANY,   /* the next digit adds the number */
    MODE_CHANGE  /* the next digit is the key to be changed */
};

struct press {
    char category[DESK_CODE_BYTES];
    int64_t step;
};

struct tally {
    struct outreach_place place;
    int64_t counts[DESK_KEYS], others, total, consulted; /* others: categories without a key; consulted: with those written down one by one */
    size_t selected; /* place on the screen, from 0: the last key pressed */
    enum mode mode;
    char number[STEP_DIGITS + 1];
    int changing; /* key */
    struct press presses[UNDO_MAX];
    size_t n_presses;
};

/* Keys stand in the order 1 .. 9, 0. */
static size_t key_of_row(size_t row)
{
    return (row + 1) % DESK_KEYS;
}

static size_t row_of_key(size_t key)
{
    return (key + DESK_KEYS - 1) % DESK_KEYS;
}

static const char *category_name(const struct view *view, size_t key)
{
    struct tally *state = view->state;
    return _(code_book_name(view_context(view)->codes, "category", state->place.desk.keys[key]));
}

/* ---- reading ---- */

static bool add_row(void *context, const struct record *record, const struct list_key *list_key)
{
    struct tally *state = context;
    int key = outreach_desk_key(&state->place.desk, record_text(record, "category"));
    struct value persons = record_get(record, catalogue_field(record->type, "persons"));
    int64_t number = persons.kind == VALUE_INT ? persons.number : 1;
    (void)list_key;
    if (key >= 0)
        state->counts[key] += number;
    else
        state->others += number;
    state->total += number;
    return true;
}

static enum status read_counts(struct view *view, struct errmsg *err)
{
    struct tally *state = view->state;
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find("consultation");
    struct event_totals totals;
    struct filter filter;
    char id[ID_TEXT_BYTES], where[ID_WHERE_BYTES];
    memset(state->counts, 0, sizeof state->counts);
    state->others = state->total = 0;
    id_format(state->place.event.id, id);
    snprintf(where, sizeof where, "event=%s and tally=1", id);
    enum status status = filter_parse(&filter, type, context->codes, where, err);
    if (status != STATUS_OK)
        return status;
    struct list_query query = {.type = type, .filter = &filter};
    status = records_list(context->store, context->actor, &query, add_row, state, err);
    filter_release(&filter);
    if (status == STATUS_OK)
        status = event_totals(context->store, context->actor, context->codes, &state->place.event, &totals, err);
    if (status == STATUS_OK)
        state->consulted = totals.consulted;
    return status;
}

static void show_counts(struct view *view)
{
    struct errmsg err = {{0}};
    enum status status = read_counts(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* Keys that were never chosen are chosen now, and stay. */
static enum status settle_keys(struct view *view, struct errmsg *err)
{
    struct tally *state = view->state;
    struct app_context *context = view_context(view);
    struct outreach_desk before = state->place.desk;
    enum status status = outreach_desk_fill(context->store, context->actor, context->codes, &state->place.event, &state->place.desk, err);
    if (status == STATUS_OK && memcmp(&before, &state->place.desk, sizeof before) != 0)
        status = outreach_desk_save(context->store, state->place.event.id, &state->place.desk, err);
    return status;
}

static enum status tally_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct tally *state = view->state;
    enum status status = outreach_place_open(&state->place, view, argument->id, err);
    if (status != STATUS_OK)
        return status;
    status = settle_keys(view, err);
    if (status == STATUS_OK)
        status = read_counts(view, err);
    if (status != STATUS_OK)
        outreach_place_close(&state->place);
    return status;
}

static void tally_close(struct view *view)
{
    outreach_place_close(&((struct tally *)view->state)->place);
}

static void tally_refresh(struct view *view)
{
    struct tally *state = view->state;
    if (outreach_place_refresh(&state->place, view))
        show_counts(view);
    else
        app_close(view->app);
}

/* ---- counting ---- */

static bool count(struct view *view, const char *category, int64_t step)
{
    struct tally *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    int64_t now = 0;
    enum status status = event_tally(context->store, context->actor, context->codes, context->random, &state->place.event, category, step, &now, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "没有计: %s", errmsg_text(&err, status));
    show_counts(view);
    return status == STATUS_OK;
}

static void remember(struct tally *state, const char *category, int64_t step)
{
    if (state->n_presses == UNDO_MAX) {
        memmove(&state->presses[0], &state->presses[1], (UNDO_MAX - 1) * sizeof state->presses[0]);
        state->n_presses--;
    }
    struct press *press = &state->presses[state->n_presses++];
    copy_text(press->category, sizeof press->category, category);
    press->step = step;
}

static void press_key(struct view *view, size_t key, int64_t step)
{
    struct tally *state = view->state;
    const char *category = state->place.desk.keys[key];
    state->selected = row_of_key(key);
    if (count(view, category, step)) {
        remember(state, category, step);
        app_say(view->app, "%s %+lld，现在 %lld", category_name(view, key), (long long)step, (long long)state->counts[key]);
    }
}

static void undo(struct view *view)
{
    struct tally *state = view->state;
    if (state->n_presses == 0) {
        app_fail(view->app, "没有刚按的可以撤回；减一人按 - 再按类别键");
        return;
    }
    struct press press = state->presses[state->n_presses - 1];
    if (!count(view, press.category, -press.step))
        return;
    state->n_presses--;
    int key = outreach_desk_key(&state->place.desk, press.category);
    state->selected = key >= 0 ? row_of_key((size_t)key) : state->selected;
    app_say(view->app, "已撤回 %s %+lld", _(code_book_name(view_context(view)->codes, "category", press.category)), (long long)press.step);
}

/* ---- keys ---- */

static void number_key(struct view *view, struct key key)
{
    struct tally *state = view->state;
    size_t len = strlen(state->number);
    int digit = key_digit(key);
    if (digit >= 0 && len < STEP_DIGITS) {
        state->number[len] = (char)('0' + digit);
        state->number[len + 1] = '\0';
    } else if (key.kind == K_BACKSPACE && len > 0) {
        state->number[len - 1] = '\0';
    } else if (key.kind == K_ENTER && atoi(state->number) > 0) {
        state->mode = MODE_MANY;
    } else {
        app_beep(view->app);
    }
}

static void change_key(struct view *view, int digit)
{
    struct tally *state = view->state;
    char title[64];
    state->changing = digit;
    state->mode = MODE_COUNT;
    snprintf(title, sizeof title, _("%d 键换成"), digit);
    app_pick(view->app, PICK_CATEGORY, code_source_of_book(view_context(view)->codes, "category"), title, "");
}

static bool digit_key(struct view *view, int digit)
{
    struct tally *state = view->state;
    enum mode mode = state->mode;
    if (mode == MODE_CHANGE) {
        change_key(view, digit);
        return true;
    }
    state->mode = MODE_COUNT;
    press_key(view, (size_t)digit, mode == MODE_LESS ? -1 : mode == MODE_MANY ? atoi(state->number) : 1);
    return true;
}

static bool tally_key(struct view *view, struct key key)
{
    struct tally *state = view->state;
    uint32_t code = key_command_code(key);
    bool named = key.kind == K_ENTER || key.kind == K_BACKSPACE;
    if (key.kind == K_ESC && key.modifiers == 0 && state->mode != MODE_COUNT) {
        state->mode = MODE_COUNT;
        return true;
    }
    if (state->mode == MODE_NUMBER && (key_digit(key) >= 0 || (named && key.modifiers == 0))) {
        number_key(view, key);
        return true;
    }
    if (key_digit(key) >= 0)
        return digit_key(view, key_digit(key));
    if (code == '-' || code == '+') {
        state->mode = code == '-' ? MODE_LESS : MODE_NUMBER;
        state->number[0] = '\0';
        return true;
    }
    if (key_is_text(key) || key.kind == K_PASTE || named) {
        app_beep(view->app);
        return true;
    }
    return false;
}

static bool tally_command(struct view *view, int command)
{
    struct tally *state = view->state;
    switch (command) {
    case COMMAND_UNDO:
        undo(view);
        return true;
    case COMMAND_CODES:
        state->mode = MODE_CHANGE;
        return true;
    case COMMAND_BACK:
        if (state->mode == MODE_COUNT)
            return false;
        state->mode = MODE_COUNT;
        return true;
    default:
        return false;
    }
}

static void tally_answer(struct view *view, const struct view_answer *answer)
{
    struct tally *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    if (answer->cancelled || answer->code == NULL)
        return;
    int elsewhere = outreach_desk_key(&state->place.desk, answer->code->code);
    struct outreach_desk desk = state->place.desk;
    if (elsewhere >= 0) /* the two change places: none is lost */
        memcpy(desk.keys[elsewhere], desk.keys[state->changing], DESK_CODE_BYTES);
    snprintf(desk.keys[state->changing], DESK_CODE_BYTES, "%s", answer->code->code);
    enum status status = outreach_desk_save(context->store, state->place.event.id, &desk, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "没有改: %s", errmsg_text(&err, status));
        return;
    }
    state->place.desk = desk;
    state->selected = row_of_key((size_t)state->changing);
    show_counts(view);
    app_say(view->app, "%d 键现在是 %s", state->changing, answer->code->name);
}

/* ---- drawing ---- */

static void tally_title(struct view *view, struct buf *left, struct buf *right)
{
    struct tally *state = view->state;
    buf_puts(left, _("计数  "));
    outreach_place_text(&state->place, view, left);
    buf_printf(right, _("  计数 %lld"), (long long)state->total);
}

static void put_count(struct canvas *canvas, int row, int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    canvas_put_right(canvas, row, NUMBER_COL, NUMBER_COLUMNS, STYLE_BOLD, text);
}

static void tally_draw(struct view *view, struct canvas *canvas)
{
    struct tally *state = view->state;
    canvas_rule(canvas, 1);
    canvas_puts(canvas, HEAD_ROW, 3, -1, STYLE_DIM, _("键  类别"));
    canvas_put_right(canvas, HEAD_ROW, NUMBER_COL, NUMBER_COLUMNS, STYLE_DIM, _("人次"));
    for (size_t i = 0; i < DESK_KEYS; i++) {
        size_t key = key_of_row(i);
        int row = FIRST_ROW + (int)i;
        canvas_printf(canvas, row, 0, NUMBER_COL, STYLE_NORMAL, "%s  %zu   %s", i == state->selected ? ">" : " ", key, category_name(view, key));
        put_count(canvas, row, state->counts[key]);
    }
    canvas_puts(canvas, FIRST_ROW + DESK_KEYS, 7, -1, STYLE_NORMAL, _("没有键的类别"));
    put_count(canvas, FIRST_ROW + DESK_KEYS, state->others);
    canvas_puts(canvas, TOTAL_ROW, 7, -1, STYLE_NORMAL, _("计数合计"));
    put_count(canvas, TOTAL_ROW, state->total);
    canvas_printf(canvas, TOTAL_ROW, NUMBER_COL + NUMBER_COLUMNS + 3, canvas->cols - NUMBER_COL - NUMBER_COLUMNS - 4, STYLE_NORMAL, "连逐条的 %lld 人次", (long long)state->consulted);
    canvas_set_cursor(canvas, FIRST_ROW + (int)state->selected, 0);
}

static void tally_hint(struct view *view, size_t columns, struct buf *out)
{
    struct tally *state = view->state;
    (void)columns;
    switch (state->mode) {
    case MODE_COUNT:
        buf_puts(out, _("按一下记一人，显示了就已经存好"));
        break;
    case MODE_LESS:
        buf_puts(out, _("减一人: 按类别的键；Esc 不减"));
        break;
    case MODE_NUMBER:
        buf_printf(out, _("一次加 [%s_] 人: 打人数再按 Enter；Esc 不加"), state->number);
        break;
    case MODE_MANY:
        buf_printf(out, _("加 %s 人: 按类别的键；Esc 不加"), state->number);
        break;
    case MODE_CHANGE:
        buf_puts(out, _("换哪个键: 按 0 到 9；Esc 不换"));
        break;
    }
}

static const struct keymap *tally_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"0-9", COMMAND_NONE, "加一人", BINDING_HINT},   {"-再0-9", COMMAND_NONE, "减", BINDING_HINT}, {"+", COMMAND_NONE, "加几人", BINDING_HINT},
        {"Ctrl-Z", COMMAND_UNDO, "撤回", 0},             {"F4", COMMAND_CODES, "换键", 0},             {"F6", COMMAND_BACK, "回到逐条", 0},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},      {"F10", COMMAND_BACK, "返回", BINDING_KEEP},  {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

static bool tally_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct tally *state = view->state;
    *type = state->place.event.type;
    *id = state->place.event.id;
    return n == 0;
}

const struct view_class view_outreach_tally = {
    .name = "outreach-tally",
    .state_bytes = sizeof(struct tally),
    .help = "人多来不及一条一条记时用: 一个数字键是一类，按一下加一人，马上存好。\n"
            "- 再按类别键减一人。+ 打人数 Enter，再按类别键，一次加几人。Ctrl-Z 撤回刚按的。\n"
            "键上的类别按这场问得多的排，排好就不动；F4 再按一个键，换成别的类别。",
    .open = tally_open,
    .close = tally_close,
    .key = tally_key,
    .command = tally_command,
    .draw = tally_draw,
    .title = tally_title,
    .keymap = tally_keymap,
    .hint = tally_hint,
    .answer = tally_answer,
    .refresh = tally_refresh,
    .shows = tally_shows,
};
