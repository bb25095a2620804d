/* sync/compress.c - packing of chunks with zstd. Beside core/aid/law.c the only file that knows zstd.h. */
#include "sync/compress.h"

#include <stdlib.h>

#include <zstd.h>

struct compressor {
    ZSTD_CCtx *pack;
    ZSTD_DCtx *unpack;
};

enum status compressor_new(struct compressor **out, int level)
{
    struct compressor *compressor = calloc(1, sizeof *compressor);

    *out = NULL;
    if (compressor == NULL)
        return STATUS_NOMEM;
    compressor->pack = ZSTD_createCCtx();
    compressor->unpack = ZSTD_createDCtx();
    if (compressor->pack == NULL || compressor->unpack == NULL) {
        compressor_free(compressor);
        return STATUS_NOMEM;
    }
    /* The carrier checks integrity, so no checksum; the content size is the bound the other side relies on. */
    ZSTD_CCtx_setParameter(compressor->pack, ZSTD_c_compressionLevel, level);
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
    free(compressor);
}

static enum status extend(struct buf *out, size_t len, uint8_t **at)
{
    if (len > out->max - out->len)
        return STATUS_TOO_LARGE;
    *at = buf_extend(out, len);
    return *at != NULL ? STATUS_OK : out->status;
}

enum status compressor_pack(struct compressor *compressor, const void *raw, size_t len, struct buf *out)
{
    size_t before = out->len, bound = ZSTD_compressBound(len), room = out->max - out->len, packed;
    uint8_t *at;
    enum status status;

    if (out->status != STATUS_OK)
        return out->status;
    status = extend(out, bound < room ? bound : room, &at);
    if (status != STATUS_OK)
        return status;
    packed = ZSTD_compress2(compressor->pack, at, bound < room ? bound : room, raw, len);
    if (ZSTD_isError(packed)) {
        out->len = before;
        return bound < room ? STATUS_NOMEM : STATUS_TOO_LARGE;
    }
    out->len = before + packed;
    out->data[out->len] = 0;
    return STATUS_OK;
}

enum status compressor_unpack(struct compressor *compressor, const void *packed, size_t len, size_t raw_len, struct buf *out)
{
    size_t before = out->len, n;
    unsigned long long stated;
    uint8_t *at;
    enum status status;

    if (out->status != STATUS_OK)
        return out->status;
    stated = ZSTD_getFrameContentSize(packed, len);
    if (stated == ZSTD_CONTENTSIZE_UNKNOWN || stated == ZSTD_CONTENTSIZE_ERROR || stated != raw_len)
        return STATUS_MALFORMED;
    /* One frame, nothing behind it: a second frame would unpack too. */
    n = ZSTD_findFrameCompressedSize(packed, len);
    if (ZSTD_isError(n) || n != len)
        return STATUS_MALFORMED;
    status = extend(out, raw_len, &at);
    if (status != STATUS_OK)
        return status;
    n = ZSTD_decompressDCtx(compressor->unpack, at, raw_len, packed, len);
    if (ZSTD_isError(n) || n != raw_len) {
        out->len = before;
        if (out->data != NULL)
            out->data[out->len] = 0;
        return STATUS_MALFORMED;
    }
    return STATUS_OK;
}

const char *compress_library_version(void)
{
    return ZSTD_versionString();
}
