/* tests/bench/bench_upward.c - what a county that tells its hub (`aidpostd upward`) pays: gathering its changes, and counting its report figures, over ten years of a county written change by change.
 *
 *   bench_upward FOLDER [CONSULTATIONS CASES]      (85,000 15,000) prints one JSON line a figure: name, unit, median, min, max, ratio to its limit
 *
 * upward_gather         changes a second from the county's log into the upward store, beside the county writing the very same changes in the same run (its own log, rows and indexes)
 * upward_gather_turn    the longest the service's loop stands still for gathering in one turn
 * upward_figures        the first pass over all figures of ten years, until nothing is left to tell; upward_figures_turn: the longest turn of it
 * upward_figures_100    the pass after a hundred more consultations spread over the ten years, which counts every period again; _turn: its longest turn
 * A turn is what the service does between two looks at its line (sync/upward_verb.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/changelog.h"
#include "core/record/upward_gather.h"
#include "core/report/upward_cells.h"
#include "sync/upward_verb.h"
#include "tests/bench/measure.h"
#include "tests/bench/workload.h"
#include "tests/bench/years.h"

enum { BATCH = 1000, MORE = 100, ORG = 2, BODY_BYTES = 65536, TURN_LIMIT_MS = 100 };
static const int64_t NOW_MS = INT64_C(1767225600000); /* 2026-01-01 */

struct bench {
    const char *folder;
    struct store *center, *upward;
    struct code_book *codes;
    struct years years;
    struct buf body;
    uint64_t n, gathered; /* changes written; told */
    double write_ms;      /* what writing took, values not counted */
    double turn_ms, longest_ms, all_ms; /* when the turn began; of all of them */
};

/* limit 0: none. rate: more is better. */
static void print_figure(const char *name, const char *unit, double value, double limit)
{
    printf("{\"name\":\"%s\",\"unit\":\"%s\",\"median\":%.5g", name, unit, value);
    if (limit > 0)
        printf(",\"limit\":%.5g,\"ratio\":%.3f", limit, value / limit);
    printf("}\n");
    fflush(stdout);
}

/* ---- the county ---- */

static struct store *open_store(const struct bench *bench, const char *name, const struct machine *machine)
{
    struct errmsg err;
    struct store *store;
    char path[600], command[640];
    snprintf(path, sizeof path, "%s/%s.store", bench->folder, name);
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    if (system(command) != 0)
        exit(1);
    must(store_open(&store, path, STORE_CREATE, &err), &err, "open");
    must(store_begin(store, "bench", &err), &err, "begin");
    must(machine_create(store, machine, &err), &err, "machine");
    must(store_commit(store, &err), &err, "commit");
    return store;
}

/* years_put: as a change of the center's own. */
static void write_change(void *context, const struct years_row *row)
{
    struct bench *bench = context;
    struct change change = {.at_ms = NOW_MS, .user = "liumin", .type_no = row->type->no, .id = row->id, .op = CHANGE_PUT, .scope = row->scope};
    struct errmsg err;
    int64_t lsn;
    buf_clear(&bench->body);
    workload_body(row->type, row->values, &bench->body);
    double begun = now_ms();
    if (!store_in_transaction(bench->center))
        must(store_begin(bench->center, "bench", &err), &err, "begin");
    must(changelog_append_own(bench->center, true, &change, bench->body.data, bench->body.len, &lsn, &err), &err, "write");
    if (++bench->n % BATCH == 0)
        must(store_commit(bench->center, &err), &err, "commit");
    bench->write_ms += now_ms() - begun;
}

static void fill(struct bench *bench, size_t consultations, size_t cases)
{
    struct errmsg err;
    years_fill(&bench->years, consultations, cases);
    if (store_in_transaction(bench->center))
        must(store_commit(bench->center, &err), &err, "commit");
}

/* ---- turns ---- */

static void begin_turns(struct bench *bench)
{
    bench->longest_ms = bench->all_ms = 0;
}

static void end_turn(struct bench *bench)
{
    double took = now_ms() - bench->turn_ms;
    bench->all_ms += took;
    if (took > bench->longest_ms)
        bench->longest_ms = took;
}

static bool is_turn_over(void *context)
{
    const struct bench *bench = context;
    return now_ms() - bench->turn_ms >= UPWARD_TURN_MS;
}

static void gather(struct bench *bench)
{
    struct upward_gathered sum = {.more = true};
    struct errmsg err;
    begin_turns(bench);
    while (sum.more) {
        bench->turn_ms = now_ms();
        do
            must(upward_gather(bench->center, bench->upward, NOW_MS, &sum, &err), &err, "gather");
        while (sum.more && !is_turn_over(bench));
        end_turn(bench);
    }
    bench->gathered = sum.changes;
}

static void count(struct bench *bench)
{
    struct upward_cells_told told = {0};
    struct upward_cells_pass pass = {0};
    const struct upward_enough enough = {is_turn_over, bench};
    struct errmsg err;
    begin_turns(bench);
    do {
        bench->turn_ms = now_ms();
        must(upward_cells_step(bench->center, bench->upward, NOW_MS, &enough, &pass, &told, &err), &err, "figures");
        end_turn(bench);
    } while (pass.running);
    if (told.appended == 0)
        must(STATUS_NOT_FOUND, NULL, "no figures");
}

int main(int argc, char **argv)
{
    static struct bench bench;
    size_t consultations = argc > 3 ? strtoul(argv[2], NULL, 10) : 85000, cases = argc > 3 ? strtoul(argv[3], NULL, 10) : 15000;
    const struct machine county = {.center = true, .org = 1, .name = "bench", .area = "320117", .incarnation = {1}}, above = {.station_no = 1, .org = ORG, .name = "bench", .area = "320117", .incarnation = {2}};
    bench.folder = argc > 1 ? argv[1] : ".";
    if (consultations < 1 || cases < 1 || hash_start() != STATUS_OK)
        return 2;
    must(code_book_new(&bench.codes, "320117"), NULL, "codes");
    buf_init(&bench.body, BODY_BYTES);
    years_open(&bench.years, bench.codes, write_change, &bench);
    bench.center = open_store(&bench, "county", &county);
    bench.upward = open_store(&bench, "upward", &above);
    fill(&bench, consultations, cases);
    gather(&bench);
    print_figure("upward_gather", "changes/s", (double)bench.gathered * 1e3 / bench.all_ms, (double)bench.n * 1e3 / bench.write_ms);
    print_figure("upward_gather_turn", "ms", bench.longest_ms, TURN_LIMIT_MS);
    count(&bench);
    print_figure("upward_figures", "ms", bench.all_ms, 0);
    print_figure("upward_figures_turn", "ms", bench.longest_ms, TURN_LIMIT_MS);
    fill(&bench, MORE, 1);
    gather(&bench);
    count(&bench);
    print_figure("upward_figures_100", "ms", bench.all_ms, 0);
    print_figure("upward_figures_100_turn", "ms", bench.longest_ms, TURN_LIMIT_MS);
    store_close(bench.center);
    store_close(bench.upward);
    buf_release(&bench.body);
    code_book_free(bench.codes);
    return 0;
}
