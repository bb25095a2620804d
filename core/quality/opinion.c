/* core/quality/opinion.c - see opinion.h. */
#include "core/quality/opinion.h"

#include <stdlib.h>
#include <string.h>

#include "core/aid/account.h"
#include "core/aid/person_name.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 1024 };

const char *const opinion_questions[OPINION_QUESTIONS] = {"etiquette", "skill", "dedication"};

static bool is_empty(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).kind == VALUE_NULL;
}

static bool has_day(const struct record *record, const char *field, int32_t *day)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    if (value.kind == VALUE_INT)
        *day = (int32_t)value.number;
    return value.kind == VALUE_INT;
}

static enum status wrong(struct errmsg *err, const struct record *record, const char *field, const char *reason)
{
    const struct field_def *def = catalogue_field(record->type, field);
    return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): %s", _(def->label), def->name, reason);
}

/* ---- before it is saved ---- */

static enum status check_day(const struct actor *actor, const struct record *record, const struct record *kase, struct errmsg *err)
{
    int32_t day, assigned;
    if (!has_day(record, "date", &day))
        return STATUS_OK; /* record_check asks for it */
    if (day > day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN))
        return wrong(err, record, "date", _("在今天之后；请核对日期，或先校准这台机器的时钟"));
    return has_day(kase, "assigned_on", &assigned) && day < assigned ? wrong(err, record, "date", _("早于指派日期")) : STATUS_OK;
}

/* The observer is an account's name, or names as they are written. */
static enum status check_observer(struct store *store, const struct record *record, const struct record *kase, struct errmsg *err)
{
    const char *handler = record_text(kase, "handler");
    struct record account;
    if (catalogue_field(record->type, "observer") == NULL || is_empty(record, "observer"))
        return STATUS_OK;
    bool same = person_name_in(record_text(record, "observer"), handler);
    enum status status = account_find(store, record_text(record, "observer"), &account, err);
    if (status == STATUS_OK) {
        same = same || person_name_in(record_text(&account, "display"), handler);
        record_release(&account);
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    return same ? wrong(err, record, "observer", _("旁听人是这件案件的承办人")) : STATUS_OK;
}

/* An empty field of the record takes what the case has. */
static enum status offer(struct record *record, const char *field, const struct record *kase, const char *from)
{
    if (catalogue_field(record->type, field) == NULL || !is_empty(record, field) || is_empty(kase, from))
        return STATUS_OK;
    return record_set_text(record, field, record_text(kase, from));
}

static enum status prepare_with(struct store *store, const struct actor *actor, struct record *record, const struct record *kase, struct errmsg *err)
{
    if (is_empty(kase, "handler"))
        return wrong(err, record, "case_id", _("案件还没有承办人"));
    enum status status = check_day(actor, record, kase, err);
    if (status == STATUS_OK)
        status = check_observer(store, record, kase, err);
    if (status == STATUS_OK)
        status = record_set(record, catalogue_field(record->type, "handler_ref"), record_get(kase, catalogue_field(kase->type, "handler_ref")));
    if (status == STATUS_OK)
        status = offer(record, "organ", kase, "organ");
    if (status == STATUS_OK)
        status = offer(record, "court", kase, "organ");
    record->scope = kase->scope;
    return status;
}

enum status opinion_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *record, struct errmsg *err)
{
    const char *text = record_text(record, "case_id");
    struct record kase;
    struct id id;
    (void)codes;
    if (record->version != 0)
        return STATUS_OK;
    enum status status = id_parse(text, strlen(text), &id);
    if (status == STATUS_OK)
        status = records_get(store, actor, catalogue_find("case"), id, &kase, NULL);
    if (status == STATUS_NOT_FOUND || status == STATUS_MALFORMED)
        return wrong(err, record, "case_id", text[0] != '\0' ? _("没有这件案件") : _("要填；填案件的编号"));
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    status = prepare_with(store, actor, record, &kase, err);
    record_release(&kase);
    return status;
}

/* ---- figures ---- */

enum { COLUMN_ANSWERS = 3 };

static int answer_of(struct stmt *stmt, int column)
{
    int number = atoi(stmt_column_text(stmt, column, NULL));
    return number >= 1 && number <= 3 ? number : 0;
}

static struct opinion_voice read_voice(struct stmt *stmt)
{
    struct opinion_voice voice = {.id = stmt_column_id(stmt, 0), .date = (int32_t)stmt_column_int(stmt, 2)};
    size_t len;
    const char *kase = stmt_column_text(stmt, 1, &len);
    if (id_parse(kase, len, &voice.kase) != STATUS_OK)
        voice.kase = (struct id){{0}};
    for (int i = 0; i < OPINION_QUESTIONS; i++)
        voice.answers[i] = answer_of(stmt, COLUMN_ANSWERS + i);
    return voice;
}

static void add(struct organ_satisfaction *sum, const struct opinion_voice *voice)
{
    sum->opinions++;
    for (size_t i = 0; i < OPINION_QUESTIONS; i++) {
        if (voice->answers[i] == 0)
            continue;
        sum->answered[i]++;
        sum->given[i][voice->answers[i] - 1]++;
    }
}

int64_t organ_rate(const struct organ_satisfaction *satisfaction)
{
    int64_t answered = 0, content = 0;
    for (size_t i = 0; i < OPINION_QUESTIONS; i++) {
        answered += satisfaction->answered[i];
        content += satisfaction->given[i][0] + satisfaction->given[i][1];
    }
    return answered > 0 ? (content * 20000 + answered) / (2 * answered) : -1;
}

enum status organ_satisfaction(struct store *store, const struct actor *actor, int32_t from, int32_t to, struct id handler, int64_t org, struct organ_satisfaction *out,
                               opinion_row row, void *context, struct errmsg *err)
{
    struct buf sql;
    char text[ID_TEXT_BYTES];
    int index = 5;
    enum status status;
    *out = (struct organ_satisfaction){0};
    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT id,case_id,date,etiquette,skill,dedication FROM organ_opinion WHERE date BETWEEN ?1 AND ?2 AND gone=0"
                   " AND (?3 IS NULL OR handler_ref=?3) AND (?4=0 OR scope=?4)");
    row_scope_sql(actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    id_format(handler, text);
    stmt_int(stmt, 1, from);
    stmt_int(stmt, 2, to);
    stmt_string(stmt, 3, id_is_zero(handler) ? NULL : text);
    stmt_int(stmt, 4, org);
    index = 5;
    row_scope_bind(actor, stmt, &index);
    while (stmt_row(stmt, &status, err)) {
        struct opinion_voice voice = read_voice(stmt);
        add(out, &voice);
        if (row != NULL && !row(context, &voice)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}
