/* core/record/schema.c - see schema.h. */
#include "core/record/schema.h"

#include <assert.h>
#include <string.h>

#include "core/record/delivery.h"
#include "core/record/lookup_erase.h"
#include "core/record/newly_known.h"
#include "core/record/reach.h"
#include "core/record/recount.h"
#include "core/record/scope_sum.h"
#include "core/record/search_schema.h"
#include "core/record/store.h"

/* The fixed tables. Comments stand in the SQL so that the sqlite3 shell's .schema shows them. */
static const char *const FIXED_TABLES[] = {
    "CREATE TABLE IF NOT EXISTS meta(\n"
    "  name TEXT PRIMARY KEY,  -- counters, identity, cursors\n"
    "  value\n"
    ") WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS log(\n"
    "  no INTEGER PRIMARY KEY,\n"
    "  station INTEGER NOT NULL,     -- number given by the center; 0 = the center itself\n"
    "  incarnation BLOB NOT NULL,    -- 8 random bytes, new after every detected restore\n"
    "  head_seq INTEGER NOT NULL DEFAULT 0,\n"
    "  head_hash BLOB,               -- chain hash at head_seq\n"
    "  have_seq INTEGER NOT NULL DEFAULT 0,     -- station, own log: durable at the center\n"
    "  ordered_seq INTEGER NOT NULL DEFAULT 0,  -- station, own log: order number known\n"
    "  parent INTEGER,               -- log it was begun from, core/record/branch.h\n"
    "  base_seq INTEGER NOT NULL DEFAULT 0,     -- ..where that one had so many changes; numbers run on\n"
    "  safe_seq INTEGER NOT NULL DEFAULT 0,     -- in a verified backup of the center\n"
    "  partial INTEGER NOT NULL DEFAULT 0,      -- 1: others handed back what they had of it, there may be gaps; 2: and its number was nobody's here then, core/record/old_number.h\n"
    "  lease BLOB, lease_before BLOB,           -- center: sync/protocol.h\n"
    "  asked INTEGER NOT NULL DEFAULT 0,        -- center: its machine was asked for content that is lacking here, up to this change, core/record/wanted.h\n"
    "  lineage INTEGER NOT NULL DEFAULT 0,      -- station: 1: the center told a change of it, and with it all of its lineage, core/record/returned_lineage.h\n"
    "  UNIQUE(station, incarnation))",
    "CREATE TABLE IF NOT EXISTS change(\n"
    "  lsn INTEGER PRIMARY KEY,      -- local arrival order; at the center also the order number\n"
    "  log INTEGER NOT NULL,\n"
    "  seq INTEGER NOT NULL,\n"
    "  rseq INTEGER,                 -- its place in the center's order; NULL: own change still pending\n"
    "  given INTEGER,                -- order number it was delivered with, where that is another one (core/record/order.h)\n"
    "  taken INTEGER,                -- number under which the center has it, where it came here with its record's history under another one\n"
    "  scope INTEGER NOT NULL,       -- org number; 0 = everyone; -1: reach says who gets it, at a station: its record left\n"
    "  prev INTEGER,                 -- lsn of the row's change before this one\n"
    "  type INTEGER NOT NULL,\n"
    "  id BLOB NOT NULL,\n"
    "  header BLOB NOT NULL,         -- exact bytes, core/record/change.h\n"
    "  body BLOB,                    -- exact bytes; NULL: erased by law\n"
    "  hash BLOB NOT NULL,           -- chain hash here\n"
    "  state INTEGER NOT NULL DEFAULT 0)  -- 0 applied, 1 quarantined, 2 type unknown to this program",
    "CREATE UNIQUE INDEX IF NOT EXISTS change_log ON change(log, seq)",
    "CREATE TABLE IF NOT EXISTS quarantine(lsn INTEGER PRIMARY KEY, reason TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS flagged(\n"
    "  lsn INTEGER PRIMARY KEY,      -- applied, but to be looked at by a person at the center\n"
    "  reason TEXT NOT NULL, reviewed_by TEXT, reviewed_ms INTEGER)",
    "CREATE INDEX IF NOT EXISTS flagged_open ON flagged(lsn) WHERE reviewed_ms IS NULL",
    "CREATE TABLE IF NOT EXISTS base(\n"
    "  type INTEGER NOT NULL, id BLOB NOT NULL, field INTEGER NOT NULL,  -- a cell under a pending own value\n"
    "  value, log INTEGER NOT NULL, seq INTEGER NOT NULL,\n"
    "  PRIMARY KEY(id, field)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS conflict(\n"
    "  no INTEGER PRIMARY KEY, type INTEGER NOT NULL, id BLOB NOT NULL, field INTEGER NOT NULL,  -- 0 = delete against edit\n"
    "  scope INTEGER NOT NULL,\n"
    "  value, log INTEGER NOT NULL, seq INTEGER NOT NULL,  -- the value that is not shown and who wrote it\n"
    "  UNIQUE(id, field, log, seq))",
    "CREATE INDEX IF NOT EXISTS conflict_scope ON conflict(scope)",
    "CREATE TABLE IF NOT EXISTS draft(\n"
    "  id BLOB PRIMARY KEY, type INTEGER NOT NULL, record BLOB, scope INTEGER NOT NULL, user TEXT NOT NULL,\n"
    "  version INTEGER NOT NULL, seen INTEGER NOT NULL, title TEXT, fields BLOB NOT NULL, updated_ms INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS peer(\n"
    "  station_no INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, pin BLOB NOT NULL UNIQUE,\n"
    "  revoked INTEGER NOT NULL DEFAULT 0, enrolled_ms INTEGER, revoked_ms INTEGER, last_contact_ms INTEGER, skew_ms INTEGER,\n"
    "  have_seq INTEGER NOT NULL DEFAULT 0, safe_seq INTEGER NOT NULL DEFAULT 0, sent_order INTEGER NOT NULL DEFAULT 0,\n"
    "  lease BLOB, lease_before BLOB,\n"
    "  branches INTEGER NOT NULL DEFAULT 0, branched_ms INTEGER, alarm TEXT,  -- copies and restores found so far; alarm: for the operator, until it is seen to\n"
    "  met_era INTEGER NOT NULL DEFAULT 0,  -- of the center's order when it was here last and handed over all it had\n"
    "  protocol INTEGER,  -- that its program spoke when it was here last; NULL: before that was noted\n"
    "  branches_seen INTEGER NOT NULL DEFAULT 0, rekeyed_ms INTEGER,  -- branches that somebody looked after; when it was enrolled again as the same station\n"
    "  since_era INTEGER NOT NULL DEFAULT 0,  -- of the center's order when it was given its number; 0 also for one that had it before\n"
    "  resend INTEGER NOT NULL DEFAULT 0)  -- the order is to be sent to it again from this number on: it got something there without its content, core/record/returned.h",
    "CREATE TABLE IF NOT EXISTS alarm(\n"
    "  no INTEGER PRIMARY KEY, station INTEGER NOT NULL, text TEXT NOT NULL,  -- what was settled, core/record/alarm.h\n"
    "  settled_by TEXT NOT NULL, why TEXT NOT NULL, settled_ms INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS alarm_station ON alarm(station, no)",
    "CREATE TABLE IF NOT EXISTS enrol_code(\n"
    "  no INTEGER PRIMARY KEY, secret_hash BLOB NOT NULL, org INTEGER NOT NULL, name TEXT, tries INTEGER NOT NULL DEFAULT 0,\n"
    "  expires_ms INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0, station INTEGER NOT NULL DEFAULT 0)  -- station: to be enrolled again as this one; 0: a new one",
    "CREATE TABLE IF NOT EXISTS sync_attempt(\n"
    "  no INTEGER PRIMARY KEY, at_ms INTEGER, ok INTEGER, reason TEXT, sent INTEGER, received INTEGER, conflicts INTEGER,\n"
    "  quarantined INTEGER, bytes_out INTEGER, bytes_in INTEGER, duration_ms INTEGER, skew_ms INTEGER, next_ms INTEGER, healed TEXT)",
    "CREATE TABLE IF NOT EXISTS tally(\n"
    "  metric INTEGER NOT NULL, bucket INTEGER NOT NULL, org INTEGER NOT NULL,  -- core/report/tally.h: figures by half months; no truth, made anew from the records\n"
    "  value INTEGER NOT NULL,\n"
    "  PRIMARY KEY(metric, bucket, org)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS relay(\n"
    "  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE,  -- a sealed file on its way, core/record/relay.h\n"
    "  recipient BLOB NOT NULL, via INTEGER NOT NULL, state INTEGER NOT NULL, total INTEGER NOT NULL, held INTEGER NOT NULL,\n"
    "  handed INTEGER NOT NULL, added_ms INTEGER NOT NULL, text TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS relay_waiting ON relay(via) WHERE state=2",
    "CREATE TABLE IF NOT EXISTS returned(\n"
    "  no INTEGER PRIMARY KEY, station INTEGER NOT NULL, incarnation BLOB NOT NULL, seq INTEGER NOT NULL,  -- held for its owner, core/record/returned.h\n"
    "  fold INTEGER NOT NULL, header BLOB NOT NULL, body BLOB, via INTEGER NOT NULL, added_ms INTEGER NOT NULL,\n"
    "  UNIQUE(station, incarnation, seq))",
    "CREATE TABLE IF NOT EXISTS reach(\n"
    "  scope INTEGER NOT NULL,       -- center: also delivered to this org, core/record/reach.h\n"
    "  given INTEGER NOT NULL,       -- with this order number\n"
    "  lsn INTEGER NOT NULL,\n"
    "  stub INTEGER NOT NULL DEFAULT 0,  -- 1: only its writer hears of its place\n"
    "  PRIMARY KEY(scope, given, lsn)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS reach_lsn ON reach(lsn)",
    "CREATE TABLE IF NOT EXISTS share(\n"
    "  id BLOB NOT NULL, scope INTEGER NOT NULL, type INTEGER NOT NULL,  -- a record that another org sees too\n"
    "  PRIMARY KEY(id, scope)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS share_scope ON share(scope, id)",
    "CREATE TABLE IF NOT EXISTS left_body(lsn INTEGER PRIMARY KEY, seq INTEGER NOT NULL, body BLOB NOT NULL, number INTEGER)  -- core/record/left_body.h",
    "CREATE INDEX IF NOT EXISTS left_body_seq ON left_body(seq)",
    "CREATE TABLE IF NOT EXISTS lapsed(lsn INTEGER PRIMARY KEY)  -- station: changes whose number in the order does not stand any more, core/record/lapsed.h",
    "CREATE TABLE IF NOT EXISTS history_part(no INTEGER PRIMARY KEY, fold INTEGER NOT NULL, count INTEGER NOT NULL, entries BLOB NOT NULL)  -- station: parts of a history that has not come whole yet, core/record/history_part.h",
    "CREATE TABLE IF NOT EXISTS refused_erased(log INTEGER NOT NULL, id BLOB NOT NULL, PRIMARY KEY(log, id)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS passage(\n"
    "  id BLOB PRIMARY KEY, no INTEGER NOT NULL, type INTEGER NOT NULL, way INTEGER NOT NULL, org INTEGER NOT NULL, number TEXT NOT NULL,  -- what came and what left: core/record/passage.h\n"
    "  at INTEGER NOT NULL, notice INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS passage_mark(user TEXT PRIMARY KEY, upto INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS erasure(lsn INTEGER PRIMARY KEY)  -- changes that erased a record by law",
    "CREATE TABLE IF NOT EXISTS scope_sum(scope INTEGER PRIMARY KEY, sum INTEGER NOT NULL)  -- core/record/scope_sum.h",
    "CREATE TABLE IF NOT EXISTS delivery(\n"
    "  scope INTEGER NOT NULL, lsn INTEGER NOT NULL,  -- center: change.scope once more, by scope, written in groups: core/record/delivery.h\n"
    "  PRIMARY KEY(scope, lsn)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS lookup(\n"
    "  no INTEGER PRIMARY KEY, station INTEGER NOT NULL, user TEXT NOT NULL, text TEXT NOT NULL, reason TEXT NOT NULL, asked_ms INTEGER NOT NULL,\n"
    "  state INTEGER NOT NULL DEFAULT 0, total INTEGER, lines TEXT, answered_ms INTEGER, hits BLOB)  -- sync/session_lookup.c: questions to the center; there: who asked and why",
    "CREATE TABLE IF NOT EXISTS lookup_erased(\n"
    "  no INTEGER PRIMARY KEY, erased INTEGER NOT NULL, station INTEGER NOT NULL, asked_ms INTEGER NOT NULL, mask INTEGER NOT NULL,  -- center: what an erasure takes from a question, core/record/lookup_erase.h\n"
    "  user TEXT NOT NULL, at_ms INTEGER NOT NULL, told INTEGER)  -- told: the change that tells the station; 0: there is none to tell",
    "CREATE INDEX IF NOT EXISTS lookup_erased_told ON lookup_erased(no) WHERE told IS NULL",
    "CREATE INDEX IF NOT EXISTS lookup_erased_by ON lookup_erased(erased, station)",
    "CREATE TABLE IF NOT EXISTS bulk(\n"
    "  no INTEGER PRIMARY KEY, user TEXT NOT NULL, at_ms INTEGER NOT NULL, type INTEGER NOT NULL,  -- changes of many records at once, to be taken back: core/register/bulk.h\n"
    "  words TEXT NOT NULL, undone_ms INTEGER)",
    "CREATE TABLE IF NOT EXISTS bulk_row(bulk INTEGER NOT NULL, id BLOB NOT NULL, lsn INTEGER NOT NULL, PRIMARY KEY(bulk, id)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS pace(user TEXT NOT NULL, type INTEGER NOT NULL, day INTEGER NOT NULL, ms INTEGER NOT NULL, keys INTEGER NOT NULL)  -- core/record/pace.h",
    "CREATE INDEX IF NOT EXISTS pace_user ON pace(user, day)",
    "CREATE TABLE IF NOT EXISTS kept_filter(\n"
    "  user TEXT NOT NULL, type INTEGER NOT NULL, digit INTEGER NOT NULL, text TEXT NOT NULL,  -- core/record/kept_filter.h\n"
    "  PRIMARY KEY(user, type, digit)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS presence(session BLOB PRIMARY KEY, user TEXT NOT NULL, record BLOB NOT NULL, until_ms INTEGER NOT NULL)  -- core/record/presence.h",
    "CREATE TABLE IF NOT EXISTS relay_piece(\n"
    "  relay INTEGER NOT NULL, at INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE(relay, at))",
};

/* Written through this program only. Local state (drafts, attempts, notes of bulk changes) needs no guard. */
static const char *const GUARDED[] = {"meta", "log", "change", "quarantine", "flagged", "base", "conflict", "peer", "enrol_code", "relay", "relay_piece", "returned", "reach", "share", "erasure", "left_body", "history_part", "refused_erased", "lapsed", "scope_sum", "delivery", "lookup", "lookup_erased", "alarm"};

/* What stores of earlier programs lack in the fixed tables. Adding is always safe. */
static const struct {
    const char *table, *column, *definition;
} LATER_COLUMNS[] = {
    {"log", "parent", "INTEGER"},
    {"log", "base_seq", "INTEGER NOT NULL DEFAULT 0"},
    {"log", "safe_seq", "INTEGER NOT NULL DEFAULT 0"},
    {"log", "partial", "INTEGER NOT NULL DEFAULT 0"},
    {"log", "lease", "BLOB"},
    {"log", "lease_before", "BLOB"},
    {"log", "asked", "INTEGER NOT NULL DEFAULT 0"},
    {"log", "lineage", "INTEGER NOT NULL DEFAULT 0"},
    {"change", "given", "INTEGER"},
    {"change", "taken", "INTEGER"},
    {"sync_attempt", "healed", "TEXT"},
    {"peer", "branches", "INTEGER NOT NULL DEFAULT 0"},
    {"peer", "branched_ms", "INTEGER"},
    {"peer", "alarm", "TEXT"},
    {"peer", "met_era", "INTEGER NOT NULL DEFAULT 0"},
    {"peer", "branches_seen", "INTEGER NOT NULL DEFAULT 0"},
    {"peer", "rekeyed_ms", "INTEGER"},
    {"peer", "resend", "INTEGER NOT NULL DEFAULT 0"},
    {"peer", "protocol", "INTEGER"},
    {"peer", "since_era", "INTEGER NOT NULL DEFAULT 0"},
    {"enrol_code", "station", "INTEGER NOT NULL DEFAULT 0"},
    {"returned", "before_seq", "INTEGER"},
    {"returned", "before_mark", "BLOB"},
    {"returned", "held_by", "BLOB"}, /* core/record/returned_by.h */
    {"left_body", "number", "INTEGER"},
    {"lookup", "hits", "BLOB"}, /* core/record/lookup_erase.h */
    {"relay", "file", "BLOB"},  /* of one that is still coming in: the file it is a part of, core/record/relay.h */
};

/* On columns that may be new. */
static const char *const LATER_INDEXES[] = {
    "CREATE INDEX IF NOT EXISTS change_late ON change(rseq) WHERE given IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS change_empty ON change(lsn) WHERE body IS NULL",
    "CREATE INDEX IF NOT EXISTS change_unknown ON change(lsn) WHERE state=2",
    "CREATE INDEX IF NOT EXISTS left_body_number ON left_body(number) WHERE number IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS relay_part ON relay(file) WHERE file IS NOT NULL",
};

enum { SQL_MAX_BYTES = 32768, SLOT_KINDS = 3, SLOT_BY_ID = 0, SLOT_COLUMNS = 1, SLOT_INSERT = 2, INDEX_ANEW_ROWS = 100000 };

static enum status exec_buf(struct store *store, struct buf *sql, struct errmsg *err)
{
    enum status status = sql->status;
    if (status == STATUS_OK)
        status = store_exec(store, buf_cstr(sql), err);
    buf_clear(sql);
    return status;
}

/* RAISE(ROLLBACK) and not ABORT: it needs no statement journal, which would double the cost of every insert. (The call would need one, too: store.c leaves it out of what it prepares itself.) */
static enum status guard_table(struct store *store, const char *table, struct buf *sql, struct errmsg *err)
{
    static const char *const VERBS[] = {"INSERT", "UPDATE", "DELETE"};
    for (size_t i = 0; i < 3; i++) {
        buf_printf(sql,
                   "CREATE TRIGGER IF NOT EXISTS guard_%s_%s BEFORE %s ON \"%s\" WHEN aidpost_writing()=0 "
                   "BEGIN SELECT RAISE(ROLLBACK, 'write through aidpost only'); END",
                   table, VERBS[i], VERBS[i], table);
        enum status status = exec_buf(store, sql, err);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static const char *column_type(const struct field_def *field)
{
    return catalogue_is_number(field->kind) ? "INTEGER" : "TEXT";
}

void schema_type_table(const struct record_type *type, const char *table, struct buf *out)
{
    buf_printf(out,
               "CREATE TABLE IF NOT EXISTS \"%s\"(\n  n INTEGER PRIMARY KEY,\n  id BLOB NOT NULL UNIQUE,\n  scope INTEGER NOT NULL,\n"
               "  head INTEGER NOT NULL,\n  w_log INTEGER NOT NULL,\n  w_seq INTEGER NOT NULL,\n  cells BLOB,\n"
               "  gone INTEGER NOT NULL DEFAULT 0,\n  extra BLOB",
               table);
    for (size_t i = 0; i < type->n_fields; i++)
        buf_printf(out, ",\n  \"%s\" %s", type->fields[i].name, column_type(&type->fields[i]));
    buf_puts(out, ")");
}

void schema_field_index(const struct field_def *field, const char *table, struct buf *out)
{
    buf_printf(out, "CREATE INDEX IF NOT EXISTS \"%s_%s\" ON \"%s\"(\"%s\")", table, field->name, table, field->name);
    if (catalogue_is_sparse(field))
        buf_printf(out, " WHERE \"%s\" IS NOT NULL", field->name);
}

#define LIVE "present" /* the index over rows that are there; gone stands in it so that no row is read for it */

static bool has_column(struct store *store, const char *table, const char *column)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM pragma_table_info(?1) WHERE name=?2");
    stmt_string(stmt, 1, table);
    stmt_string(stmt, 2, column);
    enum status status;
    bool there = stmt_row(stmt, &status, NULL);
    stmt_reset(stmt);
    return there;
}

static enum status one_int(struct stmt *stmt, int64_t *value, struct errmsg *err)
{
    enum status status;
    *value = 0;
    if (stmt_row(stmt, &status, err)) {
        *value = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

/* Of a program before version 2 the index holds every row. It serves as well, so it is made anew only where that takes no time that somebody would notice. */
static enum status drop_full_index(struct store *store, const struct record_type *type, const struct field_def *field, struct buf *sql, struct errmsg *err)
{
    int64_t full, last = 0;
    buf_printf(sql, "%s_%s", type->name, field->name);
    struct stmt *stmt = store_prepare(store, "SELECT count(*) FROM sqlite_master WHERE type='index' AND name=?1 AND sql NOT LIKE '% WHERE %'");
    stmt_text(stmt, 1, buf_cstr(sql), sql->len);
    enum status status = one_int(stmt, &full, err);
    buf_clear(sql);
    if (status != STATUS_OK || full == 0)
        return status;
    buf_printf(sql, "SELECT max(n) FROM \"%s\"", type->name);
    status = one_int(store_prepare_buf(store, sql), &last, err);
    buf_clear(sql);
    if (status != STATUS_OK || last > INDEX_ANEW_ROWS)
        return status;
    buf_printf(sql, "DROP INDEX \"%s_%s\"", type->name, field->name);
    return exec_buf(store, sql, err);
}

static enum status prepare_type(struct store *store, const struct record_type *type, struct buf *sql, struct errmsg *err)
{
    schema_type_table(type, type->name, sql);
    enum status status = exec_buf(store, sql, err);
    for (size_t i = 0; status == STATUS_OK && i < type->n_fields; i++) {
        const struct field_def *field = &type->fields[i];
        if (!has_column(store, type->name, field->name)) {
            buf_printf(sql, "ALTER TABLE \"%s\" ADD COLUMN \"%s\" %s", type->name, field->name, column_type(field));
            status = exec_buf(store, sql, err);
        }
        if (status == STATUS_OK && catalogue_is_sparse(field))
            status = drop_full_index(store, type, field, sql, err);
        if (status == STATUS_OK && (field->flags & FIELD_INDEX)) {
            schema_field_index(field, type->name, sql);
            status = exec_buf(store, sql, err);
        }
    }
    /* What a list counts at its head: without it every count reads the whole table. */
    if (status == STATUS_OK) {
        buf_printf(sql, "CREATE INDEX IF NOT EXISTS \"%s_" LIVE "\" ON \"%s\"(scope,gone) WHERE gone=0", type->name, type->name);
        status = exec_buf(store, sql, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < catalogue_worklists(); i++) {
        const struct worklist *list = catalogue_worklist(i);
        if (strcmp(list->type, type->name) != 0)
            continue;
        buf_printf(sql, "CREATE INDEX IF NOT EXISTS \"%s_%s\" ON \"%s\"(%s) WHERE %s", list->type, list->name, list->type, list->column, list->where);
        status = exec_buf(store, sql, err);
    }
    if (status == STATUS_OK)
        status = recount_prepare(store, type, err);
    return status == STATUS_OK ? guard_table(store, type->name, sql, err) : status;
}

/* Names the shape of the catalogue and of the fixed tables, so that an unchanged program does no work at open. Errors: STATUS_NOMEM (of half a text it would be another shape). */
static enum status catalogue_shape(struct buf *text, uint64_t *out)
{
    for (size_t i = 0; i < sizeof FIXED_TABLES / sizeof FIXED_TABLES[0]; i++)
        buf_printf(text, "%zu:%.32s,", strlen(FIXED_TABLES[i]), FIXED_TABLES[i]);
    for (size_t t = 0; t < catalogue_count(); t++) {
        const struct record_type *type = catalogue_at(t);
        buf_printf(text, "%s/%u:", type->name, type->flags & (TYPE_INNER | TYPE_LATEST));
        for (size_t i = 0; i < type->n_fields; i++)
            buf_printf(text, "%s/%d/%u,", type->fields[i].name, (int)type->fields[i].kind, type->fields[i].flags & (FIELD_INDEX | FIELD_COUNTED));
    }
    for (size_t i = 0; i < catalogue_worklists(); i++)
        buf_printf(text, "%s(%s) %s;", catalogue_worklist(i)->name, catalogue_worklist(i)->column, catalogue_worklist(i)->where);
    for (size_t i = 0; i < sizeof LATER_COLUMNS / sizeof LATER_COLUMNS[0]; i++)
        buf_printf(text, "%s.%s", LATER_COLUMNS[i].table, LATER_COLUMNS[i].column);
    buf_printf(text, LIVE "/%d", SCHEMA_STORE_VERSION);
    uint64_t shape = 1469598103934665603u;
    for (size_t i = 0; i < text->len; i++)
        shape = (shape ^ text->data[i]) * 1099511628211u;
    *out = shape & INT64_MAX;
    enum status status = text->status;
    buf_clear(text);
    return status;
}

/* Of a type of which nobody is asked any more (apply.h), the questions that an older program opened: what counts is settled, and the log makes none of them. */
static enum status forget_questions(struct store *store, const struct record_type *type, struct errmsg *err)
{
    if ((type->flags & (TYPE_INNER | TYPE_LATEST)) == 0)
        return STATUS_OK;
    struct stmt *stmt = store_prepare(store, "DELETE FROM conflict WHERE type=?1");
    stmt_int(stmt, 1, type->no);
    return stmt_run(stmt, err);
}

/* What this program would have done with what came while another one, older or newer, had the store: erasures reach what an older one does not know of, and what it did not know is known. */
static enum status catch_up(struct store *store, bool *more, struct errmsg *err)
{
    enum status status = lookup_erase_catch_up(store, err);
    for (size_t i = 0; status == STATUS_OK && i < catalogue_count(); i++)
        status = forget_questions(store, catalogue_at(i), err);
    if (status == STATUS_OK)
        status = reach_erase_catch_up(store, err);
    return status == STATUS_OK ? newly_known_begin(store, NEWLY_KNOWN_PIECE, more, err) : status;
}

static enum status prepare_all(struct store *store, bool create, uint64_t shape, bool *more, struct buf *sql, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof FIXED_TABLES / sizeof FIXED_TABLES[0]; i++)
        status = store_exec(store, FIXED_TABLES[i], err);
    for (size_t i = 0; status == STATUS_OK && i < sizeof LATER_COLUMNS / sizeof LATER_COLUMNS[0]; i++) {
        if (has_column(store, LATER_COLUMNS[i].table, LATER_COLUMNS[i].column))
            continue;
        buf_printf(sql, "ALTER TABLE %s ADD COLUMN %s %s", LATER_COLUMNS[i].table, LATER_COLUMNS[i].column, LATER_COLUMNS[i].definition);
        status = exec_buf(store, sql, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < sizeof LATER_INDEXES / sizeof LATER_INDEXES[0]; i++)
        status = store_exec(store, LATER_INDEXES[i], err);
    for (size_t i = 0; status == STATUS_OK && i < catalogue_count(); i++)
        status = prepare_type(store, catalogue_at(i), sql, err);
    if (status == STATUS_OK)
        status = store_exec(store, SEARCH_SCHEMA, err);
    for (size_t i = 0; status == STATUS_OK && i < sizeof GUARDED / sizeof GUARDED[0]; i++)
        status = guard_table(store, GUARDED[i], sql, err);
    if (status == STATUS_OK)
        status = schema_prepare_role(store, err);
    if (status == STATUS_OK && !create)
        status = catch_up(store, more, err);
    if (status == STATUS_OK && !scope_sum_kept(store))
        status = scope_sum_recount(store, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "catalogue_shape", (int64_t)shape, err);
    if (status != STATUS_OK)
        return status;
    buf_printf(sql, "PRAGMA application_id=%d; PRAGMA user_version=%d", STORE_APPLICATION_ID, SCHEMA_STORE_VERSION);
    return exec_buf(store, sql, err);
}

enum status schema_prepare_role(struct store *store, struct errmsg *err)
{
    enum status status = store_exec(store, "DROP INDEX IF EXISTS change_scope", err); /* of a program before version 3 */
    if (status != STATUS_OK || store_meta_int(store, "role_center", 0) == 0 || store_meta_int(store, "delivered", -1) >= 0)
        return status;
    return delivery_rebuild(store, err); /* and sums were kept for each change */
}

enum status schema_prepare(struct store *store, bool create, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX_BYTES);
    uint64_t shape;
    bool more = true; /* a program before this one may have left something to be done */
    enum status status = catalogue_shape(&sql, &shape);
    if (status == STATUS_OK && (create || store_meta_int(store, "catalogue_shape", 0) != (int64_t)shape)) {
        status = store_begin(store, "schema", err);
        if (status == STATUS_OK) {
            more = false;
            status = prepare_all(store, create, shape, &more, &sql, err);
            if (status == STATUS_OK)
                status = store_commit(store, err);
            else
                store_rollback(store);
        }
    }
    if (status == STATUS_OK && more)
        status = newly_known_finish(store, err);
    buf_release(&sql);
    return status;
}

/* Composed statements. */

static unsigned slot_of(const struct record_type *type, unsigned kind)
{
    for (size_t i = 0; i < catalogue_count(); i++)
        if (catalogue_at(i) == type)
            return (unsigned)i * SLOT_KINDS + kind;
    assert(!"type is in the catalogue");
    return 0;
}

static const char OWN_COLUMNS[] = "n,id,scope,head,w_log,w_seq,cells,gone,extra";

void schema_own_columns(struct buf *out)
{
    buf_puts(out, OWN_COLUMNS);
}

static void columns(const struct record_type *type, struct buf *out)
{
    schema_own_columns(out);
    for (size_t i = 0; i < type->n_fields; i++)
        buf_printf(out, ",\"%s\"", type->fields[i].name);
}

static const char *compose(struct store *store, const struct record_type *type, unsigned kind)
{
    unsigned slot = slot_of(type, kind);
    const char *have = store_slot(store, slot);
    if (have != NULL)
        return have;
    struct buf sql;
    buf_init(&sql, SQL_MAX_BYTES);
    if (kind == SLOT_COLUMNS) {
        columns(type, &sql);
    } else if (kind == SLOT_BY_ID) {
        buf_puts(&sql, "SELECT ");
        columns(type, &sql);
        buf_printf(&sql, " FROM \"%s\" WHERE id=?1", type->name);
    } else {
        /* OR FAIL for the same reason as RAISE(ROLLBACK): no statement journal for a one-row insert. */
        buf_printf(&sql, "INSERT OR FAIL INTO \"%s\"(id,scope,head,w_log,w_seq,cells,gone,extra", type->name);
        for (size_t i = 0; i < type->n_fields; i++)
            buf_printf(&sql, ",\"%s\"", type->fields[i].name);
        buf_puts(&sql, ") VALUES(?1");
        for (size_t i = 2; i <= type->n_fields + ROW_EXTRA; i++)
            buf_printf(&sql, ",?%zu", i);
        buf_puts(&sql, ")");
    }
    have = sql.status == STATUS_OK ? store_slot_set(store, slot, buf_cstr(&sql)) : ""; /* half a text must not be kept for the life of the connection */
    buf_release(&sql);
    return have;
}

const char *schema_row_by_id(struct store *store, const struct record_type *type)
{
    return compose(store, type, SLOT_BY_ID);
}

const char *schema_row_columns(struct store *store, const struct record_type *type)
{
    return compose(store, type, SLOT_COLUMNS);
}

const char *schema_field_columns(struct store *store, const struct record_type *type)
{
    const char *columns = schema_row_columns(store, type);
    return *columns != 0 ? columns + sizeof OWN_COLUMNS - 1 : ",)"; /* must fail, not ask for less */
}

const char *schema_insert(struct store *store, const struct record_type *type)
{
    return compose(store, type, SLOT_INSERT);
}
