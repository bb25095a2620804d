/* core/record/returned_log.c - see returned_log.h. */
#include "core/record/returned_log.h"

#include <string.h>

#include "core/record/branch.h"
#include "core/record/returned.h"

void returned_mark_of(const void *header, size_t len, uint8_t mark[RETURNED_MARK_BYTES])
{
    struct hash hash = hash_of(header, len);
    memcpy(mark, hash.bytes, RETURNED_MARK_BYTES);
}

/* What came since, with a later number, is the center's present word on this log and may be of another continuation; not what was here before it and only came again.
 * THE LIMIT. What came since with the history of a record (order.h: taken) may have been before it at the center that wrote both, and does not count: the log that is begun for it begins too early then, and who wrote on in
 * it counts as not having known that, so a person is asked where nothing was to be asked; no value is lost. Where both are of one log the center makes up for it (returned_log_goes_ahead); not where an era began between
 * them and the log goes on under another name. To go by `taken` would need to know that one and the same center told both: else what a put-back center wrote again under the number would count as known, and a value
 * could be lost in silence. That both lapsed in the same rewind (lapsed.h) does not say it: of a center that was put back and went on to a number at which both agree by chance only sums tell, and one rewind then goes behind
 * what both have told (tests/test_heal_hands.c, test_a_record_given_away_again_while_both_agree_by_chance, fails with that rule). */
enum status returned_log_before(struct store *store, int64_t log, uint64_t seq, uint64_t number, int64_t lsn, struct returned_before *out, struct errmsg *err)
{
    struct log_path path;
    enum status status = branch_path(store, log, &path, err);
    *out = (struct returned_before){.told = true};
    for (size_t i = 0; i < path.n && status == STATUS_OK && out->seq == 0 && path.logs[i].id.station == path.logs[0].id.station; i++) {
        uint64_t end = branch_end(&path, &path.logs[i]);
        struct stmt *stmt = store_prepare(store, "SELECT seq,header FROM change WHERE log=?1 AND seq<?2 AND seq<=?3 AND rseq IS NOT NULL AND (coalesce(given,rseq)<=?4 OR lsn<?5) ORDER BY seq DESC LIMIT 1");
        stmt_int(stmt, 1, path.logs[i].no);
        stmt_int(stmt, 2, (int64_t)seq);
        stmt_int(stmt, 3, end < INT64_MAX ? (int64_t)end : INT64_MAX);
        stmt_int(stmt, 4, (int64_t)number);
        stmt_int(stmt, 5, lsn);
        if (stmt_row(stmt, &status, err)) {
            size_t len;
            const uint8_t *header = stmt_column_blob(stmt, 1, &len);
            out->seq = (uint64_t)stmt_column_int(stmt, 0);
            returned_mark_of(header, len, out->mark);
            stmt_reset(stmt);
        }
    }
    return status;
}

/* ---- center ---- */

/* The log in which it is here; 0: nowhere. */
static enum status find_before(struct store *store, uint32_t station_no, const struct returned_before *before, int64_t *log, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT c.log,c.header FROM log l JOIN change c ON c.log=l.no AND c.seq=?2 WHERE l.station=?1");
    enum status status;
    *log = 0;
    stmt_int(stmt, 1, station_no);
    stmt_int(stmt, 2, (int64_t)before->seq);
    while (stmt_row(stmt, &status, err)) {
        uint8_t mark[RETURNED_MARK_BYTES];
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &len);
        returned_mark_of(header, len, mark);
        if (memcmp(mark, before->mark, sizeof mark) != 0)
            continue;
        *log = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
        break;
    }
    return status;
}

/* Whether the log has that number already, or its path something between the two that the station should have seen. The center's own log goes on by itself. */
static enum status is_closed(struct store *store, int64_t log, uint64_t after, uint64_t seq, int64_t org, bool *closed, struct errmsg *err)
{
    struct log_path path;
    enum status status = branch_path(store, log, &path, err);
    *closed = log == store_meta_int(store, "own_log", 0);
    for (size_t i = 0; i < path.n && status == STATUS_OK && !*closed; i++) {
        uint64_t end = branch_end(&path, &path.logs[i]);
        struct stmt *stmt = store_prepare(store, "SELECT 1 FROM change WHERE log=?1 AND seq>?2 AND seq<=?3 AND (seq=?4 OR (scope IN (0,?5) AND state<>1)) LIMIT 1");
        stmt_int(stmt, 1, path.logs[i].no);
        stmt_int(stmt, 2, (int64_t)after);
        stmt_int(stmt, 3, (int64_t)(end < seq ? end : seq));
        stmt_int(stmt, 4, (int64_t)seq);
        stmt_int(stmt, 5, org);
        *closed = stmt_row(stmt, &status, err);
        if (*closed)
            stmt_reset(stmt);
    }
    return status;
}

/* Whether it goes on in this log, known here. behind: the log BEFORE is in, 0: it told none, or it is not here. */
static enum status goes_on_in(struct store *store, const struct log_info *log, const struct change *change, const struct returned_before *before, int64_t behind, int64_t org, bool *goes_on, struct errmsg *err)
{
    bool on = before->seq == 0, closed = false;
    enum status status = STATUS_OK;
    if (before->told && before->seq > 0 && behind != 0)
        status = branch_on_path(store, log->no, behind, before->seq, &on, err);
    if (status == STATUS_OK)
        status = is_closed(store, log->no, before->told ? before->seq : change->seq - 1, change->seq, org, &closed, err);
    *goes_on = on && !closed;
    return status;
}

/* Where the log begins now lies on the way to BEFORE, and the way does not lead through the log itself. */
static enum status leads_to(struct store *store, const struct log_info *log, int64_t behind, uint64_t seq, bool *leads, struct errmsg *err)
{
    struct log_path path;
    *leads = false;
    enum status status = branch_on_path(store, log->parent, behind, seq, leads, err);
    if (status != STATUS_OK || *leads)
        return status;
    status = branch_path(store, behind, &path, err);
    *leads = status == STATUS_OK && branch_path_holds(&path, log->parent, log->base_seq);
    for (size_t i = 0; i < path.n && *leads; i++)
        *leads = path.logs[i].no != log->no;
    return status;
}

/* It was begun behind something that came before BEFORE in the same log: the station that brought its first change could not see what lies between. Now one that can says that this was before it, too. */
static enum status begin_later(struct store *store, struct log_info *log, const struct returned_before *before, int64_t behind, struct errmsg *err)
{
    bool leads = false, empty = false;
    if (behind == 0 || log->parent == 0 || before->seq <= log->base_seq)
        return STATUS_OK;
    enum status status = leads_to(store, log, behind, before->seq, &leads, err);
    if (status != STATUS_OK || !leads)
        return status;
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM change WHERE log=?1 AND seq<=?2 LIMIT 1");
    stmt_int(stmt, 1, log->no);
    stmt_int(stmt, 2, (int64_t)before->seq);
    empty = !stmt_row(stmt, &status, err);
    if (!empty)
        stmt_reset(stmt);
    return status == STATUS_OK && empty ? branch_begin_at(store, log, behind, before->seq, err) : status;
}

enum status returned_log_came_before(struct store *store, int64_t log, const struct returned_before *before, struct errmsg *err)
{
    struct log_info info;
    int64_t behind = 0;
    if (!before->told || before->seq == 0)
        return STATUS_OK;
    enum status status = changelog_log_by_no(store, log, &info, err);
    if (status != STATUS_OK || !info.partial || info.parent == 0 || before->seq <= info.base_seq)
        return status;
    status = find_before(store, info.id.station, before, &behind, err);
    return status == STATUS_OK ? begin_later(store, &info, before, behind, err) : status;
}

enum status returned_log_goes_ahead(struct store *store, int64_t log, const struct returned_before *known, const struct returned_before *ahead, struct errmsg *err)
{
    struct log_info own, lost;
    struct log_path path;
    int64_t tip = 0;
    if (ahead->seq == 0)
        return STATUS_OK;
    enum status status = changelog_log_by_no(store, log, &own, err);
    if (status == STATUS_OK)
        status = find_before(store, own.id.station, ahead, &tip, err);
    if (status == STATUS_OK && tip != 0)
        status = branch_path(store, tip, &path, err);
    const struct path_log *at = status == STATUS_OK && tip != 0 ? branch_at(&path, known->seq) : NULL;
    if (at == NULL || at->no == log)
        return status;
    status = changelog_log_by_no(store, at->no, &lost, err);
    return status == STATUS_OK && lost.partial ? begin_later(store, &lost, known, log, err) : status;
}

/* The log of lost changes in which, or in one behind which, a later change of the same log is: the one of its path that has this number. */
static enum status find_ahead(struct store *store, uint32_t station_no, const struct change *change, const struct returned_before *before, const struct returned_before *ahead, int64_t behind, int64_t org,
                              struct log_info *out, bool *found, struct errmsg *err)
{
    struct log_path path;
    int64_t tip = 0;
    *found = false;
    enum status status = find_before(store, station_no, ahead, &tip, err);
    if (status == STATUS_OK && tip != 0)
        status = branch_path(store, tip, &path, err);
    if (status != STATUS_OK || tip == 0)
        return status;
    const struct path_log *at = branch_at(&path, change->seq);
    if (at == NULL)
        return STATUS_OK;
    status = changelog_log_by_no(store, at->no, out, err);
    if (status != STATUS_OK || !out->partial)
        return status;
    status = begin_later(store, out, before, behind, err);
    return status == STATUS_OK ? goes_on_in(store, out, change, before, behind, org, found, err) : status;
}

/* A log of its own, behind what came before it. */
static enum status begin_log(struct store *store, const struct log_id *id, const void *header, size_t header_len, const struct returned_before *before, int64_t behind, struct log_info *out, struct errmsg *err)
{
    struct log_id name = returned_log_of(id, header, header_len);
    return behind != 0 ? branch_declare(store, &name, behind, before->seq, out, err) : changelog_log(store, &name, true, out, err);
}

enum status returned_log_find(struct store *store, const struct log_id *id, const struct change *change, const void *header, size_t header_len, const struct returned_before *before,
                              const struct returned_before *ahead, int64_t org, struct log_info *out, struct errmsg *err)
{
    int64_t behind = 0;
    bool goes_on = false;
    enum status status = before->seq > 0 ? find_before(store, id->station, before, &behind, err) : STATUS_OK;
    if (status == STATUS_OK && ahead->seq > 0)
        status = find_ahead(store, id->station, change, before, ahead, behind, org, out, &goes_on, err);
    if (status != STATUS_OK || goes_on)
        return status;
    status = changelog_log(store, id, !before->told, out, err);
    bool known = status == STATUS_OK;
    if (known && (out->partial || id->station != STATION_NO_CENTER))
        status = goes_on_in(store, out, change, before, behind, org, &goes_on, err);
    else if (status == STATUS_NOT_FOUND)
        status = STATUS_OK;
    if (status == STATUS_OK && !goes_on && behind != 0 && (!known || behind != out->no)) {
        status = changelog_log_by_no(store, behind, out, err);
        if (status == STATUS_OK && out->partial)
            status = goes_on_in(store, out, change, before, behind, org, &goes_on, err);
    }
    return status != STATUS_OK || goes_on ? status : begin_log(store, id, header, header_len, before, behind, out, err);
}
