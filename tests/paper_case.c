/* tests/paper_case.c - see paper_case.h. Names and numbers are made up; identity numbers carry sequence numbers 996..999. */
#include "tests/paper_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/id_card.h"

struct record paper_record(struct node *node, int64_t scope, const char *type, const char *const *fields)
{
    struct errmsg err = {{0}};
    struct record record;
    struct actor acting = node->actor;
    acting.acting = true;
    record_init(&record, catalogue_find(type));
    assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    for (; *fields != NULL; fields++) {
        const char *equals = strchr(*fields, '=');
        char name[40];
        snprintf(name, sizeof name, "%.*s", (int)(equals - *fields), *fields);
        const struct field_def *field = catalogue_field(record.type, name);
        if (field == NULL || record_parse(&record, field, node->codes, equals + 1, strlen(equals + 1), &err) != STATUS_OK)
            fail_msg("%s.%s: %s", type, name, err.text);
    }
    if ((record.type->flags & TYPE_SHARED) == 0)
        record.scope = scope;
    if (records_save(node->store, &acting, node->codes, node->random, &record, &err) != STATUS_OK)
        fail_msg("%s: %s", type, err.text);
    return record;
}

/* The same, kept only by its id. */
static void put(struct node *node, int64_t scope, const char *type, const char *const *fields, char id[ID_TEXT_BYTES])
{
    struct record record = paper_record(node, scope, type, fields);
    id_format(record.id, id);
    record_release(&record);
}

/* 17 digits and their check character. */
static void make_id_no(const char *digits, char out[32])
{
    snprintf(out, 32, "id_no=%s%c", digits, id_card_checksum(digits));
}

static void ref(char out[64], const char *field, const char id[ID_TEXT_BYTES])
{
    snprintf(out, 64, "%s=%s", field, id);
}

static void make_offices(struct node *node, char firm[ID_TEXT_BYTES])
{
    struct errmsg err = {{0}};
    struct stmt *stmt = store_prepare(node->store, "SELECT id FROM org WHERE number=1");
    enum status status;
    char other[ID_TEXT_BYTES];
    assert_true(stmt_row(stmt, &status, &err));
    struct id center = stmt_column_id(stmt, 0);
    stmt_reset(stmt);
    node_set(node, "org", center, "name", "溧水县法律援助中心");
    node_set(node, "org", center, "address", "永阳街道致远路18号");
    node_set(node, "org", center, "phone", "025-57212348");
    put(node, 0, "org", (const char *const[]){"number=90", "code=sfj", "name=溧水县司法局", "kind=司法局", "address=永阳街道致远路20号", "phone=025-57210000", NULL}, other);
    put(node, 0, "org", (const char *const[]){"number=91", "code=zhengyi", "name=江苏正义律师事务所", "kind=律师事务所", "phone=025-57218888", "address=永阳街道中大街5号", NULL}, firm);
    stmt = store_prepare(node->store, "SELECT id FROM org WHERE number=2");
    if (stmt_row(stmt, &status, &err)) {
        struct id station = stmt_column_id(stmt, 0);
        stmt_reset(stmt);
        node_set(node, "org", station, "name", "白马镇法律援助工作站");
        node_set(node, "org", station, "phone", "025-57253148");
        node_set(node, "org", station, "address", "白马镇司法所一楼");
    }
    stmt_reset(stmt);
    put(node, 1, "user", (const char *const[]){"name=xm", "display=沈小明", "role=clerk", "org=1", NULL}, other);
    put(node, 1, "user", (const char *const[]){"name=center", "display=钱主任", "role=director", "org=1", NULL}, other);
}

static void make_people(struct node *node, int64_t scope, const char *firm, char person[ID_TEXT_BYTES], char handler[ID_TEXT_BYTES])
{
    char id_no[32], of[64], other[ID_TEXT_BYTES];
    make_id_no("32012419850307996", id_no);
    put(node, scope, "person",
        (const char *const[]){"name=阿依古丽·买买提", id_no, "phone=15400012345", "ethnic=维吾尔族", "education=普通高中毕业", "health=健康或良好", "occupation=缝纫工",
                              "employer=溧水永固服装厂", "home=新疆维吾尔自治区喀什地区莎车县某乡某村", "address=幸福村12号", NULL},
        person);
    ref(of, "person", person);
    put(node, scope, "relation", (const char *const[]){of, "name=买买提·吐尔逊", "kind=配偶", "note=无业", NULL}, other);
    put(node, scope, "relation", (const char *const[]){of, "name=古丽娜尔", "kind=子女", "note=小学二年级", NULL}, other);
    ref(of, "firm", firm);
    put(node, 0, "handler", (const char *const[]){"name=赵𫖯", "kind=社会律师", of, "licence_no=13201201310123456", "phone=15400067890", NULL}, handler);
}

static void make_case(struct node *node, int64_t scope, const char *person, const char *firm, const char *handler, struct paper_case *out)
{
    char id_no[32], applicant[64], at[64], by[64];
    make_id_no("32012419850307996", id_no);
    ref(applicant, "applicant", person);
    ref(at, "firm", firm);
    ref(by, "handler_ref", handler);
    out->kase = paper_record(
        node, scope, "case",
        (const char *const[]){
            "name=阿依古丽·买买提", applicant, id_no, "phone=15400012345", "ethnic=维吾尔族", "categories=农民工", "agent=买买提·吐尔逊", "agent_kind=近亲属", "case_type=民事",
            "matter=M5", "cause=追索劳动报酬纠纷", "stage=仲裁", "legal_status=申请人", "organ=溧水县劳动人事争议仲裁委员会", "source=41", "received_on=2026-03-02", "state=S9",
            "narrative=我从2024年6月起在溧水永固服装厂做缝纫工，双方没有签订书面劳动合同。\n2025年9月至2026年1月的工资共计18600元一直没有发放，多次催要无果。\n现请求裁决该厂支付拖欠的工资。",
            "limitation_kind=02", "limitation_on=2027-01-31", "waived_42=03", "household=3", "income=860元", "station=白马镇法律援助工作站", "worker=xm",
            "provisional_no=S02-26-0042", at, by, "handler=赵𫖯", "second_handler=㛃安", "assigned_on=2026-03-10", "assign_reason=受援人意愿", "agreed_on=2026-03-12",
            "decision_no=(溧)援决字〔2026〕第7号", "decision=给予援助", "decided_on=2026-03-08", "basis=法律援助法第三十一条第（五）项", "aid_form=劳动仲裁代理", "closed_on=2026-06-18",
            "outcome=调解", "recovered=18600元", "wages_recovered=18600元", "closing_doc=仲裁裁决书", "closing_doc_no=溧劳人仲案〔2026〕131号", "reported_on=2026-06-25",
            "effect=经仲裁庭主持调解，双方达成协议，厂方当庭支付拖欠的工资18600元，受援人表示满意。", "subsidy=1600元", "paid_on=2026-07-10", "archive_no=溧法援2026-30-0007",
            "archived_on=2026-07-20", "retention=三十年", "shelf=三号柜二层", "refuse_reason=02", "term_ground=06", "terminated_on=2026-06-01", "objected_on=2026-06-05",
            "objection_result=维持", NULL});
}

static void make_parts(struct node *node, int64_t scope, const char *kase, const char *handler)
{
    char of[64], id_no[32], by[64], other[ID_TEXT_BYTES];
    ref(of, "case_id", kase);
    ref(by, "handler_ref", handler);
    make_id_no("32012419820115997", id_no);
    put(node, scope, "material", (const char *const[]){of, "name=居民身份证复印件", "kind=身份证明", "copies=2", "pages=1", "original=否", "received_on=2026-03-02", NULL}, other);
    put(node, scope, "material", (const char *const[]){of, "name=工资欠条", "kind=申请事项相关材料", "copies=1", "pages=1", "original=是", "received_on=2026-03-02", NULL}, other);
    put(node, scope, "material", (const char *const[]){of, "name=考勤记录", "kind=申请事项相关材料", "note=2025年9月至2026年1月", "original=否", NULL}, other);
    put(node, scope, "party", (const char *const[]){of, "role=对方当事人", "name=溧水永固服装厂", "phone=025-57259999", "address=白马镇工业园3号", NULL}, other);
    put(node, scope, "party",
        (const char *const[]){of, "role=代理申请人", "name=买买提·吐尔逊", id_no, "phone=15400054321", "relation=配偶", "proof=结婚证", NULL}, other);
    put(node, scope, "step",
        (const char *const[]){of, "action=request-supplement", "date=2026-03-03", "items=考勤记录；劳动关系的其他证明", "content=拖欠工资的起止时间", "due=2026-03-18", "worker=xm", NULL}, other);
    put(node, scope, "step",
        (const char *const[]){of, "action=cooperate", "date=2026-03-04", "target=莎车县法律援助中心", "content=核实申请人家庭成员和收入情况", "due=2026-03-12", "worker=xm", NULL}, other);
    put(node, scope, "step",
        (const char *const[]){of, "action=pre-review", "date=2026-03-05", "means_result=免予核查", "scope_result=符合", "opinion=属于请求支付劳动报酬的进城务工人员，建议给予援助。",
                              "worker=xm", NULL},
        other);
    put(node, scope, "step",
        (const char *const[]){of, "action=examine", "date=2026-03-06", "opinion=同意初审意见。", "conflict_result=未发现利益冲突", "worker=孙审查", NULL}, other);
    put(node, scope, "step", (const char *const[]){of, "action=refuse", "date=2026-03-07", "reason=家庭人均月收入超过本地经济困难标准", "worker=center", NULL}, other);
    put(node, scope, "step", (const char *const[]){of, "action=approve", "date=2026-03-08", "opinion=同意，给予法律援助。", "worker=center", NULL}, other);
    put(node, scope, "step",
        (const char *const[]){of, "action=change-handler", "date=2026-03-20", "reason=承办人调离", "old_handler=周律师", "target=溧水县公安局", "worker=center", NULL}, other);
    put(node, scope, "step", (const char *const[]){of, "action=terminate", "date=2026-06-01", "reason=受援人自行委托了律师", "worker=center", NULL}, other);
    put(node, scope, "step",
        (const char *const[]){of, "action=decide-objection", "date=2026-06-09", "reason=原决定认定事实清楚，适用法律正确", "content=受援人于2026年5月20日与某律师事务所签订委托合同",
                              "worker=center", NULL},
        other);
    put(node, scope, "step",
        (const char *const[]){of, "action=log", "date=2026-03-12", "kind=约见", "content=在白马镇工作站约见受援人，核对欠条和考勤", "worker=赵𫖯", NULL}, other);
    put(node, scope, "step", (const char *const[]){of, "action=log", "date=2026-04-20", "kind=开庭", "content=仲裁庭开庭", "worker=赵𫖯", NULL}, other);
    put(node, scope, "payment",
        (const char *const[]){of, by, "handler=赵𫖯", "firm_name=江苏正义律师事务所", "case_no=(溧)援决字〔2026〕第7号", "name=阿依古丽·买买提", "standard=1600元", "translation=200元",
                              "deduction=100元", "deduction_reason=材料迟交", "amount=1700元", "paid_on=2026-07-10", NULL},
        other);
}

void paper_case_make(struct node *node, int64_t scope, struct paper_case *out)
{
    struct errmsg err = {{0}};
    char firm[ID_TEXT_BYTES], person[ID_TEXT_BYTES], handler[ID_TEXT_BYTES], kase[ID_TEXT_BYTES], of[64];
    assert_int_equal(day_from_ymd(2026, 3, 9, &out->today), STATUS_OK);
    node->actor.now_ms = ((int64_t)out->today * 24 + 4) * 3600 * 1000;
    make_offices(node, firm);
    make_people(node, scope, firm, person, handler);
    make_case(node, scope, person, firm, handler, out);
    id_format(out->kase.id, kase);
    make_parts(node, scope, kase, handler);
    ref(of, "case_id", kase);
    out->payment = paper_record(node, scope, "payment",
                                (const char *const[]){of, "handler=张三", "firm_name=白马法律服务所", "case_no=(溧)援决字〔2026〕第5号", "name=李四", "standard=2000元", "amount=2000元",
                                                      "paid_on=2026-07-10", NULL});
    out->consultation = paper_record(node, scope, "consultation",
                                     (const char *const[]){"date=2026-02-27", "name=阿依古丽·买买提", "sex=女", "phone=15400012345", "category=劳动报酬", "topic=追索劳动报酬",
                                                           "content=工厂拖欠五个月工资，没有签合同，怎么办？", "answer=可以向劳动监察大队投诉，也可以申请劳动仲裁；属于免予核查经济困难状况的情形，可以申请法律援助。",
                                                           "handling=申请法律援助", "channel=来访", "persons=2", "worker=xm", "station=白马镇法律援助工作站", NULL});
    out->duty = paper_record(node, scope, "duty_help",
                             (const char *const[]){"date=2026-03-06", "lawyer=赵𫖯", "organ_kind=公安机关", "organ=溧水县公安局", "name=王某某", "cause=盗窃罪", "stage=侦查",
                                                   "help_kind=01,03", "notice_no=溧公法助〔2026〕3号", "asked_at=2026-03-05", "result=会见一次，解答讯问程序和认罪认罚的规定。", "applies=是", NULL});
    out->document = paper_record(node, scope, "document",
                                 (const char *const[]){of, "form=09", "number=(溧)援决字〔2025〕第900号", "word=援决", "year=2025", "serial=900", "number_key=援决/2025/0000900",
                                                       "issued_on=2026-03-08", "name=阿依古丽·买买提", "text=x", "service=直接送达", "served_on=2026-03-09", "receiver=阿依古丽·买买提",
                                                       "service_note=本人签收", NULL});
    char volunteer[ID_TEXT_BYTES], who[64];
    put(node, scope, "volunteer", (const char *const[]){"name=热依汗·买买提", "source=社区", "date=2026-03-01", NULL}, volunteer);
    ref(who, "volunteer", volunteer);
    out->letter = paper_record(node, scope, "appointment_letter", (const char *const[]){who, "name=热依汗·买买提", "issued_on=2026-03-09", "valid_to=2029-03-09", NULL});
    out->visit = paper_record(node, scope, "return_visit",
                              (const char *const[]){of, "name=阿依古丽·买买提", "date=2026-03-10", "method=上门", "outcome=已访", "answered_by=本人", "attitude=满意", "communication=满意",
                                                    "interests=基本满意", "result=不满意", "overall=满意", "money_taken=否", "opinion=希望早点拿到钱", "publicity_done=是",
                                                    "performed=未履行", "needs_help=申请执行", "visitor=xm", NULL});
    out->observation = paper_record(node, scope, "court_observation",
                                    (const char *const[]){of, "date=2026-03-06", "court=溧水区人民法院", "court_no=(2026)苏0117民初12号", "observer=xm", "rating=良好",
                                                          "content=举证完整，发问有针对性", NULL});
    out->opinion = paper_record(node, scope, "organ_opinion",
                                (const char *const[]){of, "date=2026-03-07", "organ=溧水区人民法院", "name=孙法官", "etiquette=满意", "skill=基本满意", "dedication=满意",
                                                      "opinion=熟悉案情", NULL});
    out->complaint = paper_record(node, scope, "complaint",
                                  (const char *const[]){of, "date=2026-03-02", "name=阿依古丽·买买提", "channel=来访", "matter=收取财物", "against_kind=承办人", "against=赵𫖯",
                                                        "content=要五百元打点", "state=K3", "accepted_on=2026-03-04", "resolved_on=2026-03-09", "finding=批评教育、通报、整改",
                                                        "resolution=已退还五百元，通报批评", NULL});
    (void)err;
}

void paper_case_release(struct paper_case *made)
{
    record_release(&made->kase);
    record_release(&made->consultation);
    record_release(&made->duty);
    record_release(&made->payment);
    record_release(&made->document);
    record_release(&made->letter);
    record_release(&made->visit);
    record_release(&made->observation);
    record_release(&made->opinion);
    record_release(&made->complaint);
}

struct document_source paper_case_source(const struct paper_case *made, const char *form)
{
    struct document_source source = {.kase = &made->kase, .today = made->today};
    if (strcmp(form, "01") == 0)
        source = (struct document_source){.record = &made->consultation, .today = made->today};
    else if (strcmp(form, "22") == 0)
        source.record = &made->document;
    else if (strcmp(form, "23") >= 0 && strcmp(form, "29") <= 0)
        source = (struct document_source){.record = &made->duty, .today = made->today};
    else if (strcmp(form, "40") == 0)
        source.record = &made->payment;
    else if (strcmp(form, "43") == 0)
        source = (struct document_source){.record = &made->letter, .today = made->today};
    else if (strcmp(form, "30") == 0)
        source.record = &made->observation;
    else if (strcmp(form, "31") == 0)
        source.record = &made->opinion;
    else if (strcmp(form, "32") == 0)
        source.record = &made->visit;
    else if (strcmp(form, "44") == 0)
        source.record = &made->complaint;
    return source;
}
