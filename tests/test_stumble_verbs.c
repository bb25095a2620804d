/* tests/test_stumble_verbs.c - a store that fails in the middle of what people and programs do beside sessions (those: test_stumble.c): each statement in turn, each allocation. Afterwards the same as without it, or a
 * refusal with nothing changed; a setting, a lock, a note that can't be read is not one that is not there. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include <cmocka.h>

#include "core/aid/lockout.h"
#include "core/base/cbor.h"
#include "core/base/file.h"
#include "core/record/backup.h"
#include "core/record/import.h"
#include "core/record/reach.h"
#include "core/record/retire.h"
#include "core/record/replica.h"
#include "core/record/returned.h"
#include "core/record/returned_log.h"
#include "core/record/scope_repair.h"
#include "core/record/settings.h"
#include "core/record/upward_gather.h"
#include "core/record/wanted.h"
#include "core/register/bulk.h"
#include "sync/heal_order.h"
#include "tests/case_act.h"
#include "tests/fixture.h"
#include "tests/stumble.h"

enum { TRIES_MAX = 4000, NOW_MS = 1767225600 };

static const struct stumble WAYS[] = {
    {.code = SQLITE_IOERR_READ},
    {.code = SQLITE_FULL, .for_good = true},
    {.memory = true},
    {.disk = true, .code = EIO},
    {.disk = true, .code = ENOSPC, .for_good = true},
};
enum { N_WAYS = sizeof WAYS / sizeof *WAYS };

/* What is tried; it says itself what must hold, knowing whether something failed in it. Errors are its answer. */
typedef void (*trial_run)(void *context, struct stumble how, uint64_t *fired);

/* Until nothing fails any more. Returns how often something did. */
static uint64_t fail_each(trial_run trial, void *context, struct stumble how)
{
    for (how.at = 1; how.at < TRIES_MAX; how.at++) {
        uint64_t fired = 0;

        trial(context, how, &fired);
        if (fired == 0)
            return how.at - 1;
    }
    fail_msg("it does not come to an end");
    return 0;
}

static void fail_all_ways(trial_run trial, void *context, const char *name)
{
    for (size_t i = 0; i < N_WAYS; i++) {
        uint64_t n = fail_each(trial, context, WAYS[i]);

        print_message("%s: %llu %s\n", name, (unsigned long long)n, WAYS[i].memory ? "allocations" : WAYS[i].disk ? "calls for files" : "statements");
        assert_true(n > 0 || WAYS[i].disk);
    }
}

/* ---- one look at table meta ---- */

static void look_at_setting(void *context, struct stumble how, uint64_t *fired)
{
    int64_t value = 7;

    stumble_begin(how);
    enum status status = settings_int(context, "require_signin", &value, NULL);
    *fired = stumble_end();
    assert_int_equal(status == STATUS_OK, *fired == 0);
    if (*fired == 0)
        assert_int_equal(value, 1);
}

static void look_at_lock(void *context, struct stumble how, uint64_t *fired)
{
    stumble_begin(how);
    bool locked = lockout_is(context, "zhang", NOW_MS);
    *fired = stumble_end();
    assert_true(locked);
}

static void look_at_erasure(void *context, struct stumble how, uint64_t *fired)
{
    bool done = false;

    stumble_begin(how);
    enum status status = reach_finish(context, &done, NULL);
    *fired = stumble_end();
    if (*fired > 0)
        assert_true(status != STATUS_OK || !done);
}

static void look_at_file(void *context, struct stumble how, uint64_t *fired)
{
    bool waits = false;

    stumble_begin(how);
    enum status status = heal_order_file_waits(context, &waits, NULL);
    *fired = stumble_end();
    assert_int_equal(status == STATUS_OK, *fired == 0);
    if (*fired == 0)
        assert_true(waits);
}

/* What ends the reading may fail behind it: all was read then. */
static void look_at_state(void *context, struct stumble how, uint64_t *fired)
{
    struct replica_state state;

    stumble_begin(how);
    enum status status = replica_state(context, &state, NULL);
    *fired = stumble_end();
    if (status == STATUS_OK)
        assert_int_equal(state.rcur, 5);
    else
        assert_true(*fired > 0);
}

/* In no transaction: nobody asks store_failure. */
static void test_what_cannot_be_read_is_there(void **state)
{
    struct errmsg err = {{0}};
    struct world world;

    (void)state;
    world_open(&world, 1, NULL);
    struct store *store = world.stations[0].store;
    assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
    assert_int_equal(store_meta_set_blob(store, "setting:require_signin", "1", 1, &err), STATUS_OK);
    for (int i = 0; i < LOCKOUT_TRIES; i++)
        assert_int_equal(lockout_count(store, "zhang", NOW_MS, &err), STATUS_OK);
    assert_int_equal(store_meta_set_int(store, "return_to", 3, &err), STATUS_OK);
    assert_int_equal(store_meta_set_int(store, "rcur", 5, &err), STATUS_OK);
    assert_int_equal(store_meta_set_int(store, "erase_pending", 1, &err), STATUS_OK);
    assert_int_equal(store_commit(store, &err), STATUS_OK);
    const struct stumble once = {.code = SQLITE_IOERR_READ};
    assert_int_equal(fail_each(look_at_setting, store, once), 1);
    assert_int_equal(fail_each(look_at_lock, store, once), 2);
    assert_int_equal(fail_each(look_at_file, store, once), 4);
    assert_true(fail_each(look_at_state, store, once) > 2);
    assert_true(fail_each(look_at_erasure, store, once) > 0);
    assert_false(reach_unfinished(store));
    world_close(&world);
}

/* ---- a table ---- */

enum { FEW = 3, MANY = IMPORT_BATCH_ROWS + 3 };

struct table {
    struct node *node;
    struct buf text;
    struct buf before; /* the store */
    int64_t rows;      /* that must be there in the end */
    int64_t bulk;      /* by which all of them can be taken back */
    uint64_t resumed;
    char reason[200];
};

static void note_reason(void *context, uint64_t line, const char *field, const char *reason)
{
    struct table *table = context;

    snprintf(table->reason, sizeof table->reason, "%llu %s %s", (unsigned long long)line, field != NULL ? field : "", reason);
}

static enum status note_added(void *context, struct store *store, const struct actor *actor, uint64_t line, const struct record *record, struct errmsg *err)
{
    struct table *table = context;
    enum status status = table->bulk == 0 ? bulk_note_begin(store, actor, record->type, "导入", &table->bulk, err) : STATUS_OK;

    (void)line;
    return status == STATUS_OK ? bulk_note_add(store, table->bulk, record->type, record->id, err) : status;
}

static enum status still_stands(void *context, struct store *store, bool *stands, struct errmsg *err)
{
    struct table *table = context;
    bool own;

    return bulk_stands(store, &table->node->actor, table->bulk, stands, &own, err);
}

static bool stop_here(void *context, size_t done, size_t all, uint64_t read)
{
    (void)context;
    (void)done;
    (void)all;
    return read < IMPORT_BATCH_ROWS;
}

static void put_table(struct table *table, size_t rows)
{
    buf_init(&table->text, 1 << 20);
    buf_puts(&table->text, "咨询日期,咨询人姓名,咨询内容\n");
    for (size_t i = 0; i < rows; i++)
        buf_printf(&table->text, "2026-03-05,张%zu,欠薪\n", i);
    table->rows = node_number(table->node, "SELECT count(*) FROM consultation") + (int64_t)rows;
}

static enum status take_table(struct table *table, bool stop, struct import_result *result, struct errmsg *err)
{
    struct node *node = table->node;
    struct import_options options = {.type = catalogue_find("consultation"), .format = TABLE_CSV, .progress = stop ? stop_here : NULL, .refused = note_reason, .added = note_added, .mark = &table->bulk, .stands = still_stands, .context = table};

    return import_table(node->store, &node->actor, node->codes, node->random, table->text.data, table->text.len, &options, result, err);
}

static void try_table(void *context, struct stumble how, uint64_t *fired)
{
    struct table *table = context;
    struct import_result result;
    struct errmsg err = {{0}};

    node_restore(table->node, &table->before);
    stumble_begin(how);
    enum status status = take_table(table, false, &result, &err);
    *fired = stumble_end();
    if (status != STATUS_OK && *fired == 0)
        fail_msg("%s: %s", status_name(status), err.text);
    if (status != STATUS_OK)
        status = take_table(table, false, &result, &err);
    assert_int_equal(status, STATUS_OK);
    if (result.refused > 0)
        fail_msg("%llu: refused: %s", (unsigned long long)how.at, table->reason);
    if (node_number(table->node, "SELECT count(*) FROM consultation") != table->rows || result.resumed != table->resumed)
        fail_msg("%llu: %lld rows for %lld, %llu resumed", (unsigned long long)how.at, (long long)node_number(table->node, "SELECT count(*) FROM consultation"), (long long)table->rows, (unsigned long long)result.resumed);
}

static void test_a_table(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, 1, NULL);
    struct table table = {.node = &world.stations[0]};
    node_consult(table.node, "李秀兰", "问低保");
    put_table(&table, FEW);
    node_keep(table.node, &table.before);
    fail_all_ways(try_table, &table, "a table");
    node_verify(table.node);
    buf_release(&table.before);
    buf_release(&table.text);
    world_close(&world);
}

/* It goes on behind what was taken in; a note that can't be read would take it in twice. */
static void test_the_rest_of_a_table(void **state)
{
    struct import_result result;
    struct errmsg err = {{0}};
    struct world world;

    (void)state;
    world_open(&world, 1, NULL);
    struct table table = {.node = &world.stations[0], .resumed = IMPORT_BATCH_ROWS};
    put_table(&table, MANY);
    assert_int_equal(take_table(&table, true, &result, &err), STATUS_CANCELLED);
    assert_int_equal(result.added, IMPORT_BATCH_ROWS);
    node_keep(table.node, &table.before);
    uint64_t n = fail_each(try_table, &table, WAYS[0]);
    print_message("the rest of a table: %llu statements\n", (unsigned long long)n);
    assert_true(n > 4);
    buf_release(&table.before);
    buf_release(&table.text);
    world_close(&world);
}

/* ---- what a county tells the province ---- */

struct upward {
    struct world county, hub;
    struct buf before;
    char *whole; /* the upward store's rows when all is told */
};

static enum status gather(struct upward *upward, struct errmsg *err)
{
    struct upward_gathered gathered = {.more = true};
    enum status status = STATUS_OK;

    while (status == STATUS_OK && gathered.more)
        status = upward_gather(upward->county.center.store, upward->hub.stations[0].store, NOW_MS, &gathered, err);
    return status;
}

/* Rows, and whose each change is. */
static char *told(struct upward *upward)
{
    struct stmt *stmt = store_prepare(upward->hub.stations[0].store, "SELECT seq,type,scope,hex(id),hex(body),hex(header) FROM change ORDER BY lsn");
    struct buf out;
    enum status status;

    buf_init(&out, 1 << 24);
    while (stmt_row(stmt, &status, NULL))
        buf_printf(&out, "%lld %lld %lld %s %s %s\n", (long long)stmt_column_int(stmt, 0), (long long)stmt_column_int(stmt, 1), (long long)stmt_column_int(stmt, 2), stmt_column_text(stmt, 3, NULL), stmt_column_text(stmt, 4, NULL), stmt_column_text(stmt, 5, NULL));
    assert_int_equal(status, STATUS_OK);
    char *text = strdup(buf_cstr(&out));
    buf_release(&out);
    return text;
}

static size_t strspn_same(const char *a, const char *b)
{
    size_t n = 0;

    while (a[n] != '\0' && a[n] == b[n])
        n++;
    return n;
}

static void try_gather(void *context, struct stumble how, uint64_t *fired)
{
    struct upward *upward = context;
    struct errmsg err = {{0}};

    node_restore(&upward->hub.stations[0], &upward->before);
    stumble_begin(how);
    enum status status = gather(upward, &err);
    *fired = stumble_end();
    if (status != STATUS_OK && *fired == 0)
        fail_msg("%s: %s", status_name(status), err.text);
    assert_int_equal(gather(upward, &err), STATUS_OK);
    char *now = told(upward);
    size_t same = strspn_same(now, upward->whole);
    if (now[same] != upward->whole[same])
        fail_msg("%llu: something else was told at %zu: ..%.400s\n---\n%.400s", (unsigned long long)how.at, same, now + same, upward->whole + same);
    free(now);
}

static void try_all_gathering(struct upward *upward, const char *name)
{
    struct errmsg err = {{0}};

    node_keep(&upward->hub.stations[0], &upward->before);
    assert_int_equal(gather(upward, &err), STATUS_OK);
    upward->whole = told(upward);
    fail_all_ways(try_gather, upward, name);
    node_verify(&upward->hub.stations[0]);
    free(upward->whole);
    buf_release(&upward->before);
}

static void test_what_a_county_tells(void **state)
{
    struct upward upward;
    struct errmsg err = {{0}};

    (void)state;
    world_open(&upward.county, 1, NULL);
    world_open(&upward.hub, 1, NULL);
    world_sync(&upward.county, 0);
    world_sync(&upward.hub, 0);
    assert_int_equal(gather(&upward, &err), STATUS_OK);
    struct id id = node_consult(&upward.county.stations[0], "张文芳", "工资没有发");
    node_set(&upward.county.stations[0], "consultation", id, "content", "工资发了一半");
    node_consult(&upward.county.center, "李秀兰", "问低保");
    world_sync(&upward.county, 0);
    struct actor clerk = node_person(&upward.county.center, "王初", ROLE_CLERK);
    struct id kase = {{0}};
    case_does(&upward.county.center, &clerk, "draft", &kase, "name=张文芳", "cause=追索劳动报酬纠纷"); /* in one transaction with its step */
    try_all_gathering(&upward, "upward");
    world_close(&upward.county);
    world_close(&upward.hub);
}

/* What was told of a row is erased at the hub, and each of its headers told once more: whichever of them could not be read in between. */
static void test_what_a_county_erased(void **state)
{
    struct upward upward;
    struct errmsg err = {{0}};

    (void)state;
    world_open(&upward.county, 1, NULL);
    world_open(&upward.hub, 1, NULL);
    struct node *center = &upward.county.center;
    world_sync(&upward.county, 0);
    world_sync(&upward.hub, 0);
    struct id id = node_consult(&upward.county.stations[0], "张文芳", "工资没有发");
    node_set(&upward.county.stations[0], "consultation", id, "content", "工资发了一半");
    world_sync(&upward.county, 0);
    assert_int_equal(gather(&upward, &err), STATUS_OK);
    assert_int_equal(reach_erase(center->store, &center->actor, catalogue_find("consultation"), id, "本人要求", "周主任", &err), STATUS_OK);
    node_consult(center, "李秀兰", "问低保");
    try_all_gathering(&upward, "upward, erased");
    world_close(&upward.county);
    world_close(&upward.hub);
}

/* The center was put back, then what had gathered from it, too: what was told and is no more is told as gone, of every row. */
static void test_what_was_told_and_lost(void **state)
{
    struct upward upward;
    struct errmsg err = {{0}};
    struct buf center_before, upward_before;

    (void)state;
    world_open(&upward.county, 0, NULL);
    world_open(&upward.hub, 1, NULL);
    struct node *center = &upward.county.center, *teller = &upward.hub.stations[0];
    world_sync(&upward.hub, 0);
    struct id id = node_consult(center, "张文芳", "工资没有发");
    assert_int_equal(gather(&upward, &err), STATUS_OK);
    world_sync(&upward.hub, 0);
    node_keep(center, &center_before);
    node_keep(teller, &upward_before);
    node_set(center, "consultation", id, "content", "备份之后改的");
    node_consult(center, "李秀兰", "备份之后的");
    assert_int_equal(gather(&upward, &err), STATUS_OK);
    world_sync(&upward.hub, 0);
    node_restore(center, &center_before);
    try_all_gathering(&upward, "upward, the center put back");
    node_put_back(teller, &upward_before, 5);
    world_sync(&upward.hub, 0);
    try_all_gathering(&upward, "upward, both put back");
    buf_release(&center_before);
    buf_release(&upward_before);
    world_close(&upward.county);
    world_close(&upward.hub);
}

/* Who has no memory does not say that what came is malformed. */
static void test_what_is_handed_back(void **state)
{
    static const uint8_t BYTES[64] = {1};
    struct world world;
    struct buf entries;
    struct errmsg err = {{0}};

    (void)state;
    world_open(&world, 0, NULL);
    buf_init(&entries, 1000);
    cbor_put_array(&entries, 7);
    cbor_put_uint(&entries, 3);
    cbor_put_uint(&entries, 1);
    cbor_put_bytes(&entries, BYTES, INCARNATION_BYTES);
    cbor_put_bytes(&entries, BYTES, 40);
    cbor_put_null(&entries);
    cbor_put_uint(&entries, 0);
    cbor_put_bytes(&entries, BYTES, RETURNED_MARK_BYTES);
    assert_int_equal(store_begin(world.center.store, "test", &err), STATUS_OK);
    assert_int_equal(wanted_take(world.center.store, entries.data, entries.len, 1, &err), STATUS_MALFORMED);
    stumble_begin((struct stumble){.memory = true, .at = 1});
    enum status status = wanted_take(world.center.store, entries.data, entries.len, 1, &err);
    assert_int_equal(stumble_end(), 1);
    assert_int_equal(status, STATUS_NOMEM);
    store_rollback(world.center.store);
    buf_release(&entries);
    world_close(&world);
}

struct taking {
    struct world world;
    struct replica_batch batch;
};

/* SQLite's own want of memory is an error of the store. */
static bool is_own_trouble(enum status status, uint64_t fired)
{
    return status == STATUS_OK || (fired > 0 && (status == STATUS_NOMEM || status == STATUS_IO));
}

static void take_pushed(void *context, struct stumble how, uint64_t *fired)
{
    struct taking *taking = context;
    struct node *station = &taking->world.stations[0], *center = &taking->world.center;
    struct log_id log = {.station = station->machine.station_no};
    struct replica_result result;
    struct errmsg err = {{0}};

    memcpy(log.incarnation, station->machine.incarnation, INCARNATION_BYTES);
    assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
    stumble_begin(how);
    enum status status = replica_ingest(center->store, &station->peer, &log, 1, taking->batch.entries.data, taking->batch.entries.len, taking->batch.count, 0, &result, &err);
    *fired = stumble_end();
    if (!is_own_trouble(status, *fired) || (status == STATUS_OK && result.quarantined > 0))
        fail_msg("%llu: %s: %s", (unsigned long long)how.at, status_name(status), err.text);
    store_rollback(center->store);
}

static void take_repair(void *context, struct stumble how, uint64_t *fired)
{
    struct taking *taking = context;
    struct node *station = &taking->world.stations[0];
    struct scope_repaired repaired;
    struct errmsg err = {{0}};

    assert_int_equal(store_begin(station->store, "test", &err), STATUS_OK);
    assert_int_equal(store_exec(station->store, "DELETE FROM change WHERE log<>(SELECT value FROM meta WHERE name='own_log') AND lsn=(SELECT max(lsn) FROM change)", &err), STATUS_OK);
    stumble_begin(how);
    enum status status = scope_repair_apply(station->store, taking->batch.entries.data, taking->batch.entries.len, taking->batch.count, 1, taking->batch.last, &repaired, &err);
    *fired = stumble_end();
    if (!is_own_trouble(status, *fired))
        fail_msg("%llu: %s: %s", (unsigned long long)how.at, status_name(status), err.text);
    store_rollback(station->store);
}

static void test_what_comes(void **state)
{
    static const struct stumble memory = {.memory = true};
    struct taking taking = {.batch = {.count = 0}};
    struct node *station = &taking.world.stations[0], *center = &taking.world.center;
    struct errmsg err = {{0}};
    uint64_t to = 0;

    (void)state;
    world_open(&taking.world, 1, NULL);
    struct id id = node_consult(station, "张文芳", "工资没有发");
    node_set(station, "consultation", id, "content", "工资发了一半");
    buf_init(&taking.batch.entries, 1 << 20);
    assert_int_equal(replica_read_own(station->store, 0, 1 << 20, &taking.batch, &err), STATUS_OK);
    assert_true(fail_each(take_pushed, &taking, memory) > 0);
    world_sync(&taking.world, 0);
    node_set(center, "consultation", id, "content", "全发了");
    world_sync(&taking.world, 0);
    buf_clear(&taking.batch.entries);
    assert_int_equal(scope_repair_end(station->store, &to, &err), STATUS_OK);
    assert_int_equal(scope_repair_read(center->store, station->machine.org, station->machine.station_no, 1, to, &taking.batch, &err), STATUS_OK);
    assert_true(fail_each(take_repair, &taking, memory) > 0);
    buf_release(&taking.batch.entries);
    world_close(&taking.world);
}

static void try_another_county(void *context, struct stumble how, uint64_t *fired)
{
    struct upward *upward = context;
    struct errmsg err = {{0}};

    stumble_begin(how);
    enum status status = gather(upward, &err);
    *fired = stumble_end();
    assert_int_not_equal(status, STATUS_OK);
    char *now = told(upward);
    assert_string_equal(now, upward->whole);
    free(now);
}

/* What another county's center has is never told here. */
static void test_another_county(void **state)
{
    struct upward upward;
    struct errmsg err = {{0}};

    (void)state;
    world_open(&upward.county, 1, NULL);
    world_open(&upward.hub, 1, NULL);
    world_sync(&upward.hub, 0);
    node_consult(&upward.county.center, "李秀兰", "问低保");
    assert_int_equal(gather(&upward, &err), STATUS_OK);
    upward.whole = told(&upward);
    assert_int_equal(store_begin(upward.hub.stations[0].store, "test", &err), STATUS_OK);
    assert_int_equal(store_meta_set_blob(upward.hub.stations[0].store, "upward_origin", "another county's first change...", HASH_BYTES, &err), STATUS_OK);
    assert_int_equal(store_commit(upward.hub.stations[0].store, &err), STATUS_OK);
    node_consult(&upward.county.center, "张文芳", "工资没有发");
    assert_int_equal(gather(&upward, &err), STATUS_FOREIGN);
    (void)fail_each(try_another_county, &upward, WAYS[0]);
    free(upward.whole);
    world_close(&upward.county);
    world_close(&upward.hub);
}

/* ---- backups ---- */

static const struct backup_secret SECRET = {.kind = BACKUP_KEY_FILE, .bytes = "0123456789abcdef", .len = 16};

struct backup {
    struct world world;
    char at[64], file[96], place[96];
    int64_t changes;
};

static bool is_there(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0;
}

static void try_backup(void *context, struct stumble how, uint64_t *fired)
{
    struct backup *backup = context;
    struct node *center = &backup->world.center;
    struct backup_info info;
    struct errmsg err = {{0}};

    stumble_begin(how);
    enum status status = backup_write(center->store, backup->at, backup->file, &SECRET, center->random, &info, &err);
    *fired = stumble_end();
    if (status != STATUS_OK && *fired == 0)
        fail_msg("%s: %s", status_name(status), err.text);
    assert_false(store_in_transaction(center->store));
    if (status == STATUS_OK) /* a power cut does not take back what counts as safe */
        assert_true(stumble_loose() == 0 && !stumble_committed_on_loose());
    if (is_there(backup->file) != (status == STATUS_OK))
        fail_msg("%llu: %s, and the file is %s", (unsigned long long)how.at, status_name(status), status == STATUS_OK ? "not there" : "there");
    unlink(backup->file);
}

static void try_restore(void *context, struct stumble how, uint64_t *fired)
{
    struct backup *backup = context;
    struct backup_restored restored;
    struct errmsg err = {{0}};
    char path[128];
    struct store *store;

    assert_int_equal(mkdir(backup->place, 0700), 0);
    snprintf(path, sizeof path, "%s/aidpost.db", backup->place);
    stumble_begin(how);
    enum status status = backup_restore(backup->file, backup->place, &SECRET, backup->world.center.random, NOW_MS, &restored, &err);
    *fired = stumble_end();
    if (status != STATUS_OK && *fired == 0)
        fail_msg("%s: %s", status_name(status), err.text);
    if (status != STATUS_OK) { /* the folder is as before */
        assert_false(is_there(path));
        assert_int_equal(rmdir(backup->place), 0);
        return;
    }
    assert_int_equal(stumble_loose(), 0);
    assert_int_equal(store_open(&store, backup->place, STORE_OPEN_EXISTING, &err), STATUS_OK);
    struct node node = {.store = store};
    assert_int_equal(node_number(&node, "SELECT count(*) FROM consultation"), 1);
    assert_int_not_equal(store_meta_int(store, "era", 0), 0);
    store_close(store);
    test_folder_remove(backup->place);
}

static void test_backups(void **state)
{
    char folder[] = "test_stumble.XXXXXX";
    struct backup backup;
    struct backup_info info;
    struct errmsg err = {{0}};

    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&backup.world, 0, folder);
    snprintf(backup.at, sizeof backup.at, "%s/0", folder);
    snprintf(backup.file, sizeof backup.file, "%s/backup", folder);
    snprintf(backup.place, sizeof backup.place, "%s/new", folder);
    struct node *center = &backup.world.center;
    node_consult(center, "李秀兰", "问低保");
    fail_all_ways(try_backup, &backup, "backup");
    assert_int_equal(backup_write(center->store, backup.at, backup.file, &SECRET, center->random, &info, &err), STATUS_OK);
    fail_all_ways(try_restore, &backup, "restore");
    world_close(&backup.world);
    test_folder_remove(folder);
}

static const char OLD[] = "what stood there";

static void expect_old(const char *path)
{
    struct buf bytes;

    buf_init(&bytes, 1 << 20);
    assert_int_equal(file_read(path, &bytes, NULL), STATUS_OK);
    assert_string_equal(buf_cstr(&bytes), OLD);
    buf_release(&bytes);
}

static void write_over(void *context, struct stumble how, uint64_t *fired)
{
    struct backup *backup = context;
    struct node *center = &backup->world.center;
    struct backup_info info;
    struct errmsg err = {{0}};

    stumble_begin(how);
    enum status status = backup_write(center->store, backup->at, backup->file, &SECRET, center->random, &info, &err);
    *fired = stumble_end();
    assert_int_not_equal(status, STATUS_OK);
    expect_old(backup->file);
}

static void restore_over(void *context, struct stumble how, uint64_t *fired)
{
    struct backup *backup = context;
    struct backup_restored restored;
    struct errmsg err = {{0}};
    char path[128], from[128];

    snprintf(from, sizeof from, "%s.good", backup->file);
    snprintf(path, sizeof path, "%s/aidpost.db", backup->place);
    stumble_begin(how);
    enum status status = backup_restore(from, backup->place, &SECRET, backup->world.center.random, NOW_MS, &restored, &err);
    *fired = stumble_end();
    assert_int_not_equal(status, STATUS_OK);
    expect_old(path);
}

/* A disk that can't tell whether something stands in a place does not make it free. */
static void test_what_stands_there_stays(void **state)
{
    static const struct stumble eio = {.disk = true, .code = EIO};
    char folder[] = "test_stumble.XXXXXX", path[128];
    struct backup backup;
    struct backup_info info;
    struct errmsg err = {{0}};

    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&backup.world, 0, folder);
    snprintf(backup.at, sizeof backup.at, "%s/0", folder);
    snprintf(backup.place, sizeof backup.place, "%s/new", folder);
    snprintf(backup.file, sizeof backup.file, "%s/backup.good", folder);
    assert_int_equal(backup_write(backup.world.center.store, backup.at, backup.file, &SECRET, backup.world.center.random, &info, &err), STATUS_OK);
    snprintf(backup.file, sizeof backup.file, "%s/backup", folder);
    assert_int_equal(mkdir(backup.place, 0700), 0);
    snprintf(path, sizeof path, "%s/aidpost.db", backup.place);
    assert_int_equal(file_write(path, OLD, sizeof OLD - 1, 0600, &err), STATUS_OK);
    assert_int_equal(file_write(backup.file, OLD, sizeof OLD - 1, 0600, &err), STATUS_OK);
    assert_true(fail_each(write_over, &backup, eio) > 0);
    assert_true(fail_each(restore_over, &backup, eio) > 0);
    world_close(&backup.world);
    test_folder_remove(folder);
}

/* ---- a machine that is given back ---- */

static void count_loss(void *context, const struct retire_loss *loss)
{
    (void)loss;
    ++*(int *)context;
}

static void try_retire(void *context, struct stumble how, uint64_t *fired)
{
    struct node *node = context;
    struct retirement retirement;
    struct errmsg err = {{0}};
    int losses = 0;

    stumble_begin(how);
    enum status looked = retire_look(node->store, &retirement, &err), listed = looked == STATUS_OK ? retire_losses(node->store, &node->machine, node->codes, count_loss, &losses, &err) : looked;
    *fired = stumble_end();
    if (looked == STATUS_OK)
        assert_false(retire_loses_nothing(&retirement));
    if (listed == STATUS_OK && losses != 2)
        fail_msg("%llu: %d losses named", (unsigned long long)how.at, losses);
}

/* What would be lost is named, or it is said that it can't be. */
static void test_what_is_lost_with_a_machine(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, 1, NULL);
    (void)world_sync(&world, 0);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    node_consult(&world.stations[0], "李秀兰", "问低保");
    fail_all_ways(try_retire, &world.stations[0], "retire");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_cannot_be_read_is_there),
        cmocka_unit_test(test_a_table),
        cmocka_unit_test(test_the_rest_of_a_table),
        cmocka_unit_test(test_what_a_county_tells),
        cmocka_unit_test(test_what_a_county_erased),
        cmocka_unit_test(test_what_was_told_and_lost),
        cmocka_unit_test(test_what_is_handed_back),
        cmocka_unit_test(test_what_comes),
        cmocka_unit_test(test_another_county),
        cmocka_unit_test(test_backups),
        cmocka_unit_test(test_what_stands_there_stays),
        cmocka_unit_test(test_what_is_lost_with_a_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
