/* tests/bench/bench_find.c - finding one person among many by two characters of the name, as while typing it and in the search box, beside reading all names (LIKE) in the same store.
 *
 *   bench_find FOLDER [PERSONS]      (200,000) prints one JSON line a figure: name, unit, median, min, max, ratio to its limit
 *
 * Names are drawn as often as people bear them (surnames.tsv, given_names.tsv); a query is the last two characters of somebody's.
 * find_name        search_names: a page of twenty, no count; _p95: the 95th percentile, against a goal of 1 ms; ratio of find_name: to the median LIKE
 * find_person      search_find among persons: twenty hits and their number, up to SEARCH_COUNT_TYPING; _p95
 * find_index       what the search index takes on disk: names, initials, phones, document numbers and titles; a record
 * find_indexing    persons a second taken into the index */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/utf8.h"
#include "core/data/data.h"
#include "core/record/changelog.h"
#include "core/record/code_book.h"
#include "core/record/search.h"
#include "tests/bench/measure.h"
#include "tests/bench/workload.h"

enum { PERSONS = 200000, BATCH = 1000, QUERIES = 1000, SCANS = 20, PAGE = 20, TABLE_MAX = 8192, NAME_BYTES = 32, PAIR_BYTES = NAME_BYTES, BODY_BYTES = 4096 };
static const int64_t NOW_MS = INT64_C(1767225600000);

/* Words with how often each is borne. */
struct table {
    const char *words[TABLE_MAX];
    size_t lens[TABLE_MAX], n;
    uint64_t upto[TABLE_MAX];
};

struct bench {
    struct store *store;
    struct actor actor;
    struct code_book *codes;
    struct random_source random;
    uint64_t seed;
    struct table surnames, given;
    char pairs[QUERIES][PAIR_BYTES];
    double times[QUERIES];
    size_t hits;
};

/* limit 0: none. */
static void print_figure(const char *name, const char *unit, double value, double min, double max, double limit)
{
    printf("{\"name\":\"%s\",\"unit\":\"%s\",\"median\":%.4g,\"min\":%.4g,\"max\":%.4g", name, unit, value, min, max);
    if (limit > 0)
        printf(",\"limit\":%.4g,\"ratio\":%.4g", limit, value / limit);
    printf("}\n");
    fflush(stdout);
}

/* ---- people ---- */

static void load_table(const char *name, struct table *table)
{
    const struct data_file *file = data_find(name);
    uint64_t sum = 0;
    for (const char *at = file->text, *end = at + file->len; at < end && table->n < TABLE_MAX;) {
        size_t len = strcspn(at, "\t\n");
        if (len > 0 && at[0] != '#' && at[len] == '\t') {
            table->words[table->n] = at;
            table->lens[table->n] = len;
            table->upto[table->n++] = sum += strtoull(at + len + 1, NULL, 10) + 1;
        }
        at += strcspn(at, "\n") + 1;
    }
}

static void put_word(struct bench *bench, const struct table *table, char name[NAME_BYTES])
{
    uint64_t pick = random_below(bench->random, table->upto[table->n - 1]);
    size_t low = 0, high = table->n - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (table->upto[middle] > pick)
            high = middle;
        else
            low = middle + 1;
    }
    snprintf(name + strlen(name), NAME_BYTES - strlen(name), "%.*s", (int)table->lens[low], table->words[low]);
}

static void make_name(struct bench *bench, char name[NAME_BYTES])
{
    name[0] = '\0';
    put_word(bench, &bench->surnames, name);
    put_word(bench, &bench->given, name);
    if (random_below(bench->random, 4) > 0) /* most have two */
        put_word(bench, &bench->given, name);
}

static void add_person(struct bench *bench, uint64_t n, const char *name)
{
    const struct record_type *type = catalogue_find("person");
    struct change change = {.at_ms = NOW_MS, .user = "liumin", .type_no = type->no, .id = id_make(bench->random), .op = CHANGE_PUT, .scope = 2};
    struct value values[FIELD_MAX_COUNT] = {{0}};
    struct errmsg err;
    struct buf body;
    char phone[16];
    int64_t lsn;
    snprintf(phone, sizeof phone, "139%08llu", (unsigned long long)(n * 7919 % 100000000));
    values[catalogue_field_index(type, catalogue_field(type, "name"))] = value_string(name);
    values[catalogue_field_index(type, catalogue_field(type, "sex"))] = value_string(n % 2 ? "1" : "2");
    values[catalogue_field_index(type, catalogue_field(type, "phone"))] = value_string(phone);
    values[catalogue_field_index(type, catalogue_field(type, "town"))] = value_string("320117001");
    values[catalogue_field_index(type, catalogue_field(type, "address"))] = value_string("永阳街道金谷社区12号");
    buf_init(&body, BODY_BYTES);
    workload_body(type, values, &body);
    must(changelog_append_own(bench->store, true, &change, body.data, body.len, &lsn, &err), &err, "person");
    buf_release(&body);
}

/* The last two characters. */
static void take_pair(const char *name, char pair[PAIR_BYTES])
{
    size_t len = strlen(name), from = len, chars = 0;
    while (from > 0 && chars < 2)
        if (((unsigned char)name[--from] & 0xc0) != 0x80)
            chars++;
    snprintf(pair, PAIR_BYTES, "%s", name + from);
}

static void fill(struct bench *bench, uint64_t persons)
{
    struct errmsg err;
    for (uint64_t n = 0; n < persons; n++) {
        char name[NAME_BYTES];
        make_name(bench, name);
        if (n < QUERIES)
            take_pair(name, bench->pairs[n]);
        if (!store_in_transaction(bench->store))
            must(store_begin(bench->store, "bench", &err), &err, "begin");
        add_person(bench, n, name);
        if ((n + 1) % BATCH == 0 || n + 1 == persons)
            must(store_commit(bench->store, &err), &err, "commit");
    }
}

static void open_store(struct bench *bench, const char *folder)
{
    const struct machine machine = {.center = true, .org = 1, .name = "bench", .area = "320117", .incarnation = {1}};
    char path[600], command[640];
    struct errmsg err;
    snprintf(path, sizeof path, "%s/find.store", folder);
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    if (system(command) != 0)
        exit(1);
    must(store_open(&bench->store, path, STORE_CREATE, &err), &err, "open");
    must(store_begin(bench->store, "bench", &err), &err, "begin");
    must(machine_create(bench->store, &machine, &err), &err, "machine");
    must(store_commit(bench->store, &err), &err, "commit");
    bench->actor = machine_owner(&machine, "bench", NOW_MS);
    bench->actor.acting = true;
}

/* ---- finding ---- */

static double ask(struct bench *bench, const char *sql)
{
    struct stmt *stmt = store_prepare(bench->store, sql);
    struct errmsg err;
    enum status status;
    double number = 0;
    if (stmt_row(stmt, &status, &err)) {
        number = (double)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    must(status, &err, sql);
    return number;
}

static double pages_mb(struct bench *bench)
{
    return (ask(bench, "PRAGMA page_count") - ask(bench, "PRAGMA freelist_count")) * ask(bench, "PRAGMA page_size") / 1e6;
}

static bool count_hit(void *context, const struct search_hit *hit)
{
    (void)hit;
    ++*(size_t *)context;
    return true;
}

static void find_name(struct bench *bench, const char *pair)
{
    struct errmsg err;
    must(search_names(bench->store, &bench->actor, pair, catalogue_find("person"), PAGE, count_hit, &bench->hits, &err), &err, pair);
}

static void find_person(struct bench *bench, const char *pair)
{
    const struct search_query query = {.text = pair, .type = catalogue_find("person"), .limit = PAGE, .count_max = SEARCH_COUNT_TYPING};
    struct errmsg err;
    int64_t total;
    must(search_find(bench->store, &bench->actor, bench->codes, &query, count_hit, &bench->hits, &total, &err), &err, pair);
}

static void scan_names(struct bench *bench, const char *pair)
{
    struct stmt *stmt = store_prepare(bench->store, "SELECT count(*) FROM person WHERE gone=0 AND name LIKE '%'||?1||'%'");
    struct errmsg err;
    enum status status;
    stmt_string(stmt, 1, pair);
    if (stmt_row(stmt, &status, &err)) {
        bench->hits += (size_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    must(status, &err, "scan");
}

/* Every query found somebody: nobody is missed. */
static void time_queries(struct bench *bench, size_t n, void (*find)(struct bench *bench, const char *pair))
{
    find(bench, bench->pairs[0]); /* the first one prepares */
    for (size_t i = 0; i < n; i++) {
        double begun = now_ms();
        bench->hits = 0;
        find(bench, bench->pairs[i]);
        bench->times[i] = now_ms() - begun;
        if (bench->hits == 0)
            must(STATUS_NOT_FOUND, NULL, bench->pairs[i]);
    }
    qsort(bench->times, n, sizeof bench->times[0], compare_doubles);
}

static void print_queries(struct bench *bench, size_t n, const char *name, double limit_ms, double goal_ms)
{
    char tail[64];
    print_figure(name, "ms", bench->times[n / 2], bench->times[0], bench->times[n - 1], limit_ms);
    if (goal_ms == 0)
        return;
    snprintf(tail, sizeof tail, "%s_p95", name);
    print_figure(tail, "ms", bench->times[n * 95 / 100], bench->times[0], bench->times[n - 1], goal_ms);
}

int main(int argc, char **argv)
{
    static struct bench bench = {.seed = 5};
    uint64_t persons = argc > 2 ? strtoull(argv[2], NULL, 10) : PERSONS;
    size_t queries = persons < QUERIES ? (size_t)persons : QUERIES, scans = queries < SCANS ? queries : SCANS;
    struct errmsg err;
    if (argc < 2 || persons < 1 || hash_start() != STATUS_OK)
        return 2;
    bench.random = random_seeded(&bench.seed);
    must(code_book_new(&bench.codes, "320117"), NULL, "codes");
    load_table("surnames.tsv", &bench.surnames);
    load_table("given_names.tsv", &bench.given);
    open_store(&bench, argv[1]);
    fill(&bench, persons);
    double before = pages_mb(&bench), begun = now_ms();
    must(search_catch_up(bench.store, bench.codes, 0, NULL, &err), &err, "index");
    double took = now_ms() - begun, mb = pages_mb(&bench) - before;
    print_figure("find_indexing", "persons/s", (double)persons * 1e3 / took, (double)persons * 1e3 / took, (double)persons * 1e3 / took, 0);
    print_figure("find_index", "B/record", mb * 1e6 / (double)persons, mb * 1e6 / (double)persons, mb * 1e6 / (double)persons, 0);
    time_queries(&bench, scans, scan_names);
    double scan = bench.times[scans / 2];
    print_queries(&bench, scans, "find_by_reading_all", 0, 0);
    time_queries(&bench, queries, find_name);
    print_queries(&bench, queries, "find_name", scan, 1);
    time_queries(&bench, queries, find_person);
    print_queries(&bench, queries, "find_person", scan, 1);
    store_close(bench.store);
    code_book_free(bench.codes);
    return 0;
}
