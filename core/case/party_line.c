/* core/case/party_line.c - see party_line.h. */
#include "core/case/party_line.h"

#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"

enum { PHONE_DIGITS_MIN = 7, ID_CHARS = 18 };

static const char co_applicant[] = "04";

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

bool party_line_next(const char **at, const char **line, size_t *len)
{
    const char *end = *at + strlen(*at);
    while (next_piece(at, end, true, line, len))
        if (strspn(*line, " ") < *len)
            return true;
    return false;
}

static bool is_ascii(const char *word)
{
    for (; *word != '\0'; word++)
        if ((unsigned char)*word >= 0x80)
            return false;
    return true;
}

/* The code of a set that a word names: its code or name, or as the only one its initials. NULL: none. */
static const char *named(const struct code_book *codes, const char *set, const char *word, bool initials)
{
    const struct code *found = code_book_find(codes, set, word);
    size_t hits = 0;
    if (found == NULL)
        found = code_book_by_name(codes, set, word);
    for (size_t i = 0; found == NULL && initials && is_ascii(word) && i < code_book_count(codes, set); i++)
        hits += code_matches(code_book_at(codes, set, i), word);
    for (size_t i = 0; hits == 1 && found == NULL; i++)
        if (code_matches(code_book_at(codes, set, i), word))
            found = code_book_at(codes, set, i);
    return found != NULL ? found->code : NULL;
}

static enum status put(struct record *party, const struct code_book *codes, const char *field, const char *word, struct errmsg *err)
{
    enum status status = record_parse(party, catalogue_field(party->type, field), codes, word, strlen(word), err);
    return status == STATUS_OK ? status : errmsg_wrap(err, status, "%s", word);
}

static enum status take_word(struct record *party, const struct code_book *codes, const char *word, struct errmsg *err)
{
    size_t digits = strspn(word, "0123456789+-");
    const char *role = record_text(party, "role")[0] == '\0' ? named(codes, "party_role", word, true) : NULL;
    if (role != NULL)
        return record_set_text(party, "role", role);
    const char *relation = record_text(party, "relation")[0] == '\0' && !is_ascii(word) ? named(codes, "relation", word, false) : NULL;
    if (relation != NULL)
        return record_set_text(party, "relation", relation);
    if (strlen(word) == ID_CHARS && digits >= ID_CHARS - 1)
        return put(party, codes, "id_no", word, err);
    if (digits == strlen(word) && digits >= PHONE_DIGITS_MIN)
        return put(party, codes, "phone", word, err);
    if (record_text(party, "name")[0] == '\0')
        return put(party, codes, "name", word, err);
    if (record_text(party, "employer")[0] == '\0')
        return put(party, codes, "employer", word, err);
    return errmsg_set(err, STATUS_INVALID, "“%s”是什么不清楚；一行写一个人: 身份 姓名 电话 证件号码", word);
}

enum status party_line_parse(const char *line, size_t len, const struct code_book *codes, struct record *party, struct errmsg *err)
{
    const char *at = line, *piece;
    size_t n;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && next_piece(&at, line + len, false, &piece, &n)) {
        char word[PARTY_WORD_BYTES];
        if (n >= sizeof word)
            return errmsg_set(err, STATUS_INVALID, "一个词太长: %.40s..", piece);
        memcpy(word, piece, n);
        word[n] = '\0';
        status = take_word(party, codes, word, err);
    }
    if (status == STATUS_OK && record_text(party, "name")[0] == '\0')
        return errmsg_set(err, STATUS_INVALID, "没有写姓名");
    if (status == STATUS_OK && record_text(party, "role")[0] == '\0')
        status = record_set_text(party, "role", co_applicant);
    return status;
}
