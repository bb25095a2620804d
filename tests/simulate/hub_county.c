/* tests/simulate/hub_county.c - what a county tells a hub (hub.c).
 *
 * What a county center would have gathered is made by number: its change k says the same whoever tells it (hub_sim_inner_of). A machine tells the one that follows the last in its own log, so a copy, or one
 * that was put back, tells them again. Beside that it tells figures, erases by law, and does what any station does, of which a hub makes nothing but log. */
#include <stdio.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/reach.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"
#include "tests/simulate/hub_sim_impl.h"

enum { TXN_MAX = 3, CHANGES_SPARE = 8, TYPE_INNER_ROW = 4, INNER_STATIONS = 1000 };

static struct id row_of(const struct world *world, int64_t org, uint64_t row)
{
    uint64_t state = world->hub->seed + (uint64_t)org * 1000 + row;

    return id_make(random_seeded(&state));
}

/* The county's change k, whoever tells it. */
struct inner hub_sim_inner_of(const struct world *world, int64_t org, uint64_t k)
{
    uint64_t state = world->hub->seed ^ ((uint64_t)org << 32 | k) * 0xD1342543DE82EF95u;
    struct random_source random = random_seeded(&state);
    struct inner inner = {.row = row_of(world, org, random_below(random, ROWS)), .number = (int64_t)random_below(random, 1000) - 500};

    inner.told = random_below(random, 100) < 75;
    inner.gone = random_below(random, 100) < 10;
    snprintf(inner.text, sizeof inner.text, "第 %llu 条“\\”", (unsigned long long)k);
    return inner;
}

static struct log_id inner_log(int64_t org)
{
    struct log_id log = {.station = INNER_STATIONS + (uint32_t)org};

    memset(log.incarnation, (int)org, sizeof log.incarnation);
    return log;
}

/* alias: its row was erased by law, and its header is told under another name. */
static enum status encode_inner(const struct world *world, int64_t org, uint64_t k, bool alias, struct buf *out)
{
    struct inner inner = hub_sim_inner_of(world, org, k);
    struct change change = {.seq = k, .at_ms = (int64_t)k, .user = "clerk", .type_no = TYPE_INNER_ROW, .id = inner.row, .op = CHANGE_PUT, .schema = SCHEMA_VERSION, .scope = 7};
    struct upward_cell cells[] = {{CELL_TEXT, {.kind = VALUE_TEXT, .text = inner.text, .len = strlen(inner.text)}}, {CELL_NUMBER, {.kind = VALUE_INT, .number = inner.number}}};
    struct upward_standing row = {.type_no = TYPE_INNER_ROW, .org = 7, .gone = inner.gone, .cells = cells, .n_cells = 2};
    struct buf header, body;
    enum status status;
    size_t taken;

    buf_init(&header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    cbor_put_map(&body, 1);
    cbor_put_uint(&body, CELL_TEXT);
    cbor_put_text(&body, inner.text, strlen(inner.text));
    change.body_hash = hash_of(body.data, body.len);
    change_encode_header(&change, &header);
    status = upward_encode(&(struct upward_source){.log = inner_log(org), .place = k, .alias = alias, .change = &change, .header = header.data, .header_len = header.len, .body = alias ? NULL : body.data,
                                                   .body_len = alias ? 0 : body.len},
                           inner.told && !alias ? &row : NULL, out, &taken);
    buf_release(&header);
    buf_release(&body);
    return status;
}

/* Of a change of type 58: the county's change it tells. */
uint64_t hub_sim_inner_no(const struct model_change *x)
{
    return x->type_no == UPWARD_CHANGE_TYPE && x->op == CHANGE_PUT ? (uint64_t)x->values[0].number : 0;
}

static uint64_t last_inner(struct world *world, size_t m)
{
    const struct memory *memory = &world->machines[m].memory;
    uint64_t last = 0;

    for (size_t i = 0; i < memory->n_path; i++) {
        uint64_t k = hub_sim_inner_no(model_find(&world->model, memory->path[i]));

        last = k > last ? k : last;
    }
    return last;
}

static bool is_erased_at(struct world *world, size_t m, struct id id, bool *there)
{
    struct reach_place place;
    enum status status = reach_place_of(world->machines[m].store, catalogue_by_no(UPWARD_CHANGE_TYPE), id, &place, NULL);

    *there = status == STATUS_OK && place.there;
    return *there && place.why == REACH_ERASED;
}

static enum status encode_figures(const struct world *world, int64_t org, const struct model_change *x, struct buf *body)
{
    char period[16], figures[64];

    (void)world;
    (void)org;
    snprintf(period, sizeof period, "20%02uQ1", 20 + x->values[0].field);
    snprintf(figures, sizeof figures, "{\"R1\":%lld,\"R2\":null}", (long long)x->values[0].number);
    cbor_put_map(body, 6);
    cbor_put_uint(body, UPWARD_CELLS_REPORT);
    cbor_put_text(body, "summary", 7);
    cbor_put_uint(body, UPWARD_CELLS_PERIOD);
    cbor_put_text(body, period, strlen(period));
    cbor_put_uint(body, UPWARD_CELLS_FROM);
    cbor_put_int(body, 20000);
    cbor_put_uint(body, UPWARD_CELLS_UNTIL);
    cbor_put_int(body, 20090);
    cbor_put_uint(body, UPWARD_CELLS_ORG);
    cbor_put_int(body, 0);
    cbor_put_uint(body, UPWARD_CELLS_FIGURES);
    cbor_put_text(body, figures, strlen(figures));
    return body->status;
}

static enum status encode_erasure(struct buf *body)
{
    cbor_put_map(body, 2);
    cbor_put_uint(body, REACH_ERASE_REASON);
    cbor_put_text(body, "本人要求", strlen("本人要求"));
    cbor_put_uint(body, REACH_ERASE_OFFICER);
    cbor_put_text(body, "周主任", strlen("周主任"));
    return body->status;
}

/* What x is, and its body; next: the county's change that follows. erased: rows that this transaction erased. */
static enum status make_change(struct world *world, size_t m, struct model_change *x, uint64_t *next, bool may_erase, struct buf *body)
{
    int64_t org = world->machines[m].identity.org;
    uint64_t dice = world_below(world, 100);
    bool there;

    x->op = CHANGE_PUT;
    x->scope = org;
    x->type_no = UPWARD_CHANGE_TYPE;
    x->n_values = 1;
    if (world_has(world, FAULT_BAD) && world_chance(world, 6)) { /* another county's */
        x->scope = org + 1;
        x->fate = FATE_QUARANTINED;
        world->totals.done[FAULT_BAD]++;
        x->id = id_make(world->random);
        x->values[0] = (struct model_value){.field = 1, .kind = VALUE_INT};
        return encode_inner(world, org, 1, true, body);
    }
    if (dice < 8 && may_erase) {
        x->id = row_of(world, org, world_below(world, ROWS));
        if (!is_erased_at(world, m, x->id, &there) && there) {
            x->op = CHANGE_ERASE;
            x->n_values = 0;
            return encode_erasure(body);
        }
    }
    if (dice < 25) {
        x->type_no = UPWARD_CELLS_TYPE;
        x->values[0] = (struct model_value){.field = (uint16_t)world_below(world, PERIODS), .kind = VALUE_INT, .number = (int64_t)world_below(world, 1000)};
        x->id = row_of(world, org, ROWS + x->values[0].field);
        return encode_figures(world, org, x, body);
    }
    x->values[0] = (struct model_value){.field = 1, .kind = VALUE_INT, .number = (int64_t)++*next};
    x->id = hub_sim_inner_of(world, org, *next).row;
    bool alias = is_erased_at(world, m, x->id, &there);
    if (alias)
        x->id = upward_alias(x->id);
    return encode_inner(world, org, *next, alias, body);
}

static void tell(struct world *world, size_t m)
{
    struct machine_sim *machine = &world->machines[m];
    struct model_change made[TXN_MAX];
    size_t n = 1 + world_below(world, TXN_MAX), done = 0;
    uint64_t next = last_inner(world, m);
    struct errmsg err = {{0}};
    struct buf body;
    enum status status = store_begin(machine->store, "sim", &err);
    int64_t seen;

    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    world_look(world, m);
    world->txns++;
    while (status == STATUS_OK && done < n && !world->failed) {
        struct model_change *x = &made[done];

        *x = (struct model_change){.uid = (uint32_t)(world->model.n + done), .txn = world->txns, .knew = machine->memory.known, .path = machine->memory.own};
        buf_clear(&body);
        status = make_change(world, m, x, &next, done == 0, &body);
        if (status == STATUS_OK)
            status = row_seen(machine->store, &seen, &err);
        x->seen = status == STATUS_OK ? (uint64_t)seen : 0;
        if (x->op == CHANGE_ERASE)
            n = 1;
        if (status == STATUS_OK)
            status = world_append(world, m, x, &body, done + 1 < n, &err);
        done += status == STATUS_OK;
    }
    buf_release(&body);
    if (status == STATUS_OK && world_has(world, FAULT_CRASH) && world_chance(world, 3)) {
        world_log(world, "%zu: power gone before commit", m);
        store_rollback(machine->store);
        return;
    }
    if (status == STATUS_OK)
        status = store_commit(machine->store, &err);
    if (store_in_transaction(machine->store))
        store_rollback(machine->store);
    if (status == STATUS_FULL && machine->page_limit != 0) {
        world_log(world, "%zu: disk full", m);
        return;
    }
    if (status == STATUS_OK && made[0].op == CHANGE_ERASE)
        status = reach_finish(machine->store, NULL, &err);
    if (status != STATUS_OK && !(status == STATUS_FULL && machine->page_limit != 0))
        world_fail(world, "machine %zu: tell: %s", m, errmsg_text(&err, status));
    for (size_t i = 0; i < done && !world->failed; i++)
        world_committed(world, m, &made[i]);
}

void hub_sim_edit(struct world *world, size_t m)
{
    if (world->model.n + CHANGES_SPARE > UIDS_MAX)
        return;
    if (world_chance(world, 75))
        tell(world, m);
    else
        world_edit(world, m);
}
