/* core/report/summary_check.c - figures of a summary that differ: between cells (core/data/report_checks.tsv), and between what the text tells and the cell it tells. See summary.h.
 *
 * A place of the text can only differ where the county worded it (report_text "R1", "R1@2"). Nobody can explain such a difference away: either the records or the words are wrong. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/summary_impl.h"
#include "core/report/told_number.h"

enum { MESSAGE_BYTES = 2048, FEN_OF_WAN = 1000000, GRAIN_OF_WAN = 10000 /* hundredths */ };

/* ---- cells ---- */

struct values {
    const struct form_desk *desk;
    const struct summary *summary;
    enum status status;
    struct errmsg *err;
};

static bool cell_value(void *context, const char *cell, int64_t org, int64_t *out)
{
    struct values *values = context;
    const struct summary_cell *own = summary_find(values->summary, cell);
    const struct ministry_form *form;
    const struct form_column *column = own == NULL ? form_book_cell(values->desk->book, cell, &form) : NULL;

    (void)org;
    if (own != NULL) {
        *out = own->value;
        return true;
    }
    if (column == NULL || values->status != STATUS_OK)
        return false;
    values->status = form_cell(values->desk, form, column, &values->summary->period, TALLY_ORG_ALL, out, values->err);
    return values->status == STATUS_OK;
}

/* ---- places ---- */

/* The figure in millionths of its unit as told: 件, 万元. */
static int64_t in_millionths(const struct summary_cell *cell, int64_t *grain)
{
    int64_t size = cell->value < 0 ? -cell->value : cell->value, product;

    *grain = cell->money ? GRAIN_OF_WAN : TOLD_ONE;
    if (cell->money)
        return size; /* a fen is a millionth of 万元 */
    return __builtin_mul_overflow(size, TOLD_ONE, &product) ? INT64_MAX / 2 : product;
}

/* Whether what stands at the place may tell its cell. *told: the number read, 0 when there is none. */
static bool place_fits(const struct summary_place *place, struct told_number *told)
{
    const struct summary_cell *cell = place->cell;
    int64_t grain, size = in_millionths(cell, &grain);

    if (!told_number_read(place->told, strlen(place->told), told)) {
        *told = (struct told_number){0};
        return true; /* it tells no number */
    }
    if (told->sign != 0 && cell->value != 0 && (told->sign < 0) != (cell->value < 0))
        return false;
    return told_number_fits(told, size, grain);
}

/* "一、宣传和咨询（第2处）". */
static void put_where(const struct summary_place *place, struct buf *out)
{
    buf_printf(out, "“%s”里%s的第%u处", place->section, place->cell->name, place->no);
}

/* Another place of the cell that tells something else. */
static const struct summary_place *other_place(const struct summary_telling *telling, const struct summary_place *place)
{
    for (size_t i = 0; i < telling->n_places; i++) {
        const struct summary_place *other = &telling->places[i];
        if (other != place && other->cell == place->cell && strcmp(other->told, place->told) != 0)
            return other;
    }
    return NULL;
}

static void put_message(const struct summary_telling *telling, const struct summary_place *place, struct buf *out)
{
    const struct summary_cell *cell = place->cell;
    const struct summary_place *other = other_place(telling, place);

    put_where(place, out);
    buf_printf(out, "（%s）写的是“%s”，记录统计是 ", cell->label, place->told);
    summary_put_value(cell, cell->value, out);
    buf_printf(out, " %s", cell->unit);
    if (other != NULL) {
        buf_puts(out, "，");
        put_where(other, out);
        buf_printf(out, "写的是“%s”", other->told);
    }
    buf_printf(out, "。记录错了就更正记录，或者加一条调整数(stat_entry，栏目 %s，写明理由)；文字错了就改总结文字 %s。", cell->name, place->slot);
}

/* What a failure of a place says; texts borrowed from message and place. */
static struct check_failure failure_of(const struct summary_place *place, const struct told_number *told, const struct buf *message)
{
    const struct summary_cell *cell = place->cell;
    struct check_failure failure = {.form = "summary", .rule = place->slot, .words = "正文里写的数与统计的数一致", .todo = "", .org_name = "合计", .n_cells = 2, .message = buf_cstr(message)};
    int64_t number = cell->money ? told->number : told->number / TOLD_ONE;

    failure.left = told->sign < 0 ? -number : number;
    failure.right = cell->value;
    failure.difference = failure.left - failure.right;
    failure.cells[0] = (struct check_cell){.value = failure.left, .left = true};
    failure.cells[1] = (struct check_cell){.value = failure.right};
    snprintf(failure.cells[0].cell, FORM_CELL_BYTES, "%.*s", FORM_CELL_BYTES - 1, place->slot);
    snprintf(failure.cells[1].cell, FORM_CELL_BYTES, "%.*s", FORM_CELL_BYTES - 1, cell->name);
    return failure;
}

static bool check_place(const struct summary_telling *telling, const struct summary_place *place, check_failure_row row, void *context, int64_t *open)
{
    struct told_number told;
    struct buf message;
    bool more = true;

    if (place->slot[0] == '\0' || place_fits(place, &told))
        return true;
    buf_init(&message, MESSAGE_BYTES);
    put_message(telling, place, &message);
    struct check_failure failure = failure_of(place, &told, &message);
    ++*open;
    more = row == NULL || row(context, &failure);
    buf_release(&message);
    return more;
}

/* Words for a place that the text does not have say nothing: their author thinks they do. */
static bool check_unused(const struct summary_telling *telling, const struct summary_word *word, check_failure_row row, void *context, int64_t *open)
{
    const char *figure;
    unsigned place, found = 0;
    char message[MESSAGE_BYTES];

    if (!word->of_period || !summary_place_parse(word->slot, &figure, &place))
        return true;
    for (size_t i = 0; i < telling->n_places; i++)
        found += strcmp(telling->places[i].cell->name, figure) == 0;
    if (found >= (place > 0 ? place : 1))
        return true;
    snprintf(message, sizeof message, "总结文字 %.20s 没有用上：正文里 %s 出现 %u 处。删去这一条，或者改模板。", word->slot, figure, found);
    struct check_failure failure = {.form = "summary", .rule = word->slot, .words = "本期的文字都用得上", .todo = "", .org_name = "合计", .message = message};
    ++*open;
    return row == NULL || row(context, &failure);
}

bool summary_check_places(const struct summary_telling *telling, check_failure_row row, void *context, int64_t *open)
{
    bool more = true;

    for (size_t i = 0; more && i < telling->n_places; i++)
        more = check_place(telling, &telling->places[i], row, context, open);
    for (size_t i = 0; more && i < telling->words->n; i++)
        more = check_unused(telling, &telling->words->words[i], row, context, open);
    return more;
}

/* Remembers that the caller has seen enough. */
struct stopping {
    check_failure_row row;
    void *context;
    bool stopped;
};

static bool pass_on(void *context, const struct check_failure *failure)
{
    struct stopping *stopping = context;

    stopping->stopped = stopping->row != NULL && !stopping->row(stopping->context, failure);
    return !stopping->stopped;
}

enum status summary_check_all(const struct form_desk *desk, const struct summary *summary, const struct summary_telling *telling, check_failure_row row, void *context, int64_t *open, struct errmsg *err)
{
    struct values values = {.desk = desk, .summary = summary, .err = err};
    struct stopping stopping = {.row = row, .context = context};

    *open = 0;
    enum status status = report_check_values(desk, "summary", &summary->period, 0, "合计", cell_value, &values, pass_on, &stopping, open, err);
    if (status == STATUS_OK)
        status = values.status;
    if (status == STATUS_OK && !stopping.stopped)
        summary_check_places(telling, row, context, open);
    return status;
}

enum status summary_check(const struct form_desk *desk, const struct summary *summary, check_failure_row row, void *context, int64_t *open, struct errmsg *err)
{
    struct summary_telling telling;
    struct summary_words words;
    struct buf text;

    *open = 0;
    buf_init(&text, SUMMARY_TEXT_MAX);
    enum status status = summary_words_read(desk, &summary->period, &words, err);
    if (status == STATUS_OK) {
        status = summary_tell(&telling, desk, summary, &words, &text, err);
        if (status == STATUS_OK)
            status = summary_check_all(desk, summary, &telling, row, context, open, err);
        summary_telling_release(&telling);
    }
    summary_words_release(&words);
    buf_release(&text);
    return status;
}
