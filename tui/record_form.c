/* tui/record_form.c - see record_form.h. */
#include "tui/record_form.h"

#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/code_book.h"
#include "tui/form_spell.h"

static const struct field_def *type_field(const struct form *form, size_t i, const struct record_type *type)
{
    for (size_t f = 0; f < type->n_fields; f++) {
        if (strcmp(type->fields[f].name, form->defs[i].name) == 0)
            return &type->fields[f];
    }
    return NULL;
}

/* 是 / 否 as a code set, so that yes-no fields behave like every other code field. */
static size_t bool_count(const void *context, const char *set)
{
    (void)context, (void)set;
    return 2;
}

static const struct code *bool_at(const void *context, const char *set, size_t index)
{
    static const struct code codes[2] = {
        {.set = "bool", .code = "1", .name = "是", .parent = "", .initials = "s"},
        {.set = "bool", .code = "0", .name = "否", .parent = "", .initials = "f p"},
    };
    (void)context, (void)set;
    return &codes[index];
}

/* The field whose day a record of the type belongs to, NULL. */
static const struct field_def *day_field(const struct record_type *type)
{
    const struct field_def *field = catalogue_field(type, type->order);
    return field != NULL && field->kind == FIELD_DAY ? field : NULL;
}

void record_form_bind_field(struct form *form, size_t field, const struct field_def *def, const struct code_book *codes)
{
    if (def->kind == FIELD_CODE || def->kind == FIELD_CODES)
        form_set_source(form, field, code_source_of_book(codes, def->codes));
    else if (def->kind == FIELD_BOOL)
        form_set_source(form, field, (struct code_source){.set = "bool", .count = bool_count, .at = bool_at, .matches = code_matches});
}

void record_form_bind(struct form *form, const struct record_type *type, const struct code_book *codes)
{
    form->day_field = SIZE_MAX;
    for (size_t i = 0; i < form->n; i++) {
        const struct field_def *field = type_field(form, i, type);
        if (field == NULL)
            continue;
        if (field == day_field(type))
            form->day_field = i;
        record_form_bind_field(form, i, field, codes);
    }
}

/* What stands in the field for a value. */
static void value_text_for_form(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *out)
{
    bool raw = field->kind == FIELD_CODE || field->kind == FIELD_CODES || field->kind == FIELD_BOOL || field->kind == FIELD_DAY ||
               field->kind == FIELD_REF;
    if (raw)
        record_format_raw(field, record_get(record, field), out);
    else
        record_format(record, field, codes, out);
}

void record_form_question(const struct record *record, const struct field_def *def, const struct code_book *codes, struct buf *out)
{
    value_text_for_form(record, def, codes, out);
}

enum status record_form_answer(struct record *record, const struct field_def *def, const struct code_book *codes, int32_t today, const char *text, struct errmsg *err)
{
    enum form_kind kind = def->kind == FIELD_DAY ? FORM_DAY : def->kind == FIELD_MONEY ? FORM_MONEY : FORM_TEXT;
    struct buf written;
    buf_init(&written, EDIT_MAX_CHARS * 4);
    enum status status = form_spell_answer(kind, today, text, &written, err);
    if (status == STATUS_OK)
        status = record_parse(record, def, codes, buf_cstr(&written), written.len, err);
    buf_wipe(&written);
    return status;
}

/* A reference stands in the form as the number of its choice, where the field has choices. One that is not among them (another station's) leaves the field empty. */
static bool is_choice(const struct form *form, size_t field, const struct field_def *def)
{
    return def->kind == FIELD_REF && form->sources[field].stored != NULL;
}

static const char *choice_of(const struct form *form, size_t field, struct value value)
{
    const struct code_source *source = &form->sources[field];
    struct id id;
    return value.kind == VALUE_TEXT && id_parse(value.text, value.len, &id) == STATUS_OK ? source->shown(source->context, id) : NULL;
}

static enum status store_choice(const struct form *form, size_t field, struct record *record, const struct field_def *def, struct errmsg *err)
{
    const struct code_source *source = &form->sources[field];
    struct value before = record_get(record, def);
    struct buf code;
    struct id id;
    char text[ID_TEXT_BYTES];
    buf_init(&code, EDIT_MAX_CHARS);
    form_text(form, field, &code);
    enum status status = code.status;
    bool empty = code.len == 0, known = !empty && source->stored(source->context, buf_cstr(&code), &id);
    buf_release(&code);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    if (empty) /* nobody typed over what could not be shown */
        return before.kind != VALUE_NULL && choice_of(form, field, before) == NULL ? STATUS_OK : record_set(record, def, value_null());
    if (!known)
        return errmsg_set(err, STATUS_INVALID, "没有这一项，按 F4 选");
    id_format(id, text);
    return record_set(record, def, value_string(text));
}

void record_form_value(const struct form *form, size_t field, const struct record *record, const struct field_def *def, const struct code_book *codes, struct buf *out)
{
    size_t start = out->len;
    if (is_choice(form, field, def)) {
        const char *code = choice_of(form, field, record_get(record, def));
        buf_puts(out, code != NULL ? code : "");
        return;
    }
    value_text_for_form(record, def, codes, out);
    for (size_t b = start; def->kind == FIELD_CODES && b < out->len; b++) {
        if (out->data[b] == ',')
            out->data[b] = '+';
    }
}

enum status record_form_load_field(struct form *form, size_t field, const struct record *record, const struct field_def *def, const struct code_book *codes)
{
    struct buf text;
    buf_init(&text, EDIT_MAX_CHARS * 4);
    record_form_value(form, field, record, def, codes, &text);
    enum status status = text.status != STATUS_OK ? text.status : form_set(form, field, buf_cstr(&text), text.len);
    buf_wipe(&text);
    return status;
}

enum status record_form_load(struct form *form, const struct record *record, const struct code_book *codes)
{
    const struct field_def *day = day_field(record->type);
    struct value value = day == NULL ? value_null() : record_get(record, day);
    form->day = value.kind == VALUE_INT ? (int32_t)value.number : CODE_DAY_NEWEST;
    for (size_t i = 0; i < form->n; i++) {
        const struct field_def *field = type_field(form, i, record->type);
        enum status status = field != NULL ? record_form_load_field(form, i, record, field, codes) : STATUS_OK;
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status store_field(const struct form *form, size_t field, struct record *record, const struct code_book *codes, struct errmsg *err);

/* Codes are judged by the day that stands in the form, not by the one the record was loaded with. */
static void store_day_first(const struct form *form, const struct field_def *def, struct record *record, const struct code_book *codes)
{
    if ((def->kind == FIELD_CODE || def->kind == FIELD_CODES) && form->day_field < form->n)
        store_field(form, form->day_field, record, codes, NULL);
}

enum status record_form_store_field(const struct form *form, size_t field, struct record *record, const struct code_book *codes,
                                    struct errmsg *err)
{
    const struct field_def *def = type_field(form, field, record->type);
    if (def == NULL)
        return STATUS_OK;
    store_day_first(form, def, record, codes);
    return store_field(form, field, record, codes, err);
}

static enum status store_field(const struct form *form, size_t field, struct record *record, const struct code_book *codes, struct errmsg *err)
{
    const struct field_def *def = type_field(form, field, record->type);
    struct buf text;
    buf_init(&text, EDIT_MAX_CHARS * 4);
    form_text(form, field, &text);
    enum status status = text.status;
    (void)form_spell_text(form, field, &text); /* while it is typed: a number alone is fen to record_parse, and 明天 nothing */
    if (status == STATUS_OK)
        status = is_choice(form, field, def) ? store_choice(form, field, record, def, err) : record_parse(record, def, codes, buf_cstr(&text), text.len, err);
    buf_wipe(&text);
    if (status == STATUS_OK)
        return STATUS_OK;
    return errmsg_wrap(err, status, "%s", form->defs[field].label[0] != '\0' ? _(form->defs[field].label) : _(def->label));
}

enum status record_form_store(const struct form *form, struct record *record, const struct code_book *codes, size_t *bad,
                              struct errmsg *err)
{
    for (size_t i = 0; i < form->n; i++) {
        enum status status = record_form_store_field(form, i, record, codes, err);
        if (status != STATUS_OK) {
            if (bad != NULL)
                *bad = i;
            return status;
        }
    }
    return STATUS_OK;
}

size_t record_form_store_lenient(const struct form *form, struct record *record, const struct code_book *codes)
{
    size_t refused = 0;
    for (size_t i = 0; i < form->n; i++)
        refused += record_form_store_field(form, i, record, codes, NULL) != STATUS_OK ? 1 : 0;
    return refused;
}

void record_form_unread_line(const struct form *form, size_t field, const char *label, struct buf *out)
{
    buf_printf(out, "%s%s: ", out->len > 0 ? "\n" : "", label);
    form_text(form, field, out);
}

void record_form_unread(const struct form *form, const struct record *record, const struct code_book *codes, struct buf *out)
{
    struct record copy;
    if (record_copy(&copy, record) != STATUS_OK)
        return;
    (void)record_form_store_lenient(form, &copy, codes); /* what one field needs may stand in a later one */
    for (size_t i = 0; i < form->n; i++) {
        const struct field_def *def = type_field(form, i, record->type);
        if (def != NULL && record_form_store_field(form, i, &copy, codes, NULL) != STATUS_OK)
            record_form_unread_line(form, i, form->defs[i].label[0] != '\0' ? _(form->defs[i].label) : _(def->label), out);
    }
    record_release(&copy);
}

/* ---- cards ---- */

/* What a card says, by field. */
struct card_value {
    const char *field;
    char text[READER_ADDRESS_BYTES];
};

enum { CARD_VALUES = 7 };

static void read_card(const struct id_reading *card, const struct code_book *codes, struct card_value out[CARD_VALUES])
{
    static const char resident[] = "11";
    char born[DAY_TEXT_BYTES];
    const struct code *nation = card->nation[0] != '\0' ? code_book_by_name(codes, "ethnic", card->nation) : NULL;
    day_format(card->card.born, born);
    const char *const texts[CARD_VALUES][2] = {{"name", card->name}, {"sex", card->card.sex == 1 ? "1" : "2"}, {"born", born}, {"id_kind", resident}, {"id_no", card->card.number},
                                               {"ethnic", nation != NULL ? nation->code : ""}, {"address", card->address}};
    for (size_t i = 0; i < CARD_VALUES; i++) {
        out[i].field = texts[i][0];
        snprintf(out[i].text, sizeof out[i].text, "%s", texts[i][1]);
    }
}

static size_t field_named(const struct form *form, const char *name)
{
    size_t i = 0;
    while (i < form->n && strcmp(form->defs[i].name, name) != 0)
        i++;
    return i;
}

void record_form_take_card(struct form *form, const struct id_reading *card, const struct code_book *codes)
{
    struct card_value values[CARD_VALUES];
    size_t last = 0;
    read_card(card, codes, values);
    for (size_t i = 0; i < CARD_VALUES; i++) {
        size_t field = field_named(form, values[i].field);
        if (field == form->n || values[i].text[0] == '\0' || form->defs[field].kind == FORM_SHOW)
            continue;
        form_type(form, field, values[i].text, strlen(values[i].text));
        last = field > last ? field : last;
        if (form->hooks.left != NULL)
            form->hooks.left(form->hooks.context, form, field);
        form->fields[field].touched = false;
    }
    for (size_t i = 0; i < form->n; i++) {
        size_t field = (last + 1 + i) % form->n;
        bool passed = form->defs[field].kind == FORM_SHOW || (form->hooks.skip != NULL && form->hooks.skip(form->hooks.context, form, field));
        if (!passed && form_is_empty(form, field)) {
            form_focus(form, field);
            return;
        }
    }
    form_focus(form, last);
}

enum status record_take_card(struct record *record, const struct id_reading *card, const struct code_book *codes)
{
    struct card_value values[CARD_VALUES];
    enum status status = STATUS_OK;
    read_card(card, codes, values);
    for (size_t i = 0; i < CARD_VALUES && status != STATUS_NOMEM; i++) {
        const struct field_def *field = catalogue_field(record->type, values[i].field);
        if (field != NULL && values[i].text[0] != '\0')
            status = record_parse(record, field, codes, values[i].text, strlen(values[i].text), NULL);
    }
    return status == STATUS_NOMEM ? status : STATUS_OK;
}
