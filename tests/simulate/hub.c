/* tests/simulate/hub.c - a hub in the center's place: sync/hub_store.h over a PostgreSQL of this program's own, and each station a county (an upward store, core/record/upward.h).
 *
 * The hub has two processes; a line ends in one of them. In some worlds the copies of one county come to both, and wait for each other in the database. What a flush starts is under way until the next one: meanwhile
 * lines break and processes are killed. The simulated hour stands still for the database, so everything but one thing is decided by the seed: how far a process that is killed in the middle had come, to within a
 * statement or so, and which of two processes that want one county comes first. A seed that failed may then pass. What a county tells: hub_county.c; what must hold: hub_check.c. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/hub_world.h"
#include "tests/simulate/hub_sim_impl.h"

static const char *const TABLES[] = {"county", "log", "change", "inner_head", "county_row", "report_cell"};
enum { N_TABLES = sizeof TABLES / sizeof *TABLES };

/* ---- SQL by another hand ---- */

/* It waits for its connection: the server may have been away. */
void hub_sim_send(struct world *world, const struct pg_statement *statement, pg_result rows, void *context)
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

    hub_sim_send(world, &statement, NULL, NULL);
}

static enum status note_int(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    (void)err;
    *(int64_t *)context = pg_count(rows) > 0 ? pg_int(rows, 0, 0) : -1;
    return STATUS_OK;
}

int64_t hub_sim_ask(struct world *world, const struct pg_statement *statement)
{
    int64_t n = -1;

    hub_sim_send(world, statement, note_int, &n);
    return n;
}

static int64_t ask_plain(struct world *world, const char *sql)
{
    return hub_sim_ask(world, &(struct pg_statement){PG_PLAIN, sql, ""});
}

/* ---- processes ---- */

static void open_process(struct world *world, size_t process)
{
    struct process *at = &world->hub->processes[process];

    at->store = hub_world_another(world->hub->home);
    if (replicator_new_over(&at->replicator, hub_store_engine(at->store), NULL) != STATUS_OK)
        world_fail(world, "no memory");
    else
        replicator_set_history(at->replicator, world->windows[0], world->always_refers);
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
        world_check_kept(world, CENTER, "after a crash");
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
    hub_sim_send(world, &revoke, NULL, NULL);
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
    hub_sim_send(world, &identity, NULL, NULL);
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
    hub_sim_send(world, &county, NULL, NULL);
}

void hub_sim_end(struct world *world)
{
    for (size_t i = 0; i < HUB_PROCESSES; i++)
        if (world->hub->processes[i].store != NULL)
            kill_process(world, i);
}

/* ---- looking ---- */

uint64_t hub_sim_order_head(struct world *world, int64_t county)
{
    static const struct pg_statement head = {PG_PLAIN, "SELECT order_head FROM county WHERE no=$1", "i"};

    pg_put_int(world->hub->pg, county);
    return (uint64_t)hub_sim_ask(world, &head);
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
    hub_sim_send(world, &changes, note_changes, &look);
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

    hub_sim_send(world, &numbers, note_numbers, &(struct numbering){number, context});
}
