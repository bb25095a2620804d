/* core/record/id_reader.c - see id_reader.h. */
#include "core/record/id_reader.h"

#include <string.h>

#include "core/base/day.h"
#include "core/base/utf8.h"

enum { NAME_MIN_CHARS = 2, NAME_MAX_CHARS = 30, ADDRESS_MIN_CHARS = 5, NATION_MAX_CHARS = 6, NUMBER_CHARS = 18 };

struct reading {
    struct id_reading *out;
    int32_t today;
    bool has_number;
    size_t known; /* parts told by their look, beside the number */
    int sex;      /* as the line says; 0: not */
    int32_t born; /* the same; INT32_MIN */
};

static bool is_divider(uint32_t code)
{
    return code == '\t' || code == '\n' || code == '\r' || code == ',' || code == ';' || code == '|' || code == 0x3001;
}

static void copy_part(char *out, size_t out_bytes, const char *part, size_t len)
{
    len = utf8_cut(part, len, len < out_bytes ? len : out_bytes - 1);
    memcpy(out, part, len);
    out[len] = '\0';
}

static bool is_part(const char *part, size_t len, const char *text)
{
    return len == strlen(text) && memcmp(part, text, len) == 0;
}

static bool ends_with(const char *part, size_t len, const char *text)
{
    size_t n = strlen(text);
    return len >= n && memcmp(part + len - n, text, n) == 0;
}

static bool contains(const char *part, size_t len, const char *text)
{
    return memmem(part, len, text, strlen(text)) != NULL;
}

/* A label the reader puts before a part. */
static void drop_label(const char **part, size_t *len)
{
    static const char *const labels[] = {"公民身份号码", "身份证号码", "身份证号", "证件号码", "姓名", "性别", "民族", "出生日期", "出生", "住址", "地址"};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        size_t n = strlen(labels[i]);
        if (*len < n || memcmp(*part, labels[i], n) != 0)
            continue;
        bool colon = *len > n && (*part)[n] == ':', wide = *len >= n + 3 && memcmp(*part + n, "：", 3) == 0;
        if (!colon && !wide)
            continue;
        n += colon ? 1 : 3;
        *part += n;
        *len -= n;
        return;
    }
}

static bool take_number(struct reading *reading, const char *part, size_t len)
{
    if (reading->has_number || utf8_count(part, len) != NUMBER_CHARS || id_card_parse(part, len, reading->today, &reading->out->card, NULL) != STATUS_OK)
        return false;
    reading->has_number = true;
    return true;
}

static bool take_sex(struct reading *reading, const char *part, size_t len)
{
    bool male = is_part(part, len, "男"), female = is_part(part, len, "女");
    if (male || female)
        reading->sex = male ? 1 : 2;
    return male || female;
}

/* The first day is the birth day; the others say how long the card is valid. */
static bool take_day(struct reading *reading, const char *part, size_t len)
{
    int32_t day;
    if (day_parse(part, len, &day) != STATUS_OK)
        return false;
    if (reading->born == INT32_MIN)
        reading->born = day;
    return true;
}

static bool is_validity(const char *part, size_t len)
{
    const char *dash = memchr(part, '-', len);
    int32_t day;
    return (dash != NULL && day_parse(part, (size_t)(dash - part), &day) == STATUS_OK) || is_part(part, len, "长期");
}

static bool take_nation(struct reading *reading, const char *part, size_t len)
{
    size_t chars = utf8_count(part, len);
    bool full = ends_with(part, len, "族"), bare = is_part(part, len, "汉") || is_part(part, len, "回") || is_part(part, len, "满") || is_part(part, len, "苗") || is_part(part, len, "壮");
    if (reading->out->nation[0] != '\0' || chars > NATION_MAX_CHARS || !(full || bare))
        return false;
    copy_part(reading->out->nation, READER_NATION_BYTES - 3, part, len);
    if (!full)
        strcat(reading->out->nation, "族");
    return true;
}

static bool take_address(struct reading *reading, const char *part, size_t len)
{
    static const char *const marks[] = {"省", "市", "县", "区", "旗", "镇", "乡", "村", "街", "路", "号"};
    bool marked = false;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        marked |= contains(part, len, marks[i]);
    if (reading->out->address[0] != '\0' || !marked || utf8_count(part, len) < ADDRESS_MIN_CHARS)
        return false;
    copy_part(reading->out->address, READER_ADDRESS_BYTES, part, len);
    return true;
}

static bool has_digit(const char *part, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (part[i] >= '0' && part[i] <= '9')
            return true;
    return false;
}

static void take_name(struct reading *reading, const char *part, size_t len)
{
    size_t chars = utf8_count(part, len);
    if (reading->out->name[0] == '\0' && chars >= NAME_MIN_CHARS && chars <= NAME_MAX_CHARS && !has_digit(part, len))
        copy_part(reading->out->name, READER_NAME_BYTES, part, len);
}

static void take_part(struct reading *reading, const char *part, size_t len)
{
    while (len > 0 && part[0] == ' ')
        part++, len--;
    while (len > 0 && part[len - 1] == ' ')
        len--;
    drop_label(&part, &len);
    if (len == 0 || take_number(reading, part, len))
        return;
    if (take_sex(reading, part, len) || take_day(reading, part, len) || is_validity(part, len) || take_nation(reading, part, len)) {
        reading->known++;
    } else if (contains(part, len, "公安")) {
        reading->known++; /* who issued the card */
    } else if (take_address(reading, part, len)) {
        reading->known++;
    } else {
        take_name(reading, part, len);
    }
}

/* Parts end at a divider, and at two blanks. Returns how many parts there were. */
static size_t take_parts(struct reading *reading, const char *text, size_t len)
{
    size_t start = 0, parts = 0;
    for (size_t at = 0; at <= len;) {
        uint32_t code = '\n';
        size_t step = at < len ? utf8_decode(text + at, len - at, &code) : 1;
        if (step == 0)
            return 0;
        bool gap = code == ' ' && at + 1 < len && text[at + 1] == ' ';
        if (is_divider(utf8_ascii_twin(code)) || gap) {
            parts += at > start;
            take_part(reading, text + start, at - start);
            start = at + step;
        }
        at += step;
    }
    return parts;
}

bool id_reading_parse(const char *text, size_t len, int32_t today, struct id_reading *out)
{
    struct reading reading = {.out = out, .today = today, .born = INT32_MIN};
    *out = (struct id_reading){.name = ""};
    if (len == 0 || len > READER_LINE_MAX_BYTES)
        return false;
    size_t parts = take_parts(&reading, text, len);
    if (!reading.has_number)
        return false;
    bool contradicts = (reading.sex != 0 && reading.sex != out->card.sex) || (reading.born != INT32_MIN && reading.born != out->card.born);
    return !contradicts && (parts == 1 || (reading.known >= READER_PARTS_MIN && out->name[0] != '\0'));
}
