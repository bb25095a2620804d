/* core/record/conflict.c - see conflict.h. */
#include "core/record/conflict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/changelog.h"
#include "core/record/machine_name.h"
#include "core/record/peer.h"
#include "core/record/reach_impl.h"
#include "core/record/reference_check.h"
#include "core/record/row.h"
#include "core/record/schema.h"

/* Who wrote a value, from the change log. */
struct author {
    char user[ACTOR_NAME_MAX_BYTES];
    char station[MACHINE_NAME_MAX_BYTES], machine[MACHINE_CALLED_BYTES];
    int64_t at_ms, order;
    struct log_id log;
    uint64_t seq;
    bool skew_known;
    int64_t skew_ms;
};

static bool take_skew(void *context, const struct sync_attempt *attempt)
{
    struct author *author = context;
    author->skew_known = attempt->ok;
    author->skew_ms = -attempt->skew_ms; /* noted as the center's clock minus ours */
    return !attempt->ok;
}

/* By how much the machine's clock is off, as the center last saw it; at a station only its own is known. */
static void find_skew(struct store *store, uint32_t station, struct author *out)
{
    enum { ATTEMPTS = 50 };
    struct peer peer;
    bool center = store_meta_int(store, "role_center", 0) != 0;
    if (center && station == STATION_NO_CENTER) {
        out->skew_known = true;
    } else if (center) {
        out->skew_known = peer_find(store, station, &peer, NULL) == STATUS_OK && peer.last_contact_ms != 0;
        out->skew_ms = out->skew_known ? peer.skew_ms : 0;
    } else if (station == (uint32_t)store_meta_int(store, "station_no", 0)) {
        (void)sync_attempt_list(store, ATTEMPTS, take_skew, out, NULL);
    }
}

static enum status author_of(struct store *store, int64_t log, uint64_t seq, struct author *out, struct errmsg *err)
{
    *out = (struct author){0};
    struct stmt *stmt = store_prepare(store, "SELECT c.header, c.rseq, l.station, l.incarnation FROM change c JOIN log l ON l.no=c.log WHERE c.log=?1 AND c.seq=?2");
    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, (int64_t)seq);
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status;
    size_t len;
    const uint8_t *header = stmt_column_blob(stmt, 0, &len);
    struct change change;
    if (change_decode_header(header, len, &change) == STATUS_OK) {
        snprintf(out->user, sizeof out->user, "%s", change.user);
        out->at_ms = change.at_ms;
    }
    out->order = stmt_column_int(stmt, 1);
    uint32_t station = (uint32_t)stmt_column_int(stmt, 2);
    out->log.station = station;
    out->seq = seq;
    const uint8_t *incarnation = stmt_column_blob(stmt, 3, &len);
    if (len == INCARNATION_BYTES)
        memcpy(out->log.incarnation, incarnation, len);
    stmt_reset(stmt);
    find_skew(store, station, out);
    station_label(store, station, out->station, sizeof out->station);
    machine_name_of(store, station, out->machine);
    return STATUS_OK;
}

/* Who wrote the shown value of a cell. Mirrors the row format of apply.h. */
static void shown_writer(struct stmt *row, uint16_t field, int64_t *log, uint64_t *seq)
{
    *log = stmt_column_int(row, ROW_W_LOG);
    *seq = (uint64_t)stmt_column_int(row, ROW_W_SEQ);
    size_t len;
    const uint8_t *cells = stmt_column_blob(row, ROW_CELLS, &len);
    struct reader reader;
    reader_init(&reader, cells, len);
    while (reader_left(&reader) > 0 && reader.status == STATUS_OK) {
        uint16_t no = reader_u16(&reader);
        uint32_t by_log = reader_u32(&reader);
        uint64_t by_seq = reader_u64(&reader);
        if (no == field && reader.status == STATUS_OK) {
            *log = by_log;
            *seq = by_seq;
        }
    }
}

/* Who wrote last in a row that was deleted elsewhere, in the order that counts (row_changes.h): that, and not whoever began the row, is what stands against the deletion. Nothing of it kept: log and seq as they are. */
static enum status last_writer(struct store *store, int64_t head, int64_t *log, uint64_t *seq, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.log,c.seq,c.header FROM list JOIN change c ON c.lsn=list.lsn WHERE c.body IS NOT NULL AND c.state<>2 AND (c.state=0 OR c.rseq IS NULL) "
                                             "ORDER BY c.rseq IS NOT NULL, c.rseq DESC, c.lsn DESC");
    enum status status;
    stmt_int(stmt, 1, head);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 2, &len);
        if (change_decode_header(header, len, &change) != STATUS_OK || (change.op != CHANGE_PUT && change.op != CHANGE_RESOLVE))
            continue;
        *log = stmt_column_int(stmt, 0);
        *seq = (uint64_t)stmt_column_int(stmt, 1);
        stmt_reset(stmt);
        break;
    }
    return status;
}

static void side_of(const struct author *author, struct value value, struct conflict_side *side)
{
    *side = (struct conflict_side){.value = value, .user = author->user, .station = author->station, .machine = author->machine[0] != '\0' ? author->machine : NULL, .at_ms = author->at_ms,
                                   .order = author->order, .log = author->log, .seq = author->seq, .skew_known = author->skew_known, .skew_ms = author->skew_ms};
}

/* Complete one row of table conflict and give it away. */
static enum status give(struct store *store, struct stmt *found, conflict_row row, void *context, bool *go_on, struct errmsg *err)
{
    struct conflict conflict = {.no = stmt_column_int(found, 0), .type = catalogue_by_no((uint64_t)stmt_column_int(found, 1)), .id = stmt_column_id(found, 2)};
    uint16_t field = (uint16_t)stmt_column_int(found, 3);
    if (conflict.type == NULL)
        return STATUS_OK;
    conflict.field = catalogue_field_by_no(conflict.type, field);
    if (field != 0 && conflict.field == NULL)
        return STATUS_OK; /* a field of a newer program */
    struct author shown, other;
    int64_t log;
    uint64_t seq;
    enum status status = author_of(store, stmt_column_int(found, 5), (uint64_t)stmt_column_int(found, 6), &other, err);
    if (status != STATUS_OK)
        return status;
    side_of(&other, stmt_column_value(found, 4), &conflict.other);
    struct stmt *stmt = store_prepare_lasting(store, schema_row_by_id(store, conflict.type));
    stmt_id(stmt, 1, conflict.id);
    if (!stmt_row(stmt, &status, err))
        return status;
    shown_writer(stmt, field, &log, &seq);
    if (field == 0 && stmt_column_int(stmt, ROW_GONE) == 0)
        status = last_writer(store, stmt_column_int(stmt, ROW_HEAD), &log, &seq, err);
    if (status == STATUS_OK)
        status = author_of(store, log, seq, &shown, err);
    struct value value = conflict.field == NULL ? value_int(stmt_column_int(stmt, ROW_GONE))
                                                : stmt_column_value(stmt, ROW_FIELDS + (int)catalogue_field_index(conflict.type, conflict.field));
    side_of(&shown, value, &conflict.shown);
    if (status == STATUS_OK)
        *go_on = row(context, &conflict);
    stmt_reset(stmt);
    return status;
}

static enum status list_them(struct store *store, const struct actor *actor, const struct id *id, size_t limit, conflict_row row, void *context, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, 1024);
    int index = 1;
    buf_puts(&sql, "SELECT no,type,id,field,value,log,seq FROM conflict WHERE 1");
    row_scope_sql(actor, &sql, &index);
    if (id != NULL)
        buf_printf(&sql, " AND id=?%d", index++);
    buf_puts(&sql, " ORDER BY no");
    if (limit > 0)
        buf_printf(&sql, " LIMIT ?%d", index);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 1;
    row_scope_bind(actor, stmt, &index);
    if (id != NULL)
        stmt_id(stmt, index++, *id);
    if (limit > 0)
        stmt_int(stmt, index, (int64_t)limit);
    enum status status;
    bool go_on = true;
    while (stmt_row(stmt, &status, err)) {
        status = give(store, stmt, row, context, &go_on, err);
        if (status != STATUS_OK || !go_on) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* In a reading transaction: a station's name that could not be read is not one that is not there. */
enum status conflict_list(struct store *store, const struct actor *actor, const struct id *id, size_t limit, conflict_row row, void *context, struct errmsg *err)
{
    enum status status = store_begin_read(store, err);
    return status == STATUS_OK ? store_end_read_sure(store, list_them(store, actor, id, limit, row, context, err), err) : status;
}

enum status conflict_count(struct store *store, const struct actor *actor, int64_t *count, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, 256);
    int index = 1;
    buf_puts(&sql, "SELECT count(*) FROM (SELECT DISTINCT id,field FROM conflict WHERE 1");
    row_scope_sql(actor, &sql, &index);
    buf_putc(&sql, ')');
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 1;
    row_scope_bind(actor, stmt, &index);
    enum status status;
    *count = 0;
    if (stmt_row(stmt, &status, err)) {
        *count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

/* Open conflicts of one cell, and whether one of them lost with this value. */
static enum status look_at_cell(struct store *store, struct id id, unsigned field, struct value value, bool *open, bool *is_side, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT value IS ?3 FROM conflict WHERE id=?1 AND field=?2");
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, field);
    stmt_value(stmt, 3, value);
    enum status status;
    *open = *is_side = false;
    while (stmt_row(stmt, &status, err)) {
        *open = true;
        *is_side |= stmt_column_int(stmt, 0) != 0;
    }
    return status;
}

/* What an action wrote may be settled for one of the sides only: a third value would be an action that nobody made. */
static enum status check_choice(struct store *store, const struct record *row, const struct field_def *field, struct value value, struct errmsg *err)
{
    bool open, is_side;
    enum status status = look_at_cell(store, row->id, field == NULL ? 0 : field->no, value, &open, &is_side, err);
    const char *label = field == NULL ? _("删除") : field->label;
    if (status != STATUS_OK)
        return status;
    if (!open)
        return errmsg_set(err, STATUS_NOT_FOUND, "%s: 这一项没有待处理的冲突", label);
    bool by_action = field != NULL && ((field->flags & FIELD_ACTION) || (row->type->flags & TYPE_ACTION));
    if (by_action && !is_side && !value_equal(record_get(row, field), value))
        return errmsg_set(err, STATUS_INVALID, "%s: 由办理动作产生，只能在两边的值里选一个", label);
    return STATUS_OK;
}

enum status conflict_resolve(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const struct field_def *field, struct value value,
                             struct errmsg *err)
{
    struct record row;
    enum status status = records_get(store, actor, type, id, &row, err);
    if (status != STATUS_OK)
        return status;
    if (row.conflicts == 0)
        status = errmsg_set(err, STATUS_NOT_FOUND, "这条%s没有待处理的冲突", _(type->label));
    else if (value.kind != VALUE_NULL && (field == NULL || catalogue_is_number(field->kind)) != (value.kind == VALUE_INT))
        status = errmsg_set(err, STATUS_INVALID, "%s: 值的类型不对", field == NULL ? _("删除") : _(field->label));
    else
        status = check_choice(store, &row, field, value, err);
    if (status == STATUS_OK)
        status = records_resolve(store, actor, &row, field, value, err);
    record_release(&row);
    return status;
}

/* Whether the record is whole without the value that was typed. */
static enum status was_whole(const struct record *record, const struct code_book *codes, const struct field_def *field, bool *whole, struct errmsg *err)
{
    const struct field_def *bad;
    struct record before;
    enum status status = record_copy(&before, record);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    status = record_set(&before, field, record->loaded[catalogue_field_index(record->type, field)]);
    if (status != STATUS_OK)
        (void)errmsg_set(err, status, "%s", status_text(status));
    else
        status = record_check(&before, codes, &bad, err);
    record_release(&before);
    *whole = status == STATUS_OK;
    return status == STATUS_INVALID ? STATUS_OK : status;
}

enum status conflict_resolve_typed(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *record, const struct field_def *field, struct errmsg *err)
{
    const struct field_def *bad = NULL;
    enum status status = record_check(record, codes, &bad, err);
    if (status == STATUS_INVALID && bad != field) {
        struct errmsg before = {{0}};
        bool whole = false;
        enum status looked = was_whole(record, codes, field, &whole, &before);
        if (looked != STATUS_OK)
            return errmsg_set(err, looked, "%s", errmsg_text(&before, looked));
        if (!whole) {
            errmsg_clear(err);
            status = STATUS_OK;
        }
    }
    if (status == STATUS_OK)
        status = reference_check(store, actor, record, NULL, err);
    return status == STATUS_OK ? conflict_resolve(store, actor, record->type, record->id, field, record_get(record, field), err) : status;
}

/* ---- by cells and records ---- */

/* One pass gathers the cells in the order of their oldest conflict; the second gives each with all its sides. */
struct cells {
    const struct field_def *fields[FIELD_MAX_COUNT + 1];
    size_t n;
};

static bool note_cell(void *context, const struct conflict *conflict)
{
    struct cells *cells = context;
    for (size_t i = 0; i < cells->n; i++)
        if (cells->fields[i] == conflict->field)
            return true;
    cells->fields[cells->n++] = conflict->field;
    return cells->n <= FIELD_MAX_COUNT;
}

struct side_texts {
    char *value; /* owned, or NULL */
    char user[ACTOR_NAME_MAX_BYTES], station[MACHINE_NAME_MAX_BYTES], machine[MACHINE_CALLED_BYTES];
};

struct gathering {
    struct conflict_cell cell;
    struct side_texts texts[CONFLICT_SIDES_MAX];
    enum status status;
};

static void keep_side(struct gathering *gathering, const struct conflict_side *side)
{
    struct conflict_cell *cell = &gathering->cell;
    if (cell->n == CONFLICT_SIDES_MAX) {
        cell->more++;
        return;
    }
    struct side_texts *texts = &gathering->texts[cell->n];
    struct conflict_side *kept = &cell->sides[cell->n++];
    *kept = *side;
    snprintf(texts->user, sizeof texts->user, "%s", side->user);
    snprintf(texts->station, sizeof texts->station, "%s", side->station);
    snprintf(texts->machine, sizeof texts->machine, "%s", side->machine != NULL ? side->machine : "");
    kept->user = texts->user;
    kept->station = texts->station;
    kept->machine = side->machine != NULL ? texts->machine : NULL;
    if (side->value.kind != VALUE_TEXT)
        return;
    texts->value = malloc(side->value.len + 1);
    if (texts->value == NULL) {
        gathering->status = STATUS_NOMEM;
        return;
    }
    memcpy(texts->value, side->value.text, side->value.len);
    texts->value[side->value.len] = '\0';
    kept->value.text = texts->value;
}

static bool keep_conflict(void *context, const struct conflict *conflict)
{
    struct gathering *gathering = context;
    if (conflict->field != gathering->cell.field)
        return true;
    gathering->cell.type = conflict->type;
    gathering->cell.id = conflict->id;
    if (gathering->cell.n == 0)
        keep_side(gathering, &conflict->shown);
    keep_side(gathering, &conflict->other);
    return gathering->status == STATUS_OK;
}

/* Machines of one office that have no names bear its name: told apart by their numbers, for which there must be room. */
static void tell_machines_apart(struct gathering *gathering)
{
    enum { NUMBER_BYTES = 24 };
    struct conflict_cell *cell = &gathering->cell;
    bool shared[CONFLICT_SIDES_MAX] = {false};
    for (size_t i = 0; i < cell->n; i++)
        for (size_t j = 0; j < cell->n; j++)
            shared[i] |= cell->sides[i].log.station != cell->sides[j].log.station && strcmp(cell->sides[i].station, cell->sides[j].station) == 0;
    for (size_t i = 0; i < cell->n; i++) {
        char name[MACHINE_NAME_MAX_BYTES];
        if (!shared[i])
            continue;
        memcpy(name, gathering->texts[i].station, sizeof name);
        name[utf8_cut(name, strlen(name), sizeof name - NUMBER_BYTES)] = '\0';
        snprintf(gathering->texts[i].station, sizeof gathering->texts[i].station, _("%s%u号"), name, cell->sides[i].log.station);
    }
}

static enum status give_cell(struct store *store, const struct actor *actor, struct id id, const struct field_def *field, conflict_cell_row row, void *context, bool *go_on, struct errmsg *err)
{
    struct gathering gathering = {.cell = {.field = field}};
    enum status status = conflict_list(store, actor, &id, 0, keep_conflict, &gathering, err);
    if (status == STATUS_OK)
        status = gathering.status;
    tell_machines_apart(&gathering);
    if (status == STATUS_OK && gathering.cell.n > 0)
        *go_on = row(context, &gathering.cell);
    for (size_t i = 0; i < CONFLICT_SIDES_MAX; i++)
        free(gathering.texts[i].value);
    return status;
}

enum status conflict_cells(struct store *store, const struct actor *actor, struct id id, conflict_cell_row row, void *context, struct errmsg *err)
{
    struct cells cells = {.n = 0};
    bool go_on = true;
    enum status status = conflict_list(store, actor, &id, 0, note_cell, &cells, err);
    for (size_t i = 0; i < cells.n && go_on && status == STATUS_OK; i++)
        status = give_cell(store, actor, id, cells.fields[i], row, context, &go_on, err);
    return status;
}

enum status conflict_records(struct store *store, const struct actor *actor, size_t limit, conflict_record_row row, void *context, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, 1024);
    int index = 1;
    buf_puts(&sql, "SELECT type,id,count(DISTINCT field) FROM conflict WHERE 1");
    row_scope_sql(actor, &sql, &index);
    buf_printf(&sql, " GROUP BY type,id ORDER BY min(no) LIMIT ?%d", index);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 1;
    row_scope_bind(actor, stmt, &index);
    stmt_int(stmt, index, limit == 0 ? -1 : (int64_t)limit);
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct conflict_record record = {.type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 0)), .id = stmt_column_id(stmt, 1), .cells = stmt_column_int(stmt, 2)};
        if (record.type != NULL && !row(context, &record)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* ---- both, and back ---- */

static bool is_by_action(const struct conflict_cell *cell)
{
    return (cell->field->flags & FIELD_ACTION) != 0 || (cell->type->flags & TYPE_ACTION) != 0;
}

static bool said_before(const struct conflict_cell *cell, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (value_equal(cell->sides[j].value, cell->sides[i].value))
            return true;
    return false;
}

enum status conflict_join(const struct conflict_cell *cell, struct buf *out, struct errmsg *err)
{
    bool first = true;
    if (cell->field == NULL || (cell->field->kind != FIELD_TEXT && cell->field->kind != FIELD_LONG) || is_by_action(cell))
        return errmsg_set(err, STATUS_INVALID, "%s: 不是可以两个都留的文字，请选一个", cell->field == NULL ? _("删除") : _(cell->field->label));
    if (cell->more > 0) /* joined without them they would count as settled */
        return errmsg_set(err, STATUS_INVALID, "%s: 另外的值太多，不能都留；请写明要留的内容", _(cell->field->label));
    for (size_t i = 0; i < cell->n; i++) {
        const struct value *value = &cell->sides[i].value;
        if (value->kind != VALUE_TEXT || value->len == 0 || said_before(cell, i))
            continue;
        if (!first)
            buf_puts(out, " / ");
        first = false;
        buf_append(out, value->text, value->len);
    }
    return out->status;
}

struct last_change {
    bool resolves;
};

static bool look_at_last(void *context, const struct change_row *row)
{
    struct last_change *last = context;
    struct change change;
    if (row->body == NULL || change_decode_header(row->header, row->header_len, &change) != STATUS_OK)
        return false;
    last->resolves = change.op == CHANGE_RESOLVE;
    return false;
}

enum status conflict_undo(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err)
{
    struct last_change last = {.resolves = false};
    struct stmt *stmt = store_prepare_lasting(store, schema_row_by_id(store, type));
    enum status status;
    int64_t head = 0;
    stmt_id(stmt, 1, id);
    if (stmt_row(stmt, &status, err)) {
        head = stmt_column_int(stmt, ROW_HEAD);
        stmt_reset(stmt);
    }
    if (status == STATUS_OK && head != 0)
        status = changelog_get(store, head, look_at_last, &last, err);
    if (status == STATUS_OK && !last.resolves)
        return errmsg_set(err, STATUS_NOT_FOUND, "最后一次修改不是对冲突的处理，不能在这里撤回");
    return status == STATUS_OK ? records_undo_settlement(store, actor, type, id, err) : status;
}

/* Still the last thing that was written in its record? */
static enum status is_last(struct store *store, const struct record_type *type, struct id id, int64_t lsn, bool *last, struct errmsg *err)
{
    struct stmt *stmt = store_prepare_lasting(store, schema_row_by_id(store, type));
    enum status status;
    *last = false;
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, err))
        return status;
    *last = stmt_column_int(stmt, ROW_HEAD) == lsn;
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status conflict_last_settled(struct store *store, const struct actor *actor, const struct record_type **type, struct id *id, const struct field_def **field, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT lsn,header,body FROM change WHERE log=(SELECT value FROM meta WHERE name='own_log') AND body IS NOT NULL ORDER BY seq DESC LIMIT ?1");
    enum status status;
    bool found = false;
    stmt_int(stmt, 1, CONFLICT_SETTLED_LOOK);
    while (!found && stmt_row(stmt, &status, err)) {
        struct change change;
        struct reader reader;
        size_t len;
        const uint8_t *bytes = stmt_column_blob(stmt, 1, &len);
        if (change_decode_header(bytes, len, &change) != STATUS_OK || change.op != CHANGE_RESOLVE || strcmp(change.user, actor->name) != 0)
            continue;
        *type = catalogue_by_no(change.type_no);
        *id = change.id;
        bytes = stmt_column_blob(stmt, 2, &len);
        reader_init(&reader, bytes, len);
        uint64_t no = cbor_map(&reader) > 0 ? cbor_uint(&reader) : 0;
        *field = *type != NULL && no != 0 ? catalogue_field_by_no(*type, (uint32_t)no) : NULL;
        if (*type == NULL || reader.status != STATUS_OK || (no != 0 && *field == NULL))
            continue;
        status = is_last(store, *type, *id, stmt_column_int(stmt, 0), &found, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            return status;
        }
    }
    if (found)
        stmt_reset(stmt);
    else if (status == STATUS_OK)
        status = errmsg_set(err, STATUS_NOT_FOUND, "没有可以撤回的：这台机器上您定过的冲突，之后又有人改过那条记录");
    return found ? STATUS_OK : status;
}
