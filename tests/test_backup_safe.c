/* tests/test_backup_safe.c - what a proven backup of the center holds counts as safe, and only that; a backup that cannot be read back is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/record/backup.h"
#include "core/record/returned.h"
#include "tests/fixture.h"

static const struct backup_secret SECRET = {.kind = BACKUP_KEY_FILE, .bytes = "a key of enough bytes", .len = 21};

struct bed {
    struct world world;
    char folder[64], center[96], file[96];
};

static void bed_open(struct bed *bed)
{
    snprintf(bed->folder, sizeof bed->folder, "test_backup_safe.XXXXXX");
    assert_non_null(mkdtemp(bed->folder));
    world_open(&bed->world, 1, bed->folder);
    snprintf(bed->center, sizeof bed->center, "%s/0", bed->folder);
    snprintf(bed->file, sizeof bed->file, "%s/backup", bed->folder);
}

static void bed_close(struct bed *bed)
{
    char command[128];
    world_close(&bed->world);
    snprintf(command, sizeof command, "rm -rf %s", bed->folder);
    assert_int_equal(system(command), 0);
}

static int64_t number(struct store *store, const char *sql)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    int64_t n = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return n;
}

static enum status back_up(struct bed *bed, struct errmsg *err)
{
    struct node *center = &bed->world.center;
    struct backup_info info;
    return backup_write(center->store, bed->center, bed->file, &SECRET, center->random, &info, err);
}

static void test_what_the_backup_holds_is_safe(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    (void)state;
    bed_open(&bed);
    struct node *center = &bed.world.center;
    for (int i = 0; i < 3; i++)
        (void)node_consult(&bed.world.stations[0], "张文芳", "工资没有发");
    (void)world_sync(&bed.world, 0);
    assert_int_equal(number(center->store, "SELECT safe_seq FROM peer"), 0);
    assert_int_equal(back_up(&bed, &err), STATUS_OK);
    assert_int_equal(number(center->store, "SELECT safe_seq FROM peer"), 3);
    assert_int_equal(number(center->store, "SELECT min(safe_seq=" CHANGELOG_HEAD ") FROM log"), 1);
    int64_t safe_order = number(center->store, "SELECT value FROM meta WHERE name='safe_order'");
    assert_int_equal(safe_order, number(center->store, "SELECT max(lsn) FROM change"));
    (void)node_consult(&bed.world.stations[0], "王建国", "离婚");
    (void)world_sync(&bed.world, 0);
    assert_int_equal(number(center->store, "SELECT safe_seq FROM log WHERE station<>0"), 3);
    assert_int_equal(number(center->store, "SELECT head_seq FROM log WHERE station<>0"), 4);
    assert_int_equal(number(center->store, "SELECT value FROM meta WHERE name='safe_order'"), safe_order);
    /* nothing is left beside the store */
    char command[256];
    snprintf(command, sizeof command, "ls %s | grep -q check", bed.center);
    assert_int_not_equal(system(command), 0);
    bed_close(&bed);
}

static void test_a_restored_center_waits_for_its_stations(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct backup_restored restored;
    struct store *store;
    char folder[96];
    int64_t waiting;
    (void)state;
    bed_open(&bed);
    struct node *center = &bed.world.center;
    struct peer peer = bed.world.stations[0].peer;
    (void)node_consult(&bed.world.stations[0], "张文芳", "工资没有发");
    (void)world_sync(&bed.world, 0);
    peer.last_contact_ms = 5;
    assert_int_equal(peer_note(center->store, &peer, &err), STATUS_OK);
    assert_int_equal(restored_waiting(center->store, &waiting, &err), STATUS_OK);
    assert_int_equal(waiting, 0);
    assert_int_equal(back_up(&bed, &err), STATUS_OK);
    snprintf(folder, sizeof folder, "%s/new", bed.folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    if (backup_restore(bed.file, folder, &SECRET, center->random, 7, &restored, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(store_open(&store, folder, STORE_OPEN_EXISTING, &err), STATUS_OK);
    assert_int_equal(number(store, "SELECT value BETWEEN 1 AND 24 FROM meta WHERE name='era'"), 1);
    assert_int_equal(number(store, "SELECT safe_seq FROM log WHERE station<>0"), 1);
    assert_int_equal(number(store, "SELECT value FROM meta WHERE name='safe_order'"), number(center->store, "SELECT max(lsn) FROM change"));
    assert_int_equal(restored_waiting(store, &waiting, &err), STATUS_OK);
    assert_int_equal(waiting, 1);
    peer.met_era = (uint64_t)number(store, "SELECT value FROM meta WHERE name='era'");
    assert_int_equal(peer_note(store, &peer, &err), STATUS_OK);
    assert_int_equal(restored_waiting(store, &waiting, &err), STATUS_OK);
    assert_int_equal(waiting, 0);
    store_close(store);
    bed_close(&bed);
}

/* A page with a record's text is broken: the program still opens the store, but no backup of it is called one. */
static void break_page(const char *path, const char *text)
{
    enum { PAGE = 4096 };
    FILE *file = fopen(path, "r+b");
    char page[PAGE + 1];
    long found = 0;
    assert_non_null(file);
    for (long at = PAGE; fseek(file, at, SEEK_SET) == 0 && fread(page, 1, PAGE, file) == PAGE; at += PAGE)
        for (size_t i = 0; i + strlen(text) <= PAGE; i++)
            if (memcmp(page + i, text, strlen(text)) == 0)
                found = at;
    assert_int_not_equal(found, 0);
    memset(page, 0xAA, 8);
    assert_int_equal(fseek(file, found, SEEK_SET), 0);
    assert_int_equal(fwrite(page, 1, 8, file), 8);
    fclose(file);
}

static void test_a_backup_of_a_damaged_store_is_refused(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    char path[128];
    (void)state;
    bed_open(&bed);
    struct node *center = &bed.world.center;
    for (int i = 0; i < 60; i++)
        (void)node_consult(&bed.world.stations[0], "张文芳", "工资没有发");
    (void)world_sync(&bed.world, 0);
    store_checkpoint(center->store);
    store_close(center->store);
    snprintf(path, sizeof path, "%s/aidpost.db", bed.center);
    break_page(path, "工资没有发");
    assert_int_equal(store_open(&center->store, bed.center, STORE_OPEN_EXISTING, &err), STATUS_OK);
    assert_int_equal(back_up(&bed, &err), STATUS_CORRUPT);
    assert_int_not_equal(access(bed.file, F_OK), 0);
    assert_string_not_equal(err.text, "");
    assert_int_equal(number(center->store, "SELECT max(safe_seq) FROM log"), 0);
    bed_close(&bed);
}

/* Somebody reads the store that is being restored: what is written into it stays in its log. */
struct reader_in_between {
    struct random_source random;
    char path[128];
    sqlite3 *reader;
};

static void fill_and_read(void *context, void *out, size_t len)
{
    struct reader_in_between *between = context;
    if (between->reader == NULL) {
        assert_int_equal(sqlite3_open(between->path, &between->reader), SQLITE_OK);
        assert_int_equal(sqlite3_exec(between->reader, "BEGIN; SELECT count(*) FROM meta", NULL, NULL, NULL), SQLITE_OK);
    }
    between->random.fill(between->random.context, out, len);
}

static void test_a_restored_store_stands_in_its_file_alone(void **state)
{
    struct bed bed;
    struct errmsg err = {{0}};
    struct backup_restored restored;
    char folder[96], db[128];
    (void)state;
    bed_open(&bed);
    assert_int_equal(back_up(&bed, &err), STATUS_OK);
    snprintf(folder, sizeof folder, "%s/new", bed.folder);
    snprintf(db, sizeof db, "%s/aidpost.db", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    struct reader_in_between between = {.random = bed.world.center.random};
    snprintf(between.path, sizeof between.path, "%s/restore.part/aidpost.db", folder);
    assert_int_not_equal(backup_restore(bed.file, folder, &SECRET, (struct random_source){fill_and_read, &between}, 7, &restored, &err), STATUS_OK);
    assert_non_null(between.reader);
    assert_string_not_equal(err.text, "");
    assert_int_not_equal(access(db, F_OK), 0);
    sqlite3_close(between.reader);
    assert_int_equal(backup_restore(bed.file, folder, &SECRET, bed.world.center.random, 7, &restored, &err), STATUS_OK);
    assert_int_equal(access(db, F_OK), 0);
    bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_backup_holds_is_safe),
        cmocka_unit_test(test_a_restored_center_waits_for_its_stations),
        cmocka_unit_test(test_a_backup_of_a_damaged_store_is_refused),
        cmocka_unit_test(test_a_restored_store_stands_in_its_file_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
