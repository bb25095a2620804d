/* tests/test_report_day.c - what is to be done before reports are handed in: each item appears when it should, its rows are exactly as many as it says, and it is gone when it is put right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/draft.h"
#include "core/record/filter.h"
#include "core/report/report_day.h"
#include "tests/fixture.h"

enum { ITEMS_MAX = 200, TEXT_BYTES = 600 };

static const int64_t NOW_MS = INT64_C(1782525600000); /* 2026-06-27 10:00 */

struct seen {
    enum report_day_kind kind;
    char code[32], words[TEXT_BYTES], type[32], where[TEXT_BYTES], place[32], detail[TEXT_BYTES];
    int64_t count;
    bool blocks;
};

static struct world world;
static struct form_book *book;
static struct seen seen[ITEMS_MAX];
static size_t n_seen;

static int set_up(void **state)
{
    struct errmsg err = {{0}};
    (void)state;
    world_open(&world, 1, NULL);
    world.center.actor.now_ms = NOW_MS;
    world.stations[0].actor.now_ms = NOW_MS;
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

/* ---- looking ---- */

static bool note(void *context, const struct report_day_item *item)
{
    (void)context;
    assert_true(n_seen < ITEMS_MAX);
    struct seen *one = &seen[n_seen++];
    *one = (struct seen){.kind = item->kind, .count = item->count, .blocks = item->blocks};
    snprintf(one->code, sizeof one->code, "%s", item->code);
    snprintf(one->words, sizeof one->words, "%s", item->words);
    snprintf(one->type, sizeof one->type, "%s", item->type);
    snprintf(one->where, sizeof one->where, "%s", item->where);
    snprintf(one->place, sizeof one->place, "%s", item->place);
    snprintf(one->detail, sizeof one->detail, "%s", item->detail);
    return true;
}

static void look_from(struct node *node, const struct actor *actor, const char *period_text, const char *start_text)
{
    struct errmsg err = {{0}};
    struct year_start start;
    struct period period;
    struct form_desk desk = {.store = node->store, .actor = actor, .codes = node->codes, .book = book};
    assert_int_equal(year_start_parse(start_text, &start, &err), STATUS_OK);
    assert_int_equal(period_parse(period_text, start, &period, &err), STATUS_OK);
    assert_int_equal(tally_open(&desk.tally, node->store, actor, node->codes, &err), STATUS_OK);
    n_seen = 0;
    if (report_day(&desk, &period, note, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    tally_close(desk.tally);
}

static void look(const char *period)
{
    look_from(&world.center, &world.center.actor, period, "12-01");
}

/* The item of that code (and place, if given); NULL. */
static const struct seen *find(const char *code, const char *place)
{
    for (size_t i = 0; i < n_seen; i++)
        if (strcmp(seen[i].code, code) == 0 && (place == NULL || strcmp(seen[i].place, place) == 0))
            return &seen[i];
    return NULL;
}

static void expect(const char *code, int64_t count)
{
    const struct seen *item = find(code, NULL);
    if (item == NULL)
        fail_msg("no %s", code);
    if (item->count != count)
        fail_msg("%s: %lld, expected %lld", code, (long long)item->count, (long long)count);
}

static bool count_row(void *context, const struct record *record, const struct list_key *key)
{
    (void)record, (void)key;
    ++*(int64_t *)context;
    return true;
}

/* Each condition lists as many rows as the item counts. */
static void check_wheres(const struct node *node, const struct actor *actor)
{
    struct errmsg err = {{0}};
    size_t records = 0;
    for (size_t i = 0; i < n_seen; i++) {
        struct filter filter;
        int64_t listed = 0;
        if (seen[i].kind != REPORT_DAY_RECORDS) {
            assert_string_equal(seen[i].where, "");
            continue;
        }
        records++;
        struct list_query query = {.type = catalogue_find(seen[i].type), .filter = &filter};
        if (filter_parse(&filter, query.type, node->codes, seen[i].where, &err) != STATUS_OK)
            fail_msg("%s: %s", seen[i].where, err.text);
        assert_int_equal(records_list(node->store, actor, &query, count_row, &listed, &err), STATUS_OK);
        filter_release(&filter);
        if (listed != seen[i].count)
            fail_msg("%s: %s lists %lld, not %lld", seen[i].code, seen[i].where, (long long)listed, (long long)seen[i].count);
    }
    assert_true(records >= 9);
}

/* ---- records ---- */

static void test_records(void **state)
{
    struct node *center = &world.center;
    (void)state;
    /* nothing is missing in these */
    node_make(center, "case", "name=全", "case_type=民事", "received_on=2026-01-05", "decided_on=2026-01-10", "decision=01", "cause=追索劳动报酬纠纷", "source=41", NULL);
    node_make(center, "consultation", "date=2026-01-05", "content=工资", "category=劳动纠纷", NULL);
    node_make(center, "event", "date=2026-01-05", "title=广场宣传", "kind=02", "closed_on=2026-01-05", NULL);
    look("2026H1");
    static const char *const codes[] = {"no_outcome", "no_handler", "no_recovered", "no_matter", "no_stage", "no_ground", "no_category", "no_kind", "not_closed"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        expect(codes[i], 0);
    /* something in each of these */
    node_make(center, "case", "name=结", "case_type=民事", "received_on=2025-12-05", "decided_on=2025-12-06", "decision=01", "cause=追索劳动报酬纠纷", "closed_on=2025-12-20", NULL);
    node_make(center, "case", "name=终止", "case_type=民事", "received_on=2026-01-05", "decided_on=2026-01-10", "decision=04", "cause=追索劳动报酬纠纷", "closed_on=2026-02-01", "terminated_on=2026-02-01", NULL);
    node_make(center, "case", "name=早", "case_type=民事", "received_on=2025-11-05", "decided_on=2025-11-06", "decision=01", "closed_on=2025-11-30", NULL); /* before the period */
    node_make(center, "case", "name=无", "case_type=行政", "received_on=2026-01-05", "decided_on=2026-01-10", "decision=03", NULL);
    node_make(center, "case", "name=通", "case_type=刑事", "received_on=2026-05-30", "decided_on=2026-05-31", "decision=01", "source=11", NULL);
    node_make(center, "case", "name=通二", "case_type=刑事", "received_on=2026-05-30", "decided_on=2026-05-31", "decision=01", "source=11", "stage=04", NULL);
    node_make(center, "consultation", "date=2026-05-31", "content=不知道", NULL);
    node_make(center, "consultation", "date=2026-06-01", "content=期外", NULL);
    node_make(center, "event", "date=2026-05-31", "title=社区", NULL);
    look("2026H1");
    expect("no_outcome", 1);
    expect("no_handler", 2); /* who ended early had a handler, too */
    expect("no_recovered", 2);
    expect("no_matter", 1);
    expect("no_stage", 1);
    expect("no_ground", 2);
    expect("no_category", 1);
    expect("no_kind", 1);
    expect("not_closed", 1);
    check_wheres(center, &center->actor);
}

/* A sealed row is in no list of the clerk's, so not in what he counts either, but he hears of it. */
static void test_sealed(void **state)
{
    struct actor clerk = world.center.actor;
    (void)state;
    clerk.owner = false;
    clerk.role = ROLE_CLERK;
    node_make(&world.center, "case", "name=甲", "case_type=刑事", "received_on=2026-01-05", "decided_on=2026-01-10", "decision=01", "source=11", "sealed=是", NULL);
    node_make(&world.center, "case", "name=乙", "case_type=刑事", "received_on=2026-01-05", "decided_on=2026-01-10", "decision=01", "source=11", NULL);
    look_from(&world.center, &clerk, "2026H1", "12-01");
    expect("no_stage", 1);
    assert_string_equal(find("no_stage", NULL)->detail, "另有 1 条封存的，由中心负责人补");
    check_wheres(&world.center, &clerk);
    clerk.role = ROLE_DIRECTOR;
    look_from(&world.center, &clerk, "2026H1", "12-01");
    expect("no_stage", 2);
    assert_string_equal(find("no_stage", NULL)->detail, "");
    check_wheres(&world.center, &clerk);
}

/* ---- stations and worklists ---- */

static void contact(int64_t ms)
{
    struct errmsg err = {{0}};
    world.stations[0].peer.last_contact_ms = ms;
    assert_int_equal(store_begin(world.center.store, "test", &err), STATUS_OK);
    assert_int_equal(peer_note(world.center.store, &world.stations[0].peer, &err), STATUS_OK);
    assert_int_equal(store_commit(world.center.store, &err), STATUS_OK);
}

static void test_stations(void **state)
{
    (void)state;
    look("2026H1");
    expect("stations", 1);
    assert_string_equal(find("stations", NULL)->detail, "站2 还没有同步过");
    contact(NOW_MS - INT64_C(86400000));
    look("2026H1"); /* over since 31 May */
    expect("stations", 0);
    contact(NOW_MS - INT64_C(5) * 86400000);
    look("2026H1"); /* after its end, but too long ago */
    expect("stations", 1);
    assert_string_equal(find("stations", NULL)->detail, "站2 最后同步 2026-06-22 10:00");
    assert_string_equal(find("stations", NULL)->place, "sync");
    contact(INT64_C(1782489600000)); /* 2026-06-27 00:00: the first moment behind 26 June */
    look("2026-06-20..2026-06-26");
    expect("stations", 0);
    contact(INT64_C(1782489599999));
    look("2026-06-20..2026-06-26"); /* within three days, but before the period was over */
    expect("stations", 1);
}

static void test_worklists(void **state)
{
    struct errmsg err = {{0}};
    struct id draft = {{0}};
    struct record record;
    (void)state;
    look("2026H1");
    expect("drafts", 0);
    expect("deadlines", 0);
    expect("conflicts", 0);
    expect("quarantine", 0);
    expect("flagged", 0);
    assert_null(find("sync", NULL)); /* the center sends nothing on */
    record_init(&record, catalogue_find("consultation"));
    assert_int_equal(record_set_text(&record, "content", "没写完"), STATUS_OK);
    assert_int_equal(draft_save(world.center.store, &world.center.actor, world.center.random, &record, &draft, &err), STATUS_OK);
    record_release(&record);
    node_make(&world.center, "case", "name=超", "case_type=民事", "received_on=2026-05-11", "state=S2", NULL); /* 7 days: over on 18 May */
    node_make(&world.center, "case", "name=未超", "case_type=民事", "received_on=2026-05-29", "state=S2", NULL); /* over now, not at the period's end */
    look("2026H1");
    expect("drafts", 1);
    expect("deadlines", 1);
    for (size_t i = 0; i < n_seen; i++) {
        size_t at = 0;
        if (seen[i].kind != REPORT_DAY_WORKLIST)
            continue;
        while (report_day_place_at(at) != NULL && strcmp(report_day_place_at(at), seen[i].place) != 0)
            at++;
        assert_non_null(report_day_place_at(at));
    }
}

static void test_a_station(void **state)
{
    struct node *station = &world.stations[0];
    (void)state;
    world_sync(&world, 0);
    node_consult(station, "李", "工资");
    look_from(station, &station->actor, "2026H1", "12-01");
    expect("sync", 1);
    assert_int_equal(find("stations", NULL)->count, 0);
    assert_null(find("entries", NULL)); /* are made at the center */
    assert_null(find("freeze", NULL));
    assert_non_null(find("checks", "form6"));
    check_wheres(station, &station->actor);
}

/* A station's own account at the center: its own rows. */
static void test_scope(void **state)
{
    struct actor worker = world.center.actor;
    (void)state;
    worker.owner = worker.all_scopes = false;
    worker.role = ROLE_STATION;
    worker.org = 3;
    node_make(&world.center, "consultation", "date=2026-01-05", "content=不知道", NULL);
    look_from(&world.center, &worker, "2026H1", "12-01");
    expect("no_category", 0);
    expect("stations", 0); /* another's machine */
    check_wheres(&world.center, &worker);
}

/* ---- reports ---- */

static void test_which_reports(void **state)
{
    (void)state;
    look("2026H1");
    assert_non_null(find("checks", "form1"));
    assert_non_null(find("freeze", "form13"));
    assert_null(find("checks", "monthly"));
    assert_null(find("freeze", "summary")); /* its year begins on 1 January */
    look_from(&world.center, &world.center.actor, "2026H1", "01-01");
    assert_null(find("checks", "form1"));
    assert_non_null(find("checks", "summary"));
    assert_int_equal(find("freeze", "summary")->count, 1);
    look_from(&world.center, &world.center.actor, "2026H1", "03-01"); /* of no rule: all */
    assert_non_null(find("checks", "form1"));
    assert_non_null(find("checks", "summary"));
    look("2026-03");
    assert_non_null(find("freeze", "monthly"));
    assert_null(find("freeze", "form1"));
    look("2026Q1");
    assert_non_null(find("freeze", "quarterly"));
    assert_null(find("checks", "monthly"));
    look("2026");
    assert_non_null(find("freeze", "form1"));
    look("2026-01-01..2026-02-10"); /* nothing to hand in, all checks */
    assert_null(find("freeze", NULL));
    assert_non_null(find("checks", "monthly"));
    assert_non_null(find("checks", "summary"));
}

static void test_checks_block(void **state)
{
    struct errmsg err = {{0}};
    struct year_start start = {12, 1};
    struct period period;
    struct form_desk desk = {.store = world.center.store, .actor = &world.center.actor, .codes = world.codes, .book = book};
    (void)state;
    look("2026H1");
    expect("checks", 0);
    assert_false(find("checks", "form6")->blocks);
    struct id id = node_make(&world.center, "case", "name=结", "case_type=民事", "received_on=2025-12-05", "state=S9", "decided_on=2025-12-06", "decision=01", "cause=追索劳动报酬纠纷", "closed_on=2025-12-20",
                        "source=41", "aid_form=05", NULL);
    look("2026H1");
    const struct seen *failing = find("checks", "form6"); /* ended without an outcome */
    assert_true(failing->count > 0);
    assert_true(failing->blocks);
    assert_non_null(strstr(failing->detail, "F6.39="));
    assert_ptr_equal(&seen[0], find("checks", NULL)); /* what blocks comes first */
    assert_true(seen[0].blocks);
    node_set(&world.center, "case", id, "outcome", "01");
    node_make(&world.center, "handler", "name=王律师", "kind=02", NULL);
    look("2026H1");
    assert_int_equal(find("checks", "form6")->count, 0);
    /* nobody on the roster handled it: explained, it does not block any more */
    assert_int_equal(period_parse("2026H1", start, &period, &err), STATUS_OK);
    failing = find("checks", "form10");
    assert_true(failing->blocks);
    const char *rule = "F6.33=F10.2+F10.3+F10.8+F10.9+F10.13+F10.14+F10.18+F10.19+F10.23+F10.24";
    if (report_explain(&desk, world.center.random, "form10", rule, &period, 0, "承办人已退出名册", &err) != STATUS_OK ||
        report_explain(&desk, world.center.random, "form10", rule, &period, 1, "承办人已退出名册", &err) != STATUS_OK)
        fail_msg("%s", err.text);
    look("2026H1");
    assert_int_equal(find("checks", "form10")->count, 0);
    assert_false(find("checks", "form10")->blocks);
}

static void test_entries(void **state)
{
    char cell[40];
    (void)state;
    look("2026H1");
    const struct seen *entries = find("entries", "F3.3");
    if (entries == NULL)
        for (size_t i = 0; i < n_seen; i++)
            if (seen[i].kind == REPORT_DAY_ENTRY && strncmp(seen[i].place, "F3.", 3) == 0)
                entries = &seen[i];
    assert_non_null(entries);
    int64_t before = entries->count;
    assert_true(before > 0);
    assert_non_null(strstr(entries->detail, entries->place));
    snprintf(cell, sizeof cell, "cell=%s", entries->place);
    node_make(&world.center, "stat_entry", cell, "date=2026-05-31", "money=1000元", NULL);
    look("2026H1");
    assert_null(find("entries", cell + strlen("cell="))); /* the next one is named now */
    int64_t after = 0;
    for (size_t i = 0; i < n_seen; i++)
        if (seen[i].kind == REPORT_DAY_ENTRY && strncmp(seen[i].place, "F3.", 3) == 0)
            after = seen[i].count;
    assert_int_equal(after, before - 1);
}

static void test_frozen(void **state)
{
    struct errmsg err = {{0}};
    struct year_start start = {12, 1};
    struct period period;
    struct id id;
    struct form_desk desk = {.store = world.center.store, .actor = &world.center.actor, .codes = world.codes, .book = book};
    (void)state;
    look("2026H1");
    assert_int_equal(find("freeze", "form6")->count, 1);
    assert_int_equal(period_parse("2026H1", start, &period, &err), STATUS_OK);
    if (snapshot_freeze_form(&desk, world.center.random, form_book_find(book, "form6"), &period, NULL, &id, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    look("2026H1");
    assert_int_equal(find("freeze", "form6")->count, 0);
    assert_string_equal(find("freeze", "form6")->detail, "2026-06-27 已存档");
    assert_int_equal(find("freeze", "form7")->count, 1);
}

/* What is open comes before what is fine. */
static void test_order(void **state)
{
    bool fine = false;
    (void)state;
    node_make(&world.center, "consultation", "date=2026-01-05", "content=不知道", NULL);
    look("2026H1");
    for (size_t i = 0; i < n_seen; i++) {
        fine |= seen[i].count == 0;
        if (fine)
            assert_int_equal(seen[i].count, 0);
    }
    assert_true(fine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_records, set_up, tear_down),       cmocka_unit_test_setup_teardown(test_sealed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stations, set_up, tear_down),      cmocka_unit_test_setup_teardown(test_worklists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_station, set_up, tear_down),     cmocka_unit_test_setup_teardown(test_scope, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_which_reports, set_up, tear_down), cmocka_unit_test_setup_teardown(test_checks_block, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_entries, set_up, tear_down),       cmocka_unit_test_setup_teardown(test_frozen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
