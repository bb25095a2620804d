/* tests/unzip.c - see unzip.h. RFC 1951 read bit by bit: slow and short. */
#include "tests/unzip.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BITS_MAX = 15, LENGTHS_MAX = 320 };

struct bits {
    const uint8_t *at, *end;
    uint32_t held;
    int n;
    bool bad;
};

static uint32_t take(struct bits *bits, int n)
{
    while (bits->n < n) {
        if (bits->at == bits->end) {
            bits->bad = true;
            return 0;
        }
        bits->held |= (uint32_t)*bits->at++ << bits->n;
        bits->n += 8;
    }
    uint32_t value = bits->held & ((1u << n) - 1);
    bits->held >>= n;
    bits->n -= n;
    return value;
}

/* A canonical Huffman code: how many codes of each length, and their symbols in order. */
struct huffman {
    uint16_t count[BITS_MAX + 1], symbol[LENGTHS_MAX];
};

static void make_code(struct huffman *code, const uint8_t *lengths, size_t n)
{
    uint16_t offset[BITS_MAX + 1] = {0};
    memset(code, 0, sizeof *code);
    for (size_t i = 0; i < n; i++)
        code->count[lengths[i]]++;
    code->count[0] = 0;
    for (int i = 1; i < BITS_MAX; i++)
        offset[i + 1] = (uint16_t)(offset[i] + code->count[i]);
    for (size_t i = 0; i < n; i++)
        if (lengths[i] != 0)
            code->symbol[offset[lengths[i]]++] = (uint16_t)i;
}

static int decode(struct bits *bits, const struct huffman *code)
{
    int value = 0, first = 0, index = 0;
    for (int len = 1; len <= BITS_MAX && !bits->bad; len++) {
        value |= (int)take(bits, 1);
        int count = code->count[len];
        if (value - count < first)
            return code->symbol[index + value - first];
        index += count;
        first = (first + count) << 1;
        value <<= 1;
    }
    bits->bad = true;
    return 0;
}

static void read_codes(struct bits *bits, struct huffman *literals, struct huffman *distances)
{
    static const uint8_t ORDER[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[LENGTHS_MAX + 138] = {0};
    size_t n_literals = take(bits, 5) + 257, n_distances = take(bits, 5) + 1, n_lengths = take(bits, 4) + 4;
    struct huffman code;
    for (size_t i = 0; i < n_lengths; i++)
        lengths[ORDER[i]] = (uint8_t)take(bits, 3);
    make_code(&code, lengths, 19);
    memset(lengths, 0, sizeof lengths);
    for (size_t i = 0; i < n_literals + n_distances && !bits->bad;) {
        int symbol = decode(bits, &code);
        uint8_t repeated = symbol == 16 && i > 0 ? lengths[i - 1] : 0;
        size_t times = symbol == 16 ? 3 + take(bits, 2) : symbol == 17 ? 3 + take(bits, 3) : symbol == 18 ? 11 + take(bits, 7) : 1;
        while (times-- > 0)
            lengths[i++] = symbol < 16 ? (uint8_t)symbol : repeated;
    }
    make_code(literals, lengths, n_literals);
    make_code(distances, lengths + n_literals, n_distances);
}

static void fixed_codes(struct huffman *literals, struct huffman *distances)
{
    uint8_t lengths[288];
    for (int i = 0; i < 288; i++)
        lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    make_code(literals, lengths, 288);
    memset(lengths, 5, 30);
    make_code(distances, lengths, 30);
}

static size_t inflate_block(struct bits *bits, uint32_t kind, uint8_t *out, size_t at, size_t size)
{
    static const uint16_t LENGTH[] = {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const uint8_t LENGTH_BITS[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    static const uint16_t BACK[] = {1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    static const uint8_t BACK_BITS[] = {0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};
    struct huffman literals, distances;
    if (kind == 1)
        fixed_codes(&literals, &distances);
    else
        read_codes(bits, &literals, &distances);
    while (!bits->bad) {
        int symbol = decode(bits, &literals);
        if (symbol == 256 || bits->bad)
            break;
        if (symbol < 256) {
            if (at == size)
                bits->bad = true;
            else
                out[at++] = (uint8_t)symbol;
            continue;
        }
        if (symbol > 285) {
            bits->bad = true;
            break;
        }
        size_t len = LENGTH[symbol - 257] + take(bits, LENGTH_BITS[symbol - 257]);
        int distance = decode(bits, &distances);
        size_t back = distance < 30 ? BACK[distance] + take(bits, BACK_BITS[distance]) : at + 1;
        if (bits->bad || back > at || len > size - at) {
            bits->bad = true;
            break;
        }
        for (; len > 0; len--, at++)
            out[at] = out[at - back];
    }
    return at;
}

static bool inflate_all(const uint8_t *data, size_t len, uint8_t *out, size_t size)
{
    struct bits bits = {.at = data, .end = data + len};
    size_t at = 0;
    for (bool last = false; !last && !bits.bad;) {
        last = take(&bits, 1);
        uint32_t kind = take(&bits, 2);
        if (kind == 0) {
            bits.held = 0;
            bits.n = 0;
            size_t n = bits.end - bits.at >= 4 ? (size_t)bits.at[0] | (size_t)bits.at[1] << 8 : size + 1;
            if (n > size - at || bits.end - bits.at < (ptrdiff_t)(n + 4))
                return false;
            memcpy(out + at, bits.at + 4, n);
            bits.at += n + 4;
            at += n;
        } else if (kind < 3) {
            at = inflate_block(&bits, kind, out, at, size);
        } else {
            return false;
        }
    }
    return !bits.bad && at == size;
}

static size_t little(const uint8_t *at, size_t n)
{
    size_t value = 0;
    for (size_t i = 0; i < n; i++)
        value |= (size_t)at[i] << (8 * i);
    return value;
}

static uint8_t *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    *len = (size_t)ftell(file);
    rewind(file);
    data = malloc(*len + 1);
    if (data != NULL && fread(data, 1, *len, file) != *len) {
        free(data);
        data = NULL;
    }
    fclose(file);
    return data;
}

static char *unpack(const uint8_t *data, size_t data_len, const uint8_t *entry, size_t *len)
{
    size_t packed = little(entry + 20, 4), size = little(entry + 24, 4), local = little(entry + 42, 4);
    if (local + 30 > data_len)
        return NULL;
    size_t begin = local + 30 + little(data + local + 26, 2) + little(data + local + 28, 2);
    char *out = malloc(size + 1);
    bool stored = little(entry + 10, 2) == 0;
    if (out == NULL || begin + packed > data_len || !(stored ? packed == size && memcpy(out, data + begin, size) != NULL : inflate_all(data + begin, packed, (uint8_t *)out, size))) {
        free(out);
        return NULL;
    }
    out[size] = '\0';
    *len = size;
    return out;
}

char *unzip_entry(const char *path, const char *name, size_t *len)
{
    size_t data_len;
    uint8_t *data = read_file(path, &data_len);
    char *found = NULL;
    if (data == NULL)
        return NULL;
    if (data_len >= 22 && little(data + data_len - 22, 4) == 0x06054b50) {
        size_t at = little(data + data_len - 6, 4);
        while (found == NULL && at + 46 <= data_len && little(data + at, 4) == 0x02014b50) {
            size_t name_len = little(data + at + 28, 2);
            if (name_len == strlen(name) && memcmp(data + at + 46, name, name_len) == 0)
                found = unpack(data, data_len, data + at, len);
            at += 46 + name_len + little(data + at + 30, 2) + little(data + at + 32, 2);
        }
    }
    free(data);
    return found;
}

char *sheet_cell(const char *xml, const char *cell, bool *is_text)
{
    char open[32];
    snprintf(open, sizeof open, "<c r=\"%s\"", cell);
    const char *at = strstr(xml, open), *end = at != NULL ? strstr(at, "</c>") : NULL;
    *is_text = false;
    if (end == NULL || strchr(at, '>')[-1] == '/') /* nothing in it but a style */
        return strdup("");
    const char *text = strstr(at, "<t"), *value = strstr(at, "<v>");
    *is_text = text != NULL && text < end;
    const char *begin = *is_text ? strchr(text, '>') + 1 : value != NULL && value < end ? value + 3 : end;
    return strndup(begin, strcspn(begin, "<"));
}
