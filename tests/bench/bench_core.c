/* tests/bench/bench_core.c - what saving and taking in cost, each beside a bare SQLite insert of the same rows in the same run.
 *
 *   bench_core FOLDER [ROUNDS [FIGURE [PART]]]    prints one JSON line a figure: name, unit, median, min, max, ratio to its limit, wall and CPU time alike
 *                                                 (FIGURE: only that one, or all; PART: one of so many parts of the work, to see that everything runs)
 *
 * save      one consultation with its change, one a transaction (FULL), at a center, against the same row inserted bare; save_station at a station
 * ingest_1  100,000 changes from one station, a transaction a chunk as they come over the wire (CHUNK changes, about 200 KB; in bulk a frame holds up
 *           to 256 KB), against bare inserts of the same rows in batches of 100 (FULL); ingest_1_batch_100 the same with 100 a transaction
 * ingest_n  70 changes from each of 1,000 stations, two of them a transaction, against bare inserts in batches of 140
 * "Bare" is the type's own table and all its indexes under another name, without change log, guards and origins. Both are timed without making the values, in turns of a few hundred rows in two stores, so
 * that what else the machine does meets both alike; of the round's times the ratio is taken, of the rounds' ratios the median. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/cbor.h"
#include "core/data/data.h"
#include "core/record/change.h"
#include "core/record/code_book.h"
#include "core/record/peer.h"
#include "core/record/records.h"
#include "core/record/replica.h"
#include "core/record/schema.h"

enum { ROUNDS_MAX = 9, SAVE_COUNT = 2000, SAVES_A_TURN = 100, INGEST_COUNT = 100000, STATIONS = 1000, EACH = 70, STATIONS_A_GROUP = 2, BATCH = 100, CHUNK = 400, ROWS_MAX = 400 };

/* What a bare insert binds; the texts are borrowed. */
struct row {
    struct value values[FIELD_MAX_COUNT];
    char phone[16];
};

/* One of the two that are compared. */
struct side {
    struct store *store;
    double wall_s, cpu_s; /* spent between start() and stop() so far */
};

struct bench {
    const char *folder, *figure; /* figure: only this one; NULL: all */
    uint64_t saves, changes, stations;
    int rounds;
    struct code_book *codes;
    struct random_source random;
    uint64_t seed;
    const char *texts[4096];
    size_t text_lens[4096], n_texts;
    const struct record_type *type;
    struct row rows[ROWS_MAX];
    char *bare_sql; /* owned */
    struct side ours, bare;
};

static double clock_s(clockid_t clock)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void start(struct side *side)
{
    side->cpu_s -= clock_s(CLOCK_PROCESS_CPUTIME_ID);
    side->wall_s -= clock_s(CLOCK_MONOTONIC);
}

static void stop(struct side *side)
{
    side->wall_s += clock_s(CLOCK_MONOTONIC);
    side->cpu_s += clock_s(CLOCK_PROCESS_CPUTIME_ID);
}

static void must(enum status status, const struct errmsg *err, const char *what)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, errmsg_text(err, status));
    exit(1);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(double *values, int n)
{
    qsort(values, (size_t)n, sizeof values[0], compare_doubles);
    return values[n / 2];
}

/* What the rounds of one figure came to; times of one row in seconds. */
struct figure {
    double wall[ROUNDS_MAX], bare_wall[ROUNDS_MAX], cpu[ROUNDS_MAX], bare_cpu[ROUNDS_MAX];
    int n;
};

/* rate: rows a second (a ratio of 1: as fast as bare, 0.5: half as fast), else microseconds a row (2: twice as long as bare). CPU always in microseconds. */
static void print_figure(const char *name, bool rate, struct figure *figure)
{
    double ours[ROUNDS_MAX], bare[ROUNDS_MAX], ratios[ROUNDS_MAX], cpu_ratios[ROUNDS_MAX];
    int n = figure->n;
    for (int i = 0; i < n; i++) {
        ours[i] = rate ? 1 / figure->wall[i] : figure->wall[i] * 1e6;
        bare[i] = rate ? 1 / figure->bare_wall[i] : figure->bare_wall[i] * 1e6;
        ratios[i] = ours[i] / bare[i];
        cpu_ratios[i] = rate ? figure->bare_cpu[i] / figure->cpu[i] : figure->cpu[i] / figure->bare_cpu[i];
    }
    double median = median_of(ours, n), limit = median_of(bare, n), ratio = median_of(ratios, n);
    printf("{\"name\":\"%s\",\"unit\":\"%s\",\"median\":%.6g,\"min\":%.6g,\"max\":%.6g,\"limit\":%.6g,\"ratio\":%.3f,\"ratio_min\":%.3f,\"ratio_max\":%.3f,"
           "\"cpu_us\":%.4g,\"cpu_limit_us\":%.4g,\"cpu_ratio\":%.3f}\n",
           name, rate ? "changes/s" : "us", median, ours[0], ours[n - 1], limit, ratio, ratios[0], ratios[n - 1], median_of(figure->cpu, n) * 1e6, median_of(figure->bare_cpu, n) * 1e6,
           median_of(cpu_ratios, n));
    fflush(stdout);
}

static void load_texts(struct bench *bench)
{
    const struct data_file *file = data_find("practice_texts.txt");
    for (size_t at = 0; at < file->len && bench->n_texts < 4096;) {
        const char *end = memchr(file->text + at, '\n', file->len - at);
        size_t len = end == NULL ? file->len - at : (size_t)(end - file->text) - at;
        bench->texts[bench->n_texts] = file->text + at;
        bench->text_lens[bench->n_texts++] = len;
        at += len + 1;
    }
}

/* Record n: the same values for us and for the bare table. Texts borrowed. */
static size_t fill(struct bench *bench, uint64_t n, struct value values[FIELD_MAX_COUNT], char phone[16])
{
    static const char *const NAMES[] = {"张文芳", "王建国", "赵秀兰", "陈志强", "刘敏", "阿依古丽·买买提"};
    memset(values, 0, sizeof(struct value) * FIELD_MAX_COUNT);
    snprintf(phone, 16, "139%08llu", (unsigned long long)(n * 7919 % 100000000));
#define SET(field, v) values[catalogue_field_index(bench->type, catalogue_field(bench->type, field))] = (v)
    SET("date", value_int(20454 + (int64_t)(n / 300)));
    SET("name", value_string(NAMES[n % 6]));
    SET("sex", value_string(n % 2 ? "1" : "2"));
    SET("phone", value_string(phone));
    SET("town", value_string("320117001"));
    SET("village", value_string("320117001001"));
    SET("category", value_string("21"));
    size_t t = n % bench->n_texts, u = (n * 31 + 7) % bench->n_texts;
    SET("content", value_text(bench->texts[t], bench->text_lens[t]));
    SET("answer", value_text(bench->texts[u], bench->text_lens[u]));
    SET("handling", value_string("1"));
    SET("channel", value_string("1"));
    SET("persons", value_int(1));
    SET("matters", value_int(1));
    SET("station", value_string("永阳街道法律援助工作站"));
    SET("worker", value_string("刘敏"));
#undef SET
    return bench->type->n_fields;
}

/* ---- the two stores of a round ---- */

static void open_side(struct bench *bench, struct side *side, const char *name, const struct machine *machine, bool bulk)
{
    struct errmsg err;
    char path[600], command[640];
    snprintf(path, sizeof path, "%s/%s.store", bench->folder, name);
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    if (system(command) != 0)
        exit(1);
    *side = (struct side){.store = NULL};
    must(store_open(&side->store, path, STORE_CREATE, &err), &err, "open");
    if (bulk)
        store_tune_bulk(side->store);
    must(store_begin(side->store, "bench", &err), &err, "begin");
    must(machine_create(side->store, machine, &err), &err, "machine");
    must(store_commit(side->store, &err), &err, "commit");
}

/* Another table like the type's own, with every index that schema.c gives that. */
static void make_bare_table(struct bench *bench)
{
    struct errmsg err;
    struct buf sql;
    struct store *store = bench->bare.store;
    buf_init(&sql, 16384);
    schema_type_table(bench->type, "bare", &sql);
    must(store_exec(store, buf_cstr(&sql), &err), &err, "bare table");
    for (size_t i = 0; i < bench->type->n_fields; i++) {
        const struct field_def *field = &bench->type->fields[i];
        if (!(field->flags & FIELD_INDEX))
            continue;
        buf_clear(&sql);
        buf_printf(&sql, "CREATE INDEX bare_%s ON bare(\"%s\")", field->name, field->name);
        must(store_exec(store, buf_cstr(&sql), &err), &err, "bare index");
    }
    must(store_exec(store, "CREATE INDEX bare_present ON bare(scope,gone) WHERE gone=0", &err), &err, "bare index");
    for (size_t i = 0; i < catalogue_worklists(); i++) {
        const struct worklist *list = catalogue_worklist(i);
        if (strcmp(list->type, bench->type->name) != 0)
            continue;
        buf_clear(&sql);
        buf_printf(&sql, "CREATE INDEX bare_%s ON bare(%s) WHERE %s", list->name, list->column, list->where);
        must(store_exec(store, buf_cstr(&sql), &err), &err, "bare index");
    }
    buf_release(&sql);
    const char *insert = schema_insert(store, bench->type), *rest = strchr(insert, '(');
    free(bench->bare_sql);
    bench->bare_sql = malloc(strlen(rest) + 64);
    if (bench->bare_sql == NULL)
        exit(1);
    sprintf(bench->bare_sql, "INSERT INTO bare%s", rest);
}

static void open_both(struct bench *bench, bool center, bool bulk)
{
    struct machine machine = {.center = center, .station_no = center ? 0 : 1, .org = center ? 1 : 2, .name = "bench", .area = "320117"};
    open_side(bench, &bench->bare, "bare", &machine, bulk);
    open_side(bench, &bench->ours, "bench", &machine, bulk);
    make_bare_table(bench);
}

static void close_both(struct bench *bench, uint64_t count, struct figure *figure)
{
    int i = figure->n++;
    figure->wall[i] = bench->ours.wall_s / (double)count;
    figure->bare_wall[i] = bench->bare.wall_s / (double)count;
    figure->cpu[i] = bench->ours.cpu_s / (double)count;
    figure->bare_cpu[i] = bench->bare.cpu_s / (double)count;
    store_close(bench->ours.store);
    store_close(bench->bare.store);
}

/* ---- the bare side ---- */

static void insert_bare(struct bench *bench, const struct row *row, uint64_t n)
{
    struct errmsg err;
    struct stmt *stmt = store_prepare(bench->bare.store, bench->bare_sql);
    stmt_id(stmt, ROW_ID, id_make(bench->random));
    stmt_int(stmt, ROW_SCOPE, 2);
    stmt_int(stmt, ROW_HEAD, (int64_t)n);
    stmt_int(stmt, ROW_W_LOG, 1);
    stmt_int(stmt, ROW_W_SEQ, (int64_t)n);
    stmt_null(stmt, ROW_CELLS);
    stmt_int(stmt, ROW_GONE, 0);
    stmt_null(stmt, ROW_EXTRA);
    for (size_t i = 0; i < bench->type->n_fields; i++)
        stmt_value(stmt, ROW_FIELDS + (int)i, row->values[i]);
    must(stmt_run(stmt, &err), &err, "bare insert");
}

/* count rows from first on, as many as batch a transaction. */
static void run_bare(struct bench *bench, uint64_t first, uint64_t count, uint64_t batch)
{
    struct errmsg err;
    for (uint64_t i = 0; i < count; i++)
        fill(bench, first + i, bench->rows[i].values, bench->rows[i].phone);
    start(&bench->bare);
    for (uint64_t i = 0; i < count; i++) {
        if (i % batch == 0)
            must(store_begin(bench->bare.store, "bare", &err), &err, "begin");
        insert_bare(bench, &bench->rows[i], first + i);
        if ((i + 1) % batch == 0 || i + 1 == count)
            must(store_commit(bench->bare.store, &err), &err, "commit");
    }
    stop(&bench->bare);
}

/* ---- saving ---- */

static void run_saves(struct bench *bench, const struct actor *actor, uint64_t first, uint64_t count)
{
    struct errmsg err;
    struct record records[SAVES_A_TURN];
    for (uint64_t i = 0; i < count; i++) {
        struct row row;
        size_t fields = fill(bench, first + i, row.values, row.phone);
        record_init(&records[i], bench->type);
        records[i].scope = actor->org;
        for (size_t k = 0; k < fields; k++)
            must(record_set(&records[i], &bench->type->fields[k], row.values[k]), NULL, "set");
    }
    start(&bench->ours);
    for (uint64_t i = 0; i < count; i++)
        must(records_save(bench->ours.store, actor, bench->codes, bench->random, &records[i], &err), &err, "save");
    stop(&bench->ours);
    for (uint64_t i = 0; i < count; i++)
        record_release(&records[i]);
}

static void bench_save(struct bench *bench, const char *name, bool center)
{
    struct figure figure = {.n = 0};
    struct machine machine;
    struct errmsg err;
    if (bench->figure != NULL && strcmp(bench->figure, name) != 0)
        return;
    while (figure.n < bench->rounds) {
        open_both(bench, center, false);
        must(machine_load(bench->ours.store, &machine, &err), &err, "machine");
        struct actor actor = machine_owner(&machine, "bench", INT64_C(1767225600000));
        for (uint64_t first = 0; first < bench->saves; first += SAVES_A_TURN) {
            uint64_t count = bench->saves - first < SAVES_A_TURN ? bench->saves - first : SAVES_A_TURN;
            run_bare(bench, first, count, 1);
            run_saves(bench, &actor, first, count);
        }
        close_both(bench, bench->saves, &figure);
    }
    print_figure(name, false, &figure);
}

/* ---- taking in ---- */

/* Pushed entries of count changes of one log, from seq first on. */
static void make_entries(struct bench *bench, uint64_t first, uint64_t count, int64_t scope, struct buf *out)
{
    struct buf header, body;
    buf_init(&header, 1024);
    buf_init(&body, 65536);
    for (uint64_t seq = first; seq < first + count; seq++) {
        struct value values[FIELD_MAX_COUNT];
        char phone[16];
        size_t fields = fill(bench, seq, values, phone), set = 0;
        for (size_t i = 0; i < fields; i++)
            set += values[i].kind != VALUE_NULL;
        buf_clear(&body);
        cbor_put_map(&body, set);
        for (uint64_t no = 1; no < 100; no++) {
            const struct field_def *field = catalogue_field_by_no(bench->type, no);
            if (field == NULL || values[catalogue_field_index(bench->type, field)].kind == VALUE_NULL)
                continue;
            cbor_put_uint(&body, no);
            value_encode(values[catalogue_field_index(bench->type, field)], &body);
        }
        struct change change = {.seq = seq, .at_ms = 1767225600000, .user = "刘敏", .type_no = bench->type->no, .id = id_make(bench->random), .op = CHANGE_PUT,
                                .schema = 1, .scope = scope, .body_hash = hash_of(body.data, body.len)};
        buf_clear(&header);
        change_encode_header(&change, &header);
        cbor_put_array(out, 2);
        cbor_put_bytes(out, header.data, header.len - CHANGE_HASH_SUFFIX_BYTES);
        cbor_put_bytes(out, body.data, body.len);
    }
    buf_release(&header);
    buf_release(&body);
}

/* count changes of one station, one transaction. */
static void ingest(struct bench *bench, const struct peer *peer, uint64_t first, const struct buf *entries, uint64_t count)
{
    struct errmsg err;
    struct log_id log = {.station = peer->station_no, .incarnation = {1}};
    struct replica_result result;
    must(replica_ingest(bench->ours.store, peer, &log, first, entries->data, entries->len, count, 0, &result, &err), &err, "ingest");
    if (result.taken == count && result.quarantined == 0)
        return;
    fprintf(stderr, "ingest took %llu, quarantined %llu\n", (unsigned long long)result.taken, (unsigned long long)result.quarantined);
    exit(1);
}

static void bench_ingest_one(struct bench *bench, const char *name, uint64_t batch)
{
    struct figure figure = {.n = 0};
    struct peer peer = {.station_no = 1, .org = 2};
    struct buf entries;
    struct errmsg err;
    if (bench->figure != NULL && strcmp(bench->figure, name) != 0)
        return;
    buf_init(&entries, 1 << 20);
    while (figure.n < bench->rounds) {
        open_both(bench, true, true);
        for (uint64_t first = 1; first <= bench->changes; first += batch) {
            buf_clear(&entries);
            make_entries(bench, first, batch, 2, &entries);
            run_bare(bench, first, batch, BATCH);
            start(&bench->ours);
            must(store_begin(bench->ours.store, "ingest", &err), &err, "begin");
            ingest(bench, &peer, first, &entries, batch);
            must(store_commit(bench->ours.store, &err), &err, "commit");
            stop(&bench->ours);
        }
        close_both(bench, (bench->changes + batch - 1) / batch * batch, &figure);
    }
    buf_release(&entries);
    print_figure(name, true, &figure);
}

static void bench_ingest_many(struct bench *bench, const char *name)
{
    struct figure figure = {.n = 0};
    struct buf entries[STATIONS_A_GROUP];
    struct errmsg err;
    if (bench->figure != NULL && strcmp(bench->figure, name) != 0)
        return;
    for (uint32_t i = 0; i < STATIONS_A_GROUP; i++)
        buf_init(&entries[i], 1 << 20);
    while (figure.n < bench->rounds) {
        open_both(bench, true, true);
        for (uint32_t station = 1; station <= bench->stations; station += STATIONS_A_GROUP) {
            for (uint32_t i = 0; i < STATIONS_A_GROUP; i++) {
                buf_clear(&entries[i]);
                make_entries(bench, 1, EACH, station + i + 1, &entries[i]);
            }
            run_bare(bench, (uint64_t)station * EACH, STATIONS_A_GROUP * EACH, STATIONS_A_GROUP * EACH);
            start(&bench->ours);
            must(store_begin(bench->ours.store, "ingest", &err), &err, "begin");
            for (uint32_t i = 0; i < STATIONS_A_GROUP; i++) {
                struct peer peer = {.station_no = station + i, .org = station + i + 1};
                ingest(bench, &peer, 1, &entries[i], EACH);
            }
            must(store_commit(bench->ours.store, &err), &err, "commit");
            stop(&bench->ours);
        }
        close_both(bench, bench->stations * EACH, &figure);
    }
    for (uint32_t i = 0; i < STATIONS_A_GROUP; i++)
        buf_release(&entries[i]);
    print_figure(name, true, &figure);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    bench.folder = argc > 1 ? argv[1] : ".";
    bench.rounds = argc > 2 ? atoi(argv[2]) : 5;
    bench.figure = argc > 3 && strcmp(argv[3], "all") != 0 ? argv[3] : NULL;
    uint64_t part = argc > 4 ? strtoull(argv[4], NULL, 10) : 1;
    if (part < 1)
        return 2;
    bench.saves = (SAVE_COUNT + part - 1) / part;
    bench.changes = (INGEST_COUNT + part - 1) / part;
    bench.stations = (STATIONS / part + STATIONS_A_GROUP - 1) / STATIONS_A_GROUP * STATIONS_A_GROUP;
    bench.stations = bench.stations == 0 ? STATIONS_A_GROUP : bench.stations;
    bench.seed = 7;
    if (bench.rounds < 1 || bench.rounds > ROUNDS_MAX || hash_start() != STATUS_OK)
        return 2;
    bench.random = random_seeded(&bench.seed);
    bench.type = catalogue_find("consultation");
    load_texts(&bench);
    if (code_book_new(&bench.codes, "320117") != STATUS_OK)
        return 1;
    bench_save(&bench, "save", true);
    bench_save(&bench, "save_station", false);
    bench_ingest_one(&bench, "ingest_1", CHUNK);
    bench_ingest_one(&bench, "ingest_1_batch_100", BATCH);
    bench_ingest_many(&bench, "ingest_n");
    code_book_free(bench.codes);
    free(bench.bare_sql);
    return 0;
}
