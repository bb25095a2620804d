/* tests/test_enrolment.c - the new machine's folder, key and store, also after an enrolment that was cut off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/record/branch.h"
#include "core/record/changelog.h"
#include "core/record/machine.h"
#include "core/record/peer.h"
#include "core/record/replica.h"
#include "sync/enrolment.h"
#include "tests/must.h"

static const struct message_enrolled answer = {
    .station_no = 7,
    .org = 3,
    .org_code = "yongyang",
    .org_name = "永阳街道法律援助工作站",
    .center_name = "县法律援助中心",
    .area = "320117",
    .practice = true,
};

static const uint8_t center_key[IDENTITY_KEY_BYTES] = {1, 2, 3};

static const char *const names[] = {
    "aidpost.db",       "aidpost.db-wal",       "aidpost.db-shm",          "identity.pem",
    "identity.old.pem", "enrol.tmp/aidpost.db", "enrol.tmp/aidpost.db-wal"};

static int make_folder(void **state)
{
    char folder[] = "enrolment_test.XXXXXX";

    if (mkdtemp(folder) == NULL)
        return -1;
    *state = strdup(folder);
    return 0;
}

static int remove_folder(void **state)
{
    char path[256];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", (char *)*state, names[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/enrol.tmp", (char *)*state);
    rmdir(path);
    assert_int_equal(rmdir(*state), 0); /* nothing else is left behind */
    free(*state);
    return 0;
}

static bool exists(const char *folder, const char *name)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return file_exists(path);
}

static enum status make_store(const char *folder, const struct message_enrolled *with)
{
    struct errmsg err;

    return enrolment_make_store(folder, with, "center.example:7474", hash_of("center", 6), center_key, random_system(), &err);
}

static void the_store_knows_who_it_is(void **state)
{
    static const uint8_t none[INCARNATION_BYTES];
    const char *folder = *state;
    struct store *store;
    struct machine machine;
    struct hash pin;
    char address[300];
    uint8_t key[IDENTITY_KEY_BYTES];
    struct errmsg err;

    assert_int_equal(enrolment_check_folder(folder, &err), STATUS_OK);
    assert_int_equal(make_store(folder, &answer), STATUS_OK);
    assert_false(exists(folder, "enrol.tmp"));
    assert_int_equal(store_open(&store, folder, STORE_OPEN_EXISTING, &err), STATUS_OK);
    assert_int_equal(machine_load(store, &machine, &err), STATUS_OK);
    assert_false(machine.center);
    assert_true(machine.practice);
    assert_int_equal(machine.station_no, 7);
    assert_int_equal(machine.org, 3);
    assert_string_equal(machine.name, answer.org_name);
    assert_string_equal(machine.area, "320117");
    assert_memory_not_equal(machine.incarnation, none, sizeof none);
    assert_int_equal(center_address_get(store, address, sizeof address, &pin, &err), STATUS_OK);
    assert_string_equal(address, "center.example:7474");
    assert_true(hash_equal(pin, hash_of("center", 6)));
    assert_int_equal(center_key_get(store, key, &err), STATUS_OK);
    assert_memory_equal(key, center_key, sizeof key);
    store_close(store);
}

static void a_store_is_never_replaced(void **state)
{
    const char *folder = *state;
    struct errmsg err;

    assert_int_equal(make_store(folder, &answer), STATUS_OK);
    assert_int_equal(enrolment_check_folder(folder, &err), STATUS_EXISTS);
    assert_int_equal(make_store(folder, &answer), STATUS_EXISTS);
}

static void a_half_made_store_is_swept_away(void **state)
{
    const char *folder = *state;
    char path[256];
    struct errmsg err;

    snprintf(path, sizeof path, "%s/enrol.tmp", folder);
    assert_int_equal(file_make_folder(path, &err), STATUS_OK);
    snprintf(path, sizeof path, "%s/enrol.tmp/aidpost.db", folder);
    assert_int_equal(file_write(path, "half", 4, 0600, &err), STATUS_OK);
    assert_int_equal(enrolment_check_folder(folder, &err), STATUS_OK);
    assert_false(exists(folder, "enrol.tmp"));
    assert_int_equal(make_store(folder, &answer), STATUS_OK);
}

static void a_key_without_a_store_is_put_aside(void **state)
{
    const char *folder = *state;
    struct identity first, second, left;
    struct enrolment_key made;
    struct errmsg err;

    assert_int_equal(enrolment_fresh_key(&first, folder, random_system(), &made, &err), STATUS_OK);
    assert_false(exists(folder, "identity.old.pem"));
    assert_int_equal(enrolment_fresh_key(&second, folder, random_system(), &made, &err), STATUS_OK);
    assert_true(exists(folder, "identity.old.pem"));
    assert_false(hash_equal(first.pin, second.pin));
    enrolment_take_back(folder, &made); /* the second failed: as before it */
    assert_false(exists(folder, "identity.old.pem"));
    assert_int_equal(identity_load(&left, folder, &err), STATUS_OK);
    assert_true(hash_equal(left.pin, first.pin));
    identity_release(&first);
    identity_release(&second);
    identity_release(&left);
}

static void a_failed_enrolment_leaves_nothing(void **state)
{
    char folder[128];
    struct identity identity;
    struct enrolment_key made;
    struct errmsg err;

    snprintf(folder, sizeof folder, "%s/new", (const char *)*state);
    assert_int_equal(enrolment_fresh_key(&identity, folder, random_system(), &made, &err), STATUS_OK);
    assert_true(exists(folder, "identity.pem"));
    enrolment_take_back(folder, &made);
    assert_false(exists(*state, "new"));
    identity_release(&identity);
}

static void answers_that_cannot_be_make_no_store(void **state)
{
    const char *folder = *state;
    struct message_enrolled bad = answer;

    bad.station_no = 0;
    assert_int_equal(make_store(folder, &bad), STATUS_INVALID);
    bad.station_no = UINT64_C(1) << 32;
    assert_int_equal(make_store(folder, &bad), STATUS_INVALID);
    bad = answer;
    bad.org = 0;
    assert_int_equal(make_store(folder, &bad), STATUS_INVALID);
    assert_false(exists(folder, "aidpost.db"));
}

/* The center has some of the log: all up to there, or only what others brought; or that is another copy's. Behind what it has the log goes on under the new number. */
static void the_log_goes_on_behind_what_the_center_has(void **state)
{
    const char *folder = *state;
    struct errmsg err = {{0}};
    struct store *store;
    struct log_path path;
    struct hash chain;
    int64_t lsn;
    must(make_store(folder, &answer), &err);
    must(store_open(&store, folder, STORE_OPEN_EXISTING, &err), &err);
    must(store_begin(store, "test", &err), &err);
    for (uint8_t i = 1; i <= 3; i++) {
        struct change change = {.at_ms = 1, .type_no = 999, .id = {{i}}, .op = CHANGE_PUT, .scope = (int64_t)answer.org};
        must(changelog_append_own(store, false, &change, "", 0, &lsn, &err), &err);
    }
    must(store_commit(store, &err), &err);
    must(replica_own_path(store, &path, &err), &err);
    must(branch_hash_at(store, &path, 2, &chain, &err), &err);
    struct stmt *stmt = store_prepare(store, "SELECT header FROM change WHERE seq=2");
    enum status status;
    size_t len;
    assert_true(stmt_row(stmt, &status, &err));
    const uint8_t *bytes = stmt_column_blob(stmt, 0, &len);
    struct hash header = hash_of(bytes, len), others = {{9}};
    stmt_reset(stmt);
    store_close(store);
    const struct {
        struct hash *hash;
        uint64_t base, have;
    } cases[] = {{&others, 0, 0}, {&header, 2, 0}, {&chain, 2, 2}};
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct message_enrolled again = answer;
        struct replica_state now;
        again.station_no = 20 + i;
        again.have_seq = 2;
        memcpy(again.have_hash, cases[i].hash->bytes, HASH_BYTES);
        must(enrolment_keep_store(folder, &again, "center.example:7474", hash_of("center", 6), center_key, random_system(), &err), &err);
        must(store_open(&store, folder, STORE_OPEN_EXISTING, &err), &err);
        must(replica_own_path(store, &path, &err), &err);
        must(replica_state(store, &now, &err), &err);
        assert_int_equal(path.logs[0].id.station, again.station_no);
        assert_int_equal(path.logs[0].base_seq, cases[i].base);
        assert_int_equal(now.have_seq, cases[i].have);
        store_close(store);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_store_knows_who_it_is, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_store_is_never_replaced, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_half_made_store_is_swept_away, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_key_without_a_store_is_put_aside, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_failed_enrolment_leaves_nothing, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_log_goes_on_behind_what_the_center_has, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(answers_that_cannot_be_make_no_store, make_folder, remove_folder),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
