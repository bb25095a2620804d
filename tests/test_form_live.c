/* tests/test_form_live.c - columns read from registers: what counts at the period's end and what in it, for which org, and that they agree with the modules whose figures they are. The period is 2026H1 of the
 * Ministry's year: 2025-12-01 to 2026-05-31. */
#include "core/report/form_live.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/outreach/outreach_totals.h"
#include "core/quality/complaint.h"
#include "tests/fixture.h"

enum { MEMBERS = LIVE_FAMILIES * LIVE_FAMILY_MEMBERS, ORGS = 12 };

static struct world world;
static struct node *center;
static struct errmsg err;
static struct period period;
static struct form_desk desk;
static int64_t sums[MEMBERS][ORGS]; /* by org; 0: all */

static bool add_hit(void *context, const struct live_hit *hit)
{
    (void)context;
    assert_true(hit->org > 0 && hit->org < ORGS && hit->amount != 0 && hit->n > 0 && !id_is_zero(hit->id));
    sums[hit->member][0] += hit->amount;
    sums[hit->member][hit->org] += hit->amount;
    return true;
}

static void walk(const struct actor *actor)
{
    struct live_wanted all;

    memset(&all, 0xff, sizeof all);
    memset(sums, 0, sizeof sums);
    desk = (struct form_desk){.store = center->store, .actor = actor, .codes = center->codes};
    if (form_live_each(&desk, &all, period.from, period.to, add_hit, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static int64_t of(const char *name, int64_t org)
{
    int member = form_live_find(name);

    if (member < 0)
        fail_msg("no source %s", name);
    return sums[member][org];
}

/* The total of a source. */
static void total_is(const char *name, int64_t expected)
{
    if (of(name, 0) != expected)
        fail_msg("%s: %lld, not %lld", name, (long long)of(name, 0), (long long)expected);
}

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 0, NULL);
    center = &world.center;
    assert_int_equal(period_parse("2026H1", (struct year_start){12, 1}, &period, &err), STATUS_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* Records of another org. */
static void at_org(int64_t org)
{
    center->actor.org = org;
}

static void test_orgs_open_at_the_end(void **state)
{
    (void)state;
    node_make(center, "org", "number=2", "code=a", "name=甲镇工作站", "kind=station", "host=01", "full_time=是", "opened_on=2026-05-31", NULL);
    node_make(center, "org", "number=3", "code=b", "name=乙镇工作站", "kind=station", "host=01", "opened_on=2026-06-01", NULL); /* not yet */
    node_make(center, "org", "number=4", "code=c", "name=妇女权益分部", "kind=branch", "host=04", NULL);
    node_make(center, "org", "number=5", "code=d", "name=丙镇工作站", "kind=station", "host=01", "closed=是", NULL);
    node_make(center, "org", "number=6", "code=e", "name=丁镇工作站", "kind=station", NULL); /* at nobody knows whom */
    node_make(center, "org", "number=7", "code=f", "name=某村联络点", "kind=point", "host=01", NULL);
    node_make(center, "org", "number=8", "code=g", "name=县司法局", "kind=bureau", NULL);
    walk(&center->actor);
    total_is("org.center", 1); /* of the fixture */
    total_is("station.all", 3);
    total_is("station.host_01", 1);
    total_is("station.manned_01", 1);
    total_is("station.host_04", 1);
    total_is("station.manned_04", 0);
    assert_int_equal(of("station.all", 2), 1);
    assert_int_equal(of("station.all", 3), 0);
    assert_int_equal(of("station.host_04", 4), 1);
    assert_int_equal(of("org.center", 1), 1);
}

static const char *ref_to_org(int64_t number)
{
    struct stmt *stmt = store_prepare(center->store, "SELECT id FROM org WHERE number=?1");
    enum status status;

    stmt_int(stmt, 1, number);
    assert_true(stmt_row(stmt, &status, &err));
    struct id id = stmt_column_id(stmt, 0);
    stmt_reset(stmt);
    return node_ref("org", id);
}

static void test_people_in_post_at_the_end(void **state)
{
    (void)state;
    node_make(center, "staff", "name=一", "sex=女", "education=21", "law_major=是", "qualified=是", "lawyer=是", ref_to_org(1), NULL);
    node_make(center, "staff", "name=二", "sex=男", "education=14", "qualified=是", "date=2026-05-31", ref_to_org(1), NULL);
    node_make(center, "staff", "name=三", "sex=女", "education=31", "date=2026-06-01", ref_to_org(1), NULL); /* not yet */
    node_make(center, "staff", "name=四", "sex=女", "education=11", "left_on=2026-05-31", ref_to_org(1), NULL); /* gone */
    node_make(center, "staff", "name=五", "sex=女", "education=11", "law_major=否", "left_on=2026-06-01", ref_to_org(8), NULL);
    node_make(center, "staff", "name=六", "sex=女", "education=20", ref_to_org(2), NULL); /* a station's */
    walk(&center->actor);
    total_is("staff.center_all", 2);
    total_is("staff.center_women", 1);
    total_is("staff.center_law", 1);
    total_is("staff.center_postgraduate", 1);
    total_is("staff.center_undergraduate", 1);
    total_is("staff.bureau_all", 1);
    total_is("staff.bureau_women", 1);
    total_is("staff.bureau_law", 0);
    total_is("staff.bureau_postgraduate", 1);
    total_is("staff.bureau_undergraduate", 0);
    total_is("staff.qualified", 2);
    total_is("staff.lawyer", 1);
}

static void test_volunteers_on_the_roster(void **state)
{
    (void)state;
    at_org(2);
    node_make(center, "volunteer", "name=一", "source=1", "date=2020-01-01", "state=V2", NULL);
    node_make(center, "volunteer", "name=二", "source=1", "date=2026-05-31", "state=V4", "left_on=2026-07-01", NULL); /* left later */
    at_org(1);
    node_make(center, "volunteer", "name=三", "source=1", "date=2026-06-01", NULL);
    node_make(center, "volunteer", "name=四", "source=1", "date=2025-01-01", "state=V4", "left_on=2026-05-31", NULL);
    node_make(center, "volunteer", "name=五", "source=1", "date=2025-01-01", "state=V5", NULL); /* struck off, nobody wrote when */
    walk(&center->actor);
    total_is("volunteer.roster", 2);
    assert_int_equal(of("volunteer.roster", 2), 2);
}

static void test_honours_and_media(void **state)
{
    (void)state;
    node_make(center, "honour", "date=2025-12-01", "title=甲", "name=中心", "level=1", NULL);
    node_make(center, "honour", "date=2026-05-31", "title=乙", "name=中心", "level=2", "collective=是", NULL);
    node_make(center, "honour", "date=2026-01-01", "title=丙", "name=中心", "level=3", "collective=", NULL); /* nobody said that it is a person's */
    node_make(center, "honour", "date=2026-01-01", "title=丁", "name=中心", "level=4", NULL); /* neither */
    node_make(center, "honour", "date=2026-06-01", "title=戊", "name=中心", "level=1", NULL);
    node_make(center, "honour", "date=2026-01-01", "title=己", "name=某人", "level=1", "collective=否", NULL);
    node_make(center, "honour", "date=2026-01-01", "title=庚", "name=某人", "level=3", "collective=否", NULL);
    node_make(center, "media_item", "date=2026-01-01", "kind=1", "outlet=电台", "title=甲", "times=3", NULL);
    node_make(center, "media_item", "date=2026-01-01", "kind=1", "outlet=电台", "title=乙", NULL);
    node_make(center, "media_item", "date=2026-01-01", "kind=2", "outlet=日报", "title=丙", NULL);
    node_make(center, "media_item", "date=2026-06-01", "kind=3", "outlet=网", "title=丁", NULL);
    walk(&center->actor);
    total_is("honour.unit_high", 1);
    total_is("honour.unit_low", 2);
    total_is("honour.person_high", 1);
    total_is("honour.person_low", 1);
    total_is("media.broadcast", 4);
    total_is("media.print", 1);
    total_is("media.online", 0);
}

static void test_trainings_are_those_of_outreach(void **state)
{
    struct outreach_totals totals;

    (void)state;
    struct id signed_for = node_make(center, "training", "title=甲", "date=2026-01-05", "persons=99", NULL);
    node_make(center, "training", "title=乙", "date=2026-01-06", "persons=30", NULL);
    struct id event = node_make(center, "event", "title=培训", "kind=12", "date=2026-01-07", "persons=15", NULL);
    struct id named = node_make(center, "event", "title=培训", "kind=12", "date=2026-01-08", "persons=500", NULL);
    node_make(center, "training", "title=丙", "date=2026-01-08", "persons=8", node_ref("event", named), NULL);
    at_org(2);
    node_make(center, "attendance", "name=某甲", "date=2026-01-05", "result=1", node_ref("training", signed_for), NULL);
    at_org(1);
    node_make(center, "attendance", "name=某乙", "date=2026-06-05", node_ref("training", signed_for), NULL); /* its training is of the period */
    node_make(center, "attendance", "name=某丙", "date=2026-01-05", "result=3", node_ref("training", signed_for), NULL);
    (void)event;
    walk(&center->actor);
    total_is("training.courses", 4);
    total_is("training.people", 2 + 30 + 15 + 8);
    assert_int_equal(of("training.people", 2), 1);
    assert_int_equal(outreach_totals(center->store, &center->actor, center->codes, period.from, period.to, &totals, &err), STATUS_OK);
    total_is("training.courses", totals.trainings);
    total_is("training.people", totals.training_persons);
}

static void test_complaints_are_those_of_form_13(void **state)
{
    static const char *const names[] = {"complaint.all", "complaint.matter_1", "complaint.matter_2", "complaint.matter_3", "complaint.matter_4", NULL, "complaint.finding_1",
                                        "complaint.finding_2", "complaint.finding_3", "complaint.appeal_1", "complaint.appeal_2"};
    struct complaint_query query = {.from = period.from, .to = period.to};
    struct complaint_counts counts;

    (void)state;
    node_make(center, "complaint", "date=2025-11-30", "matter=1", "state=K3", "resolved_on=2025-12-10", "finding=2", "appeal=1", NULL); /* received before */
    node_make(center, "complaint", "date=2026-01-01", "matter=2", NULL);
    node_make(center, "complaint", "date=2026-05-31", "matter=2", "state=K3", "resolved_on=2026-06-01", "finding=3", "appeal=2", NULL); /* resolved after */
    at_org(4);
    node_make(center, "complaint", "date=2026-02-01", "matter=3", "state=K3", "resolved_on=2026-03-01", "finding=1", "appeal=2", NULL);
    at_org(1);
    walk(&center->actor);
    total_is("complaint.all", 3);
    total_is("complaint.matter_2", 2);
    total_is("complaint.finding_2", 1);
    total_is("complaint.appeal_1", 1);
    assert_int_equal(of("complaint.finding_1", 4), 1);
    assert_int_equal(complaint_count(center->store, &center->actor, &query, &counts, NULL, NULL, &err), STATUS_OK);
    for (size_t i = 0; i < COMPLAINT_COLUMNS; i++)
        if (names[i] != NULL)
            total_is(names[i], complaint_column(&counts, i));
}

static void pay(const char *amount, const char *day, struct id kase, struct id handler)
{
    char money[40], paid[40];

    snprintf(money, sizeof money, "amount=%s", amount);
    snprintf(paid, sizeof paid, "paid_on=%s", day);
    node_make(center, "payment", money, paid, node_ref("case_id", kase), id_is_zero(handler) ? "handler=无" : node_ref("handler_ref", handler), NULL);
}

static void test_subsidies_by_handler_and_case(void **state)
{
    static const struct id NOBODY = {{0}};
    struct id lawyer = node_make(center, "handler", "name=律师", "kind=02", NULL), worker = node_make(center, "handler", "name=工作者", "kind=03", NULL);
    struct id criminal = node_make(center, "case", "name=甲", "case_type=01", "received_on=2026-01-01", "stage=04", NULL);
    struct id suit = node_make(center, "case", "name=乙", "case_type=02", "received_on=2026-01-01", "stage=04", NULL);
    struct id arbitration = node_make(center, "case", "name=丙", "case_type=02", "received_on=2026-01-01", "stage=04", "aid_form=07", NULL);
    struct id award = node_make(center, "case", "name=丁", "case_type=03", "received_on=2026-01-01", "aid_form=06", "outcome=07", NULL);
    struct id administrative = node_make(center, "case", "name=戊", "case_type=03", "received_on=2026-01-01", "aid_form=06", NULL);

    (void)state;
    pay("1000元", "2025-12-01", criminal, lawyer);
    pay("800元", "2026-05-31", suit, lawyer);
    pay("500元", "2026-01-01", arbitration, worker);
    pay("300元", "2026-01-01", award, worker);
    pay("200元", "2026-01-01", administrative, NOBODY);
    pay("900元", "2026-06-01", suit, lawyer); /* later */
    walk(&center->actor);
    total_is("payment.lawyer", 180000);
    total_is("payment.legal_worker", 80000);
    total_is("payment.agency", 0);
    total_is("payment.criminal", 100000);
    total_is("payment.civil_litigation", 80000);
    total_is("payment.civil_other", 50000);
    total_is("payment.administrative_other", 30000);
    total_is("payment.administrative_litigation", 20000);
}

/* A station is told of its own only; what belongs to everyone counts for the center. */
static void test_scope(void **state)
{
    struct actor station = center->actor;

    (void)state;
    station.center = station.all_scopes = false;
    station.org = 2;
    walk(&station);
    total_is("station.all", 1);
    total_is("org.center", 0);
    total_is("volunteer.roster", 2);
    total_is("complaint.all", 0);
    total_is("training.people", 0);
    total_is("payment.lawyer", 0);
}

static bool stop_at_first(void *context, const struct live_hit *hit)
{
    int *hits = context;

    (void)hit;
    ++*hits;
    return false;
}

static void test_a_walk_can_be_stopped(void **state)
{
    struct live_wanted all;
    int hits = 0;

    (void)state;
    memset(&all, 0xff, sizeof all);
    walk(&center->actor);
    assert_int_equal(form_live_each(&desk, &all, period.from, period.to, stop_at_first, &hits, &err), STATUS_OK);
    assert_int_equal(hits, 1);
    for (int family = 0; family < LIVE_FAMILIES; family++) {
        struct live_wanted one = {{0}};
        one.members[family] = UINT64_MAX;
        hits = 0;
        assert_int_equal(form_live_each(&desk, &one, period.from, period.to, stop_at_first, &hits, &err), STATUS_OK);
        assert_int_equal(hits, 1);
    }
    assert_int_equal(form_live_each(&desk, &(struct live_wanted){{0}}, period.from, period.to, stop_at_first, &hits, &err), STATUS_OK);
    assert_int_equal(hits, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orgs_open_at_the_end),
        cmocka_unit_test(test_people_in_post_at_the_end),
        cmocka_unit_test(test_volunteers_on_the_roster),
        cmocka_unit_test(test_honours_and_media),
        cmocka_unit_test(test_trainings_are_those_of_outreach),
        cmocka_unit_test(test_complaints_are_those_of_form_13),
        cmocka_unit_test(test_subsidies_by_handler_and_case),
        cmocka_unit_test(test_scope),
        cmocka_unit_test(test_a_walk_can_be_stopped),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
