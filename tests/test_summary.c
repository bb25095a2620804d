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

static struct world world;
static struct node *center;
static struct form_book *book;
static struct errmsg err;
static const struct year_start JANUARY = {1, 1};

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    center = &world.center;
    errmsg_clear(&err);
    assert_int_equal(form_book_new(&book, &err), STATUS_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    form_book_free(book);
    world_close(&world);
    return 0;
}

static struct form_desk desk_without_tally(void)
{
    return (struct form_desk){.store = center->store, .actor = &center->actor, .codes = center->codes, .book = book};
}

static struct period period_of(const char *text)
{
    struct period period;
    assert_int_equal(period_parse(text, JANUARY, &period, &err), STATUS_OK);
    return period;
}

/* ---- what ships ---- */

static void shipped_words_are_right(void **state)
{
    const struct summary_slot_def *def;
    size_t n = 0;
    (void)state;
    for (size_t i = 0; (def = summary_slot_def_at(i)) != NULL; i++) {
        const char *text;
        size_t len;
        summary_slot_shipped(def->name, &text, &len);
        if (summary_slot_check(def->name, false, text, len, &err) != STATUS_OK)
            fail_msg("%s: %s", def->name, err.text);
        assert_true(len < 20000); /* a record must be able to hold it */
        assert_true(len > 0 || strcmp(def->name, "network_words") == 0 || strcmp(def->name, "features") == 0 || strcmp(def->name, "problems") == 0);
        assert_ptr_equal(summary_slot_def_find(def->name), def);
        n++;
    }
    assert_int_equal(n, 14);
    assert_null(summary_slot_def_find("template"));
}

static void figures_of_templates_are_the_cells(void **state)
{
    const char *figure, *how;
    unsigned place;
    size_t n = 0;
    (void)state;
    for (; summary_cell_at(n) != NULL; n++)
        assert_string_equal(summary_figure_at(n), summary_cell_at(n)->name);
    assert_null(summary_figure_at(n));
    assert_int_equal(n, 24);
    assert_true(summary_figure_parse("R17T.round", &figure, &how));
    assert_string_equal(figure, "R17T");
    assert_string_equal(how, "round");
    assert_false(summary_figure_parse("R24", &figure, &how));
    assert_false(summary_figure_parse("R1.square", &figure, &how));
    assert_true(summary_place_parse("R7@12", &figure, &place));
    assert_string_equal(figure, "R7");
    assert_int_equal(place, 12);
    assert_false(summary_place_parse("R7@0", &figure, &place));
    assert_false(summary_place_parse("R7@", &figure, &place));
    assert_false(summary_place_parse("R7@100", &figure, &place));
    assert_false(summary_place_parse("R7@2x", &figure, &place));
    for (size_t i = 0; summary_name_at(i) != NULL; i++)
        assert_false(summary_figure_parse(summary_name_at(i)->name, &figure, &how));
}

/* ---- punctuation ---- */

static void tidies(const char *text, const char *expected)
{
    struct buf out;
    buf_init(&out, 4096);
    summary_tidy(text, strlen(text), &out);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static void marks_of_clauses_left_out_go(void **state)
{
    (void)state;
    tidies("　　，开展活动3场次，，解答咨询。", "　　开展活动3场次，解答咨询。");
    tidies("案件3件，。；受援", "案件3件。受援");
    tidies("有、，甲；、乙：。", "有，甲；乙。");
    tidies("甲（）乙（，丙、）丁。。", "甲乙（丙）丁。");
    tidies("（（，））完", "完");
    tidies("甲：，乙", "甲：乙");
    tidies("完！，又", "完！又");
    tidies("“，甲”、“乙”", "“甲”、“乙”");
    tidies("　　。\n　　\n\n甲\n", "\n甲\n"); /* paragraphs that say nothing vanish, empty lines stay */
    tidies("|甲，。|（）|\n# ，题\n甲，。", "|甲，。|（）|\n# ，题\n甲。");
    tidies("", "");
    tidies("甲", "甲");
}

static void numbers_stand_close(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, 200);
    summary_tighten("解答 1200余人次，3 件 5 6 a 7 月 ", strlen("解答 1200余人次，3 件 5 6 a 7 月 "), &out);
    assert_string_equal(buf_cstr(&out), "解答1200余人次，3件5 6 a 7月 ");
    buf_release(&out);
}

/* ---- what a county may write ---- */

/* Save a report_text as `aidpost add` does. */
static enum status write_text(const char *period, const char *slot, const char *text, struct id *id)
{
    struct record record;
    record_init(&record, catalogue_find("report_text"));
    errmsg_clear(&err);
    assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
    assert_int_equal(records_begin(center->store, &center->actor, &record, center->codes, &err), STATUS_OK);
    const char *const values[] = {period, slot, text};
    static const char *const fields[] = {"period", "slot", "text"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(record_parse(&record, catalogue_field(record.type, fields[i]), center->codes, values[i], strlen(values[i]), &err), STATUS_OK);
    enum status status = record_prepare(center->store, &center->actor, center->codes, center->random, &record, &err);
    if (status == STATUS_OK)
        status = records_save(center->store, &center->actor, center->codes, center->random, &record, &err);
    if (status == STATUS_OK)
        assert_int_equal(store_commit(center->store, &err), STATUS_OK);
    else
        store_rollback(center->store);
    if (id != NULL)
        *id = record.id;
    record_release(&record);
    return status;
}

static struct id wrote(const char *period, const char *slot, const char *text)
{
    struct id id;
    if (write_text(period, slot, text, &id) != STATUS_OK)
        fail_msg("%s %s: %s", period, slot, err.text);
    return id;
}

static void refused(const char *period, const char *slot, const char *text, const char *says)
{
    enum status status = write_text(period, slot, text, NULL);
    if (status != STATUS_INVALID || strstr(err.text, says) == NULL)
        fail_msg("%s %s: %s \"%s\" lacks \"%s\"", period, slot, status_name(status), err.text, says);
}

static void what_a_county_may_write(void **state)
{
    (void)state;
    char *period, *slot;
    struct id id = wrote("2026年上半年", "r1@2", "120余");
    period = node_get(center, "report_text", id, "period");
    slot = node_get(center, "report_text", id, "slot");
    assert_string_equal(period, "2026H1");
    assert_string_equal(slot, "R1@2");
    free(period);
    free(slot);
    id = wrote("", "主题词", "便民");
    slot = node_get(center, "report_text", id, "slot");
    assert_string_equal(slot, "theme");
    free(slot);
    wrote("2026H2", "theme", "便民");
    wrote("2026H2", "next_steps", "{span}办了{R1}件，围绕“{theme}”{R2.words?，{R2.words}}");
    refused("2026H2", "theme", "又", "已经写过");
    refused("2026H2", "thema", "x", "没有名为 thema 的文字项");
    refused("", "R1", "120", "要填期间");
    refused("2026H1", "R1", "{R2}", "只能是一行字");
    refused("2026H1", "opening", "{R99}", "第 1 行: 没有名为 R99 的空格");
    refused("2026H1", "opening", "甲\n{closing}", "第 2 行: 没有名为 closing 的空格");
    refused("2026H1", "closing", "{theme}{R1?{theme}", "没有对应的 }");
    refused("2026H2", "theme", "{theme}", "没有名为 theme 的空格");
    refused("2026H3", "opening", "x", "期间");
    refused("", "template.half", "{#cells}\n|{name}|\n", "没有用 {/cells} 结束");
    refused("", "template.half", "{text}", "没有名为 text 的空格");
    wrote("", "template.half", "# {period.title}\n{#campaigns}\n{text}{C1}\n{/campaigns}\n{opening}{R1.round}");
}

/* ---- the text of made-up figures ---- */

/* All cells of a period, each `value`. */
static struct summary made_up(const char *period, int64_t value)
{
    struct summary summary = {.period = period_of(period)};
    for (size_t i = 0; summary_cell_at(i) != NULL; i++) {
        summary.cells[i] = *summary_cell_at(i);
        summary.cells[i].value = value;
    }
    summary.n_cells = 24;
    return summary;
}

static struct summary_cell *cell_of(struct summary *summary, const char *name)
{
    for (size_t i = 0; i < summary->n_cells; i++)
        if (strcmp(summary->cells[i].name, name) == 0)
            return &summary->cells[i];
    fail_msg("no cell %s", name);
    return NULL;
}

static void set_before(struct summary *summary, const char *name, int64_t reported)
{
    struct summary_cell *cell = cell_of(summary, name);
    cell->has_before = true;
    cell->before = (struct year_on_year){.has_reported = true, .reported = reported, .known = reported + 1};
}

struct told_text {
    struct summary_words words;
    struct summary_telling telling;
    struct buf text;
};

static void tell(struct told_text *told, const struct form_desk *desk, const struct summary *summary)
{
    *told = (struct told_text){.text = {0}};
    buf_init(&told->text, SUMMARY_TEXT_MAX);
    assert_int_equal(summary_words_read(desk, &summary->period, &told->words, &err), STATUS_OK);
    if (summary_tell(&told->telling, desk, summary, &told->words, &told->text, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void told_release(struct told_text *told)
{
    summary_telling_release(&told->telling);
    summary_words_release(&told->words);
    buf_release(&told->text);
}

static void says(const struct told_text *told, const char *part)
{
    if (strstr(buf_cstr(&told->text), part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, buf_cstr(&told->text));
}

static void says_not(const struct told_text *told, const char *part)
{
    if (strstr(buf_cstr(&told->text), part) != NULL)
        fail_msg("\"%s\" is in:\n%s", part, buf_cstr(&told->text));
}

/* Marks that meet, blanks left open, slots and marks of places left behind: none in what goes before the appendix. */
static void reads_well(const struct told_text *told)
{
    static const char *const wrong[] = {"，，", "，。", "。。", "；；", "；。", "、、", "：。", "（）", "（，", "，）", "____", "{", "}", "\x01", "\x02", "　　，", "　　、", "　　；", "　　。", "\n\n\n", "  "};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        says_not(told, wrong[i]);
}

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
        struct form_desk desk = desk_without_tally();
        struct summary summary = made_up(periods[i], 0);
        struct told_text told;
        tell(&told, &desk, &summary);
        says(&told, "没有办理法律援助案件。");
        says(&told, "没有登记宣传活动和咨询。");
        says(&told, "2025年没有需要回访的民事案件。");
        reads_well(&told);
        cut_appendix(&told);
        static const char *const figures[] = {"0件", "0人", "0份", "0场", "0次", "0期", "0面", "0封", "0.00", "荣誉", "锦旗", "招募", "培训1", "联席会"};
        for (size_t k = 0; k < sizeof figures / sizeof figures[0]; k++)
            says_not(&told, figures[k]);
        told_release(&told);
    }
}

static void every_figure_is_told(void **state)
{
    struct form_desk desk = desk_without_tally();
    struct summary summary = made_up("2026H1", 0);
    struct told_text told;
    (void)state;
    for (size_t i = 0; i < summary.n_cells; i++)
        summary.cells[i].value = 1001 + (int64_t)i;
    cell_of(&summary, "R22")->value = 12345678;
    set_before(&summary, "R1", 900);
    cell_of(&summary, "R2")->value = 101;
    tell(&told, &desk, &summary);
    says(&told, "# 2026年上半年法律援助工作总结\n");
    says(&told, "（2026年1月1日至2026年6月30日）");
    says(&told, "上半年共办理法律援助案件1001件，比上年同期增加101件，增长11.2%，其中民事案件1003件、刑事案件1004件、行政案件1005件；受援1024人次，为受援人挽回损失、取得利益12.35万元。");
    says(&told, "开展宣传、咨询和送法活动1006场次，解答法律咨询1000余人次，发放宣传资料1000余份；收到受援人赠送的锦旗1010面、感谢信1011封。");
    says(&told, "招募法律援助志愿者1012人。");
    says(&told, "举办业务培训1013期。");
    says(&told, "上半年全县承办援助案件1001件，比上年同期增加101件，增长11.2%。其中妇女案件1014件、老年人案件1015件、农民工案件1019件、未成年人案件1020件、残疾人案件1021件、军人军属案件1022件（一名受援人属于几类的，各类都计）。");
    says(&told, "召开联席会1016次。");
    says(&told, "2025年办结的民事案件逐件回访，应访1018件，已访1017件。");
    says(&told, "|R1|办理案件|件|1001|900|901|+101|11.2%|");
    says(&told, "|R2|比上年同期增减|件|101|||||");
    says(&told, "|R22|挽回损失金额|万元|12.35|||||");
    reads_well(&told);
    told_release(&told);
    /* A year: other words of comparison. */
    summary.period = period_of("2026");
    set_before(&summary, "R8", 2016);
    tell(&told, &desk, &summary);
    says(&told, "# 2026年法律援助工作总结\n");
    says(&told, "全年共办理法律援助案件1001件，比上年增加101件，增长11.2%，其中");
    says(&told, "发放宣传资料1000余份，比上年下降50%。");
    says(&told, "明年打算");
    reads_well(&told);
    told_release(&told);
}

static void words_of_comparison(void **state)
{
    struct form_desk desk = desk_without_tally();
    struct summary summary = made_up("2026H1", 10);
    struct told_text told;
    (void)state;
    wrote("2026H1", "template.half", "{R2.words|不知}；{R6.words|不知}；{R7.words}；{R8.words}；{R22.words}；{R9.rate|无}；{R9.before|无}；{R2}");
    set_before(&summary, "R1", 10);
    set_before(&summary, "R7", 13);
    set_before(&summary, "R8", 0);
    set_before(&summary, "R22", 1000000);
    cell_of(&summary, "R22")->value = 2500000;
    cell_of(&summary, "R2")->value = -3;
    tell(&told, &desk, &summary);
    assert_string_equal(buf_cstr(&told.text), "与上年同期持平；不知；比上年同期减少3人次，下降23.1%；比上年同期增加10份；比上年同期增加1.50万元，增长150%；无；无；-3");
    told_release(&told);
}

/* Rule report_round. */
static void numbers_are_rounded_by_rule(void **state)
{
    struct form_desk desk = desk_without_tally();
    struct summary summary = made_up("2026H1", 1234);
    struct told_text told;
    (void)state;
    wrote("2026H1", "template.half", "{R7.round}、{R7}、{R22.round}{R22?有}");
    cell_of(&summary, "R22")->value = 123400;
    tell(&told, &desk, &summary);
    assert_string_equal(buf_cstr(&told.text), "1200余、1234、0.12有");
    told_release(&told);
    event_add(center, "rule", NO_ID, "name=report_round;value=0;from_day=2026-01-01");
    tell(&told, &desk, &summary);
    assert_string_equal(buf_cstr(&told.text), "1234、1234、0.12有");
    told_release(&told);
    cell_of(&summary, "R22")->value = 4999; /* told in 万元 it is nothing */
    tell(&told, &desk, &summary);
    assert_string_equal(buf_cstr(&told.text), "1234、1234、0.00");
    told_release(&told);
}

/* ---- what is listed ---- */

static void make_year(void)
{
    struct id campaign = event_add(center, "campaign", NO_ID, "name=法律援助宣传周;ordinal=2;date=2026-03-02;end_date=2026-03-08;theme=法援惠民生");
    event_add(center, "campaign", NO_ID, "name=农民工维权月;date=2026-04-01;end_date=2026-04-30");
    struct id town = event_add(center, "event", campaign, "title=送法到镇;kind=04;date=2026-03-02;campaign=@;town=永阳街道;bodies=01,02;laws=01;consulted=60;materials=1300");
    event_add(center, "event", campaign, "title=送法进军营;kind=05;also=03;date=2026-03-04;campaign=@;town=白马镇;place=某地;consulted=5");
    event_add(center, "event", NO_ID, "title=讲座;kind=14;date=2026-05-04;town=白马镇;laws=12;bodies=06");
    event_add(center, "event", NO_ID, "title=去年;kind=14;date=2025-05-04;town=东屏街道;laws=11;bodies=08");
    event_add(center, "media_item", town, "event=@;kind=1;outlet=县电视台;title=启动;date=2026-03-02;times=4");
    event_add(center, "media_item", NO_ID, "kind=2;outlet=日报;title=启动;date=2026-03-02");
    event_add(center, "honour", NO_ID, "title=妇女维权先进集体;level=1;grantor=省妇联;name=法律援助中心;date=2026-03-01");
    event_add(center, "honour", NO_ID, "title=先进个人|标兵;level=3;name=王兰;date=2026-04-01");
    event_add(center, "honour", NO_ID, "title=示范窗口;level=3;grantor=县人民政府;name=法律援助中心;date=2026-05-01");
    event_add(center, "volunteer", NO_ID, "name=甲;source=1;date=2026-01-05");
    event_add(center, "volunteer", NO_ID, "name=乙;source=4;date=2026-06-30");
    event_add(center, "volunteer", NO_ID, "name=丙;source=4;date=2026-07-01");
    event_add(center, "training", NO_ID, "title=志愿者培训;date=2026-02-01;persons=30");
    event_add(center, "rule_document", NO_ID, "title=县法律援助实施办法;edition=2;doc_no=溧政〔2026〕3号;issued_on=2026-02-01");
    event_add(center, "rule_document", NO_ID, "title=《指派规则》;issued_on=2026-02-02");
    event_add(center, "rule_document", NO_ID, "title=旧规定;issued_on=2024-02-02");
    event_add(center, "meeting", NO_ID, "title=联席会;kind=1;date=2026-05-20;bodies=04,06;topics=分部值班");
    event_add(center, "meeting", NO_ID, "title=例会;kind=2;date=2026-05-21;bodies=11;topics=别的");
    event_add(center, "assessment", NO_ID, "year=2025;kind=handler;subject=0000;name=陈律师;date=2026-01-20");
    event_add(center, "org", NO_ID, "number=50;code=fulian;name=妇联分部;kind=branch;host=妇联");
    event_add(center, "org", NO_ID, "number=51;code=xin;name=新站;kind=station;opened_on=2026-07-01");
    event_add(center, "org", NO_ID, "number=52;code=dian;name=青石村;kind=point");
}

static void what_is_listed(void **state)
{
    struct form_desk desk = desk_without_tally();
    struct summary summary = made_up("2026H1", 3);
    struct told_text told;
    (void)state;
    make_year();
    tell(&told, &desk, &summary);
    says(&told, "按类别分，送法进社区1场、送法进镇村1场、送法进军营1场、法治讲座1场（");
    says(&told, "活动到过2个镇街（永阳街道、白马镇），并走进驻军单位1场。"); /* 白马镇 of the lecture; where the garrison is stays untold */
    says(&told, "参加的部门有人武部、人民法院、妇联。宣讲的法律法规有《法律援助法》《民法典》。媒体报道：电台电视4次、报纸杂志1篇。");
    says(&told, "法律援助中心获省妇联授予的“妇女维权先进集体”、县人民政府授予的“示范窗口”荣誉；王兰获“先进个人\\|标兵”荣誉。");
    says(&told, "招募法律援助志愿者3人（镇村1人、法律服务从业人员1人）。"); /* the made-up 3 */
    says(&told, "举办业务培训3期（志愿者培训），参加30人次。");
    says(&told, "上半年新制定、修订《县法律援助实施办法》（第2版，溧政〔2026〕3号）、《指派规则》。");
    says(&told, "参加的部门有总工会、妇联；会议议题：分部值班。");
    says(&told, "核定承办人1名的考核结果");
    says(&told, "全县现有村（社区）联络点1个、分部1个（维护妇女权益），群众可以就近咨询、提出申请。");
    says_not(&told, "东屏");
    says_not(&told, "旧规定");
    reads_well(&told);
    told_release(&told);
    summary.period = period_of("2026H2");
    tell(&told, &desk, &summary);
    says(&told, "全县现有镇街法律援助工作站1个、");
    says_not(&told, "先进集体");
    says_not(&told, "核定");
    reads_well(&told);
    told_release(&told);
}

static void the_countys_words_stand_in_their_place(void **state)
{
    struct form_desk desk = desk_without_tally();
    struct summary summary = made_up("2026H1", 12);
    struct told_text told;
    struct buf text;
    int whose;
    (void)state;
    wrote("", "theme", "法援为民。");
    wrote("2026H1", "features", "在工地设点\n办理{R18}件农民工案件，其中|3|件\n　　已缩进");
    wrote("2026H1", "problems", "力量不足");
    wrote("2026", "closing", "不是这一期的");
    tell(&told, &desk, &summary);
    says(&told, "按照“法援为民”的要求");
    says(&told, "\n　　在工地设点\n　　办理12件农民工案件，其中|3|件\n　　已缩进。\n");
    says(&told, "\n　　六、存在的问题\n　　力量不足。\n\n　　七、下一步打算\n");
    says_not(&told, "不是这一期的");
    reads_well(&told);
    told_release(&told);
    buf_init(&text, 4096);
    assert_int_equal(summary_slot_text(&desk, &summary.period, "theme", &text, &whose, &err), STATUS_OK);
    assert_string_equal(buf_cstr(&text), "法援为民。");
    assert_int_equal(whose, 1);
    buf_clear(&text);
    assert_int_equal(summary_slot_text(&desk, &summary.period, "problems", &text, &whose, &err), STATUS_OK);
    assert_int_equal(whose, 2);
    buf_clear(&text);
    assert_int_equal(summary_slot_text(&desk, &summary.period, "visit_words", &text, &whose, &err), STATUS_OK);
    assert_int_equal(whose, 0);
    assert_non_null(strstr(buf_cstr(&text), "{R17?"));
    buf_clear(&text);
    assert_int_equal(summary_slot_text(&desk, &summary.period, "R1@2", &text, &whose, &err), STATUS_OK);
    assert_string_equal(buf_cstr(&text), "");
    assert_int_equal(summary_slot_text(&desk, &summary.period, "nonsense", &text, &whose, &err), STATUS_NOT_FOUND);
    buf_release(&text);
}

static void a_template_that_is_wrong_is_named(void **state)
{
    struct form_desk desk = desk_without_tally();
    struct summary summary = made_up("2026H1", 12);
    struct told_text told = {.text = {0}};
    (void)state;
    event_add(center, "report_text", NO_ID, "slot=template.half;text={nothing};date=2026-01-01"); /* as another program might have written it */
    buf_init(&told.text, SUMMARY_TEXT_MAX);
    assert_int_equal(summary_words_read(&desk, &summary.period, &told.words, &err), STATUS_OK);
    assert_int_equal(summary_tell(&told.telling, &desk, &summary, &told.words, &told.text, &err), STATUS_MALFORMED);
    assert_non_null(strstr(err.text, "template.half: 第 1 行: 没有名为 nothing 的空格"));
    told_release(&told);
}

/* ---- places that tell another number ---- */

struct failures {
    char rules[200], messages[2000];
};

static bool note_failure(void *context, const struct check_failure *failure)
{
    struct failures *failures = context;
    size_t len = strlen(failures->rules), used = strlen(failures->messages);
    snprintf(failures->rules + len, sizeof failures->rules - len, "%s%s", len > 0 ? " " : "", failure->rule);
    snprintf(failures->messages + used, sizeof failures->messages - used, "%s\n", failure->message);
    assert_string_equal(failure->form, "summary");
    return true;
}

static int64_t places_that_differ(const struct summary *summary, struct failures *failures)
{
    struct form_desk desk = desk_without_tally();
    struct told_text told;
    int64_t open = 0;
    *failures = (struct failures){.rules = ""};
    tell(&told, &desk, summary);
    assert_true(summary_check_places(&told.telling, note_failure, failures, &open));
    told_release(&told);
    return open;
}

static void words_that_tell_the_figure(void **state)
{
    struct summary summary = made_up("2026H1", 1234);
    struct form_desk desk = desk_without_tally();
    struct failures failures;
    struct told_text told;
    (void)state;
    set_before(&summary, "R1", 1000);
    cell_of(&summary, "R2")->value = 234;
    cell_of(&summary, "R22")->value = 12345678;
    wrote("2026H1", "R1", "一千二百余");
    wrote("2026H1", "R1@2", "1234");
    wrote("2026H1", "R7", "1,234");
    wrote("2026H1", "R8", "近1300");
    wrote("2026H1", "R22", "12.35");
    wrote("2026H1", "R2", "增加234件");
    wrote("2026H1", "R3", "许多");
    wrote("2026H2", "R4", "1");
    assert_int_equal(places_that_differ(&summary, &failures), 0);
    tell(&told, &desk, &summary);
    says(&told, "共办理法律援助案件一千二百余件，增加234件，其中民事案件许多件、刑事案件1234件");
    says(&told, "全县承办援助案件1234件，增加234件。");
    told_release(&told);
}

static void words_that_tell_another_number(void **state)
{
    struct summary summary = made_up("2026H1", 1234);
    struct failures failures;
    (void)state;
    set_before(&summary, "R1", 1000);
    cell_of(&summary, "R2")->value = 234;
    struct id all = wrote("2026H1", "R1", "1235");
    assert_int_equal(places_that_differ(&summary, &failures), 2);
    assert_string_equal(failures.rules, "R1 R1");
    wrote("2026H1", "R1@2", "1234");
    assert_int_equal(places_that_differ(&summary, &failures), 1);
    assert_string_equal(failures.messages, "“开头”里R1的第1处（办理案件）写的是“1235”，记录统计是 1234 件，“四、加强部门协作，帮助重点人群”里R1的第2处写的是“1234”。"
                                           "记录错了就更正记录，或者加一条调整数(stat_entry，栏目 R1，写明理由)；文字错了就改总结文字 R1。\n");
    node_set(center, "report_text", all, "text", "1200余");
    assert_int_equal(places_that_differ(&summary, &failures), 0);
    node_set(center, "report_text", all, "text", "1300余");
    assert_int_equal(places_that_differ(&summary, &failures), 1);
    node_set(center, "report_text", all, "text", "1234");
    wrote("2026H1", "R2", "减少234件"); /* the number is right, its direction is not */
    assert_int_equal(places_that_differ(&summary, &failures), 2);
    assert_string_equal(failures.rules, "R2 R2");
    wrote("2026H1", "R1@5", "1234"); /* there is no such place */
    assert_int_equal(places_that_differ(&summary, &failures), 3);
    assert_non_null(strstr(failures.messages, "总结文字 R1@5 没有用上：正文里 R1 出现 2 处。"));
}

/* ---- figures of records ---- */

static struct tally *tally;

static struct form_desk open_desk(struct node *node)
{
    struct form_desk desk = {.store = node->store, .actor = &node->actor, .codes = node->codes, .book = book};
    if (tally_open(&tally, node->store, &node->actor, node->codes, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    desk.tally = tally;
    return desk;
}

static struct summary computed(const struct form_desk *desk, const char *period_text, bool with_before)
{
    struct period period = period_of(period_text);
    struct summary summary;
    if (summary_compute(desk, &period, with_before, &summary, &err) != STATUS_OK)
        fail_msg("%s", err.text);
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
        ids[i] = event_add(center, "case", NO_ID, cases[i]);
    event_add(center, "return_visit", ids[6], "case_id=@;date=2026-03-03;outcome=1;overall=1");
    event_add(center, "return_visit", ids[7], "case_id=@;date=2026-03-04;outcome=3");
    event_add(center, "return_visit", ids[7], "case_id=@;date=2026-09-09;outcome=1;overall=3");
    event_add(center, "return_visit", ids[8], "case_id=@;date=2026-04-04;outcome=1;overall=2");
}

/* 2 + 3 at the desk, 30 at an event with a typed figure beside them; 60 and 5 typed only (make_year). */
static void make_consultations(void)
{
    event_add(center, "consultation", NO_ID, "date=2026-01-01;content=工资;category=02;persons=2");
    event_add(center, "consultation", NO_ID, "date=2026-06-30;content=离婚;category=01;persons=3");
    event_add(center, "consultation", NO_ID, "date=2026-07-01;content=离婚;category=01;persons=4");
    struct id event = event_add(center, "event", NO_ID, "title=广场;kind=02;date=2026-05-09;consulted=999");
    event_add(center, "consultation", event, "event=@;date=2026-05-09;content=工资;category=02;persons=30");
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
    if (summary_rows(desk, period, cell, add_row, &rows, &err) != STATUS_OK)
        fail_msg("%s: %s", cell, err.text);
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
    event_add(center, "token", NO_ID, "kind=1;quantity=2;date=2026-04-08");
    event_add(center, "token", NO_ID, "kind=2;quantity=1;date=2026-04-08");
    event_add(center, "token", NO_ID, "kind=1;quantity=9;date=2025-04-08");
    struct form_desk desk = open_desk(center);
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
    assert_int_equal(outreach_totals(center->store, &center->actor, center->codes, summary.period.from, summary.period.to, &totals, &err), STATUS_OK);
    assert_int_equal(totals.consulted, value_of(&summary, "R7"));
    assert_int_equal(totals.sessions, value_of(&summary, "R6"));
    assert_int_equal(summary.n_campaigns, 2);
    assert_string_equal(summary.campaigns[0].name, "第2届法律援助宣传周");
    assert_int_equal(summary.campaigns[0].consulted, 65);
    assert_int_equal(summary.campaigns[0].handouts, 1300);
    assert_int_equal(summary_rows(&desk, &summary.period, "R99", add_row, NULL, &err), STATUS_NOT_FOUND);
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
    struct actor clerk = center->actor;
    clerk.owner = false;
    clerk.role = ROLE_CLERK;
    struct form_desk desk = {.store = center->store, .actor = &clerk, .codes = center->codes, .book = book};
    assert_int_equal(tally_open(&tally, center->store, &clerk, center->codes, &err), STATUS_OK);
    desk.tally = tally;
    struct period period = period_of("2026H1");
    struct rows_sum rows = rows_of(&desk, &period, "R17T");
    assert_int_equal(rows.sum, 3);
    assert_int_equal(rows.sealed, 1);
    tally_close(tally);
}

static void entries_by_hand_are_added(void **state)
{
    (void)state;
    make_cases();
    event_add(center, "stat_entry", NO_ID, "cell=R1;date=2026-05-05;amount=3;basis=补报");
    event_add(center, "stat_entry", NO_ID, "cell=R22;date=2026-05-05;money=-100元;basis=更正");
    event_add(center, "stat_entry", NO_ID, "cell=R8;date=2026-07-01;amount=7;basis=下半年");
    event_add(center, "stat_entry", NO_ID, "cell=F6.2;date=2026-05-05;amount=1;basis=表里的");
    struct form_desk desk = open_desk(center);
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
    event_add(center, "stat_baseline", NO_ID, "cell=R1;period=2025H1;amount=7");
    event_add(center, "stat_baseline", NO_ID, "cell=R22;period=2025H1;money=5000元");
    event_add(center, "stat_baseline", NO_ID, "cell=R6;period=2022H1;amount=9");
    struct form_desk desk = open_desk(center);
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
    errmsg_clear(&err);
    return summary_text(desk, summary, draft, out, &err);
}

static void figures_that_differ_stop_the_text(void **state)
{
    struct failures failures = {.rules = ""};
    struct buf out;
    int64_t open;
    (void)state;
    make_cases();
    buf_init(&out, SUMMARY_TEXT_MAX);
    struct form_desk desk = open_desk(center);
    struct summary summary = computed(&desk, "2026H1", true);
    if (text_of(&desk, &summary, false, &out) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_non_null(strstr(buf_cstr(&out), "上半年共办理法律援助案件4件，比上年同期增加2件，增长100%，其中民事案件2件、刑事案件1件、行政案件1件"));
    assert_int_equal(summary_check(&desk, &summary, note_failure, &failures, &open, &err), STATUS_OK);
    assert_int_equal(open, 0);
    /* Two cells of one figure. */
    tally_close(tally);
    event_add(center, "stat_entry", NO_ID, "cell=R3;date=2026-05-05;amount=1;basis=只改了一处");
    desk = open_desk(center);
    summary = computed(&desk, "2026H1", true);
    assert_int_equal(summary_check(&desk, &summary, note_failure, &failures, &open, &err), STATUS_OK);
    assert_int_equal(open, 2);
    assert_string_equal(failures.rules, "R1=R3+R4+R5 R3=F6.2");
    assert_int_equal(text_of(&desk, &summary, false, &out), STATUS_INVALID);
    assert_non_null(strstr(err.text, "总结里有 2 处数字不一致，没有写出。第一处："));
    assert_non_null(strstr(err.text, "R1"));
    assert_non_null(strstr(err.text, "R3"));
    assert_int_equal(out.len, 0);
    assert_int_equal(text_of(&desk, &summary, true, &out), STATUS_OK);
    assert_int_equal(strncmp(buf_cstr(&out), "## （草稿：有数字不一致）\n# 2026", strlen("## （草稿：有数字不一致）\n# 2026")), 0);
    tally_close(tally);
    /* Explained, it goes out. */
    desk.tally = NULL;
    assert_int_equal(report_explain(&desk, center->random, "summary", "R1=R3+R4+R5", &summary.period, 0, "差一件在核", &err), STATUS_OK);
    assert_int_equal(report_explain(&desk, center->random, "summary", "R3=F6.2", &summary.period, 0, "差一件在核", &err), STATUS_OK);
    desk = open_desk(center);
    assert_int_equal(text_of(&desk, &summary, false, &out), STATUS_OK);
    /* What the county's words tell otherwise cannot be explained. */
    tally_close(tally);
    wrote("2026H1", "R4@1", "2");
    desk = open_desk(center);
    assert_int_equal(text_of(&desk, &summary, false, &out), STATUS_INVALID);
    assert_non_null(strstr(err.text, "“开头”里R4的第1处（刑事案件）写的是“2”，记录统计是 1 件"));
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
    struct form_desk desk = open_desk(center);
    struct summary summary = computed(&desk, "2026H1", true);
    tally_close(tally);
    desk.tally = NULL;
    if (summary_freeze(&desk, center->random, &summary, "报县司法局", &id, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(snapshot_load(&desk, "summary", &summary.period, &snapshot, &err), STATUS_OK);
    assert_true(id_equal(snapshot.id, id));
    for (size_t i = 0; i < summary.n_cells; i++) {
        assert_true(snapshot_value(&snapshot, summary.cells[i].name, 0, &value));
        assert_int_equal(value, summary.cells[i].value);
    }
    assert_non_null(strstr(record_text(&snapshot.record, "text"), "上半年共办理法律援助案件4件"));
    snapshot_release(&snapshot);
    /* A year later it is what was reported then, whatever is known by now. */
    event_add(center, "case", NO_ID, "name=迟;case_type=民事;state=S6;received_on=2026-04-01;decision=01;decided_on=2026-04-02");
    desk = open_desk(center);
    summary = computed(&desk, "2027H1", true);
    assert_int_equal(summary_find(&summary, "R1")->before.reported, 4);
    assert_int_equal(summary_find(&summary, "R1")->before.known, 5);
    assert_int_equal(value_of(&summary, "R2"), -4);
    tally_close(tally);
    /* Figures that differ are not kept. */
    wrote("2026H1", "R1", "7");
    desk.tally = NULL;
    summary.period = period_of("2026H1");
    assert_int_equal(summary_freeze(&desk, center->random, &summary, NULL, &again, &err), STATUS_INVALID);
    assert_int_equal(snapshot_load(&desk, "summary", &summary.period, &snapshot, &err), STATUS_OK);
    assert_true(id_equal(snapshot.id, id));
    snapshot_release(&snapshot);
}

/* A station sees what is its own. */
static void a_stations_summary(void **state)
{
    (void)state;
    make_cases();
    world_sync(&world, 0);
    event_add(&world.stations[0], "consultation", NO_ID, "date=2026-02-02;content=工资;persons=6");
    struct form_desk desk = open_desk(&world.stations[0]);
    struct summary summary = computed(&desk, "2026H1", true);
    assert_int_equal(value_of(&summary, "R7"), 6);
    assert_int_equal(value_of(&summary, "R1"), 0);
    assert_int_equal(rows_of(&desk, &summary.period, "R7").sum, 6);
    tally_close(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_words_are_right),
        cmocka_unit_test(figures_of_templates_are_the_cells),
        cmocka_unit_test(marks_of_clauses_left_out_go),
        cmocka_unit_test(numbers_stand_close),
        cmocka_unit_test_setup_teardown(what_a_county_may_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_happened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_figure_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_of_comparison, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_are_rounded_by_rule, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_countys_words_stand_in_their_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_template_that_is_wrong_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_that_tell_the_figure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_that_tell_another_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(figures_and_the_rows_behind_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sealed_rows_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(entries_by_hand_are_added, set_up, tear_down),
        cmocka_unit_test_setup_teardown(last_year_as_reported_and_as_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(figures_that_differ_stop_the_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(summaries_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stations_summary, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
