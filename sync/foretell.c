/* sync/foretell.c - see foretell.h. */
#include "sync/foretell.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"

enum {
    PAST_BYTES = 512 * 1024,      /* of what went before, for matches */
    PLACES_LOG = 17,
    BUCKETS_LOG = 17,
    WAYS = 4,                     /* places a bucket may have: those of one line of the processor's cache */
    PART_KINDS = FORETELL_PARTS_MAX,
    CONTEXTS = 5,                 /* opinions that are pairs of counts */
    HASHED_FROM = 2,              /* of them those that are looked up in buckets */
    MATCH = CONTEXTS,
    INPUTS,
    MATCH_LEAST_BYTES = 4,
    MATCH_LENGTHS = 32,
    CHARS = 3,
    COUNT_MOST = 15,
    CHANCE_ONE = 4096,            /* 12 bits */
    STRETCH_MOST = 2047,
    WEIGHT_ONE = 65536,
    WEIGHT_MOST = 16 * WEIGHT_ONE,
    WEIGHT_RATE = 6,
    CHANCE_RATE_LOG = 7,
    LEAD_FIRST = 0xe0, LEAD_LAST = 0xfe /* of a character of two bytes (columns_text.c) */
};

/* Pairs of counts behind a context and a nibble's bits so far: 1, 2..3, 4..7, 8..15. */
struct bucket {
    uint8_t check; /* 0: free */
    uint8_t pairs[15];
};

/* What is known of a byte's bits while it is being read or written. */
struct guess {
    uint8_t *pairs[CONTEXTS];
    struct bucket *buckets[CONTEXTS];
    uint32_t contexts[CONTEXTS];
    int stretched[INPUTS];
    int32_t *weights, *more_weights;
    unsigned part, bits, nibble; /* bits: those of the byte so far behind a 1; nibble: those of its half */
    int expected;                /* 256 + the byte that a match foretells; 0: none, or it was wrong */
    int chance;                  /* that the next bit is 1 */
};

struct foretell {
    uint8_t past[PAST_BYTES];
    uint32_t at;                       /* bytes so far */
    uint32_t places[1 << PLACES_LOG];  /* where four bytes stood last: 1 + the offset behind them */
    uint32_t match, match_len;
    uint32_t last_bytes;               /* the last four of this part */
    uint32_t chars[CHARS];             /* the last ones, newest first */
    uint32_t lead;                     /* first byte of the character at hand, or 0 */
    struct bucket buckets[1 << BUCKETS_LOG];
    uint8_t order0[PART_KINDS][256], order1[65536];
    uint16_t meanings[PART_KINDS][CONTEXTS][256]; /* chance of a 1, 16 bits, by pair of counts */
    uint16_t match_meanings[MATCH_LENGTHS];       /* that a match of that length is right */
    int32_t weights[PART_KINDS][256][INPUTS], more_weights[PART_KINDS][4][4][INPUTS];
    uint8_t next_pair[2][256];
    int16_t stretch[CHANCE_ONE];
};

/* ---- the coder ---- */

struct coder {
    uint32_t low, high, value;
    struct buf *out;        /* packing */
    struct reader *in;      /* unpacking */
    unsigned past_end;
};

static void put_bit(struct coder *coder, int chance, int bit)
{
    uint32_t middle = coder->low + ((coder->high - coder->low) >> 12) * (uint32_t)chance;

    if (bit != 0)
        coder->high = middle;
    else
        coder->low = middle + 1;
    for (; ((coder->low ^ coder->high) & 0xff000000) == 0; coder->low <<= 8, coder->high = coder->high << 8 | 255)
        buf_putc(coder->out, (uint8_t)(coder->high >> 24));
}

/* The shortest bytes that, with zeros behind them, lie between both; *value: with those zeros. */
static unsigned end_of(const struct coder *coder, uint32_t *value)
{
    for (unsigned bytes = 0; bytes < 4; bytes++) {
        uint64_t mask = UINT64_C(0xffffffff) >> 8 * bytes, at = (coder->low + mask) & ~mask;

        if (at <= coder->high) {
            *value = (uint32_t)at;
            return bytes;
        }
    }
    *value = coder->low;
    return 4;
}

static void put_end(struct coder *coder)
{
    uint32_t value;

    for (unsigned bytes = end_of(coder, &value); bytes > 0; bytes--, value <<= 8)
        buf_putc(coder->out, (uint8_t)(value >> 24));
}

/* What was read is what put_end would have written, to the last byte. */
static bool is_at_end(const struct coder *coder)
{
    uint32_t value;
    unsigned bytes = end_of(coder, &value);

    return reader_left(coder->in) == 0 && coder->past_end == 4 - bytes && coder->value == value;
}

static uint32_t next_byte(struct coder *coder)
{
    if (reader_left(coder->in) > 0)
        return reader_u8(coder->in);
    coder->past_end++;
    return 0;
}

static int take_bit(struct coder *coder, int chance)
{
    uint32_t middle = coder->low + ((coder->high - coder->low) >> 12) * (uint32_t)chance;
    int bit = coder->value <= middle;

    if (bit != 0)
        coder->high = middle;
    else
        coder->low = middle + 1;
    for (; ((coder->low ^ coder->high) & 0xff000000) == 0; coder->low <<= 8, coder->high = coder->high << 8 | 255)
        coder->value = coder->value << 8 | next_byte(coder);
    return bit;
}

/* ---- tables ---- */

/* CHANCE_ONE / (1 + e^(-x / 256)), by straight lines between 33 points. */
static int squash(int x)
{
    static const int16_t points[] = {1,    2,    3,    6,    10,   16,   27,   45,   73,   120,  194,  310,  488,  747,  1101, 1546, 2047,
                                     2549, 2994, 3348, 3607, 3785, 3901, 3975, 4022, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094};
    int at, between;

    if (x >= STRETCH_MOST)
        return CHANCE_ONE - 1;
    if (x <= -STRETCH_MOST)
        return 1;
    at = (x + STRETCH_MOST + 1) / 128;
    between = (x + STRETCH_MOST + 1) % 128;
    return (points[at] * (128 - between) + points[at + 1] * between + 64) / 128;
}

static void make_stretch(struct foretell *foretell)
{
    int from = 0;

    for (int x = -STRETCH_MOST; x <= STRETCH_MOST; x++)
        for (int to = squash(x); from <= to; from++)
            foretell->stretch[from] = (int16_t)x;
    for (; from < CHANCE_ONE; from++)
        foretell->stretch[from] = STRETCH_MOST;
}

/* A pair: how often 0, in the lower half, and how often 1. What speaks against it is forgotten by a quarter, for what was lately counts more. */
static uint8_t pair_after(unsigned pair, int bit)
{
    unsigned counts[2] = {pair & 15, pair >> 4};

    if (counts[bit] < COUNT_MOST)
        counts[bit]++;
    if (counts[!bit] > 3)
        counts[!bit] = counts[!bit] * 3 / 4 + 1;
    return (uint8_t)(counts[1] << 4 | counts[0]);
}

static void make_tables(struct foretell *foretell)
{
    make_stretch(foretell);
    for (unsigned pair = 0; pair < 256; pair++) {
        unsigned zeros = pair & 15, ones = pair >> 4;

        foretell->next_pair[0][pair] = pair_after(pair, 0);
        foretell->next_pair[1][pair] = pair_after(pair, 1);
        for (unsigned part = 0; part < PART_KINDS; part++)
            for (unsigned i = 0; i < CONTEXTS; i++)
                foretell->meanings[part][i][pair] = (uint16_t)(65535U * (10 * ones + 4) / (10 * (zeros + ones) + 8));
    }
    for (unsigned len = 0; len < MATCH_LENGTHS; len++)
        foretell->match_meanings[len] = 32768;
    for (unsigned part = 0; part < PART_KINDS; part++) {
        for (unsigned bits = 0; bits < 256; bits++)
            for (unsigned i = 0; i < INPUTS; i++)
                foretell->weights[part][bits][i] = WEIGHT_ONE / 5;
        for (unsigned known = 0; known < 16; known++)
            for (unsigned i = 0; i < INPUTS; i++)
                foretell->more_weights[part][known / 4][known % 4][i] = WEIGHT_ONE / 7;
    }
}

enum status foretell_new(struct foretell **out)
{
    _Static_assert(sizeof(struct foretell) <= FORETELL_BYTES, "what is charged for one");
    struct foretell *foretell = calloc(1, sizeof *foretell);

    *out = foretell;
    if (foretell == NULL)
        return STATUS_NOMEM;
    make_tables(foretell);
    return STATUS_OK;
}

void foretell_free(struct foretell *foretell)
{
    if (foretell == NULL)
        return;
    hash_wipe(foretell, sizeof *foretell);
    free(foretell);
}

/* ---- opinions ---- */

static uint32_t mix(uint32_t a, uint32_t b)
{
    return (a * 0x9e3779b1U ^ b * 0x2c1b3c6dU) * 0x85ebca6bU;
}

/* The bucket of a context, perhaps one that was another's: of those that it may have the one that has seen least. */
static struct bucket *find_bucket(struct foretell *foretell, uint32_t context)
{
    uint32_t hash = context * 0x9e3779b1U, first = hash >> (32 - BUCKETS_LOG);
    uint8_t check = (uint8_t)(context * 0x85ebca6bU >> 24);
    struct bucket *least = NULL;
    int least_seen = 0;

    check = check != 0 ? check : 1;
    for (uint32_t way = 0; way < WAYS; way++) {
        struct bucket *bucket = &foretell->buckets[first ^ way];
        int seen = bucket->check == 0 ? -1 : (bucket->pairs[0] & 15) + (bucket->pairs[0] >> 4);

        if (bucket->check == check)
            return bucket;
        if (least == NULL || seen < least_seen) {
            least = bucket;
            least_seen = seen;
        }
    }
    memset(least, 0, sizeof *least);
    least->check = check;
    return least;
}

static void begin_byte(struct foretell *foretell, struct guess *guess, unsigned part)
{
    uint32_t behind = mix(foretell->lead, part + 1);

    guess->part = part;
    guess->bits = 1;
    guess->expected = foretell->match_len > 0 ? 256 | foretell->past[foretell->match % PAST_BYTES] : 0;
    for (unsigned i = 0; i < CHARS; i++) {
        behind = mix(behind + i, foretell->chars[i]);
        guess->contexts[HASHED_FROM + i] = behind;
    }
}

static void begin_nibble(struct foretell *foretell, struct guess *guess)
{
    guess->nibble = 1;
    for (unsigned i = HASHED_FROM; i < CONTEXTS; i++)
        guess->buckets[i] = find_bucket(foretell, guess->contexts[i] + guess->bits * 0x6c8e9cf5U);
}

/* What a match says of the next bit; 0: nothing. */
static int ask_match(const struct foretell *foretell, struct guess *guess, unsigned left)
{
    unsigned len = foretell->match_len < MATCH_LENGTHS ? foretell->match_len : MATCH_LENGTHS - 1;
    int stretched;

    if (guess->expected == 0 || (unsigned)guess->expected >> (left + 1) != guess->bits) {
        guess->expected = 0;
        return 0;
    }
    stretched = foretell->stretch[foretell->match_meanings[len] >> 4];
    return (guess->expected >> left & 1) != 0 ? stretched : -stretched;
}

/* left: bits of the byte behind the one that is asked for. */
static void weigh(struct foretell *foretell, struct guess *guess, unsigned left)
{
    unsigned known = 0, long_match;
    int64_t sum = 0;

    if (left == 7 || left == 3)
        begin_nibble(foretell, guess);
    guess->pairs[0] = &foretell->order0[guess->part][guess->bits];
    guess->pairs[1] = &foretell->order1[(foretell->last_bytes & 255) << 8 | guess->bits];
    for (unsigned i = HASHED_FROM; i < CONTEXTS; i++)
        guess->pairs[i] = &guess->buckets[i]->pairs[guess->nibble - 1];
    for (unsigned i = 0; i < CONTEXTS; i++) {
        bool unseen = i >= HASHED_FROM && *guess->pairs[i] == 0;

        guess->stretched[i] = unseen ? 0 : foretell->stretch[foretell->meanings[guess->part][i][*guess->pairs[i]] >> 4];
        known += i >= HASHED_FROM && !unseen;
    }
    guess->stretched[MATCH] = ask_match(foretell, guess, left);
    long_match = guess->expected == 0 ? 0 : foretell->match_len > 15 ? 3 : foretell->match_len > 6 ? 2 : 1;
    guess->weights = foretell->weights[guess->part][guess->bits];
    guess->more_weights = foretell->more_weights[guess->part][known][long_match];
    for (unsigned i = 0; i < INPUTS; i++)
        sum += (int64_t)(guess->weights[i] + guess->more_weights[i]) * guess->stretched[i];
    sum /= WEIGHT_ONE;
    guess->chance = squash(sum > STRETCH_MOST ? STRETCH_MOST : sum < -STRETCH_MOST ? -STRETCH_MOST : (int)sum);
}

static int32_t moved(int32_t weight, int by)
{
    weight += by;
    return weight > WEIGHT_MOST ? WEIGHT_MOST : weight < -WEIGHT_MOST ? -WEIGHT_MOST : weight;
}

static void nudge(uint16_t *chance, bool up)
{
    int difference = (up ? 65535 : 0) - *chance;

    *chance = (uint16_t)(*chance + difference / (1 << CHANCE_RATE_LOG));
}

static void learn(struct foretell *foretell, struct guess *guess, int bit, unsigned left)
{
    int error = (bit * CHANCE_ONE - guess->chance) * WEIGHT_RATE;

    for (unsigned i = 0; i < INPUTS; i++) {
        int by = guess->stretched[i] * error / WEIGHT_ONE;

        guess->weights[i] = moved(guess->weights[i], by);
        guess->more_weights[i] = moved(guess->more_weights[i], by);
    }
    for (unsigned i = 0; i < CONTEXTS; i++) {
        nudge(&foretell->meanings[guess->part][i][*guess->pairs[i]], bit != 0);
        *guess->pairs[i] = foretell->next_pair[bit][*guess->pairs[i]];
    }
    if (guess->expected != 0) {
        unsigned len = foretell->match_len < MATCH_LENGTHS ? foretell->match_len : MATCH_LENGTHS - 1;

        nudge(&foretell->match_meanings[len], (guess->expected >> left & 1) == bit);
    }
    guess->bits = guess->bits << 1 | (unsigned)bit;
    guess->nibble = guess->nibble << 1 | (unsigned)bit;
}

/* ---- what went before ---- */

static void begin_part(struct foretell *foretell)
{
    foretell->last_bytes = foretell->lead = foretell->match_len = 0;
    memset(foretell->chars, 0, sizeof foretell->chars);
}

static void note_char(struct foretell *foretell, uint8_t byte)
{
    if (foretell->lead == 0 && byte >= LEAD_FIRST && byte <= LEAD_LAST) {
        foretell->lead = byte;
        return;
    }
    memmove(foretell->chars + 1, foretell->chars, (CHARS - 1) * sizeof *foretell->chars);
    foretell->chars[0] = 1 + (foretell->lead << 8 | byte);
    foretell->lead = 0;
}

/* How many bytes before `place` are those before the present one, as far as they count. */
static uint32_t equal_before(const struct foretell *foretell, uint32_t place)
{
    uint32_t len = 0;

    while (len < MATCH_LENGTHS && len < place && foretell->past[(place - len - 1) % PAST_BYTES] == foretell->past[(foretell->at - len - 1) % PAST_BYTES])
        len++;
    return len;
}

static void note_byte(struct foretell *foretell, uint8_t byte)
{
    uint32_t *place;

    if (foretell->match_len > 0 && foretell->past[foretell->match % PAST_BYTES] == byte) {
        foretell->match_len++;
        foretell->match++;
    } else {
        foretell->match_len = 0;
    }
    foretell->past[foretell->at++ % PAST_BYTES] = byte;
    foretell->last_bytes = foretell->last_bytes << 8 | byte;
    note_char(foretell, byte);
    place = &foretell->places[foretell->last_bytes * 0x9e3779b1U >> (32 - PLACES_LOG)];
    if (foretell->match_len == 0 && *place > 0 && foretell->at - *place < PAST_BYTES - MATCH_LENGTHS) {
        foretell->match = *place;
        foretell->match_len = equal_before(foretell, *place);
        if (foretell->match_len < MATCH_LEAST_BYTES)
            foretell->match_len = 0;
    }
    *place = foretell->at;
}

static void put_byte(struct foretell *foretell, struct coder *coder, unsigned part, uint8_t byte)
{
    struct guess guess;

    begin_byte(foretell, &guess, part);
    for (unsigned left = 8; left-- > 0;) {
        int bit = byte >> left & 1;

        weigh(foretell, &guess, left);
        put_bit(coder, guess.chance, bit);
        learn(foretell, &guess, bit, left);
    }
    note_byte(foretell, byte);
}

static uint8_t take_byte(struct foretell *foretell, struct coder *coder, unsigned part)
{
    struct guess guess;

    begin_byte(foretell, &guess, part);
    for (unsigned left = 8; left-- > 0;) {
        weigh(foretell, &guess, left);
        learn(foretell, &guess, take_bit(coder, guess.chance), left);
    }
    note_byte(foretell, (uint8_t)guess.bits);
    return (uint8_t)guess.bits;
}

/* ---- pieces ---- */

static void put_number(struct buf *out, size_t v)
{
    for (; v >= 0x80; v >>= 7)
        buf_putc(out, (uint8_t)(v | 0x80));
    buf_putc(out, (uint8_t)v);
}

static size_t take_number(struct reader *in)
{
    size_t v = 0;

    for (unsigned shift = 0; shift < 28; shift += 7) {
        uint8_t byte = reader_u8(in);

        v |= (size_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return v;
    }
    in->status = STATUS_MALFORMED;
    return 0;
}

static void pack_parts(struct foretell *foretell, const uint8_t *raw, const size_t *ends, size_t n, struct buf *out)
{
    struct coder coder = {.high = 0xffffffff, .out = out};
    size_t at = 0;

    for (size_t part = 0; part < n; part++) {
        begin_part(foretell);
        while (at < ends[part])
            put_byte(foretell, &coder, (unsigned)part, raw[at++]);
    }
    put_end(&coder);
}

enum status foretell_pack(struct foretell *foretell, const void *raw, size_t len, const size_t *cuts, size_t n_cuts, bool last, struct buf *out)
{
    size_t before = out->len, ends[FORETELL_PARTS_MAX], n = 0, at = 0;
    enum status status;

    if (out->status != STATUS_OK)
        return out->status;
    for (size_t i = 0; i < n_cuts && n < FORETELL_PARTS_MAX - 1; i++)
        if (cuts[i] <= len)
            ends[n++] = cuts[i];
    ends[n++] = len;
    buf_putc(out, (uint8_t)(FORETELL_MARK | last));
    put_number(out, n);
    for (size_t part = 0; part < n; at = ends[part++])
        put_number(out, ends[part] - at);
    pack_parts(foretell, raw, ends, n, out);
    status = out->status != STATUS_OK ? out->status : len / FORETELL_RATIO_MOST > out->len - before ? STATUS_TOO_LARGE : STATUS_OK;
    if (status != STATUS_OK) {
        out->len = before;
        out->status = STATUS_OK; /* what failed is not in it */
        if (out->data != NULL)
            out->data[before] = 0;
    }
    return status;
}

bool foretell_is_piece(const void *packed, size_t len)
{
    return len > 0 && (*(const uint8_t *)packed & 0xfe) == FORETELL_MARK;
}

/* All lengths before anything is unpacked: *len is what they come to. */
static bool take_head(struct reader *in, size_t most, size_t lens[FORETELL_PARTS_MAX], size_t *n, size_t *len, bool *last)
{
    *last = (reader_u8(in) & 1) != 0;
    *n = take_number(in);
    *len = 0;
    if (*n > FORETELL_PARTS_MAX)
        return false;
    for (size_t part = 0; part < *n; part++) {
        lens[part] = take_number(in);
        *len += lens[part];
    }
    return in->status == STATUS_OK && *len <= most;
}

static void unpack_parts(struct foretell *foretell, struct coder *coder, const size_t *lens, size_t n, uint8_t *to)
{
    for (unsigned i = 0; i < 4; i++)
        coder->value = coder->value << 8 | next_byte(coder);
    for (size_t part = 0; part < n; part++) {
        begin_part(foretell);
        for (size_t i = 0; i < lens[part]; i++)
            *to++ = take_byte(foretell, coder, (unsigned)part);
    }
}

enum status foretell_unpack(struct foretell *foretell, const void *packed, size_t len, size_t most, struct buf *out, bool *ended)
{
    size_t before = out->len, lens[FORETELL_PARTS_MAX], n, raw_len;
    struct reader in;
    struct coder coder = {.high = 0xffffffff, .in = &in};
    uint8_t *to;

    *ended = false;
    if (out->status != STATUS_OK)
        return out->status;
    reader_init(&in, packed, len);
    if (!foretell_is_piece(packed, len) || !take_head(&in, most, lens, &n, &raw_len, ended) || raw_len / FORETELL_RATIO_MOST > len || raw_len > out->max - before)
        return STATUS_MALFORMED;
    to = buf_extend(out, raw_len);
    if (to == NULL)
        return out->status;
    unpack_parts(foretell, &coder, lens, n, to);
    if (is_at_end(&coder))
        return STATUS_OK;
    out->len = before;
    out->data[before] = 0;
    return STATUS_MALFORMED;
}
