/* core/record/kept.h - stations' backups that the center keeps and cannot read.
 *
 * They lie in kept/<station number>/ beside the store (sealed.h), outside of it: they are not in the center's own backup, and whoever wants a second copy copies the folder.
 * Of each station the newest KEPT_EACH and the one that is coming in; all together at most so many bytes as the setting center_backups_mb says. */
#ifndef CORE_RECORD_KEPT_H
#define CORE_RECORD_KEPT_H

#include "core/record/sealed.h"

enum { KEPT_EACH = 2, KEPT_PART_DAYS = 30 }; /* what nobody went on with for so long makes room */

struct kept {
    uint32_t station_no;
    struct sealed file;
};

/* Whether this store can keep files: one in memory cannot. */
bool kept_possible(struct store *store);
/* A piece of *file (made_ms, total, id) that begins at `at`. Made durable. What is held already is skipped; a piece that begins beyond it is dropped. *held: how much there is now. *done: all of it is here and holds, or was before.
 * Errors: STATUS_INVALID (numbers that make no sense), STATUS_PEER (another size than before), STATUS_TOO_LARGE (the file, or no room among the others: says how much), STATUS_CORRUPT (what came together is not the
 * file), STATUS_FULL (the disk); nothing of it is held then. STATUS_IO: as before. */
enum status kept_take(struct store *store, uint32_t station_no, const struct sealed *file, uint64_t at, const void *data, size_t len, int64_t now_ms, uint64_t *held, bool *done, struct errmsg *err);
/* By station, the newest of each first; also those that are coming in. */
typedef bool (*kept_row)(void *context, const struct kept *kept);
enum status kept_list(struct store *store, kept_row row, void *context, struct errmsg *err);
/* The nth newest whole one of a station (1 the newest) to a new file, which is proven to be what was sent. Errors: STATUS_NOT_FOUND, STATUS_EXISTS, STATUS_CORRUPT, STATUS_IO, STATUS_FULL. */
enum status kept_get(struct store *store, uint32_t station_no, unsigned nth, const char *path, struct sealed *out, struct errmsg *err);
/* All of a station. Errors: STATUS_IO. */
enum status kept_remove(struct store *store, uint32_t station_no, size_t *removed, struct errmsg *err);

#endif /* CORE_RECORD_KEPT_H */
