/* tests/test_assess.c - the yearly assessment: two handlers, their firm, a station and a volunteer, every sheet worked out by hand; the rows behind the figures; what is frozen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/quality/assess.h"
#include "tests/assess_bed.h"
#include "tests/command.h"
#include "tests/fixture.h"

/* 2027-01-20 10:00 in the office */
static const int64_t NOW_MS = INT64_C(1800410400000);

/* ---- sheets ---- */

static void check_sheet(const struct assess_sheet *sheet, const struct expected expected[], size_t n, int64_t total, const char *grade)
{
    int64_t sum = 0;
    assert_int_equal(sheet->n, n);
    for (size_t i = 0; i < n; i++) {
        const struct assess_item *item = &sheet->items[i];
        assert_string_equal(item->line.metric->code, expected[i].metric);
        if (item->value != expected[i].value || item->base != expected[i].base || item->points != expected[i].points)
            fail_msg("%s: %lld of %lld gives %lld: %s", expected[i].metric, (long long)item->value, (long long)item->base, (long long)item->points, item->reason);
        if (expected[i].reason != NULL)
            assert_string_equal(item->reason, expected[i].reason);
        sum += item->points;
    }
    assert_int_equal(sheet->total, total);
    assert_int_equal(sum, total);
    assert_string_equal(sheet->grade, grade);
}

/* Nobody gave an opinion: its 5 points are spread over the other 95. */
static void test_a_handler_with_much_to_explain(void **state)
{
    static const struct expected expected[] = {
        {"closed", 4, 0, 702, "办结案件 4 件，目标 12 件，20 × 4/12 × 100/95 = 7.02"},
        {"duty_days", 1, 0, 44, "值班 1 天，目标 24 天，10 × 1/24 × 100/95 = 0.44"},
        {"grade", 8750, 2, 1535, "案件质量平均 87.50 分(2 件)，目标 90 分，15 × 87.50/90 × 100/95 = 15.35"},
        {"signed_in_time", 5000, 4, 526, "按时签约率 50.00%(2/4 件)，目标 100%，10 × 50.00/100 × 100/95 = 5.26"},
        {"closed_in_time", 5000, 4, 526, NULL},
        {"returned", 2500, 4, 395, "退回补充率 25.00%(1/4 件)，容许 0%，5 × 75.00/100 × 100/95 = 3.95"},
        {"success", 6667, 3, 877, "采纳胜诉调解率 66.67%(2/3 件)，目标 80%，10 × 66.67/80 × 100/95 = 8.77"},
        {"satisfaction", 5000, 2, 831, NULL},
        {"organ", 0, 0, 0, "办案机关评价: 没有数据，不计；其余各项按 100/95 折算"},
        {"complaints", 1, 0, -1000, "投诉查实 1 件，每件 -10 分 = -10.00"},
        {"tokens", 5, 0, 300, "锦旗感谢信 5 件，每件 +1 分，最多 3 分 = 3.00"},
    };
    struct assess_sheet sheet;
    (void)state;
    assess_bed_compute("handler", "张律师", &sheet);
    check_sheet(&sheet, expected, sizeof expected / sizeof expected[0], 4736, "4");
    assert_false(sheet.items[8].measured);
}

static void test_a_handler_with_one_good_case(void **state)
{
    static const struct expected expected[] = {
        {"closed", 1, 0, 167, "办结案件 1 件，目标 12 件，20 × 1/12 = 1.67"},
        {"duty_days", 0, 0, 0, NULL},
        {"grade", 10000, 1, 1500, "案件质量平均 100.00 分(1 件)，目标 90 分，15 = 15.00"},
        {"signed_in_time", 10000, 1, 1000, NULL},
        {"closed_in_time", 10000, 1, 1000, NULL},
        {"returned", 0, 1, 500, "退回补充率 0.00%(0/1 件)，容许 0%，5 = 5.00"},
        {"success", 10000, 1, 1000, NULL},
        {"satisfaction", 10000, 1, 1500, NULL},
        {"organ", 3333, 6, 175, "办案机关评价 33.33%(2/6 项)，目标 95%，5 × 33.33/95 = 1.75"},
        {"complaints", 0, 0, 0, NULL},
        {"tokens", 0, 0, 0, NULL},
    };
    struct assess_sheet sheet;
    (void)state;
    assess_bed_compute("handler", "李律师", &sheet);
    check_sheet(&sheet, expected, sizeof expected / sizeof expected[0], 6842, "3");
}

static void test_a_firm_is_the_sum_of_its_handlers(void **state)
{
    static const struct expected expected[] = {
        {"closed", 5, 0, 208, NULL},         {"training", 1, 0, 50, NULL},         {"grade", 9167, 3, 1500, NULL},      {"signed_in_time", 6000, 5, 600, NULL},
        {"closed_in_time", 6000, 5, 600, NULL}, {"returned", 2000, 5, 400, NULL},  {"success", 7500, 4, 938, NULL},     {"satisfaction", 6667, 3, 1053, NULL},
        {"organ", 3333, 6, 175, NULL},       {"complaints", 1, 0, -1000, NULL},    {"tokens", 5, 0, 300, NULL},
    };
    struct assess_sheet sheet;
    (void)state;
    assess_bed_compute("firm", "mingde", &sheet);
    check_sheet(&sheet, expected, sizeof expected / sizeof expected[0], 4824, "4");
}

static void test_a_station(void **state)
{
    static const struct expected expected[] = {
        {"received", 7, 0, 233, NULL},
        {"consultations", 204, 0, 680, "解答咨询 204 人次，目标 300 人次，10 × 204/300 = 6.80"},
        {"events", 1, 0, 42, NULL},
        {"duty_days", 2, 0, 5, NULL},
        {"received_in_time", 5000, 4, 1250, NULL},
        {"visits", 3333, 3, 833, NULL},
        {"satisfaction", 10000, 1, 2000, NULL},
        {"complaints", 1, 0, -1000, NULL},
        {"tokens", 1, 0, 100, NULL},
    };
    struct assess_sheet sheet;
    (void)state;
    assess_bed_compute("station", "站2", &sheet);
    check_sheet(&sheet, expected, sizeof expected / sizeof expected[0], 4143, "4");
}

static void test_a_volunteer(void **state)
{
    static const struct expected expected[] = {
        {"consultations", 5, 0, 100, NULL}, {"hours", 18, 0, 1200, "服务时长 18 小时，目标 60 小时，40 × 18/60 = 12.00"},
        {"events", 2, 0, 667, NULL},        {"referrals", 1, 0, 200, NULL},
        {"training", 1, 0, 1000, NULL},     {"complaints", 1, 0, -1000, NULL},
        {"missed", 1, 0, -500, NULL},
    };
    struct assess_sheet sheet;
    (void)state;
    assess_bed_compute("volunteer", "王志愿", &sheet);
    check_sheet(&sheet, expected, sizeof expected / sizeof expected[0], 1667, "4");
}

static void test_another_year_is_empty(void **state)
{
    struct assess_sheet sheet;
    (void)state;
    must_do(assess_desk_year(&assess_bed_desk, 2020, &err));
    assess_bed_compute("handler", "李律师", &sheet);
    assert_int_equal(sheet.total, 0);
    assert_string_equal(sheet.items[2].reason, "案件质量: 没有数据，不计；其余各项按 100/30 折算");
}

/* ---- rows ---- */

struct rows {
    int counted, in_base, left_out;
    char text[4000];
};

static bool note_row(void *context, const struct assess_row *row)
{
    struct rows *rows = context;
    size_t used = strlen(rows->text);
    rows->counted += row->counted;
    rows->in_base += row->in_base && !row->counted;
    rows->left_out += !row->in_base && !row->counted;
    snprintf(rows->text + used, sizeof rows->text - used, "%s%s %s; ", row->type->name, row->counted ? "+" : row->in_base ? "-" : "", row->why);
    return true;
}

static void read_rows(const char *kind, const char *who, const char *metric, struct rows *rows)
{
    struct assess_subject subject;
    *rows = (struct rows){.counted = 0};
    must_do(assess_find(&assess_bed_desk, kind, who, &subject, &err));
    must_do(assess_rows(&assess_bed_desk, &subject, metric, note_row, rows, &err));
}

static void test_every_metric_counts_some_rows_and_leaves_others(void **state)
{
    static const struct {
        const char *kind, *who, *metric;
        int counted, in_base, left_out;
    } cases[] = {
        {"handler", "张律师", "closed", 4, 0, 1},         {"handler", "张律师", "duty_days", 1, 0, 4},      {"handler", "张律师", "grade", 2, 0, 2},
        {"handler", "张律师", "signed_in_time", 2, 2, 1}, {"handler", "张律师", "closed_in_time", 2, 2, 0}, {"handler", "张律师", "returned", 1, 3, 0},
        {"handler", "张律师", "success", 2, 1, 1},        {"handler", "张律师", "satisfaction", 1, 1, 1},   {"handler", "张律师", "complaints", 1, 0, 2},
        {"handler", "张律师", "tokens", 2, 0, 1},         {"handler", "张律师", "training", 1, 0, 2},       {"handler", "李律师", "organ", 1, 1, 0},
        {"firm", "明德律师事务所", "closed", 5, 0, 1},    {"station", "站2", "received", 7, 0, 2},          {"station", "站2", "received_in_time", 2, 2, 3},
        {"station", "站2", "consultations", 3, 0, 0},     {"station", "站2", "events", 1, 0, 1},            {"station", "站2", "duty_days", 2, 0, 2},
        {"station", "站2", "visits", 1, 2, 1},            {"station", "站2", "satisfaction", 1, 0, 2},      {"station", "站2", "complaints", 1, 0, 1},
        {"station", "站2", "tokens", 1, 0, 1},            {"volunteer", "王志愿", "hours", 3, 0, 0},        {"volunteer", "王志愿", "events", 2, 0, 0},
        {"volunteer", "王志愿", "referrals", 1, 0, 0},    {"volunteer", "王志愿", "missed", 1, 0, 1},       {"volunteer", "王志愿", "complaints", 1, 0, 1},
        {"volunteer", "王志愿", "training", 1, 0, 0},     {"volunteer", "王志愿", "consultations", 1, 0, 0}, {"volunteer", "王志愿", "duty_days", 1, 0, 0},
    };
    bool seen[ASSESS_METRICS_MAX] = {false};
    struct rows rows;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read_rows(cases[i].kind, cases[i].who, cases[i].metric, &rows);
        if (rows.counted != cases[i].counted || rows.in_base != cases[i].in_base || rows.left_out != cases[i].left_out)
            fail_msg("%s %s: %d %d %d: %s", cases[i].who, cases[i].metric, rows.counted, rows.in_base, rows.left_out, rows.text);
        seen[assess_metric_find(cases[i].metric) - assess_metric_at(0)] = true;
    }
    for (size_t i = 0; i < assess_metric_count(); i++)
        assert_true(seen[i]);
}

static void check_says(const struct rows *rows, const char *words)
{
    if (strstr(rows->text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", rows->text, words);
}

static void test_rows_say_why(void **state)
{
    struct rows rows;
    struct assess_subject subject;
    struct errmsg said = {{0}};
    (void)state;
    read_rows("handler", "张律师", "signed_in_time", &rows);
    assert_string_equal(rows.text, "case+ 2026-01-05 指派，2026-01-08 签约，期限 2026-01-12; case- 2026-01-06 指派，2026-01-20 签约，期限 2026-01-12，迟了 8 天; "
                                   "case- 2026-02-02 指派，期限 2026-02-09，还没有签约，已过 345 天; case 2026-08-01 终止援助，没有签约; "
                                   "case+ 2026-12-31 指派，2027-01-04 签约，期限 2027-01-05; ");
    read_rows("handler", "张律师", "closed_in_time", &rows);
    check_says(&rows, "case- 2026-04-01 结案，2026-05-20 报结，期限 2026-05-06，迟了 14 天; "); /* the thirtieth assess_bed_day is Labour Day */
    read_rows("handler", "张律师", "returned", &rows);
    check_says(&rows, "case+ 2026-05-25 退回补充 缺判决书; ");
    read_rows("volunteer", "王志愿", "hours", &rows);
    assert_string_equal(rows.text, "service_hours+ 2026-01-10 6 小时; service_hours+ 2026-01-10 4 小时，当天超过 8 小时又没有说明，只计 2 小时; service_hours+ 2026-02-10 10 小时; ");
    read_rows("station", "站2", "received_in_time", &rows);
    check_says(&rows, "case+ 2026-03-02 收件，2026-03-14 决定，期限 2026-03-16; "); /* seven days and five paused: Saturday the 14th, so Monday */
    read_rows("station", "站2", "visits", &rows);
    check_says(&rows, "case- 2025-06-01 结案，去过 1 次，没有访到; ");
    must_do(assess_find(&assess_bed_desk, "handler", "张律师", &subject, &err));
    assert_int_equal(assess_rows(&assess_bed_desk, &subject, "visits", note_row, &rows, &said), STATUS_NOT_FOUND);
}

/* What still runs on the assess_bed_day is neither in time nor late. */
static void test_what_still_runs(void **state)
{
    struct rows rows;
    (void)state;
    assess_bed_desk.today = assess_bed_day("2026-02-09");
    read_rows("handler", "张律师", "signed_in_time", &rows);
    check_says(&rows, "case 2026-02-02 指派，期限 2026-02-09 未到; ");
    assess_bed_desk.today = assess_bed_day("2026-02-10");
    read_rows("handler", "张律师", "signed_in_time", &rows);
    check_says(&rows, "case- 2026-02-02 指派，期限 2026-02-09，还没有签约，已过 1 天; ");
    read_rows("station", "站2", "events", &rows);
    check_says(&rows, "event 2026-05-01 还没有举行; ");
}

/* ---- all, and what is frozen ---- */

static void test_ranking(void **state)
{
    struct assess_sheet *sheets;
    size_t n;
    (void)state;
    must_do(assess_all(&assess_bed_desk, "handler", &sheets, &n, &err));
    assert_int_equal(n, 2); /* who left in 2025 is not assessed */
    assert_string_equal(sheets[0].subject.name, "李律师");
    assert_int_equal(sheets[0].rank, 1);
    assert_int_equal(sheets[1].total, 4736);
    assert_int_equal(sheets[1].rank, 2);
    free(sheets);
    must_do(assess_all(&assess_bed_desk, "firm", &sheets, &n, &err));
    assert_int_equal(n, 1);
    free(sheets);
    must_do(assess_all(&assess_bed_desk, "station", &sheets, &n, &err));
    assert_int_equal(n, 1);
    free(sheets);
    must_do(assess_desk_year(&assess_bed_desk, 2019, &err)); /* all three have nothing to show: one rank */
    must_do(assess_all(&assess_bed_desk, "handler", &sheets, &n, &err));
    assert_int_equal(n, 3);
    assert_int_equal(sheets[2].rank, 1);
    free(sheets);
}

struct frozen {
    const struct assess_sheet *sheet;
    size_t n;
};

static int64_t number_of(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).number;
}

static bool check_frozen(void *context, const struct record *row, const struct list_key *key)
{
    struct frozen *frozen = context;
    (void)key;
    for (size_t i = 0; i < frozen->sheet->n; i++) {
        const struct assess_item *item = &frozen->sheet->items[i];
        if (strcmp(item->line.metric->code, record_text(row, "metric")) != 0)
            continue;
        frozen->n++;
        assert_string_equal(record_text(row, "reason"), item->reason);
        assert_int_equal(number_of(row, "points"), item->points);
        assert_int_equal(number_of(row, "value"), item->value);
        assert_int_equal(number_of(row, "base"), item->base);
        assert_int_equal(number_of(row, "weight"), item->line.weight);
        assert_int_equal(number_of(row, "target"), item->line.target);
        size_t ids = (strlen(record_text(row, "counted")) + 1) / ID_TEXT_BYTES;
        if (strcmp(item->line.metric->code, "closed") == 0)
            assert_int_equal(ids, 4);
        else if (strcmp(item->line.metric->code, "organ") == 0)
            assert_int_equal(ids, 0);
    }
    return true;
}

static void test_a_frozen_sheet_is_the_computed_one(void **state)
{
    struct node *center = &assess_bed_world.center;
    struct assess_subject subject;
    struct assess_sheet sheet;
    struct errmsg said = {{0}};
    struct actor clerk = center->actor;
    size_t fixed;
    int64_t count;
    (void)state;
    must_do(assess_find(&assess_bed_desk, "handler", "张律师", &subject, &err));
    clerk.owner = false;
    clerk.role = ROLE_CLERK;
    assess_bed_desk.actor = &clerk;
    assert_int_equal(assess_fix(&assess_bed_desk, center->random, "handler", &subject, NULL, &fixed, &said), STATUS_FORBIDDEN);
    assess_bed_desk.actor = &center->actor;
    assess_bed_desk.today = assess_bed_day("2026-12-31");
    assert_int_equal(assess_fix(&assess_bed_desk, center->random, "handler", &subject, NULL, &fixed, &said), STATUS_INVALID);
    assert_non_null(strstr(said.text, "还没有结束"));
    assess_bed_desk.today = assess_bed_day("2027-01-20");
    must_do(assess_fix(&assess_bed_desk, center->random, "handler", &subject, NULL, &fixed, &err));
    assert_int_equal(fixed, 1);
    must_do(assess_compute(&assess_bed_desk, &subject, &sheet, &err));
    struct frozen frozen = {.sheet = &sheet};
    struct list_query query = {.type = catalogue_find("assessment_item")};
    must_do(records_list(center->store, &center->actor, &query, check_frozen, &frozen, &err));
    assert_int_equal(frozen.n, sheet.n);
    assert_int_equal(assess_fix(&assess_bed_desk, center->random, "handler", NULL, NULL, &fixed, &said), STATUS_INVALID); /* one of them again: nothing at all */
    assert_non_null(strstr(said.text, "张律师 2026 年的考核已经核定过"));
    must_do(records_count(center->store, &center->actor, catalogue_find("assessment"), NULL, &count, &err));
    assert_int_equal(count, 1);
    must_do(assess_fix(&assess_bed_desk, center->random, "handler", NULL, "补入迟报案件", &fixed, &err));
    assert_int_equal(fixed, 2);
    must_do(records_count(center->store, &center->actor, catalogue_find("assessment"), NULL, &count, &err));
    assert_int_equal(count, 3);
    node_verify(center);
}

static bool take_first(void *context, const struct record *record, const struct list_key *key)
{
    struct record *out = context;
    (void)key;
    assert_int_equal(record_copy(out, record), STATUS_OK);
    return false;
}

static void test_a_reward_names_whom_it_is_for(void **state)
{
    struct node *center = &assess_bed_world.center;
    struct assess_subject subject;
    struct record assessment, reward;
    struct list_query query = {.type = catalogue_find("assessment")};
    struct errmsg said = {{0}};
    char id[ID_TEXT_BYTES];
    size_t fixed;
    (void)state;
    must_do(assess_find(&assess_bed_desk, "handler", "李律师", &subject, &err));
    must_do(assess_fix(&assess_bed_desk, center->random, "handler", &subject, NULL, &fixed, &err));
    must_do(records_list(center->store, &center->actor, &query, take_first, &assessment, &err));
    id_format(assessment.id, id);
    record_init(&reward, catalogue_find("reward"));
    must_do(records_begin(center->store, &center->actor, &reward, assess_bed_world.codes, &err));
    assess_bed_fill(&reward, "kind=02");
    must_do(record_set_text(&reward, "assessment", id));
    must_do(record_prepare(center->store, &center->actor, assess_bed_world.codes, center->random, &reward, &err));
    assert_string_equal(record_text(&reward, "name"), "李律师");
    assert_string_equal(record_text(&reward, "basis"), "2026 年度考核 68.42 分 第 1 名");
    id_format(assess_bed_li, id);
    assert_string_equal(record_text(&reward, "handler_ref"), id);
    must_do(records_save(center->store, &center->actor, assess_bed_world.codes, center->random, &reward, &err));
    id_format(assess_bed_zhang, id);
    must_do(record_set_text(&reward, "handler_ref", id));
    assert_int_equal(record_prepare(center->store, &center->actor, assess_bed_world.codes, center->random, &reward, &said), STATUS_INVALID);
    record_release(&reward);
    record_release(&assessment);
}

/* ---- the command line ---- */

static void run(const char *line, int code, const char *says)
{
    command_expect(assess_bed_center_folder, NOW_MS, line, code, says);
}

static void test_command_line(void **state)
{
    (void)state;
    run("assess handler --year 2026", 0, "\t李律师\t68.42\t合格\n2\t");
    run("assess 承办人 --year 2026 --json", 0, "\"name\":\"张律师\",\"total\":4736,\"grade\":\"4\"}]}");
    run("assess handler 张律师 --year 2026", 0, "张律师\t承办人\t2026 年度考核\t总分 47.36 不合格\n  7.02\t办结案件 4 件，目标 12 件，20 × 4/12 × 100/95 = 7.02\n");
    run("assess handler 张律师 --year 2026 --json", 0, "{\"metric\":\"complaints\",\"measured\":true,\"value\":1,\"base\":0,\"target\":0,\"weight\":-10,\"points\":-1000,");
    run("assess handler 张律师 --year 2026 --rows signed_in_time", 0, "\t案件\t");
    run("assess handler 张律师 --year 2026 --rows 按时签约率", 0, "未达\t");
    run("assess handler 张律师 --year 2026 --rows complaints --json", 0, "\"counted\":true,\"in_base\":false,\"why\":\"2026-05-01 办结，批评教育、通报、整改\"}");
    run("assess handler --year 2026 --rows closed", 2, "要写明是谁的");
    run("assess handler 张律师 --rows nothing", 2, "没有指标 nothing");
    run("assess handler 张律师 --rows visits", 1, "承办人没有指标 visits");
    run("assess handler 没有此人", 1, "没有这个考核对象");
    run("assess judge", 2, "考核对象是");
    run("assess handler --year 1", 2, "年度");
    run("assess firm --year 2026", 0, "\t明德律师事务所\t48.24\t");
    run("assess station 站2 --year 2026", 0, "总分 41.43");
    run("assess volunteer 王志愿 --year 2026", 0, "总分 16.67");
    run("assess standards handler", 0, "closed\t办结案件\t20\t目标 12\t程序自带\n");
    run("assess standards handler --json", 0, "\"sum\":100,");
    run("assess fix handler --year 2027", 1, "2027 年度还没有结束");
    run("assess fix handler 张律师 --year 2026", 0, "核定了 1 份 2026 年度考核");
    run("assess fix handler --year 2026", 1, "已经核定过");
    run("assess fix handler --year 2026 'note=补入迟报案件' --json", 0, "{\"fixed\":2}");
    run("list assessment", 0, "张律师");
    run("list assessment_item --where 'metric=grade'", 0, "案件质量平均 87.50 分(2 件)");
    run("add assess_standard kind=handler metric=closed weight=30 target=12 from_year=2026", 0, NULL);
    run("assess handler --year 2026", 1, "分值合计 110");
    run("assess standards handler --year 2026", 0, "closed\t办结案件\t30\t目标 12\t本县 2026 年起\n");
    run("verify", 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_handler_with_much_to_explain, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_a_handler_with_one_good_case, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_a_firm_is_the_sum_of_its_handlers, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_a_station, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_a_volunteer, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_another_year_is_empty, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_every_metric_counts_some_rows_and_leaves_others, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_rows_say_why, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_what_still_runs, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_ranking, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_a_frozen_sheet_is_the_computed_one, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_a_reward_names_whom_it_is_for, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_command_line, assess_bed_open_folder, assess_bed_remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
