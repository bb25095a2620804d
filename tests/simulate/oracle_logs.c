/* tests/simulate/oracle_logs.c - at rest: nothing that somebody held is missing, no number of a log has two contents, and chains hold. See oracle.c. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/changelog.h"
#include "tests/simulate/oracle_impl.h"

/* At a hub: what it has itself, and what anybody has to tell. What a copy told and another one heard is not handed back to it (hub_greet.c, TAKE_RETURNS). */
static void note_held_of_hub(struct world *world, struct uid_set *held)
{
    hub_sim_look(world, 0, UINT64_MAX, true, held);
    for (size_t m = 1; m < world->n_machines; m++)
        for (size_t i = 0; !world->machines[m].revoked && i < world->machines[m].memory.n_path; i++)
            uid_add(held, world->machines[m].memory.path[i]);
}

void world_note_held(struct world *world, struct uid_set *held)
{
    memset(held, 0, sizeof *held);
    if (world->hub != NULL) {
        note_held_of_hub(world, held);
        return;
    }
    for (size_t m = 0; m < world->n_machines && !world->failed; m++) {
        int64_t last = 0;

        if (!world->machines[m].revoked)
            oracle_look_from(world, m, 0, held, &last);
    }
}

void oracle_check_held(struct world *world, const struct uid_set *held)
{
    struct uid_set now = {{0}};
    int64_t last = 0;
    struct stmt *stmt;
    enum status status;
    size_t header_len, body_len;

    oracle_look_from(world, CENTER, 0, &now, &last);
    stmt = store_prepare(world->machines[CENTER].store, "SELECT header,body FROM returned");
    while (!world->failed && stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *body = stmt_column_blob(stmt, 1, &body_len);
        struct model_change *x = world_identify(world, CENTER, header, header_len, body, body_len);

        if (x != NULL && !uid_in(&now, x->uid))
            world_fail(world, "u%u waits at the center for its owner, and everybody was there", x->uid);
    }
    for (size_t i = 0; i < world->model.n && !world->failed; i++)
        if (uid_in(held, (uint32_t)i) && !uid_in(&now, (uint32_t)i))
            world_fail(world, "u%zu is lost: somebody held it, the center does not have it", i);
}

struct numbered {
    int64_t station;
    uint8_t incarnation[INCARNATION_BYTES];
    uint64_t seq;
    uint32_t uid;
};

static int compare_numbered(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    int c = memcmp(x->incarnation, y->incarnation, INCARNATION_BYTES);

    if (x->station != y->station)
        return x->station < y->station ? -1 : 1;
    if (c != 0)
        return c;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

struct numbers {
    struct world *world;
    size_t m;
    struct numbered *all;
    size_t n, cap;
};

static void add_number(void *context, int64_t station, const uint8_t incarnation[INCARNATION_BYTES], uint64_t seq, const uint8_t *header, size_t header_len)
{
    struct numbers *numbers = context;
    struct numbered *entry;
    struct change change;

    if (numbers->n == numbers->cap) {
        numbers->cap = numbers->cap > 0 ? numbers->cap * 2 : 1024;
        numbers->all = realloc(numbers->all, numbers->cap * sizeof *numbers->all);
        assert(numbers->all != NULL);
    }
    entry = &numbers->all[numbers->n++];
    *entry = (struct numbered){.station = station, .seq = seq};
    memcpy(entry->incarnation, incarnation, INCARNATION_BYTES);
    if (change_decode_header(header, header_len, &change) == STATUS_OK)
        entry->uid = (uint32_t)strtoul(change.user + 1, NULL, 10);
    if (change.seq != entry->seq)
        world_fail(numbers->world, "machine %zu: u%u was number %llu and stands as number %llu", numbers->m, entry->uid, (unsigned long long)change.seq, (unsigned long long)entry->seq);
}

/* Of a record that left, a station keeps the headers; when its cursor was set back since, nobody tells it any more by what name and number the center, put back, has them now (lapsed.h). What the center wrote under one number in two
 * lost ways of its log then lies under it at two stations. Nothing is made of such a header: told again, with a record that comes back, or handed back, it is found by its bytes (find_moved, returned_entry_known), and moved
 * or set aside. */
#define TOLD_NO_MORE "c.scope<0 AND l.station=0 AND c.lsn IN (SELECT lsn FROM lapsed)"

/* One list of (log, number, uid) over all machines. */
void oracle_check_numbers(struct world *world)
{
    struct numbers numbers = {.world = world};

    if (world->hub != NULL)
        hub_sim_numbers(world, add_number, &numbers);
    for (size_t m = world->hub != NULL; m < world->n_machines && !world->failed; m++) {
        struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT l.station,l.incarnation,c.seq,c.header FROM change c JOIN log l ON l.no=c.log WHERE NOT (" TOLD_NO_MORE ")");
        enum status status;
        size_t len, header_len;

        numbers.m = m;
        while (stmt_row(stmt, &status, NULL)) {
            static const uint8_t none[INCARNATION_BYTES];

            if (world->machines[m].revoked) /* a copy that is not let in is not healed */
                continue;
            const uint8_t *incarnation = stmt_column_blob(stmt, 1, &len), *header = stmt_column_blob(stmt, 3, &header_len);
            add_number(&numbers, stmt_column_int(stmt, 0), len == INCARNATION_BYTES ? incarnation : none, (uint64_t)stmt_column_int(stmt, 2), header, header_len);
        }
    }
    if (numbers.n > 0)
        qsort(numbers.all, numbers.n, sizeof *numbers.all, compare_numbered);
    for (size_t i = 1; i < numbers.n; i++) {
        const struct numbered *x = &numbers.all[i - 1], *y = &numbers.all[i];

        if (compare_numbered(x, y) == 0 && x->uid != y->uid)
            world_fail(world, "number %llu of a log of station %lld is u%u here and u%u there", (unsigned long long)y->seq, (long long)y->station, x->uid, y->uid);
    }
    free(numbers.all);
}

/* A whole log: no gaps, and each chain value follows from the one before. */
static void check_chain(struct world *world, size_t m, int64_t log, uint64_t seq, struct hash hash, uint64_t head)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT seq,header,hash FROM change WHERE log=?1 AND seq>?2 ORDER BY seq");
    enum status status;
    size_t len, hash_len;
    uint64_t base = seq;

    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, (int64_t)base);
    while (stmt_row(stmt, &status, NULL)) {
        if ((uint64_t)stmt_column_int(stmt, 0) != ++seq)
            world_fail(world, "machine %zu: log %lld has a gap before number %lld", m, (long long)log, (long long)stmt_column_int(stmt, 0));
        const uint8_t *header = stmt_column_blob(stmt, 1, &len), *stored = stmt_column_blob(stmt, 2, &hash_len);
        hash = change_chain(hash, header, len);
        if (hash_len != HASH_BYTES || memcmp(stored, hash.bytes, HASH_BYTES) != 0)
            world_fail(world, "machine %zu: the chain of log %lld breaks at number %llu", m, (long long)log, (unsigned long long)seq);
        if (world->failed) {
            stmt_reset(stmt);
            return;
        }
    }
    if (seq != head && seq != base)
        world_fail(world, "machine %zu: log %lld ends at %llu and says %llu", m, (long long)log, (unsigned long long)seq, (unsigned long long)head);
}

/* The center's; the stations' own are looked at where stores are verified. */
void oracle_check_chains(struct world *world)
{
    struct stmt *stmt = store_prepare(world->machines[CENTER].store, "SELECT no,base_seq," CHANGELOG_HEAD ",(SELECT c.hash FROM change c WHERE c.log=l.parent AND c.seq=l.base_seq) FROM log l WHERE l.partial=0");
    enum status status;
    size_t len;

    while (!world->failed && stmt_row(stmt, &status, NULL)) {
        struct hash hash = {{0}};
        const uint8_t *base = stmt_column_blob(stmt, 3, &len);

        if (len == HASH_BYTES)
            memcpy(hash.bytes, base, len);
        else if (stmt_column_int(stmt, 1) != 0)
            continue; /* a base that lies deeper than its parent: verify looks at it */
        check_chain(world, CENTER, stmt_column_int(stmt, 0), (uint64_t)stmt_column_int(stmt, 1), hash, (uint64_t)stmt_column_int(stmt, 2));
    }
    if (world->failed)
        stmt_reset(stmt);
}
