/* tests/test_stumble_snapshot.c - reports as they were handed in, with each statement and each allocation of freezing, reading and comparing them failing in turn: tests/trial.h says what must hold. What could not be read is
 * no damaged report, none that was never kept, and no figure of another year. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/peer.h"
#include "core/report/counting.h"
#include "tests/must.h"
#include "tests/report_world.h"
#include "tests/trial.h"

enum { ANSWER_BYTES = 4096, FREEZE_STRIDE = 3, LATE_STRIDE = 3 };

struct scene {
    struct report_world desk;
    struct snapshot kept; /* what late rows are asked of */
    const char *report, *cell;
    struct period period;
};

static struct node *center_of(struct scene *scene)
{
    return &scene->desk.world.center;
}

static void play(struct scene *scene, const char *name, uint64_t stride, enum status (*act)(void *context, struct buf *out, struct errmsg *err))
{
    trial_play(&(struct trial){.name = name, .act = act, .context = scene, .nodes = {center_of(scene)}, .seed = &scene->desk.world.seed, .stride = stride});
}

static struct id approved(struct scene *scene, const char *received, const char *decided)
{
    return node_make(center_of(scene), "case", "name=某", "case_type=民事", received, decided, "decision=01", "state=S6", "source=41", "sex=2", "born=1980-01-01", NULL);
}

static void open_scene(struct scene *scene)
{
    struct peer peer;

    memset(scene, 0, sizeof *scene);
    report_world_open(&scene->desk, 2);
    scene->report = "form8";
    scene->cell = "F8.1";
    scene->period = scene->desk.period;
    (void)approved(scene, "received_on=2026-01-05", "decided_on=2026-01-08");
    (void)approved(scene, "received_on=2026-02-05", "decided_on=2026-02-08");
    (void)node_make(center_of(scene), "stat_entry", "cell=F6.2", "date=2026-03-01", "amount=2", "basis=补", NULL);
    must_do(peer_find(center_of(scene)->store, scene->desk.world.stations[0].peer.station_no, &peer, &err));
    peer.last_contact_ms = INT64_C(1792717920000);
    must_do(store_begin(center_of(scene)->store, "test", &err));
    must_do(peer_note(center_of(scene)->store, &peer, &err));
    must_do(store_commit(center_of(scene)->store, &err));
}

/* ---- keeping ---- */

static enum status freeze(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct report_world *desk = &scene->desk;
    struct id id = {{0}};
    enum status status = snapshot_freeze_form(&desk->desk, desk->world.center.random, form_book_find(desk->book, scene->report), &scene->period, "报市局", &id, err);

    (void)out;
    assert_int_equal(id_is_zero(id), status != STATUS_OK);
    return status;
}

static enum status keep_summary(void *context, struct buf *out, struct errmsg *err)
{
    static const struct snapshot_cell cells[] = {{"R1", 12, 1}, {"R22", INT64_C(-9000000000000), 0}, {"C1.7", 0, 0}};
    struct scene *scene = context;
    const struct form_desk *desk = &scene->desk.desk;
    const struct snapshot_parts parts = {.report = "summary", .period = &scene->period, .cells = cells, .n_cells = sizeof cells / sizeof *cells, .text = "上半年接待群众来访", .basis = "例会"};
    struct id id = {{0}};
    enum status status = store_begin(desk->store, "test", err);

    (void)out;
    return status == STATUS_OK ? store_leave(desk->store, true, snapshot_save(desk, scene->desk.world.center.random, &parts, &id, err), err) : status;
}

/* ---- reading ---- */

static bool put_station(void *context, const char *name, const char *last_contact)
{
    bool on = stumble_pause();

    buf_printf(context, "%s %s\n", name, last_contact);
    stumble_go_on(on);
    return true;
}

static void put_snapshot(const struct snapshot *snapshot, struct buf *out)
{
    bool on = stumble_pause();

    buf_printf(out, "%s %s %d %d %d %lld\n", snapshot->report, snapshot->period.name, snapshot->period.from, snapshot->period.to, snapshot->date, (long long)snapshot->watermark);
    for (size_t i = 0; i < snapshot->sheet.n_rows; i++) {
        buf_printf(out, "%s:", snapshot->sheet.rows[i].name);
        for (size_t c = 0; c < snapshot->sheet.form->n_columns; c++)
            buf_printf(out, " %lld", (long long)snapshot->sheet.rows[i].values[c]);
        buf_puts(out, "\n");
    }
    for (size_t i = 0; i < snapshot->n_cells; i++)
        buf_printf(out, "%s %lld %lld\n", snapshot->cells[i].cell, (long long)snapshot->cells[i].value, (long long)snapshot->cells[i].adjusted);
    buf_printf(out, "%s/%s\n", record_text(&snapshot->record, "basis"), record_text(&snapshot->record, "text"));
    stumble_go_on(on);
}

static enum status read_it(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct snapshot snapshot;
    enum status status = snapshot_load(&scene->desk.desk, scene->report, &scene->period, &snapshot, err);

    if (status != STATUS_OK)
        return status;
    put_snapshot(&snapshot, out);
    status = snapshot_stations(&snapshot, put_station, out, err);
    snapshot_release(&snapshot);
    return status;
}

/* A report that was never kept: said so, and only where it is so. */
static enum status read_none(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct snapshot snapshot;
    enum status status = snapshot_load(&scene->desk.desk, "form9", &scene->period, &snapshot, err);

    (void)out;
    if (status != STATUS_NOT_FOUND)
        return status;
    errmsg_clear(err);
    return STATUS_OK;
}

/* ---- since then ---- */

static bool put_late(void *context, const struct snapshot_late *late)
{
    bool on = stumble_pause();

    buf_printf(context, "%s %lld %d %lld %lld\n", late->row.type->name, (long long)late->row.n, late->row.day, (long long)late->then, (long long)late->now);
    stumble_go_on(on);
    return true;
}

/* The past is lifted, whatever failed: all that is read later would be taken from it. */
static enum status look_what_came_late(void *context, struct buf *out, struct errmsg *err)
{
    struct scene *scene = context;
    struct form_desk desk = scene->desk.desk;
    int64_t unexplained = 0;
    enum status status = tally_open(&desk.tally, desk.store, desk.actor, desk.codes, err);

    if (status != STATUS_OK)
        return status;
    status = snapshot_late_rows(&desk, &scene->kept, form_book_cell(desk.book, scene->cell, NULL), 0, put_late, out, &unexplained, err);
    tally_close(desk.tally);
    bool on = stumble_pause();
    assert_int_equal(node_number(center_of(scene), "SELECT count(*) FROM sqlite_temp_schema WHERE name IN ('case','consultation','party','stat_entry')"), 0);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)unexplained);
    stumble_go_on(on);
    return status;
}

/* ---- a year later ---- */

static void put_before(struct buf *out, const char *cell, const struct year_on_year *year)
{
    bool on = stumble_pause();

    buf_printf(out, "%s %d %d %lld %lld\n", cell, year->has_reported, year->from_baseline, (long long)year->reported, (long long)year->known);
    stumble_go_on(on);
}

static enum status look_a_year_before(void *context, struct buf *out, struct errmsg *err)
{
    static const char *const CELLS[] = {"F8.1", "F8.5"};
    struct scene *scene = context;
    const struct form_desk *desk = &scene->desk.desk;
    struct period next = report_world_period("2027H1");
    struct year_before *before;
    struct year_on_year year;
    enum status status = year_before_load(desk, "form8", &next, &before, err);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < sizeof CELLS / sizeof *CELLS; i++) {
        year_before_cell(before, CELLS[i], 0, 77, true, &year);
        put_before(out, CELLS[i], &year);
    }
    year_before_free(before);
    status = year_on_year(desk, "form9", "F9.1", &next, 0, 5, false, &year, err);
    if (status == STATUS_OK)
        put_before(out, "F9.1", &year);
    return status;
}

/* ---- tests ---- */

/* What act says in the end, for a test that is to be about something. */
static void expect_answer(struct scene *scene, enum status (*act)(void *context, struct buf *out, struct errmsg *err), const char *part)
{
    struct errmsg err = {{0}};
    struct buf out;

    buf_init(&out, ANSWER_BYTES);
    must(act(scene, &out, &err), &err);
    if (strstr(buf_cstr(&out), part) == NULL)
        fail_msg("no “%s” in: %s", part, buf_cstr(&out));
    buf_release(&out);
}

static void test_a_form(void **state)
{
    struct scene scene;
    struct errmsg err = {{0}};

    (void)state;
    open_scene(&scene);
    play(&scene, "none was kept", 1, read_none);
    play(&scene, "a form is kept", FREEZE_STRIDE, freeze);
    must(freeze(&scene, NULL, &err), &err);
    play(&scene, "it is read", 1, read_it);
    expect_answer(&scene, read_it, "站2 2026-10-23 09:12 同步\n站3 从未同步\n");
    play(&scene, "it is kept again", 3 * FREEZE_STRIDE, freeze);
    report_world_close(&scene.desk);
}

static void test_a_summary(void **state)
{
    struct scene scene;
    struct errmsg err = {{0}};

    (void)state;
    open_scene(&scene);
    scene.report = "summary";
    play(&scene, "a summary is kept", 3, keep_summary);
    must(keep_summary(&scene, NULL, &err), &err);
    play(&scene, "a summary is read", 1, read_it);
    expect_answer(&scene, read_it, "R22 -9000000000000 0\n");
    report_world_close(&scene.desk);
}

static void test_what_came_late(void **state)
{
    struct scene scene;
    struct errmsg err = {{0}};

    (void)state;
    open_scene(&scene);
    must(freeze(&scene, NULL, &err), &err);
    must(snapshot_load(&scene.desk.desk, "form8", &scene.period, &scene.kept, &err), &err);
    struct id late = approved(&scene, "received_on=2026-01-05", "decided_on=2026-03-08");
    (void)node_make(center_of(&scene), "party", "name=张老板", "role=对方当事人", node_ref("case_id", late), NULL);
    play(&scene, "what came late", LATE_STRIDE, look_what_came_late);
    expect_answer(&scene, look_what_came_late, "case 3 ");
    snapshot_release(&scene.kept);
    report_world_close(&scene.desk);
}

static void test_the_year_before(void **state)
{
    struct scene scene;
    struct errmsg err = {{0}};

    (void)state;
    open_scene(&scene);
    must(freeze(&scene, NULL, &err), &err);
    for (int i = 0; i < 40; i++) /* more than there is room for at first */
        (void)node_make(center_of(&scene), "stat_baseline", "period=2026H1", "cell=F9.1", "amount=31", NULL);
    play(&scene, "the year before", 1, look_a_year_before);
    expect_answer(&scene, look_a_year_before, "F9.1 1 1 31 31\n");
    report_world_close(&scene.desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_form),
        cmocka_unit_test(test_a_summary),
        cmocka_unit_test(test_what_came_late),
        cmocka_unit_test(test_the_year_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
