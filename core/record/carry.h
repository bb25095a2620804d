/* core/record/carry.h - a station's backups on their way to the center.
 *
 * The files wait in the folder `carry` beside the store (sealed.h), which keeps only how far the center has the one that is being sent and what became of the last. At most two wait: the one that the center has a
 * part of, so that a slow line comes to an end with it, and the newest. What the center gets is the file as it is: it cannot read it. */
#ifndef CORE_RECORD_CARRY_H
#define CORE_RECORD_CARRY_H

#include "core/record/sealed.h"

enum { CARRY_TEXT_BYTES = 384 };

struct carry {
    struct sealed file;
    uint64_t handed; /* bytes the center confirmed */
};

struct carry_state {
    int64_t center_made_ms; /* the newest backup the center has was made then; 0: it has none, as far as is known here */
    int64_t center_got_ms;  /* and it had all of it then */
    uint64_t waiting, waiting_bytes, handed_bytes; /* files that wait, their bytes, and of these what the center has */
    char refused[CARRY_TEXT_BYTES]; /* why the last one was not taken; empty: it was, or none was sent */
};

/* Queue a copy of the backup at path (a link where the file system can). Outside a transaction. Errors: STATUS_TOO_LARGE (beyond SEALED_FILE_MAX_BYTES), STATUS_NOT_FOUND, STATUS_IO, STATUS_FULL. */
enum status carry_add(struct store *store, const char *path, int64_t made_ms, struct errmsg *err);
/* The one to send. STATUS_NOT_FOUND without a message. */
enum status carry_next(struct store *store, struct carry *out, struct errmsg *err);
enum status carry_find(struct store *store, struct hash id, struct carry *out, struct errmsg *err); /* STATUS_NOT_FOUND without a message */
/* Append up to max bytes beginning at `at`. */
enum status carry_read(struct store *store, const struct carry *carry, uint64_t at, size_t max, struct buf *out, struct errmsg *err);
/* The center has so many bytes. In a transaction, as the next. */
enum status carry_note(struct store *store, const struct carry *carry, uint64_t handed, struct errmsg *err);
/* The center has it (refused NULL), or does not want it: why. It does not wait any more; the file goes at the next carry_next or carry_add. */
enum status carry_end(struct store *store, const struct carry *carry, const char *refused, int64_t now_ms, struct errmsg *err);
enum status carry_state_read(struct store *store, struct carry_state *out, struct errmsg *err);
/* The machine is given back: remove what waits in this data folder. *removed grows by the files. Errors: STATUS_IO. */
enum status carry_clear(const char *data_folder, size_t *removed, struct errmsg *err);

#endif /* CORE_RECORD_CARRY_H */
