/* core/record/history.c - records_history: a record's changes as they count, oldest first. See records.h. */
#include <stdio.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/changelog.h"
#include "core/record/machine_name.h"
#include "core/record/privacy.h"
#include "core/record/reach_impl.h"
#include "core/record/flagged.h"
#include "core/record/row.h"
#include "core/record/row_changes.h"
#include "core/record/schema.h"
#include "core/record/peer.h"

struct giving {
    struct store *store;
    const struct record_type *type;
    records_history_row row;
    void *context;
    struct errmsg *err;
    enum status status;
    bool go_on;
};

struct hand_text {
    char reason[4 * REACH_TEXT_MAX_CHARS + 1], officer[4 * REACH_TEXT_MAX_CHARS + 1];
};

/* What a move, a share or an erasure says. */
static void give_hand_over(const struct change *change, const struct change_row *row, struct hand_text *text, struct history_entry *entry)
{
    struct reach_body body;
    entry->erased = row->body == NULL;
    if (!reach_is_op(change->op) || row->body == NULL || reach_body_parse(change->op, row->body, row->body_len, &body) != NULL)
        return;
    entry->org = change->op == CHANGE_MOVE ? change->scope : body.org;
    entry->shared = body.on;
    if (change->op != CHANGE_ERASE)
        return;
    snprintf(text->reason, sizeof text->reason, "%.*s", (int)body.reason_len, body.reason);
    snprintf(text->officer, sizeof text->officer, "%.*s", (int)body.officer_len, body.officer);
    entry->reason = text->reason;
    entry->officer = text->officer;
}

/* What the change wrote. Without memory for it the change would look as if it had not. */
static enum status read_fields(const struct record_type *type, const struct change *change, const struct change_row *row, struct history_entry *entry, struct record *fields, struct errmsg *err)
{
    struct reader reader;
    reader_init(&reader, row->body, row->body == NULL ? 0 : row->body_len);
    uint64_t count = row->body == NULL || change->op > CHANGE_RESOLVE ? 0 : cbor_map(&reader);
    for (uint64_t i = 0; i < count && reader.status == STATUS_OK; i++) {
        const struct field_def *field = catalogue_field_by_no(type, cbor_uint(&reader));
        struct value value = value_decode(&reader);
        if (field == NULL || reader.status != STATUS_OK)
            continue;
        enum status status = record_set(fields, field, value);
        if (status != STATUS_OK)
            return errmsg_set(err, status, "%s", status_text(status));
        entry->written[catalogue_field_index(type, field)] = true;
    }
    return STATUS_OK;
}

static bool give(void *context, const struct change_row *row)
{
    struct giving *giving = context;
    struct change change;
    struct log_info log;
    struct record fields;
    char station[MACHINE_NAME_MAX_BYTES], machine[MACHINE_CALLED_BYTES], flag[160];
    if (change_decode_header(row->header, row->header_len, &change) != STATUS_OK) {
        giving->status = errmsg_set(giving->err, STATUS_CORRUPT, "变更 %lld 的记录头损坏", (long long)row->lsn);
        return false;
    }
    giving->status = changelog_log_by_no(giving->store, row->log, &log, giving->err);
    if (giving->status != STATUS_OK)
        return false;
    station_label(giving->store, log.id.station, station, sizeof station);
    machine_name_of(giving->store, log.id.station, machine);
    struct history_entry entry = {.origin = log.id, .seq = row->seq, .order = (int64_t)row->order, .at_ms = change.at_ms, .user = change.user, .station = station, .machine = machine[0] != '\0' ? machine : NULL,
                                  .op = change_op_name(change.op), .fields = &fields, .quarantined = row->state == CHANGE_STATE_QUARANTINED, .flagged = flagged_reason(giving->store, row->lsn, flag, sizeof flag)};
    entry.flag = entry.flagged ? flag : NULL;
    struct hand_text text;
    give_hand_over(&change, row, &text, &entry);
    record_init(&fields, giving->type);
    giving->status = read_fields(giving->type, &change, row, &entry, &fields, giving->err);
    giving->go_on = giving->status == STATUS_OK && giving->row(giving->context, &entry);
    record_release(&fields);
    return giving->status == STATUS_OK;
}

static enum status give_all(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, records_history_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare_lasting(store, schema_row_by_id(store, type));
    stmt_id(stmt, 1, id);
    enum status status;
    int64_t head = 0, scope = -1;
    const struct field_def *sealed = catalogue_field(type, "sealed");
    if (stmt_row(stmt, &status, err)) {
        head = stmt_column_int(stmt, ROW_HEAD);
        scope = stmt_column_int(stmt, ROW_SCOPE);
        if (sealed != NULL && !privacy_sees_sealed(actor) && stmt_column_int(stmt, ROW_FIELDS + (int)catalogue_field_index(type, sealed)) != 0)
            scope = -1;
        stmt_reset(stmt);
    }
    bool shows = true, sees = false;
    if (status == STATUS_OK)
        status = privacy_shows(store, actor, type, id, &shows, err);
    if (status == STATUS_OK && scope >= 0)
        status = reach_sees(store, actor, id, scope, &sees, err);
    if (status != STATUS_OK)
        return status;
    if (!shows || !sees)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这条%s", type->label);
    struct row_changes list;
    status = row_changes(store, head, 0, ROW_CHANGES_ALL, &list, err);
    struct giving giving = {.store = store, .type = type, .row = row, .context = context, .err = err, .go_on = true};
    for (size_t i = 0; status == STATUS_OK && i < list.count && giving.go_on; i++) {
        status = changelog_get(store, list.lsns[i], give, &giving, err);
        if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
        if (giving.status != STATUS_OK)
            status = giving.status;
    }
    row_changes_release(&list);
    return status;
}

/* In a reading transaction: a station's name or a flag that could not be read is not one that is not there. */
enum status records_history(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, records_history_row row, void *context, struct errmsg *err)
{
    enum status status = store_begin_read(store, err);
    return status == STATUS_OK ? store_end_read_sure(store, give_all(store, actor, type, id, row, context, err), err) : status;
}
