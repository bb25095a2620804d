/* sync/enrol.c - one-time codes; see enrol.h. */
#include "sync/enrol.h"

#include <assert.h>
#include <string.h>

#include "core/base/utf8.h"

enum {
    GROUP_SYMBOLS = 5,
    SYMBOL_BITS = 5,
    PIN_SYMBOLS = 12,
    SECRET_SYMBOLS = 7,
    CHECK_AT = 19,
    FIELD_POLYNOMIAL = 0x25 /* x^5 + x^2 + 1 */
};

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Product in GF(32). */
static unsigned field_times(unsigned a, unsigned b)
{
    unsigned product = 0;

    for (; b != 0; b >>= 1) {
        if (b & 1)
            product ^= a;
        a <<= 1;
        if (a & 0x20)
            a ^= FIELD_POLYNOMIAL;
    }
    return product;
}

static unsigned check_of(const unsigned symbols[CHECK_AT])
{
    unsigned sum = 0, weight = 1;

    for (int i = 0; i < CHECK_AT; i++) {
        weight = field_times(weight, 2);
        sum ^= field_times(symbols[i], weight);
    }
    return sum;
}

static uint64_t pin_prefix_of(struct hash pin)
{
    uint64_t prefix = 0;

    for (int i = 0; i < 8; i++)
        prefix = prefix << 8 | pin.bytes[i];
    return prefix >> (64 - ENROL_PIN_BITS);
}

struct enrol_ticket enrol_make(struct hash center_pin, struct random_source random)
{
    return (struct enrol_ticket){
        .pin_prefix = pin_prefix_of(center_pin),
        .secret = random_below(random, UINT64_C(1) << ENROL_SECRET_BITS),
    };
}

static void split(uint64_t bits, int n, unsigned *symbols)
{
    for (int i = n - 1; i >= 0; i--) {
        symbols[i] = (unsigned)(bits & 31);
        bits >>= SYMBOL_BITS;
    }
}

static uint64_t join(const unsigned *symbols, int n)
{
    uint64_t bits = 0;

    for (int i = 0; i < n; i++)
        bits = bits << SYMBOL_BITS | symbols[i];
    return bits;
}

void enrol_format(const struct enrol_ticket *ticket, char out[ENROL_TEXT_BYTES])
{
    unsigned symbols[ENROL_SYMBOLS];
    size_t at = 0;

    assert(ticket->pin_prefix >> ENROL_PIN_BITS == 0 && ticket->secret >> ENROL_SECRET_BITS == 0);
    split(ticket->pin_prefix, PIN_SYMBOLS, symbols);
    split(ticket->secret, SECRET_SYMBOLS, symbols + PIN_SYMBOLS);
    symbols[CHECK_AT] = check_of(symbols);
    for (int i = 0; i < ENROL_SYMBOLS; i++) {
        if (i > 0 && i % GROUP_SYMBOLS == 0)
            out[at++] = '-';
        out[at++] = alphabet[symbols[i]];
    }
    out[at] = 0;
}

static bool is_separator(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '-' || c == '_' || c == '.' || c == 0x00A0 ||
           c == 0x30FB || c == 0x00B7 || c == 0x3000 || c == 0x2212 || (c >= 0x2010 && c <= 0x2015);
}

/* The symbol's value, or -1. */
static int symbol_value(uint32_t c)
{
    const char *found;

    if (c >= 'a' && c <= 'z')
        c -= 'a' - 'A';
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    if (c == 0 || c > 'Z')
        return -1;
    found = strchr(alphabet, (int)c);
    return found == NULL ? -1 : (int)(found - alphabet);
}

enum status enrol_parse(const char *text, size_t len, struct enrol_ticket *out, struct errmsg *err)
{
    unsigned symbols[ENROL_SYMBOLS];
    int n = 0;

    for (size_t at = 0, step; at < len; at += step) {
        uint32_t c;
        int value;

        step = utf8_decode(text + at, len - at, &c);
        if (step == 0)
            return errmsg_set(err, STATUS_MALFORMED, "登记码不是有效的文字");
        c = utf8_ascii_twin(c);
        if (is_separator(c))
            continue;
        value = symbol_value(c);
        if (value < 0)
            return errmsg_set(err, STATUS_MALFORMED, "登记码第 %d 个字符“%.*s”不对：只用数字和字母（没有 U）", n + 1,
                              (int)step, text + at);
        if (n == ENROL_SYMBOLS)
            return errmsg_set(err, STATUS_MALFORMED, "登记码太长：应为 %d 个字符", ENROL_SYMBOLS);
        symbols[n++] = (unsigned)value;
    }
    if (n < ENROL_SYMBOLS)
        return errmsg_set(err, STATUS_MALFORMED, "登记码太短：应为 %d 个字符，只有 %d 个", ENROL_SYMBOLS, n);
    if (check_of(symbols) != symbols[CHECK_AT])
        return errmsg_set(err, STATUS_MALFORMED, "登记码有误：某个字符读错或两个字符颠倒了，请核对");
    out->pin_prefix = join(symbols, PIN_SYMBOLS);
    out->secret = join(symbols + PIN_SYMBOLS, SECRET_SYMBOLS);
    return STATUS_OK;
}

bool enrol_pin_matches(const struct enrol_ticket *ticket, struct hash pin)
{
    return pin_prefix_of(pin) == ticket->pin_prefix;
}

struct hash enrol_secret_hash(const struct enrol_ticket *ticket)
{
    static const char purpose[] = "aidpost enrolment secret 1";
    uint8_t bytes[16];

    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(ticket->pin_prefix >> (56 - 8 * i));
        bytes[8 + i] = (uint8_t)(ticket->secret >> (56 - 8 * i));
    }
    return hash_pair(purpose, sizeof purpose - 1, bytes, sizeof bytes);
}

struct hash enrol_proof(struct hash secret_hash, const uint8_t exporter[ENROL_EXPORTER_BYTES], struct hash station_pin)
{
    uint8_t message[ENROL_EXPORTER_BYTES + HASH_BYTES];

    memcpy(message, exporter, ENROL_EXPORTER_BYTES);
    memcpy(message + ENROL_EXPORTER_BYTES, station_pin.bytes, HASH_BYTES);
    return hash_hmac(secret_hash.bytes, HASH_BYTES, message, sizeof message);
}
