/* core/record/backup.h - one encrypted file that holds a whole store, and the way back.
 *
 * BACKUP FORMAT (integers big-endian)
 *   magic "AIDPBAK1" (8) | kind u8: 1 passphrase, 2 key file | salt (16) | operations u64 | memory bytes u64 | stream header (24)   = 65 bytes, authenticated
 *   chunks: length u32 | ciphertext (plain + 17), plain up to BACKUP_CHUNK_BYTES; libsodium secretstream (XChaCha20-Poly1305), the last one tagged final
 *   plain text: count u8, then per file: name length u8 | name | size u64 | bytes
 * The key comes from the passphrase by Argon2id with the parameters in the header, or, for a key file, by BLAKE2b over its content and the salt.
 * The machine's key is not in it: a restored copy elsewhere can't pass for this machine and is enrolled anew. A cut, reordered or altered file fails before anything is put in place. */
#ifndef CORE_RECORD_BACKUP_H
#define CORE_RECORD_BACKUP_H

#include "core/record/machine.h"

enum { BACKUP_CHUNK_BYTES = 64 * 1024, BACKUP_SECRET_MIN_BYTES = 8, BACKUP_SECRET_MAX_BYTES = 4096 };

enum backup_secret_kind { BACKUP_PASSPHRASE = 1, BACKUP_KEY_FILE = 2 };

struct backup_secret {
    enum backup_secret_kind kind;
    const void *bytes; /* borrowed */
    size_t len;        /* BACKUP_SECRET_MIN_BYTES..BACKUP_SECRET_MAX_BYTES */
};

struct backup_info {
    uint64_t bytes;        /* of the backup file */
    struct machine machine; /* whose it is */
};

/* Copy the store of `folder` while others go on writing, encrypt to path (mode 0600, appears whole or not at all) and read it
 * back to prove it: decrypted beside the store, opened, checked, and thrown away. At a center what the logs had in it counts as safe from then on (log.safe_seq, peer.safe_seq).
 * Errors: STATUS_CORRUPT (what came back does not hold), STATUS_EXISTS (path is there), STATUS_INVALID (secret too short), STATUS_FULL, STATUS_IO, STATUS_NOMEM. */
enum status backup_write(struct store *store, const char *folder, const char *path, const struct backup_secret *secret, struct random_source random, struct backup_info *info,
                         struct errmsg *err);

struct backup_restored {
    struct machine machine;
    bool new_log;    /* always: a station goes on in a new log begun at its head (branch.h), a center in a new era (order.h): no number is used twice */
    int64_t pending; /* a station's changes in the backup that the center had not confirmed: they are sent as before */
};
/* Decrypt into folder, which must hold no store. The store is checked before it is put in place, notes where it comes from (meta restored_from, restored_at)
 * and begins a new log. Errors: STATUS_EXISTS, STATUS_AUTH (wrong secret or altered file), STATUS_FOREIGN (not a backup), STATUS_CORRUPT, STATUS_FULL, STATUS_IO;
 * the folder is as before. */
enum status backup_restore(const char *path, const char *folder, const struct backup_secret *secret, struct random_source random, int64_t now_ms,
                           struct backup_restored *restored, struct errmsg *err);

#endif /* CORE_RECORD_BACKUP_H */
