/* tests/test_document.c - papers filled, numbered, served, voided. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/paper/document.h"
#include "core/paper/template.h"
#include "core/base/day.h"
#include "tests/paper_case.h"

static struct world world;
static struct rules *rules;
static struct paper_case made;

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    assert_int_equal(rules_load(&rules, world.center.store, &world.center.actor, NULL), STATUS_OK);
    paper_case_make(&world.center, 2, &made);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    paper_case_release(&made);
    rules_free(rules);
    world_close(&world);
    return 0;
}

static int32_t day(int year, int month, int dom)
{
    int32_t out;
    assert_int_equal(day_from_ymd(year, month, dom, &out), STATUS_OK);
    return out;
}

static void preview(struct node *node, const char *form, const struct document_source *source, struct buf *out)
{
    struct errmsg err = {{0}};
    buf_init(out, 1 << 20);
    if (document_preview(node->store, &node->actor, node->codes, rules, form, source, NULL, out, &err) != STATUS_OK)
        fail_msg("form %s: %s", form, err.text);
}

static void has(const struct buf *text, const char *part)
{
    if (strstr(buf_cstr(text), part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, buf_cstr(text));
}

static void lacks(const struct buf *text, const char *part)
{
    if (strstr(buf_cstr(text), part) != NULL)
        fail_msg("\"%s\" is in:\n%s", part, buf_cstr(text));
}

static enum status try_issue(struct node *node, const char *form, const struct document_source *source, struct id *id, char number[64], struct errmsg *err)
{
    assert_int_equal(store_begin(node->store, "test", err), STATUS_OK);
    enum status status = document_issue(node->store, &node->actor, node->codes, node->random, rules, form, source, id, number, err);
    if (status == STATUS_OK)
        assert_int_equal(store_commit(node->store, err), STATUS_OK);
    else
        store_rollback(node->store);
    return status;
}

/* Issue a form for the case on a day; the number is compared. */
static struct id issue(struct node *node, const char *form, int32_t on, const char *expected)
{
    struct errmsg err = {{0}};
    struct document_source source = {.kase = &made.kase, .today = on};
    struct id id = {{0}};
    char number[64];
    if (try_issue(node, form, &source, &id, number, &err) != STATUS_OK)
        fail_msg("form %s: %s", form, err.text);
    assert_string_equal(number, expected);
    return id;
}

/* ---- filling ----------------------------------------------------------------------------------------------------- */

static void a_refusal_tells_how_to_object(void **state)
{
    (void)state;
    struct document_source source = {.kase = &made.kase, .today = day(2026, 3, 9)};
    struct buf text;
    preview(&world.center, "10", &source, &text);
    has(&text, "## 溧水县法律援助中心\n# 不予法律援助决定书\n## (溧)援不字〔2026〕第　　号\n\n阿依古丽·买买提：\n");
    has(&text, "　　你（由近亲属买买提·吐尔逊代为申请）于2026年3月2日就追索劳动报酬纠纷一案提出的法律援助申请收悉。");
    has(&text, "可以自收到本决定书之日起十五日内，向溧水县司法局（地址：永阳街道致远路20号，电话：025-57210000）提出（第四十九条第一款）。");
    has(&text, "司法行政部门自收到异议之日起五日内进行审查");
    has(&text, "> 溧水县法律援助中心\n> 2026年3月9日\n[seal]\n");
    buf_release(&text);
}

static void the_bureau_decides_objections(void **state)
{
    (void)state;
    struct document_source source = {.kase = &made.kase, .today = day(2026, 6, 9)};
    struct buf text;
    preview(&world.center, "20", &source, &text);
    has(&text, "## 溧水县司法局\n# 异议审查决定书\n## (溧)司援异字〔2026〕第　　号\n");
    has(&text, "决定：维持溧水县法律援助中心的上述决定。");
    has(&text, "自知道本决定之日起六十日内依法申请行政复议，或者自知道本决定之日起六个月内依法向人民法院提起行政诉讼");
    lacks(&text, "责令溧水县法律援助中心改正");
    lacks(&text, "□");
    buf_release(&text);
}

static void the_supplement_notice_lists_what_the_step_says(void **state)
{
    (void)state;
    struct document_source source = {.kase = &made.kase, .today = day(2026, 3, 3)};
    struct buf text;
    preview(&world.center, "06", &source, &text);
    has(&text, "一次性告知如下：\n　　1．考勤记录\n　　2．劳动关系的其他证明\n　　需要说明的事项：拖欠工资的起止时间\n　　请于2026年3月18日前");
    has(&text, "视为撤回申请");
    buf_release(&text);
}

static void without_a_list_what_was_not_received_is_missing(void **state)
{
    (void)state;
    struct record step;
    record_init(&step, catalogue_find("step"));
    struct document_source source = {.kase = &made.kase, .step = &step, .today = day(2026, 3, 3)};
    struct buf text;
    preview(&world.center, "06", &source, &text);
    has(&text, "　　1．考勤记录（2025年9月至2026年1月）\n");
    lacks(&text, "2．");
    buf_release(&text);
    record_release(&step);
}

static void urgent_aid_says_so(void **state)
{
    (void)state;
    struct record kase;
    assert_int_equal(record_copy(&kase, &made.kase), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "decision", "03"), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "urgent_ground", "01"), STATUS_OK);
    struct document_source source = {.kase = &kase, .today = day(2026, 3, 9)};
    struct buf text;
    preview(&world.center, "09", &source, &text);
    has(&text, "依照《中华人民共和国法律援助法》第四十四条第一款第（一）项的规定，本中心决定先行提供法律援助。请你自收到本决定书之日起七日内补办有关手续");
    lacks(&text, "决定给予法律援助");
    buf_release(&text);
    record_release(&kase);
}

static void the_receipt_and_the_review_carry_the_file(void **state)
{
    (void)state;
    struct document_source source = {.kase = &made.kase, .today = day(2026, 3, 9)};
    struct buf text;
    preview(&world.center, "05", &source, &text);
    has(&text, "|1|居民身份证复印件|复印件|2|1||\n|2|工资欠条|原件|1|1||\n|3||||||\n");
    lacks(&text, "考勤记录");
    buf_release(&text);
    preview(&world.center, "08", &source, &text);
    has(&text, "|申 请 人|阿依古丽·买买提|性　别|女|年　龄|40|");
    has(&text, "|人群类别|农民工、妇女、少数民族|");
    has(&text, "|人均月收入|860.00元|经济困难标准|2490元|家庭人数|3|");
    has(&text, "免予核查经济困难状况（第四十二条第（三）项：申请支付劳动报酬");
    has(&text, "> 初审人（签名）：沈小明　2026年3月5日|");
    has(&text, "> 负责人（签名）：钱主任　2026年3月8日|");
    buf_release(&text);
}

static void the_pay_sheet_has_the_whole_day(void **state)
{
    (void)state;
    struct document_source source = {.record = &made.payment, .today = day(2026, 7, 10)};
    struct buf text;
    preview(&world.center, "40", &source, &text);
    has(&text, "|1|(溧)援决字〔2026〕第7号|阿依古丽·买买提|江苏正义律师事务所|赵𫖯|1,600.00元||200.00元||100.00元|1,700.00元|\n");
    has(&text, "|2|(溧)援决字〔2026〕第5号|李四|白马法律服务所|张三|2,000.00元|||||2,000.00元|\n");
    has(&text, "| | | | | | | | |3,700.00元|\n");
    has(&text, "　　第1行增减理由：减发：材料迟交\n");
    buf_release(&text);
}

static void the_service_record_is_about_its_document(void **state)
{
    (void)state;
    struct document_source source = paper_case_source(&made, "22");
    struct buf text;
    preview(&world.center, "22", &source, &text);
    has(&text, "|送达的文书|给予法律援助决定书　(溧)援决字〔2025〕第900号|");
    has(&text, "☑直接送达　□同住成年家属代收");
    has(&text, "|收到日期|2026年3月9日|");
    buf_release(&text);
}

/* Form 32 without a telephone in the case: the file's; with a safe contact in either, that one and no telephone at all. */
static void check_contact(struct document_source source)
{
    struct node *center = &world.center;
    struct record kase;
    struct buf text;
    struct id person;
    assert_int_equal(record_copy(&kase, source.kase), STATUS_OK);
    assert_int_equal(id_parse(record_text(&kase, "applicant"), strlen(record_text(&kase, "applicant")), &person), STATUS_OK);
    assert_int_equal(record_set(&kase, catalogue_field(kase.type, "phone"), value_null()), STATUS_OK);
    source.kase = &kase;
    node_set(center, "person", person, "phone", "15400099999");
    preview(center, "32", &source, &text);
    has(&text, "联系电话|15400099999|");
    buf_release(&text);
    assert_int_equal(record_set_text(&kase, "phone", "15400012345"), STATUS_OK);
    node_set(center, "person", person, "safe_contact", "找村妇联主任转告");
    preview(center, "32", &source, &text);
    has(&text, "联系电话|找村妇联主任转告|");
    lacks(&text, "15400");
    buf_release(&text);
    node_set(center, "person", person, "safe_contact", "");
    assert_int_equal(record_set_text(&kase, "safe_contact", "只发短信"), STATUS_OK);
    preview(center, "32", &source, &text);
    has(&text, "联系电话|只发短信|");
    lacks(&text, "15400");
    buf_release(&text);
    node_set(center, "person", person, "phone", "15400012345");
    record_release(&kase);
}

static void what_was_seen_and_said_afterwards(void **state)
{
    (void)state;
    struct document_source source = paper_case_source(&made, "30");
    struct buf text;
    preview(&world.center, "30", &source, &text);
    has(&text, "|案　　由|追索劳动报酬纠纷|案　　号|(2026)苏0117民初12号|");
    has(&text, "|审理法院|溧水区人民法院|");
    has(&text, "|开庭日期|2026年3月6日|");
    has(&text, "|总体评价|□优秀　☑良好　□合格　□不合格|");
    has(&text, "|情况和建议|举证完整，发问有针对性|");
    has(&text, "（签名）沈小明");
    buf_release(&text);
    source = paper_case_source(&made, "31");
    preview(&world.center, "31", &source, &text);
    has(&text, "溧水区人民法院：\n");
    has(&text, "|一、诉讼礼仪|☑满意　□基本满意　□不满意|\n|二、专业素养|□满意　☑基本满意　□不满意|\n|三、敬业精神|☑满意　□基本满意　□不满意|\n|其他意见和建议|熟悉案情|");
    buf_release(&text);
    source = paper_case_source(&made, "32");
    preview(&world.center, "32", &source, &text);
    has(&text, "|回访日期|2026年3月10日|回 访 人|沈小明|");
    has(&text, "|回访方式|☑上门　□电话　□短信　□网络　□来访|");
    has(&text, "|三、对您合法权益的维护|□满意　☑基本满意　□不满意|");
    has(&text, "|承办人是否收取财物|☑否　□是（");
    has(&text, "|意见和建议|希望早点拿到钱|");
    buf_release(&text);
    /* A form to take along: the case, nothing ticked. */
    source.record = NULL;
    preview(&world.center, "32", &source, &text);
    has(&text, "|受 援 人|阿依古丽·买买提|");
    lacks(&text, "☑");
    has(&text, "联系电话|15400012345|");
    buf_release(&text);
    check_contact(source);
    source = paper_case_source(&made, "44");
    preview(&world.center, "44", &source, &text);
    has(&text, "阿依古丽·买买提：\n　　本局于2026年3月2日收到您反映赵𫖯“收取财物”的投诉，于2026年3月4日受理。");
    has(&text, "已退还五百元，通报批评");
    has(&text, "处理结果：批评教育、通报、整改。");
    has(&text, "六十日内依法申请行政复议");
    buf_release(&text);
}

/* An answer to a complaint without a name is not addressed to the case's applicant; one not resolved yet has no answer. */
static void an_answer_goes_to_the_complainant(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    struct document_subject subject;
    struct record anonymous, document;
    struct id id;
    char number[64];
    assert_int_equal(document_subject_load(center->store, &center->actor, "44", made.complaint.type, made.complaint.id, &subject, &err), STATUS_OK);
    assert_int_equal(document_may_issue(&center->actor, center->codes, "44", &subject, &err), STATUS_OK);
    assert_int_equal(record_set(&subject.record, catalogue_field(made.complaint.type, "resolved_on"), value_null()), STATUS_OK);
    assert_int_equal(document_may_issue(&center->actor, center->codes, "44", &subject, &err), STATUS_INVALID);
    document_subject_release(&subject);
    assert_int_equal(document_subject_load(center->store, &center->actor, "44", made.kase.type, made.kase.id, &subject, &err), STATUS_INVALID);
    assert_int_equal(record_copy(&anonymous, &made.complaint), STATUS_OK);
    assert_int_equal(record_set(&anonymous, catalogue_field(anonymous.type, "name"), value_null()), STATUS_OK);
    struct document_source source = {.kase = &made.kase, .record = &anonymous, .today = made.today};
    assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
    assert_int_equal(document_issue(center->store, &center->actor, center->codes, center->random, rules, "44", &source, &id, number, &err), STATUS_OK);
    assert_int_equal(store_commit(center->store, &err), STATUS_OK);
    assert_int_equal(records_get(center->store, &center->actor, catalogue_find("document"), id, &document, &err), STATUS_OK);
    assert_string_equal(record_text(&document, "name"), "");
    assert_non_null(strstr(record_text(&document, "text"), "\n投诉人：\n"));
    record_release(&document);
    record_release(&anonymous);
}

/* What a case has must not be left blank in any form that asks for it. */
static void no_form_leaves_out_what_is_known(void **state)
{
    (void)state;
    /* Places a hand fills in: dates and places of hearings, items to choose, contacts of other offices. */
    static const char *const by_hand[][2] = {{"15", "____日内"}, {"17", "第____项"}, {"24", "联系人"}, {"25", "联系人"}, {"26", "联系人"}, {"27", "联系人"}};
    for (size_t i = 0; template_form_at(i) != NULL; i++) {
        const char *form = template_form_at(i);
        struct document_source source = paper_case_source(&made, form);
        struct buf text;
        bool excused = false;
        preview(&world.center, form, &source, &text);
        assert_null(strchr(buf_cstr(&text), '{'));
        assert_null(strchr(buf_cstr(&text), '}'));
        for (size_t k = 0; k < sizeof by_hand / sizeof by_hand[0]; k++)
            if (strcmp(by_hand[k][0], form) == 0 && strstr(buf_cstr(&text), by_hand[k][1]) != NULL)
                excused = true;
        if (!excused && strstr(buf_cstr(&text), "____") != NULL)
            fail_msg("form %s:\n%s", form, buf_cstr(&text));
        buf_release(&text);
    }
}

static void forms_fill_from_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; template_form_at(i) != NULL; i++) {
        struct document_source source = {.today = day(2026, 3, 9)};
        struct buf text;
        preview(&world.center, template_form_at(i), &source, &text);
        assert_true(text.len > 100);
        buf_release(&text);
    }
}

/* ---- numbers ----------------------------------------------------------------------------------------------------- */

static void numbers_run_without_gaps_by_word_and_year(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    (void)issue(center, "10", day(2026, 3, 9), "(溧)援不字〔2026〕第1号");
    struct id second = issue(center, "10", day(2026, 3, 9), "(溧)援不字〔2026〕第2号");
    (void)issue(center, "18", day(2026, 3, 9), "(溧)援终字〔2026〕第1号");
    struct record document;
    assert_int_equal(records_get(center->store, &center->actor, catalogue_find("document"), second, &document, &err), STATUS_OK);
    assert_int_equal(document_void(center->store, &center->actor, center->codes, center->random, &document, "打印错误", &err), STATUS_OK);
    record_release(&document);
    (void)issue(center, "10", day(2026, 12, 31), "(溧)援不字〔2026〕第3号");
    (void)issue(center, "10", day(2027, 1, 1), "(溧)援不字〔2027〕第1号");
    (void)issue(center, "10", day(2026, 12, 31), "(溧)援不字〔2026〕第4号");
    (void)issue(center, "13", day(2026, 3, 9), "(溧)援函字〔2026〕第1号");
    (void)issue(center, "19", day(2026, 3, 9), "(溧)援函字〔2026〕第2号");
    (void)issue(center, "12", day(2026, 3, 9), "");
    for (int i = 5; i <= 12; i++) {
        char number[64];
        snprintf(number, sizeof number, "(溧)援不字〔2026〕第%d号", i);
        (void)issue(center, "10", day(2026, 6, 1), number);
    }
}

static void a_failed_issue_takes_no_number(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    struct document_source source = {.kase = &made.kase, .today = day(2026, 3, 9)};
    struct id id;
    char number[64];
    assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
    assert_int_equal(document_issue(center->store, &center->actor, center->codes, center->random, rules, "10", &source, &id, number, &err), STATUS_OK);
    assert_string_equal(number, "(溧)援不字〔2026〕第1号");
    store_rollback(center->store);
    (void)issue(center, "10", day(2026, 3, 9), "(溧)援不字〔2026〕第1号");
}

static void a_pattern_that_repeats_numbers_is_refused(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    struct document_source source = {.kase = &made.kase, .today = day(2026, 3, 9)};
    struct id id;
    char number[64];
    assert_int_equal(rule_set(center->store, &center->actor, center->codes, center->random, "number_pattern", "{year}-{serial}", day(2026, 1, 1), "本县", &err), STATUS_OK);
    rules_free(rules);
    assert_int_equal(rules_load(&rules, center->store, &center->actor, &err), STATUS_OK);
    (void)issue(center, "10", day(2026, 3, 9), "2026-1");
    assert_int_equal(try_issue(center, "18", &source, &id, number, &err), STATUS_EXISTS);
    assert_string_equal(number, "");
    assert_non_null(strstr(err.text, "number_pattern"));
}

static void stations_give_the_provisional_number_only(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *station = &world.stations[0];
    (void)world_sync(&world, 0);
    struct rules *center_rules = rules;
    assert_int_equal(rules_load(&rules, station->store, &station->actor, &err), STATUS_OK);
    struct id id = issue(station, "05", day(2026, 3, 2), "");
    char *provisional = node_get(station, "document", id, "provisional_no"), *number = node_get(station, "document", id, "number");
    assert_string_equal(provisional, "S02-26-0042");
    assert_string_equal(number, "");
    free(provisional);
    free(number);
    struct document_source source = {.kase = &made.kase, .today = day(2026, 3, 9)};
    char given[64];
    assert_int_equal(try_issue(station, "09", &source, &id, given, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "由县中心出具"));
    struct id supplement = issue(station, "06", day(2026, 3, 3), "");
    struct replica_result sync = world_sync(&world, 0);
    assert_int_equal(sync.quarantined, 0);
    char *at_center = node_get(&world.center, "document", supplement, "provisional_no");
    assert_string_equal(at_center, "S02-26-0042");
    free(at_center);
    rules_free(rules);
    rules = center_rules;
}

/* ---- what is issued stays ---------------------------------------------------------------------------------------- */

static void issued_papers_stay_as_they_were(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    struct id id = issue(center, "10", day(2026, 3, 9), "(溧)援不字〔2026〕第1号");
    char *before = node_get(center, "document", id, "text");
    assert_non_null(strstr(before, "(溧)援不字〔2026〕第1号"));
    struct record template = paper_record(center, 0, "template", (const char *const[]){"form=10", "title=不予法律援助决定书", "text=# 改过的模板", "word=援不", NULL});
    record_release(&template);
    struct document_source source = {.kase = &made.kase, .today = day(2026, 3, 9)};
    struct buf now;
    preview(center, "10", &source, &now);
    assert_string_equal(buf_cstr(&now), "# 改过的模板");
    buf_release(&now);
    char *after = node_get(center, "document", id, "text");
    assert_string_equal(after, before);
    free(before);
    free(after);
    struct record document;
    struct actor acting = center->actor;
    acting.acting = true;
    assert_int_equal(records_get(center->store, &center->actor, catalogue_find("document"), id, &document, &err), STATUS_OK);
    assert_int_equal(record_set_text(&document, "text", "改了"), STATUS_OK);
    assert_int_equal(records_save(center->store, &acting, center->codes, center->random, &document, &err), STATUS_FORBIDDEN);
    record_release(&document);
}

static void a_paper_travels_with_its_case(void **state)
{
    (void)state;
    struct id id = issue(&world.center, "10", day(2026, 3, 9), "(溧)援不字〔2026〕第1号");
    (void)world_sync(&world, 0);
    char *name = node_get(&world.stations[0], "document", id, "name");
    assert_non_null(name);
    assert_string_equal(name, "阿依古丽·买买提");
    free(name);
    id = issue(&world.center, "11", day(2026, 3, 9), "(溧)援派字〔2026〕第1号");
    name = node_get(&world.center, "document", id, "name");
    assert_string_equal(name, "江苏正义律师事务所");
    free(name);
}

/* ---- service ----------------------------------------------------------------------------------------------------- */

/* Serve a fresh paper of 9 March 2026 this way; on 2026-05-01 of the clock. */
static enum status serve(const char *service, const char *served_on, const char *receiver, const char *note, struct errmsg *err)
{
    struct node *center = &world.center;
    struct record document;
    struct document_source source = {.kase = &made.kase, .today = day(2026, 3, 9)};
    struct id id;
    char number[64];
    const char *const fields[][2] = {{"service", service}, {"served_on", served_on}, {"receiver", receiver}, {"service_note", note}};
    center->actor.now_ms = ((int64_t)day(2026, 5, 1) * 24 + 1) * 3600 * 1000;
    assert_int_equal(try_issue(center, "10", &source, &id, number, err), STATUS_OK);
    assert_int_equal(records_get(center->store, &center->actor, catalogue_find("document"), id, &document, err), STATUS_OK);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(record_parse(&document, catalogue_field(document.type, fields[i][0]), center->codes, fields[i][1], strlen(fields[i][1]), err), STATUS_OK);
    enum status status = document_serve(center->store, &center->actor, center->codes, center->random, &document, err);
    record_release(&document);
    return status;
}

static void serve_refused(const char *service, const char *served_on, const char *receiver, const char *note, const char *part)
{
    struct errmsg err = {{0}};
    assert_int_equal(serve(service, served_on, receiver, note, &err), STATUS_INVALID);
    if (strstr(err.text, part) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", err.text, part);
}

static void serve_taken(const char *service, const char *served_on, const char *receiver, const char *note)
{
    struct errmsg err = {{0}};
    if (serve(service, served_on, receiver, note, &err) != STATUS_OK)
        fail_msg("%s: %s", service, err.text);
}

static void each_way_of_service_has_its_needs(void **state)
{
    (void)state;
    serve_taken("01", "2026-03-09", "阿依古丽·买买提", "");
    serve_refused("01", "2026-03-09", "", "", "签收人");
    serve_refused("", "2026-03-09", "甲", "", "送达方式");
    serve_refused("01", "", "甲", "", "送达日期: 必须填写");
    serve_refused("01", "2026-03-08", "甲", "", "不能早于出具日期");
    serve_refused("01", "2026-05-02", "甲", "", "不能晚于今天");
    serve_refused("02", "2026-03-10", "乙", "", "与受送达人的关系");
    serve_taken("02", "2026-03-10", "乙", "配偶，同住");
    serve_refused("03", "2026-03-10", "", "本人拒收", "见证人");
    serve_taken("03", "2026-03-10", "", "本人称不认可，拒收；见证人村委会丙");
    serve_taken("03", "2026-03-10", "", "拒收，全程录像");
    serve_refused("05", "2026-03-12", "", "", "邮件号");
    serve_taken("05", "2026-03-12", "", "EMS 1234567890");
    serve_refused("06", "2026-03-10", "", "短信", "经受送达人同意");
    serve_taken("06", "2026-03-10", "", "本人书面同意，短信到达15400012345");
    serve_refused("07", "2026-03-10", "甲", "某团政治处", "没有军人");
    serve_taken("08", "2026-03-10", "甲", "溧水区看守所");
    serve_refused("09", "2026-04-07", "", "3月9日在江苏法制报公告", "经过三十日");
    serve_taken("09", "2026-04-08", "", "3月9日在江苏法制报公告");
}

static void soldiers_are_served_through_the_army(void **state)
{
    (void)state;
    node_set(&world.center, "case", made.kase.id, "categories", "05,06");
    serve_taken("07", "2026-03-10", "甲", "某部政治工作处");
}

static int64_t steps_of(struct node *node, const char *action)
{
    struct stmt *stmt = store_prepare(node->store, "SELECT count(*) FROM step WHERE action=?1");
    enum status status;
    stmt_string(stmt, 1, action);
    assert_true(stmt_row(stmt, &status, NULL));
    int64_t count = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return count;
}

static void service_is_entered_in_the_file_and_not_twice_by_a_station(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *station = &world.stations[0];
    struct id id = issue(&world.center, "10", day(2026, 3, 9), "(溧)援不字〔2026〕第1号");
    (void)world_sync(&world, 0);
    struct record document;
    struct actor worker = station->actor;
    worker.owner = false;
    worker.role = ROLE_STATION;
    worker.now_ms = world.center.actor.now_ms;
    assert_int_equal(records_get(station->store, &worker, catalogue_find("document"), id, &document, &err), STATUS_OK);
    assert_int_equal(record_set_text(&document, "service", "01"), STATUS_OK);
    assert_int_equal(record_set_int(&document, "served_on", day(2026, 3, 9)), STATUS_OK);
    assert_int_equal(record_set_text(&document, "receiver", "阿依古丽·买买提"), STATUS_OK);
    assert_int_equal(document_serve(station->store, &worker, station->codes, station->random, &document, &err), STATUS_OK);
    assert_int_equal(steps_of(station, "serve"), 1);
    assert_int_equal(record_set_text(&document, "receiver", "别人"), STATUS_OK);
    assert_int_equal(document_serve(station->store, &worker, station->codes, station->random, &document, &err), STATUS_FORBIDDEN);
    record_release(&document);
    struct replica_result sync = world_sync(&world, 0);
    assert_int_equal(sync.quarantined, 0);
    char *receiver = node_get(&world.center, "document", id, "receiver");
    assert_string_equal(receiver, "阿依古丽·买买提");
    free(receiver);
    assert_int_equal(steps_of(&world.center, "serve"), 1);
}

static void only_the_director_voids_and_says_why(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    struct actor clerk = center->actor;
    struct record document;
    struct id id = issue(center, "10", day(2026, 3, 9), "(溧)援不字〔2026〕第1号");
    clerk.owner = false;
    clerk.role = ROLE_CLERK;
    assert_int_equal(records_get(center->store, &center->actor, catalogue_find("document"), id, &document, &err), STATUS_OK);
    assert_int_equal(document_void(center->store, &clerk, center->codes, center->random, &document, "打印错误", &err), STATUS_FORBIDDEN);
    assert_int_equal(document_void(center->store, &center->actor, center->codes, center->random, &document, "", &err), STATUS_INVALID);
    clerk.role = ROLE_DIRECTOR;
    assert_int_equal(document_void(center->store, &clerk, center->codes, center->random, &document, "打印错误", &err), STATUS_OK);
    assert_int_equal(document_void(center->store, &clerk, center->codes, center->random, &document, "打印错误", &err), STATUS_INVALID);
    assert_int_equal(record_set_text(&document, "service", "01"), STATUS_OK);
    assert_int_equal(document_serve(center->store, &clerk, center->codes, center->random, &document, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "已经作废"));
    record_release(&document);
    assert_int_equal(steps_of(center, "void"), 1);
    char *reason = node_get(center, "document", id, "void_reason"), *number = node_get(center, "document", id, "number");
    assert_string_equal(reason, "打印错误");
    assert_string_equal(number, "(溧)援不字〔2026〕第1号");
    free(reason);
    free(number);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_refusal_tells_how_to_object, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_bureau_decides_objections, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_supplement_notice_lists_what_the_step_says, open_world, close_world),
        cmocka_unit_test_setup_teardown(without_a_list_what_was_not_received_is_missing, open_world, close_world),
        cmocka_unit_test_setup_teardown(urgent_aid_says_so, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_receipt_and_the_review_carry_the_file, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_pay_sheet_has_the_whole_day, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_service_record_is_about_its_document, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_was_seen_and_said_afterwards, open_world, close_world),
        cmocka_unit_test_setup_teardown(an_answer_goes_to_the_complainant, open_world, close_world),
        cmocka_unit_test_setup_teardown(no_form_leaves_out_what_is_known, open_world, close_world),
        cmocka_unit_test_setup_teardown(forms_fill_from_nothing, open_world, close_world),
        cmocka_unit_test_setup_teardown(numbers_run_without_gaps_by_word_and_year, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_failed_issue_takes_no_number, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_pattern_that_repeats_numbers_is_refused, open_world, close_world),
        cmocka_unit_test_setup_teardown(stations_give_the_provisional_number_only, open_world, close_world),
        cmocka_unit_test_setup_teardown(issued_papers_stay_as_they_were, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_paper_travels_with_its_case, open_world, close_world),
        cmocka_unit_test_setup_teardown(each_way_of_service_has_its_needs, open_world, close_world),
        cmocka_unit_test_setup_teardown(soldiers_are_served_through_the_army, open_world, close_world),
        cmocka_unit_test_setup_teardown(service_is_entered_in_the_file_and_not_twice_by_a_station, open_world, close_world),
        cmocka_unit_test_setup_teardown(only_the_director_voids_and_says_why, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
