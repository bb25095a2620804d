/* tests/test_stumble_acts.c - what a person does at one machine, with each statement and each allocation of it failing in turn: tests/trial.h says what must hold. A center's stations: test_stumble_center.c; sessions: test_stumble.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/interest_mark.h"
#include "core/aid/interest.h"
#include "core/aid/person.h"
#include "core/case/erasure.h"
#include "core/record/conflict.h"
#include "core/record/draft.h"
#include "core/record/dump.h"
#include "core/record/flagged.h"
#include "core/record/lookup.h"
#include "core/record/reach.h"
#include "core/record/search.h"
#include "core/record/settings.h"
#include "core/record/sync_state.h"
#include "core/record/verify.h"
#include "tests/act_bed.h"
#include "tests/must.h"
#include "tests/trial.h"

enum { NOW_MS = 1767225600 };

static const struct record_type *consultation(void)
{
    return catalogue_find("consultation");
}

/* ---- one record ---- */

static enum status write_new(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct node *node = &bed->world.center;
    struct record record;

    (void)out;
    record_init(&record, consultation());
    enum status status = records_begin(node->store, &node->actor, &record, node->codes, err);
    if (status == STATUS_OK)
        status = record_set_text(&record, "name", "钱小玲");
    if (status == STATUS_OK)
        status = record_set_text(&record, "content", "问加班费");
    if (status != STATUS_OK)
        errmsg_set(err, status, "%s", status_text(status));
    if (status == STATUS_OK)
        status = records_save(node->store, &node->actor, node->codes, node->random, &record, err);
    record_release(&record);
    return status;
}

static enum status edit(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct node *node = &bed->world.center;
    struct record record;
    enum status status = records_get(node->store, &node->actor, consultation(), bed->theirs, &record, err);

    (void)out;
    if (status != STATUS_OK)
        return status;
    status = record_set_text(&record, "content", "问低保怎么办");
    if (status != STATUS_OK)
        errmsg_set(err, status, "%s", status_text(status));
    if (status == STATUS_OK)
        status = records_save(node->store, &node->actor, node->codes, node->random, &record, err);
    record_release(&record);
    return status;
}

static enum status delete_it(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    (void)out;
    return records_delete(center_of(bed), &bed->world.center.actor, consultation(), bed->third, err);
}

static enum status undo(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    (void)out;
    return records_undo(center_of(bed), &bed->world.center.actor, consultation(), bed->theirs, err);
}

static enum status settle(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    (void)out;
    return conflict_resolve(center_of(bed), &bed->world.center.actor, consultation(), bed->ours, catalogue_field(consultation(), "content"), value_text("两边写的", strlen("两边写的")), err);
}

static enum status unsettle(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    (void)out;
    return conflict_undo(center_of(bed), &bed->world.center.actor, consultation(), bed->ours, err);
}

static void test_one_record(void **state)
{
    struct act_bed bed;
    struct errmsg err = {{0}};

    (void)state;
    act_bed_open(&bed);
    act_bed_play(&bed, "a new record", write_new);
    act_bed_play(&bed, "an edit", edit);
    act_bed_play(&bed, "a deletion", delete_it);
    act_bed_play(&bed, "an undo", undo);
    assert_int_equal(node_conflicts(&bed.world.center), 1);
    act_bed_play(&bed, "a settlement", settle);
    must(settle(&bed, NULL, &err), &err);
    act_bed_play(&bed, "a settlement taken back", unsettle);
    act_bed_close(&bed);
}

/* ---- reading ---- */

static bool put_conflict(void *context, const struct conflict *conflict)
{
    buf_printf(context, "%lld %s %s %d %s\n", (long long)conflict->no, conflict->other.user, conflict->other.station, conflict->other.skew_known, conflict->shown.station);
    return true;
}

static bool put_cell(void *context, const struct conflict_cell *cell)
{
    buf_printf(context, "%zu %zu\n", cell->n, cell->more);
    return true;
}

static bool put_conflict_record(void *context, const struct conflict_record *record)
{
    buf_printf(context, "%lld\n", (long long)record->cells);
    return true;
}

static enum status look_at_conflicts(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    const struct actor *actor = &bed->world.center.actor;
    int64_t count;
    enum status status = conflict_list(center_of(bed), actor, NULL, 0, put_conflict, out, err);

    if (status == STATUS_OK)
        status = conflict_cells(center_of(bed), actor, bed->ours, put_cell, out, err);
    if (status == STATUS_OK)
        status = conflict_records(center_of(bed), actor, 0, put_conflict_record, out, err);
    if (status == STATUS_OK)
        status = conflict_count(center_of(bed), actor, &count, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)count);
    return status;
}

static bool put_row(void *context, const struct record *record, const struct list_key *key)
{
    bool on = stumble_pause();
    buf_printf(context, "%s %lld\n", record_text(record, "content"), (long long)key->row);
    stumble_go_on(on);
    return true;
}

static enum status list(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    const struct actor *actor = &bed->world.center.actor;
    struct list_query query = {.type = consultation(), .conflicts = true};
    int64_t count;
    enum status status = records_list(center_of(bed), actor, &query, put_row, out, err);

    if (status == STATUS_OK)
        status = records_count(center_of(bed), actor, consultation(), NULL, &count, err);
    if (status == STATUS_OK)
        status = records_count_listed(center_of(bed), actor, consultation(), NULL, &count, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)count);
    return status;
}

static bool put_history(void *context, const struct history_entry *entry)
{
    bool on = stumble_pause();
    buf_printf(context, "%s %s %s %d %d", entry->op, entry->user, entry->station, entry->erased, entry->quarantined);
    for (size_t i = 0; i < entry->fields->type->n_fields; i++)
        if (entry->written[i])
            buf_printf(context, " %s=%s", entry->fields->type->fields[i].name, entry->fields->values[i].kind == VALUE_TEXT ? entry->fields->values[i].text : "");
    buf_putc(context, '\n');
    stumble_go_on(on);
    return true;
}

static enum status read_history(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    return records_history(center_of(bed), &bed->world.center.actor, consultation(), bed->ours, put_history, out, err);
}

static enum status find_id(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    const struct record_type *type = NULL;
    struct record record;
    struct id id;
    char text[ID_TEXT_BYTES];

    id_format(bed->third, text);
    text[12] = '\0';
    enum status status = records_resolve_id(center_of(bed), &bed->world.center.actor, text, &type, &id, err);
    if (status == STATUS_OK)
        status = records_get_any(center_of(bed), &bed->world.center.actor, id, &record, err);
    if (status != STATUS_OK)
        return status;
    buf_printf(out, "%s %s\n", type->name, record_text(&record, "content"));
    record_release(&record);
    return STATUS_OK;
}

static bool put_hit(void *context, const struct search_hit *hit)
{
    bool on = stumble_pause();
    char text[ID_TEXT_BYTES];

    id_format(hit->id, text);
    buf_printf(context, "%s %s\n", hit->type->name, text);
    stumble_go_on(on);
    return true;
}

static enum status search_for(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct search_query query = {.text = "工伤", .limit = 10};
    int64_t left;
    enum status status = search_catch_up(center_of(bed), bed->world.codes, 1000, &left, err);

    if (status == STATUS_OK)
        status = search_find(center_of(bed), &bed->world.center.actor, bed->world.codes, &query, put_hit, out, NULL, err);
    if (status == STATUS_OK)
        status = search_names(center_of(bed), &bed->world.center.actor, "wds", NULL, 10, put_hit, out, err);
    return status;
}

static enum status dump(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    char *text = NULL;
    size_t len;
    bool on = stumble_pause();
    FILE *file = open_memstream(&text, &len);

    stumble_go_on(on);
    enum status status = dump_rows(center_of(bed), file, true, err);
    if (status == STATUS_OK)
        status = dump_log(center_of(bed), file, true, err);
    on = stumble_pause();
    fclose(file);
    if (status == STATUS_OK)
        buf_append(out, text, len);
    free(text);
    stumble_go_on(on);
    return status;
}

static enum status waiting(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct sync_waiting waits;
    struct sync_notice notice;
    struct sync_lack lack;
    struct peer peer;
    enum status status = sync_waiting_read(center_of(bed), &waits, err);

    if (status == STATUS_OK)
        status = sync_notice_read(center_of(bed), &notice, err);
    if (status == STATUS_OK)
        status = peer_find(center_of(bed), 1, &peer, err);
    if (status == STATUS_OK)
        status = sync_lack_read(center_of(bed), &peer, &lack, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld %lld %lld %lld\n", (long long)waits.conflicts, (long long)notice.missed, (long long)lack.behind, (long long)lack.returned);
    return status;
}

static void test_reading(void **state)
{
    struct act_bed bed;

    (void)state;
    act_bed_open(&bed);
    act_bed_play(&bed, "conflicts", look_at_conflicts);
    act_bed_play(&bed, "a list", list);
    act_bed_play(&bed, "a history", read_history);
    act_bed_play(&bed, "an id", find_id);
    struct trial trial = {.name = "a search", .act = search_for, .context = &bed, .nodes = {&bed.world.center}, .in_parts = true}; /* what is indexed stays so */
    trial_play(&trial);
    act_bed_play(&bed, "a dump", dump);
    act_bed_play(&bed, "what waits", waiting);
    act_bed_close(&bed);
}

/* ---- records that change hands ---- */

static enum status move(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    int64_t rows;
    enum status status = reach_move(center_of(bed), &bed->world.center.actor, consultation(), bed->ours, 3, &rows, err);

    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)rows);
    return status;
}

static enum status share(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    int64_t rows;
    enum status status = reach_share(center_of(bed), &bed->world.center.actor, consultation(), bed->ours, 3, true, &rows, err);

    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)rows);
    return status;
}

static enum status unshare(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    (void)out;
    return reach_share(center_of(bed), &bed->world.center.actor, consultation(), bed->ours, 3, false, NULL, err);
}

static enum status erase(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    (void)out;
    return reach_erase(center_of(bed), &bed->world.center.actor, consultation(), bed->theirs, "本人要求", "主任", err);
}

static enum status erase_by_law(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct erasure_done done;
    enum status status = erasure_write(center_of(bed), &bed->world.center.actor, catalogue_find("person"), bed->loser, "本人来信要求删除", "主任", true, &done, err);

    bool on = stumble_pause(); /* the space is overwritten at the next opening, if it was not */
    if (status == STATUS_OK)
        must(reach_finish(center_of(bed), NULL, NULL), NULL);
    stumble_go_on(on);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)done.rows);
    return status;
}

/* A case whose applicant others have on both sides, one of them among several and in another spelling: his mark stays, whatever cannot be read. */
static struct id put_marked(struct node *node)
{
    struct id cases[] = {node_make(node, "case", "name=吴国强", "narrative=欠薪", NULL), node_make(node, "case", "name=吴國强", "narrative=工伤", NULL),
                         node_make(node, "case", "name=何平", "opponent=赵敏、吳国强", "narrative=工伤", NULL)};
    struct rules *rules;

    must(rules_load(&rules, node->store, &node->actor, NULL), NULL);
    must(store_begin(node->store, "test", NULL), NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct record record;
        must(records_get(node->store, &node->actor, catalogue_find("case"), cases[i], &record, NULL), NULL);
        must(interest_mark(node->store, &node->actor, node->codes, node->random, rules, &record, NULL), NULL);
        record_release(&record);
    }
    must(store_commit(node->store, NULL), NULL);
    rules_free(rules);
    return cases[0];
}

static enum status erase_marked(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct erasure_done done;
    enum status status = erasure_write(center_of(bed), &bed->world.center.actor, catalogue_find("case"), bed->third, "本人来信要求删除", "主任", true, &done, err);

    bool on = stumble_pause();
    if (status == STATUS_OK)
        must(reach_finish(center_of(bed), NULL, NULL), NULL);
    stumble_go_on(on);
    if (status == STATUS_OK)
        buf_printf(out, "%lld %lld\n", (long long)done.rows, (long long)done.marks);
    return status;
}

static void test_a_marked_case(void **state)
{
    struct act_bed bed;

    (void)state;
    act_bed_open(&bed);
    bed.third = put_marked(&bed.world.center);
    assert_int_equal(node_number(&bed.world.center, "SELECT count(*) FROM interest_mark"), 4);
    act_bed_play(&bed, "an erasure of a case with a mark", erase_marked);
    act_bed_close(&bed);
}

static enum status finish(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    bool done;
    enum status status = reach_finish(center_of(bed), &done, err);

    if (status == STATUS_OK)
        buf_printf(out, "%d\n", done);
    return status;
}

static bool put_erasure(void *context, const struct reach_erasure *erasure)
{
    buf_printf(context, "%s %s %s\n", erasure->user, erasure->reason, erasure->officer);
    return true;
}

static bool put_machine(void *context, uint32_t station_no, const char *name, enum reach_confirmation confirmation)
{
    buf_printf(context, "%u %s %d\n", station_no, name, (int)confirmation);
    return true;
}

static bool put_org(void *context, int64_t org)
{
    buf_printf(context, "%lld\n", (long long)org);
    return true;
}

static enum status look_at_reach(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    enum status status = reach_erasures(center_of(bed), put_erasure, out, err);

    if (status == STATUS_OK)
        status = reach_erasure_machines(center_of(bed), bed->erasure, put_machine, out, err);
    if (status == STATUS_OK)
        status = reach_shared_with(center_of(bed), bed->ours, put_org, out, err);
    return status;
}

static void test_hands(void **state)
{
    struct act_bed bed;
    struct errmsg err = {{0}};
    struct buf none;

    (void)state;
    buf_init(&none, 4096);
    act_bed_open(&bed);
    act_bed_play(&bed, "a record is given to another org", move);
    act_bed_play(&bed, "a record is shared", share);
    must(share(&bed, &none, &err), &err);
    act_bed_play(&bed, "a record is not shared any more", unshare);
    act_bed_play(&bed, "an erasure", erase);
    act_bed_play(&bed, "an erasure by law", erase_by_law);
    must(erase(&bed, &none, &err), &err);
    bed.erasure = node_number(&bed.world.center, "SELECT max(lsn) FROM change");
    act_bed_play(&bed, "who has what", look_at_reach);
    struct trial trial = {.name = "the space of an erasure", .act = finish, .context = &bed, .nodes = {&bed.world.center}, .in_parts = true};
    trial_play(&trial);
    buf_release(&none);
    act_bed_close(&bed);
}

/* ---- drafts ---- */

static enum status save_draft(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct node *node = &bed->world.stations[0];
    struct record record;
    struct id draft = {{0}};
    enum status status = records_get(node->store, &node->actor, consultation(), bed->ours, &record, err);

    (void)out;
    if (status != STATUS_OK)
        return status;
    status = record_set_text(&record, "answer", "已转介");
    if (status != STATUS_OK)
        errmsg_set(err, status, "%s", status_text(status));
    else
        status = draft_save(node->store, &node->actor, node->random, &record, &draft, err);
    if (status == STATUS_OK)
        bed->draft = draft;
    record_release(&record);
    return status;
}

static bool put_draft(void *context, const struct draft_info *info)
{
    buf_printf(context, "%s %s\n", info->user, info->title);
    return true;
}

static enum status load_draft(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct node *node = &bed->world.stations[0];
    struct record record;
    enum status status = draft_list(node->store, &node->actor, put_draft, out, err);

    if (status == STATUS_OK)
        status = draft_load(node->store, &node->actor, bed->draft, &record, err);
    if (status != STATUS_OK)
        return status;
    buf_printf(out, "%s\n", record_text(&record, "answer"));
    record_release(&record);
    return STATUS_OK;
}

static enum status finish_draft(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct node *node = &bed->world.stations[0];
    struct record record;
    enum status status = draft_load(node->store, &node->actor, bed->draft, &record, err);

    (void)out;
    if (status != STATUS_OK)
        return status;
    status = records_save_draft(node->store, &node->actor, node->codes, node->random, &record, bed->draft, err);
    record_release(&record);
    return status;
}

static enum status give_draft(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct node *node = &bed->world.stations[0];

    (void)out;
    return draft_give(node->store, bed->draft, node->actor.name, "liming", err);
}

static enum status drop_draft(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct node *node = &bed->world.stations[0];

    (void)out;
    return draft_delete(node->store, &node->actor, bed->draft, err);
}

static void test_drafts(void **state)
{
    struct act_bed bed;
    struct errmsg err = {{0}};

    (void)state;
    act_bed_open(&bed);
    act_bed_play_at_station(&bed, "a draft", save_draft);
    must(save_draft(&bed, NULL, &err), &err);
    act_bed_play_at_station(&bed, "a draft is read", load_draft);
    act_bed_play_at_station(&bed, "a draft becomes a record", finish_draft);
    act_bed_play_at_station(&bed, "a draft is given away", give_draft);
    act_bed_play_at_station(&bed, "a draft is dropped", drop_draft);
    act_bed_close(&bed);
}

/* ---- people ---- */

static bool put_duplicate(void *context, const struct duplicate *duplicate)
{
    buf_printf(context, "%d\n", duplicate->reason);
    return true;
}

static enum status find_duplicates(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    return person_duplicate_pairs(center_of(bed), &bed->world.center.actor, 0, put_duplicate, out, err);
}

static enum status merge(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct node *node = &bed->world.center;
    bool take[FIELD_MAX_COUNT] = {false};

    (void)out;
    return person_merge(node->store, &node->actor, node->codes, node->random, bed->survivor, bed->loser, take, "同一人", &bed->merge, err);
}

static enum status unmerge(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct node *node = &bed->world.center;

    (void)out;
    return person_unmerge(node->store, &node->actor, node->codes, node->random, bed->loser, err);
}

static enum status set_aside(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct node *node = &bed->world.center;

    (void)out;
    return person_set_aside(node->store, &node->actor, node->codes, node->random, bed->survivor, bed->loser, "同名的两个人", err);
}

static void test_people(void **state)
{
    struct act_bed bed;
    struct errmsg err = {{0}};

    (void)state;
    act_bed_open(&bed);
    act_bed_play(&bed, "pairs", find_duplicates);
    act_bed_play(&bed, "two files become one", merge);
    act_bed_play(&bed, "two files stay two", set_aside);
    must(merge(&bed, NULL, &err), &err);
    act_bed_play(&bed, "a file is taken apart", unmerge);
    act_bed_close(&bed);
}

/* ---- the machine ---- */

static enum status set_setting(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;

    (void)out;
    return settings_set(center_of(bed), &bed->world.center.actor, settings_find("backup_remind_days"), "9", err);
}

static enum status verify(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct verify_result result;
    enum status status = verify_store(center_of(bed), NULL, NULL, &result, err);

    if (status == STATUS_OK)
        buf_printf(out, "%d %lld %lld\n", result.ok, (long long)result.rows, (long long)result.changes);
    return status;
}

static enum status ask(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct node *node = &bed->world.stations[0];
    int64_t no;
    enum status status = lookup_ask(node->store, &node->actor, node->codes, "赵大柱", "来站里问同一件事", &no, err);

    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)no);
    return status;
}

static enum status answer(void *context, struct buf *out, struct errmsg *err)
{
    struct act_bed *bed = context;
    struct store *store = center_of(bed);
    struct lookup question = {.no = 1, .station = 1, .user = "zhang", .text = "赵大柱", .reason = "来站里问同一件事"}, found;
    struct peer peer;
    enum status status = peer_find(store, 1, &peer, err);

    if (status == STATUS_OK)
        status = store_begin(store, "test", err);
    if (status != STATUS_OK)
        return status;
    status = lookup_answer(store, &peer, &question, NOW_MS, &found, err);
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    status = store_commit(store, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld %s\n", (long long)found.total, found.lines);
    return status;
}

static void test_a_machine(void **state)
{
    struct act_bed bed;

    (void)state;
    act_bed_open(&bed);
    act_bed_play(&bed, "a setting", set_setting);
    struct trial verifying = {.name = "verify", .act = verify, .context = &bed, .nodes = {&bed.world.center}, .stride = 37}; /* each makes a store to rebuild in */
    trial_play(&verifying);
    act_bed_play_at_station(&bed, "a question", ask);
    act_bed_play(&bed, "an answer", answer);
    act_bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_record),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_hands),
        cmocka_unit_test(test_a_marked_case),
        cmocka_unit_test(test_drafts),
        cmocka_unit_test(test_people),
        cmocka_unit_test(test_a_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
