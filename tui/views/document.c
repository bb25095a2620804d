/* tui/views/document.c - a paper on the screen: as it was given out, or as it would be now; PDF, issuing, service, voiding.
 *
 * The text is laid out as wide as the screen (core/paper/paper.h) and scrolls. PDFs go to the folder papers/ beside the store, readable by its owner only; their names
 * carry form and id, no person's name. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/paper/document.h"
#include "core/base/language.h"
#include "core/paper/paper.h"
#include "core/paper/template.h"
#include "core/base/day.h"
#include "core/base/file.h"
#include "core/record/filter.h"
#include "core/record/printout.h"
#include "tui/scroll.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { PAPER_MAX_BYTES = 1 << 22, PDF_MAX_BYTES = 1 << 26, COLUMNS_MIN = 40, COLUMNS_MAX = 100, FIRST_ROW = 1, NAME_CHARS = 100, NOTE_CHARS = 200, DAY_CHARS = 20, FORM_BYTES = 4 };
static const char FORM_APPLICATION[] = "02"; /* of a case, when nothing else is said */

enum { ASK_ISSUE = 1, ASK_FORM, ASK_WORDING, ASK_SERVICE, ASK_SERVED_ON, ASK_RECEIVER, ASK_NOTE, ASK_VOID };
enum { COMMAND_ISSUE = COMMAND_VIEW, COMMAND_SERVE, COMMAND_VOID, COMMAND_RECEIPT, COMMAND_WORDING };

struct paper_view {
    const struct record_type *type; /* of the record it was opened on */
    struct id id;
    char form[FORM_BYTES];
    bool issued;            /* document holds the paper that was given out */
    struct record document;
    struct buf marked;      /* markup */
    struct buf text;        /* laid out, `columns` wide */
    int columns;
    size_t lines, top;
};

/* ---- what is shown ----------------------------------------------------------------------------------------------- */

static const char *form_title(const struct view *view, const char *form)
{
    return _(code_book_name(view_context(view)->codes, "doc_form", form));
}

static size_t page_rows(const struct view *view)
{
    return (size_t)(view->app->rows > FIRST_ROW + 3 ? view->app->rows - FIRST_ROW - 2 : 1);
}

/* Lay out for a screen that wide. */
static void lay_out(struct view *view, int columns)
{
    struct paper_view *state = view->state;
    struct errmsg err = {{0}};
    columns = columns < COLUMNS_MIN ? COLUMNS_MIN : columns > COLUMNS_MAX ? COLUMNS_MAX : columns;
    if (columns == state->columns)
        return;
    state->columns = columns;
    state->lines = 0;
    buf_clear(&state->text);
    if (paper_text(buf_cstr(&state->marked), state->marked.len, columns, &state->text, &err) != STATUS_OK)
        buf_puts(&state->text, _("文书太长，屏幕上显示不了\n"));
    for (size_t i = 0; i < state->text.len; i++)
        state->lines += state->text.data[i] == '\n';
}

static bool is_voided(const struct paper_view *state)
{
    return record_get(&state->document, catalogue_field(state->document.type, "voided")).number != 0;
}

static enum status load_issued(struct view *view, struct errmsg *err)
{
    struct paper_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record fresh;
    enum status status = records_get(context->store, context->actor, catalogue_find("document"), state->id, &fresh, err);
    if (status != STATUS_OK)
        return status;
    record_release(&state->document);
    state->document = fresh;
    copy_text(state->form, sizeof state->form, record_text(&fresh, "form"));
    if (is_voided(state))
        buf_puts(&state->marked, _("> 【已作废】\n"));
    buf_puts(&state->marked, record_text(&state->document, "text"));
    return state->marked.status;
}

static enum status load_preview(struct view *view, struct errmsg *err)
{
    struct paper_view *state = view->state;
    struct app_context *context = view_context(view);
    struct document_subject subject;
    struct rules *rules = NULL;
    enum status status = document_subject_load(context->store, context->actor, state->form, state->type, state->id, &subject, err);
    if (status != STATUS_OK)
        return status;
    struct document_source source = document_subject_source(&subject, today_of(view));
    status = rules_load(&rules, context->store, context->actor, err);
    if (status == STATUS_OK)
        status = document_preview(context->store, context->actor, context->codes, rules, state->form, &source, NULL, &state->marked, err);
    rules_free(rules);
    document_subject_release(&subject);
    return status;
}

/* Read again; the place on the page stays. */
static enum status load(struct view *view, struct errmsg *err)
{
    struct paper_view *state = view->state;
    buf_clear(&state->marked);
    state->columns = 0;
    return state->issued ? load_issued(view, err) : load_preview(view, err);
}

const char *view_usual_form(const struct record_type *type)
{
    static const struct {
        const char *type, *form;
    } usual[] = {{"consultation", "01"}, {"duty_help", "28"}, {"court_observation", "30"}, {"organ_opinion", "31"}, {"return_visit", "32"}, {"payment", "40"}, {"complaint", "44"}};
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (strcmp(usual[i].type, type->name) == 0)
            return usual[i].form;
    return NULL;
}

static enum status paper_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct paper_view *state = view->state;
    state->type = catalogue_find(argument->type);
    state->id = argument->id;
    state->issued = strcmp(state->type->name, "document") == 0 && argument->text == NULL;
    copy_text(state->form, sizeof state->form, argument->text != NULL ? argument->text : view_usual_form(state->type) != NULL ? view_usual_form(state->type) : FORM_APPLICATION);
    record_init(&state->document, catalogue_find("document"));
    buf_init(&state->marked, PAPER_MAX_BYTES);
    buf_init(&state->text, PAPER_MAX_BYTES);
    enum status status = load(view, err);
    if (status != STATUS_OK) {
        buf_wipe(&state->marked);
        buf_wipe(&state->text);
        record_release(&state->document);
    }
    return status;
}

static void paper_close(struct view *view)
{
    struct paper_view *state = view->state;
    buf_wipe(&state->marked);
    buf_wipe(&state->text);
    record_release(&state->document);
}

static void paper_refresh(struct view *view)
{
    struct paper_view *state = view->state;
    struct errmsg err = {{0}};
    if (state->issued && record_changed(&state->document)) /* answers about its service are being given */
        return;
    enum status status = load(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* ---- PDF --------------------------------------------------------------------------------------------------------- */

/* <folder of the store>/papers/09-1a2b3c4d.pdf; the folder is made. */
static enum status pdf_path(const struct view *view, char path[PATH_MAX], struct errmsg *err)
{
    const struct paper_view *state = view->state;
    char name[64], id[ID_TEXT_BYTES];
    id_format(state->id, id);
    snprintf(name, sizeof name, "%s-%.8s.pdf", state->form, id);
    return printout_path(view_context(view)->store, name, path, err);
}

static void write_pdf(struct view *view)
{
    struct paper_view *state = view->state;
    int32_t day = state->issued ? (int32_t)record_get(&state->document, catalogue_field(state->document.type, "issued_on")).number : today_of(view);
    struct errmsg err = {{0}};
    char path[PATH_MAX];
    struct buf pdf;
    buf_init(&pdf, PDF_MAX_BYTES);
    enum status status = paper_pdf(buf_cstr(&state->marked), state->marked.len, form_title(view, state->form), day, &pdf, &err);
    if (status == STATUS_OK)
        status = pdf_path(view, path, &err);
    if (status == STATUS_OK)
        status = file_write(path, pdf.data, pdf.len, 0600, &err);
    buf_wipe(&pdf);
    if (status == STATUS_OK)
        app_say(view->app, "已写 %s", path);
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- issuing ----------------------------------------------------------------------------------------------------- */

static enum status issue_inside(struct view *view, struct document_subject *subject, struct rules *rules, struct id *id, char number[64], struct errmsg *err)
{
    struct paper_view *state = view->state;
    struct app_context *context = view_context(view);
    struct document_source source = document_subject_source(subject, today_of(view));
    enum status status = document_may_issue(context->actor, context->codes, state->form, subject, err);
    if (status == STATUS_OK)
        status = store_begin(context->store, "document", err);
    if (status != STATUS_OK)
        return status;
    status = document_issue(context->store, context->actor, context->codes, context->random, rules, state->form, &source, id, number, err);
    if (status == STATUS_OK)
        return store_commit(context->store, err);
    store_rollback(context->store);
    return status;
}

static void issue(struct view *view)
{
    struct paper_view *state = view->state;
    struct app_context *context = view_context(view);
    struct document_subject subject;
    struct rules *rules = NULL;
    struct errmsg err = {{0}};
    struct id id;
    char number[64] = "";
    enum status status = document_subject_load(context->store, context->actor, state->form, state->type, state->id, &subject, &err);
    if (status == STATUS_OK) {
        status = rules_load(&rules, context->store, context->actor, &err);
        if (status == STATUS_OK)
            status = issue_inside(view, &subject, rules, &id, number, &err);
        rules_free(rules);
        document_subject_release(&subject);
    }
    if (status == STATUS_OK) {
        state->type = catalogue_find("document");
        state->id = id;
        state->issued = true;
        status = load(view, &err);
    }
    if (status == STATUS_OK)
        app_say(view->app, "已出具 %s", number);
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- service: way, day, receiver, account ------------------------------------------------------------------------ */

static void set_field(struct view *view, const char *field, const char *text)
{
    struct paper_view *state = view->state;
    struct errmsg err = {{0}};
    const struct field_def *def = catalogue_field(state->document.type, field);
    enum status status = record_parse(&state->document, def, view_context(view)->codes, text, strlen(text), &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s: %s", _(def->label), errmsg_text(&err, status));
}

static void ask_field(struct view *view, int tag, const char *field, const char *question, size_t max_chars, const char *initial)
{
    struct paper_view *state = view->state;
    struct buf text;
    buf_init(&text, 1024);
    record_field_text(&state->document, field, view_context(view)->codes, &text);
    app_ask_line(view->app, tag, question, max_chars, 0, text.len > 0 ? buf_cstr(&text) : initial);
    buf_release(&text);
}

static void serve(struct view *view)
{
    struct paper_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    enum status status = document_serve(context->store, context->actor, context->codes, context->random, &state->document, &err);
    if (status == STATUS_OK)
        status = load(view, &err);
    if (status == STATUS_OK)
        app_say(view->app, "已登记送达");
    else
        app_fail(view->app, "%s；按 F5 再填", errmsg_text(&err, status));
}

/* What was answered stays in the record in memory, so that after a refusal only what was wrong is typed anew. */
static void take_service(struct view *view, const struct view_answer *answer)
{
    char today[DAY_TEXT_BYTES];
    switch (answer->tag) {
    case ASK_SERVICE:
        day_format(today_of(view), today);
        set_field(view, "service", answer->code != NULL ? answer->code->code : answer->text);
        ask_field(view, ASK_SERVED_ON, "served_on", _("送达日期"), DAY_CHARS, today);
        break;
    case ASK_SERVED_ON:
        set_field(view, "served_on", answer->text);
        ask_field(view, ASK_RECEIVER, "receiver", _("签收人（没有的空着）"), NAME_CHARS, "");
        break;
    case ASK_RECEIVER:
        set_field(view, "receiver", answer->text);
        ask_field(view, ASK_NOTE, "service_note", _("说明：关系、拒收事由和见证人、邮件号等"), NOTE_CHARS, "");
        break;
    default:
        set_field(view, "service_note", answer->text);
        serve(view);
        break;
    }
}

static void void_paper(struct view *view, const char *reason)
{
    struct paper_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    enum status status = document_void(context->store, context->actor, context->codes, context->random, &state->document, reason, &err);
    if (status == STATUS_OK)
        status = load(view, &err);
    if (status == STATUS_OK)
        app_say(view->app, "已作废，号码不再使用");
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- the county's own wording ------------------------------------------------------------------------------------ */

/* The record of the county's wording of this form; *found false if there is none. */
static bool take_id(void *context, const struct record *record, const struct list_key *key)
{
    struct id *id = context;
    (void)key;
    *id = record->id;
    return false;
}

static enum status find_wording(struct view *view, struct id *id, struct errmsg *err)
{
    struct paper_view *state = view->state;
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find("template");
    struct filter filter = {.type = type, .n_terms = 1, .terms = {{.field = catalogue_field(type, "form"), .op = FILTER_EQ, .value = value_string(state->form)}}};
    struct list_query query = {.type = type, .filter = &filter, .limit = 1};
    *id = (struct id){{0}};
    return records_list(context->store, context->actor, &query, take_id, id, err);
}

/* Begin the county's own from the shipped text. */
static enum status make_wording(struct view *view, struct id *id, struct errmsg *err)
{
    struct paper_view *state = view->state;
    struct app_context *context = view_context(view);
    struct template template;
    struct record record;
    enum status status = template_load(context->store, context->actor, state->form, &template, err);
    if (status != STATUS_OK)
        return status;
    record_init(&record, catalogue_find("template"));
    status = records_begin(context->store, context->actor, &record, context->codes, err);
    if (status == STATUS_OK)
        status = record_set_text(&record, "form", template.form);
    if (status == STATUS_OK)
        status = record_set_text(&record, "title", template.title);
    if (status == STATUS_OK)
        status = record_set_text(&record, "text", template.text);
    if (status == STATUS_OK)
        status = record_set_text(&record, "word", template.word);
    if (status == STATUS_OK)
        status = records_save(context->store, context->actor, context->codes, context->random, &record, err);
    *id = record.id;
    record_release(&record);
    template_release(&template);
    return status;
}

static void edit_wording(struct view *view, bool make)
{
    static const char *const answers[] = {"建一份", "不建"};
    struct errmsg err = {{0}};
    struct id id;
    enum status status = find_wording(view, &id, &err);
    if (status == STATUS_OK && id_is_zero(id) && !make) {
        app_ask(view->app, ASK_WORDING, "本县还没有改过这种文书的文字，照出厂的建一份来改？", answers, 2, 0);
        return;
    }
    if (status == STATUS_OK && id_is_zero(id))
        status = make_wording(view, &id, &err);
    if (status == STATUS_OK)
        (void)view_open_record(view->app, catalogue_find("template"), id);
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void take_form(struct view *view, const char *form)
{
    struct paper_view *state = view->state;
    char before[FORM_BYTES];
    struct errmsg err = {{0}};
    copy_text(before, sizeof before, state->form);
    copy_text(state->form, sizeof state->form, form);
    state->top = 0;
    enum status status = load(view, &err);
    if (status == STATUS_OK)
        return;
    copy_text(state->form, sizeof state->form, before);
    paper_refresh(view);
    app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void paper_answer(struct view *view, const struct view_answer *answer)
{
    if (answer->cancelled)
        return;
    if (answer->tag == ASK_ISSUE) {
        if (answer->chosen == 1)
            issue(view);
    } else if (answer->tag == ASK_WORDING) {
        if (answer->chosen == 1)
            edit_wording(view, true);
    } else if (answer->tag == ASK_FORM) {
        take_form(view, answer->code != NULL ? answer->code->code : answer->text);
    } else if (answer->tag == ASK_VOID) {
        void_paper(view, answer->text);
    } else {
        take_service(view, answer);
    }
}

/* ---- keys and drawing -------------------------------------------------------------------------------------------- */

static bool paper_key(struct view *view, struct key key)
{
    struct paper_view *state = view->state;
    enum scroll_result result = scroll_key(&state->top, state->lines, page_rows(view), key);
    if (result == SCROLL_STUCK)
        app_beep(view->app);
    app_touch(view->app);
    return result != SCROLL_IGNORED;
}

static bool paper_command(struct view *view, int command)
{
    static const char *const answers[] = {"出具", "不出具"};
    struct paper_view *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    struct view_argument receipt = {.id = state->id, .type = "document", .text = "22"};
    switch (command) {
    case COMMAND_PRINT:
        write_pdf(view);
        return true;
    case COMMAND_CODES:
        app_pick(view->app, ASK_FORM, code_source_of_book(codes, "doc_form"), "文书格式", "");
        return true;
    case COMMAND_WORDING:
        edit_wording(view, false);
        return true;
    case COMMAND_ISSUE:
        app_ask(view->app, ASK_ISSUE, "出具这份文书？给号并存下，以后文字不能再改", answers, 2, 0);
        return true;
    case COMMAND_SERVE:
        app_pick(view->app, ASK_SERVICE, code_source_of_book(codes, "service"), "送达方式", "");
        return true;
    case COMMAND_VOID:
        app_ask_line(view->app, ASK_VOID, "作废的理由（号码不再使用）", NOTE_CHARS, 0, "");
        return true;
    case COMMAND_RECEIPT:
        (void)app_open(view->app, &view_document, &receipt);
        return true;
    default:
        return false;
    }
}

static void paper_title(struct view *view, struct buf *left, struct buf *right)
{
    struct paper_view *state = view->state;
    buf_printf(left, "%s %s", state->form, form_title(view, state->form));
    if (!state->issued)
        buf_puts(right, _("预览"));
    else if (is_voided(state))
        buf_puts(right, _("已作废"));
    else if (record_get(&state->document, catalogue_field(state->document.type, "served_on")).kind == VALUE_INT)
        buf_puts(right, _("已送达"));
    else
        buf_puts(right, _("已出具"));
}

static void paper_draw(struct view *view, struct canvas *canvas)
{
    struct paper_view *state = view->state;
    lay_out(view, canvas->cols);
    const char *at = buf_cstr(&state->text);
    size_t page = page_rows(view);
    if (state->lines > page && state->top > state->lines - page)
        state->top = state->lines - page;
    for (size_t line = 0; *at != '\0' && line < state->top + page; line++) {
        size_t len = strcspn(at, "\n");
        if (line >= state->top)
            canvas_put(canvas, FIRST_ROW + (int)(line - state->top), 0, canvas->cols, STYLE_NORMAL, at, len);
        at += len + (at[len] == '\n');
    }
    canvas_set_cursor(canvas, FIRST_ROW, 0);
}

static void paper_hint(struct view *view, size_t columns, struct buf *out)
{
    struct paper_view *state = view->state;
    size_t page = page_rows(view);
    (void)columns;
    if (state->lines > page)
        buf_printf(out, _("第 %zu 至 %zu 行，共 %zu 行"), state->top + 1, state->top + page < state->lines ? state->top + page : state->lines, state->lines);
}

/* The paper's own words: F9 shows the articles it cites. */
static void paper_cite(struct view *view, struct buf *out)
{
    struct paper_view *state = view->state;
    buf_append(out, buf_cstr(&state->marked), state->marked.len);
}

static const struct keymap *paper_keymap(struct view *view)
{
    static const struct command commands[] = {{COMMAND_ISSUE, "issue", "出具：给号并存下，以后文字不能再改"},
                                              {COMMAND_SERVE, "serve", "登记送达：方式、日期、签收人、说明"},
                                              {COMMAND_VOID, "void", "作废：由县中心负责人写明理由，号码不再使用"},
                                              {COMMAND_RECEIPT, "receipt", "这份文书的送达回证"},
                                              {COMMAND_WORDING, "wording", "改这种文书的文字：县中心的管理员和负责人，全县通用"},
                                              {COMMAND_NONE, NULL, NULL}};
    static const struct binding preview[] = {
        {"F8", COMMAND_PRINT, "写PDF", 0},     {"F2", COMMAND_ISSUE, "出具", 0},         {"F4", COMMAND_CODES, "换格式", 0}, {"F6", COMMAND_WORDING, "改文字", 0},
        {"PgDn", COMMAND_NONE, "翻页", BINDING_HINT}, {"F9", COMMAND_LAW, "法条", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},  {NULL, 0, NULL, 0},
    };
    static const struct binding issued[] = {
        {"F8", COMMAND_PRINT, "写PDF", 0}, {"F5", COMMAND_SERVE, "送达", 0},           {"F4", COMMAND_RECEIPT, "回证", 0},           {"F6", COMMAND_VOID, "作废", 0},
        {"PgDn", COMMAND_NONE, "翻页", BINDING_HINT}, {"F9", COMMAND_LAW, "法条", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map_preview = {.bindings = preview, .commands = commands}, map_issued = {.bindings = issued, .commands = commands};
    const struct paper_view *state = view->state;
    return state->issued ? &map_issued : &map_preview;
}

static bool paper_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct paper_view *state = view->state;
    *type = state->type;
    *id = state->id;
    return n == 0;
}

const struct view_class view_document = {
    .name = "document",
    .state_bytes = sizeof(struct paper_view),
    .help = "一份文书。“预览”是现在出具的样子，还没有给号；出具以后就照存下的样子，模板再改也不变。\n"
            "F8 写成 PDF，放在数据文件夹的 papers 里。送达按民事诉讼法第八十七至九十五条登记：留置要写拒收事由和见证人或者拍照录像，电子要经本人同意，公告满三十日。",
    .open = paper_open,
    .close = paper_close,
    .key = paper_key,
    .command = paper_command,
    .draw = paper_draw,
    .title = paper_title,
    .keymap = paper_keymap,
    .hint = paper_hint,
    .cite = paper_cite,
    .answer = paper_answer,
    .refresh = paper_refresh,
    .shows = paper_shows,
};
