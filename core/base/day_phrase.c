/* core/base/day_phrase.c - see day_phrase.h. The text is folded first (twins, no blanks, Chinese numbers to digits); then one reader after the other tries the whole of it. */
#include "core/base/day_phrase.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/utf8.h"

enum { FAR_DAYS = 40000, CENTURY = 2000, WEEK = 7 };

/* What is left to be read. */
struct phrase {
    const char *at;
    int32_t today;
};

/* ---- folding ---- */

static int chinese_digit(uint32_t code)
{
    static const uint32_t digits[] = {0x3007, 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d, 0x4e03, 0x516b, 0x4e5d}; /* 〇一二三四五六七八九 */
    for (int i = 0; i < 10; i++)
        if (digits[i] == code)
            return i;
    return code == 0x4e24 ? 2 : code == 0x96f6 ? 0 : -1; /* 两 零 */
}

struct folding {
    char *out;
    size_t used;
    uint32_t before; /* the character before */
};

static bool put(struct folding *folding, const char *bytes, size_t len)
{
    if (folding->used + len >= DAY_PHRASE_MAX_BYTES)
        return false;
    memcpy(folding->out + folding->used, bytes, len);
    folding->used += len;
    return true;
}

/* 十 is a one before a digit or alone, nothing between digits, and a nought at the end: 十, 十二, 二十, 二十一. */
static bool put_ten(struct folding *folding, uint32_t next)
{
    bool after_digit = chinese_digit(folding->before) >= 0, before_digit = chinese_digit(next) >= 0;
    if (!after_digit && !put(folding, "1", 1))
        return false;
    return before_digit || put(folding, "0", 1);
}

/* The name of a weekday stays in Chinese. */
static bool is_weekday_mark(uint32_t before)
{
    return before == 0x5468 || before == 0x671f || before == 0x62dc; /* 周 期 拜 */
}

static uint32_t peek(const char *text, size_t len)
{
    uint32_t code = 0;
    return len > 0 && utf8_decode(text, len, &code) > 0 ? utf8_ascii_twin(code) : 0;
}

static bool put_code(struct folding *folding, uint32_t code, uint32_t next)
{
    enum { TEN = 0x5341 };
    char bytes[UTF8_MAX_BYTES];
    int digit = is_weekday_mark(folding->before) ? -1 : chinese_digit(code);
    if (code >= 'A' && code <= 'Z')
        code += 'a' - 'A';
    if (code == TEN)
        return put_ten(folding, next);
    if (digit >= 0)
        return put(folding, &"0123456789"[digit], 1);
    return put(folding, bytes, utf8_encode(code, bytes));
}

bool day_phrase_fold(const char *text, size_t len, char out[DAY_PHRASE_MAX_BYTES])
{
    struct folding folding = {.out = out};
    for (size_t at = 0; at < len;) {
        uint32_t code;
        size_t step = utf8_decode(text + at, len - at, &code);
        if (step == 0)
            return false;
        at += step;
        code = utf8_ascii_twin(code);
        if (code == 0x3002) /* 。 is the key . while an input method is on */
            code = '.';
        if (code == ' ' || code == 0xA0)
            continue;
        if (!put_code(&folding, code, peek(text + at, len - at)))
            return false;
        folding.before = code;
    }
    out[folding.used] = '\0';
    return folding.used > 0;
}

/* ---- reading ---- */

static bool take(struct phrase *phrase, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(phrase->at, word, len) != 0)
        return false;
    phrase->at += len;
    return true;
}

static bool take_any(struct phrase *phrase, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (take(phrase, words[i]))
            return true;
    return false;
}

/* min to max digits. */
static bool take_number(struct phrase *phrase, size_t min, size_t max, int *out)
{
    size_t n = strspn(phrase->at, "0123456789");
    if (n < min || n > max)
        return false;
    *out = atoi(phrase->at);
    phrase->at += n;
    return true;
}

static bool at_end(const struct phrase *phrase)
{
    return *phrase->at == '\0';
}

static enum status within(int64_t day, int32_t *out)
{
    if (day < DAY_MIN || day > DAY_MAX)
        return STATUS_RANGE;
    *out = (int32_t)day;
    return STATUS_OK;
}

/* Each reader: STATUS_MALFORMED when the text is not of its kind. */

static enum status read_word(struct phrase phrase, int32_t *out)
{
    static const struct {
        const char *word;
        int days;
    } words[] = {{"今天", 0},  {"今日", 0},  {"今", 0},     {"当天", 0},   {"jt", 0},  {"明天", 1},  {"明日", 1}, {"明", 1},   {"mt", 1},  {"后天", 2}, {"ht", 2},
                 {"大后天", 3}, {"dht", 3}, {"昨天", -1}, {"昨日", -1}, {"昨", -1}, {"zt", -1}, {"前天", -2}, {"qt", -2}, {"大前天", -3}, {"dqt", -3}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(phrase.at, words[i].word) == 0)
            return within((int64_t)phrase.today + words[i].days, out);
    return STATUS_MALFORMED;
}

/* The same day of another month, or that month's last. */
static enum status add_months(int32_t from, int months, int32_t *out)
{
    int year, month, dom;
    day_to_ymd(from, &year, &month, &dom);
    int count = year * 12 + month - 1 + months;
    enum status status = STATUS_RANGE;
    for (int last = dom; status == STATUS_RANGE && last >= dom - 3 && last >= 1; last--)
        status = day_from_ymd(count / 12, count % 12 + 1, last, out);
    return status;
}

static enum status read_distance(struct phrase phrase, int32_t *out)
{
    static const char *const days[] = {"天", "日"}, *const weeks[] = {"周", "个星期", "星期", "个礼拜", "礼拜"}, *const months[] = {"个月"};
    static const char *const after[] = {"以后", "之后", "后"}, *const before[] = {"以前", "之前", "前"};
    bool plus = take(&phrase, "+"), minus = !plus && take(&phrase, "-");
    int number = 0, days_each = 1;
    bool is_months = false;
    if (!take_number(&phrase, 1, 5, &number) || number > FAR_DAYS)
        return STATUS_MALFORMED;
    bool unit = take_any(&phrase, days, 2);
    if (!unit && take_any(&phrase, weeks, 5))
        days_each = WEEK, unit = true;
    else if (!unit && take_any(&phrase, months, 1))
        is_months = unit = true;
    if (!plus && !minus) {
        plus = unit && take_any(&phrase, after, 3);
        minus = !plus && unit && take_any(&phrase, before, 3);
    }
    if (!(plus || minus) || !at_end(&phrase))
        return STATUS_MALFORMED;
    int signed_number = minus ? -number : number;
    if (is_months)
        return add_months(phrase.today, signed_number, out);
    return within((int64_t)phrase.today + (int64_t)signed_number * days_each, out);
}

static enum status read_weekday(struct phrase phrase, int32_t *out)
{
    static const char *const marks[] = {"周", "星期", "礼拜"}, *const names[] = {"一", "二", "三", "四", "五", "六", "日"};
    int weeks = 0, weekday = -1, number = 0;
    while (take(&phrase, "下"))
        weeks++;
    while (weeks <= 0 && take(&phrase, "上"))
        weeks--;
    if (weeks == 0 && (take(&phrase, "本") || take(&phrase, "这")))
        weeks = 0;
    (void)take(&phrase, "个");
    if (!take_any(&phrase, marks, 3))
        return STATUS_MALFORMED;
    for (int i = 0; i < WEEK && weekday < 0; i++)
        if (take(&phrase, names[i]))
            weekday = i;
    if (weekday < 0 && take(&phrase, "天"))
        weekday = 6;
    if (weekday < 0 && take_number(&phrase, 1, 1, &number) && number >= 1 && number <= WEEK)
        weekday = number - 1;
    if (weekday < 0 || !at_end(&phrase))
        return STATUS_MALFORMED;
    int since_monday = (day_weekday(phrase.today) + WEEK - 1) % WEEK;
    return within((int64_t)phrase.today - since_monday + weekday + weeks * WEEK, out);
}

static enum status last_of_month(int year, int month, int32_t *out)
{
    enum status status = day_from_ymd(month == 12 ? year + 1 : year, month % 12 + 1, 1, out);
    if (status == STATUS_OK)
        --*out;
    return status;
}

static enum status read_day_of_month(struct phrase phrase, int32_t *out)
{
    static const char *const ends[] = {"日", "号"};
    int year, month, dom, months = 0;
    day_to_ymd(phrase.today, &year, &month, &dom);
    if (take(&phrase, "下个月") || take(&phrase, "下月"))
        months = 1;
    else if (take(&phrase, "上个月") || take(&phrase, "上月"))
        months = -1;
    else
        (void)(take(&phrase, "本月") || take(&phrase, "这个月") || take(&phrase, "月"));
    int count = year * 12 + month - 1 + months;
    if (strcmp(phrase.at, "底") == 0)
        return last_of_month(count / 12, count % 12 + 1, out);
    if (!take_number(&phrase, 1, 2, &dom) || !take_any(&phrase, ends, 2) || !at_end(&phrase))
        return STATUS_MALFORMED;
    return day_from_ymd(count / 12, count % 12 + 1, dom, out);
}

/* Month and day; the marks between and behind. */
static bool take_month_day(struct phrase *phrase, int *month, int *dom)
{
    static const char *const between[] = {"-", "/", ".", "月"}, *const ends[] = {"日", "号"};
    struct phrase run = *phrase;
    int both;
    if (take_number(&run, 4, 4, &both) && at_end(&run)) {
        *month = both / 100;
        *dom = both % 100;
        *phrase = run;
        return true;
    }
    if (!take_number(phrase, 1, 2, month) || !take_any(phrase, between, 4) || !take_number(phrase, 1, 2, dom))
        return false;
    (void)take_any(phrase, ends, 2);
    return at_end(phrase);
}

/* The year whose day is meant when none is said. */
static enum status of_near_year(int32_t today, int month, int dom, int32_t *out)
{
    int year, m, d;
    day_to_ymd(today, &year, &m, &d);
    for (int by = -1; by <= 1; by += 2) {
        int32_t day;
        if (day_from_ymd(year + by, month, dom, &day) == STATUS_OK && abs(day - today) <= DAY_PHRASE_NEAR) {
            *out = day;
            return STATUS_OK;
        }
    }
    return day_from_ymd(year, month, dom, out);
}

static enum status read_day_of_year(struct phrase phrase, int32_t *out)
{
    static const struct {
        const char *word;
        int years;
    } years[] = {{"今年", 0}, {"去年", -1}, {"前年", -2}, {"明年", 1}, {"后年", 2}};
    int year, month, dom;
    day_to_ymd(phrase.today, &year, &month, &dom);
    for (size_t i = 0; i < sizeof years / sizeof years[0]; i++)
        if (take(&phrase, years[i].word))
            return take_month_day(&phrase, &month, &dom) ? day_from_ymd(year + years[i].years, month, dom, out) : STATUS_MALFORMED;
    return take_month_day(&phrase, &month, &dom) ? of_near_year(phrase.today, month, dom, out) : STATUS_MALFORMED;
}

/* 26-3-8, 26年3月8日, 260308. */
static enum status read_short_year(struct phrase phrase, int32_t *out)
{
    static const char *const marks[][2] = {{"-", "-"}, {"/", "/"}, {".", "."}, {"年", "月"}}, *const ends[] = {"日", "号"};
    struct phrase run = phrase;
    int year, month, dom, all;
    if (take_number(&run, 6, 6, &all) && at_end(&run))
        return day_from_ymd(CENTURY + all / 10000, all / 100 % 100, all % 100, out);
    if (!take_number(&phrase, 2, 2, &year))
        return STATUS_MALFORMED;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (!take(&phrase, marks[i][0]))
            continue;
        if (!take_number(&phrase, 1, 2, &month) || !take(&phrase, marks[i][1]) || !take_number(&phrase, 1, 2, &dom))
            return STATUS_MALFORMED;
        (void)take_any(&phrase, ends, 2);
        return at_end(&phrase) ? day_from_ymd(CENTURY + year, month, dom, out) : STATUS_MALFORMED;
    }
    return STATUS_MALFORMED;
}

static enum status read_full(struct phrase phrase, int32_t *out)
{
    return day_parse(phrase.at, strlen(phrase.at), out);
}

enum status day_phrase_parse(const char *text, size_t len, int32_t today, int32_t *day)
{
    static enum status (*const readers[])(struct phrase, int32_t *) = {read_full, read_word, read_distance, read_weekday, read_day_of_month, read_day_of_year, read_short_year};
    char folded[DAY_PHRASE_MAX_BYTES];
    enum status status = STATUS_MALFORMED;
    int32_t found = 0;
    if (!day_phrase_fold(text, len, folded))
        return STATUS_MALFORMED;
    struct phrase phrase = {.at = folded, .today = today};
    for (size_t i = 0; i < sizeof readers / sizeof readers[0] && status == STATUS_MALFORMED; i++)
        status = readers[i](phrase, &found);
    if (status == STATUS_OK)
        *day = found;
    return status;
}
