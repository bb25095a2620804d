/* tests/test_summary_words.c - the sentences of the half-year summary: those shipped, those a county writes, that their numbers are the figures. */
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
        if (summary_slot_check(def->name, false, text, len, &summary_bed_err) != STATUS_OK)
            fail_msg("%s: %s", def->name, summary_bed_err.text);
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

static void refused(const char *period, const char *slot, const char *text, const char *summary_bed_says)
{
    enum status status = summary_bed_write_text(period, slot, text, NULL);
    if (status != STATUS_INVALID || strstr(summary_bed_err.text, summary_bed_says) == NULL)
        fail_msg("%s %s: %s \"%s\" lacks \"%s\"", period, slot, status_name(status), summary_bed_err.text, summary_bed_says);
}

static void what_a_county_may_write(void **state)
{
    (void)state;
    char *period, *slot;
    struct id id = summary_bed_wrote("2026年上半年", "r1@2", "120余");
    period = node_get(summary_bed_center, "report_text", id, "period");
    slot = node_get(summary_bed_center, "report_text", id, "slot");
    assert_string_equal(period, "2026H1");
    assert_string_equal(slot, "R1@2");
    free(period);
    free(slot);
    id = summary_bed_wrote("", "主题词", "便民");
    slot = node_get(summary_bed_center, "report_text", id, "slot");
    assert_string_equal(slot, "theme");
    free(slot);
    summary_bed_wrote("2026H2", "theme", "便民");
    summary_bed_wrote("2026H2", "next_steps", "{span}办了{R1}件，围绕“{theme}”{R2.words?，{R2.words}}");
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
    summary_bed_wrote("", "template.half", "# {period.title}\n{#campaigns}\n{text}{C1}\n{/campaigns}\n{opening}{R1.round}");
}

/* ---- what is listed ---- */

static void the_countys_words_stand_in_their_place(void **state)
{
    struct form_desk desk = summary_bed_desk_without_tally();
    struct summary summary = summary_bed_made_up("2026H1", 12);
    struct told_text told;
    struct buf text;
    int whose;
    (void)state;
    summary_bed_wrote("", "theme", "法援为民。");
    summary_bed_wrote("2026H1", "features", "在工地设点\n办理{R18}件农民工案件，其中|3|件\n　　已缩进");
    summary_bed_wrote("2026H1", "problems", "力量不足");
    summary_bed_wrote("2026", "closing", "不是这一期的");
    summary_bed_tell(&told, &desk, &summary);
    summary_bed_says(&told, "按照“法援为民”的要求");
    summary_bed_says(&told, "\n　　在工地设点\n　　办理12件农民工案件，其中|3|件\n　　已缩进。\n");
    summary_bed_says(&told, "\n　　六、存在的问题\n　　力量不足。\n\n　　七、下一步打算\n");
    summary_bed_says_not(&told, "不是这一期的");
    summary_bed_reads_well(&told);
    summary_bed_told_release(&told);
    buf_init(&text, 4096);
    assert_int_equal(summary_slot_text(&desk, &summary.period, "theme", &text, &whose, &summary_bed_err), STATUS_OK);
    assert_string_equal(buf_cstr(&text), "法援为民。");
    assert_int_equal(whose, 1);
    buf_clear(&text);
    assert_int_equal(summary_slot_text(&desk, &summary.period, "problems", &text, &whose, &summary_bed_err), STATUS_OK);
    assert_int_equal(whose, 2);
    buf_clear(&text);
    assert_int_equal(summary_slot_text(&desk, &summary.period, "visit_words", &text, &whose, &summary_bed_err), STATUS_OK);
    assert_int_equal(whose, 0);
    assert_non_null(strstr(buf_cstr(&text), "{R17?"));
    buf_clear(&text);
    assert_int_equal(summary_slot_text(&desk, &summary.period, "R1@2", &text, &whose, &summary_bed_err), STATUS_OK);
    assert_string_equal(buf_cstr(&text), "");
    assert_int_equal(summary_slot_text(&desk, &summary.period, "nonsense", &text, &whose, &summary_bed_err), STATUS_NOT_FOUND);
    buf_release(&text);
}

static void a_template_that_is_wrong_is_named(void **state)
{
    struct form_desk desk = summary_bed_desk_without_tally();
    struct summary summary = summary_bed_made_up("2026H1", 12);
    struct told_text told = {.text = {0}};
    (void)state;
    event_add(summary_bed_center, "report_text", NO_ID, "slot=template.half;text={nothing};date=2026-01-01"); /* as another program might have written it */
    buf_init(&told.text, SUMMARY_TEXT_MAX);
    assert_int_equal(summary_words_read(&desk, &summary.period, &told.words, &summary_bed_err), STATUS_OK);
    assert_int_equal(summary_tell(&told.telling, &desk, &summary, &told.words, &told.text, &summary_bed_err), STATUS_MALFORMED);
    assert_non_null(strstr(summary_bed_err.text, "template.half: 第 1 行: 没有名为 nothing 的空格"));
    summary_bed_told_release(&told);
}

/* ---- places that tell another number ---- */

static int64_t places_that_differ(const struct summary *summary, struct failures *failures)
{
    struct form_desk desk = summary_bed_desk_without_tally();
    struct told_text told;
    int64_t open = 0;
    *failures = (struct failures){.rules = ""};
    summary_bed_tell(&told, &desk, summary);
    assert_true(summary_check_places(&told.telling, summary_bed_note_failure, failures, &open));
    summary_bed_told_release(&told);
    return open;
}

static void words_that_tell_the_figure(void **state)
{
    struct summary summary = summary_bed_made_up("2026H1", 1234);
    struct form_desk desk = summary_bed_desk_without_tally();
    struct failures failures;
    struct told_text told;
    (void)state;
    summary_bed_set_before(&summary, "R1", 1000);
    summary_bed_cell_of(&summary, "R2")->value = 234;
    summary_bed_cell_of(&summary, "R22")->value = 12345678;
    summary_bed_wrote("2026H1", "R1", "一千二百余");
    summary_bed_wrote("2026H1", "R1@2", "1234");
    summary_bed_wrote("2026H1", "R7", "1,234");
    summary_bed_wrote("2026H1", "R8", "近1300");
    summary_bed_wrote("2026H1", "R22", "12.35");
    summary_bed_wrote("2026H1", "R2", "增加234件");
    summary_bed_wrote("2026H1", "R3", "许多");
    summary_bed_wrote("2026H2", "R4", "1");
    assert_int_equal(places_that_differ(&summary, &failures), 0);
    summary_bed_tell(&told, &desk, &summary);
    summary_bed_says(&told, "共办理法律援助案件一千二百余件，增加234件，其中民事案件许多件、刑事案件1234件");
    summary_bed_says(&told, "全县承办援助案件1234件，增加234件。");
    summary_bed_told_release(&told);
}

static void words_that_tell_another_number(void **state)
{
    struct summary summary = summary_bed_made_up("2026H1", 1234);
    struct failures failures;
    (void)state;
    summary_bed_set_before(&summary, "R1", 1000);
    summary_bed_cell_of(&summary, "R2")->value = 234;
    struct id all = summary_bed_wrote("2026H1", "R1", "1235");
    assert_int_equal(places_that_differ(&summary, &failures), 2);
    assert_string_equal(failures.rules, "R1 R1");
    summary_bed_wrote("2026H1", "R1@2", "1234");
    assert_int_equal(places_that_differ(&summary, &failures), 1);
    assert_string_equal(failures.messages, "“开头”里R1的第1处（办理案件）写的是“1235”，记录统计是 1234 件，“四、加强部门协作，帮助重点人群”里R1的第2处写的是“1234”。"
                                           "记录错了就更正记录，或者加一条调整数(stat_entry，栏目 R1，写明理由)；文字错了就改总结文字 R1。\n");
    node_set(summary_bed_center, "report_text", all, "text", "1200余");
    assert_int_equal(places_that_differ(&summary, &failures), 0);
    node_set(summary_bed_center, "report_text", all, "text", "1300余");
    assert_int_equal(places_that_differ(&summary, &failures), 1);
    node_set(summary_bed_center, "report_text", all, "text", "1234");
    summary_bed_wrote("2026H1", "R2", "减少234件"); /* the number is right, its direction is not */
    assert_int_equal(places_that_differ(&summary, &failures), 2);
    assert_string_equal(failures.rules, "R2 R2");
    summary_bed_wrote("2026H1", "R1@5", "1234"); /* there is no such place */
    assert_int_equal(places_that_differ(&summary, &failures), 3);
    assert_non_null(strstr(failures.messages, "总结文字 R1@5 没有用上：正文里 R1 出现 2 处。"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_words_are_right),
        cmocka_unit_test(figures_of_templates_are_the_cells),
        cmocka_unit_test(marks_of_clauses_left_out_go),
        cmocka_unit_test(numbers_stand_close),
        cmocka_unit_test_setup_teardown(what_a_county_may_write, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(the_countys_words_stand_in_their_place, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(a_template_that_is_wrong_is_named, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(words_that_tell_the_figure, summary_bed_set_up, summary_bed_tear_down),
        cmocka_unit_test_setup_teardown(words_that_tell_another_number, summary_bed_set_up, summary_bed_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
