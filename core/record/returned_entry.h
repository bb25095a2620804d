/* core/record/returned_entry.h - one change as it is handed back (returned.h, ENTRY): read, written, and whether it is here. Inside returned.c, returned_station.c and what goes their way only. */
#ifndef CORE_RECORD_RETURNED_ENTRY_H
#define CORE_RECORD_RETURNED_ENTRY_H

#include "core/base/cbor.h"
#include "core/record/left_body.h"
#include "core/record/returned_log.h"
#include "core/record/store.h"

/* One change on its way in. */
struct returned_entry {
    struct log_id id;
    uint64_t fold;
    struct buf header; /* owned */
    struct change change;
    const uint8_t *body; /* borrowed; NULL: erased */
    size_t body_len;
    struct returned_before before, ahead; /* ahead: seq 0: none */
    int64_t org; /* of the station that told it */
};

/* The next one; entry->header is a buffer by then, body points into the batch. Errors: STATUS_MALFORMED, STATUS_NOMEM. */
enum status returned_entry_read(struct reader *reader, struct returned_entry *out);
/* Center, in a transaction: here already, perhaps in another log of that machine (a log's tail may have gone on in a new one; a machine that was enrolled anew may have brought it under another number, old_number.h). If it is here without its content, it gets that. *log (or NULL): in which. Errors: storage. */
enum status returned_entry_known(struct store *store, const struct returned_entry *entry, bool *known, int64_t *log, struct errmsg *err);

/* Station: what returned_entry_put makes an entry of; first the number it was delivered with. One that has no place yet tells its own number here for it. */
#define RETURNED_ENTRY_COLUMNS "SELECT coalesce(c.given,c.rseq),coalesce(c.rseq,c.lsn),c.log,c.seq,l.station,c.header," LEFT_BODY_OF_C ",l.incarnation,c.lsn FROM change c JOIN log l ON l.no=c.log "
void returned_entry_put(struct stmt *stmt, const struct returned_before *before, struct buf *out);

#endif /* CORE_RECORD_RETURNED_ENTRY_H */
