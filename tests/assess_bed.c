/* tests/assess_bed.c - see assess_bed.h. */
#include "tests/assess_bed.h"

struct world assess_bed_world;

static struct rules *rules;

static struct calendar *calendar;

struct assess_desk assess_bed_desk;

static char folder[64];

char assess_bed_center_folder[80];

struct id assess_bed_zhang;

struct id assess_bed_li;

static struct id firm;

static struct id station;

static struct id volunteer;

int32_t assess_bed_day(const char *text)
{
    int32_t out = 0;
    assert_int_equal(day_parse(text, strlen(text), &out), STATUS_OK);
    return out;
}

static void set_field(struct record *record, const char *name, const char *text)
{
    struct errmsg said = {{0}};
    const struct field_def *field = catalogue_field(record->type, name);
    assert_non_null(field);
    if (record_parse(record, field, assess_bed_world.codes, text, strlen(text), &said) != STATUS_OK)
        fail_msg("%s=%s: %s", name, text, said.text);
}

/* "name=张三 kind=02" */
void assess_bed_fill(struct record *record, const char *fields)
{
    char copy[1000], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", fields);
    for (char *part = strtok_r(copy, " ", &rest); part != NULL; part = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(part, '=');
        assert_non_null(equals);
        *equals = '\0';
        set_field(record, part, equals + 1);
    }
}

/* A row of an org's (1: the center), as actions and people would have left it; `ref` names another row in `ref_field` (NULL: none). */
static struct id put(int64_t org, const char *type, const char *ref_field, struct id ref, const char *fields)
{
    struct node *center = &assess_bed_world.center;
    struct actor acting = center->actor;
    struct record record;
    char id[ID_TEXT_BYTES];
    acting.acting = true;
    record_init(&record, catalogue_find(type));
    must_do(records_begin(center->store, &acting, &record, assess_bed_world.codes, &err));
    if (record.scope != 0)
        record.scope = org;
    id_format(ref, id);
    if (ref_field != NULL)
        must_do(record_set_text(&record, ref_field, id));
    assess_bed_fill(&record, fields);
    must_do(records_save(center->store, &acting, assess_bed_world.codes, center->random, &record, &err));
    struct id out = record.id;
    record_release(&record);
    return out;
}

static struct id add(const char *type, const char *ref_field, struct id ref, const char *fields)
{
    return put(1, type, ref_field, ref, fields);
}

static struct id add_case(struct id handler, const char *fields)
{
    char text[1000];
    snprintf(text, sizeof text, "name=受援人 received_on=2025-01-01 case_type=02 %s", fields);
    return add("case", "handler_ref", handler, text);
}

/* A visit of a handler's case. */
static void add_visit(struct id handler, struct id kase, const char *fields)
{
    char text[1000], id[ID_TEXT_BYTES];
    id_format(handler, id);
    snprintf(text, sizeof text, "handler_ref=%s date=2026-09-01 %s", id, fields);
    (void)add("return_visit", "case_id", kase, text);
}

static void add_eval(struct id kase, int total)
{
    char text[200];
    snprintf(text, sizeof text, "round=1 standard=civil100 edition=1 date=2027-01-05 reviewers=赵老师 total=%d", total);
    (void)add("eval", "case_id", kase, text);
}

static void add_zhang(void)
{
    struct id cases[7], training, nobody = {{0}};
    cases[0] = add_case(assess_bed_zhang, "state=S12 assigned_on=2026-01-05 agreed_on=2026-01-08 closed_on=2026-03-02 reported_on=2026-03-20 outcome=01");
    cases[1] = add_case(assess_bed_zhang, "state=S12 assigned_on=2026-01-06 agreed_on=2026-01-20 closed_on=2026-04-01 reported_on=2026-05-20 outcome=02");
    cases[2] = add_case(assess_bed_zhang, "state=S9 assigned_on=2025-12-30 agreed_on=2026-02-20 closed_on=2026-06-01 reported_on=2026-06-10 outcome=04");
    cases[3] = add_case(assess_bed_zhang, "state=S8 assigned_on=2026-02-02 closed_on=2026-07-01 outcome=06");
    cases[4] = add_case(assess_bed_zhang, "state=X5 assigned_on=2026-03-03 closed_on=2026-07-30 terminated_on=2026-08-01");
    cases[5] = add_case(assess_bed_zhang, "state=S12 assigned_on=2025-03-03 agreed_on=2025-03-04 closed_on=2025-12-31 reported_on=2025-12-31 outcome=01");
    cases[6] = add_case(assess_bed_zhang, "state=S9 assigned_on=2026-12-31 agreed_on=2027-01-04 closed_on=2027-01-01 reported_on=2027-01-01 outcome=01");
    add_eval(cases[0], 92);
    add_eval(cases[1], 83);
    add_eval(cases[5], 60);
    (void)add("step", "case_id", cases[1], "action=return-closing date=2026-05-25 reason=缺判决书");
    add_visit(assess_bed_zhang, cases[0], "outcome=1 overall=1");
    add_visit(assess_bed_zhang, cases[1], "outcome=1 overall=3");
    add_visit(assess_bed_zhang, cases[2], "outcome=3");
    (void)add("duty_shift", "handler_ref", assess_bed_zhang, "name=张律师 date=2026-01-10 shift=1 result=1");
    (void)add("duty_shift", "handler_ref", assess_bed_zhang, "name=张律师 date=2026-01-10 shift=2 result=1");
    (void)add("duty_shift", "handler_ref", assess_bed_zhang, "name=张律师 date=2026-02-10 result=3");
    (void)add("duty_shift", "handler_ref", assess_bed_zhang, "name=张律师 date=2026-03-10 result=1 substitute=李律师");
    (void)add("duty_shift", "handler_ref", assess_bed_zhang, "name=张律师 date=2026-04-10");
    (void)add("duty_shift", "handler_ref", assess_bed_zhang, "name=张律师 date=2027-01-01 result=1");
    (void)add("complaint", "handler_ref", assess_bed_zhang, "date=2026-04-01 matter=2 against_kind=2 state=K3 resolved_on=2026-05-01 finding=2");
    (void)add("complaint", "handler_ref", assess_bed_zhang, "date=2026-04-01 matter=2 against_kind=2 state=K3 resolved_on=2026-05-02 finding=3");
    (void)add("complaint", "handler_ref", assess_bed_zhang, "date=2026-04-01 matter=1 against_kind=1 state=K3 resolved_on=2026-05-03 finding=1");
    (void)add("complaint", "handler_ref", assess_bed_zhang, "date=2025-04-01 matter=2 against_kind=2 state=K3 resolved_on=2025-05-01 finding=1");
    (void)add("token", "handler_ref", assess_bed_zhang, "date=2026-03-01 kind=1 quantity=1 giver=受援人");
    (void)add("token", "handler_ref", assess_bed_zhang, "date=2026-03-02 kind=2 quantity=4 giver=受援人");
    (void)add("token", "handler_ref", assess_bed_zhang, "date=2026-03-03 kind=3 quantity=9 giver=受援人");
    training = add("training", NULL, nobody, "title=业务培训 date=2026-03-01");
    char ref[ID_TEXT_BYTES], text[200];
    id_format(training, ref);
    snprintf(text, sizeof text, "name=张律师 date=2026-03-01 training=%s result=1", ref);
    (void)add("attendance", "handler_ref", assess_bed_zhang, text);
    snprintf(text, sizeof text, "name=张律师 date=2026-03-02 training=%s result=3", ref);
    (void)add("attendance", "handler_ref", assess_bed_zhang, text);
    struct id meeting = add("meeting", NULL, nobody, "title=联席会 kind=1 date=2026-04-01");
    id_format(meeting, ref);
    snprintf(text, sizeof text, "name=张律师 date=2026-04-01 meeting=%s result=1", ref);
    (void)add("attendance", "handler_ref", assess_bed_zhang, text);
}

static void add_li(void)
{
    struct id kase = add_case(assess_bed_li, "state=S12 assigned_on=2026-02-02 agreed_on=2026-02-03 closed_on=2026-03-02 reported_on=2026-03-03 outcome=08");
    char text[200], id[ID_TEXT_BYTES];
    add_eval(kase, 100);
    add_visit(assess_bed_li, kase, "outcome=1 overall=1");
    id_format(assess_bed_li, id);
    snprintf(text, sizeof text, "handler_ref=%s date=2026-04-01 organ=县法院 etiquette=1 skill=2 dedication=3", id);
    (void)add("organ_opinion", "case_id", kase, text);
    snprintf(text, sizeof text, "handler_ref=%s date=2026-04-02 organ=县法院 etiquette=3 skill=3 dedication=3", id);
    (void)add("organ_opinion", "case_id", kase, text);
    snprintf(text, sizeof text, "handler_ref=%s date=2025-04-02 organ=县法院 etiquette=1 skill=1 dedication=1", id);
    (void)add("organ_opinion", "case_id", kase, text);
}

static const struct id NOBODY = {{0}};

static struct id station_case(const char *fields)
{
    char text[1000];
    snprintf(text, sizeof text, "name=受援人 case_type=02 %s", fields);
    return put(2, "case", NULL, NOBODY, text);
}

static void station_visit(struct id kase, const char *fields)
{
    char text[1000];
    snprintf(text, sizeof text, "date=2026-02-01 %s", fields);
    (void)put(2, "return_visit", "case_id", kase, text);
}

static void add_station(void)
{
    (void)station_case("state=S12 received_on=2026-01-05 decided_on=2026-01-09");
    (void)station_case("state=S12 received_on=2026-02-02 decided_on=2026-02-20");
    (void)station_case("state=S12 received_on=2026-03-02 decided_on=2026-03-14 paused_days=5");
    (void)station_case("state=S1 received_on=2026-03-03");
    (void)station_case("state=X2 received_on=2026-03-04");
    (void)station_case("state=S3 received_on=2026-12-01");
    (void)station_case("state=S6n received_on=2026-12-02 notice_ground=01");
    (void)station_case("state=S2 received_on=2026-12-10");
    (void)station_case("state=X3 received_on=2026-12-11");
    (void)put(1, "case", NULL, NOBODY, "name=受援人 case_type=02 state=S12 received_on=2026-01-05 decided_on=2026-01-09");
    (void)put(2, "consultation", NULL, NOBODY, "date=2026-01-01 content=工资 persons=3");
    (void)put(2, "consultation", NULL, NOBODY, "date=2026-12-31 content=工资");
    (void)put(2, "consultation", NULL, NOBODY, "date=2026-05-01 topic=广场 persons=200 tally=是");
    (void)put(2, "consultation", NULL, NOBODY, "date=2027-01-01 content=工资 persons=50");
    (void)put(2, "event", NULL, NOBODY, "title=送法进社区 kind=03 date=2026-05-01");
    (void)put(2, "event", NULL, NOBODY, "title=联席会 kind=11 date=2026-06-01");
    (void)put(2, "duty_shift", NULL, NOBODY, "name=甲 date=2026-01-05 result=1");
    (void)put(2, "duty_shift", NULL, NOBODY, "name=乙 date=2026-01-05 result=1");
    (void)put(2, "duty_shift", NULL, NOBODY, "name=甲 date=2026-01-06 result=1 substitute=乙");
    (void)put(2, "duty_shift", NULL, NOBODY, "name=甲 date=2026-01-07 result=2");
    station_visit(station_case("state=S12 received_on=2025-01-05 closed_on=2025-03-01"), "outcome=1 overall=2");
    (void)station_case("state=S12 received_on=2025-01-05 closed_on=2025-04-01");
    station_visit(station_case("state=S12 received_on=2025-01-05 closed_on=2025-05-01"), "outcome=5");
    station_visit(station_case("state=S12 received_on=2025-01-05 closed_on=2025-06-01"), "outcome=3");
    (void)station_case("case_type=01 state=S12 received_on=2025-01-05 closed_on=2025-07-01");
    (void)put(2, "complaint", NULL, NOBODY, "date=2026-04-01 matter=1 against_kind=5 state=K3 resolved_on=2026-05-03 finding=1");
    (void)put(2, "complaint", NULL, NOBODY, "date=2026-04-01 matter=2 against_kind=2 state=K3 resolved_on=2026-05-03 finding=1");
    (void)put(2, "token", NULL, NOBODY, "date=2026-03-01 kind=1 quantity=1 giver=受援人");
    (void)put(2, "token", NULL, NOBODY, "date=2026-03-01 kind=3 quantity=1 giver=受援人");
}

static void add_hours(const char *event, const char *fields)
{
    char text[300];
    snprintf(text, sizeof text, "name=王志愿 %s%s %s", event[0] != '\0' ? "event=" : "", event, fields);
    (void)add("service_hours", "volunteer", volunteer, text);
}

static void add_volunteer(void)
{
    char one[ID_TEXT_BYTES], two[ID_TEXT_BYTES], text[300];
    id_format(add("event", NULL, NOBODY, "title=广场 kind=02 date=2026-01-10"), one);
    id_format(add("event", NULL, NOBODY, "title=军营 kind=05 date=2026-02-10"), two);
    add_hours(one, "date=2026-01-10 hours=6");
    add_hours(one, "date=2026-01-10 hours=4");
    add_hours(two, "date=2026-02-10 hours=10 note=连夜布置会场");
    add_hours("", "date=2027-01-01 hours=5");
    id_format(add("training", NULL, NOBODY, "title=志愿者培训 date=2026-03-01"), one);
    snprintf(text, sizeof text, "name=王志愿 date=2026-03-01 training=%s result=1", one);
    (void)add("attendance", "volunteer", volunteer, text);
    (void)add("referral", "volunteer", volunteer, "date=2026-03-01 name=赵六 result=3");
    (void)add("referral", "volunteer", volunteer, "date=2025-03-01 name=赵六");
    (void)add("consultation", "volunteer", volunteer, "date=2026-03-01 content=工资 persons=5");
    (void)add("duty_shift", "volunteer", volunteer, "name=王志愿 date=2026-01-10 result=1");
    (void)add("volunteer_fault", "volunteer", volunteer, "date=2026-04-01 kind=1");
    (void)add("volunteer_fault", "volunteer", volunteer, "date=2026-04-02 kind=4");
    (void)add("complaint", "volunteer", volunteer, "date=2026-04-01 matter=2 against_kind=4 state=K3 resolved_on=2026-05-03 finding=1");
    (void)add("complaint", "volunteer", volunteer, "date=2026-04-01 matter=2 against_kind=4 state=K3 resolved_on=2026-05-03 finding=3");
}

static struct id station_org(void)
{
    const struct code *center = code_book_at(assess_bed_world.codes, "org_kind", 0);
    struct node *node = &assess_bed_world.center;
    const struct record_type *type = catalogue_find("org");
    struct record org;
    struct stmt *stmt = store_prepare(node->store, "SELECT id FROM org WHERE number=2");
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    struct id id = stmt_column_id(stmt, 0);
    stmt_reset(stmt);
    must_do(records_get(node->store, &node->actor, type, id, &org, &err));
    assert_string_equal(record_text(&org, "kind"), center->code); /* the fixture makes every org a center */
    set_field(&org, "kind", "station");
    must_do(records_save(node->store, &node->actor, assess_bed_world.codes, node->random, &org, &err));
    record_release(&org);
    return id;
}

static void load_rules(void)
{
    rules_free(rules);
    calendar_free(calendar);
    must_do(rules_load(&rules, assess_bed_world.center.store, &assess_bed_world.center.actor, &err));
    must_do(calendar_load(&calendar, assess_bed_world.center.store, &assess_bed_world.center.actor, &err));
    assess_bed_desk = (struct assess_desk){.store = assess_bed_world.center.store, .actor = &assess_bed_world.center.actor, .codes = assess_bed_world.codes, .rules = rules, .calendar = calendar, .today = assess_bed_day("2027-01-20")};
    must_do(assess_desk_year(&assess_bed_desk, 2026, &err));
}

static void fill_world(const char *where)
{
    char id[ID_TEXT_BYTES], text[200];
    world_open(&assess_bed_world, 1, where);
    station = station_org();
    firm = add("org", NULL, NOBODY, "number=90 code=mingde name=明德律师事务所 kind=firm");
    id_format(firm, id);
    snprintf(text, sizeof text, "name=张律师 kind=02 firm=%s", id);
    assess_bed_zhang = add("handler", NULL, NOBODY, text);
    snprintf(text, sizeof text, "name=李律师 kind=02 firm=%s", id);
    assess_bed_li = add("handler", NULL, NOBODY, text);
    (void)add("handler", NULL, NOBODY, "name=退休律师 kind=02 left_on=2025-06-30");
    volunteer = add("volunteer", NULL, NOBODY, "name=王志愿 source=1 state=V2 date=2025-01-01");
    add_zhang();
    add_li();
    add_station();
    add_volunteer();
}

int assess_bed_open_world(void **state)
{
    (void)state;
    fill_world(NULL);
    load_rules();
    return 0;
}

int assess_bed_close_world(void **state)
{
    (void)state;
    rules_free(rules);
    calendar_free(calendar);
    rules = NULL;
    calendar = NULL;
    world_close(&assess_bed_world);
    return 0;
}

void assess_bed_compute(const char *kind, const char *who, struct assess_sheet *sheet)
{
    struct assess_subject subject;
    must_do(assess_find(&assess_bed_desk, kind, who, &subject, &err));
    must_do(assess_compute(&assess_bed_desk, &subject, sheet, &err));
}

int assess_bed_open_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_assess.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    fill_world(folder);
    snprintf(assess_bed_center_folder, sizeof assess_bed_center_folder, "%s/%u", folder, assess_bed_world.center.machine.station_no);
    world_close(&assess_bed_world);
    return 0;
}

int assess_bed_remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}
