/* core/record/filter_text.c - see filter_text.h. */
#include "core/record/filter_text.h"

#include <string.h>

#include "core/record/code_book.h"

enum { ID_SHOWN = 8 };

static const char *op_text(enum filter_op op)
{
    static const char *const texts[] = {[FILTER_EQ] = "=", [FILTER_NE] = "!=", [FILTER_GE] = ">=", [FILTER_LE] = "<=", [FILTER_GT] = ">", [FILTER_LT] = "<", [FILTER_CONTAINS] = "~",
                                        [FILTER_CONTAINS_NOT] = "!="};
    return texts[op];
}

static void put_title(struct store *store, const struct actor *actor, const struct code_book *codes, const struct filter_term *term, struct buf *out)
{
    struct record record;
    struct id id;
    if (id_parse(term->value.text, term->value.len, &id) == STATUS_OK && records_get(store, actor, catalogue_find(term->field->codes), id, &record, NULL) == STATUS_OK) {
        record_title(&record, codes, out);
        record_release(&record);
        return;
    }
    buf_append(out, term->value.text, term->value.len < ID_SHOWN ? term->value.len : ID_SHOWN);
}

/* Codes stand in a filter alone, or as ",11,12,": every version of a name. The first one's name is enough then. */
static void put_code_name(const struct code_book *codes, const struct filter_term *term, struct buf *out)
{
    char code[64];
    const char *text = term->value.text + (term->value.text[0] == ',');
    size_t len = strcspn(text, ",");
    const char *name;
    if (len >= sizeof code)
        len = sizeof code - 1;
    memcpy(code, text, len);
    code[len] = '\0';
    name = codes != NULL ? code_book_name(codes, term->field->codes, code) : NULL;
    buf_puts(out, name != NULL && name[0] != '\0' ? name : code);
}

static void put_value(const struct filter *filter, const struct code_book *codes, const struct filter_term *term, struct buf *out)
{
    struct record scratch;
    record_init(&scratch, filter->type);
    if (record_set(&scratch, term->field, term->value) == STATUS_OK)
        record_format(&scratch, term->field, codes, out);
    record_release(&scratch);
}

static void put_term(const struct filter *filter, struct store *store, const struct actor *actor, const struct code_book *codes, const struct filter_term *term, struct buf *out)
{
    bool text = term->value.kind == VALUE_TEXT;
    buf_printf(out, "%s%s", term->field != NULL ? term->field->label : term->pseudo == FILTER_ID ? "编号" : "机构号", op_text(term->op));
    if (term->value.kind == VALUE_NULL)
        buf_puts(out, "空");
    else if (term->field == NULL)
        text ? buf_append(out, term->value.text, term->value.len) : buf_printf(out, "%lld", (long long)term->value.number);
    else if (term->field->kind == FIELD_REF)
        put_title(store, actor, codes, term, out);
    else if (term->field->kind == FIELD_CODE || term->field->kind == FIELD_CODES)
        put_code_name(codes, term, out);
    else
        put_value(filter, codes, term, out);
}

void filter_describe(const struct filter *filter, struct store *store, const struct actor *actor, const struct code_book *codes, struct buf *out)
{
    for (size_t i = 0; i < filter->n_terms; i++) {
        if (i > 0)
            buf_puts(out, " 且 ");
        put_term(filter, store, actor, codes, &filter->terms[i], out);
    }
}

enum status filter_prefill(const struct filter *filter, const struct actor *actor, struct record *record)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < filter->n_terms; i++) {
        const struct filter_term *term = &filter->terms[i];
        bool typed = term->field != NULL && !(term->field->flags & (FIELD_MACHINE | FIELD_ACTION)) && (actor->center || !(term->field->flags & FIELD_CENTER));
        if (typed && term->op == FILTER_EQ && term->value.kind != VALUE_NULL)
            status = record_set(record, term->field, term->value);
    }
    return status;
}
