/* tui/views/report_summary_words.c - the words in the summary that a person may write: each slot with whose words it says now, the words in full below the list. Enter opens them in the record form. See report_summary.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/filter.h"
#include "tui/views/report_summary.h"
#include "tui/views/views.h"

enum { CELLS = 3, NOTE_ROWS = 5, WHERE_BYTES = 1 << 17, SLOT_TEXT_BYTES = 1 << 16, FIRST_BYTES = 400, OF_PERIOD = 1, OF_EVERY_PERIOD = 2, WHOSE_PERIOD = 2, WHOSE_COUNTY = 1, OTHER_TAG = 1000 };

static const struct list_column columns[CELLS] = {{"文字", 16, false}, {"谁写的", 6, false}, {"现在写着", 0, false}};

static const char *whose_words(int whose)
{
    return whose == WHOSE_PERIOD ? _("本期") : whose == WHOSE_COUNTY ? _("本县") : _("出厂");
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

void summary_words_rows_release(struct summary_view *state)
{
    for (size_t i = 0; i < state->n_slots; i++) {
        free(state->slots[i].text);
        state->slots[i].text = NULL;
    }
}

static enum status read_slot(const struct form_desk *desk, const struct period *period, struct summary_words_row *row, struct errmsg *err)
{
    struct buf text;
    buf_init(&text, SLOT_TEXT_BYTES);
    enum status status = summary_slot_text(desk, period, row->slot.name, &text, &row->whose, err);
    row->text = status == STATUS_OK ? strdup(buf_cstr(&text)) : NULL;
    if (status == STATUS_OK && row->text == NULL)
        status = errmsg_set(err, STATUS_NOMEM, "内存不足");
    buf_release(&text);
    return status;
}

struct reading {
    struct summary_view *state;
    enum status status;
};

/* What the period's words say beside the slots of the list: how a figure is told ("R1@2"). */
static bool add_other(void *context, const struct record *text, const struct list_key *key)
{
    struct reading *reading = context;
    const char *slot = record_text(text, "slot");
    char first[FIRST_BYTES];
    (void)key;
    for (size_t i = 0; i < reading->state->n_slots; i++)
        if (strcmp(reading->state->slots[i].slot.name, slot) == 0)
            return true;
    copy_text(first, sizeof first, record_text(text, "text"));
    struct list_row row = {.id = text->id, .tag = OTHER_TAG, .cells = {slot, whose_words(WHOSE_PERIOD), first}};
    reading->status = list_memory_add(&reading->state->words.memory, &row, CELLS);
    return reading->status == STATUS_OK;
}

static enum status add_others(struct summary_view *state, const struct form_desk *desk, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("report_text");
    struct filter filter = {.type = type, .n_terms = 1, .terms = {{.field = catalogue_field(type, "period"), .op = FILTER_EQ, .value = value_string(state->period.name)}}};
    struct list_query query = {.type = type, .filter = &filter};
    struct reading reading = {.state = state};
    enum status status = records_list(desk->store, desk->actor, &query, add_other, &reading, err);
    return status == STATUS_OK ? reading.status : status;
}

static enum status add_row(struct summary_view *state, size_t index)
{
    const struct summary_words_row *slot = &state->slots[index];
    char first[FIRST_BYTES];
    copy_text(first, sizeof first, slot->text);
    struct list_row row = {.id = {{3, (uint8_t)index}}, .tag = (uint32_t)index, .cells = {_(slot->slot.label), whose_words(slot->whose), first[0] != '\0' ? first : _("（空着）")}};
    return list_memory_add(&state->words.memory, &row, CELLS);
}

enum status summary_words_rows(struct view *view, const struct form_desk *desk, struct errmsg *err)
{
    struct summary_view *state = view->state;
    enum status status = STATUS_OK;
    summary_words_rows_release(state);
    list_memory_clear(&state->words.memory);
    for (size_t i = 0; status == STATUS_OK && i < state->n_slots; i++) {
        status = read_slot(desk, &state->period, &state->slots[i], err);
        if (status == STATUS_OK)
            status = add_row(state, i);
    }
    return status == STATUS_OK ? add_others(state, desk, err) : status;
}

enum status summary_words_open(struct view *view, struct errmsg *err)
{
    struct summary_view *state = view->state;
    struct summary_slot slot;
    size_t n = 0;
    while (summary_slot_at(n, &slot))
        n++;
    state->slots = calloc(n > 0 ? n : 1, sizeof *state->slots);
    if (state->slots == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    for (state->n_slots = 0; state->n_slots < n; state->n_slots++)
        (void)summary_slot_at(state->n_slots, &state->slots[state->n_slots].slot);
    return summary_list_open(view, &state->words, columns, CELLS, err);
}

/* ---- to the form -------------------------------------------------------------------------------------------------- */

static const struct summary_words_row *selected(struct summary_view *state)
{
    const struct list_row *row = list_selected(&state->words.list);
    return row != NULL && row->tag != OTHER_TAG ? &state->slots[row->tag] : NULL;
}

static bool take_id(void *context, const struct record *record, const struct list_key *key)
{
    (void)key;
    *(struct id *)context = record->id;
    return false;
}

/* The row that says the slot; zero: there is none. period "": of every period. */
static enum status find_row(struct view *view, const char *slot, const char *period, struct id *id, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find("report_text");
    struct filter filter = {.type = type, .n_terms = 2};
    struct list_query query = {.type = type, .filter = &filter, .limit = 1};
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "slot"), .op = FILTER_EQ, .value = value_string(slot)};
    filter.terms[1] = (struct filter_term){.field = catalogue_field(type, "period"), .op = FILTER_EQ, .value = period[0] != '\0' ? value_string(period) : value_null()};
    *id = (struct id){{0}};
    return records_list(context->store, context->actor, &query, take_id, id, err);
}

static void put_quoted(const char *text, struct buf *out)
{
    buf_putc(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buf_putc(out, '\'');
        buf_putc(out, (uint8_t)*text);
    }
    buf_putc(out, '\'');
}

/* A new one begins with what the slot says now. */
static void begin_row(struct view *view, const struct summary_words_row *row, const char *period)
{
    struct buf where;
    buf_init(&where, WHERE_BYTES);
    buf_printf(&where, "slot=%s", row->slot.name);
    if (period[0] != '\0')
        buf_printf(&where, " and period=%s", period);
    if (row->text[0] != '\0') {
        buf_puts(&where, " and text=");
        put_quoted(row->text, &where);
    }
    if (where.status == STATUS_OK)
        view_open_new(view->app, catalogue_find("report_text"), buf_cstr(&where));
    else
        app_fail(view->app, "%s", status_text(where.status));
    buf_release(&where);
}

static void open_words(struct view *view, const char *period)
{
    const struct summary_words_row *row = selected(view->state);
    struct errmsg err = {{0}};
    struct id id;
    enum status status = find_row(view, row->slot.name, period, &id, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    else if (!id_is_zero(id))
        view_open_record(view->app, catalogue_find("report_text"), id);
    else
        begin_row(view, row, period);
}

static void ask_whose(struct view *view)
{
    static const char *const ANSWERS[] = {"只改这一期", "以后每期都这样写"};
    struct summary_view *state = view->state;
    struct errmsg err = {{0}};
    const struct summary_words_row *row = selected(state);
    const struct list_row *other = list_selected(&state->words.list);
    if (row == NULL && other != NULL)
        view_open_record(view->app, catalogue_find("report_text"), other->id);
    else if (row == NULL)
        app_beep(view->app);
    else if (row->whose == WHOSE_PERIOD)
        open_words(view, state->period.name);
    else if (records_may_write(view_context(view)->actor, catalogue_find("report_text"), &err) != STATUS_OK)
        app_fail(view->app, "%s", err.text);
    else
        app_ask(view->app, ASK_SUMMARY_WHOSE, row->whose == WHOSE_COUNTY ? "现在是本县每期都用的话" : "现在是出厂的话", ANSWERS, 2, 0);
}

bool summary_words_key(struct view *view, struct key key)
{
    struct summary_view *state = view->state;
    bool opened;
    bool used = summary_list_key(view, &state->words, key, &opened);
    if (opened)
        ask_whose(view);
    return used;
}

/* How a figure is told at one place of the text: the slot is typed. */
void summary_words_new(struct view *view)
{
    struct summary_view *state = view->state;
    char where[sizeof "period=" + PERIOD_NAME_BYTES];
    snprintf(where, sizeof where, "period=%s", state->period.name);
    view_open_new(view->app, catalogue_find("report_text"), where);
}

void summary_words_answer(struct view *view, const struct view_answer *answer)
{
    struct summary_view *state = view->state;
    if (answer->tag == ASK_SUMMARY_WHOSE)
        open_words(view, answer->chosen == OF_PERIOD ? state->period.name : "");
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

void summary_words_draw(struct view *view, struct canvas *canvas)
{
    struct summary_view *state = view->state;
    int note = summary_list_draw(view, &state->words, canvas, NOTE_ROWS);
    const struct summary_words_row *row = selected(state);
    if (row == NULL) {
        canvas_puts(canvas, note, 1, canvas->cols - 2, STYLE_DIM, _("正文里一个数照这样写，别处不变；和统计的数不一致时不能上报"));
        return;
    }
    canvas_puts(canvas, note, 1, canvas->cols - 2, STYLE_DIM, _(row->slot.help));
    summary_notes_draw(canvas, note + 1, NOTE_ROWS - 1, row->text);
}
