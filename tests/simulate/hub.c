/* tests/simulate/hub.c - a hub in the center's place: sync/hub_store.h over a PostgreSQL of this program's own, and each station a county (an upward store, core/record/upward.h).
 *
 * The hub has two processes; a line ends in one of them. In some worlds the copies of one county come to both, and wait for each other in the database. What a flush starts is under way until the next one: meanwhile
 * lines break and processes are killed. The simulated hour stands still for the database, so everything but one thing is decided by the seed: how far a process that is killed in the middle had come, to within a
 * statement or so, and which of two processes that want one county comes first. A seed that failed may then pass.
 *
 * COUNTIES. What a county center would have gathered is made by number: its change k (INNER) says the same whoever tells it (inner_of). A machine tells the one that follows the last in its own log, so a copy, or one
 * that was put back, tells them again. Beside that it tells figures, erases by law, and does what any station does, of which a hub makes nothing but log.
 *
 * CHECKS (hub_sim_check): an order per county without gaps within an era, and its head; logs without gaps, each chain value from the one before; each change once (where nothing was copied or put back) and in the
 * state it must have; each inner change counted once; rows and figures as they were told last, by the model; nothing left of what was erased. Not here: what a center does that has records of its own (edits, hand-overs,
 * files, eras that are declared). */
#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/order.h"
#include "core/record/reach.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"
#include "core/record/upward.h"
#include "sync/hub_store.h"
#include "sync/pg_pipeline.h"
#include "tests/hub_world.h"
#include "tests/simulate/world.h"

enum { ROWS = 6, PERIODS = 3, TXN_MAX = 3, CHANGES_SPARE = 8, TYPE_INNER_ROW = 4, TYPE_NEWER = 999, INNER_STATIONS = 1000, CELL_TEXT = 10, CELL_NUMBER = 15, LOGS_MAX = 256, ERASED_MAX = 64 };

struct process {
    struct hub_store *store;
    struct replicator *replicator;
};

struct hub_sim {
    struct hub_world *home;
    struct pg_pipeline *pg;
    struct process processes[HUB_PROCESSES];
    bool spread; /* copies of one county come to both processes */
    uint64_t seed;
    struct id erased[ERASED_MAX]; /* by the hub's log, after hub_sim_check */
    size_t n_erased;
};

static const char *const TABLES[] = {"county", "log", "change", "inner_head", "county_row", "report_cell"};
enum { N_TABLES = sizeof TABLES / sizeof *TABLES };

/* ---- SQL by another hand ---- */

/* It waits for its connection: the server may have been away. */
static void send(struct world *world, const struct pg_statement *statement, pg_result rows, void *context)
{
    struct errmsg err = {{0}};
    enum status status = pg_run(world->hub->pg, statement, rows, context, &err);

    if (status != STATUS_OK)
        world_fail(world, "%.60s: %s", statement->sql, errmsg_text(&err, status));
}

/* After the server was away. */
static void connect_again(struct world *world)
{
    struct errmsg err = {{0}};

    (void)pg_advance(world->hub->pg);
    pg_close(world->hub->pg);
    pg_connect(world->hub->pg);
    if (pg_wait(world->hub->pg, &err) != STATUS_OK)
        world_fail(world, "the database: %s", err.text);
}

void hub_sim_run(struct world *world, const char *sql)
{
    struct pg_statement statement = {PG_PLAIN, sql, ""};

    send(world, &statement, NULL, NULL);
}

static enum status note_int(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    (void)err;
    *(int64_t *)context = pg_count(rows) > 0 ? pg_int(rows, 0, 0) : -1;
    return STATUS_OK;
}

static int64_t ask(struct world *world, const struct pg_statement *statement)
{
    int64_t n = -1;

    send(world, statement, note_int, &n);
    return n;
}

static int64_t ask_plain(struct world *world, const char *sql)
{
    return ask(world, &(struct pg_statement){PG_PLAIN, sql, ""});
}

/* ---- processes ---- */

static void open_process(struct world *world, size_t process)
{
    struct process *at = &world->hub->processes[process];

    at->store = hub_world_another(world->hub->home);
    if (replicator_new_over(&at->replicator, hub_store_engine(at->store), NULL) != STATUS_OK)
        world_fail(world, "no memory");
}

static unsigned connections(const struct hub_store *store)
{
    unsigned n = 0;

    for (size_t lane = 0; store != NULL && lane < HUB_LANES; lane++)
        n += hub_store_watch(store, lane).socket >= 0;
    return n;
}

static void kill_process(struct world *world, size_t process)
{
    struct process *at = &world->hub->processes[process];

    replicator_free(at->replicator);
    hub_store_close(at->store);
    *at = (struct process){NULL, NULL};
}

/* What a killed process had sent is still carried out: until the server has noticed. Connections are those of the processes that are left, and the two of hub_world. */
static void wait_until_gone(struct world *world)
{
    unsigned left = 1 + connections(hub_world_store(world->hub->home));

    for (size_t i = 0; i < HUB_PROCESSES; i++)
        left += connections(world->hub->processes[i].store);
    while (!world->failed && ask_plain(world, "SELECT count(*) FROM pg_stat_activity WHERE application_name='aidpostd' AND pid<>pg_backend_pid()") > (int64_t)left)
        ;
}

size_t hub_sim_process(struct world *world, const struct line *line)
{
    size_t key = (size_t)(world->machines[line->station].key - world->pool->keys);

    return (world->hub->spread ? line->session : key) % HUB_PROCESSES;
}

struct replicator *hub_sim_replicator(struct world *world, size_t process)
{
    return world->hub->processes[process].replicator;
}

static bool is_idle(const struct hub_sim *hub)
{
    bool idle = true;

    for (size_t i = 0; i < HUB_PROCESSES; i++)
        idle = idle && (hub->processes[i].store == NULL || hub_store_is_idle(hub->processes[i].store));
    return idle;
}

/* One may wait for what the other one has locked: all are driven together. */
static void drive_once(struct hub_sim *hub)
{
    struct pollfd fds[HUB_PROCESSES * HUB_LANES];
    size_t n = 0;
    int64_t wait = 1000;

    for (size_t i = 0; i < HUB_PROCESSES; i++)
        for (size_t lane = 0; hub->processes[i].store != NULL && lane < HUB_LANES; lane++) {
            struct hub_watch watch = hub_store_watch(hub->processes[i].store, lane);
            int64_t left = watch.at_ms != 0 ? watch.at_ms - hub_store_now(hub->processes[i].store) : wait;

            if (watch.socket >= 0)
                fds[n++] = (struct pollfd){.fd = watch.socket, .events = (short)((watch.read ? POLLIN : 0) | (watch.write ? POLLOUT : 0))};
            wait = left < 0 ? 0 : left < wait ? left : wait;
        }
    (void)poll(fds, n, (int)wait);
    for (size_t i = 0; i < HUB_PROCESSES; i++)
        for (size_t lane = 0; hub->processes[i].store != NULL && lane < HUB_LANES; lane++)
            hub_store_ready(hub->processes[i].store, lane);
}

void hub_sim_drive(struct world *world)
{
    while (!is_idle(world->hub))
        drive_once(world->hub);
}

static void nobody(void *context, void *owner, const struct session_result *result)
{
    (void)context;
    (void)owner;
    (void)result;
}

static void crash_process(struct world *world, bool at_end)
{
    struct hub_sim *hub = world->hub;
    size_t process = world_below(world, HUB_PROCESSES);
    uint64_t trips = world_below(world, 4), until;

    world_log(world, "0: process %zu of the hub is killed%s", process, at_end ? " behind a commit" : "");
    (void)replicator_flush(hub->processes[process].replicator, world_wall(world, CENTER), nobody, NULL); /* it is killed before anything reaches anybody */
    until = hub_store_stats(hub->processes[process].store).round_trips + trips;
    while (!is_idle(hub) && (at_end || hub_store_stats(hub->processes[process].store).round_trips < until))
        drive_once(hub);
    world_drop_process(world, process);
    kill_process(world, process);
    hub_sim_drive(world);
    wait_until_gone(world);
    mutant_after_hub_crash(world);
    if (hub->processes[process].store == NULL)
        open_process(world, process);
}

static void crash_server(struct world *world)
{
    world_log(world, "0: the database server is killed");
    for (uint64_t trips = world_below(world, 4); trips > 0 && !is_idle(world->hub); trips--)
        drive_once(world->hub);
    hub_world_crash();
    hub_world_again();
    connect_again(world);
    (void)hub_world_ask(world->hub->home, "SELECT 1");
    for (size_t lane = 0; lane < HUB_LANES; lane++) {
        hub_store_ready(hub_world_store(world->hub->home), lane);
        for (size_t i = 0; i < HUB_PROCESSES; i++)
            hub_store_ready(world->hub->processes[i].store, lane);
    }
    hub_sim_drive(world);
    mutant_after_hub_crash(world);
}

void hub_sim_crash(struct world *world, bool at_end)
{
    world_look(world, CENTER);
    if (world_chance(world, 8))
        crash_server(world);
    else
        crash_process(world, at_end);
    if (!world->failed)
        world_check_kept(world, CENTER);
    if (!world->failed)
        world_check_moment(world, CENTER);
}

/* ---- states ---- */

/* Each by itself, with nothing else going on; order: rows that others refer to come first and go last. */
static void copy_table(struct world *world, const char *to, const char *from)
{
    char sql[200];

    snprintf(sql, sizeof sql, "INSERT INTO %s SELECT * FROM %s", to, from);
    hub_sim_run(world, sql);
}

static void clear_table(struct world *world, const char *table)
{
    char sql[200];

    snprintf(sql, sizeof sql, "DELETE FROM %s", table);
    hub_sim_run(world, sql);
}

static const char *kept(char out[64], size_t table, size_t place)
{
    snprintf(out, 64, "kept_%s_%zu", TABLES[table], place);
    return out;
}

void hub_sim_keep(struct world *world, size_t place)
{
    char name[64];

    hub_sim_run(world, "BEGIN ISOLATION LEVEL REPEATABLE READ");
    for (size_t i = 0; i < N_TABLES; i++) {
        clear_table(world, kept(name, i, place));
        copy_table(world, name, TABLES[i]);
    }
    hub_sim_run(world, "COMMIT");
}

void hub_sim_put_back(struct world *world, size_t place)
{
    char name[64];

    for (size_t i = 0; i < HUB_PROCESSES; i++)
        if (world->hub->processes[i].store != NULL) {
            world_drop_process(world, i);
            kill_process(world, i);
        }
    wait_until_gone(world);
    hub_sim_run(world, "BEGIN");
    for (size_t i = N_TABLES; i-- > 0;)
        clear_table(world, TABLES[i]);
    for (size_t i = 0; i < N_TABLES; i++)
        copy_table(world, TABLES[i], kept(name, i, place));
    hub_sim_run(world, "COMMIT");
    for (size_t i = 0; i < HUB_PROCESSES; i++)
        open_process(world, i);
}

void hub_sim_revoke(struct world *world, size_t m)
{
    static const struct pg_statement revoke = {PG_PLAIN, "UPDATE county SET revoked_ms=5 WHERE no=$1", "i"};

    hub_sim_drive(world); /* what holds the county's row must not wait for us, and is done before */
    for (size_t i = 0; i < LINES_MAX; i++)
        world->lines[i].done_before = world->lines[i].used;
    pg_put_int(world->hub->pg, world->machines[m].identity.org);
    send(world, &revoke, NULL, NULL);
}

/* ---- making ---- */

static enum status make_places(struct hub_sim *hub, struct errmsg *err)
{
    enum status status = STATUS_OK;
    char name[64], sql[200];

    for (size_t place = 0; place <= IMAGES_MAX; place++)
        for (size_t i = 0; i < N_TABLES && status == STATUS_OK; i++) {
            struct pg_statement statement = {PG_PLAIN, sql, ""};

            snprintf(sql, sizeof sql, "CREATE TABLE %s AS SELECT * FROM %s", kept(name, i, place), TABLES[i]);
            status = pg_run(hub->pg, &statement, NULL, NULL, err);
        }
    return status;
}

enum status hub_sim_open(struct hub_sim **out, struct errmsg *err)
{
    struct machine center = {.center = true, .practice = true, .org = 1, .name = "省中心", .area = "320000"};
    struct hub_sim *hub;
    enum status status;

    *out = NULL;
    if (!hub_world_available())
        return STATUS_UNSUPPORTED;
    hub = calloc(1, sizeof *hub);
    if (hub == NULL)
        return STATUS_NOMEM;
    hub->home = hub_world_open(&center, NULL, 0);
    status = pg_new(&hub->pg, hub_world_url(hub->home), err);
    if (status == STATUS_OK) {
        pg_connect(hub->pg);
        status = pg_wait(hub->pg, err);
    }
    if (status == STATUS_OK)
        status = make_places(hub, err);
    *out = hub;
    return status;
}

void hub_sim_close(struct hub_sim *hub)
{
    if (hub == NULL)
        return;
    pg_free(hub->pg);
    hub_world_close(hub->home);
    free(hub);
}

bool hub_sim_begin(struct world *world)
{
    static const struct pg_statement identity = {PG_PLAIN, "UPDATE hub SET incarnation=$1", "b"};
    struct hub_sim *hub = world->hub;

    for (size_t i = N_TABLES; i-- > 0;)
        clear_table(world, TABLES[i]);
    pg_put_bytes(hub->pg, world->machines[CENTER].identity.incarnation, INCARNATION_BYTES);
    send(world, &identity, NULL, NULL);
    hub->seed = world->random_state;
    hub->spread = world_chance(world, 30);
    hub->n_erased = 0;
    for (size_t i = 0; i < HUB_PROCESSES && !world->failed; i++)
        open_process(world, i);
    return !world->failed;
}

void hub_sim_add_county(struct world *world, size_t m)
{
    static const struct pg_statement county = {PG_PLAIN, "INSERT INTO county(no,station,code,name,pin,enrolled_ms) VALUES($1,$2,$3,$3,$4,1)", "iitb"};
    const struct machine_sim *machine = &world->machines[m];
    char code[24];

    snprintf(code, sizeof code, "C%zu", m);
    pg_put_int(world->hub->pg, machine->identity.org);
    pg_put_int(world->hub->pg, machine->identity.station_no);
    pg_put_text(world->hub->pg, code);
    pg_put_bytes(world->hub->pg, machine->pin.bytes, HASH_BYTES);
    send(world, &county, NULL, NULL);
}

void hub_sim_end(struct world *world)
{
    for (size_t i = 0; i < HUB_PROCESSES; i++)
        if (world->hub->processes[i].store != NULL)
            kill_process(world, i);
}

/* ---- what a county tells ---- */

struct inner {
    struct id row;
    bool told, gone; /* told: its row, with these cells */
    int64_t number;
    char text[32];
};

static struct id row_of(const struct world *world, int64_t org, uint64_t row)
{
    uint64_t state = world->hub->seed + (uint64_t)org * 1000 + row;

    return id_make(random_seeded(&state));
}

/* The county's change k, whoever tells it. */
static struct inner inner_of(const struct world *world, int64_t org, uint64_t k)
{
    uint64_t state = world->hub->seed ^ ((uint64_t)org << 32 | k) * 0xD1342543DE82EF95u;
    struct random_source random = random_seeded(&state);
    struct inner inner = {.row = row_of(world, org, random_below(random, ROWS)), .number = (int64_t)random_below(random, 1000) - 500};

    inner.told = random_below(random, 100) < 75;
    inner.gone = random_below(random, 100) < 10;
    snprintf(inner.text, sizeof inner.text, "第 %llu 条“\\”", (unsigned long long)k);
    return inner;
}

static struct log_id inner_log(int64_t org)
{
    struct log_id log = {.station = INNER_STATIONS + (uint32_t)org};

    memset(log.incarnation, (int)org, sizeof log.incarnation);
    return log;
}

/* alias: its row was erased by law, and its header is told under another name. */
static enum status encode_inner(const struct world *world, int64_t org, uint64_t k, bool alias, struct buf *out)
{
    struct inner inner = inner_of(world, org, k);
    struct change change = {.seq = k, .at_ms = (int64_t)k, .user = "clerk", .type_no = TYPE_INNER_ROW, .id = inner.row, .op = CHANGE_PUT, .schema = SCHEMA_VERSION, .scope = 7};
    struct upward_cell cells[] = {{CELL_TEXT, {.kind = VALUE_TEXT, .text = inner.text, .len = strlen(inner.text)}}, {CELL_NUMBER, {.kind = VALUE_INT, .number = inner.number}}};
    struct upward_standing row = {.type_no = TYPE_INNER_ROW, .org = 7, .gone = inner.gone, .cells = cells, .n_cells = 2};
    struct buf header, body;
    enum status status;
    size_t taken;

    buf_init(&header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    cbor_put_map(&body, 1);
    cbor_put_uint(&body, CELL_TEXT);
    cbor_put_text(&body, inner.text, strlen(inner.text));
    change.body_hash = hash_of(body.data, body.len);
    change_encode_header(&change, &header);
    status = upward_encode(&(struct upward_source){.log = inner_log(org), .place = k, .alias = alias, .change = &change, .header = header.data, .header_len = header.len, .body = alias ? NULL : body.data,
                                                   .body_len = alias ? 0 : body.len},
                           inner.told && !alias ? &row : NULL, out, &taken);
    buf_release(&header);
    buf_release(&body);
    return status;
}

/* Of a change of type 58: the county's change it tells. */
static uint64_t inner_no(const struct model_change *x)
{
    return x->type_no == UPWARD_CHANGE_TYPE && x->op == CHANGE_PUT ? (uint64_t)x->values[0].number : 0;
}

static uint64_t last_inner(struct world *world, size_t m)
{
    const struct memory *memory = &world->machines[m].memory;
    uint64_t last = 0;

    for (size_t i = 0; i < memory->n_path; i++) {
        uint64_t k = inner_no(model_find(&world->model, memory->path[i]));

        last = k > last ? k : last;
    }
    return last;
}

static bool is_erased_at(struct world *world, size_t m, struct id id, bool *there)
{
    struct reach_place place;
    enum status status = reach_place_of(world->machines[m].store, catalogue_by_no(UPWARD_CHANGE_TYPE), id, &place, NULL);

    *there = status == STATUS_OK && place.there;
    return *there && place.why == REACH_ERASED;
}

static enum status encode_figures(const struct world *world, int64_t org, const struct model_change *x, struct buf *body)
{
    char period[16], figures[64];

    (void)world;
    (void)org;
    snprintf(period, sizeof period, "20%02uQ1", 20 + x->values[0].field);
    snprintf(figures, sizeof figures, "{\"R1\":%lld,\"R2\":null}", (long long)x->values[0].number);
    cbor_put_map(body, 6);
    cbor_put_uint(body, UPWARD_CELLS_REPORT);
    cbor_put_text(body, "summary", 7);
    cbor_put_uint(body, UPWARD_CELLS_PERIOD);
    cbor_put_text(body, period, strlen(period));
    cbor_put_uint(body, UPWARD_CELLS_FROM);
    cbor_put_int(body, 20000);
    cbor_put_uint(body, UPWARD_CELLS_UNTIL);
    cbor_put_int(body, 20090);
    cbor_put_uint(body, UPWARD_CELLS_ORG);
    cbor_put_int(body, 0);
    cbor_put_uint(body, UPWARD_CELLS_FIGURES);
    cbor_put_text(body, figures, strlen(figures));
    return body->status;
}

static enum status encode_erasure(struct buf *body)
{
    cbor_put_map(body, 2);
    cbor_put_uint(body, REACH_ERASE_REASON);
    cbor_put_text(body, "本人要求", strlen("本人要求"));
    cbor_put_uint(body, REACH_ERASE_OFFICER);
    cbor_put_text(body, "周主任", strlen("周主任"));
    return body->status;
}

/* What x is, and its body; next: the county's change that follows. erased: rows that this transaction erased. */
static enum status make_change(struct world *world, size_t m, struct model_change *x, uint64_t *next, bool may_erase, struct buf *body)
{
    int64_t org = world->machines[m].identity.org;
    uint64_t dice = world_below(world, 100);
    bool there;

    x->op = CHANGE_PUT;
    x->scope = org;
    x->type_no = UPWARD_CHANGE_TYPE;
    x->n_values = 1;
    if (world_has(world, FAULT_BAD) && world_chance(world, 6)) { /* another county's */
        x->scope = org + 1;
        x->fate = FATE_QUARANTINED;
        world->totals.done[FAULT_BAD]++;
        x->id = id_make(world->random);
        x->values[0] = (struct model_value){.field = 1, .kind = VALUE_INT};
        return encode_inner(world, org, 1, true, body);
    }
    if (dice < 8 && may_erase) {
        x->id = row_of(world, org, world_below(world, ROWS));
        if (!is_erased_at(world, m, x->id, &there) && there) {
            x->op = CHANGE_ERASE;
            x->n_values = 0;
            return encode_erasure(body);
        }
    }
    if (dice < 25) {
        x->type_no = UPWARD_CELLS_TYPE;
        x->values[0] = (struct model_value){.field = (uint16_t)world_below(world, PERIODS), .kind = VALUE_INT, .number = (int64_t)world_below(world, 1000)};
        x->id = row_of(world, org, ROWS + x->values[0].field);
        return encode_figures(world, org, x, body);
    }
    x->values[0] = (struct model_value){.field = 1, .kind = VALUE_INT, .number = (int64_t)++*next};
    x->id = inner_of(world, org, *next).row;
    bool alias = is_erased_at(world, m, x->id, &there);
    if (alias)
        x->id = upward_alias(x->id);
    return encode_inner(world, org, *next, alias, body);
}

static void tell(struct world *world, size_t m)
{
    struct machine_sim *machine = &world->machines[m];
    struct model_change made[TXN_MAX];
    size_t n = 1 + world_below(world, TXN_MAX), done = 0;
    uint64_t next = last_inner(world, m);
    struct errmsg err = {{0}};
    struct buf body;
    enum status status = store_begin(machine->store, "sim", &err);
    int64_t seen;

    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    world_look(world, m);
    world->txns++;
    while (status == STATUS_OK && done < n && !world->failed) {
        struct model_change *x = &made[done];

        *x = (struct model_change){.uid = (uint32_t)(world->model.n + done), .txn = world->txns, .knew = machine->memory.known, .path = machine->memory.own};
        buf_clear(&body);
        status = make_change(world, m, x, &next, done == 0, &body);
        if (status == STATUS_OK)
            status = row_seen(machine->store, &seen, &err);
        x->seen = status == STATUS_OK ? (uint64_t)seen : 0;
        if (x->op == CHANGE_ERASE)
            n = 1;
        if (status == STATUS_OK)
            status = world_append(world, m, x, &body, done + 1 < n, &err);
        done += status == STATUS_OK;
    }
    buf_release(&body);
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
    if (status == STATUS_OK && made[0].op == CHANGE_ERASE)
        status = reach_finish(machine->store, NULL, &err);
    if (status != STATUS_OK && !(status == STATUS_FULL && machine->page_limit != 0))
        world_fail(world, "machine %zu: tell: %s", m, errmsg_text(&err, status));
    for (size_t i = 0; i < done && !world->failed; i++)
        world_committed(world, m, &made[i]);
}

void hub_sim_edit(struct world *world, size_t m)
{
    if (world->model.n + CHANGES_SPARE > UIDS_MAX)
        return;
    if (world_chance(world, 75))
        tell(world, m);
    else
        world_edit(world, m);
}

/* ---- looking ---- */

uint64_t hub_sim_order_head(struct world *world, int64_t county)
{
    static const struct pg_statement head = {PG_PLAIN, "SELECT order_head FROM county WHERE no=$1", "i"};

    pg_put_int(world->hub->pg, county);
    return (uint64_t)ask(world, &head);
}

struct look {
    struct world *world;
    struct uid_set *found;
};

static enum status note_changes(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct look *look = context;

    (void)err;
    for (size_t i = 0; i < pg_count(rows) && !look->world->failed; i++) {
        size_t header_len, body_len = 0;
        const uint8_t *header = pg_bytes(rows, i, 0, &header_len), *body = pg_is_null(rows, i, 1) ? NULL : pg_bytes(rows, i, 1, &body_len);
        const struct model_change *x = world_identify(look->world, CENTER, header, header_len, body, body_len);

        if (x != NULL)
            uid_add(look->found, x->uid);
    }
    return STATUS_OK;
}

void hub_sim_look(struct world *world, int64_t county, uint64_t upto, bool refused, struct uid_set *found)
{
    static const struct pg_statement changes = {PG_PLAIN, "SELECT header,body FROM change WHERE ($1=0 OR county=$1) AND ord<=$2 AND ($3 OR state<>1)", "iif"};
    struct look look = {world, found};

    pg_put_int(world->hub->pg, county);
    pg_put_int(world->hub->pg, upto < INT64_MAX ? (int64_t)upto : INT64_MAX);
    pg_put_bool(world->hub->pg, refused);
    send(world, &changes, note_changes, &look);
}

struct numbering {
    hub_sim_number number;
    void *context;
};

static enum status note_numbers(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct numbering *numbering = context;

    (void)err;
    for (size_t i = 0; i < pg_count(rows); i++) {
        uint8_t incarnation[INCARNATION_BYTES];
        size_t len;
        const uint8_t *header = pg_bytes(rows, i, 3, &len);

        pg_fixed(rows, i, 1, incarnation, sizeof incarnation);
        numbering->number(numbering->context, pg_int(rows, i, 0), incarnation, (uint64_t)pg_int(rows, i, 2), header, len);
    }
    return STATUS_OK;
}

void hub_sim_numbers(struct world *world, hub_sim_number number, void *context)
{
    static const struct pg_statement numbers = {PG_PLAIN, "SELECT l.station,l.incarnation,c.seq,c.header FROM change c JOIN log l ON l.county=c.county AND l.no=c.log", ""};

    send(world, &numbers, note_numbers, &(struct numbering){number, context});
}

/* ---- what must hold ---- */

struct told {
    struct id id;
    bool erased, touched;
    bool told;   /* its row */
    uint64_t k;  /* ..by this change of the county */
    uint64_t ord;
};

struct expected {
    struct world *world;
    int64_t county;
    bool copies;
    uint64_t ord;
    struct uid_set met, inner; /* uids; inner changes that are told with what they say (numbers below UIDS_MAX) */
    struct told rows[2 * ROWS + 2 * UIDS_MAX];
    size_t n_rows;
    bool figures[PERIODS];
    int64_t figure[PERIODS];
};

static struct told *row_at(struct expected *expected, struct id id)
{
    for (size_t i = 0; i < expected->n_rows; i++)
        if (id_equal(expected->rows[i].id, id))
            return &expected->rows[i];
    expected->rows[expected->n_rows] = (struct told){.id = id};
    return &expected->rows[expected->n_rows++];
}

static int64_t state_of(const struct model_change *x)
{
    if (x->fate == FATE_QUARANTINED)
        return 1;
    return x->type_no == UPWARD_CHANGE_TYPE || x->type_no == UPWARD_CELLS_TYPE ? 0 : 2;
}

static void expect_row(struct expected *expected, const struct model_change *x)
{
    struct told *row = row_at(expected, x->id);

    row->touched = true;
    row->ord = expected->ord;
    if (x->op == CHANGE_ERASE) {
        row->erased = true;
        row->told = false;
    } else if (!row->erased && id_equal(x->id, inner_of(expected->world, expected->county, inner_no(x)).row) && inner_of(expected->world, expected->county, inner_no(x)).told) {
        row->told = true;
        row->k = inner_no(x);
    }
}

/* One change of a county, in its order. */
static void expect(struct expected *expected, uint64_t ord, int64_t state, struct model_change *x)
{
    struct world *world = expected->world;

    if (ord != expected->ord + 1 && ord != order_era_start(order_era(ord)) + 1)
        world_fail(world, "county %lld: its order goes from %llx to %llx", (long long)expected->county, (unsigned long long)expected->ord, (unsigned long long)ord);
    expected->ord = ord;
    if (state != state_of(x))
        world_fail(world, "the hub's state of u%u is %lld and should be %lld", x->uid, (long long)state, (long long)state_of(x));
    if (uid_in(&expected->met, x->uid)) {
        world->totals.twice++;
        if (!expected->copies)
            world_fail(world, "county %lld: u%u is there twice, and nothing was copied or put back", (long long)expected->county, x->uid);
    }
    uid_add(&expected->met, x->uid);
    if (state != 0)
        return;
    if (x->type_no == UPWARD_CELLS_TYPE) {
        expected->figures[x->values[0].field] = true;
        expected->figure[x->values[0].field] = x->values[0].number;
    } else {
        expect_row(expected, x);
    }
}

static enum status note_order(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct expected *expected = context;

    (void)err;
    for (size_t i = 0; i < pg_count(rows) && !expected->world->failed; i++) {
        size_t header_len, body_len = 0;
        const uint8_t *header = pg_bytes(rows, i, 2, &header_len), *body = pg_is_null(rows, i, 3) ? NULL : pg_bytes(rows, i, 3, &body_len);
        struct model_change *x = world_identify(expected->world, CENTER, header, header_len, body, body_len);

        if (x != NULL)
            expect(expected, (uint64_t)pg_int(rows, i, 0), pg_int(rows, i, 1), x);
    }
    return STATUS_OK;
}

/* Content of a change whose row is erased; and inner changes that are told whole and count. */
static enum status check_contents(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct expected *expected = context;
    struct uid_set counted = {{0}}, told = {{0}};

    (void)err;
    for (size_t i = 0; i < pg_count(rows) && !expected->world->failed; i++) {
        size_t header_len, body_len = 0;
        const uint8_t *header = pg_bytes(rows, i, 2, &header_len), *body = pg_is_null(rows, i, 3) ? NULL : pg_bytes(rows, i, 3, &body_len);
        const struct model_change *x = world_identify(expected->world, CENTER, header, header_len, body, body_len);

        if (x == NULL || x->type_no != UPWARD_CHANGE_TYPE || x->op != CHANGE_PUT || x->fate != FATE_APPLIED)
            continue;
        if (body != NULL && row_at(expected, x->id)->erased)
            world_fail(expected->world, "the hub: u%u has its content, and was erased", x->uid);
        if (body != NULL)
            uid_add(&told, (uint32_t)inner_no(x));
        if (!pg_is_null(rows, i, 4) && (uint64_t)pg_int(rows, i, 4) != inner_no(x))
            world_fail(expected->world, "the hub counts u%u as %lld of its county, and it is %llu", x->uid, (long long)pg_int(rows, i, 4), (unsigned long long)inner_no(x));
        if (!pg_is_null(rows, i, 4) && uid_in(&counted, (uint32_t)inner_no(x)))
            world_fail(expected->world, "county %lld: its change %llu is counted twice", (long long)expected->county, (unsigned long long)inner_no(x));
        if (!pg_is_null(rows, i, 4))
            uid_add(&counted, (uint32_t)inner_no(x));
    }
    for (uint32_t k = 1; k < UIDS_MAX && !expected->world->failed; k++)
        if (uid_in(&told, k) && !uid_in(&counted, k))
            world_fail(expected->world, "county %lld: its change %u is told and does not count", (long long)expected->county, k);
    return STATUS_OK;
}

static void check_row(struct expected *expected, const struct told *row)
{
    static const struct pg_statement as_told = {
        PG_PLAIN, "SELECT count(*) FROM county_row WHERE county=$1 AND id=$2 AND ord=$3 AND erased=$4 AND gone=$5 AND cells IS NOT DISTINCT FROM $6", "ibiffj"};
    struct world *world = expected->world;
    struct pg_pipeline *pg = world->hub->pg;
    struct inner inner = {.gone = true};
    char cells[128] = "", id[ID_TEXT_BYTES];

    if (row->told) {
        inner = inner_of(world, expected->county, row->k);
        snprintf(cells, sizeof cells, "{\"%d\":\"第 %llu 条“\\\\”\",\"%d\":%lld}", CELL_TEXT, (unsigned long long)row->k, CELL_NUMBER, (long long)inner.number);
    }
    pg_put_int(pg, expected->county);
    pg_put_bytes(pg, row->id.bytes, ID_BYTES);
    pg_put_int(pg, (int64_t)row->ord);
    pg_put_bool(pg, row->erased);
    pg_put_bool(pg, inner.gone);
    if (row->told)
        pg_put_text(pg, cells);
    else
        pg_put_null(pg);
    id_format(row->id, id);
    if (ask(world, &as_told) != 1)
        world_fail(world, "county %lld: row %.8s is not as it was told last (%s %s)", (long long)expected->county, id, row->erased ? "erased" : row->told ? "by its change" : "not told", cells);
}

static void check_rows(struct expected *expected)
{
    static const struct pg_statement count = {PG_PLAIN, "SELECT count(*) FROM county_row WHERE county=$1", "i"};
    struct world *world = expected->world;
    int64_t n = 0;

    for (size_t i = 0; i < expected->n_rows && !world->failed; i++) {
        if (!expected->rows[i].touched)
            continue;
        n++;
        check_row(expected, &expected->rows[i]);
        if (expected->rows[i].erased) {
            assert(world->hub->n_erased < ERASED_MAX);
            world->hub->erased[world->hub->n_erased++] = expected->rows[i].id;
        }
    }
    pg_put_int(world->hub->pg, expected->county);
    if (!world->failed && ask(world, &count) != n)
        world_fail(world, "county %lld: the hub has rows that nobody told", (long long)expected->county);
}

static void check_figures(struct expected *expected)
{
    static const struct pg_statement is_so = {PG_PLAIN,
                                              "SELECT count(*) FROM report_cell WHERE county=$1 AND report='summary' AND period=$2 AND org=0 AND from_day=20000 AND until_day=20090 AND ((cell='R1' AND value=$3) OR "
                                              "(cell='R2' AND value IS NULL))",
                                              "iti"};
    static const struct pg_statement count = {PG_PLAIN, "SELECT count(*) FROM report_cell WHERE county=$1", "i"};
    struct world *world = expected->world;
    int64_t n = 0;

    for (unsigned i = 0; i < PERIODS && !world->failed; i++) {
        char period[16];

        if (!expected->figures[i])
            continue;
        n += 2;
        snprintf(period, sizeof period, "20%02uQ1", 20 + i);
        pg_put_int(world->hub->pg, expected->county);
        pg_put_text(world->hub->pg, period);
        pg_put_int(world->hub->pg, expected->figure[i]);
        if (ask(world, &is_so) != 2)
            world_fail(world, "county %lld: its figures of %s are not as it told them last", (long long)expected->county, period);
    }
    pg_put_int(world->hub->pg, expected->county);
    if (!world->failed && ask(world, &count) != n)
        world_fail(world, "county %lld: the hub has figures that nobody told", (long long)expected->county);
}

/* ---- logs ---- */

struct logs {
    struct world *world;
    int64_t county;
    struct {
        int64_t no, parent;
        uint64_t base, head;
        struct hash head_hash;
    } all[LOGS_MAX];
    size_t n;
    int64_t at; /* of the chains: the log.. */
    uint64_t seq;
    struct hash hash; /* ..as far as it was walked */
    bool known;
};

static enum status note_logs(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct logs *logs = context;

    (void)err;
    assert(pg_count(rows) <= LOGS_MAX);
    for (size_t i = 0; i < pg_count(rows); i++) {
        logs->all[i].no = pg_int(rows, i, 0);
        logs->all[i].parent = pg_int(rows, i, 1);
        logs->all[i].base = (uint64_t)pg_int(rows, i, 2);
        logs->all[i].head = (uint64_t)pg_int(rows, i, 3);
        pg_fixed(rows, i, 4, logs->all[i].head_hash.bytes, HASH_BYTES);
    }
    logs->n = pg_count(rows);
    return STATUS_OK;
}

static enum status note_base(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct logs *logs = context;

    (void)err;
    logs->known = pg_count(rows) == 1;
    if (logs->known)
        pg_fixed(rows, 0, 0, logs->hash.bytes, HASH_BYTES);
    return STATUS_OK;
}

static enum status walk_log(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct logs *logs = context;

    (void)err;
    for (size_t i = 0; i < pg_count(rows) && !logs->world->failed; i++) {
        size_t len;
        const uint8_t *header = pg_bytes(rows, i, 1, &len);
        struct hash stored;

        pg_fixed(rows, i, 2, stored.bytes, HASH_BYTES);
        if ((uint64_t)pg_int(rows, i, 0) != ++logs->seq)
            world_fail(logs->world, "county %lld: log %lld has a gap before number %lld", (long long)logs->county, (long long)logs->at, (long long)pg_int(rows, i, 0));
        logs->hash = change_chain(logs->hash, header, len);
        if (!logs->world->failed && !hash_equal(logs->hash, stored))
            world_fail(logs->world, "county %lld: the chain of log %lld breaks at number %llu", (long long)logs->county, (long long)logs->at, (unsigned long long)logs->seq);
    }
    return STATUS_OK;
}

/* Where a log begins: in its parent, or deeper. */
static bool find_base(struct logs *logs, size_t log)
{
    static const struct pg_statement chain = {PG_PLAIN, "SELECT chain FROM change WHERE county=$1 AND log=$2 AND seq=$3", "iii"};
    uint64_t base = logs->all[log].base;
    int64_t parent = logs->all[log].parent;

    logs->hash = (struct hash){{0}};
    logs->known = base == 0;
    for (size_t depth = 0; !logs->known && parent != 0 && depth < LOGS_MAX; depth++) {
        pg_put_int(logs->world->hub->pg, logs->county);
        pg_put_int(logs->world->hub->pg, parent);
        pg_put_int(logs->world->hub->pg, (int64_t)base);
        send(logs->world, &chain, note_base, logs);
        for (size_t i = 0; i < logs->n; i++)
            if (logs->all[i].no == parent) {
                parent = logs->all[i].parent;
                break;
            }
    }
    return logs->known;
}

static void check_logs(struct world *world, int64_t county)
{
    static const struct pg_statement all = {PG_PLAIN, "SELECT no,parent,base_seq,head_seq,head_hash FROM log WHERE county=$1", "i"};
    static const struct pg_statement walk = {PG_PLAIN, "SELECT seq,header,chain FROM change WHERE county=$1 AND log=$2 ORDER BY seq", "ii"};
    struct logs logs = {.world = world, .county = county};

    pg_put_int(world->hub->pg, county);
    send(world, &all, note_logs, &logs);
    for (size_t i = 0; i < logs.n && !world->failed; i++) {
        logs.at = logs.all[i].no;
        logs.seq = logs.all[i].base;
        if (!find_base(&logs, i) && logs.all[i].head > logs.all[i].base) {
            world_fail(world, "county %lld: nothing is at the base of log %lld", (long long)county, (long long)logs.at);
            return;
        }
        pg_put_int(world->hub->pg, county);
        pg_put_int(world->hub->pg, logs.at);
        send(world, &walk, walk_log, &logs);
        if (logs.seq != logs.all[i].head || (logs.seq > logs.all[i].base && !hash_equal(logs.hash, logs.all[i].head_hash)))
            world_fail(world, "county %lld: log %lld ends at %llu and says %llu", (long long)county, (long long)logs.at, (unsigned long long)logs.seq, (unsigned long long)logs.all[i].head);
    }
}

static void check_county(struct world *world, int64_t county, bool copies)
{
    static const struct pg_statement order = {PG_PLAIN, "SELECT ord,state,header,body,inner_seq FROM change WHERE county=$1 ORDER BY ord", "i"};
    struct expected *expected = calloc(1, sizeof *expected);
    uint64_t head = hub_sim_order_head(world, county);

    assert(expected != NULL);
    expected->world = world;
    expected->county = county;
    expected->copies = copies;
    pg_put_int(world->hub->pg, county);
    send(world, &order, note_order, expected);
    pg_put_int(world->hub->pg, county);
    send(world, &order, check_contents, expected);
    if (!world->failed && head != expected->ord && head != order_era_start(order_era(head)))
        world_fail(world, "county %lld: its order is at %llx and says %llx", (long long)county, (unsigned long long)expected->ord, (unsigned long long)head);
    if (!world->failed)
        check_rows(expected);
    if (!world->failed)
        check_figures(expected);
    free(expected);
    if (!world->failed)
        check_logs(world, county);
}

void hub_sim_check(struct world *world, bool copies)
{
    world->hub->n_erased = 0;
    for (size_t m = 1; m <= world->n_stations && !world->failed; m++)
        check_county(world, world->machines[m].identity.org, copies);
}

bool hub_sim_is_erased(const struct world *world, struct id id)
{
    for (size_t i = 0; i < world->hub->n_erased; i++)
        if (id_equal(world->hub->erased[i], id))
            return true;
    return false;
}
