/* tests/test_draft.c - drafts of one record and of several parts: what comes back, over what it was typed, and that it goes with the transaction that did what it was for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/draft.h"
#include "tests/fixture.h"

struct bench {
    struct world world;
    struct node *station;
    struct errmsg err;
};

static void open_bench(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    world_open(&bench->world, 1, NULL);
    bench->station = &bench->world.stations[0];
}

static enum status save(struct bench *bench, const struct record *const *parts, size_t n, const char *title, struct id *draft)
{
    return draft_save_parts(bench->station->store, &bench->station->actor, bench->station->random, parts, n, title, draft, &bench->err);
}

static void three_parts(struct record *step, struct record *kase, struct record *payment)
{
    record_init(step, catalogue_find("step"));
    record_init(kase, catalogue_find("case"));
    record_init(payment, catalogue_find("payment"));
}

static void release_three(struct record *step, struct record *kase, struct record *payment)
{
    record_release(step);
    record_release(kase);
    record_release(payment);
}

static void parts_come_back_by_type(void **state)
{
    struct bench bench;
    struct record step, kase, payment;
    struct id draft = {{0}};
    (void)state;
    open_bench(&bench);
    three_parts(&step, &kase, &payment);
    assert_int_equal(record_set_text(&step, "action", "pay"), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "name", "阿依古丽·买买提"), STATUS_OK);
    assert_int_equal(record_set_loaded(&kase, catalogue_field(kase.type, "name"), value_string("旧名")), STATUS_OK);
    assert_int_equal(record_set_int(&payment, "standard", 200000), STATUS_OK);
    const struct record *const parts[] = {&step, &kase, &payment};
    assert_int_equal(save(&bench, parts, 3, "发放补贴  阿依古丽·买买提", &draft), STATUS_OK);
    release_three(&step, &kase, &payment);

    /* In another order, and without the step's being the last. */
    three_parts(&step, &kase, &payment);
    assert_int_equal(record_set_text(&kase, "phone", "13900000001"), STATUS_OK);
    struct record *const laid[] = {&step, &payment, &kase};
    assert_int_equal(draft_load_parts(bench.station->store, &bench.station->actor, draft, laid, 3, &bench.err), STATUS_OK);
    assert_string_equal(record_text(&step, "action"), "pay");
    assert_string_equal(record_text(&kase, "name"), "阿依古丽·买买提");
    assert_string_equal(kase.loaded[catalogue_field_index(kase.type, catalogue_field(kase.type, "name"))].text, "旧名");
    assert_string_equal(record_text(&kase, "phone"), "13900000001"); /* not drafted: stays */
    assert_int_equal(record_get(&payment, catalogue_field(payment.type, "standard")).number, 200000);
    release_three(&step, &kase, &payment);
    world_close(&bench.world);
}

static void parts_of_one_type_come_back_in_order(void **state)
{
    enum { ITEMS = 5 };
    struct bench bench;
    struct record items[ITEMS + 1], eval;
    const struct record *parts[ITEMS + 1];
    struct record *laid[ITEMS + 2];
    struct id draft = {{0}};
    (void)state;
    open_bench(&bench);
    record_init(&eval, catalogue_find("eval"));
    assert_int_equal(record_set_text(&eval, "comment", "好"), STATUS_OK);
    for (size_t i = 0; i < ITEMS; i++) {
        record_init(&items[i], catalogue_find("eval_item"));
        assert_int_equal(record_set_int(&items[i], "score", (int64_t)i * 10), STATUS_OK);
        parts[i] = &items[i];
    }
    parts[ITEMS] = &eval;
    assert_int_equal(save(&bench, parts, ITEMS + 1, "初评", &draft), STATUS_OK);
    for (size_t i = 0; i < ITEMS; i++)
        record_release(&items[i]);
    record_release(&eval);

    /* One more record than there are parts, and one of another type between them. */
    record_init(&eval, catalogue_find("eval"));
    for (size_t i = 0; i <= ITEMS; i++) {
        record_init(&items[i], catalogue_find("eval_item"));
        laid[i < 2 ? i : i + 1] = &items[i];
    }
    laid[2] = &eval;
    assert_int_equal(draft_load_parts(bench.station->store, &bench.station->actor, draft, laid, ITEMS + 2, &bench.err), STATUS_OK);
    for (size_t i = 0; i < ITEMS; i++)
        assert_int_equal(record_get(&items[i], catalogue_field(items[i].type, "score")).number, i * 10);
    assert_int_equal(record_get(&items[ITEMS], catalogue_field(items[ITEMS].type, "score")).kind, VALUE_NULL);
    assert_string_equal(record_text(&eval, "comment"), "好");
    for (size_t i = 0; i <= ITEMS; i++)
        record_release(&items[i]);
    record_release(&eval);
    world_close(&bench.world);
}

static void a_reader_of_one_record_sees_the_first_part(void **state)
{
    struct bench bench;
    struct record step, kase, payment;
    struct id draft = {{0}};
    (void)state;
    open_bench(&bench);
    three_parts(&step, &kase, &payment);
    assert_int_equal(record_set_text(&step, "action", "receive"), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "name", "张文芳"), STATUS_OK);
    const struct record *const parts[] = {&step, &kase};
    assert_int_equal(save(&bench, parts, 2, NULL, &draft), STATUS_OK);
    release_three(&step, &kase, &payment);
    assert_int_equal(draft_load(bench.station->store, &bench.station->actor, draft, &step, &bench.err), STATUS_OK);
    assert_string_equal(step.type->name, "step");
    assert_string_equal(record_text(&step, "action"), "receive");
    record_release(&step);

    /* A part that the draft does not have stays as it is; a draft of another first type is refused. */
    three_parts(&step, &kase, &payment);
    struct record *const with_payment[] = {&step, &payment}, *const wrong[] = {&kase};
    assert_int_equal(draft_load_parts(bench.station->store, &bench.station->actor, draft, with_payment, 2, &bench.err), STATUS_OK);
    assert_false(record_changed(&payment));
    assert_int_equal(draft_load_parts(bench.station->store, &bench.station->actor, draft, wrong, 1, &bench.err), STATUS_INVALID);
    release_three(&step, &kase, &payment);
    world_close(&bench.world);
}

static bool count(void *context, const struct draft_info *info)
{
    assert_string_equal(info->title, "收件  张文芳");
    ++*(int *)context;
    return true;
}

static int drafts(struct bench *bench)
{
    int n = 0;
    assert_int_equal(draft_list(bench->station->store, &bench->station->actor, count, &n, &bench->err), STATUS_OK);
    return n;
}

static void it_goes_with_the_transaction(void **state)
{
    struct bench bench;
    struct record step;
    struct id draft = {{0}};
    (void)state;
    open_bench(&bench);
    record_init(&step, catalogue_find("step"));
    assert_int_equal(record_set_text(&step, "action", "receive"), STATUS_OK);
    const struct record *const parts[] = {&step};
    assert_int_equal(save(&bench, parts, 1, "收件  张文芳", &draft), STATUS_OK);
    assert_int_equal(save(&bench, parts, 1, "收件  张文芳", &draft), STATUS_OK); /* the same one again */
    assert_int_equal(drafts(&bench), 1);

    struct store *store = bench.station->store;
    assert_int_equal(store_begin(store, "test", &bench.err), STATUS_OK);
    assert_int_equal(draft_delete(store, &bench.station->actor, draft, &bench.err), STATUS_OK);
    assert_true(store_in_transaction(store));
    store_rollback(store); /* what it was for did not happen */
    assert_int_equal(drafts(&bench), 1);
    assert_int_equal(draft_delete(store, &bench.station->actor, draft, &bench.err), STATUS_OK);
    assert_false(store_in_transaction(store));
    assert_int_equal(drafts(&bench), 0);
    record_release(&step);
    world_close(&bench.world);
}

static void nobody_reads_anothers_draft(void **state)
{
    struct bench bench;
    struct record step;
    struct id draft = {{0}};
    (void)state;
    open_bench(&bench);
    record_init(&step, catalogue_find("step"));
    assert_int_equal(record_set_text(&step, "action", "receive"), STATUS_OK);
    const struct record *const parts[] = {&step};
    struct record *const laid[] = {&step};
    assert_int_equal(save(&bench, parts, 1, "收件  张文芳", &draft), STATUS_OK);
    struct actor other = bench.station->actor;
    strcpy(other.name, "别人");
    assert_int_equal(draft_load_parts(bench.station->store, &other, draft, laid, 1, &bench.err), STATUS_NOT_FOUND);
    record_release(&step);
    world_close(&bench.world);
}

/* One that a bad disk cut is refused, in words; it keeps no record from leaving, and nothing of it stays then. */
static void one_that_is_cut_goes_with_its_record(void **state)
{
    struct bench bench;
    struct record record, read;
    struct id draft = {{0}};
    (void)state;
    open_bench(&bench);
    struct store *store = bench.station->store;
    struct id id = node_consult(bench.station, "张文芳", "工资没有发");
    assert_int_equal(records_get(store, &bench.station->actor, catalogue_find("consultation"), id, &record, &bench.err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "phone", "13900000001"), STATUS_OK);
    const struct record *const parts[] = {&record};
    assert_int_equal(save(&bench, parts, 1, "咨询  张文芳", &draft), STATUS_OK);
    int64_t whole = node_number(bench.station, "SELECT length(fields) FROM draft");
    assert_true(whole > 10);
    for (int64_t len = 0; len < whole; len++) {
        char sql[96];
        snprintf(sql, sizeof sql, "UPDATE draft SET fields=substr(fields,1,%lld)", (long long)len);
        assert_int_equal(store_begin(store, "test", &bench.err), STATUS_OK);
        assert_int_equal(store_exec(store, sql, &bench.err), STATUS_OK);
        bench.err.text[0] = '\0';
        assert_int_equal(draft_load(store, &bench.station->actor, draft, &read, &bench.err), STATUS_MALFORMED);
        assert_string_not_equal(bench.err.text, "");
        assert_int_equal(draft_record_left(store, id, &bench.err), STATUS_OK);
        assert_int_equal(node_number(bench.station, "SELECT fields=x'A0A0' AND title='' FROM draft"), 1);
        assert_int_equal(draft_load(store, &bench.station->actor, draft, &read, &bench.err), STATUS_OK);
        record_release(&read);
        store_rollback(store);
    }
    record_release(&record);
    world_close(&bench.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_come_back_by_type),
        cmocka_unit_test(parts_of_one_type_come_back_in_order),
        cmocka_unit_test(a_reader_of_one_record_sees_the_first_part),
        cmocka_unit_test(it_goes_with_the_transaction),
        cmocka_unit_test(nobody_reads_anothers_draft),
        cmocka_unit_test(one_that_is_cut_goes_with_its_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
