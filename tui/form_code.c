/* tui/form_code.c - see form_code.h. Typed text is split at + , ; / and blanks in FORM_CODES (the field folds ，；、 to , ; /), taken whole in FORM_CODE. */
#include "tui/form_code.h"

#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"

enum { PART_BYTES = 256, DAY_FIELD_BYTES = 1024 };

static bool is_code_field(const struct form *form, size_t field)
{
    enum form_kind kind = form->defs[field].kind;
    return (kind == FORM_CODE || kind == FORM_CODES) && code_source_is_set(&form->sources[field]);
}

static bool is_separator(const struct form *form, size_t field, char c)
{
    return form->defs[field].kind == FORM_CODES && (c == '+' || c == ',' || c == ';' || c == '/' || c == ' ');
}

/* The next part from *at on; false at the end. A part that does not fit is cut: it is no code then. */
static bool next_part(const struct form *form, size_t field, const char *text, size_t *at, char part[PART_BYTES])
{
    size_t n = 0;
    while (text[*at] != '\0' && is_separator(form, field, text[*at]))
        ++*at;
    for (; text[*at] != '\0' && !is_separator(form, field, text[*at]); ++*at) {
        if (n < PART_BYTES - 1)
            part[n++] = text[*at];
    }
    part[n] = '\0';
    return n > 0;
}

struct code_source form_code_source(const struct form *form, size_t field)
{
    struct code_source source = form->sources[field];
    struct buf text;
    int32_t day;
    source.day = form->day;
    if (form->day_field >= form->n)
        return source;
    buf_init(&text, DAY_FIELD_BYTES);
    edit_text(&form->fields[form->day_field], &text);
    if (text.status == STATUS_OK && day_parse(buf_cstr(&text), text.len, &day) == STATUS_OK)
        source.day = day;
    buf_release(&text);
    return source;
}

static void typed_text(const struct form *form, size_t field, struct buf *out)
{
    buf_init(out, EDIT_MAX_CHARS);
    edit_text(&form->fields[field], out);
}

/* An old record's retired code is not offered, but stays what it is. */
static const char *code_of(const struct form *form, size_t field, const char *part, enum code_answer *answer)
{
    struct code_source source = form_code_source(form, field);
    const struct code *code = NULL;
    *answer = code_source_resolve(&source, part, &code);
    if (*answer == CODE_ONE)
        return code->code;
    if (code_source_name(&source, part) != NULL) {
        *answer = CODE_ONE;
        return part;
    }
    return NULL;
}

/* Append the codes joined by the separator. Returns false, and the offending part, if one is no code. */
static bool join_codes(const struct form *form, size_t field, char separator, struct buf *out, char bad[PART_BYTES], enum code_answer *why)
{
    struct buf text;
    size_t at = 0;
    char part[PART_BYTES];
    bool good = true, first = true;
    typed_text(form, field, &text);
    while (next_part(form, field, buf_cstr(&text), &at, part)) {
        enum code_answer answer = CODE_NONE;
        const char *code = code_of(form, field, part, &answer);
        if (code == NULL && (good || answer == CODE_UNREAD)) {
            good = false;
            memcpy(bad, part, PART_BYTES);
            *why = answer;
        }
        if (!first)
            buf_putc(out, (uint8_t)separator);
        buf_puts(out, code != NULL ? code : part);
        first = false;
    }
    if (text.status != STATUS_OK) { /* nothing was typed, it would look */
        good = false;
        *why = CODE_UNREAD;
        out->status = out->status == STATUS_OK ? text.status : out->status;
    }
    buf_release(&text);
    return good;
}

bool form_code_settle(struct form *form, size_t field, struct errmsg *err)
{
    if (!is_code_field(form, field) || edit_is_empty(&form->fields[field]))
        return true;
    struct buf codes, text;
    char bad[PART_BYTES] = "";
    enum code_answer why = CODE_NONE;
    buf_init(&codes, EDIT_MAX_CHARS);
    bool good = join_codes(form, field, '+', &codes, bad, &why);
    typed_text(form, field, &text);
    if (codes.status != STATUS_OK || text.status != STATUS_OK) {
        good = false; /* no half of a list is put for it */
        why = CODE_UNREAD;
    }
    if (good && strcmp(buf_cstr(&codes), buf_cstr(&text)) != 0)
        form_type(form, field, buf_cstr(&codes), codes.len);
    buf_release(&text);
    buf_release(&codes);
    if (!good && why == CODE_UNREAD) {
        errmsg_set(err, STATUS_NOMEM, "%s: %s", _(form->defs[field].label), status_text(STATUS_NOMEM));
        return false;
    }
    if (good || (form->defs[field].flags & FORM_FREE_CODE))
        return true;
    const char *reason = why == CODE_SEVERAL ? _("有几项符合，请再打一个字母或按 F4 选") : _("没有这个代码，按 F4 看代码表");
    errmsg_set(err, STATUS_INVALID, "%s “%s”: %s", _(form->defs[field].label), bad, reason);
    return false;
}

void form_code_text(const struct form *form, size_t field, struct buf *out)
{
    char bad[PART_BYTES];
    enum code_answer why = CODE_NONE;
    if (!is_code_field(form, field)) {
        edit_text(&form->fields[field], out);
        return;
    }
    size_t start = out->len;
    bool good = join_codes(form, field, ',', out, bad, &why);
    if (!good && (form->defs[field].flags & FORM_FREE_CODE) && out->status == STATUS_OK) {
        out->len = start; /* free text stays as it was typed, blanks and all */
        if (out->data != NULL)
            out->data[start] = '\0';
        edit_text(&form->fields[field], out);
    }
}

bool form_code_is_final(const struct form *form, size_t field)
{
    if (!is_code_field(form, field) || form->defs[field].kind != FORM_CODE)
        return false;
    struct code_source source = form_code_source(form, field);
    struct buf text;
    typed_text(form, field, &text);
    bool final = code_source_is_final(&source, buf_cstr(&text));
    buf_release(&text);
    return final;
}

void form_code_names(const struct form *form, size_t field, struct buf *out)
{
    if (!is_code_field(form, field))
        return;
    struct buf text;
    size_t at = 0;
    char part[PART_BYTES];
    bool first = true;
    typed_text(form, field, &text);
    while (next_part(form, field, buf_cstr(&text), &at, part)) {
        enum code_answer answer = CODE_NONE;
        const char *code = code_of(form, field, part, &answer);
        const char *name = code != NULL ? code_source_name(&form->sources[field], code) : NULL;
        if (name == NULL)
            continue;
        if (!first)
            buf_puts(out, _("，"));
        buf_puts(out, _(name));
        first = false;
    }
    buf_release(&text);
}

void form_code_hint(const struct form *form, size_t field, size_t columns, struct buf *out)
{
    if (!is_code_field(form, field))
        return;
    struct code_source source = form_code_source(form, field);
    struct buf text;
    typed_text(form, field, &text);
    const char *typed = buf_cstr(&text), *last = typed;
    for (const char *c = typed; *c != '\0'; c++) {
        if (is_separator(form, field, *c))
            last = c + 1;
    }
    /* A field that is just entered shows all its choices, not only the one it has. */
    code_source_hint(&source, form->entered ? last : "", columns, out);
    buf_release(&text);
}
