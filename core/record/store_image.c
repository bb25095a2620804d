/* core/record/store_image.c - images of stores (store.h). An image lies in a file of SQLite's memory VFS; putting another one there looks to SQLite like a commit by another connection. */
#include "core/record/store.h"

#include <assert.h>
#include <sqlite3.h>
#include <string.h>

#include "core/record/store_folder.h"
#include "core/record/store_impl.h"

enum { IMAGE_LEAST_BYTES = 512, IMAGE_FORMAT_AT = 18, IMAGE_COUNTER_AT = 24, IMAGE_COUNTER_AGAIN_AT = 92, IMAGE_FORMAT_PLAIN = 1 };

enum status store_image(struct store *store, struct buf *out, struct errmsg *err)
{
    assert(!store->writing);
    sqlite3_int64 size = 0;
    unsigned char *copy = NULL, *bytes = sqlite3_serialize(store->db, "main", &size, SQLITE_SERIALIZE_NOCOPY);
    if (bytes == NULL)
        bytes = copy = sqlite3_serialize(store->db, "main", &size, 0);
    if (bytes == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    buf_append(out, bytes, (size_t)size);
    sqlite3_free(copy);
    return out->status;
}

static sqlite3_file *main_file(struct store *store)
{
    sqlite3_file *file = NULL;
    (void)sqlite3_file_control(store->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return file;
}

static enum status write_at(struct store *store, const void *data, size_t len, sqlite3_int64 at, struct errmsg *err)
{
    sqlite3_file *file = main_file(store);
    int code = file->pMethods->xWrite(file, data, (int)len, at);
    return code == SQLITE_OK ? STATUS_OK : errmsg_set(err, store_status_of(code), "%s", sqlite3_errstr(code));
}

enum status store_set_image(struct store *store, const void *image, size_t len, struct errmsg *err)
{
    static const uint8_t PLAIN[2] = {IMAGE_FORMAT_PLAIN, IMAGE_FORMAT_PLAIN}; /* it may come from a file in WAL mode */
    sqlite3_int64 size = 0;
    const uint8_t *old = sqlite3_serialize(store->db, "main", &size, SQLITE_SERIALIZE_NOCOPY);
    assert(!store->writing && old != NULL && size >= IMAGE_LEAST_BYTES && len >= IMAGE_LEAST_BYTES);
    if (sqlite3_txn_state(store->db, NULL) != SQLITE_TXN_NONE)
        return errmsg_set(err, STATUS_BUSY, "%s", status_text(STATUS_BUSY));
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof count; i++)
        count = count << 8 | old[IMAGE_COUNTER_AT + i];
    count++;
    uint8_t counter[4] = {(uint8_t)(count >> 24), (uint8_t)(count >> 16), (uint8_t)(count >> 8), (uint8_t)count};
    enum status status = write_at(store, image, len, 0, err);
    if (status == STATUS_OK)
        status = write_at(store, PLAIN, sizeof PLAIN, IMAGE_FORMAT_AT, err);
    if (status == STATUS_OK)
        status = write_at(store, counter, sizeof counter, IMAGE_COUNTER_AT, err);
    if (status == STATUS_OK)
        status = write_at(store, counter, sizeof counter, IMAGE_COUNTER_AGAIN_AT, err);
    if (status == STATUS_OK) {
        sqlite3_file *file = main_file(store);
        (void)file->pMethods->xTruncate(file, (sqlite3_int64)len); /* what is left behind the end is not read */
    }
    return status;
}

static enum status load_image(struct store *store, const void *image, size_t len, struct errmsg *err)
{
    assert(len >= IMAGE_LEAST_BYTES);
    unsigned char *copy = sqlite3_malloc64(len);
    if (copy == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    memcpy(copy, image, len);
    copy[IMAGE_FORMAT_AT] = copy[IMAGE_FORMAT_AT + 1] = IMAGE_FORMAT_PLAIN;
    int code = sqlite3_deserialize(store->db, "main", copy, (sqlite3_int64)len, (sqlite3_int64)len, SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
    return code == SQLITE_OK ? STATUS_OK : store_fail(store, code, err);
}

enum status store_open_image(struct store **out, const void *image, size_t len, struct errmsg *err)
{
    *out = NULL;
    struct store *store = store_new(err);
    if (store == NULL)
        return STATUS_NOMEM;
    enum status status = store_folder_look(":memory:", STORE_OPEN_EXISTING, store->path, sizeof store->path, err);
    if (status == STATUS_OK)
        status = store_connect_file(store, STORE_OPEN_EXISTING, err);
    if (status == STATUS_OK)
        status = load_image(store, image, len, err);
    return store_finish_open(out, store, STORE_OPEN_EXISTING, status, err);
}
