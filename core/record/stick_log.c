/* core/record/stick_log.c - see stick_log.h. Entries of one length behind each other, the newest first. */
#include "core/record/stick_log.h"

#include <stdio.h>
#include <string.h>

enum { ENTRY_BYTES = HASH_BYTES + 3 * 8 + STICK_PLACE_BYTES };

static const char NAME[] = "stick_log";

void stick_place(const char *path, char out[STICK_PLACE_BYTES])
{
    size_t len = strlen(path), from = len, slashes = 0;

    while (from > 0 && !(path[from - 1] == '/' && ++slashes == 2))
        from--;
    while (len - from >= STICK_PLACE_BYTES || (from < len && ((uint8_t)path[from] & 0xC0) == 0x80))
        from++;
    snprintf(out, STICK_PLACE_BYTES, "%s", path + from);
}

static void put_entry(struct buf *out, const struct stick_entry *entry)
{
    char place[STICK_PLACE_BYTES] = "";

    memcpy(place, entry->place, strnlen(entry->place, STICK_PLACE_BYTES - 1));
    buf_append(out, entry->id.bytes, HASH_BYTES);
    buf_put_u64(out, (uint64_t)entry->at_ms);
    buf_put_u64(out, entry->first);
    buf_put_u64(out, entry->last);
    buf_append(out, place, sizeof place);
}

static void take_entry(struct reader *in, struct stick_entry *out)
{
    const uint8_t *id = reader_take(in, HASH_BYTES);

    if (id != NULL)
        memcpy(out->id.bytes, id, HASH_BYTES);
    out->at_ms = (int64_t)reader_u64(in);
    out->first = reader_u64(in);
    out->last = reader_u64(in);
    const uint8_t *place = reader_take(in, STICK_PLACE_BYTES);
    if (place != NULL)
        memcpy(out->place, place, STICK_PLACE_BYTES);
    out->place[STICK_PLACE_BYTES - 1] = '\0';
}

enum status stick_log_list(struct store *store, struct stick_entry out[STICK_LOG_MAX], size_t *n, struct errmsg *err)
{
    struct buf bytes;
    struct reader in;
    bool there;

    *n = 0;
    buf_init(&bytes, STICK_LOG_MAX * ENTRY_BYTES);
    enum status status = store_meta_read_blob(store, NAME, &bytes, &there, err);
    if (status == STATUS_OK) {
        reader_init(&in, bytes.data, bytes.len);
        while (*n < STICK_LOG_MAX && reader_left(&in) >= ENTRY_BYTES)
            take_entry(&in, &out[(*n)++]);
    }
    buf_release(&bytes);
    return status;
}

static enum status write_all(struct store *store, const struct stick_entry *entry, struct errmsg *err)
{
    struct stick_entry entries[STICK_LOG_MAX];
    struct buf bytes;
    size_t n;
    enum status status = stick_log_list(store, entries, &n, err);

    if (status != STATUS_OK)
        return status;
    buf_init(&bytes, STICK_LOG_MAX * ENTRY_BYTES);
    put_entry(&bytes, entry);
    for (size_t i = 0; i < n && i + 1 < STICK_LOG_MAX; i++)
        put_entry(&bytes, &entries[i]);
    status = bytes.status == STATUS_OK ? store_meta_set_blob(store, NAME, bytes.data, bytes.len, err) : errmsg_set(err, bytes.status, "%s", status_text(bytes.status));
    buf_release(&bytes);
    return status;
}

enum status stick_log_add(struct store *store, const struct stick_entry *entry, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "stick", &own, err);

    return status == STATUS_OK ? store_leave(store, own, write_all(store, entry, err), err) : status;
}

enum status stick_log_find(struct store *store, struct hash id, struct stick_entry *out, struct errmsg *err)
{
    struct stick_entry entries[STICK_LOG_MAX];
    size_t n;
    enum status status = stick_log_list(store, entries, &n, err);

    for (size_t i = 0; status == STATUS_OK && i < n; i++)
        if (hash_equal(entries[i].id, id)) {
            *out = entries[i];
            return STATUS_OK;
        }
    return status == STATUS_OK ? STATUS_NOT_FOUND : status;
}
