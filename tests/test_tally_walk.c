/* tests/test_tally_walk.c - figures kept by half months against counting every row, over random writes, folds and cuts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/county_codes.h"
#include "core/record/recount.h"
#include "core/report/tally_impl.h"
#include "tests/direct_count.h"
#include "tests/fixture.h"
#include "tests/tally_bed.h"

/* ---- the random walk ---- */

enum { CASE_IDS = 900, HANDLER_IDS = 12, GROUP_IDS = 90, STEPS = 4500 };

struct walk {
    struct store *store;
    struct random_source random;
    struct id cases[CASE_IDS], handlers[HANDLER_IDS], groups[GROUP_IDS];
    size_t n_cases, n_talks, n_parties, n_handlers, n_groups;
    const struct code_book *codes;
};

static uint64_t below(struct walk *walk, uint64_t n)
{
    return random_below(walk->random, n);
}

/* A text of SQL, valid until the sixteenth call after it. */
static const char *pick(struct walk *walk, const char *alternatives)
{
    static char texts[16][64];
    static size_t next;
    size_t n = 1;
    for (const char *c = alternatives; *c != '\0'; c++)
        n += *c == '|';
    for (uint64_t skip = below(walk, n); skip > 0; skip--)
        alternatives = strchr(alternatives, '|') + 1;
    char *text = texts[next++ % 16];
    snprintf(text, 64, alternatives[0] == '|' || alternatives[0] == '\0' ? "NULL" : "'%.*s'", (int)strcspn(alternatives, "|"), alternatives);
    return text;
}

static const char *ref_to(struct walk *walk, const struct id *ids, size_t n)
{
    static char texts[16][64];
    static size_t next;
    char *text = texts[next++ % 16], id[ID_TEXT_BYTES];
    id_format(ids[below(walk, n)], id);
    snprintf(text, 64, "'%s'", id);
    return text;
}

static int32_t some_day(struct walk *walk)
{
    return tally_bed_on(2024, 11, 1) + (int32_t)below(walk, 620);
}

/* A column of a case and a value for it. */
static void case_value(struct walk *walk, size_t column, struct buf *out)
{
    static const struct {
        const char *name, *alternatives;
    } COLUMNS[] = {
        {"sex", "1|2|"}, {"state", "S0|S1|S4|S5|S8"}, {"ethnic", "01|03|"}, {"categories", "05|01,05|06|10|"}, {"town", "320117001|320117002|320117003001|"}, {"case_type", "01|02|02|03|"},
        {"matter", "M1|M2|M5|"}, {"cause", "M4.1|X1|Z1|"}, {"stat_matter", "A1|A2|R3|C2|||"}, {"stage", "02|03|04|05|06|13|"}, {"legal_status", "11|12|13|14|"}, {"notice_ground", "01|02|05|"},
        {"source", "41|21|11|12|31|32|51|"}, {"exempt_32", "02|04|||"}, {"decision", "01|01|01|02|03|"}, {"refuse_reason", "01|02|03|"}, {"aid_form", "05|06|07|11|12|"},
        {"outcome", "01|02|03|04|05|06|07|08|09|10|11|12|"}, {"gone", "0|0|0|1"},
    };
    static const char *const DAYS[] = {"received_on", "decided_on", "closed_on", "terminated_on", "born"};
    enum { TEXTS = sizeof COLUMNS / sizeof COLUMNS[0], DAY_COLUMNS = 5 };
    if (column < TEXTS)
        buf_printf(out, "\"%s\"=%s", COLUMNS[column].name, pick(walk, COLUMNS[column].alternatives));
    else if (column < TEXTS + DAY_COLUMNS && below(walk, 5) == 0 && column > TEXTS)
        buf_printf(out, "\"%s\"=NULL", DAYS[column - TEXTS]);
    else if (column == TEXTS) /* few, so that some of a group come tally_bed_on one day */
        buf_printf(out, "received_on=%d", tally_bed_on(2024, 11, 1) + 31 * (int)below(walk, 20));
    else if (column < TEXTS + DAY_COLUMNS)
        buf_printf(out, "\"%s\"=%d", DAYS[column - TEXTS], column == TEXTS + 4 ? some_day(walk) - (int)below(walk, 30000) : some_day(walk));
    else if (column == TEXTS + DAY_COLUMNS)
        buf_printf(out, "handler_ref=%s", below(walk, 4) == 0 ? "NULL" : ref_to(walk, walk->handlers, HANDLER_IDS));
    else if (column == TEXTS + DAY_COLUMNS + 1)
        buf_printf(out, "case_group=%s", below(walk, 2) == 0 ? "NULL" : ref_to(walk, walk->groups, GROUP_IDS));
    else if (column == TEXTS + DAY_COLUMNS + 2)
        buf_printf(out, "recovered=%d,wages_recovered=%d", (int)below(walk, 100000), (int)below(walk, 50000));
    else
        buf_printf(out, "consultation=%s", pick(walk, "00112233445566778899aabbccddeeff||"));
}

enum { CASE_COLUMNS = 19 + 5 + 4 };

static void run_buf(struct walk *walk, struct buf *sql)
{
    must_do(store_exec(walk->store, buf_cstr(sql), &err));
    buf_clear(sql);
}

static void put_blob(struct id id, struct buf *sql)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    buf_printf(sql, "x'%s'", text);
}

static void insert_row(const char *type, struct id id, int64_t scope, struct buf *sql)
{
    buf_printf(sql, "INSERT INTO \"%s\"(id,scope,head,w_log,w_seq) VALUES(", type);
    put_blob(id, sql);
    buf_printf(sql, ",%lld,0,0,0);", (long long)scope);
}

static void write_case(struct walk *walk, struct buf *sql)
{
    bool fresh = walk->n_cases < CASE_IDS && below(walk, 3) == 0;
    if (fresh)
        insert_row("case", walk->cases[walk->n_cases++], 1 + (int64_t)below(walk, 4), sql);
    if (walk->n_cases == 0)
        return;
    size_t at = fresh ? walk->n_cases - 1 : below(walk, walk->n_cases), changes = fresh ? CASE_COLUMNS : 1 + below(walk, 3);
    size_t from = fresh ? 0 : below(walk, CASE_COLUMNS);
    buf_puts(sql, "UPDATE \"case\" SET head=1");
    for (size_t i = 0; i < changes; i++) {
        buf_puts(sql, ",");
        case_value(walk, (from + i) % CASE_COLUMNS, sql);
    }
    buf_puts(sql, " WHERE id=");
    put_blob(walk->cases[at], sql);
    run_buf(walk, sql);
}

static void write_talk(struct walk *walk, struct buf *sql)
{
    bool fresh = walk->n_talks == 0 || below(walk, 3) == 0;
    if (fresh) {
        insert_row("consultation", id_make(walk->random), 1 + (int64_t)below(walk, 4), sql);
        walk->n_talks++;
    }
    size_t n = fresh ? walk->n_talks : 1 + below(walk, walk->n_talks);
    buf_printf(sql, "UPDATE consultation SET date=%d,sex=%s,age_band=%s,town=%s,category=%s,handling=%s", some_day(walk), pick(walk, "1|2|"), pick(walk, "1|2|3|"),
               pick(walk, "320117001|320117002|"), pick(walk, "01|02|21|14|"), pick(walk, "01|02|03|"));
    buf_printf(sql, ",channel=%s,stat_topic=%s,categories=%s,persons=%d,matters=%s,gone=%s WHERE n=%zu", pick(walk, "01|02|06|"), pick(walk, "101|219|||"), pick(walk, "05|01||"),
               (int)below(walk, 5), pick(walk, "1|2|"), pick(walk, "0|0|0|1"), n);
    run_buf(walk, sql);
}

static void write_party(struct walk *walk, struct buf *sql)
{
    bool fresh = walk->n_parties == 0 || below(walk, 2) == 0;
    if (fresh) {
        insert_row("party", id_make(walk->random), 1, sql);
        walk->n_parties++;
    }
    buf_printf(sql, "UPDATE party SET case_id=%s,role=%s,id_no=%s,gone=%s WHERE n=%zu", ref_to(walk, walk->cases, CASE_IDS), pick(walk, "04|04|01"),
               pick(walk, "320124195001010026|110101201503070017|"), pick(walk, "0|0|0|1"), fresh ? walk->n_parties : 1 + (size_t)below(walk, walk->n_parties));
    run_buf(walk, sql);
}

/* Rows that cases may have named before they came. */
static void write_other(struct walk *walk, struct buf *sql)
{
    bool handler = below(walk, 2) == 0;
    size_t *n = handler ? &walk->n_handlers : &walk->n_groups, most = handler ? HANDLER_IDS : GROUP_IDS;
    if (*n < most && below(walk, 2) == 0) {
        insert_row(handler ? "handler" : "case_group", handler ? walk->handlers[*n] : walk->groups[*n], 0, sql);
        run_buf(walk, sql);
        (*n)++;
    }
    if (*n == 0)
        return;
    if (handler)
        buf_printf(sql, "UPDATE handler SET kind=%s,gone=%s WHERE n=%zu", pick(walk, "01|02|03|04|05|"), pick(walk, "0|0|1"), 1 + (size_t)below(walk, *n));
    else
        buf_printf(sql, "UPDATE case_group SET divisible=%s,gone=%s WHERE n=%zu", pick(walk, "0|1|"), pick(walk, "0|0|0|1"), 1 + (size_t)below(walk, *n));
    run_buf(walk, sql);
}

static void step(struct walk *walk)
{
    struct buf sql;
    buf_init(&sql, 8192);
    must_do(store_begin(walk->store, "walk", &err));
    uint64_t what = below(walk, 100);
    if (what < 55)
        write_case(walk, &sql);
    else if (what < 80)
        write_talk(walk, &sql);
    else if (what < 92)
        write_party(walk, &sql);
    else
        write_other(walk, &sql);
    must_do(store_commit(walk->store, &err));
    buf_release(&sql);
}

/* A small part at a time, so that the marks of the types stand apart. */
static void fold_some(struct walk *walk)
{
    struct count_rules *rules;
    must_do(count_rules_new(&rules, walk->codes, &err));
    must_do(store_begin(walk->store, "fold", &err));
    must_do(tally_fold_part(walk->store, walk->codes, rules, 1 + (int64_t)below(walk, 9), &err));
    must_do(store_commit(walk->store, &err));
    count_rules_free(rules);
}

/* Every figure of a period, against counting all rows. */
static void compare_period(struct tally *tally, const struct actor *actor, const struct direct_count *direct, int32_t from, int32_t to, int64_t org)
{
    static int64_t metrics[METRICS_MAX];
    size_t n = direct_count_metrics(direct, metrics, METRICS_MAX);
    assert_true(n < METRICS_MAX);
    for (size_t i = 0; i < n; i++) {
        struct count_term term = {metrics[i], 1};
        int64_t sum, right = direct_count_sum(direct, actor, &term, 1, from, to, org);
        must_do(tally_sum(tally, &term, 1, from, to, org, &sum, &err));
        if (sum != right) {
            char word[COUNT_WORD_BYTES];
            count_word(metrics[i], word);
            fail_msg("%s of %d..%d org %d: %lld, not %lld", word, from, to, (int)org, (long long)sum, (long long)right);
        }
    }
}

struct listed {
    int64_t sum, last;
    size_t n;
    const struct direct_count *direct;
    const struct actor *actor;
    struct count_term term;
    int32_t from, to;
    int64_t org, first_metric;
};

static bool take_org(void *context, int64_t org, int64_t sum)
{
    struct listed *listed = context;
    assert_true(listed->n++ == 0 || org > listed->last);
    assert_int_equal(sum, direct_count_sum(listed->direct, listed->actor, &listed->term, 1, listed->from, listed->to, org));
    listed->last = org;
    listed->sum += sum;
    return true;
}

static bool take_part(void *context, int64_t part, int64_t sum)
{
    struct listed *listed = context;
    struct count_term term = {listed->first_metric + part, 1};
    assert_true(listed->n++ == 0 || part > listed->last);
    assert_int_equal(sum, direct_count_sum(listed->direct, listed->actor, &term, 1, listed->from, listed->to, listed->org));
    listed->last = part;
    listed->sum += sum;
    return true;
}

static bool take_row(void *context, const struct tally_row *row)
{
    struct listed *listed = context;
    assert_true(row->amount != 0);
    assert_true(listed->n++ == 0 || row->day >= listed->last);
    listed->last = row->day;
    listed->sum += row->amount;
    return true;
}

static void compare_lists(struct walk *walk, struct tally *tally, const struct actor *actor, const struct direct_count *direct, int32_t from, int32_t to)
{
    static int64_t metrics[METRICS_MAX];
    size_t n = direct_count_metrics(direct, metrics, METRICS_MAX);
    for (size_t i = 0; i < 12 && n > 0; i++) {
        int64_t metric = metrics[below(walk, n)], base = metric >> 40 << 40, right = 0;
        struct listed listed = {.direct = direct, .actor = actor, .term = {metric, 1}, .from = from, .to = to, .org = TALLY_ORG_ALL, .first_metric = base};
        int64_t all = direct_count_sum(direct, actor, &listed.term, 1, from, to, TALLY_ORG_ALL);
        must_do(tally_by_org(tally, &listed.term, 1, from, to, take_org, &listed, &err));
        assert_int_equal(listed.sum, all);
        listed.sum = 0;
        listed.n = 0;
        must_do(tally_rows(tally, &listed.term, 1, from, to, TALLY_ORG_ALL, NULL, 0, take_row, &listed, &err));
        assert_int_equal(listed.sum, all);
        listed.sum = 0;
        listed.n = 0;
        must_do(tally_by_part(tally, count_measure_of(metric), (int)(metric >> 46 & 15), (enum count_dimension)(metric >> 40 & 63), from, to, TALLY_ORG_ALL, take_part, &listed, &err));
        for (size_t k = 0; k < n; k++)
            if (metrics[k] >> 40 << 40 == base)
                right += direct_count_sum(direct, actor, &(struct count_term){metrics[k], 1}, 1, from, to, TALLY_ORG_ALL);
        assert_int_equal(listed.sum, right);
    }
}

static void compare_all(struct walk *walk)
{
    struct node *center = &tally_bed_world.center;
    struct direct_count direct;
    struct actor one = {.org = 2, .role = ROLE_STATION};
    struct tally *tally;

    direct_count_load(&direct, walk->store, walk->codes);
    must_do(tally_open(&tally, walk->store, &center->actor, walk->codes, &err));
    compare_period(tally, &center->actor, &direct, DAY_MIN, DAY_MAX, TALLY_ORG_ALL);
    compare_period(tally, &center->actor, &direct, tally_bed_on(2025, 12, 1), tally_bed_on(2026, 5, 31), TALLY_ORG_ALL);
    compare_period(tally, &center->actor, &direct, tally_bed_on(2025, 12, 21), tally_bed_on(2026, 1, 20), 3);
    int32_t from = some_day(walk), to = from + (int32_t)below(walk, 200);
    compare_period(tally, &center->actor, &direct, from, to, TALLY_ORG_ALL);
    compare_lists(walk, tally, &center->actor, &direct, from, to);
    compare_period(tally, &center->actor, &direct, from, from + (int32_t)below(walk, 12), 1 + (int64_t)below(walk, 4));
    tally_close(tally);
    must_do(tally_open(&tally, walk->store, &one, walk->codes, &err));
    compare_period(tally, &one, &direct, tally_bed_on(2025, 1, 5), tally_bed_on(2026, 5, 31), TALLY_ORG_ALL);
    compare_period(tally, &one, &direct, tally_bed_on(2025, 1, 5), tally_bed_on(2026, 5, 31), 3);
    tally_close(tally);
    direct_count_release(&direct);
    tally_bed_verify_clean(center);
}

static void test_random_walk(void **state)
{
    static struct walk walk;
    uint64_t seed = 20261126;
    (void)state;
    memset(&walk, 0, sizeof walk);
    walk.store = tally_bed_world.center.store;
    walk.codes = tally_bed_world.codes;
    walk.random = random_seeded(&seed);
    for (size_t i = 0; i < CASE_IDS; i++)
        walk.cases[i] = id_make(walk.random);
    for (size_t i = 0; i < HANDLER_IDS; i++)
        walk.handlers[i] = id_make(walk.random);
    for (size_t i = 0; i < GROUP_IDS; i++)
        walk.groups[i] = id_make(walk.random);
    for (size_t i = 1; i <= STEPS; i++) {
        step(&walk);
        if (below(&walk, 60) == 0)
            fold_some(&walk);
        if (below(&walk, 250) == 0)
            must_do(tally_fold(walk.store, walk.codes, &err));
        if (i == STEPS / 2)
            must_do(code_book_put(tally_bed_world.codes, "cause", "M4.1", "改到别处", "M9", false));
        if (i % 150 == 0)
            compare_all(&walk);
    }
    assert_true(tally_bed_ask(walk.store, "SELECT count(*) FROM \"case\" WHERE gone=0") > 400);
    must_do(tally_fold(walk.store, walk.codes, &err));
    int64_t count = -1;
    must_do(recount_pending(walk.store, 100, &count, &err));
    assert_int_equal(count, 0);
    assert_true(tally_bed_ask(walk.store, "SELECT count(*) FROM tally") > 1000);
    compare_all(&walk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_random_walk, tally_bed_open_world, tally_bed_close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
