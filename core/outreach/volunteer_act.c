/* core/outreach/volunteer_act.c - what the acts on a volunteer do beyond setting fields. See volunteer.h; the table: core/register/act_table.c. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/outreach/volunteer.h"
#include "core/paper/document.h"

enum { LETTER_NUMBER_BYTES = 64 };

static bool day_of(const struct record *record, const char *field, int32_t *day)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    *day = value.kind == VALUE_INT ? (int32_t)value.number : 0;
    return value.kind == VALUE_INT;
}

static enum status clear(struct record *record, const char *field)
{
    return record_set(record, catalogue_field(record->type, field), value_null());
}

static enum status wrong_day(const struct record *record, const char *field, const char *other, struct errmsg *err)
{
    const struct field_def *def = catalogue_field(record->type, field);
    return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): 在%s之前", _(def->label), def->name, _(catalogue_field(record->type, other)->label));
}

/* ---- letters ---- */

enum status volunteer_offer_letter(struct act_move *move, struct errmsg *err)
{
    int32_t to = calendar_term_end(move->today, rules_term(move->rules, "letter_term", move->today));
    enum status status = record_set_int(&move->record, "letter_to", to);
    if (status == STATUS_OK)
        status = clear(&move->record, "event");
    return status == STATUS_OK ? status : errmsg_set(err, status, "%s", status_text(status));
}

static enum status fill_letter(struct record *letter, const struct act_move *move)
{
    const struct record *volunteer = &move->record;
    char id[ID_TEXT_BYTES];
    id_format(volunteer->id, id);
    letter->scope = volunteer->scope;
    enum status status = record_set_text(letter, "volunteer", id);
    if (status == STATUS_OK)
        status = record_set_text(letter, "name", record_text(volunteer, "name"));
    if (status == STATUS_OK)
        status = record_set(letter, catalogue_field(letter->type, "valid_to"), record_get(volunteer, catalogue_field(volunteer->type, "letter_to")));
    if (status == STATUS_OK)
        status = record_set(letter, catalogue_field(letter->type, "event"), record_get(volunteer, catalogue_field(volunteer->type, "event")));
    return status == STATUS_OK ? record_set_int(letter, "issued_on", move->today) : status;
}

/* The paper gives the number, the letter keeps it. */
static enum status issue_letter(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move,
                                struct record *letter, char number[LETTER_NUMBER_BYTES], struct errmsg *err)
{
    struct document_source source = {.record = letter, .today = move->today};
    struct id *document = &move->documents[move->n_documents];
    char id[ID_TEXT_BYTES];
    assert(move->n_documents < ACT_DOCUMENTS_MAX);
    enum status status = document_issue(store, acting, codes, random, move->rules, move->act->documents, &source, document, number, err);
    if (status != STATUS_OK)
        return status;
    move->n_documents++;
    id_format(*document, id);
    status = record_set_text(letter, "document", id);
    if (status == STATUS_OK && number[0] != '\0')
        status = record_set_text(letter, "number", number);
    return status == STATUS_OK ? records_save(store, acting, codes, random, letter, err) : status;
}

enum status volunteer_appoint(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err)
{
    struct record letter;
    char number[LETTER_NUMBER_BYTES] = "";
    int32_t to, registered;
    if (!day_of(&move->record, "letter_to", &to) || to <= move->today)
        return errmsg_set(err, STATUS_INVALID, "字段 聘期至(letter_to): 要在今天之后");
    if (day_of(&move->record, "date", &registered) && registered > move->today)
        return errmsg_set(err, STATUS_INVALID, "%s 的登记日期在今天之后，先改正登记日期", record_text(&move->record, "name"));
    record_init(&letter, catalogue_find("appointment_letter"));
    enum status status = records_begin(store, acting, &letter, codes, err);
    if (status == STATUS_OK)
        status = fill_letter(&letter, move);
    if (status == STATUS_OK)
        status = issue_letter(store, acting, codes, random, move, &letter, number, err);
    if (status == STATUS_OK)
        status = record_set_text(&move->record, "letter_no", number);
    if (status == STATUS_OK) {
        char day[DAY_TEXT_BYTES];
        day_format(to, day);
        buf_printf(&move->said, _("聘书 %s，聘期至 %s"), number, day);
    }
    record_release(&letter);
    return status;
}

/* ---- leaving ---- */

enum status volunteer_ask_leave(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err)
{
    int32_t asked, registered;
    (void)store, (void)acting, (void)codes, (void)random;
    if (day_of(&move->record, "asked_leave_on", &asked) && day_of(&move->record, "date", &registered) && asked < registered)
        return wrong_day(&move->record, "asked_leave_on", "date", err);
    struct rule_term term = rules_term(move->rules, "D16", asked);
    char day[DAY_TEXT_BYTES];
    day_format(calendar_due(move->calendar, asked, term, 0), day);
    buf_printf(&move->said, _("%s 前办理"), day);
    return STATUS_OK;
}

enum status volunteer_stay(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err)
{
    (void)store, (void)acting, (void)codes, (void)random, (void)err;
    enum status status = record_set_text(&move->record, "state", record_text(&move->record, "letter_no")[0] != '\0' ? "V2" : "V1");
    if (status == STATUS_OK)
        status = clear(&move->record, "asked_leave_on");
    return status == STATUS_OK ? clear(&move->record, "leave_reason") : status;
}

enum status volunteer_leave(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err)
{
    static const char *const before[] = {"date", "asked_leave_on"};
    int32_t left, day;
    (void)store, (void)acting, (void)codes, (void)random;
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        if (day_of(&move->record, "left_on", &left) && day_of(&move->record, before[i], &day) && left < day)
            return wrong_day(&move->record, "left_on", before[i], err);
    return STATUS_OK;
}
