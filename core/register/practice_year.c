/* core/register/practice_year.c - see practice_year.h. Rows are written as "field=value", as people write them, so that names of codes and not their numbers stand here. What follows from
 * others (names by the roster, handlers by the case) is left to the types' own preparation, as in the forms. */
#include "core/register/practice_year.h"

#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/record/code_book.h"
#include "core/register/act.h"

enum { REFS_MAX = 64, SCOPES_MAX = 8, NAME_BYTES = 64, SCALE = 20, YEAR_DAYS = 365, OPEN_TODAY = 0 };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct year {
    const struct practice_year_job *job;
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    struct random_source random;
    int64_t *made;
    struct errmsg *err;
    enum status status; /* of the first failure; nothing is written after it */
    struct record record; /* being filled in */
};

int64_t practice_year_count(int64_t consultations)
{
    int64_t count = PRACTICE_YEAR_COUNT - 1 + consultations / SCALE;
    return count < PRACTICE_YEAR_COUNT_MAX ? count : PRACTICE_YEAR_COUNT_MAX;
}

/* ---- one row ---- */

static void begin(struct year *year, const char *type)
{
    record_init(&year->record, catalogue_find(type));
    if (year->status == STATUS_OK)
        year->status = records_begin(year->store, year->actor, &year->record, year->codes, year->err);
}

static void put(struct year *year, const char *field, const char *text)
{
    const struct field_def *def = catalogue_field(year->record.type, field);
    if (year->status != STATUS_OK)
        return;
    year->status = record_parse(&year->record, def, year->codes, text, strlen(text), year->err);
    if (year->status != STATUS_OK)
        errmsg_wrap(year->err, year->status, "%s %s", year->record.type->name, field);
}

/* "field=value", ended by NULL. */
static void put_all(struct year *year, const char *const *fields)
{
    for (; *fields != NULL; fields++) {
        char name[NAME_BYTES];
        const char *equals = strchr(*fields, '=');
        snprintf(name, sizeof name, "%.*s", (int)(equals - *fields), *fields);
        put(year, name, equals + 1);
    }
}

static void put_number(struct year *year, const char *field, int64_t number)
{
    if (year->status == STATUS_OK)
        year->status = record_set_int(&year->record, field, number);
}

static void put_ref(struct year *year, const char *field, struct id id)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    if (year->status == STATUS_OK && !id_is_zero(id))
        year->status = record_set_text(&year->record, field, text);
}

static struct id save(struct year *year)
{
    struct id id = {{0}};
    if (year->status == STATUS_OK && record_is_prepared(year->record.type))
        year->status = record_prepare(year->store, year->actor, year->codes, year->random, &year->record, year->err);
    if (year->status == STATUS_OK)
        year->status = records_save(year->store, year->actor, year->codes, year->random, &year->record, year->err);
    if (year->status == STATUS_OK) {
        id = year->record.id;
        ++*year->made;
    }
    record_release(&year->record);
    return id;
}

static struct practice_person somebody(struct year *year)
{
    struct practice_person person;
    practice_make_person(year->job->practice, year->codes, year->random, year->job->area, year->job->town, year->job->today, &person);
    return person;
}

static int32_t days_ago(const struct year *year, int64_t days)
{
    return year->job->today - (int32_t)days;
}

static int64_t some(struct year *year, int64_t least, int64_t most)
{
    return least + (int64_t)random_below(year->random, (uint64_t)(most - least + 1));
}

/* ---- reading what is there ---- */

struct rows {
    struct id ids[REFS_MAX];
    int64_t scopes[REFS_MAX];
    char names[REFS_MAX][NAME_BYTES]; /* the first title field */
    char towns[REFS_MAX][PRACTICE_CODE_BYTES];
    size_t n;
};

static bool take_row(void *context, const struct record *record, const struct list_key *key)
{
    struct rows *rows = context;
    const struct field_def *name = catalogue_field(record->type, "name"), *town = catalogue_field(record->type, "town");
    (void)key;
    rows->ids[rows->n] = record->id;
    rows->scopes[rows->n] = record->scope;
    snprintf(rows->names[rows->n], NAME_BYTES, "%s", name != NULL ? record_text(record, "name") : "");
    snprintf(rows->towns[rows->n], PRACTICE_CODE_BYTES, "%s", town != NULL ? record_text(record, "town") : "");
    return ++rows->n < REFS_MAX;
}

static struct rows read_rows(struct year *year, const char *type)
{
    struct rows rows = {.n = 0};
    struct list_query query = {.type = catalogue_find(type), .limit = REFS_MAX};
    if (year->status == STATUS_OK)
        year->status = records_list(year->store, year->actor, &query, take_row, &rows, year->err);
    return rows;
}

static struct id own_org(struct year *year)
{
    struct rows orgs = read_rows(year, "org");
    return orgs.n > 0 ? orgs.ids[orgs.n - 1] : (struct id){{0}};
}

/* ---- center ---- */

static void make_campaigns(struct year *year)
{
    for (int64_t ago = 1; ago >= 0; ago--) {
        begin(year, "campaign");
        put_all(year, (const char *const[]){"name=法律援助宣传周（练习）", "theme=法援惠民生，关爱在身边", "laws=法律援助法,江苏省法律援助条例,妇女权益保障法,老年人权益保障法,未成年人保护法,工会法",
                                            "bodies=人武部,人民法院,人民检察院,总工会,团县委,妇联,老龄委,残联,各镇法律援助工作站", "basis=关于开展法律援助宣传周活动的通知", NULL});
        put_number(year, "ordinal", 2 - ago);
        put_number(year, "date", days_ago(year, 40 + ago * YEAR_DAYS));
        put_number(year, "end_date", days_ago(year, 34 + ago * YEAR_DAYS));
        (void)save(year);
    }
}

static void make_staff(struct year *year, struct id org)
{
    static const char *const posts[] = {"负责人", "专职", "专职", "兼职", "联络员"};
    for (int64_t i = 0; i < year->job->count; i++) {
        struct practice_person person = somebody(year);
        begin(year, "staff");
        put(year, "name", person.name);
        put_ref(year, "org", org);
        put(year, "post", posts[i < (int64_t)COUNT(posts) ? i : (int64_t)COUNT(posts) - 1]);
        put(year, "education", i % 3 == 2 ? "大学专科毕业" : "大学本科毕业");
        put(year, "phone", person.phone);
        put_number(year, "law_major", i % 2 == 0);
        put_number(year, "date", days_ago(year, 200 + i * 90));
        (void)save(year);
        begin(year, "duty_shift");
        put(year, "name", person.name);
        put(year, "place", i % 4 == 3 ? "12348热线" : "接待窗口");
        put(year, "result", "到场");
        put_number(year, "date", days_ago(year, 2 + i));
        (void)save(year);
    }
}

static struct id make_meeting(struct year *year)
{
    static const char *const actions[] = {"妇联、总工会分部每月报送一次受理情况", "为军人军属开通优先受理窗口", "各镇工作站补齐便民卡", "法院诉讼服务中心设法律援助联络点", "老龄委协助摸清行动不便老人名单"};
    begin(year, "meeting");
    put_all(year, (const char *const[]){"title=法律援助联席会议（练习）", "kind=联席会", "place=司法局会议室", "bodies=总工会,团县委,妇联,老龄委,人武部,残联", "persons=14",
                                        "topics=特殊群体维权，分部运行", "minutes=通报上半年办案情况，商定下半年分部值班和转介办法。", NULL});
    put_number(year, "date", days_ago(year, 95));
    struct id meeting = save(year);
    for (size_t i = 0; i < COUNT(actions); i++) {
        begin(year, "meeting_action");
        put_ref(year, "meeting", meeting);
        put(year, "content", actions[i]);
        put(year, "who", i % 2 == 0 ? "中心" : "各分部");
        put_number(year, "due", days_ago(year, 60 - (int64_t)i * 18));
        if (i < 3)
            put_number(year, "done_on", days_ago(year, 65 - (int64_t)i * 10));
        (void)save(year);
    }
    return meeting;
}

static void make_training(struct year *year, struct id meeting)
{
    begin(year, "training");
    put_all(year, (const char *const[]){"title=法律援助志愿者业务培训（练习）", "place=司法局会议室", "hours=8", "audience=志愿者,联络员", "content=法律援助法要点、咨询登记、转介和外展录入", NULL});
    put_number(year, "date", days_ago(year, 120));
    struct id training = save(year);
    for (int64_t i = 0; i < year->job->count; i++) {
        struct practice_person person = somebody(year);
        begin(year, "attendance");
        put(year, "name", person.name);
        put_ref(year, i % 4 == 3 ? "meeting" : "training", i % 4 == 3 ? meeting : training);
        put(year, "result", i % 5 == 4 ? "请假" : "到场");
        put_number(year, "date", days_ago(year, i % 4 == 3 ? 95 : 120));
        (void)save(year);
    }
}

static void make_rules(struct year *year)
{
    static const char *const titles[] = {"县法律援助实施办法（练习）", "律师承办法律援助案件指派规则（练习）", "关于法律援助诉讼案件有关问题的规定（练习）"};
    for (size_t i = 0; i < COUNT(titles); i++) {
        begin(year, "rule_document");
        put(year, "title", titles[i]);
        put(year, "issuer", i == 2 ? "县人民法院、县司法局" : "县司法局");
        put(year, "text", "练习用，不是真实文件。");
        put_number(year, "issued_on", days_ago(year, 900 - (int64_t)i * 200));
        put_number(year, "effective_on", days_ago(year, 870 - (int64_t)i * 200));
        struct id first = save(year);
        if (i != 0)
            continue;
        begin(year, "rule_document");
        put(year, "title", titles[i]);
        put(year, "edition", "2");
        put(year, "issuer", "县司法局");
        put_ref(year, "replaces", first);
        put_number(year, "issued_on", days_ago(year, 300));
        put_number(year, "effective_on", days_ago(year, 270));
        (void)save(year);
    }
}

static void make_honours(struct year *year, struct id org)
{
    static const char *const rows[][3] = {{"妇女维权先进集体（练习）", "省部级以上", "省妇联"},
                                          {"法律援助工作先进集体（练习）", "地市级", "市司法局"},
                                          {"便民服务示范窗口（练习）", "县级", "县人民政府"},
                                          {"青年文明号（练习）", "县级", "团县委"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin(year, "honour");
        put(year, "title", rows[i][0]);
        put(year, "level", rows[i][1]);
        put(year, "grantor", rows[i][2]);
        put(year, "name", "法律援助中心");
        put_ref(year, "org", org);
        put_number(year, "date", days_ago(year, 30 + (int64_t)i * 85));
        (void)save(year);
    }
}

static void make_stock(struct year *year, int64_t factor)
{
    static const struct {
        const char *item;
        int64_t quantity;
    } rows[] = {{"宣传资料（份）", 400}, {"手册（份）", 120}, {"便民卡（份）", 300}, {"展板（块）", 4}, {"宣传品（件）", 60}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin(year, "stock_move");
        put(year, "item", rows[i].item);
        put(year, "kind", "入库");
        put(year, "other", factor > 1 ? "市司法局" : "县法律援助中心");
        put_number(year, "quantity", rows[i].quantity * factor);
        put_number(year, "date", days_ago(year, 90 + (int64_t)i));
        (void)save(year);
    }
}

static enum status in_one_transaction(struct year *year, void (*fill)(struct year *year))
{
    enum status status = store_begin(year->store, "practice", year->err);
    if (status != STATUS_OK)
        return status;
    fill(year);
    if (year->status == STATUS_OK)
        return store_commit(year->store, year->err);
    store_rollback(year->store);
    *year->made = 0;
    return year->status;
}

static void fill_center(struct year *year)
{
    struct id org = own_org(year);
    make_campaigns(year);
    make_staff(year, org);
    make_training(year, make_meeting(year));
    make_rules(year);
    make_honours(year, org);
    make_stock(year, 10);
}

/* ---- station ---- */

static void make_handouts(struct year *year, struct id event, int32_t day)
{
    static const char *const items[] = {"宣传资料（份）", "便民卡（份）", "手册（份）"};
    for (size_t i = 0; i < COUNT(items); i++) {
        begin(year, "event_material");
        put_ref(year, "event", event);
        put(year, "item", items[i]);
        put_number(year, "quantity", some(year, 8, 20) * (i == 0 ? 3 : 1));
        put_number(year, "date", day);
        (void)save(year);
    }
}

static struct id make_event(struct year *year, struct id campaign, int64_t i, int64_t days)
{
    static const char *const rows[][4] = {{"送法进镇村（练习）", "送法进镇村", "镇村", "村部广场"},
                                          {"送法进军营（练习）", "送法进军营", "军营", "营区礼堂"},
                                          {"送法进社区（练习）", "送法进社区", "社区", "社区服务中心"},
                                          {"送法进企业（练习）", "送法进企业", "工厂、企业、工地", "园区食堂"},
                                          {"集市广场宣传（练习）", "广场宣传", "广场、集市", "集贸市场"},
                                          {"送法进学校（练习）", "送法进学校", "学校", "中学操场"}};
    const char *const *row = rows[(size_t)i % COUNT(rows)];
    struct practice_person place = somebody(year);
    begin(year, "event");
    put(year, "title", row[0]);
    put(year, "kind", row[1]);
    put(year, "place_kind", row[2]);
    put(year, "place", row[3]);
    if (strcmp(row[2], "军营") == 0)
        put(year, "unit", "驻军单位（代号一）");
    else if (place.village[0] != '\0')
        put(year, "village", place.village);
    put(year, "laws", "法律援助法,民法典");
    put_ref(year, "campaign", campaign);
    put_number(year, "date", days_ago(year, days));
    if (days != OPEN_TODAY) {
        put_number(year, "persons", some(year, 40, 200));
        put_number(year, "photos", some(year, 3, 12));
        put_number(year, "closed_on", days_ago(year, days));
    }
    return save(year);
}

static void make_events(struct year *year, struct id campaign, struct rows *events)
{
    for (int64_t i = 0; i < year->job->count; i++) {
        int64_t days = i < 6 ? 40 - i : 60 + i * 5;
        events->ids[events->n] = make_event(year, i < 6 ? campaign : (struct id){{0}}, i, days);
        make_handouts(year, events->ids[events->n], days_ago(year, days));
        events->n += events->n + 1 < REFS_MAX;
    }
    (void)make_event(year, (struct id){{0}}, 0, OPEN_TODAY);
}

static void make_referral(struct year *year, struct id volunteer, int64_t i)
{
    struct practice_person person = somebody(year);
    begin(year, "referral");
    put_ref(year, "volunteer", volunteer);
    put(year, "name", person.name);
    put(year, "phone", person.phone);
    put(year, "category", i % 2 == 0 ? "劳动报酬" : "赡养费");
    put(year, "content", i % 2 == 0 ? "工地欠薪三个月，想讨回工资" : "子女不给赡养费");
    put(year, "target", "工作站");
    if (i % 3 != 0)
        put(year, "result", "已咨询");
    put_number(year, "date", days_ago(year, 15 + i * 6));
    (void)save(year);
}

static void make_volunteers(struct year *year, const struct rows *events)
{
    static const char *const sources[] = {"镇村", "社区", "机关团体", "法律服务从业人员"};
    for (int64_t i = 0; i < year->job->count; i++) {
        struct practice_person person = somebody(year);
        begin(year, "volunteer");
        put_all(year, (const char *const[]){"services=法律咨询,法治宣传", "id_kind=居民身份证", NULL});
        put(year, "name", person.name);
        put(year, "sex", person.sex);
        put(year, "id_no", person.id_no);
        put(year, "phone", person.phone);
        put(year, "source", sources[(size_t)i % COUNT(sources)]);
        if (person.village[0] != '\0')
            put(year, "village", person.village);
        put_number(year, "date", days_ago(year, 200 + i * 3));
        struct id volunteer = save(year);
        for (size_t e = 0; e < events->n && e < 2; e++) {
            begin(year, "service_hours");
            put_ref(year, "volunteer", volunteer);
            put(year, "name", person.name);
            put_ref(year, "event", events->ids[((size_t)i + e) % events->n]);
            put(year, "kind", e == 0 ? "法治宣传" : "法律咨询");
            put_number(year, "hours", some(year, 2, 6));
            put_number(year, "date", days_ago(year, 40 - i % 6 - (int64_t)e));
            (void)save(year);
        }
        make_referral(year, volunteer, i);
    }
}

static void make_echo(struct year *year, const struct rows *events)
{
    static const char *const outlets[][2] = {{"报纸杂志", "溧水日报（练习）"}, {"电台电视", "县广播电视台（练习）"}, {"互联网新媒体", "县司法局公众号（练习）"}};
    for (size_t i = 0; i < COUNT(outlets) && i < events->n; i++) {
        begin(year, "media_item");
        put(year, "kind", outlets[i][0]);
        put(year, "outlet", outlets[i][1]);
        put(year, "title", "法律援助走进百姓身边");
        put_ref(year, "event", events->ids[i]);
        put_number(year, "date", days_ago(year, 36 - (int64_t)i));
        (void)save(year);
    }
    begin(year, "complaint");
    put_all(year, (const char *const[]){"channel=来电", "matter=懈怠履职、擅自停止办理", "against_kind=承办人", "content=指派后两个月没有联系我", NULL});
    put(year, "name", somebody(year).name);
    put_number(year, "date", days_ago(year, 3));
    (void)save(year);
}

static void fill_station(struct year *year)
{
    struct rows campaigns = read_rows(year, "campaign"), events = {.n = 0};
    make_stock(year, 1);
    make_events(year, campaigns.n > 0 ? campaigns.ids[0] : (struct id){{0}}, &events);
    make_volunteers(year, &events);
    make_echo(year, &events);
}

/* ---- what follows the stations' rows ---- */

/* A case of last year as the paper files have it: entered whole by the owner. The handler's number in the roster turns with i. */
static struct id make_closed_case(struct year *year, int64_t scope, const char *town, const struct rows *handlers, int64_t i, int32_t closed)
{
    static const char *const causes[] = {"追索劳动报酬纠纷", "赡养纠纷", "离婚纠纷", "机动车交通事故责任纠纷", "抚养纠纷"};
    struct practice_year_job at = *year->job;
    const struct practice_year_job *job = year->job;
    char id[ID_TEXT_BYTES];
    at.town = town;
    year->job = &at;
    struct practice_person person = somebody(year);
    year->job = job;
    begin(year, "case");
    year->record.scope = scope;
    put_all(year, (const char *const[]){"case_type=民事", "aid_form=民事诉讼代理", "decision=给予援助", "outcome=调解", "closing_doc=调解书", "recovered=8600元", "id_kind=居民身份证", NULL});
    put(year, "name", person.name);
    put(year, "sex", person.sex);
    put(year, "phone", person.phone);
    put(year, "id_no", person.id_no);
    if (person.village[0] != '\0')
        put(year, "village", person.village);
    put_number(year, "received_on", closed - 80);
    put(year, "cause", causes[(size_t)i % COUNT(causes)]);
    if (handlers->n > 0) {
        size_t h = (size_t)i % handlers->n;
        put(year, "handler", handlers->names[h]);
        id_format(handlers->ids[h], id);
        put(year, "handler_ref", id);
    }
    put_number(year, "decided_on", closed - 76);
    put_number(year, "assigned_on", closed - 74);
    put_number(year, "closed_on", closed);
    put_number(year, "archived_on", closed + 45);
    if (year->status == STATUS_OK)
        year->status = record_set_text(&year->record, "state", "S12");
    return save(year);
}

static void make_visit(struct year *year, struct id kase, int64_t i, bool money_taken)
{
    static const char *const answers[] = {"满意", "满意", "基本满意", "满意", "不满意"};
    bool reached = i % 6 != 4;
    begin(year, "return_visit");
    put_ref(year, "case_id", kase);
    put(year, "visitor", "回访员（练习）");
    put(year, "method", reached ? "上门" : "电话");
    put(year, "outcome", reached ? "已访" : "外出务工");
    if (reached) {
        static const char *const questions[] = {"attitude", "communication", "interests", "result", "overall"};
        for (size_t q = 0; q < COUNT(questions); q++)
            put(year, questions[q], answers[((size_t)i + (q == 3)) % COUNT(answers)]);
        put_all(year, (const char *const[]){"publicity_done=是", "opinion=希望结果早些告诉我", NULL});
        put_number(year, "money_taken", money_taken);
    }
    put_number(year, "date", days_ago(year, some(year, 5, 60)));
    (void)save(year);
}

static void make_opinions(struct year *year, struct id kase, int64_t scope, int64_t i)
{
    begin(year, "organ_opinion");
    put_ref(year, "case_id", kase);
    put_all(year, (const char *const[]){"organ=区人民法院", "etiquette=满意", "skill=满意", "dedication=满意", NULL});
    put_number(year, "date", days_ago(year, 70 + i));
    (void)save(year);
    begin(year, "court_observation");
    put_ref(year, "case_id", kase);
    put_all(year, (const char *const[]){"court=区人民法院第三法庭", "rating=良好", "content=按时到庭，发问有针对性", NULL});
    put_number(year, "date", days_ago(year, 75 + i));
    (void)save(year);
    begin(year, "eval");
    put_ref(year, "case_id", kase);
    put_all(year, (const char *const[]){"standard=民事行政案件百分制", "reviewers=评估员（练习）", "comment=程序完整，卷宗齐全", NULL});
    put_number(year, "total", some(year, 78, 96));
    put_number(year, "date", days_ago(year, 15 + i));
    (void)save(year);
    begin(year, "token");
    year->record.scope = scope; /* a row of a case belongs to whom the case belongs */
    put_ref(year, "case_id", kase);
    put_all(year, (const char *const[]){"recipient=法律援助中心", "text=情系百姓 维护公正", NULL});
    put(year, "kind", i % 2 == 0 ? "锦旗（面）" : "感谢信（封）");
    put(year, "giver", somebody(year).name);
    put_number(year, "date", days_ago(year, 20 + i));
    (void)save(year);
}

/* A day of last year, spread over it by i of n; none lies so early that the file was received the year before that. */
static int32_t last_year(const struct year *year, int64_t i, int64_t n)
{
    int now, month, dom;
    int32_t first = 0;
    day_to_ymd(year->job->today, &now, &month, &dom);
    (void)day_from_ymd(now - 1, 1, 1, &first);
    return first + 90 + (int32_t)(i * 250 / (n > 0 ? n : 1));
}

static void fill_org(struct year *year, int64_t scope, const char *town, const struct rows *handlers, bool first)
{
    for (int64_t i = 0; i < year->job->count; i++) {
        struct id kase = make_closed_case(year, scope, town, handlers, i, last_year(year, i, year->job->count));
        if (i % 4 != 3) /* the others are still to be visited */
            make_visit(year, kase, i, first && i == 1);
        if (i == 0)
            make_opinions(year, kase, scope, scope);
    }
}

static void make_reward(struct year *year, const struct rows *handlers)
{
    if (handlers->n == 0)
        return;
    begin(year, "reward");
    put_all(year, (const char *const[]){"kind=通报表扬", "basis=年度目标考核（练习）", NULL});
    put(year, "name", handlers->names[0]);
    put_ref(year, "handler_ref", handlers->ids[0]);
    put_number(year, "date", days_ago(year, 25));
    (void)save(year);
}

static void fill_after(struct year *year)
{
    struct rows events = read_rows(year, "event"), handlers = read_rows(year, "handler");
    int64_t done[SCOPES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < events.n && n < SCOPES_MAX; i++) {
        bool known = events.towns[i][0] == '\0'; /* barracks have no town; their station has other events */
        for (size_t s = 0; s < n; s++)
            known = known || done[s] == events.scopes[i];
        if (known)
            continue;
        done[n++] = events.scopes[i];
        fill_org(year, events.scopes[i], events.towns[i], &handlers, n == 1);
    }
    make_reward(year, &handlers);
}

/* Every other row, by the act a person would use. */
static void act_upon(struct year *year, const char *type, const char *name)
{
    const struct act *act = act_find(catalogue_find(type), name);
    struct rows rows = read_rows(year, type);
    for (size_t i = 0; year->status == STATUS_OK && i < rows.n; i += 2) {
        struct act_move move;
        year->status = act_begin(year->store, year->actor, year->codes, act, rows.ids[i], &move, year->err);
        if (year->status != STATUS_OK)
            return;
        year->status = act_commit(year->store, year->actor, year->codes, year->random, &move, year->err);
        act_release(&move);
        *year->made += year->status == STATUS_OK;
    }
}

/* ---- ways in ---- */

static struct year begin_year(const struct practice_year_job *job, struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, int64_t *made,
                              struct errmsg *err)
{
    *made = 0;
    return (struct year){.job = job, .store = store, .actor = actor, .codes = codes, .random = random, .made = made, .err = err, .status = STATUS_OK};
}

enum status practice_year_center(const struct practice_year_job *job, struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, int64_t *made,
                                 struct errmsg *err)
{
    struct year year = begin_year(job, store, actor, codes, random, made, err);
    return in_one_transaction(&year, fill_center);
}

enum status practice_year_station(const struct practice_year_job *job, struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, int64_t *made,
                                  struct errmsg *err)
{
    struct year year = begin_year(job, store, actor, codes, random, made, err);
    return in_one_transaction(&year, fill_station);
}

enum status practice_year_after(const struct practice_year_job *job, struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, int64_t *made,
                                struct errmsg *err)
{
    struct year year = begin_year(job, store, actor, codes, random, made, err);
    enum status status = in_one_transaction(&year, fill_after);
    if (status != STATUS_OK)
        return status;
    act_upon(&year, "volunteer", "appoint");
    act_upon(&year, "complaint", "accept");
    return year.status;
}
