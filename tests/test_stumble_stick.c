/* tests/test_stumble_stick.c - what goes onto a stick and comes from one, and the key beside the store, with each statement, each allocation and each call on a file failing in turn: tests/trial.h says what must hold,
 * and of what is told to the person with the stick that it is so. */
#include <dirent.h>
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
#include "core/record/relay.h"
#include "core/record/stick_log.h"
#include "sync/bundle_verb.h"
#include "sync/enrolment.h"
#include "tests/keyed_world.h"
#include "tests/must.h"
#include "tests/trial.h"

enum { TEXT_BYTES = 4096, FILE_BYTES = 1 << 20, CONSULTATIONS = 3 };

/* A center and a station with a stick. */
struct bed {
    struct keyed_world keyed;
    char folder[32], file[64], answer[64];
    struct buf whole; /* what the station wrote */
    struct buf before; /* the center's store */
    uint64_t seed;
};

static struct node *center_of(struct bed *bed)
{
    return &bed->keyed.world.center;
}

static struct node *station_of(struct bed *bed)
{
    return &bed->keyed.world.stations[0];
}

static struct bundle_verb verb_at(struct bed *bed, bool center, struct buf *out, struct buf *warning)
{
    return (struct bundle_verb){.handover = center ? keyed_center(&bed->keyed) : keyed_station(&bed->keyed, 0),
                                .machine = center ? &center_of(bed)->machine : &station_of(bed)->machine,
                                .json = true,
                                .out = out,
                                .warning = warning};
}

static void open_bed(struct bed *bed)
{
    struct errmsg err = {{0}};

    memset(bed, 0, sizeof *bed);
    bed->seed = 11;
    snprintf(bed->folder, sizeof bed->folder, "test_stick.XXXXXX");
    assert_non_null(mkdtemp(bed->folder));
    snprintf(bed->file, sizeof bed->file, "%s/a.aidb", bed->folder);
    snprintf(bed->answer, sizeof bed->answer, "%s/a.aidb.return", bed->folder);
    keyed_world_open(&bed->keyed, 2, true);
    must(machine_load(center_of(bed)->store, &center_of(bed)->machine, &err), &err);
    for (int i = 0; i < CONSULTATIONS; i++)
        node_consult(station_of(bed), "张文芳", "工资没有发");
    keyed_export(&bed->keyed, 0, (struct handover_range){.from_given = false}, &bed->whole);
    node_keep(center_of(bed), &bed->before);
}

static void close_bed(struct bed *bed)
{
    buf_release(&bed->whole);
    buf_release(&bed->before);
    keyed_world_close(&bed->keyed);
    test_folder_remove(bed->folder);
}

static void empty_folder(void *context)
{
    struct bed *bed = context;

    test_folder_remove(bed->folder);
    assert_int_equal(mkdir(bed->folder, 0700), 0);
}

static void file_is_there(void *context)
{
    struct bed *bed = context;

    empty_folder(context);
    must(file_write(bed->file, bed->whole.data, bed->whole.len, 0600, NULL), NULL);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Names and, of what is sealed, sizes: it never has the same bytes twice. */
static void put_folder(struct bed *bed, bool sizes, struct buf *out)
{
    struct dirent **names;
    int n = scandir(bed->folder, &names, NULL, by_name);

    for (int i = 0; i < n; i++) {
        char path[320];
        struct stat there;

        snprintf(path, sizeof path, "%s/%s", bed->folder, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && stat(path, &there) == 0)
            buf_printf(out, "%s %lld\n", names[i]->d_name, sizes ? (long long)there.st_size : 0);
        free(names[i]);
    }
    free(names);
}

static void state_of_folder(void *context, struct buf *out)
{
    put_folder(context, true, out);
}

static void nothing_was_read(void *context)
{
    struct bed *bed = context;

    file_is_there(context);
    node_restore(center_of(bed), &bed->before);
}

/* An answer is of another size when it tells that all was here before; when a station was heard last is not worth a failure. */
static void what_was_read(void *context, struct buf *out)
{
    char *rows = node_dump(center_of(context));

    put_folder(context, false, out);
    buf_puts(out, rows);
    free(rows);
}

/* A member's number in what was printed. */
static int64_t told(const struct buf *out, const char *member)
{
    char key[40];
    const char *at;

    snprintf(key, sizeof key, "\"%s\":", member);
    at = strstr(buf_cstr(out), key);
    assert_non_null(at);
    return strtoll(at + strlen(key), NULL, 10);
}

/* ---- out ---- */

static enum status write_stick(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct buf text, warning;
    struct bundle_verb verb = verb_at(bed, false, &text, &warning);

    buf_init(&text, TEXT_BYTES);
    buf_init(&warning, TEXT_BYTES);
    enum status status = bundle_verb_export(&verb, bed->file, (struct handover_range){.from_given = true, .from = 1}, err);
    bool on = stumble_pause();
    struct stick_entry entries[STICK_LOG_MAX];
    size_t noted;
    must(stick_log_list(verb.handover.store, entries, &noted, NULL), NULL);
    if (status == STATUS_OK && warning.len == 0 && warning.status == STATUS_OK)
        assert_true(noted == 1 && entries[0].last == CONSULTATIONS);
    if (noted > 0) { /* sealed, it is another file each time */
        must(store_begin(verb.handover.store, "test", NULL), NULL);
        must(store_meta_remove(verb.handover.store, "stick_log", NULL), NULL);
        must(store_commit(verb.handover.store, NULL), NULL);
    }
    if (status == STATUS_OK && (warning.len > 0 || warning.status != STATUS_OK)) {
        status = errmsg_set(err, STATUS_PARTIAL, "%s", warning.len > 0 ? buf_cstr(&warning) : "it cannot be told");
    } else if (status == STATUS_OK && text.status == STATUS_OK) {
        assert_int_equal(told(&text, "changes"), CONSULTATIONS);
        buf_printf(out, "%lld\n", (long long)told(&text, "bytes"));
    } else if (status == STATUS_OK) { /* main.c says so */
        status = errmsg_set(err, text.status, "it cannot be told");
    }
    stumble_go_on(on);
    buf_release(&text);
    buf_release(&warning);
    return status;
}

/* ---- in ---- */

/* What is told as received is what has come; what was there before is told as repeated. Written, too: without an answer it is done in part. */
static enum status read_stick(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct buf text, warning;
    struct bundle_verb verb = verb_at(bed, true, &text, &warning);
    bool on = stumble_pause();
    int64_t before = node_count(center_of(bed), "consultation"), now;

    buf_init(&text, TEXT_BYTES);
    buf_init(&warning, TEXT_BYTES);
    stumble_go_on(on);
    enum status status = bundle_verb_import(&verb, bed->file, false, err);
    on = stumble_pause();
    now = node_count(center_of(bed), "consultation");
    if (status == STATUS_OK && text.status == STATUS_OK) {
        assert_int_equal(told(&text, "received"), now - before);
        assert_int_equal(told(&text, "received") + told(&text, "repeated"), CONSULTATIONS);
        assert_true(access(bed->answer, F_OK) == 0 || strstr(buf_cstr(&text), "\"return\":null") != NULL);
    }
    if (status == STATUS_OK && (warning.len > 0 || text.status != STATUS_OK || warning.status != STATUS_OK))
        status = errmsg_set(err, STATUS_PARTIAL, "%s", warning.len > 0 ? buf_cstr(&warning) : "it cannot be told");
    buf_printf(out, "%lld\n", (long long)now);
    stumble_go_on(on);
    buf_release(&text);
    buf_release(&warning);
    return status;
}

static enum status read_answer(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct buf text, warning;
    struct bundle_verb verb = verb_at(bed, false, &text, &warning);

    buf_init(&text, TEXT_BYTES);
    buf_init(&warning, TEXT_BYTES);
    enum status status = bundle_verb_import(&verb, bed->answer, false, err);
    (void)out;
    if (status == STATUS_OK && (warning.len > 0 || text.status != STATUS_OK || warning.status != STATUS_OK))
        status = errmsg_set(err, STATUS_PARTIAL, "%s", warning.len > 0 ? buf_cstr(&warning) : "it cannot be told");
    buf_release(&text);
    buf_release(&warning);
    return status;
}

static void keep_bytes_of(const char *path, struct buf *out)
{
    buf_init(out, FILE_BYTES);
    must(file_read(path, out, NULL), NULL);
}

static void test_a_stick(void **state)
{
    struct buf none;
    struct bed bed;

    (void)state;
    open_bed(&bed);
    buf_init(&none, TEXT_BYTES);
    trial_play(&(struct trial){.name = "a stick is written", .act = write_stick, .context = &bed, .nodes = {station_of(&bed)}, .seed = &bed.keyed.seed, .begin = empty_folder, .state = state_of_folder, .in_parts = true});
    trial_play(&(struct trial){.name = "a stick is read", .act = read_stick, .context = &bed, .seed = &bed.keyed.seed, .begin = nothing_was_read, .state = what_was_read, .in_parts = true, .stride = 2});
    nothing_was_read(&bed);
    must(read_stick(&bed, &none, NULL), NULL);
    trial_play(&(struct trial){.name = "an answer is read", .act = read_answer, .context = &bed, .nodes = {station_of(&bed)}, .seed = &bed.keyed.seed, .state = state_of_folder, .in_parts = true, .stride = 2});
    buf_release(&none);
    close_bed(&bed);
}

/* ---- what is carried for others ---- */

/* The station has two answers for others, made of the center's own. */
static void keep_answers(struct bed *bed)
{
    struct store *store = station_of(bed)->store;
    struct buf bytes;

    keep_bytes_of(bed->answer, &bytes);
    for (uint8_t i = 0; i < 2; i++) {
        struct relay relay = {.id = hash_of(&i, 1), .recipient = hash_of(&i, 1), .state = RELAY_RETURN, .total = bytes.len, .added_ms = i};

        must(relay_add(store, &relay, NULL), NULL);
        must(relay_append(store, &relay, 0, bytes.data, bytes.len, NULL), NULL);
        must(relay_keep(store, &relay, NULL), NULL);
    }
    buf_release(&bytes);
}

static enum status write_returns(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct buf warning;
    struct bundle_verb verb = verb_at(bed, false, out, &warning);

    buf_init(&warning, TEXT_BYTES);
    enum status status = bundle_verb_returns(&verb, bed->folder, err);
    buf_release(&warning);
    return status;
}

static enum status list_relays(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct buf warning;
    struct bundle_verb verb = verb_at(bed, false, out, &warning);

    return bundle_verb_relays(&verb, err);
}

static enum status forget_relay(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct buf warning;
    struct bundle_verb verb = verb_at(bed, false, out, &warning);
    char id[HASH_TEXT_BYTES];

    hash_format(hash_of("", 1), id);
    enum status status = bundle_verb_forget(&verb, id, err);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static void test_answers_for_others(void **state)
{
    struct buf none;
    struct bed bed;

    (void)state;
    open_bed(&bed);
    buf_init(&none, TEXT_BYTES);
    file_is_there(&bed);
    must(read_stick(&bed, &none, NULL), NULL);
    keep_answers(&bed);
    trial_play(&(struct trial){.name = "answers are written", .act = write_returns, .context = &bed, .nodes = {station_of(&bed)}, .begin = empty_folder, .state = state_of_folder, .in_parts = true});
    trial_play(&(struct trial){.name = "relays are listed", .act = list_relays, .context = &bed, .nodes = {station_of(&bed)}});
    trial_play(&(struct trial){.name = "a relay is forgotten", .act = forget_relay, .context = &bed, .nodes = {station_of(&bed)}});
    buf_release(&none);
    close_bed(&bed);
}

/* ---- the key ---- */

static void key_is_there(void *context)
{
    struct bed *bed = context;
    struct identity identity;

    empty_folder(context);
    bed->seed = 11;
    must(identity_create(&identity, bed->folder, random_seeded(&bed->seed), NULL), NULL);
    identity_release(&identity);
}

/* The key itself, and whatever else lies there. */
static void state_of_key(void *context, struct buf *out)
{
    static const char *const NAMES[] = {"identity.pem", "identity.old.pem"};
    struct bed *bed = context;

    state_of_folder(context, out);
    for (size_t i = 0; i < 2; i++) {
        char path[64];

        snprintf(path, sizeof path, "%s/%s", bed->folder, NAMES[i]);
        (void)file_read(path, out, NULL);
    }
}

static enum status tell_key(enum status status, struct identity *identity, struct buf *out)
{
    char digits[IDENTITY_CHECK_BYTES];

    if (status != STATUS_OK)
        return status;
    identity_check_digits(identity->pin, digits);
    buf_printf(out, "%s\n", digits);
    identity_release(identity);
    return status;
}

static enum status open_key(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct identity identity;

    return tell_key(identity_open(&identity, bed->folder, random_seeded(&bed->seed), err), &identity, out);
}

static enum status fresh_key(void *context, struct buf *out, struct errmsg *err)
{
    struct bed *bed = context;
    struct enrolment_key made;
    struct identity identity;

    return tell_key(enrolment_fresh_key(&identity, bed->folder, random_seeded(&bed->seed), &made, err), &identity, out);
}

static void test_the_key(void **state)
{
    struct bed bed;

    (void)state;
    open_bed(&bed);
    trial_play(&(struct trial){.name = "a key is made", .act = open_key, .context = &bed, .seed = &bed.seed, .begin = empty_folder, .state = state_of_key, .in_parts = true});
    trial_play(&(struct trial){.name = "a key is loaded", .act = open_key, .context = &bed, .seed = &bed.seed, .begin = key_is_there, .state = state_of_key});
    trial_play(&(struct trial){.name = "a key is put aside for a new one", .act = fresh_key, .context = &bed, .seed = &bed.seed, .begin = key_is_there, .state = state_of_key});
    close_bed(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stick),
        cmocka_unit_test(test_answers_for_others),
        cmocka_unit_test(test_the_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
