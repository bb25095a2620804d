/* tests/test_snapshot.c - reports as they were handed in: what is kept comes back, nothing else is taken for it; who may freeze what; last year's figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/changelog.h"
#include "core/record/peer.h"
#include "core/report/counting.h"
#include "core/report/snapshot_impl.h"
#include "tests/report_world.h"
#include "tests/write_sql.h"

enum { JSON_BYTES = 1 << 20, STATIONS_MANY = 200 };

static void must_have(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no “%s” in: %s", part, text);
}

/* ---- the JSON ---- */

static struct form_sheet make_sheet(const struct ministry_form *form, size_t n_rows, uint64_t seed)
{
    struct form_sheet sheet = {.form = form, .rows = calloc(n_rows, sizeof *sheet.rows), .n_rows = n_rows, .period = report_world_period("2026H1")};
    struct random_source random = random_seeded(&seed);
    assert_non_null(sheet.rows);
    for (size_t i = 0; i < n_rows; i++) {
        struct form_row *row = &sheet.rows[i];
        row->org = i + 1 < n_rows ? (int64_t)i + 1 : 0;
        snprintf(row->name, sizeof row->name, i + 1 < n_rows ? "站“%zu”\\\t" : "合计", i);
        for (size_t c = 0; c < form->n_columns; c++) {
            row->values[c] = random_below(random, 3) == 0 ? (int64_t)random_below(random, 5000) - 20 : 0;
            row->adjusted[c] = random_below(random, 10) == 0 ? (int64_t)random_below(random, 9) - 4 : 0;
            row->missing[c] = random_below(random, 8) == 0;
        }
    }
    return sheet;
}

static void write_figures(const struct snapshot_parts *parts, struct buf *json)
{
    buf_init(json, JSON_BYTES);
    snapshot_figures_write(parts, json);
    assert_int_equal(json->status, STATUS_OK);
}

static enum status read_figures(const struct form_book *book, const char *report, const char *text, size_t len, struct snapshot *out, struct errmsg *err)
{
    *out = (struct snapshot){0};
    snprintf(out->report, sizeof out->report, "%s", report);
    return snapshot_figures_read(text, len, book, out, err);
}

static void test_what_is_written_is_read(void **state)
{
    struct form_book *book;
    struct errmsg err = {{0}};
    struct snapshot snapshot;
    struct buf json;
    (void)state;
    assert_int_equal(form_book_new(&book, &err), STATUS_OK);
    for (size_t f = 0; f < form_book_count(book); f++) {
        struct form_sheet sheet = make_sheet(form_book_at(book, f), 5, f + 1);
        sheet.period.start = (struct year_start){12, 21};
        struct snapshot_parts parts = {.report = sheet.form->name, .period = &sheet.period, .sheet = &sheet};
        write_figures(&parts, &json);
        if (read_figures(book, sheet.form->name, buf_cstr(&json), json.len, &snapshot, &err) != STATUS_OK)
            fail_msg("%s: %s", err.text, buf_cstr(&json));
        assert_ptr_equal(snapshot.sheet.form, sheet.form);
        assert_int_equal(snapshot.sheet.n_rows, sheet.n_rows);
        assert_memory_equal(snapshot.sheet.rows, sheet.rows, sheet.n_rows * sizeof *sheet.rows);
        assert_int_equal(snapshot.period.start.month, 12);
        assert_int_equal(snapshot.period.start.dom, 21);
        for (size_t c = 0; c < FORM_COLUMNS_MAX; c++)
            assert_int_equal(snapshot.has[c], c < sheet.form->n_columns);
        snapshot_release(&snapshot);
        buf_release(&json);
        free(sheet.rows);
    }
    static const struct snapshot_cell cells[] = {{"R1", 12, 1}, {"R22", INT64_C(-9000000000000), 0}, {"C1.7", 0, 0}};
    struct period period = report_world_period("2026");
    write_figures(&(struct snapshot_parts){.report = "summary", .period = &period, .cells = cells, .n_cells = 3}, &json);
    assert_int_equal(read_figures(book, "summary", buf_cstr(&json), json.len, &snapshot, &err), STATUS_OK);
    assert_int_equal(snapshot.n_cells, 3);
    assert_memory_equal(snapshot.cells, cells, sizeof cells);
    int64_t value = 0;
    assert_true(snapshot_value(&snapshot, "R22", 0, &value));
    assert_int_equal(value, INT64_C(-9000000000000));
    assert_false(snapshot_value(&snapshot, "R22", 1, &value));
    assert_false(snapshot_value(&snapshot, "R2", 0, &value));
    snapshot_release(&snapshot);
    buf_release(&json);
    form_book_free(book);
}

/* A form that has gained or lost columns since: what it has now is read, what it had not is not there. */
static void test_columns_go_by_their_numbers(void **state)
{
    static const char json[] = "{\"v\":1,\"year\":\"01-01\",\"later\":{\"a\":[1]},\"columns\":[3,99,1],\"rows\":[[2,\"甲\",[30,7,10],[0,5,1,6],[2]],[0,\"合计\",[30],[],[]]]}";
    struct form_book *book;
    struct errmsg err = {{0}};
    struct snapshot snapshot;
    int64_t value = -1;
    (void)state;
    assert_int_equal(form_book_new(&book, &err), STATUS_OK);
    if (read_figures(book, "form6", json, strlen(json), &snapshot, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_true(snapshot_value(&snapshot, "F6.3", 2, &value));
    assert_int_equal(value, 30);
    assert_true(snapshot_value(&snapshot, "F6.1", 2, &value));
    assert_int_equal(value, 10);
    assert_true(snapshot_value(&snapshot, "F6.1", 0, &value));
    assert_int_equal(value, 0);
    assert_true(snapshot_value(&snapshot, "F6.1", 55, &value)); /* a unit without a row had nothing */
    assert_int_equal(value, 0);
    assert_false(snapshot_value(&snapshot, "F6.2", 2, &value));
    assert_false(snapshot_value(&snapshot, "F5.1", 2, &value));
    assert_int_equal(snapshot.sheet.rows[0].adjusted[2], 5);
    assert_true(snapshot.sheet.rows[0].missing[0]);
    assert_false(snapshot.sheet.rows[0].missing[2]);
    snapshot_release(&snapshot);
    form_book_free(book);
}

static void test_malformed_figures_are_a_message(void **state)
{
    static const char *const bad[][2] = {
        {"form6", ""},
        {"form6", "[]"},
        {"form6", "{}"},
        {"form6", "null"},
        {"form14", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[1],[],[]]]}"},
        {"form6", "{\"v\":1,\"columns\":[1],\"rows\":[[0,\"\",[1],[],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"13-01\",\"columns\":[1],\"rows\":[[0,\"\",[1],[],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"rows\":[[0,\"\",[],[],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[1,\"没有合计\",[1],[],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1,1],\"rows\":[[0,\"\",[1],[],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[1,2],[],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[1.5],[],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[1e3],[],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[99999999999999999999],[],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[\"1\"],[],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[1],[1,5],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[1],[0],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[1],[],[-1]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[1],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[-1,\"\",[1],[],[]],[0,\"\",[1],[],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[1],[],[]]],\"rows\":[[0,\"\",[1],[],[]]]}"},
        {"form6", "{\"v\":1,\"year\":\"01-01\",\"cells\":[[\"R1\",1,0]]}"},
        {"summary", "{\"v\":1,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[1],[],[]]]}"},
        {"summary", "{\"v\":1,\"year\":\"01-01\",\"cells\":[[\"R1\",1]]}"},
        {"summary", "{\"v\":1,\"year\":\"01-01\",\"cells\":[[\"R12345678901234567\",1,0]]}"},
        {"summary", "{\"v\":1,\"year\":\"01-01\",\"cells\":[[\"R\\u00001\",1,0]]}"},
        {"summary", "{\"v\":1,\"year\":\"01-01\",\"cells\":[[\"R1\",1,0]]} x"},
    };
    static const char newer[] = "{\"v\":2,\"year\":\"01-01\",\"columns\":[1],\"rows\":[[0,\"\",[1],[],[]]]}";
    struct form_book *book;
    struct errmsg err = {{0}};
    struct snapshot snapshot;
    struct buf json;
    (void)state;
    assert_int_equal(form_book_new(&book, &err), STATUS_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (read_figures(book, bad[i][0], bad[i][1], strlen(bad[i][1]), &snapshot, &err) != STATUS_CORRUPT)
            fail_msg("taken: %s", bad[i][1]);
        snapshot_release(&snapshot);
    }
    must_have(err.text, "已损坏");
    assert_int_equal(read_figures(book, "form6", newer, strlen(newer), &snapshot, &err), STATUS_VERSION);
    snapshot_release(&snapshot);
    /* cut anywhere, and changed anywhere: a message or figures, never worse */
    struct form_sheet sheet = make_sheet(form_book_find(book, "form6"), 3, 9);
    write_figures(&(struct snapshot_parts){.report = "form6", .period = &sheet.period, .sheet = &sheet}, &json);
    for (size_t len = 0; len < json.len; len++) {
        assert_int_equal(read_figures(book, "form6", buf_cstr(&json), len, &snapshot, &err), STATUS_CORRUPT);
        snapshot_release(&snapshot);
    }
    for (size_t at = 0; at < json.len; at++) {
        static const char others[] = "[]{}\",:0-9x";
        uint8_t kept = json.data[at];
        json.data[at] = (uint8_t)others[at % (sizeof others - 1)];
        (void)read_figures(book, "form6", buf_cstr(&json), json.len, &snapshot, &err);
        snapshot_release(&snapshot);
        json.data[at] = kept;
    }
    buf_release(&json);
    free(sheet.rows);
    form_book_free(book);
}

/* ---- freezing ---- */

static struct id freeze(struct report_world *desk, const char *form, const char *basis)
{
    struct errmsg err = {{0}};
    struct id id = {{0}};
    if (snapshot_freeze_form(&desk->desk, desk->world.center.random, form_book_find(desk->book, form), &desk->period, basis, &id, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    return id;
}

static enum status try_freeze(struct report_world *desk, const char *form, struct errmsg *err)
{
    struct id id;
    return snapshot_freeze_form(&desk->desk, desk->world.center.random, form_book_find(desk->book, form), &desk->period, NULL, &id, err);
}

static void load(struct report_world *desk, const char *report, struct snapshot *out)
{
    struct errmsg err = {{0}};
    if (snapshot_load(&desk->desk, report, &desk->period, out, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static int64_t value_of(const struct snapshot *snapshot, const char *cell, int64_t org)
{
    int64_t value = -1;
    if (!snapshot_value(snapshot, cell, org, &value))
        fail_msg("no %s", cell);
    return value;
}

/* A case that was given aid. */
static struct id approved(struct node *node, const char *type, const char *received, const char *decided)
{
    return node_make(node, "case", "name=某", type, received, decided, "decision=01", "state=S6", "source=41", "sex=2", "born=1980-01-01", NULL);
}

struct lines {
    char text[1024];
    size_t n;
};

static bool add_line(void *context, const char *name, const char *last_contact)
{
    struct lines *lines = context;
    size_t len = strlen(lines->text);
    snprintf(lines->text + len, sizeof lines->text - len, "%s %s\n", name, last_contact);
    lines->n++;
    return true;
}

static void note_contact(struct report_world *desk, size_t station, int64_t at_ms)
{
    struct peer peer;
    assert_int_equal(peer_find(desk->desk.store, desk->world.stations[station].peer.station_no, &peer, NULL), STATUS_OK);
    peer.last_contact_ms = at_ms;
    assert_int_equal(store_begin(desk->desk.store, "test", NULL), STATUS_OK);
    assert_int_equal(peer_note(desk->desk.store, &peer, NULL), STATUS_OK);
    assert_int_equal(store_commit(desk->desk.store, NULL), STATUS_OK);
}

static void test_a_form_is_kept_as_it_was(void **state)
{
    struct report_world desk;
    struct snapshot snapshot;
    struct lines lines = {{0}, 0};
    int64_t head;
    (void)state;
    report_world_open(&desk, 2);
    approved(&desk.world.center, "case_type=民事", "received_on=2026-01-05", "decided_on=2026-01-08");
    approved(&desk.world.center, "case_type=刑事", "received_on=2026-02-05", "decided_on=2026-02-08");
    node_make(&desk.world.center, "stat_entry", "cell=F6.2", "date=2026-03-01", "amount=2", "basis=补", NULL);
    note_contact(&desk, 0, INT64_C(1792717920000));
    assert_int_equal(changelog_head(desk.desk.store, &head, NULL), STATUS_OK);
    struct id id = freeze(&desk, "form8", "报市局");
    load(&desk, "form8", &snapshot);
    assert_true(id_equal(snapshot.id, id));
    assert_int_equal(snapshot.watermark, head);
    assert_string_equal(snapshot.period.name, "2026H1");
    assert_int_equal(snapshot.period.to, desk.period.to);
    assert_string_equal(record_text(&snapshot.record, "basis"), "报市局");
    assert_int_equal(value_of(&snapshot, "F8.1", 0), 4);
    assert_int_equal(value_of(&snapshot, "F8.1", 1), 4);
    assert_int_equal(value_of(&snapshot, "F8.5", 0), 2);
    assert_int_equal(value_of(&snapshot, "F8.1", 2), 0);
    assert_int_equal(snapshot.sheet.rows[0].adjusted[0], 2);
    assert_int_equal(snapshot_stations(&snapshot, add_line, &lines, NULL), STATUS_OK);
    assert_string_equal(lines.text, "站2 2026-10-23 09:12 同步\n站3 从未同步\n");
    snapshot_release(&snapshot);
    /* what comes later changes nothing in it */
    approved(&desk.world.center, "case_type=民事", "received_on=2026-01-05", "decided_on=2026-01-08");
    assert_int_equal(report_world_cell(&desk, "F8.1", 0), 5);
    load(&desk, "form8", &snapshot);
    assert_int_equal(value_of(&snapshot, "F8.1", 0), 4);
    snapshot_release(&snapshot);
    /* again: the later one counts and names the one before */
    struct id again = freeze(&desk, "form8", NULL);
    char hex[ID_TEXT_BYTES];
    id_format(id, hex);
    load(&desk, "form8", &snapshot);
    assert_true(id_equal(snapshot.id, again));
    assert_string_equal(record_text(&snapshot.record, "replaces"), hex);
    assert_int_equal(value_of(&snapshot, "F8.1", 0), 5);
    snapshot_release(&snapshot);
    assert_int_equal(snapshot_load_id(&desk.desk, id, &snapshot, NULL), STATUS_OK);
    assert_int_equal(value_of(&snapshot, "F8.1", 0), 4);
    snapshot_release(&snapshot);
    node_verify(&desk.world.center);
    report_world_close(&desk);
}

/* Another period, another report, days of another calendar: not frozen. */
static void test_only_the_same_report_and_days_are_found(void **state)
{
    struct report_world desk;
    struct snapshot snapshot;
    struct errmsg err = {{0}};
    struct period period;
    (void)state;
    report_world_open(&desk, 1);
    freeze(&desk, "form8", NULL);
    assert_int_equal(snapshot_load(&desk.desk, "form9", &desk.period, &snapshot, &err), STATUS_NOT_FOUND);
    must_have(err.text, "年报表九没有存档过 2026H1");
    period = report_world_period("2026H2");
    assert_int_equal(snapshot_load(&desk.desk, "form8", &period, &snapshot, &err), STATUS_NOT_FOUND);
    assert_int_equal(period_parse("2026H1", (struct year_start){12, 1}, &period, &err), STATUS_OK);
    assert_string_equal(period.name, desk.period.name);
    assert_int_equal(snapshot_load(&desk.desk, "form8", &period, &snapshot, &err), STATUS_NOT_FOUND);
    desk.period = period;
    freeze(&desk, "form8", NULL);
    load(&desk, "form8", &snapshot);
    assert_int_equal(snapshot.period.start.month, 12);
    assert_int_equal(snapshot.period.from, period.from);
    snapshot_release(&snapshot);
    desk.period = report_world_period("2026-01-03..2026-02-10");
    freeze(&desk, "monthly", NULL);
    load(&desk, "monthly", &snapshot);
    assert_int_equal(snapshot.period.kind, PERIOD_DAYS);
    snapshot_release(&snapshot);
    report_world_close(&desk);
}

static void test_failing_checks_block_until_explained(void **state)
{
    struct report_world desk;
    struct errmsg err = {{0}};
    struct snapshot snapshot;
    (void)state;
    report_world_open(&desk, 1);
    node_make(&desk.world.center, "stat_entry", "cell=F3.1", "date=2026-03-01", "money=500", "basis=多报", NULL);
    assert_int_equal(try_freeze(&desk, "form3", &err), STATUS_INVALID);
    must_have(err.text, "年报表三有 2 处校验不符");
    must_have(err.text, "F3.1=F3.2+F3.10+F3.11(合计，相差 500)");
    assert_int_equal(snapshot_load(&desk.desk, "form3", &desk.period, &snapshot, NULL), STATUS_NOT_FOUND);
    assert_false(store_in_transaction(desk.desk.store));
    for (int64_t org = 0; org <= 1; org++)
        if (report_explain(&desk.desk, desk.world.center.random, "form3", "F3.1=F3.2+F3.10+F3.11", &desk.period, org, "另有来源", &err) != STATUS_OK)
            fail_msg("%s", err.text);
    freeze(&desk, "form3", NULL);
    load(&desk, "form3", &snapshot);
    must_have(record_text(&snapshot.record, "explained"), "合计 F3.1=F3.2+F3.10+F3.11 相差 500：另有来源\n");
    snapshot_release(&snapshot);
    report_world_close(&desk);
}

static void test_who_may_freeze(void **state)
{
    struct report_world desk;
    struct errmsg err = {{0}};
    struct actor actor;
    (void)state;
    report_world_open(&desk, 1);
    actor = desk.world.center.actor;
    actor.owner = false;
    desk.desk.actor = &actor;
    static const struct {
        enum actor_role role;
        enum status status;
    } cases[] = {{ROLE_CLERK, STATUS_OK}, {ROLE_DIRECTOR, STATUS_OK}, {ROLE_ADMIN, STATUS_OK}, {ROLE_REVIEWER, STATUS_FORBIDDEN}, {ROLE_AUDITOR, STATUS_FORBIDDEN}, {ROLE_STATION, STATUS_FORBIDDEN}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        actor.role = cases[i].role;
        assert_int_equal(try_freeze(&desk, "form8", &err), cases[i].status);
    }
    actor.role = ROLE_DIRECTOR;
    actor.all_scopes = false;
    assert_int_equal(try_freeze(&desk, "form8", &err), STATUS_FORBIDDEN);
    must_have(err.text, "县中心");
    desk.desk.actor = &desk.world.stations[0].actor;
    desk.desk.store = desk.world.stations[0].store;
    assert_int_equal(try_freeze(&desk, "form8", &err), STATUS_FORBIDDEN);
    report_world_close(&desk);
}

static enum status save_rows(struct report_world *desk, size_t n_rows, struct errmsg *err)
{
    struct form_sheet sheet = make_sheet(form_book_find(desk->book, "quarterly"), n_rows, 3);
    struct counting counting;
    struct id id;
    for (size_t i = 0; i < n_rows; i++)
        for (size_t c = 0; c < sheet.form->n_columns; c++)
            sheet.rows[i].values[c] = 120;
    assert_int_equal(counting_begin(&counting, &desk->desk, "test", err), STATUS_OK);
    struct snapshot_parts parts = {.report = "quarterly", .period = &desk->period, .sheet = &sheet};
    enum status status = counting_end(&counting, snapshot_save(&counting.desk, desk->world.center.random, &parts, &id, err), err);
    free(sheet.rows);
    return status;
}

/* A county of forty units with full columns fits; a province does not, and is told so. */
static void test_what_does_not_fit_is_refused(void **state)
{
    struct report_world desk;
    struct errmsg err = {{0}};
    struct snapshot snapshot;
    (void)state;
    report_world_open(&desk, 1);
    if (save_rows(&desk, 40, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    load(&desk, "quarterly", &snapshot);
    assert_int_equal(snapshot.sheet.n_rows, 40);
    snapshot_release(&snapshot);
    assert_int_equal(save_rows(&desk, STATIONS_MANY, &err), STATUS_TOO_LARGE);
    must_have(err.text, "各栏");
    must_have(err.text, "20000");
    assert_int_equal(save_rows(&desk, 1024, &err), STATUS_TOO_LARGE);
    must_have(err.text, "20000");
    report_world_close(&desk);
}

static void damage(struct report_world *desk, const char *sql)
{
    write_sql(desk->desk.store, sql);
}

static void test_a_damaged_snapshot_is_a_message(void **state)
{
    static const char *const damages[] = {
        "UPDATE report_snapshot SET figures='{'",
        "UPDATE report_snapshot SET figures=NULL",
    };
    struct report_world desk;
    struct snapshot snapshot;
    struct errmsg err = {{0}};
    (void)state;
    report_world_open(&desk, 1);
    struct id id = freeze(&desk, "form8", NULL);
    damage(&desk, "UPDATE report_snapshot SET stations='[[1,\"甲\",\"x\"]]'");
    struct lines lines = {{0}, 0};
    load(&desk, "form8", &snapshot);
    assert_int_equal(snapshot_stations(&snapshot, add_line, &lines, NULL), STATUS_OK);
    assert_int_equal(lines.n, 0);
    snapshot_release(&snapshot);
    damage(&desk, "UPDATE report_snapshot SET to_day=to_day+1");
    assert_int_equal(snapshot_load_id(&desk.desk, id, &snapshot, &err), STATUS_CORRUPT);
    must_have(err.text, "起止日");
    damage(&desk, "UPDATE report_snapshot SET to_day=to_day-1, period='2026H9'");
    assert_int_equal(snapshot_load_id(&desk.desk, id, &snapshot, &err), STATUS_CORRUPT);
    damage(&desk, "UPDATE report_snapshot SET period='2026H1'");
    assert_int_equal(snapshot_load_id(&desk.desk, id, &snapshot, &err), STATUS_OK);
    snapshot_release(&snapshot);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        damage(&desk, damages[i]);
        assert_int_equal(snapshot_load_id(&desk.desk, id, &snapshot, &err), STATUS_CORRUPT);
    }
    report_world_close(&desk);
}

/* ---- year on year ---- */

static struct year_on_year last_year(struct report_world *desk, const char *report, const char *cell, int64_t org, int64_t now, bool records)
{
    struct year_on_year out;
    struct errmsg err = {{0}};
    if (year_on_year(&desk->desk, report, cell, &desk->period, org, now, records, &out, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    return out;
}

static void test_last_year_as_reported_and_as_known(void **state)
{
    struct report_world desk;
    struct year_on_year before;
    (void)state;
    report_world_open(&desk, 1);
    struct period this_year = desk.period;
    before = last_year(&desk, "form8", "F8.1", 0, 0, false);
    assert_false(before.has_reported);
    assert_int_equal(before.known, 0);
    /* entered by hand: of the county, of a unit, money */
    char org[64];
    struct stmt *stmt = store_prepare(desk.desk.store, "SELECT 'org=' || lower(hex(id)) FROM org WHERE number=2");
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    snprintf(org, sizeof org, "%s", stmt_column_text(stmt, 0, NULL));
    stmt_reset(stmt);
    node_make(&desk.world.center, "stat_baseline", "cell=F8.1", "period=2025H1", "amount=70", NULL);
    node_make(&desk.world.center, "stat_baseline", "cell=F8.1", "period=2025H1", "amount=9", org, NULL);
    node_make(&desk.world.center, "stat_baseline", "cell=F8.3", "period=2025H1", "money=123456", NULL);
    node_make(&desk.world.center, "stat_baseline", "cell=R1", "period=2025H1", "amount=71", NULL);
    node_make(&desk.world.center, "stat_baseline", "cell=F8.1", "period=2025", "amount=150", NULL);
    before = last_year(&desk, "form8", "F8.1", 0, 0, false);
    assert_true(before.has_reported && before.from_baseline);
    assert_int_equal(before.reported, 70);
    assert_int_equal(before.known, 70);
    before = last_year(&desk, "form8", "F8.1", 2, 4, true); /* some rows are on record: they are what is known */
    assert_int_equal(before.reported, 9);
    assert_int_equal(before.known, 4);
    before = last_year(&desk, "form8", "F8.1", 3, 0, false);
    assert_false(before.has_reported);
    assert_int_equal(last_year(&desk, "form8", "F8.3", 0, 0, false).reported, 123456);
    assert_int_equal(last_year(&desk, "summary", "R1", 0, 0, false).reported, 71);
    /* what was frozen goes before what was entered */
    desk.period = report_world_period("2025H1");
    approved(&desk.world.center, "case_type=民事", "received_on=2025-01-05", "decided_on=2025-01-08");
    freeze(&desk, "form8", NULL);
    desk.period = this_year;
    before = last_year(&desk, "form8", "F8.1", 0, 3, true);
    assert_true(before.has_reported);
    assert_false(before.from_baseline);
    assert_int_equal(before.reported, 1);
    assert_int_equal(before.known, 3);
    assert_int_equal(last_year(&desk, "summary", "R1", 0, 0, false).reported, 71);
    report_world_close(&desk);
}

static void test_words_of_a_difference(void **state)
{
    static const struct {
        int64_t value, before;
        bool known;
        const char *unit, *words;
    } cases[] = {
        {82, 70, true, "件", "增加 12 件（17.1 %）"},
        {70, 82, true, "件", "减少 12 件（14.6 %）"},
        {70, 70, true, "件", "持平"},
        {0, 0, true, "件", "持平"},
        {5, 0, true, "人次", "增加 5 人次"},
        {0, 5, true, "件", "减少 5 件（100.0 %）"},
        {5, 0, false, "件", "上年同期没有数"},
        {3, 2, true, "件", "增加 1 件（50.0 %）"},
        {2001, 2000, true, "件", "增加 1 件（0.1 %）"}, /* half up */
        {5, -5, true, "件", "增加 10 件"},
        {123456, 23400, true, "元", "增加 1000.56 元（427.6 %）"},
        {150004999, 50000000, true, "万元", "增加 100.00 万元（200.0 %）"},
        {INT64_MAX, INT64_MIN, true, "件", "增加 18446744073709551615 件"},
    };
    struct buf out;
    (void)state;
    buf_init(&out, 256);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_clear(&out);
        year_on_year_words(cases[i].value, cases[i].before, cases[i].known, cases[i].unit, &out);
        assert_string_equal(buf_cstr(&out), cases[i].words);
    }
    buf_release(&out);
}

/* Machines installed alike have one host name; the office is what people know. */
static void test_stations_are_called_by_their_office(void **state)
{
    struct peer peer = {.org_name = "永阳街道法律援助工作站", .name = "debian"};
    (void)state;
    assert_string_equal(peer_label(&peer), "永阳街道法律援助工作站");
    peer.org_name[0] = '\0';
    assert_string_equal(peer_label(&peer), "debian");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stations_are_called_by_their_office),
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_columns_go_by_their_numbers),
        cmocka_unit_test(test_malformed_figures_are_a_message),
        cmocka_unit_test(test_a_form_is_kept_as_it_was),
        cmocka_unit_test(test_only_the_same_report_and_days_are_found),
        cmocka_unit_test(test_failing_checks_block_until_explained),
        cmocka_unit_test(test_who_may_freeze),
        cmocka_unit_test(test_what_does_not_fit_is_refused),
        cmocka_unit_test(test_a_damaged_snapshot_is_a_message),
        cmocka_unit_test(test_last_year_as_reported_and_as_known),
        cmocka_unit_test(test_words_of_a_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
