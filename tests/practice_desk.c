/* tests/practice_desk.c - see practice_desk.h. */
#include "tests/practice_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/county_codes.h"
#include "core/record/filter.h"
#include "core/record/records.h"
#include "tests/fixture.h"

/* What a station works with; the sync program's files are not made in practice. */
static const char *const FILES[] = {"aidpost.db", "guard"};

static void copy_file(const char *from_folder, const char *to_folder, const char *name)
{
    char path[2 * PRACTICE_PATH_BYTES], chunk[1 << 16];
    size_t n;
    snprintf(path, sizeof path, "%s/%s", from_folder, name);
    FILE *from = fopen(path, "rb");
    assert_non_null(from);
    snprintf(path, sizeof path, "%s/%s", to_folder, name);
    FILE *to = fopen(path, "wb");
    assert_non_null(to);
    while ((n = fread(chunk, 1, sizeof chunk, from)) > 0)
        assert_int_equal(fwrite(chunk, 1, n, to), n);
    fclose(from);
    assert_int_equal(fclose(to), 0);
}

static void open_copy(struct practice_desk *desk, const char *master)
{
    struct errmsg err = {{0}};
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++)
        copy_file(master, desk->folder, FILES[i]);
    enum status status = store_open(&desk->store, desk->folder, STORE_OPEN_EXISTING, &err);
    if (status == STATUS_OK)
        status = machine_load(desk->store, &desk->machine, &err);
    if (status == STATUS_OK)
        status = county_codes_load(&desk->codes, desk->store, &desk->machine, &err);
    if (status != STATUS_OK)
        fail_msg("the practice store: %s", errmsg_text(&err, status));
}

static void note_clocks(struct node *center)
{
    struct peer peer;
    assert_int_equal(peer_find(center->store, 1, &peer, NULL), STATUS_OK);
    peer.last_contact_ms = PRACTICE_NOW_MS;
    peer.skew_ms = 180 * 1000;
    assert_int_equal(peer_note(center->store, &peer, NULL), STATUS_OK);
}

/* A phone number that the station and the center have both changed. */
static void open_apart(struct practice_desk *desk)
{
    desk->world = calloc(1, sizeof *desk->world);
    assert_non_null(desk->world);
    world_open(desk->world, 1, NULL);
    struct node *station = &desk->world->stations[0], *center = &desk->world->center;
    snprintf(station->actor.name, sizeof station->actor.name, "刘敏");
    snprintf(center->actor.name, sizeof center->actor.name, "何平");
    station->actor.now_ms = PRACTICE_NOW_MS - INT64_C(90000000);
    center->actor.now_ms = PRACTICE_NOW_MS - INT64_C(85000000);
    struct id id = node_consult(station, "陈志强", "土地承包");
    node_set(station, "consultation", id, "phone", "15400000001");
    world_sync(desk->world, 0);
    node_set(station, "consultation", id, "phone", "15400000002");
    node_set(center, "consultation", id, "phone", "15400000003");
    world_sync(desk->world, 0);
    note_clocks(center);
    desk->store = station->store;
    desk->codes = station->codes;
    desk->machine = station->machine;
}

void practice_desk_open(struct practice_desk *desk, const char *master, enum practice_seat seat)
{
    *desk = (struct practice_desk){.seed = 11};
    practice_folder_make(desk->folder);
    if (seat == PRACTICE_APART)
        open_apart(desk);
    else if (seat != PRACTICE_NOBODY)
        open_copy(desk, master);
    desk->machine.center = seat == PRACTICE_CENTER || seat == PRACTICE_ACCOUNT;
    desk->actor = machine_owner(&desk->machine, "刘敏", PRACTICE_NOW_MS);
    desk->context = (struct app_context){.store = desk->store, .actor = &desk->actor, .machine = &desk->machine, .codes = desk->codes, .random = random_seeded(&desk->seed),
                                         .home = desk->folder};
    if (seat == PRACTICE_ACCOUNT)
        snprintf(desk->context.account, sizeof desk->context.account, "%s", desk->actor.name);
}

void practice_desk_close(struct practice_desk *desk)
{
    if (desk->world != NULL) {
        world_close(desk->world);
        free(desk->world);
    } else if (desk->store != NULL) {
        code_book_free(desk->codes);
        store_close(desk->store);
    }
    test_folder_remove(desk->folder);
}

static bool take_id(void *context, const struct record *record, const struct list_key *key)
{
    (void)key;
    *(struct id *)context = record->id;
    return false;
}

struct id practice_desk_find(struct practice_desk *desk, const char *type, const char *where)
{
    struct errmsg err = {{0}};
    struct filter filter = {.n_terms = 0};
    struct id id = {{0}};
    struct list_query query = {.type = catalogue_find(type), .limit = 1};
    assert_non_null(query.type);
    enum status status = where != NULL ? filter_parse(&filter, query.type, desk->codes, where, &err) : STATUS_OK;
    if (where != NULL)
        query.filter = &filter;
    if (status == STATUS_OK)
        status = records_list(desk->store, &desk->actor, &query, take_id, &id, &err);
    if (where != NULL)
        filter_release(&filter);
    if (status != STATUS_OK || id_is_zero(id))
        fail_msg("no %s with %s: %s", type, where != NULL ? where : "anything", errmsg_text(&err, status));
    return id;
}
