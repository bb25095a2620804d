/* tests/bench/bench_hub.c - what a hub costs beside PostgreSQL itself: counties' changes through the whole of sync/hub_store.h (decoded, chained, ordered, rows made), and the very rows that came of it copied into the same
 * tables by COPY in binary, with the same indexes, partitions and sizes of commits, in the same run on the same server (fsync on).
 *
 *   bench_hub ROUNDS        prints JSON lines; nothing when there is no server
 *
 * The two sides take turns. COPY is the fastest that the server has: no statement, no number and no lock is to be had for less. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "core/base/cbor.h"
#include "core/base/hash.h"
#include "core/record/catalogue.h"
#include "core/record/upward.h"
#include "sync/hub_schema.h"
#include "sync/hub_store.h"
#include "sync/replicator.h"

enum { COUNTIES = 16, GROUPS = 10, ROUNDS_MAX = 32, URL_BYTES = 400, FIELDS = 12, TEXT_CHARS = 60 };

struct county {
    struct hash pin, head;
    struct log_id log;
    uint64_t seq;
    struct session_request request;
    struct buf entries;
    bool answered;
};

struct bench {
    char folder[256], url[2][URL_BYTES]; /* the hub's schema, and the bare one */
    struct hub_store *hub;
    struct replicator *replicator;
    PGconn *bare, *reader;
    struct county counties[COUNTIES];
    uint64_t made;
    struct buf copies[GROUPS][2]; /* change, county_row: what COPY sends */
    size_t chunk;
};

static void die(const char *what, const char *why)
{
    fprintf(stderr, "bench_hub: %s: %s\n", what, why);
    exit(1);
}

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int64_t clock_ms(void)
{
    return (int64_t)(now_s() * 1000);
}

static bool start_server(struct bench *bench)
{
    char command[600], rest[URL_BYTES];
    const char *source = getenv("AIDPOST_SRCDIR");
    FILE *script;
    int code;

    snprintf(command, sizeof command, "AIDPOST_WATCH=%ld '%s/tests/postgres.sh' start fsync=on shared_buffers=256MB max_wal_size=4GB", (long)getpid(), source != NULL ? source : ".");
    script = popen(command, "r");
    if (script == NULL || fgets(bench->folder, sizeof bench->folder, script) == NULL) {
        if (script != NULL)
            (void)pclose(script);
        return false;
    }
    while (fgets(rest, sizeof rest, script) != NULL)
        ;
    code = pclose(script);
    bench->folder[strcspn(bench->folder, "\n")] = '\0';
    if (code != 0)
        die("server", "did not start");
    for (int i = 0; i < 2; i++)
        snprintf(bench->url[i], URL_BYTES, "postgresql://postgres@/postgres?host=%s&options=-csearch_path%%3D%s", bench->folder, i == 0 ? "hub" : "bare");
    return true;
}

static void stop_server(struct bench *bench)
{
    char command[600];
    const char *source = getenv("AIDPOST_SRCDIR");

    snprintf(command, sizeof command, "'%s/tests/postgres.sh' stop '%s'", source != NULL ? source : ".", bench->folder);
    if (system(command) != 0)
        die("server", "did not stop");
}

static void sql(PGconn *conn, const char *text)
{
    PGresult *result = PQexec(conn, text);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        die(text, PQerrorMessage(conn));
    PQclear(result);
}

static void make_schema(const char *url)
{
    uint64_t seed = 3;
    struct hub_founding founding = {.name = "hub", .area = "320000", .random = random_seeded(&seed), .now_ms = 1};
    struct pg_pipeline *pg;
    struct errmsg err = {{0}};
    bool made;

    if (pg_new(&pg, url, &err) != STATUS_OK || hub_schema_make(pg, &founding, &made, &err) != STATUS_OK)
        die("schema", err.text);
    pg_free(pg);
}

/* ---- the counties' changes ---- */

/* About 600 bytes of values, as a consultation has. */
static void make_body(struct bench *bench, struct buf *body)
{
    static const char letters[] = "法律援助咨询工资欠薪劳动合同纠纷仲裁申请材料证明房屋租赁婚姻家庭继承交通事故赔偿";
    char text[TEXT_CHARS * 3 + 1];
    size_t n = (sizeof letters - 1) / 3;

    cbor_put_map(body, FIELDS);
    for (uint64_t field = 1; field <= FIELDS; field++) {
        size_t chars = field % 3 == 0 ? TEXT_CHARS : 5, len = 0;

        cbor_put_uint(body, field);
        if (field % 3 == 1) {
            cbor_put_int(body, (int64_t)(20000 + bench->made % 997));
            continue;
        }
        for (size_t i = 0; i < chars; i++, len += 3)
            memcpy(text + len, letters + 3 * ((bench->made * 31 + field * 7 + i * i) % n), 3);
        cbor_put_text(body, text, len);
    }
}

static void make_change(struct bench *bench, struct county *county, int64_t org)
{
    struct buf inner_body, inner_header, outer_body, outer_header;
    struct change inner = {.seq = county->seq + 1, .at_ms = 1700000000000, .user = "liumin", .type_no = catalogue_find("consultation")->no, .op = CHANGE_PUT, .schema = SCHEMA_VERSION, .scope = 2};
    struct change outer = {.seq = county->seq + 1, .user = "upward", .type_no = UPWARD_CHANGE_TYPE, .op = CHANGE_PUT, .schema = SCHEMA_VERSION, .scope = org};
    struct upward_cell cells[FIELDS];
    struct upward_standing row = {.type_no = inner.type_no, .cells = cells};
    struct upward_source source = {.log = county->log, .place = inner.seq, .change = &inner};
    struct reader reader;
    size_t taken;
    struct hash id = hash_of(&bench->made, sizeof bench->made);

    buf_init(&inner_body, CHANGE_BODY_MAX_BYTES);
    buf_init(&inner_header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&outer_body, CHANGE_BODY_MAX_BYTES);
    buf_init(&outer_header, CHANGE_HEADER_MAX_BYTES);
    make_body(bench, &inner_body);
    bench->made++;
    memcpy(inner.id.bytes, id.bytes, ID_BYTES);
    outer.id = inner.id;
    inner.body_hash = hash_of(inner_body.data, inner_body.len);
    change_encode_header(&inner, &inner_header);
    source.header = inner_header.data;
    source.header_len = inner_header.len;
    source.body = inner_body.data;
    source.body_len = inner_body.len;
    reader_init(&reader, inner_body.data, inner_body.len);
    for (uint64_t n = cbor_map(&reader); row.n_cells < n; row.n_cells++) {
        cells[row.n_cells].field = (uint16_t)cbor_uint(&reader);
        cells[row.n_cells].value = value_decode(&reader);
    }
    if (upward_encode(&source, &row, &outer_body, &taken) != STATUS_OK)
        die("change", "cannot be wrapped");
    outer.body_hash = hash_of(outer_body.data, outer_body.len);
    change_encode_header(&outer, &outer_header);
    county->head = change_chain(county->head, outer_header.data, outer_header.len);
    cbor_put_array(&county->entries, 2);
    cbor_put_bytes(&county->entries, outer_header.data, outer_header.len - CHANGE_HASH_SUFFIX_BYTES);
    cbor_put_bytes(&county->entries, outer_body.data, outer_body.len);
    county->seq++;
    buf_release(&inner_body);
    buf_release(&inner_header);
    buf_release(&outer_body);
    buf_release(&outer_header);
}

static void make_chunk(struct bench *bench, size_t at)
{
    struct county *county = &bench->counties[at];
    struct message_changes *chunk = &county->request.chunk;

    buf_clear(&county->entries);
    *chunk = (struct message_changes){.first = county->seq + 1, .packing = PACKING_NONE};
    for (size_t i = 0; i < bench->chunk; i++)
        make_change(bench, county, (int64_t)at + 1);
    chunk->last = county->seq;
    chunk->count = bench->chunk;
    chunk->raw_bytes = county->entries.len;
    memcpy(chunk->last_hash, county->head.bytes, HASH_BYTES);
    county->request.packed = county->entries.data;
    county->request.packed_len = county->entries.len;
    county->answered = false;
}

static void deliver(void *context, void *owner, const struct session_result *result)
{
    (void)context;
    if (result->status != STATUS_OK)
        die("ingest", result->err.text);
    ((struct county *)owner)->answered = true;
}

/* One group: a chunk of each county. Returns its seconds. */
static double ingest_group(struct bench *bench)
{
    double begun;

    for (size_t i = 0; i < COUNTIES; i++)
        make_chunk(bench, i);
    begun = now_s();
    for (size_t i = 0; i < COUNTIES; i++)
        if (replicator_submit(bench->replicator, &bench->counties[i], &bench->counties[i].request) != STATUS_OK)
            die("ingest", "no memory");
    for (bool all = false; !all;) {
        (void)replicator_flush(bench->replicator, 1000, deliver, NULL);
        hub_store_drain(bench->hub);
        (void)replicator_flush(bench->replicator, 1000, deliver, NULL);
        all = true;
        for (size_t i = 0; i < COUNTIES; i++)
            all = all && bench->counties[i].answered;
    }
    return now_s() - begun;
}

/* ---- the same rows, bare ---- */

static void read_copy(PGconn *conn, const char *text, struct buf *out)
{
    PGresult *result = PQexec(conn, text);
    char *row;
    int len;

    if (PQresultStatus(result) != PGRES_COPY_OUT)
        die(text, PQerrorMessage(conn));
    PQclear(result);
    buf_clear(out);
    while ((len = PQgetCopyData(conn, &row, 0)) > 0) {
        buf_append(out, row, (size_t)len);
        PQfreemem(row);
    }
    PQclear(PQgetResult(conn));
}

/* What the last group brought, as COPY wants it. */
static void keep_group(struct bench *bench, size_t group, uint64_t before)
{
    char text[400];

    snprintf(text, sizeof text, "COPY (SELECT * FROM hub.change WHERE ord>%" PRIu64 ") TO STDOUT (FORMAT binary)", before);
    read_copy(bench->reader, text, &bench->copies[group][0]);
    snprintf(text, sizeof text, "COPY (SELECT * FROM hub.county_row WHERE ord>%" PRIu64 ") TO STDOUT (FORMAT binary)", before);
    read_copy(bench->reader, text, &bench->copies[group][1]);
}

static void copy_in(PGconn *conn, const char *text, const struct buf *rows)
{
    PGresult *result = PQexec(conn, text);

    if (PQresultStatus(result) != PGRES_COPY_IN)
        die(text, PQerrorMessage(conn));
    PQclear(result);
    if (PQputCopyData(conn, (const char *)rows->data, (int)rows->len) != 1 || PQputCopyEnd(conn, NULL) != 1)
        die(text, PQerrorMessage(conn));
    result = PQgetResult(conn);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        die(text, PQerrorMessage(conn));
    PQclear(result);
    PQclear(PQgetResult(conn));
}

static double copy_group(struct bench *bench, size_t group)
{
    double begun = now_s();

    sql(bench->bare, "BEGIN");
    copy_in(bench->bare, "COPY bare.change FROM STDIN (FORMAT binary)", &bench->copies[group][0]);
    copy_in(bench->bare, "COPY bare.county_row FROM STDIN (FORMAT binary)", &bench->copies[group][1]);
    sql(bench->bare, "COMMIT");
    return now_s() - begun;
}

/* ---- the run ---- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void print_figure(const char *name, double *rates, double *limits, double *ratios, int n)
{
    qsort(rates, (size_t)n, sizeof *rates, compare);
    qsort(limits, (size_t)n, sizeof *limits, compare);
    qsort(ratios, (size_t)n, sizeof *ratios, compare);
    printf("{\"name\":\"%s\",\"unit\":\"changes/s\",\"median\":%.0f,\"min\":%.0f,\"max\":%.0f,\"limit\":%.0f,\"ratio\":%.3f}\n", name, rates[(n - 1) / 2], rates[0], rates[n - 1], limits[(n - 1) / 2],
           ratios[(n - 1) / 2]);
}

static void run(struct bench *bench, const char *name, size_t chunk, int rounds)
{
    double rates[ROUNDS_MAX], limits[ROUNDS_MAX], ratios[ROUNDS_MAX];
    double n = (double)chunk * COUNTIES * GROUPS;

    bench->chunk = chunk;
    for (int round = 0; round < rounds; round++) {
        double hub = 0, bare = 0;

        for (size_t group = 0; group < GROUPS; group++) {
            uint64_t before = bench->counties[0].seq;

            hub += ingest_group(bench);
            keep_group(bench, group, before);
            bare += copy_group(bench, group);
        }
        rates[round] = n / hub;
        limits[round] = n / bare;
        ratios[round] = bare / hub;
    }
    print_figure(name, rates, limits, ratios, rounds);
}

static void open_counties(struct bench *bench)
{
    for (size_t i = 0; i < COUNTIES; i++) {
        struct county *county = &bench->counties[i];
        char text[300], pin[HASH_TEXT_BYTES];

        county->pin = hash_of(&i, sizeof i);
        county->log = (struct log_id){.station = (uint32_t)i + 1};
        memcpy(county->log.incarnation, county->pin.bytes, INCARNATION_BYTES);
        county->request = (struct session_request){.kind = REQUEST_INGEST, .pin = county->pin, .log = county->log, .wall_ms = 1000};
        buf_init(&county->entries, CHUNK_RAW_MAX_BYTES);
        hash_format(county->pin, pin);
        snprintf(text, sizeof text, "INSERT INTO hub.county(no,station,code,name,pin) VALUES(%zu,%zu,'C%zu','C%zu','\\x%s')", i + 1, i + 1, i, i, pin);
        sql(bench->reader, text);
    }
}

int main(int argc, char **argv)
{
    static struct bench bench;
    int rounds = argc > 1 ? atoi(argv[1]) : 5;
    struct errmsg err = {{0}};

    if (hash_start() != STATUS_OK || rounds < 1 || rounds > ROUNDS_MAX)
        return 2;
    if (!start_server(&bench))
        return 0;
    make_schema(bench.url[0]);
    make_schema(bench.url[1]);
    bench.bare = PQconnectdb(bench.url[1]);
    bench.reader = PQconnectdb(bench.url[0]);
    for (size_t i = 0; i < GROUPS; i++)
        for (size_t k = 0; k < 2; k++)
            buf_init(&bench.copies[i][k], 256 * 1024 * 1024);
    open_counties(&bench);
    if (hub_store_open(&bench.hub, bench.url[0], clock_ms, NULL, &err) != STATUS_OK || replicator_new_over(&bench.replicator, hub_store_engine(bench.hub), NULL) != STATUS_OK)
        die("hub", err.text);
    run(&bench, "hub_ingest_16_counties_each_500", 500, rounds);
    run(&bench, "hub_ingest_16_counties_each_20", 20, rounds);
    replicator_free(bench.replicator);
    hub_store_close(bench.hub);
    PQfinish(bench.bare);
    PQfinish(bench.reader);
    for (size_t i = 0; i < COUNTIES; i++)
        buf_release(&bench.counties[i].entries);
    for (size_t i = 0; i < GROUPS; i++)
        for (size_t k = 0; k < 2; k++)
            buf_release(&bench.copies[i][k]);
    stop_server(&bench);
    return 0;
}
