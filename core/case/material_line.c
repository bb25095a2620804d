/* core/case/material_line.c - see material_line.h. */
#include "core/case/material_line.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/roster_word.h"

enum { NAME_BYTES = 1024 };

static const char original[] = "原件";

/* The last word of text[0..len), behind a blank; 0: there is only one. */
static size_t last_word(const char *text, size_t len)
{
    while (len > 0 && text[len - 1] != ' ')
        len--;
    return len;
}

/* What may stand behind the name. False: it belongs to the name. */
static bool take_behind(struct record *material, const struct code_book *codes, const char *word, enum status *status, struct errmsg *err)
{
    char number[ROSTER_WORD_BYTES];
    if (strcmp(word, original) == 0)
        *status = record_set_int(material, "original", 1);
    else if (roster_word_number(word, "", "份", true, number))
        *status = roster_word_put(material, codes, "copies", number, err);
    else if (roster_word_number(word, "", "页", true, number))
        *status = roster_word_put(material, codes, "pages", number, err);
    else
        return false;
    return true;
}

static size_t without_blanks(const char *text, size_t len)
{
    while (len > 0 && text[len - 1] == ' ')
        len--;
    return len;
}

/* "..（身份证明）" or in ASCII brackets: the kind, and what is left. */
static size_t take_kind(struct record *material, const struct code_book *codes, const char *text, size_t len)
{
    static const char *const opens[] = {"（", "("}, *const closes[] = {"）", ")"};
    for (size_t i = 0; i < 2; i++) {
        size_t open = strlen(opens[i]), close = strlen(closes[i]);
        if (len < open + close || memcmp(text + len - close, closes[i], close) != 0)
            continue;
        size_t from = len - close - open + 1; /* behind the last place where a bracket may open: nothing is read beyond the line */
        while (from > 0 && memcmp(text + from - 1, opens[i], open) != 0)
            from--;
        if (from <= 1)
            continue;
        char name[ROSTER_WORD_BYTES];
        snprintf(name, sizeof name, "%.*s", (int)(len - close - (from - 1 + open)), text + from - 1 + open);
        const struct code *kind = code_book_by_name(codes, "material_kind", name);
        if (kind != NULL && record_set_text(material, "kind", kind->code) == STATUS_OK)
            return without_blanks(text, from - 1);
    }
    return len;
}

enum status material_line_parse(const char *line, size_t len, const struct code_book *codes, struct record *material, struct errmsg *err)
{
    enum status status = STATUS_OK;
    while (len > 0 && line[0] == ' ')
        line++, len--;
    len = without_blanks(line, len);
    for (size_t from; status == STATUS_OK && (from = last_word(line, len)) > 0; len = without_blanks(line, from)) {
        char word[ROSTER_WORD_BYTES];
        snprintf(word, sizeof word, "%.*s", (int)(len - from), line + from);
        if (len - from >= sizeof word || !take_behind(material, codes, word, &status, err))
            break;
    }
    if (status != STATUS_OK)
        return status;
    len = take_kind(material, codes, line, len);
    if (len == 0)
        return errmsg_set(err, STATUS_INVALID, "没有写材料的名称");
    char name[NAME_BYTES];
    snprintf(name, sizeof name, "%.*s", (int)(len < sizeof name ? len : sizeof name - 1), line);
    const struct field_def *field = catalogue_field(material->type, "name");
    status = record_parse(material, field, codes, name, strlen(name), err);
    return status == STATUS_OK ? status : errmsg_wrap(err, status, "%s", _(field->label));
}

void material_line_format(const struct record *material, const struct code_book *codes, struct buf *out)
{
    struct value first = record_get(material, catalogue_field(material->type, "original"));
    buf_puts(out, record_text(material, "name"));
    if (record_text(material, "kind")[0] != '\0')
        buf_printf(out, "（%s）", code_book_name(codes, "material_kind", record_text(material, "kind")));
    roster_word_show(material, "copies", codes, "", "份", out);
    roster_word_show(material, "pages", codes, "", "页", out);
    if (first.kind == VALUE_INT && first.number != 0)
        buf_printf(out, " %s", original);
}
