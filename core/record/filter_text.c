/* core/record/filter_text.c - see filter_text.h. */
#include "core/record/filter_text.h"

#include <string.h>

#include "core/base/language.h"
#include "core/record/code_book.h"

enum { ID_SHOWN = 8 };

static const char *op_text(const struct filter_term *term)
{
    static const char *const texts[] = {[FILTER_EQ] = "=", [FILTER_NE] = "!=", [FILTER_GE] = ">=", [FILTER_LE] = "<=", [FILTER_GT] = ">",
                                        [FILTER_LT] = "<", [FILTER_CONTAINS] = "~", [FILTER_CONTAINS_NOT] = "!~", [FILTER_IN] = "="};
    return texts[term->op];
}

/* Who looks, and what words there are. */
struct filter_reader {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    const struct record_type *type; /* that has the field */
};

static void put_title(const struct filter_reader *reader, const struct field_def *field, struct value value, struct buf *out)
{
    struct record record;
    struct id id;
    if (id_parse(value.text, value.len, &id) == STATUS_OK && records_get(reader->store, reader->actor, catalogue_find(field->codes), id, &record, NULL) == STATUS_OK) {
        record_title(&record, reader->codes, out);
        record_release(&record);
        return;
    }
    buf_append(out, value.text, value.len < ID_SHOWN ? value.len : ID_SHOWN);
}

/* Codes stand in a filter alone, or as ",11,12,": every version of a name. The first one's name is enough then. */
static void put_code_name(const struct filter_reader *reader, const struct field_def *field, struct value value, struct buf *out)
{
    char code[64];
    const char *text = value.text + (value.text[0] == ',');
    size_t len = strcspn(text, ",");
    if (len >= sizeof code)
        len = sizeof code - 1;
    memcpy(code, text, len);
    code[len] = '\0';
    const char *name = reader->codes != NULL ? code_book_name(reader->codes, field->codes, code) : NULL;
    buf_puts(out, name != NULL && name[0] != '\0' ? name : code);
}

static void put_formatted(const struct filter_reader *reader, const struct field_def *field, struct value value, struct buf *out)
{
    struct record scratch;
    record_init(&scratch, reader->type);
    if (record_set(&scratch, field, value) == STATUS_OK)
        record_format(&scratch, field, reader->codes, out);
    record_release(&scratch);
}

static void put_value(const struct filter_reader *reader, const struct field_def *field, struct value value, struct buf *out)
{
    if (value.kind == VALUE_NULL)
        buf_puts(out, _("空"));
    else if (field == NULL && value.kind == VALUE_TEXT)
        buf_append(out, value.text, value.len);
    else if (field == NULL)
        buf_printf(out, "%lld", (long long)value.number);
    else if (field->kind == FIELD_REF)
        put_title(reader, field, value, out);
    else if (field->kind == FIELD_CODE || field->kind == FIELD_CODES)
        put_code_name(reader, field, value, out);
    else
        put_formatted(reader, field, value, out);
}

static void put_term(struct filter_reader *reader, const struct filter *filter, const struct filter_term *term, struct buf *out)
{
    reader->type = term->via != NULL ? catalogue_find(term->via->codes) : filter->type;
    if (term->via != NULL)
        buf_printf(out, _("%s的"), _(term->via->label));
    buf_printf(out, "%s%s", term->field != NULL ? _(term->field->label) : term->pseudo == FILTER_ID ? _("编号") : _("机构号"), op_text(term));
    if (term->op != FILTER_IN)
        put_value(reader, term->field, term->value, out);
    for (size_t i = 0; term->op == FILTER_IN && i < term->n_values; i++) {
        buf_puts(out, i > 0 ? _("、") : "");
        put_value(reader, term->field, term->values[i], out);
    }
}

void filter_describe(const struct filter *filter, struct store *store, const struct actor *actor, const struct code_book *codes, struct buf *out)
{
    struct filter_reader reader = {.store = store, .actor = actor, .codes = codes};
    for (size_t i = 0; i < filter->n_terms; i++) {
        if (i > 0)
            buf_puts(out, _(" 且 "));
        put_term(&reader, filter, &filter->terms[i], out);
    }
}

enum status filter_prefill(const struct filter *filter, const struct actor *actor, struct record *record)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < filter->n_terms; i++) {
        const struct filter_term *term = &filter->terms[i];
        bool typed = term->via == NULL && term->field != NULL && !(term->field->flags & (FIELD_MACHINE | FIELD_ACTION)) && (actor->center || !(term->field->flags & FIELD_CENTER));
        if (typed && term->op == FILTER_EQ && term->value.kind != VALUE_NULL)
            status = record_set(record, term->field, term->value);
    }
    return status;
}
