/* sync/packing.c - see packing.h. */
#include "sync/packing.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "sync/columns.h"
#include "sync/compress.h"

enum {
    PACK_LEAST_BYTES = 48,             /* below this zstd's own header eats the gain */
    DICTIONARY_MOST_BYTES = 64 * 1024, /* beyond, a batch tells more about itself than the dictionary does; near it either may be shorter */
    ROWS_MOST_BYTES = 2 * 1024,        /* up to here rows with the dictionary may be shorter than columns with it */
    LAYOUT_KEEP_BYTES = 1024 * 1024,
    ROWS_HOPELESS = 4,                 /* but not where columns already came to less than one part of so many: what a center tells each station of its own seventy changes by number only, 37 bytes of 490 */
    KEPT = 8,
    KEPT_LEAST_BYTES = 4 * 1024,       /* packing less costs no more than looking */
    KEPT_MOST_BYTES = 128 * 1024,
    BOTH = 1 << PACKING_NONE | 1 << PACKING_ZSTD
};

/* What was packed lately: a center sends what is for everybody to one station after the other. */
struct kept {
    struct hash raw; /* of the entries */
    size_t raw_len;
    struct packing_terms terms;
    uint64_t packing, used;
    struct buf packed;
};

struct packer {
    struct compressor *compressor;
    struct columns *columns;
    struct buf layout, other;
    struct kept kept[KEPT];
    uint64_t uses;
    struct history_pool *pool;
    unsigned window_log;
    bool always, hurries;
};

struct packing_terms packing_own(void)
{
    return (struct packing_terms){.packings = BOTH | 1 << PACKING_DICTIONARY | 1 << PACKING_COLUMNS, .dictionary = COMPRESS_DICTIONARY};
}

struct packing_terms packing_common(struct packing_terms theirs)
{
    struct packing_terms own = packing_own(), common = {.packings = (theirs.packings & own.packings) | BOTH};

    common.dictionary = theirs.dictionary < own.dictionary ? theirs.dictionary : own.dictionary;
    if (common.dictionary == 0)
        common.packings &= ~(UINT64_C(1) << PACKING_DICTIONARY);
    return common;
}

enum status packer_new(struct packer **out)
{
    struct packer *packer = calloc(1, sizeof *packer);

    *out = NULL;
    if (packer == NULL)
        return STATUS_NOMEM;
    buf_init(&packer->layout, CHUNK_RAW_MAX_BYTES + COLUMNS_SLACK_BYTES);
    buf_init(&packer->other, FRAME_MAX_BYTES);
    for (size_t i = 0; i < KEPT; i++)
        buf_init(&packer->kept[i].packed, KEPT_MOST_BYTES);
    packer->window_log = STREAM_WINDOW_LOG;
    if (history_pool_new(&packer->pool, HISTORY_POOL_BYTES) != STATUS_OK || compressor_new(&packer->compressor, COMPRESS_LEVEL) != STATUS_OK || columns_new(&packer->columns) != STATUS_OK) {
        packer_free(packer);
        return STATUS_NOMEM;
    }
    *out = packer;
    return STATUS_OK;
}

void packer_free(struct packer *packer)
{
    if (packer == NULL)
        return;
    compressor_free(packer->compressor);
    columns_free(packer->columns);
    history_pool_release(packer->pool);
    buf_release(&packer->layout);
    buf_release(&packer->other);
    for (size_t i = 0; i < KEPT; i++)
        buf_release(&packer->kept[i].packed);
    free(packer);
}

void packer_hurry(struct packer *packer)
{
    packer->hurries = true;
    compressor_hurry(packer->compressor);
}

static void empty(struct buf *buf)
{
    if (buf->cap > LAYOUT_KEEP_BYTES)
        buf_release(buf);
    else
        buf_clear(buf);
}

static bool may(struct packing_terms terms, unsigned packing)
{
    return (terms.packings >> packing & 1) != 0;
}

static enum status pack_layout(struct packer *packer, const struct columns_cuts *cuts, uint64_t dictionary, struct buf *out)
{
    struct compress_how how = {.dictionary = dictionary, .cuts = cuts->at, .n_cuts = cuts->n};

    return compressor_pack_as(packer->compressor, packer->layout.data, packer->layout.len, &how, out);
}

static enum status pack_rows(struct packer *packer, const void *entries, size_t len, uint64_t dictionary, struct buf *out)
{
    struct compress_how how = {.dictionary = dictionary};

    return compressor_pack_as(packer->compressor, entries, len, &how, out);
}

static enum status plain(const void *entries, size_t len, struct buf *out, uint64_t *packing)
{
    if (len > out->max - out->len)
        return STATUS_TOO_LARGE;
    *packing = PACKING_NONE;
    buf_append(out, entries, len);
    return out->status;
}

/* What was appended behind `before`, or what stands in `other` if that is shorter. */
static void take_shorter(struct packer *packer, struct buf *out, size_t before, uint64_t *packing, uint64_t other_packing)
{
    if (packer->other.len >= out->len - before)
        return;
    out->len = before;
    buf_append(out, packer->other.data, packer->other.len);
    *packing = other_packing;
}

/* By columns and, of a small batch, the one other way that may be shorter. STATUS_UNSUPPORTED: these entries have no columns. */
static enum status pack_columns(struct packer *packer, const void *entries, size_t len, uint64_t dictionary, struct buf *out, uint64_t *packing)
{
    size_t before = out->len;
    struct columns_cuts cuts;
    enum status status;

    empty(&packer->layout);
    empty(&packer->other);
    *packing = PACKING_COLUMNS;
    status = columns_lay(packer->columns, entries, len, &packer->layout, &cuts);
    if (status == STATUS_OK)
        status = pack_layout(packer, &cuts, dictionary, out);
    if (status != STATUS_OK || dictionary == 0)
        return status;
    if ((out->len - before) * ROWS_HOPELESS < len && len <= ROWS_MOST_BYTES)
        return STATUS_OK;
    if (len <= ROWS_MOST_BYTES) {
        if (pack_rows(packer, entries, len, dictionary, &packer->other) == STATUS_OK)
            take_shorter(packer, out, before, packing, PACKING_DICTIONARY);
    } else if (pack_layout(packer, &cuts, 0, &packer->other) == STATUS_OK) {
        take_shorter(packer, out, before, packing, PACKING_COLUMNS);
    }
    return out->status;
}

static enum status pack(struct packer *packer, const void *entries, size_t len, struct packing_terms terms, struct buf *out, uint64_t *packing)
{
    uint64_t dictionary = may(terms, PACKING_DICTIONARY) && len <= DICTIONARY_MOST_BYTES ? terms.dictionary : 0;
    size_t before = out->len;
    enum status status = STATUS_UNSUPPORTED;

    if (len < PACK_LEAST_BYTES)
        return plain(entries, len, out, packing);
    if (may(terms, PACKING_COLUMNS))
        status = pack_columns(packer, entries, len, dictionary, out, packing);
    if (status == STATUS_UNSUPPORTED) {
        *packing = dictionary != 0 ? PACKING_DICTIONARY : PACKING_ZSTD;
        status = pack_rows(packer, entries, len, dictionary, out);
    }
    if (status != STATUS_OK || out->len - before < len)
        return status;
    out->len = before;
    return plain(entries, len, out, packing);
}

static struct kept *find_kept(struct packer *packer, struct hash raw, size_t len, struct packing_terms terms)
{
    for (size_t i = 0; i < KEPT; i++) {
        struct kept *kept = &packer->kept[i];

        if (kept->packed.len > 0 && kept->raw_len == len && kept->terms.packings == terms.packings && kept->terms.dictionary == terms.dictionary && hash_equal(kept->raw, raw))
            return kept;
    }
    return NULL;
}

/* In place of the one that was not used for longest. */
static void keep(struct packer *packer, const struct kept *as, const uint8_t *packed, size_t len)
{
    struct kept *oldest = &packer->kept[0];

    if (len > KEPT_MOST_BYTES)
        return;
    for (size_t i = 1; i < KEPT; i++)
        if (packer->kept[i].used < oldest->used)
            oldest = &packer->kept[i];
    oldest->raw = as->raw;
    oldest->raw_len = as->raw_len;
    oldest->terms = as->terms;
    oldest->packing = as->packing;
    oldest->used = ++packer->uses;
    buf_clear(&oldest->packed);
    buf_append(&oldest->packed, packed, len);
    if (oldest->packed.status != STATUS_OK)
        buf_release(&oldest->packed);
}

enum status packer_pack(struct packer *packer, const void *entries, size_t len, struct packing_terms terms, struct buf *out, uint64_t *packing)
{
    struct kept as = {.raw_len = len, .terms = terms}, *kept;
    size_t before = out->len;
    enum status status;

    if (len < KEPT_LEAST_BYTES)
        return pack(packer, entries, len, terms, out, packing);
    as.raw = hash_of(entries, len);
    kept = find_kept(packer, as.raw, len, terms);
    if (kept != NULL && kept->packed.len <= out->max - before) {
        kept->used = ++packer->uses;
        *packing = kept->packing;
        buf_append(out, kept->packed.data, kept->packed.len);
        return out->status;
    }
    status = pack(packer, entries, len, terms, out, packing);
    as.packing = *packing;
    if (status == STATUS_OK)
        keep(packer, &as, out->data + before, out->len - before);
    return status;
}

static enum status unpack_columns(struct packer *packer, const void *packed, size_t len, size_t raw_len, struct buf *out)
{
    size_t laid;
    enum status status;

    if (!compress_stated_size(packed, len, &laid) || laid > raw_len + COLUMNS_SLACK_BYTES)
        return STATUS_MALFORMED;
    empty(&packer->layout);
    status = compressor_unpack(packer->compressor, packed, len, laid, &packer->layout);
    return status == STATUS_OK ? columns_read(packer->columns, packer->layout.data, packer->layout.len, raw_len, out) : status;
}

enum status packer_unpack(struct packer *packer, uint64_t packing, const void *packed, size_t len, size_t raw_len, struct buf *out)
{
    switch (packing) {
    case PACKING_NONE:
        if (len != raw_len)
            return STATUS_MALFORMED;
        if (len > out->max - out->len)
            return STATUS_TOO_LARGE;
        buf_append(out, packed, len);
        return out->status;
    case PACKING_ZSTD:
    case PACKING_DICTIONARY:
        return compressor_unpack(packer->compressor, packed, len, raw_len, out);
    case PACKING_COLUMNS:
        return unpack_columns(packer, packed, len, raw_len, out);
    default:
        return STATUS_UNSUPPORTED;
    }
}

/* ---- with the history of a session ---- */

void packer_set_history(struct packer *packer, unsigned window_log, bool always)
{
    packer->window_log = window_log;
    packer->always = always;
}

unsigned packer_offer(struct packer *packer, struct history *history, uint64_t changes)
{
    if (changes < HISTORY_LEAST_CHANGES && !packer->always)
        return 0;
    return history_offer(history, packer->pool, packer->window_log, packer->hurries) ? history->window_log : 0;
}

static bool goes_on(const struct packer *packer, const struct history *history, size_t len, struct packing_turn turn)
{
    if (history->window_log == 0 || packer->window_log == 0 || len > HISTORY_CHUNK_BYTES)
        return false;
    return history_is_open(history) || (turn.full && !turn.last) || packer->always;
}

enum status packer_pack_on(struct packer *packer, struct history *history, const void *entries, size_t len, struct packing_turn turn, struct packing_terms terms, struct buf *out, uint64_t *packing,
                           uint8_t follows[MARK_BYTES])
{
    struct columns_cuts cuts;
    enum status status = STATUS_UNSUPPORTED;

    memset(follows, 0, MARK_BYTES);
    empty(&packer->layout);
    if (goes_on(packer, history, len, turn) && columns_lay(packer->columns, entries, len, &packer->layout, &cuts) == STATUS_OK)
        status = history_pack(history, packer->pool, packer->hurries, &packer->layout, cuts.at, cuts.n, turn.last && !packer->always, out, follows);
    if (status == STATUS_OK) {
        *packing = PACKING_HISTORY;
        return STATUS_OK;
    }
    /* What is packed by itself now shows that there is no slow line, or no bulk. */
    history_forget(history);
    memset(follows, 0, MARK_BYTES);
    return packer_pack(packer, entries, len, terms, out, packing);
}

enum status packer_unpack_on(struct packer *packer, struct history *history, const uint8_t follows[MARK_BYTES], const void *packed, size_t len, size_t raw_len, struct buf *out)
{
    const struct buf *layout;
    enum status status;

    if (history == NULL || history->window_log == 0)
        return STATUS_UNSUPPORTED;
    if (raw_len > HISTORY_CHUNK_BYTES)
        return STATUS_MALFORMED;
    status = history_unpack(history, follows, packed, len, raw_len + COLUMNS_SLACK_BYTES, &layout);
    return status == STATUS_OK ? columns_read(packer->columns, layout->data, layout->len, raw_len, out) : status;
}
