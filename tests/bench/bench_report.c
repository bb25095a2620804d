/* tests/bench/bench_report.c - what reports cost over ten years of a county, beside the ways to do without tallies, in the same run over the same rows.
 *
 *   bench_report FOLDER [ROUNDS [CONSULTATIONS CASES]]      prints one JSON line a figure: name, unit, median, min, max, ratio to its limit (10 ms for what a person waits for)
 *
 * The store: 850,000 consultations and 150,000 cases of nine offices, written into the type tables as they are (no change log: reports do not read it).
 * fold_anew        counting everything, a row; fold_100: 100 changed rows
 * report_open      opening a tally when nothing waits; report_open_100: when 100 changed rows do
 * report_monthly, report_form6, report_summary   the monthly form, form 6 of a half-year, the figures of a summary with those of the year before: from opening the tally to the last cell
 * report_odd_days  form 6 over days that cut half months
 * form6_scan       form 6's approved cases and their groups by one SQL query that reads every case; form6_by_date: by the index of the day of decision; form6_by_month: from a table of months
 * Fails unless all ways give the same figures and verify finds every cell right. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/day.h"
#include "core/record/code_book.h"
#include "core/record/recount.h"
#include "core/record/schema.h"
#include "core/report/ministry_form.h"
#include "tests/bench/measure.h"
#include "tests/bench/years.h"

enum { ROUNDS_MAX = 9, REPEATS = 10, CHANGED = 100 };

struct bench {
    struct store *store;
    struct actor actor;
    struct code_book *codes;
    struct form_book *forms;
    int rounds;
    struct years years;
    struct period half, month;
};

/* limit 0: none. */
static void print_figure(const char *name, const char *unit, double *values, int n, double limit)
{
    qsort(values, (size_t)n, sizeof values[0], compare_doubles);
    printf("{\"name\":\"%s\",\"unit\":\"%s\",\"median\":%.4g,\"min\":%.4g,\"max\":%.4g", name, unit, values[n / 2], values[0], values[n - 1]);
    if (limit > 0)
        printf(",\"limit\":%.4g,\"ratio\":%.3f", limit, values[n / 2] / limit);
    printf("}\n");
    fflush(stdout);
}

/* ---- the store ---- */

static void exec(struct bench *bench, const char *sql)
{
    struct errmsg err;
    must(store_exec(bench->store, sql, &err), &err, sql);
}

static void open_store(struct bench *bench, const char *folder)
{
    struct errmsg err;
    char path[600];
    snprintf(path, sizeof path, "rm -rf '%s/report.store'", folder);
    if (system(path) != 0)
        exit(1);
    snprintf(path, sizeof path, "%s/report.store", folder);
    must(store_open(&bench->store, path, STORE_CREATE, &err), &err, "open");
    struct machine machine = {.center = true, .org = 1, .name = "bench", .area = "320117"};
    must(store_begin(bench->store, "bench", &err), &err, "begin");
    must(machine_create(bench->store, &machine, &err), &err, "machine");
    must(store_commit(bench->store, &err), &err, "commit");
    bench->actor = machine_owner(&machine, "bench", INT64_C(1767225600000));
    bench->actor.acting = true;
}

/* years_put: the row as it is, without a change. */
static void insert(void *context, const struct years_row *row)
{
    struct bench *bench = context;
    struct errmsg err;
    struct stmt *stmt = store_prepare_lasting(bench->store, schema_insert(bench->store, row->type));
    stmt_id(stmt, ROW_ID, row->id);
    stmt_int(stmt, ROW_SCOPE, row->scope);
    stmt_int(stmt, ROW_HEAD, 1);
    stmt_int(stmt, ROW_W_LOG, 1);
    stmt_int(stmt, ROW_W_SEQ, 1);
    stmt_null(stmt, ROW_CELLS);
    stmt_int(stmt, ROW_GONE, 0);
    stmt_null(stmt, ROW_EXTRA);
    for (size_t i = 0; i < row->type->n_fields; i++)
        stmt_value(stmt, ROW_FIELDS + (int)i, row->values[i]);
    must(stmt_run(stmt, &err), &err, "insert");
}

static void fill(struct bench *bench, size_t consultations, size_t cases)
{
    struct errmsg err;
    must(store_begin(bench->store, "bench", &err), &err, "begin");
    years_fill(&bench->years, consultations, cases);
    must(store_commit(bench->store, &err), &err, "commit");
    store_checkpoint(bench->store);
}

/* ---- reports ---- */

static struct form_desk open_desk(struct bench *bench)
{
    struct errmsg err;
    struct form_desk desk = {.store = bench->store, .actor = &bench->actor, .codes = bench->codes, .book = bench->forms};
    must(tally_open(&desk.tally, bench->store, &bench->actor, bench->codes, &err), &err, "tally_open");
    return desk;
}

static double time_open(struct bench *bench)
{
    double start = now_ms();
    for (int i = 0; i < REPEATS; i++)
        tally_close(open_desk(bench).tally);
    return (now_ms() - start) / REPEATS;
}

static void compute(struct bench *bench, const char *form, const struct period *period, struct form_sheet *sheet)
{
    struct errmsg err;
    struct form_desk desk = open_desk(bench);
    must(form_compute(&desk, form_book_find(bench->forms, form), period, sheet, &err), &err, form);
    tally_close(desk.tally);
}

static double time_form(struct bench *bench, const char *form, const struct period *period)
{
    double start = now_ms();
    for (int i = 0; i < REPEATS; i++) {
        struct form_sheet sheet;
        compute(bench, form, period, &sheet);
        form_sheet_release(&sheet);
    }
    return (now_ms() - start) / REPEATS;
}

/* The counts of a summary: its cells are columns of forms 8, 9 and 11. */
static void sum_cells(struct form_desk *desk, const struct period *period)
{
    static const char *const CELLS[] = {
        "approved", "approved.civil", "approved.criminal", "approved.administrative", "persons", "approved.civil.group:women + approved.criminal.group:women", "approved.civil.group:old + approved.criminal.group:old",
        "approved.civil.group:migrant + approved.criminal.group:migrant", "approved.civil.group:minor + approved.criminal.group:minor", "approved.civil.group:disabled + approved.criminal.group:disabled",
        "approved.civil.group:soldier + approved.criminal.group:soldier", "recovered", "people", "ended", "open", "visitors",
    };
    for (size_t i = 0; i < sizeof CELLS / sizeof CELLS[0]; i++) {
        struct errmsg err;
        struct count_term terms[COUNT_TERMS_MAX];
        size_t n;
        int64_t sum;
        must(count_parse(CELLS[i], terms, &n, &err), &err, CELLS[i]);
        must(tally_sum(desk->tally, terms, n, period->from, period->to, TALLY_ORG_ALL, &sum, &err), &err, CELLS[i]);
    }
}

static double time_summary(struct bench *bench)
{
    struct errmsg err;
    struct period before;
    double start = now_ms();
    must(period_shift(&bench->half, -1, &before, &err), &err, "period");
    for (int i = 0; i < REPEATS; i++) {
        struct form_desk desk = open_desk(bench);
        sum_cells(&desk, &bench->half);
        sum_cells(&desk, &before);
        tally_close(desk.tally);
    }
    return (now_ms() - start) / REPEATS;
}

/* ---- without tallies ---- */

enum { GROUP_COLUMNS = 9 }; /* approved, women, disabled, peasants, migrants, old, minors, soldiers, minorities: form 6, columns 2 and 25-32 */
static const int FORM6_COLUMNS[GROUP_COLUMNS] = {2, 25, 26, 27, 28, 29, 30, 31, 32};

#define YMD(day) "CAST(strftime('%Y%m%d'," day "*86400,'unixepoch') AS INTEGER)"
#define AGE "(" YMD("received_on") "-" YMD("born") ")/10000"
#define HAS(code) "instr(','||coalesce(categories,'')||',','," code ",')>0"
#define GROUPS                                                                                                                                          \
    "count(*),sum(sex='2' AND " AGE ">=18),sum(" HAS("01") " OR " HAS("02") "),sum(" HAS("04") "),sum(" HAS("05") "),sum(" AGE ">=60),sum(" AGE "<18),"    \
    "sum(" HAS("06") " OR " HAS("07") "),sum(ethnic<>'01')"
#define APPROVED_CIVIL "gone=0 AND case_type='02' AND decision IN ('01','03') AND decided_on BETWEEN ?1 AND ?2"

static const char BY_SCAN[] = "SELECT " GROUPS " FROM \"case\" NOT INDEXED WHERE " APPROVED_CIVIL;
static const char BY_DATE[] = "SELECT " GROUPS " FROM \"case\" INDEXED BY case_decided_on WHERE " APPROVED_CIVIL;
static const char BY_MONTH[] = "SELECT sum(v1),sum(v2),sum(v3),sum(v4),sum(v5),sum(v6),sum(v7),sum(v8),sum(v9) FROM month_summary WHERE month BETWEEN ?1 AND ?2";

/* Months as numbers, 202601, by office. */
static void make_months(struct bench *bench)
{
    struct errmsg err;
    must(store_begin(bench->store, "bench", &err), &err, "begin");
    exec(bench, "CREATE TABLE month_summary(month INTEGER, org INTEGER, v1,v2,v3,v4,v5,v6,v7,v8,v9, PRIMARY KEY(month, org)) WITHOUT ROWID");
    exec(bench, "INSERT INTO month_summary SELECT " YMD("decided_on") "/100 AS month,scope," GROUPS " FROM \"case\" WHERE gone=0 AND case_type='02' AND decision IN ('01','03') AND decided_on IS NOT NULL GROUP BY 1,2");
    must(store_commit(bench->store, &err), &err, "commit");
}

static double time_sql(struct bench *bench, const char *sql, int64_t from, int64_t to, int64_t out[GROUP_COLUMNS])
{
    double start = now_ms();
    struct errmsg err;
    struct stmt *stmt = store_prepare(bench->store, sql);
    enum status status;
    stmt_int(stmt, 1, from);
    stmt_int(stmt, 2, to);
    if (stmt_row(stmt, &status, &err)) {
        for (int i = 0; i < GROUP_COLUMNS; i++)
            out[i] = stmt_column_int(stmt, i);
        stmt_reset(stmt);
    }
    must(status, &err, sql);
    return now_ms() - start;
}

static void check_equal(struct bench *bench, const char *name, const int64_t slow[GROUP_COLUMNS])
{
    struct form_sheet sheet;
    compute(bench, "form6", &bench->half, &sheet);
    const struct form_row *total = &sheet.rows[sheet.n_rows - 1];
    for (int i = 0; i < GROUP_COLUMNS; i++) {
        if (total->values[FORM6_COLUMNS[i] - 1] == slow[i] && slow[i] > 0)
            continue;
        fprintf(stderr, "%s: form 6 column %d is %" PRId64 ", not %" PRId64 "\n", name, FORM6_COLUMNS[i], total->values[FORM6_COLUMNS[i] - 1], slow[i]);
        exit(1);
    }
    form_sheet_release(&sheet);
}

static void bench_sql(struct bench *bench, const char *name, const char *sql, bool months)
{
    double times[ROUNDS_MAX];
    int64_t slow[GROUP_COLUMNS];
    int year, month, dom, last_year, last_month;
    day_to_ymd(bench->half.from, &year, &month, &dom);
    day_to_ymd(bench->half.to, &last_year, &last_month, &dom);
    for (int i = 0; i < bench->rounds; i++)
        times[i] = months ? time_sql(bench, sql, year * 100 + month, last_year * 100 + last_month, slow) : time_sql(bench, sql, bench->half.from, bench->half.to, slow);
    print_figure(name, "ms", times, bench->rounds, 0);
    check_equal(bench, name, slow);
}

/* ---- the whole ---- */

static void note_problem(void *context, const char *text)
{
    *(int *)context += 1;
    fprintf(stderr, "%s\n", text);
}

static void verify(struct bench *bench)
{
    struct errmsg err;
    int problems = 0;
    int64_t checked;
    double took = now_ms();
    must(tally_verify(bench->store, bench->codes, note_problem, &problems, &checked, &err), &err, "verify");
    took = (now_ms() - took) / 1e3;
    if (problems > 0 || checked == 0)
        exit(1);
    print_figure("report_verify", "s", &took, 1, 0);
}

static void change_some(struct bench *bench)
{
    struct errmsg err;
    must(store_begin(bench->store, "bench", &err), &err, "begin");
    for (int i = 0; i < CHANGED; i += 2) {
        char sql[256];
        snprintf(sql, sizeof sql, "UPDATE consultation SET persons=persons+1 WHERE n=%d; UPDATE \"case\" SET decision=CASE decision WHEN '01' THEN '02' ELSE '01' END WHERE n=%d", 1 + (int)random_below(bench->years.random, 100000),
                 1 + (int)random_below(bench->years.random, 10000));
        exec(bench, sql);
    }
    must(store_commit(bench->store, &err), &err, "commit");
}

static double time_fold(struct bench *bench)
{
    struct errmsg err;
    double start = now_ms();
    must(tally_fold(bench->store, bench->codes, &err), &err, "fold");
    return now_ms() - start;
}

static void bench_reports(struct bench *bench)
{
    struct errmsg err;
    double opens[ROUNDS_MAX], waits[ROUNDS_MAX], folds[ROUNDS_MAX], monthly[ROUNDS_MAX], form6[ROUNDS_MAX], summary[ROUNDS_MAX], odd[ROUNDS_MAX];
    struct year_start start = {1, 1};
    struct period cut;
    must(period_parse("2025-01-05..2025-06-13", start, &cut, &err), &err, "period");
    for (int i = 0; i < bench->rounds; i++) {
        opens[i] = time_open(bench);
        monthly[i] = time_form(bench, "monthly", &bench->month);
        form6[i] = time_form(bench, "form6", &bench->half);
        summary[i] = time_summary(bench);
        odd[i] = time_form(bench, "form6", &cut);
        change_some(bench);
        waits[i] = time_open(bench);
        folds[i] = time_fold(bench);
    }
    print_figure("fold_100", "ms", folds, bench->rounds, 0);
    print_figure("report_open", "ms", opens, bench->rounds, 1);
    print_figure("report_open_100", "ms", waits, bench->rounds, 10);
    print_figure("report_monthly", "ms", monthly, bench->rounds, 10);
    print_figure("report_form6", "ms", form6, bench->rounds, 10);
    print_figure("report_summary", "ms", summary, bench->rounds, 10);
    print_figure("report_odd_days", "ms", odd, bench->rounds, 0);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    bench.rounds = argc > 2 ? atoi(argv[2]) : 5;
    size_t consultations = argc > 3 ? strtoul(argv[3], NULL, 10) : 850000, cases = argc > 4 ? strtoul(argv[4], NULL, 10) : 150000;
    struct errmsg err;
    struct year_start start = {1, 1};
    if (bench.rounds < 1 || bench.rounds > ROUNDS_MAX || hash_start() != STATUS_OK)
        return 2;
    must(code_book_new(&bench.codes, "320117"), NULL, "codes");
    must(form_book_new(&bench.forms, &err), &err, "forms");
    must(period_parse("2025H1", start, &bench.half, &err), &err, "period");
    must(period_parse("2025-06", start, &bench.month, &err), &err, "period");
    years_open(&bench.years, bench.codes, insert, &bench);
    open_store(&bench, argc > 1 ? argv[1] : ".");
    fill(&bench, consultations, cases);
    double took = time_fold(&bench) * 1e3 / (double)(consultations + cases);
    print_figure("fold_anew", "us/row", &took, 1, 10);
    bench_reports(&bench);
    make_months(&bench);
    bench_sql(&bench, "form6_scan", BY_SCAN, false);
    bench_sql(&bench, "form6_by_date", BY_DATE, false);
    bench_sql(&bench, "form6_by_month", BY_MONTH, true);
    verify(&bench);
    store_close(bench.store);
    form_book_free(bench.forms);
    code_book_free(bench.codes);
    return 0;
}
