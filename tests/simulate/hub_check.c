/* tests/simulate/hub_check.c - what must hold in a hub (hub.c) at rest.
 *
 * An order per county without gaps within an era, and its head; logs without gaps, each chain value from the one before; each change once (where nothing was copied or put back) and in the state it must have; each
 * inner change counted once; rows and figures as they were told last, by the model; nothing left of what was erased. Not here: what a center does that has records of its own (edits, hand-overs, files, eras that are
 * declared). */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/order.h"
#include "tests/simulate/hub_sim_impl.h"

enum { LOGS_MAX = 256 };

/* ---- what must hold ---- */

struct told {
    struct id id;
    bool erased, touched;
    bool told;   /* its row */
    uint64_t k;  /* ..by this change of the county */
    uint64_t ord;
};

struct expected {
    struct world *world;
    int64_t county;
    bool copies;
    uint64_t ord;
    struct uid_set met, inner; /* uids; inner changes that are told with what they say (numbers below UIDS_MAX) */
    struct told rows[2 * ROWS + 2 * UIDS_MAX];
    size_t n_rows;
    bool figures[PERIODS];
    int64_t figure[PERIODS];
};

static struct told *row_at(struct expected *expected, struct id id)
{
    for (size_t i = 0; i < expected->n_rows; i++)
        if (id_equal(expected->rows[i].id, id))
            return &expected->rows[i];
    expected->rows[expected->n_rows] = (struct told){.id = id};
    return &expected->rows[expected->n_rows++];
}

static int64_t state_of(const struct model_change *x)
{
    if (x->fate == FATE_QUARANTINED)
        return 1;
    return x->type_no == UPWARD_CHANGE_TYPE || x->type_no == UPWARD_CELLS_TYPE ? 0 : 2;
}

static void expect_row(struct expected *expected, const struct model_change *x)
{
    struct told *row = row_at(expected, x->id);

    row->touched = true;
    row->ord = expected->ord;
    if (x->op == CHANGE_ERASE) {
        row->erased = true;
        row->told = false;
    } else if (!row->erased && id_equal(x->id, hub_sim_inner_of(expected->world, expected->county, hub_sim_inner_no(x)).row) && hub_sim_inner_of(expected->world, expected->county, hub_sim_inner_no(x)).told) {
        row->told = true;
        row->k = hub_sim_inner_no(x);
    }
}

/* One change of a county, in its order. */
static void expect(struct expected *expected, uint64_t ord, int64_t state, struct model_change *x)
{
    struct world *world = expected->world;

    if (ord != expected->ord + 1 && ord != order_era_start(order_era(ord)) + 1)
        world_fail(world, "county %lld: its order goes from %llx to %llx", (long long)expected->county, (unsigned long long)expected->ord, (unsigned long long)ord);
    expected->ord = ord;
    if (state != state_of(x))
        world_fail(world, "the hub's state of u%u is %lld and should be %lld", x->uid, (long long)state, (long long)state_of(x));
    if (uid_in(&expected->met, x->uid)) {
        world->totals.twice++;
        if (!expected->copies)
            world_fail(world, "county %lld: u%u is there twice, and nothing was copied or put back", (long long)expected->county, x->uid);
    }
    uid_add(&expected->met, x->uid);
    if (state != 0)
        return;
    if (x->type_no == UPWARD_CELLS_TYPE) {
        expected->figures[x->values[0].field] = true;
        expected->figure[x->values[0].field] = x->values[0].number;
    } else {
        expect_row(expected, x);
    }
}

static enum status note_order(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct expected *expected = context;

    (void)err;
    for (size_t i = 0; i < pg_count(rows) && !expected->world->failed; i++) {
        size_t header_len, body_len = 0;
        const uint8_t *header = pg_bytes(rows, i, 2, &header_len), *body = pg_is_null(rows, i, 3) ? NULL : pg_bytes(rows, i, 3, &body_len);
        struct model_change *x = world_identify(expected->world, CENTER, header, header_len, body, body_len);

        if (x != NULL)
            expect(expected, (uint64_t)pg_int(rows, i, 0), pg_int(rows, i, 1), x);
    }
    return STATUS_OK;
}

/* Content of a change whose row is erased; and inner changes that are told whole and count. */
static enum status check_contents(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct expected *expected = context;
    struct uid_set counted = {{0}}, told = {{0}};

    (void)err;
    for (size_t i = 0; i < pg_count(rows) && !expected->world->failed; i++) {
        size_t header_len, body_len = 0;
        const uint8_t *header = pg_bytes(rows, i, 2, &header_len), *body = pg_is_null(rows, i, 3) ? NULL : pg_bytes(rows, i, 3, &body_len);
        const struct model_change *x = world_identify(expected->world, CENTER, header, header_len, body, body_len);

        if (x == NULL || x->type_no != UPWARD_CHANGE_TYPE || x->op != CHANGE_PUT || x->fate != FATE_APPLIED)
            continue;
        if (body != NULL && row_at(expected, x->id)->erased)
            world_fail(expected->world, "the hub: u%u has its content, and was erased", x->uid);
        if (body != NULL)
            uid_add(&told, (uint32_t)hub_sim_inner_no(x));
        if (!pg_is_null(rows, i, 4) && (uint64_t)pg_int(rows, i, 4) != hub_sim_inner_no(x))
            world_fail(expected->world, "the hub counts u%u as %lld of its county, and it is %llu", x->uid, (long long)pg_int(rows, i, 4), (unsigned long long)hub_sim_inner_no(x));
        if (!pg_is_null(rows, i, 4) && uid_in(&counted, (uint32_t)hub_sim_inner_no(x)))
            world_fail(expected->world, "county %lld: its change %llu is counted twice", (long long)expected->county, (unsigned long long)hub_sim_inner_no(x));
        if (!pg_is_null(rows, i, 4))
            uid_add(&counted, (uint32_t)hub_sim_inner_no(x));
    }
    for (uint32_t k = 1; k < UIDS_MAX && !expected->world->failed; k++)
        if (uid_in(&told, k) && !uid_in(&counted, k))
            world_fail(expected->world, "county %lld: its change %u is told and does not count", (long long)expected->county, k);
    return STATUS_OK;
}

static void check_row(struct expected *expected, const struct told *row)
{
    static const struct pg_statement as_told = {
        PG_PLAIN, "SELECT count(*) FROM county_row WHERE county=$1 AND id=$2 AND ord=$3 AND erased=$4 AND gone=$5 AND cells IS NOT DISTINCT FROM $6", "ibiffj"};
    struct world *world = expected->world;
    struct pg_pipeline *pg = world->hub->pg;
    struct inner inner = {.gone = true};
    char cells[128] = "", id[ID_TEXT_BYTES];

    if (row->told) {
        inner = hub_sim_inner_of(world, expected->county, row->k);
        snprintf(cells, sizeof cells, "{\"%d\":\"第 %llu 条“\\\\”\",\"%d\":%lld}", CELL_TEXT, (unsigned long long)row->k, CELL_NUMBER, (long long)inner.number);
    }
    pg_put_int(pg, expected->county);
    pg_put_bytes(pg, row->id.bytes, ID_BYTES);
    pg_put_int(pg, (int64_t)row->ord);
    pg_put_bool(pg, row->erased);
    pg_put_bool(pg, inner.gone);
    if (row->told)
        pg_put_text(pg, cells);
    else
        pg_put_null(pg);
    id_format(row->id, id);
    if (hub_sim_ask(world, &as_told) != 1)
        world_fail(world, "county %lld: row %.8s is not as it was told last (%s %s)", (long long)expected->county, id, row->erased ? "erased" : row->told ? "by its change" : "not told", cells);
}

static void check_rows(struct expected *expected)
{
    static const struct pg_statement count = {PG_PLAIN, "SELECT count(*) FROM county_row WHERE county=$1", "i"};
    struct world *world = expected->world;
    int64_t n = 0;

    for (size_t i = 0; i < expected->n_rows && !world->failed; i++) {
        if (!expected->rows[i].touched)
            continue;
        n++;
        check_row(expected, &expected->rows[i]);
        if (expected->rows[i].erased) {
            assert(world->hub->n_erased < ERASED_MAX);
            world->hub->erased[world->hub->n_erased++] = expected->rows[i].id;
        }
    }
    pg_put_int(world->hub->pg, expected->county);
    if (!world->failed && hub_sim_ask(world, &count) != n)
        world_fail(world, "county %lld: the hub has rows that nobody told", (long long)expected->county);
}

static void check_figures(struct expected *expected)
{
    static const struct pg_statement is_so = {PG_PLAIN,
                                              "SELECT count(*) FROM report_cell WHERE county=$1 AND report='summary' AND period=$2 AND org=0 AND from_day=20000 AND until_day=20090 AND ((cell='R1' AND value=$3) OR "
                                              "(cell='R2' AND value IS NULL))",
                                              "iti"};
    static const struct pg_statement count = {PG_PLAIN, "SELECT count(*) FROM report_cell WHERE county=$1", "i"};
    struct world *world = expected->world;
    int64_t n = 0;

    for (unsigned i = 0; i < PERIODS && !world->failed; i++) {
        char period[16];

        if (!expected->figures[i])
            continue;
        n += 2;
        snprintf(period, sizeof period, "20%02uQ1", 20 + i);
        pg_put_int(world->hub->pg, expected->county);
        pg_put_text(world->hub->pg, period);
        pg_put_int(world->hub->pg, expected->figure[i]);
        if (hub_sim_ask(world, &is_so) != 2)
            world_fail(world, "county %lld: its figures of %s are not as it told them last", (long long)expected->county, period);
    }
    pg_put_int(world->hub->pg, expected->county);
    if (!world->failed && hub_sim_ask(world, &count) != n)
        world_fail(world, "county %lld: the hub has figures that nobody told", (long long)expected->county);
}

/* ---- logs ---- */

struct logs {
    struct world *world;
    int64_t county;
    struct {
        int64_t no, parent;
        uint64_t base, head;
        struct hash head_hash;
    } all[LOGS_MAX];
    size_t n;
    int64_t at; /* of the chains: the log.. */
    uint64_t seq;
    struct hash hash; /* ..as far as it was walked */
    bool known;
};

static enum status note_logs(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct logs *logs = context;

    (void)err;
    assert(pg_count(rows) <= LOGS_MAX);
    for (size_t i = 0; i < pg_count(rows); i++) {
        logs->all[i].no = pg_int(rows, i, 0);
        logs->all[i].parent = pg_int(rows, i, 1);
        logs->all[i].base = (uint64_t)pg_int(rows, i, 2);
        logs->all[i].head = (uint64_t)pg_int(rows, i, 3);
        pg_fixed(rows, i, 4, logs->all[i].head_hash.bytes, HASH_BYTES);
    }
    logs->n = pg_count(rows);
    return STATUS_OK;
}

static enum status note_base(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct logs *logs = context;

    (void)err;
    logs->known = pg_count(rows) == 1;
    if (logs->known)
        pg_fixed(rows, 0, 0, logs->hash.bytes, HASH_BYTES);
    return STATUS_OK;
}

static enum status walk_log(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct logs *logs = context;

    (void)err;
    for (size_t i = 0; i < pg_count(rows) && !logs->world->failed; i++) {
        size_t len;
        const uint8_t *header = pg_bytes(rows, i, 1, &len);
        struct hash stored;

        pg_fixed(rows, i, 2, stored.bytes, HASH_BYTES);
        if ((uint64_t)pg_int(rows, i, 0) != ++logs->seq)
            world_fail(logs->world, "county %lld: log %lld has a gap before number %lld", (long long)logs->county, (long long)logs->at, (long long)pg_int(rows, i, 0));
        logs->hash = change_chain(logs->hash, header, len);
        if (!logs->world->failed && !hash_equal(logs->hash, stored))
            world_fail(logs->world, "county %lld: the chain of log %lld breaks at number %llu", (long long)logs->county, (long long)logs->at, (unsigned long long)logs->seq);
    }
    return STATUS_OK;
}

/* Where a log begins: in its parent, or deeper. */
static bool find_base(struct logs *logs, size_t log)
{
    static const struct pg_statement chain = {PG_PLAIN, "SELECT chain FROM change WHERE county=$1 AND log=$2 AND seq=$3", "iii"};
    uint64_t base = logs->all[log].base;
    int64_t parent = logs->all[log].parent;

    logs->hash = (struct hash){{0}};
    logs->known = base == 0;
    for (size_t depth = 0; !logs->known && parent != 0 && depth < LOGS_MAX; depth++) {
        pg_put_int(logs->world->hub->pg, logs->county);
        pg_put_int(logs->world->hub->pg, parent);
        pg_put_int(logs->world->hub->pg, (int64_t)base);
        hub_sim_send(logs->world, &chain, note_base, logs);
        for (size_t i = 0; i < logs->n; i++)
            if (logs->all[i].no == parent) {
                parent = logs->all[i].parent;
                break;
            }
    }
    return logs->known;
}

static void check_logs(struct world *world, int64_t county)
{
    static const struct pg_statement all = {PG_PLAIN, "SELECT no,parent,base_seq,head_seq,head_hash FROM log WHERE county=$1", "i"};
    static const struct pg_statement walk = {PG_PLAIN, "SELECT seq,header,chain FROM change WHERE county=$1 AND log=$2 ORDER BY seq", "ii"};
    struct logs logs = {.world = world, .county = county};

    pg_put_int(world->hub->pg, county);
    hub_sim_send(world, &all, note_logs, &logs);
    for (size_t i = 0; i < logs.n && !world->failed; i++) {
        logs.at = logs.all[i].no;
        logs.seq = logs.all[i].base;
        if (!find_base(&logs, i) && logs.all[i].head > logs.all[i].base) {
            world_fail(world, "county %lld: nothing is at the base of log %lld", (long long)county, (long long)logs.at);
            return;
        }
        pg_put_int(world->hub->pg, county);
        pg_put_int(world->hub->pg, logs.at);
        hub_sim_send(world, &walk, walk_log, &logs);
        if (logs.seq != logs.all[i].head || (logs.seq > logs.all[i].base && !hash_equal(logs.hash, logs.all[i].head_hash)))
            world_fail(world, "county %lld: log %lld ends at %llu and says %llu", (long long)county, (long long)logs.at, (unsigned long long)logs.seq, (unsigned long long)logs.all[i].head);
    }
}

static void check_county(struct world *world, int64_t county, bool copies)
{
    static const struct pg_statement order = {PG_PLAIN, "SELECT ord,state,header,body,inner_seq FROM change WHERE county=$1 ORDER BY ord", "i"};
    struct expected *expected = calloc(1, sizeof *expected);
    uint64_t head = hub_sim_order_head(world, county);

    assert(expected != NULL);
    expected->world = world;
    expected->county = county;
    expected->copies = copies;
    pg_put_int(world->hub->pg, county);
    hub_sim_send(world, &order, note_order, expected);
    pg_put_int(world->hub->pg, county);
    hub_sim_send(world, &order, check_contents, expected);
    if (!world->failed && head != expected->ord && head != order_era_start(order_era(head)))
        world_fail(world, "county %lld: its order is at %llx and says %llx", (long long)county, (unsigned long long)expected->ord, (unsigned long long)head);
    if (!world->failed)
        check_rows(expected);
    if (!world->failed)
        check_figures(expected);
    free(expected);
    if (!world->failed)
        check_logs(world, county);
}

void hub_sim_check(struct world *world, bool copies)
{
    world->hub->n_erased = 0;
    for (size_t m = 1; m <= world->n_stations && !world->failed; m++)
        check_county(world, world->machines[m].identity.org, copies);
}

bool hub_sim_is_erased(const struct world *world, struct id id)
{
    for (size_t i = 0; i < world->hub->n_erased; i++)
        if (id_equal(world->hub->erased[i], id))
            return true;
    return false;
}
