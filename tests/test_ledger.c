/* tests/test_ledger.c - every ledger against rows made by hand: which are in it, what stands in their columns, sums; periods, orders, conditions, stations, sealed people; own views. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/report/ledger.h"
#include "tests/fixture.h"

enum { TEXT_MAX_BYTES = 1 << 20, PAIRS_MAX = 32 };

static struct world world;
static struct actor reader; /* who asks: the center's owner unless a test says otherwise */

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    world.center.actor.now_ms = INT64_C(1792717920000); /* 2026-10-23 09:12 */
    world.stations[0].actor.now_ms = world.center.actor.now_ms;
    reader = world.center.actor;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* ---- making records ---- */

/* "field=value" texts up to NULL, as people write them; as an action would save it. */
static struct id make(struct node *node, const char *type, ...)
{
    struct errmsg err = {{0}};
    struct record record;
    struct actor acting = node->actor;
    va_list args;
    acting.acting = true;
    record_init(&record, catalogue_find(type));
    assert_int_equal(records_begin(node->store, &acting, &record, node->codes, &err), STATUS_OK);
    va_start(args, type);
    for (const char *pair; (pair = va_arg(args, const char *)) != NULL;) {
        char name[40];
        size_t len = strcspn(pair, "=");
        snprintf(name, sizeof name, "%.*s", (int)len, pair);
        const struct field_def *field = catalogue_field(record.type, name);
        if (field == NULL || record_parse(&record, field, node->codes, pair + len + 1, strlen(pair + len + 1), &err) != STATUS_OK)
            fail_msg("%s %s: %s", type, pair, err.text);
    }
    va_end(args);
    if (records_save(node->store, &acting, node->codes, node->random, &record, &err) != STATUS_OK)
        fail_msg("%s: %s", type, err.text);
    struct id id = record.id;
    record_release(&record);
    return id;
}

static const char *ref(const char *field, struct id id)
{
    static char texts[8][64];
    static size_t next;
    char hex[ID_TEXT_BYTES], *text = texts[next++ % 8];
    id_format(id, hex);
    snprintf(text, sizeof texts[0], "%s=%s", field, hex);
    return text;
}

/* ---- reading ledgers ---- */

static const struct ledger_query ALL = {.from = LEDGER_NO_DAY, .to = LEDGER_NO_DAY};

static struct ledger_query year(int y)
{
    struct ledger_query query = ALL;
    assert_int_equal(day_from_ymd(y, 1, 1, &query.from), STATUS_OK);
    assert_int_equal(day_from_ymd(y, 12, 31, &query.to), STATUS_OK);
    return query;
}

struct reading {
    struct ledger_list *list;
    struct buf *out;
};

static void put_cells(const struct ledger_list *list, const struct report_cell *cells, struct buf *out)
{
    for (size_t i = 0; i < ledger_columns(list); i++) {
        if (i > 0)
            buf_puts(out, "|");
        report_cell_text(&cells[i], out);
    }
    buf_puts(out, "\n");
}

static bool put_row(void *context, const struct ledger_row *row)
{
    struct reading *reading = context;
    put_cells(reading->list, row->cells, reading->out);
    return true;
}

static struct ledger_list *open_list(const struct node *node, const struct ledger_book *book, const char *name, const struct ledger_query *query)
{
    struct errmsg err = {{0}};
    struct ledger_list *list;
    size_t part;
    const struct ledger *ledger = ledger_book_find(book, name, &part);
    if (ledger == NULL)
        fail_msg("no %s", name);
    if (ledger_open(&list, node->store, &reader, node->codes, ledger, part > 0 ? part - 1 : 0, query, &err) != STATUS_OK)
        fail_msg("%s: %s", name, err.text);
    return list;
}

/* Rows as lines, cells between bars, then "= " and the sums. free() it. */
static char *read_ledger(const struct node *node, const char *name, struct ledger_query query)
{
    struct errmsg err = {{0}};
    struct report_cell totals[VIEW_COLUMNS_MAX];
    struct ledger_book *book;
    struct buf out;
    int64_t count, counted;
    bool summed = false;
    buf_init(&out, TEXT_MAX_BYTES);
    assert_int_equal(ledger_book_load(&book, node->store, &reader, &err), STATUS_OK);
    struct ledger_list *list = open_list(node, book, name, &query);
    struct reading reading = {.list = list, .out = &out};
    if (ledger_rows(list, put_row, &reading, totals, &count, &err) != STATUS_OK)
        fail_msg("%s: %s", name, err.text);
    assert_int_equal(ledger_count(list, &counted, &err), STATUS_OK);
    assert_int_equal(counted, count);
    for (size_t i = 0; i < ledger_columns(list); i++)
        summed |= ledger_column(list, i)->summed;
    if (summed) {
        buf_puts(&out, "= ");
        put_cells(list, totals, &out);
    }
    ledger_close(list);
    ledger_book_free(book);
    char *text = strdup(buf_cstr(&out));
    buf_release(&out);
    return text;
}

static void expect_at(const struct node *node, const char *name, struct ledger_query query, const char *expected)
{
    char *text = read_ledger(node, name, query);
    if (strcmp(text, expected) != 0)
        fail_msg("%s:\n%s", name, text);
    free(text);
}

static void expect(const char *name, struct ledger_query query, const char *expected)
{
    expect_at(&world.center, name, query, expected);
}

static void expect_headings(const char *name, const char *expected)
{
    struct errmsg err = {{0}};
    struct ledger_book *book;
    struct buf out;
    buf_init(&out, TEXT_MAX_BYTES);
    assert_int_equal(ledger_book_load(&book, world.center.store, &reader, &err), STATUS_OK);
    struct ledger_list *list = open_list(&world.center, book, name, &ALL);
    for (size_t i = 0; i < ledger_columns(list); i++)
        buf_printf(&out, "%s%s", i > 0 ? "|" : "", ledger_column(list, i)->label);
    ledger_close(list);
    ledger_book_free(book);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

/* ---- the ledgers ---- */

static void test_there_are_fifteen(void **state)
{
    struct errmsg err = {{0}};
    struct ledger_book *book;
    size_t part;
    (void)state;
    assert_int_equal(ledger_book_load(&book, world.center.store, &reader, &err), STATUS_OK);
    assert_int_equal(ledger_book_count(book), 15);
    for (size_t i = 0; i < 15; i++) {
        char code[8];
        const struct ledger *ledger = ledger_book_at(book, i);
        snprintf(code, sizeof code, "L%zu", i + 1);
        assert_string_equal(ledger->code, code);
        assert_ptr_equal(ledger_book_find(book, ledger->title, &part), ledger);
        for (size_t j = 0; j < ledger->n_parts; j++) {
            struct ledger_list *list;
            struct ledger_query query = year(2026);
            if (ledger_open(&list, world.center.store, &reader, world.codes, ledger, j, &query, &err) != STATUS_OK)
                fail_msg("%s.%zu: %s", code, j + 1, err.text);
            assert_int_equal(ledger_plan(list)->columns[0].computed, COMPUTED_NO);
            ledger_close(list);
        }
    }
    assert_non_null(ledger_book_find(book, "l7.2", &part));
    assert_int_equal(part, 2);
    assert_null(ledger_book_find(book, "L7.3", &part));
    assert_null(ledger_book_find(book, "L16", &part));
    assert_null(ledger_book_find(book, "", &part));
    ledger_book_free(book);
}

static void test_consultations(void **state)
{
    (void)state;
    make(&world.center, "consultation", "date=2026-03-02", "name=李四", "sex=女", "phone=13900000002", "category=婚姻家庭", "topic=离婚", "persons=2", "matters=1", "worker=王干事", NULL);
    make(&world.center, "consultation", "date=2026-03-01", "name=张三", "content=欠薪", "category=劳动纠纷", "handling=代书", "persons=1", "matters=2", "worker=王干事", NULL);
    make(&world.center, "consultation", "date=2025-12-31", "content=去年的", NULL);
    expect("L1", year(2026),
           "1|2026-03-01|张三|||||劳动纠纷||欠薪||代书|来访|1|2|王干事|站1\n"
           "2|2026-03-02|李四|女||13900000002||婚姻家庭|离婚||||来访|2|1|王干事|站1\n"
           "= |||||||||||||3|3||\n");
}

/* An application, a case that was given aid, assigned, closed, archived. */
static struct id closed_case(const char *name, const char *day)
{
    char closed[40];
    snprintf(closed, sizeof closed, "closed_on=%s", day);
    struct id firm = make(&world.center, "org", "number=900", "name=正大律师事务所", "kind=律师事务所", NULL);
    struct id handler = make(&world.center, "handler", "name=周律师", "kind=02", "phone=02500000001", NULL);
    char who[40];
    snprintf(who, sizeof who, "name=%s", name);
    return make(&world.center, "case", who, "id_no=11010519491231002X", "sex=女", "born=1949-12-31", "phone=13900000001", "case_type=民事", "cause=追索劳动报酬纠纷", "categories=农民工",
                "received_on=2026-01-05", "state=S12", "decision=01", "decision_no=(溧)援决字〔2026〕第1号", "decided_on=2026-01-08", ref("firm", firm), "handler=周律师",
                ref("handler_ref", handler), "assigned_on=2026-01-10", "agreed_on=2026-01-12", "organ=溧水法院", "stage=一审", closed, "outcome=调解", "recovered=12000元", "wages_recovered=8000元",
                "effect=全部到账", "reported_on=2026-05-20", "accepted_on=2026-05-25", "subsidy=2000元", "archive_no=溧法援2026-02-1", "archived_on=2026-06-20", "retention=02", "volumes=1", "shelf=A1", NULL);
}

static void test_a_case_stands_in_its_ledgers(void **state)
{
    (void)state;
    closed_case("张文芳", "2026-05-01");
    make(&world.center, "case", "name=草稿人", "received_on=2026-01-06", NULL); /* S1: not received yet */
    make(&world.center, "case", "name=不予人", "received_on=2026-01-04", "case_type=民事", "state=X4", "decision=02", "decided_on=2026-01-09", NULL);
    expect("L2", year(2026),
           "1|2026-01-04|不予人||||民事||站1|不予援助||2026-01-09|不予援助\n"
           "2|2026-01-05|张文芳|11010519491231002X|13900000001|农民工、妇女、老年人|民事|追索劳动报酬纠纷|站1|给予援助|(溧)援决字〔2026〕第1号|2026-01-08|已归档\n");
    expect("L3", year(2026), "1|(溧)援决字〔2026〕第1号|2026-01-10|张文芳|追索劳动报酬纠纷|正大律师事务所|周律师||025-00000001|2026-01-12|溧水法院|一审|已归档\n");
    expect("L4", year(2026),
           "1|(溧)援决字〔2026〕第1号|2026-05-01|张文芳|民事|追索劳动报酬纠纷|周律师|调解|全部到账|12000.00|8000.00|2026-05-20|2026-05-25|2000.00|已归档\n"
           "= |||||||||12000.00|8000.00|||2000.00|\n");
    expect("L11", year(2026),
           "1|溧法援2026-02-1|(溧)援决字〔2026〕第1号|张文芳|民事|追索劳动报酬纠纷|周律师|2026-05-01|2026-06-20|三十年|1|A1\n"
           "= ||||||||||1|\n");
    expect_headings("L4", "序号|决定文号|结案日|受援人|案件类型|案由|承办人|方式|效果|挽回损失|其中讨薪|报送日|审核日|补贴|状态");
    expect_headings("L3", "序号|决定号|指派日|受援人|案由|承办单位|承办人|协办人|承办人电话|签约日|办案机关|办案阶段|状态");
}

static void test_payments_are_added_up(void **state)
{
    struct id kase;
    (void)state;
    kase = closed_case("张文芳", "2026-05-01");
    make(&world.center, "payment", ref("case_id", kase), "handler=周律师", "firm_name=正大律师事务所", "case_no=1号", "name=张文芳", "standard=2000元", "amount=2000元", "paid_on=2026-06-01", NULL);
    make(&world.center, "payment", ref("case_id", kase), "handler=吴律师", "case_no=2号", "name=李四", "standard=1800元", "deduction=300元", "deduction_reason=迟交", "amount=1500.50元",
         "paid_on=2026-05-31", NULL);
    expect("L5", year(2026),
           "1|2026-05-31|吴律师||2号|李四|民事|追索劳动报酬纠纷|1800.00|||||300.00|迟交|1500.50\n"
           "2|2026-06-01|周律师|正大律师事务所|1号|张文芳|民事|追索劳动报酬纠纷|2000.00|||||||2000.00\n"
           "= ||||||||3800.00|0.00|0.00|0.00||300.00||3500.50\n");
}

static void test_visits_complaints_objections(void **state)
{
    struct id kase, first;
    (void)state;
    kase = closed_case("张文芳", "2026-05-01");
    first = make(&world.center, "return_visit", ref("case_id", kase), "name=张文芳", "date=2026-07-01", "method=上门", "outcome=已访", "overall=不满意", "visitor=小赵", NULL);
    expect("L15.3", ALL, "1|2026-07-01|张文芳|(溧)援决字〔2026〕第1号|周律师|上门|||||不满意|||小赵\n");
    make(&world.center, "return_visit", ref("case_id", kase), "name=张文芳", "date=2026-07-02", "method=电话", "outcome=已访", "overall=满意", "visitor=小赵", ref("corrects", first), NULL);
    expect("L6", year(2026),
           "1|2026-07-01|张文芳|(溧)援决字〔2026〕第1号|追索劳动报酬纠纷|周律师|上门|已访||||||不满意|||||小赵|\n"
           "2|2026-07-02|张文芳|(溧)援决字〔2026〕第1号|追索劳动报酬纠纷|周律师|电话|已访||||||满意|||||小赵|2026-07-01\n");
    expect("L15.3", ALL, ""); /* the dissatisfied one was a slip */
    make(&world.center, "organ_opinion", ref("case_id", kase), "date=2026-07-03", "organ=溧水法院", "etiquette=满意", "skill=不满意", "dedication=满意", NULL);
    make(&world.center, "organ_opinion", ref("case_id", kase), "date=2026-07-04", "organ=溧水法院", "etiquette=满意", "skill=满意", "dedication=基本满意", NULL);
    expect("L15.4", ALL, "1|2026-07-03|溧水法院||(溧)援决字〔2026〕第1号|周律师|满意|不满意|满意|\n");
    make(&world.center, "complaint", "date=2026-07-05", "name=钱某", "matter=收取财物", "against_kind=承办人", "against=周律师", ref("case_id", kase), "state=K2", "accepted_on=2026-07-07", NULL);
    make(&world.center, "case", "name=异议人", "received_on=2026-02-01", "case_type=民事", "state=O1", "decision=02", "decided_on=2026-02-05", "objected_on=2026-02-10", NULL);
    char *complaints = read_ledger(&world.center, "L7.1", year(2026));
    assert_non_null(strstr(complaints, "1|2026-07-05|钱某|||"));
    assert_non_null(strstr(complaints, "|周律师|(溧)援决字〔2026〕第1号|已受理|2026-07-07|"));
    free(complaints);
    expect("L7.2", year(2026), "1|2026-02-10|异议人||不予援助||2026-02-05||||||异议审查\n");
}

static void test_events_and_volunteers(void **state)
{
    struct id event, volunteer;
    (void)state;
    event = make(&world.center, "event", "title=广场宣传", "kind=02", "date=2026-03-08", "place=中心广场", "bodies=妇联", "partners=县电视台", "persons=300", "consulted=99", "materials=500", NULL);
    make(&world.center, "consultation", "date=2026-03-08", "content=问", "persons=4", ref("event", event), NULL);
    make(&world.center, "event_material", ref("event", event), "item=01", "quantity=800", "date=2026-03-08", NULL);
    make(&world.center, "case", "name=现场人", "received_on=2026-03-08", "case_type=民事", "state=S2", ref("event", event), NULL);
    char *events = read_ledger(&world.center, "L8", year(2026));
    assert_non_null(strstr(events, "1|2026-03-08||广场宣传|广场宣传|中心广场||"));
    assert_non_null(strstr(events, "|300|4|800|1|")); /* what rows add up to comes before what was typed */
    free(events);
    volunteer = make(&world.center, "volunteer", "name=孙志愿", "source=镇村", "phone=13900000009", "date=2024-01-01", NULL);
    make(&world.center, "volunteer", "name=新人", "source=社区", "date=2026-01-01", NULL);
    for (int i = 1; i <= 13; i++) {
        char day[32];
        snprintf(day, sizeof day, "date=2025-03-%02d", i);
        make(&world.center, "service_hours", ref("volunteer", volunteer), "name=孙志愿", day, "hours=8", NULL);
    }
    make(&world.center, "service_hours", ref("volunteer", volunteer), "name=孙志愿", "date=2026-03-08", "hours=6", ref("event", event), NULL);
    char *roster = read_ledger(&world.center, "L9.1", year(2026));
    assert_non_null(strstr(roster, "|孙志愿||镇村|13900000009|"));
    assert_non_null(strstr(roster, "|6|1\n")); /* six hours this year, a star for 110 in all */
    assert_non_null(strstr(roster, "|新人||社区|"));
    assert_non_null(strstr(roster, "|0|\n"));
    free(roster);
    expect("L9.2", year(2026),
           "1|2026-03-08|孙志愿|6||广场宣传||center\n"
           "= |||6||||\n");
    struct ledger_query by_hours = year(2025);
    by_hours.sort = "-@hours";
    char *sorted = read_ledger(&world.center, "L9.1", by_hours);
    assert_true(strncmp(sorted, "1|孙志愿|", strlen("1|孙志愿|")) == 0);
    free(sorted);
    by_hours.sort = "@hours";
    sorted = read_ledger(&world.center, "L9.1", by_hours);
    assert_true(strncmp(sorted, "1|新人|", strlen("1|新人|")) == 0);
    free(sorted);
}

static void test_trainings_meetings_duty_honours(void **state)
{
    struct id training;
    (void)state;
    training = make(&world.center, "training", "title=志愿者培训", "date=2026-04-01", "place=会议室", "hours=4", "persons=30", NULL);
    make(&world.center, "training", "title=承办人培训", "date=2026-04-02", "persons=12", NULL);
    make(&world.center, "attendance", ref("training", training), "name=甲", "date=2026-04-01", NULL);
    make(&world.center, "attendance", ref("training", training), "name=乙", "date=2026-04-01", "result=缺席", NULL);
    make(&world.center, "meeting", "title=第一次联席会", "kind=联席会", "date=2026-05-01", "persons=9", NULL);
    make(&world.center, "meeting", "title=例会", "kind=工作例会", "date=2026-05-02", "persons=5", NULL);
    expect("L10.1", year(2026),
           "1|2026-04-01|志愿者培训|会议室|||4|1||站1\n"
           "2|2026-04-02|承办人培训|||||12||站1\n"
           "= ||||||4|13||\n");
    expect("L10.2", year(2026),
           "1|2026-05-01|第一次联席会|||||9|||站1\n"
           "= |||||||9|||\n");
    make(&world.center, "duty_help", "date=2026-06-01", "lawyer=周律师", "organ_kind=看守所", "name=某甲", "cause=盗窃罪", "stage=侦查", "help_kind=法律咨询", NULL);
    char *duty = read_ledger(&world.center, "L12", year(2026));
    assert_non_null(strstr(duty, "1|2026-06-01|周律师|看守所||某甲|盗窃罪|侦查|法律咨询|"));
    free(duty);
    make(&world.center, "honour", "date=2026-03-01", "title=省妇女维权先进集体", "level=省部级以上", "grantor=省妇联", "name=县法律援助中心", NULL);
    make(&world.center, "token", "date=2026-03-02", "kind=锦旗（面）", "quantity=2", "giver=张文芳", NULL);
    make(&world.center, "token", "date=2026-03-03", "kind=感谢信（封）", "quantity=1", "giver=李四", NULL);
    expect("L13.1", year(2026), "1|2026-03-01|省妇女维权先进集体|省部级以上|省妇联|县法律援助中心||是||\n");
    expect("L13.2", year(2026),
           "1|2026-03-02|锦旗（面）|2|张文芳|||||\n"
           "2|2026-03-03|感谢信（封）|1|李四|||||\n"
           "= |||3||||||\n");
}

/* Nobody types 妇女, 未成年人, 老年人: they follow from sex and age on the day of receipt. */
static void test_special_registers(void **state)
{
    (void)state;
    make(&world.center, "case", "name=女工", "sex=女", "born=1990-01-01", "categories=农民工", "received_on=2026-03-01", "case_type=民事", "state=S2", NULL);
    make(&world.center, "case", "name=少年", "sex=女", "born=2008-03-03", "received_on=2026-03-02", "case_type=民事", "state=S2", NULL); /* eighteen the day after */
    make(&world.center, "case", "name=成年", "sex=男", "born=2008-03-03", "received_on=2026-03-03", "case_type=民事", "state=S2", NULL);
    make(&world.center, "case", "name=老兵", "sex=男", "born=1966-03-04", "categories=军人,残疾人", "received_on=2026-03-04", "case_type=民事", "state=S2", NULL);
    make(&world.center, "case", "name=聋人", "sex=男", "born=1980-01-01", "categories=盲聋哑人", "received_on=2026-03-05", "case_type=民事", "state=S2", NULL);
    make(&world.center, "case", "name=军嫂", "sex=女", "born=1980-01-01", "categories=军属", "received_on=2026-03-06", "case_type=民事", "state=S2", NULL);
    static const char *const EXPECTED[][2] = {{"L14.1", "女工"}, {"L14.2", "少年"}, {"L14.3", "女工军嫂"}, {"L14.4", "老兵"}, {"L14.5", "老兵聋人"}, {"L14.6", "老兵军嫂"}};
    for (size_t i = 0; i < 6; i++) {
        char *text = read_ledger(&world.center, EXPECTED[i][0], year(2026)), names[64] = "";
        for (char *line = strtok(text, "\n"); line != NULL && line[0] != '='; line = strtok(NULL, "\n")) {
            const char *name = strchr(strchr(line, '|') + 1, '|') + 1;
            strncat(names, name, strcspn(name, "|"));
        }
        assert_string_equal(names, EXPECTED[i][1]);
        free(text);
    }
    expect("L14.2", year(2026), "1|2026-03-02|少年|女|17||未成年人|民事||||||||已收件\n= ||||||||||||||0.00|\n");
}

static void test_overdue(void **state)
{
    struct ledger_query query = ALL;
    (void)state;
    make(&world.center, "case", "name=超期人", "received_on=2026-10-01", "case_type=民事", "cause=离婚纠纷", "state=S2", NULL); /* D01: the 8th */
    make(&world.center, "case", "name=未签人", "received_on=2026-09-01", "case_type=民事", "state=S7", "handler=周律师", "assigned_on=2026-10-12", NULL); /* D07: Monday the 19th (17th is a Saturday) */
    make(&world.center, "case", "name=刚收人", "received_on=2026-10-20", "case_type=民事", "state=S2", NULL);
    make(&world.center, "consultation", "date=2026-10-01", "name=来信人", "content=问", "channel=来信", NULL); /* D17 */
    char *all = read_ledger(&world.center, "L15", ALL);
    assert_non_null(strstr(all, "1|D01 审查决定|2026-10-08|-15|案件|"));
    assert_non_null(strstr(all, "|离婚纠纷|已收件||"));
    assert_non_null(strstr(all, "|D17 答复来信|"));
    assert_non_null(strstr(all, "|咨询|来信人"));
    assert_non_null(strstr(all, "|D07 签订协议|2026-10-19|-4|案件|"));
    assert_null(strstr(all, "刚收人"));
    free(all);
    char *handlers = read_ledger(&world.center, "L15.2", ALL);
    assert_true(strncmp(handlers, "1|D07 ", 6) == 0);
    assert_null(strstr(handlers, "\n2|"));
    assert_non_null(strstr(handlers, "|周律师|"));
    free(handlers);
    query.where = "name=未签人"; /* asked of each type that has a name */
    char *one = read_ledger(&world.center, "L15.1", query);
    assert_true(strncmp(one, "1|D07 ", 6) == 0);
    assert_null(strstr(one, "超期人"));
    free(one);
    query.where = "";
    query.sort = "name"; /* by pinyin, which is against the bytes: chao, wei */
    char *named = read_ledger(&world.center, "L15.1", query);
    assert_true(strncmp(named, "1|D01 ", 6) == 0);
    free(named);
    query.sort = "-@due";
    char *latest = read_ledger(&world.center, "L15.1", query);
    assert_true(strncmp(latest, "1|D07 ", 6) == 0);
    free(latest);
    assert_int_equal(day_from_ymd(2026, 10, 19, &query.from), STATUS_OK);
    latest = read_ledger(&world.center, "L15.1", query);
    assert_null(strstr(latest, "D01"));
    assert_non_null(strstr(latest, "D07"));
    free(latest);
}

/* ---- period, order, condition ---- */

static void test_both_days_of_a_period_are_in_it(void **state)
{
    struct ledger_query query = ALL;
    (void)state;
    for (int i = 1; i <= 5; i++) {
        char day[32], name[32];
        snprintf(day, sizeof day, "date=2026-03-%02d", i);
        snprintf(name, sizeof name, "giver=甲%d", i);
        make(&world.center, "token", day, "kind=锦旗（面）", "quantity=1", name, NULL);
    }
    assert_int_equal(day_from_ymd(2026, 3, 2, &query.from), STATUS_OK);
    assert_int_equal(day_from_ymd(2026, 3, 4, &query.to), STATUS_OK);
    expect("L13.2", query, "1|2026-03-02|锦旗（面）|1|甲2|||||\n2|2026-03-03|锦旗（面）|1|甲3|||||\n3|2026-03-04|锦旗（面）|1|甲4|||||\n= |||3||||||\n");
    query.sort = "-date";
    query.where = "赠送人 in (甲2, 甲4, 甲5)";
    expect("L13.2", query, "1|2026-03-04|锦旗（面）|1|甲4|||||\n2|2026-03-02|锦旗（面）|1|甲2|||||\n= |||2||||||\n");
    query.to = LEDGER_NO_DAY;
    query.sort = "-giver"; /* no index: sorted all the same */
    expect("L13.2", query, "1|2026-03-05|锦旗（面）|1|甲5|||||\n2|2026-03-04|锦旗（面）|1|甲4|||||\n3|2026-03-02|锦旗（面）|1|甲2|||||\n= |||3||||||\n");
}

static void refuse(const char *name, struct ledger_query query, enum status status, const char *part_of_message)
{
    struct errmsg err = {{0}};
    struct ledger_book *book;
    struct ledger_list *list;
    size_t part;
    assert_int_equal(ledger_book_load(&book, world.center.store, &reader, &err), STATUS_OK);
    const struct ledger *ledger = ledger_book_find(book, name, &part);
    assert_non_null(ledger);
    enum status got = ledger_open(&list, world.center.store, &reader, world.codes, ledger, part > 0 ? part - 1 : 0, &query, &err);
    if (got != status || strstr(err.text, part_of_message) == NULL)
        fail_msg("%s: %s: %s", name, status_name(got), err.text);
    assert_null(list);
    ledger_book_free(book);
}

static void test_refused(void **state)
{
    struct ledger_query query = ALL;
    (void)state;
    query.where = "nosuch=1";
    refuse("L1", query, STATUS_INVALID, "nosuch");
    refuse("L7.2", query, STATUS_INVALID, "异议"); /* which part */
    refuse("L15", query, STATUS_INVALID, "nosuch");
    query = ALL;
    query.sort = "nosuch";
    refuse("L1", query, STATUS_INVALID, "排序");
    query.sort = "@no";
    refuse("L1", query, STATUS_INVALID, "排序");
    query.sort = "@hours";
    refuse("L1", query, STATUS_INVALID, "@hours");
    query.sort = "person";
    refuse("L1", query, STATUS_INVALID, "排序");
    query = year(2026);
    query.to = query.from - 1;
    refuse("L1", query, STATUS_INVALID, "起日");
}

/* ---- pages ---- */

struct paging {
    struct list_key last;
    struct buf *out;
};

static bool page_row(void *context, const struct ledger_row *row)
{
    struct paging *paging = context;
    const struct field_def *name = catalogue_field(row->record->type, "name");
    list_key_copy(&paging->last, &row->key);
    buf_puts(paging->out, name != NULL ? record_text(row->record, "name") : "?");
    return true;
}

static void expect_pages(const char *name, const char *sort, size_t max, bool backwards, const char *expected)
{
    struct errmsg err = {{0}};
    struct ledger_book *book;
    struct buf out;
    struct ledger_query query = ALL;
    query.sort = sort;
    buf_init(&out, TEXT_MAX_BYTES);
    assert_int_equal(ledger_book_load(&book, world.center.store, &reader, &err), STATUS_OK);
    struct ledger_list *list = open_list(&world.center, book, name, &query);
    struct paging paging = {.out = &out};
    for (size_t before = 1; before != out.len;) {
        struct list_key after = paging.last;
        if (after.value.kind == VALUE_TEXT)
            after.value.text = after.text;
        before = out.len;
        assert_int_equal(ledger_page(list, &after, backwards, false, max, page_row, &paging, &err), STATUS_OK);
        buf_puts(&out, out.len != before ? "/" : "");
    }
    ledger_close(list);
    ledger_book_free(book);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static void test_pages(void **state)
{
    (void)state;
    static const char *const ROWS[][3] = {{"name=A", "born=1990-01-01", "sex=女"}, {"name=B", "born=1990-01-01", "sex=男"}, {"name=C", "born=1950-01-01", "sex=女"},
                                          {"name=D", "born=1980-01-01", "sex=女"}, {"name=E", "born=1970-01-01", "sex=男"}, {"name=F", "born=1960-01-01", "sex=女"}};
    for (size_t i = 0; i < 6; i++)
        make(&world.center, "case", ROWS[i][0], ROWS[i][1], ROWS[i][2], "received_on=2026-03-01", "case_type=民事", "state=S2", NULL);
    expect_pages("L2", NULL, 2, false, "AB/CD/EF/");
    expect_pages("L2", "-name", 4, false, "FEDC/BA/");
    expect_pages("L2", NULL, 4, true, "FEDC/BA/");
    expect_pages("L14.3", NULL, 3, false, "ACD/F/"); /* the men between are no rows */
    expect_pages("L14.3", "@age", 3, false, "ADF/C/"); /* gathered: 36, 46, 66, 76 */
    expect_pages("L14.3", "@age", 3, true, "CFD/A/");
}

/* ---- who sees what ---- */

static void test_a_station_sees_its_own(void **state)
{
    (void)state;
    make(&world.center, "consultation", "date=2026-03-01", "content=中心的", NULL);
    make(&world.stations[0], "consultation", "date=2026-03-02", "content=站里的", NULL);
    world_sync(&world, 0);
    reader = world.stations[0].actor;
    expect_at(&world.stations[0], "L1", year(2026), "1|2026-03-02||||||||站里的|||来访|1|1|站2|站2\n= |||||||||||||1|1||\n");
    reader = world.center.actor;
    char *both = read_ledger(&world.center, "L1", year(2026));
    assert_non_null(strstr(both, "中心的"));
    assert_non_null(strstr(both, "站里的"));
    free(both);
    struct ledger_query query = year(2026);
    query.where = "org=2";
    char *one = read_ledger(&world.center, "L1", query);
    assert_null(strstr(one, "中心的"));
    free(one);
}

static void test_sealed_people_are_in_no_ledger(void **state)
{
    (void)state;
    struct id person = make(&world.center, "person", "name=小某", "sealed=是", NULL);
    struct id kase = make(&world.center, "case", "name=小某", "received_on=2026-03-01", "case_type=刑事", "state=S12", "sealed=是", "decision_no=密1号", ref("applicant", person), NULL);
    make(&world.center, "payment", ref("case_id", kase), "handler=周律师", "name=小某", "amount=1800元", "paid_on=2026-04-01", NULL);
    make(&world.center, "return_visit", ref("case_id", kase), "name=小某", "date=2026-04-02", "method=上门", "outcome=已访", "overall=不满意", NULL);
    make(&world.center, "consultation", "date=2026-03-01", "name=小某", "content=问", ref("person", person), NULL);
    make(&world.center, "consultation", "date=2026-03-02", "name=李四", "content=问", NULL);
    static const char *const LEDGERS[] = {"L1", "L2", "L5", "L6", "L15.3"};
    for (size_t i = 0; i < 5; i++) { /* the owner stands for the director */
        char *text = read_ledger(&world.center, LEDGERS[i], ALL);
        assert_non_null(strstr(text, "小某"));
        free(text);
    }
    reader.owner = false;
    reader.role = ROLE_CLERK;
    for (size_t i = 0; i < 5; i++) {
        char *text = read_ledger(&world.center, LEDGERS[i], ALL);
        assert_null(strstr(text, "小某"));
        assert_null(strstr(text, "密1号"));
        if (i == 0)
            assert_non_null(strstr(text, "1|2026-03-02|李四|"));
        free(text);
    }
}

static void test_what_is_masked_says_so(void **state)
{
    (void)state;
    make(&world.center, "case", "name=林某", "phone=13900000008", "safe_contact=只打给姐姐", "received_on=2026-03-01", "case_type=民事", "state=S2", NULL);
    char *text = read_ledger(&world.center, "L2", ALL);
    assert_null(strstr(text, "13900000008"));
    assert_non_null(strstr(text, "(见安全联系方式)"));
    free(text);
}

/* ---- own views ---- */

static enum status save_view(struct node *node, const char *name, const char *type, const char *condition, const char *sort, const char *columns, struct errmsg *err)
{
    const char *const values[][2] = {{"name", name}, {"record_type", type}, {"condition", condition}, {"sort", sort}, {"columns", columns}};
    struct record view;
    enum status status = STATUS_OK;
    record_init(&view, catalogue_find("saved_view"));
    assert_int_equal(records_begin(node->store, &node->actor, &view, node->codes, err), STATUS_OK);
    for (size_t i = 0; i < 5; i++)
        if (values[i][1][0] != '\0')
            assert_int_equal(record_set_text(&view, values[i][0], values[i][1]), STATUS_OK);
    errmsg_clear(err);
    assert_int_equal(store_begin(node->store, "test", err), STATUS_OK);
    status = record_prepare(node->store, &node->actor, node->codes, node->random, &view, err);
    if (status == STATUS_OK)
        status = records_save(node->store, &node->actor, node->codes, node->random, &view, err);
    if (status == STATUS_OK)
        assert_int_equal(store_commit(node->store, err), STATUS_OK);
    else
        store_rollback(node->store);
    record_release(&view);
    return status;
}

static void refuse_view(const char *name, const char *type, const char *condition, const char *sort, const char *columns, enum status status, const char *part)
{
    struct errmsg err = {{0}};
    enum status got = save_view(&world.center, name, type, condition, sort, columns, &err);
    if (got != status || strncmp(err.text, part, strlen(part)) != 0)
        fail_msg("%s: %s", status_name(got), err.text);
}

static void test_own_views(void **state)
{
    struct errmsg err = {{0}};
    struct ledger_query query = year(2026);
    (void)state;
    make(&world.stations[0], "consultation", "date=2026-03-01", "name=甲", "content=一", "category=劳动纠纷", "persons=2", NULL);
    make(&world.stations[0], "consultation", "date=2026-03-02", "name=乙", "content=二", "category=婚姻家庭", NULL);
    make(&world.stations[0], "consultation", "date=2025-03-03", "name=丙", "content=三", "category=劳动纠纷", NULL);
    if (save_view(&world.stations[0], "讨薪咨询", "咨询", "类别 in (劳动纠纷)", "", "@no, 日期,name:谁，persons+", &err) != STATUS_OK)
        fail_msg("%s", err.text);
    reader = world.stations[0].actor;
    expect_at(&world.stations[0], "讨薪咨询", ALL, "1|2026-03-01|甲|2\n2|2025-03-03|丙|1\n= |||3\n"); /* newest first, as lists are */
    query.sort = "name";
    expect_at(&world.stations[0], "讨薪咨询", query, "1|2026-03-01|甲|2\n= |||2\n");
    world_sync(&world, 0);
    reader = world.center.actor;
    expect("讨薪咨询", ALL, "1|2026-03-01|甲|2\n2|2025-03-03|丙|1\n= |||3\n"); /* views travel like anything */
    if (save_view(&world.center, "全部人员", "person", "", "name", "", &err) != STATUS_OK)
        fail_msg("%s", err.text);
    make(&world.center, "person", "name=张三", "sex=男", NULL);
    char *people = read_ledger(&world.center, "全部人员", ALL);
    assert_non_null(strstr(people, "张三|男|"));
    free(people);
    refuse("全部人员", query, STATUS_INVALID, "没有日期");
}

static void test_views_are_checked(void **state)
{
    struct errmsg err = {{0}};
    (void)state;
    refuse_view("甲", "nosuch", "", "", "", STATUS_INVALID, "记录类型:");
    refuse_view("甲", "consultation", "nosuch=1", "", "", STATUS_INVALID, "条件: ");
    refuse_view("甲", "consultation", "category=火星", "", "", STATUS_INVALID, "条件: ");
    refuse_view("甲", "consultation", "", "nosuch", "", STATUS_INVALID, "排序: ");
    refuse_view("甲", "consultation", "", "", "name,nosuch", STATUS_INVALID, "列: ");
    refuse_view("甲", "consultation", "", "", "name,,phone", STATUS_INVALID, "列: ");
    refuse_view("甲", "consultation", "", "", "name.phone", STATUS_INVALID, "列: ");
    refuse_view("甲", "consultation", "", "", "person.nosuch", STATUS_INVALID, "列: ");
    refuse_view("甲", "consultation", "", "", "name+", STATUS_INVALID, "列: ");
    refuse_view("甲", "consultation", "", "", "@hours", STATUS_INVALID, "列: ");
    refuse_view("甲", "user", "", "", "name,password", STATUS_FORBIDDEN, "列: ");
    refuse_view("L4", "consultation", "", "", "", STATUS_INVALID, "名称: ");
    if (save_view(&world.center, "甲", "consultation", "", "-date", "name", &err) != STATUS_OK)
        fail_msg("%s", err.text);
    refuse_view("甲", "person", "", "", "", STATUS_EXISTS, "名称: ");
}

static void test_a_ledger_becomes_a_view(void **state)
{
    struct errmsg err = {{0}};
    struct ledger_query query = year(2026);
    struct ledger_book *book;
    struct buf text;
    size_t part;
    (void)state;
    buf_init(&text, TEXT_MAX_BYTES);
    query.where = "案由~劳动";
    assert_int_equal(ledger_book_load(&book, world.center.store, &reader, &err), STATUS_OK);
    assert_int_equal(ledger_condition(ledger_book_find(book, "L4", &part), 0, &query, &text, &err), STATUS_OK);
    assert_string_equal(buf_cstr(&text), "closed_on!= and closed_on>=2026-01-01 and closed_on<=2026-12-31 and 案由~劳动");
    assert_int_equal(ledger_condition(ledger_book_find(book, "L14", &part), 0, &query, &text, &err), STATUS_INVALID);
    buf_clear(&text);
    ledger_period_text(query.from, query.to, &text);
    assert_string_equal(buf_cstr(&text), "2026-01-01 至 2026-12-31");
    ledger_book_free(book);
    buf_release(&text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_there_are_fifteen),
        TEST(test_consultations),
        TEST(test_a_case_stands_in_its_ledgers),
        TEST(test_payments_are_added_up),
        TEST(test_visits_complaints_objections),
        TEST(test_events_and_volunteers),
        TEST(test_trainings_meetings_duty_honours),
        TEST(test_special_registers),
        TEST(test_overdue),
        TEST(test_both_days_of_a_period_are_in_it),
        TEST(test_refused),
        TEST(test_pages),
        TEST(test_a_station_sees_its_own),
        TEST(test_sealed_people_are_in_no_ledger),
        TEST(test_what_is_masked_says_so),
        TEST(test_own_views),
        TEST(test_views_are_checked),
        TEST(test_a_ledger_becomes_a_view),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
