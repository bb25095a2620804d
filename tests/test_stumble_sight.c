/* tests/test_stumble_sight.c - what is looked for and listed, with each statement and each allocation of it failing in turn (tests/trial.h says what must hold): above all, nobody then sees more than is his. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include <cmocka.h>

#include "core/record/clock.h"
#include "core/record/conflict.h"
#include "core/record/filter.h"
#include "core/record/related.h"
#include "core/record/row_count.h"
#include "core/record/search.h"
#include "core/record/sync_state.h"
#include "tests/act_bed.h"
#include "tests/must.h"
#include "tests/trial.h"
#include "tui/doctor.h"

static const struct record_type *consultation(void)
{
    return catalogue_find("consultation");
}

/* Somebody of the first station's org at the center's store. */
static struct actor somebody(const struct act_bed *bed)
{
    struct actor actor = node_person(&bed->world.center, "wang", ROLE_STATION);

    actor.center = actor.all_scopes = false;
    actor.org = bed->world.stations[0].machine.org;
    return actor;
}

/* Who has no memory is not told that he typed something else than text. */
static void expect_why(enum status status, const struct errmsg *err)
{
    if (status == STATUS_NOMEM && strstr(err->text, "不是正常的文字") != NULL)
        fail_msg("without memory: %s", err->text);
}

/* ---- lists and counts ---- */

static bool put_row(void *context, const struct record *record, const struct list_key *key)
{
    bool on = stumble_pause();

    (void)key;
    buf_printf(context, "%s\n", record_text(record, "content"));
    stumble_go_on(on);
    return true;
}

static enum status list_where(struct act_bed *bed, const char *where, const char *order, struct buf *out, struct errmsg *err)
{
    struct actor actor = somebody(bed);
    struct list_query query = {.type = consultation(), .order = catalogue_field(consultation(), order)};
    struct filter filter;
    int64_t count = 0;
    enum status status = filter_parse(&filter, consultation(), bed->world.codes, where, err);

    expect_why(status, err);
    if (status != STATUS_OK)
        return status;
    query.filter = filter.n_terms > 0 ? &filter : NULL;
    status = records_list(center_of(bed), &actor, &query, put_row, out, err);
    if (status == STATUS_OK)
        status = records_count(center_of(bed), &actor, consultation(), query.filter, &count, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)count);
    if (status == STATUS_OK)
        status = records_count_listed(center_of(bed), &actor, consultation(), query.filter, &count, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)count);
    filter_release(&filter);
    return status;
}

static enum status list_all(void *context, struct buf *out, struct errmsg *err)
{
    return list_where(context, "", "date", out, err);
}

static enum status list_by_name(void *context, struct buf *out, struct errmsg *err)
{
    return list_where(context, "", "name", out, err);
}

/* Many names, of which a page behind one is read, forwards and backwards: more than name_walk.h reads at once. */
static enum status list_a_page(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    const struct field_def *name = catalogue_field(consultation(), "name");
    enum status status = STATUS_OK;

    for (int i = 0; i < 4 && status == STATUS_OK; i++) {
        struct list_query query = {.type = consultation(), .order = name, .limit = 3, .ascending = i % 2 == 0, .backwards = i >= 2};

        query.after = (struct list_key){.set = true, .value = value_text("王一", strlen("王一"))};
        status = records_list(center_of(bed), &bed->world.center.actor, &query, put_row, out, err);
    }
    return status;
}

static enum status list_some(void *context, struct buf *out, struct errmsg *err)
{
    return list_where(context, "content~问 and category!='' and sex in (男, 女, '1') and date>=2020-01-01 and name!=''", "date", out, err);
}

static enum status list_some_by_name(void *context, struct buf *out, struct errmsg *err)
{
    return list_where(context, "content~问", "name", out, err);
}

/* What is looked for as it is stored, however it was typed: without memory for that form nobody would be found. */
static enum status list_as_typed(void *context, struct buf *out, struct errmsg *err)
{
    static const char *const WORDS[] = {"phone='+86 139-1234-5678'", "id_no=１１０１０５19491231002x", "name=' 阿不都 ・ 热西提 '", "phone in (x,'+86 139-1234-5678')"};
    enum status status = STATUS_OK;

    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0] && status == STATUS_OK; i++)
        status = list_where(context, WORDS[i], "date", out, err);
    return status;
}

static enum status count_in_pieces(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct actor actor = somebody(bed);
    struct row_count counting;
    struct filter filter;
    enum status status = filter_parse(&filter, consultation(), bed->world.codes, "content~问", err);

    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < 2 && status == STATUS_OK; i++) {
        row_count_begin(&counting, consultation(), i == 0 ? NULL : &filter);
        while (status == STATUS_OK && !counting.done)
            status = row_count_go_on(center_of(bed), &actor, &counting, 1, err);
        if (status == STATUS_OK)
            buf_printf(out, "%lld\n", (long long)counting.count);
    }
    filter_release(&filter);
    return status;
}

/* A count goes on where it failed: nothing is counted twice, nothing left out. */
static void test_a_count_that_goes_on(void **state)
{
    struct act_bed bed;
    struct filter filter;
    struct errmsg err = {{0}};

    (void)state;
    act_bed_open(&bed);
    must(filter_parse(&filter, consultation(), bed.world.codes, "content~问", &err), &err);
    struct actor all = bed.world.center.actor;
    for (int i = 0; i < 2; i++) {
        int64_t expected = i == 0 ? 3 : 2;
        uint64_t n = 0, fired;

        do {
            struct row_count counting;
            int tries = 0;

            row_count_begin(&counting, consultation(), i == 0 ? NULL : &filter);
            stumble_begin((struct stumble){.code = SQLITE_IOERR_READ, .at = ++n});
            while (!counting.done && tries++ < 100)
                (void)row_count_go_on(center_of(&bed), &all, &counting, 1, &err);
            fired = stumble_end();
            if (counting.count != expected)
                fail_msg("%llu: %lld counted", (unsigned long long)n, (long long)counting.count);
        } while (fired > 0);
        assert_true(n > 4);
    }
    filter_release(&filter);
    act_bed_close(&bed);
}

static enum status has_same(void *context, struct buf *out, struct errmsg *err)
{
    static const char *const FIELDS[] = {"name", "content"};
    struct act_bed *bed = context;
    struct actor actor = somebody(bed);
    struct record record;
    bool has = false;
    int64_t about = 0;
    enum status status = records_get(center_of(bed), &actor, consultation(), bed->theirs, &record, err);

    if (status != STATUS_OK)
        return status;
    status = records_has_same(center_of(bed), &actor, &record, FIELDS, 2, &has, err);
    if (status == STATUS_OK)
        status = records_count_up_to(center_of(bed), &actor, consultation(), 10, &about, err);
    if (status == STATUS_OK)
        buf_printf(out, "%d %lld\n", has, (long long)about);
    record_release(&record);
    return status;
}

static void test_lists(void **state)
{
    struct act_bed bed;

    (void)state;
    act_bed_open(&bed);
    act_bed_play(&bed, "a list of one's own", list_all);
    act_bed_play(&bed, "a list by name", list_by_name);
    act_bed_play(&bed, "a list of some", list_some);
    act_bed_play(&bed, "a list of some by name", list_some_by_name);
    act_bed_play(&bed, "a count in pieces", count_in_pieces);
    node_set(&bed.world.center, "consultation", bed.ours, "name", "阿不都·热西提");
    node_set(&bed.world.center, "consultation", bed.ours, "id_no", "11010519491231002X");
    node_set(&bed.world.center, "consultation", bed.ours, "phone", "13912345678");
    act_bed_play(&bed, "a list of what is stored otherwise than it is typed", list_as_typed);
    act_bed_play(&bed, "the same once more", has_same);
    act_bed_close(&bed);
}

static void test_many_names(void **state)
{
    static const char *const FIRST[] = {"张", "王", "李", "赵", "钱"}, *const SECOND[] = {"一", "大", "小", "文", "国", "建", "丽", "秀"};
    struct act_bed bed;
    char name[16];

    (void)state;
    act_bed_open(&bed);
    for (size_t i = 0; i < 400; i++) {
        snprintf(name, sizeof name, "%s%s%s", FIRST[i % 5 < 3 ? 1 : i % 5], SECOND[i / 5 % 8], i % 3 == 0 ? "" : SECOND[i / 7 % 8]);
        (void)node_consult(&bed.world.center, name, name);
    }
    trial_play(&(struct trial){.name = "a page of many names", .act = list_a_page, .context = &bed, .nodes = {&bed.world.center}, .stride = 17});
    act_bed_close(&bed);
}

/* ---- one record of another org's ---- */

static enum status expect_hidden(enum status status, const struct errmsg *err)
{
    if (status == STATUS_OK)
        fail_msg("another org's record is shown");
    (void)err;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status look_for_another_s(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct actor actor = somebody(bed);
    const struct record_type *type = NULL;
    struct record record;
    struct id id;
    char text[ID_TEXT_BYTES];

    id_format(bed->third, text);
    text[12] = '\0';
    enum status status = expect_hidden(records_resolve_id(center_of(bed), &actor, text, &type, &id, err), err);
    if (status == STATUS_OK)
        status = expect_hidden(records_get_any(center_of(bed), &actor, bed->third, &record, err), err);
    if (status == STATUS_OK)
        buf_puts(out, "hidden\n");
    return status;
}

static bool put_conflict(void *context, const struct conflict *conflict)
{
    buf_printf(context, "%lld\n", (long long)conflict->no);
    return true;
}

static bool put_conflict_record(void *context, const struct conflict_record *record)
{
    buf_printf(context, "%lld\n", (long long)record->cells);
    return true;
}

static enum status look_for_another_s_conflict(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct actor actor = somebody(bed);
    int64_t count;

    actor.org = bed->world.stations[1].machine.org;
    enum status status = conflict_list(center_of(bed), &actor, NULL, 0, put_conflict, out, err);
    if (status == STATUS_OK)
        status = conflict_records(center_of(bed), &actor, 0, put_conflict_record, out, err);
    if (status == STATUS_OK)
        status = conflict_count(center_of(bed), &actor, &count, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)count);
    return status;
}

static bool put_related(void *context, const struct record_type *type, const struct field_def *field, int64_t count, int32_t newest)
{
    (void)newest;
    if (count > 0)
        buf_printf(context, "%s %s %lld\n", type->name, field->name, (long long)count);
    return true;
}

/* Both of a person's consultations hang on his file; one is another org's. */
static enum status look_at_what_hangs_on_it(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct actor actor = somebody(bed);

    return related_count(center_of(bed), &actor, catalogue_find("person"), bed->survivor, put_related, out, err);
}

static void test_another_org_s(void **state)
{
    struct act_bed bed;

    (void)state;
    act_bed_open(&bed);
    trial_play(&(struct trial){.name = "another's record", .act = look_for_another_s, .context = &bed, .nodes = {&bed.world.center}, .seed = &bed.world.seed, .stride = 11});
    act_bed_play(&bed, "another's conflict", look_for_another_s_conflict);
    act_bed_play(&bed, "what hangs on a file", look_at_what_hangs_on_it);
    act_bed_close(&bed);
}

/* ---- searches ---- */

static bool put_hit(void *context, const struct search_hit *hit)
{
    bool on = stumble_pause();
    char text[ID_TEXT_BYTES];

    id_format(hit->id, text);
    buf_printf(context, "%s %s %s\n", hit->type->name, text, hit->title);
    stumble_go_on(on);
    return true;
}

static enum status search(struct act_bed *bed, struct search_query query, struct buf *out, struct errmsg *err)
{
    struct actor actor = somebody(bed);
    int64_t total = 0;

    query.limit = 10;
    enum status status = search_find(center_of(bed), &actor, bed->world.codes, &query, put_hit, out, &total, err);
    expect_why(status, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)total);
    return status;
}

static enum status search_words(void *context, struct buf *out, struct errmsg *err)
{
    return search(context, (struct search_query){.text = "问 -工伤 lxl", .by_relevance = true}, out, err);
}

static enum status search_number(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    char text[ID_TEXT_BYTES];

    id_format(bed->ours, text);
    text[12] = '\0';
    return search(bed, (struct search_query){.text = text}, out, err);
}

static enum status search_picked(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct filter filter;
    enum status status = filter_parse(&filter, consultation(), bed->world.codes, "date>=2020-01-01", err);

    if (status != STATUS_OK)
        return status;
    status = search(bed, (struct search_query){.text = "问", .type = consultation(), .filter = &filter}, out, err);
    filter_release(&filter);
    return status;
}

static void test_searches(void **state)
{
    struct act_bed bed;
    struct errmsg err = {{0}};

    (void)state;
    act_bed_open(&bed);
    must(search_catch_up(center_of(&bed), bed.world.codes, 0, NULL, &err), &err);
    act_bed_play(&bed, "words", search_words);
    trial_play(&(struct trial){.name = "a record's number", .act = search_number, .context = &bed, .nodes = {&bed.world.center}, .seed = &bed.world.seed, .stride = 7});
    act_bed_play(&bed, "words among some", search_picked);
    act_bed_close(&bed);
}

/* ---- the clock ---- */

static enum status look_at_clock(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    int64_t latest;
    enum status status = clock_latest(center_of(bed), &latest, err);

    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)latest);
    return status;
}

static void test_the_clock(void **state)
{
    struct act_bed bed;
    struct errmsg err = {{0}};

    (void)state;
    act_bed_open(&bed);
    must(store_begin(center_of(&bed), "test", &err), &err);
    must(store_meta_set_int(center_of(&bed), "backed_up_ms", INT64_C(1900000000000), &err), &err);
    must(store_commit(center_of(&bed), &err), &err);
    act_bed_play(&bed, "the newest time", look_at_clock);
    act_bed_close(&bed);
}

/* ---- the center that a station knows ---- */

/* What can't be read is not a machine that was never enrolled. */
static enum status look_for_the_center(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct store *store = bed->world.stations[0].store;
    uint8_t key[PEER_KEY_BYTES];
    char address[64];
    struct hash pin;
    enum status status = center_address_get(store, address, sizeof address, &pin, err);

    if (status == STATUS_OK)
        status = center_key_get(store, key, err);
    if (status == STATUS_NOT_FOUND)
        fail_msg("it is not known: %s", err->text);
    if (status == STATUS_OK)
        buf_printf(out, "%s %d %d\n", address, pin.bytes[0], key[0]);
    return status;
}

static enum status take_request(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    bool asked;
    enum status status = sync_request_take(bed->world.stations[0].store, &asked, err);

    if (status == STATUS_OK)
        buf_printf(out, "%d\n", asked);
    return status;
}

static enum status met_again(void *context, struct buf *out, struct errmsg *err)
{
    (void)out;
    return sync_restored_met(((struct act_bed *)context)->world.stations[0].store, err);
}

static void test_the_center_one_knows(void **state)
{
    struct act_bed bed;
    struct errmsg err = {{0}};

    (void)state;
    act_bed_open(&bed);
    struct store *store = bed.world.stations[0].store;
    must(center_address_set(store, "center:7474", hash_of("center", 6), &err), &err);
    must(center_key_set(store, (const uint8_t[PEER_KEY_BYTES]){1, 2, 3}, &err), &err);
    must(sync_request_post(store, 7, &err), &err);
    must(store_begin(store, "test", &err), &err);
    must(sync_restored_note(store, &err), &err);
    must(store_commit(store, &err), &err);
    act_bed_play_at_station(&bed, "the center", look_for_the_center);
    act_bed_play_at_station(&bed, "a request", take_request);
    act_bed_play_at_station(&bed, "met after a restore", met_again);
    act_bed_close(&bed);
}

/* ---- what `aidpost doctor` says of a store ---- */

/* A backup that is noted and can't be read is not one that was never made. */
static void test_a_machine_looked_at(void **state)
{
    const int64_t backed_up_ms = INT64_C(1790000000000);
    struct doctor_facts facts;
    struct act_bed bed;
    struct errmsg err = {{0}};
    uint64_t n = 0, untold = 0, fired;

    (void)state;
    act_bed_open(&bed);
    must(store_begin(center_of(&bed), "test", &err), &err);
    must(store_meta_set_int(center_of(&bed), "backed_up_ms", backed_up_ms, &err), &err);
    must(store_commit(center_of(&bed), &err), &err);
    do {
        stumble_begin((struct stumble){.code = SQLITE_IOERR_READ, .at = ++n});
        doctor_look("/none/of/these/folders", center_of(&bed), &bed.world.center.machine, backed_up_ms, &facts);
        fired = stumble_end();
        if (facts.unread[0] == '\0' && (facts.backed_up_ms != backed_up_ms || facts.last_known_ms < backed_up_ms || facts.backup_remind_days == 0))
            fail_msg("%llu: what could not be read is told", (unsigned long long)n);
        untold += facts.unread[0] != '\0';
    } while (fired > 0);
    assert_string_equal(facts.unread, "");
    assert_true(untold > 5);
    act_bed_close(&bed);
}

/* A disk that lies on others is as bare as the barest of them; of what it lies on where that can't be listed nobody knows. */
static void test_a_disk_that_cannot_be_looked_at(void **state)
{
    struct doctor_facts facts, fallen;
    uint64_t n = 0, unknown = 0, fired;

    (void)state;
    doctor_look("/none/of/these/folders", NULL, NULL, 1, &facts);
    do {
        stumble_begin((struct stumble){.disk = true, .code = EIO, .at = ++n});
        doctor_look("/none/of/these/folders", NULL, NULL, 1, &fallen);
        fired = stumble_end();
        if (fallen.encrypted != DOCTOR_UNKNOWN)
            assert_int_equal(fallen.encrypted, facts.encrypted);
        unknown += fallen.encrypted == DOCTOR_UNKNOWN;
    } while (fired > 0);
    if (facts.encrypted == DOCTOR_NO) /* opening the list of what is below, and going on in it */
        assert_in_range(unknown, 2, n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_many_names),
        cmocka_unit_test(test_a_count_that_goes_on),
        cmocka_unit_test(test_another_org_s),
        cmocka_unit_test(test_the_clock),
        cmocka_unit_test(test_the_center_one_knows),
        cmocka_unit_test(test_a_machine_looked_at),
        cmocka_unit_test(test_a_disk_that_cannot_be_looked_at),
        cmocka_unit_test(test_searches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
