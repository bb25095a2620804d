/* core/record/reach_refused.c - what an erasure by law does to changes that were refused (reach.h).
 *
 * A refused change is in no row's list at the center, so it is looked for among the refused: its body says what a person told, whoever may write it. At the machine that wrote it, it goes on to be seen, and a row that begins
 * with one is that machine's alone: no erasure comes for it, so it goes with what it was about.
 *
 * WHOSE. What a refused change says of others' records is only said: by what it names it can take nothing with it but refused changes of its own log, and rows that no order holds.
 * LATER ONES. An edit of such a row says no more what the row was about. So what was emptied because of what it named is noted by log and row (table refused_erased), and what still comes of that row goes, too. */
#include "core/record/reach_impl.h"

#include <string.h>

#include "core/record/change_body.h"
#include "core/record/kept_filter.h"
#include "core/record/left_body.h"
#include "core/record/recount.h"
#include "core/record/row_rebuild.h"
#include "core/record/search.h"

/* ---- what a body names ---- */

/* Parts of the record, and what names a person as its own. */
static bool names_as_part(const struct record_type *type, const struct field_def *field)
{
    const struct record_type *parent;
    return field != NULL && field->kind == FIELD_REF && (reach_parent_field(type, &parent) == field || strcmp(field->codes, "person") == 0);
}

typedef enum status (*take_ref)(void *context, const struct record_type *target, struct id id, struct errmsg *err);

static enum status each_ref(const struct record_type *type, const struct change *change, const void *bytes, size_t len, take_ref take, void *context, struct errmsg *err)
{
    struct change_body body;
    enum status status = STATUS_OK;
    if (type == NULL || bytes == NULL || reach_is_op(change->op) || change->op > CHANGE_ERASE || change_body_parse(type, change->op, bytes, len, &body) != NULL)
        return STATUS_OK;
    for (size_t i = 0; i < body.count && status == STATUS_OK; i++) {
        const struct value *value = &body.fields[i].value;
        struct id id;
        if (names_as_part(type, body.fields[i].def) && value->kind == VALUE_TEXT && id_parse(value->text, value->len, &id) == STATUS_OK)
            status = take(context, catalogue_find(body.fields[i].def->codes), id, err);
    }
    return status;
}

/* Whether the center's order holds anything of the row. */
static enum status is_ordered(struct store *store, int64_t head, bool *ordered, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT 1 FROM list JOIN change c ON c.lsn=list.lsn WHERE c.state=0 AND c.rseq IS NOT NULL LIMIT 1");
    enum status status;
    stmt_int(stmt, 1, head);
    *ordered = stmt_row(stmt, &status, err);
    stmt_reset(stmt);
    return status;
}

/* A row that the center has and that was not erased: an erasure of what it refers to leaves it, whether that was erased alone or the row is kept by law, and so it leaves what was refused of it. What goes with its whole has
 * an erasure of its own. */
static enum status stays(struct store *store, const struct record_type *type, struct id id, bool *out, struct errmsg *err)
{
    struct reach_place place = {.there = false};
    enum status status = type == NULL ? STATUS_OK : reach_place_of(store, type, id, &place, err);
    *out = false;
    return status == STATUS_OK && place.there && place.why != REACH_ERASED ? is_ordered(store, place.head, out, err) : status;
}

struct about {
    struct store *store;
    bool erased;
};

static enum status look_whether_erased(void *context, const struct record_type *target, struct id id, struct errmsg *err)
{
    struct about *about = context;
    struct reach_place place;
    enum status status = reach_place_of(about->store, target, id, &place, err);
    about->erased |= status == STATUS_OK && place.why == REACH_ERASED;
    return status;
}

static enum status look_whether_noted(struct about *about, int64_t log, struct id id, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(about->store, "SELECT 1 FROM refused_erased WHERE log=?1 AND id=?2");
    enum status status;
    stmt_int(stmt, 1, log);
    stmt_id(stmt, 2, id);
    about->erased |= stmt_row(stmt, &status, err);
    stmt_reset(stmt);
    return status;
}

enum status reach_is_about_erased(struct store *store, const struct change *change, int64_t log, const void *body, size_t len, bool *out, struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no(change->type_no);
    struct about about = {.store = store};
    bool left = false;
    enum status status = type == NULL ? STATUS_OK : look_whether_erased(&about, type, change->id, err);
    if (status == STATUS_OK)
        status = look_whether_noted(&about, log, change->id, err);
    if (status == STATUS_OK)
        status = stays(store, type, change->id, &left, err);
    if (status == STATUS_OK && !left)
        status = each_ref(type, change, body, len, look_whether_erased, &about, err);
    *out = status == STATUS_OK && about.erased;
    return status;
}

enum status reach_note_refused(struct store *store, int64_t log, struct id id, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT OR IGNORE INTO refused_erased(log,id) VALUES(?1,?2)");
    stmt_int(stmt, 1, log);
    stmt_id(stmt, 2, id);
    return stmt_run(stmt, err);
}

/* ---- those that are here ---- */

struct sought {
    struct id id;
    bool found;
};

static enum status look_for_id(void *context, const struct record_type *target, struct id id, struct errmsg *err)
{
    struct sought *sought = context;
    (void)target;
    (void)err;
    sought->found |= id_equal(id, sought->id);
    return STATUS_OK;
}

/* One that was refused and still has its content. */
struct refused {
    int64_t lsn, log;
    const struct record_type *type; /* or NULL: not known to this program */
    struct id id;
};

/* The next one behind out->lsn that is about the record; of one log only, if log is not 0. False: none, or *status. */
static bool next_refused(struct store *store, struct id id, int64_t log, struct refused *out, enum status *status, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT q.lsn,c.log,c.header," LEFT_BODY_OF_C " FROM quarantine q CROSS JOIN change c ON c.lsn=q.lsn WHERE q.lsn>?1 AND (?2=0 OR c.log=?2) ORDER BY q.lsn");
    stmt_int(stmt, 1, out->lsn);
    stmt_int(stmt, 2, log);
    while (stmt_row(stmt, status, err)) {
        struct change change;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 2, &header_len), *body = stmt_column_blob(stmt, 3, &len);
        if (stmt_column_is_null(stmt, 3) || change_decode_header(header, header_len, &change) != STATUS_OK || reach_is_op(change.op))
            continue;
        struct sought sought = {.id = id, .found = id_equal(change.id, id)};
        *out = (struct refused){.lsn = stmt_column_int(stmt, 0), .log = stmt_column_int(stmt, 1), .type = catalogue_by_no(change.type_no), .id = change.id};
        bool own = sought.found, left = false;
        *status = each_ref(out->type, &change, body, len, look_for_id, &sought, err);
        if (*status == STATUS_OK && sought.found && !own)
            *status = stays(store, out->type, change.id, &left, err);
        if (*status == STATUS_OK && (!sought.found || left))
            continue;
        stmt_reset(stmt);
        return *status == STATUS_OK;
    }
    return false;
}

static enum status drop_body(struct store *store, int64_t lsn, struct errmsg *err)
{
    static const char *const BODIES[] = {"UPDATE change SET body=NULL WHERE lsn=?1", "DELETE FROM left_body WHERE lsn=?1"};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof BODIES / sizeof BODIES[0]; i++) {
        struct stmt *stmt = store_prepare(store, BODIES[i]);
        stmt_int(stmt, 1, lsn);
        status = stmt_run(stmt, err);
    }
    return status;
}

static enum status run_for_id(struct store *store, const char *sql, struct id id, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, sql);
    stmt_id(stmt, 1, id);
    return stmt_run(stmt, err);
}

/* The row is this machine's alone: no order holds anything of it. */
static enum status forget_row(struct store *store, const struct refused *refused, const struct reach_place *place, struct errmsg *err)
{
    enum status status = STATUS_OK;
    if (recount_has(refused->type) && place->n <= recount_mark(store, refused->type))
        status = recount_forget(store, err); /* the journal holds what the row held: figures are counted anew */
    if (status == STATUS_OK)
        status = search_forget(store, refused->id, err);
    if (status == STATUS_OK)
        status = kept_filter_erase(store, refused->type, refused->id, place->head, err);
    if (status == STATUS_OK)
        status = reach_drop_content(store, place->head, err);
    if (status == STATUS_OK)
        status = run_for_id(store, "DELETE FROM draft WHERE record=?1", refused->id, err);
    if (status == STATUS_OK)
        status = row_rebuild(store, refused->type, refused->id, err);
    return status == STATUS_OK ? run_for_id(store, "DELETE FROM search_todo WHERE id=?1", refused->id, err) : status;
}

static enum status drop_refused(struct store *store, struct id id, int64_t log, struct errmsg *err);

/* One of another row, which names the record and is no order's. */
static enum status drop_one(struct store *store, const struct refused *refused, struct errmsg *err)
{
    struct reach_place place = {0};
    enum status status = drop_body(store, refused->lsn, err);
    if (status == STATUS_OK)
        status = reach_note_refused(store, refused->log, refused->id, err);
    if (status != STATUS_OK || refused->type == NULL)
        return status;
    status = reach_place_of(store, refused->type, refused->id, &place, err);
    if (status == STATUS_OK && place.there && !place.absent)
        status = forget_row(store, refused, &place, err);
    return status == STATUS_OK ? drop_refused(store, refused->id, refused->log, err) : status;
}

/* Ends: what was found has no content any more when what hangs on its row is looked for. */
static enum status drop_refused(struct store *store, struct id id, int64_t log, struct errmsg *err)
{
    struct refused refused = {0};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && next_refused(store, id, log, &refused, &status, err))
        status = id_equal(refused.id, id) ? drop_body(store, refused.lsn, err) : drop_one(store, &refused, err);
    return status;
}

enum status reach_drop_refused(struct store *store, struct id id, struct errmsg *err)
{
    return drop_refused(store, id, 0, err);
}

enum status reach_forget_refused(struct store *store, int64_t lsn, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT header,body,log FROM change WHERE lsn=?1 AND body IS NOT NULL");
    enum status status;
    stmt_int(stmt, 1, lsn);
    if (!stmt_row(stmt, &status, err))
        return status;
    struct change change;
    bool erased = false;
    size_t header_len, len;
    const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *body = stmt_column_blob(stmt, 1, &len);
    struct refused refused = {.lsn = lsn, .log = stmt_column_int(stmt, 2)};
    status = change_decode_header(header, header_len, &change);
    if (status == STATUS_OK && !reach_is_op(change.op)) {
        refused.type = catalogue_by_no(change.type_no);
        refused.id = change.id;
        status = reach_is_about_erased(store, &change, refused.log, body, len, &erased, err);
    }
    stmt_reset(stmt);
    if (status != STATUS_OK || !erased)
        return status;
    status = drop_one(store, &refused, err);
    return status == STATUS_OK ? store_meta_set_int(store, "erase_pending", PENDING_ALL, err) : status;
}
