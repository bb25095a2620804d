/* tests/simulate/oracle.c - what must hold: at any moment on every machine, and for everything once the world has come to rest.
 *
 *   I1  what a station holds for acknowledged is at the center; what was committed stays        world_check_moment, world_check_kept, world_check_end
 *   I2  every committed change that somebody holds reaches the center                           check_held
 *   I3  no number of a log has two contents anywhere                                            check_numbers
 *   I4  logs are contiguous and their chains hold                                               check_chains
 *   I5  rows of equal scope are equal on all machines                                           check_station
 *   I6  one open conflict per concurrent pair, nothing lost in silence, nothing invented        check_model
 *   I7  no row and no change of another scope; at rest no content of what left or was erased    world_look, check_station, check_content
 *   I13 bytes as committed, known to the program or not                                         world_look
 *   I14 of one transaction a machine has all of its scope or nothing                            world_check_moment
 *   where no machine was put back or copied nothing has to be mended (scope_sum.h)              check_model
 * Where the center is a hub (hub.c): I1-I4 over its tables, I5 between copies of one county, and in place of I6 and I7 the rows and report cells that it makes of types 58 and 59. A hub folds nothing, and
 * nobody but a county's own copies ever gets anything of a county: conflicts and other orgs' changes are no matter of it (world_check_hub_end).
 * I8 is a way to run (simulate.c), I9 a kind of fault (repeat.c, files.c), I16 is looked at where results are delivered (lines.c). */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/changelog.h"
#include "core/record/replica.h"
#include "core/record/row.h"
#include "core/record/schema.h"
#include "core/record/verify.h"
#include "tests/simulate/world.h"

enum { TEXT_MAX_BYTES = 8 * 1024 * 1024, SQL_BYTES = 8192 };

static const uint64_t types[] = {1, 4, 5, 6};

enum { TYPES = sizeof types / sizeof *types };

/* ---- at any moment ---- */

static uint64_t fingerprint(uint64_t sum, const void *data, size_t len)
{
    for (const uint8_t *at = data, *end = at + len; at < end; at++)
        sum = (sum ^ *at) * 1099511628211u;
    return sum;
}

struct model_change *world_identify(struct world *world, size_t m, const uint8_t *header, size_t header_len, const uint8_t *body, size_t body_len)
{
    struct change change;
    struct model_change *x = NULL;

    if (change_decode_header(header, header_len, &change) == STATUS_OK && change.user[0] == 'u')
        x = model_find(&world->model, (uint32_t)strtoul(change.user + 1, NULL, 10));
    if (x == NULL)
        world_fail(world, "machine %zu has a change that nobody committed", m);
    else if (body == NULL && !model_changed_hands(&world->model, x->id, m == CENTER && !world->center_lost))
        world_fail(world, "machine %zu: u%u has lost its content", m, x->uid);
    else if ((body == NULL ? x->header_bytes : x->bytes) != fingerprint(fingerprint(1469598103934665603u, header, header_len), body, body_len))
        world_fail(world, "machine %zu: u%u is not what was committed", m, x->uid);
    return world->failed ? NULL : x;
}

/* By what its header says, or because its row was of this org once. */
static bool in_scope(const struct world *world, size_t m, const struct model_change *x)
{
    int64_t org = world->machines[m].identity.org;

    return m == CENTER || x->scope == 0 || x->scope == org || uid_in(&world->machines[m].memory.own, x->uid) || model_org_had(&world->model, x->id, org);
}

static void look_from(struct world *world, size_t m, int64_t from, struct uid_set *found, int64_t *last)
{
    if (m == CENTER && world->hub != NULL) {
        hub_sim_look(world, 0, UINT64_MAX, true, found);
        return;
    }
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT lsn,header,body FROM change WHERE lsn>?1 ORDER BY lsn");
    enum status status;
    size_t header_len, body_len;

    stmt_int(stmt, 1, from);
    while (stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 1, &header_len), *body = stmt_column_blob(stmt, 2, &body_len);
        struct model_change *x = world_identify(world, m, header, header_len, body, body_len);

        if (x != NULL && !in_scope(world, m, x))
            world_fail(world, "machine %zu holds u%u of scope %lld", m, x->uid, (long long)x->scope);
        if (world->failed) {
            stmt_reset(stmt);
            return;
        }
        uid_add(found, x->uid);
        *last = stmt_column_int(stmt, 0);
    }
    if (status != STATUS_OK)
        world_fail(world, "machine %zu: look: %s", m, status_text(status));
}

void world_look(struct world *world, size_t m)
{
    struct memory *memory = &world->machines[m].memory;

    look_from(world, m, memory->scanned, &memory->known, &memory->scanned);
}

void world_check_kept(struct world *world, size_t m)
{
    const struct uid_set *before = &world->machines[m].memory.known;
    struct uid_set now = {{0}};
    int64_t last = 0;

    look_from(world, m, 0, &now, &last);
    for (size_t i = 0; i < world->model.n && !world->failed; i++)
        if (uid_in(before, (uint32_t)i) && !uid_in(&now, (uint32_t)i))
            world_fail(world, "machine %zu: u%zu was committed, and is gone after a crash", m, i);
}

/* Every number of the path a station holds for acknowledged is at the center. */
static void check_acked(struct world *world, size_t m)
{
    struct machine_sim *machine = &world->machines[m];
    struct replica_state state;
    uint64_t order = 0;

    if (m == CENTER && world->hub != NULL)
        return;
    if (world->hub != NULL)
        order = hub_sim_order_head(world, machine->identity.org);
    if (replica_state(machine->store, &state, NULL) != STATUS_OK || (world->hub == NULL && replica_order_head(world->machines[CENTER].store, &order, NULL) != STATUS_OK)) {
        world_fail(world, "machine %zu: no state", m);
        return;
    }
    if (state.head_seq != machine->memory.n_path)
        world_fail(world, "machine %zu: committed %zu, has %llu", m, machine->memory.n_path, (unsigned long long)state.head_seq);
    if (m == CENTER || machine->stale || world->failed)
        return;
    for (uint64_t seq = 1; seq <= state.have_seq; seq++)
        if (!uid_in(&world->machines[CENTER].memory.known, machine->memory.path[seq - 1]))
            world_fail(world, "station %zu: u%u (number %llu) counts as acknowledged, the center does not have it", m, machine->memory.path[seq - 1], (unsigned long long)seq);
    if (state.rcur > order)
        world_fail(world, "station %zu: applied order %llx, the center is at %llx", m, (unsigned long long)state.rcur, (unsigned long long)order);
}

/* Whether the parts of x's transaction may have different fates by now. What the center wrote for several orgs at once nobody but itself had whole: after it lost that, each scope's part is as
 * whole as ever, and comes back from a station of that scope or, if none had it yet, not at all. To hold back one org's part until the others come would lose it, so parts go their own
 * ways, at the center and on to everybody. */
static bool is_torn(const struct world *world, const struct model_change *x)
{
    return world->center_lost && x->machine == CENTER;
}

/* Of what the center lost the org that handed one back had the other one, too: unless one of the rows was given away before it came there. */
static bool in_one_hand(const struct world *world, const struct model_change *x, const struct model_change *with)
{
    return x->scope == with->scope && !model_changed_hands(&world->model, x->id, false) && !model_changed_hands(&world->model, with->id, false);
}

/* Changes of one transaction stand side by side in the model: each must be where the one before it of the same transaction (and, of a torn one, of the same scope) is. */
static void check_transactions(struct world *world, size_t m, const struct uid_set *has)
{
    for (size_t i = 0; i < world->model.n; i++) {
        const struct model_change *x = &world->model.changes[i];

        /* Rows that change hands come and go each by itself. */
        if (x->fate == FATE_QUARANTINED || !in_scope(world, m, x) || (m != CENTER && model_changed_hands(&world->model, x->id, false)))
            continue;
        for (size_t k = i; k-- > 0 && world->model.changes[k].txn == x->txn;) {
            const struct model_change *with = &world->model.changes[k];

            if (with->fate == FATE_QUARANTINED || !in_scope(world, m, with) || (m != CENTER && model_changed_hands(&world->model, with->id, false)) || (is_torn(world, x) && !in_one_hand(world, x, with)))
                continue;
            if (uid_in(has, with->uid) != uid_in(has, x->uid))
                world_fail(world, "machine %zu: of one transaction it has %s u%u and %s u%u", m, uid_in(has, with->uid) ? "" : "not", with->uid, uid_in(has, x->uid) ? "" : "not", x->uid);
            break;
        }
    }
}

void world_check_moment(struct world *world, size_t m)
{
    for (size_t i = 0; i < 2 && !world->failed; i++)
        world_look(world, i == 0 ? (size_t)CENTER : m);
    if (!world->failed)
        check_transactions(world, m, &world->machines[m].memory.known);
    for (size_t i = 0; i < world->n_machines && !world->failed; i++)
        if (i == m || m == CENTER)
            check_acked(world, i);
}

void world_check_cursor(struct world *world, size_t m)
{
    struct stmt *stmt = store_prepare(world->machines[CENTER].store, "SELECT lsn,header,body FROM change WHERE state<>1 AND lsn<=?1");
    struct replica_state state;
    enum status status;
    size_t header_len, body_len;

    world_look(world, m);
    if (replica_state(world->machines[m].store, &state, NULL) != STATUS_OK)
        return;
    stmt_int(stmt, 1, (int64_t)state.rcur);
    while (!world->failed && stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 1, &header_len), *body = stmt_column_blob(stmt, 2, &body_len);
        struct model_change *x = world_identify(world, CENTER, header, header_len, body, body_len);

        if (x != NULL && (x->scope == 0 || x->scope == world->machines[m].identity.org) && !uid_in(&world->machines[m].memory.known, x->uid) && !model_changed_hands(&world->model, x->id, false))
            world_fail(world, "machine %zu: its cursor %llx has passed u%u (%llx), which it does not have", m, (unsigned long long)state.rcur, x->uid, (unsigned long long)stmt_column_int(stmt, 0));
    }
    if (world->failed)
        stmt_reset(stmt);
}

/* ---- at rest: logs ---- */

static void note_whole(struct world *world, size_t m, const char *sql)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, sql);
    enum status status;
    size_t len;

    while (stmt_row(stmt, &status, NULL)) {
        struct change change;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);

        if (change_decode_header(header, len, &change) == STATUS_OK && change.user[0] == 'u')
            uid_add(&world->whole_at_rest, (uint32_t)strtoul(change.user + 1, NULL, 10));
    }
}

/* At a hub: what it has itself, and what anybody has to tell. What a copy told and another one heard is not handed back to it (hub_greet.c, TAKE_RETURNS). */
static void note_held_of_hub(struct world *world, struct uid_set *held)
{
    hub_sim_look(world, 0, UINT64_MAX, true, held);
    for (size_t m = 1; m < world->n_machines; m++)
        for (size_t i = 0; !world->machines[m].revoked && i < world->machines[m].memory.n_path; i++)
            uid_add(held, world->machines[m].memory.path[i]);
}

void world_note_held(struct world *world, struct uid_set *held)
{
    memset(held, 0, sizeof *held);
    if (world->hub != NULL) {
        note_held_of_hub(world, held);
        return;
    }
    for (size_t m = 0; m < world->n_machines; m++)
        if (!world->machines[m].revoked)
            note_whole(world, m, "SELECT header FROM change WHERE body IS NOT NULL");
    note_whole(world, CENTER, "SELECT header FROM returned WHERE body IS NOT NULL");
    for (size_t m = 0; m < world->n_machines && !world->failed; m++) {
        int64_t last = 0;

        if (!world->machines[m].revoked)
            look_from(world, m, 0, held, &last);
    }
}

static void check_held(struct world *world, const struct uid_set *held)
{
    struct uid_set now = {{0}};
    int64_t last = 0;
    struct stmt *stmt;
    enum status status;
    size_t header_len, body_len;

    look_from(world, CENTER, 0, &now, &last);
    stmt = store_prepare(world->machines[CENTER].store, "SELECT header,body FROM returned");
    while (!world->failed && stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *body = stmt_column_blob(stmt, 1, &body_len);
        struct model_change *x = world_identify(world, CENTER, header, header_len, body, body_len);

        world->totals.waiting++;
        if (x != NULL)
            uid_add(&now, x->uid);
    }
    for (size_t i = 0; i < world->model.n && !world->failed; i++)
        if (uid_in(held, (uint32_t)i) && !uid_in(&now, (uint32_t)i))
            world_fail(world, "u%zu is lost: somebody held it, the center does not have it", i);
}

struct numbered {
    int64_t station;
    uint8_t incarnation[INCARNATION_BYTES];
    uint64_t seq;
    uint32_t uid;
};

static int compare_numbered(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    int c = memcmp(x->incarnation, y->incarnation, INCARNATION_BYTES);

    if (x->station != y->station)
        return x->station < y->station ? -1 : 1;
    if (c != 0)
        return c;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

struct numbers {
    struct world *world;
    size_t m;
    struct numbered *all;
    size_t n, cap;
};

static void add_number(void *context, int64_t station, const uint8_t incarnation[INCARNATION_BYTES], uint64_t seq, const uint8_t *header, size_t header_len)
{
    struct numbers *numbers = context;
    struct numbered *entry;
    struct change change;

    if (numbers->n == numbers->cap) {
        numbers->cap = numbers->cap > 0 ? numbers->cap * 2 : 1024;
        numbers->all = realloc(numbers->all, numbers->cap * sizeof *numbers->all);
        assert(numbers->all != NULL);
    }
    entry = &numbers->all[numbers->n++];
    *entry = (struct numbered){.station = station, .seq = seq};
    memcpy(entry->incarnation, incarnation, INCARNATION_BYTES);
    if (change_decode_header(header, header_len, &change) == STATUS_OK)
        entry->uid = (uint32_t)strtoul(change.user + 1, NULL, 10);
    if (change.seq != entry->seq)
        world_fail(numbers->world, "machine %zu: u%u was number %llu and stands as number %llu", numbers->m, entry->uid, (unsigned long long)change.seq, (unsigned long long)entry->seq);
}

/* One list of (log, number, uid) over all machines. */
static void check_numbers(struct world *world)
{
    struct numbers numbers = {.world = world};

    if (world->hub != NULL)
        hub_sim_numbers(world, add_number, &numbers);
    for (size_t m = world->hub != NULL; m < world->n_machines && !world->failed; m++) {
        /* Of what a center lost and got back under another log's name nobody tells a station whose record left: it keeps the header under the old name, and sets it aside when something else comes there. */
        struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT l.station,l.incarnation,c.seq,c.header FROM change c JOIN log l ON l.no=c.log WHERE ?1=0 OR l.station<>0 OR c.scope>=0");
        enum status status;
        size_t len, header_len;

        numbers.m = m;
        stmt_int(stmt, 1, m != CENTER && world->center_lost);
        while (stmt_row(stmt, &status, NULL)) {
            static const uint8_t none[INCARNATION_BYTES];

            if (world->machines[m].revoked) /* a copy that is not let in is not healed */
                continue;
            const uint8_t *incarnation = stmt_column_blob(stmt, 1, &len), *header = stmt_column_blob(stmt, 3, &header_len);
            add_number(&numbers, stmt_column_int(stmt, 0), len == INCARNATION_BYTES ? incarnation : none, (uint64_t)stmt_column_int(stmt, 2), header, header_len);
        }
    }
    if (numbers.n > 0)
        qsort(numbers.all, numbers.n, sizeof *numbers.all, compare_numbered);
    for (size_t i = 1; i < numbers.n; i++) {
        const struct numbered *x = &numbers.all[i - 1], *y = &numbers.all[i];

        if (compare_numbered(x, y) == 0 && x->uid != y->uid)
            world_fail(world, "number %llu of a log of station %lld is u%u here and u%u there", (unsigned long long)y->seq, (long long)y->station, x->uid, y->uid);
    }
    free(numbers.all);
}

/* The center's whole logs, and everybody's own path: no gaps, and each chain value follows from the one before. */
static void check_chain(struct world *world, size_t m, int64_t log, uint64_t seq, struct hash hash, uint64_t head)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT seq,header,hash FROM change WHERE log=?1 AND seq>?2 ORDER BY seq");
    enum status status;
    size_t len, hash_len;
    uint64_t base = seq;

    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, (int64_t)base);
    while (stmt_row(stmt, &status, NULL)) {
        if ((uint64_t)stmt_column_int(stmt, 0) != ++seq)
            world_fail(world, "machine %zu: log %lld has a gap before number %lld", m, (long long)log, (long long)stmt_column_int(stmt, 0));
        const uint8_t *header = stmt_column_blob(stmt, 1, &len), *stored = stmt_column_blob(stmt, 2, &hash_len);
        hash = change_chain(hash, header, len);
        if (hash_len != HASH_BYTES || memcmp(stored, hash.bytes, HASH_BYTES) != 0)
            world_fail(world, "machine %zu: the chain of log %lld breaks at number %llu", m, (long long)log, (unsigned long long)seq);
        if (world->failed) {
            stmt_reset(stmt);
            return;
        }
    }
    if (seq != head && seq != base)
        world_fail(world, "machine %zu: log %lld ends at %llu and says %llu", m, (long long)log, (unsigned long long)seq, (unsigned long long)head);
}

static void check_chains(struct world *world)
{
    struct stmt *stmt = store_prepare(world->machines[CENTER].store, "SELECT l.no,l.base_seq,l.head_seq,(SELECT c.hash FROM change c WHERE c.log=l.parent AND c.seq=l.base_seq) FROM log l WHERE l.partial=0");
    enum status status;
    size_t len;

    while (!world->failed && stmt_row(stmt, &status, NULL)) {
        struct hash hash = {{0}};
        const uint8_t *base = stmt_column_blob(stmt, 3, &len);

        if (len == HASH_BYTES)
            memcpy(hash.bytes, base, len);
        else if (stmt_column_int(stmt, 1) != 0)
            continue; /* a base that lies deeper than its parent: verify looks at it */
        check_chain(world, CENTER, stmt_column_int(stmt, 0), (uint64_t)stmt_column_int(stmt, 1), hash, (uint64_t)stmt_column_int(stmt, 2));
    }
    if (world->failed)
        stmt_reset(stmt);
}

/* ---- at rest: rows ---- */

static void put_store_value(struct stmt *stmt, int column, uint16_t field, struct buf *out)
{
    struct value value = stmt_column_value(stmt, column);

    if (value.kind == VALUE_INT)
        buf_printf(out, " %u=%lld", field, (long long)value.number);
    else if (value.kind == VALUE_TEXT)
        buf_printf(out, " %u=%.*s", field, (int)value.len, value.text);
    else
        buf_printf(out, " %u=-", field);
}

static void put_extra(const uint8_t *extra, size_t len, struct buf *out)
{
    struct reader reader;
    uint64_t count;

    reader_init(&reader, extra, len);
    count = len > 0 ? cbor_map(&reader) : 0;
    for (uint64_t i = 0; i < count && reader.status == STATUS_OK; i++) {
        uint64_t no = cbor_uint(&reader);
        struct value value = value_decode(&reader);

        if (value.kind == VALUE_TEXT)
            buf_printf(out, " %llu=%.*s", (unsigned long long)no, (int)value.len, value.text);
        else if (value.kind == VALUE_INT)
            buf_printf(out, " %llu=%lld", (unsigned long long)no, (long long)value.number);
        else
            buf_printf(out, " %llu=-", (unsigned long long)no);
    }
}

/* The type's fields by number; returns how many. */
static size_t sorted_fields(const struct record_type *type, const struct field_def *fields[FIELD_MAX_COUNT])
{
    for (size_t i = 0; i < type->n_fields; i++) {
        size_t at = i;

        for (; at > 0 && fields[at - 1]->no > type->fields[i].no; at--)
            fields[at] = fields[at - 1];
        fields[at] = &type->fields[i];
    }
    return type->n_fields;
}

/* Places of rows that are not here (reach.h) are no rows. */
static void rows_of_type(struct world *world, size_t m, const struct record_type *type, int64_t scope, struct buf *out)
{
    struct store *store = world->machines[m].store;
    const struct field_def *fields[FIELD_MAX_COUNT];
    size_t n_fields = sorted_fields(type, fields), len;
    struct stmt *stmt;
    enum status status;
    struct buf sql;
    char id[ID_TEXT_BYTES];

    buf_init(&sql, SQL_BYTES);
    buf_printf(&sql, "SELECT %s FROM \"%s\" WHERE w_log<>0 AND (?1<0 OR scope IN (0,?1) OR id IN (SELECT id FROM share WHERE scope=?1))", schema_row_columns(store, type), type->name);
    stmt = store_prepare(store, buf_cstr(&sql));
    buf_release(&sql);
    stmt_int(stmt, 1, scope);
    while (stmt_row(stmt, &status, NULL)) {
        id_format(stmt_column_id(stmt, ROW_ID), id);
        buf_printf(out, "%u %s scope=%lld 0=%lld", type->no, id, (long long)stmt_column_int(stmt, ROW_SCOPE), (long long)stmt_column_int(stmt, ROW_GONE));
        for (size_t i = 0; i < n_fields; i++) {
            int column = ROW_FIELDS + (int)(fields[i] - type->fields);

            if (!stmt_column_is_null(stmt, column))
                put_store_value(stmt, column, fields[i]->no, out);
        }
        const uint8_t *extra = stmt_column_blob(stmt, ROW_EXTRA, &len);
        put_extra(extra, len, out);
        buf_putc(out, '\n');
    }
    if (status != STATUS_OK)
        world_fail(world, "machine %zu: rows: %s", m, status_text(status));
}

void world_rows(struct world *world, size_t m, int64_t scope, struct buf *out)
{
    for (size_t t = 0; t < TYPES; t++)
        rows_of_type(world, m, catalogue_by_no(types[t]), scope, out);
    model_sort_lines(out);
}

void world_conflicts(struct world *world, size_t m, int64_t scope, struct buf *out)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT c.id,c.field,c.value,h.header FROM conflict c LEFT JOIN change h ON h.log=c.log AND h.seq=c.seq WHERE ?1<0 OR c.scope IN (0,?1) OR c.id IN (SELECT id FROM share WHERE scope=?1)");
    enum status status;
    char id[ID_TEXT_BYTES];
    size_t len;

    stmt_int(stmt, 1, scope);
    while (stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 3, &len);
        struct change change = {.user = "?"};

        (void)change_decode_header(header, len, &change);
        id_format(stmt_column_id(stmt, 0), id);
        buf_printf(out, "%s by %s", id, change.user);
        put_store_value(stmt, 2, (uint16_t)stmt_column_int(stmt, 1), out);
        buf_putc(out, '\n');
    }
    if (status != STATUS_OK)
        world_fail(world, "machine %zu: conflicts: %s", m, status_text(status));
    model_sort_lines(out);
}

/* Who had a record and gave it away drops its content at once (core/record/reach.h). What a center then loses before anybody else got it is gone, and only the change's header comes back. Where nobody lost anything
 * or the record stayed in the same hands there is no such thing. */
static bool lost_content(const struct world *world, const struct model_change *x)
{
    return world->center_lost && !model_is_hand_over(x->op) && model_changed_hands(&world->model, x->id, false) && !uid_in(&world->whole_at_rest, x->uid);
}

/* What came before a change in its author's log. Of what a center wrote, lost and got back, each station had seen its own org's part and could tell no more: what lay between, and so where a log parted from
 * another, may be in nobody's knowledge when it is handed back. Then the center goes by the log it put it in. That may ask a person for nothing (invented), which is what the eras allow (order.h); whether
 * anything is lost by it is judged by the truth all the same (unsound). */
static void learn_path(struct world *world, struct model_change *x, int64_t log)
{
    static const char SQL[] = "WITH RECURSIVE path(log,upto) AS (SELECT ?1,?2 UNION ALL SELECT l.parent,min(path.upto,l.base_seq) FROM path JOIN log l ON l.no=path.log WHERE l.parent IS NOT NULL) "
                              "SELECT c.header FROM path JOIN change c ON c.log=path.log AND c.seq<=path.upto";
    struct stmt *stmt;
    enum status status;
    size_t len;

    x->told = x->path;
    if (x->machine != CENTER || !world->center_lost)
        return;
    x->told = (struct uid_set){{0}};
    stmt = store_prepare(world->machines[CENTER].store, SQL);
    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, (int64_t)x->seq);
    while (stmt_row(stmt, &status, NULL)) {
        struct change change;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);

        if (change_decode_header(header, len, &change) == STATUS_OK && change.user[0] == 'u')
            uid_add(&x->told, (uint32_t)strtoul(change.user + 1, NULL, 10));
    }
}

static void learn_orders(struct world *world, const struct uid_set *held)
{
    struct stmt *stmt = store_prepare(world->machines[CENTER].store, "SELECT lsn,rseq,state,header,body,log FROM change ORDER BY lsn");
    enum status status;
    size_t header_len, body_len;

    while (stmt_row(stmt, &status, &world->failure)) {
        const uint8_t *header = stmt_column_blob(stmt, 3, &header_len), *body = stmt_column_blob(stmt, 4, &body_len);
        struct model_change *x = world_identify(world, CENTER, header, header_len, body, body_len);
        int64_t state = stmt_column_int(stmt, 2);

        if (x != NULL && state != (int64_t)x->fate)
            world_fail(world, "the center's state of u%u is %lld and should be %d", x->uid, (long long)state, (int)x->fate);
        if (x != NULL && x->fold != 0) {
            x->twice = true;
            world->totals.twice++;
            continue;
        }
        if (world->failed) {
            stmt_reset(stmt);
            return;
        }
        learn_path(world, x, stmt_column_int(stmt, 5));
        x->empty = body == NULL && lost_content(world, x);
        x->given = (uint64_t)stmt_column_int(stmt, 0);
        x->fold = stmt_column_is_null(stmt, 1) ? x->given : (uint64_t)stmt_column_int(stmt, 1);
    }
    (void)held;
}

/* For a failing seed: in which order the center has what happened. */
static void order_log(struct world *world)
{
    char id[ID_TEXT_BYTES];

    for (size_t i = 0; world->log_wanted && i < world->model.n; i++) {
        const struct model_change *x = &world->model.changes[i];

        id_format(x->id, id);
        if (x->fold != 0)
            world_log(world, "fold %llx given %llx: u%u #%llu %.8s op=%d seen=%llx", (unsigned long long)x->fold, (unsigned long long)x->given, x->uid, (unsigned long long)x->seq, id, (int)x->op,
                      (unsigned long long)x->seen);
    }
}

/* The first line that differs. */
static void compare_texts(struct world *world, const char *what, const char *expected, const char *actual)
{
    while (*expected != 0 && *expected == *actual) {
        const char *e = strchr(expected, '\n'), *a = strchr(actual, '\n');

        if (e - expected != a - actual || memcmp(expected, actual, (size_t)(e - expected)) != 0)
            break;
        expected = e + 1;
        actual = a + 1;
    }
    if (*expected != 0 || *actual != 0)
        world_fail(world, "%s\n  expected: %.*s\n  is:       %.*s", what, (int)strcspn(expected, "\n"), expected, (int)strcspn(actual, "\n"), actual);
}

struct texts {
    struct buf rows, conflicts, shares, is_rows, is_conflicts, is_shares;
};

static void texts_init(struct texts *texts)
{
    buf_init(&texts->rows, TEXT_MAX_BYTES);
    buf_init(&texts->conflicts, TEXT_MAX_BYTES);
    buf_init(&texts->shares, TEXT_MAX_BYTES);
    buf_init(&texts->is_rows, TEXT_MAX_BYTES);
    buf_init(&texts->is_conflicts, TEXT_MAX_BYTES);
    buf_init(&texts->is_shares, TEXT_MAX_BYTES);
}

static void texts_release(struct texts *texts)
{
    buf_release(&texts->rows);
    buf_release(&texts->conflicts);
    buf_release(&texts->shares);
    buf_release(&texts->is_rows);
    buf_release(&texts->is_conflicts);
    buf_release(&texts->is_shares);
}

/* A station may be given the place of what its copy wrote, before the two are told apart; then its sums find what it lacks. */
static bool has_copies(const struct world *world)
{
    return world->center_lost || world->totals.done[FAULT_RESTORE] + world->totals.done[FAULT_RESTORE_DECLARED] + world->totals.done[FAULT_CLONE] > 0;
}

static void put_shares(struct world *world, struct buf *out)
{
    struct stmt *stmt = store_prepare(world->machines[CENTER].store, "SELECT id,scope FROM share");
    enum status status;
    char id[ID_TEXT_BYTES];

    while (stmt_row(stmt, &status, NULL)) {
        id_format(stmt_column_id(stmt, 0), id);
        buf_printf(out, "%s with %lld\n", id, (long long)stmt_column_int(stmt, 1));
    }
    model_sort_lines(out);
}

/* Lines about rows that hold something refused say nothing about others; nor, against the model, lines about rows of which one change came twice. */
static void drop_rows(struct world *world, bool twice, struct buf *text)
{
    for (size_t i = 0; i < world->model.n; i++) {
        const struct model_change *x = &world->model.changes[i];
        char id[ID_TEXT_BYTES], *at;

        if (twice ? !x->twice : x->fate != FATE_QUARANTINED)
            continue;
        id_format(x->id, id);
        while ((at = strstr(buf_cstr(text), id)) != NULL) {
            char *start = at, *end = strchr(at, '\n');

            while (start > (char *)text->data && start[-1] != '\n')
                start--;
            memmove(start, end + 1, text->len - (size_t)(end + 1 - (char *)text->data));
            text->len -= (size_t)(end + 1 - start);
            text->data[text->len] = 0;
        }
    }
}

static void check_model(struct world *world, const struct uid_set *held)
{
    struct texts texts;

    learn_orders(world, held);
    if (world->failed)
        return;
    if (world->differed[0] != 0 && !has_copies(world))
        world_fail(world, "%s", world->differed);
    texts_init(&texts);
    model_fold(&world->model, &texts.rows, &texts.conflicts, &texts.shares);
    order_log(world);
    world_rows(world, CENTER, -1, &texts.is_rows);
    world_conflicts(world, CENTER, -1, &texts.is_conflicts);
    put_shares(world, &texts.is_shares);
    for (size_t i = 0; i < texts.is_conflicts.len; i++)
        world->totals.conflicts += texts.is_conflicts.data[i] == '\n';
    /* Copies of one unsent change came from two machines (or from one state that was put back twice): the model knows each change once, so it says nothing of the rows those are of. */
    if (world->totals.twice > 0) {
        struct buf *all[] = {&texts.rows, &texts.conflicts, &texts.shares, &texts.is_rows, &texts.is_conflicts, &texts.is_shares};

        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            drop_rows(world, true, all[i]);
    }
    compare_texts(world, "center's rows against the model", buf_cstr(&texts.rows), buf_cstr(&texts.is_rows));
    compare_texts(world, "center's conflicts against the model", buf_cstr(&texts.conflicts), buf_cstr(&texts.is_conflicts));
    compare_texts(world, "center's shares against the model", buf_cstr(&texts.shares), buf_cstr(&texts.is_shares));
    texts_release(&texts);
    world->totals.invented += world->model.invented;
    world->totals.unsound += world->model.unsound;
    if (world->model.unsound > 0 && world->totals.twice == 0)
        world_fail(world, "lost in silence: %s", world->model.first_unsound);
    if (world->model.invented > 0 && !world->center_lost && world->totals.twice == 0)
        world_fail(world, "invented: %s", world->model.first_invented);
}

static void check_station(struct world *world, size_t m)
{
    struct machine_sim *machine = &world->machines[m];
    int64_t org = machine->identity.org;
    struct replica_state state;
    struct texts texts;
    char what[64];

    texts_init(&texts);
    world_rows(world, CENTER, org, &texts.rows);
    world_conflicts(world, CENTER, org, &texts.conflicts);
    world_rows(world, m, -1, &texts.is_rows);
    world_conflicts(world, m, -1, &texts.is_conflicts);
    drop_rows(world, false, &texts.rows);
    drop_rows(world, false, &texts.is_rows);
    snprintf(what, sizeof what, "station %zu's rows against the center's", m);
    compare_texts(world, what, buf_cstr(&texts.rows), buf_cstr(&texts.is_rows));
    snprintf(what, sizeof what, "station %zu's conflicts against the center's", m);
    compare_texts(world, what, buf_cstr(&texts.conflicts), buf_cstr(&texts.is_conflicts));
    texts_release(&texts);
    if (replica_state(machine->store, &state, NULL) != STATUS_OK || state.pending != 0 || state.ordered_seq != state.head_seq)
        world_fail(world, "station %zu: %lld changes pending, ordered to %llu of %llu", m, (long long)state.pending, (unsigned long long)state.ordered_seq,
                   (unsigned long long)state.head_seq);
}

/* Of what was erased nobody has the content, and of what is in other hands no station. Why it is not here any more stays. */
static void check_content(struct world *world, size_t m)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT header,body FROM change WHERE body IS NOT NULL");
    int64_t org = world->machines[m].identity.org;
    enum status status;
    size_t header_len, body_len;

    while (!world->failed && stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *body = stmt_column_blob(stmt, 1, &body_len);
        const struct model_change *x = world_identify(world, m, header, header_len, body, body_len);
        const struct model_hands *hands = x == NULL || x->fate != FATE_APPLIED || model_is_hand_over(x->op) ? NULL : model_hands(&world->model, x->id);

        if (hands == NULL)
            continue;
        if (hands->erased)
            world_fail(world, "machine %zu: u%u has its content, and was erased", m, x->uid);
        else if (m != CENTER && !model_has(hands, org))
            world_fail(world, "machine %zu: u%u has its content, and its row is not org %lld's any more", m, x->uid, (long long)org);
    }
    if (world->failed)
        stmt_reset(stmt);
}

/* What the machine counts as held with its place, or what the center holds for its org: "u17@2a". */
static void put_held(struct world *world, size_t m, int64_t org, struct buf *out)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, m != CENTER ? "SELECT header,rseq FROM change WHERE rseq IS NOT NULL AND scope>=0 AND ?1=?1"
                                                                            : "SELECT header,coalesce(rseq,lsn) FROM change WHERE state<>1 AND (scope IN (0,?1) OR lsn IN (SELECT lsn FROM reach WHERE scope=?1 AND stub=0))");
    enum status status;
    size_t len;

    stmt_int(stmt, 1, org);
    while (stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);
        struct change change = {.user = "?"};

        (void)change_decode_header(header, len, &change);
        buf_printf(out, "%s@%llx\n", change.user, (unsigned long long)stmt_column_int(stmt, 1));
    }
}

static void log_missing(struct world *world, size_t m, const char *what, const struct buf *these, const struct buf *those)
{
    for (const char *line = buf_cstr(these), *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        char one[64], again[66];

        snprintf(one, sizeof one, "%.*s\n", (int)(end - line), line);
        snprintf(again, sizeof again, "\n%s", one);
        if (strncmp(buf_cstr(those), one, strlen(one)) != 0 && strstr(buf_cstr(those), again) == NULL)
            world_log(world, "%zu: %.*s %s", m, (int)(end - line), line, what);
    }
}

void world_log_differences(struct world *world)
{
    for (size_t m = 1; world->log_wanted && m < world->n_machines; m++) {
        struct buf here, there;

        buf_init(&here, TEXT_MAX_BYTES);
        buf_init(&there, TEXT_MAX_BYTES);
        put_held(world, m, 0, &here);
        put_held(world, CENTER, world->machines[m].identity.org, &there);
        log_missing(world, m, "is held, and not by the center for its org", &here, &there);
        log_missing(world, m, "is at the center for its org, and not held", &there, &here);
        buf_release(&here);
        buf_release(&there);
    }
}

/* ---- at rest: each store by itself ---- */

static void problem(void *context, const char *text)
{
    struct world *world = context;

    world_fail(world, "verify: %s", text);
}

/* verify is right to object to an own change for somebody else's org. */
static bool holds_foreign(struct world *world, size_t m)
{
    for (size_t i = 0; i < world->model.n; i++)
        if (m != CENTER && uid_in(&world->machines[m].memory.own, (uint32_t)i) && world->model.changes[i].fate == FATE_QUARANTINED && world->model.changes[i].scope != world->machines[m].identity.org)
            return true;
    return false;
}

static void check_verify(struct world *world, size_t m)
{
    struct verify_result result;
    struct errmsg err = {{0}};
    struct store *scratch;
    enum status status = pool_scratch(world->pool, &scratch, &err);

    if (status == STATUS_OK)
        status = verify_store_in(world->machines[m].store, scratch, problem, world, &result, &err);
    if (status != STATUS_OK || !result.ok) {
        char text[ERRMSG_MAX_BYTES];

        snprintf(text, sizeof text, "%.400s", world->failed ? world->failure.text : errmsg_text(&err, status));
        world->failed = false;
        world_fail(world, "machine %zu: %s", m, text);
    }
    world->totals.verified++;
}

void world_check_end(struct world *world, const struct uid_set *held, bool verify)
{
    for (size_t m = 0; m < world->n_machines && !world->failed; m++)
        world_check_moment(world, m);
    for (size_t m = 1; m < world->n_machines && !world->failed; m++)
        if (!world->machines[m].revoked)
            world_check_cursor(world, m);
    if (!world->failed)
        check_held(world, held);
    if (!world->failed)
        check_numbers(world);
    if (!world->failed)
        check_chains(world);
    if (!world->failed)
        check_model(world, held);
    for (size_t m = 1; m < world->n_machines && !world->failed; m++)
        if (!world->machines[m].revoked)
            check_station(world, m);
    for (size_t m = 0; m < world->n_machines && !world->failed; m++)
        if (!world->machines[m].revoked)
            check_content(world, m);
    for (size_t m = 0; m < world->n_machines && verify && !world->failed; m++)
        if (!holds_foreign(world, m))
            check_verify(world, m);
}

/* ---- a hub ---- */

/* A station's cursor has passed nothing of its county that it has not got. */
static void check_hub_cursor(struct world *world, size_t m)
{
    struct replica_state state;
    struct uid_set passed = {{0}};

    world_look(world, m);
    if (replica_state(world->machines[m].store, &state, NULL) != STATUS_OK)
        return;
    hub_sim_look(world, world->machines[m].identity.org, state.rcur, false, &passed);
    for (size_t i = 0; i < world->model.n && !world->failed; i++)
        if (uid_in(&passed, (uint32_t)i) && !uid_in(&world->machines[m].memory.known, (uint32_t)i))
            world_fail(world, "machine %zu: its cursor %llx has passed u%zu, which it does not have", m, (unsigned long long)state.rcur, i);
}

static void check_all_told(struct world *world, size_t m)
{
    struct replica_state state;

    if (replica_state(world->machines[m].store, &state, NULL) != STATUS_OK || state.pending != 0 || state.have_seq != state.head_seq || state.ordered_seq != state.head_seq)
        world_fail(world, "station %zu: of %llu changes %llu are acknowledged, %llu have their place, %lld pending", m, (unsigned long long)state.head_seq, (unsigned long long)state.have_seq,
                   (unsigned long long)state.ordered_seq, (long long)state.pending);
}

static void check_copies(struct world *world, size_t m, size_t copy)
{
    struct texts texts;
    char what[128];

    texts_init(&texts);
    world_rows(world, m, -1, &texts.rows);
    world_conflicts(world, m, -1, &texts.conflicts);
    world_rows(world, copy, -1, &texts.is_rows);
    world_conflicts(world, copy, -1, &texts.is_conflicts);
    snprintf(what, sizeof what, "station %zu's rows against those of its copy %zu", m, copy);
    compare_texts(world, what, buf_cstr(&texts.rows), buf_cstr(&texts.is_rows));
    snprintf(what, sizeof what, "station %zu's conflicts against those of its copy %zu", m, copy);
    compare_texts(world, what, buf_cstr(&texts.conflicts), buf_cstr(&texts.is_conflicts));
    texts_release(&texts);
}

static void check_hub_erased(struct world *world, size_t m)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT header,body FROM change WHERE body IS NOT NULL");
    enum status status;
    size_t header_len, body_len;

    while (!world->failed && stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *body = stmt_column_blob(stmt, 1, &body_len);
        const struct model_change *x = world_identify(world, m, header, header_len, body, body_len);

        if (x != NULL && x->op == CHANGE_PUT && hub_sim_is_erased(world, x->id))
            world_fail(world, "machine %zu: u%u has its content, and was erased", m, x->uid);
    }
    if (world->failed)
        stmt_reset(stmt);
}

void world_check_hub_end(struct world *world, const struct uid_set *held, bool verify)
{
    struct uid_set now = {{0}};

    for (size_t m = 0; m < world->n_machines && !world->failed; m++)
        world_check_moment(world, m);
    for (size_t m = 1; m < world->n_machines && !world->failed; m++)
        if (!world->machines[m].revoked)
            check_hub_cursor(world, m);
    hub_sim_look(world, 0, UINT64_MAX, true, &now);
    for (size_t i = 0; i < world->model.n && !world->failed; i++)
        if ((uid_in(held, (uint32_t)i) || uid_in(&world->machines[CENTER].memory.known, (uint32_t)i)) && !uid_in(&now, (uint32_t)i))
            world_fail(world, "u%zu is lost: somebody held it, the hub does not have it", i);
    if (!world->failed)
        check_numbers(world);
    if (!world->failed && world->differed[0] != 0 && !has_copies(world))
        world_fail(world, "%s", world->differed);
    if (!world->failed)
        hub_sim_check(world, has_copies(world));
    for (size_t m = 1; m < world->n_machines && !world->failed; m++) {
        if (world->machines[m].revoked)
            continue;
        check_all_told(world, m);
        check_hub_erased(world, m);
        for (size_t k = 1; k < m && !world->failed; k++)
            if (world->machines[k].key == world->machines[m].key)
                check_copies(world, k, m);
    }
    for (size_t m = 1; m < world->n_machines && verify && !world->failed; m++)
        if (!holds_foreign(world, m))
            check_verify(world, m);
}
