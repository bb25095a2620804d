/* core/case/party_line.c - see party_line.h. */
#include "core/case/party_line.h"

#include <string.h>

#include "core/case/roster_word.h"

enum { PHONE_DIGITS_MIN = 7, ID_CHARS = 18, CODE_CHARS = 2 };

static const char co_applicant[] = "04";

static enum status take_word(struct record *party, const struct code_book *codes, const char *word, struct errmsg *err)
{
    size_t digits = strspn(word, "0123456789+-");
    const char *role = record_text(party, "role")[0] == '\0' ? roster_word_code(codes, "party_role", word, true) : NULL;
    if (role != NULL)
        return record_set_text(party, "role", role);
    /* 祖父母、外祖父母 would be two words: behind the identity its code counts, too. */
    bool may_relate = record_text(party, "relation")[0] == '\0' && (!roster_word_is_ascii(word) || (record_text(party, "role")[0] != '\0' && strlen(word) == CODE_CHARS));
    const char *relation = may_relate ? roster_word_code(codes, "relation", word, false) : NULL;
    if (relation != NULL)
        return record_set_text(party, "relation", relation);
    if (strlen(word) == ID_CHARS && digits >= ID_CHARS - 1)
        return roster_word_put(party, codes, "id_no", word, err);
    if (digits == strlen(word) && digits >= PHONE_DIGITS_MIN)
        return roster_word_put(party, codes, "phone", word, err);
    if (record_text(party, "name")[0] == '\0')
        return roster_word_put(party, codes, "name", word, err);
    if (record_text(party, "employer")[0] == '\0')
        return roster_word_put(party, codes, "employer", word, err);
    return errmsg_set(err, STATUS_INVALID, "“%s”是什么不清楚；一行写一个人: 身份 姓名 电话 证件号码", word);
}

enum status party_line_parse(const char *line, size_t len, const struct code_book *codes, struct record *party, struct errmsg *err)
{
    const char *at = line;
    char word[ROSTER_WORD_BYTES];
    enum status status = STATUS_OK;
    while (status == STATUS_OK && roster_word_take(&at, line + len, word, &status, err))
        status = take_word(party, codes, word, err);
    if (status == STATUS_OK && record_text(party, "name")[0] == '\0')
        return errmsg_set(err, STATUS_INVALID, "没有写姓名");
    if (status == STATUS_OK && record_text(party, "role")[0] == '\0')
        status = record_set_text(party, "role", co_applicant);
    return status;
}

void party_line_format(const struct record *party, const struct code_book *codes, struct buf *out)
{
    static const char *const fields[] = {"role", "name", "phone", "id_no", "relation", "employer"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        roster_word_show(party, fields[i], codes, "", "", out);
}
