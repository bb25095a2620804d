/* tests/bench/bench_core.c - what saving and taking in cost, each beside a bare SQLite insert of the same rows in the same run.
 *
 *   bench_core FOLDER [ROUNDS]      prints one JSON line a figure: name, unit, median, min, max, ratio to its limit
 *
 * save      one consultation with its change, one a transaction (FULL), against the same row inserted bare
 * ingest_1  100,000 changes from one station, a transaction a chunk as they come over the wire (CHUNK changes, about 200 KB; in bulk a frame holds up
 *           to 256 KB), against bare inserts of the same rows in batches of 100 (FULL); ingest_1_batch_100 the same with 100 a transaction
 * ingest_n  70 changes from each of 1,000 stations, committed in groups of 100, against the same
 * "Bare" is the type's own table and its indexes under another name, without change log, guards and origins. */
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

enum { ROUNDS_MAX = 9, SAVE_COUNT = 2000, INGEST_COUNT = 100000, STATIONS = 1000, EACH = 70, BATCH = 100, CHUNK = 400 };

struct bench {
    const char *folder;
    struct store *store;
    struct code_book *codes;
    struct random_source random;
    uint64_t seed;
    const char *texts[4096];
    size_t text_lens[4096], n_texts;
    const struct record_type *type;
};

static double now_s(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
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

static void print_figure(const char *name, const char *unit, double *values, int n, double *limits)
{
    double ratios[ROUNDS_MAX];
    for (int i = 0; i < n; i++)
        ratios[i] = values[i] / limits[i];
    qsort(values, (size_t)n, sizeof values[0], compare_doubles);
    qsort(limits, (size_t)n, sizeof limits[0], compare_doubles);
    qsort(ratios, (size_t)n, sizeof ratios[0], compare_doubles);
    printf("{\"name\":\"%s\",\"unit\":\"%s\",\"median\":%.6g,\"min\":%.6g,\"max\":%.6g,\"limit\":%.6g,\"ratio\":%.3f,\"ratio_min\":%.3f,\"ratio_max\":%.3f}\n", name, unit,
           values[n / 2], values[0], values[n - 1], limits[n / 2], ratios[n / 2], ratios[0], ratios[n - 1]);
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

static void open_store(struct bench *bench, bool bulk)
{
    struct errmsg err;
    char command[600];
    snprintf(command, sizeof command, "rm -rf '%s'/bench.store", bench->folder);
    if (system(command) != 0)
        exit(1);
    snprintf(command, sizeof command, "%s/bench.store", bench->folder);
    must(store_open(&bench->store, command, STORE_CREATE, &err), &err, "open");
    if (bulk)
        store_tune_bulk(bench->store);
    struct machine machine = {.center = true, .org = 1, .name = "bench", .area = "320117"};
    must(store_begin(bench->store, "bench", &err), &err, "begin");
    must(machine_create(bench->store, &machine, &err), &err, "machine");
    must(store_commit(bench->store, &err), &err, "commit");
}

static void make_bare_table(struct bench *bench)
{
    struct errmsg err;
    struct buf sql;
    buf_init(&sql, 16384);
    schema_type_table(bench->type, "bare", &sql);
    must(store_exec(bench->store, buf_cstr(&sql), &err), &err, "bare table");
    for (size_t i = 0; i < bench->type->n_fields; i++) {
        const struct field_def *field = &bench->type->fields[i];
        if (!(field->flags & FIELD_INDEX))
            continue;
        buf_clear(&sql);
        buf_printf(&sql, "CREATE INDEX bare_%s ON bare(\"%s\")", field->name, field->name);
        must(store_exec(bench->store, buf_cstr(&sql), &err), &err, "bare index");
    }
    must(store_exec(bench->store, "CREATE INDEX bare_present ON bare(scope,gone) WHERE gone=0", &err), &err, "bare index");
    buf_release(&sql);
}

static void insert_bare(struct bench *bench, const char *sql, uint64_t n)
{
    struct errmsg err;
    struct value values[FIELD_MAX_COUNT];
    char phone[16];
    size_t fields = fill(bench, n, values, phone);
    struct stmt *stmt = store_prepare(bench->store, sql);
    stmt_id(stmt, ROW_ID, id_make(bench->random));
    stmt_int(stmt, ROW_SCOPE, 2);
    stmt_int(stmt, ROW_HEAD, (int64_t)n);
    stmt_int(stmt, ROW_W_LOG, 1);
    stmt_int(stmt, ROW_W_SEQ, (int64_t)n);
    stmt_null(stmt, ROW_CELLS);
    stmt_int(stmt, ROW_GONE, 0);
    stmt_null(stmt, ROW_EXTRA);
    for (size_t i = 0; i < fields; i++)
        stmt_value(stmt, ROW_FIELDS + (int)i, values[i]);
    must(stmt_run(stmt, &err), &err, "bare insert");
}

static char *bare_sql(struct bench *bench)
{
    const char *ours = schema_insert(bench->store, bench->type);
    const char *rest = strchr(ours, '(');
    char *sql = malloc(strlen(rest) + 64);
    sprintf(sql, "INSERT INTO bare%s", rest);
    return sql;
}

static double time_bare(struct bench *bench, uint64_t count, uint64_t batch)
{
    struct errmsg err;
    make_bare_table(bench);
    char *sql = bare_sql(bench);
    double start = now_s();
    for (uint64_t n = 0; n < count; n++) {
        if (n % batch == 0)
            must(store_begin(bench->store, "bare", &err), &err, "begin");
        insert_bare(bench, sql, n);
        if ((n + 1) % batch == 0 || n + 1 == count)
            must(store_commit(bench->store, &err), &err, "commit");
    }
    double took = now_s() - start;
    free(sql);
    return took;
}

static double time_save(struct bench *bench)
{
    struct errmsg err;
    struct machine machine;
    must(machine_load(bench->store, &machine, &err), &err, "machine");
    struct actor actor = machine_owner(&machine, "bench", INT64_C(1767225600000));
    double took = 0;
    for (uint64_t n = 0; n < SAVE_COUNT; n++) {
        struct record record;
        struct value values[FIELD_MAX_COUNT];
        char phone[16];
        size_t fields = fill(bench, n, values, phone);
        record_init(&record, bench->type);
        record.scope = 1;
        for (size_t i = 0; i < fields; i++)
            must(record_set(&record, &bench->type->fields[i], values[i]), NULL, "set");
        double start = now_s();
        must(records_save(bench->store, &actor, bench->codes, bench->random, &record, &err), &err, "save");
        took += now_s() - start;
        record_release(&record);
    }
    return took;
}

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

static double time_ingest_one(struct bench *bench, uint64_t batch)
{
    struct errmsg err;
    struct peer peer = {.station_no = 1, .org = 2};
    struct log_id log = {.station = 1, .incarnation = {1}};
    struct replica_result result;
    double took = 0;
    struct buf entries;
    buf_init(&entries, 1 << 20);
    for (uint64_t first = 1; first <= INGEST_COUNT; first += batch) {
        buf_clear(&entries);
        make_entries(bench, first, batch, 2, &entries);
        double start = now_s();
        must(store_begin(bench->store, "ingest", &err), &err, "begin");
        must(replica_ingest(bench->store, &peer, &log, first, entries.data, entries.len, batch, 0, &result, &err), &err, "ingest");
        must(store_commit(bench->store, &err), &err, "commit");
        took += now_s() - start;
        if (result.taken != batch || result.quarantined != 0) {
            fprintf(stderr, "ingest took %llu, quarantined %llu\n", (unsigned long long)result.taken, (unsigned long long)result.quarantined);
            exit(1);
        }
    }
    buf_release(&entries);
    return took;
}

static double time_ingest_many(struct bench *bench)
{
    struct errmsg err;
    struct replica_result result;
    double took = 0;
    struct buf entries;
    buf_init(&entries, 1 << 20);
    uint64_t in_group = 0;
    for (uint32_t station = 1; station <= STATIONS; station++) {
        struct peer peer = {.station_no = station, .org = station + 1};
        struct log_id log = {.station = station, .incarnation = {1}};
        buf_clear(&entries);
        make_entries(bench, 1, EACH, peer.org, &entries);
        double start = now_s();
        if (in_group == 0)
            must(store_begin(bench->store, "ingest", &err), &err, "begin");
        must(replica_ingest(bench->store, &peer, &log, 1, entries.data, entries.len, EACH, 0, &result, &err), &err, "ingest");
        in_group += EACH;
        if (in_group >= BATCH || station == STATIONS) {
            must(store_commit(bench->store, &err), &err, "commit");
            in_group = 0;
        }
        took += now_s() - start;
    }
    buf_release(&entries);
    return took;
}

static void bench_ingest_one(struct bench *bench, const char *name, int rounds, uint64_t batch)
{
    double ours[ROUNDS_MAX], bare[ROUNDS_MAX];
    for (int i = 0; i < rounds; i++) {
        open_store(bench, true);
        bare[i] = INGEST_COUNT / time_bare(bench, INGEST_COUNT, BATCH);
        store_close(bench->store);
        open_store(bench, true);
        ours[i] = INGEST_COUNT / time_ingest_one(bench, batch);
        store_close(bench->store);
    }
    print_figure(name, "changes/s", ours, rounds, bare);
}

int main(int argc, char **argv)
{
    struct bench bench = {.folder = argc > 1 ? argv[1] : ".", .seed = 7};
    int rounds = argc > 2 ? atoi(argv[2]) : 5;
    double ours[ROUNDS_MAX], bare[ROUNDS_MAX];
    if (rounds < 1 || rounds > ROUNDS_MAX || hash_start() != STATUS_OK)
        return 2;
    bench.random = random_seeded(&bench.seed);
    bench.type = catalogue_find("consultation");
    load_texts(&bench);
    if (code_book_new(&bench.codes, "320117") != STATUS_OK)
        return 1;
    for (int i = 0; i < rounds; i++) {
        open_store(&bench, false);
        bare[i] = time_bare(&bench, SAVE_COUNT, 1) / SAVE_COUNT * 1e6;
        store_close(bench.store);
        open_store(&bench, false);
        ours[i] = time_save(&bench) / SAVE_COUNT * 1e6;
        store_close(bench.store);
    }
    print_figure("save", "us", ours, rounds, bare);
    bench_ingest_one(&bench, "ingest_1", rounds, CHUNK);
    bench_ingest_one(&bench, "ingest_1_batch_100", rounds, BATCH);
    for (int i = 0; i < rounds; i++) {
        open_store(&bench, true);
        bare[i] = STATIONS * EACH / time_bare(&bench, STATIONS * EACH, BATCH);
        store_close(bench.store);
        open_store(&bench, true);
        ours[i] = STATIONS * EACH / time_ingest_many(&bench);
        store_close(bench.store);
    }
    print_figure("ingest_n", "changes/s", ours, rounds, bare);
    code_book_free(bench.codes);
    return 0;
}
