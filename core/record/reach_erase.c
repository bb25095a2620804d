/* core/record/reach_erase.c - after an erasure: the space it stood in, and who has confirmed it. See reach.h.
 *
 * The rows and bodies are overwritten as they are emptied (secure_delete). Three places keep copies: older segments of the full-text index (a word is taken out of them by writing that it is out), pages that
 * SQLite moved cells between, and the write-ahead log. The index is merged into one segment, the file is written anew, the log is emptied. meta erase_pending is set by the transaction that erased, and taken
 * back when all three are done. Printed copies, and those that a killed backup left (backup_left.h), go at once; after a row that only left they are all there is to do (PENDING_PAPERS). */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/backup_left.h"
#include "core/record/catalogue.h"
#include "core/record/history_part.h"
#include "core/record/lookup_erase.h"
#include "core/record/peer.h"
#include "core/record/printout.h"
#include "core/record/reach_impl.h"


static enum status set_pending(struct store *store, enum reach_pending pending, struct errmsg *err)
{
    enum status status = store_begin(store, "erase", err);
    if (status != STATUS_OK)
        return status;
    status = pending == PENDING_NONE ? store_meta_remove(store, "erase_pending", err) : store_meta_set_int(store, "erase_pending", pending, err);
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

/* The index in one segment, and every page written anew. */
static enum status rewrite(struct store *store, struct errmsg *err)
{
    enum status status = store_begin(store, "erase", err);
    if (status != STATUS_OK)
        return status;
    status = store_exec(store, "INSERT INTO search_text(search_text) VALUES('optimize')", err);
    if (status == STATUS_OK)
        status = store_commit(store, err);
    else
        store_rollback(store);
    if (status == STATUS_OK)
        status = store_exec(store, "VACUUM", err);
    return status == STATUS_OK ? set_pending(store, PENDING_LOG, err) : status;
}

/* A backup that was killed left a whole copy. */
static enum status sweep_copies(struct store *store, struct errmsg *err)
{
    const char *path = store_path(store), *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    size_t removed = 0;
    if (!store_has_file(store) || slash == NULL || snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path) >= (int)sizeof folder)
        return STATUS_OK;
    return backup_left_sweep(folder, &removed, err);
}

/* Whether the record was erased by law. A type that is not known here (of a newer program): nobody can say. */
static enum status is_erased(struct store *store, uint64_t type_no, struct id id, bool *erased, struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no(type_no);
    struct reach_place place = {0};
    enum status status = type == NULL ? STATUS_OK : reach_place_of(store, type, id, &place, err);
    *erased = status == STATUS_OK && place.why == REACH_ERASED;
    return status;
}

/* Rows of `sql`: what to delete by, the type, the id. *any: something went. */
static enum status forget_erased(struct store *store, const char *sql, const char *drop, bool *any, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        bool erased;
        status = is_erased(store, (uint64_t)stmt_column_int(stmt, 1), stmt_column_id(stmt, 2), &erased, err);
        if (status == STATUS_OK && erased) {
            struct stmt *gone = store_prepare(store, drop);
            stmt_int(gone, 1, stmt_column_int(stmt, 0));
            status = stmt_run(gone, err);
            *any = true;
        }
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* Of a session that this program did not see end: a program that does not know the table came between. */
static enum status forget_parts(struct store *store, bool *any, struct errmsg *err)
{
    bool parts;
    enum status status = history_part_any(store, &parts, err);
    if (status != STATUS_OK || !parts)
        return status;
    *any = true;
    return history_part_forget(store, err);
}

enum status reach_erase_catch_up(struct store *store, struct errmsg *err)
{
    bool any = false;
    enum status status = forget_erased(store, "SELECT no,type,id FROM passage", "DELETE FROM passage WHERE no=?1", &any, err);
    if (status == STATUS_OK)
        status = forget_erased(store, "SELECT k.lsn,c.type,c.id FROM left_body k JOIN change c ON c.lsn=k.lsn", "DELETE FROM left_body WHERE lsn=?1", &any, err);
    if (status == STATUS_OK)
        status = forget_parts(store, &any, err);
    return status == STATUS_OK && any ? store_meta_set_int(store, "erase_pending", PENDING_ALL, err) : status;
}

/* An erasure that came back to a center that was put back says nothing to those who asked (lookup_erase.h) until here. */
static enum status tell_askers(struct store *store, struct errmsg *err)
{
    bool waits = false;
    enum status status = lookup_erase_waits(store, &waits, err);
    if (status != STATUS_OK || !waits)
        return status;
    status = store_begin(store, "erase", err);
    if (status != STATUS_OK)
        return status;
    status = lookup_erase_tell(store, err);
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

enum status reach_finish(struct store *store, bool *done, struct errmsg *err)
{
    int64_t pending = PENDING_NONE;
    enum status status = store_meta_read_int(store, "erase_pending", &pending, err);
    if (done != NULL)
        *done = status == STATUS_OK && pending == PENDING_NONE;
    if (status != STATUS_OK || pending == PENDING_NONE || store_in_transaction(store))
        return status;
    status = printout_sweep(store, err);
    if (status == STATUS_OK)
        status = tell_askers(store, err);
    if (status == STATUS_OK)
        status = sweep_copies(store, err);
    if (status == STATUS_OK && pending == PENDING_ALL && store_has_file(store)) /* in memory there is no place that outlives it */
        status = rewrite(store, err);
    if (status == STATUS_OK && pending != PENDING_PAPERS)
        status = store_empty_log(store, err);
    if (status == STATUS_OK)
        status = set_pending(store, PENDING_NONE, err);
    if (status == STATUS_OK && done != NULL)
        *done = true;
    if (status != STATUS_BUSY)
        return status;
    errmsg_clear(err); /* somebody reads or writes: the next one does it */
    return STATUS_OK;
}

bool reach_unfinished(struct store *store)
{
    return store_meta_int(store, "erase_pending", PENDING_NONE) != PENDING_NONE;
}

static enum status file_bytes(struct store *store, int64_t *bytes, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT (SELECT page_count FROM pragma_page_count)*(SELECT page_size FROM pragma_page_size)");
    enum status status;
    if (stmt_row(stmt, &status, err)) {
        *bytes = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status reach_finish_if_free(struct store *store, int64_t short_bytes, struct errmsg *err)
{
    int64_t pending = PENDING_NONE, bytes = INT64_MAX; /* how large it is cannot be read: not in passing */
    enum status status = store_meta_read_int(store, "erase_pending", &pending, err);
    if (status != STATUS_OK || pending == PENDING_NONE || store_in_transaction(store))
        return status;
    if (pending == PENDING_ALL)
        status = file_bytes(store, &bytes, err);
    if (status != STATUS_OK)
        return status;
    if (pending == PENDING_ALL && bytes > short_bytes)
        return printout_sweep(store, err);
    store_set_patient(store, false);
    status = reach_finish(store, NULL, err);
    store_set_patient(store, true);
    return status;
}

/* ---- who has confirmed it ---- */

/* Who asked about the record: by the change that tells it what goes of the answer. */
#define TOLD "(SELECT coalesce(max(coalesce(k.told,9223372036854775807)),0) FROM lookup_erased k WHERE k.erased=?1 AND k.station=p.station_no)"

static bool give(struct stmt *stmt, reach_erasure_row row, void *context)
{
    struct change change;
    struct reach_body body;
    char reason[4 * REACH_TEXT_MAX_CHARS + 1], officer[4 * REACH_TEXT_MAX_CHARS + 1];
    size_t header_len, len;
    const uint8_t *header = stmt_column_blob(stmt, 1, &header_len), *bytes = stmt_column_blob(stmt, 2, &len);
    if (change_decode_header(header, header_len, &change) != STATUS_OK || change.op != CHANGE_ERASE || reach_body_parse(change.op, bytes, len, &body) != NULL)
        return true;
    memcpy(reason, body.reason, body.reason_len);
    reason[body.reason_len] = '\0';
    memcpy(officer, body.officer, body.officer_len);
    officer[body.officer_len] = '\0';
    struct reach_erasure erasure = {.type = catalogue_by_no(change.type_no), .id = change.id, .order = stmt_column_int(stmt, 0), .at_ms = change.at_ms, .user = change.user, .reason = reason,
                                    .officer = officer};
    return row(context, &erasure);
}

enum status reach_erasures(struct store *store, reach_erasure_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT coalesce(c.given,c.rseq),c.header,c.body FROM erasure e JOIN change c ON c.lsn=e.lsn ORDER BY e.lsn DESC");
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        if (!give(stmt, row, context)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* asked: it has something to take back. A machine that has not said since which program it has, waits. */
static enum reach_confirmation confirmation_of(bool applied, bool asked, int64_t protocol)
{
    if (applied && asked && protocol < LOOKUP_ERASE_PROTOCOL)
        return protocol > 0 ? REACH_TOO_OLD : REACH_WAITING;
    return applied ? REACH_CONFIRMED : REACH_WAITING;
}

enum status reach_erasure_machines(struct store *store, int64_t order, reach_machine row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT station_no,coalesce(" PEER_CALLED_SQL ",(SELECT o.name FROM org o WHERE o.number=p.org AND o.gone=0),p.name),sent_order>=?1 AND sent_order>=" TOLD
                                             ",EXISTS(SELECT 1 FROM lookup_erased k WHERE k.erased=?1 AND k.station=p.station_no),coalesce(protocol,0) FROM peer p WHERE revoked=0 AND (org=(SELECT scope FROM change WHERE lsn=?1) OR 0=(SELECT scope FROM change WHERE lsn=?1) "
                                             "OR EXISTS(SELECT 1 FROM reach r WHERE r.scope=p.org AND r.given=?1 AND r.lsn=?1) OR EXISTS(SELECT 1 FROM lookup_erased k WHERE k.erased=?1 AND k.station=p.station_no)) "
                                             "ORDER BY station_no");
    enum status status;
    stmt_int(stmt, 1, order);
    while (stmt_row(stmt, &status, err)) {
        if (!row(context, (uint32_t)stmt_column_int(stmt, 0), stmt_column_text(stmt, 1, NULL), confirmation_of(stmt_column_int(stmt, 2) != 0, stmt_column_int(stmt, 3) != 0, stmt_column_int(stmt, 4)))) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}
