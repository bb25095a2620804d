/* tests/test_crash.c - the power goes at every single write and sync of a day's work and its sessions, at the station and at the center, and the disk keeps all, nothing or any part of what was not synced.
 *
 * Must hold each time: both stores open and verify; what a commit had confirmed is there; what the center had acknowledged it has; the next sessions bring both to the same rows. Every STRIDE-th point
 * in make check, each with one of the three fates; AIDPOST_LONG=1 takes every one with all fates and more mixtures of sectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/verify.h"
#include "tests/crash_disk.h"
#include "tests/dialogue.h"

enum { STRIDE = 7, TEXTS_MAX = 16, STEPS = 6, STATION = 0, MIXTURES_LONG = 6 };

struct day {
    struct world world;
    char root[128], template[160], work[160];
    /* what a commit confirmed, on which machine */
    const char *texts[TEXTS_MAX];
    size_t n_texts;
    struct id shared; /* a record both edit */
};

static void copy_file(const char *from, const char *to)
{
    struct buf bytes;
    FILE *out;

    buf_init(&bytes, 64 * 1024 * 1024);
    assert_int_equal(file_read(from, &bytes, NULL), STATUS_OK);
    out = fopen(to, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes.data, 1, bytes.len, out), bytes.len);
    assert_int_equal(fclose(out), 0);
    buf_release(&bytes);
}

static void machine_path(const char *root, int number, const char *name, char *out, size_t out_bytes)
{
    snprintf(out, out_bytes, "%s/%d%s%s", root, number, name[0] != '\0' ? "/" : "", name);
}

static void from_template(struct day *day)
{
    static const char *const leftovers[] = {"aidpost.db-wal", "aidpost.db-shm"};
    char from[256], to[256];

    for (int number = 0; number < 2; number++) {
        machine_path(day->work, number, "", to, sizeof to);
        assert_int_equal(file_make_folder(to, NULL), STATUS_OK);
        for (size_t i = 0; i < 2; i++) {
            machine_path(day->work, number, leftovers[i], to, sizeof to);
            unlink(to);
        }
        machine_path(day->template, number, "aidpost.db", from, sizeof from);
        machine_path(day->work, number, "aidpost.db", to, sizeof to);
        copy_file(from, to);
    }
}

static bool open_stores(struct day *day)
{
    struct errmsg err = {{0}};
    char path[256];
    bool both = true;

    machine_path(day->work, 0, "", path, sizeof path);
    both = store_open(&day->world.center.store, path, STORE_OPEN_EXISTING, &err) == STATUS_OK;
    machine_path(day->work, 1, "", path, sizeof path);
    both = store_open(&day->world.stations[STATION].store, path, STORE_OPEN_EXISTING, &err) == STATUS_OK && both;
    if (!both && !crash_disk_is_off())
        fail_msg("does not open: %s", err.text);
    return both;
}

static void close_stores(struct day *day)
{
    store_close(day->world.center.store);
    store_close(day->world.stations[STATION].store);
    day->world.center.store = day->world.stations[STATION].store = NULL;
}

/* ---- the day ---- */

static void keep(struct day *day, const char *text)
{
    assert_true(day->n_texts < TEXTS_MAX);
    day->texts[day->n_texts++] = text;
}

/* Returns whether the commit was confirmed. Any failure but that of the disk fails the test. */
static bool write_consultation(struct day *day, struct node *node, struct id id, const char *text)
{
    const struct record_type *type = catalogue_find("consultation");
    struct errmsg err = {{0}};
    struct record record;
    bool fresh = id_is_zero(id);
    enum status status = STATUS_OK;

    if (fresh) {
        record_init(&record, type);
        status = records_begin(node->store, &node->actor, &record, node->codes, &err);
    } else {
        status = records_get(node->store, &node->actor, type, id, &record, &err);
        if (status != STATUS_OK) {
            assert_true(crash_disk_is_off());
            return false;
        }
    }
    if (status == STATUS_OK)
        status = record_set_text(&record, "content", text);
    if (status == STATUS_OK)
        status = records_save(node->store, &node->actor, node->codes, node->random, &record, &err);
    record_release(&record);
    if (status != STATUS_OK && !crash_disk_is_off())
        fail_msg("save: %s: %s", status_name(status), err.text);
    if (status == STATUS_OK && fresh)
        keep(day, text);
    return status == STATUS_OK;
}

static void talk(struct day *day, bool must_end_well)
{
    struct dialogue dialogue;

    dialogue_open(&dialogue, &day->world, STATION, true);
    dialogue_run(&dialogue);
    if (must_end_well) {
        for (int end = 0; end < 2; end++)
            if (!dialogue.closed[end] || dialogue.outcomes[end].status != STATUS_OK)
                fail_msg("end %d: %s: %s", end, status_name(dialogue.outcomes[end].status), dialogue.outcomes[end].reason.text);
    }
    dialogue_close(&dialogue);
}

static void live(struct day *day)
{
    struct node *center = &day->world.center, *station = &day->world.stations[STATION];
    struct id none = {{0}};

    for (int step = 0; step < STEPS && !crash_disk_is_off(); step++) {
        switch (step) {
        case 0:
            (void)write_consultation(day, station, none, "工资没有发");
            (void)write_consultation(day, station, day->shared, "站上改的");
            break;
        case 1:
            (void)write_consultation(day, center, day->shared, "中心改的");
            break;
        case 2:
        case 5:
            talk(day, false);
            break;
        case 3:
            (void)write_consultation(day, station, none, "押金没有退");
            (void)write_consultation(day, station, none, "房东不退钱");
            break;
        case 4: /* the logs are copied into the files, and begun anew by what comes next */
            store_checkpoint(station->store);
            store_checkpoint(center->store);
            (void)write_consultation(day, station, none, "加班没有钱");
            break;
        default:
            break;
        }
    }
}

/* ---- what must hold ---- */

static bool has_text(struct node *node, const char *text)
{
    struct stmt *stmt = store_prepare(node->store, "SELECT 1 FROM consultation WHERE content=?1 AND gone=0");
    enum status status;
    bool found;

    stmt_string(stmt, 1, text);
    found = stmt_row(stmt, &status, NULL);
    if (found)
        stmt_reset(stmt);
    return found;
}

static uint64_t acknowledged(struct node *station)
{
    struct replica_state state;

    assert_int_equal(replica_state(station->store, &state, NULL), STATUS_OK);
    return state.have_seq;
}

static uint64_t received(struct day *day)
{
    struct log_id log = {.station = day->world.stations[STATION].machine.station_no};
    struct hash hash;
    uint64_t have;

    memcpy(log.incarnation, day->world.stations[STATION].machine.incarnation, INCARNATION_BYTES);
    assert_int_equal(replica_have(day->world.center.store, &log, &have, &hash, NULL), STATUS_OK);
    return have;
}

static void check(struct day *day)
{
    struct node *center = &day->world.center, *station = &day->world.stations[STATION];
    char *here, *there;

    assert_true(open_stores(day));
    node_verify(center);
    node_verify(station);
    for (size_t i = 0; i < day->n_texts; i++)
        if (!has_text(station, day->texts[i]))
            fail_msg("confirmed and lost: %s", day->texts[i]);
    assert_true(acknowledged(station) <= received(day));
    talk(day, true);
    talk(day, true);
    for (size_t i = 0; i < day->n_texts; i++)
        assert_true(has_text(center, day->texts[i]));
    node_verify(center);
    node_verify(station);
    here = node_dump(station);
    there = node_dump(center);
    assert_string_equal(here, there);
    free(here);
    free(there);
    close_stores(day);
}

static void one_crash(struct day *day, int machine, uint64_t at, enum crash_after after, uint64_t seed)
{
    char folder[256];

    day->n_texts = 0;
    from_template(day);
    machine_path(day->work, machine, "", folder, sizeof folder);
    crash_disk_watch(folder, at);
    if (open_stores(day))
        live(day);
    close_stores(day);
    crash_disk_settle(after, seed);
    check(day);
}

static uint64_t count_operations(struct day *day, int machine)
{
    uint64_t operations;
    char folder[256];

    day->n_texts = 0;
    from_template(day);
    machine_path(day->work, machine, "", folder, sizeof folder);
    crash_disk_watch(folder, 0);
    assert_true(open_stores(day));
    live(day);
    close_stores(day);
    operations = crash_disk_operations();
    crash_disk_settle(CRASH_KEEPS_ALL, 1);
    check(day);
    return operations;
}

static void crash_everywhere(struct day *day, int machine)
{
    bool every = getenv("AIDPOST_LONG") != NULL;
    uint64_t operations = count_operations(day, machine);

    assert_true(operations > 20);
    for (uint64_t at = 1; at <= operations; at += every ? 1 : STRIDE) {
        if (!every) {
            one_crash(day, machine, at, (enum crash_after)(at / STRIDE % 3), at);
            continue;
        }
        one_crash(day, machine, at, CRASH_KEEPS_ALL, at);
        one_crash(day, machine, at, CRASH_KEEPS_NONE, at);
        for (uint64_t mixture = 0; mixture < MIXTURES_LONG; mixture++)
            one_crash(day, machine, at, CRASH_KEEPS_SOME, at * 100 + mixture);
    }
    print_message("machine %d: %llu operations\n", machine, (unsigned long long)operations);
}

static void test_power_goes_at_the_station(void **state)
{
    crash_everywhere(*state, 1);
}

static void test_power_goes_at_the_center(void **state)
{
    crash_everywhere(*state, 0);
}

/* ---- the stores before that day ---- */

static int open_day(void **state)
{
    static struct day day;

    snprintf(day.root, sizeof day.root, "%s/aidpost-crash-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : ".");
    assert_non_null(mkdtemp(day.root));
    if (day.root[0] != '/') {
        char *full = realpath(day.root, NULL);

        assert_non_null(full);
        snprintf(day.root, sizeof day.root, "%s", full);
        free(full);
    }
    snprintf(day.template, sizeof day.template, "%s/before", day.root);
    snprintf(day.work, sizeof day.work, "%s/day", day.root);
    assert_int_equal(file_make_folder(day.template, NULL), STATUS_OK);
    crash_disk_install();
    world_open(&day.world, 1, day.template);
    day.shared = node_consult(&day.world.stations[STATION], "张文芳", "问过一次");
    (void)world_sync(&day.world, STATION);
    close_stores(&day);
    *state = &day;
    return 0;
}

static int close_day(void **state)
{
    struct day *day = *state;
    const char *const parts[] = {day->template, day->work};
    static const char *const names[] = {"aidpost.db", "aidpost.db-wal", "aidpost.db-shm", ""};
    char path[256];

    for (size_t p = 0; p < 2; p++) {
        for (int number = 0; number < 2; number++)
            for (size_t i = 0; i < 4; i++) {
                machine_path(parts[p], number, names[i], path, sizeof path);
                (void)remove(path);
            }
        (void)remove(parts[p]);
    }
    (void)remove(day->root);
    code_book_free(day->world.codes);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_power_goes_at_the_station),
        cmocka_unit_test(test_power_goes_at_the_center),
    };

    return cmocka_run_group_tests(tests, open_day, close_day);
}
