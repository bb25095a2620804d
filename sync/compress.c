/* sync/compress.c - packing of chunks with zstd. Beside core/aid/law.c the only file that knows zstd.h. */
#include "sync/compress.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* For contexts whose memory is ours, so that it can be wiped; the library has exported these calls since 2016. */
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
#include <zstd_errors.h>

#include "core/base/hash.h"
#include "core/data/data.h"

/* In a frame a dictionary's number takes two bytes from here on; below are others' (the format's registry). */
enum { DICTIONARY_ID_BASE = 32768, SMALL_BYTES = 128 * 1024, FEW_BYTES = 2 * 1024 };

struct compressor {
    ZSTD_CCtx *pack;
    ZSTD_DCtx *unpack;
    int level;
    bool hurries;
    /* made when first needed */
    ZSTD_CDict *pack_dictionary[2]; /* for a change or a few, for more */
    ZSTD_DDict *unpack_dictionary;
};

enum status compressor_new(struct compressor **out, int level)
{
    struct compressor *compressor = calloc(1, sizeof *compressor);

    *out = NULL;
    if (compressor == NULL)
        return STATUS_NOMEM;
    compressor->level = level;
    compressor->pack = ZSTD_createCCtx();
    compressor->unpack = ZSTD_createDCtx();
    if (compressor->pack == NULL || compressor->unpack == NULL) {
        compressor_free(compressor);
        return STATUS_NOMEM;
    }
    /* The carrier checks integrity, so no checksum; the content size is the bound the other side relies on. */
    ZSTD_CCtx_setParameter(compressor->pack, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(compressor->pack, ZSTD_c_windowLog, COMPRESS_WINDOW_LOG);
    ZSTD_CCtx_setParameter(compressor->pack, ZSTD_c_contentSizeFlag, 1);
    ZSTD_CCtx_setParameter(compressor->pack, ZSTD_c_checksumFlag, 0);
    *out = compressor;
    return STATUS_OK;
}

void compressor_free(struct compressor *compressor)
{
    if (compressor == NULL)
        return;
    ZSTD_freeCCtx(compressor->pack);
    ZSTD_freeDCtx(compressor->unpack);
    ZSTD_freeCDict(compressor->pack_dictionary[0]);
    ZSTD_freeCDict(compressor->pack_dictionary[1]);
    ZSTD_freeDDict(compressor->unpack_dictionary);
    free(compressor);
}

void compressor_hurry(struct compressor *compressor)
{
    compressor->hurries = true;
}

/* ---- dictionaries ---- */

static const struct data_file *dictionary_file(uint64_t number)
{
    return number == COMPRESS_DICTIONARY ? data_find("sync_dictionary_1.zdict") : NULL;
}

/* The level is the dictionary's: with one, zstd does not look at the compressor's own. */
static enum status refer_to_dictionary(struct compressor *compressor, uint64_t number, size_t len)
{
    const struct data_file *file = number != 0 ? dictionary_file(number) : NULL;
    bool few = len <= FEW_BYTES || compressor->hurries;
    ZSTD_CDict **dictionary = &compressor->pack_dictionary[few ? 0 : 1];
    int level = compressor->hurries ? compressor->level : few ? COMPRESS_FEW_LEVEL : COMPRESS_SMALL_LEVEL;

    if (number == 0)
        return ZSTD_isError(ZSTD_CCtx_refCDict(compressor->pack, NULL)) ? STATUS_NOMEM : STATUS_OK;
    if (file == NULL)
        return STATUS_UNSUPPORTED;
    if (*dictionary == NULL)
        *dictionary = ZSTD_createCDict(file->text, file->len, level);
    if (*dictionary == NULL)
        return STATUS_NOMEM;
    return ZSTD_isError(ZSTD_CCtx_refCDict(compressor->pack, *dictionary)) ? STATUS_NOMEM : STATUS_OK;
}

static enum status dictionary_of(struct compressor *compressor, const void *packed, size_t len, const ZSTD_DDict **out)
{
    unsigned id = ZSTD_getDictID_fromFrame(packed, len);
    const struct data_file *file = id > DICTIONARY_ID_BASE ? dictionary_file(id - DICTIONARY_ID_BASE) : NULL;

    *out = NULL;
    if (id == 0)
        return STATUS_OK;
    if (file == NULL)
        return STATUS_UNSUPPORTED;
    if (compressor->unpack_dictionary == NULL)
        compressor->unpack_dictionary = ZSTD_createDDict(file->text, file->len);
    *out = compressor->unpack_dictionary;
    return *out != NULL ? STATUS_OK : STATUS_NOMEM;
}

/* ---- packing ---- */

static enum status extend(struct buf *out, size_t len, uint8_t **at)
{
    if (len > out->max - out->len)
        return STATUS_TOO_LARGE;
    *at = buf_extend(out, len);
    return *at != NULL ? STATUS_OK : out->status;
}

/* One part, to its end; the last one ends the frame. */
static bool pack_part(ZSTD_CCtx *pack, const uint8_t *raw, size_t len, ZSTD_outBuffer *to, bool last)
{
    ZSTD_inBuffer from = {raw, len, 0};
    size_t left = ZSTD_compressStream2(pack, to, &from, last ? ZSTD_e_end : ZSTD_e_flush);

    /* Something left means that `to` is full. */
    return left == 0 && from.pos == len;
}

static bool pack_parts(ZSTD_CCtx *pack, const uint8_t *raw, size_t len, const size_t *cuts, size_t n_cuts, bool last, ZSTD_outBuffer *to)
{
    size_t at = 0;

    for (size_t i = 0; i < n_cuts; i++) {
        if (cuts[i] <= at || cuts[i] >= len)
            continue;
        if (!pack_part(pack, raw + at, cuts[i] - at, to, false))
            return false;
        at = cuts[i];
    }
    return pack_part(pack, raw + at, len - at, to, last);
}

enum status compressor_pack_as(struct compressor *compressor, const void *raw, size_t len, const struct compress_how *how, struct buf *out)
{
    /* Each cut may cost a block's head. */
    size_t before = out->len, bound = ZSTD_compressBound(len) + 16 * (how->n_cuts + 1), room = out->max - out->len;

    /* First of all: what did not fit the last time left its frame open, and in an open one nothing can be set. */
    ZSTD_CCtx_reset(compressor->pack, ZSTD_reset_session_only);
    enum status status = out->status != STATUS_OK ? out->status : refer_to_dictionary(compressor, how->dictionary, len);
    ZSTD_outBuffer to = {.size = bound < room ? bound : room};
    uint8_t *at;

    if (status != STATUS_OK)
        return status;
    status = extend(out, to.size, &at);
    if (status != STATUS_OK)
        return status;
    to.dst = at;
    ZSTD_CCtx_setParameter(compressor->pack, ZSTD_c_compressionLevel, len <= SMALL_BYTES && !compressor->hurries ? COMPRESS_SMALL_LEVEL : compressor->level);
    if (ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(compressor->pack, len)) || !pack_parts(compressor->pack, raw, len, how->cuts, how->n_cuts, true, &to)) {
        out->len = before;
        return bound < room ? STATUS_NOMEM : STATUS_TOO_LARGE;
    }
    out->len = before + to.pos;
    out->data[out->len] = 0;
    return STATUS_OK;
}

enum status compressor_pack(struct compressor *compressor, const void *raw, size_t len, struct buf *out)
{
    return compressor_pack_as(compressor, raw, len, &(struct compress_how){0}, out);
}

bool compress_stated_size(const void *packed, size_t len, size_t *raw_len)
{
    unsigned long long stated = ZSTD_getFrameContentSize(packed, len);

    *raw_len = (size_t)stated;
    return stated != ZSTD_CONTENTSIZE_UNKNOWN && stated != ZSTD_CONTENTSIZE_ERROR && stated <= SIZE_MAX;
}

enum status compressor_unpack(struct compressor *compressor, const void *packed, size_t len, size_t raw_len, struct buf *out)
{
    size_t before = out->len, n, stated;
    const ZSTD_DDict *dictionary;
    uint8_t *at;
    enum status status;

    if (out->status != STATUS_OK)
        return out->status;
    if (!compress_stated_size(packed, len, &stated) || stated != raw_len)
        return STATUS_MALFORMED;
    /* One frame, nothing behind it: a second frame would unpack too. */
    n = ZSTD_findFrameCompressedSize(packed, len);
    if (ZSTD_isError(n) || n != len)
        return STATUS_MALFORMED;
    status = dictionary_of(compressor, packed, len, &dictionary);
    if (status == STATUS_OK)
        status = extend(out, raw_len, &at);
    if (status != STATUS_OK)
        return status;
    n = dictionary == NULL ? ZSTD_decompressDCtx(compressor->unpack, at, raw_len, packed, len)
                           : ZSTD_decompress_usingDDict(compressor->unpack, at, raw_len, packed, len, dictionary);
    if (ZSTD_isError(n) || n != raw_len) {
        out->len = before;
        if (out->data != NULL)
            out->data[out->len] = 0;
        return ZSTD_getErrorCode(n) == ZSTD_error_memory_allocation ? STATUS_NOMEM : STATUS_MALFORMED;
    }
    return STATUS_OK;
}

/* ---- streams ---- */

/* Of a block of memory: its size, in front of it and as far as anything must be aligned. */
enum { SIZE_BYTES = 64 };

static void *wiped_alloc(void *opaque, size_t bytes)
{
    uint8_t *block = bytes <= SIZE_MAX - SIZE_BYTES ? malloc(bytes + SIZE_BYTES) : NULL;

    (void)opaque;
    if (block == NULL)
        return NULL;
    memcpy(block, &bytes, sizeof bytes);
    return block + SIZE_BYTES;
}

static void wiped_free(void *opaque, void *at)
{
    uint8_t *block = at;
    size_t bytes;

    (void)opaque;
    if (at == NULL)
        return;
    block -= SIZE_BYTES;
    memcpy(&bytes, block, sizeof bytes);
    hash_wipe(block, bytes + SIZE_BYTES);
    free(block);
}

/* Who hurries carries nobody's words (compressor_hurry), and its sessions carry next to nothing: wiping would be most of what a stream costs. */
static ZSTD_customMem memory_of(bool hurries)
{
    return hurries ? ZSTD_defaultCMem : (ZSTD_customMem){wiped_alloc, wiped_free, NULL};
}

struct pack_stream {
    ZSTD_CCtx *zstd;
};

struct unpack_stream {
    ZSTD_DCtx *zstd;
};

/* Of the entries of three thousand records, by columns: level 18 as it is takes 52 MB for the same bytes within a tenth of a per cent, level 3 packs them to a sixth more. */
static void set_stream_level(ZSTD_CCtx *zstd, unsigned window_log, bool hurries)
{
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, hurries ? 1 : COMPRESS_SMALL_LEVEL);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, (int)window_log);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 0);
    if (hurries)
        return;
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_hashLog, STREAM_WINDOW_LOG - 2);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_chainLog, STREAM_WINDOW_LOG + 1); /* two entries a position: so all of the window is searched */
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_searchLog, 6);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_minMatch, 4);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_targetLength, 32);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_strategy, ZSTD_btultra);
}

enum status pack_stream_new(struct pack_stream **out, unsigned window_log, bool hurries)
{
    struct pack_stream *stream = calloc(1, sizeof *stream);

    assert(window_log >= STREAM_WINDOW_LOG_LEAST && window_log <= STREAM_WINDOW_LOG);
    *out = NULL;
    if (stream == NULL)
        return STATUS_NOMEM;
    stream->zstd = ZSTD_createCCtx_advanced(memory_of(hurries));
    if (stream->zstd == NULL) {
        free(stream);
        return STATUS_NOMEM;
    }
    set_stream_level(stream->zstd, window_log, hurries);
    *out = stream;
    return STATUS_OK;
}

void pack_stream_free(struct pack_stream *stream)
{
    if (stream == NULL)
        return;
    ZSTD_freeCCtx(stream->zstd);
    free(stream);
}

enum status pack_stream_put(struct pack_stream *stream, const void *raw, size_t len, const size_t *cuts, size_t n_cuts, bool last, struct buf *out)
{
    /* Each cut may cost a block's head. */
    size_t before = out->len, bound = ZSTD_compressBound(len) + 16 * (n_cuts + 2), room = out->max - out->len;
    ZSTD_outBuffer to = {.size = bound < room ? bound : room};
    uint8_t *at;
    enum status status = out->status != STATUS_OK ? out->status : extend(out, to.size, &at);

    if (status != STATUS_OK)
        return status;
    to.dst = at;
    if (!pack_parts(stream->zstd, raw, len, cuts, n_cuts, last, &to)) {
        out->len = before;
        return bound < room ? STATUS_NOMEM : STATUS_TOO_LARGE;
    }
    out->len = before + to.pos;
    out->data[out->len] = 0;
    return STATUS_OK;
}

enum status unpack_stream_new(struct unpack_stream **out, unsigned window_log, bool hurries)
{
    struct unpack_stream *stream = calloc(1, sizeof *stream);

    assert(window_log >= STREAM_WINDOW_LOG_LEAST && window_log <= STREAM_WINDOW_LOG);
    *out = NULL;
    if (stream == NULL)
        return STATUS_NOMEM;
    stream->zstd = ZSTD_createDCtx_advanced(memory_of(hurries));
    if (stream->zstd == NULL) {
        free(stream);
        return STATUS_NOMEM;
    }
    ZSTD_DCtx_setParameter(stream->zstd, ZSTD_d_windowLogMax, (int)window_log);
    *out = stream;
    return STATUS_OK;
}

void unpack_stream_free(struct unpack_stream *stream)
{
    if (stream == NULL)
        return;
    ZSTD_freeDCtx(stream->zstd);
    free(stream);
}

enum status unpack_stream_take(struct unpack_stream *stream, const void *packed, size_t len, size_t most, struct buf *out, bool *ended)
{
    size_t before = out->len, room = out->max - out->len;
    ZSTD_inBuffer from = {packed, len, 0};
    /* One byte more than may come: as long as there is room left, all that came is out of the decoder. */
    ZSTD_outBuffer to = {.size = most < room ? most + 1 : room};
    uint8_t *at = out->status == STATUS_OK ? buf_extend(out, to.size) : NULL;
    bool stuck = false, no_memory = false;

    *ended = false;
    if (at == NULL)
        return out->status;
    to.dst = at;
    while (from.pos < len && !*ended && !stuck) {
        size_t read = from.pos, written = to.pos, left = ZSTD_decompressStream(stream->zstd, &to, &from);

        *ended = left == 0;
        no_memory = ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation;
        stuck = ZSTD_isError(left) || (from.pos == read && to.pos == written);
    }
    stuck = stuck || from.pos < len || to.pos == to.size;
    out->len = before + (stuck ? 0 : to.pos);
    out->data[out->len] = 0;
    return no_memory ? STATUS_NOMEM : stuck ? STATUS_MALFORMED : STATUS_OK;
}

const char *compress_library_version(void)
{
    return ZSTD_versionString();
}
