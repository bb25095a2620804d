/* tests/test_upward_cells.c - a county's figures for the hub: what `aidpost report` says, told when it changes, for the periods that changed and no others; never stale, whatever was edited. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/changelog.h"
#include "core/record/county_codes.h"
#include "core/record/reach.h"
#include "core/record/returned.h"
#include "core/record/upward.h"
#include "core/record/upward_gather.h"
#include "core/report/report_period.h"
#include "core/report/summary.h"
#include "core/report/upward_cells.h"
#include "core/report/upward_days.h"
#include "tests/county_top.h"
#include "tests/form_world.h"
#include "tests/must.h"

enum { ORG = 2, STEPS = 60 };
static const int64_t NOW_MS = INT64_C(1792717920000); /* 2026-10-23 09:12 */

static struct world county, hub;

#define CENTER (&county.center)
#define COUNTY (county.center.store)
#define UPWARD (hub.stations[0].store)

static int open_bed(void **state)
{
    (void)state;
    world_open(&county, 0, NULL);
    world_open(&hub, 1, NULL);
    county.center.actor.now_ms = NOW_MS;
    return 0;
}

static int close_bed(void **state)
{
    (void)state;
    world_close(&county);
    world_close(&hub);
    return 0;
}

/* Enough after so many pieces. */
static bool is_enough(void *context)
{
    int *pieces = context;
    return --*pieces <= 0;
}

static bool step(struct upward_cells_pass *running, struct store *upward, int64_t now_ms, int pieces, struct upward_cells_told *told)
{
    const struct upward_enough enough = {is_enough, &pieces};
    struct errmsg err = {{0}};
    must(upward_cells_step(COUNTY, upward, now_ms, &enough, running, told, &err), &err);
    return running->running;
}

static struct upward_cells_told pass_at(struct store *upward, int64_t now_ms)
{
    struct upward_cells_told told = {0};
    struct upward_cells_pass running = {0};
    while (step(&running, upward, now_ms, 1000, &told))
        continue;
    return told;
}

static struct upward_cells_told pass(void)
{
    return pass_at(UPWARD, NOW_MS);
}

static int64_t number(struct store *store, const char *sql)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    int64_t value = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return value;
}

/* What a store that has never heard anything is told now. */
static void expect_fresh(const char *after_what)
{
    struct errmsg err = {{0}};
    struct store *fresh;
    struct machine machine = hub.stations[0].machine;
    struct buf kept, anew;
    must(store_open(&fresh, ":memory:", STORE_CREATE, &err), &err);
    must(store_begin(fresh, "test", &err), &err);
    must(machine_create(fresh, &machine, &err), &err);
    must(store_commit(fresh, &err), &err);
    pass_at(fresh, NOW_MS);
    buf_init(&kept, 1 << 26);
    buf_init(&anew, 1 << 26);
    /* Of an org that had figures and has none any more zeros are told; who never heard of them is not told. */
    must(store_begin(UPWARD, "test", &err), &err);
    store_rollback(UPWARD);
    top_cells(UPWARD, ORG, &kept);
    top_cells(fresh, ORG, &anew);
    buf_putc(&kept, 0);
    buf_putc(&anew, 0);
    char *a = NULL, *b = NULL, *left = strtok_r((char *)kept.data, "\n", &a), *right = strtok_r((char *)anew.data, "\n", &b);
    while (left != NULL) {
        bool same = right != NULL && strcmp(left, right) == 0;
        if (!same && strpbrk(strchr(left, '{'), "123456789") != NULL && !(right != NULL && strncmp(left, right, (size_t)(strchr(left, '{') - left)) != 0)) {
            char names[3000];
            snprintf(names, sizeof names, "after %s\nkept  %.1200s\nfresh %.1200s", after_what, left, right != NULL ? right : "");
            fail_msg("%s", names);
        }
        if (same)
            right = strtok_r(NULL, "\n", &b);
        left = strtok_r(NULL, "\n", &a);
    }
    if (right != NULL)
        fail_msg("after %s: not told: %.300s", after_what, right);
    buf_release(&kept);
    buf_release(&anew);
    store_close(fresh);
}

/* ---- equal to the report itself ---- */

struct desk {
    struct code_book *codes;
    struct rules *rules;
    struct form_book *book;
    struct form_desk form;
};

static void desk_open(struct desk *desk)
{
    struct errmsg err = {{0}};
    must(county_codes_load(&desk->codes, COUNTY, &CENTER->machine, &err), &err);
    must(rules_load(&desk->rules, COUNTY, &CENTER->actor, &err), &err);
    must(form_book_new(&desk->book, &err), &err);
    desk->form = (struct form_desk){.store = COUNTY, .actor = &CENTER->actor, .codes = desk->codes, .book = desk->book};
    must(tally_open(&desk->form.tally, COUNTY, &CENTER->actor, desk->codes, &err), &err);
}

static void desk_close(struct desk *desk)
{
    tally_close(desk->form.tally);
    form_book_free(desk->book);
    rules_free(desk->rules);
    code_book_free(desk->codes);
}

static void put_report(struct desk *desk, const char *report, const char *name, struct buf *out)
{
    struct errmsg err = {{0}};
    const struct ministry_form *form = form_book_find(desk->book, report);
    struct period period;
    must(report_period_find(desk->rules, form != NULL ? form->rule : "period_summary", name, day_of_ms(NOW_MS, DAY_OFFICE_OFFSET_MIN), &period, &err), &err);
    buf_printf(out, "%s %s", report, period.name);
    if (form == NULL) {
        static struct summary summary;
        must(summary_compute(&desk->form, &period, true, &summary, &err), &err);
        for (size_t i = 0; i < summary.n_cells; i++)
            if (strcmp(summary.cells[i].name, "R2") != 0)
                buf_printf(out, " \"%s\":%lld", summary.cells[i].name, (long long)summary.cells[i].value);
        return;
    }
    struct form_sheet sheet;
    must(form_compute(&desk->form, form, &period, &sheet, &err), &err);
    for (size_t i = 0; i < form->n_columns; i++) {
        char cell[FORM_CELL_BYTES];
        form_cell_name(form, &form->columns[i], cell);
        buf_printf(out, " \"%s\":%lld", cell, (long long)sheet.rows[sheet.n_rows - 1].values[i]);
    }
    form_sheet_release(&sheet);
}

static void every_cell_is_the_report_s(void **state)
{
    (void)state;
    static const struct {
        const char *report, *period;
    } looked[] = {{"monthly", "2026-03"}, {"monthly", "2025-12"}, {"quarterly", "2026Q1"}, {"form1", "2026H1"}, {"form5", "2026"}, {"form6", "2026H1"}, {"form8", "2026"},
                  {"form13", "2026H2"},   {"summary", "2026H1"},  {"summary", "2026"}};
    struct desk desk;
    struct buf text, cells;
    form_world_fill(CENTER, 3, 60, 60);
    struct upward_cells_told told = pass();
    assert_true(told.computed > 40 && told.appended > 40);
    buf_init(&text, 1 << 20);
    buf_init(&cells, 1 << 26);
    top_cells(UPWARD, ORG, &cells);
    desk_open(&desk);
    for (size_t i = 0; i < sizeof looked / sizeof looked[0]; i++) {
        buf_clear(&text);
        put_report(&desk, looked[i].report, looked[i].period, &text);
        char head[64];
        snprintf(head, sizeof head, "%s %s 0 ", looked[i].report, looked[i].period);
        const char *line = buf_cstr(&cells);
        while (strncmp(line, head, strlen(head)) != 0) {
            line = strchr(line, '\n');
            assert_non_null(line);
            line++;
        }
        size_t n = 0, len = strcspn(line, "\n");
        for (char *save = NULL, *word = strtok_r((char *)text.data, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save)) {
            if (word[0] != '"')
                continue;
            char *found = memmem(line, len, word, strlen(word)); /* "F1.2":31 */
            if (found == NULL || (found[strlen(word)] != ',' && found[strlen(word)] != '}'))
                fail_msg("%s: %s in %.*s", head, word, (int)len, line);
            n++;
        }
        assert_true(n >= 4);
    }
    desk_close(&desk);
    buf_release(&text);
    buf_release(&cells);
    assert_true(number(UPWARD, "SELECT count(*) FROM county_cells WHERE org=2 AND report='monthly'") > 0); /* stations' rows, too */
    assert_int_equal(number(UPWARD, "SELECT count(*) FROM county_cells WHERE figures NOT LIKE '{\"%'"), 0);
    assert_int_equal(number(UPWARD, "SELECT count(*) FROM county_cells WHERE from_day>20749"), 0); /* nothing that lies in the future: 2026-10-23 is day 20749 */
}

/* ---- what is counted again ---- */

static void nothing_new_counts_nothing(void **state)
{
    (void)state;
    form_world_fill(CENTER, 4, 30, 30);
    pass();
    int64_t lsn = number(UPWARD, "SELECT max(lsn) FROM change");
    struct upward_cells_told told = pass();
    assert_int_equal(told.computed + told.appended, 0);
    node_make(CENTER, "person", "name=某人", "born=1950-01-01", NULL); /* no report reads it */
    told = pass();
    assert_int_equal(told.computed + told.appended, 0);
    assert_int_equal(number(UPWARD, "SELECT max(lsn) FROM change"), lsn);
    node_make(CENTER, "consultation", "name=某人", "date=2026-10-20", "content=问", NULL);
    told = pass();
    assert_true(told.computed > 0 && told.computed <= 1 + 1 + 14 * 2 + 1 + 2); /* what runs in late October 2026, and the summary's own calendar */
    assert_true(told.appended > 0);
    /* A day goes by: the periods that run are looked at, and are the same. */
    told = pass_at(UPWARD, NOW_MS + 86400000);
    assert_true(told.computed > 0);
    assert_int_equal(told.appended, 0);
    expect_fresh("a quiet day");
}

static void an_old_day_counts_what_lies_behind_it(void **state)
{
    (void)state;
    form_world_fill(CENTER, 5, 30, 30);
    struct id id = node_make(CENTER, "consultation", "name=某人", "date=2026-09-10", "content=问", NULL);
    pass();
    struct upward_cells_told few, many;
    node_set(CENTER, "consultation", id, "channel", "03"); /* its day is September's */
    few = pass();
    node_set(CENTER, "consultation", id, "date", "2026-10-10"); /* it leaves September: its old day is only in its history */
    (void)few;
    many = pass();
    assert_true(many.appended > 0);
    expect_fresh("a moved day");
}

static void a_center_that_was_put_back_counts_everything(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct store *back;
    struct buf image;
    form_world_fill(CENTER, 6, 20, 20);
    buf_init(&image, 1 << 26);
    must(store_image(COUNTY, &image, &err), &err);
    node_make(CENTER, "consultation", "name=某人", "date=2026-02-02", "content=没了", NULL);
    pass();
    must(store_open_image(&back, image.data, image.len, &err), &err);
    store_close(COUNTY);
    COUNTY = back;
    must(store_begin(COUNTY, "test", &err), &err);
    must(order_begin_era(COUNTY, 0, CENTER->random, &err), &err);
    must(store_commit(COUNTY, &err), &err);
    node_make(CENTER, "consultation", "name=某人", "date=2026-10-20", "content=以后", NULL);
    struct upward_cells_told told = pass();
    assert_true(told.computed > 40);
    expect_fresh("the center was put back");
    buf_release(&image);
}

/* ---- step by step ---- */

static void expect_marks(bool there, int64_t order)
{
    assert_int_equal(store_meta_int(UPWARD, "upward_cells_order", 0), there ? order : 0);
}

/* Each step is one transaction and does no more than it may; what changes meanwhile is looked at by the next pass, on whatever side of the step it lies. */
static void a_pass_goes_by_steps(void **state)
{
    (void)state;
    struct upward_cells_told told = {0}, before = {0};
    struct upward_cells_pass running = {0};
    struct errmsg err = {{0}};
    int64_t head;
    size_t steps = 0;
    form_world_fill(CENTER, 10, 40, 40);
    must(changelog_head(COUNTY, &head, &err), &err);
    while (step(&running, UPWARD, NOW_MS, 3, &told)) {
        steps++;
        assert_in_range(told.computed - before.computed, steps == 1 ? 0 : 1, 3);
        expect_marks(false, 0); /* not before its end */
        if (steps == 4) /* a day whose periods were told, some of them */
            node_make(CENTER, "consultation", "name=某人", "date=2024-01-15", "content=问", NULL);
        before = told;
    }
    assert_true(steps > 20);
    expect_marks(true, head); /* where it began */
    assert_true(pass().appended > 0);
    expect_fresh("a change in the middle of a pass");
}

/* What waits to be counted is folded by steps, too, before the first report. */
static void a_step_folds_a_part(void **state)
{
    (void)state;
    struct upward_cells_told told = {0};
    struct upward_cells_pass running = {0};
    form_world_fill(CENTER, 11, 600, 600);
    assert_true(step(&running, UPWARD, NOW_MS, 1, &told));
    assert_int_equal(told.computed, 0);
    assert_true(number(COUNTY, "SELECT count(*) FROM tally") > 0);
    while (told.computed == 0)
        assert_true(step(&running, UPWARD, NOW_MS, 1, &told));
    assert_int_equal(told.computed, 1);
}

/* A step that fails leaves nothing of itself, and the pass is none any more. */
static void a_step_that_fails_begins_anew(void **state)
{
    (void)state;
    struct upward_cells_told told = {0};
    struct upward_cells_pass running = {0};
    struct errmsg err = {{0}};
    int pieces = 1000;
    const struct upward_enough enough = {is_enough, &pieces};
    form_world_fill(CENTER, 12, 20, 20);
    for (int i = 0; i < 6; i++)
        assert_true(step(&running, UPWARD, NOW_MS, 2, &told));
    int64_t lsn = number(UPWARD, "SELECT max(lsn) FROM change");
    assert_true(lsn > 0);
    node_make(CENTER, "rule", "name=period_monthly", "from_day=2026-08-01", "value=13-45", NULL); /* years before are told and rolled back */
    assert_int_not_equal(upward_cells_step(COUNTY, UPWARD, NOW_MS, &enough, &running, &told, &err), STATUS_OK);
    assert_false(running.running);
    assert_false(store_in_transaction(UPWARD));
    assert_int_equal(number(UPWARD, "SELECT max(lsn) FROM change"), lsn);
    expect_marks(false, 0);
}

/* ---- never stale ---- */

static bool pick(struct random_source random, const char *type, struct id *id)
{
    char sql[128];
    enum status status;
    snprintf(sql, sizeof sql, "SELECT id FROM \"%s\" ORDER BY (n*2654435761+%llu)%%1009 LIMIT 1", type, (unsigned long long)random_below(random, 1000));
    struct stmt *stmt = store_prepare(COUNTY, sql);
    bool there = stmt_row(stmt, &status, NULL);
    if (there) {
        *id = stmt_column_id(stmt, 0);
        stmt_reset(stmt);
    }
    return there;
}

static void put_any(struct record *record, const struct field_def *field, struct random_source random)
{
    struct id id;
    char text[64] = "";
    if (field->kind == FIELD_DAY)
        snprintf(text, sizeof text, "20%02d-%02d-%02d", 24 + (int)random_below(random, 3), 1 + (int)random_below(random, 12), 1 + (int)random_below(random, 28));
    else if (field->kind == FIELD_CODE)
        snprintf(text, sizeof text, "%s", code_book_at(CENTER->codes, field->codes, (size_t)random_below(random, code_book_count(CENTER->codes, field->codes)))->code);
    else if (field->kind == FIELD_INT || field->kind == FIELD_MONEY)
        snprintf(text, sizeof text, "%d", (int)random_below(random, 90));
    else if (field->kind == FIELD_BOOL)
        snprintf(text, sizeof text, "%s", random_below(random, 2) ? "是" : "否");
    else if (field->kind == FIELD_REF && pick(random, field->codes, &id))
        id_format(id, text);
    if (text[0] != '\0')
        (void)record_parse(record, field, CENTER->codes, text, strlen(text), NULL);
}

/* Any field that could be counted, of any row that a report might read, set to anything; sometimes the row goes or comes. */
static void any_edit(struct random_source random, char what[128])
{
    static const char *const TYPES[] = {"case",   "case",  "case",     "consultation", "consultation", "party",      "handler", "case_group", "volunteer", "staff",       "honour",     "media_item",
                                        "training", "attendance", "complaint", "payment", "stat_entry", "org", "event", "event_material", "service_hours", "return_visit", "token", "meeting"};
    const char *type = TYPES[random_below(random, sizeof TYPES / sizeof TYPES[0])];
    struct actor acting = CENTER->actor;
    struct record record;
    struct id id;
    acting.acting = true;
    snprintf(what, 128, "%s", type);
    if (!pick(random, type, &id) || records_get(COUNTY, &acting, catalogue_find(type), id, &record, NULL) != STATUS_OK)
        return;
    uint64_t kind = random_below(random, 12);
    if (kind == 0) {
        (void)records_delete(COUNTY, &acting, record.type, id, NULL);
    } else if (kind == 1) {
        (void)records_undo(COUNTY, &acting, record.type, id, NULL);
    } else if (kind == 2) {
        (void)reach_move(COUNTY, &acting, record.type, id, 2 + (int64_t)random_below(random, 3), NULL, NULL);
    } else {
        const struct field_def *field = &record.type->fields[random_below(random, record.type->n_fields)];
        put_any(&record, field, random);
        snprintf(what, 128, "%s.%s", type, field->name);
        (void)records_save(COUNTY, &acting, CENTER->codes, random, &record, NULL);
    }
    record_release(&record);
}

/* And what the other copy told comes down. */
static void put_upward_back(const struct buf *image, uint8_t incarnation)
{
    node_put_back(&hub.stations[0], image, incarnation);
    world_sync(&hub, 0);
}

/* Figures that another copy of the upward store told are told by the own log, too: the hub may lose that copy's. */
static void what_another_copy_told_is_told_again(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    struct buf empty, image, center;
    node_keep(&hub.stations[0], &empty);
    node_consult(CENTER, "张三", "欠薪");
    int64_t told = (int64_t)pass().appended;
    assert_true(told > 10);
    world_sync(&hub, 0);
    put_upward_back(&empty, 6);
    assert_int_equal(number(UPWARD, "SELECT count(*) FROM county_cells"), told);
    assert_int_equal(pass().appended, told);
    world_sync(&hub, 0);
    assert_int_equal(pass().appended, 0);
    /* center and upward store of one moment: what was told since is of a county that is no more */
    node_keep(&hub.stations[0], &image);
    node_keep(CENTER, &center);
    node_consult(CENTER, "李四", "押金");
    int64_t since = (int64_t)pass().appended;
    assert_true(since > 0);
    world_sync(&hub, 0);
    must(store_set_image(COUNTY, center.data, center.len, &err), &err);
    put_upward_back(&image, 7);
    assert_int_equal(pass().appended, since);
    expect_fresh("another copy's figures");
    world_sync(&hub, 0);
    assert_int_equal(pass().appended, 0);
    buf_release(&empty);
    buf_release(&image);
    buf_release(&center);
}

static void never_stale(void **state)
{
    (void)state;
    uint64_t seed = 11;
    struct random_source random = random_seeded(&seed);
    char what[8][128], all[1200];
    size_t appended = 0;
    form_world_fill(CENTER, 7, 50, 50);
    struct id event = node_make(CENTER, "event", "title=宣传", "kind=01", "date=2026-03-07", "persons=15", NULL);
    node_make(CENTER, "event_material", "item=01", "date=2026-03-07", "quantity=40", node_ref("event", event), NULL);
    node_make(CENTER, "token", "date=2026-03-08", "kind=1", "giver=某人", NULL);
    node_make(CENTER, "meeting", "title=联席会", "date=2026-04-01", NULL);
    pass();
    for (int step = 0; step < STEPS; step++) {
        all[0] = '\0';
        for (int i = 0; i < 8; i++) {
            any_edit(random, what[i]);
            snprintf(all + strlen(all), sizeof all - strlen(all), " %s", what[i]);
        }
        appended += pass().appended;
        expect_fresh(all);
    }
    assert_true(appended > STEPS);
}

/* ---- what is wrong ---- */

static void a_wrong_rule_says_which(void **state)
{
    (void)state;
    struct upward_cells_told told = {0};
    struct upward_cells_pass running = {0};
    struct errmsg err = {{0}};
    int pieces = 1000;
    const struct upward_enough enough = {is_enough, &pieces};
    assert_int_equal(upward_cells_step(UPWARD, UPWARD, NOW_MS, &enough, &running, &told, &err), STATUS_FORBIDDEN);
    form_world_fill(CENTER, 8, 5, 5);
    node_make(CENTER, "rule", "name=period_monthly", "from_day=2020-01-01", "value=13-45", NULL);
    enum status status = STATUS_OK;
    do
        status = upward_cells_step(COUNTY, UPWARD, NOW_MS, &enough, &running, &told, &err);
    while (status == STATUS_OK && running.running);
    if (status == STATUS_OK)
        fail_msg("a month of 13");
    assert_int_equal(status, STATUS_INVALID);
    assert_non_null(strstr(err.text, "period_monthly"));
}

static void days_that_are_touched(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    int32_t from, first;
    int64_t head;
    form_world_fill(CENTER, 9, 10, 10);
    must(upward_days_first(COUNTY, &first, &err), &err);
    assert_true(first < 20500 && first > 20000);
    must(changelog_head(COUNTY, &head, &err), &err);
    must(upward_days_since(COUNTY, head, &from, &err), &err);
    assert_int_equal(from, UPWARD_DAYS_NONE);
    struct id kase = node_make(CENTER, "case", "name=甲", "case_type=01", "received_on=2026-01-01", "stage=04", NULL);
    must(changelog_head(COUNTY, &head, &err), &err);
    node_make(CENTER, "party", "name=乙", "role=04", node_ref("case_id", kase), NULL); /* a co-applicant: counts with the case */
    must(upward_days_since(COUNTY, head, &from, &err), &err);
    assert_int_equal(from, 20454); /* 2026-01-01 */
    must(changelog_head(COUNTY, &head, &err), &err);
    node_make(CENTER, "org", "number=9", "code=z", "name=新站", "kind=station", NULL);
    must(upward_days_since(COUNTY, head, &from, &err), &err);
    assert_int_equal(from, UPWARD_DAYS_ALL);
    must(changelog_head(COUNTY, &head, &err), &err);
    must(reach_erase(COUNTY, &CENTER->actor, catalogue_find("case"), kase, "要求", "何平", &err), &err); /* nobody knows its days any more */
    must(upward_days_since(COUNTY, head, &from, &err), &err);
    assert_int_equal(from, UPWARD_DAYS_ALL);
}

int main(void)
{
#define in_a_bed(test) cmocka_unit_test_setup_teardown(test, open_bed, close_bed)
    const struct CMUnitTest tests[] = {
        in_a_bed(every_cell_is_the_report_s),
        in_a_bed(nothing_new_counts_nothing),
        in_a_bed(an_old_day_counts_what_lies_behind_it),
        in_a_bed(a_center_that_was_put_back_counts_everything),
        in_a_bed(a_pass_goes_by_steps),
        in_a_bed(a_step_folds_a_part),
        in_a_bed(a_step_that_fails_begins_anew),
        in_a_bed(what_another_copy_told_is_told_again),
        in_a_bed(never_stale),
        in_a_bed(a_wrong_rule_says_which),
        in_a_bed(days_that_are_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
