/* core/base/sha256.c - see sha256.h. FIPS 180-4; the instructions: Intel's manual, SHA256RNDS2, SHA256MSG1, SHA256MSG2.
 *
 * A change is hashed three times on its way into a log: 4.3 us with libsodium's plain C, of the 25 us that taking it in costs. libcrypto has the same as this, but who links it starts a
 * millisecond later and a megabyte larger, and every session of the screens hashes. The processor is asked through the compiler, whose runtime asks it once when the program begins.
 *
 * The instructions want the state as two vectors, A B E F and C D G H from the highest word down, and do two rounds each. */
#include "core/base/sha256.h"

#ifdef HAVE_SHA_INSTRUCTIONS

#include <immintrin.h>
#include <string.h>

enum { BLOCK_BYTES = 64, LENGTH_BYTES = 8, QUADS = 16 };

#define WITH_INSTRUCTIONS __attribute__((target("sha,sse4.1")))

static const uint32_t ROUNDS[QUADS * 4] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

struct state {
    __m128i abef, cdgh;
};

WITH_INSTRUCTIONS static struct state begin(void)
{
    return (struct state){_mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c), _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19)};
}

/* The bytes of four words turned round. */
WITH_INSTRUCTIONS static __m128i turned(__m128i words)
{
    return _mm_shuffle_epi8(words, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

WITH_INSTRUCTIONS static void take_block(struct state *state, const uint8_t *block)
{
    struct state before = *state;
    __m128i words[4]; /* the last sixteen of the schedule, four a vector */

    for (size_t i = 0; i < QUADS; i++) {
        __m128i next;
        if (i < 4)
            next = turned(_mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i)));
        else
            next = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(words[i % 4], words[(i + 1) % 4]), _mm_alignr_epi8(words[(i + 3) % 4], words[(i + 2) % 4], 4)), words[(i + 3) % 4]);
        words[i % 4] = next;
        next = _mm_add_epi32(next, _mm_loadu_si128((const __m128i *)(const void *)(ROUNDS + 4 * i)));
        state->cdgh = _mm_sha256rnds2_epu32(state->cdgh, state->abef, next);
        state->abef = _mm_sha256rnds2_epu32(state->abef, state->cdgh, _mm_shuffle_epi32(next, 0x0e));
    }
    state->abef = _mm_add_epi32(state->abef, before.abef);
    state->cdgh = _mm_add_epi32(state->cdgh, before.cdgh);
}

WITH_INSTRUCTIONS static void finish(const struct state *state, uint8_t out[SHA256_BYTES])
{
    __m128i feba = _mm_shuffle_epi32(state->abef, 0x1b), dchg = _mm_shuffle_epi32(state->cdgh, 0xb1);

    _mm_storeu_si128((__m128i *)(void *)out, turned(_mm_blend_epi16(feba, dchg, 0xf0)));
    _mm_storeu_si128((__m128i *)(void *)(out + 16), turned(_mm_alignr_epi8(dchg, feba, 8)));
}

/* What does not fill a block waits in rest. Returns how much waits. */
WITH_INSTRUCTIONS static size_t take(struct state *state, uint8_t rest[BLOCK_BYTES], size_t n_rest, const uint8_t *data, size_t len)
{
    while (n_rest + len >= BLOCK_BYTES) {
        size_t n = BLOCK_BYTES - n_rest;
        if (n_rest > 0)
            memcpy(rest + n_rest, data, n);
        take_block(state, n_rest > 0 ? rest : data);
        data += n;
        len -= n;
        n_rest = 0;
    }
    if (len > 0)
        memcpy(rest + n_rest, data, len);
    return n_rest + len;
}

WITH_INSTRUCTIONS static void hash_both(const void *a, size_t a_len, const void *b, size_t b_len, uint8_t out[SHA256_BYTES])
{
    struct state state = begin();
    uint64_t bits = ((uint64_t)a_len + b_len) * 8;
    uint8_t rest[BLOCK_BYTES];
    size_t n = take(&state, rest, 0, a, a_len);

    n = take(&state, rest, n, b, b_len);
    rest[n++] = 0x80;
    if (n > BLOCK_BYTES - LENGTH_BYTES) {
        memset(rest + n, 0, BLOCK_BYTES - n);
        take_block(&state, rest);
        n = 0;
    }
    memset(rest + n, 0, BLOCK_BYTES - LENGTH_BYTES - n);
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        rest[BLOCK_BYTES - LENGTH_BYTES + i] = (uint8_t)(bits >> (8 * (LENGTH_BYTES - 1 - i)));
    take_block(&state, rest);
    finish(&state, out);
}

bool sha256_of(const void *a, size_t a_len, const void *b, size_t b_len, uint8_t out[SHA256_BYTES])
{
    if (!__builtin_cpu_supports("sha") || !__builtin_cpu_supports("sse4.1"))
        return false;
    hash_both(a, a_len, b, b_len, out);
    return true;
}

#else

bool sha256_of(const void *a, size_t a_len, const void *b, size_t b_len, uint8_t out[SHA256_BYTES])
{
    (void)a;
    (void)a_len;
    (void)b;
    (void)b_len;
    (void)out;
    return false;
}

#endif
