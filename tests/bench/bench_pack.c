/* tests/bench/bench_pack.c - what changes weigh on the wire, by each way of packing, and what packing costs.
 *
 *   bench_pack [JSON_LINES]     prints one JSON object a figure: name, unit, median (bytes a change, or MB/s of entries)
 *
 * practice   a practice station's own log: consultations, persons, cases, events of every size, as its people would have written them
 * lines      each line of the file as one change: its id as the row's, its other values, in order, as fields 1.. of one type (numbers as numbers). Meant for a workload that others were measured with
 * In batches of so many bytes of entries, and in batches of 70 changes (a day's work) after the first thousand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/aid/practice.h"
#include "core/base/cbor.h"
#include "core/record/change.h"
#include "core/record/code_book.h"
#include "core/record/machine.h"
#include "core/record/replica.h"
#include "sync/packing.h"
#include "tests/bench/measure.h"

enum { PRACTICE_COUNT = 12000, BATCHES_MAX = 32768, LINE_MAX_BYTES = 16384, DAY = 70, DAYS_AFTER = 1000 };

struct batch {
    struct buf entries;
    uint64_t count;
};

struct workload {
    const char *name;
    struct batch batches[BATCHES_MAX];
    size_t n;
};

static double now_s(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void empty(struct workload *load)
{
    for (size_t i = 0; i < load->n; i++)
        buf_release(&load->batches[i].entries);
    load->n = 0;
}

static struct batch *add_batch(struct workload *load)
{
    struct batch *batch = &load->batches[load->n++];

    if (load->n == BATCHES_MAX)
        must(STATUS_TOO_LARGE, NULL, "batches");
    buf_init(&batch->entries, CHUNK_RAW_MAX_BYTES);
    batch->count = 0;
    return batch;
}

/* ---- a practice station ---- */

static struct store *practice_store(void)
{
    static uint64_t seed = 11;
    struct machine machine = {.org = 2, .station_no = 1, .practice = true, .name = "bench", .area = "320117", .incarnation = {1}};
    struct random_source random = random_seeded(&seed);
    struct practice *practice;
    struct practice_counts counts;
    struct code_book *codes;
    struct store *store;
    struct actor actor;
    struct errmsg err;

    must(store_open(&store, ":memory:", STORE_CREATE, &err), &err, "open");
    must(store_begin(store, "bench", &err), &err, "begin");
    must(machine_create(store, &machine, &err), &err, "machine");
    must(store_commit(store, &err), &err, "commit");
    must(machine_load(store, &machine, &err), &err, "machine");
    must(practice_new(&practice), NULL, "practice");
    must(code_book_new(&codes, "320117"), NULL, "codes");
    actor = machine_owner(&machine, "刘敏", INT64_C(1767225600000));
    must(practice_fill(practice, store, &actor, codes, random, &(struct practice_job){.area = "320117", .today = 20500, .days = 365, .count = PRACTICE_COUNT}, &counts, &err), &err,
         "practice");
    practice_free(practice);
    code_book_free(codes);
    return store;
}

static void read_practice(struct store *store, size_t max_bytes, struct workload *load)
{
    uint64_t after = 0;
    struct errmsg err;

    empty(load);
    for (;;) {
        struct replica_batch batch = {0};

        buf_init(&batch.entries, CHUNK_RAW_MAX_BYTES);
        must(replica_read_own(store, after, max_bytes, &batch, &err), &err, "read");
        if (batch.count == 0) {
            buf_release(&batch.entries);
            return;
        }
        add_batch(load)->count = batch.count;
        load->batches[load->n - 1].entries = batch.entries;
        after = batch.last;
    }
}

/* ---- lines ---- */

/* One value of a flat JSON object without escapes; false behind the last. */
static bool next_value(const char **at, const char **value, size_t *len, bool *number)
{
    const char *colon = strstr(*at, "\":"), *end;

    if (colon == NULL)
        return false;
    *number = colon[2] != '"';
    *value = colon + (*number ? 2 : 3);
    end = *value + strcspn(*value, *number ? ",}" : "\"");
    *len = (size_t)(end - *value);
    *at = end;
    return true;
}

static void put_line(const char *line, uint64_t seq, struct random_source random, struct buf *out)
{
    struct change change = {.seq = seq, .at_ms = INT64_C(1767225600000) + (int64_t)seq * 61234, .user = "刘敏", .type_no = 1, .id = id_make(random), .op = CHANGE_PUT, .schema = 1, .scope = 2};
    struct buf header, body, fields;
    const char *value;
    uint64_t n = 0;
    size_t len;
    bool number;

    buf_init(&header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    buf_init(&fields, CHANGE_BODY_MAX_BYTES);
    (void)next_value(&line, &value, &len, &number); /* the line's id stands in the header as the row's */
    while (next_value(&line, &value, &len, &number)) {
        cbor_put_uint(&fields, ++n);
        if (number)
            cbor_put_int(&fields, atoll(value));
        else
            cbor_put_text(&fields, value, len);
    }
    cbor_put_map(&body, n);
    buf_append(&body, fields.data, fields.len);
    change_encode_header(&change, &header);
    cbor_put_array(out, 2);
    cbor_put_bytes(out, header.data, header.len - CHANGE_HASH_SUFFIX_BYTES);
    cbor_put_bytes(out, body.data, body.len);
    buf_release(&header);
    buf_release(&body);
    buf_release(&fields);
}

static void read_lines(const char *path, size_t max_bytes, uint64_t max_count, uint64_t skip, struct workload *load)
{
    static char line[LINE_MAX_BYTES];
    uint64_t seed = 5, seq = 0;
    struct random_source random = random_seeded(&seed);
    struct batch *batch = NULL;
    FILE *file = fopen(path, "r");

    if (file == NULL)
        must(STATUS_IO, NULL, path);
    empty(load);
    while (fgets(line, sizeof line, file) != NULL && load->n < BATCHES_MAX / 2) {
        if (seq++ < skip)
            continue;
        if (batch == NULL || batch->entries.len >= max_bytes || batch->count >= max_count)
            batch = add_batch(load);
        put_line(line, seq, random, &batch->entries);
        batch->count++;
    }
    fclose(file);
}

/* ---- measuring ---- */

struct way {
    const char *name;
    struct packing_terms terms;
};

static const struct way ways[] = {
    {"rows", {1 << PACKING_ZSTD, 0}},
    {"rows_dictionary", {1 << PACKING_DICTIONARY, 1}},
    {"columns", {1 << PACKING_COLUMNS, 0}},
    {"columns_dictionary", {1 << PACKING_COLUMNS | 1 << PACKING_DICTIONARY, 1}},
};

static void print(const char *load, const char *size, const char *way, const char *what, const char *unit, double value)
{
    printf("{\"name\":\"pack_%s_%s_%s%s\",\"unit\":\"%s\",\"median\":%.1f}\n", load, size, way, what, unit, value);
}

static void measure(struct packer *packer, const struct workload *load, const char *size, const struct way *way)
{
    double packed = 0, raw = 0, count = 0, pack_s = 0, unpack_s = 0;
    struct buf out, back;

    buf_init(&out, FRAME_MAX_BYTES);
    buf_init(&back, CHUNK_RAW_MAX_BYTES);
    for (size_t i = 0; i < load->n; i++) {
        const struct batch *batch = &load->batches[i];
        uint64_t packing;
        double start = now_s();

        buf_clear(&out);
        buf_clear(&back);
        must(packer_pack(packer, batch->entries.data, batch->entries.len, way->terms, &out, &packing), NULL, "pack");
        pack_s += now_s() - start;
        start = now_s();
        must(packer_unpack(packer, packing, out.data, out.len, batch->entries.len, &back), NULL, "unpack");
        unpack_s += now_s() - start;
        if (back.len != batch->entries.len || memcmp(back.data, batch->entries.data, back.len) != 0)
            must(STATUS_CORRUPT, NULL, "not the same bytes");
        packed += (double)out.len;
        raw += (double)batch->entries.len;
        count += (double)batch->count;
    }
    print(load->name, size, way->name, "", "B/change", packed / count);
    if (strcmp(size, "day") == 0)
        print(load->name, size, way->name, "_batch", "B", packed / (double)load->n);
    print(load->name, size, way->name, "_pack", "MB/s", raw / pack_s / 1e6);
    print(load->name, size, way->name, "_unpack", "MB/s", raw / unpack_s / 1e6);
    buf_release(&out);
    buf_release(&back);
}

static void measure_all(struct packer *packer, const struct workload *load, const char *size)
{
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        measure(packer, load, size, &ways[i]);
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        size_t bytes;
    } sizes[] = {{"1", 1}, {"4k", 4096}, {"16k", 16384}, {"64k", 65536}, {"256k", 262144}, {"1m", 1048576}};
    static struct workload load;
    struct packer *packer;
    struct store *store;

    if (hash_start() != STATUS_OK)
        return 1;
    must(packer_new(&packer), NULL, "packer");
    store = practice_store();
    load.name = "practice";
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        read_practice(store, sizes[i].bytes, &load);
        measure_all(packer, &load, sizes[i].name);
    }
    store_close(store);
    load.name = "lines";
    for (size_t i = 0; argc > 1 && i < sizeof sizes / sizeof *sizes; i++) {
        read_lines(argv[1], sizes[i].bytes, UINT64_MAX, 0, &load);
        measure_all(packer, &load, sizes[i].name);
    }
    if (argc > 1) {
        read_lines(argv[1], SIZE_MAX, DAY, DAYS_AFTER, &load);
        measure_all(packer, &load, "day");
    }
    empty(&load);
    packer_free(packer);
    return 0;
}
