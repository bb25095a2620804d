/* core/record/import_column.c - see import_column.h. Words of one type before words of all: "时间" is a consultation's day. */
#include "core/record/import_column.h"

#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"

enum { HEAD_MAX_BYTES = 96 };

/* type "": of every type that has the field. Words as fold leaves them. */
static const struct column_word {
    const char *type, *field, *words; /* words divided by blanks */
} column_words[] = {
    {"consultation", "date", CHINESE("咨询日期 咨询时间 接待日期 接待时间 来访日期 来访时间 登记日期 时间")},
    {"consultation", "name", CHINESE("咨询人 咨询人姓名 来访人 来访人姓名")},
    {"consultation", "category", CHINESE("咨询类别 咨询类型 问题类别")},
    {"consultation", "topic", CHINESE("标题 咨询事项")},
    {"consultation", "content", CHINESE("内容 问题 咨询问题 案情 案情简介")},
    {"consultation", "answer", CHINESE("答复意见 答复内容 解答 解答意见")},
    {"consultation", "handling", CHINESE("处理 处理情况 处理结果")},
    {"consultation", "channel", CHINESE("方式 途径 咨询途径")},
    {"consultation", "persons", CHINESE("同来人数 人次 咨询人次")},
    {"consultation", "worker", CHINESE("接待 接待人员 记录人 值班人员 解答人")},
    {"consultation", "minutes", CHINESE("用时 时长")},
    {"case", "name", CHINESE("姓名 申请人姓名 受援人 受援人姓名")},
    {"case", "narrative", CHINESE("案情 案情简介")},
    {"case", "received_on", CHINESE("申请日期 受理日期 收案日期")},
    {"case", "opponent", CHINESE("对方 被申请人")},
    {"", "id_no", CHINESE("身份证 身份证号 身份证号码 公民身份号码 证件号")},
    {"", "phone", CHINESE("联系电话 联系方式 电话号码 手机 手机号 手机号码")},
    {"", "born", CHINESE("出生年月日 生日")},
    {"", "town", CHINESE("乡镇 镇 街道 乡镇街道 所属镇街")},
    {"", "village", CHINESE("村 社区 村社区 所属村居")},
    {"", "address", CHINESE("联系地址 通讯地址 现住址 家庭住址")},
    {"", "note", CHINESE("说明 备注说明")},
};

static bool opens(uint32_t twin)
{
    return twin == '(' || twin == '[' || twin == 0x3010; /* 【 */
}

static bool is_for_looks(uint32_t twin)
{
    return twin == ' ' || twin == 0xA0 || twin == '*' || twin == ':' || twin == '/' || twin == '\n' || twin == '\t';
}

/* The head's own words. False: too long, or nothing left. */
static bool fold(const char *head, char out[HEAD_MAX_BYTES])
{
    size_t len = strlen(head), used = 0;
    for (size_t at = 0; at < len;) {
        uint32_t code;
        char bytes[UTF8_MAX_BYTES];
        size_t step = utf8_decode(head + at, len - at, &code);
        if (step == 0)
            return false;
        at += step;
        code = utf8_ascii_twin(code);
        if (opens(code) && used > 0)
            break;
        if (is_for_looks(code))
            continue;
        size_t n = utf8_encode(code, bytes);
        if (used + n >= HEAD_MAX_BYTES)
            return false;
        memcpy(out + used, bytes, n);
        used += n;
    }
    out[used] = '\0';
    return used > 0;
}

static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at += len)
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

static const struct field_def *usable(const struct field_def *field)
{
    return field != NULL && field->kind != FIELD_SECRET && field->kind != FIELD_MONEY ? field : NULL;
}

const struct field_def *import_column_field(const struct record_type *type, const char *head)
{
    char word[HEAD_MAX_BYTES];
    if (!fold(head, word))
        return NULL;
    const struct field_def *field = usable(catalogue_field(type, word));
    for (size_t i = 0; field == NULL && i < sizeof column_words / sizeof column_words[0]; i++) {
        const struct column_word *line = &column_words[i];
        if ((line->type[0] == '\0' || strcmp(line->type, type->name) == 0) && has_word(line->words, word))
            field = usable(catalogue_field(type, line->field));
    }
    return field;
}
