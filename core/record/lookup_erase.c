/* core/record/lookup_erase.c - see lookup_erase.h. */
#include "core/record/lookup_erase.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/called.h"
#include "core/record/lookup.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"

enum { BODY_MAX_BYTES = 64, KEY_STATION = 1, KEY_ASKED = 2, KEY_MASK = 3, KEYS = 3, LINE_BITS = (1 << LOOKUP_LINES) - 1 };

_Static_assert((int)LINE_BITS < (int)LOOKUP_ERASE_LINES, "a bit for each line");

/* ---- one question ---- */

struct question {
    int64_t no, station, asked_ms, total;
    enum lookup_state state;
    char text[LOOKUP_TEXT_BYTES], reason[LOOKUP_REASON_BYTES], lines[LOOKUP_LINES_BYTES];
    struct id hits[LOOKUP_LINES];
    size_t n_hits;
};

#define QUESTION "SELECT no,station,text,reason,asked_ms,state,coalesce(total,0),coalesce(lines,''),hits FROM lookup "

static void read_question(struct stmt *stmt, struct question *out)
{
    size_t len;
    *out = (struct question){.no = stmt_column_int(stmt, 0), .station = stmt_column_int(stmt, 1), .asked_ms = stmt_column_int(stmt, 4), .state = (enum lookup_state)stmt_column_int(stmt, 5),
                             .total = stmt_column_int(stmt, 6)};
    snprintf(out->text, sizeof out->text, "%s", stmt_column_text(stmt, 2, NULL));
    snprintf(out->reason, sizeof out->reason, "%s", stmt_column_text(stmt, 3, NULL));
    snprintf(out->lines, sizeof out->lines, "%s", stmt_column_text(stmt, 7, NULL));
    const uint8_t *hits = stmt_column_blob(stmt, 8, &len);
    out->n_hits = len / sizeof out->hits[0];
    if (out->n_hits > LOOKUP_LINES)
        out->n_hits = LOOKUP_LINES;
    if (out->n_hits > 0)
        memcpy(out->hits, hits, out->n_hits * sizeof out->hits[0]);
}

/* Without the lines of the mask, each place kept while another line stands; how many went. */
static int64_t strike_lines(char lines[LOOKUP_LINES_BYTES], int64_t mask)
{
    char *to = lines;
    int64_t struck = 0;
    bool left = false;
    size_t i = 0;
    for (const char *at = lines; *at != '\0'; i++) {
        size_t len = strcspn(at, "\n");
        bool ends = at[len] == '\0', goes = (mask & LOOKUP_ERASE_LINES) != 0 || (i < LOOKUP_LINES && (mask >> i & 1) != 0);
        struck += goes && len > 0;
        if (!goes) {
            memmove(to, at, len);
            to += len;
            left |= len > 0;
        }
        at += len + !ends;
        if (!ends)
            *to++ = '\n';
    }
    *to = '\0';
    if (!left)
        lines[0] = '\0';
    return struck;
}

static void strike_hits(struct question *question, int64_t mask)
{
    for (size_t i = 0; i < question->n_hits; i++)
        if (((mask & LOOKUP_ERASE_LINES) != 0 || (mask >> i & 1) != 0) && !id_is_zero(question->hits[i])) {
            question->hits[i] = (struct id){{0}};
            question->total -= question->total > 0;
        }
}

static enum status strike(struct store *store, struct question *question, int64_t mask, struct errmsg *err)
{
    bool text = (mask & LOOKUP_ERASE_TEXT) != 0;
    if (text)
        mask |= LOOKUP_ERASE_LINES;
    strike_hits(question, mask);
    if (question->state == LOOKUP_ANSWERED) {
        question->total -= strike_lines(question->lines, mask);
        question->total = text || question->total < 0 ? 0 : question->total;
    }
    if (text && question->state == LOOKUP_OPEN)
        question->state = LOOKUP_REFUSED; /* nothing is left to ask */
    struct stmt *stmt = store_prepare(store, "UPDATE lookup SET text=CASE WHEN ?2 THEN '' ELSE text END, reason=CASE WHEN ?3 THEN '' ELSE reason END, state=?4, total=?5, lines=CASE WHEN lines IS NULL THEN NULL ELSE ?6 END, "
                                             "hits=CASE WHEN hits IS NULL THEN NULL ELSE ?7 END WHERE no=?1");
    stmt_int(stmt, 1, question->no);
    stmt_int(stmt, 2, text);
    stmt_int(stmt, 3, (mask & LOOKUP_ERASE_REASON) != 0);
    stmt_int(stmt, 4, question->state);
    stmt_int(stmt, 5, question->total);
    stmt_string(stmt, 6, question->lines);
    stmt_blob(stmt, 7, question->hits, question->n_hits * sizeof question->hits[0]);
    return stmt_run(stmt, err);
}

/* ---- a record is erased ---- */

struct erasing {
    struct store *store;
    struct id id;
    const struct change *erasure;
    int64_t lsn;
    bool center;
    struct called called;
    struct errmsg *err;
};

/* Asked again because the answer was lost on the way: which of the answers the station has is not known here. */
static enum status is_repeated(struct store *store, const struct question *question, bool *repeated, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM lookup WHERE station=?1 AND asked_ms=?2 AND no<>?3 LIMIT 1");
    enum status status;
    stmt_int(stmt, 1, question->station);
    stmt_int(stmt, 2, question->asked_ms);
    stmt_int(stmt, 3, question->no);
    *repeated = stmt_row(stmt, &status, err);
    stmt_reset(stmt);
    return status;
}

static enum status find_mask(struct erasing *erasing, const struct question *question, int64_t *mask)
{
    bool named, gone, told, repeated = false;
    *mask = 0;
    enum status status = called_look(erasing->store, &erasing->called, question->text, true, &named, &gone, erasing->err);
    if (status == STATUS_OK && gone)
        *mask |= LOOKUP_ERASE_TEXT;
    if (status == STATUS_OK)
        status = called_look(erasing->store, &erasing->called, question->reason, false, &told, &gone, erasing->err);
    if (status == STATUS_OK && gone)
        *mask |= LOOKUP_ERASE_REASON;
    for (size_t i = 0; i < question->n_hits; i++)
        if (id_equal(question->hits[i], erasing->id))
            *mask |= INT64_C(1) << i;
    if (question->n_hits == 0 && named && question->total > 0)
        *mask |= LOOKUP_ERASE_LINES; /* of a program that did not keep which records they were */
    if (status == STATUS_OK && (*mask & LINE_BITS) != 0)
        status = is_repeated(erasing->store, question, &repeated, erasing->err);
    if (repeated)
        *mask |= LOOKUP_ERASE_LINES;
    return status;
}

static enum status note(struct erasing *erasing, const struct question *question, int64_t mask)
{
    struct stmt *stmt = store_prepare(erasing->store, "INSERT INTO lookup_erased(erased,station,asked_ms,mask,user,at_ms) VALUES(?1,?2,?3,?4,?5,?6)");
    stmt_int(stmt, 1, erasing->lsn);
    stmt_int(stmt, 2, question->station);
    stmt_int(stmt, 3, question->asked_ms);
    stmt_int(stmt, 4, mask);
    stmt_string(stmt, 5, erasing->erasure->user);
    stmt_int(stmt, 6, erasing->erasure->at_ms);
    return stmt_run(stmt, erasing->err);
}

static enum status erase_in(struct erasing *erasing, struct question *question)
{
    int64_t mask;
    if (!erasing->center && question->state != LOOKUP_OPEN)
        return STATUS_OK; /* the center has it, and says what goes */
    enum status status = find_mask(erasing, question, &mask);
    if (status == STATUS_OK && mask != 0)
        status = strike(erasing->store, question, mask, erasing->err);
    return status == STATUS_OK && mask != 0 && erasing->center ? note(erasing, question, mask) : status;
}

static enum status ever_asked(struct store *store, bool *asked, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM lookup LIMIT 1");
    enum status status;
    *asked = stmt_row(stmt, &status, err);
    stmt_reset(stmt);
    return status;
}

enum status lookup_erase(struct store *store, const struct record_type *type, struct id id, int64_t head, const struct change *erasure, int64_t lsn, struct errmsg *err)
{
    struct erasing erasing = {.store = store, .id = id, .erasure = erasure, .lsn = lsn, .err = err};
    struct question question;
    int64_t center = 0;
    bool asked;
    assert(store_in_transaction(store));
    enum status status = ever_asked(store, &asked, err);
    if (status != STATUS_OK || !asked)
        return status;
    status = store_meta_read_int(store, "role_center", &center, err);
    if (status != STATUS_OK)
        return status;
    erasing.center = center != 0;
    status = called_read(store, type, id, head, &erasing.called, err);
    struct stmt *stmt = status == STATUS_OK ? store_prepare(store, QUESTION "ORDER BY no") : NULL;
    while (stmt != NULL && stmt_row(stmt, &status, err)) {
        read_question(stmt, &question);
        status = erase_in(&erasing, &question);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    called_release(&erasing.called);
    return status;
}

/* ---- the stations are told ---- */

enum status lookup_erase_waits(struct store *store, bool *waits, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM lookup_erased WHERE told IS NULL LIMIT 1");
    enum status status;
    bool any = stmt_row(stmt, &status, err);
    stmt_reset(stmt);
    *waits = status == STATUS_OK ? any : *waits;
    return status;
}

struct telling {
    int64_t no, station, asked_ms, mask, org; /* org 0: its machine is not one of the county's any more */
    struct change change;
};

static enum status append(struct store *store, struct telling *telling, int64_t *lsn, struct errmsg *err)
{
    struct buf body, name;
    int64_t seen;
    buf_init(&body, BODY_MAX_BYTES);
    buf_init(&name, 2 * BODY_MAX_BYTES);
    cbor_put_map(&body, KEYS);
    cbor_put_uint(&body, KEY_STATION);
    cbor_put_int(&body, telling->station);
    cbor_put_uint(&body, KEY_ASKED);
    cbor_put_int(&body, telling->asked_ms);
    cbor_put_uint(&body, KEY_MASK);
    cbor_put_int(&body, telling->mask);
    enum status status = row_seen(store, &seen, err);
    telling->change.seen = (uint64_t)seen;
    if (status == STATUS_OK)
        status = changelog_next(store, lsn, err);
    buf_append(&name, body.data, body.len);
    buf_put_u64(&name, (uint64_t)*lsn);
    struct hash hash = hash_of(name.data, name.len); /* a change has a record: one of its own */
    memcpy(&telling->change.id, hash.bytes, sizeof telling->change.id);
    if (status == STATUS_OK)
        status = body.status != STATUS_OK ? body.status : name.status;
    if (status == STATUS_OK)
        status = changelog_append_own(store, true, &telling->change, body.data, body.len, lsn, err);
    buf_release(&body);
    buf_release(&name);
    return status;
}

static enum status next_to_tell(struct store *store, struct telling *out, bool *found, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT no,station,asked_ms,mask,user,at_ms,coalesce((SELECT org FROM peer p WHERE p.station_no=k.station AND p.revoked=0),0) FROM lookup_erased k WHERE told IS NULL ORDER BY no LIMIT 1");
    enum status status;
    *found = stmt_row(stmt, &status, err);
    if (!*found)
        return status;
    *out = (struct telling){.no = stmt_column_int(stmt, 0), .station = stmt_column_int(stmt, 1), .asked_ms = stmt_column_int(stmt, 2), .mask = stmt_column_int(stmt, 3), .org = stmt_column_int(stmt, 6)};
    out->change = (struct change){.at_ms = stmt_column_int(stmt, 5), .type_no = LOOKUP_ERASE_TYPE, .op = CHANGE_PUT, .scope = out->org};
    snprintf(out->change.user, sizeof out->change.user, "%s", stmt_column_text(stmt, 4, NULL));
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status lookup_erase_tell(struct store *store, struct errmsg *err)
{
    struct telling telling;
    bool found = true;
    enum status status = STATUS_OK;
    assert(store_in_transaction(store));
    while (status == STATUS_OK && found) {
        int64_t lsn = 0;
        status = next_to_tell(store, &telling, &found, err);
        if (status == STATUS_OK && found && telling.org != 0)
            status = append(store, &telling, &lsn, err);
        if (status != STATUS_OK || !found)
            break;
        struct stmt *stmt = store_prepare(store, "UPDATE lookup_erased SET told=?2 WHERE no=?1");
        stmt_int(stmt, 1, telling.no);
        stmt_int(stmt, 2, lsn);
        status = stmt_run(stmt, err);
    }
    return status;
}

/* ---- a station is told ---- */

static bool parse(const void *body, size_t len, int64_t *station, int64_t *asked_ms, int64_t *mask)
{
    struct reader reader;
    reader_init(&reader, body, len);
    if (cbor_map(&reader) < KEYS || cbor_uint(&reader) != KEY_STATION)
        return false;
    *station = cbor_int(&reader);
    if (cbor_uint(&reader) != KEY_ASKED)
        return false;
    *asked_ms = cbor_int(&reader);
    if (cbor_uint(&reader) != KEY_MASK)
        return false;
    *mask = cbor_int(&reader);
    return reader.status == STATUS_OK;
}

static enum status is_centers(struct store *store, int64_t log, bool *is, struct errmsg *err)
{
    struct log_info info;
    enum status status = changelog_log_by_no(store, log, &info, err);
    *is = status == STATUS_OK && info.id.station == STATION_NO_CENTER;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status lookup_erase_apply(struct store *store, const void *body, size_t len, const struct apply_origin *origin, struct errmsg *err)
{
    int64_t station, asked_ms, mask, center = 0, own = 0;
    struct question question;
    bool centers = false, any = false;
    if (origin->from_station || body == NULL || !parse(body, len, &station, &asked_ms, &mask))
        return STATUS_OK;
    enum status status = store_meta_read_int(store, "role_center", &center, err);
    if (status == STATUS_OK)
        status = store_meta_read_int(store, "station_no", &own, err);
    if (status == STATUS_OK && center == 0 && station == own)
        status = is_centers(store, origin->log, &centers, err);
    if (status != STATUS_OK || !centers)
        return status;
    struct stmt *stmt = store_prepare(store, QUESTION "WHERE asked_ms=?1");
    stmt_int(stmt, 1, asked_ms);
    while (stmt_row(stmt, &status, err)) {
        any = true;
        read_question(stmt, &question);
        status = strike(store, &question, mask, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status == STATUS_OK && any ? store_meta_set_int(store, "erase_pending", PENDING_ALL, err) : status;
}

enum status lookup_erase_catch_up(struct store *store, struct errmsg *err)
{
    bool asked;
    enum status status = ever_asked(store, &asked, err);
    if (status != STATUS_OK || !asked)
        return status;
    struct stmt *stmt = store_prepare(store, "SELECT log,lsn,body FROM change WHERE type=?1 AND body IS NOT NULL ORDER BY lsn");
    stmt_int(stmt, 1, LOOKUP_ERASE_TYPE);
    while (stmt_row(stmt, &status, err)) {
        size_t len;
        struct apply_origin origin = {.log = stmt_column_int(stmt, 0), .lsn = stmt_column_int(stmt, 1)};
        const uint8_t *body = stmt_column_blob(stmt, 2, &len);
        status = lookup_erase_apply(store, body, len, &origin, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}
