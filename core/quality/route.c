/* core/quality/route.c - see route.h. */
#include "core/quality/route.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/utf8.h"

enum { NUMBER_MAX = 1000000000, PLACE_BYTES = 128 };

/* ---- the names before it ---- */

/* A village's name as addresses give it: 高平居民委员会 is 高平, 东庐社区居委会 is 东庐社区, 青石村村委会 is 青石村. */
static void short_name(const char *name, char out[PLACE_BYTES])
{
    static const char *const tails[] = {"村民委员会", "居民委员会", "村委会", "居委会"};
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        size_t tail = strlen(tails[i]);
        if (len > tail && strcmp(name + len - tail, tails[i]) == 0) {
            len -= tail;
            break;
        }
    }
    if (len >= PLACE_BYTES)
        len = 0;
    memcpy(out, name, len);
    out[len] = '\0';
}

static const char *behind(const char *address, const char *place)
{
    const char *at = place[0] != '\0' ? strstr(address, place) : NULL;
    return at != NULL ? at + strlen(place) : address;
}

static const char *skip_word(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0 ? text + strlen(word) : text;
}

const char *route_within(const struct code_book *codes, const char *town, const char *village, const char *address)
{
    char place[PLACE_BYTES];
    if (town[0] != '\0')
        address = behind(address, code_book_name(codes, "town", town));
    if (village[0] == '\0')
        return address;
    short_name(code_book_name(codes, "village", village), place);
    const char *inside = behind(address, place);
    if (inside != address) /* 高平 in 高平村3组, 青石村 in 青石村村委会旁 */
        inside = skip_word(skip_word(inside, "社区"), "村");
    return inside;
}

/* ---- numbers ---- */

static int digit_of(uint32_t code)
{
    code = utf8_ascii_twin(code);
    return code >= '0' && code <= '9' ? (int)(code - '0') : -1;
}

static int chinese_digit(uint32_t code)
{
    static const uint32_t digits[] = {0x96f6, 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d, 0x4e03, 0x516b, 0x4e5d}; /* 零一二三四五六七八九 */
    for (int i = 0; i < 10; i++)
        if (digits[i] == code)
            return i;
    return code == 0x3007 ? 0 : code == 0x4e24 ? 2 : -1; /* 〇, 两 */
}

static int chinese_unit(uint32_t code)
{
    return code == 0x5341 ? 10 : code == 0x767e ? 100 : 0; /* 十, 百 */
}

/* What a number stands before when it counts doors and groups: 组 队 号 幢 栋 室 弄 巷 排 户 楼 单(元). A 三 elsewhere is part of a name. */
static bool is_counted(uint32_t code)
{
    static const uint32_t words[] = {0x7ec4, 0x961f, 0x53f7, 0x5e62, 0x680b, 0x5ba4, 0x5f04, 0x5df7, 0x6392, 0x6237, 0x697c, 0x5355};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i] == code)
            return true;
    return false;
}

static const char *skip_blanks(const char *at)
{
    uint32_t code;
    size_t used;
    while (*at != '\0' && (used = utf8_decode(at, strlen(at), &code)) > 0 && (code == ' ' || code == 0x3000))
        at += used;
    return at;
}

/* 3, １２. Returns where it ends; at itself if there is none. */
static const char *plain_number(const char *at, long *number)
{
    uint32_t code;
    size_t used;
    *number = 0;
    while (*at != '\0' && (used = utf8_decode(at, strlen(at), &code)) > 0 && digit_of(code) >= 0) {
        if (*number < NUMBER_MAX)
            *number = *number * 10 + digit_of(code);
        at += used;
    }
    return at;
}

/* 三, 十二, 一百零五, 二〇八 before a word that is counted. */
static const char *chinese_number(const char *start, long *number)
{
    const char *at = start;
    long total = 0, digit = -1;
    uint32_t code = 0;
    size_t used;
    while (*at != '\0' && (used = utf8_decode(at, strlen(at), &code)) > 0) {
        int value = chinese_digit(code), unit = chinese_unit(code);
        if (value < 0 && unit == 0)
            break;
        if (unit > 0) {
            total += (digit < 0 ? 1 : digit) * unit;
            digit = -1;
        } else if (digit < NUMBER_MAX) {
            digit = digit > 0 ? digit * 10 + value : value;
        }
        at += used;
    }
    *number = total + (digit < 0 ? 0 : digit);
    const char *next = skip_blanks(at);
    if (at == start || *next == '\0' || utf8_decode(next, strlen(next), &code) == 0 || !is_counted(code))
        return start;
    return at;
}

/* Takes a number at *at. */
static bool take_number(const char **at, long *number)
{
    const char *end = plain_number(*at, number);
    if (end == *at)
        end = chinese_number(*at, number);
    if (end == *at)
        return false;
    *at = end;
    return true;
}

/* One character; bytes that are no text pass as they are. */
static uint32_t take_char(const char **at)
{
    uint32_t code;
    size_t used = utf8_decode(*at, strlen(*at), &code);
    if (used == 0) {
        code = (unsigned char)**at;
        used = 1;
    }
    *at += used;
    return utf8_ascii_twin(code);
}

int route_compare(const char *a, const char *b)
{
    a = skip_blanks(a);
    b = skip_blanks(b);
    if (*a == '\0' || *b == '\0')
        return (*a == '\0') - (*b == '\0');
    while (*a != '\0' && *b != '\0') {
        long x, y;
        bool number_a = take_number(&a, &x), number_b = take_number(&b, &y);
        if (number_a != number_b)
            return number_a ? -1 : 1;
        if (number_a && x != y)
            return x < y ? -1 : 1;
        if (!number_a) {
            uint32_t c = take_char(&a), d = take_char(&b);
            if (c != d)
                return c < d ? -1 : 1;
        }
        a = skip_blanks(a);
        b = skip_blanks(b);
    }
    return (*a != '\0') - (*b != '\0');
}
