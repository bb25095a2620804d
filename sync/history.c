/* sync/history.c - see history.h. */
#include "sync/history.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"

struct history_pool {
    size_t max_bytes, used;
    size_t users; /* histories, and who made it */
};

/* ---- the pool ---- */

enum status history_pool_new(struct history_pool **out, size_t max_bytes)
{
    struct history_pool *pool = calloc(1, sizeof *pool);

    *out = pool;
    if (pool == NULL)
        return STATUS_NOMEM;
    pool->max_bytes = max_bytes;
    pool->users = 1;
    return STATUS_OK;
}

void history_pool_release(struct history_pool *pool)
{
    if (pool != NULL && --pool->users == 0)
        free(pool);
}

size_t history_pool_used(const struct history_pool *pool)
{
    return pool->used;
}

static bool charge(struct history *history, struct history_pool *pool, size_t bytes)
{
    assert(history->pool == NULL);
    if (bytes > pool->max_bytes - pool->used)
        return false;
    pool->used += bytes;
    pool->users++;
    history->pool = pool;
    history->bytes = bytes;
    return true;
}

static void give_back(struct history *history)
{
    if (history->pool == NULL)
        return;
    history->pool->used -= history->bytes;
    history_pool_release(history->pool);
    history->pool = NULL;
    history->bytes = 0;
}

/* ---- both ---- */

void history_settle(struct history *history)
{
    if (history->piece.data != NULL)
        hash_wipe(history->piece.data, history->piece.cap);
    buf_release(&history->piece);
    history->taken = false;
}

static void close_streams(struct history *history)
{
    pack_stream_free(history->out);
    unpack_stream_free(history->in);
    foretell_free(history->foretold_out);
    foretell_free(history->foretold_in);
    history->out = NULL;
    history->in = NULL;
    history->foretold_out = history->foretold_in = NULL;
}

void history_forget(struct history *history)
{
    history_settle(history);
    if (history->out != NULL || history->foretold_out != NULL)
        give_back(history);
    close_streams(history);
    memset(history->mark, 0, MARK_BYTES);
}

void history_close(struct history *history)
{
    history_forget(history);
    give_back(history);
    history->window_log = history->model = 0;
}

bool history_is_open(const struct history *history)
{
    return history->out != NULL || history->in != NULL || history->foretold_out != NULL || history->foretold_in != NULL;
}

static void mark_of(const uint8_t before[MARK_BYTES], const void *packed, size_t len, uint8_t mark[MARK_BYTES])
{
    struct hash hash = hash_pair(before, MARK_BYTES, packed, len);

    memcpy(mark, hash.bytes, MARK_BYTES);
}

/* ---- sender ---- */

static enum status begin(struct history *history, struct history_pool *pool, bool hurries)
{
    enum status status;

    if (!charge(history, pool, history->model != 0 ? FORETELL_BYTES : STREAM_PACK_BYTES))
        return STATUS_NOMEM;
    status = history->model != 0 ? foretell_new(&history->foretold_out) : pack_stream_new(&history->out, history->window_log, hurries);
    if (status != STATUS_OK)
        give_back(history);
    return status;
}

enum status history_pack(struct history *history, struct history_pool *pool, bool hurries, const struct buf *raw, const size_t *cuts, size_t n_cuts, bool last, struct buf *out, uint8_t follows[MARK_BYTES])
{
    size_t before = out->len;
    enum status status = history_is_open(history) ? STATUS_OK : begin(history, pool, hurries);

    assert(history->window_log != 0 && history->in == NULL && history->foretold_in == NULL);
    if (status == STATUS_OK && history->foretold_out != NULL)
        status = foretell_pack(history->foretold_out, raw->data, raw->len, cuts, n_cuts, last, out);
    else if (status == STATUS_OK)
        status = pack_stream_put(history->out, raw->data, raw->len, cuts, n_cuts, last, out);
    memcpy(follows, history->mark, MARK_BYTES);
    if (status == STATUS_OK)
        mark_of(follows, out->data + before, out->len - before, history->mark);
    if (status != STATUS_OK || last)
        history_forget(history);
    return status;
}

/* ---- receiver ---- */

bool history_offer(struct history *history, struct history_pool *pool, unsigned window_log, bool hurries)
{
    bool foretold;

    history_close(history);
    if (window_log == 0)
        return false;
    /* Not the whole pool: who comes later shall get a zstd stream's at least. */
    foretold = !hurries && pool->used + FORETELL_BYTES <= pool->max_bytes / 2 && charge(history, pool, FORETELL_BYTES);
    if (!foretold && !charge(history, pool, STREAM_UNPACK_BYTES))
        return false;
    history->model = foretold ? FORETELL_MODEL : 0;
    history->window_log = window_log;
    history->hurries = hurries;
    return true;
}

static bool is_none(const uint8_t mark[MARK_BYTES])
{
    static const uint8_t none[MARK_BYTES];

    return memcmp(mark, none, MARK_BYTES) == 0;
}

/* The first piece tells of what kind the stream is. */
static enum status open_stream(struct history *history, const void *packed, size_t len)
{
    if (history_is_open(history))
        return STATUS_OK;
    return history->model != 0 && foretell_is_piece(packed, len) ? foretell_new(&history->foretold_in) : unpack_stream_new(&history->in, history->window_log, history->hurries);
}

static enum status take(struct history *history, const void *packed, size_t len, size_t most)
{
    enum status status = open_stream(history, packed, len);
    bool ended;

    history_settle(history);
    buf_init(&history->piece, most + 1);
    if (status == STATUS_OK && history->foretold_in != NULL)
        status = foretell_unpack(history->foretold_in, packed, len, most, &history->piece, &ended);
    else if (status == STATUS_OK)
        status = unpack_stream_take(history->in, packed, len, most, &history->piece, &ended);
    if (status != STATUS_OK) {
        history_forget(history);
        return status;
    }
    history->taken = true;
    if (ended)
        close_streams(history);
    return STATUS_OK;
}

enum status history_unpack(struct history *history, const uint8_t follows[MARK_BYTES], const void *packed, size_t len, size_t most, const struct buf **out)
{
    uint8_t mark[MARK_BYTES];
    enum status status;

    assert(history->window_log != 0 && history->out == NULL && history->foretold_out == NULL);
    mark_of(follows, packed, len, mark);
    *out = &history->piece;
    if (history->taken && memcmp(history->before, follows, MARK_BYTES) == 0 && memcmp(history->mark, mark, MARK_BYTES) == 0)
        return STATUS_OK;
    if (is_none(follows))
        history_forget(history);
    else if (!history_is_open(history) || memcmp(history->mark, follows, MARK_BYTES) != 0)
        return STATUS_UNSUPPORTED;
    status = take(history, packed, len, most);
    if (status != STATUS_OK)
        return status;
    memcpy(history->before, follows, MARK_BYTES);
    memcpy(history->mark, mark, MARK_BYTES);
    return STATUS_OK;
}
