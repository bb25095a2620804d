/* tui/views/report_form_do.c - what is done with a form: it is frozen, written into a file, a cell is entered by hand. See report_form.h.
 *
 * Before freezing the person is told which stations' records may not all be here, in full, above the question. Files wait until every check holds or is explained; as a draft they say on every page that they are one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/language.h"
#include "core/paper/paper.h"
#include "core/record/filter.h"
#include "core/report/practice_file.h"
#include "core/report/report_day.h"
#include "tui/views/report_form.h"
#include "tui/views/report_office.h"
#include "tui/views/views.h"

enum { BASIS_CHARS = 200, MARKUP_MAX_BYTES = 1 << 24, PDF_MAX_BYTES = 1 << 26, WHERE_BYTES = 160, ASK_BYTES = 160 };

static const char endings[] = ".xlsx .csv .pdf";

/* ---- freezing ---- */

static void drop_note(struct form_view *state)
{
    free(state->note);
    state->note = NULL;
}

struct naming {
    struct buf *out;
    size_t n;
};

static bool name_station(void *context, const char *name, int64_t contact_ms)
{
    struct naming *naming = context;
    char at[TIME_TEXT_BYTES];
    buf_printf(naming->out, "%s%s ", naming->n++ > 0 ? _("、") : _("记录可能还没有送齐: "), name);
    if (contact_ms > 0) {
        day_format_time(contact_ms, DAY_OFFICE_OFFSET_MIN, at);
        buf_printf(naming->out, _("%.16s 同步"), at);
    } else {
        buf_puts(naming->out, _("从未同步"));
    }
    return true;
}

/* Entries that everybody waits for: of the total, since most are made for the county. */
static void name_missing(const struct form_view *state, struct buf *out)
{
    size_t n = 0;
    for (size_t c = 0; c < state->figures.form->n_columns; c++)
        n += report_figures_unit(&state->figures, 0)->missing[c];
    if (n > 0)
        buf_printf(out, _("手填的还有 %zu 栏没填。"), n);
}

/* What may be missing, in the place of the cell's heading. */
static enum status note_missing(struct form_view *state, size_t *n, struct errmsg *err)
{
    struct buf text;
    struct naming naming = {.out = &text};
    buf_init(&text, FORM_NOTE_BYTES);
    name_missing(state, &text);
    enum status status = report_day_stations(&state->desk.desk, state->desk.rules, &state->figures.period, name_station, &naming, err);
    drop_note(state);
    if (status == STATUS_OK && naming.n == 0)
        buf_puts(&text, _("各站期末以后都同步过。"));
    if (status == STATUS_OK)
        state->note = strdup(buf_cstr(&text));
    buf_release(&text);
    *n = naming.n;
    return status;
}

void report_form_freeze(struct view *view)
{
    static const char *const ANSWERS[] = {"存档", "不存"};
    struct form_view *state = view->state;
    struct errmsg err = {{0}};
    char question[ASK_BYTES];
    size_t late;
    enum status status = snapshot_may_freeze(state->desk.desk.actor, &err);
    if (status == STATUS_OK)
        status = snapshot_period_is_over(&state->figures.period, state->desk.desk.actor->now_ms, &err);
    if (status == STATUS_OK && state->figures.failures.open > 0)
        status = errmsg_set(&err, STATUS_INVALID, "校验有 %lld 处不符，先按 F4 看，改好或者写明理由再存档", (long long)state->figures.failures.open);
    if (status == STATUS_OK)
        status = note_missing(state, &late, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    int used = snprintf(question, sizeof question, "%s%s%s", state->figures.frozen ? _("重新存档") : _("存档"), _(state->figures.form->label), state->figures.period.name);
    if (late > 0)
        snprintf(question + used, sizeof question - (size_t)used, _("？%zu 站没有同步"), late);
    else
        snprintf(question + used, sizeof question - (size_t)used, _("？"));
    app_ask(view->app, FORM_ASK_FREEZE, question, ANSWERS, 2, 0);
}

static void freeze_now(struct view *view, const char *basis)
{
    struct form_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    struct id id;
    enum status status = snapshot_freeze_form(&state->desk.desk, context->random, state->figures.form, &state->figures.period, basis[0] != '\0' ? basis : NULL, &id, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    report_form_read_again(view);
    app_say(view->app, "已存档；以后到的、改的按 F7 看");
}

/* ---- files ---- */

static void ask_path(struct view *view)
{
    const struct form_view *state = view->state;
    char name[FORM_NAME_BYTES + PERIOD_NAME_BYTES + 2];
    snprintf(name, sizeof name, "%s-%s", state->figures.form->name, state->figures.period.name);
    export_ask(view, name);
}

void report_form_export(struct view *view)
{
    static const char *const ANSWERS[] = {"写成草稿", "不写"};
    const struct form_view *state = view->state;
    char question[ASK_BYTES];
    if (state->figures.failures.open == 0) {
        ask_path(view);
        return;
    }
    snprintf(question, sizeof question, _("校验有 %lld 处不符（F4），"), (long long)state->figures.failures.open);
    app_ask(view->app, FORM_ASK_DRAFT, question, ANSWERS, 2, 0);
}

static enum status write_pdf(const struct form_view *state, const struct report_head *head, struct errmsg *err)
{
    struct buf marked, pdf;
    buf_init(&marked, MARKUP_MAX_BYTES);
    buf_init(&pdf, PDF_MAX_BYTES);
    enum status status = report_form_markup(&state->figures.sheet, head, &marked, err);
    if (status == STATUS_OK)
        status = paper_pdf(buf_cstr(&marked), marked.len, state->figures.form->title, head->printed_on, &pdf, err);
    if (status == STATUS_OK)
        status = file_write(state->export.path, pdf.data, pdf.len, 0600, err);
    buf_release(&pdf);
    buf_release(&marked);
    return status;
}

static enum status write_file(const struct form_view *state, struct store *store, const struct report_head *head, struct errmsg *err)
{
    const struct form_sheet *sheet = &state->figures.sheet, *before = &state->figures.before;
    const char *ending = strrchr(state->export.path, '.');
    if (strcasecmp(ending, ".pdf") == 0)
        return write_pdf(state, head, err);
    if (strcasecmp(ending, ".csv") == 0) {
        enum status status = practice_file_may_write(store, state->export.path, err); /* the others say it themselves */
        return status == STATUS_OK ? report_form_csv(sheet, head, state->export.path, err) : status;
    }
    return report_xlsx(state->export.path, &sheet, state->figures.has_before ? &before : NULL, 1, NULL, NULL, 0, NULL, 0, head, err);
}

/* What stands on the screen is written: the figures are not counted again. */
static void export_now(struct view *view)
{
    struct form_view *state = view->state;
    struct report_office office;
    struct errmsg err = {{0}};
    enum status status = report_office_read(&office, view, &err);
    if (status == STATUS_OK) {
        struct report_head head = report_office_head(&office, state->desk.rules, today_of(view), state->figures.failures.open > 0);
        status = write_file(state, view_context(view)->store, &head, &err);
    }
    report_office_release(&office);
    export_told(view, &state->export, status, (int64_t)state->figures.sheet.n_rows, &err);
}

/* ---- entries by hand ---- */

struct finding {
    int64_t org;
    struct id id;
};

static bool take_org(void *context, const struct record *org, const struct list_key *key)
{
    struct finding *finding = context;
    (void)key;
    finding->id = org->id;
    return false;
}

/* The record of an org by its number; zero for the total and the center, which an entry names by naming none. */
static enum status find_org(const struct form_view *state, int64_t number, struct id *id, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("org");
    struct finding finding = {.org = number};
    struct filter filter = {.type = type, .n_terms = 1};
    struct list_query query = {.type = type, .filter = &filter, .limit = 1};
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "number"), .op = FILTER_EQ, .value = value_int(number)};
    enum status status = number > 1 ? records_list(state->desk.desk.store, state->desk.desk.actor, &query, take_org, &finding, err) : STATUS_OK;
    *id = finding.id;
    return status;
}

/* Today when it lies in the period; else the period's end, or its begin when that is still to come. */
static int32_t day_of_entry(const struct view *view, const struct period *period)
{
    int32_t today = today_of(view);
    return today > period->to ? period->to : today < period->from ? period->from : today;
}

void report_form_enter(struct view *view)
{
    struct form_view *state = view->state;
    const struct form_column *column = &state->figures.form->columns[state->column];
    char cell[FORM_CELL_BYTES], day[DAY_TEXT_BYTES], where[WHERE_BYTES], org[ID_TEXT_BYTES];
    const struct record_type *type = catalogue_find("stat_entry");
    struct errmsg err = {{0}};
    struct id id;
    enum status status = records_may_write(view_context(view)->actor, type, &err);
    if (status == STATUS_OK)
        status = find_org(state, report_figures_unit(&state->figures, state->unit)->org, &id, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    form_cell_name(state->figures.form, column, cell);
    day_format(day_of_entry(view, &state->figures.period), day);
    id_format(id, org);
    snprintf(where, sizeof where, "cell=%s and date=%s%s%s", cell, day, id_is_zero(id) ? "" : " and org=", id_is_zero(id) ? "" : org);
    const struct field_def *field = catalogue_field(type, column->money ? "money" : "amount");
    status = app_open(view->app, &view_record_edit, &(struct view_argument){.type = type->name, .where = where, .number = VIEW_AT_FIELD + field->no});
    if (status == STATUS_OK && !column->by_hand)
        app_say(view->app, "这一栏由记录统计，填的是在它之上加减的数，依据里写明理由");
}

/* ---- answers ---- */

bool report_form_answer(struct view *view, const struct view_answer *answer)
{
    struct form_view *state = view->state;
    enum export_step step = export_answer(view, &state->export, answer, endings);
    drop_note(state);
    if (step == EXPORT_WRITE)
        export_now(view);
    if (step != EXPORT_OTHER)
        return true;
    if (answer->tag != FORM_ASK_FREEZE && answer->tag != FORM_ASK_BASIS && answer->tag != FORM_ASK_DRAFT)
        return false;
    if (answer->cancelled || (answer->tag != FORM_ASK_BASIS && answer->chosen != 1))
        return true;
    if (answer->tag == FORM_ASK_FREEZE)
        app_ask_line(view->app, FORM_ASK_BASIS, "报送给谁、重报的理由，可以空着", BASIS_CHARS, 0, "");
    else if (answer->tag == FORM_ASK_BASIS)
        freeze_now(view, answer->text);
    else
        ask_path(view);
    return true;
}
