/* tests/test_record_at.c - what stood in a record when the center had given a number: the same as was seen then, whoever edited, deleted and decided since; and the past laid over the tables (core/record/past.h): all
 * lists are again what they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/changelog.h"
#include "core/record/conflict.h"
#include "core/record/past.h"
#include "core/record/record_at.h"
#include "core/record/filter.h"
#include "tests/fixture.h"

enum { IDS_MAX = 24, SIGHTS_MAX = 8000, TEXT_MAX_BYTES = 1 << 16 };

/* What a row was at an order number. */
struct sight {
    const struct record_type *type;
    struct id id;
    int64_t order;
    char *text; /* owned */
};

struct sights {
    struct sight *all;
    size_t n;
};

/* A list that was seen at an order number. */
struct page {
    int64_t order;
    char *text; /* owned */
};

enum { PAGES_MAX = 400 };

/* "-" when nobody had heard of it. Owned. */
static char *describe(struct node *center, const struct record_type *type, struct id id, int64_t order)
{
    struct errmsg err = {{0}};
    struct record record;
    struct buf out;
    bool there;
    if (record_at(center->store, type, id, order, &record, &there, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    if (!there)
        return strdup("-");
    buf_init(&out, TEXT_MAX_BYTES);
    buf_printf(&out, "%lld %d", (long long)record.scope, record.deleted);
    for (size_t i = 0; i < type->n_fields; i++) {
        buf_putc(&out, '|');
        record_format_raw(&type->fields[i], record.values[i], &out);
    }
    assert_true(id_equal(record.id, id));
    assert_true(order == RECORD_NOW || record.version <= order);
    char *text = strdup(buf_cstr(&out));
    buf_release(&out);
    record_release(&record);
    return text;
}

static void look(struct node *center, const struct record_type *type, struct id id, struct sights *sights)
{
    int64_t order;
    assert_int_equal(changelog_head(center->store, &order, NULL), STATUS_OK);
    if (sights->n < SIGHTS_MAX)
        sights->all[sights->n++] = (struct sight){type, id, order, describe(center, type, id, RECORD_NOW)};
}

static bool list_row(void *context, const struct record *record, const struct list_key *key)
{
    struct buf *out = context;
    buf_printf(out, "%lld", (long long)key->row);
    for (size_t i = 0; i < record->type->n_fields; i++) {
        buf_putc(out, '|');
        record_format_raw(&record->type->fields[i], record->values[i], out);
    }
    buf_putc(out, '\n');
    return true;
}

/* All cases and persons as lists show them, and what is found by an index. Owned. */
static char *list_all(struct node *center)
{
    static const char *const TYPES[] = {"case", "person", "case"}, *const WHERE[] = {NULL, NULL, "state=S1 and phone=13900000001"};
    struct errmsg err = {{0}};
    struct buf out;
    buf_init(&out, TEXT_MAX_BYTES);
    for (size_t i = 0; i < 3; i++) {
        struct filter filter;
        struct list_query query = {.type = catalogue_find(TYPES[i])};
        if (WHERE[i] != NULL) {
            assert_int_equal(filter_parse(&filter, query.type, center->codes, WHERE[i], &err), STATUS_OK);
            query.filter = &filter;
        }
        if (records_list(center->store, &center->actor, &query, list_row, &out, &err) != STATUS_OK)
            fail_msg("%s", err.text);
        if (WHERE[i] != NULL)
            filter_release(&filter);
        buf_puts(&out, "--\n");
    }
    assert_int_equal(out.status, STATUS_OK);
    char *text = strdup(buf_cstr(&out));
    buf_release(&out);
    return text;
}

static void read_past_page(struct node *center, struct page *page)
{
    struct errmsg err = {{0}};
    struct past *past;
    if (past_lay(&past, center->store, page->order, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    char *then = list_all(center);
    assert_int_equal(past_lift(past, &err), STATUS_OK);
    if (strcmp(then, page->text) != 0)
        fail_msg("order %lld:\n%s\n%s", (long long)page->order, then, page->text);
    free(then);
    free(page->text);
}

static bool keep_conflict(void *context, const struct conflict *conflict)
{
    *(struct conflict *)context = *conflict;
    return false;
}

/* Decide the oldest conflict there is, one way or the other. */
static void decide(struct node *node, struct random_source random)
{
    struct conflict conflict = {0};
    char text[64] = "";
    assert_int_equal(conflict_list(node->store, &node->actor, NULL, 1, keep_conflict, &conflict, NULL), STATUS_OK);
    if (conflict.type == NULL)
        return;
    struct record record;
    bool there;
    assert_int_equal(record_at(node->store, conflict.type, conflict.id, RECORD_NOW, &record, &there, NULL), STATUS_OK);
    struct value value = conflict.field == NULL ? value_int((int64_t)random_below(random, 2)) : record_get(&record, conflict.field);
    if (value.kind == VALUE_TEXT) {
        snprintf(text, sizeof text, "%s", value.text);
        value = value_string(text);
    }
    enum status status = conflict_resolve(node->store, &node->actor, conflict.type, conflict.id, conflict.field, value, NULL);
    assert_true(status == STATUS_OK || status == STATUS_NOT_FOUND || status == STATUS_INVALID || status == STATUS_FORBIDDEN);
    record_release(&record);
}

static struct id new_case(struct node *node)
{
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("case"));
    assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "name", "某"), STATUS_OK);
    if (records_save(node->store, &node->actor, node->codes, node->random, &record, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    struct id id = record.id;
    record_release(&record);
    return id;
}

static void edit(struct node *node, const struct record_type *type, struct id id, struct random_source random)
{
    /* outcome is a hold field: the first of two stays shown */
    static const char *const FIELDS[] = {"outcome", "phone", "name", "outcome"};
    static const char *const TEXTS[][3] = {{"01", "02", "04"}, {"13900000001", "13900000002", ""}, {"甲", "乙", "丙"}, {"05", "06", ""}};
    size_t field = (size_t)random_below(random, 4);
    struct record record;
    struct errmsg err = {{0}};
    if (records_get(node->store, &node->actor, type, id, &record, &err) != STATUS_OK)
        return;
    const char *text = TEXTS[field][random_below(random, 3)];
    assert_int_equal(record_parse(&record, catalogue_field(type, FIELDS[field]), node->codes, text, strlen(text), &err), STATUS_OK);
    if (records_save(node->store, &node->actor, node->codes, node->random, &record, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    record_release(&record);
}

static void random_world(uint64_t seed, struct sights *sights)
{
    struct world world;
    struct id ids[IDS_MAX];
    size_t owner[IDS_MAX], n = 0, n_pages = 0;
    struct page *pages = calloc(PAGES_MAX, sizeof *pages);
    const struct record_type *type = catalogue_find("case");
    world_open(&world, 2, NULL);
    struct random_source random = random_seeded(&seed);
    for (int step = 0; step < 150; step++) {
        size_t who = (size_t)random_below(random, 3), pick = n == 0 ? 0 : (size_t)random_below(random, n);
        struct node *node = who == 2 ? &world.center : &world.stations[who];
        uint64_t what = random_below(random, 10);
        if (what == 0 && n < IDS_MAX && who < 2) {
            owner[n] = who;
            ids[n++] = new_case(node);
        } else if (what < 6 && n > 0 && (who == 2 || owner[pick] == who)) {
            edit(node, type, ids[pick], random);
        } else if (what == 6 && n > 0) {
            enum status status = records_delete(node->store, &node->actor, type, ids[pick], NULL);
            assert_true(status == STATUS_OK || status == STATUS_NOT_FOUND);
        } else if (what == 7) {
            decide(node, random);
        } else if (who < 2) {
            world_sync(&world, who);
        }
        for (size_t i = 0; i < n; i++)
            look(&world.center, type, ids[i], sights);
        assert_int_equal(changelog_head(world.center.store, &pages[n_pages].order, NULL), STATUS_OK);
        pages[n_pages++].text = list_all(&world.center);
    }
    char *now = list_all(&world.center);
    for (size_t i = 0; i < n_pages; i++)
        read_past_page(&world.center, &pages[i]);
    free(pages);
    char *again = list_all(&world.center);
    assert_string_equal(now, again);
    free(now);
    free(again);
    for (size_t i = 0; i < sights->n; i++) {
        const struct sight *sight = &sights->all[i];
        char *then = describe(&world.center, sight->type, sight->id, sight->order);
        if (strcmp(then, sight->text) != 0)
            fail_msg("order %lld: \n%s\n%s", (long long)sight->order, then, sight->text);
        free(then);
        free(sight->text);
    }
    sights->n = 0;
    world_close(&world);
}

static void test_what_was_seen_then_is_found_again(void **state)
{
    struct sights sights = {.all = calloc(SIGHTS_MAX, sizeof *sights.all)};
    (void)state;
    assert_non_null(sights.all);
    for (uint64_t seed = 1; seed <= 12; seed++)
        random_world(seed, &sights);
    free(sights.all);
}

/* The first of two unseen values of a hold field stays; the later one of another field is shown. */
static void test_hold_fields_keep_the_first(void **state)
{
    struct world world;
    int64_t before, between, after;
    (void)state;
    world_open(&world, 1, NULL);
    const struct record_type *type = catalogue_find("case");
    struct id id = new_case(&world.stations[0]);
    world_sync(&world, 0);
    assert_int_equal(changelog_head(world.center.store, &before, NULL), STATUS_OK);
    node_set(&world.center, "case", id, "outcome", "01");
    node_set(&world.center, "case", id, "phone", "13900000001");
    assert_int_equal(changelog_head(world.center.store, &between, NULL), STATUS_OK);
    node_set(&world.stations[0], "case", id, "outcome", "02");
    node_set(&world.stations[0], "case", id, "phone", "13900000002");
    world_sync(&world, 0);
    assert_int_equal(changelog_head(world.center.store, &after, NULL), STATUS_OK);
    node_set(&world.center, "case", id, "name", "后来");
    static const char *const OUTCOMES[] = {"", "01", "01"}, *const PHONES[] = {"", "13900000001", "13900000002"};
    const int64_t orders[] = {before, between, after};
    for (size_t i = 0; i < 3; i++) {
        struct record record;
        bool there;
        assert_int_equal(record_at(world.center.store, type, id, orders[i], &record, &there, NULL), STATUS_OK);
        assert_true(there);
        assert_string_equal(record_text(&record, "outcome"), OUTCOMES[i]);
        assert_string_equal(record_text(&record, "phone"), PHONES[i]);
        assert_string_equal(record_text(&record, "name"), "某");
        record_release(&record);
    }
    struct record record;
    bool there = true;
    assert_int_equal(record_at(world.center.store, type, id, 1, &record, &there, NULL), STATUS_OK);
    assert_false(there);
    world_close(&world);
}

struct changed {
    size_t n, cases;
    struct id last;
};

static bool on_changed(void *context, const struct record_type *type, struct id id)
{
    struct changed *changed = context;
    changed->n++;
    changed->cases += strcmp(type->name, "case") == 0;
    changed->last = id;
    return true;
}

/* A machine that went on in a new log knew what it wrote in the one before (branch.h): its delete is no delete of somebody who did not know. */
static void test_a_branch_knows_what_it_wrote_before(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    struct log_info own, fresh;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0], *center = &world.center;
    const struct record_type *type = catalogue_find("consultation");
    struct id id = node_consult(station, "张文芳", "工资没有发");
    node_set(station, "consultation", id, "phone", "13900000001");
    assert_int_equal(changelog_own(station->store, &own, &err), STATUS_OK);
    struct log_id log = {.station = station->machine.station_no};
    station->random.fill(station->random.context, log.incarnation, sizeof log.incarnation);
    assert_int_equal(store_begin(station->store, "test", &err), STATUS_OK);
    assert_int_equal(changelog_branch(station->store, &log, own.head_seq, &fresh, &err), STATUS_OK);
    assert_int_equal(store_commit(station->store, &err), STATUS_OK);
    assert_int_equal(machine_load(station->store, &station->machine, &err), STATUS_OK);
    assert_int_equal(records_delete(station->store, &station->actor, type, id, &err), STATUS_OK);
    world_sync(&world, 0);
    int64_t order;
    assert_int_equal(changelog_head(center->store, &order, NULL), STATUS_OK);
    char *seen = describe(center, type, id, RECORD_NOW);
    assert_non_null(strstr(seen, " 1|")); /* deleted */
    assert_int_equal(records_undo(station->store, &station->actor, type, id, &err), STATUS_OK);
    world_sync(&world, 0);
    char *then = describe(center, type, id, order);
    assert_string_equal(then, seen);
    free(seen);
    free(then);
    world_close(&world);
}

/* Where the past lies nothing can be written, and what lies elsewhere can. */
static bool is_case(const struct record_type *type)
{
    return strcmp(type->name, "case") == 0;
}

static void test_the_past_cannot_be_changed(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    struct past *past;
    struct record record;
    (void)state;
    world_open(&world, 0, NULL);
    struct id id = new_case(&world.center);
    struct id other = node_consult(&world.center, "某", "问");
    int64_t order;
    assert_int_equal(changelog_head(world.center.store, &order, NULL), STATUS_OK);
    node_set(&world.center, "case", id, "name", "甲");
    node_set(&world.center, "consultation", other, "name", "甲");
    assert_int_equal(past_lay(&past, world.center.store, order, is_case, &err), STATUS_OK);
    char *name = node_get(&world.center, "case", id, "name"), *other_name = node_get(&world.center, "consultation", other, "name");
    assert_string_equal(name, "某");
    assert_string_equal(other_name, "甲");
    free(name);
    free(other_name);
    assert_int_equal(records_get(world.center.store, &world.center.actor, catalogue_find("case"), id, &record, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "name", "乙"), STATUS_OK);
    assert_int_not_equal(records_save(world.center.store, &world.center.actor, world.codes, world.center.random, &record, &err), STATUS_OK);
    record_release(&record);
    assert_int_equal(past_lift(past, &err), STATUS_OK);
    assert_int_equal(past_lift(NULL, &err), STATUS_OK);
    name = node_get(&world.center, "case", id, "name");
    assert_string_equal(name, "甲");
    free(name);
    node_set(&world.center, "case", id, "name", "乙");
    node_verify(&world.center);
    world_close(&world);
}

/* A table that is read cannot go: that is said, and what is read then is of the present. */
static void test_a_past_that_stays_is_told(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    struct past *past;
    int64_t order;
    enum status status;
    (void)state;
    world_open(&world, 0, NULL);
    struct id id = new_case(&world.center);
    assert_int_equal(changelog_head(world.center.store, &order, NULL), STATUS_OK);
    node_set(&world.center, "case", id, "name", "甲");
    assert_int_equal(past_lay(&past, world.center.store, order, is_case, &err), STATUS_OK);
    struct stmt *reading = store_prepare(world.center.store, "SELECT id FROM \"case\"");
    assert_true(stmt_row(reading, &status, &err));
    assert_int_not_equal(past_lift(past, &err), STATUS_OK);
    assert_non_null(strstr(err.text, "请退出后重新打开"));
    stmt_reset(reading);
    char *name = node_get(&world.center, "case", id, "name");
    assert_string_equal(name, "甲");
    free(name);
    world_close(&world);
}

/* Many rows changed: they are found by indexes of their own. */
static void test_the_past_of_many_rows(void **state)
{
    enum { MANY = 150 };
    struct world world;
    struct errmsg err = {{0}};
    struct past *past;
    struct id ids[MANY];
    int64_t order, count = 0;
    (void)state;
    world_open(&world, 0, NULL);
    for (size_t i = 0; i < MANY; i++)
        ids[i] = new_case(&world.center);
    assert_int_equal(changelog_head(world.center.store, &order, NULL), STATUS_OK);
    char *before = list_all(&world.center);
    for (size_t i = 0; i < MANY; i++)
        node_set(&world.center, "case", ids[i], "name", "乙");
    new_case(&world.center);
    assert_int_equal(past_lay(&past, world.center.store, order, NULL, &err), STATUS_OK);
    char *then = list_all(&world.center);
    char *name = node_get(&world.center, "case", ids[MANY - 1], "name");
    assert_string_equal(then, before);
    assert_string_equal(name, "某");
    assert_int_equal(records_count(world.center.store, &world.center.actor, catalogue_find("case"), NULL, &count, NULL), STATUS_OK);
    assert_int_equal(count, MANY);
    assert_int_equal(past_lift(past, &err), STATUS_OK);
    assert_int_equal(records_count(world.center.store, &world.center.actor, catalogue_find("case"), NULL, &count, NULL), STATUS_OK);
    assert_int_equal(count, MANY + 1);
    free(before);
    free(then);
    free(name);
    world_close(&world);
}

static void test_rows_changed_since_come_once(void **state)
{
    struct world world;
    struct changed changed = {0};
    int64_t order;
    (void)state;
    world_open(&world, 1, NULL);
    struct id old = new_case(&world.stations[0]);
    struct id other = new_case(&world.stations[0]);
    world_sync(&world, 0);
    assert_int_equal(changelog_head(world.center.store, &order, NULL), STATUS_OK);
    assert_int_equal(records_changed_since(world.center.store, order, on_changed, &changed, NULL), STATUS_OK);
    assert_int_equal(changed.n, 0);
    node_set(&world.center, "case", old, "name", "甲");
    node_set(&world.center, "case", old, "name", "乙");
    assert_int_equal(records_changed_since(world.center.store, order, on_changed, &changed, NULL), STATUS_OK);
    assert_int_equal(changed.n, 1);
    assert_int_equal(changed.cases, 1);
    assert_true(id_equal(changed.last, old) && !id_equal(old, other));
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_seen_then_is_found_again),
        cmocka_unit_test(test_hold_fields_keep_the_first),
        cmocka_unit_test(test_a_branch_knows_what_it_wrote_before),
        cmocka_unit_test(test_the_past_cannot_be_changed),
        cmocka_unit_test(test_a_past_that_stays_is_told),
        cmocka_unit_test(test_the_past_of_many_rows),
        cmocka_unit_test(test_rows_changed_since_come_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
