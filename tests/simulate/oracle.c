/* tests/simulate/oracle.c - what must hold: after every crash for what was acknowledged, and for everything once the world has come to rest. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/catalogue.h"
#include "core/record/dump.h"
#include "core/record/replica.h"
#include "core/record/verify.h"
#include "tests/simulate/world.h"

enum { TEXT_MAX_BYTES = 8 * 1024 * 1024 };

static struct log_id log_of(const struct machine_sim *machine)
{
    struct log_id id = {.station = machine->identity.station_no};

    memcpy(id.incarnation, machine->identity.incarnation, INCARNATION_BYTES);
    return id;
}

/* Whatever a station holds for received is at the center; whatever it applied the center has ordered; what was committed is there. */
void world_check_acked(struct world *world)
{
    uint64_t order = 0;

    if (world->failed || replica_order_head(world->machines[CENTER].store, &order, NULL) != STATUS_OK)
        return;
    for (size_t m = 1; m <= world->n_stations; m++) {
        struct machine_sim *machine = &world->machines[m];
        struct log_id id = log_of(machine);
        struct replica_state state;
        struct hash hash, ours;
        uint64_t have;

        if (replica_state(machine->store, &state, NULL) != STATUS_OK || replica_have(world->machines[CENTER].store, &id, &have, &hash, NULL) != STATUS_OK) {
            world_fail(world, "station %zu: no state", m);
            return;
        }
        if (state.head_seq != machine->committed)
            world_fail(world, "station %zu: committed %llu, has %llu", m, (unsigned long long)machine->committed, (unsigned long long)state.head_seq);
        if (state.have_seq > have)
            world_fail(world, "station %zu: believes %llu acknowledged, the center has %llu", m, (unsigned long long)state.have_seq, (unsigned long long)have);
        if (state.rcur > order)
            world_fail(world, "station %zu: applied order %llu, the center is at %llu", m, (unsigned long long)state.rcur, (unsigned long long)order);
        if (have > state.head_seq || replica_hash_at(machine->store, &id, have, &ours, NULL) != STATUS_OK || !hash_equal(ours, hash))
            world_fail(world, "station %zu: the center's copy of its log differs at %llu", m, (unsigned long long)have);
        if (machine->revoked && have != machine->have_at_revocation)
            world_fail(world, "station %zu: the center took changes after it was revoked", m);
    }
}

static void problem(void *context, const char *text)
{
    struct world *world = context;

    world_fail(world, "verify: %s", text);
}

static void check_verify(struct world *world)
{
    for (size_t m = 0; m <= world->n_stations && !world->failed; m++) {
        struct verify_result result;
        struct errmsg err = {{0}};
        struct store *scratch;
        enum status status = pool_scratch(world->pool, &scratch, &err);

        if (status == STATUS_OK)
            status = verify_store_in(world->machines[m].store, scratch, problem, world, &result, &err);
        if (status != STATUS_OK || !result.ok) {
            char text[ERRMSG_MAX_BYTES];

            snprintf(text, sizeof text, "%.400s", world->failed ? world->failure.text : errmsg_text(&err, status));
            world->failed = false;
            world_fail(world, "machine %zu: %s", m, text);
        }
    }
}

/* ---- the center against the model ---- */

static void learn_orders(struct world *world)
{
    struct stmt *stmt = store_prepare(world->machines[CENTER].store, "SELECT c.lsn,l.station,c.seq,c.state FROM change c JOIN log l ON l.no=c.log ORDER BY c.lsn");
    enum status status;
    size_t n = 0;

    while (stmt_row(stmt, &status, &world->failure)) {
        struct model_change *x = model_find(&world->model, (uint32_t)stmt_column_int(stmt, 1), (uint64_t)stmt_column_int(stmt, 2));

        n++;
        if (x == NULL)
            world_fail(world, "the center has change %lld/%lld that nobody committed", (long long)stmt_column_int(stmt, 1), (long long)stmt_column_int(stmt, 2));
        else if (stmt_column_int(stmt, 3) != 0)
            world_fail(world, "the center quarantined %u/%llu", x->station, (unsigned long long)x->seq);
        else
            x->order = (uint64_t)stmt_column_int(stmt, 0);
    }
    for (size_t i = 0; i < world->model.n; i++) {
        const struct model_change *x = &world->model.changes[i];
        bool revoked = false;

        for (size_t m = 1; m <= world->n_stations; m++)
            revoked = revoked || (world->machines[m].revoked && world->machines[m].identity.station_no == x->station);
        if (x->order == 0 && !revoked)
            world_fail(world, "change %u/%llu never reached the center", x->station, (unsigned long long)x->seq);
    }
}

/* For a failing seed: in which order the center has what happened. */
static void order_log(struct world *world)
{
    char id[ID_TEXT_BYTES];

    for (uint64_t order = 1; world->log_wanted && order <= world->model.n; order++)
        for (size_t i = 0; i < world->model.n; i++) {
            const struct model_change *x = &world->model.changes[i];

            if (x->order != order)
                continue;
            id_format(x->id, id);
            world_log(world, "order %llu: %u/%llu %.8s op=%d seen=%llu", (unsigned long long)order, x->station, (unsigned long long)x->seq, id, (int)x->op,
                      (unsigned long long)x->seen);
        }
}

static void put_store_value(struct stmt *stmt, int column, uint16_t field, struct buf *out)
{
    struct value value = stmt_column_value(stmt, column);

    if (value.kind == VALUE_INT)
        buf_printf(out, " %u=%lld", field, (long long)value.number);
    else if (value.kind == VALUE_TEXT)
        buf_printf(out, " %u=%.*s", field, (int)value.len, value.text);
    else
        buf_printf(out, " %u=-", field);
}

static void center_rows(struct world *world, struct buf *out)
{
    static const uint64_t types[] = {1, 4, 5, 6};

    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        const struct record_type *type = catalogue_by_no(types[t]);
        struct stmt *stmt;
        enum status status;
        char sql[128], id[ID_TEXT_BYTES];

        snprintf(sql, sizeof sql, "SELECT id,scope,gone,* FROM \"%s\" ORDER BY id", type->name);
        stmt = store_prepare(world->machines[CENTER].store, sql);
        while (stmt_row(stmt, &status, NULL)) {
            id_format(stmt_column_id(stmt, 0), id);
            buf_printf(out, "%u %s scope=%lld 0=%lld", type->no, id, (long long)stmt_column_int(stmt, 1), (long long)stmt_column_int(stmt, 2));
            /* n id scope head w_log w_seq cells gone extra, then the fields */
            for (uint16_t no = 1; no < 100; no++) {
                const struct field_def *field = catalogue_field_by_no(type, no);
                int column = field == NULL ? 0 : 12 + (int)catalogue_field_index(type, field);

                if (field != NULL && !stmt_column_is_null(stmt, column))
                    put_store_value(stmt, column, no, out);
            }
            buf_putc(out, '\n');
        }
    }
}

static void center_conflicts(struct world *world, struct buf *out)
{
    struct stmt *stmt = store_prepare(world->machines[CENTER].store,
                                      "SELECT c.id,c.field,l.station,c.seq,c.value FROM conflict c JOIN log l ON l.no=c.log ORDER BY c.id,c.field,l.station,c.seq");
    enum status status;
    char id[ID_TEXT_BYTES];

    while (stmt_row(stmt, &status, NULL)) {
        id_format(stmt_column_id(stmt, 0), id);
        buf_printf(out, "%s by %lld/%lld", id, (long long)stmt_column_int(stmt, 2), (long long)stmt_column_int(stmt, 3));
        put_store_value(stmt, 4, (uint16_t)stmt_column_int(stmt, 1), out);
        buf_putc(out, '\n');
    }
}

/* The first line that differs. */
static void compare_texts(struct world *world, const char *what, const char *expected, const char *actual)
{
    while (*expected != 0 && *expected == *actual) {
        const char *e = strchr(expected, '\n'), *a = strchr(actual, '\n');

        if (e - expected != a - actual || memcmp(expected, actual, (size_t)(e - expected)) != 0)
            break;
        expected = e + 1;
        actual = a + 1;
    }
    if (*expected != 0 || *actual != 0)
        world_fail(world, "%s\n  expected: %.*s\n  is:       %.*s", what, (int)strcspn(expected, "\n"), expected, (int)strcspn(actual, "\n"), actual);
}

static void check_model(struct world *world)
{
    struct buf rows, conflicts, is_rows, is_conflicts;

    learn_orders(world);
    if (world->failed)
        return;
    order_log(world);
    buf_init(&rows, TEXT_MAX_BYTES);
    buf_init(&conflicts, TEXT_MAX_BYTES);
    buf_init(&is_rows, TEXT_MAX_BYTES);
    buf_init(&is_conflicts, TEXT_MAX_BYTES);
    model_fold(&world->model, &rows, &conflicts);
    center_rows(world, &is_rows);
    center_conflicts(world, &is_conflicts);
    for (size_t i = 0; i < is_conflicts.len; i++)
        world->conflicts += is_conflicts.data[i] == '\n';
    compare_texts(world, "center's rows against the model", buf_cstr(&rows), buf_cstr(&is_rows));
    compare_texts(world, "center's conflicts against the model", buf_cstr(&conflicts), buf_cstr(&is_conflicts));
    buf_release(&rows);
    buf_release(&conflicts);
    buf_release(&is_rows);
    buf_release(&is_conflicts);
}

/* ---- stations against the center ---- */

static bool has_scope(const char *line, int64_t scope)
{
    const char *at = strstr(line, " scope=");

    return at != NULL && strtoll(at + strlen(" scope="), NULL, 10) == scope;
}

/* dump_rows of a machine, only the rows of the scopes (0 and org; org < 0: all) and conflicts on them. Foreign lines are counted. */
static void dump_scope(struct world *world, size_t m, int64_t org, struct buf *out, size_t *foreign)
{
    char *text = NULL, *line, *next;
    size_t bytes = 0;
    struct buf ids;
    FILE *file = open_memstream(&text, &bytes);

    assert(file != NULL);
    if (dump_rows(world->machines[m].store, file, true, NULL) != STATUS_OK)
        world_fail(world, "machine %zu: dump failed", m);
    fclose(file);
    buf_init(&ids, TEXT_MAX_BYTES);
    for (line = text; line != NULL && *line != 0; line = next) {
        char *id = strchr(line, ' ') + 1;

        next = strchr(line, '\n');
        *next++ = 0;
        if (strncmp(line, "conflict ", 9) == 0) {
            char key[ID_TEXT_BYTES + 2];

            snprintf(key, sizeof key, "%.32s;", id);
            if (strstr(buf_cstr(&ids), key) == NULL)
                continue;
        } else if (!has_scope(line, org) && !has_scope(line, 0)) {
            ++*foreign;
            continue;
        }
        buf_append(&ids, id, 32);
        buf_puts(&ids, ";");
        buf_puts(out, line);
        buf_putc(out, '\n');
    }
    buf_release(&ids);
    free(text);
}

static void check_station(struct world *world, size_t m)
{
    struct machine_sim *machine = &world->machines[m];
    struct buf expected, is;
    size_t foreign = 0, ignored = 0;
    struct replica_state state;
    char what[64];
    struct stmt *stmt;
    enum status status;

    buf_init(&expected, TEXT_MAX_BYTES);
    buf_init(&is, TEXT_MAX_BYTES);
    dump_scope(world, CENTER, machine->identity.org, &expected, &ignored);
    dump_scope(world, m, machine->identity.org, &is, &foreign);
    if (foreign > 0)
        world_fail(world, "station %zu holds %zu rows of other scopes", m, foreign);
    snprintf(what, sizeof what, "station %zu against the center", m);
    compare_texts(world, what, buf_cstr(&expected), buf_cstr(&is));
    buf_release(&expected);
    buf_release(&is);
    stmt = store_prepare(machine->store, "SELECT count(*) FROM change WHERE scope NOT IN (0,?1)");
    stmt_int(stmt, 1, machine->identity.org);
    if (stmt_row(stmt, &status, NULL) && stmt_column_int(stmt, 0) != 0)
        world_fail(world, "station %zu holds changes of other scopes", m);
    stmt_reset(stmt);
    if (replica_state(machine->store, &state, NULL) != STATUS_OK || state.pending != 0 || state.ordered_seq != state.head_seq)
        world_fail(world, "station %zu: %lld changes pending, ordered to %llu of %llu", m, (long long)state.pending, (unsigned long long)state.ordered_seq,
                   (unsigned long long)state.head_seq);
}

void world_check_end(struct world *world)
{
    world_check_acked(world);
    if (!world->failed)
        check_model(world);
    for (size_t m = 1; m <= world->n_stations && !world->failed; m++)
        if (!world->machines[m].revoked)
            check_station(world, m);
    if (!world->failed)
        check_verify(world);
}
