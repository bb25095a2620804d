/* tests/bench/bench_core.c - what saving and taking in cost, each beside a bare SQLite insert of the same rows in the same run.
 *
 *   bench_core FOLDER [ROUNDS [FIGURE [PART [SUSTAINED]]]]    prints one JSON line a figure: name, unit, median, min, max, ratio to its limit, wall and CPU time alike
 *                                                             (FIGURE: only that one, or all; PART: one of so many parts of the work, to see that everything runs; SUSTAINED: changes of ingest_sustained)
 *
 * save      one consultation with its change, one a transaction (FULL), at a center, against the same row inserted bare; save_station at a station; save_wal, save_station_wal: bytes of write-ahead log a save (over: more
 *           than the bare insert's), save_cpu, save_station_cpu: its processor time
 *           What a save writes beyond the bare insert, in pages of 4,120 bytes (frames of 500 saves, by the b-tree they belong to): change 1.22, change_log 1.09, page 1 for what grows 0.17, 10.1 kB at a station;
 *           at a center 10.2 kB, since what goes to which scope and the scopes' sums (core/record/delivery.h) are written once in 512 saves; for each save they were two pages more. Of the goal of 10 us of processor time the pages alone take 20: more than half of either side's time is the system writing pages when the log is
 *           synced. The other 65 at a station, by samples: inserting the change 9 and finding its log's head 9, checks of the record 9, counters of meta 8, values into the change and hashes 6, the rest in parts of 1 to 4.
 * ingest_1  100,000 changes from one station, a transaction a chunk as they come over the wire (CHUNK changes; in bulk a frame holds up to 256 KB), against bare inserts of the same rows in batches of 100 (FULL);
 *           ingest_1_batch_100 the same with 100 a transaction
 * ingest_n  70 changes from each of 1,000 stations, two of them a transaction, against bare inserts in batches of 140
 * ingest_sustained   SUSTAINED (1,000,000) changes from one station in chunks, _first and _last: the first tenth of them and the last, each beside bare inserts into a store as large; once, whatever ROUNDS
 * "Bare" is the type's own table and all its indexes under another name, without change log, guards and origins (bare_table.h). Both are timed without making the values, in turns of a few hundred rows in two stores, so
 * that what else the machine does meets both alike; of the round's times the ratio is taken, of the rounds' ratios the median. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/base/cbor.h"
#include "core/record/change.h"
#include "core/record/code_book.h"
#include "core/record/peer.h"
#include "core/record/records.h"
#include "core/record/replica.h"
#include "tests/bench/bare_table.h"
#include "tests/bench/measure.h"
#include "tests/bench/workload.h"

enum { ROUNDS_MAX = 9, SAVE_COUNT = 2000, SAVES_A_TURN = 100, INGEST_COUNT = 100000, STATIONS = 1000, EACH = 70, STATIONS_A_GROUP = 2, BATCH = 100, CHUNK = 400, ROWS_MAX = 400, SUSTAINED = 1000000, WINDOWS = 10, WAL_SAVES = 500 };

/* One of the two that are compared. */
struct side {
    struct store *store;
    double wall_s, cpu_s; /* spent between start() and stop() so far */
};

struct bench {
    const char *folder, *figure; /* figure: only this one; NULL: all */
    uint64_t saves, changes, stations, sustained;
    int rounds;
    struct code_book *codes;
    struct random_source random;
    uint64_t seed;
    struct workload workload;
    const struct record_type *type;
    struct workload_row rows[ROWS_MAX];
    struct bare_table table;
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

static void open_both(struct bench *bench, bool center, bool bulk)
{
    struct machine machine = {.center = center, .station_no = center ? 0 : 1, .org = center ? 1 : 2, .name = "bench", .area = "320117"};
    open_side(bench, &bench->bare, "bare", &machine, bulk);
    open_side(bench, &bench->ours, "bench", &machine, bulk);
    bare_table_make(bench->bare.store, bench->type, &bench->table);
}

static void close_stores(struct bench *bench)
{
    bare_table_release(&bench->table);
    store_close(bench->ours.store);
    store_close(bench->bare.store);
}

static void close_both(struct bench *bench, uint64_t count, struct figure *figure)
{
    int i = figure->n++;
    figure->wall[i] = bench->ours.wall_s / (double)count;
    figure->bare_wall[i] = bench->bare.wall_s / (double)count;
    figure->cpu[i] = bench->ours.cpu_s / (double)count;
    figure->bare_cpu[i] = bench->bare.cpu_s / (double)count;
    close_stores(bench);
}

/* ---- the bare side ---- */

/* count rows from first on, as many as batch a transaction. */
static void run_bare(struct bench *bench, uint64_t first, uint64_t count, uint64_t batch)
{
    struct errmsg err;
    for (uint64_t i = 0; i < count; i++)
        workload_fill(&bench->workload, first + i, &bench->rows[i]);
    start(&bench->bare);
    for (uint64_t i = 0; i < count; i++) {
        if (i % batch == 0)
            must(store_begin(bench->bare.store, "bare", &err), &err, "begin");
        bare_table_insert(bench->bare.store, &bench->table, id_make(bench->random), first + i, bench->rows[i].values);
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
        struct workload_row row;
        workload_fill(&bench->workload, first + i, &row);
        record_init(&records[i], bench->type);
        records[i].scope = actor->org;
        for (size_t k = 0; k < bench->type->n_fields; k++)
            must(record_set(&records[i], &bench->type->fields[k], row.values[k]), NULL, "set");
    }
    start(&bench->ours);
    for (uint64_t i = 0; i < count; i++)
        must(records_save(bench->ours.store, actor, bench->codes, bench->random, &records[i], &err), &err, "save");
    stop(&bench->ours);
    for (uint64_t i = 0; i < count; i++)
        record_release(&records[i]);
}

static double wal_bytes(const struct bench *bench, const char *name)
{
    char path[640];
    struct stat info;
    snprintf(path, sizeof path, "%s/%s.store/aidpost.db-wal", bench->folder, name);
    return stat(path, &info) == 0 ? (double)info.st_size : 0;
}

/* Both logs are emptied, and readers that stay keep them from being begun anew: their files grow by what is written. */
static void bench_save_wal(struct bench *bench, const char *name, const struct actor *actor)
{
    struct store *readers[2];
    struct errmsg err;
    for (int i = 0; i < 2; i++) {
        char path[600];
        must(store_empty_log(i == 0 ? bench->ours.store : bench->bare.store, &err), &err, "empty the log");
        snprintf(path, sizeof path, "%s/%s.store", bench->folder, i == 0 ? "bench" : "bare");
        must(store_open(&readers[i], path, STORE_READ_ONLY, &err), &err, "reader");
        must(store_begin_read(readers[i], &err), &err, "reader");
        (void)store_meta_int(readers[i], "org", 0); /* from here on it reads this state */
    }
    for (uint64_t first = bench->saves, end = bench->saves + WAL_SAVES; first < end; first += SAVES_A_TURN) {
        run_bare(bench, first, SAVES_A_TURN, 1);
        run_saves(bench, actor, first, SAVES_A_TURN);
    }
    double ours = wal_bytes(bench, "bench") / WAL_SAVES, bare = wal_bytes(bench, "bare") / WAL_SAVES;
    printf("{\"name\":\"%s_wal\",\"unit\":\"B\",\"median\":%.0f,\"limit\":%.0f,\"ratio\":%.3f,\"over\":%.0f}\n", name, ours, bare, ours / bare, ours - bare);
    for (int i = 0; i < 2; i++) {
        store_end_read(readers[i]);
        store_close(readers[i]);
    }
}

static void print_cpu(const char *name, const struct figure *figure)
{
    double ours[ROUNDS_MAX], bare[ROUNDS_MAX];
    memcpy(ours, figure->cpu, sizeof ours);
    memcpy(bare, figure->bare_cpu, sizeof bare);
    double us = median_of(ours, figure->n) * 1e6, limit = median_of(bare, figure->n) * 1e6;
    printf("{\"name\":\"%s_cpu\",\"unit\":\"us\",\"median\":%.4g,\"min\":%.4g,\"max\":%.4g,\"limit\":%.4g,\"ratio\":%.3f,\"over\":%.4g}\n", name, us, ours[0] * 1e6, ours[figure->n - 1] * 1e6, limit, us / limit,
           us - limit);
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
        if (figure.n == 0) {
            struct side ours = bench->ours, bare = bench->bare; /* not in the times */
            bench_save_wal(bench, name, &actor);
            bench->ours = ours, bench->bare = bare;
        }
        close_both(bench, bench->saves, &figure);
    }
    print_figure(name, false, &figure);
    print_cpu(name, &figure);
}

/* ---- taking in ---- */

/* Pushed entries of count changes of one log, from seq first on. */
static void make_entries(struct bench *bench, uint64_t first, uint64_t count, int64_t scope, struct buf *out)
{
    struct buf header, body;
    buf_init(&header, 1024);
    buf_init(&body, 65536);
    for (uint64_t seq = first; seq < first + count; seq++) {
        struct workload_row row;
        workload_fill(&bench->workload, seq, &row);
        buf_clear(&body);
        workload_body(bench->type, row.values, &body);
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

/* One tenth of the changes, both sides in turns; returns the next seq. */
static uint64_t run_window(struct bench *bench, uint64_t seq, uint64_t count, struct buf *entries)
{
    struct peer peer = {.station_no = 1, .org = 2};
    struct errmsg err;
    bench->ours.wall_s = bench->bare.wall_s = 0;
    for (uint64_t end = seq + count; seq < end; seq += CHUNK) {
        buf_clear(entries);
        make_entries(bench, seq, CHUNK, 2, entries);
        run_bare(bench, seq, CHUNK, BATCH);
        start(&bench->ours);
        must(store_begin(bench->ours.store, "ingest", &err), &err, "begin");
        ingest(bench, &peer, seq, entries, CHUNK);
        must(store_commit(bench->ours.store, &err), &err, "commit");
        stop(&bench->ours);
    }
    return seq;
}

/* Does it stay as quick as the store grows, and do bare inserts. */
static void bench_sustained(struct bench *bench)
{
    uint64_t window = (bench->sustained + WINDOWS - 1) / WINDOWS / CHUNK * CHUNK, seq = 1;
    struct buf entries;
    if (bench->figure != NULL && strcmp(bench->figure, "ingest_sustained") != 0)
        return;
    window = window == 0 ? CHUNK : window;
    buf_init(&entries, 1 << 20);
    open_both(bench, true, true);
    for (int i = 0; i < WINDOWS; i++) {
        seq = run_window(bench, seq, window, &entries);
        double ours = (double)window / bench->ours.wall_s, bare = (double)window / bench->bare.wall_s;
        fprintf(stderr, "ingest_sustained: %llu at %.0f a second, bare %.0f\n", (unsigned long long)seq - 1, ours, bare);
        if (i == 0 || i == WINDOWS - 1)
            printf("{\"name\":\"ingest_sustained_%s\",\"unit\":\"changes/s\",\"median\":%.0f,\"limit\":%.0f,\"ratio\":%.3f,\"n\":%llu}\n", i == 0 ? "first" : "last", ours, bare, ours / bare,
                   (unsigned long long)seq - 1);
    }
    close_stores(bench);
    buf_release(&entries);
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
    bench.sustained = ((argc > 5 ? strtoull(argv[5], NULL, 10) : SUSTAINED) + part - 1) / part;
    bench.seed = 7;
    if (bench.rounds < 1 || bench.rounds > ROUNDS_MAX || hash_start() != STATUS_OK)
        return 2;
    bench.random = random_seeded(&bench.seed);
    workload_open(&bench.workload);
    bench.type = bench.workload.type;
    if (code_book_new(&bench.codes, "320117") != STATUS_OK)
        return 1;
    bench_save(&bench, "save", true);
    bench_save(&bench, "save_station", false);
    bench_ingest_one(&bench, "ingest_1", CHUNK);
    bench_ingest_one(&bench, "ingest_1_batch_100", BATCH);
    bench_ingest_many(&bench, "ingest_n");
    bench_sustained(&bench);
    code_book_free(bench.codes);
    workload_close(&bench.workload);
    return 0;
}
