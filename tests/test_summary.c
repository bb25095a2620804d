/* tests/test_summary.c - the half-year and annual summary: the shipped wording, punctuation, what a county may write, figures and the rows behind them, words that tell another number, the text as it is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/outreach/outreach_totals.h"
#include "core/paper/paper.h"
#include "core/report/summary_impl.h"
#include "core/report/summary_tidy.h"
#include "tests/event_world.h"
#include "tests/summary_bed.h"

/* ---- the text of made-up figures ---- */

/* Before the appendix. */
static void cut_appendix(struct told_text *told)
{
    char *end = strstr((char *)told->text.data, "\n===");
    assert_non_null(end);
    told->text.len = (size_t)(end - (char *)told->text.data);
    *end = '\0';
}

static void nothing_happened(void **state)
{
    static const char *const periods[] = {"2026H1", "2026", "2026Q3", "2026-03", "2026-02-03..2026-04-05"};
    (void)state;
    for (size_t i = 0; i < sizeof periods / sizeof periods[0]; i++) {
        struct form_desk desk = summary_bed_desk_without_tally();
        struct summary summary = summary_bed_made_up(periods[i], 0);
        struct told_text told;
        summary_bed_tell(&told, &desk, &summary);
        summary_bed_says(&told, "没有办理法律援助案件。");
        summary_bed_says(&told, "没有登记宣传活动和咨询。");
        summary_bed_says(&told, "2025年没有需要回访的民事案件。");
        summary_bed_reads_well(&told);
        cut_appendix(&told);
        static const char *const figures[] = {"0件", "0人", "0份", "0场", "0次", "0期", "0面", "0封", "0.00", "荣誉", "锦旗", "招募", "培训1", "联席会"};
        for (size_t k = 0; k < sizeof figures / sizeof figures[0]; k++)
            summary_bed_says_not(&told, figures[k]);
        summary_bed_told_release(&told);
    }
}

static void every_figure_is_told(void **state)
{
    struct form_desk desk = summary_bed_desk_without_tally();
    struct summary summary = summary_bed_made_up("2026H1", 0);
    struct told_text told;
    (void)state;
    for (size_t i = 0; i < summary.n_cells; i++)
        summary.cells[i].value = 1001 + (int64_t)i;
    summary_bed_cell_of(&summary, "R22")->value = 12345678;
    summary_bed_set_before(&summary, "R1", 900);
    summary_bed_cell_of(&summary, "R2")->value = 101;
    summary_bed_tell(&told, &desk, &summary);
    summary_bed_says(&told, "# 2026年上半年法律援助工作总结\n");
    summary_bed_says(&told, "（2026年1月1日至2026年6月30日）");
    summary_bed_says(&told, "上半年共办理法律援助案件1001件，比上年同期增加101件，增长11.2%，其中民事案件1003件、刑事案件1004件、行政案件1005件；受援1024人次，为受援人挽回损失、取得利益12.35万元。");
    summary_bed_says(&told, "开展宣传、咨询和送法活动1006场次，解答法律咨询1000余人次，发放宣传资料1000余份；收到受援人赠送的锦旗1010面、感谢信1011封。");
    summary_bed_says(&told, "招募法律援助志愿者1012人。");
    summary_bed_says(&told, "举办业务培训1013期。");
    summary_bed_says(&told, "上半年全县承办援助案件1001件，比上年同期增加101件，增长11.2%。其中妇女案件1014件、老年人案件1015件、农民工案件1019件、未成年人案件1020件、残疾人案件1021件、军人军属案件1022件（一名受援人属于几类的，各类都计）。");
    summary_bed_says(&told, "召开联席会1016次。");
    summary_bed_says(&told, "2025年办结的民事案件逐件回访，应访1018件，已访1017件。");
    summary_bed_says(&told, "|R1|办理案件|件|1001|900|901|+101|11.2%|");
    summary_bed_says(&told, "|R2|比上年同期增减|件|101|||||");
    summary_bed_says(&told, "|R22|挽回损失金额|万元|12.35|||||");
    summary_bed_reads_well(&told);
    summary_bed_told_release(&told);
    /* A year: other words of comparison. */
    summary.period = summary_bed_period_of("2026");
    summary_bed_set_before(&summary, "R8", 2016);
    summary_bed_tell(&told, &desk, &summary);
    summary_bed_says(&told, "# 2026年法律援助工作总结\n");
    summary_bed_says(&told, "全年共办理法律援助案件1001件，比上年增加101件，增长11.2%，其中");
    summary_bed_says(&told, "发放宣传资料1000余份，比上年下降50%。");
    summary_bed_says(&told, "明年打算");
    summary_bed_reads_well(&told);
    summary_bed_told_release(&told);
}

static void words_of_comparison(void **state)
{
    struct form_desk desk = summary_bed_desk_without_tally();
    struct summary summary = summary_bed_made_up("2026H1", 10);
    struct told_text told;
    (void)state;
    summary_bed_wrote("2026H1", "template.half", "{R2.words|不知}；{R6.words|不知}；{R7.words}；{R8.words}；{R22.words}；{R9.rate|无}；{R9.before|无}；{R2}");
    summary_bed_set_before(&summary, "R1", 10);
    summary_bed_set_before(&summary, "R7", 13);
    summary_bed_set_before(&summary, "R8", 0);
    summary_bed_set_before(&summary, "R22", 1000000);
    summary_bed_cell_of(&summary, "R22")->value = 2500000;
    summary_bed_cell_of(&summary, "R2")->value = -3;
    summary_bed_tell(&told, &desk, &summary);
    assert_string_equal(buf_cstr(&told.text), "与上年同期持平；不知；比上年同期减少3人次，下降23.1%；比上年同期增加10份；比上年同期增加1.50万元，增长150%；无；无；-3");
    summary_bed_told_release(&told);
}

/* Rule report_round. */
static void numbers_are_rounded_by_rule(void **state)
{
    struct form_desk desk = summary_bed_desk_without_tally();
    struct summary summary = summary_bed_made_up("2026H1", 1234);
    struct told_text told;
    (void)state;
    summary_bed_wrote("2026H1", "template.half", "{R7.round}、{R7}、{R22.round}{R22?有}");
    summary_bed_cell_of(&summary, "R22")->value = 123400;
    summary_bed_tell(&told, &desk, &summary);
    assert_string_equal(buf_cstr(&told.text), "1200余、1234、0.12有");
    summary_bed_told_release(&told);
    event_add(summary_bed_center, "rule", NO_ID, "name=report_round;value=0;from_day=2026-01-01");
    summary_bed_tell(&told, &desk, &summary);
    assert_string_equal(buf_cstr(&told.text), "1234、1234、0.12有");
    summary_bed_told_release(&told);
    summary_bed_cell_of(&summary, "R22")->value = 4999; /* told in 万元 it is nothing */
    summary_bed_tell(&told, &desk, &summary);
    assert_string_equal(buf_cstr(&told.text), "1234、1234、0.00");
    summary_bed_told_release(&told);
}

/* ---- what is listed ---- */

static void make_year(void)
{
    struct id campaign = event_add(summary_bed_center, "campaign", NO_ID, "name=法律援助宣传周;ordinal=2;date=2026-03-02;end_date=2026-03-08;theme=法援惠民生");
    event_add(summary_bed_center, "campaign", NO_ID, "name=农民工维权月;date=2026-04-01;end_date=2026-04-30");
    struct id town = event_add(summary_bed_center, "event", campaign, "title=送法到镇;kind=04;date=2026-03-02;campaign=@;town=永阳街道;bodies=01,02;laws=01;consulted=60;materials=1300");
    event_add(summary_bed_center, "event", campaign, "title=送法进军营;kind=05;also=03;date=2026-03-04;campaign=@;town=白马镇;place=某地;consulted=5");
    event_add(summary_bed_center, "event", NO_ID, "title=讲座;kind=14;date=2026-05-04;town=白马镇;laws=12;bodies=06");
    event_add(summary_bed_center, "event", NO_ID, "title=去年;kind=14;date=2025-05-04;town=东屏街道;laws=11;bodies=08");
    event_add(summary_bed_center, "media_item", town, "event=@;kind=1;outlet=县电视台;title=启动;date=2026-03-02;times=4");
    event_add(summary_bed_center, "media_item", NO_ID, "kind=2;outlet=日报;title=启动;date=2026-03-02");
    event_add(summary_bed_center, "honour", NO_ID, "title=妇女维权先进集体;level=1;grantor=省妇联;name=法律援助中心;date=2026-03-01");
    event_add(summary_bed_center, "honour", NO_ID, "title=先进个人|标兵;level=3;name=王兰;date=2026-04-01");
    event_add(summary_bed_center, "honour", NO_ID, "title=示范窗口;level=3;grantor=县人民政府;name=法律援助中心;date=2026-05-01");
    event_add(summary_bed_center, "volunteer", NO_ID, "name=甲;source=1;date=2026-01-05");
    event_add(summary_bed_center, "volunteer", NO_ID, "name=乙;source=4;date=2026-06-30");
    event_add(summary_bed_center, "volunteer", NO_ID, "name=丙;source=4;date=2026-07-01");
    event_add(summary_bed_center, "training", NO_ID, "title=志愿者培训;date=2026-02-01;persons=30");
    event_add(summary_bed_center, "rule_document", NO_ID, "title=县法律援助实施办法;edition=2;doc_no=溧政〔2026〕3号;issued_on=2026-02-01");
    event_add(summary_bed_center, "rule_document", NO_ID, "title=《指派规则》;issued_on=2026-02-02");
    event_add(summary_bed_center, "rule_document", NO_ID, "title=旧规定;issued_on=2024-02-02");
    event_add(summary_bed_center, "meeting", NO_ID, "title=联席会;kind=1;date=2026-05-20;bodies=04,06;topics=分部值班");
    event_add(summary_bed_center, "meeting", NO_ID, "title=例会;kind=2;date=2026-05-21;bodies=11;topics=别的");
    event_add(summary_bed_center, "assessment", NO_ID, "year=2025;kind=handler;subject=0000;name=陈律师;date=2026-01-20");
    event_add(summary_bed_center, "org", NO_ID, "number=50;code=fulian;name=妇联分部;kind=branch;host=妇联");
    event_add(summary_bed_center, "org", NO_ID, "number=51;code=xin;name=新站;kind=station;opened_on=2026-07-01");
    event_add(summary_bed_center, "org", NO_ID, "number=52;code=dian;name=青石村;kind=point");
}

static void what_is_listed(void **state)
{
    struct form_desk desk = summary_bed_desk_without_tally();
    struct summary summary = summary_bed_made_up("2026H1", 3);
    struct told_text told;
    (void)state;
    make_year();
    summary_bed_tell(&told, &desk, &summary);
    summary_bed_says(&told, "按类别分，送法进社区1场、送法进镇村1场、送法进军营1场、法治讲座1场（");
    summary_bed_says(&told, "活动到过2个镇街（永阳街道、白马镇），并走进驻军单位1场。"); /* 白马镇 of the lecture; where the garrison is stays untold */
    summary_bed_says(&told, "参加的部门有人武部、人民法院、妇联。宣讲的法律法规有《法律援助法》《民法典》。媒体报道：电台电视4次、报纸杂志1篇。");
    summary_bed_says(&told, "法律援助中心获省妇联授予的“妇女维权先进集体”、县人民政府授予的“示范窗口”荣誉；王兰获“先进个人\\|标兵”荣誉。");
    summary_bed_says(&told, "招募法律援助志愿者3人（镇村1人、法律服务从业人员1人）。"); /* the made-up 3 */
    summary_bed_says(&told, "举办业务培训3期（志愿者培训），参加30人次。");
    summary_bed_says(&told, "上半年新制定、修订《县法律援助实施办法》（第2版，溧政〔2026〕3号）、《指派规则》。");
    summary_bed_says(&told, "参加的部门有总工会、妇联；会议议题：分部值班。");
    summary_bed_says(&told, "核定承办人1名的考核结果");
    summary_bed_says(&told, "全县现有村（社区）联络点1个、分部1个（维护妇女权益），群众可以就近咨询、提出申请。");
    summary_bed_says_not(&told, "东屏");
    summary_bed_says_not(&told, "旧规定");
    summary_bed_reads_well(&told);
    summary_bed_told_release(&told);
    summary.period = summary_bed_period_of("2026H2");
    summary_bed_tell(&told, &desk, &summary);
    summary_bed_says(&told, "全县现有镇街法律援助工作站1个、");
    summary_bed_says_not(&told, "先进集体");
    summary_bed_says_not(&told, "核定");
    summary_bed_reads_well(&told);
    summary_bed_told_release(&told);
}

/* ---- figures of records ---- */

static struct tally *tally;

static struct form_desk open_desk(struct node *node)
{
    struct form_desk desk = {.store = node->store, .actor = &node->actor, .codes = node->codes, .book = summary_bed_book};
    if (tally_open(&tally, node->store, &node->actor, node->codes, &summary_bed_err) != STATUS_OK)
        fail_msg("%s", summary_bed_err.text);
    desk.tally = tally;
    return desk;
}

static struct summary computed(const struct form_desk *desk, const char *period_text, bool with_before)
{
    struct period period = summary_bed_period_of(period_text);
    struct summary summary;
    if (summary_compute(desk, &period, with_before, &summary, &summary_bed_err) != STATUS_OK)
        fail_msg("%s", summary_bed_err.text);
    return summary;
}

static int64_t value_of(const struct summary *summary, const char *name)
{
    assert_non_null(summary_find(summary, name));
    return summary_find(summary, name)->value;
}

/* Four approved cases of the first half of 2026 and one of the second, of 2025 two; a refused one; civil ones that ended in 2025, two visited, one of them in autumn. */
static void make_cases(void)
{
    static const char *const cases[] = {
        "name=甲;sex=女;born=1990-01-01;case_type=民事;state=S12;received_on=2026-01-10;decision=01;decided_on=2026-01-12;closed_on=2026-05-02;outcome=01;recovered=12345元;categories=05",
        "name=乙;sex=女;born=1950-01-01;case_type=民事;state=S6;received_on=2026-02-10;decision=01;decided_on=2026-02-12",
        "name=丙;sex=男;born=2012-01-01;case_type=刑事;state=S6;received_on=2026-03-10;decision=01;decided_on=2026-03-12;source=11;notice_ground=01;stage=02;categories=01",
        "name=丁;sex=男;born=1980-01-01;case_type=行政;state=S6;received_on=2026-06-30;decision=01;decided_on=2026-06-30;categories=07",
        "name=戊;sex=男;born=1980-01-01;case_type=民事;state=S6;received_on=2026-06-30;decision=01;decided_on=2026-07-01",
        "name=己;sex=男;born=1980-01-01;case_type=民事;state=X1;received_on=2026-03-01;decision=02;decided_on=2026-03-02",
        "name=庚;sex=女;born=1980-01-01;case_type=民事;state=S12;received_on=2025-03-01;decision=01;decided_on=2025-03-02;closed_on=2025-08-01",
        "name=辛;sex=男;born=1980-01-01;case_type=民事;state=S12;received_on=2025-04-01;decision=01;decided_on=2025-04-02;closed_on=2025-12-31",
        "name=壬;sex=男;born=1980-01-01;case_type=民事;state=S12;received_on=2024-10-01;decision=01;decided_on=2024-10-02;closed_on=2025-02-01;sealed=1",
    };
    struct id ids[9];
    for (size_t i = 0; i < 9; i++)
        ids[i] = event_add(summary_bed_center, "case", NO_ID, cases[i]);
    event_add(summary_bed_center, "return_visit", ids[6], "case_id=@;date=2026-03-03;outcome=1;overall=1");
    event_add(summary_bed_center, "return_visit", ids[7], "case_id=@;date=2026-03-04;outcome=3");
    event_add(summary_bed_center, "return_visit", ids[7], "case_id=@;date=2026-09-09;outcome=1;overall=3");
    event_add(summary_bed_center, "return_visit", ids[8], "case_id=@;date=2026-04-04;outcome=1;overall=2");
}

/* 2 + 3 at the desk, 30 at an event with a typed figure beside them; 60 and 5 typed only (make_year). */
static void make_consultations(void)
{
    event_add(summary_bed_center, "consultation", NO_ID, "date=2026-01-01;content=工资;category=02;persons=2");
    event_add(summary_bed_center, "consultation", NO_ID, "date=2026-06-30;content=离婚;category=01;persons=3");
    event_add(summary_bed_center, "consultation", NO_ID, "date=2026-07-01;content=离婚;category=01;persons=4");
    struct id event = event_add(summary_bed_center, "event", NO_ID, "title=广场;kind=02;date=2026-05-09;consulted=999");
    event_add(summary_bed_center, "consultation", event, "event=@;date=2026-05-09;content=工资;category=02;persons=30");
}

struct rows_sum {
    int64_t sum, n, sealed, entries;
};

static bool add_row(void *context, const struct tally_row *row)
{
    struct rows_sum *rows = context;
    rows->sum += row->amount;
    rows->n++;
    rows->sealed += row->sealed;
    rows->entries += strcmp(row->type->name, "stat_entry") == 0;
    assert_int_equal(row->sealed, id_is_zero(row->id));
    assert_true(row->n > 0);
    return true;
}

static struct rows_sum rows_of(const struct form_desk *desk, const struct period *period, const char *cell)
{
    struct rows_sum rows = {0};
    if (summary_rows(desk, period, cell, add_row, &rows, &summary_bed_err) != STATUS_OK)
        fail_msg("%s: %s", cell, summary_bed_err.text);
    return rows;
}

static void figures_and_the_rows_behind_them(void **state)
{
    static const struct {
        const char *cell;
        int64_t value;
    } expected[] = {{"R1", 4},  {"R2", 2},  {"R3", 2},  {"R4", 1},  {"R5", 1},   {"R6", 4},  {"R7", 100}, {"R8", 1300}, {"R9", 3},  {"R10", 2},        {"R11", 1}, {"R12", 2},
                    {"R13", 1}, {"R14", 2}, {"R15", 1}, {"R16", 1}, {"R17", 2},  {"R17T", 3}, {"R18", 1}, {"R19", 1},   {"R20", 1}, {"R21", 1},        {"R22", 1234500}, {"R23", 4}};
    struct outreach_totals totals;
    (void)state;
    make_year();
    make_cases();
    make_consultations();
    event_add(summary_bed_center, "token", NO_ID, "kind=1;quantity=2;date=2026-04-08");
    event_add(summary_bed_center, "token", NO_ID, "kind=2;quantity=1;date=2026-04-08");
    event_add(summary_bed_center, "token", NO_ID, "kind=1;quantity=9;date=2025-04-08");
    struct form_desk desk = open_desk(summary_bed_center);
    struct summary summary = computed(&desk, "2026H1", true);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const char *cell = expected[i].cell;
        if (value_of(&summary, cell) != expected[i].value)
            fail_msg("%s: %lld, not %lld", cell, (long long)value_of(&summary, cell), (long long)expected[i].value);
        struct rows_sum rows = rows_of(&desk, &summary.period, cell);
        if (strcmp(cell, "R2") != 0 && rows.sum != expected[i].value)
            fail_msg("%s: rows add up to %lld, not %lld", cell, (long long)rows.sum, (long long)expected[i].value);
    }
    assert_int_equal(rows_of(&desk, &summary.period, "R2").n, 4);
    /* What outreach calls consulted, both ways. */
    assert_int_equal(outreach_totals(summary_bed_center->store, &summary_bed_center->actor, summary_bed_center->codes, summary.period.from, summary.period.to, &totals, &summary_bed_err), STATUS_OK);
    assert_int_equal(totals.consulted, value_of(&summary, "R7"));
    assert_int_equal(totals.sessions, value_of(&summary, "R6"));
    assert_int_equal(summary.n_campaigns, 2);
    assert_string_equal(summary.campaigns[0].name, "第2届法律援助宣传周");
    assert_int_equal(summary.campaigns[0].consulted, 65);
    assert_int_equal(summary.campaigns[0].handouts, 1300);
    assert_int_equal(summary_rows(&desk, &summary.period, "R99", add_row, NULL, &summary_bed_err), STATUS_NOT_FOUND);
    summary = computed(&desk, "2026H2", false);
    assert_int_equal(value_of(&summary, "R1"), 1);
    assert_int_equal(value_of(&summary, "R7"), 4);
    assert_int_equal(value_of(&summary, "R17"), 3);
    summary = computed(&desk, "2026", false);
    assert_int_equal(value_of(&summary, "R1"), 5);
    assert_int_equal(value_of(&summary, "R17T"), 3);
    tally_close(tally);
}

/* Somebody who may not see sealed cases counts them, without knowing which. */
static void sealed_rows_are_counted(void **state)
{
    (void)state;
    make_cases();
    struct actor clerk = summary_bed_center->actor;
    clerk.owner = false;
    clerk.role = ROLE_CLERK;
    struct form_desk desk = {.store = summary_bed_center->store, .actor = &clerk, .codes = summary_bed_center->codes, .book = summary_bed_book};
    assert_int_equal(tally_open(&tally, summary_bed_center->store, &clerk, summary_bed_center->codes, &summary_bed_err), STATUS_OK);
    desk.tally = tally;
    struct period period = summary_bed_period_of("2026H1");
    struct rows_sum rows = rows_of(&desk, &period, "R17T");
    assert_int_equal(rows.sum, 3);
    assert_int_equal(rows.sealed, 1);
    tally_close(tally);
}

static void entries_by_hand_are_added(void **state)
{
    (void)state;
    make_cases();
    event_add(summary_bed_center, "stat_entry", NO_ID, "cell=R1;date=2026-05-05;amount=3;basis=补报");
    event_add(summary_bed_center, "stat_entry", NO_ID, "cell=R22;date=2026-05-05;money=-100元;basis=更正");
    event_add(summary_bed_center, "stat_entry", NO_ID, "cell=R8;date=2026-07-01;amount=7;basis=下半年");
    event_add(summary_bed_center, "stat_entry", NO_ID, "cell=F6.2;date=2026-05-05;amount=1;basis=表里的");
    struct form_desk desk = open_desk(summary_bed_center);
    struct summary summary = computed(&desk, "2026H1", false);
    assert_int_equal(value_of(&summary, "R1"), 4 + 3 + 1);
    assert_int_equal(summary_find(&summary, "R1")->adjusted, 3);
    assert_int_equal(value_of(&summary, "R3"), 2 + 1);
    assert_int_equal(value_of(&summary, "R22"), 1234500 - 10000);
    assert_int_equal(value_of(&summary, "R8"), 0);
    struct rows_sum rows = rows_of(&desk, &summary.period, "R1");
    assert_int_equal(rows.sum, 8);
    assert_int_equal(rows.entries, 2);
    tally_close(tally);
}

/* ---- against last year ---- */

static void last_year_as_reported_and_as_known(void **state)
{
    (void)state;
    make_cases();
    event_add(summary_bed_center, "stat_baseline", NO_ID, "cell=R1;period=2025H1;amount=7");
    event_add(summary_bed_center, "stat_baseline", NO_ID, "cell=R22;period=2025H1;money=5000元");
    event_add(summary_bed_center, "stat_baseline", NO_ID, "cell=R6;period=2022H1;amount=9");
    struct form_desk desk = open_desk(summary_bed_center);
    struct summary summary = computed(&desk, "2026H1", true);
    const struct summary_cell *cell = summary_find(&summary, "R1");
    assert_true(cell->has_before);
    assert_true(cell->before.has_reported);
    assert_int_equal(cell->before.reported, 7);
    assert_int_equal(cell->before.known, 2);
    assert_int_equal(value_of(&summary, "R2"), 4 - 7);
    cell = summary_find(&summary, "R3");
    assert_true(cell->has_before);
    assert_false(cell->before.has_reported);
    assert_int_equal(cell->before.known, 2);
    assert_int_equal(summary_find(&summary, "R22")->before.reported, 500000);
    /* Nothing on record in 2023: what was entered is all there is, and what was not is not known. */
    summary = computed(&desk, "2023H1", true);
    assert_int_equal(summary_find(&summary, "R6")->before.known, 9);
    assert_true(summary_find(&summary, "R6")->has_before);
    assert_false(summary_find(&summary, "R1")->has_before);
    assert_int_equal(value_of(&summary, "R2"), 0);
    tally_close(tally);
}

/* ---- the text that goes out, and what is kept ---- */

static enum status text_of(const struct form_desk *desk, const struct summary *summary, bool draft, struct buf *out)
{
    buf_clear(out);
    errmsg_clear(&summary_bed_err);
    return summary_text(desk, summary, draft, out, &summary_bed_err);
}

static void figures_that_differ_stop_the_text(void **state)
{
    struct failures failures = {.rules = ""};
    struct buf out;
    int64_t open;
    (void)state;
    make_cases();
    buf_init(&out, SUMMARY_TEXT_MAX);
    struct form_desk desk = open_desk(summary_bed_center);
    struct summary summary = computed(&desk, "2026H1", true);
    if (text_of(&desk, &summary, false, &out) != STATUS_OK)
        fail_msg("%s", summary_bed_err.text);
    assert_non_null(strstr(buf_cstr(&out), "上半年共办理法律援助案件4件，比上年同期增加2件，增长100%，其中民事案件2件、刑事案件1件、行政案件1件"));
    assert_int_equal(summary_check(&desk, &summary, summary_bed_note_failure, &failures, &open, &summary_bed_err), STATUS_OK);
    assert_int_equal(open, 0);
    /* Two cells of one figure. */
    tally_close(tally);
    event_add(summary_bed_center, "stat_entry", NO_ID, "cell=R3;date=2026-05-05;amount=1;basis=只改了一处");
    desk = open_desk(summary_bed_center);
    summary = computed(&desk, "2026H1", true);
    assert_int_equal(summary_check(&desk, &summary, summary_bed_note_failure, &failures, &open, &summary_bed_err), STATUS_OK);
    assert_int_equal(open, 2);
    assert_string_equal(failures.rules, "R1=R3+R4+R5 R3=F6.2");
    assert_int_equal(text_of(&desk, &summary, false, &out), STATUS_INVALID);
    assert_non_null(strstr(summary_bed_err.text, "总结里有 2 处数字不一致，没有写出。第一处："));
    assert_non_null(strstr(summary_bed_err.text, "R1"));
    assert_non_null(strstr(summary_bed_err.text, "R3"));
    assert_int_equal(out.len, 0);
    assert_int_equal(text_of(&desk, &summary, true, &out), STATUS_OK);
    assert_int_equal(strncmp(buf_cstr(&out), "## （草稿：有数字不一致）\n# 2026", strlen("## （草稿：有数字不一致）\n# 2026")), 0);
    tally_close(tally);
    /* Explained, it goes out. */
    desk.tally = NULL;
    assert_int_equal(report_explain(&desk, summary_bed_center->random, "summary", "R1=R3+R4+R5", &summary.period, 0, "差一件在核", &summary_bed_err), STATUS_OK);
    assert_int_equal(report_explain(&desk, summary_bed_center->random, "summary", "R3=F6.2", &summary.period, 0, "差一件在核", &summary_bed_err), STATUS_OK);
    desk = open_desk(summary_bed_center);
    assert_int_equal(text_of(&desk, &summary, false, &out), STATUS_OK);
    /* What the county's words summary_bed_tell otherwise cannot be explained. */
    tally_close(tally);
    summary_bed_wrote("2026H1", "R4@1", "2");
    desk = open_desk(summary_bed_center);
    assert_int_equal(text_of(&desk, &summary, false, &out), STATUS_INVALID);
    assert_non_null(strstr(summary_bed_err.text, "“开头”里R4的第1处（刑事案件）写的是“2”，记录统计是 1 件"));
    tally_close(tally);
    buf_release(&out);
}

static void summaries_are_kept(void **state)
{
    struct snapshot snapshot;
    struct id id, again;
    int64_t value;
    (void)state;
    make_cases();
    make_consultations();
    struct form_desk desk = open_desk(summary_bed_center);
    struct summary summary = computed(&desk, "2026H1", true);
    tally_close(tally);
    desk.tally = NULL;
    if (summary_freeze(&desk, summary_bed_center->random, &summary, "报县司法局", &id, &summary_bed_err) != STATUS_OK)
        fail_msg("%s", summary_bed_err.text);
    assert_int_equal(snapshot_load(&desk, "summary", &summary.period, &snapshot, &summary_bed_err), STATUS_OK);
    assert_true(id_equal(snapshot.id, id));
    for (size_t i = 0; i < summary.n_cells; i++) {
        assert_true(snapshot_value(&snapshot, summary.cells[i].name, 0, &value));
        assert_int_equal(value, summary.cells[i].value);
    }
    assert_non_null(strstr(record_text(&snapshot.record, "text"), "上半年共办理法律援助案件4件"));
    snapshot_release(&snapshot);
    /* A year later it is what was reported then, whatever is known by now. */
    event_add(summary_bed_center, "case", NO_ID, "name=迟;case_type=民事;state=S6;received_on=2026-04-01;decision=01;decided_on=2026-04-02");
    desk = open_desk(summary_bed_center);
    summary = computed(&desk, "2027H1", true);
    assert_int_equal(summary_find(&summary, "R1")->before.reported, 4);
    assert_int_equal(summary_find(&summary, "R1")->before.known, 5);
    assert_int_equal(value_of(&summary, "R2"), -4);
    tally_close(tally);
    /* Figures that differ are not kept. */
    summary_bed_wrote("2026H1", "R1", "7");
    desk.tally = NULL;
    summary.period = summary_bed_period_of("2026H1");
    assert_int_equal(summary_freeze(&desk, summary_bed_center->random, &summary, NULL, &again, &summary_bed_err), STATUS_INVALID);
    assert_int_equal(snapshot_load(&desk, "summary", &summary.period, &snapshot, &summary_bed_err), STATUS_OK);
    assert_true(id_equal(snapshot.id, id));
    snapshot_release(&snapshot);
}

/* A station sees what is its own. */
static void a_stations_summary(void **state)
{
    (void)state;
    make_cases();
    world_sync(&summary_bed_world, 0);
    event_add(&summary_bed_world.stations[0], "consultation", NO_ID, "date=2026-02-02;content=工资;persons=6");
    struct form_desk desk = open_desk(&summary_bed_world.stations[0]);
    struct summary summary = computed(&desk, "2026H1", true);
    assert_int_equal(value_of(&summary, "R7"), 6);
    assert_int_equal(value_of(&summary, "R1"), 0);
    assert_int_equal(rows_of(&desk, &summary.period, "R7").sum, 6);
    tally_close(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_happened, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(every_figure_is_told, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(words_of_comparison, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(numbers_are_rounded_by_rule, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(what_is_listed, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(figures_and_the_rows_behind_them, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(sealed_rows_are_counted, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(entries_by_hand_are_added, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(last_year_as_reported_and_as_known, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(figures_that_differ_stop_the_text, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(summaries_are_kept, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(a_stations_summary, summary_bed_set_up, summary_bed_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
