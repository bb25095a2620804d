/* tests/simulate/people.c - what people do on the machines: forms opened at some time, saved at another. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/changelog.h"
#include "core/record/reach.h"
#include "core/record/row.h"
#include "core/record/upward.h"
#include "tests/simulate/world.h"

enum { TYPE_CONSULTATION = 4, TYPE_CASE = 5, TYPE_CODE = 6, TYPE_NEWER = 999, OP_NEWER = 20, CHANGES_SPARE = 8, TXN_MAX = 4 };

/* Fields people write in this world. */
struct play_field {
    uint64_t type_no;
    uint16_t field;
    bool number, center_only;
};

static const struct play_field play_fields[] = {
    {TYPE_CONSULTATION, 10, false, false}, {TYPE_CONSULTATION, 15, true, false}, {TYPE_CONSULTATION, 12, false, false},
    {TYPE_CASE, 51, false, false},         {TYPE_CASE, 52, true, false},         {TYPE_CASE, 14, false, false},
    {TYPE_CASE, 30, false, true},          {TYPE_CODE, 3, false, true},          {TYPE_CODE, 5, true, true},
};

enum { PLAY_FIELDS = sizeof play_fields / sizeof *play_fields, CASE_CENTER_FIELD = 30 };

/* ---- writing down ---- */

static void put_value(const struct model_value *value, struct buf *out)
{
    struct buf text;

    if (value->kind == VALUE_INT) {
        cbor_put_int(out, value->number);
    } else if (value->kind == VALUE_TEXT) {
        buf_init(&text, CHANGE_BODY_MAX_BYTES);
        model_put_text(&text, value);
        cbor_put_text(out, buf_cstr(&text), text.len);
        buf_release(&text);
    } else {
        cbor_put_null(out);
    }
}

/* What the store says about it. */
static bool note_written(void *context, const struct change_row *row)
{
    struct model_change *x = context;

    x->seq = row->seq;
    x->header_bytes = model_fingerprint(0, row->header, row->header_len);
    x->bytes = model_fingerprint(x->header_bytes, row->body, row->body_len);
    return true;
}

static enum status append_body(struct world *world, size_t m, const struct model_change *x, const struct buf *body, bool more, struct errmsg *err)
{
    struct machine_sim *machine = &world->machines[m];
    struct change change = {.flags = more ? CHANGE_FLAG_MORE : 0,
                            .at_ms = world_wall(world, m),
                            .type_no = x->type_no,
                            .id = x->id,
                            .op = x->op,
                            .seen = x->seen,
                            .scope = x->scope};
    int64_t lsn;

    snprintf(change.user, sizeof change.user, "u%u", x->uid);
    return body->status != STATUS_OK ? body->status : changelog_append_own(machine->store, m == CENTER, &change, body->data, body->len, &lsn, err);
}

static enum status append_values(struct world *world, size_t m, struct model_change *x, bool more, struct errmsg *err)
{
    struct buf body;
    enum status status;

    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    cbor_put_map(&body, x->n_values);
    for (size_t i = 0; i < x->n_values; i++) {
        cbor_put_uint(&body, x->values[i].field);
        put_value(&x->values[i], &body);
    }
    status = append_body(world, m, x, &body, more, err);
    buf_release(&body);
    return status;
}

/* Fills in what the store says about it. */
static enum status note_appended(struct world *world, size_t m, struct model_change *x, enum status status, struct errmsg *err)
{
    int64_t lsn;

    x->machine = m;
    if (status == STATUS_OK)
        status = changelog_head(world->machines[m].store, &lsn, err);
    if (status == STATUS_OK)
        status = changelog_get(world->machines[m].store, lsn, note_written, x, err);
    return status;
}

/* In the open transaction. */
static enum status append(struct world *world, size_t m, struct model_change *x, bool more, struct errmsg *err)
{
    return note_appended(world, m, x, model_is_hand_over(x->op) ? world_append_hand_over(world, x, err) : append_values(world, m, x, more, err), err);
}

enum status world_append(struct world *world, size_t m, struct model_change *x, const struct buf *body, bool more, struct errmsg *err)
{
    return note_appended(world, m, x, append_body(world, m, x, body, more, err), err);
}

static void committed(struct world *world, size_t m, struct model_change *x)
{
    struct memory *memory = &world->machines[m].memory;

    if (x->seq != memory->n_path + 1)
        world_fail(world, "machine %zu: u%u became number %llu of a path of %zu", m, x->uid, (unsigned long long)x->seq, memory->n_path);
    if (m == CENTER)
        buf_clear(&world->before_flush); /* ack-before-fsync is about what came from stations */
    memory->path[memory->n_path++] = (uint16_t)x->uid;
    uid_add(&memory->own, x->uid);
    model_add(&world->model, x);
}

static void log_change(struct world *world, size_t m, const struct model_change *x)
{
    static const char *const ops[] = {"?", "put", "delete", "resolve", "move", "share", "erase"};
    char id[ID_TEXT_BYTES];
    struct buf values;

    if (!world->log_wanted)
        return;
    id_format(x->id, id);
    buf_init(&values, 512);
    for (size_t i = 0; i < x->n_values; i++)
        model_put_value(&values, &x->values[i]);
    if (x->op == CHANGE_SHARE)
        buf_printf(&values, " %s org %lld", x->on ? "with" : "no more with", (long long)x->org);
    world_log(world, "%zu: u%u #%llu %s %llu %.8s scope=%lld seen=%llx%s%s", m, x->uid, (unsigned long long)x->seq, x->op <= CHANGE_ERASE ? ops[x->op] : "newer", (unsigned long long)x->type_no, id,
              (long long)x->scope, (unsigned long long)x->seen, buf_cstr(&values), x->fate == FATE_QUARANTINED ? " (bad)" : "");
    buf_release(&values);
}

void world_committed(struct world *world, size_t m, struct model_change *x)
{
    committed(world, m, x);
    log_change(world, m, x);
}

/* ---- forms ---- */

static uint64_t seen_now(struct machine_sim *machine)
{
    int64_t seen;

    return row_seen(machine->store, &seen, NULL) == STATUS_OK ? (uint64_t)seen : 0;
}

/* Somebody looks at the machine now. */
static const struct moment *moment_now(struct world *world, size_t m)
{
    struct memory *memory = &world->machines[m].memory;
    struct moment *moment = &memory->moments[memory->n_moments++ % MOMENTS_MAX];

    world_look(world, m);
    *moment = (struct moment){.seen = seen_now(&world->machines[m]), .knew = memory->known};
    if (world->center_lost)
        world_look_told(world, m, moment->seen, &moment->told);
    return moment;
}

/* In the same hands then as now, by what the machine knew. */
static bool in_same_hands(const struct world *world, struct id id, const struct moment *then, const struct moment *now)
{
    for (size_t i = 0; i < world->model.n; i++) {
        const struct model_change *x = &world->model.changes[i];

        if (model_is_hand_over(x->op) && id_equal(x->id, id) && uid_in(&then->knew, x->uid) != uid_in(&now->knew, x->uid))
            return false;
    }
    return true;
}

/* A form may have been opened a while ago, if the record was there then. */
static const struct moment *moment_sometime(struct world *world, size_t m, struct id id, uint32_t born, const struct moment *now)
{
    struct memory *memory = &world->machines[m].memory;
    size_t n = memory->n_moments < MOMENTS_MAX ? memory->n_moments : MOMENTS_MAX;
    const struct moment *then = &memory->moments[world_below(world, n)];

    return uid_in(&then->knew, born) && world_chance(world, 30) && in_same_hands(world, id, then, now) ? then : now;
}

static void open_form(struct world *world, size_t m, const struct moment *moment, struct model_change *x)
{
    x->seen = moment->seen;
    x->knew = moment->knew;
    x->told = moment->told;
    x->path = world->machines[m].memory.own;
    if (world_is(world, MUTANT_SEEN_AT_SAVE))
        x->seen = seen_now(&world->machines[m]);
}

static struct model_value random_value(struct world *world, const struct play_field *field)
{
    static const char *const texts[] = {"甲", "乙", "丙", "丁"};
    struct model_value value = {.field = field->field};

    if (world_chance(world, 12) && field->field != 10)
        return value;
    if (field->number) {
        value.kind = VALUE_INT;
        value.number = (int64_t)world_below(world, 4);
    } else {
        value.kind = VALUE_TEXT;
        snprintf(value.text, sizeof value.text, "%s", texts[world_below(world, 4)]);
    }
    return value;
}

/* Of the type's fields the one with the least number above this one; PLAY_FIELDS: none. */
static size_t next_field(uint64_t type_no, uint16_t above)
{
    size_t next = PLAY_FIELDS;

    for (size_t i = 0; i < PLAY_FIELDS; i++)
        if (play_fields[i].type_no == type_no && play_fields[i].field > above && (next == PLAY_FIELDS || play_fields[i].field < play_fields[next].field))
            next = i;
    return next;
}

/* Some of the type's fields with values, ascending. The first one always, so that no change is empty. */
static void random_values(struct world *world, bool center, struct model_change *x)
{
    size_t must = world_below(world, PLAY_FIELDS);

    for (size_t tries = 0; tries < 50 && (play_fields[must].type_no != x->type_no || (play_fields[must].center_only && !center)); tries++)
        must = world_below(world, PLAY_FIELDS);
    for (size_t i = next_field(x->type_no, 0); i < PLAY_FIELDS && x->n_values < MODEL_VALUES_MAX - 1; i = next_field(x->type_no, play_fields[i].field))
        if ((!play_fields[i].center_only || center) && (i == must || world_chance(world, 30)))
            x->values[x->n_values++] = random_value(world, &play_fields[i]);
}

static uint32_t uid_of_user(const uint8_t *header, size_t len)
{
    struct change change;

    if (change_decode_header(header, len, &change) != STATUS_OK || change.user[0] != 'u')
        return UIDS_MAX;
    return (uint32_t)strtoul(change.user + 1, NULL, 10);
}

/* A random visible row of a type and who made it. */
static bool pick_row(struct world *world, size_t m, uint64_t type_no, struct model_change *x, uint32_t *born)
{
    struct store *store = world->machines[m].store;
    struct stmt *stmt;
    enum status status;
    char sql[256];
    size_t len;
    int64_t count = 0;

    snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%s\" WHERE gone=0", catalogue_by_no(type_no)->name);
    stmt = store_prepare(store, sql);
    if (stmt_row(stmt, &status, NULL)) {
        count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    if (count == 0)
        return false;
    snprintf(sql, sizeof sql, "SELECT r.id, r.scope, c.header FROM (SELECT id,scope,w_log,w_seq FROM \"%s\" WHERE gone=0 ORDER BY id LIMIT 1 OFFSET ?1) r LEFT JOIN change c ON c.log=r.w_log AND c.seq=r.w_seq",
             catalogue_by_no(type_no)->name);
    stmt = store_prepare(store, sql);
    stmt_int(stmt, 1, (int64_t)world_below(world, (uint64_t)count));
    if (!stmt_row(stmt, &status, NULL))
        return false;
    x->id = stmt_column_id(stmt, 0);
    x->scope = stmt_column_int(stmt, 1);
    const uint8_t *header = stmt_column_blob(stmt, 2, &len);
    *born = uid_of_user(header, len);
    stmt_reset(stmt);
    return true;
}

/* The row of x is of this machine's org, or shared with it. */
static bool is_at_hand(struct world *world, size_t m, const struct model_change *x)
{
    int64_t org = world->machines[m].identity.org;

    return m == CENTER || x->scope == org || (x->scope != 0 && world_is_shared(world, m, x->id, org));
}

static void make_new(struct world *world, size_t m, const struct moment *now, struct model_change *x)
{
    x->op = CHANGE_PUT;
    x->id = id_make(world->random);
    open_form(world, m, now, x);
    if (x->type_no == TYPE_CODE)
        x->scope = 0;
    else if (m == CENTER)
        x->scope = world->machines[1 + world_below(world, world->n_stations)].identity.org;
    else
        x->scope = world->machines[m].identity.org;
    random_values(world, m == CENTER, x);
}

static bool make_resolve(struct world *world, size_t m, const struct moment *now, struct model_change *x)
{
    struct stmt *stmt = store_prepare(world->machines[m].store,
                                      "SELECT type,id,field,scope FROM conflict ORDER BY id,field LIMIT 1 OFFSET ?1 % (SELECT max(1,count(*)) FROM conflict)");
    enum status status;

    stmt_int(stmt, 1, (int64_t)world_below(world, 1000));
    if (!stmt_row(stmt, &status, NULL))
        return false;
    x->op = CHANGE_RESOLVE;
    x->type_no = (uint64_t)stmt_column_int(stmt, 0);
    x->id = stmt_column_id(stmt, 1);
    x->scope = stmt_column_int(stmt, 3);
    if ((m != CENTER && x->scope != world->machines[m].identity.org) || (world->hub != NULL && x->type_no >= UPWARD_CHANGE_TYPE)) { /* the center's business; nobody's */
        stmt_reset(stmt);
        return false;
    }
    open_form(world, m, now, x);
    x->values[0] = (struct model_value){.field = (uint16_t)stmt_column_int(stmt, 2), .kind = VALUE_INT, .number = (int64_t)world_below(world, 2)};
    x->n_values = 1;
    stmt_reset(stmt);
    for (size_t i = 0; i < PLAY_FIELDS; i++)
        if (play_fields[i].type_no == x->type_no && play_fields[i].field == x->values[0].field) {
            if (play_fields[i].center_only && m != CENTER)
                return false;
            x->values[0] = random_value(world, &play_fields[i]);
        }
    return x->values[0].field < MODEL_NEWER_FIELD;
}

/* What the center must refuse: a field that is its own, or somebody else's org. */
static void make_bad(struct world *world, size_t m, const struct moment *now, struct model_change *x)
{
    x->type_no = TYPE_CASE;
    make_new(world, m, now, x);
    x->fate = FATE_QUARANTINED;
    if (world_chance(world, 50)) {
        x->scope = ORG_FIRST + ORGS; /* nobody's */
        return;
    }
    x->values[0] = (struct model_value){.field = CASE_CENTER_FIELD, .kind = VALUE_TEXT, .text = "坏"};
    x->n_values = 1;
}

/* A newer program wrote it: a type, an operation, or a field that this one does not know. */
static void make_newer(struct world *world, size_t m, const struct moment *now, struct model_change *x)
{
    static const char *const texts[] = {"新", "更新", "最新"};
    uint32_t born;

    switch (m == CENTER ? 2 + world_below(world, 3) : world_below(world, 5)) {
    case 0:
        make_new(world, m, now, x);
        x->type_no = TYPE_NEWER;
        x->fate = FATE_UNKNOWN;
        return;
    case 1:
        make_new(world, m, now, x);
        x->op = (enum change_op)OP_NEWER;
        x->fate = FATE_UNKNOWN;
        return;
    case 2:
        make_new(world, m, now, x);
        break;
    default:
        if (pick_row(world, m, x->type_no, x, &born) && is_at_hand(world, m, x)) {
            x->op = CHANGE_PUT;
            open_form(world, m, moment_sometime(world, m, x->id, born, now), x);
        } else {
            make_new(world, m, now, x);
        }
        break;
    }
    x->values[x->n_values++] = (struct model_value){.field = MODEL_NEWER_FIELD, .kind = VALUE_TEXT};
    snprintf(x->values[x->n_values - 1].text, MODEL_TEXT_BYTES, "%s", texts[world_below(world, 3)]);
}

/* first: of its transaction. False: nothing to do it to. */
static bool make_change(struct world *world, size_t m, const struct moment *now, bool first, struct model_change *x)
{
    static const uint64_t types[] = {TYPE_CONSULTATION, TYPE_CASE, TYPE_CODE};
    uint64_t dice = world_below(world, 100);
    uint32_t born;

    x->type_no = types[world_below(world, m == CENTER ? 3 : 2)];
    if (m != CENTER && world->hub == NULL && world_has(world, FAULT_BAD) && world_chance(world, 6)) {
        make_bad(world, m, now, x);
        world->totals.done[FAULT_BAD]++;
        return true;
    }
    if (world_has(world, FAULT_NEWER) && world_chance(world, 8)) {
        make_newer(world, m, now, x);
        world->totals.done[FAULT_NEWER]++;
        return true;
    }
    if (dice < 12) {
        make_new(world, m, now, x);
        return true;
    }
    if (dice < 22)
        return make_resolve(world, m, now, x);
    if (!pick_row(world, m, x->type_no, x, &born))
        return false;
    if (!is_at_hand(world, m, x))
        return false; /* a refused one of its own, or the center's business */
    if (m == CENTER && x->type_no != TYPE_CODE && first && world_draw_hand_over(world, x)) {
        open_form(world, m, now, x);
        return true;
    }
    open_form(world, m, moment_sometime(world, m, x->id, born, now), x);
    if (dice < 30) {
        x->op = CHANGE_DELETE;
        return true;
    }
    x->op = CHANGE_PUT;
    random_values(world, m == CENTER, x);
    return x->n_values > 0;
}

/* Rows that hold something refused are left alone: what becomes of edits of them is not this world's business. */
static bool is_spoiled(struct world *world, const struct model_change *x, const struct model_change *made, size_t done)
{
    for (size_t i = 0; i < done; i++)
        if (made[i].fate != FATE_APPLIED && id_equal(made[i].id, x->id))
            return true;
    for (size_t i = 0; i < world->model.n; i++)
        if (world->model.changes[i].fate != FATE_APPLIED && id_equal(world->model.changes[i].id, x->id))
            return true;
    return false;
}

static void fresh(struct world *world, size_t done, struct model_change *x)
{
    *x = (struct model_change){.uid = (uint32_t)(world->model.n + done), .txn = world->txns};
}

void world_edit(struct world *world, size_t m)
{
    struct machine_sim *machine = &world->machines[m];
    struct model_change made[TXN_MAX];
    const struct moment *now;
    size_t n = 1 + (world_chance(world, 15) ? world_below(world, TXN_MAX - 1) : 0), done = 0;
    struct errmsg err = {{0}};
    enum status status;

    if (world->model.n + CHANGES_SPARE > UIDS_MAX)
        return;
    now = moment_now(world, m);
    world->txns++;
    status = store_begin(machine->store, "sim", &err);
    /* The last one of a transaction must be known when it is written, so plan for one that can always be made. */
    while (status == STATUS_OK && done < n && !world->failed) {
        struct model_change *x = &made[done];

        fresh(world, done, x);
        if (!make_change(world, m, now, done == 0, x) || is_spoiled(world, x, made, done)) {
            fresh(world, done, x);
            x->type_no = TYPE_CONSULTATION;
            make_new(world, m, now, x);
        }
        if (model_is_hand_over(x->op))
            n = 1; /* by itself, as reach.h does it */
        for (size_t i = 0; i < done; i++)
            uid_add(&x->path, made[i].uid);
        status = append(world, m, x, done + 1 < n, &err);
        done += status == STATUS_OK;
    }
    if (status == STATUS_OK && world_has(world, FAULT_CRASH) && world_chance(world, 3)) {
        world_log(world, "%zu: power gone before commit", m);
        store_rollback(machine->store);
        return;
    }
    if (status == STATUS_OK)
        status = store_commit(machine->store, &err);
    if (store_in_transaction(machine->store))
        store_rollback(machine->store);
    if (status == STATUS_FULL && machine->page_limit != 0) {
        world_log(world, "%zu: disk full", m);
        return;
    }
    if (status != STATUS_OK)
        world_fail(world, "machine %zu: edit: %s", m, errmsg_text(&err, status));
    if (status == STATUS_OK && done > 0 && made[0].op == CHANGE_ERASE)
        status = reach_finish(machine->store, NULL, &err);
    if (status != STATUS_OK)
        world_fail(world, "machine %zu: erased: %s", m, errmsg_text(&err, status));
    for (size_t i = 0; i < done && !world->failed; i++) {
        committed(world, m, &made[i]);
        log_change(world, m, &made[i]);
        if (model_is_hand_over(made[i].op))
            world->totals.done[made[i].op == CHANGE_MOVE ? FAULT_MOVE : made[i].op == CHANGE_SHARE ? FAULT_SHARE : FAULT_ERASE]++;
    }
}

struct moment world_open_form(struct world *world, size_t m)
{
    return *moment_now(world, m);
}

/* One change in a transaction of its own. */
static uint32_t write_one(struct world *world, size_t m, struct model_change *x)
{
    struct machine_sim *machine = &world->machines[m];
    struct errmsg err = {{0}};
    enum status status = store_begin(machine->store, "sim", &err);

    if (status == STATUS_OK)
        status = append(world, m, x, false, &err);
    if (status == STATUS_OK)
        status = store_commit(machine->store, &err);
    if (status != STATUS_OK) {
        world_fail(world, "machine %zu: put: %s", m, errmsg_text(&err, status));
        return x->uid;
    }
    committed(world, m, x);
    log_change(world, m, x);
    return x->uid;
}

uint32_t world_hand_over(struct world *world, enum change_op op, struct id id, uint64_t type_no, int64_t owner, int64_t org, bool on)
{
    struct model_change x;
    const struct moment *now = moment_now(world, CENTER);

    world->txns++;
    fresh(world, 0, &x);
    x.op = op;
    x.id = id;
    x.type_no = type_no;
    x.scope = op == CHANGE_MOVE ? org : owner;
    x.org = op == CHANGE_MOVE ? owner : op == CHANGE_SHARE ? org : 0;
    x.on = on;
    open_form(world, CENTER, now, &x);
    return write_one(world, CENTER, &x);
}

uint32_t world_put(struct world *world, size_t m, const struct moment *opened, enum change_op op, struct id id, uint64_t type_no, const struct model_value *values, size_t count)
{
    struct machine_sim *machine = &world->machines[m];
    struct model_change x;
    const struct moment *now = moment_now(world, m);

    if (opened != NULL)
        now = opened;
    world->txns++;
    fresh(world, 0, &x);
    x.op = op;
    x.fate = world->fate;
    x.id = id;
    x.type_no = type_no;
    x.scope = m == CENTER && type_no != TYPE_CONSULTATION && type_no != TYPE_CASE ? 0 : world->put_scope != 0 ? world->put_scope : m == CENTER ? ORG_FIRST : machine->identity.org;
    assert(count <= MODEL_VALUES_MAX);
    if (count > 0)
        memcpy(x.values, values, count * sizeof *values);
    x.n_values = count;
    open_form(world, m, now, &x);
    return write_one(world, m, &x);
}
