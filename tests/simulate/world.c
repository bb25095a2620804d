/* tests/simulate/world.c - machines and what people do on them. */
#include "tests/simulate/world.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/changelog.h"
#include "core/record/peer.h"
#include "core/record/replica.h"

enum { ORG_FIRST = 10, TYPE_ORG = 1, TYPE_CONSULTATION = 4, TYPE_CASE = 5, TYPE_CODE = 6, LOG_MAX_BYTES = 4 * 1024 * 1024 };

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

enum { PLAY_FIELDS = sizeof play_fields / sizeof *play_fields };

void world_fail(struct world *world, const char *format, ...)
{
    va_list args;

    if (world->failed)
        return;
    world->failed = true;
    va_start(args, format);
    vsnprintf(world->failure.text, sizeof world->failure.text, format, args);
    va_end(args);
}

void world_log(struct world *world, const char *format, ...)
{
    va_list args;

    if (!world->log_wanted)
        return;
    va_start(args, format);
    buf_vprintf(&world->log, format, args);
    va_end(args);
    buf_putc(&world->log, '\n');
}

uint64_t world_below(struct world *world, uint64_t below)
{
    return random_below(world->random, below);
}

bool world_chance(struct world *world, unsigned percent)
{
    return world_below(world, 100) < percent;
}

/* ---- changes ---- */

static void put_value(const struct model_value *value, struct buf *out)
{
    if (value->kind == VALUE_INT)
        cbor_put_int(out, value->number);
    else if (value->kind == VALUE_TEXT)
        cbor_put_text(out, value->text, strlen(value->text));
    else
        cbor_put_null(out);
}

static bool append(struct world *world, size_t m, struct model_change *x, bool more)
{
    struct machine_sim *machine = &world->machines[m];
    struct change change = {.flags = more ? CHANGE_FLAG_MORE : 0,
                            .at_ms = 1700000000000 + world->now_ms + machine->clock_off_ms,
                            .user = "sim",
                            .type_no = x->type_no,
                            .id = x->id,
                            .op = x->op,
                            .seen = x->seen,
                            .scope = x->scope};
    struct errmsg err = {{0}};
    struct buf body;
    int64_t lsn;
    enum status status;

    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    cbor_put_map(&body, x->n_values);
    for (size_t i = 0; i < x->n_values; i++) {
        cbor_put_uint(&body, x->values[i].field);
        put_value(&x->values[i], &body);
    }
    status = changelog_append_own(machine->store, m == CENTER, &change, body.data, body.len, &lsn, &err);
    buf_release(&body);
    if (status != STATUS_OK)
        world_fail(world, "machine %zu: append: %s", m, errmsg_text(&err, status));
    x->station = machine->identity.station_no;
    x->seq = change.seq;
    return status == STATUS_OK;
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

/* Some of the type's fields with values, ascending. The first one always, so that no change is empty. */
static void random_values(struct world *world, bool center, struct model_change *x)
{
    size_t must = world_below(world, PLAY_FIELDS);

    for (size_t tries = 0; tries < 50 && (play_fields[must].type_no != x->type_no || (play_fields[must].center_only && !center)); tries++)
        must = world_below(world, PLAY_FIELDS);
    for (uint16_t no = 1; no < 60 && x->n_values < MODEL_VALUES_MAX; no++)
        for (size_t i = 0; i < PLAY_FIELDS; i++)
            if (play_fields[i].type_no == x->type_no && play_fields[i].field == no && (!play_fields[i].center_only || center) &&
                (i == must || world_chance(world, 30)))
                x->values[x->n_values++] = random_value(world, &play_fields[i]);
}

static uint64_t seen_now(struct machine_sim *machine)
{
    struct replica_state state;

    if (replica_state(machine->store, &state, NULL) != STATUS_OK)
        return 0;
    return state.rcur;
}

/* A form may have been opened a while ago: some earlier order number. */
static uint64_t seen_sometime(struct world *world, struct machine_sim *machine, uint64_t at_least)
{
    uint64_t now = seen_now(machine);

    if (now <= at_least || !world_chance(world, 30))
        return now;
    return at_least + world_below(world, now - at_least + 1);
}

/* A random visible row of a type; its creation's order number bounds how old a form on it can be. */
static bool pick_row(struct world *world, size_t m, uint64_t type_no, struct model_change *x, uint64_t *born)
{
    struct stmt *stmt;
    enum status status;
    char sql[256];
    bool found = false;

    snprintf(sql, sizeof sql,
             "SELECT r.id, r.scope, coalesce(c.rseq,0) FROM \"%s\" r LEFT JOIN change c ON c.log=r.w_log AND c.seq=r.w_seq WHERE r.gone=0 ORDER BY r.id LIMIT 1 OFFSET "
             "?1 %% (SELECT max(1,count(*)) FROM \"%s\" WHERE gone=0)",
             catalogue_by_no(type_no)->name, catalogue_by_no(type_no)->name);
    stmt = store_prepare(world->machines[m].store, sql);
    stmt_int(stmt, 1, (int64_t)world_below(world, 1000));
    if (stmt_row(stmt, &status, &world->failure)) {
        x->id = stmt_column_id(stmt, 0);
        x->scope = stmt_column_int(stmt, 1);
        *born = (uint64_t)stmt_column_int(stmt, 2);
        found = true;
        stmt_reset(stmt);
    } else if (status != STATUS_OK) {
        world_fail(world, "pick row: %s", world->failure.text);
    }
    return found;
}

static void make_new(struct world *world, size_t m, struct model_change *x)
{
    struct machine_sim *machine = &world->machines[m];

    x->op = CHANGE_PUT;
    x->id = id_make(world->random);
    x->seen = seen_now(machine);
    if (x->type_no == TYPE_CODE)
        x->scope = 0;
    else if (m == CENTER)
        x->scope = world->machines[1 + world_below(world, world->n_stations)].identity.org;
    else
        x->scope = machine->identity.org;
    random_values(world, m == CENTER, x);
}

static bool make_resolve(struct world *world, size_t m, struct model_change *x)
{
    struct stmt *stmt = store_prepare(world->machines[m].store,
                                      "SELECT type,id,field,scope FROM conflict ORDER BY id,field LIMIT 1 OFFSET ?1 % (SELECT max(1,count(*)) FROM conflict)");
    enum status status;
    bool found;

    stmt_int(stmt, 1, (int64_t)world_below(world, 1000));
    found = stmt_row(stmt, &status, NULL);
    if (!found)
        return false;
    x->op = CHANGE_RESOLVE;
    x->type_no = (uint64_t)stmt_column_int(stmt, 0);
    x->id = stmt_column_id(stmt, 1);
    x->scope = stmt_column_int(stmt, 3);
    x->seen = seen_now(&world->machines[m]);
    x->values[0] = (struct model_value){.field = (uint16_t)stmt_column_int(stmt, 2), .kind = VALUE_INT, .number = (int64_t)world_below(world, 2)};
    x->n_values = 1;
    stmt_reset(stmt);
    for (size_t i = 0; i < PLAY_FIELDS; i++)
        if (play_fields[i].type_no == x->type_no && play_fields[i].field == x->values[0].field) {
            if (play_fields[i].center_only && m != CENTER)
                return false;
            x->values[0] = random_value(world, &play_fields[i]);
        }
    return true;
}

/* False: nothing to do it to. */
static bool make_change(struct world *world, size_t m, struct model_change *x)
{
    static const uint64_t types[] = {TYPE_CONSULTATION, TYPE_CASE, TYPE_CODE};
    uint64_t born = 0, dice = world_below(world, 100);

    *x = (struct model_change){.type_no = types[world_below(world, m == CENTER ? 3 : 2)]};
    if (dice < 12) {
        make_new(world, m, x);
        return true;
    }
    if (dice < 22)
        return make_resolve(world, m, x);
    if (!pick_row(world, m, x->type_no, x, &born))
        return false;
    x->seen = seen_sometime(world, &world->machines[m], born);
    if (dice < 30) {
        x->op = CHANGE_DELETE;
        return true;
    }
    x->op = CHANGE_PUT;
    random_values(world, m == CENTER, x);
    return x->n_values > 0;
}

static void log_change(struct world *world, size_t m, const struct model_change *x)
{
    static const char *const ops[] = {"?", "put", "delete", "resolve"};
    char id[ID_TEXT_BYTES];
    struct buf values;

    if (!world->log_wanted)
        return;
    id_format(x->id, id);
    buf_init(&values, 512);
    for (size_t i = 0; i < x->n_values; i++)
        model_put_value(&values, &x->values[i]);
    world_log(world, "%zu: %u/%llu %s %llu %.8s seen=%llu%s", m, x->station, (unsigned long long)x->seq, ops[x->op], (unsigned long long)x->type_no, id,
              (unsigned long long)x->seen, buf_cstr(&values));
    buf_release(&values);
}

void world_edit(struct world *world, size_t m)
{
    struct machine_sim *machine = &world->machines[m];
    struct model_change made[4];
    size_t n = 1 + (world_chance(world, 15) ? world_below(world, 3) : 0), done = 0;
    struct errmsg err = {{0}};
    enum status status = store_begin(machine->store, "sim", &err);

    if (status != STATUS_OK) {
        world_fail(world, "begin: %s", err.text);
        return;
    }
    /* The last one of a transaction must be known when it is written, so plan for one that can always be made. */
    for (size_t i = 0; i < n && !world->failed; i++) {
        bool last = i + 1 == n;

        if (!make_change(world, m, &made[done])) {
            made[done] = (struct model_change){.type_no = TYPE_CONSULTATION};
            make_new(world, m, &made[done]);
        }
        if (append(world, m, &made[done], !last))
            done++;
    }
    if (world->failed || world_chance(world, 3)) {
        world_log(world, "%zu: power gone before commit", m);
        store_rollback(machine->store);
        return;
    }
    status = store_commit(machine->store, &err);
    if (status != STATUS_OK) {
        world_fail(world, "commit: %s", err.text);
        return;
    }
    for (size_t i = 0; i < done; i++) {
        model_add(&world->model, &made[i]);
        machine->committed = made[i].seq;
        log_change(world, m, &made[i]);
    }
}

/* ---- making and closing ---- */

/* In memory: the machine's place in the pool. */
static enum status open_in_memory(struct world *world, size_t m, struct errmsg *err)
{
    enum status status = pool_reset(world->pool, m, NULL, err);

    world->machines[m].store = world->pool->stores[m];
    world->machines[m].replicator = world->pool->replicators[m];
    return status;
}

static enum status open_file(struct world *world, size_t m, bool create, struct errmsg *err)
{
    struct machine_sim *machine = &world->machines[m];
    enum status status = store_open(&machine->store, machine->folder, create ? STORE_CREATE : STORE_OPEN_EXISTING, err);

    if (status == STATUS_OK)
        status = store_exec(machine->store, "PRAGMA synchronous=OFF", err); /* only closing is simulated, not the disk's cache */
    return status == STATUS_OK ? replicator_new(&machine->replicator, machine->store, NULL) : status;
}

static bool open_machine(struct world *world, size_t m, bool create)
{
    struct machine_sim *machine = &world->machines[m];
    struct errmsg err = {{0}};
    enum status status = machine->folder[0] != 0 ? open_file(world, m, create, &err) : open_in_memory(world, m, &err);

    if (status == STATUS_OK && create) {
        status = store_begin(machine->store, "sim", &err);
        if (status == STATUS_OK)
            status = machine_create(machine->store, &machine->identity, &err);
        if (status == STATUS_OK)
            status = store_commit(machine->store, &err);
    }
    if (status != STATUS_OK)
        world_fail(world, "open machine %zu: %s", m, errmsg_text(&err, status));
    return status == STATUS_OK;
}

void world_reopen(struct world *world, size_t m);

void world_reopen(struct world *world, size_t m)
{
    struct machine_sim *machine = &world->machines[m];

    if (machine->folder[0] == 0) { /* its sessions are gone already, and with them what they had asked for */
        if (store_in_transaction(machine->store))
            store_rollback(machine->store);
        return;
    }
    replicator_free(machine->replicator);
    machine->replicator = NULL;
    store_close(machine->store);
    machine->store = NULL;
    open_machine(world, m, false);
}

static bool add_org(struct world *world, int64_t number)
{
    struct model_change x = {.type_no = TYPE_ORG, .op = CHANGE_PUT, .n_values = 2};

    x.id = id_make(world->random);
    x.values[0] = (struct model_value){.field = 1, .kind = VALUE_INT, .number = number};
    x.values[1] = (struct model_value){.field = 3, .kind = VALUE_TEXT};
    snprintf(x.values[1].text, sizeof x.values[1].text, "org%d", (int)number);
    if (!append(world, CENTER, &x, false))
        return false;
    model_add(&world->model, &x);
    world->machines[CENTER].committed = x.seq;
    return true;
}

static bool make_center(struct world *world)
{
    struct machine_sim *center = &world->machines[CENTER];
    struct errmsg err = {{0}};

    center->identity = (struct machine){.center = true, .practice = true, .org = 1, .name = "县中心", .area = "320117"};
    world->random.fill(world->random.context, center->identity.incarnation, INCARNATION_BYTES);
    if (!open_machine(world, CENTER, true))
        return false;
    if (store_begin(center->store, "sim", &err) != STATUS_OK || !add_org(world, 1))
        return false;
    for (int64_t org = ORG_FIRST; org < ORG_FIRST + STATIONS_MAX; org++)
        if (!add_org(world, org))
            return false;
    return store_commit(center->store, &err) == STATUS_OK;
}

static bool make_station(struct world *world, size_t m)
{
    struct machine_sim *station = &world->machines[m];
    struct errmsg err = {{0}};
    struct peer peer;
    /* Sometimes two machines work for one org: then they edit the same rows. */
    int64_t org = ORG_FIRST + (int64_t)world_below(world, 1 + world->n_stations / 3);
    enum status status;

    world->random.fill(world->random.context, station->pin.bytes, HASH_BYTES);
    status = store_begin(world->machines[CENTER].store, "sim", &err);
    if (status == STATUS_OK)
        status = peer_add(world->machines[CENTER].store, org, "laptop", station->pin, 1, &peer, &err);
    if (status == STATUS_OK)
        status = store_commit(world->machines[CENTER].store, &err);
    if (status != STATUS_OK) {
        world_fail(world, "add peer: %s", errmsg_text(&err, status));
        return false;
    }
    station->identity = (struct machine){.practice = true, .station_no = peer.station_no, .org = org, .name = "站", .area = "320117"};
    world->random.fill(world->random.context, station->identity.incarnation, INCARNATION_BYTES);
    station->clock_off_ms = ((int64_t)world_below(world, 7) - 3) * INT64_C(86400000) * 365;
    return open_machine(world, m, true);
}

bool world_init(struct world *world, struct pool *pool, uint64_t seed, const char *root, bool files)
{
    memset(world, 0, sizeof *world);
    world->pool = pool;
    world->random_state = seed * 0xD1342543DE82EF95u + 0x632BE59BD9B4E019u; /* not the generator's own step: neighbours would share their streams */
    world->random = random_seeded(&world->random_state);
    world->now_ms = 1000;
    buf_init(&world->log, LOG_MAX_BYTES);
    model_init(&world->model);
    world->n_stations = 3 + world_below(world, STATIONS_MAX - 2);
    for (size_t m = 0; files && m <= world->n_stations; m++)
        snprintf(world->machines[m].folder, sizeof world->machines[m].folder, "%s/m%zu", root, m);
    if (!make_center(world)) {
        world_fail(world, "the center can't be made");
        return false;
    }
    for (size_t m = 1; m <= world->n_stations; m++)
        if (!make_station(world, m))
            return false;
    return true;
}

static void remove_files(const char *folder)
{
    static const char *const names[] = {"aidpost.db", "aidpost.db-wal", "aidpost.db-shm"};
    char path[600];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

void world_release(struct world *world)
{
    for (size_t i = 0; i < LINES_MAX; i++)
        for (size_t e = 0; e < 2; e++) {
            struct side *side = &world->lines[i].ends[e];

            if (!world->lines[i].used)
                continue;
            if (side->session != NULL && world->machines[side->machine].replicator != NULL)
                replicator_forget(world->machines[side->machine].replicator, side);
            session_free(side->session);
            session_actions_release(&side->actions);
            buf_release(&side->in);
        }
    for (size_t m = 0; m <= world->n_stations; m++) {
        if (world->machines[m].folder[0] == 0)
            continue; /* the pool's */
        replicator_free(world->machines[m].replicator);
        store_close(world->machines[m].store);
        remove_files(world->machines[m].folder);
    }
    model_release(&world->model);
    buf_release(&world->log);
}
