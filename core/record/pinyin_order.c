/* core/record/pinyin_order.c - see core/record/pinyin_order.h.
 *
 * The file is the table: lines of a reading and its characters, both in order; "(曾)" is a character as a surname, "(尉迟)" one before another, beside its own place elsewhere. An entry's number in the
 * file is its weight. From weight to character: every 64th entry is known, the others are stepped to. From character to weight: an array for U+3000 to U+9FFF; another one for those of the
 * second and third plane, which most counties never need, is made when the first of them is met. Is there no memory for it, they are looked for in the text. */
#include "core/record/pinyin_order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/data/data.h"

enum {
    ARRAY_BEGIN = 0x3000,
    ARRAY_END = 0xA000,
    BEYOND_BEGIN = 0x20000,
    BEYOND_END = 0x32400,
    TABLE_WEIGHT = 0x3400,      /* of the first entry: code points below it are weights */
    AFTER_WEIGHT = 0x10000,     /* and the code point: what the table lacks */
    BLOCK_ENTRIES = 64,
    BLOCKS_MAX = (AFTER_WEIGHT - TABLE_WEIGHT) / BLOCK_ENTRIES,
    SURNAMES_MAX = 128,
    NAME_CHARS_MAX = 3
};

struct surname {
    uint32_t first, second; /* second 0: alone */
    uint16_t number;
};

struct pinyin_order {
    const char *text; /* borrowed from the program */
    size_t len;
    uint32_t n;
    uint16_t number[ARRAY_END - ARRAY_BEGIN]; /* of the entry, from 1; 0: none */
    uint16_t *beyond; /* the same of BEYOND_BEGIN.., or NULL */
    uint32_t blocks[BLOCKS_MAX];
    struct surname surnames[SURNAMES_MAX]; /* by first */
    size_t n_surnames;
};

/* ---- entries ---- */

static const char *skip_reading(struct pinyin_order *order, const char *line)
{
    const char *end = order->text + order->len, *tab = line < end ? memchr(line, '\t', (size_t)(end - line)) : NULL;
    return tab == NULL ? end : tab + 1;
}

static size_t char_bytes(const char *at)
{
    unsigned lead = (unsigned char)*at;
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

size_t pinyin_order_next(struct pinyin_order *order, size_t at)
{
    const char *here = order->text + at;
    here = *here == '(' ? strchr(here, ')') + 1 : here + char_bytes(here);
    if (*here == '\n')
        here = skip_reading(order, here + 1);
    return (size_t)(here - order->text);
}

static bool begins_char(const char *at)
{
    return ((unsigned char)*at & 0xC0) != 0x80;
}

size_t pinyin_order_before(struct pinyin_order *order, size_t at)
{
    const char *here = order->text + at - 1;
    if (*here == '\t') { /* the first of its line */
        while (*here != '\n')
            here--;
        here--;
    }
    if (*here == ')')
        while (*here != '(')
            here--;
    while (!begins_char(here))
        here--;
    return (size_t)(here - order->text);
}

uint32_t pinyin_order_char(struct pinyin_order *order, size_t at, bool *surname)
{
    uint32_t code = 0;
    *surname = order->text[at] == '(';
    at += *surname;
    (void)utf8_decode(order->text + at, order->len - at, &code);
    return code;
}

static void add_surname(struct pinyin_order *order, size_t at)
{
    struct surname one = {.number = (uint16_t)order->n};
    const char *here = order->text + at + 1;
    size_t i = order->n_surnames;
    here += utf8_decode(here, UTF8_MAX_BYTES, &one.first);
    if (*here != ')')
        (void)utf8_decode(here, UTF8_MAX_BYTES, &one.second);
    assert(order->n_surnames < SURNAMES_MAX); /* of our own table: test_pinyin_order */
    for (; i > 0 && order->surnames[i - 1].first > one.first; i--)
        order->surnames[i] = order->surnames[i - 1];
    order->surnames[i] = one;
    order->n_surnames++;
}

struct pinyin_order *pinyin_order_new(void)
{
    const struct data_file *file = data_find("pinyin_order.tsv");
    struct pinyin_order *order = calloc(1, sizeof *order);
    assert(file != NULL);
    if (order == NULL)
        return NULL;
    order->text = file->text;
    order->len = file->len;
    for (size_t at = (size_t)(skip_reading(order, file->text) - file->text); at < file->len; at = pinyin_order_next(order, at)) {
        bool surname;
        uint32_t code = pinyin_order_char(order, at, &surname);
        assert(order->n < AFTER_WEIGHT - TABLE_WEIGHT);
        if (order->n % BLOCK_ENTRIES == 0)
            order->blocks[order->n / BLOCK_ENTRIES] = (uint32_t)at;
        order->n++;
        if (surname)
            add_surname(order, at);
        else if (code >= ARRAY_BEGIN && code < ARRAY_END)
            order->number[code - ARRAY_BEGIN] = (uint16_t)order->n;
    }
    return order;
}

void pinyin_order_free(struct pinyin_order *order)
{
    if (order != NULL)
        free(order->beyond);
    free(order);
}

/* ---- weights ---- */

void pinyin_order_table(struct pinyin_order *order, uint32_t *low, uint32_t *high)
{
    *low = TABLE_WEIGHT;
    *high = TABLE_WEIGHT + order->n;
}

size_t pinyin_order_at(struct pinyin_order *order, uint32_t weight)
{
    uint32_t entry = weight - TABLE_WEIGHT;
    assert(weight >= TABLE_WEIGHT && entry < order->n);
    size_t at = order->blocks[entry / BLOCK_ENTRIES];
    for (uint32_t i = entry / BLOCK_ENTRIES * BLOCK_ENTRIES; i < entry; i++)
        at = pinyin_order_next(order, at);
    return at;
}

/* Number of the entry that stands there. */
static uint32_t number_at(struct pinyin_order *order, size_t at)
{
    size_t low = 0, high = (order->n + BLOCK_ENTRIES - 1) / BLOCK_ENTRIES;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (order->blocks[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    uint32_t number = (uint32_t)(low * BLOCK_ENTRIES) + 1;
    for (size_t here = order->blocks[low]; here < at; here = pinyin_order_next(order, here))
        number++;
    return number;
}

static void fill_beyond(struct pinyin_order *order)
{
    size_t at = order->blocks[0];
    order->beyond = calloc(BEYOND_END - BEYOND_BEGIN, sizeof order->beyond[0]);
    for (uint32_t number = 1; order->beyond != NULL && number <= order->n; number++, at = pinyin_order_next(order, at)) {
        bool surname;
        uint32_t code = pinyin_order_char(order, at, &surname);
        if (code >= BEYOND_BEGIN && code < BEYOND_END && !surname)
            order->beyond[code - BEYOND_BEGIN] = (uint16_t)number;
    }
}

static uint32_t number_of(struct pinyin_order *order, uint32_t code)
{
    char bytes[UTF8_MAX_BYTES];
    if (code >= ARRAY_BEGIN && code < ARRAY_END)
        return order->number[code - ARRAY_BEGIN];
    if (code < BEYOND_BEGIN || code >= BEYOND_END)
        return 0;
    if (order->beyond == NULL)
        fill_beyond(order);
    if (order->beyond != NULL)
        return order->beyond[code - BEYOND_BEGIN];
    const char *found = memmem(order->text, order->len, bytes, utf8_encode(code, bytes));
    return found == NULL ? 0 : number_at(order, (size_t)(found - order->text));
}

uint32_t pinyin_order_weight(struct pinyin_order *order, uint32_t code)
{
    uint32_t number = number_of(order, code);
    if (number > 0)
        return TABLE_WEIGHT + number - 1;
    return code < TABLE_WEIGHT ? (code > 0 ? code : 1) : AFTER_WEIGHT + code;
}

/* Of the surnames that begin so the first; n_surnames: there is none. */
static size_t find_surname(struct pinyin_order *order, uint32_t first)
{
    size_t low = 0, high = order->n_surnames;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (order->surnames[middle].first < first)
            low = middle + 1;
        else
            high = middle;
    }
    return low < order->n_surnames && order->surnames[low].first == first ? low : order->n_surnames;
}

size_t pinyin_order_weights(struct pinyin_order *order, uint32_t code, uint32_t out[PINYIN_WEIGHTS_MAX])
{
    size_t n = 0;
    out[n++] = pinyin_order_weight(order, code);
    for (size_t i = find_surname(order, code); i < order->n_surnames && order->surnames[i].first == code && n < PINYIN_WEIGHTS_MAX; i++)
        out[n++] = TABLE_WEIGHT + order->surnames[i].number - 1;
    return n;
}

/* The next character; a byte that begins none is one. */
static size_t take(const char *text, size_t len, uint32_t *code)
{
    size_t used = utf8_decode(text, len, code);
    if (used == 0)
        *code = (unsigned char)*text;
    return used == 0 ? 1 : used;
}

/* Its weight, and how many bytes the character has. */
static uint32_t weigh_first(struct pinyin_order *order, const char *text, size_t len, size_t *used)
{
    uint32_t code, second = 0;
    *used = take(text, len, &code);
    size_t i = find_surname(order, code);
    if (i == order->n_surnames)
        return pinyin_order_weight(order, code);
    size_t at = *used + (*used < len ? take(text + *used, len - *used, &second) : 0);
    const struct surname *found = NULL;
    for (; i < order->n_surnames && order->surnames[i].first == code; i++)
        if (order->surnames[i].second == second || (order->surnames[i].second == 0 && found == NULL))
            found = &order->surnames[i];
    for (size_t chars = second != 0 ? 2 : 1; found != NULL && found->second == 0 && at < len; at += take(text + at, len - at, &second))
        if (++chars > NAME_CHARS_MAX)
            found = NULL;
    return found == NULL ? pinyin_order_weight(order, code) : TABLE_WEIGHT + found->number - 1u;
}

uint32_t pinyin_order_first(struct pinyin_order *order, const char *text, size_t len)
{
    size_t used;
    return len == 0 ? 0 : weigh_first(order, text, len, &used);
}

static uint32_t weigh_next(struct pinyin_order *order, const char *text, size_t len, size_t *at)
{
    uint32_t code, weight;
    size_t used;
    if (*at == 0) {
        weight = weigh_first(order, text, len, &used);
        *at = used;
        return weight;
    }
    *at += take(text + *at, len - *at, &code);
    return pinyin_order_weight(order, code);
}

uint64_t pinyin_order_head(struct pinyin_order *order, const char *text, size_t len)
{
    uint64_t head = 0;
    size_t at = 0;
    for (int i = 0; i < 4; i++) {
        uint32_t weight = at < len ? weigh_next(order, text, len, &at) : 0;
        head = head << 16 | (weight < AFTER_WEIGHT ? weight : UINT16_MAX);
        if (weight >= AFTER_WEIGHT) /* what follows does not count before they are told apart */
            return head << 16 * (3 - i);
    }
    return head;
}

int pinyin_order_compare(struct pinyin_order *order, const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t i = order == NULL ? a_len : 0, j = order == NULL ? b_len : 0;
    if (a_len == b_len && memcmp(a, b, a_len) == 0)
        return 0;
    while (i < a_len && j < b_len) {
        uint32_t x = weigh_next(order, a, a_len, &i), y = weigh_next(order, b, b_len, &j);
        if (x != y)
            return x < y ? -1 : 1;
    }
    if (i < a_len || j < b_len)
        return i < a_len ? 1 : -1;
    /* Here come bytes that are no UTF-8, and all texts without an order. */
    int bytes = memcmp(a, b, a_len < b_len ? a_len : b_len);
    return bytes != 0 ? bytes : a_len < b_len ? -1 : 1;
}

int pinyin_order_strings(struct pinyin_order *order, const char *a, const char *b)
{
    return pinyin_order_compare(order, a, strlen(a), b, strlen(b));
}
