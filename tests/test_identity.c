/* tests/test_identity.c - the machine's key: made once, private, always the same certificate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "sync/bundle.h"
#include "sync/identity.h"

struct folder {
    char path[64], key[96];
};

static int make_folder(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);

    strcpy(folder->path, "identity_test.XXXXXX");
    if (mkdtemp(folder->path) == NULL)
        return -1;
    snprintf(folder->key, sizeof folder->key, "%s/identity.pem", folder->path);
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    struct folder *folder = *state;

    unlink(folder->key);
    rmdir(folder->path);
    free(folder);
    return 0;
}

static void made_once_and_loaded_the_same(void **state)
{
    struct folder *folder = *state;
    struct identity made, loaded, again;
    struct errmsg err;
    struct stat st;

    assert_int_equal(identity_load(&loaded, folder->path, &err), STATUS_NOT_FOUND);
    assert_int_equal(identity_create(&made, folder->path, random_system(), &err), STATUS_OK);
    assert_int_equal(stat(folder->key, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(identity_create(&again, folder->path, random_system(), &err), STATUS_EXISTS);
    assert_int_equal(identity_open(&loaded, folder->path, random_system(), &err), STATUS_OK);
    assert_true(hash_equal(made.pin, loaded.pin));
    assert_int_equal(made.cert.len, loaded.cert.len);
    assert_memory_equal(made.cert.data, loaded.cert.data, made.cert.len);
    assert_in_range(made.cert.len, 100, 300);
    identity_release(&made);
    identity_release(&loaded);
}

/* The service's first start and `enrol new` beside it, at the same moment: both have the one key that the file has. */
static void two_programs_make_one(void **state)
{
    enum { ROUNDS = 20, PROGRAMS = 4 };
    struct folder *folder = *state;

    for (int round = 0; round < ROUNDS; round++) {
        struct identity kept;
        struct errmsg err;
        int start[2], pins[2];
        uint8_t pin[HASH_BYTES];

        assert_int_equal(pipe(start), 0);
        assert_int_equal(pipe(pins), 0);
        for (int i = 0; i < PROGRAMS; i++) {
            pid_t pid = fork();

            assert_true(pid >= 0);
            if (pid == 0) {
                struct identity identity;
                char byte;

                close(start[1]);
                bool ok = read(start[0], &byte, 1) == 0 && identity_open(&identity, folder->path, random_system(), &err) == STATUS_OK;
                _exit(ok && write(pins[1], identity.pin.bytes, HASH_BYTES) == HASH_BYTES ? 0 : 1);
            }
        }
        close(start[0]);
        close(start[1]); /* all begin now */
        for (int i = 0; i < PROGRAMS; i++) {
            int status;

            assert_true(wait(&status) > 0);
            assert_int_equal(status, 0);
        }
        assert_int_equal(identity_load(&kept, folder->path, &err), STATUS_OK);
        for (int i = 0; i < PROGRAMS; i++) {
            assert_int_equal(read(pins[0], pin, HASH_BYTES), HASH_BYTES);
            assert_memory_equal(pin, kept.pin.bytes, HASH_BYTES);
        }
        identity_release(&kept);
        close(pins[0]);
        close(pins[1]);
        assert_int_equal(unlink(folder->key), 0);
    }
}

static void same_seed_same_key(void **state)
{
    struct folder *folder = *state;
    struct identity a, b;
    struct errmsg err;
    uint64_t seed = 5;

    assert_int_equal(identity_open(&a, folder->path, random_seeded(&seed), &err), STATUS_OK);
    unlink(folder->key);
    seed = 5;
    assert_int_equal(identity_open(&b, folder->path, random_seeded(&seed), &err), STATUS_OK);
    assert_true(hash_equal(a.pin, b.pin));
    identity_release(&b);
    unlink(folder->key);
    assert_int_equal(identity_open(&b, folder->path, random_seeded(&seed), &err), STATUS_OK);
    assert_false(hash_equal(a.pin, b.pin));
    identity_release(&a);
    identity_release(&b);
}

static void refuses_bad_files(void **state)
{
    struct folder *folder = *state;
    struct identity identity;
    struct errmsg err;

    assert_int_equal(identity_create(&identity, folder->path, random_system(), &err), STATUS_OK);
    identity_release(&identity);
    assert_int_equal(chmod(folder->key, 0640), 0);
    assert_int_equal(identity_open(&identity, folder->path, random_system(), &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "chmod 600"));
    assert_int_equal(file_write(folder->key, "no key", 6, 0600, &err), STATUS_OK);
    assert_int_equal(identity_open(&identity, folder->path, random_system(), &err), STATUS_MALFORMED);
    assert_int_equal(file_write(folder->key, "", 0, 0600, &err), STATUS_OK);
    assert_int_equal(identity_open(&identity, folder->path, random_system(), &err), STATUS_MALFORMED);
}

static void check_digits_read_over_the_telephone(void **state)
{
    struct hash pin = {{0}};
    char text[IDENTITY_CHECK_BYTES];

    (void)state;
    identity_check_digits(pin, text);
    assert_string_equal(text, "0000-0000");
    pin.bytes[7] = 200;
    pin.bytes[6] = 1;
    identity_check_digits(pin, text);
    assert_string_equal(text, "0000-0456");
}

static void a_bundle_goes_by_the_same_pin(void **state)
{
    uint64_t seed = 11;
    struct identity identity;
    struct bundle_key key;
    struct errmsg err = {{0}};

    (void)state;
    assert_int_equal(identity_make(&identity, random_seeded(&seed), &err), STATUS_OK);
    assert_true(hash_equal(bundle_pin(identity.public_key), identity.pin));
    assert_int_equal(identity_secret(&identity, key.secret, &err), STATUS_OK);
    assert_memory_equal(key.secret + 32, identity.public_key, 32);
    identity_release(&identity);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(made_once_and_loaded_the_same, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(two_programs_make_one, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(same_seed_same_key, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(refuses_bad_files, make_folder, remove_folder),
        cmocka_unit_test(a_bundle_goes_by_the_same_pin),
        cmocka_unit_test(check_digits_read_over_the_telephone),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
