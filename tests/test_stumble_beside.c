/* tests/test_stumble_beside.c - what a machine keeps beside its records (pace, who edits, kept filters, what came and left, flags) and the records as they stood before, with each statement and each allocation of it
 * failing in turn: tests/trial.h says what must hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/conflict.h"
#include "core/record/draft.h"
#include "core/record/flagged.h"
#include "core/record/kept_filter.h"
#include "core/record/pace.h"
#include "core/record/passage.h"
#include "core/record/past.h"
#include "core/record/presence.h"
#include "core/record/reach.h"
#include "core/record/record_at.h"
#include "core/record/recount.h"
#include "core/register/leave.h"
#include "tests/act_bed.h"
#include "tests/must.h"
#include "tests/trial.h"
#include "tests/write_sql.h"

enum { TODAY = 20750 /* 2026-10-24 */ };

static const struct record_type *consultation(void)
{
    return catalogue_find("consultation");
}

/* ---- the desk ---- */

static enum status keep_pace(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct pace_meter meter = {.keys = 70, .active_ms = 9000};

    (void)out;
    return pace_add(center_of(bed), &bed->world.center.actor, consultation(), &meter, err);
}

static enum status look_at_pace(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct pace pace;
    enum status status = pace_read(center_of(bed), &bed->world.center.actor, NULL, 0, INT32_MAX, &pace, err);

    if (status == STATUS_OK)
        buf_printf(out, "%lld %lld %lld\n", (long long)pace.records, (long long)pace.median_ms, (long long)pace.median_keys);
    return status;
}

static enum status say_presence(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    const struct actor *actor = &bed->world.center.actor;

    (void)out;
    return presence_keep(center_of(bed), actor, bed->third, bed->ours, err);
}

static enum status look_who_is_there(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    return presence_others(center_of(bed), &bed->world.center.actor, bed->theirs, bed->ours, out, err);
}

static enum status go_away(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    (void)out;
    return presence_leave(center_of(bed), bed->third, err);
}

static enum status keep_filter(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    (void)out;
    return kept_filter_set(center_of(bed), &bed->world.center.actor, consultation(), 3, "sex=男", err);
}

static enum status look_at_filters(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    const struct actor *actor = &bed->world.center.actor;
    enum status status = kept_filter_get(center_of(bed), actor, consultation(), 3, out, err);

    return status == STATUS_OK ? kept_filter_list(center_of(bed), actor, consultation(), out, err) : status;
}

static void test_a_desk(void **state)
{
    struct act_bed bed;

    (void)state;
    act_bed_open(&bed);
    act_bed_play(&bed, "a pace", keep_pace);
    must(keep_pace(&bed, NULL, NULL), NULL);
    act_bed_play(&bed, "paces", look_at_pace);
    act_bed_play(&bed, "somebody edits", say_presence);
    must(say_presence(&bed, NULL, NULL), NULL);
    act_bed_play(&bed, "who edits", look_who_is_there);
    act_bed_play(&bed, "somebody is done", go_away);
    act_bed_play(&bed, "a filter is kept", keep_filter);
    must(keep_filter(&bed, NULL, NULL), NULL);
    act_bed_play(&bed, "kept filters", look_at_filters);
    act_bed_close(&bed);
}

/* ---- what came and what left ---- */

static bool put_passage(void *context, const struct passage *passage)
{
    bool on = stumble_pause();

    buf_printf(context, "%s %s %s\n", passage_way_name(passage->way), passage->type->name, passage->org_name);
    stumble_go_on(on);
    return true;
}

static enum status look_at_passages(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    const struct node *station = &bed->world.stations[0];
    struct actor actor = node_person(station, "wang", ROLE_STATION);
    struct passage_counts counts, all;
    struct passage passage;
    char digits[ID_TEXT_BYTES];
    bool there = false, found = false;
    enum status status = passage_list(station->store, &actor, false, put_passage, out, err);

    id_format(bed->ours, digits);
    digits[10] = '\0';
    if (status == STATUS_OK)
        status = passage_count(station->store, &actor, &counts, err);
    if (status == STATUS_OK)
        status = passage_count_all(station->store, actor.now_ms, &all, err);
    if (status == STATUS_OK)
        status = passage_of(station->store, bed->ours, &passage, &there, err);
    if (status == STATUS_OK)
        status = passage_find(station->store, digits, &passage, &found, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld %lld %lld %lld %d %d\n", (long long)counts.left, (long long)counts.came, (long long)all.left, (long long)all.came, there, found);
    return status;
}

static enum status read_passages(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    const struct node *station = &bed->world.stations[0];
    struct actor actor = node_person(station, "wang", ROLE_STATION);

    (void)out;
    return passage_mark_read(station->store, &actor, err);
}

static void test_passages(void **state)
{
    struct act_bed bed;
    struct errmsg err = {{0}};
    struct buf seen;

    (void)state;
    act_bed_open(&bed);
    must(reach_move(center_of(&bed), &bed.world.center.actor, consultation(), bed.ours, 3, NULL, &err), &err);
    must(reach_move(center_of(&bed), &bed.world.center.actor, consultation(), bed.third, 2, NULL, &err), &err);
    (void)world_sync(&bed.world, 0);
    buf_init(&seen, 4096);
    must(look_at_passages(&bed, &seen, &err), &err);
    assert_non_null(strstr(buf_cstr(&seen), "left consultation"));
    assert_non_null(strstr(buf_cstr(&seen), "1 1 1 1 1 1"));
    buf_release(&seen);
    act_bed_play_at_station(&bed, "what came and left", look_at_passages);
    act_bed_play_at_station(&bed, "what came and left is read", read_passages);
    act_bed_close(&bed);
}

/* ---- a draft of what was begun on a record that goes ---- */

static enum status record_goes(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct store *store = bed->world.stations[0].store;
    enum status status = store_begin(store, "test", err);

    (void)out;
    if (status != STATUS_OK)
        return status;
    status = draft_record_left(store, bed->survivor, err);
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

/* What it was typed over goes with the record, or it is said that it did not. */
static void test_a_draft_of_what_goes(void **state)
{
    struct act_bed bed;
    struct errmsg err = {{0}};
    struct record record;
    struct id draft = {{0}};
    char id[ID_TEXT_BYTES];

    (void)state;
    act_bed_open(&bed);
    struct node *station = &bed.world.stations[0];
    id_format(bed.survivor, id);
    record_init(&record, catalogue_find("step"));
    must(record_set_text(&record, "reason", "缺判决书"), &err);
    must(record_mark_loaded(&record), &err); /* what stood there before */
    must(record_set_text(&record, "case_id", id), &err);
    must(record_set_text(&record, "reason", "缺委托书"), &err);
    must(draft_save(station->store, &station->actor, station->random, &record, &draft, &err), &err);
    record_release(&record);
    act_bed_play_at_station(&bed, "a draft of what goes", record_goes);
    act_bed_close(&bed);
}

/* ---- flags ---- */

static bool put_flag(void *context, const struct flagged *flagged)
{
    bool on = stumble_pause();

    buf_printf(context, "%s %s %s\n", flagged->user, flagged->station, flagged->reason);
    stumble_go_on(on);
    return true;
}

static enum status look_at_flags(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    int64_t count;
    enum status status = flagged_list(center_of(bed), &bed->world.center.actor, false, put_flag, out, err);

    if (status == STATUS_OK)
        status = flagged_count(center_of(bed), &bed->world.center.actor, &count, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)count);
    return status;
}

static enum status review(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    int64_t count;
    enum status status = flagged_review(center_of(bed), &bed->world.center.actor, bed->theirs, &count, err);

    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)count);
    return status;
}

static void test_flags(void **state)
{
    struct act_bed bed;

    (void)state;
    act_bed_open(&bed);
    write_sql(center_of(&bed), "INSERT INTO flagged(lsn,reason) SELECT min(lsn),'已停用账号所写' FROM change WHERE id=(SELECT id FROM consultation WHERE content='问低保')");
    act_bed_play(&bed, "flags", look_at_flags);
    act_bed_play(&bed, "a flag is looked at", review);
    act_bed_close(&bed);
}

/* ---- what was settled ---- */

static enum status look_for_the_last_settled(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    const struct record_type *type;
    const struct field_def *field;
    struct id id;
    enum status status = conflict_last_settled(center_of(bed), &bed->world.center.actor, &type, &id, &field, err);

    if (status == STATUS_OK)
        buf_printf(out, "%s %s %d\n", type->name, field->name, id_equal(id, bed->ours));
    return status;
}

static bool join_sides(void *context, const struct conflict_cell *cell)
{
    return conflict_join(cell, context, NULL) == STATUS_OK;
}

static enum status join_both(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    return conflict_cells(center_of(bed), &bed->world.center.actor, bed->ours, join_sides, out, err);
}

static void test_what_was_settled(void **state)
{
    const struct field_def *content = catalogue_field(consultation(), "content");
    struct act_bed bed;
    struct errmsg err = {{0}};

    (void)state;
    act_bed_open(&bed);
    act_bed_play(&bed, "both values", join_both);
    must(conflict_resolve(center_of(&bed), &bed.world.center.actor, consultation(), bed.ours, content, value_text("两边写的", strlen("两边写的")), &err), &err);
    act_bed_play(&bed, "the last settlement", look_for_the_last_settled);
    act_bed_close(&bed);
}

/* ---- the shipped tables ---- */

/* A set is read whole or not at all, and another time if not now. */
static void expect_set(const struct code_book *book, const struct code_book *whole, const char *set, uint64_t at)
{
    size_t n = code_book_count(book, set);

    if (n != code_book_count(whole, set) || code_book_stamp(book, set) != code_book_stamp(whole, set))
        fail_msg("%s, %llu: %zu codes", set, (unsigned long long)at, n);
    for (size_t i = 0; i < n; i++) {
        const struct code *is = code_book_at(book, set, i), *expected = code_book_at(whole, set, i);

        if (strcmp(is->code, expected->code) != 0 || strcmp(is->name, expected->name) != 0 || strcmp(is->initials, expected->initials) != 0)
            fail_msg("%s, %llu: %s %s %s", set, (unsigned long long)at, is->code, is->name, is->initials);
    }
}

static void test_the_shipped_tables(void **state)
{
    static const struct {
        const char *set;
        uint64_t stride;
    } SETS[] = {{"sex", 1}, {"case_state", 1}, {"cause", 211}, {"division", 1999}};

    (void)state;
    for (size_t i = 0; i < sizeof SETS / sizeof *SETS; i++) {
        struct code_book *whole, *book;
        uint64_t n = 1, fired;

        assert_int_equal(code_book_new(&whole, "320117"), STATUS_OK);
        assert_true(code_book_count(whole, SETS[i].set) > 1);
        do {
            stumble_begin((struct stumble){.memory = true, .at = n});
            enum status status = code_book_new(&book, "320117");
            size_t seen = status == STATUS_OK ? code_book_count(book, SETS[i].set) : 0;
            fired = stumble_end();
            if (status == STATUS_OK) {
                assert_true(seen == 0 || seen == code_book_count(whole, SETS[i].set));
                expect_set(book, whole, SETS[i].set, n);
                code_book_free(book);
            } else {
                assert_int_equal(status, STATUS_NOMEM);
            }
            n += n > 300 ? SETS[i].stride : 1;
        } while (fired > 0);
        assert_true(n > 50);
        code_book_free(whole);
    }
}

/* ---- before ---- */

static bool put_changed(void *context, const struct record_type *type, struct id id)
{
    (void)id;
    buf_printf(context, "%s\n", type->name);
    return true;
}

static int64_t count_topics(struct act_bed *bed)
{
    return node_number(&bed->world.center, "SELECT count(*) FROM consultation WHERE topic='低保'");
}

static enum status lay_past(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct past *past;
    bool on = stumble_pause();
    int64_t order = node_number(&bed->world.center, "SELECT max(lsn) FROM change WHERE id=(SELECT id FROM consultation WHERE topic='低保')") - 1;

    stumble_go_on(on);
    enum status status = past_lay(&past, center_of(bed), order, NULL, err);
    if (status != STATUS_OK)
        return status;
    on = stumble_pause();
    int64_t then = count_topics(bed);
    stumble_go_on(on);
    status = past_lift(past, err);
    on = stumble_pause();
    buf_printf(out, "%lld %lld\n", (long long)then, (long long)count_topics(bed));
    stumble_go_on(on);
    return status;
}

static enum status look_at_the_past(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    bool on = stumble_pause();
    int64_t order = node_number(&bed->world.center, "SELECT max(lsn) FROM change WHERE id=(SELECT id FROM consultation WHERE topic='低保')") - 1;
    struct record record;
    bool there = false;

    stumble_go_on(on);
    enum status status = record_at(center_of(bed), consultation(), bed->theirs, order, &record, &there, err);
    if (status != STATUS_OK)
        return status;
    assert_true(there);
    on = stumble_pause();
    buf_printf(out, "%s %s\n", record_text(&record, "content"), record_text(&record, "topic"));
    stumble_go_on(on);
    record_release(&record);
    return records_changed_since(center_of(bed), order, put_changed, out, err);
}

static enum status count_anew(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    int64_t pending;
    enum status status = recount_pending(center_of(bed), 100, &pending, err);

    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)pending);
    if (status == STATUS_OK)
        status = store_begin(center_of(bed), "test", err);
    if (status != STATUS_OK)
        return status;
    status = recount_start(center_of(bed), 7, err);
    if (status == STATUS_OK)
        status = recount_set_mark(center_of(bed), consultation(), 2, err);
    if (status == STATUS_OK)
        return store_commit(center_of(bed), err);
    store_rollback(center_of(bed));
    return status;
}

static void test_before(void **state)
{
    struct act_bed bed;

    (void)state;
    act_bed_open(&bed);
    act_bed_play(&bed, "a record as it was", look_at_the_past);
    act_bed_play(&bed, "figures are counted anew", count_anew);
    act_bed_close(&bed);
}

/* The past is lifted whatever fails: else the present would be told wrong from there on. */
static void test_the_past_is_lifted(void **state)
{
    struct act_bed bed;
    struct errmsg err = {{0}};
    struct buf out;
    uint64_t n = 0, fired;

    (void)state;
    act_bed_open(&bed);
    do {
        buf_init(&out, 4096);
        (void)buf_extend(&out, 100);
        buf_clear(&out);
        stumble_begin((struct stumble){.memory = true, .at = ++n});
        enum status status = lay_past(&bed, &out, &err);
        fired = stumble_end();
        if (status == STATUS_OK)
            assert_string_equal(buf_cstr(&out), "0 1\n");
        else
            assert_int_equal(status, STATUS_NOMEM);
        assert_int_equal(count_topics(&bed), 1);
        buf_release(&out);
    } while (fired > 0);
    assert_true(n > 10);
    act_bed_close(&bed);
}

/* ---- somebody goes ---- */

static enum status give_everything(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct node *node = &bed->world.center;
    struct leave_person who = {.user = "chen", .display = "陈静"}, to = {.user = "li", .display = "李四"};
    struct leave_list list;
    enum status status = leave_list_read(node->store, &node->actor, node->codes, &who, TODAY, &list, err);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < list.n && status == STATUS_OK; i++)
        status = list.items[i].given[0] != '\0' ? STATUS_OK : leave_give(node->store, &node->actor, node->codes, node->random, &who, &list.items[i], &to, err);
    if (status == STATUS_OK)
        buf_printf(out, "%zu %zu\n", leave_list_open(&list), leave_list_given(&list));
    leave_list_release(&list);
    return status;
}

static void test_somebody_goes(void **state)
{
    struct act_bed bed;

    (void)state;
    act_bed_open(&bed);
    node_make(&bed.world.center, "case", "name=王建国", "case_type=民事", "received_on=2026-10-20", "state=S2", "worker=陈静", NULL);
    trial_play(&(struct trial){.name = "somebody goes", .act = give_everything, .context = &bed, .nodes = {&bed.world.center}, .seed = &bed.world.seed, .stride = 13});
    act_bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_desk),
        cmocka_unit_test(test_passages),
        cmocka_unit_test(test_a_draft_of_what_goes),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_what_was_settled),
        cmocka_unit_test(test_the_shipped_tables),
        cmocka_unit_test(test_before),
        cmocka_unit_test(test_the_past_is_lifted),
        cmocka_unit_test(test_somebody_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
