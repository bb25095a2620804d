/* core/outreach/quick_line.c - see quick_line.h. Words are cut at blanks, commas and slashes; the first is the category with what hangs on it, the others say by their form what they are. */
#include "core/outreach/quick_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"

enum { CATEGORY_DIGITS = 2, PHONE_DIGITS_MIN = 7, PERSONS_MAX = 9999, PERSONS_DIGITS_MAX = 6, CHOICES_NAMED = 4, ALLOWED_BYTES = 256 };

static const char *const PART_LABELS[QUICK_PARTS] = {"类别", "性别年龄", "人数", "处理", "人群", "姓名", "电话", "情况"};
static const char DIGITS[] = "0123456789", LETTERS[] = "abcdefghijklmnopqrstuvwxyz";
static const char DEFAULT_HANDLING[] = "01"; /* 当场答复 */

/* Sex and age by one digit: odd is 男, even 女, as in an identity number. */
static const struct who {
    const char *sex, *age_band;
} WHO[] = {{"", ""}, {"1", "2"}, {"2", "2"}, {"1", "3"}, {"2", "3"}, {"1", "1"}, {"2", "1"}};

enum { WHO_COUNT = sizeof WHO / sizeof WHO[0] };

/* The same in words. */
static const struct who_word {
    const char *word, *sex, *age_band;
} WHO_WORDS[] = {{"男", "1", ""},      {"女", "2", ""},        {"成年", "", "2"},     {"老年", "", "3"},     {"老人", "", "3"},     {"未成年", "", "1"},   {"男成年", "1", "2"}, {"女成年", "2", "2"},
                 {"男老年", "1", "3"}, {"女老年", "2", "3"},   {"老年男", "1", "3"}, {"老年女", "2", "3"}, {"男未成年", "1", "1"}, {"女未成年", "2", "1"}, {"未成年男", "1", "1"}, {"未成年女", "2", "1"}};

enum { WHO_WORD_COUNT = sizeof WHO_WORDS / sizeof WHO_WORDS[0] };

struct word {
    char folded[QUICK_WORD_BYTES]; /* ASCII twins, small letters */
    char plain[QUICK_WORD_BYTES];  /* as typed */
};

struct reading {
    const struct code_book *codes;
    int32_t day;
    const char *last_category;
    struct quick_line *out;
    struct errmsg *err;
};

/* ---- words ---- */

static bool separates(uint32_t twin)
{
    return twin == ' ' || twin == '/' || twin == ',' || twin == '\t';
}

static bool begins_text(uint32_t twin)
{
    return twin == ';' || twin == ':';
}

/* The twin of the character at *at, in small letters, which moves on. The text is valid. */
static uint32_t next_twin(const char *text, size_t len, size_t *at)
{
    uint32_t code = 0;
    *at += utf8_decode(text + *at, len - *at, &code);
    code = utf8_ascii_twin(code);
    return code >= 'A' && code <= 'Z' ? code - 'A' + 'a' : code;
}

/* The next word from *at on, which moves behind it; false: there is none. *long_word: it does not fit. */
static bool next_word(const char *text, size_t len, size_t *at, struct word *word, bool *long_word)
{
    size_t used = 0, begin = *at, next = *at;
    *long_word = false;
    for (; next < len; *at = next) {
        uint32_t twin = next_twin(text, len, &next);
        char bytes[UTF8_MAX_BYTES];
        if (begins_text(twin) || (separates(twin) && used > 0))
            break;
        if (separates(twin)) {
            begin = next;
            continue;
        }
        size_t n = utf8_encode(twin, bytes);
        if (used + n >= sizeof word->folded || next - begin >= sizeof word->plain) {
            *long_word = true;
            return true;
        }
        memcpy(word->folded + used, bytes, n);
        used += n;
    }
    word->folded[used] = '\0';
    memcpy(word->plain, text + begin, used > 0 ? *at - begin : 0);
    word->plain[used > 0 ? *at - begin : 0] = '\0';
    return used > 0;
}

static void find_text(const char *text, size_t len, struct quick_line *out)
{
    size_t at = 0;
    while (at < len && !out->text_open)
        out->text_open = begins_text(next_twin(text, len, &at));
    out->text_at = at;
}

static bool only(const char *text, const char *chars)
{
    return text[0] != '\0' && text[strspn(text, chars)] == '\0';
}

/* ---- codes ---- */

static bool is_whole_initials(const struct code *code, const char *typed)
{
    size_t len = strlen(typed);
    for (const char *at = code->initials; at != NULL && *at != '\0'; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, typed, len) == 0 && (at[len] == ' ' || at[len] == '\0'))
            return true;
    }
    return false;
}

/* One digit stands for the code of two that begins with a nought. */
static const struct code *exact(const struct reading *reading, const char *set, const char *typed)
{
    char two[] = {'0', typed[0], '\0'};
    const struct code *code = code_book_find(reading->codes, set, typed);
    if (code == NULL && typed[0] >= '1' && typed[0] <= '9' && typed[1] == '\0')
        code = code_book_find(reading->codes, set, two);
    if (code == NULL)
        code = code_book_by_name_on(reading->codes, set, typed, reading->day);
    return code != NULL && code_usable(code, reading->day) ? code : NULL;
}

/* The only code that matches; whole initials before beginnings ("gs" is 工伤, not 公司法). NULL: none, or several, which are named in choices. */
static const struct code *only_match(const struct reading *reading, const char *set, const char *typed, struct buf *choices)
{
    const struct code *whole = NULL, *part = NULL;
    size_t n_whole = 0, n_part = 0;
    for (size_t i = 0; i < code_book_count(reading->codes, set); i++) {
        const struct code *code = code_book_at(reading->codes, set, i);
        if (!code_usable(code, reading->day) || !code_matches(code, typed))
            continue;
        if (is_whole_initials(code, typed) && ++n_whole == 1)
            whole = code;
        if (++n_part == 1)
            part = code;
        if (n_part <= CHOICES_NAMED)
            buf_printf(choices, "%s%s %s", n_part > 1 ? "、" : "", code->code, code->name);
    }
    if (n_part > CHOICES_NAMED)
        buf_puts(choices, "…");
    return n_whole == 1 ? whole : n_whole == 0 && n_part == 1 ? part : NULL;
}

static enum status refuse(const struct reading *reading, enum quick_part part, const char *word, const char *reason)
{
    reading->out->part = part;
    return errmsg_set(reading->err, STATUS_INVALID, "%s “%s”: %s", PART_LABELS[part], word, reason);
}

static enum status find_code(const struct reading *reading, enum quick_part part, const char *set, const char *typed, char out[QUICK_CODE_BYTES])
{
    const struct code *code = exact(reading, set, typed);
    struct buf choices;
    char reason[ERRMSG_MAX_BYTES];
    buf_init(&choices, ALLOWED_BYTES);
    if (code == NULL)
        code = only_match(reading, set, typed, &choices);
    snprintf(reason, sizeof reason, "几项都符合(%.256s)，再打一个字母，或打代码", buf_cstr(&choices));
    bool several = choices.len > 0;
    buf_release(&choices);
    if (code == NULL)
        return refuse(reading, part, typed, several ? reason : "没有这一项，打拼音首字母、代码或汉字");
    snprintf(out, QUICK_CODE_BYTES, "%s", code->code);
    return STATUS_OK;
}

/* ---- parts ---- */

static bool was_given(const struct reading *reading, enum quick_part part)
{
    return (reading->out->given & 1U << part) != 0;
}

static enum status give(const struct reading *reading, enum quick_part part, const char *word)
{
    if (was_given(reading, part))
        return refuse(reading, part, word, "写了两次，留一个");
    reading->out->given |= 1U << part;
    reading->out->part = part;
    return STATUS_OK;
}

static enum status give_who(const struct reading *reading, char digit)
{
    char word[] = {digit, '\0'};
    size_t at = (size_t)(digit - '0');
    if (at >= WHO_COUNT)
        return refuse(reading, QUICK_WHO, word, "单男双女: 1 2 成年，3 4 老年，5 6 未成年，0 不记");
    snprintf(reading->out->sex, sizeof reading->out->sex, "%s", WHO[at].sex);
    snprintf(reading->out->age_band, sizeof reading->out->age_band, "%s", WHO[at].age_band);
    return give(reading, QUICK_WHO, word);
}

/* "20人" "20r" "*20": where the number is; false: not of that form. */
static bool is_persons(const char *word, const char **number, size_t *digits)
{
    *number = word + (word[0] == '*');
    *digits = strspn(*number, DIGITS);
    const char *behind = *number + *digits;
    if (word[0] == '*')
        return *behind == '\0';
    return *digits > 0 && (strcmp(behind, "人") == 0 || strcmp(behind, "r") == 0 || strcmp(behind, "名") == 0);
}

static enum status give_persons(const struct reading *reading, const char *word, const char *number, size_t digits)
{
    long persons = digits > 0 && digits <= PERSONS_DIGITS_MAX ? strtol(number, NULL, 10) : 0;
    reading->out->part = QUICK_PERSONS;
    if (persons < 1 || persons > PERSONS_MAX)
        return errmsg_set(reading->err, STATUS_RANGE, "%s “%s”: 要 1 到 %d，前面空一格，如 20人 或 *20", PART_LABELS[QUICK_PERSONS], word, PERSONS_MAX);
    reading->out->persons = persons;
    return give(reading, QUICK_PERSONS, word);
}

static size_t head_length(const char *folded)
{
    size_t digits = strspn(folded, DIGITS), letters = strspn(folded, LETTERS);
    if (folded[0] == '=')
        return 1;
    if (digits > 0)
        return digits < CATEGORY_DIGITS ? digits : CATEGORY_DIGITS;
    return letters > 0 ? letters : strcspn(folded, "0123456789*=");
}

static enum status read_category(const struct reading *reading, const char *typed)
{
    struct quick_line *out = reading->out;
    snprintf(out->word, sizeof out->word, "%s", typed);
    if (strcmp(typed, "=") == 0 && reading->last_category[0] == '\0')
        return refuse(reading, QUICK_CATEGORY, typed, "还没有上一条");
    if (only(typed, DIGITS) && strlen(typed) < CATEGORY_DIGITS)
        return refuse(reading, QUICK_CATEGORY, typed, "代码是两位数字");
    if (strcmp(typed, "=") == 0)
        snprintf(out->category, sizeof out->category, "%s", reading->last_category);
    else {
        enum status status = find_code(reading, QUICK_CATEGORY, "category", typed, out->category);
        if (status != STATUS_OK)
            return status;
    }
    return give(reading, QUICK_CATEGORY, typed);
}

/* What hangs on the category: a digit for sex and age, people. */
static enum status read_tail(const struct reading *reading, const char *word, const char *tail)
{
    const char *number;
    size_t digits;
    if (tail[0] >= '0' && tail[0] <= '9') {
        enum status status = give_who(reading, tail[0]);
        if (status != STATUS_OK)
            return status;
        tail++;
    }
    if (tail[0] == '\0')
        return STATUS_OK;
    if (is_persons(tail, &number, &digits))
        return give_persons(reading, tail, number, digits);
    return refuse(reading, QUICK_WHO, word, "性别年龄只有一位，后面空一格再写别的");
}

static enum status read_head(const struct reading *reading, const struct word *word)
{
    char category[QUICK_WORD_BYTES];
    size_t head = head_length(word->folded);
    snprintf(category, sizeof category, "%.*s", (int)head, word->folded);
    if (head == 0)
        return refuse(reading, QUICK_CATEGORY, word->plain, "先打类别: 拼音首字母、两位代码或汉字");
    enum status status = read_category(reading, category);
    return status == STATUS_OK ? read_tail(reading, word->folded, word->folded + head) : status;
}

static enum status read_digits(const struct reading *reading, const char *word)
{
    struct quick_line *out = reading->out;
    size_t len = strlen(word);
    if (len == 1 && !was_given(reading, QUICK_WHO))
        return give_who(reading, word[0]);
    if (len <= 2) {
        enum status status = find_code(reading, QUICK_HANDLING, "handling", word, out->handling);
        return status == STATUS_OK ? give(reading, QUICK_HANDLING, word) : status;
    }
    if (len < PHONE_DIGITS_MIN)
        return refuse(reading, QUICK_PHONE, word, "电话至少 7 位；人数写 20人 或 *20");
    snprintf(out->phone, sizeof out->phone, "%s", word);
    return give(reading, QUICK_PHONE, word);
}

/* Codes stay ascending and each once. */
static enum status add_group(const struct reading *reading, const char *word, const char *code)
{
    struct quick_line *out = reading->out;
    char before[QUICK_LIST_BYTES];
    size_t at = 0;
    memcpy(before, out->groups, sizeof before);
    while (before[at] != '\0' && strncmp(before + at, code, strlen(code)) < 0) {
        at += strcspn(before + at, ",");
        at += before[at] == ',';
    }
    out->part = QUICK_GROUPS;
    if (strncmp(before + at, code, strlen(code)) == 0)
        return refuse(reading, QUICK_GROUPS, word, "写了两次，留一个");
    bool behind = before[at] == '\0';
    int n = behind ? snprintf(out->groups, sizeof out->groups, "%s%s%s", before, at > 0 ? "," : "", code)
                   : snprintf(out->groups, sizeof out->groups, "%.*s%s,%s", (int)at, before, code, before + at);
    if (n >= (int)sizeof out->groups)
        return refuse(reading, QUICK_GROUPS, word, "写得太多");
    out->given |= 1U << QUICK_GROUPS;
    return STATUS_OK;
}

static enum status read_group(const struct reading *reading, const char *word)
{
    char code[QUICK_CODE_BYTES];
    if (strcmp(word, "+0") == 0)
        return give(reading, QUICK_GROUPS, word); /* nobody special, whatever the event says */
    enum status status = find_code(reading, QUICK_GROUPS, "person_category", word + 1, code);
    return status == STATUS_OK ? add_group(reading, word, code) : status;
}

static const struct who_word *who_word(const char *word)
{
    for (size_t i = 0; i < WHO_WORD_COUNT; i++)
        if (strcmp(WHO_WORDS[i].word, word) == 0)
            return &WHO_WORDS[i];
    return NULL;
}

static enum status read_words(const struct reading *reading, const struct word *word)
{
    struct quick_line *out = reading->out;
    const struct who_word *who = who_word(word->folded);
    const struct code *handling = code_book_by_name_on(reading->codes, "handling", word->folded, reading->day);
    const struct code *group = code_book_by_name_on(reading->codes, "person_category", word->folded, reading->day);
    if (who != NULL) {
        snprintf(out->sex, sizeof out->sex, "%s", who->sex);
        snprintf(out->age_band, sizeof out->age_band, "%s", who->age_band);
        return give(reading, QUICK_WHO, word->plain);
    }
    if (handling != NULL) {
        snprintf(out->handling, sizeof out->handling, "%s", handling->code);
        return give(reading, QUICK_HANDLING, word->plain);
    }
    if (group != NULL)
        return add_group(reading, word->plain, group->code);
    if (strpbrk(word->folded, DIGITS) != NULL || only(word->folded, LETTERS) || strpbrk(word->folded, "=?") != NULL)
        return refuse(reading, QUICK_NAME, word->plain, "不认得；情况写在分号；后面");
    if (was_given(reading, QUICK_NAME))
        return refuse(reading, QUICK_NAME, word->plain, "姓名只写一个，情况写在分号；后面");
    snprintf(out->name, sizeof out->name, "%s", word->plain);
    return give(reading, QUICK_NAME, word->plain);
}

static enum status read_rest(const struct reading *reading, const struct word *word)
{
    const char *number, *folded = word->folded;
    size_t digits;
    bool dashed = only(folded, "0123456789-+") && strspn(folded + 1, "0123456789-") >= PHONE_DIGITS_MIN;
    snprintf(reading->out->word, sizeof reading->out->word, "%s", folded);
    if (is_persons(folded, &number, &digits))
        return give_persons(reading, word->plain, number, digits);
    if (only(folded, DIGITS))
        return read_digits(reading, folded);
    if (dashed) {
        snprintf(reading->out->phone, sizeof reading->out->phone, "%s", folded);
        return give(reading, QUICK_PHONE, word->plain);
    }
    return folded[0] == '+' ? read_group(reading, folded) : read_words(reading, word);
}

static enum status read_line(const struct reading *reading, const char *text, size_t len)
{
    struct word word;
    bool long_word;
    size_t at = 0;
    enum status status = STATUS_OK;
    for (bool first = true; status == STATUS_OK && next_word(text, len, &at, &word, &long_word); first = false) {
        if (long_word)
            return errmsg_set(reading->err, STATUS_TOO_LARGE, "有一个词太长；情况写在分号；后面");
        status = first ? read_head(reading, &word) : read_rest(reading, &word);
    }
    return status;
}

enum status quick_line_parse(const struct code_book *codes, int32_t day, const char *last_category, const char *text, size_t len, struct quick_line *out, struct errmsg *err)
{
    struct reading reading = {.codes = codes, .day = day, .last_category = last_category, .out = out, .err = err};
    *out = (struct quick_line){.text_at = len};
    if (!utf8_valid(text, len))
        return errmsg_set(err, STATUS_MALFORMED, "不是 UTF-8 文字");
    if (utf8_count(text, len) > QUICK_LINE_CHARS)
        return errmsg_set(err, STATUS_TOO_LARGE, "一行最多 %d 个字，多的以后在这条里补", QUICK_LINE_CHARS);
    find_text(text, len, out);
    enum status status = read_line(&reading, text, len);
    if (status != STATUS_OK)
        return status;
    if (!was_given(&reading, QUICK_CATEGORY))
        return errmsg_set(err, STATUS_INVALID, "先打类别: 拼音首字母、两位代码或汉字");
    if (out->text_at < len) {
        out->given |= 1U << QUICK_TEXT;
        out->part = QUICK_TEXT;
    }
    return STATUS_OK;
}

size_t quick_line_head(const char *text, size_t len)
{
    size_t at = 0, next = 0, taken = 0;
    uint32_t first = 0;
    for (; next < len; at = next) {
        uint32_t twin = next_twin(text, len, &next);
        bool digit = twin >= '0' && twin <= '9', letter = twin >= 'a' && twin <= 'z';
        if (begins_text(twin) || (separates(twin) && taken > 0))
            return at;
        if (separates(twin))
            continue;
        first = taken == 0 ? twin : first;
        bool digits = first >= '0' && first <= '9', letters = first >= 'a' && first <= 'z';
        bool more = first == '=' ? taken < 1 : digits ? digit && taken < CATEGORY_DIGITS : letters ? letter : !digit && twin != '*' && twin != '=';
        if (!more)
            return at;
        taken++;
    }
    return at;
}

/* ---- to a record and back ---- */

static enum status put_typed(struct record *record, const struct code_book *codes, const char *field, enum quick_part part, const char *text, size_t len, struct errmsg *err)
{
    enum status status = record_parse(record, catalogue_field(record->type, field), codes, text, len, err);
    return status == STATUS_OK ? status : errmsg_wrap(err, status, "%s", PART_LABELS[part]);
}

static enum status put_code(struct record *record, const char *field, const char *code)
{
    return code[0] != '\0' ? record_set_text(record, field, code) : record_set(record, catalogue_field(record->type, field), value_null());
}

enum status quick_line_put(const struct quick_line *line, const struct code_book *codes, const char *text, size_t len, struct record *record, struct errmsg *err)
{
    enum status status = STATUS_OK;
    if (line->given & 1U << QUICK_CATEGORY)
        status = put_code(record, "category", line->category);
    if (status == STATUS_OK && line->given & 1U << QUICK_WHO)
        status = put_code(record, "sex", line->sex);
    if (status == STATUS_OK && line->given & 1U << QUICK_WHO)
        status = put_code(record, "age_band", line->age_band);
    if (status == STATUS_OK && line->given & 1U << QUICK_PERSONS)
        status = record_set_int(record, "persons", line->persons);
    if (status == STATUS_OK && line->given & 1U << QUICK_HANDLING)
        status = put_code(record, "handling", line->handling);
    if (status == STATUS_OK && line->given & 1U << QUICK_GROUPS)
        status = put_code(record, "categories", line->groups);
    if (status == STATUS_OK && line->given & 1U << QUICK_NAME)
        status = put_typed(record, codes, "name", QUICK_NAME, line->name, strlen(line->name), err);
    if (status == STATUS_OK && line->given & 1U << QUICK_PHONE)
        status = put_typed(record, codes, "phone", QUICK_PHONE, line->phone, strlen(line->phone), err);
    if (status == STATUS_OK && line->given & 1U << QUICK_TEXT)
        status = put_typed(record, codes, "content", QUICK_TEXT, text + line->text_at, len - line->text_at, err);
    return status;
}

static void put_who(const char *sex, const char *age_band, struct buf *out)
{
    for (size_t i = 1; i < WHO_COUNT; i++) {
        if (strcmp(WHO[i].sex, sex) == 0 && strcmp(WHO[i].age_band, age_band) == 0) {
            buf_printf(out, "%zu", i);
            return;
        }
    }
    for (size_t i = 0; i < WHO_WORD_COUNT; i++) {
        if (strcmp(WHO_WORDS[i].sex, sex) == 0 && strcmp(WHO_WORDS[i].age_band, age_band) == 0) {
            buf_printf(out, " %s", WHO_WORDS[i].word);
            return;
        }
    }
}

static void put_groups(const char *list, const char *usual, struct buf *out)
{
    if (strcmp(list, usual) == 0)
        return;
    if (list[0] == '\0')
        buf_puts(out, " +0");
    for (const char *at = list; *at != '\0';) {
        size_t len = strcspn(at, ",");
        buf_printf(out, " +%.*s", (int)len, at);
        at += len + (at[len] == ',');
    }
}

/* Line feeds would end the line. */
static void put_text(const char *text, struct buf *out)
{
    buf_puts(out, "；");
    for (const char *at = text; *at != '\0'; at++)
        buf_putc(out, *at == '\n' ? ' ' : (uint8_t)*at);
}

void quick_line_of(const struct record *record, bool person, const char *groups, struct buf *out)
{
    const char *category = record_text(record, "category"), *handling = record_text(record, "handling"), *content = record_text(record, "content");
    struct value persons = record_get(record, catalogue_field(record->type, "persons"));
    buf_puts(out, category);
    put_who(record_text(record, "sex"), record_text(record, "age_band"), out);
    if (persons.kind == VALUE_INT && persons.number != 1)
        buf_printf(out, " %lld人", (long long)persons.number);
    if (handling[0] != '\0' && strcmp(handling, DEFAULT_HANDLING) != 0)
        buf_printf(out, " %s", handling);
    put_groups(record_text(record, "categories"), groups, out);
    if (person && record_text(record, "name")[0] != '\0')
        buf_printf(out, " %s", record_text(record, "name"));
    if (person && record_text(record, "phone")[0] != '\0')
        buf_printf(out, " %s", record_text(record, "phone"));
    if (content[0] != '\0')
        put_text(content, out);
}

void quick_who_text(const struct code_book *codes, const char *sex, const char *age_band, struct buf *out)
{
    bool has_sex = sex[0] != '\0';
    if (has_sex)
        buf_puts(out, _(code_book_name(codes, "sex", sex)));
    if (age_band[0] != '\0')
        buf_printf(out, "%s%s", has_sex ? " " : "", _(code_book_name(codes, "age_band", age_band)));
}

/* ---- what must not be written down ---- */

static bool is_figure(uint32_t twin, bool *chinese)
{
    static const uint32_t FIGURES[] = {0x3007 /* 〇 */, 0x96F6, 0x4E00, 0x4E8C, 0x4E24, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D, 0x5341, 0x767E, 0x5343};
    for (size_t i = 0; i < sizeof FIGURES / sizeof FIGURES[0]; i++) {
        if (FIGURES[i] == twin) {
            *chinese = true;
            return true;
        }
    }
    return twin >= '0' && twin <= '9';
}

static size_t unit_word(const char *text, size_t len)
{
    static const char *const WORDS[] = {"部队", "支队", "师", "旅", "团", "营", "连", "舰", "艇"};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        size_t n = strlen(WORDS[i]);
        if (n <= len && memcmp(text, WORDS[i], n) == 0)
            return n;
    }
    return 0;
}

bool quick_text_names_unit(const char *text, size_t len, struct buf *out)
{
    enum { CHINESE_FIGURES_MIN = 3, ORDINAL = 0x7B2C /* 第 */ };
    size_t begin = 0, figures = 0;
    bool chinese = false, ordinal = false;
    uint32_t before = 0;
    for (size_t at = 0; at < len;) {
        size_t start = at;
        bool chinese_here = false;
        uint32_t twin = next_twin(text, len, &at);
        if (is_figure(twin, &chinese_here)) {
            begin = figures == 0 ? start : begin;
            ordinal = figures == 0 ? before == ORDINAL : ordinal;
            chinese = figures == 0 ? chinese_here : chinese || chinese_here;
            figures++;
        } else if (figures > 0 && twin != ' ') {
            size_t word = unit_word(text + start, len - start);
            if (word > 0 && (!chinese || ordinal || figures >= CHINESE_FIGURES_MIN)) {
                if (out != NULL)
                    buf_append(out, text + begin, start + word - begin);
                return true;
            }
            figures = 0;
        }
        before = twin;
    }
    return false;
}
