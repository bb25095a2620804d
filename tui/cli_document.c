/* tui/cli_document.c - aidpost document: papers shown, printed to PDF, issued; and the actions serve and void. */
#include <string.h>

#include "core/base/language.h"
#include "core/paper/document.h"
#include "core/paper/paper.h"
#include "core/paper/template.h"
#include "core/base/day.h"
#include "core/base/file.h"
#include "tui/cli.h"

enum { PAPER_MAX_BYTES = 1 << 22, PDF_MAX_BYTES = 1 << 26, PAPER_COLUMNS = 80 };

/* One paper on its way to the answer. */
struct printed {
    char form[4];
    const char *title;
    char number[64];
    char id[ID_TEXT_BYTES]; /* of the document, "" for a preview */
    int32_t day;
    struct buf marked; /* markup */
};

static int32_t today(const struct cli *cli)
{
    return day_of_ms(cli->actor.now_ms, DAY_OFFICE_OFFSET_MIN);
}

/* ---- answers ----------------------------------------------------------------------------------------------------- */

static enum status write_pdf(struct cli *cli, const struct printed *paper, const char *path, struct errmsg *err)
{
    struct buf pdf;
    enum status status;

    buf_init(&pdf, PDF_MAX_BYTES);
    status = paper_pdf(buf_cstr(&paper->marked), paper->marked.len, paper->title, paper->day, &pdf, err);
    if (!status)
        status = file_write(path, pdf.data, pdf.len, 0600, err);
    if (!status)
        cli_note(cli, "已写 %s", path);
    buf_wipe(&pdf);
    return status;
}

static void put_json(struct cli *cli, const struct printed *paper, const struct buf *text, const char *pdf)
{
    const char *const pairs[][2] = {{"form", paper->form}, {"title", paper->title}, {"number", paper->number}, {"text", buf_cstr(text)}, {"id", paper->id}, {"pdf", pdf}};

    json_object(&cli->json);
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (!pairs[i][1])
            continue;
        json_key(&cli->json, pairs[i][0]);
        json_string(&cli->json, pairs[i][1]);
    }
    json_object_end(&cli->json);
}

static enum status answer(struct cli *cli, const struct printed *paper, struct errmsg *err)
{
    const char *pdf = option_value(&cli->options, "pdf");
    struct buf text;
    enum status status;

    buf_init(&text, PAPER_MAX_BYTES);
    status = paper_text(buf_cstr(&paper->marked), paper->marked.len, PAPER_COLUMNS, &text, err);
    if (!status && pdf)
        status = write_pdf(cli, paper, pdf, err);
    if (!status && cli->json_output)
        put_json(cli, paper, &text, pdf);
    else if (!status && (!pdf || option_value(&cli->options, "text")))
        buf_append(&cli->text, text.data, text.len);
    buf_wipe(&text);
    return status;
}

/* ---- list, slots ------------------------------------------------------------------------------------------------- */

static enum status list_forms(struct cli *cli, struct errmsg *err)
{
    enum status status = STATUS_OK;

    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "forms");
        json_array(&cli->json);
    }
    for (size_t i = 0; !status && template_form_at(i); i++) {
        struct template template;

        status = template_load(cli->store, &cli->actor, template_form_at(i), &template, err);
        if (status)
            break;
        if (cli->json_output) {
            json_object(&cli->json);
            json_key(&cli->json, "form");
            json_string(&cli->json, template.form);
            json_key(&cli->json, "title");
            json_string(&cli->json, template.title);
            json_key(&cli->json, "word");
            json_string(&cli->json, template.word);
            json_object_end(&cli->json);
        } else {
            buf_printf(&cli->text, "%s\t%s%s%s\n", template.form, template.title, *template.word ? "\t" : "", template.word);
        }
        template_release(&template);
    }
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return status;
}

static void list_slots(struct cli *cli)
{
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "slots");
        json_array(&cli->json);
    }
    for (size_t i = 0; template_slot_at(i); i++) {
        const struct template_slot *slot = template_slot_at(i);

        if (!cli->json_output) {
            buf_printf(&cli->text, "%s\t%s\n", slot->name, _(slot->label));
            continue;
        }
        json_object(&cli->json);
        json_key(&cli->json, "name");
        json_string(&cli->json, slot->name);
        json_key(&cli->json, "label");
        json_string(&cli->json, slot->label);
        json_object_end(&cli->json);
    }
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
}

/* The text with its slots, the county's or the shipped one, to start a county's own from. */
static enum status show_wording(struct cli *cli, const char *kind, struct errmsg *err)
{
    struct template template;
    char form[4];
    enum status status = document_form_find(cli->codes, kind, form, err);

    if (!status)
        status = template_load(cli->store, &cli->actor, form, &template, err);
    if (status)
        return status;
    if (cli->json_output) {
        const char *const pairs[][2] = {{"form", template.form}, {"title", template.title}, {"word", template.word}, {"text", template.text}};

        json_object(&cli->json);
        for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
            json_key(&cli->json, pairs[i][0]);
            json_string(&cli->json, pairs[i][1]);
        }
        json_object_end(&cli->json);
    } else {
        buf_puts(&cli->text, template.text);
    }
    template_release(&template);
    return STATUS_OK;
}

/* ---- papers ------------------------------------------------------------------------------------------------------ */

/* A document as it was given out. */
static enum status show_issued(struct cli *cli, const struct record *document, struct errmsg *err)
{
    struct printed paper = {.day = today(cli)};
    enum status status;

    snprintf(paper.form, sizeof(paper.form), "%s", record_text(document, "form"));
    paper.title = code_book_name(cli->codes, "doc_form", paper.form);
    snprintf(paper.number, sizeof(paper.number), "%s", record_text(document, *record_text(document, "number") ? "number" : "provisional_no"));
    id_format(document->id, paper.id);
    paper.day = (int32_t)record_get(document, catalogue_field(document->type, "issued_on")).number;
    buf_init(&paper.marked, PAPER_MAX_BYTES);
    if (record_get(document, catalogue_field(document->type, "voided")).number)
        buf_puts(&paper.marked, _("> 【已作废】\n"));
    buf_puts(&paper.marked, record_text(document, "text"));
    status = answer(cli, &paper, err);
    buf_wipe(&paper.marked);
    return status;
}

static enum status issue(struct cli *cli, const struct rules *rules, const struct document_subject *subject, struct printed *paper, struct errmsg *err)
{
    struct document_source source = document_subject_source(subject, paper->day);
    struct record document;
    struct id id;
    enum status status = document_may_issue(&cli->actor, cli->codes, paper->form, subject, err);

    if (!status)
        status = store_begin(cli->store, "document", err);
    if (status)
        return status;
    status = document_issue(cli->store, &cli->actor, cli->codes, cli->system->random, rules, paper->form, &source, &id, paper->number, err);
    if (status)
        store_rollback(cli->store);
    else
        status = store_commit(cli->store, err);
    if (!status)
        status = records_get(cli->store, &cli->actor, catalogue_find("document"), id, &document, err);
    if (status)
        return status;
    id_format(id, paper->id);
    if (!*paper->number)
        snprintf(paper->number, sizeof(paper->number), "%s", record_text(&document, "provisional_no"));
    buf_puts(&paper->marked, record_text(&document, "text"));
    record_release(&document);
    return STATUS_OK;
}

/* Fill a form from the record and show it, or issue it first. */
static enum status make_paper(struct cli *cli, const char *form, const struct record_type *type, struct id id, bool issuing, struct errmsg *err)
{
    struct printed paper = {.day = today(cli), .title = code_book_name(cli->codes, "doc_form", form)};
    struct document_subject subject;
    struct rules *rules = NULL;
    enum status status = document_subject_load(cli->store, &cli->actor, form, type, id, &subject, err);

    if (status)
        return status;
    snprintf(paper.form, sizeof(paper.form), "%s", form);
    buf_init(&paper.marked, PAPER_MAX_BYTES);
    status = rules_load(&rules, cli->store, &cli->actor, err);
    if (!status && issuing) {
        status = issue(cli, rules, &subject, &paper, err);
    } else if (!status) {
        struct document_source source = document_subject_source(&subject, paper.day);
        status = document_preview(cli->store, &cli->actor, cli->codes, rules, form, &source, NULL, &paper.marked, err);
    }
    if (!status)
        status = answer(cli, &paper, err);
    rules_free(rules);
    buf_wipe(&paper.marked);
    document_subject_release(&subject);
    return status;
}

/* A numbered paper that the case has already been given is shown as it was given out; the others as they would be now. */
static enum status show_paper(struct cli *cli, const char *form, const struct record_type *type, struct id id, struct errmsg *err)
{
    struct template template;
    struct record document;
    bool numbered, found = false;
    enum status status = template_load(cli->store, &cli->actor, form, &template, err);

    if (status)
        return status;
    numbered = *template.word != 0;
    template_release(&template);
    if (numbered && strcmp(type->name, "case") == 0)
        status = document_find_issued(cli->store, &cli->actor, form, id, &document, &found, err);
    if (status || !found)
        return status ? status : make_paper(cli, form, type, id, false, err);
    status = show_issued(cli, &document, err);
    record_release(&document);
    return status;
}

/* The record that argument n names; kind: a form's number or title, NULL when there is none and the record must be a document. */
static enum status paper_of(struct cli *cli, const char *kind, const char *text, bool issuing, struct errmsg *err)
{
    const struct record_type *type = NULL;
    struct record document;
    char form[4] = "";
    struct id id;
    enum status status = kind ? document_form_find(cli->codes, kind, form, err) : STATUS_OK;

    if (!status)
        status = records_resolve_id(cli->store, &cli->actor, text, &type, &id, err);
    if (status)
        return status == STATUS_MALFORMED ? errmsg_wrap(err, STATUS_USAGE, "编号") : status;
    if (strcmp(type->name, "document") != 0 && !kind)
        return errmsg_set(err, STATUS_USAGE, "要写文书的格式：aidpost document KIND %s；有哪些见 aidpost document list", text);
    if (strcmp(type->name, "document") != 0 || strcmp(form, "22") == 0)
        return issuing ? make_paper(cli, form, type, id, true, err) : show_paper(cli, form, type, id, err);
    if (issuing)
        return errmsg_set(err, STATUS_INVALID, "这份文书已经出具，不能再出具一次；作废用 aidpost do void");
    status = records_get(cli->store, &cli->actor, type, id, &document, err);
    if (status)
        return status;
    if (kind && strcmp(record_text(&document, "form"), form) != 0)
        status = errmsg_set(err, STATUS_INVALID, "编号是一份%s，不是%s", _(code_book_name(cli->codes, "doc_form", record_text(&document, "form"))),
                            _(code_book_name(cli->codes, "doc_form", form)));
    else
        status = show_issued(cli, &document, err);
    record_release(&document);
    return status;
}

enum status cli_document(struct cli *cli, struct errmsg *err)
{
    const char *first = cli_argument(cli, 0);
    size_t n = cli_arguments(cli);
    bool issuing = strcmp(first, "issue") == 0;

    if (strcmp(first, "list") == 0 && n == 1)
        return list_forms(cli, err);
    if (strcmp(first, "slots") == 0 && n == 1) {
        list_slots(cli);
        return STATUS_OK;
    }
    if (strcmp(first, "wording") == 0 && n == 2)
        return show_wording(cli, cli_argument(cli, 1), err);
    if (issuing && n == 3)
        return paper_of(cli, cli_argument(cli, 1), cli_argument(cli, 2), true, err);
    if (!issuing && n == 2)
        return paper_of(cli, first, cli_argument(cli, 1), false, err);
    if (!issuing && n == 1)
        return paper_of(cli, NULL, first, false, err);
    return errmsg_set(err, STATUS_USAGE, "用法: aidpost document KIND ID，document 文书ID，document issue KIND ID，document list，document slots，document wording KIND");
}

/* ---- actions ----------------------------------------------------------------------------------------------------- */

static enum status check_document(const struct record *record, struct errmsg *err)
{
    return strcmp(record->type->name, "document") == 0 ? STATUS_OK : errmsg_set(err, STATUS_USAGE, "要给文书的编号，这是%s", _(record->type->label));
}

/* Fields of a document from argument 2 on, only those named. */
static enum status take_fields(struct cli *cli, struct record *document, const char *allowed, struct errmsg *err)
{
    for (size_t i = 2; i < cli_arguments(cli); i++) {
        const char *text = cli_argument(cli, i);
        const struct field_def *field;
        char name[64];
        enum status status;

        snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, "="), text);
        field = catalogue_field(document->type, name);
        if (!field || !strstr(allowed, field->name))
            return errmsg_set(err, STATUS_USAGE, "这个动作的字段有: %s；没有 %s", allowed, name);
        status = cli_assign(cli, document, text, err);
        if (status)
            return status;
    }
    return STATUS_OK;
}

enum status cli_do_serve(struct cli *cli, const struct record *document, struct errmsg *err)
{
    struct record served;
    enum status status = check_document(document, err);

    if (!status)
        status = record_copy(&served, document);
    if (status)
        return status;
    status = take_fields(cli, &served, "service served_on receiver service_note", err);
    if (!status)
        status = document_serve(cli->store, &cli->actor, cli->codes, cli->system->random, &served, err);
    record_release(&served);
    return status;
}

enum status cli_do_void(struct cli *cli, const struct record *document, struct errmsg *err)
{
    static const char field[] = "reason=";
    const char *text = cli_argument(cli, 2);
    struct record voided;
    enum status status = check_document(document, err);

    if (!status && (cli_arguments(cli) > 3 || (text && strncmp(text, field, strlen(field)) != 0)))
        return errmsg_set(err, STATUS_USAGE, "作废只带 reason=理由");
    if (!status)
        status = record_copy(&voided, document);
    if (status)
        return status;
    status = document_void(cli->store, &cli->actor, cli->codes, cli->system->random, &voided, text ? text + strlen(field) : "", err);
    record_release(&voided);
    return status;
}
