/* tests/hub_world.c - see hub_world.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/change.h"
#include "core/record/scope_sum.h"
#include "sync/hub_schema.h"
#include "sync/hub_store.h"
#include "tests/hub_world.h"
#include "tests/pg_server.h"

/* One server a program: it goes away with it. */
static struct pg_server server;
static enum { UNKNOWN, NONE, RUNNING } there;
static unsigned n_worlds;
static int64_t passed_ms; /* hub_world_pass */

struct hub_world {
    struct hub_store *hub;
    struct pg_pipeline *pg; /* what others do */
    char url[PG_URL_BYTES];
    int64_t counties[16];
    size_t n;
    struct trace trace; /* of world->hub */
};

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + passed_ms;
}

void hub_world_pass(int64_t ms)
{
    passed_ms += ms;
}

static void stop_server(void)
{
    pg_server_stop(&server);
}

bool hub_world_available(void)
{
    if (there == UNKNOWN) {
        there = pg_server_start(&server) ? RUNNING : NONE;
        if (there == RUNNING)
            atexit(stop_server);
    }
    return there == RUNNING;
}

static void run(struct hub_world *world, const struct pg_statement *statement, pg_result rows, void *context)
{
    struct errmsg err = {{0}};

    if (!pg_is_ready(world->pg)) {
        pg_connect(world->pg);
        (void)pg_wait(world->pg, &err);
    }
    enum status status = pg_run(world->pg, statement, rows, context, &err);

    if (status == STATUS_CLOSED && statement->types[0] == '\0') { /* the server was away meanwhile */
        pg_connect(world->pg);
        (void)pg_wait(world->pg, &err);
        status = pg_run(world->pg, statement, rows, context, &err);
    }
    if (status != STATUS_OK)
        fail_msg("%s: %s", statement->sql, err.text);
}

void hub_world_run(struct hub_world *world, const char *sql)
{
    struct pg_statement statement = {PG_PLAIN, sql, ""};

    run(world, &statement, NULL, NULL);
}

static enum status note_int(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    (void)err;
    *(int64_t *)context = pg_count(rows) > 0 ? pg_int(rows, 0, 0) : -1;
    return STATUS_OK;
}

int64_t hub_world_ask(struct hub_world *world, const char *sql)
{
    struct pg_statement statement = {PG_PLAIN, sql, ""};
    int64_t n = -1;

    run(world, &statement, note_int, &n);
    return n;
}

struct hub_world *hub_world_open(const struct machine *center, const struct peer *peers, size_t n)
{
    static const struct pg_statement county = {PG_PLAIN, "INSERT INTO county(no,station,code,name,pin,enrolled_ms) VALUES($1,$2,$3,$4,$5,1)", "iittb"};
    static const struct pg_statement identity = {PG_PLAIN, "UPDATE hub SET incarnation=$1", "b"};
    struct hub_world *world = calloc(1, sizeof *world);
    uint64_t seed = 7;
    struct hub_founding founding = {.name = center->name, .area = center->area, .practice = center->practice, .random = random_seeded(&seed), .now_ms = 1};
    struct errmsg err = {{0}};
    char schema[32], code[32];
    bool made;

    assert_non_null(world);
    snprintf(schema, sizeof schema, "hub%u", ++n_worlds);
    pg_server_url(&server, NULL, schema, world->url);
    assert_int_equal(pg_new(&world->pg, world->url, &err), STATUS_OK);
    if (hub_schema_make(world->pg, &founding, &made, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_true(made);
    pg_put_bytes(world->pg, center->incarnation, INCARNATION_BYTES);
    run(world, &identity, NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        snprintf(code, sizeof code, "C%zu", i + 1);
        pg_put_int(world->pg, peers[i].org);
        pg_put_int(world->pg, peers[i].station_no);
        pg_put_text(world->pg, code);
        pg_put_text(world->pg, peers[i].org_name);
        pg_put_bytes(world->pg, peers[i].pin.bytes, HASH_BYTES);
        run(world, &county, NULL, NULL);
        world->counties[world->n++] = peers[i].org;
    }
    trace_init(&world->trace, TRACE_WARN, NULL, NULL);
    if (hub_store_open(&world->hub, world->url, clock_ms, &world->trace, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    return world;
}

void hub_world_close(struct hub_world *world)
{
    hub_store_close(world->hub);
    pg_free(world->pg);
    free(world);
}

struct engine_store hub_world_engine(struct hub_world *world)
{
    return hub_store_engine(world->hub);
}

struct hub_store *hub_world_store(struct hub_world *world)
{
    return world->hub;
}

void hub_world_expect_said(const struct hub_world *world, const char *text)
{
    const struct trace *trace = &world->trace;

    for (size_t i = 0; i < TRACE_KEEP && i < trace->count; i++)
        if (strstr(trace->last[i], text) != NULL)
            return;
    fail_msg("'%s' is not in the hub's log; last: %s", text, trace->count > 0 ? trace->last[(trace->count - 1) % TRACE_KEEP] : "nothing");
}

const char *hub_world_url(const struct hub_world *world)
{
    return world->url;
}

struct hub_store *hub_world_another(struct hub_world *world)
{
    struct hub_store *hub;
    struct errmsg err = {{0}};

    if (hub_store_open(&hub, world->url, clock_ms, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    return hub;
}

void hub_world_crash(void)
{
    pg_server_crash(&server);
}

void hub_world_again(void)
{
    pg_server_again(&server);
}

void hub_world_revoke(struct hub_world *world, struct hash pin)
{
    static const struct pg_statement revoke = {PG_PLAIN, "UPDATE county SET revoked_ms=5 WHERE pin=$1", "b"};

    pg_put_bytes(world->pg, pin.bytes, HASH_BYTES);
    run(world, &revoke, NULL, NULL);
}

/* ---- an own change of the hub, as the tests of the other engines write them ---- */

struct place {
    uint64_t head;
    uint64_t order, sum;
};

static enum status note_place(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct place *place = context;

    (void)err;
    assert_int_equal(pg_count(rows), 1);
    *place = (struct place){(uint64_t)pg_int(rows, 0, 0), (uint64_t)pg_int(rows, 0, 1), (uint64_t)pg_int(rows, 0, 2)};
    return STATUS_OK;
}

static uint64_t append_to(struct hub_world *world, int64_t county, int64_t scope, struct id id)
{
    static const struct pg_statement own_log = {PG_PLAIN,
                                                "INSERT INTO log(county,no,station,incarnation,base_seq,head_seq,head_hash) VALUES($1,900,0,(SELECT incarnation FROM hub),0,0,'') ON CONFLICT DO NOTHING", "i"};
    static const struct pg_statement look = {
        PG_PLAIN, "SELECT l.head_seq,c.order_head,c.scope_sum FROM county c JOIN log l ON l.county=c.no AND l.no=900 WHERE c.no=$1 FOR UPDATE", "i"};
    static const struct pg_statement add = {PG_PLAIN, "INSERT INTO change(county,ord,log,seq,state,more,header,body,chain) VALUES($1,$2,900,$3,0,false,$4,$5,'')", "iiibb"};
    static const struct pg_statement head = {PG_PLAIN, "UPDATE log SET head_seq=$2 WHERE county=$1 AND no=900", "ii"};
    static const struct pg_statement order = {PG_PLAIN, "UPDATE county SET order_head=$2,scope_sum=$3 WHERE no=$1", "iii"};
    struct place place;
    struct change change = {.user = "center", .type_no = catalogue_find("consultation")->no, .id = id, .op = CHANGE_PUT, .schema = SCHEMA_VERSION, .scope = scope};
    struct buf header, body;

    hub_world_run(world, "BEGIN");
    pg_put_int(world->pg, county);
    run(world, &own_log, NULL, NULL);
    pg_put_int(world->pg, county);
    run(world, &look, note_place, &place);
    buf_init(&header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&body, 16);
    cbor_put_map(&body, 0);
    change.seq = place.head + 1;
    change.body_hash = hash_of(body.data, body.len);
    change_encode_header(&change, &header);
    place.order++;
    pg_put_int(world->pg, county);
    pg_put_int(world->pg, (int64_t)place.order);
    pg_put_int(world->pg, (int64_t)change.seq);
    pg_put_bytes(world->pg, header.data, header.len);
    pg_put_bytes(world->pg, body.data, body.len);
    run(world, &add, NULL, NULL);
    pg_put_int(world->pg, county);
    pg_put_int(world->pg, (int64_t)change.seq);
    run(world, &head, NULL, NULL);
    pg_put_int(world->pg, county);
    pg_put_int(world->pg, (int64_t)place.order);
    pg_put_int(world->pg, (int64_t)(place.sum ^ scope_sum_of(header.data, header.len, place.order)));
    run(world, &order, NULL, NULL);
    hub_world_run(world, "COMMIT");
    buf_release(&header);
    buf_release(&body);
    return place.order;
}

uint64_t hub_world_append(struct hub_world *world, int64_t scope, struct id id)
{
    uint64_t order = 0;

    for (size_t i = 0; i < world->n; i++)
        if (scope == 0 || scope == world->counties[i])
            order = append_to(world, world->counties[i], scope, id);
    return order;
}
