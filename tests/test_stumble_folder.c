/* tests/test_stumble_folder.c - what is done to a machine's folder and to files, with each statement and each allocation of it failing in turn: tests/trial.h says what must hold. */
#include <dirent.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/carry.h"
#include "core/record/kept.h"
#include "core/record/kept_look.h"
#include "core/record/relay.h"
#include "core/record/retire.h"
#include "core/record/upward_look.h"
#include "sync/enrolment.h"
#include "tests/keyed_world.h"
#include "tests/must.h"
#include "tests/trial.h"
#include "tests/write_sql.h"

static const int64_t NOW_MS = INT64_C(1790000000000);

/* A machine's folder of the world. */
struct bed {
    struct world world;
    char folder[32], at[64], file[64];
    struct store *store; /* of the machine whose folder it is; NULL: the test opens it */
    struct buf bytes;
    struct sealed sealed;
    uint64_t seed;
};

static void open_bed(struct bed *bed, size_t station)
{
    memset(bed, 0, sizeof *bed);
    snprintf(bed->folder, sizeof bed->folder, "test_stumble.XXXXXX");
    assert_non_null(mkdtemp(bed->folder));
    world_open(&bed->world, 2, bed->folder);
    bed->store = station == 0 ? bed->world.center.store : bed->world.stations[station - 1].store;
    snprintf(bed->at, sizeof bed->at, "%s/%zu", bed->folder, station);
    snprintf(bed->file, sizeof bed->file, "%s/backup", bed->folder);
    buf_init(&bed->bytes, 1 << 20);
    for (uint32_t i = 0; i < 100; i++)
        buf_put_u32(&bed->bytes, i);
    bed->sealed = (struct sealed){.made_ms = NOW_MS, .total = bed->bytes.len, .id = hash_of(bed->bytes.data, bed->bytes.len)};
    assert_int_equal(file_write(bed->file, bed->bytes.data, bed->bytes.len, 0600, NULL), STATUS_OK);
    bed->seed = 11;
}

static void close_bed(struct bed *bed)
{
    buf_release(&bed->bytes);
    world_close(&bed->world);
    test_folder_remove(bed->folder);
}

/* Names and sizes below a folder, without SQLite's own two. */
static void put_files(const char *folder, struct buf *out)
{
    struct dirent **names;
    int n = scandir(folder, &names, NULL, alphasort);

    for (int i = 0; i < n; i++) {
        char path[PATH_MAX];
        struct stat there;

        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && strstr(names[i]->d_name, "-wal") == NULL && strstr(names[i]->d_name, "-shm") == NULL && stat(path, &there) == 0) {
            if (S_ISDIR(there.st_mode))
                put_files(path, out);
            else
                buf_printf(out, "%s %lld\n", path, (long long)there.st_size);
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
}

static void state_of_folder(void *context, struct buf *out)
{
    put_files(((struct bed *)context)->at, out);
}

/* ---- backups on their way to the center ---- */

static void empty_carry(void *context)
{
    struct bed *bed = context;
    size_t removed = 0;

    must(carry_clear(bed->at, &removed, NULL), NULL);
    write_sql(bed->store, "DELETE FROM meta WHERE name LIKE 'carry%' OR name LIKE 'center_backup%'");
}

static enum status queue(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;

    (void)out;
    return carry_add(bed->store, bed->file, NOW_MS, err);
}

static void part_is_sent(void *context)
{
    struct bed *bed = context;
    struct carry carry;

    empty_carry(context);
    must(queue(context, NULL, NULL), NULL);
    must(carry_next(bed->store, &carry, NULL), NULL);
    must(store_begin(bed->store, "test", NULL), NULL);
    must(carry_note(bed->store, &carry, 100, NULL), NULL);
    must(store_commit(bed->store, NULL), NULL);
}

/* What cannot be read is not a file of which nothing was sent. */
static enum status look_at_carry(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct carry carry, same;
    struct carry_state state;
    enum status status = carry_next(bed->store, &carry, err);

    if (status == STATUS_OK)
        status = carry_find(bed->store, carry.file.id, &same, err);
    if (status == STATUS_OK)
        status = carry_state_read(bed->store, &state, err);
    if (status == STATUS_OK)
        buf_printf(out, "%llu %llu %llu %llu %s\n", (unsigned long long)carry.handed, (unsigned long long)same.handed, (unsigned long long)state.waiting, (unsigned long long)state.handed_bytes, state.refused);
    return status;
}

static enum status end_carry(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct carry carry = {.file = bed->sealed};
    enum status status = store_begin(bed->store, "test", err);

    (void)out;
    if (status != STATUS_OK)
        return status;
    status = carry_end(bed->store, &carry, "放不下", NOW_MS, err);
    if (status == STATUS_OK)
        return store_commit(bed->store, err);
    store_rollback(bed->store);
    return status;
}

/* One is on its way, a newer one comes, and the one on its way stays. */
static enum status queue_another(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    char path[96];

    (void)out;
    snprintf(path, sizeof path, "%s/another", bed->folder);
    return carry_add(bed->store, path, NOW_MS + 1, err);
}

/* Read in several pieces. */
static void write_another(struct bed *bed)
{
    static uint8_t bytes[150000];
    char path[96];

    memset(bytes, 'x', sizeof bytes);
    snprintf(path, sizeof path, "%s/another", bed->folder);
    must(file_write(path, bytes, sizeof bytes, 0600, NULL), NULL);
}

static void test_backups_on_their_way(void **state)
{
    struct bed bed;

    (void)state;
    open_bed(&bed, 1);
    write_another(&bed);
    trial_play(&(struct trial){.name = "a backup is queued", .act = queue, .context = &bed, .begin = empty_carry, .state = state_of_folder, .in_parts = true});
    trial_play(&(struct trial){.name = "a backup waits", .act = look_at_carry, .context = &bed, .begin = part_is_sent, .state = state_of_folder});
    trial_play(&(struct trial){.name = "a backup was sent", .act = end_carry, .context = &bed, .begin = part_is_sent, .state = state_of_folder});
    trial_play(&(struct trial){.name = "another backup is queued", .act = queue_another, .context = &bed, .begin = part_is_sent, .state = state_of_folder, .in_parts = true});
    close_bed(&bed);
}

/* ---- backups that the center keeps ---- */

static void empty_kept(void *context)
{
    struct bed *bed = context;
    size_t removed;

    must(kept_remove(bed->store, 1, &removed, NULL), NULL);
}

static enum status keep(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    uint64_t held;
    bool done;
    enum status status = kept_take(bed->store, 1, &bed->sealed, 0, bed->bytes.data, bed->bytes.len, NOW_MS, &held, &done, err);

    if (status == STATUS_OK)
        buf_printf(out, "%llu %d\n", (unsigned long long)held, done);
    return status;
}

static void one_is_kept(void *context)
{
    struct buf none;

    buf_init(&none, 100);
    empty_kept(context);
    must(keep(context, &none, NULL), NULL);
    buf_release(&none);
}

static bool put_kept(void *context, const struct kept *kept)
{
    buf_printf(context, "%u %llu\n", kept->station_no, (unsigned long long)kept->file.held);
    return true;
}

static enum status look_at_kept(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct kept_look look;
    struct sealed got;
    char path[96];
    enum status status = kept_list(bed->store, put_kept, out, err);

    if (status == STATUS_OK)
        status = kept_look_read(bed->store, NOW_MS, &look, err);
    if (status != STATUS_OK)
        return status;
    buf_printf(out, "%zu %zu\n", look.n, look.overdue);
    kept_look_release(&look);
    snprintf(path, sizeof path, "%s/got", bed->folder);
    bool on = stumble_pause();
    unlink(path);
    stumble_go_on(on);
    status = kept_get(bed->store, 1, 1, path, &got, err);
    if (status != STATUS_OK)
        assert_int_not_equal(access(path, F_OK), 0);
    return status;
}

static void test_backups_kept(void **state)
{
    struct bed bed;

    (void)state;
    open_bed(&bed, 0);
    trial_play(&(struct trial){.name = "a backup comes", .act = keep, .context = &bed, .begin = empty_kept, .state = state_of_folder, .in_parts = true, .names = true});
    trial_play(&(struct trial){.name = "a backup is fetched", .act = look_at_kept, .context = &bed, .begin = one_is_kept, .state = state_of_folder, .names = true});
    close_bed(&bed);
}

/* ---- a store is opened by another program than before ---- */

static void was_another_program_s(void *context)
{
    write_sql(((struct bed *)context)->store, "DROP TABLE recount_consultation; DROP TRIGGER recount_consultation_fields; DROP TRIGGER recount_consultation_row; DROP TRIGGER recount_consultation_delete; "
                                              "UPDATE meta SET value=7 WHERE name='catalogue_shape'");
}

static void state_of_schema(void *context, struct buf *out)
{
    struct stmt *stmt = store_prepare(((struct bed *)context)->store, "SELECT name,sql FROM sqlite_schema UNION ALL SELECT name,value FROM meta WHERE name='catalogue_shape' ORDER BY name");
    enum status status;

    while (stmt_row(stmt, &status, NULL))
        buf_printf(out, "%s %s\n", stmt_column_text(stmt, 0, NULL), stmt_column_text(stmt, 1, NULL));
    must(status, NULL);
}

static enum status open_it(void *context, struct buf *out, struct errmsg *err)
{
    struct store *store;
    enum status status = store_open(&store, ((struct bed *)context)->at, STORE_OPEN_EXISTING, err);

    (void)out;
    if (status == STATUS_OK)
        store_close(store);
    return status;
}

static void test_a_store_is_opened(void **state)
{
    struct bed bed;

    (void)state;
    open_bed(&bed, 1);
    trial_play(&(struct trial){.name = "a store is opened", .act = open_it, .context = &bed, .begin = was_another_program_s, .state = state_of_schema, .stride = 61});
    close_bed(&bed);
}

/* ---- a machine is let in ---- */

static const struct message_enrolled ANSWER = {
    .station_no = 7, .org = 3, .org_code = "yongyang", .org_name = "永阳街道法律援助工作站", .center_name = "县法律援助中心", .area = "320117"};
static const uint8_t CENTER_KEY[IDENTITY_KEY_BYTES] = {1, 2, 3};

static void empty_folder(void *context)
{
    struct bed *bed = context;

    test_folder_remove(bed->at);
    assert_int_equal(mkdir(bed->at, 0700), 0);
}

/* Files, and who the store says it is. */
static void state_of_machine(void *context, struct buf *out)
{
    struct bed *bed = context;
    struct store *store;
    struct machine machine;

    put_files(bed->at, out);
    if (store_open(&store, bed->at, STORE_OPEN_EXISTING, NULL) != STATUS_OK)
        return;
    must(machine_load(store, &machine, NULL), NULL);
    buf_printf(out, "%u %lld %s\n", machine.station_no, (long long)machine.org, machine.name);
    store_close(store);
}

static enum status let_in(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    enum status status = enrolment_check_folder(bed->at, err);

    (void)out;
    return status == STATUS_OK ? enrolment_make_store(bed->at, &ANSWER, "center:7474", hash_of("center", 6), CENTER_KEY, random_seeded(&bed->seed), err) : status;
}

static void was_let_in(void *context)
{
    struct bed *bed = context;

    empty_folder(context);
    bed->seed = 11;
    must(let_in(context, NULL, NULL), NULL);
}

static enum status let_in_again(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct message_enrolled answer = ANSWER;
    struct message_enrol before;
    struct hash pin;
    enum status status = enrolment_before(bed->at, &before, &pin, err);

    (void)out;
    answer.station_no = 9;
    return status == STATUS_OK ? enrolment_keep_store(bed->at, &answer, "center:7474", hash_of("center", 6), CENTER_KEY, random_seeded(&bed->seed), err) : status;
}

/* The center knows it, by the key that it has: nothing is to be done. */
static enum status let_in_as_known(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct message_enrolled answer = ANSWER;

    answer.known = true;
    enum status status = enrolment_keep_store(bed->at, &answer, "center:7474", hash_of("center", 6), CENTER_KEY, random_seeded(&bed->seed), err);
    assert_int_not_equal(status, STATUS_OK);
    buf_puts(out, status == STATUS_EXISTS ? "it is enrolled" : "");
    return status == STATUS_EXISTS ? STATUS_OK : status;
}

static void test_enrolment(void **state)
{
    struct bed bed;

    (void)state;
    open_bed(&bed, 1);
    snprintf(bed.at, sizeof bed.at, "%s/new", bed.folder);
    assert_int_equal(mkdir(bed.at, 0700), 0);
    trial_play(&(struct trial){.name = "a machine is let in", .act = let_in, .context = &bed, .begin = empty_folder, .state = state_of_machine, .seed = &bed.seed, .in_parts = true, .stride = 331});
    trial_play(&(struct trial){.name = "a machine is let in again", .act = let_in_again, .context = &bed, .begin = was_let_in, .state = state_of_machine, .seed = &bed.seed, .stride = 89});
    was_let_in(&bed); /* once: nothing of it changes */
    trial_play(&(struct trial){.name = "a machine that was let in", .act = let_in_as_known, .context = &bed, .state = state_of_machine, .seed = &bed.seed, .stride = 5});
    close_bed(&bed);
}

/* ---- a machine is given back ---- */

static void full_folder(void *context)
{
    struct bed *bed = context;
    char path[96];

    empty_folder(context);
    for (size_t i = 0; i < 3; i++) {
        static const char *const NAMES[] = {"identity.pem", "guard", "aidpost.db"};

        snprintf(path, sizeof path, "%s/%s", bed->at, NAMES[i]);
        must(file_write(path, "what stood there", 16, 0600, NULL), NULL);
    }
}

static enum status wipe(void *context, struct buf *out, struct errmsg *err)
{
    size_t removed;

    (void)out;
    return retire_wipe(((struct bed *)context)->at, 1, &removed, err);
}

static void test_a_machine_is_given_back(void **state)
{
    struct bed bed;

    (void)state;
    open_bed(&bed, 1);
    snprintf(bed.at, sizeof bed.at, "%s/old", bed.folder);
    assert_int_equal(mkdir(bed.at, 0700), 0);
    trial_play(&(struct trial){.name = "a machine is given back", .act = wipe, .context = &bed, .begin = full_folder, .state = state_of_folder, .in_parts = true});
    close_bed(&bed);
}

/* ---- the county's place at its hub ---- */

static enum status look_upward(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct upward_look look;
    enum status status = upward_look_at(bed->world.stations[0].store, bed->world.center.store, &look, err);

    if (status == STATUS_OK)
        buf_printf(out, "%s %lld %lld %lld\n", look.hub, (long long)look.told_ms, (long long)look.waiting, (long long)look.pending);
    return status;
}

static void test_what_is_said_of_the_hub(void **state)
{
    struct bed bed;

    (void)state;
    open_bed(&bed, 1);
    must(center_address_set(bed.store, "hub:7474", hash_of("hub", 3), NULL), NULL);
    write_sql(bed.store, "INSERT INTO meta(name, value) VALUES('upward_order', 2), ('upward_told_ms', 1700000000000)");
    trial_play(&(struct trial){.name = "what is said of the hub", .act = look_upward, .context = &bed});
    close_bed(&bed);
}

/* ---- files that a station carries ---- */

struct carrying {
    struct keyed_world keyed;
    struct buf file;
};

static enum status write_file(struct carrying *carrying, struct buf *out, struct errmsg *err)
{
    struct handover handover = keyed_station(&carrying->keyed, 0);
    struct handover_result result;
    enum status status = handover_export(&handover, (struct handover_range){.ask = true}, memory_sink(out), &result, err);

    if (status == STATUS_OK && !result.written) /* the session's last word to a center that is not there */
        return errmsg_set(err, STATUS_PEER, "nothing was written");
    return status;
}

static enum status try_to_write(void *context, struct buf *out, struct errmsg *err)
{
    struct buf file;

    (void)out; /* sealed with chance of its own, a file is never the same again */
    buf_init(&file, 1 << 20);
    enum status status = write_file(context, &file, err);
    buf_release(&file);
    return status;
}

static bool put_relay(void *context, const struct relay *relay)
{
    buf_printf(context, "%lld %d %llu %s\n", (long long)relay->no, relay->state, (unsigned long long)relay->held, relay->text);
    return true;
}

static enum status carry_file(void *context, struct buf *out, struct errmsg *err)
{
    struct carrying *carrying = context;
    struct handover handover = keyed_station(&carrying->keyed, 1);
    struct store *store = handover.store;
    struct relay relay;
    enum status status = handover_keep(&handover, memory_source(&carrying->file), &relay, NULL, err);

    if (status == STATUS_EXISTS) /* tried before, and here it is */
        status = STATUS_OK;
    if (status == STATUS_OK)
        status = relay_list(store, put_relay, out, err);
    return status;
}

static enum status take_file(void *context, struct buf *out, struct errmsg *err)
{
    struct carrying *carrying = context;
    struct handover handover = keyed_center(&carrying->keyed);
    struct handover_result result;
    struct handover_sink sink;
    struct buf answer;

    buf_init(&answer, 1 << 20);
    sink = memory_sink(&answer);
    enum status status = handover_import(&handover, memory_source(&carrying->file), &sink, &result, err);
    if (status == STATUS_OK && result.outcome.unnoted != STATUS_OK)
        status = errmsg_set(err, result.outcome.unnoted, "%s", result.outcome.reason.text);
    bool on = stumble_pause();
    if (status == STATUS_OK) { /* what was taken before a failure is greeted with another answer, which comes to the same */
        struct handover station = keyed_station(&carrying->keyed, 0);
        struct handover_result taken;

        must(handover_import(&station, memory_source(&answer), NULL, &taken, err), err);
        buf_printf(out, "%llu %llu\n", (unsigned long long)taken.confirmed, (unsigned long long)taken.confirmed_to);
    }
    buf_release(&answer);
    stumble_go_on(on);
    return status;
}

static void test_files(void **state)
{
    struct carrying carrying;
    struct keyed_world *keyed = &carrying.keyed;
    struct node *laptop = &keyed->world.stations[0], *town = &keyed->world.stations[1];
    struct errmsg err = {{0}};

    (void)state;
    keyed_world_open(keyed, 2, true);
    node_consult(laptop, "张文芳", "工资没有发");
    buf_init(&carrying.file, 1 << 20);
    must(write_file(&carrying, &carrying.file, &err), &err);
    trial_play(&(struct trial){.name = "a file is written", .act = try_to_write, .context = &carrying, .nodes = {laptop}, .seed = &keyed->seed});
    trial_play(&(struct trial){.name = "a file is carried", .act = carry_file, .context = &carrying, .nodes = {town}, .seed = &keyed->seed, .in_parts = true});
    trial_play(&(struct trial){.name = "a file is taken in", .act = take_file, .context = &carrying, .nodes = {&keyed->world.center, laptop}, .seed = &keyed->seed, .in_parts = true, .stride = 5});
    buf_release(&carrying.file);
    keyed_world_close(keyed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backups_on_their_way),
        cmocka_unit_test(test_backups_kept),
        cmocka_unit_test(test_a_store_is_opened),
        cmocka_unit_test(test_enrolment),
        cmocka_unit_test(test_a_machine_is_given_back),
        cmocka_unit_test(test_what_is_said_of_the_hub),
        cmocka_unit_test(test_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
