/* core/case/member_line.c - see member_line.h. */
#include "core/case/member_line.h"

#include <stdio.h>
#include <string.h>

#include "core/case/roster_word.h"

enum { NOTE_BYTES = 1024 };

static const struct {
    const char *field, *prefix, *suffix;
    bool suffix_needed;
} numbers[] = {
    {"age", "", "岁", true}, {"age", "", "周岁", true}, {"wages", "工资", "元", false}, {"business", "经营", "元", false}, {"other_income", "其他收入", "元", false}, {"wages", "", "元", true},
};

/* A sum is yuan, whether or not the unit stands there. *number: it was one. */
static enum status take_number(struct record *member, const struct code_book *codes, const char *word, bool *number, struct errmsg *err)
{
    char digits[ROSTER_WORD_BYTES], value[ROSTER_WORD_BYTES + sizeof "元"];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        *number = roster_word_number(word, numbers[i].prefix, numbers[i].suffix, numbers[i].suffix_needed, digits);
        if (!*number)
            continue;
        bool sum = catalogue_field(member->type, numbers[i].field)->kind == FIELD_MONEY;
        snprintf(value, sizeof value, "%s%s", digits, sum ? "元" : "");
        return roster_word_put(member, codes, numbers[i].field, value, err);
    }
    return STATUS_OK;
}

/* The rest is the remark, its words joined by blanks. */
static enum status add_note(struct record *member, const struct code_book *codes, const char *word, struct errmsg *err)
{
    char note[NOTE_BYTES];
    const char *before = record_text(member, "note");
    snprintf(note, sizeof note, "%s%s%s", before, before[0] != '\0' ? " " : "", word);
    return roster_word_put(member, codes, "note", note, err);
}

static enum status take_word(struct record *member, const struct code_book *codes, const char *word, struct errmsg *err)
{
    const char *kind = record_text(member, "kind")[0] == '\0' ? roster_word_code(codes, "relation", word, true) : NULL;
    bool number;
    if (kind != NULL)
        return record_set_text(member, "kind", kind);
    enum status status = take_number(member, codes, word, &number, err);
    if (number)
        return status;
    if (record_text(member, "name")[0] == '\0')
        return roster_word_put(member, codes, "name", word, err);
    return add_note(member, codes, word, err);
}

enum status member_line_parse(const char *line, size_t len, const struct code_book *codes, struct record *member, struct errmsg *err)
{
    const char *at = line;
    char word[ROSTER_WORD_BYTES];
    enum status status = STATUS_OK;
    while (status == STATUS_OK && roster_word_take(&at, line + len, word, &status, err))
        status = take_word(member, codes, word, err);
    if (status == STATUS_OK && record_text(member, "kind")[0] == '\0')
        return errmsg_set(err, STATUS_INVALID, "没有写与申请人的关系；一行写一个人: 关系 姓名 年龄 收入，如 配偶 王小明 45岁 工资3000元");
    if (status == STATUS_OK && record_text(member, "name")[0] == '\0')
        return errmsg_set(err, STATUS_INVALID, "没有写姓名");
    return status;
}

void member_line_format(const struct record *member, const struct code_book *codes, struct buf *out)
{
    roster_word_show(member, "kind", codes, "", "", out);
    roster_word_show(member, "name", codes, "", "", out);
    roster_word_show(member, "age", codes, "", "岁", out);
    roster_word_show(member, "wages", codes, "工资", "", out);
    roster_word_show(member, "business", codes, "经营", "", out);
    roster_word_show(member, "other_income", codes, "其他收入", "", out);
    roster_word_show(member, "note", codes, "", "", out);
}
