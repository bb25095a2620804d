/* core/base/id.c - ids and the two random sources. */
#include "core/base/id.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static void fill_system(void *context, void *out, size_t len)
{
    (void)context;
    randombytes_buf(out, len);
}

struct random_source random_system(void)
{
    return (struct random_source){.fill = fill_system};
}

/* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. */
static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Written out, both are an instruction or two: most of the chance of a practice county or a simulated world is asked for eight bytes at a time. */
static void put_little_endian(uint8_t out[8], uint64_t v)
{
    out[0] = (uint8_t)v;
    out[1] = (uint8_t)(v >> 8);
    out[2] = (uint8_t)(v >> 16);
    out[3] = (uint8_t)(v >> 24);
    out[4] = (uint8_t)(v >> 32);
    out[5] = (uint8_t)(v >> 40);
    out[6] = (uint8_t)(v >> 48);
    out[7] = (uint8_t)(v >> 56);
}

static uint64_t big_endian(const uint8_t b[8])
{
    return (uint64_t)b[0] << 56 | (uint64_t)b[1] << 48 | (uint64_t)b[2] << 40 | (uint64_t)b[3] << 32 | (uint64_t)b[4] << 24 | (uint64_t)b[5] << 16 | (uint64_t)b[6] << 8 | (uint64_t)b[7];
}

/* Little-endian by hand: practice data must be the same on every machine. */
static void fill_seeded(void *context, void *out, size_t len)
{
    uint8_t *at = out;

    for (; len >= 8; len -= 8, at += 8)
        put_little_endian(at, splitmix64(context));
    for (uint64_t word = len > 0 ? splitmix64(context) : 0; len > 0; len--, word >>= 8)
        *at++ = (uint8_t)word;
}

struct random_source random_seeded(uint64_t *state)
{
    return (struct random_source){.fill = fill_seeded, .context = state};
}

uint64_t random_below(struct random_source random, uint64_t below)
{
    uint64_t reject, v;

    assert(below >= 1);
    /* 2^64 mod below: values under it would make the small results likelier. */
    reject = (UINT64_MAX - below + 1) % below;
    do {
        uint8_t b[8];

        random.fill(random.context, b, sizeof b);
        v = big_endian(b);
    } while (v < reject);
    return v % below;
}

struct id id_make(struct random_source random)
{
    struct id id;

    random.fill(random.context, id.bytes, sizeof id.bytes);
    return id;
}

bool id_equal(struct id a, struct id b)
{
    return memcmp(a.bytes, b.bytes, ID_BYTES) == 0;
}

int id_compare(struct id a, struct id b)
{
    return memcmp(a.bytes, b.bytes, ID_BYTES);
}

bool id_is_zero(struct id id)
{
    return id_equal(id, (struct id){{0}});
}

void id_format(struct id id, char out[ID_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < ID_BYTES; i++) {
        out[2 * i] = digits[id.bytes[i] >> 4];
        out[2 * i + 1] = digits[id.bytes[i] & 15];
    }
    out[2 * ID_BYTES] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum status id_parse(const char *text, size_t len, struct id *out)
{
    struct id id;

    if (len != 2 * ID_BYTES)
        return STATUS_MALFORMED;
    for (size_t i = 0; i < ID_BYTES; i++) {
        int high = hex_value(text[2 * i]);
        int low = hex_value(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return STATUS_MALFORMED;
        id.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *out = id;
    return STATUS_OK;
}
