/* tests/test_published.c - figures that offices published, entered as records, come out of the reports as they were published.
 *
 * The figures are those of offices' own announcements (Shenzhen 2010, Qiaokou 2011, Putian 2012, Xining and Cangzhou first half of 2014, Changzhou 2018, Lishui 2023). Left out: a whole province's and the whole
 * country's, which are told in 10,000s only and are no sums of records. Cases, people and amounts are spread evenly over the period and the groups of people over the cases, so that they overlap as in life: what is
 * tested is that nothing is counted twice, left out or put in another column. Rows go in as an office would bring them: by import. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/record/import.h"
#include "tests/report_world.h"

enum { FILE_MAX_BYTES = 64 << 20, TYPES = 3, EXPECTED_MAX = 16, PERSONS_A_ROW = 5000, DISABLED = 0, MINORS, OLD, WOMEN, PEASANTS, MIGRANTS, POOR, GROUPS };

struct published {
    const char *name, *period;
    int32_t year;
    int64_t cases[TYPES]; /* criminal, civil, administrative */
    int64_t self_prosecuted;
    int64_t people;       /* 人次; 0: not told */
    int64_t groups[GROUPS];
    int64_t visits, calls; /* consultations, 人次 */
    int64_t recovered_fen;
    struct {
        const char *cell;
        int64_t value;
    } expected[EXPECTED_MAX];
};

#define WAN INT64_C(1000000) /* 10,000 yuan in fen */

static const struct published sets[] = {
    {"深圳市2010年", "2010", 2010, {2349, 15498, 46}, 0, 18028, {0}, 0, 86559, 0,
     {{"F8.1", 17893}, {"F6.2", 15498}, {"F5.1", 2349}, {"F7.2", 46}, {"F9.1", 18028}, {"F11.12", 86559}, {"F11.1", 86559}}},
    {"武汉市硚口区2011年", "2011", 2011, {118, 102, 0}, 1, 0, {80, 54, 7, 67, 20, 12, 42}, 2244, 1652, 365 * WAN,
     {{"F8.1", 220}, {"F5.1", 118}, {"F5.23", 1}, {"F6.2", 102}, {"F8.6", 80}, {"F8.10", 54}, {"F8.9", 7}, {"F8.5", 67}, {"F8.7", 20}, {"F8.8", 12}, {"F8.3", 365 * WAN}, {"F11.1", 3896}, {"F11.12", 1652}}},
    {"莆田市2012年", "2012", 2012, {0, 1503, 0}, 0, 1690, {169, 206, 197, 492, 0, 544, 0}, 5142, 0, 306446 * (WAN / 100),
     {{"F8.1", 1503}, {"F9.1", 1690}, {"F8.6", 169}, {"F8.9", 197}, {"F8.10", 206}, {"F8.5", 492}, {"F8.8", 544}, {"F11.1", 5142}, {"F8.3", 306446 * (WAN / 100)}}},
    {"西宁市2014年上半年", "2014H1", 2014, {0, 1835, 0}, 0, 2041, {84, 251, 31, 416, 965, 1070, 0}, 0, 0, 1301 * WAN,
     {{"F8.1", 1835}, {"F9.1", 2041}, {"F9.6", 84}, {"F9.10", 251}, {"F9.9", 31}, {"F9.5", 416}, {"F9.7", 965}, {"F9.8", 1070}, {"F8.3", 1301 * WAN}}},
    {"沧州市2014年上半年", "2014H1", 2014, {300, 1500, 22}, 0, 2098, {0, 232, 0, 0, 0, 0, 0}, 0, 0, 0, {{"F8.1", 1822}, {"F9.1", 2098}, {"F9.10", 232}}},
    {"常州市2018年", "2018", 2018, {1000, 4100, 74}, 0, 0, {0}, 0, 0, 0, {{"F8.1", 5174}}},
    {"南京市溧水区2023年", "2023", 2023, {150, 440, 10}, 0, 0, {0}, 2000, 0, 0, {{"F8.1", 600}, {"F11.1", 2000}}},
};

static struct report_world desk;

static int open_desk(void **state)
{
    (void)state;
    report_world_open(&desk, 0);
    return 0;
}

static int close_desk(void **state)
{
    (void)state;
    report_world_close(&desk);
    return 0;
}

/* ---- files ---- */

static void refused(void *context, uint64_t line, const char *field, const char *reason)
{
    (void)context;
    fail_msg("line %llu: %s: %s", (unsigned long long)line, field != NULL ? field : "-", reason);
}

static void import(const char *type, const struct buf *csv, int64_t rows)
{
    struct node *node = &desk.world.center;
    struct import_options options = {.type = catalogue_find(type), .format = TABLE_CSV, .refused = refused};
    struct import_result result;
    struct errmsg err = {{0}};
    if (record_is_prepared(options.type))
        options.prepare = record_prepare;
    assert_int_equal(import_table(node->store, &node->actor, node->codes, node->random, csv->data, csv->len, &options, &result, &err), STATUS_OK);
    assert_int_equal(result.added, rows);
}

/* The i-th of n days of the period. */
static void day_text(const struct period *period, int64_t i, int64_t n, char out[DAY_TEXT_BYTES])
{
    day_format(period->from + (int32_t)(i * (period->to - period->from + 1) / n), out);
}

static bool among(int64_t i, int64_t from, int64_t count, int64_t n)
{
    return (i - from % n + n) % n < count;
}

/* Minors, then old people, then the women among the grown; the other groups where they fall. */
static void case_line(const struct published *set, const struct period *period, int64_t i, int64_t n, struct buf *csv)
{
    int type = i < set->cases[0] ? 1 : i < set->cases[0] + set->cases[1] ? 2 : 3;
    bool minor = i < set->groups[MINORS], old = !minor && i < set->groups[MINORS] + set->groups[OLD];
    bool woman = i >= set->groups[MINORS] && i < set->groups[MINORS] + set->groups[WOMEN];
    char day[DAY_TEXT_BYTES], list[32] = "";
    const char *const codes[GROUPS] = {[DISABLED] = "01", [PEASANTS] = "04", [MIGRANTS] = "05", [POOR] = "16"};
    for (size_t g = 0; g < GROUPS; g++)
        if (codes[g] != NULL && among(i, (int64_t)g * 37, set->groups[g], n))
            snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", list[0] != '\0' ? "," : "", codes[g]);
    day_text(period, i, n, day);
    int64_t each = set->recovered_fen / n, money = i == 0 ? each + set->recovered_fen % n : each;
    buf_printf(csv, "受援人,%02d,%d,%d-01-01,\"%s\",%s,%s,S10,01,%s,%s,%s,%lld\n", type, woman ? 2 : 1, set->year - (minor ? 10 : old ? 70 : 40), list,
               type != 1 ? "41" : i < set->self_prosecuted ? "34" : "32", day, day, day, type == 1 ? "08" : "01", (long long)money);
}

static void put_cases(const struct published *set, const struct period *period, int64_t n)
{
    struct buf csv;
    buf_init(&csv, FILE_MAX_BYTES);
    buf_puts(&csv, "name,case_type,sex,born,categories,source,received_on,state,decision,decided_on,closed_on,outcome,recovered\n");
    for (int64_t i = 0; i < n; i++)
        case_line(set, period, i, n, &csv);
    import("case", &csv, n);
    buf_release(&csv);
}

struct parties {
    struct buf csv;
    int64_t left;
};

static bool one_party(void *context, const struct record *record, const struct list_key *key)
{
    struct parties *parties = context;
    char id[ID_TEXT_BYTES];
    (void)key;
    id_format(record->id, id);
    buf_printf(&parties->csv, "%s,04,共同申请人\n", id);
    return --parties->left > 0;
}

/* Who applied together with somebody else. */
static void put_people(int64_t more)
{
    struct parties parties = {.left = more};
    struct list_query query = {.type = catalogue_find("case"), .ascending = true};
    struct errmsg err = {{0}};
    if (more == 0)
        return;
    buf_init(&parties.csv, FILE_MAX_BYTES);
    buf_puts(&parties.csv, "case_id,role,name\n");
    assert_int_equal(records_list(desk.world.center.store, &desk.world.center.actor, &query, one_party, &parties, &err), STATUS_OK);
    assert_int_equal(parties.left, 0);
    import("party", &parties.csv, more);
    buf_release(&parties.csv);
}

static void put_consultations(const struct period *period, const char *channel, int64_t persons)
{
    struct buf csv;
    int64_t rows = (persons + PERSONS_A_ROW - 1) / PERSONS_A_ROW;
    if (persons == 0)
        return;
    buf_init(&csv, FILE_MAX_BYTES);
    buf_puts(&csv, "date,topic,channel,persons\n");
    for (int64_t i = 0; i < rows; i++) {
        char day[DAY_TEXT_BYTES];
        day_text(period, i, rows, day);
        buf_printf(&csv, "%s,咨询,%s,%lld\n", day, channel, (long long)(i + 1 < rows ? PERSONS_A_ROW : persons - i * PERSONS_A_ROW));
    }
    import("consultation", &csv, rows);
    buf_release(&csv);
}

/* ---- tests ---- */

static void as_published(const struct published *set)
{
    int64_t n = set->cases[0] + set->cases[1] + set->cases[2];
    desk.period = report_world_period(set->period);
    put_cases(set, &desk.period, n);
    put_people(set->people > n ? set->people - n : 0);
    put_consultations(&desk.period, "01", set->visits);
    put_consultations(&desk.period, "02", set->calls);
    for (size_t i = 0; i < EXPECTED_MAX && set->expected[i].cell != NULL; i++) {
        int64_t value = report_world_cell(&desk, set->expected[i].cell, 0);
        if (value != set->expected[i].value)
            fail_msg("%s %s: %lld, published %lld", set->name, set->expected[i].cell, (long long)value, (long long)set->expected[i].value);
    }
}

static void test_shenzhen_2010(void **state)
{
    (void)state;
    as_published(&sets[0]);
}

static void test_qiaokou_2011(void **state)
{
    (void)state;
    as_published(&sets[1]);
}

/* Published: 1503 cases, 19.1 % more than in the year before, of which no record is here: 1262 as it was reported then. */
static void test_putian_2012(void **state)
{
    struct year_on_year before;
    struct errmsg err = {{0}};
    struct buf words;
    (void)state;
    as_published(&sets[2]);
    node_make(&desk.world.center, "stat_baseline", "cell=F8.1", "period=2011", "amount=1262", "basis=2011年总结", NULL);
    report_world_count(&desk);
    assert_int_equal(year_on_year(&desk.desk, "form8", "F8.1", &desk.period, 0, 0, false, &before, &err), STATUS_OK);
    report_world_done(&desk);
    assert_true(before.has_reported);
    assert_int_equal(before.reported, 1262);
    buf_init(&words, 1000);
    year_on_year_words(1503, before.reported, true, "件", &words);
    assert_non_null(strstr(buf_cstr(&words), "241"));
    assert_non_null(strstr(buf_cstr(&words), "19.1"));
    buf_release(&words);
}

/* Published as shares of the 2041 recipients: migrant workers 52.4 %, peasants 47.3 %, women 20.4 %, minors 12.3 %, disabled 4.1 %, old people 1.5 %. */
static void test_xining_2014(void **state)
{
    static const struct {
        const char *cell;
        int64_t per_mille;
    } shares[] = {{"F9.8", 524}, {"F9.7", 473}, {"F9.5", 204}, {"F9.10", 123}, {"F9.6", 41}, {"F9.9", 15}};
    (void)state;
    as_published(&sets[3]);
    int64_t all = report_world_cell(&desk, "F9.1", 0);
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++)
        assert_int_equal((report_world_cell(&desk, shares[i].cell, 0) * 10000 / all + 5) / 10, shares[i].per_mille);
}

static void test_cangzhou_2014(void **state)
{
    (void)state;
    as_published(&sets[4]);
}

static void test_changzhou_2018(void **state)
{
    (void)state;
    as_published(&sets[5]);
}

/* Published: 8 stations, 118 contact points, close to 600 cases, some 2000 consultations. */
static void test_lishui_2023(void **state)
{
    struct buf csv;
    (void)state;
    buf_init(&csv, FILE_MAX_BYTES);
    buf_puts(&csv, "number,code,name,kind,host,opened_on\n");
    for (int i = 0; i < 8 + 118; i++)
        buf_printf(&csv, "%d,O%d,单位%d,%s,%s,2023-01-01\n", i + 2, i, i, i < 8 ? "station" : "point", i < 8 ? "01" : "13");
    import("org", &csv, 8 + 118);
    buf_release(&csv);
    as_published(&sets[6]);
    assert_int_equal(report_world_cell(&desk, "F12.1", 0), 8);
    assert_int_equal(report_world_cell(&desk, "F12.2", 0), 8);
    int64_t points = 0;
    struct errmsg err = {{0}};
    assert_int_equal(records_count_up_to(desk.world.center.store, &desk.world.center.actor, catalogue_find("org"), 1000, &points, &err), STATUS_OK);
    assert_int_equal(points, 8 + 118 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_shenzhen_2010, open_desk, close_desk), cmocka_unit_test_setup_teardown(test_qiaokou_2011, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_putian_2012, open_desk, close_desk),   cmocka_unit_test_setup_teardown(test_xining_2014, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_cangzhou_2014, open_desk, close_desk), cmocka_unit_test_setup_teardown(test_changzhou_2018, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_lishui_2023, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
