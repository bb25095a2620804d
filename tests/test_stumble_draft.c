/* tests/test_stumble_draft.c - what a person was typing, with each statement and each allocation of storing, loading, listing and giving it failing in turn: tests/trial.h says what must hold. What could not be read is
 * not a draft that is gone, nor a record that is still there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/draft.h"
#include "core/record/reach.h"
#include "tests/act_bed.h"
#include "tests/must.h"
#include "tests/trial.h"

struct desk {
    struct act_bed bed;
    struct node *station;
    struct id draft, on; /* what is asked about */
};

static const struct record_type *consultation(void)
{
    return catalogue_find("consultation");
}

static void open_desk(struct desk *desk)
{
    memset(desk, 0, sizeof *desk);
    act_bed_open(&desk->bed);
    desk->station = &desk->bed.world.stations[0];
    desk->on = desk->bed.ours;
}

static void play(struct desk *desk, const char *name, act_run act)
{
    trial_play(&(struct trial){.name = name, .act = act, .context = desk, .nodes = {desk->station}, .seed = &desk->bed.world.seed});
}

/* ---- stored ---- */

/* What was typed over the record that `on` names: the two texts of a consultation. */
static enum status type_over(struct desk *desk, struct record *record, struct errmsg *err)
{
    bool on = stumble_pause();
    struct node *station = desk->station;

    must(records_get(station->store, &station->actor, consultation(), desk->on, record, err), err);
    must(record_set_text(record, "content", "正在写的话"), err);
    must(record_set_text(record, "phone", "13900000009"), err);
    stumble_go_on(on);
    return STATUS_OK;
}

static enum status save_one(void *context, struct buf *out, struct errmsg *err)
{
    struct desk *desk = context;
    struct node *station = desk->station;
    struct record record;
    struct id draft = {{0}};

    (void)out;
    (void)type_over(desk, &record, err);
    enum status status = draft_save(station->store, &station->actor, station->random, &record, &draft, err);
    if (status == STATUS_OK)
        desk->draft = draft;
    else
        assert_true(id_is_zero(draft));
    record_release(&record);
    return status;
}

static enum status save_again(void *context, struct buf *out, struct errmsg *err)
{
    struct desk *desk = context;
    struct node *station = desk->station;
    struct record record;

    (void)out;
    (void)type_over(desk, &record, err);
    enum status status = draft_save(station->store, &station->actor, station->random, &record, &desk->draft, err);
    record_release(&record);
    return status;
}

/* A step, the case it is on and a payment, in one row. */
static enum status save_three(void *context, struct buf *out, struct errmsg *err)
{
    struct desk *desk = context;
    struct node *station = desk->station;
    struct record step, kase, payment;
    struct id draft = {{0}};
    char on[ID_TEXT_BYTES];

    (void)out;
    bool going = stumble_pause();
    id_format(desk->on, on);
    record_init(&step, catalogue_find("step"));
    record_init(&kase, catalogue_find("case"));
    record_init(&payment, catalogue_find("payment"));
    must(record_set_text(&step, "case_id", on), err);
    must(record_set_text(&step, "reason", "缺委托书"), err);
    must(record_set_text(&kase, "name", "阿依古丽·买买提"), err);
    must(record_set_int(&payment, "standard", 200000), err);
    stumble_go_on(going);
    const struct record *const parts[] = {&step, &kase, &payment};
    enum status status = draft_save_parts(station->store, &station->actor, station->random, parts, 3, "发放补贴", &draft, err);
    if (status == STATUS_OK)
        desk->draft = draft;
    record_release(&step);
    record_release(&kase);
    record_release(&payment);
    return status;
}

/* ---- read ---- */

static void put_text(struct buf *out, const struct record *record, const char *field)
{
    bool on = stumble_pause();

    buf_printf(out, "%s=%s\n", field, record_text(record, field));
    stumble_go_on(on);
}

static enum status load_one(void *context, struct buf *out, struct errmsg *err)
{
    struct desk *desk = context;
    struct node *station = desk->station;
    struct record record;
    enum status status = draft_load(station->store, &station->actor, desk->draft, &record, err);

    if (status != STATUS_OK)
        return status;
    put_text(out, &record, "content");
    put_text(out, &record, "phone");
    put_text(out, &record, "name");
    buf_printf(out, "%lld %lld %zu\n", (long long)record.version, (long long)record.seen, record_changed(&record) ? (size_t)1 : (size_t)0);
    record_release(&record);
    return STATUS_OK;
}

static enum status load_three(void *context, struct buf *out, struct errmsg *err)
{
    struct desk *desk = context;
    struct node *station = desk->station;
    struct record step, kase;

    record_init(&step, catalogue_find("step"));
    record_init(&kase, catalogue_find("case"));
    struct record *const parts[] = {&step, &kase};
    enum status status = draft_load_parts(station->store, &station->actor, desk->draft, parts, 2, err);
    if (status == STATUS_OK) {
        put_text(out, &step, "reason");
        put_text(out, &kase, "name");
    }
    record_release(&step);
    record_release(&kase);
    return status;
}

static void put_typed(void *context, const struct record *part)
{
    bool on = stumble_pause();

    buf_printf(context, "%s %d\n", part->type->name, record_changed(part));
    stumble_go_on(on);
}

static enum status read_typed(void *context, struct buf *out, struct errmsg *err)
{
    struct desk *desk = context;
    struct node *station = desk->station;

    return draft_each_typed(station->store, &station->actor, desk->draft, put_typed, out, err);
}

static bool put_info(void *context, const struct draft_info *info)
{
    bool on = stumble_pause();

    buf_printf(context, "%s %s %s\n", info->type->name, info->user, info->title);
    stumble_go_on(on);
    return true;
}

static enum status list_all(void *context, struct buf *out, struct errmsg *err)
{
    struct desk *desk = context;
    struct node *station = desk->station;
    enum status status = draft_list(station->store, &station->actor, put_info, out, err);

    if (status == STATUS_OK)
        status = draft_list_of(station->store, NULL, put_info, out, err);
    return status == STATUS_OK ? draft_list_given(station->store, station->actor.name, put_info, out, err) : status;
}

/* Where what it was begun on is now; as screens ask, in no transaction. */
static enum status look_where_it_is(void *context, struct buf *out, struct errmsg *err)
{
    struct desk *desk = context;
    struct node *station = desk->station;
    const struct record_type *type = NULL;
    struct id on = {{0}};
    enum reach_absence where;
    bool began = false;
    enum status status = draft_absence(station->store, consultation(), desk->on, &where, err);

    if (status == STATUS_OK)
        status = draft_began_on_left(station->store, &station->actor, desk->draft, &began, &type, &on, err);
    if (status == STATUS_OK)
        buf_printf(out, "%d %d %s\n", where, began, began ? type->name : "");
    return status;
}

/* ---- given, dropped ---- */

static enum status give(void *context, struct buf *out, struct errmsg *err)
{
    struct desk *desk = context;

    (void)out;
    return draft_give(desk->station->store, desk->draft, desk->station->actor.name, "李四", err);
}

static enum status drop(void *context, struct buf *out, struct errmsg *err)
{
    struct desk *desk = context;

    (void)out;
    return draft_delete(desk->station->store, &desk->station->actor, desk->draft, err);
}

/* ---- tests ---- */

static void test_a_draft(void **state)
{
    struct desk desk;
    struct errmsg err = {{0}};

    (void)state;
    open_desk(&desk);
    play(&desk, "a draft is stored", save_one);
    must(save_one(&desk, NULL, &err), &err);
    play(&desk, "it is stored again", save_again);
    play(&desk, "it is loaded", load_one);
    play(&desk, "what was typed", read_typed);
    play(&desk, "drafts are listed", list_all);
    play(&desk, "it is dropped", drop);
    play(&desk, "it is given away", give);
    must(give(&desk, NULL, &err), &err);
    play(&desk, "given ones are listed", list_all);
    act_bed_close(&desk.bed);
}

static void test_a_draft_of_several(void **state)
{
    struct desk desk;
    struct errmsg err = {{0}};

    (void)state;
    open_desk(&desk);
    play(&desk, "parts are stored", save_three);
    must(save_three(&desk, NULL, &err), &err);
    play(&desk, "parts are loaded", load_three);
    play(&desk, "what was typed in parts", read_typed);
    act_bed_close(&desk.bed);
}

/* The record left, or was erased, while somebody typed. */
static void test_a_draft_of_what_is_gone(void **state)
{
    struct desk desk;
    struct act_bed *bed = &desk.bed;
    struct errmsg err = {{0}};
    struct buf said;

    (void)state;
    open_desk(&desk);
    must(save_one(&desk, NULL, &err), &err);
    play(&desk, "it is here", look_where_it_is);
    must(reach_move(center_of(bed), &bed->world.center.actor, consultation(), desk.on, 3, NULL, &err), &err);
    (void)world_sync(&bed->world, 0);
    play(&desk, "it left", look_where_it_is);
    play(&desk, "a draft of what left is loaded", load_one);
    play(&desk, "what was typed in what left", read_typed);
    play(&desk, "an action on what left is stored", save_three);
    must(save_three(&desk, NULL, &err), &err);
    buf_init(&said, 100);
    must(look_where_it_is(&desk, &said, &err), &err);
    assert_string_equal(buf_cstr(&said), "1 1 consultation\n");
    buf_release(&said);
    play(&desk, "an action on what left", look_where_it_is);
    desk.on = bed->theirs;
    must(save_one(&desk, NULL, &err), &err);
    must(reach_erase(center_of(bed), &bed->world.center.actor, consultation(), desk.on, "本人要求", "主任", &err), &err);
    (void)world_sync(&bed->world, 0);
    assert_int_equal(save_three(&desk, NULL, &err), STATUS_NOT_FOUND);
    play(&desk, "it was erased", look_where_it_is);
    act_bed_close(bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_draft),
        cmocka_unit_test(test_a_draft_of_several),
        cmocka_unit_test(test_a_draft_of_what_is_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
