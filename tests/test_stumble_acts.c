/* tests/test_stumble_acts.c - what a person does at one machine, with each statement and each allocation of it failing in turn: tests/trial.h says what must hold. Sessions: test_stumble.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/person.h"
#include "core/case/erasure.h"
#include "core/record/alarm.h"
#include "core/record/conflict.h"
#include "core/record/draft.h"
#include "core/record/dump.h"
#include "core/record/flagged.h"
#include "core/record/lookup.h"
#include "core/record/reach.h"
#include "core/record/returned.h"
#include "core/record/search.h"
#include "core/record/settings.h"
#include "core/record/sync_state.h"
#include "core/record/verify.h"
#include "tests/must.h"
#include "tests/trial.h"

enum { NOW_MS = 1767225600 };

/* A center, two stations, and in them what the acts are about. */
struct office {
    struct world world;
    struct id ours, theirs, third; /* consultations of station 0, station 0, station 1; all are at the center */
    struct id draft, survivor, loser, merge;
    int64_t erasure; /* its order number */
};

static struct store *center_of(struct office *office)
{
    return office->world.center.store;
}

static const struct record_type *consultation(void)
{
    return catalogue_find("consultation");
}

static void open_office(struct office *office)
{
    struct world *world = &office->world;

    memset(office, 0, sizeof *office);
    world_open(world, 2, NULL);
    office->ours = node_consult(&world->stations[0], "张文芳", "工资没有发");
    office->theirs = node_consult(&world->stations[0], "李秀兰", "问低保");
    office->third = node_consult(&world->stations[1], "赵大柱", "问工伤");
    for (size_t i = 0; i < 2; i++)
        (void)world_sync(world, i);
    node_set(&world->center, "consultation", office->ours, "content", "中心写的");
    node_set(&world->stations[0], "consultation", office->ours, "content", "站上写的");
    (void)world_sync(world, 0);
    node_set(&world->center, "consultation", office->theirs, "topic", "低保");
    office->survivor = node_make(&world->center, "person", "name=王德顺", "phone=13900000001", NULL);
    office->loser = node_make(&world->center, "person", "name=王德顺", "phone=13900000002", NULL);
}

static void close_office(struct office *office)
{
    world_close(&office->world);
}

static void play(struct office *office, const char *name, enum status (*act)(void *context, struct buf *out, struct errmsg *err))
{
    struct trial trial = {.name = name, .act = act, .context = office, .nodes = {&office->world.center}, .seed = &office->world.seed};

    trial_play(&trial);
}

static void play_at_station(struct office *office, const char *name, enum status (*act)(void *context, struct buf *out, struct errmsg *err))
{
    struct trial trial = {.name = name, .act = act, .context = office, .nodes = {&office->world.stations[0]}, .seed = &office->world.seed};

    trial_play(&trial);
}

/* ---- one record ---- */

static enum status write_new(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct node *node = &office->world.center;
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
    struct office *office = context;
    struct node *node = &office->world.center;
    struct record record;
    enum status status = records_get(node->store, &node->actor, consultation(), office->theirs, &record, err);

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
    struct office *office = context;

    (void)out;
    return records_delete(center_of(office), &office->world.center.actor, consultation(), office->third, err);
}

static enum status undo(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;

    (void)out;
    return records_undo(center_of(office), &office->world.center.actor, consultation(), office->theirs, err);
}

static enum status settle(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;

    (void)out;
    return conflict_resolve(center_of(office), &office->world.center.actor, consultation(), office->ours, catalogue_field(consultation(), "content"), value_text("两边写的", strlen("两边写的")), err);
}

static enum status unsettle(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;

    (void)out;
    return conflict_undo(center_of(office), &office->world.center.actor, consultation(), office->ours, err);
}

static void test_one_record(void **state)
{
    struct office office;
    struct errmsg err = {{0}};

    (void)state;
    open_office(&office);
    play(&office, "a new record", write_new);
    play(&office, "an edit", edit);
    play(&office, "a deletion", delete_it);
    play(&office, "an undo", undo);
    assert_int_equal(node_conflicts(&office.world.center), 1);
    play(&office, "a settlement", settle);
    must(settle(&office, NULL, &err), &err);
    play(&office, "a settlement taken back", unsettle);
    close_office(&office);
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
    struct office *office = context;
    const struct actor *actor = &office->world.center.actor;
    int64_t count;
    enum status status = conflict_list(center_of(office), actor, NULL, 0, put_conflict, out, err);

    if (status == STATUS_OK)
        status = conflict_cells(center_of(office), actor, office->ours, put_cell, out, err);
    if (status == STATUS_OK)
        status = conflict_records(center_of(office), actor, 0, put_conflict_record, out, err);
    if (status == STATUS_OK)
        status = conflict_count(center_of(office), actor, &count, err);
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
    struct office *office = context;
    const struct actor *actor = &office->world.center.actor;
    struct list_query query = {.type = consultation(), .conflicts = true};
    int64_t count;
    enum status status = records_list(center_of(office), actor, &query, put_row, out, err);

    if (status == STATUS_OK)
        status = records_count(center_of(office), actor, consultation(), NULL, &count, err);
    if (status == STATUS_OK)
        status = records_count_listed(center_of(office), actor, consultation(), NULL, &count, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)count);
    return status;
}

static bool put_history(void *context, const struct history_entry *entry)
{
    bool on = stumble_pause();
    buf_printf(context, "%s %s %s %d %d\n", entry->op, entry->user, entry->station, entry->erased, entry->quarantined);
    stumble_go_on(on);
    return true;
}

static enum status read_history(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;

    return records_history(center_of(office), &office->world.center.actor, consultation(), office->ours, put_history, out, err);
}

static enum status find_id(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    const struct record_type *type = NULL;
    struct record record;
    struct id id;
    char text[ID_TEXT_BYTES];

    id_format(office->third, text);
    text[12] = '\0';
    enum status status = records_resolve_id(center_of(office), &office->world.center.actor, text, &type, &id, err);
    if (status == STATUS_OK)
        status = records_get_any(center_of(office), &office->world.center.actor, id, &record, err);
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
    struct office *office = context;
    struct search_query query = {.text = "工伤", .limit = 10};
    int64_t left;
    enum status status = search_catch_up(center_of(office), office->world.codes, 1000, &left, err);

    if (status == STATUS_OK)
        status = search_find(center_of(office), &office->world.center.actor, office->world.codes, &query, put_hit, out, NULL, err);
    if (status == STATUS_OK)
        status = search_names(center_of(office), &office->world.center.actor, "wds", NULL, 10, put_hit, out, err);
    return status;
}

static enum status dump(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    char *text = NULL;
    size_t len;
    bool on = stumble_pause();
    FILE *file = open_memstream(&text, &len);

    stumble_go_on(on);
    enum status status = dump_rows(center_of(office), file, true, err);
    if (status == STATUS_OK)
        status = dump_log(center_of(office), file, true, err);
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
    struct office *office = context;
    struct sync_waiting waits;
    struct sync_notice notice;
    struct sync_lack lack;
    struct peer peer;
    enum status status = sync_waiting_read(center_of(office), &waits, err);

    if (status == STATUS_OK)
        status = sync_notice_read(center_of(office), &notice, err);
    if (status == STATUS_OK)
        status = peer_find(center_of(office), 1, &peer, err);
    if (status == STATUS_OK)
        status = sync_lack_read(center_of(office), &peer, &lack, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld %lld %lld %lld\n", (long long)waits.conflicts, (long long)notice.missed, (long long)lack.behind, (long long)lack.returned);
    return status;
}

static void test_reading(void **state)
{
    struct office office;

    (void)state;
    open_office(&office);
    play(&office, "conflicts", look_at_conflicts);
    play(&office, "a list", list);
    play(&office, "a history", read_history);
    play(&office, "an id", find_id);
    struct trial trial = {.name = "a search", .act = search_for, .context = &office, .nodes = {&office.world.center}, .in_parts = true}; /* what is indexed stays so */
    trial_play(&trial);
    play(&office, "a dump", dump);
    play(&office, "what waits", waiting);
    close_office(&office);
}

/* ---- records that change hands ---- */

static enum status move(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    int64_t rows;
    enum status status = reach_move(center_of(office), &office->world.center.actor, consultation(), office->ours, 3, &rows, err);

    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)rows);
    return status;
}

static enum status share(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    int64_t rows;
    enum status status = reach_share(center_of(office), &office->world.center.actor, consultation(), office->ours, 3, true, &rows, err);

    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)rows);
    return status;
}

static enum status unshare(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;

    (void)out;
    return reach_share(center_of(office), &office->world.center.actor, consultation(), office->ours, 3, false, NULL, err);
}

static enum status erase(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;

    (void)out;
    return reach_erase(center_of(office), &office->world.center.actor, consultation(), office->theirs, "本人要求", "主任", err);
}

static enum status erase_by_law(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    int64_t rows;
    enum status status = erasure_write(center_of(office), &office->world.center.actor, catalogue_find("person"), office->loser, "本人来信要求删除", "主任", true, &rows, err);

    bool on = stumble_pause(); /* the space is overwritten at the next opening, if it was not */
    if (status == STATUS_OK)
        must(reach_finish(center_of(office), NULL, NULL), NULL);
    stumble_go_on(on);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)rows);
    return status;
}

static enum status finish(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    bool done;
    enum status status = reach_finish(center_of(office), &done, err);

    if (status == STATUS_OK)
        buf_printf(out, "%d\n", done);
    return status;
}

static bool put_erasure(void *context, const struct reach_erasure *erasure)
{
    buf_printf(context, "%s %s %s\n", erasure->user, erasure->reason, erasure->officer);
    return true;
}

static bool put_machine(void *context, uint32_t station_no, const char *name, bool confirmed)
{
    buf_printf(context, "%u %s %d\n", station_no, name, confirmed);
    return true;
}

static bool put_org(void *context, int64_t org)
{
    buf_printf(context, "%lld\n", (long long)org);
    return true;
}

static enum status look_at_reach(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    enum status status = reach_erasures(center_of(office), put_erasure, out, err);

    if (status == STATUS_OK)
        status = reach_erasure_machines(center_of(office), office->erasure, put_machine, out, err);
    if (status == STATUS_OK)
        status = reach_shared_with(center_of(office), office->ours, put_org, out, err);
    return status;
}

static void test_hands(void **state)
{
    struct office office;
    struct errmsg err = {{0}};
    struct buf none;

    (void)state;
    buf_init(&none, 4096);
    open_office(&office);
    play(&office, "a record is given to another org", move);
    play(&office, "a record is shared", share);
    must(share(&office, &none, &err), &err);
    play(&office, "a record is not shared any more", unshare);
    play(&office, "an erasure", erase);
    play(&office, "an erasure by law", erase_by_law);
    must(erase(&office, &none, &err), &err);
    office.erasure = node_number(&office.world.center, "SELECT max(lsn) FROM change");
    play(&office, "who has what", look_at_reach);
    struct trial trial = {.name = "the space of an erasure", .act = finish, .context = &office, .nodes = {&office.world.center}, .in_parts = true};
    trial_play(&trial);
    buf_release(&none);
    close_office(&office);
}

/* ---- drafts ---- */

static enum status save_draft(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct node *node = &office->world.stations[0];
    struct record record;
    struct id draft = {{0}};
    enum status status = records_get(node->store, &node->actor, consultation(), office->ours, &record, err);

    (void)out;
    if (status != STATUS_OK)
        return status;
    status = record_set_text(&record, "answer", "已转介");
    if (status != STATUS_OK)
        errmsg_set(err, status, "%s", status_text(status));
    else
        status = draft_save(node->store, &node->actor, node->random, &record, &draft, err);
    if (status == STATUS_OK)
        office->draft = draft;
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
    struct office *office = context;
    struct node *node = &office->world.stations[0];
    struct record record;
    enum status status = draft_list(node->store, &node->actor, put_draft, out, err);

    if (status == STATUS_OK)
        status = draft_load(node->store, &node->actor, office->draft, &record, err);
    if (status != STATUS_OK)
        return status;
    buf_printf(out, "%s\n", record_text(&record, "answer"));
    record_release(&record);
    return STATUS_OK;
}

static enum status finish_draft(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct node *node = &office->world.stations[0];
    struct record record;
    enum status status = draft_load(node->store, &node->actor, office->draft, &record, err);

    (void)out;
    if (status != STATUS_OK)
        return status;
    status = records_save_draft(node->store, &node->actor, node->codes, node->random, &record, office->draft, err);
    record_release(&record);
    return status;
}

static enum status give_draft(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct node *node = &office->world.stations[0];

    (void)out;
    return draft_give(node->store, office->draft, node->actor.name, "liming", err);
}

static enum status drop_draft(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct node *node = &office->world.stations[0];

    (void)out;
    return draft_delete(node->store, &node->actor, office->draft, err);
}

static void test_drafts(void **state)
{
    struct office office;
    struct errmsg err = {{0}};

    (void)state;
    open_office(&office);
    play_at_station(&office, "a draft", save_draft);
    must(save_draft(&office, NULL, &err), &err);
    play_at_station(&office, "a draft is read", load_draft);
    play_at_station(&office, "a draft becomes a record", finish_draft);
    play_at_station(&office, "a draft is given away", give_draft);
    play_at_station(&office, "a draft is dropped", drop_draft);
    close_office(&office);
}

/* ---- people ---- */

static bool put_duplicate(void *context, const struct duplicate *duplicate)
{
    buf_printf(context, "%d\n", duplicate->reason);
    return true;
}

static enum status find_duplicates(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;

    return person_duplicate_pairs(center_of(office), &office->world.center.actor, 0, put_duplicate, out, err);
}

static enum status merge(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct node *node = &office->world.center;
    bool take[FIELD_MAX_COUNT] = {false};

    (void)out;
    return person_merge(node->store, &node->actor, node->codes, node->random, office->survivor, office->loser, take, "同一人", &office->merge, err);
}

static enum status unmerge(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct node *node = &office->world.center;

    (void)out;
    return person_unmerge(node->store, &node->actor, node->codes, node->random, office->loser, err);
}

static enum status set_aside(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct node *node = &office->world.center;

    (void)out;
    return person_set_aside(node->store, &node->actor, node->codes, node->random, office->survivor, office->loser, "同名的两个人", err);
}

static void test_people(void **state)
{
    struct office office;
    struct errmsg err = {{0}};

    (void)state;
    open_office(&office);
    play(&office, "pairs", find_duplicates);
    play(&office, "two files become one", merge);
    play(&office, "two files stay two", set_aside);
    must(merge(&office, NULL, &err), &err);
    play(&office, "a file is taken apart", unmerge);
    close_office(&office);
}

/* ---- the machine ---- */

static enum status set_setting(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;

    (void)out;
    return settings_set(center_of(office), &office->world.center.actor, settings_find("backup_remind_days"), "9", err);
}

static enum status verify(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct verify_result result;
    enum status status = verify_store(center_of(office), NULL, NULL, &result, err);

    if (status == STATUS_OK)
        buf_printf(out, "%d %lld %lld\n", result.ok, (long long)result.rows, (long long)result.changes);
    return status;
}

static enum status ask(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct node *node = &office->world.stations[0];
    int64_t no;
    enum status status = lookup_ask(node->store, &node->actor, node->codes, "赵大柱", "来站里问同一件事", &no, err);

    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)no);
    return status;
}

static enum status answer(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct store *store = center_of(office);
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
    struct office office;

    (void)state;
    open_office(&office);
    play(&office, "a setting", set_setting);
    struct trial verifying = {.name = "verify", .act = verify, .context = &office, .nodes = {&office.world.center}, .stride = 37}; /* each makes a store to rebuild in */
    trial_play(&verifying);
    play_at_station(&office, "a question", ask);
    play(&office, "an answer", answer);
    close_office(&office);
}

/* ---- the center and its stations ---- */

static enum status in_one(struct office *office, enum status (*what)(struct office *office, struct buf *out, struct errmsg *err), struct buf *out, struct errmsg *err)
{
    enum status status = store_begin(center_of(office), "test", err);

    if (status != STATUS_OK)
        return status;
    status = what(office, out, err);
    if (status == STATUS_OK)
        return store_commit(center_of(office), err);
    store_rollback(center_of(office));
    return status;
}

static enum status add_peer_in(struct office *office, struct buf *out, struct errmsg *err)
{
    struct hash pin = hash_of("another", 7);
    struct peer peer;
    enum status status = peer_add(center_of(office), 3, "笔记本", pin, NOW_MS, &peer, err);

    if (status == STATUS_OK)
        buf_printf(out, "%u %s\n", peer.station_no, peer.org_name);
    return status;
}

static enum status add_peer(void *context, struct buf *out, struct errmsg *err)
{
    return in_one(context, add_peer_in, out, err);
}

static enum status rekey_peer_in(struct office *office, struct buf *out, struct errmsg *err)
{
    struct hash pin = hash_of("another", 7);
    struct peer peer;
    enum status status = peer_rekey(center_of(office), 1, "笔记本", pin, NOW_MS, &peer, err);

    if (status == STATUS_OK)
        buf_printf(out, "%u %s\n", peer.station_no, peer.org_name);
    return status;
}

static enum status rekey_peer(void *context, struct buf *out, struct errmsg *err)
{
    return in_one(context, rekey_peer_in, out, err);
}

static enum status revoke_peer(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;

    (void)out;
    return peer_revoke(center_of(office), 1, NOW_MS, err);
}

static enum status settle_alarm(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;

    (void)out;
    return alarm_settle(center_of(office), 2, "主任", "副本已经停用", NOW_MS, err);
}

static enum status look_at_alarm(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct alarm alarm;
    enum status status = alarm_last(center_of(office), 2, &alarm, err);

    if (status == STATUS_OK)
        buf_printf(out, "%s %s\n", alarm.by, alarm.why);
    return status;
}

static bool put_code(void *context, const struct enrol_code *code)
{
    buf_printf(context, "%lld %d\n", (long long)code->no, code->tries);
    return true;
}

static enum status enrol_code_in(struct office *office, struct buf *out, struct errmsg *err)
{
    struct store *store = center_of(office);
    enum status status = enrol_code_add(store, hash_of("secret", 6), 2, 0, "站", NOW_MS, err);

    if (status == STATUS_OK)
        status = enrol_code_failed(store, NOW_MS, err);
    if (status == STATUS_OK)
        status = enrol_code_list(store, NOW_MS, put_code, out, err);
    return status;
}

static enum status enrol_code(void *context, struct buf *out, struct errmsg *err)
{
    return in_one(context, enrol_code_in, out, err);
}

static enum status era_in(struct office *office, struct buf *out, struct errmsg *err)
{
    int64_t count;
    enum status status = order_begin_era(center_of(office), 4, office->world.center.random, err);

    if (status == STATUS_OK)
        status = restored_waiting(center_of(office), &count, err);
    if (status == STATUS_OK)
        buf_printf(out, "%lld\n", (long long)count);
    return status;
}

static enum status begin_era(void *context, struct buf *out, struct errmsg *err)
{
    return in_one(context, era_in, out, err);
}

static bool put_peer(void *context, const struct peer *peer)
{
    buf_printf(context, "%u %s %d\n", peer->station_no, peer->org_name, peer->revoked);
    return true;
}

static enum status find_peers(void *context, struct buf *out, struct errmsg *err)
{
    struct office *office = context;
    struct store *store = center_of(office);
    struct peer peer;
    enum status status = peer_list(store, put_peer, out, err);

    if (status == STATUS_OK)
        status = peer_find_pin(store, office->world.stations[1].peer.pin, &peer, err);
    if (status == STATUS_OK)
        status = peer_resolve(store, "站3", &peer, err);
    if (status == STATUS_OK)
        buf_printf(out, "%u\n", peer.station_no);
    return status;
}

static void test_stations(void **state)
{
    struct office office;
    struct errmsg err = {{0}};

    (void)state;
    open_office(&office);
    play(&office, "a station is let in", add_peer);
    play(&office, "a station gets another key", rekey_peer);
    play(&office, "a station is shut out", revoke_peer);
    must(peer_set_alarm(center_of(&office), 2, PEER_ALARM_TWINS, &err), &err);
    play(&office, "an alarm is settled", settle_alarm);
    must(settle_alarm(&office, NULL, &err), &err);
    play(&office, "an alarm that was settled", look_at_alarm);
    play(&office, "a code", enrol_code);
    trial_play(&(struct trial){.name = "a new era", .act = begin_era, .context = &office, .nodes = {&office.world.center}, .seed = &office.world.seed, .stride = 5});
    play(&office, "stations", find_peers);
    close_office(&office);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_record),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_hands),
        cmocka_unit_test(test_drafts),
        cmocka_unit_test(test_people),
        cmocka_unit_test(test_a_machine),
        cmocka_unit_test(test_stations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
