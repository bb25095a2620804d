/* core/record/record_text.c - field values as text, for people (names, yuan) and for machines (codes, fen), and record titles. */
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/money.h"
#include "core/base/width.h"
#include "core/record/code_book.h"
#include "core/record/privacy.h"
#include "core/record/record.h"

static void put_day(int64_t number, struct buf *out)
{
    char text[DAY_TEXT_BYTES];
    if (number < DAY_MIN || number > DAY_MAX) {
        buf_printf(out, "%lld", (long long)number);
        return;
    }
    day_format((int32_t)number, text);
    buf_puts(out, text);
}

/* Whether a value is to be told in the county's language, Chinese, as it is stored and printed, or in the reader's. */
typedef const char *words_in(const char *chinese);

static const char *in_chinese(const char *chinese)
{
    return chinese;
}

static const char *code_name(const struct code_book *codes, const char *set, const char *code)
{
    return codes != NULL ? code_book_name(codes, set, code) : code;
}

static void put_code_names(const struct code_book *codes, const char *set, struct value value, words_in *words, struct buf *out)
{
    for (size_t at = 0; at < value.len;) {
        const char *comma = memchr(value.text + at, ',', value.len - at);
        size_t len = comma != NULL ? (size_t)(comma - value.text) - at : value.len - at;
        char code[64];
        if (at > 0)
            buf_puts(out, words("、"));
        if (len < sizeof(code)) {
            memcpy(code, value.text + at, len);
            code[len] = '\0';
            buf_puts(out, words(code_name(codes, set, code)));
        } else {
            buf_append(out, value.text + at, len);
        }
        at += len + 1;
    }
}

static void put_value(const struct record *record, const struct field_def *field, const struct code_book *codes, words_in *words, struct buf *out)
{
    struct value value = record_get(record, field);
    if (field->kind == FIELD_SECRET || value.kind == VALUE_NULL)
        return;
    if (value.kind == VALUE_INT && field->kind == FIELD_MONEY)
        (words == in_chinese ? money_format : money_show)(value.number, out);
    else if (value.kind == VALUE_INT && field->kind == FIELD_BOOL)
        buf_puts(out, words(value.number != 0 ? "是" : "否"));
    else if (value.kind == VALUE_TEXT && field->kind == FIELD_CODE)
        buf_puts(out, words(code_name(codes, field->codes, value.text)));
    else if (value.kind == VALUE_TEXT && field->kind == FIELD_CODES)
        put_code_names(codes, field->codes, value, words, out);
    else
        record_format_raw(field, value, out);
}

void record_format(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *out)
{
    put_value(record, field, codes, in_chinese, out);
}

void record_show(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *out)
{
    put_value(record, field, codes, language_text, out);
}

void record_format_raw(const struct field_def *field, struct value value, struct buf *out)
{
    if (field->kind == FIELD_SECRET)
        return;
    switch (value.kind) {
    case VALUE_NULL:
        break;
    case VALUE_INT:
        if (field->kind == FIELD_DAY)
            put_day(value.number, out);
        else
            buf_printf(out, "%lld", (long long)value.number);
        break;
    case VALUE_TEXT:
        buf_append(out, value.text, value.len);
        break;
    }
}

/* Append as much of the text's first line as fits in the columns; returns the columns used. */
static size_t put_fitting(const char *text, size_t len, size_t columns, struct buf *out)
{
    const char *line_end = memchr(text, '\n', len);
    size_t used = 0;
    if (line_end != NULL)
        len = (size_t)(line_end - text);
    buf_append(out, text, width_fit(text, len, columns, &used));
    return used;
}

static void put_title(const struct record *record, const struct code_book *codes, void (*put)(const struct record *, const struct field_def *, const struct code_book *, struct buf *), struct buf *out)
{
    enum { TITLE_TEXT_MAX_BYTES = 1 << 20 };
    struct buf text;
    size_t left = RECORD_TITLE_COLUMNS;
    bool first = true;
    buf_init(&text, TITLE_TEXT_MAX_BYTES);
    for (size_t i = 0; i < record->type->n_fields && left > 2; i++) {
        const struct field_def *field = &record->type->fields[i];
        if (!(field->flags & FIELD_TITLE) || record->values[i].kind == VALUE_NULL)
            continue;
        buf_clear(&text);
        put(record, field, codes, &text);
        if (text.status == STATUS_NOMEM && out->status == STATUS_OK)
            out->status = STATUS_NOMEM; /* half a title is not the title */
        if (text.status != STATUS_OK || text.len == 0)
            continue;
        if (!first) {
            buf_puts(out, "  ");
            left -= 2;
        }
        left -= put_fitting(buf_cstr(&text), text.len, left, out);
        first = false;
    }
    buf_wipe(&text);
}

void record_title(const struct record *record, const struct code_book *codes, struct buf *out)
{
    put_title(record, codes, privacy_format, out);
}

void record_show_title(const struct record *record, const struct code_book *codes, struct buf *out)
{
    put_title(record, codes, privacy_show, out);
}
