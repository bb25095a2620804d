/* core/paper/document.c - papers filled and issued. See document.h. Service and voiding: document_service.c; numbers: document_number.c. */
#include "core/paper/document.h"

#include <assert.h>
#include <string.h>

#include "core/paper/document_source.h"
#include "core/base/day.h"
#include "core/record/practice_sign.h"

enum { PAPER_MAX_BYTES = 1 << 20 };

static enum status fill(struct paper_source *source, struct buf *out, struct errmsg *err)
{
    const struct template *template = source->template;
    uint64_t unread = code_book_unread(source->codes);
    enum status status = template_fill(template->text, strlen(template->text), paper_value, paper_rows, source, out, err);

    bool practice = false;

    if (source->status != STATUS_OK)
        return source->status;
    if (status == STATUS_OK)
        status = practice_sign_asked(source->store, &practice, err);
    if (status == STATUS_OK && practice)
        practice_sign_paper(out);
    if (status == STATUS_OK)
        status = out->status;
    if (status == STATUS_OK && code_book_unread(source->codes) != unread) /* codes stand where their names should */
        status = errmsg_set(err, STATUS_NOMEM, "内存不足");
    return status;
}

enum status document_preview(struct store *store, const struct actor *actor, const struct code_book *codes, const struct rules *rules, const char *form,
                             const struct document_source *source, const char *number, struct buf *out, struct errmsg *err)
{
    struct template template;
    struct paper_source paper;
    enum status status = template_load(store, actor, form, &template, err);

    if (status != STATUS_OK)
        return status;
    paper_source_init(&paper);
    paper.store = store;
    paper.actor = actor;
    paper.codes = codes;
    paper.rules = rules;
    paper.template = &template;
    paper.from = source;
    paper.number = number != NULL ? number : "";
    paper.err = err;
    status = fill(&paper, out, err);
    paper_source_release(&paper);
    template_release(&template);
    return status;
}

/* ---- issuing ----------------------------------------------------------------------------------------------------- */

/* Whose name a form is addressed to; the applicant's where none is named. */
enum recipient { TO_APPLICANT, TO_FIRM, TO_ORGAN, TO_TARGET, TO_CENTER, TO_CONSULTER, TO_SUSPECT, TO_VOLUNTEER, TO_COMPLAINANT, TO_ASKED, TO_FILE };

static enum recipient recipient_of(const char *form)
{
    static const struct {
        const char *form;
        enum recipient to;
    } others[] = {
        {"01", TO_CONSULTER}, {"07", TO_TARGET}, {"11", TO_FIRM},   {"13", TO_ORGAN},  {"15", TO_TARGET}, {"17", TO_FIRM},   {"19", TO_ORGAN},
        {"23", TO_SUSPECT},   {"24", TO_CENTER}, {"25", TO_CENTER}, {"26", TO_CENTER}, {"27", TO_CENTER}, {"28", TO_SUSPECT}, {"29", TO_FILE},
        {"30", TO_FILE},      {"31", TO_ASKED},  {"40", TO_FILE},   {"41", TO_FILE},   {"42", TO_FILE},   {"43", TO_VOLUNTEER}, {"44", TO_COMPLAINANT},
    };

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(others[i].form, form) == 0)
            return others[i].to;
    return TO_APPLICANT;
}

static const char *recipient_slot(enum recipient to)
{
    static const char *const slots[] = {
        [TO_APPLICANT] = "name",         [TO_FIRM] = "firm.name",    [TO_ORGAN] = "organ", [TO_TARGET] = "step.target", [TO_CENTER] = "center.name",
        [TO_CONSULTER] = "consult.name", [TO_SUSPECT] = "duty.name", [TO_VOLUNTEER] = "letter.name", [TO_COMPLAINANT] = "complaint.name", [TO_ASKED] = "opinion.organ",
        [TO_FILE] = NULL,
    };

    return slots[to];
}

static enum status set_recipient(struct paper_source *paper, struct record *document)
{
    const char *slot = recipient_slot(recipient_of(paper->template->form));
    struct buf name;
    enum status status = STATUS_OK;

    if (slot == NULL)
        return STATUS_OK;
    buf_init(&name, 1024);
    (void)paper_value(paper, "", -1, slot, &name);
    if (name.len == 0 && strcmp(slot, "opinion.organ") == 0)
        (void)paper_value(paper, "", -1, "organ", &name);
    /* The paper on a served document goes to whom that one went. */
    if (name.len == 0)
        (void)paper_value(paper, "", -1, "doc.name", &name);
    if (name.len == 0 && strcmp(slot, "name") != 0 && strcmp(slot, "complaint.name") != 0) /* an answer to nobody by name is not the applicant's */
        (void)paper_value(paper, "", -1, "name", &name);
    status = name.status;
    if (status == STATUS_OK)
        status = record_set_text(document, "name", buf_cstr(&name));
    buf_wipe(&name);
    return status;
}

/* The case a paper belongs to: the one in hand, or that of the record in hand. */
static enum status set_case(const struct document_source *source, struct record *document)
{
    char text[ID_TEXT_BYTES];
    const struct field_def *field;

    if (source->kase != NULL) {
        id_format(source->kase->id, text);
        return record_set_text(document, "case_id", text);
    }
    field = source->record != NULL ? catalogue_field(source->record->type, "case_id") : NULL;
    return field != NULL ? record_set_text(document, "case_id", record_text(source->record, "case_id")) : STATUS_OK;
}

static enum status set_number(struct paper_source *paper, struct record *document, char number[64], struct errmsg *err)
{
    const char *word = paper->template->word;
    char key[DOCUMENT_KEY_BYTES];
    int32_t day = paper->from->today;
    int64_t serial;
    int year, month, dom;
    enum status status;

    if (!paper->actor->center || word[0] == 0) {
        if (!paper->actor->center && paper->from->kase != NULL)
            return record_set_text(document, "provisional_no", record_text(paper->from->kase, "provisional_no"));
        return STATUS_OK;
    }
    status = document_next_number(paper->store, paper->rules, word, day, &serial, number, err);
    if (status != STATUS_OK)
        return status;
    day_to_ymd(day, &year, &month, &dom);
    document_number_key(word, day, serial, key);
    paper->number = number;
    if ((status = record_set_text(document, "number", number)) != STATUS_OK || (status = record_set_text(document, "word", word)) != STATUS_OK ||
        (status = record_set_int(document, "year", year)) != STATUS_OK || (status = record_set_int(document, "serial", serial)) != STATUS_OK)
        return status;
    return record_set_text(document, "number_key", key);
}

static enum status set_text(struct paper_source *paper, struct record *document, struct errmsg *err)
{
    struct buf text;
    enum status status;

    buf_init(&text, PAPER_MAX_BYTES);
    status = fill(paper, &text, err);
    if (status == STATUS_OK)
        status = record_set(document, catalogue_field(document->type, "text"), value_text(buf_cstr(&text), text.len));
    buf_wipe(&text);
    return status;
}

/* A center paper made at a station would not be taken by the center. */
static enum status check_side(const struct actor *actor, const struct template *template, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("document");
    const char *moves = catalogue_station_moves(type, catalogue_field(type, "form"));

    if (actor->center || moves == NULL || catalogue_has_move(moves, "", 0, template->form, strlen(template->form)))
        return STATUS_OK;
    return errmsg_set(err, STATUS_FORBIDDEN, "%s由县中心出具", template->title);
}

static enum status issue(struct paper_source *paper, struct random_source random, struct record *document, char number[64], struct errmsg *err)
{
    const struct document_source *from = paper->from;
    struct actor acting = *paper->actor;
    enum status status = records_begin(paper->store, paper->actor, document, paper->codes, err);

    acting.acting = true;
    if (status == STATUS_OK)
        status = record_set_text(document, "form", paper->template->form);
    if (status == STATUS_OK)
        status = record_set_int(document, "issued_on", from->today);
    if (status == STATUS_OK)
        status = set_case(from, document);
    if (status == STATUS_OK)
        status = set_recipient(paper, document);
    if (status == STATUS_OK)
        status = set_number(paper, document, number, err);
    if (status == STATUS_OK)
        status = set_text(paper, document, err);
    if (status != STATUS_OK)
        return status;
    if (from->kase != NULL)
        document->scope = from->kase->scope;
    else if (from->record != NULL)
        document->scope = from->record->scope;
    return records_save(paper->store, &acting, paper->codes, random, document, err);
}

enum status document_issue(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct rules *rules,
                           const char *form, const struct document_source *source, struct id *id, char number[64], struct errmsg *err)
{
    struct template template;
    struct paper_source paper;
    struct record document;
    enum status status = template_load(store, actor, form, &template, err);

    assert(store_in_transaction(store));
    number[0] = 0;
    if (status != STATUS_OK)
        return status;
    record_init(&document, catalogue_find("document"));
    paper_source_init(&paper);
    paper.store = store;
    paper.actor = actor;
    paper.codes = codes;
    paper.rules = rules;
    paper.template = &template;
    paper.from = source;
    paper.err = err;
    status = check_side(actor, &template, err);
    if (status == STATUS_OK)
        status = issue(&paper, random, &document, number, err);
    if (status == STATUS_OK)
        *id = document.id;
    else
        number[0] = 0;
    paper_source_release(&paper);
    record_release(&document);
    template_release(&template);
    return status != STATUS_OK ? errmsg_wrap(err, status, "格式 %s", form) : STATUS_OK;
}
