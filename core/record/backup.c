/* core/record/backup.c - see backup.h. */
#include "core/record/backup.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/bytes.h"
#include "core/base/file.h"
#include "core/base/language.h"
#include "core/record/backup_left.h"
#include "core/record/branch.h"
#include "core/record/replica.h"
#include "core/record/returned.h"
#include "core/record/store_folder.h"
#include "core/record/sync_state.h"

enum {
    MAGIC_BYTES = 8,
    SALT_BYTES = crypto_pwhash_SALTBYTES,
    STREAM_HEADER_BYTES = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    STREAM_TAG_BYTES = crypto_secretstream_xchacha20poly1305_ABYTES,
    HEADER_BYTES = MAGIC_BYTES + 1 + SALT_BYTES + 16 + STREAM_HEADER_BYTES,
    KEY_BYTES = crypto_secretstream_xchacha20poly1305_KEYBYTES,
    FILES_MAX = 4,
    NAME_MAX_BYTES = 64
};

/* Limits on what a header may ask of us, against a hostile file. */
#define OPERATIONS_MAX 16u
#define MEMORY_MAX (UINT64_C(1) << 30)

static const char magic[MAGIC_BYTES + 1] = "AIDPBAK1";
static const char store_name[] = "aidpost.db";

struct stream {
    FILE *file;
    crypto_secretstream_xchacha20poly1305_state state;
    uint8_t plain[BACKUP_CHUNK_BYTES];
    uint8_t cipher[BACKUP_CHUNK_BYTES + STREAM_TAG_BYTES];
    size_t at, len; /* in plain; writing: len bytes gathered; reading: bytes at..len are left */
    bool begun; /* the first chunk, which authenticates the header, is written */
    bool final;
    uint8_t header[HEADER_BYTES];
};

static enum status io_failed(struct errmsg *err, const char *what, const char *path)
{
    int error = errno;

    return errmsg_set(err, file_status(error), "%s %s: %s", what, path, file_reason(error));
}

static enum status derive_key(const uint8_t header[HEADER_BYTES], const struct backup_secret *secret, uint8_t key[KEY_BYTES], struct errmsg *err)
{
    struct reader reader;
    const uint8_t *salt;
    uint64_t operations, memory;

    reader_init(&reader, header + MAGIC_BYTES, HEADER_BYTES - MAGIC_BYTES);
    if (reader_u8(&reader) != (uint8_t)secret->kind)
        return errmsg_set(err, STATUS_AUTH, secret->kind == BACKUP_KEY_FILE ? "这份备份用口令加密，不是密钥文件" : "这份备份用密钥文件加密，请用 --key-file");
    salt = reader_take(&reader, SALT_BYTES);
    operations = reader_u64(&reader);
    memory = reader_u64(&reader);
    if (operations < 1 || operations > OPERATIONS_MAX || memory > MEMORY_MAX)
        return errmsg_set(err, STATUS_CORRUPT, "备份文件头已损坏");
    if (secret->kind == BACKUP_KEY_FILE) {
        crypto_generichash_state state;

        if (crypto_generichash_init(&state, salt, SALT_BYTES, KEY_BYTES) || crypto_generichash_update(&state, secret->bytes, secret->len) ||
            crypto_generichash_final(&state, key, KEY_BYTES))
            return errmsg_set(err, STATUS_IO, "不能计算密钥");
        return STATUS_OK;
    }
    if (crypto_pwhash(key, KEY_BYTES, secret->bytes, secret->len, salt, operations, (size_t)memory, crypto_pwhash_ALG_ARGON2ID13))
        return errmsg_set(err, STATUS_NOMEM, "计算密钥时内存不足");
    return STATUS_OK;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static enum status flush_chunk(struct stream *stream, bool final, struct errmsg *err)
{
    unsigned long long len;
    uint8_t prefix[4];
    bool first = !stream->begun;
    int failed = crypto_secretstream_xchacha20poly1305_push(&stream->state, stream->cipher, &len, stream->plain, stream->len, first ? stream->header : NULL,
                                                            first ? HEADER_BYTES : 0, final ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);

    assert(!failed);
    (void)failed;
    stream->begun = true;
    prefix[0] = (uint8_t)(len >> 24);
    prefix[1] = (uint8_t)(len >> 16);
    prefix[2] = (uint8_t)(len >> 8);
    prefix[3] = (uint8_t)len;
    if (fwrite(prefix, 1, 4, stream->file) != 4 || fwrite(stream->cipher, 1, (size_t)len, stream->file) != len)
        return io_failed(err, _("不能写"), _("备份文件"));
    stream->len = 0;
    return STATUS_OK;
}

static enum status put(struct stream *stream, const void *data, size_t len, struct errmsg *err)
{
    const uint8_t *at = data;

    while (len > 0) {
        size_t n = BACKUP_CHUNK_BYTES - stream->len;
        enum status status;

        n = n < len ? n : len;
        memcpy(stream->plain + stream->len, at, n);
        stream->len += n;
        at += n;
        len -= n;
        if (stream->len == BACKUP_CHUNK_BYTES && (status = flush_chunk(stream, false, err)))
            return status;
    }
    return STATUS_OK;
}

static enum status put_file(struct stream *stream, const char *name, const char *path, struct errmsg *err)
{
    FILE *file = fopen(path, "rb");
    struct stat stat;
    uint8_t *block = malloc(BACKUP_CHUNK_BYTES);
    struct buf head;
    uint64_t left;
    enum status status;

    if (!file || fstat(fileno(file), &stat) || !block) {
        status = io_failed(err, _("不能读"), path);
        goto done;
    }
    buf_init(&head, 256);
    buf_putc(&head, (uint8_t)strlen(name));
    buf_puts(&head, name);
    buf_put_u64(&head, (uint64_t)stat.st_size);
    status = head.status ? head.status : put(stream, head.data, head.len, err);
    buf_release(&head);
    for (left = (uint64_t)stat.st_size; !status && left > 0;) {
        size_t n = fread(block, 1, left < BACKUP_CHUNK_BYTES ? (size_t)left : BACKUP_CHUNK_BYTES, file);

        if (n == 0) {
            status = errmsg_set(err, STATUS_IO, "%s 在备份时变短了", path);
            break;
        }
        status = put(stream, block, n, err);
        left -= n;
    }
done:
    if (block)
        hash_wipe(block, BACKUP_CHUNK_BYTES);
    free(block);
    if (file)
        fclose(file);
    return status;
}

static enum status begin_stream(struct stream *stream, const struct backup_secret *secret, struct random_source random, struct errmsg *err)
{
    uint8_t key[KEY_BYTES], stream_header[STREAM_HEADER_BYTES], salt[SALT_BYTES];
    struct buf head;
    enum status status;

    random.fill(random.context, salt, sizeof(salt));
    buf_init(&head, HEADER_BYTES);
    buf_append(&head, magic, MAGIC_BYTES);
    buf_putc(&head, (uint8_t)secret->kind);
    buf_append(&head, salt, sizeof(salt));
    buf_put_u64(&head, crypto_pwhash_OPSLIMIT_MODERATE);
    buf_put_u64(&head, crypto_pwhash_MEMLIMIT_INTERACTIVE);
    if (head.status) {
        status = head.status;
        buf_release(&head);
        return errmsg_set(err, status, "%s", status_text(status));
    }
    memcpy(stream->header, head.data, head.len);
    buf_release(&head);
    status = derive_key(stream->header, secret, key, err);
    if (status)
        return status;
    crypto_secretstream_xchacha20poly1305_init_push(&stream->state, stream_header, key);
    memcpy(stream->header + HEADER_BYTES - STREAM_HEADER_BYTES, stream_header, STREAM_HEADER_BYTES);
    hash_wipe(key, sizeof(key));
    if (fwrite(stream->header, 1, HEADER_BYTES, stream->file) != HEADER_BYTES)
        return io_failed(err, _("不能写"), _("备份文件"));
    return STATUS_OK;
}

static enum status write_all(struct stream *stream, const char *copy, struct errmsg *err)
{
    uint8_t count = 1;
    enum status status = put(stream, &count, 1, err);

    if (!status)
        status = put_file(stream, store_name, copy, err);
    if (!status)
        status = flush_chunk(stream, true, err);
    if (!status && (fflush(stream->file) || fsync(fileno(stream->file))))
        status = io_failed(err, _("不能写"), _("备份文件"));
    return status;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static enum status open_stream(struct stream *stream, const char *path, const struct backup_secret *secret, struct errmsg *err)
{
    uint8_t key[KEY_BYTES];
    enum status status;
    int failed;

    stream->file = fopen(path, "rb");
    if (!stream->file)
        return errmsg_set(err, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "不能打开 %s: %s", path, file_reason(errno));
    if (fread(stream->header, 1, HEADER_BYTES, stream->file) != HEADER_BYTES || memcmp(stream->header, magic, MAGIC_BYTES) != 0)
        return errmsg_set(err, STATUS_FOREIGN, "%s 不是本程序的备份文件", path);
    status = derive_key(stream->header, secret, key, err);
    if (status)
        return status;
    failed = crypto_secretstream_xchacha20poly1305_init_pull(&stream->state, stream->header + HEADER_BYTES - STREAM_HEADER_BYTES, key);
    hash_wipe(key, sizeof(key));
    return failed ? errmsg_set(err, STATUS_CORRUPT, "备份文件头已损坏") : STATUS_OK;
}

static enum status next_chunk(struct stream *stream, bool first, struct errmsg *err)
{
    uint8_t prefix[4], tag;
    uint32_t len;
    unsigned long long plain_len;

    if (stream->final || fread(prefix, 1, 4, stream->file) != 4)
        return errmsg_set(err, STATUS_CORRUPT, "备份文件不完整");
    len = (uint32_t)prefix[0] << 24 | (uint32_t)prefix[1] << 16 | (uint32_t)prefix[2] << 8 | prefix[3];
    if (len < STREAM_TAG_BYTES || len > sizeof(stream->cipher) || fread(stream->cipher, 1, len, stream->file) != len)
        return errmsg_set(err, STATUS_CORRUPT, "备份文件不完整");
    if (crypto_secretstream_xchacha20poly1305_pull(&stream->state, stream->plain, &plain_len, &tag, stream->cipher, len, first ? stream->header : NULL, first ? HEADER_BYTES : 0))
        return errmsg_set(err, STATUS_AUTH, first ? "口令或密钥不对，或者备份文件已被改动" : "备份文件已被改动或损坏");
    stream->at = 0;
    stream->len = (size_t)plain_len;
    stream->final = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return STATUS_OK;
}

/* Exactly len bytes, to out or, when out is NULL, to file (NULL: nowhere). */
static enum status take(struct stream *stream, void *out, FILE *file, uint64_t len, struct errmsg *err)
{
    uint8_t *to = out;

    while (len > 0) {
        size_t n = stream->len - stream->at;
        enum status status;

        if (n == 0) {
            if ((status = next_chunk(stream, false, err)))
                return status;
            continue;
        }
        n = n < len ? n : (size_t)len;
        if (to) {
            memcpy(to, stream->plain + stream->at, n);
            to += n;
        } else if (file && fwrite(stream->plain + stream->at, 1, n, file) != n) {
            return io_failed(err, _("不能写"), _("恢复的文件"));
        }
        stream->at += n;
        len -= n;
    }
    return STATUS_OK;
}

static enum status take_file(struct stream *stream, const char *folder, struct errmsg *err)
{
    char name[NAME_MAX_BYTES], path[PATH_MAX];
    uint8_t name_len, size_bytes[8];
    uint64_t size = 0;
    FILE *file = NULL;
    enum status status = take(stream, &name_len, NULL, 1, err);

    if (status)
        return status;
    if (name_len >= NAME_MAX_BYTES)
        return errmsg_set(err, STATUS_CORRUPT, "备份文件里的文件名过长");
    status = take(stream, name, NULL, name_len, err);
    if (!status)
        status = take(stream, size_bytes, NULL, 8, err);
    if (status)
        return status;
    name[name_len] = 0;
    for (int i = 0; i < 8; i++)
        size = size << 8 | size_bytes[i];
    if (strcmp(name, store_name) != 0)
        return errmsg_set(err, STATUS_VERSION, "备份里有本程序不认识的文件 %s", name);
    if (folder) {
        if (file_join(path, sizeof(path), folder, name))
            return errmsg_set(err, STATUS_TOO_LARGE, "路径过长");
        file = fopen(path, "wbx");
        if (!file || fchmod(fileno(file), 0600)) {
            status = io_failed(err, _("不能写"), path);
            if (file)
                fclose(file);
            return status;
        }
    }
    status = take(stream, NULL, file, size, err);
    if (file && !status && (fflush(file) || fsync(fileno(file))))
        status = io_failed(err, _("不能写"), path);
    if (file)
        fclose(file);
    return status;
}

/* Read the whole backup; into folder, or nowhere to prove it. */
static enum status read_backup(const char *path, const struct backup_secret *secret, const char *folder, struct errmsg *err)
{
    struct stream *stream = calloc(1, sizeof(*stream));
    uint8_t count = 0;
    enum status status;

    if (!stream)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    status = open_stream(stream, path, secret, err);
    if (!status)
        status = next_chunk(stream, true, err);
    if (!status)
        status = take(stream, &count, NULL, 1, err);
    if (!status && (count < 1 || count > FILES_MAX))
        status = errmsg_set(err, STATUS_CORRUPT, "备份文件内容不对");
    for (uint8_t i = 0; !status && i < count; i++)
        status = take_file(stream, folder, err);
    if (!status && stream->at == stream->len && !stream->final)
        status = next_chunk(stream, false, err); /* the empty last chunk of a content that filled the one before */
    if (!status && (!stream->final || stream->at != stream->len || fgetc(stream->file) != EOF))
        status = errmsg_set(err, STATUS_CORRUPT, "备份文件末尾不对");
    if (stream->file)
        fclose(stream->file);
    hash_wipe(stream, sizeof(*stream));
    free(stream);
    return status;
}

/* ---- the two verbs ------------------------------------------------------------------------------------------------ */

static enum status check_secret(const struct backup_secret *secret, struct errmsg *err)
{
    if (secret->len < BACKUP_SECRET_MIN_BYTES || secret->len > BACKUP_SECRET_MAX_BYTES)
        return errmsg_set(err, STATUS_INVALID, "备份的口令或密钥应有 %d 到 %d 个字节", BACKUP_SECRET_MIN_BYTES, BACKUP_SECRET_MAX_BYTES);
    return STATUS_OK;
}

static enum status encrypt_to(const char *part, const char *copy, const struct backup_secret *secret, struct random_source random, struct errmsg *err)
{
    struct stream *stream = calloc(1, sizeof(*stream));
    enum status status;

    if (!stream)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    stream->file = fopen(part, "wb");
    if (!stream->file || fchmod(fileno(stream->file), 0600))
        status = io_failed(err, _("不能写"), part);
    else
        status = begin_stream(stream, secret, random, err);
    if (!status)
        status = write_all(stream, copy, err);
    if (stream->file && fclose(stream->file) && !status)
        status = io_failed(err, _("不能写"), part);
    hash_wipe(stream, sizeof(*stream));
    free(stream);
    return status;
}

/* ---- what is safe ---- */

static void remove_part(const char *part)
{
    static const char *const names[] = {"aidpost.db", "aidpost.db-wal", "aidpost.db-shm"};
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!file_join(path, sizeof(path), part, names[i]))
            unlink(path);
    rmdir(part);
}

static enum status quick_check(struct store *store, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "PRAGMA quick_check(1)");
    enum status status;

    if (!stmt_row(stmt, &status, err))
        return status ? status : STATUS_CORRUPT;
    if (strcmp(stmt_column_text(stmt, 0, NULL), "ok") != 0)
        status = errmsg_set(err, STATUS_CORRUPT, "备份读回来有问题: %.200s", stmt_column_text(stmt, 0, NULL));
    stmt_reset(stmt);
    return status;
}

/* Of every log as many changes as the backup has of it. */
static enum status mark_log_safe(struct store *store, struct stmt *log, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE log SET safe_seq=max(safe_seq,?3) WHERE station=?1 AND incarnation=?2");
    size_t len;
    const uint8_t *incarnation = stmt_column_blob(log, 1, &len);

    stmt_int(stmt, 1, stmt_column_int(log, 0));
    stmt_blob(stmt, 2, incarnation, len);
    stmt_int(stmt, 3, stmt_column_int(log, 2));
    return stmt_run(stmt, err);
}

/* Of every machine what that comes to along its newest log: for people, who it concerns is told at its next greeting (replica_path_safe). */
static enum status mark_machines(struct store *store, struct errmsg *err)
{
    struct stmt *peers = store_prepare(store, "SELECT p.station_no,max(l.no) FROM peer p JOIN log l ON l.station=p.station_no WHERE l.partial=0 GROUP BY p.station_no");
    enum status status = STATUS_OK, found = STATUS_OK;

    while (!status && stmt_row(peers, &found, err)) {
        struct log_path path;
        uint64_t safe = 0;

        status = branch_path(store, stmt_column_int(peers, 1), &path, err);
        if (!status)
            status = replica_path_safe(store, &path, &safe, err);
        if (status)
            break;
        struct stmt *stmt = store_prepare(store, "UPDATE peer SET safe_seq=?2 WHERE station_no=?1");

        stmt_int(stmt, 1, stmt_column_int(peers, 0));
        stmt_int(stmt, 2, (int64_t)safe);
        status = stmt_run(stmt, err);
    }
    stmt_reset(peers);
    return status ? status : found;
}

static enum status mark_safe(struct store *store, struct store *copy, struct errmsg *err)
{
    uint64_t order = 0;
    struct stmt *logs = store_prepare(copy, "SELECT station,incarnation," CHANGELOG_HEAD " FROM log WHERE partial=0 ORDER BY no");
    enum status status = store_begin(store, "backup", err), found = STATUS_OK;

    if (status)
        return status;
    while (!status && stmt_row(logs, &found, err))
        status = mark_log_safe(store, logs, err);
    stmt_reset(logs);
    status = status ? status : found;
    if (!status)
        status = mark_machines(store, err);
    if (!status)
        status = replica_order_head(copy, &order, err);
    if (!status)
        status = replica_set_safe_order(store, order, err);
    if (!status)
        return store_commit(store, err);
    if (store_in_transaction(store))
        store_rollback(store);
    return status;
}

/* A backup is one when it was read: decrypt it, open what comes out. *copy is the store in the folder `part`; remove_part when it is closed. */
static enum status open_proof(const char *file, const char *part, const struct backup_secret *secret, int *held, struct store **copy, struct errmsg *err)
{
    enum status status;

    *copy = NULL;
    remove_part(part);
    status = file_make_folder(part, err);
    if (!status)
        *held = backup_left_hold(part);
    if (!status)
        status = read_backup(file, secret, part, err);
    if (!status)
        status = store_open(copy, part, STORE_OPEN_EXISTING, err);
    return status ? status : quick_check(*copy, err);
}

static enum status prove(struct store *store, bool center, const char *folder, const char *file, const char *path, const struct backup_secret *secret, struct errmsg *err)
{
    char part[PATH_MAX];
    struct store *copy = NULL;
    int held = -1;
    enum status status;

    if (snprintf(part, sizeof(part), "%s/backup.%ld.check", folder, (long)getpid()) >= (int)sizeof(part))
        return errmsg_set(err, STATUS_TOO_LARGE, "路径过长");
    status = open_proof(file, part, secret, &held, &copy, err);
    bool proven = !status;
    if (proven)
        status = file_rename(file, path, err); /* durable, for stations let go of what counts as safe */
    if (!status && center)
        status = mark_safe(store, copy, err);
    if (status && proven)
        unlink(path); /* whole, but the caller says that there is none */
    store_close(copy);
    remove_part(part);
    backup_left_let_go(held);
    return status;
}

enum status backup_write(struct store *store, const char *folder, const char *path, const struct backup_secret *secret, struct random_source random, struct backup_info *info,
                         struct errmsg *err)
{
    char copy[PATH_MAX], part[PATH_MAX];
    struct stat stat_of;
    bool there = false;
    int held, held_part = -1;
    size_t swept = 0;
    enum status status = check_secret(secret, err);

    if (!status)
        status = file_look(path, &there, err);
    if (status)
        return status;
    if (there)
        return errmsg_set(err, STATUS_EXISTS, "%s 已存在，请换一个文件名", path);
    status = machine_load(store, &info->machine, err);
    if (status)
        return status;
    if (snprintf(copy, sizeof(copy), "%s/backup.%ld.tmp", folder, (long)getpid()) >= (int)sizeof(copy) ||
        snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part))
        return errmsg_set(err, STATUS_TOO_LARGE, "路径过长");
    status = backup_left_sweep(folder, &swept, err);
    if (status)
        return status;
    unlink(copy); /* what is no copy: a link */
    held = backup_left_hold(copy);
    status = store_copy(store, copy, err);
    if (!status)
        held_part = backup_left_hold(part);
    if (!status)
        status = encrypt_to(part, copy, secret, random, err);
    unlink(copy);
    backup_left_let_go(held);
    if (!status)
        status = prove(store, info->machine.center, folder, part, path, secret, err);
    if (status)
        unlink(part);
    backup_left_let_go(held_part);
    if (status)
        return status;
    info->bytes = stat(path, &stat_of) == 0 ? (uint64_t)stat_of.st_size : 0;
    return STATUS_OK;
}

static enum status begin_anew(struct store *store, const struct log_info *old, struct random_source random, struct machine *machine, struct errmsg *err)
{
    struct log_info fresh;
    struct log_id id = {.station = old->id.station};
    enum status status;

    if (machine->center) {
        status = order_begin_era(store, 0, random, err);
    } else {
        random.fill(random.context, id.incarnation, sizeof(id.incarnation));
        status = changelog_branch(store, &id, old->head_seq, &fresh, err);
    }
    return status ? status : machine_load(store, machine, err);
}

/* In the restored store, before it is put in place: whose it is, and a new log or era. It gets a word of its own (guard.h) when it is opened. */
static enum status mark_restored(struct store *store, struct random_source random, int64_t now_ms, struct backup_restored *restored, struct errmsg *err)
{
    struct log_info old;
    enum status status = machine_load(store, &restored->machine, err);

    if (!status)
        status = changelog_own(store, &old, err);
    if (status)
        return status;
    restored->pending = restored->machine.center ? 0 : (int64_t)(old.head_seq - old.have_seq);
    restored->new_log = true;
    status = store_begin(store, "restore", err);
    if (status)
        return status;
    uint64_t order = 0;
    if (restored->machine.center) /* the backup is there, as we see */
        status = store_exec(store, "UPDATE log SET safe_seq=" CHANGELOG_HEAD " WHERE partial=0", err);
    if (!status && restored->machine.center)
        status = replica_order_head(store, &order, err);
    if (!status && restored->machine.center)
        status = replica_set_safe_order(store, order, err);
    if (!status)
        status = store_meta_set_blob(store, "restored_from", old.id.incarnation, INCARNATION_BYTES, err);
    if (!status)
        status = store_meta_set_int(store, "restored_at", now_ms, err);
    if (!status && !restored->machine.center)
        status = sync_restored_note(store, err);
    if (!status)
        status = store_meta_remove(store, "guard", err);
    if (!status)
        status = begin_anew(store, &old, random, &restored->machine, err);
    if (status) {
        store_rollback(store);
        return status;
    }
    return store_commit(store, err);
}

static enum status check_restored(const char *part, struct random_source random, int64_t now_ms, struct backup_restored *restored, struct errmsg *err)
{
    struct store *store;
    struct buf problems;
    enum status status = store_open(&store, part, STORE_OPEN_EXISTING, err);

    if (status)
        return errmsg_wrap(err, status, "备份里的数据");
    buf_init(&problems, 1 << 16);
    status = store_integrity(store, &problems, err);
    if (!status && problems.len > 0)
        status = errmsg_set(err, STATUS_CORRUPT, "备份里的数据有问题: %.200s", buf_cstr(&problems));
    buf_release(&problems);
    if (!status)
        status = mark_restored(store, random, now_ms, restored, err);
    store_set_patient(store, false); /* nobody else knows of it */
    if (!status)
        status = store_empty_log(store, err); /* the file alone is put in place: left in the log, the marks would be lost, and the machine would go on under numbers that it gave before */
    store_close(store);
    return status;
}

enum status backup_restore(const char *path, const char *folder, const struct backup_secret *secret, struct random_source random, int64_t now_ms,
                           struct backup_restored *restored, struct errmsg *err)
{
    char part[PATH_MAX], db[PATH_MAX], from[PATH_MAX];
    bool there = false, had_folder = false;
    enum status status = check_secret(secret, err);

    *restored = (struct backup_restored){.new_log = false};
    if (status)
        return status;
    if (file_join(part, sizeof(part), folder, "restore.part") || file_join(db, sizeof(db), folder, store_name))
        return errmsg_set(err, STATUS_TOO_LARGE, "路径过长");
    status = file_look(folder, &had_folder, err);
    if (!status)
        status = store_folder_check_ending(folder, err);
    if (!status)
        status = file_look(db, &there, err);
    if (status)
        return status;
    if (there)
        return errmsg_set(err, STATUS_EXISTS, "%s 已有数据，不会覆盖；请用 --data 指定空文件夹", folder);
    remove_part(part);
    status = file_make_folder(part, err);
    if (!status)
        status = read_backup(path, secret, part, err);
    if (!status)
        status = check_restored(part, random, now_ms, restored, err);
    if (!status)
        status = file_join(from, sizeof(from), part, store_name);
    if (!status && (status = file_rename(from, db, err)) != STATUS_OK)
        unlink(db);
    remove_part(part);
    if (status && !had_folder)
        rmdir(folder);
    return status;
}
