/* core/case/roster_word.c - see roster_word.h. */
#include "core/case/roster_word.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"

static const char no_break[] = {(char)0xC2, (char)0xA0, 0}, even[] = ".00元";

/* How long the divider at text is; 0: none. */
static size_t divider(const char *text, size_t len, bool lines)
{
    static const char *const wide_words[] = {"　", "，", "、"}, *const wide_lines[] = {"；"};
    const char *const *wide = lines ? wide_lines : wide_words;
    size_t n = lines ? 1 : 3;
    if (len > 0 && strchr(lines ? "\n;" : " ,\t", text[0]) != NULL)
        return 1;
    for (size_t i = 0; i < n; i++)
        if (len >= strlen(wide[i]) && memcmp(text, wide[i], strlen(wide[i])) == 0)
            return strlen(wide[i]);
    return 0;
}

/* The next piece between dividers that is not empty. */
static bool next_piece(const char **at, const char *end, bool lines, const char **piece, size_t *len)
{
    size_t gap;
    while (*at < end && (gap = divider(*at, (size_t)(end - *at), lines)) > 0)
        *at += gap;
    *piece = *at;
    while (*at < end && divider(*at, (size_t)(end - *at), lines) == 0)
        ++*at;
    *len = (size_t)(*at - *piece);
    return *len > 0;
}

bool roster_line_next(const char **at, const char **line, size_t *len)
{
    const char *end = *at + strlen(*at);
    while (next_piece(at, end, true, line, len))
        if (strspn(*line, " ") < *len)
            return true;
    return false;
}

bool roster_word_next(const char **at, const char *end, const char **word, size_t *len)
{
    return next_piece(at, end, false, word, len);
}

bool roster_word_take(const char **at, const char *end, char word[ROSTER_WORD_BYTES], enum status *status, struct errmsg *err)
{
    const char *piece;
    size_t len, n = 0;
    *status = STATUS_OK;
    if (!roster_word_next(at, end, &piece, &len))
        return false;
    if (len >= ROSTER_WORD_BYTES) {
        *status = errmsg_set(err, STATUS_INVALID, "一个词太长: %.40s..", piece);
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        bool blank = len - i >= strlen(no_break) && memcmp(piece + i, no_break, strlen(no_break)) == 0;
        word[n++] = blank ? ' ' : piece[i];
        i += blank ? strlen(no_break) - 1 : 0;
    }
    word[n] = '\0';
    return true;
}

bool roster_word_is_ascii(const char *word)
{
    for (; *word != '\0'; word++)
        if ((unsigned char)*word >= 0x80)
            return false;
    return true;
}

const char *roster_word_code(const struct code_book *codes, const char *set, const char *word, bool initials)
{
    const struct code *found = code_book_find(codes, set, word);
    size_t hits = 0;
    if (found == NULL)
        found = code_book_by_name(codes, set, word);
    for (size_t i = 0; found == NULL && initials && roster_word_is_ascii(word) && i < code_book_count(codes, set); i++)
        hits += code_matches(code_book_at(codes, set, i), word);
    for (size_t i = 0; hits == 1 && found == NULL; i++)
        if (code_matches(code_book_at(codes, set, i), word))
            found = code_book_at(codes, set, i);
    return found != NULL ? found->code : NULL;
}

bool roster_word_number(const char *word, const char *prefix, const char *suffix, bool suffix_needed, char number[ROSTER_WORD_BYTES])
{
    static const char ten_thousand[] = "万";
    size_t len = strlen(word), before = strlen(prefix), behind = strlen(suffix);
    if (len <= before || memcmp(word, prefix, before) != 0)
        return false;
    word += before;
    len -= before;
    bool has = behind > 0 && len > behind && strcmp(word + len - behind, suffix) == 0;
    if (!has && suffix_needed)
        return false;
    len -= has ? behind : 0;
    size_t digits = strspn(word, "0123456789.");
    if (digits == 0 || (digits != len && !(len == digits + strlen(ten_thousand) && memcmp(word + digits, ten_thousand, strlen(ten_thousand)) == 0)))
        return false;
    snprintf(number, ROSTER_WORD_BYTES, "%.*s", (int)len, word);
    return true;
}

enum status roster_word_put(struct record *row, const struct code_book *codes, const char *field, const char *word, struct errmsg *err)
{
    const struct field_def *def = catalogue_field(row->type, field);
    enum status status = record_parse(row, def, codes, word, strlen(word), err);
    return status == STATUS_OK ? status : errmsg_wrap(err, status, "%s %s", _(def->label), word);
}

/* Whether a line has just begun: nothing before it, or a line feed. */
static bool at_start(const struct buf *out)
{
    return out->len == 0 || out->data[out->len - 1] == '\n';
}

static bool has_divider(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if (*at != ' ' && divider(at, strlen(at), false) > 0)
            return true;
    return false;
}

void roster_word_show(const struct record *row, const char *field, const struct code_book *codes, const char *prefix, const char *suffix, struct buf *out)
{
    const struct field_def *def = catalogue_field(row->type, field);
    struct buf text;
    if (record_get(row, def).kind == VALUE_NULL)
        return;
    buf_init(&text, ROSTER_WORD_BYTES * 4);
    record_format(row, def, codes, &text);
    size_t cents = text.len >= strlen(even) ? text.len - strlen(even) : 0;
    if (def->kind == FIELD_MONEY && strcmp(buf_cstr(&text) + cents, even) == 0) { /* 3000元, as people write it */
        text.len = cents;
        buf_puts(&text, "元");
    }
    if (def->kind == FIELD_CODE && has_divider(buf_cstr(&text))) {
        buf_clear(&text);
        buf_puts(&text, record_text(row, field));
    }
    buf_printf(out, "%s%s", at_start(out) ? "" : " ", prefix);
    for (const char *at = buf_cstr(&text); *at != '\0'; at++)
        buf_append(out, *at == ' ' ? no_break : at, *at == ' ' ? strlen(no_break) : 1);
    buf_puts(out, suffix);
    buf_wipe(&text);
}
