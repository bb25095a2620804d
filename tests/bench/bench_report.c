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
#include "core/data/data.h"
#include "core/record/code_book.h"
#include "core/record/recount.h"
#include "core/record/schema.h"
#include "core/report/ministry_form.h"

enum { ROUNDS_MAX = 9, REPEATS = 10, ORGS = 9, HANDLERS = 40, CHANGED = 100, TEXTS_MAX = 4096, CAUSES_MAX = 512 };

struct bench {
    struct store *store;
    struct actor actor;
    struct code_book *codes;
    struct form_book *forms;
    struct random_source random;
    uint64_t seed;
    int rounds;
    const char *texts[TEXTS_MAX];
    size_t text_lens[TEXTS_MAX], n_texts;
    const char *causes[CAUSES_MAX];
    size_t n_causes;
    char handlers[HANDLERS][ID_TEXT_BYTES];
    int32_t first, days; /* of the ten years */
    struct period half, month;
};

static double now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
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

static uint64_t below(struct bench *bench, uint64_t n)
{
    return random_below(bench->random, n);
}

static void exec(struct bench *bench, const char *sql)
{
    struct errmsg err;
    must(store_exec(bench->store, sql, &err), &err, sql);
}

static void load_texts(struct bench *bench)
{
    const struct data_file *file = data_find("practice_texts.txt");
    for (size_t at = 0; at < file->len && bench->n_texts < TEXTS_MAX;) {
        const char *end = memchr(file->text + at, '\n', file->len - at);
        size_t len = end == NULL ? file->len - at : (size_t)(end - file->text) - at;
        bench->texts[bench->n_texts] = file->text + at;
        bench->text_lens[bench->n_texts++] = len;
        at += len + 1;
    }
    for (size_t i = 0; i < code_book_count(bench->codes, "cause") && bench->n_causes < CAUSES_MAX; i += 3)
        bench->causes[bench->n_causes++] = code_book_at(bench->codes, "cause", i)->code;
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

struct row {
    const struct record_type *type;
    struct value values[FIELD_MAX_COUNT];
};

static void set(struct row *row, const char *field, struct value value)
{
    row->values[catalogue_field_index(row->type, catalogue_field(row->type, field))] = value;
}

static struct value pick(struct bench *bench, const char *const *codes, size_t n)
{
    const char *code = codes[below(bench, n)];
    return code[0] == '\0' ? value_null() : value_string(code);
}
#define PICK(row, field, ...) set(row, field, pick(bench, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)))

static void insert(struct bench *bench, const struct row *row, struct id id, int64_t scope)
{
    struct errmsg err;
    struct stmt *stmt = store_prepare(bench->store, schema_insert(bench->store, row->type));
    stmt_id(stmt, ROW_ID, id);
    stmt_int(stmt, ROW_SCOPE, scope);
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

static void make_offices(struct bench *bench)
{
    static const char *const NAMES[ORGS] = {"县法律援助中心", "永阳站", "白马站", "东屏站", "柘塘站", "石湫站", "洪蓝站", "和凤站", "晶桥站"};
    for (int64_t n = 1; n <= ORGS; n++) {
        struct row org = {.type = catalogue_find("org")};
        set(&org, "number", value_int(n));
        set(&org, "name", value_string(NAMES[n - 1]));
        set(&org, "kind", value_string(n == 1 ? "center" : "station"));
        insert(bench, &org, id_make(bench->random), 0);
    }
    for (size_t i = 0; i < HANDLERS; i++) {
        struct row handler = {.type = catalogue_find("handler")};
        struct id id = id_make(bench->random);
        set(&handler, "name", value_string("李律师"));
        PICK(&handler, "kind", "01", "02", "02", "03", "04", "05");
        insert(bench, &handler, id, 0);
        id_format(id, bench->handlers[i]);
    }
}

static void put_person(struct bench *bench, struct row *row)
{
    PICK(row, "sex", "1", "2");
    PICK(row, "categories", "", "", "04", "05", "05", "01,05", "06", "10,16");
    PICK(row, "town", "320117001", "320117002", "320117003", "320117004", "320117101");
}

static void put_text(struct bench *bench, struct row *row, const char *field)
{
    size_t at = below(bench, bench->n_texts);
    set(row, field, value_text(bench->texts[at], bench->text_lens[at]));
}

/* Rows come in the order of their days, more or less; part of 1. */
static int64_t some_day(struct bench *bench, double part)
{
    int64_t day = (int64_t)(part * (bench->days - 40)) + (int64_t)below(bench, 30);
    return bench->first + day;
}

static void add_consultation(struct bench *bench, double part)
{
    struct row row = {.type = catalogue_find("consultation")};
    set(&row, "date", value_int(some_day(bench, part)));
    set(&row, "name", value_string("张文芳"));
    set(&row, "phone", value_string("13900000001"));
    put_person(bench, &row);
    PICK(&row, "category", "01", "02", "05", "08", "14", "21", "23");
    PICK(&row, "handling", "01", "01", "02", "03", "04");
    PICK(&row, "channel", "01", "01", "02", "05", "06");
    PICK(&row, "age_band", "", "1", "2", "2", "3");
    set(&row, "persons", value_int(1 + (int64_t)(below(bench, 8) == 0)));
    set(&row, "matters", value_int(1));
    put_text(bench, &row, "content");
    put_text(bench, &row, "answer");
    insert(bench, &row, id_make(bench->random), 1 + (int64_t)below(bench, ORGS));
}

static void put_ending(struct bench *bench, struct row *row, int64_t decided)
{
    int64_t ended = decided + 20 + (int64_t)below(bench, 200);
    if (ended >= bench->first + bench->days)
        return;
    bool stopped = below(bench, 30) == 0;
    set(row, stopped ? "terminated_on" : "closed_on", value_int(ended));
    if (stopped)
        return;
    PICK(row, "outcome", "01", "02", "03", "04", "04", "05", "06", "07", "08", "09");
    set(row, "recovered", value_int((int64_t)below(bench, 10000000)));
    if (below(bench, 4) == 0)
        set(row, "wages_recovered", value_int((int64_t)below(bench, 5000000)));
}

static void put_decision(struct bench *bench, struct row *row, int64_t received)
{
    int64_t decided = received + (int64_t)below(bench, 8);
    bool refused = below(bench, 15) == 0;
    set(row, "decision", value_string(refused ? "02" : "01"));
    set(row, "decided_on", value_int(decided));
    if (refused) {
        PICK(row, "refuse_reason", "01", "02", "03");
        return;
    }
    PICK(row, "aid_form", "05", "05", "06", "07", "08", "11");
    set(row, "handler_ref", value_string(bench->handlers[below(bench, HANDLERS)]));
    put_ending(bench, row, decided);
}

static void add_case(struct bench *bench, double part)
{
    struct row row = {.type = catalogue_find("case")};
    int64_t received = some_day(bench, part);
    uint64_t type = below(bench, 100);
    struct id id = id_make(bench->random);
    set(&row, "name", value_string("王建国"));
    set(&row, "phone", value_string("13900000001"));
    put_person(bench, &row);
    set(&row, "born", value_int(received - 5000 - (int64_t)below(bench, 25000)));
    PICK(&row, "ethnic", "01", "01", "01", "03", "10");
    set(&row, "case_type", value_string(type < 27 ? "01" : type < 97 ? "02" : "03"));
    PICK(&row, "matter", "M1", "M2", "M4", "M5", "M7");
    PICK(&row, "stage", "02", "03", "04", "04", "05");
    PICK(&row, "source", type < 27 ? "11" : "41", "41", "21");
    set(&row, "cause", value_string(bench->causes[below(bench, bench->n_causes)]));
    PICK(&row, "state", "S5", "S8", "S10");
    set(&row, "received_on", value_int(received));
    put_text(bench, &row, "narrative");
    if (below(bench, 50) != 0)
        put_decision(bench, &row, received);
    insert(bench, &row, id, 1 + (int64_t)below(bench, ORGS));
    if (below(bench, 50) != 0)
        return;
    struct row party = {.type = catalogue_find("party")};
    char ref[ID_TEXT_BYTES];
    id_format(id, ref);
    set(&party, "case_id", value_string(ref));
    set(&party, "role", value_string("04"));
    set(&party, "name", value_string("赵秀兰"));
    insert(bench, &party, id_make(bench->random), 1);
}

static void fill(struct bench *bench, size_t consultations, size_t cases)
{
    struct errmsg err;
    must(store_begin(bench->store, "bench", &err), &err, "begin");
    make_offices(bench);
    for (size_t i = 0; i < consultations; i++)
        add_consultation(bench, (double)i / (double)consultations);
    for (size_t i = 0; i < cases; i++)
        add_case(bench, (double)i / (double)cases);
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
        snprintf(sql, sizeof sql, "UPDATE consultation SET persons=persons+1 WHERE n=%d; UPDATE \"case\" SET decision=CASE decision WHEN '01' THEN '02' ELSE '01' END WHERE n=%d", 1 + (int)below(bench, 100000),
                 1 + (int)below(bench, 10000));
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
    struct bench bench = {.seed = 7, .rounds = argc > 2 ? atoi(argv[2]) : 5};
    size_t consultations = argc > 3 ? strtoul(argv[3], NULL, 10) : 850000, cases = argc > 4 ? strtoul(argv[4], NULL, 10) : 150000;
    struct errmsg err;
    struct year_start start = {1, 1};
    int32_t end;
    if (bench.rounds < 1 || bench.rounds > ROUNDS_MAX || hash_start() != STATUS_OK)
        return 2;
    bench.random = random_seeded(&bench.seed);
    must(code_book_new(&bench.codes, "320117"), NULL, "codes");
    must(form_book_new(&bench.forms, &err), &err, "forms");
    must(day_from_ymd(2016, 1, 1, &bench.first), NULL, "day");
    must(day_from_ymd(2026, 1, 1, &end), NULL, "day");
    bench.days = end - bench.first;
    must(period_parse("2025H1", start, &bench.half, &err), &err, "period");
    must(period_parse("2025-06", start, &bench.month, &err), &err, "period");
    load_texts(&bench);
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
