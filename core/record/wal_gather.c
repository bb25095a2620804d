/* core/record/wal_gather.c - see wal_gather.h. */
#include "core/record/wal_gather.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The methods that the file has now are ours, and stand in what they work on. */
static struct wal_gather *gather_of(const sqlite3_file *file)
{
    return (struct wal_gather *)((char *)(uintptr_t)file->pMethods - offsetof(struct wal_gather, methods));
}

static int write_out(struct wal_gather *gather)
{
    int len = gather->len;

    if (len == 0)
        return SQLITE_OK;
    gather->len = 0; /* what failed is not tried again: the commit is taken back */
    gather->failed = gather->real->xWrite(gather->file, gather->bytes, len, gather->at);
    return gather->failed;
}

static int gather_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    struct wal_gather *gather = gather_of(file);
    int code = gather->failed;

    if (code == SQLITE_OK && (at != gather->at + gather->len || len > WAL_GATHER_BYTES - gather->len))
        code = write_out(gather);
    if (code != SQLITE_OK)
        return code;
    if (len > WAL_GATHER_BYTES)
        return gather->failed = gather->real->xWrite(file, data, len, at);
    if (gather->len == 0)
        gather->at = at;
    memcpy(gather->bytes + gather->len, data, (size_t)len);
    gather->len += len;
    return SQLITE_OK;
}

static int gather_sync(sqlite3_file *file, int flags)
{
    struct wal_gather *gather = gather_of(file);
    int code = gather->failed != SQLITE_OK ? gather->failed : write_out(gather);

    return code == SQLITE_OK ? gather->real->xSync(file, flags) : code;
}

static int gather_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
    struct wal_gather *gather = gather_of(file);
    int code = write_out(gather);

    return code == SQLITE_OK ? gather->real->xRead(file, out, len, at) : code;
}

static int gather_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct wal_gather *gather = gather_of(file);
    int code = write_out(gather);

    return code == SQLITE_OK ? gather->real->xTruncate(file, size) : code;
}

static int gather_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    struct wal_gather *gather = gather_of(file);
    int code = write_out(gather);

    return code == SQLITE_OK ? gather->real->xFileSize(file, size) : code;
}

void wal_gather_begin(struct wal_gather *gather, sqlite3 *db)
{
    sqlite3_file *file = NULL;

    if (gather->bytes == NULL)
        gather->bytes = malloc(WAL_GATHER_BYTES);
    if (gather->bytes == NULL || sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) != SQLITE_OK || file == NULL || file->pMethods == NULL)
        return;
    gather->file = file;
    gather->real = file->pMethods;
    gather->methods = *file->pMethods;
    gather->methods.xWrite = gather_write;
    gather->methods.xSync = gather_sync;
    gather->methods.xRead = gather_read;
    gather->methods.xTruncate = gather_truncate;
    gather->methods.xFileSize = gather_file_size;
    gather->len = 0;
    gather->failed = SQLITE_OK;
    file->pMethods = &gather->methods;
}

void wal_gather_end(struct wal_gather *gather, bool committed)
{
    if (gather->real == NULL)
        return;
    assert(!committed || gather->len == 0); /* else it was not synced */
    if (gather->file->pMethods == &gather->methods) /* else SQLite closed it */
        gather->file->pMethods = gather->real;
    gather->real = NULL;
    gather->len = 0;
}

void wal_gather_release(struct wal_gather *gather)
{
    wal_gather_end(gather, false);
    free(gather->bytes);
    gather->bytes = NULL;
}
