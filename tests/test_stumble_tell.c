/* tests/test_stumble_tell.c - what the sync program says of a store, and what a center answers to who wants to be let in, with each statement, each allocation and each call on a file failing in turn: tests/trial.h says
 * what must hold. What is left out of a list is not told as a list without it. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/record/alarm.h"
#include "core/record/kept.h"
#include "sync/enrol.h"
#include "sync/kept_verb.h"
#include "sync/metrics.h"
#include "sync/replicator.h"
#include "sync/report.h"
#include "sync/upward_verb.h"
#include "tests/act_bed.h"
#include "tests/must.h"
#include "tests/trial.h"
#include "tests/write_sql.h"

static const int64_t NOW_MS = INT64_C(1790000000000);

/* What a program does that could not make its text (main.c). */
static enum status printed(enum status status, const struct buf *out, struct errmsg *err)
{
    return status == STATUS_OK && out->status != STATUS_OK ? errmsg_set(err, out->status, "it cannot be printed") : status;
}

/* ---- a center's and a station's state ---- */

static enum status stations_as_json(void *context, struct buf *out, struct errmsg *err)
{
    return printed(report_stations(center_of(context), NOW_MS, NULL, true, out, err), out, err);
}

static enum status stations_as_text(void *context, struct buf *out, struct errmsg *err)
{
    return printed(report_stations(center_of(context), NOW_MS, NULL, false, out, err), out, err);
}

static struct store *station_of(void *context)
{
    return ((struct act_bed *)context)->world.stations[0].store;
}

static enum status station_as_json(void *context, struct buf *out, struct errmsg *err)
{
    return printed(report_station(station_of(context), NOW_MS, NULL, true, out, err), out, err);
}

static enum status station_as_text(void *context, struct buf *out, struct errmsg *err)
{
    return printed(report_station(station_of(context), NOW_MS, NULL, false, out, err), out, err);
}

/* Figures that could not be read are counted as such. */
static enum status tell_metrics(struct store *store, struct buf *out, struct errmsg *err)
{
    struct metrics metrics = {.started_ms = NOW_MS, .sessions = {1, 2, 3, 4}, .received = 5};
    struct metrics_now now = {.now_ms = NOW_MS, .connections = 1, .version = "1"};

    metrics_write(&metrics, &now, store, out);
    if (out->status == STATUS_OK && strstr(buf_cstr(out), "aidpost_scrape_errors 0\n") == NULL)
        return errmsg_set(err, STATUS_PARTIAL, "not all could be read");
    return printed(STATUS_OK, out, err);
}

static enum status metrics_of_center(void *context, struct buf *out, struct errmsg *err)
{
    return tell_metrics(center_of(context), out, err);
}

static enum status metrics_of_station(void *context, struct buf *out, struct errmsg *err)
{
    return tell_metrics(station_of(context), out, err);
}

static void test_states(void **state)
{
    struct act_bed bed;
    struct errmsg err = {{0}};

    (void)state;
    act_bed_open(&bed);
    must(peer_set_alarm(center_of(&bed), 2, PEER_ALARM_TWINS, &err), &err);
    must(alarm_settle(center_of(&bed), 2, "主任", "副本已经停用", NOW_MS, &err), &err);
    write_sql(center_of(&bed), "UPDATE peer SET skew_ms=600000, last_contact_ms=1700000000000");
    act_bed_play(&bed, "stations as JSON", stations_as_json);
    act_bed_play(&bed, "stations as text", stations_as_text);
    act_bed_play(&bed, "metrics of a center", metrics_of_center);
    act_bed_play_at_station(&bed, "a station as JSON", station_as_json);
    act_bed_play_at_station(&bed, "a station as text", station_as_text);
    act_bed_play_at_station(&bed, "metrics of a station", metrics_of_station);
    act_bed_close(&bed);
}

/* ---- what a station says of itself when it greets ---- */

static enum status say_who(void *context, struct buf *out, struct errmsg *err)
{
    struct session_request request = {.kind = REQUEST_STATE, .wall_ms = NOW_MS};
    struct session_result result = {.kind = REQUEST_STATE};
    struct replicator *replicator;
    enum status status = replicator_new(&replicator, station_of(context), NULL);

    if (status != STATUS_OK)
        return status;
    replicator_run(replicator, &request, NOW_MS, &result);
    status = result.status;
    if (status == STATUS_OK)
        buf_printf(out, "%llu %llu %d %d %d\n", (unsigned long long)result.state.head_seq, (unsigned long long)result.state.rcur, result.relay_used, result.lookup_waits, result.returns);
    for (size_t i = 0; status == STATUS_OK && i < MARK_BYTES; i++)
        buf_printf(out, "%02x", result.order_mark[i]);
    errmsg_set(err, status, "%s", errmsg_text(&result.err, status));
    session_result_release(&result);
    replicator_free(replicator);
    return status;
}

static void test_who_it_is(void **state)
{
    struct act_bed bed;
    struct buf said;

    (void)state;
    act_bed_open(&bed);
    write_sql(station_of(&bed), "INSERT OR REPLACE INTO meta(name, value) VALUES('order_mark', x'0102030405060708'), ('relay_used', 1)");
    buf_init(&said, 1000);
    must(say_who(&bed, &said, NULL), NULL);
    assert_non_null(strstr(buf_cstr(&said), "0102030405060708"));
    buf_release(&said);
    act_bed_play_at_station(&bed, "who a station is", say_who);
    act_bed_close(&bed);
}

/* ---- backups that a center keeps ---- */

struct keeping {
    struct world world;
    char folder[32], got[64];
    bool json;
};

static void keep_one(void *context)
{
    struct keeping *keeping = context;
    struct sealed file = {.made_ms = NOW_MS, .total = 4, .id = hash_of("kept", 4)};
    uint64_t held;
    size_t removed;
    bool done;

    unlink(keeping->got);
    must(kept_remove(keeping->world.center.store, 1, &removed, NULL), NULL);
    must(kept_take(keeping->world.center.store, 1, &file, 0, "kept", 4, NOW_MS, &held, &done, NULL), NULL);
    assert_true(done);
}

static void state_of_kept(void *context, struct buf *out)
{
    struct keeping *keeping = context;
    struct sealed files[SEALED_MAX];
    char path[64];
    size_t n = 0;

    snprintf(path, sizeof path, "%s/0/backups/1", keeping->folder);
    (void)sealed_list(path, files, &n, NULL);
    buf_printf(out, "%zu %d\n", n, access(keeping->got, F_OK) == 0);
}

static enum status list_kept(void *context, struct buf *out, struct errmsg *err)
{
    struct keeping *keeping = context;
    struct kept_wish wish = {.get = NULL};

    return printed(kept_verb(keeping->world.center.store, &wish, keeping->json, out, err), out, err);
}

static enum status get_kept(void *context, struct buf *out, struct errmsg *err)
{
    struct keeping *keeping = context;
    struct kept_wish wish = {.get = "1", .to = keeping->got, .which = "1"};

    return printed(kept_verb(keeping->world.center.store, &wish, keeping->json, out, err), out, err);
}

static enum status remove_kept(void *context, struct buf *out, struct errmsg *err)
{
    struct keeping *keeping = context;
    struct kept_wish wish = {.remove = "1"};
    enum status status = kept_verb(keeping->world.center.store, &wish, keeping->json, out, err);

    return printed(status, out, err);
}

static void test_kept(void **state)
{
    static const struct kept_wish wrong[] = {{.get = "1"}, {.to = "x"}, {.which = "1"}, {.get = "1", .to = "x", .remove = "1"}, {.get = "1", .to = "x", .which = "0"}, {.get = "1", .to = "x", .which = "x"}, {.get = "1", .to = "x", .which = "-1"}};
    struct keeping keeping = {.json = false};
    struct buf none;

    (void)state;
    snprintf(keeping.folder, sizeof keeping.folder, "test_tell.XXXXXX");
    assert_non_null(mkdtemp(keeping.folder));
    snprintf(keeping.got, sizeof keeping.got, "%s/got", keeping.folder);
    world_open(&keeping.world, 1, keeping.folder);
    buf_init(&none, 4096);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(kept_verb(keeping.world.center.store, &wrong[i], false, &none, NULL), STATUS_USAGE);
    assert_int_equal(kept_verb(keeping.world.center.store, &(struct kept_wish){.get = "99", .to = keeping.got}, false, &none, NULL), STATUS_NOT_FOUND);
    assert_int_equal(kept_verb(keeping.world.center.store, &(struct kept_wish){.remove = "99"}, false, &none, NULL), STATUS_NOT_FOUND);
    assert_int_equal(none.len, 0);
    for (int json = 0; json <= 1; json++) {
        keeping.json = json;
        trial_play(&(struct trial){.name = "backups are listed", .act = list_kept, .context = &keeping, .begin = keep_one, .state = state_of_kept});
        trial_play(&(struct trial){.name = "a backup is fetched", .act = get_kept, .context = &keeping, .begin = keep_one, .state = state_of_kept});
        trial_play(&(struct trial){.name = "backups are removed", .act = remove_kept, .context = &keeping, .begin = keep_one, .state = state_of_kept, .in_parts = true});
    }
    buf_release(&none);
    world_close(&keeping.world);
    test_folder_remove(keeping.folder);
}

/* ---- a county and its hub ---- */

struct upward {
    struct world county, hub;
    char folders[2][32], center[64], here[64];
    bool json;
};

static enum status open_upward(void *context, struct buf *out, struct errmsg *err)
{
    struct upward *upward = context;
    struct store *center = NULL;
    enum status status = upward_verb_open(upward->center, upward->hub.stations[0].store, upward->here, &center, err);

    (void)out;
    assert_int_equal(status == STATUS_OK, center != NULL);
    store_close(center);
    return status;
}

static enum status say_upward(void *context, struct buf *out, struct errmsg *err)
{
    struct upward *upward = context;

    return printed(upward_verb_status(upward->hub.stations[0].store, upward->county.center.store, upward->json, out, err), out, err);
}

static void open_county(struct world *world, char folder[32])
{
    snprintf(folder, 32, "test_tell.XXXXXX");
    assert_non_null(mkdtemp(folder));
    world_open(world, 1, folder);
}

static void test_upward(void **state)
{
    struct upward upward = {.json = false};
    struct store *store, *none = NULL;

    (void)state;
    open_county(&upward.county, upward.folders[0]);
    open_county(&upward.hub, upward.folders[1]);
    store = upward.hub.stations[0].store;
    snprintf(upward.center, sizeof upward.center, "%s/0", upward.folders[0]);
    snprintf(upward.here, sizeof upward.here, "%s/1", upward.folders[1]);
    assert_int_equal(upward_verb_open("", store, upward.here, &none, NULL), STATUS_USAGE);
    assert_int_equal(upward_verb_open("nowhere", store, upward.here, &none, NULL), STATUS_NOT_FOUND);
    assert_int_equal(upward_verb_open(upward.here, store, upward.here, &none, NULL), STATUS_FORBIDDEN);
    assert_null(none);
    trial_play(&(struct trial){.name = "a county center is opened", .act = open_upward, .context = &upward, .in_parts = true, .stride = 11});
    for (int json = 0; json <= 1; json++) {
        upward.json = json;
        trial_play(&(struct trial){.name = "what is told upward", .act = say_upward, .context = &upward});
    }
    world_close(&upward.county);
    world_close(&upward.hub);
    for (size_t i = 0; i < 2; i++)
        test_folder_remove(upward.folders[i]);
}

/* ---- who wants to be let in ---- */

struct applicant {
    struct world world;
    struct hash pin;
    const char *code; /* the secret it proves */
    struct message_enrol told;
};

static const uint8_t EXPORTER[EXPORTER_BYTES] = {5};

/* The center's whole answer, refusals, too. */
static enum status apply(void *context, struct buf *out, struct errmsg *err)
{
    struct applicant *applicant = context;
    struct session_request request = {.kind = REQUEST_ENROL, .pin = applicant->pin, .wall_ms = NOW_MS, .enrol = applicant->told};
    struct hash proof = enrol_proof(hash_of(applicant->code, strlen(applicant->code)), EXPORTER, applicant->pin);
    struct session_result result = {.kind = REQUEST_ENROL};
    struct replicator *replicator;
    enum status status = replicator_new(&replicator, applicant->world.center.store, NULL);

    if (status != STATUS_OK)
        return status;
    memcpy(request.exporter, EXPORTER, EXPORTER_BYTES);
    memcpy(request.enrol.proof, proof.bytes, HASH_BYTES);
    replicator_run(replicator, &request, NOW_MS, &result);
    status = result.status;
    if (status == STATUS_OK)
        buf_printf(out, "%u %lld %d %llu\n", result.peer.station_no, (long long)result.peer.org, result.known, (unsigned long long)result.have_seq);
    else if (status == STATUS_AUTH || status == STATUS_FORBIDDEN || status == STATUS_FOREIGN)
        buf_printf(out, "%s: %s\n", status_name(status), result.err.text);
    errmsg_set(err, status, "%s", errmsg_text(&result.err, status));
    session_result_release(&result);
    replicator_free(replicator);
    return status == STATUS_AUTH || status == STATUS_FORBIDDEN || status == STATUS_FOREIGN ? STATUS_OK : status;
}

static void play_applicant(struct applicant *applicant, const char *name)
{
    trial_play(&(struct trial){.name = name, .act = apply, .context = applicant, .nodes = {&applicant->world.center}, .seed = &applicant->world.seed});
}

static void test_enrolment(void **state)
{
    struct applicant applicant = {.pin = hash_of("new", 3), .told.name = "新笔记本"};
    struct store *store;

    (void)state;
    world_open(&applicant.world, 2, NULL);
    store = applicant.world.center.store;
    must(store_begin(store, "test", NULL), NULL);
    must(enrol_code_add(store, hash_of("new machine", 11), 2, 0, "站", NOW_MS, NULL), NULL);
    must(enrol_code_add(store, hash_of("same station", 12), 2, 1, "", NOW_MS, NULL), NULL);
    must(store_commit(store, NULL), NULL);
    applicant.code = "a guess";
    play_applicant(&applicant, "a wrong code");
    applicant.code = "new machine";
    play_applicant(&applicant, "a new machine");
    applicant.code = "same station";
    play_applicant(&applicant, "a station with a new key");
    const struct machine *own = &applicant.world.stations[0].machine;
    applicant.told.station_no = own->station_no;
    applicant.told.org = (uint64_t)own->org;
    memcpy(applicant.told.incarnation, own->incarnation, INCARNATION_BYTES);
    play_applicant(&applicant, "a station with its store and a new key");
    applicant.told.station_no = 2; /* it says that it is another one */
    play_applicant(&applicant, "a station with another's code");
    applicant.told.org = 9;
    play_applicant(&applicant, "a machine of another org");
    applicant.told.org = (uint64_t)own->org;
    memset(applicant.told.center_incarnation, 7, INCARNATION_BYTES);
    play_applicant(&applicant, "a machine of another center");
    applicant.pin = applicant.world.stations[0].peer.pin;
    play_applicant(&applicant, "a machine that is known");
    world_close(&applicant.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_who_it_is),
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_upward),
        cmocka_unit_test(test_enrolment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
